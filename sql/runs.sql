/*
 * runs.sql: how far each rule has come, and what each of its windows brought.
 */

CREATE TABLE checkpoints (
	rule_id text COLLATE "C" PRIMARY KEY,
	checkpoint timestamptz,
	late_events bigint NOT NULL DEFAULT 0,
	late_from timestamptz,
	late_to timestamptz,
	late_problem text,
	tried_at timestamptz,
	learned_from timestamptz,
	learned_to timestamptz
);

COMMENT ON TABLE checkpoints IS 'How far each rule has run; a run locks the row of its rule, so that no two run it at once';
COMMENT ON COLUMN checkpoints.rule_id IS 'The rule';
COMMENT ON COLUMN checkpoints.checkpoint IS 'No window up to this instant is left to evaluate: the end of the last window, or the begin of the first; null if the rule has not run yet';
COMMENT ON COLUMN checkpoints.late_events IS 'Events that came in too late for their windows to be evaluated again, since a backfill has last covered them';
COMMENT ON COLUMN checkpoints.late_from IS 'Time of the first of them';
COMMENT ON COLUMN checkpoints.late_to IS 'Time of the last of them';
COMMENT ON COLUMN checkpoints.late_problem IS 'Why the last run could not look for late events';
COMMENT ON COLUMN checkpoints.tried_at IS 'When run_rules() last began with the rule; it begins with the one for which that is longest ago';

COMMENT ON COLUMN checkpoints.learned_from IS 'Begin of the time that a rule with habits has learned from, by runs or by learn()';
COMMENT ON COLUMN checkpoints.learned_to IS 'End of the time that learn() has learned from: what is earlier makes no alert in a run';

CREATE TABLE runs (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	rule_id text COLLATE "C" NOT NULL,
	version integer NOT NULL,
	kind text NOT NULL CHECK (kind IN ('scheduled', 'backfill')),
	status text NOT NULL CHECK (status IN ('running', 'interrupted', 'succeeded', 'failed', 'gap', 'filled')),
	window_from timestamptz NOT NULL,
	window_to timestamptz NOT NULL,
	started_at timestamptz NOT NULL,
	finished_at timestamptz,
	evaluate_time interval,
	file_time interval,
	events_scanned bigint,
	events_matched bigint,
	groups bigint,
	alerts_created bigint,
	alerts_extended bigint,
	known bigint,
	excepted bigint,
	over_cap bigint,
	settled boolean NOT NULL DEFAULT true,
	horizon timestamptz NOT NULL,
	evaluations integer NOT NULL DEFAULT 1,
	sqlstate text,
	message text,
	run_by text NOT NULL DEFAULT current_user,
	pid integer
);
CREATE INDEX runs_rule_window ON runs (rule_id, window_to);
CREATE INDEX runs_unsettled ON runs (rule_id) WHERE NOT settled;
CREATE INDEX runs_running ON runs (rule_id) WHERE status = 'running';
CREATE INDEX runs_gaps ON runs (rule_id) WHERE status = 'gap';

COMMENT ON TABLE runs IS 'A row for each window that was evaluated, and for each stretch of time that was not';
COMMENT ON COLUMN runs.id IS 'Number of the run';
COMMENT ON COLUMN runs.rule_id IS 'The rule';
COMMENT ON COLUMN runs.version IS 'Version of the rule';
COMMENT ON COLUMN runs.kind IS 'scheduled (by run()) or backfill';
COMMENT ON COLUMN runs.status IS 'succeeded; running: run_rules() has begun with the window, and rule_health says whether it is still at it; interrupted: it was cancelled, or its session ended, before it was done; failed, and will be tried again; gap: no window ends in this time, an outage was too long; filled: a gap that a backfill has filled';
COMMENT ON COLUMN runs.window_from IS 'Begin of the window, look_back before its end';
COMMENT ON COLUMN runs.window_to IS 'End of the window: the instant that NOW() is';
COMMENT ON COLUMN runs.started_at IS 'When the work began, by the clock';
COMMENT ON COLUMN runs.finished_at IS 'When it was done';
COMMENT ON COLUMN runs.evaluate_time IS 'Part of it that looking for groups took';
COMMENT ON COLUMN runs.file_time IS 'Part of it that filing alerts took';
COMMENT ON COLUMN runs.events_scanned IS 'Events in the window; null if they were not counted, see the setting transfer_detect.count_scanned';
COMMENT ON COLUMN runs.events_matched IS 'Events that the rule counted, before it grouped them';
COMMENT ON COLUMN runs.groups IS 'Groups that these events made; those that the rule chose are alerts created, extended, known and excepted';
COMMENT ON COLUMN runs.alerts_created IS 'Alerts that the window filed';
COMMENT ON COLUMN runs.alerts_extended IS 'Alerts that had been there, and got events';
COMMENT ON COLUMN runs.known IS 'Groups whose events were on an alert already';
COMMENT ON COLUMN runs.excepted IS 'Groups that an exception kept from being filed';
COMMENT ON COLUMN runs.over_cap IS 'Groups beyond the cap; they were filed, and flagged';
COMMENT ON COLUMN runs.settled IS 'False if events have come in late for the window, or if a transaction is in flight that may bring some: it will be evaluated again';
COMMENT ON COLUMN runs.horizon IS 'Over a relation without the column arrived, settled is a window when no transaction that began before this instant is in flight';
COMMENT ON COLUMN runs.evaluations IS 'How often the window was evaluated; the figures are the last time''s, alerts created and extended are sums';
COMMENT ON COLUMN runs.sqlstate IS 'What went wrong: the error''s code';
COMMENT ON COLUMN runs.message IS 'What went wrong, or what an operator should know';
COMMENT ON COLUMN runs.run_by IS 'Role as which it ran';
COMMENT ON COLUMN runs.pid IS 'Process of the session that run_rules() began the window in';

