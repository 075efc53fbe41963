-- What exceptions cost: each condition is compiled with the rule, once, and the window is read once however many there are.
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
SET LOCAL track_functions = 'all';
SET LOCAL transfer_detect.count_scanned = off;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TABLE public.cost_events (timestamp timestamptz, host_name text, process_name text, process_command_line text, event_action text[]);
INSERT INTO public.cost_events SELECT '2026-11-20 09:30Z', 'h' || i % 10, 'scp', 'scp ' || i % 40, '{exec,fork}' FROM generate_series(1, 400) AS i;
INSERT INTO public.cost_events SELECT '2026-11-20 09:30Z', 'h1', 'other', 'other', '{exec}' FROM generate_series(1, 100) AS i;
INSERT INTO rules (rule_id, name, query, events, enabled, run_interval, look_back) VALUES
	('cost-none', 'No exceptions', 'FROM x | WHERE process.name == "scp" | STATS c = COUNT(), host.name = VALUES(host.name) BY process.command_line', 'public.cost_events', true, '1 hour', '1 hour'),
	('cost-many', 'Many', 'FROM x | WHERE process.name == "scp" | STATS c = COUNT(), host.name = VALUES(host.name) BY process.command_line', 'public.cost_events', true, '1 hour', '1 hour');
INSERT INTO exceptions (rule_id, condition, stage)
SELECT 'cost-many', format('process.command_line == "scp %s"', i), s FROM generate_series(1, 10) AS i, unnest('{event,group}'::text[]) AS s;
CREATE FUNCTION pg_temp.reads() RETURNS bigint LANGUAGE sql AS $$
	SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_xact_user_tables WHERE relid = 'public.cost_events'::regclass
$$;
CREATE FUNCTION pg_temp.compilations() RETURNS numeric LANGUAGE sql AS $$
	SELECT coalesce(sum(calls), 0) FROM pg_stat_xact_user_functions WHERE funcname IN ('condition_check', 'condition_fits', 'condition_monotone', 'rule_check', 'rule_groups', 'rule_evidence')
$$;
CREATE FUNCTION pg_temp.cost(rule text) RETURNS TABLE (status text, groups bigint, excepted bigint, message text, compilations numeric, reads bigint) LANGUAGE plpgsql AS $$
DECLARE
	r transfer_detect.runs;
	compilations_before numeric := pg_temp.compilations();
	reads_before bigint := pg_temp.reads();
BEGIN
	SELECT * INTO r FROM transfer_detect.run(rule, '2026-11-20 10:00Z');
	RETURN QUERY SELECT r.status, r.groups, r.excepted, r.message, pg_temp.compilations() - compilations_before, pg_temp.reads() - reads_before;
END
$$;
SELECT * FROM pg_temp.cost('cost-none');
SELECT * FROM pg_temp.cost('cost-many');
SELECT count(*) AS exceptions, sum(h.hits) AS hits FROM exception_hits AS h;

-- what the rule does not understand is left out, wherever it stands among the others
DELETE FROM exceptions;
DELETE FROM checkpoints;
ALTER TABLE exceptions ALTER id RESTART WITH 1001;
SET LOCAL check_function_bodies = off;		-- so that nobody looks at the conditions before the run does
INSERT INTO exceptions (rule_id, condition, stage) VALUES
	('cost-many', 'no_such_field == 1', 'event'), ('cost-many', 'process.command_line == "scp 1"', 'event'), ('cost-many', 'process.command_line ==', 'event'),
	('cost-many', 'host.name == "h9"', 'event'), ('cost-many', 'c > "x"', 'group'), ('cost-many', 'process.command_line == "scp 2"', 'group');
SET LOCAL check_function_bodies = on;
SELECT status, groups, excepted, message, reads FROM pg_temp.cost('cost-many');
SELECT x.id, x.condition, h.hits FROM exceptions AS x LEFT JOIN exception_hits AS h ON h.exception_id = x.id ORDER BY x.id;
SELECT DISTINCT event_exceptions FROM alert_hits WHERE rule_id = 'cost-many' AND '{"host.name == \"h9\""}' <@ event_exceptions;

-- hits are events that the rule would take, wherever the exceptions act: not what MV_EXPAND or a list in BY makes of
-- them, nor what the rule's WHERE leaves out; and the rule finds what it would find if they were not there
CREATE FUNCTION pg_temp.hits(query text, VARIADIC conditions text[]) RETURNS TABLE (hits bigint[], matched bigint, found jsonb, same boolean) LANGUAGE sql AS $$
	WITH counted AS (
		SELECT * FROM rule_groups(query, 'public.cost_events', '2026-11-20 09:00Z', '2026-11-20 10:00Z', event_exceptions => conditions, count_hits => true)),
	plain AS (
		SELECT * FROM rule_groups(query, 'public.cost_events', '2026-11-20 09:00Z', '2026-11-20 10:00Z', event_exceptions => conditions))
	SELECT (SELECT event_hits FROM counted LIMIT 1), (SELECT events_matched FROM counted LIMIT 1), (SELECT jsonb_agg(result ORDER BY place) FROM counted),
		NOT EXISTS (SELECT place, result, group_key, event_count, groups_total, events_matched FROM counted
					EXCEPT SELECT place, result, group_key, event_count, groups_total, events_matched FROM plain)
		AND (SELECT count(*) FROM counted) = (SELECT count(*) FROM plain)
$$;
SELECT * FROM pg_temp.hits('FROM x | WHERE process.name == "scp" | STATS c = COUNT()', 'host.name == "h1"', 'host.name IN ("h1", "h2")', 'process.name == "other"');
SELECT * FROM pg_temp.hits('FROM x | STATS c = COUNT() BY event.action', 'host.name == "h1"');
SELECT * FROM pg_temp.hits('FROM x | MV_EXPAND event.action | STATS c = COUNT() BY event.action', 'host.name == "h1"', 'MV_COUNT(event.action) == 2');
SELECT * FROM pg_temp.hits('FROM x | SORT process.command_line, host.name | LIMIT 20 | STATS c = COUNT() BY process.command_line', 'process.name == "other"', 'process.command_line == "scp 0"');
SELECT * FROM pg_temp.hits('FROM x | WHERE process.name == "scp" | EVAL host.name = "renamed" | KEEP host.name', 'host.name == "h1"');
SELECT * FROM pg_temp.hits('FROM x | KEEP process.name | LIMIT 3', 'process.name == "other"', 'process.name == "scp"');
SELECT * FROM pg_temp.hits('FROM x | EVAL a = 1 | STATS c = COUNT() BY a', 'true', 'NULL');
ROLLBACK;
