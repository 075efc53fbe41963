/*
 * engine.sql: what scheduled detection asks of the compiler.  Each function
 * takes a rule's text and what goes with it, and runs as the caller.
 */

CREATE FUNCTION transfer_detect_internal.rule_check(
	query text,
	events regclass,
	timestamp_field text DEFAULT '@timestamp',
	timestamp_fallback text DEFAULT NULL)
RETURNS TABLE (
	aggregating boolean,
	key_columns text[],
	columns text[],
	column_types text[],
	capped bigint)
AS 'MODULE_PATHNAME', 'td_rule_check'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 1000 ROWS 1;

COMMENT ON FUNCTION transfer_detect_internal.rule_check(text, regclass, text, text) IS 'Compiles a rule''s query without running it: whether it has STATS, what identifies its groups, the columns that it returns, and the LIMIT at its end';

CREATE FUNCTION transfer_detect_internal.from_relations(query text) RETURNS regclass[]
AS 'MODULE_PATHNAME', 'td_query_relations'
LANGUAGE C STABLE STRICT PARALLEL UNSAFE
COST 1000;

COMMENT ON FUNCTION transfer_detect_internal.from_relations(text) IS 'The relations that a query''s FROM means, by the table sources or by their names; none where it means none';

CREATE FUNCTION transfer_detect_internal.rule_reach(
	query text,
	events regclass,
	timestamp_field text DEFAULT '@timestamp',
	timestamp_fallback text DEFAULT NULL)
RETURNS TABLE (
	field text,
	reach interval)
AS 'MODULE_PATHNAME', 'td_rule_reach'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 1000 ROWS 1;

COMMENT ON FUNCTION transfer_detect_internal.rule_reach(text, regclass, text, text) IS 'How far back from NOW() a rule''s query itself looks, a row for each condition by which a date of the events has to be later than that';

CREATE FUNCTION transfer_detect_internal.condition_check(
	query text,
	condition text,
	stage text,
	events regclass)
RETURNS text[]
AS 'MODULE_PATHNAME', 'td_condition_check'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 1000;

COMMENT ON FUNCTION transfer_detect_internal.condition_check(text, text, text, regclass) IS 'Compiles an exception''s condition together with a rule''s query; returns the fields that it names';

CREATE FUNCTION transfer_detect_internal.condition_monotone(
	query text,
	condition text,
	stage text,
	events regclass)
RETURNS boolean
AS 'MODULE_PATHNAME', 'td_condition_monotone'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 1000;

COMMENT ON FUNCTION transfer_detect_internal.condition_monotone(text, text, text, regclass) IS 'Whether an exception with this condition can only take alerts of the rule away, never add one';

CREATE FUNCTION transfer_detect_internal.rule_groups(
	query text,
	events regclass,
	window_from timestamptz,
	as_of timestamptz,
	timestamp_field text DEFAULT '@timestamp',
	timestamp_fallback text DEFAULT NULL,
	event_exceptions text[] DEFAULT '{}',
	group_exceptions text[] DEFAULT '{}',
	count_scanned boolean DEFAULT false,
	count_hits boolean DEFAULT false,
	leave_out boolean DEFAULT false)
RETURNS TABLE (
	place bigint,
	result jsonb,
	group_key jsonb,
	event_count bigint,
	first_event timestamptz,
	last_event timestamptz,
	excepted_by integer,
	groups_total bigint,
	events_matched bigint,
	event_hits bigint[],
	events_scanned bigint,
	capped bigint,
	left_out text[],
	omitted text)
AS 'MODULE_PATHNAME', 'td_rule_groups'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 10000 ROWS 100;

COMMENT ON FUNCTION transfer_detect_internal.rule_groups(text, regclass, timestamptz, timestamptz, text, text, text[], text[], boolean, boolean, boolean) IS 'What a rule finds in a window, with the events behind each row counted and dated, and the LIMIT at its end; on request with the number of all events of the window and of those that fit each event exception, and without exceptions that do not compile: left_out says why, and event_hits and excepted_by number the others. omitted says what of a row was too large to be kept. A row without place if it finds nothing';

CREATE FUNCTION transfer_detect_internal.rule_evidence(
	query text,
	events regclass,
	window_from timestamptz,
	as_of timestamptz,
	timestamp_field text,
	timestamp_fallback text,
	event_exceptions text[],
	span_from timestamptz,
	span_to timestamptz,
	key jsonb DEFAULT NULL)
RETURNS TABLE (
	group_key jsonb,
	event_count bigint,
	first_event timestamptz,
	last_event timestamptz)
AS 'MODULE_PATHNAME', 'td_rule_evidence'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 10000 ROWS 100;

