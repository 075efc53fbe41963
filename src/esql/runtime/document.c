/*
 * document.c
 *		Fields of ECS documents, read from jsonb by their dotted path.
 *
 * Elasticsearch knows a document as a flat list of fields.  An object's keys
 * are joined by dots, and a key may hold dots itself, so that
 *		{"process": {"parent": {"pid": 1}}}
 *		{"process.parent": {"pid": 1}}
 *		{"process": {"parent.pid": 1}}
 * all have the field process.parent.pid, and a document that spells a field in
 * several ways has the values of all of them.  Arrays do not nest: their
 * elements, scalars or objects, count as values side by side.  A null is no
 * value.  An object where the path ends is no value either.
 *
 * So the search tries, at every object, each leading part of the rest of the
 * path as a key.  jsonb sorts keys by their length first.  So one walk over them meets
 * these in their order, and looks at the letters only where the length is right; an object
 * of many keys is searched for each of them instead.  An object
 * is reached in one way only.  So even for hostile input the cost is at most the
 * size of the document times the parts of the path.  Usually it is a
 * microsecond.  The path's dots are found once and kept in fn_extra.
 *
 * Values are those that an index with that mapping would hold:
 *	- keyword: strings, and numbers and booleans as text; a set, by bytes;
 *	- ip: strings; a set, in ES|QL's order;
 *	- long, integer: numbers and strings that hold one, decimals cut off;
 *	- double: the same, not cut off;
 *	- boolean: true and false, as strings too, "" being false;
 *	- date: ISO 8601, or milliseconds since 1970, as string or number; the
 *	  text of a number is read as a date first, so that 2024 is the year;
 *	- geo_point: {"lat": .., "lon": ..}, [longitude, latitude], GeoJSON's Point,
 *	  "latitude,longitude" and POINT (longitude latitude), as the last of them.
 * All but the sets keep duplicates; all are in ascending order.  What cannot
 * be read as the type, or does not fit it, is no value, as under
 * "ignore_malformed" in Elasticsearch.  The list is NULL when it is empty.
 *
 * Each type has a twin for single values, which stops at the second value and
 * builds no array.  (Keywords and addresses are sets: a value may be there
 * twice and still be single.)
 *
 * Text is not copied while collecting: it points into the document.  Lists of
 * values grow by doubling, from room for a few on the stack.
 */
#include "compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

#include "text/address.h"
#include "text/literal.h"
#include "text/point.h"
#include "text/whole.h"
#include "esql/runtime/document_read.h"
#include "esql/runtime/list.h"
#include "esql/value/inet.h"
#include "esql/value/instant.h"

#define VALUES_ON_STACK		16

/* An object of more keys is searched, others are walked over. */
#define KEYS_TO_WALK		64

/*
 * A path and where its parts end: end[i] is the offset of the dot after part
 * i, or the length after the last one.  In fn_mcxt; made anew when a call
 * comes with another path.
 */
typedef struct FieldPath
{
	char	   *text;
	int			length;
	int			parts;
	int			end[FLEXIBLE_ARRAY_MEMBER];
} FieldPath;

/* A value of a field, in the form that its type needs. */
typedef union FieldValue
{
	int64		whole;			/* long, integer, boolean, date (timestamp) */
	double		decimal;		/* double */
	TdAddress	address;		/* ip */
	struct
	{
		const char *data;		/* mostly inside the document */
		int			length;
	}			text;			/* keyword */
} FieldValue;

/*
 * What the functions below need to know of a type: how to make its value of a
 * JSON scalar (false if that is none), how values sort, whether they are a
 * set, and how to return them.
 */
typedef struct FieldType
{
	bool		(*read) (const JsonbValue *scalar, FieldValue *value);
	int			(*compare) (const void *a, const void *b);
	bool		set;
	Datum		(*to_datum) (const FieldValue *value);
	Oid			element;
	int16		typlen;
	bool		typbyval;
	char		typalign;

	/* reads an object or an array as one value, if it is one; or NULL */
	bool		(*read_container) (JsonbContainer *container, FieldValue *value);
} FieldType;

