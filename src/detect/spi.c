/*
 * spi.c
 *		Queries through SPI, and text between the database's encoding and UTF-8.
 *
 * All runs as the caller, so that privileges and row security of the events
 * hold, and under the caller's search_path, on which views and policies of
 * theirs may rely.  The SQL that runs names everything with its schema,
 * operators included, so that nobody's path matters to it.
 *
 * The rows of a rule are handed on one by one from the executor to a sink.  So
 * the result is in memory just once, in the tuplestore of the calling function,
 * and the plan may be parallel, which a plan that is fetched from a cursor may
 * not.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "tcop/dest.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "detect/spi.h"
#include "schema.h"

/* Connect to SPI.  Memory lives until td_end(). */
void
td_begin(TdSession *session, TdPurpose purpose)
{
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	session->schema = pstrdup(TD_SCHEMA);
	session->purpose = purpose;
}

void
td_end(void)
{
	SPI_finish();
}

/* A query of our own that has been asked before: its text is always the same. */
typedef struct KeptQuery
{
	char	   *sql;
	SPIPlanPtr	plan;
} KeptQuery;

static List *kept_queries = NIL;

/* The plan of a query, which is kept for the session; the options are those of cursors. */
static SPIPlanPtr
keep_plan(const char *sql, int nargs, Oid *types, int options)
{
	MemoryContext caller;
	KeptQuery  *kept;
	SPIPlanPtr	plan;
	ListCell   *cell;

	foreach(cell, kept_queries)
	{
		kept = lfirst(cell);
		if (strcmp(kept->sql, sql) == 0)
			return kept->plan;
	}
	plan = SPI_prepare_cursor(sql, nargs, types, options);
	if (plan == NULL)
		elog(ERROR, "could not prepare \"%s\": %s", sql, SPI_result_code_string(SPI_result));
	SPI_keepplan(plan);
	caller = MemoryContextSwitchTo(TopMemoryContext);
	kept = palloc(sizeof(KeptQuery));
	kept->sql = pstrdup(sql);
	kept->plan = plan;
	kept_queries = lappend(kept_queries, kept);
	MemoryContextSwitchTo(caller);
	return plan;
}

