/*
 * test_grok.c
 *		GROK: columns and types of a pattern, and what the library's patterns match.
 */
#include "regex_tools.h"
#include "esql/pattern/grok_library.h"

static const char *const types[] = {"keyword", "integer", "long", "float", "double", "boolean"};

/*
 * The columns of a pattern as "name type groups".
 */
static void
fields(const char *pattern, const char *expected)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlGrok	grok;
	char		got[500] = "";
	size_t		n = 0;

	if (!CHECK(esql_grok_read(&context, string_of(pattern), span, &grok)))
		fprintf(stderr, "\t%s: %s\n", pattern, context.error.message);
	else
	{
		for (uint32_t i = 0; i < grok.nfields; i++)
		{
			n += (size_t) snprintf(got + n, sizeof(got) - n, "%s%s %s", i == 0 ? "" : ", ",
								   grok.fields[i].name.data, types[grok.fields[i].type]);
			for (uint32_t j = 0; j < grok.fields[i].ngroups; j++)
				n += (size_t) snprintf(got + n, sizeof(got) - n, " %u", grok.fields[i].groups[j]);
		}
		CHECK_TEXT(got, expected);
	}
	arena_reset(&arena);
}

static void
refused(const char *pattern, EsqlErrorClass class, const char *message)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlGrok	grok;

	if (CHECK(!esql_grok_read(&context, string_of(pattern), span, &grok)))
	{
		CHECK(context.error.class == class && context.error.span.start == 3);
		CHECK_TEXT(context.error.message, message);
	}
	arena_reset(&arena);
}

static void
test_fields(void)
{
	fields("abc", "");
	fields("%{WORD}", "");
	fields("%{WORD:b} %{WORD:a}", "a keyword 2, b keyword 1");
	fields("%{WORD:x} %{WORD:x}", "x keyword 1 2");
	fields("%{INT:a:int}%{INT:b:long}%{INT:c:float}%{INT:d:double}%{WORD:e:boolean}%{WORD:f:string}",
		   "a integer 1, b long 2, c float 3, d double 4, e boolean 5, f keyword 6");
	/* what is no type is a string */
	fields("%{INT:a:integer}", "a keyword 1");
	fields("%{INT:a:int:b}", "a keyword 1");
	fields("(?<a>x)(?<b.c>y)(z)", "a keyword 1, b.c keyword 2");
	fields("(?<INT:a:int>x)", "a integer 1");
	fields("(?<Esql.x>a)|(?<Esql.x>b)", "Esql.x keyword 1 2");
	/* groups of one whole name stay together */
	fields("%{WORD:a} %{INT:a} %{WORD:a}", "a keyword 1 3 2");
	fields("%{SYSLOGPROG}", "process.name keyword 1, process.pid integer 2");
	fields("%{SYSLOGFACILITY:x}",
		   "log.syslog.facility.code integer 2, log.syslog.priority integer 3, x keyword 1");
	refused("%{WORD:a}%{INT:a:int}", ESQL_ERROR_TYPE,
			"invalid pattern for GROK: \"a\" is captured with different types");
	refused("%{WORD:}", ESQL_ERROR_VALUE, "invalid pattern for GROK: %{WORD:} names no column");
	refused("%{WORD::int}", ESQL_ERROR_VALUE, "invalid pattern for GROK: %{WORD::int} names no column");
	refused("%{word:a}", ESQL_ERROR_VALUE, "invalid pattern for GROK: there is no pattern %{word}");
	refused("(?<a>", ESQL_ERROR_VALUE, "invalid pattern for GROK: a parenthesis is not closed");
}

static void
test_join(void)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlString	patterns[2] = {string_of("a|b"), string_of("c")};
	EsqlString	result;

	CHECK(esql_grok_join(&context, patterns, 1, &result));
	CHECK_TEXT(result.data, "a|b");
	CHECK(esql_grok_join(&context, patterns, 2, &result));
	CHECK_TEXT(result.data, "(?:a|b)|(?:c)");
	arena_reset(&arena);
}