/* The values found so far. */
typedef struct Collector
{
	const FieldType *type;
	const FieldPath *path;
	bool		single;			/* stop at the second value */
	bool		multivalued;		/* a second value was found */
	Size		count;
	Size		room;
	FieldValue *value;			/* on_stack or allocated */
	FieldValue	on_stack[VALUES_ON_STACK];
} Collector;

static bool collect_from_object(Collector *collector, JsonbContainer *object, int part);
static bool collect_from_value(Collector *collector, const JsonbValue *value, int part);

/* ---------------------------------------------------------------- values */

/*
 * A number as jsonb prints it, allocated.
 */
static char *
numeric_text(Numeric number)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));
}

/*
 * The text of a scalar: a string's own bytes, a number as jsonb prints it
 * (allocated), true or false.  False for null.
 */
static bool
read_keyword(const JsonbValue *scalar, FieldValue *value)
{
	switch (scalar->type)
	{
		case jbvString:
			value->text.data = scalar->val.string.val;
			value->text.length = scalar->val.string.len;
			return true;
		case jbvNumeric:
			value->text.data = numeric_text(scalar->val.numeric);
			value->text.length = (int) strlen(value->text.data);
			return true;
		case jbvBool:
			value->text.data = scalar->val.boolean ? "true" : "false";
			value->text.length = scalar->val.boolean ? 4 : 5;
			return true;
		default:
			return false;
	}
}

/*
 * The text of a number or a string.  Most types read both alike.
 */
static bool
number_text(const JsonbValue *scalar, FieldValue *value)
{
	return (scalar->type == jbvString || scalar->type == jbvNumeric) &&
		read_keyword(scalar, value);
}

/*
 * Release what number_text() allocated.
 */
static void
free_number_text(const JsonbValue *scalar, const FieldValue *value)
{
	if (scalar->type == jbvNumeric)
		pfree((char *) value->text.data);
}

/*
 * Read [sign] digits [. digits] as a whole number, without going through a
 * double, which holds 53 bits only.  *fraction tells whether something other
 * than zero was cut off.  False if the text is not like that or the number is
 * outside 64 bits.
 */
static bool
read_decimal(const char *text, int length, int64 *result, bool *fraction)
{
	int			i = 0;
	bool		negative = false;
	uint64		magnitude = 0;
	uint64		limit;
	int			digits;

	if (i < length && (text[i] == '-' || text[i] == '+'))
		negative = text[i++] == '-';
	limit = (uint64) PG_INT64_MAX + (negative ? 1 : 0);
	for (digits = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++, digits++)
	{
		unsigned	digit = (unsigned) (text[i] - '0');

		if (magnitude > (limit - digit) / 10)
			return false;
		magnitude = magnitude * 10 + digit;
	}
	*fraction = false;
	if (i < length && text[i] == '.')
	{
		for (i++; i < length && text[i] >= '0' && text[i] <= '9'; i++, digits++)
			*fraction |= text[i] != '0';
	}
	if (digits == 0 || i < length)
		return false;
	*result = (int64) (negative ? -magnitude : magnitude);
	return true;
}

/*
 * A whole number: decimals are cut off, as Elasticsearch coerces them.
 */
static bool
read_long(const JsonbValue *scalar, FieldValue *value)
{
	FieldValue	text;
	int64_t		whole;
	bool		found;

	if (!number_text(scalar, &text))
		return false;
	found = td_read_whole(text.text.data, text.text.length, &whole) == TD_WHOLE_OK;
	value->whole = whole;
	free_number_text(scalar, &text);
	return found;
}

static bool
read_integer(const JsonbValue *scalar, FieldValue *value)
{
	return read_long(scalar, value) &&
		value->whole >= PG_INT32_MIN && value->whole <= PG_INT32_MAX;
}

static bool
read_double(const JsonbValue *scalar, FieldValue *value)
{
	if (scalar->type == jbvNumeric)
		value->decimal = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow,
															NumericGetDatum(scalar->val.numeric)));
	else if (scalar->type != jbvString ||
			 !esql_read_double(scalar->val.string.val, scalar->val.string.len,
							   &value->decimal))
		return false;
	return isfinite(value->decimal);
}

