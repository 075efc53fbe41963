/*
 * quantile.c
 *		esql_percentile() and esql_median_deviation(): exact, by sorting.
 *
 * Elasticsearch approximates them with a t-digest, which is exact as long as a
 * group is small.  Here they are exact for every group.  The state is all
 * values of the group, 8 bytes each.  So it is not handed between processes:
 * such an aggregate runs in one, though the scan below it may be parallel.
 *
 * Between two values a quantile is on the straight line from one to the other,
 * as in a small t-digest.  The result is null for no value, for a percentage
 * outside of 0 to 100, and when it is not finite.
 */
#include "compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/memutils.h"

#include "esql/runtime/quantile.h"

PG_FUNCTION_INFO_V1(esql_doubles_add);
PG_FUNCTION_INFO_V1(esql_doubles_add_list);
PG_FUNCTION_INFO_V1(esql_percentile_result);
PG_FUNCTION_INFO_V1(esql_median_deviation_result);

/* The values of a group so far. */
typedef struct Doubles
{
	MemoryContext context;
	double		percentage;		/* the second argument of the first call */
	double	   *values;
	int64		count;
	int64		capacity;
} Doubles;

static int
compare_doubles(const void *a, const void *b)
{
	double		left = *(const double *) a;
	double		right = *(const double *) b;

	CHECK_FOR_INTERRUPTS();
	return (left > right) - (left < right);
}

void
td_sort_doubles(double *values, int64 count)
{
	qsort(values, (size_t) count, sizeof(double), compare_doubles);
}

/*
 * The value below which that share (0 to 1) of the values is.
 */
double
td_quantile(const double *sorted, int64 count, double share)
{
	double		place = share * (double) (count - 1);
	int64		below = (int64) floor(place);
	double		weight = place - (double) below;
	double		distance;

	if (below >= count - 1)
		return sorted[count - 1];
	if (weight == 0)
		return sorted[below];
	distance = sorted[below + 1] - sorted[below];
	if (!isfinite(distance))	/* of different signs, and huge */
		return sorted[below] * (1 - weight) + sorted[below + 1] * weight;
	return sorted[below] + weight * distance;
}

/*
 * The median of the distances from the median.  Changes the values.
 */
double
td_median_deviation(double *values, int64 count)
{
	double		median;

	td_sort_doubles(values, count);
	median = td_quantile(values, count, 0.5);
	for (int64 i = 0; i < count; i++)
		values[i] = fabs(values[i] - median);
	td_sort_doubles(values, count);
	return td_quantile(values, count, 0.5);
}

/*
 * The state of the aggregate, made by the first call.
 */
static Doubles *
state_of(FunctionCallInfo fcinfo)
{
	MemoryContext context;
	Doubles    *state;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "esql_doubles_add called in non-aggregate context");
	if (!PG_ARGISNULL(0))
		return (Doubles *) PG_GETARG_POINTER(0);
	state = MemoryContextAllocZero(context, sizeof(Doubles));
	state->context = context;
	state->percentage = PG_NARGS() > 2 && !PG_ARGISNULL(2) ? PG_GETARG_FLOAT8(2) : NAN;
	return state;
}

static void
add(Doubles *state, double value)
{
	if (!isfinite(value))
		return;
	if (state->count == state->capacity)
	{
		Size		capacity = state->capacity == 0 ? 8 : (Size) state->capacity * 2;

		state->values = state->values == NULL ?
			MemoryContextAllocHuge(state->context, capacity * sizeof(double)) :
			repalloc_huge(state->values, capacity * sizeof(double));
		state->capacity = (int64) capacity;
	}
	state->values[state->count++] = value;
}

/*
 * esql_doubles_add(internal, double precision [, percentage]) -> internal
 */
Datum
esql_doubles_add(PG_FUNCTION_ARGS)
{
	Doubles    *state = state_of(fcinfo);

	if (!PG_ARGISNULL(1))
		add(state, PG_GETARG_FLOAT8(1));
	PG_RETURN_POINTER(state);
}

/*
 * The same of all values of a list.
 */
Datum
esql_doubles_add_list(PG_FUNCTION_ARGS)
{
	Doubles    *state = state_of(fcinfo);
	ArrayType  *list;
	Datum	   *values;
	bool	   *nulls;
	int			count;

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(state);
	list = PG_GETARG_ARRAYTYPE_P(1);
	deconstruct_array(list, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &values, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		if (!nulls[i])
			add(state, DatumGetFloat8(values[i]));
	}
	pfree(values);
	pfree(nulls);
	PG_FREE_IF_COPY(list, 1);
	PG_RETURN_POINTER(state);
}

/*
 * esql_percentile_result(internal) -> double precision.  Sorting changes
 * nothing of what the state means, so it may go on afterwards.
 */
Datum
esql_percentile_result(PG_FUNCTION_ARGS)
{
	Doubles    *state = PG_ARGISNULL(0) ? NULL : (Doubles *) PG_GETARG_POINTER(0);
	double		result;

	if (state == NULL || state->count == 0 || !(state->percentage >= 0 && state->percentage <= 100))
		PG_RETURN_NULL();
	td_sort_doubles(state->values, state->count);
	result = td_quantile(state->values, state->count, state->percentage / 100);
	if (!isfinite(result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

/*
 * esql_median_deviation_result(internal) -> double precision
 */
Datum
esql_median_deviation_result(PG_FUNCTION_ARGS)
{
	Doubles    *state = PG_ARGISNULL(0) ? NULL : (Doubles *) PG_GETARG_POINTER(0);
	double	   *copy;
	double		result;

	if (state == NULL || state->count == 0)
		PG_RETURN_NULL();
	copy = MemoryContextAllocHuge(CurrentMemoryContext, (Size) state->count * sizeof(double));
	memcpy(copy, state->values, (Size) state->count * sizeof(double));
	result = td_median_deviation(copy, state->count);
	pfree(copy);
	if (!isfinite(result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}
