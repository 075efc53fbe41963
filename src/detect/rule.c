/*
 * rule.c
 *		Is it a rule?  rule_check(), rule_reach() and condition_check() compile
 *		the text of a rule, or of an exception, against the relation that it is
 *		for, and say what came out.  No event is read.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/plancache.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "detect/arguments.h"
#include "detect/evaluate.h"
#include "detect/rule_plan.h"
#include "esql/analysis/scope.h"

PG_FUNCTION_INFO_V1(td_rule_check);
PG_FUNCTION_INFO_V1(td_rule_reach);
PG_FUNCTION_INFO_V1(td_condition_check);
PG_FUNCTION_INFO_V1(td_condition_monotone);

typedef const char *(*ColumnText) (const EsqlVisible *entry);

static const char *
column_name(const EsqlVisible *entry)
{
	return entry->name;
}

static const char *
column_type(const EsqlVisible *entry)
{
	return esql_type_name(entry->column->type);
}

/* What is said of each column (EsqlVisible), as text[]. */
static Datum
columns_to_array(List *columns, ColumnText text)
{
	Datum	   *elements = palloc(Max(1, list_length(columns)) * sizeof(Datum));
	int			count = 0;
	ListCell   *cell;

	foreach(cell, columns)
		elements[count++] = CStringGetTextDatum(text(lfirst(cell)));
	return PointerGetDatum(construct_array(elements, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* For each query of a tree: may the current role read what it reads? */
static bool
check_permissions(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (!IsA(node, Query))
		return expression_tree_walker(node, td_walker(check_permissions), context);
	td_check_permissions((Query *) node);
	return query_tree_walker((Query *) node, td_walker(check_permissions), context, 0);
}

/*
 * rule_check(query text, events regclass, timestamp_field text,
 * timestamp_fallback text) -> table
 */
Datum
td_rule_check(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	EsqlWindow	window = {0};
	EsqlOptions options = {.window = &window, .output_mode = ESQL_OUTPUT_GROUPS};
	char	   *query = td_text_argument(fcinfo, 0, "query");
	TdSession	session;
	TdCompiled *compiled;
	CachedPlanSource *source;
	Datum		values[5];
	bool		nulls[5] = {false};

	td_time_arguments(fcinfo, 2, &options);
	InitMaterializedSRF(fcinfo, 0);
	td_begin(&session, TD_CHECK);
	compiled = td_compile(&session, query, td_events_argument(fcinfo, 1), &options);
	/* PostgreSQL's own checks of the SQL, short of planning it; and whether the caller may read its columns */
	source = linitial(SPI_plan_get_plan_sources(td_prepare(compiled->sql)));
	(void) check_permissions((Node *) linitial_node(Query, source->query_list), NULL);
	values[0] = BoolGetDatum(compiled->plan->hidden.aggregating);
	values[1] = columns_to_array(compiled->keys, column_name);
	values[2] = columns_to_array(compiled->columns, column_name);
	values[3] = columns_to_array(compiled->columns, column_type);
	values[4] = Int64GetDatum(compiled->plan->hidden.cap);
	nulls[4] = compiled->plan->hidden.cap < 0;
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	td_end();
	return (Datum) 0;
}

/*
 * If the condition wants a field of the events to be later than an instant,
 * the field's column, and the instant in *ms; else NULL.
 */
static const EsqlColumn *
later_column(const EsqlNode *condition, int64 *ms)
{
	const EsqlNode *later;
	const EsqlNode *earlier;

	if (condition->operator == ESQL_OPERATOR_GT || condition->operator == ESQL_OPERATOR_GE)
	{
		later = condition->args[0];
		earlier = condition->args[1];
	}
	else if (condition->operator == ESQL_OPERATOR_LT || condition->operator == ESQL_OPERATOR_LE)
	{
		later = condition->args[1];
		earlier = condition->args[0];
	}
	else
		return NULL;
	if (later->kind != ESQL_NODE_COLUMN || later->column->accesses == NIL ||
		earlier->kind != ESQL_NODE_CONST || earlier->type != ESQL_TYPE_DATE || earlier->isnull)
		return NULL;
	*ms = earlier->integer;
	return later->column;
}

/*
 * rule_reach(query text, events regclass, timestamp_field text,
 * timestamp_fallback text) -> table
 *
 * NOW() is as far in the future as no date of a query is, so that an instant
 * close before it is one that moves along.
 */
Datum
td_rule_reach(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	EsqlWindow	window = {0};
	EsqlOptions options = {.as_of = TD_LAST_MS / 2, .window = &window, .output_mode = ESQL_OUTPUT_GROUPS};
	char	   *query = td_text_argument(fcinfo, 0, "query");
	TdSession	session;
	EsqlCatalog *catalog;
	const EsqlPlan *plan;
	ListCell   *cell;
	ListCell   *inner;

	td_time_arguments(fcinfo, 2, &options);
	InitMaterializedSRF(fcinfo, 0);
	td_begin(&session, TD_CHECK);
	plan = td_resolve(&session, query, td_events_argument(fcinfo, 1), &options, &catalog);
	foreach(cell, plan->stages)
	{
		foreach(inner, ((EsqlStage *) lfirst(cell))->conditions)
		{
			int64		ms;
			const EsqlColumn *column = later_column(lfirst(inner), &ms);
			Interval	reach = {0};
			Datum		values[2];
			bool		nulls[2] = {false};

			if (column == NULL || ms < options.as_of / 2)
				continue;
			reach.time = (options.as_of - ms) * 1000;
			values[0] = CStringGetTextDatum(td_from_utf8(column->name));
			values[1] = IntervalPGetDatum(&reach);
			tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
		}
	}
	td_end();
	return (Datum) 0;
}

/*
 * Compile the rule with one condition, of the arguments query, condition,
 * stage, events; *condition gets the condition.
 */
static TdCompiled *
compile_condition(FunctionCallInfo fcinfo, const TdSession *session, EsqlCondition **condition)
{
	EsqlOptions options = {.output_mode = ESQL_OUTPUT_GROUPS};
	char	   *query = td_text_argument(fcinfo, 0, "query");
	char	   *text = td_text_argument(fcinfo, 1, "condition");
	char	   *stage = td_text_argument(fcinfo, 2, "stage");

	*condition = td_parse_condition(text, "condition");
	if (strcmp(stage, "event") == 0)
		options.event_conditions = list_make1(*condition);
	else if (strcmp(stage, "group") == 0)
		options.group_conditions = list_make1(*condition);
	else
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("stage must be \"event\" or \"group\", not \"%s\"", stage)));
	return td_compile(session, query, td_events_argument(fcinfo, 3), &options);
}

/* Add the names that an expression uses to a list of char *. */
static void
collect_names(const EsqlExpr *expr, List **names)
{
	ListCell   *cell;

	for (uint32_t i = 0; i < expr->nargs; i++)
		collect_names(expr->args[i], names);
	if (expr->kind != ESQL_COLUMN)
		return;
	foreach(cell, *names)
	{
		if (strcmp(lfirst(cell), expr->string.data) == 0)
			return;
	}
	*names = lappend(*names, expr->string.data);
}

/*
 * condition_check(query text, condition text, stage text, events regclass)
 * -> text[]
 */
Datum
td_condition_check(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	TdSession	session;
	EsqlCondition *condition;
	List	   *names = NIL;
	ArrayType  *result;

	td_begin(&session, TD_CHECK);
	(void) compile_condition(fcinfo, &session, &condition);
	collect_names(condition->expr, &names);
	MemoryContextSwitchTo(caller);
	result = td_text_array(names);
	td_end();
	PG_RETURN_ARRAYTYPE_P(result);
}

/*
 * condition_monotone(query text, condition text, stage text, events regclass)
 * -> boolean: can an exception with this condition only take alerts away?
 *
 * A condition on groups can.  One on events changes what is counted in a
 * group, and a group that counts less may become an alert, unless the
 * condition says the same of all events of a group: it reads nothing but
 * keys.  A STATS without BY has its one group even of no events.  And where a
 * LIMIT leaves rows out, others take their places; where INLINE STATS counts, it
 * counts less for those that stay.
 */
Datum
td_condition_monotone(PG_FUNCTION_ARGS)
{
	TdSession	session;
	EsqlCondition *condition;
	const EsqlPlan *plan;
	bool		on_groups;
	bool		monotone;
	ListCell   *cell;

	td_begin(&session, TD_CHECK);
	plan = compile_condition(fcinfo, &session, &condition)->plan;
	on_groups = strcmp(text_to_cstring(PG_GETARG_TEXT_PP(2)), "group") == 0;
	monotone = on_groups || !td_looks_at_others(plan);
	if (plan->hidden.aggregating && plan->hidden.keys == NIL)
		monotone = on_groups;
	else if (plan->hidden.aggregating)
	{
		foreach(cell, plan->hidden.condition_columns)
			monotone = monotone && esql_find_column(plan->hidden.keys, lfirst(cell)) != NULL;
	}
	td_end();
	PG_RETURN_BOOL(monotone);
}
