-- Cases in the shape of the language's own tests: a query, and its rows, checked by hand against what ES|QL says.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
CREATE TABLE public.emp (emp_no integer, first_name text, languages integer, salary integer, salary_long bigint, height double precision, is_rehired boolean[], job text[], hired timestamptz, ip inet);
INSERT INTO public.emp VALUES
	(10001, 'Georgi', 2, 57305, 57305, 2.03, '{false,true}', '{Accountant,Senior Python Developer}', '1986-06-26', '10.0.0.1'),
	(10002, 'Bezalel', 5, 56371, 56371, 2.08, '{false}', '{Senior Team Lead}', '1985-11-21', '10.0.0.2'),
	(10003, 'Parto', 4, 61805, 61805, 1.83, NULL, NULL, '1986-08-28', NULL),
	(10004, 'Chirstian', 5, 36174, 36174, 1.78, '{true}', '{Head,Reporting,Support,Tech}', '1986-12-01', 'fe80::1'),
	(10005, 'Kyoichi', 1, 63528, 1000000000000, 2.05, '{true,true,false}', '{}', '1989-09-12', '::1'),
	(10006, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE FUNCTION pg_temp.q(query text) RETURNS SETOF text LANGUAGE sql
AS $$ SELECT r::text FROM transfer_detect.esql(query, '2026-11-20 12:00Z', 'public.emp') AS r $$;
\t on
\pset format unaligned

-- IN brings all its numbers to one type
SELECT pg_temp.q('FROM x | WHERE languages IN (1, 2.4) | SORT emp_no | KEEP emp_no');
SELECT pg_temp.q('FROM x | WHERE emp_no IN (10001, 1000000000000) | KEEP emp_no');
SELECT pg_temp.q('FROM x | WHERE salary_long IN (57305, 1000000000000) | SORT emp_no | KEEP emp_no');
SELECT pg_temp.q('FROM x | WHERE height IN (2, 2.03, 10001) | KEEP emp_no');
SELECT pg_temp.q('FROM x | WHERE emp_no NOT IN (10001.5, 10002, 10003) | SORT emp_no | KEEP emp_no');
SELECT pg_temp.q('FROM x | WHERE languages IN (2.0, emp_no, null) | KEEP emp_no');
SELECT pg_temp.q('FROM x | EVAL a = 1 IN (1.5, 2), b = 9007199254740993 IN (1, 9007199254740992.0) | LIMIT 1 | KEEP a, b');
SELECT pg_temp.q('FROM x | STATS c = COUNT_DISTINCT(languages) | WHERE c IN (4, 10000000000, 2.5)');

-- whole numbers that only unsigned_long holds are refused; greater ones are doubles
SELECT pg_temp.q('FROM x | WHERE salary_long == 9223372036854775808 | KEEP emp_no');
SELECT pg_temp.q('FROM x | WHERE salary_long IN (1, 18446744073709551615) | KEEP emp_no');
SELECT pg_temp.q('FROM x | EVAL a = -9223372036854775809 | LIMIT 1 | KEEP a');
SELECT pg_temp.q('FROM x | EVAL a = [1, 9223372036854775808] | LIMIT 1 | KEEP a');
SELECT pg_temp.q('FROM x | EVAL a = -9223372036854775808, b = 18446744073709551616, c = 9223372036854775808.0, d = 9223372036854775807 | LIMIT 1 | KEEP a, b, c, d');

-- the name that BY gives comes before a column of that name, also inside of aggregates and of their WHERE
SELECT pg_temp.q('FROM x | STATS m = MAX(height) WHERE salary > 50000 BY salary = 2');
SELECT pg_temp.q('FROM x | STATS m = MAX(height) WHERE salary < 50000 BY salary = 2');
SELECT pg_temp.q('FROM x | STATS m = MAX(salary), n = MAX(salary) + salary BY salary = 2');
SELECT pg_temp.q('FROM x | STATS c = COUNT() WHERE languages == 1, m = MAX(languages) BY languages = languages % 2 | SORT languages');
-- all values of a key: those of the list that it was made of
SELECT pg_temp.q('FROM x | STATS c = COUNT(is_rehired), n = COUNT() BY is_rehired | SORT is_rehired');
SELECT pg_temp.q('FROM x | STATS c = COUNT(r), n = COUNT() BY r = is_rehired | SORT r');
SELECT pg_temp.q('FROM x | STATS c = COUNT(job), v = MV_COUNT(VALUES(job)), n = COUNT() BY job = MV_SLICE(job, 0, 1) | SORT job');
SELECT pg_temp.q('FROM x | STATS c = COUNT(languages) BY languages | SORT languages | LIMIT 2');

-- what ES|QL takes and we once refused
SELECT pg_temp.q('FROM x | SORT emp_no | LIMIT 1 | KEEP emp_no, first_name, salary*, height | DROP salary*, sal*, salary, h*, height');
SELECT pg_temp.q('FROM x | DROP emp_no, *no, *, zz');
SELECT pg_temp.q('FROM x | SORT emp_no | LIMIT 1 | EVAL a = COALESCE(salary), b = COALESCE(null), c = COALESCE(job) | KEEP a, b, c');
SELECT pg_temp.q('FROM x | EVAL n = null | EVAL a = hired + null, b = null + hired, c = hired - n, d = null + 1 day | LIMIT 1 | KEEP a, b, c, d');
SELECT pg_temp.q('FROM x | EVAL a = hired * null');
SELECT pg_temp.q('FROM x | STATS c = COUNT(), n = languages + 1, u = CONCAT(TO_STRING(languages), "!") BY languages | SORT languages');
SELECT pg_temp.q('FROM x | STATS n = k * 2 BY k = languages % 2 | SORT k');
SELECT pg_temp.q('FROM x | STATS c = COUNT(), n = languages BY languages');
SELECT pg_temp.q('FROM x | STATS n = languages + 1 WHERE true BY languages');
SELECT pg_temp.q('FROM x | STATS n = languages + salary BY languages');
SELECT pg_temp.q('FROM x | STATS n = 1 + 1 BY languages');

-- what doubles again and again becomes null at 1 MB, and ends soon
SELECT pg_temp.q('FROM x | SORT emp_no | LIMIT 1 | EVAL s = first_name, l = job, r = "aaaa"' || repeat(' | EVAL s = CONCAT(s, s), l = MV_APPEND(l, l), r = REPLACE(r, "^(a+)$", "$1$1")', n) || ' | EVAL s = LENGTH(s), l = MV_COUNT(l), r = LENGTH(r) | KEEP s, l, r')
FROM unnest(ARRAY[14, 18, 40]) AS n;
SELECT pg_temp.q('FROM x | SORT emp_no | LIMIT 1 | EVAL a = CONCAT("a", first_name, "c", null), b = CONCAT("a", first_name, "c"), c = LENGTH(CONCAT(REPEAT("x", 1048575), "y")), d = CONCAT(REPEAT("x", 1048575), "yz"), e = CONCAT("a", job) | KEEP a, b, c, d, e');

-- GREATEST and LEAST: null where one value is, or is several
SELECT pg_temp.q('FROM x | SORT emp_no | EVAL g = GREATEST(languages, salary, 57000), l = LEAST(languages, height), s = GREATEST(first_name, "Kyoichi", "a"), d = LEAST(hired, "1986-07-01"), i = GREATEST(ip, "9.0.0.0"), j = GREATEST("x", job) | KEEP g, l, s, d, i, j');
SELECT pg_temp.q('FROM x | EVAL b = GREATEST(true, false), n = LEAST(1, null), o = LEAST(3), m = GREATEST(1, 2.5, 10000000000) | LIMIT 1 | KEEP b, n, o, m');
SELECT pg_temp.q('FROM x | EVAL b = GREATEST(languages, first_name)');
SELECT pg_temp.q('FROM x | EVAL b = LEAST()');
SELECT pg_temp.q('FROM x | STATS m = GREATEST(MAX(languages), MIN(salary), 3)');

-- a function that ES|QL has and we have not is not mistaken for another
\set SHOW_CONTEXT never
\set VERBOSITY sqlstate
SELECT pg_temp.q('FROM x | STATS m = Categorize(name)');
\set VERBOSITY default
SELECT pg_temp.q('FROM x | STATS m = Categorize(name)');
SELECT pg_temp.q('FROM x | EVAL m = to_version("1.2")');
SELECT pg_temp.q('FROM x | EVAL m = lenght("1.2")');

-- ROW: one row of constants, without a relation
SELECT esql('ROW a = 1, b = [1, 2], c = "x", d = null, e = true, f = 1.5, g = ["y", "x"], 1 + 2, h = 3000000000');
SELECT esql('ROW a = 1, a = 2, b = 3');
SELECT esql('ROW a = [3, 1, 2], b = "x" | MV_EXPAND a | SORT a DESC | EVAL c = CONCAT(b, TO_STRING(a))');
SELECT esql('ROW a = [1, 2, 2] | STATS c = COUNT(a), d = COUNT_DISTINCT(a), s = SUM(a) BY b = MV_FIRST(a) | WHERE d == 2');
SELECT esql('ROW a = 1 | STATS c = COUNT()');
SELECT esql('ROW a = 1 | WHERE a > 1');
SELECT esql('ROW a = 1, b = 2, ab = 3 | DROP a*, b | EVAL c = 1');
SELECT esql('ROW d = TO_DATETIME("2026-01-31T00:00:00Z"), n = NOW() | EVAL e = d + 1 month, f = DATE_DIFF("day", d, n) | KEEP e, f', '2026-02-10Z');
SELECT esql('ROW ip = TO_IP("10.0.0.1") | WHERE CIDR_MATCH(ip, "10.0.0.0/8") | RENAME ip AS host.ip | LIMIT 1');
SELECT esql_sql('ROW a = 1, b = "x" | EVAL c = a + 1 | KEEP c', now());

-- more of the same kinds
SELECT esql('ROW a = 1 | EVAL x = a IN (1.0, 2), y = a IN (2, 3000000000), z = a NOT IN (1.5, null)');
SELECT esql('ROW a = 1.5 | EVAL x = a IN (1, 2), y = a IN (1, 1.5, null), z = null IN (1, 2.5)');
SELECT esql('ROW a = [1, 2] | EVAL x = a IN (1, 2.5), y = 1 IN (a, 1.0), z = 3 IN (a, 2.5)');
SELECT esql('ROW a = 3000000000 | EVAL x = a IN (3000000000.0, 1), y = a == 3000000000.0');
SELECT esql('ROW d = "2024-01-01" | EVAL x = TO_DATETIME(d) IN ("2024-01-01", "2023-01-01"), y = TO_IP("::1") IN ("127.0.0.1", "::1")');
SELECT pg_temp.q('FROM x | STATS languages = COUNT(languages) BY languages | SORT languages | LIMIT 1');
SELECT pg_temp.q('FROM x | STATS a = MAX(s) - MIN(s) BY s = salary % 2 | SORT s');
SELECT pg_temp.q('FROM x | STATS a = COUNT(salary) WHERE b, c = COUNT(salary) WHERE NOT b BY b = salary > 57000 | SORT b');
SELECT pg_temp.q('FROM x | STATS c = COUNT() WHERE h == "1985-01-01" BY h = DATE_TRUNC(1 year, hired) | SORT h');
SELECT pg_temp.q('FROM x | RENAME salary AS languages, languages AS salary | STATS m = MAX(languages) BY salary | SORT salary | LIMIT 2');
SELECT pg_temp.q('FROM x | STATS s = SUM(v) BY v = ABS(-3) | EVAL t = s + v');
SELECT pg_temp.q('FROM x | STATS k = TO_STRING(languages), c = COUNT() BY languages | STATS n = COUNT_DISTINCT(k), c = SUM(c)');
SELECT esql('ROW a = 1, b = 2, c = 3 | DROP b, b*, c, *');
SELECT esql('ROW a = 1, bb = 2, ba = 3 | DROP *b, b*');
SELECT esql('ROW x = COALESCE([2, 1]), y = COALESCE(null, 1, 2.5), z = GREATEST("a", "B"), w = LEAST(5, 3.5, 4)');
SELECT esql('ROW x = CONCAT("a", "", "b"), y = MV_APPEND([1, 2], 3), z = MV_APPEND("a", null), w = REPLACE("aab", "a+", "")');
SELECT esql('ROW x = 2147483647 + 1, y = 2147483648 + 1, z = 9223372036854775807 + 1, w = 5 / 0, v = 5 % 0.0');
SELECT esql('ROW x = NOW() - null, y = null - 1 day, z = null + null, w = 1 + null', '2026-02-10Z');
SELECT esql('ROW x = ["b", "a", "b"] | EVAL n = MV_COUNT(x), d = MV_DEDUPE(x) | MV_EXPAND x | STATS c = COUNT() BY x, n | SORT x');
SELECT esql('ROW x = 1 | LIMIT 0');
DROP TABLE public.emp;
