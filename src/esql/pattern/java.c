/*
 * java.c
 *		REPLACE: what matches of Java's regular expressions are replaced with.
 *
 * $1 and ${name} are what a group holds, nothing if it took no part; $0 is the
 * whole match.  Of several digits as many count as make the number of a group,
 * so $12 is $1 and a 2 if there are fewer than twelve.  A backslash makes the
 * character behind it literal.
 */
#include "esql/pattern/java.h"

#include <string.h>

#include "text/buffer.h"
#include "text/error.h"

typedef struct ReplacementReader
{
	EsqlContext *context;
	EsqlSpan	span;
	EsqlString	text;
	uint32_t	pos;
	const EsqlPcre *pcre;
	EsqlReplacement *result;
	EsqlBuffer	literal;		/* text since the last group */
} ReplacementReader;

static bool
fail(ReplacementReader *reader, EsqlErrorClass class, const char *what)
{
	if (class == ESQL_ERROR_MEMORY)
		esql_set_error(reader->context, class, reader->span, NULL, "%s", what);
	else
		esql_set_error(reader->context, class, reader->span,
					   "$1 and ${name} refer to groups; a literal dollar is written \\$ (\\\\$ in a "
					   "string in double quotes).",
					   "invalid replacement for REPLACE: %s", what);
	return false;
}

/*
 * End the stretch of literal text, if there is one.
 */
static bool
end_literal(ReplacementReader *reader)
{
	EsqlReplacementPart *part = &reader->result->parts[reader->result->nparts];

	if (reader->literal.length == 0 && !reader->literal.failed)
		return true;
	if (!esql_buffer_finish(&reader->literal, &part->text))
		return fail(reader, ESQL_ERROR_MEMORY, "out of memory");
	reader->result->nparts++;
	esql_buffer_init(&reader->literal, reader->context);
	return true;
}

/*
 * The number of the group that "{" , name , "}" names; 0 if there is none.
 */
static uint32_t
named_group(ReplacementReader *reader)
{
	const char *name = reader->text.data + ++reader->pos;
	const char *end = memchr(name, '}', reader->text.length - reader->pos);
	size_t		length = end == NULL ? 0 : (size_t) (end - name);

	for (uint32_t i = 0; i < reader->pcre->ngroups && length > 0; i++)
	{
		EsqlString	known = reader->pcre->names[i];

		if (known.data != NULL && known.length == length && memcmp(known.data, name, length) == 0)
		{
			reader->pos += (uint32_t) length + 1;
			return i + 1;
		}
	}
	return 0;
}

static bool
is_digit(const ReplacementReader *reader)
{
	return reader->pos < reader->text.length && reader->text.data[reader->pos] >= '0' &&
		reader->text.data[reader->pos] <= '9';
}

/*
 * What follows a dollar.
 */
static bool
reference(ReplacementReader *reader)
{
	EsqlReplacementPart *part;
	uint32_t	group = 0;

	if (reader->pos == reader->text.length)
		return fail(reader, ESQL_ERROR_VALUE, "nothing follows the last $");
	if (reader->text.data[reader->pos] == '{')
	{
		group = named_group(reader);
		if (group == 0)
			return fail(reader, ESQL_ERROR_VALUE, "the pattern has no group of this name");
	}
	else
	{
		if (!is_digit(reader))
			return fail(reader, ESQL_ERROR_VALUE, "no number follows $");
		group = (uint32_t) (reader->text.data[reader->pos++] - '0');
		if (group > reader->pcre->ngroups)
			return fail(reader, ESQL_ERROR_VALUE, "the pattern has no such group");
		while (is_digit(reader) &&
			   group * 10 + (uint32_t) (reader->text.data[reader->pos] - '0') <= reader->pcre->ngroups)
			group = group * 10 + (uint32_t) (reader->text.data[reader->pos++] - '0');
	}
	if (!end_literal(reader))
		return false;
	part = &reader->result->parts[reader->result->nparts++];
	part->group = group;
	return true;
}

/*
 * Read a replacement; see java.h.
 */
bool
esql_java_replacement(EsqlContext *context, EsqlString replacement, EsqlSpan span,
					  const EsqlPcre *pcre, EsqlReplacement *result)
{
	ReplacementReader reader = {context, span, replacement, 0, pcre, result, {0}};
	size_t		size = ((size_t) replacement.length + 1) * sizeof(EsqlReplacementPart);

	if (replacement.length > ESQL_MAX_REPLACEMENT)
	{
		esql_set_error(context, ESQL_ERROR_LIMIT, span, NULL,
					   "the replacement is too long (limit is %d bytes)", ESQL_MAX_REPLACEMENT);
		return false;
	}
	result->nparts = 0;
	result->parts = context->alloc(context->alloc_arg, size);
	if (result->parts == NULL)
		return fail(&reader, ESQL_ERROR_MEMORY, "out of memory");
	memset(result->parts, 0, size);
	esql_buffer_init(&reader.literal, context);
	while (reader.pos < replacement.length)
	{
		char		c = replacement.data[reader.pos++];

		if (c == '$')
		{
			if (!reference(&reader))
				return false;
			continue;
		}
		if (c == '\\')
		{
			if (reader.pos == replacement.length)
				return fail(&reader, ESQL_ERROR_VALUE, "nothing follows the last backslash");
			c = replacement.data[reader.pos++];
		}
		esql_append_char(&reader.literal, c);
	}
	return end_literal(&reader);
}
