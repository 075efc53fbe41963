-- Exceptions: their two stages, what they are checked for, their counters, and the preview.
\set ON_ERROR_ROLLBACK on
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
DELETE FROM rules WHERE rule_id = 'unusual-file-transfer-utility-launched-merged' OR rule_id LIKE 'first-seen-%';
CREATE TABLE public.launches (LIKE events);
CREATE FUNCTION pg_temp.launch(at timestamptz, host text, program text, command text, parent text, address inet) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO public.launches (timestamp, host_os_type, event_type, event_action, process_name, process_executable,
		process_parent_executable, process_command_line, agent_id, host_name, host_ip)
	VALUES (at, 'linux', '{start}', '{exec}', program, '/usr/bin/' || program, parent, command, 'agent of ' || host, host, ARRAY[address])
$$;
SELECT count(*) FROM (VALUES
	('web-1', 'scp', 'scp report.txt vault:', '/bin/dash', '10.1.0.1'::inet),
	('web-2', 'rsync', 'rsync /tmp/.cache.tgz out.example:', '/bin/bash', '10.1.0.2'),
	('db-1', 'rsync', 'rsync /srv/dump.sql vault:', '/usr/sbin/cron', '10.2.0.1'),
	('db-2', 'sftp', 'sftp -b /root/batch vault', '/usr/bin/python3.11', NULL),
	-- on two agents, so not rare
	('web-1', 'scp', 'scp keys vault:', '/bin/dash', '10.1.0.1'), ('build-1', 'scp', 'scp keys vault:', '/bin/dash', '10.3.0.1'))
	AS v(host, program, command, parent, address), pg_temp.launch('2026-11-20 09:30Z', host, program, command, parent, address);
UPDATE rules SET events = 'public.launches' WHERE rule_id = 'unusual-file-transfer-utility-launched';
\set rule '''unusual-file-transfer-utility-launched'''
CREATE FUNCTION pg_temp.filed() RETURNS TABLE (created bigint, excepted bigint, matched bigint, commands text, message text) LANGUAGE plpgsql AS $$
DECLARE
	r transfer_detect.runs;
BEGIN
	SELECT * INTO r FROM transfer_detect.run('unusual-file-transfer-utility-launched', '2026-11-20 10:00Z');
	RETURN QUERY SELECT r.alerts_created, r.excepted, r.events_matched,
		string_agg(a.process_command_line, '; ' ORDER BY a.process_command_line COLLATE "C"), r.message
		FROM transfer_detect.alerts AS a WHERE a.run_id = r.id;
END
$$;
CREATE PROCEDURE pg_temp.again() LANGUAGE sql AS $$
	DELETE FROM transfer_detect.alerts; DELETE FROM transfer_detect.checkpoints; DELETE FROM transfer_detect.exceptions
$$;
SELECT * FROM pg_temp.filed();
CALL pg_temp.again();

-- at the group stage: trusted agents and hosts, commands, parents, counts; and a condition that is null does not fit
INSERT INTO exceptions (rule_id, condition, comment) VALUES
	(:rule, 'agent.id IN ("agent of web-1", "agent of nobody")', 'a trusted agent'),
	(:rule, 'host.name == "web-2"', 'a trusted host'),
	(:rule, 'process.command_line LIKE "sftp -b /root/batch *"', 'the nightly batch'),
	(:rule, 'process.parent.executable == "/usr/sbin/cron"', 'cron may');
SELECT * FROM pg_temp.filed();
SELECT x.comment, h.hits, h.last_hit FROM exceptions AS x JOIN exception_hits AS h ON h.exception_id = x.id ORDER BY x.id;
-- each window counts once
SELECT sum(excepted) FROM backfill(:rule, '2026-11-20 09:00Z', '2026-11-20 10:00Z');
SELECT sum(hits) FROM exception_hits;
CALL pg_temp.again();
INSERT INTO exceptions (rule_id, condition) VALUES (:rule, 'NULL'), (:rule, 'agent_count > 1 OR cc >= 5'), (:rule, 'host.name == null');
SELECT * FROM pg_temp.filed();
SELECT exceptions_without_hits = ARRAY(SELECT id FROM exceptions ORDER BY id) AS none_was_needed FROM rule_health WHERE enabled;
CALL pg_temp.again();

