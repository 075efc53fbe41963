/*
 * compat.c
 *		What differs between PostgreSQL 13 and 18, where it takes a function.
 */
#include "compat.h"

#include "executor/executor.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
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
td_spi_select_into(const char *sql, DestReceiver *dest)
{
	SPIExecuteOptions options = {
		.read_only = true,
		.must_return_tuples = true,
		.dest = dest
	};

	return SPI_execute_extended(sql, &options);
}

#else

/* Without a receiver of one's own the rows are collected first. */
int
td_spi_select_into(const char *sql, DestReceiver *dest)
{
	int			code = SPI_execute(sql, true, 0);
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
