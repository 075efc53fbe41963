/*
 * nearest.h
 *		"Did you mean": the name nearest to one that is not known.
 */
#ifndef ESQL_NEAREST_H
#define ESQL_NEAREST_H

#include "compat.h"

typedef struct EsqlNearest
{
	const char *wanted;
	const char *best;			/* not copied */
	int			distance;
} EsqlNearest;

extern void esql_nearest_start(EsqlNearest *nearest, const char *wanted);
extern void esql_nearest_offer(EsqlNearest *nearest, const char *candidate);

#endif							/* ESQL_NEAREST_H */