COMMENT ON FUNCTION transfer_detect_internal.rule_evidence(text, regclass, timestamptz, timestamptz, text, text, text[], timestamptz, timestamptz, jsonb) IS 'The groups that a rule makes, before it chooses among them, of the events of its window that lie in a span: all groups, or the one of the key';

CREATE FUNCTION transfer_detect_internal.rule_events(
	query text,
	events regclass,
	window_from timestamptz,
	as_of timestamptz,
	timestamp_field text,
	timestamp_fallback text,
	event_exceptions text[],
	span_from timestamptz,
	span_to timestamptz,
	key jsonb DEFAULT NULL)
RETURNS SETOF jsonb
AS 'MODULE_PATHNAME', 'td_rule_events'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 10000 ROWS 100;

COMMENT ON FUNCTION transfer_detect_internal.rule_events(text, regclass, timestamptz, timestamptz, text, text, text[], timestamptz, timestamptz, jsonb) IS 'The events behind the groups of rule_evidence(): their documents, each once, by time';

CREATE FUNCTION transfer_detect_internal.rule_events_of_spans(
	query text,
	events regclass,
	window_from timestamptz,
	window_to timestamptz,
	timestamp_field text,
	timestamp_fallback text,
	event_exceptions text[],
	spans timestamptz[],
	as_of timestamptz,
	key jsonb DEFAULT NULL)
RETURNS SETOF jsonb
AS 'MODULE_PATHNAME', 'td_rule_events_of_spans'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 10000 ROWS 100;

COMMENT ON FUNCTION transfer_detect_internal.rule_events_of_spans(text, regclass, timestamptz, timestamptz, text, text, text[], timestamptz[], timestamptz, jsonb) IS 'What rule_events() finds in some spans of a window, one after the other, by one plan: spans has the begin and the end of each. as_of is NOW() for the query';

CREATE FUNCTION transfer_detect_internal.habit_groups(
	query text,
	events regclass,
	window_from timestamptz,
	as_of timestamptz,
	timestamp_field text,
	timestamp_fallback text,
	event_exceptions text[],
	group_exceptions text[],
	count_scanned boolean,
	count_hits boolean,
	leave_out boolean,
	rule_id text,
	spaces text[],
	scopes text[],
	parts integer[],
	remember integer[],
	weights integer[],
	file boolean,
	file_from timestamptz,
	words text[] DEFAULT NULL,
	learning text DEFAULT NULL,
	within integer[] DEFAULT NULL)
RETURNS TABLE (
	place bigint,
	result jsonb,
	group_key jsonb,
	event_count bigint,
	first_event timestamptz,
	last_event timestamptz,
	excepted_by integer,
	groups_total bigint,
	events_matched bigint,
	event_hits bigint[],
	events_scanned bigint,
	capped bigint,
	left_out text[],
	omitted text,
	further uuid[],
	digest uuid,
	opening timestamptz,
	score integer,
	seen_later boolean,
	displaced timestamptz[],
	lost uuid[],
	times timestamptz[])
AS 'MODULE_PATHNAME', 'td_habit_groups'
LANGUAGE C VOLATILE PARALLEL UNSAFE
COST 10000 ROWS 10;

COMMENT ON FUNCTION transfer_detect_internal.habit_groups(text, regclass, timestamptz, timestamptz, text, text, text[], text[], boolean, boolean, boolean, text, text[], text[], integer[], integer[], integer[], boolean, timestamptz, text[], text, integer[]) IS 'What is new in a window, as rule_groups() has it, the reasons in its result if there are words for them; learns what the window has. query is that of habit_query(). further are the digests of what is new beside the key, displaced has the times of events that were thought to be new, lost the keys of which one had made an alert. times are those of all events of the key, if it has had an alert and they are not many';

CREATE FUNCTION transfer_detect_internal.late_habits(
	query text,
	events regclass,
	window_from timestamptz,
	as_of timestamptz,
	timestamp_field text,
	timestamp_fallback text,
	event_exceptions text[],
	rule_id text,
	spaces text[],
	scopes text[],
	parts integer[],
	remember integer[],
	weights integer[],
	arrived_from bigint,
	arrived_before bigint,
	others text,
	without text)
RETURNS TABLE (
	event_time timestamptz,
	matters boolean)
AS 'MODULE_PATHNAME', 'td_late_habits'
LANGUAGE C VOLATILE PARALLEL UNSAFE
COST 10000 ROWS 10;

COMMENT ON FUNCTION transfer_detect_internal.late_habits(text, regclass, timestamptz, timestamptz, text, text, text[], text, text[], text[], integer[], integer[], integer[], bigint, bigint, text, text) IS 'The rule''s events of some time that some transactions brought: when they happened, and whether they may change what was filed; learns those that do not; one row without a time if the query looks at several events at once. query is that of habit_query(), others and without are arrays of numbers';

