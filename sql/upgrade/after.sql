/*
 * after.sql: the end of the upgrade from 1.0.0 to 1.1.0.
 */

-- What the new version has not replaced is the old version's only.
DO $drop$
DECLARE
	name regprocedure;
BEGIN
	FOR name IN
		SELECT p.oid FROM pg_proc AS p
		  JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
		  JOIN pg_extension AS x ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = x.oid AND x.extname = 'transfer_detect'
		 WHERE p.xmin::text::bigint <> (pg_current_xact_id()::text::bigint & 4294967295)
	LOOP
		EXECUTE format('DROP ROUTINE %s', name);
	END LOOP;
END
$drop$;

-- The indexes that a partition of events has in 1.1.0.
DO $indexes$
DECLARE
	index regclass;
	partition regclass;
BEGIN
	FOR index IN
		SELECT i.indexrelid FROM pg_index AS i
		 WHERE i.indrelid IN (SELECT '@extschema@.events_template'::regclass UNION ALL
							  SELECT h.inhrelid FROM pg_inherits AS h WHERE h.inhparent = '@extschema@.events'::regclass)
		   AND pg_get_indexdef(i.indexrelid) ~ 'USING brin \(event_ingested\)$'
	LOOP
		EXECUTE format('ALTER INDEX %s SET (autosummarize)', index);
	END LOOP;
	FOR partition IN SELECT h.inhrelid FROM pg_inherits AS h WHERE h.inhparent = '@extschema@.events'::regclass LOOP
		PERFORM transfer_detect_internal.add_missing_indexes(partition);
		PERFORM transfer_detect_internal.identify_rows(partition);
	END LOOP;
END
$indexes$;
