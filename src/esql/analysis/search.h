/*
 * search.h
 *		KQL(), QSTR(), MATCH() and the operator ":".
 */
#ifndef ESQL_ANALYSIS_SEARCH_H
#define ESQL_ANALYSIS_SEARCH_H

#include "esql/analysis/scope.h"

extern EsqlNode *esql_resolve_match(EsqlResolver *resolver, const EsqlExpr *expr);

#endif							/* ESQL_ANALYSIS_SEARCH_H */
