/*
 * test_date_pattern.c
 *		Patterns of DATE_FORMAT and DATE_PARSE.
 *
 * What each letter writes and reads is written down here, as java.time has it.
 * The C library's strftime() and timegm() check random dates.
 */
#include <time.h>

#include "unit.h"
#include "esql/pattern/date_pattern.h"

#define MS_PER_DAY	INT64_C(86400000)
#define NO_DATE		INT64_MIN

static const EsqlSpan span = {3, 4};

static bool
read_pattern(Arena *arena, const char *text, bool scanning, TdDatePattern *pattern, char *message)
{
	EsqlContext context = arena_context(arena, "", 0);
	EsqlString	given = {(char *) text, (uint32_t) strlen(text)};
	bool		ok = td_date_read_pattern(&context, scanning ? "DATE_PARSE" : "DATE_FORMAT", given, span, scanning, pattern);

	if (!ok)
		strcpy(message, context.error.message);
	return ok;
}

/* Milliseconds since 1970 as the parts that are written. */
static TdDateValue
value_of(int64_t ms)
{
	int64_t		day = ms >= 0 ? ms / MS_PER_DAY : -((MS_PER_DAY - 1 - ms) / MS_PER_DAY);
	TdDateValue value = {.epoch_day = day, .nano_of_day = (ms - day * MS_PER_DAY) * 1000000, .month = 12};

	value.year = 1970 + day / 366 - 1;
	while (td_date_epoch_day(value.year + 1, 1, 1) <= day)
		value.year++;
	while (td_date_epoch_day(value.year, 1, 1) > day)
		value.year--;
	while (td_date_epoch_day(value.year, value.month, 1) > day)
		value.month--;
	value.day = (int) (day - td_date_epoch_day(value.year, value.month, 1)) + 1;
	return value;
}

/* The date by the pattern; "null" if it does not fit, the error if there is one. */
static const char *
print(const char *text, int64_t ms)
{
	static char out[20000];
	Arena		arena = {0};
	TdDatePattern pattern;
	TdDateValue value = value_of(ms);
	size_t		length = 0;

	if (read_pattern(&arena, text, false, &pattern, out))
	{
		if (td_date_print(&pattern, &value, out, &length))
			out[length] = '\0';
		else
			strcpy(out, "null");
	}
	arena_reset(&arena);
	return out;
}

/* Milliseconds since 1970 of a text; NO_DATE if the pattern does not fit. */
static int64_t
scan(const char *pattern_text, const char *text)
{
	Arena		arena = {0};
	TdDatePattern pattern;
	TdDateRead	date;
	char		message[2000] = "";
	int64_t		ms = NO_DATE;

	if (!read_pattern(&arena, pattern_text, true, &pattern, message))
		unit_check(false, pattern_text, 0, message);
	else if (td_date_scan(&pattern, text, strlen(text), &date))
		ms = date.epoch_day * MS_PER_DAY + date.nano_of_day / 1000000 - (int64_t) 1000 * date.offset;
	arena_reset(&arena);
	return ms;
}

static const char *
scan_error(const char *pattern_text)
{
	static char message[2000];
	Arena		arena = {0};
	TdDatePattern pattern;

	strcpy(message, "none");
	(void) read_pattern(&arena, pattern_text, true, &pattern, message);
	arena_reset(&arena);
	return message;
}

static void
test_print(void)
{
	int64_t		ms = 476751909043;	/* Friday, 1985-02-08T23:05:09.043Z */

	CHECK_TEXT(print("G|GGGG|GGGGG", ms), "AD|Anno Domini|A");
	CHECK_TEXT(print("y|yy|yyy|yyyy|yyyyy", ms), "1985|85|1985|1985|01985");
	CHECK_TEXT(print("u|uu|uuu|uuuu", ms), "1985|85|1985|1985");
	CHECK_TEXT(print("Q|QQ|QQQ|QQQQ|QQQQQ|q", ms), "1|01|Q1|1st quarter|1|1");
	CHECK_TEXT(print("M|MM|MMM|MMMM|MMMMM|L|LLLL", ms), "2|02|Feb|February|F|2|February");
	CHECK_TEXT(print("D|DD|DDD|d|dd", ms), "39|39|039|8|08");
	CHECK_TEXT(print("E|EEE|EEEE|EEEEE", ms), "Fri|Fri|Friday|F");
	CHECK_TEXT(print("a|H|HH|k|kk|K|KK|h|hh", ms), "PM|23|23|23|23|11|11|11|11");
	CHECK_TEXT(print("m|mm|s|ss", ms), "5|05|9|09");
	CHECK_TEXT(print("S|SS|SSS|SSSSSS|SSSSSSSSS", ms), "0|04|043|043000|043000000");
	CHECK_TEXT(print("A|n|nnnnnnnnnn|N|g", ms), "83109043|43000000|0043000000|83109043000000|46104");
	CHECK_TEXT(print("X|XXX|x|xx|xxx|Z|ZZZZ|ZZZZZ|VV|z|O|OOOO", ms), "Z|Z|+00|+0000|+00:00|+0000|GMT|Z|Z|Z|GMT|GMT");
	CHECK_TEXT(print("'at' ''HH'' 'o''clock' [mm[ss", ms), "at '23' o'clock 0509");
	CHECK_TEXT(print("  dd.MM.  ", ms), "08.02.");
	CHECK_TEXT(print("\xc3\xa9 dd \xe2\x82\xac", ms), "\xc3\xa9 08 \xe2\x82\xac");
	/* midnight and noon, years before 1 and after 9999 */
	CHECK_TEXT(print("h K k H a", 0), "12 0 24 0 AM");
	CHECK_TEXT(print("h K k H a", 43200000), "12 0 12 12 PM");
	CHECK_TEXT(print("yyyy G u uu yy", -62198755200000), "0002 BC -1 01 02");
	CHECK_TEXT(print("yyyy uuuu yyy", 253402300800000), "+10000 +10000 10000");
	CHECK_TEXT(print("ggggg", -3506716800001), "-00001");
	CHECK_TEXT(print("DDD EEEE", 1709164800000), "060 Thursday");
}

