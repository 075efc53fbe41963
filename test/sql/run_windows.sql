-- Windows: where they lie, what two of them share, what is caught up and what is a gap, and the cap.
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL client_min_messages = warning;	-- not how far backfill() is
SET LOCAL timezone = 'Europe/Berlin';		-- in October a day of it has 25 hours
SET LOCAL datestyle = 'ISO';
CREATE TABLE public.launches (LIKE events);
CREATE FUNCTION pg_temp.launch(at timestamptz, host text, command text, number integer DEFAULT 1) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO public.launches (timestamp, host_os_type, event_type, event_action, process_name, process_executable,
		process_parent_executable, process_command_line, agent_id, host_name)
	SELECT at + i * interval '1 second', 'linux', '{start}', '{exec}', 'scp', '/usr/bin/scp', '/bin/sh', command, 'agent of ' || host, host
	FROM generate_series(0, number - 1) AS i
$$;
-- the rule without a time of its own: it sees all of its window, 61 of 60 minutes
INSERT INTO rules (rule_id, name, query, events, enabled) VALUES ('rare', 'Rare', $esql$
	FROM logs-* | WHERE process.name == "scp"
	| STATS cc = COUNT(), agent_count = COUNT_DISTINCT(agent.id), host.name = VALUES(host.name), agent.id = VALUES(agent.id)
		BY process.command_line
	| WHERE agent_count == 1 AND cc < 5
	| SORT cc, process.command_line
	| LIMIT 100$esql$, 'public.launches', true);
CREATE VIEW pg_temp.alert AS
	SELECT process_command_line AS command, status, event_count AS events, host_names AS hosts, first_event, last_event, last_window, over_cap,
		(SELECT count(*) FROM alert_events(a.id)) AS documents, (SELECT count(*) FROM alert_hits AS h WHERE h.alert_id = a.id) AS hits
	FROM alerts AS a WHERE a.rule_id LIKE 'rare%' ORDER BY process_command_line COLLATE "C", a.id;

-- an event in the minute that two windows share is counted once, alone and with others
SELECT count(*) FROM (VALUES
	('2026-11-20 09:59:30Z'::timestamptz, 'a', 'shared', 1),
	('2026-11-20 09:20Z', 'b', 'shared and before', 1), ('2026-11-20 09:59:30Z', 'b', 'shared and before', 1),
	('2026-11-20 09:59:30Z', 'c', 'shared and after', 1), ('2026-11-20 10:40Z', 'd', 'shared and after', 1),
	('2026-11-20 09:20Z', 'e', 'on both sides', 1), ('2026-11-20 09:59:30Z', 'e', 'on both sides', 2), ('2026-11-20 10:40Z', 'e', 'on both sides', 1))
	AS v(at, host, command, number), pg_temp.launch(at, host, command, number);
SELECT window_from, window_to, events_scanned, events_matched, groups, alerts_created, alerts_extended, known FROM run('rare', '2026-11-20 10:00Z');
TABLE pg_temp.alert;
SELECT window_from, window_to, events_scanned, events_matched, groups, alerts_created, alerts_extended, known FROM run('rare', '2026-11-20 11:00Z');
TABLE pg_temp.alert;	-- two agents in the second window: "shared and after" is not rare there
SELECT h.span_from, h.span_to, h.as_of, h.event_count FROM alert_hits AS h JOIN alerts AS a ON a.id = h.alert_id
WHERE a.process_command_line = 'on both sides' ORDER BY 1;
SELECT count(*), sum(known) FROM backfill('rare', '2026-11-20 09:00Z', '2026-11-20 11:00Z');
TABLE pg_temp.alert;

-- Four events before a full hour and four after, on one host. Eight within one window are too many for the rule; four in
-- each of two are few twice: one alert, which says eight.
SELECT pg_temp.launch('2026-11-20 11:50Z', 'f', 'four and four', 4), pg_temp.launch('2026-11-20 12:10Z', 'f', 'four and four', 4),
	pg_temp.launch('2026-11-20 12:30Z', 'f', 'eight', 8);
