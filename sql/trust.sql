/*
 * trust.sql: whose code a rule may run.
 *
 * A rule reads a relation that its editor names, with the rights of whoever runs
 * it: src/detect/trust.c has what that means.  And what is written down of who
 * made something is what PostgreSQL knows, not what the statement says.
 */

CREATE TABLE trusted_roles (
	role text COLLATE "C" PRIMARY KEY CHECK (role <> ''),
	comment text NOT NULL DEFAULT ''
);

COMMENT ON TABLE trusted_roles IS 'Roles whose relations rules may read, whoever runs them, beside superusers, the extension''s owner, and the roles of which the runner is a member';
COMMENT ON COLUMN trusted_roles.role IS 'Name of the role';
COMMENT ON COLUMN trusted_roles.comment IS 'Why';

SELECT pg_catalog.pg_extension_config_dump('trusted_roles', '');
GRANT SELECT ON trusted_roles TO PUBLIC;

CREATE FUNCTION transfer_detect_internal.may_restore(relation oid) RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * A dump has what was written down at the time.  The owner of a table could
 * take its triggers off, and so may restore it.
 */
BEGIN
	RETURN pg_has_role((SELECT c.relowner FROM pg_class AS c WHERE c.oid = relation), 'USAGE');
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.may_restore(oid) IS 'Whether the caller has the rights of a table''s owner, and so may say who made its rows and when';

CREATE FUNCTION transfer_detect_internal.restores(relation oid) RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * pg_dump sets check_function_bodies = off, because what something needs may be
 * restored after it.
 */
BEGIN
	RETURN NOT current_setting('check_function_bodies')::boolean AND transfer_detect_internal.may_restore(relation);
END
$$;

COMMENT ON FUNCTION transfer_detect_internal.restores(oid) IS 'Whether the caller restores a dump of a table of ours';
