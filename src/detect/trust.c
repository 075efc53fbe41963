/*
 * trust.c
 *		Whose code a rule's relation can make its reader run.
 *
 * Who edits rules names the relation that whoever runs them reads, and reading
 * can run code: a view calls functions, a policy and a cast do, and the planner
 * itself evaluates what it finds in an index's predicate or in statistics on
 * expressions.  All of it runs with the rights of the reader.  So before a
 * rule's query is planned, every object that its relation consists of must
 * belong to a role that the reader trusts:
 *
 * - a superuser, or the owner of the extension;
 * - the reader, or a role of which the reader is a member;
 * - a role in the table trusted_roles, which is the extension's owner's.
 *
 * What a relation consists of, pg_depend tells: its own parts (rules, indexes,
 * policies, statistics, defaults, constraints, partitions), what these refer to
 * (functions, operators, types, other relations), and so on from there.
 * Triggers and foreign keys are left out: they do not act on who reads.
 *
 * That a superuser is taken for a member of every role must not count here:
 * a superuser has most to lose.
 */
#include "compat.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "detect/trust.h"
#include "stamp.h"

/* What is known to be trusted, until a catalog or the table of trusted roles changes. */
#define REMEMBERED	8

typedef struct Trusted
{
	Oid			relid;
	Oid			extension_owner;	/* no message tells of another */
	TdStamp		stamp;
} Trusted;

static const char *const tables[] = {"trusted_roles"};

static Trusted remembered[REMEMBERED];
static int	next_remembered = 0;

/*
 * The objects of relation $1 with their owners; whether an owner is the
 * extension's, a superuser, or in trusted_roles.
 */
static const char *const parts_sql =
"WITH RECURSIVE part(class, object) AS ("
" SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, $1"
" UNION"
" SELECT x.class, x.object FROM part AS p CROSS JOIN LATERAL ("
"  SELECT d.refclassid, d.refobjid FROM pg_catalog.pg_depend AS d"
"   WHERE d.classid OPERATOR(pg_catalog.=) p.class AND d.objid OPERATOR(pg_catalog.=) p.object"
"  UNION ALL"
"  SELECT d.classid, d.objid FROM pg_catalog.pg_depend AS d"
"   WHERE p.class OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass"
"   AND d.refclassid OPERATOR(pg_catalog.=) p.class AND d.refobjid OPERATOR(pg_catalog.=) p.object"
"   AND d.deptype OPERATOR(pg_catalog.=) ANY (ARRAY['a', 'i', 'P', 'S']::pg_catalog.\"char\"[])"
"   AND d.classid OPERATOR(pg_catalog.<>) 'pg_catalog.pg_trigger'::pg_catalog.regclass"
"  UNION ALL"
"  SELECT p.class, i.inhrelid FROM pg_catalog.pg_inherits AS i"
"   WHERE p.class OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass"
"   AND i.inhparent OPERATOR(pg_catalog.=) p.object"
" ) AS x(class, object)"
" WHERE x.class OPERATOR(pg_catalog.<>) ALL (ARRAY['pg_catalog.pg_namespace', 'pg_catalog.pg_extension']::pg_catalog.regclass[]::pg_catalog.oid[])"
" AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS c"
"  WHERE x.class OPERATOR(pg_catalog.=) 'pg_catalog.pg_constraint'::pg_catalog.regclass"
"  AND c.oid OPERATOR(pg_catalog.=) x.object AND c.contype OPERATOR(pg_catalog.=) 'f'))"
" SELECT o.class, o.object, o.owner, r.rolname FROM ("
"  SELECT p.class, p.object, CASE p.class"
"   WHEN 'pg_catalog.pg_class'::pg_catalog.regclass THEN (SELECT c.relowner FROM pg_catalog.pg_class AS c WHERE c.oid OPERATOR(pg_catalog.=) p.object)"
"   WHEN 'pg_catalog.pg_proc'::pg_catalog.regclass THEN (SELECT c.proowner FROM pg_catalog.pg_proc AS c WHERE c.oid OPERATOR(pg_catalog.=) p.object)"
"   WHEN 'pg_catalog.pg_type'::pg_catalog.regclass THEN (SELECT c.typowner FROM pg_catalog.pg_type AS c WHERE c.oid OPERATOR(pg_catalog.=) p.object)"
"   WHEN 'pg_catalog.pg_operator'::pg_catalog.regclass THEN (SELECT c.oprowner FROM pg_catalog.pg_operator AS c WHERE c.oid OPERATOR(pg_catalog.=) p.object)"
"   WHEN 'pg_catalog.pg_opclass'::pg_catalog.regclass THEN (SELECT c.opcowner FROM pg_catalog.pg_opclass AS c WHERE c.oid OPERATOR(pg_catalog.=) p.object)"
"   WHEN 'pg_catalog.pg_opfamily'::pg_catalog.regclass THEN (SELECT c.opfowner FROM pg_catalog.pg_opfamily AS c WHERE c.oid OPERATOR(pg_catalog.=) p.object)"
"   WHEN 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass THEN (SELECT c.stxowner FROM pg_catalog.pg_statistic_ext AS c WHERE c.oid OPERATOR(pg_catalog.=) p.object)"
"   WHEN 'pg_catalog.pg_foreign_server'::pg_catalog.regclass THEN (SELECT c.srvowner FROM pg_catalog.pg_foreign_server AS c WHERE c.oid OPERATOR(pg_catalog.=) p.object)"
"   WHEN 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass THEN (SELECT c.fdwowner FROM pg_catalog.pg_foreign_data_wrapper AS c WHERE c.oid OPERATOR(pg_catalog.=) p.object)"
"   WHEN 'pg_catalog.pg_language'::pg_catalog.regclass THEN (SELECT c.lanowner FROM pg_catalog.pg_language AS c WHERE c.oid OPERATOR(pg_catalog.=) p.object)"
"   END AS owner FROM part AS p) AS o"
" JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) o.owner"
" WHERE NOT r.rolsuper"
" AND NOT EXISTS (SELECT FROM pg_catalog.pg_extension AS e"
"  WHERE e.extname OPERATOR(pg_catalog.=) 'transfer_detect' AND e.extowner OPERATOR(pg_catalog.=) o.owner)"
" AND NOT EXISTS (SELECT FROM %s.trusted_roles AS t WHERE t.role OPERATOR(pg_catalog.=) r.rolname::pg_catalog.text)"
" ORDER BY o.class, o.object";

