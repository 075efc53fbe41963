/*
 * rules.sql: the rules, and their versions.
 *
 * A rule is checked when it is written, and whatever of it decides what is
 * found, or how an alert is rated, is kept as a version of its own that never
 * changes: alerts refer to the version that made them, so that they stay
 * explainable after edits, and after the rule itself has been deleted.
 *
 * That rules refer to their versions (and not the other way round) also makes
 * pg_dump restore versions first, so that the trigger finds a restored rule's
 * version there and makes no other.
 */

CREATE TABLE rule_versions (
	rule_id text COLLATE "C" NOT NULL,
	version integer NOT NULL CHECK (version > 0),
	name text NOT NULL,
	query text NOT NULL,
	events regclass NOT NULL,
	timestamp_field text NOT NULL,
	timestamp_fallback text,
	run_interval interval NOT NULL,
	look_back interval NOT NULL,
	max_alerts integer NOT NULL,
	severity text NOT NULL,
	risk_score integer NOT NULL,
	shipped boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now(),
	created_by text NOT NULL DEFAULT current_user,
	habits jsonb,
	PRIMARY KEY (rule_id, version)
);

COMMENT ON TABLE rule_versions IS 'What each rule was at a time; a row never changes';
COMMENT ON COLUMN rule_versions.rule_id IS 'The rule, which may have been deleted since';
COMMENT ON COLUMN rule_versions.version IS 'Counts up from 1';
COMMENT ON COLUMN rule_versions.name IS 'As rules.name was';
COMMENT ON COLUMN rule_versions.query IS 'As rules.query was';
COMMENT ON COLUMN rule_versions.events IS 'As rules.events was';
COMMENT ON COLUMN rule_versions.timestamp_field IS 'As rules.timestamp_field was';
COMMENT ON COLUMN rule_versions.timestamp_fallback IS 'As rules.timestamp_fallback was';
COMMENT ON COLUMN rule_versions.run_interval IS 'As rules.run_interval was';
COMMENT ON COLUMN rule_versions.look_back IS 'As rules.look_back was';
COMMENT ON COLUMN rule_versions.max_alerts IS 'As rules.max_alerts was';
COMMENT ON COLUMN rule_versions.severity IS 'As rules.severity was';
COMMENT ON COLUMN rule_versions.risk_score IS 'As rules.risk_score was';
COMMENT ON COLUMN rule_versions.habits IS 'Its spaces as they were in habit_spaces; null if it knew no habits';
COMMENT ON COLUMN rule_versions.shipped IS 'Comes with the extension; pg_dump leaves such rows out';
COMMENT ON COLUMN rule_versions.created_at IS 'When the rule became this';
COMMENT ON COLUMN rule_versions.created_by IS 'Role that made it so';

CREATE TABLE rules (
	rule_id text COLLATE "C" PRIMARY KEY CHECK (rule_id ~ '^[a-z0-9][a-z0-9_-]*$'),
	version integer NOT NULL DEFAULT 1,
	name text NOT NULL CHECK (name <> ''),
	description text NOT NULL DEFAULT '',
	query text NOT NULL,
	events regclass NOT NULL DEFAULT '@extschema@.events',
	timestamp_field text NOT NULL DEFAULT '@timestamp' CHECK (timestamp_field <> ''),
	timestamp_fallback text CHECK (timestamp_fallback <> ''),
	severity text NOT NULL DEFAULT 'low'
		CHECK (severity IN ('low', 'medium', 'high', 'critical')),
	risk_score integer NOT NULL DEFAULT 21 CHECK (risk_score BETWEEN 0 AND 100),
	run_interval interval NOT NULL DEFAULT '1 hour'
		CHECK (run_interval >= '1 second' AND extract(month FROM run_interval) = 0 AND extract(year FROM run_interval) = 0),
	look_back interval NOT NULL DEFAULT '61 minutes'
		CHECK (look_back > '0' AND extract(month FROM look_back) = 0 AND extract(year FROM look_back) = 0),
	max_alerts integer NOT NULL DEFAULT 100 CHECK (max_alerts > 0),
	max_catch_up integer NOT NULL DEFAULT 24 CHECK (max_catch_up BETWEEN 1 AND 10000),
	tags text[] NOT NULL DEFAULT '{}',
	threat jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(threat) = 'array'),
	note text NOT NULL DEFAULT '',
	false_positives text[] NOT NULL DEFAULT '{}',
	rule_references text[] NOT NULL DEFAULT '{}',
	enabled boolean NOT NULL DEFAULT false,
	enabled_at timestamptz NOT NULL DEFAULT now(),
	shipped boolean NOT NULL DEFAULT false,
	edited_at timestamptz NOT NULL DEFAULT now(),
	edited_by text NOT NULL DEFAULT current_user,
	late_within interval NOT NULL DEFAULT '24 hours'
		CHECK (late_within >= '0' AND extract(month FROM late_within) = 0 AND extract(year FROM late_within) = 0),
	CONSTRAINT rules_look_back_covers_interval CHECK (look_back >= run_interval),
	CONSTRAINT rules_look_back_within_reason CHECK (look_back <= '3650 days')
);

