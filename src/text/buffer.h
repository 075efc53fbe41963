/*
 * buffer.h
 *		A string that grows, in the allocator of an EsqlContext.
 */
#ifndef TEXT_BUFFER_H
#define TEXT_BUFFER_H

#include "text/context.h"

/*
 * Appending never fails at once: the first failed allocation (or a length
 * beyond 32 bits) sets "failed", and every later call does nothing.  So a writer
 * checks once, at the end, with esql_buffer_finish().
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

#endif							/* TEXT_BUFFER_H */
