/*
 * ast.c
 *		What is known of the tree's nodes by their kind.
 */
#include "esql/syntax/ast.h"

#include <string.h>

/*
 * How an operator is written; NULL for what is none.
 */
const char *
esql_operator_text(EsqlExprKind kind)
{
	switch (kind)
	{
		case ESQL_ADD:
			return "+";
		case ESQL_SUBTRACT:
			return "-";
		case ESQL_MULTIPLY:
			return "*";
		case ESQL_DIVIDE:
			return "/";
		case ESQL_MODULO:
			return "%";
		case ESQL_EQ:
			return "==";
		case ESQL_NE:
			return "!=";
		case ESQL_LT:
			return "<";
		case ESQL_LE:
			return "<=";
		case ESQL_GT:
			return ">";
		case ESQL_GE:
			return ">=";
		case ESQL_AND:
			return "AND";
		case ESQL_OR:
			return "OR";
		case ESQL_NOT:
			return "NOT";
		case ESQL_LIKE:
			return "LIKE";
		case ESQL_RLIKE:
			return "RLIKE";
		case ESQL_MATCH:
			return ":";
		case ESQL_NULL:
		case ESQL_BOOLEAN:
		case ESQL_INTEGER:
		case ESQL_DOUBLE:
		case ESQL_STRING:
		case ESQL_TIMESPAN:
		case ESQL_LIST:
		case ESQL_OPTIONS:
		case ESQL_COLUMN:
		case ESQL_CALL:
		case ESQL_NEGATE:
		case ESQL_IN:
		case ESQL_IS_NULL:
		case ESQL_IS_NOT_NULL:
		case ESQL_CAST:
			return NULL;
	}
	return NULL;
}

/* The options of a call, which are its last argument; NULL if there are none. */
const EsqlExpr *
esql_call_options(const EsqlExpr *call)
{
	const EsqlExpr *last = call->nargs > 0 ? call->args[call->nargs - 1] : NULL;

	return last != NULL && last->kind == ESQL_OPTIONS ? last : NULL;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

/* The same name; those of functions and types in any case of letters. */
static bool
same_string(const EsqlExpr *a, const EsqlExpr *b)
{
	bool		caseless = a->kind == ESQL_CALL || a->kind == ESQL_CAST;

	if (a->string.length != b->string.length)
		return false;
	for (uint32_t i = 0; i < a->string.length; i++)
	{
		char		left = a->string.data[i];
		char		right = b->string.data[i];

		if (caseless ? lower(left) != lower(right) : left != right)
			return false;
	}
	return true;
}

/* Do two expressions say the same, whatever blanks stand between their words? */
bool
esql_same_expr(const EsqlExpr *a, const EsqlExpr *b)
{
	if (a->kind != b->kind || a->nargs != b->nargs || a->star != b->star || a->boolean != b->boolean ||
		a->integer != b->integer || memcmp(&a->number, &b->number, sizeof(double)) != 0 || a->unit != b->unit ||
		!same_string(a, b))
		return false;
	for (uint32_t i = 0; i < a->nargs; i++)
	{
		if (!esql_same_expr(a->args[i], b->args[i]))
			return false;
	}
	return true;
}
