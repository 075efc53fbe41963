/*
 * document_read.c
 *		Documents as they are stored, and what is in their containers.
 *
 * A query reads several fields of a row's document, each with a call of its own, and
 * each call gets the document as the table has it: compressed, or only the place where
 * the table keeps it.  To take it out costs as much as reading dozens of fields, so the
 * last document that was taken out is kept, with the bytes that it was taken from.  A
 * call that brings the same bytes gets it again.
 *
 * The bytes are compared, not their address: a buffer holds other rows later.  What
 * stands in for a document that is kept elsewhere is the number of its value, which is
 * no other document's as long as a query runs.  So it is kept that long: it is in the
 * query's memory, and forgotten with that.  It takes as much as the largest document,
 * twice at most.
 */
#include "compat.h"

#include "access/detoast.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"

#include "esql/runtime/document_read.h"

#if defined(__GNUC__) || defined(__clang__)
#define td_prefetch(address) __builtin_prefetch(address)
#else
#define td_prefetch(address) ((void) 0)
#endif

/* What a processor takes from memory at once, the most that is asked for of a document, and how far ahead. */
#define CACHE_LINE		64
#define MOST_ASKED_FOR	4096
#define ASKED_AHEAD		4096

/* The last document. */
typedef struct Kept
{
	MemoryContextCallback callback;
	MemoryContext context;
	char	   *stored;			/* the bytes that it was taken from */
	Size		length;
	Size		room;
	Jsonb	   *document;
} Kept;

static Kept *kept = NULL;

/* The query that it was kept for is over. */
static void
forget(void *arg)
{
	if (kept == arg)
		kept = NULL;
}

/* Begin to keep documents in the memory of the call's query. */
static void
begin_keeping(MemoryContext context)
{
	Kept	   *begun = MemoryContextAllocZero(context, sizeof(Kept));

	begun->context = context;
	begun->callback.func = forget;
	begun->callback.arg = begun;
	MemoryContextRegisterResetCallback(context, &begun->callback);
	kept = begun;
}

/* Keep a document that has been taken out. */
static void
keep(const struct varlena *stored, Size length, Jsonb *document)
{
	if (kept->room < length)
	{
		char	   *grown = MemoryContextAlloc(kept->context, length * 2);

		if (kept->stored != NULL)
			pfree(kept->stored);
		kept->stored = grown;
		kept->room = length * 2;
	}
	memcpy(kept->stored, stored, length);
	kept->length = length;
	kept->document = document;
}

/* The document, taken out of its storage. */
static Jsonb *
take_out(struct varlena *stored, Size length)
{
	MemoryContext caller;
	Jsonb	   *document;

	if (kept->document != NULL && kept->length == length && memcmp(kept->stored, stored, length) == 0)
		return kept->document;
	if (kept->document != NULL)
		pfree(kept->document);
	kept->document = NULL;
	caller = MemoryContextSwitchTo(kept->context);
	document = (Jsonb *) detoast_attr(stored);
	MemoryContextSwitchTo(caller);
	keep(stored, length, document);
	return document;
}

/* What has been asked for of a page, from a place to its end. */
typedef struct Asked
{
	const char *from;
	const char *end;
} Asked;

/* The page of shared buffers that an address is in, or NULL. */
static inline const char *
page_of(const char *address)
{
	Size		offset = (Size) address - (Size) BufferBlocks;

	return offset / BLCKSZ < (Size) NBuffers ? address - offset % BLCKSZ : NULL;
}

static inline void
ask_between(const char *from, const char *to)
{
	for (const char *line = from; line < to; line += CACHE_LINE)
		td_prefetch(line);
}

/*
 * How far a scan's next page is from this one: mostly as far as this one is from the page
 * before, since a table's pages come to buffers in their order, forwards or backwards.
 */
typedef struct Steps
{
	const char *page;
	Size		step;
	int			trust;			/* how often it was right lately */
} Steps;

#define MOST_TRUST	3

