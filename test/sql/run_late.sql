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

-- The shipped rule, changed to go by arrival: by its own words it sees nothing that comes in after its hour's run, as changed it
-- does; changed by half, it says so.
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
