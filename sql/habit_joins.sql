/*
 * habit_joins.sql: what is new for further hosts and roles joins the alert about what is new in the fleet.
 *
 * src/detect/habit_joins.c tells what joins.  Here an alert tells what has joined it, and the memory
 * keeps at which times a key did, since it must not make an alert of its own when its window is evaluated
 * again.  The alert's result has each that joined with its time and its reasons ("habit.joined").  So reasons
 * and score can be made anew whenever one more joins, or one joins no longer.
 */

CREATE FUNCTION transfer_detect_internal.joined_time(entry jsonb) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT '2000-01-01 00:00Z'::timestamptz + (entry ->> 'time')::bigint * interval '1 microsecond'
$$;

COMMENT ON FUNCTION transfer_detect_internal.joined_time(jsonb) IS 'part of run(): when what joined an alert did so; C writes microseconds since 2000';

CREATE FUNCTION transfer_detect_internal.join_alert(alert_id bigint, joins jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
/*
 * Keys of roles or hosts join the alert of the fleet's key (habit_joins.c): what is new of
 * them becomes a further reason there.  One that has joined another alert at that
 * time stays with that.  What the alert tells is made anew of all that have joined, in
 * the order of their times, whoever came first.
 */
DECLARE
	most CONSTANT integer := 100;
	alert @extschema@.alerts;
	fresh jsonb;
	known jsonb;
	told record;
BEGIN
	SELECT a.* INTO alert FROM @extschema@.alerts AS a WHERE a.id = join_alert.alert_id;
	SELECT jsonb_agg(j.entry) INTO fresh
	  FROM jsonb_array_elements(joins) AS e(entry)
	 CROSS JOIN LATERAL (SELECT e.entry, (e.entry ->> 'digest')::uuid AS digest,
							transfer_detect_internal.joined_time(e.entry) AS time OFFSET 0) AS j
	  JOIN @extschema@.habits AS h ON h.rule_id = alert.rule_id AND h.digest = j.digest
	 WHERE j.time >= alert.first_event
	   AND (j.time <> ALL (h.joined)
			OR (e.entry ->> 'digest', e.entry ->> 'time') IN (SELECT k.entry ->> 'digest', k.entry ->> 'time'
																FROM jsonb_array_elements(alert.result -> 'habit.joined') AS k(entry)));
	UPDATE @extschema@.habits AS h
	   SET joined = ARRAY(SELECT DISTINCT t.time FROM unnest(h.joined || j.times) AS t(time) ORDER BY 1)
	  FROM (SELECT (e.entry ->> 'digest')::uuid AS digest, array_agg(transfer_detect_internal.joined_time(e.entry)) AS times
			  FROM jsonb_array_elements(fresh) AS e(entry) GROUP BY 1) AS j
	 WHERE h.rule_id = alert.rule_id AND h.digest = j.digest AND NOT j.times <@ h.joined;

	-- of those that have joined before, some may be new no longer
	SELECT jsonb_agg(j.entry ORDER BY (j.entry ->> 'time')::bigint, j.entry ->> 'digest') INTO known
	  FROM (SELECT DISTINCT ON (u.entry -> 'digest', u.entry -> 'time') u.entry
			  FROM jsonb_array_elements(coalesce(fresh, '[]') || coalesce(alert.result -> 'habit.joined', '[]')) WITH ORDINALITY AS u(entry, place)
			 ORDER BY u.entry -> 'digest', u.entry -> 'time', u.place) AS j
	 WHERE NOT EXISTS (SELECT FROM @extschema@.habits AS h
						WHERE h.rule_id = alert.rule_id AND h.digest = (j.entry ->> 'digest')::uuid
						  AND transfer_detect_internal.joined_time(j.entry) <> ALL (h.joined));
	alert.result := alert.result - '{habit.joins,habit.joined}'::text[] || CASE WHEN known IS NULL THEN '{}' ELSE jsonb_build_object('habit.joined', known) END;
	SELECT array_agg(r.reason ORDER BY r.place) FILTER (WHERE r.number <= most)
			|| CASE WHEN count(*) > most THEN ARRAY[format('and %s more', count(*) - most)] END AS reasons,
		greatest((alert.result ->> 'habit.score')::integer, (SELECT max((j.entry ->> 'score')::integer) FROM jsonb_array_elements(known) AS j(entry))) AS score
	  INTO told
	  FROM (SELECT t.reason, min(t.place) AS place, row_number() OVER (ORDER BY min(t.place)) AS number
			  FROM unnest(transfer_detect_internal.list_texts(alert.result -> 'habit.reasons')
						  || ARRAY(SELECT x.reason FROM jsonb_array_elements(known) WITH ORDINALITY AS j(entry, place)
									CROSS JOIN LATERAL jsonb_array_elements_text(j.entry -> 'reasons') WITH ORDINALITY AS x(reason, place)
									ORDER BY j.place, x.place)) WITH ORDINALITY AS t(reason, place)
			 GROUP BY t.reason) AS r;
	UPDATE @extschema@.alerts AS a
	   SET reasons = coalesce(told.reasons, '{}'), result = alert.result, risk_score = coalesce(told.score, a.risk_score),
		   severity = coalesce(transfer_detect_internal.score_severity(told.score), a.severity)
	 WHERE a.id = alert.id AND (a.reasons, a.result, a.risk_score) IS DISTINCT FROM (coalesce(told.reasons, '{}'), alert.result, coalesce(told.score, a.risk_score));
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.join_alert(bigint, jsonb) IS 'part of run(): what is new for roles or hosts becomes a further reason of the alert about what is new in the fleet';

CREATE FUNCTION transfer_detect_internal.part_alert(alert_id bigint, openings timestamptz[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
/*
 * What joined an alert within a day of an opening that is none any more has to make alerts of its
 * own, if it is still new.
 */
DECLARE
	alert @extschema@.alerts;
	times timestamptz[];
BEGIN
	SELECT a.* INTO alert FROM @extschema@.alerts AS a WHERE a.id = part_alert.alert_id;
	WITH gone AS MATERIALIZED (
		SELECT x.digest, x.time
		  FROM jsonb_array_elements(alert.result -> 'habit.joined') AS j(entry)
		 CROSS JOIN LATERAL (SELECT (j.entry ->> 'digest')::uuid AS digest,
								transfer_detect_internal.joined_time(j.entry) AS time OFFSET 0) AS x
		 WHERE NOT EXISTS (SELECT FROM unnest(openings) AS o(time) WHERE x.time >= o.time AND x.time < o.time + interval '24 hours')
	), part AS (
		UPDATE @extschema@.habits AS h
		   SET joined = ARRAY(SELECT j.time FROM unnest(h.joined) AS j(time) WHERE j.time <> ALL (g.times))
		  FROM (SELECT x.digest, array_agg(x.time) AS times FROM gone AS x GROUP BY 1) AS g
		 WHERE h.rule_id = alert.rule_id AND h.digest = g.digest
	)
	SELECT array_agg(DISTINCT date_trunc('minute', g.time)) INTO times FROM gone AS g;
	IF times IS NULL THEN
		RETURN;
	END IF;
	PERFORM transfer_detect_internal.join_alert(alert.id, NULL);
	PERFORM transfer_detect_internal.set_due(alert.rule_id, transfer_detect_internal.present_version(alert.rule_id), '-infinity', times);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.part_alert(bigint, timestamptz[]) IS 'part of run(): what joined an alert beside the openings that made it joins it no longer';
