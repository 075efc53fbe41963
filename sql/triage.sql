/*
 * triage.sql: all that is known about an alert, gathered once.
 *
 * triage() returns one jsonb value, and everything that shows an alert reads it:
 * alert_context(), the report, the responses and the exported documents.  What
 * these say in words is decided in triage_reasons.sql.
 *
 * Everything is read with the caller's rights.  What cannot be known is not left
 * out in silence: "missing" says it.
 */

CREATE FUNCTION transfer_detect_internal.sample_events(alert alerts, most_hits integer) RETURNS SETOF jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Some documents behind an alert, by time: of its first hit and of its last ones,
 * since an alert that stays open for months has thousands.
 */
BEGIN
	RETURN QUERY
		SELECT e.document
		  FROM (SELECT h AS hit, h.rule_id, h.version, h.span_from, row_number() OVER (ORDER BY h.span_from) AS first_place,
			row_number() OVER (ORDER BY h.span_from DESC) AS last_place
				  FROM transfer_detect_internal.single_hits(alert.id) AS h) AS h
		  JOIN @extschema@.rule_versions AS v ON v.rule_id = h.rule_id AND v.version = h.version
		  JOIN pg_class AS c ON c.oid = v.events	-- it may have been dropped
		 CROSS JOIN LATERAL (
			SELECT r.document, r.place
			  FROM transfer_detect_internal.hit_events(v, h.hit, alert.group_key) WITH ORDINALITY AS r(document, place)
			 ORDER BY r.place LIMIT 20) AS e
		 WHERE h.first_place = 1 OR h.last_place < most_hits
		 ORDER BY h.span_from, e.place;
	IF NOT FOUND THEN	-- the events are gone
		RETURN QUERY
			SELECT c.document || jsonb_build_object('transfer_detect', jsonb_build_object('copied_at', c.copied_at))
			  FROM transfer_detect_internal.evidence_copies(alert.id) AS c;
	END IF;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.sample_events(alerts, integer) IS 'Some of the documents behind an alert, by time';

CREATE FUNCTION transfer_detect_internal.alert_subject(alert alerts, document jsonb) RETURNS transfer_detect_internal.process
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* The process that an alert is about: that of its first event, or what the alert itself says. */
DECLARE
	p transfer_detect_internal.process := transfer_detect_internal.event_process(document);
BEGIN
	p.started := coalesce(p.started, alert.first_event, alert.last_window);
	p.host := coalesce(p.host, alert.host_names[1]);
	p.executable := coalesce(p.executable, alert.process_executable);
	p.command_line := coalesce(p.command_line, alert.process_command_line);
	p.parent_executable := coalesce(p.parent_executable, alert.process_parent_executable);
	p.name := coalesce(p.name, regexp_replace(p.executable, '^.*/', ''));
	RETURN p;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.alert_subject(alerts, jsonb) IS 'The process that an alert is about';

CREATE FUNCTION transfer_detect_internal.triage_around(source regclass, subject transfer_detect_internal.process) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* The processes near the subject: its tree, the other end, and what else the host did 15 minutes either way. */
DECLARE
	most CONSTANT integer := 4000;
	around transfer_detect_internal.process[];
	path transfer_detect_internal.tree_node[];
	tree transfer_detect_internal.tree_node[];
	other transfer_detect_internal.process;
	candidates transfer_detect_internal.process[];
	others integer;
	self transfer_detect_internal.process := subject;
