/*
 * result.c
 *		The SELECT at the end of a plan's SQL, one for each output mode.
 */
#include "compat.h"

#include "utils/builtins.h"

#include "esql/analysis/node.h"
#include "esql/sql/expr.h"
#include "esql/sql/result.h"

/* Begin another item of the SELECT's list. */
static void
next_item(EsqlWriter *writer, bool *first)
{
	appendStringInfoString(writer->out, *first ? "" : ",\n       ");
	*first = false;
}

/* The columns that the query shows. */
static void
write_visible(EsqlWriter *writer)
{
	bool		first = true;
	ListCell   *cell;
	EsqlSpan	nowhere = {0, 0};

	foreach(cell, writer->plan->visible)
	{
		EsqlVisible *entry = lfirst(cell);
		const char *name = quote_identifier(entry->name);
		EsqlNode   *node = esql_result_node(entry->column, nowhere);

		next_item(writer, &first);
		esql_write_node(writer, node);
		if (node->kind == ESQL_NODE_COLUMN && strcmp(name, entry->column->alias) == 0)
			continue;
		appendStringInfo(writer->out, " AS %s", strlen(entry->name) < NAMEDATALEN ?
						 name : entry->column->alias);
	}
}

/* ROWS */
static void
write_rows(EsqlWriter *writer, const char *from, const EsqlOptions *options)
{
	const EsqlPlan *plan = writer->plan;

	appendStringInfoString(writer->out, "\nSELECT ");
	write_visible(writer);
	appendStringInfo(writer->out, "\nFROM %s", from);
	esql_write_order(writer, plan->order, from, "");
	if (!plan->limited && options->implicit_limit >= 0)
		appendStringInfo(writer->out, "\nLIMIT " INT64_FORMAT, options->implicit_limit);
}

/* The columns that identify a row, behind others if need be. */
static void
write_keys(EsqlWriter *writer, bool *first)
{
	ListCell   *cell;
	EsqlSpan	nowhere = {0, 0};

	foreach(cell, writer->plan->hidden.keys)
	{
		next_item(writer, first);
		esql_write_node(writer, esql_result_node(((EsqlVisible *) lfirst(cell))->column, nowhere));
	}
}

/* A hidden column as it is, or null if there is none. */
static void
write_hidden(EsqlWriter *writer, const EsqlColumn *column, const char *null)
{
	bool		first = false;

	next_item(writer, &first);
	if (column != NULL)
		appendStringInfo(writer->out, "%s%s%s", writer->qualifier ? writer->qualifier : "",
						 writer->qualifier ? "." : "", column->alias);
	else
		esql_write(writer, null);
}

/* For each event condition, how many of the events that the rule would take fit. */
static void
write_hits(EsqlWriter *writer)
{
	const EsqlHidden *hidden = &writer->plan->hidden;
	const char *separator = "";
	ListCell   *cell;

	appendStringInfoString(writer->out, ",\nhits AS (\n    SELECT ARRAY[");
	foreach(cell, hidden->tests)
	{
		appendStringInfoString(writer->out, separator);
		if (hidden->number != NULL && hidden->number->last_use > hidden->tested)
			esql_write_template(writer, "^count(DISTINCT $1)", hidden->number->alias);
		else
			esql_write(writer, "^count(*)");
		appendStringInfo(writer->out, " FILTER (WHERE %s)", ((EsqlColumn *) lfirst(cell))->alias);
		separator = ",\n                 ";
	}
	appendStringInfo(writer->out, "] AS hits\n    FROM s%d\n)", hidden->tested);
}

/*
 * How many events there are behind all groups.  Where the events have numbers,
 * MV_EXPAND may have put one into several groups, so they are counted before.
 */
static void
write_matched(EsqlWriter *writer)
{
	const EsqlHidden *hidden = &writer->plan->hidden;

	if (hidden->number != NULL)
	{
		esql_write_template(writer, "(SELECT ^count(DISTINCT $1)", hidden->number->alias);
		appendStringInfo(writer->out, " FROM s%d)", hidden->stage - 1);
		return;
	}
	esql_write(writer, "coalesce(^sum(");
	appendStringInfo(writer->out, "s%d.%s), 0)::bigint", hidden->stage, hidden->matched->alias);
}

/*
 * GROUPS: the rows with their keys and hidden columns, and how many groups and
 * events there were before a WHERE after STATS.  If no group is left, these
 * numbers come in a row of nulls.
 */
