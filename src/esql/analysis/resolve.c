/*
 * resolve.c
 *		From the parser's tree to a plan: commands, and the scope of names.
 *
 * The resolver goes through the commands in order and keeps the list of the
 * columns that are visible at that point, in ES|QL's order.  Most commands
 * only change this list; WHERE, EVAL, MV_EXPAND, STATS and LIMIT also make a
 * stage of the plan, which will be one SELECT.
 *
 * SORT makes no stage.  Its keys are remembered and written where an order
 * matters: at each LIMIT that follows, and at the end.  PostgreSQL promises
 * no order to a query above a sorted subquery, and this way none is needed.
 * After STATS the group key is appended to the sort keys, so that ties do not
 * decide by chance which rows a LIMIT keeps.
 *
 * All memory is palloc'd in the caller's context.
 */
#include "compat.h"

#include "miscadmin.h"

#include "esql/analysis/bound.h"
#include "esql/analysis/column.h"
#include "esql/analysis/expr.h"
#include "esql/analysis/extract.h"
#include "esql/analysis/inline.h"
#include "esql/analysis/live.h"
#include "esql/analysis/lookup.h"
#include "esql/analysis/node.h"
#include "esql/analysis/once.h"
#include "esql/analysis/report.h"
#include "esql/analysis/resolve.h"
#include "esql/analysis/source.h"
#include "esql/analysis/stats.h"
#include "esql/analysis/transfer.h"

/* A condition of WHERE, to which null is as good as false. */
static EsqlNode *
plain_condition(EsqlNode *condition)
{
	if (condition->operator == ESQL_OPERATOR_IS_TRUE)
		return plain_condition(condition->args[0]);
	if (condition->operator == ESQL_OPERATOR_OR || condition->operator == ESQL_OPERATOR_AND)
	{
		for (int i = 0; i < condition->nargs; i++)
			condition->args[i] = plain_condition(condition->args[i]);
	}
	return condition;
}

/* Add a condition to a stage, the sides of an AND one by one. */
static void
add_condition(EsqlStage *stage, EsqlNode *condition)
{
	if (condition->operator == ESQL_OPERATOR_AND)
	{
		add_condition(stage, condition->args[0]);
		add_condition(stage, condition->args[1]);
	}
	else
		stage->conditions = lappend(stage->conditions, condition);
}

/* WHERE */
static void
resolve_where(EsqlResolver *resolver, const EsqlCommand *command)
{
	EsqlNode   *condition = esql_resolve_boolean(resolver, command->expr, "WHERE");
	EsqlStage  *stage = llast(resolver->plan->stages);

	if (stage->kind != ESQL_STAGE_WHERE)
		stage = esql_add_stage(resolver, ESQL_STAGE_WHERE, command, "WHERE");
	add_condition(stage, plain_condition(condition));
}

/* The expression of a column. */
static EsqlNode *
resolve_field(EsqlResolver *resolver, const EsqlField *field)
{
	EsqlNode   *node = esql_resolve_expr(resolver, field->expr);

	if (node->type == ESQL_TYPE_DURATION || node->type == ESQL_TYPE_PERIOD)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, field->expr->span,
				   "Add it to a date, or subtract it from one.",
				   "a time span cannot be a column");
	return node;
}

/*
 * ROW: one row.  Its expressions do not see each other; of two with one name
 * the last counts.
 */
static void
resolve_row(EsqlResolver *resolver, const EsqlCommand *command)
{
	EsqlNode  **nodes = palloc(command->nfields * sizeof(EsqlNode *));

	(void) esql_add_stage(resolver, ESQL_STAGE_SOURCE, command, "ROW");
	for (uint32_t i = 0; i < command->nfields; i++)
		nodes[i] = resolve_field(resolver, &command->fields[i]);
	(void) esql_add_stage(resolver, ESQL_STAGE_EVAL, command, "ROW");
	for (uint32_t i = 0; i < command->nfields; i++)
		esql_add_output(resolver, command->span, esql_field_name(resolver, &command->fields[i]), NULL, nodes[i]);
}

