/*
 * arguments.c
 *		The arguments of our functions, each with its name for errors.
 */
#include "compat.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "detect/arguments.h"
#include "detect/spi.h"
#include "esql/value/instant.h"

/* Raise an error if an argument is null. */
void
td_require(FunctionCallInfo fcinfo, int argument, const char *name)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", name)));
}

/* A text argument that must not be null. */
char *
td_text_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	td_require(fcinfo, argument, name);
	return text_to_cstring(PG_GETARG_TEXT_PP(argument));
}

/* The relation of an argument; null is for what FROM says. */
Oid
td_events_argument(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? InvalidOid : PG_GETARG_OID(argument);
}

/* The two arguments that name a rule's time field and its stand-in. */
void
td_time_arguments(FunctionCallInfo fcinfo, int argument, EsqlOptions *options)
{
	options->time_field = td_to_utf8(td_text_argument(fcinfo, argument, "timestamp_field"));
	options->time_fallback = PG_ARGISNULL(argument + 1) ? NULL :
		td_to_utf8(text_to_cstring(PG_GETARG_TEXT_PP(argument + 1)));
}

/* The argument as_of in milliseconds; null and infinite ones are errors. */
int64
td_as_of(FunctionCallInfo fcinfo, int argument)
{
	int64		ms;

	td_require(fcinfo, argument, "as_of");
	if (!td_timestamp_to_ms(PG_GETARG_TIMESTAMPTZ(argument), &ms) ||
		ms < TD_FIRST_MS || ms > TD_LAST_MS)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("as_of must lie in the years 1 to 9999")));
	return ms;
}

/* Any timestamp in microseconds since 1970, the nearest within the years 1 to 9999. */
int64
td_instant(TimestampTz timestamp)
{
	const int64 epoch = TD_MS_TO_PG_EPOCH * 1000;

	if (timestamp <= TD_FIRST_MS * 1000 - epoch)
		return TD_FIRST_MS * 1000;
	if (timestamp >= TD_LAST_MS * 1000 + 999 - epoch)
		return TD_LAST_MS * 1000 + 999;
	return timestamp + epoch;
}

/* The window from one millisecond to another, all of both included. */
EsqlWindow
td_window(int64 from, int64 as_of)
{
	EsqlWindow	window = {.from = Max(from, TD_FIRST_MS) * 1000, .to = as_of * 1000 + 999};

	return window;
}
