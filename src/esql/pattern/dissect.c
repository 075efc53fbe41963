/*
 * dissect.c
 *		Patterns of DISSECT: keys, and the delimiters between them.
 *
 *		%{a} %{b->} %{+c} %{+c/2} %{?d} %{}
 *
 * A key takes the text up to the next occurrence of its delimiter, the last key
 * the rest.  -> lets the delimiter repeat, + appends to what other keys of the
 * name have taken (by the number behind / where there is one, the others before
 * them), ? and an empty name throw the text away.
 *
 * Where a delimiter occurs twice in a row and there is no ->, the keys that
 * follow get empty texts, one for each repetition, whatever their own delimiters
 * are.  That is what Elasticsearch does.  Text behind the last delimiter of a
 * pattern does not count.
 *
 * Text before a modifier does not count, so %{{?a} is the same as %{?a}: rules are
 * written that way.  ES|QL has no reference keys, * and &; they are refused.  So
 * are two keys with nothing between them, which its parser takes for one key and
 * a delimiter.
 */
#include "esql/pattern/dissect.h"

#include <stdlib.h>
#include <string.h>

#include "text/error.h"

#define FIRST_ORDER		(-1000)	/* of keys without a number */
#define MAX_ORDER		32767

typedef struct DissectReader
{
	EsqlContext *context;
	EsqlSpan	span;
	EsqlString	text;
	size_t		pos;
	EsqlDissect *result;
} DissectReader;

/*
 * Report an error at a place of the pattern.
 */
static bool
fail(const DissectReader *reader, EsqlErrorClass class, size_t at, const char *hint, const char *what)
{
	if (class == ESQL_ERROR_MEMORY)
		esql_set_error(reader->context, class, reader->span, NULL, "out of memory");
	else
		esql_set_error(reader->context, class, reader->span, hint,
					   class == ESQL_ERROR_UNSUPPORTED ?
					   "pattern for DISSECT is not supported: %s (byte %u)" :
					   "invalid pattern for DISSECT: %s (byte %u)", what, (unsigned) at + 1);
	return false;
}

static void *
get(const DissectReader *reader, size_t size)
{
	void	   *result = reader->context->alloc(reader->context->alloc_arg, size);

	if (result != NULL)
		memset(result, 0, size);
	return result;
}

/*
 * A copy of a stretch of the pattern; data is NULL if memory ran out.
 */
static EsqlString
copy(const DissectReader *reader, size_t from, size_t to)
{
	EsqlString	result;

	result.length = (uint32_t) (to - from);
	result.data = get(reader, result.length + 1);
	if (result.data != NULL)
		memcpy(result.data, reader->text.data + from, result.length);
	return result;
}

/*
 * Where the next %{ is, or the end.
 */
static size_t
next_key(const DissectReader *reader, size_t from)
{
	for (size_t i = from; i + 1 < reader->text.length; i++)
	{
		if (reader->text.data[i] == '%' && reader->text.data[i + 1] == '{')
			return i;
	}
	return reader->text.length;
}

/*
 * The number behind "/", which ends the key; *to is where the name ends then.
 */
static bool
read_order(const DissectReader *reader, size_t from, size_t *to, EsqlDissectKey *key)
{
	size_t		slash = from;
	int			order = 0;

	while (slash < *to && reader->text.data[slash] != '/')
		slash++;
	if (slash == *to)
		return true;
	if (!key->append || slash + 1 == *to)
		return fail(reader, ESQL_ERROR_VALUE, slash, "Write it as in %{+name/2}.",
					"\"/\" is followed by a number, in a key that begins with +");
	for (size_t i = slash + 1; i < *to; i++)
	{
		char		c = reader->text.data[i];

		if (c < '0' || c > '9' || order > MAX_ORDER)
			return fail(reader, ESQL_ERROR_VALUE, slash, "Write it as in %{+name/2}.",
						"\"/\" is followed by a number, in a key that begins with +");
		order = order * 10 + (c - '0');
	}
	if (order > MAX_ORDER)
		return fail(reader, ESQL_ERROR_VALUE, slash, NULL, "the order is out of range");
	key->order = order;
	*to = slash;
	return true;
}

/*
 * Pass over what stands before the modifier; what that is, or '\0'.
 */
