/*
 * expr.h
 *		ES|QL expressions, and the names of columns.
 */
#ifndef ESQL_EXPR_H
#define ESQL_EXPR_H

#include "esql/syntax/tools.h"

extern EsqlExpr *esql_bool(Parser *p);
extern EsqlExpr *esql_primary(Parser *p);
extern EsqlString esql_column(Parser *p, EsqlSpan *span);
extern bool esql_column_and_assign(const Parser *p);

#endif							/* ESQL_EXPR_H */
