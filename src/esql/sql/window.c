/*
 * window.c
 *		SQL over one relation for what the engine wants of its events: the
 *		window on their time, the indices that they are from, and the hidden
 *		columns of detection.
 *
 * Times are compared in full precision, and on the bare column wherever there
 * is one, so that an index on it and partition pruning serve.
 */
#include "compat.h"

#include "utils/builtins.h"

#include "esql/sql/access.h"
#include "esql/sql/ship.h"
#include "esql/sql/window.h"
#include "schema.h"

/* The time column's access in the relation, or NULL. */
static const EsqlAccess *
time_access(const EsqlColumn *column, int number)
{
	return column == NULL ? NULL : list_nth(column->accesses, number);
}

/* A time column's value as timestamptz; palloc'd. */
static char *
time_text(EsqlWriter *writer, const EsqlRelation *relation, const EsqlColumn *column,
		  const EsqlAccess *access)
{
	if (access->document && relation->home == ESQL_HOME_FOREIGN)
		return psprintf(TD_INTERNAL_SCHEMA ".esql_document_date_at(%s, %s)",
						esql_attribute_text(relation, access->attname), esql_json_literal(column->name));
	if (access->document)
		return psprintf(TD_INTERNAL_SCHEMA ".esql_document_date_single(%s, %s)",
						esql_attribute_text(relation, access->attname),
						quote_literal_cstr(column->name));
	if (access->array)
		return psprintf(TD_INTERNAL_SCHEMA ".esql_stored_single(%s)",
						esql_access_text(writer, relation, access));
	return esql_access_text(writer, relation, access);
}

/* One bound, as a constant or as a parameter; the column is timestamptz, or timestamp. */
static void
write_bound(EsqlWriter *writer, const char *text, const char *operator, int64 us, int parameter, bool naive)
{
	appendStringInfoString(writer->out, text);
	esql_write(writer, operator);
	if (parameter > 0)
		appendStringInfo(writer->out, "$%d", parameter);
	else
		esql_write_moment(writer, us);
	if (naive)
		appendStringInfoString(writer->out, " AT TIME ZONE 'UTC'");
}

/* What the window bounds: the time column's value, bare if it is a timestamp; palloc'd. */
char *
esql_range_text(EsqlWriter *writer, const EsqlRelation *relation, const EsqlColumn *column,
				const EsqlAccess *access)
{
	return access->naive ? esql_attribute_text(relation, access->attname) :
		time_text(writer, relation, column, access);
}

/* One time column within the window. */
static void
write_range(EsqlWriter *writer, const EsqlRelation *relation, const EsqlColumn *column,
			const EsqlAccess *access, const EsqlWindow *window)
{
	char	   *text = esql_range_text(writer, relation, column, access);

	write_bound(writer, text, " {>=} ", window->from, window->parameters ? 1 : 0, access->naive);
	appendStringInfoString(writer->out, "\n      AND ");
	write_bound(writer, text, " {<=} ", window->to, window->parameters ? 2 : 0, access->naive);
}

/*
 * The window, for WHERE.  With a fallback both sides of the OR are ranges, so
 * that each can use an index of its own.
 */
void
esql_write_window(EsqlWriter *writer, int number, const EsqlWindow *window)
{
	const EsqlRelation *relation = list_nth(writer->catalog->relations, number);
	const EsqlColumn *main = writer->plan->window;
	const EsqlColumn *other = writer->plan->fallback;
	const EsqlAccess *access = time_access(main, number);
	const EsqlAccess *fallback = time_access(other, number);
	StringInfo	out = writer->out;

	appendStringInfoString(out, "\n    WHERE ");
	if (access == NULL && fallback == NULL)
		appendStringInfoString(out, "false");
	else if (access == NULL)
		write_range(writer, relation, other, fallback, window);
	else if (fallback == NULL)
		write_range(writer, relation, main, access, window);
	else
	{
		appendStringInfoChar(out, '(');
		write_range(writer, relation, main, access, window);
		appendStringInfo(out, "\n       OR %s IS NULL AND ",
						 time_text(writer, relation, main, access));
		write_range(writer, relation, other, fallback, window);
		appendStringInfoChar(out, ')');
	}
}