static char
find_modifier(const DissectReader *reader, size_t *from, size_t to)
{
	for (size_t i = *from; i < to; i++)
	{
		char		c = reader->text.data[i];

		if (c == '/')
			break;
		if (c == '\0' || strchr("+*&?", c) == NULL)
			continue;
		*from = i;
		return c;
	}
	return '\0';
}

/*
 * key = [ { char } , ( "+" | "?" ) ] , name , [ "/" , number ] , [ "->" ] ;
 *
 * What stands between the braces.
 */
static bool
read_key(const DissectReader *reader, size_t from, size_t to, EsqlDissectKey *key, int place)
{
	const char *text = reader->text.data;
	char		modifier = find_modifier(reader, &from, to);

	key->order = FIRST_ORDER + place;
	if (to - from >= 2 && text[to - 2] == '-' && text[to - 1] == '>')
	{
		key->padding = true;
		to -= 2;
	}
	if (modifier == '*' || modifier == '&')
		return fail(reader, ESQL_ERROR_UNSUPPORTED, from, NULL, "reference keys (* and &)");
	key->append = modifier == '+';
	key->skip = modifier == '?';
	if ((key->append || key->skip) && from < to)
		from++;
	if (!read_order(reader, from, &to, key))
		return false;
	for (size_t i = from; i < to; i++)
	{
		if (text[i] == '\0' || strchr("+*&?", text[i]) != NULL)
			return fail(reader, ESQL_ERROR_VALUE, i, NULL, "a key has more than one modifier");
		if (text[i] == '%' && i + 1 < to && text[i + 1] == '{')
			return fail(reader, ESQL_ERROR_VALUE, from, NULL, "a key is not closed by a brace");
	}
	if (from == to)
	{
		if (key->append)
			return fail(reader, ESQL_ERROR_VALUE, from, NULL, "a key that begins with + has no name");
		key->skip = true;
	}
	key->name = copy(reader, from, to);
	return key->name.data != NULL || fail(reader, ESQL_ERROR_MEMORY, 0, NULL, "");
}

/*
 * All keys and delimiters.
 */
static bool
read_keys(DissectReader *reader)
{
	EsqlDissect *result = reader->result;
	size_t		length = reader->text.length;

	reader->pos = next_key(reader, 0);
	result->lead = copy(reader, 0, reader->pos);
	if (result->lead.data == NULL)
		return fail(reader, ESQL_ERROR_MEMORY, 0, NULL, "");
	while (reader->pos < length)
	{
		size_t		from = reader->pos + 2;
		char	   *brace = memchr(reader->text.data + from, '}', length - from);
		EsqlDissectKey *key = &result->keys[result->nkeys];
		size_t		to;

		if (brace == NULL)
			return fail(reader, ESQL_ERROR_VALUE, reader->pos, NULL, "a key is not closed by a brace");
		if (result->nkeys == ESQL_MAX_KEYS)
			return fail(reader, ESQL_ERROR_LIMIT, reader->pos, NULL, "too many keys (limit is 500)");
		to = (size_t) (brace - reader->text.data);
		if (!read_key(reader, from, to, key, (int) result->nkeys))
			return false;
		result->nkeys++;
		reader->pos = next_key(reader, to + 1);
		if (reader->pos == to + 1 && reader->pos < length)
			return fail(reader, ESQL_ERROR_VALUE, reader->pos,
						"Nothing would tell where the first of them ends.",
						"there is nothing between two keys");
		key->delimiter = copy(reader, to + 1, reader->pos);
		if (key->delimiter.data == NULL)
			return fail(reader, ESQL_ERROR_MEMORY, 0, NULL, "");
	}
	return true;
}

/*
 * The column of that name, or NULL.
 */
static EsqlDissectField *
find_field(const EsqlDissect *dissect, EsqlString name)
{
	for (uint32_t i = 0; i < dissect->nfields; i++)
	{
		EsqlString	known = dissect->fields[i].name;

		if (known.length == name.length && memcmp(known.data, name.data, name.length) == 0)
			return &dissect->fields[i];
	}
	return NULL;
}

/*
 * Give a column one more key: by order if its texts are appended; else the last
 * key is the one that counts.
 */
