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
int			td_count_scanned = TD_COUNT_AUTO;
static bool filing = false;
static char *span_from;
static char *span_to;
static int	remote_grace = 3600;

static const struct config_enum_entry count_scanned_values[] = {
	{"off", TD_COUNT_OFF, false},
	{"auto", TD_COUNT_AUTO, false},
	{"on", TD_COUNT_ON, false},
	{"false", TD_COUNT_OFF, true},
	{"true", TD_COUNT_ON, true},
	{NULL, 0, false}
};

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
	DefineCustomEnumVariable("transfer_detect.count_scanned",
							 "Whether run() and backfill() count all events of each window.",
							 "auto counts them unless that would take longer than what the rule does. "
							 "Where they are not counted, events_scanned is null.",
							 &td_count_scanned,
							 TD_COUNT_AUTO, count_scanned_values,
							 PGC_USERSET, 0,
							 NULL, NULL, NULL);
	/* part of run(): see check_alert() in sql/alerts.sql */
	DefineCustomBoolVariable("transfer_detect.filing",
							 "Whether the counts of alerts may change; set by the functions that file alerts.",
							 NULL,
							 &filing,
							 false,
							 PGC_USERSET, GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE,
							 NULL, NULL, NULL);
	/* part of alert_events(): see detect/evidence.c */
	DefineCustomStringVariable("transfer_detect.span_from",
							   "Begin of the time whose events are being looked up; set by the functions that do.",
							   NULL,
							   &span_from,
							   "infinity",
							   PGC_USERSET, GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE,
							   NULL, NULL, NULL);
	DefineCustomStringVariable("transfer_detect.span_to",
							   "End of that time.",
							   NULL,
							   &span_to,
							   "-infinity",
							   PGC_USERSET, GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE,
							   NULL, NULL, NULL);
	/* sql/remote.sql reads it */
	DefineCustomIntVariable("transfer_detect.remote_grace",
							"How long windows are evaluated again that read servers which cannot be asked for their open transactions.",
							"A transaction there that commits later than that after the end of a window is missed.",
							&remote_grace,
							3600, 0, INT_MAX,
							PGC_USERSET, GUC_UNIT_S,
							NULL, NULL, NULL);
	td_define_ingest_settings();
	MarkGUCPrefixReserved("transfer_detect");
}
