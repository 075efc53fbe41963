/*
 * convert.c
 *		ES|QL's conversions (TO_LONG, TO_STRING, ...) and addresses.
 *
 * A conversion that fails gives null, where a cast of PostgreSQL would raise:
 * unreadable text, a number that does not fit, a date outside PostgreSQL's
 * range.  Text is read by literal.c, the same code that reads the literals of
 * a query, so that a value means the same in either place.
 *
 * Decimal numbers become whole ones by rounding, halves up, and are compared
 * with the type's range after that: 2147483647.2 still is the greatest integer.
 * ES|QL has no NaN and no infinities; they become null.
 *
 * Addresses.  ES|QL sees 16 bytes, with IPv4 as ::ffff:a.b.c.d, and compares
 * them as such; inet keeps the families apart and has a netmask.  A column of
 * addresses is therefore brought to a normal form before it is compared for
 * equality (esql_ip: no netmask, mapped addresses as IPv4) and replaced by its
 * 16 bytes in hexadecimal before it is ordered (esql_ip_key).
 *
 * Functions that take text or addresses free detoasted copies, since they run
 * once a row.
 */
#include "compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "text/literal.h"
#include "esql/runtime/number.h"
#include "esql/value/inet.h"
#include "esql/value/instant.h"

/*
 * Read a whole number from text.  A decimal number is rounded.
 */
static bool
text_to_long(const text *value, int64 *result)
{
	const char *data = VARDATA_ANY(value);
	size_t		length = VARSIZE_ANY_EXHDR(value);
	int64_t		whole;
	double		decimal;

	if (esql_read_long(data, length, &whole))
	{
		*result = whole;
		return true;
	}
	return esql_read_double(data, length, &decimal) &&
		td_double_to_long(decimal, result);
}

/* Return a long as an integer, or null when it does not fit. */
#define RETURN_AS_INTEGER(value) \
	do { \
		int64		long_ = (value); \
		if (long_ < PG_INT32_MIN || long_ > PG_INT32_MAX) \
			PG_RETURN_NULL(); \
		PG_RETURN_INT32((int32) long_); \
	} while (0)

PG_FUNCTION_INFO_V1(esql_text_to_integer);
Datum
esql_text_to_integer(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	int64		result;
	bool		found = text_to_long(value, &result);

	PG_FREE_IF_COPY(value, 0);
	if (!found)
		PG_RETURN_NULL();
	RETURN_AS_INTEGER(result);
}

PG_FUNCTION_INFO_V1(esql_long_to_integer);
Datum
esql_long_to_integer(PG_FUNCTION_ARGS)
{
	RETURN_AS_INTEGER(PG_GETARG_INT64(0));
}

PG_FUNCTION_INFO_V1(esql_double_to_integer);
Datum
esql_double_to_integer(PG_FUNCTION_ARGS)
{
	int64		result;

	if (!td_double_to_long(PG_GETARG_FLOAT8(0), &result))
		PG_RETURN_NULL();
	RETURN_AS_INTEGER(result);
}

PG_FUNCTION_INFO_V1(esql_boolean_to_integer);
Datum
esql_boolean_to_integer(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(PG_GETARG_BOOL(0) ? 1 : 0);
}

PG_FUNCTION_INFO_V1(esql_date_to_integer);
Datum
esql_date_to_integer(PG_FUNCTION_ARGS)
{
	int64		ms;

	if (!td_timestamp_to_ms(PG_GETARG_TIMESTAMPTZ(0), &ms))
		PG_RETURN_NULL();
	RETURN_AS_INTEGER(ms);
}

PG_FUNCTION_INFO_V1(esql_text_to_long);
Datum
esql_text_to_long(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	int64		result;
	bool		found = text_to_long(value, &result);

	PG_FREE_IF_COPY(value, 0);
	if (!found)
		PG_RETURN_NULL();
	PG_RETURN_INT64(result);
}

