/*
 * habits.sql: what is usual, and the spaces in which a rule remembers it.
 *
 * A rule that has spaces knows habits: it does not count, it remembers.  Each of
 * its events has a key in each of the spaces, such as the remote host for this
 * host, or the parent for a program and the role of the host.  An event whose key
 * was not seen in the days that the space remembers is new, and makes an alert.
 * src/detect/habits.c does that for a window, in the transaction that files.
 *
 * What is remembered of a key is the set of days on which it was seen, and the
 * first event of each day on which it was new.  Both follow from the events alone,
 * not from the order in which they came or the windows that saw them.  And a key
 * that is seen all the time is written once a day.
 *
 * The spaces of a rule are part of its versions, since they decide what is found.
 */

CREATE TABLE habit_spaces (
	rule_id text COLLATE "C" NOT NULL,
	space text COLLATE "C" NOT NULL CHECK (space ~ '^[a-z0-9][a-z0-9_-]*$'),
	place integer NOT NULL DEFAULT 0,
	enabled boolean NOT NULL DEFAULT true,
	expressions text[] NOT NULL CHECK (cardinality(expressions) BETWEEN 1 AND 8 AND array_position(expressions, NULL) IS NULL),
	scope text NOT NULL CHECK (scope IN ('host', 'role', 'fleet')),
	fires_when text,
	remember interval NOT NULL DEFAULT '30 days'
		CHECK (remember >= '1 day' AND remember <= '3650 days' AND extract(month FROM remember) = 0 AND extract(year FROM remember) = 0),
	weight integer NOT NULL DEFAULT 50 CHECK (weight BETWEEN 1 AND 100),
	reason text NOT NULL,
	shipped boolean NOT NULL DEFAULT false,
	within text COLLATE "C",
	PRIMARY KEY (rule_id, space),
	CONSTRAINT habit_spaces_within CHECK (within IS NULL OR scope <> 'fleet')
);

COMMENT ON TABLE habit_spaces IS 'What the rules that know habits remember of each event; a rule without a row here knows none';
COMMENT ON COLUMN habit_spaces.rule_id IS 'The rule';
COMMENT ON COLUMN habit_spaces.space IS 'Name of the space';
COMMENT ON COLUMN habit_spaces.place IS 'Order of the spaces';
COMMENT ON COLUMN habit_spaces.enabled IS 'Whether the rule uses it';
COMMENT ON COLUMN habit_spaces.expressions IS 'ES|QL expressions over the rule''s rows, which together make the key; an event has none if one of them is null, and several if one has several values';
COMMENT ON COLUMN habit_spaces.scope IS 'Whose habit it is: the host''s, that of all hosts of its role, or the whole fleet''s';
COMMENT ON COLUMN habit_spaces.fires_when IS 'ES|QL condition under which a new key makes an alert; null: always. A key is learned in any case';
COMMENT ON COLUMN habit_spaces.remember IS 'How long a key is remembered after it was last seen, in days';
COMMENT ON COLUMN habit_spaces.weight IS 'How much a new key says, 1 to 100: part of the score, and of several new keys of an event the heaviest makes the alert';
COMMENT ON COLUMN habit_spaces.reason IS 'The reason in words; {scope}, {key}, {key1}, {key2}, {days} and {does} stand for what they say';
COMMENT ON COLUMN habit_spaces.shipped IS 'Comes with the extension and is unchanged; pg_dump leaves such rows out';
COMMENT ON COLUMN habit_spaces.within IS 'A space of the scope fleet with the same expressions: a new key whose event is on an open alert of it, within a day of what opened that, and about whose event nothing else is new, is a further reason of that alert; null: each new key makes its own';

