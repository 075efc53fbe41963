/*
 * filing.sql: from a group that a rule has found to its alert.
 *
 * An event must be counted once, however many windows see it.  Windows overlap
 * by design, are evaluated again for transactions that commit late, and a backfill
 * evaluates them once more.  Events need not have an identity, so spans of time
 * tell them apart.  A hit is what a window counted for a key, with the span from
 * the first event to the last.  The hits of an alert never overlap, and its count
 * is their sum.
 *
 * When a new hit overlaps old ones of the open alert, the new hit counts whole:
 * its window has seen what theirs have seen.  The old hits are cut back to what
 * lies outside of it.  That part is counted again as it was counted first: by the
 * same version of the rule, in the same window, with the same exceptions.  If some
 * of the events that an old hit counted are gone, the old hit stays and the new hit
 * is cut back.  So it does if a later version of the rule counted it: late events
 * have windows evaluated again by the versions that evaluated them before, and that
 * must not undo what a backfill after an edit has counted.
 *
 * The hits of closed alerts stay, and the new hit is cut back.  If nothing is left
 * of it, all its events were known.  A hit of a closed alert changes only when late
 * events turn up within its span, because an alert says what its events are.
 *
 * The caller holds the lock on the rule's checkpoint, so nobody else files for
 * the rule; analysts may close and reopen its alerts meanwhile.
 *
 * A session keeps its plans.  A plan that was made while a table was empty scans
 * the whole table for ever, and a first backfill would take time in the square of
 * the alerts that it files.  So the functions that look up our own rows by their
 * key have enable_seqscan off, and read no events.  A small table that has to be
 * scanned all the same then seems so costly that it would be compiled just in
 * time, hence jit is off as well.
 */

CREATE FUNCTION transfer_detect_internal.result_texts(result jsonb, VARIADIC names text[]) RETURNS text[]
AS 'MODULE_PATHNAME', 'td_result_texts'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.result_texts(jsonb, text[]) IS 'part of run(): all values that a rule''s row has under some names';

CREATE FUNCTION transfer_detect_internal.list_texts(list jsonb) RETURNS text[]
AS 'MODULE_PATHNAME', 'td_list_texts'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.list_texts(jsonb) IS 'part of run(): the texts of a list, in their order';

CREATE FUNCTION transfer_detect_internal.result_text(result jsonb, VARIADIC names text[]) RETURNS text
AS 'MODULE_PATHNAME', 'td_result_one_text'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.result_text(jsonb, text[]) IS 'part of run(): the value that a rule''s row has under some names, null if it has more than one';

CREATE FUNCTION transfer_detect_internal.result_agent_count(result jsonb, agents text[]) RETURNS bigint
AS 'MODULE_PATHNAME', 'td_result_agent_count'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.result_agent_count(jsonb, text[]) IS 'part of run(): how many agents there are, or how many a rule''s row counts without naming them';

CREATE FUNCTION transfer_detect_internal.fit_text(value text, columns integer) RETURNS text
AS 'MODULE_PATHNAME', 'td_fit_text'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.fit_text(text, integer) IS 'A text as one line of at most that many columns of a terminal; control and format characters are shown by their number';

CREATE FUNCTION transfer_detect_internal.alert_title(result jsonb, group_key jsonb, hosts text[]) RETURNS text
AS 'MODULE_PATHNAME', 'td_alert_title'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.alert_title(jsonb, jsonb, text[]) IS 'part of run(): an alert in a line';

CREATE FUNCTION transfer_detect_internal.recount(hit alert_hits, group_key jsonb, from_time timestamptz, to_time timestamptz) RETURNS alert_hits
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Returns the hit with the events of a part of its time only.  event_count is 0
 * if there are none.  Returns null if they cannot be counted any more, because the
 * relation or a column is gone.  Then the old count has to stay.
 */
DECLARE
	number bigint := 0;
	first_event timestamptz;
	last_event timestamptz;
