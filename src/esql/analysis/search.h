/*
 * search.h
 *		Searches as conditions.
 */
#ifndef ESQL_ANALYSIS_SEARCH_H
#define ESQL_ANALYSIS_SEARCH_H

#include "esql/analysis/scope.h"
#include "esql/search/search.h"

/* How MATCH compares: what its options say. */
typedef struct EsqlMatch
{
	bool		all_words;
	bool		phrase;
	bool		lenient;		/* a value that the type does not have fits nothing */
	int			edits;			/* fuzziness; -1: by the length of the value */
	int			prefix;			/* characters that must be the same */
	bool		transpositions;
} EsqlMatch;

/* A search at work. */
typedef struct EsqlSearcher
{
	EsqlResolver *resolver;
	const char *name;			/* of the function */
	EsqlSpan	span;			/* of the call */
	const EsqlMatch *match;
} EsqlSearcher;

extern const EsqlMatch esql_plain_match;

extern EsqlNode *esql_is_true(EsqlNode *condition);
extern EsqlNode *esql_field_condition(const EsqlSearcher *searcher, EsqlNode *field, const EsqlSearch *search);

#endif							/* ESQL_ANALYSIS_SEARCH_H */
