/*
 * set_bytes.c
 *		The table of byte strings: of one large set, or of a family of sets.
 *
 * The strings lie in an arena, one record behind the other, in chunks that
 * never move; the slots hold where (32 bits, in units of 8 bytes, so an arena
 * ends at 32 GB) and 32 bits of the hash.  These bits choose the slot as well,
 * so that doubling the table takes each slot to about twice its place: one
 * pass through both arrays in order, which neither reads a string nor jumps
 * about.  Strings are numbered as they come.
 *
 * In a large table, a string's slot is nearly always a cache miss, and the
 * string itself is another.  Row by row, the processor would wait for each.  So a
 * string is written to the end of the arena at once, before it is known whether
 * it is new, and its slot is prefetched.  When 32 have gathered they are looked
 * up in rounds: the first finds the strings that may be equal and prefetches
 * them, the second compares; if the table is a family's, a third gives each
 * string's number to the set that it came for, again prefetched.  Strings that
 * were there already are overwritten by moving the later ones of the batch
 * down.  In a table that is small enough for the processor's cache, strings are
 * looked up at once.
 */
#include "set_bytes.h"

#include "set_body.h"
#include "set_hash.h"

/* From this size on, a table is taken to be out of the cache: 32 kB of slots. */
#define BATCH_BITS 12

#define CHUNK_MIN ((size_t) 512)
#define CHUNK_MAX ((size_t) 8 << 20)	/* = 2^OFFSET_BITS * 8 */
#define OFFSET_BITS 20
#define OFFSET_MASK ((UINT32_C(1) << OFFSET_BITS) - 1)
#define CHUNKS_MAX ((UINT32_C(1) << (32 - OFFSET_BITS)) - 1)
#define BITS_MAX 32

/* How many cache lines of a record are prefetched. */
#define PREFETCH_LINES 4

#define SLOT(hash, place) (((uint64_t) (hash) << 32) | (place))

/*
 * Nearly all values are strings of any length, or UUIDs.  The functions that run
 * for every row are compiled three times: for each of these two, and for all
 * types.  They take a type that is like the table's own and whose kind, width
 * and payload the compiler knows.
 */
static const TdSetType like_strings = {.kind = TD_SET_BYTES};
static const TdSetType like_uuids = {.kind = TD_SET_BYTES, .width = 16};

#define IS_LIKE(type, like) \
	((type)->kind == (like)->kind && (type)->width == (like)->width && \
	 (type)->payload == (like)->payload)

/*
 * The hash by which the table places a value.
 */
TD_INLINE uint32_t
place_hash(const TdByteTable *table, const TdSetType *like, const void *value,
		   uint32_t len, uint32_t hash)
{
	uint64_t	seed = table->home.type->seed;

	if (like->kind == TD_SET_CALLER)
		return (uint32_t) (td_hash_word(hash, seed) >> 32);
	return (uint32_t) (td_hash_bytes(value, td_stored_size(len), seed) >> 32);
}

static inline unsigned char *
record_at(const TdByteTable *table, uint32_t place)
{
	place--;
	return table->chunks[place >> OFFSET_BITS].base +
		((size_t) (place & OFFSET_MASK) << 3);
}

/*
 * The place of a record in a chunk.
 */
static inline uint32_t
place_in(const TdByteTable *table, uint32_t chunk, const unsigned char *record)
{
	size_t		offset = (size_t) (record - table->chunks[chunk].base);

	return ((chunk << OFFSET_BITS) | (uint32_t) (offset >> 3)) + 1;
}

static inline unsigned char *
body_of(const TdByteTable *table, unsigned char *record)
{
	return record + table->body_at;
}

/*
 * bytes of a record before the value
 */
TD_INLINE size_t
value_at(const TdSetType *like)
{
	return td_record_prefix(like) + td_body_header(like);
}

TD_INLINE size_t
record_size(const TdSetType *like, uint32_t len)
{
	return (value_at(like) + td_stored_size(len) + 7) & ~(size_t) 7;
}

TD_INLINE uint32_t
record_id(const TdSetType *like, const unsigned char *record)
{
	uint32_t	id;

	memcpy(&id, record + like->payload, 4);
	return id;
}

/*
 * Begins a chunk with room for at least need bytes.  Nothing may be pending.
 */
