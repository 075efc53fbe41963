-- compact_history() puts the hits of a day into one row. That counts what they counted, and nothing between them, whatever
-- windows are evaluated later, events come late, or alerts are closed.
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL client_min_messages = warning;	-- not how far backfill() is
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
UPDATE rules SET enabled = false;
CREATE TABLE public.launches (timestamp timestamptz, event_id bigint GENERATED ALWAYS AS IDENTITY, host_name text, process_command_line text);
CREATE INDEX ON public.launches (timestamp);
-- a group of three is none: between two windows that found some there may be one that did not
INSERT INTO rules (rule_id, name, query, events, run_interval, look_back, enabled) VALUES
	('few', 'Few', 'FROM x | STATS n = COUNT(), host.name = VALUES(host.name) BY process.command_line | WHERE n < 3', 'public.launches', '1 hour', '1 hour', true);
CREATE FUNCTION pg_temp.state() RETURNS TABLE (command text, status text, counted bigint, hits numeric, shown bigint, first_event timestamptz, last_event timestamptz) LANGUAGE sql AS $$
	SELECT a.process_command_line, a.status, a.event_count, (SELECT sum(h.event_count) FROM transfer_detect.alert_hits AS h WHERE h.alert_id = a.id),
		(SELECT count(*) FROM transfer_detect.alert_events(a.id)), a.first_event, a.last_event
	FROM transfer_detect.alerts AS a WHERE a.rule_id = 'few' ORDER BY 1, 2, 6
$$;
CREATE FUNCTION pg_temp.hits() RETURNS TABLE (span_from timestamptz, span_to timestamptz, window_from timestamptz, as_of timestamptz, event_count bigint, parts integer) LANGUAGE sql AS $$
	SELECT h.span_from, h.span_to, h.window_from, h.as_of, h.event_count, cardinality(h.parts) FROM transfer_detect.alert_hits AS h WHERE h.rule_id = 'few' ORDER BY h.alert_id, h.span_from
$$;

INSERT INTO public.launches (timestamp, process_command_line) SELECT '2026-11-20 00:10Z'::timestamptz + h * interval '3 hours', 'scp a' FROM generate_series(0, 9) AS h;
SELECT count(*), sum(alerts_created), sum(alerts_extended) FROM backfill('few', '2026-11-20', '2026-11-22');
SELECT compact_hits('2026-11-20 12:00Z');
SELECT * FROM pg_temp.hits();
SELECT compact_hits('2026-11-23'), compact_hits('2026-11-23') AS again;
SELECT * FROM pg_temp.hits();
SELECT * FROM pg_temp.state();
-- the same windows know what they have found, and the rows stay as they are
SELECT sum(alerts_created), sum(alerts_extended), sum(known) FROM backfill('few', '2026-11-20', '2026-11-21');
SELECT count(*), sum(event_count) FROM pg_temp.hits();
-- three events come between two hits: no window finds them, and none is counted, whether or not a window that overlaps the row is evaluated
INSERT INTO public.launches (timestamp, process_command_line) SELECT '2026-11-20 01:30Z'::timestamptz + i * interval '1 minute', 'scp a' FROM generate_series(1, 3) AS i;
SELECT * FROM pg_temp.state();
SELECT sum(alerts_created), sum(alerts_extended), sum(known) FROM backfill('few', '2026-11-20', '2026-11-20 05:00Z');
SELECT * FROM pg_temp.state();
-- two that are found: they are counted once, and the events around them as before
INSERT INTO public.launches (timestamp, process_command_line) SELECT '2026-11-20 04:30Z'::timestamptz + i * interval '1 minute', 'scp a' FROM generate_series(1, 2) AS i;
SELECT sum(alerts_created), sum(alerts_extended), sum(known) FROM backfill('few', '2026-11-20', '2026-11-20 05:00Z');
SELECT sum(alerts_created), sum(alerts_extended), sum(known) FROM backfill('few', '2026-11-20', '2026-11-20 05:00Z');
SELECT * FROM pg_temp.state();
SELECT * FROM pg_temp.hits();
-- events that are gone stay counted
SELECT compact_hits('2026-11-23');
DELETE FROM public.launches WHERE timestamp = '2026-11-20 06:10Z';
SELECT sum(alerts_created), sum(alerts_extended), sum(known) FROM backfill('few', '2026-11-20', '2026-11-22');
SELECT * FROM pg_temp.state();
-- closed: an event that comes between its hits is another alert's
SELECT compact_hits('2026-11-23');
UPDATE alerts SET status = 'closed', close_reason = 'other' WHERE rule_id = 'few';
INSERT INTO public.launches (timestamp, process_command_line) VALUES ('2026-11-20 10:30Z', 'scp a'), ('2026-11-20 09:10Z', 'scp a');
SELECT sum(alerts_created), sum(alerts_extended), sum(known) FROM backfill('few', '2026-11-20', '2026-11-22');
SELECT * FROM pg_temp.state();

