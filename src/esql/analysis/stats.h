/*
 * stats.h
 *		STATS.
 */
#ifndef ESQL_STATS_H
#define ESQL_STATS_H

#include "esql/analysis/scope.h"

extern void esql_resolve_stats(EsqlResolver *resolver, const EsqlCommand *command);

#endif							/* ESQL_STATS_H */