COMMENT ON TABLE rules IS 'Detection rules: ES|QL text and what the engine has to know of it';
COMMENT ON COLUMN rules.rule_id IS 'Identity of the rule, for good';
COMMENT ON COLUMN rules.version IS 'Its present version, by itself: an edit of what decides what is found, or how it is rated, makes a new one';
COMMENT ON COLUMN rules.name IS 'Title, as analysts see it';
COMMENT ON COLUMN rules.description IS 'What it finds and why that matters';
COMMENT ON COLUMN rules.query IS 'ES|QL; an edit takes effect at once';
COMMENT ON COLUMN rules.events IS 'Relation that run() looks for events in, whatever the query''s FROM says';
COMMENT ON COLUMN rules.timestamp_field IS 'Field that says when an event happened, or when it came in: event.ingested';
COMMENT ON COLUMN rules.timestamp_fallback IS 'Field to take for an event that has no timestamp_field, or null';
COMMENT ON COLUMN rules.severity IS 'low, medium, high or critical';
COMMENT ON COLUMN rules.risk_score IS '0 to 100';
COMMENT ON COLUMN rules.run_interval IS 'How often the rule runs';
COMMENT ON COLUMN rules.look_back IS 'How far back from as_of its events may lie; no less than run_interval, and without months';
COMMENT ON COLUMN rules.max_alerts IS 'Alerts of a window that count as within the cap; those beyond it are flagged, not lost';
COMMENT ON COLUMN rules.max_catch_up IS 'Windows that a run evaluates at most after an outage; older ones are recorded as a gap';
COMMENT ON COLUMN rules.tags IS 'Labels to search by';
COMMENT ON COLUMN rules.threat IS 'MITRE ATT&CK tactics and their techniques';
COMMENT ON COLUMN rules.note IS 'Investigation guide, in Markdown';
COMMENT ON COLUMN rules.false_positives IS 'What else may look like this';
COMMENT ON COLUMN rules.rule_references IS 'Where to read more';
COMMENT ON COLUMN rules.enabled IS 'Whether run() includes it';
COMMENT ON COLUMN rules.enabled_at IS 'When it was last enabled, or made: its silence counts from there';
COMMENT ON COLUMN rules.shipped IS 'Comes with the extension and is unchanged; pg_dump leaves such rows out';
COMMENT ON COLUMN rules.edited_at IS 'When it was last edited';
COMMENT ON COLUMN rules.edited_by IS 'Role that last edited it';
COMMENT ON COLUMN rules.late_within IS 'Windows that end within this time before a run are evaluated again when late events come in for them';

CREATE FUNCTION transfer_detect_internal.check_rule() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Raises an error at its line and column for a query that would not run.
 * check_function_bodies = off turns this off for the owner of the table, as it does
 * for the bodies of functions: pg_dump sets it, because what a body needs may be
 * restored later.  Nobody else can turn it off, since an editor must not make
 * others read a relation that the editor may not read.
 */
DECLARE
	restores CONSTANT boolean := transfer_detect_internal.may_restore(TG_RELID);
