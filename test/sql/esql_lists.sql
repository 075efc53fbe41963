-- Fields with several values: stored arrays, lists, the MV_ functions.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET client_encoding = 'UTF8';
SET datestyle = 'ISO, MDY';
\pset null '(null)'

-- Stored arrays in every state.  NULLs vanish, text is a sorted set by bytes.
SELECT a, esql_stored(a), esql_stored_single(a)
FROM unnest(ARRAY['{}', '{NULL}', '{NULL,NULL}', '{exec}', '{exec,exec}', '{NULL,exec,NULL}', '{fork,exec}',
	'{exec,fork}', '{b,a,B,A,b}', '{"",a}', '{""}', '{"",NULL,""}', '{ab,a,abc}', '[5:5]={x}', '[-1:0]={a,b}',
	'{{x,x},{x,x}}', '{{x,NULL},{y,x}}', '{{{x}}}', '{z,é,e,f,日本}']::text[]) WITH ORDINALITY s(a_text, n),
	LATERAL (SELECT s.a_text::text[] AS a) t ORDER BY n;
SELECT esql_stored(NULL::text[]) IS NULL AS stored, esql_stored_single(NULL::text[]) IS NULL AS single;
-- The normal form starts at 1, so that it equals the array of its values.
SELECT esql_stored('[5:5]={x}'::text[]) = ARRAY['x'] AS moved, array_lower(esql_stored('[3:4]={a,b}'::text[]), 1) AS lower;

-- Numbers and booleans are sorted and keep duplicates, so {1,1} is two values.
SELECT a, esql_stored(a), esql_stored_single(a)
FROM unnest(ARRAY['{}', '{NULL}', '{7}', '{1,1}', '{3,1,2,1}', '{NULL,7,NULL}', '{-2147483648,2147483647,0}', '{{4,3},{2,NULL}}', '[0:0]={7}'])
	WITH ORDINALITY s(x, n), LATERAL (SELECT x::integer[] AS a) t ORDER BY n;
SELECT esql_stored('{9223372036854775807,-9223372036854775808,NULL,5}'::bigint[]), esql_stored_single('{NULL,9223372036854775807}'::bigint[]);
SELECT esql_stored('{NaN,1.5,-Infinity,NULL,-1e300,1.5}'::double precision[]), esql_stored_single('{NULL,-2.5,NULL}'::double precision[]);
SELECT esql_stored('{t,f,NULL,t}'::boolean[]), esql_stored_single('{NULL,f}'::boolean[]), esql_stored_single('{f,f}'::boolean[]);
SELECT esql_stored('{2,1,NULL}'::smallint[]), esql_stored_single('{1,NULL}'::smallint[]), esql_stored_single('{NULL,2.50}'::numeric[]),
	esql_stored_single('{NULL,abc}'::name[]), esql_stored('{b,a,b}'::varchar[]), esql_stored_single('{a,a}'::varchar[]);

-- Addresses: one form for each, sets in the order of their 16 bytes.
SELECT a, esql_stored(a), esql_stored_single(a)
FROM unnest(ARRAY['{10.0.0.1,::ffff:10.0.0.1}', '{fe80::1,10.0.0.2,::1,10.0.0.10,10.0.0.2}', '{::ffff:1.2.3.4}', '{192.168.1.5/24,192.168.1.5}',
	'{2001:db8::1/64}', '{NULL,1.2.3.4}', '{}', '{1.2.3.4,1.2.3.5}', '{1.2.3.4,1.2.3.4}', '{::1,::1}']) WITH ORDINALITY s(x, n),
	LATERAL (SELECT x::inet[] AS a) t ORDER BY n;
SELECT esql_stored_single('{10.0.0.0/8}'::cidr[]), esql_stored('{10.0.0.0/8,10.0.0.0/16}'::cidr[]);

