/*
 * number.c
 *		ES|QL's arithmetic and numeric functions.
 *
 * PostgreSQL's own operators raise where ES|QL gives null: when a result does
 * not fit its type, on division by zero, and on results that are not finite.
 * A query over millions of rows must not fail because of one of them, so the
 * SQL that the front end makes calls these functions instead.  Apart from the
 * error they do what the operator does: integer division truncates towards
 * zero, a remainder has the sign of the dividend.
 *
 * Two choices are ours.  In Java the least integer divided by -1 wraps around to
 * itself; here it overflows, so the result is null.  ES|QL has no NaN and no
 * infinities: anything computed from them is null.
 *
 * All functions take and return values only: nothing is allocated but by
 * esql_sum_to_long(), whose numerics go with the caller's context.
 */
#include "compat.h"

#include <math.h>

#include "common/int.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "esql/runtime/number.h"

/*
 * The double as a whole number, halves rounded up (-2.5 becomes -2, as Java's
 * Math.round() has it).  False for NaN and for what lies outside 64 bits; 2^63
 * itself gives the greatest long, because the greatest long as a double is
 * 2^63.
 */
bool
td_double_to_long(double value, int64 *result)
{
	double		rounded;

	if (isnan(value) || value < -9223372036854775808.0 ||
		value > 9223372036854775808.0)
		return false;
	rounded = floor(value);
	if (value - rounded >= 0.5)
		rounded += 1.0;
	if (rounded >= 9223372036854775808.0)
		*result = PG_INT64_MAX;
	else
		*result = (int64) rounded;
	return true;
}

/*
 * Addition, subtraction and multiplication of whole numbers differ in the
 * name of the checking function only.
 */
#define CHECKED_OPERATOR(name, ctype, GETARG, RETURN, checked) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	ctype		result; \
\
	if (checked(GETARG(0), GETARG(1), &result)) \
		PG_RETURN_NULL(); \
	RETURN(result); \
} \
extern Datum name(PG_FUNCTION_ARGS)

CHECKED_OPERATOR(esql_add_integer, int32, PG_GETARG_INT32, PG_RETURN_INT32,
				 pg_add_s32_overflow);
CHECKED_OPERATOR(esql_sub_integer, int32, PG_GETARG_INT32, PG_RETURN_INT32,
				 pg_sub_s32_overflow);
CHECKED_OPERATOR(esql_mul_integer, int32, PG_GETARG_INT32, PG_RETURN_INT32,
				 pg_mul_s32_overflow);
CHECKED_OPERATOR(esql_add_long, int64, PG_GETARG_INT64, PG_RETURN_INT64,
				 pg_add_s64_overflow);
CHECKED_OPERATOR(esql_sub_long, int64, PG_GETARG_INT64, PG_RETURN_INT64,
				 pg_sub_s64_overflow);
CHECKED_OPERATOR(esql_mul_long, int64, PG_GETARG_INT64, PG_RETURN_INT64,
				 pg_mul_s64_overflow);

/*
 * Quotient and remainder.  The processor traps on the least number divided by
 * -1, for the remainder too, though that one is simply 0.
 */
PG_FUNCTION_INFO_V1(esql_div_integer);
Datum
esql_div_integer(PG_FUNCTION_ARGS)
{
	int32		a = PG_GETARG_INT32(0);
	int32		b = PG_GETARG_INT32(1);

	if (b == 0 || (b == -1 && a == PG_INT32_MIN))
		PG_RETURN_NULL();
	PG_RETURN_INT32(a / b);
}

PG_FUNCTION_INFO_V1(esql_div_long);
Datum
esql_div_long(PG_FUNCTION_ARGS)
{
	int64		a = PG_GETARG_INT64(0);
	int64		b = PG_GETARG_INT64(1);

	if (b == 0 || (b == -1 && a == PG_INT64_MIN))
		PG_RETURN_NULL();
	PG_RETURN_INT64(a / b);
}

