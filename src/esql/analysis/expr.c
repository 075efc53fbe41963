/*
 * expr.c
 *		Expressions: constants, columns, operators.
 *
 * One pass from the leaves up: each node gets its type, and conversions go in
 * where types differ or where a list stands in the place of a value, so that
 * the generator needs to know no rule.
 *
 * Dates are the one point where a comparison looks at its column more
 * closely.  ES|QL's dates have milliseconds, PostgreSQL's microseconds.
 * Cutting the column off would cost its index and its partitions, so a
 * comparison with a constant moves the constant instead: x > c, with x cut,
 * is x >= c + 1 ms.
 */
#include "compat.h"

#include "common/int.h"
#include "miscadmin.h"

#include "esql/analysis/call.h"
#include "esql/analysis/coerce.h"
#include "esql/analysis/column.h"
#include "esql/analysis/expr.h"
#include "esql/analysis/match.h"
#include "esql/analysis/node.h"
#include "esql/analysis/report.h"
#include "esql/pattern/pattern.h"

/* An integer literal is an integer if it fits, else a long. */
static EsqlNode *
resolve_integer(const EsqlExpr *expr)
{
	bool		fits = expr->integer >= PG_INT32_MIN && expr->integer <= PG_INT32_MAX;

	return esql_const_long(expr->integer, fits ? ESQL_TYPE_INTEGER : ESQL_TYPE_LONG,
						   expr->span);
}

/* [a, b, c]: the numbers among them promoted together */
static EsqlNode *
resolve_list(EsqlResolver *resolver, const EsqlExpr *expr)
{
	EsqlNode   *node = esql_new_node(ESQL_NODE_LIST, ESQL_TYPE_NULL, expr->span);

	node->multivalued = true;
	node->nargs = (int) expr->nargs;
	node->args = palloc(expr->nargs * sizeof(EsqlNode *) + 1);
	for (uint32_t i = 0; i < expr->nargs; i++)
	{
		EsqlType	common;

		node->args[i] = esql_resolve_expr(resolver, expr->args[i]);
		common = esql_common_type(node->type, node->args[i]->type);
		if (common == ESQL_TYPE_UNSUPPORTED)
			esql_raise(resolver->context, ESQL_ERROR_TYPE, expr->args[i]->span, NULL,
					   "a list of %s cannot hold a value of type %s",
					   esql_type_name(node->type), esql_type_name(node->args[i]->type));
		node->type = common;
	}
	for (int i = 0; i < node->nargs; i++)
		node->args[i] = esql_promote(node->args[i], node->type);
	if (node->nargs == 1)
		return node->args[0];
	return node;
}

/* A span of time: a period in days and more, a duration in less. */
static EsqlNode *
resolve_timespan(const EsqlExpr *expr)
{
	EsqlNode   *node = esql_const_long(expr->integer, expr->unit >= ESQL_DAY ?
									   ESQL_TYPE_PERIOD : ESQL_TYPE_DURATION, expr->span);

	node->unit = expr->unit;
	return node;
}

/* true, false */
static EsqlNode *
resolve_boolean_constant(const EsqlExpr *expr)
{
	EsqlNode   *node = esql_new_node(ESQL_NODE_CONST, ESQL_TYPE_BOOLEAN, expr->span);

	node->boolean = expr->boolean;
	return node;
}

/* A decimal number, or a whole one that is too great even for unsigned_long. */
static EsqlNode *
resolve_double(EsqlResolver *resolver, const EsqlExpr *expr)
{
	EsqlNode   *node = esql_new_node(ESQL_NODE_CONST, ESQL_TYPE_DOUBLE, expr->span);

	if (expr->unsigned_long)
		esql_raise(resolver->context, ESQL_ERROR_UNSUPPORTED, expr->span,
				   "Write it with a decimal point, if a double will do.",
				   "whole numbers from 9223372036854775808 on (unsigned_long) are not supported");
	node->number = expr->number;
	return node;
}

/* An operand that has to be a boolean, null at most. */
static EsqlNode *
boolean_operand(EsqlResolver *resolver, EsqlNode *node, const char *place)
{
	node = esql_to_single(esql_read_literal(resolver, node, ESQL_TYPE_BOOLEAN));
	if (node->type == ESQL_TYPE_NULL)
		return esql_promote(node, ESQL_TYPE_BOOLEAN);
	if (node->type != ESQL_TYPE_BOOLEAN)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, node->span,
				   "Compare it with something, for example with == or IS NOT NULL.",
				   "%s takes a condition, not a value of type %s", place,
				   esql_type_name(node->type));
	return node;
}

