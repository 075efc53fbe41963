/*
 * first.c
 *		esql_first() and esql_last(): the value of the row that sorts first, or last.
 *
 * Rows sort by a number or a time; a null sorts behind all others, for LAST as
 * well.  The row's value is handed on as it is: null, one value or several.
 * ES|QL leaves open which of several rows of the same place counts.  Here it is
 * the one with the least value, so that the result does not depend on the order
 * in which rows are read.
 */
#include "compat.h"

#include "catalog/pg_collation.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/typcache.h"

PG_FUNCTION_INFO_V1(esql_first_add);
PG_FUNCTION_INFO_V1(esql_last_add);
PG_FUNCTION_INFO_V1(esql_first_result);

typedef struct FirstState
{
	MemoryContext context;		/* where the value is */
	TypeCacheEntry *type;		/* of the value */
	bool		placed;			/* is there a place, not null? */
	int64		place;
	bool		isnull;
	Datum		value;
} FirstState;

/* Begin with a state of no rows. */
static FirstState *
new_state(FunctionCallInfo fcinfo, MemoryContext context)
{
	FirstState *state = MemoryContextAllocZero(context, sizeof(FirstState));

	state->context = context;
	state->type = lookup_type_cache(get_fn_expr_argtype(fcinfo->flinfo, 1), TYPECACHE_CMP_PROC_FINFO);
	if (!OidIsValid(state->type->cmp_proc_finfo.fn_oid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("could not identify a comparison function for type %s",
						format_type_be(state->type->type_id))));
	return state;
}

/* Is the value less than the state's?  Null is greater than all. */
static bool
is_less(FirstState *state, bool isnull, Datum value)
{
	if (isnull || state->isnull)
		return !isnull;
	return DatumGetInt32(FunctionCall2Coll(&state->type->cmp_proc_finfo, C_COLLATION_OID,
										   value, state->value)) < 0;
}

/* Does the row come before the one that the state has? */
static bool
comes_before(FirstState *state, FunctionCallInfo fcinfo, bool last)
{
	bool		placed = !PG_ARGISNULL(2);

	if (placed && state->placed && PG_GETARG_INT64(2) != state->place)
		return (PG_GETARG_INT64(2) < state->place) != last;
	if (placed != state->placed)
		return placed;
	return is_less(state, PG_ARGISNULL(1), PG_ARGISNULL(1) ? (Datum) 0 : PG_GETARG_DATUM(1));
}

/* Let the state have the row. */
static void
take(FirstState *state, FunctionCallInfo fcinfo)
{
	MemoryContext old = MemoryContextSwitchTo(state->context);

	if (!state->isnull && !state->type->typbyval)
		pfree(DatumGetPointer(state->value));
	state->placed = !PG_ARGISNULL(2);
	state->place = state->placed ? PG_GETARG_INT64(2) : 0;
	state->isnull = PG_ARGISNULL(1);
	state->value = (Datum) 0;
	if (!state->isnull)
		state->value = datumCopy(state->type->typlen == -1 ? PointerGetDatum(PG_DETOAST_DATUM(PG_GETARG_DATUM(1))) :
								 PG_GETARG_DATUM(1), state->type->typbyval, state->type->typlen);
	MemoryContextSwitchTo(old);
}

static Datum
add_row(FunctionCallInfo fcinfo, bool last)
{
	MemoryContext context;
	FirstState *state;

	if (AggCheckCallContext(fcinfo, &context) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("this function can be called by its aggregate only")));
	if (PG_ARGISNULL(0))
	{
		state = new_state(fcinfo, context);
		state->isnull = true;
		take(state, fcinfo);
		PG_RETURN_POINTER(state);
	}
	state = (FirstState *) PG_GETARG_POINTER(0);
	if (comes_before(state, fcinfo, last))
		take(state, fcinfo);
	PG_RETURN_POINTER(state);
}

/*
 * esql_first_add(internal, anyelement, bigint or timestamptz) -> internal
 */
Datum
esql_first_add(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, false);
}

/*
 * esql_last_add(internal, anyelement, bigint or timestamptz) -> internal
 */
Datum
esql_last_add(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, true);
}

/*
 * esql_first_result(internal, anyelement, bigint or timestamptz) -> anyelement
 */
Datum
esql_first_result(PG_FUNCTION_ARGS)
{
	FirstState *state = PG_ARGISNULL(0) ? NULL : (FirstState *) PG_GETARG_POINTER(0);

	if (state == NULL || state->isnull)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(state->value);
}
