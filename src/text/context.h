/*
 * context.h
 *		What everything that reads a text works with: the text itself, stretches
 *		of it, memory, and the error that the reader leaves behind.
 *
 * Nothing in this folder includes PostgreSQL, so that it can be compiled alone,
 * unit-tested and fuzzed.
 */
#ifndef TEXT_CONTEXT_H
#define TEXT_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How deep expressions and patterns nest, so that walkers may recurse. */
#define ESQL_MAX_DEPTH	200

/* A stretch of the query's text, in bytes from its beginning. */
typedef struct EsqlSpan
{
	uint32_t	start;
	uint32_t	length;
} EsqlSpan;

/* One SQLSTATE each, see analysis/report.c. */
typedef enum EsqlErrorClass
{
	ESQL_ERROR_NONE,
	ESQL_ERROR_SYNTAX,			/* not ES|QL */
	ESQL_ERROR_UNSUPPORTED,		/* ES|QL, but not ours */
	ESQL_ERROR_UNKNOWN_COLUMN,
	ESQL_ERROR_UNKNOWN_FUNCTION,
	ESQL_ERROR_UNKNOWN_SOURCE,
	ESQL_ERROR_TYPE,			/* types that do not go together */
	ESQL_ERROR_VALUE,			/* a literal that cannot be read as what it has to be */
	ESQL_ERROR_LIMIT,			/* too deep, too long, too many */
	ESQL_ERROR_MEMORY			/* the allocator returned NULL */
} EsqlErrorClass;

typedef struct EsqlError
{
	EsqlErrorClass class;
	EsqlSpan	span;			/* the offending text; length may be 0 at the end */
	char		message[1024];	/* lower case, no full stop, as PostgreSQL's */
	char		hint[3000];		/* a sentence, or empty */
} EsqlError;

/*
 * What the parser works with.  The caller sets text, length and the
 * allocator.  A reader that fails leaves the reason in error.
 */
typedef struct EsqlContext
{
	const char *text;			/* UTF-8, need not be NUL-terminated */
	size_t		length;
	const char *label;			/* what the text is, for messages; NULL: the query */
	void	   *(*alloc) (void *arg, size_t size);	/* NULL if out of memory */
	void	   *alloc_arg;
	EsqlError	error;
} EsqlContext;

/* A counted string in the allocator's memory, NUL-terminated as well. */
typedef struct EsqlString
{
	char	   *data;
	uint32_t	length;
} EsqlString;

#endif							/* TEXT_CONTEXT_H */
