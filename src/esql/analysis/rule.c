/*
 * resolve_rule.c
 *		What detection asks for besides a query's rows: how many events stand
 *		behind each row, of what time, and which they are.
 *
 * A rule's row stands for a group of events: those of one key of STATS.  For
 * a rule without STATS it is the events that come out as that very row, so a
 * STATS by all visible columns is put behind its commands.  Either way there
 * is one stage that makes the groups, and the columns that we need besides
 * the query's own are hidden ones: no name of the query finds them, and they
 * are handed on to the end like any column that the end reads.  So a KEEP or
 * RENAME after STATS takes nothing away from a group's key.
 *
 * Three aims, one way of compiling, so that they cannot disagree on what
 * belongs to a group:
 *
 *	GROUPS		the whole query, with count, first and last time of the events,
 *				and the first group condition that fits.  A LIMIT at the end
 *				caps the alerts, and is lifted: its number goes to the caller.
 *	EVIDENCE	the stages before STATS and the key: count, first, last
 *	EVENTS		the same, ungrouped: the events themselves
 *
 * A row before STATS is one event, but for two cases.  A key of several values
 * puts the event into several groups, once each: within a group it still is
 * one row.  MV_EXPAND makes several rows of it, which may meet again in one
 * group: then the events are numbered and the numbers counted.
 */
#include "compat.h"

#include "lib/stringinfo.h"

#include "detect/key_json.h"
#include "esql/analysis/resolver.h"

static const EsqlSpan nowhere = {0, 0};

/* A column that every event has and no query names. */
static EsqlColumn *
event_column(EsqlResolver *resolver, const char *what, EsqlType type)
{
	EsqlNode	shape = {.type = type};
	EsqlColumn *column = esql_new_column(resolver, what, &shape);

	column->made_in_stage = 0;
	column->metadata = what;
	return column;
}

/* A field that the engine asks for: no name of the query, yet. */
static EsqlColumn *
time_column(EsqlResolver *resolver, const char *name, const EsqlCommand *from)
{
	EsqlColumn *column = esql_source_column(resolver, name, from->span);
	const char *relation = ((EsqlRelation *) linitial(resolver->catalog->relations))->sql_name;

	if (column != NULL && column->type == ESQL_TYPE_DATE)
		return column;
	if (strcmp(name, "@timestamp") == 0)
		esql_raise(resolver->context, ESQL_ERROR_UNKNOWN_COLUMN, from->span,
				   "Call the column \"@timestamp\" or \"timestamp\", of type timestamptz, or make a view that does.",
				   "no time column in %s", relation);
	if (column != NULL)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, from->span,
				   "Name a field of type date.",
				   "the time field \"%s\" of %s is of type %s", name, relation,
				   esql_type_name(column->type));
	esql_raise(resolver->context, ESQL_ERROR_UNKNOWN_COLUMN, from->span,
			   "Name a column of type timestamptz, or a date of the document.",
			   "no time field \"%s\" in %s", name, relation);
}

/* Mark events by conditions that are no part of the query. */
static void
resolve_event_conditions(EsqlResolver *resolver, const EsqlCommand *from)
{
	EsqlContext *context = resolver->context;
	EsqlStage  *stage = NULL;
	ListCell   *cell;

	foreach(cell, resolver->options->event_conditions)
	{
		const EsqlCondition *condition = lfirst(cell);
		EsqlNode   *node;

		resolver->context = condition->context;
		node = esql_resolve_boolean(resolver, condition->expr, "an exception");
		resolver->context = context;
		esql_collect_columns(node, &resolver->plan->hidden.condition_columns);
		if (stage == NULL)
			stage = esql_add_stage(resolver, ESQL_STAGE_WHERE, from, "FROM, exceptions");
		/* null, as of a field that is not there, does not fit */
		node = esql_call1("(NOT coalesce($1, false))", ESQL_TYPE_BOOLEAN, node);
		esql_mark_uses(node, esql_current_stage(resolver));
		stage->conditions = lappend(stage->conditions, node);
	}
}

/*
 * What the engine puts between FROM and the query: its window, and exceptions
 * that act on events.  The names that these use become visible to nobody.
 */
