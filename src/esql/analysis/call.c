/*
 * call.c
 *		Calls: from a name and arguments to a row of the function table.
 */
#include "compat.h"

#include <ctype.h>
#include <limits.h>

#include "lib/stringinfo.h"
#include "utils/formatting.h"

#include "esql/analysis/call.h"
#include "esql/analysis/coerce.h"
#include "esql/analysis/expr.h"
#include "esql/analysis/known.h"
#include "esql/analysis/nearest.h"
#include "esql/analysis/node.h"
#include "esql/analysis/report.h"
#include "text/literal.h"

/* The names of all functions, each once, for a hint.  palloc'd. */
static char *
all_functions(void)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < esql_function_count; i++)
	{
		if (i == 0 || strcmp(esql_functions[i].name, esql_functions[i - 1].name) != 0)
			appendStringInfo(&list, "%s%s", i > 0 ? ", " : "", esql_functions[i].name);
	}
	return list.data;
}

/* Raise the error of a name that no function has. */
static void
fail_unknown(EsqlResolver *resolver, const EsqlExpr *call)
{
	EsqlNearest nearest;
	char	   *name = asc_tolower(call->string.data, call->string.length);

	if (esql_is_known_function(name))
		esql_raise(resolver->context, ESQL_ERROR_UNSUPPORTED, call->name_span,
				   psprintf("%sSupported functions are %s.", esql_known_hint(name), all_functions()),
				   "function %s is not supported yet", name);
	esql_nearest_start(&nearest, name);
	for (int i = 0; i < esql_function_count; i++)
		esql_nearest_offer(&nearest, esql_functions[i].name);
	esql_raise(resolver->context, ESQL_ERROR_UNKNOWN_FUNCTION, call->name_span,
			   nearest.best ?
			   psprintf("Did you mean \"%s\"? Supported functions are %s.",
					   nearest.best, all_functions()) :
			   psprintf("Supported functions are %s.", all_functions()),
			   "unknown function \"%s\"", call->string.data);
}

/* What a class of arguments is called in an error message. */
static const char *
class_name(char class)
{
	switch (tolower((unsigned char) class))
	{
		case 'b':
			return "a boolean";
		case 'i':
			return "an integer";
		case 'l':
			return "a whole number";
		case 'd':
		case 'n':
			return "a number";
		case 'k':
			return "a string";
		case 'j':
			return "a string or _source";
		case 'p':
			return "an ip";
		case 't':
			return "a date";
		case 'o':
			return "a whole number or a date";
		case 's':
			return "a time span";
		case 'c':
			return "a whole number, written out";
		case 'q':
			return "a string, written out";
		case '=':
		case '#':
			return "a value of the type of the first";
		default:
			return "a value";
	}
}

/* A string literal such as "1 hour" as a span of time, or NULL. */
static EsqlNode *
read_span(const EsqlNode *node)
{
	EsqlNode   *span;
	int64_t		amount;
	EsqlTimeUnit unit;

	if (!esql_is_string_const(node) ||
		!esql_read_timespan(node->string.data, node->string.length, &amount, &unit))
		return NULL;
	span = esql_const_long(amount, unit >= ESQL_DAY ? ESQL_TYPE_PERIOD : ESQL_TYPE_DURATION,
						   node->span);
	span->unit = unit;
	return span;
}

/*
 * The argument as its class wants it, or NULL if it does not fit.  String
 * literals are read as what is wanted, except by aggregates.
 */
static EsqlNode *
fit_class(EsqlResolver *resolver, EsqlNode *node, char class, EsqlType same, bool literals)
{
	class = tolower((unsigned char) class);
	if (class == 's')
		return ESQL_IS_SPAN(node->type) ? node : read_span(node);
	if (node->type >= ESQL_TYPE_SOURCE)
		return class == 'j' && node->type == ESQL_TYPE_SOURCE ? node : NULL;
	switch (class)
	{
		case 'b':
			if (literals)
				node = esql_read_literal(resolver, node, ESQL_TYPE_BOOLEAN);
			return esql_common_type(node->type, ESQL_TYPE_BOOLEAN) == ESQL_TYPE_BOOLEAN ?
				esql_promote(node, ESQL_TYPE_BOOLEAN) : NULL;
		case 'i':
			return node->type <= ESQL_TYPE_INTEGER && node->type != ESQL_TYPE_BOOLEAN ?
				esql_promote(node, ESQL_TYPE_INTEGER) : NULL;
		case 'l':
			return ESQL_IS_WHOLE(node->type) ? node : NULL;
		case 'c':
			return ESQL_IS_WHOLE(node->type) && node->kind == ESQL_NODE_CONST ? node : NULL;
		case 'q':
			return esql_is_string_const(node) ? node : NULL;
		case 'd':
			return ESQL_IS_NUMERIC(node->type) || node->type == ESQL_TYPE_NULL ?
				esql_promote(node, ESQL_TYPE_DOUBLE) : NULL;
		case 'n':
			if (node->type == ESQL_TYPE_NULL)
				return esql_promote(node, ESQL_TYPE_INTEGER);
			return ESQL_IS_NUMERIC(node->type) ? node : NULL;
		case 'j':
		case 'k':
			return node->type == ESQL_TYPE_KEYWORD || node->type == ESQL_TYPE_NULL ?
				esql_promote(node, ESQL_TYPE_KEYWORD) : NULL;
		case 'p':
			if (literals)
				node = esql_read_literal(resolver, node, ESQL_TYPE_IP);
			return node->type == ESQL_TYPE_IP || node->type == ESQL_TYPE_NULL ?
				esql_promote(node, ESQL_TYPE_IP) : NULL;
		case 't':
			node = esql_read_literal(resolver, node, ESQL_TYPE_DATE);
			return node->type == ESQL_TYPE_DATE || node->type == ESQL_TYPE_NULL ?
				esql_promote(node, ESQL_TYPE_DATE) : NULL;
		case 'o':
			if (node->type == ESQL_TYPE_NULL)
				return esql_promote(node, ESQL_TYPE_LONG);
			return ESQL_IS_WHOLE(node->type) || node->type == ESQL_TYPE_DATE ? node : NULL;
		case '=':
		case '#':
			node = esql_read_literal(resolver, node, same);
			return esql_common_type(node->type, same) == same ? esql_promote(node, same) : NULL;
		default:
			return node;
	}
}

