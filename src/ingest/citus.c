/*
 * citus.c
 *		Whether Citus has the rows of events.
 *
 * The rows of a table that Citus has distributed are in shards, on the nodes of the
 * cluster.  The table itself stays, on the coordinator and on each worker: empty, and what
 * would be written into it nobody would see.  So rows go there by INSERT, which Citus
 * sends to the shards from any node that knows of them.
 *
 * A worker that knows of no shards of events either lacks Citus's metadata, or events is an
 * ordinary table on each node.  There documents would land where no rule looks.
 */
#include "compat.h"

#include "catalog/namespace.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/lsyscache.h"

#include "ingest/ingest.h"

/* Does the query, about events, return a row? */
static bool
is_so(const IngestRun *run, const char *sql)
{
	Oid			types[1] = {REGCLASSOID};
	Datum		values[1] = {ObjectIdGetDatum(run->events)};
	int			code = SPI_execute_with_args(sql, 1, types, values, NULL, true, 1);

	if (code != SPI_OK_SELECT)
		elog(ERROR, "could not ask Citus about events: %s", SPI_result_code_string(code));
	return SPI_processed > 0;
}

/*
 * Find out whether events is distributed.  An error on a worker where it is not.
 */
void
ingest_ask_citus(IngestRun *run)
{
	run->distributed = false;
	if (!OidIsValid(get_relname_relid("pg_dist_partition", PG_CATALOG_NAMESPACE)))
		return;
	run->distributed = is_so(run, "SELECT FROM pg_catalog.pg_dist_partition WHERE logicalrelid OPERATOR(pg_catalog.=) ANY"
							 " (SELECT $1 UNION ALL SELECT relid FROM pg_catalog.pg_partition_tree($1))");
	if (!run->distributed &&
		is_so(run, "SELECT FROM pg_catalog.pg_dist_local_group WHERE groupid OPERATOR(pg_catalog.<>) 0"))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("%s is not distributed, as far as this worker of Citus knows", run->target),
				 errdetail("Documents would land in a table of this server only, where no rule looks."),
				 errhint("Ingest on the coordinator, or distribute the table and give the worker Citus's metadata.")));
}