void
esql_resolve_window(EsqlResolver *resolver, const EsqlCommand *from)
{
	const EsqlOptions *options = resolver->options;
	EsqlPlan   *plan = resolver->plan;
	List	   *visible = list_copy(resolver->visible);
	ListCell   *cell;

	if (options->window != NULL)
	{
		plan->window = time_column(resolver, options->time_field ? options->time_field :
								   "@timestamp", from);
		if (options->time_fallback != NULL)
			plan->fallback = time_column(resolver, options->time_fallback, from);
	}
	resolve_event_conditions(resolver, from);
	resolver->visible = visible;
	foreach(cell, plan->columns)
	{
		if (esql_find_column(visible, lfirst(cell)) == NULL)
			resolver->unnamed = lappend(resolver->unnamed, lfirst(cell));
	}
}

/* May the command stand behind a LIMIT that only caps the rows? */
static bool
keeps_rows(EsqlCommandKind kind)
{
	return kind == ESQL_KEEP || kind == ESQL_DROP || kind == ESQL_RENAME ||
		kind == ESQL_EVAL || kind == ESQL_LIMIT;
}

/*
 * Leave out a LIMIT that nothing but names and computed columns follows: it
 * says how many alerts, not which events.
 */
bool
esql_lift_limit(EsqlResolver *resolver, const EsqlCommand *command)
{
	EsqlHidden *hidden = &resolver->plan->hidden;

	if (resolver->options->output_mode == ESQL_OUTPUT_ROWS || command->kind != ESQL_LIMIT)
		return false;
	for (const EsqlCommand *later = command->next; later != NULL; later = later->next)
	{
		if (!keeps_rows(later->kind))
			return false;
	}
	hidden->cap = hidden->cap < 0 ? command->limit : Min(hidden->cap, command->limit);
	return true;
}

/* Refuse what would leave open which events stand behind a row. */
void
esql_check_rule(EsqlResolver *resolver, const EsqlCommand *command)
{
	if (resolver->options->output_mode == ESQL_OUTPUT_ROWS || !resolver->plan->hidden.aggregating)
		return;
	if (command->kind == ESQL_STATS)
		esql_raise(resolver->context, ESQL_ERROR_UNSUPPORTED, command->span,
				   "Compute what the alert needs in the first STATS, and go on with EVAL and WHERE.",
				   "a rule can have only one STATS");
	if (command->kind == ESQL_MV_EXPAND)
		esql_raise(resolver->context, ESQL_ERROR_UNSUPPORTED, command->span,
				   "Put the field into BY: an event goes into the group of each of its values.",
				   "a rule cannot have MV_EXPAND after STATS");
}

/* MV_EXPAND makes several rows of an event: number the events. */
void
esql_number_events(EsqlResolver *resolver)
{
	EsqlHidden *hidden = &resolver->plan->hidden;

	if (resolver->options->output_mode != ESQL_OUTPUT_ROWS && hidden->number == NULL)
		hidden->number = event_column(resolver, ESQL_EVENT_NUMBER, ESQL_TYPE_LONG);
}

static void
add_where(EsqlResolver *resolver, const EsqlCommand *command, List *conditions)
{
	EsqlStage  *stage;
	ListCell   *cell;

	if (conditions == NIL)
		return;
	stage = esql_add_stage(resolver, ESQL_STAGE_WHERE, command, "evidence");
	foreach(cell, conditions)
		esql_mark_uses(lfirst(cell), esql_current_stage(resolver));
	stage->conditions = conditions;
}

/* The time of an event as a column. */
static EsqlNode *
time_node(EsqlResolver *resolver)
{
	EsqlHidden *hidden = &resolver->plan->hidden;

	if (hidden->time == NULL)
	{
		hidden->time = event_column(resolver, ESQL_EVENT_TIME, ESQL_TYPE_DATE);
		hidden->time->microseconds = true;
	}
	return esql_column_node(hidden->time, nowhere);
}

/*
 * The keys of the groups stand: EVIDENCE and EVENTS take the events of the
 * span and of the one group that was asked for.  This comes behind the
 * query's own stages, since a LIMIT among these must see what it saw.
 */
