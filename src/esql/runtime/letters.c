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
#include "miscadmin.h"
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

/* A byte in each byte of a word. */
#define EACH(byte)	(~(uint64) 0 / 0xFF * (byte))

/*
 * Eight characters of ASCII, the letters from one to another made the others' size.  The
 * top bit of a byte is set from the first letter on by the first sum, and behind the last
 * by the second; a quarter of it is what letters of both sizes differ by.
 */
static inline uint64
switch_letters(uint64 word, char from, char to)
{
	uint64		letters = ((word + EACH(0x80 - from)) ^ (word + EACH(0x7F - to))) & EACH(0x80);

	return word ^ (letters >> 2);
}

/* A text of ASCII alone, its letters from one to another made the others' size; NULL if it has other bytes. */
static text *
switch_case(const text *string, char from, char to)
{
	Size		length = VARSIZE_ANY_EXHDR(string);
	const char *data = VARDATA_ANY(string);
	text	   *result = palloc(length + VARHDRSZ);
	char	   *out = VARDATA(result);
	uint64		seen = 0;
	uint64		word;
	Size		at = 0;

	SET_VARSIZE(result, length + VARHDRSZ);
	for (; at + sizeof(word) <= length; at += sizeof(word))
	{
		memcpy(&word, data + at, sizeof(word));
		seen |= word;
		word = switch_letters(word, from, to);
		memcpy(out + at, &word, sizeof(word));
	}
	word = 0;
	memcpy(&word, data + at, length - at);
	seen |= word;
	word = switch_letters(word, from, to);
	memcpy(out + at, &word, length - at);
	if ((seen & EACH(0x80)) == 0)
		return result;
	pfree(result);
	return NULL;
}

/* Letters made small or large; the database's own collation may know another small I. */
static Datum
change_letters(text *string, bool small)
{
	text	   *result = NULL;

	if (letters_collation() != DEFAULT_COLLATION_OID)
		result = small ? switch_case(string, 'A', 'Z') : switch_case(string, 'a', 'z');
	if (result != NULL)
		PG_RETURN_TEXT_P(result);
	return DirectFunctionCall1Coll(small ? lower : upper, letters_collation(), PointerGetDatum(string));
}

Datum
esql_lower(PG_FUNCTION_ARGS)
{
	return change_letters(PG_GETARG_TEXT_PP(0), true);
}

Datum
esql_upper(PG_FUNCTION_ARGS)
{
	return change_letters(PG_GETARG_TEXT_PP(0), false);
}

/* The same of each value of a list, in its order.  Values that become equal all stay. */
static Datum
change_each(FunctionCallInfo fcinfo, bool small)
{
	TdList		list;
	Datum		result = (Datum) 0;

	td_list_read(fcinfo, 0, &list);
	for (int i = 0; i < list.count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		list.values[i] = change_letters(DatumGetTextPP(list.values[i]), small);
	}
	if (list.count > 0)
		result = td_list_make(list.values, list.count, list.type);
	for (int i = 0; i < list.count; i++)
		pfree(DatumGetPointer(list.values[i]));
	td_list_free(&list);
	if (result == (Datum) 0)
		PG_RETURN_NULL();
	return result;
}

Datum
esql_lower_each(PG_FUNCTION_ARGS)
{
	return change_each(fcinfo, true);
}

Datum
esql_upper_each(PG_FUNCTION_ARGS)
{
	return change_each(fcinfo, false);
}

/*
 * esql_by_bytes(text, text): the first one.  What there is to it is the collation.
 */
Datum
esql_by_bytes(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}
