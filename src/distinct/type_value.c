/*
 * type_value.c
 *		Values of a PostgreSQL type into a set, and out again.
 *
 * A value is a word or bytes, as the form of its type says.
 */
#include "compat.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/datum.h"

#include "type_value.h"

/* ---- values in ---- */

/*
 * The word that stands for a Datum; two are equal if the words are.
 */
static inline uint64
datum_word(const TdType *type, Datum value)
{
	if (type->form == TD_FORM_WORD)
	{
		uint64		word = 0;

		if (!type->typbyval)	/* 8 bytes, where Datum has 4 */
			memcpy(&word, DatumGetPointer(value), 8);
		else if (type->typlen == 8)
			word = (uint64) value;
		else if (type->typlen == 4)
			word = DatumGetUInt32(value);
		else if (type->typlen == 2)
			word = DatumGetUInt16(value);
		else
			word = DatumGetUInt8(value);
		return word;
	}
	else
	{
		uint64		word;
		double		number = type->form == TD_FORM_FLOAT4 ?
			(double) DatumGetFloat4(value) : DatumGetFloat8(value);

		if (isnan(number))
			return UINT64CONST(0x7ff8000000000000);
		if (number == 0)
			number = 0;			/* no minus */
		memcpy(&word, &number, sizeof(word));
		return word;
	}
}

uint64
td_type_word(const TdType *type, Datum value)
{
	return datum_word(type, value);
}

/* What makes a Datum into bytes: to be given back by end_bytes(). */
typedef struct TdBytes
{
	const void *data;
	Size		len;
	void	   *copy;			/* to be freed, or NULL */
	Datum		by_value;
} TdBytes;

static inline void
begin_bytes(const TdType *type, Datum value, TdBytes *bytes)
{
	bytes->copy = NULL;
	switch (type->form)
	{
		case TD_FORM_TEXT:
			{
				struct varlena *text = (struct varlena *) DatumGetPointer(value);

				if (unlikely(VARATT_IS_COMPRESSED(text) || VARATT_IS_EXTERNAL(text)))
					bytes->copy = text = PG_DETOAST_DATUM_PACKED(value);
				bytes->data = VARDATA_ANY(text);
				bytes->len = VARSIZE_ANY_EXHDR(text);
				break;
			}
		case TD_FORM_FIXED:
			bytes->data = DatumGetPointer(value);
			bytes->len = (Size) type->typlen;
			break;
		case TD_FORM_NAME:
			bytes->data = DatumGetPointer(value);
			bytes->len = strlen(NameStr(*DatumGetName(value)));
			break;
		case TD_FORM_NAME_TEXT:
			bytes->copy = cstring_to_text(NameStr(*DatumGetName(value)));
			bytes->data = bytes->copy;
			bytes->len = VARSIZE(bytes->copy);
			break;
		case TD_FORM_VARLENA:
			{
				struct varlena *whole = PG_DETOAST_DATUM(value);

				if ((Pointer) whole != DatumGetPointer(value))
					bytes->copy = whole;
				bytes->data = whole;
				bytes->len = VARSIZE(whole);
				break;
			}
		case TD_FORM_IMAGE:
			bytes->data = DatumGetPointer(value);
			bytes->len = datumGetSize(value, false, type->typlen);
			break;
		default:
			bytes->by_value = value;
			bytes->data = &bytes->by_value;
			bytes->len = sizeof(Datum);
	}
}

/*
 * Adds a value.  Copies made on the way (of toasted values) are made in the
 * current context and freed.
 */
void
td_type_add(TdType *type, TdSet *set, Datum value)
{
	TdBytes		bytes;

	if (type->set.kind == TD_SET_WORDS)
	{
		td_set_add_word(set, datum_word(type, value));
		return;
	}
	if (likely(type->form == TD_FORM_TEXT))
	{
		struct varlena *text = (struct varlena *) DatumGetPointer(value);

		/* most texts are as they are in the row */
		if (likely(!VARATT_IS_COMPRESSED(text) && !VARATT_IS_EXTERNAL(text)))
		{
			td_set_add(set, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
			return;
		}
	}
	begin_bytes(type, value, &bytes);
	td_set_add(set, bytes.data, bytes.len);
	if (bytes.copy != NULL)
		pfree(bytes.copy);
}

/*
 * Finds or adds a value in a set with counters and returns its counter, which
 * is good until the set changes.
 */
uint64 *
td_type_enter(TdType *type, TdSet *set, Datum value, bool *found)
{
	TdBytes		bytes;
	uint64		word;
	uint64	   *result;

	if (type->set.kind == TD_SET_WORDS)
	{
		word = datum_word(type, value);
		return td_set_enter(set, &word, sizeof(word), found);
	}
	begin_bytes(type, value, &bytes);
	result = td_set_enter(set, bytes.data, bytes.len, found);
	if (bytes.copy != NULL)
		pfree(bytes.copy);
	return result;
}

/* ---- values out ---- */

/*
 * The bytes td_type_datum() needs for a stored value of this length, aligned.
 */
Size
td_type_datum_size(const TdType *type, Size len)
{
	switch (type->form)
	{
		case TD_FORM_TEXT:
			return MAXALIGN(len + VARHDRSZ);
		case TD_FORM_NAME:
		case TD_FORM_NAME_TEXT:
			return MAXALIGN(NAMEDATALEN);
		case TD_FORM_WORD:
		case TD_FORM_FLOAT8:
			return type->typbyval ? 0 : MAXALIGN(sizeof(uint64));
		default:
			return 0;
	}
}

static Datum
word_datum(const TdType *type, uint64 word, char *room)
{
	double		number;

	if (type->form == TD_FORM_FLOAT4)
	{
		memcpy(&number, &word, sizeof(number));
		return Float4GetDatum((float4) number);
	}
	if (!type->typbyval)
	{
		memcpy(room, &word, sizeof(word));
		return PointerGetDatum(room);
	}
	switch (type->typlen)
	{
		case 1:
			return CharGetDatum((char) word);
		case 2:
			return Int16GetDatum((int16) word);
		case 4:
			return Int32GetDatum((int32) word);
		default:
			return (Datum) word;
	}
}

/*
 * A name may have come from elsewhere, and be too long for one.
 */
static Datum
name_datum(const char *value, Size len, char *room)
{
	if (len >= NAMEDATALEN)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid state of a distinct aggregate"),
				 errdetail("A name of %zu bytes is too long.", len)));
	memset(room, 0, NAMEDATALEN);
	memcpy(room, value, len);
	return PointerGetDatum(room);
}

/*
 * The present value of a walk through a set as a Datum.  It may lie in the
 * room given, or in the set.
 */
Datum
td_type_datum(const TdType *type, const TdSetScan *scan, char *room)
{
	const void *value = scan->value;

	if (type->set.kind == TD_SET_WORDS)
		return word_datum(type, scan->word, room);
	switch (type->form)
	{
		case TD_FORM_TEXT:
			SET_VARSIZE(room, scan->len + VARHDRSZ);
			memcpy(VARDATA(room), value, scan->len);
			return PointerGetDatum(room);
		case TD_FORM_NAME:
			return name_datum(value, scan->len, room);
		case TD_FORM_NAME_TEXT:
			return name_datum((const char *) value + VARHDRSZ, scan->len - VARHDRSZ, room);
		default:
			return td_type_stored(type, value);
	}
}