CREATE TABLE habits (
	rule_id text COLLATE "C" NOT NULL,
	digest uuid NOT NULL,
	space text COLLATE "C" NOT NULL,
	scope text COLLATE "C" NOT NULL,
	key text[] COLLATE "C" NOT NULL,
	first_seen timestamptz,
	last_seen date,
	days integer NOT NULL DEFAULT 0,
	alert_id bigint,
	filed timestamptz[] NOT NULL DEFAULT '{}',
	loud boolean NOT NULL DEFAULT false,
	hostile_from timestamptz,
	taught text,
	spans integer[] NOT NULL DEFAULT '{}',
	opened timestamptz[] NOT NULL DEFAULT '{}',
	filed_before timestamptz[] NOT NULL DEFAULT '{}',
	joined timestamptz[] NOT NULL DEFAULT '{}',
	PRIMARY KEY (rule_id, digest)
) WITH (fillfactor = 80);
CREATE INDEX habits_alert_id ON habits (alert_id) WHERE alert_id IS NOT NULL;

COMMENT ON TABLE habits IS 'What is usual: the keys that the events of each rule had';
COMMENT ON COLUMN habits.rule_id IS 'The rule';
COMMENT ON COLUMN habits.digest IS 'What the key is looked up by: the first half of the SHA-256 of space, scope and key';
COMMENT ON COLUMN habits.space IS 'The space';
COMMENT ON COLUMN habits.scope IS 'The host or the role whose habit it is; empty: the whole fleet''s';
COMMENT ON COLUMN habits.key IS 'The values of the space''s expressions';
COMMENT ON COLUMN habits.first_seen IS 'Time of the first event that had it, so far as it is remembered';
COMMENT ON COLUMN habits.last_seen IS 'The last day, by UTC, on which an event had it';
COMMENT ON COLUMN habits.days IS 'On how many days events had it';
COMMENT ON COLUMN habits.alert_id IS 'The alert that it made, or for which it was a further reason';
COMMENT ON COLUMN habits.filed IS 'Of the times in opened, those at which it made that alert';
COMMENT ON COLUMN habits.filed_before IS 'Times at which it made alerts before that one';
COMMENT ON COLUMN habits.joined IS 'Of the times in opened, those at which it joined an alert of the same key in the whole fleet';
COMMENT ON COLUMN habits.loud IS 'Whether events that have it belong to an alert: its alert is open, and then they do from the first of filed on, or was closed as true positive';
COMMENT ON COLUMN habits.hostile_from IS 'From when on events that have it belong to an alert after a true positive: the first event of its alert, or the end of the windows so far if it was a further reason';
COMMENT ON COLUMN habits.taught IS 'What closing its alert taught: usual (benign, false positive), hostile (true positive), or null';
COMMENT ON COLUMN habits.spans IS 'The days: begin and end of each run of them, counted from 2000-01-01';
COMMENT ON COLUMN habits.opened IS 'Times of the events that were new';

CREATE FUNCTION transfer_detect_internal.habit_digest(space text, scope text, key text[]) RETURNS uuid
AS 'MODULE_PATHNAME', 'td_habit_digest'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.habit_digest(text, text, text[]) IS 'What a key is looked up by';

CREATE FUNCTION transfer_detect_internal.habits_of(rule_id text) RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT jsonb_agg(jsonb_build_object('space', s.space, 'expressions', s.expressions, 'scope', s.scope, 'fires_when', s.fires_when,
									'remember', extract(day FROM justify_hours(s.remember))::integer, 'weight', s.weight, 'reason', s.reason)
									|| CASE WHEN s.within IS NULL THEN '{}' ELSE jsonb_build_object('within', s.within) END
				 ORDER BY s.place, s.space)
  FROM @extschema@.habit_spaces AS s
 WHERE s.rule_id = habits_of.rule_id AND s.enabled
$$;

COMMENT ON FUNCTION transfer_detect_internal.habits_of(text) IS 'The spaces of a rule as its versions keep them, null if it has none';

