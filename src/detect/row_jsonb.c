/*
 * row_jsonb.c
 *		A row of a query's result as jsonb, without its text.
 *
 * A window may have a hundred thousand groups, and two rows of each become jsonb: what
 * the rule returned, and the key.  To write JSON and to have it parsed took a tenth of
 * the time of filing.  So a row that is small, as almost all are, is put together here.
 * It is what jsonb_in() makes of the text that row_json.c writes; that has the limits for
 * large rows, and the documents.
 */
#include "compat.h"

#include <math.h>

#include "access/detoast.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "text/literal.h"
#include "detect/row_jsonb.h"
#include "esql/value/instant.h"

/* Bytes of a row's texts and lists; far below what row_json.c cuts. */
#define SMALL_ROW	(64 * 1024)

/* A string that is not in a value of the row. */
static void
put_string(JsonbValue *result, char *string, int length)
{
	result->type = jbvString;
	result->val.string.val = string;
	result->val.string.len = length;
}

static void
put_date(JsonbValue *result, Datum value)
{
	int64		ms;
	char	   *buffer;

	if (!td_timestamp_to_ms(DatumGetTimestampTz(value), &ms))
		return;
	buffer = palloc(40);
	put_string(result, buffer, (int) esql_write_date(ms, buffer));
}

/* By its text, which says how many decimals are shown. */
static void
put_double(JsonbValue *result, Datum value)
{
	double		number = DatumGetFloat8(value);
	char		buffer[40];

	if (isnan(number) || isinf(number))
		return;
	buffer[esql_write_double(number, buffer)] = '\0';
	result->type = jbvNumeric;
	result->val.numeric = DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(buffer),
															  ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/* One value, which is none where JSON has no word for it. */
static void
put_value(JsonbValue *result, EsqlType type, Datum value)
{
	result->type = jbvNull;
	if (type == ESQL_TYPE_BOOLEAN)
	{
		result->type = jbvBool;
		result->val.boolean = DatumGetBool(value);
	}
	else if (type == ESQL_TYPE_INTEGER || type == ESQL_TYPE_LONG)
	{
		result->type = jbvNumeric;
		result->val.numeric = int64_to_numeric(type == ESQL_TYPE_LONG ? DatumGetInt64(value) : DatumGetInt32(value));
	}
	else if (type == ESQL_TYPE_DOUBLE)
		put_double(result, value);
	else if (type == ESQL_TYPE_DATE)
		put_date(result, value);
	else if (type == ESQL_TYPE_IP)
	{
		char	   *address = DatumGetCString(DirectFunctionCall1(inet_out, value));

		put_string(result, address, (int) strlen(address));
	}
	else
	{
		text	   *string = DatumGetTextPP(value);

		put_string(result, VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string));
	}
}

/* A list: one value is a scalar. */
static void
put_list(JsonbValue *result, EsqlType type, Datum value)
{
	ArrayType  *array = DatumGetArrayTypeP(value);
	int16		length;
	bool		by_value;
	char		align;
	Datum	   *elements;
	bool	   *nulls;
	int			count;
	JsonbValue *list;

	get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &align);
	deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, align, &elements, &nulls, &count);
	list = count == 1 ? result : palloc(Max(1, count) * sizeof(JsonbValue));
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			list[i].type = jbvNull;
		else
			put_value(&list[i], type, elements[i]);
	}
	if (count == 1)
		return;
	result->type = jbvArray;
	result->val.array.nElems = count;
	result->val.array.elems = list;
	result->val.array.rawScalar = false;
}

/* Is the row one that is put together here? */
static bool
is_small(const List *columns, const Datum *values, const bool *nulls)
{
	Size		size = 0;
	ListCell   *cell;

	foreach(cell, columns)
	{
		const EsqlColumn *column = ((const EsqlVisible *) lfirst(cell))->column;
		int			place = foreach_current_index(cell);

		switch (column->type)
		{
			case ESQL_TYPE_BOOLEAN:
			case ESQL_TYPE_INTEGER:
			case ESQL_TYPE_LONG:
			case ESQL_TYPE_DOUBLE:
			case ESQL_TYPE_DATE:
			case ESQL_TYPE_IP:
			case ESQL_TYPE_KEYWORD:
				break;
			case ESQL_TYPE_SOURCE:
			case ESQL_TYPE_NULL:
			case ESQL_TYPE_DURATION:
			case ESQL_TYPE_PERIOD:
			case ESQL_TYPE_UNSUPPORTED:
				return false;
		}
		if (nulls[place] || (!column->multivalued && column->type != ESQL_TYPE_KEYWORD))
			continue;
		size += toast_raw_datum_size(values[place]);
		if (size > SMALL_ROW)
			return false;
	}
	return true;
}

/* As jsonb orders keys: by length, then by bytes. */
static int
compare_pairs(const void *a, const void *b)
{
	const JsonbValue *x = &((const JsonbPair *) a)->key;
	const JsonbValue *y = &((const JsonbPair *) b)->key;

	if (x->val.string.len != y->val.string.len)
		return x->val.string.len - y->val.string.len;
	return memcmp(x->val.string.val, y->val.string.val, x->val.string.len);
}

/*
 * The row as jsonb, if it is small.  columns are EsqlVisible, in the order of the values; each
 * must have a name of its own.  What is allocated on the way is left to the current context.
 */
bool
td_small_row_to_jsonb(List *columns, const Datum *values, const bool *nulls, Datum *result)
{
	JsonbValue	object = {.type = jbvObject};
	JsonbPair  *pairs;
	ListCell   *cell;

	if (!is_small(columns, values, nulls))
		return false;
	pairs = palloc(Max(1, list_length(columns)) * sizeof(JsonbPair));
	foreach(cell, columns)
	{
		const EsqlVisible *entry = lfirst(cell);
		int			place = foreach_current_index(cell);
		JsonbPair  *pair = &pairs[place];

		put_string(&pair->key, entry->name, (int) strlen(entry->name));
		pair->order = place;
		if (nulls[place])
			pair->value.type = jbvNull;
		else if (entry->column->multivalued)
			put_list(&pair->value, entry->column->type, values[place]);
		else
			put_value(&pair->value, entry->column->type, values[place]);
	}
	qsort(pairs, list_length(columns), sizeof(JsonbPair), compare_pairs);
	for (int i = 1; i < list_length(columns); i++)
	{
		if (compare_pairs(&pairs[i - 1], &pairs[i]) == 0)
			return false;
	}
	object.val.object.nPairs = list_length(columns);
	object.val.object.pairs = pairs;
	*result = JsonbPGetDatum(JsonbValueToJsonb(&object));
	return true;
}
