/*
 * whole.c
 *		Whole numbers of 64 bits, as documents write them.
 *
 * [sign] digits [. digits] [e [sign] digits].  What is behind the decimal point,
 * once the exponent is applied, is cut off, as Elasticsearch does.  There is no
 * way through a double, which holds 53 bits only.
 */
#include "text/whole.h"

#include <stdbool.h>

/* Far beyond 64 bits, and far from overflowing. */
#define LARGE_EXPONENT	INT64_C(1000000000)

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * The exponent at i, which reaches to the end; false if there is something else.
 */
static bool
read_exponent(const char *text, size_t length, size_t i, int64_t *exponent)
{
	bool		negative = false;
	size_t		digits = 0;

	*exponent = 0;
	if (i == length)
		return true;
	if (text[i] != 'e' && text[i] != 'E')
		return false;
	i++;
	if (i < length && (text[i] == '-' || text[i] == '+'))
		negative = text[i++] == '-';
	for (; i < length && is_digit(text[i]); i++, digits++)
	{
		if (*exponent < LARGE_EXPONENT)
			*exponent = *exponent * 10 + (text[i] - '0');
	}
	if (negative)
		*exponent = -*exponent;
	return digits > 0 && i == length;
}

/*
 * Read a whole number.
 */
TdWholeResult
td_read_whole(const char *text, size_t length, int64_t *result)
{
	size_t		start = length > 0 && (text[0] == '-' || text[0] == '+');
	bool		negative = start > 0 && text[0] == '-';
	uint64_t	limit = (uint64_t) INT64_MAX + negative;
	uint64_t	number = 0;
	size_t		end = start;
	size_t		digits = 0;
	int64_t		before = 0;		/* digits before the point */
	int64_t		exponent;
	bool		point = false;
	size_t		i = start;

	for (; end < length && (is_digit(text[end]) || (text[end] == '.' && !point)); end++)
	{
		if (text[end] == '.')
			point = true;
		else
		{
			digits++;
			before += !point;
		}
	}
	if (digits == 0 || !read_exponent(text, length, end, &exponent))
		return TD_WHOLE_SYNTAX;
	/* zeros in front count for nothing, however many there are */
	for (before += exponent; before > 0; before--)
	{
		unsigned	digit = 0;

		if (i < end && text[i] == '.')
			i++;
		if (i < end)
			digit = (unsigned) (text[i++] - '0');
		else if (number == 0)
			break;
		if (number > (limit - digit) / 10)
			return TD_WHOLE_RANGE;
		number = number * 10 + digit;
	}
	*result = negative ? (int64_t) (0 - number) : (int64_t) number;
	return TD_WHOLE_OK;
}

/*
 * Put a character where there is room for it, and count it.
 */
static size_t
put(char *to, size_t done, char c)
{
	if (to != NULL)
		to[done] = c;
	return done + 1;
}

/*
 * A JSON number without an exponent, as PostgreSQL's numeric shows it: as many
 * decimals as it is spelled with, once the exponent is applied, and no sign before
 * zero.  Returns its length; to may be NULL.
 */
size_t
td_plain_number(char *to, const char *text, size_t length)
{
	size_t		start = text[0] == '-';
	size_t		end = start;
	size_t		done = 0;
	size_t		i = start;
	int64_t		before = 0;		/* digits before the point */
	int64_t		decimals = 0;	/* and after it, as spelled */
	int64_t		exponent;
	bool		point = false;
	bool		zero = true;
	bool		leading = true;

	for (; end < length && (is_digit(text[end]) || text[end] == '.'); end++)
	{
		point = point || text[end] == '.';
		before += !point;
		decimals += point && text[end] != '.';
		zero = zero && (text[end] == '0' || text[end] == '.');
	}
	(void) read_exponent(text, length, end, &exponent);
	before += exponent;
	decimals = decimals > exponent ? decimals - exponent : 0;
	if (start > 0 && !zero)
		done = put(to, done, '-');
	/* leading zeros, but the last one before the point, are left out */
	for (; before > 0; before--)
	{
		char		c = '0';

		if (i < end && text[i] == '.')
			i++;
		if (i < end)
			c = text[i++];
		leading = leading && c == '0';
		if (!leading)
			done = put(to, done, c);
		else if (zero && i >= end)
			break;
	}
	if (leading)
		done = put(to, done, '0');
	if (decimals > 0)
		done = put(to, done, '.');
	for (; decimals > 0; decimals--)
	{
		char		c = '0';

		if (before < 0)
			before++;
		else
		{
			if (i < end && text[i] == '.')
				i++;
			if (i < end)
				c = text[i++];
		}
		done = put(to, done, c);
	}
	return done;
}
