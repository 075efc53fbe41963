/*
 * test_set.c
 *		Tests of src/distinct/set.c and its companions, without PostgreSQL: one
 *		set, or two that are merged.
 *
 * Build and run from the top of the tree:
 *
 *	cc -g -fsanitize=address,undefined -I src -o test_set
 *		test/unit/test_set.c src/distinct/set*.c && ./test_set
 *
 * The last line says how many checks passed.
 */
#include "set_model.h"

/* A value of the kind, out of about range. */
static Value
random_value(int kind, uint64_t range)
{
	Value		v;
	uint64_t	r = random64() % range;

	memset(&v, 0, sizeof(v));
	if (kind == WORDS)
	{
		v.len = 8;
		/* multiples of a large power of two are hard on weak hashes */
		r = r % 3 == 0 ? r << 40 : r;
		memcpy(v.bytes, &r, 8);
	}
	else if (kind == WIDE)
	{
		v.len = 16;
		memcpy(v.bytes + 4, &r, 8);
	}
	else
	{
		v.len = (size_t) snprintf((char *) v.bytes, sizeof(v.bytes), "%.*s%llx",
								  (int) (r % 37),
								  "abcdefghijklmnopqrstuvwxyzabcdefghijkl",
								  (unsigned long long) r);
		if (r % 101 == 0)
			v.len = 0;
		if (kind == TEXTS && r % 5 > 0)
			v.len = (size_t) snprintf((char *) v.bytes, sizeof(v.bytes),
									  r % 5 == 4 ? "%08llX-0000-4a0b-9cdf-%012llx" :
									  "%08llx-0000-4a0b-9cdf-%012llx",
									  (unsigned long long) r * 2654435761 % 4294967296,
									  (unsigned long long) r);
		if (kind == CALLER && random64() % 2 == 0 && v.len > 0)
			v.bytes[0] = v.bytes[0] == 'a' ? 'A' : v.bytes[0];
	}
	return v;
}

static uint64_t
model_sort(Value *values, uint64_t n)
{
	uint64_t	kept = 0;

	qsort(values, n, sizeof(Value), compare_values);
	for (uint64_t i = 0; i < n; i++)
	{
		if (kept == 0 || compare_values(&values[kept - 1], &values[i]) != 0)
			values[kept++] = values[i];
	}
	return kept;
}

/* ---- the tests ---- */

/* Adds n values and looks at everything there is to see. */
static void
test_one(int kind, uint64_t n, uint64_t range)
{
	Value	   *values = malloc((n + 1) * sizeof(Value));
	TdSet	   *set = new_set(kind, TD_SET_UNLIMITED);
	TdSet	   *other = new_set(kind, TD_SET_UNLIMITED);
	TdSet	   *opened = NULL;
	TdSetWriter wire;
	uint64_t	count;
	const void *label;
	size_t		label_len;

	for (uint64_t i = 0; i < n; i++)
	{
		values[i] = random_value(kind, range);
		add(set, kind, &values[i]);
		if (random64() % 3 == 0)
			add(set, kind, &values[i]);
		/* asking in between must not disturb */
		if (random64() % 1000 == 0)
			(void) td_set_count(set);
	}
	count = model_sort(values, n);
	CHECK(td_set_count(set) == count);
	CHECK(holds(set, values, count));

	wire = written(set, "label");
	CHECK(td_set_wire_label(wire.data, wire.used, &label, &label_len) == TD_SET_OK);
	CHECK(label_len == 5 && memcmp(label, "label", 5) == 0);
	CHECK(td_set_open(&types[kind], NULL, wire.data, wire.used, &opened) == TD_SET_OK);
	CHECK(td_set_merge(other, opened) == TD_SET_OK);
	CHECK(td_set_count(other) == count);
	CHECK(td_set_merge(other, set) == TD_SET_OK);
	CHECK(td_set_merge(set, other) == TD_SET_OK);
	CHECK(td_set_count(set) == count);
	CHECK(td_set_thaw(opened) == TD_SET_OK);
	CHECK(holds(opened, values, count));
	CHECK(holds(other, values, count));
	td_set_free(opened);
	/* an opened set can be added to, and merged into */
	for (int way = 0; way < 2; way++)
	{
		CHECK(td_set_open(&types[kind], NULL, wire.data, wire.used, &opened) == TD_SET_OK);
		CHECK(td_set_count(opened) == count);
		if (way == 0 && n > 0)
			add(opened, kind, &values[0]);
		else
			CHECK(td_set_merge(opened, set) == TD_SET_OK);
		CHECK(holds(opened, values, count));
		if (way == 0)
			td_set_free(opened);
	}
	free(wire.data);
	td_set_free(set);
	td_set_free(other);
	td_set_free(opened);
	free(values);
}

