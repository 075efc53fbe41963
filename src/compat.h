/*
 * compat.h
 *		What differs between PostgreSQL 13 and 18, in one place (this header
 *		and compat.c).  Every file that includes PostgreSQL includes it first.
 */
#ifndef TD_COMPAT_H
#define TD_COMPAT_H

#include "postgres.h"

#include "fmgr.h"

#if PG_VERSION_NUM < 130000
#error "transfer_detect needs PostgreSQL 13 or later"
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

/* SHA-1 in the server (esql_hash) */
#if PG_VERSION_NUM >= 140000
#include "common/cryptohash.h"
#define TD_HAVE_CRYPTOHASH
#endif

/*
 * Make the function's result a tuplestore in rsinfo->setResult, rows of
 * rsinfo->setDesc.  PostgreSQL 15 has InitMaterializedSRF().
 */
extern void td_init_materialized(FunctionCallInfo fcinfo, bool expected_desc);

#if PG_VERSION_NUM >= 140000
#define td_is_index_constant(root, expr, index) is_pseudo_constant_for_index(root, expr, index)
#else
#define td_is_index_constant(root, expr, index) is_pseudo_constant_for_index(expr, index)
#endif

struct _DestReceiver;
struct _SPI_plan;

/*
 * Run a SELECT through SPI, read-only and parallel where that pays, and hand
 * its rows to a receiver.  A plan that is not NULL is run instead of the text.
 * Returns an SPI code.
 */
extern int	td_spi_select_into(const char *sql, struct _SPI_plan *plan, struct _DestReceiver *dest);

/* Members may read files of the server. */
#if PG_VERSION_NUM >= 140000
#define TD_ROLE_READ_SERVER_FILES ROLE_PG_READ_SERVER_FILES
#else
#define TD_ROLE_READ_SERVER_FILES DEFAULT_ROLE_READ_SERVER_FILES
#endif

/* pg_stat_progress_copy is there for who reads other files than COPY as well. */
#if PG_VERSION_NUM >= 140000
#include "utils/backend_progress.h"
#include "utils/wait_event.h"
#define TD_HAVE_COPY_PROGRESS
#endif

#if PG_VERSION_NUM >= 140000
#define td_int64_to_numeric(value) int64_to_numeric(value)
#else
#define td_int64_to_numeric(value) \
	DatumGetNumeric(DirectFunctionCall1(int8_numeric, Int64GetDatum(value)))
#endif

#if PG_VERSION_NUM >= 180000
#define td_index_beginscan(heap, index, snapshot, nkeys) \
	index_beginscan(heap, index, snapshot, NULL, nkeys, 0)
#else
#define td_index_beginscan(heap, index, snapshot, nkeys) \
	index_beginscan(heap, index, snapshot, nkeys, 0)
#endif

/*
 * UTF-8 to the database's encoding.  False, and nothing thrown, if a character
 * is not in it (PostgreSQL 13: if one is not ASCII).
 */
extern bool td_utf8_to_server(const char *text, int length, char **result);

/*
 * For inserting as COPY does: the relation as the target of an executor state,
 * the partitions below it, how a partition's columns follow from the root's,
 * and a tuple's entries in the indexes of its partition.
 */
struct EState;
struct ModifyTableState;
struct PartitionTupleRouting;
struct RelationData;
struct ResultRelInfo;
struct TupleConversionMap;
struct TupleTableSlot;

extern struct ResultRelInfo *td_init_insert_target(struct EState *estate, struct RelationData *rel);
extern struct PartitionTupleRouting *td_setup_routing(struct EState *estate,
													  struct ModifyTableState *state,
													  struct RelationData *rel);
extern struct TupleConversionMap *td_root_to_partition(struct ResultRelInfo *partition,
													   struct EState *estate);
extern void td_insert_index_tuples(struct ResultRelInfo *partition, struct TupleTableSlot *slot,
								   struct EState *estate);

/* What the planner thinks that a SELECT without arguments costs, once it is prepared. */
extern double td_plan_cost(struct _SPI_plan *prepared);

#endif							/* TD_COMPAT_H */