static void
write_groups(EsqlWriter *writer, const char *from)
{
	const EsqlHidden *hidden = &writer->plan->hidden;
	bool		first = writer->plan->visible == NIL;

	if (hidden->tests != NIL)
		write_hits(writer);
	appendStringInfo(writer->out, ",\ntotals AS (\n    SELECT ");
	esql_write(writer, "^count(*) AS groups, ");
	write_matched(writer);
	appendStringInfo(writer->out, " AS events\n    FROM s%d\n)\nSELECT ", hidden->stage);
	writer->qualifier = from;
	write_visible(writer);
	if (hidden->keys_apart)
		write_keys(writer, &first);
	if (first)
		appendStringInfoString(writer->out, "true");	/* a row of no columns */
	write_hidden(writer, hidden->count, NULL);
	write_hidden(writer, hidden->first, "NULL::^timestamptz");
	write_hidden(writer, hidden->last, "NULL::^timestamptz");
	write_hidden(writer, hidden->excepted, "NULL::integer");
	appendStringInfoString(writer->out, ",\n       totals.groups, totals.events, ");
	esql_write(writer, hidden->tests != NIL ? "hits.hits" : "NULL::bigint[]");
	appendStringInfo(writer->out, "\nFROM totals%s LEFT JOIN %s ON true",
					 hidden->tests != NIL ? " CROSS JOIN hits" : "", from);
	esql_write_order(writer, writer->plan->order, from, "");
}

/* EVIDENCE: the groups' keys, with number and times of their events. */
static void
write_evidence(EsqlWriter *writer, const char *from)
{
	const EsqlHidden *hidden = &writer->plan->hidden;
	bool		first = true;

	appendStringInfoString(writer->out, "\nSELECT ");
	write_keys(writer, &first);
	if (first)
		appendStringInfoString(writer->out, "true");
	write_hidden(writer, hidden->count, NULL);
	write_hidden(writer, hidden->first, NULL);
	write_hidden(writer, hidden->last, NULL);
	appendStringInfo(writer->out, "\nFROM %s", from);
	esql_write_order(writer, writer->plan->order, from, "");
}

/* EVENTS: each once, in the order of time and then in one that stays. */
static void
write_events(EsqlWriter *writer, const char *from)
{
	const EsqlHidden *hidden = &writer->plan->hidden;
	StringInfo	out = writer->out;

	appendStringInfoString(out, "\nSELECT ");
	if (hidden->number != NULL)
		appendStringInfo(out, "DISTINCT ON (%s, %s) ", hidden->time->alias, hidden->number->alias);
	appendStringInfoString(out, hidden->document->alias);
	appendStringInfo(out, "\nFROM %s\nORDER BY %s, ", from, hidden->time->alias);
	if (hidden->number != NULL)
		appendStringInfoString(out, hidden->number->alias);
	else
	{
		appendStringInfoString(out, hidden->document->alias);
		esql_write(writer, "::^text #");
	}
}

/* HABITS: the rows with their times, and which exceptions fit. */
static void
write_habits(EsqlWriter *writer, const char *from)
{
	const EsqlHidden *hidden = &writer->plan->hidden;
	ListCell   *cell;

	appendStringInfoString(writer->out, "\nSELECT ");
	write_visible(writer);
	write_hidden(writer, hidden->time, NULL);
	write_hidden(writer, hidden->excepted, "NULL::integer");
	foreach(cell, hidden->tests)
		write_hidden(writer, lfirst(cell), NULL);
	appendStringInfo(writer->out, "\nFROM %s", from);
}

/* The SELECT that shows what the last stage holds. */
void
esql_write_result(EsqlWriter *writer, const EsqlOptions *options)
{
	char	   *last = psprintf("s%d", list_length(writer->plan->stages) - 1);

	switch (options->output_mode)
	{
		case ESQL_OUTPUT_ROWS:
			write_rows(writer, last, options);
			break;
		case ESQL_OUTPUT_GROUPS:
			write_groups(writer, last);
			break;
		case ESQL_OUTPUT_EVIDENCE:
			write_evidence(writer, last);
			break;
		case ESQL_OUTPUT_EVENTS:
			write_events(writer, last);
			break;
		case ESQL_OUTPUT_HABITS:
			write_habits(writer, last);
			break;
	}
}
