/*
 * list_each.c
 *		The values of a list as rows: what STATS BY and MV_EXPAND make of a field
 *		with several values.
 *
 * Nearly every row has one value, or none.  unnest() sets up and takes down a memory
 * context for it, and is called again to say that there are no more.  Here such a
 * value is the result of a call that says at once that it was the only one.
 *
 * Beside a set of more rows in a SELECT list, the executor would ask for it again.  So
 * the values of a list stand beside their places only, which are made in the same way.
 */
#include "compat.h"

#include "access/tupmacs.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/lsyscache.h"

#include "esql/runtime/list.h"

PG_FUNCTION_INFO_V1(esql_each_value);
PG_FUNCTION_INFO_V1(esql_each_place);
PG_FUNCTION_INFO_V1(esql_each_group_value);
PG_FUNCTION_INFO_V1(esql_each_group_place);

extern Datum esql_expand_values(PG_FUNCTION_ARGS);
extern Datum esql_group_values(PG_FUNCTION_ARGS);

/* The values that are left to return. */
typedef struct Values
{
	Datum	   *values;
	bool	   *nulls;
	int			count;
	int			next;
} Values;

/*
 * The only value of a list of one, which lies in the array; false if the array is
 * something else.
 */
static bool
only_value(ArrayType *array, Datum *value)
{
	char	   *data = (char *) array + ARR_OVERHEAD_NONULLS(1);
	int16		typlen;
	bool		typbyval;
	char		typalign;

	if (!td_list_is_plain(array) || ARR_DIMS(array)[0] != 1)
		return false;
	if (ARR_ELEMTYPE(array) == TEXTOID)
		*value = PointerGetDatum(data);
	else
	{
		get_typlenbyvalalign(ARR_ELEMTYPE(array), &typlen, &typbyval, &typalign);
		*value = fetch_att(data, typbyval, typlen);
	}
	return true;
}

/*
 * The values of a list, in the memory of all calls for it.
 */
static Values *
take_apart(FunctionCallInfo fcinfo, PGFunction list_of, MemoryContext context)
{
	LOCAL_FCINFO(call, 1);
	FmgrInfo	flinfo = *fcinfo->flinfo;
	MemoryContext caller = MemoryContextSwitchTo(context);
	Values	   *left = palloc0(sizeof(Values));
	ArrayType  *array;
	int16		typlen;
	bool		typbyval;
	char		typalign;

	flinfo.fn_extra = NULL;
	flinfo.fn_mcxt = context;
	InitFunctionCallInfoData(*call, &flinfo, 1, fcinfo->fncollation, NULL, NULL);
	call->args[0] = fcinfo->args[0];
	array = DatumGetArrayTypePCopy(list_of(call));
	get_typlenbyvalalign(ARR_ELEMTYPE(array), &typlen, &typbyval, &typalign);
	deconstruct_array(array, ARR_ELEMTYPE(array), typlen, typbyval, typalign, &left->values, &left->nulls, &left->count);
	MemoryContextSwitchTo(caller);
	return left;
}

/* Raise an error unless the caller takes a set, row by row. */
static void
require_set(FunctionCallInfo fcinfo)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	if (result == NULL || !IsA(result, ReturnSetInfo))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("set-valued function called in context that cannot accept a set")));
}

/*
 * One row for each value of the list that list_of() makes of the argument: the value,
 * or its place.
 */
static Datum
each(FunctionCallInfo fcinfo, PGFunction list_of, bool place)
{
	FuncCallContext *calls;
	Values	   *left;
	Datum		value;
	bool		null;

	if (SRF_IS_FIRSTCALL())
	{
		require_set(fcinfo);
		/* the executor takes a call that does not say that there are more for the only one */
		null = PG_ARGISNULL(0);
		if (null || only_value(PG_GETARG_ARRAYTYPE_P(0), &value))
		{
			if (place)
				PG_RETURN_INT32(1);
			if (null)
				PG_RETURN_NULL();
			return value;
		}
		calls = SRF_FIRSTCALL_INIT();
		calls->user_fctx = take_apart(fcinfo, list_of, calls->multi_call_memory_ctx);
	}
	calls = SRF_PERCALL_SETUP();
	left = calls->user_fctx;
	if (left->next >= left->count)
		SRF_RETURN_DONE(calls);
	value = left->values[left->next];
	null = left->nulls[left->next++];
	if (place)
		SRF_RETURN_NEXT(calls, Int32GetDatum(left->next));
	if (null)
		SRF_RETURN_NEXT_NULL(calls);
	SRF_RETURN_NEXT(calls, value);
}

/* MV_EXPAND: the values as they are; null is one null */
Datum
esql_each_value(PG_FUNCTION_ARGS)
{
	return each(fcinfo, esql_expand_values, false);
}

Datum
esql_each_place(PG_FUNCTION_ARGS)
{
	return each(fcinfo, esql_expand_values, true);
}

/* STATS BY: each distinct value; null is one null */
Datum
esql_each_group_value(PG_FUNCTION_ARGS)
{
	return each(fcinfo, esql_group_values, false);
}

Datum
esql_each_group_place(PG_FUNCTION_ARGS)
{
	return each(fcinfo, esql_group_values, true);
}
