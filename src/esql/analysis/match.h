/*
 * match.h
 *		MATCH(), MATCH_PHRASE() and the operator ":".
 */
#ifndef ESQL_MATCH_H
#define ESQL_MATCH_H

#include "esql/analysis/scope.h"

extern EsqlNode *esql_resolve_match(EsqlResolver *resolver, const EsqlExpr *expr);

#endif							/* ESQL_MATCH_H */
