/*
 * several.c
 *		Which fields have several values in some document of a relation: the names in its column
 *		multivalued_fields.
 *
 * There are few different sets of names, however many events, and an index finds each by a
 * look-up: the first, the one after it, and so on.  That is done here for tables whose partitions
 * all have such an index, since a session that runs one rule would plan the SQL for longer than it looks.  The
 * others are asked by SQL that does the same.
 *
 * All this reads under the same snapshot as the rule's SQL, so that the answer holds for it.
 */
#include "compat.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/skey.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_operator_d.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

#include "detect/several.h"

/* The sets of names, each found by a look-up in an index. */
#define SETS_OF_NAMES \
	"WITH RECURSIVE sets AS (" \
	"(SELECT e.%1$s AS names FROM %2$s AS e WHERE e.%1$s IS NOT NULL" \
	" ORDER BY e.%1$s USING OPERATOR(pg_catalog.<) LIMIT 1)" \
	" UNION ALL SELECT (SELECT e.%1$s FROM %2$s AS e" \
	" WHERE e.%1$s OPERATOR(pg_catalog.>) sets.names AND e.%1$s IS NOT NULL" \
	" ORDER BY e.%1$s USING OPERATOR(pg_catalog.<) LIMIT 1)" \
	" FROM sets WHERE sets.names IS NOT NULL)"

/* The same for Citus, which sends no recursion to its workers. */
#define SETS_OF_NAMES_IN_SHARDS \
	"WITH sets AS (SELECT DISTINCT e.%1$s AS names FROM %2$s AS e WHERE e.%1$s IS NOT NULL)"

/* The names, asked by SQL. */
static List *
ask_names(const char *sql_name, const char *several, EsqlHome home)
{
	const char *names = " SELECT DISTINCT n.name COLLATE pg_catalog.\"C\" FROM sets, pg_catalog.unnest(sets.names) AS n(name)"
		" WHERE n.name IS NOT NULL ORDER BY 1";
	char	   *table = td_from_utf8(sql_name);
	List	   *found = NIL;

	if (home == ESQL_HOME_CITUS)
		td_query(psprintf(SETS_OF_NAMES_IN_SHARDS "%3$s", several, table, names), 0, NULL, NULL);
	else
		td_query(psprintf(SETS_OF_NAMES "%3$s", several, table, names), 0, NULL, NULL);
	for (uint64 i = 0; i < SPI_processed; i++)
		found = lappend(found, SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1));
	return found;
}

/* Has the index all rows whose column is not null? */
static bool
has_all_rows(Relation index, AttrNumber column)
{
	List	   *predicate = RelationGetIndexPredicate(index);
	const NullTest *test;

	if (predicate == NIL)
		return true;
	test = linitial(predicate);
	return list_length(predicate) == 1 && IsA(test, NullTest) && test->nulltesttype == IS_NOT_NULL &&
		IsA(test->arg, Var) && ((const Var *) test->arg)->varattno == column;
}

/* Can sets of names be found in their order by the index? */
static bool
is_in_order(Relation index, AttrNumber column)
{
	return index->rd_rel->relam == BTREE_AM_OID && index->rd_index->indisvalid && index->rd_index->indisready &&
		index->rd_index->indkey.values[0] == column &&
		get_opfamily_member(index->rd_opfamily[0], ANYARRAYOID, ANYARRAYOID, BTGreaterStrategyNumber) == ARRAY_GT_OP &&
		(index->rd_indoption[0] & INDOPTION_DESC) == 0 && !index->rd_index->indcheckxmin && has_all_rows(index, column);
}

/* The index of a table by which to find the sets, opened; or NULL. */
static Relation
open_index(Relation table, AttrNumber column)
{
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(table))
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		if (is_in_order(index, column))
			return index;
		index_close(index, AccessShareLock);
	}
	return NULL;
}

