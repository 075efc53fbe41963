/*
 * ingest.sql: documents into events.
 *
 * A document that cannot be used goes to rejected_documents with the reason, and
 * does not stop the others.
 */

CREATE TABLE rejected_documents (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	received timestamptz NOT NULL DEFAULT now(),
	source text,
	line_number bigint,
	column_number integer,
	sqlstate text NOT NULL,
	reason text NOT NULL,
	document text,
	raw bytea,
	bytes bigint NOT NULL,
	truncated boolean NOT NULL DEFAULT false,
	document_key text COLLATE "C",
	retried integer NOT NULL DEFAULT 0
);
CREATE INDEX rejected_documents_received ON rejected_documents (received);
-- a file that is read again
CREATE INDEX rejected_documents_line ON rejected_documents (source, line_number);

COMMENT ON TABLE rejected_documents IS 'Documents that could not be used, as they came, and why; retry_rejected() tries them again';
COMMENT ON COLUMN rejected_documents.id IS 'Identity, in the order in which they came';
COMMENT ON COLUMN rejected_documents.received IS 'When it came';
COMMENT ON COLUMN rejected_documents.source IS 'Where from: a file''s path, ingest, or what the writer to inbox says';
COMMENT ON COLUMN rejected_documents.line_number IS 'Line of the file or text, from 1';
COMMENT ON COLUMN rejected_documents.column_number IS 'Character in that line, from 1; null if it is about the line as a whole';
COMMENT ON COLUMN rejected_documents.sqlstate IS 'Error code, as PostgreSQL lists them';
COMMENT ON COLUMN rejected_documents.reason IS 'What is wrong';
COMMENT ON COLUMN rejected_documents.document IS 'The document as it came, if it is a text';
COMMENT ON COLUMN rejected_documents.raw IS 'The bytes as they came, if the database''s encoding has no such text';
COMMENT ON COLUMN rejected_documents.bytes IS 'Length as it came';
COMMENT ON COLUMN rejected_documents.truncated IS 'Only the beginning is kept, since it was longer than transfer_detect.max_document_size';
COMMENT ON COLUMN rejected_documents.document_key IS 'By what the document is known again, as far as that is not in it';
COMMENT ON COLUMN rejected_documents.retried IS 'How often retry_rejected() has tried it';

CREATE TABLE field_faults (
	received timestamptz NOT NULL DEFAULT now(),
	source text,
	field text NOT NULL,
	reason text NOT NULL,
	example text NOT NULL,
	faults bigint NOT NULL
);
CREATE INDEX field_faults_received ON field_faults USING brin (received);

COMMENT ON TABLE field_faults IS 'Values that a column of events does not take: the event is in without them, and its document has them; a row for each batch of documents, field and reason';
COMMENT ON COLUMN field_faults.received IS 'When the documents came';
COMMENT ON COLUMN field_faults.source IS 'Where from: a file''s path, ingest, or what the writer to inbox says';
COMMENT ON COLUMN field_faults.field IS 'Field, such as host.ip';
COMMENT ON COLUMN field_faults.reason IS 'What is wrong with it';
COMMENT ON COLUMN field_faults.example IS 'The beginning of one such value; of a text with a character that cannot be stored, what stands before it';
COMMENT ON COLUMN field_faults.faults IS 'How many documents had such a value';

CREATE FUNCTION ingest(documents text)
RETURNS TABLE (accepted bigint, duplicates bigint, rejected bigint)
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 1
AS 'MODULE_PATHNAME', 'td_ingest';

COMMENT ON FUNCTION ingest(text) IS 'Documents, one a line, into events; returns how many were new, there already, and not usable (see rejected_documents)';

CREATE PROCEDURE ingest_file(path text, INOUT accepted bigint DEFAULT NULL,
							 INOUT duplicates bigint DEFAULT NULL, INOUT rejected bigint DEFAULT NULL)
LANGUAGE c
AS 'MODULE_PATHNAME', 'td_ingest_file';

COMMENT ON PROCEDURE ingest_file(text, bigint, bigint, bigint) IS 'A file of the server, documents one a line, also gzipped, into events; commits after each batch; for members of pg_read_server_files';