/* EVAL: left to right; an assigned name moves to the end */
static void
resolve_eval(EsqlResolver *resolver, const EsqlCommand *command)
{
	for (uint32_t i = 0; i < command->nfields; i++)
	{
		const EsqlField *field = &command->fields[i];
		char	   *name = esql_field_name(resolver, field);
		EsqlNode   *node = resolve_field(resolver, field);

		if (node->kind == ESQL_NODE_COLUMN && node->multivalued == node->column->multivalued)
			esql_show(&resolver->visible, name, node->column);	/* a copy is a name */
		else
			esql_add_output(resolver, command->span, name, NULL, node);
	}
}

/* How much a pattern says: a name 2, a name with wildcards 1, a lone * 0. */
static int
pattern_rank(const EsqlName *name)
{
	if (!name->wildcard)
		return 2;
	return name->name.length > 1 ? 1 : 0;
}

/* Raise the error of a pattern that no column fits, nor a document's field. */
static void
fail_no_match(EsqlResolver *resolver, const EsqlName *name)
{
	if (resolver->open && esql_has_documents(resolver))
		return;
	esql_raise(resolver->context, ESQL_ERROR_UNKNOWN_COLUMN, name->span, NULL,
			   "no column fits \"%s\"", esql_source_text(resolver->context, name->span));
}

/* Does a name or a pattern of KEEP fit a visible column? */
static bool
keeps_entry(const EsqlName *name, const EsqlVisible *entry)
{
	return name->wildcard ? esql_pattern_fits(name->name.data, entry->name) : strcmp(name->name.data, entry->name) == 0;
}

/*
 * For each visible column, which name or pattern of KEEP has it: the one that says most, of
 * equals the last; -1 if none fits.  An error if a pattern fits none.
 */
static int *
choose_names(EsqlResolver *resolver, const EsqlCommand *command)
{
	int		   *chosen = palloc(list_length(resolver->visible) * sizeof(int) + 1);

	memset(chosen, -1, list_length(resolver->visible) * sizeof(int));
	for (uint32_t i = 0; i < command->nnames; i++)
	{
		const EsqlName *name = &command->names[i];
		bool		fits = false;

		CHECK_FOR_INTERRUPTS();
		for (int k = 0; k < list_length(resolver->visible); k++)
		{
			if (!keeps_entry(name, list_nth(resolver->visible, k)))
				continue;
			fits = true;
			if (chosen[k] < 0 || pattern_rank(name) >= pattern_rank(&command->names[chosen[k]]))
				chosen[k] = i;
		}
		if (!fits && name->wildcard && pattern_rank(name) > 0)
			fail_no_match(resolver, name);
	}
	return chosen;
}

/* KEEP: in the order of its arguments; a column that several of them fit stands where its chosen one does */
static void
resolve_keep(EsqlResolver *resolver, const EsqlCommand *command)
{
	List	   *kept = NIL;
	int		   *chosen;

	/* names first: they may have to be fetched from the source */
	for (uint32_t i = 0; i < command->nnames; i++)
	{
		if (!command->names[i].wildcard)
			(void) esql_resolve_column(resolver, command->names[i].name.data,
									   command->names[i].span);
	}
	chosen = choose_names(resolver, command);
	for (uint32_t i = 0; i < command->nnames; i++)
	{
		const EsqlName *name = &command->names[i];

		if (!name->wildcard)
		{
			esql_show(&kept, name->name.data,
					  esql_resolve_column(resolver, name->name.data, name->span));
			continue;
		}
		for (int k = 0; k < list_length(resolver->visible); k++)
		{
			const EsqlVisible *entry = list_nth(resolver->visible, k);

			if (chosen[k] == (int) i)
				esql_show(&kept, entry->name, entry->column);
		}
	}
	resolver->visible = kept;
	esql_filter_scope(resolver, command);
}

