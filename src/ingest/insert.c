/*
 * insert.c
 *		Rows into events by SQL.
 *
 * A duplicate is a document whose time and key are there already, and nothing
 * else.  The unique index that says so is on each partition and not on events,
 * so ON CONFLICT cannot name it, and passes over a row that any unique index
 * refuses.  Nor does it tell such a row from one that a trigger has kept out.
 * And it is an error where there are deferrable constraints or rules.
 *
 * So it serves only where nothing but the extension's own index can keep a row
 * out.  Elsewhere INSERT is plain: a row that is refused is an error, land.c
 * finds the row, and the error's index says whether it is a duplicate.
 *
 * With ON CONFLICT many rows go into one statement.  On other servers (foreign
 * partitions, Citus) each statement costs a message and its answer.  Citus plans
 * VALUES anew each time, and sends the rows of each shard by themselves; a SELECT it runs
 * here, and sends its rows to all shards at once.  So it gets them as an array.
 *
 * What is on a foreign partition over there, nobody knows here: any index or
 * trigger may keep a row out.  So a document that has not landed is looked for by
 * its time and key.  If it is there, it is a duplicate, and if not, that is an error.
 * When not all of many have landed, they are undone, and each document is looked for
 * before those that are new are inserted.  Citus has on its shards what it has on the
 * table here, so that there a document that has not landed is a duplicate as on one
 * server; but errors name the shard's index, which is not known here.
 *
 * A constraint that is checked at the transaction's end would cost all of it
 * for one document.  It is checked at once instead.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tstoreReceiver.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/params.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

#include "ingest/ingest.h"

/* Rows in one statement; a statement has at most 65535 parameters. */
#define INSERTED_TOGETHER	64

/* So many rows at least go to Citus as an array. */
#define WORTH_AN_ARRAY		16

/* The columns of the index i, in the order of their names. */
#define INDEXED \
	" ARRAY(SELECT attname::pg_catalog.text COLLATE pg_catalog.\"C\" FROM pg_catalog.pg_attribute AS a" \
	" JOIN pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS k (number, place) ON attnum OPERATOR(pg_catalog.=) number" \
	" WHERE attrelid OPERATOR(pg_catalog.=) indrelid AND place OPERATOR(pg_catalog.<=) indnkeyatts ORDER BY 1 USING OPERATOR(pg_catalog.<))"

/* What look_for_obstacles() asks of events and its partitions. */
#define OBSTACLES \
	/* pg_partition_tree() does not know tables without partitions */ \
	"WITH tree AS (SELECT $1::pg_catalog.oid AS relid UNION SELECT relid FROM pg_catalog.pg_partition_tree($1))" \
	/* a unique index that is not the extension's, or a trigger that may keep rows out, or any rule */ \
	" SELECT EXISTS (SELECT FROM pg_catalog.pg_index AS i JOIN tree ON relid OPERATOR(pg_catalog.=) indrelid" \
	" WHERE (indisunique OR indisexclusion) AND (NOT indimmediate OR indisexclusion OR indexprs IS NOT NULL OR indpred IS NOT NULL" \
	" OR" INDEXED \
	" OPERATOR(pg_catalog.<>) '{document_key,timestamp}'::pg_catalog.text[]))" \
	" OR EXISTS (SELECT FROM pg_catalog.pg_trigger JOIN tree ON relid OPERATOR(pg_catalog.=) tgrelid" \
	" WHERE tgtype::pg_catalog.int4 OPERATOR(pg_catalog.&) 7 OPERATOR(pg_catalog.=) 7)" \
	" OR EXISTS (SELECT FROM pg_catalog.pg_rewrite WHERE ev_class OPERATOR(pg_catalog.=) $1)," \
	/* a rule that writes something else */ \
	" (SELECT pg_catalog.min(rulename::pg_catalog.text) FROM pg_catalog.pg_rewrite WHERE ev_class OPERATOR(pg_catalog.=) $1" \
	" AND ev_type OPERATOR(pg_catalog.=) '3' AND is_instead)," \
	/* constraints that may be checked later */ \
	" (SELECT pg_catalog.string_agg(DISTINCT pg_catalog.format('%I.%I', nspname, conname), ', ')" \
	" FROM pg_catalog.pg_constraint JOIN tree ON relid OPERATOR(pg_catalog.=) conrelid" \
	" JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) connamespace" \
	" WHERE condeferrable AND conparentid OPERATOR(pg_catalog.=) 0::pg_catalog.oid)," \
	/* partitions on other servers */ \
	" EXISTS (SELECT FROM pg_catalog.pg_class AS c JOIN tree ON relid OPERATOR(pg_catalog.=) c.oid WHERE relkind OPERATOR(pg_catalog.=) 'f')," \
	/* a table without the index that finds duplicates */ \
	" (SELECT pg_catalog.min(c.oid::pg_catalog.int8)::pg_catalog.oid FROM pg_catalog.pg_class AS c JOIN tree ON relid OPERATOR(pg_catalog.=) c.oid" \
	" WHERE relkind OPERATOR(pg_catalog.=) 'r' AND NOT EXISTS (SELECT FROM pg_catalog.pg_index AS i" \
	" WHERE indrelid OPERATOR(pg_catalog.=) c.oid AND indisunique AND indisvalid AND indexprs IS NULL AND indpred IS NULL" \
	" AND" INDEXED " OPERATOR(pg_catalog.=) '{document_key,timestamp}'::pg_catalog.text[]))"

