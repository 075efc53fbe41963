/*
 * form.c
 *		What documents with the same skeleton have in common.
 *
 * The documents of a program come in few forms: the same keys in the same
 * order, the same nesting; only the strings and numbers differ.  The scan takes
 * these out (scan.c).  What it leaves is the skeleton. jansson parses a skeleton
 * when it comes for the first time, and the tree is kept.  The tree of a later
 * document with the same skeleton is a copy of that one with the document's own
 * leaves.  Skeletons are compared byte by byte, so jansson's answer for one is
 * right for the other.
 *
 * The hash of a form says the slot in which it is kept; it replaces the form
 * that was there.  When all forms together would take more than FORMS_SIZE, they
 * are dropped.  Documents that are all different are parsed one by one.
 *
 * A document that the scan does not take apart is parsed as a whole, and the
 * tree made of that.
 */
#include "ecs/form.h"

#include <stdlib.h>
#include <string.h>

#define FORMS_SIZE	((size_t) 8 * 1024 * 1024)

/* Enough for 64 bits. */
#define INTEGER_SIZE	20

/* What a tree of jansson's needs as one of ours. */
typedef struct Extent
{
	size_t		items;
	size_t		members;
	size_t		key_bytes;
} Extent;

/* Where the parts of a tree are put. */
typedef struct Builder
{
	bool		whole;			/* a document as a whole, not a skeleton */
	EcsItem    *item;
	uint32_t   *sorted;
	char	   *key;			/* of a skeleton: keys are copied, the others stay where they are */
	EcsArena   *arena;			/* for everything else; if it has failed, the tree must not be used */
} Builder;

/*
 * No forms yet.
 */
void
ecs_forms_init(EcsForms *forms, EcsMemory memory, size_t max_memory)
{
	memset(forms, 0, sizeof(*forms));
	forms->memory = memory;
	ecs_arena_init(&forms->arena, memory, max_memory);
}

static void
drop_form(EcsForms *forms, size_t slot)
{
	EcsForm    *form = forms->slots[slot];

	if (form == NULL)
		return;
	forms->slots[slot] = NULL;
	forms->total -= form->size;
	forms->memory.free(forms->memory.arg, form);
}

static void
drop_all_forms(EcsForms *forms)
{
	for (size_t i = 0; i < ECS_FORM_SLOTS; i++)
		drop_form(forms, i);
}

/*
 * Give everything back.
 */
void
ecs_forms_free(EcsForms *forms)
{
	drop_all_forms(forms);
	ecs_arena_free(&forms->arena);
}

/*
 * The hash of a skeleton.  If a skeleton is made to collide with others, its
 * documents are parsed each time, as if there were no forms.
 */
uint64_t
ecs_form_hash(EcsText skeleton)
{
	uint64_t	hash = skeleton.length;
	uint64_t	word;
	size_t		i = 0;

	for (; skeleton.length - i >= sizeof(word); i += sizeof(word))
	{
		memcpy(&word, skeleton.data + i, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
		hash ^= hash >> 32;
	}
	for (; i < skeleton.length; i++)
		hash = (hash ^ (unsigned char) skeleton.data[i]) * UINT64_C(0x9E3779B97F4A7C15);
	return hash ^ (hash >> 29);
}

/*
 * The form with a skeleton, or NULL.
 */
const EcsForm *
ecs_forms_find(const EcsForms *forms, EcsText skeleton, uint64_t hash)
{
	const EcsForm *form = forms->slots[hash % ECS_FORM_SLOTS];

	if (form == NULL || form->hash != hash || form->skeleton.length != skeleton.length ||
		memcmp(form->skeleton.data, skeleton.data, skeleton.length) != 0)
		return NULL;
	return form;
}

/*
 * Add up what a tree needs.  The depth was limited before (scan.c).
 */
static void
measure(const json_t *value, Extent *extent)
{
	extent->items++;
	if (json_is_object(value))
	{
		json_t	   *object = (json_t *) value;

		for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at))
		{
			extent->members++;
			extent->key_bytes += strlen(json_object_iter_key(at));
			measure(json_object_iter_value(at), extent);
		}
	}
	else if (json_is_array(value))
	{
		for (size_t i = 0; i < json_array_size(value); i++)
			measure(json_array_get(value, i), extent);
	}
}

