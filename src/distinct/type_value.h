/*
 * type_value.h
 *		What is known of a PostgreSQL type, and its values into a set and out.
 */
#ifndef TD_TYPE_VALUE_H
#define TD_TYPE_VALUE_H

#include "compat.h"

#include "fmgr.h"

#include "set.h"

/* How a Datum becomes a word or bytes. */
typedef enum TdForm
{
	TD_FORM_WORD,				/* by value, equal if the bits are */
	TD_FORM_FLOAT4,				/* as words, with one zero and one NaN */
	TD_FORM_FLOAT8,
	TD_FORM_TEXT,				/* varlena, equal if the bytes are */
	TD_FORM_FIXED,				/* by reference, of one length, the same */
	TD_FORM_NAME,				/* C string in 64 bytes */
	TD_FORM_NAME_TEXT,			/* the same under a collation that needs procs */
	TD_FORM_VARLENA,			/* the whole varlena, for the procs below */
	TD_FORM_IMAGE,				/* any other Datum, for the procs below */
	TD_FORM_BYVAL				/* any other Datum that is by value, the same */
} TdForm;

/* How a value travels to another process. */
typedef enum TdTravel
{
	TD_TRAVEL_BYTES,			/* its own bytes mean the same everywhere */
	TD_TRAVEL_PAYLOAD,			/* the same without the varlena header */
	TD_TRAVEL_BINARY,			/* through the type's send and receive */
	TD_TRAVEL_TEXT,				/* through its output and input */
	TD_TRAVEL_LOCAL				/* as it is: only on this machine, now */
} TdTravel;

/*
 * What is known of a type under a collation.  Entries are made once per
 * process and never freed, so that sets may point to them.
 */
typedef struct TdType
{
	TdSetType	set;
	TdSetType	counted;		/* bytes with a counter beside each value */
	Oid			typid;			/* never a domain */
	Oid			collation;
	TdForm		form;
	TdTravel	travel;
	int16		typlen;
	bool		typbyval;
	char		typalign;
	FmgrInfo	equal;			/* these two where the form asks for procs */
	FmgrInfo	hash;
	FmgrInfo	out;			/* send or output, when it has been needed */
	FmgrInfo	in;				/* receive or input, the same */
	Oid			in_param;
	char	   *label;			/* names type and collation in the wire form */
	Size		label_len;
	struct TdType *stored;		/* the type under which a distinct_set keeps such
								 * values, when it has been asked for */
} TdType;

extern uint64 td_type_word(const TdType *type, Datum value);
extern void td_type_add(TdType *type, TdSet *set, Datum value);
extern uint64 *td_type_enter(TdType *type, TdSet *set, Datum value, bool *found);
extern Size td_type_datum_size(const TdType *type, Size len);
extern Datum td_type_datum(const TdType *type, const TdSetScan *scan, char *room);

/*
 * The type of a set's values.
 */
static inline TdType *
td_type_of(const TdSet *set)
{
	return td_set_type(set)->owner;
}

/*
 * A value of the caller's kind, which the set keeps as a Datum.
 */
static inline Datum
td_type_stored(const TdType *type, const void *value)
{
	Datum		result;

	if (type->form != TD_FORM_BYVAL)
		return PointerGetDatum(value);
	memcpy(&result, value, sizeof(Datum));
	return result;
}

#endif							/* TD_TYPE_VALUE_H */