/* The first match of each library pattern, and what does not match. */
static const struct
{
	const char *name;
	const char *text;
	const char *match;			/* NULL for none */
} cases[] = {
	{"WORD", "-foo_1 bar", "foo_1"},
	{"WORD", "\xC3\xA9""a", NULL},
	{"NOTSPACE", " a-b c", "a-b"},
	{"SPACE", "  a", "  "},
	{"DATA", "abc", ""},
	{"GREEDYDATA", "a b\nc", "a b"},
	{"INT", "x-42", "-42"},
	{"NUMBER", "1.50e", "1.50"},
	{"NUMBER", "-.5", "-.5"},
	{"NUMBER", "1.2.3", "1.2"},
	{"BASE10NUM", "a1", "1"},
	{"BASE16NUM", "0x1F", "0x1F"},
	{"BASE16FLOAT", "1f.8", "1f.8"},
	{"POSINT", "a 012 12", "12"},
	{"NONNEGINT", "a1 012", "012"},
	{"UUID", "x123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"},
	{"QUOTEDSTRING", "a \"b \\\" c\" d", "\"b \\\" c\""},
	{"QUOTEDSTRING", "''", "''"},
	{"QUOTEDSTRING", "`a`", "`a`"},
	{"QUOTEDSTRING", "\"a", NULL},
	{"QS", "'it'", "'it'"},
	{"URN", "urn:isbn:0-1%20", "urn:isbn:0-1%20"},
	{"USERNAME", "!joe.doe-1", "joe.doe-1"},
	{"USER", "root:", "root"},
	{"EMAILADDRESS", "<a.b+c@mail.example.com>", "a.b+c@mail.example.com"},
	{"EMAILLOCALPART", "a..b", "a"},
	{"MAC", "00:1a:2B:3c:4d:5e", "00:1a:2B:3c:4d:5e"},
	{"MAC", "00-1a-2b-3c-4d-5e", "00-1a-2b-3c-4d-5e"},
	{"MAC", "001a.2b3c.4d5e", "001a.2b3c.4d5e"},
	{"CISCOMAC", "001a.2b3c.4d5e", "001a.2b3c.4d5e"},
	{"WINDOWSMAC", "00:1a:2b:3c:4d:5e", NULL},
	{"COMMONMAC", "00:1a:2b:3c:4d:5e", "00:1a:2b:3c:4d:5e"},
	{"IPV4", "a 192.168.10.255 b", "192.168.10.255"},
	{"IPV4", "256.1.1.1", NULL},
	{"IPV4", "1.2.3.4567", NULL},
	{"IPV6", "2001:db8:0:0:0:0:2:1", "2001:db8:0:0:0:0:2:1"},
	{"IPV6", "[2001:db8::1]", "2001:db8::1"},
	{"IPV6", "fe80::1%eth0 x", "fe80::1%eth0 x"},
	{"IPV6", "::1", "::1"},
	{"IPV6", "64:ff9b::192.0.2.1", "64:ff9b::192"},
	{"IPV6", "1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:192.0.2.1"},
	{"IPV6", "1:2:3", NULL},
	{"IP", "from 10.0.0.1", "10.0.0.1"},
	{"HOSTNAME", "//web-1.example.com:80", "web-1.example.com"},
	{"HOSTNAME", "a.b.", "a.b."},
	{"IPORHOST", "10.0.0.1:80", "10.0.0.1"},
	{"HOSTPORT", "db.local:5432/", "db.local:5432"},
	{"UNIXPATH", "in /usr/bin/x.y ", "/usr/bin/x.y"},
	{"WINPATH", "C:\\Windows\\cmd.exe", "C:\\Windows\\cmd.exe"},
	{"PATH", "\\\\srv\\share", "\\\\srv\\share"},
	{"TTY", "/dev/pts/3", "/dev/pts/3"},
	{"URIPROTO", "see https://x", "see"},
	{"URIPROTO", "h", NULL},
	{"URIHOST", "x.org:8080/a", "x.org:8080"},
	{"URIPATH", "a/b/c?d", "/b/c"},
	{"URIQUERY", "a=1&b[]=2#x y", "a=1&b[]=2#x"},
	{"URIPARAM", "/a?b=1 ", "?b=1"},
	{"URIPATHPARAM", "/a/b?c=d e", "/a/b?c=d"},
	{"URI", "get http://me:pw@x.org:80/a?b=c now", "http://me:pw@x.org:80/a?b=c"},
	{"MONTH", "in December", "December"},
	{"MONTH", "Januar", "Januar"},
	{"MONTH", "Octobers", NULL},
	{"MONTHNUM", "12", "1"},
	{"MONTHNUM2", "12", "12"},
	{"MONTHDAY", "31", "31"},
	{"DAY", "Tuesday", "Tuesday"},
	{"YEAR", "12345", "1234"},
	{"HOUR", "25", "2"},
	{"MINUTE", "75", NULL},
	{"SECOND", "59.123", "59.123"},
	{"TIME", "at 23:59:60,5", "23:59:60,5"},
	{"DATE_US", "12/31/2026", "12/31/2026"},
	{"DATE_EU", "31.12.2026", "31.12.2026"},
	{"DATE", "31-12-2026", "31-12-2026"},
	{"DATESTAMP", "12/31/26 10:00:00", "12/31/26 10:00:00"},
	{"ISO8601_TIMEZONE", "+01:30", "+01:30"},
	{"ISO8601_SECOND", "60", "6"},
	{"TIMESTAMP_ISO8601", "[2026-11-20T09:30:00.123Z]", "2026-11-20T09:30:00.123Z"},
	{"TIMESTAMP_ISO8601", "2026-11-20 0930", "2026-11-20 0930"},
	{"TZ", "CEST UTC", "EST"},
	{"DATESTAMP_RFC822", "Fri Nov 20 2026 10:00:00 UTC", "Fri Nov 20 2026 10:00:00 UTC"},
	{"DATESTAMP_RFC2822", "Fri, 20 Nov 2026 10:00:00 +0100", "Fri, 20 Nov 2026 10:00:00 +0100"},
	{"DATESTAMP_OTHER", "Fri Nov 20 10:00:00 UTC 2026", "Fri Nov 20 10:00:00 UTC 2026"},
	{"DATESTAMP_EVENTLOG", "20261120100000", "20261120100000"},
	{"HTTPDATE", "[20/Nov/2026:10:00:00 +0100]", "20/Nov/2026:10:00:00 +0100"},
	{"SYSLOGTIMESTAMP", "Nov  3 10:00:00 web", "Nov  3 10:00:00"},
	{"PROG", "sshd[12]", "sshd"},
	{"SYSLOGPROG", "sshd[12]:", "sshd[12]"},
	{"SYSLOGHOST", "web-1", "web-1"},
	{"SYSLOGFACILITY", "<10.2>", "<10.2>"},
	{"SYSLOGBASE", "Nov  3 10:00:00 web-1 sshd[12]: hi", "Nov  3 10:00:00 web-1 sshd[12]:"},
	{"LOGLEVEL", "x WARNING", "WARNING"},
	{"LOGLEVEL", "error", "error"}
};

