/*
 * hits.sql: what of the events is counted on an alert, and how it stays counted once.
 *
 * An event must be counted once, however many windows see it.  Windows overlap
 * by design, are evaluated again for transactions that commit late, and a backfill
 * evaluates them once more.  Events need not have an identity, so spans of time
 * tell them apart.  A hit is what a window counted for a key, with the span from
 * the first event to the last.  The hits of an alert never overlap, and its count
 * is their sum.
 *
 * When a new hit overlaps old ones of the open alert, the new hit counts whole:
 * its window has seen what theirs have seen.  The old hits are cut back to what
 * lies outside of it.  That part is counted again as it was counted first: by the
 * same version of the rule, in the same window, with the same exceptions.  If some
 * of the events that an old hit counted are gone, the old hit stays and the new hit
 * is cut back.  So it does if a later version of the rule counted it: late events
 * have windows evaluated again by the versions that evaluated them before, and that
 * must not undo what a backfill after an edit has counted.
 *
 * The hits of closed alerts stay, and the new hit is cut back.  If nothing is left
 * of it, all its events were known.  A hit of a closed alert changes only when late
 * events turn up within its span, because an alert says what its events are.
 */

CREATE FUNCTION transfer_detect_internal.recount(
	hit alert_hits,
	group_key jsonb,
	from_time timestamptz,
	to_time timestamptz,
	times timestamptz[] DEFAULT NULL)
RETURNS alert_hits
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Returns the hit with the events of a part of its time only.  event_count is 0
 * if there are none.  Returns null if they cannot be counted any more, because the
 * relation or a column is gone.  Then the old count has to stay.
 *
 * times are those of all events of the key in the hit's window, if the run has just
 * read that: then it need not be read once more.
 */
DECLARE
	number bigint := 0;
	first_event timestamptz;
	last_event timestamptz;
BEGIN
	IF from_time <= to_time AND times IS NOT NULL THEN
		SELECT count(*), min(t.time), max(t.time) INTO number, first_event, last_event
		  FROM unnest(times) AS t(time) WHERE t.time BETWEEN from_time AND to_time;
	ELSIF from_time <= to_time THEN
		BEGIN
			-- a key of habits is in the query, which finds its events row by row
			SELECT sum(e.event_count), min(e.first_event), max(e.last_event) INTO number, first_event, last_event
			  FROM @extschema@.rule_versions AS v
			 CROSS JOIN LATERAL transfer_detect_internal.rule_evidence(
					transfer_detect_internal.habit_evidence_query(v.query, v.habits, group_key),
					v.events, hit.window_from, hit.as_of, v.timestamp_field, v.timestamp_fallback,
					hit.event_exceptions, from_time, to_time, CASE WHEN v.habits IS NULL THEN group_key END) AS e
			 WHERE v.rule_id = hit.rule_id AND v.version = hit.version;
		EXCEPTION
			WHEN undefined_table OR undefined_column OR undefined_function OR wrong_object_type OR datatype_mismatch
				OR insufficient_privilege THEN
				RAISE WARNING 'could not count again what version % of rule "%" has counted', hit.version, hit.rule_id
					USING DETAIL = SQLERRM;
				RETURN NULL;
		END;
	END IF;
	hit.event_count := coalesce(number, 0);
	hit.span_from := first_event;
	hit.span_to := last_event;
	RETURN hit;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.recount(alert_hits, jsonb, timestamptz, timestamptz, timestamptz[]) IS 'part of run(): counts the events of a part of a hit''s time as the hit did';

CREATE FUNCTION transfer_detect_internal.unpack_hits(target bigint, span_from timestamptz, span_to timestamptz) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
/*
 * Hits that compact_history() has put into one row become rows of their own again,
 * where that row reaches into the span.
 */
