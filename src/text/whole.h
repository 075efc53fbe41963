/*
 * whole.h
 *		Whole numbers of 64 bits, as documents write them.
 */
#ifndef TEXT_WHOLE_H
#define TEXT_WHOLE_H

#include <stddef.h>
#include <stdint.h>

typedef enum TdWholeResult
{
	TD_WHOLE_OK,
	TD_WHOLE_SYNTAX,			/* it is no number */
	TD_WHOLE_RANGE				/* it does not fit */
} TdWholeResult;

extern TdWholeResult td_read_whole(const char *text, size_t length, int64_t *result);
extern size_t td_plain_number(char *to, const char *text, size_t length);

#endif							/* TEXT_WHOLE_H */
