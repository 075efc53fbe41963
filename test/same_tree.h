/*
 * same_tree.h
 *		Whether the tree of a document is the one that jansson makes of the whole
 *		text, for the unit tests and the fuzzer.
 */
#ifndef TEST_SAME_TREE_H
#define TEST_SAME_TREE_H

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "ecs/tree.h"

static inline bool
same_bytes(const char *a, size_t n, const char *b, size_t m)
{
	return n == m && (n == 0 || memcmp(a, b, n) == 0);
}

/* A number is spelled as jansson reads it. */
static inline bool
same_number(const EcsItem *item, const json_t *value)
{
	char	   *copy = strndup(item->text, item->length);
	bool		same = json_is_integer(value) ? strtoll(copy, NULL, 10) == json_integer_value(value) :
		json_is_real(value) && strtod(copy, NULL) == json_real_value(value);

	free(copy);
	return same;
}

/* Members sorted by length, then bytes, and none twice. */
static inline bool
is_sorted(const EcsItem *object)
{
	for (uint32_t i = 1; i < object->length; i++)
	{
		const EcsItem *a = object + object->sorted[i - 1];
		const EcsItem *b = object + object->sorted[i];

		if (a->key_length > b->key_length ||
			(a->key_length == b->key_length && memcmp(a->key, b->key, a->key_length) >= 0))
			return false;
	}
	return true;
}

static inline bool
same_tree(const EcsItem *item, json_t *value)
{
	const EcsItem *child = item + 1;
	size_t		n = item->length;
	size_t		i = 0;

	switch (item->kind)
	{
		case ECS_ITEM_NULL:
			return json_is_null(value);
		case ECS_ITEM_FALSE:
			return json_is_false(value);
		case ECS_ITEM_TRUE:
			return json_is_true(value);
		case ECS_ITEM_NUMBER:
			return same_number(item, value);
		case ECS_ITEM_STRING:
			return json_is_string(value) &&
				same_bytes(item->text, n, json_string_value(value), json_string_length(value));
		case ECS_ITEM_ARRAY:
			if (!json_is_array(value) || json_array_size(value) != n)
				return false;
			for (; i < n && same_tree(child, json_array_get(value, i)); i++)
				child += child->size;
			return i == n && child == item + item->size;
		case ECS_ITEM_OBJECT:
			if (!json_is_object(value) || json_object_size(value) != n)
				return false;
			for (void *at = json_object_iter(value); at != NULL; at = json_object_iter_next(value, at), i++)
			{
				const char *key = json_object_iter_key(at);

				if (!same_bytes(child->key, child->key_length, key, strlen(key)) ||
					!same_tree(child, json_object_iter_value(at)))
					return false;
				child += child->size;
			}
			return child == item + item->size && is_sorted(item);
		case ECS_ITEM_LEAF:
			break;
	}
	return false;
}

#endif							/* TEST_SAME_TREE_H */
