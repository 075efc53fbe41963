/*
 * inline.h
 *		INLINE STATS.
 */
#ifndef ESQL_INLINE_H
#define ESQL_INLINE_H

#include "esql/analysis/scope.h"

extern void esql_resolve_inline_stats(EsqlResolver *resolver, const EsqlCommand *command);

#endif							/* ESQL_INLINE_H */
