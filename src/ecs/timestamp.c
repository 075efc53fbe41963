/*
 * timestamp.c
 *		Points in time, as documents write them.
 *
 * ISO 8601: a date, which may end after the year or month, and a time, which
 * may end after the hour or minute; T, t or a blank between them; a fraction of
 * the second with any number of digits after a point or comma, of which those
 * beyond microseconds are cut off, since PostgreSQL has no more; an offset as Z,
 * +hh, +hhmm or +hh:mm, UTC when there is none.  Second 60 is a leap second, and
 * the first of the next minute; hour 24 is midnight at the end of the day.
 *
 * A number is the time since 1970: seconds below 10^11 (the year 5138), else
 * milliseconds, so that 1973 is the first year that milliseconds can be taken
 * for.  A number of four digits is a year, as in Elasticsearch.
 *
 * The result is in microseconds from 2000-01-01 in UTC, within the range of
 * timestamptz.
 */
#include "ecs/timestamp.h"

#include <string.h>

#define MICROSECONDS	INT64_C(1000000)
#define SECONDS_PER_DAY	INT64_C(86400)

/* From 1970 to 2000. */
#define EPOCH_DAYS		INT64_C(10957)

/* PostgreSQL's MIN_TIMESTAMP and END_TIMESTAMP. */
#define FIRST_MICROSECOND	INT64_C(-211813488000000000)
#define END_MICROSECOND		INT64_C(9223371331200000000)

#define FIRST_YEAR		(-4713)
#define LAST_YEAR		294277

/* Numbers with more digits than this before the point are milliseconds. */
#define SECONDS_DIGITS	11

/* Far beyond every timestamp. */
#define LARGE_EXPONENT	1000

/* What is left to read. */
typedef struct Reader
{
	const char *at;
	const char *end;
} Reader;

/*
 * The next character, or NUL.
 */
static char
peek(const Reader *reader)
{
	return reader->at < reader->end ? *reader->at : '\0';
}

/*
 * Past a certain character, if it comes next.
 */
static bool
take(Reader *reader, char c)
{
	if (reader->at >= reader->end || *reader->at != c)
		return false;
	reader->at++;
	return true;
}

/*
 * An ASCII digit?
 */
static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * A number of at least and at most so many digits.
 */
static bool
take_digits(Reader *reader, int least, int most, int *number)
{
	int			n = 0;

	*number = 0;
	while (n < most && is_digit(peek(reader)))
	{
		*number = *number * 10 + (*reader->at++ - '0');
		n++;
	}
	return n >= least && !is_digit(peek(reader));
}

/*
 * Days from 1970-01-01 to a day of the proleptic Gregorian calendar.  The year
 * begins in March here, so that the leap day comes last.
 */
static int64_t
days_from_1970(int year, int month, int day)
{
	int			y = month <= 2 ? year - 1 : year;
	int			era = (y >= 0 ? y : y - 399) / 400;
	int			year_of_era = y - era * 400;
	int			day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int			day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return (int64_t) era * 146097 + day_of_era - 719468;
}

/*
 * Days of a month.
 */
static int
days_in_month(int year, int month)
{
	static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool		leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/*
 * Year, month and day.
 */
static EcsTimestampResult
read_date(Reader *reader, int64_t *days)
{
	bool		negative = take(reader, '-');
	int			year;
	int			month = 1;
	int			day = 1;

	if (!negative)
		take(reader, '+');
	if (!take_digits(reader, 4, 6, &year))
		return ECS_TIMESTAMP_SYNTAX;
	if (take(reader, '-'))
	{
		if (!take_digits(reader, 1, 2, &month))
			return ECS_TIMESTAMP_SYNTAX;
		if (take(reader, '-') && !take_digits(reader, 1, 2, &day))
			return ECS_TIMESTAMP_SYNTAX;
	}
	if (negative)
		year = -year;
	if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 ||
		day < 1 || day > days_in_month(year, month))
		return ECS_TIMESTAMP_RANGE;
	*days = days_from_1970(year, month, day);
	return ECS_TIMESTAMP_OK;
}

