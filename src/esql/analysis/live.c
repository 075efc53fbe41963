/*
 * live.c
 *		Which columns of a plan are read, where, and in which face.
 *
 * A stage hands on the columns that a later stage reads, and no others.  So one
 * pass over the finished plan notes for each column the stage that makes it,
 * the last stage that reads it, and whether its list or its single value is
 * wanted.  The end of the query counts as a stage after the last one.
 */
#include "compat.h"

#include "esql/analysis/live.h"
#include "esql/analysis/node.h"

/* Note that the stage reads the node's columns. */
static void
note_uses(const EsqlNode *node, int stage)
{
	if (node->kind == ESQL_NODE_COLUMN)
	{
		EsqlColumn *column = node->column;

		if (node->face_list)
			column->uses_list = true;
		else
			column->uses_single = true;
		column->last_use = Max(column->last_use, stage);
	}
	for (int i = 0; i < node->nargs; i++)
		note_uses(node->args[i], stage);
	if (node->filter != NULL)
		note_uses(node->filter, stage);
}

/* Note that the stage reads the column as it is. */
static void
note_column(EsqlColumn *column, int stage)
{
	EsqlSpan	nowhere = {0, 0};

	note_uses(esql_column_node(column, nowhere), stage);
}

/* Note that the stage reads what rows are ordered by. */
static void
note_order(List *order, int stage)
{
	ListCell   *cell;

	foreach(cell, order)
		note_uses(((EsqlOrder *) lfirst(cell))->node, stage);
}

/* What one stage makes and reads. */
static void
note_stage(const EsqlStage *stage, int number)
{
	ListCell   *cell;

	foreach(cell, stage->conditions)
		note_uses(lfirst(cell), number);
	foreach(cell, stage->outputs)
	{
		const EsqlOutput *output = lfirst(cell);

		output->column->made_in_stage = number;
		note_uses(output->node, number);
	}
	foreach(cell, stage->fields)
		((EsqlColumn *) lfirst(cell))->made_in_stage = number;
	if (stage->document != NULL)
		note_column(stage->document, number);
	foreach(cell, stage->values)
	{
		if (lfirst(cell) != NULL)
			((EsqlColumn *) lfirst(cell))->made_in_stage = number;
	}
	foreach(cell, stage->lookups)
		((EsqlLookupColumn *) lfirst(cell))->column->made_in_stage = number;
	foreach(cell, stage->each)
		note_uses(lfirst(cell), number);
	if (stage->place != NULL)
	{
		/* a subquery of the stage makes it, beside all that the stage before hands on */
		stage->place->made_in_stage = number - 1;
		stage->place->last_use = number;
	}
	/* MV_EXPAND makes rows even if no stage reads the elements */
	if (stage->kind == ESQL_STAGE_EXPAND && !stage->group_values)
		note_column(((EsqlOutput *) linitial(stage->outputs))->column, number + 1);
	foreach(cell, stage->keys)
		note_column(lfirst(cell), number);
	note_order(stage->order, number);
}

/* Find out where each column of the plan is made and read. */
void
esql_find_uses(EsqlPlan *plan)
{
	EsqlSpan	nowhere = {0, 0};
	int			number = 0;
	ListCell   *cell;

	foreach(cell, plan->columns)
	{
		EsqlColumn *column = lfirst(cell);

		column->made_in_stage = 0;
		column->last_use = -1;
		column->uses_list = column->uses_single = false;
	}
	foreach(cell, plan->stages)
		note_stage(lfirst(cell), number++);
	foreach(cell, plan->visible)
		note_uses(esql_result_node(((EsqlVisible *) lfirst(cell))->column, nowhere), number);
	note_order(plan->order, number);
	foreach(cell, plan->end_reads)
		note_column(lfirst(cell), number);
}
