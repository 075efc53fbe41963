-- The distinct aggregates against what PostgreSQL has: count(DISTINCT) and
-- array_agg(DISTINCT ORDER BY), over many types and random data with nulls,
-- in every kind of plan.  What disagrees is printed; nothing should be.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET client_min_messages = warning;
SET jit = off;

CREATE TYPE public.td_mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE public.td_pair AS (a int, b text);
CREATE DOMAIN public.td_small AS int CHECK (VALUE < 1000);
CREATE DOMAIN public.td_word AS text;

SELECT setseed(0.42);
CREATE TABLE public.td_random AS
SELECT i AS id, i % 7 AS g, i % 3 AS h,
	floor(random() * 60)::int AS k,
	(random() * 10)::int AS z
FROM generate_series(1, 1000) i;

-- one column a type; the value depends on k, the look of it sometimes on z
CREATE TABLE public.td_values AS
SELECT id, g, h,
	CASE WHEN z > 0 THEN k % 2 = 0 END AS v_bool,
	CASE WHEN z > 0 THEN chr(65 + k % 50)::"char" END AS v_char1,
	CASE WHEN z > 0 THEN (k - 30)::int2 END AS v_int2,
	CASE WHEN z > 0 THEN (k - 30) * 70000 END AS v_int4,
	CASE WHEN z > 0 THEN (k - 30)::int8 << (z * 5) END AS v_int8,
	CASE WHEN z > 0 THEN CASE k WHEN 0 THEN '-0' WHEN 1 THEN '0' WHEN 2 THEN 'NaN' WHEN 3 THEN '-Infinity' ELSE (k / 3.0)::text END::float4 END AS v_float4,
	CASE WHEN z > 0 THEN CASE k WHEN 0 THEN '-0' WHEN 1 THEN '0' WHEN 2 THEN 'NaN' WHEN 3 THEN 'Infinity' ELSE (k / 3.0)::text END::float8 END AS v_float8,
	CASE WHEN z > 0 THEN CASE WHEN k = 0 THEN 'NaN' ELSE rpad(k || '.1', 4 + z, '0') END::numeric END AS v_numeric,
	CASE WHEN z > 0 THEN CASE WHEN z = 1 THEN repeat(md5(k::text), 300) ELSE md5(k::text) END END AS v_text,
	CASE WHEN z > 0 THEN ('v' || k)::varchar(10) END AS v_varchar,
	CASE WHEN z > 0 THEN rpad(k::text, z)::bpchar END AS v_bpchar,
	CASE WHEN z > 0 THEN k::char(8) END AS v_char8,
	CASE WHEN z > 0 THEN ('n' || k)::name END AS v_name,
	CASE WHEN z > 0 THEN decode(md5(k::text), 'hex') END AS v_bytea,
	CASE WHEN z > 0 THEN md5(k::text)::uuid END AS v_uuid,
	CASE WHEN z > 0 THEN date '2024-01-01' + k END AS v_date,
	CASE WHEN z > 0 THEN time '00:00' + k * interval '1 min' END AS v_time,
	CASE WHEN z > 0 THEN (time '12:00' + k * interval '1 min') AT TIME ZONE make_interval(hours => z % 2) END AS v_timetz,
	CASE WHEN z > 0 THEN timestamp '2024-01-01' + k * interval '1 s' END AS v_timestamp,
	CASE WHEN z > 0 THEN timestamptz '2024-01-01 00:00Z' + k * interval '1 us' END AS v_timestamptz,
	CASE WHEN z > 0 THEN CASE WHEN z % 2 = 0 THEN make_interval(days => k) ELSE make_interval(hours => 24 * k) END END AS v_interval,
	CASE WHEN z > 0 THEN ('10.0.0.' || k || CASE WHEN z < 3 THEN '/24' ELSE '' END)::inet END AS v_inet,
	CASE WHEN z > 0 THEN ('10.0.' || k || '.0/24')::cidr END AS v_cidr,
	CASE WHEN z > 0 THEN ('08:00:2b:01:02:' || lpad(k::text, 2, '0'))::macaddr END AS v_macaddr,
	CASE WHEN z > 0 THEN ('08:00:2b:01:02:03:04:' || lpad(k::text, 2, '0'))::macaddr8 END AS v_macaddr8,
	CASE WHEN z > 0 THEN k::bit(5) END AS v_bit,
	CASE WHEN z > 0 THEN substring(k::bit(8), 1 + z % 4)::varbit END AS v_varbit,
	CASE WHEN z > 0 THEN k::money END AS v_money,
	CASE WHEN z > 0 THEN k::oid END AS v_oid,
	CASE WHEN z > 0 THEN ('0/' || k)::pg_lsn END AS v_lsn,
	CASE WHEN z > 0 THEN ('(' || k || ',' || 1 + z % 2 || ')')::tid END AS v_tid,
	CASE WHEN z > 0 THEN (enum_range(NULL::td_mood))[1 + k % 3] END AS v_enum,
	CASE WHEN z > 0 THEN k::td_small END AS v_domain,
	CASE WHEN z > 0 THEN ('w' || k)::td_word END AS v_text_domain,
	CASE WHEN z > 0 THEN int4range(k, k + z % 3) END AS v_range,
	CASE WHEN z > 0 THEN jsonb_build_object('k', k, 'n', rpad('1.', 2 + z % 3, '0')::numeric) END AS v_jsonb,
	CASE WHEN z > 0 THEN ROW(k, 'b' || z % 2)::td_pair END AS v_composite,
	CASE WHEN z > 0 THEN ARRAY[k, NULL, z % 2] END AS a_int,
	CASE WHEN z > 0 THEN ARRAY['a' || k, NULL] END AS a_text,
	CASE WHEN z > 0 THEN ARRAY[rpad(k || '.1', 4 + z, '0')::numeric] END AS a_numeric