/* Does DROP take the entry?  named is the entry that the name means, if it has no wildcard. */
static bool
drops_entry(const EsqlName *name, const EsqlVisible *named, const EsqlVisible *entry)
{
	return name->wildcard ? esql_pattern_fits(name->name.data, entry->name) : entry == named;
}

/* DROP: all its names and patterns mean columns that were there before it */
static void
resolve_drop(EsqlResolver *resolver, const EsqlCommand *command)
{
	EsqlVisible **named = palloc0(command->nnames * sizeof(EsqlVisible *) + 1);
	List	   *rest;
	ListCell   *cell;

	/* names first: they may have to be fetched from the source */
	for (uint32_t i = 0; i < command->nnames; i++)
	{
		const EsqlName *name = &command->names[i];

		if (!name->wildcard)
			named[i] = esql_find_entry(resolver, name->name.data,
									   esql_resolve_column(resolver, name->name.data, name->span));
	}
	rest = list_copy(resolver->visible);
	for (uint32_t i = 0; i < command->nnames; i++)
	{
		bool		fits = false;

		foreach(cell, resolver->visible)
		{
			if (!drops_entry(&command->names[i], named[i], lfirst(cell)))
				continue;
			rest = list_delete_ptr(rest, lfirst(cell));
			fits = true;
		}
		if (!fits)
			fail_no_match(resolver, &command->names[i]);
	}
	foreach(cell, resolver->visible)
	{
		if (!list_member_ptr(rest, lfirst(cell)))
			esql_hide(resolver, ((EsqlVisible *) lfirst(cell))->name);
	}
	resolver->visible = rest;
	esql_filter_scope(resolver, command);
}

/* RENAME: from left to right, so that a AS b, b AS c works */
static void
resolve_rename(EsqlResolver *resolver, const EsqlCommand *command)
{
	for (uint32_t i = 0; i < command->nrenames; i++)
	{
		const EsqlRename *rename = &command->renames[i];
		const char *from = rename->from.name.data;
		const char *to = rename->to.name.data;
		EsqlVisible *entry;
		EsqlVisible *other;

		entry = esql_find_entry(resolver, from,
						   esql_resolve_column(resolver, from, rename->from.span));
		Assert(entry != NULL);
		if (strcmp(from, to) == 0)
			continue;
		other = esql_find_visible(resolver->visible, to);
		if (other != NULL)
			resolver->visible = list_delete_ptr(resolver->visible, other);
		esql_hide(resolver, entry->name);
		entry->name = pstrdup(to);
	}
}

/* SORT: only remembered, see above */
static void
resolve_sort(EsqlResolver *resolver, const EsqlCommand *command)
{
	ListCell   *cell;

	resolver->order = NIL;
	for (uint32_t i = 0; i < command->nkeys; i++)
	{
		EsqlNode   *node = esql_resolve_expr(resolver, command->keys[i].expr);
		EsqlOrder  *order = palloc(sizeof(EsqlOrder));

		if (node->type >= ESQL_TYPE_SOURCE)
			esql_raise(resolver->context, ESQL_ERROR_TYPE, command->keys[i].expr->span, NULL,
					   "cannot sort by type %s", esql_type_name(node->type));
		order->descending = command->keys[i].descending;
		order->nulls_first = command->keys[i].nulls_first;
		order->node = esql_sort_value(node, order->descending);
		resolver->order = lappend(resolver->order, order);
	}
	foreach(cell, resolver->ties)
	{
		EsqlOrder  *order = palloc(sizeof(EsqlOrder));
		EsqlSpan	nowhere = {0, 0};

		order->descending = false;
		order->nulls_first = false;
		order->node = esql_sort_value(esql_column_node(lfirst(cell), nowhere), false);
		resolver->order = lappend(resolver->order, order);
	}
}

