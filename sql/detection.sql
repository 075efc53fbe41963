/*
 * detection.sql: run() and backfill().
 *
 * A run evaluates the windows between a rule's checkpoint and as_of.  In the
 * transaction that files the alerts it moves the checkpoint past the windows that
 * succeeded.  Each window is a subtransaction.  A window that fails leaves a row
 * that says why, and the next run tries it again.
 *
 * Everything runs as the caller, so that privileges and row security of the
 * events hold.  The search_path is fixed, because what a rule finds must not
 * depend on who runs it.
 */

CREATE FUNCTION transfer_detect_internal.seconds(span interval) RETURNS interval
AS 'MODULE_PATHNAME', 'td_seconds'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.seconds(interval) IS 'part of run(): the same interval in seconds, because days differ in length where clocks are changed';

CREATE FUNCTION transfer_detect_internal.check_instant(name text, instant timestamptz) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * With a checkpoint in the future the rule does not look at events that come in
 * until then.  A trial may want that, and an operator should know.
 */
BEGIN
	IF instant IS NULL THEN
		RAISE EXCEPTION '% must not be null', name USING ERRCODE = 'null_value_not_allowed';
	ELSIF NOT isfinite(instant) AND instant > '-infinity' THEN
		RAISE EXCEPTION '% must be finite', name USING ERRCODE = 'datetime_field_overflow';
	ELSIF instant > clock_timestamp() + interval '1 minute' THEN
		RAISE WARNING '% lies in the future', name
			USING HINT = 'Events that come in until then with earlier times are late.';
	ELSIF instant < '0001-01-01 00:00Z' THEN
		RAISE EXCEPTION '% must lie in the years from 1 on', name USING ERRCODE = 'datetime_field_overflow';
	END IF;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.check_instant(text, timestamptz) IS 'part of run(): raises an error for an instant that no window can end at';

CREATE FUNCTION transfer_detect_internal.check_period(from_time timestamptz, to_time timestamptz) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM transfer_detect_internal.check_instant('from_time', from_time);
	PERFORM transfer_detect_internal.check_instant('to_time', to_time);
	IF from_time >= to_time THEN
		RAISE EXCEPTION 'from_time must be before to_time' USING ERRCODE = 'invalid_parameter_value';
	END IF;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.check_period(timestamptz, timestamptz) IS 'Raises an error unless from_time and to_time are finite, and the one before the other';

CREATE FUNCTION transfer_detect_internal.check_age(older_than interval) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF older_than IS NULL THEN
		RAISE EXCEPTION 'older_than must not be null' USING ERRCODE = 'null_value_not_allowed';
	ELSIF older_than < '0' THEN
		RAISE EXCEPTION 'older_than must not be negative' USING ERRCODE = 'invalid_parameter_value';
	END IF;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.check_age(interval) IS 'Raises an error for an age that is null or negative';

CREATE FUNCTION transfer_detect_internal.present_version(rule_id text) RETURNS rule_versions
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
	version @extschema@.rule_versions;
BEGIN
	IF rule_id IS NULL THEN
		RAISE EXCEPTION 'rule_id must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT v.* INTO version FROM @extschema@.rules AS r
	  JOIN @extschema@.rule_versions AS v ON v.rule_id = r.rule_id AND v.version = r.version
	 WHERE r.rule_id = present_version.rule_id;
	IF NOT FOUND AND EXISTS (SELECT FROM @extschema@.rules AS r WHERE r.rule_id = present_version.rule_id) THEN
		RAISE EXCEPTION 'rule "%" has lost its version', rule_id
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  DETAIL = 'rules was restored without rule_versions.',
				  HINT = format('UPDATE @extschema@.rules SET name = name WHERE rule_id = %L makes a version of it.', rule_id);
	ELSIF NOT FOUND THEN
		RAISE EXCEPTION 'rule "%" does not exist', rule_id
			USING ERRCODE = 'undefined_object',
				  HINT = 'SELECT rule_id, name FROM @extschema@.rules lists the rules.';
	END IF;
	RETURN version;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.present_version(text) IS 'part of run(): the current version of a rule; raises an error if there is no such rule';

