/*
 * set_ids.h
 *		A set of numbers: which strings of its family's table a set holds.
 */
#ifndef TD_SET_IDS_H
#define TD_SET_IDS_H

#include "set_hash.h"

/* The type of a family, the memory of its numbers, and how many strings its table has. */
typedef struct TdIdsHome
{
	const TdSetType *type;
	void	   *memory;
	uint32_t	count;
} TdIdsHome;

/* A set of numbers. */
typedef struct TdIds
{
	union
	{
		uint32_t   *slots;		/* number + 1, or 0 */
		uint64_t   *bits;
	}			u;
	uint32_t	first;			/* of a run */
	uint32_t	count;
	uint32_t	size;			/* slots, or words of bits */
	uint8_t		form;
	uint8_t		shift;			/* 32 - log2(slots) */
} TdIds;

/* The forms of a set of numbers. */
enum
{
	TD_IDS_RUN,
	TD_IDS_HASH,
	TD_IDS_BITS
};

#define TD_WORD_BITS 64

extern void td_ids_init(TdIds *ids);
extern void td_ids_free(const TdIdsHome *home, TdIds *ids);
extern void td_ids_add(const TdIdsHome *home, TdIds *ids, uint32_t id);
extern void td_ids_expect(const TdIdsHome *home, TdIds *ids, uint32_t count);
extern bool td_ids_next(const TdIds *ids, uint64_t *position, uint32_t *id);

/*
 * The slot of a number: its bits are mixed, as numbers may come in any pattern.
 */
static inline uint32_t
td_ids_slot(const TdIds *ids, uint32_t id)
{
	uint64_t	mixed = (id ^ (id >> 15)) * TD_K0;

	mixed ^= mixed >> 29;
	return (uint32_t) ((mixed * TD_K1) >> 32) >> ids->shift;
}

/*
 * Asks for the memory that td_ids_add() will look at.
 */
static inline void
td_ids_prefetch(const TdIds *ids, uint32_t id)
{
	if (ids->form == TD_IDS_BITS)
	{
		if (id / TD_WORD_BITS < ids->size)
			TD_PREFETCH(&ids->u.bits[id / TD_WORD_BITS]);
	}
	else if (ids->form == TD_IDS_HASH)
		TD_PREFETCH(&ids->u.slots[td_ids_slot(ids, id)]);
}

/*
 * Is the set a run that has the number?
 */
static inline bool
td_ids_in_run(const TdIds *ids, uint32_t id)
{
	return ids->form == TD_IDS_RUN && id - ids->first < ids->count;
}

/*
 * Adds the number if the set is a bitmap that reaches so far.
 */
static inline bool
td_ids_add_bit(TdIds *ids, uint32_t id)
{
	uint64_t   *word;
	uint64_t	bit = UINT64_C(1) << (id % TD_WORD_BITS);

	if (ids->form != TD_IDS_BITS || id / TD_WORD_BITS >= ids->size)
		return false;
	word = &ids->u.bits[id / TD_WORD_BITS];
	ids->count += (*word & bit) == 0;
	*word |= bit;
	return true;
}

#endif							/* TD_SET_IDS_H */
