/*
 * utf8.h
 *		Reading and writing UTF-8.
 */
#ifndef TEXT_UTF8_H
#define TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most bytes that a character has. */
#define TD_UTF8_MAX		4

extern size_t td_utf8_decode(const char *text, size_t length, uint32_t *code);
extern size_t td_utf8_length(const char *text, size_t length);
extern size_t td_utf8_encode(uint32_t code, char bytes[TD_UTF8_MAX]);
extern size_t td_utf8_clip(const char *text, size_t length);

/*
 * Does the byte go on with a character that began before it?
 */
static inline bool
td_utf8_continues(char c)
{
	return ((unsigned char) c & 0xC0) == 0x80;
}

#endif							/* TEXT_UTF8_H */
