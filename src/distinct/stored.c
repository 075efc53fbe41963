/*
 * stored.c
 *		A set as a value of SQL: its flat and its expanded form, and which types of
 *		values it can have.
 *
 * Flat, a distinct_set is the wire form (set_wire.c) in a varlena.  It stays in
 * tables and dumps and goes to other servers, so its label names a type that is
 * found again there.  Numbers of a server's own must not be in it: types whose
 * values hold such numbers are refused.  Two types with the same values share a
 * label, so that their sets can be united: varchar is text, and text whose
 * collation is deterministic has the collation "C".
 *
 * The values of a flat set are distinct, since only a set that was one in memory is
 * ever made flat.  So its header tells their number.
 *
 * Expanded, it is a TdSet with a header.  The typed aggregates have it as their
 * state, in a context that all groups share (pool.c); a result that has just been
 * aggregated stays like that while nobody stores it.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "aggregate.h"
#include "set_wire.h"
#include "stored.h"

/* Four bytes of text for three of a set: so large that its text is not too large. */
#define MOST_BYTES (MaxAllocSize / 4 * 3 - 16)

/* ---- which types ---- */

/*
 * Do the bytes of the type's values mean the same on every server?
 */
static bool
means_the_same_everywhere(Oid typid)
{
	Oid			element = get_element_type(typid);

	if (OidIsValid(element))
		/* an array has the number of its element type in it */
		return element < FirstGenbkiObjectId && means_the_same_everywhere(element);
	switch (typid)
	{
		case RECORDOID:
		case REGPROCOID:
		case REGPROCEDUREOID:
		case REGOPEROID:
		case REGOPERATOROID:
		case REGCLASSOID:
		case REGCOLLATIONOID:
		case REGTYPEOID:
		case REGROLEOID:
		case REGNAMESPACEOID:
		case REGCONFIGOID:
		case REGDICTIONARYOID:
			return false;
		default:
			break;
	}
	switch (get_typtype(typid))
	{
		case TYPTYPE_COMPOSITE:
		case TYPTYPE_PSEUDO:
			return false;
		case TYPTYPE_RANGE:
			return means_the_same_everywhere(getBaseType(get_range_subtype(typid)));
		case TYPTYPE_MULTIRANGE:
			return means_the_same_everywhere(get_multirange_range(typid));
		default:
			return true;
	}
}

/*
 * The type under which a distinct_set keeps values of a type.  Throws if it
 * cannot.
 */
TdType *
td_stored_lookup(Oid typid, Oid collation)
{
	typid = getBaseType(typid);
	if (!means_the_same_everywhere(typid))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a distinct_set cannot have values of type %s", format_type_be(typid)),
				 errdetail("They hold numbers of objects of this database, which mean something else in another."),
				 errhint("Cast the values to text.")));
	if (typid == VARCHAROID)
		typid = TEXTOID;
	if (!type_is_collatable(typid))
		collation = InvalidOid;
	else if (!OidIsValid(collation) || get_collation_isdeterministic(collation))
		collation = C_COLLATION_OID;
	return td_type_lookup(typid, collation);
}

/*
 * The same, for a type that is known.
 */
TdType *
td_stored_type(TdType *type)
{
	if (type->stored == NULL)
		type->stored = td_stored_lookup(type->typid, type->collation);
	return type->stored;
}

/* ---- flat ---- */

static void
more_stored(TdSetWriter *writer, size_t need)
{
	if (!td_more_bytes(writer, need, MOST_BYTES))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many distinct values for a distinct_set"),
				 errdetail("The values of one set exceed 768 MB.")));
}

/*
 * The flat form of a set, in the current context.
 */
bytea *
td_stored_flat(TdSet *set)
{
	return td_set_bytes(set, td_stored_type(td_type_of(set)), more_stored);
}

/*
 * The number of values.  Of a flat set this reads the header only, even if all of
 * it is compressed or lies in a TOAST table.
 */
uint64
td_stored_count(Datum value)
{
	TdStored   *stored = td_stored_expanded(value);
	bytea	   *head;
	uint64		count;

	if (stored != NULL)
		return td_set_count(stored->set);
	head = (bytea *) PG_DETOAST_DATUM_SLICE(value, 0, TD_WIRE_HEADER_SIZE);
	if (VARSIZE_ANY_EXHDR(head) < TD_WIRE_HEADER_SIZE)
		td_set_check(TD_SET_TRUNCATED);
	count = td_wire_count((const unsigned char *) VARDATA_ANY(head));
	pfree(head);
	return count;
}

/* ---- expanded ---- */

static Size
flat_size(ExpandedObjectHeader *header)
{
	TdStored   *stored = (TdStored *) header;
	MemoryContext old;

	if (stored->flat == NULL)
	{
		/* the current context may be one that cannot repalloc */
		old = MemoryContextSwitchTo(header->eoh_context);
		stored->flat = td_stored_flat(stored->set);
		MemoryContextSwitchTo(old);
	}
	return VARSIZE(stored->flat);
}

static void
flatten_into(ExpandedObjectHeader *header, void *result, Size size)
{
	TdStored   *stored = (TdStored *) header;

	Assert(stored->flat != NULL && size == VARSIZE(stored->flat));
	memcpy(result, stored->flat, size);
}

static const ExpandedObjectMethods methods = {flat_size, flatten_into};

/*
 * Makes an expanded object of a set; what belongs to it is in the context.
 */
void
td_stored_init(TdStored *stored, TdSet *set, MemoryContext context)
{
	EOH_init_header(&stored->header, &methods, context);
	stored->set = set;
	stored->flat = NULL;
}

/*
 * The expanded object that a value is, or NULL.
 */
TdStored *
td_stored_expanded(Datum value)
{
	return VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(value)) ? (TdStored *) DatumGetEOHP(value) : NULL;
}

/*
 * An argument of type distinct_set, not null, as a set: of an expanded object its
 * own, which must not be changed, of a flat one a view.
 */
TdSet *
td_stored_argument(FunctionCallInfo fcinfo, int number)
{
	TdStored   *stored = td_stored_expanded(PG_GETARG_DATUM(number));
	bytea	   *flat;
	const void *label;
	size_t		label_len;
	TdSet	   *set;

	if (stored != NULL)
		return stored->set;
	flat = PG_GETARG_BYTEA_PP(number);
	td_set_check(td_set_wire_label(VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat), &label, &label_len));
	td_set_check(td_set_open(&td_label_type(fcinfo, label, label_len)->set, NULL, VARDATA_ANY(flat),
							 VARSIZE_ANY_EXHDR(flat), &set));
	return set;
}
