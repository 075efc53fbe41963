-- Traps that a first version fell into, one by one: each was wrong, slow or an error of PostgreSQL's once.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
CREATE TABLE public.trap (timestamp timestamptz, e text, name text, n integer, l bigint, d double precision, num numeric, day date, tags text[]);
INSERT INTO public.trap VALUES
	('2026-11-20 09:10:00.123456Z', 'ee', 'a', 1, 10, 0.30000000000000004, 1.5, '2026-11-20', '{b,a}'),
	('2026-11-20 09:20:00.123999Z', 'ff', 'b', 2, 10, 'NaN', '1e400', '5874897-12-31', '{c}'),
	('2026-11-20 09:30:00Z', 'gg', 'a', 3, 20, 'Infinity', 'NaN', 'infinity', NULL);
CREATE FUNCTION pg_temp.q(query text) RETURNS SETOF text LANGUAGE sql
AS $$ SELECT r::text FROM transfer_detect.esql(query, '2026-11-20 12:00Z', 'public.trap') AS r $$;
\t on
\pset format unaligned

-- a rule that returns lists of numbers
INSERT INTO rules (rule_id, name, query, events) VALUES ('lists', 'lists', 'FROM x | STATS cc = VALUES(l), agent_count = VALUES(n) BY process.executable = name', 'trap');
SELECT process_executable, event_count, agent_count FROM detect('trap', '2026-11-20 10:00Z', 'lists') ORDER BY 1;
DELETE FROM rules WHERE rule_id = 'lists';

-- a date that is a column here and a document's field there has milliseconds in both
CREATE TABLE public.doc (document jsonb);
INSERT INTO public.doc VALUES ('{"@timestamp": "2026-11-20T09:10:00.123Z", "name": "d"}');
SELECT esql('FROM trap, doc | WHERE @timestamp <= "2026-11-20T09:10:00.123Z" | STATS c = COUNT(), d = COUNT_DISTINCT(@timestamp), v = VALUES(@timestamp)');
SELECT esql('FROM trap, doc | WHERE @timestamp == "2026-11-20T09:10:00.123Z" | KEEP name | SORT name');
DROP TABLE public.doc;

-- expressions that use themselves again and again are computed once
SET statement_timeout = '20s';
SELECT count(*) FROM esql('FROM x | KEEP e, n ' || (SELECT string_agg(' | EVAL e = CASE(e == "a", "b", e LIKE "c*", CONCAT(e, "x"), e), n = n % 7 + n', '') FROM generate_series(1, 40)), now(), 'trap');
RESET statement_timeout;
SELECT esql_sql('FROM x | EVAL a = n + 1 | EVAL b = a + a | KEEP b', now(), 'trap') LIKE '%OFFSET%' AS small_ones_are_fenced;

-- rows in order stay in order when their lists are expanded
CREATE TABLE public.wide AS SELECT i AS id, ARRAY(SELECT g FROM generate_series(1, 40) AS g) AS a FROM generate_series(1, 3) AS i;
SELECT string_agg(r ->> 'a', ',') FROM esql('FROM wide | SORT id | MV_EXPAND a | LIMIT 8 | KEEP a') AS r;
SELECT string_agg(r ->> 'a', ',') FROM esql('FROM wide | STATS v = VALUES(a) BY id | SORT id DESC | MV_EXPAND v | LIMIT 45 | KEEP v, id | RENAME v AS a') AS r;
DROP TABLE public.wide;

-- excluding a part of a source is no way to lose the whole
INSERT INTO sources (pattern, relation) VALUES ('aa-*', 'trap');
SELECT esql('FROM aa-*, -aa-test | STATS COUNT()');
SELECT esql('FROM aa-*, trap, -aa-* | STATS COUNT()');

-- a source whose relation was dropped warns, and stops nobody else
CREATE TABLE public.gone (a integer);
INSERT INTO sources (pattern, relation) VALUES ('ab-*', 'public.gone');
DROP TABLE public.gone;
SELECT esql('FROM a* | STATS COUNT()');
SELECT esql('FROM ab-* | STATS COUNT()');
DELETE FROM sources WHERE NOT shipped;

-- numbers are what they are written as, whatever the settings
SET extra_float_digits = 0;
SELECT pg_temp.q('FROM x | WHERE d == 0.30000000000000004 | EVAL y = 0.1234567890123456 | KEEP name, y');
RESET extra_float_digits;
-- and what is no number, no day, is null
SELECT pg_temp.q('FROM x | SORT n | KEEP n, d, num, day');
SELECT pg_temp.q('FROM x | WHERE d IS NULL AND num IS NULL AND day IS NULL | STATS c = COUNT(), d = COUNT(d), v = VALUES(num)');
SELECT pg_temp.q('FROM x | EVAL big = n * 1e308 | STATS s = SUM(big), a = AVG(big), m = MAX(big), t = SUM(n * 0.1), none = SUM(d) WHERE n > 1');

