/*
 * triage_reasons.sql: what the facts about an alert mean, in sentences.
 *
 * Each sentence comes from a rule over the facts that triage() has gathered.
 * Where the events do not show something there is no sentence, or one that says
 * what cannot be told.  An analyst judges; working_order() only says which alert
 * to open first.
 */

CREATE FUNCTION transfer_detect_internal.triage_headline(facts jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* Who sent what where, and when. */
DECLARE
	t CONSTANT jsonb := facts -> 'transfer';
	p CONSTANT jsonb := facts -> 'subject';
	local_paths CONSTANT text[] := transfer_detect_internal.json_texts(t -> 'local_paths');
	remote_paths CONSTANT text[] := transfer_detect_internal.json_texts(t -> 'remote_paths');
	who CONSTANT text := coalesce(left(p ->> 'user_name', 60), 'An unnamed user');
	host CONSTANT text := coalesce(left(p ->> 'host', 60), 'an unnamed host');
	what CONSTANT text := left(transfer_detect_internal.show_list(local_paths, 3), 240);
	remote CONSTANT text := left(coalesce(t ->> 'remote_user' || '@', '') || (t ->> 'remote_host'), 120)
		|| CASE WHEN cardinality(remote_paths) = 1 AND remote_paths[1] NOT IN ('.', '') THEN ':' || left(remote_paths[1], 120) ELSE '' END;
	batch CONSTANT text := (SELECT substr(o, 7) FROM unnest(transfer_detect_internal.json_texts(t -> 'options')) AS o WHERE o LIKE 'batch=%' LIMIT 1);
	at CONSTANT text := transfer_detect_internal.show_day((p ->> 'started')::timestamptz) || ' at '
		|| to_char((p ->> 'started')::timestamptz, 'HH24:MI:SS TZ');
	other CONSTANT jsonb := facts -> 'other';
	utility CONSTANT text := t ->> 'utility';
BEGIN
	CASE t ->> 'mode'
		WHEN 'client out' THEN
			RETURN transfer_detect_internal.say('$1 on $2 sent `$3` to `$4` with $5 on $6.', who, host, coalesce(what, 'data'),
				coalesce(remote, 'another host'), utility, at);
		WHEN 'client in' THEN
			RETURN transfer_detect_internal.say('$1 on $2 fetched `$3` from `$4` with $5 on $6.', who, host,
				coalesce(transfer_detect_internal.show_list(remote_paths, 3), 'data'), coalesce(t ->> 'remote_host', 'another host'), utility, at);
		WHEN 'client between' THEN
			RETURN transfer_detect_internal.say('$1 on $2 had files copied from one host to another, to `$3`, with $4 on $5.', who, host, remote, utility, at);
		WHEN 'client', 'client list' THEN
			IF remote IS NULL THEN
				RETURN transfer_detect_internal.say('$1 on $2 started $3 without naming a host, on $4.', who, host, utility, at);
			ELSIF batch IS NOT NULL THEN
				RETURN transfer_detect_internal.say('$1 on $2 ran $3 to `$4` with the orders in `$5` on $6.', who, host, utility, remote, batch, at);
			END IF;
			RETURN transfer_detect_internal.say('$1 on $2 connected to `$3` with $4 on $5.', who, host, remote, utility, at);
		WHEN 'server receiver' THEN
			IF other ->> 'host' IS NOT NULL THEN
				RETURN transfer_detect_internal.say('$1 received files into `$2` from $3 with $4 on $5.', host, coalesce(what, 'a directory'),
					other ->> 'host', utility, at);
			END IF;
			RETURN transfer_detect_internal.say('$1 received files into `$2` with $3 on $4.', host, coalesce(what, 'a directory'), utility, at);
		WHEN 'server sender' THEN
			RETURN transfer_detect_internal.say('$1 gave out `$2`$3 with $4 on $5.', host, coalesce(what, 'files'),
				coalesce(' to ' || (other ->> 'host'), ''), utility, at);
		WHEN 'server' THEN
			IF other ->> 'host' IS NOT NULL THEN
				RETURN transfer_detect_internal.say('$1 served a transfer of $2 with $3 on $4.', host, other ->> 'host', utility, at);
			END IF;
			RETURN transfer_detect_internal.say('$1 served a transfer with $2 on $3.', host, utility, at);
		WHEN 'daemon' THEN
			RETURN transfer_detect_internal.say('$1 on $2 started the server $3 on $4.', who, host, utility, at);
		WHEN 'local' THEN
			RETURN transfer_detect_internal.say('$1 on $2 copied `$3` within the host with $4 on $5.', who, host, coalesce(what, 'files'), utility, at);
		ELSE
			-- of many events that have no process in common, the first one says little
			IF p ->> 'command_line' IS NOT NULL AND p ->> 'host' IS NOT NULL
				AND (facts #>> '{alert,group_key}' ~ '"process\.' OR facts #>> '{alert,event_count}' = '1') THEN
				RETURN transfer_detect_internal.say('$1 on $2 ran `$3` on $4.', who, host, left(p ->> 'command_line', 300), at);
			END IF;
			RETURN transfer_detect_internal.say('$1: $2', facts #>> '{rule,name}', facts #>> '{alert,title}');
	END CASE;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.triage_headline(jsonb) IS 'part of triage(): who sent what where, in a sentence';

CREATE FUNCTION transfer_detect_internal.since_when(part jsonb) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* How far back was looked, where that is not all the history there is. */
SELECT coalesce(', as far as was looked: since ' || to_char((part ->> 'since')::timestamptz, 'FMDD FMMonth, HH24:MI'), '')
$$;
COMMENT ON FUNCTION transfer_detect_internal.since_when(jsonb) IS 'How far back a row of the prevalence looked, if not to the end';

CREATE FUNCTION transfer_detect_internal.reason_rank(reason jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * What a reason is for the order of work: heavy is what routine hardly explains,
 * light what routine may explain, usual what is known from before.  That something
 * is new is none of them.
 */
SELECT CASE
	WHEN r.label = ANY ('{Secret,Secret inside,Hidden,Hidden orders,Another host,Look-alike,Server shell,Package code,Hostile before,Odd program}') THEN 'heavy'
	WHEN r.label = ANY ('{System file,Own way out,Nothing left behind,Packed for it,Deleted after,Database dump,Host key unchecked,Odd parent,Another '
		'address,New for this user,Unusual hour,Not alone,Outside address,Outside name}') THEN 'light'
	WHEN r.label = ANY ('{Regular,Known destination,Known user,On other hosts as well,Installed script,Scheduled,Named before,Host of ours,Judged as '
		'usual,Habit}') THEN 'usual' END
  FROM (SELECT substring(reason ->> 'say' FROM '^\*([^*]+)\.\*') AS label) AS r
$$;
COMMENT ON FUNCTION transfer_detect_internal.reason_rank(jsonb) IS 'What a reason is for the order of work: heavy, light, usual or null';

CREATE FUNCTION transfer_detect_internal.working_order(reasons jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Which alert to open first: the one with more heavy reasons; of these, and of
 * those without any, the one whose light reasons outnumber what is usual by more.
 * What is usual never makes up for a heavy reason.  Each label counts once.
 */
SELECT jsonb_build_object('heavy', c.heavy, 'light', c.light, 'usual', c.usual,
	'look', CASE WHEN c.heavy > 0 THEN 'first' WHEN c.light > c.usual THEN 'next' ELSE 'last' END)
  FROM (SELECT count(*) FILTER (WHERE d.rank = 'heavy') AS heavy, count(*) FILTER (WHERE d.rank = 'light') AS light,
	count(*) FILTER (WHERE d.rank = 'usual') AS usual
		  FROM (SELECT DISTINCT substring(r.value ->> 'say' FROM '^\*([^*]+)\.\*') AS label, transfer_detect_internal.reason_rank(r.value) AS rank
				  FROM jsonb_array_elements(reasons) AS r) AS d) AS c
$$;
COMMENT ON FUNCTION transfer_detect_internal.working_order(jsonb) IS 'Which alert to open first: how many reasons of which kind there are';

CREATE FUNCTION transfer_detect_internal.reasons_for(facts jsonb) RETURNS SETOF jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* What speaks for data being taken out. */
DECLARE
	p CONSTANT jsonb := facts -> 'subject';
	t CONSTANT jsonb := facts -> 'transfer';
	script CONSTANT text := facts ->> 'script';
	script_classes CONSTANT text[] := transfer_detect_internal.path_classes(script);
	command CONSTANT jsonb := transfer_detect_internal.prevalence_of(facts, 'command');
	direction CONSTANT jsonb := transfer_detect_internal.prevalence_of(facts, 'direction');
	remote CONSTANT jsonb := transfer_detect_internal.prevalence_of(facts, 'remote host');
	others CONSTANT text[] := ARRAY(SELECT DISTINCT e.value ->> 'host' FROM jsonb_array_elements(facts -> 'elsewhere') AS e);
	server CONSTANT jsonb := facts -> 'server';
	secrets CONSTANT text[] := transfer_detect_internal.packed_secrets(facts -> 'packed');
	earlier CONSTANT text[] := ARRAY(SELECT left(e.value ->> 'command_line', 100) FROM jsonb_array_elements(facts -> 'earlier') AS e
		WHERE (e.value ->> 'parent_command_line') = facts #>> '{server,line}');
	dump_program CONSTANT text := substring(facts #>> '{packed,command_line}'
		FROM '^(?:\S*/)?(pg_dump|pg_dumpall|pg_basebackup|mysqldump|mariadb-dump|mongodump)( |$)');
	reason text;
	known jsonb;
	path text;
	classes text[];
	option text;
BEGIN
	-- what a rule that knows habits gave as its reasons
	FOREACH reason IN ARRAY transfer_detect_internal.json_texts(facts #> '{alert,reasons}') LOOP
		CONTINUE WHEN reason = transfer_detect_internal.learning_reason();
		RETURN NEXT transfer_detect_internal.say('*New.* $1.', transfer_detect_internal.capital(reason));
	END LOOP;
	FOR known IN SELECT h FROM jsonb_array_elements(facts -> 'habits') AS h WHERE h ->> 'say' LIKE '*Hostile before.*%' LOOP
		RETURN NEXT known;
	END LOOP;
	IF t ->> 'mode' LIKE 'client%' OR t ->> 'mode' = 'local' THEN
		FOREACH path IN ARRAY (transfer_detect_internal.json_texts(t -> 'local_paths'))[:5] LOOP
			classes := transfer_detect_internal.path_classes(path);
			IF 'secret' = ANY (classes) THEN
				RETURN NEXT transfer_detect_internal.say('*Secret.* `$1` is a key, a password file or the like.', path);
			ELSIF 'hidden' = ANY (classes) THEN
				RETURN NEXT transfer_detect_internal.say('*Hidden.* `$1` has a name with a dot in front$2.', path,
					CASE WHEN 'tmp' = ANY (classes) THEN ', in a temporary directory' ELSE '' END);
			ELSIF 'system' = ANY (classes) THEN
				RETURN NEXT transfer_detect_internal.say('*System file.* `$1` belongs to the system.', path);
			ELSIF 'tmp' = ANY (classes) THEN
				RETURN NEXT transfer_detect_internal.say('*Temporary.* `$1` lies in a temporary directory.', path);
			END IF;
		END LOOP;
	END IF;
	FOREACH option IN ARRAY transfer_detect_internal.json_texts(t -> 'options') LOOP
		IF option LIKE 'host_alias=%' THEN
			RETURN NEXT transfer_detect_internal.say('*Another host.* The command names `$1`, and an option has ssh go to `$2` instead.',
				substr(option, 12), t ->> 'remote_host');
		END IF;
		IF option ~ '^(batch|script|files_from|config|identity)='
			AND 'hidden' = ANY (transfer_detect_internal.path_classes(regexp_replace(option, '^\w+=', '')))
			AND option !~ '^identity=.*/\.ssh/' THEN
			RETURN NEXT transfer_detect_internal.say('*Hidden orders.* It does what the file `$1` says, whose name has a dot in front.',
				regexp_replace(option, '^\w+=', ''));
		ELSIF option = 'strict_host_key_checking=no' THEN
			RETURN NEXT transfer_detect_internal.say('*Host key unchecked.* An option lets any host answer for $1.', t ->> 'remote_host');
		ELSIF option ~ '^(proxy_command|remote_shell)=' AND t ->> 'options' !~ '"host_alias=' AND (facts ->> 'way_out_days')::bigint < 3 IS NOT FALSE
			-- a port, a key and the like are in ssh_config elsewhere
			AND option !~ '^remote_shell=(\S*/)?ssh( -[46CqTx]+| -[pilc] \S+| -o '
				'?(StrictHostKeyChecking|BatchMode|ConnectTimeout|UserKnownHostsFile|IdentitiesOnly|ServerAlive\w+|Compression)=\S+)*$' THEN
			RETURN NEXT transfer_detect_internal.say('*Own way out.* It connects through `$1`.', regexp_replace(option, '^\w+=', ''));
		END IF;
	END LOOP;
	IF facts -> 'packed' IS NOT NULL AND facts -> 'deleted' IS NOT NULL THEN
		RETURN NEXT transfer_detect_internal.say('*Nothing left behind.* `$1` packed it $2 before, and `$3` deleted it $4 after the start.',
			facts #>> '{packed,command_line}',
			transfer_detect_internal.show_span(transfer_detect_internal.seconds_between(facts #>> '{packed,started}', p ->> 'started')),
				facts #>> '{deleted,command_line}',
			transfer_detect_internal.show_span(transfer_detect_internal.seconds_between(p ->> 'started', facts #>> '{deleted,started}')));
	ELSIF facts -> 'packed' IS NOT NULL THEN
		RETURN NEXT transfer_detect_internal.say('*Packed for it.* `$1` ran $2 before.', facts #>> '{packed,command_line}',
			transfer_detect_internal.show_span(transfer_detect_internal.seconds_between(facts #>> '{packed,started}', p ->> 'started')));
	ELSIF facts -> 'deleted' IS NOT NULL THEN
		RETURN NEXT transfer_detect_internal.say('*Deleted after.* `$1` ran $2 after the start.', facts #>> '{deleted,command_line}',
			transfer_detect_internal.show_span(transfer_detect_internal.seconds_between(p ->> 'started', facts #>> '{deleted,started}')));
	END IF;
	IF cardinality(secrets) > 0 THEN
		RETURN NEXT transfer_detect_internal.say('*Secret inside.* `$1` packed $2: keys, passwords or what logs a machine in.',
			left(facts #>> '{packed,command_line}', 200),
			transfer_detect_internal.show_list(secrets, 4));
	END IF;
	IF dump_program IS NOT NULL THEN
		RETURN NEXT CASE WHEN facts #>> '{packed,command_line}' ~ ' (-s|--schema-only|--no-data|-d)( |$)'
			THEN transfer_detect_internal.say('*Schema dump.* `$1` wrote it, without the data.', left(facts #>> '{packed,command_line}', 200))
			ELSE transfer_detect_internal.say('*Database dump.* `$1` wrote it, with the data.', left(facts #>> '{packed,command_line}', 200)) END;
	END IF;
	IF server IS NOT NULL AND (command ->> 'earlier_days')::bigint >= 3 IS NOT TRUE THEN
		RETURN NEXT transfer_detect_internal.say('*Server shell.* `$1`, $2, started a shell or a program that sends files$3$4.',
			left(server ->> 'line', 120), server ->> 'kind',
			coalesce('. Its client was ' || (server ->> 'client')
				|| coalesce(', ' || nullif(array_to_string(transfer_detect_internal.json_texts(facts -> 'client_names'), ', '), ''), ''), ''),
			CASE WHEN cardinality(earlier) > 0 THEN '. Before, it had run ' || transfer_detect_internal.show_list(earlier, 4) ELSE '' END);
	END IF;
	IF facts -> 'package' IS NOT NULL THEN
		RETURN NEXT transfer_detect_internal.say('*Package code.* `$1` started it: what a package brought ran, not the job itself.',
			left(facts ->> 'package', 160));
	END IF;
	IF script_classes && '{hidden,tmp,home}' THEN
		RETURN NEXT transfer_detect_internal.say('*Odd parent.* The script `$1` $2.', script,
			CASE WHEN 'hidden' = ANY (script_classes) THEN 'has a hidden name' WHEN 'tmp' = ANY (script_classes) THEN 'lies in a temporary directory'
				 ELSE 'lies in a home directory' END
			|| CASE WHEN 'hidden' = ANY (script_classes) AND script_classes && '{tmp,home}' THEN
				CASE WHEN 'tmp' = ANY (script_classes) THEN ', in a temporary directory' ELSE ', in a home directory' END ELSE '' END);
	ELSIF transfer_detect_internal.path_classes(p ->> 'parent_executable') && '{hidden,tmp,home}' THEN
		RETURN NEXT transfer_detect_internal.say('*Odd parent.* `$1` started it, a program outside of the system''s directories.', p ->> 'parent_executable');
	END IF;
	IF transfer_detect_internal.path_classes(p ->> 'executable') && '{hidden,tmp,home}' THEN
		RETURN NEXT transfer_detect_internal.say('*Odd program.* `$1` lies outside of the system''s directories.', p ->> 'executable');
	END IF;
	IF (command ->> 'earlier')::bigint = 0 AND (direction ->> 'host_starts')::bigint = 1 THEN
		RETURN NEXT transfer_detect_internal.say('*First of its kind.* This host has run $1 to another host once in the history there is: now.',
			t ->> 'utility');
	ELSIF (direction ->> 'host_starts')::bigint = 1 THEN
		RETURN NEXT transfer_detect_internal.say('*First on this host.* $1 to another host has run here once in the history there is: now.', t ->> 'utility');
	END IF;
	IF (remote ->> 'starts')::bigint = 1 AND (facts #>> '{remote_before,starts}')::bigint = 0 THEN
		RETURN NEXT transfer_detect_internal.say('*New destination.* No other transfer of any host names $1$2.', t ->> 'remote_host',
			transfer_detect_internal.since_when(remote));
	END IF;
	IF t ->> 'mode' LIKE 'client%' AND facts #> '{remote_before,twin,host}' IS NOT NULL AND (facts #>> '{remote_before,starts}')::bigint = 0
		AND facts ->> 'remote_place' <> 'inside' THEN
		-- hosts of ours have names that differ in a number
		RETURN NEXT transfer_detect_internal.say(CASE WHEN (facts #>> '{remote_before,twin,alike}')::boolean AND facts ->> 'remote_place' = 'outside'
				THEN '*Look-alike.* The same account and directory on `$1`, which differs from `$2` in one character, got $3 on $4 before. This host got none.'
				ELSE '*Another address.* The same account and directory on `$1` got $3 on $4 before, and `$2` none.' END,
			facts #>> '{remote_before,twin,host}', t ->> 'remote_host',
			transfer_detect_internal.show_count((facts #>> '{remote_before,twin,starts}')::bigint, 'transfer'),
			transfer_detect_internal.show_count((facts #>> '{remote_before,twin,days}')::bigint, 'day'));
	END IF;
	IF t ->> 'mode' LIKE 'client%' AND t ->> 'remote_host' IS NOT NULL AND (facts #>> '{user_before,starts}')::bigint > 0
		AND (facts #>> '{user_before,to_here}')::bigint = 0
		AND ((facts #>> '{remote_before,starts}')::bigint < 3 OR facts ->> 'remote_place' = 'outside') THEN
		RETURN NEXT transfer_detect_internal.say('*New for this user.* Of $2 of $1 on $3 before, none went to this host$4.', p ->> 'user_name',
			transfer_detect_internal.show_count((facts #>> '{user_before,starts}')::bigint, 'transfer'),
				transfer_detect_internal.show_count((facts #>> '{user_before,days}')::bigint, 'day'),
			CASE WHEN facts ->> 'remote_place' = 'outside' AND (facts #>> '{user_before,outside}')::bigint = 0 THEN ', and none outside' ELSE '' END);
	END IF;
	IF (facts #>> '{user_before,hours_off}')::numeric >= 2 AND t ->> 'mode' LIKE 'client%' THEN
		RETURN NEXT transfer_detect_internal.say('*Unusual hour.* No other transfer of $1 was within $2 of this time of day.', p ->> 'user_name',
			transfer_detect_internal.show_span((facts #>> '{user_before,hours_off}')::numeric * 3600));
	END IF;
	IF cardinality(others) > 0 AND (script IS NOT NULL OR facts -> 'packed' IS NOT NULL)
		AND (script_classes && '{hidden,tmp,home}' OR facts -> 'packed' IS NOT NULL) THEN
		RETURN NEXT transfer_detect_internal.say('*Not alone.* The same ran on $1 within a day.', transfer_detect_internal.show_list(others, 4));
	END IF;
	IF t ->> 'mode' LIKE 'server%' THEN
		FOREACH path IN ARRAY (SELECT array_remove(o.local_paths || transfer_detect_internal.script_of(facts #>> '{other,parent_command_line}')
									|| ARRAY(SELECT substr(b, 7) FROM unnest(o.options) AS b WHERE b LIKE 'batch=%'), NULL)
								 FROM @extschema@.transfer_command(facts #>> '{other,command_line}') AS o) LOOP
			IF transfer_detect_internal.path_classes(path) && '{secret,hidden}' THEN
				RETURN NEXT transfer_detect_internal.say('*Hidden at the other end.* `$1` on $2 has a name with a dot in front, or is a secret.',
					path, facts #>> '{other,host}');
			END IF;
		END LOOP;
	END IF;
	IF facts ->> 'remote_place' = 'outside' AND (facts #>> '{remote_before,days}')::bigint >= 3 IS NOT TRUE THEN
		RETURN NEXT CASE WHEN t ->> 'remote_host' ~ '^[0-9.]+$|:'
			THEN transfer_detect_internal.say('*Outside address.* $1 is no address of a private network.', t ->> 'remote_host')
			ELSE transfer_detect_internal.say('*Outside name.* $1 is no host or domain of ours$2.', t ->> 'remote_host',
				CASE WHEN t ->> 'remote_host' ~ '(^|\.)(dyn|ddns|dyndns|duckdns|no-ip|noip|hopto|zapto|myfritz|synology|quickconnect|myqnapcloud|ngrok|ngrok-free|trycloudflare|serveo)\.'
					THEN ', and looks like one of a dynamic-DNS or tunnel service' ELSE '' END) END;
	END IF;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.reasons_for(jsonb) IS 'part of triage(): what speaks for data being taken out';

CREATE FUNCTION transfer_detect_internal.reasons_against(facts jsonb) RETURNS SETOF jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* What speaks for routine work, or against taking what is new too seriously. */
DECLARE
	p CONSTANT jsonb := facts -> 'subject';
	t CONSTANT jsonb := facts -> 'transfer';
	script CONSTANT text := facts ->> 'script';
	command CONSTANT jsonb := transfer_detect_internal.prevalence_of(facts, 'command');
	template CONSTANT jsonb := transfer_detect_internal.prevalence_of(facts, 'template');
	remote CONSTANT jsonb := transfer_detect_internal.prevalence_of(facts, 'remote host');
	who CONSTANT jsonb := transfer_detect_internal.prevalence_of(facts, 'user');
	part_script CONSTANT jsonb := transfer_detect_internal.prevalence_of(facts, 'script');
	before CONSTANT jsonb := facts -> 'remote_before';
	names CONSTANT text[] := transfer_detect_internal.json_texts(facts -> 'other_names');
	known jsonb;
	gives jsonb;
BEGIN
	IF transfer_detect_internal.learning_reason() = ANY (transfer_detect_internal.json_texts(facts #> '{alert,reasons}')) THEN
		RETURN NEXT transfer_detect_internal.say('*Learning.* The rule has been learning for less than a week: much is new to it.');
	END IF;
	IF (command ->> 'earlier_days')::bigint >= 2 THEN
		RETURN NEXT transfer_detect_internal.say('*Regular.* The same command ran before on $1 of the last 30 days$2.', command ->> 'earlier_days',
			transfer_detect_internal.since_when(command));
	ELSIF (template ->> 'earlier_days')::bigint >= 2 THEN
		RETURN NEXT transfer_detect_internal.say('*Regular.* The same command, but for its changing parts, ran before on $1 of the last 30 days$2.',
			template ->> 'earlier_days',
			transfer_detect_internal.since_when(template));
	END IF;
	IF (command ->> 'earlier_days')::bigint < 2 AND (template ->> 'earlier_days')::bigint >= 2 IS NOT TRUE
		AND (part_script ->> 'earlier_days')::bigint >= 2 AND NOT transfer_detect_internal.path_classes(script) && '{hidden,tmp,home}' THEN
		RETURN NEXT transfer_detect_internal.say('*Regular.* The script made transfers before on $1 of the last 30 days$2.', part_script ->> 'earlier_days',
			transfer_detect_internal.since_when(part_script));
	END IF;
	IF (command ->> 'hosts')::bigint > 1 AND NOT (transfer_detect_internal.path_classes(script) && '{hidden,tmp,home}') IS TRUE
		AND facts -> 'packed' IS NULL THEN
		RETURN NEXT transfer_detect_internal.say('*On other hosts as well.* The same command ran on $1.',
			transfer_detect_internal.show_count((command ->> 'hosts')::bigint, 'host'));
	END IF;
	IF script ~ '^/(opt|usr|etc|srv/(bin|scripts))/' AND NOT transfer_detect_internal.path_classes(script) && '{hidden}' THEN
		RETURN NEXT transfer_detect_internal.say('*Installed script.* `$1` lies where jobs belong.', script);
	END IF;
	SELECT n.value INTO gives FROM jsonb_array_elements(facts -> 'named_by') AS n WHERE n.value ->> 'gives' = ANY (names) LIMIT 1;
	SELECT s.value INTO known FROM jsonb_array_elements(facts -> 'scripts_to_remote') AS s
	 WHERE s.value ->> 'script' IS NOT NULL AND NOT transfer_detect_internal.path_classes(s.value ->> 'script') && '{hidden,tmp,home}' LIMIT 1;
	IF known IS NOT NULL THEN
		RETURN NEXT transfer_detect_internal.say('*Known destination.* `$1` sends to $2 from $3.', known ->> 'script',
			concat(t ->> 'remote_host', ', or ' || nullif(array_to_string(names, ', '), ''), CASE WHEN cardinality(names) > 0 THEN ',' END),
			transfer_detect_internal.show_list(transfer_detect_internal.json_texts(known -> 'host_names'), 4));
	ELSIF (before ->> 'starts')::bigint >= 3 THEN
		RETURN NEXT transfer_detect_internal.say('*Known destination.* $1 on $2 before went to $3, from $4.',
			transfer_detect_internal.capital(transfer_detect_internal.show_count((before ->> 'starts')::bigint, 'transfer')),
			transfer_detect_internal.show_count((before ->> 'days')::bigint, 'day'),
				concat(t ->> 'remote_host', ' or ' || nullif(array_to_string(names, ', '), '')),
			transfer_detect_internal.show_list(transfer_detect_internal.json_texts(before -> 'hosts'), 4));
	ELSIF (before ->> 'starts')::bigint > 0 AND before #>> '{last,host}' <> p ->> 'host' THEN
		RETURN NEXT transfer_detect_internal.say('*Known destination.* $1 of $2 sent there on $3: `$4`', coalesce(before #>> '{last,user_name}',
			'Somebody'), before #>> '{last,host}',
			transfer_detect_internal.show_day((before #>> '{last,at}')::timestamptz), left(before #>> '{last,command_line}', 200));
	END IF;
	IF gives IS NOT NULL THEN
		RETURN NEXT transfer_detect_internal.say('*Named before.* $1 on $2 gave $3 the name $4 on $5: `$6`',
			coalesce(gives ->> 'user_name', 'Somebody'), gives ->> 'host', t ->> 'remote_host',
			gives ->> 'gives', transfer_detect_internal.show_day((gives ->> 'at')::timestamptz), left(gives ->> 'command_line', 200));
	ELSIF cardinality(names) > 0 AND facts ->> 'remote_place' = 'inside' THEN
		RETURN NEXT transfer_detect_internal.say('*Host of ours.* The fleet knows $1 as $2.', t ->> 'remote_host', array_to_string(names, ', '));
	END IF;
	IF (facts ->> 'users')::bigint = 1 AND (who ->> 'starts')::bigint > 1 AND NOT (facts ->> 'cut')::boolean THEN
		RETURN NEXT transfer_detect_internal.say('*Known user.* Every recorded transfer of all hosts runs as $1.', p ->> 'user_name');
	ELSIF (facts #>> '{user_before,days_to_here}')::bigint > 0 AND (who ->> 'earlier_days')::bigint >= 2 THEN
		RETURN NEXT transfer_detect_internal.say('*Known user.* $1 made transfers on $2 of the last 30 days before, and sent to this host on $3$4.',
			p ->> 'user_name', who ->> 'earlier_days',
			facts #>> '{user_before,days_to_here}', transfer_detect_internal.since_when(who));
	END IF;
	IF facts ->> 'scheduler' IS NOT NULL AND t ->> 'mode' NOT LIKE 'server%' AND facts -> 'server' IS NULL
		AND NOT EXISTS (SELECT FROM jsonb_array_elements(facts -> 'path') AS a
						 WHERE regexp_replace(a.value ->> 'executable', '^.*/', '') ~ '^(sshd|login|su|java|dockerd|containerd.*|runc)$') THEN
		RETURN NEXT transfer_detect_internal.say('*Scheduled.* $1 started it, as it starts other jobs.', facts ->> 'scheduler');
	END IF;
	IF t ->> 'mode' LIKE 'server%' AND facts #>> '{other,host}' IS NOT NULL THEN
		RETURN NEXT transfer_detect_internal.say('*The receiving end.* $1 started `$2`: the question is what that was.', facts #>> '{other,host}',
			facts #>> '{other,command_line}');
	END IF;
	IF t ->> 'mode' = 'local' THEN
		RETURN NEXT transfer_detect_internal.say('*Within the host.* The command names no other host.');
	END IF;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.reasons_against(jsonb) IS 'part of triage(): what speaks for routine work';

CREATE FUNCTION transfer_detect_internal.triage_missing(facts jsonb) RETURNS SETOF jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* What cannot be told from the events. */
DECLARE
	p CONSTANT jsonb := facts -> 'subject';
	t CONSTANT jsonb := facts -> 'transfer';
	things text[] := '{}';
BEGIN
	IF jsonb_array_length(facts -> 'documents') = 0 THEN
		RETURN NEXT transfer_detect_internal.say('The events behind this alert: they are gone, or not yours to read.');
	END IF;
	IF facts ->> 'problem' IS NOT NULL THEN
		RETURN NEXT transfer_detect_internal.say('What else happened: $1.', facts ->> 'problem');
	ELSIF NOT (facts ->> 'readable')::boolean THEN
		RETURN NEXT transfer_detect_internal.say('What else happened: the rule reads `$1`, which lacks columns that `transfer_detect.events` has, or '
			'is not yours to read.', facts #>> '{rule,source}');
	ELSIF p ->> 'host' IS NULL THEN
		RETURN NEXT transfer_detect_internal.say('What else the host did: the events name no host.');
	END IF;
	IF p ->> 'command_line' IS NULL THEN
		RETURN NEXT transfer_detect_internal.say('Which command ran: the events have no command line.');
	END IF;
	IF p ->> 'parent_executable' IS NULL AND p ->> 'parent_name' IS NULL AND p ->> 'parent_command_line' IS NULL THEN
		RETURN NEXT transfer_detect_internal.say('What started it: the events name no parent.');
	END IF;
	IF t ->> 'utility' IS NOT NULL AND t ->> 'mode' <> 'information' THEN
		IF facts #>> '{who,bytes}' IS NULL THEN
			things := things || 'how many bytes went'::text;
		END IF;
		IF t ->> 'remote_host' ~ '[a-zA-Z]' THEN
			things := things || format('to which address %s led', t ->> 'remote_host');
		END IF;
		IF facts ->> 'script' IS NOT NULL THEN
			things := things || format('what %s contains', facts ->> 'script');
		END IF;
	END IF;
	IF facts #>> '{who,session}' IS NULL AND facts #>> '{who,tty}' IS NULL AND facts #>> '{who,from}' IS NULL AND p ->> 'host' IS NOT NULL THEN
		things := things || 'who was logged in, and from where'::text;
	END IF;
	IF cardinality(things) > 0 THEN
		RETURN NEXT transfer_detect_internal.say('$1.', transfer_detect_internal.capital(transfer_detect_internal.show_list(things, 5)));
	END IF;
	IF (facts ->> 'around_cut')::boolean THEN
		RETURN NEXT transfer_detect_internal.say('Everything that the host did: it did more than is shown here.');
	END IF;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.triage_missing(jsonb) IS 'part of triage(): what cannot be told from the events';

CREATE FUNCTION transfer_detect_internal.triage_lede(facts jsonb) RETURNS SETOF jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/* Why it matters: two or three sentences below the first one. */
DECLARE
	p CONSTANT jsonb := facts -> 'subject';
	t CONSTANT jsonb := facts -> 'transfer';
	starter CONSTANT text := (SELECT regexp_replace(coalesce(a.value ->> 'executable', a.value ->> 'name'), '^.*/', '')
		FROM jsonb_array_elements(facts -> 'path') WITH ORDINALITY AS a(value, place) ORDER BY a.place DESC LIMIT 1);
	parent CONSTANT text := coalesce(facts ->> 'script', p ->> 'parent_command_line', p ->> 'parent_executable');
	elsewhere CONSTANT text[] := ARRAY(
		SELECT format('%s at %s', e.value ->> 'host', CASE WHEN (e.value ->> 'starts')::bigint = 1 THEN to_char((e.value ->> 'first')::timestamptz, 'HH24:MI')
			ELSE to_char((e.value ->> 'first')::timestamptz, 'HH24:MI') || ' and ' || to_char((e.value ->> 'last')::timestamptz, 'HH24:MI') END)
		  FROM jsonb_array_elements(facts -> 'elsewhere') AS e LIMIT 4);
	uncounted CONSTANT boolean := coalesce((SELECT bool_and(e.value ->> 'form' = 'merged') FROM jsonb_array_elements(facts -> 'elsewhere') AS e), false)
		AND facts #>> '{rule,query}' !~* 'MV_CONTAINS|MV_EXPAND';
BEGIN
	IF facts -> 'packed' IS NOT NULL THEN
		RETURN NEXT transfer_detect_internal.say('`$1` had packed what was sent $2 earlier$3.', facts #>> '{packed,command_line}',
			transfer_detect_internal.show_span(transfer_detect_internal.seconds_between(facts #>> '{packed,started}', p ->> 'started')),
			CASE WHEN facts -> 'deleted' IS NOT NULL THEN ', and ' || transfer_detect_internal.show_span(transfer_detect_internal.seconds_between(
				coalesce(p ->> 'ended', p ->> 'started'), facts #>> '{deleted,started}')) || ' after the '
				|| CASE WHEN p ->> 'ended' IS NULL THEN 'start' ELSE 'end' END || ' it was deleted' ELSE '' END);
	END IF;
	IF parent IS NOT NULL THEN
		RETURN NEXT transfer_detect_internal.say(CASE WHEN starter IS NOT NULL AND starter <> regexp_replace(parent, '^.*/', '')
			THEN '`$1` started it; $2 had started that.' ELSE '`$1` started it.' END, left(parent, 200), starter);
	END IF;
	IF p ->> 'exit_code' IS NOT NULL THEN
		RETURN NEXT transfer_detect_internal.say('$3 ended with exit code $1$2.', p ->> 'exit_code',
			coalesce(' after ' || transfer_detect_internal.show_span(transfer_detect_internal.seconds_between(p ->> 'started', p ->> 'ended')), ''),
				coalesce(t ->> 'utility', p ->> 'name', 'It'));
	END IF;
	IF cardinality(elsewhere) > 0 THEN
		RETURN NEXT transfer_detect_internal.say('The same ran on *$1*$2.', array_to_string(elsewhere, '; '),
			CASE WHEN uncounted THEN ', where the rule could not see it' ELSE '' END);
	ELSIF (transfer_detect_internal.prevalence_of(facts, 'command') ->> 'earlier')::bigint = 0 THEN
		RETURN NEXT transfer_detect_internal.say('No host had run this command before, as far as there are events.');
	END IF;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.triage_lede(jsonb) IS 'part of triage(): why it matters, in sentences';

CREATE FUNCTION transfer_detect_internal.triage_reasons(facts jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	known jsonb := facts || transfer_detect_internal.triage_handling(facts) || transfer_detect_internal.path_findings(facts);
BEGIN
	known := known || jsonb_build_object('client_names', transfer_detect_internal.fleet_names(known #>> '{server,client}'));
	known := known || jsonb_build_object(
		'headline', transfer_detect_internal.triage_headline(known),
		'lede', (SELECT coalesce(jsonb_agg(r), '[]') FROM transfer_detect_internal.triage_lede(known) AS r),
		'for', (SELECT coalesce(jsonb_agg(r.reason ORDER BY array_position('{heavy,light}', transfer_detect_internal.reason_rank(r.reason)), r.place), '[]')
				  FROM transfer_detect_internal.reasons_for(known) WITH ORDINALITY AS r(reason, place)),
		'against', (SELECT coalesce(jsonb_agg(r), '[]') FROM transfer_detect_internal.reasons_against(known) AS r),
		'unknown', (SELECT coalesce(jsonb_agg(r), '[]') FROM transfer_detect_internal.triage_missing(known) AS r));
	RETURN known || jsonb_build_object(
		'guide', transfer_detect_internal.guide_answers(known),
		'order', transfer_detect_internal.working_order((known -> 'for') || (known -> 'against') || (known -> 'habits')),
		-- what is not among the reasons for it already
		'habits', (SELECT coalesce(jsonb_agg(h), '[]') FROM jsonb_array_elements(known -> 'habits') AS h
					WHERE h ->> 'say' NOT LIKE '*Hostile before.*%'));
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.triage_reasons(jsonb) IS 'part of triage(): adds to the facts what they mean, in sentences';
