/*
 * test_set_hash.c
 *		Tests of the hash by which a set places byte strings: that all of a string
 *		matters, whatever else is in it.
 *
 * Build and run as test_set.c.
 */
#include "unit.h"

#include "distinct/set_hash.h"

#define SEED UINT64_C(0x1234567890abcdef)
#define LONGEST 100

/* Changes of one byte, at each place, of strings of each length: all count. */
static void
test_every_byte(void)
{
	unsigned char bytes[LONGEST];
	int			same = 0;

	for (size_t len = 1; len <= LONGEST; len++)
	{
		uint64_t	hash;

		for (size_t i = 0; i < len; i++)
			bytes[i] = (unsigned char) (i * 37 + len);
		hash = td_hash_bytes(bytes, len, SEED);
		for (size_t i = 0; i < len; i++)
		{
			bytes[i] ^= 0x20;
			same += td_hash_bytes(bytes, len, SEED) == hash;
			bytes[i] ^= 0x20;
		}
		same += td_hash_bytes(bytes, len, SEED + 2) == hash;
	}
	CHECK(same == 0);
}

/*
 * Who knows the constants of the hash, but not the seed, must not be able to
 * write strings that collide: a word that is one of them, anywhere in the
 * string, may not hide what stands beside it.
 */
static void
test_no_word_hides_another(void)
{
	static const uint64_t constants[] = {TD_K0, TD_K1, TD_K2, 0, UINT64_MAX};
	unsigned char bytes[LONGEST];

	for (size_t len = 16; len <= 96; len += 8)
	{
		int			same = 0;

		for (size_t c = 0; c < sizeof(constants) / sizeof(constants[0]); c++)
		{
			for (size_t at = 0; at < len; at += 8)
			{
				for (size_t beside = 0; beside < len; beside += 8)
				{
					uint64_t	hash;

					if (beside == at)
						continue;
					memset(bytes, 'x', len);
					memcpy(bytes + at, &constants[c], 8);
					hash = td_hash_bytes(bytes, len, SEED);
					bytes[beside] = 'y';
					same += td_hash_bytes(bytes, len, SEED) == hash;
				}
			}
		}
		CHECK(same == 0);
	}
}

/* The comparison without calls agrees with memcmp() on every length. */
static void
test_same_bytes(void)
{
	unsigned char a[LONGEST];
	unsigned char b[LONGEST];
	unsigned char copy[LONGEST + 1];
	int			wrong = 0;

	for (uint32_t len = 0; len <= LONGEST; len++)
	{
		for (uint32_t i = 0; i < len; i++)
			a[i] = b[i] = (unsigned char) (i + len);
		wrong += !td_same_bytes(a, b, len);
		for (uint32_t i = 0; i < len; i++)
		{
			b[i] ^= 0x80;
			wrong += td_same_bytes(a, b, len);
			b[i] ^= 0x80;
		}
		memset(copy, 0xee, sizeof(copy));
		td_copy_bytes(copy, a, len);
		wrong += memcmp(copy, a, len) != 0 || copy[len] != 0xee;
	}
	CHECK(wrong == 0);
}

int
main(void)
{
	test_every_byte();
	test_no_word_hides_another();
	test_same_bytes();
	return unit_report();
}
