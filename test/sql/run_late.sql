-- Late events: windows on the time when an event came in, and windows that are evaluated again.
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
CREATE TABLE public.arrivals (timestamp timestamptz, event_ingested timestamptz, host_name text, process_command_line text);
INSERT INTO rules (rule_id, name, query, events, timestamp_field, timestamp_fallback, enabled)
SELECT 'late-' || name, name, 'FROM x | STATS cc = COUNT() BY process.command_line, host.name', 'public.arrivals', field, fallback, true
FROM (VALUES ('happened', '@timestamp', NULL), ('arrived', 'event.ingested', NULL), ('either', 'event.ingested', '@timestamp')) AS v(name, field, fallback);
INSERT INTO public.arrivals VALUES ('2026-11-20 09:10Z', '2026-11-20 09:11Z', 'a', 'in time');
SELECT rule_id, window_to, alerts_created FROM run(as_of => '2026-11-20 10:00Z') WHERE rule_id LIKE 'late-%';
-- an hour late, and one that nobody saw arrive
INSERT INTO public.arrivals VALUES ('2026-11-20 09:20Z', '2026-11-20 10:21Z', 'a', 'late'), ('2026-11-20 10:30Z', NULL, 'a', 'no arrival');
SELECT rule_id, window_to, alerts_created FROM run(as_of => '2026-11-20 11:00Z') WHERE rule_id LIKE 'late-%';
SELECT a.rule_id, a.process_command_line, a.first_event, e ->> 'timestamp' AS happened
FROM alerts AS a, alert_events(a.id) AS e WHERE a.rule_id LIKE 'late-%' ORDER BY 1, 2;
ROLLBACK;

-- The shipped rule, over a table with the column arrived: what comes in after its hour's run is found by the next one, in the hour's
-- window. Changed to go by event.ingested it finds it there as well, and in a window of the arrival; changed by half, it says so.
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
CREATE TABLE public.arrivals (LIKE events INCLUDING DEFAULTS);
UPDATE rules SET events = 'public.arrivals' WHERE rule_id = 'unusual-file-transfer-utility-launched';
SELECT window_to, settled, alerts_created FROM run('unusual-file-transfer-utility-launched', '2026-11-20 10:00Z');
INSERT INTO public.arrivals (timestamp, event_ingested, host_os_type, event_type, event_action, process_name, process_executable, process_command_line, agent_id, host_name)
VALUES ('2026-11-20 09:59:55Z', '2026-11-20 10:00:05Z', 'linux', '{start}', '{exec}', 'scp', '/usr/bin/scp', 'scp late', 'a', 'a');
SAVEPOINT s;
SELECT window_from, window_to, events_scanned, events_matched, alerts_created FROM run('unusual-file-transfer-utility-launched', '2026-11-20 11:00Z');
ROLLBACK TO s;
UPDATE rules SET timestamp_field = 'event.ingested', timestamp_fallback = '@timestamp' WHERE rule_id = 'unusual-file-transfer-utility-launched';
UPDATE rules SET query = regexp_replace(query, '@timestamp > NOW\(\) - 1 hour\s+AND ', '') WHERE rule_id = 'unusual-file-transfer-utility-launched';
SELECT window_from, window_to, events_scanned, events_matched, alerts_created FROM run('unusual-file-transfer-utility-launched', '2026-11-20 11:00Z');
ROLLBACK;

