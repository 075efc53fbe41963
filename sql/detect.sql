/*
 * detect.sql: rules over events.
 */

CREATE FUNCTION detect(
	events regclass DEFAULT '@extschema@.events',
	as_of timestamptz DEFAULT now(),
	rule_id text DEFAULT 'unusual-file-transfer-utility-launched')
RETURNS TABLE (
	process_executable text,
	process_parent_executable text,
	process_command_line text,
	event_count bigint,
	agent_count bigint,
	host_names text[],
	agent_ids text[])
AS 'MODULE_PATHNAME', 'td_detect'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 10000 ROWS 100;

COMMENT ON FUNCTION detect(regclass, timestamptz, text) IS 'Runs a rule over the events of its window, which ends at as_of';