BEGIN
	IF from_time <= to_time THEN
		BEGIN
			-- a key of habits is in the query, which finds its events row by row
			SELECT sum(e.event_count), min(e.first_event), max(e.last_event) INTO number, first_event, last_event
			  FROM @extschema@.rule_versions AS v
			 CROSS JOIN LATERAL transfer_detect_internal.rule_evidence(
					transfer_detect_internal.habit_evidence_query(v.query, v.habits, group_key),
					v.events, hit.window_from, hit.as_of, v.timestamp_field, v.timestamp_fallback,
					hit.event_exceptions, from_time, to_time, CASE WHEN v.habits IS NULL THEN group_key END) AS e
			 WHERE v.rule_id = hit.rule_id AND v.version = hit.version;
		EXCEPTION
			WHEN undefined_table OR undefined_column OR undefined_function OR wrong_object_type OR datatype_mismatch
				OR insufficient_privilege THEN
				RAISE WARNING 'could not count again what version % of rule "%" has counted', hit.version, hit.rule_id
					USING DETAIL = SQLERRM;
				RETURN NULL;
		END;
	END IF;
	hit.event_count := coalesce(number, 0);
	hit.span_from := first_event;
	hit.span_to := last_event;
	RETURN hit;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.recount(alert_hits, jsonb, timestamptz, timestamptz) IS 'part of run(): counts the events of a part of a hit''s time as the hit did';

CREATE FUNCTION transfer_detect_internal.unpack_hits(target bigint, span_from timestamptz, span_to timestamptz) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
/*
 * Hits that compact_history() has put into one row become rows of their own again,
 * where that row reaches into the span.
 */
BEGIN
	WITH packed AS (
		DELETE FROM @extschema@.alert_hits AS h
		 WHERE h.alert_id = target AND h.span_from <= unpack_hits.span_to AND h.span_to >= unpack_hits.span_from AND h.parts IS NOT NULL
		RETURNING h.*
	)
	INSERT INTO @extschema@.alert_hits
		(alert_id, rule_id, version, window_from, as_of, event_exceptions, span_from, span_to, event_count)
	SELECT k.alert_id, k.rule_id, k.version, p.window_from, p.as_of, k.event_exceptions, p.span_from, p.span_to, p.event_count
	  FROM packed AS k CROSS JOIN LATERAL unnest(k.parts) AS p
	 ORDER BY p.span_from;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.unpack_hits(bigint, timestamptz, timestamptz) IS 'part of run(): takes hits of a day apart again that were put into one row';

CREATE FUNCTION transfer_detect_internal.single_hits(target bigint) RETURNS SETOF alert_hits
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
BEGIN
	RETURN QUERY
		SELECT h.id, h.alert_id, h.rule_id, h.version, coalesce(p.window_from, h.window_from), coalesce(p.as_of, h.as_of), h.event_exceptions,
			coalesce(p.span_from, h.span_from), coalesce(p.span_to, h.span_to), coalesce(p.event_count, h.event_count), NULL::transfer_detect_internal.hit_part[]
		  FROM @extschema@.alert_hits AS h
		  LEFT JOIN LATERAL unnest(h.parts) AS p ON true
		 WHERE h.alert_id = target
		 ORDER BY 8;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.single_hits(bigint) IS 'The hits of an alert by time, those that were put into one row apart';

CREATE FUNCTION transfer_detect_internal.overlapping_hits(target bigint, span_from timestamptz, span_to timestamptz) RETURNS SETOF alert_hits
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
/*
 * The hits of an alert do not overlap each other.  So of those that begin before
 * the span only the last can reach into it, and an alert with many hits costs no
 * more than one with few.  Neither do rows overlap that stand for several hits;
 * but the hits of such a row may all lie beside the span.
 */
DECLARE
	begin_time timestamptz := (
		SELECT CASE WHEN b.span_to >= overlapping_hits.span_from THEN b.span_from END
		  FROM @extschema@.alert_hits AS b
		 WHERE b.alert_id = target AND b.span_from < overlapping_hits.span_from
		 ORDER BY b.span_from DESC LIMIT 1);
BEGIN
	begin_time := coalesce(begin_time, overlapping_hits.span_from);
	IF EXISTS (SELECT FROM @extschema@.alert_hits AS h
				WHERE h.alert_id = target AND h.span_from BETWEEN begin_time AND overlapping_hits.span_to AND h.parts IS NOT NULL)
	THEN
		PERFORM transfer_detect_internal.unpack_hits(target, overlapping_hits.span_from, overlapping_hits.span_to);
	END IF;
	RETURN QUERY
		SELECT h.* FROM @extschema@.alert_hits AS h
		 WHERE h.alert_id = target AND h.span_from BETWEEN begin_time AND overlapping_hits.span_to
		   AND h.span_to >= overlapping_hits.span_from
		 ORDER BY h.span_from;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.overlapping_hits(bigint, timestamptz, timestamptz) IS 'part of run(): the hits of an alert in a span of time';