-- Dates: cut to milliseconds toward the past, no infinity, duplicates kept.
SET timezone = 'UTC';
SELECT a, esql_stored(a), esql_stored_single(a)
FROM unnest(ARRAY['{2026-11-20 10:00:00.123999}', '{1969-12-31 23:59:59.9999}', '{1960-01-01 00:00:00.000001,1960-01-01}', '{infinity}', '{infinity,2026-01-01,-infinity}',
	'{2026-01-01 00:00:00.0009,2026-01-01 00:00:00.0001}', '{NULL,2026-01-02,2026-01-01}', '{"4713-01-01 00:00:00 BC"}', '{"294276-12-31 23:59:59.999999"}'])
	WITH ORDINALITY s(x, n), LATERAL (SELECT x::timestamptz[] AS a) t ORDER BY n;
SELECT esql_stored('{2026-01-01 00:00:00.0009,infinity}'::timestamp[]), esql_stored_single('{2026-01-01 00:00:00.0009,infinity}'::timestamp[]);

-- Domains, of arrays and of values; types without an order.
CREATE DOMAIN public.words AS text[];
CREATE DOMAIN public.word AS text CHECK (value <> 'never');
SELECT esql_stored('{b,a,b}'::words), esql_stored_single('{a,a}'::words), esql_stored('{b,a,b}'::word[]), esql_stored_single('{a,a}'::word[]),
	esql_mv_count('{a,b}'::words), esql_group_values(NULL::words), esql_expand_values(NULL::word[]), esql_as_list('w'::word);
SELECT esql_stored(ARRAY['{"b":1}', NULL, '{"a":1}', '{"b":1}']::json[]), esql_mv_dedupe(ARRAY['[2]', '[1]', '[2]']::json[]),
	esql_mv_dedupe(ARRAY['(3,2)', '(1,2)', '(3,2)']::point[]), esql_mv_contains(ARRAY['(3,2)', '(1,2)']::point[], ARRAY['(1,2)']::point[]);

-- Toasted arrays: compressed, out of line, with a short header, in a table.
CREATE TABLE public.stored (id integer, kind text, a text[], i inet[], n integer[]);
ALTER TABLE stored ALTER a SET STORAGE EXTENDED;
INSERT INTO stored SELECT 1, 'short header', ARRAY['exec'], ARRAY['::ffff:10.1.2.3']::inet[], ARRAY[5];
INSERT INTO stored SELECT 2, 'short header, NULLs', ARRAY[NULL, 'exec', NULL, 'exec'], ARRAY[NULL, '10.1.2.3']::inet[], ARRAY[NULL, 5];
INSERT INTO stored SELECT 3, 'one long text, compressed', ARRAY[repeat('abc', 30000)], NULL, array_fill(NULL::integer, ARRAY[5000]) || 7;
INSERT INTO stored SELECT 4, 'many equal texts, compressed', array_fill('exec'::text, ARRAY[20000]), array_fill('1.2.3.4'::inet, ARRAY[9000]), array_fill(3, ARRAY[9000]);
INSERT INTO stored SELECT 5, 'incompressible, out of line', ARRAY[(SELECT string_agg(md5(g::text), '' ORDER BY g) FROM generate_series(1, 400) g)], NULL, NULL;
INSERT INTO stored SELECT 6, 'several long texts', ARRAY[repeat('z', 9000), repeat('a', 9000), repeat('z', 9000), 'm'], NULL, NULL;
INSERT INTO stored SELECT 7, 'short header, two texts', ARRAY['exec', 'fork'], ARRAY['::1', '10.0.0.1']::inet[], ARRAY[1, 1];
INSERT INTO stored SELECT 8, 'short header, odd lengths', ARRAY[NULL, 'a', 'a', 'a', NULL, 'a'], ARRAY['fe80::1', 'fe80::1']::inet[], ARRAY[2];
SELECT id, kind, length(esql_stored_single(a)) AS length, md5(esql_stored_single(a)) AS md5, esql_stored_single(i) AS ip, esql_stored_single(n) AS n,
	cardinality(esql_stored(a)) AS texts, cardinality(esql_stored(i)) AS ips, cardinality(esql_stored(n)) AS numbers
FROM stored ORDER BY id;
SELECT id, left(array_to_string(esql_stored(a), ' '), 20) AS stored, esql_single(a) IS NULL AS several, esql_mv_count(a),
	length(esql_mv_min(a)) AS min, length(esql_mv_max(a)) AS max, length(esql_mv_first(a)) AS first, length(esql_mv_last(a)) AS last
