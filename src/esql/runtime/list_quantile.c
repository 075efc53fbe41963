/*
 * list_quantile.c
 *		MV_PERCENTILE, MV_MEDIAN_ABSOLUTE_DEVIATION and MV_PSERIES_WEIGHTED_SUM;
 *		ROUND_TO and MV_DIFFERENCE, which compare a value with a list.
 *
 * The first two keep the type of the list.  Whole numbers are worked out as
 * such: a percentile between two of them is cut off, as Elasticsearch does it,
 * from the lower one up, or towards zero where a double would not be exact.
 */
#include "compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "common/int.h"
#include "miscadmin.h"
#include "utils/datum.h"

#include "esql/runtime/list.h"
#include "esql/runtime/number.h"
#include "esql/runtime/quantile.h"

PG_FUNCTION_INFO_V1(esql_mv_percentile_double);
PG_FUNCTION_INFO_V1(esql_mv_percentile_whole);
PG_FUNCTION_INFO_V1(esql_mv_median_deviation_double);
PG_FUNCTION_INFO_V1(esql_mv_median_deviation_whole);
PG_FUNCTION_INFO_V1(esql_mv_pseries_weighted_sum);
PG_FUNCTION_INFO_V1(esql_round_to);
PG_FUNCTION_INFO_V1(esql_mv_difference);

/* Whole numbers in between are exact as doubles, and so are their differences. */
#define EXACT_DOUBLE	INT64CONST(4503599627370496)	/* 2^52 */

/* A list of whole numbers, as bigint. */
typedef struct Wholes
{
	int64	   *values;
	int			count;
	bool		is_long;
} Wholes;

static double *
read_doubles(FunctionCallInfo fcinfo, int *count)
{
	TdList		list;
	double	   *values;

	td_list_read(fcinfo, 0, &list);
	*count = list.count;
	values = palloc(Max(list.count, 1) * sizeof(double));
	for (int i = 0; i < list.count; i++)
		values[i] = DatumGetFloat8(list.values[i]);
	td_list_free(&list);
	return values;
}

static void
read_wholes(FunctionCallInfo fcinfo, Wholes *wholes)
{
	TdList		list;

	td_list_read(fcinfo, 0, &list);
	wholes->count = list.count;
	wholes->is_long = list.type->elemtype == INT8OID;
	wholes->values = palloc(Max(list.count, 1) * sizeof(int64));
	for (int i = 0; i < list.count; i++)
		wholes->values[i] = wholes->is_long ? DatumGetInt64(list.values[i]) : DatumGetInt32(list.values[i]);
	td_list_free(&list);
}

static int
compare_wholes(const void *a, const void *b)
{
	int64		left = *(const int64 *) a;
	int64		right = *(const int64 *) b;

	CHECK_FOR_INTERRUPTS();
	return (left > right) - (left < right);
}

static int
compare_distances(const void *a, const void *b)
{
	uint64		left = *(const uint64 *) a;
	uint64		right = *(const uint64 *) b;

	CHECK_FOR_INTERRUPTS();
	return (left > right) - (left < right);
}

static Datum
return_whole(FunctionCallInfo fcinfo, const Wholes *wholes, int64 result)
{
	bool		is_long = wholes->is_long;

	pfree(wholes->values);
	if (is_long)
		PG_RETURN_INT64(result);
	if (result < PG_INT32_MIN || result > PG_INT32_MAX)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) result);
}

/* Which value a percentage is at, and how far it is on the way to the next. */
static int
place_of(double percentage, int count, double *fraction)
{
	double		place = percentage / 100.0 * (count - 1);
	int			lower = Min((int) place, count - 1);

	*fraction = lower == count - 1 ? 0 : place - lower;
	return lower;
}

/*
 * fraction (0 to 1) times a difference, cut off; *rest tells whether anything
 * was.  The product of both 53 bits and 64 bits is made of four.
 */
