-- A history in which the planner expects nothing in the window, since the events of each hour came within a second at its begin: the index
-- made from the rule is used all the same. It is not, where it is clearly dearer.

SET search_path = transfer_detect, public;
CREATE TABLE crowded (timestamp timestamptz NOT NULL, host_os_type text, event_type text, event_action text, process_name text,
	process_executable text, process_parent_executable text, process_command_line text, agent_id text, host_name text);
INSERT INTO crowded
SELECT '2026-11-20 10:00Z'::timestamptz - h * interval '1 hour' + i * interval '1 millisecond', 'linux', 'start', 'exec',
	CASE WHEN i % 50 = 0 THEN 'scp' ELSE 'bash' END, '/usr/bin/' || i % 7, '/usr/bin/bash', 'command ' || i, 'agent-' || i % 90, 'host-' || i % 90
  FROM generate_series(719, 0, -1) AS h, generate_series(1, 100) AS i;
CREATE INDEX ON crowded (timestamp);
CREATE TABLE plain AS TABLE crowded;
CREATE INDEX ON plain (timestamp);
SELECT index_name FROM create_rule_index('unusual-file-transfer-utility-launched', 'crowded');
VACUUM ANALYZE crowded;
VACUUM ANALYZE plain;

CREATE FUNCTION planned(events regclass, as_of timestamptz, OUT by_rule boolean, OUT cost double precision) LANGUAGE plpgsql AS $$
DECLARE
	sql CONSTANT text := transfer_detect.esql_sql((SELECT query FROM transfer_detect.rules WHERE rule_id = 'unusual-file-transfer-utility-launched'), as_of, events);
	plan json;
BEGIN
	by_rule := sql LIKE '%esql_fits_index%';
	EXECUTE 'EXPLAIN (FORMAT JSON) ' || sql INTO plan;
	cost := (plan -> 0 -> 'Plan' ->> 'Total Cost')::double precision;
END $$;
-- the planner thinks that the index on the time is cheaper, by a little
SELECT c.by_rule, c.cost > p.cost AS dearer, c.cost < p.cost + 2.5 * current_setting('random_page_cost')::double precision AS a_little
  FROM planned('crowded', '2026-11-20 11:00Z') AS c, planned('plain', '2026-11-20 11:00Z') AS p;
-- over all of the time it is cheaper by much
SELECT by_rule FROM planned('crowded', '2026-10-21 10:00Z');
-- and dearer, if each of the two parts of the query had to read the table
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET enable_bitmapscan = off;
SELECT by_rule FROM planned('crowded', '2026-11-20 11:00Z');

DROP FUNCTION planned(regclass, timestamptz);
DROP TABLE crowded, plain;