/* The role that the extension belongs to. */
static Oid
extension_owner(void)
{
	Relation	extensions = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	Oid			owner;

	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ, CStringGetDatum("transfer_detect"));
	scan = systable_beginscan(extensions, ExtensionNameIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	owner = HeapTupleIsValid(tuple) ? ((Form_pg_extension) GETSTRUCT(tuple))->extowner : InvalidOid;
	systable_endscan(scan);
	table_close(extensions, AccessShareLock);
	return owner;
}

/* Has the relation been found to be trusted, and is all as it was then? */
static bool
is_remembered(const Trusted *asked)
{
	for (int i = 0; i < REMEMBERED; i++)
	{
		const Trusted *entry = &remembered[i];

		if (entry->relid == asked->relid && entry->extension_owner == asked->extension_owner &&
			td_same_stamp(&entry->stamp, &asked->stamp))
			return true;
	}
	return false;
}

/*
 * An object that the relation consists of, and the role that it belongs to, of
 * those that the current role does not trust.  False if there is none.
 */
static bool
find_untrusted(const TdSession *session, Oid relid, ObjectAddress *object, char **role)
{
	Trusted		asked = {.relid = relid, .extension_owner = extension_owner()};
	bool		stamped = td_stamp(tables, lengthof(tables), &asked.stamp);
	Oid			types[1] = {OIDOID};
	Datum		values[1];

	if (stamped && is_remembered(&asked))
		return false;
	values[0] = ObjectIdGetDatum(relid);
	td_query(psprintf(parts_sql, session->schema), 1, types, values);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		TupleDesc	desc = SPI_tuptable->tupdesc;
		bool		isnull;
		Oid			owner = DatumGetObjectId(SPI_getbinval(tuple, desc, 3, &isnull));

		if (is_member_of_role_nosuper(GetUserId(), owner))
			continue;
		object->classId = DatumGetObjectId(SPI_getbinval(tuple, desc, 1, &isnull));
		object->objectId = DatumGetObjectId(SPI_getbinval(tuple, desc, 2, &isnull));
		object->objectSubId = 0;
		*role = SPI_getvalue(tuple, desc, 4);
		return true;
	}
	if (stamped)
		remembered[next_remembered++ % REMEMBERED] = asked;
	return false;
}

/* Does all that the relation consists of belong to roles that the current role trusts? */
bool
td_trusts(const TdSession *session, Oid relid)
{
	ObjectAddress object;
	char	   *role;

	return !find_untrusted(session, relid, &object, &role);
}

/*
 * Raise an error unless all that the relation consists of belongs to roles that
 * the current role trusts.  To be called before anything over it is planned.
 */
void
td_require_trust(const TdSession *session, Oid relid)
{
	ObjectAddress object;
	char	   *role;

	if (find_untrusted(session, relid, &object, &role))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("role \"%s\" does not trust role \"%s\", whose code would run with its rights",
						GetUserNameFromId(GetUserId(), false), role),
				 errdetail("The rule reads \"%s\", to which %s belongs.",
						   get_rel_name(relid), getObjectDescription(&object, false)),
				 errhint("Give it to a role that is trusted, or, as the owner of the extension: INSERT INTO %s.trusted_roles (role) VALUES (%s);",
						 session->schema, quote_literal_cstr(role))));
}