static void
narrow_evidence(EsqlResolver *resolver, const EsqlCommand *command)
{
	const EsqlOptions *options = resolver->options;
	List	   *conditions = NIL;

	if (options->span != NULL)
	{
		EsqlNode   *time = time_node(resolver);

		conditions = lappend(conditions, esql_call2("($1 {>=} $2)", ESQL_TYPE_BOOLEAN, nowhere, time,
													esql_const_moment(options->span->from)));
		conditions = lappend(conditions, esql_call2("($1 {<=} $2)", ESQL_TYPE_BOOLEAN, nowhere, time,
													esql_const_moment(options->span->to)));
	}
	if (options->key != NULL)
		conditions = list_concat(conditions, esql_key_conditions(*options->key,
																 resolver->plan->hidden.keys));
	add_where(resolver, command, conditions);
}

/*
 * The keys of the groups are known; keys are EsqlVisible.  True if the query
 * ends here.
 */
bool
esql_begin_groups(EsqlResolver *resolver, const EsqlCommand *command, List *keys)
{
	EsqlHidden *hidden = &resolver->plan->hidden;
	EsqlOutputMode output_mode = resolver->options->output_mode;

	hidden->aggregating = command->kind == ESQL_STATS;
	hidden->keys = keys;
	if (output_mode == ESQL_OUTPUT_EVIDENCE || output_mode == ESQL_OUTPUT_EVENTS)
		narrow_evidence(resolver, command);
	if (output_mode == ESQL_OUTPUT_EVENTS)
	{
		(void) time_node(resolver);
		hidden->document = event_column(resolver, ESQL_EVENT_DOCUMENT, ESQL_TYPE_SOURCE);
	}
	return output_mode == ESQL_OUTPUT_EVENTS;
}

/* Let the stage of the groups compute a hidden aggregate. */
static EsqlColumn *
add_aggregate(EsqlResolver *resolver, EsqlStage *stage, const char *name, EsqlNode *node)
{
	EsqlOutput *output = palloc0(sizeof(EsqlOutput));

	node->aggregate = true;
	output->node = node;
	output->column = esql_new_column(resolver, name, node);
	output->column->microseconds = node->microseconds;
	esql_mark_uses(node, esql_current_stage(resolver));
	stage->outputs = lappend(stage->outputs, output);
	return output->column;
}

/* Is the row the first of its event's, of those that its keys made of it? */
static EsqlNode *
first_row_node(EsqlResolver *resolver)
{
	EsqlNode   *all = NULL;
	ListCell   *cell;

	foreach(cell, resolver->unrolled)
	{
		EsqlNode   *first = esql_call2("($1 {=} $2)", ESQL_TYPE_BOOLEAN, nowhere,
									   esql_column_node(lfirst(cell), nowhere),
									   esql_const_long(1, ESQL_TYPE_INTEGER, nowhere));

		all = all == NULL ? first : esql_call2(ESQL_SQL_AND, ESQL_TYPE_BOOLEAN, nowhere, all, first);
	}
	return all;
}

/* Let the stage of the groups, which stands last, count and date the events. */
void
esql_add_hidden(EsqlResolver *resolver, EsqlStage *stage)
{
	EsqlHidden *hidden = &resolver->plan->hidden;
	EsqlNode   *count;
	EsqlNode   *first;
	EsqlNode   *last;

	hidden->stage = esql_current_stage(resolver);
	if (hidden->number != NULL)
		count = esql_call1("@@distinct_count($1)", ESQL_TYPE_LONG,
						   esql_column_node(hidden->number, nowhere));
	else
		count = esql_call("^count(*)", ESQL_TYPE_LONG, false, nowhere, 0, NULL);
	hidden->count = hidden->matched = add_aggregate(resolver, stage, "(count)", count);
	if (resolver->unrolled != NIL && hidden->number == NULL)
	{
		EsqlNode   *matched = esql_call("^count(*)$f", ESQL_TYPE_LONG, false, nowhere, 0, NULL);

		matched->filter = first_row_node(resolver);
		hidden->matched = add_aggregate(resolver, stage, "(matched)", matched);
	}
	if (resolver->plan->window == NULL)
		return;
	first = esql_call1("^min($1)", ESQL_TYPE_DATE, time_node(resolver));
	last = esql_call1("^max($1)", ESQL_TYPE_DATE, time_node(resolver));
	first->microseconds = last->microseconds = true;
	hidden->first = add_aggregate(resolver, stage, "(first)", first);
	hidden->last = add_aggregate(resolver, stage, "(last)", last);
}

