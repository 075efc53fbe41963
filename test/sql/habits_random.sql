-- Neither the memory nor the alerts depend on the order in which events come, on windows that are evaluated again, on
-- transactions that are rolled back, or on whether a run or a backfill has seen them first. Every alert has the events that
-- it counts.
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
SET LOCAL client_min_messages = warning;
UPDATE rules SET late_within = '3000 days', run_interval = '6 hours', look_back = '6 hours' WHERE rule_id = 'first-seen-file-transfer';
CREATE TABLE public.habit_plan (trial integer, timestamp timestamptz, host_name text, command text, parent text, comes integer);
CREATE TABLE public.habit_results (trial integer, how text, result jsonb);
SELECT setseed(0.12);
-- few hosts, programs and parents, so that keys meet; 80 events in two days, and as many 40 days later
INSERT INTO public.habit_plan
SELECT t, date_trunc('second', '2026-09-01 00:00Z'::timestamptz + random() * interval '47 hours' + (i % 2) * interval '40 days'),
	(ARRAY['web-1', 'web-2', 'db-1'])[1 + floor(random() * 3)] || '.corp.example',
	(ARRAY['rsync -a /srv/', 'scp /home/u/.ssh/id', 'scp /srv/a'])[1 + floor(random() * 3)] || ' u@203.0.113.' || floor(random() * 6) || ':/in',
	(ARRAY['/usr/bin/bash', '/opt/x', '/usr/sbin/cron'])[1 + floor(random() * 3)],
	floor(random() * 4)
FROM generate_series(1, 3) AS t, generate_series(1, 120) AS i;
CREATE FUNCTION pg_temp.bring(trial integer, which integer) RETURNS void LANGUAGE sql AS $$
	INSERT INTO transfer_detect.events (timestamp, agent_id, host_name, host_os_type, event_type, event_action, process_name, process_executable, process_command_line, process_parent_executable)
	SELECT p.timestamp, 'a', p.host_name, 'linux', '{start}', '{exec}', split_part(p.command, ' ', 1), '/usr/bin/' || split_part(p.command, ' ', 1), p.command, p.parent
	FROM public.habit_plan AS p WHERE p.trial = bring.trial AND (which IS NULL OR p.comes = which) ORDER BY random()
$$;
CREATE FUNCTION pg_temp.clean() RETURNS void LANGUAGE sql AS $$
	DELETE FROM transfer_detect.alerts; DELETE FROM transfer_detect.runs; DELETE FROM transfer_detect.checkpoints;
	DELETE FROM transfer_detect.habits; DELETE FROM transfer_detect.events; DELETE FROM transfer_detect_internal.snapshots
$$;
-- what is left: the memory, and the alerts that are not superseded, with their reasons and what they count
CREATE FUNCTION pg_temp.keep(trial integer, how text) RETURNS void LANGUAGE sql AS $$
	INSERT INTO public.habit_results SELECT trial, how, jsonb_build_object(
		'memory', (SELECT jsonb_agg(jsonb_build_array(space, scope, key, first_seen, last_seen, days, spans, opened) ORDER BY space, scope, key) FROM transfer_detect.habits),
		'alerts', (SELECT jsonb_agg(jsonb_build_array(group_key, title, severity, array_remove(reasons, 'the rule is still learning what is usual'), risk_score, event_count, first_event, last_event, host_names) ORDER BY group_key)
				   FROM transfer_detect.alerts WHERE NOT tags @> '{superseded}'),
		'events', (SELECT bool_and(event_count = (SELECT count(*) FROM transfer_detect.alert_events(a.id))) FROM transfer_detect.alerts AS a))
$$;
CREATE PROCEDURE pg_temp.try(trial integer) LANGUAGE plpgsql AS $$
DECLARE
	rule CONSTANT text := 'first-seen-file-transfer';
