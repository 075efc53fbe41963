/*
 * lookup.c
 *		LOOKUP JOIN as SQL.
 *
 *		SELECT s1.*, l.f2 AS owner
 *		FROM s1
 *		LEFT JOIN (SELECT e.host AS k1, e.owner AS f2 FROM public.assets AS e) AS l ON s1.host = l.k1
 *
 * The subquery gives the relation's columns as ES|QL reads them.  PostgreSQL
 * makes one join of it.
 */
#include "compat.h"

#include "esql/sql/access.h"
#include "esql/sql/expr.h"
#include "esql/sql/lookup.h"
#include "esql/sql/select.h"

/* (SELECT ... FROM relation) AS l */
static void
write_relation(EsqlWriter *writer, const EsqlStage *stage, int number)
{
	const char *separator = "";
	int			place = 0;
	ListCell   *cell;

	appendStringInfoString(writer->out, "(SELECT ");
	foreach(cell, stage->lookups)
	{
		const EsqlLookupColumn *lookup = lfirst(cell);

		place++;
		if (!lookup->key && lookup->column->last_use <= number)
			continue;
		appendStringInfoString(writer->out, separator);
		esql_write_face(writer, stage->relation, lookup->column, lookup->access, lookup->column->multivalued);
		appendStringInfo(writer->out, " AS %c%d", lookup->key ? 'k' : 'f', place);
		separator = ", ";
	}
	appendStringInfo(writer->out, " FROM %s AS %s) AS l", stage->relation->sql_name, stage->relation->alias);
}

/* The SELECT of the stage, after its first word. */
void
esql_write_lookup(EsqlWriter *writer, const EsqlStage *stage, int number)
{
	const char *separator = " ON ";
	bool		first = true;
	int			place = 0;
	ListCell   *cell;

	writer->qualifier = psprintf("s%d", number - 1);
	esql_write_handed_on(writer, number, &first);
	foreach(cell, stage->lookups)
	{
		const EsqlLookupColumn *lookup = lfirst(cell);

		place++;
		if (lookup->key || lookup->column->last_use <= number)
			continue;
		esql_next_item(writer, &first);
		appendStringInfo(writer->out, "l.f%d AS %s", place, lookup->column->alias);
	}
	appendStringInfo(writer->out, "\n    FROM %s\n    LEFT JOIN ", writer->qualifier);
	write_relation(writer, stage, number);
	foreach(cell, stage->conditions)
	{
		appendStringInfoString(writer->out, separator);
		esql_write_node(writer, lfirst(cell));
		separator = " AND ";
	}
	writer->qualifier = NULL;
}
