/*
 * covers.c
 *		Which columns the indexes hold from which a relation's short events can
 *		be read (see esql/sql_index.c).
 *
 * create_rule_index() makes these indexes.  They are known by the function in
 * their predicate, esql_fits_index(), on which they depend, and what they
 * include are the function's arguments, in order.  So pg_depend leads to all of
 * them at once; as a rule there are none, or a few.
 */
#include "compat.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_index.h"
#include "catalog/pg_proc.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "detect/catalog.h"
#include "detect/evaluate.h"

/* Is the table the relation, or a partition of it? */
static bool
belongs_to(Oid table, Oid relid)
{
	return table == relid ||
		(get_rel_relispartition(table) && list_member_oid(get_partition_ancestors(table), relid));
}

/* The names of the columns that an index of the relation includes, or NIL. */
static List *
included_names(Oid index, Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;
	List	   *names = NIL;

	if (!HeapTupleIsValid(tuple))
		return NIL;
	form = (Form_pg_index) GETSTRUCT(tuple);
	if (form->indisvalid && belongs_to(form->indrelid, relid))
	{
		for (int i = form->indnkeyatts; i < form->indnatts; i++)
			names = lappend(names, td_to_utf8(get_attname(form->indrelid, form->indkey.values[i],
														  false)));
	}
	ReleaseSysCache(tuple);
	return names;
}

static bool
same_names(List *a, List *b)
{
	ListCell   *cell;
	ListCell   *other;

	if (list_length(a) != list_length(b))
		return false;
	forboth(cell, a, other, b)
	{
		if (strcmp(lfirst(cell), lfirst(other)) != 0)
			return false;
	}
	return true;
}

/* Add a list of names, unless it is there. */
static List *
add_cover(List *covers, List *names)
{
	ListCell   *cell;

	if (names == NIL)
		return covers;
	foreach(cell, covers)
	{
		if (same_names(lfirst(cell), names))
			return covers;
	}
	return lappend(covers, names);
}

/* Of lists of column names, in UTF-8: one for each kind of such an index. */
List *
td_find_covers(Oid relid, const char *schema)
{
	char	   *name = psprintf("%s.esql_fits_index(\"any\")", schema);
	Oid			function = DatumGetObjectId(DirectFunctionCall1(regprocedurein,
																CStringGetDatum(name)));
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	List	   *covers = NIL;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(ProcedureRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(function));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		if (form->classid == RelationRelationId)
			covers = add_cover(covers, included_names(form->objid, relid));
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return covers;
}
