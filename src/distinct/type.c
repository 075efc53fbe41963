/*
 * type.c
 *		The types whose values go into sets: which values are equal, and
 *		how a value is kept.
 *
 * Two values are one if the type's default equality operator says so under
 * the call's collation, as count(DISTINCT) has it.  For most columns that is
 * equality of bytes, and then no function of the type is ever called:
 *
 *		integers, dates, times, enums, money ...	words
 *		float4, float8			words, after 0.0 and -0.0 became one and all
 *								NaNs became one
 *		text, varchar, bytea	bytes, if the collation is deterministic; text
 *								that is a UUID is packed
 *		uuid, macaddr, name		bytes
 *
 * For two types, equality is that of some of the bytes: char(n) (blanks at
 * the end do not count) and bit strings.  All others - numeric, interval,
 * inet, jsonb, arrays, composites, ranges, text under a nondeterministic
 * collation, types of extensions - go through their hash and equality
 * functions; the first of several equal values is the one that is kept.
 *
 * The facts are found once per type and collation and process.  Callers keep the
 * pointer in fn_extra, if there is one.  Entries are never freed, so a set can
 * point to its entry, and no caller depends on fn_extra.  When a type changes, a
 * new entry is made.  The old entry stays for the sets that point to it.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "pool.h"
#include "type.h"
#include "type_travel.h"

typedef struct TypeKey
{
	Oid			typid;
	Oid			collation;
} TypeKey;

typedef struct TypeEntry
{
	TypeKey		key;			/* must be first */
	uint32		type_hash;		/* of the type in the system cache */
	TdType	   *type;			/* NULL: has to be found out again */
} TypeEntry;

static HTAB *type_table = NULL;

/*
 * A type has changed (all have, if hash is 0): its facts are found anew.
 */
static void
forget_type(Datum arg, int cacheid, uint32 hash)
{
	HASH_SEQ_STATUS status;
	TypeEntry  *entry;

	(void) arg;
	hash_seq_init(&status, type_table);
	while ((entry = hash_seq_search(&status)) != NULL)
	{
		if (hash == 0 || cacheid != TYPEOID || entry->type_hash == hash)
			entry->type = NULL;
	}
}

