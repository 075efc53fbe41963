/*
 * test_lex.c
 *		Tokens, in all three modes.
 */
#include "unit.h"
#include "esql/syntax/lex.h"

/*
 * Lex a text to its end; the tokens' letters go to buf, separated by blanks:
 * the text of names and numbers in <>, symbols as they are, errors as !text.
 */
static const char *
lex_all(const char *text, EsqlLexMode mode)
{
	static char buf[2000];
	size_t		n = 0;
	size_t		offset = 0;
	size_t		length = strlen(text);

	buf[0] = '\0';
	for (;;)
	{
		EsqlToken	token = esql_lex(text, length, offset, mode);
		const char *open = "";
		const char *close = "";

		switch (token.kind)
		{
			case TOKEN_END:
				return buf;
			case TOKEN_ERROR:
				open = "!";
				break;
			case TOKEN_WORD:
				open = token.keyword == KEYWORD_NONE ? "w<" : "k<";
				close = ">";
				break;
			case TOKEN_SOURCE:
				open = "s<";
				close = ">";
				break;
			case TOKEN_NAME:
				open = "n<";
				close = ">";
				break;
			case TOKEN_BACKQUOTED:
			case TOKEN_STRING:
			case TOKEN_PARAMETER:
				open = "<";
				close = ">";
				break;
			case TOKEN_INTEGER:
				open = "i<";
				close = ">";
				break;
			case TOKEN_DECIMAL:
				open = "d<";
				close = ">";
				break;
			default:
				break;
		}
		n += (size_t) snprintf(buf + n, sizeof(buf) - n, "%s%s%.*s%s", n == 0 ? "" : " ", open,
							   (int) token.span.length, text + token.span.start, close);
		offset = (size_t) token.span.start + token.span.length;
	}
}

static const char *
problem(const char *text, uint32_t *start, uint32_t *length)
{
	EsqlToken	token = esql_lex(text, strlen(text), 0, ESQL_LEX_EXPRESSION);

	*start = token.span.start;
	*length = token.span.length;
	return token.kind == TOKEN_ERROR ? token.problem : "(none)";
}

static void
test_expression(void)
{
	CHECK_TEXT(lex_all("", ESQL_LEX_EXPRESSION), "");
	CHECK_TEXT(lex_all(" \t\r\n", ESQL_LEX_EXPRESSION), "");
	CHECK_TEXT(lex_all("a.b_c==1", ESQL_LEX_EXPRESSION), "w<a> . w<b_c> == i<1>");
	CHECK_TEXT(lex_all("@timestamp _id _ @", ESQL_LEX_EXPRESSION), "w<@timestamp> w<_id> !_ !@");
	CHECK_TEXT(lex_all("1 1. .5 1.5 1e5 1E+5 1.e-5 1e 1ex 5m", ESQL_LEX_EXPRESSION),
			   "i<1> d<1.> d<.5> d<1.5> d<1e5> d<1E+5> d<1.e-5> i<1> w<e> i<1> w<ex> i<5> w<m>");
	CHECK_TEXT(lex_all("a>=b<=c!=d<e>f::g:h=i=~j", ESQL_LEX_EXPRESSION),
			   "w<a> >= w<b> <= w<c> != w<d> < w<e> > w<f> :: w<g> : w<h> = w<i> =~ w<j>");
	CHECK_TEXT(lex_all("(a+b)*c/-d%e,[1]{}", ESQL_LEX_EXPRESSION),
			   "( w<a> + w<b> ) * w<c> / - w<d> % w<e> , [ i<1> ] { }");
	CHECK_TEXT(lex_all("AND And by NULLs android", ESQL_LEX_EXPRESSION),
			   "k<AND> k<And> k<by> k<NULLs> w<android>");
	CHECK_TEXT(lex_all("? ?1 ?name ?? ??x", ESQL_LEX_EXPRESSION),
			"<?> <?1> <?name> <?" "?> <?" "?x>");
	CHECK_TEXT(lex_all("a|b", ESQL_LEX_EXPRESSION), "w<a> | w<b>");
}

