/*
 * report_alert_tree.sql: the processes of the page about an alert: their tree, half
 * an hour of the host, and how they overlap.
 */

CREATE FUNCTION transfer_detect_internal.kind_mark(kind text, role text, form text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE WHEN role = 'this' THEN 'this' WHEN form = 'parent' THEN 'gone'
	ELSE CASE kind WHEN 'transfer' THEN 'xfer' WHEN 'net' THEN 'net' WHEN 'pack' THEN 'pack' WHEN 'delete' THEN 'del' WHEN 'run' THEN 'run' ELSE 'cmd' END END
$$;
COMMENT ON FUNCTION transfer_detect_internal.kind_mark(text, text, text) IS 'The mark of a process';

CREATE FUNCTION transfer_detect_internal.report_node(node jsonb, facts jsonb) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* A process of the tree: mark, command line, program, when it started and how long it ran. */
DECLARE
	p CONSTANT jsonb := facts -> 'subject';
	role CONSTANT text := node ->> 'role';
	after CONSTANT numeric := transfer_detect_internal.seconds_between(p ->> 'started', node ->> 'started');
	tag CONSTANT text := CASE WHEN role = 'this' THEN 'this alert'
		WHEN role = 'far' THEN 'on ' || transfer_detect_internal.html(node ->> 'host') || CASE WHEN facts #>> '{transfer,mode}' LIKE 'server%'
			THEN ', the other end'
			WHEN facts #>> '{transfer,direction}' = 'in' THEN ', sends it' ELSE ', receives it' END
		WHEN node ->> 'started' = facts #>> '{packed,started}' AND node ->> 'pid' = facts #>> '{packed,pid}' THEN 'packs what is sent'
		WHEN node ->> 'started' = facts #>> '{deleted,started}' AND node ->> 'pid' = facts #>> '{deleted,pid}' THEN 'deletes what was sent' END;
	remarks CONSTANT text := concat_ws(' &middot; ', transfer_detect_internal.html(node ->> 'executable'), 'pid '
		|| transfer_detect_internal.html(node ->> 'pid'), transfer_detect_internal.html(node ->> 'user_name'),
		'exit ' || transfer_detect_internal.html(node ->> 'exit_code'),
		CASE WHEN node ->> 'form' = 'parent' THEN 'known only as the parent of the next' WHEN role = 'far' THEN 'matched by arguments and time'
			 WHEN NOT (node ->> 'certain')::boolean THEN 'matched by pid and time' WHEN node ->> 'form' = 'merged' THEN 'one document' END);
BEGIN
	RETURN format('<div class="node%s"%s>%s<div><code>%s</code>%s<small>%s</small></div><span class="v"><span><span class="sr">starts </span>%s</span>'
		'<span><span class="sr">ran </span>%s</span></span></div>',
		CASE WHEN role = 'this' THEN ' this' ELSE '' END, CASE WHEN role = 'this' THEN ' aria-current="true"' ELSE '' END,
		transfer_detect_internal.report_mark(transfer_detect_internal.kind_mark(node ->> 'kind', role, node ->> 'form')),
		transfer_detect_internal.html(coalesce(node ->> 'command_line', node ->> 'executable', node ->> 'name', 'no command line')),
			coalesce('&ensp;<span class="tag">' || tag || '</span>', ''), remarks,
		CASE WHEN after IS NULL THEN 'earlier' WHEN role = 'this' THEN to_char((node ->> 'started')::timestamptz, 'HH24:MI:SS.MS')
			 WHEN after < 0 THEN '&minus;' || transfer_detect_internal.show_span(-after) ELSE '+' || transfer_detect_internal.show_span(after) END,
		coalesce(transfer_detect_internal.show_span(transfer_detect_internal.seconds_between(node ->> 'started', node ->> 'ended')), 'not known'));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_node(jsonb, jsonb) IS 'part of alert_report(): a process of the tree';

CREATE FUNCTION transfer_detect_internal.report_alert_tree(facts jsonb) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	node jsonb;
	depth integer := -1;
	out text := '';
	height CONSTANT integer := (SELECT count(*) FROM jsonb_array_elements(facts -> 'tree') AS n WHERE n.value ->> 'role' = 'path');
	before_this boolean := true;
	other CONSTANT jsonb := facts -> 'other';
BEGIN
	IF coalesce(jsonb_array_length(facts -> 'tree'), 0) = 0 THEN
		RETURN '';
	END IF;
	FOR node IN SELECT n.value FROM jsonb_array_elements(facts -> 'tree') WITH ORDINALITY AS n(value, place) ORDER BY n.place LOOP
		IF (node ->> 'depth')::integer > depth THEN
			out := out || CASE WHEN depth < 0 THEN '<ul class="tree">' ELSE E'\n<ul>' END;
			depth := depth + 1;
		ELSE
			out := out || repeat(E'</li></ul>', depth - (node ->> 'depth')::integer) || E'</li>\n';
			depth := (node ->> 'depth')::integer;
		END IF;
		before_this := before_this AND node ->> 'role' <> 'this';
		out := out || format('<li%s>%s',
			CASE WHEN node ->> 'role' IN ('path', 'this') THEN ' class="on"' WHEN node ->> 'role' = 'far' THEN ' class="far"'
				 WHEN before_this AND (node ->> 'depth')::integer = height THEN ' class="by"' ELSE '' END, transfer_detect_internal.report_node(node, facts));
	END LOOP;
	out := out || repeat('</li></ul>', depth + 1);
	RETURN transfer_detect_internal.report_section('tree', 'whole', 'Processes',
		'Who started whom, from the oldest known ancestor down. The heavy line leads to the alert; times count from its start.',
		E'<div class="node head" aria-hidden="true"><span></span><span></span><span class="v"><span>Start</span><span>Ran for</span></span></div>\n' || out
		|| CASE WHEN other ->> 'host' IS NOT NULL THEN format(E'\n<p class="small soft">%s keeps its own clock%s.</p>',
			transfer_detect_internal.html(other ->> 'host'),
			CASE WHEN (other ->> 'candidates')::integer > 1 THEN format('; %s processes there would fit, and the nearest in time is shown',
				other ->> 'candidates') ELSE '' END) ELSE '' END
		|| coalesce(transfer_detect_internal.report_table('What the same parents had started in the 12 hours before',
			'<th scope="col">Time</th><th scope="col" style="width:55%">What ran</th><th scope="col">Started by</th>',
			(SELECT string_agg(format(E'<tr><th scope="row" class="t">%s</th><td class="full late">%s</td><td class="full late">%s</td></tr>\n',
					transfer_detect_internal.short_time((e.value ->> 'started')::timestamptz, (facts #>> '{subject,started}')::timestamptz),
					transfer_detect_internal.report_code(coalesce(e.value ->> 'command_line', e.value ->> 'name', 'no command line')),
					coalesce(transfer_detect_internal.report_code(coalesce(e.value ->> 'parent_command_line', e.value ->> 'parent_executable')), '')),
				'' ORDER BY e.place)
			   FROM jsonb_array_elements(facts -> 'earlier') WITH ORDINALITY AS e(value, place))), ''));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_alert_tree(jsonb) IS 'part of alert_report(): the processes';

CREATE FUNCTION transfer_detect_internal.report_lanes(facts jsonb) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * What the host did in half an hour: a lane for each kind, a group of lanes for
 * each user.  Starts of one minute are one mark with a number.
 */
DECLARE
	p CONSTANT jsonb := facts -> 'subject';
	at CONSTANT timestamptz := (p ->> 'started')::timestamptz;
	from_time CONSTANT timestamptz := at - interval '15 minutes';
	ticks text := '';
	grid text := '<line class="ax" x2="100%" y1="13" y2="13"/>';
	tick timestamptz := date_trunc('hour', from_time);
	body text;
BEGIN
	WHILE tick < from_time + interval '30 minutes' LOOP
		IF tick > from_time THEN
			grid := grid || format('<line class="ax" x1="%1$s" x2="%1$s" y2="26"/>',
				transfer_detect_internal.percent(extract(epoch FROM tick - from_time) / 1800));
			IF extract(minute FROM tick)::integer % 10 = 0 AND abs(extract(epoch FROM tick - at)) > 45 THEN
				ticks := ticks || format('<text class="txt" x="%s" y="31" text-anchor="middle">%s</text>',
					transfer_detect_internal.percent(extract(epoch FROM tick - from_time) / 1800), to_char(tick, 'HH24:MI'));
			END IF;
		END IF;
		tick := tick + interval '5 minutes';
	END LOOP;
	WITH starts AS (
		SELECT coalesce(a.value ->> 'user_name', 'not known') AS user_name, (a.value ->> 'started')::timestamptz AS started, a.value ->> 'name' AS name,
			CASE WHEN a.value ->> 'started' = p ->> 'started' AND a.value ->> 'pid' = p ->> 'pid' THEN 'this' ELSE a.value ->> 'kind' END AS kind
		  FROM jsonb_array_elements(facts -> 'around') AS a WHERE a.value ->> 'form' <> 'fork'),
	users AS (
		SELECT s.user_name, count(*) AS starts, row_number() OVER (ORDER BY s.user_name = coalesce(p ->> 'user_name', 'not known') DESC,
			count(*) FILTER (WHERE s.kind <> 'cmd') DESC, count(*) DESC, s.user_name COLLATE "C") AS place
		  FROM starts AS s GROUP BY s.user_name),
	kinds(kind, place, label) AS (VALUES ('this', 1, 'This one'), ('transfer', 2, 'Other transfers'), ('net', 3, 'ssh and other clients'),
		('pack', 4, 'Packing'),
		('delete', 5, 'Deleting'), ('run', 6, 'Scripts, shells'), ('cmd', 7, 'Other commands')),
	lanes AS (
		SELECT u.place AS user_place, u.user_name, k.kind, k.place, k.label,
			(SELECT string_agg(DISTINCT s.name COLLATE "C", ', ') FROM starts AS s WHERE s.user_name = u.user_name AND s.kind = k.kind) AS names,
			(SELECT count(*) FROM starts AS s WHERE s.user_name = u.user_name AND s.kind = k.kind) AS starts,
			(SELECT coalesce(string_agg(format('<use href="#m-%s" x="%s" y="13"/>%s', transfer_detect_internal.kind_mark(k.kind, CASE k.kind
				WHEN 'this' THEN 'this' END, NULL), m.x,
						CASE WHEN m.starts > 1 THEN format('<text x="%s" dx="10" y="17">%s</text>', m.x, m.starts) ELSE '' END), '' ORDER BY m.minute), '')
			   FROM (SELECT date_trunc('minute', s.started) AS minute, count(*) AS starts,
				transfer_detect_internal.percent(extract(epoch FROM min(s.started) - from_time) / 1800) AS x
					   FROM starts AS s WHERE s.user_name = u.user_name AND s.kind = k.kind GROUP BY 1) AS m) AS marks,
			(SELECT string_agg(format('%s at %s', m.starts, to_char(m.minute, 'HH24:MI')), '; ' ORDER BY m.minute)
			   FROM (SELECT date_trunc('minute', s.started) AS minute, count(*) AS starts FROM starts AS s WHERE s.user_name = u.user_name
				AND s.kind = k.kind GROUP BY 1) AS m) AS words
		  FROM users AS u CROSS JOIN kinds AS k WHERE u.place <= 4)
	SELECT string_agg(g.group_rows, '' ORDER BY g.user_place) INTO body
	  FROM (
		SELECT l.user_place, format(E'<tbody>\n<tr class="g"><th scope="rowgroup" colspan="3">By user %s%s</th></tr>\n',
			transfer_detect_internal.html(l.user_name),
				CASE WHEN (SELECT count(*) FROM users) = 1 THEN ', who did everything here' ELSE '' END)
			|| string_agg(format(E'<tr%s><th scope="row">%s</th><td><svg role="img" aria-label="%s"><use href="#grid"/>%s</svg></td><td class="n">'
				'%s</td></tr>\n',
				CASE l.kind WHEN 'this' THEN ' class="this"' ELSE '' END,
				CASE WHEN l.kind IN ('net', 'pack', 'delete') AND length(l.names) <= 24 THEN transfer_detect_internal.html(l.names) ELSE l.label END,
				coalesce(transfer_detect_internal.html_attribute(l.words), 'none'), l.marks, l.starts), '' ORDER BY l.place) || '</tbody>' AS group_rows
		  FROM lanes AS l WHERE l.starts > 0 OR l.user_place = 1 AND l.kind IN ('transfer')
		 GROUP BY l.user_place, l.user_name) AS g;
	RETURN format(E'<table class="lanes">\n<caption>Process starts on %s, %s to %s. A number beside a mark: so many within that '
		'minute.%s</caption>\n<thead><tr><th scope="col"><span class="sr">Kind</span></th><th scope="col"><span class="sr">When</span><svg '
		'style="height:34px" aria-hidden="true"><defs><g id="grid">%s<line class="now" x1="50%%" x2="50%%" y2="26"/></g></defs><text class="acc" '
		'x="50%%" y="12" text-anchor="middle">%s</text>%s</svg></th><th scope="col" class="n">Starts</th></tr></thead>\n%s</table>',
		transfer_detect_internal.html(p ->> 'host'), to_char(from_time, 'HH24:MI'), to_char(from_time + interval '30 minutes', 'HH24:MI TZ'),
		CASE WHEN (SELECT count(DISTINCT a.value ->> 'user_name') FROM jsonb_array_elements(facts -> 'around') AS a) > 4
			THEN ' Only the four users who matter most.' ELSE '' END,
		grid, to_char(at, 'HH24:MI:SS'), ticks, body);
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_lanes(jsonb) IS 'part of alert_report(): half an hour of the host, drawn';

CREATE FUNCTION transfer_detect_internal.report_bars(facts jsonb) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* How the processes of the tree overlap, as bars; none if no end is known. */
DECLARE
	p CONSTANT jsonb := facts -> 'subject';
	first numeric;
	last numeric;
	span numeric;
	step numeric;
	scale numeric;
	grid text := '';
	ticks text := '';
	tick numeric;
	body text;
BEGIN
	SELECT min(transfer_detect_internal.seconds_between(p ->> 'started', n.value ->> 'started')),
		max(transfer_detect_internal.seconds_between(p ->> 'started', n.value ->> 'ended')) INTO first, last
	  FROM jsonb_array_elements(facts -> 'tree') AS n
	 WHERE n.value ->> 'ended' IS NOT NULL AND n.value ->> 'started' IS NOT NULL
	   AND abs(transfer_detect_internal.seconds_between(p ->> 'started', n.value ->> 'started')) <= 900;
	IF p ->> 'ended' IS NULL OR last IS NULL OR last <= first THEN
		RETURN '';
	END IF;
	span := (last - first) * 1.1;
	first := first - span / 20;
	step := transfer_detect_internal.nice_step(span);
	scale := CASE WHEN span < 5 THEN 1000 ELSE 1 END;
	tick := ceil(first / step) * step;
	WHILE tick <= first + span LOOP
		grid := grid || format('<line class="%2$s" x1="%1$s" x2="%1$s" y2="26"/>', transfer_detect_internal.percent((tick - first) / span), CASE
			WHEN tick = 0 THEN 'now' ELSE 'ax' END);
		ticks := ticks || format('<text class="%s" x="%s" y="50" text-anchor="middle">%s</text>', CASE WHEN tick = 0 THEN 'acc' ELSE 'txt' END,
			transfer_detect_internal.percent((tick - first) / span), replace(trim_scale(tick * scale)::text, '-', '&minus;'));
		tick := tick + step;
	END LOOP;
	SELECT string_agg(format(E'<tr%s><th scope="row">%s</th><td><svg role="img" aria-label="from %s s for %s"><use href="#gridb"/><rect class="bar%s" '
		'x="%s" y="8" width="%s" height="10"/></svg></td><td class="n">%s</td></tr>\n',
			CASE WHEN b.role = 'this' THEN ' class="this"' ELSE '' END, transfer_detect_internal.html(b.label), round(b.started, 3),
				transfer_detect_internal.show_span(b.ended - b.started),
			CASE b.role WHEN 'this' THEN ' this' WHEN 'far' THEN ' far' ELSE '' END,
			transfer_detect_internal.percent((b.started - first) / span), transfer_detect_internal.percent(greatest((b.ended - b.started) / span,
				0.003)), transfer_detect_internal.show_span(b.ended - b.started)), '' ORDER BY b.place) INTO body
	  FROM (
		SELECT n.place, n.value ->> 'role' AS role, transfer_detect_internal.seconds_between(p ->> 'started', n.value ->> 'started') AS started,
			transfer_detect_internal.seconds_between(p ->> 'started', n.value ->> 'ended') AS ended,
			left(coalesce(regexp_replace(transfer_detect_internal.script_of(n.value ->> 'command_line'), '^.*/', ''), n.value ->> 'name', '?'), 30)
				|| CASE WHEN n.value ->> 'role' = 'far' THEN ' on ' || (n.value ->> 'host') ELSE '' END AS label
		  FROM jsonb_array_elements(facts -> 'tree') WITH ORDINALITY AS n(value, place)
		 WHERE n.value ->> 'ended' IS NOT NULL AND abs(transfer_detect_internal.seconds_between(p ->> 'started', n.value ->> 'started')) <= 900
		 ORDER BY n.value ->> 'role' <> 'this', n.value ->> 'role' <> 'far', n.place LIMIT 12) AS b;
	RETURN format(E'\n<table class="lanes" aria-label="How the processes overlap">\n<thead><tr><th scope="col">Close up, in %s from its start</th><th '
		'scope="col"><span class="sr">When</span><svg style="height:56px" aria-hidden="true"><defs><g id="gridb">%s</g></defs><line class="now" '
		'x1="50%%" x2="0" y2="32"/><line class="now" x1="50%%" x2="100%%" y2="32"/>%s</svg></th><th scope="col" class="n">Ran for</th></tr>'
		'</thead>\n<tbody>\n%s</tbody></table>',
		CASE WHEN scale = 1000 THEN 'ms' ELSE 's' END, grid, ticks, body);
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_bars(jsonb) IS 'part of alert_report(): the run times of the processes, drawn';
