/*
 * operations.sql: how the rules are doing, and how long alerts are kept.
 */

CREATE VIEW rule_health AS
SELECT r.rule_id,
	r.name,
	r.enabled,
	c.checkpoint,
	now() - c.checkpoint AS lag,
	s.last_success,
	r.enabled AND (greatest(s.last_success, r.enabled_at) < now() - 2 * r.run_interval OR i.interrupted > 0) AS overdue,
	(SELECT count(*) FROM runs AS x
	  WHERE x.rule_id = r.rule_id AND x.kind = 'scheduled' AND x.status = 'failed'
		AND x.started_at > coalesce(s.last_success, '-infinity')) AS failures,
	(SELECT concat_ws(' ', coalesce(x.sqlstate, '57014'), coalesce(x.message, transfer_detect_internal.interruption(x.started_at))) FROM runs AS x
	  WHERE x.rule_id = r.rule_id AND x.kind = 'scheduled'
		AND (x.status IN ('failed', 'interrupted') OR x.status = 'running' AND NOT transfer_detect_internal.is_at_work(x.pid))
		AND x.started_at > coalesce(s.last_success, '-infinity')
	  ORDER BY x.window_to DESC, x.id DESC LIMIT 1) AS last_error,
	g.gaps,
	g.gap_time,
	(SELECT count(*) FROM runs AS x WHERE x.rule_id = r.rule_id AND NOT x.settled) AS unsettled,
	d.mean_duration,
	d.mean_duration_before,
	(SELECT round(count(*) / 7.0, 2) FROM alerts AS a
	  WHERE a.rule_id = r.rule_id AND a.created_at > now() - interval '7 days') AS alerts_per_day,
	(SELECT count(*) FROM alerts AS a WHERE a.rule_id = r.rule_id AND a.status <> 'closed') AS active_alerts,
	ARRAY(SELECT e.id FROM exceptions AS e
		   WHERE (e.rule_id = r.rule_id OR e.rule_id IS NULL) AND e.enabled AND (e.expires_at > now()) IS NOT FALSE
			 AND NOT EXISTS (SELECT FROM exception_hits AS h WHERE h.exception_id = e.id AND h.rule_id = r.rule_id)
		   ORDER BY e.id) AS exceptions_without_hits,
	coalesce(c.late_events, 0) AS late_events,
	transfer_detect_internal.late_advice(r.rule_id, r.events, r.run_interval, c.late_events, c.late_from, c.late_to, c.late_problem) AS late_advice,
	(SELECT max(x.started_at) FROM runs AS x
	  WHERE x.rule_id = r.rule_id AND x.status = 'running' AND transfer_detect_internal.is_at_work(x.pid)) AS running_since,
	i.interrupted,
	CASE WHEN k.known THEN h.habits END AS habits,
	CASE WHEN k.known THEN h.new_per_day END AS new_habits_per_day,
	h.forgets_next,
	CASE WHEN k.known THEN (c.learned_from < coalesce(c.checkpoint, c.learned_to) - interval '7 days') IS NOT TRUE END AS learning,
	CASE WHEN k.known THEN transfer_detect_internal.own_domain_advice(ARRAY(
		SELECT DISTINCT n.name FROM habits AS x CROSS JOIN LATERAL unnest(x.key) AS n(name)
		 WHERE x.rule_id = r.rule_id AND n.name LIKE '%.%' AND n.name NOT LIKE '%/%')) END AS fleet_advice
  FROM rules AS r
  LEFT JOIN checkpoints AS c ON c.rule_id = r.rule_id
  LEFT JOIN LATERAL (
		SELECT x.started_at AS last_success FROM runs AS x
		 WHERE x.rule_id = r.rule_id AND x.kind = 'scheduled' AND x.status = 'succeeded'
		 ORDER BY x.window_to DESC LIMIT 1) AS s ON true
 CROSS JOIN LATERAL (
		SELECT count(*) AS interrupted
		  FROM runs AS x
		 WHERE x.rule_id = r.rule_id AND x.started_at > coalesce(s.last_success, '-infinity')
		   AND (x.status = 'interrupted' OR x.status = 'running' AND NOT transfer_detect_internal.is_at_work(x.pid))) AS i
 CROSS JOIN LATERAL (
		SELECT count(*) AS gaps, coalesce(sum(x.window_to - x.window_from), '0') AS gap_time
		  FROM runs AS x WHERE x.rule_id = r.rule_id AND x.status = 'gap') AS g
 CROSS JOIN LATERAL (
		SELECT avg(n.duration) FILTER (WHERE n.place <= 24) AS mean_duration,
			avg(n.duration) FILTER (WHERE n.place > 24) AS mean_duration_before
		  FROM (SELECT x.evaluate_time + x.file_time AS duration, row_number() OVER (ORDER BY x.window_to DESC) AS place
				  FROM runs AS x
				 WHERE x.rule_id = r.rule_id AND x.kind = 'scheduled' AND x.status = 'succeeded'
				 ORDER BY x.window_to DESC LIMIT 48) AS n) AS d
 CROSS JOIN LATERAL (
		SELECT EXISTS (SELECT FROM habit_spaces AS s WHERE s.rule_id = r.rule_id AND s.enabled) AS known) AS k
  LEFT JOIN LATERAL (
		SELECT count(*) AS habits,
			round(count(*) FILTER (WHERE x.first_seen > now() - interval '7 days') / 7.0, 2) AS new_per_day,
			min(x.last_seen) FILTER (WHERE NOT x.loud) AS forgets_next
		  FROM habits AS x WHERE x.rule_id = r.rule_id AND k.known) AS h ON true;

