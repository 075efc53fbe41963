/*
 * set.c
 *		An exact set of values: its life, its small form, merging and walking.
 *
 * Sets come in families.  A family is what was made for one purpose, such as
 * one aggregate call of a query: its sets are of one type, in one memory, with
 * one limit, and end together.  A set passes through three forms.
 *
 * Tiny.  The first values (at most 8, in at most 2 kB) stand one after the
 * other in a small buffer, the first 40 bytes of which are part of the set
 * itself; a new value is compared with each of them.  Most groups of most
 * queries end here, and cost one allocation of 64 bytes.
 *
 * Large.  Words go into a table of their own (set_words.c).  Strings go into a
 * table that is the family's (set_bytes.c): the same agents, hosts and users
 * come up in group after group, so each string is stored once, and the sets
 * keep only its number (set_ids.c).  In bytes:
 *
 *		a word			11 to 21, and its half more while the table grows
 *		a string		11 to 21, and the string, its length and number (8),
 *						padded to 8; once for all groups of the family
 *		a string in a	none, if there is only this group; else at most 16,
 *		group			mostly 5 to 11, and less where groups are dense
 *
 * A text that is a UUID counts as a string of 16 bytes (set_pack.c).
 *
 * Sets of a family with a limit, or with payloads, have a table each: the one
 * sort has to give its values back, the other has them to itself.
 *
 * Full.  A set with a limit that has reached it needs no values any more: it
 * releases them and stays full.
 *
 * A fourth form is a set that was opened from its wire form (set_wire.c).
 * Nearly always it is merged into another set at once, so it stays as it is,
 * a view of the caller's bytes, until somebody wants more of it.
 *
 * Large tables look values up in batches, so some may be pending.  Whoever
 * asks for the count or walks through the set settles them first; that does
 * not change what the set means.
 *
 * Limits: 32 GB of strings in a table, 4 GB for one string.
 */
#include "set_internal.h"

/*
 * Makes a family.  All its memory, and its sets', comes from the type's hooks
 * with the given memory; limit is the number of values at which a set stops
 * remembering.  alone says that its sets are few and want tables of their own.
 */
TdSetFamily *
td_set_family(const TdSetType *type, void *memory, uint64_t limit, bool alone)
{
	TdSetFamily *family = type->alloc(memory, sizeof(TdSetFamily));

	family->type = type;
	family->memory = memory;
	family->limit = limit;
	family->alone = alone || limit != TD_SET_UNLIMITED || type->payload > 0;
	family->table = NULL;
	return family;
}

/* Releases a family that has no sets any more. */
void
td_set_family_free(TdSetFamily *family)
{
	if (family->table != NULL)
		td_bytes_free(family->table);
	family->type->release(family->memory, family, sizeof(TdSetFamily));
}

/* Makes the set an empty one; what it held is the caller's business. */
void
td_set_become_tiny(TdSet *set)
{
	set->mode = TD_MODE_TINY;
	set->u.tiny = (unsigned char *) set->room.tiny;
	set->tiny_count = 0;
	set->tiny_used = 0;
	set->tiny_size = TD_TINY_ROOM;
}

/* Makes an empty set. */
TdSet *
td_set_create(TdSetFamily *family)
{
	TdSet	   *set = family->type->alloc(family->memory, sizeof(TdSet));

	set->family = family;
	td_set_become_tiny(set);
	if (family->limit == 0)
		set->mode = TD_MODE_FULL;
	return set;
}

/* Releases what the set holds, but not the set. */
static void
release_contents(TdSet *set)
{
	TdSetFamily *family = set->family;

	if (set->mode == TD_MODE_TINY && set->u.tiny != (unsigned char *) set->room.tiny)
		family->type->release(family->memory, set->u.tiny, set->tiny_size);
	else if (set->mode == TD_MODE_TABLE && family->type->kind == TD_SET_WORDS)
		td_words_free(set);
	else if (set->mode == TD_MODE_TABLE)
		td_bytes_free(set->u.bytes);
	else if (set->mode == TD_MODE_IDS)
	{
		td_bytes_flush(family->table);
		family->table->last_owner = NULL;
		td_ids_free(family->table, &set->room.ids);
	}
}

