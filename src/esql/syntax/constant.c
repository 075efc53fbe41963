/*
 * constant.c
 *		ES|QL constants.
 *
 * A whole number is an integer if it fits 64 bits with a sign.  If it fits
 * 64 bits without one it is an unsigned_long, which the resolver refuses;
 * anything greater is a double.  A sign
 * belongs to the number behind it.  There is no other way to write the least
 * integer: its digits without the sign are greater than the greatest integer.
 */
#include "esql/syntax/constant.h"

#include <stdio.h>
#include <string.h>

#include "esql/syntax/words.h"
#include "text/literal.h"

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

/* Read digits and nothing else that fit 64 bits without a sign. */
static bool
read_unsigned(const char *text, uint32_t length, uint64_t *value)
{
	*value = 0;
	for (uint32_t i = 0; i < length; i++)
	{
		uint64_t	digit = (uint64_t) (text[i] - '0');

		if (text[i] < '0' || text[i] > '9' || *value > (UINT64_MAX - digit) / 10)
			return false;
		*value = *value * 10 + digit;
	}
	return true;
}

/*
 * number = digits | digits "." [digits] | "." digits , each with optional exponent ;
 */
static EsqlExpr *
number(Parser *p)
{
	const char *text = p->context->text + p->token.span.start;
	uint32_t	length = p->token.span.length;
	EsqlExpr   *expr = esql_leaf(p, ESQL_DOUBLE);
	uint64_t	value;

	if (!esql_read_double(text, length, &expr->number))
		esql_fail(p, ESQL_ERROR_VALUE, expr->span, NULL, "the number is out of range");
	if (!read_unsigned(text, length, &value))
		return expr;
	expr->unsigned_long = value > (uint64_t) INT64_MAX;
	if (!expr->unsigned_long)
	{
		expr->kind = ESQL_INTEGER;
		expr->integer = (int64_t) value;
		expr->number = 0;
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
			expr->unsigned_long = false;
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
 * "TRUE" | "FALSE"; the caller has checked that it is one of them.
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

/*
 * map = "{" , [ string , ":" , constant , { "," , string , ":" , constant } ] , "}" ;
 */
EsqlExpr *
esql_options(Parser *p)
{
	EsqlSpan	open = p->token.span;
	ExprList	options = {NULL, 0, 0};

	esql_next(p, ESQL_LEX_EXPRESSION);
	while (p->token.kind != TOKEN_RIGHT_BRACE)
	{
		if (options.n > 0)
		{
			if (p->token.kind != TOKEN_COMMA)
				esql_unexpected(p, "\",\" or \"}\"");
			esql_next(p, ESQL_LEX_EXPRESSION);
		}
		if (p->token.kind != TOKEN_STRING)
			esql_unexpected(p, "the name of an option in double quotes");
		esql_add_expr(p, &options, esql_string_constant(p), "options");
		if (p->token.kind != TOKEN_COLON)
			esql_unexpected(p, "\":\" and a constant");
		esql_next(p, ESQL_LEX_EXPRESSION);
		esql_add_expr(p, &options, list_element(p), "options");
	}
	esql_close(p, TOKEN_RIGHT_BRACE, open, ESQL_LEX_EXPRESSION);
	return esql_node(p, ESQL_OPTIONS, open.start, open, options.items, options.n);
}
