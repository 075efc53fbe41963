/*
 * json_path.c
 *		A value of a JSON text, found by a path.
 *
 * path    = [ "$" ] , [ "." ] , { step } ;      step = "." , key | "[" , index | quoted , "]" ;
 *
 * The first step needs no dot.  A key after a dot goes up to the next dot or
 * bracket; in quotes, single or double, it may hold anything, with a backslash
 * before a quote or a backslash.  Blanks in brackets do not count.
 *
 * The text is read from its beginning and only up to the value, as
 * Elasticsearch does: what follows is not looked at.  Of two equal keys the
 * first counts.
 */
#include "text/json_path.h"

#include <string.h>

#include "text/buffer.h"
#include "text/error.h"
#include "text/hex.h"
#include "text/utf8.h"

/* Deeper texts are not read. */
#define DEEPEST		1000

/* ---------------------------------------------------------------- paths */

typedef struct PathReader
{
	EsqlContext *context;
	const char *text;
	size_t		length;
	size_t		at;
} PathReader;

static bool
fail(PathReader *r, const char *message)
{
	EsqlSpan	span = {(uint32_t) r->at, r->at < r->length ? 1 : 0};

	esql_set_error(r->context, ESQL_ERROR_VALUE, span, "A path is written as a.b, a['b'] or a[0].", "%s", message);
	return false;
}

static bool
fail_memory(PathReader *r)
{
	EsqlSpan	nowhere = {0, 0};

	esql_set_error(r->context, ESQL_ERROR_MEMORY, nowhere, NULL, "out of memory");
	return false;
}

static char
peek(const PathReader *r)
{
	return r->at < r->length ? r->text[r->at] : '\0';
}

static void
skip_blanks(PathReader *r)
{
	while (r->at < r->length && (peek(r) == ' ' || peek(r) == '\t'))
		r->at++;
}

/* A key in quotes. */
static bool
quoted_key(PathReader *r, TdJsonStep *step)
{
	char		quote = peek(r);
	EsqlBuffer	out;

	esql_buffer_init(&out, r->context);
	r->at++;
	while (r->at < r->length && peek(r) != quote)
	{
		if (peek(r) == '\\' && r->at + 1 < r->length && (r->text[r->at + 1] == quote || r->text[r->at + 1] == '\\'))
			r->at++;
		esql_append_char(&out, r->text[r->at++]);
	}
	if (r->at >= r->length)
		return fail(r, "a quote of the path is not closed");
	r->at++;
	step->is_index = false;
	return esql_buffer_finish(&out, &step->key) || fail_memory(r);
}

/* "[" , index | quoted , "]" ; */
static bool
bracket(PathReader *r, TdJsonStep *step)
{
	uint64_t	index = 0;
	size_t		start;

	r->at++;
	skip_blanks(r);
	if (peek(r) == '\'' || peek(r) == '"')
	{
		if (!quoted_key(r, step))
			return false;
	}
	else
	{
		start = r->at;
		for (; peek(r) >= '0' && peek(r) <= '9'; r->at++)
			index = index > UINT32_MAX ? index : index * 10 + (uint64_t) (peek(r) - '0');
		if (r->at == start || index > INT32_MAX)
			return fail(r, "a bracket of the path holds neither a place nor a key in quotes");
		step->is_index = true;
		step->index = (uint32_t) index;
	}
	skip_blanks(r);
	if (peek(r) != ']')
		return fail(r, "a bracket of the path is not closed");
	r->at++;
	return true;
}

/* A key without quotes. */
static bool
plain_key(PathReader *r, TdJsonStep *step)
{
	EsqlBuffer	out;
	size_t		start = r->at;

	while (r->at < r->length && peek(r) != '.' && peek(r) != '[')
		r->at++;
	if (r->at == start)
		return fail(r, "a key of the path is empty");
	if (memchr(r->text + start, '*', r->at - start) != NULL)
	{
		r->at = start;
		return fail(r, "wildcards in a path are not supported");
	}
	esql_buffer_init(&out, r->context);
	esql_append(&out, r->text + start, r->at - start);
	step->is_index = false;
	return esql_buffer_finish(&out, &step->key) || fail_memory(r);
}

/*
 * The context's text as a path.  False with context->error if it is none.
 */
bool
td_json_read_path(EsqlContext *context, TdJsonStep **steps, uint32_t *count)
{
	PathReader	r = {context, context->text, context->length, 0};
	TdJsonStep *list = context->alloc(context->alloc_arg, (context->length + 1) * sizeof(TdJsonStep));
	bool		first;

	if (list == NULL)
		return fail_memory(&r);
	*steps = list;
	*count = 0;
	if (memchr(r.text, '\0', r.length) != NULL)
		return fail(&r, "the path holds a zero byte");
	if (peek(&r) == '$' && (r.length == 1 || r.text[1] == '.' || r.text[1] == '['))
		r.at++;
	first = r.at == 0;
	while (r.at < r.length)
	{
		TdJsonStep *step = &list[*count];

		if (peek(&r) == '[')
		{
			if (!bracket(&r, step))
				return false;
		}
		else
		{
			if (!first)
			{
				if (peek(&r) != '.')
					return fail(&r, "a dot or a bracket must stand between the steps of a path");
				r.at++;
			}
			if (!plain_key(&r, step))
				return false;
		}
		first = false;
		(*count)++;
	}
	return true;
}

