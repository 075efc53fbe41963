-- What stands behind the alerts of the recorded events, in every shape of relation that may hold them.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
\set documents `cat "$TD_TEST_DATA/process-events.ndjson"`
\set load `echo "$TD_TEST_DATA/load-recorded.sql"`
\i :load
CREATE SCHEMA engine_fixture;

CREATE FUNCTION pg_temp.found(relation regclass, rule text)
RETURNS TABLE (hour timestamptz, place bigint, group_key jsonb, result jsonb, event_count bigint, first_event timestamptz, last_event timestamptz, groups_total bigint, events_matched bigint) LANGUAGE sql
AS $$
	SELECT h, g.place, g.group_key, g.result, g.event_count, g.first_event, g.last_event, g.groups_total, g.events_matched
	FROM transfer_detect.rules AS r, generate_series('2026-11-20 10:00Z'::timestamptz, '2026-11-20 12:00Z', '1 hour') AS h,
		transfer_detect_internal.rule_groups(r.query, relation, h - r.look_back, h, r.timestamp_field, r.timestamp_fallback) AS g
	WHERE r.rule_id = rule
$$;
SELECT hour, place, group_key ->> 'process.command_line' AS command_line, event_count, first_event, last_event, groups_total, events_matched
FROM pg_temp.found('events', 'unusual-file-transfer-utility-launched') ORDER BY hour, place;

-- the same rows as detect(), in the same order, with as many events as the rule counts
CREATE TEMP TABLE rule AS SELECT rule_id, query FROM rules WHERE rule_id LIKE 'unusual-%';
SELECT r.rule_id, count(*) AS groups, bool_and(g.event_count = d.event_count AND (g.result ->> 'cc')::bigint = d.event_count
	AND g.group_key = jsonb_build_object('process.executable', d.process_executable, 'process.parent.executable', d.process_parent_executable, 'process.command_line', d.process_command_line)) AS same
FROM rule AS r, generate_series('2026-11-20 10:00Z'::timestamptz, '2026-11-20 12:00Z', '1 hour') AS h,
	detect('events', h, r.rule_id) WITH ORDINALITY AS d
	FULL JOIN LATERAL (SELECT * FROM pg_temp.found('events', r.rule_id) AS f WHERE f.hour = h) AS g ON g.place = d.ordinality
GROUP BY r.rule_id ORDER BY r.rule_id;

-- the documents behind each group are those that a query by hand finds
CREATE TEMP TABLE behind AS
SELECT f.hour, f.place, e.document
FROM pg_temp.found('events', 'unusual-file-transfer-utility-launched') AS f, rule AS r,
	rule_events(r.query, 'events', f.hour - interval '61 minutes', f.hour, '@timestamp', NULL, '{}', f.first_event, f.last_event, f.group_key) AS e(document)
WHERE r.rule_id = 'unusual-file-transfer-utility-launched';
CREATE TEMP TABLE by_hand AS
SELECT f.hour, f.place, e.document
FROM pg_temp.found('events', 'unusual-file-transfer-utility-launched') AS f, events AS e
WHERE e.timestamp > f.hour - interval '1 hour' AND e.timestamp <= f.hour AND e.host_os_type = 'linux' AND e.event_type = '{start}' AND e.event_action = '{exec}'
	AND e.process_executable = f.group_key ->> 'process.executable' AND e.process_parent_executable = f.group_key ->> 'process.parent.executable'
	AND e.process_command_line = f.group_key ->> 'process.command_line';
SELECT (SELECT count(*) FROM behind) AS behind, (SELECT count(*) FROM by_hand) AS by_hand,
	(SELECT count(*) FROM (SELECT hour, place, document::jsonb FROM behind EXCEPT ALL SELECT hour, place, document FROM by_hand) AS d) AS differing;

-- other shapes; a document has its times in milliseconds
CREATE TABLE engine_fixture.dotted AS
SELECT timestamp AS "@timestamp", host_os_type AS "host.os.type", event_type AS "event.type", event_action AS "event.action",
	process_name AS "process.name", process_executable AS "process.executable",
	process_parent_executable AS "process.parent.executable", process_command_line AS "process.command_line",
	agent_id AS "agent.id", host_name AS "host.name"
FROM events;
CREATE VIEW engine_fixture.viewed AS SELECT * FROM events;
CREATE TABLE engine_fixture.documents AS SELECT document FROM events;
CREATE TABLE engine_fixture.parts (LIKE events) PARTITION BY RANGE (timestamp);
CREATE TABLE engine_fixture.parts_9 PARTITION OF engine_fixture.parts FOR VALUES FROM ('2026-11-20 09:00Z') TO ('2026-11-20 10:00Z');
CREATE TABLE engine_fixture.parts_rest PARTITION OF engine_fixture.parts DEFAULT;
INSERT INTO engine_fixture.parts SELECT * FROM events;
SELECT s.relation, r.rule_id, count(*) AS groups, count(*) FILTER (WHERE f IS DISTINCT FROM e) AS differing
FROM (VALUES ('engine_fixture.dotted'::regclass), ('engine_fixture.viewed'), ('engine_fixture.documents'), ('engine_fixture.parts')) AS s(relation), rule AS r,
	LATERAL pg_temp.found(s.relation, r.rule_id) AS f FULL JOIN LATERAL (SELECT * FROM pg_temp.found('events', r.rule_id)) AS e USING (hour, place)
GROUP BY s.relation, r.rule_id ORDER BY s.relation::text, r.rule_id;

