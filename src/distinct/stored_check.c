/*
 * stored_check.c
 *		Bytes from somebody else as a distinct_set.
 *
 * Whoever writes the text or binary form by hand may write anything.  What has
 * been read is therefore a set of valid values of a type that there is here, each
 * once, or it was an error of the data (class 22), whatever function found it.
 */
#include "compat.h"

#include <limits.h>

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/date.h"
#include "utils/elog.h"
#include "utils/timestamp.h"

#include "aggregate.h"
#include "stored.h"
#include "type_travel.h"

/*
 * Is a word what the type would have made of a value, and is that in its range?
 */
static bool
valid_word(const TdType *type, const TdSetScan *scan)
{
	uint64		room;
	Datum		value = td_type_datum(type, scan, (char *) &room);

	if (td_type_word(type, value) != scan->word)
		return false;
	switch (type->typid)
	{
		case BOOLOID:
			return scan->word <= 1;
		case DATEOID:
			return DATE_NOT_FINITE(DatumGetDateADT(value)) || IS_VALID_DATE(DatumGetDateADT(value));
		case TIMEOID:
			return DatumGetTimeADT(value) >= 0 && DatumGetTimeADT(value) <= USECS_PER_DAY;
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return TIMESTAMP_NOT_FINITE(DatumGetTimestamp(value)) || IS_VALID_TIMESTAMP(DatumGetTimestamp(value));
		default:
			return true;
	}
}

/*
 * Is text in the database's encoding?
 */
static bool
valid_text(const char *text, size_t len)
{
	return len <= INT_MAX && pg_verify_mbstr(GetDatabaseEncoding(), text, (int) len, true);
}

/*
 * Is the present value of a walk one of the type?  Others than these come through
 * the type's own functions, or any bytes will do.
 */
static bool
valid_value(const TdType *type, const TdSetScan *scan)
{
	if (type->set.kind == TD_SET_WORDS)
		return type->travel != TD_TRAVEL_BYTES || valid_word(type, scan);
	if (type->travel == TD_TRAVEL_PAYLOAD)
		return valid_text((const char *) scan->value + VARHDRSZ, scan->len - VARHDRSZ) &&
			(type->form != TD_FORM_NAME_TEXT || scan->len - VARHDRSZ < NAMEDATALEN);
	if (type->typid == TEXTOID)
		return valid_text(scan->value, scan->len);
	if (type->form == TD_FORM_NAME)
		return valid_text(scan->value, scan->len) && scan->len < NAMEDATALEN;
	return true;
}

/*
 * An error's context: whatever could not be read, it is the data that is wrong.
 */
static void
reading_set(void *arg)
{
	(void) arg;
	switch (ERRCODE_TO_CATEGORY(geterrcode()))
	{
		case MAKE_SQLSTATE('0', '8', '0', '0', '0'):
		case MAKE_SQLSTATE('0', 'A', '0', '0', '0'):
		case MAKE_SQLSTATE('4', '2', '0', '0', '0'):
		case MAKE_SQLSTATE('5', '4', '0', '0', '0'):
		case MAKE_SQLSTATE('5', '5', '0', '0', '0'):
		case MAKE_SQLSTATE('X', 'X', '0', '0', '0'):
			errcode(ERRCODE_INVALID_BINARY_REPRESENTATION);
			break;
		default:
			break;
	}
	errcontext("value of type distinct_set");
}

/*
 * The set that bytes stand for, checked and written anew, in the current context.
 */
bytea *
td_stored_checked(FunctionCallInfo fcinfo, const char *data, Size len)
{
	ErrorContextCallback context = {.previous = error_context_stack, .callback = reading_set};
	const void *label;
	size_t		label_len;
	TdType	   *type;
	TdSet	   *set;
	TdSetScan	scan;
	uint64		step = 0;
	bytea	   *result;

	error_context_stack = &context;
	td_set_check(td_set_wire_label(data, len, &label, &label_len));
	type = td_label_type(fcinfo, label, label_len, td_stored_allow);
	if (td_stored_type(type)->typid != type->typid || td_stored_type(type)->collation != type->collation)
		td_set_check(TD_SET_UNKNOWN);	/* nobody stores such a set */
	td_set_check(td_set_open(&type->set, NULL, data, len, &set));
	td_set_check(td_set_thaw(set));
	td_set_scan_begin(set, &scan);
	while (td_set_scan_next(&scan))
	{
		if (!valid_value(type, &scan))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("invalid value in a distinct_set")));
		if (++step % 4096 == 0)
			CHECK_FOR_INTERRUPTS();
	}
	result = td_stored_flat(set);
	error_context_stack = context.previous;
	return result;
}
