/*
 * network.c
 *		NETWORK_DIRECTION: where a connection goes, by the networks inside.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "esql/value/inet.h"
#include "text/network.h"

PG_FUNCTION_INFO_V1(esql_network_direction);

/*
 * Is the address in one of the networks?  False in *known if one that cannot be
 * read comes before.
 */
static bool
is_internal(inet *value, const Datum *networks, int count, bool *known)
{
	TdAddress	address;

	td_inet_to_address(value, &address);
	for (int i = 0; i < count && *known; i++)
	{
		text	   *network = DatumGetTextPP(networks[i]);
		bool		within = false;

		*known = td_in_network(&address, VARDATA_ANY(network), VARSIZE_ANY_EXHDR(network), &within);
		if (within)
			return true;
	}
	return false;
}

/*
 * esql_network_direction(source inet, destination inet, text[]) -> text
 */
Datum
esql_network_direction(PG_FUNCTION_ARGS)
{
	static const char *const directions[] = {"external", "inbound", "outbound", "internal"};
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(2);
	Datum	   *networks;
	bool	   *nulls;
	bool		known = true;
	bool		from;
	bool		to;
	int			count;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &networks, &nulls, &count);
	for (int i = 0; i < count; i++)
		known = known && !nulls[i];
	from = is_internal(PG_GETARG_INET_PP(0), networks, count, &known);
	to = is_internal(PG_GETARG_INET_PP(1), networks, count, &known);
	pfree(networks);
	pfree(nulls);
	PG_FREE_IF_COPY(array, 2);
	if (count == 0 || !known)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(directions[2 * from + to]));
}
