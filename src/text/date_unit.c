/*
 * date_unit.c
 *		Names of DATE_DIFF's units and of DATE_EXTRACT's parts.
 */
#include "text/date_unit.h"

#include "text/word.h"

typedef struct NamedUnit
{
	const char *name;
	int			unit;
} NamedUnit;

/* Here y is a day and m a month; in a time span they are year and minute. */
static const NamedUnit diff_units[] = {
	{"year", TD_DIFF_YEAR}, {"years", TD_DIFF_YEAR}, {"yyyy", TD_DIFF_YEAR}, {"yy", TD_DIFF_YEAR},
	{"quarter", TD_DIFF_QUARTER}, {"quarters", TD_DIFF_QUARTER},
	{"qq", TD_DIFF_QUARTER}, {"q", TD_DIFF_QUARTER},
	{"month", TD_DIFF_MONTH}, {"months", TD_DIFF_MONTH}, {"mm", TD_DIFF_MONTH}, {"m", TD_DIFF_MONTH},
	{"dayofyear", TD_DIFF_DAY}, {"dy", TD_DIFF_DAY}, {"y", TD_DIFF_DAY},
	{"day", TD_DIFF_DAY}, {"days", TD_DIFF_DAY}, {"dd", TD_DIFF_DAY}, {"d", TD_DIFF_DAY},
	{"week", TD_DIFF_WEEK}, {"weeks", TD_DIFF_WEEK}, {"wk", TD_DIFF_WEEK}, {"ww", TD_DIFF_WEEK},
	{"weekday", TD_DIFF_DAY}, {"weekdays", TD_DIFF_DAY}, {"dw", TD_DIFF_DAY},
	{"hour", TD_DIFF_HOUR}, {"hours", TD_DIFF_HOUR}, {"hh", TD_DIFF_HOUR},
	{"minute", TD_DIFF_MINUTE}, {"minutes", TD_DIFF_MINUTE}, {"mi", TD_DIFF_MINUTE},
	{"n", TD_DIFF_MINUTE},
	{"second", TD_DIFF_SECOND}, {"seconds", TD_DIFF_SECOND}, {"ss", TD_DIFF_SECOND},
	{"s", TD_DIFF_SECOND},
	{"millisecond", TD_DIFF_MILLISECOND}, {"milliseconds", TD_DIFF_MILLISECOND},
	{"ms", TD_DIFF_MILLISECOND},
	{"microsecond", TD_DIFF_MICROSECOND}, {"microseconds", TD_DIFF_MICROSECOND},
	{"mcs", TD_DIFF_MICROSECOND},
	{"nanosecond", TD_DIFF_NANOSECOND}, {"nanoseconds", TD_DIFF_NANOSECOND},
	{"ns", TD_DIFF_NANOSECOND},
	{NULL, 0}
};

/* The fields of java.time.temporal.ChronoField, all thirty. */
static const NamedUnit date_parts[] = {
	{"nano_of_second", TD_PART_NANO_OF_SECOND},
	{"nano_of_day", TD_PART_NANO_OF_DAY},
	{"micro_of_second", TD_PART_MICRO_OF_SECOND},
	{"micro_of_day", TD_PART_MICRO_OF_DAY},
	{"milli_of_second", TD_PART_MILLI_OF_SECOND},
	{"milli_of_day", TD_PART_MILLI_OF_DAY},
	{"second_of_minute", TD_PART_SECOND_OF_MINUTE},
	{"second_of_day", TD_PART_SECOND_OF_DAY},
	{"minute_of_hour", TD_PART_MINUTE_OF_HOUR},
	{"minute_of_day", TD_PART_MINUTE_OF_DAY},
	{"hour_of_ampm", TD_PART_HOUR_OF_AMPM},
	{"clock_hour_of_ampm", TD_PART_CLOCK_HOUR_OF_AMPM},
	{"hour_of_day", TD_PART_HOUR_OF_DAY},
	{"clock_hour_of_day", TD_PART_CLOCK_HOUR_OF_DAY},
	{"ampm_of_day", TD_PART_AMPM_OF_DAY},
	{"day_of_week", TD_PART_DAY_OF_WEEK},
	{"aligned_day_of_week_in_month", TD_PART_ALIGNED_DAY_OF_WEEK_IN_MONTH},
	{"aligned_day_of_week_in_year", TD_PART_ALIGNED_DAY_OF_WEEK_IN_YEAR},
	{"day_of_month", TD_PART_DAY_OF_MONTH},
	{"day_of_year", TD_PART_DAY_OF_YEAR},
	{"epoch_day", TD_PART_EPOCH_DAY},
	{"aligned_week_of_month", TD_PART_ALIGNED_WEEK_OF_MONTH},
	{"aligned_week_of_year", TD_PART_ALIGNED_WEEK_OF_YEAR},
	{"month_of_year", TD_PART_MONTH_OF_YEAR},
	{"proleptic_month", TD_PART_PROLEPTIC_MONTH},
	{"year_of_era", TD_PART_YEAR_OF_ERA},
	{"year", TD_PART_YEAR},
	{"era", TD_PART_ERA},
	{"instant_seconds", TD_PART_INSTANT_SECONDS},
	{"offset_seconds", TD_PART_OFFSET_SECONDS},
	{NULL, 0}
};

const char	td_date_diff_units[] =
"year, quarter, month, dayofyear, day, week, weekday, hour, minute, second, "
"millisecond, microsecond, nanosecond";

const char	td_date_parts[] =
"year, month_of_year, day_of_month, day_of_week, day_of_year, epoch_day, "
"hour_of_day, minute_of_hour, minute_of_day, second_of_minute, second_of_day, "
"milli_of_second, milli_of_day, instant_seconds, and the other fields of "
"java.time.temporal.ChronoField";

/*
 * The unit of that name, letter case aside, or -1.
 */
static int
find_unit(const NamedUnit *units, const char *name, size_t length)
{
	for (; units->name != NULL; units++)
	{
		if (esql_same_word(name, length, units->name))
			return units->unit;
	}
	return -1;
}

/*
 * The unit of DATE_DIFF that a word names.
 */
bool
td_diff_unit(const char *name, size_t length, TdDiffUnit *unit)
{
	int			found = find_unit(diff_units, name, length);

	*unit = (TdDiffUnit) found;
	return found >= 0;
}

/*
 * The part of DATE_EXTRACT that a word names.
 */
bool
td_date_part(const char *name, size_t length, TdDatePart *part)
{
	int			found = find_unit(date_parts, name, length);

	*part = (TdDatePart) found;
	return found >= 0;
}

/*
 * Is this the name of a unit of DATE_DIFF?
 */
bool
td_date_diff_unit_known(const char *name, size_t length)
{
	return find_unit(diff_units, name, length) >= 0;
}

/*
 * Is this the name of a part of DATE_EXTRACT?
 */
bool
td_date_part_known(const char *name, size_t length)
{
	return find_unit(date_parts, name, length) >= 0;
}
