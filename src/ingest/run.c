/*
 * run.c
 *		A run of ingest: text through src/ecs into a batch of records and
 *		rejects.
 *
 * Memory: a run has three contexts below the one it began in, so that an error
 * frees everything.  src/ecs takes its memory from the run's own by functions
 * that return NULL rather than throw.
 */
#include "compat.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"
#include "utils/varlena.h"

#include "ingest/ingest.h"

/*
 * A batch ends with so many documents, or when they have so many bytes.  That is
 * enough to make the fixed cost of a batch small, and little enough to stay in
 * the processor's cache.  BATCH_MEMORY holds most batches and is kept from one
 * to the next, and so is an array of USUAL_ROWS.  A batch may be larger, since a
 * line may hold an array of documents.
 */
#define BATCH_DOCUMENTS	500
#define USUAL_ROWS		1024
#define BATCH_BYTES		(1024 * 1024)
#define BATCH_MEMORY	(4 * 1024 * 1024)

/*
 * src/ecs's memory
 */
static void *
ecs_alloc(void *arg, size_t size)
{
	return MemoryContextAllocExtended((MemoryContext) arg, size,
									  MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE);
}

static void
ecs_free(void *arg, void *pointer)
{
	(void) arg;
	if (pointer != NULL)
		pfree(pointer);
}

static const char *
setting_as_utf8(const char *value)
{
	return value == NULL || value[0] == '\0' ? NULL :
		pstrdup(pg_server_to_any(value, (int) strlen(value), PG_UTF8));
}

TD_NORETURN static void
out_of_memory(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OUT_OF_MEMORY),
			 errmsg("out of memory"),
			 errdetail("Failed while reading a document.")));
}

/*
 * The table that documents go to.
 */
static Oid
find_target(Oid namespace, const char *schema)
{
	List	   *names;
	Oid			target;

	if (td_ingest_table == NULL || td_ingest_table[0] == '\0')
	{
		target = get_relname_relid("events", namespace);
		if (!OidIsValid(target))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_TABLE),
					 errmsg("relation \"%s.events\" does not exist", schema)));
		return target;
	}
	names = textToQualifiedNameList(cstring_to_text(td_ingest_table));
	if (list_length(names) != 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("transfer_detect.ingest_table is \"%s\", and should be a schema and a table", td_ingest_table)));
	target = RangeVarGetRelid(makeRangeVarFromNameList(names), AccessShareLock, false);
	if (get_rel_relkind(target) != RELKIND_RELATION && get_rel_relkind(target) != RELKIND_PARTITIONED_TABLE)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("transfer_detect.ingest_table is \"%s\", which is not a table", td_ingest_table)));
	return target;
}

/*
 * Begin a run, in a context below the current one.
 */
IngestRun *
ingest_begin(Oid namespace)
{
	MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext, "transfer_detect ingest",
												 ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(memory);
	IngestRun  *run = palloc0(sizeof(IngestRun));
	EcsMemory	source = {ecs_alloc, ecs_free, memory};
	EcsOptions	options = {0};

	run->memory = memory;
	run->batch_memory = AllocSetContextCreate(memory, "transfer_detect batch",
											  BATCH_MEMORY, ALLOCSET_DEFAULT_INITSIZE, ALLOCSET_DEFAULT_MAXSIZE);
	run->scratch = AllocSetContextCreate(memory, "transfer_detect document", ALLOCSET_DEFAULT_SIZES);
	run->bulk_memory = AllocSetContextCreate(memory, "transfer_detect bulk insert", ALLOCSET_SMALL_SIZES);
	run->namespace = namespace;
	run->schema = quote_identifier(get_namespace_name(namespace));
	run->events = find_target(namespace, run->schema);
	run->target = quote_qualified_identifier(get_namespace_name(get_rel_namespace(run->events)),
											 get_rel_name(run->events));
	run->convert = GetDatabaseEncoding() != PG_UTF8;
	options.max_length = (size_t) td_max_document_size * 1024;
	options.host_name = setting_as_utf8(td_default_host_name);
	options.agent_id = setting_as_utf8(td_default_agent_id);
	run->reader = ecs_reader_create(source, &options);
	run->splitter = ecs_splitter_create(source, (size_t) td_max_document_size * 1024);
	if (run->reader == NULL || run->splitter == NULL)
		out_of_memory();
	MemoryContextSwitchTo(old);
	return run;
}

