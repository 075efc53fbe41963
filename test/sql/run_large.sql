-- What one group holds must not keep the others of its window from being filed.
\set ON_ERROR_ROLLBACK on
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL client_min_messages = warning;	-- not how far backfill() is
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
CREATE TABLE public.large (timestamp timestamptz, host_name text, process_name text, process_command_line text);
CREATE VIEW public.too_large AS
	SELECT '2026-11-20 09:10Z'::timestamptz + i * interval '0.5 s' AS timestamp, 'noisy' AS host_name, 'scp' AS process_name,
		i || repeat('x', 100000) AS process_command_line FROM generate_series(1, 2800) AS i
	UNION ALL SELECT * FROM public.large;
UPDATE rules SET enabled = false;
INSERT INTO rules (rule_id, name, query, events, run_interval, look_back, enabled) VALUES
	('by-host', 'x', 'FROM x | STATS c = COUNT(), cmd = VALUES(process.command_line), names = VALUES(process.name) BY host.name', 'public.too_large', '1 hour', '1 hour', true),
	('by-command', 'x', 'FROM x | STATS c = COUNT() BY process.command_line', 'public.large', '1 hour', '1 hour', true),
	('rows', 'x', 'FROM x | KEEP host.name, process.command_line', 'public.large', '1 hour', '1 hour', true);
INSERT INTO public.large VALUES ('2026-11-20 09:55Z', 'victim', 'scp', 'scp loot evil:');

-- a list that jsonb cannot hold
SELECT status, sqlstate, message, alerts_created FROM run('by-host', '2026-11-20 10:00Z');
SELECT group_key, event_count, omitted, jsonb_array_length(CASE WHEN result ? 'cmd' AND jsonb_typeof(result -> 'cmd') = 'array' THEN result -> 'cmd' END) AS kept, result -> 'names' AS names
FROM alerts ORDER BY id;

-- long texts: they are cut, and those that differ at their end stay two
INSERT INTO public.large SELECT '2026-11-20 10:30Z', 'long', 'scp', repeat('é', 1000000) || i FROM generate_series(1, 2) AS i;
INSERT INTO public.large VALUES ('2026-11-20 10:31Z', 'victim', 'scp', 'scp more evil:');
SELECT status, message, alerts_created FROM run('by-command', '2026-11-20 11:00Z');
SELECT status, message, alerts_created FROM run('rows', '2026-11-20 11:00Z');
SELECT rule_id, left(group_key ->> 'process.command_line', 14) AS begin, length(group_key ->> 'process.command_line') AS length,
	substr(group_key ->> 'process.command_line', 524289, 35) AS mark, omitted, event_count
FROM alerts WHERE rule_id <> 'by-host' ORDER BY rule_id, length, group_key::text;
-- they are known when they come again
SELECT status, alerts_created, alerts_extended, known FROM backfill('by-command', '2026-11-20 10:00Z', '2026-11-20 11:00Z');

-- lists of hosts and agents that grow from window to window are full some time, and then say so for good
CREATE TABLE public.places (timestamp timestamptz, name text);
CREATE VIEW public.crowd AS SELECT timestamp, 'scp' AS process_name, name || i AS host_name, i::text AS agent_id FROM public.places, generate_series(1, 4000) AS i;
INSERT INTO rules (rule_id, name, query, events, run_interval, look_back, enabled)
VALUES ('crowd', 'x', 'FROM x | STATS c = COUNT(), host.name = VALUES(host.name), agent.id = VALUES(agent.id) BY process.name', 'public.crowd', '1 hour', '1 hour', true);
INSERT INTO public.places SELECT '2026-11-20 09:30Z'::timestamptz + i * interval '1 hour', i || repeat('h', 1500) FROM generate_series(0, 3) AS i;
SELECT status, alerts_created, alerts_extended FROM run('crowd', '2026-11-20 10:00Z');
SELECT status, alerts_created, alerts_extended FROM run('crowd', '2026-11-20 13:00Z');
SELECT cardinality(host_names) AS hosts, cardinality(agent_ids) AS agents, omitted, event_count FROM alerts WHERE rule_id = 'crowd';
INSERT INTO public.places SELECT '2026-11-20 13:30Z', '0' || repeat('h', 1500);
SELECT status, alerts_created, alerts_extended FROM run('crowd', '2026-11-20 14:00Z');
SELECT cardinality(host_names) AS hosts, cardinality(agent_ids) AS agents, omitted, event_count FROM alerts WHERE rule_id = 'crowd';

-- whatever else keeps one group from being filed, here an index of the user's own, the others are filed
SET CONSTRAINTS ALL IMMEDIATE;
CREATE INDEX own ON alerts (process_command_line) WHERE last_window >= '2026-11-20 12:00Z';
INSERT INTO public.large SELECT '2026-11-20 11:30Z', 'h', 'scp', string_agg(sha512(i::text::bytea)::text, '') FROM generate_series(1, 200) AS i;
INSERT INTO public.large VALUES ('2026-11-20 11:31Z', 'victim', 'scp', 'scp most evil:');
SELECT status, sqlstate, message, alerts_created FROM run('by-command', '2026-11-20 12:00Z');
SELECT left(title, 60) AS title, event_count, result, process_command_line IS NULL AS without, regexp_replace(omitted, '\d+', 'N', 'g') AS omitted FROM alerts
WHERE rule_id = 'by-command' AND last_window = '2026-11-20 12:00Z' ORDER BY id;
-- what no group has caused fails the window as before
CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today' USING ERRCODE = 'lock_not_available'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON alerts FOR EACH ROW EXECUTE FUNCTION public.refuse();
INSERT INTO public.large VALUES ('2026-11-20 12:31Z', 'victim', 'scp', 'scp last evil:');
SELECT status, sqlstate, message, alerts_created FROM run('by-command', '2026-11-20 13:00Z');
ROLLBACK;
