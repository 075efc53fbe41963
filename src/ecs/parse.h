/*
 * parse.h
 *		A JSON text made a tree in an arena.
 */
#ifndef ECS_PARSE_H
#define ECS_PARSE_H

#include "ecs/scan.h"
#include "ecs/form.h"

#define ECS_MESSAGE_SIZE	400

/* Why there is no tree. */
typedef struct EcsParseProblem
{
	const char *sqlstate;		/* NULL: there is no memory */
	char		message[ECS_MESSAGE_SIZE];
	size_t		position;
} EcsParseProblem;

extern const EcsItem *ecs_parse(EcsForms *forms, const EcsScan *scan, EcsArena *arena, EcsParseProblem *problem);

#endif							/* ECS_PARSE_H */
