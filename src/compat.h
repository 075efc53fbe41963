/*
 * compat.h
 *		What differs between PostgreSQL 15 and 19, in one place (this header
 *		and compat.c).  Every file that includes PostgreSQL includes it first.
 */
#ifndef TD_COMPAT_H
#define TD_COMPAT_H

#include "postgres.h"

#include "fmgr.h"

#if PG_VERSION_NUM < 150000
#error "transfer_detect needs PostgreSQL 15 or later"
#endif

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* Stands before the declaration of a function that does not return. */
#if PG_VERSION_NUM >= 180000
#define TD_NORETURN pg_noreturn
#else
#define TD_NORETURN pg_attribute_noreturn()
#endif

#if PG_VERSION_NUM >= 190000
#define td_index_beginscan(heap, index, snapshot, nkeys) \
	index_beginscan(heap, index, snapshot, NULL, nkeys, 0, 0)
#elif PG_VERSION_NUM >= 180000
#define td_index_beginscan(heap, index, snapshot, nkeys) \
	index_beginscan(heap, index, snapshot, NULL, nkeys, 0)
#else
#define td_index_beginscan(heap, index, snapshot, nkeys) \
	index_beginscan(heap, index, snapshot, nkeys, 0)
#endif

/* The number of the transaction that this backend is in. */
#if PG_VERSION_NUM >= 170000
#define td_local_transaction() (MyProc->vxid.lxid)
#else
#define td_local_transaction() (MyProc->lxid)
#endif

/* Raise an error unless the current role may read what a parsed query's own relations have it read. */
#if PG_VERSION_NUM >= 160000
#define td_check_permissions(query) ((void) ExecCheckPermissions((query)->rtable, (query)->rteperminfos, true))
#else
#define td_check_permissions(query) ((void) ExecCheckRTPerms((query)->rtable, true))
#endif

/*
 * A walker as the argument of PostgreSQL's tree walkers.  Before 16 they declare it with an empty list of parameters,
 * which means "none" to a compiler of C23.
 */
#if PG_VERSION_NUM >= 160000
#define td_walker(walker) (walker)
#else
#define td_walker(walker) ((bool (*) ()) (void (*) (void)) (walker))
#endif

/*
 * For inserting as COPY does: the relation as the target of an executor state,
 * how a partition's columns follow from the root's, and a tuple's entries in
 * the indexes of its partition.
 */
struct EState;
struct RelationData;
struct ResultRelInfo;
struct TupleConversionMap;
struct TupleTableSlot;

extern struct ResultRelInfo *td_init_insert_target(struct EState *estate, struct RelationData *rel);
extern struct TupleConversionMap *td_root_to_partition(struct ResultRelInfo *partition,
													   struct EState *estate);
extern void td_insert_index_tuples(struct ResultRelInfo *partition, struct TupleTableSlot *slot,
								   struct EState *estate);

#endif							/* TD_COMPAT_H */
