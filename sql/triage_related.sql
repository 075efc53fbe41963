/*
 * triage_related.sql: what the tables beside the events say of an alert: the
 * memory of usual transfers, other alerts, exceptions that nearly fit.
 */

CREATE FUNCTION transfer_detect_internal.habits(subject transfer_detect_internal.process) RETURNS SETOF jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * What the memory of the rules that know habits says of a transfer, as sentences
 * of say().  Known is a key that had been seen on an earlier day, and that no
 * alert is open about; an alert of any rule is asked about.
 */
DECLARE
	t CONSTANT @extschema@.transfer := @extschema@.transfer_command(subject.command_line, subject.args, subject.executable);
	habit record;
BEGIN
	IF t.utility IS NULL OR subject.host IS NULL OR NOT (has_table_privilege('@extschema@.habits', 'SELECT')
		AND has_table_privilege('@extschema@.habit_spaces', 'SELECT') AND has_table_privilege('@extschema@.fleet_hosts', 'SELECT')
		AND has_table_privilege('@extschema@.fleet_networks', 'SELECT') AND has_table_privilege('@extschema@.fleet_roles', 'SELECT')) THEN
		RETURN;
	END IF;
	FOR habit IN
		SELECT CASE WHEN h.scope IN ('', '*') THEN 'any host' WHEN h.scope LIKE 'role=%' THEN 'hosts of the role ' || substr(h.scope, 6)
				WHEN s.scope = 'role' AND h.scope <> subject.host THEN 'hosts of the role ' || h.scope ELSE h.scope END AS whose,
			h.key, max(h.days) AS days, min(h.first_seen) AS first_seen, max(h.last_seen) AS last_seen,
			bool_or(h.taught = 'usual') AS taught, bool_or(h.taught = 'hostile') AS hostile
		  FROM @extschema@.habit_spaces AS s
		 CROSS JOIN LATERAL (SELECT n.names[1] AS program, n.names[2] AS parent
							   FROM transfer_detect_internal.program_names(ARRAY[coalesce(subject.executable, ''), coalesce(subject.parent_executable, '')]) AS n(names)) AS p
		 CROSS JOIN LATERAL (VALUES
			(ARRAY[lower(t.remote_host)]), (ARRAY[p.parent, t.utility]), (ARRAY[p.parent]), (ARRAY[p.program])) AS k(key)
		 CROSS JOIN LATERAL (VALUES
			(subject.host), (coalesce(transfer_detect_internal.host_role(subject.host), subject.host)), (''), ('*'),
			('role=' || coalesce(transfer_detect_internal.host_role(subject.host), subject.host))) AS w(scope)
		  JOIN @extschema@.habits AS h ON h.rule_id = s.rule_id
			   AND h.digest = transfer_detect_internal.habit_digest(s.space, w.scope, k.key)
		 WHERE s.enabled AND array_position(k.key, NULL) IS NULL
		   AND (h.first_seen < date_trunc('day', subject.started, 'UTC') AND NOT h.loud OR h.taught IS NOT NULL)
		 GROUP BY 1, h.key ORDER BY max(h.days) DESC, h.key, 1
	LOOP
		RETURN NEXT CASE
			WHEN habit.hostile THEN transfer_detect_internal.say('*Hostile before.* An alert about $1 on $2 was closed as true positive.',
				array_to_string(habit.key, ' and '), habit.whose)
			WHEN habit.days = 0 THEN transfer_detect_internal.say('*Judged as usual.* An alert about $1 was closed as benign, and taught for $2.',
				array_to_string(habit.key, ' and '), habit.whose)
			ELSE transfer_detect_internal.say('*Habit.* $1 on $2: seen on $3 since $4$5.', array_to_string(habit.key, ' and '),
				habit.whose, transfer_detect_internal.show_count(habit.days, 'day'),
				transfer_detect_internal.show_day(habit.first_seen), CASE WHEN habit.taught THEN ', and an alert about it was closed as benign' ELSE '' END)
			END;
	END LOOP;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.habits(transfer_detect_internal.process) IS 'What a memory of usual transfers says of a process: sentences';