FROM stored ORDER BY id;
-- Rows that are not on disk, and arrays that plpgsql holds expanded.
DO $$
DECLARE
	a text[] := ARRAY['exec'];
BEGIN
	a[2] := 'exec';
	RAISE NOTICE 'expanded: % %', transfer_detect_internal.esql_stored_single(a), transfer_detect_internal.esql_stored(a);
	a[3] := 'fork';
	RAISE NOTICE 'expanded: % %', transfer_detect_internal.esql_stored_single(a), transfer_detect_internal.esql_mv_sort(a, true);
END $$;

-- Differential: the definition in plain SQL, over arrays made from a hash.
CREATE TABLE public.random_arrays AS
SELECT s.id, array_agg(CASE WHEN s.h % 5 = 0 THEN NULL ELSE (ARRAY['a', 'b', 'B', '', 'ab', 'é', 'exec', 'z', '日', 'exec '])[1 + s.h % 10] END ORDER BY s.k)
		FILTER (WHERE s.k > 0) AS t,
	array_agg(CASE WHEN s.h % 7 = 0 THEN NULL ELSE s.h % 4 END ORDER BY s.k) FILTER (WHERE s.k > 0) AS n,
	array_agg(CASE WHEN s.h % 6 = 0 THEN NULL
		ELSE (ARRAY['10.0.0.1', '::ffff:10.0.0.1', '10.0.0.1/8', '::1', 'fe80::1', '255.0.0.1', 'fe80::1/10'])[1 + s.h % 7]::inet END ORDER BY s.k)
		FILTER (WHERE s.k > 0) AS i,
	array_agg(CASE WHEN s.h % 6 = 0 THEN NULL WHEN s.h % 11 = 0 THEN 'infinity'
		ELSE '1970-01-01 UTC'::timestamptz + (s.h % 7 - 3) * interval '333 microseconds' END ORDER BY s.k) FILTER (WHERE s.k > 0) AS d,
	array_agg(CASE WHEN s.h % 8 = 0 THEN NULL ELSE (s.h % 3 - 1)::double precision / 2 END ORDER BY s.k) FILTER (WHERE s.k > 0) AS f
FROM (SELECT g AS id, k, ('x' || left(md5(g || ' ' || k), 7))::bit(28)::integer AS h
	FROM generate_series(1, 3000) g, generate_series(0, 6) k
	WHERE k <= ('x' || left(md5('size ' || g), 7))::bit(28)::integer % 7) s GROUP BY s.id;
CREATE FUNCTION public.ip_key(address inet) RETURNS text IMMUTABLE LANGUAGE sql AS $$
	SELECT CASE WHEN family(address) = 4 THEN '00000000000000000000ffff' || right(encode(inet_send(host(address)::inet), 'hex'), 8)
		ELSE right(encode(inet_send(host(address)::inet), 'hex'), 32) END $$;
CREATE TABLE public.defined AS
SELECT r.*,
	(SELECT array_agg(v ORDER BY v COLLATE "C") FROM (SELECT DISTINCT v COLLATE "C" FROM unnest(t) u(v) WHERE v IS NOT NULL) s(v)) AS t_list,
	(SELECT array_agg(v ORDER BY v) FROM unnest(n) u(v) WHERE v IS NOT NULL) AS n_list,
	(SELECT array_agg(v ORDER BY k) FROM (SELECT DISTINCT ip_key(v) AS k, CASE WHEN ip_key(v) LIKE '00000000000000000000ffff%'
		THEN replace(host(v), '::ffff:', '')::inet ELSE host(v)::inet END AS v FROM unnest(i) u(v) WHERE v IS NOT NULL) s) AS i_list,
	(SELECT array_agg(date_trunc('milliseconds', v) ORDER BY v) FROM unnest(d) u(v) WHERE isfinite(v)) AS d_list,
	(SELECT array_agg(v ORDER BY v) FROM unnest(f) u(v) WHERE v IS NOT NULL) AS f_list
