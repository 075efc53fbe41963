-- distinct_set: sets that are stored, and united later.
CREATE SCHEMA stored;
SET search_path = stored, transfer_detect, public, pg_temp;
SET TIME ZONE 'UTC';
SET client_min_messages = warning;

-- ---- a set and what it tells ----
SELECT distinct_set_count(s), distinct_set_values(s, null::text), pg_typeof(s) FROM (SELECT distinct_set_agg(v) AS s FROM (VALUES ('b'), ('a'), ('b'), (NULL)) AS v(v)) AS x;
SELECT distinct_set_count(s), distinct_set_values(s, null::integer) FROM (SELECT distinct_set_agg(v, 3) AS s FROM generate_series(1, 2) AS v) AS x;
SELECT distinct_set_count(s), distinct_set_values(s, null::integer) FROM (SELECT distinct_set_agg(v, 3) AS s FROM generate_series(1, 9) AS v) AS x;
SELECT distinct_set_count(s), distinct_set_values(s, null::text) FROM (SELECT distinct_set_agg_elements(v) AS s FROM (VALUES ('{a,b}'::text[]), ('{b,NULL,c}')) AS v(v)) AS x;
SELECT distinct_set_count(s), distinct_set_values(s, null::integer) FROM (SELECT distinct_set_agg_elements(ARRAY[v, v + 1], 4) AS s FROM generate_series(1, 9) AS v) AS x;

-- without values it is empty, with at_most and without rows null
SELECT distinct_set_count(distinct_set_agg(v)), distinct_set_values(distinct_set_agg(v), null::integer), distinct_set_count(distinct_set_agg(v, 5)) FROM generate_series(1, 0) AS v;
SELECT distinct_set_count(distinct_set_agg(NULL::uuid)), distinct_set_count(distinct_set_agg(NULL::uuid, 5)), distinct_set_count(distinct_set_agg_elements(NULL::uuid[])), distinct_set_count(NULL);
SELECT distinct_set_union(s) IS NULL FROM (SELECT NULL::distinct_set) AS x(s);

-- varchar is text, and collations that compare bytes are one; the order is that of the call
CREATE TABLE day (number integer, agents distinct_set);
INSERT INTO day SELECT 1, distinct_set_agg(v::varchar) FROM (VALUES ('a'), ('B')) AS v(v);
INSERT INTO day SELECT 2, distinct_set_agg(v COLLATE "POSIX") FROM (VALUES ('b'), ('B')) AS v(v);
SELECT distinct_set_values(distinct_set_union(agents), null::text COLLATE "C") FROM day;
SELECT distinct_set_values(distinct_set_union(agents), null::varchar COLLATE "C") FROM day;

-- flat and expanded, in any order
SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT agents FROM day UNION ALL SELECT distinct_set_agg(v) FROM (VALUES ('z')) AS v(v)) AS x(s);
SELECT distinct_set_count(distinct_set_union(s)) FROM (SELECT distinct_set_agg(v) FROM (VALUES ('z')) AS v(v) UNION ALL SELECT agents FROM day) AS x(s);
SELECT number, distinct_set_count(distinct_set_union(agents) OVER (ORDER BY number)), distinct_set_count(distinct_set_union(agents) OVER ()) FROM day ORDER BY number;

-- a large set lies in the TOAST table; its number of values is read from its beginning
INSERT INTO day SELECT 3, distinct_set_agg(v::text) FROM generate_series(1, 100000) AS v;
SELECT distinct_set_count(agents), pg_column_size(agents) > 100000 AS large FROM day WHERE number = 3;
SELECT distinct_set_count(distinct_set_union(agents)) FROM day;

-- ---- text, binary, copy ----
SELECT distinct_set_agg(v) FROM generate_series(1, 3) AS v;
SELECT 'VERTAQEACwAAAAAAAAAAAAMAAAAAAAAA//////////8YAAAAAAAAAAAAFwAAAAAAAAAAAQAAAAAAAAACAAAAAAAAAAMAAAAAAAAA'::distinct_set::bytea;
-- a value that comes twice is one
SELECT distinct_set_values(translate(encode(overlay(s::bytea PLACING '\x02' FROM octet_length(s::bytea) - 7), 'base64'), E'\n', '')::distinct_set, null::smallint)
  FROM (SELECT distinct_set_agg(v::smallint) AS s FROM generate_series(2, 3) AS v) AS x;