BEGIN
	IF TG_OP = 'INSERT' AND NOT restores THEN
		NEW.edited_at := now();
		NEW.edited_by := current_user;
		NEW.enabled_at := now();
	END IF;
	IF TG_OP = 'UPDATE' THEN
		NEW.edited_at := now();
		NEW.edited_by := current_user;
		NEW.enabled_at := CASE WHEN NEW.enabled AND NOT OLD.enabled THEN now() ELSE OLD.enabled_at END;
		IF (NEW.query, NEW.events, NEW.timestamp_field, NEW.timestamp_fallback)
			IS NOT DISTINCT FROM (OLD.query, OLD.events, OLD.timestamp_field, OLD.timestamp_fallback)
			AND (OLD.enabled OR NOT NEW.enabled)
		THEN
			RETURN NEW;
		END IF;
	END IF;
	IF NOT has_any_column_privilege(NEW.events, 'SELECT') THEN
		RAISE EXCEPTION 'permission denied for relation %', NEW.events
			USING ERRCODE = 'insufficient_privilege',
				  DETAIL = 'Whoever runs the rule would read it for you.',
				  HINT = format('As its owner: GRANT SELECT ON %s TO %I;', NEW.events, current_user);
	END IF;
	IF current_setting('check_function_bodies')::boolean OR NOT restores THEN
		PERFORM FROM transfer_detect_internal.rule_check(NEW.query, NEW.events, NEW.timestamp_field, NEW.timestamp_fallback);
	END IF;
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.check_rule() IS 'Trigger: a rule''s query must compile against its relation';

CREATE FUNCTION transfer_detect_internal.check_rule_reach() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * run() adds the window to the query's own conditions.  If the query itself asks
 * for less time than that, some events are in no window.
 */
DECLARE
	own record;
	hint CONSTANT text := 'Leave that condition out of the query: run() puts the rule''s window round it, from look_back before NOW() on.';
BEGIN
	IF NOT current_setting('check_function_bodies')::boolean THEN
		RETURN NULL;
	END IF;
	FOR own IN
		-- a millisecond, since > excludes its instant
		SELECT r.field, date_trunc('second', min(r.reach) + interval '1 millisecond') AS reach
		  FROM transfer_detect_internal.rule_reach(NEW.query, NEW.events, NEW.timestamp_field, NEW.timestamp_fallback) AS r
		 GROUP BY r.field ORDER BY r.field COLLATE "C"
	LOOP
		IF own.field = NEW.timestamp_field AND own.reach < NEW.run_interval THEN
			RAISE WARNING 'rule "%" leaves out events between its runs', NEW.rule_id
				USING DETAIL = format('It runs every %s, and its query asks for "%s" of the last %s only.', NEW.run_interval, own.field, own.reach),
					  HINT = hint;
		ELSIF own.field <> NEW.timestamp_field AND own.field IN ('@timestamp', 'timestamp') THEN
			RAISE WARNING 'rule "%" leaves out events that come in late', NEW.rule_id
				USING DETAIL = format('It goes by "%s", and its query asks for "%s" of the last %s only.', NEW.timestamp_field, own.field, own.reach),
					  HINT = hint;
		END IF;
	END LOOP;
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.check_rule_reach() IS 'Trigger: warns if a rule''s query asks for less time than its windows have';

CREATE FUNCTION transfer_detect_internal.keep_rule_version() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * It has the owner's rights, so that an editor of rules needs no right to write
 * versions.  It writes only what the edit itself says.
 *
 * An INSERT of a rule that exists ends in an error or, with ON CONFLICT, in an
 * UPDATE, which calls this trigger again.  A rule that is restored keeps its
 * number, because its versions are restored as well, before or after it.
 */
DECLARE
	spaces CONSTANT jsonb := transfer_detect_internal.habits_of(NEW.rule_id);
