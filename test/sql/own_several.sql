-- Which fields of a relation have several values: found by an index or, where there is none that serves, by SQL, and the same.
BEGIN;
SET LOCAL search_path = transfer_detect, public;
SET LOCAL timezone = 'UTC';
CREATE TABLE public.several (timestamp timestamptz, host_name text, process_name text, user_name text, process_args text[], document jsonb, multivalued_fields text[] COLLATE "C") PARTITION BY RANGE (timestamp);
CREATE TABLE public.several_1 PARTITION OF several FOR VALUES FROM ('2026-11-20 00:00Z') TO ('2026-11-21 00:00Z');
CREATE TABLE public.several_2 (multivalued_fields text[] COLLATE "C", document jsonb, dropped text, process_args text[], user_name text, process_name text, host_name text, timestamp timestamptz);
ALTER TABLE public.several_2 DROP COLUMN dropped;
ALTER TABLE public.several ATTACH PARTITION public.several_2 FOR VALUES FROM ('2026-11-21 00:00Z') TO ('2026-11-22 00:00Z');
INSERT INTO public.several (timestamp, host_name, process_name, user_name, document, multivalued_fields)
SELECT '2026-11-20 09:00Z'::timestamptz + i * interval '30 hours', 'web-' || i, 'p' || i, 'u' || i, document, fields
FROM (VALUES (0, NULL::jsonb, NULL::text[]), (0, '{"user": {"name": ["u0", "u8"]}}', '{user.name}'), (0, '{"user": {"name": ["u0", "u9"]}}', '{user.name}'),
	(0, '{"host": {"name": ["web-0", "web-8"]}, "user": {"name": ["u0", "u7"]}}', '{user.name,host.name,NULL}'), (0, '{}', '{}'),
	(1, '{"process": {"name": ["p1", "p8"]}}', '{process.name}'), (1, NULL, NULL), (1, '{"user": {"name": ["u1", "u6"]}}', '{user.name}')) AS v(i, document, fields);
-- what esql() finds, and which fields its SQL looks for in documents
CREATE FUNCTION pg_temp.found() RETURNS TABLE (named text, rows text) LANGUAGE sql AS $$
	SELECT (SELECT string_agg(DISTINCT m[1], ' ' ORDER BY m[1]) FROM regexp_matches(transfer_detect.esql_sql(q.query, events => 'public.several'), '''([a-z.]+)''::pg_catalog.text OPERATOR\(pg_catalog.=\) ANY', 'g') AS m),
		(SELECT string_agg(r::text, ' ' ORDER BY r::text) FROM transfer_detect.esql(q.query, events => 'public.several') AS r)
	FROM (VALUES ('FROM several | WHERE user.name IS NOT NULL | EVAL n = MV_COUNT(user.name), h = MV_COUNT(host.name), p = MV_COUNT(process.name) | STATS c = COUNT(*) BY n, h, p')) AS q(query)
$$;
SELECT * FROM pg_temp.found();
CREATE INDEX several_1_fields ON public.several_1 (multivalued_fields) WHERE multivalued_fields IS NOT NULL;
SELECT * FROM pg_temp.found();
CREATE INDEX several_2_fields ON public.several_2 (multivalued_fields, timestamp);
SELECT * FROM pg_temp.found();
-- the other way round, for some rows only, and one after the other as the partitions have them
DROP INDEX public.several_2_fields;
CREATE INDEX several_2_fields ON public.several_2 (multivalued_fields DESC);
SELECT * FROM pg_temp.found();
DROP INDEX public.several_2_fields;
CREATE INDEX several_2_fields ON public.several_2 (multivalued_fields) WHERE multivalued_fields = '{user.name}';
SELECT * FROM pg_temp.found();
DROP INDEX public.several_2_fields;
CREATE INDEX ON public.several (multivalued_fields);
DELETE FROM public.several WHERE 'process.name' = ANY (multivalued_fields);
SELECT * FROM pg_temp.found();
ROLLBACK;
