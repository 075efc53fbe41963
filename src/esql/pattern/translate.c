/*
 * translate.c
 *		From Java's or Ruby's regular expressions to PCRE2's.
 *
 * All three are backtracking engines of one family: alternatives are tried in
 * order, quantifiers are greedy, lazy or possessive, and the first way that works
 * is the match.  So the structure of a pattern is copied, and what differs is
 * written out:
 *
 *		construct		Java						Ruby (Joni)
 *		\d \w \s		ASCII						ASCII
 *		\b				between ASCII letters		between letters of any language
 *		.				stops at \n \r U+0085		stops at \n
 *						U+2028 U+2029
 *		^				the beginning				the beginning of each line
 *		$				the end, or before the		the end of each line
 *						line end there
 *		(?m)			^ and $ at lines			. takes \n
 *		(?s)			. takes line ends			-
 *		(?i)			letters of ASCII			letters of any language
 *		a(?i)b|c		flag holds in b and c, as	a(?i:b|c)
 *						alternatives of the whole
 *		( )				captures					does not, (?<name> ) does
 *		\h				a blank						a hexadecimal digit
 *		[[:alpha:]]		a class in a class			letters of any language
 *		a{2}+			possessive					refused: (?:a{2})+
 *		a{,2} a{		refused, as there			{0,2}; a literal brace
 *
 * PCRE2 runs without UCP, so its own \d, \w, \s and \b are those of ASCII.
 *
 * Refused by name is what PCRE2 cannot say, or where the engines are known to
 * differ: \G, \X, named characters, blocks and rare properties of Unicode,
 * conditions, recursion, (?u) and its like, references under (?i), in GROK all
 * references; quantifiers after what is a place in the text.  Lookbehind may have
 * to be of one length in each alternative: PCRE2 says so when it compiles.
 *
 * Known and left: (?i) of Ruby takes "ss" for a sharp s, PCRE2 does not; Java's
 * \b counts an accent that stands by itself as part of the letter before it.
 */
#include "esql/pattern/grok_library.h"
#include "esql/pattern/regex.h"
#include "esql/pattern/regex_reader.h"

#include <string.h>

#include "text/error.h"

#define MAX_PATTERN		10000	/* bytes of a pattern */
#define MAX_REFERENCES	20		/* how deep %{NAME} may lead to %{NAME} */

/* Letters, as Ruby's \b looks at them; ASCII is decided first, for speed. */
#define RUBY_WORD "\\w|(?![\\x{1}-\\x{7f}])[\\p{L}\\p{M}\\p{Nd}\\p{Pc}]"
#define RUBY_EDGE \
	"(?:(?<=" RUBY_WORD ")(?!" RUBY_WORD ")|(?<!" RUBY_WORD ")(?=" RUBY_WORD "))"
#define RUBY_NO_EDGE \
	"(?:(?<=" RUBY_WORD ")(?=" RUBY_WORD ")|(?<!" RUBY_WORD ")(?!" RUBY_WORD "))"

#define JAVA_END "(?=(?:\\r\\n|[\\r\\x{85}\\x{2028}\\x{2029}]|(?<!\\r)\\n)?\\z)"
#define JAVA_LINE_START \
	"(?:(?!\\z)(?:\\A|(?<=[\\n\\x{85}\\x{2028}\\x{2029}])|(?<=\\r)(?!\\n)))"
#define JAVA_LINE_END "(?:(?<!\\r)(?=\\n)|(?=[\\r\\x{85}\\x{2028}\\x{2029}])|\\z)"
#define RUBY_END "(?:(?=\\n\\z)|(?<!\\n)\\z)"
#define RUBY_LINE_START "(?:\\A|(?<=\\n)(?!\\z))"
#define RUBY_LINE_END "(?:(?=\\n)|(?<!\\n)\\z)"

static void alternatives(RegexReader *reader);

/*
 * Take a text if it is next.
 */
static bool
take_text(PatternReader *r, const char *text)
{
	size_t		length = strlen(text);

	if (r->length - r->pos < length || memcmp(r->text + r->pos, text, length) != 0)
		return false;
	r->pos += length;
	return true;
}

/*
 * Begin a capturing group; its number.
 */