/* Releases the set and all it holds; its family may keep strings of it. */
void
td_set_free(TdSet *set)
{
	TdSetFamily *family = set->family;
	size_t		size = sizeof(TdSet);

	release_contents(set);
	/* a set that was opened brings its family along */
	if (family == (TdSetFamily *) (set + 1))
		size += sizeof(TdSetFamily);
	family->type->release(family->memory, set, size);
}

/* The limit is reached: forgets the values, remembers that. */
void
td_set_become_full(TdSet *set)
{
	release_contents(set);
	set->mode = TD_MODE_FULL;
}

/* ---- the small form ---- */

/*
 * Makes room for need more bytes in the small form.  False if the set must
 * become a large one instead.
 */
static bool
tiny_room(TdSet *set, size_t need)
{
	const TdSetType *type = set->family->type;
	void	   *memory = set->family->memory;
	size_t		size = set->tiny_size;

	if (set->tiny_count >= TD_TINY_VALUES ||
		need > (size_t) (TD_TINY_BYTES - set->tiny_used))
		return false;
	if (need <= size - set->tiny_used)
		return true;
	/* from the room in the set to 64, and on by powers of two */
	for (size = 64; size - set->tiny_used < need || size <= set->tiny_size;)
		size *= 2;
	if (set->u.tiny == (unsigned char *) set->room.tiny)
	{
		unsigned char *larger = type->alloc(memory, size);

		memcpy(larger, set->u.tiny, set->tiny_used);
		set->u.tiny = larger;
	}
	else
		set->u.tiny = type->grow(memory, set->u.tiny, set->tiny_size, size);
	set->tiny_size = (uint16_t) size;
	return true;
}

/* Bytes of a tiny record; the caller's kind and payloads want 8-byte alignment. */
static inline size_t
tiny_record_size(const TdSetType *type, uint32_t len)
{
	size_t		size = type->payload + td_body_header(type) + td_stored_size(len);

	if (type->kind == TD_SET_CALLER || type->payload > 0)
		size = (size + 7) & ~(size_t) 7;
	return size;
}

/*
 * Looks for the value in the small form, and adds it if it is not there.
 * Returns its record, or NULL if the set has to become a large one first.
 */
static unsigned char *
tiny_enter(TdSet *set, const void *value, uint32_t len, bool *found)
{
	const TdSetType *type = set->family->type;
	unsigned char *record = set->u.tiny;
	uint32_t	hash = 0;
	size_t		size = tiny_record_size(type, len);

	if (type->kind == TD_SET_CALLER)
		hash = type->hash(type, value, len);
	*found = true;
	for (int i = 0; i < set->tiny_count; i++)
	{
		unsigned char *body = record + type->payload;

		if (td_body_equal(type, body, value, len, hash))
			return record;
		record += tiny_record_size(type, td_body_len(type, body));
	}
	*found = false;
	if (!tiny_room(set, size))
		return NULL;
	record = set->u.tiny + set->tiny_used;
	memset(record, 0, type->payload);
	td_body_write(type, record + type->payload, value, len, hash);
	set->tiny_used += (uint16_t) size;
	set->tiny_count++;
	return record;
}

/*
 * Makes a tiny set of strings large.  The strings are moved to a table, with
 * their payloads.
 */
static void
bytes_become_large(TdSet *set)
{
	TdSetFamily *family = set->family;
	const TdSetType *type = family->type;
	TdSet		tiny = *set;
	unsigned char *record = set->u.tiny;

	if (record == (unsigned char *) set->room.tiny)
		record = (unsigned char *) tiny.room.tiny;
	if (family->alone)
	{
		set->u.bytes = td_bytes_create(type, family->memory, false);
		set->mode = TD_MODE_TABLE;
	}
	else
	{
		if (family->table == NULL)
			family->table = td_bytes_create(type, family->memory, true);
		set->mode = TD_MODE_IDS;
		td_ids_init(&set->room.ids);
	}
	for (int i = 0; i < tiny.tiny_count; i++)
	{
		unsigned char *body = record + type->payload;
		uint32_t	len = td_body_len(type, body);
		bool		found;

		if (type->payload > 0)
			memcpy(td_bytes_enter(set->u.bytes, td_body_value(type, body), len, &found),
				   record, type->payload);
		else
			td_bytes_add(family->alone ? set->u.bytes : family->table, set,
						 td_body_value(type, body), len);
		record += tiny_record_size(type, len);
	}
	if (tiny.u.tiny != (unsigned char *) set->room.tiny)
		type->release(family->memory, tiny.u.tiny, tiny.tiny_size);
}

