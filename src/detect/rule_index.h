/*
 * rule_index.h
 *		Indexes that a rule can use, and the form of its SQL that uses them.
 */
#ifndef TD_RULE_INDEX_H
#define TD_RULE_INDEX_H

#include "detect/evaluate.h"

extern void td_choose_sql(TdCompiled *compiled, const EsqlPlan *plan, const EsqlCatalog *catalog,
						  const EsqlOptions *options);
extern bool td_choose_count(TdCompiled *compiled, const EsqlOptions *options);

#endif							/* TD_RULE_INDEX_H */
