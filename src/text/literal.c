/*
 * literal.c
 *		Values read from and written as text, the way ES|QL does it.
 *
 * Dates are milliseconds since 1970 in UTC on the proleptic Gregorian
 * calendar, with a year 0, as java.time has them; the calendar is computed
 * from days with the year beginning in March, so that the leap day comes last.
 *
 * Doubles go through strtod() and snprintf(), which round correctly but take
 * the decimal point from the locale.  So they never get to see one: a number is
 * read as its digits and an exponent ("15e-1"), and written from the digits of
 * "%e", without the character between them.
 */
#include "text/literal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/word.h"

#define MS_PER_DAY	INT64_C(86400000)

/* No double needs more digits than this to be rounded correctly. */
#define MAX_DIGITS	800

static const struct
{
	const char *name;
	EsqlTimeUnit unit;
} time_units[] =
{
	/* the first of each unit is its name */
	{"millisecond", ESQL_MILLISECOND}, {"milliseconds", ESQL_MILLISECOND}, {"ms", ESQL_MILLISECOND},
	{"second", ESQL_SECOND}, {"seconds", ESQL_SECOND}, {"sec", ESQL_SECOND}, {"s", ESQL_SECOND},
	{"minute", ESQL_MINUTE}, {"minutes", ESQL_MINUTE}, {"min", ESQL_MINUTE}, {"m", ESQL_MINUTE},
	{"hour", ESQL_HOUR}, {"hours", ESQL_HOUR}, {"h", ESQL_HOUR},
	{"day", ESQL_DAY}, {"days", ESQL_DAY}, {"d", ESQL_DAY},
	{"week", ESQL_WEEK}, {"weeks", ESQL_WEEK}, {"w", ESQL_WEEK},
	{"month", ESQL_MONTH}, {"months", ESQL_MONTH}, {"mo", ESQL_MONTH},
	{"quarter", ESQL_QUARTER}, {"quarters", ESQL_QUARTER}, {"q", ESQL_QUARTER},
	{"year", ESQL_YEAR}, {"years", ESQL_YEAR}, {"yr", ESQL_YEAR}, {"y", ESQL_YEAR},
};

#define NTIME_UNITS	(sizeof(time_units) / sizeof(time_units[0]))

/* What is left to read. */
typedef struct Reader
{
	const char *s;
	const char *end;
} Reader;

/*
 * An ASCII digit?
 */
static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * The unit that a word names, letter case aside.
 */
bool
esql_read_time_unit(const char *s, size_t n, EsqlTimeUnit *unit)
{
	for (size_t i = 0; i < NTIME_UNITS; i++)
	{
		if (esql_same_word(s, n, time_units[i].name))
		{
			*unit = time_units[i].unit;
			return true;
		}
	}
	return false;
}

/*
 * A unit's name, in the singular.
 */
const char *
esql_time_unit_name(EsqlTimeUnit unit)
{
	for (size_t i = 0; i < NTIME_UNITS; i++)
	{
		if (time_units[i].unit == unit)
			return time_units[i].name;
	}
	return "?";
}

/*
 * Exactly n digits.
 */
static bool
read_digits(Reader *reader, int n, int *value)
{
	if (reader->end - reader->s < n)
		return false;
	*value = 0;
	for (int i = 0; i < n; i++)
	{
		if (!is_digit(reader->s[i]))
			return false;
		*value = *value * 10 + (reader->s[i] - '0');
	}
	reader->s += n;
	return true;
}

/*
 * One certain character, if it is next.
 */
static bool
read_char(Reader *reader, char c)
{
	if (reader->s == reader->end || *reader->s != c)
		return false;
	reader->s++;
	return true;
}

/*
 * Of the Gregorian calendar.
 */
static bool
is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/*
 * How many days a month has; months count from 1.
 */
