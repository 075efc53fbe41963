-- ES|QL's string functions.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET client_encoding = 'UTF8';
-- How wide an emoji is depends on psql's version; unaligned output does not.
\pset format unaligned
\pset null '(null)'
CREATE TABLE public.long_texts AS
SELECT 1 AS id, repeat('abé', 30000) || 'needle' AS t UNION ALL
SELECT 2, (SELECT string_agg(md5(g::text), '' ORDER BY g) FROM generate_series(1, 500) g);

-- Lengths: an emoji with its variation selector is two code points.
SELECT t, esql_length(t), esql_byte_length(t), esql_bit_length(t) FROM unnest(ARRAY['', 'abc', 'é', E'e\u0301', '日本', '😀', E'\u2764\uFE0F', NULL]) u(t);
SELECT id, esql_length(t), esql_byte_length(t), esql_bit_length(t) FROM long_texts ORDER BY id;

-- SUBSTRING: 0 is 1, negative starts count from the end.
SELECT start, esql_substring('añ😀d', start) AS rest, esql_substring('añ😀d', start, 2) AS two, esql_substring('añ😀d', start, 0) AS none, esql_substring('añ😀d', start, 2147483647) AS huge
FROM unnest(ARRAY[-2147483648, -9, -4, -2, -1, 0, 1, 2, 4, 5, 99, 2147483647]) u(start);
SELECT esql_substring('abc', 1, -1), esql_substring('', 1), esql_substring('', -1, 5), esql_substring(NULL, 1), esql_substring('abc', NULL), esql_substring('abc', 1, NULL);
SELECT id, esql_substring(t, -6), esql_substring(t, 89999, 4) FROM long_texts ORDER BY id;
SELECT n, esql_left('añ😀d', n), esql_right('añ😀d', n) FROM unnest(ARRAY[-2147483648, -1, 0, 1, 2, 3, 4, 5, 2147483647]) u(n);
SELECT esql_left('', 3), esql_right('', 3), esql_left(NULL, 1), esql_right('a', NULL);
SELECT id, esql_left(t, 5), esql_right(t, 5) FROM long_texts ORDER BY id;

-- LOCATE counts code points.
SELECT esql_locate('hello', 'll'), esql_locate('hello', 'x'), esql_locate('a😀b', 'b'), esql_locate('', ''), esql_locate('', 'a'), esql_locate('abc', ''), esql_locate('abc', 'abcd'),
	esql_locate(NULL, 'a'), esql_locate('a', NULL);
SELECT start, esql_locate('a😀ba😀b', 'b', start), esql_locate('a😀ba😀b', '', start) AS empty FROM unnest(ARRAY[-2147483648, -7, -6, -3, -1, 0, 1, 3, 4, 6, 7, 8, 2147483647]) u(start);
SELECT id, esql_locate(t, 'needle'), esql_locate(t, 'é'), esql_locate(t, 'é', 89999) FROM long_texts ORDER BY id;

SELECT part, esql_starts_with('añb', part), esql_ends_with('añb', part), esql_contains('añb', part)
FROM unnest(ARRAY['', 'a', 'b', 'ñ', 'añ', 'ñb', 'añb', 'añbc', 'xañb', 'A', NULL]) u(part);
SELECT esql_starts_with('', ''), esql_ends_with('', 'a'), esql_contains('', ''), esql_starts_with('100%', '100%'), esql_contains('a_c', '_'), esql_contains('abc', '_'), esql_contains(NULL, 'a');
SELECT id, esql_starts_with(t, 'abé'), esql_ends_with(t, 'needle'), esql_contains(t, 'éneedle') FROM long_texts ORDER BY id;

SELECT esql_split('foo;bar;baz', ';'), esql_split('foo', ';'), esql_split('', ';'), esql_split(';', ';'), esql_split('a;;b;', ';'), esql_split('añb', 'ñ'), esql_split('a::b:::c', '::'),
	esql_split('abc', ''), esql_split(NULL, ';'), esql_split('a', NULL), esql_split('aaa', 'aa');
SELECT id, cardinality(esql_split(t, 'é')) FROM long_texts ORDER BY id;
SELECT cardinality(esql_split(repeat('x,', 50000), ','));

-- Blanks are Java's: no-break spaces stay.
SELECT '[' || esql_trim(t) || ']' AS trim, '[' || esql_ltrim(t) || ']' AS ltrim, '[' || esql_rtrim(t) || ']' AS rtrim
FROM unnest(ARRAY['', ' ', '  a b  ', E'\t\n a \r\n', 'a', 'é']) u(t);
SELECT code, esql_length(esql_trim(chr(code) || 'x' || chr(code))) AS length
FROM unnest(ARRAY[9, 11, 12, 28, 31, 32, 133, 160, 5760, 8192, 8199, 8202, 8203, 8232, 8233, 8239, 8287, 12288, 65279]) u(code);
SELECT esql_trim(NULL), esql_length(esql_trim(E'\u2003\u3000')), esql_length(esql_rtrim(E'\u2003\u3000 x \u3000\u2003'));

