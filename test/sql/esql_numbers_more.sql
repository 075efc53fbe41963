-- Trigonometry, CLAMP, ROUND_TO and other functions of numbers; MV_PERCENTILE and its kin, sets of values, NETWORK_DIRECTION, time spans by name.
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
SELECT pg_temp.run('ROW a = SIN(1.8), b = COS(1.8), c = TAN(1.8), d = ASIN(0.9), e = ACOS(0.9), f = ATAN(12.9), g = ATAN2(12.9, 0.6), h = SINH(1.8), i = COSH(1.8), j = TANH(1.8) | EVAL a = ROUND(a, 9), b = ROUND(b, 9), c = ROUND(c, 9), d = ROUND(d, 9), e = ROUND(e, 9), f = ROUND(f, 9), g = ROUND(g, 9), h = ROUND(h, 9), i = ROUND(i, 9), j = ROUND(j, 9)');
SELECT pg_temp.run('ROW a = ROUND(ASINH(1.5), 9), b = ROUND(ACOSH(1.5), 9), c = ROUND(ATANH(0.5), 9), d = CBRT(-27), e = HYPOT(3, 4), f = SCALB(3, 10), g = SCALB(1, -1075), h = COPY_SIGN(5, -0.5), i = COPY_SIGN(-2.5, 1), j = COPY_SIGN(7, 0), k = TO_DEGREES([0.5, 1.0]), l = TO_RADIANS(180)');
-- outside of a function's domain, overflow, null, several values
SELECT pg_temp.run('ROW a = ASIN(1.1), b = ACOS(-2), c = COSH(1000), d = SINH(-1000), e = HYPOT(1e308, 1.5e308), f = SCALB(1, 2000), g = SCALB(1, 3000000000), h = ACOSH(0.5), i = ATANH(1), j = TO_DEGREES(1e308), k = SIN(null), l = COS([1, 2]), m = SCALB(2, null), n = COPY_SIGN(null, 1)');
SELECT pg_temp.run('ROW a = COPY_SIGN(-2147483648, 1), b = COPY_SIGN(-9223372036854775808, 1.0), c = COPY_SIGN(-2147483648, -1), d = COPY_SIGN(1.5, -0.0), e = COPY_SIGN(9223372036854775807, -1)');
SELECT pg_temp.run('ROW a = CLAMP(5, 1, 3), b = CLAMP(-5, 1, 3), c = CLAMP(2, 1, 3), d = CLAMP_MIN("b", "c"), e = CLAMP_MAX("b", "a"), f = CLAMP(1, 0.5, 7), g = CLAMP_MAX(null, 5), h = CLAMP(5, null, 7), i = CLAMP_MIN(false, true), j = CLAMP_MAX(TO_IP("10.0.0.9"), "10.0.0.5"), k = CLAMP_MIN(TO_DATETIME("2020-01-01"), "2021-01-01"), l = CLAMP_MIN([1, 2], 1), m = CLAMP(5, 9, 3)');
SELECT pg_temp.run('ROW a = ROUND_TO(7, 0, 5, 10), b = ROUND_TO(-1, 5, 0, 10), c = ROUND_TO(5, 5), d = ROUND_TO(12.5, 10, 0), e = ROUND_TO(7, 0.5), f = ROUND_TO(TO_DATETIME("2026-03-04"), "2026-01-01"::date, "2026-03-01"::date), g = ROUND_TO(null, 1), h = ROUND_TO(7, 5, null), i = ROUND_TO([1, 2], 1), j = ROUND_TO(9223372036854775807, 1, 9223372036854775806)');
-- doubles of different signs, and cubes
SELECT pg_temp.run('ROW a = MV_PERCENTILE([-1.7e308, 1.7e308], 50), b = MV_PERCENTILE([-1.0, 3.0], 25), c = CBRT(27), d = CBRT(1000), e = CBRT(2)');
-- lists
SELECT pg_temp.run('ROW a = MV_PERCENTILE([5, 5, 10, 12, 5000], 50), b = MV_PERCENTILE([1, 2], 75), c = MV_PERCENTILE([-10, -5], 50), d = MV_PERCENTILE([1.5, 4.5], 25), e = MV_PERCENTILE(7, 33), f = MV_PERCENTILE([1, 2], 101), g = MV_PERCENTILE(null, 5), h = MV_PERCENTILE([1, 2], null), i = MV_PERCENTILE([3, 1, 2], 100), j = MV_PERCENTILE([3, 1, 2], 0.0)');
SELECT pg_temp.run('ROW a = MV_PERCENTILE([-9223372036854775808, 9223372036854775807], 50), b = MV_PERCENTILE([9223372036854775806, 9223372036854775807], 50), c = MV_PERCENTILE([-9223372036854775807, 0], 25), d = MV_PERCENTILE([-9223372036854775807, -9223372036854775806], 1), e = MV_PERCENTILE([0, 9007199254740993, 9223372036854775807], 75)');
SELECT pg_temp.run('ROW a = MV_MEDIAN_ABSOLUTE_DEVIATION([0, 2, 5, 6]), b = MV_MEDIAN_ABSOLUTE_DEVIATION([1.5, 2.5, 10.0]), c = MV_MEDIAN_ABSOLUTE_DEVIATION(5), d = MV_MEDIAN_ABSOLUTE_DEVIATION(null), e = MV_MEDIAN_ABSOLUTE_DEVIATION([-2147483648, 2147483647]), f = MV_MEDIAN_ABSOLUTE_DEVIATION([-9223372036854775808, 9223372036854775807]), g = MV_MEDIAN_ABSOLUTE_DEVIATION([-1, -2])');
SELECT pg_temp.run('ROW a = MV_PSERIES_WEIGHTED_SUM([70.0, 45.0, 21.0, 21.0, 21.0], 1.5), b = MV_PSERIES_WEIGHTED_SUM([1e308, 1e308], 0), c = MV_PSERIES_WEIGHTED_SUM(null, 1.5), d = MV_PSERIES_WEIGHTED_SUM(3.0, 2), e = MV_PSERIES_WEIGHTED_SUM([1.0, 2.0], null) | EVAL a = ROUND(a, 10)');
SELECT pg_temp.run('ROW a = ["a", "b", "c"], b = ["c", "d"], n = null::keyword | EVAL i = MV_INTERSECTS(a, b), j = MV_INTERSECTS(b, "a"), k = MV_INTERSECTS(a, n), l = MV_INTERSECTS(n, n), d = MV_DIFFERENCE(a, b), e = MV_DIFFERENCE(a, n), f = MV_DIFFERENCE(n, a), g = MV_DIFFERENCE(b, b), u = MV_UNION(a, b), v = MV_UNION(a, n), w = MV_UNION("x", "x"), x = MV_DIFFERENCE([1, 1, 2], 2), y = MV_INTERSECTS([1, 2], 2.0) | DROP a, b, n');
-- addresses
SELECT pg_temp.run('ROW a = TO_IP("127.0.0.1"), b = TO_IP("10.1.2.3"), c = TO_IP("192.0.2.9"), d = TO_IP("ff02::1"), n = null::ip | EVAL ab = NETWORK_DIRECTION(a, b, ["loopback", "private"]), ac = NETWORK_DIRECTION(a, c, ["loopback", "private"]), ca = NETWORK_DIRECTION(c, a, "loopback"), cc = NETWORK_DIRECTION(c, c, "private"), bc = NETWORK_DIRECTION(b, c, ["10.0.0.0/8", "192.0.2.0/24"]), dd = NETWORK_DIRECTION(d, c, "link_local_multicast"), x = NETWORK_DIRECTION(n, a, "private"), y = NETWORK_DIRECTION(a, b, null), z = NETWORK_DIRECTION(a, b, SPLIT("192.0.2.9/32,x", ",")) | DROP a, b, c, d, n');
CREATE TABLE public.words (word text, address inet);
INSERT INTO public.words SELECT w, a FROM unnest(ARRAY['loopback', 'unicast', 'global_unicast', 'multicast', 'interface_local_multicast', 'link_local_multicast', 'link_local_unicast', 'private', 'public', 'unspecified']) AS w,
	unnest(ARRAY['127.1.2.3', '::1', '10.0.0.1', '172.31.0.1', '172.32.0.1', '192.168.3.4', 'fd12::1', 'fc12::1', '8.8.8.8', '2001:db8::1', '224.0.0.5', '224.0.1.5', '239.1.1.1', 'ff01::1', 'ff12::1', 'ff0e::1', '169.254.3.4', 'fe80::1', 'febf::1', 'fec0::1', '0.0.0.0', '::', '255.255.255.255', '::ffff:10.0.0.1']::inet[]) AS a;