static bool
read_boolean(const JsonbValue *scalar, FieldValue *value)
{
	if (scalar->type == jbvBool)
		value->whole = scalar->val.boolean;
	else if (scalar->type != jbvString)
		return false;
	else if (scalar->val.string.len == 4 && memcmp(scalar->val.string.val, "true", 4) == 0)
		value->whole = 1;
	else if (scalar->val.string.len == 0 ||
			 (scalar->val.string.len == 5 && memcmp(scalar->val.string.val, "false", 5) == 0))
		value->whole = 0;
	else
		return false;
	return true;
}

/*
 * An address; what an interface's list has after it is left out.
 */
static bool
read_ip(const JsonbValue *scalar, FieldValue *value)
{
	return scalar->type == jbvString &&
		td_read_ip(scalar->val.string.val,
				   td_bare_address(scalar->val.string.val, scalar->val.string.len), &value->address);
}

/*
 * A date, as a timestamp.  Fractions of a millisecond are dropped downwards,
 * before 1970 too.
 */
static bool
read_date(const JsonbValue *scalar, FieldValue *value)
{
	FieldValue	text;
	TimestampTz timestamp;
	int64_t		date;
	int64		ms;
	bool		fraction;
	bool		found = true;

	if (!number_text(scalar, &text))
		return false;
	if (esql_read_date(text.text.data, text.text.length, &date))
		ms = date;
	else if (!read_decimal(text.text.data, text.text.length, &ms, &fraction))
		found = false;
	else if (fraction && text.text.data[0] == '-')
		ms--;
	free_number_text(scalar, &text);
	if (!found || !td_ms_to_timestamp(ms, &timestamp))
		return false;
	value->whole = timestamp;
	return true;
}

/*
 * A point, in a string.
 */
static bool
keep_point(const TdPoint *point, FieldValue *value)
{
	char	   *text;

	if (!td_is_point(point))
		return false;
	text = palloc(TD_POINT_SIZE);
	value->text.length = (int) td_write_point(point, text);
	value->text.data = text;
	return true;
}

static bool
read_geo_point(const JsonbValue *scalar, FieldValue *value)
{
	TdPoint		point;

	return scalar->type == jbvString &&
		(td_read_point(scalar->val.string.val, scalar->val.string.len, &point) ||
		 td_read_latitude_longitude(scalar->val.string.val, scalar->val.string.len, &point)) &&
		keep_point(&point, value);
}

/*
 * A number of an object's key, or at an array's place.
 */
static bool
number_at(JsonbContainer *container, const char *key, uint32 place, double *number)
{
	JsonbValue *found = key == NULL ? getIthJsonbValueFromContainer(container, place) :
		getKeyJsonValueFromContainer(container, key, (int) strlen(key), NULL);
	FieldValue	value;

	if (found == NULL || (key == NULL && found->type != jbvNumeric) || !read_double(found, &value))
		return false;
	*number = value.decimal;
	return true;
}

/*
 * A point, in an object or an array.
 */
static bool
read_point_container(JsonbContainer *container, FieldValue *value)
{
	TdPoint		point;
	JsonbValue *coordinates;

	if (JsonContainerIsArray(container))
		return JsonContainerSize(container) >= 2 && number_at(container, NULL, 0, &point.longitude) &&
			number_at(container, NULL, 1, &point.latitude) && keep_point(&point, value);
	if (number_at(container, "lat", 0, &point.latitude) && number_at(container, "lon", 0, &point.longitude))
		return keep_point(&point, value);
	coordinates = getKeyJsonValueFromContainer(container, "coordinates", strlen("coordinates"), NULL);
	return coordinates != NULL && coordinates->type == jbvBinary &&
		JsonContainerIsArray(coordinates->val.binary.data) &&
		read_point_container(coordinates->val.binary.data, value);
}

static int
compare_text(const void *a, const void *b)
{
	const FieldValue *x = (const FieldValue *) a;
	const FieldValue *y = (const FieldValue *) b;
	int			result = memcmp(x->text.data, y->text.data,
								Min(x->text.length, y->text.length));

	if (result != 0)
		return result;
	return (x->text.length > y->text.length) - (x->text.length < y->text.length);
}

