/*
 * survey.sql: what a rule would have filed.
 *
 * A survey takes the way of backfill(), with a twin of the rule, so that what the
 * rule has filed so far changes nothing.  All of it happens in a subtransaction
 * that ends with an error of our own.  Rows that were returned before it stay, and
 * everything else is undone: the twin, its runs and alerts, and what was to be
 * sent about them.  Only the sequences have gone on.
 */

CREATE FUNCTION transfer_detect_internal.survey_twin(rule text) RETURNS rule_versions
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = error
AS $$
/*
 * The rule with that id, or a rule of that query, once more: under a name that no
 * other session takes, disabled, and with the rule's spaces and
 * exceptions.
 */
DECLARE
	twin @extschema@.rules;
	twin_id CONSTANT text := 'survey-' || pg_backend_pid();
	meant regclass[];
BEGIN
	SELECT r.* INTO twin FROM @extschema@.rules AS r WHERE r.rule_id = rule;
	IF FOUND THEN
		twin.rule_id := twin_id;
		twin.version := 1;
		twin.enabled := false;
		INSERT INTO @extschema@.rules SELECT twin.*;
		INSERT INTO @extschema@.habit_spaces (rule_id, space, place, enabled, expressions, scope, fires_when, remember, weight, reason, within)
		SELECT twin_id, s.space, s.place, s.enabled, s.expressions, s.scope, s.fires_when, s.remember, s.weight, s.reason, s.within
		  FROM @extschema@.habit_spaces AS s WHERE s.rule_id = rule;
		INSERT INTO @extschema@.exceptions (rule_id, stage, condition, comment, expires_at, enabled)
		SELECT twin_id, e.stage, e.condition, e.comment, e.expires_at, e.enabled
		  FROM @extschema@.exceptions AS e WHERE e.rule_id = rule AND e.enabled;
	ELSIF rule ~ '^[a-z0-9][a-z0-9_-]*$' THEN
		PERFORM transfer_detect_internal.present_version(rule);		-- says that there is none
	ELSE
		meant := transfer_detect_internal.from_relations(rule);
		INSERT INTO @extschema@.rules (rule_id, name, query, events)
		VALUES (twin_id, 'a query that is surveyed', rule, coalesce(meant[1], '@extschema@.events'));
	END IF;
	RETURN transfer_detect_internal.present_version(twin_id);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.survey_twin(text) IS 'part of survey(): a copy of a rule, or a rule of a query, to be undone';

CREATE FUNCTION transfer_detect_internal.survey_template(alert alerts) RETURNS text
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN coalesce(
		(transfer_detect.transfer_command(alert.process_command_line, NULL, alert.process_executable)).template,
		alert.process_command_line,
		alert.process_executable || coalesce(', started by ' || alert.process_parent_executable, ''),
		alert.title);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.survey_template(alerts) IS 'part of survey(): what alerts of the same job have in common';

