/*
 * reject.c
 *		Rows of rejected_documents.
 *
 * A document is kept as text if it is one in the database's encoding, else as
 * bytes: a NUL character, bytes that are no UTF-8, or a letter that the
 * encoding does not have.
 */
#include "compat.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "ingest/ingest.h"

/*
 * A reject in the batch, zeroed but for what is not known yet.
 */
IngestReject *
ingest_add_reject(IngestRun *run)
{
	if (run->nrejects == run->rejects_size)
	{
		run->rejects_size = run->rejects_size == 0 ? 16 : run->rejects_size * 2;
		if (run->rejects == NULL)
			run->rejects = MemoryContextAllocHuge(run->batch_memory, run->rejects_size * sizeof(IngestReject));
		else
			run->rejects = repalloc_huge(run->rejects, run->rejects_size * sizeof(IngestReject));
	}
	memset(&run->rejects[run->nrejects], 0, sizeof(IngestReject));
	return &run->rejects[run->nrejects++];
}

/*
 * A row that the database does not take, with the error it gave.
 */
void
ingest_reject_row(IngestRun *run, IngestRow *row, const ErrorData *error)
{
	MemoryContext old = MemoryContextSwitchTo(run->batch_memory);
	IngestReject *reject = ingest_add_reject(run);

	strlcpy(reject->sqlstate, unpack_sql_state(error->sqlerrcode), sizeof(reject->sqlstate));
	/* a constraint's detail is the row once more */
	if (error->detail == NULL ||
		ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION)
		reject->reason = pstrdup(error->message);
	else
		reject->reason = psprintf("%s (%s)", error->message, error->detail);
	reject->raw = row->document;
	reject->raw_length = (int64) row->document.length;
	reject->line = row->line;
	reject->column = row->column;
	reject->origin = row->origin;
	/* in a row that could not be converted it may be anything */
	if (row->origin->key != NULL)
		reject->key = row->origin->key;
	else if (row->ready || !run->convert)
		reject->key = TextDatumGetCString(row->values[INGEST_KEY]);
	row->outcome = INGEST_REJECTED;
	MemoryContextSwitchTo(old);
}

/*
 * UTF-8 to the database's encoding.  NULL, and nothing thrown, if a character
 * is not in it.
 */
static char *
convert_to_server(EcsText raw)
{
	Oid			function = FindDefaultConversionProc(PG_UTF8, GetDatabaseEncoding());
	Size		size = (Size) raw.length * MAX_CONVERSION_GROWTH + 1;
	char	   *converted;

	if (!OidIsValid(function))
		return NULL;
	converted = palloc_extended(size, MCXT_ALLOC_HUGE);
	if (pg_do_encoding_conversion_buf(function, PG_UTF8, GetDatabaseEncoding(),
									  (unsigned char *) unconstify(char *, raw.data), (int) raw.length,
									  (unsigned char *) converted, (int) Min(size, PG_INT32_MAX),
									  true) != (int) raw.length)
	{
		pfree(converted);
		return NULL;
	}
	return converted;
}

/*
 * The text in the database's encoding, or NULL if there is no such text.
 */
static char *
text_in_server(EcsText raw)
{
	bool		ascii = true;

	for (size_t i = 0; i < raw.length; i++)
	{
		if (raw.data[i] == '\0')
			return NULL;
		ascii = ascii && !IS_HIGHBIT_SET(raw.data[i]);
	}
	if (ascii)
		return pnstrdup(raw.data, raw.length);
	if (!pg_verify_mbstr(PG_UTF8, raw.data, (int) raw.length, true))
		return NULL;
	if (GetDatabaseEncoding() == PG_UTF8)
		return pnstrdup(raw.data, raw.length);
	return convert_to_server(raw);
}

/*
 * A message: what the encoding does not have becomes a question mark.
 */
char *
ingest_message(const char *message)
{
	EcsText		raw = {message, strlen(message)};
	char	   *text = text_in_server(raw);

	if (text != NULL)
		return text;
	/* it may be the server's own, in its encoding */
	text = pstrdup(message);
	if (GetDatabaseEncoding() != PG_UTF8 && pg_verify_mbstr(GetDatabaseEncoding(), text, (int) strlen(text), true))
		return text;
	for (char *at = text; *at != '\0'; at++)
	{
		if (IS_HIGHBIT_SET(*at))
			*at = '?';
	}
	return text;
}

/* The parameters of the statements below, in this order. */
enum
{
	PLACE_RECEIVED, PLACE_SOURCE, PLACE_LINE, PLACE_COLUMN, PLACE_SQLSTATE, PLACE_REASON,
	PLACE_DOCUMENT, PLACE_RAW, PLACE_BYTES, PLACE_TRUNCATED, PLACE_KEY, PLACE_ID, PLACES
};

static const Oid place_types[PLACES] = {
	TIMESTAMPTZOID, TEXTOID, INT8OID, INT4OID, TEXTOID, TEXTOID,
	TEXTOID, BYTEAOID, INT8OID, BOOLOID, TEXTOID, INT8OID
};

#define INSERT_REJECT \
	"INSERT INTO %s.rejected_documents (received, source, line_number, column_number," \
	" sqlstate, reason, document, raw, bytes, truncated, document_key)"

