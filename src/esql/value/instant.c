/*
 * instant.c
 *		ES|QL's dates from and to PostgreSQL's timestamps.
 */
#include "compat.h"

#include "common/int.h"
#include "utils/timestamp.h"

#include "esql/value/instant.h"

/*
 * Milliseconds since 1970 of a timestamp, rounded down.  False if infinite.
 */
bool
td_timestamp_to_ms(TimestampTz timestamp, int64 *ms)
{
	if (TIMESTAMP_NOT_FINITE(timestamp))
		return false;
	*ms = td_floor_div(timestamp, 1000) + TD_MS_TO_PG_EPOCH;
	return true;
}

/*
 * The reverse.  False if PostgreSQL has no timestamp for it.
 */
bool
td_ms_to_timestamp(int64 ms, TimestampTz *timestamp)
{
	int64		shifted;
	int64		micros;

	if (pg_sub_s64_overflow(ms, TD_MS_TO_PG_EPOCH, &shifted) ||
		pg_mul_s64_overflow(shifted, 1000, &micros) ||
		!IS_VALID_TIMESTAMP(micros))
		return false;
	*timestamp = micros;
	return true;
}
