\echo Use "ALTER EXTENSION transfer_detect UPDATE" to load this file. \quit
-- Generated from sql/upgrade/ and the parts in sql/: change those.

/*
 * before.sql: the upgrade from 1.0.0 to 1.1.0, up to where the statements of the
 * install script are repeated.
 *
 * In 1.0.0 everything was in one schema.  Functions that users do not call are in
 * transfer_detect_internal now.  Those of which users have built something (views of
 * generated SQL, indexes) move there as they are, so that it goes on.  Tables stay, with their rights and what
 * depends on them.
 */

SET LOCAL client_min_messages = warning;
SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

DO $check$
DECLARE
	stranger text;
BEGIN
	IF getdatabaseencoding() = 'SQL_ASCII' THEN
		RAISE EXCEPTION 'transfer_detect 1.1.0 cannot be used in a database with the encoding SQL_ASCII'
			USING ERRCODE = 'feature_not_supported',
				  HINT = 'Dump the database, and restore it into one that was created with ENCODING ''UTF8''.';
	END IF;
	-- what was put there by others could be preferred to ours, and run with the rights of who runs rules
	SELECT pg_describe_object(o.classid, o.objid, 0) INTO stranger
	  FROM (SELECT 'pg_proc'::regclass, p.oid FROM pg_proc AS p WHERE p.pronamespace = '@extschema@'::regnamespace
			 UNION ALL
			SELECT 'pg_operator'::regclass, p.oid FROM pg_operator AS p WHERE p.oprnamespace = '@extschema@'::regnamespace) AS o(classid, objid)
	 WHERE NOT EXISTS (SELECT FROM pg_depend AS d
						WHERE d.classid = o.classid AND d.objid = o.objid AND d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass)
	 LIMIT 1;
	IF stranger IS NOT NULL THEN
		RAISE EXCEPTION 'the schema of transfer_detect holds a % that is not part of the extension', stranger
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = 'See who made it, then move or drop it and update again.';
	END IF;
END
$check$;

SELECT pg_catalog.set_config('search_path', '@extschema@, pg_temp', true);

CREATE SCHEMA transfer_detect_internal;
COMMENT ON SCHEMA transfer_detect_internal IS 'Internals of transfer_detect: what generated SQL calls, parts of aggregates, triggers, and the steps of run()';
GRANT USAGE ON SCHEMA transfer_detect_internal TO PUBLIC;

-- Triggers are made anew below, and foreign keys are gone (references.sql says why).
DO $drop$
DECLARE
	statement text;
BEGIN
	FOR statement IN
		SELECT format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass)
		  FROM pg_trigger AS t JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = t.tgrelid AND d.deptype = 'e'
		  JOIN pg_extension AS x ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = x.oid AND x.extname = 'transfer_detect'
		  JOIN pg_proc AS p ON p.oid = t.tgfoid
		 WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND p.pronamespace = '@extschema@'::regnamespace
		 UNION ALL
		SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname)
		  FROM pg_constraint AS c WHERE c.contype = 'f' AND c.connamespace = '@extschema@'::regnamespace AND c.conparentid = 0
	LOOP
		EXECUTE statement;
	END LOOP;
END
$drop$;

-- What nothing depends on is made anew below, since its parameters may have other names. The rest is replaced, and what
-- the new version does not have is dropped at the end.
DO $move$
DECLARE
	name regprocedure;
	-- users call these, and they stay where they are
	stay CONSTANT text[] := '{alert_events,backfill,check_heartbeat,confirm_notifications,create_rule_index,detect,distinct_count,distinct_count_elements,distinct_values,distinct_values_elements,esql,esql_sql,fetch_notifications,inbox_row,inbox_statement,ingest,ingest_file,ingest_health,partition_daily,preview_exception,preview_rule,purge_notifications,retry_rejected,rule_sql,run,schedule,unschedule}';
BEGIN
	FOR name IN
		SELECT p.oid FROM pg_proc AS p WHERE p.pronamespace = '@extschema@'::regnamespace AND NOT p.proname = ANY (stay)
	LOOP
		BEGIN
			EXECUTE format('DROP ROUTINE %s', name);
		EXCEPTION WHEN dependent_objects_still_exist THEN
			EXECUTE format('ALTER ROUTINE %s SET SCHEMA transfer_detect_internal', name);
		END;
	END LOOP;
END
$move$;

-- These return something else now.
DROP FUNCTION alert_events(bigint);
DROP FUNCTION preview_exception(text, text, text, timestamptz, timestamptz);
DROP VIEW ingest_health;
DROP FUNCTION ingest_health(timestamptz, timestamptz);

ALTER TABLE fields RENAME COLUMN several TO multivalued;
-- from PostgreSQL 18 on, NOT NULL has a name
DO $rename$
BEGIN
	IF EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'fields'::regclass AND conname = 'fields_several_not_null') THEN
		ALTER TABLE fields RENAME CONSTRAINT fields_several_not_null TO fields_multivalued_not_null;
	END IF;
END
$rename$;

-- The events that are there were seen by the runs of the old version: arrived stays null for them.
ALTER TABLE events
	ADD COLUMN source_index text COLLATE "C",
	ADD COLUMN multivalued_fields text[] COLLATE "C",
	ADD COLUMN arrived bigint;
ALTER TABLE events ALTER COLUMN arrived SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE events_template
	ADD COLUMN source_index text COLLATE "C",
	ADD COLUMN multivalued_fields text[] COLLATE "C",
	ADD COLUMN arrived bigint;
ALTER TABLE events_template ALTER COLUMN arrived SET DEFAULT pg_current_xact_id()::text::bigint;

-- Runs have two states more, and the digest comes first in the indexes of alerts.
ALTER TABLE runs DROP CONSTRAINT runs_status_check,
	ADD CONSTRAINT runs_status_check CHECK (status IN ('running', 'interrupted', 'succeeded', 'failed', 'gap', 'filled'));
DROP INDEX alerts_active, alerts_key;