FROM random_arrays r;
SELECT count(*) AS arrays, count(t) AS texts, count(*) FILTER (WHERE cardinality(t_list) = 1) AS single_texts,
	count(*) FILTER (WHERE t_list IS NULL AND t IS NOT NULL) AS empty_texts, count(*) FILTER (WHERE cardinality(i_list) = 1) AS single_ips,
	count(*) FILTER (WHERE cardinality(d_list) = 1) AS single_dates, count(*) FILTER (WHERE cardinality(n_list) = 1) AS single_numbers
FROM defined;
SELECT * FROM defined
WHERE esql_stored(t) IS DISTINCT FROM t_list OR esql_stored(n) IS DISTINCT FROM n_list OR esql_stored(i) IS DISTINCT FROM i_list
	OR esql_stored(d) IS DISTINCT FROM d_list OR esql_stored(f) IS DISTINCT FROM f_list;
SELECT * FROM defined
WHERE esql_stored_single(t) IS DISTINCT FROM CASE WHEN cardinality(t_list) = 1 THEN t_list[1] END
	OR esql_stored_single(n) IS DISTINCT FROM CASE WHEN cardinality(n_list) = 1 THEN n_list[1] END
	OR esql_stored_single(i) IS DISTINCT FROM CASE WHEN cardinality(i_list) = 1 THEN i_list[1] END
	OR esql_stored_single(d) IS DISTINCT FROM CASE WHEN cardinality(d_list) = 1 THEN d_list[1] END
	OR esql_stored_single(f) IS DISTINCT FROM CASE WHEN cardinality(f_list) = 1 THEN f_list[1] END;
-- The single value is that of the list; what is a list already stays as it is.
SELECT * FROM defined
WHERE esql_single(t_list) IS DISTINCT FROM esql_stored_single(t) OR esql_single(i_list) IS DISTINCT FROM esql_stored_single(i)
	OR esql_stored(t_list) IS DISTINCT FROM t_list OR esql_stored(i_list) IS DISTINCT FROM i_list OR esql_stored(n_list) IS DISTINCT FROM n_list;
-- The MV_ functions against plain SQL, over the lists as stored, not sorted.
CREATE TABLE public.lists AS
SELECT r.id, array_remove(r.t, NULL) AS t, array_remove(s.t, NULL) AS other FROM random_arrays r JOIN random_arrays s ON s.id = r.id % 3000 + 1;
SELECT * FROM lists
WHERE esql_mv_dedupe(t) IS DISTINCT FROM (SELECT array_agg(v ORDER BY k) FROM (SELECT v, min(k) AS k FROM unnest(t) WITH ORDINALITY u(v, k) GROUP BY v) s)
	OR esql_mv_min(t) IS DISTINCT FROM (SELECT min(v COLLATE "C") FROM unnest(t) u(v)) OR esql_mv_max(t) IS DISTINCT FROM (SELECT max(v COLLATE "C") FROM unnest(t) u(v))
	OR esql_mv_sort(t, true) IS DISTINCT FROM (SELECT array_agg(v ORDER BY v COLLATE "C" DESC) FROM unnest(t) u(v))
	OR esql_mv_contains(t, other) IS DISTINCT FROM coalesce(t, '{}') @> coalesce(other, '{}')
	OR esql_mv_intersection(t, other) IS DISTINCT FROM
		(SELECT array_agg(v ORDER BY k) FROM (SELECT v, min(k) AS k FROM unnest(t) WITH ORDINALITY u(v, k) WHERE v = ANY (other) GROUP BY v) s)
	OR esql_mv_concat(t, ';') IS DISTINCT FROM nullif(array_to_string(t, ';'), CASE WHEN cardinality(t) = 0 THEN '' END)
	OR esql_mv_append(t, other) IS DISTINCT FROM CASE WHEN cardinality(t) > 0 AND cardinality(other) > 0 THEN t || other END
	OR esql_group_values(t) IS DISTINCT FROM coalesce(esql_mv_dedupe(t), '{NULL}') OR esql_expand_values(t) IS DISTINCT FROM coalesce(nullif(t, '{}'), '{NULL}');

