/*
 * habit_teaching.sql: what the memory of habits learns beside the runs: from history, from the closing of
 * alerts, and by hand; and what it forgets.
 */

CREATE FUNCTION transfer_detect_internal.teach_habits() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
/*
 * Whoever may close an alert teaches the memory, and needs no right to write it:
 * hence the owner's rights.  It writes only to the keys of that alert, and only if
 * no later alert of the same key says more.
 *
 * The further reasons of a true positive are as hostile as its key, from now on:
 * what they had in the windows so far was quiet, and if these are evaluated again that
 * must not make alerts of it.  Else their own alerts decide.  An alert that was taken back teaches nothing.
 */
DECLARE
	own CONSTANT uuid := transfer_detect_internal.habit_digest(NEW.group_key ->> 'habit.space', NEW.group_key ->> 'habit.scope',
		transfer_detect_internal.list_texts(NEW.group_key -> 'habit.key'));
	hostile CONSTANT boolean := NEW.status = 'closed' AND NEW.close_reason = 'true_positive';
	taken_back CONSTANT boolean := NEW.close_reason = 'duplicate' AND NEW.tags @> '{superseded}';
BEGIN
	UPDATE @extschema@.habits AS h
	   SET loud = hostile OR NEW.status <> 'closed' OR taken_back AND coalesce(h.taught = 'hostile', false),
		   taught = CASE WHEN hostile THEN 'hostile'
						 WHEN NEW.close_reason IN ('benign', 'false_positive') THEN 'usual'
						 WHEN taken_back THEN h.taught END,
		   hostile_from = CASE WHEN hostile THEN least(h.hostile_from, NEW.first_event) WHEN taken_back THEN h.hostile_from END
	 WHERE h.rule_id = NEW.rule_id AND h.digest = own
	   AND NOT EXISTS (SELECT FROM @extschema@.alerts AS a
						WHERE a.rule_id = NEW.rule_id AND a.key_digest = NEW.key_digest AND a.status = 'closed' AND a.id > NEW.id)
	   AND NOT EXISTS (SELECT FROM @extschema@.alerts AS a
						WHERE a.rule_id = NEW.rule_id AND a.key_digest = NEW.key_digest AND a.status <> 'closed' AND a.id > NEW.id);
	IF taken_back THEN
		RETURN NULL;
	END IF;
	UPDATE @extschema@.habits AS h
	   SET loud = hostile, taught = CASE WHEN hostile THEN 'hostile' END,
		   hostile_from = CASE WHEN hostile THEN interval '1 microsecond' + greatest(NEW.last_event,
				(SELECT c.checkpoint FROM @extschema@.checkpoints AS c WHERE c.rule_id = NEW.rule_id)) END
	 WHERE h.rule_id = NEW.rule_id AND h.digest = ANY (transfer_detect_internal.list_texts(NEW.result -> 'habit.further')::uuid[])
	   AND (h.loud, h.taught) IS DISTINCT FROM (hostile, CASE WHEN hostile THEN 'hostile' END)
	   AND NOT EXISTS (
			SELECT FROM @extschema@.alerts AS a
			 WHERE a.id = h.alert_id AND a.id <> NEW.id AND NOT a.tags @> '{superseded}'
			   AND transfer_detect_internal.habit_digest(a.group_key ->> 'habit.space', a.group_key ->> 'habit.scope',
					transfer_detect_internal.list_texts(a.group_key -> 'habit.key')) = h.digest);
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.teach_habits() IS 'Trigger: what closing or reopening an alert means for the memory';
REVOKE ALL ON FUNCTION transfer_detect_internal.teach_habits() FROM PUBLIC;

CREATE TRIGGER alerts_teach AFTER UPDATE OF status, close_reason ON @extschema@.alerts
	FOR EACH ROW WHEN ((OLD.status, OLD.close_reason) IS DISTINCT FROM (NEW.status, NEW.close_reason) AND NEW.group_key ? 'habit.space')
	EXECUTE FUNCTION transfer_detect_internal.teach_habits();

