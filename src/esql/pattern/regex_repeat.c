/*
 * regex_repeat.c
 *		Quantifiers of Java's and Ruby's regular expressions, and what all parts of the
 *		translator write with.
 */
#include "esql/pattern/regex_reader.h"

#define MAX_REPEAT		65535	/* PCRE2's */

/*
 * Write a piece of the result.
 */
void
esql_regex_put(RegexReader *reader, const char *text)
{
	esql_append_text(&reader->out, text);
}

/*
 * Write a number.
 */
void
esql_regex_put_number(RegexReader *reader, int number)
{
	char		digits[12];
	int			at = sizeof(digits) - 1;

	digits[at] = '\0';
	do
		digits[--at] = (char) ('0' + number % 10);
	while ((number /= 10) > 0);
	esql_regex_put(reader, digits + at);
}

/*
 * Pass over blanks and comments, where (?x) is on.
 */
void
esql_regex_skip_blanks(RegexReader *reader)
{
	PatternReader *r = &reader->reader;

	while (reader->flags.extended && esql_pattern_more(r))
	{
		char		c = r->text[r->pos];

		if (c == '#')
		{
			while (esql_pattern_more(r) && r->text[r->pos] != '\n')
				r->pos++;
		}
		else if (c == ' ' || (c >= '\t' && c <= '\r'))
			r->pos++;
		else
			return;
	}
}

/*
 * "{" , [ n ] , [ "," , [ m ] ] , "}".  False, with nothing taken, where Ruby reads
 * the brace literally.
 */
static bool
interval(RegexReader *reader, int *min, int *max)
{
	PatternReader *r = &reader->reader;
	size_t		start = r->pos;
	bool		first;
	bool		second = true;

	(void) esql_pattern_take(r, '{');
	first = esql_pattern_take_number(r, min);
	if (esql_is_java(reader) && !first)
		esql_pattern_fail(r, ESQL_ERROR_VALUE, "A literal brace is written \\{.",
						  "\"{\" is not followed by a number");
	*max = *min;
	if (esql_pattern_take(r, ','))
	{
		second = esql_pattern_take_number(r, max);
		if (!second)
			*max = PATTERN_INFINITE;
	}
	else if (!first)
		second = false;
	if (esql_pattern_take(r, '}') && (first || second))
	{
		if (*max != PATTERN_INFINITE && *min > *max)
			esql_pattern_fail(r, ESQL_ERROR_VALUE, NULL, "a range of repetitions runs backwards");
		if (*min > MAX_REPEAT || *max > MAX_REPEAT)
			esql_pattern_fail(r, ESQL_ERROR_LIMIT, NULL, "too many repetitions (limit is %d)",
							  MAX_REPEAT);
		return true;
	}
	if (esql_is_java(reader))
		esql_pattern_fail(r, ESQL_ERROR_VALUE, "A literal brace is written \\{.",
						  "a brace is not closed");
	r->pos = start;
	return false;
}

/*
 * One of * + ? {}; false if none is next.
 */
static bool
take_quantifier(RegexReader *reader, int *min, int *max)
{
	PatternReader *r = &reader->reader;

	if (esql_pattern_peek(r, '{'))
		return interval(reader, min, max);
	*min = esql_pattern_peek(r, '+') ? 1 : 0;
	*max = esql_pattern_peek(r, '?') ? 1 : PATTERN_INFINITE;
	return esql_pattern_take(r, '*') || esql_pattern_take(r, '+') || esql_pattern_take(r, '?');
}

/*
 * quantifier = ( "*" | "+" | "?" | "{" , n , "}" ) , [ "?" | "+" ] ;
 */
void
esql_regex_quantifier(RegexReader *reader, Piece piece)
{
	PatternReader *r = &reader->reader;
	bool		brace = esql_pattern_peek(r, '{');
	int			min = 0;
	int			max = 0;
	bool		single;

	if (!take_quantifier(reader, &min, &max))
		return;
	if (piece == PIECE_NOTHING)
		esql_pattern_fail(r, ESQL_ERROR_VALUE, "What is meant literally gets a backslash before it.",
						  "a quantifier follows nothing that it could repeat");
	if (piece == PIECE_PLACE)
		esql_regex_unsupported(reader, "a quantifier after what is a place in the text");
	single = max == 1 || max == PATTERN_INFINITE;
	if (min == 0 && single)
		esql_regex_put(reader, max == 1 ? "?" : "*");
	else if (min == 1 && max == PATTERN_INFINITE)
		esql_regex_put(reader, "+");
	else
	{
		esql_regex_put(reader, "{");
		esql_regex_put_number(reader, min);
		if (max != min)
			esql_regex_put(reader, ",");
		if (max != min && max != PATTERN_INFINITE)
			esql_regex_put_number(reader, max);
		esql_regex_put(reader, "}");
	}
	if (brace && !esql_is_java(reader) &&
		(esql_pattern_peek(r, '+') || (min == max && esql_pattern_peek(r, '?'))))
		esql_regex_unsupported(reader, "two quantifiers in a row");
	if (esql_pattern_take(r, '?'))
		esql_regex_put(reader, "?");
	else if (esql_pattern_take(r, '+'))
		esql_regex_put(reader, "+");
	esql_regex_skip_blanks(reader);
	if (take_quantifier(reader, &min, &max))
	{
		if (esql_is_java(reader))
			esql_pattern_fail(r, ESQL_ERROR_VALUE,
							  "What is meant literally gets a backslash before it.",
							  "a quantifier follows nothing that it could repeat");
		esql_regex_unsupported(reader, "two quantifiers in a row");
	}
}