/*
 * Check that the caller may write into all the tables.  The error comes at the
 * beginning, and not when the first document is rejected.
 */
static void
check_right(const IngestRun *run, Oid relid)
{
	if (pg_class_aclcheck(relid, GetUserId(), ACL_INSERT) != ACLCHECK_OK &&
		pg_attribute_aclcheck_all(relid, GetUserId(), ACL_INSERT, ACLMASK_ALL) != ACLCHECK_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for table %s", get_rel_name(relid)),
				 errhint("Ingest needs INSERT on the tables %s, rejected_documents and field_faults; to deliver documents, INSERT on the table inbox is enough.",
						 get_rel_name(run->events))));
}

void
ingest_check_rights(const IngestRun *run)
{
	check_right(run, run->events);
	check_right(run, get_relname_relid("rejected_documents", run->namespace));
	check_right(run, get_relname_relid("field_faults", run->namespace));
}

static IngestRow *
add_row(IngestRun *run)
{
	if (run->nrows == run->rows_size)
	{
		run->rows_size = run->rows_size == 0 ? 64 : run->rows_size * 2;
		if (run->rows == NULL)
			run->rows = MemoryContextAllocHuge(run->memory, run->rows_size * sizeof(IngestRow));
		else
			run->rows = repalloc_huge(run->rows, run->rows_size * sizeof(IngestRow));
	}
	return &run->rows[run->nrows++];
}

static void
keep_record(IngestRun *run, const EcsRecord *record, IngestOrigin *origin)
{
	IngestRow  *row = add_row(run);

	row->ready = false;
	row->outcome = INGEST_PENDING;
	row->origin = origin;
	row->line = origin->rejected_id != 0 ? origin->line : (int64) record->line;
	row->column = (int64) record->column;
	ingest_fill_row(run, row, record);
	ingest_keep_faults(row, record);
	run->bytes += record->document.length;
}

static void
keep_error(IngestRun *run, const EcsError *error, IngestOrigin *origin)
{
	IngestReject *reject = ingest_add_reject(run);
	char	   *raw = palloc(error->raw.length + 1);

	strlcpy(reject->sqlstate, error->sqlstate, sizeof(reject->sqlstate));
	reject->reason = pstrdup(error->message);
	memcpy(raw, error->raw.data, error->raw.length);
	reject->raw.data = raw;
	reject->raw.length = error->raw.length;
	reject->raw_length = (int64) error->raw_length;
	reject->line = origin->rejected_id != 0 ? origin->line : (int64) error->line;
	reject->column = (int64) error->column;
	reject->key = origin->key;
	reject->origin = origin;
	run->bytes += error->raw.length;
}

/*
 * There is no document where one should be.
 */
void
ingest_missing(IngestRun *run, IngestOrigin *origin)
{
	MemoryContext old = MemoryContextSwitchTo(run->batch_memory);
	EcsError	error = {.sqlstate = "22004", .message = "the document is null", .raw = {"", 0}};

	keep_error(run, &error, origin);
	MemoryContextSwitchTo(old);
}

/*
 * What the reader has goes into the batch.
 */
