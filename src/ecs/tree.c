/*
 * tree.c
 *		A JSON document as a tree.
 */
#include "ecs/tree.h"

#include <string.h>

/*
 * A member of an object; NULL if there is none, or no object.
 */
const EcsItem *
ecs_member(const EcsItem *object, const char *key)
{
	size_t		length = strlen(key);
	const EcsItem *member;

	if (!ecs_is_object(object))
		return NULL;
	member = object + 1;
	for (uint32_t i = 0; i < object->length; i++, member += member->size)
	{
		if (member->key_length == length && memcmp(member->key, key, length) == 0)
			return member;
	}
	return NULL;
}

/*
 * A value as text: data is NULL if it has none (null, object, array, or no
 * value at all).
 */
EcsText
ecs_item_text(const EcsItem *item)
{
	if (item == NULL || item->kind == ECS_ITEM_NULL || item->kind == ECS_ITEM_ARRAY || item->kind == ECS_ITEM_OBJECT)
		return (EcsText) {NULL, 0};
	return (EcsText) {item->text, item->length};
}
