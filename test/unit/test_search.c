/*
 * test_search.c
 *		KQL as a tree, the words of a text, and paths into JSON.
 */
#include "unit/unit.h"

#include "esql/search/search.h"
#include "text/analyzer.h"
#include "text/buffer.h"
#include "text/json_path.h"

/* ---------------------------------------------------------------- KQL */

static void
print_value(EsqlBuffer *out, EsqlString value)
{
	for (uint32_t i = 0; i < value.length; i++)
		esql_append_char(out, value.data[i] == ESQL_SEARCH_ANY ? '%' : value.data[i] == ESQL_SEARCH_ONE ? '?' : value.data[i]);
}

static void
print_search(EsqlBuffer *out, const EsqlSearch *search)
{
	static const char *const comparisons[] = {" < ", " <= ", " > ", " >= "};

	switch (search->kind)
	{
		case ESQL_SEARCH_EVERYTHING:
			esql_append_text(out, "all");
			return;
		case ESQL_SEARCH_AND:
		case ESQL_SEARCH_OR:
			esql_append_char(out, '(');
			for (uint32_t i = 0; i < search->nargs; i++)
			{
				if (i > 0)
					esql_append_text(out, search->kind == ESQL_SEARCH_AND ? " & " : " | ");
				print_search(out, search->args[i]);
			}
			esql_append_char(out, ')');
			return;
		case ESQL_SEARCH_NOT:
			esql_append_char(out, '!');
			print_search(out, search->args[0]);
			return;
		case ESQL_SEARCH_EXISTS:
			esql_append(out, search->field.data, search->field.length);
			esql_append_char(out, '?');
			return;
		case ESQL_SEARCH_VALUE:
			esql_append(out, search->field.data, search->field.length);
			esql_append_text(out, search->quoted ? " = '" : " = ");
			print_value(out, search->value);
			esql_append_text(out, search->quoted ? "'" : "");
			return;
		case ESQL_SEARCH_LT:
		case ESQL_SEARCH_LE:
		case ESQL_SEARCH_GT:
		case ESQL_SEARCH_GE:
			esql_append(out, search->field.data, search->field.length);
			esql_append_text(out, comparisons[search->kind - ESQL_SEARCH_LT]);
			print_value(out, search->value);
			return;
	}
}

/* The tree of a text, or its error as "at: message". */
static void
check_search(EsqlSearch *(*read) (EsqlContext *context), const char *text, const char *expected, int line)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, text, strlen(text));
	EsqlSearch *search = read(&context);
	EsqlBuffer	out;
	EsqlString	result;
	char		at[20];

	esql_buffer_init(&out, &context);
	if (search != NULL)
		print_search(&out, search);
	else
	{
		snprintf(at, sizeof(at), "%u: ", context.error.span.start);
		esql_append_text(&out, at);
		esql_append_text(&out, context.error.message);
	}
	if (!esql_buffer_finish(&out, &result))
		abort();
	unit_check_text(result.data, expected, __FILE__, line);
	arena_reset(&arena);
}

#define KQL(text, expected) check_search(esql_read_kql, (text), (expected), __LINE__)
#define QSTR(text, expected) check_search(esql_read_qstr, (text), (expected), __LINE__)