/* Sets with a limit never count beyond it, and keep little memory. */
static void
test_limit(int kind, uint64_t limit)
{
	TdSet	   *set = new_set(kind, limit);
	TdSet	   *part = new_set(kind, limit);
	TdSet	   *opened = NULL;
	TdSetWriter wire;
	uint64_t	n = 3 * limit + 200;
	Value	   *values = malloc(n * sizeof(Value));
	uint64_t	count;
	bool		good = true;
	size_t		before = bytes_asked;

	for (uint64_t i = 0; i < n; i++)
	{
		values[i] = random_value(kind, 4 * n);
		add(set, kind, &values[i]);
		if (i < limit / 2)
			add(part, kind, &values[i]);
		if (i % 7 == 0)
			good = good && td_set_count(set) <= limit;
	}
	CHECK(good);
	CHECK(bytes_asked - before < 4096 + limit * 600);
	count = model_sort(values, n);
	CHECK(td_set_count(set) == (count < limit ? count : limit));
	CHECK(td_set_limit(set) == limit);
	wire = written(set, "");
	CHECK(limit == 0 || wire.used == 40);
	CHECK(limit == 0 || wire.size < 100);	/* no room for values that it does not have */
	CHECK(td_set_open(&types[kind], NULL, wire.data, wire.used, &opened) == TD_SET_OK);
	CHECK(td_set_merge(part, opened) == TD_SET_OK);
	CHECK(td_set_count(part) == limit);
	free(wire.data);
	td_set_free(opened);

	/* two halves that only together reach the limit */
	td_set_free(part);
	td_set_free(set);
	set = new_set(kind, limit);
	part = new_set(kind, limit);
	for (uint64_t i = 0; i < count && i < limit + limit / 2; i++)
		add(i % 2 ? set : part, kind, &values[i]);
	CHECK(limit < 3 || (td_set_count(set) < limit && td_set_count(part) < limit));
	CHECK(td_set_merge(set, part) == TD_SET_OK);
	CHECK(td_set_count(set) == (count < limit ? count : limit));
	td_set_free(part);
	td_set_free(set);
	free(values);
}

/* Values that do not fit into a chunk, among small ones. */
static void
test_long_values(void)
{
	TdSet	   *set = new_set(STRINGS, TD_SET_UNLIMITED);
	TdSet	   *other = new_set(STRINGS, TD_SET_UNLIMITED);
	size_t		len = (size_t) 9 << 20;
	char	   *value = malloc(len);
	TdSetWriter wire;
	TdSet	   *opened = NULL;

	memset(value, 'x', len);
	for (int round = 0; round < 2; round++)
	{
		for (int i = 0; i < 200; i++)
		{
			value[0] = (char) i;
			td_set_add(set, value, 10 + (size_t) i * 300);
			if (i % 50 == 49)
				td_set_add(set, value, len - (size_t) i);
		}
	}
	CHECK(td_set_count(set) == 204);
	wire = written(set, "");
	CHECK(td_set_open(&types[STRINGS], NULL, wire.data, wire.used, &opened) == TD_SET_OK);
	CHECK(td_set_merge(other, opened) == TD_SET_OK);
	CHECK(td_set_count(other) == 204);
	CHECK(td_set_merge(other, set) == TD_SET_OK);
	CHECK(td_set_count(other) == 204);
	free(wire.data);
	free(value);
	td_set_free(opened);
	td_set_free(other);
	td_set_free(set);
}

/* A counter beside each value, as a moving window needs. */
static void
test_payload(void)
{
	TdSet	   *set = new_set(COUNTED, TD_SET_UNLIMITED);
	uint64_t	model[500] = {0};
	bool		good = true;
	TdSetScan	scan;
	uint64_t	sum = 0;

	for (int i = 0; i < 20000; i++)
	{
		unsigned	k = (unsigned) (random64() % (i < 50 ? 5 : 500));
		char		text[40];
		bool		found;
		uint64_t	n;
		size_t		len = (size_t) snprintf(text, sizeof(text), k % 2 ? "value %u" :
											"%08x-0000-4a0b-9cdf-0123456789ab", k);
		void	   *payload = td_set_enter(set, text, len, &found);

		memcpy(&n, payload, 8);
		good = good && n == model[k] && found == (model[k] > 0);
		n++;
		model[k]++;
		memcpy(payload, &n, 8);
	}
	CHECK(good);
	td_set_scan_begin(set, &scan);
	while (td_set_scan_next(&scan))
	{
		uint64_t	n;

		memcpy(&n, scan.payload, 8);
		sum += n;
	}
	CHECK(sum == 20000);
	CHECK(td_set_count(set) == 500);
	td_set_free(set);
}

/*
 * Merging a table into a smaller one must not crowd its slots: this takes
 * hours if it does.
 */
static void
test_merge_order(void)
{
	for (int kind = WORDS; kind <= STRINGS; kind++)
	{
		TdSet	   *set = new_set(kind, TD_SET_UNLIMITED);
		TdSet	   *other = new_set(kind, TD_SET_UNLIMITED);
		uint64_t	i;

		for (i = 0; i < 600000; i++)
		{
			if (kind == WORDS)
				td_set_add_word(i % 3 ? set : other, i << 30);
			else
				td_set_add(i % 3 ? set : other, &i, 8);
		}
		CHECK(td_set_merge(other, set) == TD_SET_OK);
		CHECK(td_set_count(other) == 600000);
		td_set_free(set);
		td_set_free(other);
	}
	CHECK(polls > 0);
}