CREATE FUNCTION transfer_detect_internal.related_alerts(alert @extschema@.alerts, subject transfer_detect_internal.process, other jsonb)
RETURNS TABLE (id bigint, happened timestamptz, host text, what text, shared text[], status text, rule_id text, severity text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* Alerts filed within a week of this one, of any rule, that share something with it; the closest first. */
WITH s AS (
	SELECT t.* FROM @extschema@.transfer_command(coalesce(subject.command_line, alert.process_command_line), subject.args, subject.executable) AS t),
found AS (
	SELECT a.id, coalesce(a.first_event, a.created_at) AS happened, a.host_names[1] AS host,
		coalesce(a.process_command_line, a.process_executable, a.title) AS what, a.status, a.rule_id, a.severity,
		array_remove(ARRAY[
			CASE WHEN other ->> 'host' = ANY (a.host_names) AND other ->> 'command_line' = a.process_command_line
				 AND (other ->> 'started')::timestamptz BETWEEN a.first_event AND a.last_event THEN 'transfer, at its other end' END,
			CASE WHEN a.process_command_line = alert.process_command_line THEN 'command'
				 WHEN t.template = s.template THEN 'command but for its changing parts' END,
			CASE WHEN a.host_names && alert.host_names THEN 'host' END,
			CASE WHEN t.remote_host = s.remote_host THEN 'remote host' END,
			CASE WHEN transfer_detect_internal.result_texts(a.group_key || a.result, VARIADIC ARRAY['user.name', 'user_names', 'Esql.user_name_values'])
				&& ARRAY[subject.user_name] THEN 'user' END,
			CASE WHEN a.predecessor_id = alert.id OR alert.predecessor_id = a.id THEN 'same group, closed in between' END], NULL) AS shared
	  FROM @extschema@.alerts AS a
	 CROSS JOIN s
	 CROSS JOIN LATERAL @extschema@.transfer_command(a.process_command_line, NULL, a.process_executable) AS t
	 WHERE a.id <> alert.id
	   AND a.created_at BETWEEN alert.created_at - interval '7 days' AND alert.created_at + interval '7 days')
SELECT f.id, f.happened, f.host, f.what, f.shared, f.status, f.rule_id, f.severity
  FROM found AS f WHERE cardinality(f.shared) > 0
 ORDER BY f.shared[1] LIKE 'transfer,%' DESC, cardinality(f.shared) DESC,
	abs(extract(epoch FROM f.happened - coalesce(alert.first_event, alert.created_at))) LIMIT 20
$$;
COMMENT ON FUNCTION transfer_detect_internal.related_alerts(alerts, transfer_detect_internal.process, jsonb) IS 'Other alerts that share host, user, remote host or command with one';

CREATE FUNCTION transfer_detect_internal.near_exceptions(alert @extschema@.alerts, document jsonb)
RETURNS TABLE (id bigint, stage text, condition text, comment text, fits text[], misses text[], why_not text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Exceptions of the rule that have something in common with an alert: terms such
 * as host.name == "web-1" are compared with the event.  Other terms are only
 * shown, with the whole condition.
 */
SELECT e.id, e.stage, e.condition, e.comment, c.fits, c.misses,
	CASE WHEN NOT e.enabled THEN 'it is disabled'
		 WHEN e.expires_at <= alert.last_window THEN format('it expired at %s', to_char(e.expires_at, 'YYYY-MM-DD HH24:MI'))
		 WHEN e.created_at > alert.created_at THEN 'it was written after the alert'
		 WHEN cardinality(c.misses) > 0 THEN array_to_string(c.misses, '; ')
		 ELSE 'not told by its terms alone' END
  FROM @extschema@.exceptions AS e
 CROSS JOIN LATERAL (
	SELECT coalesce(array_agg(t.field) FILTER (WHERE t.found = t.value), '{}') AS fits,
		coalesce(array_agg(format('%s is %s, not %s', t.field, coalesce(t.found, 'not known'), t.value)) FILTER (WHERE t.found IS DISTINCT
			FROM t.value), '{}') AS misses
	  FROM (SELECT m[1] AS field, m[2] AS value,
				coalesce(transfer_detect_internal.event_field(document, m[1]), (alert.group_key || alert.result) ->> m[1]) AS found
			  FROM regexp_matches(e.condition, '([a-zA-Z_@][\w.@]*)\s*==\s*"([^"\\]*)"', 'g') AS m) AS t) AS c
 WHERE (e.rule_id = alert.rule_id OR e.rule_id IS NULL)
   AND cardinality(c.fits) > 0
 ORDER BY cardinality(c.misses), cardinality(c.fits) DESC, e.id LIMIT 10
$$;
COMMENT ON FUNCTION transfer_detect_internal.near_exceptions(alerts, jsonb) IS 'Exceptions that nearly fit an alert, and why they do not';
