/*
 * origins.h
 *		The data streams and indices that a relation's rows are from.
 */
#ifndef TD_ORIGINS_H
#define TD_ORIGINS_H

#include "utils/rel.h"

#include "esql/analysis/plan.h"

extern bool td_can_find_origins(const EsqlRelation *loaded, Relation relation);
extern void td_find_origins(EsqlRelation *loaded);

#endif							/* TD_ORIGINS_H */