CREATE FUNCTION transfer_detect_internal.survey_day(
	rule_id text,
	after_run bigint,
	OUT filed bigint,
	OUT extended bigint,
	OUT excepted bigint,
	OUT events bigint,
	OUT hosts text[],
	OUT reasons jsonb,
	OUT templates jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * What the runs after a run came to.
 */
BEGIN
	SELECT coalesce(sum(r.alerts_created), 0), coalesce(sum(r.alerts_extended), 0), coalesce(sum(r.excepted), 0), coalesce(sum(r.events_matched), 0)
	  INTO filed, extended, excepted, events
	  FROM @extschema@.runs AS r WHERE r.rule_id = survey_day.rule_id AND r.id > after_run;
	SELECT coalesce(array_agg(DISTINCT h.name), '{}') INTO hosts
	  FROM @extschema@.alerts AS a CROSS JOIN LATERAL unnest(a.host_names) AS h(name)
	 WHERE a.rule_id = survey_day.rule_id
	   AND a.last_window >= (SELECT min(r.window_to) FROM @extschema@.runs AS r WHERE r.rule_id = survey_day.rule_id AND r.id > after_run);
	SELECT coalesce(jsonb_object_agg(t.space, t.times), '{}') INTO reasons
	  FROM (SELECT a.group_key ->> 'habit.space' AS space, count(*) AS times
			  FROM @extschema@.alerts AS a
			 WHERE a.rule_id = survey_day.rule_id AND a.run_id > after_run AND a.group_key ? 'habit.space'
			 GROUP BY 1) AS t;
	SELECT coalesce(jsonb_object_agg(t.template, t.times), '{}') INTO templates
	  FROM (SELECT transfer_detect_internal.survey_template(a) AS template, count(*) AS times
			  FROM @extschema@.alerts AS a
			 WHERE a.rule_id = survey_day.rule_id AND a.run_id > after_run
			 GROUP BY 1) AS t;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.survey_day(text, bigint) IS 'part of survey(): what the runs after a run came to';

CREATE FUNCTION transfer_detect_internal.survey_days(rule text, from_time timestamptz, to_time timestamptz, close_daily boolean)
RETURNS TABLE (day date, filed bigint, extended bigint, excepted bigint, events bigint, hosts text[], reasons jsonb, templates jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET application_name = 'transfer_detect survey'
SET jit = off
AS $$
#variable_conflict use_column
/*
 * The windows are those of backfill(). A day is one of the session's time zone, and
 * has the windows that end in it: the one that ends at midnight is the last.  A
 * rule that knows habits has learned from the month before.
 */
DECLARE
	undo CONSTANT text := 'TDUND';
	done boolean := false;
	twin @extschema@.rule_versions;
	run @extschema@.runs;
	last_run bigint;			-- of the days before
	reached timestamptz := from_time;
	today date;
	told timestamptz := clock_timestamp();
	windows integer := 0;
	advice text;
BEGIN
	BEGIN
		twin := transfer_detect_internal.survey_twin(rule);
		IF twin.habits IS NOT NULL THEN
			PERFORM transfer_detect_internal.lock_checkpoint(twin.rule_id, true);
			PERFORM FROM @extschema@.learn(twin.rule_id, from_time - interval '30 days', from_time);
		END IF;
		last_run := coalesce((SELECT max(r.id) FROM @extschema@.runs AS r), 0);
		WHILE reached < to_time LOOP
			run := transfer_detect_internal.next_window(twin, 'backfill', reached, to_time, to_time, true, run);
			IF run.status = 'failed' THEN
				RAISE WARNING 'survey of rule "%" stopped at the window that ends at %: %', transfer_detect_internal.fit_text(rule, 60), run.window_to, run.message;
			END IF;
			reached := CASE WHEN run.status = 'failed' THEN to_time ELSE run.window_to END;
			today := (run.window_to - interval '1 microsecond')::date;
			windows := windows + 1;
			IF reached >= to_time OR reached::date > today AND (reached + transfer_detect_internal.seconds(twin.run_interval) - interval '1 microsecond')::date > today THEN
				RETURN QUERY SELECT today, d.* FROM transfer_detect_internal.survey_day(twin.rule_id, last_run) AS d;
				last_run := run.id;
				IF close_daily THEN
					UPDATE @extschema@.alerts AS a SET status = 'closed', close_reason = 'benign'
					 WHERE a.rule_id = twin.rule_id AND a.status <> 'closed';
				END IF;
			END IF;
			IF clock_timestamp() >= told + interval '5 seconds' THEN
				told := clock_timestamp();
				RAISE NOTICE 'survey of rule "%": % windows, up to %', transfer_detect_internal.fit_text(rule, 60), windows, reached;
			END IF;
		END LOOP;
		advice := transfer_detect_internal.own_domain_advice(ARRAY(
			SELECT DISTINCT n.name FROM @extschema@.habits AS h CROSS JOIN LATERAL unnest(h.key) AS n(name) WHERE h.rule_id = twin.rule_id));
		IF advice IS NOT NULL THEN
			RAISE NOTICE '%', advice;
		END IF;
		done := true;
		RAISE EXCEPTION USING ERRCODE = undo;
	EXCEPTION WHEN SQLSTATE 'TDUND' THEN
		IF NOT done THEN
			RAISE;
		END IF;
	END;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.survey_days(text, timestamptz, timestamptz, boolean) IS 'part of survey(): one rule, a row a day, and all else undone';

CREATE FUNCTION transfer_detect_internal.survey_noisiest(counts jsonb[], at_most integer, columns integer) RETURNS text
LANGUAGE sql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* A line each: how often, and what, cut to the width of a column. */
SELECT string_agg(line.line, E'\n' ORDER BY line.times DESC, line.what COLLATE "C")
  FROM (SELECT t.key AS what, sum(t.value::bigint) AS times,
			transfer_detect_internal.fit_text(format('%sx %s', sum(t.value::bigint), t.key), $3) AS line
		  FROM unnest($1) AS d(counts) CROSS JOIN LATERAL jsonb_each_text(d.counts) AS t(key, value)
		 GROUP BY t.key ORDER BY times DESC, t.key COLLATE "C" LIMIT $2) AS line
$$;

COMMENT ON FUNCTION transfer_detect_internal.survey_noisiest(jsonb[], integer, integer) IS 'part of survey(): the templates, or the reasons, with most alerts, a line each';

CREATE FUNCTION survey(
	rule text,
	from_time timestamptz DEFAULT now() - interval '7 days',
	to_time timestamptz DEFAULT now(),
	close_daily boolean DEFAULT true)
RETURNS TABLE (
	subject text,
	filed bigint,
	extended bigint,
	excepted bigint,
	hosts bigint,
	events bigint,
	reasons text,
	noisiest text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	each_rule text;
BEGIN
	PERFORM transfer_detect_internal.check_period(from_time, to_time);
	FOREACH each_rule IN ARRAY coalesce(nullif(ARRAY[rule], '{NULL}'), ARRAY(SELECT r.rule_id FROM @extschema@.rules AS r ORDER BY r.rule_id)) LOOP
		RETURN QUERY
			WITH d AS MATERIALIZED (
				SELECT s.* FROM transfer_detect_internal.survey_days(each_rule, from_time, to_time, close_daily) AS s
			)
			SELECT to_char(d.day, 'YYYY-MM-DD'), d.filed, d.extended, d.excepted, cardinality(d.hosts)::bigint, d.events,
				transfer_detect_internal.survey_noisiest(ARRAY[d.reasons], 10, 30),
				transfer_detect_internal.survey_noisiest(ARRAY[d.templates], 1, 55)
			  FROM d WHERE rule IS NOT NULL
			UNION ALL
			SELECT CASE WHEN rule IS NULL THEN each_rule ELSE 'in all' END, sum(d.filed)::bigint, sum(d.extended)::bigint, sum(d.excepted)::bigint,
				(SELECT count(DISTINCT h.name) FROM d CROSS JOIN LATERAL unnest(d.hosts) AS h(name)), sum(d.events)::bigint,
				transfer_detect_internal.survey_noisiest(array_agg(d.reasons), 10, 30),
				CASE WHEN rule IS NULL THEN transfer_detect_internal.survey_noisiest(array_agg(d.templates), 1, 32)
					 ELSE transfer_detect_internal.survey_noisiest(array_agg(d.templates), 10, 55) END
			  FROM d;
	END LOOP;
END
$$;

COMMENT ON FUNCTION survey(text, timestamptz, timestamptz, boolean) IS 'What a rule, a query, or with null each rule would have filed in a past time, a day at a time; leaves nothing behind';