static void
add_chunk(TdByteTable *table, size_t need)
{
	const TdSetType *type = table->home.type;
	size_t		size = (table->arena_size / 4 + 63) & ~(uint64_t) 63;
	unsigned char *base;

	if (size < CHUNK_MIN)
		size = CHUNK_MIN;
	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	if (size < need)
		size = need;
	if (table->nchunks == CHUNKS_MAX)
		size = SIZE_MAX;
	base = type->alloc(table->memory, size);
	if (table->nchunks > 0)
		table->chunks[table->nchunks - 1].used =
			(size_t) (table->tail - table->chunks[table->nchunks - 1].base);
	if (table->nchunks == table->chunks_size)
	{
		table->chunks = type->grow(table->memory, table->chunks,
								   table->chunks_size * sizeof(TdChunk),
								   2 * table->chunks_size * sizeof(TdChunk));
		table->chunks_size *= 2;
	}
	table->chunks[table->nchunks].base = base;
	table->chunks[table->nchunks].used = 0;
	table->chunks[table->nchunks].size = size;
	table->arena_size += size;
	table->nchunks++;
	table->tail = table->pending_at = base;
	table->end = base + size;
}

/*
 * Makes an empty table; of_family says that sets keep numbers of its strings.
 */
TdByteTable *
td_bytes_create(const TdSetType *type, void *memory, bool of_family)
{
	TdByteTable *table = type->alloc(memory, sizeof(TdByteTable));
	uint64_t	slots = UINT64_C(1) << TD_FIRST_BITS;

	memset(table, 0, sizeof(*table));
	table->home.type = type;
	table->memory = table->home.memory = memory;
	table->of_family = of_family;
	table->body_at = (uint8_t) td_record_prefix(type);
	table->like = IS_LIKE(type, &like_strings) ? &like_strings :
		IS_LIKE(type, &like_uuids) ? &like_uuids : type;
	table->chunks_size = 4;
	table->chunks = type->alloc(memory, table->chunks_size * sizeof(TdChunk));
	table->slots = type->alloc(memory, td_slots_size(slots));
	memset(table->slots, 0, td_slots_size(slots));
	table->mask = slots - 1;
	table->shift = 32 - TD_FIRST_BITS;
	table->fill_max = TD_FILL(slots);
	return table;
}

void
td_bytes_free(TdByteTable *table)
{
	const TdSetType *type = table->home.type;
	void	   *memory = table->memory;

	for (uint32_t c = 0; c < table->nchunks; c++)
		type->release(memory, table->chunks[c].base, table->chunks[c].size);
	type->release(memory, table->chunks, table->chunks_size * sizeof(TdChunk));
	type->release(memory, table->slots, (table->mask + 1) * sizeof(uint64_t));
	if (table->batch != NULL)
		type->release(memory, table->batch, sizeof(TdBatch));
	if (table->places != NULL)
		type->release(memory, table->places, table->places_size * sizeof(uint32_t));
	type->release(memory, table, sizeof(TdByteTable));
}

/*
 * From now on the numbers of sets lie in this memory.  What is pending is forgotten:
 * the sets that it came for may be gone.
 */
void
td_bytes_lend(TdByteTable *table, void *memory)
{
	table->home.memory = memory;
	table->tail = table->pending_at;
	table->npending = 0;
	table->learning = false;
	table->last = NULL;
	table->last_owner = NULL;
}

/*
 * The bytes that the table takes, without the numbers of sets.
 */
size_t
td_bytes_size(const TdByteTable *table)
{
	return (size_t) table->arena_size + (size_t) (table->mask + 1) * sizeof(uint64_t) +
		table->places_size * sizeof(uint32_t);
}

/*
 * Gives the table 2^bits slots.
 */
static void
resize(TdByteTable *table, int bits)
{
	const TdSetType *type = table->home.type;
	uint64_t   *old = table->slots;
	uint64_t	old_slots = table->mask + 1;
	uint64_t	slots = UINT64_C(1) << bits;
	uint64_t   *new = type->alloc(table->memory, td_slots_size(slots));

	memset(new, 0, td_slots_size(slots));
	table->mask = slots - 1;
	table->shift = 32 - bits;
	table->fill_max = TD_FILL(slots);
	for (uint64_t i = 0; i < old_slots; i++)
	{
		uint64_t	at;

		if (old[i] == 0)
			continue;
		for (at = old[i] >> 32 >> table->shift; new[at] != 0;)
			at = (at + 1) & table->mask;
		new[at] = old[i];
		td_poll(type, i);
	}
	table->slots = new;
	type->release(table->memory, old, old_slots * sizeof(uint64_t));
	if (bits >= BATCH_BITS && table->batch == NULL)
		table->batch = type->alloc(table->memory, sizeof(TdBatch));
}

/*
 * Makes the table large enough for count values.
 */
