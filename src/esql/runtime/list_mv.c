/*
 * list_mv.c
 *		ES|QL's functions of fields with several values: MV_COUNT and the
 *		others that take any type, and what STATS BY and MV_EXPAND unnest.
 *
 * Most lists are tiny, but a list that VALUES() builds can be as large as the
 * table.  So nothing is quadratic: to find equal values, functions sort.  Copies
 * of detoasted arrays are freed at once, since a scan may call these functions
 * for millions of rows in one memory context.  A list that a function would not
 * change is returned as it is.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "esql/runtime/limits.h"
#include "esql/runtime/list.h"

PG_FUNCTION_INFO_V1(esql_as_list);
PG_FUNCTION_INFO_V1(esql_mv_count);
PG_FUNCTION_INFO_V1(esql_mv_min);
PG_FUNCTION_INFO_V1(esql_mv_max);
PG_FUNCTION_INFO_V1(esql_greatest);
PG_FUNCTION_INFO_V1(esql_least);
PG_FUNCTION_INFO_V1(esql_mv_first);
PG_FUNCTION_INFO_V1(esql_mv_last);
PG_FUNCTION_INFO_V1(esql_mv_dedupe);
PG_FUNCTION_INFO_V1(esql_mv_sort);
PG_FUNCTION_INFO_V1(esql_mv_slice);
PG_FUNCTION_INFO_V1(esql_mv_append);
PG_FUNCTION_INFO_V1(esql_mv_union);
PG_FUNCTION_INFO_V1(esql_mv_concat);
PG_FUNCTION_INFO_V1(esql_mv_contains);
PG_FUNCTION_INFO_V1(esql_mv_intersection);
PG_FUNCTION_INFO_V1(esql_mv_zip);
PG_FUNCTION_INFO_V1(esql_group_values);
PG_FUNCTION_INFO_V1(esql_expand_values);

/* A value with its place in the list, to keep first appearances. */
typedef struct PlacedValue
{
	Datum		value;
	int			place;
} PlacedValue;

/*
 * Order of values, and of equal ones by their place, for qsort_arg().
 */
static int
compare_placed(const void *a, const void *b, void *type)
{
	const PlacedValue *left = (const PlacedValue *) a;
	const PlacedValue *right = (const PlacedValue *) b;
	int			order = td_list_compare(left->value, right->value,
										(const TdListType *) type);

	if (order != 0)
		return order;
	return (left->place > right->place) - (left->place < right->place);
}

/*
 * Copy one value of a list and free the list.
 */
static Datum
take_value(TdList *list, Datum value)
{
	Datum		result = datumCopy(value, list->type->typbyval,
								   list->type->typlen);

	td_list_free(list);
	return result;
}

/*
 * Make a list of some of a list's values, and free the list.  When nothing was
 * dropped or moved, the result is the list itself.
 */
static Datum
take_list(TdList *list, Datum *values, int count, bool changed)
{
	Datum		result;

	if (!changed && td_list_is_plain(list->array))
	{
		result = PointerGetDatum(list->array);
		pfree(list->values);
		return result;
	}
	result = td_list_make(values, count, list->type);
	td_list_free(list);
	return result;
}

/*
 * Drop values that came before, in place.  Returns the number that is left.
 */
static int
keep_first_appearances(Datum *values, int count, const TdListType *type)
{
	PlacedValue *placed;
	bool	   *is_kept;
	int			kept = 0;

	if (count < 2)
		return count;
	placed = (PlacedValue *)
		MemoryContextAllocHuge(CurrentMemoryContext,
							   (Size) count * sizeof(PlacedValue));
	for (int i = 0; i < count; i++)
	{
		placed[i].value = values[i];
		placed[i].place = i;
	}
	qsort_arg(placed, count, sizeof(PlacedValue), compare_placed,
			  (void *) type);

	/* Of equal values, which are neighbours now, keep the first in the list. */
	is_kept = (bool *) palloc0((Size) count * sizeof(bool));
	for (int i = 0; i < count; i++)
	{
		if (i == 0 ||
			td_list_compare(placed[i].value, placed[i - 1].value, type) != 0)
			is_kept[placed[i].place] = true;
	}
	for (int i = 0; i < count; i++)
	{
		if (is_kept[i])
			values[kept++] = values[i];
	}
	pfree(is_kept);
	pfree(placed);
	return kept;
}