static uint32_t
begin_group(RegexReader *reader, EsqlString name)
{
	if (reader->ngroups == ESQL_MAX_GROUPS)
		esql_pattern_fail(&reader->reader, ESQL_ERROR_LIMIT, NULL, "too many groups (limit is %d)",
						  ESQL_MAX_GROUPS);
	reader->names[reader->ngroups] = name;
	reader->closed[reader->ngroups] = false;
	esql_regex_put(reader, "(");
	return reader->ngroups++;
}

/*
 * The rest of a group, whose beginning has been written.
 */
static void
end_group(RegexReader *reader)
{
	PatternReader *r = &reader->reader;

	esql_pattern_enter(r);
	alternatives(reader);
	if (!esql_pattern_take(r, ')'))
		esql_pattern_fail(r, ESQL_ERROR_VALUE, "A literal parenthesis is written \\(.",
						  "a parenthesis is not closed");
	r->level--;
	esql_regex_put(reader, ")");
}

/*
 * Up to ">": the name of a group.  A copy, in the context's memory.
 */
static EsqlString
group_name(RegexReader *reader)
{
	PatternReader *r = &reader->reader;
	size_t		start = r->pos;
	EsqlString	name;

	while (esql_pattern_more(r) && !esql_pattern_peek(r, '>') && !esql_pattern_peek(r, ')'))
	{
		char		c = r->text[r->pos];
		bool		letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool		digit = c >= '0' && c <= '9';

		if (esql_is_java(reader) && !letter && (!digit || r->pos == start))
			break;
		if (!esql_is_java(reader) && r->pos == start && !letter && c != '_' && c != '@' && (c & 0x80) == 0)
			break;
		(void) esql_pattern_next(r);
	}
	name.length = (uint32_t) (r->pos - start);
	if (name.length == 0 || !esql_pattern_take(r, '>'))
		esql_pattern_fail(r, ESQL_ERROR_VALUE, NULL, "a group has no proper name");
	name.data = esql_pattern_get(r, name.length + 1);
	memcpy(name.data, r->text + start, name.length);
	return name;
}

/*
 * Flags after "(?": i, m, s, x, and those after "-" off.  Leaves the reader
 * behind them.
 */
static void
read_flags(RegexReader *reader, RegexFlags *flags)
{
	PatternReader *r = &reader->reader;
	bool		on = true;

	while (esql_pattern_more(r) && !esql_pattern_peek(r, ')') && !esql_pattern_peek(r, ':'))
	{
		uint32_t	c = esql_pattern_next(r);

		if (c == '-' && on)
			on = false;
		else if (c == 'i')
			flags->ignore_case = on;
		else if (c == 'x')
			flags->extended = on;
		else if (c == 'm' && esql_is_java(reader))
			flags->multiline = on;
		else if ((c == 's' && esql_is_java(reader)) || (c == 'm' && !esql_is_java(reader)))
			flags->dot_all = on;
		else
			esql_regex_unsupported(reader, "a construct that begins with (?%s%c", on ? "" : "-",
								   c < 0x80 ? (int) c : '?');
	}
}

/*
 * What PCRE2 is told of the flags: letter case only, and not in Java.
 */
static const char *
open_flags(const RegexReader *reader)
{
	if (esql_is_java(reader))
		return "(?:";
	return reader->flags.ignore_case ? "(?i:" : "(?-i:";
}

/*
 * "(?" flags ")", which hold to the end of the group, or "(?" flags ":" ... ")".
 */
static Piece
flag_group(RegexReader *reader)
{
	PatternReader *r = &reader->reader;
	RegexFlags	outside = reader->flags;

	read_flags(reader, &reader->flags);
	if (esql_pattern_take(r, ':'))
	{
		esql_regex_put(reader, open_flags(reader));
		end_group(reader);
		reader->flags = outside;
		return PIECE_TEXT;
	}
	if (!esql_pattern_take(r, ')'))
		esql_pattern_fail(r, ESQL_ERROR_VALUE, NULL, "a parenthesis is not closed");
	if (!esql_is_java(reader))
	{
		/* alternatives and all, up to where the group around it ends */
		esql_pattern_enter(r);
		esql_regex_put(reader, open_flags(reader));
		alternatives(reader);
		esql_regex_put(reader, ")");
		r->level--;
		reader->flags = outside;
	}
	return PIECE_NOTHING;
}

