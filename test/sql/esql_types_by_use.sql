-- The type of a document's field that no schema knows comes from its use in the query.
\set VERBOSITY terse

CREATE TABLE seen (n integer, document jsonb);
INSERT INTO seen VALUES
	(1, '{"x": {"count": 5, "share": 0.5, "on": true, "at": "2026-11-20T10:00:00Z", "from": "10.0.0.1", "name": "a", "mixed": 7}}'),
	(2, '{"x": {"count": "12", "share": "1.5", "on": "false", "at": 1795168800000, "from": "not an address", "name": ["b", "a"], "mixed": "seven"}}'),
	(3, '{"x": {"count": 3.9, "share": [0.25, 2], "on": "maybe", "at": "yesterday", "from": ["10.0.0.2", "::1"], "name": 3, "mixed": null}}'),
	(4, '{"x": {"count": "many", "share": {"a": 1}, "on": null, "at": []}}'),
	(5, '{}');

CREATE FUNCTION pg_temp.run(query text) RETURNS SETOF text LANGUAGE sql AS
	$$ SELECT j::text FROM transfer_detect.esql(query) AS r(j) $$;
CREATE FUNCTION pg_temp.note(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM transfer_detect.esql_sql(query);
	RETURN 'compiles';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlerrm;
END $$;

-- a number as its literal says; what does not fit the type is no value
SELECT pg_temp.run('FROM seen | WHERE x.count >= 5 | SORT n | KEEP n, x.count');
SELECT pg_temp.run('FROM seen | WHERE x.share > 0.3 | SORT n | KEEP n, x.share');
SELECT pg_temp.run('FROM seen | SORT n | EVAL known = x.mixed IS NOT NULL, big = x.mixed > 6 | KEEP n, known, big');
-- booleans, dates, addresses
SELECT pg_temp.run('FROM seen | WHERE x.on | KEEP n');
SELECT pg_temp.run('FROM seen | WHERE NOT x.on OR x.on == true | SORT n | KEEP n, x.on');
SELECT pg_temp.run('FROM seen | WHERE x.at < NOW() + 1000 weeks | SORT n | KEEP n, x.at');
SELECT pg_temp.run('FROM seen | STATS c = COUNT() BY h = DATE_TRUNC(1 hour, x.at) | SORT h');
SELECT pg_temp.run('FROM seen | WHERE CIDR_MATCH(x.from, "10.0.0.0/8") | KEEP n, x.from');
-- nothing says anything: a keyword; a string literal alone says no more
SELECT pg_temp.run('FROM seen | SORT n | KEEP n, x.name | LIMIT 3');
SELECT pg_temp.run('FROM seen | WHERE x.name == "a" | KEEP n, x.name');
-- what becomes of the value later
SELECT pg_temp.run('FROM seen | STATS m = MAX(x.share), a = AVG(x.count) | WHERE m > 1.0');
SELECT pg_temp.run('FROM seen | EVAL y = COALESCE(x.count, 0) | RENAME y AS z | WHERE z >= 12 | KEEP n, z');
SELECT pg_temp.run('FROM seen | EVAL y = CASE(n == 1, x.share, null) | WHERE y == 0.5 | KEEP n, y');
SELECT pg_temp.run('FROM seen | MV_EXPAND x.share | WHERE x.share == 2 OR x.share == 0.5 | SORT n | KEEP n, x.share');
SELECT pg_temp.run('FROM seen | STATS s = SUM(x.count) WHERE x.on, t = SUM(x.share)');
-- two fields that are compared are of one type
SELECT pg_temp.run('FROM seen | WHERE x.mixed > x.count AND x.count > 1 | KEEP n');
-- a string literal gives way to a date or an address
SELECT pg_temp.run('FROM seen | WHERE x.at > "2026-11-20" AND x.at < NOW() + 1000 weeks | SORT n | KEEP n');
SELECT pg_temp.run('FROM seen | WHERE x.from != "10.0.0.9" AND CIDR_MATCH(x.from, "0.0.0.0/0") | KEEP n');
-- numbers go together as the widest
SELECT pg_temp.run('FROM seen | WHERE x.share >= 1 AND x.share < 1.75 | KEEP n, x.share');
SELECT pg_temp.run('FROM seen | EVAL y = x.share * 100 | WHERE y == 50 | KEEP n, y');
-- a search that compares
SELECT pg_temp.run('FROM seen | WHERE KQL("x.count >= 5 and x.count < 100") | SORT n | KEEP n, x.count');
SELECT pg_temp.run('FROM seen | WHERE KQL("x.at > 2026-11-19") | SORT n | KEEP n');
-- GROK and DISSECT take strings, and their columns are of the types that they ask for
SELECT pg_temp.run('FROM seen | GROK x.mixed "%{INT:part:int}" | WHERE x.count < part | KEEP n, part');
SELECT pg_temp.run('FROM seen | DISSECT x.at "%{day}T%{rest}" | WHERE day LIKE "2026*" | KEEP n, day');
-- they take the place of a field of their name
SELECT pg_temp.note('FROM seen | GROK x.tag "%{INT:x.count}" | WHERE x.count LIKE "1*"');
SELECT pg_temp.note('FROM seen | WHERE x.count > 1 | DISSECT x.count "%{a} %{b}"');
SELECT pg_temp.note('FROM seen | WHERE x.count > 1 | GROK x.tag "%{NOSUCH:a}"');

-- uses that do not go together: both places
SELECT pg_temp.note('FROM seen | WHERE x.count == 5 AND x.count == "5"');
SELECT pg_temp.note(E'FROM seen\n| WHERE STARTS_WITH(x.count, "1")\n| STATS m = MAX(x.count)\n| WHERE m > 0.5');
SELECT pg_temp.note('FROM seen | WHERE x.a == x.b | WHERE x.a == 1 | WHERE x.b LIKE "x*"');
SELECT pg_temp.note('FROM seen | WHERE x.on AND x.on > 1');
SELECT pg_temp.note('FROM seen | WHERE CIDR_MATCH(x.from, "10.0.0.0/8") AND DATE_TRUNC(1 day, x.from) > NOW()');
-- a conversion says nothing, and helps
SELECT pg_temp.run('FROM seen | WHERE TO_LONG(x.count) == 12 AND x.count == "12" | KEEP n');
SELECT pg_temp.run('FROM seen | WHERE x.count::long == 12 AND x.count == "12" | KEEP n');

-- the table of fields has the last word
INSERT INTO transfer_detect.fields (field, type) VALUES ('x.count', 'keyword');
SELECT pg_temp.note('FROM seen | WHERE x.count == 5');
DELETE FROM transfer_detect.fields WHERE field = 'x.count';

-- in a rule: its exceptions see the type that the rule gives, or give one themselves
SELECT transfer_detect_internal.condition_fits(q, c, 'event', 'seen')
FROM (VALUES ('FROM seen | WHERE x.count >= 5 | KEEP x.count')) AS q(q), (VALUES ('x.count == 7 AND x.share > 0.5')) AS c(c);
SELECT transfer_detect_internal.condition_check('FROM seen | WHERE x.count >= 5', 'x.count LIKE "5*"', 'event', 'seen');
SELECT transfer_detect_internal.condition_check('FROM seen | WHERE x.count >= 5', 'x.share LIKE "5*" AND x.share > 1', 'event', 'seen');
DROP TABLE seen;
