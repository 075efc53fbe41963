/*
 * context.sql: alert_context(), what is known about an alert for a terminal.
 *
 * The rows come in the order in which an analyst asks.  In psql the columns
 * section, at, host and what take at most 120 columns; longer texts go on in the
 * next line of their cell.  detail has the whole values.
 */

CREATE FUNCTION transfer_detect_internal.wrap_line(value text, columns integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * A line in lines of at most so many columns of a terminal, all indented as the
 * first one is.  A character beyond ASCII counts as two columns.
 */
DECLARE
	indent CONSTANT text := substring(value FROM '^ *');
	room CONSTANT integer := columns - length(indent);
	word text;
	line text := '';
	used integer := 0;
	width integer;
	result text := '';
	piece text;
BEGIN
	FOREACH word IN ARRAY string_to_array(ltrim(value, ' '), ' ') LOOP
		width := length(regexp_replace(word, '[^ -~]', '..', 'g'));
		IF used > 0 AND used + 1 + width <= room THEN
			line := line || ' ' || word;
			used := used + 1 + width;
			CONTINUE;
		END IF;
		IF used > 0 THEN
			result := result || indent || line || E'\n';
		END IF;
		WHILE width > room LOOP
			piece := left(word, CASE WHEN width = length(word) THEN room ELSE room / 2 END);
			result := result || indent || piece || E'\n';
			word := substr(word, length(piece) + 1);
			width := length(regexp_replace(word, '[^ -~]', '..', 'g'));
		END LOOP;
		line := word;
		used := width;
	END LOOP;
	RETURN result || indent || line;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.wrap_line(text, integer) IS 'A line in lines of at most so many columns';

CREATE FUNCTION transfer_detect_internal.wrap(value text, columns integer) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT string_agg(transfer_detect_internal.wrap_line(l.line, columns), E'\n' ORDER BY l.place)
  FROM unnest(string_to_array(value, E'\n')) WITH ORDINALITY AS l(line, place)
$$;
COMMENT ON FUNCTION transfer_detect_internal.wrap(text, integer) IS 'A text in lines of at most so many columns';

CREATE FUNCTION transfer_detect_internal.context_processes(facts jsonb)
RETURNS TABLE (section text, place bigint, at timestamptz, host text, what text, detail jsonb)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* The tree, and what else the host did: the unusual first, of the rest how much there was. */
SELECT 'process', n.place, (n.value ->> 'started')::timestamptz, n.value ->> 'host',
	repeat('  ', least((n.value ->> 'depth')::integer, 12)) || CASE n.value ->> 'role' WHEN 'this' THEN '> ' ELSE '' END
		|| transfer_detect_internal.plain(left(coalesce(n.value ->> 'command_line', n.value ->> 'executable', n.value ->> 'name', '?'), 180))
		|| concat(' [', concat_ws(', ', 'pid ' || (n.value ->> 'pid'),
			CASE WHEN n.value ->> 'role' = 'far' THEN 'by arguments and time' WHEN n.value ->> 'form' = 'parent' THEN 'named by its child only'
				 WHEN NOT (n.value ->> 'certain')::boolean THEN 'uncertain: by pid and time' END), ']'), n.value
  FROM jsonb_array_elements(facts -> 'tree') WITH ORDINALITY AS n(value, place)
UNION ALL
SELECT 'process', 1000 + e.place, (e.value ->> 'started')::timestamptz, e.value ->> 'host',
	transfer_detect_internal.plain('earlier, by ' || left(coalesce(e.value ->> 'parent_command_line', e.value ->> 'parent_executable', '?'), 80) || ': '
		|| left(coalesce(e.value ->> 'command_line', e.value ->> 'name', '?'), 160)) || coalesce(format(' [pid %s]', e.value ->> 'pid'), ''), e.value
  FROM jsonb_array_elements(facts -> 'earlier') WITH ORDINALITY AS e(value, place)
UNION ALL
SELECT 'differs', d.place, d.at, d.host, d.what, facts -> 'nearest'
  FROM (SELECT 1 AS place, (facts #>> '{nearest,at}')::timestamptz AS at, facts #>> '{nearest,host}' AS host,
			'nearest before: ' || transfer_detect_internal.plain(left(facts #>> '{nearest,command_line}', 240)) AS what
		UNION ALL
		SELECT 1 + d.place, NULL, NULL, transfer_detect_internal.plain(format('%s: %s, before %s', d.value ->> 'part',
			left(coalesce(nullif(d.value ->> 'now', ''), 'none'), 200),
			left(coalesce(nullif(d.value ->> 'before', ''), 'none'), 200)))
		  FROM jsonb_array_elements(facts #> '{nearest,differs}') WITH ORDINALITY AS d(value, place)) AS d
 WHERE d.what IS NOT NULL
UNION ALL
SELECT 'around', row_number() OVER (ORDER BY a.kind = 'cmd', a.kind = 'run', a.own_user DESC, a.first), a.first, a.host,
	concat(CASE a.kind WHEN 'transfer' THEN 'transfer: ' WHEN 'net' THEN 'network: ' WHEN 'pack' THEN 'packs: ' WHEN 'delete' THEN 'deletes: '
		WHEN 'run' THEN 'script: ' ELSE '' END,
		transfer_detect_internal.plain(left(a.command, 180)), CASE WHEN a.starts > 1 THEN format(' [%s times]', a.starts) END, CASE
			WHEN NOT a.own_user THEN format(' [user %s]', transfer_detect_internal.plain(a.user_name)) END),
	jsonb_build_object('kind', a.kind, 'starts', a.starts, 'first', a.first, 'last', a.last, 'user', a.user_name, 'command_line', a.command)
  FROM (SELECT p.kind, p.host, p.user_name, coalesce(p.user_name = facts #>> '{subject,user_name}', true) AS own_user,
			min(p.command) AS command, count(*) AS starts, min(p.started) AS first, max(p.started) AS last
		  FROM (SELECT p.value ->> 'kind' AS kind, p.value ->> 'host' AS host, p.value ->> 'user_name' AS user_name,
			(p.value ->> 'started')::timestamptz AS started,
					CASE WHEN p.value ->> 'kind' = 'cmd' THEN coalesce(p.value ->> 'name', '?') ELSE coalesce(p.value ->> 'command_line',
						p.value ->> 'name', '?') END AS command
				  FROM jsonb_array_elements(facts -> 'around') AS p
				 WHERE p.value ->> 'form' <> 'fork'
				   AND NOT EXISTS (SELECT FROM jsonb_array_elements(facts -> 'tree') AS t WHERE t.value ->> 'started' = p.value ->> 'started'
					AND t.value ->> 'pid' = p.value ->> 'pid')) AS p
		 -- what differs in numbers only is one row
		 GROUP BY p.kind, p.host, p.user_name, regexp_replace(left(p.command, 120), '[0-9]+', '0', 'g')
		 ORDER BY p.kind = 'cmd', p.kind = 'run', count(*) LIMIT 20) AS a
$$;
COMMENT ON FUNCTION transfer_detect_internal.context_processes(jsonb) IS 'part of alert_context(): processes';

CREATE FUNCTION transfer_detect_internal.context_facts(facts jsonb)
RETURNS TABLE (section text, place bigint, at timestamptz, host text, what text, detail jsonb)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* The sentences, the command taken apart, and who it was. */
SELECT 'alert', 1, (facts #>> '{subject,started}')::timestamptz, facts #>> '{subject,host}', transfer_detect_internal.said_plain(facts -> 'headline'),
	jsonb_build_object('alert', facts -> 'alert', 'rule', (facts -> 'rule') - '{query,note,description}'::text[])
UNION ALL
SELECT 'alert', 1 + l.place, NULL, NULL, transfer_detect_internal.said_plain(l.value), NULL
	FROM jsonb_array_elements(facts -> 'lede') WITH ORDINALITY AS l(value, place)
UNION ALL
SELECT r.section, row_number() OVER (PARTITION BY r.section ORDER BY r.key, i.place), NULL, NULL, r.mark
	|| transfer_detect_internal.said_plain(i.value), i.value
  FROM (VALUES ('reasons', 1, 'for', '+ '), ('reasons', 2, 'against', '- '), ('reasons', 3, 'habits', '- '),
	('missing', 1, 'unknown', '? ')) AS r(section, key, field, mark)
 CROSS JOIN jsonb_array_elements(facts -> r.field) WITH ORDINALITY AS i(value, place)
UNION ALL
SELECT 'command', c.place, NULL, NULL, c.label || ': ' || transfer_detect_internal.plain(c.value), CASE c.place WHEN 1 THEN facts -> 'transfer' END
  FROM (VALUES
	(1, 'line', left(facts #>> '{subject,command_line}', 400)),
	(2, 'utility', concat_ws(', ', facts #>> '{transfer,utility}', facts #>> '{transfer,mode}')),
	(3, 'files here', array_to_string(transfer_detect_internal.json_texts(facts #> '{transfer,local_paths}'), ' ')),
	(4, 'remote', concat_ws(' ', facts #>> '{transfer,remote_user}', facts #>> '{transfer,remote_host}', facts #>> '{transfer,remote_port}')),
	(5, 'files there', array_to_string(transfer_detect_internal.json_texts(facts #> '{transfer,remote_paths}'), ' ')),
	(6, 'options', array_to_string(transfer_detect_internal.json_texts(facts #> '{transfer,options}'), ' ')),
	(7, 'not understood', array_to_string(transfer_detect_internal.json_texts(facts #> '{transfer,not_understood}'), ' '))) AS c(place, label, value)
 WHERE c.value <> ''
UNION ALL
SELECT 'who', w.place, NULL, facts #>> '{subject,host}', w.label || ': ' || transfer_detect_internal.plain(w.value), CASE w.place WHEN 1 THEN facts -> 'who' END
  FROM (VALUES
	(1, 'user', concat_ws(', id ', facts #>> '{subject,user_name}', facts #>> '{subject,user_id}')),
	(2, 'acting as', facts #>> '{who,effective}'), (3, 'logged in as', facts #>> '{who,login}'),
	(4, 'session', concat_ws(' ', facts #>> '{who,session}', facts #>> '{who,session_command}', facts #>> '{who,entry}')),
	(5, 'terminal', facts #>> '{who,tty}'), (6, 'from', facts #>> '{who,from}'), (7, 'directory', facts #>> '{who,cwd}'),
	(8, 'sha256', facts #>> '{who,sha256}')) AS w(place, label, value)
 WHERE w.value <> ''
$$;
COMMENT ON FUNCTION transfer_detect_internal.context_facts(jsonb) IS 'part of alert_context(): sentences, command, user';

CREATE FUNCTION transfer_detect_internal.context_before(facts jsonb)
RETURNS TABLE (section text, place bigint, at timestamptz, host text, what text, detail jsonb)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* Other transfers of the day, prevalence, related alerts, exceptions, and the guide. */
SELECT 'transfers', row_number() OVER (ORDER BY d.starts, d.first), d.first, facts #>> '{subject,host}',
	concat(transfer_detect_internal.plain(left(d.command_line, 180)), ' [by ' || transfer_detect_internal.plain(d.script) || ']',
		CASE WHEN d.starts > 1 THEN format(' [%s times, last at %s]', d.starts, to_char(d.last, 'HH24:MI')) END), d.detail
  FROM (SELECT min(d.value ->> 'command_line') AS command_line, d.value ->> 'script' AS script, count(*) AS starts,
	min((d.value ->> 'at')::timestamptz) AS first,
			max((d.value ->> 'at')::timestamptz) AS last, jsonb_agg(d.value ORDER BY d.value ->> 'at') AS detail
		  FROM jsonb_array_elements(facts -> 'day') AS d
		 GROUP BY regexp_replace(d.value ->> 'command_line', '[0-9]+', '0', 'g'), d.value ->> 'script' ORDER BY count(*) LIMIT 12) AS d
UNION ALL
SELECT 'seen', p.place, (p.value ->> 'first')::timestamptz, p.value ->> 'first_host',
	format('%s: %s on %s, %s; %s before this one%s', transfer_detect_internal.plain(transfer_detect_internal.part_label(p.value ->> 'part',
		p.value ->> 'value')),
		transfer_detect_internal.show_count((p.value ->> 'starts')::bigint, 'start'),
			transfer_detect_internal.show_count((p.value ->> 'hosts')::bigint, 'host'),
		transfer_detect_internal.show_count((p.value ->> 'days')::bigint, 'day'), p.value ->> 'earlier',
			transfer_detect_internal.since_when(p.value)), p.value - 'latest'
  FROM jsonb_array_elements(facts -> 'prevalence') WITH ORDINALITY AS p(value, place)
UNION ALL
SELECT 'seen', 100, (facts ->> 'history_from')::timestamptz, NULL, format('The events go back %s.', transfer_detect_internal.history_length(facts)),
	facts -> 'present'
 WHERE facts ->> 'history_from' IS NOT NULL
UNION ALL
SELECT 'related', 50 + n.place, (n.value ->> 'at')::timestamptz, n.value ->> 'host',
	transfer_detect_internal.plain(format('%s named %s: %s', coalesce(n.value ->> 'user_name', 'somebody'), facts #>> '{transfer,remote_host}',
		left(n.value ->> 'command_line', 180))), n.value
  FROM jsonb_array_elements(facts -> 'named_by') WITH ORDINALITY AS n(value, place) WHERE n.place <= 6
UNION ALL
SELECT 'related', e.place, (e.value ->> 'first')::timestamptz, e.value ->> 'host',
	format('%s [%s%s, %s, %s]', transfer_detect_internal.plain(left(e.value ->> 'command_line', 180)), CASE
		WHEN (e.value ->> 'shared_command')::boolean THEN 'same command' ELSE 'same script' END,
		CASE WHEN (e.value ->> 'shared_command')::boolean AND (e.value ->> 'shared_script')::boolean THEN ' and script' ELSE '' END,
		transfer_detect_internal.show_count((e.value ->> 'starts')::bigint, 'time'), CASE e.value ->> 'form' WHEN 'merged' THEN 'merged documents'
			ELSE 'counted apart' END), e.value
  FROM jsonb_array_elements(facts -> 'elsewhere') WITH ORDINALITY AS e(value, place)
UNION ALL
SELECT 'related', 100 + a.place, (a.value ->> 'happened')::timestamptz, a.value ->> 'host',
	format('alert %s (%s): %s [same %s]', a.value ->> 'id', a.value ->> 'status', transfer_detect_internal.plain(left(a.value ->> 'what', 180)),
		transfer_detect_internal.show_list(transfer_detect_internal.json_texts(a.value -> 'shared'), 4)), a.value
  FROM jsonb_array_elements(facts -> 'related') WITH ORDINALITY AS a(value, place)
UNION ALL
SELECT 'exception', e.place, NULL, NULL, format('exception %s, %s: %s', e.value ->> 'id',
	transfer_detect_internal.plain(left(e.value ->> 'condition', 180)), transfer_detect_internal.plain(e.value ->> 'why_not')), e.value
  FROM jsonb_array_elements(facts -> 'exceptions') WITH ORDINALITY AS e(value, place)
UNION ALL
SELECT 'guide', s.place, NULL, NULL, format(E'%s. %s\n   %s %s', s.value ->> 'step', transfer_detect_internal.plain(s.value ->> 'question'),
		CASE s.value ->> 'mark' WHEN 'for' THEN '[+]' WHEN 'no' THEN '[-]' ELSE '[?]' END,
			coalesce(transfer_detect_internal.said_plain(s.value -> 'answer'), 'Left to a person.')), s.value
  FROM jsonb_array_elements(facts -> 'guide') WITH ORDINALITY AS s(value, place)
$$;
COMMENT ON FUNCTION transfer_detect_internal.context_before(jsonb) IS 'part of alert_context(): what was seen before, what is related, the guide';

CREATE FUNCTION alert_context(alert_id bigint) RETURNS TABLE (section text, at timestamptz, host text, what text, detail jsonb)
LANGUAGE plpgsql STABLE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	facts CONSTANT jsonb := transfer_detect_internal.triage(alert_id);
	sections CONSTANT text[] := '{alert,reasons,process,differs,missing,command,who,seen,related,around,transfers,exception,guide}';
BEGIN
	RETURN QUERY
		SELECT c.section, date_trunc('second', c.at), transfer_detect_internal.fit_text(c.host, 12), transfer_detect_internal.wrap(c.what, 64), c.detail
		  FROM (SELECT * FROM transfer_detect_internal.context_facts(facts)
				UNION ALL SELECT * FROM transfer_detect_internal.context_processes(facts)
				UNION ALL SELECT * FROM transfer_detect_internal.context_before(facts)) AS c
		 ORDER BY array_position(sections, c.section), c.place;
END
$$;
COMMENT ON FUNCTION alert_context(bigint) IS 'What is known about an alert, in the order in which an analyst asks; section, at, host and what fit 120 columns';
