/*
 * test_dissect.c
 *		DISSECT: patterns, and texts taken apart by them.
 *
 * A small evaluator that works in another way, key by key from the text's end of
 * the last delimiter, checks random patterns and texts.
 */
#include "unit.h"
#include "esql/pattern/dissect.h"

static const EsqlSpan span = {3, 4};

static EsqlString
string_of(const char *text)
{
	EsqlString	result;

	result.data = (char *) text;
	result.length = (uint32_t) strlen(text);
	return result;
}

/*
 * Print a column: the texts of its keys with commas.
 */
static size_t
print_field(const EsqlDissect *dissect, uint32_t number, const char *text,
			const EsqlDissectPart *parts, char *out, size_t size)
{
	const EsqlDissectField *field = &dissect->fields[number];
	size_t		n = (size_t) snprintf(out, size, "%s=", field->name.data);

	for (uint32_t i = 0; i < field->nkeys; i++)
	{
		const EsqlDissectPart *part = &parts[field->keys[i]];

		n += (size_t) snprintf(out + n, size - n, "%s%.*s", i == 0 ? "" : ",",
							   (int) (part->end - part->start), text + part->start);
	}
	return n + (size_t) snprintf(out + n, size - n, ";");
}

static void
dissect(const char *pattern, const char *text, const char *expected)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlDissect result;
	EsqlDissectPart parts[ESQL_MAX_KEYS];
	char		got[500] = "";
	size_t		n = 0;

	if (!CHECK(esql_dissect_read(&context, string_of(pattern), span, &result)))
		fprintf(stderr, "\t%s: %s\n", pattern, context.error.message);
	else if (expected == NULL)
		unit_check(!esql_dissect_match(&result, text, strlen(text), parts), pattern, 0, text);
	else if (unit_check(esql_dissect_match(&result, text, strlen(text), parts), pattern, 0, text))
	{
		for (uint32_t i = 0; i < result.nfields; i++)
			n += print_field(&result, i, text, parts, got + n, sizeof(got) - n);
		CHECK_TEXT(got, expected);
	}
	arena_reset(&arena);
}

static void
refused(const char *pattern, EsqlErrorClass class, const char *message)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlDissect result;

	if (CHECK(!esql_dissect_read(&context, string_of(pattern), span, &result)))
	{
		CHECK(context.error.class == class && context.error.span.start == 3);
		CHECK_TEXT(context.error.message, message);
	}
	arena_reset(&arena);
}

static void
test_dissect(void)
{
	dissect("%{a} %{b}", "foo bar", "a=foo;b=bar;");
	dissect("%{a} %{b}", "foo bar baz", "a=foo;b=bar baz;");
	dissect("%{a} %{b} baz", "foo bar", NULL);
	dissect("%{a} %{b} baz", "foo bar baz qux", "a=foo;b=bar;");
	dissect("%{a}", "foo", "a=foo;");
	dissect("%{a}", "", NULL);
	dissect("x%{a}", "x", NULL);
	dissect("x%{a}", "xy", "a=y;");
	dissect("x%{a}", "yx", NULL);
	dissect("%{a} %{b}", "foo ", "a=foo;b=;");
	dissect("%{a} %{b}", " bar", "a=;b=bar;");
	dissect("%{a}::%{b}", "x:y::z", "a=x:y;b=z;");
	dissect("%{a}ab%{b}", "aab", "a=a;b=;");
	dissect("[%{a}] {%{b}}", "[x] {y}", "a=x;b=y;");
	/* skipped keys */
	dissect("%{a} %{} %{c}", "1 2 3", "a=1;c=3;");
	dissect("%{?x} %{b}", "1 2", "b=2;");
	dissect("%{b} %{?}", "1 2", "b=1;");
	dissect("%{}static/%{b}", "s/static/x", "b=x;");
	/* what stands before a modifier does not count */
	dissect("%{{?k}=%{v}}", "{a=1}", "v=1;");
	dissect("%{x+a} %{y+a}", "1 2", "a=1,2;");
	/* padding */
	dissect("%{a->} %{b}", "x    y", "a=x;b=y;");
	dissect("%{->} %{b}", "x    y", "b=y;");
	dissect("%{a->}, %{b}", "x, , , y", "a=x;b=y;");
	/* without it, each further delimiter makes an empty value */
	dissect("%{a},%{b},%{c}", "x,,z", "a=x;b=;c=z;");
	dissect("%{a},%{b},%{c},%{d}", "x,,,", "a=x;b=;c=;d=;");
	dissect("%{a},%{b},%{c}", "x,,,,", "a=x;b=;c=;");
	dissect("%{a} %{b}", "x   y", "a=x;b=;");
	dissect("%{a},%{b}:%{c}", "x,,y:z", "a=x;b=;c=y:z;");
	/* appended */
	dissect("%{+a} %{b} %{+a}", "1 2 3", "a=1,3;b=2;");
	dissect("%{a} %{+a}", "1 2", "a=1,2;");
	dissect("%{+a/3} %{+a/1} %{+a/2}", "1 2 3", "a=2,3,1;");
	dissect("%{+a/1} %{+a} %{+a}", "1 2 3", "a=2,3,1;");
	dissect("%{+a/2->} %{+a/1}", "1   2", "a=2,1;");
	/* a name twice without +: the last counts */
	dissect("%{a} %{a}", "1 2", "a=2;");
	dissect("%{Esql.a}=\xC3\xA9%{b c}", "1=\xC3\xA9""2", "Esql.a=1;b c=2;");
}

