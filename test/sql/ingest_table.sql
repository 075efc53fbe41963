-- Documents into a table of the user's own, in the place of events.

\set VERBOSITY default
SET search_path = transfer_detect, public;
CREATE SCHEMA "Own";
CREATE TABLE "Own".fleet (LIKE events INCLUDING DEFAULTS) PARTITION BY RANGE (timestamp);
CREATE UNIQUE INDEX ON "Own".fleet (timestamp, document_key);
CREATE TABLE "Own".fleet_rest PARTITION OF "Own".fleet DEFAULT;
CREATE TABLE "Own"."plain table" (LIKE events INCLUDING DEFAULTS);
CREATE UNIQUE INDEX ON "Own"."plain table" (timestamp, document_key);
\set documents '{"@timestamp": "2026-11-20T10:00:01Z", "event": {"id": "a"}}\n{"@timestamp": "2026-11-20T10:00:02Z", "event": {"id": "b"}}'

-- a partitioned one is written directly, a plain one by SQL, and both know what they have
SET transfer_detect.ingest_table = '"Own".fleet';
SELECT * FROM ingest(:'documents');
SELECT * FROM ingest(:'documents' || E'\n{"@timestamp": "2026-11-20T10:00:03Z"}');
INSERT INTO inbox (document) VALUES ('{"@timestamp": "2026-11-20T10:00:04Z", "event": {"id": "c"}}');
SET transfer_detect.ingest_table = '"Own"."plain table"';
SELECT * FROM ingest(:'documents');
SELECT * FROM ingest(:'documents' || E'\n{"@timestamp": "2026-11-20T10:00:03Z"}');
SELECT tableoid::regclass, count(*), count(DISTINCT document_key), count(arrived) FROM "Own".fleet GROUP BY 1;
SELECT tableoid::regclass, count(*), count(DISTINCT document_key), count(arrived) FROM "Own"."plain table" GROUP BY 1;
SELECT count(*) FROM events;

-- what else is on a plain table counts as on events: a row that another index or a constraint refuses is no duplicate
CREATE UNIQUE INDEX only_host ON "Own"."plain table" (host_name);
SELECT * FROM ingest('{"@timestamp": "2026-11-20T10:00:05Z", "host": {"name": "h"}}' || E'\n{"@timestamp": "2026-11-20T10:00:06Z", "host": {"name": "h"}}');
DROP INDEX "Own".only_host;
ALTER TABLE "Own"."plain table" ADD CONSTRAINT later UNIQUE (event_id) DEFERRABLE INITIALLY DEFERRED;
SELECT * FROM ingest('{"@timestamp": "2026-11-20T10:00:07Z", "event": {"id": "a"}}');
ALTER TABLE "Own"."plain table" DROP CONSTRAINT later;
SELECT reason FROM rejected_documents ORDER BY id;
TRUNCATE rejected_documents;
-- without its index nobody sees what is delivered twice, and a warning says so
DROP INDEX "Own"."plain table_timestamp_document_key_idx";
SELECT * FROM ingest(:'documents');

-- what cannot be ingested into
CREATE VIEW "Own".seen AS SELECT * FROM events;
SET transfer_detect.ingest_table = '"Own".seen';
SELECT * FROM ingest(:'documents');
SET transfer_detect.ingest_table = 'fleet';
SELECT * FROM ingest(:'documents');
SET transfer_detect.ingest_table = '"Own".gone';
SELECT * FROM ingest(:'documents');
SET transfer_detect.ingest_table = '"Own';
SELECT * FROM ingest(:'documents');
CREATE TABLE "Own".narrow (timestamp timestamptz NOT NULL);
SET transfer_detect.ingest_table = '"Own".narrow';
SELECT * FROM ingest(:'documents');
SET transfer_detect.ingest_table = '"Own".fleet';
CREATE ROLE td_ingest_table;
GRANT INSERT ON rejected_documents, field_faults TO td_ingest_table;
GRANT USAGE ON SCHEMA transfer_detect, transfer_detect_internal, "Own" TO td_ingest_table;
SET ROLE td_ingest_table;
SELECT * FROM ingest(:'documents');
RESET transfer_detect.ingest_table;
RESET ROLE;
RESET transfer_detect.ingest_table;
SELECT * FROM ingest(:'documents');

SET client_min_messages = warning;
DROP SCHEMA "Own" CASCADE;
DROP OWNED BY td_ingest_table;
DROP ROLE td_ingest_table;
TRUNCATE events;