static void
refuse_rule(const IngestRun *run, const char *rule)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the rule \"%s\" on %s keeps documents from being stored", rule, run->target),
			 errdetail("It does something else INSTEAD of INSERT, and ingest could not tell what has become of a document."),
			 errhint("Drop the rule. A trigger AFTER INSERT can copy events elsewhere.")));
}

/*
 * The index that says what a duplicate is, is not there.  Says so once.
 */
void
ingest_warn_of_duplicates(IngestRun *run, Oid relid)
{
	if (run->warned)
		return;
	run->warned = true;
	ereport(WARNING,
			(errmsg("documents that are delivered twice become two events in %s \"%s\", which has no unique index on (timestamp, document_key)",
					get_rel_relispartition(relid) ? "partition" : "table", get_rel_name(relid)),
			 errhint("CREATE UNIQUE INDEX ON %s (timestamp, document_key)",
					 quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid)))));
}

/*
 * Find out what may keep a row out of events.
 */
static void
look_for_obstacles(IngestRun *run)
{
	Oid			types[1] = {REGCLASSOID};
	Datum		values[1] = {ObjectIdGetDatum(run->events)};
	bool		isnull;
	Datum		unkeyed;
	char	   *rule;
	char	   *deferrable;
	int			code = SPI_execute_with_args(OBSTACLES, 1, types, values, NULL, true, 0);

	if (code != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "could not look for the constraints of events: %s", SPI_result_code_string(code));
	run->plain = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	rule = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2);
	deferrable = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 3);
	run->foreign = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 4, &isnull));
	unkeyed = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 5, &isnull);
	SPI_freetuptable(SPI_tuptable);
	if (!isnull && !run->distributed)
		ingest_warn_of_duplicates(run, DatumGetObjectId(unkeyed));
	if (rule != NULL)
		refuse_rule(run, rule);
	if (deferrable != NULL)
	{
		code = SPI_execute(psprintf("SET CONSTRAINTS %s IMMEDIATE", deferrable), false, 0);
		if (code != SPI_OK_UTILITY)
			elog(ERROR, "could not set constraints: %s", SPI_result_code_string(code));
	}
}

/* The columns of a row, with something before each. */
static void
append_columns(StringInfo sql, const char *before)
{
	for (int i = 0; i < INGEST_COLUMNS; i++)
		appendStringInfo(sql, "%s%s%s", i == 0 ? "" : ", ", before, quote_identifier(ingest_column_name(i)));
}

/*
 * The statement for an array of rows of events' type.
 */
