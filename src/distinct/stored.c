/*
 * stored.c
 *		A set as a value of SQL: its flat and its expanded form, and which types of
 *		values it can have.
 *
 * Flat, a distinct_set is the wire form (set_wire.c) in a varlena.  It stays in
 * tables and dumps and goes to other servers, and whoever reads it calls the functions
 * of its type.  So the type is one of a fixed list of PostgreSQL's own: they mean the
 * same on every server, and nobody's code is among their functions.  The list is asked
 * before a set is made and before anything of one is read.  Two types with the same
 * values share a label, so that their sets can be united: varchar is text, and text whose
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

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "aggregate.h"
#include "set_wire.h"
#include "stored.h"

/* Four bytes of text for three of a set: so large that its text is not too large. */
#define MOST_BYTES (MaxAllocSize / 4 * 3 - 16)

/* ---- which types ---- */

/*
 * The types whose values a set may hold.  This is a list of PostgreSQL's own, and no
 * rule: whoever reads a set calls the functions of its type, and those of a domain, of
 * a range over one or of an extension's type can be anybody's code.
 */
static bool
may_be_element(Oid typid)
{
	switch (typid)
	{
		case BOOLOID:
		case CHAROID:
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case OIDOID:
		case XIDOID:
		case CIDOID:
		case XID8OID:
		case FLOAT4OID:
		case FLOAT8OID:
		case NUMERICOID:
		case CASHOID:
		case DATEOID:
		case TIMEOID:
		case TIMETZOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case INTERVALOID:
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case NAMEOID:
		case BYTEAOID:
		case UUIDOID:
		case MACADDROID:
		case MACADDR8OID:
		case INETOID:
		case CIDROID:
		case BITOID:
		case VARBITOID:
		case JSONBOID:
		case LSNOID:
		case INT4RANGEOID:
		case INT8RANGEOID:
		case NUMRANGEOID:
		case DATERANGEOID:
		case TSRANGEOID:
		case TSTZRANGEOID:
		case INT4MULTIRANGEOID:
		case INT8MULTIRANGEOID:
		case NUMMULTIRANGEOID:
		case DATEMULTIRANGEOID:
		case TSMULTIRANGEOID:
		case TSTZMULTIRANGEOID:
			return true;
		default:
			return false;
	}
}

/*
 * Throws unless a set may hold values of the type, which is no domain.
 */
void
td_stored_allow(Oid typid)
{
	Oid			element = get_element_type(typid);

	if (may_be_element(typid) ||
		(OidIsValid(element) && may_be_element(element) && get_array_type(element) == typid))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("a distinct_set cannot have values of type %s", format_type_be(typid)),
			 errdetail("It can have values of PostgreSQL's own types for numbers, text, times, networks and the like, and arrays of these."),
			 errhint("Cast the values to text.")));
}

/*
 * The type under which a distinct_set keeps values of a type.  Throws if it
 * cannot.
 */
TdType *
td_stored_lookup(Oid typid, Oid collation)
{
	typid = getBaseType(typid);
	td_stored_allow(typid);
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
	return td_set_bytes(set, td_stored_type(td_type_of(set)), td_set_write, more_stored);
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
	stored->checked = InvalidOid;
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
 * Throws unless a set has values of this type, as a function is declared: its bytes
 * must not be taken for values of another one.
 */
void
td_stored_check_type(const TdSet *set, Oid typid)
{
	TdType	   *type = td_stored_type(td_type_of(set));

	if (!OidIsValid(typid) || getBaseType(typid) != typid ||
		td_stored_lookup(typid, type->collation)->typid != type->typid)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("the set has values of type %s, not %s", format_type_be(type->typid), format_type_be(typid)),
				 errhint("The second argument says the type, such as null::%s.", format_type_be(type->typid))));
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
	td_set_check(td_set_open(&td_label_type(fcinfo, label, label_len, td_stored_allow)->set, NULL, VARDATA_ANY(flat),
							 VARSIZE_ANY_EXHDR(flat), &set));
	return set;
}