CREATE FUNCTION transfer_detect_internal.window_remark(rule rule_versions, events_scanned bigint) RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * What may be wrong though the run succeeded: the rule looks where no events
 * are.  FROM names a published index pattern in most rules, and the extension
 * maps these to its own table.  So a rule for a relation of the user's own is no
 * mistake; a pattern that the user has mapped elsewhere than the rule looks is.
 */
DECLARE
	meant CONSTANT regclass[] := transfer_detect_internal.from_relations(rule.query);
	remarks text[];
BEGIN
	IF meant <> '{}' AND meant <> ARRAY['@extschema@.events'::regclass] AND NOT rule.events = ANY (meant) THEN
		remarks := remarks || format(
			'FROM means %s, and run() looks for events in %s. To look there: UPDATE @extschema@.rules SET events = %L WHERE rule_id = %L;',
			array_to_string(meant, ', '), rule.events, meant[1], rule.rule_id);
	END IF;
	IF events_scanned = 0 THEN
		remarks := remarks || format(
			'%s has no events in the window. If that is unexpected, see whether events come in, and whether events and timestamp_field ("%s") of the rule are right.',
			rule.events, rule.timestamp_field);
	END IF;
	RETURN array_to_string(remarks, ' ');
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.window_remark(rule_versions, bigint) IS 'part of run(): a message for a run that looked where no events are, null for others';

CREATE FUNCTION transfer_detect_internal.file_found(
	run runs,
	rule rule_versions,
	event_exceptions text[],
	groups transfer_detect_internal.found_group[],
	marks transfer_detect_internal.habit_mark[],
	apart boolean)
RETURNS runs
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	filed transfer_detect_internal.filed;
BEGIN
	IF cardinality(groups) = 0 THEN
		RETURN run;
	END IF;
	IF apart THEN
		filed := transfer_detect_internal.file_groups_apart(run, rule, event_exceptions, groups);
	ELSE
		filed := transfer_detect_internal.file_groups(run, rule, event_exceptions, groups);
	END IF;
	run.alerts_created := run.alerts_created + filed.created;
	run.alerts_extended := run.alerts_extended + filed.extended;
	run.known := run.known + filed.known;
	IF marks <> '{}' THEN
		PERFORM transfer_detect_internal.mark_habits(run, rule, groups, marks, filed.created = cardinality(groups) AND NOT apart);
		IF (filed.created > 0 OR EXISTS (SELECT FROM unnest(groups) AS g WHERE g.result ? 'habit.joins')) AND transfer_detect_internal.names_own_hosts(groups) THEN
			PERFORM transfer_detect_internal.find_own_domain(rule.rule_id);
		END IF;
	END IF;
	RETURN run;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.file_found(runs, rule_versions, text[], transfer_detect_internal.found_group[], transfer_detect_internal.habit_mark[], boolean) IS 'part of run(): files groups, and counts what became of them';

CREATE FUNCTION transfer_detect_internal.search_window(run runs, rule rule_versions, again boolean, sure boolean, apart boolean)
RETURNS runs
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Looks for the rule's groups in a window and files them.  Returns the run's row
 * with new figures.  The numbers of alerts created and extended are added to those
 * in the row.  apart: a group that cannot be filed must not hinder the others.
 */
DECLARE
	begun CONSTANT timestamptz := clock_timestamp();
	count_hits CONSTANT boolean := run.kind = 'scheduled' AND NOT again;
	evaluated timestamptz;
	x record;
	g record;
	cap bigint;
	in_cap bigint := 0;
	groups transfer_detect_internal.found_group[] := '{}';
	size bigint := 0;
	too_large bigint := 0;
	learning text;
	learning_reason text;
	marks transfer_detect_internal.habit_mark[] := '{}';
	displaced timestamptz[];
	lost uuid[];
	doubt text;
