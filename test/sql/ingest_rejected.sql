-- What cannot be used: kept with the reason, the error code and the place, and nothing else lost. Tried again.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
TRUNCATE events;

CREATE FUNCTION pg_temp.rejected() RETURNS TABLE (line bigint, col integer, sqlstate text, reason text, document text, raw bytea, bytes bigint, retried int)
LANGUAGE sql AS
$$ SELECT line_number, column_number, sqlstate, reason, left(document, 60), raw, bytes, retried FROM transfer_detect.rejected_documents ORDER BY id $$;

-- each way to be broken, among good ones
SELECT * FROM ingest($documents${"@timestamp": "2026-11-20T10:00:00Z", "event": {"id": "good 1"}}
{"@timestamp": "2026-11-20T10:00:00Z", "event": {"id": 
{"@timestamp": "2026-11-20T10:00:00Z", "event": {"id": "x"}} more
"a text"
17
["no object"]
{}
{"@timestamp": null}
{"@timestamp": "yesterday"}
{"@timestamp": "2026-02-30T00:00:00Z"}
{"@timestamp": "9999999-01-01T00:00:00Z"}
{"@timestamp": {"a": 1}}
{"@timestamp": "2026-11-20T10:00:00Z", "process": {"pid": 99999999999999999999}}
{"@timestamp": "2026-11-20T10:00:00Z", "process": {"pid": "four"}}
{"@timestamp": "2026-11-20T10:00:00Z", "process": {"pid": 1e999}}
{"@timestamp": "2026-11-20T10:00:00Z", "process": {"name": "a\u0000b"}}
{"@timestamp": "2026-11-20T10:00:00Z", "process": {"name": "a\ud800b"}}
{"@timestamp": "2026-11-20T10:00:00Z", "host": {"ip": "300.1.1.1"}}
{"delete": {"_index": "i", "_id": "1"}}
{"update": {"_index": "i", "_id": "1"}}
{"doc": {"@timestamp": "2026-11-20T10:00:00Z"}}

{"@timestamp": "2026-11-20T10:00:00Z", "event": {"id": "good 2"}, "a": 1, "a": 2}
$documents$);
SELECT event_id, document FROM events ORDER BY event_id;
SELECT * FROM pg_temp.rejected();
SELECT field, reason, example, faults FROM field_faults ORDER BY field COLLATE "C", reason COLLATE "C";
TRUNCATE rejected_documents, field_faults;
-- reasons and examples show no character that is not seen or turns the direction of writing
SELECT * FROM ingest(U&'{"@timestamp": "\202Eyest\009Berday\200B"}\000A{"@timestamp": 1, "process": {"pid": "\202Ex\009B"}, "host": {"ip": "' || repeat('y', 10000) || U&'"}}\000A{"\202E": \202E');
SELECT reason FROM rejected_documents ORDER BY id;
SELECT field, length(example), left(example, 5) AS example FROM field_faults ORDER BY field COLLATE "C";
TRUNCATE rejected_documents, field_faults;
-- nesting, and what is longer than it may be
SELECT * FROM ingest('{"@timestamp": "2026-11-20T10:00:00Z", "deep": ' || repeat('[', 1000) || repeat(']', 1000) || '}');
SET transfer_detect.max_document_size = '64kB';
SELECT * FROM ingest(E'{"@timestamp": 1}\n{"@timestamp": "2026-11-20T10:00:00Z", "long": "' || repeat('é', 60000) || E'"}\n{"@timestamp": 2}');
RESET transfer_detect.max_document_size;
SELECT * FROM pg_temp.rejected();
SELECT id - min(id) OVER () AS n, octet_length(document) AS kept, bytes, truncated FROM rejected_documents ORDER BY id;
-- one that was not kept whole is left alone
SELECT * FROM retry_rejected();
SELECT truncated, retried FROM rejected_documents ORDER BY id;
TRUNCATE rejected_documents;
TRUNCATE events;

-- what the table refuses is rejected alone, whatever the way in
ALTER TABLE events ADD CONSTRAINT no_root CHECK (user_name <> 'root');
CREATE TEMP TABLE document AS
SELECT i, json_build_object('@timestamp', '2026-11-20T10:00:00Z'::timestamptz + i * interval '1 s', 'event', json_build_object('id', i),
	'user', json_build_object('name', CASE WHEN i % 100 = 7 THEN 'root' ELSE 'ops' END))::text AS document
FROM generate_series(1, 2000) AS i;
SELECT * FROM ingest((SELECT string_agg(document, E'\n' ORDER BY i) FROM document));
SELECT count(*), count(DISTINCT document_key) FROM events;
SELECT sqlstate, reason, count(*), min(line_number), max(line_number), min(document), min(document_key) FROM rejected_documents GROUP BY 1, 2;
-- still refused
SELECT * FROM retry_rejected(ARRAY(SELECT id FROM rejected_documents ORDER BY id LIMIT 3));
SELECT retried, count(*) FROM rejected_documents GROUP BY 1 ORDER BY 1;
-- a fix, then these, and then the rest
ALTER TABLE events DROP CONSTRAINT no_root;
SELECT * FROM retry_rejected(ARRAY(SELECT id FROM rejected_documents ORDER BY id LIMIT 3));
SELECT count(*) FROM rejected_documents;
SELECT * FROM retry_rejected();
SELECT * FROM retry_rejected();
SELECT count(*), count(DISTINCT document_key) FROM events;
SELECT count(*) FROM rejected_documents;
TRUNCATE events;

-- the same by a trigger, with the documents known by _id, which is not in them
CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.process_name = 'bad' THEN
		RAISE EXCEPTION 'no % here', NEW.process_name USING ERRCODE = 'TD001', DETAIL = 'For a test.';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION public.refuse();
\set bulk '{"index": {"_index": "i", "_id": "1"}}\n{"@timestamp": 1763632800000, "process": {"name": "good"}}\n{"create": {"_index": "i", "_id": "2"}}\n{"@timestamp": 1763632800000, "process": {"name": "bad"}}\n'
SELECT * FROM ingest(:'bulk');
SELECT line_number, sqlstate, reason, document, document_key FROM rejected_documents;
DROP TRIGGER refuse ON events;
SELECT * FROM retry_rejected();
SELECT * FROM ingest(:'bulk');
SELECT document_key, process_name, timestamp FROM events ORDER BY 1;
DROP FUNCTION public.refuse();
TRUNCATE events;

-- an index row that is too long
SELECT * FROM ingest((SELECT E'{"@timestamp": 1, "event": {"id": "' || string_agg(md5(i::text), '') || E'"}}\n{"@timestamp": 1}' FROM generate_series(1, 2000) AS i));
SELECT sqlstate, left(reason, 18) AS reason, bytes FROM rejected_documents;
TRUNCATE rejected_documents;
TRUNCATE events;

-- numbers that only numeric holds, escapes, and all kinds of values: the very jsonb that PostgreSQL makes
CREATE TEMP TABLE value (json text);
INSERT INTO value VALUES ('0'), ('-0'), ('0.0'), ('-1.50'), ('1e3'), ('1E-3'), ('123456789012345678'), ('1234567890123456789'), ('-999999999999999999'),
	('123456789012345678901234567890.12345678901234567890'), ('1e300'), ('true'), ('false'), ('null'), ('""'), ('"\\"'), ('"\"\/\b\f\n\r\t"'),
	('"\u00e9\u20ac\ud83d\ude00"'), ('"é€😀"'), ('[]'), ('{}'), ('[[], {}, [[1]]]'), ('{"b": 1, "a": 2, "aa": 3, "b": 4}'), ('{"": {"": null}}'),
	(' [ 1 , 2 ] '), ('[1, "a", 1.5, {}, true, [2], "bc", 3, null, "def", {"x": 1}, 4]'), ('{"c": 1, "bb": "x", "a": 2.5, "aaa": [], "ccc": {"z": null}}'), ('{"a":{"a":{"a":[{"a":1},{"b":[2]}]}}}'), ('"' || repeat('x', 300) || '"'),
	((SELECT '[' || string_agg(i::text, ',') || ']' FROM generate_series(1, 100) AS i)),
	((SELECT '{' || string_agg(format('"k%s": %s', i, i), ',') || '}' FROM generate_series(100, 1, -1) AS i)),
	('1.5e-10'), ('1e131071'), ('1e-16383'), (repeat('9', 200)), ('-0.' || repeat('9', 200)), ('[1e2, "x", 0.22, "yy", {"a": 1e2}, [-12345678901234567890.5]]'),
	('{"\u00e9": 1, "é": 2, "\n": 3, "\\": 4, "k": 5, "\u006b": 6}'), (repeat('[', 150) || '1' || repeat(']', 150)), (repeat('{"a":', 150) || '"x"' || repeat('}', 150)),
	((SELECT '{' || string_agg(format('"%s": {"%s": "%s"}', left(md5(i::text), i % 7), i % 50, md5(i::text)), ',') || '}' FROM generate_series(1, 500) AS i)),
	((SELECT '[' || string_agg(format('{"%s": [%s, %s.50, -%s, "\u00e9%s", true, null]}', left(md5(i::text), i % 7), i, i, i, i), ',') || ']' FROM generate_series(1, 2000) AS i));
SELECT * FROM ingest((SELECT string_agg(format('{"@timestamp": 1, "value": %s}', json), E'\n') FROM value));
-- byte by byte
SELECT v.json FROM value AS v
WHERE NOT EXISTS (SELECT FROM events AS e WHERE record_image_eq(ROW(e.document), ROW(format('{"@timestamp": 1, "value": %s}', v.json)::jsonb)));
SELECT count(*) FROM rejected_documents;
TRUNCATE events;

-- dates far off land, and show in the health of ingest
SELECT * FROM ingest($documents$
{"@timestamp": "1970-01-01T00:00:00Z", "event": {"ingested": "2026-11-20T10:00:00Z", "action": "exec"}, "host": {"name": "a"}}
{"@timestamp": "2099-01-01T00:00:00Z", "event": {"ingested": "2026-11-20T10:10:00Z", "action": ["exec", "end"]}, "host": {"name": "a"}}
{"@timestamp": "2026-11-20T10:20:00Z", "event": {"ingested": "2026-11-20T10:20:10Z"}, "host": {"name": "a"}}
{"@timestamp": "2026-11-20T10:20:00Z", "event": {"ingested": "2026-11-20T10:20:20.5Z"}, "host": {"name": "a"}}
{"@timestamp": "2026-11-20T10:20:00Z", "event": {"ingested": "2026-11-20T11:20:00Z"}, "host": {"name": "b"}}
{"@timestamp": "2026-11-20T11:20:00Z", "event": {"ingested": "2026-11-20T11:20:00Z"}}
$documents$);
INSERT INTO inbox VALUES ('broken', 'a file', '2026-11-20 11:30:00Z'), (NULL, NULL, '2026-11-20 12:30:00Z');
SELECT * FROM ingest_health('2026-11-20 00:00Z', '2026-11-21 00:00Z');
TRUNCATE events;
TRUNCATE rejected_documents;
SELECT * FROM ingest_health;

-- arguments and settings
SELECT * FROM ingest(NULL);
SELECT * FROM ingest('');
CALL ingest_file(NULL);
CALL ingest_file('/nowhere/at/all.ndjson');
-- versions write the range differently
\set VERBOSITY sqlstate
SET transfer_detect.max_document_size = '1kB';
\set VERBOSITY default
SET transfer_detect.ingest_batch = 0;
