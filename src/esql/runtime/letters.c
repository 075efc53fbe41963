/*
 * letters.c
 *		Letters made small or large, by a collation that knows those of all languages.
 *
 * Generated SQL says lower(x COLLATE "und-x-icu").  Other servers are not asked for anything with
 * COLLATE (esql/sql/ship.c), but for these functions, which choose the same collation: that one,
 * or the database's where PostgreSQL was built without ICU (detect/catalog.c).
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

Datum
esql_lower(PG_FUNCTION_ARGS)
{
	return DirectFunctionCall1Coll(lower, letters_collation(), PG_GETARG_DATUM(0));
}

Datum
esql_upper(PG_FUNCTION_ARGS)
{
	return DirectFunctionCall1Coll(upper, letters_collation(), PG_GETARG_DATUM(0));
}

/*
 * esql_by_bytes(text, text): the first one.  What there is to it is the collation.
 */
Datum
esql_by_bytes(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}
