/*
 * triage_guide.sql: a rule's guide, step by step beside what the events answer.
 *
 * A guide is Markdown (rules.note).  Each item of its first numbered list is a
 * step.  A comment behind a step, which readers of Markdown do not see, says which
 * answer belongs to it: <!-- answer: parent -->.
 */

CREATE FUNCTION transfer_detect_internal.guide_steps(note text) RETURNS TABLE (step integer, question text, answer text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT m.place::integer,
	trim(regexp_replace(regexp_replace(m.item[2], '<!--.*?-->', '', 'g'), '\s+', ' ', 'g')),
	substring(m.item[2] FROM '<!--\s*answer:\s*([a-z ]+?)\s*-->')
  FROM regexp_matches(split_part(E'\n' || note, E'\n## ', 2), '(?n)^(\d+)\.\s+((?:.+\n?)(?:^[ \t]+\S.*\n?)*)', 'g') WITH ORDINALITY AS m(item, place)
$$;
COMMENT ON FUNCTION transfer_detect_internal.guide_steps(text) IS 'The steps of a guide: the numbered items below its first heading, and which answer belongs to each';

CREATE FUNCTION transfer_detect_internal.guide_rest(note text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* What comes after the steps: the other sections.  A guide without steps is shown whole. */
SELECT CASE WHEN EXISTS (SELECT FROM transfer_detect_internal.guide_steps(note))
	THEN coalesce(substring(E'\n' || note FROM '\n## .*?(\n## .*)$'), '') ELSE note END
$$;
COMMENT ON FUNCTION transfer_detect_internal.guide_rest(text) IS 'A guide without its steps';

CREATE FUNCTION transfer_detect_internal.guide_answer(facts jsonb, answer text) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* What the events say to a step, with a mark: for (it stands out), no (as usual) or ask (open). */
DECLARE
	p CONSTANT jsonb := facts -> 'subject';
	t CONSTANT jsonb := facts -> 'transfer';
	reasons CONSTANT text := (SELECT string_agg(r.value ->> 'say', ' ') FROM jsonb_array_elements(facts -> 'for') AS r);
	command CONSTANT jsonb := transfer_detect_internal.prevalence_of(facts, 'command');
	template CONSTANT jsonb := transfer_detect_internal.prevalence_of(facts, 'template');
	remote CONSTANT jsonb := transfer_detect_internal.prevalence_of(facts, 'remote host');
	part_script CONSTANT jsonb := transfer_detect_internal.prevalence_of(facts, 'script');
	before CONSTANT jsonb := facts -> 'remote_before';
	who CONSTANT jsonb := transfer_detect_internal.prevalence_of(facts, 'user');
	path CONSTANT text[] := ARRAY(SELECT regexp_replace(coalesce(a.value ->> 'executable', a.value ->> 'name', '?'), '^.*/', '')
		FROM jsonb_array_elements(facts -> 'path') WITH ORDINALITY AS a(value, place) ORDER BY a.place);
	in_tree CONSTANT bigint := (SELECT count(*) FROM jsonb_array_elements(facts -> 'tree') AS n WHERE n.value ->> 'started' IS NOT NULL
		AND n.value ->> 'role' <> 'far');
	starts CONSTANT bigint := (SELECT count(*) FROM jsonb_array_elements(facts -> 'around') AS n WHERE n.value ->> 'form' <> 'fork');
	other_kinds CONSTANT bigint := (SELECT count(*) FROM jsonb_array_elements(facts -> 'around') AS n
		WHERE n.value ->> 'kind' IN ('transfer', 'net', 'pack', 'delete')
		  AND NOT EXISTS (SELECT FROM jsonb_array_elements(facts -> 'tree') AS m WHERE m.value ->> 'started' = n.value ->> 'started'
			AND m.value ->> 'pid' = n.value ->> 'pid'));
	said jsonb;
	mark text := 'ask';
BEGIN
	CASE answer
	WHEN 'command' THEN
		mark := CASE WHEN reasons ~ '\*(Secret|Secret inside|Hidden|Hidden orders|System file|Own way out|Another host|Host key '
			'unchecked|Temporary)\.' THEN 'for'
					 WHEN t ->> 'utility' IS NULL OR jsonb_array_length(t -> 'not_understood') > 0 THEN 'ask' ELSE 'no' END;
		said := CASE WHEN t ->> 'utility' IS NULL THEN transfer_detect_internal.say('It is no transfer that is understood: `$1`',
			left(p ->> 'command_line', 300))
			WHEN jsonb_array_length(t -> 'not_understood') > 0 THEN transfer_detect_internal.say('$1, $2. Not understood: `$3`', t ->> 'utility', t ->> 'mode',
				array_to_string(transfer_detect_internal.json_texts(t -> 'not_understood'), ' '))
			ELSE transfer_detect_internal.say('$1, $2; files here: $3; there: $4. No word of it was left unread.', t ->> 'utility', t ->> 'mode',
				coalesce(nullif(array_to_string(transfer_detect_internal.json_texts(t -> 'local_paths'), ', '), ''), 'none named'),
				coalesce(nullif(array_to_string(transfer_detect_internal.json_texts(t -> 'remote_paths'), ', '), ''), 'none named')) END;
	WHEN 'parent' THEN
		mark := CASE WHEN reasons ~ '\*(Odd parent|Server shell|Package code)' THEN 'for' WHEN p ->> 'parent_executable' IS NULL THEN 'ask' ELSE 'no' END;
		said := CASE WHEN p ->> 'parent_executable' IS NULL AND p ->> 'parent_command_line' IS NULL
			THEN transfer_detect_internal.say('The events name no parent.')
			ELSE transfer_detect_internal.say('`$1`$2.', left(coalesce(p ->> 'parent_command_line', p ->> 'parent_executable'), 300),
				CASE WHEN cardinality(path) > 1 THEN ', started by ' || array_to_string(path[2:6], ', by ') ELSE '' END) END;
	WHEN 'content' THEN
		mark := CASE WHEN facts -> 'packed' IS NOT NULL OR facts -> 'deleted' IS NOT NULL THEN 'for' ELSE 'ask' END;
		said := CASE WHEN facts -> 'packed' IS NOT NULL AND facts -> 'deleted' IS NOT NULL
				THEN transfer_detect_internal.say('`$1` packed it; `$2` deleted it.', facts #>> '{packed,command_line}', facts #>> '{deleted,command_line}')
			WHEN facts -> 'packed' IS NOT NULL THEN transfer_detect_internal.say('`$1` packed it.', facts #>> '{packed,command_line}')
			WHEN facts -> 'deleted' IS NOT NULL THEN transfer_detect_internal.say('`$1` deleted it.', facts #>> '{deleted,command_line}')
			WHEN facts -> 'deleted' IS NULL AND facts -> 'touched' IS NOT NULL THEN transfer_detect_internal.say('Others named it: `$1`.',
				left(facts #>> '{touched,0,command_line}', 200))
			WHEN facts -> 'around' IS NULL THEN transfer_detect_internal.say('Cannot be told.')
			ELSE transfer_detect_internal.say('No process within 15 minutes packed, named or deleted the files that the command names.') END;
	WHEN 'around' THEN
		mark := CASE WHEN facts -> 'around' IS NULL THEN 'ask' WHEN other_kinds > 0 THEN 'for' ELSE 'no' END;
		said := CASE WHEN facts -> 'around' IS NULL THEN transfer_detect_internal.say('Cannot be told.')
			ELSE transfer_detect_internal.say('$1 within 15 minutes either way: $2 around this one, $3. Of the rest, $4 sent, packed or deleted something.',
				transfer_detect_internal.show_count(starts, 'process start'), in_tree::text, greatest(starts - in_tree, 0) || ' others', other_kinds::text) END;
	WHEN 'time' THEN
		said := CASE WHEN command IS NULL THEN transfer_detect_internal.say('Cannot be told.')
			WHEN (command ->> 'days')::bigint = 1 AND (template ->> 'days')::bigint > 1
				THEN transfer_detect_internal.say('$2, $3. The same command, but for its changing parts, ran on $1 of the last 30 days.',
				template ->> 'days', to_char((p ->> 'started')::timestamptz, 'FMDay'), to_char((p ->> 'started')::timestamptz, 'HH24:MI'))
			WHEN (command ->> 'days')::bigint > 1 THEN transfer_detect_internal.say('The same command ran on $1 of the last 30 days. This one: $2, '
				'$3.', command ->> 'days',
				to_char((p ->> 'started')::timestamptz, 'FMDay'), to_char((p ->> 'started')::timestamptz, 'HH24:MI'))
			WHEN (command ->> 'days')::bigint <= 1 AND (part_script ->> 'days')::bigint > 1
				THEN transfer_detect_internal.say('$2, $3. No other day had this command; the script made transfers on $1 of the last 30 days.',
				part_script ->> 'days', to_char((p ->> 'started')::timestamptz, 'FMDay'), to_char((p ->> 'started')::timestamptz, 'HH24:MI'))
			ELSE transfer_detect_internal.say('$1, $2; no other day had this command.$3', to_char((p ->> 'started')::timestamptz, 'FMDay'),
				to_char((p ->> 'started')::timestamptz, 'HH24:MI'),
				CASE WHEN path && '{cron,crond,atd,systemd}' THEN ' A scheduler started it, so nobody need have been logged in.' ELSE '' END) END;
		mark := CASE WHEN reasons ~ '\*Unusual hour\.' THEN 'for' WHEN (command ->> 'earlier_days')::bigint >= 2
			OR (template ->> 'earlier_days')::bigint >= 2 THEN 'no' WHEN (command ->> 'days')::bigint = 1 AND path && '{cron,crond,atd}' THEN 'for'
			ELSE 'ask' END;
	WHEN 'user' THEN
		mark := CASE WHEN reasons ~ '\*New for this user\.' THEN 'for' WHEN (facts ->> 'users')::bigint = 1 THEN 'ask'
					 WHEN (facts #>> '{user_before,days_to_here}')::bigint > 0 OR t ->> 'remote_host' IS NULL
						AND (who ->> 'earlier_days')::bigint >= 2 THEN 'no' ELSE 'ask' END;
		said := CASE WHEN p ->> 'user_name' IS NULL THEN transfer_detect_internal.say('The events name no user.')
			WHEN (facts ->> 'users')::bigint = 1 THEN transfer_detect_internal.say('$1 runs every recorded transfer. A shared account does not name a '
				'person.', p ->> 'user_name')
			WHEN t ->> 'mode' LIKE 'client%' AND t ->> 'remote_host' IS NOT NULL
				THEN transfer_detect_internal.say('$1 made $2 on $3 before this one, $4 of them to this host.', p ->> 'user_name',
				transfer_detect_internal.show_count((facts #>> '{user_before,starts}')::bigint, 'transfer'),
					transfer_detect_internal.show_count((facts #>> '{user_before,days}')::bigint, 'day'), facts #>> '{user_before,to_here}')
			ELSE transfer_detect_internal.say('$1, with $2 on $3 in 30 days.', p ->> 'user_name',
				transfer_detect_internal.show_count((who ->> 'starts')::bigint, 'transfer'),
				transfer_detect_internal.show_count((who ->> 'hosts')::bigint, 'host')) END;
	WHEN 'destination' THEN
		mark := CASE WHEN reasons ~ '\*(New destination|Outside address|Outside name|Another host|Look-alike|Another address)' THEN 'for'
			WHEN t ->> 'remote_host' IS NULL AND t ->> 'mode' LIKE 'client%' THEN 'ask'
					 WHEN facts #>> '{other,host}' IS NOT NULL OR (before ->> 'days')::bigint >= 2 OR t ->> 'mode' = 'local' THEN 'no' ELSE 'ask' END;
		said := CASE WHEN t ->> 'mode' LIKE 'server%' AND facts #>> '{other,host}' IS NOT NULL
			THEN transfer_detect_internal.say('The other end was $1.', facts #>> '{other,host}')
			WHEN t ->> 'remote_host' IS NULL THEN transfer_detect_internal.say('The command names no other host.')
			WHEN facts #>> '{other,host}' IS NOT NULL THEN transfer_detect_internal.say('To $1. On $2 `$3` started $4 later, so it arrived inside the '
				'fleet.', t ->> 'remote_host',
				facts #>> '{other,host}', facts #>> '{other,command_line}',
					transfer_detect_internal.show_span(greatest(0, transfer_detect_internal.seconds_between(p ->> 'started', facts #>> '{other,started}'))))
			ELSE transfer_detect_internal.say('To $1, which $2 named in 30 days before this one$3. No host here shows the other end.',
				concat(t ->> 'remote_host', ' or ' || nullif(array_to_string(transfer_detect_internal.json_texts(facts -> 'other_names'), ', '), '')),
				transfer_detect_internal.show_count((before ->> 'starts')::bigint, 'transfer') || ' of '
					|| transfer_detect_internal.show_count(jsonb_array_length(before -> 'hosts'), 'host'),
				transfer_detect_internal.since_when(remote)) END;
	WHEN 'elsewhere' THEN
		mark := CASE WHEN reasons ~ '\*Not alone' THEN 'for' WHEN facts -> 'elsewhere' IS NULL THEN 'ask' ELSE 'no' END;
		said := CASE WHEN facts -> 'elsewhere' IS NULL THEN transfer_detect_internal.say('Cannot be told.')
			WHEN jsonb_array_length(facts -> 'elsewhere') = 0 THEN transfer_detect_internal.say('No other host ran this command or script within a day.')
			ELSE transfer_detect_internal.say('$1.',
				(SELECT string_agg(format('%s, %s', e.value ->> 'host', transfer_detect_internal.show_count((e.value ->> 'starts')::bigint, 'time')), '; ')
				FROM jsonb_array_elements(facts -> 'elsewhere') AS e)) END;
	WHEN 'harmless' THEN
		mark := CASE WHEN jsonb_array_length(facts -> 'against') > 1 AND jsonb_array_length(facts -> 'for') = 0 THEN 'no' ELSE 'ask' END;
		said := CASE WHEN facts -> 'exceptions' IS NULL THEN transfer_detect_internal.say('Exceptions are not yours to read.')
			WHEN jsonb_array_length(facts -> 'exceptions') = 0 THEN transfer_detect_internal.say('No exception of this rule comes near.')
			ELSE transfer_detect_internal.say('Exception $1 nearly fits: $2.', facts #>> '{exceptions,0,id}', facts #>> '{exceptions,0,why_not}') END;
	ELSE
		RETURN NULL;
	END CASE;
	RETURN jsonb_build_object('answer', said, 'mark', mark);
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.guide_answer(jsonb, text) IS 'part of triage(): what the events say to a step of the guide';

CREATE FUNCTION transfer_detect_internal.guide_answers(facts jsonb) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT coalesce(jsonb_agg(jsonb_build_object('step', s.step, 'question', s.question)
		|| coalesce(transfer_detect_internal.guide_answer(facts, s.answer), '{}') ORDER BY s.step), '[]')
  FROM transfer_detect_internal.guide_steps(facts #>> '{rule,note}') AS s
$$;
COMMENT ON FUNCTION transfer_detect_internal.guide_answers(jsonb) IS 'part of triage(): the steps of the guide with their answers';
