/*
 * search.h
 *		What a text in one of the search languages asks for.
 *
 * Elasticsearch has two languages for searches that ES|QL takes as strings:
 * KQL("...") and QSTR("...").  Both come to the same tree: fields, what their
 * values have to be, and AND, OR and NOT.  Names are just names here.
 *
 * Searches have a meaning of their own of several values and of none: any
 * value may fit, and what is not there does not fit, so NOT finds it.
 *
 * Nothing in this folder includes PostgreSQL.
 */
#ifndef ESQL_SEARCH_H
#define ESQL_SEARCH_H

#include "text/context.h"

/* What stands in a value for any run of characters, and for any one: bytes that no value may hold. */
#define ESQL_SEARCH_ANY		'\1'
#define ESQL_SEARCH_ONE		'\2'

/* Conditions side by side. */
#define ESQL_SEARCH_MAX_ITEMS	10000

typedef enum EsqlSearchKind
{
	ESQL_SEARCH_EVERYTHING,		/* always true */
	ESQL_SEARCH_AND,			/* .args */
	ESQL_SEARCH_OR,				/* .args */
	ESQL_SEARCH_NOT,			/* .args, one */
	ESQL_SEARCH_EXISTS,			/* .field has a value */
	ESQL_SEARCH_VALUE,			/* .field has the .value */
	ESQL_SEARCH_LT,				/* .field has one below .value ... */
	ESQL_SEARCH_LE,
	ESQL_SEARCH_GT,
	ESQL_SEARCH_GE
} EsqlSearchKind;

typedef struct EsqlSearch EsqlSearch;
struct EsqlSearch
{
	EsqlSearchKind kind;
	uint32_t	place;			/* of its beginning in the text, in bytes */
	EsqlString	field;
	EsqlString	value;			/* escapes taken off */
	bool		quoted;			/* VALUE: a phrase */
	bool		wildcard;		/* VALUE: holds ESQL_SEARCH_ANY or ESQL_SEARCH_ONE */
	EsqlSearch **args;
	uint32_t	nargs;
};

/*
 * A text as a tree, in the context's memory.  NULL with context->error filled
 * in if the text is broken, or asks for what is not supported; the error's span
 * is within the text.
 */
extern EsqlSearch *esql_read_kql(EsqlContext *context);
extern EsqlSearch *esql_read_qstr(EsqlContext *context);

#endif							/* ESQL_SEARCH_H */
