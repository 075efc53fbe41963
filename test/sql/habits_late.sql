-- Late events whose keys are known and quiet: they are counted in the row of their window, which is not evaluated again. Those
-- that may change what was filed have their window evaluated. Each run is a transaction of its own.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
SET datestyle = 'ISO';
\set rule '''first-seen-file-transfer'''
CREATE FUNCTION pg_temp.launch(at timestamptz, command text, parent text DEFAULT '/usr/sbin/cron') RETURNS void LANGUAGE sql AS $$
	INSERT INTO transfer_detect.events (timestamp, agent_id, host_name, host_os_type, event_type, event_action, process_name,
		process_executable, process_command_line, process_parent_executable)
	VALUES (at, 'a', 'web-1.corp.example', 'linux', '{start}', '{exec}', split_part(command, ' ', 1), '/usr/bin/' || split_part(command, ' ', 1), command, parent)
$$;
CREATE FUNCTION pg_temp.windows() RETURNS TABLE (window_to timestamptz, evaluations integer, settled boolean, scanned bigint, matched bigint) LANGUAGE sql AS $$
	SELECT r.window_to, r.evaluations, r.settled, r.events_scanned, r.events_matched FROM transfer_detect.runs AS r
	WHERE r.rule_id = 'first-seen-file-transfer' ORDER BY r.window_to
$$;
-- ten days of the same, and its alerts closed
SELECT count(*) FROM (SELECT pg_temp.launch(t, 'rsync -a /srv/ u@203.0.113.7:/in') FROM generate_series('2026-11-10 00:10Z'::timestamptz, '2026-11-20 00:10Z', '6 hours') AS t) AS q;
SELECT events FROM learn(:rule, '2026-11-10', '2026-11-20');
SELECT window_to, alerts_created FROM run(:rule, '2026-11-20 01:00Z');
SELECT window_to, alerts_created FROM run(:rule, '2026-11-20 02:00Z');
-- known on that day: no window is evaluated again, and the first one counts it; an event of nobody's interest is counted as well
SELECT pg_temp.launch('2026-11-20 00:30Z', 'rsync -a /srv/ u@203.0.113.7:/in');
SELECT pg_temp.launch('2026-11-20 01:30Z', 'ls');
SELECT window_to, alerts_created FROM run(:rule, '2026-11-20 03:00Z');
SELECT * FROM pg_temp.windows();
-- once only
SELECT window_to, alerts_created FROM run(:rule, '2026-11-20 04:00Z');
SELECT * FROM pg_temp.windows();
-- a key that is new: its window alone is evaluated again
SELECT pg_temp.launch('2026-11-20 01:40Z', 'rsync -a /srv/ u@198.51.100.9:/in');
SELECT pg_temp.launch('2026-11-20 00:40Z', 'rsync -a /srv/ u@203.0.113.7:/in');
SELECT window_to, alerts_created FROM run(:rule, '2026-11-20 05:00Z');
SELECT * FROM pg_temp.windows();
-- while its alert is open, the key is loud: a late event goes on the alert
SELECT pg_temp.launch('2026-11-20 02:20Z', 'rsync -a /srv/ u@198.51.100.9:/in');
SELECT window_to, alerts_extended FROM run(:rule, '2026-11-20 06:00Z');
SELECT group_key -> 'habit.key' AS key, event_count, first_event, last_event FROM alerts WHERE rule_id = :rule;
-- one that is earlier than the event that was new takes its place
SELECT pg_temp.launch('2026-11-20 01:35Z', 'rsync -a /srv/ u@198.51.100.9:/in');
SELECT window_to, alerts_extended FROM run(:rule, '2026-11-20 07:00Z');
SELECT group_key -> 'habit.key' AS key, event_count, first_event, last_event FROM alerts WHERE rule_id = :rule;
-- when it is closed, the key is usual, but what comes at the very time of the event that was new is new
UPDATE alerts SET status = 'closed', close_reason = 'benign' WHERE rule_id = :rule;
SELECT pg_temp.launch('2026-11-20 02:25Z', 'rsync -a /srv/ u@198.51.100.9:/in');
SELECT window_to, alerts_created, alerts_extended FROM run(:rule, '2026-11-20 08:00Z');
SELECT pg_temp.launch('2026-11-20 01:35Z', 'rsync -a /srv/ u@198.51.100.9:/in');
SELECT window_to, alerts_created, alerts_extended FROM run(:rule, '2026-11-20 09:00Z');
-- late for a closed alert, and between events that it counted: it is not counted, but shown with them
SELECT event_count AS counted, (SELECT count(*) FROM alert_events(a.id)) AS shown FROM alerts AS a WHERE rule_id = :rule AND first_event = '2026-11-20 01:35Z' AND event_count > 1;
SELECT pg_temp.launch('2026-11-20 01:37Z', 'rsync -a /srv/ u@198.51.100.9:/in');
SELECT window_to, alerts_created, alerts_extended FROM run(:rule, '2026-11-20 09:30Z');
SELECT event_count AS counted, (SELECT count(*) FROM alert_events(a.id)) AS shown FROM alerts AS a WHERE rule_id = :rule AND first_event = '2026-11-20 01:35Z' AND event_count > 1;
-- an exception keeps events from being seen: nothing is taken for granted
INSERT INTO exceptions (rule_id, stage, condition) VALUES (:rule, 'event', 'process.parent.executable == "/opt/known"');
SELECT pg_temp.launch('2026-11-20 00:50Z', 'rsync -a /srv/ u@203.0.113.7:/in');
SELECT window_to, alerts_created FROM run(:rule, '2026-11-20 10:00Z');
SELECT * FROM pg_temp.windows();
-- what a run's own transaction has brought is looked at twice, and counted once
DELETE FROM exceptions WHERE rule_id = :rule;
BEGIN;
SELECT pg_temp.launch('2026-11-20 00:55Z', 'rsync -a /srv/ u@203.0.113.7:/in');
SELECT window_to, alerts_created FROM run(:rule, '2026-11-20 11:00Z');
COMMIT;
SELECT window_to, alerts_created FROM run(:rule, '2026-11-20 12:00Z');
SELECT * FROM pg_temp.windows() WHERE window_to = '2026-11-20 01:00Z';

