/*
 * row_key.h
 *		What identifies the rows of a rule without STATS.
 */
#ifndef TD_ROW_KEY_H
#define TD_ROW_KEY_H

#include "esql/analysis/plan.h"

extern List *td_row_key(const EsqlPlan *plan);

#endif							/* TD_ROW_KEY_H */
