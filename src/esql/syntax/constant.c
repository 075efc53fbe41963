/*
 * parse_constant.c
 *		ES|QL constants, and making the nodes of expressions.
 *
 * Numbers are read exactly once, by literal.c; a whole number is an integer if
 * it fits 64 bits and a double if it does not.  A sign belongs to the number
 * behind it, which is the only way to write the least integer: its digits
 * alone are one too many.
 *
 * Nodes know the depth of the tree under them, and the limit on it is kept
 * where they are made.
 */
#include "esql/syntax/parser.h"
#include "text/literal.h"

#include <stdio.h>
#include <string.h>

/*
 * Append to a list; "what" is for the error when it gets too long.
 */
void
esql_add_expr(Parser *p, ExprList *list, EsqlExpr *expr, const char *what)
{
	list->items = esql_grow(p, list->items, list->n, &list->capacity, sizeof(EsqlExpr *), what);
	list->items[list->n++] = expr;
}

/*
 * A node without operands that stands for the current token, which is taken.
 */
EsqlExpr *
esql_leaf(Parser *p, EsqlExprKind kind)
{
	EsqlExpr   *expr = esql_get(p, sizeof(EsqlExpr));

	expr->kind = kind;
	expr->span = p->token.span;
	expr->name_span = p->token.span;
	expr->depth = 1;
	esql_next(p, ESQL_LEX_EXPRESSION);
	return expr;
}

/*
 * A node over operands, from start to the last token taken.  Here the depth of
 * the tree is kept within its limit.
 */
EsqlExpr *
esql_node(Parser *p, EsqlExprKind kind, uint32_t start, EsqlSpan name_span, EsqlExpr **args,
		  uint32_t n)
{
	EsqlExpr   *expr = esql_get(p, sizeof(EsqlExpr));

	expr->kind = kind;
	expr->span = esql_span_from(p, start);
	expr->name_span = name_span;
	expr->args = args;
	expr->nargs = n;
	for (uint32_t i = 0; i < n; i++)
	{
		if (args[i]->depth > expr->depth)
			expr->depth = args[i]->depth;
	}
	expr->depth++;
	if (expr->depth > ESQL_MAX_DEPTH)
		esql_fail(p, ESQL_ERROR_LIMIT, name_span, NULL,
				  "expression %s is nested too deeply (limit is %d)", p->place, ESQL_MAX_DEPTH);
	return expr;
}

/*
 * A node over one operand.
 */
EsqlExpr *
esql_node1(Parser *p, EsqlExprKind kind, uint32_t start, EsqlSpan name_span, EsqlExpr *arg)
{
	EsqlExpr  **args = esql_get(p, sizeof(EsqlExpr *));

	args[0] = arg;
	return esql_node(p, kind, start, name_span, args, 1);
}

/*
 * A node over two operands, which stand on its left and right end.
 */
EsqlExpr *
esql_node2(Parser *p, EsqlExprKind kind, EsqlSpan name_span, EsqlExpr *left, EsqlExpr *right)
{
	EsqlExpr  **args = esql_get(p, 2 * sizeof(EsqlExpr *));
	EsqlExpr   *expr;

	args[0] = left;
	args[1] = right;
	expr = esql_node(p, kind, left->span.start, name_span, args, 2);
	expr->span.length = right->span.start + right->span.length - left->span.start;
	return expr;
}

/*
 * One level of brackets further in, or of prefix operators; the caller counts
 * down again when it is through.
 */
void
esql_enter(Parser *p, uint32_t *level)
{
	if (++*level > ESQL_MAX_DEPTH)
		esql_fail(p, ESQL_ERROR_LIMIT, p->token.span, NULL,
				  "expression %s is nested too deeply (limit is %d)", p->place, ESQL_MAX_DEPTH);
}

/*
 * Is this token a certain keyword?
 */
