/*
 * fleet.sql: the hosts, what they are for, and what is ours.
 *
 * Two questions of a rule that knows habits depend on it.  Who are the peers of a
 * host: those of the same role.  And is a remote host inside or outside.  Without
 * any set-up a host's role is its name without domain and number, and inside is
 * what is private by its address, a host of ours, or in a domain of ours.
 *
 * A host says itself what its name is.  So that one host can make no domain ours,
 * many have to be in it, and not only since yesterday: host_domains counts them.
 */

CREATE TABLE fleet_roles (
	pattern text COLLATE "C" PRIMARY KEY CHECK (pattern <> ''),
	role text COLLATE "C" NOT NULL CHECK (role <> ''),
	place integer NOT NULL DEFAULT 0
);

COMMENT ON TABLE fleet_roles IS 'Roles of hosts by patterns on their names; empty at first';
COMMENT ON COLUMN fleet_roles.pattern IS 'Regular expression that fits a part of the name, as the operator ~ has it';
COMMENT ON COLUMN fleet_roles.role IS 'Role of the hosts whose names it fits';
COMMENT ON COLUMN fleet_roles.place IS 'Of several patterns that fit, the one with the lowest place counts';

CREATE TABLE fleet_networks (
	network text COLLATE "C" PRIMARY KEY
		CHECK (network = lower(network) AND network ~ '^([0-9a-f:.]+(/[0-9]+)?|[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?)$'),
	comment text NOT NULL DEFAULT ''
);

COMMENT ON TABLE fleet_networks IS 'Networks and domains of ours: hosts there are inside';
COMMENT ON COLUMN fleet_networks.network IS 'An address, a block of addresses such as 198.51.100.0/24, or a domain such as example.org, in small letters';
COMMENT ON COLUMN fleet_networks.comment IS 'What it is';

CREATE TABLE fleet_hosts (
	name text COLLATE "C" PRIMARY KEY CHECK (name <> ''),
	addresses inet[] NOT NULL DEFAULT '{}',
	role text COLLATE "C",
	set_by text NOT NULL DEFAULT 'hand' CHECK (set_by IN ('name', 'pattern', 'hand')),
	first_seen timestamptz,
	last_seen timestamptz
);

COMMENT ON TABLE fleet_hosts IS 'The hosts that events came from, kept by runs of rules with habits, and those that you add';
COMMENT ON COLUMN fleet_hosts.name IS 'host.name';
COMMENT ON COLUMN fleet_hosts.addresses IS 'host.ip, all that were seen but for loopback and link-local ones';
COMMENT ON COLUMN fleet_hosts.role IS 'What it is for: hosts of the same role are peers; null: it has none';
COMMENT ON COLUMN fleet_hosts.set_by IS 'What said its role: its name, a pattern of fleet_roles, or you (hand)';
COMMENT ON COLUMN fleet_hosts.first_seen IS 'Time of its first event; null if none has been seen';
COMMENT ON COLUMN fleet_hosts.last_seen IS 'Time of the last event for which the row was written: once a day';

CREATE FUNCTION transfer_detect_internal.host_domain(host text) RETURNS text
AS 'MODULE_PATHNAME', 'td_host_domain'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.host_domain(text) IS 'The domain of a host: what follows the first dot of its name, in small letters; null if there is none';

CREATE FUNCTION transfer_detect_internal.can_be_own(domain text) RETURNS boolean
AS 'MODULE_PATHNAME', 'td_can_be_own'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.can_be_own(text) IS 'Whether hosts of ours can show that a domain is ours: it has several parts, and is none of those that all customers of a cloud share';

/*
 * The domains of the hosts, and which of them are ours.  More than half of all hosts
 * are enough: whoever has one host or two has them in his own domain.  Otherwise it
 * takes a tenth of all hosts, at least 3 and at most 10.  Only hosts count that are
 * known for a week, or since the fleet's first week, and those with the same addresses
 * count once: a host that changes its name stays one.  The time is the events' time,
 * not the clock's, so that history teaches as well.
 */
