/*
 * run_rules.sql: run() for schedulers, as a procedure that commits.
 *
 * A function is one transaction: when it is cancelled, or its session ends,
 * nothing of it is left, not even that it had begun.  And a rule that takes longer
 * than statement_timeout would keep all others from running, hour by hour.
 *
 * So the procedure announces each window by a row of runs with the status running,
 * commits, evaluates the window, which puts the result into that row, and commits
 * again.  What ends in between leaves the row.  The next run calls it interrupted
 * and makes up for the window.  Rules go in the order in which they were last
 * tried, so that one that was interrupted comes last the next time.
 *
 * Whether a run is still at work is told by the lock that it has on checkpoints:
 * everybody may see locks, while pg_stat_activity hides from others when a session
 * began.  For an instant between two of its transactions it has none.
 */

CREATE FUNCTION transfer_detect_internal.is_at_work(pid integer) RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* A standby does not know the locks of the primary. */
SELECT pg_is_in_recovery()
	OR EXISTS (SELECT FROM pg_locks AS l
				WHERE l.pid = $1 AND l.locktype = 'relation' AND l.granted AND l.mode IN ('RowShareLock', 'RowExclusiveLock')
				  AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
				  AND l.relation = '@extschema@.checkpoints'::regclass)
$$;

COMMENT ON FUNCTION transfer_detect_internal.is_at_work(integer) IS 'Whether a process is evaluating a window';

CREATE FUNCTION transfer_detect_internal.interruption(started_at timestamptz) RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT format('the run that began at %s was cancelled, or its session ended, before it was done', to_char($1, 'YYYY-MM-DD HH24:MI:SSOF'))
$$;

COMMENT ON FUNCTION transfer_detect_internal.interruption(timestamptz) IS 'What is said of a run that was interrupted';

