/*
 * once.h
 *		What is computed once a row, though the query reads it often.
 */
#ifndef ESQL_ONCE_H
#define ESQL_ONCE_H

#include "esql/analysis/plan.h"

extern void esql_compute_once(EsqlPlan *plan);

#endif							/* ESQL_ONCE_H */
