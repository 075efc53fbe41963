/*
 * instructions.c
 *		Adds values to sets as an aggregate would, for test/bench/instructions to
 *		count what it takes.
 *
 *		instructions CASE ROWS GROUPS VALUES
 *
 * CASE is word, uuid, text-uuid, short or long.  Row i has one of VALUES values
 * and goes to one of GROUPS sets, both by a hash of i.  All that is made
 * before, so that what is counted in add_rows() is the sets' work, and a loop
 * of a dozen instructions.  Prints the nanoseconds a row, and the sum of the
 * counts, which says that the work was done.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "distinct/set.h"

#define LONG_TEXT 192

static void *
hook_alloc(void *memory, size_t size)
{
	void	   *result = malloc(size);

	(void) memory;
	if (result == NULL)
		abort();
	return result;
}

static void *
hook_grow(void *memory, void *pointer, size_t old_size, size_t size)
{
	void	   *result = realloc(pointer, size);

	(void) memory;
	(void) old_size;
	if (result == NULL)
		abort();
	return result;
}

static void
hook_release(void *memory, void *pointer, size_t size)
{
	(void) memory;
	(void) size;
	free(pointer);
}

/* Numbers that look like chance, and are the same everywhere. */
static uint64_t
dice(uint64_t i, uint64_t which)
{
	uint64_t	x = i * UINT64_C(0x9e3779b97f4a7c15) + which * UINT64_C(0xbf58476d1ce4e5b9);

	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* Writes value number n of the case, and returns its length. */
static size_t
make_value(const char *name, uint64_t n, char *to)
{
	uint64_t	a = dice(n, 1);
	uint64_t	b = dice(n, 2);

	if (strcmp(name, "word") == 0)
	{
		memcpy(to, &n, 8);
		return 8;
	}
	if (strcmp(name, "uuid") == 0)
	{
		memcpy(to, &a, 8);
		memcpy(to + 8, &b, 8);
		return 16;
	}
	if (strcmp(name, "short") == 0)
		return (size_t) sprintf(to, "h%llu", (unsigned long long) n);
	sprintf(to, "%08x-%04x-%04x-%04x-%04x%08x", (unsigned) a, (unsigned) (a >> 32) & 0xffff,
			(unsigned) (a >> 48), (unsigned) b & 0xffff, (unsigned) (b >> 16) & 0xffff, (unsigned) (b >> 32));
	if (strcmp(name, "text-uuid") == 0)
		return TD_UUID_TEXT;
	for (size_t i = 32; i < LONG_TEXT; i++)
		to[i] = to[i % 32];
	return LONG_TEXT;
}

/* The rows, and what they are made of. */
typedef struct Rows
{
	uint64_t	rows;
	uint64_t	groups;
	uint64_t	values;
	char	   *value;			/* stride bytes each */
	size_t		stride;
	size_t	   *len;
	uint32_t   *set_of;			/* each row */
	uint32_t   *value_of;
} Rows;

/* What callgrind counts. */
static void __attribute__((noinline))
add_rows(const Rows *rows, bool words, TdSet **sets)
{
	for (uint64_t i = 0; i < rows->rows; i++)
	{
		TdSet	   *set = sets[rows->set_of[i]];
		uint32_t	n = rows->value_of[i];
		const char *value = rows->value + n * rows->stride;
		uint64_t	word;

		if (!words)
			td_set_add(set, value, rows->len[n]);
		else
		{
			memcpy(&word, value, 8);
			td_set_add_word(set, word);
		}
	}
}

int
main(int argc, char **argv)
{
	TdSetType	type;
	Rows		rows;
	TdSet	  **sets;
	TdSetFamily *family;
	struct timespec begin;
	struct timespec end;
	uint64_t	sum = 0;

	if (argc != 5)
		return 2;
	rows.rows = strtoull(argv[2], NULL, 10);
	rows.groups = strtoull(argv[3], NULL, 10);
	rows.values = strtoull(argv[4], NULL, 10);
	memset(&type, 0, sizeof(type));
	type.kind = strcmp(argv[1], "word") == 0 ? TD_SET_WORDS : TD_SET_BYTES;
	type.width = strcmp(argv[1], "uuid") == 0 ? 16 : 0;
	type.packs = type.kind == TD_SET_BYTES && type.width == 0;
	type.seed = UINT64_C(0x123456789abcdef);
	type.alloc = hook_alloc;
	type.grow = hook_grow;
	type.release = hook_release;
	rows.stride = strcmp(argv[1], "long") == 0 ? LONG_TEXT : 40;
	rows.value = malloc(rows.values * rows.stride + LONG_TEXT);
	rows.len = malloc(rows.values * sizeof(size_t));
	for (uint64_t n = 0; n < rows.values; n++)
		rows.len[n] = make_value(argv[1], n, rows.value + n * rows.stride);
	rows.set_of = malloc(rows.rows * sizeof(uint32_t));
	rows.value_of = malloc(rows.rows * sizeof(uint32_t));
	for (uint64_t i = 0; i < rows.rows; i++)
	{
		rows.set_of[i] = (uint32_t) (dice(i, 3) % rows.groups);
		rows.value_of[i] = (uint32_t) (dice(i, 4) % rows.values);
	}
	family = td_set_family(&type, NULL, TD_SET_UNLIMITED, false);
	sets = malloc(rows.groups * sizeof(TdSet *));
	for (uint64_t g = 0; g < rows.groups; g++)
		sets[g] = td_set_create(family);

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	add_rows(&rows, type.kind == TD_SET_WORDS, sets);
	for (uint64_t g = 0; g < rows.groups; g++)
		sum += td_set_count(sets[g]);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	printf("%.1f %llu\n", ((double) (end.tv_sec - begin.tv_sec) * 1e9 + (double) (end.tv_nsec - begin.tv_nsec)) / (double) rows.rows,
		   (unsigned long long) sum);
	for (uint64_t g = 0; g < rows.groups; g++)
		td_set_free(sets[g]);
	td_set_family_free(family);
	free(sets);
	free(rows.value);
	free(rows.len);
	free(rows.set_of);
	free(rows.value_of);
	return 0;
}