-- a day on which the key was not seen yet, of a key that is usual: it is learned, and no window is evaluated again
SELECT count(*), sum(alerts_created) FROM run(:rule, '2026-11-21 02:00Z');
SELECT space, key, days, last_seen FROM habits WHERE rule_id = :rule AND key = '{203.0.113.7}';
SELECT pg_temp.launch('2026-11-21 00:30Z', 'rsync -a /srv/ u@203.0.113.7:/in');
SELECT window_to, alerts_created FROM run(:rule, '2026-11-21 03:00Z');
SELECT space, key, days, last_seen FROM habits WHERE rule_id = :rule AND key = '{203.0.113.7}';
SELECT * FROM pg_temp.windows() WHERE window_to > '2026-11-21';
-- the same day again, by an earlier event
SELECT pg_temp.launch('2026-11-21 00:20Z', 'rsync -a /srv/ u@203.0.113.7:/in');
SELECT window_to, alerts_created FROM run(:rule, '2026-11-21 04:00Z');
SELECT * FROM pg_temp.windows() WHERE window_to > '2026-11-21';

-- a host that the fleet has is no news because of addresses that any host has
INSERT INTO events (timestamp, agent_id, host_name, host_os_type, host_ip, event_type, event_action, process_name)
SELECT t, 'a', 'db-1.corp.example', 'linux', '{10.0.0.9,127.0.0.1,169.254.7.7,::1,fe80::1}', '{start}', '{exec}', 'ls'
FROM unnest('{2026-11-21 04:10Z,2026-11-21 05:10Z}'::timestamptz[]) AS t;
SELECT name, events FROM event_hosts('2026-11-21 04:00Z', '2026-11-21 05:00Z') WHERE name IS NOT NULL;
SELECT window_to, alerts_created FROM run(:rule, '2026-11-21 05:00Z');
SELECT name, addresses FROM fleet_hosts WHERE name = 'db-1.corp.example';
SELECT name, events FROM event_hosts('2026-11-21 05:00Z', '2026-11-21 06:00Z') WHERE name IS NOT NULL;

