/*
 * tree.h
 *		A JSON document as a tree.
 *
 * The tree is an array of items: a container stands before what is in it, in
 * the document's order.  item + 1 is a container's first child, and item +
 * item->size what comes after the item.  An object has each key once.
 *
 * Texts are UTF-8 and not terminated.  Each object also has its members sorted
 * by the length of their keys and then by bytes, as jsonb keeps them.
 */
#ifndef ECS_TREE_H
#define ECS_TREE_H

#include "ecs/record.h"

typedef enum EcsItemKind
{
	ECS_ITEM_NULL,
	ECS_ITEM_FALSE,
	ECS_ITEM_TRUE,
	ECS_ITEM_NUMBER,			/* text is how it is spelled */
	ECS_ITEM_STRING,
	ECS_ITEM_ARRAY,
	ECS_ITEM_OBJECT,
	ECS_ITEM_LEAF				/* in form.c only: a number or string still to come */
} EcsItemKind;

typedef struct EcsItem
{
	const char *key;			/* of an object's member */
	union
	{
		const char *text;		/* of a scalar but null */
		const uint32_t *sorted; /* of an object: object + sorted[i] is a member */
	};
	uint32_t	key_length;
	uint32_t	length;			/* of text; of a container, how many it holds */
	uint32_t	size;			/* items, itself included */
	EcsItemKind kind;
} EcsItem;

/*
 * Whether an item, which may be NULL, is an object.
 */
static inline bool
ecs_is_object(const EcsItem *item)
{
	return item != NULL && item->kind == ECS_ITEM_OBJECT;
}

/*
 * The first element of an array, and how many there are: none in what is no
 * array, or NULL.
 */
static inline const EcsItem *
ecs_elements(const EcsItem *array, uint32_t *count)
{
	bool		is_array = array != NULL && array->kind == ECS_ITEM_ARRAY;

	*count = is_array ? array->length : 0;
	return is_array ? array + 1 : NULL;
}

extern const EcsItem *ecs_member(const EcsItem *object, const char *key);
extern EcsText ecs_item_text(const EcsItem *item);
extern EcsText ecs_path_text(const EcsItem *object, const char *path);

#endif							/* ECS_TREE_H */
