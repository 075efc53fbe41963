-- What distinct_count costs beside count(column) and count(DISTINCT column).
--
--	psql -X -f test/bench/distinct.sql
--
-- Makes its table in the schema td_bench (about 400 MB, dropped at the end),
-- asks each question five times in turn, and prints the medians in
-- milliseconds and the ratios.  Needs the extension; takes some minutes.
\set ON_ERROR_STOP on
\timing off
SET client_min_messages = warning;
CREATE SCHEMA td_bench;
SET search_path = td_bench, transfer_detect, public;
CREATE UNLOGGED TABLE pairs AS
SELECT i % 306 AS g, i / 3 AS tiny, gen_random_uuid() AS u, gen_random_uuid()::text AS t,
	(random() * 9e18)::bigint AS b, md5((i % 1000)::text) AS few
FROM generate_series(1, 3400000) i;
VACUUM ANALYZE pairs;

CREATE TABLE questions (name text, sql text);
INSERT INTO questions VALUES
('text, one group', 'SELECT %s FROM pairs'),
('text, 306 groups', 'SELECT sum(c) FROM (SELECT %s AS c FROM pairs GROUP BY g) s'),
('text, 1.1 million groups', 'SELECT sum(c) FROM (SELECT %s AS c FROM pairs GROUP BY tiny) s');
CREATE TABLE runs (name text, col text, what text, workers int, ms float8);

DO $$
DECLARE
	q record;
	started timestamptz;
BEGIN
	FOR i IN 1 .. 5 LOOP
		FOR q IN
			SELECT name, col, what, workers, format(sql, replace(what, 'x', col)) AS query
			FROM questions,
				(VALUES ('t'), ('b'), ('u'), ('few')) c (col),
				(VALUES ('count(x)'), ('distinct_count(x)'), ('count(DISTINCT x)')) w (what),
				(VALUES (0), (2)) n (workers)
			WHERE (col = 't' OR name NOT LIKE '%million%')
				AND (what <> 'count(DISTINCT x)' OR workers = 0)
		LOOP
			PERFORM set_config('max_parallel_workers_per_gather', q.workers::text, true);
			started := clock_timestamp();
			EXECUTE q.query;
			INSERT INTO runs VALUES (q.name, q.col, q.what, q.workers,
				extract(epoch FROM clock_timestamp() - started) * 1000);
		END LOOP;
	END LOOP;
END $$;

WITH medians AS (
	SELECT name, col, workers, what, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS ms
	FROM runs GROUP BY name, col, workers, what)
SELECT replace(c.name, 'text', c.col) AS question, c.workers,
	round(c.ms) AS count, round(d.ms) AS distinct_count, round(n.ms) AS count_distinct,
	round((d.ms / c.ms)::numeric, 2) AS to_count,
	round((d.ms / n.ms)::numeric, 2) AS to_count_distinct
FROM medians c
JOIN medians d ON d.name = c.name AND d.col = c.col AND d.workers = c.workers AND d.what = 'distinct_count(x)'
LEFT JOIN medians n ON n.name = c.name AND n.col = c.col AND n.workers = 0 AND n.what = 'count(DISTINCT x)'
WHERE c.what = 'count(x)'
ORDER BY c.workers, c.name, c.col;

DROP SCHEMA td_bench CASCADE;
