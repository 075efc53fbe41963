--
-- ES|QL's dates: milliseconds, UTC, and null where PostgreSQL raises.  The
-- session's time zone has a change of clocks and half-hour offset, so that
-- whatever depended on it would show.
--
SET search_path = transfer_detect, transfer_detect_internal, public;
\pset null null
SET TimeZone = 'America/St_Johns';
SET DateStyle = 'German';
SET IntervalStyle = 'postgres';

-- to the millisecond, downwards on both sides of 1970 and 2000
SELECT esql_to_string(esql_date_ms(d)) AS ms,
       extract(microseconds FROM esql_date_ms(d) AT TIME ZONE 'UTC')::bigint AS micros
FROM (VALUES (1, '2024-01-01 00:00:00.123999+00'::timestamptz), (2, '1999-12-31 23:59:59.999999+00'),
             (3, '1969-12-31 23:59:59.999999+00'), (4, '1969-12-31 23:59:59.999+00'),
             (5, '0001-01-01 00:00:00.000001+00'), (6, '4714-11-24 00:00:00+00 BC'),
             (7, 'infinity'), (8, '-infinity')) AS v(n, d) ORDER BY n;

-- adding and taking away: months first, with the day clamped, then days, then
-- the time
SELECT d AS date, i AS span, esql_to_string(esql_date_add(d::timestamptz, i::interval)) AS plus,
       esql_to_string(esql_date_sub(d::timestamptz, i::interval)) AS minus
FROM (VALUES
    (1, '2024-03-31T00:00:00Z', '1 month'),
    (2, '2023-03-31T12:00:00Z', '1 month'),
    (3, '2024-02-29T00:00:00Z', '1 year'),
    (4, '2024-02-29T00:00:00Z', '4 years'),
    (5, '1900-03-31T00:00:00Z', '1 month'),
    (6, '2024-01-31T00:00:00Z', '1 month 1 day'),
    (7, '2024-01-31T23:59:59.999Z', '1 month 1 ms'),
    (8, '1970-01-01T00:00:00Z', '1 ms'),
    (9, '1969-12-31T23:59:59.999Z', '1 day'),
    (10, '2024-03-10T05:30:00Z', '1 day'),         -- clocks change in St. John's
    (11, '2024-11-03T05:30:00Z', '24 hours'),
    (12, '2024-12-31T00:00:00Z', '2 months'),
    (13, '2024-05-15T00:00:00Z', '-1 months'),
    (14, '0001-01-01T00:00:00Z', '1 day'),
    (15, '2024-05-15T00:00:00Z', '2 weeks'),
    (16, '2024-05-15T00:00:00Z', '0'),
    (17, '2024-05-15T00:00:00Z', '300000 years'),
    (18, '2024-05-15T00:00:00Z', '178000000 years'),
    (19, '2024-05-15T00:00:00Z', '-2147483648 months'),
    (20, '2024-05-15T00:00:00Z', '2147483647 days'),
    (21, '2024-05-15T00:00:00Z', '-2147483648 days'),
    (22, '2024-05-15T00:00:00Z', '2562047788 hours'),
    (23, '294276-12-31T23:59:59.999999Z', '1 ms'),
    (24, '4714-11-24 00:00:00+00 BC', '1 ms'),
    (25, 'infinity', '1 day'),
    (26, '-infinity', '1 day')) AS v(n, d, i)
ORDER BY n;
-- microseconds are not lost on the way
SELECT esql_date_sub('2024-01-01T00:00:00Z', '1 microsecond')
     = '2023-12-31T23:59:59.999999Z'::timestamptz AS kept;
-- chains go from left to right: not the same as two months at once
SELECT esql_to_string(esql_date_sub(esql_date_sub('2024-03-31T00:00:00Z', '1 month'), '1 month')) AS chain,
       esql_to_string(esql_date_sub('2024-03-31T00:00:00Z', '2 months')) AS at_once;

-- DATE_TRUNC by durations and days counts from 1970-01-01
SELECT i AS span, d AS date, esql_to_string(esql_date_trunc(i::interval, d::timestamptz)) AS trunc
FROM (VALUES
    (1, '1 hour', '2024-05-15T12:34:56.789Z'),
    (2, '1 ms', '2024-05-15T12:34:56.789999Z'),
    (3, '1 minute', '1969-12-31T23:59:59.999Z'),
    (4, '240 hours', '2026-01-15T00:00:00Z'),
    (5, '10 days', '2026-01-15T00:00:00Z'),
    (6, '7 hours', '1970-01-01T06:59:59.999Z'),
    (7, '7 hours', '1969-12-31T23:59:59.999Z'),
    (8, '1 day', '2024-05-15T23:59:59.999Z'),
    (9, '1 day', '1969-12-31T00:00:00Z'),
    (10, '2 days', '1970-01-04T00:00:00Z'),
    (11, '1 day', '2024-03-10T05:30:00Z'),
    (12, '5 minutes', '2024-05-15T12:34:56.789Z'),
    (13, '1 second', '294276-12-31T23:59:59.999999Z'),
    (14, '2147483647 days', '2024-01-01T00:00:00Z'),
    (15, '2147483647 days', '1969-12-31T00:00:00Z'),
    (16, '1 day', 'infinity')) AS v(n, i, d)