static void
create_table(void)
{
	HASHCTL		ctl;

	memset(&ctl, 0, sizeof(ctl));
	ctl.keysize = sizeof(TypeKey);
	ctl.entrysize = sizeof(TypeEntry);
	ctl.hcxt = CacheMemoryContext;
	type_table = hash_create("transfer_detect types", 32, &ctl,
							 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	CacheRegisterSyscacheCallback(TYPEOID, forget_type, (Datum) 0);
	/* the labels hold names of schemas */
	CacheRegisterSyscacheCallback(NAMESPACEOID, forget_type, (Datum) 0);
}

/* ---- equality and hashing of what is not compared as bytes ---- */

static uint32_t
hash_by_proc(const TdSetType *set_type, const void *value, size_t len)
{
	TdType	   *type = set_type->owner;

	(void) len;
	return DatumGetUInt32(FunctionCall1Coll(&type->hash, type->collation,
											td_type_stored(type, value)));
}

static bool
equal_by_proc(const TdSetType *set_type, const void *a, size_t a_len,
			  const void *b, size_t b_len)
{
	TdType	   *type = set_type->owner;

	(void) a_len;
	(void) b_len;
	return DatumGetBool(FunctionCall2Coll(&type->equal, type->collation,
										  td_type_stored(type, a),
										  td_type_stored(type, b)));
}

/*
 * char(n): the length without the blanks at the end
 */
static inline size_t
blank_trimmed(const void *value, size_t len)
{
	const char *chars = (const char *) value + VARHDRSZ;

	len -= VARHDRSZ;
	while (len > 0 && chars[len - 1] == ' ')
		len--;
	return len;
}

static uint32_t
hash_char(const TdSetType *set_type, const void *value, size_t len)
{
	(void) set_type;
	return hash_bytes((const unsigned char *) value + VARHDRSZ,
					  (int) blank_trimmed(value, len));
}

static bool
equal_char(const TdSetType *set_type, const void *a, size_t a_len,
		   const void *b, size_t b_len)
{
	(void) set_type;
	a_len = blank_trimmed(a, a_len);
	b_len = blank_trimmed(b, b_len);
	return a_len == b_len &&
		memcmp((const char *) a + VARHDRSZ, (const char *) b + VARHDRSZ, a_len) == 0;
}

/*
 * bit strings: their length in bits is the first of the bytes compared
 */
static uint32_t
hash_varlena(const TdSetType *set_type, const void *value, size_t len)
{
	(void) set_type;
	return hash_bytes((const unsigned char *) value + VARHDRSZ,
					  (int) (len - VARHDRSZ));
}

static bool
equal_varlena(const TdSetType *set_type, const void *a, size_t a_len,
			  const void *b, size_t b_len)
{
	(void) set_type;
	return a_len == b_len &&
		memcmp((const char *) a + VARHDRSZ, (const char *) b + VARHDRSZ,
			   a_len - VARHDRSZ) == 0;
}

/* ---- finding out ---- */

/*
 * Finds the type's equality and hash functions; throws if it has none, since
 * then its values cannot be told apart.
 */
static void
find_procs(TdType *type, Oid typid)
{
	TypeCacheEntry *cache = lookup_type_cache(typid, TYPECACHE_EQ_OPR |
											  TYPECACHE_HASH_PROC);
	Oid			hash_proc = cache->hash_proc;

	/*
	 * The cache does not know what is in an anonymous record, so it promises
	 * nothing; the function itself finds out, value by value.
	 */
	if (!OidIsValid(hash_proc))
		hash_proc = typid == RECORDOID ? F_HASH_RECORD :
			typid == RECORDARRAYOID ? F_HASH_ARRAY : InvalidOid;
	if (!OidIsValid(cache->eq_opr) || !OidIsValid(hash_proc))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("type %s has no default equality and hash functions",
						format_type_be(type->typid)),
				 errhint("Count a value of another type instead, such as the value cast to text.")));
	fmgr_info_cxt(get_opcode(cache->eq_opr), &type->equal, CacheMemoryContext);
	fmgr_info_cxt(hash_proc, &type->hash, CacheMemoryContext);
	type->set.hash = hash_by_proc;
	type->set.equal = equal_by_proc;
}

/*
 * The form of a type that is compared by its procs.
 */
static void
set_proc_form(TdType *type)
{
	type->set.kind = TD_SET_CALLER;
	if (type->typbyval)
		type->form = TD_FORM_BYVAL;
	else
		type->form = type->typlen == -1 ? TD_FORM_VARLENA : TD_FORM_IMAGE;
	find_procs(type, type->typid);
}

/*
 * The form of text, varchar, char(n) and name.
 */
static void
set_text_form(TdType *type)
{
	bool		by_bytes;

	if (!OidIsValid(type->collation))
		ereport(ERROR,
				(errcode(ERRCODE_INDETERMINATE_COLLATION),
				 errmsg("could not determine which collation to use for distinct values"),
				 errhint("Use the COLLATE clause to set the collation explicitly.")));
	by_bytes = get_collation_isdeterministic(type->collation);
	type->set.kind = TD_SET_CALLER;
	type->form = TD_FORM_VARLENA;
	if (type->typid == BPCHAROID)
	{
		find_procs(type, BPCHAROID);
		if (by_bytes)
		{
			type->set.hash = hash_char;
			type->set.equal = equal_char;
		}
	}
	else if (by_bytes)
	{
		type->set.kind = TD_SET_BYTES;
		type->set.packs = true;
		type->form = type->typid == NAMEOID ? TD_FORM_NAME : TD_FORM_TEXT;
	}
	else
	{
		find_procs(type, TEXTOID);
		if (type->typid == NAMEOID)
			type->form = TD_FORM_NAME_TEXT;
	}
}

/*
 * Chooses how values of the type are kept.
 */