BEGIN
	IF TG_OP = 'UPDATE' THEN
		IF NEW.rule_id <> OLD.rule_id THEN
			RAISE EXCEPTION 'rule "%" cannot be renamed', OLD.rule_id
				USING ERRCODE = 'object_not_in_prerequisite_state',
					  DETAIL = 'Its checkpoint, exceptions and alerts would not go with it.',
					  HINT = 'Change its name, or insert another rule and disable this one.';
		END IF;
		NEW.version := OLD.version;
	ELSIF transfer_detect_internal.restores(TG_RELID)
		OR EXISTS (SELECT FROM @extschema@.rules AS r WHERE r.rule_id = NEW.rule_id)
	THEN
		RETURN NEW;
	END IF;
	PERFORM FROM @extschema@.rule_versions AS v
	  WHERE v.rule_id = NEW.rule_id AND v.version = NEW.version
		AND (v.name, v.query, v.events, v.timestamp_field, v.timestamp_fallback,
			 v.run_interval, v.look_back, v.max_alerts, v.severity, v.risk_score)
			IS NOT DISTINCT FROM
			(NEW.name, NEW.query, NEW.events, NEW.timestamp_field, NEW.timestamp_fallback,
			 NEW.run_interval, NEW.look_back, NEW.max_alerts, NEW.severity, NEW.risk_score)
		AND v.habits IS NOT DISTINCT FROM spaces;
	IF FOUND THEN
		RETURN NEW;
	END IF;
	SELECT coalesce(max(v.version), 0) + 1 INTO NEW.version
	  FROM @extschema@.rule_versions AS v WHERE v.rule_id = NEW.rule_id;
	INSERT INTO @extschema@.rule_versions
		(rule_id, version, name, query, events, timestamp_field, timestamp_fallback,
		 run_interval, look_back, max_alerts, severity, risk_score, habits, created_by)
	VALUES
		(NEW.rule_id, NEW.version, NEW.name, NEW.query, NEW.events, NEW.timestamp_field, NEW.timestamp_fallback,
		 NEW.run_interval, NEW.look_back, NEW.max_alerts, NEW.severity, NEW.risk_score, spaces, NEW.edited_by);
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.keep_rule_version() IS 'Trigger: an edit that matters makes a new version of the rule';
REVOKE ALL ON FUNCTION transfer_detect_internal.keep_rule_version() FROM PUBLIC;

CREATE FUNCTION transfer_detect_internal.protect_rule_version() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * A new row takes the place of a shipped one with its key, as in replace_shipped().
 * Here that is an UPDATE, because the rule refers to the row.  It matters when a
 * dump is restored with a newer extension, whose versions of a rule may have the
 * same numbers as the user's.
 */
BEGIN
	IF TG_OP = 'INSERT' THEN
		UPDATE @extschema@.rule_versions AS v
		   SET (name, query, events, timestamp_field, timestamp_fallback, run_interval, look_back,
				max_alerts, severity, risk_score, habits, shipped, created_at, created_by)
			 = (NEW.name, NEW.query, NEW.events, NEW.timestamp_field, NEW.timestamp_fallback, NEW.run_interval, NEW.look_back,
				NEW.max_alerts, NEW.severity, NEW.risk_score, NEW.habits, false, NEW.created_at, NEW.created_by)
		 WHERE v.rule_id = NEW.rule_id AND v.version = NEW.version AND v.shipped;
		IF FOUND THEN
			RETURN NULL;
		END IF;
		NEW.shipped := false;
		RETURN NEW;
	END IF;
	IF TG_OP = 'UPDATE' AND OLD.shipped AND pg_trigger_depth() > 1 THEN
		RETURN NEW;
	END IF;
	IF TG_OP = 'TRUNCATE' THEN
		RAISE EXCEPTION 'versions of rules cannot be deleted'
			USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	RAISE EXCEPTION 'version % of rule "%" cannot be changed', OLD.version, OLD.rule_id
		USING ERRCODE = 'object_not_in_prerequisite_state',
			  HINT = 'Alerts refer to versions. Edit the rule: that makes a new one.';
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.protect_rule_version() IS 'Trigger: versions of rules are for good';

INSERT INTO rules (rule_id, name, description, query, tags, threat, note, false_positives, rule_references, enabled, shipped)
VALUES (
	'unusual-file-transfer-utility-launched',
	'Unusual File Transfer Utility Launched',
	'A file transfer utility ran on one Linux host only, and fewer than five times within the hour. Tools that an organisation uses run on many hosts or often; a transfer that nobody else makes can be data on its way out.',
$esql$FROM logs-endpoint.events.process-*
| KEEP @timestamp, host.os.type, event.type, event.action, process.name,
       process.executable, process.parent.executable, process.command_line,
       agent.id, host.name
| WHERE @timestamp > NOW() - 1 hour
    AND host.os.type == "linux"
    AND event.type == "start"
    AND event.action == "exec"
    AND process.name IN ("scp", "ftp", "sftp", "vsftpd", "sftp-server", "rsync")
| STATS cc = COUNT(),
        agent_count = COUNT_DISTINCT(agent.id),
        host.name = VALUES(host.name),
        agent.id = VALUES(agent.id)
     BY process.executable, process.parent.executable, process.command_line
| WHERE agent_count == 1 AND cc < 5
| SORT cc ASC
| LIMIT 100$esql$,
	ARRAY['Domain: Endpoint', 'OS: Linux', 'Use Case: Threat Detection',
		  'Tactic: Exfiltration', 'Tactic: Execution', 'Data Source: Elastic Defend'],
	'[{"tactic": {"id": "TA0010", "name": "Exfiltration"},
	   "techniques": [{"id": "T1048", "name": "Exfiltration Over Alternative Protocol"}]},
	  {"tactic": {"id": "TA0002", "name": "Execution"},
	   "techniques": [{"id": "T1059", "name": "Command and Scripting Interpreter",
					   "subtechniques": [{"id": "T1059.004", "name": "Unix Shell"}]}]}]',