static SPIPlanPtr
prepare(const char *sql, int nargs)
{
	Oid			types[PLACES];
	SPIPlanPtr	plan;

	memcpy(types, place_types, sizeof(types));
	plan = SPI_prepare(sql, nargs, types);
	if (plan == NULL)
		elog(ERROR, "could not prepare \"%s\": %s", sql, SPI_result_code_string(SPI_result));
	return plan;
}

/*
 * The statements: one for what is new, one for what may have been rejected
 * before (a file that is read again), one for what is tried again.
 */
static void
prepare_plans(IngestRun *run)
{
	if (run->reject_plan == NULL)
		run->reject_plan =
			prepare(psprintf(INSERT_REJECT " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", run->schema),
					PLACE_ID);
	if (run->reject_once_plan == NULL)
		run->reject_once_plan =
			prepare(psprintf(INSERT_REJECT " SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11"
							 " WHERE NOT EXISTS (SELECT FROM %s.rejected_documents AS d"
							 " WHERE d.source OPERATOR(pg_catalog.=) $2 AND d.line_number OPERATOR(pg_catalog.=) $3"
							 " AND d.bytes OPERATOR(pg_catalog.=) $9"
							 " AND (d.document OPERATOR(pg_catalog.=) $7 OR d.raw OPERATOR(pg_catalog.=) $8))",
							 run->schema, run->schema),
					PLACE_ID);
	if (run->update_plan == NULL)
		run->update_plan =
			prepare(psprintf("UPDATE %s.rejected_documents SET sqlstate = $5, reason = $6, column_number = $4,"
							 " retried = retried OPERATOR(pg_catalog.+) 1"
							 " WHERE id OPERATOR(pg_catalog.=) $12", run->schema),
					PLACES);
}

static void
set_text(Datum *values, char *nulls, int place, const char *text)
{
	if (text == NULL)
		return;
	values[place] = CStringGetTextDatum(text);
	nulls[place] = ' ';
}

static void
write_reject(IngestRun *run, const IngestReject *reject)
{
	IngestOrigin *origin = reject->origin;
	bool		again = origin->rejected_id != 0 && !origin->kept;
	Datum		values[PLACES] = {0};
	char		nulls[PLACES];
	char	   *text = text_in_server(reject->raw);
	SPIPlanPtr	plan = run->reject_plan;
	int			code;

	memset(nulls, 'n', sizeof(nulls));
	values[PLACE_RECEIVED] = TimestampTzGetDatum(origin->received);
	values[PLACE_LINE] = Int64GetDatum(reject->line);
	values[PLACE_BYTES] = Int64GetDatum(reject->raw_length);
	values[PLACE_ID] = Int64GetDatum(origin->rejected_id);
	values[PLACE_TRUNCATED] = BoolGetDatum(reject->raw_length > (int64) reject->raw.length);
	nulls[PLACE_RECEIVED] = nulls[PLACE_BYTES] = ' ';
	nulls[PLACE_LINE] = reject->line > 0 ? ' ' : 'n';
	nulls[PLACE_TRUNCATED] = nulls[PLACE_ID] = ' ';
	if (reject->column > 0)
	{
		values[PLACE_COLUMN] = Int32GetDatum((int32) Min(reject->column, PG_INT32_MAX));
		nulls[PLACE_COLUMN] = ' ';
	}
	set_text(values, nulls, PLACE_SOURCE, origin->source);
	set_text(values, nulls, PLACE_SQLSTATE, reject->sqlstate);
	set_text(values, nulls, PLACE_REASON, ingest_message(reject->reason));
	set_text(values, nulls, PLACE_KEY, reject->key);
	set_text(values, nulls, PLACE_DOCUMENT, text);
	if (text == NULL)
	{
		values[PLACE_RAW] = PointerGetDatum(cstring_to_text_with_len(reject->raw.data, (int) reject->raw.length));
		nulls[PLACE_RAW] = ' ';
	}
	/* a document that is tried again keeps its text and origin */
	if (again)
		plan = run->update_plan;
	else if (origin->once)
		plan = run->reject_once_plan;
	code = SPI_execute_plan(plan, values, nulls, false, 0);
	if (code != (again ? SPI_OK_UPDATE : SPI_OK_INSERT))
		elog(ERROR, "could not write into rejected_documents: %s", SPI_result_code_string(code));
	origin->kept = true;
}

/*
 * The plans are gone with SPI's connection.
 */
void
ingest_forget_plans(IngestRun *run)
{
	run->insert_plan = run->find_plan = run->reject_plan = run->reject_once_plan = run->update_plan = run->fault_plan = NULL;
}

/*
 * Write the batch's rejects.
 */
void
ingest_write_rejects(IngestRun *run)
{
	prepare_plans(run);
	for (int i = 0; i < run->nrejects; i++)
	{
		MemoryContext old = MemoryContextSwitchTo(run->scratch);

		CHECK_FOR_INTERRUPTS();
		write_reject(run, &run->rejects[i]);
		MemoryContextSwitchTo(old);
		MemoryContextReset(run->scratch);
	}
	run->rejected += run->nrejects;
}