SELECT esql_repeat('ab', 3), esql_repeat('ab', 0), esql_repeat('', 2147483647), esql_repeat('ab', -1), esql_repeat(NULL, 1), esql_repeat('a', NULL);
SELECT length(esql_repeat('x', 1048576)), esql_repeat('x', 1048577) IS NULL AS too_long, length(esql_repeat('é', 524288)), esql_repeat('é', 524289) IS NULL AS too_long, esql_repeat('ab', 2147483647) IS NULL AS huge;
SELECT '[' || esql_space(3) || ']', '[' || esql_space(0) || ']', esql_space(-1), length(esql_space(1048576)), esql_space(1048577) IS NULL AS too_long;

-- REVERSE keeps together what is one character to a reader.
SELECT t, esql_reverse(t) FROM unnest(ARRAY['', 'a', 'abc', 'añ日', '👨‍👩‍👧x', '🇩🇪🇫🇷x', '👍🏽!', '❤️a', NULL]) u(t);
SELECT esql_reverse(E'ae\u0301b') = E'be\u0301a' AS combining, esql_reverse(E'a\r\nb') = E'b\n\ra' AS ascii, esql_reverse(E'é\r\nb') = E'b\r\né' AS not_ascii,
	esql_reverse(esql_reverse('👨‍👩‍👧🇩🇪é')) = '👨‍👩‍👧🇩🇪é' AS twice;
SELECT id, esql_length(esql_reverse(t)), esql_reverse(esql_reverse(t)) = t AS same FROM long_texts ORDER BY id;

-- REPLACE by a regular expression of Java, by bytes, whatever the locale; all matches.
SELECT esql_replace('a1b22', '[0-9]+', '#'), esql_replace('John Smith', '(\w+) (\w+)', '$2 $1'), esql_replace('aaa', 'b', 'c'), esql_replace('aaa', 'a', ''), esql_replace('', '^$', 'x'),
	esql_replace(NULL, 'a', 'b'), esql_replace('a', NULL, 'b'), esql_replace('a', 'a', NULL), esql_replace('É é', 'é', 'e'), esql_replace('a.b', '\.', '\\');
SELECT id, md5(esql_replace(t, 'é', 'e')) = md5(replace(t, 'é', 'e')) AS same FROM long_texts ORDER BY id;

SELECT esql_url_encode('https://a.b/c d?x=é&y=*~_-'), esql_url_encode_component('a b+c'), esql_url_encode(''), esql_url_encode(NULL);
SELECT t, esql_url_decode(t) FROM unnest(ARRAY['a%20b+c', '%C3%A9', '%c3%a9', 'é%2F', '%', '%4', '%zz', '%4g', '', '%%', 'plain', '%+1', NULL]) u(t);
-- What is not UTF-8 becomes U+FFFD, and so does the byte 0, as in a text that Java decodes.
SELECT t, encode(convert_to(esql_url_decode(t), 'UTF8'), 'hex') FROM unnest(ARRAY['a%00b', '%ff', '%C3', '%C3x', '%E2%82', '%E2%82x', '%ED%A0%80', '%F0%9F%98', '%F0%9F%98%80', '%C0%AF', '%80%80', '%F5%80', '%F4%90%80%80', '%C3é']) u(t);
SELECT id, esql_url_decode(esql_url_encode(t)) = t AS same FROM long_texts ORDER BY id;

SELECT t, esql_to_base64(t), esql_from_base64(esql_to_base64(t)) = t AS back FROM unnest(ARRAY['', 'a', 'ab', 'abc', 'é日😀', E'\u00ff>>>???', NULL]) u(t);
SELECT t, esql_from_base64(t) FROM unnest(ARRAY['YQ==', 'YQ', 'YWI', 'YWI=', 'YQ=', 'Y', '=', '====', 'Y===', 'YQ==YQ==', 'YW Jj', E'YWJj\n', 'YW-_', 'YR==', 'AGE=', '/w==', '', 'é', NULL]) u(t);
SELECT id, esql_from_base64(esql_to_base64(t)) = t AS same, esql_to_base64(t) = replace(encode(convert_to(t, 'UTF8'), 'base64'), E'\n', '') AS encode FROM long_texts ORDER BY id;

