/*
 * citus.c
 *		SQL that Citus can take apart.
 *
 * Aggregates.  Citus sends an aggregate to the workers if it can merge what they return: its state is of
 * a real type, and its arguments are of concrete types.  One aggregate of a query that
 * does not qualify makes all rows travel, or is an error, as Citus's version has it.  So over
 * a table that Citus has distributed, distinct_count() and distinct_values() are written as
 * typed_count() and typed_values() (sql/distinct_typed.sql), which have a distinct_set as their
 * state.  They return the same, and are slower where no rows would travel.
 *
 * ES|QL has few types, and the catalog casts each column to the one of PostgreSQL that
 * stands for its own, so there is an aggregate for each.
 *
 * Collations.  The tree that Citus writes SQL for the workers of has lost each COLLATE that is
 * somewhere within another one: there a comparison by bytes would become one by the
 * collation of the database.  So an expression is collated by a function, of which the
 * collation is that of its second argument:
 *
 *		esql_by_bytes(CASE WHEN ("a" COLLATE "C") > 'x' THEN ... END, '' COLLATE "C")
 *
 * Columns alone keep COLLATE, within which there is nothing.
 */
#include "compat.h"

#include "esql/sql/citus.h"

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
bool
esql_reads_citus(const EsqlWriter *writer)
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

		if (at != NULL && esql_reads_citus(writer))
			return psprintf("%.*s%s%s", (int) (at - sql), sql, untyped[i].typed, at + strlen(untyped[i].name));
	}
	return sql;
}

/* Around an expression that is to be text by bytes. */
void
esql_begin_collated(EsqlWriter *writer)
{
	esql_write(writer, esql_reads_citus(writer) ? "@esql_by_bytes(" : "(");
}

void
esql_end_collated(EsqlWriter *writer)
{
	esql_write(writer, esql_reads_citus(writer) ? ", '' #)" : " #)");
}
