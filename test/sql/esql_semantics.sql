-- ES|QL's meaning where SQL's is another: nulls, several values, types, dates. A case a line, grouped by rule.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'America/St_Johns';		-- must not matter
SET datestyle = 'German';
SET transfer_detect.default_limit = -1;
CREATE TABLE public.sample (
	id integer, "@timestamp" timestamptz, host text, tags text[], n integer, big bigint, d double precision,
	nums integer[], source_ip inet, ips inet[], flag boolean, flags boolean[]);
INSERT INTO public.sample VALUES
	(1, '2026-11-20 09:00:00.0005Z', 'a',  '{x}',       1,  10, 1.5,   '{1}',     '10.1.2.3',        '{10.0.0.1}',            true,  '{true}'),
	(2, '2026-11-20 09:30Z',         'B',  '{y,x}',     2,  20, -2.5,  '{2,1}',   '::ffff:10.1.2.3', '{10.0.0.2,10.0.0.1}',   false, '{true,false}'),
	(3, '2026-11-20 10:00Z',         'é',  '{x,x}',     3,  30, 0,     '{3,3}',   '::1',             '{::1,::ffff:0.0.0.1}',  NULL,  '{false}'),
	(4, '2026-11-20 10:30Z',         NULL, NULL,        NULL, NULL, NULL, NULL,   NULL,              NULL,                    NULL,  NULL),
	(5, NULL,                        '',   '{}',        5,  9223372036854775807, 1e308, '{}', 'fe80::1', '{}',               true,  '{}'),
	(6, '2026-11-20 11:00Z',         'a%', '{NULL,z,NULL}', 2147483647, 60, 0.1, '{NULL,6}', '192.168.0.1/24', '{192.168.0.1/16}', false, '{NULL}');
CREATE FUNCTION pg_temp.q(query text) RETURNS SETOF text LANGUAGE sql
AS $$ SELECT r::text FROM transfer_detect.esql('FROM sample ' || query, '2026-11-20 12:00Z', 'public.sample') AS r $$;
-- the ids that a condition keeps
CREATE FUNCTION pg_temp.w(condition text) RETURNS text LANGUAGE sql
AS $$ SELECT coalesce(string_agg(r ->> 'id', ' '), 'none')
	FROM transfer_detect.esql('FROM sample | WHERE ' || condition || ' | KEEP id | SORT id', '2026-11-20 12:00Z', 'public.sample') AS r $$;
\t on
\pset format unaligned

\echo == the whole table, as ES|QL sees it
SELECT pg_temp.q('| SORT id');

\echo == nulls: a condition keeps a row when it is true
SELECT pg_temp.w('host == "a"'), pg_temp.w('host != "a"'), pg_temp.w('NOT host == "a"');
SELECT pg_temp.w('host == null'), pg_temp.w('host IS NULL'), pg_temp.w('host IS NOT NULL'), pg_temp.w('NOT (host IS NULL)');
SELECT pg_temp.w('flag'), pg_temp.w('NOT flag'), pg_temp.w('flag OR true'), pg_temp.w('flag AND false'), pg_temp.w('NOT (flag AND false)');
SELECT pg_temp.w('n > 1 AND (host == "a" OR null)'), pg_temp.w('n == 1 OR null');
SELECT pg_temp.w('n IN (1, 2)'), pg_temp.w('n IN (1, null)'), pg_temp.w('NOT n IN (1, null)'), pg_temp.w('n NOT IN (1, 2)'), pg_temp.w('n IN (null, null)');
SELECT pg_temp.w('host LIKE "*"'), pg_temp.w('NOT host LIKE "*"'), pg_temp.w('NOT host LIKE "a*"'), pg_temp.w('host RLIKE ".*"');

