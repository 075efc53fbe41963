/*
 * triage_history.sql: what was seen before.
 *
 * Prevalence looks at 30 days of the same program, or of all transfer utilities
 * if the program is one.  What any start can answer is asked of the latest 3,000
 * of each name.  The command, the script, the remote host, the user and the host
 * are looked up further back, among the latest 20,000 starts of each name.  Each
 * answer says how far back that was.
 */

CREATE FUNCTION transfer_detect_internal.transfer_programs() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT '{scp,sftp,rsync,ftp,tnftp,lftp,sftp-server,vsftpd}'::text[] $$;
COMMENT ON FUNCTION transfer_detect_internal.transfer_programs() IS 'Names of the processes that prevalence of a transfer looks at';

CREATE FUNCTION transfer_detect_internal.path_template(path text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* A path with its changing parts replaced, as the template of a command has them. */
SELECT regexp_replace(t.template, '^scp (.*) x:$', '\1') FROM @extschema@.transfer_command(NULL, ARRAY['scp', path, 'x:']) AS t WHERE path IS NOT NULL
$$;
COMMENT ON FUNCTION transfer_detect_internal.path_template(text) IS 'A path with its changing parts replaced';

CREATE TYPE transfer_detect_internal.run_before AS (
	at timestamptz,
	host text,
	executable text,
	parent_executable text,
	script text,
	command_line text,
	user_name text,
	form text,
	latest boolean,
	latest_from timestamptz,
	looked_from timestamptz,
	t @extschema@.transfer);
COMMENT ON TYPE transfer_detect_internal.run_before IS 'A start of a program in the last 30 days; latest: among the latest of its name; both _from: how far back these and all looks went, null if to the end';

CREATE TYPE transfer_detect_internal.wanted_runs AS (
	command_line text,
	script_name text,
	remotes text[],
	user_name text,
	host text,
	name text);
COMMENT ON TYPE transfer_detect_internal.wanted_runs IS 'What runs_before() looks up further back than the latest starts';

CREATE FUNCTION transfer_detect_internal.runs_before(source regclass, names text[], to_time timestamptz, most integer,
	wanted transfer_detect_internal.wanted_runs DEFAULT NULL)
RETURNS SETOF transfer_detect_internal.run_before
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* Of what the user and the host did, the latest 1,500 starts of a name are enough, and every eighth before. */
BEGIN
	RETURN QUERY EXECUTE format($query$
		WITH chosen AS MATERIALIZED (
			SELECT e.*
			  FROM unnest($1) AS n(name)
			 CROSS JOIN LATERAL (
				-- both windows run along with the scan
				SELECT x.*, count(*) FILTER (WHERE x.own) OVER (ROWS UNBOUNDED PRECEDING) AS own_place
				  FROM (SELECT c.*, row_number() OVER () AS place, c.user_name = ($4).user_name OR c.host_name = ($4).host AS own
						  FROM (SELECT e.timestamp, e.host_name, e.process_name, e.process_executable, e.process_parent_executable,
									e.process_parent_command_line, coalesce(e.process_command_line, array_to_string(e.process_args, ' ')) AS command_line,
									e.process_args, e.user_name,
									CASE WHEN cardinality(e.event_action) > 1 OR cardinality(e.event_type) > 1 THEN 'merged' ELSE 'exec' END AS form
								  FROM %s AS e
								 WHERE hashtextextended(e.process_name, 0) = hashtextextended(n.name, 0) AND e.process_name = n.name
								   AND e.timestamp > $2 - interval '30 days' AND e.timestamp <= $2
								   AND ('exec' = ANY (e.event_action) OR e.event_action IS NULL
										OR 'start' = ANY (e.event_type) AND NOT 'fork' = ANY (e.event_action))
								 ORDER BY e.timestamp DESC LIMIT $5) AS c) AS x) AS e
			 WHERE e.place <= $3 + 1 OR e.place = $5
				OR e.command_line = ($4).command_line
				OR e.own AND (e.own_place <= 1500 OR e.own_place %% 8 = 0)
				OR position(($4).script_name IN e.process_parent_command_line) > 0
				OR EXISTS (SELECT FROM unnest(($4).remotes) AS r(remote) WHERE position(r.remote IN e.command_line) > 0)),
		lines AS MATERIALIZED (
			SELECT d.line, transfer_detect_internal.script_of(d.line) AS script FROM (SELECT DISTINCT c.process_parent_command_line AS line FROM chosen AS c) AS d),
		ends AS MATERIALIZED (
			SELECT c.process_name AS name, CASE WHEN max(c.place) > $3 THEN min(c.timestamp) FILTER (WHERE c.place = $3) END AS latest_from, min(c.timestamp) FILTER (WHERE c.place = $5) AS looked_from
			  FROM chosen AS c GROUP BY 1)
		SELECT c.timestamp, c.host_name, c.process_executable, c.process_parent_executable, l.script, c.command_line, c.user_name, c.form,
			c.place <= $3, n.latest_from, n.looked_from, @extschema@.transfer_command(c.command_line, c.process_args, c.process_executable)
		  FROM chosen AS c
		  JOIN ends AS n ON n.name = c.process_name
		  LEFT JOIN lines AS l ON l.line = c.process_parent_command_line
		$query$, transfer_detect_internal.event_source(source)) 
	 USING names, to_time, most, wanted, CASE WHEN wanted.name IS NULL THEN most ELSE greatest(most, 20000) END;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.runs_before(regclass, text[], timestamptz, integer, transfer_detect_internal.wanted_runs) IS 'Starts of some programs in the 30 days up to an instant: the latest, and what is wanted further back';

CREATE FUNCTION transfer_detect_internal.prevalence(
	runs transfer_detect_internal.run_before[],
	subject transfer_detect_internal.process,
	own_scripts text[],
	other_names text[],
	to_time timestamptz)
RETURNS TABLE (part text, value text, starts bigint, hosts bigint, host_starts bigint, earlier bigint, earlier_here bigint, days bigint,
	earlier_days bigint, earlier_hosts text[], since timestamptz, first timestamptz, first_host text, last timestamptz, last_host text,
	by_day integer[], latest timestamptz[])
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * How often each part of a command was seen, over all hosts: "earlier" counts the
 * starts before this one, on all hosts and here, by_day the 30 days up to to_time, and latest has the
 * starts of the last day, at most 100.  own_scripts are those whose paths differ
 * from the script's in what changes only.  "since" says how far back was looked, if that is not all there is.
 */
WITH s AS (
	SELECT t.*, transfer_detect_internal.path_template(transfer_detect_internal.script_of(subject.parent_command_line)) AS script_template
	  FROM @extschema@.transfer_command(subject.command_line, subject.args, subject.executable) AS t),
parts AS (
	SELECT p.* FROM s CROSS JOIN LATERAL (VALUES
		(1, 'command', subject.command_line),
		(2, 'template', nullif(s.template, subject.command_line)),
		(3, 'script', s.script_template),
		(4, 'parent', subject.parent_executable),
		(5, 'direction', CASE WHEN s.remote_host IS NOT NULL THEN s.utility END),
		(6, 'program', subject.executable),
		(7, 'remote host', s.remote_host),
		(8, 'other name', nullif(array_to_string(other_names, ', '), '')),
		(9, 'user', subject.user_name)) AS p(place, part, value)
	 WHERE p.value IS NOT NULL),
matched AS (
	SELECT p.place, r.at, r.host, floor(extract(epoch FROM to_time - r.at) / 86400)::integer AS back
	  FROM parts AS p, s, unnest(runs) AS r
	 WHERE CASE p.part
		WHEN 'command' THEN r.command_line = p.value
		WHEN 'template' THEN (r.t).template = p.value
		WHEN 'script' THEN r.script = ANY (own_scripts)
		WHEN 'parent' THEN r.latest AND r.parent_executable = p.value AND r.executable = subject.executable
		WHEN 'direction' THEN (r.latest OR r.host = subject.host) AND (r.t).utility = p.value AND (r.t).remote_host IS NOT NULL
		WHEN 'program' THEN r.latest AND r.executable = p.value
		WHEN 'remote host' THEN (r.t).remote_host = p.value
		WHEN 'other name' THEN (r.t).remote_host = ANY (other_names)
		WHEN 'user' THEN r.user_name = p.value END),
daily AS (
	SELECT m.place, m.back, count(*)::integer AS starts
	  FROM matched AS m GROUP BY 1, 2),
looked AS (
	-- what a client is asked about, the servers do not answer
	SELECT max(r.latest_from) FILTER (WHERE (r.t).utility IS NOT DISTINCT FROM s.utility) AS latest_from,
		max(r.looked_from) FILTER (WHERE s.mode LIKE 'server%' OR (r.t).mode NOT LIKE 'server%') AS looked_from
	  FROM s, unnest(runs) AS r)
SELECT p.part, p.value, count(m.at), count(DISTINCT m.host), count(m.at) FILTER (WHERE m.host = subject.host),
	count(m.at) FILTER (WHERE m.at < subject.started), count(m.at) FILTER (WHERE m.at < subject.started AND m.host = subject.host),
	count(DISTINCT m.back), count(DISTINCT m.back) FILTER (WHERE m.at < subject.started),
	array_agg(DISTINCT m.host COLLATE "C") FILTER (WHERE m.at < subject.started),
	(SELECT CASE WHEN p.part IN ('parent', 'direction', 'program') THEN l.latest_from ELSE l.looked_from END FROM looked AS l),
	min(m.at), (array_agg(m.host ORDER BY m.at))[1], max(m.at), (array_agg(m.host ORDER BY m.at DESC))[1],
	(SELECT array_agg(coalesce(c.starts, 0) ORDER BY d.back DESC)
	   FROM generate_series(0, 29) AS d(back) LEFT JOIN daily AS c ON c.place = p.place AND c.back = d.back),
	(array_agg(m.at ORDER BY m.at DESC) FILTER (WHERE m.at > to_time - interval '24 hours'))[:100]
  FROM parts AS p LEFT JOIN matched AS m ON m.place = p.place
 GROUP BY p.place, p.part, p.value
 ORDER BY p.place
$$;
COMMENT ON FUNCTION transfer_detect_internal.prevalence(transfer_detect_internal.run_before[], transfer_detect_internal.process, text[], text[], timestamptz)
	IS 'How often each part of a command was seen in 30 days';

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
	EXECUTE format('SELECT e.timestamp FROM %s AS e WHERE e.timestamp >= $1 ORDER BY e.timestamp LIMIT 1',
		transfer_detect_internal.event_source(source)) INTO result USING from_time;
	RETURN result;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.first_event(regclass, timestamptz) IS 'Time of the first event from an instant on';
