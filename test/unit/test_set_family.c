/*
 * test_set_family.c
 *		Tests of sets that share a family's table, of the numbers that they
 *		keep (src/distinct/set_ids.c), of the memory all this takes, and of
 *		UUIDs that are packed (src/distinct/set_pack.c).
 *
 * Build and run as test_set.c.
 */
#include "set_model.h"

/* The number of a value, as a value of the kind. */
static Value
numbered_value(int kind, uint64_t n)
{
	Value		v;

	memset(&v, 0, sizeof(v));
	if (kind == WIDE)
	{
		v.len = 16;
		memcpy(v.bytes, &n, 8);
	}
	else if (kind == TEXTS && n % 4 > 0)
		v.len = (size_t) snprintf((char *) v.bytes, sizeof(v.bytes),
								  "%08x-0000-4a0b-9cdf-00000000abcd", (unsigned) n);
	else
		v.len = (size_t) snprintf((char *) v.bytes, sizeof(v.bytes), "value %u",
								  (unsigned) n);
	return v;
}

/*
 * Sets of one family, filled in turn: GROUPS sets, of which set g gets each of
 * its values for which pick() says so.  Afterwards each must hold what a model
 * holds, whatever form its numbers took on the way.
 */
#define GROUPS 40

typedef bool (*Pick) (uint64_t g, uint64_t value, uint64_t values);

static bool
pick_all(uint64_t g, uint64_t value, uint64_t values)
{
	(void) g;
	(void) value;
	(void) values;
	return true;
}

static bool
pick_own(uint64_t g, uint64_t value, uint64_t values)
{
	(void) values;
	return value % GROUPS == g;
}

/* the first sets see what is common, the later ones what is rare */
static bool
pick_some(uint64_t g, uint64_t value, uint64_t values)
{
	return (value * 2654435761 + g * 40503) % 1000 < UINT64_C(1000) >> (g / 4) ||
		value * GROUPS / (values + 1) == g;
}

static void
test_family(int kind, uint64_t nvalues, Pick pick, bool at_random)
{
	TdSetFamily *family = td_set_family(&types[kind], NULL, TD_SET_UNLIMITED, false);
	TdSet	   *sets[GROUPS];
	TdSet	   *again;
	Value	   *model = malloc((nvalues + 1) * sizeof(Value));
	bool		counts = true;
	bool		contents = true;

	for (int g = 0; g < GROUPS; g++)
		sets[g] = td_set_create(family);
	for (int round = 0; round < 2; round++)
	{
		for (uint64_t i = 0; i < nvalues; i++)
		{
			uint64_t	n = at_random ? random64() % nvalues : i;
			Value		v = numbered_value(kind, n);

			for (uint64_t g = 0; g < GROUPS; g++)
			{
				if (pick(g, n, nvalues))
					add(sets[g], kind, &v);
			}
		}
		/* what chance left out */
		for (uint64_t i = 0; at_random && i < nvalues; i++)
		{
			Value		v = numbered_value(kind, i);

			for (uint64_t g = 0; g < GROUPS; g++)
			{
				if (pick(g, i, nvalues))
					add(sets[g], kind, &v);
			}
		}
	}
	for (uint64_t g = 0; g < GROUPS; g++)
	{
		uint64_t	n = 0;

		for (uint64_t i = 0; i < nvalues; i++)
		{
			if (pick(g, i, nvalues))
				model[n++] = numbered_value(kind, i);
		}
		counts = counts && td_set_count(sets[g]) == n;
		contents = contents && holds(sets[g], model, n);
	}
	CHECK(counts);
	CHECK(contents);

	/* a set that goes leaves the others alone, and the next one begins empty */
	td_set_free(sets[0]);
	again = td_set_create(family);
	CHECK(td_set_count(again) == 0);
	for (uint64_t i = 0; i < nvalues; i++)
	{
		Value		v = numbered_value(kind, i);

		add(again, kind, &v);
	}
	CHECK(td_set_count(again) == nvalues);
	/* into a set of the same family, and of another */
	sets[0] = new_set(kind, TD_SET_UNLIMITED);
	CHECK(td_set_merge(sets[0], sets[1]) == TD_SET_OK);
	CHECK(td_set_count(sets[0]) == td_set_count(sets[1]));
	CHECK(td_set_merge(sets[1], again) == TD_SET_OK);
	CHECK(td_set_count(sets[1]) == nvalues);
	CHECK(td_set_count(sets[0]) <= nvalues);
	for (int g = 0; g < GROUPS; g++)
		td_set_free(sets[g]);
	td_set_free(again);
	td_set_family_free(family);
	free(model);
	end_test();
}

