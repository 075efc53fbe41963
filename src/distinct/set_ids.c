/*
 * set_ids.c
 *		A set of numbers: which strings of its family's table a set holds.
 *
 * A run, while the numbers are consecutive.  A query with one group never needs
 * more.  Otherwise a hash table of 4 bytes a slot, filled to 3/4 at most and
 * doubled, or one bit for each string of the family, whichever is smaller when
 * the set grows.  So a number costs 5.3 to 10.7 bytes, and less where the groups
 * hold much of the family.  A bitmap grows with the family.  When it would take
 * 16 bytes for each number in it, it becomes a hash table again.
 */
#include "set_ids.h"

#define FIRST_HASH_BITS 4

void
td_ids_init(TdIds *ids)
{
	memset(ids, 0, sizeof(*ids));
	ids->form = TD_IDS_RUN;
}

void
td_ids_free(const TdIdsHome *home, TdIds *ids)
{
	const TdSetType *type = home->type;

	if (ids->form == TD_IDS_HASH)
		type->release(home->memory, ids->u.slots, ids->size * sizeof(uint32_t));
	else if (ids->form == TD_IDS_BITS)
		type->release(home->memory, ids->u.bits, ids->size * sizeof(uint64_t));
	td_ids_init(ids);
}

/*
 * Puts a number into its slot; true if it was not there.
 */
static inline bool
put(TdIds *ids, uint32_t id)
{
	uint32_t	i = td_ids_slot(ids, id);

	while (ids->u.slots[i] != 0)
	{
		if (ids->u.slots[i] == id + 1)
			return false;
		i = (i + 1) & (ids->size - 1);
	}
	ids->u.slots[i] = id + 1;
	return true;
}

/*
 * Puts a number, for which there must be room, into an array of either form.
 */
static inline void
put_any(TdIds *ids, uint32_t id)
{
	if (ids->form == TD_IDS_HASH)
		(void) put(ids, id);
	else
		ids->u.bits[id / TD_WORD_BITS] |= UINT64_C(1) << (id % TD_WORD_BITS);
}

/*
 * Words of bits for all strings of the family, and some to come.
 */
static inline uint32_t
bitmap_words(const TdIdsHome *home)
{
	return home->count / TD_WORD_BITS + home->count / (4 * TD_WORD_BITS) + 1;
}

/*
 * Remakes the set in the form that is smaller for so many numbers and one more.
 */
static void
rebuild(const TdIdsHome *home, TdIds *ids, uint32_t count)
{
	const TdSetType *type = home->type;
	TdIds		old = *ids;
	uint64_t	position = 0;
	uint64_t	size;
	int			bits = FIRST_HASH_BITS;
	uint32_t	id;

	while (TD_FILL(UINT64_C(1) << bits) <= count)
		bits++;
	/* 2^32 slots would not fit into ids->size, but there is no such family */
	ids->shift = (uint8_t) (32 - bits);
	ids->size = (uint32_t) (UINT64_C(1) << bits);
	ids->form = TD_IDS_HASH;
	size = sizeof(uint32_t) << bits;
	if (bitmap_words(home) * sizeof(uint64_t) <= size)
	{
		ids->form = TD_IDS_BITS;
		ids->size = bitmap_words(home);
		size = ids->size * sizeof(uint64_t);
	}
	ids->u.slots = type->alloc(home->memory, size);
	memset(ids->u.slots, 0, size);
	while (td_ids_next(&old, &position, &id))
	{
		put_any(ids, id);
		td_poll(type, position + 1);
	}
	td_ids_free(home, &old);
}

/*
 * Makes the bitmap reach the family's last string, or remakes the set as a hash
 * table.
 */
static void
grow_bitmap(const TdIdsHome *home, TdIds *ids)
{
	size_t		old_size = ids->size * sizeof(uint64_t);
	uint32_t	words = bitmap_words(home);
	size_t		size = words * sizeof(uint64_t);

	if (size > (size_t) 16 * ids->count)
	{
		rebuild(home, ids, ids->count);
		return;
	}
	ids->u.bits = home->type->grow(home->memory, ids->u.bits, old_size, size);
	memset((unsigned char *) ids->u.bits + old_size, 0, size - old_size);
	ids->size = words;
}

/*
 * Adds a number to a run; false if it does not fit there.
 */
static inline bool
add_to_run(TdIds *ids, uint32_t id)
{
	if (td_ids_in_run(ids, id))
		return true;
	if (ids->count == 0)
		ids->first = id;
	if (id - ids->first != ids->count)
		return false;
	ids->count++;
	return true;
}

/*
 * Adds the number of a string of the family's table to the set.
 */
void
td_ids_add(const TdIdsHome *home, TdIds *ids, uint32_t id)
{
	if (ids->form == TD_IDS_RUN)
	{
		if (add_to_run(ids, id))
			return;
		rebuild(home, ids, ids->count);
	}
	if (ids->form == TD_IDS_BITS && td_unlikely(id / TD_WORD_BITS >= ids->size))
		grow_bitmap(home, ids);
	if (td_ids_add_bit(ids, id))
		return;
	if (td_likely(!put(ids, id)))
		return;
	ids->count++;
	if (td_unlikely(ids->count >= TD_FILL(ids->size)))
		rebuild(home, ids, ids->count);
}

/*
 * Makes room in an empty set for as many numbers as are about to come.
 */
void
td_ids_expect(const TdIdsHome *home, TdIds *ids, uint32_t count)
{
	if (ids->form == TD_IDS_RUN && ids->count == 0)
		rebuild(home, ids, count);
}

/*
 * A walk, in no order that means anything; *position is 0 at first.
 */
bool
td_ids_next(const TdIds *ids, uint64_t *position, uint32_t *id)
{
	if (ids->form == TD_IDS_RUN)
	{
		*id = ids->first + (uint32_t) *position;
		return (*position)++ < ids->count;
	}
	if (ids->form == TD_IDS_HASH)
	{
		while (*position < ids->size)
		{
			uint32_t	slot = ids->u.slots[(*position)++];

			if (slot != 0)
			{
				*id = slot - 1;
				return true;
			}
		}
		return false;
	}
	while (*position / TD_WORD_BITS < ids->size)
	{
		uint64_t	rest = ids->u.bits[*position / TD_WORD_BITS] >> (*position % TD_WORD_BITS);

		if (rest == 0)
		{
			*position = (*position / TD_WORD_BITS + 1) * TD_WORD_BITS;
			continue;
		}
		*position += (uint64_t) td_low_zeros(rest);
		*id = (uint32_t) (*position)++;
		return true;
	}
	return false;
}
