/*
 * test_pattern.c
 *		Patterns of LIKE and RLIKE in PostgreSQL's words.
 *
 * The translations that stand here were compared with a model of Lucene's engine
 * on some hundred thousand random patterns and texts.
 */
#include "unit.h"
#include "esql/pattern/pattern.h"

static const EsqlSpan span = {3, 4};

static EsqlString
string_of(const char *text)
{
	EsqlString	result;

	result.data = (char *) text;
	result.length = (uint32_t) strlen(text);
	return result;
}

static void
like(const char *pattern, EsqlLikeShape shape, const char *expected)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlLikeShape got;
	EsqlString	result;

	if (CHECK(esql_like_to_sql(&context, string_of(pattern), span, &got, &result)))
	{
		if (!CHECK(got == shape))
			fprintf(stderr, "\tshape of %s\n", pattern);
		CHECK_TEXT(result.data, expected);
		CHECK(result.length == strlen(expected));
	}
	arena_reset(&arena);
}

static void
bad_like(const char *pattern, const char *message)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlLikeShape got;
	EsqlString	result;

	CHECK(!esql_like_to_sql(&context, string_of(pattern), span, &got, &result));
	CHECK(context.error.class == ESQL_ERROR_VALUE);
	CHECK(context.error.span.start == 3 && context.error.span.length == 4);
	CHECK_TEXT(context.error.message, message);
	arena_reset(&arena);
}

static void
test_like(void)
{
	like("", ESQL_LIKE_EQUAL, "");
	like("abc", ESQL_LIKE_EQUAL, "abc");
	like("a%b_c", ESQL_LIKE_EQUAL, "a%b_c");
	like("a\\*b", ESQL_LIKE_EQUAL, "a*b");
	like("a\\\\b\\?", ESQL_LIKE_EQUAL, "a\\b?");
	like("*", ESQL_LIKE_ANYTHING, "%");
	like("***", ESQL_LIKE_ANYTHING, "%");
	like("?", ESQL_LIKE_PATTERN, "_");
	like("*?*", ESQL_LIKE_PATTERN, "%_%");
	like("a*", ESQL_LIKE_PATTERN, "a%");
	like("*a?b", ESQL_LIKE_PATTERN, "%a_b");
	like("100%*", ESQL_LIKE_PATTERN, "100\\%%");
	like("a_b*", ESQL_LIKE_PATTERN, "a\\_b%");
	like("a\\**", ESQL_LIKE_PATTERN, "a*%");
	like("C:\\\\*", ESQL_LIKE_PATTERN, "C:\\\\%");
	like("\xC3\xA9*", ESQL_LIKE_PATTERN, "\xC3\xA9%");
	bad_like("a\\b",
			"invalid pattern for LIKE: the backslash at byte 2 stands before none of *, ? and \\");
	bad_like("\\",
			"invalid pattern for LIKE: the backslash at byte 1 stands before none of *, ? and \\");
	bad_like("a*\\%",
			"invalid pattern for LIKE: the backslash at byte 3 stands before none of *, ? and \\");
}

static void
rlike(const char *pattern, const char *expected)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlString	result;
	char		whole[600];
	bool		anything = true;

	snprintf(whole, sizeof(whole), "^(?:%s)$", expected);
	if (CHECK(esql_rlike_to_sql(&context, string_of(pattern), span, &anything, &result)))
	{
		CHECK_TEXT(result.data, whole);
		CHECK(anything == (strcmp(expected, ".*") == 0));
	}
	else
		fprintf(stderr, "\t%s: %s\n", pattern, context.error.message);
	arena_reset(&arena);
}

/* The strings of which a match holds one, with | between them. */
static void
holds(const char *pattern, const char *expected)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlString *strings = NULL;
	uint32_t	count = esql_rlike_literals(&context, string_of(pattern), span, &strings);
	char		got[600] = "";

	for (uint32_t i = 0; i < count; i++)
	{
		strcat(got, i == 0 ? "" : "|");
		strncat(got, strings[i].data, strings[i].length);
	}
	CHECK_TEXT(got, expected);
	arena_reset(&arena);
}