FROM public.td_random;
ANALYZE public.td_values;

CREATE TABLE public.td_parted (LIKE public.td_values) PARTITION BY LIST (g);
CREATE TABLE public.td_parted_1 PARTITION OF public.td_parted FOR VALUES IN (0, 1, 2);
CREATE TABLE public.td_parted_2 PARTITION OF public.td_parted FOR VALUES IN (3, 4);
CREATE TABLE public.td_parted_3 PARTITION OF public.td_parted DEFAULT;
INSERT INTO public.td_parted SELECT * FROM public.td_values;
ANALYZE public.td_parted;

-- The questions: ours, theirs (of which the column is %1$I and the table
-- %2$s), and whether they make sense for arrays.  Ours and theirs run apart,
-- since count(DISTINCT) in a query keeps it from running in parallel.
CREATE TABLE public.td_questions (name text, ours text, theirs text, arrays boolean);
INSERT INTO public.td_questions VALUES
('plain',
 'SELECT 1 AS key, distinct_count(%1$I) AS result FROM %2$s',
 'SELECT 1 AS key, count(DISTINCT %1$I) AS result FROM %2$s', true),
('grouped',
 'SELECT g AS key, distinct_count(%1$I) AS result FROM %2$s GROUP BY g',
 'SELECT g AS key, count(DISTINCT %1$I) AS result FROM %2$s GROUP BY g', true),
('tiny groups',
 'SELECT id / 3 AS key, distinct_count(%1$I) AS result FROM %2$s GROUP BY 1',
 'SELECT id / 3 AS key, count(DISTINCT %1$I) AS result FROM %2$s GROUP BY 1', true),
('filter',
 'SELECT g AS key, distinct_count(%1$I) FILTER (WHERE id %% 5 = 0) AS result FROM %2$s GROUP BY g',
 'SELECT g AS key, count(DISTINCT %1$I) FILTER (WHERE id %% 5 = 0) AS result FROM %2$s GROUP BY g', true),
('order and distinct inside',
 'SELECT g AS key, (distinct_count(%1$I ORDER BY id), distinct_count(DISTINCT %1$I))::text AS result FROM %2$s GROUP BY g',
 'SELECT g AS key, (count(DISTINCT %1$I), count(DISTINCT %1$I))::text AS result FROM %2$s GROUP BY g', true),
('at most 20',
 'SELECT g AS key, distinct_count(%1$I, 20) AS result FROM %2$s GROUP BY g',
 'SELECT g AS key, least(count(DISTINCT %1$I), 20) AS result FROM %2$s GROUP BY g', true),