/*
 * The first group condition that fits a finished row, as a number from 1.  It
 * may name what the row shows, and its key even where the query dropped it.
 */
static EsqlColumn *
resolve_group_conditions(EsqlResolver *resolver, const EsqlCommand *command)
{
	EsqlContext *context = resolver->context;
	List	   *conditions = resolver->options->group_conditions;
	List	   *visible = list_copy(resolver->visible);
	EsqlNode   *node;
	EsqlColumn *column;
	ListCell   *cell;
	int			number = 0;

	if (conditions == NIL)
		return NULL;
	foreach(cell, resolver->plan->hidden.keys)
	{
		const EsqlVisible *key = lfirst(cell);

		if (esql_find_visible(resolver->visible, key->name) == NULL)
			esql_show(&resolver->visible, key->name, key->column);
	}
	node = esql_new_node(ESQL_NODE_CASE, ESQL_TYPE_INTEGER, nowhere);
	node->args = palloc(2 * list_length(conditions) * sizeof(EsqlNode *));
	foreach(cell, conditions)
	{
		const EsqlCondition *condition = lfirst(cell);

		resolver->context = condition->context;
		node->args[node->nargs++] = esql_resolve_boolean(resolver, condition->expr,
														 "an exception");
		resolver->context = context;
		node->args[node->nargs++] = esql_const_long(++number, ESQL_TYPE_INTEGER, nowhere);
	}
	resolver->visible = visible;
	column = esql_new_column(resolver, "(excepted)", node);
	esql_add_output(resolver, command, column->name, column, node);
	return column;
}

/*
 * The place of each row in the order that SORT asked for; rows that it does
 * not tell apart have the same.  NULL without an order.
 */
static EsqlColumn *
rank_rows(EsqlResolver *resolver, const EsqlCommand *command)
{
	StringInfoData sql;
	EsqlNode   *node = esql_call(NULL, ESQL_TYPE_LONG, false, nowhere, 0, NULL);
	EsqlColumn *column;
	ListCell   *cell;

	/* a template has room for nine arguments */
	node->args = palloc(9 * sizeof(EsqlNode *));
	initStringInfo(&sql);
	appendStringInfoString(&sql, "^rank() OVER (ORDER BY ");
	foreach(cell, resolver->order)
	{
		const EsqlOrder *order = lfirst(cell);

		if (!esql_reads_column(order->node) || node->nargs == 9)
			continue;
		node->args[node->nargs++] = order->node;
		appendStringInfo(&sql, "%s$%d%s NULLS %s", node->nargs > 1 ? ", " : "", node->nargs,
						 order->descending ? " DESC" : "", order->nulls_first ? "FIRST" : "LAST");
	}
	if (node->nargs == 0)
		return NULL;
	appendStringInfoChar(&sql, ')');
	node->sql = sql.data;
	node->ordered = true;
	column = esql_new_column(resolver, "(rank)", node);
	esql_add_output(resolver, command, column->name, column, node);
	return column;
}

/* Add a column to an order; a time stays as fine as it is. */
static List *
ascending(List *order, EsqlColumn *column)
{
	EsqlOrder  *key = palloc0(sizeof(EsqlOrder));

	key->node = esql_column_node(column, nowhere);
	if (!column->microseconds)
		key->node = esql_sort_value(key->node, false);
	return lappend(order, key);
}

/*
 * A rule without STATS: one group for the events that come out as the same
 * row.  It has the best place of its rows, and an exception must fit them all.
 */
