/*
 * set.c
 *		An exact set of values: its life, its small form, merging and walking.
 *
 * A set passes through three forms.
 *
 * Tiny.  The first values (at most 8, in at most 2 kB) stand one after the
 * other in a small buffer, the first 64 bytes of which are part of the set
 * itself; a new value is compared with each of them.  Most groups of most
 * queries end here, and cost one allocation of 128 bytes.
 *
 * Table.  Then comes open addressing with linear probing, filled to 3/4 at
 * most and doubled.  A table of words (set_words.c) holds the words; a table
 * of byte strings (set_bytes.c) holds 8-byte slots of 24 bits of hash and 40
 * bits of place in an arena of chunks.  A new chunk is a quarter of what there
 * is, from 512 bytes to 8 MB, and none is ever moved: growing touches no
 * value.  Per distinct value that is 11 to 21 bytes for a word, and 11 to 21
 * bytes plus the string, its length (4) and padding for a string; while a
 * table of words grows, its old half is there too.
 *
 * The slot of a value in a large table is nearly always a cache miss.  A row
 * at a time, each would have to be waited for.  So a new value is noted as
 * pending, its slot is prefetched, and only when 32 have gathered are they
 * looked up, by when the memory has come.  Whoever asks for the count or
 * walks through the set settles the pending ones first; that does not change
 * what the set means.  Equal values in a row are dropped before any hashing.
 *
 * Full.  A set with a limit that has reached it needs no values any more: it
 * releases them and stays full.
 *
 * A fourth form is a set that was opened from its wire form (set_wire.c).
 * Nearly always it is merged into another set at once, so it stays as it is,
 * a view of the caller's bytes, until somebody wants more of it.
 *
 * Limits: 2^40 units of 8 bytes for the strings of a set, 4 GB for one.
 */
#include "set_internal.h"

/*
 * Makes an empty set.  All its memory comes from the type's hooks with the
 * given memory; limit is the number of values at which it stops remembering.
 */
TdSet *
td_set_create(const TdSetType *type, void *memory, uint64_t limit)
{
	TdSet	   *set = type->alloc(memory, sizeof(TdSet));

	set->type = type;
	set->memory = memory;
	set->count = 0;
	set->limit = limit;
	set->u.words = NULL;
	set->tiny = (unsigned char *) set->room;
	set->tiny_used = 0;
	set->tiny_size = TD_TINY_ROOM;
	set->mode = limit == 0 ? TD_MODE_FULL : TD_MODE_TINY;
	set->unused = 0;
	return set;
}

/* Releases what the set holds, but not the set. */
static void
release_contents(TdSet *set)
{
	if (set->mode == TD_MODE_WIRE)
		return;					/* the caller's bytes */
	if (set->mode == TD_MODE_TABLE)
	{
		if (set->type->kind == TD_SET_WORDS)
			td_words_free(set);
		else
			td_bytes_free(set);
	}
	if (set->tiny != (unsigned char *) set->room)
		set->type->release(set->memory, set->tiny, set->tiny_size);
	set->tiny = (unsigned char *) set->room;
	set->tiny_used = 0;
	set->tiny_size = TD_TINY_ROOM;
}

/* Releases the set and all it holds. */
void
td_set_free(TdSet *set)
{
	release_contents(set);
	set->type->release(set->memory, set, sizeof(TdSet));
}

/* The limit is reached: forgets the values, remembers that. */
void
td_set_become_full(TdSet *set)
{
	release_contents(set);
	set->u.words = NULL;
	set->mode = TD_MODE_FULL;
	set->count = set->limit;
}

static void
become_table(TdSet *set)
{
	if (set->type->kind == TD_SET_WORDS)
		td_words_create(set);
	else
		td_bytes_create(set);
}

/*
 * Makes room for need more bytes in the small form.  False if the set must
 * become a table instead.
 */
static bool
tiny_room(TdSet *set, size_t need)
{
	size_t		size = set->tiny_size;

	if (set->count >= TD_TINY_VALUES ||
		need > TD_TINY_BYTES - set->tiny_used)
		return false;
	if (need <= size - set->tiny_used)
		return true;
	while (size - set->tiny_used < need)
		size *= 2;
	if (set->tiny == (unsigned char *) set->room)
	{
		unsigned char *larger = set->type->alloc(set->memory, size);

		memcpy(larger, set->tiny, set->tiny_used);
		set->tiny = larger;
	}
	else
		set->tiny = set->type->grow(set->memory, set->tiny, set->tiny_size, size);
	set->tiny_size = (uint32_t) size;
	return true;
}