/* LIMIT n BY: several values are one key, as they are */
static void
resolve_limit_by(EsqlResolver *resolver, const EsqlCommand *command)
{
	EsqlStage  *stage = esql_new_stage(resolver->context, ESQL_STAGE_LIMIT, command->span, "LIMIT BY");
	EsqlNode	shape = {.type = ESQL_TYPE_LONG};

	for (uint32_t i = 0; i < command->nby; i++)
	{
		EsqlNode   *node = esql_settle(esql_resolve_expr(resolver, command->by[i].expr));

		if (node->type >= ESQL_TYPE_SOURCE)
			esql_raise(resolver->context, ESQL_ERROR_TYPE, command->by[i].expr->span, NULL,
					   "cannot group by type %s", esql_type_name(node->type));
		if (esql_reads_column(node))
			stage->each = lappend(stage->each, node);
	}
	stage->limit = command->limit;
	stage->order = resolver->order;
	if (stage->each != NIL)
		stage->place = esql_new_column(resolver->plan, "(place)", &shape);
	resolver->plan->stages = lappend(resolver->plan->stages, stage);
}

/* LIMIT */
static void
resolve_limit(EsqlResolver *resolver, const EsqlCommand *command)
{
	EsqlStage  *stage;

	if (command->nby > 0)
	{
		resolve_limit_by(resolver, command);
		return;
	}
	stage = esql_add_stage(resolver, ESQL_STAGE_LIMIT, command, "LIMIT");
	stage->limit = command->limit;
	stage->order = resolver->order;
	resolver->plan->limited = true;
}

/* Keep row order: sort last by the element's position. */
static void
keep_expanded_order(EsqlResolver *resolver, EsqlStage *stage, EsqlNode *list)
{
	EsqlNode	shape = {.type = ESQL_TYPE_INTEGER};
	EsqlColumn *column = esql_new_column(resolver->plan, "(ordinality)", &shape);
	EsqlOutput *output = esql_new_output(column, list);
	EsqlOrder  *order = palloc0(sizeof(EsqlOrder));

	output->ordinality = true;
	stage->outputs = lappend(stage->outputs, output);
	order->node = esql_column_node(column, list->span);
	resolver->order = lappend(list_copy(resolver->order), order);
}

/* MV_EXPAND: the column keeps its position and its name. */
static void
resolve_mv_expand(EsqlResolver *resolver, const EsqlCommand *command)
{
	const EsqlName *name = &command->names[0];
	EsqlColumn *column = esql_resolve_column(resolver, name->name.data, name->span);
	EsqlNode   *node = esql_column_node(column, name->span);
	EsqlStage  *stage;
	EsqlColumn *element;

	if (!column->multivalued)
		return;
	stage = esql_add_stage(resolver, ESQL_STAGE_EXPAND, command, "MV_EXPAND");
	element = esql_new_column(resolver->plan, name->name.data, node);
	element->multivalued = false;
	stage->outputs = list_make1(esql_new_output(element, node));
	if (resolver->order != NIL)
		keep_expanded_order(resolver, stage, node);
	esql_find_entry(resolver, name->name.data, column)->column = element;
}

/* PostgreSQL's rows have no more columns than these. */
#define MAX_COLUMNS		1600

/* Raise an error if a stage would hand on, or the end show, too many. */
static void
check_width(const EsqlPlan *plan)
{
	int			stages = list_length(plan->stages);
	int			widest = list_length(plan->visible);
	ListCell   *cell;

	if (list_length(plan->columns) <= MAX_COLUMNS)
		return;
	for (int stage = 0; stage < stages; stage++)
	{
		int			width = 0;

		foreach(cell, plan->columns)
		{
			const EsqlColumn *column = lfirst(cell);

			if (column->made_in_stage <= stage && column->last_use > stage)
				width++;
		}
		widest = Max(widest, width);
	}
	if (widest > MAX_COLUMNS)
		esql_raise(plan->at_end->context, ESQL_ERROR_LIMIT, ((EsqlStage *) linitial(plan->stages))->span,
				   "Drop columns as soon as they are no longer needed.",
				   "the query has %d columns at a time (limit is %d)", widest, MAX_COLUMNS);
}

