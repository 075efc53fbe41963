/*
 * preview.sql: what an exception would have done.
 */

CREATE FUNCTION transfer_detect_internal.preview_rule(
	rule rule_versions,
	condition text,
	at_events boolean,
	from_time timestamptz,
	to_time timestamptz)
RETURNS TABLE (
	window_to timestamptz,
	change text,
	group_key jsonb,
	events_without bigint,
	events_with bigint,
	result jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
/*
 * Each window is evaluated twice: with the exceptions in force, and with this one
 * as well.  Nothing is filed.  The windows are those of backfill().
 */
DECLARE
	step CONSTANT interval := transfer_detect_internal.seconds(rule.run_interval);
	reached timestamptz := from_time;
	x record;
BEGIN
	WHILE reached < to_time LOOP
		reached := least(reached + step, to_time);
		x := transfer_detect_internal.exceptions_in_force(rule.rule_id, reached);
		RETURN QUERY
			WITH before AS (
				SELECT g.* FROM transfer_detect_internal.rule_groups(
					rule.query, rule.events, reached - transfer_detect_internal.seconds(rule.look_back), reached,
					rule.timestamp_field, rule.timestamp_fallback, x.event_conditions, x.group_conditions, leave_out => true) AS g
				 WHERE g.place IS NOT NULL AND g.excepted_by IS NULL
			), after AS (
				SELECT g.* FROM transfer_detect_internal.rule_groups(
					rule.query, rule.events, reached - transfer_detect_internal.seconds(rule.look_back), reached,
					rule.timestamp_field, rule.timestamp_fallback,
					x.event_conditions || CASE WHEN at_events THEN ARRAY[condition] ELSE '{}' END,
					x.group_conditions || CASE WHEN at_events THEN '{}' ELSE ARRAY[condition] END, leave_out => true) AS g
				 WHERE g.place IS NOT NULL AND g.excepted_by IS NULL
			)
			SELECT reached,
				CASE WHEN a.group_key IS NULL THEN 'removed' WHEN b.group_key IS NULL THEN 'added' ELSE 'changed' END,
				coalesce(b.group_key, a.group_key), b.event_count, a.event_count, coalesce(a.result, b.result)
			  FROM before AS b
			  FULL JOIN after AS a ON a.group_key = b.group_key
			 WHERE b.result IS DISTINCT FROM a.result OR b.event_count IS DISTINCT FROM a.event_count
			 ORDER BY b.place, a.place;
	END LOOP;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.preview_rule(rule_versions, text, boolean, timestamptz, timestamptz) IS 'part of preview_exception(): one rule';

CREATE FUNCTION preview_exception(
	rule_id text,
	condition text,
	stage text DEFAULT 'group',
	from_time timestamptz DEFAULT now() - interval '1 day',
	to_time timestamptz DEFAULT now())
RETURNS TABLE (
	window_to timestamptz,
	change text,
	group_key jsonb,
	events_without bigint,
	events_with bigint,
	result jsonb,
	of_rule text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
/*
 * An exception for all rules applies to those that understand it.  It is previewed
 * for the enabled ones, since the others file nothing.  One that cannot be
 * evaluated, or not by the caller, does not hide what the exception does to others.
 */
DECLARE
	all_rules CONSTANT boolean := preview_exception.rule_id IS NULL;
	rule @extschema@.rule_versions;
	fits boolean := false;
	problem text;
	code text;
BEGIN
	PERFORM transfer_detect_internal.check_period(from_time, to_time);
	IF NOT all_rules THEN
		rule := transfer_detect_internal.present_version(preview_exception.rule_id);
		PERFORM transfer_detect_internal.condition_check(rule.query, condition, stage, rule.events);
		RETURN QUERY SELECT p.*, rule.rule_id
		  FROM transfer_detect_internal.preview_rule(rule, condition, stage = 'event', from_time, to_time) AS p;
		RETURN;
	END IF;
	FOR rule IN
		SELECT v.* FROM @extschema@.rules AS r
		  JOIN @extschema@.rule_versions AS v ON v.rule_id = r.rule_id AND v.version = r.version
		 WHERE r.enabled ORDER BY r.rule_id
	LOOP
		BEGIN
			PERFORM transfer_detect_internal.condition_check(rule.query, condition, stage, rule.events);
			fits := true;
			RETURN QUERY SELECT p.*, rule.rule_id
			  FROM transfer_detect_internal.preview_rule(rule, condition, stage = 'event', from_time, to_time) AS p;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE;
			IF code IN ('42601', '22023', '22004') THEN
				RAISE;			/* wrong for all rules */
			END IF;
			problem := concat_ws('; ', problem, format('%s: %s', rule.rule_id, SQLERRM));
		END;
	END LOOP;
	IF NOT fits THEN
		RAISE EXCEPTION 'the exception fits no enabled rule'
			USING ERRCODE = 'undefined_column', DETAIL = problem;
	ELSIF problem IS NOT NULL THEN
		RAISE NOTICE 'rules are left out that the exception does not fit or that could not be evaluated'
			USING DETAIL = problem;
	END IF;
END
$$;

COMMENT ON FUNCTION preview_exception(text, text, text, timestamptz, timestamptz) IS 'The groups that an exception would have removed, added or changed in a past time, of one rule or, for null, of all enabled rules; files nothing';
