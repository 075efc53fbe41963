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

ALTER TABLE field_faults REPLICA IDENTITY FULL;

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

CREATE FUNCTION purge_rejected(older_than interval) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	deleted bigint;
BEGIN
	PERFORM transfer_detect_internal.check_age(older_than);
	DELETE FROM @extschema@.rejected_documents AS r WHERE r.received < now() - older_than;
	GET DIAGNOSTICS deleted = ROW_COUNT;
	RETURN deleted;
END
$$;

COMMENT ON FUNCTION purge_rejected(interval) IS 'Deletes rejected documents that came longer ago than this; returns their number';
REVOKE ALL ON FUNCTION purge_rejected(interval) FROM PUBLIC;

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

SELECT pg_catalog.pg_extension_config_dump('rejected_documents', '');
SELECT pg_catalog.pg_extension_config_dump('field_faults', '');
SELECT pg_catalog.pg_extension_config_dump('rejected_documents_id_seq', '');