/*
 * The digits after a second's decimal mark.
 */
static bool
read_fraction(Reader *reader, int64_t *microseconds)
{
	int64_t		unit = MICROSECONDS / 10;

	if (!is_digit(peek(reader)))
		return false;
	for (; is_digit(peek(reader)); unit /= 10)
		*microseconds += (*reader->at++ - '0') * unit;
	return true;
}

/*
 * Hour, minute and second, as microseconds of the day.
 */
static EcsTimestampResult
read_time(Reader *reader, int64_t *microseconds)
{
	int			hour;
	int			minute = 0;
	int			second = 0;
	int64_t		fraction = 0;

	if (!take_digits(reader, 1, 2, &hour))
		return ECS_TIMESTAMP_SYNTAX;
	if (take(reader, ':'))
	{
		if (!take_digits(reader, 2, 2, &minute))
			return ECS_TIMESTAMP_SYNTAX;
		if (take(reader, ':'))
		{
			if (!take_digits(reader, 2, 2, &second))
				return ECS_TIMESTAMP_SYNTAX;
			if ((take(reader, '.') || take(reader, ',')) && !read_fraction(reader, &fraction))
				return ECS_TIMESTAMP_SYNTAX;
		}
	}
	if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && (minute > 0 || second > 0 || fraction > 0)))
		return ECS_TIMESTAMP_RANGE;
	*microseconds = ((hour * 60 + minute) * 60 + second) * MICROSECONDS + fraction;
	return ECS_TIMESTAMP_OK;
}

/*
 * The offset from UTC, in seconds.
 */
static EcsTimestampResult
read_offset(Reader *reader, int *offset)
{
	bool		negative;
	int			hours;
	int			minutes = 0;

	*offset = 0;
	take(reader, ' ');
	if (take(reader, 'Z') || take(reader, 'z'))
		return ECS_TIMESTAMP_OK;
	if (reader->end - reader->at == 3 &&
		(memcmp(reader->at, "UTC", 3) == 0 || memcmp(reader->at, "GMT", 3) == 0))
	{
		reader->at = reader->end;
		return ECS_TIMESTAMP_OK;
	}
	negative = take(reader, '-');
	if (!negative && !take(reader, '+'))
		return ECS_TIMESTAMP_SYNTAX;
	if (!is_digit(peek(reader)) || reader->end - reader->at < 2 || !is_digit(reader->at[1]))
		return ECS_TIMESTAMP_SYNTAX;
	hours = (reader->at[0] - '0') * 10 + (reader->at[1] - '0');
	reader->at += 2;
	if ((take(reader, ':') || is_digit(peek(reader))) && !take_digits(reader, 2, 2, &minutes))
		return ECS_TIMESTAMP_SYNTAX;
	if (hours > 18 || minutes > 59)
		return ECS_TIMESTAMP_RANGE;
	*offset = (hours * 60 + minutes) * 60;
	if (negative)
		*offset = -*offset;
	return ECS_TIMESTAMP_OK;
}

/*
 * Within what timestamptz holds?
 */
static EcsTimestampResult
in_range(int64_t microseconds, int64_t *result)
{
	if (microseconds < FIRST_MICROSECOND || microseconds >= END_MICROSECOND)
		return ECS_TIMESTAMP_RANGE;
	*result = microseconds;
	return ECS_TIMESTAMP_OK;
}

/*
 * A date, and what may follow it.
 */
static EcsTimestampResult
read_iso(Reader *reader, int64_t *result)
{
	int64_t		days;
	int64_t		microseconds = 0;
	int			offset = 0;
	EcsTimestampResult status = read_date(reader, &days);

	if (status != ECS_TIMESTAMP_OK)
		return status;
	if (reader->at < reader->end)
	{
		if (!take(reader, 'T') && !take(reader, 't') && !take(reader, ' '))
			return ECS_TIMESTAMP_SYNTAX;
		status = read_time(reader, &microseconds);
		if (status == ECS_TIMESTAMP_OK && reader->at < reader->end)
			status = read_offset(reader, &offset);
		if (status != ECS_TIMESTAMP_OK)
			return status;
		if (reader->at < reader->end)
			return ECS_TIMESTAMP_SYNTAX;
	}
	/* no overflow: the years are limited */
	days -= EPOCH_DAYS;
	if (days > INT64_MAX / (SECONDS_PER_DAY * MICROSECONDS) - 2)
		return ECS_TIMESTAMP_RANGE;
	return in_range((days * SECONDS_PER_DAY - offset) * MICROSECONDS + microseconds, result);
}

