/*
 * hit_events.sql: the way back, from an alert to the documents behind it.
 *
 * A hit says which version of the rule counted it, in which window and with which
 * exceptions.  So the rule is asked for the same events once more.
 */

CREATE FUNCTION transfer_detect_internal.hit_events(version rule_versions, hit alert_hits, key jsonb) RETURNS SETOF jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * A key of habits is in the query, which finds its events row by row.
 */
BEGIN
	RETURN QUERY SELECT e FROM transfer_detect_internal.rule_events(
		transfer_detect_internal.habit_evidence_query(version.query, version.habits, key),
		version.events, hit.window_from, hit.as_of, version.timestamp_field, version.timestamp_fallback,
		hit.event_exceptions, hit.span_from, hit.span_to, CASE WHEN version.habits IS NULL THEN key END) AS e;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.hit_events(rule_versions, alert_hits, jsonb) IS 'The documents behind a hit of an alert, by time';

CREATE FUNCTION transfer_detect_internal.windows_alike(version rule_versions, event_exceptions text[]) RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Whether the events that a hit counted are the same if the rule is asked for its span in a
 * larger window.  So it is if the rule looks at each event by itself, before STATS, and asks
 * for NOW() only to say how long ago an event may have been: then the earliest NOW()
 * fits all.  The settings that say the span are those of this server.
 */
DECLARE
	nows CONSTANT bigint := (SELECT count(*) FROM regexp_matches(version.query, '\mnow\M', 'gi'));
BEGIN
	IF version.query ~* '\m(limit|inline|trange|tbucket)\M' OR array_to_string(event_exceptions, ' ') ~* '\mnow\M'
		OR coalesce(version.habits::text ~* '\mnow\M', false)
		OR (SELECT bool_and(b.kind IN ('r', 'p', 'v')) FROM transfer_detect_internal.relations_below(version.events) AS b) IS NOT TRUE
	THEN
		RETURN false;
	END IF;
	RETURN nows = 0 OR nows = (
		SELECT count(*) FROM transfer_detect_internal.rule_reach(version.query, version.events, version.timestamp_field, version.timestamp_fallback) AS r
		 WHERE r.field = version.timestamp_field);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.windows_alike(rule_versions, text[]) IS 'part of alert_events(): whether hits of several windows can be looked up in one';

CREATE FUNCTION transfer_detect_internal.hits_events(version rule_versions, hits alert_hits[], key jsonb) RETURNS SETOF jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The hits are of one version and with the same exceptions, by time.
 */
BEGIN
	IF cardinality(hits) = 1 OR NOT transfer_detect_internal.windows_alike(version, hits[1].event_exceptions) THEN
		RETURN QUERY
			SELECT e.document
			  FROM unnest(hits) AS h
			 CROSS JOIN LATERAL transfer_detect_internal.hit_events(hits_events.version, h, hits_events.key) WITH ORDINALITY AS e(document, place)
			 ORDER BY h.span_from, e.place;
		RETURN;
	END IF;
	RETURN QUERY SELECT e FROM transfer_detect_internal.rule_events_of_spans(
		transfer_detect_internal.habit_evidence_query(version.query, version.habits, key), version.events,
		(SELECT min(h.window_from) FROM unnest(hits) AS h), (SELECT max(h.as_of) FROM unnest(hits) AS h),
		version.timestamp_field, version.timestamp_fallback, hits[1].event_exceptions,
		ARRAY(SELECT s.time FROM unnest(hits) AS h CROSS JOIN LATERAL (VALUES (h.span_from, 1), (h.span_to, 2)) AS s(time, place) ORDER BY h.span_from, s.place),
		(SELECT min(h.as_of) FROM unnest(hits) AS h), CASE WHEN version.habits IS NULL THEN key END) AS e;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.hits_events(rule_versions, alert_hits[], jsonb) IS 'The documents behind some hits of an alert, by time';

CREATE FUNCTION alert_events(alert_id bigint) RETURNS SETOF jsonb
LANGUAGE plpgsql
STABLE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
/*
 * The events are found as they were counted, hit by hit; hits that follow each other
 * and were counted in the same way are looked up by one plan.  The hits of an alert do
 * not overlap, so no event comes twice.  Copies of events that are gone come in
 * their place, and have a field that says so.
 */
DECLARE
	key jsonb;
BEGIN
	IF alert_id IS NULL THEN
		RAISE EXCEPTION 'alert_id must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT a.group_key INTO key FROM @extschema@.alerts AS a WHERE a.id = alert_events.alert_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'alert % does not exist', alert_events.alert_id
			USING ERRCODE = 'undefined_object';
	END IF;
	RETURN QUERY
		WITH live AS MATERIALIZED (
		SELECT e.document, row_number() OVER (ORDER BY b.begin_time, e.place) AS place
		  FROM (SELECT n.rule_id, n.version, min(n.span_from) AS begin_time,
					array_agg((n.id, n.alert_id, n.rule_id, n.version, n.window_from, n.as_of, n.event_exceptions, n.span_from, n.span_to, n.event_count, n.parts)::@extschema@.alert_hits
							  ORDER BY n.span_from) AS hits
				  FROM (SELECT c.*, count(*) FILTER (WHERE c.begins) OVER (ORDER BY c.span_from) AS batch
						  FROM (SELECT h.*, (h.version, h.event_exceptions) IS DISTINCT FROM
									(lag(h.version) OVER (ORDER BY h.span_from), lag(h.event_exceptions) OVER (ORDER BY h.span_from)) AS begins
								  FROM transfer_detect_internal.single_hits(alert_events.alert_id) AS h) AS c) AS n
				 GROUP BY n.rule_id, n.version, n.batch
				OFFSET 0) AS b
		  JOIN @extschema@.rule_versions AS v ON v.rule_id = b.rule_id AND v.version = b.version
		 CROSS JOIN LATERAL transfer_detect_internal.hits_events(v, b.hits, key) WITH ORDINALITY AS e(document, place)),
		copies AS (
		SELECT c.document || jsonb_build_object('transfer_detect', jsonb_build_object('copied_at', c.copied_at)) AS document, c.happened
		  FROM transfer_detect_internal.evidence_copies(alert_events.alert_id) AS c
		 WHERE NOT EXISTS (SELECT FROM live AS l WHERE transfer_detect_internal.document_digest(l.document) = c.digest))
		SELECT a.document
		  FROM (SELECT c.document, 0 AS place, c.happened FROM copies AS c
				UNION ALL
				SELECT l.document, l.place, NULL FROM live AS l) AS a
		 ORDER BY a.place, a.happened;
END
$$;

COMMENT ON FUNCTION alert_events(bigint) IS 'The original documents behind an alert, by time, each once; first copies of those that are gone, with transfer_detect.copied_at';