-- A query that looks at several events at once finds what late events alone do not show: windows are evaluated whole.
INSERT INTO rules (rule_id, name, query, severity, risk_score, enabled) VALUES
	('several', 'several', 'FROM logs-* | WHERE process.name == "tar" | INLINE STATS n = COUNT(*) BY host.name | WHERE n >= 3', 'low', 1, true),
	('limited', 'limited', 'FROM logs-* | WHERE process.name == "zip" | SORT @timestamp | LIMIT 1 | WHERE host.name IS NOT NULL', 'low', 1, true);
INSERT INTO habit_spaces (rule_id, space, expressions, scope, reason)
SELECT r.rule_id, 'command', '{process.command_line}', 'host', 'new: {key}' FROM rules AS r WHERE r.rule_id IN ('several', 'limited');
SELECT sum(l.events) FROM rules AS r, learn(r.rule_id, '2026-11-10', '2026-11-20') AS l WHERE r.rule_id IN ('several', 'limited');
SELECT pg_temp.launch('2026-11-20 00:10Z', 'tar a'), pg_temp.launch('2026-11-20 00:11Z', 'tar a');
SELECT window_to, alerts_created FROM run('several', '2026-11-20 01:00Z');
SELECT window_to, alerts_created FROM run('several', '2026-11-20 02:00Z');
SELECT window_to, alerts_created FROM run('limited', '2026-11-20 01:00Z');
SELECT window_to, alerts_created FROM run('limited', '2026-11-20 02:00Z');
-- the third of its host; one in each window
SELECT pg_temp.launch('2026-11-20 00:30Z', 'tar b'), pg_temp.launch('2026-11-20 00:30Z', 'zip c'), pg_temp.launch('2026-11-20 01:30Z', 'zip d');
SELECT window_to, alerts_created FROM run('several', '2026-11-20 03:00Z') ORDER BY window_to;
SELECT window_to, alerts_created FROM run('limited', '2026-11-20 03:00Z') ORDER BY window_to;
DELETE FROM alerts WHERE rule_id IN ('several', 'limited');
DELETE FROM rules WHERE rule_id IN ('several', 'limited');

-- An alert is closed with several events of its window, and then the window is evaluated again. Its hit is counted by the times that
-- the run has read, as the query counts it.
CREATE FUNCTION pg_temp.counted() RETURNS TABLE (key jsonb, status text, counted bigint, hit bigint, from_time timestamptz, to_time timestamptz, by_query bigint) LANGUAGE sql AS $$
	SELECT a.group_key -> 'habit.key', a.status, a.event_count, h.event_count, h.span_from, h.span_to,
		(transfer_detect_internal.recount(h, a.group_key, h.span_from, h.span_to)).event_count
	FROM transfer_detect.alerts AS a JOIN transfer_detect.alert_hits AS h ON h.alert_id = a.id
	WHERE a.rule_id = 'first-seen-file-transfer' AND a.first_event >= '2026-11-21 05:00Z' ORDER BY h.span_from, a.id
