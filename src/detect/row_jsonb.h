/*
 * row_jsonb.h
 *		A row of a query's result as jsonb, without its text.
 */
#ifndef TD_ROW_JSONB_H
#define TD_ROW_JSONB_H

#include "esql/analysis/plan.h"

extern bool td_small_row_to_jsonb(List *columns, const Datum *values, const bool *nulls, Datum *result);

#endif							/* TD_ROW_JSONB_H */