/* Those of FROM's names that the relation has, if they are known: see detect/origins.c. */
static void
write_names(EsqlWriter *writer, const EsqlRelation *relation, const char *name)
{
	const char *separator = "";
	ListCell   *cell;

	if (relation->all_origins)
	{
		appendStringInfoString(writer->out, "true");
		return;
	}
	if (relation->origins == NIL)
	{
		if (relation->unnamed)
			appendStringInfo(writer->out, "%s IS NULL", name);
		else
			appendStringInfoString(writer->out, "false");
		return;
	}
	if (relation->unnamed)
		appendStringInfo(writer->out, "(%s IS NULL OR ", name);
	appendStringInfoString(writer->out, name);
	esql_write(writer, " {=} ANY (ARRAY[");
	foreach(cell, relation->origins)
	{
		appendStringInfo(writer->out, "%s%s", separator, quote_literal_cstr(lfirst(cell)));
		separator = ", ";
	}
	esql_write(writer, "]::^text[])");
	if (relation->unnamed)
		appendStringInfoChar(writer->out, ')');
}

static void
write_number(EsqlWriter *writer, int64 number, int parameter)
{
	if (parameter > 0)
		appendStringInfo(writer->out, "$%d", parameter);
	else
		appendStringInfo(writer->out, INT64_FORMAT, number);
}

/* Which transactions brought the events, for WHERE behind the window. */
void
esql_write_arrived(EsqlWriter *writer, int number, const EsqlArrivals *arrivals, bool parameters)
{
	const EsqlRelation *relation = list_nth(writer->catalog->relations, number);
	char	   *arrived = psprintf("%s.arrived", relation->alias);
	bool		others = strcmp(arrivals->others, "{}") != 0;

	appendStringInfo(writer->out, "\n      AND %s%s", others ? "(" : "", arrived);
	esql_write(writer, " {>=} ");
	write_number(writer, arrivals->from, parameters ? 3 : 0);
	if (others)
	{
		appendStringInfo(writer->out, " OR %s", arrived);
		esql_write(writer, " {=} ");
		appendStringInfo(writer->out, "ANY (%s::bigint[]))", quote_literal_cstr(arrivals->others));
	}
	appendStringInfo(writer->out, "\n      AND %s", arrived);
	esql_write(writer, " {<} ");
	write_number(writer, arrivals->before, parameters ? 4 : 0);
	if (strcmp(arrivals->without, "{}") == 0)
		return;
	appendStringInfo(writer->out, "\n      AND %s", arrived);
	esql_write(writer, " {<>} ");
	appendStringInfo(writer->out, "ALL (%s::bigint[])", quote_literal_cstr(arrivals->without));
}

/*
 * FROM's patterns, for rows that say which index they are from.  One that does not
 * say fits.  As in Elasticsearch an exclusion takes out of what stands before it,
 * and a pattern means a name that begins with a dot only if it does so itself.  Where the
 * names are known they are enough, but for an index made from the query, which has the
 * patterns.
 */