BEGIN
	run.alerts_created := coalesce(run.alerts_created, 0);
	run.alerts_extended := coalesce(run.alerts_extended, 0);
	run.known := 0;
	run.excepted := 0;
	run.over_cap := 0;
	IF NOT sure THEN
		doubt := coalesce(transfer_detect_internal.remote_doubt(rule.events, run.window_to, run.horizon),
			transfer_detect_internal.citus_doubt(rule.events, run.window_to, run.horizon));
	END IF;
	run.settled := sure OR (transfer_detect_internal.is_settled(run.window_to, run.horizon) AND doubt IS NULL);
	x := transfer_detect_internal.exceptions_in_force(rule.rule_id, run.window_to);
	IF rule.habits IS NOT NULL THEN
		learning := transfer_detect_internal.learning_remark(rule, run);
		learning_reason := CASE WHEN learning IS NOT NULL THEN transfer_detect_internal.learning_reason() END;
	END IF;
	FOR g IN
		SELECT r.* FROM transfer_detect_internal.find_groups(rule, run, x.event_conditions, x.group_conditions, count_hits, learning_reason) AS r
	LOOP
		-- there is always at least one row, and some columns are the same in all rows
		IF evaluated IS NULL THEN
			evaluated := clock_timestamp();
			x := transfer_detect_internal.exceptions_taken(
				x.event_ids, x.event_conditions, x.group_ids, x.group_conditions, g.left_out);
			IF count_hits THEN
				PERFORM transfer_detect_internal.count_exception_hits(e.id, rule.rule_id, e.hits, run.window_to)
				  FROM unnest(x.event_ids, g.event_hits) AS e(id, hits);
			END IF;
		END IF;
		run.events_scanned := g.events_scanned;
		run.events_matched := g.events_matched;
		run.groups := g.groups_total;
		displaced := coalesce(displaced, g.displaced);
		lost := coalesce(lost, g.lost);
		CONTINUE WHEN g.place IS NULL;	-- nothing found: a row with the totals
		IF g.excepted_by IS NOT NULL THEN
			run.excepted := run.excepted + 1;
			IF count_hits THEN
				PERFORM transfer_detect_internal.count_exception_hits(x.group_ids[g.excepted_by], rule.rule_id, 1, run.window_to);
			END IF;
			CONTINUE;
		END IF;
		cap := least(rule.max_alerts, g.capped);
		in_cap := in_cap + 1;
		run.over_cap := greatest(in_cap - cap, 0);
		IF g.digest IS NOT NULL THEN
			IF g.score IS NULL THEN
				g.result := transfer_detect_internal.tell_hostile(rule, g.result, g.group_key, g.digest);
			END IF;
			marks := marks || (g.digest, g.opening, g.further, g.seen_later)::transfer_detect_internal.habit_mark;
		END IF;
		too_large := too_large + (g.omitted IS NOT NULL)::integer;
		groups := groups || (g.group_key, g.result, g.event_count, g.first_event, g.last_event, g.omitted,
							 in_cap > cap, g.times)::transfer_detect_internal.found_group;
		size := size + pg_column_size(g.group_key) + pg_column_size(g.result) + coalesce(pg_column_size(g.times), 0);
		IF cardinality(groups) >= 1000 OR size > 8 * 1024 * 1024 THEN
			run := transfer_detect_internal.file_found(run, rule, x.event_conditions, groups, marks, apart);
			groups := '{}';
			marks := '{}';
			size := 0;
		END IF;
	END LOOP;
	run := transfer_detect_internal.file_found(run, rule, x.event_conditions, groups, marks, apart);
	IF lost <> '{}' THEN
		PERFORM transfer_detect_internal.take_back(rule.rule_id, lost);
	END IF;
	-- days are remembered: there is something to forget once a day
	IF rule.habits IS NOT NULL AND run.kind = 'scheduled' AND NOT again
		AND (run.window_to AT TIME ZONE 'UTC')::date > ((run.window_to - rule.run_interval) AT TIME ZONE 'UTC')::date
	THEN
		PERFORM transfer_detect_internal.forget_some(rule, run.window_to, 100000);
	END IF;
	IF displaced <> '{}' THEN
		-- what was new then is not, and other keys of those events may be it alone
		PERFORM transfer_detect_internal.set_due(rule.rule_id, rule, '-infinity',
			ARRAY(SELECT date_trunc('minute', d.time) FROM unnest(displaced) AS d(time)));
	END IF;
	run.evaluate_time := evaluated - begun;
	run.file_time := clock_timestamp() - evaluated;
	run.sqlstate := NULL;
	run.message := nullif(concat_ws(E'\n', x.problem, doubt, learning,
		CASE WHEN too_large > 0 THEN format('groups with more values than an alert can hold: %s; the column omitted of their alerts says what is missing', too_large) END,
		CASE WHEN apart THEN 'groups that could not be filed whole are filed without their row; the column omitted of their alerts says why' END,
		transfer_detect_internal.window_remark(rule, run.events_scanned)), '');
	RETURN run;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.search_window(runs, rule_versions, boolean, boolean, boolean) IS 'part of run(): finds and files what is in a window';

