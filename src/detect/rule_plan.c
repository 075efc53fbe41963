/*
 * rule_plan.c
 *		What detection needs of a plan besides the query's rows: the window, the
 *		exceptions, and how many events each row stands for, of what time, and
 *		which they are.
 *
 * The window is added to the plan of FROM, before the query's commands.  The
 * rest is a pass over the plan of the whole query, after it has been resolved
 * and before it is finished.  The query itself is resolved as for anybody.
 *
 * A rule's row stands for a group of events: those of one key of STATS.  For
 * a rule without STATS these are the events that come out as that very row, so
 * the pass appends a STATS by all visible columns.  row_key.c tells which of them
 * identify the row.  Either way one stage makes the groups.  The columns that detection needs are hidden: no name of the
 * query finds them, and they are handed on to the end like any column that the
 * end reads.  So a KEEP or RENAME after STATS takes nothing away from a group's
 * key.
 *
 * There are four output modes besides a query's rows.  All of them come from
 * one plan, so that they cannot disagree on what belongs to a group:
 *
 *	GROUPS		the whole query, with count, first and last time of the events,
 *				and the first group condition that fits.  A LIMIT at the end
 *				caps the alerts: it is taken out, and its number goes to the
 *				caller.
 *	EVIDENCE	the stages before STATS and the key: count, first, last
 *	EVENTS		the same, ungrouped: the events themselves
 *	HABITS		the whole query of a rule without STATS, ungrouped, with the time
 *				of each row, and which exceptions fit it
 *
 * Before STATS a row is one event, except in two cases.  A multivalued key puts
 * the event into several groups, once each: within a group it is still one row.
 * MV_EXPAND and LOOKUP JOIN make several rows of an event, which may meet again
 * in one group: then the events are numbered, and the numbers counted.
 */
#include "compat.h"

#include "lib/stringinfo.h"

#include "detect/key_json.h"
#include "detect/row_key.h"
#include "detect/rule_plan.h"
#include "esql/analysis/missing.h"
#include "esql/analysis/node.h"
#include "esql/analysis/report.h"
#include "esql/analysis/resolve.h"
#include "esql/analysis/source.h"

static const EsqlSpan nowhere = {0, 0};

/* What the pass works on. */
typedef struct Pass
{
	EsqlPlan   *plan;
	EsqlResolver *scope;		/* at the end of the query */
	EsqlHidden *hidden;
	const EsqlOptions *options;
	EsqlStage  *groups;			/* the stage that makes the groups, or NULL so far */
	List	   *ordinals;		/* EsqlColumns: which value of a multivalued key it is */
} Pass;

/* The number of a stage of the plan. */
static int
stage_number(const EsqlPlan *plan, const EsqlStage *stage)
{
	int			number = 0;
	ListCell   *cell;

	foreach(cell, plan->stages)
	{
		if (lfirst(cell) == stage)
			break;
		number++;
	}
	return number;
}

/* The span of the command that the query ends with, for errors and the SQL's comments. */
static EsqlSpan
last_span(const Pass *pass)
{
	return ((EsqlStage *) llast(pass->plan->stages))->span;
}

/* A column that every event has and no query names. */
static EsqlColumn *
event_column(Pass *pass, const char *name, EsqlMetadata metadata, EsqlType type)
{
	EsqlNode	shape = {.type = type};
	EsqlColumn *column = esql_new_column(pass->plan, name, &shape);

	column->metadata = metadata;
	return column;
}

