/*
 * node.h
 *		Making the nodes of expressions.
 */
#ifndef ESQL_NODE_H
#define ESQL_NODE_H

#include "esql/syntax/tools.h"

/* A growing list of expressions. */
typedef struct ExprList
{
	EsqlExpr  **items;
	uint32_t	n;
	uint32_t	capacity;
} ExprList;

extern void esql_add_expr(Parser *p, ExprList *list, EsqlExpr *expr, const char *what);
extern EsqlExpr *esql_leaf(Parser *p, EsqlExprKind kind);
extern EsqlExpr *esql_node(Parser *p, EsqlExprKind kind, uint32_t start, EsqlSpan name_span,
						   EsqlExpr **args, uint32_t n);
extern EsqlExpr *esql_node1(Parser *p, EsqlExprKind kind, uint32_t start, EsqlSpan name_span,
							EsqlExpr *arg);
extern EsqlExpr *esql_node2(Parser *p, EsqlExprKind kind, EsqlSpan name_span, EsqlExpr *left,
							EsqlExpr *right);
extern void esql_enter(Parser *p, uint32_t *level);

#endif							/* ESQL_NODE_H */
