/*
 * set.c
 *		An exact set of values: making, adding, merging and walking.
 *
 * Sets come in families.  A family holds the sets that serve one purpose, such
 * as one aggregate call of a query.  Its sets have one type, one memory and one
 * limit, and they end together.  A set passes through three forms.
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
 * Sets with a limit, or with payloads, have a table each.  A set with a limit
 * has to release its values when it is full.  A payload belongs to the set, and
 * not to the family.
 *
 * Full.  A set with a limit that has reached it needs no values any more: it
 * releases them and stays full.
 *
 * A fourth form is a set that was opened from its wire form (set_wire.c).
 * Nearly always it is merged into another set at once.  So it stays a view of
 * the caller's bytes until it is used in another way; then it is thawed.  Between
 * the processes of a query, sets of a family travel with the numbers of their
 * strings, so that each string is looked up once and not once a group
 * (set_numbered.c).
 *
 * Large tables look values up in batches, so some may be pending.  Counting the
 * values and walking through the set look up the pending ones first; that does
 * not change what the set means.
 *
 * Limits: 32 GB of strings in a table, 4 GB for one string.
 */
#include "set.h"

#include "set_body.h"
#include "set_internal.h"
#include "set_numbered.h"
#include "set_tiny.h"
#include "set_wire.h"

/*
 * Makes an empty set.
 */
TdSet *
td_set_create(TdSetFamily *family)
{
	TdSet	   *set = family->type->alloc(family->memory, sizeof(TdSet));

	set->family = family;
	td_tiny_init(set);
	if (family->limit == 0)
		set->mode = TD_MODE_FULL;
	return set;
}

/*
 * Releases what the set holds, but not the set.
 */
static void
release_contents(TdSet *set)
{
	TdSetFamily *family = set->family;

	if (set->mode == TD_MODE_TINY)
		td_tiny_release(set);
	else if (set->mode == TD_MODE_TABLE && family->type->kind == TD_SET_WORDS)
		td_words_free(family->type, family->memory, set->u.words);
	else if (set->mode == TD_MODE_TABLE)
		td_bytes_free(set->u.bytes);
	else if (set->mode == TD_MODE_IDS)
	{
		td_bytes_flush(family->table);
		family->table->last_owner = NULL;
		td_ids_free(&family->table->home, &set->room.ids);
	}
}

/*
 * Releases the set and all it holds; its family may keep strings of it.
 */
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

/*
 * The limit is reached: forgets the values, remembers that.
 */
static void
become_full(TdSet *set)
{
	release_contents(set);
	set->mode = TD_MODE_FULL;
}

/*
 * Adds a string to the table of its own that a set has, or to its family's.
 */
TD_INLINE void
add_to_table(TdSet *set, const void *value, uint32_t len)
{
	if (td_likely(set->mode == TD_MODE_IDS))
		td_bytes_add(set->family->table, &set->room.ids, value, len);
	else
		td_bytes_add(set->u.bytes, NULL, value, len);
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
			family->table = td_family_table(family);
		set->mode = TD_MODE_IDS;
		family->large++;
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
			add_to_table(set, td_body_value(type, body), len);
		record += td_tiny_record_size(type, len);
	}
	if (tiny.u.tiny != (unsigned char *) set->room.tiny)
		type->release(family->memory, tiny.u.tiny, tiny.tiny_size);
}

/*
 * Makes a tiny set of words large.
 */
static void
words_become_large(TdSet *set)
{
	const TdSetFamily *family = set->family;
	TdWordTable *table = td_words_create(family->type, family->memory,
										 (const uint64_t *) set->u.tiny, set->tiny_count);

	td_tiny_release(set);
	set->u.words = table;
	set->mode = TD_MODE_TABLE;
}

/* ---- adding ---- */

/*
 * Looks up the pending words.  The set may become full.
 */
static void
flush_words(TdSet *set)
{
	td_words_flush(set->family->type, set->family->memory, set->u.words);
	if (set->u.words->count >= set->family->limit)
		become_full(set);
}

/*
 * Adds a word to a set that is not a table.
 */
static void
add_word_slowly(TdSet *set, uint64_t word)
{
	if (set->mode == TD_MODE_WIRE)
		(void) td_set_thaw(set);
	if (set->mode == TD_MODE_FULL)
		return;
	if (set->mode == TD_MODE_TINY)
	{
		if (td_tiny_add_word(set, word))
		{
			if (set->tiny_count >= set->family->limit)
				become_full(set);
			return;
		}
		words_become_large(set);
	}
	td_set_add_word(set, word);
}

/*
 * Adds a word to a set of words.
 */
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
		flush_words(set);
}

/*
 * Adds a byte string to a set that does not keep numbers.
 */
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
		if (td_tiny_enter(set, value, len, &found) != NULL)
		{
			if (set->tiny_count >= set->family->limit)
				become_full(set);
			return;
		}
		bytes_become_large(set);
	}
	add_to_table(set, value, len);
	if (set->mode == TD_MODE_TABLE && set->u.bytes->home.count >= set->family->limit)
		become_full(set);
}

/*
 * Adds a UUID as text that has been packed.
 */
static inline void
add_packed(TdSet *set, const unsigned char *packed)
{
	if (td_likely(set->mode == TD_MODE_IDS))
		td_bytes_add_packed(set->family->table, &set->room.ids, packed);
	else
		add_slowly(set, packed, TD_PACKED);
}

