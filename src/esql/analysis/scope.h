/*
 * scope.h
 *		What all resolvers share: the query so far, and the names that can be
 *		used at this point of it.
 *
 * The folder reads from the bottom up, and each file includes only files that
 * stand before it here:
 *
 *	plan.h			the plan: stages, columns, nodes
 *	known.c			functions that are not supported yet
 *	report.c		errors at a place of the query
 *	node.c			making nodes, and converting between list and single value
 *	scope.c			stages, columns, and the list of visible names
 *	coerce.c		from one type to another
 *	functions.c		the table of functions
 *	use.c			what the query says of the type of a field that no schema knows
 *	source.c		FROM: the fields of the relations
 *	transfer.c		fields that a command line, taken apart, gives
 *	missing.c		what the relation lacks, in one error
 *	column.c		from a name to a column
 *	expr.c, call.c, special.c, statistics.c, bucket.c, date_pattern.c, constants.c, search.c,
 *					match.c		expressions; recursive, as these are
 *	stats.c			STATS
 *	inline.c		INLINE STATS
 *	extract.c		GROK and DISSECT
 *	lookup.c		LOOKUP JOIN
 *	bound.c, single.c, once.c, live.c	passes over a finished plan
 *	needs.c			what a document must hold, read off a finished plan
 *	resolve.c		the commands, from the first to the last
 */
#ifndef ESQL_SCOPE_H
#define ESQL_SCOPE_H

#include "esql/analysis/plan.h"

typedef struct EsqlResolver EsqlResolver;

/* An expression of BY, and what stands for it before BY and after. */
typedef struct EsqlGrouped
{
	const EsqlExpr *expr;
	EsqlColumn *key;			/* one value: what rows are grouped by */
	EsqlColumn *whole;			/* all values: inside of aggregates */
} EsqlGrouped;

struct EsqlResolver
{
	EsqlContext *context;
	const EsqlQuery *query;
	EsqlCatalog *catalog;
	const EsqlOptions *options;
	EsqlPlan   *plan;

	/* the scope of names */
	List	   *visible;		/* of EsqlVisible, in ES|QL's order */
	bool		open;			/* unknown names may be fields of the source */
	List	   *gone;			/* names dropped or renamed while open */
	List	   *filters;		/* KEEPs and DROPs with wildcards while open */
	List	   *seen;			/* source columns that have been visible */
	struct EsqlUses *uses;		/* use.c: how the text uses fields that no schema knows, or NULL */
	const EsqlExpr *condition;	/* what is resolved, if it is no part of the query, or NULL */

	/* the order that SORT asked for, to be carried on */
	List	   *order;			/* of EsqlOrder */
	List	   *ties;			/* group keys (EsqlColumn) that break its ties */

	/* inside STATS */
	bool		aggregates;		/* an aggregate may stand here */
	bool		in_aggregate;	/* already inside one */
	EsqlNode   *filter;			/* WHERE of the aggregate */
	List	   *keys;			/* group keys: EsqlVisible */
	bool		grouping;		/* in an expression of BY */
	List	   *grouped;		/* of EsqlGrouped: the expressions of BY */
	List	   *aliases;		/* what BY gives a name (EsqlVisible), with all its values: for
								 * arguments and WHERE of aggregates */
};

extern EsqlStage *esql_new_stage(EsqlContext *context, EsqlStageKind kind, EsqlSpan span, const char *name);
extern EsqlStage *esql_add_stage(EsqlResolver *resolver, EsqlStageKind kind,
								 const EsqlCommand *command, const char *name);
extern EsqlColumn *esql_new_column(EsqlPlan *plan, const char *name, const EsqlNode *node);
extern EsqlVisible *esql_find_visible(List *visible, const char *name);
extern EsqlVisible *esql_find_column(List *visible, const EsqlColumn *column);
extern void esql_show(List **visible, const char *name, EsqlColumn *column);
extern EsqlOutput *esql_new_output(EsqlColumn *column, EsqlNode *node);
extern void esql_add_output(EsqlResolver *resolver, EsqlSpan span,
							const char *name, EsqlColumn *column, EsqlNode *node);
extern EsqlAccess *esql_find_access(const EsqlRelation *relation, const char *name);
extern const EsqlLookup *esql_find_lookup(const EsqlCatalog *catalog, const EsqlCommand *command);
extern char *esql_field_name(const EsqlResolver *resolver, const EsqlField *field);
extern EsqlResolver *esql_copy_scope(const EsqlResolver *resolver);

#endif							/* ESQL_SCOPE_H */