CREATE FUNCTION retry_rejected(ids bigint[] DEFAULT NULL)
RETURNS TABLE (accepted bigint, duplicates bigint, rejected bigint)
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 1
AS 'MODULE_PATHNAME', 'td_retry_rejected';

COMMENT ON FUNCTION retry_rejected(bigint[]) IS 'Try rejected documents again, all or these; what lands is removed from rejected_documents';

/*
 * inbox stays empty, because its triggers turn each row into an event.  They
 * collect the rows of a statement and do the work once for all of them.  They run
 * with the rights of the table's owner, so that a writer needs only INSERT.
 */
CREATE TABLE inbox (
	document text,
	source text DEFAULT CURRENT_USER,
	received timestamptz DEFAULT now()
);

CREATE FUNCTION inbox_row() RETURNS trigger
LANGUAGE c
AS 'MODULE_PATHNAME', 'td_inbox_row';
CREATE FUNCTION inbox_statement() RETURNS trigger
LANGUAGE c
AS 'MODULE_PATHNAME', 'td_inbox_statement';

CREATE TRIGGER inbox_row BEFORE INSERT ON inbox
	FOR EACH ROW EXECUTE FUNCTION inbox_row();
CREATE TRIGGER inbox_statement AFTER INSERT ON inbox
	FOR EACH STATEMENT EXECUTE FUNCTION inbox_statement();

COMMENT ON TABLE inbox IS 'Takes documents from COPY, INSERT and log shippers, and turns each into an event; stays empty itself';
COMMENT ON COLUMN inbox.document IS 'A document, or several, one a line';
COMMENT ON COLUMN inbox.source IS 'Where it comes from, for rejected_documents';
COMMENT ON COLUMN inbox.received IS 'When it came: event_ingested of a document that does not say so itself';
COMMENT ON FUNCTION inbox_row() IS 'Trigger of inbox, also for tables of your own: takes the document of a row, from the columns named in its arguments (document, source)';
COMMENT ON FUNCTION inbox_statement() IS 'Trigger that goes with inbox_row: turns what it has taken into events';
COMMENT ON TRIGGER inbox_row ON inbox IS 'Takes the document';
COMMENT ON TRIGGER inbox_statement ON inbox IS 'Turns the documents of the statement into events';

CREATE FUNCTION ingest_health(from_time timestamptz, to_time timestamptz DEFAULT 'infinity')
RETURNS TABLE (hour timestamptz, host_name text, events bigint, newest timestamptz,
			   average_delay interval, longest_delay interval, merged bigint, far_off bigint, rejected bigint,
			   faults bigint)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT c.hour, c.host_name, sum(c.events)::bigint, max(c.newest), max(c.average_delay), max(c.longest_delay),
		sum(c.merged)::bigint, sum(c.far_off)::bigint, sum(c.rejected)::bigint,
		sum(c.faults)::bigint
	FROM (
		SELECT s.hour, s.host_name, count(*) AS events,
			max(s.timestamp) FILTER (WHERE NOT s.far) AS newest,
			-- a clock that is years wrong says nothing about the way here
			date_trunc('milliseconds', avg(s.event_ingested - s.timestamp) FILTER (WHERE NOT s.far)) AS average_delay,
			max(s.event_ingested - s.timestamp) FILTER (WHERE NOT s.far) AS longest_delay,
			count(*) FILTER (WHERE cardinality(s.event_action) > 1) AS merged,
			count(*) FILTER (WHERE s.far) AS far_off,
			0 AS rejected, 0 AS faults
		FROM (
			SELECT e.*, date_trunc('hour', e.event_ingested) AS hour,
				NOT isfinite(e.timestamp) OR e.timestamp < '2000-01-01 00:00+00' OR
				e.timestamp > e.event_ingested + interval '1 day' AS far
			FROM @extschema@.events AS e
			WHERE e.event_ingested >= from_time AND e.event_ingested < to_time) AS s
		GROUP BY s.hour, s.host_name
		UNION ALL
		SELECT date_trunc('hour', r.received), NULL, 0, NULL, NULL, NULL, 0, 0, count(*), 0
		FROM @extschema@.rejected_documents AS r
		WHERE r.received >= from_time AND r.received < to_time
		GROUP BY date_trunc('hour', r.received)
		UNION ALL
		SELECT date_trunc('hour', f.received), NULL, 0, NULL, NULL, NULL, 0, 0, 0, sum(f.faults)
		FROM @extschema@.field_faults AS f
		WHERE f.received >= from_time AND f.received < to_time
		GROUP BY date_trunc('hour', f.received)) AS c
	GROUP BY c.hour, c.host_name
	ORDER BY c.hour DESC, c.host_name COLLATE "C"
