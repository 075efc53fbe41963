--
-- Fields of documents by path
--
SET search_path = transfer_detect, transfer_detect_internal, public;
\pset null null
SET TimeZone = 'America/St_Johns';
SET DateStyle = 'German';

-- one field in all its spellings
SELECT document, esql_document_keyword(document, 'process.parent.executable') AS keyword,
       esql_document_keyword_single(document, 'process.parent.executable') AS single
FROM (VALUES
    (1, '{"process": {"parent": {"executable": "a"}}}'::jsonb),
    (2, '{"process.parent.executable": "a"}'),
    (3, '{"process.parent": {"executable": "a"}}'),
    (4, '{"process": {"parent.executable": "a"}}'),
    (5, '{"process": {"parent.executable": "b", "parent": {"executable": "a"}}, "process.parent.executable": "c"}'),
    (6, '{"process": {"parent": {"executable": "a"}}, "process.parent.executable": "a"}'),
    (7, '{"process": [{"parent": {"executable": "b"}}, {"parent": [{"executable": "a"}, {"x": 1}, 5, null]}, "s"]}'),
    (8, '{"process": {"parent": {"executable": ["b", ["a", ["c"]], {"x": "d"}, null]}}}'),
    (9, '{"process": {"parent": {"executable": {"text": "a"}}}}'),
    (10, '{"process": {"parent": {"executable": null}}}'),
    (11, '{"process": {"parent": {"executable": []}}}'),
    (12, '{"process": {"parent": {"executable": ""}}}'),
    (13, '{"process": {"parent": "executable"}}'),
    (14, '{"process": {"parent": {"executable.text": "a"}}}'),
    (15, '{"process": {"Parent": {"executable": "a"}}}'),
    (16, '{"parent": {"executable": "a"}, "executable": "b"}'),
    (17, '{}'), (18, '[]'), (19, '[{"process.parent.executable": "a"}]'), (20, '"process.parent.executable"'),
    (21, 'null'), (22, '{"process": {"parent": {"executable": ["exec", "exec"]}}}'),
    (23, '{"process": {"parent": {"executable": ["fork", "exec"]}}}'),
    (24, '{"process": [[{"parent": [[{"executable": "a"}]]}]]}')) AS v(n, document)
ORDER BY n;
SELECT esql_document_keyword('{"@timestamp": "x", "": "y", "a": {"": "z"}}', p) AS values, '[' || p || ']' AS path
FROM unnest(ARRAY['@timestamp', '', 'a.', '.', 'a', 'b', 'a..']) WITH ORDINALITY AS v(p, n) ORDER BY n;
SELECT esql_document_keyword(NULL, 'a') AS no_document, esql_document_keyword('{}', NULL) AS no_path;

-- keywords: numbers and booleans as text, a set in the order of bytes
SELECT esql_document_keyword('{"a": ["b", 10, "10", 1.50, true, false, "true", "B", "ab", "", "b", 1e3, -0.0]}', 'a')
    AS keyword;
SELECT d AS document, esql_document_keyword_single(d, 'a') AS single
FROM (VALUES (1, '{"a": 1}'::jsonb), (2, '{"a": [1, "1"]}'), (3, '{"a": [1, 1.0]}'), (4, '{"a": true}'),
             (5, '{"a": [null, "x", [], {}]}'), (6, '{"a": ["x", "xy"]}'), (7, '{"a": ["x", "x", "y"]}')) AS v(n, d)
ORDER BY n;

-- numbers: duplicates stay, decimals are cut off, strings are read
SELECT n, esql_document_long(d, 'a') AS long, esql_document_integer(d, 'a') AS integer,
       esql_document_double(d, 'a') AS double
FROM (VALUES
    (1, '{"a": [3, 1, 2, 1]}'::jsonb), (2, '{"a": [1.9, -1.9, "1.9", "-0.9"]}'), (3, '{"a": ["12", "+3", "1e2", "x", "", "1 2"]}'),
    (4, '{"a": [2147483647, 2147483648, -2147483648, -2147483649, 2147483647.9]}'),
    (5, '{"a": [9223372036854775807, 9223372036854775808, -9223372036854775808, -9223372036854775809]}'),
    (6, '{"a": ["9223372036854775807", "9007199254740993", "-9223372036854775808.5", "9223372036854775808"]}'),
    (7, '{"a": [1e400, "1e400", "NaN", "Infinity", 1e308]}'), (8, '{"a": [true, null, {}, {"b": 1}]}'),
    (9, '{"a": [1e-400, 0.1, "0.1"]}'), (10, '{"a": ["1e19", "-1e18"]}'), (11, '{"a": "x"}')) AS v(n, d)
