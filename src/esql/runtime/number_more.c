/*
 * number_more.c
 *		ES|QL's trigonometry, and other functions of doubles and their signs.
 *
 * As in number.c, what is not finite is null: ACOS(2), TAN of an infinity,
 * COSH(1000).
 */
#include "compat.h"

#include "fmgr.h"

#include "esql/runtime/number.h"

#define DEGREES_OF_RADIAN	57.29577951308232
#define RADIANS_OF_DEGREE	0.017453292519943295

DOUBLE_FUNCTION_1(esql_sin, sin(x));
DOUBLE_FUNCTION_1(esql_cos, cos(x));
DOUBLE_FUNCTION_1(esql_tan, tan(x));
DOUBLE_FUNCTION_1(esql_asin, asin(x));
DOUBLE_FUNCTION_1(esql_acos, acos(x));
DOUBLE_FUNCTION_1(esql_atan, isfinite(x) ? atan(x) : NAN);
DOUBLE_FUNCTION_1(esql_sinh, sinh(x));
DOUBLE_FUNCTION_1(esql_cosh, cosh(x));
DOUBLE_FUNCTION_1(esql_tanh, isfinite(x) ? tanh(x) : NAN);
DOUBLE_FUNCTION_1(esql_asinh, asinh(x));
DOUBLE_FUNCTION_1(esql_acosh, acosh(x));
DOUBLE_FUNCTION_1(esql_atanh, isfinite(x) ? atanh(x) : NAN);

/* By long double, so that the root of 27 is 3 as in Java, and not a digit more. */
DOUBLE_FUNCTION_1(esql_cbrt, (double) cbrtl((long double) x));

DOUBLE_FUNCTION_1(esql_to_degrees, x * DEGREES_OF_RADIAN);
DOUBLE_FUNCTION_1(esql_to_radians, x * RADIANS_OF_DEGREE);
DOUBLE_FUNCTION_2(esql_atan2, isfinite(x) && isfinite(y) ? atan2(x, y) : NAN);
DOUBLE_FUNCTION_2(esql_hypot, isfinite(x) && isfinite(y) ? hypot(x, y) : NAN);

/*
 * esql_scalb(double precision, bigint) -> double precision: times a power of two
 */
PG_FUNCTION_INFO_V1(esql_scalb);
Datum
esql_scalb(PG_FUNCTION_ARGS)
{
	int64		power = PG_GETARG_INT64(1);

	if (power < PG_INT32_MIN || power > PG_INT32_MAX)
		PG_RETURN_NULL();
	RETURN_FINITE(scalbn(PG_GETARG_FLOAT8(0), (int) power));
}

/*
 * esql_copy_sign(magnitude, sign double precision): the type of the magnitude.
 * The least whole number has no positive of its kind.
 */
DOUBLE_FUNCTION_2(esql_copy_sign_double, isnan(y) ? NAN : copysign(x, y));

PG_FUNCTION_INFO_V1(esql_copy_sign_integer);
Datum
esql_copy_sign_integer(PG_FUNCTION_ARGS)
{
	int32		magnitude = PG_GETARG_INT32(0);
	bool		negative = PG_GETARG_FLOAT8(1) < 0;

	if ((magnitude < 0) == negative)
		PG_RETURN_INT32(magnitude);
	if (magnitude == PG_INT32_MIN)
		PG_RETURN_NULL();
	PG_RETURN_INT32(-magnitude);
}

PG_FUNCTION_INFO_V1(esql_copy_sign_long);
Datum
esql_copy_sign_long(PG_FUNCTION_ARGS)
{
	int64		magnitude = PG_GETARG_INT64(0);
	bool		negative = PG_GETARG_FLOAT8(1) < 0;

	if ((magnitude < 0) == negative)
		PG_RETURN_INT64(magnitude);
	if (magnitude == PG_INT64_MIN)
		PG_RETURN_NULL();
	PG_RETURN_INT64(-magnitude);
}
