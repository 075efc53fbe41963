/*
 * schedule.sql: run rules by pg_cron.
 *
 * pg_cron stays optional: no object here needs it, its functions are looked up
 * when they are called.  A job belongs to the role that scheduled it, runs as
 * that role and is named after its rule, so that scheduling again changes the
 * job instead of adding one.
 *
 * pg_cron lives in one database of a server (cron.database_name) and takes jobs
 * there.  Whatever is missing for that, the error names the steps.
 */

CREATE FUNCTION transfer_detect_internal.cron_database() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * pg_settings knows the setting when the library is preloaded only; but it
 * shows it to superusers only, and whoever schedules has to know.
 */
SELECT setting FROM pg_catalog.pg_settings WHERE name = 'cron.database_name'
$$;

COMMENT ON FUNCTION transfer_detect_internal.cron_database() IS 'The database in which pg_cron takes jobs, null when it is not preloaded';

CREATE FUNCTION transfer_detect_internal.cron_needs_password(database text, role text) RETURNS boolean
LANGUAGE plpgsql STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * pg_cron's settings and pg_hba_file_rules are for superusers to see, but
 * whoever schedules has to know whether the jobs can run.  All that this tells is
 * whether a connection needs a password, which an attempt would tell as well.
 *
 * Without background workers pg_cron connects to cron.host: a directory of
 * sockets, or a name, which is localhost unless it was changed.  The first line
 * of pg_hba.conf that fits decides.
 */
DECLARE
	host CONSTANT text := (SELECT s.setting FROM pg_catalog.pg_settings AS s WHERE s.name = 'cron.host');
	socket CONSTANT boolean := host IS NULL OR host = '' OR host LIKE '/%';
	workers CONSTANT text := (SELECT s.setting FROM pg_catalog.pg_settings AS s WHERE s.name = 'cron.use_background_workers');
	client text;
	method text;
BEGIN
	IF workers = 'on' OR cron_needs_password.role NOT IN (SELECT r.rolname FROM pg_catalog.pg_roles AS r) THEN
		RETURN false;
	END IF;
	FOREACH client IN ARRAY CASE WHEN socket THEN '{local}'::text[] ELSE '{127.0.0.1,::1}' END LOOP
		SELECT h.auth_method INTO method
		  FROM pg_catalog.pg_hba_file_rules AS h
		 WHERE h.error IS NULL
		   AND (h.database && ARRAY['all', cron_needs_password.database]
				OR 'sameuser' = ANY (h.database) AND cron_needs_password.role = cron_needs_password.database)
		   AND EXISTS (SELECT FROM unnest(h.user_name) AS u(name)
						WHERE u.name IN ('all', cron_needs_password.role)
						   OR left(u.name, 1) = '+'
							  AND substr(u.name, 2) IN (SELECT r.rolname FROM pg_catalog.pg_roles AS r
														 WHERE pg_has_role(cron_needs_password.role, r.oid, 'MEMBER')))
		   AND CASE WHEN socket THEN h.type = 'local'
					WHEN h.type = 'local' THEN false
					WHEN h.address IN ('all', 'samehost', 'samenet', 'localhost') THEN true
					WHEN h.address ~ '^[0-9a-f:]*[.:][0-9a-f.:]*$' AND h.netmask IS NOT NULL
						 AND family(h.address::inet) = family(client::inet)
					THEN (h.address::inet & h.netmask::inet) = (client::inet & h.netmask::inet)
					ELSE false END
		 ORDER BY h.line_number
		 LIMIT 1;
		IF method IN ('password', 'md5', 'scram-sha-256', 'ldap', 'pam', 'bsd', 'radius') THEN
			RETURN true;
		END IF;
	END LOOP;
	RETURN false;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.cron_needs_password(text, text) IS 'Whether pg_cron, which connects as a client unless it uses background workers, needs a password for a role';

