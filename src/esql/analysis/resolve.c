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
 * Source columns are made when they are first named (resolve_source.c), so
 * long as the scope is open: STATS closes it, and so does a KEEP without
 * wildcards.  Behind KEEP process.* a field of that name can still be fetched.  All memory is palloc'd
 * in the caller's context.
 */
#include "compat.h"

#include "esql/analysis/nearest.h"
#include "esql/analysis/resolver.h"
#include "text/place.h"
#include "text/wildcard.h"

/* An expression of more nodes than this is computed once, see sql.c. */
#define MAX_WEIGHT	100

/* Begin a stage, the next SELECT. */
EsqlStage *
esql_add_stage(EsqlResolver *resolver, EsqlStageKind kind, const EsqlCommand *command,
			   const char *name)
{
	EsqlStage  *stage = palloc0(sizeof(EsqlStage));
	uint32_t	line;
	uint32_t	column;
	uint32_t	character;

	esql_place(resolver->context->text, resolver->context->length, command->span.start,
			   &line, &column, &character);
	stage->kind = kind;
	stage->line = line;
	stage->command = name;
	resolver->plan->stages = lappend(resolver->plan->stages, stage);
	return stage;
}

/* The number of the stage that stands last. */
int
esql_current_stage(const EsqlResolver *resolver)
{
	return list_length(resolver->plan->stages) - 1;
}

/* A column that the current stage makes, typed like the node. */
EsqlColumn *
esql_new_column(EsqlResolver *resolver, const char *name, const EsqlNode *node)
{
	EsqlColumn *column = palloc0(sizeof(EsqlColumn));

	column->id = list_length(resolver->plan->columns);
	column->name = pstrdup(name);
	column->type = node->type;
	column->multivalued = node->multivalued;
	column->collation = ESQL_COLLATION_C;
	column->made_in_stage = esql_current_stage(resolver);
	column->last_use = -1;
	resolver->plan->columns = lappend(resolver->plan->columns, column);
	return column;
}

EsqlVisible *
esql_find_visible(List *visible, const char *name)
{
	ListCell   *cell;

	foreach(cell, visible)
	{
		EsqlVisible *entry = lfirst(cell);

		if (strcmp(entry->name, name) == 0)
			return entry;
	}
	return NULL;
}

/* The entry of a column, under whatever name, or NULL. */
EsqlVisible *
esql_find_column(List *visible, const EsqlColumn *column)
{
	ListCell   *cell;

	foreach(cell, visible)
	{
		EsqlVisible *entry = lfirst(cell);

		if (entry->column == column)
			return entry;
	}
	return NULL;
}

/* Append a column to a list of names; a column of that name gives way. */
void
esql_show(List **visible, const char *name, EsqlColumn *column)
{
	EsqlVisible *entry = esql_find_visible(*visible, name);

	if (entry != NULL)
		*visible = list_delete_ptr(*visible, entry);
	entry = palloc(sizeof(EsqlVisible));
	entry->name = pstrdup(name);
	entry->column = column;
	*visible = lappend(*visible, entry);
}

/* Note that a name of the source is no longer to be had. */
static void
hide(EsqlResolver *resolver, const char *name)
{
	resolver->gone = lappend(resolver->gone, pstrdup(name));
}

static bool
pattern_fits(const char *pattern, const char *name)
{
	return esql_wildcard_fits(pattern, ESQL_WILDCARD, name);
}

/* Has a command taken the name out of the open scope? */
static bool
is_gone(const EsqlResolver *resolver, const char *name)
{
	ListCell   *cell;

	foreach(cell, resolver->gone)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	foreach(cell, resolver->filters)
	{
		const EsqlCommand *filter = lfirst(cell);
		bool		fits = false;

		for (uint32_t i = 0; i < filter->nnames && !fits; i++)
			fits = filter->names[i].wildcard && pattern_fits(filter->names[i].name.data, name);
		if (fits == (filter->kind == ESQL_DROP))
			return true;
	}
	return false;
}

/* Does the scope end here, or go on with what the command's wildcards leave? */
static void
filter_scope(EsqlResolver *resolver, const EsqlCommand *command)
{
	bool		wildcard = false;

	for (uint32_t i = 0; i < command->nnames; i++)
		wildcard = wildcard || command->names[i].wildcard;
	if (wildcard)
		resolver->filters = lappend(resolver->filters, (void *) command);
	else if (command->kind == ESQL_KEEP)
		resolver->open = false;
}