/* ---- adding ---- */

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
		uint64_t   *words = (uint64_t *) set->u.tiny;

		for (int i = 0; i < set->tiny_count; i++)
		{
			if (words[i] == word)
				return;
		}
		if (tiny_room(set, 8))
		{
			((uint64_t *) set->u.tiny)[set->tiny_count++] = word;
			set->tiny_used += 8;
			if (set->tiny_count >= set->family->limit)
				td_set_become_full(set);
			return;
		}
		td_words_create(set);
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
	table->pending[table->npending++] = word;
	if (td_unlikely(table->npending == TD_BATCH))
		td_words_flush(set);
}

/* Adds a byte string to a set that does not keep numbers. */
static void
add_slowly(TdSet *set, const void *value, uint32_t len)
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
			if (set->tiny_count >= set->family->limit)
				td_set_become_full(set);
			return;
		}
		bytes_become_large(set);
	}
	if (set->mode == TD_MODE_IDS)
	{
		td_bytes_add(set->family->table, set, value, len);
		return;
	}
	td_bytes_add(set->u.bytes, set, value, len);
	if (set->u.bytes->count >= set->family->limit)
		td_set_become_full(set);
}

/*
 * Adds a byte string to a set of them; the bytes are copied.  The length must
 * be the type's width, if it has one.
 */
void
td_set_add(TdSet *set, const void *value, size_t len)
{
	unsigned char packed[TD_PACKED_SIZE];
	uint32_t	stored = (uint32_t) len;

	if (len == TD_UUID_TEXT && set->family->type->packs && td_pack_uuid(value, packed))
	{
		value = packed;
		stored = TD_PACKED;
	}
	if (td_likely(set->mode == TD_MODE_IDS))
		td_bytes_add(set->family->table, set, value, stored);
	else
		add_slowly(set, value, stored);
}

/* Adds a UUID as text that has been packed. */
void
td_set_add_packed(TdSet *set, const unsigned char *packed)
{
	if (td_likely(set->mode == TD_MODE_IDS))
		td_bytes_add(set->family->table, set, packed, TD_PACKED);
	else
		add_slowly(set, packed, TD_PACKED);
}

/*
 * Finds the byte string or adds it, without delay, and returns the caller's
 * payload beside it, zero for one that is new.  The pointer is good until
 * the set changes.  For sets without a limit whose type has a payload.
 */
void *
td_set_enter(TdSet *set, const void *value, size_t len, bool *found)
{
	const TdSetType *type = set->family->type;
	unsigned char packed[TD_PACKED_SIZE];
	uint32_t	stored = (uint32_t) len;

	assert(type->payload > 0 && set->family->limit == TD_SET_UNLIMITED);
	if (len == TD_UUID_TEXT && type->packs && td_pack_uuid(value, packed))
	{
		value = packed;
		stored = TD_PACKED;
	}
	if (set->mode == TD_MODE_TINY)
	{
		unsigned char *record = tiny_enter(set, value, stored, found);

		if (record != NULL)
			return record;
		bytes_become_large(set);
	}
	return td_bytes_enter(set->u.bytes, value, stored, found);
}

/* Settles what is pending. */
static void
settle(TdSet *set)
{
	if (set->mode == TD_MODE_IDS)
		td_bytes_flush(set->family->table);
	else if (set->mode == TD_MODE_TABLE && set->family->type->kind == TD_SET_WORDS)
		td_words_flush(set);
	else if (set->mode == TD_MODE_TABLE)
	{
		td_bytes_flush(set->u.bytes);
		if (set->u.bytes->count >= set->family->limit)
			td_set_become_full(set);
	}
}

/* The number of values of a set that has nothing pending. */
static uint64_t
settled_count(const TdSet *set)
{
	switch ((TdSetMode) set->mode)
	{
		case TD_MODE_TINY:
			return set->tiny_count;
		case TD_MODE_IDS:
			return set->room.ids.count;
		case TD_MODE_TABLE:
			return set->family->type->kind == TD_SET_WORDS ? set->u.words->count :
				set->u.bytes->count;
		case TD_MODE_FULL:
			return set->family->limit;
		case TD_MODE_WIRE:
			return td_wire_count(set);
	}
	return 0;
}

