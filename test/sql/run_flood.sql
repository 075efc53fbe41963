-- A flood: more groups than an analyst can read. They are filed a thousand at a time, and come out as if one by one.
\set ON_ERROR_ROLLBACK on
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL client_min_messages = warning;	-- not how far backfill() is
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
UPDATE rules SET enabled = false;
CREATE TABLE public.launches (timestamp timestamptz, process_command_line text, process_executable text, host_name text, agent_id text);
CREATE INDEX launches_by_command ON public.launches (process_command_line, timestamp);
INSERT INTO rules (rule_id, name, query, events, max_alerts, enabled)
SELECT r, 'Flood', 'FROM x | STATS n = COUNT(), process.executable = VALUES(process.executable), host.name = VALUES(host.name), agent.id = VALUES(agent.id)
	BY process.command_line | SORT process.command_line', 'public.launches', 10, true FROM unnest('{bulk,single}'::text[]) AS r;

-- copies of documents are made on both ways: two of an alert at most, in few bytes
INSERT INTO evidence_settings (rule_id, documents, bytes) VALUES (NULL, 2, 400);

-- The reference: a window's groups, each filed by itself.
CREATE FUNCTION pg_temp.file_singly(until timestamptz) RETURNS TABLE (created bigint, extended bigint, known bigint) LANGUAGE plpgsql AS $$
DECLARE
	rule transfer_detect.rule_versions := transfer_detect_internal.present_version('single');
	run transfer_detect.runs;
	outcomes text[];
BEGIN
	INSERT INTO transfer_detect.runs (rule_id, version, kind, status, window_from, window_to, started_at, horizon)
	VALUES ('single', rule.version, 'scheduled', 'succeeded', until - rule.look_back, until, now(), now()) RETURNING * INTO run;
	SELECT array_agg(transfer_detect_internal.file_group(run, rule, '{}', g.group_key, g.result, g.event_count, g.first_event, g.last_event,
														 g.omitted, g.place > rule.max_alerts) ORDER BY g.place)
	  INTO outcomes
	  FROM (SELECT * FROM transfer_detect_internal.rule_groups(rule.query, rule.events, run.window_from, until) ORDER BY place OFFSET 0) AS g;
	RETURN QUERY SELECT count(*) FILTER (WHERE o = 'created'), count(*) FILTER (WHERE o = 'extended'), count(*) FILTER (WHERE o = 'known') FROM unnest(outcomes) AS o;
END
$$;
CREATE FUNCTION pg_temp.file_both(until timestamptz) RETURNS TABLE (filed text, created bigint, extended bigint, known bigint) LANGUAGE sql AS $$
	SELECT 'in bulk', r.alerts_created, r.alerts_extended, r.known FROM transfer_detect.run('bulk', until) AS r WHERE r.window_to = until
	UNION ALL SELECT 'singly', * FROM pg_temp.file_singly(until)
$$;
-- Everything of an alert but its numbers, with its hits, history and copies; what only one of the two has.
CREATE FUNCTION pg_temp.difference() RETURNS TABLE (number bigint) LANGUAGE sql AS $$
	WITH whole AS (
		SELECT a.rule_id, (to_jsonb(a) - '{id,rule_id,version,run_id,predecessor_id,created_at,updated_at,closed_at}'::text[]) || jsonb_build_object(
			'predecessor', (SELECT p.last_event FROM transfer_detect.alerts AS p WHERE p.id = a.predecessor_id),
			'copies', (SELECT jsonb_agg(e.document ORDER BY e.digest) FROM transfer_detect.alert_evidence AS e WHERE e.alert_id = a.id),
			'hits', (SELECT jsonb_agg(to_jsonb(h) - '{id,alert_id,rule_id,version}'::text[] ORDER BY h.span_from) FROM transfer_detect.alert_hits AS h WHERE h.alert_id = a.id),
			'history', (SELECT jsonb_agg(jsonb_build_array(y.action, y.changes, y.changed_by) ORDER BY y.id) FROM transfer_detect.alert_history AS y WHERE y.alert_id = a.id)) AS all_of_it
		  FROM transfer_detect.alerts AS a)
	SELECT count(*) FROM (
		(SELECT all_of_it FROM whole WHERE rule_id = 'bulk' EXCEPT ALL SELECT all_of_it FROM whole WHERE rule_id = 'single')
		UNION ALL
		(SELECT all_of_it FROM whole WHERE rule_id = 'single' EXCEPT ALL SELECT all_of_it FROM whole WHERE rule_id = 'bulk')) AS d
$$;

-- new ones
INSERT INTO public.launches
SELECT '2026-11-20 09:00Z'::timestamptz + i * interval '1 s', 'scp ' || lpad((i % 2500)::text, 4, '0'), '/usr/bin/scp', 'h' || i % 3, CASE WHEN i % 7 > 0 THEN 'a' || i % 5 END
FROM generate_series(1, 3500) AS i;
SELECT * FROM pg_temp.file_both('2026-11-20 10:00Z');
SELECT * FROM pg_temp.difference();
SELECT over_cap, count(*), sum(event_count), count(DISTINCT id), min(process_command_line), max(process_command_line) FROM alerts WHERE rule_id = 'bulk' GROUP BY 1 ORDER BY 1;
SELECT title, event_count, host_names, agent_ids, over_cap, (SELECT count(*) FROM alert_events(a.id)) AS events FROM alerts AS a
WHERE rule_id = 'bulk' AND process_command_line IN ('scp 0009', 'scp 0010', 'scp 0600') ORDER BY 1;
SELECT n AS copies, count(*) AS alerts FROM (SELECT (SELECT count(*) FROM alert_evidence AS e WHERE e.alert_id = a.id) AS n FROM alerts AS a WHERE rule_id = 'bulk') AS c GROUP BY 1 ORDER BY 1;
-- the same window again: nothing is new
SELECT alerts_created, alerts_extended, known, over_cap FROM backfill('bulk', '2026-11-20 09:00Z', '2026-11-20 10:00Z');
SELECT * FROM pg_temp.difference();

