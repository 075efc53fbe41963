/*
 * hex.h
 *		Hexadecimal digits.
 */
#ifndef TEXT_HEX_H
#define TEXT_HEX_H

#include <stdint.h>

/*
 * The value of a hexadecimal digit in either letter case, or -1.  Takes a byte
 * or a code point.
 */
static inline int
td_hex_digit(uint32_t c)
{
	if (c >= '0' && c <= '9')
		return (int) (c - '0');
	if (c >= 'a' && c <= 'f')
		return (int) (c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (int) (c - 'A') + 10;
	return -1;
}

/*
 * The value of four hexadecimal digits, as in \uXXXX, or -1.
 */
static inline int
td_hex_unit(const char *digits)
{
	int			unit = 0;

	for (int i = 0; i < 4; i++)
	{
		int			digit = td_hex_digit((unsigned char) digits[i]);

		if (digit < 0)
			return -1;
		unit = unit * 16 + digit;
	}
	return unit;
}

#endif							/* TEXT_HEX_H */