/* An expression that has to be a condition. */
EsqlNode *
esql_resolve_boolean(EsqlResolver *resolver, const EsqlExpr *expr, const char *place)
{
	return boolean_operand(resolver, esql_resolve_expr(resolver, expr), place);
}

/*
 * AND and OR are null, not false or true, when a side holds several values:
 * also where the other side would decide.
 */
static EsqlNode *
null_if_several(EsqlNode *logic, EsqlNode *operand)
{
	if (!operand->multivalued)
		return logic;
	return esql_call2("CASE WHEN @esql_mv_count($2) {>} 1 THEN NULL ELSE $1 END",
					  ESQL_TYPE_BOOLEAN, logic->span, logic, operand);
}

static EsqlNode *
resolve_logic(EsqlResolver *resolver, const EsqlExpr *expr)
{
	const char *place = esql_operator_text(expr->kind);
	EsqlNode   *left = esql_resolve_expr(resolver, expr->args[0]);
	EsqlNode   *right;
	EsqlNode   *logic;

	if (expr->kind == ESQL_NOT)
		return esql_call1("(NOT $1)", ESQL_TYPE_BOOLEAN, boolean_operand(resolver, left, place));
	right = esql_resolve_expr(resolver, expr->args[1]);
	logic = esql_operate(expr->kind == ESQL_AND ? ESQL_OPERATOR_AND : ESQL_OPERATOR_OR, expr->span,
					   boolean_operand(resolver, left, place),
					   boolean_operand(resolver, right, place));
	return null_if_several(null_if_several(logic, left), right);
}

/* Raise the error of an arithmetic operator over the wrong types. */
static void
fail_arithmetic(EsqlResolver *resolver, const EsqlExpr *expr, EsqlNode *left, EsqlNode *right)
{
	bool		dates = expr->kind == ESQL_ADD || expr->kind == ESQL_SUBTRACT;

	esql_raise(resolver->context, ESQL_ERROR_TYPE, expr->span,
			   left->type == ESQL_TYPE_DATE && right->type == ESQL_TYPE_DATE ?
			   "DATE_DIFF(\"seconds\", start, end) gives the time between two dates." : NULL,
			   dates ? "\"%s\" takes numbers, or a date and a time span, not %s and %s" :
			   "\"%s\" takes numbers, not %s and %s",
			   esql_operator_text(expr->kind), esql_type_name(left->type), esql_type_name(right->type));
}

/* span + span, both durations, or both of days and months */
static EsqlNode *
add_spans(EsqlResolver *resolver, EsqlNode *left, EsqlNode *right, bool subtract, EsqlSpan place)
{
	EsqlNode   *sum = esql_const_long(0, left->type, place);
	Interval	intervals[2];

	if (left->type != right->type)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, place,
				   "Add them to the date one after the other.",
				   "a time span of days or more and one of less cannot be added to each other");
	if (!esql_span_interval(left, &intervals[0]) || !esql_span_interval(right, &intervals[1]) ||
		(subtract ? pg_sub_s64_overflow(intervals[0].time, intervals[1].time, &intervals[0].time) :
		 pg_add_s64_overflow(intervals[0].time, intervals[1].time, &intervals[0].time)))
		esql_raise(resolver->context, ESQL_ERROR_VALUE, place, NULL, "time span is out of range");
	if (left->type == ESQL_TYPE_DURATION)
	{
		sum->integer = intervals[0].time / 1000;
		sum->unit = ESQL_MILLISECOND;
		return sum;
	}
	sum->integer = (int64) intervals[0].month + (subtract ? -1 : 1) * (int64) intervals[1].month;
	sum->days = (int64) intervals[0].day + (subtract ? -1 : 1) * (int64) intervals[1].day;
	sum->unit = ESQL_MONTH;
	if (sum->integer == 0)
	{
		sum->integer = sum->days;
		sum->days = 0;
		sum->unit = ESQL_DAY;
	}
	return sum;
}

