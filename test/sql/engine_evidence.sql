-- rule_evidence() and rule_events(): the events behind a group are those that were counted in it.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
CREATE SCHEMA engine_fixture;
CREATE TABLE engine_fixture.log (
	id integer, "@timestamp" timestamptz, came timestamptz, "user" text, tags text[], "host.name" text,
	addr inet, ok boolean, x double precision, big bigint, at timestamptz);
-- a hundred events in all combinations of nulls, lists and values, one a minute
INSERT INTO engine_fixture.log
SELECT i, CASE WHEN i % 11 <> 0 THEN t END, CASE WHEN i % 5 <> 0 THEN t + '10 seconds' END,
	(ARRAY['ann', 'bob', 'O''Neil \ "x"', '', NULL])[i % 5 + 1],
	(ARRAY['{a}', '{a,b}', '{}', NULL, '{b,a,b}', '{c}'])[i % 6 + 1]::text[],
	'h' || i % 3, (ARRAY['10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', NULL])[i % 4 + 1]::inet,
	(ARRAY[true, false, NULL])[i % 3 + 1], (ARRAY[0.1, 1e300, -0.0, 0.0, NULL])[i % 5 + 1],
	(ARRAY[9223372036854775807, -1, NULL])[i % 3 + 1], (ARRAY['1969-12-31 23:59:59.999999Z', '2026-02-28 12:00Z', NULL])[i % 3 + 1]::timestamptz
FROM generate_series(1, 100) AS i, LATERAL (SELECT timestamptz '2026-01-01 10:00Z' + i * '1 minute'::interval + i * '1 microsecond'::interval) AS l(t);

CREATE TABLE engine_fixture.groups ("user" text, team text);
INSERT INTO engine_fixture.groups VALUES ('ann', 'red'), ('ann', 'blue'), ('bob', 'red'), (NULL, 'none');
CREATE TABLE engine_fixture.places (host_name text UNIQUE, place text);
INSERT INTO engine_fixture.places VALUES ('h0', 'Bern'), ('h1', 'Rome'), (NULL, 'none');
CREATE TABLE engine_fixture.chiefs (place text PRIMARY KEY, chief text);
INSERT INTO engine_fixture.chiefs VALUES ('Bern', 'eve');

CREATE TEMP TABLE query (q text, tail text);
INSERT INTO query VALUES
	('FROM x | STATS n = COUNT() BY user', ''),
	('FROM x | STATS n = COUNT() BY tags', ''),
	('FROM x | STATS n = COUNT() BY tags, user', '| SORT n'),
	('FROM x | STATS n = COUNT() BY addr, ok', '| KEEP n'),
	('FROM x | STATS n = COUNT() BY x', ''),
	('FROM x | STATS n = COUNT() BY big, at', '| RENAME big AS at | LIMIT 2'),
	('FROM x | STATS n = COUNT()', ''),
	('FROM x | WHERE user != "bob" | EVAL l = LENGTH(user) | STATS n = COUNT() BY l, half = DATE_TRUNC(30 minutes, @timestamp)', ''),
	('FROM x | EVAL l = MV_APPEND(tags, user) | STATS n = COUNT() BY l', ''),
	('FROM x | MV_EXPAND tags | WHERE tags != "b" | STATS n = COUNT_DISTINCT(id) BY tags', ''),
	('FROM x | MV_EXPAND tags | STATS n = COUNT_DISTINCT(id) BY host.name', ''),
	('FROM x | SORT id DESC | LIMIT 40 | STATS n = COUNT() BY host.name', ''),
	('FROM x | EVAL k = TO_LOWER(user) | STATS n = COUNT() BY k', ''),
	('FROM x | KEEP user, tags', '| LIMIT 3'),
	('FROM x | KEEP x, big, at, addr, ok', ''),
	('FROM x | MV_EXPAND tags | KEEP tags', ''),
	('FROM x METADATA _source | WHERE id % 9 == 0 | KEEP _source, user', ''),
	('FROM x | SORT id | LIMIT 30 | KEEP host.name', ''),
	('FROM x | INLINE STATS c = COUNT(), l = LAST(id, @timestamp) BY tags | STATS n = COUNT(), m = MAX(c) BY user', ''),
	('FROM x | INLINE STATS c = COUNT_DISTINCT(user) BY host.name | WHERE c > 3 | KEEP user, c', ''),
	('FROM x | INLINE STATS c = COUNT_DISTINCT(user) BY host.name | WHERE c > 3 | KEEP host.name, user, c', ''),
	('FROM x | STATS n = COUNT() BY user | INLINE STATS all = SUM(n) | WHERE n * 5 >= all', '| DROP all'),
	('FROM x | SORT id DESC | LIMIT 7 BY user | STATS n = COUNT() BY host.name', ''),
	('FROM x | STATS n = COUNT() BY user, host.name | SORT n DESC, user, host.name | LIMIT 2 BY user', ''),
	('FROM x | LOOKUP JOIN engine_fixture.groups ON user | STATS n = COUNT_DISTINCT(id) BY team', ''),
	('FROM x | LOOKUP JOIN engine_fixture.groups ON user | KEEP user', ''),
	('FROM x | LOOKUP JOIN engine_fixture.places ON host.name | STATS n = COUNT() BY place', '| LOOKUP JOIN engine_fixture.chiefs ON place');