ORDER BY n;
-- a week begins on Monday; several weeks, and 14 days, count from 1970
SELECT d AS date, to_char(d::date, 'Dy') AS day,
       esql_to_string(esql_date_trunc('7 days', d::timestamptz)) AS days_7,
       esql_to_string(esql_date_trunc_weeks(1, d::timestamptz)) AS week,
       esql_to_string(esql_date_trunc_weeks(2, d::timestamptz)) AS weeks_2,
       esql_to_string(esql_date_trunc('14 days', d::timestamptz)) AS days_14
FROM (VALUES (1, '2024-05-12T23:59:59.999Z'), (2, '2024-05-13T00:00:00Z'), (3, '1970-01-01T00:00:00Z'),
             (4, '1969-12-28T23:59:59Z'), (5, '1969-12-29T00:00:00Z'), (6, '2024-05-23T00:00:00Z'))
     AS v(n, d)
ORDER BY n;
SELECT esql_date_trunc_weeks(1, '-infinity') AS infinite,
       esql_date_trunc_weeks(2147483647, '1969-12-31T00:00:00Z') AS out_of_range;
-- months and years are the calendar's, counted from 0001-01-01
SELECT i AS span, d AS date, esql_to_string(esql_date_trunc(i::interval, d::timestamptz)) AS trunc
FROM (VALUES
    (1, '1 month', '2024-02-29T23:59:59.999Z'),
    (2, '1 month', '2024-03-01T00:00:00Z'),
    (3, '3 months', '2024-05-15T00:00:00Z'),
    (4, '3 months', '2024-12-31T00:00:00Z'),
    (5, '1 year', '1969-12-31T23:59:59.999Z'),
    (6, '2 months', '2024-02-15T00:00:00Z'),
    (7, '2 months', '2024-03-15T00:00:00Z'),
    (8, '5 months', '2024-05-15T00:00:00Z'),
    (9, '6 months', '2024-12-31T00:00:00Z'),
    (10, '2 years', '1970-01-01T00:00:00Z'),
    (11, '7 years', '1970-01-01T00:00:00Z'),
    (12, '5 years', '1970-01-01T00:00:00Z'),
    (13, '10 years', '1969-12-31T23:59:59.999Z'),
    (14, '11 years', '1996-12-31T00:00:00Z'),
    (15, '1 month', '2024-03-01T02:00:00Z'),       -- still February in St. John's
    (16, '100 years', '0001-01-01 00:00:00+00 BC'),
    (17, '178000000 years', '2024-01-01T00:00:00Z'),
    (18, '178000000 years', '0001-01-01 00:00:00+00 BC'),
    (19, '5000 years', '4714-11-24 00:00:00+00 BC')) AS v(n, i, d)
ORDER BY n;
-- spans that the compiler lets nobody write
SELECT esql_date_trunc('1 month 1 day', now());
SELECT esql_date_trunc('0', now());
SELECT esql_date_trunc('-1 day', now());
SELECT esql_date_trunc('1 microsecond', now());
SELECT esql_date_trunc_weeks(0, now());

-- DATE_DIFF: whole units, towards zero
SELECT u AS unit, s AS start, e AS end, esql_date_diff(u, s::timestamptz, e::timestamptz) AS diff,
       esql_date_diff(u, e::timestamptz, s::timestamptz) AS reverse
