/*
 * pool.h
 *		The memory of the sets in an aggregate's context.
 */
#ifndef TD_POOL_H
#define TD_POOL_H

#include "compat.h"

#include "set.h"

typedef struct TdPool TdPool;

extern TdPool *td_pool_of(MemoryContext context);
extern MemoryContext td_pool_below(MemoryContext parent);
extern TdSetFamily *td_pool_family(MemoryContext context, const TdSetType *type,
								   uint64 limit, const void *purpose);
extern TdSetFamily *td_pool_kept_family(MemoryContext context, TdSetFamily *keeper,
										const void *purpose);
extern void *td_large_alloc(MemoryContext context, Size size);
extern void td_memory_hooks(TdSetType *type);

#endif							/* TD_POOL_H */
