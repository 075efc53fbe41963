/*
 * habit_filing.sql: alerts of rules that know habits.
 *
 * They are filed as all others are (filing.sql): the group key is the key of a
 * space.  What differs is here: the reasons in words, the score, and what an alert
 * means for the memory.  What its end means is in habit_teaching.sql.
 *
 * While its alert is open a key is loud: each further event that has it extends
 * the alert.  When the alert is closed, the key is usual, and remembered as any
 * other.  A true positive stays loud, so that the next event makes an alert again.
 *
 * An event that comes late may be the first after all.  Then the one that was
 * thought to be new is not, and its alert is taken back: it is closed as a duplicate
 * with the tag superseded, unless somebody has taken it up.  So the alerts do not
 * depend on the order in which events come.
 */

CREATE FUNCTION transfer_detect_internal.learning_reason() RETURNS text
LANGUAGE sql
IMMUTABLE PARALLEL SAFE
AS $$ SELECT 'the rule is still learning what is usual' $$;

COMMENT ON FUNCTION transfer_detect_internal.learning_reason() IS 'What the alerts of a rule say in its first days';

CREATE FUNCTION transfer_detect_internal.tell_hostile(rule rule_versions, result jsonb, group_key jsonb, digest uuid) RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * What was a true positive needs nothing new to be serious.
 */
BEGIN
	IF EXISTS (SELECT FROM @extschema@.habits AS h
				WHERE h.rule_id = rule.rule_id AND h.digest = tell_hostile.digest AND h.taught = 'hostile')
	THEN
		RETURN result || jsonb_build_object('habit.score', 75, 'habit.reasons', ARRAY[format('an alert about %s was closed as true positive',
			transfer_detect_internal.fit_text(array_to_string(transfer_detect_internal.list_texts(group_key -> 'habit.key'), ', '), 200))]);
	END IF;
	RETURN result;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.tell_hostile(rule_versions, jsonb, jsonb, uuid) IS 'part of run(): what a habit''s group tells that has no reasons';

CREATE FUNCTION transfer_detect_internal.learning_remark(rule rule_versions, run runs) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Notes how far back the rule has learned, and says so while that is not a week.
 */
DECLARE
	since timestamptz;
BEGIN
	SELECT c.learned_from INTO since FROM @extschema@.checkpoints AS c WHERE c.rule_id = rule.rule_id;
	IF since IS NULL OR run.window_from < since THEN
		UPDATE @extschema@.checkpoints AS c SET learned_from = run.window_from WHERE c.rule_id = rule.rule_id;
		since := run.window_from;
	END IF;
	IF run.window_to < since + interval '7 days' THEN
		RETURN format('The rule is learning what is usual, from events since %s, and finds more that is new than it will later. '
			'To have it learn from events that are there already: SELECT * FROM @extschema@.learn(%L, %L, %L);',
			since, rule.rule_id, since - interval '30 days', since);
	END IF;
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.learning_remark(rule_versions, runs) IS 'part of run(): a message for the first days of a rule that knows habits';

CREATE FUNCTION transfer_detect_internal.begin_alert_at(alert_id bigint, begin_time timestamptz) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
SET transfer_detect.filing = on
AS $$
/*
 * What an alert has from before a time is taken off it.  If its events are not of
 * one host, who else had them is found out anew.
 */
DECLARE
	alert @extschema@.alerts;
	hit @extschema@.alert_hits;
	places record;
	cut boolean := false;
