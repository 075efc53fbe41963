-- MEDIAN, PERCENTILE, MEDIAN_ABSOLUTE_DEVIATION, STD_DEV, VARIANCE, WEIGHTED_AVG, PRESENT, ABSENT: nulls, lists, empty input, columns and documents, against plain SQL.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
CREATE FUNCTION pg_temp.run(query text) RETURNS SETOF text LANGUAGE plpgsql
AS $$
BEGIN
	RETURN QUERY SELECT r::text FROM transfer_detect.esql(query, '2026-11-20 12:00Z') AS r;
EXCEPTION WHEN OTHERS THEN
	RETURN NEXT sqlerrm;
END $$;
\pset format unaligned
\t on
CREATE TABLE public.measured (g text, i integer, l bigint, d double precision, w integer, many integer[], document jsonb);
INSERT INTO public.measured VALUES
	('a', 1, 10, 1.5, 1, '{1,2}', '{"x": {"n": 4}}'), ('a', 2, 20, 2.5, 2, '{3}', '{"x": {"n": 6.5}}'), ('a', 4, NULL, -1, 0, NULL, '{"x": {"n": [1, 2]}}'),
	('b', 7, 9007199254740993, 1e308, NULL, '{5,5,9}', NULL), ('b', NULL, -9007199254740993, -1e308, 3, '{}', '{}'), ('c', NULL, NULL, NULL, NULL, NULL, NULL),
	('d', 2147483647, 9223372036854775807, 'Infinity', 2, '{NULL,8}', '{"x": {"n": "7"}}'), ('d', 2147483647, -9223372036854775808, 'NaN', 2, '{8}', '{"x": 5}');
SELECT pg_temp.run('FROM measured | STATS i = MEDIAN(i), l = MEDIAN(l), d = MEDIAN(d), m = MEDIAN(many), n = MEDIAN(x.n::double) BY g | SORT g');
SELECT pg_temp.run('FROM measured | STATS a = PERCENTILE(i, 0), b = PERCENTILE(i, 25), c = PERCENTILE(i, 99.5), d = PERCENTILE(d, 100), m = PERCENTILE(many, 20 + 30), over = PERCENTILE(i, 101), under = PERCENTILE(i, -1) BY g | SORT g');
SELECT pg_temp.run('FROM measured | STATS i = MEDIAN_ABSOLUTE_DEVIATION(i), d = MEDIAN_ABSOLUTE_DEVIATION(d), m = MEDIAN_ABSOLUTE_DEVIATION(many) BY g | SORT g');
SELECT pg_temp.run('FROM measured | STATS i = STD_DEV(i), v = VARIANCE(i), d = STD_DEV(d), m = VARIANCE(many), l = VARIANCE(l) BY g | SORT g');
SELECT pg_temp.run('FROM measured | STATS i = WEIGHTED_AVG(i, w), d = WEIGHTED_AVG(d, w), m = WEIGHTED_AVG(many, w), fixed = WEIGHTED_AVG(i, 3) BY g | SORT g');
SELECT pg_temp.run('FROM measured | STATS p = PRESENT(i), a = ABSENT(i), m = PRESENT(many), n = ABSENT(x.n), k = TO_INTEGER(ABSENT(w)) BY g | SORT g');
-- nothing at all
SELECT pg_temp.run('FROM measured | WHERE g == "z" | STATS m = MEDIAN(i), p = PERCENTILE(i, 5), q = MEDIAN_ABSOLUTE_DEVIATION(d), s = STD_DEV(i), v = VARIANCE(many), w = WEIGHTED_AVG(i, w), a = ABSENT(i), b = PRESENT(i)');
-- with WHERE, inside expressions, with nulls alone
SELECT pg_temp.run('FROM measured | STATS m = MEDIAN(i) WHERE i < 7, n = ROUND(MEDIAN(i) * 2 + STD_DEV(w), 3), p = PRESENT(i) WHERE g == "c", w = WEIGHTED_AVG(i, w) WHERE g == "a", v = VARIANCE(null), z = MEDIAN(i + null)');
-- errors at their places
SELECT pg_temp.run('FROM measured | STATS MEDIAN(g)');
SELECT pg_temp.run('FROM measured | STATS PERCENTILE(i)');
SELECT pg_temp.run('FROM measured | STATS PERCENTILE(i, w)');
SELECT pg_temp.run('FROM measured | STATS PERCENTILE(i, "5")');
SELECT pg_temp.run('FROM measured | STATS PERCENTILE(i, null)');
SELECT pg_temp.run('FROM measured | STATS MEDIAN([1, 2, 3])');
SELECT pg_temp.run('FROM measured | STATS WEIGHTED_AVG(i, 0)');
SELECT pg_temp.run('FROM measured | STATS WEIGHTED_AVG(i, null)');
SELECT pg_temp.run('FROM measured | STATS WEIGHTED_AVG(5, w)');
SELECT pg_temp.run('FROM measured | STATS WEIGHTED_AVG(i, g)');
SELECT pg_temp.run('FROM measured | STATS STD_DEV(MAX(i))');
SELECT pg_temp.run('FROM measured | EVAL s = VARIANCE(i)');
SELECT pg_temp.run('FROM measured METADATA _source | STATS ABSENT(_source)');