-- Lists.
SELECT esql_as_list('x'::text), esql_as_list(5), esql_as_list(NULL::text) IS NULL AS null_list, esql_as_list('1.2.3.4'::inet), pg_typeof(esql_as_list(2.5::double precision));
SELECT esql_single('{x}'::text[]), esql_single('{x,x}'::text[]), esql_single('{x,y}'::text[]), esql_single(NULL::text[]), esql_single('{7}'::integer[]), esql_single('{7,7}'::integer[]),
	esql_single('{1.2.3.4}'::inet[]), esql_single('{}'::bigint[]);
SELECT esql_mv_count('{a,b,a}'::text[]), esql_mv_count(NULL::text[]), esql_mv_count('{}'::text[]), esql_mv_count('{NULL}'::text[]), esql_mv_count('{{1,2},{3,NULL}}'::integer[]);
SELECT esql_mv_min('{b,a,B}'::text[]), esql_mv_max('{b,a,B}'::text[]), esql_mv_first('{b,a,B}'::text[]), esql_mv_last('{b,a,B}'::text[]);
SELECT esql_mv_min('{}'::text[]), esql_mv_max('{NULL}'::text[]), esql_mv_first(NULL::text[]), esql_mv_last('{}'::text[]), esql_mv_first('{NULL,x}'::text[]), esql_mv_last('{x,NULL}'::text[]);
SELECT esql_mv_min('{3,-1,2}'::integer[]), esql_mv_max('{3,-1,2}'::bigint[]), esql_mv_max('{1,NaN,2}'::double precision[]), esql_mv_min('{t,f}'::boolean[]),
	esql_mv_min('{10.0.0.1,::1}'::inet[]), esql_mv_max('{10.0.0.1,fe80::1,::1}'::inet[]), esql_mv_max('{2026-01-01 UTC,2026-01-02 UTC}'::timestamptz[]);
SELECT esql_mv_dedupe('{b,a,b,c,a}'::text[]), esql_mv_dedupe('{2,1,2}'::integer[]), esql_mv_dedupe('{::ffff:1.2.3.4,::1,1.2.3.4}'::inet[]), esql_mv_dedupe('{}'::text[]), esql_mv_dedupe('{NULL}'::text[]);
SELECT esql_mv_sort('{b,a,B,a}'::text[], false), esql_mv_sort('{b,a,B,a}'::text[], true), esql_mv_sort('{::1,10.0.0.1,fe80::1}'::inet[], true), esql_mv_sort('{2,3,1}'::bigint[], false),
	esql_mv_sort('{}'::text[], true), esql_mv_sort(NULL::text[], true);
SELECT "from", "to", esql_mv_slice('{a,b,c,d}'::text[], "from", "to")
FROM (VALUES (0, 0), (0, 3), (1, 2), (3, 3), (4, 5), (2, 99), (-1, -1), (-2, -1), (-4, -3), (-99, -2), (-99, -5), (0, -1), (-1, 0), (-4, 3), (2, 1), (-1, -2),
	(-2147483648, -1), (0, 2147483647), (-2147483648, -2147483648)) v("from", "to");
SELECT esql_mv_slice('{5}'::integer[], 0, 0), esql_mv_slice('{}'::integer[], 0, 0), esql_mv_slice(NULL::integer[], 0, 0), esql_mv_slice('{5}'::integer[], NULL, 0);
SELECT esql_mv_append('{b,a}'::text[], '{b}'), esql_mv_append(NULL, '{b}'::text[]), esql_mv_append('{b}'::text[], NULL), esql_mv_append('{1}'::integer[], '{}');
SELECT esql_mv_concat('{a,b,c}', ', '), esql_mv_concat('{a}', ', '), esql_mv_concat('{a,"",b}', ''), esql_mv_concat('{"",""}', '-'), esql_mv_concat('{é,日}', '→'),
	esql_mv_concat(NULL, ','), esql_mv_concat('{a}', NULL), esql_mv_concat('{}', ','), esql_mv_concat('{NULL,a}', ',');
