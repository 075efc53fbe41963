/*
 * literals.h
 *		Strings of which every match of a pattern holds one.
 */
#ifndef ESQL_PATTERN_LITERALS_H
#define ESQL_PATTERN_LITERALS_H

#include "esql/pattern/tree.h"

/* Strings of UTF-8, any of which must be there; none says nothing. */
typedef struct PatternLiterals
{
	EsqlString *strings;
	uint32_t	count;
	uint32_t	shortest;		/* bytes of the shortest */
} PatternLiterals;

extern PatternLiterals esql_pattern_literals(PatternReader *reader, const PatternNode *node);

#endif							/* ESQL_PATTERN_LITERALS_H */
