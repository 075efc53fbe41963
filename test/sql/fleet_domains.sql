-- Which domains hosts make ours: many of them and for a week, never one that calls itself what it likes.
\set ON_ERROR_ROLLBACK on
BEGIN;
SET LOCAL search_path = transfer_detect, transfer_detect_internal, public;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
CREATE FUNCTION pg_temp.add(how_many integer, name text, first_day integer DEFAULT 1, last_day integer DEFAULT 30, address inet DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
	INSERT INTO transfer_detect.fleet_hosts (name, addresses, first_seen, last_seen)
	SELECT replace(name, '#', i::text), array_remove(ARRAY[address], NULL), '2026-10-31Z'::timestamptz + first_day * interval '1 day', '2026-10-31Z'::timestamptz + last_day * interval '1 day'
	FROM generate_series(1, how_many) AS i
$$;
CREATE FUNCTION pg_temp.classes(VARIADIC remotes text[]) RETURNS TABLE (remote text, class text) LANGUAGE sql AS $$
	SELECT r.name, transfer_detect_internal.remote_class(r.name, 'host-1.corp.example') FROM unnest(remotes) AS r(name)
$$;

-- who has a host or two has them in his domain
SELECT pg_temp.add(1, 'host-#.corp.example');
SELECT * FROM pg_temp.classes('backup.corp.example', 'corp.example', 'backup.example', 'drop.evil.example');
SELECT pg_temp.add(1, 'second-#.Corp.Example');
SELECT * FROM pg_temp.classes('backup.corp.example');
SELECT * FROM fleet_domains;

-- one host that calls itself otherwise makes no domain ours, nor does it take ours away
SELECT pg_temp.add(1, 'web.' || d) FROM unnest('{evil.example,co.uk,herokuapp.com,com,compute.amazonaws.com}'::text[]) AS d;
SELECT pg_temp.add(18, 'app-#.corp.example');
SELECT * FROM pg_temp.classes('backup.corp.example', 'drop.evil.example', 'web.evil.example', 'drop.co.uk', 'drop.herokuapp.com', 'drop.com', 'drop.compute.amazonaws.com');
-- nor do three in a fleet of names without domains
SELECT pg_temp.add(60, 'plain-#'), pg_temp.add(2, 'web-#.evil.example');
SELECT * FROM pg_temp.classes('backup.corp.example', 'drop.evil.example');
-- one host under many names is one by its addresses, and new names count after a week
SELECT pg_temp.add(12, 'renamed-#.evil.example', address => '10.1.0.9'), pg_temp.add(12, 'new-#.other.example', first_day => 24);
SELECT * FROM pg_temp.classes('drop.evil.example', 'drop.other.example');
SELECT * FROM fleet_domains ORDER BY hosts DESC, domain;
-- so many hosts for so long are ours
SELECT pg_temp.add(12, 'late-#.other.example', first_day => 23);
SELECT * FROM pg_temp.classes('drop.other.example', 'drop.sub.other.example', 'drop.another.example');
-- in the fleet's first week there is no other measure than the number
UPDATE fleet_hosts SET last_seen = '2026-11-02Z';
SELECT * FROM pg_temp.classes('backup.corp.example', 'drop.evil.example');

-- what fleet_networks says counts in any case
INSERT INTO fleet_networks VALUES ('co.uk', 'all of it'), ('203.0.113.0/24', 'a network'), ('2001:db8::/32', 'another'), ('partner.example', 'no host there'), ('example', 'a single part');
SELECT * FROM pg_temp.classes('drop.co.uk', 'in.partner.example', 'drop.evil.example', 'drop.com');
SELECT * FROM fleet_domains ORDER BY hosts DESC, domain;

-- a host has its role by its short name and by its full one, in a domain of ours
DELETE FROM fleet_networks; DELETE FROM fleet_hosts;
SELECT pg_temp.add(4, 'web-#.corp.example'), pg_temp.add(1, 'file#.other.example');
INSERT INTO fleet_hosts (name, role) VALUES ('mapleley', 'storage'), ('quince.corp.example', 'storage'), ('medlar', NULL), ('medlar.corp.example', 'build'), ('sloe.other.example', 'build'), ('plain', 'batch');
INSERT INTO fleet_networks VALUES ('partner.example', '');
SELECT h.name, remote_class(h.name, 'web-1.corp.example'), remote_role(h.name), host_role(h.name)
FROM unnest('{mapleley,mapleley.corp.example,MapleLey.Corp.Example.,mapleley.partner.example,mapleley.other.example,mapleley.evil.example,quince,quince.corp.example,quince.other.example,
	medlar,medlar.corp.example,sloe,sloe.other.example,sloe.corp.example,nas-3.corp.example,nas-3.other.example,mapleley.internal}'::text[]) AS h(name);
-- a name in a domain that anybody may use is a host of ours, or not known
SELECT * FROM pg_temp.classes('evil.internal', 'evil.local', 'evil.lan', 'evil.home.arpa', 'plain.lan', 'web-2.internal', 'web-2.evil.example', 'evil.dc.internal', '10.9.8.7');
INSERT INTO fleet_networks VALUES ('dc.internal', '');
SELECT * FROM pg_temp.classes('evil.internal', 'evil.dc.internal');

-- many hosts of ours that have no domain of their own are named in one, by many: by five at least, and not if one of them was a true positive
SAVEPOINT found;
DELETE FROM fleet_networks; DELETE FROM fleet_hosts; DELETE FROM alerts; DELETE FROM habits;
SELECT pg_temp.add(40, 'node-#');
CREATE FUNCTION pg_temp.copies(at timestamptz, domain text, sources integer[], targets integer[]) RETURNS bigint LANGUAGE sql AS $$
	INSERT INTO transfer_detect.events (timestamp, agent_id, host_name, host_os_type, event_type, event_action, process_name, process_executable, process_command_line, process_parent_executable)
	SELECT at - interval '5 minutes', 'agent ' || s.i, 'node-' || s.i, 'linux', '{start}', '{exec}', 'scp', '/usr/bin/scp', format('scp a Node-%s.%s:', t.i, domain), '/usr/sbin/cron'
	FROM unnest(sources, targets) AS x(s, t), LATERAL (VALUES (x.s)) AS s(i), LATERAL (VALUES (x.t)) AS t(i);
	SELECT sum(alerts_created) FROM transfer_detect.backfill('first-seen-file-transfer', at - interval '30 minutes', at + interval '30 minutes');
$$;
SELECT pg_temp.copies('2026-11-20 03:00Z', 'corp.example', '{1,2,3,4}', '{11,12,13,14}'), pg_temp.copies('2026-11-20 05:00Z', 'evil.example', '{1,2,3,4}', '{11,12,13,14}');
UPDATE alerts SET status = 'closed', close_reason = CASE WHEN process_command_line = 'scp a Node-14.evil.example:' THEN 'true_positive' ELSE 'benign' END;
-- one host that names many, and many that name one
SELECT pg_temp.copies('2026-11-21 03:00Z', 'one.example', '{1,1,1,1,1,1}', '{11,12,13,14,15,16}'), pg_temp.copies('2026-11-21 05:00Z', 'other.example', '{1,2,3,4,5,6}', '{11,11,11,11,11,11}');
-- names that no host of ours has
SELECT pg_temp.copies('2026-11-21 07:00Z', 'partner.example', '{1,2,3,4,5,6}', '{51,52,53,54,55,56}');
SELECT * FROM fleet_networks;
SELECT pg_temp.copies('2026-11-22 03:00Z', 'corp.example', '{5}', '{15}'), pg_temp.copies('2026-11-22 05:00Z', 'evil.example', '{5}', '{15}');
SELECT * FROM fleet_networks;
SELECT pg_temp.copies('2026-11-22 07:00Z', 'corp.example', '{6,7}', '{16,17}'), pg_temp.copies('2026-11-22 09:00Z', 'evil.example', '{6,7}', '{16,17}');
-- hosts that have a domain say themselves which is theirs
DELETE FROM fleet_networks;
UPDATE fleet_hosts SET name = name || '.corp.example';
SELECT pg_temp.copies('2026-11-22 12:00Z', 'third.example', '{1,2,3,4,5,6}', '{11,12,13,14,15,16}');
SELECT * FROM fleet_networks;
ROLLBACK TO found;

-- names of hosts of the fleet, with a domain that nobody has said to be ours
DELETE FROM fleet_networks; DELETE FROM fleet_hosts;
SELECT pg_temp.add(12, 'LONAP000#'), pg_temp.add(1, 'backup');
INSERT INTO events (timestamp, agent_id, host_name, host_os_type, event_type, event_action, process_name, process_executable, process_command_line, process_parent_executable)
SELECT '2026-11-20 09:10Z', 'a', 'LONAP000' || i, 'linux', '{start}', '{exec}', 'scp', '/usr/bin/scp', format(c.line, i % 4 + 1), '/usr/sbin/cron'
FROM generate_series(1, 5) AS i, unnest('{scp a lonap000%s.acme-corp.example:,scp a lonap000%s.acme-corp.example.:,scp a backup.partner.example:,scp a lonap000%s:,scp a 198.51.100.%s:,scp a lonap000%s.example:,scp a other%s.third.example:}'::text[]) AS c(line);
SELECT fleet_advice FROM rule_health WHERE rule_id = 'first-seen-file-transfer';
SELECT filed FROM survey('first-seen-file-transfer', '2026-11-20 09:00Z', '2026-11-20 10:00Z') WHERE subject = 'in all';
SELECT events FROM learn('first-seen-file-transfer', '2026-11-20 09:00Z', '2026-11-20 10:00Z');
SELECT fleet_advice FROM rule_health WHERE rule_id = 'first-seen-file-transfer';
SELECT substring(fleet_advice FROM 'INSERT.*') AS statement FROM rule_health WHERE rule_id = 'first-seen-file-transfer' \gexec
SELECT fleet_advice FROM rule_health WHERE rule_id = 'first-seen-file-transfer';
SELECT filed FROM survey('first-seen-file-transfer', '2026-11-20 09:00Z', '2026-11-20 10:00Z') WHERE subject = 'in all';
SELECT fleet_advice FROM rule_health WHERE rule_id = 'unusual-file-transfer-utility-launched';
-- whoever asks for the fields of transfers may read it
SET LOCAL ROLE pg_monitor;
SELECT count(*) AS domains FROM fleet_domains;
ROLLBACK;
