/*
 * call.h
 *		Calls: finding the row of the function table.
 */
#ifndef ESQL_CALL_H
#define ESQL_CALL_H

#include "esql/analysis/functions.h"
#include "esql/analysis/scope.h"

extern EsqlNode *esql_resolve_call(EsqlResolver *resolver, const EsqlExpr *call);
extern EsqlType esql_result_type(const EsqlFunction *function, EsqlNode **args);
extern EsqlNode *esql_call_row(EsqlResolver *resolver, const EsqlFunction *function,
							   EsqlSpan span, EsqlNode **args, int nargs);

#endif							/* ESQL_CALL_H */
