/*
 * type_travel.c
 *		How the values of a set travel to another process, and how the set says
 *		there what they are.
 *
 * A set in wire form is labelled with its type and collation.  OIDs that
 * PostgreSQL assigns by hand are the same on every server and stand as they
 * are; all others differ from server to server, and go as schema and name.
 *
 *		byte  0		how the values travel (TdTravel); for TD_TRAVEL_LOCAL
 *					plus 0x80 on big-endian machines, plus 0x40 if Datum has
 *					4 bytes
 *		then type and collation, each
 *			0, OID (4 bytes, lowest first)
 *		or	1, schema and name, each with a zero behind it
 *		and, if the values have text in them and the database is not in UTF-8,
 *			2, and the name of its encoding with a zero behind it
 *		and for TD_TRAVEL_LOCAL the 4 bytes of a token
 *
 * The bytes of integers (which the set itself puts in order), text, uuid and
 * the like mean the same everywhere.  Other types travel through their send and
 * receive functions, or as text if they lack one of these.  Such functions may
 * convert text between the encodings of the client and of the database.  A set may
 * be stored under one client and read under another, so they are called as if the
 * client's were the database's.  Anonymous records
 * cannot be received at all.  They travel as they are, between the processes of
 * one parallel query only.  Nobody can check the bytes of such a value, so where
 * they come from must be certain.  The token is the handle of the memory that a
 * leader shares with its workers, which is a random number, or one of the process's
 * own.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "access/session.h"
#include "access/transam.h"
#include "catalog/namespace.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "storage/dsm.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "type_travel.h"

#ifdef WORDS_BIGENDIAN
#define BIG_ENDIAN_BIT 0x80
#else
#define BIG_ENDIAN_BIT 0
#endif
#define TOKEN_SIZE 4
#define LOCAL_MARK (BIG_ENDIAN_BIT | (sizeof(Datum) == 4 ? 0x40 : 0))

/* ---- values ---- */

/*
 * Finds the functions through which values leave and come.
 */
static void
find_travel_procs(TdType *type)
{
	Oid			out;
	Oid			in;
	bool		varlena;

	if (type->travel == TD_TRAVEL_BINARY)
	{
		getTypeBinaryOutputInfo(type->typid, &out, &varlena);
		getTypeBinaryInputInfo(type->typid, &in, &type->in_param);
	}
	else
	{
		getTypeOutputInfo(type->typid, &out, &varlena);
		getTypeInputInfo(type->typid, &in, &type->in_param);
	}
	fmgr_info_cxt(in, &type->in, CacheMemoryContext);
	/* out is set last: if it is set, both are */
	fmgr_info_cxt(out, &type->out, CacheMemoryContext);
}

/*
 * A stored value as a Datum.  The room is for 8 bytes: values that would need
 * more travel as bytes and do not come here.
 */
static Datum
stored_value(TdType *type, const void *value, size_t len, char *room)
{
	TdSetScan	scan;

	memset(&scan, 0, sizeof(scan));
	scan.value = value;
	scan.len = len;
	if (type->set.kind == TD_SET_WORDS)
		memcpy(&scan.word, value, sizeof(scan.word));
	return td_type_datum(type, &scan, room);
}

/* The client's encoding, if it is to be put back. */
static int
begin_database_encoding(void)
{
	int			client = pg_get_client_encoding();

	if (client == GetDatabaseEncoding())
		return -1;
	if (SetClientEncoding(GetDatabaseEncoding()) < 0)
		elog(ERROR, "could not leave the client's encoding");
	return client;
}

static void
end_database_encoding(int client)
{
	if (client >= 0 && SetClientEncoding(client) < 0)
		elog(ERROR, "could not return to the client's encoding");
}

/*
 * A value as its type sends it.
 */
static bytea *
send_value(TdType *type, Datum value)
{
	int			client = begin_database_encoding();
	bytea	   *sent = NULL;

	if (client < 0)
		return SendFunctionCall(&type->out, value);
	PG_TRY();
	{
		sent = SendFunctionCall(&type->out, value);
	}
	PG_FINALLY();
	{
		end_database_encoding(client);
	}
	PG_END_TRY();
	return sent;
}

/*
 * The value that its type makes of a message.
 */
static Datum
receive_message(TdType *type, StringInfo message)
{
	int			client = begin_database_encoding();
	Datum		value = 0;

	if (client < 0)
		return ReceiveFunctionCall(&type->in, message, type->in_param, -1);
	PG_TRY();
	{
		value = ReceiveFunctionCall(&type->in, message, type->in_param, -1);
	}
	PG_FINALLY();
	{
		end_database_encoding(client);
	}
	PG_END_TRY();
	return value;
}

/*
 * The set's encode hook.
 */
