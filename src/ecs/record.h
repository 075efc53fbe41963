/*
 * record.h
 *		Documents read into flat records: what src/ecs offers the rest.
 *
 * Pure C on jansson, no PostgreSQL.  All text is UTF-8, whatever encoding the
 * database has: the caller converts, both ways.
 *
 * How to use it:
 *
 *		split = ecs_splitter_create(memory, 0);
 *		reader = ecs_reader_create(memory, &options);
 *		while (there is a chunk)
 *		{
 *			ecs_splitter_feed(split, chunk, size, it is the last);
 *			while (ecs_splitter_next(split, &line) == ECS_RECORD)
 *			{
 *				ecs_reader_line(reader, &line);
 *				while ((status = ecs_reader_next(reader, &record, &error)) != ECS_DONE)
 *					... a record, or what is wrong and with which text
 *			}
 *		}
 *		ecs_reader_finish(reader), and ecs_reader_next() as before
 *
 * One line gives no record (blank, or the action line of a bulk body), one, or
 * several (a search response, an array of documents).  A broken document costs
 * itself only.
 *
 * Nothing is thrown: memory comes from the caller's functions, which return
 * NULL when there is none, and what follows is ECS_NO_MEMORY.  All memory of a
 * reader or splitter is freed by its destroy function, or by whatever frees all
 * that the caller's function has handed out (a memory context).
 */
#ifndef ECS_RECORD_H
#define ECS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where memory comes from; alloc returns NULL when there is none, and never jumps. */
typedef struct EcsMemory
{
	void	   *(*alloc) (void *arg, size_t size);
	void		(*free) (void *arg, void *pointer);
	void	   *arg;
} EcsMemory;

/* Counted UTF-8 without NUL characters; not terminated. */
typedef struct EcsText
{
	const char *data;
	size_t		length;
} EcsText;

/*
 * The columns of events that come out of a document, in the order of the table
 * in columns.c; document itself is EcsRecord.document.
 */
typedef enum EcsColumn
{
	ECS_TIMESTAMP,
	ECS_EVENT_INGESTED,
	ECS_EVENT_ID,
	ECS_EVENT_KIND,
	ECS_EVENT_CATEGORY,
	ECS_EVENT_TYPE,
	ECS_EVENT_ACTION,
	ECS_EVENT_OUTCOME,
	ECS_EVENT_DATASET,
	ECS_AGENT_ID,
	ECS_AGENT_TYPE,
	ECS_AGENT_VERSION,
	ECS_HOST_ID,
	ECS_HOST_NAME,
	ECS_HOST_HOSTNAME,
	ECS_HOST_OS_TYPE,
	ECS_HOST_IP,
	ECS_USER_ID,
	ECS_USER_NAME,
	ECS_PROCESS_PID,
	ECS_PROCESS_ENTITY_ID,
	ECS_PROCESS_NAME,
	ECS_PROCESS_EXECUTABLE,
	ECS_PROCESS_ARGS,
	ECS_PROCESS_COMMAND_LINE,
	ECS_PROCESS_WORKING_DIRECTORY,
	ECS_PROCESS_PARENT_PID,
	ECS_PROCESS_PARENT_ENTITY_ID,
	ECS_PROCESS_PARENT_NAME,
	ECS_PROCESS_PARENT_EXECUTABLE,
	ECS_PROCESS_PARENT_COMMAND_LINE
} EcsColumn;

#define ECS_COLUMNS	(ECS_PROCESS_PARENT_COMMAND_LINE + 1)

typedef enum EcsKind
{
	ECS_KIND_TEXT,				/* text: .text */
	ECS_KIND_KEYWORDS,			/* text[], distinct and sorted by bytes: .list */
	ECS_KIND_TEXTS,				/* text[], as they came: .list */
	ECS_KIND_ADDRESSES,			/* inet[], as texts that inet reads: .list */
	ECS_KIND_LONG,				/* bigint: .number */
	ECS_KIND_TIMESTAMP			/* timestamptz: .number, as PostgreSQL holds it */
} EcsKind;

/* What stands behind a column: ecs_columns[column]. */
typedef struct EcsColumnInfo
{
	const char *field;			/* process.parent.name */
	const char *name;			/* process_parent_name */
	EcsKind		kind;
} EcsColumnInfo;

extern const EcsColumnInfo ecs_columns[ECS_COLUMNS];

typedef struct EcsList
{
	const EcsText *items;
	size_t		count;			/* never 0 */
} EcsList;

/*
 * A column's value.  present is false for SQL's NULL: the document does not
 * have the field, or has null, [] or nothing usable there, or several values where
 * the column holds one.  Then several is true, and the values are in the document.
 */
typedef struct EcsValue
{
	bool		present;
	bool		several;
	union
	{
		EcsText		text;
		EcsList		list;
		int64_t		number;
	};
} EcsValue;

/*
 * A value that its column does not take, or takes only after it was cleaned.  The
 * document is kept as it came.
 */
typedef struct EcsFault
{
	const char *field;			/* process.pid */
	const char *reason;			/* is not an integer */
	EcsText		value;
} EcsFault;

/* One for each column is noted, and one for each way to clean a document. */
#define ECS_MAX_FAULTS	(ECS_COLUMNS + 4)

