/*
 * alerts.sql: alerts, what was counted on each, and who did what to them.
 *
 * There is at most one alert for a rule and group key that is not closed.
 * filing.sql files alerts.  The rules below hold however a row is changed:
 *
 * - what an alert is about never changes, and its status changes as check_alert() allows;
 * - its counts are the sums over its hits, kept by filing as it adds them, and are changed by nobody else;
 * - every change is in alert_history, which only a trigger writes.
 *
 * So a role that may update status, close_reason, assignee, tags and notes can
 * triage, and nothing else.
 *
 * Hits and history go with their alert by a trigger, and versions of rules are
 * never deleted (rules.sql).  Foreign keys would say the same, but each is checked
 * for each row, and the four of them would take a third of the time of filing.
 */

/*
 * A group key holds a command line, which is too long for an index.  Attackers
 * choose command lines, so the hash must be a strong one.
 */
CREATE FUNCTION transfer_detect_internal.key_digest(group_key jsonb) RETURNS bytea
AS 'MODULE_PATHNAME', 'td_key_digest'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.key_digest(jsonb) IS 'What alerts are looked up by instead of their group key: its SHA-256';

CREATE TABLE alerts (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	rule_id text COLLATE "C" NOT NULL,
	version integer NOT NULL,
	group_key jsonb NOT NULL,
	key_digest bytea GENERATED ALWAYS AS (transfer_detect_internal.key_digest(group_key)) STORED,
	status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'acknowledged', 'closed')),
	close_reason text CHECK (close_reason IN ('false_positive', 'true_positive', 'benign', 'duplicate', 'other')),
	severity text NOT NULL,
	risk_score integer NOT NULL,
	title text NOT NULL,
	process_executable text,
	process_parent_executable text,
	process_command_line text,
	event_count bigint NOT NULL,
	agent_count bigint,
	host_names text[] NOT NULL DEFAULT '{}',
	agent_ids text[] NOT NULL DEFAULT '{}',
	first_event timestamptz,
	last_event timestamptz,
	last_window timestamptz NOT NULL,
	result jsonb NOT NULL,
	over_cap boolean NOT NULL DEFAULT false,
	run_id bigint NOT NULL,
	predecessor_id bigint,
	assignee text,
	tags text[] NOT NULL DEFAULT '{}',
	notes text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	updated_by text NOT NULL DEFAULT current_user,
	closed_at timestamptz,
	omitted text,
	reasons text[] NOT NULL DEFAULT '{}',
	CONSTRAINT alerts_close_reason CHECK ((status = 'closed') = (close_reason IS NOT NULL)),
	CONSTRAINT alerts_closed_at CHECK ((status = 'closed') = (closed_at IS NOT NULL))
);
-- An alert is updated by each window that finds it again: with room on its page that touches no index.
ALTER TABLE alerts SET (fillfactor = 50);
-- the digest first, since it tells two keys apart at once; no list of places, which is not read backwards (sort_groups() says why that matters)
CREATE UNIQUE INDEX alerts_active ON alerts (key_digest, rule_id) WITH (deduplicate_items = off) WHERE status <> 'closed';
CREATE INDEX alerts_closed ON alerts (key_digest, rule_id) WHERE status = 'closed';
CREATE INDEX alerts_created_at ON alerts (created_at);
CREATE INDEX alerts_run_id ON alerts (run_id);

