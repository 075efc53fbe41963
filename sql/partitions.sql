/*
 * partitions.sql: daily partitions of events, and their end.
 *
 * pg_partman makes and drops them where it is installed.  Else we do, in plain SQL:
 * a partition for each UTC day, named events_pYYYY_MM_DD.  Once there are days of
 * ours, we go on with them.  Partitions of other lengths, which users make, are left alone, and
 * no day is made that would overlap one.
 *
 * A partition cannot be made while the default one holds rows for it.  So that is
 * taken off meanwhile, and its rows move afterwards.
 */

CREATE FUNCTION transfer_detect_internal.event_partitions() RETURNS TABLE (partition regclass, lower timestamptz, upper timestamptz, ours boolean)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET datestyle = 'ISO'
AS $$
	SELECT c.oid, b.lower, b.upper,
		   c.relname = to_char(b.lower, '"events_p"YYYY_MM_DD') AND b.upper = b.lower + interval '1 day' AND NOT b.lower IN ('-infinity', 'infinity')
	  FROM pg_inherits AS i
	  JOIN pg_class AS c ON c.oid = i.inhrelid
	 CROSS JOIN regexp_match(pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM \((?:''(.*)''|MINVALUE)\) TO \((?:''(.*)''|MAXVALUE)\)') AS m
	 CROSS JOIN LATERAL (SELECT coalesce(m[1], '-infinity')::timestamptz AS lower, coalesce(m[2], 'infinity')::timestamptz AS upper) AS b
	 WHERE i.inhparent = '@extschema@.events'::regclass AND m IS NOT NULL
$$;

COMMENT ON FUNCTION transfer_detect_internal.event_partitions() IS 'part of partition_daily(): the partitions of events but for the default one, with their bounds, and whether they are days that partition_daily() has made without pg_partman';

CREATE FUNCTION transfer_detect_internal.add_missing_indexes(partition regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Each index of events_template that the partition lacks: pg_partman copies only
 * those that come from a constraint or are unique, as its version has it.
 */
DECLARE
	definition text;
BEGIN
	FOR definition IN
		SELECT d.rest FROM pg_index AS t
		 CROSS JOIN LATERAL regexp_replace(pg_get_indexdef(t.indexrelid), '^CREATE (UNIQUE )?INDEX .* ON \S+ USING', 'CREATE \1INDEX ON %s USING') AS d(rest)
		 WHERE t.indrelid = '@extschema@.events_template'::regclass
		   AND NOT EXISTS (
				SELECT FROM pg_index AS i
				 WHERE i.indrelid = partition
				   AND regexp_replace(pg_get_indexdef(i.indexrelid), '^CREATE (UNIQUE )?INDEX .* ON \S+ USING', 'CREATE \1INDEX ON %s USING') = d.rest)
		 ORDER BY t.indexrelid
	LOOP
		EXECUTE replace(definition, '%s', partition::text);
	END LOOP;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.add_missing_indexes(regclass) IS 'part of partition_daily(): gives a partition the indexes of events_template that it lacks';

CREATE FUNCTION transfer_detect_internal.identify_rows(partition regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Where all tables are published, rows of a table without a replica identity can be
 * neither updated nor deleted.  Events have no primary key.
 */
BEGIN
	IF (SELECT c.relreplident = 'd' FROM pg_class AS c WHERE c.oid = partition)
		AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = partition AND i.indisprimary)
	THEN
		EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', partition);
	END IF;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.identify_rows(regclass) IS 'part of partition_daily(): gives a partition a replica identity';

CREATE FUNCTION transfer_detect_internal.make_days(retention interval, ahead integer) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $$
/*
 * Days without events in the past are not made: one event with a wrong clock would
 * make thousands.
 */
DECLARE
	day timestamptz;
	old regclass;
BEGIN
	FOR day IN
		SELECT d.day FROM (
				SELECT date_trunc('day', now()) + n * interval '1 day' FROM generate_series(0, ahead) AS n
				 UNION
				SELECT date_trunc('day', e.timestamp) FROM @extschema@.events_default AS e
				 WHERE e.timestamp >= now() - retention AND e.timestamp < now() + ahead * interval '1 day') AS d(day)
		 WHERE NOT EXISTS (SELECT FROM transfer_detect_internal.event_partitions() AS p
							WHERE p.lower < d.day + interval '1 day' AND p.upper > d.day)
		 ORDER BY d.day
	LOOP
		EXECUTE format('CREATE TABLE @extschema@.%I (LIKE @extschema@.events_template INCLUDING ALL)', to_char(day, '"events_p"YYYY_MM_DD'));
		EXECUTE format('ALTER TABLE @extschema@.events ATTACH PARTITION @extschema@.%I FOR VALUES FROM (%L) TO (%L)',
					   to_char(day, '"events_p"YYYY_MM_DD'), day, day + interval '1 day');
	END LOOP;
	FOR old IN
		SELECT p.partition FROM transfer_detect_internal.event_partitions() AS p WHERE p.ours AND p.upper <= now() - retention ORDER BY p.lower
	LOOP
		EXECUTE format('DROP TABLE %s', old);
	END LOOP;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.make_days(interval, integer) IS 'part of partition_daily(): makes and drops days without pg_partman';

CREATE FUNCTION transfer_detect_internal.is_partman_parent(partman text) RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known boolean;
BEGIN
	EXECUTE format('SELECT EXISTS (SELECT FROM %s.part_config WHERE parent_table = $1)', partman) INTO known USING '@extschema@.events';
	RETURN known;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.is_partman_parent(text) IS 'part of partition_daily(): whether pg_partman looks after events';

CREATE FUNCTION transfer_detect_internal.make_days_by_partman(partman text, version integer, retention interval, ahead integer)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $$
/*
 * pg_partman 4 insists on making a default partition itself, so ours has another
 * name meanwhile.
 */
DECLARE
	parent CONSTANT text := '@extschema@.events';
	known CONSTANT boolean := transfer_detect_internal.is_partman_parent(partman);
	oldest timestamptz;
BEGIN
	-- from the oldest event that is to be kept, so that its day is dropped in time
	SELECT date_trunc('day', min(e.timestamp)) INTO oldest
	  FROM @extschema@.events_default AS e
	 WHERE e.timestamp >= now() - retention;
	oldest := least(oldest, date_trunc('day', now()));
	IF NOT known AND version < 5 THEN
		ALTER TABLE @extschema@.events_default RENAME TO events_default_of_ours;
		EXECUTE format('SELECT %s.create_parent(p_parent_table => $1, p_control => ''timestamp'', p_type => ''native'',
			p_interval => ''daily'', p_premake => $2, p_start_partition => $3, p_template_table => $4, p_jobmon => false)', partman)
			USING parent, ahead, oldest::text, '@extschema@.events_template';
		DROP TABLE @extschema@.events_default;
		ALTER TABLE @extschema@.events_default_of_ours RENAME TO events_default;
	ELSIF NOT known THEN
		EXECUTE format('SELECT %s.create_parent(p_parent_table => $1, p_control => ''timestamp'', p_type => ''range'',
			p_interval => ''1 day'', p_premake => $2, p_start_partition => $3, p_template_table => $4, p_jobmon => false,
			p_default_table => false)', partman)
			USING parent, ahead, oldest::text, '@extschema@.events_template';
	END IF;
	-- automatic maintenance would cut the days in another time zone
	EXECUTE format('UPDATE %s.part_config SET premake = $2, retention = $3, retention_keep_table = false,
		infinite_time_partitions = true, automatic_maintenance = ''off'' WHERE parent_table = $1', partman)
		USING parent, ahead, retention::text;
	EXECUTE format('SELECT %s.run_maintenance(p_parent_table => $1, p_analyze => false, p_jobmon => false)', partman) USING parent;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.make_days_by_partman(text, integer, interval, integer) IS 'part of partition_daily(): has pg_partman make and drop days';

CREATE FUNCTION partition_daily(retention interval DEFAULT '90 days', ahead integer DEFAULT 7,
								OUT partitions bigint, OUT first_day date, OUT last_day date, OUT moved bigint,
								OUT expired bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET client_min_messages = warning
SET lock_timeout = '10s'
AS $$
/*
 * While it waits for its lock, all that read or write events wait behind it.  A
 * long query must not stop them for longer than the lock_timeout above.
 */
DECLARE
	partman text;
	version integer;
	child record;
	count bigint;
BEGIN
	IF retention IS NULL OR retention < '1 day' OR ahead IS NULL OR ahead NOT BETWEEN 1 AND 366 THEN
		RAISE EXCEPTION 'retention must be at least a day, and ahead between 1 and 366 days'
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	SELECT format('%I', n.nspname), split_part(e.extversion, '.', 1)::integer INTO partman, version
	  FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
	 WHERE e.extname = 'pg_partman';
	LOCK TABLE @extschema@.events IN ACCESS EXCLUSIVE MODE;
	ALTER TABLE @extschema@.events DETACH PARTITION @extschema@.events_default;

	IF partman IS NULL OR EXISTS (SELECT FROM transfer_detect_internal.event_partitions() AS p WHERE p.ours)
		AND NOT transfer_detect_internal.is_partman_parent(partman)
	THEN
		PERFORM transfer_detect_internal.make_days(retention, ahead);
	ELSE
		PERFORM transfer_detect_internal.make_days_by_partman(partman, version, retention, ahead);
	END IF;

	moved := 0;
	partitions := 0;
	FOR child IN
		SELECT p.partition, p.lower, p.upper FROM transfer_detect_internal.event_partitions() AS p ORDER BY p.lower
	LOOP
		PERFORM transfer_detect_internal.add_missing_indexes(child.partition);
		PERFORM transfer_detect_internal.identify_rows(child.partition);
		WITH taken AS (
			DELETE FROM @extschema@.events_default AS e WHERE e.timestamp >= child.lower AND e.timestamp < child.upper
			RETURNING e.*)
		INSERT INTO @extschema@.events SELECT t.* FROM taken AS t;
		GET DIAGNOSTICS count = ROW_COUNT;
		moved := moved + count;
		IF child.upper = child.lower + interval '1 day' THEN
			partitions := partitions + 1;
			first_day := least(first_day, child.lower::date);
			last_day := greatest(last_day, child.lower::date);
		END IF;
	END LOOP;

	-- What no day has, such as dates far off, goes when it is old and has been here for so long as well.
	DELETE FROM @extschema@.events_default AS e
	 WHERE e.timestamp < now() - retention AND e.event_ingested < now() - retention;
	GET DIAGNOSTICS expired = ROW_COUNT;
	ALTER TABLE @extschema@.events ATTACH PARTITION @extschema@.events_default DEFAULT;
	DELETE FROM @extschema@.field_faults AS f WHERE f.received < now() - retention;
END
$$;

COMMENT ON FUNCTION partition_daily(interval, integer) IS 'Daily partitions of events, by pg_partman if it is installed: makes those of the days ahead, moves events out of the default partition, drops days older than retention; to be called daily';

-- Like events, their partitions are their owner's to make and drop.
REVOKE ALL ON FUNCTION partition_daily(interval, integer) FROM PUBLIC;