static void
set_off(const char *setting)
{
	(void) set_config_option(setting, "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/*
 * A short query of our own; its rows are in SPI_tuptable.  What differs from
 * time to time must be an argument.  A recursive one seems costly to the planner,
 * which then has it compiled for longer than it runs; hence no JIT.  What it looks up
 * it finds by an index whatever the arguments are: so it is planned once.
 */
void
td_query(const char *sql, int nargs, Oid *types, Datum *values)
{
	int			level = NewGUCNestLevel();
	int			code;

	set_off("jit");
	code = SPI_execute_plan(keep_plan(sql, nargs, types, CURSOR_OPT_GENERIC_PLAN), values, NULL, true, 0);
	AtEOXact_GUC(true, level);
	if (code != SPI_OK_SELECT)
		elog(ERROR, "could not run \"%s\": %s", sql, SPI_result_code_string(code));
}

/*
 * A short statement of our own that writes, or reads our own tables by their keys.
 * A plan that was made while a table was empty would scan it for ever, hence no
 * sequential scans; and no compilation for a small table that is scanned all the
 * same, which then seems costly.
 */
void
td_change(const char *sql, int nargs, Oid *types, Datum *values, bool writes)
{
	int			level = NewGUCNestLevel();
	int			code;

	set_off("enable_seqscan");
	set_off("jit");
	code = SPI_execute_plan(keep_plan(sql, nargs, types, 0), values, NULL, !writes, 0);
	AtEOXact_GUC(true, level);
	if (code < 0)
		elog(ERROR, "could not run \"%s\": %s", sql, SPI_result_code_string(code));
}

/*
 * ES|QL is compiled in UTF-8, whatever the database's encoding: what comes
 * from the database goes through the first of these, what goes back through
 * the second.  Both may return their argument.
 */
char *
td_to_utf8(const char *text)
{
	return pg_server_to_any(text, (int) strlen(text), PG_UTF8);
}

char *
td_from_utf8(const char *text)
{
	return pg_any_to_server(text, (int) strlen(text), PG_UTF8);
}

/*
 * Texts in UTF-8 as text[], in the database's encoding and the current memory
 * context.
 */
ArrayType *
td_text_array(List *texts)
{
	Datum	   *elements = palloc(Max(1, list_length(texts)) * sizeof(Datum));
	int			count = 0;
	ListCell   *cell;

	foreach(cell, texts)
		elements[count++] = CStringGetTextDatum(td_from_utf8(lfirst(cell)));
	return construct_array(elements, count, TEXTOID, -1, false, TYPALIGN_INT);
}

/* Prepare a SELECT that may run in parallel. */
SPIPlanPtr
td_prepare(const char *sql)
{
	SPIPlanPtr	prepared = SPI_prepare_cursor(sql, 0, NULL, CURSOR_OPT_PARALLEL_OK);

	if (prepared == NULL)
		elog(ERROR, "could not prepare the query: %s", SPI_result_code_string(SPI_result));
	return prepared;
}

/* The executor's way to a sink. */
typedef struct SinkReceiver
{
	DestReceiver pub;
	TdRowSink	sink;
	void	   *arg;
	MemoryContext row_context;	/* emptied before each row */
} SinkReceiver;

static bool
receive_slot(TupleTableSlot *slot, DestReceiver *self)
{
	SinkReceiver *receiver = (SinkReceiver *) self;
	MemoryContext old;

	MemoryContextReset(receiver->row_context);
	old = MemoryContextSwitchTo(receiver->row_context);
	slot_getallattrs(slot);
	receiver->sink(receiver->arg, slot->tts_values, slot->tts_isnull);
	MemoryContextSwitchTo(old);
	return true;
}

static void
receiver_startup(DestReceiver *self, int operation, TupleDesc desc)
{
	(void) self;
	(void) operation;
	(void) desc;
}

static void
receiver_nothing(DestReceiver *self)
{
	(void) self;
}

/*
 * Run a SELECT, by its plan if there is one, under the caller's snapshot, and hand its rows to the sink.
 */
void
td_execute(const char *sql, SPIPlanPtr prepared, ParamListInfo parameters, TdRowSink sink, void *arg)
{
	SinkReceiver receiver = {
		.pub = {
			.receiveSlot = receive_slot,
			.rStartup = receiver_startup,
			.rShutdown = receiver_nothing,
			.rDestroy = receiver_nothing,
			.mydest = DestTuplestore	/* DestNone would make it a utility */
		},
		.sink = sink,
		.arg = arg
	};
	MemoryContext caller = CurrentMemoryContext;
	volatile int code = 0;

	receiver.row_context = AllocSetContextCreate(CurrentMemoryContext, "transfer_detect row",
												 ALLOCSET_DEFAULT_SIZES);
	PG_TRY();
	{
		SPIExecuteOptions how = {.params = parameters, .read_only = true, .must_return_tuples = true, .dest = &receiver.pub};

		code = prepared != NULL ? SPI_execute_plan_extended(prepared, &how) : SPI_execute_extended(sql, &how);
	}
	PG_CATCH();
	{
		/* who may not read a table need not read our SQL to know it */
		if (geterrcode() == ERRCODE_INSUFFICIENT_PRIVILEGE)
		{
			ErrorData  *error;

			MemoryContextSwitchTo(caller);
			error = CopyErrorData();
			FlushErrorState();
			error->context = NULL;
			ReThrowError(error);
		}
		PG_RE_THROW();
	}
	PG_END_TRY();
	if (code != SPI_OK_SELECT)
		elog(ERROR, "could not evaluate the query: %s", SPI_result_code_string(code));
	MemoryContextDelete(receiver.row_context);
}
