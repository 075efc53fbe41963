/*
 * test_literal.c
 *		Dates, numbers, booleans and time spans from and to text.
 */
#include <locale.h>
#include <math.h>

#include "unit.h"
#include "text/literal.h"

#define DAY INT64_C(86400000)

static void
check_date(const char *text, int64_t expected)
{
	int64_t		ms = -42;

	if (!CHECK(esql_read_date(text, strlen(text), &ms) && ms == expected))
		fprintf(stderr, "\t%s is %lld, not %lld\n", text, (long long) ms, (long long) expected);
}

static void
check_no_date(const char *text)
{
	int64_t		ms = -42;

	if (!CHECK(!esql_read_date(text, strlen(text), &ms) && ms == -42))
		fprintf(stderr, "\t%s was read\n", text);
}

static void
test_read_date(void)
{
	static const char *const bad[] = {
		"", "1", "197", "19700", "1970-", "1970-1", "1970-13", "1970-00", "1970-01-", "1970-01-1",
		"1970-01-32", "1970-02-29", "1900-02-29", "1970-04-31", "1970-01T00", "1970T00",
		"1970-01-01 00:00", "1970-01-01t00", "1970-01-01T0", "1970-01-01T24", "1970-01-01T00:",
		"1970-01-01T00:60", "1970-01-01T00:0", "1970-01-01T00:00:60", "1970-01-01T00:00:00.",
		"1970-01-01T00:00:00.1234567890", "1970-01-01T00:00:00+", "1970-01-01T00:00:00+1",
		"1970-01-01T00:00:00+0", "1970-01-01T00:00:00+01:", "1970-01-01T00:00:00+01:6",
		"1970-01-01T00:00:00+01:60", "1970-01-01T00:00:00+19", "1970-01-01T00:00:00z",
		"1970-01-01T00:00:00ZZ", "1970-01-01T00:00:00Z ", " 1970", "1970-01-01Z", "+1970", "-001",
		"now", "now-1h", "1970/01/01", "1970-01-01T00:00:00.1.2", "1970-01-01T+01"
	};

	check_date("1970", 0);
	check_date("1970-01", 0);
	check_date("1970-01-01", 0);
	check_date("1970-01-01T", 0);
	check_date("1970-01-01T00", 0);
	check_date("1970-01-01T00:00", 0);
	check_date("1970-01-01T00:00:00", 0);
	check_date("1970-01-01T00:00:00Z", 0);
	check_date("1970-01-01T00Z", 0);
	check_date("1970-01-02T03:04:05.6", DAY + 11045600);
	check_date("1970-01-01T00:00:00.12", 120);
	check_date("1970-01-01T00:00:00.123", 123);
	check_date("1970-01-01T00:00:00,123Z", 123);
	check_date("1970-01-01T00:00:00.123999999Z", 123);
	check_date("1970-01-01T00:00:00+02:00", -7200000);
	check_date("1970-01-01T00:00:00-0230", 9000000);
	check_date("1970-01-01T00:00-02", 7200000);
	check_date("1970-01-01T01+01", 0);
	check_date("1970-01-01T00:00:00+18:00", -64800000);
	check_date("1969-12-31T23:59:59.999Z", -1);
	check_date("2024-02-29T12:00:00Z", INT64_C(1709208000000));
	check_date("2000-02-29", INT64_C(951782400000));
	check_date("0000-01-01", INT64_C(-62167219200000));
	check_date("0000-02-29", INT64_C(-62162121600000));
	check_date("0001-01-01", INT64_C(-62135596800000));
	check_date("9999-12-31T23:59:59.999Z", INT64_C(253402300799999));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_no_date(bad[i]);
}

static void
check_write_date(int64_t ms, const char *expected)
{
	char		buf[ESQL_LITERAL_SIZE];

	CHECK(esql_write_date(ms, buf) == strlen(expected));
	CHECK_TEXT(buf, expected);
}

static void
test_write_date(void)
{
	char		buf[ESQL_LITERAL_SIZE];
	int64_t		again;

	check_write_date(0, "1970-01-01T00:00:00.000Z");
	check_write_date(-1, "1969-12-31T23:59:59.999Z");
	check_write_date(INT64_C(1709208000123), "2024-02-29T12:00:00.123Z");
	check_write_date(INT64_C(253402300799999), "9999-12-31T23:59:59.999Z");
	check_write_date(INT64_C(253402300800000), "+10000-01-01T00:00:00.000Z");
	check_write_date(INT64_C(-62167219200000), "0000-01-01T00:00:00.000Z");
	check_write_date(INT64_C(-62167219200001), "-0001-12-31T23:59:59.999Z");
	check_write_date(INT64_MAX, "+292278994-08-17T07:12:55.807Z");
	check_write_date(INT64_MIN, "-292275055-05-16T16:47:04.192Z");
	/* every day of some four hundred years and more */
	for (int64_t day = -200000; day < 200000; day += 37)
	{
		size_t		n = esql_write_date(day * DAY + 12345, buf);

		if (!CHECK(esql_read_date(buf, n, &again) && again == day * DAY + 12345))
			break;
	}
}