static void
test_comments(void)
{
	CHECK_TEXT(lex_all("a//b\nc", ESQL_LEX_EXPRESSION), "w<a> w<c>");
	CHECK_TEXT(lex_all("a//b", ESQL_LEX_EXPRESSION), "w<a>");
	CHECK_TEXT(lex_all("a/*b*/c", ESQL_LEX_EXPRESSION), "w<a> w<c>");
	CHECK_TEXT(lex_all("a/*b/*c*/d*/e", ESQL_LEX_EXPRESSION), "w<a> w<e>");
	CHECK_TEXT(lex_all("a/*b/*c*/d", ESQL_LEX_EXPRESSION), "w<a> !/*b/*c*/d");
	CHECK_TEXT(lex_all("a/b", ESQL_LEX_EXPRESSION), "w<a> / w<b>");
	CHECK_TEXT(lex_all("\"//\"/*\"*/", ESQL_LEX_EXPRESSION), "<\"//\">");
	CHECK_TEXT(lex_all("a/*b*/c", ESQL_LEX_SOURCE), "s<a> s<c>");
	CHECK_TEXT(lex_all("a//b\nc", ESQL_LEX_NAME), "n<a> n<c>");
}

static void
test_strings(void)
{
	uint32_t	start;
	uint32_t	length;

	CHECK_TEXT(lex_all("\"a b\" \"\" \"\\\"\\\\\\n\\t\\r\"", ESQL_LEX_EXPRESSION),
			   "<\"a b\"> <\"\"> <\"\\\"\\\\\\n\\t\\r\">");
	CHECK_TEXT(lex_all("\"\"\"a\"b\\\"\"\" c", ESQL_LEX_EXPRESSION), "<\"\"\"a\"b\\\"\"\"> w<c>");
	CHECK_TEXT(lex_all("\"\"\"a\"\"\"\"\"", ESQL_LEX_EXPRESSION), "<\"\"\"a\"\"\"\"\">");
	CHECK_TEXT(lex_all("\"\"\"a\"\"\"\"\"\"\"", ESQL_LEX_EXPRESSION),
			   "<\"\"\"a\"\"\"\"\"> <\"\">");
	CHECK_TEXT(lex_all("\"\"\"\"\"\"", ESQL_LEX_EXPRESSION), "<\"\"\"\"\"\">");
	CHECK_TEXT(problem("\"a\\qb\"", &start, &length), "unknown escape in a string");
	CHECK(start == 2 && length == 2);
	CHECK_TEXT(problem("\"a\\\xC3\xA9\"", &start, &length), "unknown escape in a string");
	CHECK(start == 2 && length == 3);
	CHECK_TEXT(problem("\"abc", &start, &length), "unclosed string");
	CHECK(start == 0 && length == 4);
	CHECK_TEXT(problem("\"abc\\", &start, &length), "unclosed string");
	CHECK(start == 0 && length == 5);
	CHECK_TEXT(problem("\"a\nb\"", &start, &length), "unclosed string");
	CHECK(start == 0 && length == 2);
	CHECK_TEXT(problem("\"\"\"a\nb\"\"\"", &start, &length), "unclosed string");
	CHECK_TEXT(problem("'abc' d", &start, &length), "strings are not written in single quotes");
	CHECK(start == 0 && length == 5);
	CHECK_TEXT(problem("'abc", &start, &length), "strings are not written in single quotes");
	CHECK(start == 0 && length == 1);
}

static void
test_names(void)
{
	uint32_t	start;
	uint32_t	length;

	CHECK_TEXT(lex_all("`a b` `c``d`", ESQL_LEX_EXPRESSION), "<`a b`> <`c``d`>");
	CHECK_TEXT(problem("`abc", &start, &length), "unclosed backquote");
	CHECK_TEXT(problem("``", &start, &length), "a name in backquotes is empty");
	CHECK_TEXT(problem("`a\1b`", &start, &length), "a name may not hold this control character");
	CHECK_TEXT(lex_all("host.*, @timestamp, *x*.`y z`-1", ESQL_LEX_NAME),
			   "n<host> . n<*> , n<@timestamp> , n<*x*> . <`y z`> - n<1>");
	CHECK_TEXT(lex_all("logs-a.b-*,-c, <d-{now/d}> metadata|x", ESQL_LEX_SOURCE),
			   "s<logs-a.b-*> , s<-c> , s<<d-{now/d}>> s<metadata> | s<x>");
	CHECK_TEXT(lex_all("c:x::y \"a b\" (d) [e] =", ESQL_LEX_SOURCE),
			   "s<c> : s<x> :: s<y> <\"a b\"> ( s<d> ) [ s<e> ] =");
}

