/*
 * pattern.h
 *		ES|QL's patterns in PostgreSQL's words.
 *
 * Each function turns one pattern language into another and knows nothing of
 * PostgreSQL's headers.  The result lives in the context's allocator.  On a
 * pattern that is broken, or that PostgreSQL's engine would read with another
 * meaning, they return false with context->error filled in: class and message
 * and hint, and the span handed in (the span of the literal in the query).
 */
#ifndef ESQL_PATTERN_H
#define ESQL_PATTERN_H

#include "text/context.h"

typedef enum EsqlLikeShape
{
	ESQL_LIKE_EQUAL,			/* no wildcard: result is the plain text */
	ESQL_LIKE_ANYTHING,			/* only asterisks */
	ESQL_LIKE_PATTERN			/* result is an SQL LIKE pattern, escaped by \ */
} EsqlLikeShape;

/* LIKE: * and ?, escaped by a backslash, to SQL's % and _ */
extern bool esql_like_to_sql(EsqlContext *context, EsqlString pattern, EsqlSpan span,
							 EsqlLikeShape *shape, EsqlString *result);

/*
 * RLIKE: Lucene's regular expressions (all flags on, anchored at both ends)
 * to a PostgreSQL advanced regular expression with ^(?: and )$ round it.
 * *anything is set for a pattern that matches every string (".*" and "@").
 */
extern bool esql_rlike_to_sql(EsqlContext *context, EsqlString pattern, EsqlSpan span,
							  bool *anything, EsqlString *result);

/*
 * Strings of which every match of an RLIKE pattern holds one, so that a text without any of
 * them need not be tried.  Returns their number, 0 if there are none worth looking for.
 */
extern uint32_t esql_rlike_literals(EsqlContext *context, EsqlString pattern, EsqlSpan span,
									EsqlString **strings);

#endif							/* ESQL_PATTERN_H */
