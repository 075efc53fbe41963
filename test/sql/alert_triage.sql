-- What analysts do to alerts: status, reasons, successors, history; and who may do what.
\set ON_ERROR_ROLLBACK on
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL client_min_messages = warning;	-- not how far backfill() is
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
ALTER TABLE alerts ALTER id RESTART WITH 1001;
CREATE TABLE public.launches (timestamp timestamptz, host_name text, agent_id text, process_executable text, process_command_line text, secret boolean DEFAULT false);
INSERT INTO public.launches SELECT '2026-11-20 09:30Z', h, 'agent ' || h, '/usr/bin/scp', 'scp ' || h FROM unnest('{a,b,c}'::text[]) AS h;
INSERT INTO rules (rule_id, name, query, events, enabled, severity, risk_score, run_interval, look_back) VALUES ('triage', 'Triage',
	'FROM x | STATS cc = COUNT(), host.name = VALUES(host.name), agent.id = VALUES(agent.id) BY process.executable, process.command_line | SORT process.command_line',
	'public.launches', true, 'high', 73, '1 hour', '1 hour');
SELECT alerts_created FROM run('triage', '2026-11-20 10:00Z');
CREATE VIEW pg_temp.alert AS SELECT process_command_line AS command, status, close_reason, closed_at IS NOT NULL AS closed, event_count AS events,
	assignee, tags, notes, predecessor_id IS NOT NULL AS successor FROM alerts WHERE rule_id = 'triage' ORDER BY process_command_line, id;
TABLE pg_temp.alert;

-- the ways of an alert
UPDATE alerts SET status = 'acknowledged', assignee = 'ann', tags = '{exfiltration}', notes = 'Asked the owner.' WHERE process_command_line = 'scp a';
UPDATE alerts SET status = 'closed' WHERE process_command_line = 'scp a';
\set VERBOSITY terse
UPDATE alerts SET status = 'closed', close_reason = 'boring' WHERE process_command_line = 'scp a';
UPDATE alerts SET status = 'pending' WHERE process_command_line = 'scp b';
\set VERBOSITY default
UPDATE alerts SET close_reason = 'benign' WHERE process_command_line = 'scp a';
UPDATE alerts SET status = 'closed', close_reason = 'benign' WHERE process_command_line = 'scp a';
UPDATE alerts SET close_reason = 'true_positive' WHERE process_command_line = 'scp a';
UPDATE alerts SET status = 'acknowledged' WHERE process_command_line = 'scp b';
UPDATE alerts SET status = 'open' WHERE process_command_line = 'scp b';
TABLE pg_temp.alert;
UPDATE alerts SET status = 'open' WHERE process_command_line = 'scp a';
TABLE pg_temp.alert;
UPDATE alerts SET status = 'closed', close_reason = 'false_positive' WHERE process_command_line = 'scp a';

-- what it is about is not for changing, nor are counts that no hit has
UPDATE alerts SET group_key = '{}' WHERE process_command_line = 'scp a';
UPDATE alerts SET rule_id = 'other' WHERE process_command_line = 'scp a';
UPDATE alerts SET created_at = '2020-01-01' WHERE process_command_line = 'scp a';
UPDATE alerts SET event_count = 0 WHERE process_command_line = 'scp a';
UPDATE alerts SET last_event = now() WHERE process_command_line = 'scp a';

