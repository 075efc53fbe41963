/*
 * ingest.h
 *		From text to rows of events: what the files of src/ingest share.
 *
 * One of the front ends (function.c, file.c, inbox.c, retry.c) feeds text to a
 * run.  The run collects the records and rejects that src/ecs makes of it in a
 * batch, and lands the batch in the tables (land.c).  A front end decides
 * between two lines whether to land the batch, so no line is split between
 * batches.
 */
#ifndef TD_INGEST_H
#define TD_INGEST_H

#include "executor/spi.h"
#include "utils/jsonb.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "ecs/record.h"

/* A row's values: the columns that src/ecs reads, and these. */
#define INGEST_DOCUMENT		ECS_COLUMNS
#define INGEST_KEY			(ECS_COLUMNS + 1)
#define INGEST_INDEX		(ECS_COLUMNS + 2)
#define INGEST_SEVERAL		(ECS_COLUMNS + 3)
#define INGEST_COLUMNS		(ECS_COLUMNS + 4)

/*
 * Where documents come from.  Belongs to the front end, and lasts until the
 * batch has landed.
 */
typedef struct IngestOrigin
{
	const char *source;			/* in the database's encoding, or NULL */
	TimestampTz received;
	bool		once;			/* may be a file that was read before: reject nothing twice */
	/* of a rejected document that is tried again; else 0 and NULL */
	int64		rejected_id;
	const char *key;
	int64		line;
	bool		kept;			/* was rejected again */
} IngestOrigin;

typedef enum IngestOutcome
{
	INGEST_PENDING,
	INGEST_LANDED,
	INGEST_DUPLICATE,
	INGEST_REJECTED
} IngestOutcome;

/* A record on its way into events; what it points to is in the batch's memory. */
typedef struct IngestRow
{
	Datum		values[INGEST_COLUMNS];
	bool		nulls[INGEST_COLUMNS];
	bool		ready;			/* values are as events takes them */
	IngestOutcome outcome;
	EcsText		document;		/* UTF-8, as it came */
	struct IngestFault *faults;
	int			nfaults;
	int64		line;
	int64		column;
	IngestOrigin *origin;
} IngestRow;

/* Values that a column does not take: of one row once, of a batch as many as there were. */
typedef struct IngestFault
{
	const char *field;			/* all in UTF-8 */
	const char *reason;
	const char *example;
	IngestOrigin *origin;
	int64		count;
} IngestFault;

/* What could not be used; in the batch's memory. */
typedef struct IngestReject
{
	char		sqlstate[6];
	const char *reason;			/* in the database's encoding, or ASCII */
	EcsText		raw;
	int64		raw_length;		/* of the whole */
	int64		line;
	int64		column;			/* 0: none */
	const char *key;			/* in the database's encoding, or NULL */
	IngestOrigin *origin;
} IngestReject;

typedef struct IngestRun
{
	MemoryContext memory;		/* the run's own */
	MemoryContext batch_memory;	/* emptied when a batch has landed */
	MemoryContext scratch;		/* emptied at each document */
	Oid			namespace;		/* the extension's schema, and its name */
	const char *schema;			/* quoted */
	Oid			events;			/* or the table that is ingested into in its place */
	const char *target;			/* its qualified name, quoted */
	EcsReader  *reader;
	EcsSplitter *splitter;
	bool		convert;		/* the database's encoding is not UTF-8 */
	bool		warned;			/* of a table without an index */

	IngestRow  *rows;
	int			nrows;
	int			rows_size;
	IngestReject *rejects;
	int			nrejects;
	int			rejects_size;
	Size		bytes;			/* of the batch's documents */

	/* land.c, and only while a batch lands */
	IngestRow **order;			/* the rows, as they are worked off */
	bool		direct;			/* direct.c may be used */
	MemoryContext bulk_memory;	/* direct.c's, for the whole run */
	struct BulkInsertStateData *bulk;
	bool		plain;			/* insert.c: without ON CONFLICT */
	bool		foreign;		/* some rows go to foreign partitions */
	bool		distributed;	/* rows go to shards of Citus */
	bool		careful;		/* look for each document before it is inserted */
	SPIPlanPtr	insert_many_plan;	/* the same for several rows, or NULL */
	SPIPlanPtr	insert_plan;	/* last as long as SPI's connection */
	SPIPlanPtr	find_plan;		/* is a document there?  Or NULL */
	SPIPlanPtr	reject_plan;
	SPIPlanPtr	reject_once_plan;
	SPIPlanPtr	update_plan;
	SPIPlanPtr	fault_plan;

	int64		accepted;
	int64		duplicates;
	int64		rejected;
} IngestRun;