CREATE FUNCTION transfer_detect_internal.habit_scope(scope text) RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
SELECT CASE WHEN scope OPERATOR(pg_catalog.=) 'host' THEN 'MV_FIRST(host.name)'
	WHEN scope OPERATOR(pg_catalog.=) 'role' THEN 'COALESCE(transfer.host_role, "unassigned")' ELSE '""' END
$$;

COMMENT ON FUNCTION transfer_detect_internal.habit_scope(text) IS 'ES|QL for whose habit it is: hosts without a role are peers of each other';

CREATE FUNCTION transfer_detect_internal.habit_query(query text, habits jsonb) RETURNS text
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
/*
 * The expressions have been checked, each by itself, when the spaces were written.
 */
BEGIN
	RETURN (
		SELECT concat(query, E'\n| EVAL `habit.host` = ', transfer_detect_internal.habit_scope('host'),
			CASE WHEN bool_or(s.space ->> 'scope' = 'role') THEN E',\n       `habit.role` = ' || transfer_detect_internal.habit_scope('role') END,
			string_agg(concat(
				(SELECT string_agg(format(E',\n       `habit.%s.%s` = TO_STRING((%s\n))', s.place, e.place, e.expression), '' ORDER BY e.place)
				   FROM jsonb_array_elements_text(s.space -> 'expressions') WITH ORDINALITY AS e(expression, place)),
				E',\n       `habit.' || s.place || '.fires` = (' || (s.space ->> 'fires_when') || E'\n)'), '' ORDER BY s.place)
			)
		  FROM jsonb_array_elements(habits) WITH ORDINALITY AS s(space, place));
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.habit_query(text, jsonb) IS 'part of run(): a rule''s query with the keys of its spaces';

CREATE FUNCTION transfer_detect_internal.esql_literal(value text) RETURNS text
LANGUAGE sql
IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT '"' || replace(replace(replace(replace(replace(value, E'\\', E'\\\\'), '"', E'\\"'), E'\n', E'\\n'), E'\r', E'\\r'), E'\t', E'\\t') || '"'
$$;

COMMENT ON FUNCTION transfer_detect_internal.esql_literal(text) IS 'A text as a literal of ES|QL';

CREATE FUNCTION transfer_detect_internal.habit_evidence_query(query text, habits jsonb, group_key jsonb) RETURNS text
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The rule's query for the events of one key.  A rule that knows no habits has its
 * query as it is.
 */
DECLARE
	found jsonb;
BEGIN
	IF habits IS NULL OR NOT group_key ? 'habit.space' THEN
		RETURN (query);
	END IF;
	SELECT s.space INTO found FROM jsonb_array_elements(habits) AS s(space)
	 WHERE s.space ->> 'space' = group_key ->> 'habit.space';
	RETURN (query) || E'\n| EVAL `habit.scope` = ' || transfer_detect_internal.habit_scope(found ->> 'scope')
		|| (SELECT string_agg(format(E',\n       `habit.%s` = TO_STRING((%s\n))', e.place, e.expression), '' ORDER BY e.place)
			  FROM jsonb_array_elements_text(found -> 'expressions') WITH ORDINALITY AS e(expression, place))
		|| E'\n| WHERE `habit.scope` == ' || transfer_detect_internal.esql_literal(group_key ->> 'habit.scope')
		|| (SELECT string_agg(format(' AND MV_CONTAINS(`habit.%s`, %s)', k.place, transfer_detect_internal.esql_literal(k.value)), '' ORDER BY k.place)
			  FROM jsonb_array_elements_text(group_key -> 'habit.key') WITH ORDINALITY AS k(value, place));
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.habit_evidence_query(text, jsonb, jsonb) IS 'A rule''s query for the events behind an alert';

CREATE FUNCTION transfer_detect_internal.check_habit_space() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Each expression has to be one by itself, since it is put into a query.  And the
 * rule has to understand it.
 */
DECLARE
	rule record;
	expression text;
