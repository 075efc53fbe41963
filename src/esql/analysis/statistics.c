/*
 * statistics.c
 *		Aggregates of statistics: what to check of their arguments, and
 *		WEIGHTED_AVG, which is short for an expression of others.
 */
#include "compat.h"

#include "esql/analysis/call.h"
#include "esql/analysis/coerce.h"
#include "esql/analysis/expr.h"
#include "esql/analysis/functions.h"
#include "esql/analysis/node.h"
#include "esql/analysis/report.h"

/*
 * Raise an error if the first argument is a constant.  Elasticsearch takes the
 * function of lists then, over the constant alone, rows or none.
 */
static void
check_reads(EsqlResolver *resolver, const EsqlFunction *function, const EsqlNode *argument, const char *instead)
{
	if (!esql_reads_column(argument))
		esql_raise(resolver->context, ESQL_ERROR_UNSUPPORTED, argument->span,
				   psprintf("Use %s, in EVAL.", instead),
				   "%s of a constant is not supported", function->name);
}

/* MEDIAN(number) */
EsqlNode *
esql_build_median(EsqlResolver *resolver, const EsqlFunction *function,
				  const EsqlExpr *call, EsqlNode **args, int nargs)
{
	check_reads(resolver, function, args[0], "MV_MEDIAN");
	return esql_call_row(resolver, function, call->span, args, nargs);
}

/* MEDIAN_ABSOLUTE_DEVIATION(number) */
EsqlNode *
esql_build_median_deviation(EsqlResolver *resolver, const EsqlFunction *function,
							const EsqlExpr *call, EsqlNode **args, int nargs)
{
	check_reads(resolver, function, args[0], "MV_MEDIAN_ABSOLUTE_DEVIATION");
	return esql_call_row(resolver, function, call->span, args, nargs);
}

/* PERCENTILE(number, percentage) */
EsqlNode *
esql_build_percentile(EsqlResolver *resolver, const EsqlFunction *function,
					  const EsqlExpr *call, EsqlNode **args, int nargs)
{
	check_reads(resolver, function, args[0], "MV_PERCENTILE");
	if (esql_reads_column(args[1]) || esql_is_null_const(args[1]))
		esql_raise(resolver->context, ESQL_ERROR_TYPE, args[1]->span, NULL,
				   "argument 2 of percentile must be a constant number");
	args[1] = esql_to_single(args[1]);
	return esql_call_row(resolver, function, call->span, args, nargs);
}

/* An expression of others that stands for a call. */
static EsqlExpr *
stand_in(const EsqlExpr *call, EsqlExprKind kind, const char *name, EsqlExpr *first, EsqlExpr *second)
{
	EsqlExpr   *expr = palloc0(sizeof(EsqlExpr));

	expr->kind = kind;
	expr->span = call->span;
	expr->name_span = call->name_span;
	expr->string.data = pstrdup(name);
	expr->string.length = (uint32_t) strlen(name);
	expr->nargs = second != NULL ? 2 : 1;
	expr->args = palloc(2 * sizeof(EsqlExpr *));
	expr->args[0] = first;
	expr->args[1] = second;
	expr->depth = call->depth;
	return expr;
}

/*
 * WEIGHTED_AVG(number, weight): SUM(number * weight) / SUM(weight), as a
 * double.  A constant weight makes it the average.
 */
EsqlNode *
esql_build_weighted_avg(EsqlResolver *resolver, const EsqlFunction *function,
						const EsqlExpr *call, EsqlNode **args, int nargs)
{
	EsqlExpr   *number = call->args[0];
	EsqlExpr   *weight = call->args[1];
	EsqlExpr   *sums[2];

	(void) nargs;
	check_reads(resolver, function, args[0], "MV_AVG");
	if (esql_is_null_const(args[1]) || (args[1]->kind == ESQL_NODE_CONST && args[1]->number == 0))
		esql_raise(resolver->context, ESQL_ERROR_VALUE, args[1]->span, NULL,
				   "the weight of weighted_avg cannot be null or 0");
	if (!esql_reads_column(args[1]))
		return esql_resolve_expr(resolver, stand_in(call, ESQL_CALL, "avg", number, NULL));
	sums[0] = stand_in(call, ESQL_CALL, "sum", stand_in(call, ESQL_MULTIPLY, "", number, weight), NULL);
	sums[1] = stand_in(call, ESQL_CALL, "sum", weight, NULL);
	for (int i = 0; i < 2; i++)
		sums[i] = stand_in(call, ESQL_CALL, "to_double", sums[i], NULL);
	return esql_resolve_expr(resolver, stand_in(call, ESQL_DIVIDE, "", sums[0], sums[1]));
}
