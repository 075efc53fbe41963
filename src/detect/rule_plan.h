/*
 * rule_plan.h
 *		What detection needs of a plan besides the query's rows.
 */
#ifndef TD_RULE_PLAN_H
#define TD_RULE_PLAN_H

#include "esql/analysis/plan.h"

extern void td_plan_window(EsqlPlan *plan, const EsqlOptions *options);
extern void td_plan_rule(EsqlPlan *plan, const EsqlOptions *options);
extern bool td_looks_at_others(const EsqlPlan *plan);

#endif							/* TD_RULE_PLAN_H */