$note$## Investigation

1. Read the command to its end: which files, in which direction, with which options? <!-- answer: command -->
2. What started it? A login shell is a person, cron or a unit of systemd is a job. An interpreter that runs a script from a home,
   hidden or temporary directory is neither. <!-- answer: parent -->
3. What was in the files? Look for what packed them before, and for what deleted them after. <!-- answer: content -->
4. What else did the host do in these minutes? <!-- answer: around -->
5. Does the time fit a schedule, or somebody at work? <!-- answer: time -->
6. Who is the user, and is it somebody who makes transfers? <!-- answer: user -->
7. Where did it go? A host of your own shows the receiving end; an address outside does not. <!-- answer: destination -->
8. Did the same happen on other hosts? <!-- answer: elsewhere -->
9. Is it one of the harmless kinds below, or close to a known exception? <!-- answer: harmless -->

## What is usually harmless

- **Backup and deployment.** A job that runs from one host only, or names a new file each time. It has an installed script and a
  scheduler as parents, and a destination that other jobs use.
- **Updates.** Package mirrors and configuration management fetch and push files, often from temporary directories of their own.
- **Hosts that trust each other.** Replication between storage servers: the same pair, day after day.
- **Test and development hosts.** Much is new there. The destination stays inside.
- **People.** Somebody moves data for an analysis or a report. Ask, and let the answer stand in the alert's notes.

Close such an alert as benign or false positive. Write an exception for the command or the parent rather than for the host: an
exception for a host hides the next thing that happens there.

## Response

1. **Isolate the host** from the network if data may still be going out. Keep it running: its memory is evidence.
2. **End the transfer** and what started it, once you have noted pid, parent and start time.
3. **Examine the scripts and programs** of the parent chain. Copy them with their hashes before anybody changes them, and look for
   the same files on other hosts.
4. **Find what starts them**: crontabs, units, shell profiles, authorized keys. Remove it everywhere.
5. **Change the credentials** that the command could reach: keys, agents, tokens and passwords of the user, and those in the files
   that were sent.
6. **Look at the other end.** Secure what arrived if it is yours. Block the address, and ask its provider if it is not.
7. **Find out what left**: sizes and addresses in the records of firewalls and proxies, and what was in the files. Somebody may
   have to be told.
8. **Escalate** to whoever decides on incidents when data of others, credentials or several hosts are concerned.
9. **Watch the network** for the same destination, the same user and the same file names for some weeks.
10. **Improve the detection**: enable the rule for merged events if it missed some, and add the exceptions that you were sure of.
$note$,
	ARRAY['An administrator copies something by hand',
		  'A backup or deployment job that runs on one host only',
		  'A job whose command line names a new file each time, and so never looks like its last run'],
	ARRAY['https://attack.mitre.org/techniques/T1048/', 'https://attack.mitre.org/techniques/T1059/004/'],
	true, true);

-- The same rule for merged events.
INSERT INTO rules (rule_id, name, description, query, tags, threat, note, false_positives, rule_references, enabled, shipped)
SELECT
	'unusual-file-transfer-utility-launched-merged',
	'Unusual File Transfer Utility Launched (merged events too)',
	'The same search, which also sees short-lived processes: Elastic Defend merges their fork, exec and end into one event with lists of actions and types, which a comparison with a single value leaves out.',
$esql$FROM logs-endpoint.events.process-*
| WHERE @timestamp > NOW() - 1 hour AND @timestamp <= NOW()
    AND host.os.type == "linux"
    // any of an event's types and actions will do
    AND MV_CONTAINS(event.type, "start")
    AND MV_CONTAINS(event.action, "exec")
    AND process.name IN ("scp", "ftp", "sftp", "vsftpd", "sftp-server", "rsync")
