-- What goes wrong says where, why and what to do: texts and SQLSTATEs.
SET search_path = transfer_detect, transfer_detect_internal, public;
CREATE TABLE public.log ("@timestamp" timestamptz, "process.name" text, "process.pid" integer, "source.ip" inet,
	"event.action" text[], took interval, "agent.id" text);
CREATE INDEX log_pid ON public.log ("process.pid");
CREATE TABLE public.no_time (process_name text);
CREATE SEQUENCE public.counter;
-- a query's error, its state and its hint; no caret, which psql draws below
CREATE FUNCTION pg_temp.fails(query text, relation regclass DEFAULT 'public.log') RETURNS text LANGUAGE plpgsql
AS $$
DECLARE
	state text; message text; hint text;
BEGIN
	PERFORM transfer_detect.esql(query, '2026-11-20 10:00Z', relation);
	RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	RETURN state || ' ' || message || coalesce(E'\n  ' || nullif(regexp_replace(hint, 'functions are .*', 'functions are ...'), ''), '');
END
$$;
\t on
\pset format unaligned

-- as psql shows them
SELECT esql('FROM logs-endpoint.events.process-*
| WHERE proces.name == "scp"', now(), 'public.log');
SELECT esql_sql('FROM logs-endpoint.events.process-* | WHERE "ä" == x.y', now(), 'public.log');

-- names
SELECT pg_temp.fails('FROM x | WHERE agnt.id == "a"');
SELECT pg_temp.fails('FROM x | WHERE zzzzzzzz == "a"');
SELECT pg_temp.fails('FROM x | KEEP process.name | WHERE agent.id == "a"');
SELECT pg_temp.fails('FROM x | DROP agent.id | EVAL y = agent.id');
SELECT pg_temp.fails('FROM x | RENAME agent.id AS a | KEEP agent.id');
SELECT pg_temp.fails('FROM x | KEEP nothing*');
SELECT pg_temp.fails('FROM x | DROP nothing*');
SELECT pg_temp.fails('FROM x | STATS c = COUNT() BY process.name | WHERE agent.id == "a"');
SELECT pg_temp.fails('FROM x | STATS process.pid');
SELECT pg_temp.fails('FROM x | STATS MAX(process.pid) + process.pid');
SELECT pg_temp.fails('FROM x | STATS MAX(COUNT())');
SELECT pg_temp.fails('FROM x | WHERE COUNT() > 1');
SELECT pg_temp.fails('FROM x | EVAL y = took');
SELECT pg_temp.fails('FROM x METADATA _score');

-- functions
SELECT pg_temp.fails('FROM x | EVAL y = TO_LOWWER(process.name)');
SELECT pg_temp.fails('FROM x | EVAL y = KNN(a, [1])');
SELECT pg_temp.fails('FROM x | EVAL y = LENGTH(process.pid)');
SELECT pg_temp.fails('FROM x | EVAL y = LENGTH()');
SELECT pg_temp.fails('FROM x | EVAL y = CONCAT("a")');
SELECT pg_temp.fails('FROM x | EVAL y = SUBSTRING("a", 1, 2, 3)');
SELECT pg_temp.fails('FROM x | STATS SUM(process.name)');
SELECT pg_temp.fails('FROM x | STATS SUM(*)');
SELECT pg_temp.fails('FROM x | EVAL y = CASE(process.name, 1)');
SELECT pg_temp.fails('FROM x | EVAL y = CASE(true, 1, "a")');
SELECT pg_temp.fails('FROM x | EVAL y = DATE_TRUNC(0 days, @timestamp)');
SELECT pg_temp.fails('FROM x | EVAL y = DATE_DIFF("fortnight", @timestamp, NOW())');
SELECT pg_temp.fails('FROM x | EVAL y = DATE_DIFF(process.name, @timestamp, NOW())');
SELECT pg_temp.fails('FROM x | WHERE CIDR_MATCH(source.ip, "10.0.0.0/33")');
SELECT pg_temp.fails('FROM x | EVAL y = REPLACE(process.name, "(", "")');

-- types
SELECT pg_temp.fails('FROM x | WHERE process.name > 2');
SELECT pg_temp.fails('FROM x | WHERE process.pid == "2"');
SELECT pg_temp.fails('FROM x | WHERE process.pid');
SELECT pg_temp.fails('FROM x | WHERE NOT process.pid');
SELECT pg_temp.fails('FROM x | EVAL y = process.name + 1');
SELECT pg_temp.fails('FROM x | EVAL y = process.name * 1');
SELECT pg_temp.fails('FROM x | EVAL y = @timestamp - @timestamp');
SELECT pg_temp.fails('FROM x | EVAL y = 1 hour');
SELECT pg_temp.fails('FROM x | EVAL y = -process.name');
SELECT pg_temp.fails('FROM x | WHERE process.pid LIKE "1*"');
SELECT pg_temp.fails('FROM x | WHERE process.pid IN (1, "a")');
SELECT pg_temp.fails('FROM x | EVAL y = process.pid::ip');
SELECT pg_temp.fails('FROM x | EVAL y = process.pid::geo_point');
SELECT pg_temp.fails('FROM x | EVAL y = [1, "a"]');

-- literals
SELECT pg_temp.fails('FROM x | WHERE @timestamp > "yesterday"');
SELECT pg_temp.fails('FROM x | WHERE source.ip == "10.0.0"');
SELECT pg_temp.fails('FROM x | WHERE process.name LIKE "a\\b"');
SELECT pg_temp.fails('FROM x | WHERE process.name RLIKE "a("');
SELECT pg_temp.fails('FROM x | WHERE process.name == "abc');
SELECT pg_temp.fails('FROM x | WHERE process.name == ''abc''');
SELECT pg_temp.fails('FROM x | WHERE process.name == "a\qb"');
SELECT pg_temp.fails('FROM x | WHERE @timestamp > NOW() - 1 fortnight');

-- syntax
SELECT pg_temp.fails('');
SELECT pg_temp.fails('SELECT 1');
SELECT pg_temp.fails('FROM');
SELECT pg_temp.fails('FROM x |');
SELECT pg_temp.fails('FROM x | WHERE');
SELECT pg_temp.fails('FROM x | WHERE process.name = "a"');
SELECT pg_temp.fails('FROM x | WHERE process.pid == 1 == 2');
SELECT pg_temp.fails('FROM x | WHERE (process.pid == 1');
SELECT pg_temp.fails('FROM x | LIMIT -1');
SELECT pg_temp.fails('FROM x | LIMIT many');
SELECT pg_temp.fails('FROM x | STATS');
SELECT pg_temp.fails('FROM x | WHRE process.pid == 1');
SELECT pg_temp.fails('FROM x | GROK process.name "%{DATA:x"');
SELECT pg_temp.fails('FROM x | FORK (WHERE a == 1)');
SELECT pg_temp.fails('SHOW INFO');
SELECT pg_temp.fails('ROW');
SELECT pg_temp.fails('FROM x | ROW a = 1');
SELECT pg_temp.fails('ROW a = 1, b = a');
SELECT pg_temp.fails('ROW a = process.pid');
SELECT pg_temp.fails('ROW a = COUNT()');
SELECT pg_temp.fails('ROW a = 1 day');
SELECT pg_temp.fails('ROW a = 1 | KEEP b');
INSERT INTO rules (rule_id, name, query) VALUES ('row', 'row', 'ROW a = 1');
SELECT pg_temp.fails('FROM x | WHERE CONCAT(process.name, "") : "a"');
SELECT pg_temp.fails('FROM x | WHERE ' || repeat('(', 500) || 'true' || repeat(')', 500));
SELECT pg_temp.fails('FROM x | WHERE ' || repeat('NOT ', 100) || 'true');

-- relations
SELECT pg_temp.fails('FROM logs-elsewhere-*', NULL);
SELECT pg_temp.fails('FROM x', 'public.log_pid');
SELECT pg_temp.fails('FROM x', 'public.counter');
SELECT pg_temp.fails('FROM remote:logs-*', NULL);
\set VERBOSITY sqlstate
SELECT detect('public.log_pid');
SELECT detect('public.no_time');
SELECT detect('public.missing');
SELECT detect(NULL);
SELECT detect('public.log', NULL);
SELECT detect('public.log', 'infinity');
SELECT esql(NULL);
SELECT esql('FROM events', NULL);
\set VERBOSITY terse
SELECT detect('public.log_pid');
SELECT detect('public.no_time');
SELECT detect('public.log', 'infinity');
\set VERBOSITY default

-- privileges are the caller's, whoever owns the extension
CREATE ROLE td_analyst;
SET ROLE td_analyst;
\set VERBOSITY terse
SELECT esql('FROM x | STATS c = COUNT()', now(), 'public.log');
SELECT detect(as_of => '2026-11-20 10:00Z');
UPDATE transfer_detect.rules SET enabled = false;
INSERT INTO transfer_detect.sources VALUES ('x', 'public.log');
RESET ROLE;
GRANT SELECT ("@timestamp", "process.pid") ON public.log TO td_analyst;
INSERT INTO public.log VALUES (now(), 'scp', 1), (now(), 'scp', 2);
SET ROLE td_analyst;
SELECT esql('FROM x | STATS c = COUNT(process.pid)', now(), 'public.log');
SELECT esql('FROM x | STATS c = COUNT(process.name)', now(), 'public.log');
RESET ROLE;
-- and so is row security
GRANT SELECT ON public.log TO td_analyst;
ALTER TABLE public.log ENABLE ROW LEVEL SECURITY;
CREATE POLICY even ON public.log USING ("process.pid" % 2 = 0);
SET ROLE td_analyst;
SELECT esql('FROM x | STATS c = COUNT(), m = MAX(process.pid)', now(), 'public.log');
RESET ROLE;
REVOKE ALL ON public.log FROM td_analyst;
DROP ROLE td_analyst;

-- whatever the search_path holds, operators and functions are PostgreSQL's
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.never(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hostile'; END $$;
CREATE OPERATOR hostile.= (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile.never);
CREATE FUNCTION hostile.count(integer) RETURNS bigint LANGUAGE sql AS 'SELECT 666::bigint';
CREATE FUNCTION hostile.lower(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hostile'; END $$;
\set VERBOSITY default
SET search_path = hostile, pg_catalog;
SELECT transfer_detect.esql('FROM public.log | WHERE TO_LOWER(process.name) == process.name AND process.name == "scp" | STATS c = COUNT(process.pid)', now());
SELECT count(*) FROM transfer_detect.detect(as_of => '2026-11-20 10:00Z');
SHOW search_path;
-- a name in FROM is looked up in the caller's search_path
SET search_path = public;
SELECT transfer_detect.esql('FROM log | STATS c = COUNT()', now());
SHOW search_path;
DROP SCHEMA hostile CASCADE;
DROP FUNCTION pg_temp.fails;
DROP TABLE public.log, public.no_time;
DROP SEQUENCE public.counter;
