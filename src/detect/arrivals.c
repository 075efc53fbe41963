/*
 * arrivals.c
 *		event_arrivals(): SQL that reads when each event of a relation happened,
 *		by a rule's time field, and by which transaction it came.
 *		arrivals_below(): whether a relation's column arrived says that, and in which
 *		relations below it.
 *
 * sql/late.sql has it find the events that have come since a rule's last run.  Each run asks
 * several times what the catalogs say of a relation.  So a session keeps the answer, until
 * a catalog changes.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "detect/arguments.h"
#include "detect/evaluate.h"
#include "esql/sql/generate.h"
#include "schema.h"
#include "stamp.h"

PG_FUNCTION_INFO_V1(td_event_arrivals);
PG_FUNCTION_INFO_V1(td_arrivals_below);

/* What is kept of relations. */
#define MOST_RELATIONS	8

typedef struct Below
{
	Oid			relid;			/* InvalidOid: nothing is kept here */
	TdStamp		stamp;
	bool		kept;
	ArrayType  *relations;		/* or NULL */
} Below;

static Below answers[MOST_RELATIONS];
static int	next_answer = 0;

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

/* Ask SQL, and keep its answer if that can be known to hold. */
static void
find_below(Oid relid, const TdStamp *stamp, Below *answer)
{
	MemoryContext caller = CurrentMemoryContext;
	Oid			types[1] = {OIDOID};
	Datum		values[1] = {ObjectIdGetDatum(relid)};
	TdSession	session;
	bool		isnull;
	Datum		relations;

	answer->relid = relid;
	answer->stamp = *stamp;
	td_begin(&session, TD_RUN_RULE);
	td_query("SELECT b.kept, b.relations FROM " TD_INTERNAL_SCHEMA ".find_arrivals_below($1::pg_catalog.regclass) AS b", 1, types, values);
	answer->kept = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	relations = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull);
	MemoryContextSwitchTo(caller);
	answer->relations = isnull ? NULL : DatumGetArrayTypePCopy(relations);
	td_end();
}

/* Keep an answer in the place of the one that has been kept for longest. */
static void
keep_answer(const Below *answer)
{
	Below	   *place = &answers[next_answer++ % MOST_RELATIONS];
	ArrayType  *copy = answer->relations == NULL ? NULL : MemoryContextAlloc(TopMemoryContext, VARSIZE(answer->relations));

	if (copy != NULL)
		memcpy(copy, answer->relations, VARSIZE(answer->relations));
	if (place->relations != NULL)
		pfree(place->relations);
	*place = *answer;
	place->relations = copy;
}

/* arrivals_below(relation regclass) -> kept boolean, relations oid[] */
Datum
td_arrivals_below(PG_FUNCTION_ARGS)
{
	Oid			relid = PG_GETARG_OID(0);
	const Below *known = NULL;
	Below		answer;
	TdStamp		stamp;
	TupleDesc	desc;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	(void) td_stamp(NULL, 0, &stamp);
	for (int i = 0; i < MOST_RELATIONS; i++)
	{
		if (answers[i].relid == relid && td_same_stamp(&answers[i].stamp, &stamp))
			known = &answers[i];
	}
	if (known == NULL)
	{
		find_below(relid, &stamp, &answer);
		keep_answer(&answer);
		known = &answer;
	}
	values[0] = BoolGetDatum(known->kept);
	values[1] = PointerGetDatum(known->relations);
	nulls[1] = known->relations == NULL;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
