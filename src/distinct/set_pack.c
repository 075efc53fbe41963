/*
 * set_pack.c
 *		UUIDs that come as text, kept as the 16 bytes they stand for.
 *
 * Agent ids, event ids and session ids are mostly UUIDs in a column of text.
 * One in the form that PostgreSQL and nearly everybody prints (36 characters,
 * lower case, hyphens at the usual places) can be told from its 16 bytes, so
 * the set keeps these: less than half the memory, and less to hash, compare
 * and send.  Strings of any other form are kept as they are.
 *
 * Packing is done for every row, so it is done for sixteen digits at a time
 * where the processor is known to have SSE2, as all x86-64 have, and elsewhere
 * for eight, as the bytes of one word.
 */
#include "set_pack.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define BYTES(x) (UINT64_C(0x0101010101010101) * (x))

/*
 * The 8 bytes of which the first is the lowest.
 */
static inline uint64_t
load_first_lowest(const unsigned char *p)
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
load_two(const unsigned char *p, const unsigned char *q)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return __builtin_bswap64(td_load32(p) << 32 | td_load32(q));
#else
	return td_load32(p) | td_load32(q) << 32;
#endif
}

/*
 * The values of 8 hexadecimal digits, a byte each.  A bit in *bad says that
 * one of them is none, or in upper case: from the values, the digits can be
 * made again, and must be the same.
 */
static inline uint64_t
digit_values(uint64_t digits, uint64_t *bad)
{
	uint64_t	letters = (digits >> 6) & BYTES(1);
	uint64_t	values = (digits & BYTES(0x0f)) + letters * 9;
	uint64_t	over_9 = ((values + BYTES(6)) >> 4) & BYTES(1);

	*bad |= (values & BYTES(0xf0)) | ((values + BYTES(0x30) + over_9 * 0x27) ^ digits);
	return values;
}

/*
 * Puts 8 values of 4 bits together, the first one highest in the first byte.
 */
static inline uint64_t
join(uint64_t values)
{
	values = ((values << 4) | (values >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
	values = (values | (values >> 8)) & UINT64_C(0x0000ffff0000ffff);
	return (values | (values >> 16)) & UINT64_C(0xffffffff);
}

/*
 * Nonzero if the hyphens are not where they should be.
 */
static inline uint64_t
bad_hyphens(const unsigned char *text)
{
	return (uint64_t) ((text[8] ^ '-') | (text[13] ^ '-') |
					   (text[18] ^ '-') | (text[23] ^ '-'));
}

/*
 * td_pack_uuid() for all machines.
 */
bool
td_pack_uuid_portably(const unsigned char *text, unsigned char *packed)
{
	uint64_t	bad = bad_hyphens(text);
	uint64_t	words[4];
	uint64_t	pair[2];

	words[0] = digit_values(load_first_lowest(text), &bad);
	words[1] = digit_values(load_two(text + 9, text + 14), &bad);
	words[2] = digit_values(load_two(text + 19, text + 24), &bad);
	words[3] = digit_values(load_first_lowest(text + 28), &bad);
	if (bad != 0)
		return false;
	pair[0] = join(words[0]) | (join(words[1]) << 32);
	pair[1] = join(words[2]) | (join(words[3]) << 32);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	pair[0] = __builtin_bswap64(pair[0]);
	pair[1] = __builtin_bswap64(pair[1]);
#endif
	memcpy(packed, pair, TD_PACKED_SIZE);
	return true;
}

#ifdef __SSE2__

/*
 * The values of 16 hexadecimal digits.  Nonzero bytes in *bad say that one is
 * none, or in upper case: its value is not below 16, or it was taken for a
 * letter and is not above 9.
 */
static inline __m128i
digit_values_16(__m128i digits, __m128i *bad)
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
static inline __m128i
join_16(__m128i values)
{
	return _mm_and_si128(_mm_or_si128(_mm_slli_epi16(values, 4),
									  _mm_srli_epi16(values, 8)),
						 _mm_set1_epi16(0xff));
}

/*
 * Packs 36 characters into 16 bytes, if they are a UUID in the usual form.
 */
bool
td_pack_uuid(const unsigned char *text, unsigned char *packed)
{
	__m128i		bad = _mm_cvtsi64_si128((long long) bad_hyphens(text));
	__m128i		first;
	__m128i		second;

	first = _mm_set_epi64x((long long) load_two(text + 9, text + 14),
						   (long long) load_first_lowest(text));
	second = _mm_set_epi64x((long long) load_first_lowest(text + 28),
							(long long) load_two(text + 19, text + 24));
	first = digit_values_16(first, &bad);
	second = digit_values_16(second, &bad);
	if (_mm_movemask_epi8(_mm_cmpeq_epi8(bad, _mm_setzero_si128())) != 0xffff)
		return false;
	_mm_storeu_si128((__m128i *) packed,
					 _mm_packus_epi16(join_16(first), join_16(second)));
	return true;
}

#else

bool
td_pack_uuid(const unsigned char *text, unsigned char *packed)
{
	return td_pack_uuid_portably(text, packed);
}

#endif

/*
 * Gives back the 36 characters.
 */
void
td_unpack_uuid(const unsigned char *packed, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < TD_PACKED_SIZE; i++)
	{
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*text++ = '-';
		*text++ = digits[packed[i] >> 4];
		*text++ = digits[packed[i] & 15];
	}
}
