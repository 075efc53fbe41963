/*
 * regex_class.c
 *		Characters and classes of Java's and Ruby's regular expressions.
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

#include "text/hex.h"
#include "text/word.h"

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
static void
add_properties(RegexReader *reader, RegexClass *class, const char *properties)
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
static void
unite(RegexReader *reader, RegexClass *class, const RegexClass *other)
{
	if (class->pattern != NULL || other->pattern != NULL)
	{
		esql_set_normalize(&class->set);
		compose(reader, class, "(?:", class, "|", other, ")");
		return;
	}
	esql_set_add_set(&reader->reader, &class->set, &other->set);
	if (other->properties != NULL)
		add_properties(reader, class, other->properties);
}

/*
 * Keep what is in another class as well.
 */
static void
intersect(RegexReader *reader, RegexClass *class, RegexClass *other)
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
static void
negate(RegexReader *reader, RegexClass *class)
{
	if (is_set(class))
		esql_set_negate(&reader->reader, &class->set);
	else
		compose(reader, class, "(?:(?!", class, ")(?s:.)", NULL, ")");
}

/* Classes by name that are sets of ASCII: Java's \p{Alpha} and its like. */
static const struct
{
	const char *name;
	const char *ranges;			/* pairs of bounds */
	bool		cased;			/* has another meaning where case is ignored */
} ascii_classes[] = {
	{"Lower", "az", true},
	{"Upper", "AZ", true},
	{"ASCII", "\001\177", false},
	{"Alpha", "AZaz", false},
	{"Digit", "09", false},
	{"Alnum", "09AZaz", false},
	{"Punct", "!/:@[`{~", false},
	{"Graph", "!~", false},
	{"Print", " ~", false},
	{"Blank", "\t\t  ", false},
	{"Cntrl", "\001\037\177\177", false},
	{"XDigit", "09AFaf", false},
	{"Space", "\t\r  ", false}
};

/* Ruby's names, which are properties of Unicode. */
static const struct
{
	const char *name;
	const char *properties;
	bool		cased;
} unicode_classes[] = {
	{"alnum", "\\p{L}\\p{M}\\p{Nd}", false},
	{"alpha", "\\p{L}\\p{M}", false},
	{"digit", "\\p{Nd}", false},
	{"lower", "\\p{Ll}", true},
	{"space", "\\p{Z}\\t-\\r\\x{85}", false},
	{"upper", "\\p{Lu}", true},
	{"word", "\\p{L}\\p{M}\\p{Nd}\\p{Pc}", false},
	{"xdigit", "0-9A-Fa-f", false},
	{"blank", "\\p{Zs}\\t", false}
};

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* General categories whose members do not depend on what is still unassigned. */
static const char *const categories[] = {
	"L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No",
	"P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So",
	"Z", "Zs", "Zl", "Zp", "Cc", "Cf", "Co"
};

/* Scripts, for Java's \p{IsGreek}. */
static const char *const scripts[] = {
	"Arabic", "Armenian", "Bengali", "Cyrillic", "Devanagari", "Georgian", "Greek", "Han", "Hangul",
	"Hebrew", "Hiragana", "Katakana", "Latin", "Thai"
};

/*
 * Is the text of this length that word, letter for letter?
 */
static bool
same(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(text, word, length) == 0;
}

/*
 * The text without a beginning, if it has it.
 */
static bool
strip(const char **text, size_t *length, const char *beginning)
{
	size_t		n = strlen(beginning);

	if (*length <= n || memcmp(*text, beginning, n) != 0)
		return false;
	*text += n;
	*length -= n;
	return true;
}

/*
 * Add a property \p{name}; false if the name is none that is known.
 */
static bool
add_category(RegexReader *reader, RegexClass *class, const char *name, size_t length)
{
	char		property[30];
	bool		script = strip(&name, &length, "script=") || strip(&name, &length, "sc=");

	if (!script && reader->dialect == ESQL_DIALECT_JAVA)
		(void) (strip(&name, &length, "general_category=") || strip(&name, &length, "gc=") ||
				strip(&name, &length, "Is"));
	for (size_t i = 0; i < COUNT(categories) && !script; i++)
	{
		if (!same(name, length, categories[i]))
			continue;
		if (reader->flags.ignore_case && length == 2 && categories[i][0] == 'L')
			esql_regex_unsupported(reader, "\\p{%s} where letter case is ignored", categories[i]);
		snprintf(property, sizeof(property), "\\p{%s}", categories[i]);
		add_properties(reader, class, property);
		return true;
	}
	for (size_t i = 0; i < COUNT(scripts); i++)
	{
		if (!same(name, length, scripts[i]))
			continue;
		snprintf(property, sizeof(property), "\\p{%s}", scripts[i]);
		add_properties(reader, class, property);
		return true;
	}
	return false;
}

