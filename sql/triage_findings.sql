/*
 * triage_findings.sql: what the processes around an alert show, for the sentences
 * of triage_reasons.sql: what packed and what deleted the file that was sent, what
 * was in it, and which ancestors are worth a word.
 */

CREATE FUNCTION transfer_detect_internal.path_classes(path text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* What the place of a file says; a file can be hidden in a temporary directory. */
SELECT array_remove(ARRAY[
	CASE WHEN t.local_classes[1] = 'secret' THEN 'secret' END,
	CASE WHEN path ~ '(^|/)\.[^./]' THEN 'hidden' END,
	CASE WHEN path ~ '^(/tmp|/var/tmp|/dev/shm|/run/user)(/|$)' THEN 'tmp' END,
	CASE WHEN path ~ '^(/home/|/root(/|$)|~)' THEN 'home' END,
	CASE WHEN t.local_classes[1] = 'system' THEN 'system' END], NULL)
  FROM @extschema@.transfer_command(NULL, ARRAY['scp', path, 'x:']) AS t
 WHERE path IS NOT NULL
$$;
COMMENT ON FUNCTION transfer_detect_internal.path_classes(text) IS 'What the place of a file says: secret, hidden, tmp, home, system';

CREATE FUNCTION transfer_detect_internal.names_file(command_line text, path text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Whether a command names a file, or what became the file when it was compressed:
 * its whole path, or its name alone where that is long enough to mean it.
 */
SELECT position(f.path IN command_line) > 0 OR (length(f.name) > 6 AND position(f.name IN command_line) > 0)
  FROM (SELECT p.path, regexp_replace(p.path, '^.*/', '') AS name
		  FROM regexp_replace(names_file.path, '\.(gz|xz|bz2|zst|lz4)$', '') AS p(path)) AS f
 WHERE length(f.path) > 3
$$;
COMMENT ON FUNCTION transfer_detect_internal.names_file(text, text) IS 'Whether a command names a file, compressed or not';

CREATE FUNCTION transfer_detect_internal.triage_handling(facts jsonb) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * What packed the file that was sent, what else named it, and what deleted it:
 * processes of the host, at most 15 minutes away, and earlier ones of the same parents.
 */
WITH paths AS (
	SELECT p.path FROM unnest(transfer_detect_internal.json_texts(facts #> '{transfer,local_paths}')) AS p(path)
	 WHERE length(p.path) > 3 AND facts #>> '{transfer,mode}' LIKE 'client%'),
near AS (
	SELECT a.value AS p, a.value ->> 'kind' AS kind, (a.value ->> 'started')::timestamptz AS started, (facts #>> '{subject,started}')::timestamptz AS sent
	  FROM jsonb_array_elements(coalesce(facts -> 'around', '[]') || coalesce(facts -> 'earlier', '[]')) AS a
	 WHERE position(facts #>> '{subject,command_line}' IN a.value ->> 'command_line') = 0
	   AND a.value ->> 'kind' NOT IN ('transfer', 'net')
	   AND EXISTS (SELECT FROM paths WHERE transfer_detect_internal.names_file(a.value ->> 'command_line', paths.path)))
SELECT jsonb_strip_nulls(jsonb_build_object(
	'packed', (SELECT n.p FROM near AS n WHERE n.kind = 'pack' AND n.started <= n.sent ORDER BY n.started DESC LIMIT 1),
	'deleted', (SELECT n.p FROM near AS n WHERE n.kind = 'delete' AND n.started >= n.sent ORDER BY n.started LIMIT 1),
	'touched', (SELECT jsonb_agg(n.p ORDER BY n.started) FROM near AS n WHERE n.kind NOT IN ('pack', 'delete'))))
$$;
COMMENT ON FUNCTION transfer_detect_internal.triage_handling(jsonb) IS 'part of triage(): what packed, named and deleted the file that was sent';

CREATE FUNCTION transfer_detect_internal.packed_secrets(p jsonb) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* The secrets among the words of a command that packs: names below the directory of the last -C before them. */
DECLARE
	words CONSTANT text[] := coalesce(nullif(transfer_detect_internal.json_texts(p -> 'args'), '{}'), string_to_array(p ->> 'command_line', ' '), '{}');
	directory text := '';
	word text;
	before text := '';
	found text[] := '{}';
BEGIN
	FOREACH word IN ARRAY words[2:200] LOOP
		IF before IN ('-C', '--directory') OR word ~ '^--directory=' THEN
			directory := rtrim(regexp_replace(word, '^--directory=', ''), '/') || '/';
		ELSIF word !~ '^-' AND 'secret' = ANY (transfer_detect_internal.path_classes(word)) THEN
			found := found || CASE WHEN word ~ '^/' THEN word ELSE directory || word END;
		END IF;
		before := word;
	END LOOP;
	RETURN found;
END
$$;
COMMENT ON FUNCTION transfer_detect_internal.packed_secrets(jsonb) IS 'The keys and password files that a command packs';

CREATE FUNCTION transfer_detect_internal.is_server(command_line text, executable text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* What kind of server a process is that has no business with shells; null for any other. */
SELECT CASE
	WHEN p.name ~ '^(postgres|postmaster|mysqld|mariadbd|mongod|redis-server|memcached|oracle|sqlservr|db2sysc|clickhouse.*|slapd)$' THEN 'a database server'
	WHEN p.name ~ '^(nginx|apache2|httpd|lighttpd|caddy|php-fpm[0-9.]*|uwsgi|gunicorn|haproxy|squid|varnishd)$' THEN 'a web server'
	WHEN p.name ~ '^(exim4?|master|smtpd|sendmail|dovecot|imapd|opensmtpd)$' THEN 'a mail server'
	WHEN p.name ~ '^(named|unbound|dnsmasq|vsftpd|proftpd|smbd|cupsd)$' THEN 'a server' END
  FROM (SELECT regexp_replace(coalesce(executable, substring(command_line FROM '^([^ :]+)')), '^.*/', '') AS name) AS p
$$;
COMMENT ON FUNCTION transfer_detect_internal.is_server(text, text) IS 'What kind of server a process is, null if it is none';

CREATE FUNCTION transfer_detect_internal.path_findings(facts jsonb) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Among the ancestors: a server that started a shell, with the address that its
 * title names; a package manager, which runs what packages bring; and who first
 * started it, if that is no scheduler.
 */
WITH path AS (
	SELECT a.value AS p, a.place, coalesce(a.value ->> 'command_line', a.value ->> 'executable') AS line,
		regexp_replace(coalesce(a.value ->> 'executable', a.value ->> 'name'), '^.*/', '') AS name
	  FROM jsonb_array_elements(coalesce(nullif(facts -> 'path', '[]'),
		jsonb_build_array(jsonb_build_object('command_line', facts #>> '{subject,parent_command_line}', 'executable', facts #>> '{subject,parent_executable}'))))
		WITH ORDINALITY AS a(value, place))
SELECT jsonb_strip_nulls(jsonb_build_object(
	'server', (SELECT jsonb_build_object('line', p.line, 'pid', p.p -> 'pid', 'kind', transfer_detect_internal.is_server(p.line, p.p ->> 'executable'),
			'postgres', p.name = 'postgres', 'client', substring(p.line FROM '(\d+\.\d+\.\d+\.\d+|[0-9a-fA-F]*:[0-9a-fA-F:]+)\(\d+\)'))
		FROM path AS p WHERE transfer_detect_internal.is_server(p.line, p.p ->> 'executable') IS NOT NULL AND facts #>> '{transfer,mode}' NOT LIKE 'server%'
		ORDER BY p.place LIMIT 1),
	'package', (SELECT to_jsonb(p.line) FROM path AS p
		WHERE p.line ~ '^(\S*/)?(node \S*/)?(npm|npx|yarn|pnpm|pip[0-9.]*|gem|composer|cargo|bundle) (\S+ )*(ci|install|i|add|update|exec|rebuild|build|require)( |$)'
		   OR (p.p ->> 'cwd') ~ '/node_modules/' OR p.line ~ '/(node_modules|site-packages)/\S+'
		ORDER BY p.place DESC LIMIT 1),
	'starter', (SELECT to_jsonb(p.line) FROM path AS p ORDER BY p.place DESC LIMIT 1),
	'scheduler', (SELECT to_jsonb(p.name) FROM path AS p WHERE p.name ~ '^(cron|crond|atd|anacron|systemd)$' ORDER BY p.place LIMIT 1)))
$$;
COMMENT ON FUNCTION transfer_detect_internal.path_findings(jsonb) IS 'part of triage(): what is worth a word among the ancestors';

CREATE FUNCTION transfer_detect_internal.prevalence_of(facts jsonb, part text) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT p.value FROM jsonb_array_elements(facts -> 'prevalence') AS p WHERE p.value ->> 'part' = prevalence_of.part LIMIT 1 $$;
COMMENT ON FUNCTION transfer_detect_internal.prevalence_of(jsonb, text) IS 'part of triage(): one row of the prevalence';
