/*
 * arena.h
 *		Memory for one document, taken piece by piece and given back at once.
 */
#ifndef ECS_ARENA_H
#define ECS_ARENA_H

#include "ecs/record.h"

typedef struct EcsBlock EcsBlock;

typedef struct EcsArena
{
	EcsMemory	memory;
	EcsBlock   *first;			/* kept when the arena is emptied */
	EcsBlock   *current;		/* the newest */
	char	   *next;			/* free bytes of current */
	size_t		left;
	size_t		total;			/* bytes of all blocks */
	size_t		limit;			/* that total must not go over */
	bool		over;			/* it would have */
	bool		failed;			/* something asked for was not given */
} EcsArena;

extern void ecs_arena_init(EcsArena *arena, EcsMemory memory, size_t limit);
extern void ecs_arena_empty(EcsArena *arena);
extern void ecs_arena_free(EcsArena *arena);
extern void *ecs_arena_more(EcsArena *arena, size_t size);

/* The longest malloc()'s alignment would ask for. */
#define ECS_ARENA_ALIGN	16

/*
 * Memory for size bytes, or NULL.
 */
static inline void *
ecs_arena_alloc(EcsArena *arena, size_t size)
{
	void	   *result;

	if (size > arena->left)
		return ecs_arena_more(arena, size);
	size = (size + (ECS_ARENA_ALIGN - 1)) & ~(size_t) (ECS_ARENA_ALIGN - 1);
	result = arena->next;
	arena->next += size;
	arena->left -= size;
	return result;
}

#endif							/* ECS_ARENA_H */
