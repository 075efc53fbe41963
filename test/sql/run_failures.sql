-- What goes wrong: a failed window is recorded and tried again, and one rule's failure leaves the others alone.
\set ON_ERROR_ROLLBACK on
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL client_min_messages = warning;	-- not how far backfill() is
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
CREATE TABLE public.good (timestamp timestamptz, host_name text, amount text);
CREATE TABLE public.bad (timestamp timestamptz, host_name text, amount text);
INSERT INTO public.good SELECT t, 'g', '1' FROM generate_series('2026-11-20 09:30Z'::timestamptz, '2026-11-20 13:30Z', '1 hour') AS t;
INSERT INTO public.bad SELECT t, 'b', '1' FROM generate_series('2026-11-20 09:30Z'::timestamptz, '2026-11-20 13:30Z', '1 hour') AS t;
CREATE VIEW public.shaky AS SELECT timestamp, host_name, amount::integer AS amount FROM public.bad;
INSERT INTO rules (rule_id, name, query, events, run_interval, look_back, enabled) VALUES
	('fail-a', 'A', 'FROM x | WHERE amount > 0 | STATS n = COUNT() BY host.name', 'public.shaky', '1 hour', '1 hour', true),
	('fail-b', 'B', 'FROM x | STATS n = COUNT() BY host.name', 'public.good', '1 hour', '1 hour', true);
UPDATE rules SET enabled = false WHERE rule_id NOT LIKE 'fail-%';
SELECT rule_id, window_to, status FROM run(as_of => '2026-11-20 10:00Z');

-- an event that the view cannot read, in the second of three windows
UPDATE public.bad SET amount = 'much' WHERE timestamp = '2026-11-20 11:30Z';
SELECT rule_id, window_from, window_to, status, alerts_created, alerts_extended, events_matched, sqlstate, message FROM run(as_of => '2026-11-20 13:00Z');
SELECT rule_id, checkpoint FROM checkpoints ORDER BY rule_id;
SELECT rule_id, event_count FROM alerts ORDER BY rule_id;
-- the next run tries the window again
SELECT rule_id, window_to, status, sqlstate FROM run(as_of => '2026-11-20 13:30Z');
SELECT rule_id, failures, last_error FROM rule_health WHERE enabled ORDER BY rule_id;
UPDATE public.bad SET amount = '3' WHERE amount = 'much';
SELECT rule_id, window_to, status, alerts_extended FROM run(as_of => '2026-11-20 13:30Z');
SELECT rule_id, event_count FROM alerts ORDER BY rule_id;
SELECT rule_id, failures, last_error FROM rule_health WHERE enabled ORDER BY rule_id;
SELECT window_to, status FROM runs WHERE rule_id = 'fail-a' ORDER BY id;

-- one that goes on failing for longer than is caught up: one gap, which grows, and begins where a backfill has ended
SAVEPOINT s;
INSERT INTO public.bad SELECT t, 'b', 'much' FROM generate_series('2026-11-20 14:10Z'::timestamptz, '2026-11-20 17:10Z', '1 hour') AS t;
UPDATE rules SET max_catch_up = 2 WHERE rule_id = 'fail-a';
SELECT window_from, window_to, status FROM generate_series('2026-11-20 14:30Z'::timestamptz, '2026-11-20 17:30Z', '1 hour') AS h, run('fail-a', h);
SELECT gaps, gap_time, failures FROM rule_health WHERE rule_id = 'fail-a';
UPDATE public.bad SET amount = '3' WHERE amount = 'much';
SELECT window_from, window_to, status FROM backfill('fail-a', '2026-11-20 13:30Z', '2026-11-20 14:30Z');
SELECT window_from, window_to, status FROM run('fail-a', '2026-11-20 18:30Z');
SELECT window_from, window_to, status FROM runs WHERE rule_id = 'fail-a' AND status IN ('gap', 'filled') ORDER BY 1;
ROLLBACK TO s;

-- the very first window is tried again as well
SAVEPOINT s;
UPDATE public.bad SET amount = 'much' WHERE timestamp = '2026-11-20 09:30Z';
INSERT INTO rules (rule_id, name, query, events, run_interval, look_back, enabled)
SELECT 'fail-new', name, query, events, run_interval, look_back, true FROM rules WHERE rule_id = 'fail-a';
SELECT window_to, status, sqlstate FROM run('fail-new', '2026-11-20 10:00Z');
UPDATE public.bad SET amount = '3' WHERE amount = 'much';
SELECT window_to, status, events_matched FROM run('fail-new', '2026-11-20 11:00Z');
ROLLBACK TO s;

-- a backfill stops where it fails
UPDATE public.bad SET amount = 'much' WHERE timestamp = '2026-11-20 11:30Z';
SELECT window_to, kind, status, known FROM backfill('fail-a', '2026-11-20 09:00Z', '2026-11-20 13:00Z');
UPDATE public.bad SET amount = '3' WHERE amount = 'much';

