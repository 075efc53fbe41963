/*
 * constants.c
 *		Functions of which some arguments have to be constants: TO_DATEPERIOD,
 *		TO_TIMEDURATION, ROUND_TO, MV_PSERIES_WEIGHTED_SUM; and
 *		NETWORK_DIRECTION, whose literals are checked.
 */
#include "compat.h"

#include "esql/analysis/call.h"
#include "esql/analysis/functions.h"
#include "esql/analysis/node.h"
#include "esql/analysis/report.h"
#include "text/network.h"

/* Raise an error unless an argument, counted from 1, is a constant. */
static void
check_constant(EsqlResolver *resolver, const EsqlFunction *function, const EsqlNode *argument, int place)
{
	if (esql_reads_column(argument))
		esql_raise(resolver->context, ESQL_ERROR_TYPE, argument->span, NULL,
				   "argument %d of %s must be a constant", place, function->name);
}

/* TO_DATEPERIOD(span), TO_TIMEDURATION(span) */
EsqlNode *
esql_build_span(EsqlResolver *resolver, const EsqlFunction *function,
				const EsqlExpr *call, EsqlNode **args, int nargs)
{
	EsqlType	type = strcmp(function->name, "to_dateperiod") == 0 ? ESQL_TYPE_PERIOD : ESQL_TYPE_DURATION;

	(void) nargs;
	if (args[0]->type != type)
		esql_raise(resolver->context, ESQL_ERROR_VALUE, call->args[0]->span,
				   type == ESQL_TYPE_PERIOD ? "Its units are days, weeks, months, quarters and years." :
				   "Its units are milliseconds, seconds, minutes and hours.",
				   "%s takes no %s", function->name, esql_type_name(args[0]->type));
	return args[0];
}

/* NETWORK_DIRECTION(source, destination, networks) */
EsqlNode *
esql_build_network_direction(EsqlResolver *resolver, const EsqlFunction *function,
							 const EsqlExpr *call, EsqlNode **args, int nargs)
{
	int			count = args[2]->kind == ESQL_NODE_LIST ? args[2]->nargs : 1;
	EsqlNode  **networks = args[2]->kind == ESQL_NODE_LIST ? args[2]->args : &args[2];

	for (int i = 0; i < count; i++)
	{
		if (esql_is_string_const(networks[i]) &&
			!td_is_network(networks[i]->string.data, networks[i]->string.length))
			esql_raise(resolver->context, ESQL_ERROR_VALUE, networks[i]->span,
					   "A network is a block such as 192.0.2.0/24, or a word such as private or loopback.",
					   "\"%s\" is no network", networks[i]->string.data);
	}
	return esql_call_row(resolver, function, call->span, args, nargs);
}

/* ROUND_TO(value, point, ...): numbers or dates; null points do not count */
EsqlNode *
esql_build_round_to(EsqlResolver *resolver, const EsqlFunction *function,
					const EsqlExpr *call, EsqlNode **args, int nargs)
{
	if (!ESQL_IS_NUMERIC(args[0]->type) && args[0]->type != ESQL_TYPE_DATE)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, args[0]->span, NULL,
				   "argument 1 of %s must be a number or a date, not %s", function->name, esql_type_name(args[0]->type));
	for (int i = 1; i < nargs; i++)
		check_constant(resolver, function, args[i], i + 1);
	return esql_call_row(resolver, function, call->span, args, nargs);
}

/* MV_PSERIES_WEIGHTED_SUM(list, power) */
EsqlNode *
esql_build_mv_pseries(EsqlResolver *resolver, const EsqlFunction *function,
					  const EsqlExpr *call, EsqlNode **args, int nargs)
{
	check_constant(resolver, function, args[1], 2);
	return esql_call_row(resolver, function, call->span, args, nargs);
}