/*
 * The digits of a number, without zeros in front: how many there are before
 * the point, once the exponent is applied, and where they stand.
 */
static bool
read_number(Reader *reader, Reader *digits, int *before_point)
{
	int			whole = 0;
	int			exponent = 0;
	bool		negative;

	while (take(reader, '0'))
		continue;
	digits->at = reader->at;
	for (; is_digit(peek(reader)); reader->at++)
	{
		if (whole < LARGE_EXPONENT)
			whole++;
	}
	if (take(reader, '.'))
	{
		if (!is_digit(peek(reader)))
			return false;
		while (is_digit(peek(reader)))
			reader->at++;
	}
	digits->end = reader->at;
	if (take(reader, 'e') || take(reader, 'E'))
	{
		negative = take(reader, '-');
		if (!negative)
			take(reader, '+');
		if (!is_digit(peek(reader)))
			return false;
		for (; is_digit(peek(reader)); reader->at++)
		{
			if (exponent < LARGE_EXPONENT)
				exponent = exponent * 10 + (*reader->at - '0');
		}
		if (negative)
			exponent = -exponent;
	}
	*before_point = whole + exponent;
	return reader->at == reader->end;
}

/*
 * Seconds or milliseconds since 1970.
 *
 * In 0.00123e5 zeros count as digits before the point, so it counts as longer
 * than it is.  That makes no difference, because the border is as high as 10^11.
 */
static EcsTimestampResult
read_epoch(Reader *reader, int64_t *result)
{
	bool		negative = take(reader, '-');
	int64_t		microseconds = 0;
	Reader		digits;
	int			n;

	if (!read_number(reader, &digits, &n))
		return ECS_TIMESTAMP_SYNTAX;
	/* so many digits, with zeros when there are fewer, are the microseconds */
	n += n <= SECONDS_DIGITS ? 6 : 3;
	for (; n > 0; n--)
	{
		take(&digits, '.');
		if (microseconds >= INT64_MAX / 10)
			return ECS_TIMESTAMP_RANGE;
		microseconds *= 10;
		if (is_digit(peek(&digits)))
			microseconds += *digits.at++ - '0';
	}
	if (negative)
		microseconds = -microseconds;
	/* with room for the difference, which is 10^15 */
	if (microseconds < FIRST_MICROSECOND || microseconds > END_MICROSECOND)
		return ECS_TIMESTAMP_RANGE;
	return in_range(microseconds - EPOCH_DAYS * SECONDS_PER_DAY * MICROSECONDS, result);
}

/*
 * Does it read as a number, and not as a year?
 */
static bool
is_number(EcsText text)
{
	size_t		i = text.length > 0 && text.data[0] == '-';
	size_t		digits = 0;

	while (i + digits < text.length && is_digit(text.data[i + digits]))
		digits++;
	if (digits == 0 || (digits == 4 && text.length == 4))
		return false;
	i += digits;
	return i == text.length || text.data[i] == '.' || text.data[i] == 'e' || text.data[i] == 'E';
}

/*
 * Read a timestamp.
 */
EcsTimestampResult
ecs_read_timestamp(EcsText text, int64_t *result)
{
	Reader		reader = {text.data, text.data + text.length};

	/* text that shippers did not trim */
	while (reader.at < reader.end && *reader.at == ' ')
		reader.at++;
	while (reader.at < reader.end && reader.end[-1] == ' ')
		reader.end--;
	if (reader.at == reader.end)
		return ECS_TIMESTAMP_SYNTAX;
	if (is_number((EcsText) {reader.at, (size_t) (reader.end - reader.at)}))
		return read_epoch(&reader, result);
	return read_iso(&reader, result);
}