static void
encode_value(const TdSetType *set_type, const void *value, size_t len,
			 TdSetWriter *writer)
{
	TdType	   *type = set_type->owner;
	uint64		room;
	Datum		datum;

	switch (type->travel)
	{
		case TD_TRAVEL_PAYLOAD:
			td_set_write_entry(writer, (const char *) value + VARHDRSZ, len - VARHDRSZ);
			return;
		case TD_TRAVEL_BINARY:
			{
				bytea	   *sent;

				if (!OidIsValid(type->out.fn_oid))
					find_travel_procs(type);
				datum = stored_value(type, value, len, (char *) &room);
				sent = send_value(type, datum);
				td_set_write_entry(writer, VARDATA(sent), VARSIZE(sent) - VARHDRSZ);
				pfree(sent);
				return;
			}
		case TD_TRAVEL_TEXT:
			{
				char	   *text;

				if (!OidIsValid(type->out.fn_oid))
					find_travel_procs(type);
				datum = stored_value(type, value, len, (char *) &room);
				text = OutputFunctionCall(&type->out, datum);
				td_set_write_entry(writer, text, strlen(text));
				pfree(text);
				return;
			}
		default:
			td_set_write_entry(writer, value, len);
	}
}

/*
 * An error's context: a receive function has met a value that it cannot read.
 * Some of them call that a violation of the protocol, a mismatch of types or
 * even an internal error; here it is always the state that is wrong.
 */
static void
reading_value(void *arg)
{
	const TdType *type = arg;

	switch (geterrcode())
	{
		case ERRCODE_PROTOCOL_VIOLATION:
		case ERRCODE_DATATYPE_MISMATCH:
		case ERRCODE_WRONG_OBJECT_TYPE:
		case ERRCODE_UNDEFINED_OBJECT:
		case ERRCODE_PROGRAM_LIMIT_EXCEEDED:
		case ERRCODE_INTERNAL_ERROR:
			errcode(ERRCODE_INVALID_BINARY_REPRESENTATION);
			break;
		default:
			break;
	}
	errcontext("value of type %u in a state of a distinct aggregate", type->typid);
}

/*
 * Makes the Datum of an entry that comes through the type's functions.
 */
static bool
receive_value(TdType *type, char *value, size_t len, Datum *datum)
{
	ErrorContextCallback context = {.previous = error_context_stack, .callback = reading_value, .arg = type};
	StringInfoData message = {.data = value, .len = (int) len, .maxlen = (int) len + 1};

	if (!OidIsValid(type->out.fn_oid))
		find_travel_procs(type);
	error_context_stack = &context;
	if (type->travel == TD_TRAVEL_BINARY)
		*datum = receive_message(type, &message);
	else
	{
		*datum = InputFunctionCall(&type->in, value, type->in_param, -1);
		message.cursor = message.len;
	}
	error_context_stack = context.previous;
	return message.cursor == message.len;
}

/*
 * Makes the Datum of an entry, palloc'd or by value; false if it cannot be.
 */
static bool
entry_datum(TdType *type, const void *entry, size_t len, Datum *datum)
{
	char	   *copy;

	if (type->travel == TD_TRAVEL_PAYLOAD)
	{
		copy = palloc(len + VARHDRSZ);
		SET_VARSIZE(copy, len + VARHDRSZ);
		memcpy(copy + VARHDRSZ, entry, len);
		*datum = PointerGetDatum(copy);
		return true;
	}
	/* whatever reads it may want alignment, or a zero at the end */
	copy = palloc(len + 1);
	memcpy(copy, entry, len);
	copy[len] = '\0';
	if (type->travel == TD_TRAVEL_LOCAL)
	{
		if (len < VARHDRSZ || VARSIZE(copy) != len)
			return false;
		*datum = PointerGetDatum(copy);
		return true;
	}
	if (!receive_value(type, copy, len, datum))
		return false;
	pfree(copy);
	return true;
}

/*
 * The set's decode hook.  What it allocates on the way it frees.
 */
static bool
decode_value(const TdSetType *set_type, const void *entry, size_t len, TdSet *into)
{
	TdType	   *type = set_type->owner;
	Datum		datum;

	if (!entry_datum(type, entry, len, &datum))
		return false;
	if (type->form == TD_FORM_NAME_TEXT)
	{
		/* it is text already */
		td_set_add(into, DatumGetPointer(datum), VARSIZE(DatumGetPointer(datum)));
	}
	else
		td_type_add(type, into, datum);
	if (!type->typbyval)
		pfree(DatumGetPointer(datum));
	return true;
}

/*
 * Chooses how values of the type travel.
 */