/*
 * A value as the list of it.
 */
Datum
esql_as_list(PG_FUNCTION_ARGS)
{
	const TdListType *type = fcinfo->flinfo->fn_extra;
	Datum		value = PG_GETARG_DATUM(0);

	/* the same at each call of a call site */
	if (type == NULL)
	{
		Oid			elemtype = get_fn_expr_argtype(fcinfo->flinfo, 0);

		if (!OidIsValid(elemtype))
			elog(ERROR, "could not determine the type of the value");
		type = td_list_type(fcinfo, elemtype);
	}
	if (type->elemtype == TEXTOID)
	{
		text	   *string = DatumGetTextPP(value);

		return td_list_of_text(VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string));
	}
	return td_list_make(&value, 1, type);
}

/*
 * MV_COUNT: how many values there are; NULL for none, never 0.
 */
Datum
esql_mv_count(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	int			total = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	uint8	   *bitmap = ARR_NULLBITMAP(array);
	int			count = total;

	if (bitmap != NULL)
	{
		for (int i = 0; i < total; i++)
		{
			if ((bitmap[i / 8] & (1 << (i % 8))) == 0)
				count--;
		}
	}
	PG_FREE_IF_COPY(array, 0);
	if (count == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(count);
}

/*
 * The least (sign -1) or greatest (sign 1) value of the list that is the
 * first argument; NULL if it has none.
 */
static Datum
extreme_value(FunctionCallInfo fcinfo, int sign)
{
	TdList		list;
	Datum		best;

	td_list_read(fcinfo, 0, &list);
	if (list.count == 0)
	{
		td_list_free(&list);
		PG_RETURN_NULL();
	}
	best = list.values[0];
	for (int i = 1; i < list.count; i++)
	{
		int			order = td_list_compare(list.values[i], best, list.type);

		if (sign < 0 ? order < 0 : order > 0)
			best = list.values[i];
	}
	return take_value(&list, best);
}

/*
 * esql_mv_min, esql_mv_max
 *		MV_MIN, MV_MAX: the least, the greatest value; the keys of SORT too.
 */
Datum
esql_mv_min(PG_FUNCTION_ARGS)
{
	return extreme_value(fcinfo, -1);
}

Datum
esql_mv_max(PG_FUNCTION_ARGS)
{
	return extreme_value(fcinfo, 1);
}

/*
 * esql_greatest, esql_least
 *		GREATEST, LEAST: of several values the greatest, the least; NULL if one
 *		is NULL.
 */
Datum
esql_greatest(PG_FUNCTION_ARGS)
{
	if (ARR_HASNULL(PG_GETARG_ARRAYTYPE_P(0)))
		PG_RETURN_NULL();
	return extreme_value(fcinfo, 1);
}

Datum
esql_least(PG_FUNCTION_ARGS)
{
	if (ARR_HASNULL(PG_GETARG_ARRAYTYPE_P(0)))
		PG_RETURN_NULL();
	return extreme_value(fcinfo, -1);
}

/*
 * The first or the last value of the list that is the first argument.
 */
static Datum
end_value(FunctionCallInfo fcinfo, bool last)
{
	TdList		list;

	td_list_read(fcinfo, 0, &list);
	if (list.count == 0)
	{
		td_list_free(&list);
		PG_RETURN_NULL();
	}
	return take_value(&list, list.values[last ? list.count - 1 : 0]);
}

/*
 * esql_mv_first, esql_mv_last
 *		MV_FIRST, MV_LAST: the value at that end of the list.
 */
Datum
esql_mv_first(PG_FUNCTION_ARGS)
{
	return end_value(fcinfo, false);
}

Datum
esql_mv_last(PG_FUNCTION_ARGS)
{
	return end_value(fcinfo, true);
}

/*
 * The distinct values of the list that is the first argument, in order
 * of first appearance, to *result; false if it has none.
 */
static bool
distinct_list(FunctionCallInfo fcinfo, Datum *result)
{
	TdList		list;
	int			count;

	td_list_read(fcinfo, 0, &list);
	if (list.count == 0)
	{
		td_list_free(&list);
		return false;
	}
	count = keep_first_appearances(list.values, list.count, list.type);
	*result = take_list(&list, list.values, count, count != list.count);
	return true;
}

/*
 * MV_DEDUPE: each value once, where it came first.
 */
Datum
esql_mv_dedupe(PG_FUNCTION_ARGS)
{
	Datum		result;

	if (!distinct_list(fcinfo, &result))
		PG_RETURN_NULL();
	return result;
}

/*
 * MV_SORT: ascending, or descending; duplicates stay.
 */
Datum
esql_mv_sort(PG_FUNCTION_ARGS)
{
	bool		descending = PG_GETARG_BOOL(1);
	TdList		list;

	td_list_read(fcinfo, 0, &list);
	if (list.count == 0)
	{
		td_list_free(&list);
		PG_RETURN_NULL();
	}
	td_list_sort(list.values, list.count, list.type);
	if (descending)
	{
		for (int i = 0, j = list.count - 1; i < j; i++, j--)
		{
			Datum		value = list.values[i];

			list.values[i] = list.values[j];
			list.values[j] = value;
		}
	}
	return take_list(&list, list.values, list.count, list.count > 1);
}

/*
 * MV_SLICE: values from start to end, both included, counted from 0, or
 * from the end as -1, -2, ...
 *
 * As in Elasticsearch, positions are cut to the list, and a slice outside of it
 * is NULL.  If the numbers themselves have start > end, the result is NULL: (0,
 * -1) does not mean "all".
 */
Datum
esql_mv_slice(PG_FUNCTION_ARGS)
{
	int64		start = PG_GETARG_INT32(1);
	int64		end = PG_GETARG_INT32(2);
	TdList		list;

	if (start > end || (start < 0 && end >= 0))
		PG_RETURN_NULL();
	td_list_read(fcinfo, 0, &list);
	if (start < 0)
		start = Max(start + list.count, 0);
	if (end < 0)
		end += list.count;
	end = Min(end, list.count - 1);
	if (start > end)
	{
		td_list_free(&list);
		PG_RETURN_NULL();
	}
	return take_list(&list, list.values + start, (int) (end - start + 1),
					 start > 0 || end < list.count - 1);
}

/*
 * The values of both arguments, which are lists, the second's behind the
 * first's, to *values.  Returns their number; 0 if they take more than most bytes.
 */
static int
append_lists(const TdList *first, const TdList *second, Size most, Datum **values)
{
	int			count = first->count + second->count;
	Size		size = 0;

	size += first->count > 0 ? VARSIZE_ANY_EXHDR(first->array) : 0;
	size += second->count > 0 ? VARSIZE_ANY_EXHDR(second->array) : 0;
	if (count == 0 || size > most)
		return 0;
	*values = (Datum *) MemoryContextAllocHuge(CurrentMemoryContext, (Size) count * sizeof(Datum));
	if (first->count > 0)
		memcpy(*values, first->values, (Size) first->count * sizeof(Datum));
	if (second->count > 0)
		memcpy(*values + first->count, second->values, (Size) second->count * sizeof(Datum));
	return count;
}

/*
 * MV_APPEND: the values of both lists; NULL if either is.
 */
Datum
esql_mv_append(PG_FUNCTION_ARGS)
{
	TdList		first;
	TdList		second;
	Datum	   *values = NULL;
	Datum		result = (Datum) 0;
	int			count = 0;

	td_list_read(fcinfo, 0, &first);
	td_list_read(fcinfo, 1, &second);
	if (first.count > 0 && second.count > 0)
		count = append_lists(&first, &second, TD_LONGEST_RESULT, &values);
	if (count > 0)
	{
		result = td_list_make(values, count, first.type);
		pfree(values);
	}
	td_list_free(&first);
	td_list_free(&second);
	if (count == 0)
		PG_RETURN_NULL();
	return result;
}

/*
 * MV_UNION: each value of the two lists once, where it came first.  NULL is the empty
 * set, and so is the union of two.  What no array could hold is NULL.
 */
Datum
esql_mv_union(PG_FUNCTION_ARGS)
{
	TdList		lists[2];
	const TdListType *type = NULL;
	Datum	   *values = NULL;
	Datum		result = (Datum) 0;
	int			count;

	for (int i = 0; i < 2; i++)
	{
		lists[i].count = 0;
		if (PG_ARGISNULL(i))
			continue;
		td_list_read(fcinfo, i, &lists[i]);
		type = lists[i].type;
	}
	count = append_lists(&lists[0], &lists[1], MaxAllocSize / 2, &values);
	if (count > 0)
	{
		count = keep_first_appearances(values, count, type);
		result = td_list_make(values, count, type);
		pfree(values);
	}
	for (int i = 0; i < 2; i++)
	{
		if (!PG_ARGISNULL(i))
			td_list_free(&lists[i]);
	}
	if (count == 0)
		PG_RETURN_NULL();
	return result;
}

/*
 * MV_CONCAT: the texts of a list joined by a delimiter.  What would not
 * fit into a text is NULL.
 */
Datum
esql_mv_concat(PG_FUNCTION_ARGS)
{
	text	   *delimiter = PG_GETARG_TEXT_PP(1);
	Size		between = VARSIZE_ANY_EXHDR(delimiter);
	Size		size = VARHDRSZ;
	TdList		list;
	text	   *result = NULL;

	td_list_read(fcinfo, 0, &list);
	for (int i = 0; i < list.count; i++)
		size += VARSIZE_ANY_EXHDR(DatumGetPointer(list.values[i])) +
			(i > 0 ? between : 0);
	if (list.count > 0 && AllocSizeIsValid(size))
	{
		char	   *to;

		result = (text *) palloc(size);
		SET_VARSIZE(result, size);
		to = VARDATA(result);
		for (int i = 0; i < list.count; i++)
		{
			char	   *value = DatumGetPointer(list.values[i]);

			CHECK_FOR_INTERRUPTS();
			if (i > 0)
			{
				memcpy(to, VARDATA_ANY(delimiter), between);
				to += between;
			}
			memcpy(to, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
			to += VARSIZE_ANY_EXHDR(value);
		}
	}
	td_list_free(&list);
	PG_FREE_IF_COPY(delimiter, 1);
	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(result);
}

/*
 * MV_CONTAINS: are all values of the second list in the first?  NULL is
 * the empty set, so the answer is never NULL.
 */
Datum
esql_mv_contains(PG_FUNCTION_ARGS)
{
	TdList		superset;
	TdList		subset;
	bool		result = true;

	if (PG_ARGISNULL(1))
		PG_RETURN_BOOL(true);
	/* what rules ask of each event: one text, in a list of few */
	if (!PG_ARGISNULL(0) && td_list_find_text(PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_ARRAYTYPE_P(1), &result))
		PG_RETURN_BOOL(result);
	td_list_read(fcinfo, 1, &subset);
	if (subset.count > 0 && PG_ARGISNULL(0))
		result = false;
	else if (subset.count > 0)
	{
		td_list_read(fcinfo, 0, &superset);
		td_list_sort(superset.values, superset.count, superset.type);
		for (int i = 0; result && i < subset.count; i++)
			result = td_list_contains(superset.values, superset.count,
									subset.values[i], subset.type);
		td_list_free(&superset);
	}
	td_list_free(&subset);
	PG_RETURN_BOOL(result);
}

/*
 * MV_INTERSECTION: the distinct values of the first list that are in the
 * second too, in the order of the first; NULL if there are none.
 */
Datum
esql_mv_intersection(PG_FUNCTION_ARGS)
{
	TdList		first;
	TdList		second;
	int			count = 0;
	int			total;

	td_list_read(fcinfo, 0, &first);
	td_list_read(fcinfo, 1, &second);
	total = keep_first_appearances(first.values, first.count, first.type);
	td_list_sort(second.values, second.count, second.type);
	for (int i = 0; i < total; i++)
	{
		if (td_list_contains(second.values, second.count, first.values[i],
							 second.type))
			first.values[count++] = first.values[i];
	}
	td_list_free(&second);
	if (count == 0)
	{
		td_list_free(&first);
		PG_RETURN_NULL();
	}
	return take_list(&first, first.values, count, count != first.count);
}

/*
 * left, delimiter and right in one new text.  Raises like any || when
 * the result would not fit into a text.
 */
static Datum
join_texts(Datum left, text *delimiter, Datum right)
{
	char	   *a = DatumGetPointer(left);
	char	   *b = DatumGetPointer(right);
	Size		a_length = VARSIZE_ANY_EXHDR(a);
	Size		b_length = VARSIZE_ANY_EXHDR(b);
	Size		between = VARSIZE_ANY_EXHDR(delimiter);
	Size		size = VARHDRSZ + a_length + between + b_length;
	text	   *result = (text *) palloc(size);

	SET_VARSIZE(result, size);
	memcpy(VARDATA(result), VARDATA_ANY(a), a_length);
	memcpy(VARDATA(result) + a_length, VARDATA_ANY(delimiter), between);
	memcpy(VARDATA(result) + a_length + between, VARDATA_ANY(b), b_length);
	return PointerGetDatum(result);
}

/*
 * MV_ZIP: joins the first values, the second values and so on, with a
 * delimiter.  The rest of the longer list follows as it is.  NULL counts as an
 * empty list.  Two empty lists, or a delimiter that is NULL, give NULL.
 */
Datum
esql_mv_zip(PG_FUNCTION_ARGS)
{
	TdList		lists[2];
	text	   *delimiter;
	Datum		result = (Datum) 0;
	int			shorter;
	int			longer;

	if (PG_ARGISNULL(2))
		PG_RETURN_NULL();
	for (int i = 0; i < 2; i++)
	{
		lists[i].count = 0;
		if (!PG_ARGISNULL(i))
			td_list_read(fcinfo, i, &lists[i]);
	}
	shorter = Min(lists[0].count, lists[1].count);
	longer = lists[0].count < lists[1].count ? 1 : 0;

	/* The longer list's values stay where they are; the zipped replace them. */
	if (lists[longer].count > 0)
	{
		Datum	   *values = lists[longer].values;

		delimiter = PG_GETARG_TEXT_PP(2);
		for (int i = 0; i < shorter; i++)
		{
			CHECK_FOR_INTERRUPTS();
			values[i] = join_texts(lists[0].values[i], delimiter,
								   lists[1].values[i]);
		}
		result = td_list_make(values, lists[longer].count,
							  lists[longer].type);
		for (int i = 0; i < shorter; i++)
			pfree(DatumGetPointer(values[i]));
		PG_FREE_IF_COPY(delimiter, 2);
	}
	for (int i = 0; i < 2; i++)
	{
		if (!PG_ARGISNULL(i))
			td_list_free(&lists[i]);
	}
	if (result == (Datum) 0)
		PG_RETURN_NULL();
	return result;
}

/*
 * An array of the first argument's type that holds one NULL, which
 * unnest() turns into one row.
 */
static Datum
null_row(FunctionCallInfo fcinfo)
{
	Oid			arraytype = get_fn_expr_argtype(fcinfo->flinfo, 0);
	Oid			elemtype = get_base_element_type(arraytype);
	const TdListType *type;
	Datum		value = (Datum) 0;
	bool		null = true;
	int			dimension = 1;
	int			lower_bound = 1;

	if (!OidIsValid(elemtype))
		elog(ERROR, "could not determine the type of the list");
	type = td_list_type(fcinfo, elemtype);
	return PointerGetDatum(construct_md_array(&value, &null, 1, &dimension,
											  &lower_bound, elemtype,
											  type->typlen, type->typbyval,
											  type->typalign));
}

/*
 * What STATS ... BY a field with several values unnests: each distinct
 * value once; NULL, a group of its own, as one NULL.
 */
Datum
esql_group_values(PG_FUNCTION_ARGS)
{
	Datum		result;

	if (PG_ARGISNULL(0) || !distinct_list(fcinfo, &result))
		return null_row(fcinfo);
	return result;
}

/*
 * What MV_EXPAND unnests: the values as they are; NULL as one NULL.
 */
Datum
esql_expand_values(PG_FUNCTION_ARGS)
{
	TdList		list;

	if (PG_ARGISNULL(0))
		return null_row(fcinfo);
	td_list_read(fcinfo, 0, &list);
	if (list.count == 0)
	{
		td_list_free(&list);
		return null_row(fcinfo);
	}
	return take_list(&list, list.values, list.count, false);
}