PG_FUNCTION_INFO_V1(esql_double_to_long);
Datum
esql_double_to_long(PG_FUNCTION_ARGS)
{
	int64		result;

	if (!td_double_to_long(PG_GETARG_FLOAT8(0), &result))
		PG_RETURN_NULL();
	PG_RETURN_INT64(result);
}

PG_FUNCTION_INFO_V1(esql_boolean_to_long);
Datum
esql_boolean_to_long(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(PG_GETARG_BOOL(0) ? 1 : 0);
}

PG_FUNCTION_INFO_V1(esql_date_to_long);
Datum
esql_date_to_long(PG_FUNCTION_ARGS)
{
	int64		ms;

	if (!td_timestamp_to_ms(PG_GETARG_TIMESTAMPTZ(0), &ms))
		PG_RETURN_NULL();
	PG_RETURN_INT64(ms);
}

PG_FUNCTION_INFO_V1(esql_text_to_double);
Datum
esql_text_to_double(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	double		result;
	bool		found = esql_read_double(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &result);

	PG_FREE_IF_COPY(value, 0);
	if (!found || !isfinite(result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

PG_FUNCTION_INFO_V1(esql_boolean_to_double);
Datum
esql_boolean_to_double(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(PG_GETARG_BOOL(0) ? 1.0 : 0.0);
}

PG_FUNCTION_INFO_V1(esql_date_to_double);
Datum
esql_date_to_double(PG_FUNCTION_ARGS)
{
	int64		ms;

	if (!td_timestamp_to_ms(PG_GETARG_TIMESTAMPTZ(0), &ms))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) ms);
}

/*
 * "true" in any letter case is true.  Any other text is false.
 */
PG_FUNCTION_INFO_V1(esql_text_to_boolean);
Datum
esql_text_to_boolean(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	bool		result = esql_read_boolean(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));

	PG_FREE_IF_COPY(value, 0);
	PG_RETURN_BOOL(result);
}

PG_FUNCTION_INFO_V1(esql_double_to_boolean);
Datum
esql_double_to_boolean(PG_FUNCTION_ARGS)
{
	double		value = PG_GETARG_FLOAT8(0);

	if (!isfinite(value))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(value != 0.0);
}

PG_FUNCTION_INFO_V1(esql_long_to_boolean);
Datum
esql_long_to_boolean(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(PG_GETARG_INT64(0) != 0);
}

PG_FUNCTION_INFO_V1(esql_integer_to_boolean);
Datum
esql_integer_to_boolean(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(PG_GETARG_INT32(0) != 0);
}

PG_FUNCTION_INFO_V1(esql_text_to_datetime);
Datum
esql_text_to_datetime(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	int64_t		ms;
	bool		found = esql_read_date(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &ms);
	TimestampTz result;

	PG_FREE_IF_COPY(value, 0);
	if (!found || !td_ms_to_timestamp(ms, &result))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(result);
}

PG_FUNCTION_INFO_V1(esql_long_to_datetime);
Datum
esql_long_to_datetime(PG_FUNCTION_ARGS)
{
	TimestampTz result;

	if (!td_ms_to_timestamp(PG_GETARG_INT64(0), &result))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(result);
}

PG_FUNCTION_INFO_V1(esql_integer_to_datetime);
Datum
esql_integer_to_datetime(PG_FUNCTION_ARGS)
{
	TimestampTz result;

	if (!td_ms_to_timestamp(PG_GETARG_INT32(0), &result))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(result);
}

PG_FUNCTION_INFO_V1(esql_double_to_datetime);
Datum
esql_double_to_datetime(PG_FUNCTION_ARGS)
{
	int64		ms;
	TimestampTz result;

	if (!td_double_to_long(PG_GETARG_FLOAT8(0), &ms) ||
		!td_ms_to_timestamp(ms, &result))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(result);
}

