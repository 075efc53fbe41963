/*
 * lookup.h
 *		LOOKUP JOIN.
 */
#ifndef ESQL_LOOKUP_H
#define ESQL_LOOKUP_H

#include "esql/analysis/scope.h"

extern void esql_resolve_lookup_join(EsqlResolver *resolver, const EsqlCommand *command);

#endif							/* ESQL_LOOKUP_H */