SELECT window_to, alerts_created, alerts_extended, known FROM run('rare', '2026-11-20 13:00Z');
SELECT * FROM pg_temp.alert WHERE events >= 4;
-- the first four in the shared minute: the second window has all eight, and finds nothing rare
SELECT pg_temp.launch('2026-11-20 13:59:10Z', 'f', 'four shared and four', 4), pg_temp.launch('2026-11-20 14:10Z', 'f', 'four shared and four', 4);
SELECT window_to, alerts_created, alerts_extended, known FROM run('rare', '2026-11-20 15:00Z');
SELECT * FROM pg_temp.alert WHERE command = 'four shared and four';

-- an outage of five hours: five windows, as if it had not been; a twin that runs each hour finds the same
INSERT INTO rules (rule_id, name, query, events, enabled) SELECT 'rare-twin', name, query, events, enabled FROM rules WHERE rule_id = 'rare';
SELECT count(*) FROM run('rare-twin', '2026-11-20 15:00Z');
SELECT count(*) FROM generate_series(1, 42) AS i,
	pg_temp.launch('2026-11-20 15:00Z'::timestamptz + i * interval '7 minutes', 'host ' || i % 3, 'outage ' || i % 9);
SELECT count(*) FROM generate_series('2026-11-20 16:00Z'::timestamptz, '2026-11-20 20:00Z', '1 hour') AS h, run('rare-twin', h);
SELECT window_from, window_to, status, alerts_created, alerts_extended FROM run('rare', '2026-11-20 20:00Z');
CREATE VIEW pg_temp.filed AS
	SELECT a.rule_id, a.group_key, a.event_count, a.first_event, a.last_event, a.host_names, a.result, a.status, a.last_window
	FROM alerts AS a WHERE a.last_window > '2026-11-20 15:00Z';
SELECT rule_id, count(*) FROM pg_temp.filed GROUP BY 1 ORDER BY 1;
SELECT f.group_key, f.event_count, f.first_event, f.last_event, f.host_names, f.result FROM pg_temp.filed AS f WHERE rule_id = 'rare'
EXCEPT ALL
SELECT f.group_key, f.event_count, f.first_event, f.last_event, f.host_names, f.result FROM pg_temp.filed AS f WHERE rule_id = 'rare-twin';

-- as_of between two full hours: a shorter step, and the next windows count from there
SELECT window_from, window_to FROM run('rare', '2026-11-20 20:30Z');
SELECT window_from, window_to FROM run('rare', '2026-11-20 22:00Z');

-- a long outage: the last windows are caught up, the rest is named, and a gap that goes on is one gap
UPDATE rules SET max_catch_up = 2 WHERE rule_id = 'rare';
SELECT window_from, window_to, status, message FROM run('rare', '2026-11-21 08:00Z');
SELECT version FROM rules WHERE rule_id = 'rare';		-- that made no new version
SELECT checkpoint FROM checkpoints WHERE rule_id = 'rare';
UPDATE checkpoints SET checkpoint = '2026-11-21 06:00Z' WHERE rule_id = 'rare';
SELECT window_from, window_to, status FROM run('rare', '2026-11-21 09:00Z');
SELECT gaps, gap_time FROM rule_health WHERE rule_id = 'rare';
-- a backfill fills it, or a part of it
SELECT count(*) FROM backfill('rare', '2026-11-21 01:00Z', '2026-11-21 03:00Z');
SELECT window_from, window_to, status FROM runs WHERE rule_id = 'rare' AND status IN ('gap', 'filled') ORDER BY 1;
SELECT count(*) FROM backfill('rare', '2026-11-20 21:00Z', '2026-11-21 07:00Z');
SELECT window_from, window_to, status, message FROM runs WHERE rule_id = 'rare' AND status IN ('gap', 'filled') ORDER BY 1;
SELECT checkpoint FROM checkpoints WHERE rule_id = 'rare';

-- days that are no 24 hours: windows of a day are
INSERT INTO rules (rule_id, name, query, events, run_interval, look_back, enabled)
SELECT 'rare-daily', name, query, events, '1 day', '1 day', enabled FROM rules WHERE rule_id = 'rare';
SELECT window_from AT TIME ZONE 'UTC' AS window_from, window_to AT TIME ZONE 'UTC' AS window_to
FROM backfill('rare-daily', '2026-10-24 12:00Z', '2026-10-27 12:00Z');

-- 250 groups over a cap of 100: all are filed, those beyond it are flagged, and the run has the number
SELECT count(*) FROM generate_series(1, 250) AS i,
	pg_temp.launch('2026-11-21 10:00Z'::timestamptz + i * interval '8 seconds', 'host ' || i % 5, 'many ' || lpad(i::text, 3, '0'), 1 + i % 2);
