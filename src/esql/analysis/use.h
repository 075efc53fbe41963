/*
 * use.h
 *		The type that a query's own text gives a field that no schema knows.
 */
#ifndef ESQL_USE_H
#define ESQL_USE_H

#include "esql/analysis/scope.h"

extern EsqlType esql_use_of(EsqlResolver *resolver, const char *name);

#endif							/* ESQL_USE_H */
