/*
 * column.h
 *		From a name in the query to a column.
 */
#ifndef ESQL_COLUMN_H
#define ESQL_COLUMN_H

#include "esql/analysis/scope.h"

extern EsqlColumn *esql_resolve_column(EsqlResolver *resolver, const char *name,
									   EsqlSpan span);
extern EsqlVisible *esql_find_entry(const EsqlResolver *resolver, const char *name,
									const EsqlColumn *column);
extern void esql_hide(EsqlResolver *resolver, const char *name);
extern bool esql_pattern_fits(const char *pattern, const char *name);
extern void esql_filter_scope(EsqlResolver *resolver, const EsqlCommand *command);

#endif							/* ESQL_COLUMN_H */
