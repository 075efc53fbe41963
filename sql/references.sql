/*
 * references.sql: rows that belong to rows of other tables.
 *
 * There are no foreign keys.  An extension's tables come with CREATE EXTENSION,
 * keys and triggers included, before a dump's rows do.  pg_restore with several
 * jobs brings the rows of several tables at once, in any order.  A foreign key would
 * refuse the alerts that arrive before their run, and pg_restore would go on without
 * them.  So nothing that a trigger checks on INSERT may depend on another table,
 * except where it can tell that a dump is being restored.
 *
 * It costs little.  Runs, alerts, hits and history are written by our own functions,
 * which have the number that they refer to from the row itself, and versions of
 * rules are for good.  What users write by hand is checked here.  What a foreign key does
 * on DELETE is done here too.
 */

CREATE FUNCTION transfer_detect_internal.delete_dependents() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
/*
 * After a DELETE, whose rows are in the transition table gone, or a TRUNCATE.  The
 * arguments are the key, and then in pairs a table and the column that names the key.
 * As with a foreign key, whoever may delete the row needs no right on what goes with
 * it, hence the owner's rights.
 *
 * When an edited rule takes the place of a shipped one, the rule is still there.
 */
DECLARE
	place integer;
BEGIN
	IF TG_TABLE_NAME = 'rules' AND pg_trigger_depth() > 1 THEN
		RETURN NULL;
	END IF;
	FOR place IN 1 .. TG_NARGS - 1 BY 2 LOOP
		EXECUTE format(
			CASE TG_OP WHEN 'TRUNCATE' THEN 'DELETE FROM %1$I.%2$I AS d WHERE d.%3$I IS NOT NULL'
			ELSE 'DELETE FROM %1$I.%2$I AS d USING gone AS g WHERE d.%3$I = g.%4$I' END,
			TG_TABLE_SCHEMA, TG_ARGV[place], TG_ARGV[place + 1], TG_ARGV[0]);
	END LOOP;
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.delete_dependents() IS 'Trigger: deletes what belongs to the rows that were deleted';
REVOKE ALL ON FUNCTION transfer_detect_internal.delete_dependents() FROM PUBLIC;

CREATE TRIGGER alerts_dependents AFTER DELETE ON alerts REFERENCING OLD TABLE AS gone
	FOR EACH STATEMENT EXECUTE FUNCTION transfer_detect_internal.delete_dependents('id', 'alert_hits', 'alert_id', 'alert_history', 'alert_id', 'alert_evidence', 'alert_id');
CREATE TRIGGER alerts_truncated AFTER TRUNCATE ON alerts
	FOR EACH STATEMENT EXECUTE FUNCTION transfer_detect_internal.delete_dependents('id', 'alert_hits', 'alert_id', 'alert_history', 'alert_id', 'alert_evidence', 'alert_id');
CREATE TRIGGER exceptions_dependents AFTER DELETE ON exceptions REFERENCING OLD TABLE AS gone
	FOR EACH STATEMENT EXECUTE FUNCTION transfer_detect_internal.delete_dependents('id', 'exception_hits', 'exception_id');
CREATE TRIGGER exceptions_truncated AFTER TRUNCATE ON exceptions
	FOR EACH STATEMENT EXECUTE FUNCTION transfer_detect_internal.delete_dependents('id', 'exception_hits', 'exception_id');
CREATE TRIGGER rules_dependents AFTER DELETE ON rules REFERENCING OLD TABLE AS gone
	FOR EACH STATEMENT EXECUTE FUNCTION transfer_detect_internal.delete_dependents('rule_id', 'notify_settings', 'rule_id', 'heartbeats', 'rule_id',
																		   'habit_spaces', 'rule_id', 'habits', 'rule_id');
CREATE TRIGGER rules_truncated AFTER TRUNCATE ON rules
	FOR EACH STATEMENT EXECUTE FUNCTION transfer_detect_internal.delete_dependents('rule_id', 'notify_settings', 'rule_id', 'heartbeats', 'rule_id',
																		   'habit_spaces', 'rule_id', 'habits', 'rule_id');

CREATE FUNCTION transfer_detect_internal.keep_run_of_alert() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * With the owner's rights, since whoever deletes runs need not read alerts.
 */
DECLARE
	alert @extschema@.alerts;
BEGIN
	IF TG_OP = 'TRUNCATE' THEN
		SELECT a.* INTO alert FROM @extschema@.alerts AS a LIMIT 1;
	ELSE
		SELECT a.* INTO alert FROM gone AS g JOIN @extschema@.alerts AS a ON a.run_id = g.id
		 ORDER BY a.id LIMIT 1;
	END IF;
	IF FOUND THEN
		RAISE EXCEPTION 'run % has filed alert %', alert.run_id, alert.id
			USING ERRCODE = 'foreign_key_violation',
				  HINT = 'Delete the alert first, or delete only runs that have filed none.';
	END IF;
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.keep_run_of_alert() IS 'Trigger: a run stays as long as an alert that it has filed';
REVOKE ALL ON FUNCTION transfer_detect_internal.keep_run_of_alert() FROM PUBLIC;

CREATE TRIGGER runs_keep AFTER DELETE ON runs REFERENCING OLD TABLE AS gone
	FOR EACH STATEMENT EXECUTE FUNCTION transfer_detect_internal.keep_run_of_alert();
CREATE TRIGGER runs_truncated AFTER TRUNCATE ON runs
	FOR EACH STATEMENT EXECUTE FUNCTION transfer_detect_internal.keep_run_of_alert();

CREATE FUNCTION transfer_detect_internal.check_rule_id() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT transfer_detect_internal.restores(TG_RELID)
		AND NOT EXISTS (SELECT FROM @extschema@.rules AS r WHERE r.rule_id = NEW.rule_id)
	THEN
		RAISE EXCEPTION 'rule "%" does not exist', NEW.rule_id
			USING ERRCODE = 'undefined_object',
				  HINT = 'SELECT rule_id, name FROM @extschema@.rules lists the rules.';
	END IF;
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.check_rule_id() IS 'Trigger: settings are those of a rule that is there';

CREATE TRIGGER notify_settings_rule BEFORE INSERT OR UPDATE OF rule_id ON notify_settings
	FOR EACH ROW WHEN (NEW.rule_id IS NOT NULL) EXECUTE FUNCTION transfer_detect_internal.check_rule_id();
