-- REPLACE on a backtracking engine: Java's meaning, what is refused, and what ends a search.
SET search_path = pg_catalog, transfer_detect, transfer_detect_internal, public;
SET client_min_messages = warning;

-- all matches of a query's one row, as text
CREATE FUNCTION pg_temp.r(subject text, pattern text, replacement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT to_json(esql_replace(subject, pattern, replacement))::text);
END $$;
CREATE FUNCTION pg_temp.fails(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE state text; message text; hint text;
BEGIN
	PERFORM esql(query);
	RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	RETURN state || ' ' || message || coalesce(E'\n  ' || nullif(hint, ''), '');
END $$;

-- The first alternative that works, greedy, lazy and possessive quantifiers, lookaround, empty matches.
SELECT p AS pattern, pg_temp.r(s, p, t) AS result FROM (VALUES
	('ab', 'a|ab', '#'), ('aabab', '.*?b', '#'), ('aaab', 'a++ab', '#'), ('aab', 'a*', '-'), ('abc', '', '-'),
	('John Smith', '(\w+) (\w+)', '$2 $1'), ('a1b22', '[0-9]+', '<$0>'), ('x', '(a)?x', '[$1]'),
	('A key=abc b', '(?i)(KEY=)[^ ]+', '$1*'), ('price 5', '\d', '\$$0\\'), ('aXbx', '(?i)x', ''),
	('a`b a`n', '[a-z]`(?![rnt])[a-z]', '!'), ('${a`b`c}', '\$\{(\w++`){2,}\w++\}', '!'), ('foobar', '(?<=foo)bar', ''),
	('abcdef', '[a-z&&[^aeiou]]+', '.'), ('x--y', '(?<l>\w)-+(?<r>\w)', '${r}-${l}'), ('äöü', '\p{L}', 'x'), ('äöü', '\w', 'x'),
	('a 🔥 b', '🔥', ''), ('🔥', '', '-')) AS v(s, p, t);

-- Null, an empty text, no match; patterns and replacements from data that are broken give null.
SELECT esql_replace(NULL, 'a', 'b'), esql_replace('a', NULL, 'b'), esql_replace('a', 'b', NULL),
	esql_replace('', '^$', 'x') AS empty, esql_replace('abc', 'x', 'y') AS same, esql_replace('a', '(', 'b') AS broken, esql_replace('a', 'a', '$1') AS reference;
SELECT esql('ROW s = ["a", "b"], p = "[a-c]", q = "(", r = "*" | EVAL list = REPLACE(s, "a", "b"), dynamic = REPLACE("abcd", p, r), broken = REPLACE("a", q, r), none = REPLACE(null, "a", "b")');

-- What esql_sql() shows has the pattern as it was written.
SELECT line FROM regexp_split_to_table(esql_sql('ROW a = "x" | EVAL b = REPLACE(a, "(?i)\\bX$", "$0")'), '\n') AS line WHERE line LIKE '%replace%';

-- Errors are at the literal.
SELECT pg_temp.fails('ROW a = "x" | EVAL b = REPLACE(a, "(", "")');
SELECT pg_temp.fails('ROW a = "x" | EVAL b = REPLACE(a, "a", "$1")');
SELECT pg_temp.fails('ROW a = "x" | EVAL b = REPLACE(a, "\\Ga", "")');
SELECT regexp_replace(pg_temp.fails('ROW a = "x" | EVAL b = REPLACE(a, "(?<=a+)b", "")'), 'supported: .*', 'supported: ...');
SELECT pg_temp.fails('ROW a = "x" | EVAL b = REPLACE(a, "' || repeat('a', 10001) || '", "")');
SELECT regexp_replace(pg_temp.fails('ROW a = "x" | EVAL b = REPLACE(a, "(?:(?:abc){1000}){1000}", "")'), 'supported: .*', 'supported: ...');

-- A result is a megabyte at most; it is not built first.
SELECT length(esql_replace(repeat('a', 1000), 'a', repeat('b', 1048))) AS fits, esql_replace(repeat('a', 1000), 'a', repeat('b', 1049)) IS NULL AS too_long,
	length(esql_replace(repeat('a', 2000000), 'b', '')) AS untouched, esql_replace(repeat('a', 100000), '', repeat('x', 100000)) IS NULL AS huge;

-- A hostile pattern on a hostile text gives up: null and one warning for a query, however many rows.
SET client_min_messages = warning;
CREATE TEMP TABLE hostile AS SELECT p AS pattern, repeat('a', n) || '!' AS subject FROM (VALUES ('(?:a+)+$'), ('(.*a){12}[0-9]'), ('(a|aa)+$'), ('((a+)*)+\z')) AS v(p), (VALUES (3000), (50000)) AS w(n);
SELECT count(*) AS given_up FROM hostile WHERE esql_replace(subject, pattern, '') IS NULL;
SET client_min_messages = error;
-- ... each within the time that a statement has, many times over, and a cancel request gets through
SET statement_timeout = '60s';
SELECT pattern, length(subject), esql_replace(subject, pattern, '') IS NULL AS null FROM hostile ORDER BY pattern COLLATE "C", 2;
SET statement_timeout = '200ms';
SELECT count(esql_replace(repeat('a', 3000 + i % 2) || '!', '(?:a+)+$', '')) FROM generate_series(1, 100000) AS i;
SELECT esql_replace(repeat('ab', 400000), '(?=[a-z]*[0-9])a', '');
RESET statement_timeout;
RESET client_min_messages;

-- More patterns than the session keeps: all work, the first one again, too.
SELECT count(DISTINCT esql_replace('x' || i, 'x' || i || '$', 'y')) AS one FROM generate_series(1, 300) AS i;
SELECT esql_replace('x1', 'x1$', 'y');

-- RLIKE over documents looks for strings first, over a column it does not: the same rows.
CREATE TABLE public.told (n integer, said text, document jsonb);
INSERT INTO public.told SELECT i, t, jsonb_strip_nulls(jsonb_build_object('heard', t))
FROM (SELECT i, CASE WHEN i % 19 = 0 THEN NULL ELSE string_agg((ARRAY['abc', 'ab', 'def', 'x', '%', '_', E'\\', ' ', 'ABC'])[1 + (hashint8(i * 100 + k) & 65535) % 9], '' ORDER BY k) END AS t
	FROM generate_series(1::bigint, 3000) i, generate_series(1, 1 + i % 6) k GROUP BY i) s;
CREATE FUNCTION pg_temp.same(pattern text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT transfer_detect.esql(format('FROM told | EVAL a = said RLIKE """%1$s""", b = heard RLIKE """%1$s""", c = NOT (heard RLIKE """%1$s""")
		| STATS hits = COUNT(*) WHERE b, misses = COUNT(*) WHERE c, nulls = COUNT(*) WHERE b IS NULL, different = COUNT(*) WHERE a != b OR a == c OR (a IS NULL) != (b IS NULL)'
		' | EVAL plenty = hits > 5 AND misses > 5 AND nulls > 5 | KEEP plenty, different', pattern))::text
$$;
SET client_min_messages = warning;
SELECT pattern, pg_temp.same(pattern) FROM (VALUES (1, '.*abc.*'), (2, '.*(abc|def).*x.*'), (3, '(abc|x.*)+'), (4, '.*%abc.*'), (5, '.*_def.*'), (6, '.*\\\\abc.*'), (7, 'abc(def)?.*'), (8, '.*(ab|abc)def.*'), (9, '.*def.*&.*abc.*'),
	(10, '~(.*abc.*)'), (11, '.*abc{1,2}.*'), (12, '.*(abc|ab).*(def|xx).*')) p(n, pattern) ORDER BY n;
RESET client_min_messages;
DROP TABLE public.told;
