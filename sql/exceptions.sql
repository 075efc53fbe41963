/*
 * exceptions.sql: what must not become an alert.
 *
 * An exception is an ES|QL condition with a stage.  A group exception looks at the
 * rows that a rule returns, and matching rows are not filed.  It can only take
 * alerts away.  An event exception looks at the events before the rule does, and
 * matching events are not counted.  That changes counts, so a rule that looks for
 * rare things may find more.
 *
 * A rule leaves out an exception that it does not understand, and the run's row
 * says so.  That happens to an exception for all rules whose fields a rule does
 * not have, and to one whose rule was edited.  An alert too many is better than a
 * rule that does not run.
 */

CREATE TABLE exceptions (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	rule_id text COLLATE "C",
	stage text NOT NULL DEFAULT 'group' CHECK (stage IN ('group', 'event')),
	condition text NOT NULL,
	comment text NOT NULL DEFAULT '',
	author text NOT NULL DEFAULT current_user,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz,
	enabled boolean NOT NULL DEFAULT true
);
CREATE INDEX exceptions_rule_id ON exceptions (rule_id);

COMMENT ON TABLE exceptions IS 'What must not become an alert';
COMMENT ON COLUMN exceptions.id IS 'Number of the exception';
COMMENT ON COLUMN exceptions.rule_id IS 'The rule that it is for; null for all rules that know its fields';
COMMENT ON COLUMN exceptions.stage IS 'group: matching rows of the rule are not filed; event: matching events are not counted';
COMMENT ON COLUMN exceptions.condition IS 'ES|QL condition; where it is null it does not match';
COMMENT ON COLUMN exceptions.comment IS 'Why';
COMMENT ON COLUMN exceptions.author IS 'Who made it';
COMMENT ON COLUMN exceptions.created_at IS 'When it was made';
COMMENT ON COLUMN exceptions.expires_at IS 'It does not apply to windows that end at this time or later; null: it never expires';
COMMENT ON COLUMN exceptions.enabled IS 'Whether it applies';

CREATE TABLE exception_hits (
	exception_id bigint NOT NULL,
	rule_id text COLLATE "C" NOT NULL,
	hits bigint NOT NULL,
	last_hit timestamptz NOT NULL,
	PRIMARY KEY (exception_id, rule_id)
);

COMMENT ON TABLE exception_hits IS 'How often each exception matched, by exception and rule, so that runs of two rules never wait for each other';
COMMENT ON COLUMN exception_hits.exception_id IS 'The exception';
COMMENT ON COLUMN exception_hits.rule_id IS 'The rule';
COMMENT ON COLUMN exception_hits.hits IS 'Groups that it kept from being filed, or events that it matched, in scheduled windows; each window counts once';
COMMENT ON COLUMN exception_hits.last_hit IS 'End of the last window in which it did';

CREATE FUNCTION transfer_detect_internal.condition_fits(query text, condition text, stage text, events regclass) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM transfer_detect_internal.condition_check(query, condition, stage, events);
	RETURN true;
EXCEPTION WHEN OTHERS THEN
	RETURN false;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.condition_fits(text, text, text, regclass) IS 'Whether a condition compiles with a rule''s query at a stage';

CREATE FUNCTION transfer_detect_internal.check_exception() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Like check_rule(), it does nothing while a dump is restored.
 */
DECLARE
	rule @extschema@.rules;
	fits boolean := false;
	problem text;
	failure text;
	code text;