static SPIPlanPtr
prepare_array(IngestRun *run)
{
	StringInfoData sql;
	Oid			types[1] = {get_array_type(get_rel_type_id(run->events))};
	SPIPlanPtr	plan;

	initStringInfo(&sql);
	appendStringInfo(&sql, "INSERT INTO %s (", run->target);
	append_columns(&sql, "");
	appendStringInfoString(&sql, ") SELECT ");
	append_columns(&sql, "r.");
	/* Citus counts the rows that are sent: only those that it returns have landed */
	appendStringInfoString(&sql, " FROM pg_catalog.unnest($1) AS r ON CONFLICT DO NOTHING RETURNING true");
	plan = SPI_prepare(sql.data, 1, types);
	if (plan == NULL)
		elog(ERROR, "could not prepare the insertion of events: %s", SPI_result_code_string(SPI_result));
	pfree(sql.data);
	return plan;
}

/*
 * The statement for so many rows.
 */
static SPIPlanPtr
prepare_rows(IngestRun *run, int rows)
{
	StringInfoData sql;
	Oid		   *types = palloc(rows * INGEST_COLUMNS * sizeof(Oid));
	SPIPlanPtr	plan;

	initStringInfo(&sql);
	appendStringInfo(&sql, "INSERT INTO %s (", run->target);
	append_columns(&sql, "");
	appendStringInfoString(&sql, ") VALUES ");
	for (int i = 0; i < rows * INGEST_COLUMNS; i++)
	{
		types[i] = ingest_column_type(i % INGEST_COLUMNS);
		appendStringInfo(&sql, "%s$%d%s", i == 0 ? "(" : i % INGEST_COLUMNS == 0 ? ", (" : ", ", i + 1,
						 i % INGEST_COLUMNS == INGEST_COLUMNS - 1 ? ")" : "");
	}
	appendStringInfoString(&sql, run->plain ? "" : " ON CONFLICT DO NOTHING");
	plan = SPI_prepare(sql.data, rows * INGEST_COLUMNS, types);
	if (plan == NULL)
		elog(ERROR, "could not prepare the insertion of events: %s", SPI_result_code_string(SPI_result));
	pfree(sql.data);
	pfree(types);
	return plan;
}

/*
 * The statement that looks for a document.
 */
static SPIPlanPtr
prepare_find(IngestRun *run)
{
	Oid			types[2] = {ingest_column_type(ECS_TIMESTAMP), ingest_column_type(INGEST_KEY)};
	char	   *sql = psprintf("SELECT FROM %s WHERE %s OPERATOR(pg_catalog.=) $1 AND %s OPERATOR(pg_catalog.=) $2 LIMIT 1",
							   run->target, quote_identifier(ingest_column_name(ECS_TIMESTAMP)),
							   quote_identifier(ingest_column_name(INGEST_KEY)));
	SPIPlanPtr	plan = SPI_prepare(sql, 2, types);

	if (plan == NULL)
		elog(ERROR, "could not prepare the search for events: %s", SPI_result_code_string(SPI_result));
	pfree(sql);
	return plan;
}

/*
 * Prepare the statements for the tables as they are now.
 */
void
ingest_prepare_insert(IngestRun *run)
{
	look_for_obstacles(run);
	run->find_plan = run->foreign || run->distributed ? prepare_find(run) : NULL;
	run->insert_plan = prepare_rows(run, 1);
	run->insert_many_plan = run->plain ? NULL : run->distributed ? prepare_array(run) :
		prepare_rows(run, INSERTED_TOGETHER);
}

/* How many of the rows that are left go into the next statement. */
static int
together(const IngestRun *run, int left)
{
	if (run->insert_many_plan == NULL)
		return 1;
	if (run->distributed)
		return left >= WORTH_AN_ARRAY ? left : 1;
	return left >= INSERTED_TOGETHER ? INSERTED_TOGETHER : 1;
}

/*
 * Insert rows as an array.  Returns how many have landed.
 */
