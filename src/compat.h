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

/*
 * Run a SELECT through SPI, read-only and parallel where that pays, and hand
 * its rows to a receiver.  Returns an SPI code.
 */
extern int	td_spi_select_into(const char *sql, struct _DestReceiver *dest);

#endif							/* TD_COMPAT_H */
