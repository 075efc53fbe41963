/*
 * index.h
 *		What an index for a query can be made of.
 */
#ifndef ESQL_INDEX_H
#define ESQL_INDEX_H

#include "esql/analysis/plan.h"

/* A condition that an index may have as its predicate. */
typedef struct EsqlIndexCondition
{
	char	   *sql;			/* over the bare columns of the relation */
	List	   *columns;		/* of EsqlColumn, those that it reads */
} EsqlIndexCondition;

/* What an index for a query can be made of. */
typedef struct EsqlIndexParts
{
	List	   *keys;			/* the times that the window bounds, as SQL */
	List	   *held;			/* of EsqlColumn: keys that are plain columns */
	List	   *conditions;		/* of EsqlIndexCondition */
	List	   *others;			/* of EsqlColumn: read by the rest of the query */
} EsqlIndexParts;

extern EsqlIndexParts *esql_index_parts(const EsqlPlan *plan, const EsqlCatalog *catalog,
										const EsqlOptions *options);

#endif							/* ESQL_INDEX_H */
