/*
 * index.h
 *		The data stream or index that a document says it is from.
 */
#ifndef ECS_INDEX_H
#define ECS_INDEX_H

#include "ecs/arena.h"

extern bool ecs_set_index(EcsArena *arena, EcsRecord *record, EcsText index);

#endif							/* ECS_INDEX_H */
