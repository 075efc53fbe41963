/*
 * calendar.h
 *		The calendar of ES|QL's dates: UTC, Gregorian backwards without end.
 */
#ifndef ESQL_VALUE_CALENDAR_H
#define ESQL_VALUE_CALENDAR_H

#include "compat.h"

#include "datatype/timestamp.h"

/* Years that date2j() can take; everything a timestamp can hold is inside. */
#define LEAST_YEAR		(-4713)
#define TD_GREATEST_YEAR	294277

/* A date as the calendar has it, and the time of that day. */
typedef struct TdCalendarDate
{
	int			year;			/* 0 is 1 BC */
	int			month;			/* 1 to 12 */
	int			day;			/* 1 to 31 */
	int64		time;			/* in the unit that was split */
} TdCalendarDate;

extern TdCalendarDate td_to_calendar(int64 epoch_day, int64 time);
extern TdCalendarDate td_ms_to_calendar(int64 ms);
extern int64 td_calendar_day(int year, int month, int day);
extern bool td_add_interval(TimestampTz timestamp, const Interval *span, int sign, TimestampTz *result);

#endif							/* ESQL_VALUE_CALENDAR_H */
