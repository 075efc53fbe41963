/*
 * bound.c
 *		A threshold on a distinct count lets the count stop early.
 *
 *		STATS hosts = COUNT_DISTINCT(host.name) BY key | WHERE hosts == 1
 *
 * throws away every group of two hosts and more.  Whether such a group has two
 * hosts or two thousand makes no difference, so the aggregate may stop
 * remembering at the second.  So this becomes distinct_count("host.name", 2), and a rule
 * that looks for what is rare no longer keeps the sets of what is common,
 * which is nearly all that there is.
 *
 * When is that the same query?  Let the bound be B, the first number that the
 * condition refuses together with all above it: n + 1 for == n, <= n and for
 * the largest n of IN; n for < n.  min(count, B) satisfies the condition just
 * when count does, and is the count itself then.  So a row that passes the
 * condition holds what it would hold without the bound, in this column and in
 * all made from it.  A row that does not pass may hold something else, which
 * does no harm if no stage between STATS and the condition looks at more than
 * one row: WHERE and EVAL do not, LIMIT and another STATS do.  SORT makes no
 * stage (see resolve.c).  The condition has to be a member of AND: under OR a row may
 * pass for another reason.
 *
 * INLINE STATS is the same: a row that does not pass may hold something else.
 * A row that is in several groups has several counts, and passes no comparison.
 *
 * VALUES of the same field with the same WHERE of its own is bounded likewise:
 * in the rows that pass it holds fewer than B values, and distinct_values(x, B)
 * is null only where there are B or more.  With the same arguments as the
 * count it is computed from the same set.
 */
#include "compat.h"

#include "esql/analysis/bound.h"
#include "esql/analysis/node.h"

static bool
same_string(const EsqlString *a, const EsqlString *b)
{
	return a->length == b->length &&
		(a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

/* Are these the same expression?  NULL is one that is absent. */
static bool
same_node(const EsqlNode *a, const EsqlNode *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	if (a->kind != b->kind || a->type != b->type || a->multivalued != b->multivalued ||
		a->isnull != b->isnull || a->boolean != b->boolean || a->integer != b->integer ||
		memcmp(&a->number, &b->number, sizeof(a->number)) != 0 || a->unit != b->unit ||
		!same_string(&a->string, &b->string) || a->column != b->column ||
		a->face_list != b->face_list || a->nargs != b->nargs || (a->sql == NULL) != (b->sql == NULL) ||
		(a->sql != NULL && strcmp(a->sql, b->sql) != 0) || !same_node(a->filter, b->filter))
		return false;
	for (int i = 0; i < a->nargs; i++)
	{
		if (!same_node(a->args[i], b->args[i]))
			return false;
	}
	return true;
}

/* The node as a whole number, if it is a constant one of which B can be made. */
static bool
whole_constant(const EsqlNode *node, int64 *value)
{
	*value = node->integer;
	return node->kind == ESQL_NODE_CONST && !node->isnull &&
		(node->type == ESQL_TYPE_INTEGER || node->type == ESQL_TYPE_LONG) &&
		node->integer >= 0 && node->integer < PG_INT64_MAX;
}

/* B of "column operator constant", or 0 if it has none. */
static int64
bound_of_comparison(const EsqlNode *condition, const EsqlColumn *column)
{
	for (int side = 0; side < 2 && condition->nargs == 2; side++)
	{
		const EsqlNode *subject = condition->args[side];
		EsqlOperator less = side == 0 ? ESQL_OPERATOR_LT : ESQL_OPERATOR_GT;
		EsqlOperator at_most = side == 0 ? ESQL_OPERATOR_LE : ESQL_OPERATOR_GE;
		int64		value;

		if (subject->kind != ESQL_NODE_COLUMN || subject->column != column ||
			!whole_constant(condition->args[1 - side], &value))
			continue;
		if (condition->operator == less)
			return value;
		if (condition->operator == at_most || condition->operator == ESQL_OPERATOR_EQ)
			return value + 1;
	}
	return 0;
}

/* B of a condition on the column, or 0 if it has none. */
static int64
bound_of_condition(const EsqlNode *condition, const EsqlColumn *column)
{
	int64		largest = 0;

	if (condition->kind == ESQL_NODE_CALL)
		return bound_of_comparison(condition, column);
	if (condition->kind != ESQL_NODE_IN || condition->args[0]->kind != ESQL_NODE_COLUMN ||
		condition->args[0]->column != column)
		return 0;
	for (int i = 1; i < condition->nargs; i++)
	{
		int64		value;

		if (!whole_constant(condition->args[i], &value))
			return 0;
		largest = Max(largest, value);
	}
	return largest + 1;
}

/* The least B of all that the stages from the given one on ask of the column, or 0. */
static int64
bound_of_column(const EsqlPlan *plan, int stage, const EsqlColumn *column)
{
	int64		least = 0;

	for (; stage < list_length(plan->stages); stage++)
	{
		const EsqlStage *next = list_nth(plan->stages, stage);
		ListCell   *cell;

		if (next->kind != ESQL_STAGE_WHERE && next->kind != ESQL_STAGE_EVAL)
			break;
		foreach(cell, next->conditions)
		{
			int64		bound = bound_of_condition(lfirst(cell), column);

			if (bound > 0 && (least == 0 || bound < least))
				least = bound;
		}
	}
	return least;
}

/* Give an aggregate its bound. */
static void
set_bound(EsqlNode *node, int64 bound)
{
	EsqlNode  **args = palloc(2 * sizeof(EsqlNode *));

	args[0] = node->args[0];
	args[1] = esql_const_long(bound, ESQL_TYPE_LONG, node->span);
	node->args = args;
	node->nargs = 2;
	node->sql = node->bounded_sql;
	node->bounded_sql = NULL;
}

/* Bound the VALUES of the stage that collect what the count counts. */
static void
bound_values(const EsqlStage *stage, const EsqlNode *argument, const EsqlNode *filter, int64 bound)
{
	ListCell   *cell;

	foreach(cell, stage->outputs)
	{
		EsqlNode   *node = ((EsqlOutput *) lfirst(cell))->node;

		if (node->operator == ESQL_OPERATOR_DISTINCT_VALUES && node->bounded_sql != NULL &&
			same_node(node->args[0], argument) && same_node(node->filter, filter))
			set_bound(node, bound);
	}
}

/* Bound the distinct counts of a plan by the conditions that follow them. */
void
esql_bound_counts(EsqlPlan *plan)
{
	for (int number = 0; number < list_length(plan->stages); number++)
	{
		const EsqlStage *stage = list_nth(plan->stages, number);
		ListCell   *cell;

		if (stage->kind != ESQL_STAGE_STATS && stage->kind != ESQL_STAGE_INLINE)
			continue;
		foreach(cell, stage->outputs)
		{
			const EsqlOutput *output = lfirst(cell);
			int64		bound;

			if (output->node->operator != ESQL_OPERATOR_DISTINCT_COUNT || output->node->bounded_sql == NULL)
				continue;
			bound = bound_of_column(plan, number + 1, output->column);
			if (bound == 0)
				continue;
			set_bound(output->node, bound);
			bound_values(stage, output->node->args[0], output->node->filter, bound);
		}
	}
}