static int
compare_whole(const void *a, const void *b)
{
	int64		x = ((const FieldValue *) a)->whole;
	int64		y = ((const FieldValue *) b)->whole;

	return (x > y) - (x < y);
}

static int
compare_decimal(const void *a, const void *b)
{
	double		x = ((const FieldValue *) a)->decimal;
	double		y = ((const FieldValue *) b)->decimal;

	return (x > y) - (x < y);
}

static int
compare_address(const void *a, const void *b)
{
	return memcmp(&((const FieldValue *) a)->address,
				  &((const FieldValue *) b)->address, sizeof(TdAddress));
}

static Datum
text_datum(const FieldValue *value)
{
	return PointerGetDatum(cstring_to_text_with_len(value->text.data, value->text.length));
}

static Datum
long_datum(const FieldValue *value)
{
	return Int64GetDatum(value->whole);
}

static Datum
integer_datum(const FieldValue *value)
{
	return Int32GetDatum((int32) value->whole);
}

static Datum
double_datum(const FieldValue *value)
{
	return Float8GetDatum(value->decimal);
}

static Datum
boolean_datum(const FieldValue *value)
{
	return BoolGetDatum(value->whole != 0);
}

static Datum
date_datum(const FieldValue *value)
{
	return TimestampTzGetDatum(value->whole);
}

static Datum
ip_datum(const FieldValue *value)
{
	return InetPGetDatum(td_address_to_inet(&value->address));
}

static const FieldType keyword_type = {
	read_keyword, compare_text, true, text_datum, TEXTOID, -1, false, TYPALIGN_INT, NULL
};
static const FieldType long_type = {
	read_long, compare_whole, false, long_datum, INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, NULL
};
static const FieldType integer_type = {
	read_integer, compare_whole, false, integer_datum, INT4OID, 4, true, TYPALIGN_INT, NULL
};
static const FieldType double_type = {
	read_double, compare_decimal, false, double_datum, FLOAT8OID, 8, FLOAT8PASSBYVAL,
	TYPALIGN_DOUBLE, NULL
};
static const FieldType boolean_type = {
	read_boolean, compare_whole, false, boolean_datum, BOOLOID, 1, true, TYPALIGN_CHAR, NULL
};
static const FieldType ip_type = {
	read_ip, compare_address, true, ip_datum, INETOID, -1, false, TYPALIGN_INT, NULL
};
static const FieldType date_type = {
	read_date, compare_whole, false, date_datum, TIMESTAMPTZOID, 8, FLOAT8PASSBYVAL,
	TYPALIGN_DOUBLE, NULL
};

static const FieldType geo_point_type = {
	read_geo_point, compare_text, true, text_datum, TEXTOID, -1, false, TYPALIGN_INT, read_point_container
};

/* ---------------------------------------------------------------- search */

/*
 * Take a value in.  False if the search can stop, since a single value was
 * wanted and there are several.
 */
static bool
collect_value(Collector *collector, FieldValue value)
{
	if (collector->single && collector->count == 1)
	{
		if (collector->type->set &&
			collector->type->compare(&value, &collector->value[0]) == 0)
			return true;
		collector->multivalued = true;
		return false;
	}
	if (collector->count == collector->room)
	{
		Size		room = collector->room * 2;
		FieldValue *grown = (FieldValue *)
			MemoryContextAllocHuge(CurrentMemoryContext, room * sizeof(FieldValue));

		memcpy(grown, collector->value, collector->count * sizeof(FieldValue));
		if (collector->value != collector->on_stack)
			pfree(collector->value);
		collector->value = grown;
		collector->room = room;
	}
	collector->value[collector->count++] = value;
	return true;
}

/*
 * Take a scalar in, if it is a value of the type; false as above.
 */
static bool
collect_scalar(Collector *collector, const JsonbValue *scalar)
{
	FieldValue	value;

	return !collector->type->read(scalar, &value) || collect_value(collector, value);
}

/*
 * collect_from_object() for an object of many keys, by binary searches.
 */