/* ---------------------------------------------------------------- texts */

typedef struct Scanner
{
	const char *text;
	size_t		length;
	size_t		at;
} Scanner;

static void
skip_space(Scanner *s)
{
	while (s->at < s->length && strchr(" \t\n\r", s->text[s->at]) != NULL && s->text[s->at] != '\0')
		s->at++;
}

/* The character that comes next, behind blanks; '\0' at the end. */
static char
ahead(Scanner *s)
{
	skip_space(s);
	return s->at < s->length ? s->text[s->at] : '\0';
}

/* Go over a character, if it comes next. */
static bool
take(Scanner *s, char c)
{
	if (ahead(s) != c)
		return false;
	s->at++;
	return true;
}

static bool
skip_string(Scanner *s)
{
	if (!take(s, '"'))
		return false;
	while (s->at < s->length && s->text[s->at] != '"')
	{
		if ((unsigned char) s->text[s->at] < 0x20)
			return false;
		s->at += s->text[s->at] == '\\' ? 2 : 1;
	}
	if (s->at >= s->length)
		return false;
	s->at++;
	return true;
}

static size_t
skip_digits(Scanner *s)
{
	size_t		start = s->at;

	while (s->at < s->length && s->text[s->at] >= '0' && s->text[s->at] <= '9')
		s->at++;
	return s->at - start;
}

static bool
skip_number(Scanner *s)
{
	size_t		digits;
	size_t		start;

	if (s->text[s->at] == '-')
		s->at++;
	start = s->at;
	digits = skip_digits(s);
	if (digits == 0 || (digits > 1 && s->text[start] == '0'))
		return false;
	if (s->at < s->length && s->text[s->at] == '.')
	{
		s->at++;
		if (skip_digits(s) == 0)
			return false;
	}
	if (s->at < s->length && (s->text[s->at] == 'e' || s->text[s->at] == 'E'))
	{
		s->at++;
		if (s->at < s->length && (s->text[s->at] == '+' || s->text[s->at] == '-'))
			s->at++;
		if (skip_digits(s) == 0)
			return false;
	}
	return true;
}

static bool
skip_word(Scanner *s, const char *word)
{
	size_t		length = strlen(word);

	if (s->length - s->at < length || memcmp(s->text + s->at, word, length) != 0)
		return false;
	s->at += length;
	return true;
}

/* A string, a number, true, false or null. */
static bool
skip_scalar(Scanner *s, TdJsonKind *kind)
{
	*kind = TD_JSON_PLAIN;
	switch (ahead(s))
	{
		case '"':
			*kind = TD_JSON_STRING;
			return skip_string(s);
		case 't':
			return skip_word(s, "true");
		case 'f':
			return skip_word(s, "false");
		case 'n':
			*kind = TD_JSON_NULL;
			return skip_word(s, "null");
		default:
			return s->at < s->length && skip_number(s);
	}
}

/*
 * Go over a value.  Containers are counted, not recursed into: a bit tells
 * for each that is open whether it is an object.
 */
static bool
skip_value(Scanner *s, TdJsonKind *kind)
{
	unsigned char objects[DEEPEST / 8 + 1];
	int			depth = 0;
	bool		value = true;	/* a value must come next */
	TdJsonKind	inner;
	char		c = ahead(s);

	*kind = TD_JSON_CONTAINER;
	if (c != '{' && c != '[')
		return skip_scalar(s, kind);
	do
	{
		bool		object = depth > 0 && (objects[(depth - 1) / 8] >> ((depth - 1) % 8) & 1) != 0;

		c = ahead(s);
		if (value && (c == '{' || c == '['))
		{
			if (depth == DEEPEST)
				return false;
			objects[depth / 8] = (unsigned char) (c == '{' ? objects[depth / 8] | 1 << depth % 8 :
												  objects[depth / 8] & ~(1 << depth % 8));
			depth++;
			s->at++;
			if (ahead(s) == (c == '{' ? '}' : ']'))
			{
				s->at++;
				depth--;
				value = false;
			}
			else if (c == '{' && !(skip_string(s) && take(s, ':')))
				return false;
			continue;
		}
		if (value)
		{
			if (!skip_scalar(s, &inner))
				return false;
			value = false;
		}
		else if (c == ',')
		{
			s->at++;
			if (object && !(skip_string(s) && take(s, ':')))
				return false;
			value = true;
		}
		else if (c == (object ? '}' : ']'))
		{
			s->at++;
			depth--;
		}
		else
			return false;
	} while (depth > 0);
	return true;
}

