/*
 * buffer.h
 *		A string that grows, in the allocator of an EsqlContext.
 */
#ifndef ESQL_BUFFER_H
#define ESQL_BUFFER_H

#include "text/context.h"

/*
 * Appending never fails at once: the first failed allocation (or a length
 * beyond 32 bits) sets "failed", and every later call does nothing.  So a
 * writer looks once, at the end, with esql_buffer_finish().
 */
typedef struct EsqlBuffer
{
	EsqlContext *context;
	char	   *data;
	size_t		length;
	size_t		capacity;
	bool		failed;
} EsqlBuffer;

extern void esql_buffer_init(EsqlBuffer *buffer, EsqlContext *context);
extern void esql_append(EsqlBuffer *buffer, const char *data, size_t length);
extern void esql_append_text(EsqlBuffer *buffer, const char *text);
extern void esql_append_char(EsqlBuffer *buffer, char c);
extern void esql_append_code_point(EsqlBuffer *buffer, uint32_t code);
extern bool esql_buffer_finish(EsqlBuffer *buffer, EsqlString *result);

/* What every module that works on a context needs to report something. */
extern void esql_set_error(EsqlContext *context, EsqlErrorClass class, EsqlSpan span,
						   const char *hint, const char *format, ...)
#if defined(__GNUC__)
			__attribute__((format(printf, 5, 6)))
#endif
;

/* Reading UTF-8; returns the length of the character, 0 if it is broken. */
extern uint32_t esql_decode_utf8(const char *text, size_t length, uint32_t *code);

#endif							/* ESQL_BUFFER_H */