CREATE FUNCTION transfer_detect_internal.closed_hits(rule_id text, key bytea, span_from timestamptz, span_to timestamptz) RETURNS SETOF alert_hits
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
BEGIN
	RETURN QUERY
		SELECT h.* FROM @extschema@.alerts AS a
		 CROSS JOIN LATERAL transfer_detect_internal.overlapping_hits(a.id, closed_hits.span_from, closed_hits.span_to) AS h
		 WHERE a.rule_id = closed_hits.rule_id AND a.key_digest = key AND a.status = 'closed'
		 ORDER BY h.span_from, h.id;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.closed_hits(text, bytea, timestamptz, timestamptz) IS 'part of run(): the hits of a key''s closed alerts in a span of time';

CREATE FUNCTION transfer_detect_internal.lock_active_alert(rule_id text, key bytea) RETURNS alerts
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
DECLARE
	alert @extschema@.alerts;
BEGIN
	SELECT a.* INTO alert FROM @extschema@.alerts AS a
	 WHERE a.rule_id = lock_active_alert.rule_id AND a.key_digest = key AND a.status <> 'closed'
	   FOR NO KEY UPDATE;
	RETURN alert;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.lock_active_alert(text, bytea) IS 'part of run(): the alert of a key that is not closed, locked, so that it stays so';

CREATE FUNCTION transfer_detect_internal.add_hit(target bigint, hit alert_hits, group_key jsonb) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Adds a hit to an alert.  Returns by how much the sum over its hits has grown, or
 * null if the alert has the events already.
 */
DECLARE
	old @extschema@.alert_hits;
	before @extschema@.alert_hits;
	after @extschema@.alert_hits;
	head @extschema@.alert_hits;
	tail @extschema@.alert_hits;
	found bigint;
	grown bigint := 0;
	at_head bigint;
	at_tail bigint;
	instant CONSTANT interval := '1 microsecond';
BEGIN
	IF coalesce(hit.event_count, 0) = 0 THEN
		RETURN NULL;
	END IF;
	FOR old IN SELECT h.* FROM transfer_detect_internal.overlapping_hits(target, hit.span_from, hit.span_to) AS h LOOP
		IF old.version > hit.version THEN
			found := (transfer_detect_internal.recount(old, group_key, old.span_from, old.span_to)).event_count;
			IF found > old.event_count THEN
				UPDATE @extschema@.alert_hits AS h SET event_count = found WHERE h.id = old.id;
				grown := grown + found - old.event_count;
			END IF;
			head := transfer_detect_internal.recount(hit, group_key, hit.span_from, old.span_from - instant);
			tail := transfer_detect_internal.recount(hit, group_key, old.span_to + instant, hit.span_to);
			at_head := transfer_detect_internal.add_hit(target, head, group_key);
			at_tail := transfer_detect_internal.add_hit(target, tail, group_key);
			IF at_head IS NULL AND at_tail IS NULL AND grown = 0 THEN
				RETURN NULL;
			END IF;
			RETURN grown + coalesce(at_head, 0) + coalesce(at_tail, 0);
		END IF;
		before := transfer_detect_internal.recount(old, group_key, old.span_from, hit.span_from - instant);
		after := transfer_detect_internal.recount(old, group_key, hit.span_to + instant, old.span_to);
		IF old.span_from <= hit.span_from AND old.span_to >= hit.span_to
			AND before.event_count + hit.event_count + after.event_count = old.event_count
		THEN
			RETURN NULL;
		END IF;
		-- The old hit stays if not all of it can be counted again: events were deleted, or
		-- row security hides them from the role that runs the rule this time.
		head := transfer_detect_internal.recount(hit, group_key, hit.span_from, old.span_from - instant);
		tail := transfer_detect_internal.recount(hit, group_key, old.span_to + instant, hit.span_to);
		found := before.event_count + hit.event_count - head.event_count - tail.event_count + after.event_count;
		IF found < old.event_count THEN
			found := (transfer_detect_internal.recount(old, group_key, old.span_from, old.span_to)).event_count;
		END IF;
		IF found IS NULL OR found < old.event_count THEN
			at_head := transfer_detect_internal.add_hit(target, head, group_key);
			at_tail := transfer_detect_internal.add_hit(target, tail, group_key);
			IF at_head IS NULL AND at_tail IS NULL AND grown = 0 THEN
				RETURN NULL;
			END IF;
			RETURN grown + coalesce(at_head, 0) + coalesce(at_tail, 0);
		END IF;
		DELETE FROM @extschema@.alert_hits AS h WHERE h.id = old.id;
		PERFORM transfer_detect_internal.put_hit(target, before);
		PERFORM transfer_detect_internal.put_hit(target, after);
		grown := grown + before.event_count + after.event_count - old.event_count;
	END LOOP;
	PERFORM transfer_detect_internal.put_hit(target, hit);
	RETURN grown + hit.event_count;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.add_hit(bigint, alert_hits, jsonb) IS 'part of run(): counts a hit on an alert, cutting back those that it overlaps; returns how many events that adds';

