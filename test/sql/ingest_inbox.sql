-- inbox: its triggers, writers without other rights, statements within statements, and what is undone with them.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
TRUNCATE events;

-- plain INSERTs; source and time go with what is rejected, and the time with what does not say when it came
BEGIN;
INSERT INTO inbox (document) VALUES ('{"@timestamp": "2026-11-20T10:00:00Z", "event": {"id": "a"}}');
SELECT event_ingested = now() AS now FROM events;
COMMIT;
INSERT INTO inbox (document, source, received) VALUES
	('{"@timestamp": "2026-11-20T10:00:00Z", "event": {"id": "b"}}', 'web-1', '2026-11-20 10:01Z'),
	('{"@timestamp": "2026-11-20T10:00:00Z", "event": {"id": "c", "ingested": "2026-11-20T10:00:30Z"}}', 'web-1', '2026-11-20 10:01Z'),
	('{"@timestamp": ', 'web-1', '2026-11-20 10:01Z'),
	('{"@timestamp": ', 'web-2', '2026-11-20 10:02Z'),
	('', 'web-2', '2026-11-20 10:02Z'),
	(NULL, NULL, '2026-11-20 10:03Z');
SELECT event_id, event_ingested FROM events WHERE event_id <> 'a' ORDER BY 1;
SELECT received, source = current_user AS me, CASE WHEN source <> current_user THEN source END AS source, line_number, sqlstate, reason, document, raw, bytes
FROM rejected_documents ORDER BY id;
TABLE inbox;
TRUNCATE rejected_documents;

-- a role that may insert here and nothing else
CREATE ROLE td_shipper;
GRANT INSERT ON inbox TO td_shipper;
SET ROLE td_shipper;
INSERT INTO inbox (document) VALUES ('{"@timestamp": "2026-11-20T10:00:00Z", "event": {"id": "d"}}'), ('broken');
TABLE inbox;
SELECT count(*) FROM events;
SELECT * FROM ingest('{}');
SELECT * FROM retry_rejected();
CALL ingest_file('/etc/hostname');
SELECT * FROM partition_daily();
RESET ROLE;
SELECT source, document FROM rejected_documents;
TRUNCATE rejected_documents;
-- what runs meanwhile does so as the owner, with a path that nobody has put anything into
CREATE FUNCTION public.who() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE NOTICE 'as owner: %, path: %', current_user = (SELECT relowner::regrole::text FROM pg_class WHERE oid = TG_RELID), current_setting('search_path');
	RETURN NEW;
END
$$;
CREATE TRIGGER who BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION public.who();
SET ROLE td_shipper;
INSERT INTO inbox (document) VALUES ('{"@timestamp": "2026-11-20T10:00:00Z", "event": {"id": "e"}}');
SHOW search_path;
SELECT current_user;
RESET ROLE;
DROP TRIGGER who ON events;
DROP FUNCTION public.who();
-- its own tables with the trigger get it no further
GRANT CREATE ON SCHEMA public TO td_shipper;
SET ROLE td_shipper;
CREATE TABLE public.mine (document text);
CREATE TRIGGER r BEFORE INSERT ON public.mine FOR EACH ROW EXECUTE FUNCTION inbox_row();
CREATE TRIGGER s AFTER INSERT ON public.mine FOR EACH STATEMENT EXECUTE FUNCTION inbox_statement();
INSERT INTO public.mine VALUES ('{"@timestamp": 1}');
DROP TABLE public.mine;
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM td_shipper;

-- row security of events: its owner is not bound, others are
CREATE POLICY only_web ON events FOR INSERT TO td_shipper WITH CHECK (host_name LIKE 'web-%');
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
SET ROLE td_shipper;
INSERT INTO inbox (document) VALUES ('{"@timestamp": "2026-11-20T10:00:00Z", "event": {"id": "f"}, "host": {"name": "db-1"}}');
RESET ROLE;
GRANT INSERT ON events, rejected_documents, field_faults TO td_shipper;
SET ROLE td_shipper;
SELECT * FROM ingest($documents${"@timestamp": "2026-11-20T10:00:00Z", "event": {"id": "g"}, "host": {"name": "db-1"}}
{"@timestamp": "2026-11-20T10:00:00Z", "event": {"id": "h"}, "host": {"name": "web-1"}}$documents$);
RESET ROLE;
SELECT event_id, host_name FROM events WHERE host_name IS NOT NULL ORDER BY 1;
SELECT sqlstate, reason FROM rejected_documents;
ALTER TABLE events DISABLE ROW LEVEL SECURITY;
DROP POLICY only_web ON events;
TRUNCATE rejected_documents;
REVOKE ALL ON events, rejected_documents, field_faults, inbox FROM td_shipper;
DROP ROLE td_shipper;
TRUNCATE events;