/* The type to which the first argument and those of class = come together. */
static EsqlType
shared_type(const EsqlFunction *function, EsqlNode **args, int nargs)
{
	EsqlType	type = args[0]->type;

	for (int i = 1; i < nargs; i++)
	{
		char		class = esql_class_of(function->args, i);
		EsqlType	common;

		if (class != '=' && class != '#')
			continue;
		common = esql_common_type(type, args[i]->type);
		if (common != ESQL_TYPE_UNSUPPORTED)
			type = common;
	}
	return type == ESQL_TYPE_NULL ? ESQL_TYPE_KEYWORD : type;
}

/*
 * The arguments as the row takes them, or NULL; *misfit is the first argument
 * that does not fit.
 */
static EsqlNode **
fit_row(EsqlResolver *resolver, const EsqlFunction *function, EsqlNode **args, int nargs,
		int *misfit)
{
	EsqlNode  **fitted = palloc(nargs * sizeof(EsqlNode *) + 1);
	EsqlType	same = nargs > 0 ? shared_type(function, args, nargs) : ESQL_TYPE_NULL;

	for (int i = 0; i < nargs; i++)
	{
		char		class = esql_class_of(function->args, i);
		EsqlNode   *node = args[i];

		if (i == 0 && strpbrk(function->args, "=#") != NULL &&
			tolower((unsigned char) class) == 'a')
			class = '=';
		fitted[i] = fit_class(resolver, node, class, same,
							  function->multivalued != ESQL_AGGREGATES);
		if (fitted[i] == NULL)
		{
			*misfit = i;
			return NULL;
		}
	}
	return fitted;
}

/* Raise the error of a call that no row of its name fits. */
static void
fail_arguments(EsqlResolver *resolver, const EsqlExpr *call, const EsqlFunction *first,
			   EsqlNode **args, int nargs, int misfit, char class)
{
	int			most = 0;
	int			least = INT_MAX;

	if (misfit >= 0)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, args[misfit]->span, NULL,
				   "argument %d of %s must be %s, not %s", misfit + 1, first->name,
				   class_name(class), esql_type_name(args[misfit]->type));
	for (const EsqlFunction *row = first; row < esql_functions + esql_function_count &&
		 strcmp(row->name, first->name) == 0; row++)
	{
		int			row_most;

		least = Min(least, esql_count_arguments(row->args, &row_most));
		most = row_most < 0 || most < 0 ? -1 : Max(most, row_most);
	}
	if (most < 0)
		esql_raise(resolver->context, ESQL_ERROR_SYNTAX, call->span, NULL,
				   "%s takes %d or more arguments, not %d", first->name, least, nargs);
	if (most == least)
		esql_raise(resolver->context, ESQL_ERROR_SYNTAX, call->span, NULL,
				   "%s takes %d argument%s, not %d", first->name, least,
				   least == 1 ? "" : "s", nargs);
	esql_raise(resolver->context, ESQL_ERROR_SYNTAX, call->span, NULL,
			   "%s takes %d to %d arguments, not %d", first->name, least, most, nargs);
}

/* The type that a row's result has. */
EsqlType
esql_result_type(const EsqlFunction *function, EsqlNode **args)
{
	switch (function->result[0])
	{
		case '1':
			return args[0]->type;
		case 'b':
			return ESQL_TYPE_BOOLEAN;
		case 'i':
			return ESQL_TYPE_INTEGER;
		case 'l':
			return ESQL_TYPE_LONG;
		case 'd':
			return ESQL_TYPE_DOUBLE;
		case 'p':
			return ESQL_TYPE_IP;
		case 't':
			return ESQL_TYPE_DATE;
		default:
			Assert(function->result[0] == 'k');
			return ESQL_TYPE_KEYWORD;
	}
}

static bool
takes_list(const EsqlFunction *function, int place)
{
	char		class = esql_class_of(function->args, place);

	return class == '#' || isupper((unsigned char) class);
}

