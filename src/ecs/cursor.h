/*
 * cursor.h
 *		Where things stand in a JSON text.
 */
#ifndef ECS_CURSOR_H
#define ECS_CURSOR_H

#include "ecs/record.h"

/* Walks over a JSON text, value by value. */
typedef struct EcsCursor
{
	const char *at;
	const char *end;
} EcsCursor;

extern void ecs_cursor_blanks(EcsCursor *cursor);
extern bool ecs_cursor_take(EcsCursor *cursor, char c);
extern bool ecs_cursor_value(EcsCursor *cursor, EcsText *value);
extern bool ecs_cursor_member(EcsCursor *cursor, EcsText *key, EcsText *value);
extern bool ecs_cursor_find(EcsText object, const char *key, EcsText *value);

#endif							/* ECS_CURSOR_H */