CREATE FUNCTION transfer_detect_internal.put_hit(target bigint, hit alert_hits) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
BEGIN
	IF hit.event_count > 0 THEN
		INSERT INTO @extschema@.alert_hits
			(alert_id, rule_id, version, window_from, as_of, event_exceptions, span_from, span_to, event_count)
		VALUES
			(target, hit.rule_id, hit.version, hit.window_from, hit.as_of, hit.event_exceptions,
			 hit.span_from, hit.span_to, hit.event_count);
	END IF;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.put_hit(bigint, alert_hits) IS 'part of run(): stores a hit, if it counts any events';

CREATE FUNCTION transfer_detect_internal.cut_by_closed(
	hit alert_hits,
	group_key jsonb,
	key bytea,
	OUT parts alert_hits[],
	OUT corrected boolean)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET transfer_detect.filing = on
AS $$
/*
 * Returns the parts of a hit that no closed alert of the same key covers, and
 * whether a closed alert got late events.
 */
DECLARE
	old @extschema@.alert_hits;
	again @extschema@.alert_hits;
	rest @extschema@.alert_hits := hit;
	instant CONSTANT interval := '1 microsecond';
BEGIN
	parts := '{}';
	corrected := false;
	FOR old IN SELECT h.* FROM transfer_detect_internal.closed_hits(hit.rule_id, key, hit.span_from, hit.span_to) AS h LOOP
		again := NULL;
		IF (old.span_from, old.span_to, old.event_count) <> (hit.span_from, hit.span_to, hit.event_count) THEN
			again := transfer_detect_internal.recount(old, group_key, old.span_from, old.span_to);
		END IF;
		IF again.event_count > old.event_count THEN
			UPDATE @extschema@.alert_hits AS h SET event_count = again.event_count WHERE h.id = old.id;
			UPDATE @extschema@.alerts AS a
			   SET event_count = a.event_count + again.event_count - old.event_count
			 WHERE a.id = old.alert_id;
			corrected := true;
		END IF;
		IF rest.span_from < old.span_from THEN
			parts := parts || transfer_detect_internal.recount(rest, group_key, rest.span_from, old.span_from - instant);
		END IF;
		rest.span_from := greatest(rest.span_from, old.span_to + instant);
	END LOOP;
	IF rest.span_from = hit.span_from THEN
		parts := ARRAY[hit];
	ELSIF rest.span_from <= rest.span_to THEN
		parts := parts || transfer_detect_internal.recount(rest, group_key, rest.span_from, rest.span_to);
	END IF;
	parts := ARRAY(SELECT p FROM unnest(parts) AS p WHERE (p).event_count > 0);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.cut_by_closed(alert_hits, jsonb, bytea) IS 'part of run(): the parts of a hit that are on no closed alert';

CREATE FUNCTION transfer_detect_internal.score_severity(score integer) RETURNS text
LANGUAGE sql
IMMUTABLE STRICT PARALLEL SAFE
AS $$
SELECT CASE WHEN score < 40 THEN 'low' WHEN score < 65 THEN 'medium' WHEN score < 90 THEN 'high' ELSE 'critical' END
$$;

COMMENT ON FUNCTION transfer_detect_internal.score_severity(integer) IS 'part of run(): the severity that a risk score comes to';

CREATE FUNCTION transfer_detect_internal.create_alert(
	run runs,
	rule rule_versions,
	group_key jsonb,
	key bytea,
	result jsonb,
	omitted text,
	over_cap boolean,
	parts alert_hits[])
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
/*
 * Returns the alert's id, or null if the key has an active alert after all,
 * because somebody has reopened a closed one.  The counts are those of the parts;
 * the caller adds their hits.
 */
DECLARE
	facts CONSTANT jsonb := coalesce(create_alert.group_key || create_alert.result, '{}');
	hosts CONSTANT text[] := transfer_detect_internal.result_texts(facts, VARIADIC ARRAY['host.name', 'host_names', 'Esql.host_name_values']);
	agents CONSTANT text[] := transfer_detect_internal.result_texts(facts, VARIADIC ARRAY['agent.id', 'agent_ids', 'Esql.agent_id_values']);
	alert_id bigint;
