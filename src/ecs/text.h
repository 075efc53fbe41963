/*
 * text.h
 *		Texts for messages, their order, and places in a text.
 */
#ifndef ECS_TEXT_H
#define ECS_TEXT_H

#include "ecs/record.h"

extern void ecs_printable(char *to, size_t size, EcsText from);
extern int	ecs_compare(const void *a, const void *b);
extern void ecs_advance(const char *from, const char *to, size_t *line, size_t *column);

/*
 * Whether a counted text is a terminated one.
 */
#define ecs_text_is(text, constant) \
	((text).length == sizeof(constant) - 1 && memcmp((text).data, constant, sizeof(constant) - 1) == 0)

#endif							/* ECS_TEXT_H */
