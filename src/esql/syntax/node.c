/*
 * node.c
 *		Making the nodes of expressions.
 *
 * Each node knows the depth of the tree under it.  The limit on the depth is
 * checked here, where nodes are made.
 */
#include "esql/syntax/node.h"

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
 * Enter one more level of brackets, or of prefix operators.  The caller counts
 * down when it leaves the level.
 */
void
esql_enter(Parser *p, uint32_t *level)
{
	if (++*level > ESQL_MAX_DEPTH)
		esql_fail(p, ESQL_ERROR_LIMIT, p->token.span, NULL,
				  "expression %s is nested too deeply (limit is %d)", p->place, ESQL_MAX_DEPTH);
}