CREATE FUNCTION transfer_detect_internal.cron_job_name(rule_id text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Up to pg_cron 1.4 names have 63 bytes, and longer ones would be cut: two
 * rules must not get one job.
 */
SELECT CASE WHEN octet_length(n) <= 63 THEN n ELSE left(n, 54) || '_' || left(encode(sha256(convert_to(n, 'UTF8')), 'hex'), 8) END
FROM (SELECT 'transfer_detect:' || coalesce($1, '*')) AS j(n)
$$;

COMMENT ON FUNCTION transfer_detect_internal.cron_job_name(text) IS 'Name of the pg_cron job of a rule, or of all enabled rules together';

CREATE FUNCTION transfer_detect_internal.cron_statement(job text, signature text, call text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * pg_cron knows nothing of extensions, so after DROP EXTENSION the jobs are
 * still there.  Each looks for its function, and removes itself if that is
 * gone.  It can do so in pg_cron's own database only; elsewhere it does nothing.
 */
SELECT format('DO %L', format(
	'BEGIN IF pg_catalog.to_regprocedure(%L) IS NOT NULL THEN %s; '
	'ELSIF pg_catalog.to_regclass(''cron.job'') IS NOT NULL THEN PERFORM cron.unschedule(jobid) FROM cron.job '
	'WHERE jobname::pg_catalog.text OPERATOR(pg_catalog.=) %L AND username OPERATOR(pg_catalog.=) current_user; END IF; END',
	signature, call, job))
$$;

COMMENT ON FUNCTION transfer_detect_internal.cron_statement(text, text, text) IS 'What a pg_cron job runs: the call, or the job''s own removal if the extension has been dropped';

CREATE FUNCTION transfer_detect_internal.cron_command(rule_id text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* pg_cron starts a job some time within its minute: windows are to end on it */
SELECT transfer_detect_internal.cron_statement(transfer_detect_internal.cron_job_name($1), '@extschema@.run_rules(text, timestamptz)',
	format('CALL %s.run_rules(%L, pg_catalog.date_trunc(''minute'', pg_catalog.now()))', '@extschema@', $1))
$$;

COMMENT ON FUNCTION transfer_detect_internal.cron_command(text) IS 'What the pg_cron job of a rule runs';

CREATE FUNCTION transfer_detect_internal.require_cron(elsewhere text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Raises an error, with the steps to take, unless pg_cron takes jobs in this
 * database.  The argument is the statement to run where it does.
 */
DECLARE
	here CONSTANT text := current_database();
	home CONSTANT text := transfer_detect_internal.cron_database();
	available CONSTANT boolean := EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_cron');
	installed CONSTANT boolean := EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron');
	create_it CONSTANT text := format('As a superuser in database "%s": CREATE EXTENSION pg_cron;%s', here,
		CASE WHEN (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN ''
			 ELSE format(' GRANT USAGE ON SCHEMA cron TO %I;', current_user) END);
	steps text[] := ARRAY[
		format('In postgresql.conf, add pg_cron to shared_preload_libraries and set cron.database_name = ''%s'' and cron.use_background_workers = on.', here),
		'Restart the server.'];
BEGIN
	IF home IS NULL THEN
		IF NOT available THEN
			steps := array_prepend(format('Install pg_cron (Debian, Ubuntu: apt-get install postgresql-%s-cron).',
										  current_setting('server_version_num')::integer / 10000), steps);
		END IF;
		IF NOT installed THEN
			steps := array_append(steps, create_it);
		END IF;
		RAISE EXCEPTION USING
			ERRCODE = 'object_not_in_prerequisite_state',
			MESSAGE = CASE WHEN available THEN 'pg_cron is not preloaded' ELSE 'pg_cron is not installed on this server' END,
			HINT = (SELECT string_agg(i || '. ' || s, E'\n' ORDER BY i) FROM unnest(steps) WITH ORDINALITY AS u(s, i));
	ELSIF home <> here THEN
		RAISE EXCEPTION USING
			ERRCODE = 'object_not_in_prerequisite_state',
			MESSAGE = format('pg_cron takes jobs in database "%s" only, and this is "%s"', home, here),
			HINT = format('As a superuser, or a role with EXECUTE on the function, in database "%s" with its extension pg_cron: %s', home, elsewhere);
	ELSIF NOT installed THEN
		RAISE EXCEPTION USING
			ERRCODE = 'object_not_in_prerequisite_state',
			MESSAGE = format('extension "pg_cron" does not exist in database "%s"', here),
			HINT = create_it;
	ELSIF NOT has_schema_privilege('cron', 'USAGE') THEN
		RAISE EXCEPTION USING
			ERRCODE = 'insufficient_privilege',
			MESSAGE = 'permission denied for schema cron',
			HINT = format('As a superuser: GRANT USAGE ON SCHEMA cron TO %I;', current_user);
	END IF;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.require_cron(text) IS 'Raises an error that says what to do when pg_cron cannot take jobs of this database';

CREATE FUNCTION schedule(
	rule_id text DEFAULT 'unusual-file-transfer-utility-launched',
	cron text DEFAULT '0 * * * *')
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	job CONSTANT text := transfer_detect_internal.cron_job_name(schedule.rule_id);
	command CONSTANT text := transfer_detect_internal.cron_command(schedule.rule_id);
	rule_enabled boolean;
	job_id bigint;
BEGIN
	IF schedule.cron IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = 'null_value_not_allowed',
			MESSAGE = 'schedule must not be null',
			HINT = 'Use cron format: minute, hour, day of the month, month, day of the week, such as 0 * * * * for every full hour.';
	END IF;
	IF schedule.rule_id IS NOT NULL THEN
		PERFORM transfer_detect_internal.present_version(schedule.rule_id);
		SELECT r.enabled INTO STRICT rule_enabled FROM @extschema@.rules AS r WHERE r.rule_id = schedule.rule_id;
	END IF;
	PERFORM transfer_detect_internal.require_cron(format('SELECT cron.schedule_in_database(%L, %L, %L, %L);',
		job || '@' || current_database(), schedule.cron, command, current_database()));

	EXECUTE 'SELECT cron.schedule($1, $2, $3)' INTO job_id USING job, schedule.cron, command;
	-- Not at the full hour, when the rules run.
	EXECUTE 'SELECT cron.schedule($1, $2, $3)'
		USING 'transfer_detect heartbeat', '5-55/10 * * * *', transfer_detect_internal.cron_statement(
			'transfer_detect heartbeat', '@extschema@.check_heartbeat()', 'PERFORM @extschema@.check_heartbeat()');
	IF transfer_detect_internal.cron_needs_password(current_database(), current_user) THEN
		RAISE WARNING 'the jobs of role "%" will fail unless pg_cron has a password for it', current_user
			USING DETAIL = 'pg_cron connects to the server as a client, and pg_hba.conf wants a password from it.',
				  HINT = 'Set cron.use_background_workers = on in postgresql.conf and restart the server, or put the password into ~/.pgpass of the user that the server runs as.';
	END IF;

	IF NOT rule_enabled THEN
		RAISE NOTICE USING
			MESSAGE = format('rule "%s" is not enabled', schedule.rule_id),
			HINT = format('UPDATE @extschema@.rules SET enabled = true WHERE rule_id = %L', schedule.rule_id);
	END IF;
	RETURN job_id;
END
$$;

COMMENT ON FUNCTION schedule(text, text) IS 'Has pg_cron run a rule, or with null all enabled rules, as the calling role; returns the number of the job';

CREATE FUNCTION unschedule(rule_id text DEFAULT 'unusual-file-transfer-utility-launched')
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	job CONSTANT text := transfer_detect_internal.cron_job_name(unschedule.rule_id);
	own_jobs CONSTANT text := 'FROM cron.job WHERE username = current_user AND database = current_database()';
	job_id bigint;
	rules_left boolean;
BEGIN
	PERFORM transfer_detect_internal.require_cron(format('SELECT cron.unschedule(%L);', job || '@' || current_database()));

	EXECUTE 'SELECT jobid ' || own_jobs || ' AND jobname::text = $1' INTO job_id USING job;
	IF job_id IS NULL THEN
		RETURN false;
	END IF;
	EXECUTE 'SELECT cron.unschedule($1)' USING job_id;

	-- The heartbeat goes with the last rule.
	EXECUTE 'SELECT EXISTS (SELECT ' || own_jobs || E' AND jobname::text LIKE ''transfer\\_detect:%'')' INTO rules_left;
	IF NOT rules_left THEN
		EXECUTE 'SELECT cron.unschedule(jobid) ' || own_jobs || ' AND jobname::text = $1' USING 'transfer_detect heartbeat';
	END IF;
	RETURN true;
END
$$;

COMMENT ON FUNCTION unschedule(text) IS 'Removes the calling role''s pg_cron job of a rule; false when there is none';
