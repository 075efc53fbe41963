/*
 * late.sql: events that come in after the run of their time.
 *
 * Each event keeps the number of the transaction that brought it, in the column
 * arrived, and each rule keeps the snapshot that its last run read under.  An
 * event is late when that snapshot did not see its transaction: it began later,
 * or was in flight.  No clock takes part, so delivery that takes seconds or
 * hours, transactions that commit late, prepared ones and documents that are
 * tried again are one case.  The windows that late events touch are due, and
 * the next run evaluates them again.
 *
 * A run counts its own transaction among those in flight, since that may write
 * more events later.  What that had written by then is known by the number of
 * its commands (cmin), where the rows tell it; else it is looked at once more.
 *
 * A rule that knows habits need not see a whole window again for a late event whose
 * keys were seen on its day already and are not loud.  So it looks at the late events
 * by themselves first, and only the windows of those that may matter are due.
 *
 * Numbers of transactions are those of this cluster.  So snapshots are not
 * dumped, and a number that this cluster has not reached is nobody's.  A rule
 * that has windows and no snapshot, as after a restore, has those of the last
 * day due.
 */

CREATE TABLE transfer_detect_internal.snapshots (
	rule_id text COLLATE "C" PRIMARY KEY,
	next_transaction bigint NOT NULL,
	in_flight bigint[] NOT NULL,
	written_by bigint NOT NULL
);

COMMENT ON TABLE transfer_detect_internal.snapshots IS 'The snapshot that each rule''s last run read under; of this cluster only, so never dumped';
COMMENT ON COLUMN transfer_detect_internal.snapshots.rule_id IS 'The rule';
COMMENT ON COLUMN transfer_detect_internal.snapshots.next_transaction IS 'Transactions from this number on had not begun';
COMMENT ON COLUMN transfer_detect_internal.snapshots.in_flight IS 'Transactions before it that had not ended, and the run''s own';
COMMENT ON COLUMN transfer_detect_internal.snapshots.written_by IS 'The run''s own transaction: of its rows it has seen those of earlier commands than the one that wrote this';

-- How a run hands its snapshot over; nothing is ever stored here.
ALTER TABLE @extschema@.checkpoints ADD COLUMN seen transfer_detect_internal.snapshots;
COMMENT ON COLUMN checkpoints.seen IS 'Always null: an update with the snapshot of a run puts that where runs find it';

CREATE FUNCTION transfer_detect_internal.keep_snapshot() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Whoever may update a rule's checkpoint may write its snapshot.  The right to
 * write the table of snapshots would be the right to lock it as well, and so to
 * stop all runs; so nobody has it, and the owner's rights are needed here.
 */
BEGIN
	INSERT INTO transfer_detect_internal.snapshots
	VALUES (NEW.rule_id, (NEW.seen).next_transaction, (NEW.seen).in_flight, (NEW.seen).written_by)
		ON CONFLICT ON CONSTRAINT snapshots_pkey
		DO UPDATE SET (next_transaction, in_flight, written_by) = (excluded.next_transaction, excluded.in_flight, excluded.written_by);
	NEW.seen := NULL;
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.keep_snapshot() IS 'Trigger: keeps the snapshot that a run hands over with its checkpoint';
REVOKE ALL ON FUNCTION transfer_detect_internal.keep_snapshot() FROM PUBLIC;

CREATE TRIGGER checkpoints_keep_snapshot BEFORE UPDATE OF seen ON @extschema@.checkpoints
	FOR EACH ROW WHEN (NEW.seen IS NOT NULL) EXECUTE FUNCTION transfer_detect_internal.keep_snapshot();

CREATE FUNCTION transfer_detect_internal.seen_snapshot(rule_id text, OUT snapshot transfer_detect_internal.snapshots, OUT command bigint)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
/* With the owner's rights, since a right to read the table would be one to lock it. */
DECLARE
	found record;
