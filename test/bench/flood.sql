-- flood.sql: what filing costs, of a flood of groups and of alerts with many hits.
--
-- psql -X -v groups=100000 -f test/bench/flood.sql, in a database with the extension. It leaves nothing there.
\if :{?groups}
\else
\set groups 100000
\endif
\set QUIET on
SET client_min_messages = error;
SET timezone = 'UTC';
BEGIN;
UPDATE transfer_detect.rules SET enabled = false;
CREATE TABLE public.flood (timestamp timestamptz, process_command_line text, process_executable text, process_parent_executable text, host_name text, agent_id text);
CREATE INDEX ON public.flood (timestamp);
INSERT INTO public.flood
SELECT '2026-11-20 09:02Z'::timestamptz + h * interval '1 hour' + i * interval '50 minutes' / :groups, 'scp /dev/null ' || i || ':', '/usr/bin/scp', '/usr/bin/bash', 'h1', 'a1'
FROM generate_series(0, 1) AS h, generate_series(1, :groups) AS i;
ANALYZE public.flood;
INSERT INTO transfer_detect.rules (rule_id, name, query, events, enabled) VALUES
	('flood', 'Flood', 'FROM x | STATS cc = COUNT(*), process.executable = VALUES(process.executable), process.parent.executable = VALUES(process.parent.executable),
		host.name = VALUES(host.name), agent.id = VALUES(agent.id) BY process.command_line | WHERE cc < 5', 'public.flood', true);
COMMIT;

\echo A flood: the first window makes all alerts, the same again knows them, the next window extends them.
\timing on
SELECT window_to::time, alerts_created AS created, alerts_extended AS extended, known, evaluate_time, file_time, extract(epoch FROM file_time) * 1000 / :groups AS ms_a_group
FROM transfer_detect.run('flood', '2026-11-20 10:00Z');
SELECT window_to::time, alerts_created AS created, alerts_extended AS extended, known, evaluate_time, file_time, extract(epoch FROM file_time) * 1000 / :groups AS ms_a_group
FROM transfer_detect.backfill('flood', '2026-11-20 09:00Z', '2026-11-20 10:00Z');
SELECT window_to::time, alerts_created AS created, alerts_extended AS extended, known, evaluate_time, file_time, extract(epoch FROM file_time) * 1000 / :groups AS ms_a_group
FROM transfer_detect.run('flood', '2026-11-20 11:00Z');
\timing off

\echo Alerts with many hits: 50 alerts get an event a minute, for 720 minutes.
BEGIN;
TRUNCATE public.flood;
INSERT INTO public.flood
SELECT '2026-11-20 00:00:30Z'::timestamptz + m * interval '1 minute', 'rsync ' || i, '/usr/bin/rsync', '/usr/bin/bash', 'h1', 'a1'
FROM generate_series(0, 719) AS m, generate_series(1, 50) AS i;
UPDATE transfer_detect.rules SET run_interval = '1 minute', look_back = '1 minute' WHERE rule_id = 'flood';
COMMIT;
ANALYZE public.flood;
CREATE TEMP TABLE minutes AS
SELECT b.alerts_extended, b.file_time, row_number() OVER (ORDER BY b.window_to) AS hits
FROM transfer_detect.backfill('flood', '2026-11-20 00:00Z', '2026-11-20 12:00Z') AS b;
SELECT r.hits, round((percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM m.file_time) * 1000 / 50))::numeric, 3) AS ms_an_alert
FROM (VALUES (10), (100), (700)) AS r(hits) JOIN minutes AS m ON m.hits BETWEEN r.hits - 5 AND r.hits + 5
GROUP BY r.hits ORDER BY r.hits;

\echo alert_events() of one of them, ten times.
SELECT min(a.id) AS alert FROM transfer_detect.alerts AS a WHERE a.rule_id = 'flood' AND a.process_command_line LIKE 'rsync %' \gset
\timing on
SELECT g.time, count(e.*) AS events FROM generate_series(1, 10) AS g(time), LATERAL transfer_detect.alert_events(:alert + 0 * g.time) AS e GROUP BY 1 HAVING g.time = 10;
\timing off

DELETE FROM transfer_detect.alerts WHERE rule_id = 'flood';
DELETE FROM transfer_detect.runs WHERE rule_id = 'flood';
DELETE FROM transfer_detect.checkpoints WHERE rule_id = 'flood';
DELETE FROM transfer_detect.rules WHERE rule_id = 'flood';
DROP TABLE public.flood;
UPDATE transfer_detect.rules SET enabled = true WHERE rule_id = 'unusual-file-transfer-utility-launched';
