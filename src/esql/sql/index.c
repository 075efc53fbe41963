/*
 * index.c
 *		What an index for a query can be made of.
 *
 * A rule looks for few events among many: those that its first conditions
 * leave.  A partial index with just these conditions holds the few, by time,
 * and PostgreSQL uses it when it can prove that the query asks for nothing
 * else.  The proof compares expressions, so the index must be made of the very
 * expressions that the generator writes: this file has it write them, with the
 * relation's columns put in where a CTE would have their names.
 *
 * If the index holds all other columns that the query reads as well, the query
 * need not visit the table.  But an index has no place for long values (a row
 * of a btree is a third of a page at most), and an event must never be refused
 * because its command line is too long for an index.  So there are two: one
 * that covers the rows that are short, esql_fits_index(columns), and a small
 * one for those that are not; and the query reads the relation as the union of
 * the two.  The caller has the planner say which form is cheaper.
 */
#include "compat.h"

#include "utils/builtins.h"

#include "esql/sql/expr.h"
#include "esql/sql/index.h"
#include "esql/sql/window.h"

/* Add the columns that the node reads. */
static List *
add_columns(List *columns, const EsqlNode *node)
{
	if (node->kind == ESQL_NODE_COLUMN)
		return list_append_unique_ptr(columns, node->column);
	for (int i = 0; i < node->nargs; i++)
		columns = add_columns(columns, node->args[i]);
	return node->filter == NULL ? columns : add_columns(columns, node->filter);
}

/* Are all of them columns of the relation? */
static bool
all_of_source(List *columns)
{
	ListCell   *cell;

	foreach(cell, columns)
	{
		const EsqlColumn *column = lfirst(cell);

		if (column->accesses == NIL || linitial(column->accesses) == NULL)
			return false;
	}
	return columns != NIL;
}

/* The conditions of a stage; what they cannot be made of goes to the others. */
static void
take_conditions(EsqlIndexParts *parts, EsqlWriter *writer, const EsqlStage *stage)
{
	ListCell   *cell;

	foreach(cell, stage->conditions)
	{
		const EsqlNode *node = lfirst(cell);
		List	   *columns = add_columns(NIL, node);
		EsqlIndexCondition *condition;
		StringInfoData text;

		if (!all_of_source(columns))
		{
			parts->others = list_concat_unique_ptr(parts->others, columns);
			continue;
		}
		initStringInfo(&text);
		writer->out = &text;
		esql_write_node(writer, node);
		condition = palloc(sizeof(EsqlIndexCondition));
		condition->sql = text.data;
		condition->columns = columns;
		parts->conditions = lappend(parts->conditions, condition);
	}
}

/* The columns that the rest of the query reads. */
static void
take_others(EsqlIndexParts *parts, const EsqlPlan *plan, int stage)
{
	ListCell   *cell;

	foreach(cell, plan->columns)
	{
		EsqlColumn *column = lfirst(cell);

		if ((column->accesses != NIL || column->metadata != ESQL_METADATA_NONE) && column->last_use >= stage)
			parts->others = list_append_unique_ptr(parts->others, column);
	}
}

/* The indices that FROM means: the index need not hold the others, nor the column. */
static void
add_origin(EsqlIndexParts *parts, EsqlWriter *writer, const EsqlRelation *relation)
{
	EsqlIndexCondition *condition = palloc0(sizeof(EsqlIndexCondition));
	StringInfoData text;

	initStringInfo(&text);
	writer->out = &text;
	esql_write_origin(writer, relation);
	condition->sql = text.data;
	parts->conditions = lappend(parts->conditions, condition);
}

/*
 * A time column as a key of the index.  With a fallback the window asks for a
 * range of the first, or for the first to be null and a range of the second:
 * a btree over both has an answer for either.
 */
static void
add_key(EsqlIndexParts *parts, EsqlWriter *writer, const EsqlRelation *relation,
		EsqlColumn *column)
{
	const EsqlAccess *access = column == NULL ? NULL : linitial(column->accesses);

	if (access == NULL)
		return;
	parts->keys = lappend(parts->keys, esql_range_text(writer, relation, column, access));
	if (!access->document && !access->array && access->cast == NULL)
		parts->held = lappend(parts->held, column);
}

/*
 * The parts of an index for the plan, which has one relation and a window.
 * palloc'd.
 */
EsqlIndexParts *
esql_index_parts(const EsqlPlan *plan, const EsqlCatalog *catalog, const EsqlOptions *options)
{
	EsqlIndexParts *parts = palloc0(sizeof(EsqlIndexParts));
	EsqlRelation relation = *(EsqlRelation *) linitial(catalog->relations);
	EsqlWriter	writer = esql_writer(NULL, plan, catalog);
	int			number;

	writer.inlined = &relation;
	Assert(list_length(catalog->relations) == 1);
	relation.alias = NULL;
	relation.origins_known = false; /* there may be others tomorrow */
	add_key(parts, &writer, &relation, plan->window);
	add_key(parts, &writer, &relation, plan->fallback);
	if (relation.patterns != NIL)
		add_origin(parts, &writer, &relation);
	for (number = 1; number < list_length(plan->stages); number++)
	{
		const EsqlStage *stage = list_nth(plan->stages, number);

		if (stage->kind != ESQL_STAGE_WHERE)
			break;
		take_conditions(parts, &writer, stage);
	}
	take_others(parts, plan, number);
	return parts;
}
