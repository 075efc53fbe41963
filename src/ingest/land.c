/*
 * land.c
 *		A batch into events, without the rows that the database refuses.
 *
 * Everything that can fail on a document runs in a subtransaction.  First all
 * rows are converted; a row that cannot be converted is rejected.  Then they are
 * inserted together.  If that fails they are inserted in halves, and so on down
 * to the rows that cause the error.  An error of the server or the transaction,
 * which no document causes, is passed on.
 *
 * There are two ways to insert.  direct.c does what COPY does and is the fast
 * one; it serves a table of events on which there is nothing but its columns,
 * constraints and indexes.  With triggers, row security and the like on it, or
 * rows that are not in heaps of this server (foreign partitions, other access methods,
 * shards of Citus, see citus.c), insert.c INSERTs, so that all of these hold.
 */
#include "compat.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "ingest/ingest.h"

/*
 * Something to do with the rows from from to to - 1, of run->rows or, once
 * there is one, of run->order.  False: it cannot be done this way, undo it.
 */
typedef bool (*IngestWork) (IngestRun *run, int from, int to);

typedef enum Attempt
{
	ATTEMPT_DONE,
	ATTEMPT_NOT_THIS_WAY,
	ATTEMPT_FAILED
} Attempt;

/*
 * Whether a document may have caused the error.  Other errors end the run.
 */
static bool
is_about_the_document(int sqlerrcode)
{
	switch (ERRCODE_TO_CATEGORY(sqlerrcode))
	{
		case ERRCODE_CONNECTION_EXCEPTION:
		case ERRCODE_INVALID_TRANSACTION_STATE:
		case ERRCODE_INVALID_TRANSACTION_TERMINATION:
		case ERRCODE_TRANSACTION_ROLLBACK:
		case ERRCODE_INSUFFICIENT_RESOURCES:
		case ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE:
		case ERRCODE_OPERATOR_INTERVENTION:
		case ERRCODE_SYSTEM_ERROR:
		case ERRCODE_INTERNAL_ERROR:
			return false;
		default:
			return true;
	}
}

/*
 * Do it in a subtransaction.  *error, in the batch's memory, is set when it failed.
 */
static Attempt
attempt(IngestRun *run, IngestWork work, int from, int to, ErrorData **error)
{
	MemoryContext memory = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile Attempt result = ATTEMPT_FAILED;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(run->batch_memory);
	PG_TRY();
	{
		if (work(run, from, to))
		{
			ReleaseCurrentSubTransaction();
			result = ATTEMPT_DONE;
		}
		else
		{
			RollbackAndReleaseCurrentSubTransaction();
			result = ATTEMPT_NOT_THIS_WAY;
		}
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(run->batch_memory);
		*error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(memory);
	CurrentResourceOwner = owner;
	if (result != ATTEMPT_DONE)
		ingest_forget_bulk(run);
	if (result == ATTEMPT_FAILED && !is_about_the_document((*error)->sqlerrcode))
		ReThrowError(*error);
	return result;
}

static bool
convert_some(IngestRun *run, int from, int to)
{
	for (int i = from; i < to; i++)
	{
		CHECK_FOR_INTERRUPTS();
		ingest_convert_row(run, &run->rows[i]);
	}
	return true;
}

static void
convert_rows(IngestRun *run)
{
	int			next = 0;

	while (next < run->nrows)
	{
		ErrorData  *error = NULL;

		if (attempt(run, convert_some, next, run->nrows, &error) == ATTEMPT_DONE)
			break;
		while (run->rows[next].ready)
			next++;
		ingest_reject_row(run, &run->rows[next], error);
		next++;
	}
}

/*
 * Insert some rows by the way that serves; an error is returned.
 */
static ErrorData *
try_rows(IngestRun *run, int from, int to)
{
	ErrorData  *error = NULL;

	if (run->direct)
	{
		switch (attempt(run, ingest_go_direct, from, to, &error))
		{
			case ATTEMPT_DONE:
				return NULL;
			case ATTEMPT_NOT_THIS_WAY:
				run->direct = false;
				break;
			case ATTEMPT_FAILED:
				/* another session was faster with a document, or an index of the user's own refuses it: SQL tells */
				if (error->sqlerrcode != ERRCODE_UNIQUE_VIOLATION)
					return error;
				error = NULL;
				break;
		}
	}
	if (run->insert_plan == NULL)
		ingest_prepare_insert(run);
	if (attempt(run, ingest_insert, from, to, &error) == ATTEMPT_NOT_THIS_WAY)
	{
		if (!run->careful)
			ingest_prepare_insert(run);
		(void) attempt(run, ingest_insert, from, to, &error);
	}
	return error;
}

/*
 * Whether an error says that a document is there already.  Of an error on another
 * server nobody knows whose index it was: look.
 */
static bool
means_duplicate(IngestRun *run, int number, const ErrorData *error)
{
	ErrorData  *failed = NULL;

	if (ingest_is_duplicate(run, error))
		return true;
	return (run->foreign || run->distributed) && error->sqlerrcode == ERRCODE_UNIQUE_VIOLATION &&
		attempt(run, ingest_find, number, number + 1, &failed) == ATTEMPT_DONE &&
		run->order[number]->outcome == INGEST_DUPLICATE;
}

static void
land_range(IngestRun *run, int from, int to)
{
	ErrorData  *error = try_rows(run, from, to);

	if (error == NULL)
		return;
	CHECK_FOR_INTERRUPTS();
	if (to - from == 1 && means_duplicate(run, from, error))
		run->order[from]->outcome = INGEST_DUPLICATE;
	else if (to - from == 1)
		ingest_reject_row(run, run->order[from], error);
	else
	{
		int			middle = from + (to - from) / 2;

		FreeErrorData(error);
		land_range(run, from, middle);
		land_range(run, middle, to);
	}
}

/*
 * Land the batch's rows; what is refused joins its rejects.
 */
void
ingest_land_rows(IngestRun *run)
{
	int			count = 0;

	convert_rows(run);
	run->order = MemoryContextAllocHuge(run->batch_memory, run->nrows * sizeof(IngestRow *));
	for (int i = 0; i < run->nrows; i++)
	{
		if (run->rows[i].outcome == INGEST_PENDING)
			run->order[count++] = &run->rows[i];
	}
	/* rows that are neighbours in the index are inserted together */
	qsort(run->order, count, sizeof(IngestRow *), ingest_compare_rows);
	ingest_ask_citus(run);
	run->direct = ingest_may_go_direct(run);
	run->careful = false;
	if (count > 0)
		land_range(run, 0, count);
	for (int i = 0; i < count; i++)
	{
		switch (run->order[i]->outcome)
		{
			case INGEST_LANDED:
				run->accepted++;
				break;
			case INGEST_DUPLICATE:
				run->duplicates++;
				break;
			case INGEST_REJECTED:
			case INGEST_PENDING:
				break;
		}
	}
	run->order = NULL;
}