/*
 * Add a class that has a name in either dialect: [:alpha:], \p{Alpha}.
 */
static bool
add_named_class(RegexReader *reader, RegexClass *class, const char *name, size_t length)
{
	if (reader->dialect == ESQL_DIALECT_RUBY)
	{
		for (size_t i = 0; i < COUNT(unicode_classes); i++)
		{
			if (!esql_same_word(name, length, unicode_classes[i].name))
				continue;
			if (unicode_classes[i].cased && reader->flags.ignore_case)
				return false;
			add_properties(reader, class, unicode_classes[i].properties);
			return true;
		}
		return false;
	}
	for (size_t i = 0; i < COUNT(ascii_classes); i++)
	{
		const char *ranges = ascii_classes[i].ranges;

		if (!same(name, length, ascii_classes[i].name))
			continue;
		if (ascii_classes[i].cased && reader->flags.ignore_case)
			return false;
		for (; ranges[0] != '\0'; ranges += 2)
			esql_set_add(&reader->reader, &class->set, (unsigned char) ranges[0],
						 (unsigned char) ranges[1]);
		esql_set_normalize(&class->set);
		return true;
	}
	return false;
}

/*
 * After \p or \P: "{" , [ "^" ] , name , "}", or in Java a single letter.
 */
static void
property(RegexReader *reader, bool negated, RegexClass *class)
{
	PatternReader *r = &reader->reader;
	const char *name;
	size_t		length;
	RegexClass	found = {{NULL, 0, 0}, NULL, NULL};

	if (esql_pattern_take(r, '{'))
	{
		if (reader->dialect == ESQL_DIALECT_RUBY && esql_pattern_take(r, '^'))
			negated = !negated;
		name = r->text + r->pos;
		while (esql_pattern_more(r) && !esql_pattern_peek(r, '}'))
			(void) esql_pattern_next(r);
		length = (size_t) (r->text + r->pos - name);
		if (!esql_pattern_take(r, '}'))
			esql_pattern_fail(r, ESQL_ERROR_VALUE, NULL, "a brace is not closed");
	}
	else if (reader->dialect == ESQL_DIALECT_JAVA)
	{
		name = r->text + r->pos;
		(void) esql_pattern_next(r);
		length = (size_t) (r->text + r->pos - name);
	}
	else
		esql_regex_unsupported(reader, "\\p without a brace");
	if (!add_named_class(reader, &found, name, length) &&
		!add_category(reader, &found, name, length))
		esql_regex_unsupported(reader, "the property \\p{%.*s}", length > 60 ? 60 : (int) length, name);
	if (negated)
		negate(reader, &found);
	unite(reader, class, &found);
}

/*
 * n hexadecimal digits, or as many as come up to a brace if n is 0.
 */
static uint32_t
hexadecimal(RegexReader *reader, int n)
{
	PatternReader *r = &reader->reader;
	uint32_t	value = 0;

	for (int i = 0; n > 0 ? i < n : !esql_pattern_take(r, '}'); i++)
	{
		uint32_t	c = esql_pattern_next(r);

		if (td_hex_digit(c) < 0)
			esql_pattern_fail(r, ESQL_ERROR_VALUE, NULL, "not a hexadecimal digit");
		value = value * 16 + (uint32_t) td_hex_digit(c);
		if (value > PATTERN_MAX_CODE)
			esql_pattern_fail(r, ESQL_ERROR_VALUE, NULL, "there is no character of this code");
	}
	return value;
}

/*
 * Java's \uhhhh, twice for a character that UTF-16 writes in two halves.
 */
static uint32_t
utf16(RegexReader *reader)
{
	PatternReader *r = &reader->reader;
	uint32_t	code = hexadecimal(reader, 4);

	if (code >= 0xD800 && code <= 0xDBFF && esql_pattern_take(r, '\\'))
	{
		uint32_t	low = esql_pattern_take(r, 'u') ? hexadecimal(reader, 4) : 0;

		if (low >= 0xDC00 && low <= 0xDFFF)
			return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
	}
	return code;
}

/*
 * Java's \0 and up to three octal digits.
 */
static uint32_t
octal(RegexReader *reader)
{
	PatternReader *r = &reader->reader;
	uint32_t	value = 0;
	int			n = 0;

	while (n < 3 && esql_pattern_more(r) && r->text[r->pos] >= '0' && r->text[r->pos] <= '7' &&
		   value * 8 + (uint32_t) (r->text[r->pos] - '0') <= 0377)
	{
		value = value * 8 + (uint32_t) (r->text[r->pos++] - '0');
		n++;
	}
	if (n == 0)
		esql_pattern_fail(r, ESQL_ERROR_VALUE, NULL, "no octal number follows \\0");
	return value;
}