SELECT pg_temp.run('FROM words | EVAL d = NETWORK_DIRECTION(address, address, word) | WHERE d == "internal" | STATS a = VALUES(address) BY word | SORT word');
SELECT pg_temp.run('FROM words | LIMIT 1 | EVAL a = NETWORK_DIRECTION(address, address, CONCAT(word, "?")), b = NETWORK_DIRECTION(address, address, ["127.0.0.0/8", "loopback"])');
-- time spans
SELECT pg_temp.run('ROW d = TO_DATETIME("2024-01-31T00:00:00Z") | EVAL a = d + TO_DATEPERIOD("1 month"), b = d - TO_TIMEDURATION("90 minutes"), c = d + "2 days"::date_period, e = d - "1 hour"::time_duration, f = DATE_TRUNC(TO_DATEPERIOD(1 year), d), g = URL_ENCODE_COMPONENT("a b/c") | DROP d');
-- null is the empty set of values; of two empty sets the union is null
SELECT pg_temp.run('ROW a = [3, 1, 3], n = null::integer | EVAL u = MV_UNION(a, n), v = MV_UNION(n, a), w = MV_UNION(n, n), x = MV_UNION(null, 7), y = MV_UNION(a, null), z = MV_UNION(null, null), o = MV_UNION([1, 2], [2, 5, 1]), i = MV_INTERSECTION(a, n), d = MV_DIFFERENCE(a, null), c = MV_CONTAINS(n, n)');
-- on columns and documents
CREATE TABLE public.measured (n integer, l bigint[], d double precision[], document jsonb);
INSERT INTO public.measured VALUES (1, '{3,1,2}', '{0.5,1}', '{"x": {"v": [3, 1, 2], "a": 0.5}}'), (2, '{}', NULL, '{"x": {"v": 7}}'), (3, NULL, '{2}', NULL);
SELECT pg_temp.run('FROM measured | SORT n | EVAL a = MV_PERCENTILE(l, 25), b = TO_DEGREES(d), c = MV_MEDIAN_ABSOLUTE_DEVIATION(d), e = MV_DIFFERENCE(l, 1), f = SIN(n) > 0, g = CLAMP(n, 2, 2), h = ROUND_TO(n, 1, 3) | KEEP n, a, b, c, e, f, g, h');
SELECT pg_temp.run('FROM measured | SORT n | EVAL p = MV_PERCENTILE(x.v, 50), s = ROUND(SIN(x.a), 6) | KEEP n, p, s');
SELECT pg_temp.run('FROM measured | SORT n | EVAL u = MV_UNION(l, n), v = MV_UNION(l, x.v), w = MV_UNION(d, d) | KEEP n, u, v, w');
-- errors at their places
SELECT pg_temp.run('ROW a = SIN("x")');
SELECT pg_temp.run('ROW a = ATAN2(1)');
SELECT pg_temp.run('ROW a = SCALB(1, 1.5)');
SELECT pg_temp.run('ROW a = COPY_SIGN("x", 1)');
SELECT pg_temp.run('ROW a = CLAMP(1, "x", 2)');
SELECT pg_temp.run('ROW a = ROUND_TO("x", "y")');
SELECT pg_temp.run('ROW b = 1 | EVAL a = ROUND_TO(7, b)');
SELECT pg_temp.run('FROM words | EVAL a = ROUND_TO(7, LENGTH(word))');
SELECT pg_temp.run('FROM words | EVAL a = MV_PSERIES_WEIGHTED_SUM(1.0, LENGTH(word))');
SELECT pg_temp.run('ROW a = MV_PERCENTILE("x", 5)');
SELECT pg_temp.run('ROW a = MV_INTERSECTS(1, "x")');
SELECT pg_temp.run('ROW a = NETWORK_DIRECTION("10.0.0.1", "10.0.0.2", ["private", "home"])');
SELECT pg_temp.run('ROW a = NETWORK_DIRECTION(5, "10.0.0.2", "private")');
SELECT pg_temp.run('ROW a = TO_DATEPERIOD("1 hour")');
SELECT pg_temp.run('ROW a = TO_TIMEDURATION("soon")');
SELECT pg_temp.run('ROW a = NOW() + "1 day"::time_duration');
SELECT pg_temp.run('ROW a = TO_VERSION("1.2.3")');
SELECT pg_temp.run('ROW a = TO_UNSIGNED_LONG(5)');
SELECT pg_temp.run('ROW a = CHUNK("x")');

