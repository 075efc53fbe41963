/*
 * set_tiny.c
 *		The small form of a set: a few values in a row.
 *
 * Values stand one after the other in a buffer, whose first bytes are part of
 * the set itself.  A new value is compared with each of them.
 */
#include "set_tiny.h"

#include "set_body.h"

/*
 * Makes the set an empty one.  What it held is the caller's business.
 */
void
td_tiny_init(TdSet *set)
{
	set->mode = TD_MODE_TINY;
	set->u.tiny = (unsigned char *) set->room.tiny;
	set->tiny_count = 0;
	set->tiny_used = 0;
	set->tiny_size = TD_TINY_ROOM;
}

/*
 * Releases the buffer, if it is not the one in the set.
 */
void
td_tiny_release(TdSet *set)
{
	if (set->u.tiny != (unsigned char *) set->room.tiny)
		set->family->type->release(set->family->memory, set->u.tiny, set->tiny_size);
}

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

/*
 * Bytes of a tiny record.  The caller's kind and payloads want 8-byte alignment.
 */
size_t
td_tiny_record_size(const TdSetType *type, uint32_t len)
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
unsigned char *
td_tiny_enter(TdSet *set, const void *value, uint32_t len, bool *found)
{
	const TdSetType *type = set->family->type;
	unsigned char *record = set->u.tiny;
	uint32_t	hash = 0;
	size_t		size = td_tiny_record_size(type, len);

	if (type->kind == TD_SET_CALLER)
		hash = type->hash(type, value, len);
	*found = true;
	for (int i = 0; i < set->tiny_count; i++)
	{
		unsigned char *body = record + type->payload;

		if (td_body_equal(type, body, value, len, hash))
			return record;
		record += td_tiny_record_size(type, td_body_len(type, body));
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
 * Adds a word, if it is not there.  False if the set has to become a large one
 * first.
 */
bool
td_tiny_add_word(TdSet *set, uint64_t word)
{
	uint64_t   *words = (uint64_t *) set->u.tiny;

	for (int i = 0; i < set->tiny_count; i++)
	{
		if (words[i] == word)
			return true;
	}
	if (!tiny_room(set, 8))
		return false;
	((uint64_t *) set->u.tiny)[set->tiny_count++] = word;
	set->tiny_used += 8;
	return true;
}

/*
 * The next value of the walk.
 */
bool
td_tiny_scan_next(TdSetScan *scan)
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
	td_body_show(type, scan, at + type->payload);
	scan->position += td_tiny_record_size(type, td_body_len(type, at + type->payload));
	return true;
}