/*
 * group = "(" , [ "?" , what ] , alternatives , ")" ;
 *
 * The parenthesis has been taken.
 */
static Piece
group(RegexReader *reader)
{
	static const struct
	{
		const char *text;
		Piece		piece;
	} kinds[] = {
		{"?:", PIECE_TEXT}, {"?>", PIECE_TEXT},
		{"?=", PIECE_PLACE}, {"?!", PIECE_PLACE}, {"?<=", PIECE_PLACE}, {"?<!", PIECE_PLACE}
	};
	PatternReader *r = &reader->reader;
	RegexFlags	outside = reader->flags;
	EsqlString	name = {NULL, 0};
	Piece		piece = PIECE_TEXT;
	uint32_t	number;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
	{
		if (!take_text(r, kinds[i].text))
			continue;
		esql_regex_put(reader, "(");
		esql_regex_put(reader, kinds[i].text);
		end_group(reader);
		reader->flags = outside;
		return kinds[i].piece;
	}
	if (!esql_is_java(reader) && take_text(r, "?#"))
	{
		while (!esql_pattern_take(r, ')'))
			(void) esql_pattern_next(r);
		return PIECE_NOTHING;
	}
	if (take_text(r, "?<"))
		name = group_name(reader);
	else if (esql_pattern_take(r, '?'))
		return flag_group(reader);
	if (name.data == NULL && !esql_is_java(reader))
	{
		esql_regex_put(reader, "(?:");
		end_group(reader);
	}
	else
	{
		for (uint32_t i = 0; esql_is_java(reader) && name.data != NULL && i < reader->ngroups; i++)
		{
			if (reader->names[i].data != NULL && strcmp(reader->names[i].data, name.data) == 0)
				esql_pattern_fail(r, ESQL_ERROR_VALUE, NULL, "two groups have the name %.60s",
								  name.data);
		}
		number = begin_group(reader, name);
		end_group(reader);
		reader->closed[number] = true;
	}
	reader->flags = outside;
	return piece;
}

/*
 * Write a reference to a group, which must be complete.
 */
static void
put_reference(RegexReader *reader, int number)
{
	if (number > (int) reader->ngroups || !reader->closed[number - 1])
		esql_regex_unsupported(reader, "a reference to a group that does not end before it");
	if (reader->flags.ignore_case)
		esql_regex_unsupported(reader, "a reference to a group where letter case is ignored");
	esql_regex_put(reader, "\\g{");
	esql_regex_put_number(reader, number);
	esql_regex_put(reader, "}");
}

/*
 * Java's \1, \12, \k<name>.  Of \12 only the 1 counts if there are no 12 groups.
 */
static void
reference(RegexReader *reader)
{
	PatternReader *r = &reader->reader;
	int			number = 0;
	EsqlString	name;

	if (esql_pattern_take(r, 'k'))
	{
		if (!esql_pattern_take(r, '<'))
			esql_pattern_fail(r, ESQL_ERROR_VALUE, NULL, "\\k is not followed by a name");
		name = group_name(reader);
		for (uint32_t i = 0; i < reader->ngroups; i++)
		{
			if (reader->names[i].data != NULL && strcmp(reader->names[i].data, name.data) == 0)
				number = (int) i + 1;
		}
		if (number == 0)
			esql_pattern_fail(r, ESQL_ERROR_VALUE, NULL, "no group before it has the name %.60s",
							  name.data);
	}
	else
	{
		do
			number = number * 10 + (r->text[r->pos++] - '0');
		while (esql_pattern_more(r) && r->text[r->pos] >= '0' && r->text[r->pos] <= '9' &&
			   number * 10 + (r->text[r->pos] - '0') <= (int) reader->ngroups);
	}
	put_reference(reader, number);
}

/*
 * Java's \Q, up to \E or the end.  False if there was nothing between.
 */
static bool
quoted(RegexReader *reader)
{
	PatternReader *r = &reader->reader;
	bool		any = false;

	while (esql_pattern_more(r) && !take_text(r, "\\E"))
	{
		esql_regex_write_char(reader, esql_pattern_next(r));
		any = true;
	}
	return any;
}

/*
 * An escape for a place; NULL if it is none.
 */
