/*
 * seconds.c
 *		seconds(): an interval in seconds alone.
 *
 * A run asks for a few; as SQL each place would be planned.
 */
#include "compat.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(td_seconds);

/* seconds(span interval) -> interval */
Datum
td_seconds(PG_FUNCTION_ARGS)
{
	Datum		seconds = DirectFunctionCall2(extract_interval, CStringGetTextDatum("epoch"), PG_GETARG_DATUM(0));
	Datum		zero = Int32GetDatum(0);

	return DirectFunctionCall7(make_interval, zero, zero, zero, zero, zero, zero,
							   DirectFunctionCall1(numeric_float8, seconds));
}
