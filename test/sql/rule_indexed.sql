-- create_rule_index(): indexes that the compiled rule really uses, and that refuse no event.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
\set SHOW_CONTEXT never
CREATE TABLE public.indexed (LIKE events);
CREATE STATISTICS public.indexed_key (ndistinct) ON process_executable, process_parent_executable, process_command_line FROM public.indexed;
INSERT INTO public.indexed (timestamp, host_os_type, event_type, event_action, process_name, process_executable,
	process_parent_executable, process_command_line, agent_id, host_name)
SELECT '2026-11-20 08:00Z'::timestamptz + i * interval '0.36 second', 'linux', '{start}', CASE WHEN i % 7 = 0 THEN '{fork,exec}' ELSE '{exec}' END::text[],
	CASE WHEN i % 100 = 0 THEN 'scp' ELSE 'sleep' END, '/usr/bin/' || i % 100, '/bin/sh',
	CASE WHEN i % 3000 = 0 THEN (SELECT string_agg(md5((i / 3000 % 3) || '/' || n), '') FROM generate_series(1, 400) AS n) ELSE 'x ' || i % 1700 END,
	'agent ' || i % 7, 'host ' || i % 7
FROM generate_series(1, 20000) AS i;
VACUUM ANALYZE public.indexed;

-- what they are made of: no time, no list to unnest, what is the same at each run
SELECT * FROM rule_index_parts((SELECT query FROM rules WHERE rule_id = 'unusual-file-transfer-utility-launched'), 'public.indexed');
SELECT * FROM rule_index_parts('FROM x | WHERE @timestamp < NOW() AND process.name == "scp" AND DATE_TRUNC(1 day, @timestamp) == DATE_TRUNC(1 day, NOW())
	AND process.name LIKE "s*" AND NOT user.name IS NULL | WHERE LENGTH(host.name) == 1 | EVAL n = LENGTH(process.name)
	| WHERE n > 2 AND user.id == "7" | STATS c = COUNT() BY host.id', 'public.indexed');
SELECT * FROM rule_index_parts('FROM x | WHERE process.name == "scp" | LIMIT 1 | WHERE user.name == "root" | KEEP user.id, agent.ephemeral_id', 'public.indexed');

CREATE TEMP TABLE without AS SELECT * FROM detect('public.indexed', '2026-11-20 10:00Z') AS d;
SELECT count(*), max(length(process_command_line)) FROM without;
CREATE FUNCTION pg_temp.index_scans(relation regclass, rule text) RETURNS SETOF text LANGUAGE plpgsql
AS $$
DECLARE line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || transfer_detect.esql_sql((SELECT query FROM transfer_detect.rules WHERE rule_id = rule), '2026-11-20 10:00Z', relation) LOOP
		IF line ~ 'Scan' AND line !~ 'Subquery|Append' THEN
			RETURN NEXT regexp_replace(line, '^[ >-]+|Parallel ', '', 'g');
		END IF;
	END LOOP;
END
$$;
SELECT * FROM pg_temp.index_scans('public.indexed', 'unusual-file-transfer-utility-launched');

\x on
SELECT index_name, definition, entries, bytes BETWEEN 8192 AND 100000 AS small FROM create_rule_index('unusual-file-transfer-utility-launched', 'public.indexed');
\x off
-- again, and by hand
SELECT index_name, entries FROM create_rule_index('unusual-file-transfer-utility-launched', 'public.indexed');
SELECT table_name, index_name FROM rule_index_ddl('unusual-file-transfer-utility-launched', 'public.indexed');

-- no visit to the table but for the long rows, by esql_sql() and by detect(), which finds the same
SELECT * FROM pg_temp.index_scans('public.indexed', 'unusual-file-transfer-utility-launched');
(TABLE without EXCEPT ALL SELECT * FROM detect('public.indexed', '2026-11-20 10:00Z'))
UNION ALL
(SELECT * FROM detect('public.indexed', '2026-11-20 10:00Z') EXCEPT ALL TABLE without);
BEGIN;
SELECT count(*) FROM detect('public.indexed', '2026-11-20 10:00Z');
SELECT i.indexrelid::regclass, pg_stat_get_xact_numscans(i.indexrelid) > 0 AS used FROM pg_index AS i
WHERE i.indrelid = 'public.indexed'::regclass ORDER BY i.indexrelid;
COMMIT;
-- another rule, and a query without the rule's conditions, do not
SELECT * FROM pg_temp.index_scans('public.indexed', 'unusual-file-transfer-utility-launched-merged');
SELECT esql('FROM x | STATS c = COUNT(), a = COUNT_DISTINCT(agent.id)', events => 'public.indexed');
SELECT esql_sql('FROM x | STATS c = COUNT()', events => 'public.indexed') ~ 'esql_fits_index';
-- both rules have theirs
SELECT entries FROM create_rule_index('unusual-file-transfer-utility-launched-merged', 'public.indexed');
SELECT * FROM pg_temp.index_scans('public.indexed', 'unusual-file-transfer-utility-launched-merged');
SELECT * FROM pg_temp.index_scans('public.indexed', 'unusual-file-transfer-utility-launched');

-- the rule changes
BEGIN;
UPDATE rules SET query = replace(query, '"rsync"', '"rsync", "rclone"') WHERE rule_id = 'unusual-file-transfer-utility-launched';
SELECT * FROM create_rule_index('unusual-file-transfer-utility-launched', 'public.indexed');
ROLLBACK;

-- an event that is too long for an index is none that is refused
INSERT INTO public.indexed (timestamp, host_os_type, event_type, event_action, process_name, process_command_line, agent_id)
SELECT '2026-11-20 09:59Z', 'linux', '{start}', '{exec}', 'rsync', string_agg(md5(n::text), ' '), 'a' FROM generate_series(1, 3000) AS n;
SELECT length(process_command_line) FROM detect('public.indexed', '2026-11-20 10:00Z') WHERE process_command_line ~ '^c4ca';
SELECT esql_fits_index(repeat('x', 1500), NULL::text, 7, now(), ARRAY['a']), esql_fits_index(repeat('x', 1500), repeat('x', 500)),
	esql_fits_index('a'::name, 'b'::"char", NULL::int);
SELECT esql_fits_index(VARIADIC ARRAY['a']);

-- what runs evaluate: the same groups, from the same indexes
CREATE FUNCTION pg_temp.groups(query text) RETURNS TABLE (place bigint, result jsonb, event_count bigint, first_event timestamptz, events_matched bigint) LANGUAGE sql
AS $$ SELECT g.place, g.result, g.event_count, g.first_event, g.events_matched FROM transfer_detect_internal.rule_groups(query, 'public.indexed', '2026-11-20 08:59Z', '2026-11-20 10:00Z') AS g $$;
BEGIN;
SELECT count(*), sum(event_count), min(events_matched) FROM pg_temp.groups((SELECT query FROM rules WHERE rule_id = 'unusual-file-transfer-utility-launched'));
SELECT i.indexrelid::regclass FROM pg_index AS i
WHERE i.indrelid = 'public.indexed'::regclass AND pg_stat_get_xact_numscans(i.indexrelid) > 0 ORDER BY i.indexrelid;
-- all events of the window are not counted for it, unless that is asked for, and are where there is no such index
CREATE FUNCTION pg_temp.scanned(relation regclass) RETURNS bigint LANGUAGE sql
AS $$ SELECT g.events_scanned FROM transfer_detect.rules AS r, transfer_detect_internal.rule_groups(r.query, relation, '2026-11-20 08:59Z', '2026-11-20 10:00Z', count_scanned => true) AS g
WHERE r.rule_id = 'unusual-file-transfer-utility-launched' LIMIT 1 $$;
CREATE TABLE public.bare AS TABLE public.indexed;
SELECT pg_temp.scanned('public.indexed') AS indexed, pg_temp.scanned('public.bare') AS bare;
SET LOCAL transfer_detect.count_scanned = on;
SELECT pg_temp.scanned('public.indexed') AS indexed, pg_temp.scanned('public.bare') AS bare;
SET LOCAL transfer_detect.count_scanned = off;
SELECT pg_temp.scanned('public.indexed') AS indexed, pg_temp.scanned('public.bare') AS bare;
RESET transfer_detect.count_scanned;
-- a query that expands lists numbers its events, and then two parts would not do
CREATE TEMP TABLE expanding AS SELECT replace(query, '| STATS cc', '| MV_EXPAND event.action | STATS cc') AS query
FROM rules WHERE rule_id = 'unusual-file-transfer-utility-launched-merged';
CREATE TEMP TABLE expanded AS SELECT g.* FROM expanding, pg_temp.groups(query) AS g;
SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index WHERE indrelid = 'public.indexed'::regclass ORDER BY indexrelid \gexec
SELECT count(*), sum(event_count), min(events_matched) FROM pg_temp.groups((SELECT query FROM rules WHERE rule_id = 'unusual-file-transfer-utility-launched'));
SELECT count(*), sum(event_count), min(events_matched) FROM expanded;
(TABLE expanded EXCEPT ALL SELECT g.* FROM expanding, pg_temp.groups(query) AS g)
UNION ALL
(SELECT g.* FROM expanding, pg_temp.groups(query) AS g EXCEPT ALL TABLE expanded);
ROLLBACK;

-- a rule by the time of arrival, or else of the event: both sides of the window from one index
UPDATE public.indexed SET event_ingested = CASE WHEN extract(minute FROM timestamp)::int % 2 = 0 THEN timestamp + interval '5 minutes' END;
VACUUM FULL public.indexed;
VACUUM ANALYZE public.indexed;
BEGIN;
INSERT INTO rules (rule_id, name, events, timestamp_field, timestamp_fallback, query)
SELECT 'arrival', 'Arrival', 'public.indexed', 'event.ingested', '@timestamp', regexp_replace(query, '@timestamp > NOW.. - 1 hour\s+AND', '')
FROM rules WHERE rule_id = 'unusual-file-transfer-utility-launched';
CREATE TEMP TABLE arrived AS SELECT g.place, g.result, g.event_count FROM rules AS r, rule_groups(r.query, r.events, '2026-11-20 08:59Z', '2026-11-20 10:00Z', r.timestamp_field, r.timestamp_fallback) AS g WHERE r.rule_id = 'arrival';
SELECT count(*), sum(event_count) FROM arrived;
SET LOCAL client_min_messages = warning;
SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index WHERE indrelid = 'public.indexed'::regclass ORDER BY indexrelid \gexec
\x on
SELECT definition, entries FROM create_rule_index('arrival');
\x off
ANALYZE public.indexed;
(TABLE arrived EXCEPT ALL SELECT g.place, g.result, g.event_count FROM rules AS r, rule_groups(r.query, r.events, '2026-11-20 08:59Z', '2026-11-20 10:00Z', r.timestamp_field, r.timestamp_fallback) AS g WHERE r.rule_id = 'arrival');
SELECT i.indexrelid::regclass, pg_stat_get_xact_numscans(i.indexrelid) AS scans FROM pg_index AS i
WHERE i.indrelid = 'public.indexed'::regclass ORDER BY i.indexrelid;
ROLLBACK;

-- documents: an index on the expressions
CREATE TABLE public.documents AS SELECT jsonb_build_object('@timestamp', timestamp, 'process', jsonb_build_object('name', process_name,
	'executable', process_executable, 'command_line', left(process_command_line, 100)), 'event', jsonb_build_object('type', event_type, 'action', event_action),
	'host', jsonb_build_object('os', jsonb_build_object('type', host_os_type), 'name', host_name), 'agent', jsonb_build_object('id', agent_id)) AS document
FROM public.indexed;
VACUUM ANALYZE public.documents;
\x on
SELECT definition, entries FROM create_rule_index('unusual-file-transfer-utility-launched', 'public.documents');
\x off
ANALYZE public.documents;
SELECT * FROM pg_temp.index_scans('public.documents', 'unusual-file-transfer-utility-launched');

-- partitions: on the table itself, so that the next one has it too
CREATE TABLE public.parts (LIKE events) PARTITION BY RANGE (timestamp);
CREATE TABLE public.parts_8 PARTITION OF public.parts FOR VALUES FROM ('2026-11-20 08:00Z') TO ('2026-11-20 09:00Z');
CREATE TABLE public.parts_9 PARTITION OF public.parts FOR VALUES FROM ('2026-11-20 09:00Z') TO ('2026-11-20 10:00Z');
INSERT INTO public.parts SELECT * FROM public.indexed WHERE timestamp < '2026-11-20 10:00Z';
SELECT index_name, entries FROM create_rule_index('unusual-file-transfer-utility-launched', 'public.parts');
CREATE TABLE public.parts_10 PARTITION OF public.parts FOR VALUES FROM ('2026-11-20 10:00Z') TO ('2026-11-20 11:00Z');
SELECT count(*) FROM pg_index WHERE indrelid = 'public.parts_10'::regclass;
VACUUM ANALYZE public.parts;
SELECT regexp_replace(s, 'using \S+ ', '') AS scan FROM pg_temp.index_scans('public.parts', 'unusual-file-transfer-utility-launched') AS s;
-- our own: on each partition
TRUNCATE events;
INSERT INTO events SELECT * FROM public.indexed;
VACUUM ANALYZE events;
SELECT index_name, entries FROM create_rule_index('unusual-file-transfer-utility-launched');
SELECT * FROM pg_temp.index_scans('events', 'unusual-file-transfer-utility-launched');
-- a partition made of events_template has them, by other names
CREATE TABLE public.later (LIKE events_template INCLUDING INDEXES);
ALTER TABLE events ATTACH PARTITION public.later FOR VALUES FROM ('2027-01-01Z') TO ('2027-02-01Z');
SELECT index_name FROM create_rule_index('unusual-file-transfer-utility-launched');
ALTER TABLE events DETACH PARTITION public.later;
DROP TABLE public.later;
SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index
WHERE indrelid IN ('events_default'::regclass, 'events_template'::regclass) AND indexrelid::regclass::text ~ 'rule_' ORDER BY 1 \gexec
TRUNCATE events;

-- what cannot be
CREATE VIEW public.viewed AS SELECT * FROM public.indexed;
SELECT create_rule_index('unusual-file-transfer-utility-launched', 'public.viewed');
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE public.far (timestamp timestamptz, process_name text) SERVER nowhere;
SELECT create_rule_index('unusual-file-transfer-utility-launched', 'public.far');
SELECT create_rule_index('no-such-rule', 'public.indexed');
SELECT create_rule_index(NULL, 'public.indexed');
BEGIN;
INSERT INTO rules (rule_id, name, query) VALUES ('everything', 'Everything', 'FROM x | WHERE @timestamp > NOW() - 1 hour | STATS c = COUNT() BY host.name');
SELECT create_rule_index('everything', 'public.indexed');
ROLLBACK;
CREATE ROLE td_stranger;
GRANT SELECT ON public.documents TO td_stranger;
DO $$
DECLARE name regclass;
BEGIN
	FOR name IN SELECT indexrelid FROM pg_index WHERE indrelid = 'public.documents'::regclass LOOP
		EXECUTE format('DROP INDEX %s', name);
	END LOOP;
END
$$;
SET ROLE td_stranger;
SELECT create_rule_index('unusual-file-transfer-utility-launched', 'public.documents');
RESET ROLE;
SET client_min_messages = warning;
DROP TABLE public.indexed, public.documents, public.parts CASCADE;
DROP FOREIGN DATA WRAPPER nowhere CASCADE;
DROP ROLE td_stranger;
