/*
 * text.c
 *		Texts for messages, their order, and places in a text.
 */
#include "ecs/text.h"

#include <string.h>

#include "text/unseen.h"
#include "text/utf8.h"

/*
 * A text for a message, terminated: as much as goes into size bytes, with a
 * question mark for each byte that is no character, and for each character that
 * is not seen.
 */
void
ecs_printable(char *to, size_t size, EcsText from)
{
	size_t		done = 0;

	for (size_t i = 0; i < from.length;)
	{
		uint32_t	code = 0;
		size_t		n = td_utf8_decode(from.data + i, from.length - i, &code);
		bool		shown = n > 0 && !td_is_unseen(code);

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
		else if (!td_utf8_continues(*from))
			(*column)++;
	}
}