static void
test_kql(void)
{
	KQL("", "all");
	KQL(" \t\n\343\200\200", "all");
	KQL("*", "all");
	KQL("* : *", "all");
	KQL("a:b", "a = b");
	KQL("a : b", "a = b");
	KQL("a:\343\200\200b", "a = b");
	KQL("a.b_c-d: e", "a.b_c-d = e");
	KQL("\"a b\": c", "a b = c");
	KQL("a\\:b: c", "a:b = c");
	KQL("a: b c  d", "a = b c d");
	KQL("a: \"b  c\"", "a = 'b  c'");
	KQL("a: \"b \\\"c\\\" \\\\ \\x\"", "a = 'b \"c\" \\ \\x'");
	KQL("a: \"and (b)\"", "a = 'and (b)'");
	KQL("a: *", "a?");
	KQL("a: \\*", "a = *");
	KQL("a: b*", "a = b%");
	KQL("a: *b*c\\**", "a = %b%c*%");
	KQL("a: b *", "a = b %");
	KQL("a: \"b*\"", "a = 'b*'");
	KQL("a: \\u0041\\t\\n\\r", "a = A\t\n\r");
	KQL("a: \\and \\OR \\Not", "a = and OR Not");
	KQL("a: band nor knot", "a = band nor knot");
	KQL("a: C\\:\\\\x", "a = C:\\x");
	KQL("a: \\(\\)\\<\\>\\{\\}\\\"", "a = ()<>{}\"");
	KQL("a < 1 and b <= 2 and c > 3 and d >= \"4 5\"", "(a < 1 & b <= 2 & c > 3 & d >= 4 5)");
	KQL("a>=now-1d", "a >= now-1d");
	KQL("a:b and c:d or e:f", "((a = b & c = d) | e = f)");
	KQL("a:b or c:d and e:f", "(a = b | (c = d & e = f))");
	KQL("a:b AND (c:d OR e:f)", "(a = b & (c = d | e = f))");
	KQL("not a:b", "!a = b");
	KQL("not not a:b", "!!a = b");
	KQL("not a:b and c:d", "(!a = b & c = d)");
	KQL("not (a:b and c:d)", "!(a = b & c = d)");
	KQL("a:(b)", "a = b");
	KQL("a:(b or c)", "(a = b | a = c)");
	KQL("a:(b and not c d or \"e\")", "((a = b & !a = c d) | a = 'e')");
	KQL("a:((b or c) and d*)", "((a = b | a = c) & a = d%)");
	KQL("a:(not b)", "!a = b");
	KQL("a:(*)", "a?");

	KQL("a", "0: a search in all fields is not supported");
	KQL("a b: c", "0: a search in all fields is not supported");
	KQL("* a", "0: a search in all fields is not supported");
	KQL("a*: b", "0: wildcards in the name of a field are not supported");
	KQL("a: {b: c}", "3: nested documents are not supported");
	KQL("a:", "2: unexpected end of the search, expected a value");
	KQL("a: and", "3: unexpected \"and\", expected a value");
	KQL(": b", "0: unexpected \":\", expected a field");
	KQL("a:b:c", "3: unexpected \":\", expected and, or or the end of the search");
	KQL("a: b)", "4: unexpected \")\", expected and, or or the end of the search");
	KQL("(a: b", "5: unexpected end of the search, expected and, or or \")\"");
	KQL("a: (b c:d)", "7: unexpected \":\", expected and, or or \")\"");
	KQL("a: b and", "8: unexpected end of the search, expected a field");
	KQL("a: b c: d", "6: unexpected \":\", expected and, or or the end of the search");
	KQL("a: \"b", "3: the quoted value does not end");
	KQL("a: b\\", "4: a backslash at the end escapes nothing");
	KQL("a: \\ud800", "3: this is no character");
	KQL("a: \\u0001", "3: this is no character");
	KQL("a: \001", "3: this character cannot be searched for");
	KQL("a > b*", "0: a value that is compared cannot have wildcards");
}

