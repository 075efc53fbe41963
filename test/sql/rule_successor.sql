-- The rule as it is published today, in our own words: any action of a merged event, unusual parents by LIKE,
-- the command line out of the group key, the smallest agent and host for exceptions to be written from.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
\set documents `cat "$TD_TEST_DATA/process-events.ndjson"`
\set load `echo "$TD_TEST_DATA/load-recorded.sql"`
\i :load
INSERT INTO rules (rule_id, name, query, severity, risk_score) VALUES ('unusual-parent', 'File transfer from an unusual parent', $esql$
FROM logs-endpoint.events.process-* METADATA _id, _index, _version
| MV_EXPAND event.action
| WHERE host.os.type == "linux" AND event.type == "start" AND event.action == "exec"
    AND process.name IN ("scp", "ftp", "sftp", "vsftpd", "sftp-server", "rsync")
    // shells, scripts, hidden files, and what runs from where anyone can write
    AND (
      process.parent.name IN ("bash", "dash", "sh", "tcsh", "csh", "zsh", "ksh", "fish")
      OR process.parent.executable LIKE ("/tmp/*", "/var/tmp/*", "/dev/shm/*", "/home/*", "./*", "/boot/*")
      OR process.parent.name LIKE ".*" OR process.parent.name LIKE "python*" OR process.parent.name LIKE "*.sh"
      OR process.parent.command_line LIKE """*/.*"""
    )
    AND NOT process.parent.executable LIKE "/opt/backup/*"
| KEEP @timestamp, _id, _index, _version, host.os.type, event.type, event.action, process.name, process.executable,
       process.parent.executable, process.command_line, agent.id, host.name
| STATS Esql.event_count = COUNT(),
        Esql.agent_id_count_distinct = COUNT_DISTINCT(agent.id),
        Esql.host_name_values = VALUES(host.name),
        Esql.agent_id_values = VALUES(agent.id),
        Esql.process_command_line_values = VALUES(process.command_line)
     BY process.executable, process.parent.executable
| WHERE Esql.agent_id_count_distinct == 1 AND Esql.event_count < 5
| EVAL agent.id = MV_MIN(Esql.agent_id_values), host.name = MV_MIN(Esql.host_name_values)
| SORT Esql.event_count ASC
| KEEP agent.id, host.name, process.executable, process.parent.executable, Esql.*
$esql$, 'medium', 47);
SELECT h.as_of, d.process_executable, d.process_parent_executable, d.event_count, d.agent_count, d.host_names
FROM generate_series('2026-11-20 10:00Z'::timestamptz, '2026-11-20 12:00Z', '1 hour') AS h(as_of),
	detect('events', h.as_of, 'unusual-parent') AS d
ORDER BY h.as_of, d.event_count, d.process_executable COLLATE "C", d.process_parent_executable COLLATE "C";
-- as rows of its own, over an hour cut out by a view
CREATE VIEW public.hour AS SELECT * FROM events WHERE timestamp > '2026-11-20 10:00Z' AND timestamp <= '2026-11-20 11:00Z';
\t on
\pset format unaligned
SELECT esql((SELECT query FROM rules WHERE rule_id = 'unusual-parent'), '2026-11-20 11:00Z', 'public.hour');
-- the same in SQL by hand
SELECT process_executable, process_parent_executable, count(*), array_agg(DISTINCT host_name)
FROM (SELECT e.*, a FROM public.hour AS e, LATERAL (SELECT DISTINCT unnest(event_action) AS a) AS x) AS e
WHERE host_os_type = 'linux' AND event_type = '{start}' AND a = 'exec'
	AND process_name IN ('scp', 'ftp', 'sftp', 'vsftpd', 'sftp-server', 'rsync')
	AND (process_parent_name IN ('bash', 'dash', 'sh', 'tcsh', 'csh', 'zsh', 'ksh', 'fish')
		OR process_parent_executable ~ '^(/tmp/|/var/tmp/|/dev/shm/|/home/|\./|/boot/)' OR process_parent_name ~ '^\.|^python|\.sh$'
		OR process_parent_command_line ~ '/\.')
	AND NOT process_parent_executable ~ '^/opt/backup/'
GROUP BY 1, 2 HAVING count(DISTINCT agent_id) = 1 AND count(*) < 5
ORDER BY 3, process_executable COLLATE "C", process_parent_executable COLLATE "C";
-- the shipped form of it, next to SQL by hand
WITH shipped AS (
	SELECT process_executable, process_parent_executable, event_count, host_names
	FROM detect('events', '2026-11-20 11:00Z', 'file-transfer-utility-launched-from-unusual-parent')
), by_hand AS (
	SELECT process_executable, process_parent_executable, count(*), array_agg(DISTINCT host_name)
	FROM (SELECT e.*, a FROM public.hour AS e, LATERAL (SELECT DISTINCT unnest(event_action) AS a) AS x) AS e
	WHERE host_os_type = 'linux' AND event_type = '{start}' AND a = 'exec'
		AND process_name IN ('scp', 'ftp', 'sftp', 'vsftpd', 'sftp-server', 'rsync')
		AND (process_parent_name ~ '^((ba|da|tc|c|z|k|fi)?sh|\..*|.*\.(elf|sh|py|rb|pl|lua.*|php.*|js))$'
			OR process_parent_executable ~ '^(\.|/tmp|/var/tmp|/dev/shm|/run|/var/run|/proc|/sys|/boot|/lost\+found|/home|/root|/var/mail|/var/www)/')
	GROUP BY 1, 2 HAVING count(DISTINCT agent_id) = 1 AND count(*) < 5
)
SELECT (SELECT count(*) FROM shipped) AS groups, (SELECT count(*) FROM (TABLE shipped EXCEPT TABLE by_hand) AS x) AS only_shipped,
	(SELECT count(*) FROM (TABLE by_hand EXCEPT TABLE shipped) AS x) AS only_by_hand;
DROP VIEW public.hour;
DELETE FROM rules WHERE rule_id = 'unusual-parent';
TRUNCATE transfer_detect.events;