/* Adds a word to a set that is not a table. */
static void
add_word_slowly(TdSet *set, uint64_t word)
{
	if (set->mode == TD_MODE_WIRE)
		(void) td_set_thaw(set);
	if (set->mode == TD_MODE_FULL)
		return;
	if (set->mode == TD_MODE_TINY)
	{
		uint64_t   *words = (uint64_t *) set->tiny;

		for (uint64_t i = 0; i < set->count; i++)
		{
			if (words[i] == word)
				return;
		}
		if (tiny_room(set, 8))
		{
			((uint64_t *) set->tiny)[set->count++] = word;
			set->tiny_used += 8;
			if (set->count >= set->limit)
				td_set_become_full(set);
			return;
		}
		become_table(set);
	}
	td_set_add_word(set, word);
}

/* Adds a word to a set of words. */
void
td_set_add_word(TdSet *set, uint64_t word)
{
	TdWordTable *table;

	if (td_unlikely(set->mode != TD_MODE_TABLE))
	{
		add_word_slowly(set, word);
		return;
	}
	table = set->u.words;
	if (word == table->last && table->has_last)
		return;
	table->last = word;
	table->has_last = true;
	TD_PREFETCH(&table->slots[td_hash_word(word, set->type->seed) >> table->shift]);
	table->pending[table->npending++] = word;
	if (td_unlikely(table->npending == TD_BATCH))
		td_words_flush(set);
}

/*
 * Looks for the value in the small form, and adds it if it is not there.
 * Returns its record, or NULL if the set has to become a table first.
 */
static unsigned char *
tiny_enter(TdSet *set, const void *value, size_t len, bool *found)
{
	const TdSetType *type = set->type;
	unsigned char *record = set->tiny;
	uint32_t	hash = 0;
	size_t		size = td_record_size(type, len);

	if (type->kind == TD_SET_CALLER)
		hash = type->hash(type, value, len);
	*found = true;
	for (uint64_t i = 0; i < set->count; i++)
	{
		if (td_record_equal(type, record, value, len, hash))
			return record;
		record += td_record_size(type, td_record_len(type, record));
	}
	*found = false;
	if (!tiny_room(set, size))
		return NULL;
	record = set->tiny + set->tiny_used;
	td_record_write(type, record, value, len, hash);
	set->tiny_used += (uint32_t) size;
	set->count++;
	return record;
}

/* Adds a byte string to a set that is not a table. */
static void
add_slowly(TdSet *set, const void *value, size_t len)
{
	bool		found;

	if (set->mode == TD_MODE_WIRE)
		(void) td_set_thaw(set);
	if (set->mode == TD_MODE_FULL)
		return;
	if (set->mode == TD_MODE_TINY)
	{
		if (tiny_enter(set, value, len, &found) != NULL)
		{
			if (set->count >= set->limit)
				td_set_become_full(set);
			return;
		}
		become_table(set);
	}
	td_bytes_add(set, value, len);
}

/*
 * Adds a byte string to a set of them; the bytes are copied.  The length must
 * be the type's width, if it has one.
 */
void
td_set_add(TdSet *set, const void *value, size_t len)
{
	if (td_likely(set->mode == TD_MODE_TABLE))
		td_bytes_add(set, value, len);
	else
		add_slowly(set, value, len);
}

/*
 * Finds the byte string or adds it, without delay, and returns the caller's
 * payload beside it, zero for one that is new.  The pointer is good until
 * the set changes.  For sets without a limit whose type has a payload.
 */
void *
td_set_enter(TdSet *set, const void *value, size_t len, bool *found)
{
	assert(set->type->payload > 0 && set->limit == TD_SET_UNLIMITED);
	if (set->mode == TD_MODE_TINY)
	{
		unsigned char *record = tiny_enter(set, value, len, found);

		if (record != NULL)
			return record;
		become_table(set);
	}
	return td_bytes_enter(set, value, len, found);
}

