/*
 * scan.h
 *		What has to be known of a JSON text before jansson sees it.
 */
#ifndef ECS_SCAN_H
#define ECS_SCAN_H

#include "ecs/arena.h"

/* A number that jansson would not keep as it is written. */
typedef struct EcsOddNumber
{
	size_t		start;
	size_t		length;
} EcsOddNumber;

/* What stands before an odd number's spelling in the tree; no other text has it. */
#define ECS_ODD_MARK	'\0'

typedef struct EcsScan
{
	EcsOddNumber *odd;
	size_t		nodd;
	size_t		capacity;
	bool		hits;			/* perhaps a search response */
	bool		no_memory;
	const char *sqlstate;		/* what jsonb or we do not take, or NULL */
	const char *problem;		/* a constant */
	size_t		position;		/* of the problem */
} EcsScan;

extern void ecs_scan(EcsScan *scan, EcsArena *arena, EcsText text, unsigned max_depth);
extern bool ecs_scan_rewrite(const EcsScan *scan, EcsArena *arena, EcsText text, EcsText *rewritten);
extern size_t ecs_scan_original(const EcsScan *scan, size_t position);

#endif							/* ECS_SCAN_H */
