/*
 * remote.sql: transactions in flight on other servers.
 *
 * Over a relation without the column arrived, a window is settled when no
 * transaction is left that may bring events of it.  Those of this server are in
 * pg_stat_activity.  If a part of the relation is in foreign tables, other servers
 * have to be asked, and two things stand in the way.
 *
 * A run's transaction on the other server is repeatable read: from its first read on
 * it never sees what others commit.  So the question comes before the first read, in
 * a connection of its own (or its snapshot would be older than the answer), and a later
 * answer in the same transaction does not count.  If the run is not the first statement
 * of its transaction, the first read may be over, and nothing is settled.
 *
 * postgres_fdw reads relations and no more.  So the other server has the view
 * open_transactions, and this one a foreign table that reads it.  It belongs to a
 * foreign server of the same address, whose connection is another one.  Where there
 * is no such table, or the answer is an error, the window is evaluated again until
 * transfer_detect.remote_grace after its end.
 *
 * Clocks may differ.  The age of a transaction is told by one clock, and the window
 * must be over by both.
 */

CREATE VIEW open_transactions AS
SELECT clock_timestamp() AS clock, transfer_detect_internal.oldest_transaction() AS oldest;

COMMENT ON VIEW open_transactions IS 'When the oldest transaction in flight in this database began: for a foreign table on the server that runs rules';
COMMENT ON COLUMN open_transactions.clock IS 'The time by the clock of this server';
COMMENT ON COLUMN open_transactions.oldest IS 'When the oldest transaction in flight began, by the same clock; null if there is none, -infinity if that is not known, as of prepared ones';
GRANT SELECT ON open_transactions TO PUBLIC;

CREATE FUNCTION transfer_detect_internal.first_answer(server oid, answer text) RETURNS text
AS 'MODULE_PATHNAME', 'td_first_answer'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION transfer_detect_internal.first_answer(oid, text) IS 'part of run(): the first answer of a server in this transaction, which is kept';

CREATE FUNCTION transfer_detect_internal.server_address(options text[]) RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT coalesce(jsonb_object_agg(o.option_name, o.option_value), '{}') FROM pg_options_to_table(options) AS o
 WHERE o.option_name IN ('host', 'hostaddr', 'port', 'dbname', 'service')
$$;

COMMENT ON FUNCTION transfer_detect_internal.server_address(text[]) IS 'part of run(): the options that say which database a foreign server is';

CREATE FUNCTION transfer_detect_internal.open_transactions_of(server oid) RETURNS regclass
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * A table that anybody could have made would tell us what he likes: it belongs to the
 * owner of the server that it speaks for, or to a superuser.
 */
SELECT t.ftrelid::regclass
  FROM pg_foreign_server AS s
  JOIN pg_foreign_server AS o ON o.oid <> s.oid AND o.srvfdw = s.srvfdw
   AND transfer_detect_internal.server_address(o.srvoptions) = transfer_detect_internal.server_address(s.srvoptions)
  JOIN pg_foreign_table AS t ON t.ftserver = o.oid
  JOIN pg_class AS c ON c.oid = t.ftrelid
  JOIN pg_roles AS r ON r.oid = c.relowner
 WHERE s.oid = server AND (r.oid = s.srvowner OR r.rolsuper)
   AND coalesce((SELECT x.option_value FROM pg_options_to_table(t.ftoptions) AS x WHERE x.option_name = 'table_name'), c.relname) = 'open_transactions'
   AND coalesce((SELECT x.option_value FROM pg_options_to_table(t.ftoptions) AS x WHERE x.option_name = 'schema_name'), c.relnamespace::regnamespace::text)
		= '@extschema@'
 ORDER BY t.ftrelid LIMIT 1
$$;

COMMENT ON FUNCTION transfer_detect_internal.open_transactions_of(oid) IS 'part of run(): the foreign table by which a server is asked for its open transactions, by another connection';