SELECT distinct_set_count(s::text::distinct_set), distinct_set_values(s::text::distinct_set, null::numeric) FROM (SELECT distinct_set_agg(v * 0.5) AS s FROM generate_series(1, 3) AS v) AS x;
SELECT bool_and(transfer_detect_internal.distinct_set_send(agents) = agents::bytea) FROM day;

-- ---- errors ----
\set VERBOSITY default
CREATE TYPE pair AS (a integer, b text);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
SELECT distinct_set_agg('pg_class'::regclass);
SELECT distinct_set_agg(ROW(1));
\set VERBOSITY terse
SELECT distinct_set_agg(ROW(1, 'a')::pair);
SELECT distinct_set_count(distinct_set_agg((-1)::integer::text::integer::positive)) IS NULL;
SELECT distinct_set_values(distinct_set_agg(5), null::positive);
SELECT distinct_set_values(distinct_set_agg(5), null::bigint);
SELECT distinct_set_values(distinct_set_agg(5), null);
SELECT distinct_set_union(s) FROM (SELECT distinct_set_agg(1) UNION ALL SELECT distinct_set_agg(1::bigint)) AS x(s);
SELECT distinct_set_union(s) FROM (SELECT distinct_set_agg(1, 5) UNION ALL SELECT distinct_set_agg(1)) AS x(s);
SELECT 'x'::distinct_set;
SELECT ''::distinct_set;
SELECT 'VERT'::distinct_set;
SELECT distinct_set_agg(s) FROM (SELECT distinct_set_agg(1)) AS x(s);
SELECT transfer_detect_internal.typed_combine(s, s) FROM (SELECT distinct_set_agg(1)) AS x(s);

