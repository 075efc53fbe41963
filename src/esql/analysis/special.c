/*
 * special.c
 *		Functions whose meaning does not fit a row of the table: those whose
 *		type comes from many arguments, and those with a constant among their
 *		arguments that has to be understood while compiling.
 */
#include "compat.h"

#include "esql/analysis/call.h"
#include "esql/analysis/coerce.h"
#include "esql/analysis/expr.h"
#include "esql/analysis/functions.h"
#include "esql/analysis/node.h"
#include "esql/analysis/report.h"
#include "esql/pattern/java.h"
#include "text/address.h"
#include "text/date_unit.h"
#include "text/json_path.h"

/* NOW(): one constant a query */
EsqlNode *
esql_build_now(EsqlResolver *resolver, const EsqlFunction *function,
			   const EsqlExpr *call, EsqlNode **args, int nargs)
{
	(void) function;
	(void) args;
	(void) nargs;
	return esql_const_date(resolver->options->as_of, call->span);
}

/*
 * Bring values to one type, and to lists if one of them may be a list.
 * Raises an error at the first that does not go with those before it.
 */
static EsqlType
unify(EsqlResolver *resolver, const char *name, EsqlNode **values, int count, bool *multivalued)
{
	EsqlType	type = ESQL_TYPE_NULL;

	*multivalued = false;

	/* string literals become what the others are */
	for (int i = 0; i < count && type == ESQL_TYPE_NULL; i++)
	{
		if (!esql_is_string_const(values[i]))
			type = values[i]->type;
	}
	for (int i = 0; i < count && type != ESQL_TYPE_NULL; i++)
		values[i] = esql_read_literal(resolver, values[i], type);

	type = ESQL_TYPE_NULL;
	for (int i = 0; i < count; i++)
	{
		EsqlType	common = esql_common_type(type, values[i]->type);

		if (common >= ESQL_TYPE_SOURCE)
			esql_raise(resolver->context, ESQL_ERROR_TYPE, values[i]->span,
					   "Convert one of them, for example with TO_STRING.",
					   "the values of %s must be of one type, not %s and %s", name,
					   esql_type_name(type), esql_type_name(values[i]->type));
		type = common;
		*multivalued = *multivalued || values[i]->multivalued;
	}
	if (type == ESQL_TYPE_NULL)
		type = ESQL_TYPE_KEYWORD;
	for (int i = 0; i < count; i++)
	{
		values[i] = esql_promote(esql_settle(values[i]), type);
		if (*multivalued)
			values[i] = esql_to_list(values[i]);
	}
	return type;
}

/* CASE(condition, value, ..., otherwise) */
EsqlNode *
esql_build_case(EsqlResolver *resolver, const EsqlFunction *function,
				const EsqlExpr *call, EsqlNode **args, int nargs)
{
	EsqlNode   *node = esql_new_node(ESQL_NODE_CASE, ESQL_TYPE_NULL, call->span);
	EsqlNode  **values = palloc(nargs * sizeof(EsqlNode *));
	int			count = 0;
	bool		multivalued;

	for (int i = 0; i < nargs; i++)
	{
		if (i % 2 == 0 && i + 1 < nargs)
		{
			args[i] = esql_to_single(args[i]);
			if (args[i]->type != ESQL_TYPE_BOOLEAN)
			{
				if (!esql_is_null_const(args[i]))
					esql_raise(resolver->context, ESQL_ERROR_TYPE, args[i]->span, NULL,
							   "argument %d of case must be a condition, not %s", i + 1,
							   esql_type_name(args[i]->type));
				args[i] = esql_const_null(ESQL_TYPE_BOOLEAN, args[i]->span);
			}
		}
		else
		{
			values[count++] = args[i];
		}
		node->aggregate = node->aggregate || args[i]->aggregate;
	}
	node->type = unify(resolver, function->name, values, count, &multivalued);
	node->multivalued = multivalued;
	count = 0;
	for (int i = 0; i < nargs; i++)
	{
		if (i % 2 == 1 || i + 1 == nargs)
			args[i] = values[count++];
	}
	node->args = args;
	node->nargs = nargs;
	return node;
}

/* COALESCE(a, b, ...): lists are handed on whole */
EsqlNode *
esql_build_coalesce(EsqlResolver *resolver, const EsqlFunction *function,
					const EsqlExpr *call, EsqlNode **args, int nargs)
{
	bool		multivalued;
	EsqlType	type = unify(resolver, function->name, args, nargs, &multivalued);

	return esql_call("coalesce($*)", type, multivalued, call->span, nargs, args);
}

/* A constant string among the arguments, or an error that asks for one. */
static EsqlString
constant_string(EsqlResolver *resolver, const EsqlFunction *function, EsqlNode *node,
				const char *what)
{
	if (!esql_is_string_const(node))
		esql_raise(resolver->context, ESQL_ERROR_UNSUPPORTED, node->span, NULL,
				   "the %s of %s must be a string literal", what, function->name);
	return node->string;
}