COMMENT ON TABLE alerts IS 'What the rules have found: at most one alert that is not closed for each rule and group key';
COMMENT ON COLUMN alerts.id IS 'Number of the alert';
COMMENT ON COLUMN alerts.rule_id IS 'The rule that found it';
COMMENT ON COLUMN alerts.version IS 'Version of the rule that first found it';
COMMENT ON COLUMN alerts.group_key IS 'The columns of the rule''s BY with their values; of a rule without STATS the whole row, but for what INLINE STATS computes';
COMMENT ON COLUMN alerts.key_digest IS 'Digest of group_key, to look it up by';
COMMENT ON COLUMN alerts.status IS 'open, acknowledged or closed';
COMMENT ON COLUMN alerts.close_reason IS 'Why it is closed: false_positive, true_positive, benign, duplicate or other';
COMMENT ON COLUMN alerts.severity IS 'Severity of the rule when the alert was filed';
COMMENT ON COLUMN alerts.risk_score IS 'Risk score of the rule when the alert was filed';
COMMENT ON COLUMN alerts.title IS 'What happened, in a line';
COMMENT ON COLUMN alerts.reasons IS 'What is new about it, in words, if a rule that knows habits found it';
COMMENT ON COLUMN alerts.process_executable IS 'process.executable, if the rule returns it';
COMMENT ON COLUMN alerts.process_parent_executable IS 'process.parent.executable, if the rule returns it';
COMMENT ON COLUMN alerts.process_command_line IS 'process.command_line, if the rule returns it';
COMMENT ON COLUMN alerts.event_count IS 'Events counted, each once: the sum over alert_hits';
COMMENT ON COLUMN alerts.agent_count IS 'Number of agent_ids, or the count that the rule returns if it does not name them';
COMMENT ON COLUMN alerts.host_names IS 'Hosts of all hits, if the rule returns them';
COMMENT ON COLUMN alerts.agent_ids IS 'Agents of all hits, if the rule returns them';
COMMENT ON COLUMN alerts.first_event IS 'Time of the first event, by the rule''s timestamp field';
COMMENT ON COLUMN alerts.last_event IS 'Time of the last event';
COMMENT ON COLUMN alerts.last_window IS 'End of the latest window in which it was found';
COMMENT ON COLUMN alerts.result IS 'The row that the rule returned in that window, all its columns';
COMMENT ON COLUMN alerts.omitted IS 'What result and the columns made of it lack because it was too large; null if nothing';
COMMENT ON COLUMN alerts.over_cap IS 'Whether it was beyond the rule''s cap in each window that found it';
COMMENT ON COLUMN alerts.run_id IS 'Run that filed it';
COMMENT ON COLUMN alerts.predecessor_id IS 'The last closed alert of the same rule and key, which may have been purged since';
COMMENT ON COLUMN alerts.assignee IS 'Who looks after it';
COMMENT ON COLUMN alerts.tags IS 'Labels of the analysts''';
COMMENT ON COLUMN alerts.notes IS 'Notes of the analysts''';
COMMENT ON COLUMN alerts.created_at IS 'When it was filed';
COMMENT ON COLUMN alerts.updated_at IS 'When it last changed';
COMMENT ON COLUMN alerts.updated_by IS 'Role that changed it';
COMMENT ON COLUMN alerts.closed_at IS 'When it was closed';

CREATE TYPE transfer_detect_internal.hit_part AS (
	window_from timestamptz,
	as_of timestamptz,
	span_from timestamptz,
	span_to timestamptz,
	event_count bigint
);

COMMENT ON TYPE transfer_detect_internal.hit_part IS 'A hit that was put into one row with others of its day';

CREATE TABLE alert_hits (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	alert_id bigint NOT NULL,
	rule_id text COLLATE "C" NOT NULL,
	version integer NOT NULL,
	window_from timestamptz NOT NULL,
	as_of timestamptz NOT NULL,
	event_exceptions text[] NOT NULL DEFAULT '{}',
	span_from timestamptz NOT NULL,
	span_to timestamptz NOT NULL CHECK (span_to >= span_from),
	event_count bigint NOT NULL CHECK (event_count > 0),
	parts transfer_detect_internal.hit_part[]
);
CREATE INDEX alert_hits_span ON alert_hits (alert_id, span_from);

COMMENT ON TABLE alert_hits IS 'What was counted on each alert: the events of its key in these spans of time, which do not overlap';
COMMENT ON COLUMN alert_hits.id IS 'Number of the hit';
COMMENT ON COLUMN alert_hits.alert_id IS 'The alert';
COMMENT ON COLUMN alert_hits.rule_id IS 'The rule';
COMMENT ON COLUMN alert_hits.version IS 'Version of the rule that counted';
COMMENT ON COLUMN alert_hits.window_from IS 'Begin of the window in which it counted';
COMMENT ON COLUMN alert_hits.as_of IS 'End of that window';
COMMENT ON COLUMN alert_hits.event_exceptions IS 'Conditions of the exceptions at the event stage that were in force';
COMMENT ON COLUMN alert_hits.span_from IS 'Time of the first event counted';
COMMENT ON COLUMN alert_hits.span_to IS 'Time of the last event counted';
COMMENT ON COLUMN alert_hits.event_count IS 'How many events it counted';
COMMENT ON COLUMN alert_hits.parts IS 'The hits of a day that compact_history() has put into this row, which stands for what they counted and nothing between; null if it is one hit';

