/*
 * set_hash.h
 *		Hashes of words and of bytes.
 */
#ifndef TD_SET_HASH_H
#define TD_SET_HASH_H

#include "set_base.h"

#define TD_K0 UINT64_C(0x9e3779b97f4a7c15)
#define TD_K1 UINT64_C(0xd6e8feb86659fd93)
#define TD_K2 UINT64_C(0xc2b2ae3d27d4eb4f)

/*
 * Multiplies to 128 bits and folds the halves.
 */
TD_INLINE uint64_t
td_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	unsigned __int128 product = (unsigned __int128) a * b;

	return (uint64_t) product ^ (uint64_t) (product >> 64);
#else
	uint64_t	ah = a >> 32,
				al = (uint32_t) a;
	uint64_t	bh = b >> 32,
				bl = (uint32_t) b;
	uint64_t	ll = al * bl,
				lh = al * bh,
				hl = ah * bl;
	uint64_t	middle = (ll >> 32) + (uint32_t) lh + (uint32_t) hl;

	return ((middle << 32) | (uint32_t) ll) ^
		(ah * bh + (lh >> 32) + (hl >> 32) + (middle >> 32));
#endif
}

/*
 * The hash of a word; the high bits choose the slot.
 */
static inline uint64_t
td_hash_word(uint64_t word, uint64_t seed)
{
	return td_fold(word ^ seed, TD_K0) * TD_K1;
}

/*
 * The hash of bytes.  It takes 16 bytes at a time: one multiplication folds two
 * words.  Long values go in two lanes, so that one multiplication need not wait
 * for the other.  The seed is in both factors.  Otherwise somebody who knows the
 * constants could make one factor zero, and the other factor's bytes would not
 * count.  The hash never leaves the process, so it may depend on the machine's
 * byte order.
 */
TD_INLINE uint64_t
td_hash_bytes(const unsigned char *p, size_t len, uint64_t seed)
{
	uint64_t	k1 = seed ^ TD_K1;
	uint64_t	k2 = seed ^ TD_K2;
	uint64_t	h = seed ^ (len * TD_K0);
	uint64_t	a = 0;
	uint64_t	b = 0;

	if (len > 16)
	{
		if (len > 48)
		{
			uint64_t	g = h ^ TD_K2;

			for (; len > 48; p += 32, len -= 32)
			{
				h = td_fold(td_load64(p) ^ k1, td_load64(p + 8) ^ h);
				g = td_fold(td_load64(p + 16) ^ k2, td_load64(p + 24) ^ g);
			}
			h ^= g * TD_K1;
		}
		for (; len > 16; p += 16, len -= 16)
			h = td_fold(td_load64(p) ^ k1, td_load64(p + 8) ^ h);
		/* the last 16 bytes, which may overlap those read before */
		a = td_load64(p + len - 16);
		b = td_load64(p + len - 8);
	}
	else if (len >= 8)
	{
		a = td_load64(p);
		b = td_load64(p + len - 8);
	}
	else if (len >= 4)
	{
		a = td_load32(p);
		b = td_load32(p + len - 4);
	}
	else if (len > 0)
		a = ((uint64_t) p[0] << 16) | ((uint64_t) p[len / 2] << 8) | p[len - 1];
	return td_fold(td_fold(a ^ k2, b ^ h), k1) * TD_K1;
}

#endif							/* TD_SET_HASH_H */