BEGIN
	WITH packed AS (
		DELETE FROM @extschema@.alert_hits AS h
		 WHERE h.alert_id = target AND h.span_from <= unpack_hits.span_to AND h.span_to >= unpack_hits.span_from AND h.parts IS NOT NULL
		RETURNING h.*
	)
	INSERT INTO @extschema@.alert_hits
		(alert_id, rule_id, version, window_from, as_of, event_exceptions, span_from, span_to, event_count)
	SELECT k.alert_id, k.rule_id, k.version, p.window_from, p.as_of, k.event_exceptions, p.span_from, p.span_to, p.event_count
	  FROM packed AS k CROSS JOIN LATERAL unnest(k.parts) AS p
	 ORDER BY p.span_from;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.unpack_hits(bigint, timestamptz, timestamptz) IS 'part of run(): takes hits of a day apart again that were put into one row';

CREATE FUNCTION transfer_detect_internal.single_hits(target bigint) RETURNS SETOF alert_hits
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
BEGIN
	RETURN QUERY
		SELECT h.id, h.alert_id, h.rule_id, h.version, coalesce(p.window_from, h.window_from), coalesce(p.as_of, h.as_of), h.event_exceptions,
			coalesce(p.span_from, h.span_from), coalesce(p.span_to, h.span_to), coalesce(p.event_count, h.event_count), NULL::transfer_detect_internal.hit_part[]
		  FROM @extschema@.alert_hits AS h
		  LEFT JOIN LATERAL unnest(h.parts) AS p ON true
		 WHERE h.alert_id = target
		 ORDER BY 8;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.single_hits(bigint) IS 'The hits of an alert by time, those that were put into one row apart';

CREATE FUNCTION transfer_detect_internal.overlapping_hits(target bigint, span_from timestamptz, span_to timestamptz) RETURNS SETOF alert_hits
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
/*
 * The hits of an alert do not overlap each other.  So of those that begin before
 * the span only the last can reach into it, and an alert with many hits costs no
 * more than one with few.  Neither do rows overlap that stand for several hits;
 * but the hits of such a row may all lie beside the span.
 */
DECLARE
	begin_time timestamptz := (
		SELECT CASE WHEN b.span_to >= overlapping_hits.span_from THEN b.span_from END
		  FROM @extschema@.alert_hits AS b
		 WHERE b.alert_id = target AND b.span_from < overlapping_hits.span_from
		 ORDER BY b.span_from DESC LIMIT 1);
BEGIN
	begin_time := coalesce(begin_time, overlapping_hits.span_from);
	IF EXISTS (SELECT FROM @extschema@.alert_hits AS h
				WHERE h.alert_id = target AND h.span_from BETWEEN begin_time AND overlapping_hits.span_to AND h.parts IS NOT NULL)
	THEN
		PERFORM transfer_detect_internal.unpack_hits(target, overlapping_hits.span_from, overlapping_hits.span_to);
	END IF;
	RETURN QUERY
		SELECT h.* FROM @extschema@.alert_hits AS h
		 WHERE h.alert_id = target AND h.span_from BETWEEN begin_time AND overlapping_hits.span_to
		   AND h.span_to >= overlapping_hits.span_from
		 ORDER BY h.span_from;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.overlapping_hits(bigint, timestamptz, timestamptz) IS 'part of run(): the hits of an alert in a span of time';

CREATE FUNCTION transfer_detect_internal.closed_hits(rule_id text, key bytea, span_from timestamptz, span_to timestamptz) RETURNS SETOF alert_hits
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
BEGIN
	RETURN QUERY
		SELECT h.* FROM @extschema@.alerts AS a
		 CROSS JOIN LATERAL transfer_detect_internal.overlapping_hits(a.id, closed_hits.span_from, closed_hits.span_to) AS h
		 WHERE a.rule_id = closed_hits.rule_id AND a.key_digest = key AND a.status = 'closed'
		 ORDER BY h.span_from, h.id;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.closed_hits(text, bytea, timestamptz, timestamptz) IS 'part of run(): the hits of a key''s closed alerts in a span of time';