CREATE VIEW transfer_detect_internal.host_domains WITH (security_invoker = true) AS
WITH fleet AS MATERIALIZED (
	SELECT count(*) AS hosts, greatest(min(h.first_seen) + interval '7 days', max(h.last_seen) - interval '7 days') AS known_by
	  FROM fleet_hosts AS h
), counts AS MATERIALIZED (
	SELECT transfer_detect_internal.host_domain(h.name) AS domain, count(*) AS hosts,
		count(DISTINCT CASE WHEN cardinality(h.addresses) > 0 THEN hash_array_extended(h.addresses, 0) ELSE hashtextextended(h.name, 0) END)
			FILTER (WHERE (h.first_seen > f.known_by) IS NOT TRUE) AS counted
	  FROM fleet_hosts AS h CROSS JOIN fleet AS f
	 GROUP BY 1
)
SELECT c.domain, c.hosts, c.counted, f.hosts AS hosts_of_all, n.needed, p.possible,
	p.possible AND (2 * c.counted > f.hosts OR c.counted >= n.needed) AS own
  FROM counts AS c
 CROSS JOIN fleet AS f
 CROSS JOIN LATERAL (SELECT least(10, greatest(3, (f.hosts + 9) / 10)) AS needed) AS n
 CROSS JOIN LATERAL (SELECT transfer_detect_internal.can_be_own(c.domain) AS possible) AS p
 WHERE c.domain IS NOT NULL;

COMMENT ON VIEW transfer_detect_internal.host_domains IS 'The domains in which hosts of ours are, and which of them that makes ours';

CREATE VIEW fleet_domains WITH (security_invoker = true) AS
WITH set_by_hand AS (
	SELECT n.network AS domain FROM fleet_networks AS n WHERE n.network !~ '^[0-9./]+$|:'
)
SELECT d.domain, d.hosts, s.domain IS NOT NULL OR d.own AS own,
	CASE WHEN s.domain IS NOT NULL THEN format('%s is in fleet_networks', s.domain)
		WHEN NOT d.possible THEN 'a single part, or shared by the customers of a cloud: only fleet_networks can make it ours'
		WHEN 2 * d.counted > d.hosts_of_all THEN format('%s of %s hosts are in it', d.counted, d.hosts_of_all)
		ELSE format('%s of %s hosts are in it, and it takes %s', d.counted, d.hosts_of_all, d.needed)
			|| CASE WHEN d.counted < d.hosts THEN '; hosts known for less than a week do not count, and those with the same addresses count once' ELSE '' END
	END AS reason
  FROM transfer_detect_internal.host_domains AS d
  LEFT JOIN LATERAL (
		SELECT x.domain FROM set_by_hand AS x
		 WHERE right('.' || d.domain, length(x.domain) + 1) = '.' || x.domain
		 ORDER BY length(x.domain) DESC LIMIT 1) AS s ON true
 UNION ALL
SELECT s.domain, 0, true, format('%s is in fleet_networks', s.domain)
  FROM set_by_hand AS s
 WHERE NOT EXISTS (SELECT FROM transfer_detect_internal.host_domains AS d WHERE d.domain = s.domain);

COMMENT ON VIEW fleet_domains IS 'Which domains are ours, so that what is in them is inside, and why';
COMMENT ON COLUMN fleet_domains.domain IS 'A domain that hosts of fleet_hosts are in, or a name in fleet_networks';
COMMENT ON COLUMN fleet_domains.hosts IS 'How many hosts of fleet_hosts are in it, those in domains below it left out';
COMMENT ON COLUMN fleet_domains.own IS 'Whether it is ours';
COMMENT ON COLUMN fleet_domains.reason IS 'Why, or why not';

CREATE FUNCTION transfer_detect_internal.remote_class(remote_host text, host text) RETURNS text
AS 'MODULE_PATHNAME', 'td_remote_class'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 5;
COMMENT ON FUNCTION transfer_detect_internal.remote_class(text, text) IS 'ES|QL: whether a remote host is local, inside, unknown or outside, seen from a host';

CREATE FUNCTION transfer_detect_internal.outside_hosts(hosts text[], host text) RETURNS text[]
AS 'MODULE_PATHNAME', 'td_outside_hosts'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 5;
COMMENT ON FUNCTION transfer_detect_internal.outside_hosts(text[], text) IS 'ES|QL: those of several remote hosts that are outside, seen from a host';

CREATE FUNCTION transfer_detect_internal.remote_role(remote_host text) RETURNS text
AS 'MODULE_PATHNAME', 'td_remote_role'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 5;
COMMENT ON FUNCTION transfer_detect_internal.remote_role(text) IS 'ES|QL: the role of a remote host that is ours, by its name or address, null if it has none';

CREATE FUNCTION transfer_detect_internal.host_role(host text) RETURNS text
AS 'MODULE_PATHNAME', 'td_host_role'
LANGUAGE C STABLE PARALLEL RESTRICTED COST 5;
COMMENT ON FUNCTION transfer_detect_internal.host_role(text) IS 'ES|QL: the role of a host, null if it has none';

CREATE FUNCTION transfer_detect_internal.own_domain_advice(names text[]) RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Hosts whose own names have no domain show none to be ours.  Commands may name them
 * with their domain, and then each of them is outside.  Others can make such names as well, so
 * only somebody who knows can say that the domain is ours.
 */
