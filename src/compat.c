/*
 * compat.c
 *		What differs between PostgreSQL 13 and 18, where it takes a function.
 */
#include "compat.h"

#include "catalog/namespace.h"
#include "executor/execPartition.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "nodes/makefuncs.h"
#include "nodes/plannodes.h"
#include "parser/parse_relation.h"
#include "utils/plancache.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#if PG_VERSION_NUM >= 150000

void
td_init_materialized(FunctionCallInfo fcinfo, bool expected_desc)
{
	InitMaterializedSRF(fcinfo, expected_desc ? MAT_SRF_USE_EXPECTED_DESC : 0);
}

#else

void
td_init_materialized(FunctionCallInfo fcinfo, bool expected_desc)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext old;
	TupleDesc	desc;

	if (rsinfo == NULL || !IsA(rsinfo, ReturnSetInfo) ||
		(rsinfo->allowedModes & SFRM_Materialize) == 0 ||
		(expected_desc && rsinfo->expectedDesc == NULL))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("set-valued function called in context that cannot accept a set")));
	old = MemoryContextSwitchTo(rsinfo->econtext->ecxt_per_query_memory);
	if (expected_desc)
		desc = CreateTupleDescCopy(rsinfo->expectedDesc);
	else if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	rsinfo->returnMode = SFRM_Materialize;
	rsinfo->setResult =
		tuplestore_begin_heap((rsinfo->allowedModes & SFRM_Materialize_Random) != 0,
							  false, work_mem);
	rsinfo->setDesc = desc;
	MemoryContextSwitchTo(old);
}

#endif

#if PG_VERSION_NUM >= 140000

int
td_spi_select_into(const char *sql, SPIPlanPtr plan, DestReceiver *dest)
{
	SPIExecuteOptions options = {
		.read_only = true,
		.must_return_tuples = true,
		.dest = dest
	};

	return plan != NULL ? SPI_execute_plan_extended(plan, &options) :
		SPI_execute_extended(sql, &options);
}

#else

/* Without a receiver of one's own the rows are collected first. */
int
td_spi_select_into(const char *sql, SPIPlanPtr plan, DestReceiver *dest)
{
	int			code = plan != NULL ? SPI_execute_plan(plan, NULL, NULL, true, 0) :
		SPI_execute(sql, true, 0);
	TupleTableSlot *slot;

	if (code != SPI_OK_SELECT)
		return code;
	slot = MakeSingleTupleTableSlot(SPI_tuptable->tupdesc, &TTSOpsHeapTuple);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		ExecStoreHeapTuple(SPI_tuptable->vals[i], slot, false);
		(void) dest->receiveSlot(slot, dest);
	}
	ExecDropSingleTupleTableSlot(slot);
	return code;
}

#endif

#if PG_VERSION_NUM >= 140000

bool
td_utf8_to_server(const char *text, int length, char **result)
{
	Oid			function = FindDefaultConversionProc(PG_UTF8, GetDatabaseEncoding());
	Size		size = (Size) length * MAX_CONVERSION_GROWTH + 1;
	char	   *converted;

	if (!OidIsValid(function))
		return false;
	converted = palloc_extended(size, MCXT_ALLOC_HUGE);
	if (pg_do_encoding_conversion_buf(function, PG_UTF8, GetDatabaseEncoding(),
									  (unsigned char *) unconstify(char *, text), length,
									  (unsigned char *) converted, (int) Min(size, PG_INT32_MAX),
									  true) != length)
	{
		pfree(converted);
		return false;
	}
	*result = converted;
	return true;
}

#else

bool
td_utf8_to_server(const char *text, int length, char **result)
{
	return false;
}

#endif

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
#if PG_VERSION_NUM < 140000
	estate->es_result_relations = target;
	estate->es_num_result_relations = 1;
	estate->es_result_relation_info = target;
#endif
	return target;
}

PartitionTupleRouting *
td_setup_routing(EState *estate, ModifyTableState *state, Relation rel)
{
#if PG_VERSION_NUM >= 140000
	return ExecSetupPartitionTupleRouting(estate, rel);
#else
	return ExecSetupPartitionTupleRouting(estate, state, rel);
#endif
}

TupleConversionMap *
td_root_to_partition(ResultRelInfo *partition, EState *estate)
{
#if PG_VERSION_NUM >= 160000
	return ExecGetRootToChildMap(partition, estate);
#elif PG_VERSION_NUM >= 140000
	return partition->ri_RootToPartitionMap;
#else
	return partition->ri_PartitionInfo->pi_RootToPartitionMap;
#endif
}

void
td_insert_index_tuples(ResultRelInfo *partition, TupleTableSlot *slot, EState *estate)
{
	List	   *recheck;

#if PG_VERSION_NUM >= 160000
	recheck = ExecInsertIndexTuples(partition, slot, estate, false, false, NULL, NIL, false);
#elif PG_VERSION_NUM >= 140000
	recheck = ExecInsertIndexTuples(partition, slot, estate, false, false, NULL, NIL);
#else
	estate->es_result_relation_info = partition;
	recheck = ExecInsertIndexTuples(slot, estate, false, NULL, NIL);
#endif
	list_free(recheck);
}

double
td_plan_cost(SPIPlanPtr prepared)
{
	CachedPlan *plan = SPI_plan_get_cached_plan(prepared);
	double		cost;

	if (plan == NULL)
		elog(ERROR, "could not plan the query");
	cost = linitial_node(PlannedStmt, plan->stmt_list)->planTree->total_cost;
#if PG_VERSION_NUM >= 140000
	ReleaseCachedPlan(plan, NULL);
#else
	ReleaseCachedPlan(plan, false);
#endif
	return cost;
}