BEGIN
	IF NOT current_setting('check_function_bodies')::boolean THEN
		RETURN NEW;
	END IF;
	FOR rule IN
		SELECT r.* FROM @extschema@.rules AS r
		 WHERE NEW.rule_id IS NULL OR r.rule_id = NEW.rule_id
		 ORDER BY r.rule_id
	LOOP
		BEGIN
			PERFORM transfer_detect_internal.condition_check(rule.query, NEW.condition, NEW.stage, rule.events);
			fits := true;
			IF NEW.enabled AND NOT transfer_detect_internal.condition_monotone(rule.query, NEW.condition, NEW.stage, rule.events) THEN
				RAISE WARNING 'the exception can raise new alerts of rule "%"', rule.rule_id
					USING DETAIL = 'Events that fit are left out before the rule counts, and what was common may be rare then.',
						  HINT = 'See what it would do with preview_exception(), or use the stage "group".';
			END IF;
		EXCEPTION WHEN OTHERS THEN
			failure := SQLERRM;
			code := SQLSTATE;
			IF NEW.rule_id IS NOT NULL AND NEW.stage = 'group' AND code = '42703'
				AND transfer_detect_internal.condition_fits(rule.query, NEW.condition, 'event', rule.events)
			THEN
				RAISE EXCEPTION '%', failure
					USING ERRCODE = code,
						  HINT = 'The rule returns no such column. Let it return the field, as in STATS ... = VALUES(...), or use the stage "event".';
			ELSIF NEW.rule_id IS NOT NULL OR code = '42601' THEN
				RAISE;			/* a syntax error is one for all rules */
			END IF;
			problem := coalesce(problem || '; ', '') || format('%s: %s', rule.rule_id, SQLERRM);
		END;
	END LOOP;
	IF NOT fits AND NEW.rule_id IS NOT NULL THEN
		RAISE EXCEPTION 'rule "%" does not exist', NEW.rule_id
			USING ERRCODE = 'undefined_object',
				  HINT = 'SELECT rule_id, name FROM @extschema@.rules lists the rules.';
	ELSIF NOT fits THEN
		RAISE EXCEPTION 'the exception fits no rule'
			USING ERRCODE = 'undefined_column', DETAIL = problem;
	ELSIF problem IS NOT NULL THEN
		RAISE NOTICE 'the exception will be left out where it does not fit'
			USING DETAIL = problem;
	END IF;
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.check_exception() IS 'Trigger: an exception must compile with its rule, and says so if it can raise alerts';

CREATE TRIGGER exceptions_check BEFORE INSERT OR UPDATE OF rule_id, stage, condition, enabled ON exceptions
	FOR EACH ROW EXECUTE FUNCTION transfer_detect_internal.check_exception();

CREATE FUNCTION transfer_detect_internal.set_author() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF transfer_detect_internal.may_restore(TG_RELID) THEN
		RETURN NEW;
	END IF;
	NEW.author := CASE TG_OP WHEN 'INSERT' THEN current_user ELSE OLD.author END;
	NEW.created_at := CASE TG_OP WHEN 'INSERT' THEN now() ELSE OLD.created_at END;
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.set_author() IS 'Trigger: who made an exception and when is what it was, not what the statement says';

CREATE TRIGGER exceptions_author BEFORE INSERT OR UPDATE ON exceptions
	FOR EACH ROW EXECUTE FUNCTION transfer_detect_internal.set_author();

CREATE FUNCTION transfer_detect_internal.check_exceptions_of_rule() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	exception_id bigint;
	condition text;
	stage text;
BEGIN
	IF NOT has_table_privilege('@extschema@.exceptions', 'SELECT') THEN
		RETURN NULL;		-- whoever may not read exceptions learns nothing of them
	END IF;
	FOR exception_id, condition, stage IN
		SELECT x.id, x.condition, x.stage FROM @extschema@.exceptions AS x
		 WHERE x.rule_id = NEW.rule_id AND x.enabled
		 ORDER BY x.id
	LOOP
		BEGIN
			PERFORM transfer_detect_internal.condition_check(NEW.query, condition, stage, NEW.events);
		EXCEPTION WHEN OTHERS THEN
			RAISE WARNING 'exception % does not fit rule "%" any more, and will be left out', exception_id, NEW.rule_id
				USING DETAIL = SQLERRM;
		END;
	END LOOP;
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.check_exceptions_of_rule() IS 'Trigger: warns if an edit of a rule puts its exceptions out of use';