/* The page that a scan comes to after this one, or NULL if there is no telling. */
static inline const char *
page_after(Steps *steps, const char *page)
{
	if (page != steps->page)
	{
		if ((Size) page - (Size) steps->page == steps->step)
			steps->trust = Min(steps->trust + 1, MOST_TRUST);
		else if (steps->trust > 0)
			steps->trust--;
		else
			steps->step = (Size) page - (Size) steps->page;
		steps->page = page;
	}
	return steps->trust > 1 ? page_of(page + steps->step) : NULL;
}

/*
 * Ask for a document when the first field of a row is read, and for the rows that a scan
 * comes to next.  To wait for a row's first bytes and then, at each of its objects, for
 * others takes longer than all the rest.
 *
 * A page is filled from its end, so the next rows are before this one, and after those of a
 * page at the end of the next page.  A guess that is wrong costs nothing but memory's time: an
 * address is asked for, not read.
 */
static inline void
ask_for(const struct varlena *stored)
{
	static const char *last = NULL;
	static Asked here = {NULL, NULL};
	static Asked next = {NULL, NULL};
	static Steps steps = {NULL, BLCKSZ, MOST_TRUST};
	const char *begin = (const char *) stored;
	const char *to = begin + Min(VARSIZE_ANY(stored), MOST_ASKED_FOR);
	const char *page;
	const char *after;
	const char *lowest;
	const char *from;
	const char *end;

	if (begin == last)
		return;
	last = begin;
	page = page_of(begin);
	if (page == NULL)
	{
		ask_between(begin, to);
		return;
	}
	after = page_after(&steps, page);
	lowest = page + ((PageHeader) page)->pd_upper;
	if (begin >= next.from && begin < next.end)
		here = next;
	if (begin >= here.from && begin < here.end)
		to = here.from;
	from = Max(begin - ASKED_AHEAD, lowest);
	ask_between(from, to);
	here.from = Min(from, to);
	here.end = page + BLCKSZ;
	if (begin - ASKED_AHEAD >= lowest || after == NULL)
		return;
	end = after + BLCKSZ;
	from = end - (lowest - (begin - ASKED_AHEAD));
	ask_between(from, next.end == end ? next.from : end);
	next.from = from;
	next.end = end;
}

/* The document that a call gets; to be given back with esql_free_document(). */
Jsonb *
esql_get_document(FunctionCallInfo fcinfo, int argument)
{
	struct varlena *stored = (struct varlena *) PG_GETARG_POINTER(argument);

	ask_for(stored);
	if (VARATT_IS_4B_U(stored))
		return (Jsonb *) stored;
	if (!VARATT_IS_COMPRESSED(stored) && !VARATT_IS_EXTERNAL_ONDISK(stored))
		return (Jsonb *) PG_DETOAST_DATUM(PointerGetDatum(stored));
	if (kept == NULL)
		begin_keeping(fcinfo->flinfo->fn_mcxt);
	return take_out(stored, VARSIZE_ANY(stored));
}

void
esql_free_document(FunctionCallInfo fcinfo, int argument, Jsonb *document)
{
	if ((Pointer) document != PG_GETARG_POINTER(argument) && (kept == NULL || kept->document != document))
		pfree(document);
}

/* What an entry of a container is: the value that begins at the offset from the base. */
void
esql_jsonb_value(JsonbContainer *container, const char *base, int place, uint32 offset, JsonbValue *value)
{
	JEntry		entry = container->children[place];

	if (JBE_ISNULL(entry))
		value->type = jbvNull;
	else if (JBE_ISSTRING(entry))
	{
		value->type = jbvString;
		value->val.string.val = (char *) base + offset;
		value->val.string.len = getJsonbLength(container, place);
	}
	else if (JBE_ISNUMERIC(entry))
	{
		value->type = jbvNumeric;
		value->val.numeric = (Numeric) (base + INTALIGN(offset));
	}
	else if (JBE_ISBOOL_TRUE(entry) || JBE_ISBOOL_FALSE(entry))
	{
		value->type = jbvBool;
		value->val.boolean = JBE_ISBOOL_TRUE(entry);
	}
	else
	{
		value->type = jbvBinary;
		value->val.binary.data = (JsonbContainer *) (base + INTALIGN(offset));
		value->val.binary.len = getJsonbLength(container, place) - (INTALIGN(offset) - offset);
	}
}