/* The value that came last is not taken for one of another set. */
static void
test_last_value(void)
{
	TdSetFamily *family = td_set_family(&types[STRINGS], NULL, TD_SET_UNLIMITED, false);
	bool		good = true;

	for (int round = 0; round < 50; round++)
	{
		TdSet	   *a = td_set_create(family);
		TdSet	   *b = td_set_create(family);

		for (int i = 0; i < 20; i++)
		{
			Value		v = numbered_value(STRINGS, (uint64_t) i);

			/* the set that was freed may have had this address */
			add(a, STRINGS, &v);
			add(a, STRINGS, &v);
			add(b, STRINGS, &v);
		}
		good = good && td_set_count(a) == 20 && td_set_count(b) == 20;
		td_set_free(b);
		td_set_free(a);
	}
	CHECK(good);
	td_set_family_free(family);
}

/*
 * A dense set whose family grows far beyond it, and walks through it at every
 * stage, each of which sees what has come since the last.
 */
static void
test_growing_family(void)
{
	TdSetFamily *family = td_set_family(&types[TEXTS], NULL, TD_SET_UNLIMITED, false);
	TdSet	   *dense = td_set_create(family);
	TdSet	   *sparse = td_set_create(family);
	Value	   *model = malloc(4000 * sizeof(Value));
	uint64_t	n = 0;
	uint64_t	others = 0;

	for (int stage = 0; stage < 6; stage++)
	{
		for (int i = 0; i < 500; i++, n++)
		{
			model[n] = numbered_value(TEXTS, 1000000 + n);
			add(dense, TEXTS, &model[n]);
			if (n % 2 == 0)
				add(sparse, TEXTS, &model[n]);
		}
		CHECK(holds(dense, model, n));
		CHECK(td_set_count(sparse) == n / 2 + others);
		for (int i = 0; i < (stage < 3 ? 10 : 300000); i++, others++)
		{
			Value		v = numbered_value(TEXTS, 2000000 + others);

			add(sparse, TEXTS, &v);
		}
	}
	CHECK(holds(dense, model, n));
	td_set_free(dense);
	td_set_free(sparse);
	td_set_family_free(family);
	free(model);
}

/* What a value costs in bytes, as set.c promises. */
static void
test_memory(void)
{
	TdSetFamily *family;
	TdSet	   *sets[100];
	size_t		before = bytes_held;
	Value		v;

	/* one set: 24 for a packed UUID, at most 22 for its slot, a chunk ahead */
	family = td_set_family(&types[TEXTS], NULL, TD_SET_UNLIMITED, false);
	sets[0] = td_set_create(family);
	for (uint64_t i = 0; i < 100000; i++)
	{
		v = numbered_value(TEXTS, 4 * i + 1);
		add(sets[0], TEXTS, &v);
	}
	CHECK(td_set_count(sets[0]) == 100000);
	CHECK(bytes_held - before < 100000 * (24 + 22) * 5 / 4);
	/* a value of the first set costs the others at most 16 bytes each */
	before = bytes_held;
	for (int g = 1; g < 100; g++)
	{
		sets[g] = td_set_create(family);
		for (uint64_t i = 0; i < 1000; i++)
		{
			v = numbered_value(TEXTS, 4 * (i * 97 + (uint64_t) g) + 1);
			add(sets[g], TEXTS, &v);
		}
		CHECK(td_set_count(sets[g]) == 1000);
	}
	CHECK(bytes_held - before <= 99 * (1000 * 16 + 64));
	for (int g = 0; g < 100; g++)
		td_set_free(sets[g]);
	td_set_family_free(family);
	/* a set of one UUID, two words or a short string is 64 bytes */
	before = bytes_held;
	sets[0] = new_set(TEXTS, TD_SET_UNLIMITED);
	before = bytes_held - sizeof(uint64_t) * 8;
	v = numbered_value(TEXTS, 1);
	add(sets[0], TEXTS, &v);
	CHECK(bytes_held == before + 64);
	td_set_free(sets[0]);
	end_test();
}

/* ---- UUIDs as text ---- */