BEGIN
	INSERT INTO @extschema@.alerts
		(rule_id, version, group_key, severity, risk_score, title, reasons,
		 process_executable, process_parent_executable, process_command_line,
		 event_count, first_event, last_event, agent_count, host_names, agent_ids,
		 last_window, result, omitted, over_cap, run_id, predecessor_id)
	SELECT rule.rule_id, rule.version, create_alert.group_key,
		coalesce(transfer_detect_internal.score_severity((facts ->> 'habit.score')::integer), rule.severity),
		coalesce((facts ->> 'habit.score')::integer, rule.risk_score),
		transfer_detect_internal.alert_title(facts, create_alert.group_key, hosts),
		transfer_detect_internal.list_texts(facts -> 'habit.reasons'),
		transfer_detect_internal.result_text(facts, VARIADIC ARRAY['process.executable', 'Esql.process_executable_values']),
		transfer_detect_internal.result_text(facts, VARIADIC ARRAY['process.parent.executable', 'Esql.process_parent_executable_values']),
		transfer_detect_internal.result_text(facts, VARIADIC ARRAY['process.command_line', 'Esql.process_command_line_values']),
		coalesce(sum(p.event_count), 0), min(p.span_from), max(p.span_to),
		transfer_detect_internal.result_agent_count(facts, agents), hosts, agents,
		run.window_to, coalesce(create_alert.result, '{}'), create_alert.omitted, create_alert.over_cap, run.id,
		(SELECT max(a.id) FROM @extschema@.alerts AS a
		  WHERE a.rule_id = rule.rule_id AND a.key_digest = create_alert.key AND a.status = 'closed')
	  FROM unnest(parts) AS p
	ON CONFLICT (rule_id, key_digest) WHERE status <> 'closed' DO NOTHING
	RETURNING id INTO alert_id;
	RETURN alert_id;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.create_alert(runs, rule_versions, jsonb, bytea, jsonb, text, boolean, alert_hits[]) IS 'part of run(): a new alert';

CREATE FUNCTION transfer_detect_internal.is_full(list text[]) RETURNS boolean
LANGUAGE plpgsql
IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN cardinality(list) > 1000 AND octet_length(array_to_string(list, '')) > 8 * 1024 * 1024;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.is_full(text[]) IS 'part of run(): whether a list is as long as a list of result can be';

CREATE FUNCTION transfer_detect_internal.merge_texts(old text[], new text[]) RETURNS text[]
LANGUAGE plpgsql
IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF new <@ old THEN	-- mostly, and then no query is needed
		RETURN old;
	ELSIF transfer_detect_internal.is_full(old) THEN
		RETURN old;		-- whoever names hosts must not let it grow for ever
	END IF;
	RETURN ARRAY(SELECT DISTINCT u.text COLLATE "C" FROM unnest(old || new) AS u(text) ORDER BY 1);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.merge_texts(text[], text[]) IS 'part of run(): both lists as one, each text once, in the order of bytes';

CREATE FUNCTION transfer_detect_internal.note_full(omitted text, before text, name text, lacks boolean) RETURNS text
LANGUAGE plpgsql
IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * A list that has lacked something lacks it for good, whatever later windows find.
 */
DECLARE
	note CONSTANT text := name || ': those found after it was full';
BEGIN
	IF (lacks OR strpos(before, note) > 0) AND coalesce(strpos(omitted, note), 0) = 0 THEN
		RETURN concat_ws('; ', omitted, note);
	END IF;
	RETURN omitted;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.note_full(text, text, text, boolean) IS 'part of run(): what an alert lacks, with a list that could not take more';

CREATE FUNCTION transfer_detect_internal.extend_alert(alert alerts, run runs, grown bigint, result jsonb, omitted text, over_cap boolean)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
SET transfer_detect.filing = on
AS $$
#variable_conflict use_column
/*
 * Brings an alert up to date with its hits, to which events were added.  Returns
 * false if none of its counts, hosts or agents changes.  The hits are not summed
 * up: an alert that is open for a month has hundreds.
 */
DECLARE
	facts CONSTANT jsonb := coalesce(alert.group_key || extend_alert.result, '{}');
	-- what was new is told by mark_habits()
	keep CONSTANT boolean := alert.reasons <> '{}';
	renew CONSTANT boolean := run.window_to >= alert.last_window AND NOT keep;
	new_hosts CONSTANT text[] := transfer_detect_internal.result_texts(facts, VARIADIC ARRAY['host.name', 'host_names', 'Esql.host_name_values']);
	new_agents CONSTANT text[] := transfer_detect_internal.result_texts(facts, VARIADIC ARRAY['agent.id', 'agent_ids', 'Esql.agent_id_values']);
	hosts CONSTANT text[] := transfer_detect_internal.merge_texts(alert.host_names, new_hosts);
	agents CONSTANT text[] := transfer_detect_internal.merge_texts(alert.agent_ids, new_agents);
	lacks CONSTANT text := CASE WHEN renew THEN extend_alert.omitted ELSE alert.omitted END;
	hits record;
