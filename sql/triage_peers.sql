/*
 * triage_peers.sql: what is known of the host at the other end, and of the user,
 * from before the alert.
 */

CREATE FUNCTION transfer_detect_internal.where_is(remote text, host text) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* inside, outside, local or unknown.  Who may not read what the fleet is gets what an address says by itself. */
BEGIN
	RETURN transfer_detect_internal.remote_class(remote, host);
EXCEPTION WHEN insufficient_privilege THEN
	RETURN CASE WHEN remote !~ '^[0-9.]+$|:' THEN 'unknown'
		WHEN remote ~ '^(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|::1$|f[cd]|fe80)' THEN 'inside' ELSE 'outside' END;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.where_is(text, text) IS 'Where a remote host is, seen from a host, as far as the caller may know';

CREATE FUNCTION transfer_detect_internal.looks_like(one text, other text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* Whether two names or addresses differ in one character: one more, one less, or another one. */
SELECT one <> other AND length(one) > 5 AND EXISTS (
	SELECT FROM generate_series(1, greatest(length(one), length(other))) AS n
	 WHERE left(one, n - 1) = left(other, n - 1)
	   AND (substr(one, n + 1) = substr(other, n + 1) OR substr(one, n + 1) = substr(other, n) OR substr(one, n) = substr(other, n + 1)))
$$;
COMMENT ON FUNCTION transfer_detect_internal.looks_like(text, text) IS 'Whether two names or addresses differ in one character only';

CREATE FUNCTION transfer_detect_internal.named_by(source regclass, remote text, to_time timestamptz) RETURNS SETOF jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Commands that name a remote host and are no transfers: somebody looked it up,
 * tried it, or gave it a name.  Of each program the latest 1,000 starts are looked
 * at.  "gives" is the name that a command puts beside an address, as a line of
 * /etc/hosts does.
 */
BEGIN
	RETURN QUERY EXECUTE format($query$
		SELECT jsonb_build_object('at', e.timestamp, 'host', e.host_name, 'user_name', e.user_name, 'command_line', e.command_line,
				'gives', CASE WHEN $2 ~ '^[0-9.]+$|:' THEN
					(regexp_match(e.command_line, '(?:^|[\s"''=,])' || regexp_replace($2, '\W', '\\\&', 'g') || '[ \t]+([A-Za-z][A-Za-z0-9.-]*)'))[1] END)
		  FROM unnest($1) AS n(name)
		 CROSS JOIN LATERAL (
			SELECT e.timestamp, e.host_name, e.user_name, coalesce(e.process_command_line, array_to_string(e.process_args, ' ')) AS command_line
			  FROM %s AS e
			 WHERE hashtextextended(e.process_name, 0) = hashtextextended(n.name, 0) AND e.process_name = n.name
			   AND e.timestamp > $3 - interval '30 days' AND e.timestamp < $3
			   AND ('exec' = ANY (e.event_action) OR e.event_action IS NULL
					OR 'start' = ANY (e.event_type) AND NOT 'fork' = ANY (e.event_action))
			 ORDER BY e.timestamp DESC LIMIT 1000) AS e
		 WHERE position($2 IN e.command_line) > 0
		   AND e.command_line ~ ('(^|[^0-9A-Za-z.-])' || regexp_replace($2, '\W', '\\\&', 'g') || '($|[^0-9A-Za-z.-])')
		 ORDER BY e.timestamp DESC LIMIT 10
		$query$, transfer_detect_internal.event_source(source))
	 USING '{ssh-keyscan,ping,getent,host,dig,nslookup,curl,wget,nc,sudo,sed,tee,ansible,python3,python3.9,python3.11,python3.12,python3.13}'::text[],
		remote, to_time;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.named_by(regclass, text, timestamptz) IS 'Commands before an instant that name a remote host and are no transfers';

CREATE FUNCTION transfer_detect_internal.fleet_names(remote text) RETURNS text[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* The host of ours that has an address, or the addresses of a host of ours, as far as the caller may know. */
BEGIN
	IF NOT has_table_privilege('@extschema@.fleet_hosts', 'SELECT') THEN
		RETURN '{}';
	END IF;
	RETURN ARRAY(
		SELECT h.name FROM @extschema@.fleet_hosts AS h, unnest(h.addresses) AS a(address) WHERE host(a.address) = remote
		UNION SELECT host(a.address) FROM @extschema@.fleet_hosts AS h, unnest(h.addresses) AS a(address) WHERE h.name = remote
		ORDER BY 1 LIMIT 4);
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.fleet_names(text) IS 'By what other names the fleet knows a host';

CREATE FUNCTION transfer_detect_internal.user_before(
	runs transfer_detect_internal.run_before[],
	subject transfer_detect_internal.process,
	remotes text[]) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Where the user's own transfers went before this one, and how far from its time
 * of day the nearest of them was; that only where there were ten, on five days.
 */
WITH own AS MATERIALIZED (
	SELECT r.at, (r.t).remote_host AS remote, extract(epoch FROM (r.at AT TIME ZONE 'UTC')::time - (subject.started AT TIME ZONE 'UTC')::time) AS off
	  FROM unnest(runs) AS r
	 WHERE r.user_name = subject.user_name AND r.at < subject.started AND (r.t).mode LIKE 'client%'),
remote AS (
	SELECT o.remote, transfer_detect_internal.where_is(o.remote, subject.host) AS place FROM own AS o WHERE o.remote IS NOT NULL GROUP BY 1)
SELECT jsonb_build_object('starts', count(*), 'days', count(DISTINCT ceil(extract(epoch FROM subject.started - o.at) / 86400)),
	'to_here', count(*) FILTER (WHERE o.remote = ANY (remotes)),
	'days_to_here', count(DISTINCT ceil(extract(epoch FROM subject.started - o.at) / 86400)) FILTER (WHERE o.remote = ANY (remotes)),
	'outside', (SELECT count(*) FROM remote AS r WHERE r.place = 'outside'),
	'hours_off', CASE WHEN count(*) >= 10 AND count(DISTINCT ceil(extract(epoch FROM subject.started - o.at) / 86400)) >= 5
		THEN round(min(least(abs(o.off), 86400 - abs(o.off))) / 3600, 1) END)
  FROM own AS o
$$;
COMMENT ON FUNCTION transfer_detect_internal.user_before(transfer_detect_internal.run_before[], transfer_detect_internal.process, text[])
	IS 'part of triage(): what the user transferred before an alert';

CREATE FUNCTION transfer_detect_internal.remote_before(
	runs transfer_detect_internal.run_before[],
	subject transfer_detect_internal.process,
	t @extschema@.transfer,
	remotes text[]) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Who sent to the remote host before, under any of its names; and which other
 * host gets the same files for the same account ("twin").
 */
SELECT jsonb_build_object(
	'starts', count(*), 'days', count(DISTINCT ceil(extract(epoch FROM subject.started - r.at) / 86400)),
	'hosts', (coalesce(array_agg(DISTINCT r.host COLLATE "C"), '{}'))[:6],
	'last', (array_agg(jsonb_build_object('at', r.at, 'host', r.host, 'user_name', r.user_name, 'command_line', r.command_line) ORDER BY r.at DESC))[1],
	'twin', (
		SELECT jsonb_build_object('host', x.remote, 'starts', x.starts, 'days', x.days, 'last', x.last, 'alike',
			transfer_detect_internal.looks_like(x.remote, t.remote_host))
		  FROM (SELECT (o.t).remote_host AS remote, count(*) AS starts,
			count(DISTINCT ceil(extract(epoch FROM subject.started - o.at) / 86400)) AS days, max(o.at) AS last
				  FROM unnest(runs) AS o
				 WHERE (o.t).remote_user = t.remote_user AND (o.t).remote_paths = t.remote_paths AND cardinality(t.remote_paths) > 0
				   AND (o.t).remote_host <> ALL (remotes) AND o.at < subject.started
				 GROUP BY 1) AS x
		 WHERE x.starts >= 3 ORDER BY transfer_detect_internal.looks_like(x.remote, t.remote_host) DESC, x.starts DESC LIMIT 1))
  FROM unnest(runs) AS r
 WHERE (r.t).remote_host = ANY (remotes) AND r.at < subject.started AND (r.t).mode LIKE 'client%'
$$;
COMMENT ON FUNCTION transfer_detect_internal.remote_before(transfer_detect_internal.run_before[], transfer_detect_internal.process, transfer, text[])
	IS 'part of triage(): who sent to the remote host before an alert, and what gets the same elsewhere';

CREATE FUNCTION transfer_detect_internal.nearest_before(
	runs transfer_detect_internal.run_before[],
	subject transfer_detect_internal.process,
	t @extschema@.transfer,
	own_scripts text[],
	remotes text[]) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The earlier transfer that has most in common with this one, and part by part
 * what is the same and what is not.  The script and the remote host count twice.
 */
SELECT jsonb_build_object('at', n.at, 'host', n.host, 'user_name', n.user_name, 'command_line', n.command_line,
	'differs', (SELECT coalesce(jsonb_agg(jsonb_build_object('part', p.part, 'now', p.now, 'before', p.before) ORDER BY p.place), '[]') FROM (VALUES
		(1, 'host', subject.host, n.host),
		(2, 'user', subject.user_name, n.user_name),
		(3, 'script', CASE WHEN n.same_script THEN n.script ELSE transfer_detect_internal.script_of(subject.parent_command_line) END, n.script),
		(4, 'parent', CASE WHEN n.script IS NULL THEN subject.parent_executable END, CASE WHEN n.script IS NULL THEN n.parent_executable END),
		(5, 'remote host', CASE WHEN n.same_remote THEN (n.t).remote_host ELSE t.remote_host END, (n.t).remote_host),
		(6, 'remote account', t.remote_user, (n.t).remote_user),
		(7, 'port', t.remote_port::text, (n.t).remote_port::text),
		(8, 'directory there', array_to_string(t.remote_paths, ' '), array_to_string((n.t).remote_paths, ' ')),
		(9, 'files here', transfer_detect_internal.path_template(array_to_string(t.local_paths, ' ')),
			transfer_detect_internal.path_template(array_to_string((n.t).local_paths, ' '))),
		(10, 'options', array_to_string(ARRAY(SELECT o FROM unnest(t.options) AS o WHERE o <> ALL ((n.t).options)), ' '),
			array_to_string(ARRAY(SELECT o FROM unnest((n.t).options) AS o WHERE o <> ALL (t.options)), ' '))) AS p(place, part, now, before)
		WHERE p.now IS DISTINCT FROM p.before),
	'alike', n.alike)
  FROM (
	SELECT r.*, m.*, m.same_script::integer * 2 + m.same_remote::integer * 2 + (r.host = subject.host)::integer + coalesce((r.user_name = subject.user_name)::integer, 0)
			+ coalesce(((r.t).remote_user = t.remote_user)::integer, 0) + coalesce(((r.t).remote_paths = t.remote_paths)::integer, 0) AS alike
	  FROM unnest(runs) AS r
	 CROSS JOIN LATERAL (SELECT coalesce(r.script = ANY (own_scripts), false) AS same_script, coalesce((r.t).remote_host = ANY (remotes),
		false) AS same_remote) AS m
	 WHERE r.at < subject.started AND (r.t).utility = t.utility AND (r.t).mode = t.mode AND t.mode LIKE 'client%') AS n
 WHERE n.alike >= 3
 ORDER BY n.alike DESC, n.at DESC LIMIT 1
$$;
COMMENT ON FUNCTION transfer_detect_internal.nearest_before(transfer_detect_internal.run_before[], transfer_detect_internal.process, transfer, text[], text[])
	IS 'part of triage(): the earlier transfer that has most in common with an alert, and what differs';
