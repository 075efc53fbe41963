/*
 * alert_list.sql: the alerts for a person at a terminal.
 *
 * Each column has a fixed greatest width, and in psql a row is at most 120
 * columns wide, whatever the events hold.  The table alerts has the whole
 * values: an alert is looked up there by its id.
 */

CREATE FUNCTION transfer_detect_internal.short_count(number bigint) RETURNS text
LANGUAGE sql
IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT lpad(CASE WHEN number < 100000 THEN number::text
				 WHEN number < 1000000 THEN number / 1000 || 'k'
				 WHEN number < 1000000000 THEN number / 1000000 || 'M'
				 WHEN number < 1000000000000 THEN number / 1000000000 || 'G'
				 ELSE '>999G' END, 5)
$$;

COMMENT ON FUNCTION transfer_detect_internal.short_count(bigint) IS 'A number in five characters: from 100000 on in thousands, millions or billions';

CREATE FUNCTION transfer_detect_internal.short_list(names text[], columns integer) RETURNS text
LANGUAGE sql
IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* The first name, and how many more there are. */
SELECT transfer_detect_internal.fit_text(names[1], columns - length(m.more)) || m.more
  FROM (SELECT CASE WHEN cardinality(names) > 1 THEN ' +' || least(cardinality(names) - 1, 9999) ELSE '' END) AS m(more)
$$;

COMMENT ON FUNCTION transfer_detect_internal.short_list(text[], integer) IS 'The first of some names, and how many more there are, in so many columns of a terminal';

-- The reader's own rights on alerts, and row security there, hold.
CREATE VIEW alert_list WITH (security_invoker = true) AS
SELECT a.id,
	to_char(coalesce(a.last_event, a.last_window), 'MM-DD HH24:MI') AS happened,
	a.severity,
	transfer_detect_internal.short_list(a.host_names, 12) AS host,
	transfer_detect_internal.short_list(
		transfer_detect_internal.result_texts(a.group_key || a.result, VARIADIC ARRAY['user.name', 'user_names', 'Esql.user_name_values']), 9) AS user_name,
	-- of a transfer, the other host first: at the end of the command it would be cut
	transfer_detect_internal.fit_text(coalesce(t.utility || CASE t.direction WHEN 'in' THEN ' < ' ELSE ' > ' END || t.remote_host
			|| coalesce(' ' || regexp_replace(rtrim(t.local_paths[1], '/'), '^.*/', ''), ''),
		a.process_command_line, a.process_executable, a.title), 24) AS what,
	transfer_detect_internal.short_count(a.event_count) AS times,
	CASE a.status WHEN 'acknowledged' THEN 'ack' ELSE a.status END AS status,
	transfer_detect_internal.fit_text(split_part(v.name, E'\n', 1), 12) AS why
  FROM alerts AS a
  JOIN rule_versions AS v ON v.rule_id = a.rule_id AND v.version = a.version
  LEFT JOIN LATERAL transfer_command(a.process_command_line, NULL, a.process_executable) AS t ON true
 ORDER BY coalesce(a.last_event, a.last_window) DESC, a.id DESC;

COMMENT ON VIEW alert_list IS 'Alerts for a terminal of 120 columns, the latest first; values that are too long are cut, see the table alerts';
COMMENT ON COLUMN alert_list.id IS 'Number of the alert, to look it up in alerts and with alert_events()';
COMMENT ON COLUMN alert_list.happened IS 'When: month, day and time of its last event, in the time zone of the session';
COMMENT ON COLUMN alert_list.severity IS 'low, medium, high or critical';
COMMENT ON COLUMN alert_list.host IS 'Its first host, and how many more there are';
COMMENT ON COLUMN alert_list.user_name IS 'Its first user, if the rule returns user.name, and how many more there are';
COMMENT ON COLUMN alert_list.what IS 'Of a transfer: program, other host and file; else the command line, the program or the title';
COMMENT ON COLUMN alert_list.times IS 'How many events it counts';
COMMENT ON COLUMN alert_list.status IS 'open, ack (acknowledged) or closed';
COMMENT ON COLUMN alert_list.why IS 'First line of the name of the rule that found it';