BEGIN
	SELECT s AS snapshot, s.cmin::text::bigint AS command INTO found
	  FROM transfer_detect_internal.snapshots AS s WHERE s.rule_id = seen_snapshot.rule_id;
	snapshot := found.snapshot;
	command := found.command;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.seen_snapshot(text) IS 'part of run(): the snapshot of a rule''s last run, and the command that wrote it';

CREATE FUNCTION transfer_detect_internal.relations_below(relation regclass) RETURNS TABLE (oid oid, kind "char", has_column boolean, has_default boolean)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
/*
 * Each look-up is one by an index, however many relations the catalogs have.  A view
 * also depends on the composite types and sequences that it mentions, which have no
 * events.
 */
BEGIN
	RETURN QUERY
		WITH RECURSIVE below(oid) AS (
			SELECT relation::oid
			UNION
			SELECT next.oid
			  FROM below AS b
			 CROSS JOIN LATERAL (
					SELECT i.inhrelid FROM pg_inherits AS i WHERE i.inhparent = b.oid
					UNION ALL
					SELECT d.refobjid
					  FROM pg_rewrite AS r
					  JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
					 WHERE r.ev_class = b.oid AND r.ev_type = '1' AND d.refobjid <> b.oid
					   AND (SELECT c.relkind FROM pg_class AS c WHERE c.oid = d.refobjid) IN ('r', 'p', 'v', 'm', 'f')) AS next(oid))
		SELECT b.oid,
			(SELECT CASE WHEN c.relkind IN ('r', 'p') AND c.oid = ANY (ARRAY(SELECT t FROM transfer_detect_internal.citus_tables() AS t)) THEN 'c' ELSE c.relkind END
			   FROM pg_class AS c WHERE c.oid = b.oid), a.number IS NOT NULL,
			coalesce((SELECT pg_get_expr(d.adbin, d.adrelid) LIKE '%pg_current_xact_id()%' FROM pg_attrdef AS d
					   WHERE d.adrelid = b.oid AND d.adnum = a.number), false)
		  FROM below AS b
		  LEFT JOIN LATERAL (
				SELECT a.attnum FROM pg_attribute AS a
				 WHERE a.attrelid = b.oid AND a.attname = 'arrived' AND a.atttypid = 'bigint'::regtype AND NOT a.attisdropped
				OFFSET 0) AS a(number) ON true;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.relations_below(regclass) IS 'A relation, its partitions, and what views among them read; its kind as pg_class has it, or c if it is in shards of Citus; whether each has a column arrived, and the default that fills it';

CREATE FUNCTION transfer_detect_internal.find_arrivals_below(relation regclass, OUT kept boolean, OUT relations oid[])
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Tables of other servers and of Citus have numbers of several servers, and a
 * materialized view has those of its tables, which came before its refresh.
 */
BEGIN
	SELECT coalesce(bool_and(b.kind IN ('r', 'p', 'v')) AND bool_or(b.oid = relation AND b.has_column) AND bool_or(b.has_default), false),
		array_agg(b.oid) FILTER (WHERE b.has_column)
	  INTO kept, relations
	  FROM transfer_detect_internal.relations_below(relation) AS b;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.find_arrivals_below(regclass) IS 'What arrivals_below() keeps';

CREATE FUNCTION transfer_detect_internal.arrivals_below(relation regclass, OUT kept boolean, OUT relations oid[])
AS 'MODULE_PATHNAME', 'td_arrivals_below'
LANGUAGE C STABLE STRICT PARALLEL UNSAFE
COST 100;

COMMENT ON FUNCTION transfer_detect_internal.arrivals_below(regclass) IS 'Whether a relation''s column arrived says which transaction brought each event, and which relations below it have that column';

CREATE FUNCTION transfer_detect_internal.keeps_arrivals(relation regclass) RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN (transfer_detect_internal.arrivals_below(relation)).kept;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.keeps_arrivals(regclass) IS 'Whether a relation''s column arrived says which transaction brought each event';

CREATE FUNCTION transfer_detect_internal.event_arrivals(events regclass, timestamp_field text, timestamp_fallback text) RETURNS text
AS 'MODULE_PATHNAME', 'td_event_arrivals'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 1000;

