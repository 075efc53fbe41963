/*
 * missing.h
 *		Fields of a query that its relation does not have.
 */
#ifndef ESQL_MISSING_H
#define ESQL_MISSING_H

#include "esql/analysis/scope.h"

extern List *esql_missing_fields(EsqlResolver *resolver, const char *first);
TD_NORETURN extern void esql_raise_missing(EsqlResolver *resolver, List *missing, EsqlSpan span);

#endif							/* ESQL_MISSING_H */
