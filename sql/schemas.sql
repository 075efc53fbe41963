/*
 * schemas.sql: where things live, and who could have been there before.
 *
 * The control file has CREATE EXTENSION make the schema transfer_detect: what
 * users call and read.  Everything else lives in transfer_detect_internal: what
 * generated SQL calls, the parts of the aggregates, triggers, and the steps of
 * run().  Generated SQL runs with the rights of whoever asks, so everybody may
 * use both schemas.
 *
 * CREATE EXTENSION takes a schema transfer_detect that is there already.  Its
 * owner could add functions and operators that PostgreSQL prefers to ours, and
 * they would run with the rights of whoever runs a rule.  So that is refused,
 * before anything in the schema is looked up: until then the path has
 * pg_catalog only.
 */

SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

DO $check$
DECLARE
	name text;
	problem text;
BEGIN
	IF getdatabaseencoding() = 'SQL_ASCII' THEN
		RAISE EXCEPTION 'transfer_detect cannot be used in a database with the encoding SQL_ASCII'
			USING ERRCODE = 'feature_not_supported',
				  DETAIL = 'What a text means, and whether it is one, is not known there: a single byte in a command line would keep a rule from running.',
				  HINT = 'Create a database with CREATE DATABASE ... TEMPLATE template0 ENCODING ''UTF8''.';
	END IF;
	FOREACH name IN ARRAY '{transfer_detect,transfer_detect_internal}'::text[] LOOP
		SELECT CASE WHEN NOT r.rolsuper AND r.rolname <> current_user THEN
					format('It belongs to role "%s", which could add functions to it.', r.rolname)
				 WHEN EXISTS (SELECT FROM aclexplode(n.nspacl) AS a
							   WHERE a.privilege_type = 'CREATE' AND a.grantee <> n.nspowner
								 AND NOT EXISTS (SELECT FROM pg_roles AS s WHERE s.oid = a.grantee AND s.rolsuper)) THEN
					'Others may create objects in it.'
				 WHEN name <> '@extschema@' OR EXISTS (SELECT FROM pg_depend AS d
							   WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid
								 AND d.classid <> 'pg_extension'::regclass) THEN
					'There are objects in it, or it was not made by CREATE EXTENSION.'
			END
		  INTO problem
		  FROM pg_namespace AS n JOIN pg_roles AS r ON r.oid = n.nspowner
		 WHERE n.nspname = name;
		IF problem IS NOT NULL THEN
			RAISE EXCEPTION 'schema "%" exists, and is not safe to use', name
				USING ERRCODE = 'object_not_in_prerequisite_state',
					  DETAIL = problem,
					  HINT = format('See what is in it, then DROP SCHEMA %I and create the extension again.', name);
		END IF;
	END LOOP;
END
$check$;

SELECT pg_catalog.set_config('search_path', '@extschema@, pg_temp', true);

CREATE SCHEMA transfer_detect_internal;
COMMENT ON SCHEMA transfer_detect_internal IS 'Internals of transfer_detect: what generated SQL calls, parts of aggregates, triggers, and the steps of run()';
GRANT USAGE ON SCHEMA transfer_detect_internal TO PUBLIC;