void
esql_write_origin(EsqlWriter *writer, const EsqlRelation *relation)
{
	const char *name = esql_attribute_text(relation, relation->index);
	StringInfoData sql;
	StringInfo	saved = writer->out;
	ListCell   *cell;

	if (relation->origins_known)
	{
		write_names(writer, relation, name);
		if (!relation->conditions)
			return;
		appendStringInfoString(writer->out, " AND ");
	}
	initStringInfo(&sql);
	writer->out = &sql;
	foreach(cell, relation->patterns)
	{
		const EsqlPattern *pattern = lfirst(cell);
		StringInfoData like;

		initStringInfo(&like);
		for (const char *at = pattern->text; *at != '\0'; at++)
		{
			if (*at == '*')
				appendStringInfoChar(&like, '%');
			else if (*at == '%' || *at == '_' || *at == '\\')
				appendStringInfo(&like, "\\%c", *at);
			else
				appendStringInfoChar(&like, *at);
		}
		if (sql.len > 0)
		{
			char	   *before = pstrdup(sql.data);

			resetStringInfo(&sql);
			appendStringInfo(&sql, pattern->exclude ? "(%s) AND NOT " : "%s OR ", before);
		}
		if (pattern->text[0] == '*')
		{
			appendStringInfo(&sql, "(%s", name);
			esql_write(writer, " {!~~} '.%' AND ");
		}
		appendStringInfoString(&sql, name);
		esql_write(writer, " {~~} ");
		appendStringInfoString(&sql, quote_literal_cstr(like.data));
		if (pattern->text[0] == '*')
			appendStringInfoChar(&sql, ')');
	}
	writer->out = saved;
	appendStringInfo(writer->out, "(%s IS NULL OR (%s))", name, sql.data);
}

/* The time of an event by which the window goes. */
static void
write_event_time(EsqlWriter *writer, int number)
{
	const EsqlRelation *relation = list_nth(writer->catalog->relations, number);
	const EsqlColumn *main = writer->plan->window;
	const EsqlColumn *other = writer->plan->fallback;
	const EsqlAccess *access = time_access(main, number);
	const EsqlAccess *fallback = time_access(other, number);
	char	   *first = access ? time_text(writer, relation, main, access) : NULL;
	char	   *second = fallback ? time_text(writer, relation, other, fallback) : NULL;

	if (first != NULL && second != NULL)
		appendStringInfo(writer->out, "coalesce(%s, %s)", first, second);
	else if (first != NULL || second != NULL)
		appendStringInfoString(writer->out, first ? first : second);
	else
		esql_write(writer, "NULL::^timestamptz");
}

/* An event without a document: its row as jsonb. */
void
esql_write_row(EsqlWriter *writer, const EsqlRelation *relation)
{
	esql_write_template(writer, relation->arrivals ? "(^to_jsonb($1) {-} 'arrived'::^text)" : "^to_jsonb($1)",
						relation->alias);
}

/*
 * The time and the number of arrival of all events, to be read from; and the
 * command that brought each, within its transaction, where the rows tell.
 */
void
esql_write_arrivals(EsqlWriter *writer, int number, bool commands)
{
	const EsqlRelation *relation = list_nth(writer->catalog->relations, number);

	appendStringInfoString(writer->out, "SELECT ");
	write_event_time(writer, number);
	appendStringInfo(writer->out, " AS \"time\", %s.arrived, ", relation->alias);
	if (commands)
		appendStringInfo(writer->out, "%s.cmin", relation->alias);
	else
		appendStringInfoString(writer->out, "NULL");
	esql_write(writer, "::^text::bigint AS command");
	appendStringInfo(writer->out, " FROM %s AS %s", relation->sql_name, relation->alias);
}

/* A hidden column of an event: its time, its number, or all of it. */
void
esql_write_event(EsqlWriter *writer, int number, const EsqlColumn *column)
{
	const EsqlRelation *relation = list_nth(writer->catalog->relations, number);

	if (column->metadata == ESQL_EVENT_TIME)
		write_event_time(writer, number);
	else if (column->metadata == ESQL_EVENT_NUMBER)
	{
		/* numbers of one relation leave room for those of the others */
		esql_write(writer, "(^row_number() OVER () {*} ");
		appendStringInfo(writer->out, "%d", list_length(writer->catalog->relations));
		esql_write(writer, " {+} ");
		appendStringInfo(writer->out, "%d)", number);
	}
	else if (relation->document != NULL)
	{
		appendStringInfo(writer->out, "coalesce(%s.%s, ", relation->alias,
						 quote_identifier(relation->document));
		esql_write_row(writer, relation);
		appendStringInfoChar(writer->out, ')');
	}
	else
		esql_write_row(writer, relation);
}