COMMENT ON FUNCTION transfer_detect_internal.event_arrivals(regclass, text, text) IS 'SQL that reads the time and the number of arrival of a relation''s events';

CREATE FUNCTION transfer_detect_internal.brin_indexes(relations oid[], every boolean) RETURNS oid[]
AS 'MODULE_PATHNAME', 'td_brin_indexes'
LANGUAGE C STABLE STRICT PARALLEL UNSAFE
COST 100;

COMMENT ON FUNCTION transfer_detect_internal.brin_indexes(oid[], boolean) IS 'The BRIN indexes of those of some relations that have rows whose summaries the caller may make: all, or those on the column arrived';

CREATE FUNCTION transfer_detect_internal.summarize_arrivals(relations oid[], every boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '20ms'
AS $$
/*
 * A BRIN index says nothing of pages that it has no summary of, and then all of
 * their events are read, in each run.  Autovacuum makes the summaries, when it gets
 * round to it; so those that are missing are made here, if that is allowed and
 * nobody is at it.  The lock is given back at once.  It is less than what a
 * deadlock check waits for, so no vacuum is cancelled.
 *
 * every: also those of indexes on other columns than arrived, which serve rules that go by another time.
 */
DECLARE
	summary oid;
BEGIN
	FOREACH summary IN ARRAY coalesce(transfer_detect_internal.brin_indexes(relations, every), '{}') LOOP
		BEGIN
			PERFORM brin_summarize_new_values(summary::regclass);
		EXCEPTION WHEN lock_not_available OR insufficient_privilege OR object_in_use THEN
			RETURN;
		END;
	END LOOP;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.summarize_arrivals(oid[], boolean) IS 'part of run(): makes the summaries that BRIN indexes of events lack';

CREATE FUNCTION transfer_detect_internal.late_minutes(
	source text,
	seen transfer_detect_internal.snapshots,
	seen_commands bigint,
	next_transaction bigint,
	others_in_flight bigint[],
	since timestamptz,
	until timestamptz,
	OUT minutes timestamptz[],
	OUT times timestamptz[],
	OUT older bigint,
	OUT older_from timestamptz,
	OUT older_to timestamptz)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
/*
 * The minutes that have late events, and how many are older than since.  The
 * numbers go in as constants, so that an index on arrived is weighed by them; and
 * enable_seqscan is off for partitions that were not analyzed yet.
 *
 * times has the times themselves, unless they are many, or one may have been counted:
 * what the last run's own transaction brought is looked at twice.  What comes while
 * this looks is late again next time, and left to that.
 */
BEGIN
	EXECUTE format('
		WITH late AS MATERIALIZED (
			SELECT l.time, l.time > $1 AS due, l.arrived = %4$s AS own, l.arrived = ANY (%6$L::bigint[]) AS again
			  FROM (%1$s) AS l
			 WHERE %2$s AND l.arrived < %3$s AND l.time <= $2
			   AND CASE WHEN l.arrived = %4$s THEN (l.command < %5$s) IS NOT TRUE ELSE true END)
		SELECT array_agg(DISTINCT date_trunc(''minute'', l.time)) FILTER (WHERE l.due),
			CASE WHEN count(*) FILTER (WHERE l.due) <= 10000 AND bool_or(l.own) IS NOT TRUE
				 THEN ARRAY(SELECT t.time FROM late AS t WHERE t.due AND NOT t.again) END,
			count(*) FILTER (WHERE NOT l.due), min(l.time) FILTER (WHERE NOT l.due), max(l.time) FILTER (WHERE NOT l.due)
		  FROM late AS l',
		source,
		CASE WHEN seen.in_flight = '{}' THEN format('l.arrived >= %s', seen.next_transaction)
			ELSE format('(l.arrived >= %s OR l.arrived = ANY (%L::bigint[]))', seen.next_transaction, seen.in_flight) END,
		next_transaction, seen.written_by, seen_commands, others_in_flight)
	   INTO minutes, times, older, older_from, older_to USING since, until;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.late_minutes(text, transfer_detect_internal.snapshots, bigint, bigint, bigint[], timestamptz, timestamptz) IS 'part of run(): in which minutes events have come in that a snapshot did not see';

CREATE FUNCTION transfer_detect_internal.windows_since(rule_id text, like_version rule_versions, since timestamptz)
RETURNS TABLE (id bigint, version integer, window_from timestamptz, window_to timestamptz, settled boolean)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
/*
 * Of a window that both a run and a backfill have evaluated, the run's row is
 * taken: its alerts are told of.  One plan serves for all times.
 */
BEGIN
	RETURN QUERY
		SELECT DISTINCT ON (w.window_to, w.version) w.id, w.version, w.window_from, w.window_to, w.settled
		  FROM @extschema@.runs AS w
		  JOIN @extschema@.rule_versions AS v ON v.rule_id = w.rule_id AND v.version = w.version
		 WHERE w.rule_id = windows_since.rule_id AND w.status = 'succeeded' AND w.window_to > since
		   AND (v.events, v.timestamp_field, v.timestamp_fallback)
			   IS NOT DISTINCT FROM (like_version.events, like_version.timestamp_field, like_version.timestamp_fallback)
		 ORDER BY w.window_to, w.version, w.kind DESC, w.id DESC;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.windows_since(text, rule_versions, timestamptz) IS 'part of run(): the rows of the windows that late events may touch';

CREATE FUNCTION transfer_detect_internal.set_due(rule_id text, like_version rule_versions, since timestamptz, minutes timestamptz[] DEFAULT NULL) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
/*
 * A window that several versions of the rule have evaluated is due for each of them,
 * since each may have counted events of it.
 */
BEGIN
	UPDATE @extschema@.runs AS r
	   SET settled = false
	 WHERE r.id = ANY (ARRAY(
			SELECT w.id FROM transfer_detect_internal.windows_since(set_due.rule_id, like_version, since) AS w
			 WHERE w.settled
			   AND (minutes IS NULL
					OR EXISTS (SELECT FROM unnest(minutes) AS m(minute)
								WHERE m.minute + interval '1 minute' > w.window_from AND m.minute <= w.window_to))))
	   AND r.settled;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.set_due(text, rule_versions, timestamptz, timestamptz[]) IS 'part of run(): has windows evaluated again, all of a time or those that some minutes touch';

CREATE FUNCTION transfer_detect_internal.count_late(
	rule rule_versions,
	since timestamptz,
	times timestamptz[],
	quiet timestamptz[],
	minutes timestamptz[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
/*
 * Counts late events in the rows of their windows: all of them, and those that the rule
 * has and that change nothing.  Windows that have one of the minutes are evaluated again.
 * Each row is looked up by its number, however many there are.
 */
BEGIN
	UPDATE @extschema@.runs AS r
	   SET events_scanned = r.events_scanned + c.scanned, events_matched = r.events_matched + c.matched
	  FROM transfer_detect_internal.windows_since(rule.rule_id, rule, count_late.since) AS w
	 CROSS JOIN LATERAL (
			SELECT (SELECT count(*) FROM unnest(times) AS t(time) WHERE t.time >= w.window_from AND t.time <= w.window_to) AS scanned,
				(SELECT count(*) FROM unnest(quiet) AS t(time) WHERE t.time >= w.window_from AND t.time <= w.window_to) AS matched) AS c
	 WHERE r.id = w.id AND r.settled AND c.scanned > 0
	   AND NOT EXISTS (SELECT FROM unnest(minutes) AS m(minute)
						WHERE m.minute + interval '1 minute' > w.window_from AND m.minute <= w.window_to);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.count_late(rule_versions, timestamptz, timestamptz[], timestamptz[], timestamptz[]) IS 'part of run(): counts late events in the rows of windows that are not evaluated again';

CREATE FUNCTION transfer_detect_internal.look_at_late(
	rule rule_versions,
	seen transfer_detect_internal.snapshots,
	next_transaction bigint,
	others_in_flight bigint[],
	since timestamptz,
	INOUT minutes timestamptz[],
	times timestamptz[])
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
/*
 * Takes the minutes out whose late events change nothing of what was filed, learns these
 * events, and counts them in the rows of their windows.  That needs a rule that knows habits, whose windows are
 * all of one version, whose query means the same at any time and looks at one event
 * at once, and which no exceptions keep from seeing events.
 */
DECLARE
	spaces transfer_detect_internal.habit_arguments;
	late record;
BEGIN
	IF rule.habits IS NULL OR times IS NULL OR rule.query ~* '\mnow\M' OR rule.habits::text ~* '\mnow\M'
		OR current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted')
		OR EXISTS (SELECT FROM @extschema@.exceptions AS e
					WHERE (e.rule_id = rule.rule_id OR e.rule_id IS NULL) AND e.enabled AND e.stage = 'event')
		OR EXISTS (SELECT FROM transfer_detect_internal.windows_since(rule.rule_id, rule, since) AS w WHERE w.version <> rule.version)
	THEN
		RETURN;
	END IF;
	spaces := transfer_detect_internal.habit_arguments(rule);
	SELECT bool_or(l.event_time IS NULL) AS unknown, array_agg(l.event_time) FILTER (WHERE NOT l.matters) AS quiet,
		array_agg(DISTINCT date_trunc('minute', l.event_time)) FILTER (WHERE l.matters) AS minutes
	  INTO late
	  FROM transfer_detect_internal.late_habits(spaces.query, rule.events, (SELECT min(m.minute) FROM unnest(minutes) AS m(minute)),
			(SELECT max(m.minute) + interval '1 minute' FROM unnest(minutes) AS m(minute)), rule.timestamp_field, rule.timestamp_fallback,
			'{}', rule.rule_id, spaces.names, spaces.scopes, spaces.parts, spaces.remember, spaces.weights,
			seen.next_transaction, next_transaction, seen.in_flight::text, others_in_flight::text) AS l;
	IF late.unknown THEN
		RETURN;
	END IF;
	PERFORM transfer_detect_internal.count_late(rule, since, times, late.quiet, late.minutes);
	minutes := late.minutes;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.look_at_late(rule_versions, transfer_detect_internal.snapshots, bigint, bigint[], timestamptz, timestamptz[], timestamptz[]) IS 'part of run(): of the minutes that have late events, those in which one may change what was filed; learns the others';

CREATE FUNCTION transfer_detect_internal.count_older(rule_id text, older bigint, older_from timestamptz, older_to timestamptz) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF older > 0 THEN
		UPDATE @extschema@.checkpoints AS c
		   SET late_events = c.late_events + older,
			   late_from = least(c.late_from, older_from),
			   late_to = greatest(c.late_to, older_to)
		 WHERE c.rule_id = count_older.rule_id;
	END IF;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.count_older(text, bigint, timestamptz, timestamptz) IS 'part of run(): remembers late events of windows that are not evaluated again';

CREATE FUNCTION transfer_detect_internal.versions_since(
	rule_id text,
	as_of timestamptz,
	OUT last_window timestamptz,
	OUT since timestamptz,
	OUT versions rule_versions[])
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
/*
 * A rule that has been edited has windows of several versions, which may read
 * other relations, or go by another time.  One of each kind is enough.
 */
DECLARE
	rule record;
BEGIN
	SELECT r.late_within, r.version INTO rule FROM @extschema@.rules AS r WHERE r.rule_id = versions_since.rule_id;
	last_window := (
		SELECT r.window_to FROM @extschema@.runs AS r
		 WHERE r.rule_id = versions_since.rule_id AND r.status = 'succeeded'
		 ORDER BY r.rule_id DESC, r.window_to DESC LIMIT 1);
	since := greatest(versions_since.as_of, last_window) - rule.late_within;
	versions := ARRAY(
		SELECT DISTINCT ON (v.events, v.timestamp_field, v.timestamp_fallback) v
		  FROM @extschema@.rule_versions AS v
		 WHERE v.rule_id = versions_since.rule_id
		   AND (v.version = rule.version
				OR EXISTS (SELECT FROM @extschema@.runs AS w
							WHERE w.rule_id = v.rule_id AND w.version = v.version AND w.status = 'succeeded' AND w.window_to > since))
		 ORDER BY v.events, v.timestamp_field, v.timestamp_fallback, v.version DESC);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.versions_since(text, timestamptz) IS 'part of run(): how far back late events are looked for, and by which versions of the rule';

CREATE FUNCTION transfer_detect_internal.arrivals_of(rule rule_versions) RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Our own table needs no compiler.  A right to some of its columns is none to cmin.
 */
BEGIN
	IF rule.events = '@extschema@.events'::regclass AND rule.timestamp_field = '@timestamp' AND rule.timestamp_fallback IS NULL THEN
		RETURN format('SELECT e.timestamp AS time, e.arrived, %s::text::bigint AS command FROM %s AS e',
			CASE WHEN has_table_privilege(rule.events, 'SELECT') THEN 'e.cmin' ELSE 'NULL' END, '@extschema@.events');
	END IF;
	RETURN transfer_detect_internal.event_arrivals(rule.events, rule.timestamp_field, rule.timestamp_fallback);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.arrivals_of(rule_versions) IS 'part of run(): SQL that reads the time and the number of arrival of a rule''s events';

CREATE FUNCTION transfer_detect_internal.find_late_events(rule_id text, as_of timestamptz) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
/*
 * Marks the windows that are due, and keeps the snapshot for the next run.  The
 * snapshot is taken first: what commits while this looks is late next time.  If a
 * look-up fails, all are to be done again, so the snapshot stays as it was.
 */
DECLARE
	own CONSTANT bigint := pg_current_xact_id()::text::bigint;
	seen record;
	fresh transfer_detect_internal.snapshots;
	others_in_flight bigint[];
	next_transaction bigint;
	known transfer_detect_internal.snapshots;
	late record;
	place record;
	version @extschema@.rule_versions;
	below record;
	problem text;
	kept boolean := false;
BEGIN
	SELECT find_late_events.rule_id, pg_snapshot_xmax(s.now)::text::bigint,
		ARRAY(SELECT x.id::text::bigint FROM pg_snapshot_xip(s.now) AS x(id)) || own, own
	  INTO fresh
	  FROM (SELECT pg_current_snapshot() AS now OFFSET 0) AS s;
	SELECT (s.snapshot).*, CASE WHEN (s.snapshot).written_by = own THEN s.command ELSE 0 END AS commands INTO seen
	  FROM transfer_detect_internal.seen_snapshot(find_late_events.rule_id) AS s;
	-- those from the next one on are looked for by that
	known := (seen.rule_id, seen.next_transaction, ARRAY(SELECT f.id FROM unnest(seen.in_flight) AS f(id) WHERE f.id < seen.next_transaction),
		seen.written_by)::transfer_detect_internal.snapshots;
	next_transaction := greatest(own + 1, fresh.next_transaction);
	others_in_flight := array_remove(fresh.in_flight, own);
	place := transfer_detect_internal.versions_since(find_late_events.rule_id, find_late_events.as_of);

	FOREACH version IN ARRAY place.versions LOOP
		below := transfer_detect_internal.arrivals_below(version.events);
		CONTINUE WHEN NOT below.kept;
		kept := true;
		IF seen.rule_id IS NULL THEN
			PERFORM transfer_detect_internal.set_due(version.rule_id, version, place.since);
			CONTINUE;
		END IF;
		CONTINUE WHEN place.last_window IS NULL;
		BEGIN
			PERFORM transfer_detect_internal.summarize_arrivals(below.relations,
				version.timestamp_field <> '@timestamp' OR version.timestamp_fallback IS NOT NULL);
			SELECT l.* INTO late FROM transfer_detect_internal.late_minutes(
				transfer_detect_internal.arrivals_of(version),
				known, seen.commands, next_transaction, others_in_flight,
				place.since - transfer_detect_internal.seconds(version.look_back), place.last_window) AS l;
			IF late.minutes IS NOT NULL THEN
				late.minutes := transfer_detect_internal.look_at_late(version, known, next_transaction, others_in_flight, place.since, late.minutes, late.times);
			END IF;
		EXCEPTION WHEN OTHERS THEN
			problem := format('late events of %s could not be looked for: %s', version.events, SQLERRM);
			RAISE WARNING '%', problem;
			CONTINUE;
		END;
		IF late.minutes IS NOT NULL THEN
			PERFORM transfer_detect_internal.set_due(version.rule_id, version, place.since, late.minutes);
		END IF;
		PERFORM transfer_detect_internal.count_older(version.rule_id, late.older, late.older_from, late.older_to);
	END LOOP;

	IF kept AND problem IS NULL THEN
		UPDATE @extschema@.checkpoints AS c SET seen = fresh, late_problem = NULL WHERE c.rule_id = find_late_events.rule_id;
	ELSE
		UPDATE @extschema@.checkpoints AS c SET late_problem = problem
		 WHERE c.rule_id = find_late_events.rule_id AND c.late_problem IS DISTINCT FROM problem;
	END IF;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.find_late_events(text, timestamptz) IS 'part of run(): marks the windows that events have come in for since the rule''s last run';

CREATE FUNCTION transfer_detect_internal.late_advice(
	rule_id text,
	events regclass,
	run_interval interval,
	late_events bigint,
	late_from timestamptz,
	late_to timestamptz,
	problem text)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	step CONSTANT double precision := extract(epoch FROM run_interval);
	remarks text[] := ARRAY[problem];
	below record;
BEGIN
	SELECT bool_or(b.oid = events AND b.has_column) AS has_column, bool_and(b.kind IN ('r', 'p', 'v')) AS own, bool_or(b.has_default) AS filled,
		bool_or(b.oid = events AND b.kind = 'v') AS view,
		(SELECT string_agg(format('ALTER TABLE %s ALTER COLUMN arrived SET DEFAULT pg_current_xact_id()::text::bigint;', p.oid::regclass), ' '
						   ORDER BY p.oid::regclass::text COLLATE "C")
		   FROM transfer_detect_internal.relations_below(events) AS p
		  WHERE p.kind = 'r' AND p.has_column AND NOT p.has_default) AS unfilled
	  INTO below
	  FROM transfer_detect_internal.relations_below(events) AS b;
	IF NOT below.own THEN
		remarks := remarks || format('Events that come in late are not seen in %s: not all of it is in tables of this database.', events);
	ELSIF below.view AND NOT below.has_column THEN
		remarks := remarks || format('Events that come in late are not seen in %s: let the view show a column "arrived" of its tables.', events);
	ELSIF NOT below.has_column THEN
		remarks := remarks || format('Events that come in late are not seen in %1$s. To see them: ALTER TABLE %1$s ADD COLUMN arrived bigint; '
			'ALTER TABLE %1$s ALTER COLUMN arrived SET DEFAULT pg_current_xact_id()::text::bigint; '
			'CREATE INDEX ON %1$s USING brin (arrived) WITH (autosummarize);', events);
	ELSIF NOT below.filled OR below.unfilled IS NOT NULL THEN
		remarks := remarks || format('Events that come into %s late are not all seen. To see them: %s', events, below.unfilled);
	END IF;
	IF late_events > 0 THEN
		remarks := remarks || format('%s events came in too late for their windows to be evaluated again. To look at them: '
			'SELECT * FROM @extschema@.backfill(%L, %L, %L);', late_events, rule_id,
			to_timestamp((ceil(extract(epoch FROM late_from)::double precision / step) - 1) * step),
			to_timestamp(ceil(extract(epoch FROM late_to)::double precision / step) * step));
	END IF;
	RETURN nullif(array_to_string(remarks, E'\n'), '');
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.late_advice(text, regclass, interval, bigint, timestamptz, timestamptz, text) IS 'part of rule_health: what to do so that late events are seen';
