/*
 * fuzz_date.c
 *		Any bytes as a pattern of DATE_FORMAT and DATE_PARSE on any text: no crash; what
 *		is refused has a class and a message; a date with all its parts is read back
 *		from what was written.
 *
 * The first line is the pattern, the rest the text.
 */
#include "unit/unit.h"
#include "esql/pattern/date_pattern.h"

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static EsqlString
copy(const uint8_t *data, size_t size)
{
	EsqlString	result;

	result.data = malloc(size == 0 ? 1 : size);
	if (result.data == NULL)
		abort();
	if (size > 0)
		memcpy(result.data, data, size);
	result.length = (uint32_t) size;
	return result;
}

/* A date of the text's bytes. */
static TdDateValue
any_date(EsqlString text)
{
	uint64_t	number = 0;
	TdDateValue value = {0};

	memcpy(&number, text.data, text.length < sizeof(number) ? text.length : sizeof(number));
	value.year = (int64_t) (number % 299000) - 4713;
	value.month = (int) (number >> 20 & 7) + 1;
	value.day = (int) (number >> 24 & 15) + 1;
	value.epoch_day = td_date_epoch_day(value.year, value.month, value.day);
	value.nano_of_day = (int64_t) (number % UINT64_C(86400000)) * 1000000;
	return value;
}

/* The pattern and, behind it, all of a date: whatever the pattern writes, it reads. */
static void
check_return(EsqlContext *context, EsqlString pattern, const TdDateValue *value)
{
	static const char rest[] = "' 'uuuu-MM-dd HH:mm:ss.SSS";
	EsqlString	whole = {malloc(pattern.length + sizeof(rest)), (uint32_t) (pattern.length + sizeof(rest) - 1)};
	EsqlSpan	span = {0, 0};
	TdDatePattern written;
	TdDatePattern read;
	TdDateRead	date;
	size_t		room = 0;
	size_t		length;
	char	   *to;

	if (whole.data == NULL)
		abort();
	memcpy(whole.data, pattern.data, pattern.length);
	memcpy(whole.data + pattern.length, rest, sizeof(rest));
	if (memchr(whole.data, '[', pattern.length) == NULL &&
		td_date_read_pattern(context, "", whole, span, true, &read) &&
		td_date_read_pattern(context, "", whole, span, false, &written))
	{
		for (uint32_t i = 0; i < written.count; i++)
			room += written.items[i].literal.length + TD_DATE_ITEM_MAX;
		to = malloc(room);
		if (to == NULL)
			abort();
		if (td_date_print(&written, value, to, &length) && td_date_scan(&read, to, length, &date) &&
			(date.epoch_day != value->epoch_day || date.nano_of_day != value->nano_of_day || date.offset != 0))
			abort();
		free(to);
	}
	free(whole.data);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlSpan	span = {0, 0};
	const uint8_t *line = size == 0 ? NULL : memchr(data, '\n', size);
	size_t		first = line == NULL ? size : (size_t) (line - data);
	EsqlString	pattern = copy(data, first);
	EsqlString	text = line == NULL ? copy(data, 0) : copy(line + 1, size - first - 1);
	TdDateValue value = any_date(text);
	TdDatePattern read;
	TdDateRead	date;

	if (td_date_read_pattern(&context, "DATE_PARSE", pattern, span, true, &read))
	{
		if (td_date_scan(&read, text.data, text.length, &date) &&
			(date.nano_of_day < 0 || date.nano_of_day >= INT64_C(86400000000000)))
			abort();
	}
	else if (context.error.class == ESQL_ERROR_NONE || context.error.message[0] == '\0')
		abort();
	check_return(&context, pattern, &value);
	arena_reset(&arena);
	free(pattern.data);
	free(text.data);
	return 0;
}
