/*
 * choose.c
 *		The form of a plan's SQL that the planner thinks cheapest.
 *
 * A query over a relation with an index that covers it can be written in two
 * forms, see esql/sql/index.c.  Only the planner knows whether the two parts pay
 * for this query, on this table as it is now.  So it plans both, and the cheaper
 * one is run.  Both find the same rows.  Where the planner expects next to nothing it
 * is often wrong, and by little: it finds an index on the time as good as one that has the rule's
 * events only, if it thinks that the window has hardly any.  So the form with the index is
 * taken unless it is clearly dearer, by more than the look-up in the second of its two indexes.
 * Likewise of a relation in shards: its groups
 * are computed shard by shard (esql/sql/split.c) if the planner thinks that cheaper, which
 * it does unless there are nearly as many groups as rows.  The planner also tells whether counting
 * all events of the window costs more than the search itself.
 */
#include "compat.h"

#include "executor/spi.h"
#include "nodes/plannodes.h"
#include "optimizer/optimizer.h"
#include "utils/plancache.h"
#include "utils/resowner.h"

#include "detect/choose.h"
#include "detect/spi.h"
#include "esql/sql/generate.h"
#include "esql/sql/split.h"
#include "transfer_detect.h"

/* What a look-up in an index costs that finds nothing: its root, a leaf, and a little. */
#define COST_OF_LOOKUP (2.5 * random_page_cost)

/* Do the events get numbers?  Two parts would give the same ones twice. */
static bool
numbers_events(const EsqlPlan *plan)
{
	ListCell   *cell;

	foreach(cell, plan->columns)
	{
		const EsqlColumn *column = lfirst(cell);

		if (column->metadata == ESQL_EVENT_NUMBER)
			return true;
	}
	return false;
}

/*
 * What the planner thinks that a prepared SELECT without arguments costs.
 */
static double
plan_cost(SPIPlanPtr prepared)
{
	CachedPlan *plan = SPI_plan_get_cached_plan(prepared);
	double		cost;

	if (plan == NULL)
		elog(ERROR, "could not plan the query");
	cost = linitial_node(PlannedStmt, plan->stmt_list)->planTree->total_cost;
	ReleaseCachedPlan(plan, NULL);
	return cost;
}

/*
 * Write the SQL in another form, which takes the place of the best so far if the
 * planner does not think it dearer than that and the allowance.
 */
static bool
try_form(TdCompiled *compiled, const EsqlPlan *plan, const EsqlCatalog *catalog,
		 const EsqlOptions *options, double *best_cost, double allowance)
{
	char	   *sql = td_from_utf8(esql_generate(plan, catalog, options));
	SPIPlanPtr	prepared = td_prepare(sql);
	double		cost = plan_cost(prepared);

	if (cost >= *best_cost + allowance)
	{
		SPI_freeplan(prepared);
		return false;
	}
	SPI_freeplan(compiled->prepared);
	compiled->sql = sql;
	compiled->prepared = prepared;
	*best_cost = cost;
	return true;
}

/*
 * Write the SQL of a plan, in the form that the planner thinks cheapest.
 * Where there is a choice the planner's work is kept, to be run.  Without
 * may_plan there is none: planning can run code of the relation's owner.
 */
void
td_choose_sql(TdCompiled *compiled, const EsqlPlan *plan, const EsqlCatalog *catalog,
			  const EsqlOptions *options, bool may_plan)
{
	EsqlOptions other = *options;
	EsqlWindow	window = {0};
	double		allowance = COST_OF_LOOKUP;
	double		best_cost;
	int			covers = 0;
	bool		local = true;
	bool		splits;
	ListCell   *cell;

	compiled->prepared = NULL;
	compiled->partial = false;
	foreach(cell, catalog->relations)
	{
		const EsqlRelation *relation = lfirst(cell);

		/* every plan of Citus costs nothing; each worker chooses an index for its shards */
		if (relation->home != ESQL_HOME_CITUS)
			covers = Max(covers, list_length(relation->covers));
		local = local && relation->home == ESQL_HOME_LOCAL;
		compiled->partial = compiled->partial || relation->partial;
	}
	if (numbers_events(plan))
		covers = 0;
	splits = esql_split_stage(plan, catalog) >= 0;
	if (options->window != NULL)
	{
		window = *options->window;
		/* which form is cheapest depends on the window; and others are asked about a certain one */
		window.parameters = window.parameters && may_plan && local && !compiled->partial && covers == 0 && !splits;
		other.window = &window;
	}
	compiled->parameters = window.parameters;
	compiled->sql = td_from_utf8(esql_generate(plan, catalog, &other));
	other.shards = splits;
	if ((covers == 0 && !other.shards) || !may_plan)
		return;
	compiled->prepared = td_prepare(compiled->sql);
	best_cost = plan_cost(compiled->prepared);
	if (other.shards)
		(void) try_form(compiled, plan, catalog, &other, &best_cost, 0);
	other.shards = false;
	for (other.cover = 1; other.cover <= covers; other.cover++)
	{
		if (try_form(compiled, plan, catalog, &other, &best_cost, allowance))
			allowance = 0;
	}
}

/*
 * Are all events of the window to be counted?  A rule that finds its own in an
 * index may be done long before they are.  If so, writes the SQL for it.
 */
bool
td_choose_count(TdCompiled *compiled, const EsqlOptions *options)
{
	if (td_count_scanned == TD_COUNT_OFF)
		return false;
	compiled->count_sql = td_from_utf8(esql_generate_count(compiled->plan, compiled->catalog, options));
	compiled->count_prepared = NULL;
	if (td_count_scanned != TD_COUNT_AUTO || !compiled->partial)
		return true;
	if (compiled->prepared == NULL)
		compiled->prepared = td_prepare(compiled->sql);
	compiled->count_prepared = td_prepare(compiled->count_sql);
	return plan_cost(compiled->count_prepared) <= plan_cost(compiled->prepared);
}