BEGIN
	-- all at once, in the order of time
	PERFORM pg_temp.clean();
	PERFORM pg_temp.bring(trial, NULL);
	PERFORM transfer_detect.backfill(rule, '2026-09-01', '2026-09-03');
	PERFORM transfer_detect.backfill(rule, '2026-10-11', '2026-10-13');
	PERFORM pg_temp.keep(trial, 'in order');
	-- the same again
	PERFORM transfer_detect.backfill(rule, '2026-09-01', '2026-09-03');
	PERFORM transfer_detect.backfill(rule, '2026-10-11', '2026-10-13');
	PERFORM pg_temp.keep(trial, 'twice');
	-- the later days first; some windows are rolled back; runs do what is due
	PERFORM pg_temp.clean();
	PERFORM pg_temp.bring(trial, NULL);
	PERFORM transfer_detect.backfill(rule, '2026-10-11', '2026-10-13');
	BEGIN
		PERFORM transfer_detect.backfill(rule, '2026-09-02', '2026-09-03');
		RAISE EXCEPTION 'crash';
	EXCEPTION WHEN raise_exception THEN NULL;
	END;
	PERFORM transfer_detect.backfill(rule, '2026-09-02', '2026-09-03');
	PERFORM transfer_detect.backfill(rule, '2026-09-01', '2026-09-02');
	UPDATE transfer_detect.checkpoints SET checkpoint = '2026-10-13';
	UPDATE transfer_detect.rules SET max_catch_up = 1000 WHERE rule_id = rule;
	FOR i IN 1 .. 4 LOOP
		PERFORM transfer_detect.run(rule, '2026-10-13 00:00Z'::timestamptz + i * interval '6 hours');
	END LOOP;
	PERFORM pg_temp.keep(trial, 'out of order');
	-- in four parts, each late for the windows that the others had
	PERFORM pg_temp.clean();
	FOR part IN 0 .. 3 LOOP
		PERFORM pg_temp.bring(trial, part);
		PERFORM transfer_detect.backfill(rule, '2026-09-01', '2026-09-03');
		PERFORM transfer_detect.backfill(rule, '2026-10-11', '2026-10-13');
	END LOOP;
	UPDATE transfer_detect.checkpoints SET checkpoint = '2026-10-13';
	FOR i IN 1 .. 4 LOOP
		PERFORM transfer_detect.run(rule, '2026-10-13 00:00Z'::timestamptz + i * interval '6 hours');
	END LOOP;
	PERFORM pg_temp.keep(trial, 'in parts');
END
$$;
DO $$ BEGIN FOR t IN 1 .. 3 LOOP CALL pg_temp.try(t); END LOOP; END $$;
SELECT count(*) FILTER (WHERE result ->> 'alerts' IS NULL OR result ->> 'memory' IS NULL) AS empty, min(jsonb_array_length(result -> 'alerts')) > 10 AS many,
	bool_and((result ->> 'events')::boolean) AS events FROM public.habit_results;
SELECT r.how, bool_and(r.result -> 'memory' = o.result -> 'memory') AS same_memory, bool_and(r.result -> 'alerts' = o.result -> 'alerts') AS same_alerts
FROM public.habit_results AS r JOIN public.habit_results AS o USING (trial) WHERE o.how = 'in order' GROUP BY r.how ORDER BY r.how;
-- what differs, if anything does
SELECT r.trial, r.how, 'expected' AS which, a.value FROM public.habit_results AS r JOIN public.habit_results AS o USING (trial) CROSS JOIN jsonb_array_elements(o.result -> 'alerts') AS a
WHERE o.how = 'in order' AND NOT r.result -> 'alerts' @> jsonb_build_array(a.value)
UNION ALL
SELECT r.trial, r.how, 'got', a.value FROM public.habit_results AS r JOIN public.habit_results AS o USING (trial) CROSS JOIN jsonb_array_elements(r.result -> 'alerts') AS a
WHERE o.how = 'in order' AND NOT o.result -> 'alerts' @> jsonb_build_array(a.value) ORDER BY 1, 2, 4, 3;
ROLLBACK;