static uint64
share_of(uint64 difference, double fraction, bool *rest)
{
	int			exponent;
	uint64		mantissa = (uint64) ldexp(frexp(fraction, &exponent), 53);
	int			shift = 53 - exponent;
	uint64		low = (mantissa & 0xFFFFFFFF) * (difference & 0xFFFFFFFF);
	uint64		middle = (mantissa >> 32) * (difference & 0xFFFFFFFF) + (low >> 32);
	uint64		other = (mantissa & 0xFFFFFFFF) * (difference >> 32) + (middle & 0xFFFFFFFF);
	uint64		high = (mantissa >> 32) * (difference >> 32) + (middle >> 32) + (other >> 32);

	low = (other << 32) | (low & 0xFFFFFFFF);
	if (shift >= 128)
	{
		*rest = (high | low) != 0;
		return 0;
	}
	if (shift >= 64)
	{
		*rest = low != 0 || (shift > 64 && (high << (128 - shift)) != 0);
		return high >> (shift - 64);
	}
	*rest = (low << (64 - shift)) != 0;
	return (low >> shift) | (high << (64 - shift));
}

/* The whole number at a fraction of the way from one to another. */
static int64
whole_between(int64 lower, int64 upper, double fraction, bool is_long)
{
	uint64		share;
	int64		sum;
	bool		rest;

	if (!is_long || (upper < EXACT_DOUBLE && lower > -EXACT_DOUBLE))
		return lower + (int64) (fraction * (double) (upper - lower));
	if (fraction == 0)
		return lower;
	share = share_of((uint64) upper - (uint64) lower, fraction, &rest);
	sum = (int64) ((uint64) lower + share);
	return sum < 0 && rest ? sum + 1 : sum;
}

/*
 * MV_PERCENTILE of doubles.  Between numbers of different signs, whose
 * difference may overflow, Elasticsearch takes another way.
 */
Datum
esql_mv_percentile_double(PG_FUNCTION_ARGS)
{
	double		percentage = PG_GETARG_FLOAT8(1);
	double		fraction;
	double		lower;
	double		upper;
	int			count;
	int			place;
	double	   *values = read_doubles(fcinfo, &count);

	if (count == 0 || !(percentage >= 0 && percentage <= 100))
		PG_RETURN_NULL();
	td_sort_doubles(values, count);
	place = place_of(percentage, count, &fraction);
	lower = values[place];
	upper = values[Min(place + 1, count - 1)];
	pfree(values);
	if (lower < 0 && upper > 0)
		RETURN_FINITE((lower + fraction * upper) - fraction * lower);
	RETURN_FINITE(lower + fraction * (upper - lower));
}

/*
 * MV_PERCENTILE of integers or longs.
 */
Datum
esql_mv_percentile_whole(PG_FUNCTION_ARGS)
{
	double		percentage = PG_GETARG_FLOAT8(1);
	Wholes		wholes;
	double		fraction;
	int			place;

	read_wholes(fcinfo, &wholes);
	if (wholes.count == 0 || !(percentage >= 0 && percentage <= 100))
		PG_RETURN_NULL();
	qsort(wholes.values, (size_t) wholes.count, sizeof(int64), compare_wholes);
	place = place_of(percentage, wholes.count, &fraction);
	return return_whole(fcinfo, &wholes, whole_between(wholes.values[place],
													   wholes.values[Min(place + 1, wholes.count - 1)],
													   fraction, wholes.is_long));
}

/*
 * MV_MEDIAN_ABSOLUTE_DEVIATION of doubles.
 */
Datum
esql_mv_median_deviation_double(PG_FUNCTION_ARGS)
{
	double		result;
	int			count;
	double	   *values = read_doubles(fcinfo, &count);

	if (count == 0)
		PG_RETURN_NULL();
	result = td_median_deviation(values, count);
	pfree(values);
	RETURN_FINITE(result);
}

/* The mean of two whole numbers, cut off towards zero. */
static int64
middle_of(int64 a, int64 b)
{
	int64		middle = (a & b) + ((a ^ b) >> 1);

	return middle < 0 && ((a ^ b) & 1) != 0 ? middle + 1 : middle;
}

