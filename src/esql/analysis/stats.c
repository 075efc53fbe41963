/*
 * stats.c
 *		STATS: group keys, aggregates, and what becomes visible.
 *
 * A key that is a plain column is grouped by as it stands.  Any other key is
 * computed by a stage before; a key that may hold several values puts its row
 * into the group of each of them, so its list is unrolled into one row a
 * distinct value (a null row when there is none), one stage a key, which
 * makes all combinations of several such keys.  By the time of GROUP BY every
 * key is a plain column with one value.
 *
 * The aggregates then read the row's other columns, lists and all: a row that
 * went into three groups counts all its values in each of them.  The name that
 * BY gives an expression means its whole list there, and comes before a column
 * of that name.
 */
#include "compat.h"

#include "esql/analysis/expr.h"
#include "esql/analysis/node.h"
#include "esql/analysis/report.h"
#include "esql/analysis/stats.h"

/* Unroll a list into one row for each of its distinct values. */
static EsqlColumn *
unroll_key(EsqlResolver *resolver, const EsqlCommand *command, const char *name, EsqlNode *list)
{
	EsqlStage  *stage = esql_add_stage(resolver, ESQL_STAGE_EXPAND, command, "STATS, a key of several values");
	EsqlColumn *value = esql_new_column(resolver->plan, name, list);

	value->multivalued = false;
	stage->group_values = true;
	stage->outputs = list_make1(esql_new_output(value, list));
	return value;
}

/* Compute a key in a stage before the aggregation. */
static EsqlColumn *
compute_key(EsqlResolver *resolver, const EsqlCommand *command, const char *name, EsqlNode *node)
{
	EsqlColumn *column = esql_new_column(resolver->plan, name, node);

	esql_add_output(resolver, command->span, name, column, node);
	return column;
}

/* One key of BY, made a plain column, with all its values. */
EsqlColumn *
esql_resolve_key(EsqlResolver *resolver, const EsqlCommand *command, const EsqlField *field)
{
	EsqlNode   *node;

	resolver->grouping = true;
	node = esql_resolve_expr(resolver, field->expr);
	resolver->grouping = false;
	if (node->type >= ESQL_TYPE_SOURCE)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, field->expr->span, NULL,
				   "cannot group by type %s", esql_type_name(node->type));
	if (node->kind == ESQL_NODE_COLUMN && !node->microseconds && node->multivalued == node->column->multivalued)
		return node->column;
	return compute_key(resolver, command, esql_field_name(resolver, field), node);
}

/* Does a later key of the same name take the place of the key? */
static bool
is_shadowed(const EsqlResolver *resolver, const EsqlCommand *command, uint32_t key)
{
	const char *name = esql_field_name(resolver, &command->by[key]);

	for (uint32_t i = key + 1; i < command->nby; i++)
	{
		if (strcmp(esql_field_name(resolver, &command->by[i]), name) == 0)
			return true;
	}
	return false;
}

/* Raise an error if a column outside of all aggregates is no group key. */
static void
check_grouped(EsqlResolver *resolver, const EsqlNode *node)
{
	ListCell   *cell;

	if (node->kind == ESQL_NODE_CALL && node->aggregate)
	{
		bool		below = false;

		for (int i = 0; i < node->nargs && !below; i++)
			below = node->args[i]->aggregate;
		if (!below)
			return;				/* the aggregate itself */
	}
	if (node->kind == ESQL_NODE_COLUMN)
	{
		foreach(cell, resolver->keys)
		{
			if (((EsqlVisible *) lfirst(cell))->column == node->column)
				return;
		}
		esql_raise(resolver->context, ESQL_ERROR_SYNTAX, node->span,
				   "Add it to BY, or aggregate it, for example with VALUES.",
				   "column \"%s\" is neither a group key nor inside an aggregate",
				   node->column->name);
	}
	for (int i = 0; i < node->nargs; i++)
		check_grouped(resolver, node->args[i]);
}

/*
 * A function over each value of an aggregate needs a SELECT of its own, into
 * whose FROM PostgreSQL lets an aggregate only if it reads a column.
 */
static void
check_maps(EsqlResolver *resolver, const EsqlNode *node)
{
	if (node->kind == ESQL_NODE_MAP && node->args[0]->aggregate &&
		!esql_reads_column(node->args[0]))
		esql_raise(resolver->context, ESQL_ERROR_UNSUPPORTED, node->span,
				   "Apply the function with EVAL in the next command.",
				   "a function of several values cannot take an aggregate of constants");
	for (int i = 0; i < node->nargs; i++)
		check_maps(resolver, node->args[i]);
}