CREATE FUNCTION transfer_detect_internal.event_hosts(from_time timestamptz, before_time timestamptz)
RETURNS TABLE (name text, addresses inet[], first_event timestamptz, last_event timestamptz, events bigint)
AS 'MODULE_PATHNAME', 'td_event_hosts'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 10000 ROWS 10;

COMMENT ON FUNCTION transfer_detect_internal.event_hosts(timestamptz, timestamptz) IS 'part of run(): the hosts of events of a time that fleet_hosts may not know so, and a row without a name for the others';

CREATE FUNCTION transfer_detect_internal.seen_hosts(rule rule_versions, window_from timestamptz, window_to timestamptz)
RETURNS TABLE (name text, addresses inet[], first_event timestamptz, last_event timestamptz, events bigint)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
/*
 * The hosts that had an event in the window and may be news.  For others than our own table
 * ES|QL knows which columns are meant.  A relation without names of hosts has none to offer.
 *
 * events are those that any FROM of our own table means, null if there are others; there is
 * a row for those of all other hosts, and without a host, too.
 */
BEGIN
	IF rule.events = '@extschema@.events'::regclass AND rule.timestamp_field = '@timestamp' THEN
		RETURN QUERY
			SELECT h.* FROM transfer_detect_internal.event_hosts(
				date_trunc('milliseconds', window_from), date_trunc('milliseconds', window_to) + interval '1 millisecond') AS h;
		RETURN;
	END IF;
	RETURN QUERY
		SELECT g.group_key ->> 'host.name', transfer_detect_internal.result_texts(g.result, 'ip')::inet[], g.first_event, g.last_event, NULL::bigint
		  FROM transfer_detect_internal.rule_groups('FROM events | WHERE host.name IS NOT NULL | STATS ip = VALUES(host.ip) BY host.name',
				rule.events, window_from, window_to, rule.timestamp_field, rule.timestamp_fallback) AS g
		 WHERE g.group_key ->> 'host.name' <> '';
EXCEPTION WHEN undefined_column OR datatype_mismatch THEN
	RETURN;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.seen_hosts(rule_versions, timestamptz, timestamptz) IS 'part of run(): the hosts that had an event in a window, with their addresses';

CREATE FUNCTION transfer_detect_internal.note_hosts(rule rule_versions, window_from timestamptz, window_to timestamptz) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The hosts that had an event in the window are ours.  A row that says so is
 * written once a day.  Returns how many events the window has, if that is known now.
 */
DECLARE
	events bigint;
BEGIN
	WITH seen AS MATERIALIZED (
		SELECT s.* FROM transfer_detect_internal.seen_hosts(rule, window_from, window_to) AS s
	), news AS MATERIALIZED (
		SELECT s.name, s.addresses, s.first_event, s.last_event
		  FROM seen AS s
		  LEFT JOIN @extschema@.fleet_hosts AS h ON h.name = s.name
		 WHERE s.name <> '' AND s.last_event > window_from AND s.first_event <= window_to AND (h.name IS NULL OR h.first_seen IS NULL OR s.first_event < h.first_seen - interval '1 day'
			OR h.last_seen IS NULL OR s.last_event > h.last_seen + interval '1 day'
			OR NOT s.addresses <@ h.addresses AND NOT transfer_detect_internal.own_addresses(s.addresses) <@ h.addresses)
	), noted AS (
		INSERT INTO @extschema@.fleet_hosts AS h (name, addresses, first_seen, last_seen)
		SELECT n.name, coalesce(array_agg(DISTINCT a.ip ORDER BY a.ip) FILTER (WHERE a.ip IS NOT NULL), '{}'), min(n.first_event), max(n.last_event)
		  FROM news AS n
		  LEFT JOIN LATERAL unnest(transfer_detect_internal.own_addresses(n.addresses)) AS a(ip) ON true
		 GROUP BY n.name ORDER BY n.name
		    ON CONFLICT (name) DO UPDATE
		   SET addresses = ARRAY(SELECT DISTINCT a.ip FROM unnest(h.addresses || excluded.addresses) AS a(ip) ORDER BY a.ip),
			   first_seen = least(h.first_seen, excluded.first_seen), last_seen = greatest(h.last_seen, excluded.last_seen)
	)
	SELECT CASE WHEN bool_and(s.events IS NOT NULL) THEN sum(s.events) END INTO events FROM seen AS s;
	RETURN events;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.note_hosts(rule_versions, timestamptz, timestamptz) IS 'part of run(): keeps fleet_hosts from the events of a window';

CREATE TYPE transfer_detect_internal.habit_arguments AS (
	query text,
	names text[],
	scopes text[],
	parts integer[],
	remember integer[],
	weights integer[],
	words text[],
	within integer[]
);