-- for each group of each rule: the same events by all three functions; none differs
CREATE FUNCTION pg_temp.differences(relation regclass, field text, fallback text, exceptions text[])
RETURNS TABLE (query text, key jsonb, counted bigint, in_evidence bigint, in_events bigint, distinct_events bigint) LANGUAGE sql
AS $$
	SELECT q.q, g.group_key, g.event_count, e.event_count, d.events, d.ids
	FROM query AS q,
		transfer_detect_internal.rule_groups(q.q || q.tail, relation, '2026-01-01 10:05Z', '2026-01-01 11:30Z', field, fallback, exceptions) AS g
		LEFT JOIN LATERAL transfer_detect_internal.rule_evidence(q.q || q.tail, relation, '2026-01-01 10:05Z', '2026-01-01 11:30Z', field, fallback, exceptions,
			g.first_event, g.last_event, g.group_key) AS e ON true,
		LATERAL (SELECT count(*), count(DISTINCT r ->> 'id') FROM transfer_detect_internal.rule_events(q.q || q.tail, relation, '2026-01-01 10:05Z', '2026-01-01 11:30Z', field, fallback, exceptions,
			g.first_event, g.last_event, g.group_key) AS r) AS d(events, ids)
	WHERE (g.group_key, g.event_count, g.first_event, g.last_event, g.event_count, g.event_count)
		IS DISTINCT FROM (e.group_key, e.event_count, e.first_event, e.last_event, d.events, d.ids)
$$;
SELECT * FROM pg_temp.differences('engine_fixture.log', '@timestamp', NULL, '{}');
SELECT * FROM pg_temp.differences('engine_fixture.log', 'came', '@timestamp', '{}');
SELECT * FROM pg_temp.differences('engine_fixture.log', '@timestamp', 'came', ARRAY['id % 7 == 0', 'MV_CONTAINS(tags, "c") AND ok']);
-- and there was something to compare
SELECT count(*), sum(g.event_count) FROM query, rule_groups(q || tail, 'engine_fixture.log', '2026-01-01 10:05Z', '2026-01-01 11:30Z') AS g;
-- what the rule counted itself is what we counted, where it counts events
SELECT q, g.group_key, g.result FROM query, rule_groups(q || tail, 'engine_fixture.log', '2026-01-01 10:05Z', '2026-01-01 11:30Z') AS g
WHERE g.result ? 'n' AND (g.result ->> 'n')::bigint <> g.event_count;

-- the rule's own rows are those of esql(), but that without STATS rows alike are one group, unless INLINE STATS groups by what they do not show
CREATE VIEW engine_fixture.timed AS SELECT * FROM engine_fixture.log WHERE coalesce("@timestamp", came) IS NOT NULL;
CREATE FUNCTION pg_temp.rows_of(q text) RETURNS SETOF jsonb LANGUAGE sql
AS $$
	SELECT r::jsonb FROM transfer_detect.esql(q, '2026-01-02Z', 'engine_fixture.timed') WITH ORDINALITY AS e(r, n)
	GROUP BY r::jsonb, CASE WHEN q ~ '(?<!INLINE )STATS' THEN n END
$$;
SELECT q.q, d.side, d.result FROM query AS q, LATERAL (
	(SELECT 'group', g.result FROM rule_groups(q.q || q.tail, 'engine_fixture.timed', '-infinity', '2026-01-02Z', '@timestamp', 'came') AS g
	 EXCEPT ALL SELECT 'group', r FROM pg_temp.rows_of(q.q || q.tail) AS r)
	UNION ALL
	(SELECT 'row', r FROM pg_temp.rows_of(q.q || q.tail) AS r
	 EXCEPT ALL SELECT 'row', g.result FROM rule_groups(q.q || q.tail, 'engine_fixture.timed', '-infinity', '2026-01-02Z', '@timestamp', 'came') AS g)) AS d(side, result)
WHERE q.tail NOT LIKE '%LIMIT%' AND q.q NOT LIKE '%KEEP user, c';