/*
 * REPLACE(string, regex, replacement): literals are checked here.  The SQL holds
 * them as they are; esql_replace() reads them again, once a session.
 */
EsqlNode *
esql_build_replace(EsqlResolver *resolver, const EsqlFunction *function,
				   const EsqlExpr *call, EsqlNode **args, int nargs)
{
	EsqlContext *context = resolver->context;
	EsqlReplacement replacement;
	EsqlPcre	pcre;

	if (esql_is_string_const(args[1]))
	{
		if (!esql_regex_translate(context, ESQL_DIALECT_JAVA, "REPLACE", args[1]->string,
								  args[1]->span, &pcre) ||
			!esql_regex_check(context, "REPLACE", pcre.text, args[1]->span))
			esql_report(context);
		if (esql_is_string_const(args[2]) &&
			!esql_java_replacement(context, args[2]->string, args[2]->span, &pcre, &replacement))
			esql_report(context);
	}
	return esql_call_row(resolver, function, call->span, args, nargs);
}

/* DATE_TRUNC(span, date) */
EsqlNode *
esql_build_date_trunc(EsqlResolver *resolver, const EsqlFunction *function,
					  const EsqlExpr *call, EsqlNode **args, int nargs)
{
	EsqlNode   *span = args[0];
	EsqlNode   *date = esql_to_single(esql_settle(args[1]));

	(void) function;
	(void) nargs;
	if (span->days != 0)
		esql_raise(resolver->context, ESQL_ERROR_VALUE, span->span, NULL,
				   "date_trunc takes months or days, not both");
	if (span->integer <= 0)
		esql_raise(resolver->context, ESQL_ERROR_VALUE, span->span, NULL,
				   "the time span of date_trunc must be positive");
	if (span->unit == ESQL_WEEK)
	{
		if (span->integer > PG_INT32_MAX / 7)
			esql_raise(resolver->context, ESQL_ERROR_VALUE, span->span, NULL,
					   "time span is out of range");
		return esql_call2("@esql_date_trunc_weeks($1, $2)", ESQL_TYPE_DATE, call->span,
						  esql_const_long(span->integer, ESQL_TYPE_INTEGER, span->span), date);
	}
	return esql_call2("@esql_date_trunc($1, $2)", ESQL_TYPE_DATE, call->span,
					  esql_interval_node(resolver, span), date);
}

/* DATE_DIFF(unit, start, end) */
EsqlNode *
esql_build_date_diff(EsqlResolver *resolver, const EsqlFunction *function,
					 const EsqlExpr *call, EsqlNode **args, int nargs)
{
	EsqlString	unit = constant_string(resolver, function, args[0], "unit");

	if (!td_date_diff_unit_known(unit.data, unit.length))
		esql_raise(resolver->context, ESQL_ERROR_VALUE, args[0]->span,
				   psprintf("Supported units are %s.", td_date_diff_units),
				   "\"%s\" is no unit of date_diff", unit.data);
	return esql_call_row(resolver, function, call->span, args, nargs);
}

/* DATE_EXTRACT(part, date) */
EsqlNode *
esql_build_date_extract(EsqlResolver *resolver, const EsqlFunction *function,
						const EsqlExpr *call, EsqlNode **args, int nargs)
{
	EsqlString	part = constant_string(resolver, function, args[0], "part");

	if (!td_date_part_known(part.data, part.length))
		esql_raise(resolver->context, ESQL_ERROR_VALUE, args[0]->span,
				   psprintf("Supported parts are %s.", td_date_parts),
				   "\"%s\" is no part of a date", part.data);
	return esql_call_row(resolver, function, call->span, args, nargs);
}

/* CIDR_MATCH(address, block, ...): literal blocks are checked here */
EsqlNode *
esql_build_cidr_match(EsqlResolver *resolver, const EsqlFunction *function,
					  const EsqlExpr *call, EsqlNode **args, int nargs)
{
	TdBlock		block;

	for (int i = 1; i < nargs; i++)
	{
		if (esql_is_string_const(args[i]) &&
			!td_read_cidr(args[i]->string.data, args[i]->string.length, &block))
			esql_raise(resolver->context, ESQL_ERROR_VALUE, args[i]->span,
					   "A block is written as 192.0.2.0/24 or 2001:db8::/32.",
					   "\"%s\" cannot be read as a block of addresses",
					   args[i]->string.data);
	}
	return esql_call_row(resolver, function, call->span, args, nargs);
}

/* Is the constant string one of these words, in any case of letters? */
static bool
is_one_of(const EsqlNode *node, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (pg_strcasecmp(node->string.data, words[i]) == 0)
			return true;
	}
	return false;
}

/* MV_SORT(list, "ASC" or "DESC") */
EsqlNode *
esql_build_mv_sort(EsqlResolver *resolver, const EsqlFunction *function,
				   const EsqlExpr *call, EsqlNode **args, int nargs)
{
	static const char *const orders[] = {"asc", "desc"};

	if (!is_one_of(args[1], orders, lengthof(orders)))
		esql_raise(resolver->context, ESQL_ERROR_VALUE, args[1]->span,
				   "The order is \"ASC\" or \"DESC\".",
				   "\"%s\" is no order of mv_sort", args[1]->string.data);
	return esql_call_row(resolver, function, call->span, args, nargs);
}

