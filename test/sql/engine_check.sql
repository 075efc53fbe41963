-- rule_check(), condition_check(), condition_monotone(): what is a rule, and what is an exception to it; no event is read.
SET search_path = transfer_detect, transfer_detect_internal, public;
CREATE SCHEMA engine_fixture;
-- a relation that cannot be read without an error
CREATE VIEW engine_fixture.log AS
SELECT timestamptz '2026-01-01 00:00Z' AS "@timestamp", now() AS "event.ingested", 'x'::text AS "user.name", 'h'::text AS "host.name", ARRAY['a', 'b'] AS tags, 1 / 0 AS n, 'x'::text AS word;
\set log '\'engine_fixture.log\''

SELECT rule_id, c.* FROM rules, rule_check(query, 'events') AS c ORDER BY rule_id;
SELECT * FROM rule_check('FROM x | STATS c = COUNT() BY user.name, hour = DATE_TRUNC(1 hour, @timestamp) | WHERE c > 1 | LIMIT 7 | EVAL d = c + 1 | KEEP d | RENAME d AS e | LIMIT 9', :log);
SELECT * FROM rule_check('FROM x | STATS c = COUNT()', :log, 'event.ingested', '@timestamp');
SELECT * FROM rule_check('FROM x | WHERE n == 1 | KEEP user.name, @timestamp, tags | SORT user.name | LIMIT 3', :log);
-- a LIMIT that others build on is none that caps
SELECT capped FROM rule_check('FROM x | STATS c = COUNT() BY user.name | SORT c | LIMIT 3 | WHERE c > 1', :log);
SELECT capped FROM rule_check('FROM x | STATS c = COUNT() BY user.name | LIMIT 3 | SORT c', :log);
SELECT capped FROM rule_check('FROM x | LIMIT 3 | STATS c = COUNT() BY user.name', :log);
-- FROM's own pattern, through the sources
SELECT key_columns FROM rule_check('FROM logs-endpoint.events.process-* | STATS c = COUNT() BY user.name', NULL);

-- what is no rule
SELECT * FROM rule_check('FROM x | STATS c = COUNT( BY user.name', :log);
SELECT * FROM rule_check(E'FROM x\n| STATS c = COUNT() BY user.nme', :log);
SELECT * FROM rule_check('FROM x | STATS c = COUNT() BY user.name | STATS d = MAX(c)', :log);
SELECT * FROM rule_check('FROM x | STATS t = VALUES(tags) BY user.name | MV_EXPAND t', :log);
SELECT * FROM rule_check('FROM x | LIMIT 1', :log, 'event.created');
SELECT * FROM rule_check('FROM x | LIMIT 1', :log, 'word');
SELECT * FROM rule_check('FROM x | LIMIT 1', :log, '@timestamp', 'n');
SELECT * FROM rule_check('FROM x | LIMIT 1', 'fields');
SELECT * FROM rule_check('FROM x | LIMIT 1', 'fields_pkey');
SELECT * FROM rule_check('FROM x | LIMIT 1', NULL);
SELECT * FROM rule_check(NULL, :log);
SELECT * FROM rule_check('FROM x', :log, NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM rule_check('FROM x | STATS c = COUNT() | STATS d = MAX(c)', :log);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM rule_check('FROM x', :log, 'event.created');
\echo :LAST_ERROR_SQLSTATE
-- the relation, of which all this read nothing
SELECT n FROM engine_fixture.log;

-- conditions: on events all fields, on groups what the row shows and its key
SELECT condition_check('FROM x | STATS c = COUNT() BY user.name', 'host.name IN ("a", "b") AND (n > 1 OR NOT host.name LIKE "x*")', 'event', :log);
SELECT condition_check('FROM x | STATS c = COUNT() BY user.name | DROP user.name', 'user.name == "ann" AND c > 1', 'group', :log);
SELECT condition_check('FROM x | KEEP n', 'n == 1', 'group', :log);
SELECT condition_check('FROM x | KEEP n', 'true', 'group', :log);
SELECT condition_check('FROM logs-endpoint.events.process-* | KEEP process.name', 'process.parent.command_line LIKE "*cron*"', 'event', NULL);
SELECT condition_check('FROM x | STATS c = COUNT() BY user.name', 'host.name == "a"', 'group', :log);
SELECT condition_check('FROM x | STATS c = COUNT() BY user.name', 'c == 1', 'event', :log);
SELECT condition_check('FROM x | STATS c = COUNT() BY user.name', E'user.name == "a" AND\n  c == "b"', 'group', :log);
SELECT condition_check('FROM x | STATS c = COUNT() BY user.name', 'COUNT() > 1', 'group', :log);
SELECT condition_check('FROM x | STATS c = COUNT() BY user.name', 'true) OR (true', 'group', :log);
SELECT condition_check('FROM x | STATS c = COUNT() BY user.name', 'c', 'group', :log);
SELECT condition_check('FROM x | STATS c = COUNT() BY user.name', ' ', 'group', :log);
SELECT condition_check('FROM x | STATS c = COUNT( BY user.name', 'true', 'group', :log);
SELECT condition_check('FROM x | STATS c = COUNT() BY user.name', 'true', 'row', :log);
SELECT condition_check('FROM x | STATS c = COUNT() BY user.name', NULL, 'group', :log);

-- can an exception raise an alert? one on events can, if it takes a part of a group away
SELECT n, condition_monotone(query, condition, stage, :log) AS monotone, query, stage, condition
FROM (VALUES
	(1, 'FROM x | STATS c = COUNT() BY user.name', 'event', 'user.name == "ann"'),
	(2, 'FROM x | STATS c = COUNT() BY user.name', 'event', 'host.name == "ann"'),
	(3, 'FROM x | STATS c = COUNT() BY user.name', 'event', 'host.name == "ann" AND user.name == "ann"'),
	(4, 'FROM x | STATS c = COUNT() BY user.name', 'group', 'user.name == "ann" AND c < 3'),
	(5, 'FROM x | EVAL u = user.name | STATS c = COUNT() BY u', 'event', 'user.name == "ann"'),
	(6, 'FROM x | EVAL u = TO_LOWER(user.name) | STATS c = COUNT() BY u', 'event', 'user.name == "ann"'),
	(7, 'FROM x | STATS c = COUNT() BY tags', 'event', 'MV_CONTAINS(tags, "a")'),
	(8, 'FROM x | STATS c = COUNT()', 'event', 'user.name == "ann"'),
	(9, 'FROM x | KEEP user.name', 'event', 'host.name == "ann"'),
	(10, 'FROM x | KEEP user.name | LIMIT 10', 'event', 'host.name == "ann"'),
	(11, 'FROM x | SORT n | LIMIT 10 | WHERE n == 1', 'event', 'host.name == "ann"'),
	(12, 'FROM x | SORT n | LIMIT 10 | STATS c = COUNT() BY user.name', 'event', 'user.name == "ann"'),
	(13, 'FROM x | STATS c = COUNT() BY user.name | SORT c | LIMIT 3 | WHERE c > 1', 'group', 'c == 2'),
	(14, 'FROM x | STATS c = COUNT() | WHERE c == 0', 'event', 'true')
) AS v(n, query, stage, condition) ORDER BY n;
DROP SCHEMA engine_fixture CASCADE;