bool
esql_at_keyword(const EsqlToken *token, EsqlKeyword keyword)
{
	return token->kind == TOKEN_WORD && token->keyword == keyword;
}

/*
 * The units of time, as a sentence in buf.
 */
static void
list_units(char *buf, size_t size)
{
	size_t		n = (size_t) snprintf(buf, size, "Units are ");

	for (int unit = ESQL_MILLISECOND; unit <= ESQL_YEAR && n < size; unit++)
		n += (size_t) snprintf(buf + n, size - n, "%s%s", unit == ESQL_MILLISECOND ? "" : ", ",
							   esql_time_unit_name((EsqlTimeUnit) unit));
	if (n < size)
		snprintf(buf + n, size - n, ", their plurals, and ms, s, m, h, d, w, mo, q, y.");
}

/*
 * number = digits | digits "." [digits] | "." digits , each with optional exponent ;
 *
 * A whole number that does not fit 64 bits becomes a double.
 */
static EsqlExpr *
number(Parser *p)
{
	const char *text = p->context->text + p->token.span.start;
	uint32_t	length = p->token.span.length;
	EsqlExpr   *expr = esql_leaf(p, ESQL_DOUBLE);

	if (!esql_read_double(text, length, &expr->number))
		esql_fail(p, ESQL_ERROR_VALUE, expr->span, NULL, "the number is out of range");
	if (p->context->text[expr->span.start] != '.' && expr->number < 9.3e18)
	{
		uint64_t	value = 0;

		for (uint32_t i = 0; i < length; i++)
		{
			if (text[i] < '0' || text[i] > '9')
				return expr;
			value = value * 10 + (uint64_t) (text[i] - '0');
		}
		if (value <= (uint64_t) INT64_MAX)
		{
			expr->kind = ESQL_INTEGER;
			expr->integer = (int64_t) value;
			expr->number = 0;
		}
	}
	return expr;
}

/*
 * constant = number | integer , unit_ident | ... ;
 *
 * A word right behind a number is a unit of time, unless the language has it
 * as an operator.
 */
EsqlExpr *
esql_number_or_timespan(Parser *p)
{
	bool		whole = p->token.kind == TOKEN_INTEGER;
	EsqlExpr   *expr = number(p);
	const char *word = p->context->text + p->token.span.start;
	uint32_t	length = p->token.span.length;
	EsqlTimeUnit unit;
	char		hint[200];

	if (p->token.kind != TOKEN_WORD || p->token.keyword != KEYWORD_NONE)
		return expr;
	if (!esql_read_time_unit(word, length, &unit))
	{
		if (esql_command_name(word, length) != NULL)
			esql_unexpected(p, "an operator, \"|\" or the end of the query");
		list_units(hint, sizeof(hint));
		esql_fail(p, ESQL_ERROR_SYNTAX, p->token.span, hint, "unknown unit of time \"%.*s%s\"",
				  length > 60 ? 60 : (int) length, word, length > 60 ? "..." : "");
	}
	if (!whole)
		esql_fail(p, ESQL_ERROR_SYNTAX, expr->span, NULL, "a time span takes a whole number");
	if (expr->kind != ESQL_INTEGER)
		esql_fail(p, ESQL_ERROR_VALUE, expr->span, NULL, "the time span is out of range");
	expr->kind = ESQL_TIMESPAN;
	expr->unit = unit;
	esql_next(p, ESQL_LEX_EXPRESSION);
	expr->span = esql_span_from(p, expr->span.start);
	return expr;
}

/*
 * Was this double written as the whole number 2^63?  It fits 64 bits when a
 * minus stands before it.
 */
static bool
is_two_to_63(const Parser *p, const EsqlExpr *expr)
{
	const char *text = p->context->text + expr->span.start;
	uint32_t	length = expr->span.length;

	while (length > 0 && *text == '0')
	{
		text++;
		length--;
	}
	return length == 19 && memcmp(text, "9223372036854775808", 19) == 0;
}

