-- Fields of documents, as they are stored in all ways, beside a reading of them in plain SQL.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET client_min_messages = warning;
\t on
\pset format unaligned

-- all values of a path: each leading part of what is left as a key, arrays as their elements
CREATE FUNCTION pg_temp.values_of(value jsonb, path text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	cut int;
	parts text[] := string_to_array(path, '.');
	element jsonb;
BEGIN
	IF jsonb_typeof(value) = 'array' THEN
		FOR element IN SELECT jsonb_array_elements(value) LOOP
			RETURN QUERY SELECT pg_temp.values_of(element, path);
		END LOOP;
	ELSIF path = '' AND jsonb_typeof(value) NOT IN ('object', 'null') THEN
		RETURN NEXT value #>> '{}';
	ELSIF path <> '' AND jsonb_typeof(value) = 'object' THEN
		FOR cut IN 1 .. cardinality(parts) LOOP
			RETURN QUERY SELECT pg_temp.values_of(value -> array_to_string(parts[:cut], '.'), array_to_string(parts[cut + 1:], '.'))
				WHERE value ? array_to_string(parts[:cut], '.');
		END LOOP;
	END IF;
END $$;
CREATE FUNCTION pg_temp.expected(value jsonb, path text) RETURNS text[] LANGUAGE sql
AS $$ SELECT array_agg(DISTINCT v COLLATE "C" ORDER BY v COLLATE "C") FROM pg_temp.values_of(value, path) AS v WHERE jsonb_typeof(value) = 'object' $$;

CREATE TABLE public.odd (id int, document jsonb);
-- keys with dots, of equal lengths, in lists of lists, and scalars of all kinds where objects may be
CREATE FUNCTION pg_temp.piece(seed int, depth int) RETURNS jsonb LANGUAGE sql AS $$
	SELECT CASE WHEN depth = 0 OR h % 9 < 3 THEN (ARRAY['1', '"x"', 'true', 'null', '2.50', '""', '"a.b"', '{}', '[]'])[1 + h % 9]::jsonb
		WHEN h % 9 = 3 THEN jsonb_build_array(pg_temp.piece(seed * 7 + 1, depth - 1), pg_temp.piece(seed * 7 + 2, depth - 1), pg_temp.piece(seed * 7 + 3, depth - 1))
		ELSE (SELECT jsonb_object_agg((ARRAY['a', 'b', 'ab', 'ba', 'a.b', 'b.a', 'a.b.a', 'ab.b', 'c'])[1 + abs(hashint4(seed * 31 + k)) % 9], pg_temp.piece(seed * 7 + k, depth - 1))
			FROM generate_series(1, 4) AS k) END
	FROM (SELECT abs(hashint4(seed)) AS h) AS s
$$;
INSERT INTO public.odd SELECT i, jsonb_build_object('a', pg_temp.piece(i * 11, 3), 'a.b', pg_temp.piece(i * 13, 2), 'b', pg_temp.piece(i * 17, 3)) FROM generate_series(1, 150) AS i;
-- objects of many keys
INSERT INTO public.odd SELECT 1000 + n, (SELECT jsonb_object_agg('k' || g, g) FROM generate_series(1, n) AS g) || '{"a": {"b": 1}, "a.b": 2}' FROM unnest('{1,30,31,32,33,61,62,63,64,65,400}'::int[]) AS n;
INSERT INTO public.odd VALUES (2001, '[1, {"a": {"b": 3}}]'), (2002, '"a"'), (2003, 'null'), (2004, '{}'), (2005, '[[{"a": 1}], []]');
-- compressed where it is, and kept elsewhere with and without compression
ALTER TABLE public.odd ADD COLUMN plain jsonb, ADD COLUMN packed jsonb, ADD COLUMN away jsonb;
ALTER TABLE public.odd ALTER COLUMN away SET STORAGE EXTERNAL;
UPDATE public.odd SET plain = document,
	packed = CASE WHEN jsonb_typeof(document) = 'object' THEN document || jsonb_build_object('zz', repeat('x', 6000)) ELSE document END,
	away = CASE WHEN jsonb_typeof(document) = 'object' THEN document || jsonb_build_object('zz', repeat('y', 6000)) ELSE document END;
SELECT count(*) FILTER (WHERE pg_column_size(packed) < 2000) > 100 AS some_are_packed, count(*) FILTER (WHERE pg_column_size(away) > 6000) > 100 AS some_are_away FROM public.odd;

CREATE TABLE public.paths AS SELECT p FROM unnest('{a,b,ab,a.b,b.a,a.b.a,a.a.b,a.ab.b,ab.b.a,b.a.b.a,c,a.c,k1,k30,k64,k400,"",.,a.,zz.a}'::text[]) AS p;
SELECT count(*) AS compared, count(*) FILTER (WHERE e.wanted IS NOT NULL) > 200 AS many_have_values,
	count(*) FILTER (WHERE esql_document_keyword(o.plain, p.p) IS DISTINCT FROM e.wanted OR esql_document_keyword(o.packed, p.p) IS DISTINCT FROM e.wanted
		OR esql_document_keyword(o.away, p.p) IS DISTINCT FROM e.wanted
		OR esql_document_keyword_single(o.packed, p.p) IS DISTINCT FROM CASE WHEN cardinality(e.wanted) = 1 THEN e.wanted[1] END
		OR esql_document_keyword_single(o.plain, p.p) IS DISTINCT FROM CASE WHEN cardinality(e.wanted) = 1 THEN e.wanted[1] END) AS different
FROM public.odd AS o CROSS JOIN public.paths AS p CROSS JOIN LATERAL (SELECT pg_temp.expected(o.plain, p.p)) AS e(wanted)
WHERE p.p NOT IN ('', '.', 'a.');

-- the same place in memory holds other documents: each row has its own, in turn and across nested queries
SELECT bool_and(esql_document_keyword_single(a.packed, 'zz') = a.packed ->> 'zz' AND esql_document_keyword(b.away, 'a.b') IS NOT DISTINCT FROM pg_temp.expected(b.away, 'a.b')) AS right
FROM public.odd AS a JOIN public.odd AS b ON b.id = a.id + 1 WHERE a.packed ? 'zz';
CREATE FUNCTION pg_temp.inner_value(i int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT esql_document_keyword_single(o.packed, 'zz') || esql_document_keyword_single(o.away, 'zz') FROM public.odd AS o WHERE o.id = i);
END $$;
SELECT bool_and(esql_document_keyword_single(o.packed, 'zz') || pg_temp.inner_value(o.id) || esql_document_keyword_single(o.away, 'zz')
	= (o.packed ->> 'zz') || (o.packed ->> 'zz') || (o.away ->> 'zz') || (o.away ->> 'zz')) AS right FROM public.odd AS o WHERE o.packed ? 'zz';
DROP TABLE public.odd, public.paths;
