-- GROK: named captures of a regular expression with a library of patterns.
BEGIN;
SET search_path = transfer_detect, public;
SET timezone = 'UTC';
SET datestyle = 'ISO';
\set VERBOSITY default
CREATE FUNCTION pg_temp.fails(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE state text; message text; hint text;
BEGIN
	PERFORM esql(query);
	RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	RETURN state || ' ' || message || coalesce(E'\n  ' || nullif(regexp_replace(hint, '(There are|Supported commands are) .*', '\1 ...'), ''), '');
END $$;

-- The reference manual's cases, in other words.
SELECT esql('ROW a = "2026-11-20T09:30:00.000Z 192.0.2.7 joe@example.org 42" | GROK a "%{TIMESTAMP_ISO8601:date} %{IP:ip} %{EMAILADDRESS:email} %{NUMBER:num}" | KEEP date, ip, email, num');
SELECT esql('ROW a = "2026-11-20T09:30:00.000Z 192.0.2.7 joe@example.org 42" | GROK a "%{TIMESTAMP_ISO8601:date} %{IP:ip} %{EMAILADDRESS:email} %{NUMBER:num:int}" | EVAL date = TO_DATETIME(date), ip = TO_IP(ip), more = num + 1 | KEEP date, ip, email, num, more');
SELECT esql('ROW zip = "1016 ED" | GROK zip "%{WORD:part} %{WORD:part}"');

-- Types; a number that does not fit is null, a float is rounded to one.
SELECT esql('ROW a = "12 15.5 0.1 true 9999999999 -7 no" | GROK a "%{INT:i:int} %{NUMBER:f:float} %{NUMBER:g:float} %{WORD:t:boolean} %{INT:big:int} %{INT:l:long} %{WORD:no:boolean}" | KEEP i, f, g, t, big, l, no');
SELECT v, transfer_detect_internal.esql_grok_integer(v) AS integer, transfer_detect_internal.esql_grok_long(v) AS long, transfer_detect_internal.esql_grok_double(v) AS double,
	transfer_detect_internal.esql_grok_float(v) AS float, transfer_detect_internal.esql_grok_boolean(v) AS boolean
FROM unnest(ARRAY['1', '+1', '-2147483648', '2147483648', '-9223372036854775808', '9223372036854775808', '1.5', ' 1e3 ', '2d', '1f', '0x1p3', '1e400', '1e39', 'NaN', '-', '', 'TRUE', 'truth']) AS v;

-- No match and null give nulls; captures that took no part do, too.
SELECT esql('ROW a = "foo bar" | GROK a "%{NUMBER:b:int} %{WORD:c}"');
SELECT esql('ROW a = null | GROK a "%{WORD:b}"');
SELECT esql('ROW a = "x" | GROK a "(?<b>x)(?<c>y)?"');
SELECT esql('ROW a = "x" | GROK a "%{WORD}"');

-- A column of that name gives way and moves to the end; the input may be such a column, or any expression.
SELECT esql('ROW a = "1 x", b = true, c = 2 | GROK a "%{INT:a:int} %{WORD:b}"');
SELECT esql('ROW a = "x", b = "y" | GROK CONCAT(a, "-", b) "%{DATA:first}-%{GREEDYDATA:second}"');

-- Several values: each is matched, what they capture is one list.
SELECT esql('ROW a = ["one 1", "none", "two 2"] | GROK a "%{WORD:w} %{INT:n:int}" | EVAL sum = MV_SUM(n), single = LENGTH(w)');
SELECT esql('ROW a = ["a b", "c d"] | GROK a "%{WORD:x} %{WORD:x}"');
SELECT esql('ROW a = ["-", "a"] | GROK a "%{WORD:x}"');

-- Several patterns: alternatives, so the match furthest to the left counts.
SELECT esql('ROW t = "XYZ take" | GROK t "ABC %{WORD:a}", "XYZ %{WORD:b}"');
SELECT esql('ROW t = "b a" | GROK t "(?<x>a)", "(?<x>b)"');
SELECT esql('ROW t = "ab" | GROK t "(?<x>a)", "(?<x>ab)", "(?<y>ab)"');

-- Inline flags, dotted names, anchors.
SELECT esql('ROW t = "GET HTTPS://Web-1.Example.ORG:8443/x" | GROK t "(?i:https?)://(?<Esql.host>[a-z0-9.-]+)", "%{URIPROTO:p}://%{URIHOST:h}"');
SELECT esql('ROW t = "GET https://web-1.example.org:8443/x" | GROK t "%{URIPROTO:p}://%{URIHOST:h}"');
SELECT esql('ROW t = "roles=[arn:aws:iam::123456789012:role/x, y]" | GROK t """.*(?<Esql.arn>arn:aws[a-z-]*:iam::[0-9]{12}:role/[^,}]+).*"""');

-- Errors at the pattern.
SELECT pg_temp.fails('ROW a = "x" | GROK a "%{WORD:b", "x"');
SELECT pg_temp.fails('ROW a = "x" | GROK a "%{WORD:b}", "%{NOSUCH:b}"');
SELECT pg_temp.fails('ROW a = "x" | GROK a "%{WORD:b}", "%{INT:b:int}"');
SELECT pg_temp.fails('ROW a = "x" | GROK a "(?P<b>x)"');
SELECT regexp_replace(pg_temp.fails('ROW a = "x" | GROK a "(?<=a+)(?<b>x)"'), 'supported: .*', 'supported: ...');
SELECT pg_temp.fails('ROW a = 1 | GROK a "%{WORD:b}"');
SELECT pg_temp.fails('ROW a = "x" | GROK a');
SELECT pg_temp.fails('ROW a = "x" | GROK b "%{WORD:b}"');

-- The pattern runs once for each row, and its columns are taken out of what it captured.
SELECT esql_sql('ROW a = "x 2" | GROK a "%{WORD:b} %{INT:n:int}" | WHERE n > 1 | KEEP b');

-- Columns and documents, in conditions and groups.
CREATE TABLE public.lines (timestamp timestamptz, host text, message text);
INSERT INTO lines SELECT '2026-11-20 09:30Z'::timestamptz + i * interval '1 minute', 'web-' || i % 2, v.message
FROM (VALUES (1, 'sshd[17]: Accepted publickey for root from 192.0.2.1 port 22'), (2, 'sshd[18]: Accepted password for joe from 192.0.2.2 port 23'), (3, 'cron[9]: nothing'),
	(4, 'sshd[19]: Failed password for joe from 192.0.2.3 port 24'), (5, 'sshd[20]: Accepted password for joe from 192.0.2.2 port 25')) AS v(i, message);
CREATE TABLE public.raw (timestamp timestamptz, document jsonb);
INSERT INTO raw SELECT timestamp, jsonb_build_object('@timestamp', timestamp, 'host', jsonb_build_object('name', host), 'message', message) FROM lines;
INSERT INTO raw VALUES ('2026-11-20 09:40Z', '{"@timestamp": "2026-11-20T09:40:00Z", "host": {"name": "web-9"}, "message": ["sshd[1]: Accepted a for eve from 192.0.2.9 port 1", "sshd[2]: Accepted b for ann from 192.0.2.8 port 2"]}');
SELECT esql('FROM x | GROK message "%{SYSLOGPROG}: Accepted %{WORD:method} for %{USER:user} from %{IP:ip} port %{INT:port:int}" | WHERE user IS NOT NULL | KEEP process.name, process.pid, method, user, ip, port | SORT port', events => 'public.lines');
SELECT esql('FROM x | GROK message "for %{USER:user.name} from %{IP:source.ip}" | STATS n = COUNT(), ips = VALUES(source.ip) BY user.name | SORT user.name', events => 'public.raw');

-- In a rule: alerts, the events behind them, exceptions at both stages, the preview of one.
INSERT INTO rules (rule_id, name, query, events, enabled) VALUES ('grok', 'Logins',
	'FROM raw | GROK message "Accepted %{WORD} for %{USER:who} from %{IP:from}" | WHERE who IS NOT NULL | STATS n = COUNT(), hosts = VALUES(host.name) BY who', 'public.raw', true);
SELECT status, alerts_created, events_matched, excepted, message FROM run('grok', '2026-11-20 10:00Z');
SELECT group_key, result, event_count, (SELECT jsonb_agg(e -> 'message' ORDER BY e ->> '@timestamp') FROM alert_events(a.id) AS e) AS messages FROM alerts AS a WHERE rule_id = 'grok' ORDER BY group_key ->> 'who';
SELECT change, group_key FROM preview_exception('grok', 'who == "joe"', from_time => '2026-11-20 09:00Z', to_time => '2026-11-20 10:00Z');
SELECT change, group_key, events_without, events_with FROM preview_exception('grok', 'host.name == "web-1"', 'event', '2026-11-20 09:00Z', '2026-11-20 10:00Z') ORDER BY group_key ->> 'who';
DELETE FROM alerts; DELETE FROM checkpoints;
INSERT INTO exceptions (rule_id, condition) VALUES ('grok', 'who == "joe"');
INSERT INTO exceptions (rule_id, stage, condition) VALUES ('grok', 'event', 'message LIKE "*root*"');
SELECT status, alerts_created, excepted, message FROM run('grok', '2026-11-20 10:00Z');
SELECT group_key ->> 'who' AS who, event_count FROM alerts WHERE rule_id = 'grok' ORDER BY 1;

-- A rule with a broken pattern is refused when it is written.
SAVEPOINT broken;
INSERT INTO rules (rule_id, name, query, events) VALUES ('grok-broken', 'Broken', 'FROM raw | GROK message "%{WORD:w"', 'public.raw');
ROLLBACK TO broken;
ROLLBACK;
