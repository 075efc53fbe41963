/*
 * row_json.c
 *		A row of a query's result as a JSON object.
 *
 * One value is a scalar, several are an array, none is null.  Dates are ISO
 * 8601 in UTC with milliseconds, doubles as Java writes them, so that 3.0 does
 * not look like a whole number: what Elasticsearch prints.
 */
#include "compat.h"

#include <math.h>

#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "text/literal.h"
#include "detect/row_json.h"
#include "esql/value/instant.h"

static void
write_text(StringInfo out, Datum value)
{
	char	   *string = TextDatumGetCString(value);

	escape_json(out, string);
	pfree(string);
}

static void
write_date(StringInfo out, Datum value)
{
	int64		ms;
	char		buffer[40];
	size_t		length;

	if (!td_timestamp_to_ms(DatumGetTimestampTz(value), &ms))
	{
		appendStringInfoString(out, "null");
		return;
	}
	length = esql_write_date(ms, buffer);
	appendStringInfoChar(out, '"');
	appendBinaryStringInfo(out, buffer, (int) length);
	appendStringInfoChar(out, '"');
}

static void
write_double(StringInfo out, Datum value)
{
	double		number = DatumGetFloat8(value);
	char		buffer[40];
	size_t		length;

	if (isnan(number) || isinf(number))
	{
		appendStringInfoString(out, "null");	/* JSON has no word for it */
		return;
	}
	length = esql_write_double(number, buffer);
	appendBinaryStringInfo(out, buffer, (int) length);
}

/* One value. */
static void
write_value(StringInfo out, EsqlType type, Datum value)
{
	switch (type)
	{
		case ESQL_TYPE_BOOLEAN:
			appendStringInfoString(out, DatumGetBool(value) ? "true" : "false");
			break;
		case ESQL_TYPE_INTEGER:
			appendStringInfo(out, "%d", DatumGetInt32(value));
			break;
		case ESQL_TYPE_LONG:
			appendStringInfo(out, INT64_FORMAT, DatumGetInt64(value));
			break;
		case ESQL_TYPE_DOUBLE:
			write_double(out, value);
			break;
		case ESQL_TYPE_DATE:
			write_date(out, value);
			break;
		case ESQL_TYPE_IP:
			escape_json(out, DatumGetCString(DirectFunctionCall1(inet_out, value)));
			break;
		case ESQL_TYPE_SOURCE:
			appendStringInfoString(out, DatumGetCString(DirectFunctionCall1(jsonb_out, value)));
			break;
		case ESQL_TYPE_KEYWORD:
		case ESQL_TYPE_NULL:
		case ESQL_TYPE_DURATION:
		case ESQL_TYPE_PERIOD:
		case ESQL_TYPE_UNSUPPORTED:
			write_text(out, value);
			break;
	}
}

/* The values of a list: one of them is a scalar. */
static void
write_list(StringInfo out, EsqlType type, Datum value)
{
	ArrayType  *array = DatumGetArrayTypeP(value);
	int16		length;
	bool		by_value;
	char		align;
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &align);
	deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, align,
					  &elements, &nulls, &count);
	if (count != 1)
		appendStringInfoChar(out, '[');
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			appendStringInfoChar(out, ',');
		if (nulls[i])
			appendStringInfoString(out, "null");
		else
			write_value(out, type, elements[i]);
	}
	if (count != 1)
		appendStringInfoChar(out, ']');
}

/*
 * Append the row.  columns are EsqlVisible, in the order of the values; what
 * is allocated on the way is left to the current context.
 */
void
esql_row_to_json(StringInfo out, List *columns, const Datum *values, const bool *nulls)
{
	int			place = 0;
	ListCell   *cell;

	appendStringInfoChar(out, '{');
	foreach(cell, columns)
	{
		const EsqlVisible *entry = lfirst(cell);

		if (place > 0)
			appendStringInfoChar(out, ',');
		escape_json(out, entry->name);
		appendStringInfoChar(out, ':');
		if (nulls[place])
			appendStringInfoString(out, "null");
		else if (entry->column->multivalued)
			write_list(out, entry->column->type, values[place]);
		else
			write_value(out, entry->column->type, values[place]);
		place++;
	}
	appendStringInfoChar(out, '}');
}
