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
 * The catalogs are read here, not by SQL: a session that runs one rule would plan that for longer
 * than it reads.
 *
 * That a superuser is taken for a member of every role must not count here:
 * a superuser has most to lose.
 */
#include "compat.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_language.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

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
 * Where the owner of an object stands, by the catalog that has the object.  Those of other
 * catalogs have no owner, or run no code.
 */
typedef struct Owned
{
	Oid			catalog;
	int			cache;
	AttrNumber	owner;
} Owned;

static const Owned owned[] = {
	{RelationRelationId, RELOID, Anum_pg_class_relowner},
	{ProcedureRelationId, PROCOID, Anum_pg_proc_proowner},
	{TypeRelationId, TYPEOID, Anum_pg_type_typowner},
	{OperatorRelationId, OPEROID, Anum_pg_operator_oprowner},
	{OperatorClassRelationId, CLAOID, Anum_pg_opclass_opcowner},
	{OperatorFamilyRelationId, OPFAMILYOID, Anum_pg_opfamily_opfowner},
	{StatisticExtRelationId, STATEXTOID, Anum_pg_statistic_ext_stxowner},
	{ForeignServerRelationId, FOREIGNSERVEROID, Anum_pg_foreign_server_srvowner},
	{ForeignDataWrapperRelationId, FOREIGNDATAWRAPPEROID, Anum_pg_foreign_data_wrapper_fdwowner},
	{LanguageRelationId, LANGOID, Anum_pg_language_lanowner}
};

/* An object that the relation consists of. */
typedef struct Part
{
	Oid			catalog;
	Oid			object;
} Part;

/* The parts found so far. */
typedef struct Parts
{
	HTAB	   *known;			/* these, and foreign keys, which are none */
	List	   *all;			/* of Part *, in the order in which they were found */
} Parts;

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

/* Is it a foreign key?  It leads to tables that reading does not touch. */
static bool
is_foreign_key(Oid catalog, Oid object)
{
	HeapTuple	tuple = catalog == ConstraintRelationId ? SearchSysCache1(CONSTROID, ObjectIdGetDatum(object)) : NULL;
	bool		result = HeapTupleIsValid(tuple) && ((Form_pg_constraint) GETSTRUCT(tuple))->contype == CONSTRAINT_FOREIGN;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return result;
}

static void
add_part(Parts *parts, Oid catalog, Oid object)
{
	Part		part = {catalog, object};
	bool		found;
	Part	   *entry;

	if (catalog == NamespaceRelationId || catalog == ExtensionRelationId)
		return;
	entry = hash_search(parts->known, &part, HASH_ENTER, &found);
	if (!found && !is_foreign_key(catalog, object))
		parts->all = lappend(parts->all, entry);
}

/* Add what a part refers to. */
static void
add_referenced(Parts *parts, Relation depends, const Part *part)
{
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(part->catalog));
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(part->object));
	scan = systable_beginscan(depends, DependDependerIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		add_part(parts, form->refclassid, form->refobjid);
	}
	systable_endscan(scan);
}

