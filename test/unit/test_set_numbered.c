/*
 * test_set_numbered.c
 *		Tests of the form in which sets of a family travel between the processes of
 *		a query (src/distinct/set_numbered.c): two workers' groups are merged in a
 *		leader and compared with a model that cannot be wrong.
 *
 * Build and run as test_set.c.
 */
#include "set_model.h"

#define GROUPS 30
#define WORKERS 2
#define VALUES 3000

/* How the leader has its groups. */
typedef enum Leader
{
	TOGETHER,					/* all in one family, as in a hash table */
	KEPT,						/* one after the other, strings kept */
	ALONE,						/* each in a family of its own */
	TABLES						/* each with a table of its own */
} Leader;

/* Value number n of the kind. */
static Value
value_of(int kind, uint64_t n)
{
	Value		v;

	memset(&v, 0, sizeof(v));
	if (kind == WIDE)
	{
		v.len = 16;
		memcpy(v.bytes, &n, 8);
	}
	else if (kind == TEXTS && n % 3 > 0)
		v.len = (size_t) snprintf((char *) v.bytes, sizeof(v.bytes), "%08x-0000-4a0b-9cdf-00000000abcd", (unsigned) n);
	else
		v.len = (size_t) snprintf((char *) v.bytes, sizeof(v.bytes), "%.*s%u", (int) (n % 40),
								  "........................................", (unsigned) n);
	return v;
}

/* Does worker w see the value in group g?  Some groups are sparse, some dense, some small. */
static bool
sees(uint64_t w, uint64_t g, uint64_t n)
{
	uint64_t	dice = (n * UINT64_C(2654435761) + g * 40503 + w * 977) % 1009;

	if (g % 5 == 4)
		return n < 5 + g;
	if (g % 5 == 3)
		return n % GROUPS == g;
	return dice < (g % 5 == 0 ? 700 : g % 5 == 1 ? 300 : 40);
}

static TdSetWriter
written_numbered(TdSet *set)
{
	TdSetWriter writer = {malloc(16), 0, 16, writer_more};

	td_set_write_numbered(set, "label", 5, &writer);
	return writer;
}

/* Every worker's states of all groups; other process numbers as in other processes. */
static void
write_states(int kind, TdSetType *workers, TdSetWriter states[WORKERS][GROUPS])
{
	for (uint64_t w = 0; w < WORKERS; w++)
	{
		TdSetFamily *family;
		TdSet	   *sets[GROUPS];

		workers[w] = types[kind];
		workers[w].process = w + 1;
		family = td_set_family(&workers[w], NULL, TD_SET_UNLIMITED, false);
		for (int g = 0; g < GROUPS; g++)
			sets[g] = td_set_create(family);
		for (uint64_t i = 0; i < VALUES; i++)
		{
			/* each worker meets the values in its own order */
			uint64_t	n = w == 0 ? i : (i * 7 + 3) % VALUES;
			Value		v = value_of(kind, n);

			for (uint64_t g = 0; g < GROUPS; g++)
			{
				if (sees(w, g, n))
					add(sets[g], kind, &v);
			}
		}
		for (int g = 0; g < GROUPS; g++)
		{
			states[w][g] = written_numbered(sets[g]);
			td_set_free(sets[g]);
		}
		td_set_family_free(family);
	}
}

/* What group g must hold when states of these workers have been merged. */
static uint64_t
make_model(int kind, uint64_t g, Value *model)
{
	uint64_t	n = 0;

	for (uint64_t i = 0; i < VALUES; i++)
	{
		if (sees(0, g, i) || sees(1, g, i))
			model[n++] = value_of(kind, i);
	}
	return n;
}

static TdSetStatus
merge_state(TdSet *set, const TdSetWriter *state)
{
	TdSet	   *opened = NULL;
	TdSetStatus status = td_set_open_numbered(td_set_type(set), NULL, state->data, state->used, &opened);

	if (status != TD_SET_OK)
		return status;
	status = td_set_merge(set, opened);
	td_set_free(opened);
	return status;
}