/* date + span, span + date, date - span, span + span; NULL if it is none */
static EsqlNode *
resolve_date_arithmetic(EsqlResolver *resolver, const EsqlExpr *expr,
						EsqlNode *left, EsqlNode *right)
{
	bool		subtract = expr->kind == ESQL_SUBTRACT;

	if (expr->kind != ESQL_ADD && !subtract)
		return NULL;
	if (ESQL_IS_SPAN(left->type) && !subtract && !ESQL_IS_SPAN(right->type))
	{
		EsqlNode   *swap = left;

		left = right;
		right = swap;
	}
	if (!ESQL_IS_SPAN(right->type))
		return NULL;
	if (ESQL_IS_SPAN(left->type))
	{
		return add_spans(resolver, left, right, subtract, expr->span);
	}
	left = esql_to_single(esql_read_literal(resolver, left, ESQL_TYPE_DATE));
	if (left->type == ESQL_TYPE_NULL)
		return esql_const_null(ESQL_TYPE_DATE, expr->span);
	if (left->type != ESQL_TYPE_DATE)
		return NULL;
	return esql_date_arithmetic(resolver, left, right, subtract, expr->span);
}

/* A number operator a number, by the function that the SQL calls; or a date and a span of time. */
static EsqlNode *
resolve_arithmetic(EsqlResolver *resolver, const EsqlExpr *expr, const char *sql)
{
	EsqlNode   *left = esql_resolve_expr(resolver, expr->args[0]);
	EsqlNode   *right = esql_resolve_expr(resolver, expr->args[1]);
	EsqlNode   *node = resolve_date_arithmetic(resolver, expr, left, right);
	EsqlType	common = esql_common_type(left->type, right->type);

	if (node != NULL)
		return node;
	if (common == ESQL_TYPE_DATE && left->type != right->type &&
		(expr->kind == ESQL_ADD || expr->kind == ESQL_SUBTRACT))
		return esql_const_null(ESQL_TYPE_DATE, expr->span);	/* a date and null */
	if (common == ESQL_TYPE_NULL)
		common = ESQL_TYPE_INTEGER;
	if (!ESQL_IS_NUMERIC(common))
		fail_arithmetic(resolver, expr, left, right);
	return esql_call2(sql, common, expr->span,
					  esql_promote(esql_to_single(left), common),
					  esql_promote(esql_to_single(right), common));
}

static EsqlNode *
resolve_negate(EsqlResolver *resolver, const EsqlExpr *expr)
{
	EsqlNode   *node = esql_to_single(esql_resolve_expr(resolver, expr->args[0]));

	if (node->type == ESQL_TYPE_NULL)
		return node;
	if (ESQL_IS_SPAN(node->type))
	{
		node->integer = -node->integer;
		node->days = -node->days;
		return node;
	}
	if (!ESQL_IS_NUMERIC(node->type))
		esql_raise(resolver->context, ESQL_ERROR_TYPE, expr->span, NULL,
				   "\"-\" takes a number, not %s", esql_type_name(node->type));
	return esql_call1("@esql_neg($1)", node->type, node);
}

/* A column of microseconds against a constant of milliseconds, see above. */
static EsqlNode *
compare_microseconds(EsqlOperator operator, EsqlNode *column, EsqlNode *constant, EsqlSpan span)
{
	EsqlNode   *next = esql_const_date(constant->integer + 1, constant->span);
	EsqlNode  **args;

	if (operator == ESQL_OPERATOR_GT)
		return esql_operate(ESQL_OPERATOR_GE, span, column, next);
	if (operator == ESQL_OPERATOR_GE)
		return esql_operate(ESQL_OPERATOR_GE, span, column, constant);
	if (operator == ESQL_OPERATOR_LT)
		return esql_operate(ESQL_OPERATOR_LT, span, column, constant);
	if (operator == ESQL_OPERATOR_LE)
		return esql_operate(ESQL_OPERATOR_LT, span, column, next);
	args = palloc(3 * sizeof(EsqlNode *));
	args[0] = column;
	args[1] = constant;
	args[2] = next;
	return esql_call(operator == ESQL_OPERATOR_EQ ? "($1 {>=} $2 AND $1 {<} $3)" :
					 "($1 {<} $2 OR $1 {>=} $3)",
					 ESQL_TYPE_BOOLEAN, false, span, 3, args);
}

