/*
 * typed.c
 *		Aggregates that Citus computes on its workers.
 *
 * Citus sends an aggregate to the workers if it can merge what they return: its state is of
 * a real type, and its arguments are of concrete types.  One aggregate of a query that
 * does not qualify makes all rows travel, or is an error, as Citus's version has it.  So over
 * a table that Citus has distributed, distinct_count() and distinct_values() are written as
 * typed_count() and typed_values() (sql/distinct_typed.sql), which have a distinct_set as their
 * state.  They return the same, and are slower where no rows would travel.
 *
 * ES|QL has few types, and the catalog casts each column to the one of PostgreSQL that
 * stands for its own, so there is an aggregate for each.
 */
#include "compat.h"

#include "esql/sql/typed.h"

/* Aggregates whose state is internal; the first characters of their names are enough. */
static const struct
{
	const char *name;
	const char *typed;
}			untyped[] = {
	{"@@distinct_count", "@typed_count"},
	{"@@distinct_values", "@typed_values"}
};

/* Are rows of some relation in shards of Citus? */
static bool
reads_citus_shards(const EsqlWriter *writer)
{
	ListCell   *cell;

	foreach(cell, writer->catalog->relations)
	{
		if (((EsqlRelation *) lfirst(cell))->home == ESQL_HOME_CITUS)
			return true;
	}
	return false;
}

/* The template with typed aggregates, if they are wanted; palloc'd if it is another. */
const char *
esql_typed_template(const EsqlWriter *writer, const char *sql)
{
	for (int i = 0; i < (int) lengthof(untyped); i++)
	{
		const char *at = strstr(sql, untyped[i].name);

		if (at != NULL && reads_citus_shards(writer))
			return psprintf("%.*s%s%s", (int) (at - sql), sql, untyped[i].typed, at + strlen(untyped[i].name));
	}
	return sql;
}