-- A repeatable snapshot cannot tell what has been committed meanwhile, so its windows are not settled (as when others'
-- transactions are in flight, which the isolation tests have), and are evaluated again until they are.
CREATE TABLE public.arrivals (timestamp timestamptz, host_name text, process_command_line text);
INSERT INTO transfer_detect.rules (rule_id, name, query, events, run_interval, look_back, enabled)
VALUES ('late-commit', 'Late', 'FROM x | STATS cc = COUNT() BY process.command_line, host.name', 'public.arrivals', '1 hour', '1 hour', true);
INSERT INTO public.arrivals VALUES ('2026-11-20 09:10Z', 'a', 'one'), ('2026-11-20 09:20Z', 'a', 'two');
SET search_path = transfer_detect, transfer_detect_internal, public;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT settled, evaluations, alerts_created FROM run('late-commit', '2026-11-20 10:00Z');
COMMIT;
UPDATE alerts SET status = 'closed', close_reason = 'benign' WHERE rule_id = 'late-commit' AND process_command_line = 'one';
-- in a closed alert's time, in an open one's, before it, and one of another key
INSERT INTO public.arrivals VALUES ('2026-11-20 09:10Z', 'a', 'one'), ('2026-11-20 09:20Z', 'a', 'two'), ('2026-11-20 09:05Z', 'a', 'two'),
	('2026-11-20 09:40Z', 'a', 'three'), ('2026-11-20 09:30Z', 'a', 'one');
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT unsettled FROM rule_health WHERE rule_id = 'late-commit';
SELECT settled, evaluations, alerts_created, alerts_extended, known FROM run('late-commit', '2026-11-20 10:00Z');
COMMIT;
SELECT settled, evaluations, alerts_created, alerts_extended, known FROM run('late-commit', '2026-11-20 10:00Z');
SELECT count(*) FROM run('late-commit', '2026-11-20 10:00Z');
SELECT a.process_command_line, a.status, a.event_count, (SELECT count(*) FROM alert_events(a.id)) AS documents,
	to_char(a.first_event AT TIME ZONE 'UTC', 'HH24:MI') AS first, to_char(a.last_event AT TIME ZONE 'UTC', 'HH24:MI') AS last, a.predecessor_id IS NOT NULL AS successor
FROM alerts AS a WHERE rule_id = 'late-commit' ORDER BY 1, a.id;
SELECT a.process_command_line, h.action, h.changes -> 'event_count' AS event_count
FROM alert_history AS h JOIN alerts AS a ON a.id = h.alert_id WHERE a.rule_id = 'late-commit' ORDER BY a.process_command_line, h.id;
SELECT id IS NOT NULL AS counted_once, evaluations, alerts_created, alerts_extended, settled FROM runs WHERE rule_id = 'late-commit';

-- a window that was not settled, of a rule that has been broken since: said on its row, and tried again
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT settled, status FROM run('late-commit', '2026-11-20 11:00Z');
COMMIT;
ALTER TABLE public.arrivals RENAME host_name TO hostname;
SELECT window_to - '2026-11-20 00:00Z' AS window_to, status, settled, evaluations, sqlstate, message FROM run('late-commit', '2026-11-20 12:00Z');
ALTER TABLE public.arrivals RENAME hostname TO host_name;
SELECT window_to - '2026-11-20 00:00Z' AS window_to, status, settled, evaluations, sqlstate, message FROM run('late-commit', '2026-11-20 12:00Z');

DELETE FROM rules WHERE rule_id = 'late-commit';
DELETE FROM alerts WHERE rule_id = 'late-commit';
DELETE FROM runs WHERE rule_id = 'late-commit';
DELETE FROM checkpoints WHERE rule_id = 'late-commit';
DROP TABLE public.arrivals;
SELECT count(*) FROM alert_hits;
SELECT count(*) FROM alert_history;

\set ON_ERROR_ROLLBACK on
-- Late events of the table events. One transaction for it all, which is the hardest case: all events are of a transaction in flight.
BEGIN;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
CREATE FUNCTION pg_temp.launch(at timestamptz, command text, host text DEFAULT 'h1') RETURNS void LANGUAGE sql AS $$
	INSERT INTO transfer_detect.events (timestamp, host_os_type, event_type, event_action, process_name, process_executable,
		process_parent_executable, process_command_line, agent_id, host_name)
	VALUES (at, 'linux', '{start}', '{exec}', 'scp', '/usr/bin/scp', '/usr/bin/bash', command, host, host)