/* The same comparison with its sides changed. */
static EsqlOperator
mirrored(EsqlOperator operator)
{
	if (operator == ESQL_OPERATOR_LT)
		return ESQL_OPERATOR_GT;
	if (operator == ESQL_OPERATOR_LE)
		return ESQL_OPERATOR_GE;
	if (operator == ESQL_OPERATOR_GT)
		return ESQL_OPERATOR_LT;
	if (operator == ESQL_OPERATOR_GE)
		return ESQL_OPERATOR_LE;
	return operator;
}

/* A number that is a whole one of SQL, so that an index on it serves. */
static EsqlNode *
shrink(EsqlNode *constant, EsqlType type)
{
	if (constant->kind == ESQL_NODE_CONST && !constant->isnull &&
		type == ESQL_TYPE_LONG && constant->type == ESQL_TYPE_INTEGER)
		return esql_promote(constant, type);
	return constant;
}

/* Is it the single value of a list in a table, or of a document's field? */
static bool
is_source_single(const EsqlNode *node)
{
	return node->kind == ESQL_NODE_COLUMN && node->type == ESQL_TYPE_KEYWORD &&
		node->column->multivalued && node->column->accesses != NIL;
}

/* left operator right */
EsqlNode *
esql_compare(EsqlResolver *resolver, EsqlOperator operator, EsqlNode *left, EsqlNode *right,
			 EsqlSpan span)
{
	EsqlType	common;
	EsqlNode   *node;
	bool		ordered = operator != ESQL_OPERATOR_EQ && operator != ESQL_OPERATOR_NE;

	left = esql_to_single(esql_read_literal(resolver, left, right->type));
	right = esql_to_single(esql_read_literal(resolver, right, left->type));
	common = esql_common_type(left->type, right->type);
	if (common == ESQL_TYPE_UNSUPPORTED || common >= ESQL_TYPE_SOURCE)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, span,
				   "Convert one side, for example with TO_STRING, TO_LONG or TO_IP.",
				   "cannot compare %s with %s",
				   esql_type_name(left->type), esql_type_name(right->type));
	if (left->type == ESQL_TYPE_NULL || right->type == ESQL_TYPE_NULL ||
		esql_is_null_const(left) || esql_is_null_const(right))
		return esql_const_null(ESQL_TYPE_BOOLEAN, span);
	if (left->microseconds && right->kind == ESQL_NODE_CONST)
		return compare_microseconds(operator, left, right, span);
	if (right->microseconds && left->kind == ESQL_NODE_CONST)
		return compare_microseconds(mirrored(operator), right, left, span);
	left = shrink(esql_settle(left), common);
	right = shrink(esql_settle(right), common);
	if (common == ESQL_TYPE_IP && ordered)
	{
		left = esql_call1("@esql_ip_key($1)", ESQL_TYPE_KEYWORD, left);
		right = esql_call1("@esql_ip_key($1)", ESQL_TYPE_KEYWORD, right);
	}
	if (operator == ESQL_OPERATOR_EQ && is_source_single(left) && esql_is_string_const(right))
		return esql_call2("@esql_is($1, $2)", ESQL_TYPE_BOOLEAN, span, left, right);
	node = esql_operate(operator, span, left, right);
	node->ordered = ordered;
	return node;
}

/* left operator right, as the query has it */
static EsqlNode *
resolve_comparison(EsqlResolver *resolver, const EsqlExpr *expr, EsqlOperator operator)
{
	EsqlNode   *left = esql_resolve_expr(resolver, expr->args[0]);

	return esql_compare(resolver, operator, left, esql_resolve_expr(resolver, expr->args[1]), expr->span);
}

/*
 * The items of IN, all numbers among them and the subject brought to one type,
 * as Elasticsearch does: where one is a double all are compared as doubles.
 */
static EsqlNode **
resolve_items(EsqlResolver *resolver, const EsqlExpr *expr, const EsqlNode *subject)
{
	EsqlNode  **items = palloc(expr->nargs * sizeof(EsqlNode *));
	EsqlType	widest = subject->type;

	for (uint32_t i = 1; i < expr->nargs; i++)
	{
		items[i] = esql_read_literal(resolver, esql_resolve_expr(resolver, expr->args[i]), subject->type);
		if (ESQL_IS_NUMERIC(widest) && ESQL_IS_NUMERIC(items[i]->type))
			widest = esql_common_type(widest, items[i]->type);
	}
	for (uint32_t i = 1; i < expr->nargs; i++)
	{
		if (ESQL_IS_NUMERIC(widest) && ESQL_IS_NUMERIC(items[i]->type))
			items[i] = esql_promote(items[i], widest);
	}
	return items;
}

