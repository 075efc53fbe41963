/*
 * runtime_date.c
 *		ES|QL's dates: adding time spans, DATE_TRUNC, DATE_DIFF, DATE_EXTRACT.
 *
 * An ES|QL date is a number of milliseconds since 1970 in UTC, a column of
 * ours is timestamp with time zone.  PostgreSQL's own arithmetic on that type
 * goes by the session's time zone (a day is 23 hours long now and then), so
 * none of it is used here: a timestamp is taken apart into a day number and
 * the time of that day in UTC, and days and calendar dates are converted by
 * date2j() and j2date(), which know the Gregorian calendar only, backwards
 * without end as java.time has it, with a year 0.
 *
 * Adding keeps microseconds; what compares, truncates or extracts looks at
 * milliseconds, rounded down.  The infinities are no dates of ES|QL and give
 * null, and so does what leaves PostgreSQL's range (4713 BC to AD 294276).
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

#include "esql/runtime/scalar.h"

/* Years that date2j() can take; everything a timestamp can hold is inside. */
#define LEAST_YEAR		(-4713)
#define GREATEST_YEAR	294277

/* A date as the calendar has it, and the time of that day. */
typedef struct CalendarDate
{
	int			year;			/* 0 is 1 BC */
	int			month;			/* 1 to 12 */
	int			day;			/* 1 to 31 */
	int64		time;			/* in the unit that was split */
} CalendarDate;

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

/*
 * Split an instant of a timestamp's range, given as days since 1970 and the
 * time of that day.
 */
static CalendarDate
to_calendar(int64 epoch_day, int64 time)
{
	CalendarDate date;

	j2date((int) (epoch_day + UNIX_EPOCH_JDATE), &date.year, &date.month, &date.day);
	date.time = time;
	return date;
}

static CalendarDate
ms_to_calendar(int64 ms)
{
	int64		day = td_floor_div(ms, TD_MS_PER_DAY);

	return to_calendar(day, ms - day * TD_MS_PER_DAY);
}

/* Days since 1970 of a date of the calendar. */
static int64
calendar_day(int year, int month, int day)
{
	return (int64) date2j(year, month, day) - UNIX_EPOCH_JDATE;
}

static int
days_in_month(int year, int month)
{
	return day_tab[isleap(year)][month - 1];
}

PG_FUNCTION_INFO_V1(esql_midnight);

/* esql_midnight(date) -> timestamptz: its beginning in UTC, or null */
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

/*
 * Add sign times an interval to a timestamp: first the months, the day being
 * clamped to the month's last one, then the days, then the time.  False if the
 * result, or the date on the way, is not in PostgreSQL's range.  An infinite
 * interval (since version 17) has the greatest number of months and lands out
 * of range by itself.
 */
static bool
add_interval(TimestampTz timestamp, const Interval *span, int sign,
			 TimestampTz *result)
{
	int64		day;
	int64		time;

	if (TIMESTAMP_NOT_FINITE(timestamp))
		return false;
	day = td_floor_div(timestamp, USECS_PER_DAY);
	time = timestamp - day * USECS_PER_DAY;
	day += POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE;

	if (span->month != 0)
	{
		CalendarDate date = to_calendar(day, time);
		int64		month = (int64) date.year * 12 + date.month - 1 +
			sign * (int64) span->month;
		int64		year = td_floor_div(month, 12);

		if (year < LEAST_YEAR || year > GREATEST_YEAR)
			return false;
		month -= year * 12;
		day = calendar_day((int) year, (int) month + 1,
						   Min(date.day, days_in_month((int) year, (int) month + 1)));
	}

	/* Two numbers of 32 bits cannot overflow here, but a time can. */
	day += sign * (int64) span->day;
	day -= POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE;
	if (pg_mul_s64_overflow(day, USECS_PER_DAY, &day) ||
		pg_add_s64_overflow(day, time, &day))
		return false;
	if (sign > 0 ? pg_add_s64_overflow(day, span->time, result)
		: pg_sub_s64_overflow(day, span->time, result))
		return false;
	return IS_VALID_TIMESTAMP(*result);
}

