/*
 * regex_escape.c
 *		What a backslash means in Java's and Ruby's regular expressions: characters by
 *		their codes, and classes by their names.
 */
#include "esql/pattern/regex_reader.h"

#include <stdio.h>
#include <string.h>

#include "text/hex.h"
#include "text/word.h"

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
		esql_class_add_properties(reader, class, property);
		return true;
	}
	for (size_t i = 0; i < COUNT(scripts); i++)
	{
		if (!same(name, length, scripts[i]))
			continue;
		snprintf(property, sizeof(property), "\\p{%s}", scripts[i]);
		esql_class_add_properties(reader, class, property);
		return true;
	}
	return false;
}

/*
 * Add a class that has a name in either dialect: [:alpha:], \p{Alpha}.
 */
bool
esql_class_add_named(RegexReader *reader, RegexClass *class, const char *name, size_t length)
{
	if (reader->dialect == ESQL_DIALECT_RUBY)
	{
		for (size_t i = 0; i < COUNT(unicode_classes); i++)
		{
			if (!esql_same_word(name, length, unicode_classes[i].name))
				continue;
			if (unicode_classes[i].cased && reader->flags.ignore_case)
				return false;
			esql_class_add_properties(reader, class, unicode_classes[i].properties);
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
	if (!esql_class_add_named(reader, &found, name, length) &&
		!add_category(reader, &found, name, length))
		esql_regex_unsupported(reader, "the property \\p{%.*s}", length > 60 ? 60 : (int) length, name);
	if (negated)
		esql_class_negate(reader, &found);
	esql_class_unite(reader, class, &found);
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
