/*
 * instant.h
 *		ES|QL's dates from and to PostgreSQL's timestamps.
 *
 * A date of ES|QL is a number of milliseconds since 1970 (UTC), ours a number
 * of microseconds since 2000.
 */
#ifndef ESQL_VALUE_INSTANT_H
#define ESQL_VALUE_INSTANT_H

#include "compat.h"

#include "datatype/timestamp.h"

#define TD_MS_PER_DAY		INT64CONST(86400000)

/* Milliseconds from 1970-01-01 to 2000-01-01, where PostgreSQL starts. */
#define TD_MS_TO_PG_EPOCH \
	((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * TD_MS_PER_DAY)

/*
 * Quotient towards minus infinity; n > 0.
 */
static inline int64
td_floor_div(int64 a, int64 n)
{
	int64		quotient = a / n;

	return (a % n < 0) ? quotient - 1 : quotient;
}

/*
 * A finite timestamp cut to milliseconds, toward the past.
 */
static inline TimestampTz
td_floor_ms(TimestampTz timestamp)
{
	return td_floor_div(timestamp, 1000) * 1000;
}

extern bool td_timestamp_to_ms(TimestampTz timestamp, int64 *ms);
extern bool td_ms_to_timestamp(int64 ms, TimestampTz *timestamp);

#endif							/* ESQL_VALUE_INSTANT_H */
