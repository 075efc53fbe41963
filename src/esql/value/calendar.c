/*
 * calendar.c
 *		The calendar of ES|QL's dates.
 *
 * PostgreSQL's own arithmetic on timestamps goes by the session's time zone, so
 * none of it is used here.  date2j() and j2date() convert between days and
 * dates; they know the Gregorian calendar only, with a year 0, as java.time
 * does.
 */
#include "compat.h"

#include "common/int.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "esql/value/calendar.h"
#include "esql/value/instant.h"

/*
 * Split an instant of a timestamp's range, given as days since 1970 and the
 * time of that day.
 */
TdCalendarDate
td_to_calendar(int64 epoch_day, int64 time)
{
	TdCalendarDate date;

	j2date((int) (epoch_day + UNIX_EPOCH_JDATE), &date.year, &date.month, &date.day);
	date.time = time;
	return date;
}

/*
 * The same of milliseconds since 1970.
 */
TdCalendarDate
td_ms_to_calendar(int64 ms)
{
	int64		day = td_floor_div(ms, TD_MS_PER_DAY);

	return td_to_calendar(day, ms - day * TD_MS_PER_DAY);
}

/*
 * Days since 1970 of a date of the calendar.
 */
int64
td_calendar_day(int year, int month, int day)
{
	return (int64) date2j(year, month, day) - UNIX_EPOCH_JDATE;
}

/*
 * Days of a month.
 */
static int
days_in_month(int year, int month)
{
	return day_tab[isleap(year)][month - 1];
}

/*
 * Add sign times an interval to a timestamp: first the months, the day being
 * clamped to the month's last one, then the days, then the time.  False if the
 * result, or the date on the way, is not in PostgreSQL's range.  An infinite
 * interval (since version 17) has the greatest number of months and lands out
 * of range by itself.
 */
bool
td_add_interval(TimestampTz timestamp, const Interval *span, int sign,
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
		TdCalendarDate date = td_to_calendar(day, time);
		int64		month = (int64) date.year * 12 + date.month - 1 +
			sign * (int64) span->month;
		int64		year = td_floor_div(month, 12);

		if (year < LEAST_YEAR || year > TD_GREATEST_YEAR)
			return false;
		month -= year * 12;
		day = td_calendar_day((int) year, (int) month + 1,
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
