/*
 * triage_tree.sql: who started whom, from the oldest known ancestor down, and the
 * other end of a transfer.
 *
 * A parent is found by its entity id.  Events without one name a pid, which the
 * system uses again and again: then it is the last process of that pid that had
 * started before its child, and the tree says that this is a guess.
 */

CREATE TYPE transfer_detect_internal.tree_node AS (
	p transfer_detect_internal.process,
	number integer,
	depth integer,
	role text,
	certain boolean);
COMMENT ON TYPE transfer_detect_internal.tree_node IS 'A process in the tree of an alert; role: this, path (on the way to it), sibling, child, or far (on another host)';

CREATE FUNCTION transfer_detect_internal.parent_as_process(p transfer_detect_internal.process) RETURNS transfer_detect_internal.process
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	parent transfer_detect_internal.process;
BEGIN
	IF coalesce(p.parent_command_line, p.parent_executable, p.parent_name) IS NULL THEN
		RETURN NULL;
	END IF;
	parent.host := p.host;
	parent.pid := p.parent_pid;
	parent.entity := p.parent_entity;
	parent.name := p.parent_name;
	parent.executable := p.parent_executable;
	parent.command_line := coalesce(p.parent_command_line, p.parent_executable, p.parent_name);
	parent.form := 'parent';
	RETURN parent;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.parent_as_process(transfer_detect_internal.process) IS 'What a process says of its parent, as a process without times';

CREATE FUNCTION transfer_detect_internal.ancestors(source regclass, subject transfer_detect_internal.process)
RETURNS SETOF transfer_detect_internal.tree_node
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The ancestors, the nearest first, at most 30, that started within a day.  The
 * last one may be known only from what its child says.
 */
DECLARE
	node transfer_detect_internal.tree_node;
	child transfer_detect_internal.process := subject;
	parent transfer_detect_internal.process;
BEGIN
	node.depth := 0;
	FOR step IN 1 .. 30 LOOP
		parent := NULL;
		IF child.host IS NOT NULL AND (child.parent_entity IS NOT NULL OR child.parent_pid IS NOT NULL) THEN
			FOR attempt IN 1 .. 2 LOOP	-- mostly, a parent has started shortly before its child
				EXECUTE format($query$
					SELECT e.timestamp, NULL::timestamptz, e.host_name, e.agent_id, e.process_pid, e.process_entity_id, e.process_name,
						e.process_executable, e.process_args, coalesce(e.process_command_line, array_to_string(e.process_args, ' ')),
						e.process_parent_pid, e.process_parent_entity_id, e.process_parent_name, e.process_parent_executable,
						e.process_parent_command_line, e.user_id, e.user_name, NULL::text,
						CASE WHEN 'end' = ANY (e.event_action) THEN 'merged' WHEN 'exec' = ANY (e.event_action) THEN 'exec'
							 WHEN 'fork' = ANY (e.event_action) THEN 'fork' ELSE 'start' END, e.event_id
					  FROM %s AS e
					 WHERE hashtextextended(e.host_name, 0) = hashtextextended($1, 0) AND e.host_name = $1
					   AND e.timestamp >= $2 - $6 AND e.timestamp <= $2 + $7
					   AND CASE WHEN $3 IS NULL THEN e.process_pid = $4 ELSE e.process_entity_id = $3 END
					   AND (e.event_type IS NULL OR 'start' = ANY (e.event_type) OR 'exec' = ANY (e.event_action))
					   AND e.process_entity_id IS DISTINCT FROM coalesce($5, '')
					 ORDER BY 'fork' = ANY (e.event_action) AND NOT 'exec' = ANY (e.event_action), e.timestamp DESC LIMIT 1
					$query$, transfer_detect_internal.event_source(source))
				   INTO parent
				  USING child.host, child.started, child.parent_entity, child.parent_pid, child.entity,
						CASE attempt WHEN 1 THEN interval '10 minutes' ELSE interval '1 day' END,
						-- agents write a merged event with the time at which the process ended
						CASE WHEN child.parent_entity IS NULL THEN interval '0' ELSE interval '1 second' END;
				EXIT WHEN parent.started IS NOT NULL;
			END LOOP;
		END IF;
		node.certain := child.parent_entity IS NOT NULL AND (parent.entity = child.parent_entity) IS NOT FALSE;
		node.depth := step;
		node.role := 'path';
		IF parent.started IS NULL THEN
			parent := transfer_detect_internal.parent_as_process(child);
			IF parent.form IS NOT NULL THEN
				node.p := parent;
				RETURN NEXT node;
			END IF;
			RETURN;
		END IF;
		node.p := parent;
		RETURN NEXT node;
		child := parent;
	END LOOP;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.ancestors(regclass, transfer_detect_internal.process) IS 'The ancestors of a process, the nearest first';