/*
 * Take so many bytes from the memory that begins at *at.
 */
static void *
take(char **at, size_t size)
{
	void	   *result = *at;

	*at += (size + ECS_ARENA_ALIGN - 1) & ~(size_t) (ECS_ARENA_ALIGN - 1);
	return result;
}

/*
 * For qsort(): by the length of keys, and then by bytes.
 */
static int
compare_keys(const void *a, const void *b)
{
	const EcsItem *left = *(const EcsItem *const *) a;
	const EcsItem *right = *(const EcsItem *const *) b;

	if (left->key_length != right->key_length)
		return left->key_length < right->key_length ? -1 : 1;
	return memcmp(left->key, right->key, left->key_length);
}

/*
 * The members of an object, sorted.
 */
static void
sort_members(Builder *builder, const EcsItem *object, uint32_t *sorted)
{
	const EcsItem *member = object + 1;
	const EcsItem **members;

	if (object->length == 0)
		return;
	members = ecs_arena_alloc(builder->arena, object->length * sizeof(EcsItem *));
	if (members == NULL)
		return;
	for (uint32_t i = 0; i < object->length; i++, member += member->size)
		members[i] = member;
	qsort(members, object->length, sizeof(EcsItem *), compare_keys);
	for (uint32_t i = 0; i < object->length; i++)
		sorted[i] = (uint32_t) (members[i] - object);
}

static void build(Builder *builder, const json_t *value);

static void
build_object(Builder *builder, EcsItem *item, json_t *object)
{
	uint32_t   *sorted = builder->sorted;

	item->kind = ECS_ITEM_OBJECT;
	item->length = (uint32_t) json_object_size(object);
	item->sorted = sorted;
	builder->sorted += item->length;
	for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at))
	{
		const char *key = json_object_iter_key(at);
		EcsItem    *member = builder->item;
		size_t		length = strlen(key);

		member->key = key;
		member->key_length = (uint32_t) length;
		if (!builder->whole)
		{
			member->key = memcpy(builder->key, key, length);
			builder->key += length;
		}
		build(builder, json_object_iter_value(at));
	}
	sort_members(builder, item, sorted);
}

/*
 * A number of a whole document: one that is not odd is spelled as usual.
 */
