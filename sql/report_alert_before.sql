/*
 * report_alert_before.sql: how common each part of a command is, on the page about
 * an alert.
 */

CREATE FUNCTION transfer_detect_internal.part_label(part text, value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE part WHEN 'command' THEN 'This command line' WHEN 'template' THEN 'This command, changing parts replaced' WHEN 'script'
	THEN 'Transfers by this script'
	WHEN 'parent' THEN 'This program from this parent' WHEN 'direction' THEN value || ' to or from another host' WHEN 'program'
		THEN 'This program, for anything'
	WHEN 'remote host' THEN 'Anything to or from ' || value WHEN 'other name' THEN 'Anything to or from ' || value || ', the same host'
		ELSE 'Transfers by ' || value END
$$;
COMMENT ON FUNCTION transfer_detect_internal.part_label(text, text) IS 'A part of a command that prevalence counts, in words';

CREATE FUNCTION transfer_detect_internal.report_strip(latest timestamptz[], own timestamptz, to_time timestamptz, span interval) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* The starts of the last hours on a line; the alert's own on top. */
SELECT format('<svg height="24" role="img" aria-label="%s"><line class="ax" x2="100%%" y1="12" y2="12"/>%s</svg>',
	transfer_detect_internal.show_count(count(l.at), 'start'),
	coalesce(string_agg(format('<use href="#m-%s" x="%s" y="12"/>', CASE WHEN l.at = own THEN 'this' ELSE 'cmd' END,
		transfer_detect_internal.percent(1 - extract(epoch FROM to_time - l.at) / extract(epoch FROM span))), '' ORDER BY l.at = own, l.at), ''))
  FROM unnest(latest) AS l(at) WHERE l.at > to_time - span
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_strip(timestamptz[], timestamptz, timestamptz, interval) IS 'Starts on a line of time, drawn';

CREATE FUNCTION transfer_detect_internal.report_days(by_day integer[], present boolean[], to_time timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* The starts of 30 days as bars, by their square roots; a dot for a day without any events. */
SELECT format('<svg height="24" role="img" aria-label="%s">%s</svg>',
	coalesce(string_agg(format('%s on %s', d.starts, to_char(to_time - (30 - d.place) * interval '1 day', 'FMDD Mon')), '; '
		ORDER BY d.place) FILTER (WHERE d.starts > 0), 'none'),
	string_agg(CASE WHEN d.starts > 0 THEN format('<rect class="bar%s" x="%s" y="%s" width="2.6%%" height="%s"/>', CASE d.place WHEN 30 THEN ' this'
		ELSE '' END,
						transfer_detect_internal.percent((d.place - 1) / 30.0 + 0.004), 21 - d.height, d.height)
					WHEN present[d.place] THEN '' ELSE format('<circle class="gap" cx="%s" cy="20" r="1"/>',
						transfer_detect_internal.percent((d.place - 0.5) / 30.0)) END, '' ORDER BY d.place))
  FROM (SELECT s.starts, s.place, round(3 + 15 * sqrt(s.starts / greatest(1, max(s.starts) OVER ())::numeric))::integer AS height
		  FROM unnest(by_day) WITH ORDINALITY AS s(starts, place)) AS d
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_days(integer[], boolean[], timestamptz) IS 'How often in each of 30 days, drawn';

CREATE FUNCTION transfer_detect_internal.report_alert_before(facts jsonb) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	to_time CONSTANT timestamptz := facts ->> 'to';
	history_from CONSTANT timestamptz := facts ->> 'history_from';
	span CONSTANT interval := CASE WHEN to_time - history_from <= interval '3 hours' THEN interval '3 hours' ELSE interval '24 hours' END;
	own CONSTANT timestamptz := facts #>> '{subject,started}';
	range CONSTANT text := CASE WHEN span = interval '24 hours' THEN 'Last 24 hours' ELSE to_char(to_time - span, 'HH24:MI') || ' to '
		|| to_char(to_time, 'HH24:MI') END;
	present CONSTANT boolean[] := ARRAY(SELECT e.value::boolean FROM jsonb_array_elements_text(facts -> 'present') WITH ORDINALITY AS e(value, place)
		ORDER BY e.place);
	absent CONSTANT integer := (SELECT count(*) FROM unnest(present) AS d WHERE NOT d);
	nearest CONSTANT jsonb := facts -> 'nearest';
	rows text := '';
	p record;
BEGIN
	FOR p IN
		SELECT r.part, r.value, r.starts, r.hosts, r.first, r.first_host, r.last, r.last_host, r.by_day, r.latest, r.since
		  FROM jsonb_to_recordset(facts -> 'prevalence') AS r(part text, value text, starts bigint, hosts bigint,
			first timestamptz, first_host text, last timestamptz, last_host text, by_day integer[], latest timestamptz[],
			since timestamptz)
	LOOP
		rows := rows || format(E'<tr><th scope="row" class="full">%s%s</th><td class="n" data-l="Starts">%s</td><td class="n" data-l="Hosts">%s</td>'
			'<td class="t" data-l="First">%s</td><td class="t" data-l="Last">%s</td><td class="full strip" data-l="%s">%s</td><td class="full strip" '
			'data-l="30 days">%s</td></tr>\n',
			transfer_detect_internal.html(transfer_detect_internal.part_label(p.part, p.value)),
			CASE WHEN p.part IN ('template', 'script', 'parent', 'program') THEN '<small class="soft" style="display:block">'
				|| transfer_detect_internal.report_code(left(p.value, 200)) || '</small>'
				 WHEN p.part = 'command' THEN '<small class="soft" style="display:block">as it is</small>' ELSE '' END
				|| coalesce('<small class="soft" style="display:block">looked at since ' || to_char(p.since, 'FMDD Mon, HH24:MI') || '</small>', ''),
			trim(to_char(p.starts, '999,999,990')), p.hosts,
			coalesce(transfer_detect_internal.short_time(p.first, to_time)
				|| coalesce(transfer_detect_internal.report_small(transfer_detect_internal.html(p.first_host)), ''), 'never'),
			coalesce(transfer_detect_internal.short_time(p.last, to_time)
				|| coalesce(transfer_detect_internal.report_small(transfer_detect_internal.html(p.last_host)), ''), 'never'),
			range, transfer_detect_internal.report_strip(p.latest, own, to_time, span), transfer_detect_internal.report_days(p.by_day, present, to_time));
	END LOOP;
	RETURN transfer_detect_internal.report_section('before', NULL, 'Seen before?',
		format('How common each part of it is. <b>%s of history:</b> events are stored from %s%s.', transfer_detect_internal.history_length(facts),
			to_char(history_from, 'FMDD FMMonth, HH24:MI'),
			CASE WHEN absent > 0 THEN format('; %s of the last 30 days have none', absent) ELSE '' END),
		transfer_detect_internal.report_table(concat('Starts on all hosts up to ', to_char(to_time, 'FMDD FMMonth, HH24:MI TZ'),
			'. Diamond: this alert. Strokes: other runs.',
				CASE WHEN absent > 0 THEN ' Dots: days without events, which is not the same as days without runs.' END,
				CASE WHEN (facts ->> 'cut')::boolean THEN format(' Of a program with more than %s starts, the latest are counted.',
					trim(to_char((facts ->> 'most')::integer, '999,999'))) END),
			format('<th scope="col" style="width:26%%">What</th><th scope="col" class="n">Starts</th><th scope="col" class="n">Hosts</th><th '
				'scope="col" class="t">First</th><th scope="col">Last</th><th scope="col" style="width:22%%">%s</th><th scope="col" '
				'style="width:15%%">30 days to %s</th>',
				range, to_char(to_time, 'FMDD Mon')), rows)
		|| coalesce(transfer_detect_internal.report_table('In what it differs from the transfer before that has most in common with it',
			'<th scope="col">What</th><th scope="col" style="width:40%">Now</th><th scope="col" style="width:40%">Before</th>',
			format(E'<tr><th scope="row">Command</th><td class="full late">%s</td><td class="full late">%s%s</td></tr>\n',
				transfer_detect_internal.report_code(facts #>> '{subject,command_line}'), transfer_detect_internal.report_code(nearest ->> 'command_line'),
				transfer_detect_internal.report_small(transfer_detect_internal.html(concat_ws(', ', nearest ->> 'host',
					transfer_detect_internal.short_time((nearest ->> 'at')::timestamptz, to_time)))))
			|| (SELECT string_agg(format(E'<tr><th scope="row">%s</th><td class="full late">%s</td><td class="full late">%s</td></tr>\n',
					transfer_detect_internal.html(transfer_detect_internal.capital(d.value ->> 'part')),
					coalesce(transfer_detect_internal.report_code(nullif(d.value ->> 'now', '')), 'none'),
					coalesce(transfer_detect_internal.report_code(nullif(d.value ->> 'before', '')), 'none')), '' ORDER BY d.place)
				  FROM jsonb_array_elements(nearest -> 'differs') WITH ORDINALITY AS d(value, place))), ''));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_alert_before(jsonb) IS 'part of alert_report(): how common each part of the command is';
