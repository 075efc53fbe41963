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
			ELSE '<b>' || transfer_detect_internal.html(p ->> 'user_name') || '</b>'
				|| coalesce(', user id ' || transfer_detect_internal.html(p ->> 'user_id'), '') END,
			coalesce(transfer_detect_internal.capital(nullif(concat_ws('; ', 'logged in as ' || transfer_detect_internal.html(who ->> 'login'),
				'acting as ' || transfer_detect_internal.html(who ->> 'effective'),
				'terminal ' || transfer_detect_internal.html(who ->> 'tty'), 'from ' || transfer_detect_internal.html(who ->> 'from')), '')),
					'No session, terminal or login address in the events')),
		jsonb_build_array('From', '<b>' || transfer_detect_internal.html(p ->> 'host') || '</b>',
			concat_ws(', ', transfer_detect_internal.html(who ->> 'os'), transfer_detect_internal.html(who ->> 'architecture'),
				transfer_detect_internal.html(who ->> 'host_ip'))),
		jsonb_build_array(CASE WHEN t ->> 'mode' LIKE 'server%' THEN 'Other end' ELSE 'To' END,
			CASE WHEN t ->> 'mode' LIKE 'server%' THEN '<b>' || transfer_detect_internal.html(facts #>> '{other,host}') || '</b>'
				ELSE '<b>' || transfer_detect_internal.html(t ->> 'remote_host') || '</b>'
					|| coalesce(', ' || transfer_detect_internal.report_code(nullif(transfer_detect_internal.show_list(remote_paths), '.')), '') END,
			CASE WHEN t ->> 'mode' LIKE 'server%' THEN 'Matched by arguments and time'
				ELSE concat_ws('; ', coalesce('Account ' || transfer_detect_internal.html(t ->> 'remote_user'), 'No account named'), 'port '
					|| (t ->> 'remote_port'),
					'seen there: ' || transfer_detect_internal.html(facts #>> '{other,host}')) END),
		jsonb_build_array('When', format('<b>%s</b> %s', to_char(start, 'HH24:MI:SS.MS'), to_char(start, 'TZ')),
			concat_ws(', ', coalesce('Ran for ' || transfer_detect_internal.show_span(transfer_detect_internal.seconds_between(p ->> 'started',
				p ->> 'ended')), CASE WHEN p ->> 'form' = 'merged' THEN 'One document for start and end' ELSE 'No end in the events' END),
				'exit code ' || transfer_detect_internal.html(p ->> 'exit_code'))),
		jsonb_build_array(CASE WHEN t ->> 'direction' = 'in' THEN 'What came' ELSE 'What left' END,
			transfer_detect_internal.report_code(transfer_detect_internal.show_list(local_paths)),
			transfer_detect_internal.capital(nullif(concat_ws(', ', CASE WHEN 'secret' = ANY (classes) THEN 'a secret' END, CASE
				WHEN 'hidden' = ANY (classes) THEN 'hidden name' END,
				CASE WHEN 'tmp' = ANY (classes) THEN 'temporary directory' END, CASE WHEN 'home' = ANY (classes) THEN 'home directory' END,
				CASE WHEN 'system' = ANY (classes) THEN 'system file' END, 'size not in the events'), ''))),
		jsonb_build_array('Started by', transfer_detect_internal.report_code(coalesce(facts ->> 'script', p ->> 'parent_command_line',
			p ->> 'parent_executable')),
			transfer_detect_internal.html(starter)),
		jsonb_build_array('Seen before', CASE WHEN command IS NULL THEN NULL WHEN (command ->> 'earlier')::bigint = 0 THEN 'Never'
			ELSE concat_ws(', ', CASE WHEN (command ->> 'earlier_here')::bigint = 0 THEN 'Never on ' || transfer_detect_internal.html(p ->> 'host')
				ELSE transfer_detect_internal.show_count((command ->> 'earlier_here')::bigint, 'time') || ' on '
					|| transfer_detect_internal.html(p ->> 'host') END,
				CASE WHEN (command ->> 'earlier')::bigint > (command ->> 'earlier_here')::bigint
					THEN transfer_detect_internal.show_count((command ->> 'earlier')::bigint - (command ->> 'earlier_here')::bigint, 'time')
					|| ' elsewhere' END) END, 'In ' || history || ' of history'),
		jsonb_build_array('Counted', transfer_detect_internal.show_count((a ->> 'event_count')::bigint, 'event')
			|| coalesce(', ' || transfer_detect_internal.show_count(nullif(jsonb_array_length(a -> 'host_names'), 0), 'host'), ''),
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
	CASE m.part[2] WHEN '==' THEN 'exactly ' WHEN '<' THEN 'fewer than ' WHEN '<=' THEN 'at most ' WHEN '>' THEN 'more than ' WHEN '>='
		THEN 'at least ' ELSE 'not ' END || m.part[3]
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
			coalesce(c.meaning, transfer_detect_internal.report_code(c.name)), transfer_detect_internal.html(c.found),
				transfer_detect_internal.html(c.wanted)), '') INTO conditions
	  FROM transfer_detect_internal.rule_conditions(facts #>> '{rule,query}', a -> 'result') AS c;
	SELECT string_agg(format(E'<tr><th scope="row">%s</th><td colspan="2">%s</td></tr>\n',
			transfer_detect_internal.html(CASE k.key WHEN 'habit.key' THEN 'What is new' WHEN 'habit.scope' THEN 'New for' WHEN 'habit.space'
				THEN 'Kind of habit' ELSE k.key END),
			transfer_detect_internal.report_code(left(CASE jsonb_typeof(k.value) WHEN 'array'
				THEN array_to_string(transfer_detect_internal.json_texts(k.value), ', ')
				ELSE coalesce(nullif(k.value #>> '{}', ''), 'any host') END, 400))), '' ORDER BY k.key COLLATE "C")
		|| coalesce(conditions, '') INTO conditions
	  FROM jsonb_each(a -> 'group_key') AS k;
	SELECT e.value INTO unseen FROM jsonb_array_elements(facts -> 'elsewhere') AS e
	 WHERE e.value ->> 'form' = 'merged' AND (e.value ->> 'shared_command')::boolean
	   AND (e.value ->> 'last')::timestamptz BETWEEN (a ->> 'last_window')::timestamptz - (facts #>> '{rule,look_back}')::interval
		AND (a ->> 'last_window')::timestamptz
	   AND facts #>> '{rule,query}' !~* 'MV_CONTAINS|MV_EXPAND' LIMIT 1;
	IF unseen IS NOT NULL THEN
		note := format(E'<p class="note"><b>Nearly no alert.</b> %s ran the same command at %s, in the same window. Its agent writes a short-lived '
			'process as one merged document, and this rule does not count those. Counted, they would have made two agents.</p>\n',
			transfer_detect_internal.html(unseen ->> 'host'), to_char((unseen ->> 'last')::timestamptz, 'HH24:MI'));
	ELSIF a ->> 'omitted' IS NOT NULL THEN
		note := format(E'<p class="note"><b>Not whole.</b> The alert lacks what was too large: %s</p>\n', transfer_detect_internal.html(a ->> 'omitted'));
	ELSIF a ->> 'predecessor_id' IS NOT NULL THEN
		note := format(E'<p class="note"><b>Seen before.</b> Alert %s of the same group was closed earlier.</p>\n',
			transfer_detect_internal.html(a ->> 'predecessor_id'));
	END IF;
	RETURN transfer_detect_internal.report_section('why', NULL, 'Why this is an alert', 'What the rule counted, and what else is known about it.', concat(
		E'<div class="two">\n',
		transfer_detect_internal.report_table(format('What &ldquo;%s&rdquo; found in the window to %s',
			transfer_detect_internal.html(facts #>> '{rule,name}'), to_char((a ->> 'last_window')::timestamptz, 'HH24:MI TZ')),
			'<th scope="col">Condition</th><th scope="col">Found</th><th scope="col">Alert if</th>', conditions, 'tight'),
		note, E'</div>\n<div class="two">\n<div><h3>Speaks for data being taken out</h3>\n',
		coalesce(transfer_detect_internal.report_list('for', facts -> 'for'), '<p class="soft small">Nothing that these rules know of.</p>'),
			E'</div>\n<div><h3>Speaks for routine work</h3>\n',
		coalesce(transfer_detect_internal.report_list('no', (facts -> 'against') || (facts -> 'habits')),
			'<p class="soft small">Nothing that these rules know of.</p>'),
		E'\n<h3 style="margin-top:1.25rem">Cannot be told from the events</h3>\n',
		coalesce(transfer_detect_internal.report_list('ask', facts -> 'unknown'), '<p class="soft small">Nothing of what is asked here.</p>'),
			E'</div>\n</div>'));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_alert_why(jsonb) IS 'part of alert_report(): what the rule counted, and what speaks for and against';

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
			format(E'<tr><th scope="row" class="t">%s</th><td class="t">%s</td><td class="h">%s</td><td class="full late">%s%s<small>%s</small></td>'
				'<td class="t">%s</td></tr>\n',
				CASE WHEN blind AND e.value ->> 'form' = 'merged' THEN 'No alert' ELSE 'Elsewhere' END,
				transfer_detect_internal.short_time((e.value ->> 'first')::timestamptz, today) || CASE WHEN (e.value ->> 'starts')::integer > 1
					THEN ' to<br>' || transfer_detect_internal.short_time((e.value ->> 'last')::timestamptz, today) ELSE '' END,
				transfer_detect_internal.html(e.value ->> 'host'), transfer_detect_internal.report_code(e.value ->> 'command_line'),
				CASE WHEN (e.value ->> 'starts')::integer > 1 THEN ' &times;' || (e.value ->> 'starts') ELSE '' END,
				concat_ws(', ', CASE WHEN (e.value ->> 'shared_command')::boolean THEN 'Same command' END, CASE
					WHEN (e.value ->> 'shared_script')::boolean THEN 'same script' END,
					CASE WHEN e.value ->> 'user_name' = facts #>> '{subject,user_name}' THEN 'same user' END, CASE WHEN e.value ->> 'form' = 'merged'
						THEN 'in merged documents' END),
				CASE WHEN blind AND e.value ->> 'form' = 'merged' THEN 'not counted' ELSE '' END) AS row
		  FROM jsonb_array_elements(facts -> 'elsewhere') AS e
		UNION ALL
		SELECT 2, NULL::timestamptz + a.place * interval '0',
			format(E'<tr><th scope="row" class="t">Alert %s</th><td class="t">%s</td><td class="h">%s</td><td class="full late">%s<small>Same '
			'%s</small></td><td class="t">%s</td></tr>\n',
				a.value ->> 'id', transfer_detect_internal.short_time((a.value ->> 'happened')::timestamptz, today),
					transfer_detect_internal.html(coalesce(a.value ->> 'host', 'not named')),
				transfer_detect_internal.report_code(a.value ->> 'what'),
					transfer_detect_internal.html(transfer_detect_internal.show_list(transfer_detect_internal.json_texts(a.value -> 'shared'), 4)),
				transfer_detect_internal.html(a.value ->> 'status'))
		  FROM jsonb_array_elements(facts -> 'related') WITH ORDINALITY AS a(value, place) WHERE a.place <= 12
		UNION ALL
		SELECT 3, (d.value ->> 'at')::timestamptz, format(E'<tr><th scope="row" class="t">Same host</th><td class="t">%s</td><td class="h">%s</td><td '
			'class="full late">%s%s</td><td class="t"></td></tr>\n',
				transfer_detect_internal.short_time((d.value ->> 'at')::timestamptz, today),
					transfer_detect_internal.html(facts #>> '{subject,host}'), transfer_detect_internal.report_code(d.value ->> 'command_line'),
				coalesce('<small>by ' || transfer_detect_internal.report_code(d.value ->> 'script') || '</small>', ''))
		  FROM (SELECT d.value FROM jsonb_array_elements(facts -> 'day') AS d LIMIT 8) AS d) AS r;
	RETURN transfer_detect_internal.report_section('related', NULL, 'Related',
		'Alerts that share host, user, destination or command; the same on other hosts; and the other transfers of this host that day.',
		coalesce(transfer_detect_internal.report_table('The closest first',
			'<th scope="col">Where</th><th scope="col">Time</th><th scope="col">Host</th><th scope="col">What ran, and how it belongs here</th><th '
			'scope="col">Status</th>', rows),
			'<p class="small soft">No other alert, host or transfer shares anything with this one.</p>')
		|| coalesce(transfer_detect_internal.report_table('Exceptions of this rule that nearly fit',
			'<th scope="col">Exception</th><th scope="col">Condition</th><th scope="col">Why it does not apply</th>',
			(SELECT string_agg(format(E'<tr><th scope="row" class="t">%s</th><td class="full">%s%s</td><td class="full">%s</td></tr>\n',
				e.value ->> 'id', transfer_detect_internal.report_code(e.value ->> 'condition'),
				coalesce(transfer_detect_internal.report_small(transfer_detect_internal.html(e.value ->> 'comment')), ''),
					transfer_detect_internal.html(e.value ->> 'why_not')), '')
			   FROM jsonb_array_elements(facts -> 'exceptions') AS e)), ''));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_alert_related(jsonb) IS 'part of alert_report(): what belongs together';

CREATE FUNCTION transfer_detect_internal.report_alert_guide(facts jsonb) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT transfer_detect_internal.report_section('guide', NULL, 'Guide', 'The rule&rsquo;s questions beside what the events answer.', concat(
	transfer_detect_internal.report_table('Steps of the investigation',
		'<th scope="col" style="width:34%">Question</th><th scope="col">Answer from the events</th><th scope="col">Result</th>',
		(SELECT string_agg(format(E'<tr><th scope="row" class="full no"><span class="soft">%s</span>&ensp;%s</th><td class="full">%s</td><td '
			'class="t">%s</td></tr>\n',
				s.value ->> 'step', transfer_detect_internal.html(s.value ->> 'question'),
					coalesce(transfer_detect_internal.said_html(s.value -> 'answer'), 'Left to a person.'),
				transfer_detect_internal.report_mark(coalesce(s.value ->> 'mark', 'ask')) || CASE s.value ->> 'mark' WHEN 'for' THEN ' stands out'
					WHEN 'no' THEN ' as usual' ELSE ' open' END), '' ORDER BY s.place)
		   FROM jsonb_array_elements(facts -> 'guide') WITH ORDINALITY AS s(value, place))),
	E'\n<div class="md">' || transfer_detect_internal.markdown(regexp_replace(nullif(transfer_detect_internal.guide_rest(facts #>> '{rule,note}'),
		''), '(^|\n)(#+ )', '\1##\2', 'g')) || '</div>'))
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_alert_guide(jsonb) IS 'part of alert_report(): the guide beside its answers';

CREATE FUNCTION transfer_detect_internal.report_alert_response(facts jsonb) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT transfer_detect_internal.report_section('response', NULL, 'Response', 'Suggested commands for root, quoted for a shell. Nothing has been run.',
	(SELECT E'<ol class="do">\n' || string_agg(format(E'<li><b>%s</b>%s%s<small>%s</small></li>\n', transfer_detect_internal.html(r.action),
			coalesce(' <span class="soft">on ' || transfer_detect_internal.html(r.host) || '</span>', ''),
				coalesce('<pre>' || transfer_detect_internal.html(r.command) || '</pre>', ''), transfer_detect_internal.html(r.effect)), ''
				ORDER BY r.step) || '</ol>'
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
	SELECT string_agg(format(E'<tr><th scope="row" class="t">%s</th><td>%s</td><td class="full">%s</td></tr>\n',
		to_char(h.changed_at, 'FMDD Mon YYYY HH24:MI'), transfer_detect_internal.html(h.changed_by),
			CASE h.action WHEN 'created' THEN 'Filed as open with ' || transfer_detect_internal.show_count((h.changes #>> '{event_count,1}')::bigint, 'event')
				ELSE (SELECT string_agg(format('%s: %s', replace(transfer_detect_internal.html(c.key), '_', ' '),
					transfer_detect_internal.html(coalesce(nullif(left(c.value ->> 1, 500), ''), 'none'))), '; ' ORDER BY c.key COLLATE "C")
					FROM jsonb_each(h.changes) AS c) END), '' ORDER BY h.id) INTO rows
	  FROM (SELECT x.* FROM @extschema@.alert_history AS x WHERE x.alert_id = (facts #>> '{alert,id}')::bigint ORDER BY x.id DESC LIMIT 50) AS h;
	RETURN transfer_detect_internal.report_section('log', NULL, 'History', 'Who changed what, newest last.',
		transfer_detect_internal.report_table('Changes of this alert', '<th scope="col">Time</th><th scope="col">By</th><th scope="col">Change</th>',
			rows, 'tight')
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
	SELECT string_agg(format(E'<tr%s><th scope="row" class="t">%s</th><td class="h">%s</td><td class="t">%s</td><td class="n" data-l="pid">%s</td><td '
		'class="full late">%s<details><summary>%s%s</summary>%s</details></td></tr>\n',
			CASE d.place WHEN 1 THEN ' class="this"' ELSE '' END, coalesce(to_char((e.p).started, 'HH24:MI:SS.MS'), ''),
				coalesce(transfer_detect_internal.html((e.p).host), ''),
			coalesce(transfer_detect_internal.html(array_to_string(transfer_detect_internal.event_list(d.document, 'event.action'), ' ')), ''),
				coalesce((e.p).pid::text, ''),
			coalesce(transfer_detect_internal.report_code((e.p).command_line), ''), d.part,
				coalesce(' &middot; document ' || transfer_detect_internal.html((e.p).event_id), ''),
			transfer_detect_internal.report_document(d.document)), '' ORDER BY d.place) INTO rows
	  FROM (
		SELECT x.place, x.value AS document, CASE WHEN x.place = 1 THEN '<b>The document that the rule counted first</b>'
			ELSE '<b>Counted by the rule</b>' END AS part
		  FROM jsonb_array_elements(facts -> 'documents') WITH ORDINALITY AS x(value, place) WHERE x.place <= 10
		UNION ALL
		SELECT 100 + k.place, transfer_detect_internal.event_document(source, k.p), k.part
		  FROM (VALUES (1, facts -> 'packed', 'Packs the file'), (2, facts -> 'other', 'The other end'),
			(3, facts -> 'deleted', 'Deletes the file')) AS k(place, p, part)
		 WHERE readable AND k.p IS NOT NULL) AS d
	 CROSS JOIN LATERAL (SELECT transfer_detect_internal.event_process(d.document) AS p) AS e
	 WHERE d.document IS NOT NULL;
	RETURN transfer_detect_internal.report_section('docs', NULL, 'Evidence', format('The documents behind this page, the counted ones first. %s',
		facts ->> 'evidence'),
		coalesce(transfer_detect_internal.report_table(format('%s of %s counted, and what belongs to them', counted,
			transfer_detect_internal.show_count((facts #>> '{alert,event_count}')::bigint, 'document')),
			'<th scope="col">Time</th><th scope="col">Host</th><th scope="col">Action</th><th scope="col" class="n">Pid</th><th scope="col" '
				'style="width:58%">Command line, and its part in this</th>', rows),
			'<p class="small soft">The documents are gone, or not yours to read.</p>'));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.report_alert_evidence(jsonb) IS 'part of alert_report(): the documents';

CREATE FUNCTION transfer_detect_internal.report_alert_foot(facts jsonb) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT format(E'<div><h2>Rule</h2><p>%s, version %s (%s). Every %s, over the last %s.%s</p></div>\n%s<div><h2>Text from the events</h2><p>Shown as '
	'text, never as markup. Characters that would not be seen are written as code points, like <span class="u">U+202E</span>.</p></div>\n',
	transfer_detect_internal.html(facts #>> '{rule,name}'), facts #>> '{rule,version}', transfer_detect_internal.report_code(facts #>> '{rule,rule_id}'),
	transfer_detect_internal.show_span(extract(epoch FROM (facts #>> '{rule,run_interval}')::interval)),
		transfer_detect_internal.show_span(extract(epoch FROM (facts #>> '{rule,look_back}')::interval)),
	coalesce((SELECT ' ATT&amp;CK ' || string_agg(transfer_detect_internal.html(concat_ws(' ', t.value ->> 'id', t.value ->> 'name')), '; ') || '.'
		FROM jsonb_path_query(facts #> '{rule,threat}', '$[*].techniques[*]') AS t(value)), ''),
	transfer_detect_internal.report_this_page(format('SELECT transfer_detect.alert_report(%s)', facts #>> '{alert,id}'),
		coalesce(facts ->> 'to', facts #>> '{alert,last_window}')::timestamptz))
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
				transfer_detect_internal.report_section('time', 'whole', 'Timeline',
					'What else the host did in the 15 minutes before and after; then the processes of the tree, close up. Dashed: another host.',
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