\echo == several values: operators and functions give null
SELECT pg_temp.w('tags == "x"'), pg_temp.w('tags != "x"'), pg_temp.w('NOT tags == "x"'), pg_temp.w('tags IN ("x", "y")'), pg_temp.w('tags == tags');
SELECT pg_temp.w('tags LIKE "x*"'), pg_temp.w('tags LIKE "*"'), pg_temp.w('tags IS NULL'), pg_temp.w('tags IS NOT NULL'), pg_temp.w('tags > "w"');
SELECT pg_temp.w('nums == 3'), pg_temp.w('nums > 0'), pg_temp.w('flags'), pg_temp.w('NOT flags'), pg_temp.w('flags OR true'), pg_temp.w('(flags AND false) IS NULL'), pg_temp.w('(true OR flags) IS NULL');
SELECT pg_temp.w('"x" IN ("w", tags)'), pg_temp.w('"x" IN (tags, "x")'), pg_temp.w('NOT "q" IN (tags, "w")'), pg_temp.w('"a" IN ("b", ["a", "b"])');
SELECT pg_temp.w('MV_CONTAINS(tags, "x")'), pg_temp.w('MV_CONTAINS(tags, ["x", "y"])'), pg_temp.w('MV_COUNT(tags) == 2'), pg_temp.w('MV_COUNT(nums) == 2');
SELECT pg_temp.q('| EVAL l = LENGTH(tags), u = TO_UPPER(tags), s = TO_STRING(nums), c = COALESCE(tags, "none"), k = CASE(flags, "yes", "no"), m = CASE(n > 1, tags, "one"), add = nums + 1 | KEEP id, l, u, s, c, k, m, add | SORT id');
SELECT pg_temp.q('| EVAL f = MV_FIRST(tags), l = MV_LAST(tags), mi = MV_MIN(nums), ma = MV_MAX(nums), j = MV_CONCAT(tags, "+"), d = MV_DEDUPE(nums), sl = MV_SLICE(tags, 0, 0), su = MV_SUM(nums), av = MV_AVG(nums), z = MV_SORT(tags, "DESC") | KEEP id, f, l, mi, ma, j, d, sl, su, av, z | SORT id');
SELECT pg_temp.q('| WHERE id == 1 | EVAL one = ["b"], two = ["b", "a", "b"], three = [3, 1, 2.5], same = two == two, cat = CONCAT("x", two), c = MV_COUNT(two), f = MV_FIRST(two), d = MV_DEDUPE(two) | DROP @timestamp, big, f*, h*, i*, nums, source*, tags, n');

\echo == text compares by bytes
SELECT pg_temp.q('| SORT host | KEEP host | WHERE host IS NOT NULL');
SELECT pg_temp.w('host > "Z"'), pg_temp.w('host < "a"'), pg_temp.w('host == "É"'), pg_temp.w('TO_UPPER(host) == "É"'), pg_temp.w('host LIKE "?"'), pg_temp.w('host LIKE "a%"'), pg_temp.w('host == ""');
SELECT pg_temp.q('| STATS MIN(host), MAX(host), VALUES(host), MIN(tags), MAX(tags), VALUES(tags)');

\echo == LIKE and RLIKE
SELECT pg_temp.w('host LIKE ("a*", "B")'), pg_temp.w('host NOT LIKE "a*"'), pg_temp.w('host LIKE """a\*"""'), pg_temp.w('host RLIKE "[aB]"'), pg_temp.w('host RLIKE ("b", "a.")'), pg_temp.w('host NOT RLIKE "[aB].*"'), pg_temp.w('host RLIKE "a"');