-- expired ones, disabled ones; the expiry is compared with the window, so that catching up later changes nothing
INSERT INTO exceptions (rule_id, condition, expires_at, enabled) VALUES
	(:rule, 'host.name == "web-1"', '2026-11-20 10:00Z', true), (:rule, 'host.name == "web-2"', '2026-11-20 10:01Z', true), (:rule, 'host.name == "db-1"', NULL, false);
SELECT * FROM pg_temp.filed();
CALL pg_temp.again();

-- at the event stage: address ranges are in the events, and not in the groups
INSERT INTO exceptions (rule_id, condition) VALUES (:rule, 'CIDR_MATCH(host.ip, "10.1.0.0/24")');
INSERT INTO exceptions (rule_id, stage, condition, comment) VALUES
	(:rule, 'event', 'CIDR_MATCH(host.ip, "10.1.0.0/24", "10.2.0.0/16")', 'the servers'), (:rule, 'event', 'process.name == "ftp"', 'never needed');
SELECT * FROM pg_temp.filed();
-- that made the keys that two agents had copied rare: an alert more
SELECT x.comment, h.hits FROM exceptions AS x LEFT JOIN exception_hits AS h ON h.exception_id = x.id ORDER BY x.id;
SELECT e ->> 'host_name' AS host FROM alerts AS a, alert_events(a.id) AS e WHERE a.process_command_line = 'scp keys vault:';
SELECT event_exceptions FROM alert_hits LIMIT 1;
-- the alert says what was counted, also when the exception is gone
DELETE FROM exceptions;
SELECT event_count, (SELECT count(*) FROM alert_events(a.id)) AS documents FROM alerts AS a WHERE process_command_line = 'scp keys vault:';
CALL pg_temp.again();
-- none of its key, all of them: whole groups go, none can come, so nothing is said
INSERT INTO exceptions (rule_id, stage, condition) VALUES (:rule, 'event', 'process.command_line == "scp keys vault:"');
SELECT * FROM pg_temp.filed();
CALL pg_temp.again();

-- the preview says so before
SELECT * FROM preview_exception(:rule, 'CIDR_MATCH(host.ip, "10.1.0.0/24")', 'event', '2026-11-20 09:00Z', '2026-11-20 12:00Z');
SELECT window_to, change, group_key ->> 'process.command_line' AS command FROM preview_exception(:rule, 'agent.id == "agent of web-1"', from_time => '2026-11-20 09:00Z', to_time => '2026-11-20 10:00Z');
SELECT count(*) FROM alerts;
SELECT pg_temp.launch('2026-11-20 09:31Z', 'web-2', 'rsync', 'rsync /tmp/.cache.tgz out.example:', '/bin/bash', '10.1.0.9');
SELECT change, events_without, events_with, result -> 'cc' AS cc FROM preview_exception(:rule, 'CIDR_MATCH(host.ip, "10.1.0.9/32")', 'event', '2026-11-20 09:00Z', '2026-11-20 10:00Z');
-- with those that are in force already
INSERT INTO exceptions (rule_id, condition) VALUES (:rule, 'host.name == "web-1"');
SELECT count(*) FROM preview_exception(:rule, 'host.name == "web-1"', from_time => '2026-11-20 09:00Z', to_time => '2026-11-20 10:00Z');
CALL pg_temp.again();