PG_FUNCTION_INFO_V1(esql_mod_integer);
Datum
esql_mod_integer(PG_FUNCTION_ARGS)
{
	int32		b = PG_GETARG_INT32(1);

	if (b == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(b == -1 ? 0 : PG_GETARG_INT32(0) % b);
}

PG_FUNCTION_INFO_V1(esql_mod_long);
Datum
esql_mod_long(PG_FUNCTION_ARGS)
{
	int64		b = PG_GETARG_INT64(1);

	if (b == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(b == -1 ? 0 : PG_GETARG_INT64(0) % b);
}

/*
 * Negation and absolute value: null for the least number.
 */
PG_FUNCTION_INFO_V1(esql_neg_integer);
Datum
esql_neg_integer(PG_FUNCTION_ARGS)
{
	int32		a = PG_GETARG_INT32(0);

	if (a == PG_INT32_MIN)
		PG_RETURN_NULL();
	PG_RETURN_INT32(-a);
}

PG_FUNCTION_INFO_V1(esql_neg_long);
Datum
esql_neg_long(PG_FUNCTION_ARGS)
{
	int64		a = PG_GETARG_INT64(0);

	if (a == PG_INT64_MIN)
		PG_RETURN_NULL();
	PG_RETURN_INT64(-a);
}

PG_FUNCTION_INFO_V1(esql_abs_integer);
Datum
esql_abs_integer(PG_FUNCTION_ARGS)
{
	int32		a = PG_GETARG_INT32(0);

	if (a == PG_INT32_MIN)
		PG_RETURN_NULL();
	PG_RETURN_INT32(a < 0 ? -a : a);
}

PG_FUNCTION_INFO_V1(esql_abs_long);
Datum
esql_abs_long(PG_FUNCTION_ARGS)
{
	int64		a = PG_GETARG_INT64(0);

	if (a == PG_INT64_MIN)
		PG_RETURN_NULL();
	PG_RETURN_INT64(a < 0 ? -a : a);
}

/* Functions that are one expression of C, see number.h. */
DOUBLE_FUNCTION_2(esql_add_double, x + y);
DOUBLE_FUNCTION_2(esql_sub_double, x - y);
DOUBLE_FUNCTION_2(esql_mul_double, x * y);
DOUBLE_FUNCTION_1(esql_neg_double, -x);
DOUBLE_FUNCTION_1(esql_abs_double, fabs(x));
DOUBLE_FUNCTION_1(esql_ceil, ceil(x));
DOUBLE_FUNCTION_1(esql_floor, floor(x));
DOUBLE_FUNCTION_1(esql_sqrt, sqrt(x));
DOUBLE_FUNCTION_1(esql_exp, isfinite(x) ? exp(x) : NAN);
DOUBLE_FUNCTION_1(esql_log, log(x));
DOUBLE_FUNCTION_1(esql_log10, log10(x));

/*
 * The result of the next ones may be finite although an argument is not (1 /
 * infinity is 0, and anything to the power of 0 is 1).  So they check the
 * arguments.
 */
#define BOTH_FINITE(x, y)	(isfinite(x) && isfinite(y))

DOUBLE_FUNCTION_2(esql_div_double, BOTH_FINITE(x, y) ? x / y : NAN);
DOUBLE_FUNCTION_2(esql_mod_double, BOTH_FINITE(x, y) ? fmod(x, y) : NAN);
DOUBLE_FUNCTION_2(esql_pow, BOTH_FINITE(x, y) ? pow(x, y) : NAN);

/*
 * Logarithm to a base: esql_log_base(base, value).  By decimal logarithms, as
 * Elasticsearch has it, so that the last digit is the same.
 */
DOUBLE_FUNCTION_2(esql_log_base,
				  BOTH_FINITE(x, y) && x > 0 && y > 0 ? log10(y) / log10(x) : NAN);

/*
 * Round a double to so many decimals, half away from zero; negative decimals
 * round to tens, hundreds and so on.  The number is scaled, rounded and scaled
 * back in binary, as Elasticsearch does it: 2.675 scaled by 100 happens to be
 * 267.5 exactly and becomes 2.68, though the double is below 2.675.  Where
 * scaling leaves the range of doubles, the number has no digit at that place
 * and stays as it is.
 */
static double
round_double(double value, int32 decimals)
{
	double		scale = pow(10.0, decimals);
	double		scaled = value * scale;

	if (!isfinite(value))
		return NAN;
	if (scale == 0.0 || value == 0.0)
		return 0.0;
	if (isinf(scaled))
		return value;
	return copysign(round(fabs(scaled)) / scale, value);
}

DOUBLE_FUNCTION_1(esql_round_double, round_double(x, 0));

PG_FUNCTION_INFO_V1(esql_round_double_decimals);
Datum
esql_round_double_decimals(PG_FUNCTION_ARGS)
{
	RETURN_FINITE(round_double(PG_GETARG_FLOAT8(0), PG_GETARG_INT32(1)));
}

/*
 * Round a whole number left of the point, half away from zero.  False on
 * overflow.  Ten to the 19th is above every long, so a number rounded there is
 * that power, which does not fit, or zero.
 */
static bool
round_long(int64 value, int32 decimals, int64 *result)
{
	int64		power = 1;
	int64		rest;

	*result = value;
	if (decimals >= 0 || value == 0)
		return true;
	if (decimals < -18)
	{
		*result = 0;
		return decimals < -19 ||
			(value < INT64CONST(5000000000000000000) &&
			 value > -INT64CONST(5000000000000000000));
	}
	for (int32 i = decimals; i < 0; i++)
		power *= 10;
	rest = value % power;
	*result = value - rest;
	if (rest >= power / 2)
		return !pg_add_s64_overflow(*result, power, result);
	if (rest <= -(power / 2))
		return !pg_sub_s64_overflow(*result, power, result);
	return true;
}

PG_FUNCTION_INFO_V1(esql_round_long);
Datum
esql_round_long(PG_FUNCTION_ARGS)
{
	int64		result;

	if (!round_long(PG_GETARG_INT64(0), PG_GETARG_INT32(1), &result))
		PG_RETURN_NULL();
	PG_RETURN_INT64(result);
}

PG_FUNCTION_INFO_V1(esql_round_integer);
Datum
esql_round_integer(PG_FUNCTION_ARGS)
{
	int64		result;

	if (!round_long(PG_GETARG_INT32(0), PG_GETARG_INT32(1), &result) ||
		result < PG_INT32_MIN || result > PG_INT32_MAX)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) result);
}

/*
 * SUM of whole numbers: PostgreSQL adds longs up as numeric, but ES|QL's sum is
 * a long.  Null when it does not fit.  The bounds are compared as numeric,
 * because the conversion to bigint would raise.  NaN sorts above everything and
 * fails the second comparison.
 */
PG_FUNCTION_INFO_V1(esql_sum_to_long);
Datum
esql_sum_to_long(PG_FUNCTION_ARGS)
{
	Datum		sum = PG_GETARG_DATUM(0);
	Datum		least = DirectFunctionCall1(int8_numeric, Int64GetDatum(PG_INT64_MIN));
	Datum		greatest = DirectFunctionCall1(int8_numeric, Int64GetDatum(PG_INT64_MAX));

	if (!DatumGetBool(DirectFunctionCall2(numeric_ge, sum, least)) ||
		!DatumGetBool(DirectFunctionCall2(numeric_le, sum, greatest)))
		PG_RETURN_NULL();
	return DirectFunctionCall1(numeric_int8, sum);
}