/* The column of the field that the window goes by. */
static EsqlColumn *
time_column(EsqlResolver *resolver, const char *name)
{
	EsqlSpan	from = ((EsqlStage *) linitial(resolver->plan->stages))->span;
	EsqlColumn *column = esql_source_column(resolver, name, from);
	const char *relation = ((EsqlRelation *) linitial(resolver->catalog->relations))->sql_name;

	if (column != NULL && column->type == ESQL_TYPE_DATE)
		return column;
	if (column == NULL && !esql_has_documents(resolver))
	{
		List	   *missing = esql_missing_fields(resolver, name);

		if (list_length(missing) > 1)
			esql_raise_missing(resolver, missing, from);
	}
	if (strcmp(name, "@timestamp") == 0)
		esql_raise(resolver->context, ESQL_ERROR_UNKNOWN_COLUMN, from,
				   "Call the column \"@timestamp\" or \"timestamp\", of type timestamptz, or make a view that does.",
				   "no time column in %s", relation);
	if (column != NULL)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, from,
				   "Name a field of type date.",
				   "the time field \"%s\" of %s is of type %s", name, relation,
				   esql_type_name(column->type));
	esql_raise(resolver->context, ESQL_ERROR_UNKNOWN_COLUMN, from,
			   "Name a column of type timestamptz, or a date of the document.",
			   "no time field \"%s\" in %s", name, relation);
}

/* Put the engine's window round the events, as soon as FROM has been resolved. */
void
td_plan_window(EsqlPlan *plan, const EsqlOptions *options)
{
	if (options->window == NULL)
		return;
	plan->window = time_column(plan->after_from, options->time_field ? options->time_field : "@timestamp");
	if (options->time_fallback != NULL)
		plan->fallback = time_column(plan->after_from, options->time_fallback);
}

/* A stage that stands for FROM's exceptions. */
static EsqlStage *
exceptions_stage(const EsqlPlan *plan, EsqlStageKind kind)
{
	return esql_new_stage(plan->at_end->context, kind,
						  ((EsqlStage *) linitial(plan->stages))->span, "FROM, exceptions");
}

/*
 * Leave out the events that fit an exception, before the query sees them.  With
 * count_hits they are only tested there: leave_out_tested() does the rest.
 */
static void
add_event_conditions(Pass *pass)
{
	EsqlPlan   *plan = pass->plan;
	bool		test = pass->options->count_hits;
	EsqlStage  *stage;
	ListCell   *cell;

	if (pass->options->event_conditions == NIL)
		return;
	stage = exceptions_stage(plan, test ? ESQL_STAGE_EVAL : ESQL_STAGE_WHERE);
	foreach(cell, pass->options->event_conditions)
	{
		EsqlNode   *node = esql_resolve_condition(plan->after_from, lfirst(cell), "an exception");

		esql_collect_columns(node, &pass->hidden->condition_columns);
		/* an event for which the condition is null does not fit it */
		node = esql_call1(test ? "coalesce($1, false)" : "(NOT coalesce($1, false))", ESQL_TYPE_BOOLEAN, node);
		if (test)
		{
			char	   *name = psprintf("(fits %d)", list_length(pass->hidden->tests) + 1);
			EsqlColumn *column = esql_new_column(plan, name, node);

			stage->outputs = lappend(stage->outputs, esql_new_output(column, node));
			pass->hidden->tests = lappend(pass->hidden->tests, column);
		}
		else
			stage->conditions = lappend(stage->conditions, node);
	}
	plan->stages = list_insert_nth(plan->stages, 1, stage);
}

/* Does the stage choose rows, or group them, by what other rows hold? */
static bool
looks_at_other_rows(const EsqlStage *stage)
{
	return stage->kind == ESQL_STAGE_LIMIT || stage->kind == ESQL_STAGE_STATS || stage->kind == ESQL_STAGE_INLINE ||
		(stage->kind == ESQL_STAGE_EXPAND && stage->group_values);
}

/*
 * Leave out the tested events that fit, as late as makes no difference to the
 * rule: before the first stage that looks at other rows.  The rows of the stage
 * before are the events that the rule would take, and the hits are counted
 * there.
 */
static void
leave_out_tested(Pass *pass)
{
	EsqlPlan   *plan = pass->plan;
	EsqlStage  *stage;
	int			number = 1;
	ListCell   *cell;

	if (pass->hidden->tests == NIL)
		return;
	while (number < list_length(plan->stages) && !looks_at_other_rows(list_nth(plan->stages, number)))
		number++;
	stage = exceptions_stage(plan, ESQL_STAGE_WHERE);
	foreach(cell, pass->hidden->tests)
		stage->conditions = lappend(stage->conditions, esql_call1("(NOT $1)", ESQL_TYPE_BOOLEAN,
																  esql_column_node(lfirst(cell), nowhere)));
	plan->stages = list_insert_nth(plan->stages, number, stage);
	pass->hidden->tested = number - 1;
}