BEGIN
	around := ARRAY(
		SELECT p FROM transfer_detect_internal.host_processes(source, subject.host, subject.started - interval '15 minutes',
															 subject.started + interval '15 minutes', most) AS p);
	SELECT p.* INTO self FROM unnest(around) AS p
	 WHERE p.started = subject.started AND p.pid IS NOT DISTINCT FROM subject.pid
	   AND (subject.event_id IS NULL OR p.event_id = subject.event_id) LIMIT 1;
	IF self.started IS NULL THEN
		self := subject;
	END IF;
	-- an ancestor that started within these minutes is there with its end
	path := ARRAY(
		SELECT ROW(CASE WHEN b.b IS NULL THEN n.p ELSE b.b END, n.number, n.depth, n.role, n.certain)::transfer_detect_internal.tree_node
		  FROM transfer_detect_internal.ancestors(source, self) AS n
		  LEFT JOIN LATERAL (SELECT b FROM unnest(around) AS b
							  WHERE b.started = (n.p).started AND b.entity IS NOT DISTINCT FROM (n.p).entity AND b.pid = (n.p).pid
							  LIMIT 1) AS b ON true);
	candidates := ARRAY(SELECT o FROM transfer_detect_internal.other_end(source, self) AS o);
	others := cardinality(candidates);
	other := candidates[1];
	IF other.host IS NOT NULL THEN
		SELECT p.* INTO other FROM transfer_detect_internal.host_processes(source, other.host, other.started, other.started + interval '10 minutes', most) AS p
		 WHERE p.started = other.started AND p.pid IS NOT DISTINCT FROM other.pid LIMIT 1;
	END IF;
	tree := ARRAY(SELECT t FROM transfer_detect_internal.process_tree(self, path, around, other) AS t);
	RETURN jsonb_build_object(
		'subject', to_jsonb(self) || jsonb_build_object('kind', transfer_detect_internal.process_kind(self)),
		'path', (SELECT coalesce(jsonb_agg(to_jsonb(p.p) || jsonb_build_object('certain', p.certain) ORDER BY p.depth), '[]') FROM unnest(path) AS p),
		'tree', (SELECT coalesce(jsonb_agg(to_jsonb(t.p) || jsonb_build_object('depth', t.depth, 'role', t.role, 'certain', t.certain,
					'kind', transfer_detect_internal.process_kind(t.p)) ORDER BY t.number), '[]') FROM unnest(tree) AS t),
		'earlier', (SELECT coalesce(jsonb_agg(to_jsonb(e) || jsonb_build_object('kind', transfer_detect_internal.process_kind(e)) ORDER BY e.started), '[]')
					  FROM transfer_detect_internal.earlier_children(source, subject, path, tree) AS e),
		'other', CASE WHEN other.host IS NOT NULL THEN to_jsonb(other) || jsonb_build_object('candidates', others) END,
		'around', (SELECT coalesce(jsonb_agg(to_jsonb(a) || jsonb_build_object('kind', transfer_detect_internal.process_kind(a)) ORDER BY a.started), '[]')
					 FROM unnest(around) AS a),
		'around_cut', cardinality(around) >= most);
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.triage_around(regclass, transfer_detect_internal.process) IS 'part of triage(): the processes near the one of an alert';

CREATE FUNCTION transfer_detect_internal.triage_before(source regclass, alert alerts, subject transfer_detect_internal.process) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* The 30 days up to the end of the alert's last window: prevalence, the day's transfers, the same from elsewhere. */
DECLARE
	to_time CONSTANT timestamptz := greatest(alert.last_window, subject.started);
	most CONSTANT integer := 3000;
	transfers CONSTANT text[] := transfer_detect_internal.transfer_programs();
	t CONSTANT @extschema@.transfer := @extschema@.transfer_command(subject.command_line, subject.args, subject.executable);
	own_script CONSTANT text := transfer_detect_internal.script_of(subject.parent_command_line);
	own_template CONSTANT text := transfer_detect_internal.path_template(own_script);
	named_by CONSTANT jsonb := (SELECT coalesce(jsonb_agg(n), '[]') FROM transfer_detect_internal.named_by(source, t.remote_host, subject.started) AS n
		WHERE t.remote_host IS NOT NULL);
	other_names CONSTANT text[] := transfer_detect_internal.fleet_names(t.remote_host)
		|| ARRAY(SELECT DISTINCT n.value ->> 'gives' FROM jsonb_array_elements(named_by) AS n WHERE n.value ->> 'gives' IS NOT NULL LIMIT 3);
	remotes CONSTANT text[] := t.remote_host || other_names;
	wanted transfer_detect_internal.wanted_runs;
	runs transfer_detect_internal.run_before[];
	own_scripts text[];