-- a column that is gone, then the relation; alerts stay, but what is behind them cannot be told
ALTER TABLE public.good DROP COLUMN host_name;
SELECT rule_id, window_to, status, sqlstate, message FROM run('fail-b', '2026-11-20 14:30Z');
SELECT status, event_count FROM alerts WHERE rule_id = 'fail-b';
SELECT alert_events(id) FROM alerts WHERE rule_id = 'fail-b';
DROP TABLE public.good;
SELECT rule_id, window_to, status, sqlstate, regexp_replace(message, '\d+', 'N') AS message FROM run('fail-b', '2026-11-20 14:30Z');
-- moved to another relation, the rule goes on where it stood; a count that overlaps what was counted there stands
CREATE TABLE public.better (timestamp timestamptz, host_name text);
INSERT INTO public.better SELECT t, 'g' FROM generate_series('2026-11-20 13:10Z'::timestamptz, '2026-11-20 14:10Z', '10 minutes') AS t;
UPDATE rules SET events = 'public.better' WHERE rule_id = 'fail-b';
\set VERBOSITY terse
SELECT rule_id, version, window_from, window_to, status, alerts_created, alerts_extended FROM run('fail-b', '2026-11-20 14:30Z');
SELECT status, event_count FROM alerts WHERE rule_id = 'fail-b';
SELECT version, span_from, span_to, event_count FROM alert_hits WHERE rule_id = 'fail-b' ORDER BY span_from;
SELECT window_to, status, known, alerts_extended FROM backfill('fail-b', '2026-11-20 13:00Z', '2026-11-20 14:00Z');
SELECT version, span_from, span_to, event_count FROM alert_hits WHERE rule_id = 'fail-b' ORDER BY span_from;

-- What was counted stands when its events are gone, or hidden from who runs the rule this time; new ones are counted on.
CREATE TABLE public.kept (timestamp timestamptz, host_name text, secret boolean);
INSERT INTO rules (rule_id, name, query, events, enabled) SELECT 'fail-' || n, n, 'FROM x | STATS n = COUNT() BY host.name', 'public.kept', true
FROM unnest('{deleted,hidden}'::text[]) AS n;
INSERT INTO public.kept SELECT t::timestamptz, 'k', t LIKE '%:20Z' FROM unnest('{2026-11-20 09:10:20Z,2026-11-20 09:59:10Z,2026-11-20 09:59:20Z}'::text[]) AS t;
SELECT rule_id, alerts_created FROM run(as_of => '2026-11-20 10:00Z') WHERE rule_id IN ('fail-deleted', 'fail-hidden');
INSERT INTO public.kept SELECT t::timestamptz, 'k', false FROM unnest('{2026-11-20 09:59:40Z,2026-11-20 10:30Z}'::text[]) AS t;
CREATE ROLE regress_td_runner;
GRANT SELECT ON exceptions, public.kept TO regress_td_runner;
GRANT SELECT, INSERT, UPDATE ON runs, checkpoints, exception_hits, alerts TO regress_td_runner;
GRANT SELECT, INSERT, UPDATE, DELETE ON alert_hits TO regress_td_runner;
ALTER TABLE public.kept ENABLE ROW LEVEL SECURITY;
CREATE POLICY no_secrets ON public.kept USING (NOT secret);
SET LOCAL ROLE regress_td_runner;
SELECT rule_id, alerts_created, alerts_extended, known FROM run('fail-hidden', '2026-11-20 11:00Z');
SELECT sum(alerts_created + alerts_extended), sum(known) FROM backfill('fail-hidden', '2026-11-20 09:00Z', '2026-11-20 11:00Z');
RESET ROLE;
SELECT first_event, last_event, event_count, (SELECT count(*) FROM alert_events(a.id)) AS documents FROM alerts AS a WHERE rule_id = 'fail-hidden';
DELETE FROM public.kept WHERE secret;
SELECT rule_id, alerts_created, alerts_extended, known FROM run('fail-deleted', '2026-11-20 11:00Z');
SELECT first_event, last_event, event_count, (SELECT count(*) FROM alert_events(a.id)) AS documents FROM alerts AS a WHERE rule_id = 'fail-deleted';

-- arguments
SELECT * FROM run('no-such-rule');
SELECT * FROM run(as_of => NULL);
SELECT * FROM run(as_of => 'infinity');
SELECT * FROM run(as_of => '-infinity');
SAVEPOINT s;
SELECT count(*) > 0 AS ran FROM run('fail-b', now() + interval '1 day');
ROLLBACK TO s;
SELECT * FROM backfill('no-such-rule', '2026-11-20 09:00Z', '2026-11-20 13:00Z');
SELECT * FROM backfill(NULL, '2026-11-20 09:00Z', '2026-11-20 13:00Z');
SELECT * FROM backfill('fail-b', '2026-11-20 13:00Z', '2026-11-20 13:00Z');
SELECT * FROM backfill('fail-b', NULL, '2026-11-20 13:00Z');
SELECT * FROM backfill('fail-b', '2026-11-20 13:00Z', 'infinity');
SELECT * FROM alert_events(-1);
SELECT * FROM alert_events(NULL);
SELECT checkpoint FROM checkpoints WHERE rule_id = 'fail-b';
ROLLBACK;
