/*
 * citus.sql: events in tables that Citus has distributed.
 *
 * Nothing here depends on Citus: its catalogs and functions are asked for by name, if they are there.
 *
 * Rules, alerts and checkpoints are the coordinator's.  Workers have tables of the same
 * names, since Citus creates the extension there as well, and these stay empty.
 *
 * A window over such a table is settled when no transaction on any node is left that may
 * bring events of it.  Sessions may be connected to any node, and their transactions
 * write on others.  So all nodes are asked, in two rounds.
 *
 * The first round asks for the oldest transaction in flight.  What we have begun on other
 * nodes ourselves is left out: Citus gives it the number of our session.  A transaction
 * that writes on several nodes is prepared on them before it is committed, and when its
 * session ends, some of them may still have it so, for a moment or until Citus recovers it.  The second
 * round asks for these.  What was prepared after the end of the first round had a session
 * then, which was seen, or began later.
 *
 * Transactions of workers are read committed, as ours is, and each statement has a
 * snapshot of its own.  So whatever was committed before the questions is seen after them.
 */

CREATE FUNCTION transfer_detect_internal.citus_tables() RETURNS SETOF oid
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN
		RETURN QUERY EXECUTE 'SELECT d.logicalrelid::oid FROM pg_catalog.pg_dist_partition AS d';
	END IF;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.citus_tables() IS 'The tables whose rows are in shards of Citus; none where Citus is not installed';

CREATE FUNCTION transfer_detect_internal.require_coordinator(caller text) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	worker boolean := false;
BEGIN
	IF to_regclass('pg_catalog.pg_dist_local_group') IS NOT NULL THEN
		EXECUTE 'SELECT EXISTS (SELECT FROM pg_catalog.pg_dist_local_group AS g WHERE g.groupid <> 0)' INTO worker;
	END IF;
	IF worker THEN
		RAISE EXCEPTION USING
			ERRCODE = 'object_not_in_prerequisite_state',
			MESSAGE = format('%s runs on the coordinator, and this server is a worker of Citus', caller),
			HINT = 'Call it on the coordinator. Rules, alerts and what was run when are there.';
	END IF;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.require_coordinator(text) IS 'Raises an error on a worker of Citus, where nobody looks for what a function writes';

CREATE FUNCTION transfer_detect_internal.node_state() RETURNS json
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT json_build_object(
	'clock', clock_timestamp(),
	'oldest', transfer_detect_internal.oldest_session(),
	'prepared', (SELECT min(p.prepared) FROM pg_prepared_xacts AS p WHERE p.database = current_database()))
$$;

COMMENT ON FUNCTION transfer_detect_internal.node_state() IS 'part of run(): what a node of Citus tells of its open transactions: when the oldest one in flight began, and when the oldest prepared one was prepared, by its clock';

CREATE FUNCTION transfer_detect_internal.ask_nodes(window_to timestamptz, horizon timestamptz, prepared_before timestamptz) RETURNS text[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * A round.  Says which nodes have transactions in flight from before the horizon or, with
 * prepared_before, prepared ones from before that.  A node that cannot be asked is left
 * out when the time of grace is over.
 *
 * An answer may have been long under way.  Times of a node are taken for as early as they can be
 * by our clock: as if it had answered at the instant when it was asked.
 */
DECLARE
	grace CONSTANT interval := coalesce(current_setting('transfer_detect.remote_grace', true), '1h')::interval;
	asked CONSTANT timestamptz := clock_timestamp();
	node record;
	state json;
	ahead interval;
	doubts text[] := '{}';
BEGIN
	FOR node IN EXECUTE
		'SELECT r.success, r.result, coalesce(n.nodename || '':'' || n.nodeport, ''coordinator'') AS name
		   FROM pg_catalog.run_command_on_all_nodes(''SELECT transfer_detect_internal.node_state()'') AS r
		   LEFT JOIN pg_catalog.pg_dist_node AS n ON n.nodeid = r.nodeid
		  ORDER BY n.nodename, n.nodeport'
	LOOP
		IF NOT node.success OR node.result IS NULL THEN
			IF asked < window_to + grace THEN
				doubts := doubts || format('node %s cannot be asked for its open transactions: %s', node.name, node.result);
			END IF;
			CONTINUE;
		END IF;
		state := node.result::json;
		ahead := (state ->> 'clock')::timestamptz - asked;
		IF prepared_before IS NOT NULL THEN
			IF (state ->> 'prepared')::timestamptz - ahead <= prepared_before THEN
				doubts := doubts || format('node %s has a prepared transaction that may bring events', node.name);
			END IF;
		ELSIF (state ->> 'oldest')::timestamptz - ahead < horizon THEN
			doubts := doubts || format('node %s has a transaction in flight that may bring events', node.name);
		ELSIF (state ->> 'clock')::timestamptz < window_to + interval '100 milliseconds' THEN
			doubts := doubts || format('node %s has a clock by which the window is not over', node.name);
		END IF;
	END LOOP;
	RETURN doubts;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.ask_nodes(timestamptz, timestamptz, timestamptz) IS 'part of run(): asks the nodes of Citus for transactions that may bring events of a window';

CREATE FUNCTION transfer_detect_internal.citus_doubt(events regclass, window_to timestamptz, horizon timestamptz) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Why a window over the relation may lack events that are in shards: null if it does not.
 * Call this before the window is read.  Short transactions get a moment to commit.
 */
DECLARE
	give_up CONSTANT timestamptz := clock_timestamp() + interval '500 milliseconds';
	asked timestamptz;
	doubts text[];
BEGIN
	IF NOT EXISTS (SELECT FROM transfer_detect_internal.relations_below(events) AS b WHERE b.kind = 'c') THEN
		RETURN NULL;
	END IF;
	LOOP
		doubts := transfer_detect_internal.ask_nodes(window_to, horizon, asked);
		IF doubts = '{}' THEN
			EXIT WHEN asked IS NOT NULL;
			asked := clock_timestamp();
		ELSE
			EXIT WHEN clock_timestamp() >= give_up;
			PERFORM pg_sleep(0.02);
		END IF;
	END LOOP;
	RETURN CASE WHEN doubts <> '{}' THEN 'not settled, so it will be evaluated again: ' || array_to_string(doubts, '; ') END;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.citus_doubt(regclass, timestamptz, timestamptz) IS 'part of run(): why a window may lack events that are in shards of Citus';