PG_FUNCTION_INFO_V1(esql_integer_to_string);
Datum
esql_integer_to_string(PG_FUNCTION_ARGS)
{
	char		buffer[12];

	pg_ltoa(PG_GETARG_INT32(0), buffer);
	PG_RETURN_TEXT_P(cstring_to_text(buffer));
}

PG_FUNCTION_INFO_V1(esql_long_to_string);
Datum
esql_long_to_string(PG_FUNCTION_ARGS)
{
	char		buffer[24];

	pg_lltoa(PG_GETARG_INT64(0), buffer);
	PG_RETURN_TEXT_P(cstring_to_text(buffer));
}

/*
 * As Java prints a double: 1.0, 1.0E10, -0.0.
 */
PG_FUNCTION_INFO_V1(esql_double_to_string);
Datum
esql_double_to_string(PG_FUNCTION_ARGS)
{
	double		value = PG_GETARG_FLOAT8(0);
	char		buffer[40];
	size_t		length;

	if (!isfinite(value))
		PG_RETURN_NULL();
	length = esql_write_double(value, buffer);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(buffer, (int) length));
}

PG_FUNCTION_INFO_V1(esql_boolean_to_string);
Datum
esql_boolean_to_string(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(PG_GETARG_BOOL(0) ? "true" : "false"));
}

/*
 * ISO 8601 in UTC with milliseconds.
 */
PG_FUNCTION_INFO_V1(esql_date_to_string);
Datum
esql_date_to_string(PG_FUNCTION_ARGS)
{
	char		buffer[40];
	size_t		length;
	int64		ms;

	if (!td_timestamp_to_ms(PG_GETARG_TIMESTAMPTZ(0), &ms))
		PG_RETURN_NULL();
	length = esql_write_date(ms, buffer);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(buffer, (int) length));
}

/*
 * The first argument as 16 bytes.
 */
static TdAddress
address_argument(FunctionCallInfo fcinfo)
{
	inet	   *value = PG_GETARG_INET_PP(0);
	TdAddress	address;

	td_inet_to_address(value, &address);
	PG_FREE_IF_COPY(value, 0);
	return address;
}

PG_FUNCTION_INFO_V1(esql_text_to_ip);
Datum
esql_text_to_ip(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	TdAddress	address;
	bool		found = td_read_ip(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &address);

	PG_FREE_IF_COPY(value, 0);
	if (!found)
		PG_RETURN_NULL();
	PG_RETURN_INET_P(td_address_to_inet(&address));
}

PG_FUNCTION_INFO_V1(esql_ip);
Datum
esql_ip(PG_FUNCTION_ARGS)
{
	TdAddress	address = address_argument(fcinfo);

	PG_RETURN_INET_P(td_address_to_inet(&address));
}

PG_FUNCTION_INFO_V1(esql_ip_to_string);
Datum
esql_ip_to_string(PG_FUNCTION_ARGS)
{
	TdAddress	address = address_argument(fcinfo);
	char		buffer[TD_ADDRESS_TEXT_SIZE];
	size_t		length = td_write_ip(&address, buffer);

	PG_RETURN_TEXT_P(cstring_to_text_with_len(buffer, (int) length));
}

PG_FUNCTION_INFO_V1(esql_ip_key);
Datum
esql_ip_key(PG_FUNCTION_ARGS)
{
	TdAddress	address = address_argument(fcinfo);
	text	   *result = (text *) palloc(VARHDRSZ + TD_ADDRESS_KEY_LENGTH);

	SET_VARSIZE(result, VARHDRSZ + TD_ADDRESS_KEY_LENGTH);
	td_write_ip_key(&address, VARDATA(result));
	PG_RETURN_TEXT_P(result);
}

/*
 * Null if the text is not a key.
 */
PG_FUNCTION_INFO_V1(esql_key_ip);
Datum
esql_key_ip(PG_FUNCTION_ARGS)
{
	text	   *key = PG_GETARG_TEXT_PP(0);
	TdAddress	address;
	bool		found = td_read_ip_key(VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key), &address);

	PG_FREE_IF_COPY(key, 0);
	if (!found)
		PG_RETURN_NULL();
	PG_RETURN_INET_P(td_address_to_inet(&address));
}