-- against PostgreSQL
SELECT count(*), count(*) FILTER (WHERE abs(esql_sin(x) - sin(x)) < 1e-15 AND abs(esql_cos(x) - cos(x)) < 1e-15 AND abs(esql_tan(x) - tan(x)) <= 1e-15 * abs(tan(x)) AND esql_atan(x) = atan(x) AND esql_atan2(x, 3) = atan2(x, 3)
	AND esql_tanh(x) = tanh(x) AND esql_asinh(x) = asinh(x) AND abs(esql_cbrt(x) - cbrt(x)) < 1e-12 AND esql_to_degrees(x) - degrees(x) < 1e-9 AND abs(esql_to_radians(x) - radians(x)) < 1e-12) AS same
FROM (SELECT (i - 500) * 0.37::double precision AS x FROM generate_series(0, 1000) AS i) AS s;
SELECT count(*), count(*) FILTER (WHERE abs(esql_mv_percentile(l::double precision[], p) - percentile_double) < 1e-9 AND esql_mv_percentile(l, p) <= percentile_double + 1e-9 AND esql_mv_percentile(l, p) > percentile_double - 1 - 1e-9) AS same
FROM (SELECT l, p, (SELECT percentile_cont(p / 100) WITHIN GROUP (ORDER BY v::double precision) FROM unnest(l) AS v) AS percentile_double
	FROM (SELECT ARRAY(SELECT (i * 7919 * j) % 1000 - 500 FROM generate_series(1, 1 + i % 9) AS j) AS l, (i % 101)::double precision AS p FROM generate_series(1, 2000) AS i) AS lists) AS s;
