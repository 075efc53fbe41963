/*
 * select.c
 *		The list of a SELECT: what a stage hands on of those before it.
 */
#include "compat.h"

#include "esql/sql/select.h"

/* Begin another item of a SELECT's list. */
void
esql_next_item(EsqlWriter *writer, bool *first)
{
	appendStringInfoString(writer->out, *first ? "" : ",\n           ");
	*first = false;
}

/* Does FROM make the column? */
bool
esql_from_source(const EsqlColumn *column)
{
	return column->accesses != NIL || column->metadata != ESQL_METADATA_NONE;
}

/* An item that is a column's name. */
static void
write_item(EsqlWriter *writer, const char *alias, bool *first)
{
	esql_next_item(writer, first);
	if (writer->qualifier != NULL)
		appendStringInfo(writer->out, "%s.", writer->qualifier);
	appendStringInfoString(writer->out, alias);
}

/* The columns from earlier stages that later ones read. */
void
esql_write_handed_on(EsqlWriter *writer, int stage, bool *first)
{
	ListCell   *cell;

	foreach(cell, writer->plan->columns)
	{
		const EsqlColumn *column = lfirst(cell);

		if (column->made_in_stage >= stage || column->last_use <= stage)
			continue;
		if (!esql_from_source(column) || !column->multivalued || column->uses_list)
			write_item(writer, column->alias, first);
		if (column->alias_single != NULL && (!column->uses_list ||
											 strcmp(column->alias_single, column->alias) != 0))
			write_item(writer, column->alias_single, first);
	}
}

/*
 * Begin the CTE of a stage, or a part of it.  names are those of its columns,
 * note is what it is, for the reader; each may be NULL.
 */
void
esql_begin_select(EsqlWriter *writer, int number, const char *part, const char *names,
				  const EsqlStage *stage, const char *note)
{
	appendStringInfo(writer->out, "%ss%d%s%s AS (  -- line %u: %s%s\n", writer->opened ? ",\n" : "WITH ", number,
					 part != NULL ? part : "", names != NULL ? names : "", stage->line, stage->command,
					 note != NULL ? note : "");
	writer->opened = true;
}