/* Makes room for count values in all, for one who knows how many will come. */
void
td_set_expect(TdSet *set, uint64_t count)
{
	if (count > set->limit)
		count = set->limit;
	if (count <= TD_TINY_VALUES || set->mode == TD_MODE_FULL ||
		set->mode == TD_MODE_WIRE)
		return;
	if (set->mode == TD_MODE_TINY)
		become_table(set);
	if (set->type->kind == TD_SET_WORDS)
		td_words_expect(set, count);
	else
		td_bytes_expect(set, count);
}

/* Settles what is pending. */
static void
settle(TdSet *set)
{
	if (set->mode != TD_MODE_TABLE)
		return;
	if (set->type->kind == TD_SET_WORDS)
		td_words_flush(set);
	else
		td_bytes_flush(set);
}

/*
 * Adds all values of the other set, which stays as it is; both must be of
 * the same type and limit.  Anything but TD_SET_OK says that other is a wire
 * form that cannot be read; then some of its values may have been added.
 *
 * The table is made as large as the larger of the two beforehand.  More is
 * not certain to be needed, and less would be: besides, values that arrive
 * in the order of another table's slots all crowd into one end of a table
 * that is too small for them.  (The walk through a table of words leaps
 * about for the same reason.)
 */
TdSetStatus
td_set_merge(TdSet *set, TdSet *other)
{
	TdSetScan	scan;
	uint64_t	step = 0;

	if (set->mode == TD_MODE_WIRE)
	{
		TdSetStatus status = td_set_thaw(set);

		if (status != TD_SET_OK)
			return status;
	}
	if (set->mode == TD_MODE_FULL)
		return TD_SET_OK;
	if (other->mode == TD_MODE_WIRE)
		return td_wire_merge(set, other);
	settle(other);
	if (other->mode == TD_MODE_FULL)
	{
		td_set_become_full(set);
		return TD_SET_OK;
	}
	td_set_expect(set, other->count > set->count ? other->count : set->count);
	td_set_scan_begin(other, &scan);
	while (set->mode != TD_MODE_FULL && td_set_scan_next(&scan))
	{
		if (set->type->kind == TD_SET_WORDS)
			td_set_add_word(set, scan.word);
		else
			td_set_add(set, scan.value, scan.len);
		td_poll(set->type, ++step);
	}
	return TD_SET_OK;
}

const TdSetType *
td_set_type(const TdSet *set)
{
	return set->type;
}

uint64_t
td_set_limit(const TdSet *set)
{
	return set->limit;
}

/* The number of distinct values, at most the limit. */
uint64_t
td_set_count(TdSet *set)
{
	settle(set);
	return set->count < set->limit ? set->count : set->limit;
}

/*
 * Begins a walk.  Values come in no order that means anything; a full set
 * shows none.  A set in wire form has to be thawed first.
 */
void
td_set_scan_begin(TdSet *set, TdSetScan *scan)
{
	settle(set);
	assert(set->mode != TD_MODE_WIRE);
	memset(scan, 0, sizeof(*scan));
	scan->set = set;
}

/* The next value of a set in its small form. */
static bool
tiny_scan_next(TdSetScan *scan)
{
	const TdSet *set = scan->set;
	const TdSetType *type = set->type;
	unsigned char *at = set->tiny + scan->position;

	if (scan->position >= set->tiny_used)
		return false;
	if (type->kind == TD_SET_WORDS)
	{
		memcpy(&scan->word, at, 8);
		scan->value = &scan->word;
		scan->len = 8;
		scan->position += 8;
		return true;
	}
	scan->payload = at;
	scan->value = td_record_value(type, at);
	scan->len = td_record_len(type, at);
	scan->position += td_record_size(type, scan->len);
	return true;
}

/* Steps to the next value; false after the last one. */
bool
td_set_scan_next(TdSetScan *scan)
{
	const TdSet *set = scan->set;

	if (set->mode == TD_MODE_TINY)
		return tiny_scan_next(scan);
	if (set->mode != TD_MODE_TABLE)
		return false;
	if (set->type->kind == TD_SET_WORDS)
		return td_words_scan_next(scan);
	return td_bytes_scan_next(scan);
}