BEGIN
	wanted.command_line := subject.command_line;
	-- the name of a script that is the same each time leads to it wherever it lies
	wanted.script_name := (SELECT CASE WHEN s.name = regexp_replace(own_script, '^.*/', '') THEN s.name END
		FROM regexp_replace(own_template, '^.*/', '') AS s(name));
	wanted.remotes := array_remove(remotes, NULL);
	wanted.user_name := subject.user_name;
	wanted.host := subject.host;
	wanted.name := subject.name;
	runs := ARRAY(SELECT r FROM transfer_detect_internal.runs_before(source,
		CASE WHEN t.utility IS NULL OR subject.name <> ALL (transfers) THEN array_append(
			CASE WHEN t.utility IS NOT NULL THEN transfers ELSE '{}' END, subject.name) ELSE transfers END, to_time, most, wanted) AS r);
	own_scripts := ARRAY(SELECT d.script FROM (SELECT DISTINCT r.script FROM unnest(runs) AS r) AS d
						  WHERE transfer_detect_internal.path_template(d.script) = own_template);
	RETURN jsonb_build_object(
		'named_by', named_by,
		'other_names', to_jsonb(other_names),
		'user_before', transfer_detect_internal.user_before(runs, subject, remotes),
		'remote_before', transfer_detect_internal.remote_before(runs, subject, t, remotes),
		'nearest', transfer_detect_internal.nearest_before(runs, subject, t, own_scripts, remotes),
		'way_out_days', (SELECT count(DISTINCT ceil(extract(epoch FROM subject.started - r.at) / 86400))
			  FROM unnest(runs) AS r, unnest(t.options) AS o(option)
			 WHERE o.option ~ '^(remote_shell|proxy_command)=' AND o.option = ANY ((r.t).options) AND r.at < subject.started),
		'to', to_time,
		'history_from', transfer_detect_internal.first_event(source, to_time - interval '30 days'),
		'present', to_jsonb(transfer_detect_internal.days_with_events(source, to_time)),
		'most', most,
		'cut', (SELECT bool_or(r.latest_from IS NOT NULL) FROM unnest(runs) AS r),
		'prevalence', (SELECT coalesce(jsonb_agg(to_jsonb(p)), '[]') FROM transfer_detect_internal.prevalence(runs, subject, own_scripts, other_names,
			to_time) AS p),
		'day', (SELECT coalesce(jsonb_agg(to_jsonb(d) ORDER BY d.at), '[]') FROM (
			SELECT r.at, r.command_line, r.script, r.user_name, r.form FROM unnest(runs) AS r
			 WHERE r.host = subject.host AND r.at BETWEEN subject.started - interval '12 hours' AND subject.started + interval '12 hours'
			   AND r.at <> subject.started AND (r.t).utility IS NOT NULL
			 ORDER BY abs(extract(epoch FROM r.at - subject.started)) LIMIT 50) AS d),
		'elsewhere', (SELECT coalesce(jsonb_agg(to_jsonb(d) ORDER BY d.shared_command DESC, d.first), '[]') FROM (
			SELECT r.host, r.command_line, r.form, min(r.at) AS first, max(r.at) AS last, count(*) AS starts, min(r.script) AS script,
				min(r.user_name) AS user_name, bool_or(r.command_line = subject.command_line) AS shared_command,
				coalesce(bool_or(r.script = ANY (own_scripts)), false) AS shared_script
			  FROM unnest(runs) AS r
			 WHERE r.host <> subject.host AND r.at BETWEEN subject.started - interval '24 hours' AND subject.started + interval '24 hours'
			   AND (r.command_line = subject.command_line AND t.mode LIKE 'client%' OR r.script = ANY (own_scripts))
			 GROUP BY r.host, r.command_line, r.form ORDER BY count(*) DESC LIMIT 10) AS d),
		'scripts_to_remote', (SELECT coalesce(jsonb_agg(to_jsonb(d) ORDER BY d.starts DESC), '[]') FROM (
			SELECT r.script, count(*) AS starts, count(DISTINCT r.host) AS hosts,
				(array_agg(DISTINCT r.host COLLATE "C"))[:5] AS host_names
			  FROM unnest(runs) AS r
			 WHERE (r.t).remote_host = ANY (remotes) AND (r.script = ANY (own_scripts)) IS NOT TRUE AND r.at < subject.started
			 GROUP BY r.script ORDER BY count(*) DESC LIMIT 5) AS d),
		'users', (SELECT count(DISTINCT r.user_name) FROM unnest(runs) AS r WHERE r.latest));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.triage_before(regclass, alerts, transfer_detect_internal.process) IS 'part of triage(): the 30 days before an alert';

