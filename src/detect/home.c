/*
 * home.c
 *		Where the rows of a relation are: here, on other servers, or in Citus's shards.
 *
 * A foreign table is elsewhere, and so is a partitioned table of which a partition
 * is.  The partitions are its shards, which esql/sql/split.c has computed one by
 * one.  A query that names a partition needs rights on it.  It passes by the row
 * security of the partitioned table, and meets that of the partition, which a query
 * of the partitioned table passes by.  Where any of these makes a difference, there
 * are no shards.  Row security of a partition may make one for whoever runs the SQL
 * later, so it is enough that it is there.
 *
 * Which tables Citus has distributed is in its catalog pg_dist_partition, on the
 * coordinator and on the workers that have its metadata.  Tables without a
 * distribution column (reference tables, tables of one shard) are whole on a node, where Citus
 * sends whole queries; they are taken for local ones.  A partitioned table and its
 * partitions are distributed together, so there is nothing to ask of the partitions.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/syscache.h"

#include "detect/home.h"
#include "detect/spi.h"

/* Has Citus distributed the table by a column? */
static bool
is_in_citus_shards(Oid relid)
{
	Oid			types[1] = {OIDOID};
	Datum		values[1] = {ObjectIdGetDatum(relid)};

	if (!OidIsValid(get_relname_relid("pg_dist_partition", PG_CATALOG_NAMESPACE)))
		return false;
	td_query("SELECT FROM pg_catalog.pg_dist_partition AS d WHERE d.logicalrelid OPERATOR(pg_catalog.=) $1"
			 " AND d.partmethod OPERATOR(pg_catalog.<>) 'n'", 1, types, values);
	return SPI_processed > 0;
}

/*
 * Add the attributes by which a table is partitioned to the shard key; false if an
 * expression is among them.
 */
static bool
add_shard_key(EsqlRelation *loaded, Relation relation)
{
	PartitionKey key = RelationGetPartitionKey(relation);

	for (int i = 0; i < key->partnatts; i++)
	{
		if (key->partattrs[i] == 0)
			return false;
		loaded->shard_key =
			lappend(loaded->shard_key,
					td_to_utf8(get_attname(RelationGetRelid(relation), key->partattrs[i], false)));
	}
	return true;
}

/* The table's name as SQL. */
static char *
table_text(Oid relid)
{
	return td_to_utf8(quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid)));
}

static bool
has_row_security(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	result = ((Form_pg_class) GETSTRUCT(tuple))->relrowsecurity;
	ReleaseSysCache(tuple);
	return result;
}

/* A partition, or a table that is partitioned itself. */
static void
add_member(EsqlRelation *loaded, Oid relid, bool *same, bool *keyed)
{
	char		kind = get_rel_relkind(relid);
	Relation	relation;

	if (kind == RELKIND_PARTITIONED_TABLE)
	{
		relation = table_open(relid, NoLock);
		*keyed = add_shard_key(loaded, relation) && *keyed;
		table_close(relation, NoLock);
		return;
	}
	if (kind == RELKIND_FOREIGN_TABLE)
		loaded->home = ESQL_HOME_FOREIGN;
	if (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) != ACLCHECK_OK || has_row_security(relid))
		*same = false;
	loaded->shards = lappend(loaded->shards, table_text(relid));
}

/* Find out where the relation's rows are.  It is open. */
void
td_find_home(EsqlRelation *loaded, Relation relation)
{
	Oid			relid = RelationGetRelid(relation);
	bool		same = true;
	bool		keyed = true;
	ListCell   *cell;

	if (relation->rd_rel->relkind == RELKIND_FOREIGN_TABLE)
		loaded->home = ESQL_HOME_FOREIGN;
	else if (is_in_citus_shards(relid))
	{
		loaded->home = ESQL_HOME_CITUS;
		return;
	}
	if (relation->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return;
	foreach(cell, find_all_inheritors(relid, AccessShareLock, NULL))
		add_member(loaded, lfirst_oid(cell), &same, &keyed);
	if (loaded->home == ESQL_HOME_LOCAL || list_length(loaded->shards) < 2 || !same ||
		check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED)
		loaded->shards = NIL;
	if (loaded->shards == NIL || !keyed)
		loaded->shard_key = NIL;
}
