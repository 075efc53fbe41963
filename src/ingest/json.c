/*
 * json.c
 *		JSON text to jsonb, faster than jsonb's own input function.
 *
 * src/ecs has read the text before and found it well-formed UTF-8, so that
 * nothing has to be checked again: what does not fit is an internal error.
 * Strings without escapes are used where they lie.  The jsonb is the very one
 * that jsonb_in() makes, which the tests compare.
 *
 * For databases in UTF-8 (or SQL_ASCII, which takes any bytes) only.
 */
#include "compat.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "ingest/ingest.h"

/* Integers of so many digits fit into int64. */
#define INT64_DIGITS	18

typedef struct Reader
{
	const char *at;
	const char *end;
	JsonbParseState *state;
} Reader;

static JsonbValue *read_value(Reader *reader, JsonbIteratorToken token);

TD_NORETURN static void
malformed(void)
{
	elog(ERROR, "malformed JSON after it was read");
	pg_unreachable();
}

static inline void
skip_blanks(Reader *reader)
{
	while (reader->at < reader->end &&
		   (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\n' || *reader->at == '\r'))
		reader->at++;
}

/* The next character, which may be a blank only before it. */
static inline char
peek(Reader *reader)
{
	skip_blanks(reader);
	if (reader->at >= reader->end)
		malformed();
	return *reader->at;
}

static inline void
expect(Reader *reader, char c)
{
	if (peek(reader) != c)
		malformed();
	reader->at++;
}

static pg_wchar
read_hex(const char *at, const char *end)
{
	pg_wchar	value = 0;

	if (end - at < 4)
		malformed();
	for (int i = 0; i < 4; i++)
	{
		char		c = at[i];

		if (c >= '0' && c <= '9')
			value = value * 16 + (pg_wchar) (c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value * 16 + (pg_wchar) (c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			value = value * 16 + (pg_wchar) (c - 'A' + 10);
		else
			malformed();
	}
	return value;
}

/* The escape after a backslash at *at, into *to; both are moved on. */
static void
read_escape(const char **at, const char *end, char **to)
{
	pg_wchar	code;
	char		c;

	if (*at >= end)
		malformed();
	c = *(*at)++;
	switch (c)
	{
		case 'b':
			*(*to)++ = '\b';
			return;
		case 'f':
			*(*to)++ = '\f';
			return;
		case 'n':
			*(*to)++ = '\n';
			return;
		case 'r':
			*(*to)++ = '\r';
			return;
		case 't':
			*(*to)++ = '\t';
			return;
		case 'u':
			break;
		default:
			*(*to)++ = c;
			return;
	}
	code = read_hex(*at, end);
	*at += 4;
	if (is_utf16_surrogate_first(code))
	{
		if (end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u')
			malformed();
		code = surrogate_pair_to_codepoint(code, read_hex(*at + 2, end));
		*at += 6;
	}
	unicode_to_utf8(code, (unsigned char *) *to);
	*to += pg_utf_mblen((unsigned char *) *to);
}

/* Where the string that begins at from ends, and whether it has escapes. */
static const char *
string_end(const char *from, const char *end, bool *escapes)
{
	const char *at = from;

	*escapes = false;
	while (at < end && *at != '"')
	{
		if (*at == '\\')
		{
			*escapes = true;
			at++;
		}
		at++;
	}
	if (at >= end)
		malformed();
	return at;
}

static void
read_string(Reader *reader, JsonbValue *value)
{
	const char *from;
	const char *end;
	bool		escapes;

	expect(reader, '"');
	from = reader->at;
	end = string_end(from, reader->end, &escapes);
	reader->at = end + 1;
	value->type = jbvString;
	value->val.string.val = unconstify(char *, from);
	value->val.string.len = (int) (end - from);
	if (escapes)
	{
		char	   *to = palloc(end - from);

		value->val.string.val = to;
		while (from < end)
		{
			if (*from == '\\')
			{
				from++;
				read_escape(&from, end, &to);
			}
			else
				*to++ = *from++;
		}
		value->val.string.len = (int) (to - value->val.string.val);
	}
}

static void
read_number(Reader *reader, JsonbValue *value)
{
	const char *from = reader->at;
	const char *at = from;
	bool		negative = *at == '-';
	int64		number = 0;
	int			digits;

	if (negative)
		at++;
	for (digits = 0; at < reader->end && *at >= '0' && *at <= '9'; digits++, at++)
	{
		if (digits < INT64_DIGITS)
			number = number * 10 + (*at - '0');
	}
	value->type = jbvNumeric;
	if (digits > 0 && digits <= INT64_DIGITS &&
		(at == reader->end || (*at != '.' && *at != 'e' && *at != 'E')))
		value->val.numeric = td_int64_to_numeric(negative ? -number : number);
	else
	{
		while (at < reader->end && strchr("+-.eE0123456789", *at) != NULL && *at != '\0')
			at++;
		if (at == from)
			malformed();
		value->val.numeric =
			DatumGetNumeric(DirectFunctionCall3(numeric_in,
												CStringGetDatum(pnstrdup(from, at - from)),
												ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	}
	reader->at = at;
}

static void
read_word(Reader *reader, JsonbValue *value)
{
	Size		left = reader->end - reader->at;

	if (left >= 4 && memcmp(reader->at, "true", 4) == 0)
	{
		value->type = jbvBool;
		value->val.boolean = true;
		reader->at += 4;
	}
	else if (left >= 5 && memcmp(reader->at, "false", 5) == 0)
	{
		value->type = jbvBool;
		value->val.boolean = false;
		reader->at += 5;
	}
	else if (left >= 4 && memcmp(reader->at, "null", 4) == 0)
	{
		value->type = jbvNull;
		reader->at += 4;
	}
	else
		malformed();
}

/* After a member or element: whether there is another; else takes the end. */
static bool
another(Reader *reader, char end)
{
	char		c = peek(reader);

	reader->at++;
	if (c == ',')
		return true;
	if (c != end)
		malformed();
	return false;
}

static JsonbValue *
read_object(Reader *reader)
{
	expect(reader, '{');
	pushJsonbValue(&reader->state, WJB_BEGIN_OBJECT, NULL);
	if (peek(reader) == '}')
		reader->at++;
	else
	{
		do
		{
			JsonbValue	key;

			read_string(reader, &key);
			pushJsonbValue(&reader->state, WJB_KEY, &key);
			expect(reader, ':');
			(void) read_value(reader, WJB_VALUE);
		} while (another(reader, '}'));
	}
	return pushJsonbValue(&reader->state, WJB_END_OBJECT, NULL);
}

static JsonbValue *
read_array(Reader *reader)
{
	expect(reader, '[');
	pushJsonbValue(&reader->state, WJB_BEGIN_ARRAY, NULL);
	if (peek(reader) == ']')
		reader->at++;
	else
	{
		do
			(void) read_value(reader, WJB_ELEM);
		while (another(reader, ']'));
	}
	return pushJsonbValue(&reader->state, WJB_END_ARRAY, NULL);
}

static JsonbValue *
read_value(Reader *reader, JsonbIteratorToken token)
{
	JsonbValue	value;

	check_stack_depth();
	switch (peek(reader))
	{
		case '{':
			return read_object(reader);
		case '[':
			return read_array(reader);
		case '"':
			read_string(reader, &value);
			break;
		case 't':
		case 'f':
		case 'n':
			read_word(reader, &value);
			break;
		default:
			read_number(reader, &value);
			break;
	}
	return pushJsonbValue(&reader->state, token, &value);
}

/* An object's or array's text as jsonb. */
Datum
ingest_jsonb(const char *text, Size length)
{
	Reader		reader = {text, text + length, NULL};
	char		c = peek(&reader);
	JsonbValue *root;

	if (c != '{' && c != '[')
		malformed();
	root = read_value(&reader, WJB_VALUE);
	skip_blanks(&reader);
	if (reader.at != reader.end)
		malformed();
	return JsonbPGetDatum(JsonbValueToJsonb(root));
}