BEGIN
	SELECT a.* INTO alert FROM @extschema@.alerts AS a WHERE a.id = begin_alert_at.alert_id;
	PERFORM transfer_detect_internal.unpack_hits(alert.id, '-infinity', 'infinity');
	FOR hit IN SELECT h.* FROM @extschema@.alert_hits AS h WHERE h.alert_id = alert.id AND h.span_from < begin_time LOOP
		cut := true;
		DELETE FROM @extschema@.alert_hits AS h WHERE h.id = hit.id;
		IF hit.span_to >= begin_time THEN
			PERFORM transfer_detect_internal.put_hit(alert.id, transfer_detect_internal.recount(hit, alert.group_key, begin_time, hit.span_to));
		END IF;
	END LOOP;
	IF NOT cut THEN
		RETURN;
	END IF;
	BEGIN
		SELECT array_agg(DISTINCT n.name COLLATE "C" ORDER BY n.name COLLATE "C") FILTER (WHERE n.host) AS hosts,
			array_agg(DISTINCT n.name COLLATE "C" ORDER BY n.name COLLATE "C") FILTER (WHERE NOT n.host) AS agents
		  INTO places
		  FROM @extschema@.alert_hits AS h
		  JOIN @extschema@.rule_versions AS v ON v.rule_id = h.rule_id AND v.version = h.version
		 CROSS JOIN LATERAL transfer_detect_internal.rule_groups(
				transfer_detect_internal.habit_evidence_query(v.query, v.habits, alert.group_key)
					|| E'\n| STATS hosts = VALUES(host.name), agents = VALUES(agent.id)',
				v.events, h.span_from - interval '1 millisecond', h.as_of, v.timestamp_field, v.timestamp_fallback, h.event_exceptions) AS g
		 CROSS JOIN LATERAL (
				SELECT x.name, true FROM unnest(transfer_detect_internal.result_texts(g.result, 'hosts')) AS x(name)
				UNION ALL
				SELECT x.name, false FROM unnest(transfer_detect_internal.result_texts(g.result, 'agents')) AS x(name)) AS n(name, host)
		 WHERE h.alert_id = alert.id;
		alert.host_names := coalesce(places.hosts, alert.host_names);
		alert.agent_ids := coalesce(places.agents, alert.agent_ids);
	EXCEPTION WHEN undefined_column OR undefined_table THEN
		NULL;	-- it keeps those that it has
	END;
	UPDATE @extschema@.alerts AS a
	   SET (event_count, first_event, last_event) = (
				SELECT coalesce(sum(h.event_count), 0), min(h.span_from), max(h.span_to)
				  FROM @extschema@.alert_hits AS h WHERE h.alert_id = alert.id),
		   host_names = alert.host_names, agent_ids = alert.agent_ids, agent_count = cardinality(alert.agent_ids)
	 WHERE a.id = alert.id;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.begin_alert_at(bigint, timestamptz) IS 'part of run(): takes off an alert what is from before a time';