COMMENT ON VIEW rule_health IS 'How each rule is doing';
COMMENT ON COLUMN rule_health.rule_id IS 'The rule';
COMMENT ON COLUMN rule_health.name IS 'Its name';
COMMENT ON COLUMN rule_health.enabled IS 'Whether it is to run';
COMMENT ON COLUMN rule_health.checkpoint IS 'Instant up to which it has run';
COMMENT ON COLUMN rule_health.lag IS 'How long ago that was';
COMMENT ON COLUMN rule_health.last_success IS 'When it last evaluated a window with success';
COMMENT ON COLUMN rule_health.overdue IS 'Whether it is enabled, and has not succeeded for two intervals or was interrupted since it last did';
COMMENT ON COLUMN rule_health.failures IS 'Failed runs since then';
COMMENT ON COLUMN rule_health.last_error IS 'SQLSTATE and message of the last of them';
COMMENT ON COLUMN rule_health.gaps IS 'Gaps that backfill() has not filled';
COMMENT ON COLUMN rule_health.gap_time IS 'Their length altogether';
COMMENT ON COLUMN rule_health.unsettled IS 'Windows that will be evaluated again: events have come in late, or transactions were in flight';
COMMENT ON COLUMN rule_health.mean_duration IS 'Mean duration of its last 24 windows';
COMMENT ON COLUMN rule_health.mean_duration_before IS 'Mean duration of the 24 windows before them';
COMMENT ON COLUMN rule_health.alerts_per_day IS 'Alerts filed in the last seven days, by day';
COMMENT ON COLUMN rule_health.active_alerts IS 'Alerts that are open or acknowledged';
COMMENT ON COLUMN rule_health.exceptions_without_hits IS 'Exceptions in force that were never needed for it';
COMMENT ON COLUMN rule_health.late_events IS 'Events that came in too late for their windows to be evaluated again';
COMMENT ON COLUMN rule_health.late_advice IS 'What to do so that late events are seen, or null';
COMMENT ON COLUMN rule_health.running_since IS 'When run_rules() began the window that it is evaluating now';
COMMENT ON COLUMN rule_health.interrupted IS 'Runs since the last success that were cancelled, or whose session ended';
COMMENT ON COLUMN rule_health.habits IS 'How much a rule that knows habits remembers; null for others';
COMMENT ON COLUMN rule_health.new_habits_per_day IS 'Habits first seen in the last seven days, by day';
COMMENT ON COLUMN rule_health.forgets_next IS 'When the habit was last seen that will be forgotten next';
COMMENT ON COLUMN rule_health.learning IS 'Whether it has learned for less than seven days, and so finds more that is new than it will later';
COMMENT ON COLUMN rule_health.fleet_advice IS 'Which domains may be ours, by the names of remote hosts that it remembers, and how to say so; or null';

