/*
 * grok.h
 *		Patterns of GROK: a regular expression, and the columns that it captures.
 */
#ifndef ESQL_GROK_H
#define ESQL_GROK_H

#include "esql/pattern/regex.h"

typedef enum EsqlGrokType
{
	ESQL_GROK_KEYWORD,
	ESQL_GROK_INTEGER,
	ESQL_GROK_LONG,
	ESQL_GROK_FLOAT,
	ESQL_GROK_DOUBLE,
	ESQL_GROK_BOOLEAN
} EsqlGrokType;

/* A column, and the groups that give it its values. */
typedef struct EsqlGrokField
{
	EsqlString	name;
	EsqlGrokType type;
	uint32_t	ngroups;
	uint32_t   *groups;			/* numbers, from 1 on, in the order of the values */
} EsqlGrokField;

typedef struct EsqlGrok
{
	EsqlString	text;			/* for PCRE2 */
	uint32_t	nfields;
	EsqlGrokField *fields;		/* by name */
} EsqlGrok;

/*
 * Read a pattern.  False, with context->error filled in, if it is broken or not
 * supported.
 */
extern bool esql_grok_read(EsqlContext *context, EsqlString pattern, EsqlSpan span, EsqlGrok *result);

/* Several patterns, the first of which that matches counts, as one. */
extern bool esql_grok_join(EsqlContext *context, const EsqlString *patterns, uint32_t count,
						   EsqlString *result);

#endif							/* ESQL_GROK_H */