CREATE FUNCTION transfer_detect_internal.triage_who(document jsonb) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* Who it was, as far as the event says. */
SELECT jsonb_strip_nulls(jsonb_build_object(
	'user', transfer_detect_internal.event_field(document, 'user.name'),
	'user_id', transfer_detect_internal.event_field(document, 'user.id'),
	'effective', transfer_detect_internal.event_field(document, 'user.effective.name', 'process.user.name', 'user.effective.id'),
	'login', transfer_detect_internal.event_field(document, 'process.session_leader.user.name', 'process.entry_leader.user.name', 'auditd.data.auid',
		'user.audit.name'),
	'session', transfer_detect_internal.event_field(document, 'process.session_leader.entity_id', 'auditd.session', 'process.session_leader.pid'),
	'session_command', transfer_detect_internal.event_field(document, 'process.session_leader.command_line', 'process.session_leader.executable',
		'process.entry_leader.executable'),
	'entry', transfer_detect_internal.event_field(document, 'process.entry_leader.entry_meta.type'),
	'tty', transfer_detect_internal.event_field(document, 'process.tty.char_device.minor', 'process.tty', 'auditd.data.tty'),
	'from', transfer_detect_internal.event_field(document, 'process.entry_leader.entry_meta.source.ip', 'source.ip', 'client.ip', 'source.address'),
	'os', nullif(concat_ws(' ', initcap(transfer_detect_internal.event_field(document, 'host.os.name', 'host.os.platform')),
		transfer_detect_internal.event_field(document, 'host.os.version')), ''),
	'architecture', transfer_detect_internal.event_field(document, 'host.architecture'),
	'host_ip', transfer_detect_internal.event_field(document, 'host.ip'),
	'cwd', transfer_detect_internal.event_field(document, 'process.working_directory'),
	'sha256', transfer_detect_internal.event_field(document, 'process.hash.sha256'),
	'bytes', transfer_detect_internal.event_field(document, 'source.bytes', 'network.bytes', 'file.size')))
$$;
COMMENT ON FUNCTION transfer_detect_internal.triage_who(jsonb) IS 'part of triage(): who it was, as far as an event says';

CREATE FUNCTION transfer_detect_internal.find_alert(alert_id bigint) RETURNS alerts
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	alert @extschema@.alerts;
BEGIN
	IF alert_id IS NULL THEN
		RAISE EXCEPTION 'alert_id must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT a.* INTO alert FROM @extschema@.alerts AS a WHERE a.id = alert_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'alert % does not exist', alert_id USING ERRCODE = 'undefined_object';
	END IF;
	RETURN alert;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.find_alert(bigint) IS 'An alert, or an error';