-- whole numbers that no double holds, against numeric
SELECT count(*), count(*) FILTER (WHERE esql_mv_percentile(ARRAY[a, b], p) = trunc(least(a, b)::numeric + (p / 100)::numeric * (greatest(a, b)::numeric - least(a, b)::numeric))) AS same
FROM (SELECT ('x' || substr(md5(i::text), 1, 16))::bit(64)::bigint AS a, ('x' || substr(md5((-i)::text), 1, 16))::bit(64)::bigint AS b, (ARRAY[0, 25, 50, 75, 12.5, 3.125, 100])[1 + i % 7]::double precision AS p FROM generate_series(1, 2000) AS i) AS s;
DROP TABLE public.words, public.measured;
-- what is refused says what there is instead
DO $$
DECLARE name text; hint text; message text;
BEGIN
	FOREACH name IN ARRAY '{TO_VERSION,TO_UL,TO_UNSIGNED_LONG,TO_DATE_NANOS,TO_GEOSHAPE,ST_BUFFER,V_COSINE,TEXT_EMBEDDING,MAX_OVER_TIME,RATE,TRANGE,SCORE,TERM,MULTI_MATCH,TO_TEXT,CHUNK,CATEGORIZE,SAMPLE}'::text[] LOOP
		BEGIN
			PERFORM transfer_detect.esql('ROW a = ' || name || '(1)');
		EXCEPTION WHEN feature_not_supported THEN
			GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT, message = MESSAGE_TEXT;
			RAISE INFO '%: %', message, substring(hint from '^(.*)Supported functions are');
		END;
	END LOOP;
END $$;
