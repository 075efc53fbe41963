/*
 * origins.c
 *		The data streams and indices that a relation's rows are from.
 *
 * FROM's patterns mean some of a relation's rows, by the column that says which
 * index a row is from.  Most warehouses hold dozens of data streams, and a rule reads
 * one.  Patterns do not lead a btree on that column and the time to the rows: within a
 * range of names the times begin again at each name.  The names themselves do.  So
 * where there is such an index the names are looked up in it, one descent each, and
 * those that FROM means are written into the query in the place of its patterns.  A
 * rule whose data streams the relation does not have reads nothing.
 *
 * The look-up runs under the same snapshot as the rule's SQL, so that the answer
 * holds for it.  Where there are too many names, or a table or partition has no such
 * index, the patterns stay.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "executor/spi.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "detect/covers.h"
#include "detect/origins.h"
#include "detect/spi.h"
#include "text/wildcard.h"

/* More names than these are not written into a query. */
#define MOST_NAMES	200

static bool
is_btree(Oid index)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(index));
	bool		result = HeapTupleIsValid(tuple) && ((Form_pg_class) GETSTRUCT(tuple))->relam == BTREE_AM_OID;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return result;
}

/* Is it a valid btree of all rows that begins with the column? */
static bool
begins_with(HeapTuple index, AttrNumber number, Oid collation)
{
	Form_pg_index form = (Form_pg_index) GETSTRUCT(index);
	bool		isnull;
	oidvector  *collations = (oidvector *)
		DatumGetPointer(SysCacheGetAttr(INDEXRELID, index, Anum_pg_index_indcollation, &isnull));

	return form->indisvalid && form->indnkeyatts > 0 && form->indkey.values[0] == number &&
		heap_attisnull(index, Anum_pg_index_indpred, NULL) && collations->values[0] == collation &&
		is_btree(form->indexrelid);
}

/* Has the table an index that leads to the names? */
static bool
has_names_index(Oid relid, const char *attname)
{
	AttrNumber	number = get_attnum(relid, attname);
	Oid			type;
	int32		modifier;
	Oid			collation;
	ListCell   *cell;

	if (number <= 0 || get_rel_relkind(relid) != RELKIND_RELATION)
		return false;
	get_atttypetypmodcoll(relid, number, &type, &modifier, &collation);
	/* names that are equal would be one of them only */
	if (!get_collation_isdeterministic(collation))
		return false;
	foreach(cell, td_index_rows(relid))
	{
		if (begins_with(lfirst(cell), number, collation))
			return true;
	}
	return false;
}

/* Do indexes lead to the names in all that the relation consists of?  It is open. */
bool
td_can_find_origins(const EsqlRelation *loaded, Relation relation)
{
	ListCell   *cell;

	if (loaded->home != ESQL_HOME_LOCAL ||
		(relation->rd_rel->relkind != RELKIND_RELATION && relation->rd_rel->relkind != RELKIND_PARTITIONED_TABLE))
		return false;
	foreach(cell, find_all_inheritors(RelationGetRelid(relation), NoLock, NULL))
	{
		if (get_rel_relkind(lfirst_oid(cell)) != RELKIND_PARTITIONED_TABLE &&
			!has_names_index(lfirst_oid(cell), loaded->index))
			return false;
	}
	return true;
}

/* Does FROM mean the name?  As esql_write_origin() has it. */
static bool
is_meant(List *patterns, const char *name)
{
	bool		result = false;
	ListCell   *cell;

	foreach(cell, patterns)
	{
		const EsqlPattern *pattern = lfirst(cell);
		bool		fits = (pattern->text[0] != '*' || name[0] != '.') &&
			esql_wildcard_fits(pattern->text, '*', name);

		result = pattern->exclude ? result && !fits : result || fits;
	}
	return result;
}

/* Note which of the patterns' names the relation has. */
void
td_find_origins(EsqlRelation *loaded)
{
	td_query(psprintf("WITH RECURSIVE names AS ("
					  "(SELECT e.%1$s AS name, 1 AS n FROM %2$s AS e WHERE e.%1$s IS NOT NULL"
					  " ORDER BY e.%1$s USING OPERATOR(pg_catalog.<) LIMIT 1)"
					  " UNION ALL SELECT (SELECT e.%1$s FROM %2$s AS e"
					  " WHERE e.%1$s OPERATOR(pg_catalog.>) names.name AND e.%1$s IS NOT NULL"
					  " ORDER BY e.%1$s USING OPERATOR(pg_catalog.<) LIMIT 1), names.n OPERATOR(pg_catalog.+) 1"
					  " FROM names WHERE names.name IS NOT NULL AND names.n OPERATOR(pg_catalog.<=) %3$d)"
					  " SELECT names.name FROM names WHERE names.name IS NOT NULL"
					  " UNION ALL SELECT NULL WHERE EXISTS (SELECT FROM %2$s AS e WHERE e.%1$s IS NULL)",
					  loaded->index, td_from_utf8(loaded->sql_name), MOST_NAMES), 0, NULL, NULL);
	if (SPI_processed > MOST_NAMES)
		return;
	loaded->origins_known = true;
	loaded->all_origins = true;
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		char	   *name = SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1);

		if (name == NULL)
			loaded->unnamed = true;
		else if (is_meant(loaded->patterns, td_to_utf8(name)))
			loaded->origins = lappend(loaded->origins, td_to_utf8(name));
		else
			loaded->all_origins = false;
	}
}
