-- Groups that share a table of their values, and UUIDs that are kept packed.
-- Each query answers the question twice, the other time with what PostgreSQL
-- has, and counts what differs.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET client_min_messages = warning;
SET jit = off;
SET max_parallel_workers_per_gather = 0;

-- 400 agents at random; groups of all sizes: g of a thousand rows, h of 80,
-- tiny of three
CREATE TABLE public.td_seen AS
SELECT i, i % 23 AS g, i % 300 AS h, i / 3 AS tiny, i % 97 AS host,
	md5(n::text)::uuid AS u,
	md5(n::text)::uuid::text AS agent,
	'user-' || (i * 31 % 5000) AS login,
	CASE WHEN i % 10 > 0 THEN n * 1.50 END AS number
FROM (SELECT i, ('x' || left(md5('row ' || i), 6))::bit(24)::int % 400 AS n FROM generate_series(1, 24000) i) r;
ANALYZE public.td_seen;

-- The same rows of text in every form that a UUID may and may not have.
CREATE TABLE public.td_forms AS
SELECT i % 5 AS g, f.t
FROM (SELECT i, md5((i % 50)::text)::uuid::text AS t FROM generate_series(1, 2000) i) s,
	LATERAL (VALUES (s.t), (upper(s.t)), (initcap(s.t)), (replace(s.t, '-', '')), ('{' || s.t || '}'),
		(replace(s.t, '-', '+')), (replace(s.t, 'a', 'g')), (translate(s.t, '-0', '0-')), (overlay(s.t PLACING '-' FROM 1)),
		(left(s.t, 35)), (s.t || ' '), (left(s.t, 35) || E'\u00e9'), (left(s.t, 34) || E'\u00e9'),
		(repeat('a', 36)), (repeat('-', 36)), (left(s.t, 16))) f (t);
SELECT distinct_count(t) AS ours, count(DISTINCT t) AS theirs FROM public.td_forms;
SELECT count(*) FILTER (WHERE ours IS DISTINCT FROM theirs) AS differ, count(*), sum(cardinality(ours)) AS values
FROM (SELECT g, distinct_values(t COLLATE "C") AS ours, array_agg(DISTINCT t COLLATE "C" ORDER BY t COLLATE "C") AS theirs FROM public.td_forms GROUP BY g) s;
SELECT count(*) FILTER (WHERE ours IS DISTINCT FROM theirs) AS differ, count(*)
FROM (SELECT g, t, distinct_values(t) AS ours, array_agg(DISTINCT t) AS theirs FROM public.td_forms GROUP BY g, t) s;
SELECT distinct_count(t::varchar), distinct_count(t::bytea), distinct_count(t, 600), distinct_count(t, 5000), distinct_count_elements(ARRAY[t, upper(t)])
FROM public.td_forms;
SELECT count(DISTINCT t::varchar), count(DISTINCT t::bytea), least(count(DISTINCT t), 600), least(count(DISTINCT t), 5000),
	(SELECT count(DISTINCT x) FROM (SELECT t AS x FROM public.td_forms UNION ALL SELECT upper(t) FROM public.td_forms) b)
FROM public.td_forms;
-- a UUID, its text, and text that was a UUID once
SELECT distinct_count(u), distinct_count(agent), distinct_values(u)::text = distinct_values(agent COLLATE "C")::text AS same FROM public.td_seen;

-- Many groups, hashed: one table for all of them and for all grouping sets,
-- and another for every call.
CREATE VIEW public.td_ours AS
SELECT g, h, tiny, grouping(g, h, tiny) AS level, distinct_count(agent) AS agents, distinct_count(login) AS logins, distinct_count(u) AS uuids,
	distinct_count(number) AS numbers, distinct_count(host) AS hosts, distinct_count(agent) FILTER (WHERE host < 40) AS partly,
	distinct_count(agent, 11) AS at_most, distinct_count(login) FILTER (WHERE host = 3) AS few, distinct_values(agent COLLATE "C") AS list
