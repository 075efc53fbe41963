/*
 * regex_class.c
 *		Classes in brackets: ranges, classes in classes, intersections.
 */
#include "esql/pattern/regex_reader.h"

/*
 * Ruby's [:alpha:] inside brackets; the first bracket has been taken.
 */
static bool
posix_bracket(RegexReader *reader, RegexClass *class)
{
	PatternReader *r = &reader->reader;
	size_t		start = r->pos + 1;
	size_t		end = start;
	bool		negated;
	RegexClass	found = {{NULL, 0, 0}, NULL, NULL};

	if (reader->dialect != ESQL_DIALECT_RUBY || !esql_pattern_peek(r, ':'))
		return false;
	negated = start < r->length && r->text[start] == '^';
	if (negated)
		end = ++start;
	while (end < r->length && r->text[end] >= 'a' && r->text[end] <= 'z')
		end++;
	if (end + 1 >= r->length || r->text[end] != ':' || r->text[end + 1] != ']')
		return false;
	if (!esql_class_add_named(reader, &found, r->text + start, end - start))
		esql_regex_unsupported(reader, "the class [:%.*s:]", (int) (end - start), r->text + start);
	r->pos = end + 2;
	if (negated)
		esql_class_negate(reader, &found);
	esql_class_unite(reader, class, &found);
	return true;
}

/*
 * One character of a class; true if it was a class, which has been added.
 */
static bool
class_char(RegexReader *reader, RegexClass *class, uint32_t *code)
{
	PatternReader *r = &reader->reader;
	RegexClass	found = {{NULL, 0, 0}, NULL, NULL};
	bool		is_class;

	if (esql_pattern_take(r, '\\'))
	{
		is_class = esql_regex_escape(reader, true, &found, code);
		if (is_class)
			esql_class_unite(reader, class, &found);
		return is_class;
	}
	*code = esql_pattern_next(r);
	if (reader->flags.extended && reader->dialect == ESQL_DIALECT_JAVA &&
		(*code == '#' || *code == ' ' || (*code >= '\t' && *code <= '\r')))
		esql_regex_unsupported(reader, "a blank or # in brackets after (?x)");
	return false;
}

/*
 * item = class | char , [ "-" , char ] ;
 */
static void
class_item(RegexReader *reader, RegexClass *class)
{
	PatternReader *r = &reader->reader;
	RegexClass	range = {{NULL, 0, 0}, NULL, NULL};
	uint32_t	from;
	uint32_t	to;

	if (class_char(reader, class, &from))
		return;
	to = from;
	if (esql_pattern_peek(r, '-') && r->pos + 1 < r->length && r->text[r->pos + 1] != ']' &&
		r->text[r->pos + 1] != '[')
	{
		(void) esql_pattern_take(r, '-');
		if (class_char(reader, &range, &to))
			esql_pattern_fail(r, ESQL_ERROR_VALUE, NULL, "a class cannot end a range");
	}
	if (to < from)
		esql_pattern_fail(r, ESQL_ERROR_VALUE, NULL, "a range in brackets runs backwards");
	esql_set_add(r, &range.set, from, to);
	if (reader->flags.ignore_case && reader->dialect == ESQL_DIALECT_JAVA)
		esql_set_add_other_case(r, &range.set);
	esql_class_unite(reader, class, &range);
}

/*
 * Is && next?
 */
static bool
at_intersection(const PatternReader *r)
{
	return r->pos + 1 < r->length && r->text[r->pos] == '&' && r->text[r->pos + 1] == '&';
}

/*
 * What stands between two &&, or before the first, or after the last.  Java
 * reads a bracket after && that is followed by more in a way of its own.
 */
static void
class_side(RegexReader *reader, RegexClass *class, bool first, bool *nested)
{
	PatternReader *r = &reader->reader;
	bool		bracket = false;
	int			items = 0;

	while (!esql_pattern_peek(r, ']') && !at_intersection(r))
	{
		if (!esql_pattern_more(r))
			esql_pattern_fail(r, ESQL_ERROR_VALUE, "A literal bracket is written \\[.",
							  "a bracket is not closed");
		items++;
		if (!esql_pattern_take(r, '['))
			class_item(reader, class);
		else if (!posix_bracket(reader, class))
		{
			RegexClass	inner = {{NULL, 0, 0}, NULL, NULL};

			bracket = *nested = true;
			esql_regex_bracket(reader, &inner);
			esql_class_unite(reader, class, &inner);
		}
	}
	if (items == 0)
		esql_regex_unsupported(reader, "an empty side of && in brackets");
	if (!first && bracket && items > 1 && reader->dialect == ESQL_DIALECT_JAVA)
		esql_regex_unsupported(reader, "more than one class after && in brackets");
	esql_set_normalize(&class->set);
}

/*
 * bracket = "[" , [ "^" ] , side , { "&&" , side } , "]" ;
 *
 * The first bracket has been taken.
 */
void
esql_regex_bracket(RegexReader *reader, RegexClass *class)
{
	PatternReader *r = &reader->reader;
	bool		negated;
	bool		nested = false;

	esql_pattern_enter(r);
	negated = esql_pattern_take(r, '^');
	if (esql_pattern_peek(r, ']'))
		esql_regex_unsupported(reader, "a class that begins with a bracket (write it \\])");
	class_side(reader, class, true, &nested);
	while (at_intersection(r))
	{
		RegexClass	side = {{NULL, 0, 0}, NULL, NULL};

		if (reader->flags.ignore_case && reader->dialect == ESQL_DIALECT_RUBY)
			esql_regex_unsupported(reader, "&& in brackets where letter case is ignored");
		nested = true;
		r->pos += 2;
		class_side(reader, &side, false, &nested);
		esql_class_intersect(reader, class, &side);
	}
	/* Java has changed its mind about what ^ negates */
	if (negated && nested && reader->dialect == ESQL_DIALECT_JAVA)
		esql_regex_unsupported(reader, "[^ with a class or && inside");
	if (!esql_pattern_take(r, ']'))
		esql_pattern_fail(r, ESQL_ERROR_VALUE, "A literal bracket is written \\[.",
						  "a bracket is not closed");
	if (negated)
		esql_class_negate(reader, class);
	r->level--;
}