\echo == integers divide as integers, overflow to null
SELECT pg_temp.q('| WHERE n IS NOT NULL | EVAL h = n / 2, m = n % 2, neg = -n / 2, o = n + 1, lo = big + 1, z = n / 0, zd = d / 0, dd = d * 10, f = n / 2.0, mix = n + big, dm = d % 2 | KEEP id, h, m, neg, o, lo, z, zd, dd, f, mix, dm | SORT id');
SELECT pg_temp.q('| WHERE id == 1 | EVAL a = 2147483647 + 1, b = 2147483648 + 1, c = 9223372036854775807 + 1, d = -9223372036854775808, e = 7 / 2, f = -7 / 2, g = -7 % 3, h = 1 / 3.0, i = 1e2, j = ROUND(2.5), k = ROUND(-2.5), l = ROUND(1234, -2), m = ABS(-3), o = 99999999999999999999 | KEEP a, b, c, d, e, f, g, h, i, j, k, l, m, o');

\echo == conversions give null where they cannot
SELECT pg_temp.q('| WHERE id == 1 | EVAL a = TO_INTEGER("12"), b = TO_INTEGER("x"), c = "3.7"::integer, d = TO_LONG("9223372036854775808"), e = TO_DOUBLE("1e3"), f = TO_BOOLEAN("TRUE"), g = TO_STRING(1.0), h = TO_STRING(true), i = TO_STRING(@timestamp), j = TO_IP("1.2.3"), k = TO_IP("::ffff:1.2.3.4"), l = TO_DATETIME("2026-01-01"), m = "never"::date, o = 1795000000000::datetime, p = TO_LONG(@timestamp) | KEEP a, b, c, d, e, f, g, h, i, j, k, l, m, o, p');

\echo == addresses are sixteen bytes
SELECT pg_temp.w('source.ip == "10.1.2.3"'), pg_temp.w('source.ip > "10.1.2.3"'), pg_temp.w('source.ip < "10.0.0.0"'), pg_temp.w('source.ip IN ("::1", "192.168.0.1")'), pg_temp.w('CIDR_MATCH(source.ip, "10.0.0.0/8", "fe80::/10")'), pg_temp.w('NOT CIDR_MATCH(source.ip, "10.0.0.0/8")');
SELECT pg_temp.q('| SORT source.ip DESC | KEEP source.ip');
SELECT pg_temp.q('| STATS MIN(source.ip), MAX(source.ip), COUNT_DISTINCT(source.ip), VALUES(ips), MIN(ips), COUNT(ips)');

\echo == dates have milliseconds, in UTC
SELECT pg_temp.w('@timestamp == "2026-11-20T09:00:00.000Z"'), pg_temp.w('@timestamp > "2026-11-20T09:00:00Z"'), pg_temp.w('@timestamp >= "2026-11-20T09:00:00Z"'), pg_temp.w('@timestamp <= "2026-11-20T09:00:00Z"'), pg_temp.w('@timestamp < "2026-11-20T09:00:00Z"'), pg_temp.w('@timestamp != "2026-11-20T09:00:00Z"');
SELECT pg_temp.w('"2026-11-20T10:00:00Z" < @timestamp'), pg_temp.w('@timestamp >= NOW() - 2 hours'), pg_temp.w('@timestamp > NOW() - 2 hours'), pg_temp.w('@timestamp IN ("2026-11-20T09:00:00Z", "2026-11-20T11:00:00+01:00")');
SELECT pg_temp.q('| WHERE id == 1 | EVAL a = NOW(), b = NOW() - 1 millisecond, c = NOW() - 1 s, d = NOW() - 5m, e = NOW() - 1 hour, f = NOW() - 1 day, g = NOW() - 1 week, h = NOW() - 1 month, i = NOW() - 1 quarter, j = NOW() + 1 year, k = "2024-03-31" - 1 month, l = 1 day + NOW(), m = NOW() - 1 year + 1 month | KEEP a, b, c, d, e, f, g, h, i, j, k, l, m');
SELECT pg_temp.q('| WHERE id == 2 | EVAL a = @timestamp + 1 hour, b = @timestamp - 1 month, c = DATE_TRUNC(1 hour, @timestamp), d = DATE_TRUNC(1 week, @timestamp), e = DATE_TRUNC(1 month, @timestamp), f = DATE_TRUNC(10 days, @timestamp), g = DATE_DIFF("minutes", @timestamp, NOW()), h = DATE_DIFF("month", NOW(), "2026-01-01"), i = DATE_EXTRACT("hour_of_day", @timestamp) | KEEP a, b, c, d, e, f, g, h, i');

