-- rule_groups(): a rule's rows, and the events behind each of them.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
CREATE SCHEMA engine_fixture;
CREATE TABLE engine_fixture.log (
	"@timestamp" timestamptz, came timestamptz, "user" text, tags text[], n integer, "host.name" text,
	addr inet, ok boolean, x double precision);
-- at 10:40 an event without a time of its own; at 10:20 and 10:30 nobody's; ends to the microsecond
INSERT INTO engine_fixture.log VALUES
	('2026-01-01 10:00:00.000000Z', '2026-01-01 10:00:01Z', 'ann', '{a,b}', 1, 'h1', '10.0.0.1', true, 1.5),
	('2026-01-01 10:10:00.000002Z', '2026-01-01 10:10:01Z', 'ann', '{a}', 2, 'h1', '10.0.0.1', true, 1e20),
	('2026-01-01 10:20:00.000003Z', '2026-01-01 10:20:01Z', NULL, NULL, 3, 'h2', NULL, NULL, NULL),
	('2026-01-01 10:30:00.000004Z', '2026-01-01 11:30:01Z', NULL, '{b}', 4, 'h2', '::1', false, 0.1),
	(NULL, '2026-01-01 10:40:01Z', 'bob', '{c,a}', 5, 'h3', '10.0.0.9', false, -0.0),
	('2026-01-01 11:00:00.000999Z', NULL, 'bob', '{}', 6, 'h3', '10.0.0.9', false, 2),
	('2026-01-01 11:00:00.001000Z', '2026-01-01 11:00:01Z', 'too late', NULL, 7, 'h4', NULL, NULL, NULL),
	('2026-01-01 09:59:59.999999Z', '2026-01-01 09:59:59.999Z', 'too early', NULL, 8, 'h4', NULL, NULL, NULL);
\set window '\'engine_fixture.log\', \'2026-01-01 10:00Z\', \'2026-01-01 11:00Z\''

-- a key may be null
SELECT place, group_key, event_count, first_event, last_event, excepted_by, groups_total, events_matched FROM rule_groups('FROM x | STATS n = COUNT() BY user', :window);
-- a key of several values: the event is in the group of each, and still one event
SELECT place, group_key, event_count, first_event, last_event, groups_total, events_matched FROM rule_groups('FROM x | STATS n = COUNT() BY tags', :window);
SELECT group_key, event_count, groups_total, events_matched FROM rule_groups('FROM x | STATS n = COUNT() BY tags, same = tags', :window, 'came');
-- nothing is left, but something was there
SELECT * FROM rule_groups('FROM x | STATS n = COUNT() BY tags, user | WHERE n > 100', :window);
SELECT * FROM rule_groups('FROM x | WHERE n > 100 | STATS n = COUNT() BY tags, user', :window);
-- computed keys, dropped and renamed ones; the rule's order
SELECT place, result, group_key, event_count, last_event FROM rule_groups('FROM x | EVAL u = user | STATS n = COUNT(), m = MIN(n) BY hour = DATE_TRUNC(20 minutes, @timestamp), u | SORT m DESC | KEEP n | RENAME n AS u', :window);
-- all types of keys; another time field, and a fallback for it
SELECT place, group_key, event_count, first_event FROM rule_groups('FROM x | STATS n = COUNT() BY addr, ok, x', :window, 'came', '@timestamp');
SELECT place, group_key, event_count, first_event FROM rule_groups('FROM x | STATS n = COUNT() BY addr, ok, x', :window, 'came');
-- no BY: one group, of no events too
SELECT place, result, group_key, event_count, first_event, last_event, groups_total, events_matched FROM rule_groups('FROM x | STATS n = COUNT()', :window);
SELECT place, result, group_key, event_count, first_event, last_event, groups_total, events_matched FROM rule_groups('FROM x | STATS n = COUNT()', 'engine_fixture.log', '2025-01-01 10:00Z', '2025-01-01 11:00Z');

