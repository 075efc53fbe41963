/*
 * test_text.c
 *		UTF-8, hexadecimal digits, distances of words, addresses and the names of
 *		DATE_DIFF's units.
 */
#include "unit.h"
#include "text/address.h"
#include "text/date_unit.h"
#include "text/distance.h"
#include "text/error.h"
#include "text/hex.h"
#include "text/unseen.h"
#include "text/utf8.h"

/*
 * Every character comes back from its bytes, and each shorter piece is none.
 */
static void
test_utf8_round_trip(void)
{
	bool		ok = true;

	for (uint32_t code = 0; code <= 0x10FFFF; code++)
	{
		char		bytes[TD_UTF8_MAX];
		size_t		length = td_utf8_encode(code, bytes);
		bool		surrogate = code >= 0xD800 && code <= 0xDFFF;
		uint32_t	read = 0;

		ok = ok && td_utf8_decode(bytes, length, &read) == (surrogate ? 0 : length);
		ok = ok && (surrogate || read == code);
		for (size_t n = 0; n < length; n++)
			ok = ok && td_utf8_length(bytes, n) == 0;
	}
	CHECK(ok);
}

static void
test_unseen(void)
{
	static const uint32_t seen[] = {' ', '~', 0xA0, 0xE4, 0x301, 0x20AC, 0x3000, 0x4E3B, 0xFFFD, 0x1F600, 0x10FFFF};
	static const uint32_t unseen[] = {0, 0x1B, 0x7F, 0x9B, 0xAD, 0x200B, 0x200F, 0x202E, 0x2066, 0xFEFF, 0x1343F, 0xE0041};

	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++)
		CHECK(!td_is_unseen(seen[i]));
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		CHECK(td_is_unseen(unseen[i]));
}

static void
test_utf8_broken(void)
{
	static const char *const broken[] = {
		"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80",
		"\xF0\x8F\xBF\xBF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xC3(",
		"\xE2\x82(", "\xE2(\xA1", "\xF0\x90\x8C(", "\xF0(\x8C\xBC"
	};

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		CHECK(td_utf8_length(broken[i], strlen(broken[i])) == 0);
	CHECK(td_utf8_length("", 1) == 1);
}

static void
test_utf8_clip(void)
{
	/* 1, 2, 3 and 4 bytes */
	static const char text[] = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z";
	static const size_t whole[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11};

	for (size_t n = 0; n < sizeof(whole) / sizeof(whole[0]); n++)
		CHECK(td_utf8_clip(text, n) == whole[n]);
	/* what belongs to no character stays */
	CHECK(td_utf8_clip("\x80\x80\x80\x80\x80", 5) == 5);
	CHECK(td_utf8_clip("a\x80", 2) == 2);
	CHECK(td_utf8_clip("a\xFF", 2) == 2);
}

/*
 * Messages and hints that do not fit end with a whole character.
 */
static void
test_error_clip(void)
{
	EsqlContext context;
	char		text[4000];
	EsqlSpan	nowhere = {0, 0};

	memset(&context, 0, sizeof(context));
	for (size_t i = 0; i + 3 < sizeof(text); i += 3)
		memcpy(text + i, "\xE2\x82\xAC", 4);
	esql_set_error(&context, ESQL_ERROR_VALUE, nowhere, text, "x%s", text);
	CHECK(strlen(context.error.message) == 1 + (sizeof(context.error.message) - 2) / 3 * 3);
	CHECK(strlen(context.error.hint) == (sizeof(context.error.hint) - 1) / 3 * 3);
	esql_set_error(&context, ESQL_ERROR_VALUE, nowhere, NULL, "%d %s", 7, "apples");
	CHECK_TEXT(context.error.message, "7 apples");
	CHECK_TEXT(context.error.hint, "");
}

static void
test_hex(void)
{
	const char *digits = "0123456789abcdef";

	for (int i = 0; i < 16; i++)
		CHECK(td_hex_digit((uint32_t) digits[i]) == i);
	CHECK(td_hex_digit('A') == 10 && td_hex_digit('F') == 15);
	CHECK(td_hex_digit('g') == -1 && td_hex_digit('G') == -1 && td_hex_digit('/') == -1);
	CHECK(td_hex_digit(':') == -1 && td_hex_digit('`') == -1 && td_hex_digit('@') == -1);
	CHECK(td_hex_digit(0) == -1 && td_hex_digit(0x10FFFF) == -1 && td_hex_digit(0x130) == -1);
}

static size_t
distance(const char *a, const char *b, size_t limit)
{
	size_t		there = td_edit_distance(a, strlen(a), b, strlen(b), limit);

	CHECK(td_edit_distance(b, strlen(b), a, strlen(a), limit) == there);
	return there;
}

static void
test_distance(void)
{
	char		word[300];

	CHECK(distance("", "", 0) == 0);
	CHECK(distance("", "abc", 5) == 3);
	CHECK(distance("kitten", "sitting", 9) == 3);
	CHECK(distance("kitten", "sitting", 3) == 3);
	CHECK(distance("kitten", "sitting", 2) == 3);
	CHECK(distance("kitten", "sitting", 0) == 1);
	CHECK(distance("host.nmae", "host.name", 5) == 2);
	CHECK(distance("process", "processes", 1) == 2);
	/* characters count, not bytes */
	CHECK(distance("stra\xC3\x9F" "e", "strase", 5) == 1);
	/* and a byte that is no UTF-8 is one, different from the character of its code */
	CHECK(distance("stra\xDF" "e", "strase", 5) == 1);
	CHECK(distance("\xDF", "\xC3\x9F", 5) == 1);
	CHECK(distance("\xDF", "\xDF", 5) == 0);
	memset(word, 'x', sizeof(word));
	CHECK(td_edit_distance(word, 255, word, 255, 9) == 0);
	CHECK(td_edit_distance(word, 256, word, 256, 9) == 10);
}

