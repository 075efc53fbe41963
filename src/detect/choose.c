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
 * Likewise a query that an index of documents' terms can narrow (esql/analysis/needs.c) is planned
 * with what it would ask of the index and without.
 * Likewise of a relation in shards: its groups
 * are computed shard by shard (esql/sql/split.c) if the planner thinks that cheaper, which
 * it does unless there are nearly as many groups as rows.  The planner also tells whether counting
 * all events of the window costs more than the search itself.
 */
#include "compat.h"

#include "executor/spi.h"
#include "nodes/nodeFuncs.h"
#include "nodes/plannodes.h"
#include "optimizer/optimizer.h"
#include "utils/plancache.h"
#include "utils/resowner.h"

#include "detect/choose.h"
#include "detect/covers.h"
#include "detect/spi.h"
#include "esql/analysis/needs.h"
#include "esql/sql/generate.h"
#include "esql/sql/split.h"
#include "transfer_detect.h"

/* What a look-up in an index costs that finds nothing: its root, a leaf, and a little. */
#define COST_OF_LOOKUP (2.5 * random_page_cost)

/* Costs that differ by a smaller part are the same: several unnest() make them huge. */
#define ALIKE 1e-6

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

/* Does an expression call the function? */
static bool
calls(Node *node, void *function)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcid == *(Oid *) function)
		return true;
	return expression_tree_walker(node, td_walker(calls), function);
}

/* Does a plan call the function for rows that it has read, to see whether they are wanted? */
static bool
filters_by(Plan *plan, Oid function)
{
	List	   *parts = NIL;
	ListCell   *cell;

	if (plan == NULL)
		return false;
	if (IsA(plan, Append))
		parts = ((Append *) plan)->appendplans;
	else if (IsA(plan, MergeAppend))
		parts = ((MergeAppend *) plan)->mergeplans;
	else if (IsA(plan, SubqueryScan))
		parts = list_make1(((SubqueryScan *) plan)->subplan);
	foreach(cell, parts)
	{
		if (filters_by(lfirst(cell), function))
			return true;
	}
	return calls((Node *) plan->qual, &function) || filters_by(plan->lefttree, function) ||
		filters_by(plan->righttree, function);
}

/*
 * Does a prepared SELECT have an index answer all that it asks of documents' terms?  To
 * compute the terms of each row costs more than the conditions do that they stand for.
 */
static bool
finds_terms(SPIPlanPtr prepared)
{
	CachedPlan *plan = SPI_plan_get_cached_plan(prepared);
	PlannedStmt *statement = linitial_node(PlannedStmt, plan->stmt_list);
	Oid			function = td_terms_function();
	bool		filters = filters_by(statement->planTree, function);
	ListCell   *cell;

	foreach(cell, statement->subplans)
		filters = filters || filters_by(lfirst(cell), function);
	ReleaseCachedPlan(plan, NULL);
	return !filters;
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

	if (cost >= *best_cost + allowance || (options->terms && !finds_terms(prepared)))
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

/* The forms that there are of a query, next to the plain one. */
typedef struct Forms
{
	int			covers;
	bool		shards;
	bool		terms;
	bool		local;			/* is all that it reads on this server? */
} Forms;

static bool
has_forms(const Forms *forms)
{
	return forms->covers > 0 || forms->shards || forms->terms;
}

static Forms
find_forms(TdCompiled *compiled, const EsqlPlan *plan, const EsqlCatalog *catalog)
{
	Forms		forms = {.local = true};
	ListCell   *cell;

	foreach(cell, catalog->relations)
	{
		const EsqlRelation *relation = lfirst(cell);

		/* every plan of Citus costs nothing; each worker chooses an index for its shards */
		if (relation->home != ESQL_HOME_CITUS)
			forms.covers = Max(forms.covers, list_length(relation->covers));
		forms.terms = forms.terms || relation->terms;
		forms.local = forms.local && relation->home == ESQL_HOME_LOCAL;
		compiled->partial = compiled->partial || relation->partial;
	}
	if (numbers_events(plan))
		forms.covers = 0;
	forms.shards = esql_split_stage(plan, catalog) >= 0;
	forms.terms = forms.terms && esql_find_needs(plan) != NIL;
	return forms;
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
	Forms		forms;

	compiled->prepared = NULL;
	compiled->partial = false;
	forms = find_forms(compiled, plan, catalog);
	if (options->window != NULL)
	{
		window = *options->window;
		/* which form is cheapest depends on the window; and others are asked about a certain one */
		window.parameters = window.parameters && may_plan && forms.local && !compiled->partial && !has_forms(&forms);
		other.window = &window;
	}
	compiled->parameters = window.parameters;
	compiled->sql = td_from_utf8(esql_generate(plan, catalog, &other));
	if (!has_forms(&forms) || !may_plan)
		return;
	compiled->prepared = td_prepare(compiled->sql);
	best_cost = plan_cost(compiled->prepared);
	other.shards = forms.shards;
	if (forms.shards)
		(void) try_form(compiled, plan, catalog, &other, &best_cost, 0);
	other.shards = false;
	other.terms = forms.terms;
	if (forms.terms && try_form(compiled, plan, catalog, &other, &best_cost, best_cost * ALIKE))
		compiled->partial = true;
	other.terms = false;
	for (other.cover = 1; other.cover <= forms.covers; other.cover++)
	{
		if (try_form(compiled, plan, catalog, &other, &best_cost, allowance))
			allowance = 0;
	}
}

/* Write the SQL that counts all events of the window. */
void
td_write_count(TdCompiled *compiled, const EsqlOptions *options)
{
	compiled->count_sql = td_from_utf8(esql_generate_count(compiled->plan, compiled->catalog, options));
	compiled->count_prepared = NULL;
}

/*
 * Are all events of the window to be counted?  A rule that finds its own in an
 * index may be done long before they are; it has no parameters.
 */
bool
td_choose_count(TdCompiled *compiled)
{
	if (td_count_scanned == TD_COUNT_OFF)
		return false;
	if (td_count_scanned != TD_COUNT_AUTO || !compiled->partial)
		return true;
	if (compiled->prepared == NULL)
		compiled->prepared = td_prepare(compiled->sql);
	compiled->count_prepared = td_prepare(compiled->count_sql);
	return plan_cost(compiled->count_prepared) <= plan_cost(compiled->prepared);
}
