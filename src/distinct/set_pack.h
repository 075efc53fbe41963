/*
 * set_pack.h
 *		UUIDs that come as text, kept as the 16 bytes they stand for.
 *
 * Packing them is here to become part of the function that adds a value.
 */
#ifndef TD_SET_PACK_H
#define TD_SET_PACK_H

#include "set_base.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

extern bool td_pack_uuid_portably(const unsigned char *text, unsigned char *packed);
extern void td_unpack_uuid(const unsigned char *packed, char *text);

/*
 * The 8 bytes of which the first is the lowest.
 */
static inline uint64_t
td_load_first_lowest(const unsigned char *p)
{
	uint64_t	v = td_load64(p);

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

/*
 * The same of two pieces of 4 bytes.
 */
static inline uint64_t
td_load_two(const unsigned char *p, const unsigned char *q)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return __builtin_bswap64(td_load32(p) << 32 | td_load32(q));
#else
	return td_load32(p) | td_load32(q) << 32;
#endif
}

#ifdef __SSE2__

/*
 * The values of 16 hexadecimal digits.  Nonzero bytes in *bad say that one is
 * none, or in upper case: its value is not below 16, or it was taken for a
 * letter and is not above 9.
 */
TD_INLINE __m128i
td_digit_values_16(__m128i digits, __m128i *bad)
{
	const __m128i nine = _mm_set1_epi8(9);
	__m128i		values = _mm_sub_epi8(digits, _mm_set1_epi8('0'));
	__m128i		letters = _mm_cmpgt_epi8(values, nine);

	values = _mm_sub_epi8(values, _mm_and_si128(letters, _mm_set1_epi8(0x27)));
	*bad = _mm_or_si128(*bad, _mm_and_si128(values, _mm_set1_epi8((char) 0xf0)));
	*bad = _mm_or_si128(*bad, _mm_xor_si128(letters, _mm_cmpgt_epi8(values, nine)));
	return values;
}

/*
 * Puts each two values of 4 bits together, in 16 bits.
 */
TD_INLINE __m128i
td_join_16(__m128i values)
{
	return _mm_and_si128(_mm_or_si128(_mm_slli_epi16(values, 4),
									  _mm_srli_epi16(values, 8)),
						 _mm_set1_epi16(0xff));
}

/*
 * Packs 36 characters into 16 bytes, if they are a UUID in the usual form.
 */
TD_INLINE bool
td_pack_uuid(const unsigned char *text, unsigned char *packed)
{
	__m128i		middle = _mm_loadu_si128((const __m128i *) (const void *) (text + 8));
	__m128i		bad = _mm_setzero_si128();
	__m128i		first;
	__m128i		second;

	/* characters 8, 13, 18 and 23 */
	if ((_mm_movemask_epi8(_mm_cmpeq_epi8(middle, _mm_set1_epi8('-'))) & 0x8421) != 0x8421)
		return false;
	first = _mm_set_epi64x((long long) td_load_two(text + 9, text + 14),
						   (long long) td_load_first_lowest(text));
	second = _mm_set_epi64x((long long) td_load_first_lowest(text + 28),
							(long long) td_load_two(text + 19, text + 24));
	first = td_digit_values_16(first, &bad);
	second = td_digit_values_16(second, &bad);
	if (_mm_movemask_epi8(_mm_cmpeq_epi8(bad, _mm_setzero_si128())) != 0xffff)
		return false;
	_mm_storeu_si128((__m128i *) packed,
					 _mm_packus_epi16(td_join_16(first), td_join_16(second)));
	return true;
}

#else

static inline bool
td_pack_uuid(const unsigned char *text, unsigned char *packed)
{
	return td_pack_uuid_portably(text, packed);
}

#endif

#endif							/* TD_SET_PACK_H */
