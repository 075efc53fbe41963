-- The context, the page and the documents of each alert of the recorded hours: the true chain of processes, the planted
-- copies with what speaks for them, and a page for each that holds them.
\set documents `cat "$TD_TEST_DATA/process-events.ndjson"`
\set load `echo "$TD_TEST_DATA/load-recorded.sql"`
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
-- the rule as published, alone
UPDATE rules SET enabled = rule_id = 'unusual-file-transfer-utility-launched';
ALTER TABLE alerts ALTER COLUMN id RESTART;
ALTER TABLE exceptions ALTER COLUMN id RESTART;
\i :load
SELECT sum(alerts_created) FROM (SELECT * FROM run(as_of => '2026-11-20 10:00Z') UNION ALL SELECT * FROM run(as_of => '2026-11-20 11:00Z')
	UNION ALL SELECT * FROM run(as_of => '2026-11-20 12:00Z')) AS r;
CREATE TEMPORARY TABLE known AS SELECT a.id, row_number() OVER (ORDER BY a.id) AS number, triage(a.id) AS facts FROM alerts AS a;

-- who sent what where
SELECT number, said_plain(facts -> 'headline') AS headline FROM known ORDER BY 1;

-- from the oldest known ancestor down; the other end is a guess, and says so
SELECT k.number, repeat('  ', (n.value ->> 'depth')::integer) || (n.value ->> 'command_line') AS process, n.value ->> 'role' AS role,
	n.value ->> 'kind' AS kind, n.value ->> 'host' AS host, n.value ->> 'form' AS form, n.value ->> 'certain' AS certain
FROM known AS k, jsonb_array_elements(k.facts -> 'tree') WITH ORDINALITY AS n(value, place)
ORDER BY k.number, n.place;

-- what speaks for an attack, what against, and what cannot be told
SELECT k.number, f.field, said_plain(r.value) AS reason
FROM known AS k, unnest('{for,against,unknown}'::text[]) WITH ORDINALITY AS f(field, place), jsonb_array_elements(k.facts -> f.field) WITH ORDINALITY AS r(value, place)
ORDER BY k.number, f.place, r.place;
SELECT number, facts -> 'order' AS working_order FROM known ORDER BY 1;

-- seen before: one of the planted copies, by hand
SELECT p.value ->> 'part' AS part, p.value ->> 'starts' AS starts, p.value ->> 'hosts' AS hosts, p.value ->> 'earlier' AS earlier, p.value ->> 'first_host' AS first_host
FROM known AS k, jsonb_array_elements(k.facts -> 'prevalence') WITH ORDINALITY AS p(value, place) WHERE k.number = 4 ORDER BY p.place;
SELECT count(*) AS starts, count(DISTINCT host_name) AS hosts FROM events WHERE process_executable = '/usr/bin/rsync' AND 'exec' = ANY (event_action);
SELECT count(*) AS starts, count(DISTINCT host_name) AS hosts FROM events WHERE process_command_line = 'rsync -q /tmp/.cache.tgz vault:inbox/' AND 'exec' = ANY (event_action);

-- related: the other end is an alert, the same on db-1 is none
SELECT k.number, o.number AS other, array_to_string(json_texts(r.value -> 'shared'), ', ') AS shared
FROM known AS k, jsonb_array_elements(k.facts -> 'related') WITH ORDINALITY AS r(value, place), known AS o
WHERE o.id = (r.value ->> 'id')::bigint ORDER BY k.number, r.place;
SELECT k.number, e.value ->> 'host' AS host, e.value ->> 'form' AS form, e.value ->> 'starts' AS starts
FROM known AS k, jsonb_array_elements(k.facts -> 'elsewhere') AS e ORDER BY 1, 2;

-- for a terminal: 120 columns, and nothing that moves the cursor
SELECT c.section, c.at, c.host, c.what FROM known AS k, alert_context(k.id) AS c WHERE k.number = 3;
SELECT count(*) AS rows, max(length(l.line)) <= 64 AS narrow, bool_and(l.line !~ '[\x01-\x1f]') AS clean, max(length(c.host)) <= 12 AS host, max(length(c.section)) <= 10 AS section
FROM known AS k, alert_context(k.id) AS c, unnest(string_to_array(c.what, E'\n')) AS l(line);

-- commands for the operator
SELECT r.* FROM known AS k, response_steps(k.facts) AS r WHERE k.number = 4;