CREATE TABLE alert_history (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	alert_id bigint NOT NULL,
	changed_at timestamptz NOT NULL DEFAULT now(),
	changed_by text NOT NULL,
	login text NOT NULL DEFAULT session_user,
	action text NOT NULL CHECK (action IN ('created', 'extended', 'changed')),
	changes jsonb NOT NULL
);
CREATE INDEX alert_history_alert_id ON alert_history (alert_id);

COMMENT ON TABLE alert_history IS 'Every change of an alert';
COMMENT ON COLUMN alert_history.id IS 'Number of the change';
COMMENT ON COLUMN alert_history.alert_id IS 'The alert';
COMMENT ON COLUMN alert_history.changed_at IS 'When, as transactions see it';
COMMENT ON COLUMN alert_history.changed_by IS 'Role that did it';
COMMENT ON COLUMN alert_history.login IS 'Role that the session had logged in as';
COMMENT ON COLUMN alert_history.action IS 'created, extended (by a run) or changed (by hand)';
COMMENT ON COLUMN alert_history.changes IS 'An object of columns: each has an array of the old and the new value; title, reasons, result and last_window are left out';

-- Why enable_seqscan is off here and below: see filing.sql.
CREATE FUNCTION transfer_detect_internal.check_alert() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
DECLARE
	other bigint;
BEGIN
	IF (NEW.id, NEW.rule_id, NEW.version, NEW.group_key, NEW.run_id, NEW.predecessor_id, NEW.created_at)
		IS DISTINCT FROM (OLD.id, OLD.rule_id, OLD.version, OLD.group_key, OLD.run_id, OLD.predecessor_id, OLD.created_at)
	THEN
		RAISE EXCEPTION 'what alert % is about cannot be changed', OLD.id
			USING ERRCODE = 'check_violation',
				  HINT = 'Only status, close_reason, assignee, tags and notes are to be changed by hand.';
	END IF;

	-- Filing keeps the count as it adds hits.  Who may update it could write hits as
	-- well: this is to stop a mistake, and need not sum up all hits each time.
	IF (NEW.event_count, NEW.first_event, NEW.last_event)
		IS DISTINCT FROM (OLD.event_count, OLD.first_event, OLD.last_event)
		AND current_setting('transfer_detect.filing', true)::boolean IS NOT TRUE
	THEN
		RAISE EXCEPTION 'the events of alert % are counted by runs only', OLD.id
			USING ERRCODE = 'check_violation',
				  HINT = 'Only status, close_reason, assignee, tags and notes are to be changed by hand.';
	END IF;

	IF NEW.status = 'closed' THEN
		IF NEW.close_reason IS NULL THEN
			RAISE EXCEPTION 'alert % cannot be closed without a reason', OLD.id
				USING ERRCODE = 'check_violation',
					  HINT = 'Set close_reason to false_positive, true_positive, benign, duplicate or other.';
		END IF;
		NEW.closed_at := CASE WHEN OLD.status = 'closed' THEN OLD.closed_at ELSE now() END;
	ELSIF OLD.status = 'closed' THEN
		SELECT a.id INTO other FROM @extschema@.alerts AS a
		 WHERE a.rule_id = NEW.rule_id AND a.key_digest = transfer_detect_internal.key_digest(NEW.group_key) AND a.status <> 'closed';
		IF FOUND THEN
			RAISE EXCEPTION 'alert % cannot be reopened, since alert % has taken its place', OLD.id, other
				USING ERRCODE = 'unique_violation',
					  HINT = format('Work on alert %s, or close it first.', other);
		END IF;
		NEW.closed_at := NULL;
		NEW.close_reason := NULL;
	ELSIF NEW.close_reason IS NOT NULL THEN
		RAISE EXCEPTION 'alert % is not closed, so it has no reason for it', OLD.id
			USING ERRCODE = 'check_violation',
				  HINT = 'Set status to closed as well.';
	ELSE
		NEW.closed_at := NULL;
	END IF;
	NEW.updated_at := now();
	NEW.updated_by := current_user;
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.check_alert() IS 'Trigger: what may change of an alert, and how';