CREATE FUNCTION transfer_detect_internal.other_end(source regclass, subject transfer_detect_internal.process)
RETURNS SETOF transfer_detect_internal.process
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The process at the other end of a transfer, on another host: a server that was
 * started with the arguments that a client's ssh carries, within seconds.  Of a
 * client it looks for the server, and of a server for the client.  The nearest in
 * time comes first; that is a guess, and shown as one.
 */
DECLARE
	t CONSTANT @extschema@.transfer := @extschema@.transfer_command(subject.command_line, subject.args, subject.executable);
	serves CONSTANT boolean := t.mode LIKE 'server%';
BEGIN
	IF NOT (serves OR t.mode LIKE 'client%') OR (NOT serves AND t.remote_host IS NULL) THEN
		RETURN;
	END IF;
	RETURN QUERY EXECUTE format($query$
		WITH near AS MATERIALIZED (
			SELECT e.timestamp, e.host_name, e.agent_id, e.process_pid, e.process_entity_id, e.process_name, e.process_executable, e.process_args,
				coalesce(e.process_command_line, array_to_string(e.process_args, ' ')) AS command_line,
				e.process_parent_pid, e.process_parent_entity_id, e.process_parent_name, e.process_parent_executable,
				e.process_parent_command_line, e.user_id, e.user_name, e.event_id, e.event_action,
				@extschema@.transfer_command(e.process_command_line, e.process_args, e.process_executable) AS t
			  FROM %s AS e
			 WHERE e.timestamp >= $1 - $2 AND e.timestamp <= $1 + $3 AND e.host_name <> $4
			   AND (e.event_action IS NULL OR 'exec' = ANY (e.event_action) OR 'process_started' = ANY (e.event_action))
			   AND e.process_name IN ('scp', 'sftp', 'rsync', 'sftp-server', 'ssh')
			 LIMIT 5000)
		SELECT n.timestamp, NULL::timestamptz, n.host_name, n.agent_id, n.process_pid, n.process_entity_id, n.process_name, n.process_executable,
			n.process_args, n.command_line, n.process_parent_pid, n.process_parent_entity_id, n.process_parent_name,
			n.process_parent_executable, n.process_parent_command_line, n.user_id, n.user_name, NULL::text,
			CASE WHEN 'end' = ANY (n.event_action) THEN 'merged' ELSE 'exec' END, n.event_id
		  FROM near AS n
		 WHERE CASE WHEN $5 THEN (n.t).mode LIKE 'client%%' AND (n.t).remote_host IS NOT NULL AND (n.t).utility <> 'ssh'
						AND (split_part($4, '.', 1) ~ ('^' || regexp_replace(split_part((n.t).remote_host, '.', 1), '\W', '.', 'g') || '(-?\d+)?$'))
						AND ((n.t).utility = $6 OR $6 = 'sftp-server' AND (n.t).utility IN ('scp', 'sftp'))
					ELSE (n.t).mode LIKE 'server%%' AND (n.t).utility <> 'ssh'
						AND (split_part(n.host_name, '.', 1) ~ ('^' || regexp_replace(split_part($7, '.', 1), '\W', '.', 'g') || '(-?\d+)?$'))
						AND ((n.t).utility = $6 OR (n.t).utility = 'sftp-server' AND $6 IN ('scp', 'sftp')) END
		 ORDER BY abs(extract(epoch FROM n.timestamp - $1)) LIMIT 3
		$query$, transfer_detect_internal.event_source(source))
	 USING subject.started, CASE WHEN serves THEN interval '10 seconds' ELSE interval '1 second' END,
		CASE WHEN serves THEN interval '1 second' ELSE interval '10 seconds' END,
		subject.host, serves, t.utility, t.remote_host;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.other_end(regclass, transfer_detect_internal.process) IS 'The process at the other end of a transfer, as far as arguments and time tell';