-- Some are closed, and one is open again.  The next window overlaps the first, has known, extended and new groups and
-- successors of closed alerts.
UPDATE alerts SET status = 'closed', close_reason = 'other' WHERE process_command_line ~ '[05]$';
UPDATE alerts SET status = 'open' WHERE process_command_line = 'scp 0100';
INSERT INTO public.launches
SELECT '2026-11-20 10:00Z'::timestamptz + i * interval '1 s', 'scp ' || lpad((i % 1300 * 3)::text, 4, '0'), '/usr/bin/scp', 'h' || i % 4, 'a'
FROM generate_series(1, 1300) AS i;
SELECT * FROM pg_temp.file_both('2026-11-20 11:00Z');
SELECT * FROM pg_temp.difference();
SELECT status, predecessor_id IS NOT NULL AS successor, count(*), sum(event_count) FROM alerts WHERE rule_id = 'bulk' GROUP BY 1, 2 ORDER BY 1, 2;
-- each event is counted once
SELECT sum(event_count) = (SELECT count(*) FROM public.launches) AS all_once FROM alerts WHERE rule_id = 'bulk';
SELECT sum(alerts_created) AS created, sum(alerts_extended) AS extended, sum(known) AS known FROM backfill('bulk', '2026-11-20 09:00Z', '2026-11-20 11:00Z');
SELECT * FROM pg_temp.difference();

-- late ones: they lie between hits, in hits of open and of closed alerts, and make new groups
INSERT INTO public.launches SELECT '2026-11-20 10:50:30Z', 'scp ' || lpad((i * 17)::text, 4, '0'), '/usr/bin/scp', 'late', 'a' FROM generate_series(1, 200) AS i;
SELECT sum(alerts_created) > 0 AS created, sum(alerts_extended) > 0 AS extended FROM backfill('bulk', '2026-11-20 10:00Z', '2026-11-20 11:00Z');
SELECT created > 0 AS created, extended > 0 AS extended FROM pg_temp.file_singly('2026-11-20 11:00Z');
SELECT * FROM pg_temp.difference();

-- should two groups have one key, the second is filed after the first
SELECT (sort_groups('bulk', array_agg(g), array_agg(key_digest((g).group_key)))).kinds
FROM unnest('{a,b,a}'::text[]) AS k, LATERAL (SELECT (jsonb_build_object('k', k), '{}', 1, now(), now(), NULL, false, NULL)::found_group AS g) AS x;

-- notifications: the first ten each, the others once
SET CONSTRAINTS ALL IMMEDIATE;
DELETE FROM outbox;
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO public.launches SELECT '2026-11-20 11:30Z', 'ftp ' || lpad(i::text, 4, '0'), '/usr/bin/ftp', 'h', 'a' FROM generate_series(1, 1234) AS i;
SELECT alerts_created, over_cap FROM run('bulk', '2026-11-20 12:00Z');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT kind, count(*), min(payload ->> 'alerts') AS alerts, min(payload ->> 'over_cap') AS over_cap, sum(jsonb_array_length(payload -> 'alert_ids')) AS ids
FROM outbox GROUP BY kind ORDER BY kind;
SELECT count(*) AS left_over FROM overflows;
-- in a digest all of them are one
DELETE FROM outbox;
INSERT INTO notify_settings (mode) VALUES ('digest');
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO public.launches SELECT '2026-11-20 12:30Z', 'rsync ' || lpad(i::text, 4, '0'), '/usr/bin/rsync', 'h', 'a' FROM generate_series(1, 1234) AS i;
SELECT alerts_created, over_cap FROM run('bulk', '2026-11-20 13:00Z');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT kind, payload ->> 'alerts' AS alerts, payload ->> 'over_cap' AS over_cap, jsonb_array_length(payload -> 'alert_ids') AS ids FROM outbox;

DELETE FROM evidence_settings;
-- one group in the flood cannot be filed: it is filed without its row, and all others as ever
DROP INDEX public.launches_by_command;
CREATE INDEX own ON alerts (process_command_line) WHERE last_window >= '2026-11-20 14:00Z';
INSERT INTO public.launches SELECT '2026-11-20 13:30Z', 'ssh ' || lpad(i::text, 4, '0') || CASE WHEN i IN (77, 1500) THEN (SELECT string_agg(sha512((i || '.' || k)::bytea)::text, '') FROM generate_series(1, 200) AS k) ELSE '' END,
	'/usr/bin/ssh', 'h', 'a' FROM generate_series(1, 2200) AS i;
SELECT status, alerts_created, message FROM run('bulk', '2026-11-20 14:00Z');
SELECT count(*), count(*) FILTER (WHERE omitted IS NULL AND process_command_line IS NOT NULL) AS whole, sum(event_count) FROM alerts WHERE rule_id = 'bulk' AND last_window = '2026-11-20 14:00Z';

-- hits and history go with their alerts
DELETE FROM alerts WHERE rule_id = 'bulk';
SELECT count(*) FROM alert_hits WHERE rule_id = 'bulk';
SELECT count(*) FROM alert_history AS h WHERE NOT EXISTS (SELECT FROM alerts AS a WHERE a.id = h.alert_id);
TRUNCATE alerts;
SELECT (SELECT count(*) FROM alert_hits) AS hits, (SELECT count(*) FROM alert_history) AS history;
ROLLBACK;