('grouping sets',
 'SELECT (g, h, grouping(g, h))::text AS key, distinct_count(%1$I) AS result FROM %2$s GROUP BY CUBE (g, h)',
 'SELECT (g, h, grouping(g, h))::text AS key, count(DISTINCT %1$I) AS result FROM %2$s GROUP BY CUBE (g, h)', true),
('two of one state',
 'SELECT g AS key, (distinct_count(%1$I), cardinality(distinct_values(%1$I)))::text AS result FROM %2$s GROUP BY g',
 'SELECT g AS key, (count(DISTINCT %1$I), count(DISTINCT %1$I))::text AS result FROM %2$s GROUP BY g', false),
('values',
 'SELECT g AS key, distinct_values(%1$I) AS result FROM %2$s GROUP BY g',
 'SELECT g AS key, array_agg(DISTINCT %1$I ORDER BY %1$I) FILTER (WHERE %1$I IS NOT NULL) AS result FROM %2$s GROUP BY g', false),
('values of tiny groups',
 'SELECT id / 3 AS key, distinct_values(%1$I) AS result FROM %2$s GROUP BY 1',
 'SELECT id / 3 AS key, array_agg(DISTINCT %1$I ORDER BY %1$I) FILTER (WHERE %1$I IS NOT NULL) AS result FROM %2$s GROUP BY 1', false),
('elements',
 'SELECT g AS key, distinct_count_elements(ARRAY[[%1$I, NULL], [NULL, %1$I]]) AS result FROM %2$s GROUP BY g',
 'SELECT g AS key, count(DISTINCT %1$I) AS result FROM %2$s GROUP BY g', false),
('elements at most 20',
 'SELECT g AS key, distinct_count_elements(ARRAY[%1$I], 20) AS result FROM %2$s GROUP BY g',
 'SELECT g AS key, least(count(DISTINCT %1$I), 20) AS result FROM %2$s GROUP BY g', false),
('values of elements',
 'SELECT g AS key, distinct_values_elements(ARRAY[NULL, %1$I]) AS result FROM %2$s GROUP BY g',
 'SELECT g AS key, array_agg(DISTINCT %1$I ORDER BY %1$I) FILTER (WHERE %1$I IS NOT NULL) AS result FROM %2$s GROUP BY g', false),
('running window',
 'SELECT id AS key, distinct_count(%1$I) OVER (PARTITION BY g ORDER BY id) AS result FROM %2$s',
 'SELECT o.id AS key, (SELECT count(DISTINCT %1$I) FROM %2$s i WHERE i.g = o.g AND i.id <= o.id) AS result FROM %2$s o', true),
('moving window',
 'SELECT id AS key, distinct_count(%1$I) OVER (ORDER BY id ROWS BETWEEN 20 PRECEDING AND 5 PRECEDING) AS result FROM %2$s',
 'SELECT o.id AS key, (SELECT count(DISTINCT %1$I) FROM %2$s i WHERE i.id BETWEEN o.id - 20 AND o.id - 5) AS result FROM %2$s o', true),
('moving window of elements',
 'SELECT id AS key, distinct_count_elements(ARRAY[%1$I, NULL, %1$I]) OVER (ORDER BY id ROWS BETWEEN 9 PRECEDING AND 3 FOLLOWING) AS result FROM %2$s',
 'SELECT o.id AS key, (SELECT count(DISTINCT %1$I) FROM %2$s i WHERE i.id BETWEEN o.id - 9 AND o.id + 3) AS result FROM %2$s o', false),
('window of values',
 'SELECT id AS key, distinct_values(%1$I) OVER (ORDER BY id ROWS BETWEEN 9 PRECEDING AND CURRENT ROW) AS result FROM %2$s',
 'SELECT o.id AS key, (SELECT array_agg(DISTINCT %1$I ORDER BY %1$I) FILTER (WHERE %1$I IS NOT NULL) FROM %2$s i WHERE i.id BETWEEN o.id - 9 AND o.id) AS result FROM %2$s o', false);

