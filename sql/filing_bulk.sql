/*
 * filing_bulk.sql: file many groups at once.
 *
 * Who writes command lines on a watched host decides how many groups a window
 * has, and may want so many that filing them takes longer than there is time.
 * Each group becomes an alert all the same, beyond max_alerts as well: so it has
 * its own events, its own state, and is looked up by its key like any other when
 * it comes again, comes late, or was closed.  What makes them cheap is that they
 * are filed a thousand at a time.
 *
 * Almost all groups are of three kinds.  Of a new one there is no alert at all.  A
 * known one has just the hit that is there already, as when a window is evaluated
 * again.  And one that comes again has an active alert, and no hit that overlaps.
 * Whatever else there may be, such as hits that overlap or were closed, file_group()
 * files one by one.
 */

CREATE TYPE transfer_detect_internal.found_group AS (
	group_key jsonb,
	result jsonb,
	event_count bigint,
	first_event timestamptz,
	last_event timestamptz,
	omitted text,
	over_cap boolean,
	times timestamptz[]
);

COMMENT ON TYPE transfer_detect_internal.found_group IS 'part of run(): a group that a rule has found in a window';

CREATE TYPE transfer_detect_internal.habit_mark AS (
	digest uuid,
	opening timestamptz,
	further uuid[],
	seen_later boolean
);

COMMENT ON TYPE transfer_detect_internal.habit_mark IS 'part of run(): what the memory is to be told of a group';

CREATE TYPE transfer_detect_internal.filed AS (
	created bigint,
	extended bigint,
	known bigint
);

COMMENT ON TYPE transfer_detect_internal.filed IS 'part of run(): how many groups became alerts, extended one, or were known';

CREATE FUNCTION transfer_detect_internal.sort_groups(
	rule_id text,
	groups transfer_detect_internal.found_group[],
	keys bytea[],
	OUT kinds text[],
	OUT places tid[])
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_bitmapscan = off
SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
/*
 * What is to be done with each group: new, known, again, or single; and where its
 * active alert is.  Two rows of a window may have the same key, and then the second is
 * filed after the first.  The hits are the last two of overlapping_hits(): whether there
 * are more does not matter.
 *
 * A backfill leaves as many versions of an active alert as it has windows, and until it
 * commits none of them can be removed.  The last one is the one to find, and mostly
 * the last in its index too.  So the index is read backwards: a range of one
 * key is a range for which the planner does that.
 *
 * Of many groups mostly all are new or none is, and the first one speaks for the rest.
 * If it is new, one look at each index for all keys may say the same of all.
 */
BEGIN
	IF cardinality(keys) >= 100
		-- EXISTS would leave out the order
		AND (SELECT y.id FROM @extschema@.alerts AS y
			  WHERE y.key_digest BETWEEN keys[1] AND keys[1] AND y.rule_id = sort_groups.rule_id AND y.status <> 'closed'
			  ORDER BY y.key_digest DESC LIMIT 1) IS NULL
		AND NOT EXISTS (SELECT FROM @extschema@.alerts AS y
						 WHERE y.key_digest = ANY (keys) AND y.rule_id = sort_groups.rule_id AND y.status <> 'closed')
		AND NOT EXISTS (SELECT FROM @extschema@.alerts AS y
						 WHERE y.key_digest = ANY (keys) AND y.rule_id = sort_groups.rule_id AND y.status = 'closed')
		AND (SELECT count(DISTINCT u.key) = count(*) AND count(*) FILTER (WHERE u.event_count = 0) = 0
			   FROM unnest(groups, keys) AS u(group_key, result, event_count, first_event, last_event, omitted, over_cap, times, key))
	THEN
		kinds := array_fill('new'::text, ARRAY[cardinality(keys)]);
		places := array_fill(NULL::tid, ARRAY[cardinality(keys)]);
		RETURN;
	END IF;
	SELECT array_agg(s.kind ORDER BY s.place), array_agg(s.active ORDER BY s.place)
	  INTO kinds, places
	  FROM (SELECT g.place, a.active,
				CASE WHEN g.repeated OR g.event_count = 0 THEN 'single'
					 WHEN a.alerts = 0 THEN 'new'
					 WHEN a.hits = 1 AND a.same THEN 'known'
					 WHEN a.hits = 0 AND a.active IS NOT NULL THEN 'again'
					 ELSE 'single' END AS kind
			  FROM (SELECT u.key, u.place, u.event_count, u.first_event, u.last_event,
						row_number() OVER (PARTITION BY u.key ORDER BY u.place) > 1 AS repeated
					  FROM unnest(groups, keys) WITH ORDINALITY
							AS u(group_key, result, event_count, first_event, last_event, omitted, over_cap, times, key, place)) AS g
			 CROSS JOIN LATERAL (
					SELECT count(*) AS alerts, sum(h.hits) AS hits, bool_or(h.same) AS same, max(x.active) AS active
					  FROM ((SELECT y.id, y.ctid AS active FROM @extschema@.alerts AS y
							  WHERE y.key_digest BETWEEN g.key AND g.key AND y.rule_id = sort_groups.rule_id AND y.status <> 'closed'
							  ORDER BY y.key_digest DESC LIMIT 1)
							UNION ALL
							SELECT y.id, NULL FROM @extschema@.alerts AS y
							 WHERE y.key_digest = g.key AND y.rule_id = sort_groups.rule_id AND y.status = 'closed') AS x
					 CROSS JOIN LATERAL (
							SELECT count(*) AS hits,
								bool_or(CASE WHEN o.parts IS NULL
											 THEN o.span_from = g.first_event AND o.span_to = g.last_event AND o.event_count = g.event_count
											 ELSE EXISTS (SELECT FROM unnest(o.parts) AS q
														   WHERE q.span_from = g.first_event AND q.span_to = g.last_event AND q.event_count = g.event_count) END) AS same
							  FROM (SELECT p.span_from, p.span_to, p.event_count, p.parts FROM @extschema@.alert_hits AS p
									 WHERE p.alert_id = x.id AND p.span_from <= g.last_event
									 ORDER BY p.span_from DESC LIMIT 2) AS o
							 WHERE o.span_to >= g.first_event) AS h) AS a
			OFFSET 0) AS s;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.sort_groups(text, transfer_detect_internal.found_group[], bytea[]) IS 'part of run(): which groups are new, known, or come again, and where the active alerts are';

