-- Whatever the order of runs, backfills, late events, closing and reopening: in the end each event is counted on exactly
-- one alert, alert_events() returns just those that are counted, and another backfill changes nothing.
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL client_min_messages = warning;	-- not how far backfill() is
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
CREATE TABLE public.launches (timestamp timestamptz, event_id bigint GENERATED ALWAYS AS IDENTITY, host_name text, process_command_line text);
CREATE INDEX ON public.launches (timestamp);
INSERT INTO rules (rule_id, name, query, events, enabled) VALUES
	('random', 'Random', 'FROM x | STATS n = COUNT(), host.name = VALUES(host.name) BY process.command_line', 'public.launches', true);

CREATE FUNCTION pg_temp.violations() RETURNS TABLE (what text, command text, counted bigint, found bigint) LANGUAGE sql AS $$
	SELECT 'the alert''s events and its count', a.process_command_line, a.event_count, e.found
	FROM transfer_detect.alerts AS a, LATERAL (SELECT count(*) AS found FROM transfer_detect.alert_events(a.id)) AS e
	WHERE a.rule_id = 'random' AND a.event_count <> e.found
	UNION ALL
	SELECT 'all events of a command', k.command, k.counted, k.found
	FROM (SELECT l.process_command_line AS command, count(*) AS found,
				(SELECT sum(a.event_count) FROM transfer_detect.alerts AS a WHERE a.rule_id = 'random' AND a.process_command_line = l.process_command_line) AS counted
		  FROM public.launches AS l GROUP BY 1) AS k
	WHERE k.counted IS DISTINCT FROM k.found
	UNION ALL
	SELECT 'an event on two alerts', x.id, count(*), 1
	FROM transfer_detect.alerts AS a, transfer_detect.alert_events(a.id) AS e, LATERAL (SELECT e ->> 'event_id') AS x(id)
	WHERE a.rule_id = 'random' GROUP BY x.id HAVING count(*) > 1
	UNION ALL
	SELECT 'two active alerts', a.process_command_line, count(*), 1
	FROM transfer_detect.alerts AS a WHERE a.rule_id = 'random' AND a.status <> 'closed' GROUP BY 2 HAVING count(*) > 1
$$;

CREATE FUNCTION pg_temp.play(seed double precision, steps integer) RETURNS TABLE (failed bigint, violations bigint, changed bigint, alerts bigint, closed bigint, events bigint) LANGUAGE plpgsql AS $$
DECLARE
	begun CONSTANT timestamptz := '2026-11-20 00:00Z';
	reached timestamptz := begun;
	at timestamptz;
	what double precision;
	before jsonb;
BEGIN
	PERFORM setseed(seed);
	FOR i IN 1..steps LOOP
		what := random();
		at := begun + (floor(random() * 480) || ' minutes')::interval;
		IF what < 0.4 THEN		-- events of any time, late ones among them, some at the same instant
			INSERT INTO public.launches (timestamp, host_name, process_command_line)
			SELECT at + (floor(random() * 40) || ' minutes')::interval, 'h' || floor(random() * 3), 'c' || floor(random() * 4)
			FROM generate_series(1, 1 + floor(random() * 6)::integer);
		ELSIF what < 0.6 THEN
			reached := reached + (floor(random() * 80) || ' minutes')::interval;
			PERFORM transfer_detect.run('random', reached);
		ELSIF what < 0.75 THEN
			PERFORM transfer_detect.backfill('random', at, at + (1 + floor(random() * 150) || ' minutes')::interval);
		ELSIF what < 0.9 THEN
			UPDATE transfer_detect.alerts SET status = 'closed', close_reason = 'other'
			WHERE id = (SELECT id FROM transfer_detect.alerts WHERE rule_id = 'random' AND status <> 'closed' ORDER BY random() LIMIT 1);
		ELSE
			UPDATE transfer_detect.alerts AS a SET status = 'open'
			WHERE id = (SELECT id FROM transfer_detect.alerts AS c WHERE rule_id = 'random' AND status = 'closed'
						AND NOT EXISTS (SELECT FROM transfer_detect.alerts AS o WHERE o.rule_id = 'random' AND o.status <> 'closed' AND o.group_key = c.group_key)
						ORDER BY random() LIMIT 1);
		END IF;
	END LOOP;
	PERFORM transfer_detect.backfill('random', begun - interval '1 hour', begun + interval '10 hours');
	SELECT jsonb_agg(to_jsonb(a) - 'updated_at' ORDER BY a.id) INTO before FROM transfer_detect.alerts AS a WHERE a.rule_id = 'random';
	SELECT count(*) INTO violations FROM pg_temp.violations();
	PERFORM transfer_detect.backfill('random', begun - interval '1 hour', begun + interval '10 hours');
	SELECT (before <> jsonb_agg(to_jsonb(a) - 'updated_at' ORDER BY a.id))::integer INTO changed FROM transfer_detect.alerts AS a WHERE a.rule_id = 'random';
	SELECT count(*) INTO failed FROM transfer_detect.runs WHERE rule_id = 'random' AND status = 'failed';
	SELECT count(*), count(*) FILTER (WHERE a.status = 'closed'), sum(a.event_count) INTO alerts, closed, events
	FROM transfer_detect.alerts AS a WHERE a.rule_id = 'random';
	-- for the next
	DELETE FROM transfer_detect.alerts WHERE rule_id = 'random';
	DELETE FROM transfer_detect.runs WHERE rule_id = 'random';
	DELETE FROM transfer_detect.checkpoints WHERE rule_id = 'random';
	DELETE FROM public.launches;
	RETURN NEXT;
END
$$;

CREATE TEMP TABLE game AS
SELECT g.seed, p.* FROM (SELECT i / 40.0 AS seed FROM generate_series(1, 12) AS i) AS g, pg_temp.play(g.seed, 60) AS p;
SELECT count(*) AS games, sum(alerts) > 50 AS alerts, sum(closed) > 20 AS closed, sum(events) > 500 AS events FROM game;
-- those in which something was wrong: none
SELECT * FROM game WHERE failed > 0 OR violations > 0 OR changed > 0;
ROLLBACK;
