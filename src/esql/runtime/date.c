/*
 * date.c
 *		ES|QL's dates: adding time spans, DATE_TRUNC, DATE_DIFF, DATE_EXTRACT.
 *
 * An ES|QL date is a number of milliseconds since 1970 in UTC; a column of ours
 * is timestamp with time zone.  PostgreSQL's own arithmetic on that type goes by
 * the session's time zone, in which a day may have 23 hours.  So none of it is
 * used here: see value/calendar.c.
 *
 * Adding keeps microseconds.  Comparing, truncating and extracting look at
 * milliseconds, rounded down.  Infinite timestamps give null, and so do results
 * outside PostgreSQL's range (4713 BC to AD 294276).
 *
 * Every function is a handful of divisions; nothing is allocated.
 */
#include "compat.h"

#include "common/int.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "esql/value/calendar.h"
#include "esql/value/instant.h"
#include "text/date_unit.h"

PG_FUNCTION_INFO_V1(esql_midnight);

/*
 * esql_midnight(date) -> timestamptz: its beginning in UTC, or null
 */
Datum
esql_midnight(PG_FUNCTION_ARGS)
{
	DateADT		date = PG_GETARG_DATEADT(0);
	TimestampTz timestamp;

	if (DATE_NOT_FINITE(date) ||
		!td_ms_to_timestamp((int64) date * TD_MS_PER_DAY + TD_MS_TO_PG_EPOCH, &timestamp))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(timestamp);
}

PG_FUNCTION_INFO_V1(esql_date_ms);
Datum
esql_date_ms(PG_FUNCTION_ARGS)
{
	TimestampTz timestamp = PG_GETARG_TIMESTAMPTZ(0);

	if (TIMESTAMP_NOT_FINITE(timestamp))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(td_floor_ms(timestamp));
}

PG_FUNCTION_INFO_V1(esql_date_add);
Datum
esql_date_add(PG_FUNCTION_ARGS)
{
	TimestampTz result;

	if (!td_add_interval(PG_GETARG_TIMESTAMPTZ(0), PG_GETARG_INTERVAL_P(1), 1, &result))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(result);
}

PG_FUNCTION_INFO_V1(esql_date_sub);
Datum
esql_date_sub(PG_FUNCTION_ARGS)
{
	TimestampTz result;

	if (!td_add_interval(PG_GETARG_TIMESTAMPTZ(0), PG_GETARG_INTERVAL_P(1), -1, &result))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(result);
}

/*
 * Round down to a multiple of size since origin, all in milliseconds since
 * 1970.
 */
static int64
truncate_ms(int64 ms, int64 size, int64 origin)
{
	return origin + td_floor_div(ms - origin, size) * size;
}

/*
 * Round days down.  Seven days are a week, which begins on Monday (day -3 since
 * 1970).  Any other number of days counts from 1970-01-01, a Thursday, also two
 * or more weeks; Elasticsearch does the same.
 */
static int64
truncate_days(int64 ms, int64 days)
{
	return truncate_ms(ms, days * TD_MS_PER_DAY,
					   days == 7 ? -3 * TD_MS_PER_DAY : 0);
}

/*
 * Round months down, counted from 0001-01-01.  So one month, three months and
 * whole years give the calendar's months, quarters and years.  False if that is
 * before any timestamp.
 */
static bool
truncate_months(int64 ms, int64 months, int64 *result)
{
	TdCalendarDate date = td_ms_to_calendar(ms);
	int64		month = ((int64) date.year - 1) * 12 + date.month - 1;
	int64		year;

	month = td_floor_div(month, months) * months;
	year = td_floor_div(month, 12);
	if (year + 1 < LEAST_YEAR)
		return false;
	*result = td_calendar_day((int) year + 1, (int) (month - year * 12) + 1, 1) *
		TD_MS_PER_DAY;
	return true;
}

/*
 * esql_date_trunc(interval, timestamptz): the interval is one of ES|QL's time
 * spans: positive and in one unit.  The front end checks that, so anything else
 * is the caller's error.
 */
