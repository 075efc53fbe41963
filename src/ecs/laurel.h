/*
 * laurel.h
 *		Linux audit events, as laurel writes them, made ECS events.
 */
#ifndef ECS_LAUREL_H
#define ECS_LAUREL_H

#include "ecs/fields.h"

extern bool ecs_is_laurel(const EcsItem *document);
extern bool ecs_laurel_gather(EcsFields *fields, const EcsItem *document, const EcsOptions *options);

#endif							/* ECS_LAUREL_H */
