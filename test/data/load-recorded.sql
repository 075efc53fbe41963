-- load-recorded.sql: the recorded process events, from the psql variable "documents" (a document a line)
-- into transfer_detect.events, by plain SQL over jsonb.
\set echo :ECHO
\set ECHO none
TRUNCATE transfer_detect.events;

-- ECS allows a single value wherever it allows a list.
CREATE FUNCTION pg_temp.texts(value jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE
AS $$
	SELECT CASE pg_catalog.jsonb_typeof(value)
		WHEN 'array' THEN ARRAY(SELECT pg_catalog.jsonb_array_elements_text(value))
		WHEN 'null' THEN NULL
		ELSE ARRAY[value #>> '{}']
	END
$$;

INSERT INTO transfer_detect.events
	(timestamp, event_ingested, event_id, event_kind, event_category, event_type, event_action, event_dataset,
	 agent_id, agent_type, agent_version, host_name, host_hostname, host_os_type, user_id, user_name,
	 process_pid, process_entity_id, process_name, process_executable, process_args, process_command_line,
	 process_parent_pid, process_parent_entity_id, process_parent_name, process_parent_executable,
	 process_parent_command_line, document)
SELECT (document ->> '@timestamp')::timestamptz,
	(document #>> '{event,ingested}')::timestamptz,
	document #>> '{event,id}',
	document #>> '{event,kind}',
	pg_temp.texts(document #> '{event,category}'),
	pg_temp.texts(document #> '{event,type}'),
	pg_temp.texts(document #> '{event,action}'),
	document #>> '{event,dataset}',
	document #>> '{agent,id}',
	document #>> '{agent,type}',
	document #>> '{agent,version}',
	document #>> '{host,name}',
	document #>> '{host,hostname}',
	document #>> '{host,os,type}',
	document #>> '{user,id}',
	document #>> '{user,name}',
	(document #>> '{process,pid}')::bigint,
	document #>> '{process,entity_id}',
	document #>> '{process,name}',
	document #>> '{process,executable}',
	pg_temp.texts(document #> '{process,args}'),
	document #>> '{process,command_line}',
	(document #>> '{process,parent,pid}')::bigint,
	document #>> '{process,parent,entity_id}',
	document #>> '{process,parent,name}',
	document #>> '{process,parent,executable}',
	document #>> '{process,parent,command_line}',
	document
FROM (SELECT line::jsonb AS document
	  FROM unnest(string_to_array(:'documents', E'\n')) AS line
	  WHERE line <> '') AS recorded;
ANALYZE transfer_detect.events;
\set ECHO :echo