/* All groups merged in a random order; how says what families the leader has. */
static void
test_merge(int kind, Leader how, bool numbered)
{
	TdSetType	workers[WORKERS];
	TdSetType	leader;
	TdSetWriter states[WORKERS][GROUPS];
	TdSetFamily *keeper;
	TdSet	   *sets[GROUPS];
	TdSetFamily *of[GROUPS];
	Value	   *model = malloc(VALUES * sizeof(Value));
	int			with_numbers = 0;
	bool		good = true;
	bool		first = random64() % 2 == 0;

	write_states(kind, workers, states);
	leader = types[kind];
	leader.process = 99;
	keeper = td_set_family(&leader, NULL, TD_SET_UNLIMITED, false);
	for (int i = 0; i < GROUPS; i++)
	{
		int			g = (i * 7 + 11) % GROUPS;
		TdSet	   *opened = NULL;

		of[g] = how == TOGETHER ? keeper : how == KEPT ? td_set_family_kept(keeper, NULL) :
			td_set_family(&leader, NULL, TD_SET_UNLIMITED, how == TABLES);
		sets[g] = td_set_create(of[g]);
		for (int w = 0; w < WORKERS; w++)
		{
			/* who does not expect numbers does not read them */
			const TdSetWriter *state = &states[first ? w : 1 - w][g];

			good = good && td_set_open_numbered(&leader, NULL, state->data, state->used, &opened) == TD_SET_OK;
			with_numbers += td_set_is_numbered(opened);
			if (td_set_is_numbered(opened))
			{
				TdSet	   *refused = NULL;

				good = good && td_set_open(&leader, NULL, state->data, state->used, &refused) == TD_SET_UNKNOWN;
			}
			td_set_free(opened);
			good = good && merge_state(sets[g], state) == TD_SET_OK;
		}
		if (how == KEPT || how == ALONE)
		{
			uint64_t	n = make_model(kind, (uint64_t) g, model);

			good = good && td_set_count(sets[g]) == n && holds(sets[g], model, n);
			td_set_free(sets[g]);
			td_set_family_free(of[g]);
		}
	}
	CHECK(good);
	/* those of tiny sets have none, nor have those that the caller compares */
	CHECK(numbered ? with_numbers > GROUPS && with_numbers <= WORKERS * GROUPS : with_numbers == 0);
	CHECK(how != KEPT || !numbered || td_set_family_size(keeper) > VALUES * sizeof(uint64_t));
	good = true;
	for (int g = 0; (how == TOGETHER || how == TABLES) && g < GROUPS; g++)
	{
		uint64_t	n = make_model(kind, (uint64_t) g, model);

		good = good && td_set_count(sets[g]) == n && holds(sets[g], model, n);
		/* the same once more changes nothing */
		good = good && merge_state(sets[g], &states[0][g]) == TD_SET_OK && td_set_count(sets[g]) == n;
		td_set_free(sets[g]);
		if (how == TABLES)
			td_set_family_free(of[g]);
	}
	CHECK(good);
	for (int w = 0; w < WORKERS; w++)
	{
		for (int g = 0; g < GROUPS; g++)
			free(states[w][g].data);
	}
	td_set_family_free(keeper);
	free(model);
	CHECK(blocks == 0 && bytes_held == 0);
}

/* A state is a set like any other for who uses it by itself, or has a limit. */
static void
test_other_uses(int kind)
{
	TdSetType	workers[WORKERS];
	TdSetWriter states[WORKERS][GROUPS];
	Value	   *model = malloc(VALUES * sizeof(Value));
	TdSet	   *opened = NULL;
	TdSet	   *again = NULL;
	TdSetWriter plain;
	TdSet	   *limited = new_set(kind, 50);
	uint64_t	n = 0;

	write_states(kind, workers, states);
	CHECK(td_set_open_numbered(&types[kind], NULL, states[0][0].data, states[0][0].used, &opened) == TD_SET_OK);
	CHECK(td_set_is_numbered(opened));
	for (uint64_t i = 0; i < VALUES; i++)
	{
		if (sees(0, 0, i))
			model[n++] = value_of(kind, i);
	}
	CHECK(td_set_count(opened) == n);
	CHECK(td_set_merge(limited, opened) == TD_SET_OK);
	CHECK(td_set_count(limited) == 50);
	CHECK(td_set_thaw(opened) == TD_SET_OK);
	CHECK(!td_set_is_numbered(opened));
	CHECK(holds(opened, model, n));
	/* what it writes for everybody has no numbers any more */
	plain = written(opened, "label");
	CHECK(td_set_open(&types[kind], NULL, plain.data, plain.used, &again) == TD_SET_OK);
	CHECK(!td_set_is_numbered(again) && td_set_count(again) == n);
	td_set_free(again);
	free(plain.data);
	td_set_free(opened);
	td_set_free(limited);
	end_test();
	for (int w = 0; w < WORKERS; w++)
	{
		for (int g = 0; g < GROUPS; g++)
			free(states[w][g].data);
	}
	free(model);
}

