-- suggest_exceptions() for command lines of attackers: what is suggested, inserted as it stands, covers exactly what it says.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
SET client_min_messages = warning;
SELECT setseed(0.4711) IS NULL AS set;
-- jobs of which only a number changes, and jobs that are the same each day; all with characters that mean something somewhere
CREATE TEMPORARY TABLE jobs AS
SELECT job, job % 3 = 0 AS same,
	'scp ' || string_agg((ARRAY['$', '$$', '*', '?', '[', ']', '{', '}', '(', ')', '^', '~', '.', '+', '@', '#', '''', '"', '\', '|', '&', '<', '>', '-', '/', ':', '%', ';', '=', '!',
		' ', E'\t', E'\n', E'\r', E'\x01', E'\x7f', 'a', 'ä', '漢', '<n>', '<date>', '\\', '\"', '""', '"""', '/*', '--', '\n', '\u0041', '$x$', 'E''', ' AND ', ' OR true', 'NULL'])[1 + floor(random() * CASE job % 5 WHEN 1 THEN 16 ELSE 54 END)], '' ORDER BY n) AS text
FROM generate_series(1, 25) AS job, generate_series(1, 12) AS n
GROUP BY job;
INSERT INTO rules (rule_id, name, run_interval, look_back, query) SELECT id, id, '1 day', '1 day', 'FROM logs-endpoint.events.process-* | STATS n = COUNT(), host.name = VALUES(host.name) BY process.executable, process.parent.executable, process.command_line' FROM unnest(ARRAY['judged', 'twin']) AS id;
INSERT INTO events (timestamp, process_name, process_executable, process_parent_executable, process_command_line, host_name)
SELECT '2026-11-20 00:10Z'::timestamptz + day * interval '1 day' + job % 24 * interval '1 hour', 'scp', '/usr/bin/scp', '/opt/' || left(text, 6), text || CASE WHEN same THEN '' ELSE ' x-' || 1000 * day + job || ' h:' END, 'web-' || job % 4
FROM jobs, generate_series(0, 3) AS day
-- others that begin alike, and that nobody has called harmless
UNION ALL SELECT '2026-11-21 12:40Z'::timestamptz + job * interval '1 second', 'scp', '/usr/bin/scp', '/opt/' || left(text, 6), text || ' /etc/shadow', 'web-' || job % 4 FROM jobs WHERE job % 2 = 0;
DO $$ BEGIN
	FOR day IN 0 .. 3 LOOP
		PERFORM FROM transfer_detect.backfill('judged', '2026-11-20 00:00Z'::timestamptz + day * interval '1 day', '2026-11-21 00:00Z'::timestamptz + day * interval '1 day');
		UPDATE transfer_detect.alerts SET status = 'closed', close_reason = CASE WHEN process_command_line LIKE '%/etc/shadow' THEN 'true_positive' ELSE 'benign' END WHERE status <> 'closed';
	END LOOP;
END $$;
CREATE TEMPORARY TABLE suggested (round integer, alerts bigint, other_events bigint, condition text, statement text);
CREATE TEMPORARY TABLE tried (condition text, alerts bigint, covered bigint, true_positives bigint, events bigint, said bigint);
-- twenty suggestions at a time; each is inserted for the twin, which then goes over the same time
CREATE PROCEDURE pg_temp.try_out(round integer) LANGUAGE plpgsql AS $$
DECLARE
	s suggested;
	covered bigint;
BEGIN
	INSERT INTO suggested SELECT round, e.* FROM transfer_detect.suggest_exceptions('judged', '2026-11-01', '2026-11-26') AS e;
	FOR s IN SELECT * FROM suggested AS d WHERE d.round = try_out.round LOOP
		DELETE FROM transfer_detect.exceptions WHERE rule_id = 'twin';
		EXECUTE replace(s.statement, 'VALUES (''judged''', 'VALUES (''twin''');
		covered := (SELECT sum(b.excepted) FROM transfer_detect.backfill('twin', '2026-11-20 00:00Z', '2026-11-24 00:00Z') AS b);
		INSERT INTO tried
		SELECT s.condition, s.alerts, covered,
			(SELECT count(*) FROM transfer_detect.alerts AS a WHERE a.rule_id = 'judged' AND a.close_reason = 'true_positive'
				AND NOT EXISTS (SELECT FROM transfer_detect.alerts AS t WHERE t.rule_id = 'twin' AND t.group_key = a.group_key)),
			(SELECT count(*) FROM transfer_detect.events) - (SELECT sum(t.event_count) FROM transfer_detect.alerts AS t WHERE t.rule_id = 'twin'),
			s.other_events + (SELECT count(*) FROM transfer_detect.alerts AS a WHERE a.rule_id = 'judged'
				AND NOT EXISTS (SELECT FROM transfer_detect.alerts AS t WHERE t.rule_id = 'twin' AND t.group_key = a.group_key));
		DELETE FROM transfer_detect.alerts WHERE rule_id = 'twin';
		DELETE FROM transfer_detect.checkpoints WHERE rule_id = 'twin';
		DELETE FROM transfer_detect.runs WHERE rule_id = 'twin';
	END LOOP;
	FOR s IN SELECT * FROM suggested AS d WHERE d.round = try_out.round LOOP
		EXECUTE s.statement;
	END LOOP;
END $$;
CALL pg_temp.try_out(1);
CALL pg_temp.try_out(2);
-- nothing is left to suggest, and each covers what it says
SELECT count(*) FROM suggest_exceptions('judged', '2026-11-01', '2026-11-26');
SELECT count(*) >= 20 AS suggestions, count(*) FILTER (WHERE condition ~ 'RLIKE') > 0 AS rlike, count(*) FILTER (WHERE condition ~ ' LIKE ') > 0 AS "like", count(*) FILTER (WHERE condition ~ 'command_line ==') > 0 AS equal FROM tried;
SELECT * FROM tried WHERE alerts <> covered OR true_positives > 0 OR events <> said;
SELECT sum(alerts) = (SELECT count(*) FROM alerts WHERE rule_id = 'judged' AND close_reason = 'benign') AS all_that_is_harmless FROM tried;
DELETE FROM rules WHERE rule_id IN ('judged', 'twin');
TRUNCATE events, alerts, alert_hits, alert_history, runs, checkpoints, snapshots, exceptions, exception_hits, habits, fleet_hosts, outbox;
