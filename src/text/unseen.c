/*
 * unseen.c
 *		Characters that are not seen where they stand.
 *
 * Attackers write what people read: command lines, names of hosts, documents.
 * Control characters move the cursor or colour the screen.  Format characters
 * turn the direction of writing, join others or have no width.  Whoever shows
 * such a text shows them by their number or by another character.
 */
#include "text/unseen.h"

/*
 * Is it a character that is not seen where it stands?
 */
bool
td_is_unseen(uint32_t code)
{
	static const uint32_t ranges[][2] = {
		{0x0000, 0x001F},		/* control characters */
		{0x007F, 0x009F},
		{0x00AD, 0x00AD},		/* soft hyphen */
		{0x034F, 0x034F},		/* joiner of graphemes */
		{0x061C, 0x061C},		/* direction mark */
		{0x070F, 0x070F},
		{0x115F, 0x1160},		/* fillers of Hangul */
		{0x17B4, 0x17B5},
		{0x180B, 0x180F},		/* variations and vowels of Mongolian */
		{0x200B, 0x200F},		/* no width, direction marks */
		{0x2028, 0x202E},		/* line and paragraph, overrides of direction */
		{0x2060, 0x206F},
		{0x2800, 0x2800},		/* Braille without a dot */
		{0x3164, 0x3164},
		{0xFE00, 0xFE0F},		/* variations */
		{0xFEFF, 0xFEFF},		/* byte order mark */
		{0xFFA0, 0xFFA0},
		{0xFFF0, 0xFFFB},
		{0x13430, 0x1343F},		/* joiners of hieroglyphs */
		{0x1BCA0, 0x1BCA3},
		{0x1D173, 0x1D17A},
		{0xE0000, 0xE0FFF}		/* tags, and more variations */
	};

	for (int i = 0; i < (int) (sizeof(ranges) / sizeof(ranges[0])); i++)
	{
		if (code >= ranges[i][0] && code <= ranges[i][1])
			return true;
	}
	return false;
}
