/*
 * text.c
 *		UTF-8, and places in a text.
 */
#include "ecs/text.h"

#include <string.h>

/*
 * Bytes of the character that n bytes begin with, or 0 if they begin with none:
 * as PostgreSQL sees it, that is without surrogates, overlong forms and what
 * lies beyond U+10FFFF.  NUL is a character here.
 */
size_t
ecs_character_length(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *) s;
	size_t		length;

	if (n == 0)
		return 0;
	if (u[0] < 0x80)
		return 1;
	length = u[0] < 0xC2 ? 0 : u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : u[0] < 0xF5 ? 4 : 0;
	if (length == 0 || length > n)
		return 0;
	for (size_t i = 1; i < length; i++)
	{
		if ((u[i] & 0xC0) != 0x80)
			return 0;
	}
	if ((u[0] == 0xE0 && u[1] < 0xA0) || (u[0] == 0xED && u[1] > 0x9F) ||
		(u[0] == 0xF0 && u[1] < 0x90) || (u[0] == 0xF4 && u[1] > 0x8F))
		return 0;
	return length;
}

/*
 * A text for a message, terminated: as much as goes into size bytes, with a
 * question mark for each byte that is no character, or a control character.
 */
void
ecs_printable(char *to, size_t size, EcsText from)
{
	size_t		done = 0;

	for (size_t i = 0; i < from.length;)
	{
		size_t		n = ecs_character_length(from.data + i, from.length - i);
		unsigned char c = (unsigned char) from.data[i];
		bool		shown = n > 0 && c >= 0x20 && c != 0x7F;

		if (done + (n == 0 ? 1 : n) >= size)
			break;
		if (shown)
			memcpy(to + done, from.data + i, n);
		else
			to[done] = '?';
		done += shown ? n : 1;
		i += n == 0 ? 1 : n;
	}
	to[done] = '\0';
}

/*
 * Texts by their bytes, for qsort().
 */
int
ecs_compare(const void *a, const void *b)
{
	const EcsText *x = a;
	const EcsText *y = b;
	size_t		n = x->length < y->length ? x->length : y->length;
	int			order = n == 0 ? 0 : memcmp(x->data, y->data, n);

	if (order != 0)
		return order;
	return (x->length > y->length) - (x->length < y->length);
}

/*
 * Move a place, line and column in characters, on from one position to another.
 */
void
ecs_advance(const char *from, const char *to, size_t *line, size_t *column)
{
	for (; from < to; from++)
	{
		if (*from == '\n')
		{
			(*line)++;
			*column = 1;
		}
		else if (((unsigned char) *from & 0xC0) != 0x80)
			(*column)++;
	}
}