SELECT length(esql_mv_concat(array_fill(repeat('x', 1000), ARRAY[100]), '--'));
SELECT esql_mv_contains('{a,b,c}'::text[], '{c,a}'), esql_mv_contains('{a}'::text[], '{a,a}'), esql_mv_contains('{a}'::text[], '{b}'), esql_mv_contains('{a}'::text[], NULL),
	esql_mv_contains(NULL, '{a}'::text[]), esql_mv_contains(NULL::text[], NULL), esql_mv_contains('{}'::text[], '{}'), esql_mv_contains('{a}'::text[], '{""}'),
	esql_mv_contains('{1,2}'::integer[], '{2}'), esql_mv_contains('{1.2.3.4}'::inet[], '{::ffff:1.2.3.4}'), esql_mv_contains('{a}'::text[], '{A}');
SELECT esql_mv_intersection('{c,a,b,a}'::text[], '{a,c,x}'), esql_mv_intersection('{a}'::text[], '{b}'), esql_mv_intersection(NULL, '{b}'::text[]),
	esql_mv_intersection('{1,2,3}'::bigint[], '{3,2}'), esql_mv_intersection('{1.2.3.4,::1}'::inet[], '{::ffff:1.2.3.4}'), esql_mv_intersection('{a,b}'::text[], '{b,a}');
SELECT esql_mv_zip('{a,b}', '{1,2}', '-'), esql_mv_zip('{a,b,c}', '{1}', ','), esql_mv_zip('{a}', '{1,2,3}', ','), esql_mv_zip(NULL, '{1,2}', ','), esql_mv_zip('{a,b}', NULL, ','),
	esql_mv_zip(NULL, NULL, ','), esql_mv_zip('{a}', '{b}', NULL), esql_mv_zip('{a,b}', '{1,2}', ''), esql_mv_zip('{}', '{}', ',');
SELECT esql_group_values('{b,a,b}'::text[]), esql_group_values(NULL::text[]), esql_group_values('{}'::inet[]), esql_group_values('{x}'::text[]), esql_group_values('{2,2}'::bigint[]);
SELECT esql_expand_values('{b,a,b}'::text[]), esql_expand_values(NULL::timestamptz[]), esql_expand_values('{}'::text[]), esql_expand_values('{NULL,x}'::text[]);
SELECT v FROM unnest(esql_expand_values(NULL::text[])) u(v);
SELECT v FROM unnest(esql_group_values('{b,a,b}'::text[])) u(v) ORDER BY v;
SELECT pg_typeof(esql_group_values(NULL::double precision[])), cardinality(esql_group_values(NULL::double precision[]));
-- The same as rows, beside their places, also when only some of them are wanted, and for other rows after that.
SELECT l.list, a.value, a.place, b.value AS group_value, b.place AS group_place
FROM (VALUES (1, NULL::text[]), (2, '{}'), (3, '{x}'), (4, '{b,a,b}'), (5, '{NULL,x}'), (6, '{NULL}'), (7, '{{y},{x}}'), (8, '[5:5]={z}')) l(id, list),
	LATERAL (SELECT esql_each_value(list) AS value, esql_each_place(list) AS place) a,
	LATERAL (SELECT esql_each_group_value(list) AS value, esql_each_group_place(list) AS place) b
ORDER BY l.id, a.place, b.place;
SELECT l.list, (SELECT esql_each_value(l.list) LIMIT 1) AS value, (SELECT esql_each_group_value(l.list) OFFSET 1 LIMIT 1) AS group_value
FROM (VALUES (1, '{7}'::bigint[]), (2, '{3,4,5}'), (3, NULL), (4, '{3,3,9}'), (5, '{8}')) l(id, list) ORDER BY l.id;
SELECT esql_each_value('{t}'::boolean[]), esql_each_group_value('{1.2.3.4}'::inet[]), esql_each_value('{2.5}'::double precision[]), esql_each_value('{2026-01-01 UTC}'::timestamptz[]);
SELECT v FROM esql_each_value('{1,2}'::integer[]) u(v), esql_each_group_value('{x}'::text[]) w(w);
SELECT * FROM lists
WHERE ARRAY(SELECT esql_each_value(t)) IS DISTINCT FROM esql_expand_values(t) OR ARRAY(SELECT esql_each_group_value(t)) IS DISTINCT FROM esql_group_values(t)
	OR ARRAY(SELECT esql_each_group_place(t)) IS DISTINCT FROM ARRAY(SELECT generate_subscripts(esql_group_values(t), 1))
	OR esql_lower_each(t) IS DISTINCT FROM (SELECT array_agg(esql_lower(v) ORDER BY k) FROM unnest(t) WITH ORDINALITY u(v, k))
	OR esql_upper_each(t) IS DISTINCT FROM (SELECT array_agg(esql_upper(v) ORDER BY k) FROM unnest(t) WITH ORDINALITY u(v, k));
