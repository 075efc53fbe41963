/*
 * test_record_time.c
 *		Timestamps in all their spellings.
 */
#include "read.h"

/* 2026-11-20 09:00:00 in UTC, as PostgreSQL has it: 9820 days and 9 hours. */
#define NINE	(INT64_C(9820) * 86400 + 9 * 3600)

#define FIRST	INT64_C(-211813488000000000)
#define LAST	INT64_C(9223371331199999999)

/*
 * A timestamp is so many microseconds.
 */
#define CHECK_AT(text, expected) \
	check_at((text), (expected), __LINE__)

static void
check_at(const char *text, int64_t expected, int line)
{
	int64_t		got = -1;
	EcsTimestampResult result = ecs_read_timestamp((EcsText) {text, strlen(text)}, &got);

	if (!CHECK(result == ECS_TIMESTAMP_OK && got == expected))
		fprintf(stderr, "\tline %d: %s gives %d, %lld\n", line, text, (int) result, (long long) got);
}

/*
 * A timestamp is none, for a reason.
 */
#define CHECK_NONE(text, reason) \
	check_none((text), ECS_TIMESTAMP_##reason, __LINE__)

static void
check_none(const char *text, EcsTimestampResult expected, int line)
{
	int64_t		got = 12345;
	EcsTimestampResult result = ecs_read_timestamp((EcsText) {text, strlen(text)}, &got);

	if (!CHECK(result == expected && got == 12345))
		fprintf(stderr, "\tline %d: %s gives %d, %lld\n", line, text, (int) result, (long long) got);
}

/*
 * Dates and times of the day.
 */
static void
test_iso(void)
{
	int64_t		nine = NINE * 1000000;
	int64_t		midnight = nine - INT64_C(9) * 3600 * 1000000;

	CHECK_AT("2026-11-20T09:00:00Z", nine);
	CHECK_AT("2026-11-20 09:00:00", nine);
	CHECK_AT("2026-11-20t09:00:00z", nine);
	CHECK_AT("2026-11-20T09:00", nine);
	CHECK_AT("2026-11-20T09", nine);
	CHECK_AT("2026-11-20T09Z", nine);
	CHECK_AT("2026-11-20", midnight);
	CHECK_AT("2026-11", midnight - INT64_C(19) * 86400000000);
	CHECK_AT("2026", midnight - INT64_C(323) * 86400000000);
	CHECK_AT("2026-1-2T3:04", midnight - INT64_C(322) * 86400000000 + INT64_C(184) * 60000000);
	CHECK_AT(" 2026-11-20T09:00:00Z  ", nine);
	CHECK_AT("+002026-11-20T09:00:00Z", nine);

	CHECK_AT("2026-11-20T24:00:00Z", midnight + INT64_C(86400000000));
	CHECK_AT("2026-11-20T23:59:60Z", midnight + INT64_C(86400000000));
	CHECK_AT("2026-11-20T08:59:60.5Z", nine + 500000);
	CHECK_AT("2000-01-01T00:00:00Z", 0);
	CHECK_AT("1970-01-01T00:00:00Z", INT64_C(-946684800000000));
	CHECK_AT("2099-12-31T23:59:59.999999Z", INT64_C(3155759999999999));
	CHECK_AT("2024-02-29", INT64_C(8825) * 86400000000);
	CHECK_AT("2000-02-29", INT64_C(59) * 86400000000);
}

/*
 * Fractions of a second.
 */
static void
test_fraction(void)
{
	int64_t		nine = NINE * 1000000;

	CHECK_AT("2026-11-20T09:00:00.1Z", nine + 100000);
	CHECK_AT("2026-11-20T09:00:00.016Z", nine + 16000);
	CHECK_AT("2026-11-20T09:00:00,016Z", nine + 16000);
	CHECK_AT("2026-11-20T09:00:00.123456Z", nine + 123456);
	/* nanoseconds are cut off, not rounded */
	CHECK_AT("2026-11-20T09:00:00.123456999Z", nine + 123456);
	CHECK_AT("2026-11-20T09:00:00.999999999999999999999999Z", nine + 999999);
	CHECK_AT("2026-11-20T09:00:00.5", nine + 500000);
	CHECK_NONE("2026-11-20T09:00:00.Z", SYNTAX);
	CHECK_NONE("2026-11-20T09:00.5Z", SYNTAX);
}

/*
 * Offsets from UTC.
 */
static void
test_offset(void)
{
	int64_t		nine = NINE * 1000000;

	CHECK_AT("2026-11-20T10:00:00+01:00", nine);
	CHECK_AT("2026-11-20T10:00:00+0100", nine);
	CHECK_AT("2026-11-20T10:00:00+01", nine);
	CHECK_AT("2026-11-20T03:30:00-05:30", nine);
	CHECK_AT("2026-11-20 10:00:00.25 +0100", nine + 250000);
	CHECK_AT("2026-11-20 09:00:00 UTC", nine);
	CHECK_AT("2026-11-20T09:00:00GMT", nine);
	CHECK_AT("2026-11-20T09:00-00:00", nine);
	CHECK_AT("2026-11-21T03:00:00+18", nine);
	CHECK_NONE("2026-11-20T09:00:00+19", RANGE);
	CHECK_NONE("2026-11-20T09:00:00+01:60", RANGE);
	CHECK_NONE("2026-11-20T09:00:00+1", SYNTAX);
	CHECK_NONE("2026-11-20T09:00:00+01:", SYNTAX);
	CHECK_NONE("2026-11-20T09:00:00+01:0", SYNTAX);
	CHECK_NONE("2026-11-20T09:00:00+010", SYNTAX);
	CHECK_NONE("2026-11-20T09:00:00+01:00:00", SYNTAX);
	CHECK_NONE("2026-11-20T09:00:00 CET", SYNTAX);
	CHECK_NONE("2026-11-20T09:00:00ZZ", SYNTAX);
	CHECK_NONE("2026-11-20Z", SYNTAX);
}

/*
 * Seconds and milliseconds since 1970.
 */
static void
test_epoch(void)
{
	int64_t		nine = NINE * 1000000;

	CHECK_AT("1795165200", nine);
	CHECK_AT("1795165200.5", nine + 500000);
	CHECK_AT("1795165200.123456789", nine + 123456);
	CHECK_AT("1795165200000", nine);
	CHECK_AT("1795165200016.25", nine + 16250);
	CHECK_AT("1.7951652e9", nine);
	CHECK_AT("1.7951652E+12", nine);
	CHECK_AT("17951652000e-1", nine);
	CHECK_AT("0", INT64_C(-946684800000000));
	CHECK_AT("-1", INT64_C(-946684801000000));
	CHECK_AT("0.000001", INT64_C(-946684799999999));
	CHECK_AT("-0.5", INT64_C(-946684800500000));
	/* the border, and a year */
	CHECK_AT("99999999999", INT64_C(99053315199) * 1000000);
	CHECK_AT("100000000000", INT64_C(-846684800) * 1000000);
	CHECK_AT("2026", (NINE - 9 * 3600 - INT64_C(323) * 86400) * 1000000);
	CHECK_AT("20261", INT64_C(-946664539) * 1000000);
	CHECK_AT("0000000001795165200", nine);
	CHECK_NONE("1e30", RANGE);
	CHECK_NONE("-1e30", RANGE);
	CHECK_NONE("99999999999999999", RANGE);
	CHECK_NONE("1e999999999999", RANGE);
	CHECK_NONE("1.", SYNTAX);
	CHECK_NONE("1e", SYNTAX);
	CHECK_NONE("1.5x", SYNTAX);
	CHECK_NONE("-", SYNTAX);
	CHECK_NONE("+1795165200", SYNTAX);
}

/*
 * The ends of what PostgreSQL holds, and days that do not exist.
 */
static void
test_range(void)
{
	CHECK_AT("294276-12-31T23:59:59.999999Z", LAST);
	CHECK_NONE("294277-01-01T00:00:00Z", RANGE);
	CHECK_NONE("294276-12-31T23:59:59-00:01", RANGE);
	CHECK_NONE("999999-12-31", RANGE);
	CHECK_AT("-4713-11-24T00:00:00Z", FIRST);
	CHECK_NONE("-4713-11-23T23:59:59.999999Z", RANGE);
	CHECK_NONE("-4713-11-24T00:00:00+00:01", RANGE);
	CHECK_NONE("-4714-12-31", RANGE);
	CHECK_AT("0000-02-29", INT64_C(-730426) * 86400000000);

	CHECK_NONE("2026-02-29", RANGE);
	CHECK_NONE("2100-02-29", RANGE);
	CHECK_NONE("2026-13-01", RANGE);
	CHECK_NONE("2026-00-01", RANGE);
	CHECK_NONE("2026-04-31", RANGE);
	CHECK_NONE("2026-04-00", RANGE);
	CHECK_NONE("2026-11-20T25:00:00Z", RANGE);
	CHECK_NONE("2026-11-20T24:00:01Z", RANGE);
	CHECK_NONE("2026-11-20T09:60:00Z", RANGE);
	CHECK_NONE("2026-11-20T09:00:61Z", RANGE);
}

/*
 * What is no timestamp.
 */
static void
test_syntax(void)
{
	CHECK_NONE("", SYNTAX);
	CHECK_NONE("   ", SYNTAX);
	CHECK_NONE("now", SYNTAX);
	CHECK_NONE("infinity", SYNTAX);
	CHECK_NONE("20-11-2026", SYNTAX);
	CHECK_NONE("Nov 20, 2026", SYNTAX);
	CHECK_NONE("2026-11-20T", SYNTAX);
	CHECK_NONE("2026-11-20T09:", SYNTAX);
	CHECK_NONE("2026-11-20T09:0", SYNTAX);
	CHECK_NONE("2026-11-20T09:00:", SYNTAX);
	CHECK_NONE("2026-11-20T09:00:0", SYNTAX);
	CHECK_NONE("2026-11-20T009:00:00", SYNTAX);
	CHECK_NONE("2026-11-", SYNTAX);
	CHECK_NONE("2026-", SYNTAX);
	CHECK_NONE("2026/11/20", SYNTAX);
	CHECK_NONE("2026-11-20X09:00:00", SYNTAX);
	CHECK_NONE("2026-11-20T09:00:00Z and more", SYNTAX);
	CHECK_NONE("1234567-01-01", SYNTAX);
}

/*
 * Every day of five centuries, counted one by one.
 */
static void
test_calendar(void)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t		expected = INT64_C(-73048) * 86400000000;	/* 1800-01-01 */
	bool		good = true;
	char		text[40];

	for (int year = 1800; year < 2300; year++)
	{
		bool		leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

		for (int month = 1; month <= 12; month++)
		{
			for (int day = 1; day <= days[month - 1] + (month == 2 && leap); day++)
			{
				int64_t		got = 0;

				snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, day);
				good = good && ecs_read_timestamp((EcsText) {text, strlen(text)}, &got) == ECS_TIMESTAMP_OK &&
					got == expected;
				expected += INT64_C(86400000000);
			}
		}
	}
	CHECK(good);
}

int
main(void)
{
	test_iso();
	test_fraction();
	test_offset();
	test_epoch();
	test_range();
	test_syntax();
	test_calendar();
	return unit_report();
}