PG_FUNCTION_INFO_V1(esql_is_cidr);
Datum
esql_is_cidr(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	TdBlock		block;
	bool		result = td_read_cidr(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &block);

	PG_FREE_IF_COPY(value, 0);
	PG_RETURN_BOOL(result);
}

/*
 * The blocks of a call of esql_cidr_match(), and the array that they were read
 * from.  They are kept from one row to the next.  The array is mostly a constant,
 * and comparing its bytes is cheaper than reading it again.
 */
typedef struct BlockList
{
	Size		size;			/* of source */
	void	   *source;			/* the array's bytes */
	bool		incomplete;		/* some element was null or unreadable */
	int			count;
	TdBlock		block[FLEXIBLE_ARRAY_MEMBER];
} BlockList;

/*
 * The blocks of the array, read or remembered.  Lives in fn_mcxt.
 */
static const BlockList *
read_blocks(FmgrInfo *flinfo, ArrayType *array)
{
	BlockList  *list = (BlockList *) flinfo->fn_extra;
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	if (list != NULL && list->size == VARSIZE(array) &&
		memcmp(list->source, array, list->size) == 0)
		return list;
	if (list != NULL)
	{
		flinfo->fn_extra = NULL;
		pfree(list->source);
		pfree(list);
	}

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	list = (BlockList *) MemoryContextAlloc(flinfo->fn_mcxt,
											offsetof(BlockList, block) + sizeof(TdBlock) * count);
	list->source = NULL;
	list->size = VARSIZE(array);
	list->incomplete = false;
	list->count = 0;
	for (int i = 0; i < count; i++)
	{
		text	   *element = nulls[i] ? NULL : DatumGetTextPP(elements[i]);

		if (element != NULL &&
			td_read_cidr(VARDATA_ANY(element), VARSIZE_ANY_EXHDR(element),
						 &list->block[list->count]))
			list->count++;
		else
			list->incomplete = true;
	}
	pfree(elements);
	pfree(nulls);
	list->source = MemoryContextAlloc(flinfo->fn_mcxt, list->size);
	memcpy(list->source, array, list->size);
	flinfo->fn_extra = list;
	return list;
}

/*
 * esql_cidr_match(inet, VARIADIC text[]): whether the address is in any of the
 * blocks.  A null or unreadable block is unknown: null, unless another one
 * holds the address.
 */
PG_FUNCTION_INFO_V1(esql_cidr_match);
Datum
esql_cidr_match(PG_FUNCTION_ARGS)
{
	TdAddress	address = address_argument(fcinfo);
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(1);
	const BlockList *list = read_blocks(fcinfo->flinfo, array);

	PG_FREE_IF_COPY(array, 1);
	for (int i = 0; i < list->count; i++)
	{
		if (td_in_block(&address, &list->block[i]))
			PG_RETURN_BOOL(true);
	}
	if (list->incomplete)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(false);
}

/*
 * esql_ip_prefix(inet, bits of IPv4, bits of IPv6): the address with its other
 * bits cleared.  Null if one of the numbers is out of range.
 */
PG_FUNCTION_INFO_V1(esql_ip_prefix);
Datum
esql_ip_prefix(PG_FUNCTION_ARGS)
{
	TdAddress	address = address_argument(fcinfo);
	int32		bits4 = PG_GETARG_INT32(1);
	int32		bits6 = PG_GETARG_INT32(2);

	if (bits4 < 0 || bits4 > 32 || bits6 < 0 || bits6 > 128)
		PG_RETURN_NULL();
	td_keep_prefix(&address, td_is_ipv4(&address) ? 96 + bits4 : bits6);
	PG_RETURN_INET_P(td_address_to_inet(&address));
}
