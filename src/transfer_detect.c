/*
 * transfer_detect.c
 *		The library's own entry: its magic block and its settings.
 */
#include "compat.h"

#include <limits.h>

#include "utils/guc.h"

#include "ingest/ingest.h"
#include "transfer_detect.h"

PG_MODULE_MAGIC;

int			td_default_limit = 1000;
bool		td_count_scanned = true;

void		_PG_init(void);

void
_PG_init(void)
{
	DefineCustomIntVariable("transfer_detect.default_limit",
							"Rows that esql() returns of a query without LIMIT.",
							"As Elasticsearch's esql.query.result_truncation_default_size. -1 returns all rows.",
							&td_default_limit,
							1000, -1, INT_MAX,
							PGC_USERSET, 0,
							NULL, NULL, NULL);
	DefineCustomBoolVariable("transfer_detect.count_scanned",
							 "Lets run() and backfill() count all events of each window.",
							 "Without it, events_scanned of their runs is null.",
							 &td_count_scanned,
							 true,
							 PGC_USERSET, 0,
							 NULL, NULL, NULL);
	td_define_ingest_settings();
#if PG_VERSION_NUM >= 150000
	MarkGUCPrefixReserved("transfer_detect");
#endif
}
