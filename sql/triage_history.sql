/*
 * triage_history.sql: what was seen before, and what belongs together.
 *
 * Prevalence looks at 30 days of the same program, or of all transfer utilities
 * if the program is one, at most 3,000 starts of each name, the latest first.
 */

CREATE FUNCTION transfer_detect_internal.transfer_programs() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT '{scp,sftp,rsync,ftp,tnftp,lftp,sftp-server,vsftpd}'::text[] $$;
COMMENT ON FUNCTION transfer_detect_internal.transfer_programs() IS 'Names of the processes that prevalence of a transfer looks at';

CREATE TYPE transfer_detect_internal.run_before AS (
	at timestamptz,
	host text,
	executable text,
	parent_executable text,
	script text,
	command_line text,
	user_name text,
	form text,
	t @extschema@.transfer);
COMMENT ON TYPE transfer_detect_internal.run_before IS 'A start of a program in the last 30 days';

CREATE FUNCTION transfer_detect_internal.runs_before(source regclass, names text[], to_time timestamptz, most integer)
RETURNS SETOF transfer_detect_internal.run_before
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY EXECUTE format($query$
		SELECT e.timestamp, e.host_name, e.process_executable, e.process_parent_executable,
			transfer_detect_internal.script_of(e.process_parent_command_line), e.command_line, e.user_name,
			e.form, @extschema@.transfer_command(e.command_line, e.process_args, e.process_executable)
		  FROM unnest($1) AS n(name)
		 CROSS JOIN LATERAL (
			SELECT e.timestamp, e.host_name, e.process_executable, e.process_parent_executable, e.process_parent_command_line,
				coalesce(e.process_command_line, array_to_string(e.process_args, ' ')) AS command_line, e.process_args, e.user_name,
				CASE WHEN cardinality(e.event_action) > 1 OR cardinality(e.event_type) > 1 THEN 'merged' ELSE 'exec' END AS form
			  FROM %s AS e
			 WHERE hashtextextended(e.process_name, 0) = hashtextextended(n.name, 0) AND e.process_name = n.name
			   AND e.timestamp > $2 - interval '30 days' AND e.timestamp <= $2
			   AND ('exec' = ANY (e.event_action) OR e.event_action IS NULL
					OR 'start' = ANY (e.event_type) AND NOT 'fork' = ANY (e.event_action))
			 ORDER BY e.timestamp DESC LIMIT $3) AS e
		$query$, transfer_detect_internal.event_source(source)) USING names, to_time, most;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.runs_before(regclass, text[], timestamptz, integer) IS 'Starts of some programs in the 30 days up to an instant';

CREATE FUNCTION transfer_detect_internal.prevalence(
	runs transfer_detect_internal.run_before[],
	subject transfer_detect_internal.process,
	to_time timestamptz)
RETURNS TABLE (part text, value text, starts bigint, hosts bigint, host_starts bigint, earlier bigint, earlier_here bigint, days bigint,
	first timestamptz, first_host text, last timestamptz, last_host text, by_day integer[], latest timestamptz[])
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * How often each part of a command was seen, over all hosts: "earlier" counts the
 * starts before this one, on all hosts and here, by_day the 30 days up to to_time, and latest has the
 * starts of the last day, at most 100.
 */
WITH s AS (
	SELECT t.*, transfer_detect_internal.script_of(subject.parent_command_line) AS script
	  FROM @extschema@.transfer_command(subject.command_line, subject.args, subject.executable) AS t),
parts AS (
	SELECT p.* FROM s CROSS JOIN LATERAL (VALUES
		(1, 'command', subject.command_line),
		(2, 'template', nullif(s.template, subject.command_line)),
		(3, 'script', s.script),
		(4, 'parent', subject.parent_executable),
		(5, 'direction', CASE WHEN s.remote_host IS NOT NULL THEN s.utility END),
		(6, 'program', subject.executable),
		(7, 'remote host', s.remote_host),
		(8, 'user', subject.user_name)) AS p(place, part, value)
	 WHERE p.value IS NOT NULL),
matched AS (
	SELECT p.place, p.part, p.value, r.at, r.host
	  FROM parts AS p, s, unnest(runs) AS r
	 WHERE CASE p.part
		WHEN 'command' THEN r.command_line = p.value
		WHEN 'template' THEN (r.t).template = p.value
		WHEN 'script' THEN r.script = p.value
		WHEN 'parent' THEN r.parent_executable = p.value AND r.executable = subject.executable
		WHEN 'direction' THEN (r.t).utility = p.value AND (r.t).remote_host IS NOT NULL
		WHEN 'program' THEN r.executable = p.value
		WHEN 'remote host' THEN (r.t).remote_host = p.value
		WHEN 'user' THEN r.user_name = p.value END),
daily AS (
	SELECT m.place, floor(extract(epoch FROM to_time - m.at) / 86400)::integer AS back, count(*)::integer AS starts
	  FROM matched AS m GROUP BY 1, 2)
