/*
 * habit_filing.sql: alerts of rules that know habits.
 *
 * They are filed as all others are (filing.sql): the group key is the key of a
 * space.  What differs is here: the reasons in words, the score, and what an alert
 * and its end mean for the memory.
 *
 * While its alert is open a key is loud: each further event that has it extends
 * the alert.  When the alert is closed, the key is usual, and remembered as any
 * other.  A true positive stays loud, so that the next event makes an alert again.
 *
 * An event that comes late may be the first after all.  If the key of an alert
 * turns out to be only a further reason of an alert that weighs more, the alert is
 * superseded: it closes as a duplicate, unless somebody has taken it up.
 */

CREATE FUNCTION transfer_detect_internal.score_rule(rule rule_versions, reasons jsonb) RETURNS rule_versions
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The heaviest reason counts whole, the others a third each.
 */
DECLARE
	score integer;
BEGIN
	SELECT least(100, max(r.weight) + (sum(r.weight) - max(r.weight)) / 3)::integer INTO score
	  FROM jsonb_to_recordset(reasons) AS r(weight integer);
	IF score IS NOT NULL THEN
		rule.risk_score := score;
		rule.severity := CASE WHEN score < 40 THEN 'low' WHEN score < 65 THEN 'medium' WHEN score < 90 THEN 'high' ELSE 'critical' END;
	END IF;
	RETURN rule;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.score_rule(rule_versions, jsonb) IS 'part of run(): a rule with the severity and risk score that reasons come to';