CREATE FUNCTION transfer_detect_internal.create_alerts(
	run runs,
	rule rule_versions,
	event_exceptions text[],
	groups transfer_detect_internal.found_group[])
RETURNS bytea[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_memoize = off
SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
/*
 * Files groups without an alert, as create_alert() and add_hit() file one.  Returns
 * the keys of those that were filed.  The key of a habit says nothing that a column of
 * the alert is made of.  If one of them has an active alert after all,
 * because somebody has reopened a closed one or row security hides it, none is.  That
 * is seldom, and ON CONFLICT would look for it at each alert once more.
 */
DECLARE
	filed bytea[];
BEGIN
	WITH alert AS (
		INSERT INTO @extschema@.alerts
			(rule_id, version, group_key, severity, risk_score, title, reasons,
			 process_executable, process_parent_executable, process_command_line,
			 event_count, first_event, last_event, agent_count, host_names, agent_ids,
			 last_window, result, omitted, over_cap, run_id)
		SELECT rule.rule_id, rule.version, g.group_key,
			coalesce(transfer_detect_internal.score_severity((f.facts ->> 'habit.score')::integer), rule.severity),
			coalesce((f.facts ->> 'habit.score')::integer, rule.risk_score),
			transfer_detect_internal.alert_title(f.facts, g.group_key, n.hosts),
			CASE WHEN f.facts ? 'habit.reasons' THEN transfer_detect_internal.list_texts(f.facts -> 'habit.reasons') ELSE '{}' END,
			transfer_detect_internal.result_text(f.facts, VARIADIC ARRAY['process.executable', 'Esql.process_executable_values']),
			transfer_detect_internal.result_text(f.facts, VARIADIC ARRAY['process.parent.executable', 'Esql.process_parent_executable_values']),
			transfer_detect_internal.result_text(f.facts, VARIADIC ARRAY['process.command_line', 'Esql.process_command_line_values']),
			g.event_count, g.first_event, g.last_event,
			transfer_detect_internal.result_agent_count(f.facts, n.agents), n.hosts, n.agents,
			run.window_to, coalesce(g.result, '{}'), g.omitted, g.over_cap, run.id
		  FROM unnest(groups) WITH ORDINALITY
				AS g(group_key, result, event_count, first_event, last_event, omitted, over_cap, times, place)
		 CROSS JOIN LATERAL (SELECT coalesce(CASE WHEN rule.habits IS NULL THEN transfer_detect_internal.group_facts(g.group_key, g.result) ELSE g.result END, '{}') AS facts OFFSET 0) AS f
		 CROSS JOIN LATERAL (
				SELECT transfer_detect_internal.result_texts(f.facts, VARIADIC ARRAY['host.name', 'host_names', 'Esql.host_name_values']) AS hosts,
					transfer_detect_internal.result_texts(f.facts, VARIADIC ARRAY['agent.id', 'agent_ids', 'Esql.agent_id_values']) AS agents
				OFFSET 0) AS n
		 ORDER BY g.place
		RETURNING id, key_digest, event_count, first_event, last_event
	), hit AS (
		INSERT INTO @extschema@.alert_hits
			(alert_id, rule_id, version, window_from, as_of, event_exceptions, span_from, span_to, event_count)
		SELECT a.id, rule.rule_id, rule.version, run.window_from, run.window_to, create_alerts.event_exceptions,
			a.first_event, a.last_event, a.event_count
		  FROM alert AS a
	)
	SELECT array_agg(a.key_digest) INTO filed FROM alert AS a;
	RETURN coalesce(filed, '{}');
EXCEPTION WHEN unique_violation THEN
	RETURN '{}';
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.create_alerts(runs, rule_versions, text[], transfer_detect_internal.found_group[]) IS 'part of run(): new alerts and their hits, many at once';

CREATE FUNCTION transfer_detect_internal.extend_alerts(
	run runs,
	rule rule_versions,
	event_exceptions text[],
	groups transfer_detect_internal.found_group[],
	keys bytea[],
	places tid[])
RETURNS bytea[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_nestloop = off
SET jit = off
SET plan_cache_mode = force_generic_plan
SET transfer_detect.filing = on
AS $$
#variable_conflict use_column
/*
 * Adds groups to their active alerts, which have no hits that overlap, as add_hit()
 * and extend_alert() add one.  Returns the keys of those that were added: an alert that
 * was changed since it was looked for is elsewhere now.
 *
 * Mostly hosts and agents are those that the alert has, and then no function is called
 * that has settings of its own.  The groups are joined to the alerts by
 * hashing: a loop in a loop would take time in the square of the alerts that are open.
 */
DECLARE
	filed bytea[];
BEGIN
	WITH found AS MATERIALIZED (
		SELECT g.*, f.*,
			transfer_detect_internal.result_texts(f.facts, VARIADIC ARRAY['host.name', 'host_names', 'Esql.host_name_values']) AS hosts,
			transfer_detect_internal.result_texts(f.facts, VARIADIC ARRAY['agent.id', 'agent_ids', 'Esql.agent_id_values']) AS agents
		  FROM unnest(groups, keys) AS g(group_key, result, event_count, first_event, last_event, omitted, over_cap, times, key)
		 CROSS JOIN LATERAL (SELECT coalesce(CASE WHEN rule.habits IS NULL THEN transfer_detect_internal.group_facts(g.group_key, g.result) ELSE g.result END, '{}') AS facts OFFSET 0) AS f
	), alert AS (
		UPDATE @extschema@.alerts AS a
		   SET event_count = a.event_count + n.event_count,
			   first_event = least(a.first_event, n.first_event),
			   last_event = greatest(a.last_event, n.last_event),
			   last_window = greatest(a.last_window, run.window_to),
			   updated_at = now(),	-- with these two check_alert() need not be called
			   updated_by = current_user,
			   over_cap = a.over_cap AND n.over_cap,
			   -- as in extend_alert(): what was new is told by mark_habits()
			   (host_names, agent_ids, agent_count, title, result, omitted) = (
				SELECT m.hosts, m.agents,
					greatest(a.agent_count, transfer_detect_internal.result_agent_count(n.facts, m.agents)),
					transfer_detect_internal.alert_title(CASE WHEN m.keep THEN a.result ELSE n.facts END, a.group_key, m.hosts),
					CASE WHEN m.renew THEN coalesce(n.result, '{}') ELSE a.result END,
					CASE WHEN a.omitted IS NULL AND n.omitted IS NULL AND m.same THEN NULL
						ELSE transfer_detect_internal.note_full(
							transfer_detect_internal.note_full(
								CASE WHEN m.renew THEN n.omitted ELSE a.omitted END,
								a.omitted, 'host_names', transfer_detect_internal.is_full(a.host_names) AND NOT n.hosts <@ a.host_names),
							a.omitted, 'agent_ids', transfer_detect_internal.is_full(a.agent_ids) AND NOT n.agents <@ a.agent_ids) END
				  FROM (SELECT k.*, k.same_hosts AND k.same_agents AS same, run.window_to >= a.last_window AND NOT k.keep AS renew,
							CASE WHEN k.same_hosts THEN a.host_names ELSE transfer_detect_internal.merge_texts(a.host_names, n.hosts) END AS hosts,
							CASE WHEN k.same_agents THEN a.agent_ids ELSE transfer_detect_internal.merge_texts(a.agent_ids, n.agents) END AS agents
						  FROM (SELECT n.hosts <@ a.host_names AS same_hosts, n.agents <@ a.agent_ids AS same_agents, a.reasons <> '{}' AS keep
								OFFSET 0) AS k
						OFFSET 0) AS m)
		  FROM found AS n
		 WHERE a.ctid = ANY (places) AND a.key_digest = n.key AND a.rule_id = rule.rule_id
		   AND (a.status = 'closed') IS FALSE	-- so written, no index on active alerts is read from one end to the other
		RETURNING a.id, n.key, n.event_count, n.first_event, n.last_event
	), hit AS (
		INSERT INTO @extschema@.alert_hits
			(alert_id, rule_id, version, window_from, as_of, event_exceptions, span_from, span_to, event_count)
		SELECT a.id, rule.rule_id, rule.version, run.window_from, run.window_to, extend_alerts.event_exceptions,
			a.first_event, a.last_event, a.event_count
		  FROM alert AS a
	)
	SELECT array_agg(a.key) INTO filed FROM alert AS a;
	RETURN coalesce(filed, '{}');
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.extend_alerts(runs, rule_versions, text[], transfer_detect_internal.found_group[], bytea[], tid[]) IS 'part of run(): groups go on their alerts, many at once';

CREATE FUNCTION transfer_detect_internal.keep_evidence_of_groups(
	run runs,
	rule rule_versions,
	event_exceptions text[],
	groups transfer_detect_internal.found_group[],
	filed bytea[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
/*
 * Copies documents of those groups whose keys were filed, as file_group() does
 * for one.  Most rules copy nothing, and then no alert is looked up.
 */
BEGIN
	IF NOT transfer_detect_internal.keeps_evidence(rule.rule_id) THEN
		RETURN;
	END IF;
	PERFORM transfer_detect_internal.keep_evidence(a.id, rule, g.group_key, ARRAY[
			jsonb_populate_record(NULL::@extschema@.alert_hits, jsonb_build_object(
				'window_from', run.window_from, 'as_of', run.window_to, 'event_exceptions', event_exceptions,
				'span_from', g.first_event, 'span_to', g.last_event))])
	  FROM unnest(groups) AS g
	  JOIN @extschema@.alerts AS a ON a.rule_id = rule.rule_id AND a.status <> 'closed'
		   AND a.key_digest = transfer_detect_internal.key_digest(g.group_key)
	 WHERE a.key_digest = ANY (filed);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.keep_evidence_of_groups(runs, rule_versions, text[], transfer_detect_internal.found_group[], bytea[]) IS 'part of run(): copies documents behind many alerts';

CREATE FUNCTION transfer_detect_internal.file_groups(
	run runs,
	rule rule_versions,
	event_exceptions text[],
	groups transfer_detect_internal.found_group[])
RETURNS transfer_detect_internal.filed
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Files groups of one window, in the order of their places.
 */
DECLARE
	keys CONSTANT bytea[] := ARRAY(SELECT transfer_detect_internal.key_digest(g.group_key) FROM unnest(groups) AS g);
	kinds text[];
	places tid[];
	fresh transfer_detect_internal.found_group[];
	repeated transfer_detect_internal.found_group[];
	repeated_keys bytea[];
	created bytea[] := '{}';
	extended bytea[] := '{}';
	outcome transfer_detect_internal.filed := (0, 0, 0);
	g transfer_detect_internal.found_group;
BEGIN
	SELECT s.kinds, s.places INTO kinds, places FROM transfer_detect_internal.sort_groups(rule.rule_id, groups, keys) AS s;
	-- mostly they are all of one kind
	IF 'new' = ALL (kinds) THEN
		fresh := groups;
	ELSIF 'again' = ALL (kinds) THEN
		repeated := groups;
		repeated_keys := keys;
	ELSE
		SELECT array_agg((u.group_key, u.result, u.event_count, u.first_event, u.last_event, u.omitted, u.over_cap, u.times)::transfer_detect_internal.found_group
						 ORDER BY u.place) FILTER (WHERE u.kind = 'new'),
			array_agg((u.group_key, u.result, u.event_count, u.first_event, u.last_event, u.omitted, u.over_cap, u.times)::transfer_detect_internal.found_group
					  ORDER BY u.place) FILTER (WHERE u.kind = 'again'),
			array_agg(u.key ORDER BY u.place) FILTER (WHERE u.kind = 'again'),
			array_agg(u.active ORDER BY u.place) FILTER (WHERE u.kind = 'again'),
			count(*) FILTER (WHERE u.kind = 'known')
		  INTO fresh, repeated, repeated_keys, places, outcome.known
		  FROM unnest(groups, kinds, keys, places) WITH ORDINALITY
				AS u(group_key, result, event_count, first_event, last_event, omitted, over_cap, times, kind, key, active, place);
	END IF;
	IF fresh IS NOT NULL THEN
		created := transfer_detect_internal.create_alerts(run, rule, event_exceptions, fresh);
		outcome.created := cardinality(created);
	END IF;
	IF repeated IS NOT NULL THEN
		extended := transfer_detect_internal.extend_alerts(run, rule, event_exceptions, repeated, repeated_keys, places);
		outcome.extended := cardinality(extended);
	END IF;
	IF fresh IS NOT NULL OR repeated IS NOT NULL THEN
		PERFORM transfer_detect_internal.keep_evidence_of_groups(run, rule, event_exceptions, fresh || repeated, created || extended);
	END IF;
	IF outcome.created + outcome.extended + outcome.known = cardinality(groups) THEN
		RETURN outcome;
	END IF;
	FOR g IN
		SELECT u.group_key, u.result, u.event_count, u.first_event, u.last_event, u.omitted, u.over_cap, u.times
		  FROM unnest(groups, kinds, keys) WITH ORDINALITY
				AS u(group_key, result, event_count, first_event, last_event, omitted, over_cap, times, kind, key, place)
		 WHERE u.kind = 'single' OR u.kind = 'new' AND u.key <> ALL (created) OR u.kind = 'again' AND u.key <> ALL (extended)
		 ORDER BY u.place
	LOOP
		CASE transfer_detect_internal.file_group(run, rule, event_exceptions, g.group_key, g.result, g.event_count,
												 g.first_event, g.last_event, g.omitted, g.over_cap, g.times)
			WHEN 'created' THEN outcome.created := outcome.created + 1;
			WHEN 'extended' THEN outcome.extended := outcome.extended + 1;
			ELSE outcome.known := outcome.known + 1;
		END CASE;
	END LOOP;
	RETURN outcome;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.file_groups(runs, rule_versions, text[], transfer_detect_internal.found_group[]) IS 'part of run(): groups that a rule has found become alerts, or go on some';

CREATE FUNCTION transfer_detect_internal.file_groups_apart(
	run runs,
	rule rule_versions,
	event_exceptions text[],
	groups transfer_detect_internal.found_group[])
RETURNS transfer_detect_internal.filed
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Files groups so that the failure of one is its own: if they cannot be filed
 * together, each half is filed apart.  A group that cannot be filed by itself is
 * filed without its row, and says why.
 */
DECLARE
	middle CONSTANT integer := cardinality(groups) / 2;
	g CONSTANT transfer_detect_internal.found_group := groups[1];
	state text;
	problem text;
	halves transfer_detect_internal.filed[];
BEGIN
	BEGIN
		RETURN transfer_detect_internal.file_groups(run, rule, event_exceptions, groups);
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, problem = MESSAGE_TEXT;
		IF NOT transfer_detect_internal.is_about_group(state) THEN
			RAISE;
		END IF;
	END;
	IF middle = 0 THEN
		RETURN transfer_detect_internal.file_groups(run, rule, event_exceptions,
			ARRAY[(g.group_key, NULL, g.event_count, g.first_event, g.last_event,
				   'all: ' || transfer_detect_internal.fit_text(left(problem, 1000), 1000), g.over_cap, g.times)::transfer_detect_internal.found_group]);
	END IF;
	halves := ARRAY[
		transfer_detect_internal.file_groups_apart(run, rule, event_exceptions, groups[:middle]),
		transfer_detect_internal.file_groups_apart(run, rule, event_exceptions, groups[middle + 1:])];
	RETURN (halves[1].created + halves[2].created, halves[1].extended + halves[2].extended,
			halves[1].known + halves[2].known)::transfer_detect_internal.filed;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.file_groups_apart(runs, rule_versions, text[], transfer_detect_internal.found_group[]) IS 'part of run(): files groups, those without their row that cannot be filed';
