/*
 * fits.c
 *		esql_fits_index(): do these values fit into a row of an index?
 *
 * A btree refuses a row longer than a third of a page, and with it the row of
 * the table.  So an index that covers a rule's columns (see esql/sql/index.c)
 * takes only rows whose values together stay well below that.  A second index
 * without the columns takes the other rows.
 *
 * Values are measured, not read: a long one that lies in a TOAST table stays
 * there.
 */
#include "compat.h"

#include "access/detoast.h"
#include "fmgr.h"
#include "nodes/supportnodes.h"
#include "utils/lsyscache.h"

/*
 * Room for the values.  The rest, up to a third of a page, is for the key and
 * for what each value takes besides its bytes: a header and alignment, 11
 * bytes at most, and there are 32 of them at most.
 */
#define FITS_SIZE		(BLCKSZ / 4 - 352)

/* Command lines and paths are hardly ever longer. */
#define FITS_SELECTIVITY	0.999

PG_FUNCTION_INFO_V1(esql_fits_index);
PG_FUNCTION_INFO_V1(esql_fits_index_support);

/*
 * The lengths of the arguments' types, looked up once.
 */
static int16 *
argument_lengths(FunctionCallInfo fcinfo)
{
	int16	   *lengths = fcinfo->flinfo->fn_extra;

	if (lengths != NULL)
		return lengths;
	lengths = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, PG_NARGS() * sizeof(int16));
	for (int i = 0; i < PG_NARGS(); i++)
	{
		Oid			type = get_fn_expr_argtype(fcinfo->flinfo, i);

		if (!OidIsValid(type))
			elog(ERROR, "could not determine the type of an argument");
		lengths[i] = get_typlen(type);
	}
	fcinfo->flinfo->fn_extra = lengths;
	return lengths;
}

/*
 * esql_fits_index(VARIADIC "any") -> boolean
 */
Datum
esql_fits_index(PG_FUNCTION_ARGS)
{
	Size		size = 0;
	int16	   *lengths;

	if (get_fn_expr_variadic(fcinfo->flinfo))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("esql_fits_index() takes its values one by one, not as an array")));
	lengths = argument_lengths(fcinfo);
	for (int i = 0; i < PG_NARGS(); i++)
	{
		if (PG_ARGISNULL(i))
			continue;
		if (lengths[i] == -1)
			size += toast_raw_datum_size(PG_GETARG_DATUM(i)) - VARHDRSZ;
		else if (lengths[i] == -2)
			size += strlen(PG_GETARG_CSTRING(i));
		else
			size += lengths[i];
	}
	PG_RETURN_BOOL(size <= FITS_SIZE);
}

/*
 * The planner's questions about esql_fits_index().
 */
Datum
esql_fits_index_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (IsA(request, SupportRequestSelectivity))
	{
		((SupportRequestSelectivity *) request)->selectivity = FITS_SELECTIVITY;
		PG_RETURN_POINTER(request);
	}
	PG_RETURN_POINTER(NULL);
}
