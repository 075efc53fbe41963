/*
 * compat.c
 *		What differs between PostgreSQL 15 and 18, where it takes a function.
 */
#include "compat.h"

#include "executor/executor.h"
#include "nodes/execnodes.h"
#include "nodes/makefuncs.h"
#include "parser/parse_relation.h"
#include "utils/rel.h"

/*
 * Make the relation the only one of the executor state, and a target of INSERT.
 */
ResultRelInfo *
td_init_insert_target(EState *estate, Relation rel)
{
	RangeTblEntry *entry = makeNode(RangeTblEntry);
	ResultRelInfo *target = makeNode(ResultRelInfo);

	entry->rtekind = RTE_RELATION;
	entry->relid = RelationGetRelid(rel);
	entry->relkind = rel->rd_rel->relkind;
	entry->rellockmode = RowExclusiveLock;
#if PG_VERSION_NUM >= 160000
	{
		List	   *permissions = NIL;

		addRTEPermissionInfo(&permissions, entry);
#if PG_VERSION_NUM >= 180000
		ExecInitRangeTable(estate, list_make1(entry), permissions, bms_make_singleton(1));
#else
		ExecInitRangeTable(estate, list_make1(entry), permissions);
#endif
	}
#else
	ExecInitRangeTable(estate, list_make1(entry));
#endif
	InitResultRelInfo(target, rel, 1, NULL, 0);
	return target;
}

/*
 * How a partition's columns follow from the root's; NULL if they are the same.
 */
TupleConversionMap *
td_root_to_partition(ResultRelInfo *partition, EState *estate)
{
#if PG_VERSION_NUM >= 160000
	return ExecGetRootToChildMap(partition, estate);
#else
	return partition->ri_RootToPartitionMap;
#endif
}

/*
 * Make a tuple's entries in the indexes of its partition.
 */
void
td_insert_index_tuples(ResultRelInfo *partition, TupleTableSlot *slot, EState *estate)
{
	List	   *recheck;

#if PG_VERSION_NUM >= 190000
	recheck = ExecInsertIndexTuples(partition, estate, 0, slot, NIL, NULL);
#elif PG_VERSION_NUM >= 160000
	recheck = ExecInsertIndexTuples(partition, slot, estate, false, false, NULL, NIL, false);
#else
	recheck = ExecInsertIndexTuples(partition, slot, estate, false, false, NULL, NIL);
#endif
	list_free(recheck);
}