static bool
collect_from_large_object(Collector *collector, JsonbContainer *object, int part)
{
	const FieldPath *path = collector->path;
	int			start = part == 0 ? 0 : path->end[part - 1] + 1;
	JsonbValue	value;

	for (int last = part; last < path->parts; last++)
	{
		if (getKeyJsonValueFromContainer(object, path->text + start,
										 path->end[last] - start, &value) != NULL &&
			!collect_from_value(collector, &value, last + 1))
			return false;
	}
	return true;
}

/*
 * Collect from a value of the document that the path leads to, up to part.  At
 * the path's end it is a value, before it an object to go on in.  Arrays count
 * as their elements.
 */
static bool
collect_from_value(Collector *collector, const JsonbValue *value, int part)
{
	JsonbContainer *container;
	EsqlJsonbWalk walk;
	uint32		from;
	uint32		to;
	JsonbValue	element;
	FieldValue	whole;
	bool		more = true;

	if (value->type != jbvBinary)
		return part < collector->path->parts || collect_scalar(collector, value);

	container = value->val.binary.data;
	if (part == collector->path->parts && collector->type->read_container != NULL &&
		collector->type->read_container(container, &whole))
		return collect_value(collector, whole);
	if (JsonContainerIsObject(container))
		return part == collector->path->parts ||
			collect_from_object(collector, container, part);

	/* arrays nest as deep as the document */
	check_stack_depth();
	walk = esql_walk_jsonb(container);
	while (more && walk.place < walk.count)
	{
		CHECK_FOR_INTERRUPTS();
		esql_walk_step(&walk, &from, &to);
		esql_jsonb_value(container, walk.base, walk.place - 1, from, &element);
		more = collect_from_value(collector, &element, part);
	}
	return more;
}

/* Are two keys of one length the same?  Most others differ at an end. */
static inline bool
is_key(const char *key, const char *wanted, int length)
{
	return length == 0 || (key[0] == wanted[0] && key[length - 1] == wanted[length - 1] &&
						   memcmp(key, wanted, length) == 0);
}

/*
 * Look in an object for what is left of the path, which begins with part, in
 * each way to cut a key off it.  These are longer and longer, and so are an object's
 * keys, from the first to the last: one walk over them is enough.
 */
static bool
collect_from_object(Collector *collector, JsonbContainer *object, int part)
{
	const FieldPath *path = collector->path;
	int			start = part == 0 ? 0 : path->end[part - 1] + 1;
	const char *rest = path->text + start;
	int			last = part;
	EsqlJsonbWalk walk = esql_walk_jsonb(object);
	uint32		from;
	uint32		to;
	JsonbValue	value;

	check_stack_depth();
	if (walk.count > KEYS_TO_WALK)
		return collect_from_large_object(collector, object, part);
	while (walk.place < walk.count)
	{
		int			place;
		int			length;

		esql_walk_step(&walk, &from, &to);
		length = (int) (to - from);
		while (path->end[last] - start < length)
		{
			if (++last == path->parts)
				return true;
		}
		if (path->end[last] - start > length)
			continue;
		if (!is_key(walk.base + from, rest, length))
			continue;
		place = (int) (walk.count + walk.place - 1);
		esql_jsonb_value(object, walk.base, place, getJsonbOffset(object, place), &value);
		if (!collect_from_value(collector, &value, last + 1))
			return false;
		if (++last == path->parts)
			return true;
	}
	return true;
}

/*
 * The path, taken apart; remembered from the call before if it is the same.
 */
static const FieldPath *
get_path(FmgrInfo *flinfo, text *argument)
{
	FieldPath  *path = (FieldPath *) flinfo->fn_extra;
	const char *data = VARDATA_ANY(argument);
	int			length = VARSIZE_ANY_EXHDR(argument);
	int			parts = 1;

	if (path != NULL && path->length == length && memcmp(path->text, data, length) == 0)
		return path;
	if (path != NULL)
	{
		flinfo->fn_extra = NULL;
		pfree(path);
	}

	for (int i = 0; i < length; i++)
		parts += data[i] == '.';
	path = (FieldPath *) MemoryContextAlloc(flinfo->fn_mcxt,
											offsetof(FieldPath, end) +
											sizeof(int) * (Size) parts + length);
	path->text = (char *) &path->end[parts];
	path->length = length;
	path->parts = 0;
	memcpy(path->text, data, length);
	for (int i = 0; i < length; i++)
	{
		if (data[i] == '.')
			path->end[path->parts++] = i;
	}
	path->end[path->parts++] = length;
	flinfo->fn_extra = path;
	return path;
}

