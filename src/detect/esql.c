/*
 * esql.c
 *		esql() and esql_sql(): any ES|QL query, run or shown as SQL.
 *
 * Both compile with the same options, so that the text that esql_sql() shows
 * is the text that esql() runs.
 */
#include "compat.h"

#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "detect/arguments.h"
#include "detect/evaluate.h"
#include "detect/row_json.h"
#include "transfer_detect.h"

PG_FUNCTION_INFO_V1(td_esql);
PG_FUNCTION_INFO_V1(td_esql_sql);

/* Where esql()'s rows go. */
typedef struct JsonRows
{
	Tuplestorestate *store;
	TupleDesc	desc;
	List	   *columns;
	int64		count;
} JsonRows;

static void
put_json(void *arg, Datum *values, bool *nulls)
{
	JsonRows   *rows = arg;
	StringInfoData out;
	Datum		value;
	bool		isnull = false;

	rows->count++;
	initStringInfo(&out);
	esql_row_to_json(&out, rows->columns, values, nulls, NULL);
	value = PointerGetDatum(cstring_to_text_with_len(out.data, out.len));
	tuplestore_putvalues(rows->store, rows->desc, &value, &isnull);
}

/* esql(query text, as_of timestamptz, events regclass) -> setof json */
Datum
td_esql(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *query = td_text_argument(fcinfo, 0, "query");
	EsqlOptions options = {.as_of = td_as_of(fcinfo, 1), .implicit_limit = td_default_limit};
	TdSession	session;
	TdCompiled *compiled;
	JsonRows	rows = {0};

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	td_begin(&session, TD_RUN_QUERY);
	compiled = td_compile(&session, query, td_events_argument(fcinfo, 2), &options);
	rows.store = rsinfo->setResult;
	rows.desc = rsinfo->setDesc;
	rows.columns = compiled->columns;
	td_execute(compiled->sql, compiled->prepared, NULL, put_json, &rows);
	if (!compiled->plan->limited && td_default_limit >= 0 && rows.count >= td_default_limit)
		ereport(NOTICE,
				(errmsg("the query has no LIMIT, and got the %d rows that are the default", td_default_limit),
				 errhint("There may be more: add LIMIT, or set transfer_detect.default_limit.")));
	td_end();
	return (Datum) 0;
}

/* esql_sql(query text, as_of timestamptz, events regclass) -> text */
Datum
td_esql_sql(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	char	   *query = td_text_argument(fcinfo, 0, "query");
	EsqlOptions options = {.as_of = td_as_of(fcinfo, 1), .implicit_limit = td_default_limit};
	TdSession	session;
	TdCompiled *compiled;
	char	   *sql;

	td_begin(&session, TD_RUN_QUERY);
	compiled = td_compile(&session, query, td_events_argument(fcinfo, 2), &options);
	sql = MemoryContextStrdup(caller, compiled->sql);
	td_end();
	PG_RETURN_TEXT_P(cstring_to_text(sql));
}