-- what is refused, and what is left out
\set VERBOSITY terse
INSERT INTO exceptions (rule_id, condition) VALUES ('no-such-rule', 'host.name == "web-1"');
INSERT INTO exceptions (rule_id, condition) VALUES (:rule, 'host.name == "web-1") OR (true');
INSERT INTO exceptions (rule_id, condition) VALUES (:rule, 'host.name == "web-1" // ');
INSERT INTO exceptions (rule_id, condition) VALUES (:rule, 'cc + 1');
INSERT INTO exceptions (rule_id, condition) VALUES (:rule, 'process.name == "scp"');
INSERT INTO exceptions (rule_id, stage, condition) VALUES (:rule, 'event', 'process.name > 1');
INSERT INTO exceptions (rule_id, stage, condition) VALUES (:rule, 'before', 'true');
INSERT INTO exceptions (condition) VALUES ('no_such_field == 1');
INSERT INTO exceptions (condition) VALUES ('host.name ==');
SELECT * FROM preview_exception(:rule, 'no_such_field == 1', from_time => '2026-11-20 09:00Z');
SELECT * FROM preview_exception(:rule, 'true', from_time => '2026-11-20 09:00Z', to_time => '2026-11-20 09:00Z');
SELECT * FROM preview_exception('no-such-rule', 'true');
SELECT * FROM preview_exception(:rule, 'true', 'before');
DELETE FROM exceptions;
-- a comment at the end of a condition takes nothing with it
INSERT INTO exceptions (rule_id, stage, condition) VALUES (:rule, 'event', 'host.name == "web-1" // the server');
SELECT * FROM pg_temp.filed();
SELECT hits FROM exception_hits;
CALL pg_temp.again();
-- for all rules, of which one does not know the field; and one whose rule was edited
INSERT INTO rules (rule_id, name, query, events, enabled) VALUES ('exception-other', 'Other', 'FROM x | STATS n = COUNT() BY process.name', 'public.launches', true);
INSERT INTO exceptions (condition) VALUES ('host.name == "web-1"');
SELECT rule_id, status, excepted, regexp_replace(message, 'exception \d+', 'exception N') AS message FROM run(as_of => '2026-11-20 10:00Z');
CALL pg_temp.again();
-- the preview of such a one says of which rules the groups are, and which it does not fit
INSERT INTO rules (rule_id, name, query, events, enabled) VALUES ('exception-third', 'Third', 'FROM x | STATS n = COUNT() BY host.name', 'public.launches', true),
	('exception-disabled', 'Disabled', 'FROM x | STATS n = COUNT() BY host.name', 'public.launches', false);
\set VERBOSITY default
SELECT of_rule, change, group_key, events_without, events_with FROM preview_exception(NULL, 'host.name == "web-1"', 'group', '2026-11-20 09:00Z', '2026-11-20 10:00Z');
SELECT of_rule, change, group_key, events_without, events_with FROM preview_exception(NULL, 'host.name == "db-2"', 'event', '2026-11-20 09:00Z', '2026-11-20 10:00Z');
SELECT * FROM preview_exception(NULL, 'no_such_field == 1', 'group', '2026-11-20 09:00Z', '2026-11-20 10:00Z');
SELECT * FROM preview_exception(NULL, 'host.name ==', 'group', '2026-11-20 09:00Z', '2026-11-20 10:00Z');
SELECT * FROM preview_exception(NULL, 'true', 'before', '2026-11-20 09:00Z', '2026-11-20 10:00Z');
SELECT * FROM preview_exception(NULL, NULL, 'group', '2026-11-20 09:00Z', '2026-11-20 10:00Z');
\set VERBOSITY terse
INSERT INTO exceptions (rule_id, condition) VALUES ('exception-other', 'process.name == "scp"');
ALTER TABLE exceptions ALTER id RESTART WITH 1001;
INSERT INTO exceptions (rule_id, condition) VALUES ('exception-other', 'n > 1');
UPDATE rules SET query = 'FROM x | STATS c = COUNT() BY process.name' WHERE rule_id = 'exception-other';
SELECT status, alerts_created, excepted, message FROM run('exception-other', '2026-11-20 10:00Z');
ROLLBACK;