static void
resolve_command(EsqlResolver *resolver, const EsqlCommand *command)
{
	switch (command->kind)
	{
		case ESQL_FROM:
			esql_resolve_from(resolver, command);
			break;
		case ESQL_ROW:
			resolve_row(resolver, command);
			break;
		case ESQL_WHERE:
			resolve_where(resolver, command);
			break;
		case ESQL_EVAL:
			resolve_eval(resolver, command);
			break;
		case ESQL_STATS:
			esql_resolve_stats(resolver, command);
			break;
		case ESQL_INLINE_STATS:
			esql_resolve_inline_stats(resolver, command);
			break;
		case ESQL_KEEP:
			resolve_keep(resolver, command);
			break;
		case ESQL_DROP:
			resolve_drop(resolver, command);
			break;
		case ESQL_RENAME:
			resolve_rename(resolver, command);
			break;
		case ESQL_SORT:
			resolve_sort(resolver, command);
			break;
		case ESQL_LIMIT:
			resolve_limit(resolver, command);
			break;
		case ESQL_MV_EXPAND:
			resolve_mv_expand(resolver, command);
			break;
		case ESQL_GROK:
			esql_resolve_grok(resolver, command);
			break;
		case ESQL_DISSECT:
			esql_resolve_dissect(resolver, command);
			break;
		case ESQL_LOOKUP_JOIN:
			esql_resolve_lookup_join(resolver, command);
			break;
	}
}

/*
 * Begin a plan with FROM, the columns of the relations, or with ROW.  What has to stand
 * before the query's commands, such as a window, can be added then.  Raises an
 * error at the place of the first fault, as what follows does.
 */
EsqlPlan *
esql_resolve_source(EsqlContext *context, const EsqlQuery *query, EsqlCatalog *catalog,
					const EsqlOptions *options)
{
	EsqlResolver *resolver = palloc0(sizeof(EsqlResolver));
	EsqlPlan   *plan = palloc0(sizeof(EsqlPlan));

	resolver->context = context;
	resolver->query = query;
	resolver->catalog = catalog;
	resolver->options = options;
	resolver->plan = plan;
	resolve_command(resolver, query->from);
	plan->after_from = esql_copy_scope(resolver);
	plan->at_end = resolver;
	plan->hidden.cap = -1;
	plan->hidden.tested = -1;
	return plan;
}

/* Go on with the commands after FROM. */
void
esql_resolve_commands(EsqlPlan *plan, const EsqlQuery *query)
{
	EsqlResolver *resolver = plan->at_end;

	for (const EsqlCommand *command = query->from->next; command != NULL; command = command->next)
		resolve_command(resolver, command);
	plan->visible = resolver->visible;
	plan->order = resolver->order;
}

/*
 * A condition that is no part of the query, by the names of a scope.  The
 * scope does not change: the query does not see what the condition names.
 */
EsqlNode *
esql_resolve_condition(const EsqlResolver *scope, const EsqlCondition *condition, const char *place)
{
	EsqlResolver *copy = esql_copy_scope(scope);
	const EsqlCondition **at_work = scope->options->condition_at_work;
	EsqlNode   *node;

	if (at_work != NULL)
		*at_work = condition;
	copy->context = condition->context;
	copy->condition = condition->expr;
	copy->uses = NULL;
	node = esql_resolve_boolean(copy, condition->expr, place);
	if (at_work != NULL)
		*at_work = NULL;
	return node;
}

/* The last passes over a plan, before SQL is made of it. */
void
esql_finish_plan(EsqlPlan *plan)
{
	esql_place_transfer(plan);
	esql_bound_counts(plan);
	esql_compute_once(plan);
	esql_find_uses(plan);
	check_width(plan);
}
