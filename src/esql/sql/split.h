/*
 * split.h
 *		Aggregates of a relation in shards: each shard by itself, then all together.
 */
#ifndef ESQL_SPLIT_H
#define ESQL_SPLIT_H

#include "esql/sql/writer.h"

/* What is computed of each shard. */
typedef struct EsqlParts
{
	const EsqlRelation *relation;
	const EsqlStage *stage;
	List	   *texts;			/* of char *: SQL */
	List	   *names;			/* of char *: their columns, quoted */
} EsqlParts;

/* How the values of shards become one. */
typedef enum EsqlMerge
{
	ESQL_MERGE_SUM,
	ESQL_MERGE_AGAIN,			/* by the aggregate itself */
	ESQL_MERGE_COUNT_SETS,
	ESQL_MERGE_LIST_SETS
} EsqlMerge;

/* A call of an SQL aggregate in a template: NAME(ARGUMENTS)$f */
typedef struct EsqlAggregate
{
	const char *start;
	const char *end;			/* behind $f */
	const char *name;			/* as in the template, with its mark */
	const char *part;			/* the name of the aggregate of a shard */
	EsqlMerge	merge;
	bool		known;			/* the rest is set */
} EsqlAggregate;

extern bool esql_is_aggregate(const EsqlNode *node);
extern bool esql_next_aggregate(const char *at, EsqlAggregate *aggregate);
extern int	esql_split_stage(const EsqlPlan *plan, const EsqlCatalog *catalog);
extern bool esql_groups_in_one_shard(const EsqlStage *stage, const EsqlRelation *relation);
extern char *esql_part_template(const EsqlParts *parts, const EsqlNode *node, const EsqlAggregate *aggregate);
extern const char *esql_part(EsqlParts *parts, const char *text);
extern void esql_write_merged(EsqlWriter *writer, const EsqlNode *node, const EsqlAggregate *aggregate,
							  const char *part);

#endif							/* ESQL_SPLIT_H */
