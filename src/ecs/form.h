/*
 * form.h
 *		What documents with the same skeleton have in common.
 */
#ifndef ECS_FORM_H
#define ECS_FORM_H

#include <jansson.h>

#include "ecs/scan.h"
#include "ecs/tree.h"

typedef struct EcsForm
{
	uint64_t	hash;			/* of the skeleton */
	EcsText		skeleton;
	EcsItem    *items;			/* a tree, whose leaves have no text: length is their number */
	size_t		nitems;
	size_t		size;			/* bytes of it all, which is one piece of memory */
} EcsForm;

#define ECS_FORM_SLOTS	1024

/* The forms that were met, and the tree of the document at hand. */
typedef struct EcsForms
{
	EcsMemory	memory;
	EcsArena	arena;			/* of the tree */
	size_t		total;			/* bytes of them all */
	EcsForm    *slots[ECS_FORM_SLOTS];
} EcsForms;

extern void ecs_forms_init(EcsForms *forms, EcsMemory memory, size_t max_memory);
extern void ecs_forms_free(EcsForms *forms);
extern uint64_t ecs_form_hash(EcsText skeleton);
extern const EcsForm *ecs_forms_find(const EcsForms *forms, EcsText skeleton, uint64_t hash);
extern const EcsForm *ecs_forms_add(EcsForms *forms, EcsText skeleton, uint64_t hash, const json_t *root);
extern const EcsItem *ecs_forms_tree(EcsForms *forms, const EcsForm *form, const EcsLeaf *leaves);
extern const EcsItem *ecs_forms_whole(EcsForms *forms, const json_t *root);

#endif							/* ECS_FORM_H */
