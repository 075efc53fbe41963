/*
 * letters.c
 *		Letters made small or large, by a collation that knows those of all languages.
 *
 * That is "und-x-icu", or the database's where PostgreSQL was built without ICU.  ICU takes
 * a microsecond for a short string, since it works on another encoding.  A string of ASCII
 * alone, as most are, needs none of it: the Unicode tables change A to Z in it and nothing else.
 */
#include "compat.h"

#include "catalog/namespace.h"
#include "catalog/pg_collation.h"
#include "nodes/pg_list.h"
#include "nodes/value.h"
#include "utils/fmgrprotos.h"

#include "esql/runtime/list.h"

PG_FUNCTION_INFO_V1(esql_lower);
PG_FUNCTION_INFO_V1(esql_upper);
PG_FUNCTION_INFO_V1(esql_lower_each);
PG_FUNCTION_INFO_V1(esql_upper_each);
PG_FUNCTION_INFO_V1(esql_by_bytes);

/* The collation; built-in ones keep their numbers as long as the server runs. */
static Oid
letters_collation(void)
{
	static Oid	collation = InvalidOid;

	if (!OidIsValid(collation))
		collation = get_collation_oid(list_make2(makeString("pg_catalog"), makeString("und-x-icu")), true);
	return OidIsValid(collation) ? collation : DEFAULT_COLLATION_OID;
}

/* A text of ASCII alone, its letters from one to another moved by a distance; NULL if it has other bytes. */
static text *
move_letters(const text *string, char from, char to, char distance)
{
	Size		length = VARSIZE_ANY_EXHDR(string);
	const char *data = VARDATA_ANY(string);
	unsigned char seen = 0;
	text	   *result;
	char	   *out;

	for (Size i = 0; i < length; i++)
		seen |= (unsigned char) data[i];
	if (seen >= 0x80)
		return NULL;
	result = palloc(length + VARHDRSZ);
	SET_VARSIZE(result, length + VARHDRSZ);
	out = VARDATA(result);
	for (Size i = 0; i < length; i++)
		out[i] = data[i] >= from && data[i] <= to ? (char) (data[i] + distance) : data[i];
	return result;
}

/* A text with its letters small or large; the database's own collation may know another small I. */
static Datum
change_letters(text *string, PGFunction function)
{
	bool		small = function == lower;
	text	   *result = letters_collation() == DEFAULT_COLLATION_OID ? NULL :
		move_letters(string, small ? 'A' : 'a', small ? 'Z' : 'z', small ? 'a' - 'A' : 'A' - 'a');

	if (result != NULL)
		return PointerGetDatum(result);
	return DirectFunctionCall1Coll(function, letters_collation(), PointerGetDatum(string));
}

Datum
esql_lower(PG_FUNCTION_ARGS)
{
	return change_letters(PG_GETARG_TEXT_PP(0), lower);
}

Datum
esql_upper(PG_FUNCTION_ARGS)
{
	return change_letters(PG_GETARG_TEXT_PP(0), upper);
}

/* A list with the letters of all its texts small or large. */
static Datum
change_list(FunctionCallInfo fcinfo, PGFunction function)
{
	TdList		list;
	Datum		result;

	td_list_read(fcinfo, 0, &list);
	if (list.count == 0)
	{
		td_list_free(&list);
		PG_RETURN_NULL();
	}
	for (int i = 0; i < list.count; i++)
		list.values[i] = change_letters(DatumGetTextPP(list.values[i]), function);
	result = td_list_make(list.values, list.count, list.type);
	td_list_free(&list);
	return result;
}

Datum
esql_lower_each(PG_FUNCTION_ARGS)
{
	return change_list(fcinfo, lower);
}

Datum
esql_upper_each(PG_FUNCTION_ARGS)
{
	return change_list(fcinfo, upper);
}

/*
 * esql_by_bytes(text, text): the first one.  What there is to it is the collation.
 */
Datum
esql_by_bytes(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}
