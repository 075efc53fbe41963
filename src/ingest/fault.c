/*
 * fault.c
 *		Rows of field_faults: values that their columns do not take.
 *
 * The event is in, and its document has the value.  What is written down is how
 * often a field had such a value, for each batch, with one of them.  Rows are only
 * added, so that sessions do not wait for each other.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "ecs/text.h"
#include "ingest/ingest.h"

/* As much of a value as is kept. */
#define EXAMPLE_LENGTH	200

/* More kinds of faults than this in a batch are counted as one. */
#define MOST_KINDS		100

static const char other_fields[] = "other fields";

/*
 * Copy a record's faults, in the batch's memory, which is the current one.
 */
void
ingest_keep_faults(IngestRow *row, const EcsRecord *record)
{
	row->nfaults = (int) record->nfaults;
	row->faults = NULL;
	if (row->nfaults == 0)
		return;
	row->faults = palloc(row->nfaults * sizeof(IngestFault));
	for (int i = 0; i < row->nfaults; i++)
	{
		const EcsFault *fault = &record->faults[i];
		char		example[EXAMPLE_LENGTH + 1];

		ecs_printable(example, sizeof(example), fault->value);
		row->faults[i] = (IngestFault) {
			.field = pstrdup(fault->field),
			.reason = fault->reason,
			.example = pstrdup(example),
			.origin = row->origin,
			.count = 1
		};
	}
}

/*
 * The place of a fault's kind among those of the batch; *count is how many there are.
 */
static IngestFault *
find_kind(IngestFault *kinds, int *count, const IngestFault *fault)
{
	bool		other = *count >= MOST_KINDS;

	for (int i = 0; i < *count; i++)
	{
		if (kinds[i].origin == fault->origin && strcmp(kinds[i].field, fault->field) == 0 &&
			strcmp(kinds[i].reason, fault->reason) == 0)
			return &kinds[i];
	}
	if (other && strcmp(kinds[MOST_KINDS].field, other_fields) == 0)
		return &kinds[MOST_KINDS];
	kinds[*count] = *fault;
	kinds[*count].count = 0;
	if (other)
		kinds[*count].field = other_fields;
	else
		(*count)++;
	return other ? &kinds[MOST_KINDS] : &kinds[*count - 1];
}

static void
prepare_fault(IngestRun *run)
{
	Oid			types[] = {TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT8OID};
	char	   *sql = psprintf("INSERT INTO %s.field_faults (received, source, field, reason, example, faults)"
							   " VALUES ($1, $2, $3, $4, $5, $6)", run->schema);

	run->fault_plan = SPI_prepare(sql, lengthof(types), types);
	if (run->fault_plan == NULL)
		elog(ERROR, "could not prepare \"%s\": %s", sql, SPI_result_code_string(SPI_result));
}

static void
write_kind(IngestRun *run, const IngestFault *kind)
{
	const char *source = kind->origin->source;
	Datum		values[] = {
		TimestampTzGetDatum(kind->origin->received),
		source == NULL ? (Datum) 0 : CStringGetTextDatum(source),
		CStringGetTextDatum(ingest_message(kind->field)),
		CStringGetTextDatum(kind->reason),
		CStringGetTextDatum(ingest_message(kind->example)),
		Int64GetDatum(kind->count)
	};
	int			code;

	if (run->fault_plan == NULL)
		prepare_fault(run);
	code = SPI_execute_plan(run->fault_plan, values, source == NULL ? " n    " : NULL, false, 0);
	if (code != SPI_OK_INSERT)
		elog(ERROR, "could not write into field_faults: %s", SPI_result_code_string(code));
}

/*
 * Write down the faults of the rows that have landed.
 */
void
ingest_write_faults(IngestRun *run)
{
	IngestFault *kinds = NULL;
	int			count = 0;

	for (int i = 0; i < run->nrows; i++)
	{
		const IngestRow *row = &run->rows[i];

		if (row->nfaults == 0 || row->outcome != INGEST_LANDED)
			continue;
		if (kinds == NULL)
		{
			kinds = MemoryContextAllocZero(run->batch_memory, (MOST_KINDS + 1) * sizeof(IngestFault));
			kinds[MOST_KINDS].field = "";
		}
		for (int k = 0; k < row->nfaults; k++)
			find_kind(kinds, &count, &row->faults[k])->count++;
	}
	for (int i = 0; i < count; i++)
		write_kind(run, &kinds[i]);
	if (kinds != NULL && kinds[MOST_KINDS].count > 0)
		write_kind(run, &kinds[MOST_KINDS]);
}