$$;
UPDATE alerts SET status = 'closed', close_reason = 'benign' WHERE rule_id = :rule AND status <> 'closed';
SELECT count(*) FROM (SELECT pg_temp.launch(t, 'rsync -a /srv/ u@198.51.100.77:/in') FROM generate_series('2026-11-21 05:10Z'::timestamptz, '2026-11-21 05:30Z', '5 minutes') AS t) AS q;
SELECT window_to, alerts_created, alerts_extended, known FROM run(:rule, '2026-11-21 06:00Z');
UPDATE alerts SET status = 'closed', close_reason = 'benign' WHERE rule_id = :rule AND status <> 'closed';
SELECT * FROM pg_temp.counted();
-- late: one between its events, one behind them, and one of a new key, which has the window evaluated again
SELECT pg_temp.launch('2026-11-21 05:12Z', 'rsync -a /srv/ u@198.51.100.77:/in');
SELECT pg_temp.launch('2026-11-21 05:50Z', 'rsync -a /srv/ u@198.51.100.77:/in');
SELECT pg_temp.launch('2026-11-21 05:20Z', 'rsync -a /srv/ u@198.51.100.78:/in');
SELECT window_to, alerts_created, alerts_extended, known FROM run(:rule, '2026-11-21 07:00Z');
SELECT * FROM pg_temp.counted();
-- and again, with nothing more of that key
SELECT pg_temp.launch('2026-11-21 05:21Z', 'rsync -a /srv/ u@198.51.100.79:/in');
SELECT window_to, alerts_created, alerts_extended, known FROM run(:rule, '2026-11-21 08:00Z');
SELECT * FROM pg_temp.counted();
-- an earlier one is the first after all: it is outside of what the closed alert has, and makes another
SELECT pg_temp.launch('2026-11-21 05:05Z', 'rsync -a /srv/ u@198.51.100.77:/in');
SELECT window_to, alerts_created, alerts_extended, known FROM run(:rule, '2026-11-21 09:00Z');
SELECT * FROM pg_temp.counted();
-- with other exceptions than a hit was counted with, the run has not read what the hit has: it is counted by the query, with its own
INSERT INTO exceptions (rule_id, stage, condition) VALUES (:rule, 'event', 'process.parent.executable == "/opt/known"');
SELECT pg_temp.launch('2026-11-21 05:13Z', 'rsync -a /srv/ u@198.51.100.77:/in');
SELECT pg_temp.launch('2026-11-21 05:14Z', 'rsync -a /srv/ u@198.51.100.77:/in', '/opt/known');
SELECT window_to, alerts_created, alerts_extended, known FROM run(:rule, '2026-11-21 10:00Z');
SELECT * FROM pg_temp.counted();
DELETE FROM exceptions WHERE rule_id = :rule;
-- repeated, all is known
SELECT window_to, alerts_created, alerts_extended, known FROM backfill(:rule, '2026-11-21 05:00Z', '2026-11-21 06:00Z');
SELECT * FROM pg_temp.counted();
-- a part of a hit by such times
SELECT (recount(h, '{}', '2026-11-21 05:10Z', '2026-11-21 05:20Z', ARRAY['2026-11-21 05:25Z', '2026-11-21 05:20Z', '2026-11-21 05:15Z', '2026-11-21 05:05Z']::timestamptz[])).*
FROM (SELECT x.* FROM (VALUES (NULL)) AS v LEFT JOIN alert_hits AS x ON false) AS h;

-- a host whose events have several lists of addresses, or none, has a row for each; events without a name are among the others
INSERT INTO events (timestamp, host_name, host_ip, process_name)
SELECT '2026-11-21 12:00Z'::timestamptz + e.place * interval '1 minute', e.name, e.addresses, 'ls'
FROM (VALUES (1, 'db-2', '{10.0.0.10}'::inet[]), (2, 'db-2', '{10.0.0.11}'), (3, 'db-2', NULL), (4, 'db-2', '{10.0.0.10}'), (5, 'db-2', '{10.0.0.11}'),
	(6, 'db-2', '{10.0.0.10}'), (7, NULL, '{10.0.0.10}'), (8, NULL, NULL), (9, NULL, '{10.0.0.10}')) AS e(place, name, addresses);
SELECT * FROM event_hosts('2026-11-21 12:00Z', '2026-11-21 13:00Z') ORDER BY name, addresses;

-- nothing is left for the tests that follow
DELETE FROM alerts; DELETE FROM runs; DELETE FROM checkpoints; DELETE FROM habits; DELETE FROM events; DELETE FROM fleet_hosts; DELETE FROM outbox;
DELETE FROM transfer_detect_internal.snapshots;