-- Asks the questions whose names match the pattern of every column of the
-- table.  Prints each column and question with different answers; the last
-- row says how many answers have been compared, and whether the plans of our
-- queries all had what they should have.
CREATE FUNCTION public.td_compare(tab regclass, pattern text, plan text DEFAULT '')
RETURNS TABLE (column_name text, question text, differ bigint, compared bigint, as_planned boolean)
LANGUAGE plpgsql AS $$
DECLARE
	total bigint := 0;
	planned boolean := true;
	line text;
	lines text;
	query text;
BEGIN
	FOR column_name, question, query IN
		SELECT attname, name, format('SELECT count(*) FILTER (WHERE ours.result IS DISTINCT FROM theirs.result), count(*) FROM ('
			|| ours || ') ours FULL JOIN (' || theirs || ') theirs USING (key)', attname, tab)
		FROM pg_attribute, td_questions
		WHERE attrelid = tab AND name ~ pattern
			AND attname ~ CASE WHEN arrays THEN '^[va]_' ELSE '^v_' END
		ORDER BY attnum, name
	LOOP
		EXECUTE query INTO differ, compared;
		total := total + compared;
		IF differ > 0 THEN
			RETURN NEXT;
		END IF;
		IF plan <> '' THEN
			lines := '';
			FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
				lines := lines || line || E'\n';
			END LOOP;
			planned := planned AND lines ~ plan;
		END IF;
	END LOOP;
	column_name := 'all';
	question := NULL;
	differ := NULL;
	compared := total;
	as_planned := planned;
	RETURN NEXT;
END $$;

-- The same with all columns in one query, since starting processes takes its
-- time: one aggregate call (of which the column is %1$I) by g.
CREATE FUNCTION public.td_compare_wide(tab regclass, ours text, theirs text, plan text DEFAULT '')
RETURNS TABLE (column_name text, differ bigint, compared bigint, as_planned boolean)
LANGUAGE plpgsql AS $$
DECLARE
	columns name[] := ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = tab
		AND attname ~ CASE WHEN ours ~ 'values|elements' THEN '^v_' ELSE '^[va]_' END ORDER BY attnum);
	differences bigint[];
	our_query text;
	line text;
	lines text := '';
BEGIN
	SELECT format('SELECT g, %s FROM %s GROUP BY g', string_agg(format(ours, c) || format(' AS %I', c), ', '), tab)
		INTO our_query FROM unnest(columns) c;
	EXECUTE (SELECT format('SELECT ARRAY[%s], count(*) * %s FROM (%s) ours FULL JOIN (SELECT g, %s FROM %s GROUP BY g) theirs USING (g)',
			string_agg(format('count(*) FILTER (WHERE ours.%1$I IS DISTINCT FROM theirs.%1$I)', c), ', '),
			cardinality(columns), our_query,
			string_agg(format(theirs, c) || format(' AS %I', c), ', '), tab)
		FROM unnest(columns) c)
		INTO differences, compared;
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || our_query LOOP
		lines := lines || line || E'\n';
	END LOOP;
	as_planned := lines ~ plan;
	RETURN QUERY SELECT columns[i]::text, differences[i], compared, as_planned
		FROM generate_subscripts(columns, 1) i WHERE differences[i] > 0;
	column_name := 'all';
	RETURN NEXT;
END $$;

CREATE TABLE public.td_first AS SELECT * FROM public.td_values WHERE id <= 150;
ANALYZE public.td_first;

-- serial
SET max_parallel_workers_per_gather = 0;
SELECT * FROM td_compare('td_values', '^(plain|grouped|filter|order|at most|two|values|elements|values of elements)');
SELECT * FROM td_compare('td_first', 'window');
SELECT * FROM td_compare('td_values', 'grouping sets');

-- the same with sorted groups only, hashed groups only, and no memory
SET enable_hashagg = off;
SELECT * FROM td_compare('td_values', 'grouped|tiny', 'GroupAggregate');
RESET enable_hashagg;
SET enable_sort = off;
SELECT * FROM td_compare('td_values', 'grouped|grouping', '(Hash|Mixed)Aggregate');
SET work_mem = '64kB';
SELECT * FROM td_compare('td_values', 'grouped|tiny', 'HashAggregate');
RESET enable_sort;
SET enable_hashagg = off;
SELECT * FROM td_compare('td_values', 'grouped|tiny', 'GroupAggregate');
RESET enable_hashagg;
RESET work_mem;