static void
test_refused(void)
{
	refused("", ESQL_ERROR_VALUE, "invalid pattern for DISSECT: it names no column (byte 1)");
	refused("abc", ESQL_ERROR_VALUE, "invalid pattern for DISSECT: it names no column (byte 1)");
	refused("%{} %{?a}", ESQL_ERROR_VALUE, "invalid pattern for DISSECT: it names no column (byte 1)");
	refused("%{a", ESQL_ERROR_VALUE, "invalid pattern for DISSECT: a key is not closed by a brace (byte 1)");
	refused("%{a %{b}", ESQL_ERROR_VALUE,
			"invalid pattern for DISSECT: a key is not closed by a brace (byte 3)");
	refused("%{a}%{b}", ESQL_ERROR_VALUE,
			"invalid pattern for DISSECT: there is nothing between two keys (byte 5)");
	refused("%{a} %{*b}", ESQL_ERROR_UNSUPPORTED,
			"pattern for DISSECT is not supported: reference keys (* and &) (byte 8)");
	refused("%{&a}", ESQL_ERROR_UNSUPPORTED,
			"pattern for DISSECT is not supported: reference keys (* and &) (byte 3)");
	refused("%{+a+b}", ESQL_ERROR_VALUE,
			"invalid pattern for DISSECT: a key has more than one modifier (byte 5)");
	refused("%{+?a}", ESQL_ERROR_VALUE,
			"invalid pattern for DISSECT: a key has more than one modifier (byte 4)");
	refused("%{a/+b}", ESQL_ERROR_VALUE,
			"invalid pattern for DISSECT: \"/\" is followed by a number, in a key that begins with + (byte 4)");
	refused("%{+}", ESQL_ERROR_VALUE,
			"invalid pattern for DISSECT: a key that begins with + has no name (byte 4)");
	refused("%{a/1}", ESQL_ERROR_VALUE,
			"invalid pattern for DISSECT: \"/\" is followed by a number, in a key that begins with + (byte 4)");
	refused("%{+a/x}", ESQL_ERROR_VALUE,
			"invalid pattern for DISSECT: \"/\" is followed by a number, in a key that begins with + (byte 5)");
	refused("%{+a/32768}", ESQL_ERROR_VALUE,
			"invalid pattern for DISSECT: the order is out of range (byte 5)");
}

/*
 * The model: cut the text at each delimiter in turn, and let runs of a delimiter
 * make empty values.
 */
static bool
model(char delimiters[][3], int nkeys, const char *text, char *out)
{
	char		values[10][100];
	int			n = 0;

	if (text[0] == '\0')
		return false;
	while (n < nkeys)
	{
		const char *delimiter = delimiters[n];
		const char *found = delimiter[0] == '\0' ? text + strlen(text) : strstr(text, delimiter);

		if (found == NULL)
			return false;
		snprintf(values[n++], 100, "%.*s", (int) (found - text), text);
		text = found + strlen(delimiter);
		while (delimiter[0] != '\0' && n < nkeys && strncmp(text, delimiter, strlen(delimiter)) == 0)
		{
			values[n++][0] = '\0';
			text += strlen(delimiter);
		}
	}
	out[0] = '\0';
	for (int i = 0; i < nkeys; i++)
		sprintf(out + strlen(out), "k%d=%s;", i, values[i]);
	return true;
}

static void
test_random(void)
{
	uint32_t	seed = 1;
	int			matched = 0;

	for (int round = 0; round < 20000; round++)
	{
		char		delimiters[10][3];
		char		pattern[200] = "";
		char		text[30];
		char		expected[1200];
		int			nkeys;
		int			length;

#define RANDOM(n) ((int) ((seed = seed * 1103515245 + 12345) >> 16) % (n))
		nkeys = 1 + RANDOM(4);
		length = RANDOM(20);
		for (int i = 0; i < nkeys; i++)
		{
			int			size = i == nkeys - 1 ? RANDOM(2) : 1 + RANDOM(2);

			for (int j = 0; j < size; j++)
				delimiters[i][j] = ",;"[RANDOM(2)];
			delimiters[i][size] = '\0';
			sprintf(pattern + strlen(pattern), "%%{k%d}%s", i, delimiters[i]);
		}
		for (int i = 0; i < length; i++)
			text[i] = "a,;"[RANDOM(3)];
		text[length] = '\0';
		if (model(delimiters, nkeys, text, expected))
		{
			matched++;
			dissect(pattern, text, expected);
		}
		else
			dissect(pattern, text, NULL);
	}
	CHECK(matched > 3000);
}

static void
test_out_of_memory(void)
{
	for (size_t n = 1;; n++)
	{
		Arena		arena = {0};
		EsqlContext context = arena_context(&arena, "", 0);
		EsqlDissect result;
		bool		ok;
		size_t		calls;

		arena.fail_at = n;
		ok = esql_dissect_read(&context, string_of("x%{a} %{+b} %{?c}"), span, &result);
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
	test_dissect();
	test_refused();
	test_random();
	test_out_of_memory();
	return unit_report();
}