static const char *
escaped_place(const RegexReader *reader, char c)
{
	switch (c)
	{
		case 'A':
			return "\\A";
		case 'z':
			return "\\z";
		case 'Z':
			return esql_is_java(reader) ? JAVA_END : RUBY_END;
		case 'b':
			return esql_is_java(reader) ? "\\b" : RUBY_EDGE;
		case 'B':
			return esql_is_java(reader) ? "\\B" : RUBY_NO_EDGE;
		default:
			return NULL;
	}
}

/*
 * What follows a backslash outside of brackets.
 */
static Piece
escape(RegexReader *reader)
{
	PatternReader *r = &reader->reader;
	RegexClass	class = {{NULL, 0, 0}, NULL, NULL};
	char		c = esql_pattern_more(r) ? r->text[r->pos] : '\0';
	const char *place = escaped_place(reader, c);
	uint32_t	code;

	if (place != NULL)
	{
		r->pos++;
		if (c == 'b' && esql_pattern_peek(r, '{'))
			esql_regex_unsupported(reader, "the escape \\b{");
		esql_regex_put(reader, place);
		return PIECE_PLACE;
	}
	if (c == 'R')
	{
		r->pos++;
		esql_regex_put(reader, esql_is_java(reader) ? "(?:" : "(?>");
		esql_regex_put(reader, "\\r\\n|[\\n-\\r\\x{85}\\x{2028}\\x{2029}])");
		return PIECE_TEXT;
	}
	if (c != '\0' && strchr("dDwWsS", c) != NULL)
	{
		r->pos++;
		esql_regex_put(reader, "\\");
		esql_append_char(&reader->out, c);
		return PIECE_TEXT;
	}
	if (esql_is_java(reader) && c == 'Q')
	{
		r->pos++;
		return quoted(reader) ? PIECE_TEXT : PIECE_NOTHING;
	}
	if (esql_is_java(reader) && (c == 'k' || (c >= '1' && c <= '9')))
		reference(reader);
	else if (esql_regex_escape(reader, false, &class, &code))
		esql_regex_write_class(reader, &class);
	else
		esql_regex_write_char(reader, code);
	return PIECE_TEXT;
}

/*
 * GROK's %{NAME}, %{NAME:field} and %{NAME:field:type}: the library's pattern,
 * captured if it has a field.  The whole text between the braces is the group's
 * name, as in Joni.
 */
static void
grok_reference(RegexReader *reader)
{
	PatternReader *r = &reader->reader;
	size_t		start = r->pos;
	size_t		length = 0;
	const char *pattern;
	const char *text = r->text;
	size_t		whole = r->length;
	size_t		end;
	EsqlString	name = {NULL, 0};
	RegexFlags	outside = reader->flags;
	uint32_t	number = 0;

	while (esql_pattern_more(r) && !esql_pattern_peek(r, '}'))
	{
		if (r->text[r->pos] == ':' && length == 0)
			length = r->pos - start;
		(void) esql_pattern_next(r);
	}
	end = r->pos;
	if (!esql_pattern_take(r, '}'))
		esql_pattern_fail(r, ESQL_ERROR_VALUE, "A literal brace is written \\{.",
						  "%%{ is not closed by a brace");
	pattern = esql_grok_library(text + start, length == 0 ? end - start : length);
	if (pattern == NULL)
		esql_pattern_fail(r, ESQL_ERROR_VALUE, esql_grok_library_hint(),
						  "there is no pattern %%{%.*s}",
						  (int) ((length == 0 ? end - start : length) > 60 ? 60 :
								 (length == 0 ? end - start : length)), text + start);
	if (reader->references == MAX_REFERENCES)
		esql_pattern_fail(r, ESQL_ERROR_LIMIT, NULL, "nested too deeply");
	if (length > 0)
	{
		name.length = (uint32_t) (end - start);
		name.data = esql_pattern_get(r, name.length + 1);
		memcpy(name.data, text + start, name.length);
		number = begin_group(reader, name);
	}
	else
		esql_regex_put(reader, "(?:");
	reader->references++;
	r->text = pattern;
	r->length = strlen(pattern);
	r->pos = 0;
	alternatives(reader);
	r->text = text;
	r->length = whole;
	r->pos = end + 1;
	reader->references--;
	esql_regex_put(reader, ")");
	if (length > 0)
		reader->closed[number] = true;
	reader->flags = outside;
}

