-- The shipped rules over the recorded events, hour by hour, from every shape of relation that may hold them.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
\set documents `cat "$TD_TEST_DATA/process-events.ndjson"`
\set load `echo "$TD_TEST_DATA/load-recorded.sql"`
\i :load
SELECT count(*), min(timestamp), max(timestamp), count(DISTINCT host_name) FROM events;

-- what the rule must find
\x on
SELECT * FROM detect(as_of => '2026-11-20 10:00Z');
SELECT * FROM detect('events', '2026-11-20 11:00Z');
SELECT * FROM detect('transfer_detect.events', '2026-11-20 12:00Z');
\x off
SELECT count(*) FROM detect();				-- nothing was recorded in the last hour

-- the second rule: any of an event's actions and types
SELECT rule_id, enabled FROM rules ORDER BY rule_id;
SELECT h.as_of, d.process_executable, d.process_parent_executable, d.process_command_line, d.event_count, d.agent_count, d.host_names
FROM generate_series('2026-11-20 10:00Z'::timestamptz, '2026-11-20 12:00Z', '1 hour') AS h(as_of),
	detect('events', h.as_of, 'unusual-file-transfer-utility-launched-merged') AS d
ORDER BY h.as_of, d.event_count, d.process_executable COLLATE "C";

-- the same events in other shapes
CREATE TABLE public.dotted AS
SELECT timestamp AS "@timestamp", host_os_type AS "host.os.type", event_type AS "event.type", event_action AS "event.action",
	process_name AS "process.name", process_executable AS "process.executable",
	process_parent_executable AS "process.parent.executable", process_command_line AS "process.command_line",
	agent_id AS "agent.id", host_name AS "host.name"
FROM events;
CREATE VIEW public.viewed AS SELECT * FROM events;
CREATE TABLE public.documents AS SELECT timestamp, document FROM events;
-- the recorded event.action is a string or, merged, a list: here a scalar is null where there is a list
CREATE TABLE public.scalars AS
SELECT timestamp::timestamp AS timestamp, host_os_type::varchar(20), (CASE cardinality(event_type) WHEN 1 THEN event_type[1] END)::varchar AS event_type,
	(CASE cardinality(event_action) WHEN 1 THEN event_action[1] END)::name AS event_action,
	process_name, process_executable, process_parent_executable, process_command_line, agent_id::uuid, host_name::char(20)
FROM events;
CREATE TABLE public.parts (LIKE events) PARTITION BY RANGE (timestamp);
CREATE TABLE public.parts_9 PARTITION OF public.parts FOR VALUES FROM ('2026-11-20 09:00Z') TO ('2026-11-20 10:00Z');
CREATE TABLE public.parts_10 PARTITION OF public.parts FOR VALUES FROM ('2026-11-20 10:00Z') TO ('2026-11-20 11:00Z');
CREATE TABLE public.parts_rest PARTITION OF public.parts DEFAULT;
INSERT INTO public.parts SELECT * FROM events;
CREATE MATERIALIZED VIEW public.materialized AS SELECT * FROM public.dotted;
-- what is not in a column comes from the document
CREATE TABLE public.halves AS
SELECT timestamp, process_name, event_type, document FROM events;
CREATE TEMP TABLE shape (relation regclass);
INSERT INTO shape VALUES ('public.dotted'), ('public.viewed'), ('public.documents'), ('public.scalars'), ('public.parts'),
	('public.materialized'), ('public.halves');

CREATE FUNCTION pg_temp.found(relation regclass, rule text)
RETURNS TABLE (as_of timestamptz, found text) LANGUAGE sql
AS $$
	SELECT h, d::text FROM generate_series('2026-11-20 10:00Z'::timestamptz, '2026-11-20 12:00Z', '1 hour') AS h,
		transfer_detect.detect(relation, h, rule) AS d
$$;
-- rows that a shape finds and events does not, and the other way round: none
SELECT s.relation, d.side, d.as_of, d.found
FROM shape AS s, LATERAL (
	(SELECT 'only there' AS side, f.as_of, f.found FROM pg_temp.found(s.relation, 'unusual-file-transfer-utility-launched') AS f
	 EXCEPT ALL
	 SELECT 'only there', f.as_of, f.found FROM pg_temp.found('events', 'unusual-file-transfer-utility-launched') AS f)
	UNION ALL
	(SELECT 'only in events', f.as_of, f.found FROM pg_temp.found('events', 'unusual-file-transfer-utility-launched') AS f
	 EXCEPT ALL
	 SELECT 'only in events', f.as_of, f.found FROM pg_temp.found(s.relation, 'unusual-file-transfer-utility-launched') AS f)) AS d
