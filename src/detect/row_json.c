/*
 * row_json.c
 *		A row of a query's result as a JSON object.
 *
 * One value is a scalar, several are an array, none is null.  Dates are ISO
 * 8601 in UTC with milliseconds, doubles as Java writes them, so that 3.0 does
 * not look like a whole number: what Elasticsearch prints.
 *
 * A row that becomes jsonb has to fit there: a jsonb array or object holds less
 * than 256 MB.  Attackers choose the values, and a group that cannot be stored
 * would take the other groups of its window with it.  So such a row keeps within
 * limits: very long texts are cut, lists end early, and the caller learns what is
 * missing.  A list element counts for more than its bytes, because jsonb needs room
 * for each.  Rows that are cut must not become equal, where they identify a group.
 * Hence the digest in the place of what is cut.
 */
#include "compat.h"

#include <math.h>

#include "access/detoast.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "text/literal.h"
#include "detect/row_json.h"
#include "esql/value/instant.h"

#define VALUE_LIMIT (1024 * 1024)		/* bytes of a text */
#define COLUMN_LIMIT (8 * 1024 * 1024)	/* of a list or a document */
#define ROW_LIMIT (32 * 1024 * 1024)	/* of all columns; each keeps at least LEAST_LIMIT */
#define LEAST_LIMIT 1024
#define ELEMENT_WEIGHT 16				/* what jsonb needs for an element, beside its bytes */

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

/* The bytes of a value in memory. */
static Size
value_size(EsqlType type, Datum value)
{
	if (type == ESQL_TYPE_KEYWORD || type == ESQL_TYPE_SOURCE)
		return toast_raw_datum_size(value) - VARHDRSZ;
	return sizeof(Datum);
}

/* Append which part of a value is missing, with a digest of the whole if it takes the value's place. */
static void
append_missing(StringInfo out, Datum value, const char *missing, bool mark)
{
	appendStringInfo(out, "%s", missing);
	if (mark)
	{
		Datum		whole = PointerGetDatum(PG_DETOAST_DATUM(value));
		Datum		digest = DirectFunctionCall1(sha256_bytea, whole);
		Datum		hex = DirectFunctionCall2(binary_encode, digest, CStringGetTextDatum("hex"));

		appendStringInfo(out, ", SHA-256 %s", TextDatumGetCString(hex));
	}
}

/* Note for people what a column lacks. */
static void
note_missing(EsqlOmitted *omitted, const char *column, const char *missing)
{
	appendStringInfo(&omitted->what, "%s%s: %s", omitted->what.len > 0 ? "; " : "", column, missing);
}

/* A text that is too long: its begin, and how long it was. */
static void
write_cut_text(StringInfo out, const char *column, Datum value, Size limit, EsqlOmitted *omitted)
{
	text	   *whole = DatumGetTextPP(value);
	int			length = VARSIZE_ANY_EXHDR(whole);
	int			kept = pg_mbcliplen(VARDATA_ANY(whole), length, (int) limit);
	char	   *missing = psprintf("%d of %d bytes", kept, length);
	StringInfoData cut;

	initStringInfo(&cut);
	appendBinaryStringInfo(&cut, VARDATA_ANY(whole), kept);
	appendStringInfoString(&cut, " [cut: ");
	append_missing(&cut, value, missing, omitted->mark);
	appendStringInfoChar(&cut, ']');
	escape_json(out, cut.data);
	pfree(cut.data);
	note_missing(omitted, column, missing);
}

/* A document that is too long: null, or its digest. */
static void
write_cut_document(StringInfo out, const char *column, Datum value, EsqlOmitted *omitted)
{
	char	   *missing = psprintf("none of %zu bytes", value_size(ESQL_TYPE_SOURCE, value));
	StringInfoData cut;

	if (omitted->mark)
	{
		initStringInfo(&cut);
		appendStringInfoString(&cut, "[cut: ");
		append_missing(&cut, value, missing, true);
		appendStringInfoChar(&cut, ']');
		escape_json(out, cut.data);
		pfree(cut.data);
	}
	else
		appendStringInfoString(out, "null");
	note_missing(omitted, column, missing);
}

/* A value within the limit; returns what it took of it. */
static Size
write_limited(StringInfo out, const char *column, EsqlType type, Datum value, Size limit, EsqlOmitted *omitted)
{
	Size		size = value_size(type, value);

	if (type == ESQL_TYPE_KEYWORD && size > Min(limit, VALUE_LIMIT))
	{
		write_cut_text(out, column, value, Min(limit, VALUE_LIMIT), omitted);
		return Min(limit, VALUE_LIMIT);
	}
	if (type == ESQL_TYPE_SOURCE && size > limit)
	{
		write_cut_document(out, column, value, omitted);
		return 0;
	}
	write_value(out, type, value);
	return size;
}

/*
 * The values of a list: one of them is a scalar.  Returns what they took of the limit.
 */
static Size
write_list(StringInfo out, const char *column, EsqlType type, Datum value, Size limit, EsqlOmitted *omitted)
{
	ArrayType  *array = DatumGetArrayTypeP(value);
	int16		length;
	bool		by_value;
	char		align;
	Datum	   *elements;
	bool	   *nulls;
	int			count;
	Size		used = 0;
	int			written = 0;

	get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &align);
	deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, align,
					  &elements, &nulls, &count);
	if (count != 1)
		appendStringInfoChar(out, '[');
	for (; written < count; written++)
	{
		Size		size = ELEMENT_WEIGHT +
			(nulls[written] ? 0 : Min(value_size(type, elements[written]), VALUE_LIMIT));

		if (omitted != NULL && count > 1 && used + size > limit)
			break;
		if (written > 0)
			appendStringInfoChar(out, ',');
		if (nulls[written])
			appendStringInfoString(out, "null");
		else if (omitted != NULL)
			(void) write_limited(out, column, type, elements[written], limit, omitted);
		else
			write_value(out, type, elements[written]);
		used += size;
	}
	if (written < count)
	{
		char	   *missing = psprintf("%d of %d values", written, count);
		StringInfoData mark;

		note_missing(omitted, column, missing);
		if (omitted->mark)
		{
			initStringInfo(&mark);
			append_missing(&mark, PointerGetDatum(array), missing, true);
			appendStringInfoString(out, written > 0 ? "," : "");
			escape_json(out, mark.data);
			pfree(mark.data);
		}
	}
	if (count != 1)
		appendStringInfoChar(out, ']');
	return used;
}

/*
 * Append the row.  columns are EsqlVisible, in the order of the values; what
 * is allocated on the way is left to the current context.
 */
void
esql_row_to_json(StringInfo out, List *columns, const Datum *values, const bool *nulls, EsqlOmitted *omitted)
{
	int			place = 0;
	Size		left = ROW_LIMIT;
	ListCell   *cell;

	appendStringInfoChar(out, '{');
	foreach(cell, columns)
	{
		const EsqlVisible *entry = lfirst(cell);
		EsqlType	type = entry->column->type;
		Size		limit = Max(Min(left, COLUMN_LIMIT), LEAST_LIMIT);
		Size		used = 0;

		if (place > 0)
			appendStringInfoChar(out, ',');
		escape_json(out, entry->name);
		appendStringInfoChar(out, ':');
		if (nulls[place])
			appendStringInfoString(out, "null");
		else if (entry->column->multivalued)
			used = write_list(out, entry->name, type, values[place], limit, omitted);
		else if (omitted != NULL)
			used = write_limited(out, entry->name, type, values[place], limit, omitted);
		else
			write_value(out, type, values[place]);
		left -= Min(left, used);
		place++;
	}
	appendStringInfoChar(out, '}');
}
