/*
 * fleet.sql: the hosts, what they are for, and what is ours.
 *
 * Two questions of a rule that knows habits depend on it.  Who are the peers of a
 * host: those of the same role.  And is a remote host inside or outside.  Without
 * any set-up a host's role is its name without domain and number, and inside is
 * what is private by its address or name, or shares the domain of a host of ours.
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

CREATE FUNCTION transfer_detect_internal.default_role(host text) RETURNS text
AS 'MODULE_PATHNAME', 'td_default_role'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.default_role(text) IS 'The role that a host''s name says by itself: without domain, and without the number at its end';

CREATE FUNCTION transfer_detect_internal.own_addresses(addresses inet[]) RETURNS inet[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF addresses IS NULL THEN
		RETURN '{}';
	END IF;
	RETURN ARRAY(SELECT DISTINCT host(a.ip)::inet FROM unnest(addresses) AS a(ip)
				  WHERE NOT a.ip <<= ANY ('{127.0.0.0/8,::1/128,169.254.0.0/16,fe80::/10}'::inet[]) ORDER BY 1);
END
$$;

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
		NEW.role := transfer_detect_internal.pattern_role(NEW.name);
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
GRANT SELECT ON fleet_roles, fleet_networks, fleet_hosts TO PUBLIC;