FROM public.td_seen GROUP BY GROUPING SETS ((g), (h), (tiny), (g, h), ());
CREATE VIEW public.td_theirs AS
SELECT g, h, tiny, grouping(g, h, tiny) AS level, count(DISTINCT agent) AS agents, count(DISTINCT login) AS logins, count(DISTINCT u) AS uuids,
	count(DISTINCT number) AS numbers, count(DISTINCT host) AS hosts, count(DISTINCT agent) FILTER (WHERE host < 40) AS partly,
	least(count(DISTINCT agent), 11) AS at_most, count(DISTINCT login) FILTER (WHERE host = 3) AS few, array_agg(DISTINCT agent COLLATE "C" ORDER BY agent COLLATE "C") AS list
FROM public.td_seen GROUP BY GROUPING SETS ((g), (h), (tiny), (g, h), ());
CREATE TABLE public.td_expected AS SELECT * FROM public.td_theirs;
SELECT level, count(*), sum(agents) AS agents, sum(logins) AS logins, sum(numbers) AS numbers, sum(partly) AS partly FROM public.td_expected GROUP BY level ORDER BY level;
SET enable_sort = off;
SET work_mem = '64MB';
EXPLAIN (COSTS OFF) SELECT * FROM public.td_ours;
SELECT count(*) AS differ FROM ((TABLE public.td_ours EXCEPT ALL TABLE public.td_expected) UNION ALL (TABLE public.td_expected EXCEPT ALL TABLE public.td_ours)) d;
-- with so little memory that groups go to disk and the table begins anew with every batch
SET work_mem = '64kB';
SELECT count(*) AS differ FROM ((TABLE public.td_ours EXCEPT ALL TABLE public.td_expected) UNION ALL (TABLE public.td_expected EXCEPT ALL TABLE public.td_ours)) d;
RESET enable_sort;
-- group by group, where it begins anew with every group
SET enable_hashagg = off;
SELECT count(*) AS differ FROM ((TABLE public.td_ours EXCEPT ALL TABLE public.td_expected) UNION ALL (TABLE public.td_expected EXCEPT ALL TABLE public.td_ours)) d;
RESET enable_hashagg;
RESET work_mem;
-- between processes
SET max_parallel_workers_per_gather = 2;
-- the planner would not have workers for so few rows
ALTER FUNCTION distinct_combine(internal, internal) COST 1;
ALTER FUNCTION distinct_serialize(internal) COST 1;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE public.td_seen SET (parallel_workers = 2);
EXPLAIN (COSTS OFF) SELECT h, distinct_count(agent), distinct_values(number) FROM public.td_seen GROUP BY h;
SELECT count(*) FILTER (WHERE (o.agents, o.logins, o.uuids, o.numbers, o.list) IS DISTINCT FROM (e.agents, e.logins, e.uuids, e.numbers, e.list)) AS differ, count(*) FROM
	(SELECT h, distinct_count(agent) AS agents, distinct_count(login) AS logins, distinct_count(u) AS uuids, distinct_count(number) AS numbers, distinct_values(agent COLLATE "C") AS list
	FROM public.td_seen GROUP BY h) o
	JOIN public.td_expected e ON e.h = o.h AND e.level = 5;
SELECT distinct_count(t), distinct_count(t::varchar) FROM public.td_forms;