void
td_bytes_expect(TdByteTable *table, uint64_t count)
{
	int			bits = 32 - table->shift;

	while (bits < BITS_MAX && TD_FILL(UINT64_C(1) << bits) < count)
		bits++;
	if (bits > 32 - table->shift)
		resize(table, bits);
}

/*
 * Looks for the value from slot *i on.  Leaves in *i the free slot where it
 * belongs, or returns the equal record.
 */
TD_INLINE unsigned char *
find(const TdByteTable *table, const TdSetType *like, uint64_t *i, uint32_t hash,
	 const void *value, uint32_t len, uint32_t kept_hash)
{
	for (;; *i = (*i + 1) & table->mask)
	{
		uint64_t	slot = table->slots[*i];

		if (slot == 0)
			return NULL;
		if (slot >> 32 == hash)
		{
			unsigned char *record = record_at(table, (uint32_t) slot);

			if (td_body_equal(like, record + td_record_prefix(like), value, len, kept_hash))
				return record;
		}
	}
}

/*
 * Makes the record at the table's last chunk known under the free slot i.
 */
TD_INLINE void
enroll(TdByteTable *table, const TdSetType *like, unsigned char *record,
	   uint64_t i, uint32_t hash)
{
	uint32_t	id = table->home.count++;

	memcpy(record + like->payload, &id, 4);
	table->slots[i] = SLOT(hash, place_in(table, table->nchunks - 1, record));
}

/*
 * Asks for a record of this size, and of a long one for its beginning.
 */
static inline void
prefetch_record(const unsigned char *record, uint32_t size)
{
	TD_PREFETCH(record);
	for (uint32_t line = 64; line < size && line < 64 * PREFETCH_LINES; line += 64)
		TD_PREFETCH(record + line);
}

/*
 * The first round: to the first slot that is free or may be the one.
 */
static inline void
first_round(TdByteTable *table)
{
	TdBatch    *batch = table->batch;

	for (uint32_t k = 0; k < table->npending; k++)
	{
		uint64_t	i = batch->hash[k] >> table->shift;
		unsigned char *candidate = NULL;

		for (;; i = (i + 1) & table->mask)
		{
			uint64_t	slot = table->slots[i];

			if (slot == 0)
				break;
			if (slot >> 32 == batch->hash[k])
			{
				candidate = record_at(table, (uint32_t) slot);
				prefetch_record(candidate, batch->size[k]);
				break;
			}
		}
		batch->slot[k] = i;
		batch->record[k] = candidate;
	}
}

/*
 * Finds the record of pending value k, which lies at from and is so long, or moves
 * it down to *to.
 */
TD_INLINE unsigned char *
settle(TdByteTable *table, const TdSetType *like, uint32_t k, const unsigned char *from,
	   unsigned char **to, uint32_t len)
{
	const TdBatch *batch = table->batch;
	size_t		size = record_size(like, len);
	const unsigned char *value = from + value_at(like);
	uint32_t	kept_hash = td_body_hash(like, from + td_record_prefix(like));
	uint64_t	i = batch->slot[k];
	unsigned char *record = batch->record[k];

	if (td_likely(record != NULL) && td_likely(td_body_equal(like, record + td_record_prefix(like), value, len, kept_hash)))
		return record;
	record = find(table, like, &i, batch->hash[k], value, len, kept_hash);
	if (record == NULL)
	{
		record = *to;
		if (record != from)
			memmove(record, from, size);
		enroll(table, like, record, i, batch->hash[k]);
		*to += size;
	}
	return record;
}

/*
 * The second round: finds the records, or keeps them if they are new.
 */
TD_INLINE void
second_round(TdByteTable *table, const TdSetType *like)
{
	TdBatch    *batch = table->batch;
	unsigned char *from = table->pending_at;
	unsigned char *to = from;
	unsigned char *record = NULL;

	for (uint32_t k = 0; k < table->npending; k++)
	{
		uint32_t	len = td_body_len(like, from + td_record_prefix(like));
		size_t		size = record_size(like, len);

		/* the compiler knows how to compare packed UUIDs */
		if (len == TD_PACKED)
			record = settle(table, like, k, from, &to, TD_PACKED);
		else
			record = settle(table, like, k, from, &to, len);
		if (table->of_family)
		{
			batch->id[k] = record_id(like, record);
			td_ids_prefetch(batch->owner[k], batch->id[k]);
		}
		from += size;
	}
	table->last = record;
	table->tail = table->pending_at = to;
}

/*
 * Looks up the pending values.
 */