/*
 * Take out the LIMITs at the end, after which come only computed columns: they
 * say how many alerts there may be, not which events count.  A LIMIT that is
 * followed by SORT has another order than the end, and stays.
 */
static void
take_out_limits(Pass *pass)
{
	EsqlPlan   *plan = pass->plan;

	for (int i = list_length(plan->stages) - 1; i > 0; i--)
	{
		const EsqlStage *stage = list_nth(plan->stages, i);

		if (stage->kind == ESQL_STAGE_LIMIT && stage->order == plan->order && stage->each == NIL)
		{
			pass->hidden->cap = pass->hidden->cap < 0 ? stage->limit : Min(pass->hidden->cap, stage->limit);
			plan->stages = list_delete_nth_cell(plan->stages, i);
		}
		else if (stage->kind != ESQL_STAGE_EVAL)
			break;
	}
}

/* May the stage make several rows of one, which may meet again in a group? */
static bool
makes_more_rows(const EsqlStage *stage)
{
	return (stage->kind == ESQL_STAGE_EXPAND && !stage->group_values) ||
		(stage->kind == ESQL_STAGE_LOOKUP && !stage->once);
}

/* Find the query's STATS, and refuse what leaves open which events a row stands for. */
static void
find_groups(Pass *pass)
{
	ListCell   *cell;

	foreach(cell, pass->plan->stages)
	{
		EsqlStage  *stage = lfirst(cell);

		if (pass->groups != NULL && (stage->kind == ESQL_STAGE_STATS ||
									 (stage->kind == ESQL_STAGE_EXPAND && stage->group_values)))
			esql_raise(pass->scope->context, ESQL_ERROR_UNSUPPORTED, stage->span,
					   "Compute what the alert needs in the first STATS, and go on with EVAL and WHERE.",
					   "a rule can have only one STATS");
		if (pass->groups != NULL && stage->kind == ESQL_STAGE_EXPAND)
			esql_raise(pass->scope->context, ESQL_ERROR_UNSUPPORTED, stage->span,
					   "Put the field into BY: an event goes into the group of each of its values.",
					   "a rule cannot have MV_EXPAND after STATS");
		if (pass->groups != NULL && stage->kind == ESQL_STAGE_LOOKUP && !stage->once)
			esql_raise(pass->scope->context, ESQL_ERROR_UNSUPPORTED, stage->span,
					   psprintf("Join before STATS, or give the columns after ON a unique index in %s.",
								stage->relation->sql_name),
					   "a rule cannot have LOOKUP JOIN after STATS where a row may become several");
		if (stage->kind == ESQL_STAGE_STATS)
			pass->groups = stage;
		else if (makes_more_rows(stage) && pass->hidden->number == NULL)
			pass->hidden->number = event_column(pass, "(number)", ESQL_EVENT_NUMBER, ESQL_TYPE_LONG);
	}
	pass->hidden->aggregating = pass->groups != NULL;
	pass->hidden->keys_apart = pass->groups != NULL;
	if (pass->groups != NULL)
		pass->hidden->keys = pass->groups->by;
}

/* GROUPS: number the rows that a multivalued key makes of an event. */
static void
number_key_values(Pass *pass)
{
	ListCell   *cell;

	foreach(cell, pass->plan->stages)
	{
		EsqlStage  *stage = lfirst(cell);
		EsqlNode	shape = {.type = ESQL_TYPE_INTEGER};
		EsqlOutput *output;

		if (stage->kind != ESQL_STAGE_EXPAND || !stage->group_values)
			continue;
		output = esql_new_output(esql_new_column(pass->plan, "(which value)", &shape),
								 ((EsqlOutput *) linitial(stage->outputs))->node);
		output->ordinality = true;
		stage->outputs = lappend(stage->outputs, output);
		pass->ordinals = lappend(pass->ordinals, output->column);
	}
}