static void
test_library(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		Arena		arena = {0};
		EsqlContext context = arena_context(&arena, "", 0);
		EsqlGrok	grok;
		EsqlRegex  *regex;
		char		pattern[60];
		char		message[200];
		const size_t *groups;
		EsqlRegexResult	result;

		snprintf(pattern, sizeof(pattern), "%%{%s}", cases[i].name);
		if (!CHECK(esql_grok_read(&context, string_of(pattern), span, &grok)))
			continue;
		regex = esql_regex_compile(grok.text.data, grok.text.length, true, message,
								   sizeof(message));
		if (!CHECK(regex != NULL))
			fprintf(stderr, "\t%s: %s\n", pattern, message);
		else
		{
			result = esql_regex_search(regex, cases[i].text, strlen(cases[i].text), 0, &patient, &groups);
			if (cases[i].match == NULL)
				unit_check(result == ESQL_SEARCH_NONE, cases[i].name, (int) i, cases[i].text);
			else if (unit_check(result == ESQL_SEARCH_FOUND, cases[i].name, (int) i, cases[i].text))
			{
				char		got[200];

				snprintf(got, sizeof(got), "%.*s", (int) (groups[1] - groups[0]), cases[i].text + groups[0]);
				unit_check_text(got, cases[i].match, cases[i].name, (int) i);
			}
		}
		esql_regex_free(regex);
		arena_reset(&arena);
	}
	/* each has a case */
	for (size_t n = 0; esql_grok_library_name(n) != NULL; n++)
	{
		const char *name = esql_grok_library_name(n);
		bool		found = false;

		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]) && !found; i++)
			found = strcmp(cases[i].name, name) == 0;
		unit_check(found, name, 0, "a case of this pattern");
		CHECK(strstr(esql_grok_library_hint(), name) != NULL);
	}
}

static void
test_out_of_memory(void)
{
	for (size_t n = 1;; n++)
	{
		Arena		arena = {0};
		EsqlContext context = arena_context(&arena, "", 0);
		EsqlGrok	grok;
		bool		ok;
		size_t		calls;

		arena.fail_at = n;
		ok = esql_grok_read(&context, string_of("%{WORD:a} (?<b>[^c]) %{INT:c:int}"), span, &grok);
		calls = arena.calls;
		arena_reset(&arena);
		if (calls < n)
		{
			CHECK(ok);
			return;
		}
		CHECK(!ok && context.error.class == ESQL_ERROR_MEMORY);
	}
}

int
main(void)
{
	test_fields();
	test_join();
	test_library();
	test_out_of_memory();
	return unit_report();
}
