/*
 * set_base.h
 *		What all files of the set build on: hints to the compiler, sizes, bytes.
 */
#ifndef TD_SET_BASE_H
#define TD_SET_BASE_H

#include <assert.h>
#include <string.h>

#include "set_type.h"

#ifdef __GNUC__
#define TD_PREFETCH(address) __builtin_prefetch(address)
#define td_likely(x) __builtin_expect((x) != 0, 1)
#define td_unlikely(x) __builtin_expect((x) != 0, 0)
#define TD_INLINE static inline __attribute__((always_inline))
#else
#define TD_PREFETCH(address) ((void) 0)
#define td_likely(x) (x)
#define td_unlikely(x) (x)
#define TD_INLINE static inline
#endif

/* Values that wait for their slots' cache lines to arrive. */
#define TD_BATCH 32

/* How many steps of a long loop may pass between two calls of poll. */
#define TD_POLL_STEPS 4096

/* The first table has this many bits, and tables are filled to 3/4. */
#define TD_FIRST_BITS 5
#define TD_FILL(slots) ((slots) / 4 * 3)

/*
 * The size of an array of slots.  A size beyond size_t becomes the largest size
 * there is, so that the memory hook refuses it.
 */
static inline size_t
td_slots_size(uint64_t slots)
{
	return slots > SIZE_MAX / sizeof(uint64_t) ? SIZE_MAX :
		(size_t) slots * sizeof(uint64_t);
}

/*
 * Lets the caller be interrupted now and then.
 */
static inline void
td_poll(const TdSetType *type, uint64_t step)
{
	if (td_unlikely(step % TD_POLL_STEPS == 0) && type->poll != NULL)
		type->poll();
}

/*
 * The zero bits below the lowest one.
 */
static inline int
td_low_zeros(uint64_t v)
{
#ifdef __GNUC__
	return __builtin_ctzll(v);
#else
	int			n = 0;

	for (; (v & 1) == 0; v >>= 1)
		n++;
	return n;
#endif
}

#define TD_PACKED UINT32_MAX
#define TD_PACKED_SIZE 16

TD_INLINE size_t
td_stored_size(uint32_t len)
{
	return len == TD_PACKED ? TD_PACKED_SIZE : len;
}


static inline uint64_t
td_load64(const unsigned char *p)
{
	uint64_t	v;

	memcpy(&v, p, 8);
	return v;
}

static inline uint64_t
td_load32(const unsigned char *p)
{
	uint32_t	v;

	memcpy(&v, p, 4);
	return v;
}

/*
 * Are two values of the same stored length the same, byte by byte?  Most that
 * differ do so at one of their ends, and short ones are not worth a call.  So
 * the ends are compared here, and memcmp() compares the middle of a long value.
 */
TD_INLINE bool
td_same_bytes(const void *a, const void *b, uint32_t len)
{
	const unsigned char *p = a;
	const unsigned char *q = b;
	uint32_t	i;

	len = (uint32_t) td_stored_size(len);
	if (len >= 8)
	{
		if (((td_load64(p) ^ td_load64(q)) |
			 (td_load64(p + len - 8) ^ td_load64(q + len - 8))) != 0)
			return false;
		return len <= 16 || memcmp(p + 8, q + 8, len - 16) == 0;
	}
	if (len >= 4)
		return ((td_load32(p) ^ td_load32(q)) |
				(td_load32(p + len - 4) ^ td_load32(q + len - 4))) == 0;
	for (i = 0; i < len && p[i] == q[i]; i++)
		;
	return i == len;
}

/*
 * Copies bytes; few of them without a call.
 */
TD_INLINE void
td_copy_bytes(unsigned char *to, const unsigned char *from, size_t len)
{
	if (len > 16 || len < 4)
		memcpy(to, from, len);
	else if (len >= 8)
	{
		uint64_t	first = td_load64(from);
		uint64_t	last = td_load64(from + len - 8);

		memcpy(to, &first, 8);
		memcpy(to + len - 8, &last, 8);
	}
	else
	{
		uint32_t	first = (uint32_t) td_load32(from);
		uint32_t	last = (uint32_t) td_load32(from + len - 4);

		memcpy(to, &first, 4);
		memcpy(to + len - 4, &last, 4);
	}
}

#endif							/* TD_SET_BASE_H */