BEGIN
	extend_alert.omitted := transfer_detect_internal.note_full(lacks, alert.omitted, 'host_names',
		transfer_detect_internal.is_full(alert.host_names) AND NOT new_hosts <@ hosts);
	extend_alert.omitted := transfer_detect_internal.note_full(extend_alert.omitted, alert.omitted, 'agent_ids',
		transfer_detect_internal.is_full(alert.agent_ids) AND NOT new_agents <@ agents);
	SELECT coalesce(alert.event_count, 0) + grown AS event_count,
		(SELECT h.span_from FROM @extschema@.alert_hits AS h WHERE h.alert_id = alert.id ORDER BY h.span_from LIMIT 1) AS first_event,
		(SELECT h.span_to FROM @extschema@.alert_hits AS h WHERE h.alert_id = alert.id ORDER BY h.span_from DESC LIMIT 1) AS last_event
	  INTO hits;
	IF (hits.event_count, hits.first_event, hits.last_event, hosts, agents, extend_alert.omitted)
		IS NOT DISTINCT FROM (alert.event_count, alert.first_event, alert.last_event, alert.host_names, alert.agent_ids, alert.omitted)
	THEN
		RETURN false;
	END IF;
	UPDATE @extschema@.alerts AS a
	   SET event_count = hits.event_count,
		   first_event = hits.first_event,
		   last_event = hits.last_event,
		   host_names = hosts,
		   agent_ids = agents,
		   agent_count = greatest(a.agent_count, transfer_detect_internal.result_agent_count(facts, agents)),
		   title = transfer_detect_internal.alert_title(CASE WHEN keep THEN a.group_key || a.result ELSE facts END, a.group_key, hosts),
		   last_window = greatest(a.last_window, run.window_to),
		   result = CASE WHEN renew THEN coalesce(extend_alert.result, '{}') ELSE a.result END,
		   omitted = extend_alert.omitted,
		   over_cap = a.over_cap AND extend_alert.over_cap
	 WHERE a.id = alert.id;
	RETURN true;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.extend_alert(alerts, runs, bigint, jsonb, text, boolean) IS 'part of run(): brings an alert up to date with its hits';

CREATE FUNCTION transfer_detect_internal.file_group(
	run runs,
	rule rule_versions,
	event_exceptions text[],
	group_key jsonb,
	result jsonb,
	event_count bigint,
	first_event timestamptz,
	last_event timestamptz,
	omitted text,
	over_cap boolean)
RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Files a group: it extends the active alert of its key, or creates one.  Returns
 * created, extended or known.  A rule that looks for silence has a group without
 * events, which has no hit.  It is filed once for each window, and a closed alert
 * covers the windows from its first to its last.
 *
 * Somebody may reopen an alert after we have looked for it and before we file a
 * new one.  The next attempt finds it.  If no attempt does, row security hides it.
 */
DECLARE
	key CONSTANT bytea := transfer_detect_internal.key_digest(group_key);
	alert @extschema@.alerts;
	hit @extschema@.alert_hits;
	parts @extschema@.alert_hits[] := '{}';
	part @extschema@.alert_hits;
	late boolean := false;
	grown bigint;
	added bigint;
	changed boolean := false;
	created boolean := false;
	attempts integer := 0;
