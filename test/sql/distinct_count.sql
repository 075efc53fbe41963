-- What the distinct aggregates answer, type by type, and what they refuse.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET client_min_messages = warning;

-- nothing, nulls only, one
SELECT distinct_count(x), distinct_count(x, 5), distinct_values(x) FROM generate_series(1, 0) x;
SELECT distinct_count(x), distinct_count(x, 5), distinct_values(x) FROM (VALUES (NULL::int), (NULL)) t (x);
SELECT distinct_count(x), distinct_count(x, 5), distinct_values(x) FROM (VALUES (NULL), ('')) t (x);
SELECT g, distinct_count(x), distinct_values(x) FROM (VALUES (1, NULL::int), (2, 7), (2, NULL), (2, 7)) t (g, x) GROUP BY g ORDER BY g;

-- equal, though it does not look it
SELECT distinct_count(x), distinct_values(x) FROM (VALUES (0.0::float8), ('-0'), ('NaN'), ('NaN'), ('Infinity')) t (x);
SELECT distinct_count(x), distinct_values(x) FROM (VALUES (0.0::float4), ('-0'), ('NaN'), (1.1)) t (x);
SELECT distinct_count(x), distinct_values(x) FROM (VALUES (1.0), (1.00), (1), ('NaN'::numeric)) t (x);
SELECT distinct_count(x), count(DISTINCT x) FROM (VALUES ('a'::char(3)), ('a'::bpchar), ('a  '::bpchar), ('b')) t (x);
SELECT distinct_count(x), distinct_values(x) FROM (VALUES (interval '24 hours'), ('1 day'), ('30 days'), ('1 month')) t (x);
SELECT distinct_count(x), distinct_values(x) FROM (VALUES (B'0'), (B'00'), (B'01'), (B'00')) t (x);
SELECT distinct_count(x), distinct_values(x) FROM (VALUES ('{"a":1,"b":2}'::jsonb), ('{"b":2, "a":1.0}'), ('[]')) t (x);
SELECT distinct_count(x) FROM (VALUES ('10.0.0.1'::inet), ('10.0.0.1/32'), ('10.0.0.1/24')) t (x);
SELECT distinct_count(x) FROM (VALUES ('{1,2}'::int[]), ('[0:1]={1,2}'), ('{1,NULL}'), ('{1,NULL}'), (NULL), ('{}')) t (x);
SELECT distinct_count(ROW(a, b)), distinct_values(ROW(a, b)) FROM (VALUES (1, 'x'), (1, 'x'), (1, NULL), (NULL, NULL), (1, NULL)) t (a, b);
SELECT distinct_count(x) FROM (VALUES ('12:00+00'::timetz), ('13:00+01'), ('12:00+00')) t (x);
SELECT distinct_count(x), distinct_values(x) FROM (VALUES ('[1,3)'::int4range), ('[1,2]'), ('empty'), ('(5,5)')) t (x);
SELECT distinct_values(x::int2), distinct_values(x::int8), distinct_values((x - 2)::int4), distinct_values(x::text::"char") FROM generate_series(3, 1, -1) x;
SELECT distinct_values(x COLLATE "C"), distinct_values(x::name COLLATE "C") FROM (VALUES ('b'), ('B'), ('a'), (''), ('b')) t (x);
SELECT pg_typeof(distinct_values(x::name)), pg_typeof(distinct_values(x::varchar)), pg_typeof(distinct_values(x::oid)) FROM generate_series(1, 2) x;

-- enums in their own order; domains
CREATE TYPE public.td_level AS ENUM ('low', 'high', 'extreme');
CREATE DOMAIN public.td_even AS int CHECK (VALUE % 2 = 0);
SELECT distinct_count(x::td_level), distinct_values(x::td_level) FROM (VALUES ('high'), ('extreme'), ('low'), ('high')) t (x);
SELECT distinct_values(x::td_even), pg_typeof(distinct_values(x::td_even)), distinct_count(x::td_even) FROM (VALUES (4), (2), (4)) t (x);
-- an enum value that comes while the session runs
ALTER TYPE public.td_level ADD VALUE 'none' BEFORE 'low';
SELECT distinct_values(x::td_level) FROM (VALUES ('high'), ('none'), ('low')) t (x);
DROP TYPE public.td_level;
CREATE TYPE public.td_level AS (low int, high text);
SELECT distinct_count(ROW(x % 2, 'a')::td_level), distinct_values(ROW(x % 2, 'a')::td_level) FROM generate_series(1, 5) x;

-- around the sizes at which the set changes its form
SELECT n, distinct_count(x), distinct_count(x::text), distinct_count(x::numeric), distinct_count(md5(x::text)::uuid),
	distinct_values(x) = array_agg(DISTINCT x) AS same
FROM (VALUES (1), (7), (8), (9), (20), (21), (31), (32), (33), (41), (1000)) s (n), LATERAL (SELECT i % n AS x FROM generate_series(1, 3 * n) i) t
GROUP BY n ORDER BY n;