static void
build_integer(Builder *builder, EcsItem *item, json_int_t value)
{
	char		digits[INTEGER_SIZE];
	size_t		n = INTEGER_SIZE;
	unsigned long long rest = value < 0 ? 0 - (unsigned long long) value : (unsigned long long) value;
	char	   *to;

	do
	{
		digits[--n] = (char) ('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (value < 0)
		digits[--n] = '-';
	item->kind = ECS_ITEM_NUMBER;
	to = ecs_arena_alloc(builder->arena, INTEGER_SIZE - n);
	if (to == NULL)
		return;
	item->text = memcpy(to, digits + n, INTEGER_SIZE - n);
	item->length = (uint32_t) (INTEGER_SIZE - n);
}

/*
 * A string of a whole document, or an odd number.
 */
static void
build_string(EcsItem *item, const json_t *value)
{
	item->kind = ECS_ITEM_STRING;
	item->text = json_string_value(value);
	item->length = (uint32_t) json_string_length(value);
	if (item->length > 0 && item->text[0] == ECS_ODD_MARK)
	{
		item->kind = ECS_ITEM_NUMBER;
		item->text++;
		item->length--;
	}
}

/*
 * Make a value the next item, whose key is set.
 */
static void
build(Builder *builder, const json_t *value)
{
	EcsItem    *item = builder->item++;

	switch (json_typeof(value))
	{
		case JSON_OBJECT:
			build_object(builder, item, (json_t *) value);
			break;
		case JSON_ARRAY:
			item->kind = ECS_ITEM_ARRAY;
			item->length = (uint32_t) json_array_size(value);
			for (size_t i = 0; i < item->length; i++)
				build(builder, json_array_get(value, i));
			break;
		case JSON_INTEGER:
			if (builder->whole)
			{
				build_integer(builder, item, json_integer_value(value));
				break;
			}
			item->kind = ECS_ITEM_LEAF;
			item->length = (uint32_t) json_integer_value(value);
			break;
		case JSON_STRING:		/* not in a skeleton */
			build_string(item, value);
			break;
		case JSON_TRUE:
			item->kind = ECS_ITEM_TRUE;
			item->text = "true";
			item->length = 4;
			break;
		case JSON_FALSE:
			item->kind = ECS_ITEM_FALSE;
			item->text = "false";
			item->length = 5;
			break;
		case JSON_REAL:			/* does not happen, see scan.c */
		case JSON_NULL:
			item->kind = ECS_ITEM_NULL;
			break;
	}
	item->size = (uint32_t) (builder->item - item);
}

/*
 * Keep the tree that jansson has made of a skeleton as a form.  NULL for want of
 * memory.
 */
const EcsForm *
ecs_forms_add(EcsForms *forms, EcsText skeleton, uint64_t hash, const json_t *root)
{
	size_t		slot = hash % ECS_FORM_SLOTS;
	Extent		extent = {0};
	Builder		builder = {.arena = &forms->arena};
	EcsForm    *form;
	size_t		size;
	char	   *at;

	measure(root, &extent);
	/* a multiple of the alignment for each part */
	size = sizeof(EcsForm) + extent.items * sizeof(EcsItem) + extent.members * sizeof(uint32_t) +
		extent.key_bytes + skeleton.length + 5 * ECS_ARENA_ALIGN;
	drop_form(forms, slot);
	if (forms->total + size > FORMS_SIZE)
		drop_all_forms(forms);
	form = forms->memory.alloc(forms->memory.arg, size);
	if (form == NULL)
		return NULL;
	forms->slots[slot] = form;
	forms->total += size;
	at = (char *) form;
	(void) take(&at, sizeof(EcsForm));
	form->hash = hash;
	form->size = size;
	form->nitems = extent.items;
	form->items = take(&at, extent.items * sizeof(EcsItem));
	memset(form->items, 0, extent.items * sizeof(EcsItem));
	builder.item = form->items;
	builder.sorted = take(&at, extent.members * sizeof(uint32_t));
	builder.key = take(&at, extent.key_bytes);
	form->skeleton = (EcsText) {memcpy(at, skeleton.data, skeleton.length), skeleton.length};
	build(&builder, root);
	if (!forms->arena.failed)
		return form;
	drop_form(forms, slot);
	return NULL;
}

/*
 * The tree of a document: its form, and its leaves, of which none has escapes.
 * NULL for want of memory.
 */
const EcsItem *
ecs_forms_tree(EcsForms *forms, const EcsForm *form, const EcsLeaf *leaves)
{
	EcsItem    *items = ecs_arena_alloc(&forms->arena, form->nitems * sizeof(EcsItem));

	if (items == NULL)
		return NULL;
	memcpy(items, form->items, form->nitems * sizeof(EcsItem));
	for (size_t i = 0; i < form->nitems; i++)
	{
		const EcsLeaf *leaf;

		if (items[i].kind != ECS_ITEM_LEAF)
			continue;
		leaf = &leaves[items[i].length];
		items[i].kind = leaf->kind == ECS_LEAF_STRING ? ECS_ITEM_STRING : ECS_ITEM_NUMBER;
		items[i].text = leaf->text;
		items[i].length = leaf->length;
	}
	return items;
}

/*
 * The tree of a document that jansson has parsed as a whole, and that has to
 * last as long; NULL for want of memory.
 */
const EcsItem *
ecs_forms_whole(EcsForms *forms, const json_t *root)
{
	Extent		extent = {0};
	Builder		builder = {.whole = true, .arena = &forms->arena};
	EcsItem    *items;

	measure(root, &extent);
	items = ecs_arena_alloc(&forms->arena, extent.items * sizeof(EcsItem));
	builder.sorted = ecs_arena_alloc(&forms->arena, extent.members * sizeof(uint32_t));
	if (items == NULL || builder.sorted == NULL)
		return NULL;
	memset(items, 0, extent.items * sizeof(EcsItem));
	builder.item = items;
	build(&builder, root);
	return forms->arena.failed ? NULL : items;
}