/* Is the string that ends here, quotes and all, the key? */
static bool
is_key(const Scanner *s, size_t start, const EsqlString *key)
{
	TdJsonValue value = {TD_JSON_STRING, s->text + start, s->at - start};
	char		plain[256];
	size_t		length = value.length;

	if (memchr(value.text, '\\', length) == NULL)
		return length == (size_t) key->length + 2 && memcmp(value.text + 1, key->data, key->length) == 0;
	return length < sizeof(plain) && td_json_unescape(&value, plain, &length) && length == key->length &&
		memcmp(plain, key->data, length) == 0;
}

/* Go to the value of a key; the object's brace comes next. */
static bool
enter_object(Scanner *s, const EsqlString *key)
{
	TdJsonKind	kind;

	if (!take(s, '{') || ahead(s) == '}')
		return false;
	for (;;)
	{
		size_t		start;
		bool		found;

		skip_space(s);
		start = s->at;
		if (!skip_string(s))
			return false;
		found = is_key(s, start, key);
		if (!take(s, ':'))
			return false;
		if (found)
			return true;
		if (!skip_value(s, &kind) || !take(s, ','))
			return false;
	}
}

/* Go to a value of an array. */
static bool
enter_array(Scanner *s, uint32_t index)
{
	TdJsonKind	kind;

	if (!take(s, '[') || ahead(s) == ']')
		return false;
	for (; index > 0; index--)
	{
		if (!skip_value(s, &kind) || !take(s, ','))
			return false;
	}
	return true;
}

/*
 * The value that a path leads to.  False if there is none, or the text before
 * its end is no JSON.
 */
bool
td_json_find(const char *text, size_t length, const TdJsonStep *steps, uint32_t count, TdJsonValue *value)
{
	Scanner		s = {text, length, 0};

	for (uint32_t i = 0; i < count; i++)
	{
		if (!(steps[i].is_index ? enter_array(&s, steps[i].index) : enter_object(&s, &steps[i].key)))
			return false;
	}
	skip_space(&s);
	value->text = text + s.at;
	if (!skip_value(&s, &value->kind))
		return false;
	value->length = (size_t) (text + s.at - value->text);
	return true;
}

/* The character of \uXXXX at text, which may be two of them; the bytes read, or 0. */
static size_t
read_unicode(const char *text, size_t length, uint32_t *code)
{
	int			high = length < 6 ? -1 : td_hex_unit(text + 2);
	int			low;

	if (high <= 0 || (high >= 0xDC00 && high <= 0xDFFF))
		return 0;
	*code = (uint32_t) high;
	if (high < 0xD800 || high > 0xDFFF)
		return 6;
	if (length < 12 || text[6] != '\\' || text[7] != 'u')
		return 0;
	low = td_hex_unit(text + 8);
	if (low < 0xDC00 || low > 0xDFFF)
		return 0;
	*code = 0x10000 + (((uint32_t) high - 0xD800) << 10) + ((uint32_t) low - 0xDC00);
	return 12;
}

/*
 * What a string stands for, written to a place with room for its text.  False if
 * an escape is none, or stands for no character.
 */
bool
td_json_unescape(const TdJsonValue *value, char *to, size_t *length)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	size_t		end = value->length - 1;
	size_t		i = 1;
	size_t		n = 0;

	while (i < end)
	{
		const char *letter;
		uint32_t	code;
		size_t		bytes;

		if (value->text[i] != '\\')
		{
			to[n++] = value->text[i++];
			continue;
		}
		if (i + 1 >= end)
			return false;
		letter = value->text[i + 1] == '\0' ? NULL : strchr(letters, value->text[i + 1]);
		if (letter != NULL)
		{
			to[n++] = meanings[letter - letters];
			i += 2;
			continue;
		}
		bytes = value->text[i + 1] == 'u' ? read_unicode(value->text + i, end - i, &code) : 0;
		if (bytes == 0)
			return false;
		n += td_utf8_encode(code, to + n);
		i += bytes;
	}
	*length = n;
	return true;
}

/*
 * A text without the blanks between its parts, written to a place with room
 * for all of it; the bytes written.
 */
size_t
td_json_compact(const char *text, size_t length, char *to)
{
	size_t		n = 0;
	bool		string = false;

	for (size_t i = 0; i < length; i++)
	{
		if (!string && strchr(" \t\n\r", text[i]) != NULL && text[i] != '\0')
			continue;
		if (text[i] == '"')
			string = !string;
		else if (string && text[i] == '\\' && i + 1 < length)
			to[n++] = text[i++];
		to[n++] = text[i];
	}
	return n;
}