/* Is the expression a column, or word for word one of BY? */
static bool
is_key(const EsqlResolver *resolver, const EsqlExpr *expr)
{
	ListCell   *cell;

	foreach(cell, resolver->grouped)
	{
		if (esql_same_expr(((EsqlGrouped *) lfirst(cell))->expr, expr))
			return true;
	}
	return expr->kind == ESQL_COLUMN;
}

/* One aggregate, with its WHERE; or an expression of group keys. */
EsqlNode *
esql_resolve_aggregate(EsqlResolver *resolver, const EsqlField *field)
{
	EsqlNode   *node;

	resolver->filter = NULL;
	if (field->where != NULL)
	{
		resolver->aggregates = false;
		resolver->filter = esql_resolve_boolean(resolver, field->where, "WHERE");
	}
	resolver->aggregates = true;
	node = esql_resolve_expr(resolver, field->expr);
	resolver->aggregates = false;
	resolver->filter = NULL;
	if (!node->aggregate && (field->where != NULL || is_key(resolver, field->expr) || !esql_reads_column(node)))
		esql_raise(resolver->context, ESQL_ERROR_SYNTAX, field->expr->span,
				   "Use an aggregate such as COUNT, COUNT_DISTINCT, VALUES, MIN, MAX, SUM or AVG.",
				   "STATS takes aggregates, and this is none");
	check_grouped(resolver, node);
	check_maps(resolver, node);
	return node;
}

/* The aggregates of STATS, as outputs of its stage and visible columns. */
static void
add_aggregates(EsqlResolver *resolver, const EsqlCommand *command, EsqlStage *stage,
			   EsqlNode **nodes, List *keys, List **visible)
{
	for (uint32_t i = 0; i < command->nfields; i++)
	{
		char	   *name = esql_field_name(resolver, &command->fields[i]);
		EsqlNode   *node;
		EsqlColumn *column;

		if (esql_find_visible(keys, name) != NULL)
			continue;			/* the group key has the name */
		node = esql_settle(nodes[i]);
		column = esql_new_column(resolver->plan, name, node);
		esql_show(visible, name, column);
		stage->outputs = lappend(stage->outputs, esql_new_output(column, node));
	}
}

/*
 * Note what stands for an expression of BY, if aggregates repeat it.  A constant
 * stands for itself: some arguments have to be constants.
 */
void
esql_note_grouped(List **grouped, const EsqlField *field, EsqlColumn *key, EsqlColumn *whole)
{
	EsqlGrouped *entry;

	if (field->expr->kind == ESQL_COLUMN || (whole->constant != NULL && !whole->multivalued))
		return;
	entry = palloc(sizeof(EsqlGrouped));
	entry->expr = field->expr;
	entry->key = key;
	entry->whole = whole;
	*grouped = lappend(*grouped, entry);
}

/* STATS aggregates BY keys */
void
esql_resolve_stats(EsqlResolver *resolver, const EsqlCommand *command)
{
	List	   *keys = NIL;
	List	   *aliases = NIL;
	List	   *grouped = NIL;
	List	   *visible = NIL;
	EsqlStage  *stage;
	EsqlNode  **nodes = palloc(command->nfields * sizeof(EsqlNode *) + 1);
	ListCell   *cell;

	for (uint32_t i = 0; i < command->nby; i++)
	{
		EsqlColumn *whole = esql_resolve_key(resolver, command, &command->by[i]);
		char	   *name = esql_field_name(resolver, &command->by[i]);
		EsqlSpan	span = command->by[i].expr->span;

		if (!is_shadowed(resolver, command, i))
		{
			EsqlColumn *column = whole->multivalued ?
				unroll_key(resolver, command, name, esql_column_node(whole, span)) : whole;

			esql_show(&keys, name, column);
			esql_note_grouped(&grouped, &command->by[i], column, whole);
		}
		if (command->by[i].name.data != NULL)
			esql_show(&aliases, command->by[i].name.data, whole);
	}
	resolver->keys = keys;
	resolver->aliases = aliases;
	resolver->grouped = grouped;
	for (uint32_t i = 0; i < command->nfields; i++)
		nodes[i] = esql_resolve_aggregate(resolver, &command->fields[i]);
	resolver->keys = NIL;
	resolver->aliases = NIL;
	resolver->grouped = NIL;

	stage = esql_add_stage(resolver, ESQL_STAGE_STATS, command, "STATS");
	add_aggregates(resolver, command, stage, nodes, keys, &visible);
	stage->by = keys;
	resolver->ties = NIL;
	foreach(cell, keys)
	{
		EsqlVisible *key = lfirst(cell);

		esql_show(&visible, key->name, key->column);
		stage->keys = list_append_unique_ptr(stage->keys, key->column);
		resolver->ties = list_append_unique_ptr(resolver->ties, key->column);
	}
	resolver->visible = visible;
	resolver->open = false;
	resolver->order = NIL;
}