ORDER BY 1, 2, 3, 4;
-- the same of the second rule, but for the shape that cannot hold lists
SELECT s.relation, d.side, d.as_of, d.found
FROM shape AS s, LATERAL (
	(SELECT 'only there' AS side, f.as_of, f.found FROM pg_temp.found(s.relation, 'unusual-file-transfer-utility-launched-merged') AS f
	 EXCEPT ALL
	 SELECT 'only there', f.as_of, f.found FROM pg_temp.found('events', 'unusual-file-transfer-utility-launched-merged') AS f)
	UNION ALL
	(SELECT 'only in events', f.as_of, f.found FROM pg_temp.found('events', 'unusual-file-transfer-utility-launched-merged') AS f
	 EXCEPT ALL
	 SELECT 'only in events', f.as_of, f.found FROM pg_temp.found(s.relation, 'unusual-file-transfer-utility-launched-merged') AS f)) AS d
WHERE s.relation <> 'public.scalars'::regclass
ORDER BY 1, 2, 3, 4;

-- in parallel: the same rows, by a plan that aggregates in the workers
CREATE FUNCTION pg_temp.plan(query text, as_of timestamptz, relation regclass) RETURNS SETOF text LANGUAGE plpgsql
AS $$
BEGIN
	RETURN QUERY EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || transfer_detect.esql_sql(query, as_of, relation);
END
$$;
ANALYZE public.documents;
-- so many rows a group that workers pay
CREATE TABLE public.many AS SELECT e.* FROM events AS e, generate_series(1, 40);
CREATE TABLE public.many_documents AS SELECT timestamp, document FROM public.many;
CREATE STATISTICS public.many_key (ndistinct) ON process_executable, process_parent_executable, process_command_line FROM public.many;
ANALYZE public.many, public.many_documents;
INSERT INTO shape VALUES ('public.many'), ('public.many_documents');
CREATE TEMP TABLE serial AS SELECT s.relation, f.* FROM (TABLE shape UNION ALL VALUES ('events'::regclass)) AS s,
	pg_temp.found(s.relation, 'unusual-file-transfer-utility-launched') AS f(as_of, found);
-- the planner would not have workers for so few rows
ALTER FUNCTION distinct_combine(internal, internal) COST 1;
ALTER FUNCTION distinct_serialize(internal) COST 1;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SELECT relation, count(*) FILTER (WHERE line ~ 'Partial (Hash|Group)Aggregate') > 0 AS partial_aggregate,
	count(*) FILTER (WHERE line ~ 'PARTIAL (transfer_detect.)?distinct_count') > 0 AS partial_distinct_count,
	count(*) FILTER (WHERE line ~ 'PARTIAL (transfer_detect.)?distinct_values') > 0 AS partial_distinct_values
FROM (VALUES ('public.many'::regclass)) AS r(relation),
	pg_temp.plan((SELECT query FROM rules WHERE rule_id = 'unusual-file-transfer-utility-launched'), '2026-11-20 11:00Z', relation) AS line
GROUP BY relation ORDER BY relation;
SET parallel_leader_participation = off;
SELECT s.relation, f.as_of, f.found FROM (TABLE shape UNION ALL VALUES ('events'::regclass)) AS s,
	pg_temp.found(s.relation, 'unusual-file-transfer-utility-launched') AS f(as_of, found)
EXCEPT ALL SELECT relation, as_of, found FROM serial;
SELECT count(*) AS rows_of_the_shapes FROM serial;
RESET ALL;
SET search_path = transfer_detect, transfer_detect_internal, public;
ALTER FUNCTION distinct_combine(internal, internal) COST 10000;
ALTER FUNCTION distinct_serialize(internal) COST 5000;
SET timezone = 'UTC';

-- an analyst's edit takes effect at once
\set ON_ERROR_ROLLBACK on
BEGIN;
UPDATE rules SET query = replace(query, 'cc < 5', 'cc < 3') WHERE rule_id = 'unusual-file-transfer-utility-launched';
SELECT process_executable, event_count FROM detect('events', '2026-11-20 11:00Z');
SELECT shipped FROM rules WHERE rule_id = 'unusual-file-transfer-utility-launched';
UPDATE rules SET query = 'FROM logs-endpoint.events.process-* | WHERE process.name == "scp" | STATS cc = COUNT() BY process.executable'
WHERE rule_id = 'unusual-file-transfer-utility-launched';
SELECT * FROM detect('events', '2026-11-20 11:00Z');
UPDATE rules SET query = 'FROM logs-endpoint.events.process-* | STATS n = COUNT()' WHERE rule_id = 'unusual-file-transfer-utility-launched';
SELECT * FROM detect('events', '2026-11-20 11:00Z');
UPDATE rules SET query = 'FROM logs-endpoint.events.process-* | STATS cc = VALUES(host.name)' WHERE rule_id = 'unusual-file-transfer-utility-launched';
SELECT * FROM detect('events', '2026-11-20 11:00Z');
UPDATE rules SET query = 'FROM logs-endpoint.events.process-* | STATS cc = COUNT( BY host.name' WHERE rule_id = 'unusual-file-transfer-utility-launched';
SELECT * FROM detect('events', '2026-11-20 11:00Z', 'no-such-rule');
ROLLBACK;
DROP TABLE public.many, public.many_documents, public.dotted, public.documents, public.scalars, public.parts, public.halves CASCADE;
DROP VIEW public.viewed;