-- a hit on an open or acknowledged alert extends it; on a closed one's key, it files a successor
UPDATE alerts SET status = 'acknowledged' WHERE process_command_line = 'scp b';
INSERT INTO public.launches SELECT '2026-11-20 10:30Z', h || '2', 'agent ' || h || '2', '/usr/bin/scp', 'scp ' || h FROM unnest('{a,b,c}'::text[]) AS h;
SELECT alerts_created, alerts_extended FROM run('triage', '2026-11-20 11:00Z');
TABLE pg_temp.alert;
SELECT n.process_command_line, n.title, o.close_reason, n.severity, n.risk_score
FROM alerts AS n JOIN alerts AS o ON o.id = n.predecessor_id WHERE n.rule_id = 'triage';
SELECT title, host_names, agent_ids, agent_count, first_event, last_event FROM alerts WHERE process_command_line = 'scp b';
UPDATE alerts SET status = 'open' WHERE process_command_line = 'scp a' AND status = 'closed';
-- what was closed is not filed again by a backfill
UPDATE alerts SET status = 'closed', close_reason = 'duplicate' WHERE process_command_line = 'scp a' AND status = 'open';
SELECT window_to, alerts_created, alerts_extended, known FROM backfill('triage', '2026-11-20 09:00Z', '2026-11-20 11:00Z');
-- nor by one whose windows lie across, but for what no alert has counted
INSERT INTO public.launches VALUES ('2026-11-20 09:50Z', 'a3', 'agent a3', '/usr/bin/scp', 'scp a');
SELECT window_to, alerts_created, alerts_extended, known FROM backfill('triage', '2026-11-20 09:20Z', '2026-11-20 11:20Z');
SELECT status, first_event, last_event, event_count, (SELECT count(*) FROM alert_events(a.id)) AS documents,
	predecessor_id = lag(id) OVER (ORDER BY id) AS of_the_last
FROM alerts AS a WHERE process_command_line = 'scp a' ORDER BY id;

SELECT a.process_command_line, h.action, h.changes - 'closed_at' AS changes FROM alert_history AS h JOIN alerts AS a ON a.id = h.alert_id
WHERE a.rule_id = 'triage' ORDER BY a.process_command_line, h.id;

-- key and title: a long command line, control characters, many hosts
INSERT INTO public.launches SELECT '2026-11-20 11:30Z', 'host ' || i, 'agent', '/usr/bin/scp', E'scp \x1b[2J ' || repeat('x', 5000) FROM generate_series(1, 5) AS i;
SELECT alerts_created FROM run('triage', '2026-11-20 12:00Z');
SELECT replace(title, repeat('x', 140), '<140 x>') AS title, length(process_command_line), octet_length(key_digest) FROM alerts WHERE length(process_command_line) > 1000;

-- a role that may triage, and nothing else
CREATE ROLE regress_td_analyst;
GRANT SELECT, UPDATE (status, close_reason, assignee, tags, notes) ON alerts TO regress_td_analyst;
GRANT SELECT ON alert_history TO regress_td_analyst;
SET LOCAL ROLE regress_td_analyst;
UPDATE alerts SET status = 'closed', close_reason = 'other', notes = 'by the analyst' WHERE process_command_line = 'scp c';
UPDATE alerts SET status = 'open' WHERE process_command_line = 'scp c';
SELECT h.action, h.changed_by, h.changes - 'closed_at' AS changes FROM alert_history AS h JOIN alerts AS a ON a.id = h.alert_id
WHERE a.process_command_line = 'scp c' ORDER BY h.id DESC LIMIT 2;
UPDATE alerts SET event_count = 5 WHERE process_command_line = 'scp c';
UPDATE alerts SET updated_by = 'somebody else' WHERE process_command_line = 'scp c';
DELETE FROM alerts;
INSERT INTO alerts DEFAULT VALUES;
INSERT INTO alert_history (alert_id, changed_by, action, changes) SELECT id, 'x', 'changed', '{}' FROM alerts LIMIT 1;
UPDATE alert_history SET changed_by = 'somebody else';
SELECT count(*) FROM runs;
\set VERBOSITY terse
SELECT * FROM run('triage', '2026-11-20 13:00Z');
SELECT alert_events(id) FROM alerts WHERE process_command_line = 'scp c';
SELECT * FROM purge_alerts('0');
SELECT * FROM public.launches;
RESET ROLE;

