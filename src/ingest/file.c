/*
 * file.c
 *		ingest_file(): documents in a file of the server, also gzipped.
 *
 * The file is read in chunks, and nothing grows with its size.  Called outside
 * of a transaction block, the procedure commits after each batch.  So its work
 * stays when it is cancelled.  Calling it again goes on: documents that are
 * there already count as duplicates, and rejected ones are not kept twice.
 *
 * The file stays open across those commits, which AllocateFile() does not
 * allow.  A callback of a memory context closes it in any case.
 */
#include "compat.h"

#include <sys/stat.h>

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_authid.h"
#include "commands/progress.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "storage/fd.h"
#include "utils/acl.h"
#include "utils/backend_progress.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "ingest/ingest.h"

#define CHUNK	(256 * 1024)

PG_FUNCTION_INFO_V1(td_ingest_file);

typedef struct Source
{
	const char *path;
	bool		atomic;			/* within a transaction: no commits */
	File		file;
	int64		size;
	int64		done;			/* bytes read */
	char	   *input;			/* a chunk of the file */
	IngestGunzip *gunzip;		/* or NULL */
	char	   *output;			/* a chunk of it decompressed */
	MemoryContextCallback close;
} Source;

typedef struct Progress
{
	TimestampTz began;
	int64		told;			/* documents at the last notice */
	int64		committed;		/* documents at the last commit */
} Progress;

static void
close_file(void *arg)
{
	Source	   *source = arg;

	if (source->file >= 0)
		FileClose(source->file);
	source->file = -1;
}

/*
 * Who may read the server's files with COPY may do so here.
 */
static void
check_may_read_files(void)
{
	if (!has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("must be superuser or have privileges of the pg_read_server_files role to ingest a file of the server"),
				 errhint("psql's \\copy transfer_detect.inbox (document) FROM ... takes a file of the client.")));
}

/*
 * The code of an error in opening a file.  A name that cannot be one is the
 * caller's mistake, and PostgreSQL would call it an internal error.
 */
static int
errcode_for_path(void)
{
	return errno == ENAMETOOLONG || errno == ELOOP ?
		errcode(ERRCODE_INVALID_PARAMETER_VALUE) : errcode_for_file_access();
}

static Source *
open_source(IngestRun *run, const char *path)
{
	Source	   *source = MemoryContextAllocZero(run->memory, sizeof(Source));
	char	   *name = MemoryContextStrdup(run->memory, path);
	struct stat status;

	canonicalize_path(name);
	source->path = name;
	source->file = -1;
	source->close.func = close_file;
	source->close.arg = source;
	MemoryContextRegisterResetCallback(run->memory, &source->close);
	if (stat(name, &status) != 0)
		ereport(ERROR,
				(errcode_for_path(),
				 errmsg("could not open file \"%s\" for reading: %m", name)));
	if (!S_ISREG(status.st_mode))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a regular file", name)));
	source->size = (int64) status.st_size;
	source->file = PathNameOpenFile(name, O_RDONLY | PG_BINARY);
	if (source->file < 0)
		ereport(ERROR,
				(errcode_for_path(),
				 errmsg("could not open file \"%s\" for reading: %m", name)));
	source->input = MemoryContextAlloc(run->memory, CHUNK);
	return source;
}

static Size
read_chunk(Source *source)
{
	int			length = FileRead(source->file, source->input, CHUNK, source->done,
								  WAIT_EVENT_COPY_FILE_READ);

	if (length < 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not read file \"%s\": %m", source->path)));
	source->done += length;
	return (Size) length;
}

static void
show_progress(const IngestRun *run, const Source *source)
{
	const int	index[] = {
		PROGRESS_COPY_BYTES_PROCESSED, PROGRESS_COPY_BYTES_TOTAL,
		PROGRESS_COPY_TUPLES_PROCESSED, PROGRESS_COPY_TUPLES_EXCLUDED,
		PROGRESS_COPY_COMMAND, PROGRESS_COPY_TYPE
	};
	const int64 values[] = {
		source->done, source->size, run->accepted, run->duplicates + run->rejected,
		PROGRESS_COPY_COMMAND_FROM, PROGRESS_COPY_TYPE_FILE
	};

	/* started again each time, since the rollback of a subtransaction ends it */
	pgstat_progress_start_command(PROGRESS_COMMAND_COPY, run->events);
	pgstat_progress_update_multi_param(lengthof(index), index, values);
}

/*
 * Say how far it is, if it is time to.
 */
static void
tell_progress(const IngestRun *run, const Source *source, Progress *progress)
{
	int64		documents = ingest_documents(run);
	double		seconds;

	show_progress(run, source);
	if (td_ingest_notice == 0 || documents - progress->told < td_ingest_notice)
		return;
	progress->told = documents;
	seconds = (double) (GetCurrentTimestamp() - progress->began) / USECS_PER_SEC;
	seconds = Max(seconds, 0.001);
	ereport(NOTICE,
			(errmsg("%lld documents (%lld rejected), %.0f a second; %lld of %lld MB, about %.0f s left",
					(long long) documents, (long long) run->rejected, documents / seconds,
					(long long) (source->done >> 20), (long long) (source->size >> 20),
					source->done == 0 ? 0.0 : seconds / source->done * (source->size - source->done))));
}

