/*
 * date_scan.c
 *		Reading a date by a pattern of DATE_PARSE.
 *
 * Two steps, as in java.time under its strict style.  First the items take
 * values out of the text, item after item; an optional part that does not fit
 * takes none.  Then the values come to a date: each is checked for its range,
 * and those that say the same part twice have to agree.
 *
 * What the values leave open is Elasticsearch's choice: midnight, the first day
 * of the month, the first month of the year, 1970.  A time with a year but
 * without a month is one of 1970-01-01.  The letter y is a year of an era: it
 * is taken for a year without an era, but a day of the week is then not checked.
 */
#include "esql/pattern/date_pattern.h"

#include <string.h>

#define NANOS_PER_SECOND	INT64_C(1000000000)
#define NANOS_PER_DAY		(86400 * NANOS_PER_SECOND)
#define GREATEST_YEAR		INT64_C(999999999)

/* The values so far. */
typedef struct Values
{
	bool		known[TD_DATE_FIELDS];
	int64_t		value[TD_DATE_FIELDS];
} Values;

typedef struct Scanner
{
	const TdDatePattern *pattern;
	const char *text;
	size_t		length;
	size_t		at;
	Values		values;
} Scanner;

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Note a value.  Two of a field must be the same. */
static bool
set(Values *values, TdDateField field, int64_t value)
{
	if (values->known[field])
		return values->value[field] == value;
	values->known[field] = true;
	values->value[field] = value;
	return true;
}

/* Digits from a place on, most of them; false if the number is beyond 64 bits. */
static bool
read_digits(const char *text, size_t count, int64_t *value)
{
	*value = 0;
	for (size_t i = 0; i < count; i++)
	{
		int			digit = text[i] - '0';

		if (*value > (INT64_MAX - digit) / 10)
			return false;
		*value = *value * 10 + digit;
	}
	return true;
}

/* A number, which leaves digits to the numbers behind it. */
static bool
scan_number(Scanner *s, const TdDateItem *item)
{
	bool		plus = s->at < s->length && s->text[s->at] == '+';
	bool		minus = s->at < s->length && s->text[s->at] == '-';
	size_t		least = (size_t) item->least;
	size_t		most = (size_t) item->most;
	size_t		count = 0;
	int64_t		value;

	if ((plus && item->sign != TD_DATE_PLUS_IF_LONG) || (minus && item->sign == TD_DATE_NO_SIGN))
		return false;
	if (plus || minus)
		s->at++;
	while (s->at + count < s->length && count < most + (size_t) item->following && is_digit(s->text[s->at + count]))
		count++;
	if (item->following > 0)
		count = count >= least + (size_t) item->following ? count - (size_t) item->following :
			count < least ? count : least;
	if (count < least || !read_digits(s->text + s->at, count, &value))
		return false;
	if (minus && value == 0)
		return false;
	if (item->sign == TD_DATE_PLUS_IF_LONG && !minus && plus != (count > least))
		return false;
	s->at += count;
	if (item->kind == TD_DATE_REDUCED)
		value += 2000;
	return set(&s->values, item->field, minus ? -value : value);
}

/* A fraction of a second, of so many digits. */
static bool
scan_fraction(Scanner *s, const TdDateItem *item)
{
	int64_t		value = 0;

	for (int i = 0; i < 9; i++)
	{
		if (i < item->least && (s->at >= s->length || !is_digit(s->text[s->at])))
			return false;
		value = value * 10 + (i < item->least ? s->text[s->at++] - '0' : 0);
	}
	return set(&s->values, TD_DATE_NANO, value);
}

/* Is the word next?  Then take it. */
static bool
take(Scanner *s, const char *word, size_t length)
{
	if (s->length - s->at < length || memcmp(s->text + s->at, word, length) != 0)
		return false;
	s->at += length;
	return true;
}

/* One of the names of a part. */
static bool
scan_text(Scanner *s, const TdDateItem *item)
{
	static const char *const halves[] = {"AM", "PM"};
	static const char *const short_eras[] = {"BC", "AD"};
	static const char *const full_eras[] = {"Before Christ", "Anno Domini"};
	const char *const *names = halves;
	int			count = 2;
	int			first = 0;

	if (item->field == TD_DATE_ERA)
		names = item->style == TD_DATE_FULL ? full_eras : short_eras;
	else if (item->field != TD_DATE_AMPM)
	{
		names = item->field == TD_DATE_MONTH ? td_month_names : td_day_names;
		count = item->field == TD_DATE_MONTH ? 12 : 7;
		first = 1;
	}
	for (int i = 0; i < count; i++)
	{
		bool		cut = first == 1 && item->style == TD_DATE_SHORT;

		if (take(s, names[i], cut ? 3 : strlen(names[i])))
			return set(&s->values, item->field, first + i);
	}
	return false;
}

