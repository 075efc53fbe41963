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
 * where the processor is known to have SSE2, as all x86-64 have (set_pack.h), and
 * elsewhere for eight, as the bytes of one word.
 */
#include "set_pack.h"

#define BYTES(x) (UINT64_C(0x0101010101010101) * (x))

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

	words[0] = digit_values(td_load_first_lowest(text), &bad);
	words[1] = digit_values(td_load_two(text + 9, text + 14), &bad);
	words[2] = digit_values(td_load_two(text + 19, text + 24), &bad);
	words[3] = digit_values(td_load_first_lowest(text + 28), &bad);
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