CREATE FUNCTION transfer_detect_internal.make_loud(rule_id text, ids bigint[], digests uuid[], openings timestamptz[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_nestloop = off
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $$
/*
 * Keys are loud from now on and know their alerts.  An opening is null if the alert has it
 * already.  A plan that is kept would be one for the memory as it was when the session ran
 * the rule first, perhaps empty, and read all of the rule's memory for each run later on.
 */
BEGIN
	UPDATE @extschema@.habits AS h
	   SET alert_id = m.id, loud = true,
		   filed_before = CASE WHEN h.alert_id = m.id THEN h.filed_before ELSE h.filed_before || h.filed END,
		   filed = ARRAY(SELECT DISTINCT o.time
						   FROM unnest(CASE WHEN h.alert_id = m.id THEN h.filed ELSE '{}' END || m.opening) AS o(time)
						  WHERE o.time = ANY (h.opened) ORDER BY o.time)
	  FROM unnest(ids, digests, openings) AS m(id, digest, opening)
	 WHERE h.rule_id = make_loud.rule_id AND h.digest = ANY (digests) AND h.digest = m.digest
	   AND (NOT h.loud OR h.alert_id IS DISTINCT FROM m.id OR m.opening <> ALL (h.filed));
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.make_loud(text, bigint[], uuid[], timestamptz[]) IS 'part of run(): tells the memory of the keys that groups have';

CREATE FUNCTION transfer_detect_internal.mark_habits(
	run runs,
	rule rule_versions,
	groups transfer_detect_internal.found_group[],
	marks transfer_detect_internal.habit_mark[],
	all_created boolean)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_nestloop = off
SET plan_cache_mode = force_generic_plan
SET jit = off
AS $$
/*
 * After groups have been filed: their keys are loud and know their alerts, and so
 * do the keys that were further reasons, unless they have an alert of their own.
 * An alert tells what was new when it began.
 *
 * A key that makes an alert now may have had events later on while it was quiet:
 * these belong to the alert as well, so their windows are evaluated again.
 *
 * The plans are kept, and may have been made for small tables.  So they are written
 * to look rows up by their keys in any case, and to join them by hashing: a loop in
 * a loop would take time in the square of the groups.
 */
DECLARE
	step CONSTANT interval := greatest(rule.run_interval, '1 minute');
	day_zero CONSTANT timestamptz := '2000-01-01 00:00Z';
	ids bigint[];
	digests uuid[];
	openings timestamptz[];
	minutes timestamptz[];
BEGIN
	SELECT array_agg(a.id ORDER BY u.place), array_agg(u.digest ORDER BY u.place),
		-- an earlier one is that of a closed alert
		array_agg(CASE WHEN u.opening >= a.first_event THEN u.opening END ORDER BY u.place)
	  INTO ids, digests, openings
	  FROM unnest(groups, marks) WITH ORDINALITY AS u(group_key, result, event_count, first_event, last_event, omitted, over_cap, times,
													  digest, opening, further, seen_later, place)
	 CROSS JOIN LATERAL (
			SELECT x.id, x.first_event FROM @extschema@.alerts AS x
			 WHERE x.key_digest = transfer_detect_internal.key_digest(u.group_key) AND x.rule_id = rule.rule_id AND x.status <> 'closed'
			OFFSET 0) AS a;

	IF NOT all_created THEN		-- a new alert has been told with its making
		WITH told AS MATERIALIZED (
			SELECT a.id, u.result, u.first_event, u.last_event, transfer_detect_internal.list_texts(u.result -> 'habit.reasons') AS reasons, (u.result ->> 'habit.score')::integer AS score
			  FROM unnest(groups, marks) AS u(group_key, result, event_count, first_event, last_event, omitted, over_cap, times, digest, opening, further, seen_later)
			  JOIN unnest(ids, digests) AS a(id, digest) ON a.digest = u.digest
			 WHERE u.result ->> 'habit.score' IS NOT NULL
		)
		UPDATE @extschema@.alerts AS a
		   SET reasons = t.reasons, risk_score = t.score, severity = transfer_detect_internal.score_severity(t.score),
			   result = t.result || CASE WHEN a.result ? 'habit.joined' THEN jsonb_build_object('habit.joined', a.result -> 'habit.joined') ELSE '{}' END,
			   title = transfer_detect_internal.alert_title(a.group_key || t.result, a.group_key, a.host_names)
		  FROM told AS t
		 WHERE a.id = ANY (ids) AND a.id = t.id AND a.first_event BETWEEN t.first_event AND t.last_event
		   AND (a.reasons, a.risk_score, a.result) IS DISTINCT FROM (t.reasons, t.score, t.result);
	END IF;

	PERFORM transfer_detect_internal.make_loud(rule.rule_id, ids, digests, openings);

	WITH further AS MATERIALIZED (
		SELECT f.digest, min(m.id) AS id
		  FROM unnest(marks) AS u
		  JOIN unnest(ids, digests) AS m(id, digest) ON m.digest = u.digest
		 CROSS JOIN LATERAL unnest(u.further) AS f(digest)
		 GROUP BY 1
	)
	UPDATE @extschema@.habits AS h
	   SET alert_id = f.id
	  FROM further AS f
	 WHERE h.rule_id = rule.rule_id AND h.digest = ANY (ARRAY(SELECT x.digest FROM further AS x)) AND h.digest = f.digest
	   AND h.alert_id IS NULL;

	PERFORM transfer_detect_internal.join_alert(m.id, u.result -> 'habit.joins')
	  FROM unnest(groups, marks) AS u(group_key, result, event_count, first_event, last_event, omitted, over_cap, times, digest, opening, further, seen_later)
	  JOIN unnest(ids, digests) AS m(id, digest) ON m.digest = u.digest
	 WHERE u.result ? 'habit.joins'
		OR NOT all_created AND (SELECT a.result ? 'habit.joined' AND a.first_event BETWEEN u.first_event AND u.last_event
								  FROM @extschema@.alerts AS a WHERE a.id = m.id);

	digests := ARRAY(SELECT u.digest FROM unnest(marks) AS u WHERE u.seen_later);
	IF digests <> '{}' THEN
		SELECT array_agg(DISTINCT t.time) INTO minutes
		  FROM unnest(marks) AS u
		  JOIN @extschema@.habits AS h ON h.digest = u.digest
		 CROSS JOIN LATERAL generate_series(1, cardinality(h.spans), 2) AS s(place)
		 CROSS JOIN LATERAL generate_series(greatest(u.opening, day_zero + h.spans[s.place] * interval '24 hours'),
											day_zero + h.spans[s.place + 1] * interval '24 hours', step) AS t(time)
		 WHERE h.rule_id = rule.rule_id AND h.digest = ANY (digests) AND u.seen_later;
		PERFORM transfer_detect_internal.set_due(rule.rule_id, rule, run.window_to, minutes);
	END IF;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.mark_habits(runs, rule_versions, transfer_detect_internal.found_group[], transfer_detect_internal.habit_mark[], boolean) IS 'part of run(): tells the memory of alerts';

CREATE FUNCTION transfer_detect_internal.names_own_hosts(groups transfer_detect_internal.found_group[]) RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* Does an outside host among the groups have the name of one of ours, with a domain behind it? */
SELECT EXISTS (SELECT FROM (SELECT DISTINCT lower(split_part(k.name, '.', 1)) AS host
							  FROM unnest(groups) AS g
							 CROSS JOIN LATERAL unnest(transfer_detect_internal.list_texts(g.group_key -> 'habit.key')) AS k(name)
							 WHERE g.group_key ->> 'habit.space' IN ('outside-host', 'fleet-outside-host', 'other-host') AND strpos(k.name, '.') > 0) AS n
				 JOIN @extschema@.fleet_hosts AS h ON lower(h.name) = n.host)
$$;

COMMENT ON FUNCTION transfer_detect_internal.names_own_hosts(transfer_detect_internal.found_group[]) IS 'part of run(): whether a host that is outside is named as one of ours, with a domain';

CREATE FUNCTION transfer_detect_internal.find_own_domain(rule_id text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
/*
 * Hosts whose own names have no domain show none to be ours, and yet commands may name
 * them with one.  So a domain is also ours if many of our hosts are named in it, and by many.
 * Whoever wants to make us believe that has to send from as many hosts of ours to as many
 * names, and each of these transfers is new and makes an alert or is told on one.  It takes as many as
 * host_domains asks for, and no less than 5; a single true positive among them says no.
 */
DECLARE
	fleet record;
BEGIN
	SELECT count(*) AS hosts, count(*) FILTER (WHERE strpos(h.name, '.') = 0) AS plain, least(10, greatest(5, (count(*) + 9) / 10)) AS needed,
		greatest(min(h.first_seen) + interval '7 days', max(h.last_seen) - interval '7 days') AS known_by
	  INTO fleet FROM @extschema@.fleet_hosts AS h;
	IF fleet.plain * 2 <= fleet.hosts OR NOT has_table_privilege('@extschema@.fleet_networks', 'SELECT, INSERT') THEN
		RETURN;
	END IF;
	WITH plain AS MATERIALIZED (
		SELECT h.name, lower(h.name) AS lower FROM @extschema@.fleet_hosts AS h
		 WHERE strpos(h.name, '.') = 0 AND (h.first_seen > fleet.known_by) IS NOT TRUE
	), named AS MATERIALIZED (
		SELECT transfer_detect_internal.host_domain(n.name) AS domain, split_part(n.name, '.', 1) AS host, x.scope, x.taught
		  FROM @extschema@.habits AS x
		 CROSS JOIN LATERAL (SELECT DISTINCT lower(k.name) AS name FROM unnest(x.key) AS k(name)
							  WHERE k.name ~ '^[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+){2,}$') AS n
		 WHERE x.rule_id = find_own_domain.rule_id
	)
	INSERT INTO @extschema@.fleet_networks (network, comment)
	SELECT n.domain, format('found: %s hosts of the fleet are named in it, by %s hosts', count(DISTINCT h.lower), count(DISTINCT s.lower))
	  FROM named AS n
	  LEFT JOIN plain AS h ON h.lower = n.host
	  LEFT JOIN plain AS s ON s.name = n.scope AND h.lower IS NOT NULL
	 WHERE transfer_detect_internal.can_be_own(n.domain) AND n.domain ~ '[a-z]$'
	 GROUP BY n.domain
	HAVING count(DISTINCT h.lower) >= fleet.needed AND count(DISTINCT s.lower) >= fleet.needed AND bool_or(n.taught = 'hostile') IS NOT TRUE
	    ON CONFLICT DO NOTHING;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.find_own_domain(text) IS 'part of run(): notes a domain in which others name many hosts of ours as ours';

CREATE FUNCTION transfer_detect_internal.take_back(rule_id text, lost uuid[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
/*
 * Openings that made alerts are none any more: an event that came late was the
 * first.  An alert that no opening makes any more is superseded and has no events
 * any more, so that these can go on another.  One that has a later opening left
 * begins there.  Alerts that somebody has taken up or closed
 * stay as they are.
 */
DECLARE
	key record;
	parted uuid[];
BEGIN
	WITH part AS (
		UPDATE @extschema@.habits AS h
		   SET joined = ARRAY(SELECT j.time FROM unnest(h.joined) AS j(time) WHERE j.time = ANY (h.opened))
		 WHERE h.rule_id = take_back.rule_id AND h.digest = ANY (lost) AND NOT h.joined <@ h.opened
		RETURNING h.digest
	)
	SELECT array_agg(p.digest) INTO parted FROM part AS p;
	IF parted IS NOT NULL THEN
		PERFORM transfer_detect_internal.join_alert(a.id, NULL) FROM @extschema@.alerts AS a
		  WHERE a.rule_id = take_back.rule_id AND a.status <> 'closed'
			AND EXISTS (SELECT FROM jsonb_array_elements(a.result -> 'habit.joined') AS j WHERE (j ->> 'digest')::uuid = ANY (parted));
	END IF;
	FOR key IN
		SELECT h.digest, h.alert_id, k.kept, least(k.kept[1], h.hostile_from) AS begins,
			(SELECT a.last_event FROM @extschema@.alerts AS a WHERE a.id = h.alert_id) AS last_event
		  FROM @extschema@.habits AS h
		 CROSS JOIN LATERAL (SELECT ARRAY(SELECT f.time FROM unnest(h.filed) AS f(time) WHERE f.time = ANY (h.opened) AND f.time <> ALL (h.joined) ORDER BY f.time) AS kept) AS k
		 WHERE h.rule_id = take_back.rule_id AND h.digest = ANY (lost) AND h.filed <> k.kept
		 ORDER BY h.digest
	LOOP
		IF key.begins IS NOT NULL AND key.last_event >= key.begins THEN
			PERFORM transfer_detect_internal.begin_alert_at(a.id, key.begins) FROM @extschema@.alerts AS a
			  WHERE a.id = key.alert_id AND a.status <> 'closed' AND key.begins > a.first_event;
		ELSE
			UPDATE @extschema@.alerts AS a
			   SET status = 'closed', close_reason = 'duplicate', tags = a.tags || '{superseded}'::text[]
			 WHERE a.id = key.alert_id AND a.status = 'open' AND a.assignee IS NULL AND a.notes = '';
			IF FOUND THEN
				PERFORM transfer_detect_internal.begin_alert_at(key.alert_id, 'infinity');
				PERFORM transfer_detect_internal.part_alert(key.alert_id, '{}');
			END IF;
		END IF;
		UPDATE @extschema@.habits AS h SET filed = key.kept
		 WHERE h.rule_id = take_back.rule_id AND h.digest = key.digest;
	END LOOP;
	PERFORM transfer_detect_internal.part_alert(a.id, h.filed)
	  FROM @extschema@.habits AS h JOIN @extschema@.alerts AS a ON a.id = h.alert_id
	 WHERE h.rule_id = take_back.rule_id AND h.digest = ANY (lost) AND h.filed <> '{}' AND a.status <> 'closed' AND a.result ? 'habit.joined'
	   AND h.digest = transfer_detect_internal.habit_digest(a.group_key ->> 'habit.space', a.group_key ->> 'habit.scope',
			transfer_detect_internal.list_texts(a.group_key -> 'habit.key'));
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.take_back(text, uuid[]) IS 'part of run(): takes back alerts of events that were not the first after all';