FROM (VALUES
    (1, 'year', '2023-12-31T23:59:59.999Z', '2024-12-31T23:59:59.998Z'),
    (2, 'year', '2023-12-31T23:59:59.999Z', '2024-12-31T23:59:59.999Z'),
    (3, 'year', '2024-02-29T00:00:00Z', '2025-02-28T00:00:00Z'),
    (4, 'year', '2024-02-29T00:00:00Z', '2028-02-29T00:00:00Z'),
    (5, 'month', '2024-01-31T00:00:00Z', '2024-02-29T00:00:00Z'),
    (6, 'month', '2024-01-31T10:00:00Z', '2024-03-31T09:59:59.999Z'),
    (7, 'quarter', '2024-01-01T00:00:00Z', '2024-06-30T23:59:59Z'),
    (8, 'quarter', '2024-01-01T00:00:00Z', '2024-07-01T00:00:00Z'),
    (9, 'week', '2024-01-01T00:00:00Z', '2024-01-14T23:59:59.999Z'),
    (10, 'week', '1969-12-25T00:00:00Z', '1970-01-01T00:00:00Z'),
    (11, 'day', '2024-02-28T12:00:00Z', '2024-03-01T11:59:59.999Z'),
    (12, 'weekday', '2024-02-28T12:00:00Z', '2024-03-01T12:00:00Z'),
    (13, 'dayofyear', '1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00Z'),
    (14, 'day', '2024-03-10T05:00:00Z', '2024-03-11T05:00:00Z'),
    (15, 'hour', '2024-03-10T05:00:00Z', '2024-03-10T07:59:59.999Z'),
    (16, 'minute', '2024-01-01T00:00:00Z', '2024-01-01T00:01:00Z'),
    (17, 'second', '2024-01-01T00:00:00.0009Z', '2024-01-01T00:00:01Z'),  -- ms first
    (18, 'millisecond', '1970-01-01T00:00:00Z', '1970-01-25T20:31:23.647Z'),
    (19, 'millisecond', '1970-01-01T00:00:00Z', '1970-01-25T20:31:23.648Z'),
    (20, 'microsecond', '1970-01-01T00:00:00Z', '1970-01-01T00:35:47.483Z'),
    (21, 'nanosecond', '1970-01-01T00:00:00Z', '1970-01-01T00:00:02.147Z'),
    (22, 'nanosecond', '1970-01-01T00:00:00Z', '1970-01-01T00:00:02.148Z'),
    (23, 'nanosecond', '4714-11-24 00:00:00+00 BC', '294276-12-31T23:59:59.999Z'),
    (24, 'second', '1970-01-01T00:00:00Z', '2038-01-19T03:14:07.999Z'),
    (25, 'second', '1970-01-01T00:00:00Z', '2038-01-19T03:14:08Z'),
    (26, 'day', '4714-11-24 00:00:00+00 BC', '294276-12-31T23:59:59.999Z'),
    (27, 'day', 'infinity', '2024-01-01T00:00:00Z'),
    (28, 'decade', '2000-01-01T00:00:00Z', '2024-01-01T00:00:00Z'),
    (29, '', '2000-01-01T00:00:00Z', '2024-01-01T00:00:00Z')) AS v(n, u, s, e)
ORDER BY n;
-- every alias, in any letter case (m is a month, y a day)
SELECT esql_date_diff(u, '2023-01-01T00:00:00Z', '2024-01-01T00:00:00Z') AS diff,
       string_agg(u, ' ' ORDER BY n) AS units
FROM unnest(string_to_array('Year YEARS yyyy yy quarter quarters qq q month months mm M '
            'dayofyear dy y day days dd d week weeks wk ww weekday weekdays dw hour hours hh '
            'minute minutes mi n second seconds ss s', ' ')) WITH ORDINALITY AS v(u, n)
GROUP BY 1 ORDER BY 1;
SELECT esql_date_diff(u, '2024-01-01T00:00:00Z', '2024-01-01T00:00:01.5Z') AS diff,
       string_agg(u, ' ' ORDER BY n) AS units
FROM unnest(string_to_array('millisecond milliseconds ms microsecond microseconds mcs '
            'nanosecond nanoseconds ns', ' ')) WITH ORDINALITY AS v(u, n)
GROUP BY 1 ORDER BY 1;

-- DATE_EXTRACT: all the fields of java.time, after and before 1970
SELECT part, esql_date_extract(part, '2024-12-31T23:59:58.987654Z') AS "2024",
       esql_date_extract(upper(part), '1969-02-28T12:00:00.001Z') AS "1969",
       esql_date_extract(part, '0001-03-01 00:00:00+00 BC') AS "1 BC"
FROM unnest(string_to_array('nano_of_second nano_of_day micro_of_second micro_of_day '
            'milli_of_second milli_of_day second_of_minute second_of_day minute_of_hour '
            'minute_of_day hour_of_ampm clock_hour_of_ampm hour_of_day clock_hour_of_day '
            'ampm_of_day day_of_week aligned_day_of_week_in_month aligned_day_of_week_in_year '
            'day_of_month day_of_year epoch_day aligned_week_of_month aligned_week_of_year '
            'month_of_year proleptic_month year_of_era year era instant_seconds '
            'offset_seconds', ' ')) WITH ORDINALITY AS v(part, n)
ORDER BY n;
SELECT esql_date_extract('fortnight', now()) AS unknown, esql_date_extract('', now()) AS empty,
       esql_date_extract('year', 'infinity') AS infinite;
