/*
 * values.c
 *		The results of distinct_values and distinct_values_elements: the values
 *		of a set as a sorted array.
 *
 * The values are sorted anew whenever the result is asked for, by the type's
 * default btree order under the call's collation.  The array is made in the
 * current context; the set is left alone.  It cannot be longer than an array
 * can be (1 GB).
 */
#include "compat.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/sortsupport.h"
#include "utils/typcache.h"

#include "aggregate.h"
#include "type.h"

PG_FUNCTION_INFO_V1(td_distinct_values);
PG_FUNCTION_INFO_V1(td_distinct_values_elements);

/*
 * qsort_arg's comparators; the values are distinct and not null
 */
static int
compare_bytes(const void *a, const void *b)
{
	const char *left = DatumGetPointer(*(const Datum *) a);
	const char *right = DatumGetPointer(*(const Datum *) b);
	Size		left_len = VARSIZE_ANY_EXHDR(left);
	Size		right_len = VARSIZE_ANY_EXHDR(right);
	int			order = memcmp(VARDATA_ANY(left), VARDATA_ANY(right), Min(left_len, right_len));

	CHECK_FOR_INTERRUPTS();
	if (order != 0)
		return order;
	return (left_len > right_len) - (left_len < right_len);
}

static int
compare_datums(const void *a, const void *b, void *arg)
{
	SortSupport order = arg;

	CHECK_FOR_INTERRUPTS();
	return order->comparator(*(const Datum *) a, *(const Datum *) b, order);
}

/*
 * Does the type's order go by the bytes of its values?
 */
static bool
goes_by_bytes(const TdType *type, Oid collation)
{
	return type->form == TD_FORM_TEXT && (type->typid == BYTEAOID || collation == C_COLLATION_OID);
}

/*
 * Most groups of most queries have few values.  So what is looked up to sort them costs
 * more than the sorting, and the most frequent type needs none of it.
 */
static void
sort_values(TdType *type, Oid collation, Datum *values, size_t count)
{
	TypeCacheEntry *cache;
	SortSupportData order;

	if (count < 2)
		return;
	if (goes_by_bytes(type, collation))
	{
		qsort(values, count, sizeof(Datum), compare_bytes);
		return;
	}
	cache = lookup_type_cache(type->typid, TYPECACHE_LT_OPR);
	if (!OidIsValid(cache->lt_opr))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("type %s has no default ordering", format_type_be(type->typid)),
				 errhint("Take the values as another type instead, such as cast to text.")));
	memset(&order, 0, sizeof(order));
	order.ssup_cxt = CurrentMemoryContext;
	order.ssup_collation = collation;
	order.abbreviate = false;
	PrepareSortSupportFromOrderingOp(cache->lt_opr, &order);
	qsort_arg(values, count, sizeof(Datum), compare_datums, &order);
}

static void
too_many_values(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("too many distinct values for an array"),
			 errhint("Count them with distinct_count, or select them with SELECT DISTINCT.")));
}

/*
 * An array of the one value of a set of texts.
 */
static Datum
array_of_text(const TdSetScan *scan, Oid element_type)
{
	Size		size = ARR_OVERHEAD_NONULLS(1) + INTALIGN(VARHDRSZ + scan->len);
	ArrayType  *array = palloc0(size);
	char	   *element = (char *) array + ARR_OVERHEAD_NONULLS(1);

	SET_VARSIZE(array, size);
	array->ndim = 1;
	array->elemtype = element_type;
	ARR_DIMS(array)[0] = 1;
	ARR_LBOUND(array)[0] = 1;
	SET_VARSIZE(element, VARHDRSZ + scan->len);
	memcpy(element + VARHDRSZ, scan->value, scan->len);
	return PointerGetDatum(array);
}

/*
 * The set's values as an array of elements of the given type, sorted under a
 * collation.
 */
Datum
td_sorted_array(TdSet *set, Oid element_type, Oid collation)
{
	TdType	   *type = td_type_of(set);
	TdSetScan	scan;
	uint64		count;
	uint64		step = 0;
	Size		room_size = 0;
	char	   *room;
	Datum	   *values;
	ArrayType  *array;

	td_set_check(td_set_thaw(set));
	count = td_set_count(set);
	if (count > MaxAllocSize / sizeof(Datum))
		too_many_values();
	td_set_scan_begin(set, &scan);
	if (count == 1 && type->form == TD_FORM_TEXT && td_set_scan_next(&scan) && scan.len < MaxAllocSize / 2)
		return array_of_text(&scan, element_type);
	td_set_scan_begin(set, &scan);
	while (td_set_scan_next(&scan))
		room_size += td_type_datum_size(type, scan.len);
	if (room_size > (Size) 2 * MaxAllocSize)
		too_many_values();
	room = room_size > 0 ? MemoryContextAllocHuge(CurrentMemoryContext, room_size) : NULL;
	values = palloc((Size) count * sizeof(Datum) + 1);
	td_set_scan_begin(set, &scan);
	for (uint64 i = 0; td_set_scan_next(&scan); i++)
	{
		values[i] = td_type_datum(type, &scan, room);
		room += td_type_datum_size(type, scan.len);
		if (++step % 4096 == 0)
			CHECK_FOR_INTERRUPTS();
	}
	sort_values(type, collation, values, (size_t) count);
	array = construct_array(values, (int) count, element_type, type->typlen,
							type->typbyval, type->typalign);
	return PointerGetDatum(array);
}

/*
 * A set with a limit may exist for nulls alone.  When it has reached the limit,
 * it has no values any more.
 */
static bool
has_values(TdSet *set)
{
	uint64		count = td_set_count(set);

	return count > 0 && count < td_set_limit(set);
}

/*
 * The type of the result's elements, found once a query: that of the second argument, or of
 * its elements.
 */
static Oid
result_element(FunctionCallInfo fcinfo, bool of_array, const TdSet *set)
{
	Oid		   *known = fcinfo->flinfo->fn_extra;
	Oid			element_type;

	if (known != NULL)
		return *known;
	element_type = get_fn_expr_argtype(fcinfo->flinfo, 1);
	if (of_array)
		element_type = get_element_type(getBaseType(element_type));
	if (!OidIsValid(element_type))
		return td_type_of(set)->typid;
	known = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(Oid));
	*known = element_type;
	fcinfo->flinfo->fn_extra = known;
	return element_type;
}

/*
 * (state, value) -> array.  The second argument is used for its type only.  It
 * may be a domain; then the array is one of the domain.
 */
Datum
td_distinct_values(PG_FUNCTION_ARGS)
{
	TdSet	   *set;

	(void) td_aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	set = (TdSet *) PG_GETARG_POINTER(0);
	td_set_check(td_set_thaw(set));
	if (!has_values(set))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(td_sorted_array(set, result_element(fcinfo, false, set), td_type_of(set)->collation));
}

/*
 * (state, array) -> array
 */
Datum
td_distinct_values_elements(PG_FUNCTION_ARGS)
{
	TdSet	   *set;

	(void) td_aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	set = (TdSet *) PG_GETARG_POINTER(0);
	td_set_check(td_set_thaw(set));
	if (!has_values(set))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(td_sorted_array(set, result_element(fcinfo, true, set), td_type_of(set)->collation));
}
