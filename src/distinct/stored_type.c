/*
 * stored_type.c
 *		SQL entry points of the type distinct_set: its text and binary forms, its
 *		number of values, and its values.
 *
 * The text form is base64 of the flat form, the binary form is its bytes.
 */
#include "compat.h"

#include "common/base64.h"
#include "libpq/pqformat.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "aggregate.h"
#include "stored.h"

PG_FUNCTION_INFO_V1(td_set_in);
PG_FUNCTION_INFO_V1(td_set_out);
PG_FUNCTION_INFO_V1(td_set_recv);
PG_FUNCTION_INFO_V1(td_set_send);
PG_FUNCTION_INFO_V1(td_set_count_of);
PG_FUNCTION_INFO_V1(td_set_values_of);

Datum
td_set_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	int			length = (int) strlen(text);
	int			room = pg_b64_dec_len(length);
	char	   *data = palloc((Size) room + 1);
	int			len = pg_b64_decode((void *) text, length, (void *) data, room);

	if (len < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s", "distinct_set"),
				 errdetail("It is written in base64.")));
	PG_RETURN_BYTEA_P(td_stored_checked(fcinfo, data, (Size) len));
}

Datum
td_set_out(PG_FUNCTION_ARGS)
{
	bytea	   *flat = PG_GETARG_BYTEA_PP(0);
	int			room = pg_b64_enc_len((int) VARSIZE_ANY_EXHDR(flat));
	char	   *text = palloc((Size) room + 1);
	int			length = pg_b64_encode((void *) VARDATA_ANY(flat), (int) VARSIZE_ANY_EXHDR(flat),
									   (void *) text, room);

	if (length < 0)
		elog(ERROR, "could not write a distinct_set in base64");
	text[length] = '\0';
	PG_RETURN_CSTRING(text);
}

Datum
td_set_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			len = message->len - message->cursor;

	PG_RETURN_BYTEA_P(td_stored_checked(fcinfo, pq_getmsgbytes(message, len), (Size) len));
}

/*
 * (distinct_set) -> bytea: also the cast
 */
Datum
td_set_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(PG_GETARG_BYTEA_P_COPY(0));
}

/*
 * (distinct_set) -> bigint
 */
Datum
td_set_count_of(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64((int64) td_stored_count(PG_GETARG_DATUM(0)));
}

/*
 * (distinct_set, null of a type) -> array, in the order of the call's collation.
 * Null if the set reached its limit and has forgotten its values.
 */
Datum
td_set_values_of(PG_FUNCTION_ARGS)
{
	Oid			element_type = get_fn_expr_argtype(fcinfo->flinfo, 1);
	TdSet	   *set;
	TdType	   *type;
	Oid			collation;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	set = td_stored_argument(fcinfo, 0);
	type = td_stored_type(td_type_of(set));
	td_stored_check_type(set, element_type);
	td_set_check(td_set_thaw(set));
	if (td_set_count(set) >= td_set_limit(set))
		PG_RETURN_NULL();
	/* a nondeterministic collation is part of what the set is */
	collation = type_is_collatable(type->typid) && get_collation_isdeterministic(type->collation) &&
		OidIsValid(PG_GET_COLLATION()) ? PG_GET_COLLATION() : type->collation;
	PG_RETURN_DATUM(td_sorted_array(set, element_type, collation));
}