static void *
allocate(void *arg, size_t size)
{
	(void) arg;
	return palloc(size);
}

/* JSON_EXTRACT(json, path): the path's steps become arguments */
EsqlNode *
esql_build_json_extract(EsqlResolver *resolver, const EsqlFunction *function,
						const EsqlExpr *call, EsqlNode **args, int nargs)
{
	EsqlContext path = {.text = args[1]->string.data, .length = args[1]->string.length, .alloc = allocate};
	TdJsonStep *steps;
	uint32_t	count;
	EsqlNode  **all;

	(void) nargs;
	if (!td_json_read_path(&path, &steps, &count))
		esql_raise(resolver->context, path.error.class, args[1]->span, path.error.hint,
				   "JSON_EXTRACT, byte %u of the path: %s", path.error.span.start + 1, path.error.message);
	all = palloc((count + 1) * sizeof(EsqlNode *));
	all[0] = esql_to_single(args[0]);
	for (uint32_t i = 0; i < count; i++)
	{
		char	   *step = steps[i].is_index ? psprintf("[%u", steps[i].index) : psprintf(".%s", steps[i].key.data);

		all[i + 1] = esql_const_string(step, strlen(step), args[1]->span);
	}
	return esql_call(count > 0 ? function->sql : "@esql_json_extract($1, VARIADIC ARRAY[]::^text[])",
					 ESQL_TYPE_KEYWORD, false, call->span, (int) count + 1, all);
}

/* TOP(field, limit, order) */
EsqlNode *
esql_build_top(EsqlResolver *resolver, const EsqlFunction *function,
			   const EsqlExpr *call, EsqlNode **args, int nargs)
{
	static const char *const orders[] = {"asc", "desc"};
	EsqlNode  **all = palloc(3 * sizeof(EsqlNode *));

	if (args[1]->integer < 1 || args[1]->integer > PG_INT16_MAX)
		esql_raise(resolver->context, ESQL_ERROR_VALUE, args[1]->span, NULL,
				   "the limit of top is a whole number from 1 to %d", PG_INT16_MAX);
	if (nargs == 3 && !is_one_of(args[2], orders, lengthof(orders)))
		esql_raise(resolver->context, ESQL_ERROR_VALUE, args[2]->span, "The order is \"ASC\" or \"DESC\".",
				   "\"%s\" is no order of top", args[2]->string.data);
	all[0] = args[0];
	all[1] = esql_promote(args[1], ESQL_TYPE_INTEGER);
	all[2] = esql_new_node(ESQL_NODE_CONST, ESQL_TYPE_BOOLEAN, call->span);
	all[2]->boolean = nargs == 3 && pg_strcasecmp(args[2]->string.data, "desc") == 0;
	return esql_call_row(resolver, function, call->span, all, 3);
}

/* FIRST(value, place) and LAST(value, place): a row of several places has the least, for LAST the greatest */
EsqlNode *
esql_build_first(EsqlResolver *resolver, const EsqlFunction *function,
				 const EsqlExpr *call, EsqlNode **args, int nargs)
{
	EsqlNode   *node;

	args[1] = esql_sort_value(args[1], strcmp(function->name, "last") == 0);
	if (args[1]->type == ESQL_TYPE_INTEGER)
		args[1] = esql_promote(args[1], ESQL_TYPE_LONG);
	node = esql_call_row(resolver, function, call->span, args, nargs);
	node->multivalued = args[0]->multivalued;
	return node;
}

/* HASH(algorithm, string) */
EsqlNode *
esql_build_hash(EsqlResolver *resolver, const EsqlFunction *function,
				const EsqlExpr *call, EsqlNode **args, int nargs)
{
	static const char *const algorithms[] = {
		"md5", "sha1", "sha-1", "sha224", "sha-224", "sha256", "sha-256",
		"sha384", "sha-384", "sha512", "sha-512"
	};

	if (!is_one_of(args[0], algorithms, lengthof(algorithms)))
		esql_raise(resolver->context, ESQL_ERROR_VALUE, args[0]->span,
				   "Supported are MD5, SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512.",
				   "\"%s\" is no algorithm of hash", args[0]->string.data);
	return esql_call_row(resolver, function, call->span, args, nargs);
}

/* TO_STRING(x) and its like */
EsqlNode *
esql_build_convert(EsqlResolver *resolver, const EsqlFunction *function,
				   const EsqlExpr *call, EsqlNode **args, int nargs)
{
	EsqlNode   *node = esql_convert(args[0], esql_result_type(function, args));

	(void) nargs;
	if (node == NULL)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, call->args[0]->span, NULL,
				   "%s cannot convert %s", function->name, esql_type_name(args[0]->type));
	return node;
}
