-- What a run that succeeds says all the same: that it looked where no events are.
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
CREATE TABLE public.remark_events (timestamp timestamptz, host_name text);
INSERT INTO public.remark_events VALUES ('2026-11-20 09:30Z', 'a');
INSERT INTO sources (pattern, relation) VALUES ('logs-remark-*', 'public.remark_events');
INSERT INTO rules (rule_id, name, query, run_interval, look_back) VALUES ('remark', 'Remark', 'FROM logs-remark-a | STATS n = COUNT() BY host.name', '1 hour', '1 hour');
UPDATE rules SET enabled = true WHERE rule_id = 'remark';
CREATE FUNCTION pg_temp.remark(rule text) RETURNS TABLE (status text, alerts_created bigint, message text) LANGUAGE sql AS $$
	DELETE FROM transfer_detect.checkpoints;
	SELECT r.status, r.alerts_created, r.message FROM transfer_detect.run(rule, '2026-11-20 10:00Z') AS r
$$;
-- the pattern is mapped, and the rule looks elsewhere: the message says what to do, and that helps
SELECT message FROM pg_temp.remark('remark') \gset
SELECT m AS message FROM regexp_split_to_table(:'message', '(?<=[.;]) ') AS m;
SELECT substring(:'message' FROM 'UPDATE [^;]*;') AS advice \gset
:advice
SELECT * FROM pg_temp.remark('remark');
-- a rule of one's own relation, whose FROM is a published pattern, is no mistake
UPDATE rules SET query = 'FROM logs-endpoint.events.process-* | STATS n = COUNT() BY host.name' WHERE rule_id = 'remark';
SELECT status, message FROM pg_temp.remark('remark');
-- nor is FROM without any relation
UPDATE rules SET query = 'FROM nothing-* | STATS n = COUNT() BY host.name' WHERE rule_id = 'remark';
SELECT status, message FROM pg_temp.remark('remark');
-- a window without events, and one that is not counted
DELETE FROM public.remark_events;
SELECT status, message FROM pg_temp.remark('remark');
SET LOCAL transfer_detect.count_scanned = off;
SELECT status, message FROM pg_temp.remark('remark');
RESET transfer_detect.count_scanned;
SELECT from_relations('FROM logs-remark-*, remark_events, public.rules, logs-endpoint.events.process-*'), from_relations('FROM logs-*, -logs-remark-*'), from_relations('FROM no-such');
ROLLBACK;
