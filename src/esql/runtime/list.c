/*
 * list.c
 *		ES|QL's fields with several values: what a list is, its values' order.
 *
 * A list is an SQL array that is NULL or holds at least one value, no NULLs, in
 * one dimension that starts at 1.  Arrays in tables may look different;
 * list_stored.c brings them into this form.  The functions of lists, in
 * list_mv.c and list_number.c, rely on the form for speed only.  They read any
 * other array as the list of its values, whatever its dimensions, and one
 * without values as NULL.
 *
 * Order and equality are ES|QL's.  Text is compared by bytes, never by a
 * locale; an address by its 16 bytes, IPv4 being ::ffff:a.b.c.d; all else by
 * the btree order of its type, under the collation "C".  A type without such
 * an order is compared by the bytes of its values, so that every list can be
 * sorted and nothing here raises.
 */
#include "compat.h"

#include "access/tupmacs.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "esql/runtime/list.h"
#include "esql/value/inet.h"

/*
 * Facts about the values of type elemtype.
 *
 * They are looked up once per call site and live as long as it does, in
 * fn_extra; the functions of the runtime keep nothing else there.
 */
const TdListType *
td_list_type(FunctionCallInfo fcinfo, Oid elemtype)
{
	TdListType *type = (TdListType *) fcinfo->flinfo->fn_extra;
	TypeCacheEntry *entry;

	if (type != NULL && type->elemtype == elemtype)
		return type;
	if (type == NULL)
		type = (TdListType *) MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt,
													 sizeof(TdListType));

	/* Entries of the type cache are never freed, so this may point into one. */
	entry = lookup_type_cache(elemtype, TYPECACHE_CMP_PROC_FINFO);
	type->typlen = entry->typlen;
	type->typbyval = entry->typbyval;
	type->typalign = entry->typalign;
	type->order = OidIsValid(entry->cmp_proc_finfo.fn_oid) ?
		&entry->cmp_proc_finfo : NULL;

	switch (getBaseType(elemtype))
	{
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			type->kind = TD_LIST_TEXT;
			break;
		case INETOID:
		case CIDROID:
			type->kind = TD_LIST_IP;
			break;
		case TIMESTAMPTZOID:
		case TIMESTAMPOID:
			type->kind = TD_LIST_INSTANT;
			break;
		default:
			type->kind = TD_LIST_OTHER;
			break;
	}

	type->elemtype = elemtype;
	fcinfo->flinfo->fn_extra = type;
	return type;
}

/*
 * Order of two byte strings; a prefix comes before what it begins.
 */
static int
compare_bytes(const char *a, Size a_length, const char *b, Size b_length)
{
	int			order = memcmp(a, b, Min(a_length, b_length));

	if (order != 0)
		return order;
	return (a_length > b_length) - (a_length < b_length);
}

/*
 * Order two values by their bytes.  For types that have no order.
 */
static int
compare_images(Datum a, Datum b, const TdListType *type)
{
	const char *left = DatumGetPointer(a);
	const char *right = DatumGetPointer(b);

	if (type->typbyval)
		return (a > b) - (a < b);
	if (type->typlen == -1)
		return compare_bytes(VARDATA_ANY(left), VARSIZE_ANY_EXHDR(left),
							 VARDATA_ANY(right), VARSIZE_ANY_EXHDR(right));
	if (type->typlen == -2)
		return strcmp(left, right);
	return memcmp(left, right, type->typlen);
}

/*
 * ES|QL's order of two values: negative, zero or positive.
 */
int
td_list_compare(Datum a, Datum b, const TdListType *type)
{
	TdAddress	a_address;
	TdAddress	b_address;

	CHECK_FOR_INTERRUPTS();		/* what compares loops over lists, or sorts them */
	switch (type->kind)
	{
		case TD_LIST_TEXT:
			return compare_bytes(VARDATA_ANY(DatumGetPointer(a)),
								 VARSIZE_ANY_EXHDR(DatumGetPointer(a)),
								 VARDATA_ANY(DatumGetPointer(b)),
								 VARSIZE_ANY_EXHDR(DatumGetPointer(b)));
		case TD_LIST_IP:
			td_content_to_address(VARDATA_ANY(DatumGetPointer(a)), &a_address);
			td_content_to_address(VARDATA_ANY(DatumGetPointer(b)), &b_address);
			return memcmp(&a_address, &b_address, sizeof(TdAddress));
		case TD_LIST_INSTANT:
		case TD_LIST_OTHER:
			break;
	}
	if (type->order == NULL)
		return compare_images(a, b, type);
	return DatumGetInt32(FunctionCall2Coll(type->order, C_COLLATION_OID, a, b));
}

/*
 * The same for qsort_arg().
 */
static int
compare_values(const void *a, const void *b, void *type)
{
	return td_list_compare(*(const Datum *) a, *(const Datum *) b,
						   (const TdListType *) type);
}

/*
 * Sort values in place, ascending.
 */
