/*
 * retry.c
 *		retry_rejected(): rejected documents once more, after a fix.
 *
 * A document that now lands, or is there already, leaves rejected_documents;
 * one that is rejected again stays, with the new reason.  A document of which
 * only the beginning was kept is not tried.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "ingest/ingest.h"

PG_FUNCTION_INFO_V1(td_retry_rejected);

/* The columns of the query below. */
enum
{
	COLUMN_ID = 1, COLUMN_RECEIVED, COLUMN_SOURCE, COLUMN_LINE, COLUMN_DOCUMENT, COLUMN_RAW,
	COLUMN_KEY
};

static Portal
open_cursor(IngestRun *run, FunctionCallInfo fcinfo)
{
	Oid			types[1] = {INT8ARRAYOID};
	Datum		values[1] = {PG_ARGISNULL(0) ? (Datum) 0 : PG_GETARG_DATUM(0)};
	char		nulls[1] = {PG_ARGISNULL(0) ? 'n' : ' '};

	return SPI_cursor_open_with_args(NULL,
									 psprintf("SELECT d.id, d.received, d.source, d.line_number, d.document, d.raw, d.document_key"
											  " FROM %s.rejected_documents AS d"
											  " WHERE NOT d.truncated AND ($1 IS NULL OR d.id OPERATOR(pg_catalog.=) ANY ($1))"
											  " ORDER BY d.id USING OPERATOR(pg_catalog.<) FOR UPDATE", run->schema),
									 1, types, values, nulls, false, 0);
}

static void
delete_rejected(IngestRun *run, int64 id)
{
	Oid			types[1] = {INT8OID};
	Datum		values[1] = {Int64GetDatum(id)};
	int			code = SPI_execute_with_args(psprintf("DELETE FROM %s.rejected_documents AS d"
													  " WHERE d.id OPERATOR(pg_catalog.=) $1", run->schema),
											 1, types, values, NULL, false, 0);

	if (code != SPI_OK_DELETE)
		elog(ERROR, "could not delete from rejected_documents: %s", SPI_result_code_string(code));
}

/*
 * The text or bytes that were kept, in UTF-8 if they are text.
 */
static char *
kept_text(HeapTuple tuple, TupleDesc desc, Size *length)
{
	bool		isnull;
	Datum		datum = SPI_getbinval(tuple, desc, COLUMN_DOCUMENT, &isnull);
	bool		is_text = !isnull;
	text	   *value;
	char	   *data;

	if (isnull)
		datum = SPI_getbinval(tuple, desc, COLUMN_RAW, &isnull);
	if (isnull)
	{
		*length = 0;
		return NULL;
	}
	value = DatumGetTextPP(datum);
	data = VARDATA_ANY(value);
	*length = VARSIZE_ANY_EXHDR(value);
	return is_text ? ingest_to_utf8(data, length) : data;
}

/*
 * Try one document; the memory of this call is the caller's to free.
 */
static void
retry_one(IngestRun *run, HeapTuple tuple, TupleDesc desc)
{
	IngestOrigin origin = {0};
	bool		isnull;
	Size		length;
	char	   *text = kept_text(tuple, desc, &length);
	int64		before = ingest_documents(run);
	Datum		line = SPI_getbinval(tuple, desc, COLUMN_LINE, &isnull);

	origin.line = isnull ? 0 : DatumGetInt64(line);
	origin.rejected_id = DatumGetInt64(SPI_getbinval(tuple, desc, COLUMN_ID, &isnull));
	origin.received = DatumGetTimestampTz(SPI_getbinval(tuple, desc, COLUMN_RECEIVED, &isnull));
	origin.source = SPI_getvalue(tuple, desc, COLUMN_SOURCE);
	origin.key = SPI_getvalue(tuple, desc, COLUMN_KEY);
	ecs_reader_reset(run->reader);
	if (text != NULL)
	{
		ingest_text(run, text, length, &origin);
		ingest_land(run);
	}
	if (ingest_documents(run) == before)
		run->rejected++;		/* no document at all */
	else if (!origin.kept)
		delete_rejected(run, origin.rejected_id);
}

/*
 * retry_rejected(ids bigint[]) -> one row of counts
 */
Datum
td_retry_rejected(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	IngestRun  *run;
	Portal		cursor;
	MemoryContext memory;

	InitMaterializedSRF(fcinfo, 0);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	run = ingest_begin(get_func_namespace(fcinfo->flinfo->fn_oid));
	ingest_check_rights(run);
	memory = AllocSetContextCreate(run->memory, "transfer_detect retry", ALLOCSET_DEFAULT_SIZES);
	cursor = open_cursor(run, fcinfo);
	for (;;)
	{
		SPITupleTable *table;
		MemoryContext old;

		CHECK_FOR_INTERRUPTS();
		SPI_cursor_fetch(cursor, true, 1);
		table = SPI_tuptable;
		if (SPI_processed == 0)
			break;
		old = MemoryContextSwitchTo(memory);
		retry_one(run, table->vals[0], table->tupdesc);
		MemoryContextSwitchTo(old);
		MemoryContextReset(memory);
		SPI_freetuptable(table);
	}
	SPI_cursor_close(cursor);
	ingest_put_counts(run, rsinfo);
	ingest_end(run);
	SPI_finish();
	return (Datum) 0;
}
