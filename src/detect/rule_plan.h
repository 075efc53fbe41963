/*
 * rule_plan.h
 *		What detection needs of a plan besides the query's rows.
 */
#ifndef TD_RULE_PLAN_H
#define TD_RULE_PLAN_H

#include "esql/analysis/plan.h"

/* The settings that say of which time the events are, with any_span. */
#define TD_SPAN_FROM "transfer_detect.span_from"
#define TD_SPAN_TO "transfer_detect.span_to"

extern void td_plan_window(EsqlPlan *plan, const EsqlOptions *options);
extern void td_plan_rule(EsqlPlan *plan, const EsqlOptions *options);
extern bool td_looks_at_others(const EsqlPlan *plan);

#endif							/* TD_RULE_PLAN_H */