$$;

COMMENT ON FUNCTION ingest_health(timestamptz, timestamptz) IS 'What came in between two times, by hour and host: events, the newest of them, how long they were on the way, merged ones, ones with dates far off, rejected documents and values that a column does not take (both: host null)';

CREATE VIEW ingest_health AS
SELECT * FROM ingest_health(now() - interval '24 hours');

COMMENT ON VIEW ingest_health IS 'What came in during the last 24 hours, by hour and host; any other time by the function of the same name';
COMMENT ON COLUMN ingest_health.hour IS 'Hour in which it came in (event_ingested; received of rejected documents)';
COMMENT ON COLUMN ingest_health.host_name IS 'host.name; null for events without one, for rejected documents and for faults';
COMMENT ON COLUMN ingest_health.events IS 'Number of events';
COMMENT ON COLUMN ingest_health.newest IS 'Newest @timestamp, leaving out dates far off';
COMMENT ON COLUMN ingest_health.average_delay IS 'Mean of event_ingested - timestamp, leaving out dates far off';
COMMENT ON COLUMN ingest_health.longest_delay IS 'Largest event_ingested - timestamp, leaving out dates far off';
COMMENT ON COLUMN ingest_health.merged IS 'Events with several actions, which the rule as first published does not see';
COMMENT ON COLUMN ingest_health.far_off IS 'Events dated before 2000 or more than a day after they came in';
COMMENT ON COLUMN ingest_health.rejected IS 'Documents in rejected_documents';
COMMENT ON COLUMN ingest_health.faults IS 'Values in field_faults, whose documents are events';

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
 *
 * pg_partman makes and drops the partitions.  Our default partition is taken
 * off meanwhile: a partition cannot be made while the default one holds rows
 * for it, and pg_partman 4 insists on making a default partition itself.
 */
DECLARE
	parent text := '@extschema@.events';
	partman text;
	version integer;
	known boolean;
	oldest timestamptz;
	child record;
	count bigint;
