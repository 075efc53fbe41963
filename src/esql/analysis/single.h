/*
 * single.h
 *		Single values of letters made small or large.
 */
#ifndef ESQL_SINGLE_H
#define ESQL_SINGLE_H

#include "esql/analysis/plan.h"

extern void esql_add_singles(EsqlPlan *plan);

#endif							/* ESQL_SINGLE_H */
