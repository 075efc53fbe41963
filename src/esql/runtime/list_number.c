/*
 * list_number.c
 *		Sums, averages and medians of lists of numbers.
 *
 * MV_SUM and MV_MEDIAN keep the type of the list, as in Elasticsearch: a sum of
 * integers that overflows on its way is NULL, even if later values would bring
 * it back.  The median of an even number of integers is rounded down.  Sums of
 * double precision carry the lost low bits along (Kahan's summation).  A sum
 * that is not finite is NULL.
 *
 * esql_list_total() is the list's part of the aggregate SUM, which takes
 * every value of every list: numeric for integers, so that it never
 * overflows and the sum can be checked once, at the end.
 */
#include "compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "common/int.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "esql/runtime/list.h"

PG_FUNCTION_INFO_V1(esql_mv_sum_integer);
PG_FUNCTION_INFO_V1(esql_mv_sum_long);
PG_FUNCTION_INFO_V1(esql_mv_sum_double);
PG_FUNCTION_INFO_V1(esql_mv_avg);
PG_FUNCTION_INFO_V1(esql_mv_median);
PG_FUNCTION_INFO_V1(esql_list_total_integer);
PG_FUNCTION_INFO_V1(esql_list_total_double);

/* A sum of doubles with the error of its additions so far. */
typedef struct CarriedSum
{
	double		sum;
	double		carry;
} CarriedSum;

/*
 * Add a value.  Once the sum is not finite there is nothing to carry.
 */
static void
carried_add(CarriedSum *total, double value)
{
	double		corrected = value + total->carry;
	double		sum = total->sum + corrected;

	total->carry = isfinite(sum) ? corrected - (sum - total->sum) : 0.0;
	total->sum = sum;
}

/*
 * A value of a list of integer, bigint or double precision as a double.
 */
static double
number_at(const TdList *list, int place)
{
	Datum		value = list->values[place];

	switch (list->type->elemtype)
	{
		case INT4OID:
			return (double) DatumGetInt32(value);
		case INT8OID:
			return (double) DatumGetInt64(value);
		default:
			return DatumGetFloat8(value);
	}
}

/*
 * The sum of a list's values as a double.
 */
static double
total_of(const TdList *list)
{
	CarriedSum	total = {0.0, 0.0};

	for (int i = 0; i < list->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		carried_add(&total, number_at(list, i));
	}
	return total.sum;
}

/*
 * esql_mv_sum_integer, esql_mv_sum_long, esql_mv_sum_double
 *		MV_SUM.
 */
Datum
esql_mv_sum_integer(PG_FUNCTION_ARGS)
{
	TdList		list;
	int32		sum = 0;
	bool		known;

	td_list_read(fcinfo, 0, &list);
	known = list.count > 0;
	for (int i = 0; known && i < list.count; i++)
		known = !pg_add_s32_overflow(sum, DatumGetInt32(list.values[i]), &sum);
	td_list_free(&list);
	if (!known)
		PG_RETURN_NULL();
	PG_RETURN_INT32(sum);
}

Datum
esql_mv_sum_long(PG_FUNCTION_ARGS)
{
	TdList		list;
	int64		sum = 0;
	bool		known;

	td_list_read(fcinfo, 0, &list);
	known = list.count > 0;
	for (int i = 0; known && i < list.count; i++)
		known = !pg_add_s64_overflow(sum, DatumGetInt64(list.values[i]), &sum);
	td_list_free(&list);
	if (!known)
		PG_RETURN_NULL();
	PG_RETURN_INT64(sum);
}

Datum
esql_mv_sum_double(PG_FUNCTION_ARGS)
{
	TdList		list;
	int			count;
	double		sum;

	td_list_read(fcinfo, 0, &list);
	count = list.count;
	sum = total_of(&list);
	td_list_free(&list);
	if (count == 0 || !isfinite(sum))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sum);
}

/*
 * MV_AVG of integer, bigint or double precision.
 */
Datum
esql_mv_avg(PG_FUNCTION_ARGS)
{
	TdList		list;
	int			count;
	double		sum;

	td_list_read(fcinfo, 0, &list);
	count = list.count;
	sum = total_of(&list);
	td_list_free(&list);
	if (count == 0 || !isfinite(sum))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sum / count);
}

/*
 * The mean of two integers, rounded down, without overflow.
 */
static int64
middle_long(int64 a, int64 b)
{
	return (a & b) + ((a ^ b) >> 1);
}

/*
 * MV_MEDIAN of integer, bigint or double precision, in that type.
 */
Datum
esql_mv_median(PG_FUNCTION_ARGS)
{
	TdList		list;
	Datum		below;
	Datum		above;
	Datum		result;
	double		median = 0.0;

	td_list_read(fcinfo, 0, &list);
	if (list.count == 0)
	{
		td_list_free(&list);
		PG_RETURN_NULL();
	}
	td_list_sort(list.values, list.count, list.type);
	above = list.values[list.count / 2];
	below = list.values[(list.count - 1) / 2];

	switch (list.type->elemtype)
	{
		case INT4OID:
			result = Int32GetDatum((int32) middle_long(DatumGetInt32(below),
													   DatumGetInt32(above)));
			break;
		case INT8OID:
			result = Int64GetDatum(middle_long(DatumGetInt64(below),
											   DatumGetInt64(above)));
			break;
		default:
			median = list.count % 2 == 1 ? DatumGetFloat8(above) :
				(DatumGetFloat8(below) + DatumGetFloat8(above)) / 2;
			result = Float8GetDatum(median);
			break;
	}
	td_list_free(&list);
	if (!isfinite(median))
		PG_RETURN_NULL();
	return result;
}

/*
 * The sum of a list of integer or bigint as a numeric.
 */
Datum
esql_list_total_integer(PG_FUNCTION_ARGS)
{
	TdList		list;
	Datum		total = (Datum) 0;
	int64		part = 0;
	bool		is_long;

	td_list_read(fcinfo, 0, &list);
	if (list.count == 0)
	{
		td_list_free(&list);
		PG_RETURN_NULL();
	}

	/* When the bigint would overflow, it is added to the numeric. */
	is_long = list.type->elemtype == INT8OID;
	for (int i = 0; i < list.count; i++)
	{
		int64		value = is_long ? DatumGetInt64(list.values[i]) :
		DatumGetInt32(list.values[i]);
		int64		sum;
		Datum		moved;

		if (!pg_add_s64_overflow(part, value, &sum))
		{
			part = sum;
			continue;
		}
		moved = DirectFunctionCall1(int8_numeric, Int64GetDatum(part));
		total = total == (Datum) 0 ? moved :
			DirectFunctionCall2(numeric_add, total, moved);
		part = value;
	}
	td_list_free(&list);

	if (total == (Datum) 0)
		return DirectFunctionCall1(int8_numeric, Int64GetDatum(part));
	return DirectFunctionCall2(numeric_add, total,
							   DirectFunctionCall1(int8_numeric,
												   Int64GetDatum(part)));
}

/*
 * The sum of a list of double precision.
 */
Datum
esql_list_total_double(PG_FUNCTION_ARGS)
{
	TdList		list;
	int			count;
	double		sum;

	td_list_read(fcinfo, 0, &list);
	count = list.count;
	sum = total_of(&list);
	td_list_free(&list);
	if (count == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sum);
}