BEGIN
	IF transfer_detect_internal.restores(TG_RELID) THEN
		RETURN NEW;
	END IF;
	SELECT r.query, r.events INTO rule FROM @extschema@.rules AS r WHERE r.rule_id = NEW.rule_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'rule "%" does not exist', NEW.rule_id
			USING ERRCODE = 'foreign_key_violation',
				  HINT = 'Insert the rule first, disabled, then its spaces.';
	END IF;
	IF NEW.within IS NOT NULL AND NOT EXISTS (SELECT FROM @extschema@.habit_spaces AS s
											   WHERE s.rule_id = NEW.rule_id AND s.space = NEW.within AND s.scope = 'fleet')
	THEN
		RAISE EXCEPTION 'rule "%" has no space "%" of the scope fleet', NEW.rule_id, NEW.within
			USING ERRCODE = 'foreign_key_violation',
				  HINT = 'Insert the space of the fleet first, with the same expressions.';
	END IF;
	-- whose habit it is has to be known as well, and host.name in any case
	FOREACH expression IN ARRAY ARRAY['host', NEW.scope] LOOP
		PERFORM transfer_detect_internal.condition_check(rule.query, format('%s IS NOT NULL', transfer_detect_internal.habit_scope(expression)), 'group', rule.events);
	END LOOP;
	FOREACH expression IN ARRAY NEW.expressions LOOP
		PERFORM transfer_detect_internal.condition_check(rule.query, format(E'(%s\n) IS NOT NULL', expression), 'group', rule.events);
	END LOOP;
	IF NEW.fires_when IS NOT NULL THEN
		PERFORM transfer_detect_internal.condition_check(rule.query, format(E'(%s\n)', NEW.fires_when), 'group', rule.events);
	END IF;
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.check_habit_space() IS 'Trigger: a space''s expressions must compile with its rule';

CREATE FUNCTION transfer_detect_internal.renew_rule_habits() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Lets the rules' own trigger make new versions of those whose spaces have changed.
 * A dump has the versions as well.
 */
BEGIN
	IF transfer_detect_internal.restores(TG_RELID) THEN
		RETURN NULL;
	END IF;
	UPDATE @extschema@.rules AS r SET version = r.version
	  FROM @extschema@.rule_versions AS v
	 WHERE v.rule_id = r.rule_id AND v.version = r.version
	   AND v.habits IS DISTINCT FROM transfer_detect_internal.habits_of(r.rule_id);
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.renew_rule_habits() IS 'Trigger: other spaces make another version of the rule';

/*
 * A transfer with a host of ours is usual by its name.  By its address it is not: those who look around in a
 * network use addresses, in decimal, octal or hexadecimal, and they can be told from names such as cafe or db06
 * by their digits.  sshd starts the other half of a transfer wherever a client asks for it, so that says nothing;
 * what is fetched does, and has a space of its own.
 *
 * A new job or agent starts on many hosts within hours, and so do those who go from host to host.  What is new
 * in the fleet is one alert, which hosts and roles join for a day while it is open.
 */