-- the LIMIT at the end is lifted, any other is not
SELECT place, result FROM rule_groups('FROM x | STATS c = COUNT() BY user | SORT user DESC | LIMIT 1 | KEEP user', :window);
SELECT place, result FROM rule_groups('FROM x | STATS c = COUNT() BY user | SORT user DESC | LIMIT 1 | SORT user', :window);
SELECT place, result, groups_total, events_matched FROM rule_groups('FROM x | SORT n DESC | LIMIT 2 | STATS c = COUNT() BY user | SORT user', :window);
-- all events of the window, whatever the rule and its exceptions take of them, and the LIMIT that was lifted
SELECT place, events_matched, events_scanned, capped FROM rule_groups('FROM x | WHERE n > 3 | STATS c = COUNT() | LIMIT 7', :window, event_exceptions => ARRAY['ok'], count_scanned => true);
SELECT place, events_matched, events_scanned, capped FROM rule_groups('FROM x | STATS c = COUNT() | WHERE c < 0', :window, 'came', '@timestamp', count_scanned => true);
CREATE TABLE engine_fixture.more AS SELECT l.* FROM engine_fixture.log AS l, generate_series(1, 3);
SELECT place, events_matched, events_scanned FROM rule_groups('FROM engine_fixture.log, engine_fixture.more | WHERE n == 1 | STATS c = COUNT()', NULL, '2026-01-01 10:00Z', '2026-01-01 11:00Z', count_scanned => true);
SELECT count(*) * 4 AS scanned FROM engine_fixture.log WHERE "@timestamp" >= '2026-01-01 10:00Z' AND "@timestamp" < '2026-01-01 11:00:00.001Z';
SET transfer_detect.count_scanned = off;
SELECT place, events_matched, events_scanned FROM rule_groups('FROM x | STATS c = COUNT()', :window, count_scanned => true);
RESET transfer_detect.count_scanned;

-- no STATS: rows that are alike are one group
SELECT place, result = group_key AS whole, group_key, event_count, first_event, last_event, groups_total, events_matched FROM rule_groups('FROM x | KEEP user, ok | LIMIT 1', :window);
SELECT place, group_key, event_count FROM rule_groups('FROM x | SORT n DESC | KEEP user, tags', :window);
SELECT place, group_key, event_count FROM rule_groups('FROM x | SORT user DESC NULLS FIRST, x | KEEP host.name', :window);
SELECT place, result FROM rule_groups('FROM x | WHERE n == 1', :window);
SELECT * FROM rule_groups('FROM x | WHERE n > 100', :window);
SELECT place, result, group_key, event_count FROM rule_groups('FROM x | KEEP n | DROP n', :window);
-- MV_EXPAND makes rows of an event, not events
SELECT place, group_key, event_count, groups_total FROM rule_groups('FROM x | MV_EXPAND tags | KEEP user', :window);
SELECT place, result, event_count FROM rule_groups('FROM x | MV_EXPAND tags | STATS rows = COUNT() BY user', :window);
SELECT place, result, event_count FROM rule_groups('FROM x | MV_EXPAND tags | STATS rows = COUNT() BY tags', :window);
SELECT esql('FROM x | MV_EXPAND tags | STATS rows = COUNT()', '2026-01-01 11:00Z', 'engine_fixture.log');

-- exceptions
SELECT place, group_key, event_count, excepted_by, events_matched
FROM rule_groups('FROM x | STATS n = COUNT() BY user, tags | DROP user', :window,
	event_exceptions => ARRAY['n == 3', 'host.name == "h3" AND tags == "none"'],
	group_exceptions => ARRAY['user == "ann" AND n > 1', 'tags == "a" // a comment', 'n == 1 AND user IS NULL']);
-- null, as of a field that is not there, does not fit
SELECT place, group_key FROM rule_groups('FROM x | KEEP n, x', :window, event_exceptions => ARRAY['x < 2', 'NOT ok']);
-- what an exception reads does not show, and can still be dropped by the rule
SELECT place, result FROM rule_groups('FROM x | WHERE came IS NOT NULL | DROP came, @timestamp, addr | WHERE n <= 2', :window, 'came', '@timestamp', event_exceptions => ARRAY['ok != ok']);
-- without STATS
SELECT place, group_key, event_count, excepted_by FROM rule_groups('FROM x | KEEP user | EVAL k = 1', :window, group_exceptions => ARRAY['user IS NULL', 'user == "ann"']);
-- a condition on what the last EVAL computes, though stages before it came (exceptions) or went (a LIMIT)
SELECT place, result, excepted_by FROM rule_groups('FROM x | STATS n = COUNT() BY user | EVAL k = n * 10', :window,
	event_exceptions => ARRAY['n == 3'], group_exceptions => ARRAY['k == 20']);
SELECT place, result, excepted_by FROM rule_groups('FROM x | STATS n = COUNT() BY user | SORT n DESC | LIMIT 5 | EVAL k = n * 10, long = k > 10', :window,
	group_exceptions => ARRAY['NOT long', 'k == 20']);
