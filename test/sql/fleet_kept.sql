-- What is kept of the fleet from query to query is what a reading anew finds, whatever has changed in between.
SET search_path = transfer_detect, transfer_detect_internal, public;
SET timezone = 'UTC';
BEGIN;
CREATE FUNCTION pg_temp.fleet() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', n.name, transfer_detect_internal.remote_class(n.name, 'h1'), transfer_detect_internal.remote_role(n.name),
		transfer_detect_internal.host_role(n.name)), ', ' ORDER BY n.name)
	FROM unnest('{h1,h2,h2.a.example,h3.a.example,h4.b.example,h9.b.example,x,x.c.example,198.51.100.1,198.51.100.2,203.0.113.9}'::text[]) AS n(name)
$$;
-- another function: nothing of the session's holds any more
CREATE FUNCTION pg_temp.read_anew() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	CREATE OR REPLACE FUNCTION pg_temp.any_function() RETURNS void LANGUAGE sql AS 'SELECT';
	RETURN pg_temp.fleet();
END
$$;
CREATE TABLE pg_temp.seen (step integer, kept text, anew text, wrong_domains bigint);
-- one change, chosen by a number
CREATE FUNCTION pg_temp.change(kind integer, which integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	host CONSTANT text := (ARRAY['h1', 'h2.a.example', 'h3.a.example', 'H4.b.example', 'x', 'h5.a.example', 'h6.a.example'])[which % 7 + 1];
BEGIN
	CASE kind
		WHEN 0, 1, 2 THEN
			INSERT INTO fleet_hosts (name, addresses, first_seen, last_seen)
			VALUES (host, ARRAY['198.51.100.' || which % 17]::inet[], '2026-11-01 00:00Z'::timestamptz + which % 20 * interval '1 day', '2026-11-10 00:00Z'::timestamptz + which % 20 * interval '1 day')
			ON CONFLICT (name) DO UPDATE SET last_seen = excluded.last_seen, addresses = excluded.addresses;
		WHEN 3 THEN DELETE FROM fleet_hosts WHERE name = host;
		WHEN 4 THEN UPDATE fleet_hosts SET role = CASE WHEN which % 3 > 0 THEN 'r' || which % 3 END WHERE name = host;
		WHEN 5 THEN INSERT INTO fleet_roles (pattern, role) VALUES ('^h' || which % 4, 'p' || which % 2) ON CONFLICT DO NOTHING;
		WHEN 6 THEN DELETE FROM fleet_roles WHERE pattern = '^h' || which % 4;
		WHEN 7 THEN INSERT INTO fleet_networks (network) VALUES ((ARRAY['203.0.113.0/24', 'c.example', '198.51.100.2', 'b.example'])[which % 4 + 1]) ON CONFLICT DO NOTHING;
		WHEN 8 THEN DELETE FROM fleet_networks WHERE network = (ARRAY['203.0.113.0/24', 'c.example', '198.51.100.2', 'b.example'])[which % 4 + 1];
		WHEN 9 THEN UPDATE fleet_hosts SET last_seen = last_seen + (which % 3 - 1) * interval '9 days' WHERE name = host;
		ELSE UPDATE fleet_hosts SET first_seen = first_seen + (which % 3 - 1) * interval '20 days' WHERE name = host;
	END CASE;
END
$$;
-- steps, of which some are taken back
CREATE FUNCTION pg_temp.steps(from_step integer, to_step integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	before text;
BEGIN
	FOR s IN from_step .. to_step LOOP
		IF random() < 0.3 THEN
			BEGIN
				PERFORM pg_temp.change((random() * 12)::integer, (random() * 60)::integer);
				before := pg_temp.fleet();
				RAISE EXCEPTION 'back' USING ERRCODE = 'TD000';
			EXCEPTION WHEN SQLSTATE 'TD000' THEN
				NULL;
			END;
		ELSE
			PERFORM pg_temp.change((random() * 12)::integer, (random() * 60)::integer);
		END IF;
		before := pg_temp.fleet();
		INSERT INTO pg_temp.seen VALUES (s, before, pg_temp.read_anew(),
			(SELECT count(*) FROM fleet_domains AS d WHERE d.own <> (remote_class('nobody.' || d.domain, NULL) = 'inside')));
	END LOOP;
END
$$;
SELECT setseed(0.5);
COMMIT;
DELETE FROM fleet_hosts;
BEGIN;
SELECT pg_temp.steps(1, 120);
COMMIT;
SELECT pg_temp.steps(121, 240);
BEGIN;
SELECT pg_temp.steps(241, 300);
ROLLBACK;
SELECT pg_temp.fleet() = pg_temp.read_anew() AS same_after_rollback;
SELECT pg_temp.steps(301, 400);
SELECT count(*) AS steps, count(*) FILTER (WHERE s.kept IS DISTINCT FROM s.anew) AS different, sum(s.wrong_domains) AS wrong_domains, count(DISTINCT s.kept) > 40 AS many FROM pg_temp.seen AS s;
-- one row, from one transaction to the next
TRUNCATE fleet_hosts, fleet_networks, fleet_roles;
SELECT remote_class('web-1', NULL), remote_role('web-1');
INSERT INTO fleet_hosts (name) VALUES ('web-1');
SELECT remote_class('web-1', NULL), remote_role('web-1');
UPDATE fleet_hosts SET role = 'shop';
SELECT remote_class('web-1', NULL), remote_role('web-1');
ALTER TABLE fleet_hosts DISABLE TRIGGER ALL;
UPDATE fleet_hosts SET role = 'store';
ALTER TABLE fleet_hosts ENABLE TRIGGER ALL;
SELECT remote_class('web-1', NULL), remote_role('web-1');
-- a domain that is ours by the times of its hosts alone
DELETE FROM fleet_hosts;
INSERT INTO fleet_hosts (name, first_seen, last_seen) SELECT CASE WHEN i > 3 THEN 'b' || i ELSE 'a' || i || '.a.example' END, '2026-11-01Z', '2026-11-20Z' FROM generate_series(1, 5) AS i;
SELECT remote_class('nobody.a.example', NULL);
UPDATE fleet_hosts SET first_seen = '2026-11-19Z' WHERE name LIKE '%.a.example';
SELECT remote_class('nobody.a.example', NULL);
UPDATE fleet_hosts SET last_seen = '2026-11-27Z' WHERE name = 'b4';
SELECT remote_class('nobody.a.example', NULL);
DELETE FROM fleet_hosts;
INSERT INTO fleet_hosts (name, role) VALUES ('web-1', 'store');
-- other rights: a policy, and a role that may read no more
CREATE ROLE regress_fleet;
GRANT USAGE ON SCHEMA transfer_detect_internal TO regress_fleet;
SET ROLE regress_fleet;
SELECT remote_class('web-1', NULL), remote_role('web-1');
RESET ROLE;
ALTER TABLE fleet_hosts ENABLE ROW LEVEL SECURITY;
SET ROLE regress_fleet;
SELECT remote_class('web-1', NULL), remote_role('web-1');
RESET ROLE;
SELECT remote_class('web-1', NULL), remote_role('web-1');
ALTER TABLE fleet_hosts DISABLE ROW LEVEL SECURITY;
SET ROLE regress_fleet;
SELECT remote_class('web-1', NULL), remote_role('web-1');
RESET ROLE;
REVOKE SELECT ON fleet_hosts FROM PUBLIC;
SET ROLE regress_fleet;
SELECT remote_class('web-1', NULL);
RESET ROLE;
GRANT SELECT ON fleet_hosts TO PUBLIC;
-- children of the table
CREATE TABLE public.more_hosts () INHERITS (fleet_hosts);
INSERT INTO public.more_hosts (name, role) VALUES ('db-1', 'db');
SELECT remote_class('db-1', NULL), remote_role('db-1');
UPDATE public.more_hosts SET role = 'dbs';
SELECT remote_class('db-1', NULL), remote_role('db-1');
DROP TABLE public.more_hosts;
SELECT remote_class('db-1', NULL), remote_role('db-1');
DELETE FROM fleet_hosts;
REVOKE USAGE ON SCHEMA transfer_detect_internal FROM regress_fleet;
DROP ROLE regress_fleet;
