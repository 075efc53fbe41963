/*
 * dissect.h
 *		Patterns of DISSECT: keys, and the delimiters between them.
 */
#ifndef ESQL_DISSECT_H
#define ESQL_DISSECT_H

#include "text/context.h"

/* Keys of a pattern. */
#define ESQL_MAX_KEYS	500

typedef struct EsqlDissectKey
{
	EsqlString	name;
	EsqlString	delimiter;		/* behind it; empty for the last key that takes the rest */
	bool		skip;			/* its text is thrown away */
	bool		padding;		/* -> : repeated delimiters count as one */
	bool		append;			/* + */
	int			order;			/* /n, or the place among those without */
} EsqlDissectKey;

/* A column, and the keys whose texts make it, in their order. */
typedef struct EsqlDissectField
{
	EsqlString	name;
	uint32_t	nkeys;
	uint32_t   *keys;
} EsqlDissectField;

typedef struct EsqlDissect
{
	EsqlString	lead;			/* before the first key */
	uint32_t	nkeys;
	EsqlDissectKey *keys;
	uint32_t	nfields;
	EsqlDissectField *fields;	/* in order of appearance */
} EsqlDissect;

/* The text of a key: bytes from start to end. */
typedef struct EsqlDissectPart
{
	size_t		start;
	size_t		end;
} EsqlDissectPart;

/* False, with context->error filled in, on a pattern that is broken. */
extern bool esql_dissect_read(EsqlContext *context, EsqlString pattern, EsqlSpan span,
							  EsqlDissect *result);

/* Take a text apart; parts has room for nkeys.  False if it does not fit. */
extern bool esql_dissect_match(const EsqlDissect *dissect, const char *text, size_t length,
							   EsqlDissectPart *parts);

#endif							/* ESQL_DISSECT_H */
