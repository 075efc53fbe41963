-- What must not change a query's rows does not; esql_sql()'s text gives what esql() gives; and no query, however
-- mangled, makes PostgreSQL complain of the SQL that we wrote.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
CREATE TABLE public.sample AS
SELECT i AS id, '2026-11-20 09:00Z'::timestamptz + i * interval '7 minutes' AS "@timestamp",
	CASE WHEN i % 11 > 0 THEN 'h' || i % 5 END AS "host.name", ('{"{exec}","{fork,exec}","{end}",NULL,"{}"}'::text[])[1 + i % 5]::text[] AS "event.action",
	i % 7 AS n, i * 1.5::double precision AS d, CASE WHEN i % 3 = 0 THEN ARRAY[i, 1, i] END AS nums, ('10.0.0.' || i % 50)::inet AS "source.ip",
	i % 2 = 0 AS flag, jsonb_build_object('process', jsonb_build_object('name', 'p' || i % 4, 'args', jsonb_build_array('a', i % 3))) AS document
FROM generate_series(1, 200) AS i;
CREATE TEMP TABLE query (number serial, head text, tail text);
INSERT INTO query (head, tail) VALUES
	('FROM x', '| KEEP id, @timestamp, host.name, event.action, nums, source.ip, process.name, process.args'),
	('FROM x | WHERE host.name == "h1"', '| KEEP id, d'),
	('FROM x | EVAL a = n + 1, b = a * 2, c = CASE(flag, host.name, "none")', '| STATS s = SUM(b), v = VALUES(c), u = COUNT_DISTINCT(c) BY n | SORT n'),
	('FROM x | MV_EXPAND event.action', '| STATS c = COUNT(), i = MAX(id) BY event.action, process.name | SORT event.action, process.name'),
	('FROM x | WHERE event.action == "exec" OR MV_CONTAINS(event.action, "fork")', '| STATS c = COUNT(nums), a = AVG(d) BY event.action, g = DATE_TRUNC(1 hour, @timestamp) | SORT g, event.action'),
	('FROM x | WHERE CIDR_MATCH(source.ip, "10.0.0.0/28") AND host.name LIKE "h?"', '| STATS m = MIN(source.ip), x = MAX(process.args) BY host.name | WHERE m IS NOT NULL | SORT host.name DESC'),
	('FROM x METADATA _index | SORT d DESC', '| LIMIT 20 | EVAL k = TO_UPPER(host.name) | KEEP k, id, _index'),
	('FROM x | RENAME host.name AS h, n AS host.name', '| STATS c = COUNT(*) WHERE flag, p = COUNT_DISTINCT(process.args) BY h, host.name | SORT c DESC, h | LIMIT 7 | DROP host.name'),
	('FROM x | WHERE n IN (1, 2.4, id) AND id NOT IN (3, 1000000000000) AND host.name IN ("h1", "h2")', '| KEEP id, n');
CREATE FUNCTION pg_temp.rows(query text) RETURNS SETOF text LANGUAGE sql
AS $$ SELECT r::text FROM transfer_detect.esql(query, '2026-11-20 12:00Z', 'public.sample') AS r $$;
CREATE TEMP TABLE change (what text);
INSERT INTO change VALUES ('| WHERE true'), ('| WHERE NOT false AND true'), ('| KEEP *'), ('| LIMIT 1000000'), ('| EVAL zz = id | DROP zz'), ('| RENAME id AS zz | RENAME zz AS id'),
	('| WHERE id > 0 OR id <= 0'), ('| /* nothing */ WHERE true // | LIMIT 0' || E'\n');
-- a query with nothing added in its middle, or at its end: rows that differ
SELECT q.number, c.what, d.* FROM query AS q, change AS c, LATERAL (
	(SELECT 'changed' AS side, r FROM pg_temp.rows(q.head || ' ' || c.what || ' ' || q.tail) AS r
	 EXCEPT ALL SELECT 'changed', r FROM pg_temp.rows(q.head || ' ' || q.tail) AS r)
	UNION ALL
	(SELECT 'plain', r FROM pg_temp.rows(q.head || ' ' || q.tail) AS r
	 EXCEPT ALL SELECT 'plain', r FROM pg_temp.rows(q.head || ' ' || c.what || ' ' || q.tail) AS r)) AS d
;
SELECT q.number, c.what FROM query AS q, (VALUES ('| WHERE true'), ('| KEEP *'), ('| LIMIT 1000000')) AS c(what)
WHERE ARRAY(SELECT pg_temp.rows(q.head || ' ' || q.tail)) <> ARRAY(SELECT pg_temp.rows(q.head || ' ' || q.tail || ' ' || c.what));
SELECT count(*) > 300 AS enough_rows FROM query AS q, pg_temp.rows(q.head || ' ' || q.tail);

-- the SQL gives the same values under the same names
CREATE FUNCTION pg_temp.rows_of_sql(query text) RETURNS SETOF jsonb LANGUAGE plpgsql
AS $$
BEGIN
	RETURN QUERY EXECUTE 'SELECT to_jsonb(r) FROM (' || transfer_detect.esql_sql(query, '2026-11-20 12:00Z', 'public.sample') || ') AS r';
