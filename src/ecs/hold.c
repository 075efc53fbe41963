/*
 * hold.c
 *		Lines that may be one document together.
 *
 * A document that was made to be read stands on many lines: what Kibana copies,
 * and what packages bring as samples.  A line that ends inside of an object or
 * array, behind an opening bracket or a comma, may be the first of these.  It is
 * held, and so are the lines that can go on with it, until the brackets are
 * closed.
 *
 * A line that was cut off looks alike.  The next line then begins a document, a
 * brace where a key is due, and does not go on with it.
 */
#include "ecs/hold.h"

#include <string.h>

#define FIRST_CAPACITY	((size_t) 4096)
#define DEFAULT_MAX_LENGTH ((size_t) 16 * 1024 * 1024)

/* A buffer that is not kept from one document to the next. */
#define LARGE_CAPACITY	((size_t) 1024 * 1024)

/* What ends a value that is no bracket. */
#define VALUE			'v'

void
ecs_hold_init(EcsHold *hold, EcsMemory memory, size_t max_length)
{
	memset(hold, 0, sizeof(*hold));
	hold->memory = memory;
	hold->max_length = max_length == 0 ? DEFAULT_MAX_LENGTH : max_length;
}

void
ecs_hold_free(EcsHold *hold)
{
	if (hold->text != NULL)
		hold->memory.free(hold->memory.arg, hold->text);
	ecs_hold_init(hold, hold->memory, hold->max_length);
}

/*
 * Take a line's brackets into account.  False if they do not fit together, or a
 * string does not end.
 */
static bool
follow(EcsHold *hold, const EcsLine *line)
{
	const char *at = line->text;
	const char *end = line->text + line->length;

	while (at < end)
	{
		char		c = *at++;

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			continue;
		if (hold->depth == 0 && hold->last != '\0')
			return false;		/* something follows the value */
		if (c == '"')
		{
			while (at < end && *at != '"')
				at += *at == '\\' && at + 1 < end ? 2 : 1;
			if (at >= end)
				return false;
			at++;
			hold->last = VALUE;
		}
		else if (c == '{' || c == '[')
		{
			if (hold->depth == ECS_HOLD_DEPTH)
				return false;
			hold->brackets[hold->depth++] = c;
			hold->last = c;
		}
		else if (c == '}' || c == ']')
		{
			if (hold->depth == 0 || hold->brackets[--hold->depth] != (c == '}' ? '{' : '['))
				return false;
			hold->last = VALUE;
		}
		else
			hold->last = c == ',' || c == ':' ? c : VALUE;
	}
	return true;
}

/*
 * May a line that begins with c go on with what is held?
 */
static bool
goes_on(const EcsHold *hold, char c)
{
	bool		object = hold->brackets[hold->depth - 1] == '{';

	switch (hold->last)
	{
		case '{':
			return c == '"' || c == '}';
		case '[':
			return c != '}' && c != ',' && c != ':';
		case ',':
			return object ? c == '"' : c != '}' && c != ']' && c != ',' && c != ':';
		case ':':
			return c != '}' && c != ']' && c != ',' && c != ':';
		default:
			return c == ',' || c == (object ? '}' : ']') || (object && c == ':');
	}
}

/*
 * Append a line and an LF.
 */
static bool
append(EcsHold *hold, const EcsLine *line)
{
	size_t		length = hold->length + line->length + 1;

	if (length > hold->capacity)
	{
		size_t		capacity = length * 2 < FIRST_CAPACITY ? FIRST_CAPACITY : length * 2;
		char	   *text = hold->memory.alloc(hold->memory.arg, capacity);

		if (text == NULL)
			return false;
		if (hold->length > 0)
			memcpy(text, hold->text, hold->length);
		if (hold->text != NULL)
			hold->memory.free(hold->memory.arg, hold->text);
		hold->text = text;
		hold->capacity = capacity;
	}
	if (line->length > 0)
		memcpy(hold->text + hold->length, line->text, line->length);
	hold->text[length - 1] = '\n';
	hold->length = length;
	return true;
}

/*
 * The first character of a line that is no blank, or NUL.
 */
static char
first_character(const EcsLine *line)
{
	for (size_t i = 0; i < line->length; i++)
	{
		if (memchr(" \t\r", line->text[i], 3) == NULL)
			return line->text[i];
	}
	return '\0';
}

/*
 * The last one.
 */
static char
last_character(const EcsLine *line)
{
	for (size_t i = line->length; i > 0; i--)
	{
		if (memchr(" \t\r", line->text[i - 1], 3) == NULL)
			return line->text[i - 1];
	}
	return '\0';
}

/*
 * Begin to hold, if the line is the first of several.
 */
static EcsHoldResult
begin(EcsHold *hold, const EcsLine *line)
{
	char		first = first_character(line);
	char		last = last_character(line);

	/* nearly all lines are documents, and end here */
	if ((last != '{' && last != '[' && last != ',') || (first != '{' && first != '['))
		return ECS_HOLD_NO;
	if (hold->capacity > LARGE_CAPACITY)
		ecs_hold_free(hold);
	hold->length = 0;
	hold->depth = 0;
	hold->last = '\0';
	if (memchr(line->text, '\n', line->length) != NULL || line->length > hold->max_length ||
		!follow(hold, line) || hold->depth == 0 ||
		(hold->last == ',' && hold->brackets[hold->depth - 1] == '['))
		return ECS_HOLD_NO;
	hold->line = line->number;
	if (!append(hold, line))
		return ECS_HOLD_NO_MEMORY;
	hold->open = true;
	return ECS_HOLD_MORE;
}

/*
 * A line: is it one of several that are a document together?
 */
EcsHoldResult
ecs_hold_line(EcsHold *hold, const EcsLine *line)
{
	char		first;

	if (!hold->open)
		return line->too_long ? ECS_HOLD_NO : begin(hold, line);
	first = first_character(line);
	if (line->too_long || hold->length + line->length > hold->max_length ||
		(first != '\0' && !goes_on(hold, first)) || !follow(hold, line))
		return ECS_HOLD_NO;
	if (!append(hold, line))
		return ECS_HOLD_NO_MEMORY;
	return hold->depth == 0 ? ECS_HOLD_COMPLETE : ECS_HOLD_MORE;
}

/*
 * Is one of the lines that were held after the first a document of its own?
 */
bool
ecs_hold_has_documents(const EcsHold *hold)
{
	const char *end = hold->text + hold->length;
	const char *at = memchr(hold->text, '\n', hold->length);

	while (at != NULL && ++at < end)
	{
		const char *next = memchr(at, '\n', (size_t) (end - at));
		EcsLine		line = {.text = at, .length = (size_t) (next - at)};

		if (first_character(&line) == '{' && last_character(&line) == '}')
			return true;
		at = next;
	}
	return false;
}
