/*
 * preview.sql: what an exception would have done.
 */

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
	result jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
/*
 * Each window is evaluated twice, with the exceptions in force and with this
 * one as well, and nothing is filed.  Windows are those that backfill() has.
 */
DECLARE
	rule CONSTANT @extschema@.rule_versions := transfer_detect_internal.present_version(preview_exception.rule_id);
	step CONSTANT interval := transfer_detect_internal.seconds(rule.run_interval);
	at_events CONSTANT boolean := stage = 'event';
	reached timestamptz := from_time;
	x record;
BEGIN
	PERFORM transfer_detect_internal.check_instant('from_time', from_time);
	PERFORM transfer_detect_internal.check_instant('to_time', to_time);
	IF from_time >= to_time THEN
		RAISE EXCEPTION 'from_time must be before to_time' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	PERFORM transfer_detect_internal.condition_check(rule.query, condition, stage, rule.events);
	WHILE reached < to_time LOOP
		reached := least(reached + step, to_time);
		x := transfer_detect_internal.exceptions_in_force(rule, reached);
		RETURN QUERY
			WITH before AS (
				SELECT g.* FROM transfer_detect_internal.rule_groups(
					rule.query, rule.events, reached - transfer_detect_internal.seconds(rule.look_back), reached,
					rule.timestamp_field, rule.timestamp_fallback, x.event_conditions, x.group_conditions) AS g
				 WHERE g.place IS NOT NULL AND g.excepted_by IS NULL
			), after AS (
				SELECT g.* FROM transfer_detect_internal.rule_groups(
					rule.query, rule.events, reached - transfer_detect_internal.seconds(rule.look_back), reached,
					rule.timestamp_field, rule.timestamp_fallback,
					x.event_conditions || CASE WHEN at_events THEN ARRAY[condition] ELSE '{}' END,
					x.group_conditions || CASE WHEN at_events THEN '{}' ELSE ARRAY[condition] END) AS g
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

COMMENT ON FUNCTION preview_exception(text, text, text, timestamptz, timestamptz) IS 'The groups that an exception would have removed, added or changed in a past time; files nothing';
