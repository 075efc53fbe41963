/*
 * fields.h
 *		Values gathered from a document, field by field.
 */
#ifndef ECS_FIELDS_H
#define ECS_FIELDS_H

#include "ecs/arena.h"
#include "ecs/tree.h"

/* The values of one field, as texts in the document's order. */
typedef struct EcsGathered
{
	size_t		count;
	size_t		capacity;		/* of items */
	EcsText	   *items;
	EcsText		one;			/* where items points when there is one */
} EcsGathered;

/* A step in the name of a field: process, then parent, then pid. */
typedef struct EcsNode
{
	const char *segment;		/* not terminated */
	size_t		length;
	int			column;			/* EcsColumn, or -1 */
	struct EcsNode *child;
	struct EcsNode *sibling;
} EcsNode;

#define ECS_MAX_NODES	(ECS_COLUMNS * 3)

typedef struct EcsFields
{
	EcsArena   *arena;
	EcsGathered gathered[ECS_COLUMNS];
	bool		no_memory;
	EcsFault	faults[ECS_MAX_FAULTS];
	size_t		nfaults;
	EcsNode		nodes[ECS_MAX_NODES];	/* the first is the root */
	size_t		nnodes;
} EcsFields;

/* What is wrong with @timestamp. */
typedef struct EcsFieldProblem
{
	const char *sqlstate;
	const char *what;			/* "is not a timestamp" */
	EcsColumn	column;
	EcsText		value;
} EcsFieldProblem;

extern void ecs_fields_init(EcsFields *fields, EcsArena *arena);
extern void ecs_fields_empty(EcsFields *fields);
extern void ecs_fields_add(EcsFields *fields, EcsColumn column, EcsText value);
extern void ecs_fields_fault(EcsFields *fields, const char *field, const char *reason, EcsText value);
extern void ecs_fields_walk(EcsFields *fields, const EcsItem *document);
extern bool ecs_fields_locate(const EcsFields *fields, EcsText document, const EcsFieldProblem *problem,
							  size_t *position);
extern bool ecs_fields_finish(EcsFields *fields, EcsRecord *record, EcsFieldProblem *problem);

#endif							/* ECS_FIELDS_H */
