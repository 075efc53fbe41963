/*
 * set_model.h
 *		What the tests of the set share: hooks, types, random values, and a model
 *		that cannot be wrong (all values in an array, sorted and counted).
 *
 * Each test program includes it once.
 */
#ifndef TD_SET_MODEL_H
#define TD_SET_MODEL_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "distinct/set.h"

static int	passed;
static int	failed;
static long blocks;				/* allocated and not released */
static size_t bytes_asked;
static size_t bytes_held;		/* by the sizes that the set tells the hooks */
static long polls;

#define CHECK(condition) check((condition), #condition, __LINE__)

static void
check(bool condition, const char *text, int line)
{
	if (condition)
		passed++;
	else
	{
		failed++;
		printf("line %d: %s\n", line, text);
	}
}

/* ---- hooks ---- */

static void *
hook_alloc(void *memory, size_t size)
{
	void	   *result = malloc(size);

	(void) memory;
	if (result == NULL)
		abort();
	blocks++;
	bytes_asked += size;
	bytes_held += size;
	/* whoever reads what nobody wrote shall see it */
	memset(result, 0xa5, size);
	return result;
}

static void *
hook_grow(void *memory, void *pointer, size_t old_size, size_t size)
{
	void	   *result = realloc(pointer, size);

	(void) memory;
	bytes_held += size - old_size;
	if (result == NULL)
		abort();
	return result;
}

static void
hook_release(void *memory, void *pointer, size_t size)
{
	(void) memory;
	bytes_held -= size;
	blocks--;
	free(pointer);
}

static void
hook_poll(void)
{
	polls++;
}

static unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char) (c + 32) : c;
}

/* a poor hash on purpose: many values share one */
static uint32_t
caller_hash(const TdSetType *type, const void *value, size_t len)
{
	const unsigned char *p = value;
	uint32_t	h = 0;

	(void) type;
	for (size_t i = 0; i < len; i++)
		h = h * 31 + lower(p[i]);
	return h % 1000;
}

static bool
caller_equal(const TdSetType *type, const void *a, size_t a_len,
			 const void *b, size_t b_len)
{
	const unsigned char *p = a;
	const unsigned char *q = b;

	(void) type;
	if (a_len != b_len)
		return false;
	for (size_t i = 0; i < a_len; i++)
	{
		if (lower(p[i]) != lower(q[i]))
			return false;
	}
	return true;
}

static void
caller_encode(const TdSetType *type, const void *value, size_t len,
			  TdSetWriter *writer)
{
	unsigned char *copy = malloc(len + 1);

	(void) type;
	copy[0] = 0x42;
	for (size_t i = 0; i < len; i++)
		copy[i + 1] = ((const unsigned char *) value)[i] ^ 0x55;
	td_set_write_entry(writer, copy, len + 1);
	free(copy);
}

static bool
caller_decode(const TdSetType *type, const void *entry, size_t len, TdSet *into)
{
	const unsigned char *p = entry;
	unsigned char *copy;

	(void) type;
	if (len < 1 || p[0] != 0x42)
		return false;
	copy = malloc(len);
	for (size_t i = 1; i < len; i++)
		copy[i - 1] = p[i] ^ 0x55;
	td_set_add(into, copy, len - 1);
	free(copy);
	return true;
}

static void
writer_more(TdSetWriter *writer, size_t need)
{
	size_t		size = writer->size * 2 > writer->used + need ?
		writer->size * 2 : writer->used + need;

	writer->data = realloc(writer->data, size);
	writer->size = size;
}

enum
{
	WORDS, STRINGS, WIDE, CALLER, TEXTS, NTYPES, COUNTED = NTYPES
};

static TdSetType types[NTYPES + 1];

static void
init_types(void)
{
	for (int i = 0; i < NTYPES; i++)
	{
		types[i].kind = i == WORDS ? TD_SET_WORDS :
			i == CALLER ? TD_SET_CALLER : TD_SET_BYTES;
		types[i].width = i == WIDE ? 16 : 0;
		types[i].seed = UINT64_C(0x1234567890abcdef);
		types[i].alloc = hook_alloc;
		types[i].grow = hook_grow;
		types[i].release = hook_release;
		types[i].poll = hook_poll;
	}
	types[CALLER].hash = caller_hash;
	types[CALLER].equal = caller_equal;
	types[CALLER].encode = caller_encode;
	types[CALLER].decode = caller_decode;
	types[TEXTS].packs = true;
	types[COUNTED] = types[TEXTS];
	types[COUNTED].payload = 8;
}

/* the families of the test that runs, by type */
static TdSetFamily *families[1000];
static int	nfamilies;

/* A set of its own family. */
static TdSet *
new_set(int kind, uint64_t limit)
{
	families[nfamilies] = td_set_family(&types[kind], NULL, limit, false);
	return td_set_create(families[nfamilies++]);
}

/* Frees the families, whose sets are gone. */
static void
end_test(void)
{
	while (nfamilies > 0)
		td_set_family_free(families[--nfamilies]);
}

/* ---- random values ---- */

static uint64_t seed = 42;

static uint64_t
random64(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

typedef struct Value
{
	size_t		len;
	unsigned char bytes[64];
} Value;

static void
add(TdSet *set, int kind, const Value *v)
{
	uint64_t	word;

	if (kind == WORDS)
	{
		memcpy(&word, v->bytes, 8);
		td_set_add_word(set, word);
	}
	else
		td_set_add(set, v->bytes, v->len);
}

/* the caller's kind of equality, while its sets are tested */
static bool ignore_case;

static int
compare_values(const void *a, const void *b)
{
	const Value *p = a;
	const Value *q = b;

	if (p->len != q->len)
		return p->len < q->len ? -1 : 1;
	for (size_t i = 0; i < p->len; i++)
	{
		int			d = ignore_case ? lower(p->bytes[i]) - lower(q->bytes[i]) :
			p->bytes[i] - q->bytes[i];

		if (d != 0)
			return d;
	}
	return 0;
}

/* Does the set hold exactly these values? */
static bool
holds(TdSet *set, const Value *values, uint64_t n)
{
	TdSetScan	scan;
	Value	   *found = malloc((n + 1) * sizeof(Value));
	Value	   *sorted = malloc((n + 1) * sizeof(Value));
	uint64_t	nfound = 0;
	bool		result = true;

	td_set_scan_begin(set, &scan);
	while (td_set_scan_next(&scan))
	{
		if (nfound > n || scan.len > sizeof(found->bytes))
		{
			result = false;
			break;
		}
		if (nfound < n)
		{
			memset(&found[nfound], 0, sizeof(Value));
			found[nfound].len = scan.len;
			memcpy(found[nfound].bytes, scan.value, scan.len);
		}
		nfound++;
	}
	if (nfound != n)
		result = false;
	if (result)
	{
		memcpy(sorted, values, n * sizeof(Value));
		qsort(sorted, n, sizeof(Value), compare_values);
		qsort(found, n, sizeof(Value), compare_values);
		for (uint64_t i = 0; i < n; i++)
			result = result && compare_values(&sorted[i], &found[i]) == 0;
	}
	free(found);
	free(sorted);
	return result;
}

static TdSetWriter
written(TdSet *set, const char *label)
{
	TdSetWriter writer = {malloc(16), 0, 16, writer_more};

	td_set_write(set, label, strlen(label), &writer);
	return writer;
}

/* Says how many checks passed; the program's exit code. */
static int
report(void)
{
	CHECK(blocks == 0);
	CHECK(bytes_held == 0);
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}

#endif							/* TD_SET_MODEL_H */
