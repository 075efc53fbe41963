/*
 * bucket.c
 *		BUCKET and TBUCKET: numbers and dates rounded down to steps.
 *
 * The size of a step is written out, or comes from the number of buckets that
 * a range is to have at most.  It is a constant either way, so it is worked out
 * here: what runs is DATE_TRUNC, or floor(number / size) * size.  A range
 * filters nothing: values outside of it get buckets of the same size.
 *
 * For dates the sizes to choose from are those that people are used to.  Of
 * those that need no more buckets than asked for it is the finest.
 */
#include "compat.h"

#include <math.h>

#include "esql/analysis/call.h"
#include "esql/analysis/coerce.h"
#include "esql/analysis/expr.h"
#include "esql/analysis/functions.h"
#include "esql/analysis/node.h"
#include "esql/analysis/report.h"
#include "esql/value/calendar.h"
#include "esql/value/instant.h"

#define MINUTE		INT64CONST(60000)
#define HOUR		(60 * MINUTE)

/* A size of buckets that a range may choose. */
typedef struct Step
{
	EsqlTimeUnit unit;
	int64		amount;
	int64		ms;				/* 0: the calendar's */
} Step;

static const Step steps[] = {	/* from the finest on */
	{ESQL_MILLISECOND, 1, 1},
	{ESQL_MILLISECOND, 10, 10},
	{ESQL_MILLISECOND, 50, 50},
	{ESQL_MILLISECOND, 100, 100},
	{ESQL_SECOND, 1, 1000},
	{ESQL_SECOND, 5, 5000},
	{ESQL_SECOND, 10, 10000},
	{ESQL_SECOND, 30, 30000},
	{ESQL_MINUTE, 1, MINUTE},
	{ESQL_MINUTE, 5, 5 * MINUTE},
	{ESQL_MINUTE, 10, 10 * MINUTE},
	{ESQL_MINUTE, 30, 30 * MINUTE},
	{ESQL_HOUR, 1, HOUR},
	{ESQL_HOUR, 3, 3 * HOUR},
	{ESQL_HOUR, 12, 12 * HOUR},
	{ESQL_DAY, 1, TD_MS_PER_DAY},
	{ESQL_WEEK, 1, 7 * TD_MS_PER_DAY},
	{ESQL_MONTH, 1, 0},
	{ESQL_YEAR, 1, 0}
};

/*
 * How many buckets of that size there are from the one that from lies in to the
 * last one that begins before to; one at least.
 */
static int64
count_buckets(const Step *step, int64 from, int64 to)
{
	int64		origin = step->unit == ESQL_WEEK ? -3 * TD_MS_PER_DAY : 0;	/* a Monday */
	int64		first;
	int64		last;

	if (to <= from)
		return 1;
	if (step->ms > 0)
	{
		first = td_floor_div(from - origin, step->ms);
		last = td_floor_div(to - 1 - origin, step->ms);
	}
	else
	{
		TdCalendarDate start = td_ms_to_calendar(from);
		TdCalendarDate end = td_ms_to_calendar(to - 1);

		first = step->unit == ESQL_YEAR ? start.year : (int64) start.year * 12 + start.month;
		last = step->unit == ESQL_YEAR ? end.year : (int64) end.year * 12 + end.month;
	}
	return last - first + 1;
}

/* Raise an error unless the call stands where rows are grouped. */
static void
check_grouping(EsqlResolver *resolver, const EsqlFunction *function, const EsqlExpr *call)
{
	if (!resolver->grouping)
		esql_raise(resolver->context, ESQL_ERROR_SYNTAX, call->span,
				   "Elsewhere use DATE_TRUNC, or FLOOR(number / size) * size.",
				   "%s is for BY of STATS only", function->name);
}

/* A constant of the range; string literals have been read. */
static const EsqlNode *
check_constant(EsqlResolver *resolver, const EsqlFunction *function, const EsqlNode *node, int place)
{
	if (node->kind != ESQL_NODE_CONST || node->isnull)
		esql_raise(resolver->context, ESQL_ERROR_UNSUPPORTED, node->span,
				   "Write it out.", "argument %d of %s must be a constant", place, function->name);
	return node;
}

static int64
check_count(EsqlResolver *resolver, const EsqlFunction *function, const EsqlNode *node)
{
	if (node->integer < 1)
		esql_raise(resolver->context, ESQL_ERROR_VALUE, node->span, NULL,
				   "the number of buckets of %s must be positive", function->name);
	return node->integer;
}

