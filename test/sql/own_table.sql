-- A table with columns of other names: one error names all fields that it lacks, and the view in its hint makes the
-- rule work once it is pasted.
SET timezone = 'UTC';
CREATE TABLE public.process_log (ts timestamptz, exe text, parent_exe text, cmd text, hostname text, sensor_id text, process_name text);
INSERT INTO public.process_log VALUES ('2026-11-20 09:30Z', '/usr/bin/scp', '/bin/sh', 'scp a b:', 'web-1', 'a1', 'scp');
\set VERBOSITY default
SELECT * FROM transfer_detect.detect('public.process_log', '2026-11-20 10:00Z');
SELECT transfer_detect.esql('FROM x | WHERE process.name == "scp" | STATS c = COUNT() BY host.name, user.name', events => 'public.process_log');

-- the view, pasted, with the three columns that nobody can guess filled in
CREATE VIEW public.events_for_rules AS
SELECT e.*,
	e.ts AS "@timestamp",
	'linux'::text AS "host.os.type",
	'start'::text AS "event.type",
	'exec'::text AS "event.action",
	e.exe AS "process.executable",
	e.parent_exe AS "process.parent.executable",
	e.cmd AS "process.command_line",
	e.sensor_id AS "agent.id",
	e.hostname AS "host.name"
FROM public.process_log AS e;
SELECT process_command_line, host_names, agent_ids FROM transfer_detect.detect('public.events_for_rules', '2026-11-20 10:00Z');

-- a field without a name goes by its text; the view takes any name
SELECT transfer_detect.esql('FROM public.process_log | EVAL LENGTH(exe) | WHERE `LENGTH(exe)` > 1 AND kind == "a" AND kinder == "b"');
SELECT transfer_detect.esql('FROM public.process_log | WHERE `a" , (SELECT 1) AS "b` == "x" AND `user` == "y"');
-- nor are the names of the rule those of an exception
SELECT * FROM transfer_detect_internal.rule_groups('FROM x | EVAL LENGTH(exe) | KEEP ts, `LENGTH(exe)`', 'public.process_log', '2026-11-20 09:00Z', '2026-11-20 10:00Z', 'ts', event_exceptions => ARRAY['kind == "a" AND kinder == "b"']);

-- one field that is missing is named as always, with a suggestion only when a name is close
SELECT transfer_detect.esql('FROM x | STATS c = COUNT() BY process.nane', events => 'public.events_for_rules');
SELECT transfer_detect.esql('FROM x | STATS c = COUNT() BY host.kind', events => 'public.events_for_rules');
DROP VIEW public.events_for_rules;
DROP TABLE public.process_log;