/*
 * Makes room for as many values as a set has that is about to be merged.  More
 * is not certain to be needed, and less would be: besides, words that arrive
 * in the order of another table's slots all crowd into one end of a table that
 * is too small for them.  (The walk through a table of words leaps about for
 * the same reason.)  A family's table grows by itself: what is merged has
 * mostly been seen before.
 */
static void
expect(TdSet *set, uint64_t count)
{
	if (count > set->family->limit)
		count = set->family->limit;
	if (count <= TD_TINY_VALUES)
		return;
	if (set->family->type->kind == TD_SET_WORDS)
	{
		if (set->mode == TD_MODE_TINY)
			td_words_create(set);
		if (set->mode == TD_MODE_TABLE)
			td_words_expect(set, count);
	}
	else
	{
		if (set->mode == TD_MODE_TINY)
			bytes_become_large(set);
		if (set->mode == TD_MODE_TABLE)
			td_bytes_expect(set->u.bytes, count);
	}
}

/*
 * Adds all values of the other set, which stays as it is; both must be of
 * the same type and limit.  Anything but TD_SET_OK says that other is a wire
 * form that cannot be read; then some of its values may have been added.
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
	settle(other);
	if (set->mode == TD_MODE_FULL)
		return TD_SET_OK;
	if (other->mode == TD_MODE_FULL)
	{
		td_set_become_full(set);
		return TD_SET_OK;
	}
	expect(set, settled_count(other));
	if (other->mode == TD_MODE_WIRE)
		return td_wire_merge(set, other);
	td_set_scan_begin(other, &scan);
	while (set->mode != TD_MODE_FULL && td_set_scan_next(&scan))
	{
		if (set->family->type->kind == TD_SET_WORDS)
			td_set_add_word(set, scan.word);
		else
			td_set_add(set, scan.value, scan.len);
		td_poll(set->family->type, ++step);
	}
	return TD_SET_OK;
}

/* ---- asking ---- */

uint64_t
td_set_limit(const TdSet *set)
{
	return set->family->limit;
}

/* The number of distinct values, at most the limit. */
uint64_t
td_set_count(TdSet *set)
{
	settle(set);
	return settled_count(set);
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
	memset(scan, 0, offsetof(TdSetScan, text));
	scan->set = set;
	if (set->mode == TD_MODE_IDS)
		td_bytes_number(set->family->table);
}

/* Makes the walk show the value of a body. */
void
td_set_show_body(TdSetScan *scan, const unsigned char *body)
{
	const TdSetType *type = scan->set->family->type;
	uint32_t	len = td_body_len(type, body);

	scan->value = td_body_value(type, body);
	scan->len = len;
	scan->packed = NULL;
	if (type->packs && len == TD_PACKED)
	{
		scan->packed = scan->value;
		td_unpack_uuid(scan->packed, scan->text);
		scan->value = scan->text;
		scan->len = TD_UUID_TEXT;
	}
}

/* The next value of a set in its small form. */
static bool
tiny_scan_next(TdSetScan *scan)
{
	const TdSet *set = scan->set;
	const TdSetType *type = set->family->type;
	unsigned char *at = set->u.tiny + scan->position;

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
	td_set_show_body(scan, at + type->payload);
	scan->position += tiny_record_size(type, td_body_len(type, at + type->payload));
	return true;
}

/* The next value of a set that keeps numbers. */
static bool
ids_scan_next(TdSetScan *scan)
{
	const TdByteTable *table = scan->set->family->table;
	uint32_t	id;

	if (!td_ids_next(&scan->set->room.ids, &scan->position, &id))
		return false;
	td_set_show_body(scan, td_bytes_numbered(table, id) + table->body_at);
	return true;
}

/* Steps to the next value; false after the last one. */
bool
td_set_scan_next(TdSetScan *scan)
{
	const TdSet *set = scan->set;

	if (set->mode == TD_MODE_IDS)
		return ids_scan_next(scan);
	if (set->mode == TD_MODE_TINY)
		return tiny_scan_next(scan);
	if (set->mode != TD_MODE_TABLE)
		return false;
	if (set->family->type->kind == TD_SET_WORDS)
		return td_words_scan_next(scan);
	return td_bytes_scan_next(scan);
}