/* The set holds this string, and counts it apart from its like. */
static void
test_packing(void)
{
	static const char uuid[] = "0123abcd-ef45-6789-9abc-def001234567";
	TdSet	   *set = new_set(TEXTS, TD_SET_UNLIMITED);
	TdSet	   *other = new_set(TEXTS, TD_SET_UNLIMITED);
	TdSet	   *opened = NULL;
	TdSetScan	scan;
	TdSetWriter wire;
	uint64_t	n = 0;
	bool		good = true;
	Value	   *model = malloc(20000 * sizeof(Value));

	/* every byte of one changed into everything else: all differ */
	for (size_t at = 0; at < 36; at++)
	{
		for (int c = 0; c < 256; c++)
		{
			Value		v;

			if (c == uuid[at] && at > 0)
				continue;
			memset(&v, 0, sizeof(v));
			v.len = 36;
			memcpy(v.bytes, uuid, 36);
			v.bytes[at] = (unsigned char) c;
			model[n++] = v;
			add(set, TEXTS, &v);
			add(other, TEXTS, &v);
			add(other, TEXTS, &v);
		}
	}
	/* the 16 bytes that it stands for are another string, as are its parts */
	td_set_add(set, "\x01\x23\xab\xcd\xef\x45\x67\x89\x9a\xbc\xde\xf0\x01\x23\x45\x67", 16);
	memset(&model[n], 0, sizeof(Value));
	model[n].len = 16;
	memcpy(model[n++].bytes,
		   "\x01\x23\xab\xcd\xef\x45\x67\x89\x9a\xbc\xde\xf0\x01\x23\x45\x67", 16);
	CHECK(n == 36 * 255 + 2);
	CHECK(td_set_count(set) == n);
	CHECK(holds(set, model, n));
	wire = written(other, "");
	CHECK(td_set_open(&types[STRINGS], NULL, wire.data, wire.used, &opened) == TD_SET_UNKNOWN);
	CHECK(td_set_open(&types[TEXTS], NULL, wire.data, wire.used, &opened) == TD_SET_OK);
	CHECK(td_set_merge(set, opened) == TD_SET_OK);
	CHECK(td_set_count(set) == n);
	td_set_free(opened);
	free(wire.data);
	td_set_free(set);
	td_set_free(other);

	/* each digit at each place, there and back */
	set = new_set(TEXTS, TD_SET_UNLIMITED);
	n = 0;
	for (int d = 0; d < 16; d++)
	{
		Value		v;

		memset(&v, 0, sizeof(v));
		v.len = 36;
		for (size_t at = 0; at < 36; at++)
			v.bytes[at] = uuid[at] == '-' ? (unsigned char) '-' :
				(unsigned char) "0123456789abcdef"[(at + (size_t) d) % 16];
		model[n++] = v;
		add(set, TEXTS, &v);
	}
	CHECK(holds(set, model, n));
	td_set_scan_begin(set, &scan);
	while (td_set_scan_next(&scan))
		good = good && scan.packed != NULL;
	CHECK(good);
	td_set_free(set);
	free(model);
	end_test();
}

/* The wire form of packed UUIDs, byte by byte, and what it must refuse. */
static void
test_packed_format(void)
{
	static const unsigned char expected[] = {
		'T', 'D', 'S', 1, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		3, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255,
		22, 0, 0, 0, 0, 0, 0, 0,
		0, 0x01, 0x23, 0xab, 0xcd, 0xef, 0x45, 0x67, 0x89,
		0x9a, 0xbc, 0xde, 0xf0, 0x01, 0x23, 0x45, 0x67,
		4, 'o', 'n', 'e', 1
	};
	static const unsigned char longest[] = {0x80, 0x80, 0x80, 0x80, 0x10};
	TdSet	   *set = new_set(TEXTS, TD_SET_UNLIMITED);
	TdSet	   *opened = NULL;
	TdSetWriter wire;

	td_set_add(set, "0123abcd-ef45-6789-9abc-def001234567", 36);
	td_set_add(set, "one", 3);
	td_set_add(set, "", 0);
	wire = written(set, "");
	CHECK(wire.used == sizeof(expected) &&
		  memcmp(wire.data, expected, sizeof(expected)) == 0);
	/* a length that would mean "packed" inside the set */
	memcpy(wire.data + 57, longest, sizeof(longest));
	CHECK(td_set_open(&types[TEXTS], NULL, wire.data, wire.used, &opened) == TD_SET_OK);
	CHECK(td_set_thaw(opened) == TD_SET_TRUNCATED);
	td_set_free(opened);
	free(wire.data);
	td_set_free(set);
	end_test();
}

int
main(void)
{
	init_types();
	for (int kind = 0; kind < NTYPES; kind++)
	{
		if (kind == WORDS)
			continue;			/* each has a table of its own */
		ignore_case = kind == CALLER;
		test_family(kind, 10, pick_all, false);
		test_family(kind, 1000, pick_all, true);
		test_family(kind, 1000, pick_own, false);
		test_family(kind, 1000, pick_own, true);
		test_family(kind, 1000, pick_some, true);
		if (kind == CALLER)
			continue;			/* its hash is too poor for more */
		test_family(kind, 20000, pick_all, false);
		test_family(kind, 20000, pick_own, false);
		test_family(kind, 20000, pick_some, false);
	}
	ignore_case = false;
	test_last_value();
	test_growing_family();
	test_memory();
	test_packing();
	test_packed_format();
	return report();
}
