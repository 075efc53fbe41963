-- One fixture an edge of the rule's meaning. Each has a group key of its own: its name is the executable.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
CREATE TABLE public.fixture (LIKE events INCLUDING DEFAULTS);
CREATE FUNCTION pg_temp.event(
	name text, action text[] DEFAULT '{exec}', type text[] DEFAULT '{start}', at interval DEFAULT '-10 minutes',
	agent text DEFAULT 'a', host text DEFAULT 'h1', line text DEFAULT 'scp x y:') RETURNS void LANGUAGE sql
AS $$
	INSERT INTO public.fixture (timestamp, event_action, event_type, host_os_type, process_name,
		process_executable, process_parent_executable, process_command_line, agent_id, host_name)
	VALUES ('2026-11-20 10:00Z'::timestamptz + at, action, type, 'linux', 'scp',
		'/fixture/' || name, '/bin/sh', line, agent, host)
$$;
SELECT pg_temp.event('01 action exec');
SELECT pg_temp.event('02 action fork and exec', action => '{fork,exec}');
SELECT pg_temp.event('03 action exec twice', action => '{exec,exec}');
SELECT pg_temp.event('04 action EXEC', action => '{EXEC}');
SELECT pg_temp.event('05 action null', action => NULL);
SELECT pg_temp.event('06 type start and end', type => '{start,end}');
SELECT pg_temp.event('07 an hour ago', at => '-1 hour');
SELECT pg_temp.event('08 an hour ago and 1 ms', at => '-59 minutes -59.999 seconds');
SELECT pg_temp.event('09 in five minutes', at => '5 minutes');
SELECT pg_temp.event('10 two agents', agent => a) FROM unnest('{a,b}'::text[]) AS a;
SELECT pg_temp.event('11 agent null', agent => NULL);
SELECT pg_temp.event('12 agent a and agent null', agent => a) FROM unnest('{a,NULL}'::text[]) AS a;
SELECT pg_temp.event('13 four events') FROM generate_series(1, 4);
SELECT pg_temp.event('14 five events') FROM generate_series(1, 5);
SELECT pg_temp.event('15 line null on one host', line => NULL);
SELECT pg_temp.event('16 line null on two hosts', line => NULL, agent => h, host => h) FROM unnest('{h1,h2}'::text[]) AS h;
SELECT pg_temp.event('17 line empty and null', line => l) FROM unnest('{"",NULL}'::text[]) AS l;
SELECT pg_temp.event('18 one agent, two hosts', host => h) FROM unnest('{h2,h1}'::text[]) AS h;
-- further edges
SELECT pg_temp.event('19 action empty', action => '{}');
SELECT pg_temp.event('20 action of nulls and exec', action => '{NULL,exec,NULL}');
SELECT pg_temp.event('21 an hour ago and half a ms', at => '-59 minutes -59.9995 seconds');
SELECT pg_temp.event('22 at as_of', at => '0');
SELECT pg_temp.event('23 half a ms after as_of', at => '0.0005 seconds');
SELECT pg_temp.event('24 1 ms after as_of', at => '0.001 seconds');

CREATE FUNCTION pg_temp.expect(name text) RETURNS text LANGUAGE sql
AS $$
	SELECT CASE WHEN substr(name, 1, 2) IN ('01', '03', '08', '12', '13', '15', '17', '18', '20', '22', '23') THEN 'kept'
		WHEN substr(name, 1, 2) IN ('09', '24') THEN 'kept by esql'
		ELSE 'dropped' END
$$;
CREATE TEMP TABLE kept AS
SELECT f.name, pg_temp.expect(f.name) AS expected,
	CASE WHEN d.n IS NOT NULL AND e.n IS NOT NULL THEN 'kept'
		WHEN e.n IS NOT NULL THEN 'kept by esql'
		WHEN d.n IS NOT NULL THEN 'kept by detect'
		ELSE 'dropped' END AS outcome,
	d.counts, d.lines, d.hosts
FROM (SELECT DISTINCT substr(process_executable, 10) AS name FROM public.fixture) AS f
LEFT JOIN (
	SELECT substr(process_executable, 10) AS name, count(*) AS n, array_agg(event_count) AS counts,
		array_agg(process_command_line ORDER BY process_command_line COLLATE "C") AS lines, array_agg(host_names) AS hosts
	FROM detect('public.fixture', '2026-11-20 10:00Z') GROUP BY 1) AS d USING (name)
LEFT JOIN (
	SELECT substr(r ->> 'process.executable', 10) AS name, count(*) AS n
	FROM esql((SELECT query FROM rules WHERE rule_id = 'unusual-file-transfer-utility-launched'), '2026-11-20 10:00Z', 'public.fixture') AS r
	GROUP BY 1) AS e USING (name);
SELECT name, outcome, counts, lines, hosts FROM kept ORDER BY name COLLATE "C";
SELECT * FROM kept WHERE outcome <> expected;

-- the same from documents, where a list of one is a scalar
CREATE TABLE public.fixture_document AS
SELECT timestamp, jsonb_strip_nulls(jsonb_build_object(
	'host', jsonb_build_object('os', jsonb_build_object('type', host_os_type), 'name', host_name),
	'event', jsonb_build_object('action', CASE cardinality(event_action) WHEN 1 THEN to_jsonb(event_action[1]) ELSE to_jsonb(event_action) END),
	'event.type', to_jsonb(event_type),
	'process', jsonb_build_object('name', process_name, 'executable', process_executable, 'command_line', process_command_line,
		'parent.executable', process_parent_executable),
	'agent', jsonb_build_object('id', agent_id))) AS document
FROM public.fixture;
SELECT * FROM detect('public.fixture_document', '2026-11-20 10:00Z') EXCEPT ALL SELECT * FROM detect('public.fixture', '2026-11-20 10:00Z');
SELECT * FROM detect('public.fixture', '2026-11-20 10:00Z') EXCEPT ALL SELECT * FROM detect('public.fixture_document', '2026-11-20 10:00Z');

-- an hour of local time is an hour
SET timezone = 'Europe/Berlin';
SELECT count(*) FROM detect('public.fixture', '2026-11-20 11:00');
SET timezone = 'UTC';

-- a rule may look back over an ingest that came late only as far as its window
\set ON_ERROR_ROLLBACK on
BEGIN;
UPDATE rules SET look_back = '1 hour' WHERE rule_id = 'unusual-file-transfer-utility-launched';
SELECT count(*) FROM detect('public.fixture', '2026-11-20 10:00Z');
\set VERBOSITY terse
UPDATE rules SET look_back = '30 minutes' WHERE rule_id = 'unusual-file-transfer-utility-launched';
UPDATE rules SET look_back = '1 month' WHERE rule_id = 'unusual-file-transfer-utility-launched';
ROLLBACK;
DROP TABLE public.fixture, public.fixture_document;