/*
 * A text is read and written again as expected; NULL if it must not be read.
 */
static void
check_ip(const char *text, const char *expected)
{
	TdAddress	address;
	TdAddress	again;
	char		buffer[TD_ADDRESS_TEXT_SIZE];
	char		key[TD_ADDRESS_KEY_LENGTH];

	if (expected == NULL)
	{
		CHECK(!td_read_ip(text, strlen(text), &address));
		return;
	}
	if (!CHECK(td_read_ip(text, strlen(text), &address)))
		return;
	CHECK(td_write_ip(&address, buffer) == strlen(expected));
	CHECK_TEXT(buffer, expected);
	td_write_ip_key(&address, key);
	CHECK(td_read_ip_key(key, sizeof(key), &again) && memcmp(&address, &again, sizeof(again)) == 0);
}

static void
test_address(void)
{
	check_ip("192.0.2.1", "192.0.2.1");
	check_ip("::ffff:192.0.2.1", "192.0.2.1");
	check_ip("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1");
	check_ip("::", "::");
	check_ip("::1", "::1");
	check_ip("1::", "1::");
	check_ip("::192.0.2.1", "::c000:201");
	check_ip("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7");
	check_ip("", NULL);
	check_ip("192.0.2", NULL);
	check_ip("192.0.2.256", NULL);
	check_ip("192.0.2.1/32", NULL);
	check_ip("fe80::1%eth0", NULL);
	check_ip(":::", NULL);
	check_ip("0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", NULL);
}

static bool
in_block(const char *ip, const char *cidr)
{
	TdAddress	address;
	TdBlock		block;

	CHECK(td_read_ip(ip, strlen(ip), &address));
	CHECK(td_read_cidr(cidr, strlen(cidr), &block));
	return td_in_block(&address, &block);
}

static void
test_block(void)
{
	static const char *const bad[] = {
		"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/0008", "::/129", "::/-1", "10.0.0.0/8/8"
	};
	TdBlock		block;
	TdAddress	address;
	char		buffer[TD_ADDRESS_TEXT_SIZE];

	CHECK(in_block("10.1.2.3", "10.0.0.0/8"));
	CHECK(!in_block("11.1.2.3", "10.0.0.0/8"));
	CHECK(in_block("10.1.2.3", "0.0.0.0/0"));
	CHECK(!in_block("2001:db8::1", "0.0.0.0/0"));
	CHECK(in_block("10.1.2.3", "::/0"));
	CHECK(in_block("10.1.2.3", "10.1.2.3"));
	CHECK(!in_block("10.1.2.3", "10.1.2.2"));
	CHECK(in_block("2001:db8:7fff::", "2001:db8::/33"));
	CHECK(!in_block("2001:db8:8000::", "2001:db8::/33"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!td_read_cidr(bad[i], strlen(bad[i]), &block));
	CHECK(td_read_ip("255.255.255.255", 15, &address));
	td_keep_prefix(&address, 96 + 19);
	(void) td_write_ip(&address, buffer);
	CHECK_TEXT(buffer, "255.255.224.0");
	td_keep_prefix(&address, 0);
	(void) td_write_ip(&address, buffer);
	CHECK_TEXT(buffer, "::");
}

/*
 * A key with anything but 32 digits in lower case is refused, wherever the
 * wrong character stands; the undefined-behaviour sanitizer watches.
 */
static void
test_broken_key(void)
{
	static const char good[] = "00000000000000000000ffffc0000201";
	TdAddress	address;

	CHECK(td_read_ip_key(good, 32, &address));
	CHECK(!td_read_ip_key(good, 31, &address));
	CHECK(!td_read_ip_key("", 0, &address));
	for (size_t i = 0; i < 32; i++)
	{
		char		key[33];

		memcpy(key, good, sizeof(key));
		key[i] = 'x';
		CHECK(!td_read_ip_key(key, 32, &address));
		key[i] = 'F';
		CHECK(!td_read_ip_key(key, 32, &address));
		key[i] = '\xFF';
		CHECK(!td_read_ip_key(key, 32, &address));
	}
}

static void
test_date_units(void)
{
	TdDiffUnit	unit;
	TdDatePart	part;

	CHECK(td_diff_unit("Years", 5, &unit) && unit == TD_DIFF_YEAR);
	CHECK(td_diff_unit("m", 1, &unit) && unit == TD_DIFF_MONTH);
	CHECK(td_diff_unit("y", 1, &unit) && unit == TD_DIFF_DAY);
	CHECK(!td_diff_unit("", 0, &unit) && !td_diff_unit("yea", 3, &unit) && !td_diff_unit("yearss", 6, &unit));
	CHECK(td_date_diff_unit_known("NS", 2) && !td_date_diff_unit_known("decade", 6));
	CHECK(td_date_part("ALIGNED_week_of_year", 20, &part) && part == TD_PART_ALIGNED_WEEK_OF_YEAR);
	CHECK(!td_date_part("week", 4, &part));
	CHECK(td_date_part_known("era", 3) && !td_date_part_known("er", 2));
}

int
main(void)
{
	test_utf8_round_trip();
	test_utf8_broken();
	test_utf8_clip();
	test_error_clip();
	test_hex();
	test_distance();
	test_address();
	test_block();
	test_broken_key();
	test_date_units();
	test_unseen();
	return unit_report();
}