-- against PostgreSQL's own aggregates, on columns and on documents
CREATE TABLE public.sampled AS
SELECT i % 13 AS g, CASE WHEN i % 7 > 0 THEN (i * 7919) % 1000 END AS n, (i * 104729 % 100000) / 7.0::double precision AS d,
	CASE WHEN i % 5 > 0 THEN ARRAY(SELECT (i * j * 31) % 97 FROM generate_series(1, i % 4) AS j) END AS many
FROM generate_series(1, 5000) AS i;
CREATE VIEW public.sampled_documents AS SELECT jsonb_build_object('t', jsonb_build_object('g', g, 'n', n, 'd', d, 'many', many)) AS document FROM public.sampled;
CREATE FUNCTION pg_temp.numbers(query text) RETURNS TABLE (g integer, a double precision, b double precision, c double precision, d double precision, e double precision) LANGUAGE sql
AS $$ SELECT (r ->> 'g')::integer, (r ->> 'a')::double precision, (r ->> 'b')::double precision, (r ->> 'c')::double precision, (r ->> 'd')::double precision, (r ->> 'e')::double precision
	FROM transfer_detect.esql(query, '2026-11-20 12:00Z') AS r $$;
CREATE VIEW pg_temp.expected AS
SELECT s.g::integer, percentile_cont(0.5) WITHIN GROUP (ORDER BY n::double precision) AS a, percentile_cont(0.957) WITHIN GROUP (ORDER BY s.d) AS b, var_pop(n)::double precision AS c,
	stddev_pop(s.d::numeric)::double precision AS d, (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY v::double precision) FROM public.sampled AS o, unnest(o.many) AS v WHERE o.g = s.g) AS e
FROM public.sampled AS s GROUP BY s.g;
SET client_min_messages = warning;
SELECT count(*), count(*) FILTER (WHERE f.a = e.a AND abs(f.b - e.b) < 1e-9 AND abs(f.c - e.c) < 1e-9 * e.c AND abs(f.d - e.d) < 1e-12 * e.d AND f.e = e.e) AS same
FROM pg_temp.expected AS e, pg_temp.numbers('FROM sampled | STATS a = MEDIAN(n), b = PERCENTILE(d, 95.7), c = VARIANCE(n), d = STD_DEV(d), e = MEDIAN(many) BY g') AS f WHERE f.g = e.g;
SELECT count(*), count(*) FILTER (WHERE f.a = e.a AND abs(f.b - e.b) < 1e-9 AND abs(f.c - e.c) < 1e-9 * e.c AND abs(f.d - e.d) < 1e-12 * e.d AND f.e = e.e) AS same
FROM pg_temp.expected AS e, pg_temp.numbers('FROM sampled_documents | STATS a = MEDIAN(t.n), b = PERCENTILE(t.d, 95.7), c = VARIANCE(t.n), d = STD_DEV(t.d), e = MEDIAN(t.many) BY g = t.g::integer') AS f WHERE f.g = e.g;
-- the median of distances from the median; weighted averages
SELECT count(*), count(*) FILTER (WHERE f.a = e.a AND abs(f.b - e.b) < 1e-9) AS same
FROM (SELECT s.g, percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(s.n - m.median)) AS a, sum(s.d * n) / sum(n) AS b
	FROM public.sampled AS s JOIN (SELECT g, percentile_cont(0.5) WITHIN GROUP (ORDER BY n::double precision) AS median FROM public.sampled GROUP BY g) AS m USING (g) GROUP BY s.g) AS e,
	pg_temp.numbers('FROM sampled | STATS a = MEDIAN_ABSOLUTE_DEVIATION(n), b = WEIGHTED_AVG(d, n) BY g') AS f WHERE f.g = e.g;
-- the variance does not depend on the order of the rows, nor on how they were divided
CREATE FUNCTION pg_temp.state(part integer) RETURNS double precision[] LANGUAGE plpgsql
AS $$
DECLARE state double precision[] := '{0,0,0,0,0}'; value double precision;
BEGIN
	FOR value IN SELECT s.d FROM public.sampled AS s WHERE (s.n % 3 = part) ORDER BY s.n, s.d LOOP
		state := esql_variance_add(state, value);
	END LOOP;
	RETURN state;
END $$;
SELECT esql_variance_result(esql_variance_combine(esql_variance_combine(pg_temp.state(0), pg_temp.state(5)), esql_variance_combine(pg_temp.state(1), pg_temp.state(2)))) = (SELECT esql_variance(d ORDER BY d) FROM public.sampled WHERE n IS NOT NULL),
	(SELECT esql_variance(d ORDER BY d DESC) FROM public.sampled) = (SELECT esql_variance(d ORDER BY d) FROM public.sampled), esql_variance_result(pg_temp.state(5)) IS NULL;
SELECT esql_variance_add('{1,2}', 5);
SELECT esql_std_dev(1e16 + n) FROM generate_series(0, 1000, 2) AS n;
DROP TABLE public.measured, public.sampled CASCADE;