INSERT INTO habit_spaces (rule_id, space, place, expressions, scope, fires_when, weight, reason, shipped)
VALUES
	('first-seen-file-transfer', 'fleet-outside-host', -2, '{TO_LOWER(transfer.remote_host)}', 'fleet',
	 'transfer.remote_class == "outside"', 60,
	 'first time in {days} days that any host {does} {key}', true),
	('first-seen-file-transfer', 'fleet-parent', -1,
	 ARRAY['CASE(transfer.mode IN ("server", "server receiver", "server sender") AND process.parent.executable IN ("/usr/sbin/sshd", "/usr/lib/openssh/sshd-session", "/usr/libexec/openssh/sshd-session"), NULL, transfer.parent)', 'transfer.utility'],
	 'fleet', NULL, 45,
	 'parent {key1} did not start {key2} on any host in {days} days', true),
	('first-seen-file-transfer', 'outside-host', 1, '{TO_LOWER(transfer.remote_host)}', 'host',
	 'transfer.remote_class == "outside"', 60,
	 'first time in {days} days that {scope} {does} {key}', true),
	('first-seen-file-transfer', 'parent', 2,
	 ARRAY['CASE(transfer.mode IN ("server", "server receiver", "server sender") AND process.parent.executable IN ("/usr/sbin/sshd", "/usr/lib/openssh/sshd-session", "/usr/libexec/openssh/sshd-session"), NULL, transfer.parent)', 'transfer.utility'],
	 'role', NULL, 40,
	 'parent {key1} did not start {key2} on any {scope} host in {days} days', true),
	('first-seen-file-transfer', 'daemon', 3, ARRAY['CASE(transfer.mode == "daemon", transfer.utility)'], 'host', NULL, 55,
	 'first time in {days} days that {key} runs as a server on {scope}', true),
	('first-seen-file-transfer', 'sender', 4, ARRAY['CASE(transfer.mode == "server sender", transfer.utility)', 'COALESCE(transfer.path_class, "unknown")'], 'host', NULL, 50,
	 'first time in {days} days that somebody fetches {key2} files from {scope} by {key1}', true),
	('first-seen-file-transfer', 'near-host', 5,
	 ARRAY['CASE(transfer.remote_class == "local", CONCAT(COALESCE(CASE(transfer.host_role IS NULL, CONCAT("localhost of ", host.name)), "localhost"), COALESCE(CONCAT(", port ", TO_STRING(transfer.remote_port)), "")), transfer.remote_class == "unknown", TO_LOWER(transfer.remote_host), transfer.remote_class == "inside" AND transfer.remote_host RLIKE "(0[xX][0-9a-fA-F]+|[0-9]+)([.](0[xX][0-9a-fA-F]+|[0-9]+))*|.*:.*", COALESCE(CONCAT("an address of the ", transfer.remote_role, " hosts"), TO_LOWER(transfer.remote_host)))'],
	 'role', NULL, 35,
	 'no {scope} host had a transfer with {key} in {days} days', true),
	('first-seen-file-transfer', 'program', 6, ARRAY['COALESCE(MV_APPEND(transfer.program, transfer.helper), transfer.program)'], 'fleet', NULL, 45,
	 'program {key} did not run on any host in {days} days', true),
	('first-seen-file-transfer', 'hidden-path', 7,
	 ARRAY['MV_INTERSECTION(MV_APPEND(COALESCE(transfer.path_class, ""), COALESCE(transfer.remote_path_class, "")), ["hidden", "secret"])', 'COALESCE(CONCAT("the ", transfer.remote_role, " hosts"), TO_LOWER(transfer.remote_host))'],
	 'host', NULL, 50,
	 'first time in {days} days that {scope} {does} {key2} with a {key1} path', true),
	('first-seen-file-transfer', 'other-host', 8, '{TO_LOWER(transfer.other_outside)}', 'host', NULL, 60,
	 'first time in {days} days that a transfer of {scope} involves {key}, as a jump host, a proxy or a further source', true),
	('first-seen-file-transfer', 'unclear', 9,
	 ARRAY['CASE(transfer.mode == "unknown" AND transfer.not_understood IS NOT NULL, transfer.template)'], 'role', NULL, 40,
	 'no {scope} host ran {key} in {days} days, and what it copies where is not clear', true),
	('first-seen-transfer-by-ssh', 'parent', 1, '{transfer.parent}', 'role', NULL, 60,
	 'parent {key} did not start ssh for a transfer on any {scope} host in {days} days, and is no program for transfers', true);

UPDATE habit_spaces SET within = 'fleet-' || space WHERE rule_id = 'first-seen-file-transfer' AND space IN ('outside-host', 'parent');

SELECT pg_catalog.pg_extension_config_dump('habit_spaces', 'WHERE NOT shipped');
SELECT pg_catalog.pg_extension_config_dump('habits', '');

GRANT SELECT ON habit_spaces TO PUBLIC;