/* x IN (a, ...): x == a, if there is but one */
static EsqlNode *
resolve_in(EsqlResolver *resolver, const EsqlExpr *expr)
{
	EsqlNode   *subject = esql_resolve_expr(resolver, expr->args[0]);
	EsqlNode   *node = NULL;
	EsqlNode   *list = NULL;
	EsqlNode  **items;

	if (expr->nargs == 2)
		return esql_compare(resolver, ESQL_OPERATOR_EQ, subject,
							esql_resolve_expr(resolver, expr->args[1]), expr->span);
	items = resolve_items(resolver, expr, subject);
	for (uint32_t i = 1; i < expr->nargs; i++)
	{
		EsqlNode   *item = items[i];
		EsqlNode   *equal = esql_compare(resolver, ESQL_OPERATOR_EQ, subject, item, expr->args[i]->span);
		if (item->multivalued)
		{
			/* a list among the items is not null, it just never fits */
			EsqlNode  **args = palloc(3 * sizeof(EsqlNode *));

			args[0] = esql_to_list(item);
			args[1] = esql_to_single(subject);
			args[2] = equal;
			equal = esql_call("CASE WHEN @esql_mv_count($1) {>} 1 AND $2 IS NOT NULL THEN false ELSE $3 END",
							  ESQL_TYPE_BOOLEAN, false, item->span, 3, args);
		}
		else if (item->kind == ESQL_NODE_CONST && !item->isnull && !subject->microseconds &&
				 equal->kind == ESQL_NODE_CALL)
		{
			/* the constants go into one IN */
			if (list == NULL)
			{
				list = esql_new_node(ESQL_NODE_IN, ESQL_TYPE_BOOLEAN, expr->span);
				list->args = palloc(expr->nargs * sizeof(EsqlNode *));
				list->args[0] = equal->args[0];
				list->nargs = 1;
				list->aggregate = subject->aggregate;
			}
			list->args[list->nargs++] = equal->args[1];
			continue;
		}
		node = node == NULL ? equal :
			esql_operate(ESQL_OPERATOR_OR, expr->span, node, equal);
	}
	if (list == NULL)
		return node;
	return node == NULL ? list :
		esql_operate(ESQL_OPERATOR_OR, expr->span, list, node);
}

/* A pattern that is no literal: its value, or false if it is null. */
static bool
evaluate_pattern(EsqlResolver *resolver, EsqlExprKind kind, const EsqlExpr *pattern, EsqlString *value)
{
	EsqlNode   *node = esql_to_single(esql_resolve_expr(resolver, pattern));
	const EsqlNode *constant = esql_constant(node);

	if (node->type != ESQL_TYPE_KEYWORD && node->type != ESQL_TYPE_NULL)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, pattern->span, NULL,
				   "the pattern of %s must be a string, not %s", esql_operator_text(kind), esql_type_name(node->type));
	if (constant == NULL)
		esql_raise(resolver->context, ESQL_ERROR_UNSUPPORTED, pattern->span,
				   "Compare with CONTAINS, STARTS_WITH or ENDS_WITH.",
				   "the pattern of %s must be a constant", esql_operator_text(kind));
	if (node->type == ESQL_TYPE_NULL)
		return false;
	value->data = resolver->catalog->evaluate(resolver->catalog, constant);
	value->length = value->data == NULL ? 0 : (uint32_t) strlen(value->data);
	return value->data != NULL;
}

/* What a text is LIKE that matches an RLIKE, as a list; NULL if there is nothing to look for. */
static EsqlNode *
patterns_of_literals(EsqlContext *context, EsqlString pattern, EsqlSpan span)
{
	EsqlString *strings;
	uint32_t	count = esql_rlike_literals(context, pattern, span, &strings);
	EsqlNode   *list;

	if (count == 0)
		return NULL;
	list = esql_new_node(ESQL_NODE_LIST, ESQL_TYPE_KEYWORD, span);
	list->multivalued = true;
	list->args = palloc(count * sizeof(EsqlNode *));
	for (uint32_t i = 0; i < count; i++)
	{
		char	   *like = palloc((Size) strings[i].length * 2 + 3);
		size_t		length = 0;

		like[length++] = '%';
		for (uint32_t k = 0; k < strings[i].length; k++)
		{
			if (strchr("%_\\", strings[i].data[k]) != NULL)
				like[length++] = '\\';
			like[length++] = strings[i].data[k];
		}
		like[length++] = '%';
		like[length] = '\0';
		list->args[list->nargs++] = esql_const_string(like, length, span);
	}
	return list;
}

