/*
 * reader.h
 *		What the readers of the search languages are made with.
 */
#ifndef ESQL_SEARCH_READER_H
#define ESQL_SEARCH_READER_H

#include <setjmp.h>

#include "esql/search/search.h"
#include "text/buffer.h"

/* A text being read.  Errors leave by escape, with context->error set. */
typedef struct SearchReader
{
	EsqlContext *context;
	jmp_buf		escape;
	uint32_t	depth;			/* of what is open */
} SearchReader;

#define SEARCH_NORETURN	__attribute__((noreturn))

extern void esql_search_fail(SearchReader *reader, EsqlErrorClass class, size_t start, size_t length, const char *hint,
							 const char *format, ...) SEARCH_NORETURN __attribute__((format(printf, 6, 7)));
extern void *esql_search_get(SearchReader *reader, size_t size);
extern void esql_search_enter(SearchReader *reader, size_t place);
extern EsqlSearch *esql_search_node(SearchReader *reader, EsqlSearchKind kind, size_t place);
extern void esql_search_add(SearchReader *reader, EsqlSearch *node, EsqlSearch *arg);
extern EsqlString esql_search_finish(SearchReader *reader, EsqlBuffer *out);
extern void esql_search_check_char(SearchReader *reader, size_t place);
extern size_t esql_search_read_code(SearchReader *reader, EsqlBuffer *out, size_t place, size_t end);

#endif							/* ESQL_SEARCH_READER_H */