/* The visible entry of that name, or of the column that goes by it. */
static EsqlVisible *
find_entry(const EsqlResolver *resolver, const char *name, const EsqlColumn *column)
{
	EsqlVisible *entry = esql_find_visible(resolver->visible, name);

	return entry != NULL ? entry : esql_find_column(resolver->visible, column);
}

/*
 * The column of that name: visible, a group key of the STATS at hand, or still
 * to be fetched from the source.  A name that is both a key and a field is
 * the field inside of an aggregate, with all its values, and the key outside.
 * Raises an error at span if there is none.
 */
EsqlColumn *
esql_resolve_column(EsqlResolver *resolver, const char *name, EsqlSpan span)
{
	EsqlVisible *entry = NULL;
	EsqlColumn *column;
	EsqlNearest nearest;
	ListCell   *cell;
	bool		gone = resolver->open && is_gone(resolver, name);

	if (resolver->aggregates && !resolver->in_aggregate)
		entry = esql_find_visible(resolver->keys, name);
	if (entry == NULL)
		entry = esql_find_visible(resolver->visible, name);
	if (entry == NULL)
		entry = esql_find_visible(resolver->keys, name);
	if (entry != NULL)
		return entry->column;
	if (resolver->open && !gone)
	{
		int			known = list_length(resolver->plan->columns);

		column = esql_source_column(resolver, name, span);
		if (column != NULL &&
			(column->id >= known || list_member_ptr(resolver->unnamed, column)))
		{
			resolver->unnamed = list_delete_ptr(resolver->unnamed, column);
			esql_show_sorted(resolver, name, column);
		}
		/* a column that was there may be gone under its other name */
		gone = column != NULL && find_entry(resolver, name, column) == NULL;
		if (column != NULL && !gone)
			return column;
	}

	if (gone)
		esql_raise(resolver->context, ESQL_ERROR_UNKNOWN_COLUMN, span,
				   "A command before it dropped or renamed this column.",
				   "unknown column \"%s\"", name);
	esql_nearest_start(&nearest, name);
	foreach(cell, resolver->visible)
		esql_nearest_offer(&nearest, ((EsqlVisible *) lfirst(cell))->name);
	if (resolver->open)
		esql_suggest_fields(resolver, &nearest);
	esql_raise(resolver->context, ESQL_ERROR_UNKNOWN_COLUMN, span,
			   nearest.best ? psprintf("Did you mean \"%s\"?", nearest.best) :
			   resolver->open ? NULL : "Only the columns that the command before it left can be used.",
			   "unknown column \"%s\"", name);
}

/* The name that a field's column gets: as written, or its source text. */
char *
esql_field_name(const EsqlResolver *resolver, const EsqlField *field)
{
	if (field->name.data != NULL)
		return field->name.data;
	if (field->expr->kind == ESQL_COLUMN)
		return field->expr->string.data;
	return esql_source_text(resolver->context, field->expr->span);
}

/*
 * Let the column be the node's value.  A node that reads what the current
 * stage makes needs a SELECT of its own, and so does one after another kind
 * of stage; column may be NULL, and is made then.
 */
void
esql_add_output(EsqlResolver *resolver, const EsqlCommand *command, const char *name,
				EsqlColumn *column, EsqlNode *node)
{
	EsqlStage  *stage = llast(resolver->plan->stages);
	EsqlOutput *output = palloc0(sizeof(EsqlOutput));

	node = esql_settle(node);
	if (stage->kind != ESQL_STAGE_EVAL ||
		esql_reads_stage(node, esql_current_stage(resolver)))
		stage = esql_add_stage(resolver, ESQL_STAGE_EVAL, command, "EVAL");
	if (column == NULL)
	{
		column = esql_new_column(resolver, name, node);
		esql_show(&resolver->visible, name, column);
	}
	else
		column->made_in_stage = esql_current_stage(resolver);
	esql_mark_uses(node, esql_current_stage(resolver));
	output->column = column;
	output->node = node;
	stage->outputs = lappend(stage->outputs, output);
	column->weight = esql_weight(node);
	if (column->weight > MAX_WEIGHT)
	{
		stage->fence = true;
		column->weight = 1;
	}
}

/* Add a condition to a stage, the sides of an AND one by one. */
static void
add_condition(EsqlStage *stage, EsqlNode *condition)
{
	if (condition->kind == ESQL_NODE_CALL && strcmp(condition->sql, ESQL_SQL_AND) == 0)
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
	esql_mark_uses(condition, esql_current_stage(resolver));
	add_condition(stage, condition);
}