void
td_bytes_flush(TdByteTable *table)
{
	TdBatch    *batch = table->batch;
	uint32_t	npending = table->npending;

	if (npending == 0)
		return;
	if (table->home.count + (uint64_t) npending > table->fill_max)
		td_bytes_expect(table, table->home.count + (uint64_t) npending);
	first_round(table);
	if (table->like == &like_strings)
		second_round(table, &like_strings);
	else if (table->like == &like_uuids)
		second_round(table, &like_uuids);
	else
		second_round(table, table->like);
	table->npending = 0;
	if (!table->of_family)
		return;
	for (uint32_t k = 0; k < npending; k++)
	{
		TdIds	   *ids = batch->owner[k];

		if (!td_ids_in_run(ids, batch->id[k]) && !td_ids_add_bit(ids, batch->id[k]))
			td_ids_add(&table->home, ids, batch->id[k]);
	}
	for (uint32_t k = 0; table->learning && k < npending; k++)
		*batch->learn[k] = batch->id[k] + 1;
	table->learning = false;
}

/*
 * Finds a value or adds it at once.  Returns its record; *found says if it was
 * there.
 */
unsigned char *
td_bytes_enter(TdByteTable *table, const void *value, uint32_t len, bool *found)
{
	const TdSetType *type = table->home.type;
	uint32_t	kept_hash = 0;
	uint32_t	hash;
	uint64_t	i;
	size_t		size;
	unsigned char *record;

	td_bytes_flush(table);
	if (td_unlikely(table->home.count >= table->fill_max))
		td_bytes_expect(table, table->home.count + UINT64_C(1));
	if (type->kind == TD_SET_CALLER)
		kept_hash = type->hash(type, value, len);
	hash = place_hash(table, type, value, len, kept_hash);
	i = hash >> table->shift;
	record = find(table, type, &i, hash, value, len, kept_hash);
	*found = record != NULL;
	if (record != NULL)
		return record;
	size = record_size(type, len);
	if (size > (size_t) (table->end - table->tail))
		add_chunk(table, size);
	record = table->tail;
	memset(record, 0, type->payload);
	td_body_write(type, body_of(table, record), value, len, kept_hash);
	enroll(table, type, record, i, hash);
	table->tail += size;
	table->pending_at = table->tail;
	return record;
}

/*
 * Is this the value that came last, for the same set?
 */
TD_INLINE bool
same_as_last(const TdByteTable *table, const TdSetType *like, const TdIds *owner,
			 const void *value, uint32_t len)
{
	const unsigned char *body;

	if (table->last == NULL || table->last_owner != owner)
		return false;
	body = table->last + td_record_prefix(like);
	if (td_body_len(like, body) != len)
		return false;
	return td_same_bytes(td_body_value(like, body), value, len);
}

/*
 * Adds a value for a set at once, to a small table.
 */
static void
add_at_once(TdByteTable *table, TdIds *owner, const void *value, uint32_t len)
{
	bool		found;

	table->last = td_bytes_enter(table, value, len, &found);
	if (table->of_family)
		td_ids_add(&table->home, owner, record_id(table->home.type, table->last));
}

/*
 * Makes room for a record; may leave nothing pending.
 */
static void
make_room(TdByteTable *table, size_t size)
{
	td_bytes_flush(table);
	if (size > (size_t) (table->end - table->tail))
		add_chunk(table, size);
}

/*
 * Writes a value down for a set and leaves it pending.
 */
TD_INLINE void
add_pending(TdByteTable *table, const TdSetType *like, TdIds *owner,
			const void *value, uint32_t len)
{
	TdBatch    *batch = table->batch;
	size_t		size = record_size(like, len);
	uint32_t	kept_hash = 0;
	uint32_t	hash;
	uint32_t	n;

	if (like->kind == TD_SET_CALLER)
		kept_hash = like->hash(like, value, len);
	if (td_unlikely(size > (size_t) (table->end - table->tail)))
		make_room(table, size);
	n = table->npending;
	hash = place_hash(table, like, value, len, kept_hash);
	TD_PREFETCH(&table->slots[hash >> table->shift]);
	batch->hash[n] = hash;
	batch->size[n] = (uint32_t) size;	/* to prefetch by, if it fits */
	batch->owner[n] = owner;
	if (like->payload > 0)
		memset(table->tail, 0, like->payload);
	td_body_write(like, table->tail + td_record_prefix(like), value, len, kept_hash);
	table->last = table->tail;
	table->last_owner = owner;
	table->tail += size;
	table->npending = n + 1;
	if (td_unlikely(n + 1 == TD_BATCH))
		td_bytes_flush(table);
}

/*
 * Adds a value for a set: at once, or writes it down and leaves it pending.
 * Equal bytes in a row are dropped before any hashing; they are equal values,
 * whatever else may be.
 */
