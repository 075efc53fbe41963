/*
 * live.h
 *		Which columns of a plan are read, where, and in which face.
 */
#ifndef ESQL_LIVE_H
#define ESQL_LIVE_H

#include "esql/analysis/plan.h"

extern void esql_find_uses(EsqlPlan *plan);

#endif							/* ESQL_LIVE_H */