static void
test_literals(void)
{
	char		many[600] = "";

	holds("", "");
	holds(".*", "");
	holds("ab", "");
	holds("abc", "abc");
	holds(".*abc.*de.*", "abc");
	holds(".*ab.*defg.*hij.*", "defg");
	holds("a.*(bcd|efgh).*", "bcd|efgh");
	holds("(bcd|e.|fgh)", "");
	holds("(abc|abd).*efgh", "efgh");
	holds("abc?d", "");
	holds("abcd?efg", "abc");
	holds("(abc)?def", "def");
	holds("(abc){2,}", "abc");
	holds("(abc)*", "");
	holds("[a]bc\\.", "abc.");
	holds("[ab]cde", "cde");
	holds("\"a.b\"", "a.b");
	holds("abc&.*", "abc");
	holds("~(abcd)", "");
	holds("<100-200>abc", "abc");
	holds(".*aws\\s+(sts|configure)\\s.*", "aws");
	holds("\303\251t\303\251", "\303\251t\303\251");
	holds("(abc", "");
	for (int i = 0; i < 65; i++)
		snprintf(many + strlen(many), sizeof(many) - strlen(many), "%sx%03d", i == 0 ? "" : "|", i);
	holds(many, "");
}

static void
bad_rlike(const char *pattern, EsqlErrorClass class, const char *message)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlString	result;
	char		whole[600];
	bool		anything;

	snprintf(whole, sizeof(whole), class == ESQL_ERROR_UNSUPPORTED ?
			 "pattern for RLIKE is not supported: %s" : "invalid pattern for RLIKE: %s", message);
	CHECK(!esql_rlike_to_sql(&context, string_of(pattern), span, &anything, &result));
	CHECK(context.error.class == class);
	CHECK(context.error.span.start == 3);
	CHECK_TEXT(context.error.message, whole);
	arena_reset(&arena);
}

#define INNER_COMPLEMENT "~ (complement) can only be used for a whole alternative or at the end of the pattern"
#define INNER_INTERSECTION "& (intersection) can only be used for a whole alternative or at the end of the pattern"

