/*
 * response.sql: what an operator would do about an alert, as commands.
 *
 * They are suggestions for a root shell on the host that each names.  Nothing is
 * run.  Every value is quoted for a shell, and a process is only ended if it is
 * still the one that the event was about: its pid with its start time.
 */

CREATE FUNCTION transfer_detect_internal.response_steps(facts jsonb)
RETURNS TABLE (step integer, action text, host text, command text, effect text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	p CONSTANT jsonb := facts -> 'subject';
	t CONSTANT jsonb := facts -> 'transfer';
	alert_id CONSTANT text := facts #>> '{alert,id}';
	script CONSTANT text := facts ->> 'script';
	base CONSTANT text := transfer_detect_internal.shell_quote(regexp_replace(script, '^.*/', ''));
	remote CONSTANT text := t ->> 'remote_host';
	user_name CONSTANT text := p ->> 'user_name';
	started CONSTANT bigint := floor(extract(epoch FROM (p ->> 'started')::timestamptz));
	is_client CONSTANT boolean := coalesce(t ->> 'mode' LIKE 'client%', false);
	hosts text := p ->> 'host';
	server CONSTANT jsonb := facts -> 'server';
	starter CONSTANT text := coalesce(facts ->> 'starter', p ->> 'parent_command_line', p ->> 'parent_executable');
	-- accounts of services: locking one stops the service, and no person is behind it
	is_service CONSTANT boolean := (p ->> 'user_id') ~ '^[0-9]{1,3}$'
		OR user_name ~ '^(postgres|mysql|www-data|nginx|apache|jenkins|nobody|git|redis|mongodb|daemon|_.*)$';
	removed CONSTANT timestamptz := (SELECT min((a.value ->> 'started')::timestamptz) FROM jsonb_array_elements(facts -> 'around') AS a
		WHERE a.value ->> 'kind' = 'delete' AND (a.value ->> 'started')::timestamptz >= (p ->> 'started')::timestamptz
			AND position(facts ->> 'script' IN a.value ->> 'command_line') > 0);
	secrets CONSTANT text[] := transfer_detect_internal.packed_secrets(facts -> 'packed')
		|| ARRAY(SELECT l FROM unnest(transfer_detect_internal.json_texts(t -> 'local_paths')) AS l
			WHERE 'secret' = ANY (transfer_detect_internal.path_classes(l)));
BEGIN
	SELECT hosts || coalesce(string_agg(DISTINCT ', ' || (e.value ->> 'host'), ''), '') INTO hosts
	  FROM jsonb_array_elements(facts -> 'elsewhere') AS e WHERE (e.value ->> 'shared_script')::boolean;
	step := 1;
	action := 'End the process.';
	host := p ->> 'host';
	IF p ->> 'ended' IS NOT NULL THEN
		effect := format('Nothing to end: process %s finished at %s.', p ->> 'pid', to_char((p ->> 'ended')::timestamptz, 'YYYY-MM-DD HH24:MI:SS'));
	ELSIF p ->> 'pid' IS NULL THEN
		effect := 'No command: the events name no pid.';
	ELSE
		command := format('s=$(date -d "$(ps -o lstart= -p %1$s)" +%%s) && [ "$s" -ge %2$s ] && [ "$s" -le %3$s ] && kill %1$s', p ->> 'pid',
			started - 2, started + 2);
		effect := 'Ends it if the pid is still the process that started then. No event says that it has ended.';
	END IF;
	RETURN NEXT;
	IF server IS NOT NULL THEN
		step := step + 1;
		action := 'End the session that started it.';
		command := CASE WHEN (server ->> 'postgres')::boolean AND server ->> 'pid' ~ '^[0-9]+$'
			THEN format('runuser -u postgres -- psql -c ''SELECT pg_terminate_backend(%s)''', server ->> 'pid') END;
		effect := concat('It is ', server ->> 'line', coalesce('. Its client was ' || (server ->> 'client')
			|| coalesce(' (' || nullif(array_to_string(transfer_detect_internal.json_texts(facts -> 'client_names'), ', '), '') || ')', '')
			|| ': look there for what connected', ''), '. Change the password of the account, and take from it the right to run programs.');
		RETURN NEXT;
	END IF;
	IF script ~ '^/' AND removed IS NOT NULL THEN
		step := step + 1;
		action := 'Find a copy of the script.';
		host := hosts;
		command := NULL;
		effect := format('No command: %s was deleted at %s. Look in backups, the repository and the package cache.', script,
			to_char(removed, 'YYYY-MM-DD HH24:MI:SS'));
		RETURN NEXT;
	ELSIF script ~ '^/' THEN
		step := step + 1;
		action := 'Keep the script before it changes.';
		host := hosts;
		command := format('d=/root/alert-%1$s; install -d -m 700 "$d" && cp -a -- %2$s "$d"/ && sha256sum -- "$d"/%3$s', alert_id,
			transfer_detect_internal.shell_quote(script), base);
		effect := 'Copies and fingerprints it. Changes nothing.';
		RETURN NEXT;
	END IF;
	IF script ~ '^/' AND facts ->> 'scheduler' IS NULL AND starter IS NOT NULL AND starter !~ '(cron|systemd|anacron|atd)' THEN
		step := step + 1;
		action := 'Find what starts it.';
		host := hosts;
		command := NULL;
		effect := format('No command: %s started it, no scheduler of the host. Look there: its job, its log, who may change it.', left(starter, 200));
		RETURN NEXT;
	ELSIF script ~ '^/' THEN
		step := step + 1;
		action := 'Find what starts it.';
		host := hosts;
		command := coalesce('crontab -l -u ' || transfer_detect_internal.shell_quote(user_name) || '; ', '')
			|| format('grep -rsF -- %s /etc/cron* /etc/systemd/system /var/spool/cron', base);
		effect := 'Reads only.';
		RETURN NEXT;
	END IF;
	IF script ~ '^/' AND removed IS NULL AND transfer_detect_internal.path_classes(script) && '{hidden,tmp,home}' THEN
		step := step + 1;
		action := 'Keep it from running again.';
		host := hosts;
		command := format('chmod 000 -- %s', transfer_detect_internal.shell_quote(script));
		effect := 'Whatever calls it goes on calling it, and fails. Its owner can undo this.';
		RETURN NEXT;
	END IF;
	IF cardinality(secrets) > 0 AND is_client THEN
		step := step + 1;
		action := 'Change the keys that left.';
		host := hosts;
		command := NULL;
		effect := format('No command: %s left the host. Revoke and replace each key, token and password in them, where it is accepted.',
			transfer_detect_internal.show_list(secrets, 6));
		RETURN NEXT;
	END IF;
	IF is_client AND facts #>> '{other,host}' IS NOT NULL AND jsonb_array_length(t -> 'remote_paths') > 0 THEN
		step := step + 1;
		action := 'Secure what arrived.';
		host := facts #>> '{other,host}';
		command := (SELECT 'ls -lad --time-style=full-iso -- ' || string_agg(CASE WHEN r ~ '^/' THEN transfer_detect_internal.shell_quote(r)
				ELSE '~' || coalesce(nullif(transfer_detect_internal.shell_quote(facts #>> '{other,user_name}'), ''), '') || '/'
					|| transfer_detect_internal.shell_quote(r) END, ' ')
			FROM unnest(transfer_detect_internal.json_texts(t -> 'remote_paths')) AS r);
		effect := CASE WHEN (t #>> '{remote_paths,0}') ~ '^/' THEN 'Reads only.'
			ELSE 'Reads only. The path is relative to the login directory of the account there.' END;
		RETURN NEXT;
	END IF;
	IF user_name IS NOT NULL THEN
		step := step + 1;
		action := 'Lock the user.';
		host := hosts;
		IF user_name = 'root' THEN
			command := NULL;
			effect := 'No command: root cannot be locked out of its own host. Change its password and keys.';
		ELSIF is_service THEN
			command := NULL;
			effect := format('No command: %s is the account of a service, which would stop, and no person is behind it. End what started it instead.',
				user_name);
		ELSE
			command := format('usermod --lock --expiredate 1 -- %s', transfer_detect_internal.shell_quote(user_name));
			effect := 'Stops every job that runs as this user. Then change the keys and passwords that it uses elsewhere.';
		END IF;
		RETURN NEXT;
	END IF;
	IF is_client AND remote IS NOT NULL THEN
		step := step + 1;
		action := 'Close the way out.';
		host := hosts;
		IF remote ~ '^\d{1,3}(\.\d{1,3}){3}$' THEN
			command := format('iptables -I OUTPUT -d %s -j REJECT', transfer_detect_internal.shell_quote(remote));
			effect := 'Until the next start of the host. Other transfers to that address fail as well.';
		ELSIF remote ~ '^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$' THEN
			command := format('ip6tables -I OUTPUT -d %s -j REJECT', transfer_detect_internal.shell_quote(remote));
			effect := 'Until the next start of the host. Other transfers to that address fail as well.';
		ELSE
			command := format('getent ahosts -- %s', transfer_detect_internal.shell_quote(remote));
			effect := 'Reads only: the events hold no address. ssh_config may give the name another meaning. Block the address that it has.';
		END IF;
		RETURN NEXT;
	END IF;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.response_steps(jsonb) IS 'part of alert_response(): the commands for the facts of triage()';

CREATE FUNCTION alert_response(alert_id bigint) RETURNS TABLE (step integer, action text, host text, command text, effect text)
LANGUAGE sql STABLE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT r.* FROM transfer_detect_internal.response_steps(transfer_detect_internal.triage(alert_id)) AS r ORDER BY r.step
$$;
COMMENT ON FUNCTION alert_response(bigint) IS 'Commands that an operator could run about an alert, quoted for a shell: suggestions, nothing is run';
