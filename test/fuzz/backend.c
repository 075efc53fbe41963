/*
 * backend.c
 *		The little that esql/analysis and esql/sql call of a server's functions,
 *		written for fuzzers; libpgcommon and libpgport have the rest.
 */
#include "backend.h"

#include "nodes/pg_list.h"
#include "pgtime.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/formatting.h"
#include "utils/inet.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

jmp_buf		fuzz_error;
char		fuzz_message[1024];
int			fuzz_sqlstate;

/* --- Memory: blocks in a chain, which a fuzzer frees after each input. */

typedef struct Block
{
	struct Block *next;
	struct Block *previous;
	double		align;
} Block;

static Block blocks = {&blocks, &blocks, 0};

static void
link_block(Block *block)
{
	block->next = blocks.next;
	block->previous = &blocks;
	blocks.next->previous = block;
	blocks.next = block;
}

static void
unlink_block(Block *block)
{
	block->next->previous = block->previous;
	block->previous->next = block->next;
}

void
fuzz_free_all(void)
{
	while (blocks.next != &blocks)
		pfree(blocks.next + 1);
}

void *
palloc(Size size)
{
	Block	   *block;

	if (!AllocSizeIsValid(size))
		abort();
	block = malloc(sizeof(Block) + size);
	if (block == NULL)
		abort();
	link_block(block);
	memset(block + 1, 0xa5, size);
	return block + 1;
}

void *
palloc0(Size size)
{
	return memset(palloc(size), 0, size);
}

void
pfree(void *pointer)
{
	unlink_block((Block *) pointer - 1);
	free((Block *) pointer - 1);
}

void *
repalloc(void *pointer, Size size)
{
	Block	   *block = (Block *) pointer - 1;

	if (!AllocSizeIsValid(size))
		abort();
	unlink_block(block);
	block = realloc(block, sizeof(Block) + size);
	if (block == NULL)
		abort();
	link_block(block);
	return block + 1;
}

char *
pnstrdup(const char *text, Size length)
{
	Size		n = strnlen(text, length);
	char	   *copy = palloc(n + 1);

	memcpy(copy, text, n);
	copy[n] = '\0';
	return copy;
}

char *
pstrdup(const char *text)
{
	return pnstrdup(text, strlen(text));
}

/* --- Errors: those that end a statement jump, others are nothing. */

bool
errstart(int elevel, const char *domain)
{
	fuzz_sqlstate = ERRCODE_INTERNAL_ERROR;
	fuzz_message[0] = '\0';
	return elevel >= ERROR;
}

bool
errstart_cold(int elevel, const char *domain)
{
	return errstart(elevel, domain);
}

void
errfinish(const char *filename, int lineno, const char *funcname)
{
	longjmp(fuzz_error, 1);
}

int
errcode(int sqlerrcode)
{
	fuzz_sqlstate = sqlerrcode;
	return 0;
}

static void
keep_message(const char *format, va_list arguments)
{
	vsnprintf(fuzz_message, sizeof(fuzz_message), format, arguments);
}

int
errmsg(const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	keep_message(format, arguments);
	va_end(arguments);
	return 0;
}

int
errmsg_internal(const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	keep_message(format, arguments);
	va_end(arguments);
	return 0;
}

int
errhint(const char *format,...)
{
	return 0;
}

int
internalerrquery(const char *query)
{
	return 0;
}

int
internalerrposition(int position)
{
	return 0;
}

void
check_stack_depth(void)
{
}

volatile sig_atomic_t InterruptPending = false;

void
ProcessInterrupts(void)
{
}

/* --- Lists. */

static List *
new_list(NodeTag type, int length)
{
	List	   *list = palloc(sizeof(List));

	list->type = type;
	list->length = length;
	list->max_length = length;
	list->elements = palloc(sizeof(ListCell) * length);
	return list;
}

List *
list_make1_impl(NodeTag type, ListCell cell)
{
	List	   *list = new_list(type, 1);

	list->elements[0] = cell;
	return list;
}

List *
list_make2_impl(NodeTag type, ListCell first, ListCell second)
{
	List	   *list = new_list(type, 2);

	list->elements[0] = first;
	list->elements[1] = second;
	return list;
}

List *
list_copy(const List *list)
{
	List	   *copy;

	if (list == NIL)
		return NIL;
	copy = new_list(list->type, list->length);
	memcpy(copy->elements, list->elements, sizeof(ListCell) * list->length);
	return copy;
}

List *
list_insert_nth(List *list, int place, void *datum)
{
	if (place < 0 || place > list_length(list))
		abort();
	if (list == NIL)
		return list_make1_impl(T_List, (ListCell) {.ptr_value = datum});
	list->elements = repalloc(list->elements, sizeof(ListCell) * (list->length + 1));
	memmove(list->elements + place + 1, list->elements + place, sizeof(ListCell) * (list->length - place));
	list->elements[place].ptr_value = datum;
	list->length++;
	return list;
}

List *
lappend(List *list, void *datum)
{
	return list_insert_nth(list, list_length(list), datum);
}

