/*
 * resolve.h
 *		From the parser's tree to a plan, in three steps: FROM, the commands after
 *		it, and the passes that finish the plan.
 */
#ifndef ESQL_RESOLVE_H
#define ESQL_RESOLVE_H

#include "esql/analysis/scope.h"

extern EsqlPlan *esql_resolve_source(EsqlContext *context, const EsqlQuery *query,
									 EsqlCatalog *catalog, const EsqlOptions *options);
extern void esql_resolve_commands(EsqlPlan *plan, const EsqlQuery *query);
extern void esql_finish_plan(EsqlPlan *plan);
extern EsqlNode *esql_resolve_condition(const EsqlResolver *scope, const EsqlCondition *condition,
										const char *place);

#endif							/* ESQL_RESOLVE_H */
