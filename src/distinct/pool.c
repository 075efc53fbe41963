/*
 * pool.c
 *		The memory of the sets in an aggregate's context.
 *
 * A query may have one set of millions of values, or millions of sets of one.
 * Both live in the memory context of their aggregate, which frees them all at
 * once.  Between the two stands a pool:
 *
 * - Small pieces are cut from blocks (2 kB at first, doubling to a sixteenth
 *	 of work_mem, 8 MB at most, as HashAggregate's own are), without the header
 *	 of 16 bytes and the rounding to a power of two that palloc would add to
 *	 each.  Pieces given back go to a free list for their size, and are used
 *	 again by whichever set grows next.
 * - Pieces of 1 MB and more are allocated by themselves, and given back.
 * - The kernel is asked to use huge pages for what is large, and to provide
 *	 the pages at once.  Sets touch their memory all over, and the first touch
 *	 of each page of 4 kB costs a page fault.  Counting 5 million texts takes
 *	 about 15% less time so, and 5 million integers 10%.  A kernel that does not
 *	 know the request ignores it.
 *
 * All memory comes from the context, so that what PostgreSQL counts (to let
 * HashAggregate spill to disk) is what is used.
 *
 * The pool of a context is found in a list of those that exist, not in
 * fn_extra, which not every caller keeps.  A callback of the context takes
 * the pool from the list when the context is reset or deleted.
 *
 * A pool also knows the families of the sets in it, so that the groups of one
 * aggregate call share one.
 *
 * Without a pool (NULL), memory comes from the current context.  States that
 * come from another process use that until they are merged.
 */
#include "compat.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#ifndef WIN32
#include <sys/mman.h>
#include <unistd.h>
#endif

#include "pool.h"

#define BLOCK_MIN ((Size) 2 << 10)
#define BLOCK_MAX ((Size) 8 << 20)
#define LARGE ((Size) 1 << 20)
#define HUGE_PAGE ((Size) 2 << 20)
#define ADVISE_MIN ((Size) 64 << 10)
#define FIRST_ROOM 1536

/* Free lists are for pieces of at least 2^MIN_CLASS bytes. */
#define MIN_CLASS 6
#define CLASSES 20

/* How many families of a pool are looked through; queries have fewer calls. */
#define FAMILIES_LOOKED_AT 64

typedef struct PoolFamily
{
	TdSetFamily *family;
	const TdSetType *type;
	uint64		limit;
	const void *purpose;
	struct PoolFamily *next;
} PoolFamily;

typedef struct FreePiece
{
	struct FreePiece *next;
} FreePiece;

struct TdPool
{
	MemoryContext context;
	MemoryContext parent;		/* for td_pool_below(), else NULL */
	TdPool	   *next;			/* in the list of pools */
	TdPool	  **prev;
	char	   *at;				/* the present block */
	char	   *end;
	Size		block_size;		/* of the next block */
	Size		block_max;
	PoolFamily *families;
	FreePiece  *free[CLASSES];
	MemoryContextCallback callback;
	char		room[FIRST_ROOM];	/* the first block */
};

/*
 * A compiler relies on the alignment that a type asks for, so this one must not
 * ask for more than MemoryContextAlloc() gives.
 */
typedef struct AlignmentOfPool
{
	char		before;
	TdPool		pool;
} AlignmentOfPool;

StaticAssertDecl(offsetof(AlignmentOfPool, pool) <= MAXIMUM_ALIGNOF, "MemoryContextAlloc() aligns to MAXIMUM_ALIGNOF only");
StaticAssertDecl(offsetof(TdPool, room) % MAXIMUM_ALIGNOF == 0, "pieces must be aligned as what PostgreSQL allocates");

static TdPool *pools = NULL;

/*
 * The context is about to lose its memory.
 */
static void
pool_gone(void *arg)
{
	TdPool	   *pool = arg;

	*pool->prev = pool->next;
	if (pool->next != NULL)
		pool->next->prev = pool->prev;
}

/*
 * Puts the pool at the head of the list.
 */
static void
link_pool(TdPool *pool)
{
	pool->next = pools;
	pool->prev = &pools;
	if (pools != NULL)
		pools->prev = &pool->next;
	pools = pool;
}

/*
 * The pool of a memory context, made if there is none yet.
 */
