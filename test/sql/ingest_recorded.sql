-- The recorded events, by every way in, against plain SQL over jsonb: the same rows, once.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
\set documents `cat "$TD_TEST_DATA/process-events.ndjson"`
\set file `echo "$TD_TEST_DATA/process-events.ndjson"`
SET transfer_detect.ingest_notice = 0;
CREATE TEMP TABLE plain (LIKE events);

-- ECS allows a single value wherever it allows a list.
CREATE FUNCTION pg_temp.texts(value jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE
AS $$
	SELECT CASE pg_catalog.jsonb_typeof(value)
		WHEN 'array' THEN ARRAY(SELECT pg_catalog.jsonb_array_elements_text(value))
		WHEN 'null' THEN NULL
		ELSE ARRAY[value #>> '{}']
	END
$$;

-- Elasticsearch reads keyword lists sorted and without duplicates
CREATE FUNCTION pg_temp.keywords(value jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE
AS $$ SELECT array_agg(DISTINCT k COLLATE "C" ORDER BY k COLLATE "C") FROM unnest(pg_temp.texts(value)) AS k $$;

INSERT INTO plain
	(timestamp, event_ingested, event_id, event_kind, event_category, event_type, event_action, event_dataset,
	 agent_id, agent_type, agent_version, host_name, host_hostname, host_os_type, user_id, user_name,
	 process_pid, process_entity_id, process_name, process_executable, process_args, process_command_line,
	 process_parent_pid, process_parent_entity_id, process_parent_name, process_parent_executable,
	 process_parent_command_line, document)
SELECT (document ->> '@timestamp')::timestamptz,
	(document #>> '{event,ingested}')::timestamptz,
	document #>> '{event,id}',
	document #>> '{event,kind}',
	pg_temp.keywords(document #> '{event,category}'),
	pg_temp.keywords(document #> '{event,type}'),
	pg_temp.keywords(document #> '{event,action}'),
	document #>> '{event,dataset}',
	document #>> '{agent,id}',
	document #>> '{agent,type}',
	document #>> '{agent,version}',
	document #>> '{host,name}',
	document #>> '{host,hostname}',
	document #>> '{host,os,type}',
	document #>> '{user,id}',
	document #>> '{user,name}',
	(document #>> '{process,pid}')::bigint,
	document #>> '{process,entity_id}',
	document #>> '{process,name}',
	document #>> '{process,executable}',
	pg_temp.texts(document #> '{process,args}'),
	document #>> '{process,command_line}',
	(document #>> '{process,parent,pid}')::bigint,
	document #>> '{process,parent,entity_id}',
	document #>> '{process,parent,name}',
	document #>> '{process,parent,executable}',
	document #>> '{process,parent,command_line}',
	document
FROM (SELECT line::jsonb AS document
	  FROM unnest(string_to_array(:'documents', E'\n')) AS line
	  WHERE line <> '') AS recorded;

UPDATE plain SET document_key = 'event.id:' || event_id;
-- the events with their ids without the hash of the content, and without the index that an envelope names
SELECT format('CREATE TEMP VIEW seen AS SELECT %s FROM transfer_detect.events',
	string_agg(CASE attname WHEN 'arrived' THEN 'NULL::bigint AS arrived' WHEN 'source_index' THEN 'NULL::text AS source_index' WHEN 'document_key' THEN $$regexp_replace(document_key, '#[0-9a-f]{32}$', '') AS document_key$$ ELSE attname::text END, ', ' ORDER BY attnum))
FROM pg_attribute WHERE attrelid = 'transfer_detect.events'::regclass AND attnum > 0 AND NOT attisdropped \gexec
CREATE TEMP TABLE line AS
SELECT row_number() OVER () AS number, line FROM unnest(string_to_array(:'documents', E'\n')) AS line WHERE line <> '';

-- how many rows of events have a number of arrival; how many plain SQL would not have made but for that, and the other way round
CREATE FUNCTION pg_temp.difference() RETURNS TABLE (rows bigint, too_many bigint, missing bigint) LANGUAGE plpgsql
AS $$
BEGIN
	RETURN QUERY SELECT (SELECT count(e.arrived) FROM transfer_detect.events AS e),
		(SELECT count(*) FROM (SELECT * FROM seen EXCEPT ALL SELECT * FROM plain) AS d),
		(SELECT count(*) FROM (SELECT * FROM plain EXCEPT ALL SELECT * FROM seen) AS d);
END
$$;

-- as text, once and again
SELECT * FROM ingest(:'documents');
SELECT * FROM pg_temp.difference();
SELECT * FROM ingest(:'documents');
-- the documents' very bytes
SELECT count(*) FROM line JOIN seen ON record_image_eq(ROW(document), ROW(line::jsonb)) AND document_key = 'event.id:' || (line::jsonb #>> '{event,id}');
-- twice in the same text: the second is the duplicate
TRUNCATE events;
SELECT * FROM ingest(:'documents' || E'\n' || :'documents');
SELECT * FROM pg_temp.difference();

-- as a file
TRUNCATE events;
CALL ingest_file(:'file');
SELECT * FROM pg_temp.difference();
CALL ingest_file(:'file');
-- within a transaction it is undone with it
TRUNCATE events;
BEGIN;
CALL ingest_file(:'file');
ROLLBACK;
SELECT * FROM pg_temp.difference();
-- in small pieces
SET transfer_detect.ingest_batch = 7;
CALL ingest_file(:'file');
RESET transfer_detect.ingest_batch;
SELECT * FROM pg_temp.difference();

-- by COPY, INSERT of text, INSERT of jsonb
TRUNCATE events;
COPY inbox (document) FROM :'file' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02');
SELECT * FROM pg_temp.difference();
COPY inbox (document) FROM :'file' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02');
SELECT * FROM pg_temp.difference();
TRUNCATE events;
INSERT INTO inbox (document) SELECT line FROM line ORDER BY number;
SELECT * FROM pg_temp.difference();
TRUNCATE events;
INSERT INTO inbox (document) SELECT line::jsonb FROM line ORDER BY number;
SELECT * FROM pg_temp.difference();
-- the whole body of a request in one row
TRUNCATE events;
INSERT INTO inbox (document) VALUES (:'documents');
SELECT * FROM pg_temp.difference();
TABLE inbox;

-- a bulk body
TRUNCATE events;
SELECT string_agg(format('{"index": {"_index": "logs-endpoint", "_id": "%s"}}', number) || E'\n' || line, E'\n' ORDER BY number) AS bulk FROM line \gset
SELECT * FROM ingest(:'bulk');
SELECT * FROM pg_temp.difference();
SELECT * FROM ingest(:'bulk');
-- search hits, a hit a line, and as one response
TRUNCATE events;
SELECT string_agg(format('{"_index": "logs-endpoint", "_id": "%s", "_source": %s}', number, line), E'\r\n' ORDER BY number) AS hits FROM line \gset
SELECT * FROM ingest(:'hits');
SELECT * FROM pg_temp.difference();
TRUNCATE events;
SELECT format('{"took": 1, "hits": {"total": {"value": 1915}, "hits": [%s]}}',
	string_agg(format('{"_index": "logs-endpoint", "_id": "%s", "_source": %s}', number, line), ',' ORDER BY number)) AS response FROM line \gset
SELECT * FROM ingest(:'response');
SELECT * FROM pg_temp.difference();
SELECT * FROM ingest(:'documents');

-- with a trigger on events rows go in one by one, to the same effect
CREATE FUNCTION public.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER nothing BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION public.nothing();
TRUNCATE events;
SELECT * FROM ingest(:'documents');
SELECT * FROM ingest(:'hits' || E'\n' || :'documents');
SELECT * FROM pg_temp.difference();
DROP TRIGGER nothing ON events;
DROP FUNCTION public.nothing();

-- into partitions, also one whose columns are numbered otherwise, and one without an index for documents
TRUNCATE events;
CREATE TABLE events_nine (gone int, LIKE events_template INCLUDING ALL);
ALTER TABLE events_nine DROP COLUMN gone;
ALTER TABLE events ATTACH PARTITION events_nine FOR VALUES FROM ('2026-11-20 09:00Z') TO ('2026-11-20 10:00Z');
CREATE TABLE events_ten (LIKE events_template INCLUDING ALL) PARTITION BY HASH (timestamp);
CREATE TABLE events_ten_even PARTITION OF events_ten FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE events_ten_odd PARTITION OF events_ten FOR VALUES WITH (MODULUS 2, REMAINDER 1);
ALTER TABLE events ATTACH PARTITION events_ten FOR VALUES FROM ('2026-11-20 10:00Z') TO ('2026-11-20 11:00Z');
SELECT * FROM ingest(:'documents');
SELECT tableoid::regclass, count(*), min(timestamp), max(timestamp) FROM events GROUP BY 1 ORDER BY 3;
SELECT * FROM pg_temp.difference();
SELECT * FROM ingest(:'documents');
TRUNCATE events;
CREATE TABLE events_eleven PARTITION OF events FOR VALUES FROM ('2026-11-20 11:00Z') TO ('2026-11-20 12:00Z');
SELECT * FROM ingest('{"@timestamp": "2026-11-20T11:30:00Z", "event": {"id": "a"}}');
SELECT * FROM ingest('{"@timestamp": "2026-11-20T11:30:00Z", "event": {"id": "a"}}');
DELETE FROM events_eleven;
CREATE UNIQUE INDEX ON events_eleven (timestamp, document_key);
-- a partition with a trigger of its own
CREATE FUNCTION public.shout() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW.host_name := upper(NEW.host_name); RETURN NEW; END $$;
CREATE TRIGGER shout BEFORE INSERT ON events_eleven FOR EACH ROW EXECUTE FUNCTION public.shout();
SELECT * FROM ingest(:'documents');
SELECT * FROM ingest(:'documents');
SELECT tableoid::regclass, count(*), count(*) FILTER (WHERE host_name = upper(host_name)) AS shouted FROM events GROUP BY 1 ORDER BY 1;
DROP TABLE events_nine, events_ten, events_eleven;
DROP FUNCTION public.shout();

-- nothing was rejected; leave all as it was
SELECT count(*) FROM rejected_documents;
TRUNCATE events;
