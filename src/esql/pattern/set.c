/*
 * set.c
 *		Sets of characters, and reading a pattern character by character.
 *
 * A set is an array of ranges.  Adding appends a range. esql_set_normalize()
 * sorts and merges the ranges; everything but adding needs a normalized set.
 * Sets are as short as the classes of the pattern, so simple algorithms do.
 */
#include "esql/pattern/tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/error.h"
#include "text/utf8.h"

/*
 * Report an error and leave the reader.  The message is put behind "invalid
 * pattern for ...: " or "pattern for ... is not supported: ", by its class.
 */
void
esql_pattern_fail(PatternReader *reader, EsqlErrorClass class, const char *hint,
				  const char *format, ...)
{
	char		message[300];
	va_list		args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	if (class == ESQL_ERROR_MEMORY)
		esql_set_error(reader->context, class, reader->span, NULL, "%s", message);
	else if (class == ESQL_ERROR_UNSUPPORTED)
		esql_set_error(reader->context, class, reader->span, hint,
					   "pattern for %s is not supported: %s", reader->place, message);
	else
		esql_set_error(reader->context, class, reader->span, hint,
					   "invalid pattern for %s: %s", reader->place, message);
	longjmp(reader->escape, 1);
}

/*
 * Zeroed memory of the context's allocator.
 */
void *
esql_pattern_get(PatternReader *reader, size_t size)
{
	void	   *result = reader->context->alloc(reader->context->alloc_arg, size);

	if (result == NULL)
		esql_pattern_fail(reader, ESQL_ERROR_MEMORY, NULL, "out of memory");
	memset(result, 0, size);
	return result;
}

/*
 * Check that the text is UTF-8 without zero bytes.  The functions below rely on
 * it.
 */
void
esql_pattern_check_text(PatternReader *reader)
{
	size_t		at = 0;

	while (at < reader->length)
	{
		uint32_t	code;
		size_t		n = td_utf8_decode(reader->text + at, reader->length - at, &code);

		if (n == 0 || code == 0)
			esql_pattern_fail(reader, ESQL_ERROR_VALUE, NULL, "not valid UTF-8 text");
		at += n;
	}
}

/*
 * Is anything left to read?
 */
bool
esql_pattern_more(const PatternReader *reader)
{
	return reader->pos < reader->length;
}

/*
 * Is an ASCII character next?
 */
bool
esql_pattern_peek(const PatternReader *reader, char c)
{
	return reader->pos < reader->length && reader->text[reader->pos] == c;
}

/*
 * Take an ASCII character if it is next.
 */
bool
esql_pattern_take(PatternReader *reader, char c)
{
	if (!esql_pattern_peek(reader, c))
		return false;
	reader->pos++;
	return true;
}

/*
 * Take whatever character is next; there has to be one.
 */
uint32_t
esql_pattern_next(PatternReader *reader)
{
	uint32_t	code = 0;
	size_t		n;

	if (!esql_pattern_more(reader))
		esql_pattern_fail(reader, ESQL_ERROR_VALUE, NULL, "unexpected end of the pattern");
	n = td_utf8_decode(reader->text + reader->pos, reader->length - reader->pos, &code);
	reader->pos += n == 0 ? 1 : n;
	return code;
}

/*
 * Take digits, if any, as a number that fits 31 bits.
 */
bool
esql_pattern_take_number(PatternReader *reader, int *value)
{
	size_t		start = reader->pos;
	int64_t		result = 0;

	while (reader->pos < reader->length && reader->text[reader->pos] >= '0' &&
		   reader->text[reader->pos] <= '9')
	{
		result = result * 10 + (reader->text[reader->pos++] - '0');
		if (result > INT32_MAX)
			esql_pattern_fail(reader, ESQL_ERROR_VALUE, NULL, "number out of range");
	}
	*value = (int) result;
	return reader->pos > start;
}

/*
 * One parenthesis further in; the caller counts down.
 */
void
esql_pattern_enter(PatternReader *reader)
{
	if (++reader->level > ESQL_MAX_DEPTH)
		esql_pattern_fail(reader, ESQL_ERROR_LIMIT, NULL, "nested too deeply (limit is %d)",
						  ESQL_MAX_DEPTH);
}

/*
 * Add a range.
 */