END
$$;
-- as esql() prints it: lists of one are scalars, dates have Z and milliseconds
CREATE FUNCTION pg_temp.printed(r jsonb) RETURNS jsonb LANGUAGE sql
AS $$
	SELECT jsonb_object_agg(key, CASE
		WHEN jsonb_typeof(value) = 'array' AND jsonb_array_length(value) = 1 THEN value -> 0
		WHEN value #>> '{}' ~ '^\d{4}-\d\d-\d\dT' THEN to_jsonb(to_char((value #>> '{}')::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
		ELSE value END)
	FROM jsonb_each(r)
$$;
SELECT q.number, d.* FROM query AS q, LATERAL (
	SELECT pg_temp.printed(r) FROM pg_temp.rows_of_sql(q.head || ' ' || q.tail) AS r
	EXCEPT ALL SELECT r::jsonb FROM pg_temp.rows(q.head || ' ' || q.tail) AS r) AS d;

-- the text that runs is the text that is shown: a view sees what reads it
CREATE FUNCTION public.spy() RETURNS boolean LANGUAGE plpgsql
AS $$
DECLARE context text;
BEGIN
	GET DIAGNOSTICS context = PG_CONTEXT;
	PERFORM set_config('test.ran', substring(context from 'SQL statement "(WITH s0 AS .*?)"\nSQL statement '), false);
	RETURN true;
END
$$;
CREATE VIEW public.sample_spied AS SELECT * FROM public.sample WHERE public.spy();
CREATE FUNCTION pg_temp.text_that_runs(query text) RETURNS text LANGUAGE plpgsql
AS $$
BEGIN
	PERFORM set_config('test.ran', '', false);
	PERFORM count(*) FROM transfer_detect.esql(query, '2026-11-20 12:00Z', 'public.sample_spied');
	RETURN current_setting('test.ran');
END
$$;
SELECT q.number, ran, shown FROM query AS q, pg_temp.text_that_runs(q.head || ' ' || q.tail) AS ran,
	transfer_detect.esql_sql(q.head || ' ' || q.tail, '2026-11-20 12:00Z', 'public.sample_spied') AS shown
WHERE ran IS DISTINCT FROM shown;
SET transfer_detect.default_limit = 7;
SELECT pg_temp.text_that_runs('FROM x') = esql_sql('FROM x', '2026-11-20 12:00Z', 'public.sample_spied') AS same, right(pg_temp.text_that_runs('FROM x'), 7);
RESET transfer_detect.default_limit;

-- mangled queries: what they fail of is theirs, and has its place
CREATE FUNCTION pg_temp.mangle(query text) RETURNS text LANGUAGE plpgsql
AS $$
DECLARE
	words text[] := regexp_split_to_array(query, '(?<=[^a-zA-Z0-9_.@"])|(?=[^a-zA-Z0-9_.@"])');
	spare text[] := '{|,",","(",")",==,"\"","[","]",BY,NOT,AND,*,+,1,-,.,`,null,"1 day",tags,event.action,nums,COUNT,VALUES,MV_MAX,TO_STRING,:,::long,IN,LIKE,"\"a*\"",WHERE,STATS,//,"/*"}';
BEGIN
	FOR i IN 1 .. 1 + floor(random() * 3)::int LOOP
		DECLARE
			place int := 1 + floor(random() * array_length(words, 1))::int;
			other int := 1 + floor(random() * array_length(words, 1))::int;
			word text := words[other];
		BEGIN
			CASE floor(random() * 4)::int
				WHEN 0 THEN words := words[:place - 1] || words[place + 1:];
				WHEN 1 THEN words := words[:place] || word || words[place + 1:];
				WHEN 2 THEN words[place] := spare[1 + floor(random() * array_length(spare, 1))::int];
				ELSE words[other] := words[place]; words[place] := word;
			END CASE;
		END;
		EXIT WHEN array_length(words, 1) IS NULL;
	END LOOP;
	RETURN array_to_string(words, '');
END
$$;
CREATE FUNCTION pg_temp.complaint(query text) RETURNS text LANGUAGE plpgsql
AS $$
DECLARE state text; message text;
BEGIN
	PERFORM transfer_detect.esql(query, '2026-11-20 12:00Z', 'public.sample');
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
	RETURN CASE WHEN message ~ '^line \d+:\d+: ' THEN '' ELSE state || ' ' || message END;
END
$$;
SELECT setseed(0.42) IS NULL;
SET client_min_messages = warning;
CREATE TEMP TABLE mangled AS
SELECT m.query, pg_temp.complaint(m.query) AS complaint
FROM (SELECT pg_temp.mangle(q.head || ' ' || q.tail) AS query FROM query AS q, generate_series(1, 400)) AS m;
SELECT query, complaint FROM mangled WHERE complaint <> '';
SELECT count(*) FILTER (WHERE complaint IS NULL) > 100 AS many_run, count(*) FILTER (WHERE complaint = '') > 1000 AS many_fail FROM mangled;
DROP TABLE public.sample CASCADE;
