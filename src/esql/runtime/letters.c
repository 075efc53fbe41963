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

PG_FUNCTION_INFO_V1(esql_lower);
PG_FUNCTION_INFO_V1(esql_upper);
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

/* Letters made small or large; the database's own collation may know another small I. */
static Datum
change_letters(FunctionCallInfo fcinfo, PGFunction function, char from, char to, char distance)
{
	text	   *string = PG_GETARG_TEXT_PP(0);
	text	   *result = letters_collation() == DEFAULT_COLLATION_OID ? NULL :
		move_letters(string, from, to, distance);

	if (result != NULL)
		PG_RETURN_TEXT_P(result);
	return DirectFunctionCall1Coll(function, letters_collation(), PointerGetDatum(string));
}

Datum
esql_lower(PG_FUNCTION_ARGS)
{
	return change_letters(fcinfo, lower, 'A', 'Z', 'a' - 'A');
}

Datum
esql_upper(PG_FUNCTION_ARGS)
{
	return change_letters(fcinfo, upper, 'a', 'z', 'A' - 'a');
}

/*
 * esql_by_bytes(text, text): the first one.  What there is to it is the collation.
 */
Datum
esql_by_bytes(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}