SELECT place, result, excepted_by FROM rule_groups('FROM x | KEEP user, n | EVAL k = n * 10 | SORT k DESC', :window,
	event_exceptions => ARRAY['n == 3'], group_exceptions => ARRAY['k == 20'], count_hits => true);
-- NOW() in an exception is the rule's
SELECT place, group_key, event_count FROM rule_groups('FROM x | STATS n = COUNT() BY user', :window, event_exceptions => ARRAY['@timestamp > NOW() - 45 minutes']);
-- errors name the exception, and the place in it
SELECT * FROM rule_groups('FROM x', :window, event_exceptions => ARRAY['true) OR (true']);
SELECT * FROM rule_groups('FROM x', :window, event_exceptions => ARRAY['ok', 'nn == 3']);
SELECT * FROM rule_groups('FROM x | STATS n = COUNT() BY user', :window, group_exceptions => ARRAY[E'user == "x"\n AND ok']);
SELECT * FROM rule_groups('FROM x | STATS n = COUNT() BY user', :window, group_exceptions => ARRAY[NULL]);
SELECT * FROM rule_groups('FROM x | STATS n = COUNT() BY user | STATS m = MAX(n)', :window);
SELECT * FROM rule_groups('FROM x', 'engine_fixture.log', NULL, '2026-01-01 11:00Z');
SELECT * FROM rule_groups('FROM x', 'engine_fixture.log', '2026-01-01 10:00Z', 'infinity');
-- a window without a beginning
SELECT group_key, event_count FROM rule_groups('FROM x | STATS n = COUNT() BY user', 'engine_fixture.log', '-infinity', '2026-01-01 11:00Z');

