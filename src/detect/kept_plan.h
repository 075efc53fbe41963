/*
 * kept_plan.h
 *		Plans of a rule's SQL that are kept for the session.
 */
#ifndef TD_KEPT_PLAN_H
#define TD_KEPT_PLAN_H

#include "detect/spi.h"

/* What the SQL has as $1 and so on: the window, and what arrivals are asked for. */
#define TD_MOST_PARAMETERS	4

typedef struct TdParameters
{
	int			count;
	Oid			types[TD_MOST_PARAMETERS];
	Datum		values[TD_MOST_PARAMETERS];
	int64		width;			/* of the window, in microseconds */
} TdParameters;

extern void td_execute_kept(const char *sql, const TdParameters *parameters, TdRowSink sink, void *arg);

#endif							/* TD_KEPT_PLAN_H */