COMMENT ON TYPE transfer_detect_internal.habit_arguments IS 'part of run(): what habit_groups() wants to know of a rule''s spaces';

CREATE FUNCTION transfer_detect_internal.habit_arguments(rule rule_versions) RETURNS transfer_detect_internal.habit_arguments
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	arguments transfer_detect_internal.habit_arguments;
	space jsonb;
BEGIN
	arguments.query := transfer_detect_internal.habit_query(rule.query, rule.habits);
	FOR space IN SELECT jsonb_array_elements(rule.habits) LOOP
		arguments.names := arguments.names || (space ->> 'space');
		arguments.scopes := arguments.scopes || (space ->> 'scope');
		arguments.parts := arguments.parts || jsonb_array_length(space -> 'expressions');
		arguments.remember := arguments.remember || (space ->> 'remember')::integer;
		arguments.weights := arguments.weights || (space ->> 'weight')::integer;
		arguments.words := arguments.words || (space ->> 'reason');
	END LOOP;
	FOR space IN SELECT jsonb_array_elements(rule.habits) LOOP
		arguments.within := arguments.within || coalesce(array_position(arguments.names, space ->> 'within'), 0);
	END LOOP;
	RETURN arguments;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.habit_arguments(rule_versions) IS 'part of run(): what habit_groups() wants to know of a rule''s spaces';

CREATE FUNCTION transfer_detect_internal.find_groups(
	rule rule_versions,
	run runs,
	event_exceptions text[],
	group_exceptions text[],
	count_hits boolean,
	learning text)
RETURNS TABLE (
	place bigint,
	result jsonb,
	group_key jsonb,
	event_count bigint,
	first_event timestamptz,
	last_event timestamptz,
	excepted_by integer,
	groups_total bigint,
	events_matched bigint,
	event_hits bigint[],
	events_scanned bigint,
	capped bigint,
	left_out text[],
	omitted text,
	further uuid[],
	digest uuid,
	opening timestamptz,
	score integer,
	seen_later boolean,
	displaced timestamptz[],
	lost uuid[],
	times timestamptz[])
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	spaces transfer_detect_internal.habit_arguments;
	scanned bigint;
BEGIN
	-- both functions return their rows in the order of place
	IF rule.habits IS NULL THEN
		RETURN QUERY
			SELECT r.*, NULL::uuid[], NULL::uuid, NULL::timestamptz, NULL::integer, NULL::boolean, NULL::timestamptz[], NULL::uuid[],
				NULL::timestamptz[]
			  FROM transfer_detect_internal.rule_groups(
				rule.query, rule.events, run.window_from, run.window_to, rule.timestamp_field, rule.timestamp_fallback,
				event_exceptions, group_exceptions, count_scanned => true, count_hits => count_hits, leave_out => true) AS r;
		RETURN;
	END IF;
	-- a window that is evaluated again has had its hosts noted; the hosts of transfers are noted in any case
	IF run.events_scanned IS NULL THEN
		scanned := transfer_detect_internal.note_hosts(rule, run.window_from, run.window_to);
		IF current_setting('transfer_detect.count_scanned', true) = 'off' THEN
			scanned := NULL;
		END IF;
	END IF;
	spaces := transfer_detect_internal.habit_arguments(rule);
	-- who only learns needs the keys, and nothing that groups would show or be excepted by
	IF run.kind = 'learn' THEN
		spaces.query := spaces.query || E'\n| KEEP habit.*';
		group_exceptions := NULL;
	END IF;
	RETURN QUERY
		SELECT h.place, h.result, h.group_key, h.event_count, h.first_event, h.last_event, h.excepted_by, h.groups_total, h.events_matched,
			h.event_hits, coalesce(scanned, h.events_scanned), h.capped, h.left_out, h.omitted, h.further, h.digest, h.opening, h.score,
			h.seen_later, h.displaced, h.lost, h.times
		  FROM transfer_detect_internal.habit_groups(
			spaces.query, rule.events, run.window_from, run.window_to,
			rule.timestamp_field, rule.timestamp_fallback, event_exceptions, group_exceptions, scanned IS NULL, count_hits, true,
			rule.rule_id, spaces.names, spaces.scopes, spaces.parts, spaces.remember, spaces.weights,
			run.kind <> 'learn',
			(SELECT c.learned_to FROM @extschema@.checkpoints AS c WHERE c.rule_id = rule.rule_id AND run.kind = 'scheduled'),
			spaces.words, learning, spaces.within) AS h;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.find_groups(rule_versions, runs, text[], text[], boolean, text) IS 'part of run(): what a rule finds in a window, whether it counts or knows habits';
