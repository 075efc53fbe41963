/*
 * writer.c
 *		The marks of the templates, names, types and instants as SQL text.
 *
 * Names come from quote_identifier(), relations from the catalog, values are
 * quoted literals: no other part of the query's text gets into the SQL.
 */
#include "compat.h"

#include "utils/builtins.h"

#include "esql/sql/writer.h"
#include "esql/value/instant.h"
#include "schema.h"
#include "text/literal.h"

/* A column of the relation, bare where the relation has no alias; palloc'd. */
char *
esql_attribute_text(const EsqlRelation *relation, const char *attname)
{
	return relation->alias == NULL ? pstrdup(quote_identifier(attname)) :
		psprintf("%s.%s", relation->alias, quote_identifier(attname));
}

/*
 * Write the mark at *at, if it is one, and leave *at on its last character.
 */
bool
esql_write_mark(EsqlWriter *writer, const char **at)
{
	StringInfo	out = writer->out;
	const char *end;
	int			length;

	switch (**at)
	{
		case '@':
			appendStringInfoString(out, (*at)[1] == '@' ? TD_SCHEMA "." : TD_INTERNAL_SCHEMA ".");
			*at += (*at)[1] == '@';
			return true;
		case '^':
			appendStringInfoString(out, "pg_catalog.");
			return true;
		case '#':
			appendStringInfoString(out, "COLLATE pg_catalog.\"C\"");
			return true;
		case '{':
			end = strchr(*at, '}');
			length = (int) (end - *at) - 1;
			appendStringInfo(out, "OPERATOR(pg_catalog.%.*s)", length, *at + 1);
			*at = end;
			return true;
		default:
			return false;
	}
}

/* SQL with marks, and nothing of the query's in it. */
void
esql_write(EsqlWriter *writer, const char *sql)
{
	for (const char *at = sql; *at != '\0'; at++)
	{
		if (!esql_write_mark(writer, &at))
			appendStringInfoChar(writer->out, *at);
	}
}

/* A template over one argument that is SQL text already. */
void
esql_write_template(EsqlWriter *writer, const char *sql, const char *argument)
{
	for (const char *at = sql; *at != '\0'; at++)
	{
		if (*at == '$')
		{
			appendStringInfoString(writer->out, argument);
			at++;
		}
		else if (!esql_write_mark(writer, &at))
			appendStringInfoChar(writer->out, *at);
	}
}

/* The name of an SQL type, or of an array of it. */
void
esql_write_type(EsqlWriter *writer, EsqlType type, bool list)
{
	const char *name = esql_type_sql(type);

	/* the others are words of the grammar, which no schema can shadow */
	if (type == ESQL_TYPE_KEYWORD || type == ESQL_TYPE_NULL || type == ESQL_TYPE_IP ||
		type == ESQL_TYPE_DATE)
		appendStringInfoString(writer->out, "pg_catalog.");
	appendStringInfo(writer->out, "%s%s", name, list ? "[]" : "");
}

/* A moment within the years 1 to 9999, in microseconds, as an SQL constant. */
void
esql_write_moment(EsqlWriter *writer, int64 us)
{
	char		buffer[ESQL_LITERAL_SIZE];
	int64		ms = td_floor_div(us, 1000);
	size_t		length = esql_write_date(ms, buffer);

	/* behind the milliseconds stands a Z */
	appendStringInfo(writer->out, "'%.*s%03dZ'::", (int) length - 1, buffer, (int) (us - ms * 1000));
	esql_write_type(writer, ESQL_TYPE_DATE, false);
}

/* A date as an SQL constant. */
void
esql_write_instant(EsqlWriter *writer, int64 ms)
{
	char		buffer[ESQL_LITERAL_SIZE];
	size_t		length = esql_write_date(ms, buffer);

	/* PostgreSQL reads four digits of a year in this form, not more, not 0 */
	if (buffer[0] == '+' || buffer[0] == '-' || strncmp(buffer, "0000", 4) == 0)
	{
		appendStringInfo(writer->out, TD_INTERNAL_SCHEMA ".esql_to_datetime('" INT64_FORMAT "'::bigint)", ms);
		return;
	}
	appendStringInfo(writer->out, "'%.*s'::", (int) length, buffer);
	esql_write_type(writer, ESQL_TYPE_DATE, false);
}