-- all groups at once, and the parts of a span add up to it, cut at a microsecond
WITH piece (name, span_from, span_to) AS (VALUES
	('all', timestamptz '2026-01-01 10:05Z', timestamptz '2026-01-01 11:30:00.000999Z'),
	('before', '2026-01-01 10:05Z', timestamptz '2026-01-01 10:40:00.000040Z' - '1 microsecond'::interval),
	('at', '2026-01-01 10:40:00.000040Z', '2026-01-01 10:40:00.000040Z'),
	('after', timestamptz '2026-01-01 10:40:00.000040Z' + '1 microsecond'::interval, '2026-01-01 11:30:00.000999Z'))
SELECT p.name, sum(e.event_count) AS events, sum(e.event_count) FILTER (WHERE q.q LIKE '%BY tags, user') AS tags_user, min(e.first_event), max(e.last_event)
FROM piece AS p, query AS q, rule_evidence(q.q, 'engine_fixture.log', '2026-01-01 10:05Z', '2026-01-01 11:30Z', 'came', '@timestamp', '{}', p.span_from, p.span_to) AS e
WHERE q.q NOT LIKE '%LIMIT%' AND q.q LIKE '%BY%' GROUP BY p.name ORDER BY p.name;

-- by hand: the events of the null user with tag a from 10:05 to 11:30, but for those without a time
SELECT r ->> 'id' AS id, r ->> '@timestamp' AS "@timestamp" FROM rule_events('FROM x | STATS n = COUNT() BY user, tags', 'engine_fixture.log', '2026-01-01 10:05Z', '2026-01-01 11:30Z', '@timestamp', NULL, NULL,
	'2026-01-01 10:05Z', '2026-01-01 11:30Z', '{"user": null, "tags": "a"}') AS r;
SELECT id FROM engine_fixture.log WHERE "user" IS NULL AND 'a' = ANY (tags) AND "@timestamp" >= '2026-01-01 10:05Z' AND "@timestamp" < '2026-01-01 11:30:00.001Z' ORDER BY "@timestamp";
-- a LIMIT before STATS sees the whole window, whatever the span
SELECT count(*), min((r ->> 'id')::integer), max((r ->> 'id')::integer) FROM rule_events('FROM x | SORT id DESC | LIMIT 10 | STATS n = COUNT()', 'engine_fixture.log', '2026-01-01 10:00Z', '2026-01-01 12:00Z', 'came', '@timestamp', NULL,
	'2026-01-01 11:35Z', '2026-01-01 12:00Z') AS r;
-- events alike in all are as many events
CREATE TABLE engine_fixture.twins AS SELECT * FROM engine_fixture.log UNION ALL SELECT * FROM engine_fixture.log;
SELECT count(*), count(DISTINCT r ->> 'id') FROM rule_events('FROM x | MV_EXPAND tags | STATS n = COUNT() BY user', 'engine_fixture.twins', '2026-01-01 10:05Z', '2026-01-01 11:30Z', '@timestamp', NULL, NULL,
	'2026-01-01 10:05Z', '2026-01-01 11:30:00.000999Z', '{"user": "ann"}') AS r;
SELECT event_count, result FROM rule_groups('FROM x | MV_EXPAND tags | WHERE user == "ann" | STATS n = COUNT() BY user', 'engine_fixture.twins', '2026-01-01 10:05Z', '2026-01-01 11:30Z');

-- other shapes of a time column, and of a relation
CREATE TABLE engine_fixture.naive AS SELECT id, ("@timestamp" AT TIME ZONE 'UTC') AS "@timestamp", (came AT TIME ZONE 'UTC') AS came, "user", tags, "host.name", addr, ok, x, big, at FROM engine_fixture.log;
CREATE VIEW engine_fixture.viewed AS SELECT * FROM engine_fixture.log;
CREATE TABLE engine_fixture.parts (LIKE engine_fixture.log) PARTITION BY RANGE ("@timestamp");
CREATE TABLE engine_fixture.parts_1 PARTITION OF engine_fixture.parts FOR VALUES FROM ('2026-01-01 10:00Z') TO ('2026-01-01 11:00Z');
CREATE TABLE engine_fixture.parts_2 PARTITION OF engine_fixture.parts DEFAULT;
INSERT INTO engine_fixture.parts SELECT * FROM engine_fixture.log;
SET timezone = 'Asia/Kolkata';
SELECT relation, d.* FROM (VALUES ('engine_fixture.naive'::regclass), ('engine_fixture.viewed'), ('engine_fixture.parts')) AS r(relation), pg_temp.differences(relation, 'came', '@timestamp', '{}') AS d;
SELECT r.relation, count(*), sum(g.event_count), max(g.last_event) AT TIME ZONE 'UTC' AS last FROM (VALUES ('engine_fixture.log'::regclass), ('engine_fixture.naive'), ('engine_fixture.viewed'), ('engine_fixture.parts')) AS r(relation),
	query, rule_groups(q || tail, relation, '2026-01-01 10:05Z', '2026-01-01 11:30Z', 'came', '@timestamp') AS g GROUP BY r.relation ORDER BY r.relation::text;
