/*
 * cursor.c
 *		Where things stand in a JSON text.
 *
 * jansson's tree does not say where its values came from, and the document of a
 * search hit is to be kept as it was written.  A cursor walks over the text.  It
 * finds the end of a value by counting brackets outside of strings.  It does not
 * check what is in between; jansson does.
 */
#include "ecs/cursor.h"

#include <string.h>

/*
 * Past blanks, as JSON has them.
 */
void
ecs_cursor_blanks(EcsCursor *cursor)
{
	while (cursor->at < cursor->end &&
		   (*cursor->at == ' ' || *cursor->at == '\t' || *cursor->at == '\n' || *cursor->at == '\r'))
		cursor->at++;
}

/*
 * Past blanks and a certain character, if it comes next.
 */
bool
ecs_cursor_take(EcsCursor *cursor, char c)
{
	ecs_cursor_blanks(cursor);
	if (cursor->at >= cursor->end || *cursor->at != c)
		return false;
	cursor->at++;
	return true;
}

/*
 * Go past a string, whose first quote has been read.
 */
static bool
skip_string(EcsCursor *cursor)
{
	while (cursor->at < cursor->end)
	{
		char		c = *cursor->at++;

		if (c == '"')
			return true;
		if (c == '\\' && cursor->at < cursor->end)
			cursor->at++;
	}
	return false;
}

/*
 * Past the rest of an object or array.
 */
static bool
skip_brackets(EcsCursor *cursor)
{
	size_t		depth = 1;

	while (cursor->at < cursor->end)
	{
		char		c = *cursor->at++;

		if (c == '"')
		{
			if (!skip_string(cursor))
				return false;
		}
		else if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0)
			return true;
	}
	return false;
}

/*
 * The value that comes next, whatever it is.  False if it does not end.
 */
bool
ecs_cursor_value(EcsCursor *cursor, EcsText *value)
{
	const char *start;
	bool		ended = true;

	ecs_cursor_blanks(cursor);
	start = cursor->at;
	if (start >= cursor->end)
		return false;
	if (*start == '"')
	{
		cursor->at++;
		ended = skip_string(cursor);
	}
	else if (*start == '{' || *start == '[')
	{
		cursor->at++;
		ended = skip_brackets(cursor);
	}
	else
	{
		while (cursor->at < cursor->end && strchr(" \t\r\n,:[]{}\"", *cursor->at) == NULL)
			cursor->at++;
		ended = cursor->at > start;
	}
	*value = (EcsText) {start, (size_t) (cursor->at - start)};
	return ended;
}

/*
 * The next member of an object, after its brace or the member before.  The key
 * comes with its quotes.
 */
bool
ecs_cursor_member(EcsCursor *cursor, EcsText *key, EcsText *value)
{
	ecs_cursor_take(cursor, ',');
	ecs_cursor_blanks(cursor);
	return cursor->at < cursor->end && *cursor->at == '"' &&
		ecs_cursor_value(cursor, key) && ecs_cursor_take(cursor, ':') && ecs_cursor_value(cursor, value);
}

/*
 * The value of a key in an object.  If the key is there several times it is the
 * last value, as jansson takes it.  Keys with escapes are not compared, and so
 * not found.
 */
bool
ecs_cursor_find(EcsText object, const char *key, EcsText *value)
{
	EcsCursor	cursor = {object.data, object.data + object.length};
	size_t		length = strlen(key);
	bool		result = false;
	EcsText		name;
	EcsText		candidate;

	if (!ecs_cursor_take(&cursor, '{'))
		return false;
	while (ecs_cursor_member(&cursor, &name, &candidate))
	{
		if (memchr(name.data, '\\', name.length) != NULL)
			return false;
		if (name.length == length + 2 && memcmp(name.data + 1, key, length) == 0)
		{
			*value = candidate;
			result = true;
		}
	}
	return result;
}