static int
insert_array(IngestRun *run, IngestRow **rows, int count)
{
	Oid			type = get_rel_type_id(run->events);
	TupleDesc	desc = lookup_rowtype_tupdesc_copy(type, -1);
	Datum	   *elements = palloc(count * sizeof(Datum));
	Datum	   *values = palloc(desc->natts * sizeof(Datum));
	bool	   *nulls = palloc(desc->natts * sizeof(bool));
	AttrNumber	attnums[INGEST_COLUMNS];
	Tuplestorestate *landed = tuplestore_begin_heap(false, false, work_mem);
	SPIExecuteOptions options = {.dest = CreateDestReceiver(DestTuplestore)};
	Datum		array;
	int			code;

	for (int i = 0; i < INGEST_COLUMNS; i++)
		attnums[i] = get_attnum(run->events, ingest_column_name(i));
	for (int i = 0; i < count; i++)
	{
		memset(nulls, true, desc->natts * sizeof(bool));
		for (int j = 0; j < INGEST_COLUMNS; j++)
		{
			values[attnums[j] - 1] = rows[i]->values[j];
			nulls[attnums[j] - 1] = rows[i]->nulls[j];
		}
		elements[i] = HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
	}
	array = PointerGetDatum(construct_array(elements, count, type, -1, false, TYPALIGN_DOUBLE));
	/* SPI's own store of results would compare its number with the one that is wrong */
	SetTuplestoreDestReceiverParams(options.dest, landed, CurrentMemoryContext, false, NULL, NULL);
	options.params = makeParamList(1);
	options.params->params[0] = (ParamExternData) {array, false, PARAM_FLAG_CONST, get_array_type(type)};
	code = SPI_execute_plan_extended(run->insert_many_plan, &options);
	if (code != SPI_OK_INSERT_RETURNING)
		elog(ERROR, "could not insert into events: %s", SPI_result_code_string(code));
	count = (int) tuplestore_tuple_count(landed);
	tuplestore_end(landed);
	return count;
}

/*
 * Insert rows with a statement for so many.  Returns how many have landed.
 */
static int
insert_rows(IngestRun *run, IngestRow **rows, int count)
{
	SPIPlanPtr	plan = count > 1 ? run->insert_many_plan : run->insert_plan;
	Datum	   *values;
	char	   *nulls;
	int			code;

	if (count > 1 && run->distributed)
		return insert_array(run, rows, count);
	values = palloc(count * INGEST_COLUMNS * sizeof(Datum));
	nulls = palloc(count * INGEST_COLUMNS);
	for (int i = 0; i < count * INGEST_COLUMNS; i++)
	{
		const IngestRow *row = rows[i / INGEST_COLUMNS];

		values[i] = row->values[i % INGEST_COLUMNS];
		nulls[i] = row->nulls[i % INGEST_COLUMNS] ? 'n' : ' ';
	}
	code = SPI_execute_plan(plan, values, nulls, false, 0);
	if (code != SPI_OK_INSERT)
		elog(ERROR, "could not insert into events: %s", SPI_result_code_string(code));
	pfree(values);
	pfree(nulls);
	return (int) SPI_processed;
}

/*
 * Is a document with the row's time and key there?
 */
static bool
is_there(IngestRun *run, const IngestRow *row)
{
	Datum		values[2] = {row->values[ECS_TIMESTAMP], row->values[INGEST_KEY]};
	int			code = SPI_execute_plan(run->find_plan, values, NULL, false, 1);
	bool		found = SPI_processed > 0;

	if (code != SPI_OK_SELECT)
		elog(ERROR, "could not search for events: %s", SPI_result_code_string(code));
	SPI_freetuptable(SPI_tuptable);
	return found;
}

/*
 * An IngestWork: are the rows there?  They are duplicates then, else pending.
 */
bool
ingest_find(IngestRun *run, int from, int to)
{
	for (int i = from; i < to; i++)
		run->order[i]->outcome = is_there(run, run->order[i]) ? INGEST_DUPLICATE : INGEST_PENDING;
	return true;
}

/*
 * Rows, some of which go to other servers, are inserted together, or it is an error.
 * A single one may be there already: then another session was faster.
 */