-- detect() goes by the rule's time field too
BEGIN;
UPDATE events SET event_ingested = timestamp + interval '1 hour';
SELECT count(*) FROM detect('events', '2026-11-20 10:00Z');
UPDATE rules SET timestamp_field = 'event.ingested', timestamp_fallback = '@timestamp', query = replace(query, 'WHERE @timestamp > NOW() - 1 hour', 'WHERE true') WHERE rule_id = 'unusual-file-transfer-utility-launched';
SELECT count(*) FROM detect('events', '2026-11-20 10:00Z');
SELECT process_executable, event_count FROM detect('events', '2026-11-20 11:00Z');
ROLLBACK;

-- the workers scan: the pid of who reads a row is a field of it
CREATE FUNCTION engine_fixture.reader() RETURNS text LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT pg_backend_pid()::text';
CREATE TABLE engine_fixture.many AS SELECT e.* FROM events AS e, generate_series(1, 20);
ANALYZE engine_fixture.many;
CREATE VIEW engine_fixture.many_read AS SELECT timestamp, process_name, engine_fixture.reader() AS agent_id FROM engine_fixture.many;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET parallel_leader_participation = off;
SELECT g.event_count, g.result ->> 'agent.id' <> pg_backend_pid()::text AS by_others
FROM rule_groups('FROM x | STATS agent.id = VALUES(agent.id) BY process.name | WHERE process.name == "scp"', 'engine_fixture.many_read', '2026-11-20 09:00Z', '2026-11-20 12:00Z') AS g;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
RESET parallel_leader_participation;

-- a caller who may not read the events reads none
CREATE ROLE engine_nobody;
GRANT USAGE ON SCHEMA engine_fixture TO engine_nobody;
SET ROLE engine_nobody;
SELECT count(*) FROM rule_groups('FROM x', 'engine_fixture.dotted', '2026-11-20 09:00Z', '2026-11-20 12:00Z');
SELECT count(*) FROM rule_evidence('FROM x', 'engine_fixture.dotted', '2026-11-20 09:00Z', '2026-11-20 12:00Z', '@timestamp', NULL, NULL, '2026-11-20 09:00Z', '2026-11-20 12:00Z');
SELECT count(*) FROM rule_events('FROM x', 'engine_fixture.dotted', '2026-11-20 09:00Z', '2026-11-20 12:00Z', '@timestamp', NULL, NULL, '2026-11-20 09:00Z', '2026-11-20 12:00Z');
RESET ROLE;
-- who may read some rows reads those
ALTER TABLE engine_fixture.dotted ENABLE ROW LEVEL SECURITY;
CREATE POLICY one_host ON engine_fixture.dotted USING ("host.name" = 'vault-1');
GRANT SELECT ON engine_fixture.dotted TO engine_nobody;
SET ROLE engine_nobody;
SELECT g.group_key, g.event_count = (SELECT count(*) FROM engine_fixture.dotted WHERE "@timestamp" >= '2026-11-20 09:00Z' AND "@timestamp" < '2026-11-20 12:00:00.001Z') AS all_of_them
FROM rule_groups('FROM x | STATS c = COUNT() BY host.name', 'engine_fixture.dotted', '2026-11-20 09:00Z', '2026-11-20 12:00Z') AS g;
SELECT DISTINCT e ->> 'host.name' AS host FROM rule_events('FROM x | STATS c = COUNT()', 'engine_fixture.dotted', '2026-11-20 09:00Z', '2026-11-20 12:00Z', '@timestamp', NULL, NULL, '2026-11-20 09:00Z', '2026-11-20 12:00Z') AS e;
RESET ROLE;
-- nobody's path matters
CREATE FUNCTION engine_fixture.hijack(timestamptz, timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'hijacked'; END$$;
CREATE OPERATOR engine_fixture.<= (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = engine_fixture.hijack);
CREATE OPERATOR engine_fixture.>= (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = engine_fixture.hijack);
CREATE DOMAIN engine_fixture.json AS text CHECK (false);
CREATE DOMAIN engine_fixture.timestamptz AS text CHECK (false);
SET search_path = engine_fixture, pg_catalog;
SELECT g.event_count = e.event_count AND g.event_count = n.n AS same
FROM transfer_detect_internal.rule_groups('FROM x | MV_EXPAND event.type | STATS c = COUNT() BY host.name, process.name | WHERE process.name == "scp"', 'transfer_detect.events', '2026-11-20 09:00Z', '2026-11-20 12:00Z', 'event.ingested', '@timestamp', ARRAY['event.action == "fork"'], ARRAY['c == 2']) AS g,
	transfer_detect_internal.rule_evidence('FROM x | MV_EXPAND event.type | STATS c = COUNT() BY host.name, process.name', 'transfer_detect.events', '2026-11-20 09:00Z', '2026-11-20 12:00Z', 'event.ingested', '@timestamp', ARRAY['event.action == "fork"'], g.first_event, g.last_event, g.group_key) AS e,
	LATERAL (SELECT pg_catalog.count(*) AS n FROM transfer_detect_internal.rule_events('FROM x | MV_EXPAND event.type | STATS c = COUNT() BY host.name, process.name', 'transfer_detect.events', '2026-11-20 09:00Z', '2026-11-20 12:00Z', 'event.ingested', '@timestamp', ARRAY['event.action == "fork"'], g.first_event, g.last_event, g.group_key)) AS n;
RESET ALL;
\set VERBOSITY terse
DROP SCHEMA engine_fixture CASCADE;
DROP ROLE engine_nobody;
TRUNCATE transfer_detect.events;