CREATE FUNCTION transfer_detect_internal.oldest_session() RETURNS timestamptz
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The owner's rights are needed to see the transactions of other roles.  All that
 * a caller learns is when the oldest one began.  A parallel worker has its leader's
 * transaction, and autovacuum and WAL senders write no events.  When the transaction of a
 * session with track_activities = off began is unknown: there we see only that it has a
 * snapshot or has written.
 *
 * On a node of Citus one's own are all backends that work for the same session, which may
 * be on another node.
 */
DECLARE
	own integer[] := ARRAY[pg_backend_pid()];
BEGIN
	IF to_regprocedure('pg_catalog.citus_backend_gpid()') IS NOT NULL THEN
		EXECUTE 'SELECT $1 || ARRAY(SELECT t.process_id FROM pg_catalog.get_all_active_transactions() AS t
			WHERE t.global_pid = pg_catalog.citus_backend_gpid())' INTO own USING own;
	END IF;
	PERFORM pg_stat_clear_snapshot();
	RETURN (
		SELECT min(coalesce(a.xact_start,
							CASE WHEN coalesce(a.state, 'disabled') = 'disabled'
									AND (a.backend_xid IS NOT NULL OR a.backend_xmin IS NOT NULL)
								 THEN '-infinity'::timestamptz END))
		  FROM pg_stat_activity AS a
		 WHERE a.datname = current_database()
		   AND a.pid <> ALL (own)
		   AND a.backend_type NOT IN ('parallel worker', 'autovacuum worker', 'walsender'));
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.oldest_session() IS 'When the oldest transaction that a session has in this database began, one''s own left out; null if there is none, -infinity if that of one is unknown';

CREATE FUNCTION transfer_detect_internal.oldest_transaction() RETURNS timestamptz
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* When a prepared transaction began is unknown. */
BEGIN
	RETURN CASE WHEN EXISTS (SELECT FROM pg_prepared_xacts AS p WHERE p.database = current_database())
		THEN '-infinity' ELSE transfer_detect_internal.oldest_session() END;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.oldest_transaction() IS 'When the oldest transaction in flight in this database began, one''s own left out; null if there is none, -infinity if that of one is unknown';

CREATE FUNCTION transfer_detect_internal.await_writers(as_of timestamptz, horizon timestamptz, patience interval DEFAULT '500 milliseconds')
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Gives short transactions a moment to commit, so that a busy database need not
 * evaluate every window twice.  A transaction gets its start time a little before
 * others can see it, hence the tenth of a second after as_of.
 */
DECLARE
	give_up CONSTANT timestamptz := clock_timestamp() + patience;
BEGIN
	WHILE clock_timestamp() < give_up
		AND as_of <= horizon
		AND (clock_timestamp() < as_of + interval '100 milliseconds'
			 OR transfer_detect_internal.oldest_transaction() < horizon)
	LOOP
		PERFORM pg_sleep(0.01);
	END LOOP;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.await_writers(timestamptz, timestamptz, interval) IS 'part of run(): waits a moment for transactions in flight';

CREATE FUNCTION transfer_detect_internal.is_settled(window_to timestamptz, horizon timestamptz) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Call this before reading the window's events.  Then the events of transactions
 * that commit in between are seen, and any transaction that is in flight later
 * began later.  A repeatable-read snapshot does not see recent commits, so with it
 * no window is settled.  all_ended: the caller knows that no transaction from
 * before the horizon is left.
 */
BEGIN
	RETURN current_setting('transaction_isolation') IN ('read committed', 'read uncommitted')
		AND clock_timestamp() >= window_to + interval '100 milliseconds'
		AND coalesce(transfer_detect_internal.oldest_transaction() >= horizon, true);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.is_settled(timestamptz, timestamptz) IS 'part of run(): whether all transactions that may hold events of a window have ended';

CREATE FUNCTION transfer_detect_internal.require_writable(caller text) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * In the words of who called, instead of those of the first statement that fails.
 */
BEGIN
	PERFORM transfer_detect_internal.require_coordinator(caller);
	IF current_setting('transaction_read_only')::boolean THEN
		RAISE EXCEPTION USING
			ERRCODE = 'read_only_sql_transaction',
			MESSAGE = format('%s writes to tables, and %s', caller,
				CASE WHEN pg_is_in_recovery() THEN 'this server is a standby' ELSE 'this transaction is read-only' END),
			HINT = CASE WHEN pg_is_in_recovery() THEN 'Call it on the primary server. Functions that only read work here: detect(), esql(), alert_events(), and all views.'
				ELSE 'Use BEGIN READ WRITE, or set default_transaction_read_only to off.' END;
	END IF;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.require_writable(text) IS 'Raises an error that says what to do when a function that writes is called where nothing can be written';

SELECT pg_catalog.pg_extension_config_dump('checkpoints', '');
SELECT pg_catalog.pg_extension_config_dump('runs', '');
SELECT pg_catalog.pg_extension_config_dump('runs_id_seq', '');