-- parallel
SET max_parallel_workers_per_gather = 2;
-- the planner would not have workers for so few rows
ALTER FUNCTION distinct_combine(internal, internal) COST 1;
ALTER FUNCTION distinct_serialize(internal) COST 1;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
ALTER TABLE public.td_values SET (parallel_workers = 2);
SELECT * FROM td_compare_wide('td_values', 'distinct_count(%1$I)', 'count(DISTINCT %1$I)', 'Finalize.*Gather.*Partial');
SELECT * FROM td_compare_wide('td_values', 'distinct_count(%1$I, 30)', 'least(count(DISTINCT %1$I), 30)', 'Finalize.*Gather.*Partial');
SELECT * FROM td_compare_wide('td_values', 'distinct_count(%1$I) FILTER (WHERE id %% 5 = 0)', 'count(DISTINCT %1$I) FILTER (WHERE id %% 5 = 0)', 'Finalize.*Gather.*Partial');
SELECT * FROM td_compare_wide('td_values', 'distinct_values(%1$I)', 'array_agg(DISTINCT %1$I ORDER BY %1$I) FILTER (WHERE %1$I IS NOT NULL)', 'Finalize.*Gather.*Partial');
SELECT * FROM td_compare_wide('td_values', 'distinct_values_elements(ARRAY[%1$I, NULL])', 'array_agg(DISTINCT %1$I ORDER BY %1$I) FILTER (WHERE %1$I IS NOT NULL)', 'Finalize.*Gather.*Partial');
SELECT * FROM td_compare_wide('td_values', 'distinct_count_elements(ARRAY[%1$I], 7)', 'least(count(DISTINCT %1$I), 7)', 'Finalize.*Gather.*Partial');
-- anonymous records, which travel in a way of their own
EXPLAIN (COSTS OFF) SELECT distinct_count(ROW(v_int4, v_enum)) FROM td_values;
SELECT (SELECT distinct_count(ROW(v_int4, v_enum)) FROM td_values) AS ours, (SELECT count(DISTINCT ROW(v_int4, v_enum)) FROM td_values) AS theirs;
SELECT (SELECT distinct_count(ARRAY[ROW(v_int4, v_enum)]) FROM td_values) AS ours, (SELECT count(DISTINCT ROW(v_int4, v_enum)) FROM td_values) AS theirs;
SET parallel_leader_participation = off;
SELECT * FROM td_compare_wide('td_values', 'distinct_count(%1$I)', 'count(DISTINCT %1$I)', 'Finalize.*Gather.*Partial');
SELECT * FROM td_compare_wide('td_values', 'distinct_values(%1$I)', 'array_agg(DISTINCT %1$I ORDER BY %1$I) FILTER (WHERE %1$I IS NOT NULL)', 'Finalize.*Gather.*Partial');
RESET parallel_leader_participation;

-- partition by partition, in several processes and in one
SET enable_partitionwise_aggregate = on;
SELECT * FROM td_compare_wide('td_parted', 'distinct_count(%1$I)', 'count(DISTINCT %1$I)', 'Gather');
SELECT * FROM td_compare_wide('td_parted', 'distinct_values(%1$I)', 'array_agg(DISTINCT %1$I ORDER BY %1$I) FILTER (WHERE %1$I IS NOT NULL)', 'Gather');
SET max_parallel_workers_per_gather = 0;
SELECT * FROM td_compare('td_parted', 'plain', 'Finalize.*Append.*Partial');
SELECT * FROM td_compare('td_parted', '^(grouped|values$)', 'Append.*Aggregate.*Aggregate');

DROP TABLE public.td_values, public.td_first, public.td_parted, public.td_random, public.td_questions;
DROP FUNCTION public.td_compare, public.td_compare_wide;
DROP TYPE public.td_mood, public.td_pair;
DROP DOMAIN public.td_small, public.td_word;
ALTER FUNCTION distinct_combine(internal, internal) COST 10000;
ALTER FUNCTION distinct_serialize(internal) COST 5000;
