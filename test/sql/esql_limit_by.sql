-- LIMIT BY: so many rows of each group.
\set VERBOSITY terse
BEGIN;
SET LOCAL client_min_messages = warning;
CREATE FUNCTION pg_temp.run(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT j::text FROM transfer_detect.esql(query) AS r(j);
EXCEPTION WHEN OTHERS THEN
	RETURN NEXT sqlerrm;
END $$;
CREATE TABLE public.scores (id integer, team integer, tags text[], s integer, p inet, t timestamptz);
INSERT INTO public.scores VALUES (1, 1, '{a}', 5, '10.0.0.1', '2026-01-01 00:00:00.0001Z'), (2, 1, '{a,b}', 4, NULL, '2026-01-01 00:00:00.0002Z'),
	(3, 2, '{b,a}', 3, '10.0.0.1', NULL), (4, NULL, NULL, 2, NULL, NULL), (5, NULL, NULL, 9, '::1', NULL), (6, 2, '{a}', 1, '10.0.0.1', NULL);
-- the first of each group, in the order that SORT asked for; null is a group, and a list is one key
SELECT pg_temp.run('FROM scores | SORT s | LIMIT 1 BY team | KEEP id, team, s');
SELECT pg_temp.run('FROM scores | SORT s DESC | LIMIT 1 BY tags | KEEP id, tags | SORT id');
SELECT pg_temp.run('FROM scores | SORT s DESC NULLS LAST | LIMIT 1 BY team, s % 2, LENGTH("x") | KEEP id');
SELECT pg_temp.run('FROM scores | SORT s | LIMIT 2 BY p | KEEP id, p');
SELECT pg_temp.run('FROM scores | SORT id | LIMIT 1 BY t | KEEP id, t');
-- none, all, and a constant, which makes one group
SELECT pg_temp.run('FROM scores | SORT s | LIMIT 0 BY id | KEEP id');
SELECT pg_temp.run('FROM scores | LIMIT 9 BY team | STATS c = COUNT(*)');
SELECT pg_temp.run('FROM scores | SORT s | LIMIT 2 BY 1, "x" | KEEP id');
-- with what stands around it; the order is carried on
SELECT pg_temp.run('FROM scores | SORT s DESC | LIMIT 4 | LIMIT 1 BY team | LIMIT 2 | KEEP id');
SELECT pg_temp.run('FROM scores | STATS c = COUNT(*), m = MAX(s) BY team, odd = s % 2 | SORT m | LIMIT 1 BY team | DROP m');
SELECT pg_temp.run('FROM scores | SORT s | LIMIT 1 BY team | STATS s = SUM(s), n = COUNT(*)');
SELECT pg_temp.run('ROW `(place)` = 1, b = [2, 3] | MV_EXPAND b | SORT b | LIMIT 1 BY `(place)`');
SELECT pg_temp.run('FROM scores | LIMIT 1 BY x = team');
SELECT pg_temp.run('FROM scores | LIMIT 1 BY');
SELECT pg_temp.run('FROM scores | LIMIT BY team');
SELECT pg_temp.run('FROM scores METADATA _source | LIMIT 1 BY _source');
-- a threshold behind it does not bound a count before it, since rows are chosen by their counts
SELECT after, regexp_matches(transfer_detect.esql_sql('FROM scores | STATS c = COUNT_DISTINCT(s) BY team | SORT c DESC' || after || ' | WHERE c == 1'), 'distinct_count\([^)]*\)') AS counted
FROM (VALUES (''), (' | LIMIT 1 BY team')) AS v(after);
ROLLBACK;