static void
insert_all(IngestRun *run, IngestRow **rows, int count)
{
	int			landed = insert_rows(run, rows, count);

	for (int i = 0; i < count; i++)
		rows[i]->outcome = INGEST_LANDED;
	if (landed == count)
		return;
	if (count > 1 || !is_there(run, rows[0]))
		ereport(ERROR,
				(errcode(ERRCODE_TRIGGERED_ACTION_EXCEPTION),
				 errmsg("the event was not stored, and none with its time and key is there"),
				 errdetail("A trigger or a unique index, which may be on another server, has kept it out.")));
	rows[0]->outcome = INGEST_DUPLICATE;
}

/*
 * Insert rows of the batch's order that are not there yet.
 */
static void
insert_new(IngestRun *run, int from, int to)
{
	IngestRow  *rows[INSERTED_TOGETHER];
	int			count = 0;

	for (int i = from; i < to; i++)
	{
		IngestRow  *row = run->order[i];

		CHECK_FOR_INTERRUPTS();
		if ((i > from && ingest_same_document(run->order[i - 1], row)) || is_there(run, row))
			row->outcome = INGEST_DUPLICATE;
		else
			rows[count++] = row;
		if (count == INSERTED_TOGETHER)
		{
			insert_all(run, rows, count);
			count = 0;
		}
	}
	for (int i = 0; i < count; i++)
		insert_all(run, &rows[i], 1);
}

/*
 * An IngestWork: insert rows of the batch's order.  False: something has been
 * put on the table since the statement was prepared, and it must be plain; or it is
 * not known which of many rows have landed, and it must be careful.
 */
bool
ingest_insert(IngestRun *run, int from, int to)
{
	bool		kept_out = false;
	int			count;

	if (run->careful && !run->plain)
	{
		insert_new(run, from, to);
		return true;
	}
	for (int i = from; i < to; i += count)
	{
		int			landed;

		CHECK_FOR_INTERRUPTS();
		count = together(run, to - i);
		if (run->foreign && count == 1)
		{
			insert_all(run, &run->order[i], 1);
			continue;
		}
		landed = insert_rows(run, &run->order[i], count);
		/* which of them are duplicates, nobody asks */
		for (int j = 0; j < count; j++)
			run->order[i + j]->outcome = j < landed ? INGEST_LANDED : INGEST_DUPLICATE;
		if (landed == count)
			continue;
		if (run->plain)
			ereport(ERROR,
					(errcode(ERRCODE_TRIGGERED_ACTION_EXCEPTION),
					 errmsg("a trigger on events, or on its partition, has kept the event out")));
		if (run->foreign)
		{
			run->careful = true;
			return false;
		}
		kept_out = true;
	}
	/* the rows have locked their partitions: nothing can be put on them now */
	if (kept_out)
		look_for_obstacles(run);
	return !(kept_out && run->plain);
}

/*
 * Whether an error says that a document is there already: it comes from a
 * unique index on time and key of a partition of events.
 */
bool
ingest_is_duplicate(const IngestRun *run, const ErrorData *error)
{
	Oid			index;
	HeapTuple	tuple;
	Oid			relid;
	bool		result;

	if (error->sqlerrcode != ERRCODE_UNIQUE_VIOLATION || error->schema_name == NULL || error->constraint_name == NULL)
		return false;
	index = get_relname_relid(error->constraint_name, get_namespace_oid(error->schema_name, true));
	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	if (!HeapTupleIsValid(tuple))
		return false;
	relid = ((Form_pg_index) GETSTRUCT(tuple))->indrelid;
	result = ((Form_pg_index) GETSTRUCT(tuple))->indnkeyatts == 2 &&
		heap_attisnull(tuple, Anum_pg_index_indexprs, NULL) && heap_attisnull(tuple, Anum_pg_index_indpred, NULL) &&
		get_attnum(index, ingest_column_name(ECS_TIMESTAMP)) != InvalidAttrNumber &&
		get_attnum(index, ingest_column_name(INGEST_KEY)) != InvalidAttrNumber &&
		(relid == run->events ||
		 (get_rel_relispartition(relid) && list_member_oid(get_partition_ancestors(relid), run->events)));
	ReleaseSysCache(tuple);
	return result;
}