/* settings.c */
extern int	td_max_document_size;	/* kB */
extern int	td_ingest_batch;
extern char *td_ingest_table;
extern int	td_ingest_notice;
extern char *td_default_agent_id;
extern char *td_default_host_name;
extern void td_define_ingest_settings(void);

/* run.c */
extern IngestRun *ingest_begin(Oid namespace);
extern void ingest_line(IngestRun *run, const EcsLine *line, IngestOrigin *origin);
extern void ingest_missing(IngestRun *run, IngestOrigin *origin);
extern bool ingest_next_line(IngestRun *run, EcsLine *line);
extern char *ingest_to_utf8(char *text, Size *length);
extern void ingest_finish_lines(IngestRun *run, IngestOrigin *origin);
extern void ingest_text(IngestRun *run, const char *text, Size length, IngestOrigin *origin);
extern bool ingest_is_full(const IngestRun *run);
extern void ingest_land(IngestRun *run);
extern void ingest_end(IngestRun *run);
extern int64 ingest_documents(const IngestRun *run);
extern void ingest_counts(const IngestRun *run, Datum *values, bool *nulls);
extern void ingest_put_counts(const IngestRun *run, ReturnSetInfo *rsinfo);
extern void ingest_check_rights(const IngestRun *run);

/* row.c */
extern const char *ingest_column_name(int column);
extern Oid	ingest_column_type(int column);
extern void ingest_fill_row(IngestRun *run, IngestRow *row, const EcsRecord *record);
extern void ingest_convert_row(IngestRun *run, IngestRow *row);
extern int	ingest_compare_rows(const void *a, const void *b);
extern bool ingest_same_document(const IngestRow *left, const IngestRow *right);

/* json.c */
extern Jsonb *ingest_jsonb(const struct EcsItem *document);

/* citus.c */
extern void ingest_ask_citus(IngestRun *run);

/* direct.c */
extern bool ingest_may_go_direct(IngestRun *run);
extern void ingest_forget_bulk(IngestRun *run);
extern bool ingest_go_direct(IngestRun *run, int from, int to);

/* insert.c */
extern void ingest_prepare_insert(IngestRun *run);
extern bool ingest_insert(IngestRun *run, int from, int to);
extern bool ingest_find(IngestRun *run, int from, int to);
extern void ingest_warn_of_duplicates(IngestRun *run, Oid relid);
extern bool ingest_is_duplicate(const IngestRun *run, const ErrorData *error);

/* land.c */
extern void ingest_land_rows(IngestRun *run);

/* reject.c */
extern IngestReject *ingest_add_reject(IngestRun *run);
extern void ingest_reject_row(IngestRun *run, IngestRow *row, const ErrorData *error);
extern void ingest_write_rejects(IngestRun *run);
extern void ingest_forget_plans(IngestRun *run);

extern char *ingest_message(const char *message);

/* fault.c */
extern void ingest_keep_faults(IngestRow *row, const EcsRecord *record);
extern void ingest_write_faults(IngestRun *run);

/* gunzip.c */
typedef struct IngestGunzip IngestGunzip;
extern bool ingest_is_gzip(const char *head, Size length);
extern IngestGunzip *ingest_gunzip_create(MemoryContext memory);
extern Size ingest_gunzip(IngestGunzip *gunzip, const char **in, Size *in_length, char *out,
						  Size out_size);
extern bool ingest_gunzip_complete(const IngestGunzip *gunzip);
extern const char *ingest_gunzip_problem(const IngestGunzip *gunzip);

#endif							/* TD_INGEST_H */
