-- demo-hour.sql: the alerts of the hour before :hour, as a table. Included by demo.sql.

CREATE TEMPORARY TABLE alert AS
SELECT * FROM transfer_detect.detect('transfer_detect.events', ('2026-11-20 ' || :'hour' || '+00')::timestamptz);

SELECT count(*) || CASE count(*) WHEN 1 THEN ' alert' ELSE ' alerts' END AS alerts FROM alert \gset
\echo The hour up to :hour UTC: :alerts
SELECT event_count AS runs, array_to_string(host_names, ', ') AS host, process_executable AS executable,
	process_parent_executable AS parent, process_command_line AS "command line"
FROM alert
ORDER BY process_executable COLLATE "C", process_command_line COLLATE "C", process_parent_executable COLLATE "C";

DROP TABLE alert;
