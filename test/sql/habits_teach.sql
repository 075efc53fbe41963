-- What closing an alert teaches, again and again; what an analyst widens; what is never hidden; learning, forgetting, floods.
\set ON_ERROR_ROLLBACK on
\set VERBOSITY terse
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
-- messages have numbers of alerts
ALTER TABLE alerts ALTER COLUMN id RESTART WITH 1;
-- one space of each scope
UPDATE rules SET enabled = false;
INSERT INTO rules (rule_id, name, query, look_back) VALUES ('taught', 'Taught', 'FROM logs-endpoint.events.process-* | WHERE transfer.utility == "scp"
	| KEEP @timestamp, host.name, agent.id, process.command_line, process.executable, process.parent.executable, transfer.direction, transfer.remote_host, transfer.remote_user, transfer.host_role', '1 hour');
INSERT INTO habit_spaces (rule_id, space, place, expressions, scope, weight, reason) VALUES
	('taught', 'host', 1, '{transfer.remote_host}', 'host', 60, 'first time in {days} days that {scope} {does} {key}'),
	('taught', 'parent', 2, '{process.parent.executable}', 'role', 40, 'parent {key} is new for {scope}'),
	('taught', 'account', 3, '{transfer.remote_user}', 'fleet', 30, 'account {key} is new');
-- one that does not say whose habit it is
INSERT INTO rules (rule_id, name, query) VALUES ('homeless', 'Homeless', 'FROM logs-endpoint.events.process-* | KEEP @timestamp, host.name, process.executable');
INSERT INTO habit_spaces (rule_id, space, expressions, scope, reason) VALUES ('homeless', 'x', '{process.executable}', 'role', '');
CREATE TEMPORARY SEQUENCE hours;
-- an hour with one event; what its run came to
CREATE FUNCTION pg_temp.hour(host text, remote text, parent text DEFAULT '/usr/sbin/cron', account text DEFAULT 'u') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	at CONSTANT timestamptz := '2026-11-20 00:30Z'::timestamptz + nextval('hours') * interval '1 hour';
	run transfer_detect.runs;
BEGIN
	INSERT INTO transfer_detect.events (timestamp, agent_id, host_name, host_os_type, event_type, event_action, process_name, process_executable, process_command_line, process_parent_executable)
	VALUES (at, 'a', host, 'linux', '{start}', '{exec}', 'scp', '/usr/bin/scp', format('scp f %s@%s:', account, remote), parent);
	SELECT b.* INTO run FROM transfer_detect.backfill('taught', at - interval '30 minutes', at + interval '30 minutes') AS b;
	RETURN format('%s filed, %s extended', run.alerts_created, run.alerts_extended);
END
$$;
CREATE FUNCTION pg_temp.close(reason text) RETURNS bigint LANGUAGE sql AS $$
	UPDATE transfer_detect.alerts SET status = 'closed', close_reason = reason WHERE id = (SELECT max(id) FROM transfer_detect.alerts) RETURNING id
$$;
CREATE VIEW pg_temp.taught AS SELECT space, scope, key, loud, taught FROM habits WHERE rule_id = 'taught' ORDER BY space, scope, key;
SELECT pg_temp.hour('web-1', 'drop.example');
SELECT status, severity, risk_score, reasons FROM alerts;
SELECT pg_temp.hour('web-1', 'drop.example') AS while_open;
SELECT pg_temp.close('benign') > 0 AS closed;
TABLE pg_temp.taught;
SELECT pg_temp.hour('web-1', 'drop.example') AS benign;
-- opened again: what happens from now on belongs to it
UPDATE alerts SET status = 'acknowledged' WHERE id = (SELECT max(id) FROM alerts);
SELECT pg_temp.hour('web-1', 'drop.example') AS reopened;
SELECT status, event_count, (SELECT count(*) FROM alert_events(id)) AS documents FROM alerts;
-- a true positive stays loud, however often its next alert is closed as one
SELECT pg_temp.close('true_positive') > 0 AS closed;
TABLE pg_temp.taught;
SELECT pg_temp.hour('web-1', 'drop.example') AS hostile;
SELECT group_key ->> 'habit.space' AS space, reasons, severity FROM alerts WHERE status <> 'closed' ORDER BY 1;
SELECT pg_temp.close('true_positive') > 0 AS closed FROM generate_series(1, 3);
UPDATE alerts SET status = 'closed', close_reason = 'true_positive' WHERE status <> 'closed';
SELECT pg_temp.hour('web-1', 'drop.example') AS hostile;
-- on an event that is benign otherwise too
UPDATE alerts SET status = 'closed', close_reason = 'true_positive' WHERE status <> 'closed';
SELECT pg_temp.hour('web-1', 'drop.example', '/opt/other', 'v') AS hostile;
UPDATE alerts SET status = 'closed', close_reason = 'benign' WHERE status <> 'closed' AND group_key ->> 'habit.space' <> 'host';
UPDATE alerts SET status = 'closed', close_reason = 'true_positive' WHERE status <> 'closed';
SELECT space, scope, key, loud, taught FROM habits WHERE space = 'host';
SELECT pg_temp.hour('web-1', 'drop.example', '/opt/other', 'v') AS hostile;
-- what was usual elsewhere, or is made usual for all, does not hide it
UPDATE alerts SET status = 'closed', close_reason = 'true_positive' WHERE status <> 'closed';
SELECT pg_temp.hour('web-2', 'drop.example', '/opt/other', 'v');
SELECT pg_temp.close('benign') > 0 AS closed;
SELECT teach((SELECT max(id) FROM alerts), 'fleet');
SELECT teach((SELECT max(id) FROM alerts), 'fleet');
SELECT pg_temp.hour('web-3', 'drop.example', '/opt/other', 'v') AS usual_for_all;
SELECT pg_temp.hour('db-1', 'drop.example', '/opt/other', 'v') AS parent_of_another_role;
SELECT pg_temp.close('benign') > 0 AS closed;
SELECT pg_temp.hour('web-1', 'drop.example', '/opt/other', 'v') AS hostile;
-- an older alert of a key decides nothing
UPDATE alerts SET status = 'closed', close_reason = 'true_positive' WHERE status <> 'closed';
UPDATE alerts SET close_reason = 'benign' WHERE id = (SELECT min(id) FROM alerts);
SELECT space, scope, loud, taught FROM habits WHERE scope = 'web-1';
-- whoever changes his mind about the last one
UPDATE alerts SET close_reason = 'false_positive' WHERE id = (SELECT max(id) FROM alerts WHERE group_key ->> 'habit.scope' = 'web-1');
SELECT space, scope, loud, taught FROM habits WHERE scope = 'web-1';
UPDATE habits SET loud = false WHERE loud;
SELECT pg_temp.hour('web-1', 'drop.example', '/opt/other', 'v') AS usual_again;

-- the role: for web hosts only
SELECT pg_temp.hour('web-1', 'partner.example', '/opt/other', 'v');
SELECT pg_temp.close('false_positive') > 0 AS closed;
SELECT teach((SELECT max(id) FROM alerts), 'role');
SELECT pg_temp.hour('web-9', 'partner.example', '/opt/other', 'v') AS role_of_it, pg_temp.hour('db-1', 'partner.example', '/opt/other', 'v') AS another_role;
-- what a fleet does needs no widening
SELECT pg_temp.close('benign') > 0 AS closed;
SELECT pg_temp.hour('web-1', 'partner.example', '/opt/other', 'new');
SELECT pg_temp.close('benign') > 0 AS closed;
SELECT teach((SELECT max(id) FROM alerts), 'fleet');
SELECT pg_temp.hour('web-1', 'partner.example', '/opt/third', 'new');
SELECT pg_temp.close('true_positive') > 0 AS closed;
SELECT teach((SELECT max(id) FROM alerts), 'fleet');

-- without a past the rule says that it is learning, and how to learn at once; with one it does not
SELECT message ~ 'is learning what is usual.*SELECT \* FROM transfer_detect.learn\(''taught'', ' AS says_so FROM runs ORDER BY id DESC LIMIT 1;
SELECT bool_or(reasons @> '{"the rule is still learning what is usual"}') AS on_alerts FROM alerts;
SELECT learning, habits, new_habits_per_day IS NOT NULL AS counts_new, forgets_next FROM rule_health WHERE rule_id = 'taught';
SELECT events > 0 AS looked FROM learn('taught', '2026-10-21', '2026-11-20 00:00Z');
SELECT events > 0 AS looked FROM learn('taught', '2026-10-21', '2026-11-21 00:00Z');
SELECT pg_temp.hour('web-1', 'late.example', '/opt/third', 'new');
SELECT message FROM runs ORDER BY id DESC LIMIT 1;
SELECT reasons FROM alerts ORDER BY id DESC LIMIT 1;

-- a flood: each is an alert, known to the memory, the first hundred within the cap
INSERT INTO events (timestamp, agent_id, host_name, host_os_type, event_type, event_action, process_name, process_executable, process_command_line, process_parent_executable)
SELECT '2026-11-25 00:10Z'::timestamptz + i * interval '100 ms', 'a', 'web-1', 'linux', '{start}', '{exec}', 'scp', '/usr/bin/scp', format('scp f u@%s.example:', i), '/usr/sbin/cron'
FROM generate_series(1, 1200) AS i;
SET LOCAL client_min_messages = warning;	-- not how far backfill() is
SELECT alerts_created, known, over_cap FROM backfill('taught', '2026-11-25 00:00Z', '2026-11-25 01:00Z');
SELECT alerts_created, known, over_cap FROM backfill('taught', '2026-11-25 00:00Z', '2026-11-25 01:00Z');
SELECT count(*), count(*) FILTER (WHERE h.loud AND cardinality(h.filed) = 1 AND a.risk_score = 60 AND cardinality(a.reasons) = 1) AS marked
FROM habits AS h JOIN alerts AS a ON a.id = h.alert_id WHERE a.created_at = now() AND a.first_event >= '2026-11-25' AND h.space = 'host';
-- benign, all of them: usual, until it is forgotten
UPDATE alerts SET status = 'closed', close_reason = 'benign' WHERE status <> 'closed';
SELECT count(*) FROM habits WHERE loud AND taught IS DISTINCT FROM 'hostile';
SET client_min_messages = error;	-- whether these times lie in the future depends on the day of the test
SELECT forget('taught', '2026-12-01'), forget('taught', '2027-01-15') >= 1200 AS all_of_the_flood;
RESET client_min_messages;
SELECT space, loud, taught, count(*) FROM habits WHERE rule_id = 'taught' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
ROLLBACK;