-- the page: a title, all sections, and nothing that a browser would run or load
CREATE TEMPORARY TABLE page AS SELECT k.number, alert_report(k.id) AS html FROM known AS k
	UNION ALL SELECT 0, alert_report('2026-11-20 09:00Z', '2026-11-20 12:00Z');
SELECT number, substring(html FROM '<title>(.*)</title>') AS title, regexp_count AS sections
FROM page, LATERAL (SELECT count(*) AS regexp_count FROM regexp_matches(html, '<section', 'g')) AS c ORDER BY 1;
SELECT bool_or(html ~* '<script|<img|<iframe|<link [^>]*href="(?!data:)|url\(|@import|\son\w+=|https?://(?!attack)') AS loads FROM page;
SELECT substring(html FROM '<h1>(.*)</h1>') AS finding FROM page WHERE number = 0;
SELECT substring(html FROM 'class="map"[^>]*aria-label="([^"]*)"') AS map FROM page WHERE number = 0;
-- tags that are opened are closed
SELECT number, t.tag, o.opened = c.closed AS balanced
FROM page, unnest('{section,table,tr,td,th,ul,li,code,b,small,dl,dd,svg,details,pre,div,span,p}'::text[]) AS t(tag),
	LATERAL (SELECT count(*) AS opened FROM regexp_matches(html, '<' || t.tag || '[ >]', 'g')) AS o,
	LATERAL (SELECT count(*) AS closed FROM regexp_matches(html, '</' || t.tag || '>', 'g')) AS c
WHERE o.opened <> c.closed;

-- as a document
SELECT d ->> 'kibana.alert.workflow_status' AS status, d ->> 'kibana.alert.severity' AS severity, d ->> 'kibana.alert.original_time' AS original_time,
	d ->> 'kibana.alert.rule.name' AS rule, d #>> '{host,name}' AS host, d #>> '{process,command_line}' AS command, d #>> '{event,kind}' AS kind, length(d ->> 'kibana.alert.uuid') AS uuid
FROM known AS k, alert_document(k.id) AS d ORDER BY k.number;
SELECT count(*) AS all, count(DISTINCT d ->> 'kibana.alert.uuid') AS different, bool_or(d::text ~ '\n') AS over_lines FROM export_alerts('-infinity', 'infinity') AS d;
SELECT count(*) AS none FROM export_alerts('infinity', 'infinity') AS d;

-- errors
\set VERBOSITY terse
SAVEPOINT s;
SELECT alert_report(0);
ROLLBACK TO s;
SELECT * FROM alert_context(NULL);
ROLLBACK TO s;
SELECT alert_report('2026-11-20 12:00Z', '2026-11-20 09:00Z');
ROLLBACK TO s;
SELECT alert_report('2026-11-20 12:00Z', NULL);
ROLLBACK TO s;
-- an alert of a rule that knows habits: its reasons, and what the memory says of the same command to other rules
UPDATE rules SET enabled = true WHERE rule_id = 'first-seen-file-transfer';
SELECT alerts_created FROM run('first-seen-file-transfer', '2026-11-20 12:00Z');
SELECT c.section, c.what FROM alerts AS a, LATERAL (SELECT x.section, x.what, row_number() OVER () AS place FROM alert_context(a.id) AS x) AS c
WHERE a.rule_id = 'first-seen-file-transfer' AND a.process_command_line LIKE 'rsync -q /tmp/.cache.tgz%' AND c.section IN ('alert', 'reasons')
ORDER BY a.first_event, c.place;
SELECT length(alert_report(a.id)) > 10000 AS page, alert_document(a.id) ->> 'kibana.alert.reason' AS reason FROM alerts AS a WHERE a.rule_id = 'first-seen-file-transfer' ORDER BY a.id LIMIT 1;
UPDATE alerts SET status = 'closed', close_reason = 'true_positive' WHERE rule_id = 'first-seen-file-transfer' AND process_command_line LIKE 'rsync -q /tmp/.cache.tgz%';
UPDATE alerts SET status = 'closed', close_reason = 'benign' WHERE rule_id = 'first-seen-file-transfer' AND status = 'open';
UPDATE habits SET first_seen = first_seen - interval '3 days', days = 4;
SELECT a.process_command_line, said_plain(h) AS habit FROM alerts AS a, LATERAL jsonb_array_elements(triage(a.id) -> 'habits') WITH ORDINALITY AS h(h, place)
WHERE a.rule_id = 'unusual-file-transfer-utility-launched' ORDER BY a.id, h.place;
ROLLBACK;
