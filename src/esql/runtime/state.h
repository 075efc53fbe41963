/*
 * state.h
 *		States of aggregates that are arrays of doubles, a type that needs no
 *		functions of its own to travel between processes and machines.
 */
#ifndef TD_ESQL_RUNTIME_STATE_H
#define TD_ESQL_RUNTIME_STATE_H

#include "compat.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"

/*
 * The state, argument 0.  Inside an aggregate it may be changed in place; else this
 * is a copy.
 */
static inline ArrayType *
td_own_state(FunctionCallInfo fcinfo)
{
	return AggCheckCallContext(fcinfo, NULL) != 0 ? PG_GETARG_ARRAYTYPE_P(0) : PG_GETARG_ARRAYTYPE_P_COPY(0);
}

/*
 * The doubles of a state of the function; throws if it has not so many.
 */
static inline double *
td_state_doubles(ArrayType *array, int count, const char *function)
{
	if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != count || ARR_HASNULL(array) ||
		ARR_ELEMTYPE(array) != FLOAT8OID)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the state of %s must be %d numbers", function, count)));
	return (double *) ((char *) array + ARR_OVERHEAD_NONULLS(1));
}

#endif							/* TD_ESQL_RUNTIME_STATE_H */