CREATE FUNCTION learn(rule_id text, from_time timestamptz, to_time timestamptz, OUT events bigint, OUT habits bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
/*
 * Ten days at a time: what is learned of a key is written for each of these times
 * only, since what is written over stays in the table until the next VACUUM.  Memory
 * is needed for the keys, not for the events.  Exceptions hold as in runs: what they
 * leave out is not learned.
 */
DECLARE
	rule CONSTANT @extschema@.rule_versions := transfer_detect_internal.present_version(learn.rule_id);
	run @extschema@.runs;
	x record;
	g record;
	before bigint;
BEGIN
	PERFORM transfer_detect_internal.check_period(from_time, to_time);
	IF rule.habits IS NULL THEN
		RAISE EXCEPTION 'rule "%" knows no habits', rule.rule_id
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = 'A rule that has rows in @extschema@.habit_spaces does.';
	END IF;
	PERFORM transfer_detect_internal.lock_checkpoint(learn.rule_id, true);
	SELECT count(*) INTO before FROM @extschema@.habits AS h WHERE h.rule_id = learn.rule_id;
	events := 0;
	run.kind := 'learn';
	run.window_from := from_time;
	WHILE run.window_from < to_time LOOP
		run.window_to := least(run.window_from + transfer_detect_internal.seconds('10 days'), to_time);
		x := transfer_detect_internal.exceptions_in_force(rule.rule_id, run.window_to);
		SELECT max(f.events_matched) AS events INTO g
		  FROM transfer_detect_internal.find_groups(rule, run, x.event_conditions, x.group_conditions, false, NULL) AS f;
		events := events + coalesce(g.events, 0);
		run.window_from := run.window_to;
	END LOOP;
	UPDATE @extschema@.checkpoints AS c
	   SET learned_from = least(c.learned_from, from_time), learned_to = greatest(c.learned_to, to_time)
	 WHERE c.rule_id = learn.rule_id;
	PERFORM transfer_detect_internal.find_own_domain(learn.rule_id);
	SELECT count(*) - before INTO habits FROM @extschema@.habits AS h WHERE h.rule_id = learn.rule_id;
END
$$;

COMMENT ON FUNCTION learn(text, timestamptz, timestamptz) IS 'Lets a rule that knows habits learn from the events of a past time without filing alerts; returns how many events it looked at, and how many habits are new to it';

CREATE FUNCTION teach(alert_id bigint, scope text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
/*
 * The key of the alert becomes usual for all hosts of the role, or of the fleet,
 * for good: nobody has seen it there, so there is nothing from which its time
 * could be counted.  Roles are those of the alert's hosts.
 */
DECLARE
	alert @extschema@.alerts;
	space jsonb;
	narrow jsonb;
	hosts text[];
	host text;
	wide text;
	key text[];
BEGIN
	SELECT a.* INTO alert FROM @extschema@.alerts AS a WHERE a.id = teach.alert_id;
	IF NOT FOUND OR NOT alert.group_key ? 'habit.space' THEN
		RAISE EXCEPTION 'alert % does not exist, or is of no rule that knows habits', teach.alert_id
			USING ERRCODE = 'undefined_object';
	ELSIF teach.scope IS NULL OR teach.scope NOT IN ('role', 'fleet') THEN
		RAISE EXCEPTION 'scope must be role or fleet' USING ERRCODE = 'invalid_parameter_value';
	ELSIF alert.status <> 'closed' OR alert.close_reason NOT IN ('benign', 'false_positive') THEN
		RAISE EXCEPTION 'alert % is not closed as benign or false positive', teach.alert_id
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = 'Close it first: that is what there is to teach.';
	END IF;
	SELECT s.element INTO space
	  FROM @extschema@.rule_versions AS v CROSS JOIN jsonb_array_elements(v.habits) AS s(element)
	 WHERE v.rule_id = alert.rule_id AND v.version = alert.version AND s.element ->> 'space' = alert.group_key ->> 'habit.space';
	IF teach.scope = 'role' AND NOT EXISTS (
		SELECT FROM @extschema@.rule_versions AS v CROSS JOIN jsonb_array_elements(v.habits) AS s(element)
		 WHERE v.rule_id = alert.rule_id AND v.version = alert.version AND s.element ->> 'scope' = 'role')
	THEN
		RAISE EXCEPTION 'rule "%" does not ask for roles', alert.rule_id
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = 'A rule with a space of the scope role does.';
	END IF;
	hosts := ARRAY[alert.group_key ->> 'habit.scope'];
	-- what is taught of what was new in the whole fleet is what the hosts and roles of it are asked about
	SELECT s.element INTO narrow
	  FROM @extschema@.rule_versions AS v CROSS JOIN jsonb_array_elements(v.habits) AS s(element)
	 WHERE v.rule_id = alert.rule_id AND v.version = alert.version AND s.element ->> 'within' = space ->> 'space'
	   AND (teach.scope = 'fleet' OR s.element ->> 'scope' = 'host');
	IF FOUND THEN
		space := narrow;
		hosts := CASE teach.scope WHEN 'fleet' THEN '{""}' ELSE alert.host_names END;
	END IF;
	IF space ->> 'scope' = 'fleet' OR (space ->> 'scope' = 'role' AND teach.scope = 'role') THEN
		RAISE NOTICE 'the habit of alert % is that of the % already', teach.alert_id, space ->> 'scope';
		RETURN;
	END IF;
	key := transfer_detect_internal.list_texts(alert.group_key -> 'habit.key');
	FOREACH host IN ARRAY hosts LOOP
		wide := CASE teach.scope WHEN 'fleet' THEN '*' ELSE 'role=' || coalesce(transfer_detect_internal.host_role(host), host) END;
		INSERT INTO @extschema@.habits AS h (rule_id, digest, space, scope, key, alert_id, taught)
		VALUES (alert.rule_id, transfer_detect_internal.habit_digest(space ->> 'space', wide, key), space ->> 'space', wide, key, alert.id, 'usual')
		ON CONFLICT ON CONSTRAINT habits_pkey DO UPDATE SET taught = 'usual', alert_id = excluded.alert_id;
	END LOOP;
END
$$;

COMMENT ON FUNCTION teach(bigint, text) IS 'What an alert that is closed as benign was about becomes usual for all hosts of the role, or of the fleet';

CREATE FUNCTION transfer_detect_internal.forget_some(rule rule_versions, as_of timestamptz, at_most bigint) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
/*
 * What is older than a space remembers decides nothing any more, but for events
 * that come late: hence a few days more.  What belongs to an alert that is open or
 * was a true positive, and what was taught for a role or the fleet, stays.
 *
 * This reads the rule's memory.  An index on last_seen would lead to what is old, but each key
 * that is seen is written once a day, and without the index no index is touched by that.
 */
DECLARE
	forgotten bigint;
	margin CONSTANT integer := 2 + (SELECT ceil(extract(epoch FROM r.late_within) / 86400)::integer FROM @extschema@.rules AS r WHERE r.rule_id = rule.rule_id);
	today CONSTANT date := (as_of AT TIME ZONE 'UTC')::date;
	shortest CONSTANT integer := (SELECT min((s.space ->> 'remember')::integer) FROM jsonb_array_elements(rule.habits) AS s(space));
BEGIN
	DELETE FROM @extschema@.habits AS h
	 WHERE h.rule_id = rule.rule_id
	   AND h.digest = ANY (ARRAY(
			SELECT o.digest FROM @extschema@.habits AS o
			 WHERE o.rule_id = rule.rule_id AND NOT o.loud
			   AND o.last_seen < today - margin - coalesce((SELECT (s.space ->> 'remember')::integer
				 FROM jsonb_array_elements(rule.habits) AS s(space) WHERE s.space ->> 'space' = o.space), 0)
			   AND o.last_seen < today - margin - shortest
			 ORDER BY o.last_seen LIMIT at_most));
	GET DIAGNOSTICS forgotten = ROW_COUNT;
	RETURN forgotten;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.forget_some(rule_versions, timestamptz, bigint) IS 'part of run(): forgets habits that decide nothing any more';

CREATE FUNCTION forget(rule_id text DEFAULT NULL, as_of timestamptz DEFAULT now()) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Habits of rules that are gone, or know none any more, go as well.
 */
DECLARE
	next record;
	forgotten bigint;
	total bigint := 0;
BEGIN
	PERFORM transfer_detect_internal.check_instant('as_of', as_of);
	IF forget.rule_id IS NULL THEN
		DELETE FROM @extschema@.habits AS h
		 WHERE NOT EXISTS (SELECT FROM @extschema@.habit_spaces AS s JOIN @extschema@.rules AS r ON r.rule_id = s.rule_id
							WHERE s.rule_id = h.rule_id AND s.space = h.space);
		GET DIAGNOSTICS total = ROW_COUNT;
	ELSE
		PERFORM transfer_detect_internal.present_version(forget.rule_id);
	END IF;
	FOR next IN
		SELECT v FROM @extschema@.rules AS r JOIN @extschema@.rule_versions AS v ON v.rule_id = r.rule_id AND v.version = r.version
		 WHERE v.habits IS NOT NULL AND (forget.rule_id IS NULL OR r.rule_id = forget.rule_id)
		 ORDER BY r.rule_id
	LOOP
		PERFORM transfer_detect_internal.lock_checkpoint((next.v).rule_id, true);
		LOOP
			forgotten := transfer_detect_internal.forget_some(next.v, as_of, 10000);
			total := total + forgotten;
			EXIT WHEN forgotten = 0;
		END LOOP;
	END LOOP;
	RETURN total;
END
$$;

COMMENT ON FUNCTION forget(text, timestamptz) IS 'Forgets the habits that were last seen longer ago than their spaces remember, of one rule or all; returns how many. Runs do it by themselves';
REVOKE ALL ON FUNCTION forget(text, timestamptz) FROM PUBLIC;
