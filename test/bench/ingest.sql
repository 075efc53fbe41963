-- What ingest_file() costs beside plain SQL: COPY into a jsonb column, then INSERT ... SELECT with ->> and casts.
--
--	perl test/bench/documents.pl 200000 >/tmp/documents.ndjson
--	psql -X -v file=/tmp/documents.ndjson -f test/bench/ingest.sql
--
-- For documents of which no two have the same keys, the worst case of ingest, make of them
--
--	perl -pe 's/\}$/,"x$.":1}/' /tmp/documents.ndjson >/tmp/different.ndjson
--
-- Both put the file's documents into events, which it empties: use a database of its own. Three rounds in
-- turn; prints the medians, of the time that passed and of the processor's time, which other load on the
-- machine hardly changes. The server must run on Linux and be able to read the file; takes a superuser.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET transfer_detect.ingest_notice = 0;
SET search_path = transfer_detect, public;
CREATE UNLOGGED TABLE ingest_bench (way text, seconds float8, cpu float8);
CREATE TABLE ingest_staging (document jsonb);

-- ECS allows a single value wherever it allows a list.
CREATE FUNCTION ingest_bench_texts(value jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE
AS $$
	SELECT CASE jsonb_typeof(value)
		WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(value))
		WHEN 'null' THEN NULL
		ELSE ARRAY[value #>> '{}']
	END
$$;

CREATE PROCEDURE ingest_bench_sql(file text) LANGUAGE plpgsql
AS $$
BEGIN
	TRUNCATE ingest_staging;
	EXECUTE format('COPY ingest_staging FROM %L WITH (FORMAT csv, DELIMITER E''\x01'', QUOTE E''\x02'')', file);
	INSERT INTO events
		(timestamp, event_ingested, event_id, event_kind, event_category, event_type, event_action, event_dataset,
		 agent_id, agent_type, agent_version, host_name, host_hostname, host_os_type, user_id, user_name,
		 process_pid, process_entity_id, process_name, process_executable, process_args, process_command_line,
		 process_parent_pid, process_parent_entity_id, process_parent_name, process_parent_executable,
		 process_parent_command_line, document, document_key)
	SELECT (document ->> '@timestamp')::timestamptz,
		(document -> 'event' ->> 'ingested')::timestamptz,
		document -> 'event' ->> 'id',
		document -> 'event' ->> 'kind',
		ingest_bench_texts(document -> 'event' -> 'category'),
		ingest_bench_texts(document -> 'event' -> 'type'),
		ingest_bench_texts(document -> 'event' -> 'action'),
		document -> 'event' ->> 'dataset',
		document -> 'agent' ->> 'id',
		document -> 'agent' ->> 'type',
		document -> 'agent' ->> 'version',
		document -> 'host' ->> 'name',
		document -> 'host' ->> 'hostname',
		document -> 'host' -> 'os' ->> 'type',
		document -> 'user' ->> 'id',
		document -> 'user' ->> 'name',
		(document -> 'process' ->> 'pid')::bigint,
		document -> 'process' ->> 'entity_id',
		document -> 'process' ->> 'name',
		document -> 'process' ->> 'executable',
		ingest_bench_texts(document -> 'process' -> 'args'),
		document -> 'process' ->> 'command_line',
		(document -> 'process' -> 'parent' ->> 'pid')::bigint,
		document -> 'process' -> 'parent' ->> 'entity_id',
		document -> 'process' -> 'parent' ->> 'name',
		document -> 'process' -> 'parent' ->> 'executable',
		document -> 'process' -> 'parent' ->> 'command_line',
		document,
		'event.id:' || (document -> 'event' ->> 'id')
	FROM ingest_staging
	ON CONFLICT DO NOTHING;
END
$$;

-- The backend's processor time so far, in seconds.
CREATE FUNCTION ingest_bench_cpu() RETURNS float8 LANGUAGE sql VOLATILE
AS $$
	SELECT (split_part(stat, ' ', 14)::float8 + split_part(stat, ' ', 15)::float8) / 100 FROM pg_read_file('/proc/self/stat') AS stat
$$;
-- An empty table, and the time now, to begin with.
CREATE PROCEDURE ingest_bench_begin() LANGUAGE plpgsql
AS $$
BEGIN
	TRUNCATE events;
	PERFORM set_config('bench.began', extract(epoch FROM clock_timestamp())::text, false);
	PERFORM set_config('bench.cpu', ingest_bench_cpu()::text, false);
END
$$;
CREATE PROCEDURE ingest_bench_end(way text) LANGUAGE sql
AS $$
	INSERT INTO ingest_bench
	SELECT way, extract(epoch FROM clock_timestamp()) - current_setting('bench.began')::float8,
		ingest_bench_cpu() - current_setting('bench.cpu')::float8
$$;

\set round 'CALL ingest_bench_begin(); CALL ingest_bench_sql(:\'file\'); CALL ingest_bench_end(\'COPY, INSERT ... SELECT\'); CALL ingest_bench_begin(); CALL ingest_file(:\'file\'); CALL ingest_bench_end(\'ingest_file\'); CALL ingest_bench_begin(); '
\o /dev/null
:round
COPY inbox (document) FROM :'file' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02');
CALL ingest_bench_end('COPY into inbox');
:round
COPY inbox (document) FROM :'file' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02');
CALL ingest_bench_end('COPY into inbox');
:round
COPY inbox (document) FROM :'file' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02');
CALL ingest_bench_end('COPY into inbox');
\o

WITH median AS (
	SELECT way, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS seconds,
		percentile_cont(0.5) WITHIN GROUP (ORDER BY cpu) AS cpu
	FROM ingest_bench GROUP BY way),
plain AS (
	SELECT * FROM median WHERE way LIKE '%SELECT')
SELECT m.way, round(m.seconds::numeric, 2) AS seconds, round(m.cpu::numeric, 2) AS cpu,
	round((SELECT count(*) FROM events) / m.cpu) AS documents_a_cpu_second,
	round(((pg_stat_file(:'file')).size / m.cpu / 1e6)::numeric, 1) AS mb_a_cpu_second,
	round((p.seconds / m.seconds)::numeric, 2) AS times_plain_sql,
	round((p.cpu / m.cpu)::numeric, 2) AS times_by_cpu
FROM median AS m, plain AS p ORDER BY m.way;

DROP TABLE ingest_bench, ingest_staging;
DROP PROCEDURE ingest_bench_begin, ingest_bench_end, ingest_bench_sql;
DROP FUNCTION ingest_bench_texts, ingest_bench_cpu;
TRUNCATE events;