/*
 * The wire form cut short, lengthened, and changed at random: no crash, no
 * wrong number of values called right.
 */
static void
test_damage(int kind, uint64_t n)
{
	TdSet	   *set = new_set(kind, TD_SET_UNLIMITED);
	TdSetWriter wire;
	bool		all_refused = true;

	for (uint64_t i = 0; i < n; i++)
	{
		Value		v = random_value(kind, 1000000);

		add(set, kind, &v);
	}
	wire = written(set, "a label");
	for (size_t len = 0; len <= wire.used + 1; len++)
	{
		/* in a block of its own, so that reading on is seen */
		unsigned char *copy = malloc(len > 0 ? len : 1);
		TdSet	   *opened = NULL;
		TdSetStatus status;

		if (len == wire.used)
		{
			free(copy);
			continue;
		}
		memset(copy, 0, len);
		memcpy(copy, wire.data, len < wire.used ? len : wire.used);
		status = td_set_open(&types[kind], NULL, copy, len, &opened);
		all_refused = all_refused && status != TD_SET_OK;
		if (status == TD_SET_OK)
			td_set_free(opened);
		free(copy);
	}
	CHECK(all_refused);
	for (int round = 0; round < 20000; round++)
	{
		unsigned char *copy = malloc(wire.used);
		TdSet	   *opened = NULL;
		int			changes = 1 + (int) (random64() % 4);

		memcpy(copy, wire.data, wire.used);
		for (int i = 0; i < changes; i++)
		{
			size_t		limit = random64() % 2 ? 48 : wire.used;

			copy[random64() % (limit < wire.used ? limit : wire.used)] =
				(unsigned char) (random64() % 4 ? random64() : 0xff);
		}
		if (td_set_open(&types[kind], NULL, copy, wire.used, &opened) == TD_SET_OK)
		{
			if (td_set_thaw(opened) == TD_SET_OK)
				all_refused = all_refused && td_set_count(opened) <= wire.used;
			td_set_free(opened);
		}
		free(copy);
	}
	CHECK(all_refused);
	free(wire.data);
	td_set_free(set);
}

/* Bytes that are written here by hand: the format must not drift. */
static void
test_format(void)
{
	static const unsigned char expected[] = {
		'T', 'D', 'S', 1, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		2, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255,
		6, 0, 0, 0, 0, 0, 0, 0, 'L', 3, 'o', 'n', 'e', 1, '2'
	};
	static const unsigned char word[] = {8, 7, 6, 5, 4, 3, 2, 1};
	TdSet	   *set = new_set(STRINGS, TD_SET_UNLIMITED);
	TdSet	   *opened = NULL;
	TdSetWriter wire;

	td_set_add(set, "one", 3);
	td_set_add(set, "2", 1);
	td_set_add(set, "one", 3);
	wire = written(set, "L");
	CHECK(wire.used == sizeof(expected) &&
		  memcmp(wire.data, expected, sizeof(expected)) == 0);
	CHECK(td_set_open(&types[WIDE], NULL, wire.data, wire.used, &opened) == TD_SET_UNKNOWN);
	CHECK(td_set_open(&types[WORDS], NULL, wire.data, wire.used, &opened) == TD_SET_UNKNOWN);
	wire.data[3] = 2;
	CHECK(td_set_open(&types[STRINGS], NULL, wire.data, wire.used, &opened) == TD_SET_UNKNOWN);
	wire.data[3] = 1;
	wire.data[41] = 0x83;		/* a length that goes on, 3 + 128 * 'o' */
	CHECK(td_set_open(&types[STRINGS], NULL, wire.data, wire.used, &opened) == TD_SET_OK);
	CHECK(td_set_thaw(opened) == TD_SET_TRUNCATED);
	td_set_free(opened);
	free(wire.data);
	td_set_free(set);

	set = new_set(WORDS, 7);
	td_set_add_word(set, UINT64_C(0x0102030405060708));
	wire = written(set, "");
	CHECK(wire.used == 48 && memcmp(wire.data + 40, word, 8) == 0);
	free(wire.data);
	td_set_free(set);
}

int
main(void)
{
	static const uint64_t sizes[] = {0, 1, 2, 7, 8, 9, 10, 19, 20, 21, 31, 32, 33,
	40, 41, 63, 64, 65, 100, 1000, 5000, 70000};

	init_types();
	for (int kind = 0; kind < NTYPES; kind++)
	{
		ignore_case = kind == CALLER;
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		{
			if (kind == CALLER && sizes[i] > 5000)
				continue;		/* its hash is too poor for that */
			test_one(kind, sizes[i], sizes[i] * 10 + 1);
			test_one(kind, sizes[i], sizes[i] / 3 + 1);
			end_test();
		}
		for (uint64_t limit = 0; limit < 12; limit++)
			test_limit(kind, limit);
		test_limit(kind, 100);
		test_limit(kind, 3000);
		test_damage(kind, 3);
		test_damage(kind, 100);
		end_test();
	}
	test_long_values();
	test_payload();
	test_merge_order();
	test_format();
	end_test();
	return report();
}