/* Add what belongs to a relation: all that would go with it. */
static void
add_belonging(Parts *parts, Relation depends, Oid relid)
{
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(RelationRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(depends, DependReferenceIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		if (form->classid != TriggerRelationId &&
			(form->deptype == DEPENDENCY_AUTO || form->deptype == DEPENDENCY_INTERNAL ||
			 form->deptype == DEPENDENCY_PARTITION_PRI || form->deptype == DEPENDENCY_PARTITION_SEC))
			add_part(parts, form->classid, form->objid);
	}
	systable_endscan(scan);
}

/* Add a relation's partitions, and tables that inherit from it. */
static void
add_children(Parts *parts, Relation inherits, Oid relid)
{
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_inherits_inhparent, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(inherits, InheritsParentIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		add_part(parts, RelationRelationId, ((Form_pg_inherits) GETSTRUCT(tuple))->inhrelid);
	systable_endscan(scan);
}

/* All that a relation consists of, as a list of Part. */
static List *
find_parts(Oid relid)
{
	HASHCTL		control = {.keysize = sizeof(Part), .entrysize = sizeof(Part), .hcxt = CurrentMemoryContext};
	Parts		parts = {
		.known = hash_create("transfer_detect parts", 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT),
		.all = NIL
	};
	Relation	depends = table_open(DependRelationId, AccessShareLock);
	Relation	inherits = table_open(InheritsRelationId, AccessShareLock);

	add_part(&parts, RelationRelationId, relid);
	for (int i = 0; i < list_length(parts.all); i++)
	{
		const Part *part = list_nth(parts.all, i);

		CHECK_FOR_INTERRUPTS();
		add_referenced(&parts, depends, part);
		if (part->catalog == RelationRelationId)
		{
			add_belonging(&parts, depends, part->object);
			add_children(&parts, inherits, part->object);
		}
	}
	table_close(inherits, AccessShareLock);
	table_close(depends, AccessShareLock);
	return parts.all;
}

/* The role that a part belongs to; InvalidOid if none does, or the part is there no more. */
static Oid
part_owner(const Part *part)
{
	for (int i = 0; i < (int) lengthof(owned); i++)
	{
		HeapTuple	tuple;
		Datum		owner;
		bool		isnull;

		if (owned[i].catalog != part->catalog)
			continue;
		tuple = SearchSysCache1(owned[i].cache, ObjectIdGetDatum(part->object));
		if (!HeapTupleIsValid(tuple))
			return InvalidOid;
		owner = SysCacheGetAttr(owned[i].cache, tuple, owned[i].owner, &isnull);
		ReleaseSysCache(tuple);
		return isnull ? InvalidOid : DatumGetObjectId(owner);
	}
	return InvalidOid;
}

/* Does the current role trust a role, whichever relation is asked of? */
static bool
is_trusted_role(const TdSession *session, Oid role, Oid of_extension)
{
	Oid			types[1] = {TEXTOID};
	Datum		values[1];
	char	   *name;

	if (role == of_extension || superuser_arg(role) || is_member_of_role_nosuper(GetUserId(), role))
		return true;
	name = GetUserNameFromId(role, true);
	if (name == NULL)
		return true;			/* it is being dropped, and so is what was its */
	values[0] = CStringGetTextDatum(name);
	td_query(psprintf("SELECT FROM %s.trusted_roles AS t WHERE t.role OPERATOR(pg_catalog.=) $1", session->schema), 1, types, values);
	return SPI_processed > 0;
}

/*
 * An object that the relation consists of, of those that belong to roles that the current role
 * does not trust: the first by catalog and number.  False if there is none.
 */
static bool
find_untrusted(const TdSession *session, Oid relid, ObjectAddress *object, char **role)
{
	Trusted		asked = {.relid = relid, .extension_owner = extension_owner()};
	bool		stamped = td_stamp(tables, lengthof(tables), &asked.stamp);
	List	   *trusted = NIL;	/* roles that were asked for */
	Oid			found = InvalidOid;
	ListCell   *cell;

	if (stamped && is_remembered(&asked))
		return false;
	foreach(cell, find_parts(relid))
	{
		const Part *part = lfirst(cell);
		Oid			owner = part_owner(part);

		if (!OidIsValid(owner) || list_member_oid(trusted, owner))
			continue;
		if (is_trusted_role(session, owner, asked.extension_owner))
			trusted = lappend_oid(trusted, owner);
		else if (!OidIsValid(found) || part->catalog < object->classId ||
				 (part->catalog == object->classId && part->object < object->objectId))
		{
			found = owner;
			ObjectAddressSet(*object, part->catalog, part->object);
		}
	}
	if (OidIsValid(found))
		*role = GetUserNameFromId(found, false);
	else if (stamped)
		remembered[next_remembered++ % REMEMBERED] = asked;
	return OidIsValid(found);
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