static void
test_rlike(void)
{
	rlike("", "(?:)");
	rlike("abc", "abc");
	rlike("a.c", "a.c");
	rlike(".*", ".*");
	rlike("@", ".*");
	rlike("(.*)", ".*");
	rlike(".*a", ".*a");
	rlike("a|b|c", "a|b|c");
	rlike("(a|b)c", "(?:a|b)c");
	rlike("a?b*c+", "a?b*c+");
	rlike("(ab)*", "(?:ab)*");
	rlike("a{2}b{2,}c{2,3}", "a{2}b{2,}c{2,3}");
	rlike("a**", "(?:a*)*");
	rlike("a{0}", "(?:)");
	rlike("a{3,2}", "$.");
	rlike("()", "(?:)");
	rlike("()*a", "(?:)a");
	rlike("#", "$.");
	rlike("a#|b", "b");
	rlike("#*", "(?:)");
	rlike("\"a.b*\"c", "a\\.b\\*c");
	rlike("\"\"", "(?:)");
	rlike("a@b", "a.*b");
	/* what is special to PostgreSQL only */
	rlike("^a$", "\\^a\\$");
	rlike("a:b=c", "a\\:b\\=c");
	rlike("***=a", "(?:\\**)*\\=a");
	rlike("a]b}c>d", "a\\]b\\}c\\>d");
	rlike("[[:alpha:]]", "[\\:\\[ahlp]\\]");
	rlike("(?i)a", "\\?ia");
	rlike("a*?", "(?:a*)?");
	/* corners of the grammar */
	rlike("|a", "\\|a");
	rlike("a||b", "a|\\|b");
	rlike("*a", "\\*a");
	rlike(")", "\\)");
	/* classes */
	rlike("[abc]", "[a-c]");
	rlike("[a-cx]", "[a-cx]");
	rlike("[^a]", "[^a]");
	rlike("[]a]", "[\\]a]");
	rlike("[^]]", "[^\\]]");
	rlike("[a^]", "[\\^a]");
	rlike("[-a]", "[\\-a]");
	rlike("[a\\-z]", "[\\-az]");
	rlike("[a\\]b]", "[\\]ab]");
	rlike("[a\\\\-]", "[\\-\\\\a]");
	rlike("[\\d.]", "[\\.0-9]");
	rlike("\\d\\D", "[0-9][^0-9]");
	rlike("\\w\\W", "[0-9A-Z\\_a-z][^0-9A-Z\\_a-z]");
	rlike("\\s\\S", "[\t\n\r ][^\t\n\r ]");
	rlike("[\\s\\S]", ".");
	rlike("\\.\\*\\\\", "\\.\\*\\\\");
	rlike("\\1", "1");
	rlike("\xC3\xA9+[\xC3\xA0-\xC3\xBC]", "\xC3\xA9+[\xC3\xA0-\xC3\xBC]");
	/* numbers */
	rlike("<1-9>", "[1-9]");
	rlike("<0-9>", "[0-9]");
	rlike("<10-99>", "(?:1[0-9]|[2-8][0-9]|9[0-9])");
	rlike("<1-31>", "0*(?:[1-9]|(?:1[0-9]|2[0-9]|3[0-1]))");
	rlike("<31-1>", "0*(?:[1-9]|(?:1[0-9]|2[0-9]|3[0-1]))");
	rlike("<007-012>", "0(?:0[7-9]|1[0-2])");
	rlike("<5-5>", "5");
	rlike("x<0-255>y",
			"x0*(?:[0-9]|(?:1[0-9]|[2-8][0-9]|9[0-9])|(?:1[0-9]{2}|2(?:0[0-9]|[1-4][0-9]|5[0-5])))y");
	/* complement and intersection, where they can be said */
	rlike("~a", "(?!a$).*");
	rlike("~(a|b)", "(?!(?:a|b)$).*");
	rlike("x~(a)|y", "x(?!a$).*|y");
	rlike("~~a", "a");
	rlike("~#", ".*");
	rlike("~@", "$.");
	rlike("ab&.*b", "(?=ab$).*b");
	rlike("(ab&a.)", "(?=ab$)a.");
	rlike("x(ab&a.)", "x(?=ab$)a.");
	rlike("a.*&~(ab)&.*c", "(?=(?=a.*$)(?!ab$).*$).*c");
	rlike("[a-m]&[^c]b*", "(?=[a-m]$)[^c]b*");
	rlike("x(ab+|c&d|e)*y", "x(?:ab+|e)*y");
	rlike("(a>&|0>&1|b)c", "bc");
	rlike("(a?b&[bc]+)", "(?=a?b$)[bc]+");
	rlike("(a?&b)c", "$.");
	rlike("([a-m]&[^c])b", "[abd-m]b");
	rlike("a&@", "a");
	rlike("a&b", "$.");
	bad_rlike("(~a)b", ESQL_ERROR_UNSUPPORTED, INNER_COMPLEMENT);
	bad_rlike("~ab", ESQL_ERROR_UNSUPPORTED, INNER_COMPLEMENT);
	bad_rlike("~a*", ESQL_ERROR_UNSUPPORTED, INNER_COMPLEMENT);
	bad_rlike("(ab&a.)c", ESQL_ERROR_UNSUPPORTED, INNER_INTERSECTION);
	bad_rlike("(ab&a.)*", ESQL_ERROR_UNSUPPORTED, INNER_INTERSECTION);
}

