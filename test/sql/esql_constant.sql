-- Constants that have to be worked out: patterns of LIKE and RLIKE, and sums of time spans.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.run(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT j::text FROM transfer_detect.esql(query) AS r(j);
EXCEPTION WHEN OTHERS THEN
	RETURN NEXT sqlerrm;
END $$;
-- patterns made by functions, and by columns whose values the query gives
SELECT pg_temp.run('ROW a = "demo" | WHERE a LIKE CONCAT("d", "?", "mo") AND a RLIKE TO_LOWER("D.*") AND NOT a LIKE REPLACE("x*", "x", "y")');
SELECT pg_temp.run('ROW a = "demo" | EVAL f = CONCAT("de", "*"), g = f | WHERE a LIKE g | KEEP a');
SELECT pg_temp.run('ROW a = "a*" | WHERE a LIKE "a\\*" | EVAL b = "a*b" LIKE a, c = "b" NOT LIKE a');
-- of asterisks alone, null
SELECT pg_temp.run('ROW a = ["demo", "x"] | EVAL all = a LIKE CONCAT("*", "*"), some = a LIKE CONCAT("d", "*"), n = a LIKE null, m = a RLIKE CONCAT("a", null) | DROP a');
-- lists are of literals
SELECT pg_temp.run('ROW a = "demo" | WHERE a LIKE ("x*", "d*") OR a RLIKE ("x", ".*z")');
SELECT pg_temp.run('ROW a = "demo" | WHERE a LIKE ("x*", CONCAT("d", "*"))');
-- a pattern that is no constant, no string, no pattern
SELECT pg_temp.run('ROW a = "demo" | STATS b = MIN(a) | WHERE "d" LIKE b');
SELECT pg_temp.run('ROW a = ["demo", "x"] | MV_EXPAND a | WHERE "d" LIKE a');
SELECT pg_temp.run('ROW a = "demo" | WHERE a LIKE 5');
SELECT pg_temp.run('ROW a = "demo" | WHERE a RLIKE CONCAT("(", "")');
SELECT pg_temp.run('ROW a = "demo" | WHERE a LIKE CONCAT("a\\", "x")');
-- a pattern that would be too large to write out is none
SELECT pg_temp.run('ROW a = "x" | EVAL b = CONCAT(a, a, a, a, a, a) | EVAL c = CONCAT(b, b, b, b, b, b) | EVAL d = CONCAT(c, c, c, c, c, c) | EVAL e = CONCAT(d, d, d, d, d, d) | WHERE a LIKE e');
-- durations add up, and so do periods: months first, then days, as Java has it
SELECT pg_temp.run('ROW d = "2026-01-31T00:00:00Z"::datetime | EVAL a = d + (1 month + 1 day), b = d - (1 month + 1 day), c = d + (2 hours + 30 minutes), e = d - (1 day + 1 week - 3 days), f = d + -(1 month - 1 day), g = (1 month + 1 day - 1 day) + d | DROP d');
CREATE TABLE days AS SELECT '2026-03-31 00:00Z'::timestamptz AS t;
SELECT pg_temp.run('FROM days | EVAL a = t - (1 month + 1 day), b = t + (1 month + 1 day), c = t + (1 year - 1 week) | DROP t');
SELECT pg_temp.run('FROM days | EVAL a = t + 1 day + 2 hours | DROP t');
SELECT pg_temp.run('FROM days | EVAL a = t + (1 day + 2 hours)');
SELECT pg_temp.run('FROM days | EVAL a = DATE_TRUNC(1 month + 1 day, t)');
SELECT pg_temp.run('FROM days | EVAL a = DATE_TRUNC(1 month + 2 months, t), b = DATE_TRUNC(30 minutes + 30 minutes, t) | DROP t');
SELECT pg_temp.run('FROM days | EVAL a = t + (2147483647 days + 1 day)');
DROP TABLE days;
-- the least and the greatest of null are null, and may be added to a number
SELECT pg_temp.run('ROW x = 1 | EVAL y = null | STATS a = MIN(null), b = MAX(y), c = MIN(x), d = MAX("z"), e = MIN(true) | EVAL f = a + 1, g = b + 1.5');