void
td_type_set_travel(TdType *type)
{
	bool		is_enum = get_typtype(type->typid) == TYPTYPE_ENUM;
	HeapTuple	tuple;
	Form_pg_type form;

	type->travel = TD_TRAVEL_BYTES;
	if (type->set.kind != TD_SET_CALLER && !is_enum)
		return;
	type->set.encode = encode_value;
	type->set.decode = decode_value;
	if (type->form == TD_FORM_NAME_TEXT ||
		(type->form == TD_FORM_VARLENA &&
		 (type->typid == TEXTOID || type->typid == VARCHAROID ||
		  type->typid == BPCHAROID)))
	{
		type->travel = TD_TRAVEL_PAYLOAD;
		return;
	}
	if (type->typid == RECORDOID || type->typid == RECORDARRAYOID)
	{
		type->travel = TD_TRAVEL_LOCAL;
		return;
	}
	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type->typid));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for type %u", type->typid);
	form = (Form_pg_type) GETSTRUCT(tuple);
	type->travel = OidIsValid(form->typsend) && OidIsValid(form->typreceive) ?
		TD_TRAVEL_BINARY : TD_TRAVEL_TEXT;
	ReleaseSysCache(tuple);
}

/* ---- the label ---- */

static void
append_number(StringInfo label, uint32 value)
{
	for (int i = 0; i < 4; i++)
		appendStringInfoChar(label, (char) (value >> (8 * i)));
}

static void
append_names(StringInfo label, Oid schema, const char *name)
{
	char	   *schema_name = get_namespace_name(schema);

	if (schema_name == NULL)
		elog(ERROR, "cache lookup failed for schema %u", schema);
	appendStringInfoChar(label, 1);
	appendBinaryStringInfo(label, schema_name, (int) strlen(schema_name) + 1);
	appendBinaryStringInfo(label, name, (int) strlen(name) + 1);
}

/*
 * Do values of the type have text in them, so that their bytes mean something in
 * one encoding only?  Who is not sure says yes.
 */
static bool
holds_text(const TdType *type)
{
	char		category;
	bool		preferred;

	if (type->typid == BYTEAOID || type->set.width > 0 ||
		(type->set.kind == TD_SET_WORDS && type->travel == TD_TRAVEL_BYTES))
		return false;
	get_type_category_preferred(type->typid, &category, &preferred);
	return category != TYPCATEGORY_NUMERIC && category != TYPCATEGORY_NETWORK &&
		category != TYPCATEGORY_DATETIME && category != TYPCATEGORY_TIMESPAN &&
		category != TYPCATEGORY_BITSTRING;
}

/*
 * Gives the type its label, in the cache's context.
 */
void
td_type_make_label(TdType *type)
{
	StringInfoData label;
	HeapTuple	tuple;

	initStringInfo(&label);
	appendStringInfoChar(&label, (char) (type->travel |
										 (type->travel == TD_TRAVEL_LOCAL ? LOCAL_MARK : 0)));
	if (type->typid < FirstGenbkiObjectId)
	{
		appendStringInfoChar(&label, 0);
		append_number(&label, type->typid);
	}
	else
	{
		tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type->typid));
		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for type %u", type->typid);
		append_names(&label, ((Form_pg_type) GETSTRUCT(tuple))->typnamespace,
					 NameStr(((Form_pg_type) GETSTRUCT(tuple))->typname));
		ReleaseSysCache(tuple);
	}
	if (type->collation < FirstGenbkiObjectId)
	{
		appendStringInfoChar(&label, 0);
		append_number(&label, type->collation);
	}
	else
	{
		tuple = SearchSysCache1(COLLOID, ObjectIdGetDatum(type->collation));
		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for collation %u", type->collation);
		append_names(&label, ((Form_pg_collation) GETSTRUCT(tuple))->collnamespace,
					 NameStr(((Form_pg_collation) GETSTRUCT(tuple))->collname));
		ReleaseSysCache(tuple);
	}
	if (GetDatabaseEncoding() != PG_UTF8 && holds_text(type))
	{
		appendStringInfoChar(&label, 2);
		appendBinaryStringInfo(&label, GetDatabaseEncodingName(), (int) strlen(GetDatabaseEncodingName()) + 1);
	}
	type->label = MemoryContextAlloc(CacheMemoryContext, label.len);
	memcpy(type->label, label.data, label.len);
	type->label_len = (Size) label.len;
	pfree(label.data);
}

static void
bad_label(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid state of a distinct aggregate"),
			 errdetail("It does not say which type its values are of.")));
}

/*
 * The token of a process that shares no memory with workers: a plan that was made
 * for workers may run without any.
 */
static uint32
own_token(void)
{
	static uint32 token;
	static bool drawn = false;

	if (!drawn && !pg_strong_random(&token, sizeof(token)))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not generate a random number")));
	drawn = true;
	return token;
}

static bool
shares_memory(void)
{
	return CurrentSession != NULL && CurrentSession->segment != NULL;
}