CREATE FUNCTION transfer_detect_internal.put_run(run runs) RETURNS runs
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Stores a window's row.  It takes the place of the one with which run_rules()
 * has announced it.
 */
DECLARE
	stored @extschema@.runs;
BEGIN
	UPDATE @extschema@.runs AS r
	   SET (version, status, window_from, window_to, started_at, finished_at, horizon, sqlstate, message, run_by)
		 = (run.version, run.status, run.window_from, run.window_to, run.started_at, run.finished_at, run.horizon, run.sqlstate,
			run.message, current_user)
	 WHERE r.rule_id = run.rule_id AND r.status = 'running' AND r.kind = run.kind AND r.pid = pg_backend_pid()
	RETURNING * INTO stored;
	IF NOT FOUND THEN
		INSERT INTO @extschema@.runs (rule_id, version, kind, status, window_from, window_to, started_at, finished_at, horizon, sqlstate, message)
		VALUES (run.rule_id, run.version, run.kind, run.status, run.window_from, run.window_to, run.started_at, run.finished_at, run.horizon,
			run.sqlstate, run.message)
		RETURNING * INTO stored;
	END IF;
	RETURN stored;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.put_run(runs) IS 'part of run(): stores the row of a window that is being evaluated';

CREATE FUNCTION transfer_detect_internal.evaluate_window(run runs, sure boolean DEFAULT NULL) RETURNS runs
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '1min'
AS $$
/*
 * Evaluates a window: for the first time if the run has no id yet, and else
 * again, because it was not settled.  Returns the run's row as it was stored.  The
 * row is inserted first, since alerts refer to it.
 *
 * sure: it is settled in any case, because what comes in later will be seen to be
 * late, or because no transaction that may bring events is left.
 *
 * Who may update an alert or an exception may hold its row locked.  A window that
 * waits for such a row for a minute has failed, says so, and is tried again.
 */
DECLARE
	again CONSTANT boolean := run.id IS NOT NULL;
	begun CONSTANT timestamptz := clock_timestamp();
	rule @extschema@.rule_versions;
	asked @extschema@.runs;
	apart boolean;
	detail text;
	hint text;
	context text;
