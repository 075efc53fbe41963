/*
 * document_read.h
 *		Documents as they are stored, and what is in their containers.
 */
#ifndef ESQL_DOCUMENT_READ_H
#define ESQL_DOCUMENT_READ_H

#include "fmgr.h"
#include "utils/jsonb.h"

/* A walk over the keys of an object, or the elements of an array, in their order. */
typedef struct EsqlJsonbWalk
{
	JsonbContainer *container;
	const char *base;			/* of the values and of the keys */
	uint32		count;			/* of keys or elements */
	uint32		place;			/* of the next one */
	uint32		offset;			/* of the next one, from the base */
} EsqlJsonbWalk;

extern Jsonb *esql_get_document(FunctionCallInfo fcinfo, int argument);
extern void esql_free_document(FunctionCallInfo fcinfo, int argument, Jsonb *document);
extern void esql_jsonb_value(JsonbContainer *container, const char *base, int place, uint32 offset, JsonbValue *value);

static inline EsqlJsonbWalk
esql_walk_jsonb(JsonbContainer *container)
{
	EsqlJsonbWalk walk = {.container = container, .count = JsonContainerSize(container)};

	walk.base = (char *) &container->children[JsonContainerIsObject(container) ? walk.count * 2 : walk.count];
	return walk;
}

/* Step over the next key or element: where it begins and ends, from the base. */
static inline void
esql_walk_step(EsqlJsonbWalk *walk, uint32 *from, uint32 *to)
{
	JEntry		entry = walk->container->children[walk->place++];

	*from = walk->offset;
	walk->offset = JBE_HAS_OFF(entry) ? JBE_OFFLENFLD(entry) : walk->offset + JBE_OFFLENFLD(entry);
	*to = walk->offset;
}

#endif							/* ESQL_DOCUMENT_READ_H */
