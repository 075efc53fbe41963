/*
 * place.c
 *		Where in a text a byte is, as people count.
 *
 * Lines end in \n or \r\n.  Columns and characters count UTF-8 characters by
 * their first bytes, so a broken sequence counts for at least one.  The time is
 * linear in the offset, which is good enough for errors.
 */
#include "text/place.h"

#include "text/utf8.h"

/*
 * The 1-based line, column and character of a byte.  An offset behind the text
 * means the text's end.  An offset inside a character means that character.
 */
void
esql_place(const char *text, size_t length, uint32_t offset,
		   uint32_t *line, uint32_t *column, uint32_t *character)
{
	*line = 1;
	*column = 1;
	*character = 1;
	if (offset > length)
		offset = (uint32_t) length;
	while (offset > 0 && offset < length && td_utf8_continues(text[offset]))
		offset--;
	for (uint32_t i = 0; i < offset; i++)
	{
		if (td_utf8_continues(text[i]) && i > 0)
			continue;
		(*character)++;
		if (text[i] == '\n')
		{
			(*line)++;
			*column = 1;
		}
		else
			(*column)++;
	}
}