CREATE FUNCTION transfer_detect_internal.ask_server(server oid, horizon timestamptz) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Asks a server.  Short transactions get a moment to commit, as on this server.  The
 * answer is an object of JSON: when the oldest transaction began, by our clock, and at the
 * earliest, since the answer may have been long under way; how much later the other clock
 * is, at least, in seconds; or a problem.
 */
DECLARE
	watch CONSTANT regclass := transfer_detect_internal.open_transactions_of(server);
	give_up CONSTANT timestamptz := clock_timestamp() + interval '500 milliseconds';
	asked timestamptz;
	now timestamptz;
	told record;
	began timestamptz;
BEGIN
	IF watch IS NULL THEN
		RETURN json_build_object('problem', 'cannot be asked for its open transactions: no foreign table over another connection reads @extschema@.open_transactions there');
	END IF;
	LOOP
		asked := clock_timestamp();
		EXECUTE format('SELECT o.clock, o.oldest FROM %s AS o', watch) INTO STRICT told;
		now := clock_timestamp();
		began := CASE WHEN isfinite(told.oldest) THEN asked - (told.clock - told.oldest) ELSE told.oldest END;
		EXIT WHEN now >= give_up OR began IS NULL OR began >= horizon OR began < now - interval '1 minute';
		PERFORM pg_sleep(0.02);
	END LOOP;
	RETURN json_build_object('began', began, 'ahead', extract(epoch FROM told.clock - now));
EXCEPTION WHEN OTHERS THEN
	RETURN json_build_object('problem', format('cannot be asked for its open transactions: %s', SQLERRM));
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.ask_server(oid, timestamptz) IS 'part of run(): asks another server for its open transactions';

CREATE FUNCTION transfer_detect_internal.remote_doubt(events regclass, window_to timestamptz, horizon timestamptz) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Why a window over the relation may lack events that other servers have: null if it
 * does not.  Call this before the window is read.
 */
DECLARE
	server record;
	answer jsonb;
	ahead interval;
	grace interval;
	doubts text[] := '{}';
BEGIN
	FOR server IN
		SELECT DISTINCT s.oid, s.srvname
		  FROM transfer_detect_internal.relations_below(events) AS b
		  JOIN pg_foreign_table AS t ON t.ftrelid = b.oid
		  JOIN pg_foreign_server AS s ON s.oid = t.ftserver
		 WHERE b.kind = 'f'
		 ORDER BY s.srvname
	LOOP
		answer := transfer_detect_internal.first_answer(server.oid, NULL);
		IF answer IS NULL AND transaction_timestamp() < statement_timestamp() THEN
			answer := jsonb_build_object('problem', 'may have been read before this run, in the same transaction');
		ELSIF answer IS NULL THEN
			answer := transfer_detect_internal.ask_server(server.oid, horizon);
		END IF;
		answer := transfer_detect_internal.first_answer(server.oid, answer::text);
		grace := coalesce(current_setting('transfer_detect.remote_grace', true), '1h')::interval;
		ahead := (answer ->> 'ahead')::double precision * interval '1 second';
		CONTINUE WHEN answer ? 'problem' AND clock_timestamp() >= window_to + grace
			AND answer ->> 'problem' NOT LIKE 'may have been read%';
		CONTINUE WHEN answer ? 'began' AND coalesce((answer ->> 'began')::timestamptz >= horizon, true)
			AND clock_timestamp() + ahead >= window_to + interval '100 milliseconds';
		doubts := doubts || format('server %I %s', server.srvname, CASE
			WHEN answer ? 'problem' THEN answer ->> 'problem'
			WHEN (answer ->> 'began')::timestamptz < horizon THEN
				'has a transaction in flight that may bring events'
			ELSE 'has a clock by which the window is not over' END);
	END LOOP;
	RETURN CASE WHEN doubts <> '{}' THEN 'not settled, so it will be evaluated again: ' || array_to_string(doubts, '; ') END;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.remote_doubt(regclass, timestamptz, timestamptz) IS 'part of run(): why a window may lack events of other servers';
