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

/*
 * The only value of a field, however its name is spelled: nested, with dots, or
 * both; data is NULL if it has none, or several.
 */
EcsText
ecs_path_text(const EcsItem *object, const char *path)
{
	size_t		length = strlen(path);
	EcsText		result = {NULL, 0};
	const EcsItem *member;

	if (!ecs_is_object(object))
		return result;
	member = object + 1;
	for (uint32_t i = 0; i < object->length; i++, member += member->size)
	{
		const EcsItem *value = member;
		EcsText		text;

		if (member->key_length > length || memcmp(member->key, path, member->key_length) != 0)
			continue;
		if (member->key_length < length && path[member->key_length] != '.')
			continue;
		if (member->key_length < length)
			text = ecs_path_text(member, path + member->key_length + 1);
		else
		{
			while (value->kind == ECS_ITEM_ARRAY && value->length == 1)
				value++;
			text = ecs_item_text(value);
		}
		if (text.data == NULL)
			continue;
		if (result.data != NULL && (result.length != text.length || memcmp(result.data, text.data, text.length) != 0))
			return (EcsText) {NULL, 0};
		result = text;
	}
	return result;
}