/* One pattern of LIKE or RLIKE. */
static EsqlNode *
resolve_pattern(EsqlResolver *resolver, EsqlNode *subject, EsqlExprKind kind,
				const EsqlExpr *pattern, EsqlSpan span)
{
	EsqlContext *context = resolver->context;
	EsqlString	text = pattern->string;
	EsqlString	sql = {NULL, 0};
	EsqlLikeShape shape = ESQL_LIKE_PATTERN;
	bool		anything = false;
	bool		good;
	EsqlNode   *node;

	if (pattern->kind != ESQL_STRING && !evaluate_pattern(resolver, kind, pattern, &text))
		return esql_const_null(ESQL_TYPE_BOOLEAN, span);
	if (kind == ESQL_LIKE)
		good = esql_like_to_sql(context, text, pattern->span, &shape, &sql);
	else
		good = esql_rlike_to_sql(context, text, pattern->span, &anything, &sql);
	if (!good)
		esql_report(context);
	if (anything || shape == ESQL_LIKE_ANYTHING)
	{
		/* Elasticsearch makes IS NOT NULL of it, several values and all */
		return esql_test_null(subject, false);
	}
	subject = esql_to_single(subject);
	node = esql_const_string(sql.data, sql.length, pattern->span);
	if (kind == ESQL_RLIKE)
	{
		node = esql_operate(ESQL_OPERATOR_RLIKE, span, subject, node);
		node->ordered = true;	/* the regex engine asks for a collation */
		node->holds = patterns_of_literals(context, text, pattern->span);
		return node;
	}
	if (shape == ESQL_LIKE_EQUAL)
		return esql_compare(resolver, ESQL_OPERATOR_EQ, subject, node, span);
	return esql_operate(ESQL_OPERATOR_LIKE, span, subject, node);
}

/* x LIKE pattern, x LIKE (pattern, ...), and RLIKE */
static EsqlNode *
resolve_like(EsqlResolver *resolver, const EsqlExpr *expr)
{
	EsqlNode   *subject = esql_resolve_expr(resolver, expr->args[0]);
	EsqlNode   *node = NULL;

	if (subject->type == ESQL_TYPE_NULL)
		subject = esql_promote(subject, ESQL_TYPE_KEYWORD);
	if (subject->type != ESQL_TYPE_KEYWORD)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, subject->span,
				   "Convert it with TO_STRING.", "%s takes a string, not %s",
				   esql_operator_text(expr->kind), esql_type_name(subject->type));
	for (uint32_t i = 1; i < expr->nargs; i++)
	{
		EsqlNode   *fits = resolve_pattern(resolver, subject, expr->kind, expr->args[i],
										   expr->span);

		node = node == NULL ? fits :
			esql_operate(ESQL_OPERATOR_OR, expr->span, node, fits);
	}
	return node;
}

static EsqlNode *
resolve_is_null(EsqlResolver *resolver, const EsqlExpr *expr)
{
	EsqlNode   *node = esql_resolve_expr(resolver, expr->args[0]);

	if (ESQL_IS_SPAN(node->type))
		esql_raise(resolver->context, ESQL_ERROR_TYPE, node->span, NULL,
				   "a time span is never null");
	return esql_test_null(node, expr->kind == ESQL_IS_NULL);
}

/* x::type */
static EsqlNode *
resolve_cast(EsqlResolver *resolver, const EsqlExpr *expr)
{
	EsqlNode   *node;
	EsqlType	type = esql_type_by_name(expr->string.data, expr->string.length);
	bool		period = pg_strcasecmp(expr->string.data, "date_period") == 0;
	EsqlNode   *converted;

	if (period || pg_strcasecmp(expr->string.data, "time_duration") == 0)
	{
		EsqlExpr	call = *expr;

		call.kind = ESQL_CALL;
		call.string.data = period ? (char *) "to_dateperiod" : (char *) "to_timeduration";
		return esql_resolve_call(resolver, &call);
	}
	node = esql_resolve_expr(resolver, expr->args[0]);
	if (type == ESQL_TYPE_UNSUPPORTED)
		esql_raise(resolver->context, ESQL_ERROR_UNSUPPORTED, expr->name_span,
				   psprintf("Supported types are %s, date_period, time_duration.", esql_castable_types()),
				   "cannot cast to type \"%s\"", expr->string.data);
	converted = esql_convert(node, type);
	if (converted == NULL)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, expr->span, NULL,
				   "cannot convert %s to %s", esql_type_name(node->type), esql_type_name(type));
	return converted;
}

