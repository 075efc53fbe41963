/*
 * test_whole.c
 *		Whole numbers, numbers without exponents, and addresses with more behind them.
 */
#include "unit.h"

#include "text/address.h"
#include "text/whole.h"

static const char *
whole(const char *text)
{
	static char result[40];
	int64_t		number;

	switch (td_read_whole(text, strlen(text), &number))
	{
		case TD_WHOLE_OK:
			snprintf(result, sizeof(result), "%lld", (long long) number);
			return result;
		case TD_WHOLE_RANGE:
			return "range";
		case TD_WHOLE_SYNTAX:
			break;
	}
	return "syntax";
}

static const char *
plain(const char *text)
{
	static char result[100];
	size_t		length = td_plain_number(NULL, text, strlen(text));

	CHECK(length < sizeof(result) && td_plain_number(result, text, strlen(text)) == length);
	result[length] = '\0';
	return result;
}

int
main(void)
{
	static const char *const wholes[][2] = {
		{"0", "0"}, {"-0", "0"}, {"+7", "7"}, {"-7.9", "-7"}, {"8.905032E6", "8905032"}, {"1e2", "100"}, {"12e-1", "1"}, {"1e-999999999999", "0"},
		{"0e999999999999", "0"}, {"9223372036854775807.9", "9223372036854775807"}, {"9223372036854775808", "range"},
		{"-9223372036854775808", "-9223372036854775808"}, {"-9223372036854775809", "range"}, {"1e19", "range"}, {"1e999999999999", "range"},
		{"92233720368547758070e-1", "9223372036854775807"}, {"0.00001e5", "1"}, {".5", "0"}, {"5.", "5"}, {"000000000000000000000000012", "12"},
		{"", "syntax"}, {"-", "syntax"}, {".", "syntax"}, {"1e", "syntax"}, {"1e+", "syntax"}, {"1.2.3", "syntax"}, {" 1", "syntax"}, {"1 ", "syntax"},
		{"0x10", "syntax"}, {"NaN", "syntax"}
	};
	static const char *const plains[][2] = {
		{"1e2", "100"}, {"1E+2", "100"}, {"-0", "0"}, {"-0.0", "0.0"}, {"1.5e1", "15"}, {"1.50e1", "15.0"}, {"1e-3", "0.001"}, {"12e-1", "1.2"},
		{"-1.5e3", "-1500"}, {"0e5", "0"}, {"0.00e1", "0.0"}, {"0.001e2", "0.1"}, {"0.001e3", "1"}, {"-12.5", "-12.5"}, {"10e0", "10"}, {"100e-2", "1.00"}
	};
	static const struct
	{
		const char *text;
		size_t		bare;
	}			addresses[] = {
		{"10.0.0.1", 8}, {"10.0.0.1/24", 8}, {"10.0.0.1/33", 0}, {"10.0.0.1/", 0}, {"10.0.0.1/-1", 0}, {"10.0.0.1%eth0", 0}, {"fe80::1%eth0", 7},
		{"fe80::1%0", 7}, {"fe80::1%", 0}, {"fe80::1/64", 7}, {"fe80::1/129", 0}, {"fe80::1%eth0/64", 7}, {"", 0}, {"/8", 0}, {"%eth0", 0}, {"::1", 3},
		{"::ffff:10.0.0.1/120", 15}, {"10.0.0.1/99999999999999999999", 0}
	};

	for (size_t i = 0; i < sizeof(wholes) / sizeof(wholes[0]); i++)
		CHECK_TEXT(whole(wholes[i][0]), wholes[i][1]);
	for (size_t i = 0; i < sizeof(plains) / sizeof(plains[0]); i++)
		CHECK_TEXT(plain(plains[i][0]), plains[i][1]);
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		CHECK(td_bare_address(addresses[i].text, strlen(addresses[i].text)) == addresses[i].bare);
	return unit_report();
}
