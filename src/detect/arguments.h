/*
 * arguments.h
 *		The arguments of our functions, each with its name for errors.
 */
#ifndef TD_ARGUMENTS_H
#define TD_ARGUMENTS_H

#include "datatype/timestamp.h"

#include "esql/analysis/plan.h"

/* The dates that Elasticsearch's own literals can say: years 1 to 9999. */
#define TD_FIRST_MS		INT64CONST(-62135596800000)
#define TD_LAST_MS		INT64CONST(253402300799999)

extern void td_require(FunctionCallInfo fcinfo, int argument, const char *name);
extern char *td_text_argument(FunctionCallInfo fcinfo, int argument, const char *name);
extern Oid	td_events_argument(FunctionCallInfo fcinfo, int argument);
extern void td_time_arguments(FunctionCallInfo fcinfo, int argument, EsqlOptions *options);
extern int64 td_as_of(FunctionCallInfo fcinfo, int argument);
extern int64 td_instant(TimestampTz timestamp);
extern EsqlWindow td_window(int64 from, int64 as_of);

#endif							/* TD_ARGUMENTS_H */
