/*
 * scan.h
 *		What has to be known of a JSON text before jansson sees it.
 */
#ifndef ECS_SCAN_H
#define ECS_SCAN_H

#include "ecs/arena.h"

/* What stands before an odd number's spelling in jansson's tree; no other text has it. */
#define ECS_ODD_MARK	'\0'

typedef enum EcsLeafKind
{
	ECS_LEAF_STRING,			/* between its quotes */
	ECS_LEAF_ESCAPED,			/* with its quotes, since it has escapes */
	ECS_LEAF_NUMBER,
	ECS_LEAF_ODD_NUMBER			/* jansson would not keep it as it is spelled */
} EcsLeafKind;

/* A string that is no key, or a number, where it is in the text. */
typedef struct EcsLeaf
{
	const char *text;
	uint32_t	length;
	EcsLeafKind kind;
} EcsLeaf;

typedef struct EcsScan
{
	bool		plain;			/* skeleton and leaves can stand for the text */
	EcsText		skeleton;
	EcsLeaf    *leaves;
	uint32_t	nleaves;
	uint32_t	nescaped;		/* of them strings with escapes */
	uint32_t	nodd;			/* and odd numbers */
	bool		hits;			/* perhaps a search response */
	bool		no_memory;
	const char *sqlstate;		/* what jsonb or we do not take, or NULL */
	const char *problem;		/* a constant */
	size_t		position;		/* of the problem */

	/* while it goes on */
	EcsArena   *arena;
	EcsText		text;
	char	   *to;				/* the end of the skeleton */
	size_t		room;			/* behind it */
	size_t		max_skeleton;
	uint32_t	leaves_size;
} EcsScan;

extern void ecs_scan(EcsScan *scan, EcsArena *arena, EcsText text, const EcsOptions *options);
extern bool ecs_scan_rewrite(const EcsScan *scan, EcsArena *arena, EcsText *rewritten);
extern size_t ecs_scan_original(const EcsScan *scan, size_t position);

#endif							/* ECS_SCAN_H */