/*
 * Adds a byte string to a set of them; the bytes are copied.  The length must
 * be the type's width, if it has one.
 */
void
td_set_add(TdSet *set, const void *value, size_t len)
{
	unsigned char packed[TD_PACKED_SIZE];

	if (len == TD_UUID_TEXT && set->family->type->packs && td_pack_uuid(value, packed))
		add_packed(set, packed);
	else if (td_likely(set->mode == TD_MODE_IDS))
		td_bytes_add(set->family->table, &set->room.ids, value, (uint32_t) len);
	else
		add_slowly(set, value, (uint32_t) len);
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
		unsigned char *record = td_tiny_enter(set, value, stored, found);

		if (record != NULL)
			return record;
		bytes_become_large(set);
	}
	return td_bytes_enter(set->u.bytes, value, stored, found);
}

/*
 * Settles what is pending.
 */
static void
settle(TdSet *set)
{
	if (set->mode == TD_MODE_IDS)
		td_bytes_flush(set->family->table);
	else if (set->mode == TD_MODE_TABLE && set->family->type->kind == TD_SET_WORDS)
		flush_words(set);
	else if (set->mode == TD_MODE_TABLE)
	{
		td_bytes_flush(set->u.bytes);
		if (set->u.bytes->home.count >= set->family->limit)
			become_full(set);
	}
}

/*
 * The number of values of a set that has nothing pending.
 */
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
				set->u.bytes->home.count;
		case TD_MODE_FULL:
			return set->family->limit;
		case TD_MODE_WIRE:
			return td_wire_count(set->u.wire);
	}
	return 0;
}

/*
 * Makes room for as many values as the set has that is about to be merged.  That
 * many are needed at least.  Also, words that arrive in the order of another
 * table's slots would crowd into one end of a table that is too small for them.
 * (The walk through a table of words takes a scattered order for the same
 * reason.) A family's table grows by itself, since most values that are merged
 * have been seen before.
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
			words_become_large(set);
		if (set->mode == TD_MODE_TABLE)
			td_words_expect(set->family->type, set->family->memory, set->u.words, count);
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
 * Adds the values of a set in wire form to another set.  If that becomes full,
 * the rest is not read.
 */
static TdSetStatus
merge_wire(TdSet *set, const TdSet *wire)
{
	const TdSetType *type = set->family->type;
	const unsigned char *at = wire->u.wire;
	const unsigned char *end = at + wire->room.wire_len;
	TdWireHeader	header;
	TdSetStatus status = td_wire_read_header(at, wire->room.wire_len, &header);
	uint64_t	count = 0;

	if (status != TD_SET_OK)
		return status;
	at += TD_WIRE_HEADER_SIZE + header.label_len;
	if (header.numbered && set->mode == TD_MODE_IDS && td_numbered_pays(set, at, end, header.count))
		return td_numbered_merge(set, &header, at, end);
	if (header.numbered)
		status = td_numbered_skip(&at, end, header.count);
	if (status != TD_SET_OK)
		return status;
	while (at < end && set->mode != TD_MODE_FULL)
	{
		uint64_t	len;
		bool		packed;

		status = td_wire_length(&header, &at, end, &len, &packed);
		if (status != TD_SET_OK)
			return status;
		if (packed)
			add_packed(set, at);
		else if (header.form == TD_WIRE_WORDS)
			td_set_add_word(set, td_load_le(at, 8));
		else if (header.form != TD_WIRE_ENTRIES)
			td_set_add(set, at, (size_t) len);
		else if (!type->decode(type, at, (size_t) len, set))
			return TD_SET_CORRUPT;
		at += len;
		td_poll(type, ++count);
	}
	if (set->mode != TD_MODE_FULL && count != header.count)
		return TD_SET_CORRUPT;
	return TD_SET_OK;
}

/*
 * Turns a set in wire form into a set like any other; others stay as they are.
 */
TdSetStatus
td_set_thaw(TdSet *set)
{
	TdSet		wire = *set;

	if (set->mode != TD_MODE_WIRE)
		return TD_SET_OK;
	td_tiny_init(set);
	return merge_wire(set, &wire);
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
		become_full(set);
		return TD_SET_OK;
	}
	expect(set, settled_count(other));
	if (other->mode == TD_MODE_WIRE)
		return merge_wire(set, other);
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

/*
 * The number of distinct values, at most the limit.
 */
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

/*
 * The next value of a set that keeps numbers.
 */
static bool
ids_scan_next(TdSetScan *scan)
{
	const TdByteTable *table = scan->set->family->table;
	uint32_t	id;

	if (!td_ids_next(&scan->set->room.ids, &scan->position, &id))
		return false;
	td_body_show(table->home.type, scan, td_bytes_numbered(table, id) + table->body_at);
	return true;
}

/*
 * Steps to the next value; false after the last one.
 */
bool
td_set_scan_next(TdSetScan *scan)
{
	const TdSet *set = scan->set;

	if (set->mode == TD_MODE_IDS)
		return ids_scan_next(scan);
	if (set->mode == TD_MODE_TINY)
		return td_tiny_scan_next(scan);
	if (set->mode != TD_MODE_TABLE)
		return false;
	if (set->family->type->kind == TD_SET_WORDS)
		return td_words_scan_next(set->u.words, scan);
	return td_bytes_scan_next(set->u.bytes, scan);
}
