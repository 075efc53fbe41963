/*
 * set_bytes.c
 *		The table of a large set of byte strings.
 *
 * The strings lie in an arena, one record behind the other, in chunks that
 * never move; the slots hold where (40 bits, in units of 8 bytes) and 24 bits
 * of the hash, which keep all but one in 16 million wrong strings from being
 * looked at.  Growing reads the arena from front to back, hashes each string
 * again (the caller's own hashes, which may be dear, are kept in the record)
 * and fills new slots, so the old slots are not even read.
 *
 * A new string is written to the end of the arena at once, before it is
 * known whether it is new.  When a batch has gathered there, its slots are
 * looked up in two rounds: the first finds the strings that may be equal and
 * prefetches them, the second compares.  Those that were there already are
 * closed up by moving the later ones of the batch down.  In a table that is
 * small enough for the processor's cache, values are looked up at once.
 */
#include "set_internal.h"

/* From this size on, a table is taken to be out of the cache: 32 kB of slots. */
#define BATCH_BITS 12

#define CHUNK_MIN ((size_t) 512)
#define CHUNK_MAX ((size_t) 8 << 20)	/* = 2^OFFSET_BITS * 8 */
#define OFFSET_BITS 20
#define PLACE_BITS 40
#define PLACE_MASK ((UINT64_C(1) << PLACE_BITS) - 1)
#define TAG(hash) ((hash) << PLACE_BITS)

/* Writes a record; its payload is zeroed. */
void
td_record_write(const TdSetType *type, unsigned char *record,
				const void *value, size_t len, uint32_t hash)
{
	uint32_t	len32 = (uint32_t) len;

	memset(record, 0, type->payload);
	record += type->payload;
	if (type->kind == TD_SET_CALLER)
	{
		memcpy(record, &len32, 4);
		memcpy(record + 4, &hash, 4);
		record += 8;
	}
	else if (type->width == 0)
	{
		memcpy(record, &len32, 4);
		record += 4;
	}
	memcpy(record, value, len);
}

/* Is the record's value equal to this one?  hash is of the caller's kind. */
bool
td_record_equal(const TdSetType *type, const unsigned char *record,
				const void *value, size_t len, uint32_t hash)
{
	size_t		record_len = td_record_len(type, record);
	uint32_t	record_hash;

	if (type->kind != TD_SET_CALLER)
		return record_len == len &&
			memcmp(td_record_value(type, record), value, len) == 0;
	memcpy(&record_hash, record + type->payload + 4, 4);
	return record_hash == hash &&
		type->equal(type, td_record_value(type, record), record_len, value, len);
}

/* The hash by which the table places a value. */
static inline uint64_t
place_hash(const TdSetType *type, const void *value, size_t len, uint32_t hash)
{
	if (type->kind == TD_SET_CALLER)
		return td_hash_word(hash, type->seed);
	return td_hash_bytes(value, len, type->seed);
}

/* The same, of a record, and its kept hash. */
static inline uint64_t
record_hash(const TdSetType *type, const unsigned char *record, uint32_t *hash)
{
	*hash = 0;
	if (type->kind == TD_SET_CALLER)
		memcpy(hash, record + type->payload + 4, 4);
	return place_hash(type, td_record_value(type, record),
					  td_record_len(type, record), *hash);
}

static inline unsigned char *
record_at(const TdByteTable *table, uint64_t slot)
{
	uint64_t	place = (slot & PLACE_MASK) - 1;

	return table->chunks[place >> OFFSET_BITS].base +
		((place & ((UINT64_C(1) << OFFSET_BITS) - 1)) << 3);
}

/* The slot's content for a record of the last chunk. */
static inline uint64_t
slot_for(const TdByteTable *table, const unsigned char *record, uint64_t hash)
{
	uint64_t	offset = (uint64_t) (record - table->chunks[table->nchunks - 1].base);

	return TAG(hash) |
		((((uint64_t) (table->nchunks - 1) << OFFSET_BITS) | (offset >> 3)) + 1);
}