/* Two digits of an offset, up to 59. */
static bool
take_pair(Scanner *s, bool colon, int *value)
{
	size_t		at = s->at + colon;
	int			read;

	if (at + 2 > s->length || (colon && s->text[s->at] != ':') || !is_digit(s->text[at]) || !is_digit(s->text[at + 1]))
		return false;
	read = (s->text[at] - '0') * 10 + (s->text[at + 1] - '0');
	if (read > 59)
		return false;
	*value = read;
	s->at = at + 2;
	return true;
}

static bool
scan_offset(Scanner *s, const TdDateItem *item)
{
	int			hours;
	int			minutes = 0;
	int			seconds = 0;
	bool		minus;

	if (take(s, item->zero, strlen(item->zero)))
		return set(&s->values, TD_DATE_OFFSET, 0);
	if (s->at >= s->length || (s->text[s->at] != '+' && s->text[s->at] != '-'))
		return false;
	minus = s->text[s->at++] == '-';
	if (!take_pair(s, false, &hours))
		return false;
	if (!take_pair(s, item->colon, &minutes))
	{
		if (item->minutes == TD_DATE_ALWAYS)
			return false;
	}
	else if (item->seconds != TD_DATE_NEVER)
		(void) take_pair(s, item->colon, &seconds);
	seconds += hours * 3600 + minutes * 60;
	return set(&s->values, TD_DATE_OFFSET, minus ? -seconds : seconds);
}

/* The items from one to another. */
static bool
scan_items(Scanner *s, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
	{
		const TdDateItem *item = &s->pattern->items[i];
		Scanner		before;
		bool		fits = false;

		switch (item->kind)
		{
			case TD_DATE_LITERAL:
			case TD_DATE_ZONE_NAME:
				fits = take(s, item->literal.data, item->literal.length);
				break;
			case TD_DATE_NUMBER:
			case TD_DATE_REDUCED:
				fits = scan_number(s, item);
				break;
			case TD_DATE_FRACTION:
				fits = scan_fraction(s, item);
				break;
			case TD_DATE_TEXT:
				fits = scan_text(s, item);
				break;
			case TD_DATE_ZONE:
				fits = scan_offset(s, item);
				break;
			case TD_DATE_OPTIONAL:
				before = *s;
				if (!scan_items(s, i + 1, item->end))
					*s = before;
				i = item->end - 1;
				fits = true;
				break;
		}
		if (!fits)
			return false;
	}
	return true;
}

/* Take a value out, if it is there.  False if it is out of range. */
static bool
remove_value(Values *values, TdDateField field, int64_t least, int64_t most, bool *there, int64_t *value)
{
	*there = values->known[field];
	*value = values->value[field];
	values->known[field] = false;
	return !*there || (*value >= least && *value <= most);
}

/* Is a value in its range, if it is there? */
static bool
in_range(const Values *values, TdDateField field, int64_t least, int64_t most)
{
	return !values->known[field] || (values->value[field] >= least && values->value[field] <= most);
}

/* A year from the year of an era, if the text names the era. */
static bool
resolve_year(Values *values)
{
	bool		there;
	bool		era_there;
	int64_t		of_era;
	int64_t		era;

	if (!remove_value(values, TD_DATE_YEAR_OF_ERA, 1, GREATEST_YEAR + 1, &there, &of_era))
		return false;
	if (!there)
		return true;
	if (!remove_value(values, TD_DATE_ERA, 0, 1, &era_there, &era))
		return false;
	if (era_there)
		return set(values, TD_DATE_YEAR, era == 1 ? of_era : 1 - of_era);
	if (values->known[TD_DATE_YEAR])
		return set(values, TD_DATE_YEAR, values->value[TD_DATE_YEAR] > 0 ? of_era : 1 - of_era);
	values->known[TD_DATE_YEAR_OF_ERA] = true;
	return true;
}

