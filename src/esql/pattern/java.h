/*
 * java.h
 *		REPLACE: Java's regular expressions, and what they are replaced with.
 */
#ifndef ESQL_JAVA_H
#define ESQL_JAVA_H

#include "esql/pattern/regex.h"

/* Bytes of a replacement. */
#define ESQL_MAX_REPLACEMENT	100000

/* A stretch of a replacement: literal text, or what a group holds. */
typedef struct EsqlReplacementPart
{
	EsqlString	text;			/* if data is not NULL */
	uint32_t	group;			/* 0 for the whole match */
} EsqlReplacementPart;

typedef struct EsqlReplacement
{
	uint32_t	nparts;
	EsqlReplacementPart *parts;
} EsqlReplacement;

/*
 * Read a replacement for a pattern that has been translated.  False, with
 * context->error filled in, if it is broken or refers to what the pattern lacks.
 */
extern bool esql_java_replacement(EsqlContext *context, EsqlString replacement, EsqlSpan span,
								  const EsqlPcre *pcre, EsqlReplacement *result);

#endif							/* ESQL_JAVA_H */
