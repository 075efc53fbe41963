/*
 * generate.h
 *		A plan as SQL text.
 */
#ifndef ESQL_GENERATE_H
#define ESQL_GENERATE_H

#include "esql/analysis/plan.h"

extern char *esql_generate(const EsqlPlan *plan, const EsqlCatalog *catalog,
						   const EsqlOptions *options);
extern char *esql_generate_constant(const EsqlNode *node, const EsqlCatalog *catalog);
extern char *esql_generate_arrivals(const EsqlPlan *plan, const EsqlCatalog *catalog,
									const EsqlOptions *options, bool commands);
extern char *esql_generate_count(const EsqlPlan *plan, const EsqlCatalog *catalog,
								 const EsqlOptions *options);

#endif							/* ESQL_GENERATE_H */