CREATE FUNCTION transfer_detect_internal.rules_to_run(rule_id text, as_of timestamptz, horizon timestamptz) RETURNS text[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
/*
 * In the order in which they are to be run.  It waits for short transactions, once
 * for all of them, as run() does.
 */
BEGIN
	PERFORM transfer_detect_internal.require_writable('run_rules()');
	PERFORM transfer_detect_internal.check_instant('as_of', rules_to_run.as_of);
	IF rules_to_run.rule_id IS NOT NULL THEN
		PERFORM transfer_detect_internal.present_version(rules_to_run.rule_id);
	END IF;
	IF EXISTS (SELECT FROM @extschema@.rules AS r
				WHERE r.enabled AND (rules_to_run.rule_id IS NULL OR r.rule_id = rules_to_run.rule_id)
				  AND NOT transfer_detect_internal.keeps_arrivals(r.events))
	THEN
		PERFORM transfer_detect_internal.await_writers(rules_to_run.as_of, horizon);
	END IF;
	RETURN ARRAY(
		SELECT r.rule_id FROM @extschema@.rules AS r
		  LEFT JOIN @extschema@.checkpoints AS c ON c.rule_id = r.rule_id
		 WHERE CASE WHEN rules_to_run.rule_id IS NULL THEN r.enabled ELSE r.rule_id = rules_to_run.rule_id END
		 ORDER BY c.tried_at NULLS FIRST, r.rule_id);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.rules_to_run(text, timestamptz, timestamptz) IS 'part of run_rules(): the rules, the one first that was not tried for longest';

CREATE FUNCTION transfer_detect_internal.announce_run(rule_id text, as_of timestamptz, horizon timestamptz) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
/*
 * Returns false if the rule is not to be run.  If its checkpoint is not locked,
 * no run of the rule is at work, and those that say so have been interrupted.
 */
DECLARE
	enabled boolean;
	place record;
	rule @extschema@.rule_versions;
	next_end timestamptz;
BEGIN
	SELECT r.enabled INTO enabled FROM @extschema@.rules AS r WHERE r.rule_id = announce_run.rule_id;
	IF enabled IS NOT TRUE THEN
		RAISE NOTICE 'rule "%" %', announce_run.rule_id, CASE WHEN FOUND THEN 'is disabled' ELSE 'has been deleted' END;
		RETURN false;
	END IF;
	place := transfer_detect_internal.lock_checkpoint(announce_run.rule_id, false);
	IF NOT place.locked THEN
		RAISE NOTICE 'rule "%" is being run by another session', announce_run.rule_id;
		RETURN false;
	END IF;
	UPDATE @extschema@.runs AS r
	   SET status = 'interrupted', finished_at = clock_timestamp(), sqlstate = '57014',
		   message = transfer_detect_internal.interruption(r.started_at)
	 WHERE r.rule_id = announce_run.rule_id AND r.status = 'running'
	   AND NOT (r.pid = pg_backend_pid() AND r.started_at >= announce_run.horizon);
	UPDATE @extschema@.checkpoints AS c SET tried_at = clock_timestamp() WHERE c.rule_id = announce_run.rule_id;
	IF place.checkpoint < announce_run.as_of OR place.checkpoint IS NULL THEN
		rule := transfer_detect_internal.present_version(announce_run.rule_id);
		next_end := least(place.checkpoint + transfer_detect_internal.seconds(rule.run_interval), announce_run.as_of);
		INSERT INTO @extschema@.runs (rule_id, version, kind, status, window_from, window_to, started_at, horizon, pid)
		SELECT rule.rule_id, rule.version, 'scheduled', 'running', next_end - transfer_detect_internal.seconds(rule.look_back), next_end,
			clock_timestamp(), announce_run.horizon, pg_backend_pid()
		 WHERE NOT EXISTS (SELECT FROM @extschema@.runs AS r WHERE r.rule_id = announce_run.rule_id AND r.status = 'running');
	END IF;
	RETURN true;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.announce_run(text, timestamptz, timestamptz) IS 'part of run_rules(): leaves a row that says that a window is being evaluated';

CREATE FUNCTION transfer_detect_internal.record_failure(run runs) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The transaction in which a window has failed could not be committed: Citus does not
 * commit one in which a node was lost.  It has been rolled back, and this is what
 * it would have left.  A gap that it recorded the next run records again.
 */
BEGIN
	UPDATE @extschema@.checkpoints AS c
	   SET checkpoint = run.window_to - transfer_detect_internal.seconds(v.run_interval)
	  FROM @extschema@.rule_versions AS v
	 WHERE c.rule_id = run.rule_id AND c.checkpoint IS NULL AND v.rule_id = run.rule_id AND v.version = run.version;
	UPDATE @extschema@.runs AS r
	   SET evaluations = run.evaluations, finished_at = run.finished_at, sqlstate = run.sqlstate, message = run.message
	 WHERE r.id = run.id AND run.evaluations > 1;
	IF run.status = 'failed' THEN
		PERFORM transfer_detect_internal.put_run(run);
	END IF;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.record_failure(runs) IS 'part of run_rules(): stores the failure of a window whose transaction was rolled back';

CREATE FUNCTION transfer_detect_internal.run_step(rule_id text, as_of timestamptz, horizon timestamptz, INOUT again bigint, OUT more boolean, OUT lost runs)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
/*
 * Evaluates a window of a rule.  again counts those that were evaluated again.  An
 * error that is not a window's is the rule's own, and the others go on.  lost is a run
 * that has failed in a transaction that may not be one that can be committed.
 */
DECLARE
	run @extschema@.runs;
	max_catch_up bigint;
	state text := '57014';
	problem text := 'another session has run the rule';
BEGIN
	more := false;
	SELECT r.max_catch_up INTO max_catch_up FROM @extschema@.rules AS r WHERE r.rule_id = run_step.rule_id;
	BEGIN
		FOR run IN
			SELECT * FROM transfer_detect_internal.run_rule(run_step.rule_id, run_step.as_of, run_step.horizon, greatest(max_catch_up - again, 0))
		LOOP
			IF run.evaluations > 1 THEN
				again := again + 1;
				more := true;
			ELSE
				more := run.status <> 'failed' AND run.window_to < run_step.as_of;
			END IF;
		END LOOP;
		IF run.id IS NOT NULL THEN
			IF run.sqlstate IS NOT NULL AND EXISTS (
				SELECT FROM @extschema@.rule_versions AS v
				 CROSS JOIN LATERAL transfer_detect_internal.relations_below(v.events) AS b
				 WHERE v.rule_id = run.rule_id AND v.version = run.version AND b.kind = 'c')
			THEN
				lost := run;
			END IF;
			RETURN;
		END IF;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, problem = MESSAGE_TEXT;
		RAISE WARNING 'rule "%" failed: %', run_step.rule_id, problem;
		more := false;
	END;
	UPDATE @extschema@.runs AS r
	   SET status = CASE WHEN state = '57014' THEN 'interrupted' ELSE 'failed' END, finished_at = clock_timestamp(), sqlstate = state, message = problem
	 WHERE r.rule_id = run_step.rule_id AND r.status = 'running' AND r.pid = pg_backend_pid();
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.run_step(text, timestamptz, timestamptz, bigint) IS 'part of run_rules(): evaluates one window of a rule';

CREATE PROCEDURE run_rules(rule_id text DEFAULT NULL, as_of timestamptz DEFAULT now())
LANGUAGE plpgsql
AS $$
/*
 * A procedure that commits cannot have a search_path of its own.  So all names
 * are qualified here, and what needs an operator is in the functions above.
 */
DECLARE
	horizon CONSTANT pg_catalog.timestamptz := pg_catalog.clock_timestamp();
	rules CONSTANT pg_catalog.text[] := transfer_detect_internal.rules_to_run(run_rules.rule_id, run_rules.as_of, horizon);
	next_rule pg_catalog.text;
	again pg_catalog.int8;
	more pg_catalog.bool;
	step record;
BEGIN
	FOREACH next_rule IN ARRAY rules LOOP
		again := 0;
		LOOP
			more := transfer_detect_internal.announce_run(next_rule, run_rules.as_of, horizon);
			COMMIT;
			EXIT WHEN NOT more;
			SELECT s.* INTO step FROM transfer_detect_internal.run_step(next_rule, run_rules.as_of, horizon, again) AS s;
			IF (step.lost).id IS NOT NULL THEN
				ROLLBACK;
				PERFORM transfer_detect_internal.record_failure(step.lost);
			END IF;
			COMMIT;
			again := step.again;
			EXIT WHEN NOT step.more;
		END LOOP;
	END LOOP;
END
$$;

COMMENT ON PROCEDURE run_rules(text, timestamptz) IS 'As run(), for schedulers: commits after each window, and leaves a row in runs of one that is cancelled';
