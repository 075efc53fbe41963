/*
 * suggestions.sql: which exceptions the closed alerts speak for.
 *
 * Alerts that were closed as benign or false positives, and that have all in
 * common but the changing parts of a command line, are a family.  For each family
 * there are candidates of a condition, the narrowest first, and the first one that
 * holds for the whole family, and for no alert that was closed for another reason
 * or is still open, is suggested.  Whether a condition holds is asked of the
 * engine, with the alerts as rows, so a suggestion is what was tried.
 */

CREATE VIEW transfer_detect_internal.judged_alerts WITH (security_invoker) AS
SELECT a.id AS alert_id, a.rule_id, a.process_executable, a.process_parent_executable, a.process_command_line,
	a.host_names AS host_name, a.agent_ids AS agent_id,
	a.group_key || a.result AS document
  FROM @extschema@.alerts AS a;

COMMENT ON VIEW transfer_detect_internal.judged_alerts IS 'Alerts as rows that conditions of exceptions can be tried on';
COMMENT ON COLUMN transfer_detect_internal.judged_alerts.alert_id IS 'alerts.id';
COMMENT ON COLUMN transfer_detect_internal.judged_alerts.rule_id IS 'alerts.rule_id';
COMMENT ON COLUMN transfer_detect_internal.judged_alerts.process_executable IS 'As in alerts';
COMMENT ON COLUMN transfer_detect_internal.judged_alerts.process_parent_executable IS 'As in alerts';
COMMENT ON COLUMN transfer_detect_internal.judged_alerts.process_command_line IS 'As in alerts';
COMMENT ON COLUMN transfer_detect_internal.judged_alerts.host_name IS 'alerts.host_names';
COMMENT ON COLUMN transfer_detect_internal.judged_alerts.agent_id IS 'alerts.agent_ids';
COMMENT ON COLUMN transfer_detect_internal.judged_alerts.document IS 'The key and the row of the group, for other fields';

CREATE FUNCTION transfer_detect_internal.template_regex(template text) RETURNS text
LANGUAGE sql
IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * What RLIKE takes for a template of transfer_command(): its own characters, and
 * for each placeholder what it may stand for, in which there is never a slash.
 */
SELECT replace(replace(replace(replace(replace(regexp_replace($1, '([.?+*|(){}\[\]"\\#@&~<>])', '\\\1', 'g'),
	'\<date\>', '[0-9A-Za-z:._+\-]+'), '\<uuid\>', '[0-9A-Fa-f\-]+'), '\<hash\>', '[0-9A-Fa-f]+'), '\<random\>', '[0-9A-Za-z_]+'), '\<n\>', '[0-9]+')
$$;

COMMENT ON FUNCTION transfer_detect_internal.template_regex(text) IS 'A pattern for RLIKE that the commands of a template match';

CREATE FUNCTION transfer_detect_internal.common_pattern(first text, last text) RETURNS text
LANGUAGE plpgsql
IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * A pattern for LIKE: what two texts begin and end with.  Of many texts, what the
 * least and the greatest by bytes begin with, all do.  Null if that is not half of
 * them, since a pattern of a few letters says nothing.
 */
DECLARE
	shorter CONSTANT integer := least(length(first), length(last));
	head integer := 0;
	tail integer := 0;
BEGIN
	WHILE head < shorter AND substr(first, head + 1, 1) = substr(last, head + 1, 1) LOOP
		head := head + 1;
	END LOOP;
	WHILE tail < shorter - head AND substr(first, length(first) - tail, 1) = substr(last, length(last) - tail, 1) LOOP
		tail := tail + 1;
	END LOOP;
	IF head + tail < shorter / 2 THEN
		RETURN NULL;
	END IF;
	-- a number that all have begun or ended alike so far need not go on so
	RETURN regexp_replace(regexp_replace(left(first, head), '[0-9]+$', ''), '([*?\\])', '\\\1', 'g') || '*'
		|| regexp_replace(regexp_replace(right(first, tail), '^[0-9]+', ''), '([*?\\])', '\\\1', 'g');
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.common_pattern(text, text) IS 'A pattern for LIKE from what two texts begin and end with';

CREATE FUNCTION transfer_detect_internal.alerts_covered(rule_id text, condition text) RETURNS bigint[]
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT ARRAY(
	SELECT i.id::bigint
	  FROM transfer_detect.esql(format('FROM alerts | WHERE rule_id == %s AND (%s) | STATS ids = VALUES(alert_id)', transfer_detect_internal.esql_literal($1), $2),
			events => 'transfer_detect_internal.judged_alerts') AS row
	 CROSS JOIN LATERAL transfer_detect_internal.result_texts(row.row::jsonb, 'ids') AS ids
	 CROSS JOIN LATERAL unnest(ids) AS i(id))
$$;

COMMENT ON FUNCTION transfer_detect_internal.alerts_covered(text, text) IS 'part of suggest_exceptions(): the alerts of a rule for which a condition holds';

