-- statements.sql: what the shippers that are not in Debian send to the server, by their sources. Run by run.
\set ON_ERROR_STOP on
\ir fluent-bit.sql

-- Vector's postgres sink: a column that the event lacks is null, whatever its default
SET SESSION AUTHORIZATION shipper;
PREPARE vector(jsonb) AS
	INSERT INTO transfer_detect.inbox SELECT * FROM jsonb_populate_recordset(NULL::transfer_detect.inbox, $1);
EXECUTE vector('[
	{"document": "{\"@timestamp\": \"2026-11-20T09:30:00Z\", \"event\": {\"id\": \"vector\"}, \"process\": {\"name\": \"scp\"}}", "source": "vector"},
	{"document": "{\"@timestamp\":", "source": "vector"},
	{"document": {"@timestamp": "2026-11-20T09:30:00Z", "event": {"id": "vector-2"}, "process": {"name": "rsync"}}}
]');

-- Logstash's jdbc output
PREPARE logstash(varchar, varchar) AS
	INSERT INTO transfer_detect.inbox (document, source) VALUES ($1, $2);
EXECUTE logstash('{"@timestamp": "2026-11-20T09:30:00Z", "event": {"id": "logstash"}, "process": {"name": "rsync"}}', 'logstash');

-- Fluent Bit's pgsql output
SET SESSION AUTHORIZATION fluentbit;
CREATE TABLE IF NOT EXISTS "fluentbit" (tag varchar, time timestamp, data jsonb);
INSERT INTO "fluentbit" SELECT 'fluent-bit', to_timestamp(CAST(value->>'date' as FLOAT)), * FROM json_array_elements('[
	{"date": 1795167000.25, "@timestamp": "2026-11-20T09:30:00Z", "event": {"id": "fluent-bit"}, "process": {"name": "scp"}},
	{"date": 1795167000.5, "event": {"id": "no-time"}, "process": {"name": "scp"}},
	{"date": 1795167000.75, "@timestamp": "2026-11-20T09:30:00Z", "event": {"id": "fluent-bit-2"}, "process": {"name": "sftp"}}
]');
RESET SESSION AUTHORIZATION;
