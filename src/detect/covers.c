/*
 * covers.c
 *		Which columns the indexes hold from which a relation's short events can
 *		be read (see esql/sql/index.c).
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
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/partition.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "detect/covers.h"
#include "detect/spi.h"
#include "schema.h"

/* Is the table the relation, or a partition of it? */
static bool
belongs_to(Oid table, Oid relid)
{
	return table == relid ||
		(get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE && get_rel_relispartition(table) &&
		 list_member_oid(get_partition_ancestors(table), relid));
}

/* The names of the columns that an index includes; NIL if one has just been dropped. */
static List *
included_names(Form_pg_index index)
{
	List	   *names = NIL;

	for (int i = index->indnkeyatts; i < index->indnatts; i++)
	{
		char	   *name = get_attname(index->indrelid, index->indkey.values[i], true);

		if (name == NULL)
			return NIL;
		names = lappend(names, td_to_utf8(name));
	}
	return names;
}

/* Does a list of lists of names hold this one? */
static bool
holds_names(List *lists, List *names)
{
	ListCell   *list;

	foreach(list, lists)
	{
		ListCell   *cell;
		ListCell   *other;
		bool		same = list_length(lfirst(list)) == list_length(names);

		forboth(cell, (List *) lfirst(list), other, names)
			same = same && strcmp(lfirst(cell), lfirst(other)) == 0;
		if (same)
			return true;
	}
	return false;
}

/*
 * Add what an index includes, if it is one of the relation's.  Partitions have
 * the same over and over, which is seen before it is asked whose the index is.
 */
static List *
add_cover(List *covers, Oid index, Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;
	List	   *names;

	if (!HeapTupleIsValid(tuple))
		return covers;
	form = (Form_pg_index) GETSTRUCT(tuple);
	names = included_names(form);
	if (names != NIL && form->indisvalid && !holds_names(covers, names) &&
		belongs_to(form->indrelid, relid))
		covers = lappend(covers, names);
	ReleaseSysCache(tuple);
	return covers;
}

static Oid
find_function(char *schema, char *name, Oid argument)
{
	return LookupFuncName(list_make2(makeString(schema), makeString(name)), 1, &argument, true);
}

/* document_terms(), or InvalidOid */
Oid
td_terms_function(void)
{
	return find_function(TD_SCHEMA, "document_terms", JSONBOID);
}

/* The indexes, as a list of OIDs, whose expressions or conditions call a function; or NIL. */
static List *
indexes_that_call(Oid function)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	List	   *indexes = NIL;
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
			indexes = lappend_oid(indexes, form->objid);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return indexes;
}

/* Of lists of column names, in UTF-8: one for each kind of such an index. */
List *
td_find_covers(Oid relid)
{
	List	   *covers = NIL;
	ListCell   *cell;

	foreach(cell, indexes_that_call(find_function(TD_INTERNAL_SCHEMA, "esql_fits_index", ANYOID)))
		covers = add_cover(covers, lfirst_oid(cell), relid);
	return covers;
}

/* Can the planner use it for all rows?  Only a GIN index leads from terms to rows. */
static bool
is_of_all_terms(Oid index)
{
	HeapTuple	row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	HeapTuple	relation = SearchSysCache1(RELOID, ObjectIdGetDatum(index));
	bool		usable = HeapTupleIsValid(row) && HeapTupleIsValid(relation) &&
		((Form_pg_index) GETSTRUCT(row))->indisvalid && heap_attisnull(row, Anum_pg_index_indpred, NULL) &&
		((Form_pg_class) GETSTRUCT(relation))->relam == GIN_AM_OID;

	if (HeapTupleIsValid(row))
		ReleaseSysCache(row);
	if (HeapTupleIsValid(relation))
		ReleaseSysCache(relation);
	return usable;
}

/* Has the relation, or a partition of it, an index of its documents' terms (see esql/runtime/document_terms.c)? */
bool
td_has_terms(Oid relid)
{
	ListCell   *cell;

	foreach(cell, indexes_that_call(td_terms_function()))
	{
		Oid			table = IndexGetRelation(lfirst_oid(cell), true);

		if (OidIsValid(table) && is_of_all_terms(lfirst_oid(cell)) && belongs_to(table, relid))
			return true;
	}
	return false;
}

/* Is a predicate no more than that columns are not null? */
static bool
only_not_null(const char *text)
{
	ListCell   *cell;

	foreach(cell, make_ands_implicit(stringToNode(text)))
	{
		const NullTest *test = lfirst(cell);

		if (!IsA(test, NullTest) || test->nulltesttype != IS_NOT_NULL || !IsA(test->arg, Var))
			return false;
	}
	return true;
}

/*
 * The rows of pg_index of a table.  PostgreSQL's own list would have the table opened,
 * and of a table of many partitions the planner opens those alone that it needs.
 */
List *
td_index_rows(Oid relid)
{
	Relation	catalog = table_open(IndexRelationId, AccessShareLock);
	List	   *rows = NIL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_index_indrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(catalog, IndexIndrelidIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		rows = lappend(rows, heap_copytuple(tuple));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return rows;
}

/* Is it an index of expressions other than documents' terms? */
static bool
is_computed(HeapTuple row)
{
	HeapTuple	relation;
	bool		computed;

	if (heap_attisnull(row, Anum_pg_index_indexprs, NULL))
		return false;
	relation = SearchSysCache1(RELOID, ObjectIdGetDatum(((Form_pg_index) GETSTRUCT(row))->indexrelid));
	computed = HeapTupleIsValid(relation) && ((Form_pg_class) GETSTRUCT(relation))->relam != GIN_AM_OID;
	if (HeapTupleIsValid(relation))
		ReleaseSysCache(relation);
	return computed;
}

/* Does one of the table's indexes hold rows that meet conditions, as those of rules do? */
static bool
has_conditions(Oid relid, bool *computed)
{
	bool		has = false;
	ListCell   *cell;

	foreach(cell, td_index_rows(relid))
	{
		bool		isnull;
		Datum		predicate = SysCacheGetAttr(INDEXRELID, lfirst(cell), Anum_pg_index_indpred, &isnull);

		has = has || (!isnull && !only_not_null(TextDatumGetCString(predicate)));
		*computed = *computed || is_computed(lfirst(cell));
	}
	return has;
}

/*
 * Has the relation, or a part of it, an index that PostgreSQL knows by a query's
 * conditions?  It is open.  *computed is set if it has one of expressions.
 */
bool
td_has_conditions(Oid relid, bool *computed)
{
	bool		has = false;
	ListCell   *cell;

	foreach(cell, find_all_inheritors(relid, NoLock, NULL))
	{
		char		kind = get_rel_relkind(lfirst_oid(cell));

		if (kind == RELKIND_RELATION || kind == RELKIND_MATVIEW)
			has = has_conditions(lfirst_oid(cell), computed) || has;
	}
	return has;
}
