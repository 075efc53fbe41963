/*
 * needs.h
 *		What a document must hold for a query to look at it.
 */
#ifndef ESQL_NEEDS_H
#define ESQL_NEEDS_H

#include "esql/analysis/plan.h"

/* The field is there; with a value, it is there with this value. */
typedef struct EsqlTerm
{
	EsqlColumn *column;			/* of the source */
	const EsqlNode *value;		/* a keyword, or NULL */
} EsqlTerm;

extern List *esql_find_needs(const EsqlPlan *plan);

#endif							/* ESQL_NEEDS_H */