SELECT window_to, groups, alerts_created, over_cap FROM run('rare', '2026-11-21 11:00Z');
SELECT over_cap, count(*), min(events), max(events), min(command), max(command), sum(documents) FROM pg_temp.alert WHERE command LIKE 'many%' GROUP BY 1 ORDER BY 1;
-- max_alerts is a cap as well, the smaller one counts; an alert that comes within it is flagged no more
UPDATE rules SET max_alerts = 3 WHERE rule_id = 'rare';
SELECT count(*) FROM generate_series(1, 9, 2) AS i, pg_temp.launch('2026-11-21 11:10Z', 'host 1', 'many ' || lpad(i::text, 3, '0'), 2);
SELECT window_to, groups, alerts_created, alerts_extended, over_cap FROM run('rare', '2026-11-21 12:00Z');
SELECT command, events, over_cap FROM pg_temp.alert WHERE events > 2 AND command LIKE 'many%';

-- a rule for all, and what is disabled
UPDATE rules SET enabled = false WHERE rule_id = 'rare-twin';
SELECT rule_id, window_to FROM run(as_of => '2026-11-21 13:00Z') WHERE rule_id LIKE 'rare%';
SET LOCAL client_min_messages = notice;
SELECT * FROM run('rare-twin', '2026-11-21 13:00Z');
SET LOCAL client_min_messages = warning;

-- a rule whose rows are events, and one that counts everything
INSERT INTO rules (rule_id, name, query, events, enabled) VALUES
	('rare-row', 'Row', 'FROM logs-* | WHERE process.command_line LIKE "shared*" | KEEP process.command_line, host.name', 'public.launches', true),
	('rare-all', 'All', 'FROM logs-* | STATS n = COUNT(), agent_count = COUNT_DISTINCT(agent.id)', 'public.launches', true);
SELECT window_to, events_matched, groups, alerts_created FROM run('rare-row', '2026-11-20 11:00Z');
SELECT window_to, events_matched, groups, alerts_created FROM run('rare-all', '2026-11-20 11:00Z');
SELECT a.rule_id, a.title, a.group_key, a.event_count, a.agent_count, a.host_names, (SELECT count(*) FROM alert_events(a.id)) AS documents
FROM alerts AS a WHERE a.rule_id IN ('rare-row', 'rare-all') ORDER BY a.rule_id, a.title;

-- a rule that looks for silence: its group has no events, and is filed for each window once
INSERT INTO rules (rule_id, name, query, events, enabled) VALUES
	('rare-silence', 'Nothing comes in', 'FROM logs-* | STATS n = COUNT() | WHERE n == 0', 'public.launches', true);
SELECT window_to, events_matched, groups, alerts_created, alerts_extended, known FROM run('rare-silence', '2026-11-19 10:00Z');
SELECT window_to, alerts_created, alerts_extended, known FROM run('rare-silence', '2026-11-19 11:00Z');
UPDATE alerts SET status = 'closed', close_reason = 'other' WHERE rule_id = 'rare-silence';
SELECT window_to, alerts_created, alerts_extended, known FROM backfill('rare-silence', '2026-11-19 09:00Z', '2026-11-19 11:00Z');
SELECT window_to, alerts_created, alerts_extended, known FROM run('rare-silence', '2026-11-19 12:00Z');
-- an earlier one that the closed alert is not about
SELECT window_to, alerts_created, alerts_extended, known FROM backfill('rare-silence', '2026-11-19 10:00Z', '2026-11-19 12:00Z');
UPDATE alerts SET status = 'closed', close_reason = 'other' WHERE rule_id = 'rare-silence' AND status = 'open';
SELECT window_to, alerts_created, alerts_extended, known FROM backfill('rare-silence', '2026-11-19 07:00Z', '2026-11-19 12:00Z');
SELECT window_to, alerts_created, alerts_extended, known FROM backfill('rare-silence', '2026-11-19 07:00Z', '2026-11-19 12:00Z');
SELECT a.title, a.status, a.event_count, a.first_event, a.last_window, a.predecessor_id IS NOT NULL AS successor, (SELECT count(*) FROM alert_events(a.id)) AS documents
FROM alerts AS a WHERE a.rule_id = 'rare-silence' ORDER BY a.id;
ROLLBACK;