static void
test_qstr(void)
{
	QSTR("a:b", "a = b");
	QSTR("a: b", "a = b");
	QSTR("a:b c:d", "(a = b | c = d)");
	QSTR("a:b OR c:d", "(a = b | c = d)");
	QSTR("a:b || c:d", "(a = b | c = d)");
	QSTR("a:b AND c:d", "(a = b & c = d)");
	QSTR("a:b && c:d", "(a = b & c = d)");
	QSTR("a:b AND c:d OR e:f", "(a = b & c = d)");
	QSTR("a:b OR c:d AND e:f", "(c = d & e = f)");
	QSTR("a:b AND NOT c:d", "(a = b & !c = d)");
	QSTR("NOT a:b", "!a = b");
	QSTR("-a:b !c:d", "(!a = b & !c = d)");
	QSTR("+a:b c:d -e:f", "(a = b & !e = f)");
	QSTR("(a:b OR c:d) AND e:f", "((a = b | c = d) & e = f)");
	QSTR("a:(b c -d)", "((a = b | a = c) & !a = d)");
	QSTR("a:(b AND (c OR d))", "(a = b & (a = c | a = d))");
	QSTR("a:\"b c\\\"*\"", "a = 'b c\"*'");
	QSTR("a:b\\ c\\:\\*\\u0041", "a = b c:*A");
	QSTR("a:b*c?", "a = b%c?");
	QSTR("a:*", "a?");
	QSTR("_exists_:a.b", "a.b?");
	QSTR("_exists_:*", "all");
	QSTR("*:*", "all");
	QSTR("*", "all");
	QSTR("a:[1 TO 2]", "(a >= 1 & a <= 2)");
	QSTR("a:{1 TO \"2 3\"]", "(a > 1 & a <= 2 3)");
	QSTR("a:[* TO 2}", "(a < 2)");
	QSTR("a:[* TO *]", "a?");
	QSTR("a:>1 a:<=2 a:>= 3 a:<4", "(a > 1 | a <= 2 | a >= 3 | a < 4)");
	QSTR("a:b^2.5 c:d", "(a = b | c = d)");
	QSTR("a:b-c+d", "a = b-c+d");
	QSTR("a:android or:x", "(a = android | or = x)");

	QSTR("", "0: unexpected end of the search, expected a field");
	QSTR("()", "1: unexpected \")\", expected a field");
	QSTR("a", "0: a search in all fields is not supported");
	QSTR("\"a\"", "0: a search in all fields is not supported");
	QSTR("a:b or c:d", "4: a search in all fields is not supported");
	QSTR("a:/b/", "2: regular expressions are not supported");
	QSTR("a:b~1", "3: nearness (~) is not supported");
	QSTR("a:\"b c\"~2", "7: nearness (~) is not supported");
	QSTR("_exists_:a.*", "9: wildcards in the name of a field are not supported");
	QSTR("a*:b", "0: wildcards in the name of a field are not supported");
	QSTR("a:b:c", "3: unexpected \":c\", expected a value");
	QSTR("a:b)", "3: unexpected \")\", expected the end of the search");
	QSTR("(a:b", "4: unexpected end of the search, expected \")\"");
	QSTR("a:b AND", "7: unexpected end of the search, expected a field");
	QSTR("a:[1 2]", "5: unexpected \"2]\", expected TO");
	QSTR("a:[1 TO 2", "9: unexpected end of the search, expected \"]\" or \"}\"");
	QSTR("a:[1* TO 2]", "3: a value that is compared cannot have wildcards");
	QSTR("a:\"b", "2: the quoted value does not end");
	QSTR("a:b\\", "3: a backslash at the end escapes nothing");
	QSTR("a:b^", "4: unexpected end of the search, expected a number");
	QSTR("a:\001", "2: this character cannot be searched for");
}

/* Nesting has a limit; memory that runs out is an error. */
static void
test_limits(void)
{
	char		text[2000] = "";

	for (int i = 0; i < 90; i++)
		strcat(text, "(");
	strcat(text, "a:b");
	for (int i = 0; i < 90; i++)
		strcat(text, ")");
	KQL(text, "a = b");
	text[0] = '\0';
	for (int i = 0; i < 500; i++)
		strcat(text, "not");
	for (int i = 0; i < 300; i++)
		memcpy(text + 4 * i, "not ", 4);
	strcpy(text + 1200, "a:b");
	KQL(text, "800: the search nests too deeply");
	for (int values = 10000; values <= 10001; values++)
	{
		Arena		arena = {0};
		char	   *list = malloc(5 * (size_t) values + 10);
		size_t		length = (size_t) sprintf(list, "a:(b");
		EsqlContext context;
		EsqlSearch *search;

		for (int i = 1; i < values; i++)
			length += (size_t) sprintf(list + length, " or b");
		length += (size_t) sprintf(list + length, ")");
		context = arena_context(&arena, list, length);
		search = esql_read_kql(&context);
		CHECK(values == 10000 ? search != NULL && search->nargs == 10000 : context.error.class == ESQL_ERROR_LIMIT);
		arena_reset(&arena);
		free(list);
	}
	for (size_t fail_at = 1; fail_at < 100; fail_at++)
	{
		Arena		arena = {.fail_at = fail_at};
		const char *query = "a:(b or c or d or e or f) and g > 1 and not \"h\": *i";
		EsqlContext context = arena_context(&arena, query, strlen(query));
		EsqlSearch *search = esql_read_kql(&context);

		CHECK(search != NULL ? arena.calls < fail_at : context.error.class == ESQL_ERROR_MEMORY);
		arena_reset(&arena);
	}
}