PG_FUNCTION_INFO_V1(esql_date_trunc);
Datum
esql_date_trunc(PG_FUNCTION_ARGS)
{
	Interval   *span = PG_GETARG_INTERVAL_P(0);
	TimestampTz result;
	int64		ms;

	if (span->month < 0 || span->day < 0 || span->time < 0 ||
		(span->month > 0) + (span->day > 0) + (span->time > 0) != 1 ||
		span->time % 1000 != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("interval to truncate a date to must be positive and in one unit"),
				 errhint("Units are months, days, and times of whole milliseconds.")));

	if (!td_timestamp_to_ms(PG_GETARG_TIMESTAMPTZ(1), &ms))
		PG_RETURN_NULL();
	if (span->time > 0)
		ms = truncate_ms(ms, span->time / 1000, 0);
	else if (span->day > 0)
		ms = truncate_days(ms, span->day);
	else if (!truncate_months(ms, span->month, &ms))
		PG_RETURN_NULL();
	if (!td_ms_to_timestamp(ms, &result))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(result);
}

/*
 * esql_date_trunc_weeks(integer, timestamptz): as days, seven times as many.
 */
PG_FUNCTION_INFO_V1(esql_date_trunc_weeks);
Datum
esql_date_trunc_weeks(PG_FUNCTION_ARGS)
{
	int32		weeks = PG_GETARG_INT32(0);
	TimestampTz result;
	int64		ms;

	if (weeks <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of weeks to truncate a date to must be positive")));

	if (!td_timestamp_to_ms(PG_GETARG_TIMESTAMPTZ(1), &ms) ||
		!td_ms_to_timestamp(truncate_days(ms, (int64) weeks * 7), &result))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(result);
}

/*
 * Whole months from start to end, towards zero, as java.time counts them.  The
 * last day does not count if the time of day is not reached.  A month is over
 * when the day of the month is reached.  The day is not clamped: from January 31
 * to February 29 is no month.
 */
static int64
months_between(int64 start, int64 end)
{
	TdCalendarDate from = td_ms_to_calendar(start);
	TdCalendarDate to = td_ms_to_calendar(end);
	int64		from_day = td_floor_div(start, TD_MS_PER_DAY);
	int64		to_day = td_floor_div(end, TD_MS_PER_DAY);

	if (to_day > from_day && to.time < from.time)
		to = td_to_calendar(to_day - 1, 0);
	else if (to_day < from_day && to.time > from.time)
		to = td_to_calendar(to_day + 1, 0);
	return (((int64) to.year * 12 + to.month) * 32 + to.day -
			(((int64) from.year * 12 + from.month) * 32 + from.day)) / 32;
}

/*
 * Whole units from start to end, both milliseconds since 1970.  False if the
 * number does not fit 64 bits.
 */
static bool
date_difference(TdDiffUnit unit, int64 start, int64 end, int64 *result)
{
	int64		elapsed = end - start;	/* both within a timestamp's range */

	switch (unit)
	{
		case TD_DIFF_YEAR:
			*result = months_between(start, end) / 12;
			return true;
		case TD_DIFF_QUARTER:
			*result = months_between(start, end) / 3;
			return true;
		case TD_DIFF_MONTH:
			*result = months_between(start, end);
			return true;
		case TD_DIFF_WEEK:
			*result = elapsed / (7 * TD_MS_PER_DAY);
			return true;
		case TD_DIFF_DAY:
			*result = elapsed / TD_MS_PER_DAY;
			return true;
		case TD_DIFF_HOUR:
			*result = elapsed / 3600000;
			return true;
		case TD_DIFF_MINUTE:
			*result = elapsed / 60000;
			return true;
		case TD_DIFF_SECOND:
			*result = elapsed / 1000;
			return true;
		case TD_DIFF_MILLISECOND:
			*result = elapsed;
			return true;
		case TD_DIFF_MICROSECOND:
			return !pg_mul_s64_overflow(elapsed, 1000, result);
		case TD_DIFF_NANOSECOND:
			return !pg_mul_s64_overflow(elapsed, 1000000, result);
	}
	return false;
}

/*
 * esql_date_diff(unit text, start timestamptz, end timestamptz): null for an
 * unknown unit and for a difference of more than 32 bits.
 */
PG_FUNCTION_INFO_V1(esql_date_diff);
Datum
esql_date_diff(PG_FUNCTION_ARGS)
{
	text	   *name = PG_GETARG_TEXT_PP(0);
	TdDiffUnit	unit;
	bool		known = td_diff_unit(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name), &unit);
	int64		start;
	int64		end;
	int64		result;

	PG_FREE_IF_COPY(name, 0);
	if (!known ||
		!td_timestamp_to_ms(PG_GETARG_TIMESTAMPTZ(1), &start) ||
		!td_timestamp_to_ms(PG_GETARG_TIMESTAMPTZ(2), &end) ||
		!date_difference(unit, start, end, &result) ||
		result < PG_INT32_MIN || result > PG_INT32_MAX)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) result);
}

