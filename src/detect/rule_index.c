/*
 * rule_index.c
 *		What create_rule_index() has to know of a rule.
 *
 * A rule's index is partial: its predicate is made of the conditions that the
 * rule's WHERE begins with.  An index can only use conditions that are the same
 * at every run.  So the rule is compiled for two instants, and a condition that
 * differs between them, because it has NOW() in it, is left out.  PostgreSQL
 * must take the condition for immutable as well: the parsed condition tells.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "nodes/parsenodes.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/plancache.h"

#include "detect/arguments.h"
#include "detect/evaluate.h"
#include "detect/spi.h"
#include "esql/sql/index.h"

PG_FUNCTION_INFO_V1(td_rule_index_parts);

/* Two instants that have no part in common. */
#define AN_INSTANT		INT64CONST(981173106789)	/* 2001-02-03T04:05:06.789Z */
#define ANOTHER_INSTANT	INT64CONST(1732924799321)	/* 2024-11-29T23:59:59.321Z */

/* An index of more columns than this is no longer small beside its table. */
#define MAX_INCLUDED	16

/* The parts of an index for a query, as at one instant. */
static EsqlIndexParts *
parts_at(const TdSession *session, const char *query, Oid events, EsqlOptions options,
		 int64 as_of, EsqlCatalog **catalog)
{
	EsqlPlan   *plan;

	options.as_of = as_of;
	plan = td_resolve(session, query, events, &options, catalog);
	return esql_index_parts(plan, *catalog, &options);
}

/* May the condition be an index's predicate? */
static bool
is_indexable(const EsqlCatalog *catalog, const char *condition)
{
	const EsqlRelation *relation = linitial(catalog->relations);
	char	   *sql = psprintf("SELECT FROM %s WHERE %s", relation->sql_name, condition);
	SPIPlanPtr	prepared = td_prepare(td_from_utf8(sql));
	CachedPlanSource *source;
	Query	   *query;
	bool		good;

	source = linitial(SPI_plan_get_plan_sources(prepared));
	query = linitial(source->query_list);
	good = !query->hasSubLinks && !query->hasTargetSRFs &&
		!contain_mutable_functions(query->jointree->quals);
	SPI_freeplan(prepared);
	return good;
}

/* Does the list, of the same query at another instant, hold the condition? */
static bool
is_timeless(const EsqlIndexCondition *condition, List *others)
{
	ListCell   *cell;

	foreach(cell, others)
	{
		if (strcmp(condition->sql, ((EsqlIndexCondition *) lfirst(cell))->sql) == 0)
			return true;
	}
	return false;
}

/*
 * The quoted names of the columns that an index must hold beside its key so
 * that it covers the query, or NIL if none can.
 */
static List *
included_columns(List *columns, List *keys)
{
	List	   *names = NIL;
	ListCell   *cell;

	foreach(cell, columns)
	{
		const EsqlColumn *column = lfirst(cell);
		const EsqlAccess *access = column->accesses == NIL ? NULL : linitial(column->accesses);

		if (column->accesses != NIL && access == NULL)
			continue;			/* null everywhere */
		/* the document is too long for an index */
		if (access == NULL || access->document || access->several != NULL)
			return NIL;
		if (!list_member_ptr(keys, column))
			names = lappend(names, pstrdup(quote_identifier(access->attname)));
	}
	return list_length(names) > MAX_INCLUDED ? NIL : names;
}

/*
 * rule_index_parts(query text, events regclass,
 *					timestamp_field text, timestamp_fallback text,
 *					OUT keys text[], OUT conditions text[], OUT included text[])
 */
Datum
td_rule_index_parts(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	char	   *query = td_text_argument(fcinfo, 0, "query");
	Oid			events;
	EsqlWindow	window = {0};
	EsqlOptions options = {.window = &window, .implicit_limit = -1};
	TupleDesc	desc;
	TdSession	session;
	EsqlCatalog *catalog;
	EsqlIndexParts *parts;
	EsqlIndexParts *others;
	List	   *conditions = NIL;
	List	   *rest;
	List	   *included;
	ListCell   *cell;
	Datum		values[3];
	bool		nulls[3] = {false, false, false};
	HeapTuple	tuple;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	desc = BlessTupleDesc(desc);
	td_require(fcinfo, 1, "events");
	events = PG_GETARG_OID(1);
	td_time_arguments(fcinfo, 2, &options);
	td_begin(&session, TD_CHECK);
	others = parts_at(&session, query, events, options, ANOTHER_INSTANT, &catalog);
	parts = parts_at(&session, query, events, options, AN_INSTANT, &catalog);
	rest = list_copy(parts->others);
	foreach(cell, parts->conditions)
	{
		EsqlIndexCondition *condition = lfirst(cell);

		if (is_timeless(condition, others->conditions) && is_indexable(catalog, condition->sql))
			conditions = lappend(conditions, condition->sql);
		else
			rest = list_concat_unique_ptr(rest, condition->columns);
	}
	/* with two ranges PostgreSQL combines bitmaps, and visits the table in any case */
	included = list_length(parts->keys) > 1 ? NIL : included_columns(rest, parts->held);
	values[0] = PointerGetDatum(td_text_array(parts->keys));
	values[1] = PointerGetDatum(td_text_array(conditions));
	values[2] = PointerGetDatum(td_text_array(included));
	MemoryContextSwitchTo(caller);
	tuple = heap_form_tuple(desc, values, nulls);
	td_end();
	PG_RETURN_DATUM(HeapTupleGetDatum(tuple));
}
