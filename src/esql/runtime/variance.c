/*
 * variance.c
 *		esql_variance() and esql_std_dev(): of the whole population.
 *
 * Welford's algorithm, as in Elasticsearch: the mean so far, and the sum of the
 * squared distances from it.  Both are carried as pairs of doubles, of which
 * the second holds what the first has lost.  So the result does not depend on
 * the order of the rows, which a parallel plan does not fix, but in rare last
 * digits.
 *
 * The state is an array of doubles.  The result is null for no value, and when the
 * sum of squares is not finite.
 */
#include "compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"

#include "esql/runtime/state.h"

PG_FUNCTION_INFO_V1(esql_variance_add);
PG_FUNCTION_INFO_V1(esql_variance_add_list);
PG_FUNCTION_INFO_V1(esql_variance_combine);
PG_FUNCTION_INFO_V1(esql_variance_result);
PG_FUNCTION_INFO_V1(esql_std_dev_result);

/* A number as the sum of two, the second being less than half a last digit of the first. */
typedef struct Pair
{
	double		high;
	double		low;
} Pair;

/* What the array holds. */
typedef struct Moments
{
	double		count;
	Pair		mean;
	Pair		squares;		/* sum of squared distances from the mean */
} Moments;

#define MOMENTS_DOUBLES		((int) (sizeof(Moments) / sizeof(double)))

static Pair
add_doubles(double a, double b)
{
	Pair		sum;
	double		part;

	sum.high = a + b;
	part = sum.high - a;
	sum.low = (a - (sum.high - part)) + (b - part);
	if (!isfinite(sum.high))
		sum.low = 0;
	return sum;
}

static Pair
add_pairs(Pair a, Pair b)
{
	Pair		sum = add_doubles(a.high, b.high);

	return add_doubles(sum.high, sum.low + a.low + b.low);
}

static Pair
subtract_pairs(Pair a, Pair b)
{
	Pair		negative = {-b.high, -b.low};

	return add_pairs(a, negative);
}

static Pair
multiply_pairs(Pair a, Pair b)
{
	double		high = a.high * b.high;

	if (!isfinite(high))
		return add_doubles(high, 0);
	return add_doubles(high, fma(a.high, b.high, -high) + a.high * b.low + a.low * b.high);
}

/* A pair divided by a positive number. */
static Pair
divide_pair(Pair a, double b)
{
	double		high = a.high / b;

	if (!isfinite(high))
		return add_doubles(high, 0);
	return add_doubles(high, (fma(-high, b, a.high) + a.low) / b);
}

/*
 * The moments of a state.
 */
static Moments *
moments_of(ArrayType *array)
{
	return (Moments *) td_state_doubles(array, MOMENTS_DOUBLES, "esql_variance");
}

static void
add(Moments *moments, double value)
{
	Pair		exact = {value, 0};
	Pair		before = subtract_pairs(exact, moments->mean);

	moments->count += 1;
	moments->mean = add_pairs(moments->mean, divide_pair(before, moments->count));
	moments->squares = add_pairs(moments->squares,
								 multiply_pairs(before, subtract_pairs(exact, moments->mean)));
}

/*
 * esql_variance_add(double precision[], double precision) -> double precision[]
 */
Datum
esql_variance_add(PG_FUNCTION_ARGS)
{
	ArrayType  *array = td_own_state(fcinfo);

	add(moments_of(array), PG_GETARG_FLOAT8(1));
	PG_RETURN_ARRAYTYPE_P(array);
}

/*
 * The same of all values of a list.
 */
Datum
esql_variance_add_list(PG_FUNCTION_ARGS)
{
	ArrayType  *array = td_own_state(fcinfo);
	ArrayType  *list = PG_GETARG_ARRAYTYPE_P(1);
	Moments    *moments = moments_of(array);
	Datum	   *values;
	bool	   *nulls;
	int			count;

	deconstruct_array(list, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &values, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		if (!nulls[i])
			add(moments, DatumGetFloat8(values[i]));
	}
	pfree(values);
	pfree(nulls);
	PG_FREE_IF_COPY(list, 1);
	PG_RETURN_ARRAYTYPE_P(array);
}

/*
 * esql_variance_combine(double precision[], double precision[]) -> double precision[]
 */
Datum
esql_variance_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *array = td_own_state(fcinfo);
	Moments    *moments = moments_of(array);
	Moments    *other = moments_of(PG_GETARG_ARRAYTYPE_P(1));
	double		count = moments->count + other->count;
	Pair		between = subtract_pairs(other->mean, moments->mean);
	Pair		share = {other->count, 0};
	Pair		here = {moments->count, 0};

	if (other->count == 0)
		PG_RETURN_ARRAYTYPE_P(array);
	if (moments->count == 0)
	{
		*moments = *other;
		PG_RETURN_ARRAYTYPE_P(array);
	}
	share = divide_pair(share, count);
	moments->squares = add_pairs(add_pairs(moments->squares, other->squares),
								 multiply_pairs(multiply_pairs(between, between), multiply_pairs(here, share)));
	moments->mean = add_pairs(moments->mean, multiply_pairs(between, share));
	moments->count = count;
	PG_RETURN_ARRAYTYPE_P(array);
}

/*
 * The variance of the state that is the first argument; false if it is null.
 */
static bool
variance_of(FunctionCallInfo fcinfo, double *variance)
{
	Moments    *moments = moments_of(PG_GETARG_ARRAYTYPE_P(0));
	double		squares = moments->squares.high + moments->squares.low;

	if (moments->count == 0 || !isfinite(squares))
		return false;
	*variance = Max(squares, 0.0) / moments->count;
	return true;
}

/*
 * esql_variance_result(double precision[]) -> double precision
 */
Datum
esql_variance_result(PG_FUNCTION_ARGS)
{
	double		variance;

	if (!variance_of(fcinfo, &variance))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(variance);
}

/*
 * esql_std_dev_result(double precision[]) -> double precision
 */
Datum
esql_std_dev_result(PG_FUNCTION_ARGS)
{
	double		variance;

	if (!variance_of(fcinfo, &variance))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sqrt(variance));
}