SELECT esql_lower_each('{B,a,A,"",NULL,a}'), esql_upper_each('{b,NULL}'), esql_lower_each('{}'), esql_upper_each('{NULL}'), esql_lower_each(NULL), esql_lower_each('{{A},{B}}');

-- Sums, means, medians.
SELECT esql_mv_sum('{1,2,3}'::integer[]), esql_mv_sum('{2147483647,1}'::integer[]), esql_mv_sum('{2147483647,1,-1}'::integer[]), esql_mv_sum('{-2147483648}'::integer[]),
	esql_mv_sum(NULL::integer[]), esql_mv_sum('{}'::integer[]), pg_typeof(esql_mv_sum('{1}'::integer[]));
SELECT esql_mv_sum('{9223372036854775806,1}'::bigint[]), esql_mv_sum('{9223372036854775807,1}'::bigint[]), esql_mv_sum('{-9223372036854775808,-1}'::bigint[]);
SELECT esql_mv_sum('{0.1,0.2,0.3}'::double precision[]), esql_mv_sum('{1e16,1,1,1,1,-1e16}'::double precision[]), esql_mv_sum('{1e308,1e308}'::double precision[]),
	esql_mv_sum('{NaN}'::double precision[]), esql_mv_sum('{}'::double precision[]);
SELECT esql_mv_avg('{1,2}'::integer[]), esql_mv_avg('{9223372036854775807,9223372036854775807}'::bigint[]), esql_mv_avg('{1.5}'::double precision[]), esql_mv_avg(NULL::bigint[]), esql_mv_avg('{}'::integer[]);
SELECT esql_mv_median('{3,1,2}'::integer[]), esql_mv_median('{4,1,2,3}'::integer[]), esql_mv_median('{-1,-2}'::integer[]), esql_mv_median('{9223372036854775807,9223372036854775805}'::bigint[]),
	esql_mv_median('{3,1,2,4}'::double precision[]), esql_mv_median('{7}'::double precision[]), esql_mv_median('{1e308,1.7e308}'::double precision[]), esql_mv_median(NULL::integer[]);
SELECT esql_list_total('{1,2,3}'::integer[]), esql_list_total(array_fill(9223372036854775807, ARRAY[5])), esql_list_total('{-9223372036854775808,-9223372036854775808}'::bigint[]),
	esql_list_total('{0.5,0.25}'::double precision[]), esql_list_total(NULL::bigint[]), esql_list_total('{}'::integer[]), esql_list_total('{}'::double precision[]);

-- A large list: nothing is quadratic.
SELECT cardinality(esql_mv_dedupe(a)), esql_mv_contains(a, b), cardinality(esql_mv_intersection(a, b)), cardinality(esql_stored(a))
FROM (SELECT array_agg((g % 100000)::text ORDER BY g) AS a, array_agg((g % 50000)::text ORDER BY g) AS b FROM generate_series(1, 300000) g) s;

-- All of them may run in parallel and may be folded; STRICT only where NULL gives NULL.
SELECT proname, proisstrict, provolatile, proparallel FROM pg_proc
WHERE pronamespace = 'transfer_detect_internal'::regnamespace AND prosrc LIKE 'esql\_%' AND (proname LIKE 'esql\_mv\_%' OR proname LIKE 'esql\_stored%' OR proname LIKE 'esql\_%\_values')
	AND (NOT proisstrict OR provolatile <> 'i' OR proparallel <> 's')
ORDER BY proname;
DROP FUNCTION public.ip_key(inet);
DROP TABLE stored, random_arrays, defined, lists;
DROP DOMAIN words, word;
