/*
 * tools.h
 *		What the functions of the parser are made with: tokens, memory, errors.
 */
#ifndef ESQL_TOOLS_H
#define ESQL_TOOLS_H

#include <setjmp.h>

#include "esql/syntax/ast.h"
#include "esql/syntax/lex.h"

typedef struct Parser
{
	EsqlContext *context;
	jmp_buf		escape;			/* where errors go, with context->error set */
	EsqlToken	token;			/* the one token of look-ahead */
	uint32_t	previous_end;	/* where the token before it ended */
	const char *what;			/* "query" or "condition", for messages */
	const char *place;			/* "in WHERE", for messages */
	uint32_t	level;			/* open brackets of expressions */
	uint32_t	prefixes;		/* prefix operators that wait for an operand */
} Parser;

#define ESQL_NORETURN	__attribute__((noreturn))

extern void esql_next(Parser *p, EsqlLexMode mode);
extern EsqlToken esql_peek(const Parser *p, const EsqlToken *after, EsqlLexMode mode);
extern EsqlSpan esql_span_from(const Parser *p, uint32_t start);
extern void *esql_get(Parser *p, size_t size);
extern void *esql_grow(Parser *p, void *array, uint32_t n, uint32_t *capacity, size_t size,
					   const char *what);
extern EsqlString esql_copy(Parser *p, const char *data, uint32_t length);
extern EsqlString esql_unquote(Parser *p, const EsqlToken *token);
extern void esql_fail(Parser *p, EsqlErrorClass class, EsqlSpan span, const char *hint,
					  const char *format, ...) ESQL_NORETURN __attribute__((format(printf, 5, 6)));
extern void esql_unexpected(Parser *p, const char *expected) ESQL_NORETURN;
extern void esql_close(Parser *p, EsqlTokenKind kind, EsqlSpan open, EsqlLexMode mode);
extern bool esql_at_keyword(const EsqlToken *token, EsqlKeyword keyword);

#endif							/* ESQL_TOOLS_H */