SELECT p.part, p.value, count(m.at), count(DISTINCT m.host), count(m.at) FILTER (WHERE m.host = subject.host),
	count(m.at) FILTER (WHERE m.at < subject.started), count(m.at) FILTER (WHERE m.at < subject.started AND m.host = subject.host),
	count(DISTINCT date_trunc('day', m.at AT TIME ZONE 'UTC')),
	min(m.at), (array_agg(m.host ORDER BY m.at))[1], max(m.at), (array_agg(m.host ORDER BY m.at DESC))[1],
	(SELECT array_agg(coalesce(c.starts, 0) ORDER BY d.back DESC)
	   FROM generate_series(0, 29) AS d(back) LEFT JOIN daily AS c ON c.place = p.place AND c.back = d.back),
	(array_agg(m.at ORDER BY m.at DESC) FILTER (WHERE m.at > to_time - interval '24 hours'))[:100]
  FROM parts AS p LEFT JOIN matched AS m ON m.place = p.place
 GROUP BY p.place, p.part, p.value
 ORDER BY p.place
$$;
COMMENT ON FUNCTION transfer_detect_internal.prevalence(transfer_detect_internal.run_before[], transfer_detect_internal.process, timestamptz) IS 'How often each part of a command was seen in 30 days';

CREATE FUNCTION transfer_detect_internal.habits(alert alerts, subject transfer_detect_internal.process) RETURNS SETOF jsonb
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
	IF t.utility IS NULL OR subject.host IS NULL OR NOT has_table_privilege('@extschema@.habits', 'SELECT') THEN
		RETURN;
	END IF;
	FOR habit IN
		SELECT CASE WHEN h.scope IN ('', '*') THEN 'any host' WHEN h.scope LIKE 'role=%' THEN 'hosts of the role ' || substr(h.scope, 6)
				WHEN s.scope = 'role' AND h.scope <> subject.host THEN 'hosts of the role ' || h.scope ELSE h.scope END AS whose,
			h.key, max(h.days) AS days, min(h.first_seen) AS first_seen, max(h.last_seen) AS last_seen,
			bool_or(h.taught = 'usual') AS taught, bool_or(h.taught = 'hostile') AS hostile
		  FROM @extschema@.habit_spaces AS s
		 CROSS JOIN LATERAL (VALUES
			(ARRAY[lower(t.remote_host)]), (ARRAY[subject.parent_executable, t.utility]), (ARRAY[subject.parent_executable]),
			(ARRAY[subject.executable])) AS k(key)
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
COMMENT ON FUNCTION transfer_detect_internal.habits(alerts, transfer_detect_internal.process) IS 'What a memory of usual transfers says of a process: sentences';

CREATE FUNCTION transfer_detect_internal.days_with_events(source regclass, to_time timestamptz) RETURNS boolean[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* Which of the 30 days have any events: a day without is not a day without runs. */
DECLARE
	present boolean[];
BEGIN
	EXECUTE format($query$
		SELECT array_agg(EXISTS (SELECT FROM %s AS e
				WHERE e.timestamp > $1 - (d.back + 1) * interval '1 day' AND e.timestamp <= $1 - d.back * interval '1 day')
			ORDER BY d.back DESC)
		  FROM generate_series(0, 29) AS d(back)$query$, transfer_detect_internal.event_source(source)) INTO present USING to_time;
	RETURN present;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.days_with_events(regclass, timestamptz) IS 'Which of the 30 days up to an instant have events, the first day first';

CREATE FUNCTION transfer_detect_internal.first_event(source regclass, from_time timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	result timestamptz;
BEGIN
	EXECUTE format('SELECT e.timestamp FROM %s AS e WHERE e.timestamp >= $1 ORDER BY e.timestamp LIMIT 1', transfer_detect_internal.event_source(source)) INTO result USING from_time;
	RETURN result;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.first_event(regclass, timestamptz) IS 'Time of the first event from an instant on';

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
 ORDER BY f.shared[1] LIKE 'transfer,%' DESC, cardinality(f.shared) DESC, abs(extract(epoch FROM f.happened - coalesce(alert.first_event, alert.created_at))) LIMIT 20
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
		coalesce(array_agg(format('%s is %s, not %s', t.field, coalesce(t.found, 'not known'), t.value)) FILTER (WHERE t.found IS DISTINCT FROM t.value), '{}') AS misses
	  FROM (SELECT m[1] AS field, m[2] AS value,
				coalesce(transfer_detect_internal.event_field(document, m[1]), (alert.group_key || alert.result) ->> m[1]) AS found
			  FROM regexp_matches(e.condition, '([a-zA-Z_@][\w.@]*)\s*==\s*"([^"\\]*)"', 'g') AS m) AS t) AS c
 WHERE (e.rule_id = alert.rule_id OR e.rule_id IS NULL)
   AND cardinality(c.fits) > 0
 ORDER BY cardinality(c.misses), cardinality(c.fits) DESC, e.id LIMIT 10
$$;
COMMENT ON FUNCTION transfer_detect_internal.near_exceptions(alerts, jsonb) IS 'Exceptions that nearly fit an alert, and why they do not';