static void
take_records(IngestRun *run, IngestOrigin *origin)
{
	MemoryContext old = MemoryContextSwitchTo(run->batch_memory);
	EcsRecord	record;
	EcsError	error;
	EcsStatus	status;

	while ((status = ecs_reader_next(run->reader, &record, &error)) != ECS_DONE)
	{
		CHECK_FOR_INTERRUPTS();
		if (status == ECS_NO_MEMORY)
			out_of_memory();
		if (status == ECS_RECORD)
			keep_record(run, &record, origin);
		else
			keep_error(run, &error, origin);
	}
	MemoryContextSwitchTo(old);
}

/*
 * What a line gives goes into the batch.
 */
void
ingest_line(IngestRun *run, const EcsLine *line, IngestOrigin *origin)
{
	ecs_reader_line(run->reader, line);
	take_records(run, origin);
}

/*
 * There are no more lines: so does what was held back to see how it goes on.
 */
void
ingest_finish_lines(IngestRun *run, IngestOrigin *origin)
{
	ecs_reader_finish(run->reader);
	take_records(run, origin);
}

/*
 * The next line of what the splitter was fed; false when it wants more.
 */
bool
ingest_next_line(IngestRun *run, EcsLine *line)
{
	EcsStatus	status = ecs_splitter_next(run->splitter, line);

	if (status == ECS_NO_MEMORY)
		out_of_memory();
	return status == ECS_RECORD;
}

/*
 * A text of the database in UTF-8, in the current memory context or where it
 * was; *length is its length, before and after.
 */
char *
ingest_to_utf8(char *text, Size *length)
{
	char	   *utf8 = pg_server_to_any(text, (int) *length, PG_UTF8);

	if (utf8 != text)
		*length = strlen(utf8);
	return utf8;
}

/*
 * All lines of a text in UTF-8, landing a batch whenever one is full.
 */
void
ingest_text(IngestRun *run, const char *text, Size length, IngestOrigin *origin)
{
	EcsLine		line;

	ecs_splitter_feed(run->splitter, text, length, true);
	while (ingest_next_line(run, &line))
	{
		ingest_line(run, &line, origin);
		if (ingest_is_full(run))
			ingest_land(run);
	}
	ingest_finish_lines(run, origin);
}

bool
ingest_is_full(const IngestRun *run)
{
	return run->nrows + run->nrejects >= BATCH_DOCUMENTS || run->bytes >= BATCH_BYTES;
}

/*
 * Land the batch.  The caller must be connected to SPI.
 */
void
ingest_land(IngestRun *run)
{
	if (run->nrows + run->nrejects > 0)
	{
		PushActiveSnapshot(GetTransactionSnapshot());
		if (run->nrows > 0)
		{
			ingest_land_rows(run);
			ingest_write_faults(run);
		}
		if (run->nrejects > 0)
			ingest_write_rejects(run);
		PopActiveSnapshot();
	}
	MemoryContextReset(run->batch_memory);
	/* freeing and allocating it for each batch would cost page faults */
	if (run->rows_size > USUAL_ROWS)
	{
		pfree(run->rows);
		run->rows = NULL;
		run->rows_size = 0;
	}
	run->nrows = 0;
	run->rejects = NULL;
	run->nrejects = run->rejects_size = 0;
	run->bytes = 0;
}

void
ingest_end(IngestRun *run)
{
	MemoryContextDelete(run->memory);
}

/*
 * What has been worked off so far.
 */
int64
ingest_documents(const IngestRun *run)
{
	return run->accepted + run->duplicates + run->rejected;
}

/*
 * The three counts.
 */
void
ingest_counts(const IngestRun *run, Datum *values, bool *nulls)
{
	values[0] = Int64GetDatum(run->accepted);
	values[1] = Int64GetDatum(run->duplicates);
	values[2] = Int64GetDatum(run->rejected);
	nulls[0] = nulls[1] = nulls[2] = false;
}

/*
 * The three counts as the row of a function's result.
 */
void
ingest_put_counts(const IngestRun *run, ReturnSetInfo *rsinfo)
{
	Datum		values[3];
	bool		nulls[3];

	ingest_counts(run, values, nulls);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}