TdPool *
td_pool_of(MemoryContext context)
{
	TdPool	   *pool;

	if (pools != NULL && pools->context == context)
		return pools;
	for (pool = pools; pool != NULL; pool = pool->next)
	{
		if (pool->context == context)
		{
			pool_gone(pool);
			link_pool(pool);
			return pool;
		}
	}
	pool = MemoryContextAlloc(context, sizeof(TdPool));
	memset(pool, 0, offsetof(TdPool, room));
	pool->context = context;
	pool->at = pool->room;
	pool->end = pool->room + FIRST_ROOM;
	pool->block_size = BLOCK_MIN;
	pool->block_max = Min(BLOCK_MAX, Max(BLOCK_MIN, (Size) work_mem * (1024 / 16)));
	link_pool(pool);
	pool->callback.func = pool_gone;
	pool->callback.arg = pool;
	MemoryContextRegisterResetCallback(context, &pool->callback);
	return pool;
}

/*
 * The context below another one that has the sets of expanded objects, made if
 * there is none yet.  PostgreSQL leaves an expanded object where it is if its
 * context is a child of the aggregate's.  One child serves all groups, so no
 * object may be deleted by itself.
 */
MemoryContext
td_pool_below(MemoryContext parent)
{
	TdPool	   *pool = pools;
	MemoryContext context;

	if (pool == NULL || pool->parent != parent)
	{
		while (pool != NULL && pool->parent != parent)
			pool = pool->next;
		if (pool != NULL)
		{
			pool_gone(pool);
			link_pool(pool);
		}
	}
	if (pool != NULL)
		return pool->context;
	context = AllocSetContextCreate(parent, "distinct sets", ALLOCSET_DEFAULT_SIZES);
	td_pool_of(context)->parent = parent;
	return context;
}

/*
 * The family of the sets of one purpose in a memory context, made if there is
 * none yet.  The purpose is an address, which may be used again for something
 * else.  So type and limit are compared as well; sharing a family would cost
 * only speed.  A caller that names a new purpose for every set gets a family for
 * each.  Only the latest families are looked through, so that the search does
 * not get slower and slower.
 */
static TdSetFamily *
pool_family(MemoryContext context, const TdSetType *type, uint64 limit,
			TdSetFamily *keeper, const void *purpose)
{
	TdPool	   *pool = td_pool_of(context);
	PoolFamily *entry = pool->families;

	for (int i = 0; entry != NULL && i < FAMILIES_LOOKED_AT; i++)
	{
		if (entry->purpose == purpose && entry->type == type && entry->limit == limit)
			return entry->family;
		entry = entry->next;
	}
	entry = type->alloc(pool, sizeof(PoolFamily));
	entry->family = keeper != NULL ? td_set_family_kept(keeper, pool) : td_set_family(type, pool, limit, false);
	entry->type = type;
	entry->limit = limit;
	entry->purpose = purpose;
	entry->next = pool->families;
	pool->families = entry;
	return entry->family;
}

TdSetFamily *
td_pool_family(MemoryContext context, const TdSetType *type, uint64 limit,
			   const void *purpose)
{
	return pool_family(context, type, limit, NULL, purpose);
}

/*
 * The same with a family that keeps the strings, which must live longer.
 */
TdSetFamily *
td_pool_kept_family(MemoryContext context, TdSetFamily *keeper, const void *purpose)
{
	return pool_family(context, *(const TdSetType *const *) keeper, TD_SET_UNLIMITED, keeper, purpose);
}

/*
 * Asks for huge pages, and for all pages at once instead of each at its first
 * touch: memory that is allocated here is about to be filled.  The advice covers
 * whole pages, so it may reach into neighbouring memory by less than a page.
 * That does no harm.  If the kernel refuses, nothing is lost.
 */
static void
advise(void *pointer, Size size)
{
#if defined(MADV_HUGEPAGE) || defined(MADV_POPULATE_WRITE)
	static uintptr_t page = 0;
	uintptr_t	begin = (uintptr_t) pointer;
	uintptr_t	end = begin + size;
	int			save_errno = errno;

	if (size < ADVISE_MIN)
		return;
	if (page == 0)
		page = (uintptr_t) sysconf(_SC_PAGESIZE);
	begin &= ~(page - 1);
	end = (end + page - 1) & ~(page - 1);
#ifdef MADV_HUGEPAGE
	if (size >= HUGE_PAGE)
		(void) madvise((void *) begin, end - begin, MADV_HUGEPAGE);
#endif
#ifdef MADV_POPULATE_WRITE
	(void) madvise((void *) begin, end - begin, MADV_POPULATE_WRITE);
#endif
	errno = save_errno;
#else
	(void) pointer;
	(void) size;
#endif
}

