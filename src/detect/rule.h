/*
 * rule.h
 *		What the functions over a rule's text share: their arguments.
 */
#ifndef TD_RULE_H
#define TD_RULE_H

#include "fmgr.h"

#include "esql/plan.h"

extern void td_require(FunctionCallInfo fcinfo, int argument, const char *name);
extern char *td_text_argument(FunctionCallInfo fcinfo, int argument, const char *name);
extern Oid	td_events_argument(FunctionCallInfo fcinfo, int argument);
extern void td_time_arguments(FunctionCallInfo fcinfo, int argument, EsqlOptions *options);

#endif							/* TD_RULE_H */
