/*
 * evaluate.c
 *		From a query's text to SQL that can be run.
 */
#include "compat.h"

#include "detect/catalog.h"
#include "detect/evaluate.h"
#include "detect/rule_plan.h"
#include "detect/spi.h"
#include "detect/trust.h"
#include "esql/analysis/report.h"
#include "esql/analysis/resolve.h"
#include "esql/syntax/parse.h"

static void *
allocate(void *arg, size_t size)
{
	(void) arg;
	return palloc(size);
}

/* A condition that is no part of a query; label names it in errors. */
EsqlCondition *
td_parse_condition(const char *text, const char *label)
{
	EsqlCondition *condition = palloc(sizeof(EsqlCondition));
	EsqlContext *context = palloc0(sizeof(EsqlContext));

	context->text = td_to_utf8(text);
	context->length = strlen(context->text);
	context->label = label;
	context->alloc = allocate;
	condition->context = context;
	condition->expr = esql_parse_condition(context);
	if (condition->expr == NULL)
		esql_report(context);
	return condition;
}

/* Copies of the columns (EsqlVisible), their names in the database's encoding. */
static List *
columns_from_utf8(List *columns)
{
	List	   *copies = NIL;
	ListCell   *cell;

	foreach(cell, columns)
	{
		const EsqlVisible *entry = lfirst(cell);
		EsqlVisible *copy = palloc(sizeof(EsqlVisible));

		copy->name = td_from_utf8(entry->name);
		copy->column = entry->column;
		copies = lappend(copies, copy);
	}
	return copies;
}

/* A query as a tree. */
EsqlQuery *
td_parse_query(const char *query)
{
	EsqlContext *context = palloc0(sizeof(EsqlContext));
	EsqlQuery  *parsed;

	context->text = td_to_utf8(query);
	context->length = strlen(context->text);
	context->alloc = allocate;
	parsed = esql_parse(context);
	if (parsed == NULL)
		esql_report(context);
	return parsed;
}

/* A query's plan, and what it was resolved against. */
EsqlPlan *
td_resolve(const TdSession *session, const char *query, Oid events, const EsqlOptions *options,
		   EsqlCatalog **catalog)
{
	char	   *text = td_to_utf8(query);
	EsqlContext context = {.text = text, .length = strlen(text), .alloc = allocate};
	EsqlQuery  *parsed = esql_parse(&context);
	EsqlPlan   *plan;

	if (parsed == NULL)
		esql_report(&context);
	if (parsed->from->kind == ESQL_ROW && (options->window != NULL || options->output_mode != ESQL_OUTPUT_ROWS))
		esql_raise(&context, ESQL_ERROR_UNSUPPORTED, parsed->from->span, "ROW is for queries, by esql().",
				   "a rule begins with FROM");
	*catalog = td_load_catalog(session, &context, parsed->from, events);
	plan = esql_resolve_source(&context, parsed, *catalog, options);
	td_plan_window(plan, options);
	esql_resolve_commands(plan, parsed);
	td_plan_rule(plan, options);
	esql_finish_plan(plan);
	return plan;
}

/*
 * Compile a query.  events, if valid, takes the place of FROM's patterns.
 * Nothing is planned before all that a rule reads is known to be trusted.
 */
TdCompiled *
td_compile(const TdSession *session, const char *query, Oid events, const EsqlOptions *options)
{
	TdCompiled *compiled = palloc(sizeof(TdCompiled));
	EsqlCatalog *catalog;
	EsqlPlan   *plan = td_resolve(session, query, events, options, &catalog);
	ListCell   *cell;

	foreach(cell, catalog->relations)
	{
		if (session->purpose == TD_RUN_RULE)
			td_require_trust(session, ((EsqlRelation *) lfirst(cell))->relid);
	}
	foreach(cell, catalog->lookups)
	{
		if (session->purpose == TD_RUN_RULE)
			td_require_trust(session, ((EsqlLookup *) lfirst(cell))->relation->relid);
	}
	td_choose_sql(compiled, plan, catalog, options, session->purpose != TD_CHECK);
	compiled->columns = columns_from_utf8(plan->visible);
	compiled->keys = columns_from_utf8(plan->hidden.keys);
	compiled->cap = plan->hidden.cap;
	compiled->test_count = list_length(plan->hidden.tests);
	compiled->looks_at_others = td_looks_at_others(plan);
	compiled->plan = plan;
	compiled->catalog = catalog;
	return compiled;
}