BEGIN
	SELECT format('%I', n.nspname), split_part(e.extversion, '.', 1)::integer INTO partman, version
	FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
	WHERE e.extname = 'pg_partman';
	IF partman IS NULL THEN
		RAISE EXCEPTION 'pg_partman is not installed in this database'
			USING ERRCODE = 'undefined_object',
				HINT = format('Install it (Debian: apt-get install postgresql-%s-partman), then CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman; and call partition_daily() again. Until then the default partition takes all events.',
							  current_setting('server_version_num')::integer / 10000);
	END IF;
	IF retention IS NULL OR retention < '1 day' OR ahead IS NULL OR ahead NOT BETWEEN 1 AND 366 THEN
		RAISE EXCEPTION 'retention must be at least a day, and ahead between 1 and 366 days'
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	moved := 0;
	LOCK TABLE @extschema@.events IN ACCESS EXCLUSIVE MODE;
	ALTER TABLE @extschema@.events DETACH PARTITION @extschema@.events_default;

	EXECUTE format('SELECT EXISTS (SELECT FROM %s.part_config WHERE parent_table = $1)', partman) INTO known USING parent;
	IF NOT known THEN
		-- from the oldest event that is to be kept, so that its day is dropped in time
		SELECT date_trunc('day', min(e.timestamp)) INTO oldest
		FROM @extschema@.events_default AS e
		WHERE e.timestamp >= now() - retention;
		oldest := least(oldest, date_trunc('day', now()));
		IF version < 5 THEN
			ALTER TABLE @extschema@.events_default RENAME TO events_default_of_ours;
			EXECUTE format('SELECT %s.create_parent(p_parent_table => $1, p_control => ''timestamp'', p_type => ''native'',
				p_interval => ''daily'', p_premake => $2, p_start_partition => $3, p_template_table => $4, p_jobmon => false)', partman)
				USING parent, ahead, oldest::text, '@extschema@.events_template';
			DROP TABLE @extschema@.events_default;
			ALTER TABLE @extschema@.events_default_of_ours RENAME TO events_default;
		ELSE
			EXECUTE format('SELECT %s.create_parent(p_parent_table => $1, p_control => ''timestamp'', p_type => ''range'',
				p_interval => ''1 day'', p_premake => $2, p_start_partition => $3, p_template_table => $4, p_jobmon => false,
				p_default_table => false)', partman)
				USING parent, ahead, oldest::text, '@extschema@.events_template';
		END IF;
	END IF;
	-- automatic maintenance would cut the days in another time zone
	EXECUTE format('UPDATE %s.part_config SET premake = $2, retention = $3, retention_keep_table = false,
		infinite_time_partitions = true, automatic_maintenance = ''off'' WHERE parent_table = $1', partman)
		USING parent, ahead, retention::text;
	EXECUTE format('SELECT %s.run_maintenance(p_parent_table => $1, p_analyze => false, p_jobmon => false)', partman) USING parent;

	FOR child IN EXECUTE format('
		SELECT p.partition_tablename::text AS name, i.child_start_time AS first, i.child_end_time AS next
		FROM %1$s.show_partitions($1) AS p,
			%1$s.show_partition_info(p.partition_schemaname || ''.'' || p.partition_tablename, ''1 day'', $1) AS i', partman) USING parent
	LOOP
		IF NOT EXISTS (SELECT FROM pg_index AS i
					   WHERE i.indrelid = format('@extschema@.%I', child.name)::regclass AND i.indisunique) THEN
			EXECUTE format('CREATE UNIQUE INDEX ON @extschema@.%I (timestamp, document_key)', child.name);
			EXECUTE format('CREATE INDEX ON @extschema@.%I USING brin (event_ingested) WITH (autosummarize)', child.name);
			EXECUTE format('CREATE INDEX ON @extschema@.%I USING brin (arrived) WITH (autosummarize)', child.name);
			EXECUTE format('CREATE INDEX ON @extschema@.%I (multivalued_fields) WHERE multivalued_fields IS NOT NULL', child.name);
		END IF;
		WITH taken AS (
			DELETE FROM @extschema@.events_default AS e WHERE e.timestamp >= child.first AND e.timestamp < child.next
			RETURNING e.*)
		INSERT INTO @extschema@.events SELECT t.* FROM taken AS t;
		GET DIAGNOSTICS count = ROW_COUNT;
		moved := moved + count;
		partitions := coalesce(partitions, 0) + 1;
		first_day := least(first_day, child.first::date);
		last_day := greatest(last_day, child.first::date);
	END LOOP;

	-- What no day has, such as dates far off, goes when it is old and has been here for so long as well.
	DELETE FROM @extschema@.events_default AS e
	WHERE e.timestamp < now() - retention AND e.event_ingested < now() - retention;
	GET DIAGNOSTICS expired = ROW_COUNT;
	ALTER TABLE @extschema@.events ATTACH PARTITION @extschema@.events_default DEFAULT;
	DELETE FROM @extschema@.field_faults AS f WHERE f.received < now() - retention;
END
$$;

COMMENT ON FUNCTION partition_daily(interval, integer) IS 'Daily partitions of events by pg_partman: makes those of the days ahead, moves events out of the default partition, drops days older than retention; to be called daily';

SELECT pg_catalog.pg_extension_config_dump('rejected_documents', '');
SELECT pg_catalog.pg_extension_config_dump('field_faults', '');
SELECT pg_catalog.pg_extension_config_dump('rejected_documents_id_seq', '');

-- Like events, inbox and rejected_documents are their owner's to grant.
REVOKE ALL ON FUNCTION partition_daily(interval, integer) FROM PUBLIC;