CREATE FUNCTION transfer_detect_internal.triage(alert_id bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off	-- many small queries: compiling them would take longer than they do
AS $$
DECLARE
	alert CONSTANT @extschema@.alerts := transfer_detect_internal.find_alert(alert_id);
	version @extschema@.rule_versions;
	documents jsonb[];
	subject transfer_detect_internal.process;
	facts jsonb;
	readable boolean;
	problem text;
BEGIN
	SELECT v.* INTO version FROM @extschema@.rule_versions AS v WHERE v.rule_id = alert.rule_id AND v.version = alert.version;
	BEGIN
		IF NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = version.events) THEN
			RAISE undefined_object USING MESSAGE = 'the relation that the rule reads is gone';
		END IF;
		documents := ARRAY(SELECT d FROM transfer_detect_internal.sample_events(alert, 5) AS d);
		readable := coalesce(transfer_detect_internal.has_event_columns(version.events), false);
		-- a rule's relation can run code: this asks nothing of it, and fails if it is not to be trusted
		PERFORM FROM transfer_detect_internal.rule_events(version.query, version.events, alert.last_window, alert.last_window, version.timestamp_field,
			version.timestamp_fallback, '{}', alert.last_window, alert.last_window, CASE WHEN version.habits IS NULL THEN alert.group_key END) LIMIT 1;
	EXCEPTION WHEN insufficient_privilege OR syntax_error_or_access_rule_violation OR undefined_object OR feature_not_supported THEN
		problem := SQLERRM;
		readable := false;
		documents := ARRAY(SELECT c.document FROM transfer_detect_internal.evidence_copies(alert_id) AS c);
	END;
	subject := transfer_detect_internal.alert_subject(alert, documents[1]);
	facts := jsonb_build_object(
		'alert', to_jsonb(alert) - 'key_digest',
		'rule', to_jsonb(version) || jsonb_build_object('source', version.events::text)
			|| coalesce((SELECT jsonb_build_object('note', r.note, 'false_positives', r.false_positives, 'threat', r.threat, 'tags', r.tags,
												   'description', r.description, 'references', r.rule_references)
						   FROM @extschema@.rules AS r WHERE r.rule_id = alert.rule_id), '{}'),
		'documents', to_jsonb(documents),
		'who', coalesce(transfer_detect_internal.triage_who(documents[1]), '{}'),
		'subject', to_jsonb(subject) || jsonb_build_object('kind', transfer_detect_internal.process_kind(subject)),
		'transfer', to_jsonb(@extschema@.transfer_command(subject.command_line, subject.args, subject.executable)),
		'script', coalesce(transfer_detect_internal.script_of(subject.parent_command_line), transfer_detect_internal.script_of(subject.command_line,
			subject.args)),
		'habits', (SELECT coalesce(jsonb_agg(h), '[]') FROM transfer_detect_internal.habits(subject) AS h),
		'readable', readable,
		'problem', problem,
		'evidence', (SELECT CASE WHEN documents[1] ? 'transfer_detect' THEN 'The events are gone: these are copies, kept when the alert was filed or extended.'
							WHEN count(*) = 0 THEN 'Read from the events; no copies are kept.'
							ELSE format('Read from the events; copies of %s are kept.', transfer_detect_internal.show_count(count(*), 'document')) END
					   FROM transfer_detect_internal.evidence_copies(alert_id) AS c));
	IF has_table_privilege('@extschema@.exceptions', 'SELECT') THEN
		facts := facts || jsonb_build_object('exceptions',
			(SELECT coalesce(jsonb_agg(to_jsonb(e)), '[]') FROM transfer_detect_internal.near_exceptions(alert, documents[1]) AS e));
	END IF;
	IF readable AND subject.host IS NOT NULL THEN
		facts := facts || transfer_detect_internal.triage_around(version.events, subject);
		IF subject.parent_command_line IS NULL AND facts #>> '{path,0,command_line}' IS NOT NULL THEN
			-- the event does not say what its parent ran, and the parent's own event does
			subject.parent_command_line := facts #>> '{path,0,command_line}';
			subject.parent_executable := coalesce(subject.parent_executable, facts #>> '{path,0,executable}');
			facts := facts || jsonb_build_object('script', coalesce(transfer_detect_internal.script_of(subject.parent_command_line), facts ->> 'script'),
				'subject', facts -> 'subject' || jsonb_build_object('parent_command_line', subject.parent_command_line, 'parent_executable',
					subject.parent_executable));
		END IF;
	END IF;
	facts := facts || jsonb_build_object('remote_place', transfer_detect_internal.where_is(facts #>> '{transfer,remote_host}', subject.host), 'related',
		(SELECT coalesce(jsonb_agg(to_jsonb(r)), '[]') FROM transfer_detect_internal.related_alerts(alert, subject, facts -> 'other') AS r));
	IF readable AND subject.name IS NOT NULL THEN
		facts := facts || transfer_detect_internal.triage_before(version.events, alert, subject);
	END IF;
	RETURN transfer_detect_internal.triage_reasons(facts);
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.triage(bigint) IS 'All that is known about an alert';
