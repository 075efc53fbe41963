-- INLINE STATS: the rows stay, and get what their groups come to.
\set VERBOSITY terse
BEGIN;
SET LOCAL timezone = 'UTC';
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.run(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT j::text FROM transfer_detect.esql(query) AS r(j);
EXCEPTION WHEN OTHERS THEN
	RETURN NEXT sqlerrm;
END $$;

CREATE TABLE public.staff (n integer, team text, lang integer, pay bigint, tags text[]);
INSERT INTO staff VALUES (1, 'red', 1, 10, '{mid,far}'), (2, 'red', 2, 20, '{mid}'), (3, NULL, 2, 30, '{far}'), (4, NULL, NULL, 40, NULL), (5, 'blue', 1, 50, NULL);
CREATE TABLE logins (timestamp timestamptz, document jsonb);
INSERT INTO logins
SELECT '2026-11-20 09:00Z'::timestamptz + i * interval '1 minute', jsonb_build_object('host', jsonb_build_object('name', 'h' || i % 3),
	'user', jsonb_build_object('name', CASE i % 4 WHEN 0 THEN '["ann","bob"]'::jsonb WHEN 1 THEN '"ann"' ELSE '"eve"' END), 'vpn', jsonb_build_object('bytes', i))
FROM generate_series(1, 8) AS i;
-- all rows are one group
SELECT pg_temp.run('FROM staff | KEEP n, pay | INLINE STATS m = MAX(pay), c = COUNT(*), a = AVG(pay) WHERE n > 3 | SORT n');
-- keys go to the end, behind the new columns; null is a group
SELECT pg_temp.run('FROM staff | KEEP team, n, lang | INLINE STATS c = COUNT(*), l = VALUES(n) BY team | SORT n');
SELECT pg_temp.run('FROM staff | KEEP team, n, lang | INLINESTATS c = COUNT(*) BY team, lang | SORT n');
-- keys that are expressions, constants, null
SELECT pg_temp.run('FROM staff | KEEP team, n | INLINE STATS MAX(n) BY TO_UPPER(team), y = 1, z = null | SORT n');
-- new columns take the place of old ones, and so do keys; a key comes before an aggregate of its name
SELECT pg_temp.run('FROM staff | KEEP team, n, pay | INLINE STATS n = COUNT(*), x = MAX(n) BY pay = team | SORT x');
SELECT pg_temp.run('ROW city = "Bern" | INLINE STATS city = COUNT(city)');
SELECT pg_temp.run('ROW city = "Bern" | INLINE STATS city = COUNT(city) BY city');
SELECT pg_temp.run('ROW city = "Bern" | INLINE STATS x = MIN(city), x = COUNT(city)');
-- of two keys of one name the last counts, and the other does not make groups
SELECT pg_temp.run('FROM staff | KEEP team, n, lang, tags | INLINE STATS c = COUNT(*) BY x = tags, x = lang | SORT n');
-- and so it is in STATS
SELECT pg_temp.run('FROM staff | STATS c = COUNT(*) BY x = tags, x = lang | SORT x');
-- a row whose key has several values gets what all its groups come to, in the order of the values
SELECT pg_temp.run('FROM staff | KEEP n, tags | INLINE STATS m = MIN(n), c = COUNT(*) WHERE n > 1, v = VALUES(n), none = MAX(n) WHERE n > 9 BY tags | SORT n');
SELECT pg_temp.run('FROM staff | KEEP n, tags | INLINE STATS c = COUNT(*) BY tags | WHERE c == 2 | SORT n');
SELECT pg_temp.run('FROM staff | INLINE STATS c = SUM(pay) BY tags, lang | KEEP n, c, tags, lang | SORT n');
SELECT pg_temp.run('FROM staff | INLINE STATS c = SUM(n) BY tags, t2 = MV_APPEND(tags, tags) | KEEP n, c | SORT n');
-- an aggregate in terms of its key
SELECT pg_temp.run('FROM staff | INLINE STATS c = CONCAT(tags, ":", TO_STRING(COUNT(*))) BY tags | KEEP n, c | SORT n');
SELECT pg_temp.run('FROM staff | INLINE STATS c = CONCAT(team, ":", TO_STRING(COUNT(*))) BY team | KEEP n, c | SORT n');
SELECT pg_temp.run('FROM staff | INLINE STATS k = CONCAT(team, "!"), l = MAX(n) + LENGTH(team), o = team > "c" BY team | KEEP n, k, l, o | SORT n');
SELECT pg_temp.run('FROM staff | INLINE STATS k = CONCAT(team, t, "!"), l = LENGTH(u) BY team, t = tags, u = TO_UPPER(team) | KEEP n, k, l | SORT n');
SELECT pg_temp.run('FROM logins | INLINE STATS k = CONCAT(host.name, "!"), c = COUNT(*) WHERE host.name != "h1" BY host.name | STATS n = COUNT(*) BY k, c | SORT k');
-- an expression that is the key itself
SELECT pg_temp.run('FROM staff | INLINE STATS l = TO_INTEGER(lang), t = TO_STRING(tags) BY lang, tags | KEEP n, l, t | SORT n');
SELECT pg_temp.run('FROM staff | STATS l = TO_INTEGER(lang), t = TO_STRING(tags) BY lang, tags | SORT lang, tags');
SELECT pg_temp.run('FROM staff | STATS l = lang + 1 BY lang + 1');
-- a constant of BY is a constant elsewhere too
SELECT pg_temp.run('FROM staff | INLINE STATS r = MAX(ROUND_TO(n, 3, 1)), p = PERCENTILE(pay, 50) WHERE n > 3, q = ROUND_TO(MIN(n), 3, 7) BY x = 3, y = 50 | KEEP n, x, y, r, p, q | SORT n | LIMIT 1');
SELECT pg_temp.run('FROM staff | STATS r = MAX(ROUND_TO(n, 3, 1)), p = PERCENTILE(pay, 50), q = ROUND_TO(MIN(n), 3, 7) BY x = 3, y = 50');
-- one after another, with what stands around it
SELECT pg_temp.run('ROW x = 1 | INLINE STATS x = MAX(x) + MIN(x) | EVAL y = x + 1 | INLINE STATS SUM(y) | INLINE STATS COUNT(y), COUNT(x)');
SELECT pg_temp.run('FROM staff | STATS c = COUNT(*) BY team | INLINE STATS all = SUM(c) | EVAL share = 100 * c / all | SORT team | KEEP team, share');
SELECT pg_temp.run('FROM staff | SORT pay DESC | LIMIT 3 | INLINE STATS m = MIN(pay) | KEEP n, m');
SELECT pg_temp.run('FROM staff | SORT pay DESC | INLINE STATS pay = MIN(pay) BY lang | LIMIT 3 | KEEP n, pay');
SELECT pg_temp.run('FROM staff | INLINE STATS s = MAX(pay) BY team | WHERE s > 20 | INLINE STATS COUNT(*) | KEEP n, `COUNT(*)` | SORT n');
SELECT pg_temp.run('FROM staff | WHERE n > 9 | INLINE STATS c = COUNT(*) | STATS n = COUNT(*), s = SUM(c)');
SELECT pg_temp.run('FROM staff | INLINE STATS c = COUNT(*) BY tags, team | STATS n = COUNT(*)');
SELECT pg_temp.run('FROM staff | MV_EXPAND tags | INLINE STATS c = COUNT(*) BY tags | KEEP n, tags, c | SORT n, tags');
-- names that the SQL uses itself
SELECT pg_temp.run('ROW k1 = ["a", "b"], a1 = 1, g = 2, d = 3, s0 = 4, `k1.v` = 5 | INLINE STATS a1 = COUNT(a1), k2 = SUM(g + d + s0 + `k1.v`) BY k1, s0');
-- fields that are only in documents, of several values there
SELECT pg_temp.run('FROM logins | INLINE STATS hosts = COUNT_DISTINCT(host.name), most = MAX(vpn.bytes) BY user.name | WHERE hosts < 3 AND most > 4.5 | SORT @timestamp | KEEP user.name, hosts, most, vpn.bytes');
-- a threshold bounds the count here as well
SELECT count(*) FROM transfer_detect.esql_sql('FROM logins | INLINE STATS hosts = COUNT_DISTINCT(host.name) BY user.name | WHERE hosts < 3') AS s(sql) WHERE sql LIKE '%distinct_count_elements(s0."host.name", ''3''::bigint)%';
-- the joins are no nested loops, whatever the planner expects of rows
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || transfer_detect.esql_sql(query);
END $$;
SELECT bool_or(line ~ 'Full Join') AS joined, bool_or(line ~ 'Nested Loop') AS nested
FROM pg_temp.plan('FROM staff | WHERE n == 1 AND team == "red" | INLINE STATS c = COUNT(*), m = MAX(pay) BY team | WHERE c == 1 AND m > 1') AS line;
SELECT count(*) FILTER (WHERE line ~ 'Full Join') AS joins FROM pg_temp.plan('FROM staff | WHERE n == 1 | INLINE STATS c = COUNT(*) BY team, tags | WHERE c == 1') AS line;
-- what nobody reads is not computed
SELECT pg_temp.run('FROM staff | INLINE STATS c = COUNT(*) BY tags | KEEP n | SORT n | LIMIT 1'), count(*) FILTER (WHERE line ~ 'Join') AS joins
FROM pg_temp.plan('FROM staff | INLINE STATS c = COUNT(*) BY tags | KEEP n | SORT n | LIMIT 1') AS line;
-- mistakes
SELECT pg_temp.run('FROM staff | INLINE STATS BY team');
SELECT pg_temp.run('FROM staff | INLINE STATS');
SELECT pg_temp.run('FROM staff | INLINE x');
SELECT pg_temp.run('FROM staff | INLINE STATS x = team BY lang');
SELECT pg_temp.run('FROM staff | INLINE STATS x = CONCAT(team, MAX(tags)) BY lang');
SELECT pg_temp.run('FROM logins METADATA _source | INLINE STATS c = COUNT(*) BY _source');

-- in rules: alerts of groups and of events, with their events
INSERT INTO transfer_detect.rules (rule_id, name, query, events, enabled)
VALUES ('few', 'Few', 'FROM x | INLINE STATS hosts = COUNT_DISTINCT(host.name) BY user.name | WHERE hosts < 3 | STATS n = COUNT(*), least = MIN(hosts) BY host.name', 'logins', true),
	('most', 'Most', 'FROM x | WHERE vpn.bytes > 0 | INLINE STATS most = MAX(vpn.bytes) BY host.name | WHERE vpn.bytes == most | KEEP host.name, most, user.name', 'logins', true),
	('share', 'Share', 'FROM x | STATS n = COUNT(*) BY host.name | INLINE STATS all = SUM(n) | EVAL share = n * 100 / all | WHERE share > 30 | DROP all', 'logins', true);
SELECT rule_id, window_from, groups, alerts_created FROM transfer_detect.run('few', '2026-11-20 10:00Z');
SELECT rule_id, groups, alerts_created FROM transfer_detect.run('most', '2026-11-20 10:00Z');
SELECT rule_id, groups, alerts_created FROM transfer_detect.run('share', '2026-11-20 10:00Z');
SELECT rule_id, group_key, result, event_count, (SELECT jsonb_agg(e -> 'vpn' -> 'bytes' ORDER BY e -> 'vpn' -> 'bytes') FROM transfer_detect.alert_events(a.id) AS e) AS bytes
FROM transfer_detect.alerts AS a ORDER BY rule_id, group_key::text;
-- the same event makes no second alert in a later run, for which what INLINE STATS computes is another
CREATE TABLE visits (timestamp timestamptz, host text, port integer);
INSERT INTO visits SELECT '2026-11-20 12:00Z'::timestamptz + i * interval '1 minute', 'h' || i % 2, i FROM generate_series(0, 23) AS i;
CREATE TABLE levels (c bigint PRIMARY KEY, level text);
INSERT INTO levels SELECT c, 'level ' || c FROM generate_series(4, 9) AS c;
INSERT INTO transfer_detect.rules (rule_id, name, query, events, look_back, run_interval, enabled)
SELECT rule_id, rule_id, 'FROM x | INLINE STATS c = COUNT(*), p = MIN(port) BY host | WHERE c > 3 | ' || rest, 'visits', '20 minutes', '5 minutes', true
FROM (VALUES ('counted', 'KEEP host, @timestamp, c'), ('computed', 'EVAL over = c - 3, level = CASE(c > 6, "high", "low"), host = "one", d = port - p | KEEP host, over, level, d'),
	('looked', 'LOOKUP JOIN public.levels ON c | KEEP host, @timestamp, level'), ('hosts', 'KEEP c'), ('all', 'INLINE STATS a = MAX(c) | KEEP a'), ('expanded', 'INLINE STATS v = VALUES(c) | MV_EXPAND v | KEEP host, c')) AS v(rule_id, rest);
SELECT rule_id, sum(alerts_created) AS created, sum(alerts_extended) > 0 AS extended, count(*) FILTER (WHERE status = 'failed') AS failed
FROM generate_series('2026-11-20 12:05Z'::timestamptz, '2026-11-20 12:45Z', '5 minutes') AS t, transfer_detect.run(NULL, t) AS r
WHERE rule_id IN ('counted', 'computed', 'looked', 'hosts', 'all', 'expanded') GROUP BY rule_id ORDER BY rule_id;
SELECT rule_id, count(*) AS alerts, count(DISTINCT group_key) AS keys, sum(event_count) AS events, sum((SELECT count(*) FROM transfer_detect.alert_events(a.id))) AS found,
	bool_and(first_event <= last_event) AS ordered, min(group_key::text) AS least, max(result::text) AS most
FROM transfer_detect.alerts AS a WHERE rule_id IN ('counted', 'computed', 'looked', 'hosts', 'all', 'expanded') GROUP BY rule_id ORDER BY rule_id;
-- an exception can name what the row does not show of its key
SELECT place, result, group_key, event_count, excepted_by FROM transfer_detect_internal.rule_groups('FROM x | INLINE STATS c = COUNT(*) BY host | KEEP c', 'visits', '2026-11-20 12:00Z', '2026-11-20 12:45Z', group_exceptions => ARRAY['host == "h1"']);
-- an exception for events may make alerts, by what the others are then compared with
SELECT s, c, transfer_detect_internal.condition_monotone('FROM x | WHERE vpn.bytes > 0 | INLINE STATS most = MAX(vpn.bytes) BY host.name | WHERE vpn.bytes == most', c, s, 'logins')
FROM (VALUES ('event', 'vpn.bytes > 7'), ('group', 'most > 7')) AS v(s, c);
ROLLBACK;
