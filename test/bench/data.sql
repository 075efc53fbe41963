-- data.sql: the bench's data, in the schema td_bench.
--
-- psql variables: events, agents, groups, long_text, huge (rows of the table "huge", 0 for none); events_only
-- leaves out all tables but the first.
--
-- Nothing is random: each value is a hash of the row's number and of a number that stands for the column,
-- so the same sizes make the same rows, on any machine and in any version.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
SET timezone = 'UTC';
DROP SCHEMA IF EXISTS td_bench CASCADE;
CREATE SCHEMA td_bench;
SET search_path = td_bench;

CREATE FUNCTION dice(i bigint, seed bigint, sides bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT (pg_catalog.hashint8extended(i, seed) & 9223372036854775807) % sides $$;

-- An agent's id: a UUID as text.
CREATE FUNCTION agent(n bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT pg_catalog.md5('agent ' || n)::uuid::text $$;

CREATE TABLE agents AS
SELECT n, agent(n) AS agent_id, 'host-' || n AS host_name FROM generate_series(0, :agents - 1) AS n;
CREATE UNIQUE INDEX ON agents (n);

-- One hour of events, in the order of their time.  3 % are runs of the six file transfer utilities.  Of
-- these, 95 % are one of 1,000 commands that go round the fleet, and 5 % are run once or a few times.
CREATE UNLOGGED TABLE events AS
SELECT '2026-11-20 09:00Z'::timestamptz + i * 3599000000 / :events * interval '1 microsecond' AS timestamp,
	CASE WHEN dice(i, 1, 20) = 0 THEN 'windows' ELSE 'linux' END AS host_os_type,
	CASE WHEN dice(i, 2, 10) = 0 THEN 'end' ELSE 'start' END AS event_type,
	CASE WHEN dice(i, 2, 10) = 0 THEN 'end' ELSE 'exec' END AS event_action,
	name.name AS process_name,
	'/usr/bin/' || name.name AS process_executable,
	(ARRAY['/usr/bin/bash', '/usr/bin/dash', '/usr/lib/systemd/systemd', '/usr/sbin/cron'])[1 + dice(i, 3, 4)] AS process_parent_executable,
	CASE WHEN dice(i, 4, 100) < 95 THEN name.name || ' -q /srv/data/report-' || dice(i, 5, 1000) || '.txt vault:inbox/'
		ELSE name.name || ' -q /home/user/file-' || dice(i, 6, :events / 60 + 1) || '.tgz away:' END AS process_command_line,
	a.agent_id, a.host_name
FROM generate_series(1, :events::bigint) AS i
CROSS JOIN LATERAL (SELECT CASE WHEN dice(i, 7, 100) < 3
	THEN (ARRAY['scp', 'ftp', 'sftp', 'vsftpd', 'sftp-server', 'rsync'])[1 + dice(i, 8, 6)]
	ELSE 'program-' || dice(i, 8, 300) END AS name) AS name
JOIN agents AS a ON a.n = dice(i, 9, :agents)
ORDER BY i;

CREATE STATISTICS events_key (ndistinct) ON process_executable, process_parent_executable, process_command_line FROM events;
VACUUM ANALYZE events;
\if :{?events_only}
\else
-- The same events as our own table has them: lists.
CREATE UNLOGGED TABLE lists AS
SELECT timestamp, host_os_type, ARRAY[event_type] AS event_type, ARRAY[event_action] AS event_action, process_name,
	process_executable, process_parent_executable, process_command_line, agent_id, host_name
FROM events ORDER BY timestamp;

-- The agents of the events as other types.
CREATE UNLOGGED TABLE typed AS
SELECT dice(i, 10, 306)::int AS g, dice(i, 9, :agents) AS b, md5('agent ' || dice(i, 9, :agents))::uuid AS u,
	'h' || dice(i, 9, :agents) AS s, repeat(md5('agent ' || dice(i, 9, :agents)), :long_text / 32) AS l
FROM generate_series(1, :events::bigint) AS i;

-- Many groups of one to five rows.
CREATE UNLOGGED TABLE tiny AS
SELECT g::int AS g, a.agent_id
FROM generate_series(1, :groups::bigint) AS g CROSS JOIN LATERAL generate_series(1, 1 + g % 5) AS member
JOIN agents AS a ON a.n = dice(g * 5 + member, 11, :agents);

CREATE UNLOGGED TABLE huge AS
SELECT i AS b, md5(i::text)::uuid::text AS t FROM generate_series(1, :huge::bigint) AS i;

CREATE STATISTICS lists_key (ndistinct) ON process_executable, process_parent_executable, process_command_line FROM lists;
VACUUM ANALYZE lists;
VACUUM ANALYZE typed;
VACUUM ANALYZE tiny;
VACUUM ANALYZE huge;
\endif