/* More families than a leader has maps for: the oldest map gives way, and nothing is mixed up. */
static void
test_many_families(void)
{
	TdSetType	leader = types[TEXTS];
	TdSetType	worker = types[TEXTS];
	TdSetFamily *into;
	TdSet	   *sets[2];
	bool		good = true;
	size_t		before = 0;

	worker.process = 7;
	into = td_set_family(&leader, NULL, TD_SET_UNLIMITED, false);
	sets[0] = td_set_create(into);
	sets[1] = td_set_create(into);
	for (uint64_t f = 0; f < 60; f++)
	{
		TdSetFamily *family = td_set_family(&worker, NULL, TD_SET_UNLIMITED, false);
		TdSet	   *from[2];
		TdSetWriter state;

		for (int s = 0; s < 2; s++)
		{
			from[s] = td_set_create(family);
			/* the same numbers stand for other values in each family */
			for (uint64_t i = 0; i < 200; i++)
			{
				Value		v = value_of(TEXTS, (i * (2 * f + 1) + (uint64_t) s) % 256);

				add(from[s], TEXTS, &v);
			}
		}
		for (int s = 0; s < 2; s++)
		{
			TdSet	   *both = td_set_create(into);
			uint64_t	expected;

			state = written_numbered(from[s]);
			good = good && merge_state(both, &state) == TD_SET_OK && merge_state(sets[s], &state) == TD_SET_OK;
			expected = td_set_count(from[s]);
			good = good && expected == 200 && td_set_count(both) == expected;
			td_set_free(both);
			free(state.data);
			td_set_free(from[s]);
		}
		td_set_family_free(family);
		if (f == 30)
			before = bytes_held;
	}
	CHECK(good);
	CHECK(td_set_count(sets[0]) == 256 && td_set_count(sets[1]) == 256);
	CHECK(bytes_held < before + 4096);
	td_set_free(sets[0]);
	td_set_free(sets[1]);
	td_set_family_free(into);
}

/* Small sets of a large family: a map of it is made when enough of them have come, and not for the first. */
static void
test_small_of_large(void)
{
	enum
	{
		SMALL_SETS = 500, SMALL = 20, LARGE_FAMILY = SMALL_SETS * SMALL
	};
	TdSetType	leader = types[TEXTS];
	TdSetType	worker = types[TEXTS];
	TdSetFamily *family;
	TdSetFamily *into = td_set_family(&leader, NULL, TD_SET_UNLIMITED, false);
	TdSet	   *from[SMALL_SETS];
	TdSet	   *sets[SMALL_SETS];
	size_t		map = LARGE_FAMILY * sizeof(uint32_t);
	bool		good = true;

	worker.process = 8;
	family = td_set_family(&worker, NULL, TD_SET_UNLIMITED, false);
	for (int s = 0; s < SMALL_SETS; s++)
	{
		from[s] = td_set_create(family);
		for (int i = 0; i < SMALL; i++)
		{
			Value		v = value_of(TEXTS, (uint64_t) (s * SMALL + i));

			add(from[s], TEXTS, &v);
		}
		(void) td_set_count(from[s]);
	}
	for (int s = 0; s < SMALL_SETS; s++)
	{
		TdSetWriter state = written_numbered(from[s]);

		sets[s] = td_set_create(into);
		/* twice: with a map the second time finds all numbers known */
		good = good && merge_state(sets[s], &state) == TD_SET_OK && merge_state(sets[s], &state) == TD_SET_OK;
		good = good && td_set_count(sets[s]) == SMALL;
		if (s == 0)
			CHECK(td_set_family_size(into) < map);
		free(state.data);
		td_set_free(from[s]);
	}
	CHECK(good);
	CHECK(td_set_family_size(into) > map + LARGE_FAMILY * sizeof(uint64_t));
	for (int s = 0; s < SMALL_SETS; s++)
		td_set_free(sets[s]);
	td_set_family_free(family);
	td_set_family_free(into);
	CHECK(blocks == 0 && bytes_held == 0);
}

