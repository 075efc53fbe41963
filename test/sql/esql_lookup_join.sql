-- LOOKUP JOIN: columns of another relation.
\set VERBOSITY terse
BEGIN;
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE FUNCTION pg_temp.run(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT j::text FROM transfer_detect.esql(query) AS r(j);
EXCEPTION WHEN OTHERS THEN
	RETURN NEXT sqlerrm;
END $$;

CREATE TABLE public.assets (host_name varchar(20) PRIMARY KEY, owner text, tags text[], n bigint, since timestamptz, at point);
INSERT INTO public.assets VALUES ('h0', 'ann', '{y,x}', 1, '2026-01-01 00:00:00.123456Z', NULL), ('h1', 'bob', NULL, 2, NULL, NULL);
CREATE TABLE public.people (name text, n integer, vip boolean, addr inet[]);
INSERT INTO public.people VALUES ('a', 1, true, '{10.0.0.1}'), ('a', 2, false, NULL), ('b', 1, NULL, '{10.0.0.1,10.0.0.2}'), (NULL, 5, true, NULL);
CREATE TABLE public.logins (timestamp timestamptz, document jsonb);
INSERT INTO public.logins
SELECT '2026-11-20 09:00Z'::timestamptz + i * interval '1 minute', jsonb_build_object('host', jsonb_build_object('name', 'h' || i % 3),
	'user', jsonb_build_object('name', CASE i % 4 WHEN 0 THEN '["a","b"]'::jsonb WHEN 1 THEN '"a"' WHEN 2 THEN NULL ELSE '"c"' END), 'vpn', jsonb_build_object('bytes', i))
FROM generate_series(1, 8) AS i;
-- a column of the relation goes by its name or by its field; no match gives nulls
SELECT pg_temp.run('FROM logins | KEEP @timestamp, host.name | LOOKUP JOIN assets ON host.name | SORT @timestamp | LIMIT 3');
SELECT pg_temp.run('FROM logins | EVAL host_name = host.name | KEEP host_name | LOOKUP JOIN public.assets ON host_name | STATS COUNT(*) BY owner | SORT owner');
-- several matches make several rows; null and several values match nothing, on both sides
SELECT pg_temp.run('FROM logins | RENAME user.name AS name | KEEP @timestamp, name | LOOKUP JOIN people ON name | SORT @timestamp, n | KEEP name, n, vip | LIMIT 7');
SELECT pg_temp.run('ROW addr = TO_IP("10.0.0.1") | LOOKUP JOIN people ON addr');
SELECT pg_temp.run('ROW n = null | LOOKUP JOIN people ON n');
-- by several columns; numbers of any type
SELECT pg_temp.run('ROW n = 1, name = "a" | LOOKUP JOIN people ON name, n');
SELECT pg_temp.run('ROW n = 1.0 | LOOKUP JOIN people ON n | SORT name');
-- by comparisons, of columns of any names, on any side; all columns of the relation come in
SELECT pg_temp.run('ROW z = "a", m = 2 | LOOKUP JOIN people ON z == name | SORT n');
SELECT pg_temp.run('ROW z = "a", m = 2 | LOOKUP JOIN people ON name == z AND n >= m');
SELECT pg_temp.run('ROW m = 1.5 | LOOKUP JOIN people ON m < n | SORT n | KEEP m, n, name');
SELECT pg_temp.run('ROW z = "a" | LOOKUP JOIN people ON z != name | KEEP z, name');
SELECT pg_temp.run('ROW name = "a", z = ["a", "b"] | LOOKUP JOIN people ON name == name AND z == name | KEEP name, n');
SELECT pg_temp.run('FROM logins | LOOKUP JOIN assets ON host.name == host_name | STATS COUNT(*) BY owner | SORT owner');
SELECT pg_temp.run('FROM logins | LOOKUP JOIN people ON vpn.bytes == n AND user.name == name | STATS COUNT(*) BY vip | SORT vip');
-- columns of the same name give way; what is joined by stays in its place
SELECT pg_temp.run('ROW vip = "x", n = 1, owner = 0, z = 1 | LOOKUP JOIN people ON n | LOOKUP JOIN assets ON n | SORT name');
-- rows stay rows: what nobody reads, and a join with itself
SELECT pg_temp.run('ROW n = 1 | LOOKUP JOIN people ON n | STATS c = COUNT(*)');
SELECT pg_temp.run('FROM people | LOOKUP JOIN people ON n | SORT n, name | KEEP n, name');
-- by what stands before it, and for what comes after
SELECT pg_temp.run('FROM logins | STATS c = COUNT(*) BY host.name | LOOKUP JOIN assets ON host.name | WHERE owner LIKE "*" | SORT owner | KEEP owner, c, tags');
SELECT pg_temp.run('FROM logins | LOOKUP JOIN assets ON host.name | DROP owner | KEEP owner');
-- a source of that name comes first; patterns that cover it do not count
INSERT INTO transfer_detect.sources (pattern, relation) VALUES ('asset-index', 'assets'), ('people', 'assets'), ('log*', 'logins'), ('*', 'logins');
SELECT pg_temp.run('ROW host.name = "h1" | LOOKUP JOIN asset-index ON host.name | KEEP owner');
SELECT pg_temp.run('ROW host.name = "h1" | LOOKUP JOIN people ON host.name | KEEP owner');
SELECT pg_temp.run('ROW host.name = "h1" | LOOKUP JOIN "public.assets" ON host.name | KEEP owner');
SELECT pg_temp.run('ROW host.name = "h1" | LOOKUP JOIN lookup ON host.name');
DELETE FROM transfer_detect.sources WHERE pattern IN ('asset-index', 'people', 'log*', '*');
-- a field that no schema knows is of the type that it is joined by
SET client_min_messages = notice;
SELECT pg_temp.run('FROM logins | RENAME vpn.users AS n | LOOKUP JOIN people ON n | STATS COUNT(*)');
SET client_min_messages = warning;
-- an index of the relation can serve, whatever its collation
SELECT substring(transfer_detect.esql_sql('ROW host_name = "h1" | LOOKUP JOIN assets ON host_name') FROM ' AS l ON ([^\n]+)') AS joined_by;
-- mistakes
SELECT pg_temp.run('ROW n = "a" | LOOKUP JOIN people ON n');
SELECT pg_temp.run('ROW n = "a" | LOOKUP JOIN people ON vipp');
SELECT pg_temp.run('ROW z = "a" | LOOKUP JOIN people ON n');
SELECT pg_temp.run('ROW z = "a" | LOOKUP JOIN nowhere ON z');
SELECT pg_temp.run('ROW z = "a" | LOOKUP JOIN peop* ON z');
SELECT pg_temp.run('ROW z = "a" | LOOKUP JOIN people ON z == vip');
SELECT pg_temp.run('ROW z = "a" | LOOKUP JOIN people ON z == nome');
SELECT pg_temp.run('ROW z = "a" | LOOKUP JOIN people ON z == "a"');
SELECT pg_temp.run('ROW z = "a" | LOOKUP JOIN people ON z == name OR z == name');
SELECT pg_temp.run('ROW z = "a" | LOOKUP JOIN people ON name, z == name');
SELECT pg_temp.run('ROW z = "a" | LOOKUP JOIN people ON z = name');
SELECT pg_temp.run('ROW z = "a" | LOOKUP JOIN people, assets ON z');
SELECT pg_temp.run('ROW at = "a" | LOOKUP JOIN assets ON at');
SELECT pg_temp.run('ROW n = 1 | LOOKUP JOIN assets_pkey ON n');
-- with the rights of the caller
CREATE ROLE regress_looker;
GRANT USAGE ON SCHEMA transfer_detect TO regress_looker;
GRANT SELECT ON public.logins, transfer_detect.fields, transfer_detect.sources TO regress_looker;
SET ROLE regress_looker;
SELECT pg_temp.run('FROM logins | LOOKUP JOIN assets ON host.name | KEEP owner');
RESET ROLE;
GRANT SELECT (host_name, owner) ON public.assets TO regress_looker;
SET ROLE regress_looker;
SELECT pg_temp.run('FROM logins | LOOKUP JOIN assets ON host.name | STATS COUNT(*) BY owner | SORT owner');
SELECT pg_temp.run('FROM logins | LOOKUP JOIN assets ON host.name | STATS COUNT(*) BY n');
RESET ROLE;
DROP OWNED BY regress_looker;
DROP ROLE regress_looker;
-- in rules: an event counts once, however many rows are made of it
INSERT INTO transfer_detect.rules (rule_id, name, query, events, enabled)
VALUES ('owners', 'Owners', 'FROM x | LOOKUP JOIN public.assets ON host.name | STATS n = COUNT(*) BY owner', 'logins', true),
	('persons', 'Persons', 'FROM x | EVAL name = user.name | LOOKUP JOIN public.people ON name | STATS n = COUNT(*) BY name', 'logins', true),
	('after', 'After', 'FROM x | STATS n = COUNT(*) BY host.name | LOOKUP JOIN public.assets ON host.name | WHERE owner != "bob" | KEEP host.name, owner', 'logins', true);
SELECT rule_id, groups, alerts_created FROM transfer_detect.run('owners', '2026-11-20 10:00Z');
SELECT rule_id, groups, alerts_created FROM transfer_detect.run('persons', '2026-11-20 10:00Z');
SELECT rule_id, groups, alerts_created FROM transfer_detect.run('after', '2026-11-20 10:00Z');
SELECT rule_id, group_key, result, event_count, (SELECT jsonb_agg(e -> 'vpn' -> 'bytes' ORDER BY e -> 'vpn' -> 'bytes') FROM transfer_detect.alert_events(a.id) AS e) AS bytes
FROM transfer_detect.alerts AS a ORDER BY rule_id, group_key::text;
-- after STATS a row must stay one row
SELECT pg_temp.run('FROM logins | STATS c = COUNT(*) BY user.name | RENAME user.name AS name | LOOKUP JOIN people ON name | SORT name, n | LIMIT 2');
CREATE FUNCTION pg_temp.add(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO transfer_detect.rules (rule_id, name, query, events, enabled) VALUES ('no', 'No', query, 'logins', true);
	RETURN 'added';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlerrm;
END $$;
SELECT pg_temp.add('FROM x | STATS c = COUNT(*) BY user.name | RENAME user.name AS name | LOOKUP JOIN public.people ON name');
-- a rule finds a relation by its schema only, whatever the search_path of who runs it
SELECT pg_temp.add('FROM x | LOOKUP JOIN assets ON host.name | STATS n = COUNT(*) BY owner');
ROLLBACK;
