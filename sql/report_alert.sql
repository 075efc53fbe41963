/*
 * report_alert.sql: the page about one alert, a function for each section.
 */

CREATE FUNCTION transfer_detect_internal.report_alert_head(facts jsonb) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	a CONSTANT jsonb := facts -> 'alert';
	p CONSTANT jsonb := facts -> 'subject';
	t CONSTANT jsonb := facts -> 'transfer';
	who CONSTANT jsonb := facts -> 'who';
	command CONSTANT jsonb := transfer_detect_internal.prevalence_of(facts, 'command');
	local_paths CONSTANT text[] := transfer_detect_internal.json_texts(t -> 'local_paths');
	remote_paths CONSTANT text[] := transfer_detect_internal.json_texts(t -> 'remote_paths');
	classes CONSTANT text[] := transfer_detect_internal.path_classes(local_paths[1]);
	starter CONSTANT text := (SELECT string_agg(regexp_replace(coalesce(n.value ->> 'executable', n.value ->> 'name'), '^.*/', ''), ', from ' ORDER BY n.place)
		FROM jsonb_array_elements(facts -> 'path') WITH ORDINALITY AS n(value, place) WHERE n.place <= 3);
	history CONSTANT text := transfer_detect_internal.history_length(facts);
	start CONSTANT timestamptz := (p ->> 'started')::timestamptz;
	list jsonb;