/*
 * MV_MEDIAN_ABSOLUTE_DEVIATION of integers or longs.  Distances may be twice as
 * large as the greatest long; one that is the result and does not fit is null.
 */
Datum
esql_mv_median_deviation_whole(PG_FUNCTION_ARGS)
{
	Wholes		wholes;
	uint64	   *distances;
	uint64		result;
	int64		median;
	int			half;

	read_wholes(fcinfo, &wholes);
	if (wholes.count == 0)
		PG_RETURN_NULL();
	half = wholes.count / 2;
	qsort(wholes.values, (size_t) wholes.count, sizeof(int64), compare_wholes);
	median = wholes.count % 2 == 1 ? wholes.values[half] : middle_of(wholes.values[half - 1], wholes.values[half]);
	distances = (uint64 *) wholes.values;
	for (int i = 0; i < wholes.count; i++)
		distances[i] = wholes.values[i] > median ? (uint64) wholes.values[i] - (uint64) median :
			(uint64) median - (uint64) wholes.values[i];
	qsort(distances, (size_t) wholes.count, sizeof(uint64), compare_distances);
	result = distances[half];
	if (wholes.count % 2 == 0)
		result = (distances[half - 1] & result) + ((distances[half - 1] ^ result) >> 1);
	if (result > PG_INT64_MAX)
		PG_RETURN_NULL();
	return return_whole(fcinfo, &wholes, (int64) result);
}

/*
 * MV_PSERIES_WEIGHTED_SUM: each value divided by its place, from 1 on, to a power;
 * summed up with compensation.
 */
Datum
esql_mv_pseries_weighted_sum(PG_FUNCTION_ARGS)
{
	double		power = PG_GETARG_FLOAT8(1);
	double		sum = 0;
	double		carry = 0;
	int			count;
	double	   *values = read_doubles(fcinfo, &count);

	if (count == 0)
		PG_RETURN_NULL();
	for (int i = 0; i < count; i++)
	{
		double		value = values[i] / pow(i + 1, power) + carry;
		double		next = sum + value;

		carry = isfinite(next) ? value - (next - sum) : 0;
		sum = next;
	}
	pfree(values);
	RETURN_FINITE(sum);
}

/*
 * ROUND_TO: the greatest of the points that is not above the value, else the
 * least point.
 */
Datum
esql_round_to(PG_FUNCTION_ARGS)
{
	Datum		value = PG_GETARG_DATUM(0);
	TdList		points;
	Datum		best;
	bool		below = false;

	td_list_read(fcinfo, 1, &points);
	if (points.count == 0)
	{
		td_list_free(&points);
		PG_RETURN_NULL();
	}
	best = points.values[0];
	for (int i = 0; i < points.count; i++)
	{
		bool		fits = td_list_compare(points.values[i], value, points.type) <= 0;
		int			order = td_list_compare(points.values[i], best, points.type);

		if (fits ? !below || order > 0 : !below && order < 0)
			best = points.values[i];
		below = below || fits;
	}
	best = datumCopy(best, points.type->typbyval, points.type->typlen);
	td_list_free(&points);
	PG_RETURN_DATUM(best);
}

/*
 * MV_DIFFERENCE: the values of the first list that are not in the second.
 */
Datum
esql_mv_difference(PG_FUNCTION_ARGS)
{
	TdList		list;
	TdList		without;
	Datum		result;
	int			count = 0;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	td_list_read(fcinfo, 0, &list);
	td_list_read(fcinfo, 1, &without);
	td_list_sort(without.values, without.count, without.type);
	for (int i = 0; i < list.count; i++)
	{
		if (!td_list_contains(without.values, without.count, list.values[i], without.type))
			list.values[count++] = list.values[i];
	}
	td_list_free(&without);
	if (count == 0)
	{
		td_list_free(&list);
		PG_RETURN_NULL();
	}
	result = td_list_make(list.values, count, list.type);
	td_list_free(&list);
	PG_RETURN_DATUM(result);
}
