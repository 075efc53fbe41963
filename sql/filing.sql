/*
 * filing.sql: from a group that a rule has found to its alert.
 *
 * hits.sql says how an event is counted once, however many windows see it.
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

CREATE FUNCTION transfer_detect_internal.group_facts(group_key jsonb, result jsonb) RETURNS jsonb
AS 'MODULE_PATHNAME', 'td_group_facts'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.group_facts(jsonb, jsonb) IS 'part of run(): what a group''s key and its row say together, as group_key || result';

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
	facts CONSTANT jsonb := coalesce(transfer_detect_internal.group_facts(create_alert.group_key, create_alert.result), '{}');
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
	facts CONSTANT jsonb := coalesce(transfer_detect_internal.group_facts(alert.group_key, extend_alert.result), '{}');
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
		   title = transfer_detect_internal.alert_title(CASE WHEN keep THEN transfer_detect_internal.group_facts(a.group_key, a.result) ELSE facts END, a.group_key, hosts),
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
	over_cap boolean,
	times timestamptz[] DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Files a group: it extends the active alert of its key, or creates one.  Returns
 * created, extended or known.  A rule that looks for silence has a group without
 * events, which has no hit.  It is filed once for each window, and a closed alert
 * covers the windows from its first to its last.  times: see cut_by_closed().
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
			SELECT c.parts, c.corrected OR late INTO parts, late FROM transfer_detect_internal.cut_by_closed(hit, group_key, key, times) AS c;
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
		added := transfer_detect_internal.add_hit(alert.id, part, group_key, times);
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

COMMENT ON FUNCTION transfer_detect_internal.file_group(runs, rule_versions, text[], jsonb, jsonb, bigint, timestamptz, timestamptz, text, boolean, timestamptz[]) IS 'part of run(): a group that a rule has found becomes an alert, or goes on one';

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
