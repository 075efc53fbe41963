-- Documents as they are met: what was logged is what the rule sees, and a field has the same values in events as in a table of documents.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
TRUNCATE events, rejected_documents, field_faults;

-- laurel: the parent that is only in SPAWNED_BY; what a process was before its own exec is none
SELECT * FROM ingest($$
{"ID":"1795507417.298:2501","NODE":"web-1","SYSCALL":{"syscall":59,"success":"yes","ppid":710,"pid":712,"uid":1000,"comm":"scp","exe":"/usr/bin/scp","SYSCALL":"execve","UID":"ann","SPAWNED_BY":{"EVENT_ID":"1795507400.100:2400","pid":710,"comm":"sh","exe":"/usr/bin/dash"}},"EXECVE":{"argc":3,"ARGV":["scp","a.tgz","vault:"]}}
{"ID":"1795507418.298:2502","NODE":"web-1","SYSCALL":{"syscall":59,"success":"yes","ppid":710,"pid":714,"uid":1000,"comm":"scp","exe":"/usr/bin/scp","SYSCALL":"execve","SPAWNED_BY":{"EVENT_ID":"1795507410.100:2450","pid":714,"comm":"wrap","exe":"/opt/wrap"}},"EXECVE":{"argc":3,"ARGV":["scp","b.tgz","vault:"]}}
$$);
-- no EXECVE record, no names; a prefix for what laurel adds; a line of syslog's; a shipper's fields; one with the name of an alternative
SELECT * FROM ingest($$
{"ID":"1795507420.298:4","NODE":"web-1","SYSCALL":{"arch":"0xc000003e","syscall":59,"success":"yes","ppid":710,"pid":715,"uid":0,"comm":"scp","exe":"/usr/bin/scp (deleted)"},"PROCTITLE":{"ARGV":["scp","c","v:"]}}
{"ID":"1795507421.298:5","NODE":"web-1","SYSCALL":{"arch":"0xc00000b7","syscall":281,"success":"yes","ppid":710,"pid":716,"x_uid":"unknown(1007)","x_fsuid":"root","x_syscall":"execveat","comm":"9","exe":"/usr/bin/rsync","x_pid":{"EVENT_ID":"1795507421.298:5"}},"EXECVE":{"argc":2,"ARGV":["9","d"]}}
Nov 24 08:03:42 web-1 laurel: {"ID":"1795507422.298:6","NODE":"web-1","SYSCALL":{"success":"yes","ppid":710,"pid":717,"comm":"sftp","exe":"/usr/bin/sftp","SYSCALL":"execve"},"EXECVE":{"argc":2,"ARGV_STR":"sftp e"}}
{"@timestamp":"2026-11-24T09:00:00Z","agent":{"id":"fb-7","type":"filebeat"},"host":{"name":"web-1.example.org"},"data_stream":{"type":"logs","dataset":"laurel","namespace":"default"},"ID":"1795507423.298:7","NODE":"web-1","SYSCALL":{"success":"yes","ppid":710,"pid":718,"comm":"scp","exe":"/usr/bin/scp","SYSCALL":"execve"},"EXECVE":{"argc":2,"ARGV":["scp","f"]}}
{"ID":"1795507424.298:8","NODE":"web-1","SYSCALL":{"success":"yes","ppid":710,"pid":719,"comm":"ftp","exe":"/usr/bin/tnftp","SYSCALL":"execve"},"EXECVE":{"argc":2,"ARGV":["ftp","files.example.com"]},"PATH":[{"item":0,"name":"/usr/bin/ftp","nametype":"NORMAL"}]}
$$);
SELECT event_type, agent_id, host_name, user_id, user_name, process_name, process_executable, process_command_line, process_parent_executable, source_index
FROM events ORDER BY timestamp;
SELECT process_command_line FROM detect(as_of => '2026-11-24 09:00Z') ORDER BY process_command_line COLLATE "C";
TRUNCATE events;