CREATE FUNCTION transfer_detect_internal.keep_alert_history() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_nestloop = off
SET enable_mergejoin = off
SET jit = off
AS $$
/*
 * Once a statement, since one may extend a thousand alerts; and if only what filing
 * changes has changed, whole rows are not made jsonb; mostly there are more events, of
 * the same hosts.  Those of which more has changed come after them, since a query that may need whole rows carries them along.  Each column of alerts is in one
 * of the three lists.  It runs with the owner's rights, so that nobody else needs the right to write alert_history.
 * check_alert(), which runs as the caller, has written the caller's name to updated_by.
 */
DECLARE
	ignored_columns CONSTANT text[] := '{updated_at,updated_by,last_window,result,title,reasons}';
	counted CONSTANT text[] := '{event_count,first_event,last_event,host_names,agent_ids}';
	others bigint[];
BEGIN
	WITH joined AS MATERIALIZED (
		SELECT n.id, n.updated_by,
			CASE WHEN (o.rule_id, o.version, o.group_key, o.key_digest, o.status, o.close_reason, o.severity, o.risk_score, o.process_executable,
					   o.process_parent_executable, o.process_command_line, o.run_id, o.predecessor_id, o.assignee, o.tags, o.notes, o.created_at, o.closed_at)
				IS NOT DISTINCT FROM
					  (n.rule_id, n.version, n.group_key, n.key_digest, n.status, n.close_reason, n.severity, n.risk_score, n.process_executable,
					   n.process_parent_executable, n.process_command_line, n.run_id, n.predecessor_id, n.assignee, n.tags, n.notes, n.created_at, n.closed_at)
			THEN CASE WHEN n.event_count > o.event_count AND n.last_event > o.last_event
						   AND (n.first_event, n.agent_count, n.host_names, n.agent_ids, n.over_cap, n.omitted)
							   IS NOT DISTINCT FROM (o.first_event, o.agent_count, o.host_names, o.agent_ids, o.over_cap, o.omitted)
				THEN jsonb_build_object('event_count', jsonb_build_array(o.event_count, n.event_count), 'last_event', jsonb_build_array(o.last_event, n.last_event))
				ELSE jsonb_strip_nulls(jsonb_build_object(
					'event_count', CASE WHEN n.event_count <> o.event_count THEN jsonb_build_array(o.event_count, n.event_count) END,
					'first_event', CASE WHEN n.first_event IS DISTINCT FROM o.first_event THEN jsonb_build_array(o.first_event, n.first_event) END,
					'last_event', CASE WHEN n.last_event IS DISTINCT FROM o.last_event THEN jsonb_build_array(o.last_event, n.last_event) END,
					'agent_count', CASE WHEN n.agent_count IS DISTINCT FROM o.agent_count THEN jsonb_build_array(o.agent_count, n.agent_count) END,
					'host_names', CASE WHEN n.host_names <> o.host_names THEN jsonb_build_array(o.host_names, n.host_names) END,
					'agent_ids', CASE WHEN n.agent_ids <> o.agent_ids THEN jsonb_build_array(o.agent_ids, n.agent_ids) END,
					'over_cap', CASE WHEN n.over_cap <> o.over_cap THEN jsonb_build_array(o.over_cap, n.over_cap) END,
					'omitted', CASE WHEN n.omitted IS DISTINCT FROM o.omitted THEN jsonb_build_array(o.omitted, n.omitted) END)) END END AS changes
		  FROM new_alerts AS n
		  JOIN old_alerts AS o ON o.id = n.id
	), put AS (
		INSERT INTO @extschema@.alert_history (alert_id, changed_by, action, changes)
		SELECT j.id, j.updated_by, CASE WHEN j.changes ?| counted THEN 'extended' ELSE 'changed' END, j.changes
		  FROM joined AS j
		 WHERE j.changes <> '{}'
		 ORDER BY j.id
	)
	SELECT array_agg(j.id) INTO others FROM joined AS j WHERE j.changes IS NULL;
	IF others IS NOT NULL THEN
		INSERT INTO @extschema@.alert_history (alert_id, changed_by, action, changes)
		SELECT c.id, c.updated_by, CASE WHEN c.changes ?| counted THEN 'extended' ELSE 'changed' END, c.changes
		  FROM (SELECT n.id, n.updated_by,
					(SELECT jsonb_object_agg(v.key, jsonb_build_array(to_jsonb(o) -> v.key, v.value))
					   FROM jsonb_each(to_jsonb(n) - ignored_columns) AS v
					  WHERE to_jsonb(o) -> v.key <> v.value) AS changes
				  FROM new_alerts AS n
				  JOIN old_alerts AS o ON o.id = n.id
				 WHERE n.id = ANY (others)
				OFFSET 0) AS c
		 WHERE c.changes IS NOT NULL
		 ORDER BY c.id;
	END IF;
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.keep_alert_history() IS 'Trigger: writes the changes of an alert to alert_history';
REVOKE ALL ON FUNCTION transfer_detect_internal.keep_alert_history() FROM PUBLIC;

