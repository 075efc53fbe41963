-- fleet.sql: lets a month of a fleet pass, with a run an hour, and says what a rule makes of it.
--
-- td_fleet.arrivals has the events in the order of their arrival, td_fleet.planted the labels. play() brings the events
-- hour by hour, each hour in a transaction of its own, and runs the rule after each. At seven in the morning all alerts
-- are closed: those with a planted event as true positives, the others as benign.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS transfer_detect;
DROP SCHEMA IF EXISTS td_fleet CASCADE;
CREATE SCHEMA td_fleet;

CREATE UNLOGGED TABLE td_fleet.arrivals (
	hour integer, timestamp timestamptz, event_ingested timestamptz, event_id text, event_type text[], event_action text[], agent_id text, host_name text,
	host_ip inet[], user_name text, process_name text, process_executable text, process_args text[], process_command_line text,
	process_parent_name text, process_parent_executable text, process_parent_command_line text, document jsonb, multivalued_fields text[]);
CREATE TABLE td_fleet.month (days integer);
CREATE TABLE td_fleet.planted (event_id text, copy integer, style text, intent boolean, by_name boolean);

-- What became of each rule that was played.
CREATE TABLE td_fleet.played (
	rule_id text PRIMARY KEY, way text, days integer, filed bigint, extended bigint, first_week bigint, with_planted bigint, found integer, of integer, beyond integer,
	seconds numeric, processor numeric, runs bigint, failed bigint);
CREATE TABLE td_fleet.missed (rule_id text, copy integer, style text, why text);
CREATE TABLE td_fleet.known (rule_id text, event_id text, alert_id bigint);

\copy td_fleet.arrivals FROM events
\copy td_fleet.planted FROM planted
\copy td_fleet.month FROM days
CREATE INDEX ON td_fleet.arrivals (hour);
CREATE INDEX ON td_fleet.arrivals (event_id);
ANALYZE td_fleet.arrivals;

-- Seconds of processor time of this session's server process, where the system tells (Linux).
CREATE FUNCTION td_fleet.processor() RETURNS numeric LANGUAGE sql VOLATILE AS $$
	SELECT (split_part(s.rest, ' ', 12)::bigint + split_part(s.rest, ' ', 13)::bigint) / 100.0
	FROM (SELECT split_part(pg_read_file('/proc/self/stat', 0, 4096, true), ') ', 2)) AS s(rest)
	WHERE s.rest <> ''
$$;

CREATE FUNCTION td_fleet.begins() RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT '2025-09-01 00:00Z'::timestamptz $$;
CREATE FUNCTION td_fleet.days() RETURNS integer LANGUAGE sql STABLE AS $$ SELECT days FROM td_fleet.month $$;

CREATE FUNCTION td_fleet.bring(from_hour integer, to_hour integer) RETURNS void LANGUAGE sql AS $$
	INSERT INTO transfer_detect.events (timestamp, event_ingested, event_id, event_type, event_action, agent_id, host_name, host_os_type, host_ip, user_name,
		process_name, process_executable, process_args, process_command_line, process_parent_name, process_parent_executable, process_parent_command_line,
		document, document_key, multivalued_fields)
	SELECT timestamp, event_ingested, event_id, event_type, event_action, agent_id, host_name, 'linux', host_ip, user_name,
		process_name, process_executable, process_args, process_command_line, process_parent_name, process_parent_executable, process_parent_command_line,
		document, event_id, multivalued_fields
	FROM td_fleet.arrivals WHERE hour BETWEEN from_hour AND to_hour
	ON CONFLICT DO NOTHING;
$$;