CREATE FUNCTION transfer_detect_internal.exception_candidates(shared jsonb, command_lines text[], template text, hosts text[]) RETURNS text[]
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Conditions for a family, the narrowest first.  shared: the fields that are the
 * same in all its alerts.  command_lines: the least and the greatest, null if the
 * rule returns none.  hosts: null if there are many.
 */
DECLARE
	base CONSTANT text := (
		SELECT string_agg(CASE WHEN jsonb_typeof(s.value) = 'null' THEN s.key || ' IS NULL'
							   ELSE format('%s == %s', s.key, transfer_detect_internal.esql_literal(s.value #>> '{}')) END,
						  ' AND ' ORDER BY s.key COLLATE "C")
		  FROM jsonb_each(shared) AS s);
	at_hosts CONSTANT text := CASE cardinality(hosts)
		WHEN 1 THEN ' AND host.name == ' || transfer_detect_internal.esql_literal(hosts[1])
		ELSE ' AND host.name IN (' || (SELECT string_agg(transfer_detect_internal.esql_literal(h.name), ', ' ORDER BY h.name COLLATE "C") FROM unnest(hosts) AS h(name)) || ')' END;
	texts text[];
BEGIN
	IF command_lines IS NULL THEN
		texts := ARRAY[''];
	ELSIF command_lines[1] = command_lines[2] THEN
		texts := ARRAY[' AND process.command_line == ' || transfer_detect_internal.esql_literal(command_lines[1])];
	ELSE
		texts := ARRAY[
			' AND process.command_line RLIKE ' || transfer_detect_internal.esql_literal(transfer_detect_internal.template_regex(template)),
			' AND process.command_line LIKE ' || transfer_detect_internal.esql_literal(
				transfer_detect_internal.common_pattern(command_lines[1], command_lines[2]))];
	END IF;
	RETURN ARRAY(
		SELECT ltrim(coalesce(base, '') || t.text || h.text, ' AND')
		  FROM unnest(texts) WITH ORDINALITY AS t(text, place)
		 CROSS JOIN unnest(ARRAY[at_hosts, '']) WITH ORDINALITY AS h(text, place)
		 WHERE coalesce(base, '') || t.text || h.text <> ''
		 ORDER BY t.place, h.place);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.exception_candidates(jsonb, text[], text, text[]) IS 'part of suggest_exceptions(): conditions for what alerts have in common, the narrowest first';

CREATE FUNCTION transfer_detect_internal.events_covered(rule rule_versions, from_time timestamptz, to_time timestamptz, conditions text[]) RETURNS bigint[]
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* One scan for all conditions. */
SELECT ARRAY(
	SELECT (row.row ->> ('n' || c.place))::bigint
	  FROM transfer_detect.esql(
			format('FROM events | WHERE %1$s > %2$s AND %1$s <= %3$s | STATS %4$s', rule.timestamp_field,
				   transfer_detect_internal.esql_literal(to_char(from_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
				   transfer_detect_internal.esql_literal(to_char(to_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
				   (SELECT string_agg(format('n%s = COUNT() WHERE %s', c.place, c.condition), ', ' ORDER BY c.place)
					  FROM unnest(conditions) WITH ORDINALITY AS c(condition, place))),
			events => rule.events) AS row
	 CROSS JOIN generate_series(1, cardinality(conditions)) AS c(place)
	 ORDER BY c.place)
$$;

COMMENT ON FUNCTION transfer_detect_internal.events_covered(rule_versions, timestamptz, timestamptz, text[]) IS 'part of suggest_exceptions(): how many events of a time each condition holds for';

CREATE FUNCTION suggest_exceptions(
	rule_id text,
	from_time timestamptz DEFAULT now() - interval '30 days',
	to_time timestamptz DEFAULT now(),
	at_least integer DEFAULT 3)
RETURNS TABLE (
	alerts bigint,
	other_events bigint,
	condition text,
	statement text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $suggest$
#variable_conflict use_column
/*
 * At most 20 suggestions, those for most alerts first: a queue is cleared from the
 * top, and each costs a look at all alerts of the rule.
 */
DECLARE
	rule CONSTANT @extschema@.rule_versions := transfer_detect_internal.present_version(suggest_exceptions.rule_id);
	checked CONSTANT record := transfer_detect_internal.rule_check(rule.query, rule.events, rule.timestamp_field, rule.timestamp_fallback);
	returned CONSTANT text[] := checked.columns;
	-- fields that tell alerts apart, and that are strings
	telling CONSTANT text[] := ARRAY(
		SELECT f.field FROM @extschema@.fields AS f
		 WHERE f.field = ANY (returned) AND f.type IN ('keyword', 'wildcard', 'constant_keyword') AND f.field <> 'process.command_line'
		   AND (f.field = ANY (checked.key_columns) AND checked.aggregating OR f.field IN ('process.executable', 'process.parent.executable', 'user.name')));
	known bigint[] := '{}';
	other text;
	family record;
	candidate text;
	covered bigint[];
	suggested text[] := '{}';
	covered_alerts bigint[] := '{}';
	covered_events bigint[] := '{}';
BEGIN
	PERFORM transfer_detect_internal.check_instant('from_time', from_time);
	PERFORM transfer_detect_internal.check_instant('to_time', to_time);
	-- alerts that an exception of today would not let come back
	FOR other IN
		SELECT e.condition FROM unnest((transfer_detect_internal.exceptions_in_force(suggest_exceptions.rule_id, to_time)).group_conditions) AS e(condition)
	LOOP
		BEGIN
			known := known || transfer_detect_internal.alerts_covered(suggest_exceptions.rule_id, other);
		EXCEPTION WHEN undefined_column OR datatype_mismatch THEN
			NULL;			-- of columns that the rule computes: what it covers is not known here
		END;
	END LOOP;

	FOR family IN
		SELECT array_agg(j.id) AS ids, j.shared, j.template,
			CASE WHEN bool_and(j.command_line IS NOT NULL) THEN ARRAY[min(j.command_line COLLATE "C"), max(j.command_line COLLATE "C")] END AS command_lines,
			(SELECT CASE WHEN count(DISTINCT h.name) BETWEEN 1 AND 3 AND 'host.name' = ANY (returned) THEN array_agg(DISTINCT h.name) END
			   FROM @extschema@.alerts AS b CROSS JOIN LATERAL unnest(b.host_names) AS h(name) WHERE b.id = ANY (array_agg(j.id))) AS hosts
		  FROM (SELECT a.id, a.host_names,
					(SELECT coalesce(jsonb_object_agg(t.field, (a.group_key || a.result) -> t.field), '{}') FROM unnest(telling) AS t(field)
					  WHERE jsonb_typeof((a.group_key || a.result) -> t.field) IN ('string', 'null')) AS shared,
					CASE WHEN 'process.command_line' = ANY (returned) THEN a.process_command_line END AS command_line,
					CASE WHEN 'process.command_line' = ANY (returned)
						 THEN (transfer_detect.transfer_command(a.process_command_line, NULL, a.process_executable)).template END AS template
				  FROM @extschema@.alerts AS a
				 WHERE a.rule_id = suggest_exceptions.rule_id AND a.status = 'closed' AND a.close_reason IN ('benign', 'false_positive')
				   AND a.last_window > from_time AND a.last_window <= to_time) AS j
		 WHERE j.id <> ALL (known)
		 GROUP BY j.shared, j.template, CASE WHEN j.template IS NULL THEN j.command_line END
		HAVING count(*) >= at_least
		 ORDER BY count(*) DESC, j.shared::text COLLATE "C", j.template COLLATE "C"
		 LIMIT 20
	LOOP
		FOREACH candidate IN ARRAY transfer_detect_internal.exception_candidates(family.shared, family.command_lines, family.template, family.hosts) LOOP
			covered := transfer_detect_internal.alerts_covered(suggest_exceptions.rule_id, candidate);
			CONTINUE WHEN NOT family.ids <@ covered;
			CONTINUE WHEN EXISTS (SELECT FROM @extschema@.alerts AS a
								   WHERE a.id = ANY (covered) AND (a.close_reason IN ('benign', 'false_positive')) IS NOT TRUE);
			suggested := suggested || candidate;
			covered_alerts := covered_alerts || (SELECT count(*) FROM @extschema@.alerts AS a WHERE a.id = ANY (covered) AND a.last_window > from_time AND a.last_window <= to_time);
			covered_events := covered_events || (SELECT coalesce(sum(a.event_count), 0)::bigint FROM @extschema@.alerts AS a WHERE a.id = ANY (covered) AND a.last_window > from_time AND a.last_window <= to_time);
			EXIT;
		END LOOP;
	END LOOP;

	IF suggested <> '{}' THEN
		RETURN QUERY
			SELECT s.alerts, greatest(s.events - s.on_alerts, 0), s.condition,
				format('INSERT INTO @extschema@.exceptions (rule_id, condition, comment) VALUES (%L, %s, %L);',
					   suggest_exceptions.rule_id, CASE WHEN s.condition ~ '[''\\]' AND s.condition !~ '\$\$|\$$' THEN '$$' || s.condition || '$$' ELSE quote_literal(s.condition) END,
					   format('suggested: %s alerts closed as harmless from %s to %s', s.alerts, from_time::date, to_time::date))
			  FROM unnest(suggested, covered_alerts, covered_events, transfer_detect_internal.events_covered(rule, from_time, to_time, suggested))
					WITH ORDINALITY AS s(condition, alerts, on_alerts, events, place)
			 ORDER BY s.alerts DESC, s.place;
	END IF;
END
$suggest$;

COMMENT ON FUNCTION suggest_exceptions(text, timestamptz, timestamptz, integer) IS 'Exceptions for what keeps coming back and is closed as benign or a false positive: the narrowest conditions that hold for these alerts and for no other';
