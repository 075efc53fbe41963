-- Whatever its owner puts on events, no document is lost without a word and none stops the others.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
TRUNCATE events;

-- six documents, of which the table takes those that are not bad; the first comes twice
CREATE TEMP TABLE document AS
SELECT i, json_build_object('@timestamp', '2026-11-20T10:00:00Z'::timestamptz + i * interval '1 s', 'event', json_build_object('id', i),
	'process', json_build_object('entity_id', CASE WHEN i % 3 = 0 THEN 'bad' ELSE 'good ' || i END))::text AS document
FROM generate_series(1, 6) AS i;
SELECT string_agg(document, E'\n' ORDER BY i) || E'\n' || min(document) FILTER (WHERE i = 1) AS documents FROM document \gset

-- all ways in: a function, the inbox, again, and the rejected ones again; then all is emptied
CREATE PROCEDURE pg_temp.ways(documents text) LANGUAGE plpgsql AS $$
DECLARE
	outcome record;
BEGIN
	DELETE FROM rejected_documents;
	DELETE FROM events;
	INSERT INTO inbox (document) VALUES (documents);
	SELECT count(*) INTO outcome FROM rejected_documents;
	RAISE INFO 'inbox: % events, % rejected', (SELECT count(*) FROM events), outcome.count;
	DELETE FROM rejected_documents;
	DELETE FROM events;
	SELECT * INTO outcome FROM ingest(documents);
	RAISE INFO 'ingest: %, % events', outcome, (SELECT count(*) FROM events);
	FOR outcome IN SELECT DISTINCT sqlstate, reason FROM rejected_documents LOOP
		RAISE INFO '%', outcome;
	END LOOP;
	SELECT * INTO outcome FROM retry_rejected();
	RAISE INFO 'again: %, % rejected', outcome, (SELECT count(*) FROM rejected_documents);
	DELETE FROM rejected_documents;
	SELECT * INTO outcome FROM ingest(documents);
	RAISE INFO 'all again: %, % events', outcome, (SELECT count(*) FROM events);
	DELETE FROM rejected_documents;
	DELETE FROM events;
END
$$;
CALL pg_temp.ways(:'documents');

-- two hosts that number their events alike
SELECT * FROM ingest(E'{"@timestamp": 1, "event": {"id": "7"}, "host": {"name": "a"}}\n{"@timestamp": 1, "event": {"id": "7"}, "host": {"name": "b"}}');
DELETE FROM events;

-- unique indexes of one's own: on a partition, on all, on an expression, for some rows, and on the very columns
CREATE UNIQUE INDEX own ON events_default (process_entity_id);
CALL pg_temp.ways(:'documents');
DROP INDEX own;
CREATE UNIQUE INDEX own ON events_default ((lower(process_entity_id)));
CALL pg_temp.ways(:'documents');
DROP INDEX own;
CREATE UNIQUE INDEX own ON events_default (timestamp, document_key) WHERE process_entity_id = 'bad';
CALL pg_temp.ways(:'documents');
DROP INDEX own;
CREATE UNIQUE INDEX own ON events (timestamp, document_key);
CALL pg_temp.ways(:'documents');
DROP INDEX own;
CREATE UNIQUE INDEX events_default_timestamp ON events_default (timestamp, document_key);
ALTER TABLE events_default ADD CONSTRAINT own EXCLUDE USING btree (process_entity_id WITH =);
CALL pg_temp.ways(:'documents');
ALTER TABLE events_default DROP CONSTRAINT own;
-- as a role that has no right to read
CREATE ROLE td_writer;
GRANT INSERT ON events, rejected_documents, field_faults TO td_writer;
CREATE UNIQUE INDEX own ON events_default (process_entity_id);
SET ROLE td_writer;
SELECT * FROM ingest(:'documents');
RESET ROLE;
DROP INDEX own;
DROP OWNED BY td_writer;
DROP ROLE td_writer;
SELECT sqlstate, reason, document_key FROM rejected_documents;
DELETE FROM rejected_documents;
DELETE FROM events;

-- constraints that are checked later
ALTER TABLE events_default ADD CONSTRAINT own UNIQUE (process_entity_id) DEFERRABLE;
CALL pg_temp.ways(:'documents');
ALTER TABLE events_default DROP CONSTRAINT own;
ALTER TABLE events_default ADD CONSTRAINT own UNIQUE (process_entity_id) DEFERRABLE INITIALLY DEFERRED;
CALL pg_temp.ways(:'documents');
ALTER TABLE events_default DROP CONSTRAINT own;
ALTER TABLE events ADD CONSTRAINT own UNIQUE (timestamp, process_entity_id) DEFERRABLE INITIALLY DEFERRED;
CALL pg_temp.ways(:'documents' || E'\n' || '{"@timestamp": "2026-11-20T10:00:01Z", "event": {"id": 7}, "process": {"entity_id": "good 1"}}');
ALTER TABLE events DROP CONSTRAINT own;
CREATE TABLE public.known (entity_id text PRIMARY KEY);
INSERT INTO public.known SELECT 'good ' || i FROM generate_series(1, 6) AS i;
ALTER TABLE events ADD CONSTRAINT own FOREIGN KEY (process_entity_id) REFERENCES public.known DEFERRABLE INITIALLY DEFERRED;
CALL pg_temp.ways(:'documents');
ALTER TABLE events DROP CONSTRAINT own;
DROP TABLE public.known;

