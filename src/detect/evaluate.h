/*
 * evaluate.h
 *		From a query's text to SQL that can be run.
 */
#ifndef TD_EVALUATE_H
#define TD_EVALUATE_H

#include "detect/choose.h"
#include "detect/spi.h"

extern EsqlPlan *td_resolve(const TdSession *session, const char *query, Oid events,
							const EsqlOptions *options, EsqlCatalog **catalog);
extern TdCompiled *td_compile(const TdSession *session, const char *query, Oid events,
							  const EsqlOptions *options);
extern EsqlCondition *td_parse_condition(const char *text, const char *label);

#endif							/* TD_EVALUATE_H */