CREATE FUNCTION transfer_detect_internal.process_tree(
	subject transfer_detect_internal.process,
	path transfer_detect_internal.tree_node[],
	around transfer_detect_internal.process[],
	other transfer_detect_internal.process)
RETURNS SETOF transfer_detect_internal.tree_node
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The nodes in the order in which they are drawn: the path from the oldest
 * ancestor, what its last member started within ten minutes of the process, and
 * all that these started.  "key" is what a process is known by here.
 */
WITH RECURSIVE known AS MATERIALIZED (
	SELECT a AS p, coalesce(a.entity, a.pid::text) AS key, coalesce(a.parent_entity, a.parent_pid::text) AS parent_key, a.started
	  FROM unnest(around) AS a
	 WHERE a.form <> 'fork' AND a.started >= subject.started - interval '10 minutes'
	UNION ALL
	SELECT subject, coalesce(subject.entity, subject.pid::text), coalesce(subject.parent_entity, subject.parent_pid::text), subject.started
	 WHERE NOT EXISTS (SELECT FROM unnest(around) AS a
						WHERE coalesce(a.entity, a.pid::text) = coalesce(subject.entity, subject.pid::text) AND a.started = subject.started)),
below AS (
	SELECT k.p, k.key, 0 AS level, ARRAY[k.started] AS place,
		CASE WHEN k.key = coalesce(subject.entity, subject.pid::text) AND k.started = subject.started THEN 'this' ELSE 'sibling' END AS role
	  FROM known AS k
	 WHERE k.key = coalesce(subject.entity, subject.pid::text) AND k.started = subject.started
		OR (k.parent_key = coalesce(subject.parent_entity, subject.parent_pid::text)
			AND k.started <= subject.started + interval '10 minutes')
	UNION ALL
	SELECT k.p, k.key, b.level + 1, b.place || k.started, CASE WHEN b.role IN ('this', 'child') THEN 'child' ELSE 'sibling' END
	  FROM below AS b
	  JOIN known AS k ON k.parent_key = b.key AND k.key <> b.key AND k.started >= (b.p).started - interval '1 second'
		AND ((b.p).entity IS NOT NULL OR k.started <= coalesce((b.p).ended, (b.p).started + interval '10 minutes'))
	 WHERE b.level < 20),
chosen AS (
	SELECT b.*, row_number() OVER (ORDER BY b.role = 'sibling', b.level, abs(extract(epoch FROM (b.p).started - subject.started))) AS rank FROM below AS b),
far AS (
	-- below the ssh that carries the transfer, else below the process itself
	SELECT c.place || (other).started AS place, c.level + 1 AS level
	  FROM chosen AS c
	 WHERE (c.role = 'this' OR c.role = 'child' AND (c.p).name = 'ssh') AND (other).started IS NOT NULL
	 ORDER BY c.role LIMIT 1)
