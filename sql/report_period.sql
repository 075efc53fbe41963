/*
 * report_period.sql: the page about a period, a function for each section.
 *
 * period_facts() gathers once what the sections read.  Each alert of the period,
 * at most 25 of them, is looked at as alert_report() would.  Transfers and hosts
 * are those of transfer_detect.events.
 */

CREATE FUNCTION transfer_detect_internal.number_word(number bigint) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT coalesce(('{none,one,two,three,four,five,six,seven,eight,nine,ten,eleven,twelve}'::text[])[number + 1], trim(to_char(number, '999,999,999,999')))
$$;
COMMENT ON FUNCTION transfer_detect_internal.number_word(bigint) IS 'A number in a sentence: a word up to twelve';

CREATE FUNCTION transfer_detect_internal.period_alerts(from_time timestamptz, to_time timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* The alerts with events in the period, in the order in which to work. */
DECLARE
	result jsonb := '[]';
	found record;
	facts jsonb;
BEGIN
	FOR found IN
		SELECT f.a AS alert, f.ids[2:] AS also
		  FROM (SELECT a, array_agg(a.id) OVER w AS ids, row_number() OVER (PARTITION BY a.process_command_line, a.process_executable, a.host_names,
			a.first_event ORDER BY a.id) AS place
				  FROM @extschema@.alerts AS a
				 WHERE coalesce(a.last_event, a.last_window) > from_time AND coalesce(a.first_event, a.last_window) <= to_time
				WINDOW w AS (PARTITION BY a.process_command_line, a.process_executable, a.host_names, a.first_event ORDER BY a.id
							 ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS f
		  LEFT JOIN LATERAL @extschema@.transfer_command((f.a).process_command_line, NULL, (f.a).process_executable) AS t ON true
		 -- other rules may have alerts about the same events: these are looked at once
		 WHERE f.place = 1 OR (f.a).process_command_line IS NULL
		 ORDER BY array_position('{critical,high,medium,low}', (f.a).severity), (f.a).status = 'closed', coalesce(t.mode LIKE 'server%', false),
			(f.a).id LIMIT 25
	LOOP
		facts := transfer_detect_internal.triage((found.alert).id);
		result := result || jsonb_build_array((facts - '{around,documents,tree,prevalence,present,guide,day,path,elsewhere}'::text[])
			|| jsonb_build_object('also', CASE WHEN (found.alert).process_command_line IS NULL THEN '[]' ELSE to_jsonb(found.also) END, 'stands_out',
				facts #>> '{order,look}' <> 'last'));
	END LOOP;
	-- see working_order()
	RETURN (SELECT coalesce(jsonb_agg(r.value ORDER BY (r.value #>> '{order,heavy}')::integer DESC,
				(r.value #>> '{order,light}')::integer - (r.value #>> '{order,usual}')::integer DESC, r.value #>> '{subject,started}',
					(r.value #>> '{alert,id}')::bigint), '[]')
			  FROM jsonb_array_elements(result) AS r);
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.period_alerts(timestamptz, timestamptz) IS 'part of alert_report(): the alerts of a period, as triage() sees them';

CREATE FUNCTION transfer_detect_internal.period_transfers(from_time timestamptz, to_time timestamptz) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The transfers that started, and the alert that counts each.  A rule that
 * compares event.action with one value cannot see a merged document, and no rule
 * sees a program that it does not name.
 */
WITH rule AS (
	SELECT string_agg(r.query, ' ') AS queries, bool_or(r.query ~* 'MV_CONTAINS|MV_EXPAND') AS sees_merged FROM @extschema@.rules AS r WHERE r.enabled),
started AS (
	SELECT r.*, regexp_replace(r.executable, '^.*/', '') AS program, (r.t).utility AS utility, (r.t).mode AS mode, (r.t).remote_host AS remote_host,
		coalesce((r.t).local_paths[1], (SELECT 'batch ' || substr(o, 7) FROM unnest((r.t).options) AS o WHERE o LIKE 'batch=%' LIMIT 1)) AS what
	  FROM transfer_detect_internal.runs_before('@extschema@.events', transfer_detect_internal.transfer_programs(), to_time, 10000) AS r
	 WHERE r.at > from_time AND (r.t).utility IS NOT NULL AND (r.t).mode <> 'information')
SELECT coalesce(jsonb_agg(jsonb_build_object('at', s.at, 'host', s.host, 'command_line', s.command_line, 'script', s.script, 'utility', s.utility,
	'mode', s.mode,
	'remote_host', s.remote_host, 'what', s.what, 'form', s.form, 'alert', a.id,
	'unseen', CASE WHEN a.id IS NOT NULL THEN NULL WHEN s.form = 'merged' AND NOT rule.sees_merged THEN 'merged document'
				   WHEN rule.queries !~ ('"' || regexp_replace(s.program, '\W', '.', 'g') || '"') AND s.program <> s.utility THEN 'the program is '
					|| s.executable || ', a name that no rule lists' END) ORDER BY s.at), '[]')
  FROM started AS s
 CROSS JOIN rule
  LEFT JOIN LATERAL (
	SELECT x.id FROM @extschema@.alerts AS x
	 WHERE x.process_command_line = s.command_line AND s.host = ANY (x.host_names) AND s.at BETWEEN x.first_event AND x.last_event
	   AND x.process_executable = s.executable
	   AND coalesce(x.last_event, x.last_window) > from_time AND coalesce(x.first_event, x.last_window) <= to_time
	 ORDER BY x.id LIMIT 1) AS a ON true
$$;
COMMENT ON FUNCTION transfer_detect_internal.period_transfers(timestamptz, timestamptz) IS 'part of alert_report(): the transfers of a period';

CREATE FUNCTION transfer_detect_internal.period_hosts(from_time timestamptz, to_time timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* Who sent events, in which form, and how late; for two days at most, since it reads all events. */
BEGIN
	IF to_time - from_time > interval '2 days' THEN
		RETURN '[]';
	END IF;
	RETURN (
		SELECT coalesce(jsonb_agg(to_jsonb(h) ORDER BY h.host COLLATE "C"), '[]')
		  FROM (SELECT e.host_name AS host, count(*) AS documents,
					count(*) FILTER (WHERE 'exec' = ANY (e.event_action) OR 'start' = ANY (e.event_type) AND NOT 'fork' = ANY (e.event_action)) AS starts,
					count(*) FILTER (WHERE cardinality(e.event_action) > 1) AS merged, min(e.timestamp) AS first, max(e.timestamp) AS last,
					extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY e.event_ingested - e.timestamp)) AS delay,
					extract(epoch FROM max(e.event_ingested - e.timestamp)) AS longest
				  FROM @extschema@.events AS e WHERE e.timestamp > from_time AND e.timestamp <= to_time
				 GROUP BY e.host_name) AS h);
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.period_hosts(timestamptz, timestamptz) IS 'part of alert_report(): the hosts of a period';

CREATE FUNCTION transfer_detect_internal.period_facts(from_time timestamptz, to_time timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	readable CONSTANT boolean := transfer_detect_internal.has_event_columns('@extschema@.events');
	facts jsonb;
BEGIN
	facts := jsonb_build_object(
		'from', from_time, 'to', to_time,
		'alerts', transfer_detect_internal.period_alerts(from_time, to_time),
		'counts', (SELECT coalesce(jsonb_agg(to_jsonb(c)), '[]') FROM (SELECT a.severity, a.status, count(*) AS alerts FROM @extschema@.alerts AS a
			 WHERE coalesce(a.last_event, a.last_window) > from_time AND coalesce(a.first_event, a.last_window) <= to_time GROUP BY 1, 2) AS c),
		'alert_count', (SELECT count(*) FROM @extschema@.alerts AS a
						 WHERE coalesce(a.last_event, a.last_window) > from_time AND coalesce(a.first_event, a.last_window) <= to_time),
		'transfers', CASE WHEN readable THEN transfer_detect_internal.period_transfers(from_time, to_time) ELSE '[]' END,
		'hosts', CASE WHEN readable THEN transfer_detect_internal.period_hosts(from_time, to_time) ELSE '[]' END);
	IF has_table_privilege('@extschema@.runs', 'SELECT') THEN
		facts := facts || jsonb_build_object('runs', (SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.window_to, r.id), '[]')
			FROM @extschema@.runs AS r WHERE r.window_to > from_time AND r.window_to <= to_time));
	END IF;
	RETURN facts;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.period_facts(timestamptz, timestamptz) IS 'part of alert_report(): all that the page about a period shows';

CREATE FUNCTION transfer_detect_internal.period_range(facts jsonb) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE WHEN f::date = (t - interval '1 microsecond')::date THEN to_char(f, 'FMDD FMMonth YYYY, HH24:MI') || ' to ' || to_char(t, 'HH24:MI TZ')
			ELSE to_char(f, 'FMDD FMMonth YYYY HH24:MI') || ' to ' || to_char(t, 'FMDD FMMonth YYYY HH24:MI TZ') END
  FROM (SELECT (facts ->> 'from')::timestamptz AS f, (facts ->> 'to')::timestamptz AS t) AS p
$$;
COMMENT ON FUNCTION transfer_detect_internal.period_range(jsonb) IS 'The period of a report, for people';

CREATE FUNCTION transfer_detect_internal.report_period_head(facts jsonb) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	alerts CONSTANT jsonb := facts -> 'alerts';
	total CONSTANT bigint := facts ->> 'alert_count';
	shown CONSTANT bigint := (SELECT count(*) + coalesce(sum(jsonb_array_length(a.value -> 'also')), 0) FROM jsonb_array_elements(alerts) AS a);
	out_count bigint;
	places text;
	lede text;
	unseen CONSTANT text[] := ARRAY(SELECT DISTINCT t.value ->> 'host' FROM jsonb_array_elements(facts -> 'transfers') AS t
									 WHERE t.value ->> 'unseen' = 'merged document' AND t.value ->> 'remote_host' IS NOT NULL ORDER BY 1);
	headline text;
	runs CONSTANT jsonb := facts -> 'runs';
BEGIN
	SELECT count(*), transfer_detect_internal.show_list(array_agg(transfer_detect_internal.number_word(h.alerts) || ' on ' || h.host
		ORDER BY h.alerts DESC, h.host COLLATE "C"), 4) INTO out_count, places
	  FROM (SELECT coalesce(a.value #>> '{subject,host}', 'an unnamed host') AS host, (count(*) + sum(jsonb_array_length(a.value -> 'also')))::bigint AS alerts
		  FROM jsonb_array_elements(alerts) AS a
			 WHERE (a.value ->> 'stands_out')::boolean GROUP BY 1) AS h;
	SELECT count(*) + coalesce(sum(jsonb_array_length(a.value -> 'also')), 0) INTO out_count FROM jsonb_array_elements(alerts) AS a
		WHERE (a.value ->> 'stands_out')::boolean;
	headline := CASE WHEN total = 0 THEN 'No alerts.'
		WHEN out_count = 0 THEN format('%s, and none stands out.', transfer_detect_internal.capital(transfer_detect_internal.number_word(total))
			|| CASE total WHEN 1 THEN ' alert' ELSE ' alerts' END)
		ELSE format('%s of %s alerts %s out: %s.', transfer_detect_internal.capital(transfer_detect_internal.number_word(out_count)),
			transfer_detect_internal.number_word(total),
			CASE out_count WHEN 1 THEN 'stands' ELSE 'stand' END, places) END;
	SELECT string_agg(transfer_detect_internal.said_html(a.value -> 'headline'), ' ' ORDER BY a.place) INTO lede
	  FROM jsonb_array_elements(alerts) WITH ORDINALITY AS a(value, place) WHERE (a.value ->> 'stands_out')::boolean AND a.place <= 3;
	lede := concat_ws(' ', lede, 'Transfers of <b>' || transfer_detect_internal.html(transfer_detect_internal.show_list(unseen, 4))
		|| '</b> came in documents that no enabled rule counts.');
	RETURN format(E'<div class="intro"><div>\n<h1>%s</h1>\n%s</div>\n%s</div>\n%s', transfer_detect_internal.html(headline),
		coalesce('<p class="lede">' || nullif(lede, '') || E'</p>\n', ''),
		transfer_detect_internal.report_state(jsonb_build_array(
			jsonb_build_array('Severity', coalesce((SELECT string_agg(transfer_detect_internal.report_severity(s.severity) || ' &times;' || s.alerts,
				'<br>' ORDER BY array_position('{critical,high,medium,low}', s.severity))
				FROM (SELECT a.value ->> 'severity' AS severity, sum((a.value ->> 'alerts')::bigint) AS alerts
					FROM jsonb_array_elements(facts -> 'counts') AS a GROUP BY 1) AS s), 'none')),
			jsonb_build_array('Status', coalesce((SELECT string_agg(s.alerts || ' ' || s.status, ', ' ORDER BY s.status DESC)
				FROM (SELECT a.value ->> 'status' AS status, sum((a.value ->> 'alerts')::bigint) AS alerts
					FROM jsonb_array_elements(facts -> 'counts') AS a GROUP BY 1) AS s), 'none')),
			jsonb_build_array('Assigned to',
				transfer_detect_internal.html(coalesce((SELECT string_agg(DISTINCT a.value #>> '{alert,assignee}', ', ')
				FROM jsonb_array_elements(alerts) AS a), 'nobody'))),
			jsonb_build_array('Rule runs', CASE WHEN runs IS NULL THEN 'not yours to read'
				ELSE (SELECT format('%s of %s succeeded', count(*) FILTER (WHERE r.value ->> 'status' = 'succeeded'), count(*))
						FROM jsonb_array_elements(runs) AS r) END))),
		transfer_detect_internal.report_facts(jsonb_build_array(
			jsonb_build_array('Alerts', '<b>' || total || '</b>', CASE WHEN total > shown THEN 'The ' || shown || ' most severe are shown'
				ELSE out_count || ' of them stand out' END),
			jsonb_build_array('Transfers started', '<b>' || trim(to_char(jsonb_array_length(facts -> 'transfers'), '999,999,990')) || '</b>',
				(SELECT format('%s in alerts, %s that no rule can see; the others fit no rule', count(*) FILTER (WHERE t.value ->> 'alert' IS NOT NULL),
					count(*) FILTER (WHERE t.value ->> 'unseen' IS NOT NULL)) FROM jsonb_array_elements(facts -> 'transfers') AS t)),
			jsonb_build_array('Hosts with alerts', '<b>' || (SELECT count(DISTINCT a.value #>> '{subject,host}')
				FROM jsonb_array_elements(alerts) AS a) || '</b>'
				|| coalesce(' of ' || nullif(jsonb_array_length(facts -> 'hosts'), 0), ''), CASE WHEN jsonb_array_length(facts -> 'hosts') > 0
					THEN 'that sent events' ELSE '' END),
			jsonb_build_array('Events', (SELECT '<b>' || trim(to_char(sum((h.value ->> 'documents')::bigint), '999,999,999,990')) || '</b>'
				FROM jsonb_array_elements(facts -> 'hosts') AS h), ''))));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_period_head(jsonb) IS 'part of alert_report(): what to open first';

CREATE FUNCTION transfer_detect_internal.report_period_alerts(facts jsonb) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT transfer_detect_internal.report_section('alerts', NULL, 'Alerts', 'In the order in which to open them: what routine hardly explains first.',
	coalesce(transfer_detect_internal.report_table(
		(SELECT transfer_detect_internal.show_count(c.shown, 'alert') || CASE WHEN (facts ->> 'alert_count')::bigint > c.shown
			THEN format(' of %s, the most severe', facts ->> 'alert_count') ELSE '' END
		   FROM (SELECT (count(*) + coalesce(sum(jsonb_array_length(a.value -> 'also')), 0))::bigint AS shown
			FROM jsonb_array_elements(facts -> 'alerts') AS a) AS c),
		'<th scope="col">Alert</th><th scope="col">Time</th><th scope="col">Host</th><th scope="col" style="width:56%">What happened, and what stands '
			'out</th><th scope="col" class="n">Events</th><th scope="col" class="t">Severity</th><th scope="col">Status</th>',
		(SELECT string_agg(format(E'<tr%s><th scope="row" class="t">Alert %s%s</th><td class="t">%s</td><td class="h">%s</td><td class="full late">'
			'%s%s<span class="why">%s %s</span></td><td class="n" data-l="Events">%s</td><td class="t">%s</td><td class="t">%s</td></tr>\n',
				CASE WHEN (a.value ->> 'stands_out')::boolean THEN ' class="this"' ELSE '' END, a.value #>> '{alert,id}',
					coalesce('<br>' || transfer_detect_internal.report_small('also '
						|| nullif(array_to_string(transfer_detect_internal.json_texts(a.value -> 'also'), ', '), '')), ''),
				transfer_detect_internal.short_time((a.value #>> '{subject,started}')::timestamptz, (facts ->> 'to')::timestamptz),
					transfer_detect_internal.html(coalesce(a.value #>> '{subject,host}', 'not named')),
				transfer_detect_internal.report_code(coalesce(a.value #>> '{subject,command_line}', a.value #>> '{alert,title}')),
				coalesce(' <small>from ' || transfer_detect_internal.report_code(coalesce(a.value ->> 'script',
					a.value #>> '{subject,parent_executable}')) || '</small>', ''),
				transfer_detect_internal.report_mark(CASE WHEN (a.value ->> 'stands_out')::boolean THEN 'for' ELSE 'no' END)
					|| CASE a.value #>> '{order,look}' WHEN 'first' THEN ' <b>Look first.</b>' WHEN 'next' THEN ' <b>Look next.</b>' ELSE '' END,
				-- of what stands out, why; of the rest, what is usual about it
				coalesce(
					(SELECT string_agg(transfer_detect_internal.said_html(r.value), ' ' ORDER BY r.place)
					   FROM jsonb_array_elements(CASE WHEN (a.value ->> 'stands_out')::boolean THEN a.value -> 'for' ELSE '[]' END) WITH ORDINALITY AS r(value, place)
					  WHERE r.place <= 3),
					(SELECT string_agg(transfer_detect_internal.said_html(r.value), ' ' ORDER BY r.place)
					   FROM (SELECT u.value, row_number() OVER (ORDER BY u.value ->> 'say' ~ '^\*Known user', u.place) AS place
							   FROM jsonb_array_elements(a.value -> 'against') WITH ORDINALITY AS u(value, place)
							  WHERE transfer_detect_internal.reason_rank(u.value) = 'usual') AS r
					  WHERE r.place <= 2),
					(SELECT transfer_detect_internal.said_html(r.value)
					   FROM jsonb_array_elements((a.value -> 'for') || (a.value -> 'against')) WITH ORDINALITY AS r(value, place) ORDER BY r.place LIMIT 1),
					'nothing'),
				a.value #>> '{alert,event_count}', transfer_detect_internal.html(a.value #>> '{alert,severity}'),
					transfer_detect_internal.html(a.value #>> '{alert,status}')), '' ORDER BY a.place)
		   FROM jsonb_array_elements(facts -> 'alerts') WITH ORDINALITY AS a(value, place))), '<p class="small soft">No alert has events in this period.</p>'))
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_period_alerts(jsonb) IS 'part of alert_report(): the list of alerts';

CREATE FUNCTION transfer_detect_internal.report_hour_cell(alerts bigint, started bigint, unseen bigint, roomy boolean) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* What started in a stretch of time: a diamond if an alert counts any, then a square for each, or their number. */
SELECT format('<td><svg role="img" aria-label="%s">%s%s</svg></td>',
	CASE WHEN started + alerts = 0 THEN 'nothing started' ELSE concat_ws(', ', started || ' started', nullif(alerts, 0) || ' of them in alerts',
		nullif(unseen, 0) || ' of them not seen by a rule') END,
	CASE WHEN alerts > 0 THEN '<use href="#m-this" x="7" y="8"/>' ELSE '' END,
	CASE WHEN started = 0 THEN '' WHEN roomy AND started <= 7 THEN
			(SELECT string_agg(format('<rect class="unit%s" x="%s" y="5" width="6" height="6"/>', CASE WHEN n > started - unseen THEN ' not'
				ELSE '' END, 18 + n * 7), '' ORDER BY n) FROM generate_series(1, started) AS n)
		 ELSE format('<text x="%s" y="12">%s</text>', CASE WHEN alerts > 0 OR roomy THEN 18 ELSE 2 END, started) END)
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_hour_cell(bigint, bigint, bigint, boolean) IS 'part of alert_report(): a cell of the table by time and host';

CREATE FUNCTION transfer_detect_internal.report_period_hours(facts jsonb) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	from_time CONSTANT timestamptz := facts ->> 'from';
	to_time CONSTANT timestamptz := facts ->> 'to';
	step CONSTANT interval := CASE WHEN to_time - from_time <= interval '24 hours' THEN interval '1 hour'
		WHEN to_time - from_time <= interval '31 days' THEN interval '1 day' ELSE interval '7 days' END;
	columns CONSTANT integer := ceil(extract(epoch FROM to_time - from_time) / extract(epoch FROM step));
	heads CONSTANT text := (SELECT string_agg(format('<th scope="col">%s</th>', CASE WHEN step = interval '1 hour' THEN to_char(from_time + n * step,
		CASE WHEN columns <= 8 THEN 'HH24:MI' ELSE 'HH24' END) ELSE to_char(from_time + n * step, 'FMDD FMMon') END), '' ORDER BY n)
		FROM generate_series(0, columns - 1) AS n);
	rows text;
	left_out bigint;
BEGIN
	WITH started AS (
		SELECT t.value ->> 'host' AS host, floor(extract(epoch FROM (t.value ->> 'at')::timestamptz - from_time) / extract(epoch FROM step))::integer AS place,
			(t.value ->> 'alert')::bigint AS alert, t.value ->> 'unseen' IS NOT NULL AS unseen
		  FROM jsonb_array_elements(facts -> 'transfers') AS t),
	hosts AS (
		SELECT s.host, count(*) AS starts, count(DISTINCT s.alert) AS alerts, row_number() OVER (ORDER BY count(DISTINCT s.alert) DESC,
			bool_or(s.unseen) DESC, count(*), s.host COLLATE "C") AS rank FROM started AS s GROUP BY s.host)
	SELECT string_agg(format(E'<tr><th scope="row" class="h">%s</th>%s<td class="n">%s</td><td class="n">%s</td></tr>\n',
			CASE WHEN h.alerts > 0 THEN '<b>' || transfer_detect_internal.html(h.host) || '</b>' ELSE transfer_detect_internal.html(h.host) END,
			(SELECT string_agg(transfer_detect_internal.report_hour_cell(c.alerts, c.starts, c.unseen, columns <= 8), '' ORDER BY c.n)
			   FROM (SELECT n, count(s.host) AS starts, count(s.alert) AS alerts, count(s.host) FILTER (WHERE s.unseen) AS unseen
					   FROM generate_series(0, columns - 1) AS n LEFT JOIN started AS s ON s.place = n AND s.host = h.host GROUP BY n) AS c),
			CASE WHEN h.alerts = 0 THEN '<span class="soft">0</span>' ELSE h.alerts::text END, h.starts), ''
				ORDER BY h.rank) FILTER (WHERE h.rank <= 20), greatest(0, count(*) - 20)
	  INTO rows, left_out FROM hosts AS h;
	RETURN transfer_detect_internal.report_section('hours', 'whole', 'By time and host', 'Where alerts fall, beside how much was transferred at all.',
		transfer_detect_internal.report_table('Transfers by the time of their start' || CASE WHEN left_out > 0
			THEN format('; %s more hosts had transfers', left_out) ELSE '' END,
			'<th scope="col">Host</th>' || heads || '<th scope="col" class="n">Alerts</th><th scope="col" class="n">Starts</th>', rows, 'hours')
		|| format(E'\n<ul class="key"><li>%s counted by an alert</li><li><svg class="k" viewBox="0 0 14 14" aria-hidden="true"><rect class="unit" '
			'x="4" y="4" width="6" height="6"/></svg>transfer started</li><li><svg class="k" viewBox="0 0 14 14" aria-hidden="true"><rect class="unit '
			'not" x="4" y="4" width="6" height="6"/></svg>started, not seen by a rule</li></ul>',
			transfer_detect_internal.report_mark('this')));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_period_hours(jsonb) IS 'part of alert_report(): transfers by time and host';

CREATE FUNCTION transfer_detect_internal.report_period_map(facts jsonb) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Who sends to whom: a line for each host, utility and destination, twelve at
 * most.  Lines to one destination stand together and meet at its bar.
 */
DECLARE
	way record;
	out text := '';
	words text := '';
	ends text := '';
	y integer := 2;
	centre numeric;
	previous text := '';
	ways integer := 0;
	more bigint;
BEGIN
	FOR way IN
		WITH sent AS (
			SELECT t.value ->> 'host' AS host, t.value ->> 'utility' AS utility, coalesce(t.value ->> 'remote_host', '') AS remote, t.value ->> 'what' AS what,
				(t.value ->> 'alert')::bigint AS alert, t.value ->> 'unseen' AS unseen, t.value ->> 'mode' AS mode
			  FROM jsonb_array_elements(facts -> 'transfers') AS t
			 WHERE t.value ->> 'mode' LIKE 'client%'),
		grouped AS (
			SELECT s.host, s.utility, s.remote, s.what, count(*) AS starts, min(s.alert) AS alert, bool_or(s.unseen IS NOT NULL) AS unseen,
				bool_or(s.mode = 'client in') AS inward,
				coalesce(bool_or((a.value ->> 'stands_out')::boolean), false) AS stands_out
			  FROM sent AS s LEFT JOIN jsonb_array_elements(facts -> 'alerts') AS a ON (a.value #>> '{alert,id}')::bigint = s.alert
			 GROUP BY s.host, s.utility, s.remote, s.what),
		ranked AS (
			SELECT g.*, row_number() OVER (ORDER BY g.stands_out DESC, g.alert IS NULL, g.unseen DESC, g.starts DESC, g.host COLLATE "C") AS rank
				FROM grouped AS g),
		chosen AS (SELECT r.*, min(r.rank) OVER (PARTITION BY r.remote) AS remote_rank FROM ranked AS r WHERE r.rank <= 12)
		SELECT c.*, count(*) OVER (PARTITION BY c.remote) AS siblings, row_number() OVER (PARTITION BY c.remote ORDER BY c.rank) AS place,
			sum(c.starts) OVER (PARTITION BY c.remote) AS to_remote, (SELECT count(DISTINCT d.host) FROM chosen AS d WHERE d.remote = c.remote) AS from_hosts,
			(SELECT count(*) FROM ranked) AS total
		  FROM chosen AS c ORDER BY c.remote = '', c.remote_rank, c.rank
	LOOP
		ways := ways + 1;
		more := way.total - 12;
		IF way.place = 1 THEN
			y := y + CASE WHEN ways > 1 THEN 14 ELSE 0 END;
			centre := y + 38 + 38 * (way.siblings - 1) / 2.0;
		END IF;
		y := y + 38;
		out := out || format(E'<text class="b" y="%s">%s</text><text class="s" y="%s">%s<tspan class="wide"> %s</tspan></text><text class="s%s" '
			'x="40%%" y="%s" text-anchor="end">%s</text><line class="way %s" x1="42%%" y1="%s" x2="74%%" y2="%s"/>\n',
			y, transfer_detect_internal.html(left(way.host, 30)), y + 15, transfer_detect_internal.html(way.utility) || CASE WHEN way.starts > 1
				THEN ' &times;' || way.starts ELSE '' END,
			coalesce(transfer_detect_internal.html(left(way.what, 40)), ''), CASE WHEN way.stands_out THEN ' acc' ELSE '' END, y + 4,
			CASE WHEN way.alert IS NOT NULL THEN 'alert ' || way.alert WHEN way.unseen THEN 'not seen' ELSE 'no alert' END,
			CASE WHEN way.stands_out THEN 'this' WHEN way.remote = '' THEN 'un' WHEN way.alert IS NOT NULL THEN 'al' WHEN way.unseen THEN 'not' ELSE '' END,
			y, round(centre + (way.place - (way.siblings + 1) / 2.0) * 14));
		words := words || format('%s by %s %s %s%s, %s; ', way.host, way.utility, CASE WHEN way.inward THEN 'from' ELSE 'to' END,
			coalesce(nullif(way.remote, ''), 'a host that its command does not name'),
			CASE WHEN way.starts > 1 THEN format(', %s times', way.starts) ELSE '' END, CASE WHEN way.alert IS NOT NULL THEN 'alert ' || way.alert
				WHEN way.unseen THEN 'not seen' ELSE 'no alert' END);
		IF way.place = 1 THEN
			ends := ends || CASE WHEN way.remote = '' THEN '' ELSE format('<rect class="end" x="74%%" y="%s" width="5" height="%s"/>',
				round(centre - way.siblings * 7 - 3), way.siblings * 14 + 6) END
				|| format(E'<text class="b" x="74%%" dx="12" y="%s">%s</text><text class="s" x="74%%" dx="12" y="%s">%s<tspan class="wide"> from '
					'%s</tspan></text>\n', round(centre - 2), transfer_detect_internal.html(coalesce(nullif(left(way.remote, 40), ''), 'not named')),
					round(centre + 14), transfer_detect_internal.show_count(way.to_remote::bigint, 'transfer'),
						transfer_detect_internal.show_count(way.from_hosts, 'host'));
		END IF;
	END LOOP;
	IF ways = 0 THEN
		RETURN '';
	END IF;
	RETURN transfer_detect_internal.report_section('map', 'whole', 'Who sends to whom',
		'Every transfer whose command names another host, or should. What stands out on top.',
		format(E'<svg class="map" style="height:%spx" role="img" aria-label="%s">\n<text class="s" y="10">From</text><text class="s" x="74%%" dx="12" '
			'y="10">To</text>\n%s%s</svg>\n%s<ul class="key">%s</ul>\n%s',
			y + 26, transfer_detect_internal.html_attribute(words), out, ends, CASE WHEN more > 0
				THEN format('<p class="small soft">And %s more.</p>', more) ELSE '' END,
			(SELECT string_agg(format('<li><svg class="k steps" viewBox="0 0 34 10" aria-hidden="true"><line class="way %s" x2="34" y1="5" y2="5"/>'
				'</svg>%s</li>', k.class, k.label), '')
			   FROM (VALUES ('this', 'alert that stands out'), ('al', 'other alert'), ('not', 'not seen by a rule'), ('', 'no alert')) AS k(class, label)),
			coalesce(transfer_detect_internal.report_table(format('Where the %s belong',
				transfer_detect_internal.show_count(jsonb_array_length(facts -> 'transfers'), 'start')),
				'<th scope="col">Kind</th><th scope="col">Hosts</th><th scope="col" class="n">Starts</th>',
				(SELECT string_agg(format(E'<tr><th scope="row">%s</th><td>%s</td><td class="n">%s</td></tr>\n',
					transfer_detect_internal.html(k.kind), transfer_detect_internal.html(transfer_detect_internal.show_list(k.hosts, 8)), k.starts),
					'' ORDER BY k.starts DESC, k.kind)
				   FROM (SELECT CASE WHEN t.value ->> 'mode' LIKE 'client%' THEN CASE WHEN t.value ->> 'remote_host' IS NULL
					THEN 'Other host not named' ELSE 'To or from ' || (t.value ->> 'remote_host') END
									 WHEN t.value ->> 'mode' = 'local' THEN 'Copied within the host' WHEN t.value ->> 'mode' LIKE 'server%'
										THEN 'Receiving ends' WHEN t.value ->> 'mode' = 'daemon' THEN 'Servers started' ELSE 'Other' END AS kind,
								array_agg(DISTINCT t.value ->> 'host' ORDER BY t.value ->> 'host') AS hosts, count(*) AS starts
									FROM jsonb_array_elements(facts -> 'transfers') AS t GROUP BY 1 ORDER BY count(*) DESC LIMIT 12) AS k), 'tight'), '')));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_period_map(jsonb) IS 'part of alert_report(): who talks to whom, drawn';

CREATE FUNCTION transfer_detect_internal.report_period_unseen(facts jsonb) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT transfer_detect_internal.report_section('blind', NULL, 'Not seen', 'Transfers that no enabled rule can count as it is written.',
	transfer_detect_internal.report_table(transfer_detect_internal.show_count(sum(u.starts)::bigint, 'start'),
		'<th scope="col">Time</th><th scope="col">Host</th><th scope="col" style="width:60%">What ran</th><th scope="col">Why it was not counted</th>',
		string_agg(format(E'<tr><th scope="row" class="t">%s</th><td class="h">%s</td><td class="full late">%s%s%s</td><td class="full late">%s</td>'
			'</tr>\n', transfer_detect_internal.short_time(u.first, (facts ->> 'to')::timestamptz)
				|| CASE WHEN u.starts > 1 THEN ' to<br>' || transfer_detect_internal.short_time(u.last, (facts ->> 'to')::timestamptz) ELSE '' END,
			transfer_detect_internal.html(u.host), transfer_detect_internal.report_code(u.command_line), CASE WHEN u.starts > 1 THEN ' &times;'
				|| u.starts ELSE '' END,
			coalesce('<small>by ' || transfer_detect_internal.report_code(u.script) || '</small>', ''), transfer_detect_internal.html(u.unseen)), ''
				ORDER BY u.remote_host IS NULL, u.first))
	|| E'\n<p class="note"><b>To close the gap:</b> the rule&rsquo;s second form, <code>unusual-file-transfer-utility-launched-merged</code>, counts '
		'merged documents.</p>')
  FROM (SELECT t.value ->> 'host' AS host, t.value ->> 'command_line' AS command_line, t.value ->> 'script' AS script, t.value ->> 'unseen' AS unseen,
	t.value ->> 'remote_host' AS remote_host,
			count(*) AS starts, min((t.value ->> 'at')::timestamptz) AS first, max((t.value ->> 'at')::timestamptz) AS last
		  FROM jsonb_array_elements(facts -> 'transfers') AS t WHERE t.value ->> 'unseen' IS NOT NULL
		 GROUP BY 1, 2, 3, 4, 5 ORDER BY t.value ->> 'remote_host' IS NULL, min(t.value ->> 'at') LIMIT 30) AS u
HAVING count(*) > 0
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_period_unseen(jsonb) IS 'part of alert_report(): transfers that no rule counts';

CREATE FUNCTION transfer_detect_internal.report_period_health(facts jsonb) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* The runs of the period, 30 at most, and what they bring together. */
SELECT transfer_detect_internal.report_section('health', NULL, 'Rule health', 'Whether every window was looked at, and what each look found.',
	coalesce(transfer_detect_internal.report_table(transfer_detect_internal.show_count(jsonb_array_length(facts -> 'runs'), 'window')
		|| ' of the period' || CASE WHEN jsonb_array_length(facts -> 'runs') > 30 THEN ', the last 30 of them' ELSE '' END,
		'<th scope="col">Rule</th><th scope="col">Window</th><th scope="col" class="n">Events</th><th scope="col" class="n">Matched</th><th '
			'scope="col" class="n">Groups</th><th scope="col" class="n">Filed</th><th scope="col" class="n">Extended</th><th scope="col" class="n">'
			'Took</th><th scope="col" class="t">Result</th>',
		(SELECT string_agg(format(E'<tr><th scope="row" class="full">%s</th><td class="t">%s</td><td class="n" data-l="Events">%s</td><td class="n" '
			'data-l="Matched">%s</td><td class="n" data-l="Groups">%s</td><td class="n" data-l="Filed">%s</td><td class="n" data-l="Extended">%s</td>'
			'<td class="n" data-l="Took">%s</td><td class="t">%s</td></tr>\n',
				transfer_detect_internal.html(x.value ->> 'rule_id'), transfer_detect_internal.short_time((x.value ->> 'window_from')::timestamptz,
					(facts ->> 'to')::timestamptz) || ' to ' || to_char((x.value ->> 'window_to')::timestamptz, 'HH24:MI'),
				coalesce(trim(to_char((x.value ->> 'events_scanned')::bigint, '999,999,999,990')), 'not counted'),
					coalesce(x.value ->> 'events_matched', '0'), coalesce(x.value ->> 'groups', '0'), coalesce(x.value ->> 'alerts_created', '0'),
					coalesce(x.value ->> 'alerts_extended', '0'),
				coalesce(transfer_detect_internal.show_span(extract(epoch
					FROM (x.value ->> 'evaluate_time')::interval + (x.value ->> 'file_time')::interval)), 'not known'),
				CASE WHEN x.value ->> 'status' = 'succeeded' THEN 'succeeded' ELSE '<b>' || transfer_detect_internal.html(x.value ->> 'status')
					|| '</b>' END || coalesce('<small>' || transfer_detect_internal.html(left(x.value ->> 'message', 300)) || '</small>', '')), ''
					ORDER BY x.place)
		   FROM jsonb_array_elements(facts -> 'runs') WITH ORDINALITY AS x(value, place) WHERE x.place > jsonb_array_length(facts -> 'runs') - 30)),
		CASE WHEN facts -> 'runs' IS NOT NULL
			 THEN '<p class="note"><b>Nothing was looked at.</b> No rule ran over any window that ends in this period.</p>'
			 ELSE '<p class="note"><b>Not known.</b> The runs are not yours to read.</p>' END))
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_period_health(jsonb) IS 'part of alert_report(): the runs';

CREATE FUNCTION transfer_detect_internal.report_period_hosts(facts jsonb) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT transfer_detect_internal.report_section('hosts', NULL, 'Hosts', 'Who sends events, in which form, and how late.',
	transfer_detect_internal.report_table(format('%s from %s. &ldquo;Merged&rdquo;: fork, exec and end of a process in one document. Delay: from the '
		'event until it was stored.', transfer_detect_internal.show_count(sum((h.value ->> 'documents')::bigint)::bigint, 'document'),
		transfer_detect_internal.show_count(count(*), 'host')),
		'<th scope="col">Host</th><th scope="col" class="n">Documents</th><th scope="col" class="n">Starts</th><th scope="col" class="t">Form</th><th '
			'scope="col">First</th><th scope="col">Last</th><th scope="col" class="n">Delay, median</th><th scope="col" class="n">Longest</th>',
		string_agg(format(E'<tr><th scope="row" class="h">%s</th><td class="n" data-l="Documents">%s</td><td class="n" data-l="Starts">%s</td><td '
			'class="t">%s</td><td class="t" data-l="First">%s</td><td class="t" data-l="Last">%s</td><td class="n" data-l="Delay">%s</td><td '
			'class="n" data-l="Longest">%s</td></tr>\n',
			transfer_detect_internal.html(coalesce(h.value ->> 'host', 'not named')),
				trim(to_char((h.value ->> 'documents')::bigint, '999,999,999,990')), h.value ->> 'starts',
			CASE WHEN (h.value ->> 'merged')::bigint = 0 THEN 'apart' WHEN (h.value ->> 'merged')::bigint * 2 > (h.value ->> 'documents')::bigint
				THEN '<b>merged</b>' ELSE 'both' END,
			transfer_detect_internal.short_time((h.value ->> 'first')::timestamptz, (facts ->> 'to')::timestamptz),
				transfer_detect_internal.short_time((h.value ->> 'last')::timestamptz, (facts ->> 'to')::timestamptz),
			coalesce(transfer_detect_internal.show_span((h.value ->> 'delay')::numeric), 'not known'),
				coalesce(transfer_detect_internal.show_span((h.value ->> 'longest')::numeric), 'not known')), ''
				ORDER BY h.place) FILTER (WHERE h.place <= 60)))
  FROM jsonb_array_elements(facts -> 'hosts') WITH ORDINALITY AS h(value, place)
HAVING count(*) > 0
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_period_hosts(jsonb) IS 'part of alert_report(): the hosts';

CREATE FUNCTION alert_report(from_time timestamptz, to_time timestamptz) RETURNS text
LANGUAGE plpgsql STABLE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off	-- many small queries: compiling them would take longer than they do
AS $$
DECLARE
	facts jsonb;
BEGIN
	IF from_time IS NULL OR to_time IS NULL THEN
		RAISE EXCEPTION 'from_time and to_time must not be null' USING ERRCODE = 'null_value_not_allowed';
	ELSIF to_time <= from_time OR NOT isfinite(from_time) OR NOT isfinite(to_time) THEN
		RAISE EXCEPTION 'to_time must be after from_time, and both finite' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	facts := transfer_detect_internal.period_facts(from_time, to_time);
	RETURN transfer_detect_internal.report_page(
		'Alerts, ' || transfer_detect_internal.html(transfer_detect_internal.period_range(facts)),
		'Period report &middot; ' || transfer_detect_internal.html(transfer_detect_internal.period_range(facts)),
		transfer_detect_internal.report_period_head(facts),
		concat(
			transfer_detect_internal.report_period_alerts(facts),
			transfer_detect_internal.report_period_hours(facts),
			transfer_detect_internal.report_period_map(facts),
			transfer_detect_internal.report_period_unseen(facts),
			transfer_detect_internal.report_period_health(facts),
			transfer_detect_internal.report_period_hosts(facts)),
		(SELECT '<div><h2>Rules</h2><p>' || coalesce(string_agg(transfer_detect_internal.html(r.name) || ', version ' || r.version || '.', ' '
			ORDER BY r.rule_id), 'No rule is enabled.') || E'</p></div>\n'
		   FROM @extschema@.rules AS r WHERE r.enabled)
		|| transfer_detect_internal.report_this_page(format('SELECT transfer_detect.alert_report(%L, %L)', from_time, to_time), NULL)
		|| E'<div><h2>What is not here</h2><p>Bytes, addresses and sessions, where the events do not have them. &ldquo;Stands out&rdquo; means that '
			'there is a reason beyond newness; it is no verdict.</p></div>\n');
END
$$;
COMMENT ON FUNCTION alert_report(timestamptz, timestamptz) IS 'A page of HTML about the alerts of a period, in one file that needs nothing from outside';