-- the row is the row, also when a column is called like its alias
SELECT pg_temp.q('FROM x METADATA _source | WHERE n == 1 | KEEP name, _source | EVAL is_null = _source IS NULL | DROP _source');
SELECT r -> '_source' ->> 'l' FROM esql('FROM x METADATA _source | WHERE n == 1 | KEEP _source', now(), 'trap') AS r;

-- a column of nulls has no type to quarrel about
SELECT pg_temp.q('FROM x | EVAL z = null | WHERE n == z OR n IN (1, z) OR @timestamp > z OR name == z | SORT n | KEEP n, z');

-- AND and OR are paired from the left, which shows when one of several values makes them null
SELECT esql('ROW m = [true, false], t = true, f = false | EVAL a = m OR f OR t, b = m OR t OR f, c = t OR m OR f == t, d = m AND t AND f, e = m AND (t AND f), g = f == t OR f == t OR m OR f == t OR t == t');

-- sorting by what is no column sorts by nothing
SELECT pg_temp.q('FROM x | KEEP n | SORT ROUND(2) DESC, n DESC | LIMIT 2');
SELECT pg_temp.q('FROM x | KEEP n | SORT MV_MIN(true), n | LIMIT 2');

-- functions of constants' values
SELECT pg_temp.q('FROM x | STATS a = TO_UPPER(VALUES(name)), b = VALUES("k")');
SELECT pg_temp.q('FROM x | STATS a = TO_UPPER(VALUES("a"))');

-- views that rely on the caller's search_path work
CREATE SCHEMA app;
CREATE TABLE app.lookup (k text);
INSERT INTO app.lookup VALUES ('a');
SET search_path = app, transfer_detect, public;
CREATE FUNCTION app.known(text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN EXISTS (SELECT FROM lookup WHERE k = $1); END $$;
CREATE FUNCTION app.known_too(text) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT count(*) > 0 FROM lookup WHERE k = $1 $$;
CREATE VIEW public.seen AS SELECT * FROM public.trap WHERE known(name) AND known_too(name);
SELECT esql('FROM seen | STATS c = COUNT()');
SET search_path = transfer_detect, transfer_detect_internal, public;
DROP SCHEMA app CASCADE;

-- as_of, and windows, at the ends of time
SELECT count(*) FROM detect(as_of => '9999-12-31 23:59Z');
SELECT count(*) FROM detect(as_of => '0001-01-01 00:30Z');
SELECT count(*) FROM detect(as_of => '20000-01-01Z');

-- more columns than a row can have
SELECT length(esql_sql('FROM x | EVAL ' || (SELECT string_agg('x' || i || ' = ' || i, ', ') FROM generate_series(1, 1500) AS i), now(), 'trap')) > 0;
\set VERBOSITY terse
SELECT esql_sql('FROM x | EVAL ' || (SELECT string_agg('x' || i || ' = ' || i, ', ') FROM generate_series(1, 1700) AS i), now(), 'trap');
\set VERBOSITY default

-- a column dropped under its field's name is dropped under its own
CREATE TABLE public.spelled (process_name text, host_name text);
INSERT INTO public.spelled VALUES ('scp', 'h');
SELECT esql('FROM spelled | DROP process.name | KEEP process_name');
SELECT esql('FROM spelled | RENAME process.name AS x, host_name AS process.name | KEEP process_name');
DROP TABLE public.spelled;

-- what is not understood is an error, not something else
SELECT pg_temp.q('FROM x | STATS c = COUNT_DISTINCT(e, n)');
SELECT pg_temp.q('FROM x | EVAL y = MV_SORT(tags, "up")');
SELECT pg_temp.q('FROM x | EVAL y = HASH("crc32", e)');
SELECT pg_temp.q('FROM x | EVAL y = COUNT(1 day)');
SELECT pg_temp.q('FROM x | STATS y = COUNT(1 day)');
SELECT pg_temp.q('FROM x | EVAL y = NOW() - (1 hour + 30 minutes), z = NOW() - (1 week - 1 day) | KEEP y, z | LIMIT 1');
SELECT pg_temp.q('FROM x | EVAL y = NOW() - (1 hour + 1 day)');
SELECT pg_temp.q('FROM x | WHERE n == 1 | EVAL y = COALESCE("2026-01-01", @timestamp), z = CASE(n > 5, "2026-01-01", @timestamp) | KEEP y, z');

-- a right to insert is enough to insert
CREATE ROLE td_sourcer;
GRANT INSERT ON sources TO td_sourcer;
SET ROLE td_sourcer;
INSERT INTO transfer_detect.sources (pattern, relation) VALUES ('mine-*', 'pg_catalog.pg_class');
RESET ROLE;
SELECT pattern, shipped FROM sources ORDER BY pattern;
DELETE FROM sources WHERE NOT shipped;
REVOKE ALL ON sources FROM td_sourcer;
DROP ROLE td_sourcer;
DROP TABLE public.trap CASCADE;