BEGIN
	RETURN (
		SELECT string_agg(format('%s names of remote hosts in %s begin with names of hosts of the fleet. If the domain is yours: '
				'INSERT INTO @extschema@.fleet_networks (network) VALUES (%L);', d.names, d.domain, d.domain), E'\n' ORDER BY d.names DESC, d.domain)
		  FROM (SELECT transfer_detect_internal.host_domain(n.name) AS domain, count(*) AS names
				  FROM (SELECT DISTINCT lower(x.name COLLATE "C") AS name FROM unnest(names) AS x(name) WHERE x.name ~ '^[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)+$') AS n
				  JOIN (SELECT DISTINCT split_part(lower(h.name), '.', 1) AS name FROM @extschema@.fleet_hosts AS h) AS s ON s.name = split_part(n.name, '.', 1)
				 WHERE transfer_detect_internal.can_be_own(transfer_detect_internal.host_domain(n.name))
				   AND transfer_detect_internal.remote_class(n.name, NULL) = 'outside'
				 GROUP BY 1
				HAVING count(*) >= 3
				 ORDER BY 2 DESC, 1 LIMIT 3) AS d);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.own_domain_advice(text[]) IS 'part of rule_health and survey(): which domains may be ours, by the names of remote hosts, and how to say so; null if there is none';

CREATE FUNCTION transfer_detect_internal.default_role(host text) RETURNS text
AS 'MODULE_PATHNAME', 'td_default_role'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.default_role(text) IS 'The role that a host''s name says by itself: without domain, and without the number at its end';

CREATE FUNCTION transfer_detect_internal.own_addresses(addresses inet[]) RETURNS inet[]
AS 'MODULE_PATHNAME', 'td_own_addresses'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.own_addresses(inet[]) IS 'Addresses that no other host can have as well';

CREATE FUNCTION transfer_detect_internal.pattern_role(host text) RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT r.role FROM @extschema@.fleet_roles AS r WHERE host ~ r.pattern ORDER BY r.place, r.pattern LIMIT 1
$$;

COMMENT ON FUNCTION transfer_detect_internal.pattern_role(text) IS 'The role that a pattern gives to a host''s name';

CREATE FUNCTION transfer_detect_internal.set_fleet_role() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * A role that is written is by hand; null hands the question back to the patterns
 * and the name.  A host that is restored from a dump has its role, and the patterns
 * may come after it.
 */
BEGIN
	IF TG_OP = 'INSERT' AND transfer_detect_internal.restores(TG_RELID) THEN
		RETURN NEW;
	END IF;
	IF TG_OP = 'UPDATE' AND NEW.role IS DISTINCT FROM OLD.role AND NEW.role IS NOT NULL THEN
		NEW.set_by := 'hand';
	ELSIF NEW.role IS NULL OR NEW.set_by <> 'hand' THEN
		-- as pattern_role() has it; a run notes many hosts, and calls cost
		NEW.role := (SELECT r.role FROM @extschema@.fleet_roles AS r WHERE NEW.name ~ r.pattern ORDER BY r.place, r.pattern LIMIT 1);
		NEW.set_by := 'pattern';
		IF NEW.role IS NULL THEN
			NEW.role := transfer_detect_internal.default_role(NEW.name);
			NEW.set_by := 'name';
		END IF;
	END IF;
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.set_fleet_role() IS 'Trigger: a host whose role was not set by hand gets it from the patterns or its name';

CREATE FUNCTION transfer_detect_internal.renew_fleet_roles() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF transfer_detect_internal.restores(TG_RELID) THEN
		RETURN NULL;
	END IF;
	UPDATE @extschema@.fleet_hosts AS h SET set_by = 'name' WHERE h.set_by <> 'hand';
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.renew_fleet_roles() IS 'Trigger: other patterns, other roles';

CREATE TRIGGER fleet_hosts_role BEFORE INSERT OR UPDATE OF name, role, set_by ON fleet_hosts
	FOR EACH ROW EXECUTE FUNCTION transfer_detect_internal.set_fleet_role();
CREATE TRIGGER fleet_roles_renew AFTER INSERT OR UPDATE OR DELETE ON fleet_roles
	FOR EACH STATEMENT EXECUTE FUNCTION transfer_detect_internal.renew_fleet_roles();

SELECT pg_catalog.pg_extension_config_dump('fleet_roles', '');
SELECT pg_catalog.pg_extension_config_dump('fleet_networks', '');
SELECT pg_catalog.pg_extension_config_dump('fleet_hosts', '');

-- A query may ask for transfer.remote_class, transfer.remote_role and transfer.host_role.
GRANT SELECT ON fleet_roles, fleet_networks, fleet_hosts, fleet_domains, transfer_detect_internal.host_domains TO PUBLIC;
