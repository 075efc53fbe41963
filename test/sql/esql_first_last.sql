-- FIRST() and LAST(): the value of the row that sorts first, or last.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.run(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT j::text FROM transfer_detect.esql(query) AS r(j);
EXCEPTION WHEN OTHERS THEN
	RETURN NEXT sqlerrm;
END $$;

CREATE TABLE probes (n integer, at timestamptz[], d bigint[], s text[], p inet, b boolean, x double precision, g text);
INSERT INTO probes VALUES
	(1, '{2026-11-25 00:00:30Z,2026-11-25 00:00:10Z}', '{5,6}', '{ok,green}', '10.0.0.9', true, 1.5, 'a'),
	(2, '{2026-11-25 00:00:20Z}', '{9}', '{red}', '10.0.0.10', false, -1, 'a'),
	(3, NULL, '{1}', NULL, NULL, NULL, NULL, 'b'),
	(4, NULL, NULL, '{x}', '::1', true, 0, 'b');
-- a row of several places has the least, for LAST the greatest; null sorts behind all; several values are handed on
SELECT pg_temp.run('FROM probes | STATS f = FIRST(d, at), l = LAST(d, at), fs = FIRST(s, n), ls = LAST(s, d), fb = FIRST(b, n), lp = LAST(p, n), fx = FIRST(x, n), lt = LAST(at, n)');
-- the value of the row, and be it null
SELECT pg_temp.run('FROM probes | STATS f = FIRST(s, n) WHERE n > 2, l = LAST(d, n), same = FIRST(at, at), last = LAST(d, d)');
-- by groups, by constants, of constants; of rows of the same place the least value
SELECT pg_temp.run('FROM probes | STATS f = FIRST(d, at), n = LAST(n, at), c = FIRST(n, 7), z = LAST(n, null), k = FIRST("k", at), q = FIRST(null, n) BY g | SORT g');
-- no rows
SELECT pg_temp.run('FROM probes | WHERE n > 9 | STATS f = FIRST(d, at), l = LAST(n, n)');
SELECT pg_temp.run('FROM probes | STATS l = LAST(n, n) WHERE n > 9, m = MV_COUNT(FIRST(s, at)) + 1');
-- the order of the rows makes no difference
SELECT pg_temp.run('FROM probes | SORT n DESC | STATS c = LAST(s, 1), f = FIRST(p, 1)');
SELECT pg_temp.run('FROM probes | SORT n | STATS c = LAST(s, 1), f = FIRST(p, 1)');
-- what sorts is a whole number or a date
SELECT pg_temp.run('FROM probes | STATS l = LAST(d, s)');
SELECT pg_temp.run('FROM probes | STATS l = LAST(d, x)');
SELECT pg_temp.run('FROM probes | STATS l = LAST(d)');
SELECT pg_temp.run('FROM probes | EVAL l = FIRST(d, n)');
-- a state of their own
SELECT transfer_detect_internal.esql_last(v, o), transfer_detect_internal.esql_first(v, o) FROM (VALUES ('x', 1::bigint), (NULL, 2), ('y', 2), ('z', NULL)) AS r(v, o);
SELECT o, transfer_detect_internal.esql_last(v, o) OVER (ORDER BY o) FROM (VALUES (point '(1,2)'::text, 1::bigint), ('b', 2)) AS r(v, o);
SELECT transfer_detect_internal.esql_first(point '(1,2)', 1::bigint);
DROP TABLE probes;
