/*
 * bound.h
 *		Thresholds on distinct counts.
 */
#ifndef ESQL_BOUND_H
#define ESQL_BOUND_H

#include "esql/analysis/plan.h"

extern void esql_bound_counts(EsqlPlan *plan);

#endif							/* ESQL_BOUND_H */
