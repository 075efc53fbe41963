/*
 * regex_set.c
 *		Classes of characters as sets, and PCRE2's words for them.
 *
 * A class is worked out to a set of code points, so that nested classes, their
 * intersections and the letters that (?i) adds mean exactly what the dialect
 * says, whatever PCRE2's syntax can say in brackets.  Properties of Unicode stay
 * properties.  A class of both, with an operation on it, is written as lookahead
 * round a single character:
 *
 *		[a&&b]		(?:(?=a)b)
 *		[^a]		(?:(?!a)(?s:.))
 *
 * Java's (?i) is for the letters of ASCII only, and PCRE2's for those of Unicode.
 * So Java's letters come out in both cases, and PCRE2's flag is not used.  Ruby's
 * is Unicode's too, and PCRE2's flag does it.
 */
#include "esql/pattern/regex_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/*
 * Refuse a construct by name.
 */
void
esql_regex_unsupported(RegexReader *reader, const char *format, ...)
{
	char		what[200];
	va_list		args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	esql_pattern_fail(&reader->reader, ESQL_ERROR_UNSUPPORTED, NULL, "%s", what);
}

/*
 * A code point for PCRE2, in brackets or out of them.
 */
static void
write_code(EsqlBuffer *out, uint32_t code)
{
	bool		alphanumeric = (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') ||
		(code >= 'a' && code <= 'z');
	char		buf[20];

	if (alphanumeric || code == ' ' || code == '_')
		esql_append_char(out, (char) code);
	else if (code > 0x20 && code < 0x7F)
	{
		esql_append_char(out, '\\');
		esql_append_char(out, (char) code);
	}
	else
	{
		snprintf(buf, sizeof(buf), "\\x{%x}", (unsigned) code);
		esql_append_text(out, buf);
	}
}

/*
 * The ranges of a set.  A surrogate is no character, and PCRE2 wants none at the
 * end of a range.
 */
static void
write_ranges(EsqlBuffer *out, const CharSet *set)
{
	for (uint32_t i = 0; i < set->n; i++)
	{
		uint32_t	from = set->ranges[i][0];
		uint32_t	to = set->ranges[i][1];

		if (from >= 0xD800 && from <= 0xDFFF)
			from = 0xE000;
		if (to >= 0xD800 && to <= 0xDFFF)
			to = 0xD7FF;
		if (to < from)
			continue;
		write_code(out, from);
		if (to > from + 1)
			esql_append_char(out, '-');
		if (to > from)
			write_code(out, to);
	}
}

/*
 * A set and properties, in brackets.
 */
static void
write_brackets(RegexReader *reader, EsqlBuffer *out, const RegexClass *class)
{
	CharSet		lacks = {NULL, 0, 0};

	if (class->properties == NULL && class->set.n == 0)
		esql_append_text(out, "(?!)");
	else if (class->properties == NULL && esql_set_is_full(&class->set))
		esql_append_text(out, "(?s:.)");
	else if (class->properties == NULL && class->set.n == 1 &&
			 class->set.ranges[0][0] == class->set.ranges[0][1])
		write_code(out, class->set.ranges[0][0]);
	else if (class->properties == NULL && class->set.ranges[class->set.n - 1][1] == PATTERN_MAX_CODE)
	{
		esql_set_add_set(&reader->reader, &lacks, &class->set);
		esql_set_negate(&reader->reader, &lacks);
		esql_append_text(out, "[^");
		write_ranges(out, &lacks);
		esql_append_char(out, ']');
	}
	else
	{
		esql_append_char(out, '[');
		write_ranges(out, &class->set);
		if (class->properties != NULL)
			esql_append_text(out, class->properties);
		esql_append_char(out, ']');
	}
}

/*
 * The class as a pattern of its own, which a quantifier may follow.
 */
static void
write_class(RegexReader *reader, EsqlBuffer *out, const RegexClass *class)
{
	if (class->pattern != NULL)
		esql_append_text(out, class->pattern);
	else
		write_brackets(reader, out, class);
}

void
esql_regex_write_class(RegexReader *reader, const RegexClass *class)
{
	write_class(reader, &reader->out, class);
}

/*
 * One character, in both letter cases where Java ignores case.
 */
void
esql_regex_write_char(RegexReader *reader, uint32_t code)
{
	RegexClass	class = {{NULL, 0, 0}, NULL, NULL};

	esql_set_add(&reader->reader, &class.set, code, code);
	if (reader->flags.ignore_case && reader->dialect == ESQL_DIALECT_JAVA)
		esql_set_add_other_case(&reader->reader, &class.set);
	esql_regex_write_class(reader, &class);
}

/*
 * The end of a pattern that was being put together.
 */
static const char *
finish(RegexReader *reader, EsqlBuffer *out)
{
	EsqlString	result;

	if (!esql_buffer_finish(out, &result))
		esql_pattern_fail(&reader->reader, ESQL_ERROR_MEMORY, NULL, "out of memory");
	return result.data;
}

/*
 * A class made of one or two others by a pattern: before, the first, between,
 * the second, after.
 */
static void
compose(RegexReader *reader, RegexClass *class, const char *before, const RegexClass *first,
		const char *between, const RegexClass *second, const char *after)
{
	EsqlBuffer	out;
	RegexClass	result = {{NULL, 0, 0}, NULL, NULL};

	esql_buffer_init(&out, reader->reader.context);
	esql_append_text(&out, before);
	write_class(reader, &out, first);
	esql_append_text(&out, between);
	if (second != NULL)
		write_class(reader, &out, second);
	esql_append_text(&out, after);
	result.pattern = finish(reader, &out);
	*class = result;
}

/*
 * Is it a set and nothing else?
 */
static bool
is_set(const RegexClass *class)
{
	return class->properties == NULL && class->pattern == NULL;
}

/*
 * Add properties, as text, to a class.
 */
void
esql_class_add_properties(RegexReader *reader, RegexClass *class, const char *properties)
{
	EsqlBuffer	out;

	esql_buffer_init(&out, reader->reader.context);
	if (class->properties != NULL)
		esql_append_text(&out, class->properties);
	esql_append_text(&out, properties);
	class->properties = finish(reader, &out);
}

/*
 * Add the members of another class.  The set is normalized later, all at once.
 */
void
esql_class_unite(RegexReader *reader, RegexClass *class, const RegexClass *other)
{
	if (class->pattern != NULL || other->pattern != NULL)
	{
		esql_set_normalize(&class->set);
		compose(reader, class, "(?:", class, "|", other, ")");
		return;
	}
	esql_set_add_set(&reader->reader, &class->set, &other->set);
	if (other->properties != NULL)
		esql_class_add_properties(reader, class, other->properties);
}

/*
 * Keep what is in another class as well.
 */
void
esql_class_intersect(RegexReader *reader, RegexClass *class, RegexClass *other)
{
	CharSet		lacks = {NULL, 0, 0};

	if (!is_set(class) || !is_set(other))
	{
		compose(reader, class, "(?:(?=", class, ")", other, ")");
		return;
	}
	esql_set_negate(&reader->reader, &class->set);
	esql_set_negate(&reader->reader, &other->set);
	esql_set_add_set(&reader->reader, &lacks, &class->set);
	esql_set_add_set(&reader->reader, &lacks, &other->set);
	esql_set_normalize(&lacks);
	esql_set_negate(&reader->reader, &lacks);
	class->set = lacks;
}

/*
 * All other characters.
 */
void
esql_class_negate(RegexReader *reader, RegexClass *class)
{
	if (is_set(class))
		esql_set_negate(&reader->reader, &class->set);
	else
		compose(reader, class, "(?:(?!", class, ")(?s:.)", NULL, ")");
}