BEGIN
	SELECT v.* INTO STRICT rule FROM @extschema@.rule_versions AS v
	 WHERE v.rule_id = run.rule_id AND v.version = run.version;
	run.window_from := run.window_to - transfer_detect_internal.seconds(rule.look_back);
	asked := run;
	FOREACH apart IN ARRAY '{false,true}'::boolean[] LOOP
		BEGIN
			run := asked;
			IF NOT again THEN
				run.status := 'succeeded';
				run.started_at := begun;
				run := transfer_detect_internal.put_run(run);
			END IF;
			run := transfer_detect_internal.search_window(run, rule, again,
				coalesce(sure, transfer_detect_internal.keeps_arrivals(rule.events)), apart);
			UPDATE @extschema@.runs AS r
			   SET (finished_at, evaluate_time, file_time, events_scanned, events_matched, groups,
					alerts_created, alerts_extended, known, excepted, over_cap, settled, evaluations, sqlstate, message)
				 = (clock_timestamp(), run.evaluate_time, run.file_time, run.events_scanned, run.events_matched, run.groups,
					run.alerts_created, run.alerts_extended, run.known, run.excepted, run.over_cap, run.settled,
					r.evaluations + again::integer, run.sqlstate, run.message)
			 WHERE r.id = run.id
			RETURNING * INTO run;
			RETURN run;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS run.sqlstate = RETURNED_SQLSTATE, run.message = MESSAGE_TEXT,
				detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
			run.message := concat_ws(E'\n', run.message, nullif(detail, ''), nullif(hint, ''));
			-- the failure of evaluation would only come again
			EXIT WHEN apart OR context NOT LIKE '%transfer\_detect\_internal.file\_groups(%' OR NOT transfer_detect_internal.is_about_group(run.sqlstate);
		END;
	END LOOP;

	IF again THEN
		UPDATE @extschema@.runs AS r
		   SET evaluations = r.evaluations + 1, finished_at = clock_timestamp(), sqlstate = run.sqlstate, message = run.message
		 WHERE r.id = run.id
		RETURNING * INTO run;
	ELSE
		asked.status := 'failed';
		asked.started_at := begun;
		asked.finished_at := clock_timestamp();
		asked.sqlstate := run.sqlstate;
		asked.message := run.message;
		run := transfer_detect_internal.put_run(asked);
	END IF;
	RETURN run;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.evaluate_window(runs, boolean) IS 'part of run(): one window';

CREATE FUNCTION transfer_detect_internal.next_window(
	rule rule_versions,
	kind text,
	reached timestamptz,
	last_end timestamptz,
	horizon timestamptz,
	by_arrival boolean,
	before runs)
RETURNS runs
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Evaluates the window after the one that ended at reached.  It ends an interval
 * later, or at last_end if that is earlier.  before is the window that was
 * evaluated just now, or null.  If it is settled, no transaction from before its
 * horizon is in flight, and none can come back.
 * by_arrival: late events will be seen.
 */
DECLARE
	run @extschema@.runs;
BEGIN
	run.rule_id := rule.rule_id;
	run.version := rule.version;
	run.kind := kind;
	run.window_to := least(reached + transfer_detect_internal.seconds(rule.run_interval), last_end);
	run.horizon := greatest(horizon, run.window_to);
	RETURN transfer_detect_internal.evaluate_window(run, by_arrival OR coalesce(before.settled AND before.horizon = run.horizon, false));
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.next_window(rule_versions, text, timestamptz, timestamptz, timestamptz, boolean, runs) IS 'part of run(): evaluates the window that comes next';

CREATE FUNCTION transfer_detect_internal.lock_checkpoint(rule_id text, wait boolean, OUT locked boolean, OUT checkpoint timestamptz)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
/*
 * One session at a time runs a rule.  The rule's first run inserts the row.  If
 * two sessions make the first run at once, the second waits here and then finds
 * the work done.
 */
BEGIN
	SELECT true, c.checkpoint INTO locked, checkpoint
	  FROM @extschema@.checkpoints AS c WHERE c.rule_id = lock_checkpoint.rule_id FOR UPDATE SKIP LOCKED;
	IF NOT FOUND THEN
		PERFORM FROM @extschema@.checkpoints AS c WHERE c.rule_id = lock_checkpoint.rule_id;
		IF FOUND AND NOT wait THEN
			locked := false;
			RETURN;
		END IF;
		INSERT INTO @extschema@.checkpoints (rule_id) VALUES (lock_checkpoint.rule_id) ON CONFLICT DO NOTHING;
		SELECT true, c.checkpoint INTO STRICT locked, checkpoint
		  FROM @extschema@.checkpoints AS c WHERE c.rule_id = lock_checkpoint.rule_id FOR UPDATE;
	END IF;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.lock_checkpoint(text, boolean) IS 'part of run(): locks a rule''s checkpoint, and reads it';