/*
 * Collect the values of a call's field: arguments are the document and the
 * path.  The document is returned, for the values to point into until it is
 * freed.
 */
static Jsonb *
collect(FunctionCallInfo fcinfo, Collector *collector, const FieldType *type, bool single)
{
	Jsonb	   *document = esql_get_document(fcinfo, 0);
	text	   *path = PG_GETARG_TEXT_PP(1);

	collector->type = type;
	collector->path = get_path(fcinfo->flinfo, path);
	PG_FREE_IF_COPY(path, 1);
	collector->single = single;
	collector->multivalued = false;
	collector->count = 0;
	collector->room = VALUES_ON_STACK;
	collector->value = collector->on_stack;
	if (JB_ROOT_IS_OBJECT(document))
		(void) collect_from_object(collector, &document->root, 0);
	return document;
}

/*
 * The field's values as an array in the type's normal form, or NULL.
 */
static Datum
field_values(FunctionCallInfo fcinfo, const FieldType *type)
{
	Collector	collector;
	Jsonb	   *document = collect(fcinfo, &collector, type, false);
	FieldValue *value = collector.value;
	Size		count = 0;
	Datum	   *element;
	ArrayType  *array = NULL;

	if (collector.count > 1)
		qsort(value, collector.count, sizeof(FieldValue), type->compare);
	for (Size i = 0; i < collector.count; i++)
	{
		if (count == 0 || !type->set || type->compare(&value[count - 1], &value[i]) != 0)
			value[count++] = value[i];
	}
	if (count == 1 && type == &keyword_type)
		array = DatumGetArrayTypeP(td_list_of_text(value[0].text.data, value[0].text.length));
	else if (count > 0)
	{
		element = (Datum *) MemoryContextAllocHuge(CurrentMemoryContext, count * sizeof(Datum));
		for (Size i = 0; i < count; i++)
			element[i] = type->to_datum(&value[i]);
		array = construct_array(element, (int) count, type->element,
								type->typlen, type->typbyval, type->typalign);
		if (!type->typbyval)
		{
			for (Size i = 0; i < count; i++)
				pfree(DatumGetPointer(element[i]));
		}
		pfree(element);
	}
	if (value != collector.on_stack)
		pfree(value);
	esql_free_document(fcinfo, 0, document);
	if (array == NULL)
		PG_RETURN_NULL();
	PG_RETURN_ARRAYTYPE_P(array);
}

/*
 * The field's value if it has just one, or NULL.
 */
static Datum
field_value(FunctionCallInfo fcinfo, const FieldType *type)
{
	Collector	collector;
	Jsonb	   *document = collect(fcinfo, &collector, type, true);
	bool		found = collector.count == 1 && !collector.multivalued;
	Datum		result = (Datum) 0;

	if (found)
		result = type->to_datum(&collector.value[0]);
	esql_free_document(fcinfo, 0, document);
	if (!found)
		PG_RETURN_NULL();
	return result;
}

/* The functions of SQL: all values of a field, and its only one. */
#define DOCUMENT_FUNCTIONS(type) \
PG_FUNCTION_INFO_V1(esql_document_##type); \
Datum \
esql_document_##type(PG_FUNCTION_ARGS) \
{ \
	return field_values(fcinfo, &type##_type); \
} \
PG_FUNCTION_INFO_V1(esql_document_##type##_single); \
Datum \
esql_document_##type##_single(PG_FUNCTION_ARGS) \
{ \
	return field_value(fcinfo, &type##_type); \
} \
extern Datum esql_document_##type##_single(PG_FUNCTION_ARGS)

DOCUMENT_FUNCTIONS(keyword);
DOCUMENT_FUNCTIONS(long);
DOCUMENT_FUNCTIONS(integer);
DOCUMENT_FUNCTIONS(double);
DOCUMENT_FUNCTIONS(boolean);
DOCUMENT_FUNCTIONS(ip);
DOCUMENT_FUNCTIONS(date);
DOCUMENT_FUNCTIONS(geo_point);