void
td_list_sort(Datum *values, int count, const TdListType *type)
{
	qsort_arg(values, count, sizeof(Datum), compare_values, (void *) type);
}

/*
 * Is the value among the sorted ones?
 */
bool
td_list_contains(const Datum *sorted, int count, Datum value, const TdListType *type)
{
	int			low = 0;
	int			high = count;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;
		int			order = td_list_compare(value, sorted[middle], type);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/*
 * Take the array that is the given argument apart.  The argument is not
 * NULL.  The caller frees with td_list_free().
 */
void
td_list_read(FunctionCallInfo fcinfo, int argument, TdList *list)
{
	bool	   *nulls;
	int			total;

	list->array = PG_GETARG_ARRAYTYPE_P(argument);
	list->copied = (Pointer) list->array !=
		DatumGetPointer(PG_GETARG_DATUM(argument));
	list->type = td_list_type(fcinfo, ARR_ELEMTYPE(list->array));
	deconstruct_array(list->array, list->type->elemtype, list->type->typlen,
					  list->type->typbyval, list->type->typalign,
					  &list->values, &nulls, &total);
	list->count = 0;
	for (int i = 0; i < total; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!nulls[i])
			list->values[list->count++] = list->values[i];
	}
	pfree(nulls);
}

/*
 * Free what td_list_read() took.  Values by reference are gone then.
 */
void
td_list_free(TdList *list)
{
	pfree(list->values);
	if (list->copied)
		pfree(list->array);
}

/*
 * Is this array a list in form, so that it can be passed on as it is?
 */
bool
td_list_is_plain(const ArrayType *array)
{
	return ARR_NDIM(array) == 1 && !ARR_HASNULL(array) &&
		ARR_LBOUND(array)[0] == 1 && ARR_DIMS(array)[0] > 0;
}

/*
 * A list of these values, at least one, in new memory.
 */
Datum
td_list_make(Datum *values, int count, const TdListType *type)
{
	Assert(count > 0);
	return PointerGetDatum(construct_array(values, count, type->elemtype,
										   type->typlen, type->typbyval,
										   type->typalign));
}

/*
 * A list of one text, in new memory.
 */
Datum
td_list_of_text(const char *data, Size length)
{
	Size		size = ARR_OVERHEAD_NONULLS(1) + INTALIGN(VARHDRSZ + length);
	ArrayType  *array = palloc(size);
	char	   *element;

	SET_VARSIZE(array, size);
	array->ndim = 1;
	array->dataoffset = 0;
	array->elemtype = TEXTOID;
	ARR_DIMS(array)[0] = 1;
	ARR_LBOUND(array)[0] = 1;
	element = (char *) array + ARR_OVERHEAD_NONULLS(1);
	SET_VARSIZE(element, VARHDRSZ + length);
	memcpy(element + VARHDRSZ, data, length);
	memset(element + VARHDRSZ + length, 0, INTALIGN(length) - length);
	PG_RETURN_ARRAYTYPE_P(array);
}

/* The first value of an array that is in the form of a list. */
static const char *
first_value(const ArrayType *array)
{
	return (const char *) array + ARR_OVERHEAD_NONULLS(1);
}

/* The text behind another in an array. */
static const char *
next_text(const char *value)
{
	return (const char *) att_align_nominal(att_addlength_pointer((uintptr_t) value, -1, value), TYPALIGN_INT);
}

/*
 * Is it an array of text that is a list as it is: in form, in order, and each text
 * once?
 */
bool
td_list_is_final_text(const ArrayType *array)
{
	const char *value = first_value(array);

	if (ARR_ELEMTYPE(array) != TEXTOID || !td_list_is_plain(array))
		return false;
	for (int i = 1; i < ARR_DIMS(array)[0]; i++)
	{
		const char *next = next_text(value);

		CHECK_FOR_INTERRUPTS();
		if (compare_bytes(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value),
						  VARDATA_ANY(next), VARSIZE_ANY_EXHDR(next)) >= 0)
			return false;
		value = next;
	}
	return true;
}

/*
 * Looks for the one text of a list in another list, without taking either apart.
 * Returns false if they are not such lists.
 */
bool
td_list_find_text(const ArrayType *list, const ArrayType *wanted, bool *found)
{
	const char *value = first_value(list);
	const char *text = first_value(wanted);
	Size		length;

	if (ARR_ELEMTYPE(list) != TEXTOID || ARR_ELEMTYPE(wanted) != TEXTOID ||
		!td_list_is_plain(list) || !td_list_is_plain(wanted) || ARR_DIMS(wanted)[0] != 1)
		return false;
	length = VARSIZE_ANY_EXHDR(text);
	*found = false;
	for (int i = 0; i < ARR_DIMS(list)[0]; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (VARSIZE_ANY_EXHDR(value) == length && memcmp(VARDATA_ANY(value), VARDATA_ANY(text), length) == 0)
		{
			*found = true;
			break;
		}
		value = next_text(value);
	}
	return true;
}
