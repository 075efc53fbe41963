/*
 * utf8.c
 *		Reading and writing UTF-8.
 *
 * A character is what PostgreSQL takes for one: overlong forms, surrogates and
 * codes beyond U+10FFFF are none.  NUL is a character here.
 */
#include "text/utf8.h"

/*
 * Bytes of a character with this first byte, or 0 if none begins with it.
 */
static size_t
length_by_first_byte(unsigned char first)
{
	return first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
}

/*
 * Decode the character that a text begins with.  Returns its length in bytes,
 * or 0 when the text is empty, cut off or broken there.
 */
size_t
td_utf8_decode(const char *text, size_t length, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *s = (const unsigned char *) text;
	size_t		need;
	uint32_t	value;

	if (length == 0)
		return 0;
	need = length_by_first_byte(s[0]);
	if (need == 0 || need > length)
		return 0;
	if (need == 1)
	{
		*code = s[0];
		return 1;
	}
	value = s[0] & (0x7Fu >> need);
	for (size_t i = 1; i < need; i++)
	{
		if (!td_utf8_continues(text[i]))
			return 0;
		value = (value << 6) | (s[i] & 0x3F);
	}
	if (value < least[need] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
		return 0;
	*code = value;
	return need;
}

/*
 * Bytes of the character that a text begins with, or 0 as above.
 */
size_t
td_utf8_length(const char *text, size_t length)
{
	uint32_t	code;

	return td_utf8_decode(text, length, &code);
}

/*
 * Write a character and return its length.
 */
size_t
td_utf8_encode(uint32_t code, char bytes[TD_UTF8_MAX])
{
	if (code < 0x80)
	{
		bytes[0] = (char) code;
		return 1;
	}
	if (code < 0x800)
	{
		bytes[0] = (char) (0xC0 | (code >> 6));
		bytes[1] = (char) (0x80 | (code & 0x3F));
		return 2;
	}
	if (code < 0x10000)
	{
		bytes[0] = (char) (0xE0 | (code >> 12));
		bytes[1] = (char) (0x80 | ((code >> 6) & 0x3F));
		bytes[2] = (char) (0x80 | (code & 0x3F));
		return 3;
	}
	bytes[0] = (char) (0xF0 | (code >> 18));
	bytes[1] = (char) (0x80 | ((code >> 12) & 0x3F));
	bytes[2] = (char) (0x80 | ((code >> 6) & 0x3F));
	bytes[3] = (char) (0x80 | (code & 0x3F));
	return 4;
}

/*
 * How many of the bytes to keep so that no character is cut off at the end.
 * Bytes that belong to no character are kept.
 */
size_t
td_utf8_clip(const char *text, size_t length)
{
	size_t		last = length;

	while (last > 0 && length - last < TD_UTF8_MAX - 1 && td_utf8_continues(text[last - 1]))
		last--;
	if (last > 0 && length_by_first_byte((unsigned char) text[last - 1]) > length - last + 1)
		return last - 1;
	return length;
}