/* BUCKET(date, span) */
EsqlNode *
esql_build_bucket_span(EsqlResolver *resolver, const EsqlFunction *function,
					   const EsqlExpr *call, EsqlNode **args, int nargs)
{
	EsqlNode   *swapped[2] = {args[1], args[0]};

	check_grouping(resolver, function, call);
	if (args[1]->integer <= 0)
		esql_raise(resolver->context, ESQL_ERROR_VALUE, args[1]->span, NULL,
				   "the time span of %s must be positive", function->name);
	return esql_build_date_trunc(resolver, function, call, swapped, nargs);
}

/* BUCKET(date, number of buckets, from, to) */
EsqlNode *
esql_build_bucket_range(EsqlResolver *resolver, const EsqlFunction *function,
						const EsqlExpr *call, EsqlNode **args, int nargs)
{
	int64		count = check_count(resolver, function, args[1]);
	int64		from = check_constant(resolver, function, args[2], 3)->integer;
	int64		to = check_constant(resolver, function, args[3], 4)->integer;
	int			chosen = 0;
	EsqlNode   *span;

	check_grouping(resolver, function, call);
	while (chosen < (int) lengthof(steps) - 1 && count_buckets(&steps[chosen], from, to) > count)
		chosen++;
	span = esql_const_long(steps[chosen].amount,
						   steps[chosen].unit >= ESQL_DAY ? ESQL_TYPE_PERIOD : ESQL_TYPE_DURATION, args[1]->span);
	span->unit = steps[chosen].unit;
	args[1] = span;
	return esql_build_bucket_span(resolver, function, call, args, nargs);
}

/* A number rounded down to a multiple of a constant. */
static EsqlNode *
round_down(const EsqlExpr *call, EsqlNode *number, EsqlNode *size)
{
	return esql_call2("@esql_mul(@esql_floor(@esql_div($1, $2)), $2)", ESQL_TYPE_DOUBLE, call->span,
					  esql_to_single(number), size);
}

/* BUCKET(number, size) */
EsqlNode *
esql_build_bucket_size(EsqlResolver *resolver, const EsqlFunction *function,
					   const EsqlExpr *call, EsqlNode **args, int nargs)
{
	(void) nargs;
	check_grouping(resolver, function, call);
	if (!(check_constant(resolver, function, args[1], 2)->number > 0))
		esql_raise(resolver->context, ESQL_ERROR_VALUE, args[1]->span, NULL,
				   "the size of the buckets of %s must be positive", function->name);
	return round_down(call, args[0], args[1]);
}

/*
 * BUCKET(number, number of buckets, from, to): the size is 5 or 10 times a power
 * of ten.
 */
EsqlNode *
esql_build_bucket_numbers(EsqlResolver *resolver, const EsqlFunction *function,
						  const EsqlExpr *call, EsqlNode **args, int nargs)
{
	int64		count = check_count(resolver, function, args[1]);
	double		from = check_constant(resolver, function, args[2], 3)->number;
	double		to = check_constant(resolver, function, args[3], 4)->number;
	double		precise = (to - from) / (double) count;
	EsqlNode   *size = esql_new_node(ESQL_NODE_CONST, ESQL_TYPE_DOUBLE, args[1]->span);

	(void) nargs;
	check_grouping(resolver, function, call);
	size->number = pow(10, ceil(log10(precise)));
	if (precise < size->number / 2)
		size->number /= 2;
	if (!(precise > 0) || !isfinite(size->number) || size->number <= 0)
		esql_raise(resolver->context, ESQL_ERROR_VALUE, args[3]->span, NULL,
				   "the range of %s must end after its start", function->name);
	return round_down(call, args[0], size);
}

/* TBUCKET(span) and TBUCKET(number of buckets, from, to): BUCKET of @timestamp */
EsqlNode *
esql_build_tbucket(EsqlResolver *resolver, const EsqlFunction *function,
				   const EsqlExpr *call, EsqlNode **args, int nargs)
{
	EsqlExpr	field = {.kind = ESQL_COLUMN, .span = call->name_span, .string = {"@timestamp", 10}, .depth = 1};
	EsqlNode   *all[4] = {esql_resolve_expr(resolver, &field)};

	if (all[0]->type != ESQL_TYPE_DATE)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, call->span, NULL,
				   "%s needs a column @timestamp of type date, not %s", function->name, esql_type_name(all[0]->type));
	memcpy(all + 1, args, (Size) nargs * sizeof(EsqlNode *));
	return nargs == 1 ? esql_build_bucket_span(resolver, function, call, all, 2) :
		esql_build_bucket_range(resolver, function, call, all, 4);
}
