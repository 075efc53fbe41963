-- The shipped rule over the recorded events, hour by hour, then again, then backfilled: the same alerts, each event
-- counted once, and alert_events() returns what was counted.
\set documents `cat "$TD_TEST_DATA/process-events.ndjson"`
\set load `echo "$TD_TEST_DATA/load-recorded.sql"`
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
SET LOCAL client_min_messages = warning;	-- not how far backfill() is
\i :load
-- the rules that know habits have tests of their own
UPDATE transfer_detect.rules SET enabled = false WHERE rule_id LIKE 'first-seen-%';

SELECT window_from, window_to, kind, status, events_scanned, events_matched, groups, alerts_created, alerts_extended,
	known, excepted, over_cap, evaluations, message
FROM run(as_of => '2026-11-20 10:00Z');
SELECT window_from, window_to, status, groups, alerts_created, alerts_extended, known FROM run(as_of => '2026-11-20 11:00Z');
SELECT window_from, window_to, status, groups, alerts_created, alerts_extended, known FROM run(as_of => '2026-11-20 12:00Z');
SELECT checkpoint FROM checkpoints;

-- one alert for the seven rows of the three hours: the sftp-server of vault-1 is in all of them
\x on
SELECT rule_id, version, status, severity, risk_score, title, process_executable, process_parent_executable, process_command_line,
	event_count, agent_count, host_names, agent_ids, first_event, last_event, last_window, over_cap, predecessor_id, result, group_key
FROM alerts ORDER BY first_event;
\x off

-- what was counted is what detect() finds, and what alert_events() returns
SELECT sum(event_count) FROM alerts;
SELECT sum(d.event_count) FROM generate_series('2026-11-20 10:00Z'::timestamptz, '2026-11-20 12:00Z', '1 hour') AS h,
	detect('events', h) AS d;
CREATE FUNCTION pg_temp.evidence() RETURNS TABLE (title text, event_count bigint, documents bigint, others bigint, missing bigint)
LANGUAGE sql AS $$
	-- the events of the key and the time of the alert by plain SQL
	SELECT a.title, a.event_count, f.documents, f.others, m.missing
	FROM transfer_detect.alerts AS a,
		LATERAL (SELECT count(*) AS documents, count(*) FILTER (WHERE e.document IS NULL) AS others
				 FROM transfer_detect.alert_events(a.id) AS d
				 LEFT JOIN transfer_detect.events AS e ON e.document = d::jsonb AND e.host_os_type = 'linux' AND e.event_type = '{start}'
					AND e.event_action = '{exec}' AND e.process_executable = a.process_executable
					AND e.process_parent_executable = a.process_parent_executable AND e.process_command_line = a.process_command_line
					AND e.timestamp BETWEEN a.first_event AND a.last_event) AS f,
		LATERAL (SELECT count(*) AS missing FROM transfer_detect.events AS e
				 WHERE e.host_os_type = 'linux' AND e.event_type = '{start}' AND e.event_action = '{exec}'
					AND e.process_executable = a.process_executable AND e.process_parent_executable = a.process_parent_executable
					AND e.process_command_line = a.process_command_line
					AND EXISTS (SELECT FROM transfer_detect.alert_hits AS h WHERE h.alert_id = a.id AND e.timestamp BETWEEN h.span_from AND h.span_to)
					AND NOT EXISTS (SELECT FROM transfer_detect.alert_events(a.id) AS d WHERE d::jsonb = e.document)) AS m
	ORDER BY a.first_event
$$;
SELECT * FROM pg_temp.evidence();
SELECT e ->> '@timestamp' AS at, e #>> '{host,name}' AS host, e #>> '{process,command_line}' AS command
FROM alerts AS a, alert_events(a.id) AS e WHERE a.process_command_line LIKE 'rsync --server%';

-- again: nothing to do; and backfilled: nothing changes
CREATE TEMP TABLE before AS SELECT to_jsonb(a) AS row FROM alerts AS a UNION ALL SELECT to_jsonb(h) FROM alert_history AS h UNION ALL SELECT to_jsonb(h) FROM alert_hits AS h;
SELECT count(*) FROM run(as_of => '2026-11-20 12:00Z');
SELECT count(*) FROM run(as_of => '2026-11-20 10:00Z');
SELECT window_to, kind, status, groups, alerts_created, alerts_extended, known
FROM backfill('unusual-file-transfer-utility-launched', '2026-11-20 09:00Z', '2026-11-20 12:00Z');
SELECT count(*) FROM backfill('unusual-file-transfer-utility-launched', '2026-11-20 09:00Z', '2026-11-20 12:00Z') WHERE known > 0;
CREATE TEMP TABLE after AS SELECT to_jsonb(a) AS row FROM alerts AS a UNION ALL SELECT to_jsonb(h) FROM alert_history AS h UNION ALL SELECT to_jsonb(h) FROM alert_hits AS h;
SELECT count(*) FROM before;
(TABLE before EXCEPT ALL TABLE after) UNION ALL (TABLE after EXCEPT ALL TABLE before);
SELECT checkpoint FROM checkpoints;

-- from scratch, by one run over three windows: the same alerts
DELETE FROM alerts;
DELETE FROM runs;
UPDATE checkpoints SET checkpoint = '2026-11-20 09:00Z';
SELECT window_to, alerts_created, alerts_extended FROM run(as_of => '2026-11-20 12:00Z');
SELECT count(*) FROM ((SELECT row ->> 'title', row ->> 'event_count', row ->> 'first_event', row ->> 'last_event' FROM before WHERE row ? 'title')
	EXCEPT ALL (SELECT title, event_count::text, to_jsonb(first_event) #>> '{}', to_jsonb(last_event) #>> '{}' FROM alerts)) AS d;
SELECT count(*) FROM alerts;

-- from scratch, by a backfill with windows that lie otherwise: each alert's events are still those that it counts
DELETE FROM alerts;
SELECT window_to, alerts_created, alerts_extended, known
FROM backfill('unusual-file-transfer-utility-launched', '2026-11-20 08:40Z', '2026-11-20 12:00Z');
SELECT window_to, alerts_created, alerts_extended, known
FROM backfill('unusual-file-transfer-utility-launched', '2026-11-20 08:50Z', '2026-11-20 12:00Z');
SELECT * FROM pg_temp.evidence() WHERE event_count <> documents OR others > 0 OR missing > 0;
SELECT title, event_count FROM alerts ORDER BY first_event;
ROLLBACK;