ORDER BY n;
SELECT d AS document, esql_document_long_single(d, 'a') AS long, esql_document_integer_single(d, 'a') AS integer,
       esql_document_double_single(d, 'a') AS double
FROM (VALUES (1, '{"a": 7.5}'::jsonb), (2, '{"a": [7]}'), (3, '{"a": [7, 7]}'), (4, '{"a": ["x", 7]}'),
             (5, '{"a": 3000000000}'), (6, '{"a": [3000000000, 7]}'), (7, '{"a": "x"}')) AS v(n, d)
ORDER BY n;

-- booleans
SELECT esql_document_boolean('{"a": [true, "true", false, "false", "", "TRUE", 1, 0, "x", null]}', 'a') AS boolean,
       esql_document_boolean_single('{"a": "true"}', 'a') AS single, esql_document_boolean_single('{"a": [true, true]}', 'a') AS two,
       esql_document_boolean('{"a": 1}', 'a') AS none;

-- addresses: a set in ES|QL's order, in normal form
SELECT esql_document_ip('{"a": ["fe80::1", "10.0.0.1", "::ffff:10.0.0.1", "::1", "9.0.0.1", "10.0.0.0/8", "host", 1, "FE80::1"]}', 'a') AS ip,
       esql_document_ip_single('{"a": ["10.0.0.1", "::ffff:a00:1"]}', 'a') AS single,
       esql_document_ip_single('{"a": ["10.0.0.1", "10.0.0.2"]}', 'a') AS two;

-- dates: ISO or milliseconds; the text of a number is read as a date first
SELECT d AS document,
       (SELECT string_agg(esql_to_string(x), ' ' ORDER BY n) FROM unnest(esql_document_date(d, '@timestamp')) WITH ORDINALITY AS u(x, n)) AS dates,
       esql_to_string(esql_document_date_single(d, '@timestamp')) AS single
FROM (VALUES
    (1, '{"@timestamp": "2024-02-29T12:34:56.789Z"}'::jsonb), (2, '{"@timestamp": "2024-02-29T12:34:56.123456789+02:00"}'),
    (3, '{"@timestamp": 1704067200123}'), (4, '{"@timestamp": "1704067200123"}'), (5, '{"@timestamp": -1}'),
    (6, '{"@timestamp": 1704067200123.9}'), (7, '{"@timestamp": -0.5}'), (8, '{"@timestamp": 2024}'),
    (9, '{"@timestamp": "2024"}'), (10, '{"@timestamp": 10000}'), (11, '{"@timestamp": ["2024-01-02", "2024-01-01", "2024-01-02"]}'),
    (12, '{"@timestamp": ["x", true, 1e30, "", "2024-02-30"]}'), (13, '{"@timestamp": 9223372036854775807}'),
    (14, '{"@timestamp": ["x", "1969-12-31T23:59:59.9999Z"]}')) AS v(n, d)
ORDER BY n;

-- more values than fit on the stack, and a path that changes from row to row
SELECT cardinality(esql_document_long(d, 'a.b')) AS longs, cardinality(esql_document_keyword(d, 'a.b')) AS keywords,
       (esql_document_long(d, 'a.b'))[1:3] AS first
FROM (SELECT jsonb_build_object('a', jsonb_agg(jsonb_build_object('b', 1000 - n % 500))) AS d FROM generate_series(1, 1000) AS n) AS v;
SELECT p AS path, esql_document_long_single('{"a": {"b": 1, "c": {"d": 2}}, "bb": 3}', p) AS long
FROM unnest(ARRAY['a.b', 'a.c.d', 'a.b', 'bb', 'a.c']) WITH ORDINALITY AS v(p, n) ORDER BY n;

-- documents that are stored compressed and out of line, and very deep ones
CREATE TEMP TABLE stored (document jsonb);
INSERT INTO stored SELECT jsonb_build_object('filler', string_agg(md5(n::text), ''), 'process', '{"name": "scp"}'::jsonb)
FROM generate_series(1, 1000) AS n;
SELECT pg_column_size(document) > 10000 AS large, esql_document_keyword(document, 'process.name') AS list,
       esql_document_keyword_single(document, 'process.name') AS single FROM stored;
SELECT esql_document_long((repeat('[', 1000) || '{"a":' || repeat('[', 1000) || '1' || repeat(']', 1000) || '}' || repeat(']', 1000))::jsonb, 'a') AS not_an_object,
       esql_document_long(('{"a":' || repeat('[', 1000) || '{"b":' || repeat('[', 1000) || '1' || repeat(']', 1000) || '}' || repeat(']', 1000) || '}')::jsonb, 'a.b') AS deep;