CREATE FUNCTION transfer_detect_internal.keep_new_alerts() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Once a statement, since one may file a thousand alerts.  With the owner's rights
 * for the reason that keep_alert_history() has.  An alert that is restored from a
 * dump brings its history with it.
 */
BEGIN
	WITH kind AS MATERIALIZED (	-- of a thousand alerts most are alike
		SELECT k.status, k.event_count,
			jsonb_build_object('status', jsonb_build_array(NULL, k.status), 'event_count', jsonb_build_array(NULL, k.event_count)) AS changes
		  FROM (SELECT DISTINCT f.status, f.event_count FROM filed AS f) AS k
	)
	INSERT INTO @extschema@.alert_history (alert_id, changed_by, action, changes)
	SELECT f.id, f.updated_by, 'created', k.changes
	  FROM filed AS f
	  JOIN kind AS k ON k.event_count = f.event_count AND k.status = f.status
	 WHERE f.created_at = transaction_timestamp()
	 ORDER BY f.id;
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.keep_new_alerts() IS 'Trigger: writes new alerts to alert_history';
REVOKE ALL ON FUNCTION transfer_detect_internal.keep_new_alerts() FROM PUBLIC;

-- Filing extends alerts by the thousand, and then the function would find nothing to do.
CREATE TRIGGER alerts_check BEFORE UPDATE ON alerts
	FOR EACH ROW WHEN (
		pg_catalog.current_setting('transfer_detect.filing', true) IS DISTINCT FROM 'on'
		OR NEW.updated_at IS DISTINCT FROM pg_catalog.now() OR NEW.updated_by IS DISTINCT FROM current_user
		OR (NEW.id, NEW.rule_id, NEW.version, NEW.group_key, NEW.run_id, NEW.predecessor_id, NEW.created_at, NEW.status, NEW.close_reason, NEW.closed_at)
			IS DISTINCT FROM (OLD.id, OLD.rule_id, OLD.version, OLD.group_key, OLD.run_id, OLD.predecessor_id, OLD.created_at, OLD.status, OLD.close_reason, OLD.closed_at))
	EXECUTE FUNCTION transfer_detect_internal.check_alert();
CREATE TRIGGER alerts_history AFTER UPDATE ON alerts
	REFERENCING OLD TABLE AS old_alerts NEW TABLE AS new_alerts
	FOR EACH STATEMENT EXECUTE FUNCTION transfer_detect_internal.keep_alert_history();
CREATE TRIGGER alerts_history_created AFTER INSERT ON alerts
	REFERENCING NEW TABLE AS filed
	FOR EACH STATEMENT EXECUTE FUNCTION transfer_detect_internal.keep_new_alerts();
SELECT pg_catalog.pg_extension_config_dump('alerts', '');
SELECT pg_catalog.pg_extension_config_dump('alerts_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('alert_hits', '');
SELECT pg_catalog.pg_extension_config_dump('alert_hits_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('alert_history', '');
SELECT pg_catalog.pg_extension_config_dump('alert_history_id_seq', '');