/*
 * The node of a row over fitted arguments: here several values come to what
 * the row says.
 */
EsqlNode *
esql_call_row(EsqlResolver *resolver, const EsqlFunction *function, EsqlSpan span,
			  EsqlNode **args, int nargs)
{
	EsqlType	type;
	bool		multivalued = function->result[1] == '+';
	bool		list = nargs > 0 && args[0]->multivalued;
	EsqlNode   *node;
	EsqlNode   *mapped = NULL;

	for (int i = 0; i < nargs; i++)
	{
		args[i] = esql_settle(args[i]);
		if (args[i]->type == ESQL_TYPE_NULL)	/* SQL wants a type */
			args[i] = esql_promote(args[i], ESQL_TYPE_KEYWORD);
	}
	type = esql_result_type(function, args);
	switch (function->multivalued)
	{
		case ESQL_REJECTS:
			for (int i = 0; i < nargs; i++)
				args[i] = esql_to_single(args[i]);
			list = false;
			break;
		case ESQL_MAPS:
			for (int i = 1; i < nargs; i++)
				args[i] = esql_to_single(args[i]);
			if (list)
			{
				mapped = args[0];
				args[0] = esql_element(mapped);
				list = false;
			}
			break;
		case ESQL_LISTS:
			list = list || function->sql == NULL;
			for (int i = 0; i < nargs; i++)
				args[i] = takes_list(function, i) && list ?
					esql_to_list(args[i]) : esql_to_single(args[i]);
			multivalued = multivalued && list;
			break;
		case ESQL_AGGREGATES:
			break;
	}
	node = esql_call(list ? function->sql_list : function->sql, type, multivalued, span, nargs, args);
	node->ordered = function->ordered;
	node->any_letters = function->any_letters;
	node->operator = function->operator;
	node->bounded_sql = list ? function->sql_list_bounded : function->sql_bounded;
	if (function->multivalued == ESQL_AGGREGATES)
	{
		node->aggregate = true;
		node->filter = resolver->filter;
	}
	if (mapped != NULL)
		return esql_map(mapped, args[0], node);
	return node;
}

/* An aggregate has its own rules of where it may stand. */
static void
check_aggregate(EsqlResolver *resolver, const EsqlExpr *call)
{
	if (resolver->in_aggregate)
		esql_raise(resolver->context, ESQL_ERROR_SYNTAX, call->span,
				   "Aggregate twice with two STATS, one after the other.",
				   "aggregate %s cannot stand inside another aggregate", call->string.data);
	if (!resolver->aggregates)
		esql_raise(resolver->context, ESQL_ERROR_SYNTAX, call->span, NULL,
				   "aggregate %s is for STATS only", call->string.data);
}

/* f(a, b, ...) */
EsqlNode *
esql_resolve_call(EsqlResolver *resolver, const EsqlExpr *call)
{
	const EsqlFunction *first = NULL;
	EsqlNode  **args = palloc(call->nargs * sizeof(EsqlNode *) + 1);
	const EsqlExpr *options = esql_call_options(call);
	int			nargs = (int) call->nargs - (options != NULL);
	int			misfit = -1;
	char		class = 'a';

	for (int i = 0; i < esql_function_count && first == NULL; i++)
	{
		if (pg_strcasecmp(esql_functions[i].name, call->string.data) == 0)
			first = &esql_functions[i];
	}
	if (first == NULL)
		fail_unknown(resolver, call);
	if (first->multivalued == ESQL_AGGREGATES)
	{
		check_aggregate(resolver, call);
		resolver->in_aggregate = true;
	}
	if (options != NULL && !first->options)
		esql_raise(resolver->context, ESQL_ERROR_SYNTAX, options->span, NULL,
				   "%s takes no options", first->name);
	if (call->star && strcmp(first->name, "count") != 0)
		esql_raise(resolver->context, ESQL_ERROR_SYNTAX, call->span, NULL,
				   "only COUNT takes \"*\"");
	for (int i = 0; i < nargs; i++)
		args[i] = esql_resolve_expr(resolver, call->args[i]);
	if (first->multivalued == ESQL_AGGREGATES)
		resolver->in_aggregate = false;

	for (const EsqlFunction *row = first; row < esql_functions + esql_function_count &&
		 strcmp(row->name, first->name) == 0; row++)
	{
		int			most;
		int			least = esql_count_arguments(row->args, &most);
		int			row_misfit = 0;
		EsqlNode  **fitted;

		if (nargs < least || (most >= 0 && nargs > most))
			continue;
		fitted = fit_row(resolver, row, args, nargs, &row_misfit);
		if (fitted != NULL && row->build != NULL)
			return row->build(resolver, row, call, fitted, nargs);
		if (fitted != NULL)
			return esql_call_row(resolver, row, call->span, fitted, nargs);
		if (row_misfit >= misfit)	/* the row that fits best says what is wrong */
		{
			misfit = row_misfit;
			class = esql_class_of(row->args, misfit);
		}
	}
	fail_arguments(resolver, call, first, args, nargs, misfit, class);
	return NULL;
}