BEGIN
	hit.rule_id := rule.rule_id;
	hit.version := rule.version;
	hit.window_from := run.window_from;
	hit.as_of := run.window_to;
	hit.event_exceptions := event_exceptions;
	hit.span_from := first_event;
	hit.span_to := last_event;
	hit.event_count := event_count;
	LOOP
		attempts := attempts + 1;
		IF attempts > 100 THEN
			RAISE EXCEPTION 'role "%" cannot see an active alert of rule "%"', current_user, rule.rule_id
				USING ERRCODE = 'insufficient_privilege',
					  DETAIL = format('Key: %s', transfer_detect_internal.fit_text(left(group_key::text, 1000), 1000)),
					  HINT = 'Let row security on alerts show all alerts of the rule to the role that runs it.';
		END IF;
		alert := transfer_detect_internal.lock_active_alert(rule.rule_id, key);
		IF event_count > 0 THEN
			SELECT c.parts, c.corrected OR late INTO parts, late FROM transfer_detect_internal.cut_by_closed(hit, group_key, key) AS c;
			EXIT WHEN cardinality(parts) = 0;
		ELSE
			UPDATE @extschema@.alerts AS a SET last_window = run.window_to
			 WHERE a.id = alert.id AND a.last_window < run.window_to;
			EXIT WHEN EXISTS (SELECT FROM @extschema@.alerts AS a JOIN @extschema@.runs AS filed ON filed.id = a.run_id
							   WHERE a.rule_id = rule.rule_id AND a.key_digest = key AND a.status = 'closed'
								 AND a.last_window >= run.window_to AND filed.window_to <= run.window_to);
		END IF;
		EXIT WHEN alert.id IS NOT NULL;
		alert.id := transfer_detect_internal.create_alert(run, rule, group_key, key, result, omitted, over_cap, parts);
		created := alert.id IS NOT NULL;
		EXIT WHEN created;
	END LOOP;

	FOREACH part IN ARRAY parts LOOP
		added := transfer_detect_internal.add_hit(alert.id, part, group_key);
		grown := coalesce(grown + added, grown, added);
	END LOOP;
	IF created OR grown IS NOT NULL THEN
		PERFORM transfer_detect_internal.keep_evidence(alert.id, rule, group_key, parts);
	END IF;
	IF created THEN
		RETURN 'created';
	END IF;
	IF grown IS NOT NULL THEN
		changed := transfer_detect_internal.extend_alert(alert, run, grown, result, omitted, over_cap);
	END IF;
	RETURN CASE WHEN changed OR late THEN 'extended' ELSE 'known' END;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.file_group(runs, rule_versions, text[], jsonb, jsonb, bigint, timestamptz, timestamptz, text, boolean) IS 'part of run(): a group that a rule has found becomes an alert, or goes on one';

CREATE FUNCTION transfer_detect_internal.is_about_group(sqlstate text) RETURNS boolean
LANGUAGE sql
IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Data that does not fit (classes 22 and 54), a request for more memory than
 * PostgreSQL gives (XX), or than there is (53200).
 */
SELECT left(sqlstate, 2) IN ('22', '54', 'XX') OR sqlstate = '53200'
$$;

COMMENT ON FUNCTION transfer_detect_internal.is_about_group(text) IS 'part of run(): whether what a group holds may have caused an error';

CREATE FUNCTION transfer_detect_internal.hit_events(version rule_versions, hit alert_hits, key jsonb) RETURNS SETOF jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * A key of habits is in the query, which finds its events row by row.
 */
BEGIN
	RETURN QUERY SELECT e FROM transfer_detect_internal.rule_events(
		transfer_detect_internal.habit_evidence_query(version.query, version.habits, key),
		version.events, hit.window_from, hit.as_of, version.timestamp_field, version.timestamp_fallback,
		hit.event_exceptions, hit.span_from, hit.span_to, CASE WHEN version.habits IS NULL THEN key END) AS e;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.hit_events(rule_versions, alert_hits, jsonb) IS 'The documents behind a hit of an alert, by time';

CREATE FUNCTION transfer_detect_internal.windows_alike(version rule_versions, event_exceptions text[]) RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Whether the events that a hit counted are the same if the rule is asked for its span in a
 * larger window.  So it is if the rule looks at each event by itself, before STATS, and asks
 * for NOW() only to say how long ago an event may have been: then the earliest NOW()
 * fits all.  The settings that say the span are those of this server.
 */
DECLARE
	nows CONSTANT bigint := (SELECT count(*) FROM regexp_matches(version.query, '\mnow\M', 'gi'));
BEGIN
	IF version.query ~* '\m(limit|inline|trange|tbucket)\M' OR array_to_string(event_exceptions, ' ') ~* '\mnow\M'
		OR coalesce(version.habits::text ~* '\mnow\M', false)
		OR (SELECT bool_and(b.kind IN ('r', 'p', 'v')) FROM transfer_detect_internal.relations_below(version.events) AS b) IS NOT TRUE
	THEN
		RETURN false;
	END IF;
	RETURN nows = 0 OR nows = (
		SELECT count(*) FROM transfer_detect_internal.rule_reach(version.query, version.events, version.timestamp_field, version.timestamp_fallback) AS r
		 WHERE r.field = version.timestamp_field);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.windows_alike(rule_versions, text[]) IS 'part of alert_events(): whether hits of several windows can be looked up in one';

