/*
 * unseen.c
 *		Characters that are not seen where they stand, or look like others.
 *
 * Attackers write what people read: command lines, names of hosts, documents.
 * Control characters move the cursor or colour the screen.  Format characters
 * turn the direction of writing, join others or have no width.  Whoever shows
 * such a text shows them by their number or by another character.
 */
#include "text/unseen.h"

#include <stddef.h>

typedef struct Range
{
	uint32_t	first;
	uint32_t	last;
} Range;

static bool
is_within(uint32_t code, const Range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	}
	return false;
}

#define IS_WITHIN(code, ranges)	is_within(code, ranges, sizeof(ranges) / sizeof(ranges[0]))

/*
 * Is it a character that is not seen, or that turns the direction of writing?
 */
bool
td_is_unseen(uint32_t code)
{
	static const Range ranges[] = {
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

	return IS_WITHIN(code, ranges);
}

/*
 * Is it a mark of no script in particular, which is drawn over the character
 * before it?  Any number of them can be piled up.
 */
bool
td_stacks(uint32_t code)
{
	static const Range ranges[] = {
		{0x0300, 0x036F},
		{0x0483, 0x0489},
		{0x1AB0, 0x1AFF},
		{0x1DC0, 0x1DFF},
		{0x20D0, 0x20FF},
		{0xFE20, 0xFE2F}
	};

	return IS_WITHIN(code, ranges);
}

/*
 * Is it a space other than the plain one, or a code that is no character?
 */
bool
td_is_odd_space(uint32_t code)
{
	static const Range ranges[] = {
		{0x00A0, 0x00A0},
		{0x1680, 0x1680},
		{0x2000, 0x200A},
		{0x202F, 0x202F},
		{0x205F, 0x205F},
		{0x3000, 0x3000},
		{0xE000, 0xF8FF},		/* private use */
		{0xFFFE, 0xFFFF},
		{0xF0000, 0x10FFFF}
	};

	return IS_WITHIN(code, ranges);
}