/* A day of the calendar.  False if there is none such. */
static bool
make_day(int64_t year, int64_t month, int64_t day, int64_t *epoch_day)
{
	if (year < -GREATEST_YEAR || year > GREATEST_YEAR || month < 1 || month > 12 || day < 1 ||
		day > td_date_month_length(year, (int) month))
		return false;
	*epoch_day = td_date_epoch_day(year, (int) month, (int) day);
	return true;
}

/* A day of a year.  False if the year is shorter. */
static bool
make_day_of_year(int64_t year, int64_t day, int64_t *epoch_day)
{
	if (!make_day(year, 1, 1, epoch_day) || day < 1 || day > 337 + td_date_month_length(year, 2))
		return false;
	*epoch_day += day - 1;
	return true;
}

/* Do the other values of the date say the same? */
static bool
agrees(const Values *values, int64_t year, int64_t epoch_day)
{
	int64_t		day_of_year = epoch_day - td_date_epoch_day(year, 1, 1) + 1;
	int64_t		weekday = ((epoch_day + 3) % 7 + 7) % 7 + 1;
	int			month = 12;
	int64_t		first;

	while ((first = td_date_epoch_day(year, month, 1)) > epoch_day)
		month--;
	return in_range(values, TD_DATE_ERA, year > 0, year > 0) &&
		in_range(values, TD_DATE_MONTH, month, month) &&
		in_range(values, TD_DATE_DAY, epoch_day - first + 1, epoch_day - first + 1) &&
		in_range(values, TD_DATE_DAY_OF_YEAR, day_of_year, day_of_year) &&
		in_range(values, TD_DATE_DAY_OF_WEEK, weekday, weekday);
}

/*
 * The day that the values make with their year, which has to be one without an
 * era.  False on contradiction; *found tells whether there is one.
 */
static bool
resolve_day(const Values *values, int64_t *epoch_day, bool *found)
{
	int64_t		year = values->value[TD_DATE_YEAR];

	*found = false;
	if (!values->known[TD_DATE_YEAR])
		return true;
	if (values->known[TD_DATE_MONTH] && values->known[TD_DATE_DAY])
		*found = make_day(year, values->value[TD_DATE_MONTH], values->value[TD_DATE_DAY], epoch_day);
	else if (values->known[TD_DATE_DAY_OF_YEAR])
		*found = make_day_of_year(year, values->value[TD_DATE_DAY_OF_YEAR], epoch_day);
	else
		return true;
	return *found && agrees(values, year, *epoch_day);
}

/* Hours of a half of the day and of the clock as hours of the day. */
static bool
resolve_hours(Values *values)
{
	bool		there;
	bool		half_there = values->known[TD_DATE_AMPM];
	int64_t		half = values->value[TD_DATE_AMPM];
	int64_t		hour;

	if (!remove_value(values, TD_DATE_CLOCK_HOUR, 1, 24, &there, &hour) ||
		(there && !set(values, TD_DATE_HOUR, hour % 24)))
		return false;
	if (!remove_value(values, TD_DATE_CLOCK_HOUR_OF_AMPM, 1, 12, &there, &hour) ||
		(there && !set(values, TD_DATE_HOUR_OF_AMPM, hour % 12)))
		return false;
	if (!half_there)
		return true;
	if (!remove_value(values, TD_DATE_HOUR_OF_AMPM, 0, 11, &there, &hour))
		return false;
	if (!there)
		return true;
	values->known[TD_DATE_AMPM] = false;
	return set(values, TD_DATE_HOUR, half * 12 + hour);
}

/* The second of the day as hour, minute and second. */
static bool
set_seconds(Values *values, int64_t seconds)
{
	return set(values, TD_DATE_HOUR, seconds / 3600) && set(values, TD_DATE_MINUTE, seconds / 60 % 60) &&
		set(values, TD_DATE_SECOND, seconds % 60);
}

/* The time as counted from midnight, taken apart. */
static bool
resolve_counts(Values *values)
{
	bool		there;
	int64_t		nanos;
	int64_t		millis;

	if (!remove_value(values, TD_DATE_NANO_OF_DAY, 0, NANOS_PER_DAY - 1, &there, &nanos) ||
		(there && (!set_seconds(values, nanos / NANOS_PER_SECOND) || !set(values, TD_DATE_NANO, nanos % NANOS_PER_SECOND))) ||
		!remove_value(values, TD_DATE_MILLI_OF_DAY, 0, NANOS_PER_DAY / 1000000 - 1, &there, &millis) ||
		(there && !set_seconds(values, millis / 1000)))
		return false;
	if (there && values->known[TD_DATE_NANO])
		return values->value[TD_DATE_NANO] / 1000000 == millis % 1000;
	return !there || set(values, TD_DATE_NANO, millis % 1000 * 1000000);
}