CREATE FUNCTION transfer_detect_internal.hits_events(version rule_versions, hits alert_hits[], key jsonb) RETURNS SETOF jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The hits are of one version and with the same exceptions, by time.
 */
BEGIN
	IF cardinality(hits) = 1 OR NOT transfer_detect_internal.windows_alike(version, hits[1].event_exceptions) THEN
		RETURN QUERY
			SELECT e.document
			  FROM unnest(hits) AS h
			 CROSS JOIN LATERAL transfer_detect_internal.hit_events(hits_events.version, h, hits_events.key) WITH ORDINALITY AS e(document, place)
			 ORDER BY h.span_from, e.place;
		RETURN;
	END IF;
	RETURN QUERY SELECT e FROM transfer_detect_internal.rule_events_of_spans(
		transfer_detect_internal.habit_evidence_query(version.query, version.habits, key), version.events,
		(SELECT min(h.window_from) FROM unnest(hits) AS h), (SELECT max(h.as_of) FROM unnest(hits) AS h),
		version.timestamp_field, version.timestamp_fallback, hits[1].event_exceptions,
		ARRAY(SELECT s.time FROM unnest(hits) AS h CROSS JOIN LATERAL (VALUES (h.span_from, 1), (h.span_to, 2)) AS s(time, place) ORDER BY h.span_from, s.place),
		(SELECT min(h.as_of) FROM unnest(hits) AS h), CASE WHEN version.habits IS NULL THEN key END) AS e;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.hits_events(rule_versions, alert_hits[], jsonb) IS 'The documents behind some hits of an alert, by time';

CREATE FUNCTION alert_events(alert_id bigint) RETURNS SETOF jsonb
LANGUAGE plpgsql
STABLE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
/*
 * The events are found as they were counted, hit by hit; hits that follow each other
 * and were counted in the same way are looked up by one plan.  The hits of an alert do
 * not overlap, so no event comes twice.  Copies of events that are gone come in
 * their place, and have a field that says so.
 */
DECLARE
	key jsonb;
BEGIN
	IF alert_id IS NULL THEN
		RAISE EXCEPTION 'alert_id must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT a.group_key INTO key FROM @extschema@.alerts AS a WHERE a.id = alert_events.alert_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'alert % does not exist', alert_events.alert_id
			USING ERRCODE = 'undefined_object';
	END IF;
	RETURN QUERY
		WITH live AS MATERIALIZED (
		SELECT e.document, row_number() OVER (ORDER BY b.begin_time, e.place) AS place
		  FROM (SELECT n.rule_id, n.version, min(n.span_from) AS begin_time,
					array_agg((n.id, n.alert_id, n.rule_id, n.version, n.window_from, n.as_of, n.event_exceptions, n.span_from, n.span_to, n.event_count, n.parts)::@extschema@.alert_hits
							  ORDER BY n.span_from) AS hits
				  FROM (SELECT c.*, count(*) FILTER (WHERE c.begins) OVER (ORDER BY c.span_from) AS batch
						  FROM (SELECT h.*, (h.version, h.event_exceptions) IS DISTINCT FROM
									(lag(h.version) OVER (ORDER BY h.span_from), lag(h.event_exceptions) OVER (ORDER BY h.span_from)) AS begins
								  FROM transfer_detect_internal.single_hits(alert_events.alert_id) AS h) AS c) AS n
				 GROUP BY n.rule_id, n.version, n.batch
				OFFSET 0) AS b
		  JOIN @extschema@.rule_versions AS v ON v.rule_id = b.rule_id AND v.version = b.version
		 CROSS JOIN LATERAL transfer_detect_internal.hits_events(v, b.hits, key) WITH ORDINALITY AS e(document, place)),
		copies AS (
		SELECT c.document || jsonb_build_object('transfer_detect', jsonb_build_object('copied_at', c.copied_at)) AS document, c.happened
		  FROM transfer_detect_internal.evidence_copies(alert_events.alert_id) AS c
		 WHERE NOT EXISTS (SELECT FROM live AS l WHERE transfer_detect_internal.document_digest(l.document) = c.digest))
		SELECT a.document
		  FROM (SELECT c.document, 0 AS place, c.happened FROM copies AS c
				UNION ALL
				SELECT l.document, l.place, NULL FROM live AS l) AS a
		 ORDER BY a.place, a.happened;
END
$$;

COMMENT ON FUNCTION alert_events(bigint) IS 'The original documents behind an alert, by time, each once; first copies of those that are gone, with transfer_detect.copied_at';