/* What stands for an expression that is one of BY, word for word; or NULL. */
static EsqlNode *
resolve_grouped(EsqlResolver *resolver, const EsqlExpr *expr)
{
	ListCell   *cell;

	foreach(cell, resolver->grouped)
	{
		const EsqlGrouped *entry = lfirst(cell);

		if (esql_same_expr(entry->expr, expr))
			return esql_column_node(resolver->aggregates && !resolver->in_aggregate ? entry->key : entry->whole,
									expr->span);
	}
	return NULL;
}

/* Work out the types of an expression. */
EsqlNode *
esql_resolve_expr(EsqlResolver *resolver, const EsqlExpr *expr)
{
	EsqlNode   *grouped;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	grouped = resolve_grouped(resolver, expr);
	if (grouped != NULL)
		return grouped;
	switch (expr->kind)
	{
		case ESQL_NULL:
			return esql_const_null(ESQL_TYPE_NULL, expr->span);
		case ESQL_BOOLEAN:
			return resolve_boolean_constant(expr);
		case ESQL_INTEGER:
			return resolve_integer(expr);
		case ESQL_DOUBLE:
			return resolve_double(resolver, expr);
		case ESQL_STRING:
			return esql_const_string(expr->string.data, expr->string.length, expr->span);
		case ESQL_TIMESPAN:
			return resolve_timespan(expr);
		case ESQL_LIST:
			return resolve_list(resolver, expr);
		case ESQL_COLUMN:
			return esql_column_node(esql_resolve_column(resolver, expr->string.data, expr->span), expr->span);
		case ESQL_CALL:
			return esql_resolve_call(resolver, expr);
		case ESQL_NEGATE:
			return resolve_negate(resolver, expr);
		case ESQL_ADD:
			return resolve_arithmetic(resolver, expr, "@esql_add($1, $2)");
		case ESQL_SUBTRACT:
			return resolve_arithmetic(resolver, expr, "@esql_sub($1, $2)");
		case ESQL_MULTIPLY:
			return resolve_arithmetic(resolver, expr, "@esql_mul($1, $2)");
		case ESQL_DIVIDE:
			return resolve_arithmetic(resolver, expr, "@esql_div($1, $2)");
		case ESQL_MODULO:
			return resolve_arithmetic(resolver, expr, "@esql_mod($1, $2)");
		case ESQL_EQ:
			return resolve_comparison(resolver, expr, ESQL_OPERATOR_EQ);
		case ESQL_NE:
			return resolve_comparison(resolver, expr, ESQL_OPERATOR_NE);
		case ESQL_LT:
			return resolve_comparison(resolver, expr, ESQL_OPERATOR_LT);
		case ESQL_LE:
			return resolve_comparison(resolver, expr, ESQL_OPERATOR_LE);
		case ESQL_GT:
			return resolve_comparison(resolver, expr, ESQL_OPERATOR_GT);
		case ESQL_GE:
			return resolve_comparison(resolver, expr, ESQL_OPERATOR_GE);
		case ESQL_AND:
		case ESQL_OR:
		case ESQL_NOT:
			return resolve_logic(resolver, expr);
		case ESQL_IN:
			return resolve_in(resolver, expr);
		case ESQL_LIKE:
		case ESQL_RLIKE:
			return resolve_like(resolver, expr);
		case ESQL_IS_NULL:
		case ESQL_IS_NOT_NULL:
			return resolve_is_null(resolver, expr);
		case ESQL_CAST:
			return resolve_cast(resolver, expr);
		case ESQL_MATCH:
			return esql_resolve_match(resolver, expr);
		case ESQL_OPTIONS:
			break;				/* what takes them reads them itself */
	}
	elog(ERROR, "unexpected kind of expression %d", (int) expr->kind);
	return NULL;
}