-- Whatever the order of runs, backfills, late events, closing and reopening: it comes out as if nothing had been put into one row.
CREATE FUNCTION pg_temp.play(seed double precision, compacts boolean) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
	begun CONSTANT timestamptz := '2026-11-20 12:00Z';
	reached timestamptz := begun;
	at timestamptz;
	what double precision;
	result jsonb;
	fewer bigint := 0;
BEGIN
	DELETE FROM transfer_detect.alerts;
	DELETE FROM transfer_detect.runs;
	DELETE FROM transfer_detect.checkpoints;
	TRUNCATE public.launches RESTART IDENTITY;
	PERFORM setseed(seed);
	FOR i IN 1..60 LOOP
		what := random();
		at := begun + (floor(random() * 1440) || ' minutes')::interval;
		IF what < 0.45 THEN
			INSERT INTO public.launches (timestamp, host_name, process_command_line)
			SELECT at + (floor(random() * 40) || ' minutes')::interval, 'h' || floor(random() * 3), 'c' || floor(random() * 3)
			FROM generate_series(1, 1 + floor(random() * 6)::integer);
		ELSIF what < 0.55 THEN
			reached := reached + (floor(random() * 300) || ' minutes')::interval;
			PERFORM transfer_detect.run('few', reached);
		ELSIF what < 0.75 THEN
			PERFORM transfer_detect.backfill('few', at, at + (1 + floor(random() * 600) || ' minutes')::interval);
		ELSIF what < 0.85 THEN
			UPDATE transfer_detect.alerts SET status = 'closed', close_reason = 'other'
			WHERE id = (SELECT id FROM transfer_detect.alerts WHERE status <> 'closed' ORDER BY id LIMIT 1);
		ELSIF what < 0.9 THEN
			UPDATE transfer_detect.alerts AS a SET status = 'open'
			WHERE id = (SELECT id FROM transfer_detect.alerts AS c WHERE status = 'closed'
						AND NOT EXISTS (SELECT FROM transfer_detect.alerts AS o WHERE o.status <> 'closed' AND o.group_key = c.group_key) ORDER BY id LIMIT 1);
		END IF;
		IF compacts THEN
			fewer := fewer + transfer_detect_internal.compact_hits(begun + interval '1 day');
		END IF;
	END LOOP;
	SELECT jsonb_build_object('alerts', jsonb_agg(jsonb_build_array(to_jsonb(a) - '{id,run_id,predecessor_id}'::text[],
			(SELECT jsonb_agg(to_jsonb(h) - '{id,alert_id}'::text[]) FROM transfer_detect_internal.single_hits(a.id) AS h),
			(SELECT jsonb_agg(e -> 'event_id') FROM transfer_detect.alert_events(a.id) AS e)) ORDER BY a.id), 'fewer', fewer)
	  INTO result FROM transfer_detect.alerts AS a;
	RETURN result;
END
$$;
CREATE TEMP TABLE games AS SELECT i / 20.0 AS seed, pg_temp.play(i / 20.0, false) AS expected, pg_temp.play(i / 20.0, true) AS got FROM generate_series(1, 10) AS i;
SELECT count(*) AS games, sum(jsonb_array_length(expected -> 'alerts')) > 30 AS alerts, sum((got ->> 'fewer')::bigint) > 30 AS compacted FROM games;
SELECT seed, e.value AS expected, g.value AS got FROM games, jsonb_array_elements(expected -> 'alerts') WITH ORDINALITY AS e(value, place)
FULL JOIN LATERAL jsonb_array_elements(got -> 'alerts') WITH ORDINALITY AS g(value, place) ON g.place = e.place WHERE e.value IS DISTINCT FROM g.value;
ROLLBACK;
