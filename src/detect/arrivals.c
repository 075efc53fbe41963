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

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

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

/* Does an expression, at any depth, ask for the number of the transaction? */
static bool
asks_for_transaction(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcid == F_PG_CURRENT_XACT_ID)
		return true;
	return expression_tree_walker(node, td_walker(asks_for_transaction), context);
}

/* Is a column's default made of that? */
static bool
has_transaction_default(Relation defaults, Oid relid, AttrNumber column)
{
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		result = false;

	ScanKeyInit(&keys[0], Anum_pg_attrdef_adrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[1], Anum_pg_attrdef_adnum, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(column));
	scan = systable_beginscan(defaults, AttrDefaultIndexId, true, NULL, 2, keys);
	if (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool		isnull;
		Datum		expression = heap_getattr(tuple, Anum_pg_attrdef_adbin, RelationGetDescr(defaults), &isnull);

		result = !isnull && asks_for_transaction(stringToNode(TextDatumGetCString(expression)), NULL);
	}
	systable_endscan(scan);
	return result;
}

/* The relation's column arrived, if it is one for numbers of transactions; else InvalidAttrNumber. */
static AttrNumber
arrived_column(Oid relid)
{
	AttrNumber	column = get_attnum(relid, "arrived");

	return column > 0 && get_atttype(relid, column) == INT8OID ? column : InvalidAttrNumber;
}

/*
 * Find the answer for a table and its partitions, which most events are in.  A session that runs
 * one rule would plan SQL for that for longer than it looks.  False if find_arrivals_below() has to be asked, because
 * there are views, or Citus.
 */
static bool
find_below_table(Oid relid, Below *answer)
{
	char		kind = get_rel_relkind(relid);
	Relation	defaults;
	Datum	   *relations;
	int			count = 0;
	bool		filled = false;
	bool		tables = true;
	List	   *members;
	ListCell   *cell;

	if ((kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE) ||
		OidIsValid(get_relname_relid("pg_dist_partition", PG_CATALOG_NAMESPACE)))
		return false;
	members = find_all_inheritors(relid, NoLock, NULL);
	relations = palloc(list_length(members) * sizeof(Datum));
	defaults = table_open(AttrDefaultRelationId, AccessShareLock);
	foreach(cell, members)
	{
		Oid			member = lfirst_oid(cell);
		AttrNumber	column = arrived_column(member);

		kind = get_rel_relkind(member);
		tables = tables && (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE);
		if (column == InvalidAttrNumber)
			continue;
		relations[count++] = ObjectIdGetDatum(member);
		filled = filled || has_transaction_default(defaults, member, column);
	}
	table_close(defaults, AccessShareLock);
	answer->kept = tables && filled && arrived_column(relid) != InvalidAttrNumber;
	answer->relations = count == 0 ? NULL :
		construct_array(relations, count, OIDOID, sizeof(Oid), true, TYPALIGN_INT);
	return true;
}

/* Find the answer, by SQL if need be. */
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
	if (find_below_table(relid, answer))
		return;
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