static void
add_key(const EsqlDissect *dissect, EsqlDissectField *field, uint32_t number, bool append)
{
	uint32_t	at = append ? field->nkeys : 0;

	while (at > 0 && dissect->keys[field->keys[at - 1]].order > dissect->keys[number].order)
	{
		field->keys[at] = field->keys[at - 1];
		at--;
	}
	field->keys[at] = number;
	field->nkeys = append ? field->nkeys + 1 : 1;
}

/*
 * Does any key of that name append?
 */
static bool
appends(const EsqlDissect *dissect, EsqlString name)
{
	for (uint32_t i = 0; i < dissect->nkeys; i++)
	{
		const EsqlDissectKey *key = &dissect->keys[i];

		if (key->append && key->name.length == name.length &&
			memcmp(key->name.data, name.data, name.length) == 0)
			return true;
	}
	return false;
}

/*
 * The columns that the keys make.
 */
static bool
make_fields(DissectReader *reader)
{
	EsqlDissect *result = reader->result;

	for (uint32_t i = 0; i < result->nkeys; i++)
	{
		EsqlDissectKey *key = &result->keys[i];
		EsqlDissectField *field;

		if (key->skip)
			continue;
		field = find_field(result, key->name);
		if (field == NULL)
		{
			field = &result->fields[result->nfields++];
			field->name = key->name;
			field->keys = get(reader, (result->nkeys + 1) * sizeof(uint32_t));
			if (field->keys == NULL)
				return fail(reader, ESQL_ERROR_MEMORY, 0, NULL, "");
		}
		add_key(result, field, i, appends(result, key->name));
	}
	if (result->nfields == 0)
		return fail(reader, ESQL_ERROR_VALUE, 0, "A key is written %{name}.", "it names no column");
	return true;
}

/*
 * Read a pattern; see dissect.h.
 */
bool
esql_dissect_read(EsqlContext *context, EsqlString pattern, EsqlSpan span, EsqlDissect *result)
{
	DissectReader reader = {context, span, pattern, 0, result};

	memset(result, 0, sizeof(*result));
	result->keys = get(&reader, ESQL_MAX_KEYS * sizeof(EsqlDissectKey));
	result->fields = get(&reader, ESQL_MAX_KEYS * sizeof(EsqlDissectField));
	if (result->keys == NULL || result->fields == NULL)
		return fail(&reader, ESQL_ERROR_MEMORY, 0, NULL, "");
	return read_keys(&reader) && make_fields(&reader);
}

/*
 * Does the delimiter stand at that place?
 */
static bool
stands_at(const char *text, size_t length, size_t at, EsqlString delimiter)
{
	return length - at >= delimiter.length &&
		memcmp(text + at, delimiter.data, delimiter.length) == 0;
}

/*
 * Where the delimiter occurs first from a place on; NULL if nowhere.
 */
static const char *
find(const char *text, size_t length, size_t from, EsqlString delimiter)
{
	while (length - from >= delimiter.length)
	{
		const char *first = memchr(text + from, delimiter.data[0], length - from - delimiter.length + 1);

		if (first == NULL)
			return NULL;
		from = (size_t) (first - text);
		if (stands_at(text, length, from, delimiter))
			return first;
		from++;
	}
	return NULL;
}

/*
 * Take a text apart; see dissect.h.
 */
bool
esql_dissect_match(const EsqlDissect *dissect, const char *text, size_t length, EsqlDissectPart *parts)
{
	size_t		at = dissect->lead.length;
	uint32_t	n = 0;			/* the key whose text begins at "at" */

	if (length <= at || memcmp(text, dissect->lead.data, at) != 0)
		return false;
	while (n < dissect->nkeys)
	{
		EsqlString	delimiter = dissect->keys[n].delimiter;
		bool		padding = dissect->keys[n].padding;
		const char *found;

		if (delimiter.length == 0)
		{
			parts[n].start = at;
			parts[n].end = length;
			return n + 1 == dissect->nkeys;
		}
		found = find(text, length, at, delimiter);
		if (found == NULL)
			return false;
		parts[n].start = at;
		parts[n].end = (size_t) (found - text);
		at = parts[n].end + delimiter.length;
		n++;
		while (at < length && stands_at(text, length, at, delimiter))
		{
			at += delimiter.length;
			if (padding)
				continue;
			if (n == dissect->nkeys)
				break;
			parts[n].start = parts[n].end = at;
			padding = dissect->keys[n].padding;
			n++;
		}
	}
	return true;
}
