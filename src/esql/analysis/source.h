/*
 * source.h
 *		FROM, and the columns that the relations have to give.
 */
#ifndef ESQL_SOURCE_H
#define ESQL_SOURCE_H

#include "esql/analysis/nearest.h"
#include "esql/analysis/scope.h"

extern void esql_resolve_from(EsqlResolver *resolver, const EsqlCommand *command);
extern EsqlColumn *esql_source_column(EsqlResolver *resolver, const char *name,
									  EsqlSpan span);
extern bool esql_has_documents(const EsqlResolver *resolver);
extern void esql_show_sorted(EsqlResolver *resolver, const char *name, EsqlColumn *column);
extern void esql_suggest_fields(EsqlResolver *resolver, EsqlNearest *nearest);

#endif							/* ESQL_SOURCE_H */
