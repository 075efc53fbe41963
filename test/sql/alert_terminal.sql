-- alert_list: no row is wider than 120 columns in psql, whatever the events hold; and titles are one safe line.
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
ALTER TABLE alerts ALTER id RESTART WITH 1001;
CREATE TABLE public.terminal_events (timestamp timestamptz, host_name text, user_name text, process_executable text, process_parent_executable text,
	process_command_line text);
INSERT INTO public.terminal_events VALUES
	('2026-11-20 09:01Z', 'web-1', 'root', '/usr/bin/scp', '/bin/dash', 'scp a b:'),
	-- long
	('2026-11-20 09:02Z', repeat('h', 300), repeat('u', 300), '/usr/bin/scp', '/' || repeat('p', 300), 'scp ' || repeat('x', 5000)),
	-- control characters: clear the screen, go back, a new line, C1, the other direction, no width, tags
	('2026-11-20 09:03Z', E'web\u001b[2J', E'ro\u0008ot', '/usr/bin/scp', E'/bin/\u202edash', E'scp \u001b[2J\r\n\u009b\u202ecod.txt\u200b\U000e0041'),
	-- wide characters, and accents without end
	('2026-11-20 09:04Z', repeat(U&'\4E3B', 40), repeat(U&'\+01F600', 40), '/usr/bin/scp', '/bin/dash', 'scp ' || repeat(U&'\6F22', 100)),
	('2026-11-20 09:05Z', 'e' || repeat(U&'\0301', 500), 'x', '/usr/bin/scp', '/bin/dash', 'scp e' || repeat(U&'\0301', 500)),
	('2026-11-20 09:06Z', 'web-1', 'x', '/usr/bin/scp', '/bin/dash', '');
-- many hosts, users and events
INSERT INTO public.terminal_events
SELECT '2026-11-20 09:07Z', 'web-' || i % 1500, 'user ' || i % 1200, '/usr/bin/scp', '/bin/dash', 'scp many' FROM generate_series(1, 100001) AS i;
INSERT INTO rules (rule_id, name, query, events, enabled, severity, risk_score, run_interval, look_back) VALUES ('terminal',
	E'A name that is far too long for its column\nand has two lines', 'FROM x | STATS host.name = VALUES(host.name), user_names = VALUES(user_name) '
	'BY process.executable, process.parent.executable, process.command_line', 'public.terminal_events', true, 'critical', 99, '1 hour', '1 hour');
INSERT INTO rules (rule_id, name, query, events, enabled, run_interval, look_back) VALUES
	('terminal-total', 'Total', 'FROM x | STATS n = COUNT()', 'public.terminal_events', true, '1 hour', '1 hour'),
	('terminal-none', 'Silence', 'FROM x | WHERE host.name == "nobody" | STATS n = COUNT()', 'public.terminal_events', true, '1 hour', '1 hour');
SELECT rule_id, status, alerts_created FROM run('terminal', '2026-11-20 10:00Z') UNION ALL
SELECT rule_id, status, alerts_created FROM run('terminal-total', '2026-11-20 10:00Z') UNION ALL
SELECT rule_id, status, alerts_created FROM run('terminal-none', '2026-11-20 10:00Z');
UPDATE alerts SET status = 'acknowledged' WHERE process_command_line = 'scp a b:';
SELECT rule_id, title FROM alerts WHERE length(title) < 200 ORDER BY id;
SELECT max(length(title)) <= 1000 AS short, bool_and(title !~ '[\u0001-\u001f\u007f-\u009f\u200b\u202e]') AS safe FROM alerts;
TABLE alert_list;

-- as psql writes it, measured here: column by column, and with the lines between
CREATE FUNCTION pg_temp.columns_of(line text) RETURNS bigint LANGUAGE sql AS $$
	SELECT coalesce(sum(CASE WHEN c BETWEEN U&'\0300' AND U&'\036F' THEN 0 WHEN c >= U&'\1100' THEN 2 ELSE 1 END), 0)
	FROM regexp_split_to_table(line COLLATE "C", '') AS c
$$;
-- the widest that a column can become: bigint ids are wider only past ten million alerts
SELECT sum(w.widest) + 3 * count(*) - 1 <= 120 AS fits, sum(w.widest) + 3 * count(*) - 1 AS columns
FROM (SELECT greatest(length(j.key), max(pg_temp.columns_of(j.value)), CASE j.key WHEN 'id' THEN 7 END) AS widest
	  FROM alert_list AS l, jsonb_each_text(to_jsonb(l)) AS j GROUP BY j.key) AS w;
SELECT short_count(n) AS times FROM unnest('{0,99999,100000,999999,1000000,999999999,1000000000,999999999999,1000000000000,9223372036854775807}'::bigint[]) AS n;
SELECT fit_text('abc', 3), fit_text('abcd', 3), fit_text('', 3), fit_text(NULL, 3), fit_text(E'a\tb', 8), fit_text(E'a\tb', 7);
-- what turns the direction of writing or is not seen is shown by its number, in titles too
SELECT fit_text(U&'a\202Eb\2066c\2069\200Bd\200D\00AD\FEFF\2028\FE0F\3164\+0E0041', 200);
SELECT count(*) FILTER (WHERE fit_text('a' || chr(c) || 'b', 40) = 'a' || chr(c) || 'b') AS as_they_are, count(*)
FROM unnest(ARRAY[x'200B', x'200C', x'200D', x'200E', x'200F', x'202A', x'202B', x'202C', x'202D', x'202E', x'2060', x'2061', x'2066', x'2067', x'2068',
	x'2069', x'206A', x'061C', x'180E', x'FEFF', x'00AD', x'034F', x'115F', x'17B4', x'2028', x'2029', x'2800', x'FFA0', x'FFFC', x'00E4', x'20AC']::bit(16)[]) AS b,
	LATERAL (SELECT b::integer AS c) AS n;
SELECT alert_title(jsonb_build_object('process.command_line', U&'scp \202Etxt.exe', 'process.executable', U&'/usr/bin/sc\200Bp', 'process.parent.executable', U&'/bin/\2066sh'),
	'{}', ARRAY[U&'web\200F-1']);
SELECT fit_text('abc', 1);
ROLLBACK;