/*
 * The negative of a constant in place of a minus before it; NULL if it is not
 * a number or has no negative.  The text from start on stands for it.
 */
EsqlExpr *
esql_fold_minus(Parser *p, EsqlExpr *expr, uint32_t start)
{
	if (expr->kind == ESQL_DOUBLE)
	{
		if (is_two_to_63(p, expr))
		{
			expr->kind = ESQL_INTEGER;
			expr->integer = INT64_MIN;
			expr->number = 0;
		}
		else
			expr->number = -expr->number;
	}
	else if ((expr->kind == ESQL_INTEGER || expr->kind == ESQL_TIMESPAN) &&
			 expr->integer != INT64_MIN)
		expr->integer = -expr->integer;
	else
		return NULL;
	expr->span = esql_span_from(p, start);
	return expr;
}

/*
 * A string in double quotes, of either kind.
 */
EsqlExpr *
esql_string_constant(Parser *p)
{
	EsqlString	value;
	EsqlExpr   *expr;

	if (p->token.kind != TOKEN_STRING)
		esql_unexpected(p, "a string");
	value = esql_unquote(p, &p->token);
	expr = esql_leaf(p, ESQL_STRING);
	expr->string = value;
	return expr;
}

/*
 * "TRUE" | "FALSE"; the caller has looked.
 */
EsqlExpr *
esql_boolean_constant(Parser *p)
{
	bool		value = p->token.keyword == KEYWORD_TRUE;
	EsqlExpr   *expr = esql_leaf(p, ESQL_BOOLEAN);

	expr->boolean = value;
	return expr;
}

/*
 * An element of a list in brackets: [sign] number | string | boolean.
 */
static EsqlExpr *
list_element(Parser *p)
{
	uint32_t	start = p->token.span.start;
	bool		minus = p->token.kind == TOKEN_MINUS;
	EsqlExpr   *expr;

	if (esql_at_keyword(&p->token, KEYWORD_TRUE) || esql_at_keyword(&p->token, KEYWORD_FALSE))
		return esql_boolean_constant(p);
	if (minus || p->token.kind == TOKEN_PLUS)
	{
		esql_next(p, ESQL_LEX_EXPRESSION);
		if (p->token.kind != TOKEN_INTEGER && p->token.kind != TOKEN_DECIMAL)
			esql_unexpected(p, "a number");
	}
	else if (p->token.kind != TOKEN_INTEGER && p->token.kind != TOKEN_DECIMAL)
	{
		if (p->token.kind != TOKEN_STRING)
			esql_unexpected(p, "a constant number, string or boolean");
		return esql_string_constant(p);
	}
	expr = number(p);
	if (minus)
		(void) esql_fold_minus(p, expr, start);
	return expr;
}

/*
 * constant = "[" , const_list , "]" ;
 *
 * At least one, and all of them numbers, or strings, or booleans.
 */
EsqlExpr *
esql_list(Parser *p)
{
	EsqlSpan	open = p->token.span;
	ExprList	elements = {NULL, 0, 0};

	do
	{
		EsqlExpr   *element;
		EsqlExpr   *first;

		esql_next(p, ESQL_LEX_EXPRESSION);
		element = list_element(p);
		first = elements.n > 0 ? elements.items[0] : element;
		if ((element->kind == ESQL_STRING) != (first->kind == ESQL_STRING) ||
			(element->kind == ESQL_BOOLEAN) != (first->kind == ESQL_BOOLEAN))
			esql_fail(p, ESQL_ERROR_SYNTAX, element->span, NULL,
					  "a list holds either numbers, or strings, or booleans");
		esql_add_expr(p, &elements, element, "elements of a list");
	} while (p->token.kind == TOKEN_COMMA);
	esql_close(p, TOKEN_RIGHT_BRACKET, open, ESQL_LEX_EXPRESSION);
	return esql_node(p, ESQL_LIST, open.start, open, elements.items, elements.n);
}