-- Which planted events of a time are on which alerts: what alert_events() says, asked at the instants of these events only.
-- Alerts of a rule that counts have the group's key; a key of habits is in the query.
CREATE FUNCTION td_fleet.matches(rule text, from_time timestamptz) RETURNS TABLE (event_id text, alert_id bigint) LANGUAGE sql STABLE AS $$
	WITH p AS (
		SELECT DISTINCT p.event_id, e.timestamp FROM td_fleet.planted AS p JOIN td_fleet.arrivals AS e USING (event_id) WHERE e.timestamp >= from_time
	), h AS (
		SELECT DISTINCT p.event_id, p.timestamp, h.version, h.window_from, h.as_of, h.event_exceptions, CASE WHEN v.habits IS NOT NULL THEN h.alert_id END AS alert_id
		FROM p JOIN transfer_detect.alert_hits AS h ON h.rule_id = rule AND p.timestamp BETWEEN h.span_from AND h.span_to
		JOIN transfer_detect.rule_versions AS v USING (rule_id, version)
	), q AS MATERIALIZED (
		SELECT h.*, v.events, v.timestamp_field, v.timestamp_fallback,
			transfer_detect_internal.habit_evidence_query(v.query, v.habits, of_key.group_key) AS query
		FROM h JOIN transfer_detect.rule_versions AS v ON v.rule_id = rule AND v.version = h.version
		LEFT JOIN transfer_detect.alerts AS of_key ON of_key.id = h.alert_id
	)
	SELECT DISTINCT q.event_id, a.id
	FROM q
	CROSS JOIN LATERAL transfer_detect_internal.rule_evidence(q.query, q.events,
		q.window_from, q.as_of, q.timestamp_field, q.timestamp_fallback, q.event_exceptions, q.timestamp, q.timestamp) AS g
	JOIN transfer_detect.alerts AS a ON CASE WHEN q.alert_id IS NOT NULL THEN a.id = q.alert_id
		ELSE a.rule_id = rule AND a.key_digest = transfer_detect_internal.key_digest(g.group_key) END
	WHERE g.event_count > 0 AND EXISTS (SELECT FROM transfer_detect.alert_hits AS on_it WHERE on_it.alert_id = a.id AND q.timestamp BETWEEN on_it.span_from AND on_it.span_to)
$$;

