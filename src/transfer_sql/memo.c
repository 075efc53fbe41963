/*
 * memo.c
 *		Rows of command lines that were taken apart before.
 *
 * Hosts run the same commands all the time: of the processes that a fleet starts in a
 * day a tenth have a command line that no other has.  So a session keeps the last
 * rows that it made, by all that they are made of.
 *
 * Whoever runs commands decides what is kept.  So the room is limited: when it is
 * full, all is forgotten.  A command line that is long is not kept.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "common/hashfn.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "seed.h"
#include "transfer_sql/memo.h"

/* Bytes of arguments and rows together, and of the arguments of one row. */
#define MOST_BYTES		(4 * 1024 * 1024)
#define LONGEST			2048

typedef struct Entry
{
	uint64		hash;
	Oid			type;
	uint32		sizes[MEMO_ARGUMENTS];	/* 0: the argument is null */
	HeapTupleHeader row;		/* or NULL: it is none */
	char	   *arguments;		/* one behind the other; in one piece with the row, as they are read together */
} Entry;

static MemoryContext context;
static HTAB *entries;
static Size bytes;
static uint64 seed;

/* An empty memory. */
static void
begin(void)
{
	HASHCTL		info = {.keysize = sizeof(uint64), .entrysize = sizeof(Entry)};

	if (context == NULL)
	{
		context = AllocSetContextCreate(TopMemoryContext, "transfer_detect transfers", ALLOCSET_DEFAULT_SIZES);
		seed = td_random_seed();
	}
	entries = NULL;
	MemoryContextReset(context);
	info.hcxt = context;
	bytes = 0;
	entries = hash_create("transfer_detect transfers", 1024, &info, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static Size
arguments_size(const TransferMemoKey *key)
{
	Size		sum = 0;

	for (int i = 0; i < MEMO_ARGUMENTS; i++)
		sum += key->arguments[i] == NULL ? 0 : VARSIZE(key->arguments[i]);
	return sum;
}

static bool
same_arguments(const Entry *entry, const TransferMemoKey *key)
{
	const char *at = entry->arguments;

	for (int i = 0; i < MEMO_ARGUMENTS; i++)
	{
		const struct varlena *argument = key->arguments[i];

		if (entry->sizes[i] != (argument == NULL ? 0 : VARSIZE(argument)) ||
			(argument != NULL && memcmp(at, argument, entry->sizes[i]) != 0))
			return false;
		at += entry->sizes[i];
	}
	return entry->type == key->type;
}

/* The row of the arguments, if it is kept; computes the key's hash. */
bool
td_transfer_recall(TransferMemoKey *key, Datum *row, bool *isnull)
{
	const Entry *entry;

	if (entries == NULL)
		begin();
	key->hash = seed;
	for (int i = 0; i < MEMO_ARGUMENTS; i++)
	{
		if (key->arguments[i] != NULL)
			key->hash = hash_bytes_extended((const unsigned char *) key->arguments[i], VARSIZE(key->arguments[i]), key->hash + i);
	}
	entry = hash_search(entries, &key->hash, HASH_FIND, NULL);
	if (entry == NULL || !same_arguments(entry, key))
		return false;
	*isnull = entry->row == NULL;
	if (entry->row != NULL)
	{
		Size		size = HeapTupleHeaderGetDatumLength(entry->row);
		HeapTupleHeader copy = palloc(size);

		memcpy(copy, entry->row, size);
		*row = PointerGetDatum(copy);
	}
	return true;
}

/* Keep a row that was not. */
void
td_transfer_remember(const TransferMemoKey *key, Datum row, bool isnull)
{
	HeapTupleHeader header = isnull ? NULL : DatumGetHeapTupleHeader(row);
	Size		row_size = isnull ? 0 : MAXALIGN(HeapTupleHeaderGetDatumLength(header));
	Size		size = arguments_size(key) + row_size;
	Entry		new = {.hash = key->hash, .type = key->type};
	char	   *at;

	if (size > LONGEST)
		return;
	if (bytes + size > MOST_BYTES)
		begin();
	at = MemoryContextAlloc(context, size + 1);
	if (!isnull)
	{
		new.row = (HeapTupleHeader) at;
		memcpy(new.row, header, HeapTupleHeaderGetDatumLength(header));
	}
	new.arguments = at + row_size;
	at = new.arguments;
	for (int i = 0; i < MEMO_ARGUMENTS; i++)
	{
		if (key->arguments[i] == NULL)
			continue;
		new.sizes[i] = VARSIZE(key->arguments[i]);
		memcpy(at, key->arguments[i], new.sizes[i]);
		at += new.sizes[i];
	}
	bytes += size + sizeof(Entry);
	/* complete before it is in: an error leaves nothing half-done */
	*(Entry *) hash_search(entries, &key->hash, HASH_ENTER, NULL) = new;
}