/*
 * Throws if text in the values of a label with this encoding means something else
 * here.
 */
void
td_type_check_encoding(const TdType *type, int encoding)
{
	if (encoding < 0)
		encoding = PG_UTF8;
	if (encoding != GetDatabaseEncoding() && holds_text(type))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("distinct values in the encoding \"%s\" cannot be read in a database with the encoding \"%s\"",
						pg_encoding_to_char(encoding), GetDatabaseEncodingName())));
}

/*
 * The label of a type as it stands before a set, in the current context.
 */
void
td_type_write_label(const TdType *type, StringInfo label)
{
	initStringInfo(label);
	appendBinaryStringInfo(label, type->label, (int) type->label_len);
	if (type->travel == TD_TRAVEL_LOCAL)
		append_number(label, shares_memory() ? dsm_segment_handle(CurrentSession->segment) : own_token());
}

/*
 * Checks that values that travel as they are come from our own query.  Returns
 * the length of the label without the token.
 */
static Size
check_token(const char *label, Size len)
{
	uint32		token = 0;

	if ((label[0] & ~(0x80 | 0x40)) != TD_TRAVEL_LOCAL)
		return len;
	if (len < 1 + TOKEN_SIZE)
		bad_label();
	len -= TOKEN_SIZE;
	for (int i = 0; i < TOKEN_SIZE; i++)
		token |= (uint32) (unsigned char) label[len + i] << (8 * i);
	if (token != own_token() &&
		(!shares_memory() || token != dsm_segment_handle(CurrentSession->segment)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid state of a distinct aggregate"),
				 errdetail("Records travel between the processes of one query only.")));
	return len;
}

/*
 * The next zero-terminated string of the label.
 */
static const char *
next_string(const char **at, const char *end)
{
	const char *start = *at;
	const char *zero = memchr(start, 0, end - start);

	if (zero == NULL)
		bad_label();
	*at = zero + 1;
	return start;
}

/*
 * Reads the type or the collation of a label.  Names are looked up without
 * asking for privileges on the schema: the values are there already.
 */
static Oid
next_object(const char **at, const char *end, bool is_type)
{
	const char *schema_name;
	const char *name;
	Oid			schema;
	Oid			result = InvalidOid;

	if (end - *at < 1)
		bad_label();
	if (*(*at)++ == 0)
	{
		uint32		value = 0;

		if (end - *at < 4)
			bad_label();
		for (int i = 0; i < 4; i++)
			value |= (uint32) (unsigned char) (*at)[i] << (8 * i);
		*at += 4;
		if (is_type ? !SearchSysCacheExists1(TYPEOID, ObjectIdGetDatum(value)) :
			OidIsValid(value) && !SearchSysCacheExists1(COLLOID, ObjectIdGetDatum(value)))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_OBJECT),
					 is_type ?
					 errmsg("type %u of a distinct aggregate does not exist here", value) :
					 errmsg("collation %u of a distinct aggregate does not exist here", value)));
		return value;
	}
	schema_name = next_string(at, end);
	name = next_string(at, end);
	schema = get_namespace_oid(schema_name, true);
	if (OidIsValid(schema) && is_type)
		result = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
								 CStringGetDatum(name), ObjectIdGetDatum(schema));
	else if (OidIsValid(schema))
	{
		result = GetSysCacheOid3(COLLNAMEENCNSP, Anum_pg_collation_oid,
								 CStringGetDatum(name),
								 Int32GetDatum(GetDatabaseEncoding()),
								 ObjectIdGetDatum(schema));
		if (!OidIsValid(result))
			result = GetSysCacheOid3(COLLNAMEENCNSP, Anum_pg_collation_oid,
									 CStringGetDatum(name), Int32GetDatum(-1),
									 ObjectIdGetDatum(schema));
	}
	if (!OidIsValid(result))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 is_type ?
				 errmsg("type \"%s.%s\" of a distinct aggregate does not exist here",
						schema_name, name) :
				 errmsg("collation \"%s.%s\" of a distinct aggregate does not exist here",
						schema_name, name)));
	return result;
}

/*
 * Reads the type, the collation and the encoding (-1: it does not say) of a label.
 */
void
td_type_read_label(const char *label, Size len, Oid *typid, Oid *collation, int *encoding)
{
	const char *at = label + 1;
	const char *end;

	if (len < 1)
		bad_label();
	end = label + check_token(label, len);
	*typid = next_object(&at, end, true);
	*collation = next_object(&at, end, false);
	*encoding = -1;
	if (at != end && *at == 2)
	{
		at++;
		*encoding = pg_char_to_encoding(next_string(&at, end));
		if (*encoding < 0)
			bad_label();
	}
	if (at != end)
		bad_label();
}
