/*
 * extract.c
 *		GROK and DISSECT: columns out of texts.
 *
 * esql_grok() and esql_dissect() take a text, or a list of them, and return the
 * values of all columns in one packet.  esql_capture() and esql_capture_list()
 * take a column's values out of it.  So the pattern runs once for each row,
 * however many columns it makes.
 *
 * Every value of a list is matched.  What they capture comes one after the other;
 * a value that does not match adds nothing.  The packet is null if none did.
 *
 * A packet is a bytea: the number of columns n and of values, then for each
 * column where its values end, then for each value where its bytes end, then the
 * bytes.  It never gets into a table.
 *
 * Numbers are read as Java reads them, since the types of %{NAME:field:type} are
 * Java's.  What cannot be read is null.
 */
#include "compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "esql/runtime/pattern_cache.h"
#include "text/word.h"

PG_FUNCTION_INFO_V1(esql_grok);
PG_FUNCTION_INFO_V1(esql_grok_list);
PG_FUNCTION_INFO_V1(esql_dissect);
PG_FUNCTION_INFO_V1(esql_dissect_list);
PG_FUNCTION_INFO_V1(esql_capture);
PG_FUNCTION_INFO_V1(esql_capture_list);
PG_FUNCTION_INFO_V1(esql_grok_integer);
PG_FUNCTION_INFO_V1(esql_grok_long);
PG_FUNCTION_INFO_V1(esql_grok_double);
PG_FUNCTION_INFO_V1(esql_grok_float);
PG_FUNCTION_INFO_V1(esql_grok_boolean);

/* A value of a column; its bytes are in the text, or palloc'd. */
typedef struct Value
{
	uint32		field;
	uint32		length;
	const char *data;
} Value;

/* What has been captured so far. */
typedef struct Captures
{
	const TdPattern *pattern;
	TdWatch		watch;
	uint32		nfields;
	Value	   *values;
	uint32		count;
	uint32		capacity;
} Captures;

/* The head of a packet, after the length word. */
typedef struct Packet
{
	uint32		nfields;
	uint32		count;
	uint32		ends[FLEXIBLE_ARRAY_MEMBER];	/* of fields, then of values */
} Packet;

static void
add_value(Captures *captures, uint32 field, const char *data, size_t length)
{
	if (captures->count == captures->capacity)
	{
		captures->capacity = captures->capacity == 0 ? 16 : captures->capacity * 2;
		captures->values = captures->values == NULL ?
			palloc(captures->capacity * sizeof(Value)) :
			repalloc_huge(captures->values, captures->capacity * sizeof(Value));
	}
	captures->values[captures->count].field = field;
	captures->values[captures->count].data = data;
	captures->values[captures->count].length = (uint32) length;
	captures->count++;
}

/* Match one text with a pattern of GROK. */
static void
grok_text(FunctionCallInfo fcinfo, Captures *captures, TdUtf8 text)
{
	const EsqlGrok *grok = &captures->pattern->grok;
	const size_t *groups;
	EsqlRegexResult	result = esql_regex_search(captures->pattern->regex, text.data, text.length, 0,
										   &captures->watch.watch, &groups);

	if (result == ESQL_SEARCH_GAVE_UP)
		td_gave_up(fcinfo, "GROK", text.length);
	if (result != ESQL_SEARCH_FOUND)
		return;
	for (uint32 i = 0; i < grok->nfields; i++)
	{
		for (uint32 j = 0; j < grok->fields[i].ngroups; j++)
		{
			const size_t *group = groups + 2 * grok->fields[i].groups[j];

			if (group[0] != ESQL_UNSET)
				add_value(captures, i, text.data + group[0], group[1] - group[0]);
		}
	}
}

/* The texts of several keys, one behind the other. */
static void
join_parts(Captures *captures, uint32 number, TdUtf8 text, TdUtf8 separator)
{
	const EsqlDissectField *field = &captures->pattern->dissect.fields[number];
	const EsqlDissectPart *parts = captures->pattern->parts;
	StringInfoData joined;

	initStringInfo(&joined);
	for (uint32 i = 0; i < field->nkeys; i++)
	{
		const EsqlDissectPart *part = &parts[field->keys[i]];

		if (i > 0)
			appendBinaryStringInfo(&joined, separator.data, (int) separator.length);
		appendBinaryStringInfo(&joined, text.data + part->start, (int) (part->end - part->start));
	}
	add_value(captures, number, joined.data, joined.len);
}

/* Match one text with a pattern of DISSECT. */
static void
dissect_text(Captures *captures, TdUtf8 text, TdUtf8 separator)
{
	const EsqlDissect *dissect = &captures->pattern->dissect;
	const EsqlDissectPart *parts = captures->pattern->parts;

	if (!esql_dissect_match(dissect, text.data, text.length, captures->pattern->parts))
		return;
	for (uint32 i = 0; i < dissect->nfields; i++)
	{
		const EsqlDissectPart *part = &parts[dissect->fields[i].keys[0]];

		if (dissect->fields[i].nkeys > 1)
			join_parts(captures, i, text, separator);
		else
			add_value(captures, i, text.data + part->start, part->end - part->start);
	}
}