| STATS cc = COUNT(),
        agent_count = COUNT_DISTINCT(agent.id),
        host.name = VALUES(host.name),
        agent.id = VALUES(agent.id)
     BY process.executable, process.parent.executable, process.command_line
| WHERE agent_count == 1 AND cc < 5
| SORT cc ASC
| LIMIT 100$esql$,
	tags, threat, note, false_positives, rule_references, false, true
FROM rules WHERE rule_id = 'unusual-file-transfer-utility-launched';

-- What took the place of the published rule: parents that seldom start a transfer, and no command line in the key.
INSERT INTO rules (rule_id, name, description, query, severity, risk_score, tags, threat, note, false_positives, rule_references, enabled, shipped)
SELECT
	'file-transfer-utility-launched-from-unusual-parent',
	'File Transfer Utility Launched from Unusual Parent',
	'The published successor of the first rule: a shell, a script or a program in a hidden, temporary or personal place starts a file transfer utility on one host, fewer than five times. Of merged events it sees those with one event.type.',
$esql$FROM logs-endpoint.events.process-*
| MV_EXPAND event.action
| WHERE host.os.type == "linux"
    AND event.type == "start"
    AND event.action == "exec"
    AND process.name IN ("scp", "ftp", "sftp", "vsftpd", "sftp-server", "rsync")
    // shells, hidden files and scripts, and what runs from where programs seldom lie
    AND (process.parent.name IN ("bash", "dash", "sh", "tcsh", "csh", "zsh", "ksh", "fish")
      OR process.parent.name LIKE (".*", "*.elf", "*.sh", "*.py", "*.rb", "*.pl", "*.lua*", "*.php*", "*.js")
      OR process.parent.executable LIKE ("./*", "/tmp/*", "/var/tmp/*", "/dev/shm/*", "/run/*", "/var/run/*", "/proc/*", "/sys/*",
        "/boot/*", "/lost+found/*", "/home/*", "/root/*", "/var/mail/*", "/var/www/*"))
| STATS cc = COUNT(),
        agent_count = COUNT_DISTINCT(agent.id),
        host.name = VALUES(host.name),
        agent.id = VALUES(agent.id)
     BY process.executable, process.parent.executable
| WHERE agent_count == 1 AND cc < 5
| SORT cc ASC
| LIMIT 100$esql$,
	'medium', 47, tags, threat, note, false_positives, rule_references, false, true
FROM rules WHERE rule_id = 'unusual-file-transfer-utility-launched';

-- What a host, its role or the fleet has not done in 30 days: see habits.sql.  Windows
-- that do not overlap count each event once, and late events are found by their arrival.
INSERT INTO rules (rule_id, name, description, query, severity, risk_score, look_back, tags, threat, note, false_positives, rule_references, enabled, shipped)
SELECT
	'first-seen-file-transfer',
	'File Transfer Seen for the First Time',
	'A file transfer that is new: an outside host to which this host has not sent anything, a program or a parent that has not transferred files, a server that did not run here. What was usual in the last 30 days makes no alert, however often it happens; what is new makes one, even if it happens once.',
$esql$FROM logs-endpoint.events.process-*
| WHERE host.os.type == "linux"
    // any of an event's types and actions will do
    AND MV_CONTAINS(event.type, "start")
    AND MV_CONTAINS(event.action, "exec")
// scp, sftp, rsync, vsftpd, and ftp under each of its names, wherever it lies and whatever it calls itself
| WHERE transfer.utility IN ("scp", "sftp", "sftp-server", "rsync", "ftp", "vsftpd")
    AND transfer.mode != "information"
// an event without a name for its host has another for it
| EVAL host.name = COALESCE(host.name, transfer.host)
| KEEP @timestamp, host.name, agent.id, process.name, process.executable, process.parent.executable,
       process.command_line, transfer.utility, transfer.mode, transfer.direction, transfer.local_paths, transfer.path_class,
       transfer.remote_user, transfer.remote_host, transfer.remote_port, transfer.remote_class, transfer.remote_role, transfer.remote_paths,
       transfer.remote_path_class, transfer.other_hosts, transfer.other_outside, transfer.helper, transfer.template,
       transfer.not_understood, transfer.host_role, transfer.program, transfer.parent$esql$,
	'medium', 47, '1 hour', tags, threat, note,
	ARRAY['The first backup to a new host, the first copy that somebody makes by hand, a new version of a deployment tool'],
	rule_references, true, true