/* ---------------------------------------------------------------- words */

static void
check_words(const char *text, const char *expected, int line)
{
	char		got[2000] = "";
	size_t		at = 0;
	size_t		length;

	for (; td_next_word(text, strlen(text), &at, &length); at += length)
	{
		strcat(got, got[0] == '\0' ? "" : "|");
		strncat(got, text + at, length);
	}
	unit_check_text(got, expected, __FILE__, line);
}

#define WORDS(text, expected) check_words((text), (expected), __LINE__)

static void
test_words(void)
{
	char		long_word[600];
	char		cut[700];

	WORDS("", "");
	WORDS(" -- ... ", "");
	WORDS("Failed password for root", "Failed|password|for|root");
	WORDS("/usr/bin/scp -r a.tgz", "usr|bin|scp|r|a.tgz");
	WORDS("www.example.com:80", "www.example.com|80");
	WORDS("10.1.2.3, 3.14;5 1,000", "10.1.2.3|3.14;5|1,000");
	WORDS("user's 'quoted' end.", "user's|quoted|end");
	WORDS("a_b _c d_ __ _", "a_b|_c|d_");
	WORDS("a:b a::b 1:2", "a:b|a|b|1|2");
	WORDS("a1b2 a.1 1.a", "a1b2|a|1|1|a");
	WORDS("x-y+z=w@v", "x|y|z|w|v");
	WORDS("Gr\303\266\303\237e na\303\257ve", "Gr\303\266\303\237e|na\303\257ve");
	WORDS("\344\270\255\346\226\207abc", "\344\270\255|\346\226\207|abc");
	WORDS("caf\303\251\342\200\223bar \302\253x\302\273", "caf\303\251|bar|x");
	WORDS("\377\376a\377", "a");
	memset(long_word, 'x', 300);
	long_word[300] = '\0';
	memset(cut, 'x', 301);
	cut[255] = '|';
	cut[301] = '\0';
	WORDS(long_word, cut);
}

/* ---------------------------------------------------------------- JSON */

/* What a path leads to in a text. */
static void
check_json(const char *json, const char *path, const char *expected, int line)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, path, strlen(path));
	TdJsonStep *steps;
	uint32_t	count;
	TdJsonValue value;
	char		got[1100] = "(none)";
	char	   *exact = malloc(strlen(json) + 1);
	size_t		length = 0;

	/* without the zero at its end, so that reading past it is seen */
	memcpy(exact, json, strlen(json));
	if (!td_json_read_path(&context, &steps, &count))
		snprintf(got, sizeof(got), "%u: %s", context.error.span.start, context.error.message);
	else if (td_json_find(exact, strlen(json), steps, count, &value))
	{
		if (value.kind == TD_JSON_STRING)
		{
			if (!td_json_unescape(&value, got, &length))
				strcpy(got, "(bad string)");
			else
				got[length] = '\0';
		}
		else if (value.kind == TD_JSON_NULL)
			strcpy(got, "(null)");
		else
			got[td_json_compact(value.text, value.length, got)] = '\0';
	}
	unit_check_text(got, expected, __FILE__, line);
	free(exact);
	arena_reset(&arena);
}

#define JSON(json, path, expected) check_json((json), (path), (expected), __LINE__)