/*
 * Add what \h or \v stands for: blanks, or line ends; Ruby's \h is a digit.
 */
static void
add_blanks(RegexReader *reader, RegexClass *class, uint32_t letter)
{
	static const uint32_t horizontal[][2] = {
		{'\t', '\t'}, {' ', ' '}, {0xA0, 0xA0}, {0x1680, 0x1680}, {0x180E, 0x180E},
		{0x2000, 0x200A}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}
	};
	static const uint32_t vertical[][2] = {{'\n', '\r'}, {0x85, 0x85}, {0x2028, 0x2029}};
	static const uint32_t digits[][2] = {{'0', '9'}, {'A', 'F'}, {'a', 'f'}};
	bool		lines = letter == 'v' || letter == 'V';
	bool		ruby = reader->dialect == ESQL_DIALECT_RUBY;
	const uint32_t (*ranges)[2] = lines ? vertical : ruby ? digits : horizontal;
	size_t		n = lines ? COUNT(vertical) : ruby ? COUNT(digits) : COUNT(horizontal);
	CharSet		set = {NULL, 0, 0};

	for (size_t i = 0; i < n; i++)
		esql_set_add(&reader->reader, &set, ranges[i][0], ranges[i][1]);
	esql_set_normalize(&set);
	if (letter == 'H' || letter == 'V')
		esql_set_negate(&reader->reader, &set);
	esql_set_add_set(&reader->reader, &class->set, &set);
	esql_set_normalize(&class->set);
}

/*
 * An escape that means one code point; false if it is none of these.
 */
static bool
escaped_code(RegexReader *reader, uint32_t c, uint32_t *code)
{
	PatternReader *r = &reader->reader;
	bool		java = reader->dialect == ESQL_DIALECT_JAVA;

	*code = c;
	switch (c)
	{
		case 't':
			*code = '\t';
			return true;
		case 'n':
			*code = '\n';
			return true;
		case 'r':
			*code = '\r';
			return true;
		case 'f':
			*code = '\f';
			return true;
		case 'a':
			*code = 7;
			return true;
		case 'e':
			*code = 27;
			return true;
		case 'x':
			*code = hexadecimal(reader, esql_pattern_take(r, '{') ? 0 : 2);
			return true;
		case 'u':
			if (java)
				*code = utf16(reader);
			return java;
		case '0':
			if (java)
				*code = octal(reader);
			return java;
		case 'c':
			if (java)
				*code = esql_pattern_next(r) ^ 64;
			return java;
		case 'v':
			*code = '\v';
			return !java;
		default:
			return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
	}
}

/*
 * After a backslash: adds a class to the set and returns true, or returns false
 * with *code the character that is meant.
 */
bool
esql_regex_escape(RegexReader *reader, bool in_class, RegexClass *class, uint32_t *code)
{
	PatternReader *r = &reader->reader;
	bool		java = reader->dialect == ESQL_DIALECT_JAVA;
	uint32_t	c = esql_pattern_next(r);

	if (esql_set_add_class(r, &class->set, c, true))
	{
		esql_set_normalize(&class->set);
		return true;
	}
	if (c == 'h' || c == 'H' || (java && (c == 'v' || c == 'V')))
	{
		add_blanks(reader, class, c);
		return true;
	}
	if (c == 'p' || c == 'P')
	{
		property(reader, c == 'P', class);
		return true;
	}
	if (in_class && !java && c == 'b')
	{
		*code = '\b';
		return false;
	}
	if (!escaped_code(reader, c, code))
		esql_regex_unsupported(reader, "the escape \\%c", (int) c);
	if (*code == 0 || *code > PATTERN_MAX_CODE || (*code >= 0xD800 && *code <= 0xDFFF))
		esql_regex_unsupported(reader, "this code of a character");
	return false;
}

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
	if (!add_named_class(reader, &found, r->text + start, end - start))
		esql_regex_unsupported(reader, "the class [:%.*s:]", (int) (end - start), r->text + start);
	r->pos = end + 2;
	if (negated)
		negate(reader, &found);
	unite(reader, class, &found);
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
			unite(reader, class, &found);
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
	unite(reader, class, &range);
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
			unite(reader, class, &inner);
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
		intersect(reader, class, &side);
	}
	/* Java has changed its mind about what ^ negates */
	if (negated && nested && reader->dialect == ESQL_DIALECT_JAVA)
		esql_regex_unsupported(reader, "[^ with a class or && inside");
	if (!esql_pattern_take(r, ']'))
		esql_pattern_fail(r, ESQL_ERROR_VALUE, "A literal bracket is written \\[.",
						  "a bracket is not closed");
	if (negated)
		negate(reader, class);
	r->level--;
}
