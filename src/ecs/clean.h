/*
 * clean.h
 *		A JSON text with the characters and numbers that jsonb cannot hold put right.
 */
#ifndef ECS_CLEAN_H
#define ECS_CLEAN_H

#include "ecs/fields.h"

extern bool ecs_clean(EcsFields *fields, EcsText text, EcsText *cleaned);

#endif							/* ECS_CLEAN_H */