static int
days_of_month(int64_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/*
 * Days from 1970-01-01 to a day.  A 400-year era has 146097 days; in a year
 * that begins in March the day of the year is (153 * month + 2) / 5 + day.
 */
static int64_t
days_from_date(int64_t year, int month, int day)
{
	int64_t		era;
	int64_t		of_era;
	int64_t		day_of_year;

	if (month <= 2)
		year--;
	era = (year >= 0 ? year : year - 399) / 400;
	of_era = year - era * 400;
	day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719468;
}

/*
 * The other way round.
 */
static void
date_from_days(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t		era;
	int64_t		of_era;
	int64_t		year_of_era;
	int64_t		day_of_year;
	int			m;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	of_era = days - era * 146097;
	year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	m = (int) ((5 * day_of_year + 2) / 153);
	*day = (int) (day_of_year - (153 * m + 2) / 5 + 1);
	*month = m < 10 ? m + 3 : m - 9;
	*year = year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

/*
 * zone = "Z" | sign hh [ [":"] mm ].  Nothing more may follow.  The result is
 * in minutes east of UTC.
 */
static bool
read_zone(Reader *reader, int *minutes)
{
	int			sign;
	int			hh;
	int			mm = 0;

	if (read_char(reader, 'Z'))
	{
		*minutes = 0;
		return reader->s == reader->end;
	}
	if (read_char(reader, '+'))
		sign = 1;
	else if (read_char(reader, '-'))
		sign = -1;
	else
		return false;
	if (!read_digits(reader, 2, &hh))
		return false;
	if (reader->s != reader->end)
	{
		(void) read_char(reader, ':');
		if (!read_digits(reader, 2, &mm))
			return false;
	}
	if (mm > 59 || hh * 60 + mm > 18 * 60)
		return false;
	*minutes = sign * (hh * 60 + mm);
	return reader->s == reader->end;
}

/*
 * time = hh [ ":" mm [ ":" ss [ ("." | ",") digit{1,9} ] ] ], as milliseconds
 * of the day.  Digits beyond the milliseconds are dropped.
 */
static bool
read_time(Reader *reader, int64_t *ms)
{
	int			hh;
	int			mm = 0;
	int			ss = 0;
	int			fraction = 0;

	if (!read_digits(reader, 2, &hh))
		return false;
	if (read_char(reader, ':'))
	{
		if (!read_digits(reader, 2, &mm))
			return false;
		if (read_char(reader, ':'))
		{
			if (!read_digits(reader, 2, &ss))
				return false;
			if (read_char(reader, '.') || read_char(reader, ','))
			{
				int			n;

				for (n = 0; n < 9 && reader->s < reader->end && is_digit(*reader->s); n++)
				{
					if (n < 3)
						fraction = fraction * 10 + (*reader->s - '0');
					reader->s++;
				}
				if (n == 0)
					return false;
				for (; n < 3; n++)
					fraction *= 10;
			}
		}
	}
	if (hh > 23 || mm > 59 || ss > 59)
		return false;
	*ms = ((hh * INT64_C(60) + mm) * 60 + ss) * 1000 + fraction;
	return true;
}

/*
 * date = yyyy [ "-" MM [ "-" dd ] ] [ "T" [ time [ zone ] ] ], the format that
 * Elasticsearch calls strict_date_optional_time; without a zone it is UTC.  The
 * time needs the whole date before it.
 */
bool
esql_read_date(const char *s, size_t n, int64_t *ms)
{
	Reader		reader = {s, s + n};
	int			year;
	int			month = 1;
	int			day = 1;
	int64_t		time = 0;
	int			zone = 0;
	bool		whole = false;

	if (!read_digits(&reader, 4, &year))
		return false;
	if (read_char(&reader, '-'))
	{
		if (!read_digits(&reader, 2, &month))
			return false;
		if (read_char(&reader, '-'))
		{
			if (!read_digits(&reader, 2, &day))
				return false;
			whole = true;
		}
	}
	if (month < 1 || month > 12 || day < 1 || day > days_of_month(year, month))
		return false;
	if (whole && read_char(&reader, 'T') && reader.s != reader.end)
	{
		if (!read_time(&reader, &time))
			return false;
		if (reader.s != reader.end && !read_zone(&reader, &zone))
			return false;
	}
	if (reader.s != reader.end)
		return false;
	*ms = days_from_date(year, month, day) * MS_PER_DAY + time - zone * INT64_C(60000);
	return true;
}

/*
 * yyyy-MM-ddTHH:mm:ss.SSSZ; years outside 0000 to 9999 have a sign, as Java
 * writes them.  Returns the length.
 */
size_t
esql_write_date(int64_t ms, char buf[ESQL_LITERAL_SIZE])
{
	int64_t		days = ms / MS_PER_DAY;
	int64_t		rest = ms % MS_PER_DAY;
	int64_t		year;
	int			month;
	int			day;
	int			n;

	if (rest < 0)
	{
		rest += MS_PER_DAY;
		days--;
	}
	date_from_days(days, &year, &month, &day);
	n = snprintf(buf, ESQL_LITERAL_SIZE, "%s%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ",
				 year > 9999 ? "+" : (year < 0 ? "-" : ""),
				 (long long) (year < 0 ? -year : year), month, day,
				 (int) (rest / 3600000), (int) (rest / 60000 % 60),
				 (int) (rest / 1000 % 60), (int) (rest % 1000));
	return (size_t) n;
}

/*
 * Java's trim(): removes characters up to the blank (U+0020) at both ends.
 */
static void
trim(Reader *reader)
{
	while (reader->s < reader->end && (unsigned char) *reader->s <= ' ')
		reader->s++;
	while (reader->s < reader->end && (unsigned char) reader->end[-1] <= ' ')
		reader->end--;
}

/*
 * Collects the digits of a number, without its leading zeros, and where the
 * point stands.  Of the digits beyond MAX_DIGITS it only matters whether any of
 * them is not zero.
 */
typedef struct Digits
{
	char		text[MAX_DIGITS + 32];
	int			n;
	int64_t		exponent;		/* of ten, for the digits read as an integer */
	bool		any;			/* a digit was there at all */
	bool		more;			/* a dropped digit was not zero */
} Digits;

/*
 * Take the digits that come next, those before the point or those behind it.
 */
static void
collect_digits(Reader *reader, Digits *digits, bool fraction)
{
	for (; reader->s < reader->end && is_digit(*reader->s); reader->s++)
	{
		char		c = *reader->s;

		digits->any = true;
		if (digits->n == 0 && c == '0')
		{
			if (fraction)
				digits->exponent--;
		}
		else if (digits->n < MAX_DIGITS)
		{
			digits->text[digits->n++] = c;
			if (fraction)
				digits->exponent--;
		}
		else
		{
			digits->more = digits->more || c != '0';
			if (!fraction)
				digits->exponent++;
		}
	}
}

/*
 * [sign] digits [ "." digits ] [ "e" [sign] digits ] [ "d" | "f" ], with blanks
 * around it, as Double.parseDouble() takes it.  Hexadecimal numbers, NaN,
 * Infinity and numbers that round to infinity are not read.
 */
bool
esql_read_double(const char *s, size_t n, double *value)
{
	Reader		reader = {s, s + n};
	Digits		digits = {.n = 0};
	bool		negative;
	int64_t		exponent = 0;
	double		result;

	trim(&reader);
	negative = read_char(&reader, '-');
	if (!negative)
		(void) read_char(&reader, '+');
	collect_digits(&reader, &digits, false);
	if (read_char(&reader, '.'))
		collect_digits(&reader, &digits, true);
	if (!digits.any)
		return false;
	if (read_char(&reader, 'e') || read_char(&reader, 'E'))
	{
		bool		negative_exponent = read_char(&reader, '-');

		if (!negative_exponent)
			(void) read_char(&reader, '+');
		if (reader.s == reader.end || !is_digit(*reader.s))
			return false;
		for (; reader.s < reader.end && is_digit(*reader.s); reader.s++)
		{
			if (exponent < INT64_C(1000000000000))
				exponent = exponent * 10 + (*reader.s - '0');
		}
		if (negative_exponent)
			exponent = -exponent;
	}
	if (reader.s < reader.end && memchr("dDfF", *reader.s, 4) != NULL)
		reader.s++;
	if (reader.s != reader.end)
		return false;
	if (digits.n == 0)
		result = 0.0;
	else
	{
		exponent += digits.exponent;
		if (digits.more)
		{
			/* stands for all that was dropped: above the half, below the next */
			digits.text[digits.n++] = '1';
			exponent--;
		}
		if (exponent > 100000)
			exponent = 100000;
		if (exponent < -100000)
			exponent = -100000;
		snprintf(digits.text + digits.n, 16, "e%d", (int) exponent);
		result = strtod(digits.text, NULL);
	}
	if (isinf(result))
		return false;
	*value = negative ? -result : result;
	return true;
}

/*
 * [sign] digits, if it fits 64 bits.
 */
static bool
read_whole(Reader reader, int64_t *value)
{
	bool		negative = read_char(&reader, '-');
	uint64_t	limit = negative ? (uint64_t) INT64_MAX + 1 : (uint64_t) INT64_MAX;
	uint64_t	result = 0;

	if (!negative)
		(void) read_char(&reader, '+');
	if (reader.s == reader.end)
		return false;
	for (; reader.s < reader.end; reader.s++)
	{
		unsigned	digit;

		if (!is_digit(*reader.s))
			return false;
		digit = (unsigned) (*reader.s - '0');
		if (result > (limit - digit) / 10)
			return false;
		result = result * 10 + digit;
	}
	*value = negative ? (int64_t) (0 - result) : (int64_t) result;
	return true;
}

/*
 * TO_LONG of a string: a whole number, or else any number, rounded half up.
 * Rounding takes numbers up to 2^63 itself, which becomes the greatest long, as
 * in ES|QL.
 */
bool
esql_read_long(const char *s, size_t n, int64_t *value)
{
	Reader		reader = {s, s + n};
	double		d;
	int64_t		below;

	if (read_whole(reader, value))
		return true;
	if (!esql_read_double(s, n, &d))
		return false;
	if (d > 9223372036854775808.0 || d < -9223372036854775808.0)
		return false;
	if (d == 9223372036854775808.0)
	{
		*value = INT64_MAX;
		return true;
	}
	/* not d + 0.5, which could round up by itself */
	below = (int64_t) d;
	if ((double) below > d)
		below--;
	*value = below + (d - (double) below >= 0.5 ? 1 : 0);
	return true;
}

/*
 * TO_BOOLEAN of a string: "true" in any letter case is true, all else false.
 */
bool
esql_read_boolean(const char *s, size_t n)
{
	return esql_same_word(s, n, "true");
}

/*
 * A time span in a string, "1 day" or "5m".
 */
bool
esql_read_timespan(const char *s, size_t n, int64_t *amount, EsqlTimeUnit *unit)
{
	Reader		reader = {s, s + n};
	Reader		number;
	int64_t		value;

	trim(&reader);
	number = reader;
	if (reader.s < reader.end && (*reader.s == '-' || *reader.s == '+'))
		reader.s++;
	while (reader.s < reader.end && is_digit(*reader.s))
		reader.s++;
	number.end = reader.s;
	if (!read_whole(number, &value))
		return false;
	trim(&reader);
	if (!esql_read_time_unit(reader.s, (size_t) (reader.end - reader.s), unit))
		return false;
	*amount = value;
	return true;
}

/*
 * The fewest digits, but at least two, that are read as d again; *exponent is
 * that of d.ddd.  d is positive and finite.  Returns how many digits, trailing
 * zeros taken off.
 */
static int
shortest_digits(double d, char digits[18], int *exponent)
{
	int			n = 0;

	for (int precision = 2; precision <= 17; precision++)
	{
		char		text[48];
		char		again[48];
		const char *p;

		snprintf(text, sizeof(text), "%.*e", precision - 1, d);
		n = 0;
		for (p = text; *p != 'e' && *p != '\0'; p++)
		{
			if (is_digit(*p) && n < 17)
				digits[n++] = *p;
		}
		*exponent = *p == 'e' ? atoi(p + 1) : 0;
		snprintf(again, sizeof(again), "%.*se%d", n, digits, *exponent - (n - 1));
		if (strtod(again, NULL) == d)
			break;
	}
	while (n > 1 && digits[n - 1] == '0')
		n--;
	return n;
}

/*
 * A double as Java's Double.toString() writes it: the shortest digits that are
 * read as the same number (of at least two digits the nearest, which shows in
 * 4.9E-324), with a point always, and with an exponent below 1e-3 and from 1e7
 * on.  Returns the length.
 */
size_t
esql_write_double(double d, char buf[ESQL_LITERAL_SIZE])
{
	char		digits[18];
	int			n;
	int			exponent;
	size_t		at = 0;

	if (isnan(d))
		return (size_t) snprintf(buf, ESQL_LITERAL_SIZE, "NaN");
	if (isinf(d))
		return (size_t) snprintf(buf, ESQL_LITERAL_SIZE, d > 0 ? "Infinity" : "-Infinity");
	if (signbit(d))
		buf[at++] = '-';
	d = fabs(d);
	if (d == 0.0)
		return at + (size_t) snprintf(buf + at, ESQL_LITERAL_SIZE - at, "0.0");
	n = shortest_digits(d, digits, &exponent);
	if (exponent < -3 || exponent >= 7)
		return at + (size_t) snprintf(buf + at, ESQL_LITERAL_SIZE - at, "%c.%.*sE%d", digits[0],
									  n > 1 ? n - 1 : 1, n > 1 ? digits + 1 : "0", exponent);
	if (exponent < 0)
		return at + (size_t) snprintf(buf + at, ESQL_LITERAL_SIZE - at, "0.%.*s%.*s",
									  -exponent - 1, "000", n, digits);
	for (int i = 0; i <= exponent; i++)
		buf[at++] = i < n ? digits[i] : '0';
	return at + (size_t) snprintf(buf + at, ESQL_LITERAL_SIZE - at, ".%.*s",
								  n > exponent + 1 ? n - exponent - 1 : 1,
								  n > exponent + 1 ? digits + exponent + 1 : "0");
}