-- The leader merges groups one after the other, with room for the strings that it keeps for the next one and without,
-- or all at a time, also with some of the states in a file meanwhile.
CREATE TABLE public.td_exact AS
SELECT h, count(DISTINCT agent) AS agents, count(DISTINCT u) AS uuids, count(DISTINCT agent) AS raw, array_agg(DISTINCT agent COLLATE "C") AS list
FROM public.td_seen GROUP BY h;
CREATE FUNCTION public.td_merged(tail text, OUT way text, OUT differ bigint, OUT groups bigint) LANGUAGE plpgsql AS $$
DECLARE
	query text := 'SELECT h, distinct_count(agent) AS agents, distinct_count(u) AS uuids, distinct_count(agent::bytea) AS raw,'
		' distinct_values(agent COLLATE "C") AS list FROM public.td_seen GROUP BY h ' || tail;
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		way := concat_ws(', ', way, substring(line FROM '((?:Finalize|Partial) \w+)'));
	END LOOP;
	EXECUTE 'SELECT count(*) FILTER (WHERE (o.agents, o.uuids, o.raw, o.list) IS DISTINCT FROM (e.agents, e.uuids, e.raw, e.list)), count(*)'
		' FROM (' || query || ') AS o JOIN public.td_exact AS e USING (h)' INTO differ, groups;
END $$;
SET enable_hashjoin = off;
SELECT * FROM td_merged('ORDER BY h');
SET work_mem = '64kB';
SELECT * FROM td_merged('ORDER BY h');
SET enable_sort = off;
SELECT * FROM td_merged('OFFSET 0');
SET work_mem = '16MB';
SELECT * FROM td_merged('OFFSET 0');
RESET enable_hashjoin;
RESET enable_sort;
RESET work_mem;
SET max_parallel_workers_per_gather = 0;

-- Begun anew for every row of an outer query, and within each other.
SELECT count(*) FILTER (WHERE ours.list IS DISTINCT FROM theirs.list) AS differ, sum(cardinality(ours.list)) AS values
FROM generate_series(0, 22) outer_g,
	LATERAL (SELECT array_agg(c ORDER BY host) AS list FROM (SELECT host, distinct_count(agent) AS c FROM public.td_seen WHERE g = outer_g GROUP BY host OFFSET 0) x) ours,
	LATERAL (SELECT array_agg(c ORDER BY host) AS list FROM (SELECT host, count(DISTINCT agent) AS c FROM public.td_seen WHERE g = outer_g GROUP BY host OFFSET 0) y) theirs;
CREATE FUNCTION public.td_logins(wanted int) RETURNS text LANGUAGE sql STABLE AS
	'SELECT transfer_detect.distinct_count(login)::text || transfer_detect.distinct_count(agent) FROM public.td_seen WHERE tiny BETWEEN wanted AND wanted + 20 + wanted % 30';
SELECT (SELECT distinct_count(td_logins(i)) FROM generate_series(1, 200) i) AS ours, (SELECT count(DISTINCT td_logins(i)) FROM generate_series(1, 200) i) AS theirs;

-- Two of the same query at a time.
BEGIN;
DECLARE one CURSOR FOR SELECT g, distinct_count(agent), distinct_count(login) FROM public.td_seen GROUP BY g ORDER BY g;
DECLARE two CURSOR FOR SELECT i, distinct_count(agent) OVER (ORDER BY i), distinct_count(agent) OVER (ORDER BY i ROWS 20 PRECEDING) FROM public.td_seen ORDER BY i;
FETCH 2 FROM one;
MOVE 30 FROM two;
FETCH 2 FROM one;
FETCH 2 FROM two;
SAVEPOINT before;
SELECT distinct_count(agent || 1 / (i - 23000)) FROM public.td_seen;
ROLLBACK TO before;
FETCH 1 FROM one;
FETCH 1 FROM two;
SELECT g, distinct_count(agent) FROM public.td_seen GROUP BY g ORDER BY g LIMIT 1;
COMMIT;

DROP VIEW public.td_ours, public.td_theirs;
DROP TABLE public.td_seen, public.td_forms, public.td_expected, public.td_exact;
DROP FUNCTION public.td_logins, public.td_merged;
ALTER FUNCTION distinct_combine(internal, internal) COST 10000;
ALTER FUNCTION distinct_serialize(internal) COST 5000;
