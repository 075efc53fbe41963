/*
 * place.c
 *		Where in a text a byte is, as people count.
 *
 * Lines end in \n or \r\n.  Columns and characters count UTF-8 characters by
 * their first bytes, so a broken sequence counts for at least one.  Linear in
 * the offset: this is for errors, one each.
 */
#include "text/context.h"

/*
 * The 1-based line, column and character of a byte.  An offset behind the text
 * is taken as its end, and one inside a character as that character's.
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
	while (offset > 0 && offset < length && ((unsigned char) text[offset] & 0xC0) == 0x80)
		offset--;
	for (uint32_t i = 0; i < offset; i++)
	{
		if (((unsigned char) text[i] & 0xC0) == 0x80 && i > 0)
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