/* Add the names of a set to the list, each once. */
static List *
add_names(List *found, Datum set)
{
	Datum	   *names;
	bool	   *nulls;
	int			count;

	deconstruct_array(DatumGetArrayTypeP(set), TEXTOID, -1, false, TYPALIGN_INT, &names, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		char	   *name = nulls[i] ? NULL : TextDatumGetCString(names[i]);
		bool		known = name == NULL;
		ListCell   *cell;

		foreach(cell, found)
			known = known || strcmp(lfirst(cell), name) == 0;
		if (!known)
			found = lappend(found, name);
	}
	return found;
}

/* Add the names that a table's rows have: the first set, then the one after it, and so on. */
static List *
look_up_names(List *found, Relation table, Relation index, AttrNumber column)
{
	IndexScanDesc scan = td_index_beginscan(table, index, GetActiveSnapshot(), 1);
	TupleTableSlot *slot = table_slot_create(table, NULL);
	ScanKeyData key;

	ScanKeyEntryInitialize(&key, SK_ISNULL | SK_SEARCHNOTNULL, 1, InvalidStrategy, InvalidOid, InvalidOid, InvalidOid, (Datum) 0);
	index_rescan(scan, &key, 1, NULL, 0);
	while (index_getnext_slot(scan, ForwardScanDirection, slot))
	{
		bool		isnull;
		Datum		set = slot_getattr(slot, column, &isnull);

		CHECK_FOR_INTERRUPTS();
		Assert(!isnull);
		set = PointerGetDatum(DatumGetArrayTypePCopy(set));
		found = add_names(found, set);
		ExecClearTuple(slot);
		ScanKeyEntryInitialize(&key, 0, 1, BTGreaterStrategyNumber, InvalidOid, index->rd_indcollation[0], F_ARRAY_GT, set);
		index_rescan(scan, &key, 1, NULL, 0);
	}
	index_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	return found;
}

/* Add the names of one table; false if it has no index for that. */
static bool
find_in_table(Relation table, const char *several, List **found)
{
	AttrNumber	column = get_attnum(RelationGetRelid(table), several);
	Relation	index = column > 0 ? open_index(table, column) : NULL;

	if (index == NULL)
		return false;
	*found = look_up_names(*found, table, index, column);
	index_close(index, AccessShareLock);
	return true;
}

/* May the caller read a column?  Where not, the query will say so if it reads the relation. */
bool
td_may_read(Oid relid, const char *name)
{
	return pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK ||
		pg_attribute_aclcheck(relid, get_attnum(relid, name), GetUserId(), ACL_SELECT) == ACLCHECK_OK;
}

/* Find the names by indexes alone; false if SQL has to be asked. */
static bool
find_by_indexes(Oid relid, const char *several, List **found)
{
	ListCell   *cell;
	bool		can = true;

	if (get_rel_relkind(relid) != RELKIND_RELATION && get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE)
		return false;
	/* then SQL says so */
	if (!td_may_read(relid, several) || check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED)
		return false;
	*found = NIL;
	foreach(cell, find_all_inheritors(relid, AccessShareLock, NULL))
	{
		Relation	table = table_open(lfirst_oid(cell), NoLock);

		if (table->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
			can = table->rd_rel->relkind == RELKIND_RELATION && find_in_table(table, several, found);
		table_close(table, NoLock);
		if (!can)
			return false;
	}
	return true;
}

static int
compare_names(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

/* The names in a relation's column multivalued_fields, in the order of their bytes. */
List *
td_several_names(Oid relid, const char *sql_name, const char *several, EsqlHome home)
{
	List	   *found;
	ListCell   *cell;

	if (home == ESQL_HOME_LOCAL && find_by_indexes(relid, several, &found))
		list_sort(found, compare_names);
	else
		found = ask_names(sql_name, several, home);
	foreach(cell, found)
		lfirst(cell) = td_to_utf8(lfirst(cell));
	return found;
}