static void
test_json(void)
{
	const char *json = " { \"a\" : { \"b\" : [ 10 , { \"c\" : \"x\\ty\" } , [ 1 , 2 ] ] , \"d.e\" : true , \"\" : 1.50e3 } , \"n\" : null, \"a\": 5 }";

	JSON(json, "a.b[0]", "10");
	JSON(json, "$.a.b[0]", "10");
	JSON(json, "['a'][\"b\"][ 0 ]", "10");
	JSON(json, "$['a'].b[1].c", "x\ty");
	JSON(json, "a.b[2][1]", "2");
	JSON(json, "a.b[2]", "[1,2]");
	JSON(json, "a.b[3]", "(none)");
	JSON(json, "a['d.e']", "true");
	JSON(json, "a.d.e", "(none)");
	JSON(json, "a['']", "1.50e3");
	JSON(json, "n", "(null)");
	JSON(json, "n.x", "(none)");
	JSON(json, "A", "(none)");
	JSON(json, "a.b.0", "(none)");
	JSON(json, "a[0]", "(none)");
	JSON("[ 1, \"b c\", {} , [] ]", "$[1]", "b c");
	JSON("[ 1, \"b c\", {} , [] ]", "[2]", "{}");
	JSON("[ 1, \"b c\", {} , [ ] ]", "$", "[1,\"b c\",{},[]]");
	JSON("\"x\"", "", "x");
	JSON("{\"a\\u0062\": 1}", "ab", "1");
	JSON("{\"a\": \"\\u00e9\\ud83d\\ude00\\/\"}", "a", "\303\251\360\237\230\200/");
	JSON("{\"a\": \"\\ud83d\"}", "a", "(bad string)");
	JSON("{\"a\": \"\\u0000\"}", "a", "(bad string)");
	JSON("{\"a\": \"\\x\"}", "a", "(bad string)");
	JSON("{\"a'b\": 1}", "['a\\'b']", "1");
	/* what follows is not looked at, what stands before must be JSON */
	JSON("{\"a\": 1, oops", "a", "1");
	JSON("{oops, \"a\": 1}", "a", "(none)");
	JSON("{\"b\": 01, \"a\": 1}", "a", "(none)");
	JSON("{\"b\": [1,], \"a\": 1}", "a", "(none)");
	JSON("{\"b\": {\"c\"}, \"a\": 1}", "a", "(none)");
	JSON("{\"b\": [1}, \"a\": 1}", "a", "(none)");
	JSON("{\"b\": tru, \"a\": 1}", "a", "(none)");
	JSON("{\"b\": -1.5E-3, \"a\": -0}", "a", "-0");
	JSON("", "a", "(none)");
	JSON("{", "a", "(none)");
	JSON("{\"a\":", "a", "(none)");
	JSON("{\"a\": \"b", "a", "(none)");

	JSON("{}", "a..b", "2: a key of the path is empty");
	JSON("{}", "a.", "2: a key of the path is empty");
	JSON("{}", ".a", "0: a key of the path is empty");
	JSON("{}", "a[", "2: a bracket of the path holds neither a place nor a key in quotes");
	JSON("{}", "a[-1]", "2: a bracket of the path holds neither a place nor a key in quotes");
	JSON("{}", "a[0:3]", "3: a bracket of the path is not closed");
	JSON("{}", "a['b]", "5: a quote of the path is not closed");
	JSON("{}", "a[0]b", "4: a dot or a bracket must stand between the steps of a path");
	JSON("{}", "a.*", "2: wildcards in a path are not supported");
	JSON("{}", "a[99999999999]", "13: a bracket of the path holds neither a place nor a key in quotes");
}

/* Containers may nest, within a limit. */
static void
test_deep_json(void)
{
	char		deep[4100];

	memset(deep, '[', 900);
	memset(deep + 900, ']', 900);
	deep[1800] = '\0';
	CHECK(strlen(deep) == 1800);
	for (int depth = 900; depth <= 1800; depth += 900)
	{
		TdJsonValue value;

		memset(deep, '[', (size_t) depth);
		memset(deep + depth, ']', (size_t) depth);
		CHECK(td_json_find(deep, 2 * (size_t) depth, NULL, 0, &value) == (depth == 900));
	}
}

int
main(void)
{
	test_kql();
	test_qstr();
	test_limits();
	test_words();
	test_json();
	test_deep_json();
	return unit_report();
}