-- a field that only the engine has read so far is still there for the rule
CREATE TABLE engine_fixture.documents AS
SELECT jsonb_build_object('@timestamp', to_char("@timestamp" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'user', jsonb_build_object('name', "user"), 'host', jsonb_build_object('name', "host.name"), 'process', jsonb_build_object('pid', n)) AS document
FROM engine_fixture.log;
SELECT place, group_key, event_count, first_event, last_event FROM rule_groups('FROM x | WHERE @timestamp > NOW() - 2 hours | STATS n = COUNT(), t = MAX(@timestamp) BY user.name', 'engine_fixture.documents', '2026-01-01 10:00Z', '2026-01-01 11:00Z', event_exceptions => ARRAY['host.name == "h2"']);
SELECT place, result FROM rule_groups('FROM x | WHERE host.name == "h1" | KEEP host.name, user.name', 'engine_fixture.documents', '2026-01-01 10:00Z', '2026-01-01 11:00Z', event_exceptions => ARRAY['host.name == "h2"']);
SELECT place, events_scanned FROM rule_groups('FROM x | WHERE host.name == "h1" | STATS c = COUNT()', 'engine_fixture.documents', '2026-01-01 10:00Z', '2026-01-01 11:00Z', count_scanned => true);
-- rows that are alike, of events that are not: an exception must fit them all
SELECT place, result, event_count, excepted_by FROM rule_groups('FROM x | WHERE host.name IS NOT NULL', 'engine_fixture.documents', '2026-01-01 10:00Z', '2026-01-01 11:00Z', group_exceptions => ARRAY['process.pid == 1', 'process.pid <= 3']);
-- MV_EXPAND puts an event into several groups: it is one event all the same
CREATE TABLE engine_fixture.lists AS
SELECT '2026-01-01 10:00Z'::timestamptz + i * interval '1 s' AS "@timestamp", '{a,b,c}'::text[] AS t, CASE WHEN i < 10 THEN '{x,y}'::text[] END AS a, i % 2 AS n FROM generate_series(1, 10) AS i;
SELECT place, group_key, event_count, events_matched FROM rule_groups('FROM x | WHERE n == 1 | MV_EXPAND t | STATS c = COUNT() BY t', 'engine_fixture.lists', '2026-01-01 10:00Z', '2026-01-01 11:00Z');
SELECT place, group_key, event_count, events_matched, events_scanned FROM rule_groups('FROM x | MV_EXPAND t | MV_EXPAND a | WHERE t != "b" | STATS c = COUNT() BY t, a', 'engine_fixture.lists', '2026-01-01 10:00Z', '2026-01-01 11:00Z', count_scanned => true);
SELECT place, event_count, events_matched FROM rule_groups('FROM x | MV_EXPAND t | STATS c = COUNT() BY a', 'engine_fixture.lists', '2026-01-01 10:00Z', '2026-01-01 11:00Z');
SELECT place, event_count, events_matched FROM rule_groups('FROM x | MV_EXPAND t | KEEP t, n', 'engine_fixture.lists', '2026-01-01 10:00Z', '2026-01-01 11:00Z');
SELECT place, event_count, events_matched FROM rule_groups('FROM x | MV_EXPAND t | STATS c = COUNT() BY t | WHERE c > 99', 'engine_fixture.lists', '2026-01-01 10:00Z', '2026-01-01 11:00Z');
-- a row becomes jsonb without its text if it is small; it is what the text says
CREATE TABLE engine_fixture.kinds AS
SELECT '2026-01-01 10:00Z'::timestamptz + i * interval '1.001 s' AS "@timestamp", CASE WHEN i % 4 > 0 THEN i - 5 END AS i,
	(ARRAY[0, -1, 9223372036854775807, NULL])[1 + i % 4] AS l, (ARRAY[0, -0.0, 3, 1e20, 1.5e-7, 'Infinity', 'NaN', NULL]::double precision[])[1 + i % 8] AS x,
	(ARRAY['', E'a"\\\n\t\x01/', 'null', '5', NULL, repeat('y', 300)])[1 + i % 6] AS k,
	CASE i % 5 WHEN 0 THEN '{}'::text[] WHEN 1 THEN '{a}' WHEN 2 THEN '{b,a,""}' WHEN 3 THEN '{c,c}' END AS ks, (ARRAY[true, false, NULL])[1 + i % 3] AS ok,
	(ARRAY['10.0.0.1', '::1', NULL]::inet[])[1 + i % 3] AS addr, (ARRAY['infinity', '1969-12-31 23:59:59.999Z', NULL]::timestamptz[])[1 + i % 3] AS d
FROM generate_series(1, 240) AS i;
CREATE FUNCTION pg_temp.differs(query text) RETURNS TABLE (rows bigint, of_groups bigint, of_query bigint) LANGUAGE sql AS $$
	WITH g AS (SELECT DISTINCT result::text AS r FROM transfer_detect_internal.rule_groups(query, 'engine_fixture.kinds', '2026-01-01 10:00Z', '2026-01-01 11:00Z')),
		q AS (SELECT DISTINCT j::jsonb::text AS r FROM transfer_detect.esql(query, '2026-01-01 11:00Z', 'engine_fixture.kinds') AS j)
	SELECT (SELECT count(*) FROM g), (SELECT count(*) FROM (TABLE g EXCEPT TABLE q) AS d), (SELECT count(*) FROM (TABLE q EXCEPT TABLE g) AS d) $$;
SELECT * FROM pg_temp.differs('FROM x | KEEP i, l, x, k, ks, ok, addr, d');
SELECT * FROM pg_temp.differs('FROM x | KEEP @timestamp, d, addr, k, l | RENAME k AS `a "name" \\`, addr AS zz.z');
SELECT * FROM pg_temp.differs('FROM x | STATS i = VALUES(i), x = VALUES(x), k = VALUES(k), a = VALUES(addr), d = VALUES(d), o = VALUES(ok), t = VALUES(@timestamp), n = COUNT(*) BY ks');
SELECT * FROM pg_temp.differs('FROM x | EVAL long = REPEAT(k, 65600), longer = REPEAT(k, 3000) | KEEP k, long, longer, x, ks');
SELECT result FROM rule_groups('FROM x | WHERE i IN (2, 3, 94) | KEEP i, l, x, k, ks, ok, addr, d | SORT i', 'engine_fixture.kinds', '2026-01-01 10:00Z', '2026-01-01 11:00Z');
-- what a key and its row say together
SELECT count(*) FILTER (WHERE group_facts(a, b) IS DISTINCT FROM a || b) AS different FROM unnest('{NULL,"{}","{\"a\": 1}","{\"a\": {\"a\": 2, \"c\": 3}}","{\"a\": null, \"b\": 3}","[1]","{\"aa\": [1, {\"b\": 2}]}"}'::jsonb[]) AS a,
	unnest('{NULL,"{}","{\"a\": 5}","{\"b\": 1, \"a\": 2}","[]","{\"aa\": 2}"}'::jsonb[]) AS b;
DROP SCHEMA engine_fixture CASCADE;
