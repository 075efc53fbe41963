-- survey(): what a rule would have filed, with nothing left behind.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET client_min_messages = warning;	-- not how far backfill() is
SET timezone = 'UTC';
\pset null null
TRUNCATE events;	-- of other tests
INSERT INTO events (timestamp, host_os_type, event_type, event_action, process_name, process_executable, process_parent_executable,
	process_command_line, agent_id, host_name)
SELECT t, 'linux', '{start}', '{exec}', split_part(command, ' ', 1), '/usr/bin/' || split_part(command, ' ', 1), '/usr/bin/bash', command, host, host
FROM (SELECT d + '03:10'::interval, to_char(d, '"rsync -a /backup/"YYYY-MM-DD" nas:/in"'), 'db-1' FROM generate_series('2026-11-20Z'::timestamptz, '2026-11-22Z', '1 day') AS d
	UNION ALL SELECT d + '04:10'::interval, 'scp -q report.txt vault:', 'web-1' FROM generate_series('2026-11-20Z'::timestamptz, '2026-11-22Z', '1 day') AS d
	UNION ALL VALUES ('2026-11-21 04:40Z'::timestamptz, 'scp -q report.txt vault:', 'web-1'), ('2026-11-21 05:20Z', 'scp -q report.txt vault:', 'web-1'),
		('2026-11-22 00:00Z', 'sftp at-midnight', 'web-2'), ('2026-11-22 23:30Z', 'sftp bob@out', 'web-2')) AS v(t, command, host);
CREATE VIEW public.all_there_is AS
SELECT (SELECT count(*) FROM rules) AS rules, (SELECT count(*) FROM rule_versions) AS versions, (SELECT count(*) FROM exceptions) AS exceptions,
	(SELECT count(*) FROM exception_hits) AS hits, (SELECT count(*) FROM runs) AS runs, (SELECT count(*) FROM alerts) AS alerts,
	(SELECT count(*) FROM alert_hits) AS alert_hits, (SELECT count(*) FROM alert_history) AS history, (SELECT count(*) FROM checkpoints) AS checkpoints,
	(SELECT count(*) FROM outbox) AS outbox, (SELECT count(*) FROM snapshots) AS snapshots,
	(SELECT count(*) FROM habits) AS habits, (SELECT count(*) FROM habit_spaces) AS spaces, (SELECT count(*) FROM fleet_hosts) AS hosts;
TRUNCATE alerts, alert_hits, alert_history, runs, checkpoints, snapshots, habits, fleet_hosts;
CREATE TEMPORARY TABLE at_first AS SELECT * FROM all_there_is;
-- a day a row: the same text comes back after its alert was closed
SELECT * FROM survey('unusual-file-transfer-utility-launched', '2026-11-20 00:00Z', '2026-11-23 00:00Z');
-- or it goes on one that nobody closes
SELECT * FROM survey('unusual-file-transfer-utility-launched', '2026-11-20 00:00Z', '2026-11-23 00:00Z', close_daily => false);
-- the days of the session's time zone
SET timezone = 'America/New_York';
SELECT subject, filed, extended FROM survey('unusual-file-transfer-utility-launched', '2026-11-20 00:00Z', '2026-11-23 00:00Z');
SET timezone = 'UTC';
-- what exceptions take away
INSERT INTO exceptions (rule_id, condition) VALUES ('unusual-file-transfer-utility-launched', 'process.command_line LIKE "scp -q *"');
SELECT subject, filed, extended, excepted, noisiest FROM survey('unusual-file-transfer-utility-launched', '2026-11-20 00:00Z', '2026-11-23 00:00Z');
-- a query
SELECT * FROM survey('FROM logs-endpoint.events.process-* | WHERE process.name == "sftp" | KEEP process.command_line, host.name', '2026-11-20 00:00Z', '2026-11-23 00:00Z');
-- a rule that knows habits: it has learned from what came before, and says why; survey and backfill agree
SELECT subject, filed, extended, hosts, reasons, noisiest FROM survey('first-seen-file-transfer', '2026-11-21 00:00Z', '2026-11-23 00:00Z');
SELECT subject, filed, extended, hosts, reasons FROM survey('first-seen-file-transfer', '2026-11-20 00:00Z', '2026-11-23 00:00Z', close_daily => false) WHERE subject = 'in all';
SELECT (a.habits, a.spaces, a.hosts, a.versions) = (f.habits, f.spaces, f.hosts, f.versions) AS the_same FROM all_there_is AS a, at_first AS f;
SELECT sum(alerts_created) AS filed, sum(alerts_extended) AS extended FROM backfill('first-seen-file-transfer', '2026-11-20 00:00Z', '2026-11-23 00:00Z');
TRUNCATE alerts, alert_hits, alert_history, runs, checkpoints, snapshots, habits, fleet_hosts;
-- what has been filed changes nothing
CREATE TEMPORARY TABLE before AS SELECT * FROM survey('unusual-file-transfer-utility-launched', '2026-11-20 00:00Z', '2026-11-23 00:00Z');
SELECT count(*), sum(alerts_created) FROM backfill('unusual-file-transfer-utility-launched', '2026-11-20 00:00Z', '2026-11-23 00:00Z');
SELECT count(*) AS rows, count(b) AS same FROM survey('unusual-file-transfer-utility-launched', '2026-11-20 00:00Z', '2026-11-23 00:00Z') AS s LEFT JOIN before AS b ON b = s;
-- and the backfill files what the survey says
SELECT sum(filed) FROM survey('unusual-file-transfer-utility-launched', '2026-11-20 00:00Z', '2026-11-23 00:00Z', close_daily => false) WHERE subject = 'in all';
TRUNCATE alerts, alert_hits, alert_history, runs, checkpoints, snapshots, habits, fleet_hosts;
-- nothing is left
DELETE FROM exceptions;
SELECT a = f AS the_same FROM all_there_is AS a, at_first AS f;
SELECT rule_id, enabled FROM rules WHERE rule_id LIKE 'survey%';
-- all rules
SELECT subject, filed, extended, hosts, noisiest FROM survey(NULL, '2026-11-20 00:00Z', '2026-11-23 00:00Z');
-- errors
\set VERBOSITY terse
SELECT * FROM survey('no-such-rule');
SELECT * FROM survey('FROM x | WHERE');
SELECT * FROM survey('unusual-file-transfer-utility-launched', '2026-11-23 00:00Z', '2026-11-20 00:00Z');
SELECT * FROM survey('unusual-file-transfer-utility-launched', NULL);
-- a window that fails ends it, and says so
CREATE VIEW public.broken AS SELECT timestamp, host_name, 1 / (extract(hour FROM timestamp)::integer - 5) AS n FROM events;
SELECT subject, filed, hosts FROM survey('FROM public.broken | WHERE n IS NOT NULL | KEEP host.name, n', '2026-11-21 00:00Z', '2026-11-23 00:00Z');
\set VERBOSITY default
DROP VIEW public.broken;
SELECT a = f AS the_same FROM all_there_is AS a, at_first AS f;
DROP TABLE at_first;
DROP VIEW public.all_there_is;
TRUNCATE events;
