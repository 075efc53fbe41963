/*
 * function.c
 *		ingest(): documents in a text.
 */
#include "compat.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

#include "ingest/ingest.h"

PG_FUNCTION_INFO_V1(td_ingest);

/*
 * ingest(documents text) -> one row of counts
 */
Datum
td_ingest(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	IngestOrigin origin = {.source = "ingest", .received = GetCurrentTransactionStartTimestamp()};
	IngestRun  *run;

	InitMaterializedSRF(fcinfo, 0);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	run = ingest_begin(get_func_namespace(fcinfo->flinfo->fn_oid));
	ingest_check_rights(run);
	if (!PG_ARGISNULL(0))
	{
		text	   *documents = PG_GETARG_TEXT_PP(0);
		Size		length = VARSIZE_ANY_EXHDR(documents);
		char	   *utf8 = ingest_to_utf8(VARDATA_ANY(documents), &length);

		ingest_text(run, utf8, length, &origin);
		ingest_land(run);
	}
	ingest_put_counts(run, rsinfo);
	ingest_end(run);
	SPI_finish();
	return (Datum) 0;
}