FROM rules WHERE rule_id = 'unusual-file-transfer-utility-launched';

-- A renamed program shows by the ssh that it starts.
INSERT INTO rules (rule_id, name, description, query, severity, risk_score, look_back, tags, threat, note, false_positives, rule_references, enabled, shipped)
SELECT
	'first-seen-transfer-by-ssh',
	'File Transfer over SSH by an Unknown Program',
	'ssh carries a file transfer for a program that has not done so before and is none of the known ones: a renamed scp, sftp or rsync, or a tool of somebody''s own.',
$esql$FROM logs-endpoint.events.process-*
| WHERE host.os.type == "linux"
    AND MV_CONTAINS(event.type, "start")
    AND MV_CONTAINS(event.action, "exec")
| WHERE transfer.utility == "ssh"
| WHERE NOT process.parent.executable RLIKE ".*/(scp|sftp|rsync)"
| EVAL host.name = COALESCE(host.name, transfer.host)
| KEEP @timestamp, host.name, agent.id, process.name, process.executable, process.parent.executable,
       process.command_line, transfer.utility, transfer.mode, transfer.direction, transfer.options,
       transfer.remote_user, transfer.remote_host, transfer.remote_class, transfer.remote_paths, transfer.host_role, transfer.parent$esql$,
	'medium', 47, '1 hour', tags, threat, note,
	ARRAY['A file manager or an editor that opens files over SSH, for the first time'],
	rule_references, true, true
FROM rules WHERE rule_id = 'unusual-file-transfer-utility-launched';

INSERT INTO rule_versions (rule_id, version, name, query, events, timestamp_field, timestamp_fallback,
						   run_interval, look_back, max_alerts, severity, risk_score, habits, shipped)
SELECT rule_id, version, name, query, events, timestamp_field, timestamp_fallback,
	   run_interval, look_back, max_alerts, severity, risk_score, transfer_detect_internal.habits_of(rule_id), true
FROM rules;

CREATE TRIGGER rule_versions_protect BEFORE INSERT OR UPDATE OR DELETE ON rule_versions
	FOR EACH ROW EXECUTE FUNCTION transfer_detect_internal.protect_rule_version();
CREATE TRIGGER rule_versions_protect_all BEFORE TRUNCATE ON rule_versions
	FOR EACH STATEMENT EXECUTE FUNCTION transfer_detect_internal.protect_rule_version();
-- Triggers fire in the order of their names.
CREATE TRIGGER rules_check BEFORE INSERT OR UPDATE ON rules
	FOR EACH ROW EXECUTE FUNCTION transfer_detect_internal.check_rule();
CREATE TRIGGER rules_replace_shipped BEFORE INSERT OR UPDATE ON rules
	FOR EACH ROW EXECUTE FUNCTION transfer_detect_internal.replace_shipped('rule_id');
CREATE TRIGGER rules_version BEFORE INSERT OR UPDATE ON rules
	FOR EACH ROW EXECUTE FUNCTION transfer_detect_internal.keep_rule_version();
CREATE TRIGGER rules_reach AFTER INSERT OR UPDATE OF query, events, timestamp_field, timestamp_fallback, run_interval, enabled ON rules
	FOR EACH ROW WHEN (NEW.enabled) EXECUTE FUNCTION transfer_detect_internal.check_rule_reach();

CREATE TRIGGER habit_spaces_check BEFORE INSERT OR UPDATE ON habit_spaces
	FOR EACH ROW EXECUTE FUNCTION transfer_detect_internal.check_habit_space();
CREATE TRIGGER habit_spaces_replace_shipped BEFORE INSERT OR UPDATE ON habit_spaces
	FOR EACH ROW EXECUTE FUNCTION transfer_detect_internal.replace_shipped('rule_id', 'space');
CREATE TRIGGER habit_spaces_renew AFTER INSERT OR UPDATE OR DELETE ON habit_spaces
	FOR EACH STATEMENT EXECUTE FUNCTION transfer_detect_internal.renew_rule_habits();

SELECT pg_catalog.pg_extension_config_dump('rule_versions', 'WHERE NOT shipped');
SELECT pg_catalog.pg_extension_config_dump('rules', 'WHERE NOT shipped');

GRANT SELECT ON rule_versions, rules TO PUBLIC;
