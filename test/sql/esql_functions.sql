-- Every function of the table in a query, its edge beside it; and that the list of errors' hints is the table.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
CREATE TABLE public.one (id integer, s text, l text[], n integer, "source.ip" inet, "@timestamp" timestamptz);
INSERT INTO public.one VALUES (1, 'Grüße, Welt', '{b,a}', -7, '192.0.2.77', '2026-11-20 10:20:30.456Z');
CREATE FUNCTION pg_temp.e(expression text) RETURNS text LANGUAGE sql
AS $$ SELECT r ->> 'y' FROM transfer_detect.esql('FROM x | EVAL y = ' || expression || ' | KEEP y', '2026-11-20 12:00Z', 'public.one') AS r $$;
\t on
\pset format unaligned
\pset null null
SELECT pg_temp.e('TO_LOWER(s)'), pg_temp.e('TO_UPPER(s)'), pg_temp.e('LENGTH(s)'), pg_temp.e('BYTE_LENGTH(s)'), pg_temp.e('BIT_LENGTH(s)');
SELECT pg_temp.e('CONCAT(s, "!", s)'), pg_temp.e('CONCAT(s, null)'), pg_temp.e('SUBSTRING(s, 3, 2)'), pg_temp.e('SUBSTRING(s, -4)'), pg_temp.e('LEFT(s, 4)'), pg_temp.e('RIGHT(s, 4)');
SELECT pg_temp.e('LOCATE(s, "ß")'), pg_temp.e('LOCATE(s, "x")'), pg_temp.e('STARTS_WITH(s, "Gr")'), pg_temp.e('ENDS_WITH(s, "gr")'), pg_temp.e('CONTAINS(s, "")'), pg_temp.e('STARTS_WITH(l, "b")');
SELECT pg_temp.e('REPLACE(s, "[üß]", "_")'), pg_temp.e('REPLACE(s, "(\\w+)$", "<$1>")'), pg_temp.e('REPLACE("a.b.c", "\\.", "")'), pg_temp.e('REPLACE(s, "zz", "")');
SELECT pg_temp.e('SPLIT("a,b,,c", ",")'), pg_temp.e('SPLIT("abc", ",")'), pg_temp.e('TRIM("  a ")'), pg_temp.e('CONCAT("[", LTRIM("  a "), "]")'), pg_temp.e('CONCAT("[", RTRIM("  a "), "]")');
SELECT pg_temp.e('REPEAT("ab", 3)'), pg_temp.e('CONCAT("[", SPACE(2), "]")'), pg_temp.e('REVERSE("abc")'), pg_temp.e('URL_DECODE("a%20b+c")'), pg_temp.e('URL_ENCODE("a b/c")'), pg_temp.e('TO_BASE64("abc")'), pg_temp.e('FROM_BASE64("YWJj")'), pg_temp.e('FROM_BASE64("***")');
SELECT pg_temp.e('MD5("abc")'), pg_temp.e('LEFT(SHA1("abc"), 8)'), pg_temp.e('LEFT(SHA256("abc"), 8)'), pg_temp.e('LEFT(HASH("sha256", "abc"), 8)');
SELECT pg_temp.e('CIDR_MATCH(source.ip, "192.0.2.0/24")'), pg_temp.e('CIDR_MATCH(source.ip, "198.51.100.0/24", "192.0.2.77")'), pg_temp.e('CIDR_MATCH(source.ip, s)'), pg_temp.e('IP_PREFIX(source.ip, 24, 0)');
SELECT pg_temp.e('ABS(n)'), pg_temp.e('ROUND(n)'), pg_temp.e('ROUND(2.345, 2)'), pg_temp.e('ROUND(12345, -2)'), pg_temp.e('CEIL(1.2)'), pg_temp.e('FLOOR(-1.2)'), pg_temp.e('CEIL(n)'), pg_temp.e('SIGNUM(n)');
SELECT pg_temp.e('SQRT(16)'), pg_temp.e('SQRT(-1)'), pg_temp.e('POW(2, 10)'), pg_temp.e('POW(10, 400)'), pg_temp.e('LOG(0)'), pg_temp.e('LOG(2, 8)'), pg_temp.e('LOG10(1000)'), pg_temp.e('ROUND(EXP(1), 3)'), pg_temp.e('ROUND(E(), 3)'), pg_temp.e('ROUND(PI(), 3)'), pg_temp.e('ROUND(TAU(), 3)');
SELECT pg_temp.e('NOW()'), pg_temp.e('DATE_TRUNC(1 minute, @timestamp)'), pg_temp.e('DATE_TRUNC(1 quarter, @timestamp)'), pg_temp.e('DATE_TRUNC(2 years, @timestamp)'), pg_temp.e('DATE_TRUNC("1 month", @timestamp)'), pg_temp.e('DATE_DIFF("hour", @timestamp, NOW())'), pg_temp.e('DATE_DIFF("s", NOW(), @timestamp)'), pg_temp.e('DATE_EXTRACT("DAY_OF_WEEK", @timestamp)');
SELECT pg_temp.e('TO_STRING(l)'), pg_temp.e('TO_STR(n)'), pg_temp.e('TO_INTEGER("5")'), pg_temp.e('TO_INT(2.5)'), pg_temp.e('TO_LONG("1e3")'), pg_temp.e('TO_DOUBLE("x")'), pg_temp.e('TO_DBL("1")'), pg_temp.e('TO_BOOLEAN("yes")'), pg_temp.e('TO_BOOL(1)'), pg_temp.e('TO_DATETIME("2026-11-20")'), pg_temp.e('TO_DT(0)'), pg_temp.e('TO_IP("::1")');
SELECT pg_temp.e('CASE(n < 0, "minus", "plus")'), pg_temp.e('CASE(null, 1)'), pg_temp.e('COALESCE(null, l)'), pg_temp.e('COALESCE(null, null)');
SELECT pg_temp.e('GREATEST(n, 3, 2.5)'), pg_temp.e('GREATEST(s, "Z")'), pg_temp.e('LEAST(n, id)'), pg_temp.e('LEAST(n, null)'), pg_temp.e('LEAST(s, l)'), pg_temp.e('LEAST(@timestamp)');
SELECT pg_temp.e('MV_COUNT(l)'), pg_temp.e('MV_COUNT(n)'), pg_temp.e('MV_COUNT(null)'), pg_temp.e('MV_MIN(l)'), pg_temp.e('MV_MAX(l)'), pg_temp.e('MV_MAX(n)'), pg_temp.e('MV_FIRST(l)'), pg_temp.e('MV_LAST(l)'), pg_temp.e('MV_CONCAT(l, ", ")'), pg_temp.e('MV_CONCAT(s, ", ")');
SELECT pg_temp.e('MV_DEDUPE(["b", "a", "b"])'), pg_temp.e('MV_SORT(["b", "a", "b"])'), pg_temp.e('MV_SORT([1, 3, 2], "DESC")'), pg_temp.e('MV_SLICE(["a", "b", "c"], 1)'), pg_temp.e('MV_SLICE(["a", "b", "c"], -2, -1)'), pg_temp.e('MV_APPEND(l, "z")'), pg_temp.e('MV_ZIP(["a", "b"], ["1", "2"], "-")');
SELECT pg_temp.e('MV_CONTAINS(l, "a")'), pg_temp.e('MV_CONTAINS(l, ["a", "z"])'), pg_temp.e('MV_CONTAINS(s, l)'), pg_temp.e('MV_CONTAINS(l, null)'), pg_temp.e('MV_CONTAINS(null, "a")'), pg_temp.e('MV_INTERSECTION(l, ["a", "z"])'), pg_temp.e('MV_INTERSECTION(l, "z")');
SELECT pg_temp.e('MV_SUM([1, 2, 3])'), pg_temp.e('MV_AVG([1, 2])'), pg_temp.e('MV_AVG(n)'), pg_temp.e('MV_MEDIAN([1.0, 5.0, 2.0])'), pg_temp.e('MV_SUM([2147483647, 1])'), pg_temp.e('TO_LOWER(["A", "B"])'), pg_temp.e('TO_INTEGER(["1", "x", "3"])');

-- functions that no line above calls: none
\set tested `cat "$TD_TEST_DATA/../sql/esql_functions.sql" "$TD_TEST_DATA/../sql/esql_semantics.sql" "$TD_TEST_DATA/../sql/esql_kql.sql" "$TD_TEST_DATA/../sql/esql_json_top.sql" "$TD_TEST_DATA/../sql/esql_points.sql" "$TD_TEST_DATA/../sql/esql_first_last.sql" 2>/dev/null`
CREATE FUNCTION pg_temp.known() RETURNS SETOF text LANGUAGE plpgsql
AS $$
DECLARE hint text;
BEGIN
	PERFORM transfer_detect.esql('FROM x | EVAL y = no_such_function_of_ours(1)', now(), 'public.one');
EXCEPTION WHEN undefined_function THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN QUERY SELECT regexp_split_to_table(substring(hint FROM 'functions are (.*)\.'), ', ');
END
$$;
SELECT count(*) > 80 FROM pg_temp.known();
SELECT f FROM pg_temp.known() AS f WHERE :'tested' !~* ('\m' || f || '\(');
DROP TABLE public.one;
