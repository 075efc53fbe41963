-- alert_events() looks up hits by one plan where their windows are alike, and one by one elsewhere. Either way it returns what
-- the hits counted: as hit by hit, and nothing between them.
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL client_min_messages = warning;
SET LOCAL timezone = 'UTC';
CREATE TABLE public.launches (timestamp timestamptz, event_id integer, host_name text, process_command_line text, size integer);
CREATE INDEX ON public.launches (timestamp);
INSERT INTO public.launches SELECT '2026-11-20 00:05Z'::timestamptz + i * interval '17 minutes 0.123457 seconds', i, 'h' || i % 2, 'c' || i % 3, i % 7 FROM generate_series(1, 150) AS i;
INSERT INTO rules (rule_id, name, query, events, enabled) VALUES
	('plain', 'x', 'FROM x | STATS n = COUNT() BY process.command_line', 'public.launches', false),
	('some', 'x', 'FROM x | STATS n = COUNT(), m = MAX(size) BY process.command_line | WHERE m < 6', 'public.launches', false),
	('rows', 'x', 'FROM x | WHERE size > 3 | KEEP host.name, process.command_line', 'public.launches', false),
	('since', 'x', 'FROM x | WHERE @timestamp > NOW() - 40 minutes | STATS n = COUNT() BY process.command_line', 'public.launches', false),
	('age', 'x', 'FROM x | EVAL m = DATE_DIFF("minutes", @timestamp, NOW()) | WHERE m > 20 | STATS n = COUNT() BY process.command_line', 'public.launches', false),
	('first', 'x', 'FROM x | SORT @timestamp | LIMIT 2 | STATS n = COUNT() BY process.command_line', 'public.launches', false),
	('shared', 'x', 'FROM x | INLINE STATS hosts = COUNT_DISTINCT(host.name) BY process.command_line | WHERE hosts > 1 | STATS n = COUNT() BY process.command_line', 'public.launches', false);
SELECT r.rule_id, sum(b.alerts_created) > 0 AS created, sum(b.alerts_extended) > 0 AS extended
FROM rules AS r, LATERAL backfill(r.rule_id, '2026-11-20', '2026-11-22') AS b WHERE r.events = 'public.launches'::regclass GROUP BY 1 ORDER BY 1;
-- an exception for some of the time, and a new version
INSERT INTO exceptions (rule_id, stage, condition) SELECT rule_id, 'event', 'size == 5' FROM rules WHERE rule_id IN ('plain', 'since');
SELECT count(*) FROM backfill('plain', '2026-11-20 06:00Z', '2026-11-20 12:00Z');
UPDATE rules SET query = query || E'\n' WHERE rule_id = 'plain';
SELECT count(*) FROM backfill('plain', '2026-11-20 10:00Z', '2026-11-20 20:00Z');
-- events that no hit counts
INSERT INTO public.launches SELECT t, 1000, 'h1', 'c1', 6 FROM generate_series('2026-11-20 00:01Z', '2026-11-21 23:00Z', interval '7 minutes') AS t;
SELECT a.rule_id, windows_alike(v, '{}') AS alike, count(DISTINCT a.id) AS alerts, bool_and(e.events = h.events) AS same
FROM alerts AS a JOIN rule_versions AS v ON v.rule_id = a.rule_id AND v.version = a.version,
	LATERAL (SELECT array_agg(d) AS events FROM alert_events(a.id) AS d) AS e,
	LATERAL (SELECT array_agg(x.document ORDER BY s.span_from, x.place) AS events FROM single_hits(a.id) AS s JOIN rule_versions AS w ON w.rule_id = s.rule_id AND w.version = s.version,
		LATERAL hit_events(w, s, a.group_key) WITH ORDINALITY AS x(document, place)) AS h
WHERE a.process_command_line IS NOT NULL GROUP BY 1, 2 ORDER BY 1;
SHOW transfer_detect.span_from;
ROLLBACK;