-- a role that runs rules: its rights and the row security of the events hold
CREATE ROLE regress_td_runner;
GRANT SELECT ON exceptions, alert_history TO regress_td_runner;
GRANT SELECT, INSERT, UPDATE ON runs, checkpoints, exception_hits, alerts TO regress_td_runner;
GRANT SELECT, INSERT, UPDATE, DELETE ON alert_hits TO regress_td_runner;
INSERT INTO public.launches SELECT '2026-11-20 12:30Z', h, 'agent ' || h, '/usr/bin/scp', 'scp night ' || h, h = 'e' FROM unnest('{d,e}'::text[]) AS h;
SET LOCAL ROLE regress_td_runner;
SELECT window_to, status, sqlstate, message FROM run('triage', '2026-11-20 13:00Z');
RESET ROLE;
GRANT SELECT ON public.launches TO regress_td_runner;
ALTER TABLE public.launches ENABLE ROW LEVEL SECURITY;
CREATE POLICY no_secrets ON public.launches USING (NOT secret);
SET LOCAL ROLE regress_td_runner;
SELECT window_to, status, events_scanned, alerts_created, run_by FROM run('triage', '2026-11-20 13:00Z');
SELECT a.process_command_line, h.changed_by, e ->> 'host_name' AS host FROM alerts AS a JOIN alert_history AS h ON h.alert_id = a.id, alert_events(a.id) AS e
WHERE a.process_command_line LIKE 'scp night%';
SELECT count(*) FROM backfill('triage', '2026-11-20 09:00Z', '2026-11-20 13:00Z') WHERE status = 'succeeded';
UPDATE rules SET enabled = false;
INSERT INTO exceptions (condition) VALUES ('true');
RESET ROLE;
-- who cannot see an active alert can file none of its key: an error, and no endless search for it
UPDATE alerts SET assignee = 'ann' WHERE process_command_line = 'scp night d';
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE alerts ENABLE ROW LEVEL SECURITY;
CREATE POLICY unassigned ON alerts USING (assignee IS NULL);
INSERT INTO public.launches SELECT '2026-11-20 13:30Z', 'd', 'agent d', '/usr/bin/scp', 'scp night d';
SET LOCAL statement_timeout = '20s';
SET LOCAL ROLE regress_td_runner;
SELECT window_to, status, sqlstate, message FROM run('triage', '2026-11-20 14:00Z');
RESET ROLE;
SET LOCAL statement_timeout = 0;
DROP POLICY unassigned ON alerts;
ALTER TABLE alerts DISABLE ROW LEVEL SECURITY;
SET CONSTRAINTS ALL DEFERRED;

-- retention: closed alerts go when they are old, open ones never
SELECT * FROM purge_alerts(NULL);
SELECT * FROM purge_alerts('-1 day');
SELECT * FROM purge_alerts('1 day');
SET LOCAL session_replication_role = replica;		-- no triggers
UPDATE alerts SET closed_at = closed_at - interval '3 days' WHERE status = 'closed' AND process_command_line = 'scp a';
SET LOCAL session_replication_role = origin;
INSERT INTO rules (rule_id, name, query, events) VALUES ('triage-past', 'Past', 'FROM x | STATS n = COUNT() BY host.name', 'public.launches');
SELECT count(*) FROM backfill('triage-past', '2026-11-19 09:00Z', '2026-11-19 12:00Z');
UPDATE runs SET finished_at = finished_at - interval '3 days';
SELECT alerts FROM purge_alerts('1 day');
SELECT count(*) FROM runs WHERE rule_id = 'triage-past';
SELECT process_command_line, status FROM alerts WHERE rule_id = 'triage' AND length(process_command_line) < 20 ORDER BY 1;
SELECT count(*) FILTER (WHERE EXISTS (SELECT FROM alerts AS a WHERE a.run_id = r.id)) AS of_alerts, max(window_to) AS last FROM runs AS r WHERE rule_id = 'triage';
SELECT count(*) FROM alert_history AS h WHERE NOT EXISTS (SELECT FROM alerts AS a WHERE a.id = h.alert_id);
ROLLBACK;
-- every column of alerts is known to the trigger that writes history: compared as what filing changes, as the rest, or left out
SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = 'transfer_detect.alerts'::regclass AND a.attnum > 0 AND NOT a.attisdropped
	AND (SELECT p.prosrc FROM pg_proc AS p WHERE p.oid = 'transfer_detect_internal.keep_alert_history()'::regprocedure) !~ ('[{,.]' || a.attname || '\M');