static void
group_rows(EsqlResolver *resolver, const EsqlCommand *command)
{
	EsqlHidden *hidden = &resolver->plan->hidden;
	bool		whole = resolver->options->output_mode == ESQL_OUTPUT_GROUPS;
	EsqlColumn *excepted = whole ? resolve_group_conditions(resolver, command) : NULL;
	EsqlColumn *rank = whole ? rank_rows(resolver, command) : NULL;
	List	   *rows = NIL;
	EsqlStage  *stage;
	ListCell   *cell;

	foreach(cell, resolver->visible)
	{
		const EsqlVisible *entry = lfirst(cell);
		EsqlVisible *row = palloc(sizeof(EsqlVisible));

		row->name = entry->name;
		row->column = entry->column;
		if (entry->column->microseconds)
		{
			EsqlNode   *node = esql_settle(esql_column_node(entry->column, nowhere));

			row->column = esql_new_column(resolver, entry->name, node);
			esql_add_output(resolver, command, entry->name, row->column, node);
		}
		rows = lappend(rows, row);
	}
	resolver->visible = rows;
	if (esql_begin_groups(resolver, command, rows))
		return;

	stage = esql_add_stage(resolver, ESQL_STAGE_STATS, command, "rows that are alike");
	foreach(cell, rows)
	{
		EsqlColumn *column = ((EsqlVisible *) lfirst(cell))->column;

		esql_mark_uses(esql_column_node(column, nowhere), hidden->stage = esql_current_stage(resolver));
		stage->keys = list_append_unique_ptr(stage->keys, column);
	}
	if (excepted != NULL)
		hidden->excepted = add_aggregate(resolver, stage, "(all excepted)",
										 esql_call1("CASE WHEN ^count($1) {=} ^count(*) THEN ^min($1) END",
													ESQL_TYPE_INTEGER, esql_column_node(excepted, nowhere)));
	resolver->order = NIL;
	if (rank != NULL)
		resolver->order = ascending(NIL, add_aggregate(resolver, stage, "(place)",
													   esql_call1("^min($1)", ESQL_TYPE_LONG,
																  esql_column_node(rank, nowhere))));
	esql_add_hidden(resolver, stage);
}

/* After the last command: what all output modes but ROWS need at the end. */
void
esql_finish_rule(EsqlResolver *resolver, const EsqlCommand *last)
{
	EsqlHidden *hidden = &resolver->plan->hidden;
	EsqlOutputMode output_mode = resolver->options->output_mode;
	ListCell   *cell;

	if (!hidden->aggregating)
		group_rows(resolver, last);
	else if (output_mode == ESQL_OUTPUT_GROUPS)
		hidden->excepted = resolve_group_conditions(resolver, last);
	if (output_mode != ESQL_OUTPUT_GROUPS)
	{
		resolver->visible = NIL;
		resolver->order = NIL;
	}
	if (hidden->count == NULL || (hidden->aggregating && resolver->order != NIL))
		return;					/* SORT behind STATS leaves nothing open */
	if (hidden->first != NULL)
		resolver->order = ascending(resolver->order, hidden->first);
	foreach(cell, hidden->keys)
	{
		EsqlColumn *column = ((EsqlVisible *) lfirst(cell))->column;

		if (column->type != ESQL_TYPE_SOURCE)
			resolver->order = ascending(resolver->order, column);
	}
}

static void
mark_hidden(EsqlColumn *column, int stage)
{
	if (column != NULL)
		esql_mark_uses(esql_column_node(column, nowhere), stage);
}

/* Note that the end reads the hidden columns. */
void
esql_mark_hidden(EsqlResolver *resolver, int end)
{
	EsqlHidden *hidden = &resolver->plan->hidden;
	ListCell   *cell;

	if (resolver->options->output_mode == ESQL_OUTPUT_EVENTS)
	{
		mark_hidden(hidden->time, end);
		mark_hidden(hidden->number, end);
		mark_hidden(hidden->document, end);
		return;
	}
	foreach(cell, hidden->keys)
		mark_hidden(((EsqlVisible *) lfirst(cell))->column, end);
	mark_hidden(hidden->count, end);
	mark_hidden(hidden->first, end);
	mark_hidden(hidden->last, end);
	mark_hidden(hidden->matched, end);
	mark_hidden(hidden->excepted, end);
}