/* EVAL: left to right; an assigned name moves to the end */
static void
resolve_eval(EsqlResolver *resolver, const EsqlCommand *command)
{
	for (uint32_t i = 0; i < command->nfields; i++)
	{
		const EsqlField *field = &command->fields[i];
		char	   *name = esql_field_name(resolver, field);
		EsqlNode   *node = esql_resolve_expr(resolver, field->expr);

		if (node->type == ESQL_TYPE_DURATION || node->type == ESQL_TYPE_PERIOD)
			esql_raise(resolver->context, ESQL_ERROR_TYPE, field->expr->span,
					   "Add it to a date, or subtract it from one.",
					   "a time span cannot be a column");
		if (node->kind == ESQL_NODE_COLUMN && node->multivalued == node->column->multivalued)
			esql_show(&resolver->visible, name, node->column);	/* a copy is a name */
		else
			esql_add_output(resolver, command, name, NULL, node);
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

/*
 * KEEP: in the order of its arguments.  A column that several of them fit
 * stands where the one that says most stands; of equals, the last.
 */
static void
resolve_keep(EsqlResolver *resolver, const EsqlCommand *command)
{
	List	   *kept = NIL;
	ListCell   *cell;

	/* names first: they may have to be fetched from the source */
	for (uint32_t i = 0; i < command->nnames; i++)
	{
		if (!command->names[i].wildcard)
			(void) esql_resolve_column(resolver, command->names[i].name.data,
									   command->names[i].span);
	}
	for (uint32_t i = 0; i < command->nnames; i++)
	{
		const EsqlName *name = &command->names[i];
		bool		fits = false;

		if (!name->wildcard)
		{
			esql_show(&kept, name->name.data,
					  esql_resolve_column(resolver, name->name.data, name->span));
			continue;
		}
		foreach(cell, resolver->visible)
		{
			EsqlVisible *entry = lfirst(cell);
			bool		better = false;

			if (!pattern_fits(name->name.data, entry->name))
				continue;
			fits = true;
			for (uint32_t j = 0; j < command->nnames && !better; j++)
			{
				const EsqlName *other = &command->names[j];

				better = (pattern_rank(other) > pattern_rank(name) ||
						  (pattern_rank(other) == pattern_rank(name) && j > i)) &&
					pattern_fits(other->name.data, entry->name);
			}
			if (!better)
				esql_show(&kept, entry->name, entry->column);
		}
		if (!fits && pattern_rank(name) > 0)
			fail_no_match(resolver, name);
	}
	resolver->visible = kept;
	filter_scope(resolver, command);
}

/* DROP */
static void
resolve_drop(EsqlResolver *resolver, const EsqlCommand *command)
{
	for (uint32_t i = 0; i < command->nnames; i++)
	{
		const EsqlName *name = &command->names[i];
		List	   *rest = NIL;
		ListCell   *cell;
		bool		fits = false;

		EsqlVisible *named = NULL;

		if (!name->wildcard)
			named = find_entry(resolver, name->name.data,
							   esql_resolve_column(resolver, name->name.data, name->span));
		foreach(cell, resolver->visible)
		{
			EsqlVisible *entry = lfirst(cell);

			if (entry == named || (named == NULL && pattern_fits(name->name.data, entry->name)))
			{
				hide(resolver, entry->name);
				fits = true;
			}
			else
				rest = lappend(rest, entry);
		}
		if (!fits)
			fail_no_match(resolver, name);
		resolver->visible = rest;
	}
	filter_scope(resolver, command);
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

		entry = find_entry(resolver, from,
						   esql_resolve_column(resolver, from, rename->from.span));
		Assert(entry != NULL);
		if (strcmp(from, to) == 0)
			continue;
		other = esql_find_visible(resolver->visible, to);
		if (other != NULL)
			resolver->visible = list_delete_ptr(resolver->visible, other);
		hide(resolver, entry->name);
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

/* Note that a stage, or the end, reads what the rows are ordered by. */
static void
mark_order(EsqlResolver *resolver, int stage)
{
	ListCell   *cell;

	foreach(cell, resolver->order)
		esql_mark_uses(((EsqlOrder *) lfirst(cell))->node, stage);
}

/* LIMIT */
static void
resolve_limit(EsqlResolver *resolver, const EsqlCommand *command)
{
	EsqlStage  *stage = esql_add_stage(resolver, ESQL_STAGE_LIMIT, command, "LIMIT");

	stage->limit = command->limit;
	stage->order = resolver->order;
	mark_order(resolver, esql_current_stage(resolver));
	resolver->plan->limited = true;
}

/* Rows that are in some order stay so: the values of one come in theirs. */
static void
keep_expanded_order(EsqlResolver *resolver, EsqlStage *stage, EsqlNode *list)
{
	EsqlNode	shape = {.type = ESQL_TYPE_INTEGER};
	EsqlOutput *output = palloc0(sizeof(EsqlOutput));
	EsqlOrder  *order = palloc0(sizeof(EsqlOrder));

	output->node = list;
	output->ordinality = true;
	output->column = esql_new_column(resolver, "(ordinality)", &shape);
	stage->outputs = lappend(stage->outputs, output);
	order->node = esql_column_node(output->column, list->span);
	resolver->order = lappend(list_copy(resolver->order), order);
}

/* MV_EXPAND: the column keeps its place and name */
static void
resolve_mv_expand(EsqlResolver *resolver, const EsqlCommand *command)
{
	const EsqlName *name = &command->names[0];
	EsqlColumn *column = esql_resolve_column(resolver, name->name.data, name->span);
	EsqlNode   *node = esql_column_node(column, name->span);
	EsqlOutput *output;
	EsqlStage  *stage;

	if (!column->multivalued)
		return;
	esql_number_events(resolver);
	stage = esql_add_stage(resolver, ESQL_STAGE_EXPAND, command, "MV_EXPAND");
	output = palloc0(sizeof(EsqlOutput));
	output->node = node;
	output->column = esql_new_column(resolver, name->name.data, node);
	output->column->multivalued = false;
	esql_mark_uses(node, esql_current_stage(resolver));
	stage->outputs = list_make1(output);
	/* it makes rows even if nobody reads what is in them */
	esql_mark_uses(esql_column_node(output->column, name->span), esql_current_stage(resolver) + 1);
	if (resolver->order != NIL)
		keep_expanded_order(resolver, stage, node);
	find_entry(resolver, name->name.data, column)->column = output->column;
}

/* Note that the end of the query reads what is visible, and in which face. */
static void
mark_result(EsqlResolver *resolver)
{
	int			end = list_length(resolver->plan->stages);
	EsqlSpan	nowhere = {0, 0};
	ListCell   *cell;

	foreach(cell, resolver->visible)
		esql_mark_uses(esql_result_node(((EsqlVisible *) lfirst(cell))->column, nowhere), end);
	mark_order(resolver, end);
	if (resolver->options->output_mode != ESQL_OUTPUT_ROWS)
		esql_mark_hidden(resolver, end);
}

/* PostgreSQL's rows have no more columns than these. */
#define MAX_COLUMNS		1600

/* Raise an error if a stage would hand on, or the end show, too many. */
static void
check_width(EsqlResolver *resolver, const EsqlCommand *from)
{
	int			stages = list_length(resolver->plan->stages);
	int			widest = list_length(resolver->visible);
	ListCell   *cell;

	if (list_length(resolver->plan->columns) <= MAX_COLUMNS)
		return;
	for (int stage = 0; stage < stages; stage++)
	{
		int			width = 0;

		foreach(cell, resolver->plan->columns)
		{
			const EsqlColumn *column = lfirst(cell);

			if (column->made_in_stage <= stage && column->last_use > stage)
				width++;
		}
		widest = Max(widest, width);
	}
	if (widest > MAX_COLUMNS)
		esql_raise(resolver->context, ESQL_ERROR_LIMIT, from->span,
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
		case ESQL_WHERE:
			resolve_where(resolver, command);
			break;
		case ESQL_EVAL:
			resolve_eval(resolver, command);
			break;
		case ESQL_STATS:
			esql_resolve_stats(resolver, command);
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
	}
}

/*
 * Work out the names and types of a query.  Raises an error at the place of
 * the first fault.
 */
EsqlPlan *
esql_resolve(EsqlContext *context, const EsqlQuery *query, EsqlCatalog *catalog,
			 const EsqlOptions *options)
{
	EsqlResolver *resolver = palloc0(sizeof(EsqlResolver));
	const EsqlCommand *last = query->from;

	resolver->context = context;
	resolver->catalog = catalog;
	resolver->options = options;
	resolver->plan = palloc0(sizeof(EsqlPlan));
	resolver->plan->hidden.cap = -1;
	for (const EsqlCommand *command = query->from; command != NULL && !resolver->finished;
		 command = command->next)
	{
		last = command;
		esql_check_rule(resolver, command);
		if (!esql_lift_limit(resolver, command))
			resolve_command(resolver, command);
	}
	if (options->output_mode != ESQL_OUTPUT_ROWS)
		esql_finish_rule(resolver, last);
	mark_result(resolver);
	check_width(resolver, query->from);
	esql_bound_counts(resolver->plan);
	resolver->plan->visible = resolver->visible;
	resolver->plan->order = resolver->order;
	return resolver->plan;
}
