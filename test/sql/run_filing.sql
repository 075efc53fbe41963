-- What filing costs, and what it reads of a rule's rows.
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL client_min_messages = warning;	-- not how far backfill() is
SET LOCAL timezone = 'UTC';
CREATE TABLE public.launches (LIKE events);
INSERT INTO public.launches (timestamp, process_name, process_command_line, agent_id, host_name)
SELECT '2026-11-20 08:30Z'::timestamptz + i % 3 * interval '1 hour', 'scp', 'scp ' || i % 50, 'a', 'h'
FROM generate_series(1, 150) AS i;
INSERT INTO rules (rule_id, name, query, events) VALUES ('rare', 'Rare', $esql$
	FROM logs-* | WHERE process.name == "scp" | STATS cc = COUNT(), agent.id = VALUES(agent.id), host.name = VALUES(host.name)
		BY process.command_line | WHERE cc < 5$esql$, 'public.launches');

-- Plans that were made while the tables were empty must not read them from end to end for each alert that is filed.
ANALYZE alerts, alert_hits, alert_history, runs;
SELECT count(*), sum(alerts_created) AS created, sum(alerts_extended) AS extended FROM backfill('rare', '2026-11-20 08:00Z', '2026-11-20 11:00Z');
UPDATE alerts SET status = 'closed', close_reason = 'other' WHERE rule_id = 'rare';
SELECT count(*), sum(alerts_created) AS created, sum(known) AS known FROM backfill('rare', '2026-11-20 08:00Z', '2026-11-20 11:00Z');
SELECT relname, seq_scan <= 2 AS few_seq_scans FROM pg_stat_xact_user_tables
WHERE schemaname = 'transfer_detect' AND relname IN ('alerts', 'alert_hits', 'alert_history') ORDER BY relname;

-- without the number of all events of a window, all else is the same
SELECT events_scanned, events_matched, groups, known FROM backfill('rare', '2026-11-20 08:00Z', '2026-11-20 09:00Z');
SET LOCAL transfer_detect.count_scanned = off;
SELECT events_scanned, events_matched, groups, known, status FROM backfill('rare', '2026-11-20 08:00Z', '2026-11-20 09:00Z');

-- texts of a row: of all names, each once, in the order of bytes
SELECT result_texts('{"a": "x", "b": ["y", null, "Z", "x", 1.50, true, {"k": [1]}, ["v"]], "c": null, "d": {}, "e": [], "f": "é"}', 'b', 'a', 'no such', 'c', 'd', 'e', 'f', NULL);
SELECT result_texts('[{"a": 1}]', 'a'), result_texts(NULL, 'a'), result_texts('{"a": 1}', VARIADIC NULL), result_texts('"a"', 'a'), result_texts('{"a": ""}', 'a');
SELECT result_text('{"a": "x", "b": ["x"]}', 'a', 'b'), result_text('{"a": ["x", "y"]}', 'a'), result_text('{}', 'a');
SELECT result_agent_count('{"agent_count": 7}', '{}'), result_agent_count('{"Esql.agent_id_count_distinct": 7}', '{a,b}'),
	result_agent_count('{"agent_count": "7 or so"}', '{}'), result_agent_count('{}', '{}');
ROLLBACK;
