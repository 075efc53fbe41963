/*
 * summaries.c
 *		brin_indexes(): the BRIN indexes of some relations whose summaries the caller may make.
 *
 * Each run asks, before it looks for late events (sql/late.sql).  The catalogs are read here,
 * not by SQL: a session that runs one rule would plan that for longer than it looks.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "detect/covers.h"

PG_FUNCTION_INFO_V1(td_brin_indexes);

/* Is it a BRIN index, not that of a partitioned table, and does it belong to the caller? */
static bool
is_own_brin(Oid index)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(index));
	Form_pg_class form;
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_class) GETSTRUCT(tuple);
	result = form->relam == BRIN_AM_OID && form->relkind == RELKIND_INDEX && has_privs_of_role(GetUserId(), form->relowner);
	ReleaseSysCache(tuple);
	return result;
}

/* Is the relation's column arrived among those of the index? */
static bool
has_arrived(const FormData_pg_index *form)
{
	AttrNumber	arrived = get_attnum(form->indrelid, "arrived");

	for (int i = 0; i < form->indnatts; i++)
	{
		if (arrived != InvalidAttrNumber && form->indkey.values[i] == arrived)
			return true;
	}
	return false;
}

static bool
has_rows(Oid relid)
{
	Relation	relation = try_relation_open(relid, AccessShareLock);
	bool		result;

	if (relation == NULL)
		return false;
	result = RELKIND_HAS_STORAGE(relation->rd_rel->relkind) && RelationGetNumberOfBlocks(relation) > 0;
	relation_close(relation, AccessShareLock);
	return result;
}

/* Add the indexes of a relation that are asked for. */
static List *
add_indexes(List *found, Oid relid, bool every)
{
	List	   *own = NIL;
	ListCell   *cell;

	foreach(cell, td_index_rows(relid))
	{
		const FormData_pg_index *form = (const FormData_pg_index *) GETSTRUCT((HeapTuple) lfirst(cell));

		if (form->indisvalid && is_own_brin(form->indexrelid) && (every || has_arrived(form)))
			own = lappend_oid(own, form->indexrelid);
	}
	return own == NIL || !has_rows(relid) ? found : list_concat(found, own);
}

/* brin_indexes(relations oid[], every boolean) -> oid[]: in order; without every those on the column arrived */
Datum
td_brin_indexes(PG_FUNCTION_ARGS)
{
	bool		every = PG_GETARG_BOOL(1);
	List	   *found = NIL;
	Datum	   *elements;
	bool	   *nulls;
	int			count;
	ListCell   *cell;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), OIDOID, sizeof(Oid), true, TYPALIGN_INT, &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!nulls[i])
			found = add_indexes(found, DatumGetObjectId(elements[i]), every);
	}
	list_sort(found, list_oid_cmp);
	elements = palloc(Max(1, list_length(found)) * sizeof(Datum));
	count = 0;
	foreach(cell, found)
		elements[count++] = ObjectIdGetDatum(lfirst_oid(cell));
	PG_RETURN_ARRAYTYPE_P(construct_array(elements, count, OIDOID, sizeof(Oid), true, TYPALIGN_INT));
}