void
td_bytes_add(TdByteTable *table, TdIds *owner, const void *value, uint32_t len)
{
	const TdSetType *like = table->like;

	if (td_unlikely(table->batch == NULL))
	{
		if (same_as_last(table, table->home.type, owner, value, len))
			return;
		table->last_owner = owner;
		add_at_once(table, owner, value, len);
	}
	else if (like == &like_strings)
	{
		if (!same_as_last(table, &like_strings, owner, value, len))
			add_pending(table, &like_strings, owner, value, len);
	}
	else if (like == &like_uuids)
	{
		if (!same_as_last(table, &like_uuids, owner, value, len))
			add_pending(table, &like_uuids, owner, value, len);
	}
	else if (!same_as_last(table, like, owner, value, len))
		add_pending(table, like, owner, value, len);
}

/*
 * The same of a packed UUID, whose length the compiler knows.
 */
void
td_bytes_add_packed(TdByteTable *table, TdIds *owner, const void *packed)
{
	if (td_unlikely(table->batch == NULL || table->like != &like_strings))
		td_bytes_add(table, owner, packed, TD_PACKED);
	else if (!same_as_last(table, &like_strings, owner, packed, TD_PACKED))
		add_pending(table, &like_strings, owner, packed, TD_PACKED);
}

/*
 * Adds a value for a set, of a family, and says which number + 1 it has: now, or
 * when what is pending has been looked up.  Only values that come through here
 * may be pending then.
 */
void
td_bytes_learn(TdByteTable *table, TdIds *owner, const void *value, uint32_t len, uint32_t *number)
{
	if (table->batch == NULL)
	{
		table->last_owner = owner;
		add_at_once(table, owner, value, len);
		*number = record_id(table->home.type, table->last) + 1;
		return;
	}
	if (same_as_last(table, table->like, owner, value, len))
		return;
	if (record_size(table->like, len) > (size_t) (table->end - table->tail))
		make_room(table, record_size(table->like, len));
	table->batch->learn[table->npending] = number;
	table->learning = true;
	add_pending(table, table->like, owner, value, len);
}

/* ---- reading ---- */

/*
 * The next record, in the order in which they came; NULL behind the last.
 */
static unsigned char *
next_record(const TdByteTable *table, uint64_t *chunk, uint64_t *position)
{
	for (; *chunk < table->nchunks; (*chunk)++, *position = 0)
	{
		const TdChunk *c = &table->chunks[*chunk];
		size_t		used = c->used;

		if (*chunk == table->nchunks - 1)
			used = (size_t) (table->pending_at - c->base);
		if (*position < used)
		{
			unsigned char *record = c->base + *position;

			*position += record_size(table->home.type,
									 td_body_len(table->home.type, body_of(table, record)));
			return record;
		}
	}
	return NULL;
}

/*
 * Finds out where each number's record is.  Nothing may be pending.
 */
void
td_bytes_number(TdByteTable *table)
{
	const TdSetType *type = table->home.type;
	uint64_t	chunk = 0;
	uint64_t	position = 0;
	unsigned char *record;

	if (table->nplaces == table->home.count)
		return;
	if (table->places_size < table->home.count)
	{
		size_t		size = (table->home.count + table->home.count / 4) * sizeof(uint32_t);

		if (table->places == NULL)
			table->places = type->alloc(table->memory, size);
		else
			table->places = type->grow(table->memory, table->places,
									   table->places_size * sizeof(uint32_t), size);
		table->places_size = (uint32_t) (size / sizeof(uint32_t));
	}
	/* go on behind the last one that is known */
	if (table->nplaces > 0)
	{
		uint32_t	place = table->places[table->nplaces - 1] - 1;

		chunk = place >> OFFSET_BITS;
		position = (uint64_t) (place & OFFSET_MASK) << 3;
		(void) next_record(table, &chunk, &position);
	}
	while ((record = next_record(table, &chunk, &position)) != NULL)
	{
		table->places[table->nplaces++] = place_in(table, (uint32_t) chunk, record);
		td_poll(type, table->nplaces);
	}
	assert(table->nplaces == table->home.count);
}

/*
 * The record with this number.
 */
unsigned char *
td_bytes_numbered(const TdByteTable *table, uint32_t id)
{
	return record_at(table, table->places[id]);
}

/*
 * The next value of a set with a table of its own.
 */
bool
td_bytes_scan_next(const TdByteTable *table, TdSetScan *scan)
{
	unsigned char *record = next_record(table, &scan->chunk, &scan->position);

	if (record == NULL)
		return false;
	scan->payload = record;
	td_body_show(table->home.type, scan, body_of(table, record));
	return true;
}