void
esql_set_add(PatternReader *reader, CharSet *set, uint32_t from, uint32_t to)
{
	if (set->n == set->capacity)
	{
		uint32_t	capacity = set->capacity == 0 ? 4 : set->capacity * 2;
		uint32_t	(*grown)[2] = esql_pattern_get(reader, capacity * sizeof(*grown));

		if (set->n > 0)
			memcpy(grown, set->ranges, set->n * sizeof(*grown));
		set->ranges = grown;
		set->capacity = capacity;
	}
	set->ranges[set->n][0] = from;
	set->ranges[set->n][1] = to;
	set->n++;
}

/*
 * Add all members of another set.
 */
void
esql_set_add_set(PatternReader *reader, CharSet *set, const CharSet *other)
{
	for (uint32_t i = 0; i < other->n; i++)
		esql_set_add(reader, set, other->ranges[i][0], other->ranges[i][1]);
}

/*
 * Add one of the classes \d \D \w \W \s \S, ASCII all of them.  Java's white
 * space has two characters more than Lucene's.  False if the letter is none.
 */
bool
esql_set_add_class(PatternReader *reader, CharSet *set, uint32_t letter, bool java)
{
	CharSet		class = {NULL, 0, 0};

	switch (letter)
	{
		case 'd':
		case 'D':
			esql_set_add(reader, &class, '0', '9');
			break;
		case 'w':
		case 'W':
			esql_set_add(reader, &class, '0', '9');
			esql_set_add(reader, &class, 'A', 'Z');
			esql_set_add(reader, &class, '_', '_');
			esql_set_add(reader, &class, 'a', 'z');
			break;
		case 's':
		case 'S':
			esql_set_add(reader, &class, '\t', '\n');
			if (java)
				esql_set_add(reader, &class, '\v', '\f');
			esql_set_add(reader, &class, '\r', '\r');
			esql_set_add(reader, &class, ' ', ' ');
			break;
		default:
			return false;
	}
	esql_set_normalize(&class);
	if (letter < 'a')
		esql_set_negate(reader, &class);
	esql_set_add_set(reader, set, &class);
	return true;
}

/*
 * For qsort(): by where they begin.
 */
static int
compare_ranges(const void *a, const void *b)
{
	const uint32_t *left = a;
	const uint32_t *right = b;

	return left[0] < right[0] ? -1 : left[0] > right[0] ? 1 : 0;
}

/*
 * Sort the ranges and merge those that meet.
 */
void
esql_set_normalize(CharSet *set)
{
	uint32_t	n = 0;

	if (set->n == 0)
		return;
	qsort(set->ranges, set->n, sizeof(set->ranges[0]), compare_ranges);
	for (uint32_t i = 1; i < set->n; i++)
	{
		if (set->ranges[i][0] <= set->ranges[n][1] + 1)
		{
			if (set->ranges[i][1] > set->ranges[n][1])
				set->ranges[n][1] = set->ranges[i][1];
		}
		else
		{
			n++;
			set->ranges[n][0] = set->ranges[i][0];
			set->ranges[n][1] = set->ranges[i][1];
		}
	}
	set->n = n + 1;
}

/*
 * All other characters.  The set has to be normalized, and is again.
 */
void
esql_set_negate(PatternReader *reader, CharSet *set)
{
	CharSet		result = {NULL, 0, 0};
	uint32_t	next = 0;

	for (uint32_t i = 0; i < set->n; i++)
	{
		if (set->ranges[i][0] > next)
			esql_set_add(reader, &result, next, set->ranges[i][0] - 1);
		next = set->ranges[i][1] + 1;
	}
	if (next <= PATTERN_MAX_CODE)
		esql_set_add(reader, &result, next, PATTERN_MAX_CODE);
	*set = result;
}

/*
 * Add what differs from members in letter case only, for ASCII letters: Java's
 * (?i) without (?u).
 */
void
esql_set_add_other_case(PatternReader *reader, CharSet *set)
{
	CharSet		other = {NULL, 0, 0};

	for (uint32_t c = 'a'; c <= 'z'; c++)
	{
		uint32_t	upper = c - 'a' + 'A';

		for (uint32_t i = 0; i < set->n; i++)
		{
			if (c >= set->ranges[i][0] && c <= set->ranges[i][1])
				esql_set_add(reader, &other, upper, upper);
			if (upper >= set->ranges[i][0] && upper <= set->ranges[i][1])
				esql_set_add(reader, &other, c, c);
		}
	}
	esql_set_add_set(reader, set, &other);
	esql_set_normalize(set);
}

/*
 * Is every character in a normalized set?
 */
bool
esql_set_is_full(const CharSet *set)
{
	return set->n == 1 && set->ranges[0][0] == 0 && set->ranges[0][1] == PATTERN_MAX_CODE;
}
