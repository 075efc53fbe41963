/*
 * single.c
 *		Single values of letters made small or large.
 *
 * A column that holds the letters of another one, made small or large, has as many
 * values as that.  So where its single value is asked for, that is made of the other's
 * single value, and no list is built.
 */
#include "compat.h"

#include "esql/analysis/node.h"
#include "esql/analysis/scope.h"
#include "esql/analysis/single.h"

/* Where a column's single value is read as such, read another column. */
static bool
replace_single(EsqlNode *node, const EsqlColumn *column, EsqlColumn *single)
{
	bool		found = false;

	if (node->kind == ESQL_NODE_COLUMN && node->column == column && !node->face_list)
	{
		node->column = single;
		return true;
	}
	for (int i = 0; i < node->nargs; i++)
		found = replace_single(node->args[i], column, single) || found;
	if (node->filter != NULL)
		found = replace_single(node->filter, column, single) || found;
	return found;
}

static bool
replace_in_stage(const EsqlStage *stage, const EsqlColumn *column, EsqlColumn *single)
{
	bool		found = false;
	ListCell   *cell;

	foreach(cell, stage->conditions)
		found = replace_single(lfirst(cell), column, single) || found;
	foreach(cell, stage->outputs)
		found = replace_single(((EsqlOutput *) lfirst(cell))->node, column, single) || found;
	foreach(cell, stage->order)
		found = replace_single(((EsqlOrder *) lfirst(cell))->node, column, single) || found;
	foreach(cell, stage->each)
		found = replace_single(lfirst(cell), column, single) || found;
	return found;
}

/* Give a column of letters a second one that holds its single value, if that is read. */
static void
add_single(EsqlPlan *plan, EsqlStage *stage, const EsqlOutput *output)
{
	EsqlNode   *value = esql_single_letters(output->node);
	EsqlColumn *single;
	bool		found = false;
	bool		later = false;
	ListCell   *cell;

	if (value == NULL)
		return;
	single = esql_new_column(plan, psprintf("%s (single)", output->column->name), value);
	foreach(cell, plan->stages)
	{
		if (later)
			found = replace_in_stage(lfirst(cell), output->column, single) || found;
		later = later || lfirst(cell) == stage;
	}
	if (found)
		stage->outputs = lappend(stage->outputs, esql_new_output(single, value));
}

/* Do so in the whole plan. */
void
esql_add_singles(EsqlPlan *plan)
{
	ListCell   *cell;
	ListCell   *inner;

	foreach(cell, plan->stages)
	{
		EsqlStage  *stage = lfirst(cell);
		List	   *outputs = list_copy(stage->outputs);

		if (stage->kind != ESQL_STAGE_EVAL)
			continue;
		foreach(inner, outputs)
			add_single(plan, stage, lfirst(inner));
	}
}