/*
 * Land the batch, and commit if that is due, or the last one.
 */
static void
land_and_commit(IngestRun *run, Source *source, Progress *progress, IngestOrigin *origin, bool last)
{
	ingest_land(run);
	if (!source->atomic && (last || ingest_documents(run) - progress->committed >= td_ingest_batch))
	{
		SPI_commit();
		SPI_start_transaction();
		origin->received = GetCurrentTransactionStartTimestamp();
		progress->committed = ingest_documents(run);
	}
	tell_progress(run, source, progress);
}

/*
 * Everything that a chunk of text gives.
 */
static void
take_chunk(IngestRun *run, Source *source, Progress *progress, IngestOrigin *origin,
		   const char *chunk, Size length, bool last)
{
	EcsLine		line;

	ecs_splitter_feed(run->splitter, chunk, length, last);
	while (ingest_next_line(run, &line))
	{
		ingest_line(run, &line, origin);
		if (ingest_is_full(run))
			land_and_commit(run, source, progress, origin, false);
	}
}

/*
 * The file cannot be read further: report what was done with the part that was
 * read.
 */
static void
report_damage(const IngestRun *run, const Source *source)
{
	const char *problem = ingest_gunzip_problem(source->gunzip);

	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 problem != NULL ?
			 errmsg("gzip file \"%s\" is corrupt: %s", source->path, problem) :
			 errmsg("gzip file \"%s\" is truncated", source->path),
			 source->atomic ?
			 errdetail("It can be read up to byte %lld of %lld. Nothing of it is kept.",
					   (long long) source->done, (long long) source->size) :
			 errdetail("It can be read up to byte %lld of %lld. The %lld documents before that are in: %lld accepted, %lld duplicates, %lld rejected.",
					   (long long) source->done, (long long) source->size,
					   (long long) ingest_documents(run),
					   (long long) run->accepted, (long long) run->duplicates, (long long) run->rejected)));
}

/*
 * Read the whole file.
 */
static void
take_file(IngestRun *run, Source *source, Progress *progress, IngestOrigin *origin)
{
	Size		length;

	while ((length = read_chunk(source)) > 0)
	{
		const char *input = source->input;
		Size		got;

		CHECK_FOR_INTERRUPTS();
		if (source->done == (int64) length && ingest_is_gzip(input, length))
		{
			source->gunzip = ingest_gunzip_create(run->memory);
			source->output = MemoryContextAlloc(run->memory, CHUNK);
		}
		if (source->gunzip == NULL)
		{
			take_chunk(run, source, progress, origin, input, length, false);
			continue;
		}
		while ((got = ingest_gunzip(source->gunzip, &input, &length, source->output, CHUNK)) > 0)
			take_chunk(run, source, progress, origin, source->output, got, false);
		if (ingest_gunzip_problem(source->gunzip) != NULL)
			break;
	}
	/* what came before the file's damage is worth keeping */
	if (source->gunzip != NULL && (ingest_gunzip_problem(source->gunzip) != NULL ||
								   !ingest_gunzip_complete(source->gunzip)))
	{
		ingest_finish_lines(run, origin);
		land_and_commit(run, source, progress, origin, true);
		report_damage(run, source);
	}
	take_chunk(run, source, progress, origin, "", 0, true);
	ingest_finish_lines(run, origin);
	land_and_commit(run, source, progress, origin, true);
}

/*
 * ingest_file(path text, INOUT accepted, INOUT duplicates, INOUT rejected)
 */
Datum
td_ingest_file(PG_FUNCTION_ARGS)
{
	bool		atomic = fcinfo->context == NULL || !IsA(fcinfo->context, CallContext) ||
		castNode(CallContext, fcinfo->context)->atomic;
	Progress	progress = {.began = GetCurrentTimestamp()};
	IngestOrigin origin = {.received = GetCurrentTransactionStartTimestamp(), .once = true};
	TupleDesc	desc;
	Datum		values[3];
	bool		nulls[3];
	char	   *path;
	IngestRun  *run;
	Source	   *source;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	desc = BlessTupleDesc(desc);
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("path must not be null")));
	path = text_to_cstring(PG_GETARG_TEXT_PP(0));
	check_may_read_files();
	if (SPI_connect_ext(atomic ? 0 : SPI_OPT_NONATOMIC) != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	run = ingest_begin(get_func_namespace(fcinfo->flinfo->fn_oid));
	ingest_check_rights(run);
	source = open_source(run, path);
	origin.source = source->path;
	source->atomic = atomic;
	take_file(run, source, &progress, &origin);
	pgstat_progress_end_command();
	ingest_counts(run, values, nulls);
	ingest_end(run);
	SPI_finish();
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(desc, values, nulls)));
}