CREATE FUNCTION transfer_detect_internal.reason_texts(rule rule_versions, reasons jsonb, result jsonb, learning text) RETURNS text[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	does CONSTANT text := CASE result ->> 'transfer.direction' WHEN 'out' THEN 'sends to' WHEN 'in' THEN 'fetches from' ELSE 'connects to' END;
	reason record;
	words text;
	texts text[] := '{}';
	keys text[];
BEGIN
	FOR reason IN
		SELECT r.value AS habit, s.space ->> 'reason' AS words
		  FROM jsonb_array_elements(reasons) WITH ORDINALITY AS r(value, place)
		  JOIN jsonb_array_elements(rule.habits) AS s(space) ON s.space ->> 'space' = r.value ->> 'habit.space'
		 ORDER BY r.place
	LOOP
		keys := ARRAY(SELECT transfer_detect_internal.fit_text(k.value, 200) FROM jsonb_array_elements_text(reason.habit -> 'habit.key') AS k(value));
		words := reason.words;
		words := replace(words, '{days}', reason.habit ->> 'remember');
		words := replace(words, '{does}', does);
		-- what attackers write comes last, so that no placeholder in it counts
		words := regexp_replace(words, '\{(key[0-9]?|scope)\}', E'\x01\\1\x02', 'g');
		words := replace(words, E'\x01key\x02', array_to_string(keys, ', '));
		words := replace(words, E'\x01scope\x02', transfer_detect_internal.fit_text(reason.habit ->> 'habit.scope', 80));
		FOR i IN 1 .. cardinality(keys) LOOP
			words := replace(words, E'\x01key' || i || E'\x02', keys[i]);
		END LOOP;
		texts := texts || words;
	END LOOP;
	IF texts <> '{}' AND learning IS NOT NULL THEN
		texts := texts || 'the rule is still learning what is usual'::text;
	END IF;
	RETURN texts;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.reason_texts(rule_versions, jsonb, jsonb, text) IS 'part of run(): reasons in words';

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

CREATE FUNCTION transfer_detect_internal.reopen_superseded(rule_id text, group_key jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
/*
 * An alert that a run has closed as superseded is the one of its key again, if the
 * key makes an alert after all.
 */
DECLARE
	key CONSTANT bytea := transfer_detect_internal.key_digest(group_key);
BEGIN
	UPDATE @extschema@.alerts AS a SET status = 'open', tags = array_remove(a.tags, 'superseded')
	 WHERE a.id = (SELECT max(b.id) FROM @extschema@.alerts AS b
					WHERE b.rule_id = reopen_superseded.rule_id AND b.key_digest = key)
	   AND a.status = 'closed' AND a.close_reason = 'duplicate' AND a.tags @> '{superseded}';
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.reopen_superseded(text, jsonb) IS 'part of run(): opens the alert of a key that was closed as superseded';

CREATE FUNCTION transfer_detect_internal.mark_habits(rule_id text, scored rule_versions, group_key jsonb, reasons jsonb, result jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
/*
 * After a group has been filed: its key is loud, and the keys that were further
 * reasons know its alert.
 */
DECLARE
	alert CONSTANT @extschema@.alerts := transfer_detect_internal.lock_active_alert(mark_habits.rule_id, transfer_detect_internal.key_digest(group_key));
	words CONSTANT text[] := transfer_detect_internal.list_texts(result -> 'habit.reasons');
	reason record;
BEGIN
	IF alert.id IS NULL THEN
		RETURN;
	END IF;
	UPDATE @extschema@.habits AS h
	   SET alert_id = alert.id, loud = true
	 WHERE h.rule_id = mark_habits.rule_id
	   AND h.digest = transfer_detect_internal.habit_digest(group_key ->> 'habit.space', group_key ->> 'habit.scope',
						ARRAY(SELECT jsonb_array_elements_text(group_key -> 'habit.key')))
	   AND (h.alert_id, h.loud) IS DISTINCT FROM (alert.id, true);
	IF reasons = '[]' THEN
		RETURN;
	END IF;
	UPDATE @extschema@.alerts AS a
	   SET reasons = words, risk_score = scored.risk_score, severity = scored.severity
	 WHERE a.id = alert.id AND (a.reasons, a.risk_score, a.severity) IS DISTINCT FROM (words, scored.risk_score, scored.severity);
	FOR reason IN
		SELECT r.value AS habit, (r.value ->> 'alert')::bigint AS alert_id, (r.value ->> 'files')::boolean AS files
		  FROM jsonb_array_elements(reasons) AS r
		 WHERE (r.value ->> 'habit.space', r.value ->> 'habit.scope', r.value -> 'habit.key')
			   <> (group_key ->> 'habit.space', group_key ->> 'habit.scope', group_key -> 'habit.key')
	LOOP
		CONTINUE WHEN reason.files OR reason.alert_id = alert.id;
		UPDATE @extschema@.alerts AS a
		   SET status = 'closed', close_reason = 'duplicate', tags = a.tags || '{superseded}'::text[]
		 WHERE a.id = reason.alert_id AND a.status = 'open' AND a.assignee IS NULL AND a.notes = ''
		   AND a.group_key = reason.habit - '{weight,remember,alert,files}'::text[];
		UPDATE @extschema@.habits AS h
		   SET alert_id = alert.id
		 WHERE h.rule_id = mark_habits.rule_id
		   AND h.digest = transfer_detect_internal.habit_digest(reason.habit ->> 'habit.space', reason.habit ->> 'habit.scope',
							ARRAY(SELECT jsonb_array_elements_text(reason.habit -> 'habit.key')))
		   AND NOT h.loud;
	END LOOP;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.mark_habits(text, rule_versions, jsonb, jsonb, jsonb) IS 'part of run(): tells the memory of an alert';

CREATE FUNCTION transfer_detect_internal.teach_habits() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
/*
 * Whoever may close an alert teaches the memory, and needs no right to write it:
 * hence the owner's rights.  It writes only to the keys of that alert.
 */
BEGIN
	UPDATE @extschema@.habits AS h
	   SET loud = NEW.status <> 'closed' OR NEW.close_reason = 'true_positive',
		   taught = CASE WHEN NEW.status <> 'closed' THEN NULL
						 WHEN NEW.close_reason = 'true_positive' THEN 'hostile'
						 WHEN NEW.close_reason IN ('benign', 'false_positive') THEN 'usual' END
	 WHERE h.rule_id = NEW.rule_id
	   AND h.digest = transfer_detect_internal.habit_digest(NEW.group_key ->> 'habit.space', NEW.group_key ->> 'habit.scope',
						ARRAY(SELECT jsonb_array_elements_text(NEW.group_key -> 'habit.key')));
	-- the further reasons of a true positive are as hostile as the first; else their own alerts decide
	UPDATE @extschema@.habits AS h
	   SET loud = NEW.status = 'closed' AND NEW.close_reason = 'true_positive',
		   taught = CASE WHEN NEW.status = 'closed' AND NEW.close_reason = 'true_positive' THEN 'hostile' END
	 WHERE h.alert_id = NEW.id AND h.rule_id = NEW.rule_id
	   AND h.digest <> transfer_detect_internal.habit_digest(NEW.group_key ->> 'habit.space', NEW.group_key ->> 'habit.scope',
						ARRAY(SELECT jsonb_array_elements_text(NEW.group_key -> 'habit.key')));
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
AS $$
#variable_conflict use_column
/*
 * A day at a time, so that memory is needed for a day.  Exceptions hold as in runs:
 * what they leave out is not learned.
 */
DECLARE
	rule CONSTANT @extschema@.rule_versions := transfer_detect_internal.present_version(learn.rule_id);
	run @extschema@.runs;
	x record;
	g record;
	before bigint;
BEGIN
	PERFORM transfer_detect_internal.check_instant('from_time', from_time);
	PERFORM transfer_detect_internal.check_instant('to_time', to_time);
	IF from_time >= to_time THEN
		RAISE EXCEPTION 'from_time must be before to_time' USING ERRCODE = 'invalid_parameter_value';
	ELSIF rule.habits IS NULL THEN
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
		run.window_to := least(run.window_from + transfer_detect_internal.seconds('1 day'), to_time);
		x := transfer_detect_internal.exceptions_in_force(rule.rule_id, run.window_to);
		SELECT max(f.events_matched) AS events INTO g
		  FROM transfer_detect_internal.find_groups(rule, run, x.event_conditions, x.group_conditions, false) AS f;
		events := events + coalesce(g.events, 0);
		run.window_from := run.window_to;
	END LOOP;
	UPDATE @extschema@.checkpoints AS c
	   SET learned_from = least(c.learned_from, from_time), learned_to = greatest(c.learned_to, to_time)
	 WHERE c.rule_id = learn.rule_id;
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
 * could be counted.
 */
DECLARE
	alert @extschema@.alerts;
	space jsonb;
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
	host := alert.group_key ->> 'habit.scope';
	IF space ->> 'scope' = 'fleet' OR (space ->> 'scope' = 'role' AND teach.scope = 'role') THEN
		RAISE NOTICE 'the habit of alert % is that of the % already', teach.alert_id, space ->> 'scope';
		RETURN;
	END IF;
	wide := CASE teach.scope WHEN 'fleet' THEN '*' ELSE 'role=' || coalesce(transfer_detect_internal.host_role(host), host) END;
	key := transfer_detect_internal.list_texts(alert.group_key -> 'habit.key');
	INSERT INTO @extschema@.habits AS h (rule_id, digest, space, scope, key, alert_id, taught)
	VALUES (alert.rule_id, transfer_detect_internal.habit_digest(space ->> 'space', wide, key), space ->> 'space', wide, key, alert.id, 'usual')
	ON CONFLICT ON CONSTRAINT habits_pkey DO UPDATE SET taught = 'usual', alert_id = excluded.alert_id;
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
 */
DECLARE
	forgotten bigint;
	margin CONSTANT integer := 2 + (SELECT ceil(extract(epoch FROM r.late_within) / 86400)::integer FROM @extschema@.rules AS r WHERE r.rule_id = rule.rule_id);
	today CONSTANT date := (as_of AT TIME ZONE 'UTC')::date;
BEGIN
	DELETE FROM @extschema@.habits AS h
	 WHERE h.rule_id = rule.rule_id
	   AND h.digest = ANY (ARRAY(
			SELECT o.digest FROM @extschema@.habits AS o
			 WHERE o.rule_id = rule.rule_id AND NOT o.loud
			   AND o.last_seen < today - margin - coalesce((SELECT (s.space ->> 'remember')::integer
				 FROM jsonb_array_elements(rule.habits) AS s(space) WHERE s.space ->> 'space' = o.space), 0)
			   AND o.last_seen < today - margin - (SELECT min((s.space ->> 'remember')::integer) FROM jsonb_array_elements(rule.habits) AS s(space))
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
