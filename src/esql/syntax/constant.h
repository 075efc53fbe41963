/*
 * constant.h
 *		ES|QL constants.
 */
#ifndef ESQL_CONSTANT_H
#define ESQL_CONSTANT_H

#include "esql/syntax/node.h"

extern EsqlExpr *esql_number_or_timespan(Parser *p);
extern EsqlExpr *esql_fold_minus(Parser *p, EsqlExpr *expr, uint32_t start);
extern EsqlExpr *esql_string_constant(Parser *p);
extern EsqlExpr *esql_boolean_constant(Parser *p);
extern EsqlExpr *esql_list(Parser *p);
extern EsqlExpr *esql_options(Parser *p);

#endif							/* ESQL_CONSTANT_H */