/* Begins a chunk with room for at least need bytes.  Nothing may be pending. */
static void
add_chunk(TdSet *set, unsigned char *base, size_t used, size_t size)
{
	TdByteTable *table = set->u.bytes;

	if (table->nchunks > 0)
		table->chunks[table->nchunks - 1].used =
			(size_t) (table->tail - table->chunks[table->nchunks - 1].base);
	if (table->nchunks == table->chunks_size)
	{
		table->chunks = set->type->grow(set->memory, table->chunks,
										table->chunks_size * sizeof(TdChunk),
										2 * table->chunks_size * sizeof(TdChunk));
		table->chunks_size *= 2;
	}
	table->chunks[table->nchunks].base = base;
	table->chunks[table->nchunks].used = used;
	table->chunks[table->nchunks].size = size;
	table->arena_size += size;
	table->nchunks++;
	table->tail = table->pending_at = base + used;
	table->end = base + size;
}

static void
add_new_chunk(TdSet *set, size_t need)
{
	TdByteTable *table = set->u.bytes;
	size_t		size = (table->arena_size / 4 + 63) & ~(uint64_t) 63;

	if (size < CHUNK_MIN)
		size = CHUNK_MIN;
	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	if (size < need)
		size = need;
	add_chunk(set, set->type->alloc(set->memory, size), 0, size);
}

/* Puts a value that is known to be new into the first free slot. */
static inline void
put(TdByteTable *table, uint64_t hash, uint64_t slot)
{
	uint64_t	i = hash >> table->shift;

	while (table->slots[i] != 0)
		i = (i + 1) & table->mask;
	table->slots[i] = slot;
}

/*
 * Fills the empty slots from the arena (but for what is pending), some values
 * ahead of itself so that the slots have been fetched when they are needed.
 */
static void
fill_slots(TdSet *set)
{
	const TdSetType *type = set->type;
	TdByteTable *table = set->u.bytes;
	uint64_t	hashes[TD_BATCH];
	uint64_t	places[TD_BATCH];
	uint64_t	n = 0;

	table->chunks[table->nchunks - 1].used =
		(size_t) (table->pending_at - table->chunks[table->nchunks - 1].base);
	for (uint32_t c = 0; c < table->nchunks; c++)
	{
		const unsigned char *record = table->chunks[c].base;
		const unsigned char *end = record + table->chunks[c].used;

		while (record < end)
		{
			uint32_t	unused;
			uint64_t	hash = record_hash(type, record, &unused);
			uint64_t	place = (((uint64_t) c << OFFSET_BITS) |
								 ((uint64_t) (record - table->chunks[c].base) >> 3)) + 1;

			if (n >= TD_BATCH)
				put(table, hashes[n % TD_BATCH], places[n % TD_BATCH]);
			hashes[n % TD_BATCH] = hash;
			places[n % TD_BATCH] = TAG(hash) | place;
			TD_PREFETCH(&table->slots[hash >> table->shift]);
			record += td_record_size(type, td_record_len(type, record));
			td_poll(type, ++n);
		}
	}
	for (uint64_t i = n > TD_BATCH ? n - TD_BATCH : 0; i < n; i++)
		put(table, hashes[i % TD_BATCH], places[i % TD_BATCH]);
}

/*
 * Gives the table 2^bits slots and fills them from the arena.  The old array
 * is grown rather than replaced: its content is of no use, but its memory has
 * been touched before, and a large array's pages can be moved uncopied.
 */
static void
set_size(TdSet *set, int bits)
{
	TdByteTable *table = set->u.bytes;
	uint64_t	slots = UINT64_C(1) << bits;
	size_t		size = td_slots_size(slots);

	if (table->slots == NULL)
		table->slots = set->type->alloc(set->memory, size);
	else
		table->slots = set->type->grow(set->memory, table->slots,
									   (table->mask + 1) * sizeof(uint64_t), size);
	memset(table->slots, 0, size);
	table->mask = slots - 1;
	table->shift = 64 - bits;
	table->fill_max = TD_FILL(slots);
	fill_slots(set);
}

