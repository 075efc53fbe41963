/*
 * expr.h
 *		Expressions: operators, constants, columns.
 */
#ifndef ESQL_EXPR_H
#define ESQL_EXPR_H

#include "esql/analysis/scope.h"

extern EsqlNode *esql_resolve_expr(EsqlResolver *resolver, const EsqlExpr *expr);
extern EsqlNode *esql_resolve_boolean(EsqlResolver *resolver, const EsqlExpr *expr,
									  const char *place);
extern EsqlNode *esql_compare(EsqlResolver *resolver, EsqlOperator operator,
							  EsqlNode *left, EsqlNode *right, EsqlSpan span);

#endif							/* ESQL_EXPR_H */