static void
test_bad_rlike(void)
{
	bad_rlike("(a", ESQL_ERROR_VALUE, "a parenthesis is not closed");
	bad_rlike("a)", ESQL_ERROR_VALUE, "a parenthesis closes nothing");
	bad_rlike("(", ESQL_ERROR_VALUE, "unexpected end of the pattern");
	bad_rlike("a|", ESQL_ERROR_VALUE, "unexpected end of the pattern");
	bad_rlike("a&", ESQL_ERROR_VALUE, "unexpected end of the pattern");
	bad_rlike("a\\", ESQL_ERROR_VALUE, "unexpected end of the pattern");
	bad_rlike("[a", ESQL_ERROR_VALUE, "a bracket is not closed");
	bad_rlike("[", ESQL_ERROR_VALUE, "unexpected end of the pattern");
	bad_rlike("[]", ESQL_ERROR_VALUE, "a bracket is not closed");
	bad_rlike("[z-a]", ESQL_ERROR_VALUE, "a range in brackets runs backwards");
	bad_rlike("[a-]", ESQL_ERROR_VALUE, "a range in brackets runs backwards");
	bad_rlike("\"a", ESQL_ERROR_VALUE, "a quote is not closed");
	bad_rlike("a{", ESQL_ERROR_VALUE, "\"{\" is not followed by a number");
	bad_rlike("a{,2}", ESQL_ERROR_VALUE, "\"{\" is not followed by a number");
	bad_rlike("a{2", ESQL_ERROR_VALUE, "a brace is not closed");
	bad_rlike("a{99999999999}", ESQL_ERROR_VALUE, "number out of range");
	bad_rlike("a{256}", ESQL_ERROR_LIMIT, "too many repetitions (limit is 255)");
	bad_rlike("a{1,256}", ESQL_ERROR_LIMIT, "too many repetitions (limit is 255)");
	bad_rlike("\\b", ESQL_ERROR_VALUE, "unknown class \\b");
	bad_rlike("[\\p]", ESQL_ERROR_VALUE, "unknown class \\p");
	bad_rlike("<a>", ESQL_ERROR_VALUE, "\"<\" does not begin an interval as in <1-99>");
	bad_rlike("<1-", ESQL_ERROR_VALUE, "\"<\" does not begin an interval as in <1-99>");
	bad_rlike("<1-2-3>", ESQL_ERROR_VALUE, "\"<\" does not begin an interval as in <1-99>");
	bad_rlike("<00000000001-00000000002>", ESQL_ERROR_LIMIT,
			  "the numbers of an interval have more than 10 digits");
	bad_rlike("\xC3", ESQL_ERROR_VALUE, "not valid UTF-8 text");
}

/*
 * Deep and long patterns.
 */
static void
test_limits(void)
{
	static char text[200000];

	for (int n = 100; n <= 50000; n += 49900)
	{
		Arena		arena = {0};
		EsqlContext context = arena_context(&arena, "", 0);
		EsqlString	result;
		bool		anything;
		bool		ok;

		memset(text, '(', (size_t) n);
		text[n] = 'a';
		memset(text + n + 1, ')', (size_t) n);
		text[2 * n + 1] = '\0';
		ok = esql_rlike_to_sql(&context, string_of(text), span, &anything, &result);
		CHECK(ok == (n == 100) && (ok || context.error.class == ESQL_ERROR_LIMIT));

		memset(text, '~', (size_t) n);
		text[n] = 'a';
		text[n + 1] = '\0';
		ok = esql_rlike_to_sql(&context, string_of(text), span, &anything, &result);
		CHECK(ok == (n == 100) && (ok || context.error.class == ESQL_ERROR_LIMIT));

		text[0] = 'a';
		memset(text + 1, '*', (size_t) n);
		text[n + 1] = '\0';
		ok = esql_rlike_to_sql(&context, string_of(text), span, &anything, &result);
		CHECK(ok == (n == 100) && (ok || context.error.class == ESQL_ERROR_LIMIT));

		/* length alone is no limit for RLIKE */
		memset(text, 'a', (size_t) n);
		text[n] = '\0';
		CHECK(esql_rlike_to_sql(&context, string_of(text), span, &anything, &result));
		arena_reset(&arena);
	}
}

/*
 * The n-th allocation fails, for every n that there is.
 */
static void
test_out_of_memory(void)
{
	for (int what = 0; what < 2; what++)
	{
		for (size_t n = 1;; n++)
		{
			Arena		arena = {0};
			EsqlContext context = arena_context(&arena, "", 0);
			EsqlLikeShape shape;
			EsqlString	result;
			bool		anything;
			bool		ok;
			size_t		calls;

			arena.fail_at = n;
			if (what == 0)
				ok = esql_like_to_sql(&context, string_of("a*b"), span, &shape, &result);
			else
				ok = esql_rlike_to_sql(&context, string_of("a[^b-d]*|\"q\"e{2,3}~(x<1-20>)"),
						span, &anything,
									   &result) ||
					context.error.class == ESQL_ERROR_UNSUPPORTED;
			calls = arena.calls;
			arena_reset(&arena);
			if (calls < n)
			{
				CHECK(ok);
				break;
			}
			CHECK(!ok && context.error.class == ESQL_ERROR_MEMORY);
		}
	}
}

int
main(void)
{
	test_like();
	test_rlike();
	test_literals();
	test_bad_rlike();
	test_limits();
	test_out_of_memory();
	return unit_report();
}
