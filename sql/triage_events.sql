/*
 * triage_events.sql: the events around an alert, as processes.
 *
 * What an analyst asks is about processes: when one started and ended, who
 * started it, and what it ran.  Events tell that in pieces (fork, exec and end,
 * or all of them merged in one), and this file puts the pieces together.
 *
 * Events are read from the rule's own relation, as far as it has the columns of
 * transfer_detect.events and the caller the right to read it.  Otherwise an alert
 * has its own events only, and says so.
 *
 * Every query names a host or a program by its hash first, and a stretch of time:
 * the shipped indexes serve just that, however long a name is.
 */

CREATE TYPE transfer_detect_internal.process AS (
	started timestamptz,
	ended timestamptz,
	host text,
	agent text,
	pid bigint,
	entity text,
	name text,
	executable text,
	args text[],
	command_line text,
	parent_pid bigint,
	parent_entity text,
	parent_name text,
	parent_executable text,
	parent_command_line text,
	user_id text,
	user_name text,
	exit_code text,
	form text,
	event_id text);
COMMENT ON TYPE transfer_detect_internal.process IS 'A process as its events show it; form says which: exec, merged, fork, start, or parent if only a child names it';

CREATE FUNCTION transfer_detect_internal.event_field(document jsonb, VARIADIC names text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The first of some fields that a document has.  Documents nest fields or write
 * them with dots; the row of a table that has no document has columns.  Of a
 * list, the first value counts.
 */
DECLARE
	name text;
	found jsonb;
BEGIN
	FOREACH name IN ARRAY names LOOP
		found := coalesce(document #> string_to_array(name, '.'), document -> name,
						  document -> replace(replace(name, '@', ''), '.', '_'));
		IF jsonb_typeof(found) = 'array' THEN
			found := found -> 0;
		END IF;
		IF jsonb_typeof(found) IN ('string', 'number', 'boolean') THEN
			RETURN found #>> '{}';
		END IF;
	END LOOP;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.event_field(jsonb, text[]) IS 'The first of some fields that an event has, as text';

CREATE FUNCTION transfer_detect_internal.event_list(document jsonb, name text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found CONSTANT jsonb := coalesce(document #> string_to_array(name, '.'), document -> name,
									 document -> replace(replace(name, '@', ''), '.', '_'));
BEGIN
	IF jsonb_typeof(found) = 'array' THEN
		RETURN ARRAY(SELECT e.value FROM jsonb_array_elements_text(found) WITH ORDINALITY AS e(value, place) ORDER BY e.place);
	END IF;
	RETURN ARRAY(SELECT found #>> '{}' WHERE jsonb_typeof(found) = 'string');
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.event_list(jsonb, text) IS 'A field of an event that holds a list';

CREATE FUNCTION transfer_detect_internal.event_number(value text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT CASE WHEN value ~ '^\d{1,18}$' THEN value::bigint END $$;
COMMENT ON FUNCTION transfer_detect_internal.event_number(text) IS 'A whole number of an event, or null';

CREATE FUNCTION transfer_detect_internal.event_time(value text) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF value ~ '^\d{11,14}$' THEN
		RETURN to_timestamp(value::bigint / 1000.0);
	END IF;
	RETURN value::timestamptz;
EXCEPTION WHEN data_exception THEN
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.event_time(text) IS 'A time of an event, or null';

CREATE FUNCTION transfer_detect_internal.event_process(document jsonb) RETURNS transfer_detect_internal.process
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p transfer_detect_internal.process;
	actions CONSTANT text[] := transfer_detect_internal.event_list(document, 'event.action');
BEGIN
	p.started := transfer_detect_internal.event_time(transfer_detect_internal.event_field(document, '@timestamp', 'event.created'));
	p.host := transfer_detect_internal.event_field(document, 'host.name', 'host.hostname');
	p.agent := transfer_detect_internal.event_field(document, 'agent.id');
	p.pid := transfer_detect_internal.event_number(transfer_detect_internal.event_field(document, 'process.pid'));
	p.entity := transfer_detect_internal.event_field(document, 'process.entity_id');
	p.name := transfer_detect_internal.event_field(document, 'process.name');
	p.executable := transfer_detect_internal.event_field(document, 'process.executable');
	p.args := nullif(transfer_detect_internal.event_list(document, 'process.args'), '{}');
	p.command_line := coalesce(transfer_detect_internal.event_field(document, 'process.command_line'), array_to_string(p.args, ' '));
	p.parent_pid := transfer_detect_internal.event_number(transfer_detect_internal.event_field(document, 'process.parent.pid'));
	p.parent_entity := transfer_detect_internal.event_field(document, 'process.parent.entity_id');
	p.parent_name := transfer_detect_internal.event_field(document, 'process.parent.name');
	p.parent_executable := transfer_detect_internal.event_field(document, 'process.parent.executable');
	p.parent_command_line := transfer_detect_internal.event_field(document, 'process.parent.command_line');
	p.user_id := transfer_detect_internal.event_field(document, 'user.id');
	p.user_name := transfer_detect_internal.event_field(document, 'user.name');
	p.exit_code := transfer_detect_internal.event_field(document, 'process.exit_code');
	p.form := CASE WHEN 'end' = ANY (actions) THEN 'merged' WHEN 'exec' = ANY (actions) THEN 'exec' ELSE 'start' END;
	p.event_id := transfer_detect_internal.event_field(document, 'event.id', 'document_key');
	RETURN p;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.event_process(jsonb) IS 'The process that an event is about';

CREATE FUNCTION transfer_detect_internal.event_columns(source regclass) RETURNS TABLE (name text, wanted oid, own_name text, own_type oid)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* The columns that are read here, and which column of a relation has each: process_pid, or "process.pid". */
SELECT a.attname::text, a.atttypid, b.attname::text, b.atttypid
  FROM pg_attribute AS a
  LEFT JOIN LATERAL (SELECT x.attname, x.atttypid FROM pg_attribute AS x
					  WHERE x.attrelid = source AND x.attnum > 0 AND NOT x.attisdropped AND translate(x.attname, '.@', '_') = a.attname
					  ORDER BY x.attname = a.attname DESC LIMIT 1) AS b ON true
 WHERE a.attrelid = '@extschema@.events'::regclass AND a.attnum > 0 AND NOT a.attisdropped
   AND a.attname ~ '^(timestamp|document|event_(id|type|action)|agent_id|host_name|user_(id|name)|process_.*)$'
 ORDER BY a.attnum
$$;
COMMENT ON FUNCTION transfer_detect_internal.event_columns(regclass) IS 'Which columns of a relation are those of transfer_detect.events';

CREATE FUNCTION transfer_detect_internal.has_event_columns(source regclass) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* Whether enough of the columns are there to tell what a host did, and the caller may read the relation. */
SELECT has_table_privilege(source, 'SELECT')
   AND bool_and(c.own_name IS NOT NULL) FILTER (WHERE c.name IN ('timestamp', 'host_name'))
   AND bool_or(c.own_name IS NOT NULL) FILTER (WHERE c.name IN ('process_command_line', 'process_name', 'process_executable'))
  FROM transfer_detect_internal.event_columns(source) AS c
$$;
COMMENT ON FUNCTION transfer_detect_internal.has_event_columns(regclass) IS 'Whether a relation tells what hosts did, as transfer_detect.events does';

CREATE FUNCTION transfer_detect_internal.event_source(source regclass) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* What to read in the place of transfer_detect.events: the relation itself, or its columns by our names; null for those that it lacks. */
SELECT CASE WHEN bool_and(c.own_name = c.name AND c.own_type = c.wanted) THEN source::text ELSE
	format('(SELECT %s FROM %s AS s)', string_agg(format(CASE
		WHEN c.own_name IS NULL THEN 'NULL::%3$s AS %1$I'
		WHEN c.own_type = c.wanted THEN 's.%2$I AS %1$I'
		WHEN c.wanted = 'text[]'::regtype AND t.typcategory = 'A' THEN 's.%2$I::text[] AS %1$I'
		WHEN c.wanted = 'text[]'::regtype THEN 'CASE WHEN s.%2$I IS NOT NULL THEN ARRAY[s.%2$I::text] END AS %1$I'
		WHEN c.wanted = 'bigint'::regtype THEN 'transfer_detect_internal.event_number(s.%2$I::text) AS %1$I'
		WHEN c.wanted = 'jsonb'::regtype AND c.own_type <> 'json'::regtype THEN 'NULL::jsonb AS %1$I'
		ELSE 's.%2$I::%3$s AS %1$I' END, c.name, c.own_name, format_type(c.wanted, NULL)), ', ' ORDER BY c.place), source) END
  FROM transfer_detect_internal.event_columns(source) WITH ORDINALITY AS c(name, wanted, own_name, own_type, place)
  LEFT JOIN pg_type AS t ON t.oid = c.own_type
$$;
COMMENT ON FUNCTION transfer_detect_internal.event_source(regclass) IS 'What stands after FROM to read a relation as transfer_detect.events is read';

CREATE FUNCTION transfer_detect_internal.host_processes(source regclass, host text, from_time timestamptz, to_time timestamptz, most integer)
RETURNS SETOF transfer_detect_internal.process
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
/*
 * The processes that started on a host, the latest first where there are more
 * than "most".  An end belongs to the last start before it with the same entity
 * id, or else the same pid.
 */
BEGIN
	RETURN QUERY EXECUTE format($query$
		WITH e AS MATERIALIZED (
			SELECT e.timestamp AS at,
				coalesce('end' = ANY (e.event_type) OR 'end' = ANY (e.event_action), false) AS ends,
				CASE WHEN ('end' = ANY (e.event_type) OR 'end' = ANY (e.event_action))
						  AND ('start' = ANY (e.event_type) OR 'exec' = ANY (e.event_action)) THEN 'merged'
					 WHEN 'exec' = ANY (e.event_action) THEN 'exec'
					 WHEN 'end' = ANY (e.event_type) OR 'end' = ANY (e.event_action) THEN 'end'
					 WHEN 'fork' = ANY (e.event_action) THEN 'fork'
					 ELSE 'start' END AS form,
				coalesce(e.process_entity_id, e.process_pid::text, 'row ' || row_number() OVER ()) AS key,
				e.agent_id, e.process_pid, e.process_entity_id, e.process_name, e.process_executable, e.process_args,
				e.process_command_line, e.process_parent_pid, e.process_parent_entity_id, e.process_parent_name,
				e.process_parent_executable, e.process_parent_command_line, e.user_id, e.user_name, e.event_id,
				CASE WHEN 'end' = ANY (e.event_type) OR 'end' = ANY (e.event_action)
					THEN e.document #>> '{process,exit_code}' END AS exit_code
			  FROM %s AS e
			 WHERE hashtextextended(e.host_name, 0) = hashtextextended($1, 0) AND e.host_name = $1
			   AND e.timestamp >= $2 AND e.timestamp <= $3
			 ORDER BY e.timestamp DESC LIMIT $4),
		ordered AS (
			SELECT e.*,
				lead(e.form) OVER w AS next_form, lead(e.at) OVER w AS next_at, lead(e.exit_code) OVER w AS next_exit_code
			  FROM e WHERE e.form <> 'fork'
			WINDOW w AS (PARTITION BY e.key ORDER BY e.at, e.form DESC)),
		starts AS (
			SELECT o.* FROM ordered AS o WHERE o.form <> 'end'
			UNION ALL
			SELECT e.*, NULL, NULL, NULL FROM e
			 WHERE e.form = 'fork' AND NOT EXISTS (SELECT FROM ordered AS o WHERE o.key = e.key))
		SELECT s.at, CASE WHEN s.next_form = 'end' THEN s.next_at END, $1, s.agent_id, s.process_pid, s.process_entity_id,
			s.process_name, s.process_executable, s.process_args, coalesce(s.process_command_line, array_to_string(s.process_args, ' ')),
			s.process_parent_pid, s.process_parent_entity_id, s.process_parent_name, s.process_parent_executable,
			s.process_parent_command_line, s.user_id, s.user_name,
			coalesce(s.exit_code, CASE WHEN s.next_form = 'end' THEN s.next_exit_code END), s.form, s.event_id
		  FROM starts AS s ORDER BY s.at
		$query$, transfer_detect_internal.event_source(source)) USING host, from_time, to_time, most;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.host_processes(regclass, text, timestamptz, timestamptz, integer) IS 'The processes that started on a host in some time';

CREATE FUNCTION transfer_detect_internal.process_kind(p transfer_detect_internal.process) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The kind that a process is drawn as: transfer, net (it talks to another host),
 * pack, delete, run (a shell or an interpreter) or cmd.
 */
DECLARE
	t CONSTANT @extschema@.transfer := @extschema@.transfer_command(p.command_line, p.args, p.executable);
	-- what sudo and its like run, or the program itself
	program CONSTANT text := coalesce(
		(regexp_match(p.command_line, '^(?:(?:\S*/)?(?:sudo|doas|nohup|nice|ionice|setsid|timeout|env)\s+(?:(?:-[ugph] \S+|-n -?\d+|-\S+|\w+=\S*|\d+[smhd]?)\s+)*)+(?:\S*/)?([^\s/]+)'))[1],
		p.name, regexp_replace(p.executable, '^.*/', ''));
BEGIN
	RETURN CASE
		WHEN t.utility <> 'ssh' AND t.mode <> 'information' THEN 'transfer'
		WHEN program ~ '^(ssh|curl|wget|nc|ncat|netcat|socat|telnet|openssl|rclone|aws|s3cmd|gsutil|azcopy|mosh|autossh|dig|nslookup)$' THEN 'net'
		WHEN program ~ '^(tar|gzip|gunzip|pigz|zip|unzip|7z[ar]?|bzip2|xz|zstd|rar|cpio|gpg2?|split|base64|openssl|pg_dump(all)?|pg_basebackup|mysqldump|mariadb-dump|mongodump|sosreport)$' THEN 'pack'
		WHEN program ~ '^(rm|shred|unlink|srm|wipe|truncate)$' THEN 'delete'
		WHEN program ~ '^(ba|da|z|k|c|tc|fi|a)?sh$' OR program ~ '^(python|perl|ruby|node|php|lua|tclsh|pwsh)[0-9.]*$' THEN 'run'
		ELSE 'cmd' END;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.process_kind(transfer_detect_internal.process) IS 'The kind of a process: transfer, net, pack, delete, run or cmd';

CREATE FUNCTION transfer_detect_internal.script_of(command_line text, args text[] DEFAULT NULL) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* The script that an interpreter runs: /home/ops/collect.sh of "/bin/bash /home/ops/collect.sh". */
SELECT CASE WHEN w.script <> '' AND w.script !~ '^-' AND w.script ~ '[/.]'
				 AND w.program ~ '(^|/)((ba|da|z|k|fi|a)?sh|(python|perl|ruby|node|php|lua)[0-9.]*)$' THEN w.script END
  FROM (SELECT coalesce(args[1], split_part(command_line, ' ', 1)) AS program, coalesce(args[2], split_part(command_line, ' ', 2)) AS script) AS w
$$;
COMMENT ON FUNCTION transfer_detect_internal.script_of(text, text[]) IS 'The script that an interpreter''s command line names, or null';