BEGIN
	list := jsonb_build_array(
		jsonb_build_array('Who', CASE WHEN p ->> 'user_name' IS NULL AND p ->> 'host' IS NOT NULL THEN 'not known'
			ELSE '<b>' || transfer_detect_internal.html(p ->> 'user_name') || '</b>' || coalesce(', user id ' || transfer_detect_internal.html(p ->> 'user_id'), '') END,
			coalesce(transfer_detect_internal.capital(nullif(concat_ws('; ', 'logged in as ' || transfer_detect_internal.html(who ->> 'login'), 'acting as ' || transfer_detect_internal.html(who ->> 'effective'),
				'terminal ' || transfer_detect_internal.html(who ->> 'tty'), 'from ' || transfer_detect_internal.html(who ->> 'from')), '')), 'No session, terminal or login address in the events')),
		jsonb_build_array('From', '<b>' || transfer_detect_internal.html(p ->> 'host') || '</b>',
			concat_ws(', ', transfer_detect_internal.html(who ->> 'os'), transfer_detect_internal.html(who ->> 'architecture'), transfer_detect_internal.html(who ->> 'host_ip'))),
		jsonb_build_array(CASE WHEN t ->> 'mode' LIKE 'server%' THEN 'Other end' ELSE 'To' END,
			CASE WHEN t ->> 'mode' LIKE 'server%' THEN '<b>' || transfer_detect_internal.html(facts #>> '{other,host}') || '</b>'
				ELSE '<b>' || transfer_detect_internal.html(t ->> 'remote_host') || '</b>' || coalesce(', ' || transfer_detect_internal.report_code(nullif(transfer_detect_internal.show_list(remote_paths), '.')), '') END,
			CASE WHEN t ->> 'mode' LIKE 'server%' THEN 'Matched by arguments and time'
				ELSE concat_ws('; ', coalesce('Account ' || transfer_detect_internal.html(t ->> 'remote_user'), 'No account named'), 'port ' || (t ->> 'remote_port'),
					'seen there: ' || transfer_detect_internal.html(facts #>> '{other,host}')) END),
		jsonb_build_array('When', format('<b>%s</b> %s', to_char(start, 'HH24:MI:SS.MS'), to_char(start, 'TZ')),
			concat_ws(', ', coalesce('Ran for ' || transfer_detect_internal.show_span(transfer_detect_internal.seconds_between(p ->> 'started', p ->> 'ended')), CASE WHEN p ->> 'form' = 'merged' THEN 'One document for start and end' ELSE 'No end in the events' END),
				'exit code ' || transfer_detect_internal.html(p ->> 'exit_code'))),
		jsonb_build_array(CASE WHEN t ->> 'direction' = 'in' THEN 'What came' ELSE 'What left' END, transfer_detect_internal.report_code(transfer_detect_internal.show_list(local_paths)),
			transfer_detect_internal.capital(nullif(concat_ws(', ', CASE WHEN 'secret' = ANY (classes) THEN 'a secret' END, CASE WHEN 'hidden' = ANY (classes) THEN 'hidden name' END,
				CASE WHEN 'tmp' = ANY (classes) THEN 'temporary directory' END, CASE WHEN 'home' = ANY (classes) THEN 'home directory' END,
				CASE WHEN 'system' = ANY (classes) THEN 'system file' END, 'size not in the events'), ''))),
		jsonb_build_array('Started by', transfer_detect_internal.report_code(coalesce(facts ->> 'script', p ->> 'parent_command_line', p ->> 'parent_executable')),
			transfer_detect_internal.html(starter)),
		jsonb_build_array('Seen before', CASE WHEN command IS NULL THEN NULL WHEN (command ->> 'earlier')::bigint = 0 THEN 'Never'
			ELSE concat_ws(', ', CASE WHEN (command ->> 'earlier_here')::bigint = 0 THEN 'Never on ' || transfer_detect_internal.html(p ->> 'host')
				ELSE transfer_detect_internal.show_count((command ->> 'earlier_here')::bigint, 'time') || ' on ' || transfer_detect_internal.html(p ->> 'host') END,
				CASE WHEN (command ->> 'earlier')::bigint > (command ->> 'earlier_here')::bigint THEN transfer_detect_internal.show_count((command ->> 'earlier')::bigint - (command ->> 'earlier_here')::bigint, 'time') || ' elsewhere' END) END, 'In ' || history || ' of history'),
		jsonb_build_array('Counted', transfer_detect_internal.show_count((a ->> 'event_count')::bigint, 'event') || coalesce(', ' || transfer_detect_internal.show_count(nullif(jsonb_array_length(a -> 'host_names'), 0), 'host'), ''),
			'Up to ' || to_char((a ->> 'last_window')::timestamptz, 'FMDD Mon, HH24:MI')));
	RETURN format(E'<div class="intro"><div>\n<h1>%s</h1>\n%s</div>\n%s</div>\n%s',
		transfer_detect_internal.said_html(facts -> 'headline'),
		(SELECT '<p class="lede">' || string_agg(transfer_detect_internal.said_html(l.value), ' ' ORDER BY l.place) || E'</p>\n'
		   FROM jsonb_array_elements(facts -> 'lede') WITH ORDINALITY AS l(value, place)),
		transfer_detect_internal.report_state(jsonb_build_array(
			jsonb_build_array('Severity', transfer_detect_internal.report_severity(a ->> 'severity')),
			jsonb_build_array('Risk score', (a ->> 'risk_score') || ' of 100'),
			jsonb_build_array('Status', transfer_detect_internal.html(concat_ws(', ', a ->> 'status', replace(a ->> 'close_reason', '_', ' ')))),
			jsonb_build_array('Assigned to', transfer_detect_internal.html(coalesce(a ->> 'assignee', 'nobody'))))),
		transfer_detect_internal.report_facts(list));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_alert_head(jsonb) IS 'part of alert_report(): what happened, how it stands, key facts';

CREATE FUNCTION transfer_detect_internal.history_length(facts jsonb) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE WHEN h.span >= interval '29 days' THEN '30 days'
			WHEN h.span >= interval '2 days' THEN transfer_detect_internal.show_count(round(extract(epoch FROM h.span) / 86400)::bigint, 'day')
			ELSE transfer_detect_internal.show_count(greatest(1, round(extract(epoch FROM h.span) / 3600)::bigint), 'hour') END
  FROM (SELECT (facts ->> 'to')::timestamptz - (facts ->> 'history_from')::timestamptz AS span) AS h
$$;
COMMENT ON FUNCTION transfer_detect_internal.history_length(jsonb) IS 'How far back the events go, for people';

CREATE FUNCTION transfer_detect_internal.rule_conditions(query text, result jsonb) RETURNS TABLE (name text, meaning text, found text, wanted text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* What a rule compares after its STATS: its columns with numbers. */
SELECT m.part[1],
	CASE WHEN d.definition ~* '^COUNT\s*\(\s*\*?\s*\)' THEN 'Times it ran'
		 WHEN d.definition ~* '^COUNT_DISTINCT\s*\(\s*agent\.id' THEN 'Agents that ran it'
		 WHEN d.definition ~* '^COUNT_DISTINCT\s*\(\s*host\.(name|id)' THEN 'Hosts that ran it' END,
	result ->> m.part[1],
	CASE m.part[2] WHEN '==' THEN 'exactly ' WHEN '<' THEN 'fewer than ' WHEN '<=' THEN 'at most ' WHEN '>' THEN 'more than ' WHEN '>=' THEN 'at least ' ELSE 'not ' END || m.part[3]
  FROM (SELECT substring(query FROM '(?i)\|\s*STATS\s.*$') AS after) AS q
 CROSS JOIN LATERAL regexp_matches(q.after, '(?i)(?:WHERE|AND|OR)\s+([\w.]+)\s*(==|<=|>=|<|>|!=)\s*(\d+)', 'g') WITH ORDINALITY AS m(part, place)
  LEFT JOIN LATERAL (SELECT (regexp_match(q.after, '(?i)(?:STATS|,)\s*' || replace(m.part[1], '.', '\.') || '\s*=\s*([^\n,]+)'))[1]) AS d(definition) ON true
 WHERE result ? m.part[1]
 ORDER BY m.place
$$;
COMMENT ON FUNCTION transfer_detect_internal.rule_conditions(text, jsonb) IS 'What a rule compares with numbers, and what it found';

CREATE FUNCTION transfer_detect_internal.report_alert_why(facts jsonb) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	a CONSTANT jsonb := facts -> 'alert';
	conditions text;
	note text;
	unseen jsonb;
BEGIN
	SELECT string_agg(format(E'<tr><th scope="row">%s</th><td>%s</td><td>%s</td></tr>\n',
			coalesce(c.meaning, transfer_detect_internal.report_code(c.name)), transfer_detect_internal.html(c.found), transfer_detect_internal.html(c.wanted)), '') INTO conditions
	  FROM transfer_detect_internal.rule_conditions(facts #>> '{rule,query}', a -> 'result') AS c;
	SELECT string_agg(format(E'<tr><th scope="row">%s</th><td colspan="2">%s</td></tr>\n',
			transfer_detect_internal.html(CASE k.key WHEN 'habit.key' THEN 'What is new' WHEN 'habit.scope' THEN 'New for' WHEN 'habit.space' THEN 'Kind of habit' ELSE k.key END),
			transfer_detect_internal.report_code(left(CASE jsonb_typeof(k.value) WHEN 'array' THEN array_to_string(transfer_detect_internal.json_texts(k.value), ', ')
				ELSE coalesce(nullif(k.value #>> '{}', ''), 'any host') END, 400))), '' ORDER BY k.key COLLATE "C")
		|| coalesce(conditions, '') INTO conditions
	  FROM jsonb_each(a -> 'group_key') AS k;
	SELECT e.value INTO unseen FROM jsonb_array_elements(facts -> 'elsewhere') AS e
	 WHERE e.value ->> 'form' = 'merged' AND (e.value ->> 'shared_command')::boolean
	   AND (e.value ->> 'last')::timestamptz BETWEEN (a ->> 'last_window')::timestamptz - (facts #>> '{rule,look_back}')::interval AND (a ->> 'last_window')::timestamptz
	   AND facts #>> '{rule,query}' !~* 'MV_CONTAINS|MV_EXPAND' LIMIT 1;
	IF unseen IS NOT NULL THEN
		note := format(E'<p class="note"><b>Nearly no alert.</b> %s ran the same command at %s, in the same window. Its agent writes a short-lived process as one merged document, and this rule does not count those. Counted, they would have made two agents.</p>\n',
			transfer_detect_internal.html(unseen ->> 'host'), to_char((unseen ->> 'last')::timestamptz, 'HH24:MI'));
	ELSIF a ->> 'omitted' IS NOT NULL THEN
		note := format(E'<p class="note"><b>Not whole.</b> The alert lacks what was too large: %s</p>\n', transfer_detect_internal.html(a ->> 'omitted'));
	ELSIF a ->> 'predecessor_id' IS NOT NULL THEN
		note := format(E'<p class="note"><b>Seen before.</b> Alert %s of the same group was closed earlier.</p>\n', transfer_detect_internal.html(a ->> 'predecessor_id'));
	END IF;
	RETURN transfer_detect_internal.report_section('why', NULL, 'Why this is an alert', 'What the rule counted, and what else is known about it.', concat(
		E'<div class="two">\n',
		transfer_detect_internal.report_table(format('What &ldquo;%s&rdquo; found in the window to %s', transfer_detect_internal.html(facts #>> '{rule,name}'), to_char((a ->> 'last_window')::timestamptz, 'HH24:MI TZ')),
			'<th scope="col">Condition</th><th scope="col">Found</th><th scope="col">Alert if</th>', conditions, 'tight'),
		note, E'</div>\n<div class="two">\n<div><h3>Speaks for data being taken out</h3>\n',
		coalesce(transfer_detect_internal.report_list('for', facts -> 'for'), '<p class="soft small">Nothing that these rules know of.</p>'), E'</div>\n<div><h3>Speaks for routine work</h3>\n',
		coalesce(transfer_detect_internal.report_list('no', (facts -> 'against') || (facts -> 'habits')), '<p class="soft small">Nothing that these rules know of.</p>'),
		E'\n<h3 style="margin-top:1.25rem">Cannot be told from the events</h3>\n',
		coalesce(transfer_detect_internal.report_list('ask', facts -> 'unknown'), '<p class="soft small">Nothing of what is asked here.</p>'), E'</div>\n</div>'));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_alert_why(jsonb) IS 'part of alert_report(): what the rule counted, and what speaks for and against';

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
		WHEN role = 'far' THEN 'on ' || transfer_detect_internal.html(node ->> 'host') || CASE WHEN facts #>> '{transfer,mode}' LIKE 'server%' THEN ', the other end'
			WHEN facts #>> '{transfer,direction}' = 'in' THEN ', sends it' ELSE ', receives it' END
		WHEN node ->> 'started' = facts #>> '{packed,started}' AND node ->> 'pid' = facts #>> '{packed,pid}' THEN 'packs what is sent'
		WHEN node ->> 'started' = facts #>> '{deleted,started}' AND node ->> 'pid' = facts #>> '{deleted,pid}' THEN 'deletes what was sent' END;
	remarks CONSTANT text := concat_ws(' &middot; ', transfer_detect_internal.html(node ->> 'executable'), 'pid ' || transfer_detect_internal.html(node ->> 'pid'), transfer_detect_internal.html(node ->> 'user_name'),
		'exit ' || transfer_detect_internal.html(node ->> 'exit_code'),
		CASE WHEN node ->> 'form' = 'parent' THEN 'known only as the parent of the next' WHEN role = 'far' THEN 'matched by arguments and time'
			 WHEN NOT (node ->> 'certain')::boolean THEN 'matched by pid and time' WHEN node ->> 'form' = 'merged' THEN 'one document' END);
BEGIN
	RETURN format('<div class="node%s"%s>%s<div><code>%s</code>%s<small>%s</small></div><span class="v"><span><span class="sr">starts </span>%s</span><span><span class="sr">ran </span>%s</span></span></div>',
		CASE WHEN role = 'this' THEN ' this' ELSE '' END, CASE WHEN role = 'this' THEN ' aria-current="true"' ELSE '' END,
		transfer_detect_internal.report_mark(transfer_detect_internal.kind_mark(node ->> 'kind', role, node ->> 'form')),
		transfer_detect_internal.html(coalesce(node ->> 'command_line', node ->> 'executable', node ->> 'name', 'no command line')), coalesce('&ensp;<span class="tag">' || tag || '</span>', ''), remarks,
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
		|| CASE WHEN other ->> 'host' IS NOT NULL THEN format(E'\n<p class="small soft">%s keeps its own clock%s.</p>', transfer_detect_internal.html(other ->> 'host'),
			CASE WHEN (other ->> 'candidates')::integer > 1 THEN format('; %s processes there would fit, and the nearest in time is shown', other ->> 'candidates') ELSE '' END) ELSE '' END);
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
			grid := grid || format('<line class="ax" x1="%1$s" x2="%1$s" y2="26"/>', transfer_detect_internal.percent(extract(epoch FROM tick - from_time) / 1800));
			IF extract(minute FROM tick)::integer % 10 = 0 AND abs(extract(epoch FROM tick - at)) > 45 THEN
				ticks := ticks || format('<text class="txt" x="%s" y="31" text-anchor="middle">%s</text>', transfer_detect_internal.percent(extract(epoch FROM tick - from_time) / 1800), to_char(tick, 'HH24:MI'));
			END IF;
		END IF;
		tick := tick + interval '5 minutes';
	END LOOP;
	WITH starts AS (
		SELECT coalesce(a.value ->> 'user_name', 'not known') AS user_name, (a.value ->> 'started')::timestamptz AS started, a.value ->> 'name' AS name,
			CASE WHEN a.value ->> 'started' = p ->> 'started' AND a.value ->> 'pid' = p ->> 'pid' THEN 'this' ELSE a.value ->> 'kind' END AS kind
		  FROM jsonb_array_elements(facts -> 'around') AS a WHERE a.value ->> 'form' <> 'fork'),
	users AS (
		SELECT s.user_name, count(*) AS starts, row_number() OVER (ORDER BY s.user_name = coalesce(p ->> 'user_name', 'not known') DESC, count(*) FILTER (WHERE s.kind <> 'cmd') DESC, count(*) DESC, s.user_name COLLATE "C") AS place
		  FROM starts AS s GROUP BY s.user_name),
	kinds(kind, place, label) AS (VALUES ('this', 1, 'This one'), ('transfer', 2, 'Other transfers'), ('net', 3, 'ssh and other clients'), ('pack', 4, 'Packing'),
		('delete', 5, 'Deleting'), ('run', 6, 'Scripts, shells'), ('cmd', 7, 'Other commands')),
	lanes AS (
		SELECT u.place AS user_place, u.user_name, k.kind, k.place, k.label,
			(SELECT string_agg(DISTINCT s.name COLLATE "C", ', ') FROM starts AS s WHERE s.user_name = u.user_name AND s.kind = k.kind) AS names,
			(SELECT count(*) FROM starts AS s WHERE s.user_name = u.user_name AND s.kind = k.kind) AS starts,
			(SELECT coalesce(string_agg(format('<use href="#m-%s" x="%s" y="13"/>%s', transfer_detect_internal.kind_mark(k.kind, CASE k.kind WHEN 'this' THEN 'this' END, NULL), m.x,
						CASE WHEN m.starts > 1 THEN format('<text x="%s" dx="10" y="17">%s</text>', m.x, m.starts) ELSE '' END), '' ORDER BY m.minute), '')
			   FROM (SELECT date_trunc('minute', s.started) AS minute, count(*) AS starts, transfer_detect_internal.percent(extract(epoch FROM min(s.started) - from_time) / 1800) AS x
					   FROM starts AS s WHERE s.user_name = u.user_name AND s.kind = k.kind GROUP BY 1) AS m) AS marks,
			(SELECT string_agg(format('%s at %s', m.starts, to_char(m.minute, 'HH24:MI')), '; ' ORDER BY m.minute)
			   FROM (SELECT date_trunc('minute', s.started) AS minute, count(*) AS starts FROM starts AS s WHERE s.user_name = u.user_name AND s.kind = k.kind GROUP BY 1) AS m) AS words
		  FROM users AS u CROSS JOIN kinds AS k WHERE u.place <= 4)
	SELECT string_agg(g.group_rows, '' ORDER BY g.user_place) INTO body
	  FROM (
		SELECT l.user_place, format(E'<tbody>\n<tr class="g"><th scope="rowgroup" colspan="3">By user %s%s</th></tr>\n', transfer_detect_internal.html(l.user_name),
				CASE WHEN (SELECT count(*) FROM users) = 1 THEN ', who did everything here' ELSE '' END)
			|| string_agg(format(E'<tr%s><th scope="row">%s</th><td><svg role="img" aria-label="%s"><use href="#grid"/>%s</svg></td><td class="n">%s</td></tr>\n',
				CASE l.kind WHEN 'this' THEN ' class="this"' ELSE '' END,
				CASE WHEN l.kind IN ('net', 'pack', 'delete') AND length(l.names) <= 24 THEN transfer_detect_internal.html(l.names) ELSE l.label END,
				coalesce(transfer_detect_internal.html_attribute(l.words), 'none'), l.marks, l.starts), '' ORDER BY l.place) || '</tbody>' AS group_rows
		  FROM lanes AS l WHERE l.starts > 0 OR l.user_place = 1 AND l.kind IN ('transfer')
		 GROUP BY l.user_place, l.user_name) AS g;
	RETURN format(E'<table class="lanes">\n<caption>Process starts on %s, %s to %s. A number beside a mark: so many within that minute.%s</caption>\n<thead><tr><th scope="col"><span class="sr">Kind</span></th><th scope="col"><span class="sr">When</span><svg style="height:34px" aria-hidden="true"><defs><g id="grid">%s<line class="now" x1="50%%" x2="50%%" y2="26"/></g></defs><text class="acc" x="50%%" y="12" text-anchor="middle">%s</text>%s</svg></th><th scope="col" class="n">Starts</th></tr></thead>\n%s</table>',
		transfer_detect_internal.html(p ->> 'host'), to_char(from_time, 'HH24:MI'), to_char(from_time + interval '30 minutes', 'HH24:MI TZ'),
		CASE WHEN (SELECT count(DISTINCT a.value ->> 'user_name') FROM jsonb_array_elements(facts -> 'around') AS a) > 4 THEN ' Only the four users who matter most.' ELSE '' END,
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
	SELECT min(transfer_detect_internal.seconds_between(p ->> 'started', n.value ->> 'started')), max(transfer_detect_internal.seconds_between(p ->> 'started', n.value ->> 'ended')) INTO first, last
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
		grid := grid || format('<line class="%2$s" x1="%1$s" x2="%1$s" y2="26"/>', transfer_detect_internal.percent((tick - first) / span), CASE WHEN tick = 0 THEN 'now' ELSE 'ax' END);
		ticks := ticks || format('<text class="%s" x="%s" y="50" text-anchor="middle">%s</text>', CASE WHEN tick = 0 THEN 'acc' ELSE 'txt' END,
			transfer_detect_internal.percent((tick - first) / span), replace(trim_scale(tick * scale)::text, '-', '&minus;'));
		tick := tick + step;
	END LOOP;
	SELECT string_agg(format(E'<tr%s><th scope="row">%s</th><td><svg role="img" aria-label="from %s s for %s"><use href="#gridb"/><rect class="bar%s" x="%s" y="8" width="%s" height="10"/></svg></td><td class="n">%s</td></tr>\n',
			CASE WHEN b.role = 'this' THEN ' class="this"' ELSE '' END, transfer_detect_internal.html(b.label), round(b.started, 3), transfer_detect_internal.show_span(b.ended - b.started),
			CASE b.role WHEN 'this' THEN ' this' WHEN 'far' THEN ' far' ELSE '' END,
			transfer_detect_internal.percent((b.started - first) / span), transfer_detect_internal.percent(greatest((b.ended - b.started) / span, 0.003)), transfer_detect_internal.show_span(b.ended - b.started)), '' ORDER BY b.place) INTO body
	  FROM (
		SELECT n.place, n.value ->> 'role' AS role, transfer_detect_internal.seconds_between(p ->> 'started', n.value ->> 'started') AS started,
			transfer_detect_internal.seconds_between(p ->> 'started', n.value ->> 'ended') AS ended,
			left(coalesce(regexp_replace(transfer_detect_internal.script_of(n.value ->> 'command_line'), '^.*/', ''), n.value ->> 'name', '?'), 30)
				|| CASE WHEN n.value ->> 'role' = 'far' THEN ' on ' || (n.value ->> 'host') ELSE '' END AS label
		  FROM jsonb_array_elements(facts -> 'tree') WITH ORDINALITY AS n(value, place)
		 WHERE n.value ->> 'ended' IS NOT NULL AND abs(transfer_detect_internal.seconds_between(p ->> 'started', n.value ->> 'started')) <= 900
		 ORDER BY n.value ->> 'role' <> 'this', n.value ->> 'role' <> 'far', n.place LIMIT 12) AS b;
	RETURN format(E'\n<table class="lanes" aria-label="How the processes overlap">\n<thead><tr><th scope="col">Close up, in %s from its start</th><th scope="col"><span class="sr">When</span><svg style="height:56px" aria-hidden="true"><defs><g id="gridb">%s</g></defs><line class="now" x1="50%%" x2="0" y2="32"/><line class="now" x1="50%%" x2="100%%" y2="32"/>%s</svg></th><th scope="col" class="n">Ran for</th></tr></thead>\n<tbody>\n%s</tbody></table>',
		CASE WHEN scale = 1000 THEN 'ms' ELSE 's' END, grid, ticks, body);
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_bars(jsonb) IS 'part of alert_report(): the run times of the processes, drawn';

CREATE FUNCTION transfer_detect_internal.part_label(part text, value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE part WHEN 'command' THEN 'This command line' WHEN 'template' THEN 'This command, changing parts replaced' WHEN 'script' THEN 'Transfers by this script'
	WHEN 'parent' THEN 'This program from this parent' WHEN 'direction' THEN value || ' to or from another host' WHEN 'program' THEN 'This program, for anything'
	WHEN 'remote host' THEN 'Anything to or from ' || value WHEN 'other name' THEN 'Anything to or from ' || value || ', the same host' ELSE 'Transfers by ' || value END
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
	coalesce(string_agg(format('%s on %s', d.starts, to_char(to_time - (30 - d.place) * interval '1 day', 'FMDD Mon')), '; ' ORDER BY d.place) FILTER (WHERE d.starts > 0), 'none'),
	string_agg(CASE WHEN d.starts > 0 THEN format('<rect class="bar%s" x="%s" y="%s" width="2.6%%" height="%s"/>', CASE d.place WHEN 30 THEN ' this' ELSE '' END,
						transfer_detect_internal.percent((d.place - 1) / 30.0 + 0.004), 21 - d.height, d.height)
					WHEN present[d.place] THEN '' ELSE format('<circle class="gap" cx="%s" cy="20" r="1"/>', transfer_detect_internal.percent((d.place - 0.5) / 30.0)) END, '' ORDER BY d.place))
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
	range CONSTANT text := CASE WHEN span = interval '24 hours' THEN 'Last 24 hours' ELSE to_char(to_time - span, 'HH24:MI') || ' to ' || to_char(to_time, 'HH24:MI') END;
	present CONSTANT boolean[] := ARRAY(SELECT e.value::boolean FROM jsonb_array_elements_text(facts -> 'present') WITH ORDINALITY AS e(value, place) ORDER BY e.place);
	absent CONSTANT integer := (SELECT count(*) FROM unnest(present) AS d WHERE NOT d);
	rows text := '';
	p record;
BEGIN
	FOR p IN
		SELECT r.part, r.value, r.starts, r.hosts, r.first, r.first_host, r.last, r.last_host, r.by_day, r.latest
		  FROM jsonb_to_recordset(facts -> 'prevalence') AS r(part text, value text, starts bigint, hosts bigint,
			first timestamptz, first_host text, last timestamptz, last_host text, by_day integer[], latest timestamptz[])
	LOOP
		rows := rows || format(E'<tr><th scope="row" class="full">%s%s</th><td class="n" data-l="Starts">%s</td><td class="n" data-l="Hosts">%s</td><td class="t" data-l="First">%s</td><td class="t" data-l="Last">%s</td><td class="full strip" data-l="%s">%s</td><td class="full strip" data-l="30 days">%s</td></tr>\n',
			transfer_detect_internal.html(transfer_detect_internal.part_label(p.part, p.value)),
			CASE WHEN p.part IN ('template', 'script', 'parent', 'program') THEN '<small class="soft" style="display:block">' || transfer_detect_internal.report_code(left(p.value, 200)) || '</small>'
				 WHEN p.part = 'command' THEN '<small class="soft" style="display:block">as it is</small>' ELSE '' END,
			trim(to_char(p.starts, '999,999,990')), p.hosts,
			coalesce(transfer_detect_internal.short_time(p.first, to_time) || coalesce(transfer_detect_internal.report_small(transfer_detect_internal.html(p.first_host)), ''), 'never'),
			coalesce(transfer_detect_internal.short_time(p.last, to_time) || coalesce(transfer_detect_internal.report_small(transfer_detect_internal.html(p.last_host)), ''), 'never'),
			range, transfer_detect_internal.report_strip(p.latest, own, to_time, span), transfer_detect_internal.report_days(p.by_day, present, to_time));
	END LOOP;
	RETURN transfer_detect_internal.report_section('before', NULL, 'Seen before?',
		format('How common each part of it is. <b>%s of history:</b> events are stored from %s%s.', transfer_detect_internal.history_length(facts), to_char(history_from, 'FMDD FMMonth, HH24:MI'),
			CASE WHEN absent > 0 THEN format('; %s of the last 30 days have none', absent) ELSE '' END),
		transfer_detect_internal.report_table(concat('Starts on all hosts up to ', to_char(to_time, 'FMDD FMMonth, HH24:MI TZ'), '. Diamond: this alert. Strokes: other runs.',
				CASE WHEN absent > 0 THEN ' Dots: days without events, which is not the same as days without runs.' END,
				CASE WHEN (facts ->> 'cut')::boolean THEN format(' Of a program with more than %s starts, the latest are counted.', trim(to_char((facts ->> 'most')::integer, '999,999'))) END),
			format('<th scope="col" style="width:26%%">What</th><th scope="col" class="n">Starts</th><th scope="col" class="n">Hosts</th><th scope="col" class="t">First</th><th scope="col">Last</th><th scope="col" style="width:22%%">%s</th><th scope="col" style="width:15%%">30 days to %s</th>',
				range, to_char(to_time, 'FMDD Mon')), rows));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_alert_before(jsonb) IS 'part of alert_report(): how common each part of the command is';

CREATE FUNCTION transfer_detect_internal.short_time(at timestamptz, today timestamptz) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT CASE WHEN at > today - interval '20 hours' THEN to_char(at, 'HH24:MI:SS') ELSE to_char(at, 'FMDD Mon HH24:MI') END $$;
COMMENT ON FUNCTION transfer_detect_internal.short_time(timestamptz, timestamptz) IS 'A time, with its day if that is another one';

CREATE FUNCTION transfer_detect_internal.report_alert_related(facts jsonb) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* Alerts that share something, and starts elsewhere that are in no alert's count. */
DECLARE
	today CONSTANT timestamptz := coalesce(facts ->> 'to', facts #>> '{subject,started}');
	blind CONSTANT boolean := facts #>> '{rule,query}' !~* 'MV_CONTAINS|MV_EXPAND';
	rows text;
BEGIN
	SELECT string_agg(r.row, '' ORDER BY r.rank, r.happened) INTO rows FROM (
		SELECT 1 AS rank, (e.value ->> 'first')::timestamptz AS happened,
			format(E'<tr><th scope="row" class="t">%s</th><td class="t">%s</td><td class="h">%s</td><td class="full late">%s%s<small>%s</small></td><td class="t">%s</td></tr>\n',
				CASE WHEN blind AND e.value ->> 'form' = 'merged' THEN 'No alert' ELSE 'Elsewhere' END,
				transfer_detect_internal.short_time((e.value ->> 'first')::timestamptz, today) || CASE WHEN (e.value ->> 'starts')::integer > 1 THEN ' to<br>' || transfer_detect_internal.short_time((e.value ->> 'last')::timestamptz, today) ELSE '' END,
				transfer_detect_internal.html(e.value ->> 'host'), transfer_detect_internal.report_code(e.value ->> 'command_line'),
				CASE WHEN (e.value ->> 'starts')::integer > 1 THEN ' &times;' || (e.value ->> 'starts') ELSE '' END,
				concat_ws(', ', CASE WHEN (e.value ->> 'shared_command')::boolean THEN 'Same command' END, CASE WHEN (e.value ->> 'shared_script')::boolean THEN 'same script' END,
					CASE WHEN e.value ->> 'user_name' = facts #>> '{subject,user_name}' THEN 'same user' END, CASE WHEN e.value ->> 'form' = 'merged' THEN 'in merged documents' END),
				CASE WHEN blind AND e.value ->> 'form' = 'merged' THEN 'not counted' ELSE '' END) AS row
		  FROM jsonb_array_elements(facts -> 'elsewhere') AS e
		UNION ALL
		SELECT 2, NULL::timestamptz + a.place * interval '0', format(E'<tr><th scope="row" class="t">Alert %s</th><td class="t">%s</td><td class="h">%s</td><td class="full late">%s<small>Same %s</small></td><td class="t">%s</td></tr>\n',
				a.value ->> 'id', transfer_detect_internal.short_time((a.value ->> 'happened')::timestamptz, today), transfer_detect_internal.html(coalesce(a.value ->> 'host', 'not named')),
				transfer_detect_internal.report_code(a.value ->> 'what'), transfer_detect_internal.html(transfer_detect_internal.show_list(transfer_detect_internal.json_texts(a.value -> 'shared'), 4)),
				transfer_detect_internal.html(a.value ->> 'status'))
		  FROM jsonb_array_elements(facts -> 'related') WITH ORDINALITY AS a(value, place) WHERE a.place <= 12
		UNION ALL
		SELECT 3, (d.value ->> 'at')::timestamptz, format(E'<tr><th scope="row" class="t">Same host</th><td class="t">%s</td><td class="h">%s</td><td class="full late">%s%s</td><td class="t"></td></tr>\n',
				transfer_detect_internal.short_time((d.value ->> 'at')::timestamptz, today), transfer_detect_internal.html(facts #>> '{subject,host}'), transfer_detect_internal.report_code(d.value ->> 'command_line'),
				coalesce('<small>by ' || transfer_detect_internal.report_code(d.value ->> 'script') || '</small>', ''))
		  FROM (SELECT d.value FROM jsonb_array_elements(facts -> 'day') AS d LIMIT 8) AS d) AS r;
	RETURN transfer_detect_internal.report_section('related', NULL, 'Related', 'Alerts that share host, user, destination or command; the same on other hosts; and the other transfers of this host that day.',
		coalesce(transfer_detect_internal.report_table('The closest first', '<th scope="col">Where</th><th scope="col">Time</th><th scope="col">Host</th><th scope="col">What ran, and how it belongs here</th><th scope="col">Status</th>', rows),
			'<p class="small soft">No other alert, host or transfer shares anything with this one.</p>')
		|| coalesce(transfer_detect_internal.report_table('Exceptions of this rule that nearly fit',
			'<th scope="col">Exception</th><th scope="col">Condition</th><th scope="col">Why it does not apply</th>',
			(SELECT string_agg(format(E'<tr><th scope="row" class="t">%s</th><td class="full">%s%s</td><td class="full">%s</td></tr>\n', e.value ->> 'id', transfer_detect_internal.report_code(e.value ->> 'condition'),
				coalesce(transfer_detect_internal.report_small(transfer_detect_internal.html(e.value ->> 'comment')), ''), transfer_detect_internal.html(e.value ->> 'why_not')), '')
			   FROM jsonb_array_elements(CASE jsonb_typeof(facts -> 'exceptions') WHEN 'array' THEN facts -> 'exceptions' ELSE '[]' END) AS e)), ''));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_alert_related(jsonb) IS 'part of alert_report(): what belongs together';

CREATE FUNCTION transfer_detect_internal.report_alert_guide(facts jsonb) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT transfer_detect_internal.report_section('guide', NULL, 'Guide', 'The rule&rsquo;s questions beside what the events answer.', concat(
	transfer_detect_internal.report_table('Steps of the investigation', '<th scope="col" style="width:34%">Question</th><th scope="col">Answer from the events</th><th scope="col">Result</th>',
		(SELECT string_agg(format(E'<tr><th scope="row" class="full no"><span class="soft">%s</span>&ensp;%s</th><td class="full">%s</td><td class="t">%s</td></tr>\n',
				s.value ->> 'step', transfer_detect_internal.html(s.value ->> 'question'), coalesce(transfer_detect_internal.said_html(s.value -> 'answer'), 'Left to a person.'),
				transfer_detect_internal.report_mark(coalesce(s.value ->> 'mark', 'ask')) || CASE s.value ->> 'mark' WHEN 'for' THEN ' stands out' WHEN 'no' THEN ' as usual' ELSE ' open' END), '' ORDER BY s.place)
		   FROM jsonb_array_elements(facts -> 'guide') WITH ORDINALITY AS s(value, place))),
	E'\n<div class="md">' || transfer_detect_internal.markdown(regexp_replace(nullif(transfer_detect_internal.guide_rest(facts #>> '{rule,note}'), ''), '(^|\n)(#+ )', '\1##\2', 'g')) || '</div>'))
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_alert_guide(jsonb) IS 'part of alert_report(): the guide beside its answers';

CREATE FUNCTION transfer_detect_internal.report_alert_response(facts jsonb) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT transfer_detect_internal.report_section('response', NULL, 'Response', 'Suggested commands for root, quoted for a shell. Nothing has been run.',
	(SELECT E'<ol class="do">\n' || string_agg(format(E'<li><b>%s</b>%s%s<small>%s</small></li>\n', transfer_detect_internal.html(r.action),
			coalesce(' <span class="soft">on ' || transfer_detect_internal.html(r.host) || '</span>', ''), coalesce('<pre>' || transfer_detect_internal.html(r.command) || '</pre>', ''), transfer_detect_internal.html(r.effect)), '' ORDER BY r.step) || '</ol>'
	   FROM transfer_detect_internal.response_steps(facts) AS r))
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_alert_response(jsonb) IS 'part of alert_report(): suggested commands';

CREATE FUNCTION transfer_detect_internal.report_alert_history(facts jsonb) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	rows text;
BEGIN
	IF NOT has_table_privilege('@extschema@.alert_history', 'SELECT') THEN
		RETURN '';
	END IF;
	SELECT string_agg(format(E'<tr><th scope="row" class="t">%s</th><td>%s</td><td class="full">%s</td></tr>\n', to_char(h.changed_at, 'FMDD Mon YYYY HH24:MI'), transfer_detect_internal.html(h.changed_by),
			CASE h.action WHEN 'created' THEN 'Filed as open with ' || transfer_detect_internal.show_count((h.changes #>> '{event_count,1}')::bigint, 'event')
				ELSE (SELECT string_agg(format('%s: %s', replace(transfer_detect_internal.html(c.key), '_', ' '), transfer_detect_internal.html(coalesce(nullif(left(c.value ->> 1, 500), ''), 'none'))), '; ' ORDER BY c.key COLLATE "C") FROM jsonb_each(h.changes) AS c) END), '' ORDER BY h.id) INTO rows
	  FROM (SELECT x.* FROM @extschema@.alert_history AS x WHERE x.alert_id = (facts #>> '{alert,id}')::bigint ORDER BY x.id DESC LIMIT 50) AS h;
	RETURN transfer_detect_internal.report_section('log', NULL, 'History', 'Who changed what, newest last.',
		transfer_detect_internal.report_table('Changes of this alert', '<th scope="col">Time</th><th scope="col">By</th><th scope="col">Change</th>', rows, 'tight')
		|| coalesce('<p class="small"><b>Notes.</b> ' || transfer_detect_internal.html(nullif(facts #>> '{alert,notes}', '')) || '</p>', ''));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_alert_history(jsonb) IS 'part of alert_report(): the history of the alert';

CREATE FUNCTION transfer_detect_internal.event_document(source regclass, p jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* The document behind a process of triage(). */
DECLARE
	document jsonb;
BEGIN
	IF p ->> 'started' IS NULL OR p ->> 'host' IS NULL THEN
		RETURN NULL;
	END IF;
	EXECUTE format($query$
		SELECT coalesce(e.document, jsonb_strip_nulls(to_jsonb(e))) FROM %s AS e
		 WHERE hashtextextended(e.host_name, 0) = hashtextextended($1, 0) AND e.host_name = $1 AND e.timestamp = $2
		   AND e.process_pid IS NOT DISTINCT FROM $3 AND e.event_id IS NOT DISTINCT FROM $4 LIMIT 1$query$, transfer_detect_internal.event_source(source))
	   INTO document USING p ->> 'host', (p ->> 'started')::timestamptz, (p ->> 'pid')::bigint, p ->> 'event_id';
	RETURN document;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.event_document(regclass, jsonb) IS 'The document of a process that triage() has found';

CREATE FUNCTION transfer_detect_internal.report_alert_evidence(facts jsonb) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	source CONSTANT regclass := to_regclass(facts #>> '{rule,source}');
	readable CONSTANT boolean := (facts ->> 'readable')::boolean;
	rows text;
	counted CONSTANT integer := jsonb_array_length(facts -> 'documents');
BEGIN
	SELECT string_agg(format(E'<tr%s><th scope="row" class="t">%s</th><td class="h">%s</td><td class="t">%s</td><td class="n" data-l="pid">%s</td><td class="full late">%s<details><summary>%s%s</summary>%s</details></td></tr>\n',
			CASE d.place WHEN 1 THEN ' class="this"' ELSE '' END, coalesce(to_char((e.p).started, 'HH24:MI:SS.MS'), ''), coalesce(transfer_detect_internal.html((e.p).host), ''),
			coalesce(transfer_detect_internal.html(array_to_string(transfer_detect_internal.event_list(d.document, 'event.action'), ' ')), ''), coalesce((e.p).pid::text, ''),
			coalesce(transfer_detect_internal.report_code((e.p).command_line), ''), d.part, coalesce(' &middot; document ' || transfer_detect_internal.html((e.p).event_id), ''),
			transfer_detect_internal.report_document(d.document)), '' ORDER BY d.place) INTO rows
	  FROM (
		SELECT x.place, x.value AS document, CASE WHEN x.place = 1 THEN '<b>The document that the rule counted first</b>' ELSE '<b>Counted by the rule</b>' END AS part
		  FROM jsonb_array_elements(facts -> 'documents') WITH ORDINALITY AS x(value, place) WHERE x.place <= 10
		UNION ALL
		SELECT 100 + k.place, transfer_detect_internal.event_document(source, k.p), k.part
		  FROM (VALUES (1, facts -> 'packed', 'Packs the file'), (2, facts -> 'other', 'The other end'), (3, facts -> 'deleted', 'Deletes the file')) AS k(place, p, part)
		 WHERE readable AND k.p IS NOT NULL) AS d
	 CROSS JOIN LATERAL (SELECT transfer_detect_internal.event_process(d.document) AS p) AS e
	 WHERE d.document IS NOT NULL;
	RETURN transfer_detect_internal.report_section('docs', NULL, 'Evidence', format('The documents behind this page, the counted ones first. %s', facts ->> 'evidence'),
		coalesce(transfer_detect_internal.report_table(format('%s of %s counted, and what belongs to them', counted, transfer_detect_internal.show_count((facts #>> '{alert,event_count}')::bigint, 'document')),
			'<th scope="col">Time</th><th scope="col">Host</th><th scope="col">Action</th><th scope="col" class="n">Pid</th><th scope="col" style="width:58%">Command line, and its part in this</th>', rows),
			'<p class="small soft">The documents are gone, or not yours to read.</p>'));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_alert_evidence(jsonb) IS 'part of alert_report(): the documents';

CREATE FUNCTION transfer_detect_internal.report_alert_foot(facts jsonb) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT format(E'<div><h2>Rule</h2><p>%s, version %s (%s). Every %s, over the last %s.%s</p></div>\n%s<div><h2>Text from the events</h2><p>Shown as text, never as markup. Characters that would not be seen are written as code points, like <span class="u">U+202E</span>.</p></div>\n',
	transfer_detect_internal.html(facts #>> '{rule,name}'), facts #>> '{rule,version}', transfer_detect_internal.report_code(facts #>> '{rule,rule_id}'),
	transfer_detect_internal.show_span(extract(epoch FROM (facts #>> '{rule,run_interval}')::interval)), transfer_detect_internal.show_span(extract(epoch FROM (facts #>> '{rule,look_back}')::interval)),
	coalesce((SELECT ' ATT&amp;CK ' || string_agg(transfer_detect_internal.html(concat_ws(' ', t.value ->> 'id', t.value ->> 'name')), '; ') || '.'
		FROM jsonb_path_query(facts #> '{rule,threat}', '$[*].techniques[*]') AS t(value)), ''),
	transfer_detect_internal.report_this_page(format('SELECT transfer_detect.alert_report(%s)', facts #>> '{alert,id}'), coalesce(facts ->> 'to', facts #>> '{alert,last_window}')::timestamptz))
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_alert_foot(jsonb) IS 'part of alert_report(): the rule, and what made the page';

CREATE FUNCTION alert_report(alert_id bigint) RETURNS text
LANGUAGE plpgsql STABLE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	facts CONSTANT jsonb := transfer_detect_internal.triage(alert_id);
BEGIN
	RETURN transfer_detect_internal.report_page(
		format('Alert %s: %s', alert_id, transfer_detect_internal.html(left(transfer_detect_internal.said_plain(facts -> 'headline'), 200))),
		format('Alert %s &middot; %s', alert_id, transfer_detect_internal.html(facts #>> '{rule,name}')),
		transfer_detect_internal.report_alert_head(facts),
		concat(
			transfer_detect_internal.report_alert_why(facts),
			transfer_detect_internal.report_alert_tree(facts),
			CASE WHEN jsonb_array_length(facts -> 'around') > 0 THEN
				transfer_detect_internal.report_section('time', 'whole', 'Timeline', 'What else the host did in the 15 minutes before and after; then the processes of the tree, close up. Dashed: another host.',
					transfer_detect_internal.report_lanes(facts) || transfer_detect_internal.report_bars(facts)) END,
			transfer_detect_internal.report_alert_before(facts),
			transfer_detect_internal.report_alert_related(facts),
			transfer_detect_internal.report_alert_guide(facts),
			transfer_detect_internal.report_alert_response(facts),
			transfer_detect_internal.report_alert_evidence(facts),
			transfer_detect_internal.report_alert_history(facts)),
		transfer_detect_internal.report_alert_foot(facts));
END
$$;
COMMENT ON FUNCTION alert_report(bigint) IS 'A page of HTML about an alert, in one file that needs nothing from outside';