-- A set is of one of PostgreSQL's own types, whose functions run nobody's code: not of a type that somebody has made,
-- however it is made of others.  Whoever reads a set would run the code.
CREATE FUNCTION told(value text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'the code of a domain runs'; RETURN true; END $$;
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE DOMAIN telling AS text CHECK (told(value));
CREATE TYPE telling_range AS RANGE (SUBTYPE = telling, MULTIRANGE_TYPE_NAME = telling_multirange);
CREATE TYPE own_range AS RANGE (SUBTYPE = integer);
CREATE FUNCTION refused(expression text) RETURNS TABLE (outcome text) LANGUAGE plpgsql AS $$
DECLARE
	maker text;
BEGIN
	FOREACH maker IN ARRAY ARRAY['distinct_set_agg(v)', 'distinct_set_agg(v, 5)', 'distinct_set_agg_elements(ARRAY[v])', 'distinct_set_agg_elements(ARRAY[v], 5)'] LOOP
		BEGIN
			EXECUTE format('SELECT %s::text FROM (SELECT %s) AS x(v)', maker, expression) INTO outcome;
		EXCEPTION WHEN OTHERS THEN
			outcome := SQLSTATE || ' ' || SQLERRM;
		END;
		RETURN NEXT;
	END LOOP;
END $$;
SELECT expression, outcome, count(*) FROM unnest(ARRAY[
	$q$'sad'::mood$q$, $q$own_range(1, 2)$q$, $q$ROW(1, 'a')::pair$q$, $q$'pg_class'::regclass$q$, $q$'1 2'::int2vector$q$,
	$q$telling_range('a', 'b')$q$, $q$telling_multirange()$q$]) AS expression, refused(expression) GROUP BY 1, 2 ORDER BY expression COLLATE "C", outcome COLLATE "C";
SELECT distinct_set_agg(ARRAY['sad'::mood]);
SELECT distinct_set_agg(ARRAY['x'::telling]);
SELECT distinct_set_agg(NULL::mood);
SELECT distinct_set_values(distinct_set_agg('x'::telling), null::text);
-- the other aggregates count them all
SELECT distinct_count('sad'::mood), distinct_count(telling_range('a', 'b')), distinct_count('pg_class'::regclass);

-- bytes that name such a type are not read, and nothing of it runs: by name, by number, as an element
CREATE FUNCTION crafted(label bytea, form integer, entry bytea) RETURNS bytea LANGUAGE sql AS $$
	SELECT '\x54445301' || set_byte('\x00', 0, form) || '\x00' || set_byte('\x0000', 0, octet_length(label)) || '\x0000000000000000'
		|| '\x0100000000000000' || '\xffffffffffffffff' || set_byte('\x0000000000000000', 0, octet_length(entry)) || label || entry $$;
CREATE FUNCTION read_set(bytes bytea) RETURNS distinct_set LANGUAGE plpgsql AS $$ BEGIN RETURN translate(encode(bytes, 'base64'), E'\n', ''); END $$;
CREATE FUNCTION named(schema text, name text) RETURNS bytea LANGUAGE sql AS $$ SELECT '\x01'::bytea || convert_to(schema, 'UTF8') || '\x00' || convert_to(name, 'UTF8') || '\x00' $$;
CREATE FUNCTION numbered(number oid) RETURNS bytea LANGUAGE sql AS $$ SELECT '\x00'::bytea || substr(int4send(number::integer), 4, 1) || substr(int4send(number::integer), 3, 1) || substr(int4send(number::integer), 2, 1) || substr(int4send(number::integer), 1, 1) $$;
SELECT distinct_set_values(read_set(crafted('\x00' || numbered('integer'::regtype) || numbered(0), 1, '\x0700000000000000')), null::integer) AS good;
SELECT distinct_set_values(read_set(crafted('\x02' || numbered('numeric'::regtype) || numbered(0), 4, '\x0a' || numeric_send(7))), null::numeric) AS good;
SELECT read_set(crafted('\x00' || named('stored', 'positive') || numbered(0), 1, '\x0700000000000000'));
SELECT read_set(crafted('\x00' || named('information_schema', 'cardinal_number') || numbered(0), 1, '\x0700000000000000'));
SELECT read_set(crafted('\x00' || numbered('information_schema.cardinal_number'::regtype) || numbered(0), 1, '\x0700000000000000'));
SELECT read_set(crafted('\x00' || named('stored', 'telling') || numbered('"C"'::regcollation), 5, '\x010161'));
SELECT read_set(crafted('\x02' || named('stored', 'telling_range') || numbered(0), 4, '\x0101'));
SELECT read_set(crafted('\x02' || named('stored', 'telling_multirange') || numbered(0), 4, '\x0400000000'));
SELECT read_set(crafted('\x02' || named('stored', '_telling') || numbered(0), 4, '\x0400000000'));
SELECT read_set(crafted('\x02' || named('stored', 'mood') || numbered(0), 4, '\x03736164'));
SELECT read_set(crafted('\x02' || named('stored', 'pair') || numbered(0), 4, '\x0400000000'));
-- nor are bytes that came into a table by another way
BEGIN;
CREATE CAST (bytea AS distinct_set) WITHOUT FUNCTION;
CREATE TABLE smuggled AS SELECT crafted('\x02' || named('stored', 'telling_range') || numbered(0), 4, '\x0101')::distinct_set AS s;
SAVEPOINT before;
SELECT distinct_set_values(s, null::text) FROM smuggled;
ROLLBACK TO before;
SELECT distinct_set_union(s) FROM smuggled;
ROLLBACK TO before;
SELECT transfer_detect_internal.distinct_set_list(s, null::stored.telling_range) FROM smuggled;
ROLLBACK;

-- The declared type is compared with the set's: bytes are not taken for another type's
SELECT transfer_detect_internal.distinct_set_list(distinct_set_agg(x), null::text) FROM generate_series(1::bigint, 3) AS x;
SELECT transfer_detect_internal.distinct_set_list(distinct_set_agg(x), null::bigint) FROM unnest('{abcdefgh,bcdefghi}'::text[]) AS x;
SELECT transfer_detect_internal.distinct_set_list(distinct_set_agg(x), null::stored.positive) FROM generate_series(1, 3) AS x;
SELECT transfer_detect_internal.distinct_set_list(distinct_set_agg(x), null::integer) FROM generate_series(1, 3) AS x;
SELECT transfer_detect_internal.typed_values_result(distinct_set_agg(x), 'x'::text) FROM generate_series(1::bigint, 3) AS x;
SELECT transfer_detect_internal.typed_values_result(distinct_set_agg(x), 'x'::bytea, 5) FROM generate_series(1::bigint, 3) AS x;
SELECT transfer_detect_internal.typed_values_elements_result(distinct_set_agg(x), '{}'::text[]) FROM generate_series(1::bigint, 3) AS x;
SELECT transfer_detect_internal.typed_values_elements_result(distinct_set_agg(x), '{}'::text[]) FROM unnest('{a,b}'::text[]) AS x;
SELECT transfer_detect_internal.typed_values_elements_result(distinct_set_agg(x), '{}'::text[]) FROM (VALUES ('{a,b}'::text[])) AS v(x);

-- so it is with the first state of somebody's own aggregate
DO $$
DECLARE
	numbers text := (SELECT distinct_set_agg(x) FROM generate_series(1::bigint, 3) AS x);
	texts text := (SELECT distinct_set_agg(x) FROM unnest('{a,b}'::text[]) AS x);
	few text := (SELECT distinct_set_agg(x, 9) FROM generate_series(1::bigint, 3) AS x);
	adds text := 'transfer_detect_internal.typed_add';
BEGIN
	EXECUTE format('CREATE AGGREGATE text_to_numbers(text) (SFUNC = %s, STYPE = distinct_set, INITCOND = %L)', adds, numbers);
	EXECUTE format('CREATE AGGREGATE text_to_numbers(text, bigint) (SFUNC = %s, STYPE = distinct_set, INITCOND = %L)', adds, few);
	EXECUTE format('CREATE AGGREGATE number_to_texts(bigint) (SFUNC = %s, STYPE = distinct_set, INITCOND = %L)', adds, texts);
	EXECUTE format('CREATE AGGREGATE number_to_numbers(bigint) (SFUNC = %s, STYPE = distinct_set, INITCOND = %L)', adds, numbers);
	EXECUTE format('CREATE AGGREGATE texts_to_numbers(text[]) (SFUNC = %s_elements, STYPE = distinct_set, INITCOND = %L)', adds, numbers);
	EXECUTE format('CREATE AGGREGATE texts_to_numbers(text[], bigint) (SFUNC = %s_elements, STYPE = distinct_set, INITCOND = %L)', adds, few);
	EXECUTE format('CREATE AGGREGATE numbers_to_texts(bigint[]) (SFUNC = %s_elements, STYPE = distinct_set, INITCOND = %L)', adds, texts);
	EXECUTE format('CREATE AGGREGATE texts_to_texts(text[]) (SFUNC = %s_elements, STYPE = distinct_set, INITCOND = %L)', adds, texts);
	EXECUTE format('CREATE AGGREGATE to_numbers(distinct_set) (SFUNC = transfer_detect_internal.typed_combine, STYPE = distinct_set, INITCOND = %L)', numbers);
END $$;
SELECT text_to_numbers('x');
SELECT text_to_numbers(NULL);
SELECT text_to_numbers('x', 9);
SELECT number_to_texts(94000000000000);
SELECT texts_to_numbers('{x}');
SELECT texts_to_numbers('{}');
SELECT texts_to_numbers('{x}', 9);
SELECT numbers_to_texts('{94000000000000}');
SELECT to_numbers(distinct_set_agg) FROM (SELECT distinct_set_agg('x'::text)) AS x;
SELECT distinct_set_values(number_to_numbers(x), null::bigint) FROM generate_series(3, 5) AS x;
SELECT distinct_set_values(texts_to_texts(x), null::text) FROM (VALUES ('{c,a}'::varchar[]), ('{d}')) AS v(x);
\set VERBOSITY default

-- Good sets with other bytes in them, as whoever writes a dump by hand could have them: the set is read or it is an
-- error of its data, nothing else.  What was read is a set again when it is written.
CREATE FUNCTION outcome(bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	read distinct_set;
BEGIN
	read := translate(encode(bytes, 'base64'), E'\n', '')::distinct_set;
	IF read::text::distinct_set::bytea IS DISTINCT FROM read::bytea AND length(read::bytea) < 60 THEN
		RETURN 'another set';
	END IF;
	RETURN 'read';
EXCEPTION WHEN OTHERS THEN
	RETURN substr(SQLSTATE, 1, 2);
END $$;
CREATE TABLE good (name text, s bytea);
INSERT INTO good
SELECT 'integer', distinct_set_agg(v)::bytea FROM generate_series(1, 3) AS v UNION ALL
SELECT 'text', distinct_set_agg(v::text)::bytea FROM generate_series(1, 3) AS v UNION ALL
SELECT 'name', distinct_set_agg('n'::name)::bytea UNION ALL
SELECT 'boolean', distinct_set_agg(v > 1)::bytea FROM generate_series(1, 3) AS v UNION ALL
SELECT 'date', distinct_set_agg('2026-11-20'::date + v)::bytea FROM generate_series(1, 3) AS v UNION ALL
SELECT 'numeric', distinct_set_agg(v * 0.1)::bytea FROM generate_series(1, 3) AS v UNION ALL
SELECT 'inet', distinct_set_agg(('10.0.0.' || v)::inet)::bytea FROM generate_series(1, 3) AS v UNION ALL
SELECT 'jsonb', distinct_set_agg(jsonb_build_object('a', v))::bytea FROM generate_series(1, 3) AS v UNION ALL
SELECT 'int4range', distinct_set_agg(int4range(v, v + 1))::bytea FROM generate_series(1, 3) AS v UNION ALL
SELECT 'text[]', distinct_set_agg(ARRAY[v::text])::bytea FROM generate_series(1, 3) AS v UNION ALL
SELECT 'bpchar', distinct_set_agg(v::text::character(4))::bytea FROM generate_series(1, 3) AS v UNION ALL
SELECT 'full', distinct_set_agg(v, 2)::bytea FROM generate_series(1, 3) AS v;
WITH tries AS (
	SELECT name, outcome(set_byte(s, place, mask)) AS outcome
	  FROM good, LATERAL generate_series(0, octet_length(s) - 1) AS place, unnest(ARRAY[0, 1, 23, 127, 128, 255]) AS mask
	 UNION ALL
	SELECT name, outcome(substr(s, 1, length)) FROM good, LATERAL generate_series(0, octet_length(s) - 1) AS length
	 UNION ALL
	SELECT name, outcome(s || '\x00') FROM good)
SELECT name, count(*) FILTER (WHERE outcome = 'read') > 0 AS some_read, count(*) FILTER (WHERE outcome = '22') > 100 AS many_refused,
	array_agg(DISTINCT outcome) FILTER (WHERE outcome NOT IN ('read', '22')) AS else
  FROM tries GROUP BY name ORDER BY name COLLATE "C";

-- values that no type could have made: a name of 64 bytes, a date beyond all dates, two truths, text that is none
SELECT octet_length(v::text) AS length, outcome(overlay(overlay(s PLACING set_byte('\x01', 0, octet_length(v::text) + 1) FROM 33 FOR 1) PLACING set_byte('\x01', 0, octet_length(v::text) + 1) || convert_to(v, 'UTF8') FROM octet_length(s) - 1))
  FROM good, LATERAL (VALUES (repeat('n', 63)), (repeat('n', 64))) AS v(v) WHERE name = 'name';
SELECT outcome(overlay(s PLACING '\xffffff7f' FROM octet_length(s) - 7 FOR 4)) AS infinity, outcome(overlay(s PLACING '\xfeffff7f' FROM octet_length(s) - 7 FOR 4)) AS no_date FROM good WHERE name = 'date';
SELECT outcome(set_byte(s, octet_length(s) - 8, 2)) AS truth FROM good WHERE name = 'boolean';
SELECT outcome(set_byte(s, octet_length(s) - 1, 255)) AS no_text, outcome(set_byte(s, octet_length(s) - 1, 0)) AS zero FROM good WHERE name = 'text';

-- ---- the same as count(DISTINCT), over random partitions of random data ----
CREATE TABLE data AS
SELECT i, trunc(random() * 4)::integer AS part, trunc(random() * 5)::integer AS g,
	CASE WHEN random() < 0.1 THEN NULL ELSE trunc(random() * random() * 300)::integer END AS n
  FROM generate_series(1, 3000) AS i;
CREATE FUNCTION disagreements(expression text, value_type text, typed boolean, elements boolean) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	suffix text := CASE WHEN elements THEN '_elements' ELSE '' END;
	answer bigint;
	total bigint := 0;
BEGIN
	-- parts, each with its set; then the union of the parts
	EXECUTE format($q$
		WITH parts AS (
			SELECT g, part, distinct_set_agg%2$s(%3$s) AS s, distinct_set_agg%2$s(%3$s, 7) AS b FROM data GROUP BY g, part),
		united AS (
			SELECT g, distinct_set_union(CASE WHEN part %% 2 = 0 THEN s ELSE s::text::distinct_set END) AS s, distinct_set_union(b) AS b FROM parts GROUP BY g),
		wanted AS (
			SELECT g, distinct_count%2$s(%3$s) AS c, distinct_values%2$s(%3$s) AS v FROM data GROUP BY g)
		SELECT count(*) FROM united FULL JOIN wanted USING (g)
		 WHERE distinct_set_count(s) IS DISTINCT FROM c OR distinct_set_count(b) IS DISTINCT FROM least(c, 7)
		    OR distinct_set_values(s, null::%1$s) IS DISTINCT FROM coalesce(v, '{}')
		    OR distinct_set_values(b, null::%1$s) IS DISTINCT FROM CASE WHEN c < 7 THEN coalesce(v, '{}') END$q$,
		value_type, suffix, expression) INTO answer;
	total := total + answer;
	-- count(DISTINCT) itself
	IF NOT elements THEN
		EXECUTE format($q$
			SELECT count(*) FROM (SELECT g, count(DISTINCT %1$s) AS c, distinct_set_count(distinct_set_agg(%1$s)) AS d FROM data GROUP BY g) AS x WHERE c <> d$q$,
			expression) INTO answer;
		total := total + answer;
	END IF;
	IF typed THEN
		EXECUTE format($q$
			SELECT count(*) FROM (
				SELECT g, distinct_count%1$s(%2$s) AS a, transfer_detect_internal.typed_count%1$s(%2$s) AS b,
					distinct_count%1$s(%2$s, 7) AS c, transfer_detect_internal.typed_count%1$s(%2$s, 7) AS d,
					distinct_values%1$s(%2$s) AS e, transfer_detect_internal.typed_values%1$s(%2$s) AS f,
					distinct_values%1$s(%2$s, 7) AS h, transfer_detect_internal.typed_values%1$s(%2$s, 7) AS i
				  FROM data GROUP BY g) AS x
			 WHERE (a, c, e, h) IS DISTINCT FROM (b, d, f, i)$q$, suffix, expression) INTO answer;
		total := total + answer;
	END IF;
	RETURN total;
END $$;
CREATE TABLE expressions (value_type text, expression text, typed boolean);
INSERT INTO expressions VALUES
	('text', '(n / 2)::text', true), ('varchar', '(n / 3)::varchar', true), ('bigint', 'n::bigint - 100', true), ('integer', 'n', true),
	('uuid', 'md5(n::text)::uuid', true), ('inet', '(''10.0.0.'' || n % 200)::inet', true), ('timestamptz', '''2026-11-20Z''::timestamptz + n * interval ''1 s''', true),
	('date', '''2026-11-20''::date - n', true), ('numeric', 'n * 0.50', true), ('boolean', 'n % 2 = 0', true), ('double precision', '-(n % 50)::double precision', true),
	('bytea', 'decode(md5(n::text), ''hex'')', true), ('smallint', 'n::smallint', false), ('jsonb', 'jsonb_build_object(''a'', n, ''b'', ''é'')', false),
	('interval', 'n * interval ''1 hour''', false), ('character', 'n::text::character(3)', false), ('datemultirange', 'datemultirange(daterange(''2026-11-20''::date + n, NULL))', false),
	('int4range', 'int4range(n, n + 2)', false), ('real', '(n / 7)::real', false), ('name', 'n::text::name', false), ('md5', 'n', false);
UPDATE expressions SET value_type = 'macaddr', expression = '(''08:00:2b:01:02:'' || to_hex(16 + n % 200))::macaddr' WHERE value_type = 'md5';
SELECT count(*) AS types, count(*) FILTER (WHERE typed) AS typed, sum(disagreements(expression, value_type, typed, false)) AS disagreements,
	sum(disagreements(format('CASE WHEN n IS NOT NULL THEN ARRAY[%s, NULL] END', expression), value_type, typed, true)) AS of_elements
  FROM expressions;

-- the typed aggregates in workers, which send their states as they are, and with groups on disk
ANALYZE data;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
ALTER TABLE data SET (parallel_workers = 2);
BEGIN;
ALTER FUNCTION transfer_detect_internal.typed_combine(distinct_set, distinct_set) COST 1;
EXPLAIN (COSTS OFF) SELECT transfer_detect_internal.typed_count(n::text) FROM data;
SELECT transfer_detect_internal.typed_count(n::text) = count(DISTINCT n::text) AS count, transfer_detect_internal.typed_values(n) = array_agg(DISTINCT n) FILTER (WHERE n IS NOT NULL) AS values FROM data;
SELECT bool_and(c = d) FROM (SELECT g, transfer_detect_internal.typed_count(n::text) AS c FROM data GROUP BY g) AS a JOIN (SELECT g, count(DISTINCT n::text) AS d FROM data GROUP BY g) AS b USING (g);
ROLLBACK;
SET work_mem = '64kB'; SET enable_sort = off; SET max_parallel_workers_per_gather = 0;
SELECT sum(c), count(*) FROM (SELECT i / 2, transfer_detect_internal.typed_count(i::text) AS c FROM data GROUP BY 1) AS x;
SET enable_sort = on; SET enable_hashagg = off;
SELECT sum(c), count(*) FROM (SELECT i / 2, transfer_detect_internal.typed_count(i::text) AS c FROM data GROUP BY 1) AS x;
SELECT i, transfer_detect_internal.typed_count(n % 10) OVER (ORDER BY i) = (SELECT count(DISTINCT n % 10) FROM data AS o WHERE o.i <= d.i) AS moving FROM data AS d ORDER BY i DESC LIMIT 2;
RESET ALL;

-- values are kept in the encoding of the database, whatever the client's is
SET search_path = stored, transfer_detect, public, pg_temp;
SET client_min_messages = warning;
CREATE TABLE encoded AS SELECT i, 'é' || i % 3 AS t FROM generate_series(1, 20000) AS i;
ANALYZE encoded;
SET client_encoding = 'LATIN1';
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
ALTER TABLE encoded SET (parallel_workers = 2);
BEGIN;
ALTER FUNCTION transfer_detect_internal.distinct_combine(internal, internal) COST 1;
ALTER FUNCTION transfer_detect_internal.distinct_serialize(internal) COST 1;
SELECT distinct_count(ARRAY[t]), distinct_set_count(distinct_set_agg(ARRAY[t])), count(*) FROM encoded;
SELECT min(length(v[1])), max(octet_length(v[1])) FROM (SELECT distinct_values(jsonb_build_object('a', t)) AS l FROM encoded) AS x, LATERAL (SELECT ARRAY[l[1] ->> 'a']) AS y(v);
CREATE TABLE latin AS SELECT distinct_set_agg(jsonb_build_object('a', t)) AS s FROM encoded;
SET LOCAL client_encoding = 'UTF8';
SELECT string_agg((v ->> 'a'), ',' ORDER BY v) FROM latin, unnest(distinct_set_values(s, null::jsonb)) AS v;
ROLLBACK;
RESET client_encoding;
DROP SCHEMA stored CASCADE;