\echo == CASE and COALESCE
SELECT pg_temp.q('| EVAL a = CASE(n == 1, "one", n == 2, "two"), b = CASE(n > 2, n, 1.5), c = CASE(flag, "t", "f"), e = COALESCE(host, "?"), f = COALESCE(null, n, 7), g = COALESCE(n, big, d) | KEEP id, a, b, c, e, f, g | SORT id');

\echo == STATS: groups of nulls, of several values; aggregates over several values
SELECT pg_temp.q('| STATS c = COUNT(), n = COUNT(n), t = COUNT(tags), d = COUNT_DISTINCT(tags), s = SUM(nums), a = AVG(nums), v = VALUES(nums), mi = MIN(nums), ma = MAX(@timestamp)');
SELECT pg_temp.q('| STATS c = COUNT(*), t = COUNT(tags), ids = VALUES(id) BY tags | SORT tags');
SELECT pg_temp.q('| STATS c = COUNT(*), ids = VALUES(id) BY tags, nums | SORT tags, nums');
SELECT pg_temp.q('| STATS c = COUNT() BY flag | SORT flag');
SELECT pg_temp.q('| STATS c = COUNT() BY h = TO_LOWER(host), odd = n % 2 == 1 | SORT h, odd');
SELECT pg_temp.q('| STATS COUNT(1), COUNT(null), COUNT([1, 2]), COUNT(n > 2 OR null), SUM(n), SUM(big), SUM(d), AVG(n), MIN(flag), MAX(flag), VALUES(flag)');
SELECT pg_temp.q('| WHERE false | STATS c = COUNT(), d = COUNT_DISTINCT(host), s = SUM(n), m = MIN(host), v = VALUES(host)');
SELECT pg_temp.q('| WHERE false | STATS c = COUNT() BY host');
SELECT pg_temp.q('| STATS a = COUNT() WHERE n > 2, b = SUM(n) WHERE n > 99999999999, c = COUNT(host) + 10 WHERE host == "zz", d = COUNT_DISTINCT(host) WHERE n < 3 BY flag | SORT flag');
SELECT pg_temp.q('| STATS r = ROUND(AVG(n)) + MAX(n), c = COUNT() BY host | SORT host | LIMIT 2');
SELECT pg_temp.q('| STATS r = ROUND(AVG(d) + MAX(d), 1), k = MAX(id) + id BY id | SORT id | LIMIT 2');
SELECT pg_temp.q('| STATS BY flag | SORT flag NULLS FIRST');
SELECT pg_temp.q('| STATS host = VALUES(host), COUNT(*), count( * ), n = MAX(n), n = MIN(n), flag = COUNT() BY flag | SORT flag');
SELECT pg_temp.q('| STATS c = COUNT() BY b = DATE_TRUNC(1 hour, @timestamp) | SORT b');
SELECT pg_temp.q('| STATS c = COUNT() BY host | STATS groups = COUNT(), top = MAX(c)');
SELECT pg_temp.q('| STATS `COUNT(``x``)` = COUNT(), COUNT(`host`) BY `b``t` = flag | KEEP `COUNT(``x``)`, `COUNT(``host``)`, `b``t` | SORT `b``t`');
-- a name in backquotes is no pattern, and does not take the columns that it would fit as one
SELECT pg_temp.q('| STATS `h*` = COUNT(), hh = COUNT(), x = COUNT() | KEEP `h*`, *, h*');