CREATE FUNCTION transfer_detect_internal.record_gap(rule rule_versions, gap_from timestamptz, gap_to timestamptz, horizon timestamptz) RETURNS runs
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * A gap that follows another one directly extends it.
 */
DECLARE
	run @extschema@.runs;
	remark CONSTANT text := 'no window that ends in this time was evaluated: backfill() can do that';
BEGIN
	UPDATE @extschema@.runs AS r
	   SET window_to = gap_to, finished_at = clock_timestamp()
	 WHERE r.rule_id = rule.rule_id AND r.status = 'gap' AND r.window_to = gap_from
	RETURNING * INTO run;
	IF NOT FOUND THEN
		INSERT INTO @extschema@.runs (rule_id, version, kind, status, window_from, window_to, started_at, finished_at, horizon, message)
		VALUES (rule.rule_id, rule.version, 'scheduled', 'gap', gap_from, gap_to, clock_timestamp(), clock_timestamp(), horizon, remark)
		RETURNING * INTO run;
	END IF;
	RETURN run;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.record_gap(rule_versions, timestamptz, timestamptz, timestamptz) IS 'part of run(): remembers that no windows were evaluated for some time';

CREATE FUNCTION transfer_detect_internal.run_rule(rule_id text, as_of timestamptz, horizon timestamptz, again_at_most bigint DEFAULT NULL)
RETURNS SETOF runs
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
/*
 * With again_at_most it evaluates one window only, so that the caller can commit
 * between them: one again, if so many are left to the caller and it was not
 * evaluated since the horizon, or else the next.
 */
DECLARE
	single CONSTANT boolean := again_at_most IS NOT NULL;
	place record;
	reached timestamptz;
	rule @extschema@.rule_versions;
	run @extschema@.runs;
	by_arrival boolean;
	max_catch_up bigint;
	step interval;
	missed bigint;
BEGIN
	place := transfer_detect_internal.lock_checkpoint(run_rule.rule_id, false);
	IF NOT place.locked THEN
		RAISE NOTICE 'rule "%" is being run by another session', run_rule.rule_id;
		RETURN;
	END IF;
	reached := place.checkpoint;
	rule := transfer_detect_internal.present_version(run_rule.rule_id);
	step := transfer_detect_internal.seconds(rule.run_interval);
	SELECT r.max_catch_up INTO max_catch_up FROM @extschema@.rules AS r WHERE r.rule_id = run_rule.rule_id;
	by_arrival := transfer_detect_internal.keeps_arrivals(rule.events);
	PERFORM transfer_detect_internal.find_late_events(run_rule.rule_id, run_rule.as_of);

	FOR run IN
		SELECT r.* FROM @extschema@.runs AS r
		 WHERE r.rule_id = run_rule.rule_id AND NOT r.settled AND (NOT single OR r.finished_at < run_rule.horizon)
		 ORDER BY r.evaluations, r.window_to, r.version
		 LIMIT CASE WHEN single THEN least(again_at_most, 1) ELSE max_catch_up END
	LOOP
		RETURN NEXT transfer_detect_internal.evaluate_window(run);
		IF single THEN
			RETURN;
		END IF;
	END LOOP;

	IF reached IS NULL THEN
		-- kept even if the first window fails, so that the next run tries it again
		reached := run_rule.as_of - step;
		UPDATE @extschema@.checkpoints AS c SET checkpoint = reached WHERE c.rule_id = run_rule.rule_id;
	ELSIF reached < run_rule.as_of THEN
		missed := ceil(extract(epoch FROM run_rule.as_of - reached)::numeric / extract(epoch FROM step)::numeric) - max_catch_up;
		IF missed > 0 THEN
			RETURN NEXT transfer_detect_internal.record_gap(rule, reached, reached + missed * step, run_rule.horizon);
			reached := reached + missed * step;
			-- kept even if no window succeeds now, or the next run would record the gap again
			UPDATE @extschema@.checkpoints AS c SET checkpoint = reached WHERE c.rule_id = run_rule.rule_id;
		END IF;
	END IF;
	run := NULL;
	WHILE reached < run_rule.as_of LOOP
		run := transfer_detect_internal.next_window(rule, 'scheduled', reached, run_rule.as_of, run_rule.horizon, by_arrival, run);
		RETURN NEXT run;
		EXIT WHEN run.status = 'failed';
		reached := run.window_to;
		UPDATE @extschema@.checkpoints AS c SET checkpoint = reached WHERE c.rule_id = run_rule.rule_id;
		EXIT WHEN single;
	END LOOP;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.run_rule(text, timestamptz, timestamptz, bigint) IS 'part of run(): one rule';