/*
 * The time of the day; *found tells whether there is one.  An hour with a gap
 * behind it, as in "HH ss", makes none, and java.time checks nothing of it.
 */
static bool
resolve_time(Values *values, int64_t *nano_of_day, bool *found)
{
	int64_t		hour;
	bool		minute;
	bool		second;
	bool		nano;

	if (!resolve_hours(values) || !resolve_counts(values) || !in_range(values, TD_DATE_NANO, 0, NANOS_PER_SECOND - 1))
		return false;
	minute = values->known[TD_DATE_MINUTE];
	second = values->known[TD_DATE_SECOND];
	nano = values->known[TD_DATE_NANO];
	*found = values->known[TD_DATE_HOUR] && (minute || (!second && !nano)) && (second || !nano);
	*nano_of_day = 0;
	if (!*found && values->known[TD_DATE_HOUR])
		return true;
	if (!in_range(values, TD_DATE_HOUR, 0, 23) || !in_range(values, TD_DATE_MINUTE, 0, 59) ||
		!in_range(values, TD_DATE_SECOND, 0, 59) || !in_range(values, TD_DATE_HOUR_OF_AMPM, 0, 11))
		return false;
	if (!*found)
		return true;
	hour = values->value[TD_DATE_HOUR];
	*nano_of_day = ((hour * 60 + (minute ? values->value[TD_DATE_MINUTE] : 0)) * 60 +
					(second ? values->value[TD_DATE_SECOND] : 0)) * NANOS_PER_SECOND +
		(nano ? values->value[TD_DATE_NANO] : 0);
	/* what else was said of the hour has to agree */
	return in_range(values, TD_DATE_AMPM, hour / 12, hour / 12) &&
		in_range(values, TD_DATE_HOUR_OF_AMPM, hour % 12, hour % 12);
}

/* The date that the values make, with what they leave open. */
static bool
resolve(Values *values, TdDateRead *date)
{
	bool		has_day;
	bool		has_time;
	int64_t		year;

	if (!resolve_year(values) || !resolve_day(values, &date->epoch_day, &has_day) ||
		!resolve_time(values, &date->nano_of_day, &has_time))
		return false;
	date->has_offset = values->known[TD_DATE_OFFSET];
	date->offset = date->has_offset ? (int) values->value[TD_DATE_OFFSET] : 0;
	if (date->offset < -18 * 3600 || date->offset > 18 * 3600)
		return false;
	if (has_day)
		return true;
	year = values->known[TD_DATE_YEAR] ? values->value[TD_DATE_YEAR] :
		values->known[TD_DATE_YEAR_OF_ERA] ? values->value[TD_DATE_YEAR_OF_ERA] : 1970;
	if (values->known[TD_DATE_YEAR_OF_ERA] && values->known[TD_DATE_DAY_OF_YEAR] &&
		!(values->known[TD_DATE_MONTH] && values->known[TD_DATE_DAY]))
		return make_day_of_year(year, values->value[TD_DATE_DAY_OF_YEAR], &date->epoch_day);
	if (values->known[TD_DATE_MONTH])
		return make_day(year, values->value[TD_DATE_MONTH],
						values->known[TD_DATE_DAY] ? values->value[TD_DATE_DAY] : 1, &date->epoch_day);
	if (has_time)
		return make_day(1970, 1, 1, &date->epoch_day);
	if (values->known[TD_DATE_YEAR] || values->known[TD_DATE_YEAR_OF_ERA])
		return make_day(year, 1, 1, &date->epoch_day);
	return false;
}

/*
 * The whole text as a date.  False if the pattern does not fit, or if there is
 * no such date.
 */
bool
td_date_scan(const TdDatePattern *pattern, const char *text, size_t length, TdDateRead *date)
{
	Scanner		s = {.pattern = pattern, .text = text, .length = length};

	return scan_items(&s, 0, pattern->count) && s.at == s.length && resolve(&s.values, date);
}
