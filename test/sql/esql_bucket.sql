-- BUCKET and TBUCKET: spans and ranges of dates, sizes and ranges of numbers, where they may stand; against plain SQL, and a naive choice of the size.
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
CREATE TABLE public.hired ("@timestamp" timestamptz, salary integer, pay double precision, many integer[], document jsonb);
INSERT INTO public.hired VALUES
	('1985-02-18 23:59:59.999Z', 25000, 25000.5, '{1}', '{"w": {"t": "1985-02-18T10:00:00Z", "n": 7}}'), ('1985-05-13', 49999, -0.1, '{1,2}', '{"w": {"t": "1985-03-01T10:00:00Z", "n": 12}}'),
	('1985-12-31 23:00Z', 50000, 0, NULL, '{}'), (NULL, NULL, NULL, '{}', NULL), ('1960-01-01', -1, 'NaN', '{7}', '{"w": {"t": ["1985-03-01T10:00:00Z", "1985-03-02T10:00:00Z"], "n": [1, 2]}}');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY b = BUCKET(@timestamp, 20, "1985-01-01T00:00:00Z", "1986-01-01T00:00:00Z") | SORT b');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY b = BUCKET(@timestamp, 100, "1985-01-01", TO_DATETIME("1986-01-01")) | SORT b');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY b = BUCKET(@timestamp, 1 week) | SORT b');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY b = BIN(@timestamp, "3 hours") | SORT b');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY b = TBUCKET(1 year) | SORT b');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY b = TBUCKET(24, NOW() - 1 day, NOW()) | SORT b | LIMIT 2');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY b = BUCKET(salary, 20, 25000, 75000) | SORT b');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY b = BUCKET(salary, 5000.) | SORT b');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY b = BUCKET(pay, 1) | SORT b');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY b = BUCKET(pay, 10, -1.5, 2) | SORT b');
-- several values are none, in a column and in a document
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY b = BUCKET(many, 2) | SORT b');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY b = BUCKET(w.t, 1 month), c = BUCKET(w.n, 10.) | SORT b, c');
-- with arithmetic round it, more keys, names, and repeated among the aggregates
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY BUCKET(@timestamp + 1 hour, 1 year) - 1 hour | SORT n');
SELECT pg_temp.run('FROM hired | STATS s1 = b + 1, s2 = BUCKET(salary / 1000 + 999, 50.) + 2, m = MAX(BUCKET(salary / 1000 + 999, 50.)) BY b = bucket( salary / 1000 + 999,50.) | SORT s1');
SELECT pg_temp.run('FROM hired | STATS l = LENGTH(TO_STRING(salary)) * 2, n = COUNT(*) BY LENGTH(TO_STRING(salary)) | SORT n, l');
SELECT pg_temp.run('FROM hired | STATS d = DATE_DIFF("day", BUCKET(@timestamp, 1 month), MAX(@timestamp)) BY BUCKET(@timestamp, 1 month) | SORT d');
SELECT pg_temp.run('FROM hired | WHERE salary > 90000 | STATS n = COUNT(*) BY b = BUCKET(salary, 10)');
-- errors at their places
SELECT pg_temp.run('FROM hired | EVAL b = BUCKET(salary, 10)');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) WHERE BUCKET(salary, 10) > 5');
SELECT pg_temp.run('FROM hired | STATS n = MAX(BUCKET(salary, 10)) BY BUCKET(salary, 100)');
SELECT pg_temp.run('FROM hired | STATS n = BUCKET(salary, 10) + 1 BY salary');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY BUCKET(salary, 0)');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY BUCKET(salary, pay)');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY BUCKET(salary, 10, 5, 5)');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY BUCKET(salary, 0, 5, 50)');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY BUCKET(salary, 10, 5)');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY BUCKET(salary, 1 hour)');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY BUCKET(@timestamp, 10)');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY BUCKET(@timestamp, 10, "1985", @timestamp)');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY BUCKET(@timestamp, 10, "1985-01-01", "soon")');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY BUCKET(@timestamp, 0 days)');
SELECT pg_temp.run('FROM hired | STATS n = COUNT(*) BY BUCKET("x", 10)');
SELECT pg_temp.run('FROM hired | DROP @timestamp | STATS n = COUNT(*) BY TBUCKET(1 hour)');
SELECT pg_temp.run('FROM hired | EVAL @timestamp = 5 | STATS n = COUNT(*) BY TBUCKET(1 hour)');

