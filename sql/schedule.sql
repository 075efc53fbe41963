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

CREATE FUNCTION transfer_detect_internal.cron_command(rule_id text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* pg_cron starts a job some time within its minute: windows are to end on it */
SELECT format('SELECT * FROM %s.run(%L, pg_catalog.date_trunc(''minute'', pg_catalog.now()))', '@extschema@', $1)
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
		format('In postgresql.conf, add pg_cron to shared_preload_libraries and set cron.database_name = ''%s''.', here),
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
		USING 'transfer_detect heartbeat', '5-55/10 * * * *', 'SELECT @extschema@.check_heartbeat()';

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