/*
 * What identifies a document that is delivered a second time.  Two documents are
 * the same when kind, text and content are: hosts number their events alike, and
 * the records of a session share its id.  The caller hashes the content, which is
 * the tree; of ECS_KEY_CONTENT it is the document's text without the blanks around
 * it, and so the key.
 */
typedef enum EcsKeyKind
{
	ECS_KEY_EVENT_ID,			/* event.id */
	ECS_KEY_DOCUMENT_ID,		/* _index, a slash, _id */
	ECS_KEY_CONTENT
} EcsKeyKind;

/* What the document came as. */
typedef enum EcsShape
{
	ECS_SHAPE_PLAIN,
	ECS_SHAPE_HIT,				/* the _source of a search hit */
	ECS_SHAPE_BULK,				/* the line after a bulk action */
	ECS_SHAPE_LAUREL			/* a Linux audit event as laurel writes it */
} EcsShape;

/* Everything in it lasts until the reader's next call. */
typedef struct EcsRecord
{
	EcsValue	values[ECS_COLUMNS];
	EcsText		document;		/* JSON that jsonb takes, a slice of the line */
	const struct EcsItem *tree; /* the same as a tree, see tree.h */
	EcsShape	shape;
	EcsKeyKind	key_kind;
	EcsText		key;
	EcsText		original;		/* what document was before it was cleaned; data is NULL if it was not */
	EcsText		index;			/* data stream or index that it says it is from; data is NULL: unknown */
	const EcsFault *faults;
	size_t		nfaults;
	size_t		line;			/* where the document begins, from 1 */
	size_t		column;			/* in characters, from 1 */
} EcsRecord;

/* Why there is no record.  Lasts until the reader's next call. */
typedef struct EcsError
{
	char		sqlstate[6];
	const char *message;		/* UTF-8, terminated, lower case, no full stop */
	size_t		line;			/* of the input, from 1 */
	size_t		column;			/* in characters, from 1; 0: the line as a whole */
	EcsText		raw;			/* the text without a record, of any bytes, NUL included */
	size_t		raw_length;		/* of the whole; more than raw.length when a line was too long */
} EcsError;

typedef enum EcsStatus
{
	ECS_DONE,					/* the line has no more */
	ECS_RECORD,
	ECS_REJECTED,
	ECS_NO_MEMORY				/* the line cannot be gone on with */
} EcsStatus;

/*
 * Options of a reader.  Zeros and NULL stand for the defaults.  The texts must
 * last as long as the reader.
 */
typedef struct EcsOptions
{
	unsigned	max_depth;		/* nesting of a document, 200 */
	size_t		max_memory;		/* for one document as a tree, 256 MB */
	size_t		max_length;		/* of a document over several lines, 16 MB */
	size_t		max_skeleton;	/* of a document that is taken apart, 16 kB; see scan.c */
	const char *host_name;		/* host.name of audit events without NODE */
	const char *agent_id;		/* agent.id of audit events that bring none */
} EcsOptions;

/* A line of the input. */
typedef struct EcsLine
{
	const char *text;			/* without its end; not terminated */
	size_t		length;
	size_t		number;			/* from 1 */
	bool		too_long;		/* text is only the beginning */
	size_t		full_length;	/* length, unless too_long */
} EcsLine;

typedef struct EcsReader EcsReader;
typedef struct EcsSplitter EcsSplitter;

/* A reader, or NULL for want of memory. */
extern EcsReader *ecs_reader_create(EcsMemory memory, const EcsOptions *options);
extern void ecs_reader_destroy(EcsReader *reader);

/*
 * Forget the bulk action that waits for its document, and lines that are held.  Call this where new input
 * begins that does not continue the old one.
 */
extern void ecs_reader_reset(EcsReader *reader);

/* The line to read next; its text must last until ECS_DONE. */
extern void ecs_reader_line(EcsReader *reader, const EcsLine *line);

/*
 * There are no more lines.  Lines that were held, because they looked like the
 * beginning of a document, are to be read by ecs_reader_next() until ECS_DONE.
 */
extern void ecs_reader_finish(EcsReader *reader);

/* Fills the record or the error, as the status says. */
extern EcsStatus ecs_reader_next(EcsReader *reader, EcsRecord *record, EcsError *error);

/*
 * Lines of a text that comes in chunks; they end with LF or CRLF.  A line
 * longer than max_line bytes (0: 16 MB) is never held: it comes as too_long,
 * with its first ECS_LINE_HEAD bytes or a little less, cut between characters.
 * A byte order mark at the very beginning is left out.
 *
 * A chunk must last until ecs_splitter_next() returns something else than
 * ECS_RECORD, and only then the next one may be fed.  A line lies in the chunk
 * or in the splitter; it lasts until the next call.  The last chunk may be
 * empty.
 */
#define ECS_LINE_HEAD	65536

extern EcsSplitter *ecs_splitter_create(EcsMemory memory, size_t max_line);
extern void ecs_splitter_destroy(EcsSplitter *splitter);
extern void ecs_splitter_feed(EcsSplitter *splitter, const char *chunk, size_t length, bool last);

/* ECS_RECORD: there is a line; ECS_DONE: feed more, or that was all; or ECS_NO_MEMORY. */
extern EcsStatus ecs_splitter_next(EcsSplitter *splitter, EcsLine *line);

#endif							/* ECS_RECORD_H */
