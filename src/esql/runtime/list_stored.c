/*
 * list_stored.c
 *		Arrays as they lie in tables, seen as fields with several values.
 *
 * A stored array may be NULL or empty, hold NULLs and duplicates, have any
 * number of dimensions and start anywhere.  Elasticsearch would have indexed
 * it so: NULLs vanish; what has no value left is missing, that is NULL; text
 * and addresses are deduplicated and sorted; numbers, booleans and dates are
 * sorted and keep their duplicates; dates are cut to milliseconds.  Addresses
 * take their one form as well: no netmask, and IPv4 written as IPv6 is IPv4.
 * There is no infinite date, so +-infinity vanishes like NULL.
 *
 * esql_stored_single() is called for each row of each scan that compares such a
 * field: "the value, if there is exactly one".  So it does not use
 * deconstruct_array().  That function allocates, and it needs an aligned array;
 * the short arrays of tables would have to be copied first.  ArrayReader walks
 * over the bytes where they lie: positions are counted as if the array had its
 * long header, and nothing is read through a pointer that could be unaligned.
 * It allocates the result, and a detoasted copy of an array that was compressed
 * or out of line; the copy is freed.
 */
#include "compat.h"

#include "access/tupmacs.h"
#include "catalog/pg_type.h"
#include "datatype/timestamp.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "esql/runtime/list.h"
#include "esql/value/inet.h"
#include "esql/value/instant.h"

PG_FUNCTION_INFO_V1(esql_stored);
PG_FUNCTION_INFO_V1(esql_stored_single);
PG_FUNCTION_INFO_V1(esql_single);

#define MICROSECONDS_PER_MILLISECOND	INT64CONST(1000)

/* Walks over the values of an array, which need not be aligned. */
typedef struct ArrayReader
{
	struct varlena *copy;		/* detoasted copy to free, or NULL */
	const char *data;			/* the byte at position VARHDRSZ */
	Oid			elemtype;
	int64		total;			/* values, NULLs included */
	int64		done;			/* how many of them were read */
	Size		nulls;			/* position of the bitmap, 0 if none */
	Size		next;			/* position of the next value */
} ArrayReader;

/*
 * The byte at a position of the array.
 */
static inline const char *
reader_at(const ArrayReader *reader, Size position)
{
	return reader->data + (position - VARHDRSZ);
}

/*
 * The integer at a position of the array.
 */
static inline int32
reader_int(const ArrayReader *reader, Size position)
{
	int32		value;

	memcpy(&value, reader_at(reader, position), sizeof(value));
	return value;
}

/*
 * Start reading an array.  Ends with reader_close().
 */
static void
reader_open(ArrayReader *reader, Datum array)
{
	struct varlena *bytes = PG_DETOAST_DATUM_PACKED(array);
	int32		dimensions;
	int32		data_offset;

	reader->copy = (Pointer) bytes != DatumGetPointer(array) ? bytes : NULL;
	reader->data = VARDATA_ANY(bytes);
	dimensions = reader_int(reader, offsetof(ArrayType, ndim));
	data_offset = reader_int(reader, offsetof(ArrayType, dataoffset));
	reader->elemtype = (Oid) reader_int(reader, offsetof(ArrayType, elemtype));

	reader->total = dimensions > 0 ? 1 : 0;
	for (int i = 0; i < dimensions; i++)
		reader->total *= reader_int(reader,
									sizeof(ArrayType) + i * sizeof(int));
	reader->done = 0;
	reader->nulls = data_offset != 0 ?
		sizeof(ArrayType) + 2 * sizeof(int) * dimensions : 0;
	reader->next = data_offset != 0 ? (Size) data_offset :
		ARR_OVERHEAD_NONULLS(dimensions);
}

/*
 * Free what reader_open() took; values read are gone.
 */
static inline void
reader_close(ArrayReader *reader)
{
	if (reader->copy != NULL)
		pfree(reader->copy);
}

/*
 * Go to the next value that is not NULL; false at the end.
 */
static inline bool
reader_skip_nulls(ArrayReader *reader)
{
	while (reader->done < reader->total)
	{
		int64		place = reader->done++;

		CHECK_FOR_INTERRUPTS();
		if (reader->nulls == 0 ||
			(*reader_at(reader, reader->nulls + place / 8) &
			 (1 << (place % 8))) != 0)
			return true;
	}
	return false;
}

/*
 * Size of a value of variable length, header included, and where its
 * content starts.  The value need not be aligned.
 */