\echo == names and places of columns
SELECT pg_temp.q('| WHERE id == 1 | KEEP id, n, d | EVAL n = n + 1, m = n, n + 1 | RENAME m AS k, k AS l');
SELECT pg_temp.q('| WHERE id == 1 | KEEP n*, id, *, d');
SELECT pg_temp.q('| WHERE id == 1 | KEEP n, f*, *g* | DROP *s');
SELECT pg_temp.q('| WHERE id == 1 | KEEP id, n, d | RENAME id AS n');
SELECT pg_temp.q('| WHERE id == 1 | RENAME id AS a, big AS id, a AS big | KEEP id, big');
SELECT pg_temp.q('| WHERE id == 1 | EVAL x = n, x = x + 1, x = x * 10 | KEEP x, n');
SELECT pg_temp.q('METADATA _index, _version, _id | WHERE id == 1 | KEEP _*, id');
SELECT pg_temp.q('METADATA _source | WHERE id == 4 | KEEP _source | EVAL here = _source IS NOT NULL | DROP _source');
SELECT pg_temp.q('| WHERE id == 1 | EVAL ' || repeat('x', 70) || '1 = 1, ' || repeat('x', 70) || '2 = 2 | KEEP xx*');

\echo == MV_EXPAND
SELECT pg_temp.q('| MV_EXPAND tags | KEEP id, tags | SORT id, tags');
SELECT pg_temp.q('| WHERE id <= 3 | MV_EXPAND tags | MV_EXPAND nums | KEEP id, tags, nums | SORT id, tags, nums');
SELECT pg_temp.q('| SORT id | MV_EXPAND nums | KEEP id, nums | LIMIT 4');
SELECT pg_temp.q('| WHERE id == 2 | EVAL l = ["b", "a", "b"] | MV_EXPAND l | STATS c = COUNT() BY l | SORT l');
SELECT pg_temp.q('| WHERE id == 2 | MV_EXPAND n | KEEP n');

\echo == SORT and LIMIT
SELECT pg_temp.q('| KEEP id, n | SORT n'), '';
SELECT pg_temp.q('| KEEP id, n | SORT n DESC'), '';
SELECT pg_temp.q('| KEEP id, n | SORT n ASC NULLS FIRST, id'), '';
SELECT pg_temp.q('| KEEP id, tags | SORT tags, id DESC'), '';
SELECT pg_temp.q('| KEEP id, tags | SORT tags DESC, id'), '';
SELECT pg_temp.q('| SORT n DESC | LIMIT 3 | KEEP id | EVAL x = id * 2 | WHERE x > 2');
SELECT pg_temp.q('| SORT n % 2, -id | KEEP id | LIMIT 3');
SELECT pg_temp.q('| SORT id | LIMIT 3 | SORT id DESC | LIMIT 2 | KEEP id');
SELECT pg_temp.q('| LIMIT 0');
SELECT pg_temp.q('| SORT 1, id | KEEP id | LIMIT 1');
-- ties are broken by the group key
SELECT pg_temp.q('| STATS c = COUNT() BY host, id | SORT c | KEEP id | LIMIT 3');
RESET transfer_detect.default_limit;

\echo == without LIMIT a thousand rows
SELECT count(*) FROM esql('FROM events | KEEP x');
INSERT INTO public.sample (id) SELECT generate_series(7, 1001);
SELECT count(*) FROM esql('FROM x | KEEP id', now(), 'public.sample');
SELECT count(*) FROM esql('FROM x | KEEP id | LIMIT 1001', now(), 'public.sample');
SELECT count(*) FROM esql('FROM x | LIMIT 5000 | KEEP id', now(), 'public.sample');
DELETE FROM public.sample WHERE id = 1001;
SELECT count(*) FROM esql('FROM x | KEEP id', now(), 'public.sample');
SET transfer_detect.default_limit = 10;
SELECT count(*) FROM esql('FROM x | KEEP id', now(), 'public.sample');
SELECT esql_sql('FROM x | KEEP id', now(), 'public.sample');
DROP TABLE public.sample;