-- a trigger that keeps rows out, and what it has done for these is undone
CREATE TABLE public.elsewhere (LIKE events);
CREATE FUNCTION public.move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.process_entity_id = 'bad' THEN
		INSERT INTO public.elsewhere SELECT NEW.*;
		RETURN NULL;
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER move BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION public.move();
CALL pg_temp.ways(:'documents');
DROP TRIGGER move ON events;
CREATE TRIGGER move BEFORE INSERT ON events_default FOR EACH ROW EXECUTE FUNCTION public.move();
CALL pg_temp.ways(:'documents');
DROP TRIGGER move ON events_default;
SELECT count(*) FROM public.elsewhere;

-- rules: one that does something as well is obeyed, one that does something instead is refused
CREATE RULE own AS ON INSERT TO events WHERE NEW.process_entity_id = 'bad' DO ALSO INSERT INTO public.elsewhere SELECT NEW.*;
CALL pg_temp.ways(:'documents');
SELECT count(*), count(DISTINCT document_key) FROM public.elsewhere;
DROP RULE own ON events;
CREATE RULE own AS ON UPDATE TO events DO ALSO NOTIFY changed;
CALL pg_temp.ways(:'documents');
DROP RULE own ON events;
CREATE RULE own AS ON INSERT TO events WHERE NEW.process_entity_id = 'bad' DO INSTEAD NOTHING;
SELECT * FROM ingest(:'documents');
INSERT INTO inbox (document) VALUES (:'documents');
DROP RULE own ON events;
DROP FUNCTION public.move();
DROP TABLE public.elsewhere;

-- columns of one's own: computed from the row, without a value, of a domain
ALTER TABLE events ADD COLUMN own int GENERATED ALWAYS AS (1 / (CASE process_entity_id WHEN 'bad' THEN 0 ELSE 1 END)) STORED;
CALL pg_temp.ways(:'documents');
ALTER TABLE events DROP COLUMN own;
ALTER TABLE events ADD COLUMN own int NOT NULL;
CALL pg_temp.ways(:'documents');
ALTER TABLE events DROP COLUMN own;
CREATE DOMAIN public.good AS text CHECK (VALUE <> 'bad');
ALTER TABLE events ALTER COLUMN process_entity_id TYPE public.good;
CALL pg_temp.ways(:'documents');
ALTER TABLE events ALTER COLUMN process_entity_id TYPE text COLLATE "C";
DROP DOMAIN public.good;
ALTER TABLE events_default ADD CONSTRAINT own CHECK (process_entity_id <> 'bad');
CALL pg_temp.ways(:'documents');
ALTER TABLE events_default DROP CONSTRAINT own;

-- row security that holds for the owner too
CREATE ROLE td_owner;
CREATE POLICY own ON events FOR INSERT WITH CHECK (process_entity_id <> 'bad');
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
SELECT relowner::regrole AS owner FROM pg_class WHERE oid = 'events'::regclass \gset
GRANT ALL ON events, rejected_documents, field_faults TO td_owner;
GRANT USAGE ON SEQUENCE rejected_documents_id_seq TO td_owner;
ALTER TABLE events OWNER TO td_owner;
SET ROLE td_owner;
SELECT * FROM ingest(:'documents');
RESET ROLE;
ALTER TABLE events OWNER TO :"owner";
ALTER TABLE events NO FORCE ROW LEVEL SECURITY;
ALTER TABLE events DISABLE ROW LEVEL SECURITY;
DROP POLICY own ON events;
DROP OWNED BY td_owner;
DROP ROLE td_owner;
SELECT count(*) FROM events;
SELECT sqlstate, reason FROM rejected_documents;
DELETE FROM rejected_documents;
DELETE FROM events;

-- no partition for them
ALTER TABLE events DETACH PARTITION events_default;
CREATE TABLE events_soon (LIKE events_template INCLUDING ALL);
ALTER TABLE events ATTACH PARTITION events_soon FOR VALUES FROM ('2026-11-20 10:00:04Z') TO ('2026-11-20 11:00Z');
SELECT * FROM ingest(:'documents');
SELECT sqlstate, reason, count(*) FROM rejected_documents GROUP BY 1, 2;
DROP TABLE events_soon;
ALTER TABLE events ATTACH PARTITION events_default DEFAULT;
SELECT * FROM retry_rejected();
SELECT count(*) FROM events;
TRUNCATE events;

-- Rows that would not be in a heap of this server are inserted by SQL, some at a time, and are known again. A batch that is
-- written directly is one command.
SELECT string_agg(json_build_object('@timestamp', '2026-11-20T10:00:00Z'::timestamptz + i * interval '1 s', 'event', json_build_object('id', i))::text, E'\n' ORDER BY i) AS many
  FROM generate_series(1, 150) AS i \gset
SELECT * FROM ingest(:'many');
SELECT count(*), count(DISTINCT cmin::text) AS commands FROM events;
TRUNCATE events;
CREATE ACCESS METHOD another TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE events_other PARTITION OF events FOR VALUES FROM ('2026-11-20 10:01Z') TO ('2026-11-20 10:02Z') USING another;
CREATE UNIQUE INDEX ON events_other (timestamp, document_key);
SELECT * FROM ingest(:'many');
SELECT count(*), count(DISTINCT cmin::text) AS commands FROM events;
SELECT * FROM ingest(:'many' || E'\n{"@timestamp": "2026-11-20T10:01:30.5Z"}');
DROP TABLE events_other;
DROP ACCESS METHOD another;
TRUNCATE events;
-- as Citus marks a distributed table, on a worker too
SET allow_system_table_mods = on;
CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass);
INSERT INTO pg_catalog.pg_dist_partition VALUES ('events_default');
SELECT * FROM ingest(:'many');
SELECT count(*), count(DISTINCT cmin::text) AS commands FROM events;
DROP TABLE pg_catalog.pg_dist_partition;
RESET allow_system_table_mods;
TRUNCATE events;