-- undone with its statement, its savepoint, its transaction
CREATE FUNCTION pg_temp.document(id text) RETURNS text LANGUAGE sql AS
$$ SELECT format('{"@timestamp": "2026-11-20T10:00:00Z", "event": {"id": "%s"}}', id) $$;
BEGIN;
INSERT INTO inbox (document) VALUES (pg_temp.document('in 1'));
SAVEPOINT s;
INSERT INTO inbox (document) VALUES (pg_temp.document('out 1'));
INSERT INTO inbox (document) SELECT CASE WHEN i < 3 THEN pg_temp.document('out 2') ELSE (1 / (i - 3))::text END FROM generate_series(1, 3) AS i;
ROLLBACK TO s;
INSERT INTO inbox (document) VALUES (pg_temp.document('in 2'));
COMMIT;
BEGIN;
INSERT INTO inbox (document) VALUES (pg_temp.document('out 3'));
ROLLBACK;
SELECT event_id FROM events ORDER BY 1;
-- a function that writes into inbox while a statement does, and whose part is undone
CREATE FUNCTION pg_temp.inner(id text, fail boolean) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	BEGIN
		INSERT INTO transfer_detect.inbox (document) VALUES (pg_temp.document(id || ' inner'));
		IF fail THEN RAISE EXCEPTION 'fail'; END IF;
	EXCEPTION WHEN raise_exception THEN
		NULL;
	END;
	RETURN pg_temp.document(id || ' outer');
END
$$;
INSERT INTO inbox (document) SELECT pg_temp.inner('n' || i, i % 2 = 0) FROM generate_series(1, 4) AS i;
SELECT event_id FROM events WHERE event_id LIKE 'n%' ORDER BY 1;
-- a trigger of events that writes into inbox
CREATE FUNCTION public.copy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.event_id NOT LIKE '% copy' THEN
		INSERT INTO transfer_detect.inbox (document) VALUES (jsonb_set(NEW.document, '{event,id}', to_jsonb(NEW.event_id || ' copy')));
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER copy AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION public.copy();
INSERT INTO inbox (document) SELECT pg_temp.document('c' || i) FROM generate_series(1, 3) AS i;
SELECT event_id FROM events WHERE event_id LIKE 'c%' ORDER BY 1;
DROP TRIGGER copy ON events;
DROP FUNCTION public.copy();

-- tables of one's own: other names, other types; both triggers are needed
CREATE TABLE public.fluentbit (tag varchar, time timestamp, data jsonb);
CREATE TRIGGER document BEFORE INSERT ON public.fluentbit FOR EACH ROW EXECUTE FUNCTION inbox_row('data', 'tag');
BEGIN;
INSERT INTO public.fluentbit VALUES ('t', '2026-11-20 10:00', pg_temp.document('lost?')::jsonb);
COMMIT;
CREATE TRIGGER documents AFTER INSERT ON public.fluentbit FOR EACH STATEMENT EXECUTE FUNCTION inbox_statement();
INSERT INTO public.fluentbit VALUES ('t', '2026-11-20 10:00', pg_temp.document('fluent')::jsonb), ('u', '2026-11-20 10:00', '{}');
TABLE public.fluentbit;
SELECT event_id FROM events WHERE event_id IN ('lost?', 'fluent');
SELECT source, document FROM rejected_documents;
TRUNCATE rejected_documents;
DROP TRIGGER document ON public.fluentbit;
CREATE TRIGGER document BEFORE INSERT ON public.fluentbit FOR EACH ROW EXECUTE FUNCTION inbox_row('no such column');
INSERT INTO public.fluentbit VALUES ('t', '2026-11-20 10:00', '{}');
DROP TRIGGER document ON public.fluentbit;
CREATE TRIGGER document AFTER INSERT ON public.fluentbit FOR EACH ROW EXECUTE FUNCTION inbox_row();
INSERT INTO public.fluentbit VALUES ('t', '2026-11-20 10:00', '{}');
DROP TABLE public.fluentbit;
-- as Vector writes
INSERT INTO inbox SELECT * FROM jsonb_populate_recordset(NULL::inbox, jsonb_build_array(jsonb_build_object('document', pg_temp.document('vector'), 'other', 1)));
SELECT event_id FROM events WHERE event_id = 'vector';

-- a bulk body by COPY, a line a row: the action line and its document are two rows
COPY inbox (document) FROM STDIN WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02');
{"index": {"_index": "i", "_id": "1"}}
{"@timestamp": "2026-11-20T10:00:00Z"}
{"index": {"_index": "i", "_id": "2"}}
{"@timestamp": "2026-11-20T10:00:00Z"}
\.
SELECT document_key FROM events WHERE document_key LIKE 'id:%' ORDER BY 1;
SELECT count(*) FROM rejected_documents;
TRUNCATE events;