SELECT n.p, n.number::integer, n.depth::integer, n.role, n.certain
  FROM (
	SELECT (t).p AS p, row_number() OVER (ORDER BY (t).depth DESC) AS number,
		cardinality(path) - (t).depth AS depth, 'path' AS role, (t).certain AS certain
	  FROM unnest(path) AS t
	UNION ALL
	SELECT d.p, cardinality(path) + row_number() OVER (ORDER BY d.place, d.level), cardinality(path) + d.level, d.role,
		(d.p).parent_entity IS NOT NULL AND d.role <> 'far'
	  FROM (SELECT c.p, c.place, c.level, c.role FROM chosen AS c WHERE c.rank <= 40
			UNION ALL
			SELECT other, f.place, f.level, 'far' FROM far AS f) AS d) AS n
 ORDER BY n.number
$$;
COMMENT ON FUNCTION transfer_detect_internal.process_tree(transfer_detect_internal.process, transfer_detect_internal.tree_node[], transfer_detect_internal.process[], transfer_detect_internal.process) IS 'The processes around an alert in the order of a tree';

CREATE FUNCTION transfer_detect_internal.earlier_children(
	source regclass,
	subject transfer_detect_internal.process,
	path transfer_detect_internal.tree_node[],
	tree transfer_detect_internal.tree_node[])
RETURNS SETOF transfer_detect_internal.process
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * What the ancestors started before, within 12 hours, and the tree does not show:
 * the last 20 of the latest 10,000 events of the host.  Schedulers and the first
 * process start what has nothing to do with each other, so they are left out.
 * A parent without entity id is one with the same pid and the same command line.
 */
DECLARE
	entities text[];
	pids bigint[];
	lines text[];
BEGIN
	SELECT array_agg((n.p).entity) FILTER (WHERE (n.p).entity IS NOT NULL), array_agg((n.p).pid) FILTER (WHERE (n.p).entity IS NULL),
		array_agg((n.p).command_line) FILTER (WHERE (n.p).entity IS NULL) INTO entities, pids, lines
	  FROM unnest(path) AS n
	 WHERE (n.p).pid IS DISTINCT FROM 1 AND regexp_replace(coalesce((n.p).executable, (n.p).name, ''), '^.*/',
		'') !~ '^(systemd|init|cron|crond|anacron|atd|sshd|containerd.*|runc|dockerd)$';
	RETURN QUERY EXECUTE format($query$
		SELECT e.timestamp, NULL::timestamptz, e.host_name, e.agent_id, e.process_pid, e.process_entity_id, e.process_name,
			e.process_executable, e.process_args, coalesce(e.process_command_line, array_to_string(e.process_args, ' ')),
			e.process_parent_pid, e.process_parent_entity_id, e.process_parent_name, e.process_parent_executable,
			e.process_parent_command_line, e.user_id, e.user_name, NULL::text, 'exec', e.event_id
		  FROM (SELECT e.* FROM %s AS e
				 WHERE hashtextextended(e.host_name, 0) = hashtextextended($1, 0) AND e.host_name = $1
				   AND e.timestamp >= $2 - interval '12 hours' AND e.timestamp < $2
				 ORDER BY e.timestamp DESC LIMIT 10000) AS e
		 WHERE (e.process_parent_entity_id = ANY ($3)
				OR e.process_parent_entity_id IS NULL AND e.process_parent_pid = ANY ($4) AND e.process_parent_command_line = ANY ($5))
		   AND (e.event_action IS NULL OR 'exec' = ANY (e.event_action) OR 'start' = ANY (e.event_type) AND NOT 'fork' = ANY (e.event_action))
		   AND NOT EXISTS (SELECT FROM unnest($6) AS t WHERE (t.p).started = e.timestamp AND (t.p).pid IS NOT DISTINCT FROM e.process_pid)
		 ORDER BY e.timestamp DESC LIMIT 20
		$query$, transfer_detect_internal.event_source(source)) USING subject.host, subject.started, entities, pids, lines, tree;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.earlier_children(regclass, transfer_detect_internal.process, transfer_detect_internal.tree_node[], transfer_detect_internal.tree_node[])
	IS 'What the ancestors of a process had started before';
