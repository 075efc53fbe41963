/*
 * choose.h
 *		A compiled query, and the form of its SQL that the planner thinks cheapest.
 */
#ifndef TD_CHOOSE_H
#define TD_CHOOSE_H

#include "esql/analysis/plan.h"

struct _SPI_plan;

/* A query compiled against its source. */
typedef struct TdCompiled
{
	char	   *sql;
	struct _SPI_plan *prepared; /* the same, planned; or NULL */
	bool		parameters;		/* the window is $1 and $2: see kept_plan.h */
	List	   *columns;		/* of EsqlVisible: what the SQL's rows hold */
	List	   *keys;			/* of EsqlVisible: what identifies a row */
	char	   *count_sql;		/* counts all events of the window, a row for each
								 * relation, with the same parameters; set by td_write_count() alone */
	struct _SPI_plan *count_prepared;	/* the same, planned; or NULL */
	bool		partial;		/* may a part of the events be all that is read? */
	int64		cap;			/* the LIMIT at the end of a rule, or -1 */
	int			test_count;		/* HABITS: event conditions that the rows say of whether they fit */
	bool		looks_at_others;	/* does a row depend on other rows? */
	const EsqlPlan *plan;		/* NULL if the rest was kept, see kept_rule.h */
	const EsqlCatalog *catalog; /* what the plan was resolved against, or NULL as well */
} TdCompiled;

extern void td_choose_sql(TdCompiled *compiled, const EsqlPlan *plan, const EsqlCatalog *catalog,
						  const EsqlOptions *options, bool may_plan);
extern void td_write_count(TdCompiled *compiled, const EsqlOptions *options);
extern bool td_choose_count(TdCompiled *compiled);

#endif							/* TD_CHOOSE_H */