-- the size for a range, chosen by making all buckets of each size
SET client_min_messages = warning;
CREATE TABLE public.moments AS SELECT '2024-01-31 10:17:33.123Z'::timestamptz + i * interval '1 hour 7 minutes 13.457 seconds' * i AS t, i * i * 3.7 - 900 AS n FROM generate_series(0, 400) AS i;
CREATE TABLE public.size (place serial, span text, step interval);
INSERT INTO public.size (span, step) SELECT span, span::interval FROM unnest(ARRAY['1 millisecond', '10 milliseconds', '50 milliseconds', '100 milliseconds', '1 second', '5 seconds', '10 seconds', '30 seconds', '1 minute', '5 minutes', '10 minutes',
	'30 minutes', '1 hour', '3 hours', '12 hours', '1 day', '1 week', '1 month', '1 year']) AS span;
CREATE FUNCTION pg_temp.bottom(t timestamptz, step interval) RETURNS timestamptz LANGUAGE sql
AS $$ SELECT CASE step WHEN '1 year' THEN date_trunc('year', t) WHEN '1 month' THEN date_trunc('month', t) WHEN '1 week' THEN date_trunc('week', t) ELSE date_bin(step, t, '1970-01-01Z') END $$;
-- how many steps from the bucket of the start until the end is reached, or one more than most
CREATE FUNCTION pg_temp.used(start timestamptz, until timestamptz, step interval, most integer) RETURNS integer LANGUAGE plpgsql
AS $$
DECLARE at timestamptz := pg_temp.bottom(start, step); used integer := 0;
BEGIN
	LOOP
		at := at + step;
		used := used + 1;
		EXIT WHEN at >= until OR used > most;
	END LOOP;
	RETURN used;
END $$;
CREATE FUNCTION pg_temp.wrong(start timestamptz, until timestamptz, most integer) RETURNS bigint LANGUAGE sql
AS $$
	WITH chosen AS (SELECT coalesce((SELECT step FROM public.size WHERE pg_temp.used(start, until, step, most) <= most ORDER BY place LIMIT 1), '1 year') AS step),
	expected AS (SELECT pg_temp.bottom(t, (SELECT step FROM chosen)) AS b, count(*) AS n FROM public.moments GROUP BY 1),
	found AS (SELECT (r ->> 'b')::timestamptz AS b, (r ->> 'n')::bigint AS n FROM transfer_detect.esql(format('FROM moments | STATS n = COUNT(*) BY b = BUCKET(t, %s, "%s", "%s")', most,
		to_char(start, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), to_char(until, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) AS r)
	SELECT count(*) FROM ((TABLE expected EXCEPT TABLE found) UNION ALL (TABLE found EXCEPT TABLE expected)) AS d
$$;
SELECT count(*), sum(pg_temp.wrong(start, start + span, most)) FROM unnest(ARRAY['2024-01-31 10:17:33.123Z', '2024-02-29Z', '1969-12-29Z', '2023-06-15 12:00Z']::timestamptz[]) AS start,
	unnest(ARRAY['0', '-1 day', '9 milliseconds', '1 second', '17 minutes', '6 hours', '1 day', '1 day 1 millisecond', '20 days', '61 days', '400 days', '20 years']::interval[]) AS span, unnest(ARRAY[1, 2, 7, 30]) AS most;
-- numbers: whole multiples of the size, none more than a size away
SELECT count(*), count(*) FILTER (WHERE b / size = floor(b / size) AND lo >= b AND hi < b + size) FROM (SELECT 0.5 AS size UNION ALL SELECT 7 UNION ALL SELECT 500) AS s,
	LATERAL (SELECT (r ->> 'b')::numeric AS b, (r ->> 'lo')::numeric AS lo, (r ->> 'hi')::numeric AS hi FROM transfer_detect.esql('FROM moments | STATS lo = MIN(n), hi = MAX(n) BY b = BUCKET(n, ' || size || ')') AS r) AS g;
SELECT DISTINCT (r ->> 'b')::double precision AS b FROM transfer_detect.esql('FROM moments | STATS n = COUNT(*) BY b = BUCKET(n, 3, 0, 1400000)') AS r ORDER BY 1;
DROP TABLE public.hired, public.moments, public.size;