/* The time of an event as a column. */
static EsqlNode *
time_node(Pass *pass)
{
	if (pass->hidden->time == NULL)
	{
		pass->hidden->time = event_column(pass, "(time)", ESQL_EVENT_TIME, ESQL_TYPE_DATE);
		pass->hidden->time->microseconds = true;
	}
	return esql_column_node(pass->hidden->time, nowhere);
}

/* The instant that a setting holds while the SQL runs. */
static EsqlNode *
setting_node(const char *name)
{
	EsqlNode   *node = esql_call(psprintf("(SELECT ^current_setting('%s')::^timestamptz)", name), ESQL_TYPE_DATE,
								 false, nowhere, 0, NULL);

	node->microseconds = true;
	return node;
}

/*
 * EVIDENCE and EVENTS: of the stages that stand now, take the events of the
 * span and of the one group that was asked for.  The conditions come after the
 * query's own, since a LIMIT among these must see what it saw.
 */
static void
narrow_evidence(Pass *pass)
{
	const EsqlOptions *options = pass->options;
	List	   *conditions = NIL;
	EsqlStage  *stage;

	if (options->span != NULL)
	{
		EsqlNode   *time = time_node(pass);

		conditions = lappend(conditions, esql_operate(ESQL_OPERATOR_GE, nowhere, time,
													  esql_const_moment(options->span->from)));
		conditions = lappend(conditions, esql_operate(ESQL_OPERATOR_LE, nowhere, time,
													  esql_const_moment(options->span->to)));
	}
	if (options->any_span)
	{
		conditions = lappend(conditions, esql_operate(ESQL_OPERATOR_GE, nowhere, time_node(pass),
													  setting_node(TD_SPAN_FROM)));
		conditions = lappend(conditions, esql_operate(ESQL_OPERATOR_LE, nowhere, time_node(pass),
													  setting_node(TD_SPAN_TO)));
	}
	if (options->key != NULL)
		conditions = list_concat(conditions, esql_key_conditions(*options->key, pass->hidden->keys));
	if (conditions == NIL)
		return;
	stage = esql_new_stage(pass->scope->context, ESQL_STAGE_WHERE, last_span(pass), "evidence");
	stage->conditions = conditions;
	pass->plan->stages = lappend(pass->plan->stages, stage);
}

/* EVIDENCE and EVENTS of a rule with STATS: the stages before it, and of its groups the keys. */
static void
cut_after_groups(Pass *pass)
{
	EsqlPlan   *plan = pass->plan;

	plan->stages = list_truncate(plan->stages, stage_number(plan, pass->groups));
	narrow_evidence(pass);
	if (pass->options->output_mode == ESQL_OUTPUT_EVENTS)
		return;
	pass->groups->outputs = NIL;
	plan->stages = lappend(plan->stages, pass->groups);
}

/* Let the stage of the groups compute a hidden aggregate. */
static EsqlColumn *
add_aggregate(Pass *pass, const char *name, EsqlNode *node)
{
	EsqlColumn *column = esql_new_column(pass->plan, name, node);

	node->aggregate = true;
	column->microseconds = node->microseconds;
	pass->groups->outputs = lappend(pass->groups->outputs, esql_new_output(column, node));
	return column;
}

/* Is the row the first of those that multivalued keys made of its event? */
static EsqlNode *
first_row_node(const Pass *pass)
{
	EsqlNode   *all = NULL;
	ListCell   *cell;

	foreach(cell, pass->ordinals)
	{
		EsqlNode   *first = esql_operate(ESQL_OPERATOR_EQ, nowhere, esql_column_node(lfirst(cell), nowhere),
										 esql_const_long(1, ESQL_TYPE_INTEGER, nowhere));

		all = all == NULL ? first : esql_operate(ESQL_OPERATOR_AND, nowhere, all, first);
	}
	return all;
}