CREATE FUNCTION transfer_detect_internal.times_for(old alert_hits, hit alert_hits, times timestamptz[]) RETURNS timestamptz[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* The times by which the hit is counted serve for the old one if that was counted in the same window, by the same rule. */
BEGIN
	IF (old.rule_id, old.version, old.window_from, old.as_of, old.event_exceptions)
		IS NOT DISTINCT FROM (hit.rule_id, hit.version, hit.window_from, hit.as_of, hit.event_exceptions)
	THEN
		RETURN times;
	END IF;
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.times_for(alert_hits, alert_hits, timestamptz[]) IS 'part of run(): the times of a key''s events in a window, for a hit of that window';

CREATE FUNCTION transfer_detect_internal.add_hit(target bigint, hit alert_hits, group_key jsonb, times timestamptz[] DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Adds a hit to an alert.  Returns by how much the sum over its hits has grown, or
 * null if the alert has the events already.  times are those of all events of the key in
 * the hit's window, or null.
 */
DECLARE
	old @extschema@.alert_hits;
	old_times timestamptz[];
	before @extschema@.alert_hits;
	after @extschema@.alert_hits;
	head @extschema@.alert_hits;
	tail @extschema@.alert_hits;
	found bigint;
	grown bigint := 0;
	at_head bigint;
	at_tail bigint;
	instant CONSTANT interval := '1 microsecond';
BEGIN
	IF coalesce(hit.event_count, 0) = 0 THEN
		RETURN NULL;
	END IF;
	FOR old IN SELECT h.* FROM transfer_detect_internal.overlapping_hits(target, hit.span_from, hit.span_to) AS h LOOP
		old_times := transfer_detect_internal.times_for(old, hit, times);
		IF old.version > hit.version THEN
			found := (transfer_detect_internal.recount(old, group_key, old.span_from, old.span_to, old_times)).event_count;
			IF found > old.event_count THEN
				UPDATE @extschema@.alert_hits AS h SET event_count = found WHERE h.id = old.id;
				grown := grown + found - old.event_count;
			END IF;
			head := transfer_detect_internal.recount(hit, group_key, hit.span_from, old.span_from - instant, times);
			tail := transfer_detect_internal.recount(hit, group_key, old.span_to + instant, hit.span_to, times);
			at_head := transfer_detect_internal.add_hit(target, head, group_key, times);
			at_tail := transfer_detect_internal.add_hit(target, tail, group_key, times);
			IF at_head IS NULL AND at_tail IS NULL AND grown = 0 THEN
				RETURN NULL;
			END IF;
			RETURN grown + coalesce(at_head, 0) + coalesce(at_tail, 0);
		END IF;
		before := transfer_detect_internal.recount(old, group_key, old.span_from, hit.span_from - instant, old_times);
		after := transfer_detect_internal.recount(old, group_key, hit.span_to + instant, old.span_to, old_times);
		IF old.span_from <= hit.span_from AND old.span_to >= hit.span_to
			AND before.event_count + hit.event_count + after.event_count = old.event_count
		THEN
			RETURN NULL;
		END IF;
		-- The old hit stays if not all of it can be counted again: events were deleted, or
		-- row security hides them from the role that runs the rule this time.
		head := transfer_detect_internal.recount(hit, group_key, hit.span_from, old.span_from - instant, times);
		tail := transfer_detect_internal.recount(hit, group_key, old.span_to + instant, hit.span_to, times);
		found := before.event_count + hit.event_count - head.event_count - tail.event_count + after.event_count;
		IF found < old.event_count THEN
			found := (transfer_detect_internal.recount(old, group_key, old.span_from, old.span_to, old_times)).event_count;
		END IF;
		IF found IS NULL OR found < old.event_count THEN
			at_head := transfer_detect_internal.add_hit(target, head, group_key, times);
			at_tail := transfer_detect_internal.add_hit(target, tail, group_key, times);
			IF at_head IS NULL AND at_tail IS NULL AND grown = 0 THEN
				RETURN NULL;
			END IF;
			RETURN grown + coalesce(at_head, 0) + coalesce(at_tail, 0);
		END IF;
		DELETE FROM @extschema@.alert_hits AS h WHERE h.id = old.id;
		PERFORM transfer_detect_internal.put_hit(target, before);
		PERFORM transfer_detect_internal.put_hit(target, after);
		grown := grown + before.event_count + after.event_count - old.event_count;
	END LOOP;
	PERFORM transfer_detect_internal.put_hit(target, hit);
	RETURN grown + hit.event_count;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.add_hit(bigint, alert_hits, jsonb, timestamptz[]) IS 'part of run(): counts a hit on an alert, cutting back those that it overlaps; returns how many events that adds';

CREATE FUNCTION transfer_detect_internal.put_hit(target bigint, hit alert_hits) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
BEGIN
	IF hit.event_count > 0 THEN
		INSERT INTO @extschema@.alert_hits
			(alert_id, rule_id, version, window_from, as_of, event_exceptions, span_from, span_to, event_count)
		VALUES
			(target, hit.rule_id, hit.version, hit.window_from, hit.as_of, hit.event_exceptions,
			 hit.span_from, hit.span_to, hit.event_count);
	END IF;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.put_hit(bigint, alert_hits) IS 'part of run(): stores a hit, if it counts any events';

CREATE FUNCTION transfer_detect_internal.cut_by_closed(
	hit alert_hits,
	group_key jsonb,
	key bytea,
	times timestamptz[],
	OUT parts alert_hits[],
	OUT corrected boolean)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET transfer_detect.filing = on
AS $$
/*
 * Returns the parts of a hit that no closed alert of the same key covers, and
 * whether a closed alert got late events.
 *
 * times are those of all events of the key in the hit's window, or null.  The alert may
 * have been closed with more of them than the hit has.  If late events have such a window
 * evaluated again, its old hits are those of most groups.
 */
DECLARE
	old @extschema@.alert_hits;
	again @extschema@.alert_hits;
	rest @extschema@.alert_hits := hit;
	instant CONSTANT interval := '1 microsecond';
BEGIN
	parts := '{}';
	corrected := false;
	FOR old IN SELECT h.* FROM transfer_detect_internal.closed_hits(hit.rule_id, key, hit.span_from, hit.span_to) AS h LOOP
		again := NULL;
		IF (old.span_from, old.span_to, old.event_count) <> (hit.span_from, hit.span_to, hit.event_count) THEN
			again := transfer_detect_internal.recount(old, group_key, old.span_from, old.span_to,
				transfer_detect_internal.times_for(old, hit, times));
		END IF;
		IF again.event_count > old.event_count THEN
			UPDATE @extschema@.alert_hits AS h SET event_count = again.event_count WHERE h.id = old.id;
			UPDATE @extschema@.alerts AS a
			   SET event_count = a.event_count + again.event_count - old.event_count
			 WHERE a.id = old.alert_id;
			corrected := true;
		END IF;
		IF rest.span_from < old.span_from THEN
			parts := parts || transfer_detect_internal.recount(rest, group_key, rest.span_from, old.span_from - instant, times);
		END IF;
		rest.span_from := greatest(rest.span_from, old.span_to + instant);
	END LOOP;
	IF rest.span_from = hit.span_from THEN
		parts := ARRAY[hit];
	ELSIF rest.span_from <= rest.span_to THEN
		parts := parts || transfer_detect_internal.recount(rest, group_key, rest.span_from, rest.span_to, times);
	END IF;
	parts := ARRAY(SELECT p FROM unnest(parts) AS p WHERE (p).event_count > 0);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.cut_by_closed(alert_hits, jsonb, bytea, timestamptz[]) IS 'part of run(): the parts of a hit that are on no closed alert';
