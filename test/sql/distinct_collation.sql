-- The distinct aggregates under collations that call different strings equal.
-- These need a server built with ICU; without it the test stops here.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET client_min_messages = warning;
SELECT NOT EXISTS (SELECT FROM pg_collation WHERE collprovider = 'i') AS without_icu \gset
\if :without_icu
\quit
\endif
CREATE COLLATION public.td_no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

CREATE TABLE public.td_words AS
SELECT i, i % 3 AS g, CASE i % 7 WHEN 0 THEN NULL ELSE (CASE WHEN i % 2 = 0 THEN upper(w) ELSE w END) END AS w
FROM generate_series(1, 1000) i, LATERAL (SELECT 'w' || chr(97 + i % 13) || chr(97 + i % 5)) t (w);
ANALYZE public.td_words;

-- as count(DISTINCT) has it
SELECT distinct_count(w COLLATE "C"), count(DISTINCT w COLLATE "C") FROM public.td_words;
SELECT distinct_count(w COLLATE td_no_case), count(DISTINCT w COLLATE td_no_case) FROM public.td_words;
SELECT distinct_count(w::varchar COLLATE td_no_case), count(DISTINCT w::varchar COLLATE td_no_case) FROM public.td_words;
SELECT distinct_count(rpad(w, 2 + i % 4)::bpchar COLLATE td_no_case), count(DISTINCT rpad(w, 2 + i % 4)::bpchar COLLATE td_no_case) FROM public.td_words;
SELECT distinct_count(w::name COLLATE td_no_case), count(DISTINCT w::name COLLATE td_no_case) FROM public.td_words;
SELECT distinct_count(ARRAY[w, 'x'] COLLATE td_no_case), count(DISTINCT ARRAY[w, 'x'] COLLATE td_no_case) FROM public.td_words;
SELECT distinct_count_elements(ARRAY[w, 'X'] COLLATE td_no_case), count(DISTINCT w COLLATE td_no_case) + 1 AS expected FROM public.td_words;
SELECT lower(array_to_string(distinct_values(w COLLATE td_no_case), ' ')) AS values FROM public.td_words WHERE w ~* 'b$';
SELECT lower(array_to_string(distinct_values(w::name COLLATE td_no_case), ' ')) AS values FROM public.td_words WHERE w ~* 'b$';

-- between processes
-- the planner would not have workers for so few rows
ALTER FUNCTION distinct_combine(internal, internal) COST 1;
ALTER FUNCTION distinct_serialize(internal) COST 1;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
ALTER TABLE public.td_words SET (parallel_workers = 2);
EXPLAIN (COSTS OFF) SELECT distinct_count(w COLLATE td_no_case) FROM public.td_words;
SELECT g, distinct_count(w COLLATE td_no_case), distinct_count(w::bpchar COLLATE td_no_case), distinct_count(w::name COLLATE td_no_case), distinct_count(w COLLATE "C")
FROM public.td_words GROUP BY g ORDER BY g;
SELECT g, count(DISTINCT w COLLATE td_no_case), count(DISTINCT w::bpchar COLLATE td_no_case), count(DISTINCT w::name COLLATE td_no_case), count(DISTINCT w COLLATE "C")
FROM public.td_words GROUP BY g ORDER BY g;

-- in a moving window: what leaves need not look like what came
SELECT count(*) FROM (
	SELECT i, distinct_count(w COLLATE td_no_case) OVER (ORDER BY i ROWS 30 PRECEDING) AS c FROM public.td_words) o
WHERE c <> (SELECT count(DISTINCT w COLLATE td_no_case) FROM public.td_words n WHERE n.i BETWEEN o.i - 30 AND o.i);

-- two collations that contradict each other; a worker's error would have a context
SET max_parallel_workers_per_gather = 0;
SELECT distinct_count(a || b) FROM (SELECT w COLLATE td_no_case AS a, w COLLATE "C" AS b FROM public.td_words) t;
\echo :LAST_ERROR_SQLSTATE

DROP TABLE public.td_words;
DROP COLLATION public.td_no_case;
ALTER FUNCTION distinct_combine(internal, internal) COST 10000;
ALTER FUNCTION distinct_serialize(internal) COST 5000;