-- one bad value costs that value
SELECT * FROM ingest($$
{"@timestamp":"2026-11-20T09:01:00Z","event":{"action":"exec","type":"start","id":"1"},"host":{"os":{"type":"linux"},"name":"web-1","ip":["10.0.0.1/24","fe80::1%eth0/64","nowhere",""]},"agent":{"id":"a1"},"process":{"name":"scp","executable":"/usr/bin/scp","command_line":"scp 1 out:","pid":8.905032E6}}
{"@timestamp":"2026-11-20T09:02:00Z","event":{"action":"exec","type":"start","id":"2","ingested":"20 Nov 2026 09:18"},"host":{"os":{"type":"linux"},"name":"web-1"},"agent":{"id":"a1"},"process":{"name":"scp","executable":"/usr/bin/scp","command_line":"scp 2 out:","parent":{"pid":"-"}}}
{"@timestamp":"2026-11-20T09:03:00Z","event":{"action":"exec","type":"start","id":"3"},"host":{"os":{"type":"linux"},"name":"web-1"},"agent":{"id":"a1"},"process":{"name":"scp","executable":"/usr/bin/scp","command_line":"scp 3 out:"},"labels":{"note":"a\u0000b","other":"\ud800"},"n":1e999999}
{"@timestamp":"2026-11-20T09:04:00Z","event":{"action":"exec","type":"start","id":"4"},"host":{"os":{"type":"linux"},"name":"web-1"},"agent":{"id":"a1"},"process":{"name":"scp","executable":"/usr/bin/scp","command_line":"scp 4 out:","pid":[true,7],"parent":{"pid":99999999999999999999}}}
{"@timestamp":"2026-11-20T09:05:00Z","event":{"action":"exec","type":"start","id":"5","ingested":["2026-11-20T09:06:00Z","2026-11-20T09:07:00Z"]},"host":{"os":{"type":"linux"},"name":"web-1"},"agent":{"id":"a1"},"process":{"name":"scp","executable":"/usr/bin/scp","command_line":"scp 5 out:","pid":"1e2"}}
{"@timestamp":"soon"}
$$);
SELECT process_command_line, process_pid, host_ip FROM events ORDER BY timestamp;
SELECT process_command_line FROM detect(as_of => '2026-11-20 10:00Z') ORDER BY 1;
SELECT field, reason, example, faults FROM field_faults ORDER BY field COLLATE "C", reason COLLATE "C";
SELECT rejected, faults FROM ingest_health WHERE rejected > 0;
SELECT document -> 'labels' AS labels, document -> 'n' AS n FROM events WHERE event_id = '3';
-- a duplicate is none of the faults
SELECT accepted, duplicates FROM ingest('{"@timestamp":"2026-11-20T09:20:00Z","process":{"pid":"x"}}');
SELECT accepted, duplicates FROM ingest('{"@timestamp":"2026-11-20T09:20:00Z","process":{"pid":"x"}}');
SELECT faults FROM field_faults WHERE example = 'x';
-- of many kinds the rest is counted together
SELECT accepted FROM ingest((SELECT string_agg(format('{"@timestamp":"2026-11-20T09:30:00Z","f%s":"\u0000"}', i), E'\n') FROM generate_series(1, 150) AS i));
SELECT count(*), sum(faults), sum(faults) FILTER (WHERE field = 'other fields') AS others FROM field_faults WHERE reason = 'has a NUL character' AND field <> 'labels.note';
TRUNCATE events, rejected_documents, field_faults;

