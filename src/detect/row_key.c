/*
 * row_key.c
 *		What identifies the rows of a rule without STATS.
 *
 * It is the row as the query shows it, with one exception.  What INLINE STATS
 * computes changes with each event that comes later, and so does what is computed
 * from that.  A key with such a column would make another alert of the same
 * event in the next run.  So these columns are results, and their place in the key is
 * taken by what they depend on:
 *
 *		INLINE STATS c = COUNT(*) BY host.name		c depends on host.name
 *		EVAL d = c - vpn.bytes						d on host.name and vpn.bytes
 *
 * Rows with the same key then have the same results, whatever KEEP has left of
 * the columns.
 *
 * A value that MV_EXPAND takes from a list, and the columns of a LOOKUP JOIN that
 * may find several rows, depend on nothing but themselves, and are part of the key.
 */
#include "compat.h"

#include "detect/row_key.h"
#include "esql/analysis/node.h"
#include "esql/analysis/scope.h"

/* By the id of a column that INLINE STATS has a part in: what it depends on. */
typedef struct Origins
{
	bool	   *computed;
	List	  **inputs;			/* of EsqlColumn */
} Origins;

/* Add what a column depends on, if only on itself. */
static List *
add_inputs(const Origins *origins, List *inputs, EsqlColumn *column)
{
	if (origins->computed[column->id])
		return list_concat_unique_ptr(inputs, origins->inputs[column->id]);
	return list_append_unique_ptr(inputs, column);
}

/* What all these columns depend on; *computed tells whether INLINE STATS has a part in one. */
static List *
inputs_of_all(const Origins *origins, List *columns, bool *computed)
{
	List	   *inputs = NIL;
	ListCell   *cell;

	foreach(cell, columns)
	{
		*computed = *computed || origins->computed[((EsqlColumn *) lfirst(cell))->id];
		inputs = add_inputs(origins, inputs, lfirst(cell));
	}
	return inputs;
}

/* Note what a column depends on that INLINE STATS has a part in. */
static void
note_computed(Origins *origins, const EsqlColumn *column, List *inputs)
{
	origins->computed[column->id] = true;
	origins->inputs[column->id] = inputs;
}

/* EVAL: each column depends on what its expression reads. */
static void
note_eval(Origins *origins, const EsqlStage *stage)
{
	ListCell   *cell;

	foreach(cell, stage->outputs)
	{
		const EsqlOutput *output = lfirst(cell);
		List	   *read = NIL;
		List	   *inputs;
		bool		computed = false;

		esql_collect_columns(output->node, &read);
		inputs = inputs_of_all(origins, read, &computed);
		if (computed)
			note_computed(origins, output->column, inputs);
	}
}

/* LOOKUP JOIN that finds one row: its columns depend on what the condition compares. */
static void
note_lookup(Origins *origins, const EsqlStage *stage)
{
	List	   *read = NIL;
	List	   *inputs;
	bool		computed = false;
	ListCell   *cell;

	foreach(cell, stage->conditions)
		esql_collect_columns(lfirst(cell), &read);
	foreach(cell, stage->lookups)
		read = list_delete_ptr(read, ((EsqlLookupColumn *) lfirst(cell))->column);
	inputs = inputs_of_all(origins, read, &computed);
	if (!computed)
		return;
	foreach(cell, stage->lookups)
		note_computed(origins, ((EsqlLookupColumn *) lfirst(cell))->column, inputs);
}

/* Note what the columns depend on that the stage makes. */
static void
note_stage(Origins *origins, const EsqlStage *stage)
{
	ListCell   *cell;

	if (stage->kind == ESQL_STAGE_EVAL)
		note_eval(origins, stage);
	else if (stage->kind == ESQL_STAGE_LOOKUP && stage->once)
		note_lookup(origins, stage);
	else if (stage->kind == ESQL_STAGE_INLINE)
	{
		bool		computed = true;
		List	   *inputs = inputs_of_all(origins, stage->keys, &computed);

		foreach(cell, stage->outputs)
			note_computed(origins, ((EsqlOutput *) lfirst(cell))->column, inputs);
	}
}

/* Add a column to the key, under a name that no other of it has. */
static List *
add_key(List *key, const char *name, EsqlColumn *column)
{
	EsqlVisible *entry = palloc(sizeof(EsqlVisible));
	int			number = 1;

	entry->name = pstrdup(name);
	entry->column = column;
	while (esql_find_visible(key, entry->name) != NULL)
		entry->name = psprintf("%s (%d)", name, ++number);
	return lappend(key, entry);
}

/* The columns (EsqlVisible) that identify a row: of a plan that is not finished. */
List *
td_row_key(const EsqlPlan *plan)
{
	Origins		origins;
	int			ncolumns = list_length(plan->columns);
	List	   *key = NIL;
	List	   *inputs = NIL;
	ListCell   *cell;

	origins.computed = palloc0(Max(1, ncolumns) * sizeof(bool));
	origins.inputs = palloc0(Max(1, ncolumns) * sizeof(List *));
	foreach(cell, plan->stages)
		note_stage(&origins, lfirst(cell));
	foreach(cell, plan->visible)
	{
		const EsqlVisible *entry = lfirst(cell);

		if (origins.computed[entry->column->id])
			inputs = list_concat_unique_ptr(inputs, origins.inputs[entry->column->id]);
		else
			key = lappend(key, lfirst(cell));
	}
	foreach(cell, inputs)
	{
		EsqlColumn *column = lfirst(cell);

		if (esql_find_column(key, column) == NULL)
			key = add_key(key, column->name, column);
	}
	return key;
}