/* Let the stage of the groups count and date the events. */
static void
add_counts(Pass *pass)
{
	EsqlHidden *hidden = pass->hidden;
	EsqlNode   *count;
	EsqlNode   *first;
	EsqlNode   *last;

	if (hidden->number != NULL)
		count = esql_call1("@@distinct_count($1)$f", ESQL_TYPE_LONG, esql_column_node(hidden->number, nowhere));
	else
		count = esql_call("^count(*)$f", ESQL_TYPE_LONG, false, nowhere, 0, NULL);
	hidden->count = hidden->matched = add_aggregate(pass, "(count)", count);
	if (pass->ordinals != NIL && hidden->number == NULL)
	{
		EsqlNode   *matched = esql_call("^count(*)$f", ESQL_TYPE_LONG, false, nowhere, 0, NULL);

		matched->filter = first_row_node(pass);
		hidden->matched = add_aggregate(pass, "(matched)", matched);
	}
	if (pass->plan->window == NULL)
		return;
	first = esql_call1("^min($1)$f", ESQL_TYPE_DATE, time_node(pass));
	last = esql_call1("^max($1)$f", ESQL_TYPE_DATE, time_node(pass));
	first->microseconds = last->microseconds = true;
	hidden->first = add_aggregate(pass, "(first)", first);
	hidden->last = add_aggregate(pass, "(last)", last);
}

/*
 * The first group condition that fits a finished row, as a number from 1.  A
 * condition may name what the row shows, and its key even where the query
 * dropped it.
 */
static EsqlColumn *
add_group_conditions(Pass *pass)
{
	EsqlResolver *scope = esql_copy_scope(pass->scope);
	EsqlNode   *node;
	EsqlColumn *column;
	ListCell   *cell;
	int			number = 0;

	if (pass->options->group_conditions == NIL)
		return NULL;
	foreach(cell, pass->hidden->keys)
	{
		const EsqlVisible *key = lfirst(cell);

		if (esql_find_visible(scope->visible, key->name) == NULL)
			esql_show(&scope->visible, key->name, key->column);
	}
	node = esql_new_node(ESQL_NODE_CASE, ESQL_TYPE_INTEGER, nowhere);
	node->args = palloc(2 * list_length(pass->options->group_conditions) * sizeof(EsqlNode *));
	foreach(cell, pass->options->group_conditions)
	{
		node->args[node->nargs++] = esql_resolve_condition(scope, lfirst(cell), "an exception");
		node->args[node->nargs++] = esql_const_long(++number, ESQL_TYPE_INTEGER, nowhere);
	}
	column = esql_new_column(pass->plan, "(excepted)", node);
	esql_add_output(pass->scope, last_span(pass), column->name, column, node);
	return column;
}

/*
 * The rank of each row in the order that SORT asked for; rows that it does
 * not tell apart have the same rank.  NULL without an order.
 */
static EsqlColumn *
rank_rows(Pass *pass)
{
	StringInfoData sql;
	EsqlNode   *node = esql_call(NULL, ESQL_TYPE_LONG, false, nowhere, 0, NULL);
	EsqlColumn *column;
	ListCell   *cell;

	/* a template has room for nine arguments */
	node->args = palloc(9 * sizeof(EsqlNode *));
	initStringInfo(&sql);
	appendStringInfoString(&sql, "^rank() OVER (ORDER BY ");
	foreach(cell, pass->plan->order)
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
	column = esql_new_column(pass->plan, "(rank)", node);
	esql_add_output(pass->scope, last_span(pass), column->name, column, node);
	return column;
}

/* Add a column to an order; a time keeps its full precision. */
static List *
ascending(List *order, EsqlColumn *column)
{
	EsqlOrder  *key = palloc0(sizeof(EsqlOrder));

	key->node = esql_column_node(column, nowhere);
	if (!column->microseconds)
		key->node = esql_sort_value(key->node, false);
	return lappend(order, key);
}