/* Bytes that changed on the way, or end too early: an error or another set, and no harm. */
static void
test_damage(int kind)
{
	TdSetType	workers[WORKERS];
	TdSetWriter states[WORKERS][GROUPS];
	TdSetFamily *family = td_set_family(&types[kind], NULL, TD_SET_UNLIMITED, false);
	int			refused = 0;
	bool		good = true;

	write_states(kind, workers, states);
	for (int i = 0; i < 3000; i++)
	{
		const TdSetWriter *state = &states[i % WORKERS][random64() % GROUPS];
		TdSetWriter copy = *state;
		TdSet	   *set = td_set_create(family);
		size_t		at = random64() % (i % 3 == 0 ? state->used : 80);

		copy.data = malloc(state->used);
		memcpy(copy.data, state->data, state->used);
		if (i % 4 == 0)
			copy.used = at;
		else
			copy.data[at] ^= (unsigned char) (1 << random64() % 8);
		/* a number of strings that asks for much memory is not worth a test */
		if (copy.used > 70 && (copy.data[64] | copy.data[63]) < 1)
		{
			refused += merge_state(set, &copy) != TD_SET_OK;
			good = good && td_set_count(set) <= VALUES + copy.used;
		}
		td_set_free(set);
		free(copy.data);
	}
	CHECK(good);
	CHECK(refused > 100);
	for (int w = 0; w < WORKERS; w++)
	{
		for (int g = 0; g < GROUPS; g++)
			free(states[w][g].data);
	}
	td_set_family_free(family);
}

/* Each way in which the numbers can contradict the rest. */
static void
test_contradictions(void)
{
	TdSetType	workers[WORKERS];
	TdSetWriter states[WORKERS][GROUPS];
	TdSetFamily *family = td_set_family(&types[WIDE], NULL, TD_SET_UNLIMITED, false);
	TdSet	   *set = td_set_create(family);
	TdSetWriter *dense;
	TdSetWriter *list;

	write_states(WIDE, workers, states);
	/* group 0 is dense and travels as bits, group 4 is small and is a list */
	dense = &states[0][0];
	list = &states[0][4];
	CHECK(dense->data[5] == 2 && memcmp(dense->data + 45 + 20, "\0\0\0\0", 4) != 0);
	CHECK(list->data[5] == 2 && memcmp(list->data + 45 + 20, "\0\0\0\0", 4) == 0);
	/* one bit less or more than the header counts */
	dense->data[45 + 24] ^= 1;
	CHECK(merge_state(set, dense) == TD_SET_CORRUPT);
	dense->data[45 + 24] ^= 1;
	/* more words than there are, and a length that is not theirs */
	dense->data[45 + 20]++;
	CHECK(merge_state(set, dense) == TD_SET_CORRUPT);
	dense->data[45 + 20]--;
	/* a number beyond the last */
	list->data[45 + 24 + 2] = 0xff;
	CHECK(merge_state(set, list) == TD_SET_CORRUPT);
	list->data[45 + 24 + 2] = 0;
	/* more strings than any family sends */
	list->data[45 + 19] = 0xff;
	CHECK(merge_state(set, list) == TD_SET_CORRUPT);
	list->data[45 + 19] = 0;
	CHECK(merge_state(set, list) == TD_SET_OK);
	CHECK(merge_state(set, dense) == TD_SET_OK);
	/* the set of another type, though it is as wide as its header says */
	CHECK(td_set_open_numbered(&types[TEXTS], NULL, list->data, list->used, &set) == TD_SET_UNKNOWN);
	td_set_free(set);
	for (int w = 0; w < WORKERS; w++)
	{
		for (int g = 0; g < GROUPS; g++)
			free(states[w][g].data);
	}
	td_set_family_free(family);
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
		for (Leader how = TOGETHER; how <= TABLES; how++)
			test_merge(kind, how, kind != CALLER);
		if (kind != CALLER)
		{
			test_other_uses(kind);
			test_damage(kind);
		}
	}
	ignore_case = false;
	test_many_families();
	test_small_of_large();
	test_contradictions();
	return report();
}