-- long values, compressed and out of line
CREATE TABLE public.td_long AS SELECT i, repeat(md5((i % 10)::text), 100 * (1 + i % 10)) || (i % 20) AS x FROM generate_series(1, 100) i;
ALTER TABLE public.td_long ALTER x SET STORAGE EXTERNAL;
INSERT INTO public.td_long SELECT i + 1000, x FROM public.td_long;
SELECT distinct_count(x), count(DISTINCT x), distinct_count(x::bytea), distinct_count(x::bpchar), (SELECT sum(length(v)) FROM unnest(distinct_values(x)) v) FROM public.td_long;

-- at most
SELECT distinct_count(x, 0), distinct_count(x, 1), distinct_count(x, 8), distinct_count(x, 9), distinct_count(x, 99), distinct_count(x, 100), distinct_count(x, 101), distinct_count(x, 9223372036854775807)
FROM generate_series(1, 100) x;
SELECT distinct_count(x::text, 0), distinct_count(x::text, 1), distinct_count(x::text, 50), distinct_count(NULL::text, 3) FROM generate_series(1, 100) x;
SELECT g, distinct_count(x, g) FROM (SELECT x, x % 3 AS g FROM generate_series(1, 100) x) t GROUP BY g ORDER BY g;
SELECT distinct_count(x, 3) OVER (ORDER BY x ROWS 4 PRECEDING) FROM generate_series(1, 6) x;
SELECT distinct_count(x, NULL) FROM generate_series(1, 3) x;
\echo :LAST_ERROR_SQLSTATE
SELECT distinct_count(x, -1) FROM generate_series(1, 3) x;
\echo :LAST_ERROR_SQLSTATE
SELECT distinct_count(x, x) FROM generate_series(1, 3) x;
\echo :LAST_ERROR_SQLSTATE
SELECT distinct_count_elements(ARRAY[x], -1) FROM generate_series(1, 3) x;
\echo :LAST_ERROR_SQLSTATE
SELECT distinct_count(x, NULL) FROM generate_series(1, 0) x;

-- what cannot be
SELECT distinct_count(x::text::json) FROM generate_series(1, 3) x;
\echo :LAST_ERROR_SQLSTATE
SELECT distinct_count(point(x, x)) FROM generate_series(1, 3) x;
\echo :LAST_ERROR_SQLSTATE
SELECT distinct_values(x::text::xid) FROM generate_series(1, 3) x;
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
SELECT distinct_values(ARRAY[x]) FROM generate_series(1, 3) x;
\set VERBOSITY default
\echo :LAST_ERROR_SQLSTATE

-- elements
SELECT distinct_count_elements(x), distinct_values_elements(x), distinct_count_elements(x, 2)
FROM (VALUES ('{1,2}'::int[]), (NULL), ('{}'), ('{NULL}'), ('{{2,3},{3,NULL}}'), ('[5:6]={9,1}')) t (x);
SELECT distinct_count_elements(x), distinct_values_elements(x) FROM (VALUES ('{}'::text[]), (NULL), ('{NULL}')) t (x);
SELECT distinct_count_elements(x), distinct_values_elements(x) FROM (VALUES ('{1.0,2}'::numeric[]), ('{1.00}')) t (x);
SELECT distinct_values_elements(ARRAY[x::td_even]), pg_typeof(distinct_values_elements(ARRAY[x::td_even])) FROM (VALUES (4), (2)) t (x);

-- windows: running, moving, leaving nothing, with nulls
SELECT i, distinct_count(x) OVER w AS running, distinct_values(x) OVER w AS seen,
	distinct_count(x) OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS moving,
	distinct_count(x) OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND 2 PRECEDING) AS one,
	distinct_count(x) OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW) AS others
FROM (VALUES (1, 'a'), (2, 'b'), (3, NULL), (4, 'a'), (5, NULL), (6, NULL), (7, NULL), (8, 'c')) t (i, x)
WINDOW w AS (ORDER BY i) ORDER BY i;

-- A frame of 20,000 over 60,000 rows.  Were each begun anew, this would take
-- 800 million steps and minutes; the TAP test sets a time limit.
SELECT count(*), sum(n), max(n) FROM (
	SELECT distinct_count((i * 7919) % 30000) OVER (ORDER BY i ROWS 20000 PRECEDING) AS n FROM generate_series(1, 60000) i) t;
-- nearly all dead after a while
SELECT max(n), min(n) FROM (
	SELECT i, distinct_count(md5(i::text)) OVER (ORDER BY i ROWS 10 PRECEDING) AS n FROM generate_series(1, 20000) i) t WHERE i > 10;

-- every object says what it is
SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
WHERE proname ~ '^distinct_' AND obj_description(p.oid, 'pg_proc') IS NULL;
SELECT p.oid::regprocedure, proparallel FROM pg_proc p WHERE proname ~ '^distinct_' AND pronamespace = 'transfer_detect'::regnamespace AND prokind = 'a' ORDER BY 1::text COLLATE "C";

DROP TABLE public.td_long;
DROP TYPE public.td_level;
DROP DOMAIN public.td_even;