/* Turns the small form into a table; its buffer becomes the first chunk. */
void
td_bytes_create(TdSet *set)
{
	TdByteTable *table = set->type->alloc(set->memory, sizeof(TdByteTable));
	const unsigned char *record = set->tiny;

	memset(table, 0, sizeof(*table));
	table->chunks_size = 8;
	table->chunks = set->type->alloc(set->memory,
									 table->chunks_size * sizeof(TdChunk));
	set->u.bytes = table;
	add_chunk(set, set->tiny, set->tiny_used, set->tiny_size);
	for (uint64_t i = 0; i < set->count; i++)
	{
		size_t		len = td_record_len(set->type, record);

		table->bytes += len;
		record += td_record_size(set->type, len);
	}
	set_size(set, TD_FIRST_BITS);
	set->mode = TD_MODE_TABLE;
}

/* Releases the table and all chunks but the first, which is the small form's. */
void
td_bytes_free(TdSet *set)
{
	TdByteTable *table = set->u.bytes;

	for (uint32_t c = 1; c < table->nchunks; c++)
		set->type->release(set->memory, table->chunks[c].base, table->chunks[c].size);
	set->type->release(set->memory, table->chunks,
					   table->chunks_size * sizeof(TdChunk));
	set->type->release(set->memory, table->slots,
					   (table->mask + 1) * sizeof(uint64_t));
	set->type->release(set->memory, table, sizeof(TdByteTable));
}

/* Makes the table large enough for count values. */
void
td_bytes_expect(TdSet *set, uint64_t count)
{
	int			bits = 64 - set->u.bytes->shift;

	while (bits < PLACE_BITS && TD_FILL(UINT64_C(1) << bits) < count)
		bits++;
	if (bits > 64 - set->u.bytes->shift)
		set_size(set, bits);
}

/*
 * Looks for the record from slot *i on.  Leaves in *i the free slot where it
 * belongs, or returns the equal record.
 */
static inline unsigned char *
find(const TdSetType *type, const TdByteTable *table, uint64_t *i, uint64_t hash,
	 const void *value, size_t len, uint32_t kept_hash)
{
	uint64_t	tag = TAG(hash);

	for (;; *i = (*i + 1) & table->mask)
	{
		uint64_t	slot = table->slots[*i];

		if (slot == 0)
			return NULL;
		if (((slot ^ tag) >> PLACE_BITS) == 0)
		{
			unsigned char *record = record_at(table, slot);

			if (td_record_equal(type, record, value, len, kept_hash))
				return record;
		}
	}
}

/* The first round: to the first slot that is free or may be the one. */
static inline void
first_round(TdByteTable *table)
{
	for (uint32_t k = 0; k < table->npending; k++)
	{
		uint64_t	tag = TAG(table->hash[k]);
		uint64_t	i = table->hash[k] >> table->shift;

		for (;; i = (i + 1) & table->mask)
		{
			uint64_t	slot = table->slots[i];

			if (slot == 0)
				break;
			if (((slot ^ tag) >> PLACE_BITS) == 0)
			{
				TD_PREFETCH(record_at(table, slot));
				break;
			}
		}
		table->slot[k] = i;
	}
}

/* Looks up the pending values; the set may become full. */
void
td_bytes_flush(TdSet *set)
{
	const TdSetType *type = set->type;
	TdByteTable *table = set->u.bytes;
	unsigned char *from = table->pending_at;
	unsigned char *to = from;

	if (table->npending == 0)
		return;
	if (set->count + table->npending > table->fill_max)
		td_bytes_expect(set, set->count + table->npending);
	first_round(table);
	for (uint32_t k = 0; k < table->npending; k++)
	{
		size_t		len = td_record_len(type, from);
		size_t		size = td_record_size(type, len);
		uint32_t	kept_hash = 0;
		uint64_t	i = table->slot[k];
		unsigned char *record;

		if (type->kind == TD_SET_CALLER)
			memcpy(&kept_hash, from + type->payload + 4, 4);
		record = find(type, table, &i, table->hash[k],
					  td_record_value(type, from), len, kept_hash);
		if (record == NULL)
		{
			if (to != from)
				memmove(to, from, size);
			table->slots[i] = slot_for(table, to, table->hash[k]);
			table->bytes += len;
			set->count++;
			record = to;
			to += size;
		}
		table->last = td_record_value(type, record);
		table->last_len = len;
		from += size;
	}
	table->npending = 0;
	table->tail = table->pending_at = to;
	if (set->count >= set->limit)
		td_set_become_full(set);
}