-- Closes the queue as somebody does who knows the truth.
CREATE FUNCTION td_fleet.close_queue(rule text, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO td_fleet.known SELECT rule, m.event_id, m.alert_id FROM td_fleet.matches(rule, at - interval '2 days') AS m
	EXCEPT SELECT * FROM td_fleet.known;
	UPDATE transfer_detect.alerts AS a
	   SET status = 'closed', close_reason = CASE WHEN a.id IN (SELECT k.alert_id FROM td_fleet.known AS k WHERE k.rule_id = rule) THEN 'true_positive' ELSE 'benign' END
	 WHERE a.rule_id = rule AND a.status <> 'closed';
END
$$;

-- without: a space of the rule's habits that is left out.
CREATE PROCEDURE td_fleet.play(rule text, way text, without text DEFAULT NULL) LANGUAGE plpgsql AS $$
DECLARE
	label CONSTANT text := concat_ws(' without ', rule, without);
	days CONSTANT integer := td_fleet.days();
	begins CONSTANT timestamptz := td_fleet.begins();
	hour interval := '1 hour';
	started timestamptz;
	took interval := '0';
	ran numeric := 0;
BEGIN
	TRUNCATE transfer_detect.events, transfer_detect.runs, transfer_detect.alerts, transfer_detect.alert_hits, transfer_detect.alert_history,
		transfer_detect.checkpoints, transfer_detect.outbox, transfer_detect_internal.snapshots, transfer_detect.habits, transfer_detect.fleet_hosts;
	DELETE FROM td_fleet.played WHERE rule_id = label;
	DELETE FROM td_fleet.missed WHERE rule_id = label;
	DELETE FROM td_fleet.known WHERE rule_id = rule;
	-- a space, and that of the fleet which it is within
	UPDATE transfer_detect.habit_spaces AS s SET enabled = w.wanted
	  FROM (SELECT x.rule_id, x.space, NOT EXISTS (SELECT FROM transfer_detect.habit_spaces AS o WHERE o.rule_id = x.rule_id AND o.space = without AND x.space IN (o.space, o.within)) AS wanted
			  FROM transfer_detect.habit_spaces AS x) AS w
	 WHERE s.rule_id = w.rule_id AND s.space = w.space AND s.enabled <> w.wanted;
	UPDATE transfer_detect.rules AS r SET enabled = r.rule_id = rule WHERE r.enabled <> (r.rule_id = rule);
	COMMIT;
	IF way = 'backfill' THEN
		PERFORM td_fleet.bring(0, days * 24 + 48);
		COMMIT;
		ANALYZE transfer_detect.events;
		FOR d IN 0 .. days - 1 LOOP
			started := clock_timestamp();
			ran := ran - td_fleet.processor();
			PERFORM FROM transfer_detect.backfill(rule, begins + d * 24 * hour, begins + (d + 1) * 24 * hour);
			took := took + (clock_timestamp() - started);
			ran := ran + td_fleet.processor();
			PERFORM td_fleet.close_queue(rule, begins + (d + 1) * 24 * hour);
			COMMIT;
		END LOOP;
	ELSE
		FOR h IN 0 .. days * 24 - 1 LOOP
			PERFORM td_fleet.bring(h, h);
			COMMIT;
			IF h IN (2, 24, 96) THEN
				ANALYZE transfer_detect.events;
			END IF;
			started := clock_timestamp();
			ran := ran - td_fleet.processor();
			PERFORM FROM transfer_detect.run(rule, begins + (h + 1) * hour);
			COMMIT;
			took := took + (clock_timestamp() - started);
			ran := ran + td_fleet.processor();
			IF h % 24 = 6 THEN
				PERFORM td_fleet.close_queue(rule, begins + (h + 1) * hour);
				COMMIT;
			END IF;
		END LOOP;
		PERFORM td_fleet.close_queue(rule, begins + days * 24 * hour);
		COMMIT;
	END IF;
	INSERT INTO td_fleet.missed
	SELECT label, c.copy, c.style, concat_ws(', ', CASE WHEN c.merged THEN 'merged event' END, CASE WHEN NOT c.by_name THEN 'another name' END)
	FROM (SELECT p.copy, p.style, bool_and(cardinality(e.event_action) > 1) AS merged, bool_or(p.by_name AND e.process_name = ANY ('{scp,ftp,sftp,vsftpd,sftp-server,rsync}')) AS by_name
		FROM td_fleet.planted AS p JOIN td_fleet.arrivals AS e USING (event_id) WHERE p.intent GROUP BY p.copy, p.style) AS c
	WHERE NOT EXISTS (SELECT FROM td_fleet.known AS k JOIN td_fleet.planted AS p USING (event_id) WHERE k.rule_id = rule AND p.copy = c.copy);
	INSERT INTO td_fleet.played
	SELECT label, way, days, count(*), (SELECT coalesce(sum(alerts_extended), 0) FROM transfer_detect.runs WHERE rule_id = rule),
		count(*) FILTER (WHERE r.window_to <= begins + 7 * 24 * hour),
		count(*) FILTER (WHERE EXISTS (SELECT FROM td_fleet.known AS k WHERE k.alert_id = a.id)),
		(SELECT count(DISTINCT p.copy) FROM td_fleet.planted AS p JOIN td_fleet.known AS k USING (event_id) WHERE k.rule_id = rule AND p.intent),
		(SELECT count(DISTINCT p.copy) FROM td_fleet.planted AS p WHERE p.intent),
		(SELECT count(DISTINCT p.copy) FROM td_fleet.planted AS p JOIN td_fleet.known AS k USING (event_id) WHERE k.rule_id = rule AND NOT p.intent),
		round(extract(epoch FROM took), 1), round(ran, 1), (SELECT count(*) FROM transfer_detect.runs WHERE rule_id = rule),
		(SELECT count(*) FROM transfer_detect.runs WHERE rule_id = rule AND status <> 'succeeded')
	FROM transfer_detect.alerts AS a JOIN transfer_detect.runs AS r ON r.id = a.run_id WHERE a.rule_id = rule;
	COMMIT;
END
$$;

CREATE VIEW td_fleet.table AS
SELECT rule_id AS rule, round(filed / days::numeric, 1) AS "filed a day", round(first_week / least(days, 7)::numeric, 1) AS "in the first week", round(extended / days::numeric, 1) AS "extended a day",
	format('%s of %s', found, of) AS found, beyond, round(with_planted / nullif(filed, 0)::numeric, 3) AS precision, seconds, processor, runs, failed
FROM td_fleet.played;