/*
 * A part of the time of day, which is given in milliseconds.
 */
static int64
part_of_time(TdDatePart part, int64 time)
{
	int64		hour = time / 3600000;

	switch (part)
	{
		case TD_PART_NANO_OF_SECOND:
			return time % 1000 * 1000000;
		case TD_PART_NANO_OF_DAY:
			return time * 1000000;
		case TD_PART_MICRO_OF_SECOND:
			return time % 1000 * 1000;
		case TD_PART_MICRO_OF_DAY:
			return time * 1000;
		case TD_PART_MILLI_OF_SECOND:
			return time % 1000;
		case TD_PART_MILLI_OF_DAY:
			return time;
		case TD_PART_SECOND_OF_MINUTE:
			return time / 1000 % 60;
		case TD_PART_SECOND_OF_DAY:
			return time / 1000;
		case TD_PART_MINUTE_OF_HOUR:
			return time / 60000 % 60;
		case TD_PART_MINUTE_OF_DAY:
			return time / 60000;
		case TD_PART_HOUR_OF_AMPM:
			return hour % 12;
		case TD_PART_CLOCK_HOUR_OF_AMPM:
			return hour % 12 == 0 ? 12 : hour % 12;
		case TD_PART_HOUR_OF_DAY:
			return hour;
		case TD_PART_CLOCK_HOUR_OF_DAY:
			return hour == 0 ? 24 : hour;
		case TD_PART_AMPM_OF_DAY:
			return hour / 12;
		default:
			Assert(part == TD_PART_OFFSET_SECONDS);
			return 0;			/* UTC */
	}
}

/*
 * A part of the date.  Aligned weeks begin with the month's or the year's
 * first day, whatever day of the week it is.
 */
static int64
part_of_date(TdDatePart part, int64 epoch_day, const TdCalendarDate *date)
{
	int64		day_of_year = epoch_day - td_calendar_day(date->year, 1, 1) + 1;

	switch (part)
	{
		case TD_PART_DAY_OF_WEEK:	/* Monday is 1, and 1970 began on Thursday */
			return epoch_day + 3 - td_floor_div(epoch_day + 3, 7) * 7 + 1;
		case TD_PART_ALIGNED_DAY_OF_WEEK_IN_MONTH:
			return (date->day - 1) % 7 + 1;
		case TD_PART_ALIGNED_DAY_OF_WEEK_IN_YEAR:
			return (day_of_year - 1) % 7 + 1;
		case TD_PART_DAY_OF_MONTH:
			return date->day;
		case TD_PART_DAY_OF_YEAR:
			return day_of_year;
		case TD_PART_EPOCH_DAY:
			return epoch_day;
		case TD_PART_ALIGNED_WEEK_OF_MONTH:
			return (date->day - 1) / 7 + 1;
		case TD_PART_ALIGNED_WEEK_OF_YEAR:
			return (day_of_year - 1) / 7 + 1;
		case TD_PART_MONTH_OF_YEAR:
			return date->month;
		case TD_PART_PROLEPTIC_MONTH:
			return (int64) date->year * 12 + date->month - 1;
		case TD_PART_YEAR_OF_ERA:
			return date->year > 0 ? date->year : 1 - date->year;
		case TD_PART_YEAR:
			return date->year;
		default:
			Assert(part == TD_PART_ERA);
			return date->year > 0 ? 1 : 0;
	}
}

/*
 * esql_date_extract(part text, timestamptz): null for an unknown part.
 */
PG_FUNCTION_INFO_V1(esql_date_extract);
Datum
esql_date_extract(PG_FUNCTION_ARGS)
{
	text	   *name = PG_GETARG_TEXT_PP(0);
	TdDatePart	part;
	bool		known = td_date_part(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name), &part);
	TdCalendarDate date;
	int64		ms;

	PG_FREE_IF_COPY(name, 0);
	if (!known || !td_timestamp_to_ms(PG_GETARG_TIMESTAMPTZ(1), &ms))
		PG_RETURN_NULL();
	if (part == TD_PART_INSTANT_SECONDS)
		PG_RETURN_INT64(td_floor_div(ms, 1000));
	date = td_ms_to_calendar(ms);
	if (part <= TD_PART_AMPM_OF_DAY || part == TD_PART_OFFSET_SECONDS)
		PG_RETURN_INT64(part_of_time(part, date.time));
	PG_RETURN_INT64(part_of_date(part, td_floor_div(ms, TD_MS_PER_DAY), &date));
}
