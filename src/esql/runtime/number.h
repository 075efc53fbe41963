/*
 * number.h
 *		Whole numbers from decimal ones; functions of doubles in one line.
 */
#ifndef ESQL_RUNTIME_NUMBER_H
#define ESQL_RUNTIME_NUMBER_H

#include "compat.h"

#include <math.h>

/* Return a double, or null when it is none of ES|QL's. */
#define RETURN_FINITE(value) \
	do { \
		double		finite_ = (value); \
		if (!isfinite(finite_)) \
			PG_RETURN_NULL(); \
		PG_RETURN_FLOAT8(finite_); \
	} while (0)

/*
 * Functions of doubles that are one expression of C: x is the first argument,
 * y the second.  What C makes of arguments outside a function's domain (NaN
 * or an infinity) becomes null.
 */
#define DOUBLE_FUNCTION_1(name, expression) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	double		x = PG_GETARG_FLOAT8(0); \
\
	RETURN_FINITE(expression); \
} \
extern Datum name(PG_FUNCTION_ARGS)

#define DOUBLE_FUNCTION_2(name, expression) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	double		x = PG_GETARG_FLOAT8(0); \
	double		y = PG_GETARG_FLOAT8(1); \
\
	RETURN_FINITE(expression); \
} \
extern Datum name(PG_FUNCTION_ARGS)

extern bool td_double_to_long(double value, int64 *result);

#endif							/* ESQL_RUNTIME_NUMBER_H */
