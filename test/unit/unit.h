/*
 * unit.h
 *		What the unit tests of the pure C code share: checks that count, and an
 *		allocator that can be told to fail.
 *
 * Each test is a program of its own; the last line that it prints is
 * "N passed, N failed", and it exits with 1 if anything failed.
 */
#ifndef TEST_UNIT_H
#define TEST_UNIT_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "esql/syntax/ast.h"

static int	unit_passed = 0;
static int	unit_failed = 0;

#define CHECK(condition) \
	unit_check((condition), __FILE__, __LINE__, #condition)

static inline bool
unit_check(bool ok, const char *file, int line, const char *what)
{
	if (ok)
		unit_passed++;
	else
	{
		unit_failed++;
		fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
	}
	return ok;
}

#define CHECK_TEXT(got, expected) \
	unit_check_text((got), (expected), __FILE__, __LINE__)

static inline bool
unit_check_text(const char *got, const char *expected, const char *file, int line)
{
	if (got != NULL && strcmp(got, expected) == 0)
	{
		unit_passed++;
		return true;
	}
	unit_failed++;
	fprintf(stderr, "%s:%d: failed\n\texpected: %s\n\t     got: %s\n", file, line, expected,
			got == NULL ? "(nothing)" : got);
	return false;
}

static inline int
unit_report(void)
{
	printf("%d passed, %d failed\n", unit_passed, unit_failed);
	return unit_failed == 0 ? 0 : 1;
}

/*
 * An arena: a list of blocks, each of them a malloc() of its own, so that
 * AddressSanitizer sees the bounds of every one.
 */
typedef struct Arena
{
	void	  **blocks;
	size_t		n;
	size_t		capacity;
	size_t		calls;			/* how often memory was asked for */
	size_t		fail_at;		/* the call that gets NULL, 0 for none */
} Arena;

static inline void *
arena_alloc(void *arg, size_t size)
{
	Arena	   *arena = arg;
	void	   *block;

	if (++arena->calls == arena->fail_at)
		return NULL;
	if (arena->n == arena->capacity)
	{
		arena->capacity = arena->capacity == 0 ? 64 : arena->capacity * 2;
		arena->blocks = realloc(arena->blocks, arena->capacity * sizeof(void *));
		if (arena->blocks == NULL)
			abort();
	}
	block = malloc(size == 0 ? 1 : size);
	if (block == NULL)
		abort();
	/* nobody may count on zeros */
	memset(block, 0xA5, size);
	arena->blocks[arena->n++] = block;
	return block;
}

static inline void
arena_reset(Arena *arena)
{
	for (size_t i = 0; i < arena->n; i++)
		free(arena->blocks[i]);
	free(arena->blocks);
	memset(arena, 0, sizeof(*arena));
}

static inline EsqlContext
arena_context(Arena *arena, const char *text, size_t length)
{
	EsqlContext context;

	memset(&context, 0, sizeof(context));
	context.text = text;
	context.length = length;
	context.alloc = arena_alloc;
	context.alloc_arg = arena;
	return context;
}

#endif							/* TEST_UNIT_H */
