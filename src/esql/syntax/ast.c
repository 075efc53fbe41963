/*
 * ast.c
 *		What is known of the tree's nodes by their kind.
 */
#include "esql/syntax/ast.h"

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