SET timezone = 'UTC';
-- neither a key nor an event depends on the session's settings, and these stay as they are
CREATE TEMP TABLE keys AS SELECT q, g.group_key FROM query, rule_groups(q, 'engine_fixture.log', '2026-01-01 10:05Z', '2026-01-01 11:30Z') AS g WHERE q LIKE '%_source%';
CREATE TEMP TABLE documents AS SELECT q, e::jsonb FROM query, rule_events(q, 'engine_fixture.log', '2026-01-01 10:05Z', '2026-01-01 11:30Z', '@timestamp', NULL, NULL, '2026-01-01 10:05Z', '2026-01-01 11:30Z') AS e WHERE q LIKE '%_source%';
SET timezone = 'Asia/Kolkata';
SET datestyle = 'German';
SET extra_float_digits = 0;
SELECT count(*), count(*) FILTER (WHERE (q, group_key) IN (TABLE keys)) AS same FROM query, rule_groups(q, 'engine_fixture.log', '2026-01-01 10:05Z', '2026-01-01 11:30Z') AS g WHERE q LIKE '%_source%';
SELECT count(*), count(*) FILTER (WHERE (q, e::jsonb) IN (TABLE documents)) AS same FROM query, rule_events(q, 'engine_fixture.log', '2026-01-01 10:05Z', '2026-01-01 11:30Z', '@timestamp', NULL, NULL, '2026-01-01 10:05Z', '2026-01-01 11:30Z') AS e WHERE q LIKE '%_source%';
SELECT current_setting('timezone') AS timezone, current_setting('datestyle') AS datestyle, current_setting('extra_float_digits') AS digits;
RESET datestyle;
RESET extra_float_digits;
SET timezone = 'UTC';
-- a day is its midnight in UTC
CREATE TABLE engine_fixture.days AS SELECT i AS id, date '2026-01-01' + i AS "@timestamp" FROM generate_series(1, 5) AS i;
SELECT event_count, first_event, last_event FROM rule_groups('FROM x | STATS n = COUNT()', 'engine_fixture.days', '2026-01-03Z', '2026-01-05Z');
SELECT r FROM rule_events('FROM x | STATS n = COUNT()', 'engine_fixture.days', '2026-01-03Z', '2026-01-05Z', '@timestamp', NULL, NULL, '2026-01-03 00:00:00.000001Z', '2026-01-05Z', '{}') AS r;

-- two relations, one of which lacks the time field
SELECT rule_events('FROM engine_fixture.log, engine_fixture.days | MV_EXPAND tags | WHERE id == 3 | STATS n = COUNT()', NULL, '2026-01-01Z', '2026-01-05Z', '@timestamp', 'came', NULL, '2026-01-01Z', '2026-01-05Z', '{}') ->> '@timestamp' AS "@timestamp";

-- keys that are none of this rule's
\set events 'rule_events(\'FROM x | STATS n = COUNT() BY user, ok\', \'engine_fixture.log\', \'2026-01-01 10:05Z\', \'2026-01-01 11:30Z\', \'@timestamp\', NULL, NULL, \'2026-01-01 10:05Z\', \'2026-01-01 11:30Z\''
SELECT count(*) FROM :events, '{"user": "ann", "ok": null}');
SELECT count(*) FROM :events, '{"user": "ann"}');
SELECT count(*) FROM :events, '{"user": "ann", "okay": true}');
SELECT count(*) FROM :events, '{"user": "ann", "ok": "true"}');
SELECT count(*) FROM :events, '{"user": ["ann"], "ok": true}');
SELECT count(*) FROM :events, '[]');
SELECT count(*) FROM :events, '"user"');
SELECT * FROM rule_evidence('FROM x | STATS n = COUNT() BY at', 'engine_fixture.log', '2026-01-01 10:05Z', '2026-01-01 11:30Z', '@timestamp', NULL, NULL, '2026-01-01 10:05Z', '2026-01-01 11:30Z', '{"at": "yesterday"}');
SELECT * FROM rule_evidence('FROM x | STATS n = COUNT() BY at', 'engine_fixture.log', '2026-01-01 10:05Z', '2026-01-01 11:30Z', '@timestamp', NULL, NULL, NULL, '2026-01-01 11:30Z');
-- a key is data: it cannot leave its place
SELECT count(*) FROM :events, jsonb_build_object('user', $$x' OR true --$$, 'ok', true));
DROP SCHEMA engine_fixture CASCADE;