/* The packet of what was captured; not NULL: there is something. */
static bytea *
make_packet(const Captures *captures)
{
	uint32		nfields = captures->nfields;
	Size		size = VARHDRSZ + offsetof(Packet, ends) +
		((Size) nfields + captures->count) * sizeof(uint32);
	Size		bytes = 0;
	bytea	   *result;
	Packet	   *packet;
	char	   *data;
	uint32		n = 0;

	for (uint32 i = 0; i < captures->count; i++)
		bytes += captures->values[i].length;
	result = (bytea *) palloc(size + bytes);	/* raises an error beyond 1 GB */
	SET_VARSIZE(result, size + bytes);
	packet = (Packet *) VARDATA(result);
	packet->nfields = nfields;
	packet->count = captures->count;
	data = (char *) result + size;
	bytes = 0;
	for (uint32 field = 0; field < nfields; field++)
	{
		for (uint32 i = 0; i < captures->count; i++)
		{
			const Value *value = &captures->values[i];

			if (value->field != field)
				continue;
			memcpy(data + bytes, value->data, value->length);
			bytes += value->length;
			packet->ends[nfields + n++] = (uint32) bytes;
		}
		packet->ends[field] = n;
	}
	return result;
}

/* Begin to capture; false if the pattern is broken. */
static bool
start(Captures *captures, TdPatternKind kind, const text *pattern)
{
	memset(captures, 0, sizeof(*captures));
	captures->pattern = td_pattern(kind, pattern);
	if (captures->pattern == NULL)
		return false;
	captures->nfields = kind == TD_PATTERN_GROK ? captures->pattern->grok.nfields :
		captures->pattern->dissect.nfields;
	td_watch_start(&captures->watch);
	return true;
}

/* Match a text, or the texts of a list. */
static Datum
extract(FunctionCallInfo fcinfo, TdPatternKind kind, bool list)
{
	Captures	captures;
	TdUtf8		separator = {"", 0};
	Datum	   *texts;
	Datum		single;
	bool	   *nulls = NULL;
	int			count = 1;

	if (!start(&captures, kind, PG_GETARG_TEXT_PP(1)))
		PG_RETURN_NULL();
	if (kind == TD_PATTERN_DISSECT)
		separator = td_utf8_of(PG_GETARG_TEXT_PP(2));
	if (list)
		deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT, &texts, &nulls,
						  &count);
	else
	{
		single = PointerGetDatum(PG_GETARG_TEXT_PP(0));
		texts = &single;
	}
	for (int i = 0; i < count; i++)
	{
		TdUtf8		text;

		if (nulls != NULL && nulls[i])
			continue;
		CHECK_FOR_INTERRUPTS();
		text = td_utf8_of((struct varlena *) DatumGetPointer(texts[i]));
		if (kind == TD_PATTERN_GROK)
			grok_text(fcinfo, &captures, text);
		else
			dissect_text(&captures, text, separator);
	}
	if (captures.count == 0)
		PG_RETURN_NULL();
	PG_RETURN_BYTEA_P(make_packet(&captures));
}

/*
 * esql_grok, esql_grok_list
 *		What a pattern of GROK captures from a text, or from a list of texts.
 */
Datum
esql_grok(PG_FUNCTION_ARGS)
{
	return extract(fcinfo, TD_PATTERN_GROK, false);
}

Datum
esql_grok_list(PG_FUNCTION_ARGS)
{
	return extract(fcinfo, TD_PATTERN_GROK, true);
}

/*
 * esql_dissect, esql_dissect_list
 *		What a pattern of DISSECT takes out; the third argument stands between the
 *		texts that are appended.
 */
Datum
esql_dissect(PG_FUNCTION_ARGS)
{
	return extract(fcinfo, TD_PATTERN_DISSECT, false);
}

Datum
esql_dissect_list(PG_FUNCTION_ARGS)
{
	return extract(fcinfo, TD_PATTERN_DISSECT, true);
}

/* The values of one column in a packet: numbers first to end. */
typedef struct Column
{
	const Packet *packet;
	const char *data;
	uint32		first;
	uint32		end;
} Column;