List *
lcons(void *datum, List *list)
{
	return list_insert_nth(list, 0, datum);
}

List *
list_concat(List *list, const List *more)
{
	/* they may be the same list, which grows */
	int			length = list_length(more);

	for (int i = 0; i < length; i++)
		list = lappend(list, more->elements[i].ptr_value);
	return list;
}

List *
list_concat_copy(const List *list, const List *more)
{
	return list_concat(list_copy(list), more);
}

bool
list_member_ptr(const List *list, const void *datum)
{
	for (int i = 0; i < list_length(list); i++)
	{
		if (list->elements[i].ptr_value == datum)
			return true;
	}
	return false;
}

List *
list_append_unique_ptr(List *list, void *datum)
{
	return list_member_ptr(list, datum) ? list : lappend(list, datum);
}

List *
list_concat_unique_ptr(List *list, const List *more)
{
	for (int i = 0; i < list_length(more); i++)
		list = list_append_unique_ptr(list, more->elements[i].ptr_value);
	return list;
}

List *
list_delete_ptr(List *list, void *datum)
{
	for (int i = 0; i < list_length(list); i++)
	{
		if (list->elements[i].ptr_value != datum)
			continue;
		list->length--;
		memmove(list->elements + i, list->elements + i + 1, sizeof(ListCell) * (list->length - i));
		return list->length == 0 ? NIL : list;
	}
	return list;
}

/* --- Text and types. */

char *
pg_any_to_server(const char *text, int length, int encoding)
{
	return unconstify(char *, text);
}

char *
asc_tolower(const char *text, size_t length)
{
	char	   *lower = pnstrdup(text, length);

	for (char *at = lower; *at != '\0'; at++)
	{
		if (*at >= 'A' && *at <= 'Z')
			*at += 'a' - 'A';
	}
	return lower;
}

static char *
quote(const char *text, char mark)
{
	char	   *quoted = palloc(2 * strlen(text) + 3);
	char	   *out = quoted;

	*out++ = mark;
	for (; *text != '\0'; text++)
	{
		if (*text == mark)
			*out++ = mark;
		*out++ = *text;
	}
	*out++ = mark;
	*out = '\0';
	return quoted;
}

const char *
quote_identifier(const char *name)
{
	return quote(name, '"');
}

char *
quote_literal_cstr(const char *text)
{
	return quote(text, '\'');
}

bool
type_is_enum(Oid type)
{
	return false;
}

/* of an address: only its text is asked for, and it is nobody's here */
Datum
inet_out(PG_FUNCTION_ARGS)
{
	return CStringGetDatum(pstrdup("0.0.0.0"));
}

Datum
DirectFunctionCall1Coll(PGFunction function, Oid collation, Datum argument)
{
	return function(NULL);
}

/* --- JSON and lists, as plainly as can be. */

void
escape_json(StringInfo out, const char *text)
{
	appendStringInfoChar(out, '"');
	for (; *text != '\0'; text++)
	{
		if (*text == '"' || *text == '\\' || (unsigned char) *text < ' ')
			appendStringInfo(out, "\\u%04x", (unsigned char) *text);
		else
			appendStringInfoChar(out, *text);
	}
	appendStringInfoChar(out, '"');
}

void
list_sort(List *list, list_sort_comparator compare)
{
	for (int i = 1; i < list_length(list); i++)
	{
		for (int j = i; j > 0 && compare(&list->elements[j - 1], &list->elements[j]) > 0; j--)
		{
			ListCell	cell = list->elements[j];

			list->elements[j] = list->elements[j - 1];
			list->elements[j - 1] = cell;
		}
	}
}

/* --- Time zones: there are no regions here. */

pg_tz *
pg_tzset(const char *name)
{
	return NULL;
}

const char *
pg_get_timezone_name(pg_tz *zone)
{
	return NULL;
}

struct pg_tm *
pg_localtime(const pg_time_t *time, const pg_tz *zone)
{
	return NULL;
}

/* --- Days. */

const int	day_tab[2][13] = {
	{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0},
	{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0}
};

/* The Julian day of a date, with years that begin in March and eras of 400 years from -4800 on. */
int
date2j(int year, int month, int day)
{
	int			from_march = (month + 9) % 12;
	int			years = year + 4800 - (month < 3);

	return day + (153 * from_march + 2) / 5 + 365 * years + years / 4 - years / 100 + years / 400 - 32045;
}

void
j2date(int jd, int *year, int *month, int *day)
{
	unsigned int days = (unsigned int) jd + 32044;
	unsigned int era = days / 146097;
	unsigned int of_era = days % 146097;
	unsigned int of_years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	unsigned int of_year = of_era - (365 * of_years + of_years / 4 - of_years / 100);
	unsigned int from_march = (5 * of_year + 2) / 153;

	*day = (int) (of_year - (153 * from_march + 2) / 5) + 1;
	*month = (int) (from_march < 10 ? from_march + 3 : from_march - 9);
	*year = (int) (of_years + 400 * era) - 4800 + (*month < 3);
}
