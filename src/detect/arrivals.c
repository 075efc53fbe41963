/*
 * arrivals.c
 *		event_arrivals(): SQL that reads when each event of a relation happened,
 *		by a rule's time field, and by which transaction it came.
 *
 * sql/late.sql has it find the events that have come since a rule's last run.
 */
#include "compat.h"

#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "detect/arguments.h"
#include "detect/evaluate.h"
#include "esql/sql/generate.h"

PG_FUNCTION_INFO_V1(td_event_arrivals);

/* event_arrivals(events regclass, timestamp_field text, timestamp_fallback text) -> text */
Datum
td_event_arrivals(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	EsqlWindow	window = {0};
	EsqlOptions options = {.window = &window, .implicit_limit = -1};
	TdSession	session;
	EsqlCatalog *catalog;
	EsqlPlan   *plan;
	char	   *sql;
	text	   *result;
	Oid			events;
	bool		commands;

	td_require(fcinfo, 0, "events");
	events = PG_GETARG_OID(0);
	/* a view has no such column, and a right to some columns is none to this one */
	commands = get_rel_relkind(events) != RELKIND_VIEW &&
		pg_class_aclcheck(events, GetUserId(), ACL_SELECT) == ACLCHECK_OK;
	td_time_arguments(fcinfo, 1, &options);
	td_begin(&session, TD_RUN_RULE);
	plan = td_resolve(&session, "FROM events", events, &options, &catalog);
	sql = td_from_utf8(esql_generate_arrivals(plan, catalog, &options, commands));
	MemoryContextSwitchTo(caller);
	result = cstring_to_text(sql);
	td_end();
	PG_RETURN_TEXT_P(result);
}