static inline Size
varlena_size(const char *value, Size *header)
{
	uint32		long_header;

	if (VARATT_IS_SHORT(value))
	{
		*header = VARHDRSZ_SHORT;
		return VARSIZE_SHORT(value);
	}
	memcpy(&long_header, value, sizeof(long_header));
	*header = VARHDRSZ;
	return VARSIZE(&long_header);
}

/*
 * The content of the next value that is not NULL, false at the end; for
 * types of variable length that are aligned like text and inet.
 */
static inline bool
reader_next_varlena(ArrayReader *reader, const char **content, Size *length)
{
	const char *value;
	Size		header;
	Size		size;

	if (!reader_skip_nulls(reader))
		return false;
	value = reader_at(reader, reader->next);
	size = varlena_size(value, &header);
	reader->next = INTALIGN(reader->next + size);
	*content = value + header;
	*length = size - header;
	return true;
}

/*
 * Where the next value that is not NULL lies and its size in bytes,
 * false at the end; for any type.
 */
static bool
reader_next(ArrayReader *reader, const TdListType *type, const char **value,
			Size *size)
{
	Size		header;

	if (!reader_skip_nulls(reader))
		return false;
	*value = reader_at(reader, reader->next);
	if (type->typlen == -1)
		*size = varlena_size(*value, &header);
	else if (type->typlen == -2)
		*size = strlen(*value) + 1;
	else
		*size = type->typlen;
	reader->next = att_align_nominal(reader->next + *size, type->typalign);
	return true;
}

/*
 * A value of size bytes, unaligned maybe, as a Datum in new memory.
 */
static Datum
copy_value(const char *value, Size size, const TdListType *type)
{
	int16		two;
	int32		four;
	int64		eight;
	char	   *result;

	if (!type->typbyval)
	{
		result = (char *) palloc(size);
		memcpy(result, value, size);
		return PointerGetDatum(result);
	}
	switch (size)
	{
		case sizeof(char):
			return CharGetDatum(*value);
		case sizeof(int16):
			memcpy(&two, value, sizeof(two));
			return Int16GetDatum(two);
		case sizeof(int32):
			memcpy(&four, value, sizeof(four));
			return Int32GetDatum(four);
		default:
			Assert(size == sizeof(int64));
			memcpy(&eight, value, sizeof(eight));
			return Int64GetDatum(eight);
	}
}

/*
 * The one text of an array, where equal ones count once; false if there
 * are none or several.
 */
static bool
single_text(ArrayReader *reader, Datum *result)
{
	const char *first;
	const char *other;
	Size		length;
	Size		other_length;
	text	   *copy;

	if (!reader_next_varlena(reader, &first, &length))
		return false;
	while (reader_next_varlena(reader, &other, &other_length))
	{
		if (other_length != length || memcmp(other, first, length) != 0)
			return false;
	}
	copy = (text *) palloc(VARHDRSZ + length);
	SET_VARSIZE(copy, VARHDRSZ + length);
	memcpy(VARDATA(copy), first, length);
	*result = PointerGetDatum(copy);
	return true;
}

/*
 * The same for addresses, in their one form.
 */
static bool
single_ip(ArrayReader *reader, Datum *result)
{
	TdAddress	first;
	TdAddress	other;
	const char *value;
	Size		length;

	if (!reader_next_varlena(reader, &value, &length))
		return false;
	td_content_to_address(value, &first);
	while (reader_next_varlena(reader, &value, &length))
	{
		td_content_to_address(value, &other);
		if (memcmp(&other, &first, sizeof(TdAddress)) != 0)
			return false;
	}
	*result = PointerGetDatum(td_address_to_inet(&first));
	return true;
}

/*
 * The same for dates, where duplicates count.
 */
static bool
single_instant(ArrayReader *reader, const TdListType *type, Datum *result)
{
	const char *value;
	Size		size;
	Timestamp	instant;
	bool		found = false;

	while (reader_next(reader, type, &value, &size))
	{
		memcpy(&instant, value, sizeof(instant));
		if (TIMESTAMP_NOT_FINITE(instant))
			continue;
		if (found)
			return false;
		*result = TimestampGetDatum(td_floor_ms(instant));
		found = true;
	}
	return found;
}

/*
 * The same for other types, and for lists, whose values are final.
 */
static bool
single_value(ArrayReader *reader, const TdListType *type, Datum *result)
{
	const char *value;
	const char *other;
	Size		size;
	Size		other_size;

	if (!reader_next(reader, type, &value, &size) ||
		reader_next(reader, type, &other, &other_size))
		return false;
	*result = copy_value(value, size, type);
	return true;
}

/*
 * The value of a stored array that has exactly one, else NULL.
 */
