/*
 * arena.c
 *		Memory for one document, taken piece by piece and given back at once.
 *
 * A JSON tree is hundreds of small pieces that are freed together.  Blocks
 * double in size, so a document takes few of them.  The first block is kept for
 * the next document, so most documents take no new one.
 *
 * A limit protects the server's memory: a line of many empty objects makes a
 * tree of sixty times its length.
 */
#include "ecs/arena.h"

/* Enough for the tree of an everyday event. */
#define FIRST_BLOCK	((size_t) 64 * 1024)
#define LARGEST_BLOCK ((size_t) 8 * 1024 * 1024)

struct EcsBlock
{
	EcsBlock   *previous;
	size_t		size;			/* of the whole */
};

#define HEADER	((sizeof(EcsBlock) + ECS_ARENA_ALIGN - 1) & ~(size_t) (ECS_ARENA_ALIGN - 1))

/*
 * An arena without a block.
 */
void
ecs_arena_init(EcsArena *arena, EcsMemory memory, size_t limit)
{
	*arena = (EcsArena) {.memory = memory, .limit = limit};
}

/*
 * Make a block the one to take from.  What is left of it is a multiple of
 * ECS_ARENA_ALIGN, which ecs_arena_alloc() relies on.
 */
static void
use_block(EcsArena *arena, EcsBlock *block)
{
	arena->current = block;
	arena->next = (char *) block + HEADER;
	arena->left = block->size - HEADER;
}

/*
 * Free the newest block.
 */
static void
drop_block(EcsArena *arena)
{
	EcsBlock   *block = arena->current;

	arena->current = block->previous;
	arena->memory.free(arena->memory.arg, block);
}

/*
 * Give everything back but the first block, if it is of the usual size.
 */
void
ecs_arena_empty(EcsArena *arena)
{
	arena->over = false;
	arena->failed = false;
	if (arena->first == NULL)
		return;
	while (arena->current != arena->first)
		drop_block(arena);
	if (arena->first->size > FIRST_BLOCK)
	{
		drop_block(arena);
		ecs_arena_init(arena, arena->memory, arena->limit);
		return;
	}
	arena->total = arena->first->size;
	use_block(arena, arena->first);
}

/*
 * Give everything back.
 */
void
ecs_arena_free(EcsArena *arena)
{
	ecs_arena_empty(arena);
	if (arena->first != NULL)
		drop_block(arena);
	ecs_arena_init(arena, arena->memory, arena->limit);
}

/*
 * Memory from a new block; what is left of the one before is not used.
 */
void *
ecs_arena_more(EcsArena *arena, size_t size)
{
	size_t		want = arena->first == NULL ? FIRST_BLOCK : arena->total;
	EcsBlock   *block = NULL;

	if (want > LARGEST_BLOCK)
		want = LARGEST_BLOCK;
	if (size > arena->limit)
		arena->over = true;
	else
	{
		if (want < size + HEADER)
			want = (size + HEADER + ECS_ARENA_ALIGN - 1) & ~(size_t) (ECS_ARENA_ALIGN - 1);
		arena->over = want > arena->limit || arena->total > arena->limit - want;
	}
	if (!arena->over)
		block = arena->memory.alloc(arena->memory.arg, want);
	if (block == NULL)
	{
		arena->failed = true;
		return NULL;
	}
	block->size = want;
	block->previous = arena->current;
	if (arena->first == NULL)
		arena->first = block;
	arena->total += want;
	use_block(arena, block);
	return ecs_arena_alloc(arena, size);
}