CREATE FUNCTION purge_alerts(older_than interval, OUT alerts bigint, OUT runs bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * It keeps the runs that alerts refer to, gaps that can still be filled, windows
 * that will be evaluated again, and the last window of each rule.
 */
DECLARE
	limit_time CONSTANT timestamptz := now() - older_than;
BEGIN
	PERFORM transfer_detect_internal.check_age(older_than);
	DELETE FROM @extschema@.alerts AS a WHERE a.status = 'closed' AND a.closed_at < limit_time;
	GET DIAGNOSTICS alerts = ROW_COUNT;
	DELETE FROM @extschema@.runs AS r
	 WHERE r.finished_at < limit_time AND r.settled AND r.status <> 'gap'
	   AND (r.kind = 'backfill'
			OR r.window_to < (SELECT c.checkpoint FROM @extschema@.checkpoints AS c WHERE c.rule_id = r.rule_id))
	   AND NOT EXISTS (SELECT FROM @extschema@.alerts AS a WHERE a.run_id = r.id);
	GET DIAGNOSTICS runs = ROW_COUNT;
END
$$;

COMMENT ON FUNCTION purge_alerts(interval) IS 'Deletes alerts that were closed longer ago than this, with their history, and rows of runs that old; open ones never';
REVOKE ALL ON FUNCTION purge_alerts(interval) FROM PUBLIC;

CREATE FUNCTION transfer_detect_internal.compact_hits(before timestamptz) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
SET jit = off
AS $$
/*
 * Puts hits of a day that follow each other into one row.  They stay what they are:
 * one window with the whole span would also stand for what lies between them, which
 * no window has counted.  Runs file meanwhile, so their rules are locked.
 */
DECLARE
	next_rule text;
	fewer bigint;
	total bigint := 0;
BEGIN
	FOR next_rule IN SELECT r.rule_id FROM @extschema@.rules AS r ORDER BY r.rule_id LOOP
		PERFORM transfer_detect_internal.lock_checkpoint(next_rule, true);
		WITH compared AS (
			SELECT h.*, h.as_of < before AS old,
				(h.version, h.event_exceptions, h.as_of < before, date_trunc('day', h.span_from AT TIME ZONE 'UTC')) IS DISTINCT FROM
					(lag(h.version) OVER w, lag(h.event_exceptions) OVER w, lag(h.as_of < before) OVER w,
					 lag(date_trunc('day', h.span_from AT TIME ZONE 'UTC')) OVER w) AS begins
			  FROM @extschema@.alert_hits AS h
			 WHERE h.rule_id = next_rule
			WINDOW w AS (PARTITION BY h.alert_id ORDER BY h.span_from)
		), numbered AS (
			SELECT c.*, count(*) FILTER (WHERE c.begins) OVER (PARTITION BY c.alert_id ORDER BY c.span_from) AS stretch
			  FROM compared AS c
		), stretches AS MATERIALIZED (
			SELECT array_agg(n.id ORDER BY n.span_from) AS ids, min(n.window_from) AS window_from, max(n.as_of) AS as_of,
				max(n.span_to) AS span_to, sum(n.event_count) AS event_count
			  FROM numbered AS n
			 WHERE n.old
			 GROUP BY n.alert_id, n.stretch
			HAVING count(*) > 1
		), parts AS (
			SELECT s.ids[1] AS id,
				array_agg(coalesce(p.part, (h.window_from, h.as_of, h.span_from, h.span_to, h.event_count)::transfer_detect_internal.hit_part)
						  ORDER BY h.span_from, p.place) AS parts
			  FROM stretches AS s
			 CROSS JOIN LATERAL unnest(s.ids) AS i(id)
			  JOIN @extschema@.alert_hits AS h ON h.id = i.id
			  LEFT JOIN LATERAL (
					SELECT (u.window_from, u.as_of, u.span_from, u.span_to, u.event_count)::transfer_detect_internal.hit_part AS part, u.place
					  FROM unnest(h.parts) WITH ORDINALITY AS u(window_from, as_of, span_from, span_to, event_count, place)) AS p ON true
			 GROUP BY 1
		), packed AS (
			UPDATE @extschema@.alert_hits AS h
			   SET (window_from, as_of, span_to, event_count, parts) = (s.window_from, s.as_of, s.span_to, s.event_count, p.parts)
			  FROM stretches AS s JOIN parts AS p ON p.id = s.ids[1]
			 WHERE h.id = s.ids[1]
		)
		DELETE FROM @extschema@.alert_hits AS h
		 USING stretches AS s CROSS JOIN LATERAL unnest(s.ids[2:]) AS i(id)
		 WHERE h.id = i.id;
		GET DIAGNOSTICS fewer = ROW_COUNT;
		total := total + fewer;
	END LOOP;
	RETURN total;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.compact_hits(timestamptz) IS 'part of compact_history(): one row in the place of those that an alert has of a day';

CREATE FUNCTION compact_history(older_than interval DEFAULT '7 days') RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * An alert that comes again each hour has 24 rows of history more each day.  Of the rows
 * that runs of a role have written for it in a day, one after the other, the last one
 * stays, with the first old value and the last new one of each column.
 *
 * It has 24 hits more as well.  Those of a day are put into one row.
 */
DECLARE
	before CONSTANT timestamptz := date_trunc('day', (now() - older_than) AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
	deleted bigint;
BEGIN
	PERFORM transfer_detect_internal.check_age(older_than);
	WITH compared AS (
		SELECT h.*, (h.action, h.changed_by, h.login) IS DISTINCT FROM
				(lag(h.action) OVER w, lag(h.changed_by) OVER w, lag(h.login) OVER w) AS begins
		  FROM @extschema@.alert_history AS h
		 WHERE h.changed_at < before
		WINDOW w AS (PARTITION BY h.alert_id ORDER BY h.id)
	), numbered AS (
		SELECT c.*, count(*) FILTER (WHERE c.begins) OVER (PARTITION BY c.alert_id ORDER BY c.id) AS part
		  FROM compared AS c
	), days AS MATERIALIZED (
		SELECT array_agg(n.id ORDER BY n.id) AS ids
		  FROM numbered AS n
		 WHERE n.action = 'extended'
		 GROUP BY n.alert_id, n.part, date_trunc('day', n.changed_at AT TIME ZONE 'UTC')
		HAVING count(*) > 1
	), merged AS (
		SELECT d.ids[cardinality(d.ids)] AS last, jsonb_object_agg(c.key, jsonb_build_array(c.old, c.new)) AS changes
		  FROM days AS d
		 CROSS JOIN LATERAL (
				SELECT e.key, (array_agg(e.value -> 0 ORDER BY h.id))[1] AS old, (array_agg(e.value -> 1 ORDER BY h.id DESC))[1] AS new
				  FROM @extschema@.alert_history AS h CROSS JOIN LATERAL jsonb_each(h.changes) AS e
				 WHERE h.id = ANY (d.ids)
				 GROUP BY e.key) AS c
		 GROUP BY 1
	), kept AS (
		UPDATE @extschema@.alert_history AS h SET changes = m.changes FROM merged AS m WHERE h.id = m.last
	)
	DELETE FROM @extschema@.alert_history AS h
	 USING days AS d
	 WHERE h.id = ANY (d.ids[:cardinality(d.ids) - 1]);
	GET DIAGNOSTICS deleted = ROW_COUNT;
	RETURN deleted + transfer_detect_internal.compact_hits(before);
END
$$;

COMMENT ON FUNCTION compact_history(interval) IS 'Makes one row of history of those that runs have written for an alert in a day, and one row of its hits of a day, of days that ended longer ago than this; returns how many rows less there are';
REVOKE ALL ON FUNCTION compact_history(interval) FROM PUBLIC;

CREATE VIEW alert_counts WITH (security_invoker = true) AS
SELECT date_trunc('day', coalesce(a.first_event, a.last_window)) AS day,
	a.rule_id,
	coalesce(h.host_name, 'not named') AS host_name,
	a.severity,
	count(*) AS alerts,
	count(*) FILTER (WHERE a.status <> 'closed') AS active,
	count(*) FILTER (WHERE a.close_reason = 'true_positive') AS true_positives
  FROM alerts AS a
  LEFT JOIN LATERAL unnest(a.host_names) AS h(host_name) ON true
 GROUP BY 1, 2, 3, 4;

COMMENT ON VIEW alert_counts IS 'How many alerts there are, by the day of their first event, rule, host and severity; an alert of several hosts counts for each';
COMMENT ON COLUMN alert_counts.day IS 'Day of the first event, in the time zone of the session';
COMMENT ON COLUMN alert_counts.rule_id IS 'The rule';
COMMENT ON COLUMN alert_counts.host_name IS 'The host, or "not named"';
COMMENT ON COLUMN alert_counts.severity IS 'low, medium, high or critical';
COMMENT ON COLUMN alert_counts.alerts IS 'How many alerts';
COMMENT ON COLUMN alert_counts.active IS 'How many of them are not closed';
COMMENT ON COLUMN alert_counts.true_positives IS 'How many of them were closed as true_positive';
