/*
 * date_pattern.c
 *		DATE_FORMAT and DATE_PARSE.
 *
 * A pattern is read once, as long as it stays the same from call to call.  One
 * that cannot be read gives null: a literal one has been refused before.
 */
#include "compat.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "esql/pattern/date_pattern.h"
#include "esql/value/calendar.h"
#include "esql/value/instant.h"
#include "esql/value/zone.h"

PG_FUNCTION_INFO_V1(esql_date_format);
PG_FUNCTION_INFO_V1(esql_date_parse);
PG_FUNCTION_INFO_V1(esql_date_parse_zone);

#define NANOS_PER_MS		1000000

/* What a call keeps for the next one. */
typedef struct Kept
{
	MemoryContext context;		/* of the pattern */
	EsqlString	text;
	bool		usable;
	TdDatePattern pattern;
	size_t		room;			/* bytes that a date by it takes at most */
} Kept;

static void *
allocate(void *arg, size_t size)
{
	return MemoryContextAlloc((MemoryContext) arg, size);
}

/* Read the pattern. */
static void
read_pattern(Kept *kept, const char *text, size_t length, bool scanning)
{
	EsqlContext context = {.text = text, .length = length, .alloc = allocate, .alloc_arg = kept->context};
	EsqlSpan	nowhere = {0, 0};

	MemoryContextReset(kept->context);
	kept->usable = false;
	kept->text.data = MemoryContextAlloc(kept->context, length + 1);
	memcpy(kept->text.data, text, length);
	kept->text.length = (uint32_t) length;
	kept->usable = td_date_read_pattern(&context, "", kept->text, nowhere, scanning, &kept->pattern);
	kept->room = 0;
	for (uint32_t i = 0; kept->usable && i < kept->pattern.count; i++)
		kept->room += kept->pattern.items[i].literal.length + TD_DATE_ITEM_MAX;
}

/* The pattern in the first argument, or NULL. */
static const Kept *
get_pattern(FunctionCallInfo fcinfo, bool scanning)
{
	text	   *given = PG_GETARG_TEXT_PP(0);
	const char *data = VARDATA_ANY(given);
	size_t		length = VARSIZE_ANY_EXHDR(given);
	Kept	   *kept = (Kept *) fcinfo->flinfo->fn_extra;

	if (kept == NULL)
	{
		kept = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Kept));
		kept->context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "date pattern", ALLOCSET_SMALL_SIZES);
		fcinfo->flinfo->fn_extra = kept;
	}
	if (kept->text.data == NULL || kept->text.length != length || memcmp(kept->text.data, data, length) != 0)
		read_pattern(kept, data, length, scanning);
	PG_FREE_IF_COPY(given, 0);
	return kept->usable ? kept : NULL;
}

/*
 * esql_date_format(pattern text, timestamptz) -> text
 */
Datum
esql_date_format(PG_FUNCTION_ARGS)
{
	const Kept *kept = get_pattern(fcinfo, false);
	TdCalendarDate date;
	TdDateValue value;
	text	   *result;
	size_t		length;
	int64		ms;

	if (kept == NULL || !td_timestamp_to_ms(PG_GETARG_TIMESTAMPTZ(1), &ms))
		PG_RETURN_NULL();
	date = td_ms_to_calendar(ms);
	value.year = date.year;
	value.month = date.month;
	value.day = date.day;
	value.epoch_day = td_floor_div(ms, TD_MS_PER_DAY);
	value.nano_of_day = date.time * NANOS_PER_MS;
	result = palloc(VARHDRSZ + kept->room);
	if (!td_date_print(&kept->pattern, &value, VARDATA(result), &length))
		PG_RETURN_NULL();
	SET_VARSIZE(result, VARHDRSZ + length);
	PG_RETURN_TEXT_P(result);
}

/* The date in the second argument, in a zone unless it names its own. */
static Datum
parse(FunctionCallInfo fcinfo, const TdZone *zone)
{
	const Kept *kept = get_pattern(fcinfo, true);
	text	   *given = PG_GETARG_TEXT_PP(1);
	TdDateRead	date;
	TimestampTz result;
	int64		ms;
	bool		fits = kept != NULL &&
		td_date_scan(&kept->pattern, VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given), &date);

	PG_FREE_IF_COPY(given, 1);
	/* days beyond any timestamp would overflow */
	if (!fits || date.epoch_day < -INT64CONST(2000000000) || date.epoch_day > INT64CONST(2000000000))
		PG_RETURN_NULL();
	ms = date.epoch_day * TD_MS_PER_DAY + date.nano_of_day / NANOS_PER_MS;
	ms -= (int64) 1000 * (date.has_offset ? date.offset : td_zone_offset(zone, td_floor_div(ms, 1000)));
	if (!td_ms_to_timestamp(ms, &result))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(result);
}

/*
 * esql_date_parse(pattern text, text) -> timestamptz
 */
Datum
esql_date_parse(PG_FUNCTION_ARGS)
{
	TdZone		utc = {NULL, 0};

	return parse(fcinfo, &utc);
}

/*
 * esql_date_parse(pattern text, text, zone text) -> timestamptz
 */
Datum
esql_date_parse_zone(PG_FUNCTION_ARGS)
{
	text	   *name = PG_GETARG_TEXT_PP(2);
	TdZone		zone;

	if (!td_read_zone(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name), &zone))
		PG_RETURN_NULL();
	return parse(fcinfo, &zone);
}