SELECT a, esql_hash(a, 'Test é') FROM unnest(ARRAY['md5', 'MD5', 'SHA', 'sha-1', 'SHA-224', 'SHA-256', 'sha256', 'SHA-384', 'SHA-512', 'crc32', '', 'sha-2567', NULL]) u(a);
SELECT id, esql_hash('md5', t) = md5(t) AS md5, esql_hash('sha-256', t) = encode(sha256(convert_to(t, 'UTF8')), 'hex') AS sha256, esql_hash('sha1', t) AS sha1 FROM long_texts ORDER BY id;
SELECT esql_hash('sha1', 'abc') = 'a9993e364706816aba3e25717850c26c9cd0d89d' AS sha1, esql_hash('md5', NULL);

-- All of them are immutable, strict and may run in parallel.
SELECT proname FROM pg_proc WHERE pronamespace = 'transfer_detect_internal'::regnamespace AND proname IN ('esql_length', 'esql_byte_length', 'esql_bit_length', 'esql_substring', 'esql_left', 'esql_right',
	'esql_locate', 'esql_starts_with', 'esql_ends_with', 'esql_contains', 'esql_split', 'esql_trim', 'esql_ltrim', 'esql_rtrim', 'esql_repeat', 'esql_space', 'esql_reverse', 'esql_replace',
	'esql_url_encode', 'esql_url_encode_component', 'esql_url_decode', 'esql_to_base64', 'esql_from_base64', 'esql_hash') AND (NOT proisstrict OR provolatile <> 'i' OR proparallel <> 's');
DROP TABLE long_texts;

-- Several LIKEs at once are those one by one: short texts and patterns of few letters, and some that are not.
SET search_path = transfer_detect_internal, public;
CREATE TEMP TABLE texts AS
SELECT string_agg((ARRAY['a', 'b', 'ab', '%', '_', E'\\', 'é'])[1 + (hashint8(i * 100 + k) & 65535) % 7], '' ORDER BY k) AS text, i % 40 AS few
FROM generate_series(1::bigint, 600) i, generate_series(1, 1 + i % 6) k GROUP BY i UNION ALL VALUES ('', 0), (repeat('ab', 500) || 'c', 0);
CREATE TEMP TABLE patterns AS
SELECT string_agg((ARRAY['a', 'b', '%', '%', '_', E'\\%', E'\\_', E'\\\\', 'é', 'ab'])[1 + (hashint8(i * 1000 + k) & 65535) % 10], '' ORDER BY k) AS pattern
FROM generate_series(1::bigint, 500) i, generate_series(1, 1 + i % 5) k GROUP BY i UNION ALL VALUES (''), ('%'), ('%%'), ('%c'), ('a%bc'), ('%abc');
SELECT count(*) > 300000 AS many, count(*) FILTER (WHERE fits) BETWEEN 20000 AND 200000 AS some, count(*) FILTER (WHERE fits <> esql_like_any(text, ARRAY[pattern])) AS different
FROM (SELECT text, pattern, text LIKE pattern COLLATE "C" AS fits FROM texts, patterns) s;
SELECT count(*) FILTER (WHERE esql_like_any(text, list) <> (text LIKE ANY (list COLLATE "C"))) AS different, count(DISTINCT list) AS lists
FROM texts, (SELECT array_agg(pattern) AS list FROM (SELECT pattern, row_number() OVER () AS n FROM patterns) p GROUP BY n % 100) l;
SELECT esql_like_any(NULL, '{a}'), esql_like_any('a', NULL), esql_like_any('a', '{}'), esql_like_any('a', '{NULL,a}');
RESET search_path;
CREATE TABLE said (n integer, document jsonb);
INSERT INTO said VALUES (1, '{"x": "Mozilla nikto", "y": "a"}'), (2, '{"x": "sqlmap/1"}'), (3, '{"x": ["zap", "nmap"]}'), (4, '{"y": "b"}'), (5, '{"x": "curl", "y": "zap"}'), (6, '{"x": "an owasp zap"}');
SELECT transfer_detect.esql('FROM said | EVAL hit = x LIKE "*nikto*" OR x LIKE "sqlmap*" OR y == "b" OR x LIKE "*zap" OR y LIKE "z*" OR x LIKE "n?ap",
	miss = NOT (TO_LOWER(x) LIKE "*nikto*" OR TO_LOWER(x) LIKE "sqlmap*" OR TO_LOWER(x) LIKE "*zap") | SORT n | KEEP n, hit, miss');
SELECT string_agg(line, E'\n') FROM regexp_split_to_table(transfer_detect.esql_sql('FROM said | WHERE x LIKE "*nikto*" OR x LIKE "sqlmap*" OR y == "b" OR x LIKE "*zap" OR y LIKE "z*" | KEEP n'), E'\n') line WHERE line ~ 'like_any';
DROP TABLE said;
