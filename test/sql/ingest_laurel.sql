-- What the Linux audit system logs through laurel: the same events, and the rule finds the transfers in them.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
TRUNCATE events;
\set file `echo "$TD_TEST_DATA/laurel-events.ndjson"`
CALL ingest_file(:'file');
CALL ingest_file(:'file');
SELECT event_action, event_type, host_name, count(*) FROM events GROUP BY 1, 2, 3 ORDER BY host_name, event_action, event_type;
SELECT timestamp, host_name, agent_id, user_name, process_name, process_executable, process_parent_executable, process_command_line
FROM events WHERE event_action = '{exec}' AND process_name IN ('scp', 'rsync', 'sftp') ORDER BY timestamp, event_id;
SELECT process_executable, process_parent_executable, process_command_line, event_count, host_names, agent_ids FROM detect('events', '2026-11-20 10:00Z');

-- who sends neither a name nor an id gets the writer's
SET transfer_detect.default_host_name = 'vault-9';
SET transfer_detect.default_agent_id = 'agent 9';
SELECT * FROM ingest('{"ID":"1795165502.162:236","SYSCALL":{"arch":"0xc000003e","syscall":59,"success":"yes","exit":0,"ppid":1,"pid":2,"uid":1001,"comm":"scp","exe":"/usr/bin/scp"},"EXECVE":{"argc":2,"ARGV":["scp","a b"]}}');
SELECT host_name, agent_id, process_command_line FROM events WHERE host_name = 'vault-9';
RESET transfer_detect.default_host_name;
RESET transfer_detect.default_agent_id;
TRUNCATE events;