static void
test_print_errors(void)
{
	CHECK_TEXT(print("", 0), "DATE_FORMAT, character 1 of the pattern: it is empty");
	CHECK_TEXT(print("\xc3\xa9 YYYY", 0), "DATE_FORMAT, character 3 of the pattern: the letter \"Y\" is not supported");
	CHECK_TEXT(print("yyyy-ww", 0), "DATE_FORMAT, character 6 of the pattern: the letter \"w\" is not supported");
	CHECK_TEXT(print("T", 0), "DATE_FORMAT, character 1 of the pattern: the letter \"T\" has no meaning");
	CHECK_TEXT(print("ddd", 0), "DATE_FORMAT, character 1 of the pattern: the letter \"d\" cannot stand so often");
	CHECK_TEXT(print("aa", 0), "DATE_FORMAT, character 1 of the pattern: the letter \"a\" cannot stand so often");
	CHECK_TEXT(print("V", 0), "DATE_FORMAT, character 1 of the pattern: the letter \"V\" cannot stand so often");
	CHECK_TEXT(print("yyyy'T", 0), "DATE_FORMAT, character 5 of the pattern: the quote has no end");
	CHECK_TEXT(print("yyyy]", 0), "DATE_FORMAT, character 5 of the pattern: the bracket has no beginning");
	CHECK_TEXT(print("{yyyy}", 0), "DATE_FORMAT, character 1 of the pattern: braces and # must stand in quotes");
	CHECK_TEXT(print("yyyy||MM", 0), "DATE_FORMAT, character 5 of the pattern: several formats are not supported");
	CHECK_TEXT(print("epoch_millis", 0), "DATE_FORMAT, character 1 of the pattern: formats by name are not supported");
	CHECK_TEXT(print("date", 0), "DATE_FORMAT, character 1 of the pattern: formats by name are not supported");
	CHECK_TEXT(scan_error("Q yyyy"), "DATE_PARSE, character 1 of the pattern: the letter \"Q\" is supported by DATE_FORMAT only");
	CHECK_TEXT(scan_error("dd z"), "DATE_PARSE, character 4 of the pattern: the letter \"z\" is supported by DATE_FORMAT only");
	CHECK_TEXT(scan_error("MMMMM"), "DATE_PARSE, character 1 of the pattern: the letter \"M\" is supported five times by DATE_FORMAT only");
}

static void
test_scan(void)
{
	CHECK(scan("yyyy-MM-dd", "2022-05-06") == 1651795200000);
	CHECK(scan("yyyyMMdd", "20220506") == 1651795200000);
	CHECK(scan("yyyyMMddHHmmssSSS", "20220506070809010") == 1651820889010);
	CHECK(scan("uuuu-MM-dd'T'HH:mm:ss.SSSXXX", "2022-05-06T07:08:09.010+02:00") == 1651813689010);
	CHECK(scan("dd/MMM/yyyy:HH:mm:ss Z", "06/May/2022:07:08:09 -0130") == 1651826289000);
	CHECK(scan("EEE MMM dd HH:mm:ss yyyy", "Fri May 06 07:08:09 2022") == 1651820889000);
	CHECK(scan("MMMM d, uuuu h:mm a", "May 6, 2022 12:08 AM") == 1651795680000);
	CHECK(scan("yy-M-d", "22-5-6") == 1651795200000);
	CHECK(scan("uuuu DDD", "2020 366") == 1609372800000);
	CHECK(scan("uuuu-MM-dd[ HH:mm[:ss]]", "2022-05-06") == 1651795200000);
	CHECK(scan("uuuu-MM-dd[ HH:mm[:ss]]", "2022-05-06 07:08") == 1651820880000);
	CHECK(scan("G yyyy MM dd", "BC 0002 12 31") == -62167305600000);
	CHECK(scan("kk:mm", "24:05") == 300000);
	CHECK(scan("xx", "+0000") == NO_DATE);
	/* what is left open */
	CHECK(scan("yyyy", "2022") == 1640995200000);
	CHECK(scan("MMM yyyy", "May 2022") == 1651363200000);
	CHECK(scan("MM-dd", "05-06") == 10800000000);
	CHECK(scan("HH:mm", "07:08") == 25680000);
	CHECK(scan("yyyy HH:mm", "2022 07:08") == 25680000);
	CHECK(scan("yyyy-MM-dd hh:mm", "2022-05-06 07:08") == 1651795200000);
	CHECK(scan("dd", "06") == NO_DATE);
	CHECK(scan("EEEE", "Friday") == NO_DATE);
}

