/*
 * date_print.c
 *		Writing a date, in UTC, by a pattern of DATE_FORMAT.
 */
#include "esql/pattern/date_pattern.h"

#include <string.h>

static const char *const short_quarters[] = {"Q1", "Q2", "Q3", "Q4"};
static const char *const full_quarters[] = {"1st quarter", "2nd quarter", "3rd quarter", "4th quarter"};
static const char *const eras[2][3] = {{"BC", "Before Christ", "B"}, {"AD", "Anno Domini", "A"}};

#define NANOS_PER_SECOND	INT64_C(1000000000)

/*
 * Days since 1970 of a date of the Gregorian calendar, continued backwards.
 */
int64_t
td_date_epoch_day(int64_t year, int month, int day)
{
	int64_t		y = month > 2 ? year : year - 1;	/* years begin in March here */
	int64_t		century = y >= 0 ? y / 400 : (y - 399) / 400;
	int64_t		of_century = y - century * 400;
	int64_t		of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return century * 146097 + of_century * 365 + of_century / 4 - of_century / 100 + of_year - 719468;
}

int
td_date_month_length(int64_t year, int month)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool		leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return lengths[month - 1] + (month == 2 && leap);
}

/* A part of the date as a number. */
static int64_t
value_of(TdDateField field, const TdDateValue *date)
{
	int64_t		second = date->nano_of_day / NANOS_PER_SECOND;
	int64_t		hour = second / 3600;
	int64_t		weekday = (date->epoch_day + 3) % 7;

	switch (field)
	{
		case TD_DATE_ERA:
			return date->year > 0;
		case TD_DATE_YEAR_OF_ERA:
			return date->year > 0 ? date->year : 1 - date->year;
		case TD_DATE_YEAR:
			return date->year;
		case TD_DATE_QUARTER:
			return (date->month - 1) / 3 + 1;
		case TD_DATE_MONTH:
			return date->month;
		case TD_DATE_DAY_OF_YEAR:
			return date->epoch_day - td_date_epoch_day(date->year, 1, 1) + 1;
		case TD_DATE_DAY:
			return date->day;
		case TD_DATE_DAY_OF_WEEK:
			return (weekday < 0 ? weekday + 7 : weekday) + 1;
		case TD_DATE_AMPM:
			return hour / 12;
		case TD_DATE_HOUR:
			return hour;
		case TD_DATE_CLOCK_HOUR:
			return hour == 0 ? 24 : hour;
		case TD_DATE_HOUR_OF_AMPM:
			return hour % 12;
		case TD_DATE_CLOCK_HOUR_OF_AMPM:
			return hour % 12 == 0 ? 12 : hour % 12;
		case TD_DATE_MINUTE:
			return second / 60 % 60;
		case TD_DATE_SECOND:
			return second % 60;
		case TD_DATE_NANO:
			return date->nano_of_day % NANOS_PER_SECOND;
		case TD_DATE_MILLI_OF_DAY:
			return date->nano_of_day / 1000000;
		case TD_DATE_NANO_OF_DAY:
			return date->nano_of_day;
		case TD_DATE_JULIAN_DAY:
			return date->epoch_day + 40587;
		case TD_DATE_OFFSET:
		case TD_DATE_FIELDS:
			break;
	}
	return 0;
}

/* At least so many digits. */
static size_t
print_digits(char *to, int64_t value, int least)
{
	char		digits[TD_DATE_ITEM_MAX];
	int			count = 0;

	while (value > 0 || count < least)
	{
		digits[count++] = (char) ('0' + value % 10);
		value /= 10;
	}
	for (int i = 0; i < count; i++)
		to[i] = digits[count - 1 - i];
	return (size_t) count;
}

/* A number with its sign, or 0 if the pattern cannot hold it. */
static size_t
print_number(char *to, int64_t value, const TdDateItem *item)
{
	bool		negative = value < 0;
	size_t		sign = 0;
	size_t		length;

	if (negative && item->sign == TD_DATE_NO_SIGN)
		return 0;
	length = print_digits(to + 1, negative ? -value : value, item->least);
	if ((int) length > item->most)
		return 0;
	if (negative || (item->sign == TD_DATE_PLUS_IF_LONG && (int) length > item->least))
	{
		to[0] = negative ? '-' : '+';
		sign = 1;
	}
	if (sign == 0)
		memmove(to, to + 1, length);
	return length + sign;
}

static size_t
print_word(char *to, const char *word, size_t length)
{
	memcpy(to, word, length);
	return length;
}

/* The name of a part. */
static size_t
print_text(char *to, int64_t value, const TdDateItem *item)
{
	const char *name = NULL;
	size_t		length;

	if (item->field == TD_DATE_MONTH)
		name = td_month_names[value - 1];
	else if (item->field == TD_DATE_DAY_OF_WEEK)
		name = td_day_names[value - 1];
	if (name != NULL)			/* short ones have three letters */
	{
		length = item->style == TD_DATE_SHORT ? 3 : item->style == TD_DATE_NARROW ? 1 : strlen(name);
		return print_word(to, name, length);
	}
	if (item->field == TD_DATE_AMPM)
		name = value == 0 ? "AM" : "PM";
	else if (item->field == TD_DATE_ERA)
		name = eras[value][item->style];
	else if (item->style == TD_DATE_NARROW)
		return print_digits(to, value, 1);
	else
		name = item->style == TD_DATE_FULL ? full_quarters[value - 1] : short_quarters[value - 1];
	return print_word(to, name, strlen(name));
}

/*
 * The date by the pattern.  to has room for all literals and TD_DATE_ITEM_MAX
 * bytes for each other item.  False if a number does not fit.
 */
bool
td_date_print(const TdDatePattern *pattern, const TdDateValue *date, char *to, size_t *length)
{
	size_t		at = 0;

	for (uint32_t i = 0; i < pattern->count; i++)
	{
		const TdDateItem *item = &pattern->items[i];
		size_t		written;

		switch (item->kind)
		{
			case TD_DATE_LITERAL:
			case TD_DATE_ZONE_NAME:
				at += print_word(to + at, item->literal.data, item->literal.length);
				continue;
			case TD_DATE_ZONE:
				at += print_word(to + at, item->zero, strlen(item->zero));
				continue;
			case TD_DATE_OPTIONAL:
				continue;		/* a date has all parts */
			case TD_DATE_TEXT:
				at += print_text(to + at, value_of(item->field, date), item);
				continue;
			case TD_DATE_REDUCED:
				written = (size_t) (value_of(item->field, date) < 0 ? -value_of(item->field, date) : value_of(item->field, date)) % 100;
				at += print_digits(to + at, (int64_t) written, 2);
				continue;
			case TD_DATE_FRACTION:
				print_digits(to + at, value_of(TD_DATE_NANO, date), 9);
				at += (size_t) item->least;
				continue;
			case TD_DATE_NUMBER:
				written = print_number(to + at, value_of(item->field, date), item);
				if (written == 0)
					return false;
				at += written;
				continue;
		}
	}
	*length = at;
	return true;
}