Datum
esql_stored_single(PG_FUNCTION_ARGS)
{
	ArrayReader reader;
	const TdListType *type;
	Datum		result = (Datum) 0;
	bool		found = false;

	reader_open(&reader, PG_GETARG_DATUM(0));
	if (reader.elemtype == TEXTOID)
		found = single_text(&reader, &result);
	else
	{
		type = td_list_type(fcinfo, reader.elemtype);
		switch (type->kind)
		{
			case TD_LIST_TEXT:
				found = single_text(&reader, &result);
				break;
			case TD_LIST_IP:
				found = single_ip(&reader, &result);
				break;
			case TD_LIST_INSTANT:
				found = single_instant(&reader, type, &result);
				break;
			case TD_LIST_OTHER:
				found = single_value(&reader, type, &result);
				break;
		}
	}
	reader_close(&reader);
	if (!found)
		PG_RETURN_NULL();
	return result;
}

/*
 * The value of a list of one, else NULL.
 */
Datum
esql_single(PG_FUNCTION_ARGS)
{
	ArrayReader reader;
	Datum		result = (Datum) 0;
	bool		found;

	reader_open(&reader, PG_GETARG_DATUM(0));
	found = single_value(&reader, td_list_type(fcinfo, reader.elemtype),
						 &result);
	reader_close(&reader);
	if (!found)
		PG_RETURN_NULL();
	return result;
}

/*
 * Bring the values of a stored array into the form that Elasticsearch
 * keeps, in place; says whether one of them changed or vanished.  An
 * address that changes is new memory, left to the row's context.
 */
static bool
finish_values(TdList *list)
{
	TdAddress	bytes;
	bool		changed = false;
	int			kept = 0;

	for (int i = 0; i < list->count; i++)
	{
		Datum		value = list->values[i];

		if (list->type->kind == TD_LIST_IP)
		{
			inet	   *stored = (inet *) DatumGetPointer(value);
			inet	   *address;

			td_content_to_address(VARDATA_ANY(stored), &bytes);
			address = td_address_to_inet(&bytes);
			if (ip_family(address) == ip_family(stored) &&
				ip_bits(address) == ip_bits(stored))
				pfree(address);
			else
			{
				value = PointerGetDatum(address);
				changed = true;
			}
		}
		else if (list->type->kind == TD_LIST_INSTANT)
		{
			Timestamp	instant = DatumGetTimestamp(value);

			if (TIMESTAMP_NOT_FINITE(instant))
			{
				changed = true;
				continue;
			}
			if (td_floor_ms(instant) != instant)
				changed = true;
			value = TimestampGetDatum(td_floor_ms(instant));
		}
		list->values[kept++] = value;
	}
	list->count = kept;
	return changed;
}

/*
 * Sort the values of a list, and drop duplicates if distinct; says
 * whether that changed anything.  Most stored arrays are in order.
 */
static bool
sort_values(TdList *list, bool distinct)
{
	int			kept = 1;
	bool		in_order = true;

	for (int i = 1; in_order && i < list->count; i++)
	{
		int			order = td_list_compare(list->values[i - 1],
											list->values[i], list->type);

		in_order = distinct ? order < 0 : order <= 0;
	}
	if (in_order)
		return false;

	td_list_sort(list->values, list->count, list->type);
	for (int i = 1; distinct && i < list->count; i++)
	{
		if (td_list_compare(list->values[kept - 1], list->values[i],
							list->type) != 0)
			list->values[kept++] = list->values[i];
	}
	if (distinct)
		list->count = kept;
	return true;
}

/*
 * A stored array as the list that Elasticsearch would have made of it.
 * An array that is that list already is returned as it is.
 */
Datum
esql_stored(PG_FUNCTION_ARGS)
{
	TdList		list;
	Datum		result;
	bool		changed;
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);

	if (td_list_is_final_text(array))
		PG_RETURN_ARRAYTYPE_P(array);
	if (ARR_NDIM(array) == 0)
	{
		PG_FREE_IF_COPY(array, 0);
		PG_RETURN_NULL();
	}
	PG_FREE_IF_COPY(array, 0);
	td_list_read(fcinfo, 0, &list);
	changed = finish_values(&list);
	if (list.count == 0)
	{
		td_list_free(&list);
		PG_RETURN_NULL();
	}
	if (sort_values(&list, list.type->kind == TD_LIST_TEXT ||
					list.type->kind == TD_LIST_IP))
		changed = true;
	if (!changed && td_list_is_plain(list.array))
	{
		result = PointerGetDatum(list.array);
		pfree(list.values);
		return result;
	}
	result = td_list_make(list.values, list.count, list.type);
	td_list_free(&list);
	return result;
}