/*
 * Allocates what is about to be filled, of any size.
 */
void *
td_large_alloc(MemoryContext context, Size size)
{
	void	   *result = MemoryContextAllocExtended(context, size,
													MCXT_ALLOC_HUGE);

	advise(result, size);
	return result;
}

/*
 * Keeps a piece for later use.  A piece that is too small for the lists is not
 * used again.
 */
static void
keep_piece(TdPool *pool, void *pointer, Size size)
{
	int			bucket;

	if (size < ((Size) 1 << MIN_CLASS))
		return;
	bucket = pg_leftmost_one_pos64(size) - MIN_CLASS;
	if (bucket >= CLASSES)
		bucket = CLASSES - 1;
	((FreePiece *) pointer)->next = pool->free[bucket];
	pool->free[bucket] = pointer;
}

/*
 * A piece of at least this size from the free lists, or NULL.
 */
static void *
kept_piece(TdPool *pool, Size size)
{
	int			bucket = size <= ((Size) 1 << MIN_CLASS) ? 0 :
		pg_leftmost_one_pos64(size - 1) + 1 - MIN_CLASS;
	FreePiece  *piece;

	if (bucket >= CLASSES)
		return NULL;
	piece = pool->free[bucket];
	if (piece != NULL)
		pool->free[bucket] = piece->next;
	return piece;
}

static void *
hook_alloc(void *memory, size_t size)
{
	TdPool	   *pool = memory;
	Size		block_size;
	void	   *result;

	if (size > MaxAllocHugeSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many distinct values"),
				 errdetail("The strings of one aggregate exceed 32 GB.")));
	if (pool == NULL)
		return td_large_alloc(CurrentMemoryContext, size);
	if (size >= LARGE)
		return td_large_alloc(pool->context, size);
	size = (size + 15) & ~(Size) 15;
	result = kept_piece(pool, size);
	if (result != NULL)
		return result;
	if (size > (Size) (pool->end - pool->at))
	{
		keep_piece(pool, pool->at, pool->end - pool->at);
		block_size = Max(pool->block_size, size);
		pool->at = td_large_alloc(pool->context, block_size);
		pool->end = pool->at + block_size;
		if (pool->block_size <= pool->block_max / 2)
			pool->block_size *= 2;
	}
	result = pool->at;
	pool->at += size;
	return result;
}

static void
hook_release(void *memory, void *pointer, size_t size)
{
	if (memory == NULL || size >= LARGE)
		pfree(pointer);
	else
		keep_piece(memory, pointer, (size + 15) & ~(Size) 15);
}

static void *
hook_grow(void *memory, void *pointer, size_t old_size, size_t size)
{
	void	   *result;

	if (memory == NULL || old_size >= LARGE)
	{
		result = repalloc_huge(pointer, size);
		advise(result, size);
		return result;
	}
	result = hook_alloc(memory, size);
	memcpy(result, pointer, old_size);
	hook_release(memory, pointer, old_size);
	return result;
}

static void
hook_poll(void)
{
	CHECK_FOR_INTERRUPTS();
}

/*
 * The hash's seed, chosen once per process, so that nobody who can choose the
 * values can make them collide.
 */
static uint64
process_seed(void)
{
	static uint64 seed = 0;

	if (seed == 0 && !pg_strong_random(&seed, sizeof(seed)))
		seed = UINT64CONST(0x9ddfea08eb382d69) * (uint64) (MyProcPid + 1);
	return seed | 1;
}

/*
 * A number that tells this process from the others.
 */
static uint64
process_number(void)
{
	static uint64 number = 0;

	if (number == 0 && !pg_strong_random(&number, sizeof(number)))
		number = (uint64) MyProcPid;
	return number;
}

/*
 * Gives the type the hooks above; its sets' memory is a pool, or NULL.
 */
void
td_memory_hooks(TdSetType *type)
{
	type->alloc = hook_alloc;
	type->grow = hook_grow;
	type->release = hook_release;
	type->poll = hook_poll;
	type->seed = process_seed();
	type->process = process_number();
}