static void
set_form(TdType *type)
{
	switch (type->typid)
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
		case DATEOID:
		case TIMEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case CASHOID:
		case LSNOID:
		case REGPROCOID:
		case REGPROCEDUREOID:
		case REGOPEROID:
		case REGOPERATOROID:
		case REGCLASSOID:
		case REGTYPEOID:
		case REGROLEOID:
		case REGNAMESPACEOID:
		case REGCONFIGOID:
		case REGDICTIONARYOID:
			type->set.kind = TD_SET_WORDS;
			type->form = TD_FORM_WORD;
			break;
		case FLOAT4OID:
		case FLOAT8OID:
			type->set.kind = TD_SET_WORDS;
			type->form = type->typid == FLOAT4OID ? TD_FORM_FLOAT4 : TD_FORM_FLOAT8;
			break;
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case NAMEOID:
			set_text_form(type);
			break;
		case BYTEAOID:
			type->set.kind = TD_SET_BYTES;
			type->form = TD_FORM_TEXT;
			break;
		case UUIDOID:
		case MACADDROID:
		case MACADDR8OID:
			type->set.kind = TD_SET_BYTES;
			type->set.width = (uint32) type->typlen;
			type->form = TD_FORM_FIXED;
			break;
		case BITOID:
		case VARBITOID:
			type->set.kind = TD_SET_CALLER;
			type->form = TD_FORM_VARLENA;
			type->set.hash = hash_varlena;
			type->set.equal = equal_varlena;
			break;
		default:
			if (get_typtype(type->typid) == TYPTYPE_ENUM)
			{
				type->set.kind = TD_SET_WORDS;
				type->form = TD_FORM_WORD;
			}
			else
				set_proc_form(type);
	}
}

/*
 * The facts of the (base) type.  An error is thrown before the entry is made.
 * What was allocated by then is freed with the context.
 */
static TdType *
make_type(Oid typid, Oid collation)
{
	TdType	   *type = MemoryContextAllocZero(CacheMemoryContext, sizeof(TdType));
	TdType		local;

	memset(&local, 0, sizeof(local));
	local.typid = typid;
	local.collation = collation;
	get_typlenbyvalalign(typid, &local.typlen, &local.typbyval, &local.typalign);
	PG_TRY();
	{
		td_memory_hooks(&local.set);
		set_form(&local);
		td_type_set_travel(&local);
		td_type_make_label(&local);
	}
	PG_CATCH();
	{
		pfree(type);
		PG_RE_THROW();
	}
	PG_END_TRY();
	*type = local;
	type->set.owner = type;

	/* beside a counter, a word is a string of 8 bytes */
	type->counted = type->set;
	type->counted.payload = sizeof(uint64);
	type->counted.encode = NULL;
	type->counted.decode = NULL;
	if (type->set.kind == TD_SET_WORDS)
	{
		type->counted.kind = TD_SET_BYTES;
		type->counted.width = sizeof(uint64);
	}
	return type;
}

/*
 * The facts of a type under a collation; the type may be a domain.  Throws if
 * values of the type cannot be told apart.
 */
TdType *
td_type_lookup(Oid typid, Oid collation)
{
	TypeKey		key;
	TypeEntry  *entry;
	TdType	   *type;
	bool		found;

	if (!OidIsValid(typid))
		ereport(ERROR,
				(errcode(ERRCODE_INDETERMINATE_DATATYPE),
				 errmsg("could not determine the data type of the values")));
	typid = getBaseType(typid);
	if (type_table == NULL)
		create_table();
	memset(&key, 0, sizeof(key));
	key.typid = typid;
	key.collation = collation;
	entry = hash_search(type_table, &key, HASH_FIND, NULL);
	if (entry != NULL && entry->type != NULL)
		return entry->type;
	type = make_type(typid, collation);
	entry = hash_search(type_table, &key, HASH_ENTER, &found);
	entry->type_hash = GetSysCacheHashValue1(TYPEOID, ObjectIdGetDatum(typid));
	entry->type = type;
	return type;
}

/*
 * The type that a label names.  Throws if it is not known here, or travels in
 * another manner than it would from here.  Allow, unless it is NULL, throws if the
 * type must not be there; it sees a domain as one.
 */
TdType *
td_type_from_label(const char *label, Size len, void (*allow) (Oid typid))
{
	Oid			typid;
	Oid			collation;
	int			encoding;
	TdType	   *type;

	td_type_read_label(label, len, &typid, &collation, &encoding);
	if (allow != NULL)
		allow(typid);
	type = td_type_lookup(typid, collation);
	td_type_check_encoding(type, encoding);
	if (label[0] != type->label[0])
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid state of a distinct aggregate"),
				 errdetail("Values of type %s do not travel like that.",
						   format_type_be(type->typid))));
	return type;
}