/* Let the entry stand for what a row shows of the column: a date to the millisecond. */
static void
settle_column(Pass *pass, EsqlVisible *entry)
{
	EsqlNode   *node = esql_column_node(entry->column, nowhere);

	if (!entry->column->microseconds)
		return;
	entry->column = esql_new_column(pass->plan, entry->name, esql_settle(node));
	esql_add_output(pass->scope, last_span(pass), entry->name, entry->column, node);
}

/* Find out which columns identify the rows of a rule without STATS. */
static void
find_row_key(Pass *pass)
{
	EsqlPlan   *plan = pass->plan;
	List	   *visible = NIL;
	ListCell   *cell;

	/* the scope's entries stay as they are */
	foreach(cell, plan->visible)
	{
		EsqlVisible *copy = palloc(sizeof(EsqlVisible));

		*copy = *(EsqlVisible *) lfirst(cell);
		visible = lappend(visible, copy);
	}
	plan->visible = visible;
	pass->hidden->keys = td_row_key(plan);
	pass->hidden->keys_apart = list_difference_ptr(visible, pass->hidden->keys) != NIL;
}

/*
 * A rule without STATS: make one group of the events that come out as the same
 * row.  It has the best rank of its rows, and an exception must fit them all.
 */
static void
group_rows(Pass *pass)
{
	EsqlPlan   *plan = pass->plan;
	EsqlHidden *hidden = pass->hidden;
	bool		whole = pass->options->output_mode == ESQL_OUTPUT_GROUPS;
	EsqlColumn *excepted;
	EsqlColumn *rank;
	List	   *columns;
	ListCell   *cell;

	find_row_key(pass);
	excepted = whole ? add_group_conditions(pass) : NULL;
	rank = whole ? rank_rows(pass) : NULL;
	columns = list_concat_unique_ptr(list_copy(plan->visible), hidden->keys);
	foreach(cell, columns)
		settle_column(pass, lfirst(cell));
	if (!whole)
		narrow_evidence(pass);
	if (pass->options->output_mode == ESQL_OUTPUT_EVENTS)
		return;
	pass->groups = esql_new_stage(pass->scope->context, ESQL_STAGE_STATS, last_span(pass), "rows that are alike");
	/* results are the same in all rows of a key: that they are grouped by makes no more groups */
	foreach(cell, whole ? columns : hidden->keys)
		pass->groups->keys = list_append_unique_ptr(pass->groups->keys, ((EsqlVisible *) lfirst(cell))->column);
	plan->stages = lappend(plan->stages, pass->groups);
	if (excepted != NULL)
		hidden->excepted = add_aggregate(pass, "(all excepted)",
										 esql_call1("CASE WHEN ^count($1) {=} ^count(*) THEN ^min($1) END",
													ESQL_TYPE_INTEGER, esql_column_node(excepted, nowhere)));
	plan->order = NIL;
	if (rank != NULL)
		plan->order = ascending(NIL, add_aggregate(pass, "(place)",
												   esql_call1("^min($1)", ESQL_TYPE_LONG,
															  esql_column_node(rank, nowhere))));
}

/* Make the order of the result complete, so that it is always the same. */
static void
complete_order(Pass *pass)
{
	EsqlPlan   *plan = pass->plan;
	ListCell   *cell;

	if (pass->hidden->aggregating && plan->order != NIL)
		return;					/* SORT after STATS leaves nothing open */
	if (pass->hidden->first != NULL)
		plan->order = ascending(plan->order, pass->hidden->first);
	foreach(cell, pass->hidden->keys)
	{
		EsqlColumn *column = ((EsqlVisible *) lfirst(cell))->column;

		if (column->type != ESQL_TYPE_SOURCE)
			plan->order = ascending(plan->order, column);
	}
}

/* Tell the plan which hidden columns its end reads. */
static void
read_at_end(EsqlPlan *plan, EsqlColumn *column)
{
	if (column != NULL)
		plan->end_reads = lappend(plan->end_reads, column);
}

