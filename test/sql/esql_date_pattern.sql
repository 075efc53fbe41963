-- DATE_FORMAT, DATE_PARSE, DAY_NAME, MONTH_NAME: each letter, what is refused and where, what does not fit, and that reading undoes writing.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'America/New_York';
SET datestyle = 'SQL, DMY';
CREATE FUNCTION pg_temp.run(query text) RETURNS SETOF text LANGUAGE plpgsql
AS $$
BEGIN
	RETURN QUERY SELECT r::text FROM transfer_detect.esql(query, '2026-11-20 12:00Z') AS r;
EXCEPTION WHEN OTHERS THEN
	RETURN NEXT sqlerrm;
END $$;
\pset format unaligned
\t on
SELECT pg_temp.run('ROW d = TO_DATETIME("1985-02-08T23:05:09.043Z") | EVAL a = DATE_FORMAT(d), b = DATE_FORMAT("yyyy-MM-dd", d), c = DATE_FORMAT("EEEE, d MMMM uuuu ''o''''clock'' h:mm a", d), n = DAY_NAME(d), m = MONTH_NAME(d), p = DATE_PARSE("yyyy-MM-dd", "2022-05-06"), q = DATE_PARSE("2022-05-06T07:08:09Z") | DROP d');
-- several values, null, by row, on columns and on documents
CREATE TABLE public.dated (n integer, "@timestamp" timestamptz, p text, s text, l text[], tl timestamptz[], document jsonb);
INSERT INTO public.dated VALUES
	(1, '2024-02-29 13:04:05.678999Z', 'yyyy/MM/dd', '2024/02/29', '{2024-01-01}', '{2024-01-01Z}', '{"event": {"created": "2024-02-29T13:04:05.678Z"}, "raw": {"at": "29/Feb/2024:13:04:05 +0100"}}'),
	(2, '1969-12-31 23:59:59.999Z', 'HH:mm', '23:59', '{2024-01-01,2024-01-02}', '{2024-01-01Z,2024-01-02Z}', '{"event": {"created": ["2024-02-29", "2024-03-01"]}, "raw": {"at": ["29/Feb/2024:13:04:05 +0100", "x"]}}'),
	(3, 'infinity', 'oops', 'oops', NULL, NULL, '{"raw": {"at": "31/Feb/2024:13:04:05 +0100"}}'), (4, NULL, 'dd', NULL, '{}', '{}', NULL), (5, '0044-03-15 12:00Z BC', 'G y-M-d', 'BC 44-3-15', NULL, NULL, '[]');
SELECT pg_temp.run('FROM dated | SORT n | EVAL f = DATE_FORMAT(p, @timestamp), g = DATE_FORMAT("uuuu-MM-dd''T''HH:mm:ss.SSSX G", @timestamp), d = DAY_NAME(@timestamp), m = MONTH_NAME(tl), r = DATE_PARSE(p, s), l = DATE_PARSE("yyyy-MM-dd", l), t = DATE_FORMAT("d", tl) | KEEP n, f, g, d, m, r, l, t');
SELECT pg_temp.run('FROM dated | SORT n | EVAL c = DATE_FORMAT("D", event.created), a = DATE_PARSE("dd/MMM/yyyy:HH:mm:ss Z", raw.at) | KEEP n, c, a');
SELECT pg_temp.run('ROW a = DATE_FORMAT(null, NOW()), b = DATE_FORMAT("yyyy", null), c = DATE_PARSE(null, "5"), d = DATE_PARSE("yyyy", null), e = DATE_PARSE("yyyy", ""), f = DATE_FORMAT("yyyy", "2020-01-01"), g = DATE_FORMAT(["yyyy", "MM"], NOW()), h = DAY_NAME(null)');
SELECT pg_temp.run('FROM dated | STATS n = COUNT(*) BY m = MONTH_NAME(@timestamp) | SORT n, m');
-- time zones: offsets and regions, an hour that is left out, an hour that comes twice
SELECT pg_temp.run('ROW p = "yyyy-MM-dd HH:mm" | EVAL a = DATE_PARSE("yyyy-MM-dd HH:mm", "2026-07-01 12:00", {"time_zone": "Europe/Berlin"}), b = DATE_PARSE(p, "2026-03-29 02:30", {"time_zone": "Europe/Berlin"}), c = DATE_PARSE(p, "2026-10-25 02:30", {"time_zone": "Europe/Berlin", "locale": "en-US"}), d = DATE_PARSE(p, "2026-01-01 00:00", {"time_zone": "-05:30"}), e = DATE_PARSE("yyyy-MM-dd HH:mm XXX", "2026-01-01 00:00 Z", {"time_zone": "Asia/Tokyo"}), f = DATE_PARSE(p, "2026-01-01 00:00", {"time_zone": "UTC+9"}) | DROP p');
-- errors at their places
SELECT pg_temp.run('ROW a = DATE_FORMAT("yyyy-ww", NOW())');
SELECT pg_temp.run('ROW a = DATE_FORMAT("yyyy-MM-dd''T", NOW())');
SELECT pg_temp.run('ROW a = DATE_FORMAT("strict_date_optional_time", NOW())');
SELECT pg_temp.run('ROW a = DATE_FORMAT("yyyy", "soon")');
SELECT pg_temp.run('ROW a = DATE_FORMAT("yyyy", 5)');
SELECT pg_temp.run('ROW a = DATE_FORMAT(5, NOW())');
SELECT pg_temp.run('ROW a = DATE_FORMAT("yyyy", NOW(), 5)');
SELECT pg_temp.run('ROW a = DATE_PARSE("yyyy z", "5")');
SELECT pg_temp.run('ROW a = DATE_PARSE("yyyy", 5)');
SELECT pg_temp.run('ROW a = DATE_PARSE("yyyy", "5", {"zone": "UTC"})');
SELECT pg_temp.run('ROW a = DATE_PARSE("yyyy", "5", {"time_zone": "Mars/Base"})');
SELECT pg_temp.run('ROW a = DATE_PARSE("yyyy", "5", {"time_zone": "FOO+3"})');
SELECT pg_temp.run('ROW a = DATE_PARSE("yyyy", "5", {"locale": "fr"})');
SELECT pg_temp.run('ROW a = DATE_PARSE("2020-01-01", {"time_zone": "UTC"})');
SELECT pg_temp.run('ROW a = DAY_NAME("x")');
SELECT pg_temp.run('ROW a = MONTH_NAME(5)');
-- against to_char() of the local time in UTC, and back
SET timezone = 'UTC';
SET lc_time = 'C';
SELECT count(*), count(*) FILTER (WHERE esql_date_format('yyyy-MM-dd HH:mm:ss.SSS', t) = to_char(t, 'YYYY-MM-DD HH24:MI:SS.MS')) AS plain,
	count(*) FILTER (WHERE esql_date_format('EEEE MMMM MMM d D h a Q', t) = to_char(t, 'FMDay FMMonth Mon FMDD FMDDD FMHH12 AM FMQ')) AS names,
	count(*) FILTER (WHERE esql_date_parse('yyyyMMddHHmmssSSS', to_char(t, 'YYYYMMDDHH24MISSMS')) = t) AS digits,
	count(*) FILTER (WHERE esql_date_parse('EEE, d MMM uuuu hh:mm:ss a N', to_char(t, 'Dy, FMDD Mon YYYY HH12:MI:SS AM ') || (extract(epoch FROM t - date_trunc('day', t)) * 1000000000)::bigint) = t) AS read
FROM (SELECT '1900-01-01Z'::timestamptz + i * interval '3 hours 17 minutes 13.123 seconds' * (i % 97) AS t FROM generate_series(1, 20000) AS i) AS s;
-- a region's clocks against PostgreSQL's, where an hour is neither left out nor twice
SELECT count(*), count(*) FILTER (WHERE esql_date_parse('yyyy-MM-dd HH:mm', to_char(t AT TIME ZONE zone, 'YYYY-MM-DD HH24:MI'), zone) = t) AS same
FROM generate_series('1990-01-01 00:00Z'::timestamptz, '2026-12-31Z', interval '13 days 5 hours') AS t, unnest(ARRAY['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland']) AS zone
WHERE (t + interval '1 day') AT TIME ZONE zone - (t - interval '1 day') AT TIME ZONE zone = interval '2 days';
DROP TABLE public.dated;
