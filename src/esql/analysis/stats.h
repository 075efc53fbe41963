/*
 * stats.h
 *		STATS.
 */
#ifndef ESQL_STATS_H
#define ESQL_STATS_H

#include "esql/analysis/scope.h"

extern void esql_resolve_stats(EsqlResolver *resolver, const EsqlCommand *command);

/* what INLINE STATS has in common with it */
extern EsqlColumn *esql_resolve_key(EsqlResolver *resolver, const EsqlCommand *command, const EsqlField *field);
extern void esql_note_grouped(List **grouped, const EsqlField *field, EsqlColumn *key, EsqlColumn *whole);
extern EsqlNode *esql_resolve_aggregate(EsqlResolver *resolver, const EsqlField *field);

#endif							/* ESQL_STATS_H */
