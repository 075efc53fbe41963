/*
 * export.sql: alerts as documents, for other tools.
 *
 * A document has the fields of the Elastic Common Schema that the alert's first
 * event has, and what the alert is under the names kibana.alert.*, which tools
 * for such alerts read.
 */

CREATE FUNCTION transfer_detect_internal.iso_time(at timestamptz) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;
COMMENT ON FUNCTION transfer_detect_internal.iso_time(timestamptz) IS 'A time as documents write it';

CREATE FUNCTION transfer_detect_internal.document_of_alert(alert alerts) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	version @extschema@.rule_versions;
	rule @extschema@.rules;
	event jsonb;
	document jsonb := '{}';
BEGIN
	SELECT v.* INTO version FROM @extschema@.rule_versions AS v WHERE v.rule_id = alert.rule_id AND v.version = alert.version;
	SELECT r.* INTO rule FROM @extschema@.rules AS r WHERE r.rule_id = alert.rule_id;
	BEGIN
		SELECT d INTO event FROM transfer_detect_internal.sample_events(alert, 0) AS d LIMIT 1;
	EXCEPTION WHEN insufficient_privilege THEN
		NULL;	-- then the document is what the alert itself says
	END;
	-- what the event says of the host, the user and the process; a row that is no document has none of these
	SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') INTO document
	  FROM jsonb_each(event) AS e
	 WHERE e.key IN ('host', 'user', 'process', 'agent', 'group', 'source', 'destination', 'container', 'orchestrator', 'cloud', 'labels')
	   AND jsonb_typeof(e.value) = 'object';
	RETURN jsonb_strip_nulls(document || jsonb_build_object(
		'@timestamp', transfer_detect_internal.iso_time(alert.created_at),
		'ecs', jsonb_build_object('version', '8.11.0'),
		'event', jsonb_build_object('kind', 'signal', 'category', event #> '{event,category}', 'dataset', event #> '{event,dataset}'),
		'message', alert.title,
		'tags', to_jsonb(rule.tags),
		'kibana.alert.uuid', encode(sha256(convert_to(concat_ws(' ', alert.rule_id, alert.id, extract(epoch FROM alert.created_at)), 'UTF8')), 'hex'),
		'kibana.alert.status', 'active',
		'kibana.alert.workflow_status', alert.status,
		'kibana.alert.workflow_reason', alert.close_reason,
		'kibana.alert.workflow_status_updated_at', transfer_detect_internal.iso_time(alert.updated_at),
		'kibana.alert.workflow_tags', to_jsonb(alert.tags),
		'kibana.alert.workflow_assignee_ids', to_jsonb(array_remove(ARRAY[alert.assignee], NULL)),
		'kibana.alert.reason', alert.title,
		'kibana.alert.severity', alert.severity,
		'kibana.alert.risk_score', alert.risk_score,
		'kibana.alert.start', transfer_detect_internal.iso_time(alert.first_event),
		'kibana.alert.original_time', transfer_detect_internal.iso_time(alert.first_event),
		'kibana.alert.last_detected', transfer_detect_internal.iso_time(alert.last_event),
		'kibana.alert.depth', 1,
		'kibana.alert.original_event', event -> 'event') || jsonb_build_object(
		'kibana.alert.rule.rule_id', alert.rule_id,
		'kibana.alert.rule.name', version.name,
		'kibana.alert.rule.version', alert.version,
		'kibana.alert.rule.type', 'esql',
		'kibana.alert.rule.description', rule.description,
		'kibana.alert.rule.tags', to_jsonb(rule.tags),
		-- there, both keys are in the singular
		'kibana.alert.rule.threat', replace(replace(rule.threat::text, '"subtechniques":', '"subtechnique":'), '"techniques":', '"technique":')::jsonb,
		'kibana.alert.rule.references', to_jsonb(rule.rule_references),
		'kibana.alert.rule.false_positives', to_jsonb(rule.false_positives),
		'kibana.alert.rule.note', rule.note,
		'kibana.alert.rule.max_signals', version.max_alerts,
		'kibana.alert.rule.parameters', jsonb_build_object('query', version.query, 'language', 'esql', 'severity', version.severity, 'risk_score', version.risk_score),
		'transfer_detect', jsonb_build_object('alert_id', alert.id, 'event_count', alert.event_count, 'agent_count', alert.agent_count,
			'host_names', to_jsonb(alert.host_names), 'group_key', alert.group_key, 'result', alert.result, 'notes', nullif(alert.notes, ''))));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.document_of_alert(alerts) IS 'part of alert_document() and export_alerts()';

CREATE FUNCTION alert_document(alert_id bigint) RETURNS jsonb
LANGUAGE sql STABLE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT transfer_detect_internal.document_of_alert(transfer_detect_internal.find_alert(alert_id)) $$;
COMMENT ON FUNCTION alert_document(bigint) IS 'An alert as a document of the Elastic Common Schema, with the fields kibana.alert.* that other tools read';

CREATE FUNCTION export_alerts(from_time timestamptz, to_time timestamptz) RETURNS SETOF jsonb
LANGUAGE sql STABLE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT transfer_detect_internal.document_of_alert(a)
  FROM @extschema@.alerts AS a
 WHERE a.updated_at >= from_time AND a.updated_at < to_time
 ORDER BY a.updated_at, a.id
$$;
COMMENT ON FUNCTION export_alerts(timestamptz, timestamptz) IS 'The alerts that were filed or changed from one instant until another, a document each, as alert_document() makes it';
