/*
 * laurel_parts.h
 *		What the files that read laurel's documents share.
 */
#ifndef ECS_LAUREL_PARTS_H
#define ECS_LAUREL_PARTS_H

#include "ecs/fields.h"

/* What all the functions need. */
typedef struct Laurel
{
	EcsFields  *fields;
	const EcsItem *document;
	const EcsItem *syscall;		/* or NULL */
	EcsText		prefix;			/* what enriched fields begin with; data is NULL: they are in capitals */
	EcsText		host;			/* what makes ids unique, or empty */
} Laurel;

/* laurel_text.c */
extern char *laurel_new_text(Laurel *laurel, size_t length);
extern EcsText laurel_join(Laurel *laurel, EcsText a, const char *between, EcsText b);
extern EcsText laurel_decode(Laurel *laurel, EcsText text);
extern EcsText laurel_member(Laurel *laurel, const EcsItem *object, const char *key);
extern EcsText laurel_first_of(EcsText a, EcsText b, const char *c);
extern EcsText laurel_base_name(EcsText path);
extern void laurel_add(Laurel *laurel, EcsColumn column, EcsText value);
extern void laurel_add_constant(Laurel *laurel, EcsColumn column, const char *value);
extern void laurel_find_prefix(Laurel *laurel);
extern const EcsItem *laurel_enriched(const Laurel *laurel, const char *name);

/* laurel_host.c */
extern void laurel_gather_host(Laurel *laurel, const EcsOptions *options);
extern EcsText laurel_global_id(Laurel *laurel, EcsText id);

/* laurel_process.c */
extern void laurel_gather_process(Laurel *laurel, bool exec);
extern void laurel_gather_arguments(Laurel *laurel);

/* laurel_syscall.c */
extern bool laurel_is_exec(Laurel *laurel, EcsText name);

/*
 * Is there a text, and is it not empty?
 */
static inline bool
laurel_has(EcsText text)
{
	return text.data != NULL && text.length > 0;
}

#endif							/* ECS_LAUREL_PARTS_H */