CREATE FUNCTION run(rule_id text DEFAULT NULL, as_of timestamptz DEFAULT now()) RETURNS SETOF runs
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '1min'
SET jit = off
AS $$
#variable_conflict use_column
/*
 * Whoever may update a table may lock all of it.  A run that waits a minute for
 * such a lock ends with an error rather than never.
 */
DECLARE
	horizon CONSTANT timestamptz := clock_timestamp();
	next_rule text;
	enabled boolean;
BEGIN
	PERFORM transfer_detect_internal.require_writable('run()');
	PERFORM transfer_detect_internal.check_instant('as_of', run.as_of);
	IF run.rule_id IS NOT NULL THEN
		PERFORM transfer_detect_internal.present_version(run.rule_id);
	END IF;
	IF EXISTS (SELECT FROM @extschema@.rules AS r
				WHERE r.enabled AND (run.rule_id IS NULL OR r.rule_id = run.rule_id) AND NOT transfer_detect_internal.keeps_arrivals(r.events))
	THEN
		PERFORM transfer_detect_internal.await_writers(run.as_of, horizon);
	END IF;
	FOR next_rule IN
		SELECT r.rule_id FROM @extschema@.rules AS r
		 WHERE CASE WHEN run.rule_id IS NULL THEN r.enabled ELSE r.rule_id = run.rule_id END
		 ORDER BY r.rule_id
	LOOP
		-- read again, since the rules before it may have taken long
		SELECT r.enabled INTO enabled FROM @extschema@.rules AS r WHERE r.rule_id = next_rule;
		IF enabled THEN
			RETURN QUERY SELECT * FROM transfer_detect_internal.run_rule(next_rule, run.as_of, horizon);
		ELSIF FOUND THEN
			RAISE NOTICE 'rule "%" is disabled', next_rule
				USING HINT = 'Set enabled, or evaluate a time of your choice with backfill().';
		ELSE
			RAISE NOTICE 'rule "%" has been deleted', next_rule;
		END IF;
	END LOOP;
END
$$;

COMMENT ON FUNCTION run(text, timestamptz) IS 'Evaluates a rule, or all enabled rules, from its checkpoint up to as_of, and files alerts; returns a row for each window';

CREATE FUNCTION transfer_detect_internal.fill_gaps(rule_id text, from_time timestamptz, to_time timestamptz) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
/*
 * The part of a gap that backfill() has evaluated becomes filled.  What is left
 * on either side stays a gap.
 */
DECLARE
	gap @extschema@.runs;