/* Is this the value that came last?  Then nothing need be hashed. */
static inline bool
same_as_last(const TdByteTable *table, const void *value, size_t len)
{
	return table->last != NULL && table->last_len == len &&
		memcmp(table->last, value, len) == 0;
}

/*
 * Finds a value or adds it at once.  Returns its record; *found says if it was
 * there.  Nothing may be pending.
 */
static inline unsigned char *
enter_now(TdSet *set, const void *value, size_t len, bool *found)
{
	const TdSetType *type = set->type;
	TdByteTable *table = set->u.bytes;
	size_t		size = td_record_size(type, len);
	uint32_t	kept_hash = 0;
	uint64_t	hash;
	uint64_t	i;
	unsigned char *record;

	assert(table->npending == 0);
	if (td_unlikely(set->count >= table->fill_max))
		td_bytes_expect(set, set->count + 1);
	if (type->kind == TD_SET_CALLER)
		kept_hash = type->hash(type, value, len);
	hash = place_hash(type, value, len, kept_hash);
	i = hash >> table->shift;
	record = find(type, table, &i, hash, value, len, kept_hash);
	*found = record != NULL;
	if (record != NULL)
		return record;
	if (size > (size_t) (table->end - table->tail))
		add_new_chunk(set, size);
	record = table->tail;
	td_record_write(type, record, value, len, kept_hash);
	table->slots[i] = slot_for(table, record, hash);
	table->bytes += len;
	table->tail += size;
	table->pending_at = table->tail;
	set->count++;
	return record;
}

/* Adds a value to a table that is small enough to be in the cache. */
static void
add_now(TdSet *set, const void *value, size_t len)
{
	TdByteTable *table = set->u.bytes;
	bool		found;
	unsigned char *record = enter_now(set, value, len, &found);

	table->last = td_record_value(set->type, record);
	table->last_len = len;
	if (!found && set->count >= set->limit)
		td_set_become_full(set);
}

/* Adds a value: at once, or writes it down and leaves it pending. */
void
td_bytes_add(TdSet *set, const void *value, size_t len)
{
	const TdSetType *type = set->type;
	TdByteTable *table = set->u.bytes;
	size_t		size;
	uint32_t	kept_hash = 0;
	uint64_t	hash;

	/* equal bytes are equal values, whatever else may be */
	if (same_as_last(table, value, len))
		return;
	if (table->shift > 64 - BATCH_BITS)
	{
		add_now(set, value, len);
		return;
	}
	size = td_record_size(type, len);
	if (td_unlikely(size > (size_t) (table->end - table->tail)))
	{
		td_bytes_flush(set);
		if (set->mode == TD_MODE_FULL)
			return;
		if (size > (size_t) (table->end - table->tail))
			add_new_chunk(set, size);
	}
	if (type->kind == TD_SET_CALLER)
		kept_hash = type->hash(type, value, len);
	hash = place_hash(type, value, len, kept_hash);
	TD_PREFETCH(&table->slots[hash >> table->shift]);
	td_record_write(type, table->tail, value, len, kept_hash);
	table->last = td_record_value(type, table->tail);
	table->last_len = len;
	table->tail += size;
	table->hash[table->npending++] = hash;
	if (td_unlikely(table->npending == TD_BATCH))
		td_bytes_flush(set);
}

/* Finds or adds a value at once; see td_set_enter. */
void *
td_bytes_enter(TdSet *set, const void *value, size_t len, bool *found)
{
	return enter_now(set, value, len, found);
}

/* The next value, in the order in which they came. */
bool
td_bytes_scan_next(TdSetScan *scan)
{
	const TdSetType *type = scan->set->type;
	const TdByteTable *table = scan->set->u.bytes;

	for (; scan->chunk < table->nchunks; scan->chunk++, scan->position = 0)
	{
		const TdChunk *chunk = &table->chunks[scan->chunk];
		size_t		used = chunk->used;

		if (scan->chunk == table->nchunks - 1)
			used = (size_t) (table->pending_at - chunk->base);
		if (scan->position < used)
		{
			unsigned char *record = chunk->base + scan->position;

			scan->payload = record;
			scan->value = td_record_value(type, record);
			scan->len = td_record_len(type, record);
			scan->position += td_record_size(type, scan->len);
			return true;
		}
	}
	return false;
}