static void
test_bad_bytes(void)
{
	uint32_t	start;
	uint32_t	length;
	EsqlToken	token;

	CHECK_TEXT(problem("\xC3\xA9", &start, &length), "unexpected character");
	CHECK(length == 2);
	CHECK_TEXT(problem("\xC3", &start, &length), "the text is not valid UTF-8");
	CHECK(length == 1);
	CHECK_TEXT(problem("\xFF", &start, &length), "the text is not valid UTF-8");
	CHECK_TEXT(problem("\xED\xA0\x80", &start, &length), "the text is not valid UTF-8");
	CHECK_TEXT(problem("\xE2\x80\x9Cx", &start, &length), "unexpected typographic quote");
	CHECK(length == 3);
	CHECK_TEXT(problem("\xC2\xA0", &start, &length),
			"unexpected blank that is not an ordinary one");
	CHECK_TEXT(problem("\x02", &start, &length), "unexpected control character");
	CHECK_TEXT(problem("#", &start, &length), "unexpected character");
	CHECK_TEXT(problem("&&", &start, &length), "\"&&\" is no operator");
	CHECK_TEXT(problem("||", &start, &length), "\"||\" is no operator");
	CHECK_TEXT(problem("<>", &start, &length), "\"<>\" is no operator");
	CHECK_TEXT(problem("!a", &start, &length), "\"!\" is no operator");
	CHECK_TEXT(problem(";", &start, &length), "unexpected \";\"");
	token = esql_lex("a\0b", 3, 1, ESQL_LEX_EXPRESSION);
	CHECK(token.kind == TOKEN_ERROR && token.span.start == 1 && token.span.length == 1);
	token = esql_lex("\0", 1, 0, ESQL_LEX_SOURCE);
	CHECK(token.kind == TOKEN_ERROR);
	token = esql_lex("\"\0\"", 3, 0, ESQL_LEX_EXPRESSION);
	CHECK(token.kind == TOKEN_ERROR);
	token = esql_lex("a", 1, 1, ESQL_LEX_EXPRESSION);
	CHECK(token.kind == TOKEN_END && token.span.start == 1 && token.span.length == 0);
}

static void
test_words(void)
{
	static const struct
	{
		const char *word;
		EsqlKeyword keyword;
	} words[] = {
		{"and", KEYWORD_AND}, {"as", KEYWORD_AS}, {"asc", KEYWORD_ASC}, {"by", KEYWORD_BY},
		{"desc", KEYWORD_DESC}, {"false", KEYWORD_FALSE}, {"first", KEYWORD_FIRST}, {"in",
				KEYWORD_IN},
		{"is", KEYWORD_IS}, {"last", KEYWORD_LAST}, {"like", KEYWORD_LIKE},
		{"metadata", KEYWORD_METADATA}, {"not", KEYWORD_NOT}, {"null", KEYWORD_NULL},
		{"nulls", KEYWORD_NULLS}, {"or", KEYWORD_OR}, {"rlike", KEYWORD_RLIKE},
		{"TRUE", KEYWORD_TRUE}, {"Where", KEYWORD_WHERE}, {"from", KEYWORD_NONE}, {"",
				KEYWORD_NONE},
		{"nul", KEYWORD_NONE}, {"ands", KEYWORD_NONE},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		CHECK(esql_keyword(words[i].word, strlen(words[i].word)) == words[i].keyword);
	CHECK(esql_is_word("a1_", 3) && esql_is_word("_a", 2) && esql_is_word("@a", 2));
	CHECK(!esql_is_word("", 0) && !esql_is_word("_", 1) && !esql_is_word("1a", 2) &&
			!esql_is_word("a-b", 3));
	CHECK(esql_is_source("logs-*", 6) && esql_is_source("a/b", 3) && !esql_is_source("a//b", 4));
	CHECK(!esql_is_source("a b", 3) && !esql_is_source("Metadata", 8) && !esql_is_source("a/", 2));
}

int
main(void)
{
	test_expression();
	test_comments();
	test_strings();
	test_names();
	test_bad_bytes();
	test_words();
	return unit_report();
}