CREATE TRIGGER rules_exceptions AFTER UPDATE OF query, events ON rules
	FOR EACH ROW WHEN (NEW.query IS DISTINCT FROM OLD.query OR NEW.events IS DISTINCT FROM OLD.events)
	EXECUTE FUNCTION transfer_detect_internal.check_exceptions_of_rule();

CREATE FUNCTION transfer_detect_internal.exceptions_in_force(
	rule_id text,
	as_of timestamptz,
	OUT event_ids bigint[],
	OUT event_conditions text[],
	OUT group_ids bigint[],
	OUT group_conditions text[],
	OUT problem text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	SELECT coalesce(array_agg(e.id ORDER BY e.id) FILTER (WHERE e.stage = 'event'), '{}'),
		coalesce(array_agg(e.condition ORDER BY e.id) FILTER (WHERE e.stage = 'event'), '{}'),
		coalesce(array_agg(e.id ORDER BY e.id) FILTER (WHERE e.stage = 'group'), '{}'),
		coalesce(array_agg(e.condition ORDER BY e.id) FILTER (WHERE e.stage = 'group'), '{}')
	  INTO event_ids, event_conditions, group_ids, group_conditions
	  FROM @extschema@.exceptions AS e
	 WHERE e.enabled
	   AND (e.rule_id = exceptions_in_force.rule_id OR e.rule_id IS NULL)
	   AND (e.expires_at > as_of) IS NOT FALSE;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.exceptions_in_force(text, timestamptz) IS 'part of run(): the exceptions that apply to a rule''s window';

CREATE FUNCTION transfer_detect_internal.exceptions_taken(
	INOUT event_ids bigint[],
	INOUT event_conditions text[],
	INOUT group_ids bigint[],
	INOUT group_conditions text[],
	left_out text[],
	OUT problem text)
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * left_out comes from rule_groups().  It has an element for each event exception,
 * and then one for each group exception.  Null means that the rule understands the
 * exception.
 */
DECLARE
	events CONSTANT integer := cardinality(event_ids);
BEGIN
	IF left_out IS NULL THEN
		RETURN;
	END IF;
	SELECT string_agg(format('exception %s was left out: %s', o.id, o.problem), '; ' ORDER BY o.id) INTO problem
	  FROM unnest(event_ids || group_ids, left_out) AS o(id, problem)
	 WHERE o.problem IS NOT NULL;
	SELECT coalesce(array_agg(e.id ORDER BY e.place), '{}'), coalesce(array_agg(e.condition ORDER BY e.place), '{}')
	  INTO event_ids, event_conditions
	  FROM unnest(event_ids, event_conditions, left_out[:events]) WITH ORDINALITY AS e(id, condition, problem, place)
	 WHERE e.problem IS NULL;
	SELECT coalesce(array_agg(g.id ORDER BY g.place), '{}'), coalesce(array_agg(g.condition ORDER BY g.place), '{}')
	  INTO group_ids, group_conditions
	  FROM unnest(group_ids, group_conditions, left_out[events + 1:]) WITH ORDINALITY AS g(id, condition, problem, place)
	 WHERE g.problem IS NULL;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.exceptions_taken(bigint[], text[], bigint[], text[], text[]) IS 'part of run(): the exceptions in force that the rule understands, and a message about the others';

CREATE FUNCTION transfer_detect_internal.count_exception_hits(exception_id bigint, rule_id text, number bigint, window_to timestamptz) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
INSERT INTO @extschema@.exception_hits AS h (exception_id, rule_id, hits, last_hit)
SELECT $1, $2, $3, $4 WHERE $3 > 0
ON CONFLICT ON CONSTRAINT exception_hits_pkey
DO UPDATE SET hits = h.hits + EXCLUDED.hits, last_hit = greatest(h.last_hit, EXCLUDED.last_hit)
$$;

COMMENT ON FUNCTION transfer_detect_internal.count_exception_hits(bigint, text, bigint, timestamptz) IS 'part of run(): adds to the hits of an exception';

SELECT pg_catalog.pg_extension_config_dump('exceptions', '');
SELECT pg_catalog.pg_extension_config_dump('exceptions_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('exception_hits', '');
