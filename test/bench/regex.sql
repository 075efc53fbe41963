-- What GROK and REPLACE cost beside PostgreSQL's own regular expressions.
--
--	psql -X -v lines=1000000 -f test/bench/regex.sql
--
-- A million command lines, each with a number in it; of one in ten a URL. GROK takes the URL's parts out, as
-- regexp_match() does with a pattern that was made by hand, and regexp_substr() per part where it is there.
-- REPLACE is compared with regexp_replace(), which is what it was before it had an engine of its own. Three
-- rounds in turn; prints the least processor's time of each, per line, and how many of the results differ.
-- Takes a superuser and runs on Linux; leaves nothing behind.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
CREATE TEMP TABLE lines AS
SELECT CASE WHEN i % 10 = 0 THEN format('/usr/bin/curl -sS --retry 3 -o /tmp/out.%s https://repo-%s.example.org:8443/pool/main/p%s/package_%s.deb', i, i % 97, i % 13, i)
	ELSE format('/usr/bin/rsync -az --delete --exclude=*.tmp /srv/data/%s backup-%s:/vault/daily/%s/', i, i % 53, i % 31) END AS line
FROM generate_series(1, :lines) AS i;
ANALYZE lines;
CREATE TEMP TABLE ways (way text, query text);
INSERT INTO ways VALUES
	('read the lines', 'SELECT count(line) FROM lines'),
	('GROK, protocol and host of a URL', (SELECT regexp_replace(transfer_detect.esql_sql('FROM x | GROK line "%{URIPROTO:p}://%{URIHOST:h}" | STATS p = COUNT(p), h = COUNT(h)', events => 'lines'), '\nLIMIT \d+$', ''))),
	('GROK, the same with a plain pattern', (SELECT regexp_replace(transfer_detect.esql_sql('FROM x | GROK line "(?<p>[a-z]+)://(?<h>[0-9A-Za-z.-]+(?::[0-9]+)?)" | STATS p = COUNT(p), h = COUNT(h)', events => 'lines'), '\nLIMIT \d+$', ''))),
	('regexp_match() with that pattern', 'SELECT count(m[1]), count(m[2]) FROM (SELECT regexp_match(line, ''([a-z]+)://([0-9A-Za-z.-]+(?::[0-9]+)?)'') AS m FROM lines OFFSET 0) AS s'),
	('DISSECT, the words', (SELECT regexp_replace(transfer_detect.esql_sql('FROM x | DISSECT line "%{program} %{?options} %{rest}" | STATS p = COUNT(program), h = COUNT(rest)', events => 'lines'), '\nLIMIT \d+$', ''))),
	('regexp_match() for the words', 'SELECT count(m[1]), count(m[2]) FROM (SELECT regexp_match(line, ''^([^ ]*) [^ ]* (.*)$'') AS m FROM lines OFFSET 0) AS s'),
	('REPLACE of numbers', 'SELECT sum(length(transfer_detect_internal.esql_replace(line, ''[0-9]+'', ''#''))) FROM lines'),
	('regexp_replace() of numbers', 'SELECT sum(length(regexp_replace(line, ''[0-9]+'', ''#'', ''g''))) FROM lines'),
	('REPLACE that finds nothing', 'SELECT sum(length(transfer_detect_internal.esql_replace(line, ''--password[= ]\S+'', ''#''))) FROM lines'),
	('regexp_replace() that finds nothing', 'SELECT sum(length(regexp_replace(line, ''--password[= ]\S+'', ''#'', ''g''))) FROM lines'),
	('REPLACE of words, letter case ignored', 'SELECT sum(length(transfer_detect_internal.esql_replace(line, ''(?i)(--(?:exclude|retry)[= ])\S+'', ''$1*''))) FROM lines'),
	('regexp_replace(), the same', 'SELECT sum(length(regexp_replace(line, ''(--(?:exclude|retry)[= ])\S+'', ''\1*'', ''gi''))) FROM lines');
CREATE TEMP TABLE times (way text, cpu float8, result text);
-- the processor's time of this backend, in seconds
CREATE FUNCTION pg_temp.cpu() RETURNS float8 LANGUAGE sql VOLATILE AS $$
	SELECT (f[14]::float8 + f[15]::float8) / 100 FROM regexp_split_to_array(pg_read_file('/proc/self/stat'), ' ') AS f
$$;
DO $$
DECLARE w record; started float8; answer text;
BEGIN
	FOR round IN 1 .. 3 LOOP
		FOR w IN SELECT * FROM ways LOOP
			started := pg_temp.cpu();
			EXECUTE 'SELECT s::text FROM (' || w.query || ') AS s' INTO answer;
			INSERT INTO times VALUES (w.way, pg_temp.cpu() - started, answer);
		END LOOP;
	END LOOP;
END $$;
SELECT t.way, round((min(t.cpu) * 1e9 / :lines)::numeric) AS "ns a line", min(t.result) AS result
FROM times AS t GROUP BY t.way ORDER BY min(t.ctid);