$$;
CREATE FUNCTION pg_temp.document(id text, at text, command text, more jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
	SELECT jsonb_build_object('@timestamp', at, 'event', jsonb_build_object('id', id, 'type', '["start"]'::jsonb, 'action', 'exec') || more,
		'host', '{"name": "a", "os": {"type": "linux"}}'::jsonb, 'agent', '{"id": "a"}'::jsonb,
		'process', jsonb_build_object('name', 'scp', 'executable', '/usr/bin/scp', 'command_line', command))::text
$$;
CREATE FUNCTION pg_temp.run(as_of timestamptz) RETURNS TABLE (window_to time, status text, evaluations integer, matched bigint, created bigint, extended bigint) LANGUAGE sql AS $$
	SELECT r.window_to::time, r.status, r.evaluations, r.events_matched, r.alerts_created, r.alerts_extended
	FROM transfer_detect.run('unusual-file-transfer-utility-launched', as_of) AS r
$$;
CREATE VIEW pg_temp.alert AS SELECT a.id - min(a.id) OVER () AS number, a.process_command_line AS command, a.status, a.event_count,
	(SELECT count(*) FROM transfer_detect.alert_events(a.id)) AS found, a.first_event::time, a.last_event::time, a.predecessor_id IS NOT NULL AS successor
	FROM transfer_detect.alerts AS a ORDER BY a.id;

-- ten seconds late, by the shipped rule as published
SELECT pg_temp.launch('2026-11-20 09:30Z', 'scp known a:');
SELECT * FROM pg_temp.run('2026-11-20 10:00Z');
SELECT pg_temp.launch('2026-11-20 09:59:50Z', 'scp loot evil:');
SELECT * FROM pg_temp.run('2026-11-20 11:00Z');
-- once is enough, and nothing new is due
SELECT * FROM pg_temp.run('2026-11-20 11:00Z');
SELECT * FROM pg_temp.run('2026-11-20 12:00Z');
-- a document that is tried again, one that brings event.ingested of its own, and one by the inbox: hours late
SELECT * FROM transfer_detect.ingest(pg_temp.document('x1', 'yesterday', 'scp RETRIED x:'));
UPDATE transfer_detect.rejected_documents SET received = received - interval '3 hours', document = replace(document, 'yesterday', '2026-11-20T09:02:00Z');
SELECT * FROM transfer_detect.retry_rejected();
SELECT * FROM transfer_detect.ingest(pg_temp.document('x2', '2026-11-20T09:05:00Z', 'scp EXPORTED x:', '{"ingested": "2026-11-20T09:05:05Z"}'));
INSERT INTO transfer_detect.inbox (document) VALUES (pg_temp.document('x3', '2026-11-20T10:10:00Z', 'scp INBOX x:'));
SELECT * FROM pg_temp.run('2026-11-20 13:00Z');
-- an open alert is extended before and within what it has counted; a closed one is corrected within, and has a successor for what lies without
SELECT pg_temp.launch(t, 'scp known a:') FROM unnest('{2026-11-20 09:10Z}'::timestamptz[]) AS t;
SELECT * FROM pg_temp.run('2026-11-20 14:00Z');
UPDATE transfer_detect.alerts SET status = 'closed', close_reason = 'benign' WHERE process_command_line = 'scp known a:';
SELECT pg_temp.launch('2026-11-20 09:20Z', 'scp known a:');
SELECT * FROM pg_temp.run('2026-11-20 15:00Z');
SELECT pg_temp.launch('2026-11-20 09:50Z', 'scp known a:');
SELECT * FROM pg_temp.run('2026-11-20 16:00Z');
SELECT * FROM pg_temp.alert;
SELECT h.action, h.changes -> 'event_count' AS event_count FROM transfer_detect.alert_history AS h JOIN transfer_detect.alerts AS a ON a.id = h.alert_id
WHERE a.process_command_line = 'scp known a:' ORDER BY h.id;
-- the bound: what is older is counted, and named for a backfill, which settles it
UPDATE transfer_detect.rules SET late_within = '2 hours' WHERE rule_id = 'unusual-file-transfer-utility-launched';
SELECT pg_temp.launch(t, 'scp old a:') FROM unnest('{2026-11-20 09:15Z,2026-11-20 11:15Z}'::timestamptz[]) AS t;
SELECT pg_temp.launch('2026-11-20 15:15Z', 'scp within bounds:');
SELECT * FROM pg_temp.run('2026-11-20 17:00Z');
SELECT late_events, late_advice FROM transfer_detect.rule_health WHERE enabled AND rule_id NOT LIKE 'first-seen-%';
SELECT window_to::time, alerts_created, alerts_extended FROM transfer_detect.backfill('unusual-file-transfer-utility-launched', '2026-11-20 09:00:00+00', '2026-11-20 12:00:00+00');
SELECT late_events, late_advice FROM transfer_detect.rule_health WHERE enabled AND rule_id NOT LIKE 'first-seen-%';
-- numbers of another cluster are nobody's; without a snapshot the windows of the bound are due once
UPDATE transfer_detect.rules SET late_within = '24 hours' WHERE rule_id = 'unusual-file-transfer-utility-launched';
INSERT INTO transfer_detect.events (timestamp, process_name, arrived) VALUES ('2026-11-20 15:15Z', 'scp', 4000000000000000000);
SELECT * FROM pg_temp.run('2026-11-20 17:00Z');
DELETE FROM transfer_detect_internal.snapshots;
SELECT count(*) FROM pg_temp.run('2026-11-20 17:00Z');
SELECT count(*) FROM pg_temp.run('2026-11-20 17:00Z');
-- no field of ES|QL, and no part of an event without a document
SELECT count(*) AS seen FROM transfer_detect.esql('FROM logs-endpoint.events.process-* METADATA _source | LIMIT 3') AS e WHERE e::text LIKE '%arrived%';
SELECT transfer_detect.esql('FROM logs-endpoint.events.process-* | KEEP arrived');
ROLLBACK;

-- Which relations have it, and what the others are told.
BEGIN;
CREATE SCHEMA late;
CREATE TABLE late.without (timestamp timestamptz, host_name text);
CREATE VIEW late.hiding AS SELECT timestamp, host_name FROM transfer_detect.events;
CREATE VIEW late.showing AS SELECT * FROM transfer_detect.events;
CREATE MATERIALIZED VIEW late.kept AS SELECT * FROM transfer_detect.events;
CREATE TABLE late.numbered (timestamp timestamptz, host_name text, arrived bigint);
CREATE TABLE late.copied (LIKE transfer_detect.events);
CREATE TABLE late.parted (timestamp timestamptz, host_name text) PARTITION BY RANGE (timestamp);
CREATE TABLE late.part PARTITION OF late.parted DEFAULT;
INSERT INTO transfer_detect.rules (rule_id, name, query, events, enabled)
SELECT 'late-' || n, n, 'FROM x | STATS n = COUNT() BY host.name', ('late.' || n)::regclass, true FROM unnest('{without,hiding,showing,kept,numbered,copied,parted}'::text[]) AS n;
SELECT name, late_advice FROM transfer_detect.rule_health WHERE rule_id LIKE 'late-%' ORDER BY name COLLATE "C";
-- doing what they are told
SELECT statement FROM transfer_detect.rule_health, regexp_split_to_table(substring(late_advice FROM 'To see them: (.*;)'), '; *') WITH ORDINALITY AS s(statement, place)
WHERE rule_id IN ('late-without', 'late-numbered', 'late-copied', 'late-parted') AND statement <> '' ORDER BY rule_id COLLATE "C", place \gexec
SELECT name, late_advice FROM transfer_detect.rule_health WHERE rule_id LIKE 'late-%' AND late_advice IS NULL ORDER BY name COLLATE "C";
-- a partition that was made without the default
CREATE TABLE late.silent (LIKE late.parted);
ALTER TABLE late.parted ATTACH PARTITION late.silent FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
SELECT late_advice FROM transfer_detect.rule_health WHERE rule_id = 'late-parted';
-- a view depends on the types and sequences that it mentions, which have no events
CREATE TYPE late.pair AS (a text, b text);
CREATE SEQUENCE late.numbers;
CREATE TABLE late.paired (timestamp timestamptz, host_name text, pair late.pair, arrived bigint DEFAULT pg_current_xact_id()::text::bigint);
CREATE VIEW late.unpaired AS SELECT timestamp, host_name, (pair).a AS first_of_pair, pg_sequence_last_value('late.numbers') AS last_number, arrived FROM late.paired;
INSERT INTO transfer_detect.rules (rule_id, name, query, events, enabled)
VALUES ('late-unpaired', 'unpaired', 'FROM x | STATS n = COUNT() BY host.name', 'late.unpaired', true);
INSERT INTO late.paired VALUES ('2026-11-20 09:30Z', 'web-1', ('a', 'b'));
SELECT status, groups, message FROM transfer_detect.run('late-unpaired', '2026-11-20 10:00Z');
SELECT late_advice FROM transfer_detect.rule_health WHERE rule_id = 'late-unpaired';
-- a number of one's own under that name is a field, while that of arrival is none
ALTER TABLE late.numbered ALTER COLUMN arrived SET DEFAULT 7;
SELECT transfer_detect.esql('FROM late.numbered | WHERE arrived == 1 | KEEP arrived');
SELECT transfer_detect.esql('FROM late.without | KEEP arrived');
-- one who may not read the column runs nothing, and is told; nor may everybody write snapshots
CREATE ROLE regress_td_late;
GRANT USAGE ON SCHEMA late TO regress_td_late;
GRANT SELECT (timestamp, host_name) ON late.without TO regress_td_late;
GRANT SELECT ON transfer_detect.exceptions TO regress_td_late;
GRANT SELECT, INSERT, UPDATE ON transfer_detect.runs, transfer_detect.alerts, transfer_detect.checkpoints TO regress_td_late;
GRANT SELECT, INSERT, UPDATE, DELETE ON transfer_detect.alert_hits TO regress_td_late;
SET LOCAL ROLE regress_td_late;
SELECT status FROM transfer_detect.run('late-without', '2026-11-20 10:00Z');
SELECT status FROM transfer_detect.run('late-without', '2026-11-20 11:00Z');
RESET ROLE;
SELECT late_advice FROM transfer_detect.rule_health WHERE rule_id = 'late-without';
REVOKE ALL ON transfer_detect.checkpoints FROM regress_td_late;
SET LOCAL ROLE regress_td_late;
UPDATE transfer_detect_internal.snapshots SET next_transaction = 0;
RESET ROLE;
ROLLBACK;

-- A window that was evaluated before and, by a backfill, after an edit of its rule: each version counts what is late for it, and
-- the earlier one undoes nothing of the later one. What alert_events() shows is what is counted.
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
CREATE TABLE public.arrivals (LIKE events INCLUDING DEFAULTS);
CREATE FUNCTION public.arrive(minute int, command text, VARIADIC hosts text[]) RETURNS void LANGUAGE sql AS
$$ INSERT INTO public.arrivals (timestamp, process_command_line, host_name) SELECT '2026-11-20 09:00Z'::timestamptz + minute * interval '1 minute', command, h FROM unnest(hosts) AS h $$;
INSERT INTO rules (rule_id, name, query, events, enabled)
SELECT 'late-' || name, name, 'FROM x | ' || condition || 'STATS cc = COUNT() BY process.command_line', 'public.arrivals', true
FROM (VALUES ('wider', 'WHERE host.name == "a" | '), ('narrower', ''), ('rarer', '')) AS v(name, condition);
SELECT arrive(10, 'x', 'a', 'b'), arrive(40, 'x', 'a'), arrive(10, 'only b', 'b'), arrive(40, 'only b', 'b');
SELECT rule_id, window_to, version, status FROM run(as_of => '2026-11-20 10:00Z') WHERE rule_id LIKE 'late-%';
UPDATE rules SET query = CASE rule_id WHEN 'late-wider' THEN 'FROM x | STATS cc = COUNT() BY process.command_line'
	WHEN 'late-narrower' THEN 'FROM x | WHERE host.name == "a" | STATS cc = COUNT() BY process.command_line'
	ELSE 'FROM x | STATS cc = COUNT() BY process.command_line | WHERE cc > 100' END
WHERE rule_id LIKE 'late-%';
SELECT count(*) FROM rules AS r, backfill(r.rule_id, '2026-11-20 09:00Z', '2026-11-20 10:00Z') WHERE r.rule_id LIKE 'late-%';
CREATE VIEW public.agreement AS
SELECT a.rule_id, a.process_command_line, a.event_count, (SELECT count(*) FROM alert_events(a.id)) AS shown,
	(SELECT string_agg(DISTINCT h.version::text, ' ') FROM alert_hits AS h WHERE h.alert_id = a.id) AS versions
FROM alerts AS a WHERE a.rule_id LIKE 'late-%' ORDER BY 1, 2;
TABLE agreement;
SELECT arrive(20, 'x', 'a', 'b'), arrive(20, 'only b', 'b');
SELECT rule_id, window_to, version, status FROM run(as_of => '2026-11-20 10:00Z') WHERE rule_id LIKE 'late-%';
TABLE agreement;
ROLLBACK;
