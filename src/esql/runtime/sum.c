/*
 * sum.c
 *		esql_sum(): the sum of doubles that never raises.
 *
 * PostgreSQL's sum(double precision) ends in an error when it overflows, and
 * its last digits depend on the order of the rows, which a parallel plan does
 * not fix.  This function carries the lost low parts along in a second double
 * (Neumaier's compensation), and gives null when the sum is not finite.
 *
 * The state is an array of three doubles.
 */
#include "compat.h"

#include <math.h>

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "esql/runtime/state.h"

PG_FUNCTION_INFO_V1(esql_sum_add);
PG_FUNCTION_INFO_V1(esql_sum_combine);
PG_FUNCTION_INFO_V1(esql_sum_result);
PG_FUNCTION_INFO_V1(esql_finite_double);
PG_FUNCTION_INFO_V1(esql_finite_numeric);

/*
 * The doubles of a state: the sum, its compensation, the number of values.
 */
static double *
state_of(ArrayType *array)
{
	return td_state_doubles(array, 3, "esql_sum");
}

static void
add(double *state, double value)
{
	double		sum = state[0] + value;

	if (fabs(state[0]) >= fabs(value))
		state[1] += (state[0] - sum) + value;
	else
		state[1] += (value - sum) + state[0];
	state[0] = sum;
}

/*
 * esql_sum_add(double precision[], double precision) -> double precision[]
 */
Datum
esql_sum_add(PG_FUNCTION_ARGS)
{
	ArrayType  *array = td_own_state(fcinfo);
	double	   *state;

	state = state_of(array);
	add(state, PG_GETARG_FLOAT8(1));
	state[2] += 1;
	PG_RETURN_ARRAYTYPE_P(array);
}

/*
 * esql_sum_combine(double precision[], double precision[]) -> double precision[]
 */
Datum
esql_sum_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *array = td_own_state(fcinfo);
	double	   *state = state_of(array);
	double	   *other = state_of(PG_GETARG_ARRAYTYPE_P(1));

	add(state, other[0]);
	state[1] += other[1];
	state[2] += other[2];
	PG_RETURN_ARRAYTYPE_P(array);
}

/*
 * esql_sum_result(double precision[]) -> double precision
 */
Datum
esql_sum_result(PG_FUNCTION_ARGS)
{
	double	   *state = state_of(PG_GETARG_ARRAYTYPE_P(0));
	double		sum = state[0] + state[1];

	if (state[2] == 0 || !isfinite(sum))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sum);
}

/*
 * esql_finite(double precision) -> double precision: null for NaN and infinities
 */
Datum
esql_finite_double(PG_FUNCTION_ARGS)
{
	double		value = PG_GETARG_FLOAT8(0);

	if (!isfinite(value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

/*
 * esql_finite(numeric) -> double precision: null if no finite double is near
 */
Datum
esql_finite_numeric(PG_FUNCTION_ARGS)
{
	char	   *digits = DatumGetCString(DirectFunctionCall1(numeric_out, PG_GETARG_DATUM(0)));
	double		value = strtod(digits, NULL);

	pfree(digits);
	if (!isfinite(value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}