-- hits with fields, and responses of several kinds
SELECT * FROM ingest($$
{"_index":"i","_id":"1","fields":{"@timestamp":["2026-11-20T09:10:00.000Z"],"process.name":["scp"],"process.name.text":["scp"],"process.pid":[77]}}
{"_index":"i","_id":"2","_source":{},"fields":{"@timestamp":["2026-11-20T09:11:00Z"],"process.name":["scp"]}}
{"hits":{"hits":[{"_index":"i","_id":"3","fields":{"@timestamp":["2026-11-20T09:12:00Z"],"process.name":["scp"]}}]}}
{"id":"x","is_running":false,"response":{"hits":{"hits":[{"_index":"i","_id":"4","_source":{"@timestamp":"2026-11-20T09:13:00Z","process":{"name":"scp"}}}]}}}
{"isPartial":false,"rawResponse":{"took":1,"hits":{"total":1,"hits":[{"_index":"i","_id":"5","_source":{"@timestamp":"2026-11-20T09:14:00Z","process.name":"scp"}}]}}}
{"took":1,"responses":[{"hits":{"hits":[{"_index":"i","_id":"6","_source":{"@timestamp":"2026-11-20T09:15:00Z"}},{"_index":"i","_id":"7","_source":{"@timestamp":"2026-11-20T09:16:00Z"}}]}},{"hits":{"hits":[]}},{"error":{"type":"x"},"status":404},{"hits":{"hits":[{"_index":"i","_id":"8","_source":{"@timestamp":"2026-11-20T09:17:00Z"}}]}}]}
{"docs":[{"_index":"i","_id":"9","found":true,"_source":{"@timestamp":"2026-11-20T09:18:00Z"}},{"_index":"i","_id":"10","found":false}]}
$$);
SELECT split_part(document_key, '#', 1) AS key, source_index, process_name, process_pid FROM events ORDER BY timestamp;
SELECT line_number, reason, left(document, 40) AS document FROM rejected_documents ORDER BY id;
TRUNCATE events, rejected_documents;