/* False if the packet is none, or has no such column. */
static bool
open_column(FunctionCallInfo fcinfo, Column *column)
{
	bytea	   *argument = PG_GETARG_BYTEA_P(0);
	int32		number = PG_GETARG_INT32(1);
	Size		size = VARSIZE(argument) - VARHDRSZ;
	const Packet *packet = (const Packet *) VARDATA(argument);
	Size		head;

	if (size < offsetof(Packet, ends) || number < 1 || (uint32) number > packet->nfields)
		return false;
	head = offsetof(Packet, ends) + ((Size) packet->nfields + packet->count) * sizeof(uint32);
	if (size < head)
		return false;
	column->packet = packet;
	column->data = (const char *) packet + head;
	column->first = number == 1 ? 0 : packet->ends[number - 2];
	column->end = packet->ends[number - 1];
	if (column->first > column->end || column->end > packet->count)
		return false;
	for (uint32 i = column->first; i < column->end; i++)
	{
		uint32		from = i == 0 ? 0 : packet->ends[packet->nfields + i - 1];
		uint32		to = packet->ends[packet->nfields + i];

		if (from > to || to > size - head)
			return false;
	}
	return column->first < column->end;
}

static text *
value_text(const Column *column, uint32 number)
{
	const uint32 *ends = column->packet->ends + column->packet->nfields;
	uint32		from = number == 0 ? 0 : ends[number - 1];

	return td_text_of_utf8(column->data + from, ends[number] - from);
}

/* esql_capture(packet, column): the column's value, null if it has not just one */
Datum
esql_capture(PG_FUNCTION_ARGS)
{
	Column		column;

	if (!open_column(fcinfo, &column) || column.end - column.first > 1)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(value_text(&column, column.first));
}

/* esql_capture_list(packet, column): all values of the column */
Datum
esql_capture_list(PG_FUNCTION_ARGS)
{
	Column		column;
	Datum	   *values;
	int			count;

	if (!open_column(fcinfo, &column))
		PG_RETURN_NULL();
	count = (int) (column.end - column.first);
	values = palloc(count * sizeof(Datum));
	for (int i = 0; i < count; i++)
		values[i] = PointerGetDatum(value_text(&column, column.first + i));
	PG_RETURN_ARRAYTYPE_P(construct_array(values, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* A whole number of Java: digits with an optional sign, nothing else. */
static bool
read_whole(const text *value, int64 *result)
{
	const char *data = VARDATA_ANY(value);
	int			length = VARSIZE_ANY_EXHDR(value);
	int			first = length > 0 && (data[0] == '+' || data[0] == '-') ? 1 : 0;
	uint64		sum = 0;
	uint64		limit = first == 1 && data[0] == '-' ? (uint64) PG_INT64_MAX + 1 : PG_INT64_MAX;

	if (first == length)
		return false;
	for (int i = first; i < length; i++)
	{
		uint64		digit = (uint64) (data[i] - '0');

		if (data[i] < '0' || data[i] > '9' || sum > (limit - digit) / 10)
			return false;
		sum = sum * 10 + digit;
	}
	*result = first == 1 && data[0] == '-' ? (int64) (0 - sum) : (int64) sum;
	return true;
}

/* esql_grok_integer, esql_grok_long: %{...:int}, %{...:long} */
Datum
esql_grok_integer(PG_FUNCTION_ARGS)
{
	int64		value;

	if (!read_whole(PG_GETARG_TEXT_PP(0), &value) || value < PG_INT32_MIN || value > PG_INT32_MAX)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) value);
}

Datum
esql_grok_long(PG_FUNCTION_ARGS)
{
	int64		value;

	if (!read_whole(PG_GETARG_TEXT_PP(0), &value))
		PG_RETURN_NULL();
	PG_RETURN_INT64(value);
}

/*
 * A decimal number of Java: blanks around it, a sign, digits with a point, an
 * exponent, and a letter for the type.  Hexadecimal ones are not read.
 */
static bool
read_decimal(const text *value, bool single, double *result)
{
	char	   *data = text_to_cstring(value);
	char	   *end = data + strlen(data);
	char	   *at = data;
	char	   *parsed;

	while (end > data && (unsigned char) end[-1] <= ' ')
		end--;
	while (at < end && (unsigned char) *at <= ' ')
		at++;
	if (end > at && strchr("fFdD", end[-1]) != NULL)
		end--;
	*end = '\0';
	if (at == end || at[strspn(at, "+-.0123456789eE")] != '\0')
		return false;
	*result = single ? (double) strtof(at, &parsed) : strtod(at, &parsed);
	return parsed == end && isfinite(*result);
}

/* esql_grok_double, esql_grok_float: %{...:double}, %{...:float} */
Datum
esql_grok_double(PG_FUNCTION_ARGS)
{
	double		value;

	if (!read_decimal(PG_GETARG_TEXT_PP(0), false, &value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

Datum
esql_grok_float(PG_FUNCTION_ARGS)
{
	double		value;

	if (!read_decimal(PG_GETARG_TEXT_PP(0), true, &value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

/* esql_grok_boolean: %{...:boolean}; whatever is not true is false */
Datum
esql_grok_boolean(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);

	PG_RETURN_BOOL(esql_same_word(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), "true"));
}