static void
test_scan_misfits(void)
{
	CHECK(scan("yyyy-MM-dd", "2022-02-30") == NO_DATE);
	CHECK(scan("yyyy-MM-dd", "2022-5-6") == NO_DATE);
	CHECK(scan("yyyy-MM-dd", "2022-05-06 ") == NO_DATE);
	CHECK(scan("yyyy-MM-dd", "") == NO_DATE);
	CHECK(scan("yyyy-MM-dd", "12022-05-06") == NO_DATE);
	CHECK(scan("yyyy-MM-dd", "+12022-05-06") == 317221315200000);
	CHECK(scan("uuuu DDD", "2021 366") == NO_DATE);
	CHECK(scan("MMM dd yyyy", "may 06 2022") == NO_DATE);
	CHECK(scan("MMM dd yyyy", "May 06 0000") == NO_DATE);
	CHECK(scan("HH:mm", "24:00") == NO_DATE);
	CHECK(scan("HH:mm", "23:60") == NO_DATE);
	CHECK(scan("hh a", "13 PM") == NO_DATE);
	CHECK(scan("yyyy yyyy", "2022 2023") == NO_DATE);
	CHECK(scan("HH hh a", "13 02 PM") == NO_DATE);
	CHECK(scan("HH hh a", "14 02 PM") == 50400000);
	/* a day of the week is checked where java.time can: with a year of no era */
	CHECK(scan("EEE uuuu-MM-dd", "Thu 2022-05-06") == NO_DATE);
	CHECK(scan("EEE yyyy-MM-dd", "Thu 2022-05-06") == 1651795200000);
	CHECK(scan("yyyy-MM-ddXXX", "2022-05-06+18:01") == NO_DATE);
	CHECK(scan("yyyy-MM-ddXXX", "2022-05-06+00:60") == NO_DATE);
	CHECK(scan("yyyy-MM-ddXXXXX", "2022-05-06+01:00:70") == NO_DATE);
	CHECK(scan("n", "99999999999999999999") == NO_DATE);
	CHECK(scan("d", "99999999999999999999999999999999999999999") == NO_DATE);
}

/* What strftime() writes, and what timegm() reads, of moments between 1900 and 2100. */
static void
test_random(void)
{
	static const char *const formats[][2] = {
		{"yyyy-MM-dd HH:mm:ss", "%Y-%m-%d %H:%M:%S"}, {"EEEE, dd MMMM yyyy, hh a mm:ss", "%A, %d %B %Y, %I %p %M:%S"},
		{"yyyyDDDHHmmss", "%Y%j%H%M%S"}, {"EEE MMM dd yyyy HHmmss", "%a %b %d %Y %H%M%S"}, {"uuuuMMddHHmmss", "%Y%m%d%H%M%S"}
	};

	srand(15);
	for (int i = 0; i < 20000; i++)
	{
		time_t		moment = (time_t) (((int64_t) rand() * 3 + rand() % 3) % INT64_C(6311433600) - INT64_C(2208988800));
		struct tm	tm;
		char		expected[200];
		const char *const *format = formats[i % 5];

		gmtime_r(&moment, &tm);
		strftime(expected, sizeof(expected), format[1], &tm);
		CHECK_TEXT(print(format[0], (int64_t) moment * 1000), expected);
		CHECK(scan(format[0], expected) == (int64_t) timegm(&tm) * 1000);
	}
}

/* Every request for memory may fail. */
static void
test_memory(void)
{
	EsqlString	pattern = {(char *) "yyyy 'T' HH", 11};

	for (size_t call = 1; call <= 2; call++)
	{
		Arena		arena = {.fail_at = call};
		EsqlContext context = arena_context(&arena, "", 0);
		TdDatePattern result;

		CHECK(!td_date_read_pattern(&context, "DATE_FORMAT", pattern, span, false, &result));
		CHECK(context.error.class == ESQL_ERROR_MEMORY);
		arena_reset(&arena);
	}
}

int
main(void)
{
	test_print();
	test_print_errors();
	test_scan();
	test_scan_misfits();
	test_random();
	test_memory();
	return unit_report();
}