-- a document over many lines; a line that was cut off takes none with it
SELECT * FROM ingest($$
{
  "@timestamp": "2026-11-20T09:10:00Z",
  "process": {
    "args": [
      "scp",
      "a }{ b"
    ],

    "name": "pretty"
  }
}
[
  {
    "@timestamp": "2026-11-20T09:11:00Z",
    "process": { "name": "in a list" }
  },
  {"@timestamp": "2026-11-20T09:12:00Z", "process": {"name": "too"}}
]
{"@timestamp": "2026-11-20T09:13:00Z", "process": {
{"@timestamp": "2026-11-20T09:14:00Z", "process": {"name": "after a torn line"}}
{"@timestamp": "2026-11-20T09:15:00Z", "process": {"args": [
{"@timestamp": "2026-11-20T09:16:00Z", "process": {"name": "after another"}}
{"@timestamp": "2026-11-20T09:17:00Z", "process": {"name": "and one more"}}
{
  "@timestamp": "2026-11-20T09:18:00Z",
  "process": {
$$);
SELECT timestamp, process_name, process_args FROM events ORDER BY timestamp;
SELECT line_number, column_number, reason, left(document, 60) AS document FROM rejected_documents ORDER BY id;
-- the lines of one document as rows of the inbox
INSERT INTO inbox (document) VALUES ('{'), ('"@timestamp": "2026-11-20T09:20:00Z",'), ('"process": {"name": "by rows"}'), ('}');
SELECT process_name FROM events WHERE timestamp = '2026-11-20 09:20Z';
TRUNCATE events, rejected_documents;

-- one id and time, and other contents: two events; the same contents, however they are written, are one
SELECT * FROM ingest($$
{"@timestamp":"2026-11-20T09:10:00Z","event":{"id":"7","dataset":"zeek.connection"},"host":{"name":"s1"}}
{"@timestamp":"2026-11-20T09:10:00Z","event":{"id":"7","dataset":"zeek.dns"},"host":{"name":"s1"}}
{"@timestamp":"2026-11-20T09:10:00Z","event":{"id":"7","dataset":"zeek.dns"},"host":{"name":"s2"}}
{"@timestamp":"2026-11-20T09:10:00Z","event":{"id":"7","dataset":"zeek.dns"},"host":{"name":"s2"},"tags":["a","b"]}
{"@timestamp":"2026-11-20T09:10:00Z","event":{"id":"7","dataset":"zeek.dns"},"host":{"name":"s2"},"tags":["b","a"]}
{"@timestamp":"2026-11-20T09:10:00Z","event":{"id":"7","dataset":"zeek.dns"},"host":{"name":"s2"},"tags":["ab"]}
{ "host": {"name": "s2"}, "event": {"dataset": "zeek.dns", "id": "7"}, "tags": ["a", "b"], "@timestamp": "2026-11-20T09:10:00Z" }
{"_source":{"@timestamp":"2026-11-20T09:10:00Z","event":{"id":"7","dataset":"zeek.dns"},"host":{"name":"s2"}}}
{"@timestamp":"2026-11-20T09:10:00Z","event":{"id":"7","dataset":"a\u0000"}}
{"@timestamp":"2026-11-20T09:10:00Z","event":{"id":"7","dataset":"a\ufffd"}}
$$);
TRUNCATE events, field_faults;

-- FROM means the data streams and indices that documents say they are from
SELECT * FROM ingest($$
{"@timestamp":"2026-11-20T09:10:00Z","data_stream":{"type":"logs","dataset":"endpoint.events.process","namespace":"default"},"event":{"action":"exec","type":["start"],"id":"p1"},"host":{"os":{"type":"linux"},"name":"h31"},"agent":{"id":"a"},"process":{"name":"scp","executable":"/usr/bin/scp","command_line":"scp a31 b:"}}
{"@timestamp":"2026-11-20T09:10:01Z","data_stream.type":"logs","data_stream":{"dataset":"endpoint.events.network"},"event":{"action":"connection_attempted","type":["start"],"id":"n1"},"host":{"os":{"type":"linux"},"name":"h31"},"agent":{"id":"a"},"process":{"name":"scp","executable":"/usr/bin/scp"}}
{"_index":".ds-logs-endpoint.events.file-default-2026.11.20-000001","_id":"f1","_source":{"@timestamp":"2026-11-20T09:10:02Z","event":{"id":"f1"},"host":{"name":"h31"}}}
{"_index":".internal.alerts-security.alerts-default-000001","_id":"al1","_source":{"@timestamp":"2026-11-20T09:11:00Z","event.id":"al1","event.action":"exec","event.type":["start"],"host.os.type":"linux","host.name":"h31","agent.id":"a","process.name":"scp","process.executable":"/usr/bin/scp","process.command_line":"scp a31 b:","data_stream.type":"logs","data_stream.dataset":"endpoint.events.process"}}
{"@timestamp":"2026-11-20T09:12:00Z","event.id":"al2","event.action":"exec","event.type":["start"],"host.os.type":"linux","host.name":"h31","agent.id":"a","process.name":"scp","process.executable":"/usr/bin/scp","process.command_line":"scp a31 b:","data_stream.type":"logs","data_stream.dataset":"endpoint.events.process","kibana.alert.uuid":"al2","kibana.space_ids":["red"]}
{"create":{"_index":"logs-endpoint.events.process-test"}}
{"@timestamp":"2026-11-20T09:13:00Z","event":{"id":"p2"},"host":{"name":"h31"}}
{"@timestamp":"2026-11-20T09:14:00Z","event":{"id":"u1"},"host":{"name":"h31"}}
$$);
SELECT event_id, source_index FROM events ORDER BY timestamp;
SELECT process_command_line, event_count FROM detect(as_of => '2026-11-20 10:00Z');
CREATE TEMP TABLE asked (name text);
INSERT INTO asked VALUES ('logs-endpoint.events.process-*'), ('logs-endpoint.events.process-default'), ('logs-endpoint.events.process-*, -*-test'),
	('logs-endpoint.events.process-*, -logs-endpoint.events.process-test'), ('logs-*'), ('logs-*, -logs-endpoint.events.network-*'), ('*'), ('l*k-*'), ('remote:logs-*'),
	('.alerts-security.*'), ('.ds-logs-endpoint.events.process-default-2026.11.20-000001'), ('transfer_detect.events'), ('x');
CREATE FUNCTION pg_temp.ids(name text, relation regclass) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT string_agg(line ->> 'event.id', ' ') FROM esql(format('FROM %s | KEEP event.id | SORT event.id', name), events => relation) AS line);
EXCEPTION WHEN others THEN
	RETURN SQLERRM;
END
$$;
SELECT name, pg_temp.ids(name, 'events') AS given, pg_temp.ids(name, NULL) AS by_sources FROM asked;
SELECT esql('FROM logs-endpoint.events.process-* METADATA _index | KEEP event.id, _index | SORT event.id');
-- a source without wildcards is a name for all of its relation
INSERT INTO sources VALUES ('all-of-it', 'events');
SELECT pg_temp.ids('all-of-it', NULL);
DELETE FROM sources WHERE pattern = 'all-of-it';
SELECT conditions[1] FROM rule_index_parts((SELECT query FROM rules LIMIT 1), 'events', '@timestamp', NULL);
TRUNCATE events;

-- Two values where a column holds one: ES|QL has both.
SELECT * FROM ingest('{"@timestamp":"2026-11-20T09:16:00Z","event":{"action":"exec","type":"start","id":"e7"},"host":{"os":{"type":"linux"},"name":["web-1","web-1.example.org"]},"agent":{"id":"a1"},"process":{"name":"scp","executable":"/usr/bin/scp","command_line":"scp k7 out:","parent":{"executable":"/bin/sh"}}}
{"@timestamp":"2026-11-20T09:17:00Z","event":{"action":"exec","type":"start","id":"e8"},"host":{"os":{"type":"linux"},"name":"web-2"},"agent":{"id":["a1","a2"]},"process":{"name":"scp","executable":["/usr/bin/scp","/bin/scp"],"command_line":"scp k8 out:","pid":[7,7]}}');
SELECT event_id, host_name, multivalued_fields FROM events ORDER BY timestamp;
CREATE TABLE raw AS SELECT timestamp, document FROM events;
SELECT 'events', process_executable, host_names, agent_ids, agent_count FROM detect(as_of => '2026-11-20 10:00Z')
UNION ALL SELECT 'documents', process_executable, host_names, agent_ids, agent_count FROM detect('raw', '2026-11-20 10:00Z');
DROP TABLE raw;
TRUNCATE events;

/*
 * Each column's field with each of these values, by itself, and nested beside
 * another value: what ES|QL says of it over events and over their documents.
 */
CREATE TEMP TABLE hostile (value text);
INSERT INTO hostile SELECT unnest(ARRAY['null', '[]', '[null]', '""', '" "', '"a"', '"-"', '"A"', '0', '-0', '-0.0', '1', '1.0', '1.50', '1e2', '1E+2', '1.5e1', '12e-1', '1e-3',
	'-1.5e3', '"1e2"', '"1.9"', '".5"', '"5."', '"1e"', '"+7"', '"-7"', '"0x10"', '" 7"', '9223372036854775807', '9223372036854775808', '-9223372036854775808', '"9223372036854775807.9"',
	'1e18', '1e19', '123456789012345678901234567890', '1e400', 'true', 'false', '"true"', '{}', '{"x": 1}', '[[1, [2]], 1]', '["b", "a", "b"]', '[1, 1]', '[1, "1"]', '[1.0, 1]', '["x", 5]',
	'["", 5]', '"10.0.0.1"', '"10.0.0.1/24"', '"10.0.0.1/33"', '"10.0.0.1/"', '"10.0.0.1%eth0"', '"fe80::1%eth0"', '"fe80::1%eth0/64"', '"fe80::1/129"', '"::ffff:10.0.0.1"', '"FE80::1"',
	'"010.0.0.1"', '"10.1"', '["10.0.0.2", "10.0.0.1/8", "x"]', '["10.0.0.1", "::ffff:10.0.0.1"]', '"2026-11-20T09:00:00Z"', '"a\u0000b"', '"\ud800"', '"\udc00\ud800"', '"\ud83d\ude00"',
	'"a\tb\n"', '"\u202e"', '"Ä"', '"%"', '"_"', '"it''s"', '"\\"', '"{"', '["a", "A"]', '[{"y": 1}, "a"]', '[true, false]', '"NaN"', '"Infinity"']);
CREATE TEMP TABLE asked_fields AS
SELECT f.field, row_number() OVER (ORDER BY f.field COLLATE "C") AS number FROM pg_attribute AS a JOIN fields AS f ON f.column_name = a.attname
WHERE a.attrelid = 'events'::regclass AND a.attnum > 0 AND f.field NOT IN ('@timestamp', 'event.ingested');
CREATE TEMP TABLE made AS
SELECT f.field, row_number() OVER (ORDER BY f.number, h.value COLLATE "C", s.spelling)::text AS n, CASE s.spelling
		WHEN 1 THEN format('"%s":%s', f.field, h.value)
		ELSE format('"%s":%s,%s', f.field, CASE WHEN f.field LIKE '%pid' THEN '5' WHEN f.field = 'host.ip' THEN '"9.9.9.9"' ELSE '"m"' END,
					'"' || replace(f.field, '.', '":{"') || '":' || h.value || repeat('}', cardinality(string_to_array(f.field, '.')) - 1)) END AS members
FROM asked_fields AS f, hostile AS h, (VALUES (1), (2)) AS s(spelling)
WHERE h.value NOT LIKE '{%' OR s.spelling = 1;
SELECT count(*) > 4000 AS enough FROM made;
SELECT accepted = (SELECT count(*) FROM made) AS all_accepted, duplicates, rejected
FROM ingest((SELECT string_agg(format('{"@timestamp":"2026-11-20T09:00:00Z","labels":{"n":"%s","f":"%s"},%s}', n, field, members), E'\n') FROM made));
SELECT line_number, reason, document FROM rejected_documents ORDER BY id LIMIT 5;
CREATE TABLE raw AS SELECT timestamp, document FROM events;
ANALYZE raw;
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.answers(field text, query text, relation regclass) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(line::text, E'\n') FROM esql(format(query, field), events => relation) AS line
$$;
-- values, how many, what equals one, groups, aggregates
CREATE TEMP TABLE queries (query text);
INSERT INTO queries VALUES ('FROM x | WHERE labels.f == "%1$s" | KEEP labels.n, %1$s | SORT labels.n | LIMIT 10000'),
	('FROM x | WHERE labels.f == "%1$s" | EVAL c = MV_COUNT(%1$s), s = MV_CONCAT(MV_SORT(TO_STRING(%1$s)), "|"), i = %1$s IS NULL | KEEP labels.n, c, s, i | SORT labels.n | LIMIT 10000'),
	('FROM x | WHERE labels.f == "%1$s" AND TO_STRING(%1$s) IN ("a", "m", "1", "100", "5", "10.0.0.1") | KEEP labels.n | SORT labels.n | LIMIT 10000'),
	('FROM x | WHERE labels.f == "%1$s" | STATS c = COUNT(*) BY %1$s | SORT %1$s, c | LIMIT 10000'),
	('FROM x | STATS c = COUNT(%1$s), d = COUNT_DISTINCT(%1$s), v = VALUES(%1$s)');
CREATE TEMP TABLE documents_say AS SELECT f.field, q.query, pg_temp.answers(f.field, q.query, 'raw') AS answer FROM asked_fields AS f, queries AS q;
SELECT count(*), count(*) = count(answer) AS all_answered, sum(length(answer)) > 300000 AS much FROM documents_say;
SELECT field, query FROM documents_say WHERE answer IS DISTINCT FROM pg_temp.answers(field, query, 'events') ORDER BY 1, 2;
SELECT count(*) FILTER (WHERE multivalued_fields IS NOT NULL) > 100 AS several, count(DISTINCT multivalued_fields) FROM events;
SELECT reason, count(*) > 0 FROM field_faults GROUP BY reason ORDER BY reason COLLATE "C";
-- and it would be noticed
UPDATE events SET multivalued_fields = NULL;
SELECT count(*) > 20 AS noticed FROM documents_say WHERE answer IS DISTINCT FROM pg_temp.answers(field, query, 'events');
RESET client_min_messages;
DROP TABLE raw;
TRUNCATE events, rejected_documents, field_faults;
