-- Which data streams a query reads: by their names, where an index leads to them, and by FROM's patterns elsewhere.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
SET client_min_messages = warning;
CREATE TABLE public.house (timestamp timestamptz NOT NULL, source_index text COLLATE "C", document jsonb) PARTITION BY RANGE (timestamp);
CREATE TABLE public.house_1 PARTITION OF public.house FOR VALUES FROM ('2026-11-19Z') TO ('2026-11-20Z');
CREATE TABLE public.house_2 PARTITION OF public.house FOR VALUES FROM ('2026-11-20Z') TO ('2026-11-21Z');
INSERT INTO public.house
SELECT '2026-11-19 12:00Z'::timestamptz + i * interval '1 minute', s.name, jsonb_build_object('n', i, 'k', 'v' || i % 3)
FROM generate_series(0, 1439) AS i
CROSS JOIN LATERAL (SELECT (ARRAY['logs-a.one-default', 'logs-a.two-default', 'logs-a_one-x', '.alerts-security-default', 'metrics-a-default', NULL])[1 + i % 6]) AS s(name);
\t on
\pset format unaligned

CREATE FUNCTION pg_temp.origin(query text) RETURNS text LANGUAGE sql
AS $$ SELECT substring(transfer_detect.esql_sql(query, events => 'public.house') FROM 'WHERE ([^\n]*)\n') $$;
CREATE FUNCTION pg_temp.answers(query text) RETURNS SETOF text LANGUAGE sql
AS $$ SELECT r::text FROM transfer_detect.esql(query || ' | STATS n = COUNT(*), names = VALUES(_index)', events => 'public.house') AS r $$;
CREATE TABLE public.asked (place int GENERATED ALWAYS AS IDENTITY, query text);
INSERT INTO public.asked (query) VALUES ('FROM logs-a.one-* METADATA _index'), ('FROM logs-* METADATA _index'), ('FROM *-a* METADATA _index'), ('FROM .alerts-* METADATA _index'),
	('FROM logs-a*, -logs-a.*-default METADATA _index'), ('FROM logs-b-* METADATA _index'), ('FROM *-*,.*-* METADATA _index'), ('FROM logs-a.one-*, metrics-* METADATA _index'),
	('FROM logs-*,-*-default, metrics-* METADATA _index');

-- without indexes: the patterns
SELECT pg_temp.origin(query) FROM public.asked WHERE place IN (1, 5) ORDER BY place;
CREATE TABLE public.before AS SELECT a.place, r.answer FROM public.asked AS a, pg_temp.answers(a.query) AS r(answer);
SELECT answer FROM public.before ORDER BY place;

-- an index in one partition is not enough
CREATE INDEX ON public.house_1 (source_index, timestamp);
SELECT pg_temp.origin(query) FROM public.asked WHERE place = 1;
CREATE INDEX ON public.house_2 (source_index, timestamp);
SELECT pg_temp.origin(query) FROM public.asked ORDER BY place;
SELECT count(*) AS same FROM public.before AS b JOIN public.asked AS a USING (place) WHERE b.answer = (SELECT r FROM pg_temp.answers(a.query) AS r);

-- a data stream that comes later, and none without a name
BEGIN;
INSERT INTO public.house VALUES ('2026-11-20 01:00Z', 'logs-b-late', '{}');
DELETE FROM public.house WHERE source_index IS NULL;
SELECT pg_temp.origin(query) FROM public.asked ORDER BY place;
SELECT pg_temp.answers(query) FROM public.asked WHERE place IN (2, 6, 7) ORDER BY place;
DELETE FROM public.house;
SELECT pg_temp.origin(query) FROM public.asked WHERE place = 1;
SELECT pg_temp.answers(query) FROM public.asked WHERE place = 1;
ROLLBACK;

-- too many names, and names that are no constants to write
BEGIN;
INSERT INTO public.house SELECT '2026-11-20 01:00Z', 'logs-c-' || i, '{}' FROM generate_series(1, 300) AS i;
SELECT pg_temp.origin(query) FROM public.asked WHERE place = 1;
SELECT pg_temp.answers('FROM logs-c-1* METADATA _index | WHERE _index == "logs-c-17"');
ROLLBACK;
BEGIN;
INSERT INTO public.house VALUES ('2026-11-20 01:00Z', $$logs-'q'\%_-1$$, '{}');
SELECT pg_temp.answers($$FROM logs-'q'* METADATA _index | WHERE _index IS NOT NULL$$);
ROLLBACK;

-- whoever may not read the names asks by the patterns, as the query itself would
CREATE ROLE reader_of_house;
GRANT USAGE ON SCHEMA transfer_detect, public TO reader_of_house;
GRANT SELECT (timestamp, document) ON public.house TO reader_of_house;
SET ROLE reader_of_house;
SELECT transfer_detect.esql_sql('FROM logs-a.one-*', events => 'public.house') ~ 'logs-a.one-%' AS by_patterns;
RESET ROLE;

-- an index made of a query's conditions is known by the patterns
CREATE INDEX ON public.house_2 (timestamp) WHERE document ->> 'k' = 'v1';
SELECT pg_temp.origin(query) FROM public.asked WHERE place IN (1, 5) ORDER BY place;

-- a collation by which other names are equal
CREATE COLLATION public.any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE public.loose (timestamp timestamptz, source_index text COLLATE public.any_case, document jsonb);
CREATE INDEX ON public.loose (source_index, timestamp);
INSERT INTO public.loose VALUES ('2026-11-20 01:00Z', 'logs-a-x', '{}'), ('2026-11-20 01:00Z', 'LOGS-A-X', '{}');
SELECT transfer_detect.esql_sql('FROM logs-a-*', events => 'public.loose') ~ 'ANY' AS by_names;

DROP TABLE public.house, public.asked, public.before, public.loose;
DROP COLLATION public.any_case;
REVOKE USAGE ON SCHEMA transfer_detect, public FROM reader_of_house;
DROP ROLE reader_of_house;