/* EVENTS: the end reads the events, with their time and number. */
static void
end_with_events(Pass *pass)
{
	EsqlHidden *hidden = pass->hidden;

	(void) time_node(pass);
	hidden->document = event_column(pass, "(event)", ESQL_EVENT_DOCUMENT, ESQL_TYPE_SOURCE);
	pass->plan->visible = NIL;
	pass->plan->order = NIL;
	read_at_end(pass->plan, hidden->time);
	read_at_end(pass->plan, hidden->number);
	read_at_end(pass->plan, hidden->document);
}

/* GROUPS and EVIDENCE: the end reads the keys, and what was counted. */
static void
end_with_groups(Pass *pass)
{
	EsqlHidden *hidden = pass->hidden;
	ListCell   *cell;

	if (pass->options->output_mode == ESQL_OUTPUT_EVIDENCE)
	{
		pass->plan->visible = NIL;
		pass->plan->order = NIL;
	}
	complete_order(pass);
	foreach(cell, hidden->keys)
		read_at_end(pass->plan, ((EsqlVisible *) lfirst(cell))->column);
	read_at_end(pass->plan, hidden->count);
	read_at_end(pass->plan, hidden->first);
	read_at_end(pass->plan, hidden->last);
	read_at_end(pass->plan, hidden->matched);
	read_at_end(pass->plan, hidden->excepted);
	hidden->stage = stage_number(pass->plan, pass->groups);
}

/*
 * HABITS: each row is an event.  The end reads its time, and which exceptions fit.
 */
static void
end_with_habits(Pass *pass)
{
	EsqlHidden *hidden = pass->hidden;
	ListCell   *cell;

	foreach(cell, pass->plan->stages)
	{
		const EsqlStage *stage = lfirst(cell);

		if (stage->kind == ESQL_STAGE_STATS || stage->kind == ESQL_STAGE_EXPAND)
			esql_raise(pass->scope->context, ESQL_ERROR_UNSUPPORTED, stage->span,
					   "Its habits are learned from single events: choose these with WHERE.",
					   "a rule with habits cannot have STATS or MV_EXPAND");
	}
	hidden->excepted = add_group_conditions(pass);
	pass->plan->order = NIL;
	read_at_end(pass->plan, time_node(pass)->column);
	read_at_end(pass->plan, hidden->excepted);
	foreach(cell, hidden->tests)
		read_at_end(pass->plan, lfirst(cell));
}

/* Add to the plan of a whole query what detection asks for besides the window. */
void
td_plan_rule(EsqlPlan *plan, const EsqlOptions *options)
{
	Pass		pass = {
		.plan = plan,
		.scope = plan->at_end,
		.hidden = &plan->hidden,
		.options = options
	};
	bool		whole = options->output_mode == ESQL_OUTPUT_GROUPS;

	add_event_conditions(&pass);
	if (options->output_mode == ESQL_OUTPUT_ROWS)
		return;
	take_out_limits(&pass);
	if (options->output_mode == ESQL_OUTPUT_HABITS)
	{
		end_with_habits(&pass);
		return;
	}
	find_groups(&pass);
	leave_out_tested(&pass);
	if (whole)
		number_key_values(&pass);
	if (!pass.hidden->aggregating)
		group_rows(&pass);
	else if (!whole)
		cut_after_groups(&pass);
	if (options->output_mode == ESQL_OUTPUT_EVENTS)
	{
		end_with_events(&pass);
		return;
	}
	add_counts(&pass);
	if (whole && pass.hidden->aggregating)
		pass.hidden->excepted = add_group_conditions(&pass);
	end_with_groups(&pass);
}

/* Does a stage of the query choose rows by their number, or compute by what others hold? */
bool
td_looks_at_others(const EsqlPlan *plan)
{
	ListCell   *cell;

	foreach(cell, plan->stages)
	{
		const EsqlStage *stage = lfirst(cell);

		if (stage->kind == ESQL_STAGE_LIMIT || stage->kind == ESQL_STAGE_INLINE)
			return true;
	}
	return false;
}
