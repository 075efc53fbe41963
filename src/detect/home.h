/*
 * home.h
 *		Where the rows of a relation are.
 */
#ifndef TD_HOME_H
#define TD_HOME_H

#include "esql/analysis/plan.h"
#include "utils/relcache.h"

extern void td_find_home(EsqlRelation *loaded, Relation relation);

#endif							/* TD_HOME_H */