/*
 * The least thing that a quantifier may follow.
 */
static Piece
atom(RegexReader *reader)
{
	PatternReader *r = &reader->reader;
	RegexClass	class = {{NULL, 0, 0}, NULL, NULL};
	const RegexFlags *flags = &reader->flags;

	if (esql_pattern_take(r, '('))
		return group(reader);
	if (!esql_is_java(reader) && take_text(r, "%{"))
	{
		grok_reference(reader);
		return PIECE_TEXT;
	}
	if (esql_pattern_take(r, '['))
	{
		esql_regex_bracket(reader, &class);
		esql_regex_write_class(reader, &class);
		return PIECE_TEXT;
	}
	if (esql_pattern_take(r, '.'))
	{
		esql_regex_put(reader, flags->dot_all ? "(?s:.)" : esql_is_java(reader) ?
			"[^\\n\\r\\x{85}\\x{2028}\\x{2029}]" : "[^\\n]");
		return PIECE_TEXT;
	}
	if (esql_pattern_take(r, '^'))
	{
		esql_regex_put(reader, !esql_is_java(reader) ? RUBY_LINE_START : flags->multiline ? JAVA_LINE_START : "\\A");
		return PIECE_PLACE;
	}
	if (esql_pattern_take(r, '$'))
	{
		esql_regex_put(reader, !esql_is_java(reader) ? RUBY_LINE_END : flags->multiline ? JAVA_LINE_END : JAVA_END);
		return PIECE_PLACE;
	}
	if (esql_pattern_take(r, '\\'))
		return escape(reader);
	if (esql_pattern_peek(r, '*') || esql_pattern_peek(r, '+') || esql_pattern_peek(r, '?') ||
		(esql_is_java(reader) && esql_pattern_peek(r, '{')))
		esql_pattern_fail(r, ESQL_ERROR_VALUE, "What is meant literally gets a backslash before it.",
						  "a quantifier follows nothing that it could repeat");
	esql_regex_write_char(reader, esql_pattern_next(r));
	return PIECE_TEXT;
}

/*
 * alternatives = { piece } , { "|" , { piece } } ;
 *
 * Up to a closing parenthesis or the end.
 */
static void
alternatives(RegexReader *reader)
{
	PatternReader *r = &reader->reader;

	for (;;)
	{
		esql_regex_skip_blanks(reader);
		if (!esql_pattern_more(r) || esql_pattern_peek(r, ')'))
			return;
		if (esql_pattern_take(r, '|'))
			esql_regex_put(reader, "|");
		else
		{
			Piece		piece = atom(reader);

			esql_regex_skip_blanks(reader);
			esql_regex_quantifier(reader, piece);
		}
	}
}

/*
 * Translate a pattern; see regex.h.
 */
bool
esql_regex_translate(EsqlContext *context, EsqlDialect dialect, const char *place,
					 EsqlString pattern, EsqlSpan span, EsqlPcre *result)
{
	RegexReader *reader = context->alloc(context->alloc_arg, sizeof(RegexReader));
	PatternReader *r;

	if (reader == NULL)
	{
		esql_set_error(context, ESQL_ERROR_MEMORY, span, NULL, "out of memory");
		return false;
	}
	memset(reader, 0, sizeof(*reader));
	reader->dialect = dialect;
	esql_buffer_init(&reader->out, context);
	r = &reader->reader;
	r->context = context;
	r->span = span;
	r->place = place;
	r->text = pattern.data;
	r->length = pattern.length;
	if (setjmp(r->escape) != 0)
		return false;
	if (pattern.length > MAX_PATTERN)
		esql_pattern_fail(r, ESQL_ERROR_LIMIT, NULL, "too long (limit is %d bytes)", MAX_PATTERN);
	esql_pattern_check_text(r);
	alternatives(reader);
	if (esql_pattern_more(r))
		esql_pattern_fail(r, ESQL_ERROR_VALUE, "A literal parenthesis is written \\).",
						  "a parenthesis closes nothing");
	result->ngroups = reader->ngroups;
	result->names = esql_pattern_get(r, (reader->ngroups + 1) * sizeof(EsqlString));
	memcpy(result->names, reader->names, reader->ngroups * sizeof(EsqlString));
	return esql_buffer_finish(&reader->out, &result->text);
}