PG_FUNCTION_INFO_V1(esql_date_add);
Datum
esql_date_add(PG_FUNCTION_ARGS)
{
	TimestampTz result;

	if (!add_interval(PG_GETARG_TIMESTAMPTZ(0), PG_GETARG_INTERVAL_P(1), 1, &result))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(result);
}

PG_FUNCTION_INFO_V1(esql_date_sub);
Datum
esql_date_sub(PG_FUNCTION_ARGS)
{
	TimestampTz result;

	if (!add_interval(PG_GETARG_TIMESTAMPTZ(0), PG_GETARG_INTERVAL_P(1), -1, &result))
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
 * Round days down.  Seven of them are a week, which begins on Monday (day -3
 * since 1970); any other number counts from 1970-01-01.  That a multiple of
 * seven other than seven itself counts from a Thursday is Elasticsearch's way.
 */
static int64
truncate_days(int64 ms, int64 days)
{
	return truncate_ms(ms, days * TD_MS_PER_DAY,
					   days == 7 ? -3 * TD_MS_PER_DAY : 0);
}

/*
 * Round months down, counted from 0001-01-01.  One and three months and whole
 * years fall on the calendar's own.  False if that is before any timestamp.
 */
static bool
truncate_months(int64 ms, int64 months, int64 *result)
{
	CalendarDate date = ms_to_calendar(ms);
	int64		month = ((int64) date.year - 1) * 12 + date.month - 1;
	int64		year;

	month = td_floor_div(month, months) * months;
	year = td_floor_div(month, 12);
	if (year + 1 < LEAST_YEAR)
		return false;
	*result = calendar_day((int) year + 1, (int) (month - year * 12) + 1, 1) *
		TD_MS_PER_DAY;
	return true;
}

/*
 * esql_date_trunc(interval, timestamptz): the interval is one of ES|QL's time
 * spans, thus positive and in one unit; the compiler has seen to that, so
 * anything else is an error of the caller.
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
 * A name of a unit or part.  Names may be a column's values, so an unknown one
 * gives null; for constants the compiler asks the functions below beforehand.
 */
typedef struct NamedUnit
{
	const char *name;
	int			unit;
} NamedUnit;

/* The unit of that name, letter case aside, or -1. */
static int
find_unit(const NamedUnit *units, const char *name, size_t length)
{
	for (; units->name != NULL; units++)
	{
		if (strlen(units->name) == length &&
			pg_strncasecmp(units->name, name, length) == 0)
			return units->unit;
	}
	return -1;
}

enum DiffUnit
{
	DIFF_YEAR, DIFF_QUARTER, DIFF_MONTH, DIFF_WEEK, DIFF_DAY, DIFF_HOUR,
	DIFF_MINUTE, DIFF_SECOND, DIFF_MILLISECOND, DIFF_MICROSECOND,
	DIFF_NANOSECOND
};

/* Note that y is a day here and m a month, unlike in a time span. */
static const NamedUnit diff_units[] = {
	{"year", DIFF_YEAR}, {"years", DIFF_YEAR}, {"yyyy", DIFF_YEAR}, {"yy", DIFF_YEAR},
	{"quarter", DIFF_QUARTER}, {"quarters", DIFF_QUARTER},
	{"qq", DIFF_QUARTER}, {"q", DIFF_QUARTER},
	{"month", DIFF_MONTH}, {"months", DIFF_MONTH}, {"mm", DIFF_MONTH}, {"m", DIFF_MONTH},
	{"dayofyear", DIFF_DAY}, {"dy", DIFF_DAY}, {"y", DIFF_DAY},
	{"day", DIFF_DAY}, {"days", DIFF_DAY}, {"dd", DIFF_DAY}, {"d", DIFF_DAY},
	{"week", DIFF_WEEK}, {"weeks", DIFF_WEEK}, {"wk", DIFF_WEEK}, {"ww", DIFF_WEEK},
	{"weekday", DIFF_DAY}, {"weekdays", DIFF_DAY}, {"dw", DIFF_DAY},
	{"hour", DIFF_HOUR}, {"hours", DIFF_HOUR}, {"hh", DIFF_HOUR},
	{"minute", DIFF_MINUTE}, {"minutes", DIFF_MINUTE}, {"mi", DIFF_MINUTE},
	{"n", DIFF_MINUTE},
	{"second", DIFF_SECOND}, {"seconds", DIFF_SECOND}, {"ss", DIFF_SECOND},
	{"s", DIFF_SECOND},
	{"millisecond", DIFF_MILLISECOND}, {"milliseconds", DIFF_MILLISECOND},
	{"ms", DIFF_MILLISECOND},
	{"microsecond", DIFF_MICROSECOND}, {"microseconds", DIFF_MICROSECOND},
	{"mcs", DIFF_MICROSECOND},
	{"nanosecond", DIFF_NANOSECOND}, {"nanoseconds", DIFF_NANOSECOND},
	{"ns", DIFF_NANOSECOND},
	{NULL, 0}
};

const char	td_date_diff_units[] =
"year, quarter, month, dayofyear, day, week, weekday, hour, minute, second, "
"millisecond, microsecond, nanosecond";

bool
td_date_diff_unit_known(const char *name, size_t length)
{
	return find_unit(diff_units, name, length) >= 0;
}

/*
 * Whole months from start to end, towards zero.  As java.time does it: a last
 * day that is not over by the time of day does not count, and then a month is
 * over when the day of the month is reached, there being no clamp: from
 * January 31 to February 29 is no month.
 */
static int64
months_between(int64 start, int64 end)
{
	CalendarDate from = ms_to_calendar(start);
	CalendarDate to = ms_to_calendar(end);
	int64		from_day = td_floor_div(start, TD_MS_PER_DAY);
	int64		to_day = td_floor_div(end, TD_MS_PER_DAY);

	if (to_day > from_day && to.time < from.time)
		to = to_calendar(to_day - 1, 0);
	else if (to_day < from_day && to.time > from.time)
		to = to_calendar(to_day + 1, 0);
	return (((int64) to.year * 12 + to.month) * 32 + to.day -
			(((int64) from.year * 12 + from.month) * 32 + from.day)) / 32;
}

/*
 * Whole units from start to end, both milliseconds since 1970.  False if the
 * number does not fit 64 bits.
 */
static bool
date_difference(int unit, int64 start, int64 end, int64 *result)
{
	int64		elapsed = end - start;	/* both within a timestamp's range */

	switch (unit)
	{
		case DIFF_YEAR:
			*result = months_between(start, end) / 12;
			return true;
		case DIFF_QUARTER:
			*result = months_between(start, end) / 3;
			return true;
		case DIFF_MONTH:
			*result = months_between(start, end);
			return true;
		case DIFF_WEEK:
			*result = elapsed / (7 * TD_MS_PER_DAY);
			return true;
		case DIFF_DAY:
			*result = elapsed / TD_MS_PER_DAY;
			return true;
		case DIFF_HOUR:
			*result = elapsed / 3600000;
			return true;
		case DIFF_MINUTE:
			*result = elapsed / 60000;
			return true;
		case DIFF_SECOND:
			*result = elapsed / 1000;
			return true;
		case DIFF_MILLISECOND:
			*result = elapsed;
			return true;
		case DIFF_MICROSECOND:
			return !pg_mul_s64_overflow(elapsed, 1000, result);
		case DIFF_NANOSECOND:
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
	int			unit = find_unit(diff_units, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
	int64		start;
	int64		end;
	int64		result;

	PG_FREE_IF_COPY(name, 0);
	if (unit < 0 ||
		!td_timestamp_to_ms(PG_GETARG_TIMESTAMPTZ(1), &start) ||
		!td_timestamp_to_ms(PG_GETARG_TIMESTAMPTZ(2), &end) ||
		!date_difference(unit, start, end, &result) ||
		result < PG_INT32_MIN || result > PG_INT32_MAX)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) result);
}

enum DatePart
{
	PART_NANO_OF_SECOND, PART_NANO_OF_DAY, PART_MICRO_OF_SECOND,
	PART_MICRO_OF_DAY, PART_MILLI_OF_SECOND, PART_MILLI_OF_DAY,
	PART_SECOND_OF_MINUTE, PART_SECOND_OF_DAY, PART_MINUTE_OF_HOUR,
	PART_MINUTE_OF_DAY, PART_HOUR_OF_AMPM, PART_CLOCK_HOUR_OF_AMPM,
	PART_HOUR_OF_DAY, PART_CLOCK_HOUR_OF_DAY, PART_AMPM_OF_DAY,
	PART_DAY_OF_WEEK, PART_ALIGNED_DAY_OF_WEEK_IN_MONTH,
	PART_ALIGNED_DAY_OF_WEEK_IN_YEAR, PART_DAY_OF_MONTH, PART_DAY_OF_YEAR,
	PART_EPOCH_DAY, PART_ALIGNED_WEEK_OF_MONTH, PART_ALIGNED_WEEK_OF_YEAR,
	PART_MONTH_OF_YEAR, PART_PROLEPTIC_MONTH, PART_YEAR_OF_ERA, PART_YEAR,
	PART_ERA, PART_INSTANT_SECONDS, PART_OFFSET_SECONDS
};

/* The fields of java.time.temporal.ChronoField, all thirty. */
static const NamedUnit date_parts[] = {
	{"nano_of_second", PART_NANO_OF_SECOND},
	{"nano_of_day", PART_NANO_OF_DAY},
	{"micro_of_second", PART_MICRO_OF_SECOND},
	{"micro_of_day", PART_MICRO_OF_DAY},
	{"milli_of_second", PART_MILLI_OF_SECOND},
	{"milli_of_day", PART_MILLI_OF_DAY},
	{"second_of_minute", PART_SECOND_OF_MINUTE},
	{"second_of_day", PART_SECOND_OF_DAY},
	{"minute_of_hour", PART_MINUTE_OF_HOUR},
	{"minute_of_day", PART_MINUTE_OF_DAY},
	{"hour_of_ampm", PART_HOUR_OF_AMPM},
	{"clock_hour_of_ampm", PART_CLOCK_HOUR_OF_AMPM},
	{"hour_of_day", PART_HOUR_OF_DAY},
	{"clock_hour_of_day", PART_CLOCK_HOUR_OF_DAY},
	{"ampm_of_day", PART_AMPM_OF_DAY},
	{"day_of_week", PART_DAY_OF_WEEK},
	{"aligned_day_of_week_in_month", PART_ALIGNED_DAY_OF_WEEK_IN_MONTH},
	{"aligned_day_of_week_in_year", PART_ALIGNED_DAY_OF_WEEK_IN_YEAR},
	{"day_of_month", PART_DAY_OF_MONTH},
	{"day_of_year", PART_DAY_OF_YEAR},
	{"epoch_day", PART_EPOCH_DAY},
	{"aligned_week_of_month", PART_ALIGNED_WEEK_OF_MONTH},
	{"aligned_week_of_year", PART_ALIGNED_WEEK_OF_YEAR},
	{"month_of_year", PART_MONTH_OF_YEAR},
	{"proleptic_month", PART_PROLEPTIC_MONTH},
	{"year_of_era", PART_YEAR_OF_ERA},
	{"year", PART_YEAR},
	{"era", PART_ERA},
	{"instant_seconds", PART_INSTANT_SECONDS},
	{"offset_seconds", PART_OFFSET_SECONDS},
	{NULL, 0}
};

const char	td_date_parts[] =
"year, month_of_year, day_of_month, day_of_week, day_of_year, epoch_day, "
"hour_of_day, minute_of_hour, minute_of_day, second_of_minute, second_of_day, "
"milli_of_second, milli_of_day, instant_seconds, and the other fields of "
"java.time.temporal.ChronoField";

bool
td_date_part_known(const char *name, size_t length)
{
	return find_unit(date_parts, name, length) >= 0;
}

/* A part that the time of day decides, in milliseconds of that day. */
static int64
part_of_time(int part, int64 time)
{
	int64		hour = time / 3600000;

	switch (part)
	{
		case PART_NANO_OF_SECOND:
			return time % 1000 * 1000000;
		case PART_NANO_OF_DAY:
			return time * 1000000;
		case PART_MICRO_OF_SECOND:
			return time % 1000 * 1000;
		case PART_MICRO_OF_DAY:
			return time * 1000;
		case PART_MILLI_OF_SECOND:
			return time % 1000;
		case PART_MILLI_OF_DAY:
			return time;
		case PART_SECOND_OF_MINUTE:
			return time / 1000 % 60;
		case PART_SECOND_OF_DAY:
			return time / 1000;
		case PART_MINUTE_OF_HOUR:
			return time / 60000 % 60;
		case PART_MINUTE_OF_DAY:
			return time / 60000;
		case PART_HOUR_OF_AMPM:
			return hour % 12;
		case PART_CLOCK_HOUR_OF_AMPM:
			return hour % 12 == 0 ? 12 : hour % 12;
		case PART_HOUR_OF_DAY:
			return hour;
		case PART_CLOCK_HOUR_OF_DAY:
			return hour == 0 ? 24 : hour;
		case PART_AMPM_OF_DAY:
			return hour / 12;
		default:
			Assert(part == PART_OFFSET_SECONDS);
			return 0;			/* UTC */
	}
}

/*
 * A part of the date.  Aligned weeks begin with the month's or the year's
 * first day, whatever day of the week it is.
 */
static int64
part_of_date(int part, int64 epoch_day, const CalendarDate *date)
{
	int64		day_of_year = epoch_day - calendar_day(date->year, 1, 1) + 1;

	switch (part)
	{
		case PART_DAY_OF_WEEK:	/* Monday is 1, and 1970 began on Thursday */
			return epoch_day + 3 - td_floor_div(epoch_day + 3, 7) * 7 + 1;
		case PART_ALIGNED_DAY_OF_WEEK_IN_MONTH:
			return (date->day - 1) % 7 + 1;
		case PART_ALIGNED_DAY_OF_WEEK_IN_YEAR:
			return (day_of_year - 1) % 7 + 1;
		case PART_DAY_OF_MONTH:
			return date->day;
		case PART_DAY_OF_YEAR:
			return day_of_year;
		case PART_EPOCH_DAY:
			return epoch_day;
		case PART_ALIGNED_WEEK_OF_MONTH:
			return (date->day - 1) / 7 + 1;
		case PART_ALIGNED_WEEK_OF_YEAR:
			return (day_of_year - 1) / 7 + 1;
		case PART_MONTH_OF_YEAR:
			return date->month;
		case PART_PROLEPTIC_MONTH:
			return (int64) date->year * 12 + date->month - 1;
		case PART_YEAR_OF_ERA:
			return date->year > 0 ? date->year : 1 - date->year;
		case PART_YEAR:
			return date->year;
		default:
			Assert(part == PART_ERA);
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
	int			part = find_unit(date_parts, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
	CalendarDate date;
	int64		ms;

	PG_FREE_IF_COPY(name, 0);
	if (part < 0 || !td_timestamp_to_ms(PG_GETARG_TIMESTAMPTZ(1), &ms))
		PG_RETURN_NULL();
	if (part == PART_INSTANT_SECONDS)
		PG_RETURN_INT64(td_floor_div(ms, 1000));
	date = ms_to_calendar(ms);
	if (part <= PART_AMPM_OF_DAY || part == PART_OFFSET_SECONDS)
		PG_RETURN_INT64(part_of_time(part, date.time));
	PG_RETURN_INT64(part_of_date(part, td_floor_div(ms, TD_MS_PER_DAY), &date));
}