BEGIN
	FOR gap IN
		SELECT r.* FROM @extschema@.runs AS r
		 WHERE r.rule_id = fill_gaps.rule_id AND r.status = 'gap'
		   AND r.window_from < to_time AND r.window_to > from_time
	LOOP
		INSERT INTO @extschema@.runs (rule_id, version, kind, status, window_from, window_to, started_at, finished_at, horizon, message)
		SELECT gap.rule_id, gap.version, gap.kind, 'gap', rest.begin, rest.finish, gap.started_at, gap.finished_at, gap.horizon, gap.message
		  FROM (VALUES (gap.window_from, from_time), (to_time, gap.window_to)) AS rest(begin, finish)
		 WHERE rest.begin < rest.finish;
		UPDATE @extschema@.runs AS r
		   SET status = 'filled',
			   window_from = greatest(gap.window_from, from_time),
			   window_to = least(gap.window_to, to_time),
			   finished_at = clock_timestamp(),
			   message = 'the windows that end in this time were evaluated by backfill()'
		 WHERE r.id = gap.id;
	END LOOP;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.fill_gaps(text, timestamptz, timestamptz) IS 'part of backfill(): marks gaps as filled';

CREATE FUNCTION backfill(rule_id text, from_time timestamptz, to_time timestamptz) RETURNS SETOF runs
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET application_name = 'transfer_detect backfill'
SET jit = off
AS $$
#variable_conflict use_column
/*
 * Other sessions see the progress in application_name, because they do not see
 * the rows until it commits.  It waits for a run of the rule that is under way.
 * Runs that start meanwhile leave the rule out and catch up afterwards.
 */
DECLARE
	rule CONSTANT @extschema@.rule_versions := transfer_detect_internal.present_version(backfill.rule_id);
	step CONSTANT interval := transfer_detect_internal.seconds(rule.run_interval);
	horizon CONSTANT timestamptz := clock_timestamp();
	total bigint;
	done bigint := 0;
	reached timestamptz := from_time;
	told timestamptz := clock_timestamp();
	by_arrival CONSTANT boolean := transfer_detect_internal.keeps_arrivals(rule.events);
	run @extschema@.runs;
BEGIN
	PERFORM transfer_detect_internal.require_writable('backfill()');
	PERFORM transfer_detect_internal.check_period(from_time, to_time);
	PERFORM transfer_detect_internal.lock_checkpoint(backfill.rule_id, true);
	-- without a snapshot nothing would be late for the windows that follow
	IF (SELECT (s.snapshot).rule_id IS NULL FROM transfer_detect_internal.seen_snapshot(backfill.rule_id) AS s) THEN
		PERFORM transfer_detect_internal.find_late_events(backfill.rule_id, to_time);
	END IF;
	total := ceil(extract(epoch FROM to_time - from_time)::numeric / extract(epoch FROM step)::numeric);
	WHILE reached < to_time LOOP
		run := transfer_detect_internal.next_window(rule, 'backfill', reached, to_time, horizon, by_arrival, run);
		RETURN NEXT run;
		IF run.status = 'failed' THEN
			RAISE WARNING 'backfill stopped at the window that ends at %: %', run.window_to, run.message;
			EXIT;
		END IF;
		reached := run.window_to;
		done := done + 1;
		PERFORM set_config('application_name', format('transfer_detect backfill %s/%s', done, total), true);
		IF clock_timestamp() >= told + interval '5 seconds' THEN
			told := clock_timestamp();
			RAISE NOTICE 'backfill of rule "%": % of % windows', backfill.rule_id, done, total;
		END IF;
	END LOOP;
	IF reached > from_time THEN
		PERFORM transfer_detect_internal.fill_gaps(backfill.rule_id, from_time, reached);
		UPDATE @extschema@.checkpoints AS c SET late_events = 0, late_from = NULL, late_to = NULL
		 WHERE c.rule_id = backfill.rule_id AND c.late_from >= from_time AND c.late_to <= reached;
	END IF;
END
$$;

COMMENT ON FUNCTION backfill(text, timestamptz, timestamptz) IS 'Evaluates a rule over a past time, in steps of its interval; sends no notifications and does not move the checkpoint';