static void
check_double(const char *text, double expected)
{
	double		value = -42;

	if (!CHECK(esql_read_double(text, strlen(text), &value) &&
			   memcmp(&value, &expected, sizeof(value)) == 0))
		fprintf(stderr, "\t%s is %.17g, not %.17g\n", text, value, expected);
}

static void
check_no_double(const char *text)
{
	double		value = -42;

	if (!CHECK(!esql_read_double(text, strlen(text), &value) && value == -42))
		fprintf(stderr, "\t%s was read\n", text);
}

static void
test_read_double(void)
{
	static const char *const bad[] = {
		"", " ", "+", "-", ".", "e5", "1e", "1e+", "1.2.3", "1x", "1 2", "--1", "NaN", "nan",
		"Infinity", "inf", "-Infinity", "1e309", "-1e999999999999999999999", "0x10", "0x1p3", "1,5",
		"1_000", "1dd"
	};
	char		many[2000];

	check_double("0", 0.0);
	check_double("-0", -0.0);
	check_double("1", 1.0);
	check_double("+1.5", 1.5);
	check_double("1.", 1.0);
	check_double(".5", 0.5);
	check_double("  1.5\t", 1.5);
	check_double("1e3", 1000.0);
	check_double("1E-3", 0.001);
	check_double("1.5d", 1.5);
	check_double("1.5f", 1.5);
	check_double("0.1", 0.1);
	check_double("123456789012345678", 123456789012345678.0);
	check_double("1.7976931348623157e308", 1.7976931348623157e308);
	check_double("4.9e-324", 4.9e-324);
	check_double("2.4703282292062327e-324", 0.0);
	check_double("1e-999999999999999999999999", 0.0);
	check_double("0e999999999999999999999999", 0.0);
	check_double("0.000000000000000000000000000001", 1e-30);
	/* half way between two doubles, and a little above it, far behind */
	check_double("9007199254740993", 9007199254740992.0);
	memset(many, '0', sizeof(many));
	memcpy(many, "9007199254740993.", 17);
	strcpy(many + 1900, "1");
	check_double(many, 9007199254740994.0);
	/* a thousand digits before the point */
	memset(many, '0', sizeof(many));
	many[0] = '1';
	strcpy(many + 1000, "e-1000");
	check_double(many, 0.1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_no_double(bad[i]);
}

static void
check_write_double(double d, const char *expected)
{
	char		buf[ESQL_LITERAL_SIZE];

	CHECK(esql_write_double(d, buf) == strlen(expected));
	CHECK_TEXT(buf, expected);
}

static void
test_write_double(void)
{
	check_write_double(0.0, "0.0");
	check_write_double(-0.0, "-0.0");
	check_write_double(1.0, "1.0");
	check_write_double(-1.5, "-1.5");
	check_write_double(100.0, "100.0");
	check_write_double(123.456, "123.456");
	check_write_double(0.1, "0.1");
	check_write_double(0.001, "0.001");
	check_write_double(0.00123, "0.00123");
	check_write_double(0.000999, "9.99E-4");
	check_write_double(1.5e-5, "1.5E-5");
	check_write_double(9999999.0, "9999999.0");
	check_write_double(9999999.5, "9999999.5");
	check_write_double(1e7, "1.0E7");
	check_write_double(1e10, "1.0E10");
	check_write_double(12345678.9, "1.23456789E7");
	check_write_double(1e21, "1.0E21");
	check_write_double(2e23, "2.0E23");
	check_write_double(1.0 / 3.0, "0.3333333333333333");
	check_write_double(2.0 / 3.0, "0.6666666666666666");
	check_write_double(1.7976931348623157e308, "1.7976931348623157E308");
	check_write_double(2.2250738585072014e-308, "2.2250738585072014E-308");
	check_write_double(4.9e-324, "4.9E-324");
	check_write_double(9007199254740993.0, "9.007199254740992E15");
	check_write_double((double) NAN, "NaN");
	check_write_double((double) INFINITY, "Infinity");
	check_write_double(-(double) INFINITY, "-Infinity");
}

static void
check_long(const char *text, bool ok, int64_t expected)
{
	int64_t		value = -42;
	bool		got = esql_read_long(text, strlen(text), &value);

	if (!CHECK(got == ok && value == (ok ? expected : -42)))
		fprintf(stderr, "\t%s is %lld\n", text, (long long) value);
}

static void
test_read_long(void)
{
	check_long("0", true, 0);
	check_long("-0", true, 0);
	check_long("+12", true, 12);
	check_long("-12", true, -12);
	check_long("007", true, 7);
	check_long("9223372036854775807", true, INT64_MAX);
	check_long("-9223372036854775808", true, INT64_MIN);
	check_long(" 5 ", true, 5);
	check_long("1.4", true, 1);
	check_long("1.5", true, 2);
	check_long("-1.5", true, -1);
	check_long("-1.6", true, -2);
	check_long("0.49999999999999994", true, 0);
	check_long("1e3", true, 1000);
	check_long("4503599627370497.5", true, INT64_C(4503599627370498));
	/* not whole numbers of 64 bits, but doubles within the range */
	check_long("9223372036854775808", true, INT64_MAX);
	check_long("-9223372036854775809", true, INT64_MIN);
	check_long("9223372036854777856", false, 0);
	check_long("1e19", false, 0);
	check_long("-1e19", false, 0);
	check_long("", false, 0);
	check_long("-", false, 0);
	check_long("1x", false, 0);
	check_long("0x10", false, 0);
	check_long("NaN", false, 0);
	check_long("true", false, 0);
}

static void
check_timespan(const char *text, bool ok, int64_t amount, EsqlTimeUnit unit)
{
	int64_t		got_amount = 0;
	EsqlTimeUnit got_unit = ESQL_YEAR;
	bool		got = esql_read_timespan(text, strlen(text), &got_amount, &got_unit);

	if (!CHECK(got == ok && (!ok || (got_amount == amount && got_unit == unit))))
		fprintf(stderr, "\t%s\n", text);
}

static void
test_others(void)
{
	static const struct
	{
		const char *name;
		EsqlTimeUnit unit;
	} units[] = {
		{"ms", ESQL_MILLISECOND}, {"Milliseconds", ESQL_MILLISECOND}, {"s", ESQL_SECOND},
		{"sec", ESQL_SECOND}, {"SECOND", ESQL_SECOND}, {"m", ESQL_MINUTE}, {"min", ESQL_MINUTE},
		{"minutes", ESQL_MINUTE}, {"h", ESQL_HOUR}, {"hour", ESQL_HOUR}, {"d", ESQL_DAY},
		{"w", ESQL_WEEK}, {"mo", ESQL_MONTH}, {"q", ESQL_QUARTER}, {"y", ESQL_YEAR}, {"yr",
				ESQL_YEAR},
		{"years", ESQL_YEAR}
	};
	EsqlTimeUnit unit;

	CHECK(esql_read_boolean("true", 4) && esql_read_boolean("TrUe", 4));
	CHECK(!esql_read_boolean("false", 5) && !esql_read_boolean("", 0) && !esql_read_boolean("1",
			1));
	CHECK(!esql_read_boolean("true ", 5) && !esql_read_boolean("tru", 3));
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		CHECK(esql_read_time_unit(units[i].name, strlen(units[i].name), &unit) &&
				unit == units[i].unit);
	CHECK(!esql_read_time_unit("", 0, &unit) && !esql_read_time_unit("fortnight", 9, &unit));
	CHECK_TEXT(esql_time_unit_name(ESQL_QUARTER), "quarter");
	check_timespan("1 day", true, 1, ESQL_DAY);
	check_timespan("5m", true, 5, ESQL_MINUTE);
	check_timespan(" -3  Hours ", true, -3, ESQL_HOUR);
	check_timespan("day", false, 0, ESQL_DAY);
	check_timespan("1.5 days", false, 0, ESQL_DAY);
	check_timespan("1", false, 0, ESQL_DAY);
	check_timespan("", false, 0, ESQL_DAY);
	check_timespan("99999999999999999999 days", false, 0, ESQL_DAY);
}

int
main(void)
{
	test_read_date();
	test_write_date();
	test_read_double();
	test_write_double();
	test_read_long();
	test_others();
	/* again where the point is a comma, if the system has such a locale */
	if (setlocale(LC_ALL, "de_DE.UTF-8") != NULL || setlocale(LC_ALL, "fr_FR.UTF-8") != NULL)
	{
		test_read_double();
		test_write_double();
	}
	return unit_report();
}
