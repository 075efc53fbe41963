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

#endif							/* TEXT_HEX_H */
