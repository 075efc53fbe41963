/*
 * transfer.h
 *		The fields of transfers: what a process's command line says, taken apart.
 */
#ifndef ESQL_TRANSFER_H
#define ESQL_TRANSFER_H

#include "esql/analysis/nearest.h"
#include "esql/analysis/scope.h"

extern EsqlColumn *esql_transfer_column(EsqlResolver *resolver, const char *name, EsqlSpan span);
extern bool esql_is_transfer_field(const char *name);
extern void esql_suggest_transfer(EsqlNearest *nearest);
extern void esql_place_transfer(EsqlPlan *plan);

#endif							/* ESQL_TRANSFER_H */
