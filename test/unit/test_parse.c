/*
 * test_parse.c
 *		The parser by what it prints and by its errors; places; limits; and a
 *		parse with each of its allocations failing in turn.
 */
#include "unit.h"
#include "print.h"
#include "esql/syntax/parse.h"
#include "text/place.h"
#include "text/wildcard.h"

/*
 * A query has to print as expected.
 */
#define QUERY(text, expected) check_query((text), (expected), __LINE__)
#define SAME(text) check_query((text), (text), __LINE__)
#define CONDITION(text, expected) check_condition((text), (expected), __LINE__)

static void
report(int line, const EsqlContext *context, bool ok)
{
	if (!ok)
		fprintf(stderr, "test_parse.c:%d: %s\n", line, context->error.message);
}

static void
check_query(const char *text, const char *expected, int line)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, text, strlen(text));
	EsqlQuery  *query = esql_parse(&context);

	report(line, &context, query != NULL);
	if (CHECK(query != NULL))
		unit_check_text(esql_print_query(&context, query).data, expected, __FILE__, line);
	arena_reset(&arena);
}

static void
check_condition(const char *text, const char *expected, int line)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, text, strlen(text));
	EsqlExpr   *expr = esql_parse_condition(&context);

	report(line, &context, expr != NULL);
	if (CHECK(expr != NULL))
		unit_check_text(esql_print_expr(&context, expr).data, expected, __FILE__, line);
	arena_reset(&arena);
}

/*
 * A text that does not parse: class, the offending text, the message, and what
 * the hint begins with.
 */
static void
check_error(bool condition, const char *text, EsqlErrorClass class, const char *at,
			const char *message, const char *hint, int line)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, text, strlen(text));
	bool		parsed = condition ? esql_parse_condition(&context) != NULL : esql_parse(&context) != NULL;
	char		got[600];

	if (CHECK(!parsed))
	{
		snprintf(got, sizeof(got), "%.*s", (int) context.error.span.length,
				 text + context.error.span.start);
		unit_check_text(got, at, __FILE__, line);
		unit_check_text(context.error.message, message, __FILE__, line);
		if (!CHECK(context.error.class == class))
			fprintf(stderr, "\tline %d, class %d\n", line, context.error.class);
		if (!CHECK(strncmp(context.error.hint, hint, strlen(hint)) == 0 &&
				   (hint[0] != '\0' || context.error.hint[0] == '\0')))
			fprintf(stderr, "\tline %d, hint %s\n", line, context.error.hint);
	}
	else
		fprintf(stderr, "\tline %d parsed\n", line);
	arena_reset(&arena);
}

#define SYNTAX(text, at, message, hint) \
	check_error(false, (text), ESQL_ERROR_SYNTAX, (at), (message), (hint), __LINE__)
#define UNSUPPORTED(text, at, message, hint) \
	check_error(false, (text), ESQL_ERROR_UNSUPPORTED, (at), (message), (hint), __LINE__)
#define BAD_VALUE(text, at, message) \
	check_error(false, (text), ESQL_ERROR_VALUE, (at), (message), "", __LINE__)

#define COMMANDS "Supported commands are FROM, ROW, WHERE, EVAL, STATS, INLINE STATS, KEEP, DROP, RENAME, SORT, LIMIT, MV_EXPAND, GROK, DISSECT, LOOKUP JOIN."

static void
test_commands(void)
{
	SAME("FROM logs-*");
	SAME("FROM a, b-*, -c, \"d e\" METADATA _id, _index");
	QUERY("from \"\"\"a\"b\"\"\"", "FROM \"a\\\"b\"");
	QUERY("FROM \"metadata\"", "FROM \"metadata\"");
	QUERY("FROM metadata", "FROM \"metadata\"");
	QUERY("/* a */ fRoM a // b\n|lImIt 0", "FROM a\n| LIMIT 0");
	SAME("FROM a\n| LIMIT 9223372036854775806");
	SAME("FROM a\n| KEEP a, b*, *, a.*.c, `x y`, `a*b`, @timestamp, _id");
	QUERY("FROM a | KEEP `a`*`b`.c", "FROM a\n| KEEP a*b.c");
	QUERY("FROM a | KEEP `a.b`.c, `a..b`", "FROM a\n| KEEP a.b.c, `a..b`");
	QUERY("FROM a | KEEP `a ``b`*", "FROM a\n| KEEP `a ``b`*");
	SAME("FROM a\n| DROP a, *b");
	SAME("FROM a\n| MV_EXPAND event.action");
	SAME("FROM a\n| INLINE STATS b = COUNT(*) WHERE c, MAX(d) BY e, f = 1");
	QUERY("FROM a | inlinestats max(b)", "FROM a\n| INLINE STATS max(b)");
	SAME("FROM a\n| LOOKUP JOIN b-c ON d, e.f");
	QUERY("FROM a | LOOKUP JOIN b ON c == d AND e.f > g", "FROM a\n| LOOKUP JOIN b ON ((c == d) AND (e.f > g))");
	QUERY("FROM a | lookup join \"b c\" on `d e`", "FROM a\n| LOOKUP JOIN \"b c\" ON `d e`");
	SAME("FROM a\n| LIMIT 5 BY b, c.d, f(e)");
	SAME("FROM a\n| GROK b \"%{WORD:c}\"");
	QUERY("FROM a | grok concat(b, \"x\") \"y\" , \"\"\"\\d\"\"\" | LIMIT 1",
		  "FROM a\n| GROK concat(b, \"x\") \"y\", \"\\\\d\"\n| LIMIT 1");
	SAME("FROM a\n| DISSECT `b c` \"%{c}\"");
	QUERY("FROM a | DISSECT b.c \"%{+d} %{+d}\" append_separator = \",\"",
		  "FROM a\n| DISSECT b.c \"%{+d} %{+d}\" APPEND_SEPARATOR = \",\"");
	SAME("ROW a = 1\n| LIMIT 1");
	QUERY("row a = 1, b.c = [1,2], `d e` = \"x\", null, 1 + 2", "ROW a = 1, b.c = [1, 2], `d e` = \"x\", NULL, (1 + 2)");
	QUERY("FROM a | RENAME a AS b, c = d, as AS as", "FROM a\n| RENAME a AS b, d AS c, as AS as");
	QUERY("FROM a | EVAL x = 1, y.z = x, x == 1, `p q` = 2, f(x)",
		  "FROM a\n| EVAL x = 1, y.z = x, (x == 1), `p q` = 2, f(x)");
	QUERY("FROM a | EVAL by.as = 1, as = 2", "FROM a\n| EVAL `by.as` = 1, `as` = 2");
	SAME("FROM a\n| STATS BY a");
	SAME("FROM a\n| STATS COUNT(*)");
	QUERY("FROM a | stats c = count(*), count() where x > 1 and y, max(z) by a, b = c + 1, d",
		  "FROM a\n| STATS c = count(*), count() WHERE ((x > 1) AND y), max(z) BY a, b = (c + 1), d");
	QUERY("FROM a | SORT a, b ASC, c DESC, d NULLS FIRST, e DESC NULLS LAST, f desc nulls first, nulls",
		  "FROM a\n| SORT a ASC NULLS LAST, b ASC NULLS LAST, c DESC NULLS FIRST, d ASC NULLS FIRST, "
		  "e DESC NULLS LAST, f DESC NULLS FIRST, `nulls` ASC NULLS LAST");
	QUERY("FROM a | WHERE x", "FROM a\n| WHERE x");
	QUERY("FROM a | WHERE s == \"|\" | LIMIT 1", "FROM a\n| WHERE (s == \"|\")\n| LIMIT 1");
}

static void
test_operators(void)
{
	CONDITION("a == 1 and b or c", "(((a == 1) AND b) OR c)");
	CONDITION("a or b and c", "(a OR (b AND c))");
	CONDITION("not a == b", "(NOT (a == b))");
	CONDITION("not a and b", "((NOT a) AND b)");
	CONDITION("not not a", "(NOT (NOT a))");
	CONDITION("not a in (1) or b", "((NOT (a IN (1))) OR b)");
	CONDITION("a + b * c - d / e % f", "((a + (b * c)) - ((d / e) % f))");
	CONDITION("a - b - c", "((a - b) - c)");
	CONDITION("a + b < c * d", "((a + b) < (c * d))");
	CONDITION("a < b", "(a < b)");
	CONDITION("a <= b", "(a <= b)");
	CONDITION("a >= b", "(a >= b)");
	CONDITION("a != b", "(a != b)");
	CONDITION("(a == b) == c", "((a == b) == c)");
	CONDITION("a == b in (true)", "((a == b) IN (TRUE))");
	CONDITION("a in (1, b + 1, \"x\")", "(a IN (1, (b + 1), \"x\"))");
	CONDITION("a not in (1)", "(NOT (a IN (1)))");
	CONDITION("a not like \"x*\"", "(NOT (a LIKE \"x*\"))");
	CONDITION("a like (\"x\", \"y\")", "(a LIKE (\"x\", \"y\"))");
	CONDITION("a like (\"x\")", "(a LIKE \"x\")");
	CONDITION("a rlike \"\"\"\\d\"\"\"", "(a RLIKE \"\\\\d\")");
	CONDITION("a like concat(\"x\", \"*\") or b", "((a LIKE concat(\"x\", \"*\")) OR b)");
	CONDITION("a not rlike (\"b\", \"c\")", "(NOT (a RLIKE (\"b\", \"c\")))");
	CONDITION("a is null and b is not null", "((a IS NULL) AND (b IS NOT NULL))");
	CONDITION("match(a, \"x\", {\"b\": 1, \"c\": -2.5 , \"d\":true})", "match(a, \"x\", {\"b\": 1, \"c\": -2.5, \"d\": TRUE})");
	CONDITION("f(a, {})", "f(a, {})");
	CONDITION("a : \"x y\"", "(a : \"x y\")");
	CONDITION("a::ip : \"x\" or b:1", "((a::ip : \"x\") OR (b : 1))");
	CONDITION("a::integer::string == \"1\"", "(a::integer::string == \"1\")");
	CONDITION("(a + b)::long", "(a + b)::long");
	CONDITION("-a::long", "(-a::long)");
	CONDITION("-(-a) + +b", "((-(-a)) + b)");
	CONDITION("a and b and c and d and e", "((((a AND b) AND c) AND d) AND e)");
	CONDITION("a<1 and b<1 and c<1 and d<1", "(((a < 1) AND (b < 1)) AND ((c < 1) AND (d < 1)))");
	CONDITION("a<1 or b<1 or c or d<1 or e<1 or f()", "(((((a < 1) OR (b < 1)) OR c) OR ((d < 1) OR (e < 1))) OR f())");
	CONDITION("a or b<1 or c<1 or d<1", "((a OR (b < 1)) OR ((c < 1) OR (d < 1)))");
	CONDITION("f(g(), h(a, b)) or x", "(f(g(), h(a, b)) OR x)");
}

static void
test_names(void)
{
	CONDITION("a.`b c`.d", "`a.b c.d`");
	CONDITION("`a``b`", "`a``b`");
	CONDITION("source.`as`.name", "`source.as.name`");
	CONDITION("source.as.name == a.by", "(`source.as.name` == `a.by`)");
	CONDITION("by.x == 1", "(`by.x` == 1)");
	CONDITION("not.x", "`not.x`");
	CONDITION("first == last", "(`first` == `last`)");
	CONDITION("first(a)", "first(a)");
	CONDITION("count == 1", "(count == 1)");
	CONDITION("COUNT (*) > 1", "(COUNT(*) > 1)");
	CONDITION("a . b == 1", "(a.b == 1)");
	CONDITION("from == 1", "(from == 1)");
	CONDITION("a in (from)", "(a IN (from))");
	CONDITION("@timestamp > now() - 1 hour", "(@timestamp > (now() - 1 hour))");
}

static void
test_constants(void)
{
	CONDITION("1", "1");
	CONDITION("-1", "-1");
	CONDITION("- 1", "-1");
	CONDITION("+1", "1");
	CONDITION("-(1)", "-1");
	CONDITION("- -1", "1");
	CONDITION("1 - -1", "(1 - -1)");
	CONDITION("-1::long", "(-1::long)");
	CONDITION("(-1)::long", "(-1)::long");
	CONDITION("9223372036854775807", "9223372036854775807");
	CONDITION("-9223372036854775808", "-9223372036854775808");
	CONDITION("-0009223372036854775808", "-9223372036854775808");
	CONDITION("- -9223372036854775808", "(--9223372036854775808)");
	CONDITION("9223372036854775808", "9.223372036854776E18");
	CONDITION("-9223372036854775809", "-9.223372036854776E18");
	CONDITION("123456789012345678901234567890", "1.2345678901234568E29");
	CONDITION("1.5", "1.5");
	CONDITION("1.", "1.0");
	CONDITION(".5e1", "5.0");
	CONDITION("1e3", "1000.0");
	CONDITION("-0.0", "-0.0");
	CONDITION("null", "NULL");
	CONDITION("True or FALSE", "(TRUE OR FALSE)");
	CONDITION("\"a\\tb\\n\\r\\\"\\\\\"", "\"a\\tb\\n\\r\\\"\\\\\"");
	CONDITION("\"\"\"a\\tb\"\"\"", "\"a\\\\tb\"");
	CONDITION("\"\"\"\"a\"\"\"\"\"", "\"\\\"a\\\"\\\"\"");
	CONDITION("\"\"", "\"\"");
	CONDITION("[1, -2, +3, 4.5]", "[1, -2, 3, 4.5]");
	CONDITION("[-9223372036854775808]", "[-9223372036854775808]");
	CONDITION("[\"a\"]", "[\"a\"]");
	CONDITION("[true, false]", "[TRUE, FALSE]");
	CONDITION("1 day", "1 day");
	CONDITION("1 DAYS", "1 day");
	CONDITION("5m", "5 minutes");
	CONDITION("-3mo", "-3 months");
	CONDITION("2 h + 30 min", "(2 hours + 30 minutes)");
	CONDITION("500 ms", "500 milliseconds");
	CONDITION("1 is null", "(1 IS NULL)");
	CONDITION("1 and 2", "(1 AND 2)");
}

static void
test_query_errors(void)
{
	SYNTAX("", "", "the query is empty", "A query begins with FROM");
	SYNTAX(" // only a comment", "", "the query is empty", "A query begins with FROM");
	SYNTAX("SELECT a", "SELECT", "SELECT is not a command of ES|QL", "A query begins with FROM");
	SYNTAX("where a", "where", "a query begins with FROM, not with WHERE",
			"A query begins with FROM");
	SYNTAX("| LIMIT 1", "|", "unexpected \"|\" in the query, expected a command", "");
	SYNTAX("FROM", "", "unexpected end of query in FROM, expected the name of a source", "");
	SYNTAX("FROM a,", "", "unexpected end of query in FROM, expected the name of a source", "");
	SYNTAX("FROM a b", "b", "unexpected \"b\" in FROM, expected \"|\" or the end of the query", "");
	SYNTAX("FROM \"\"", "\"\"", "the name of a source is empty", "");
	SYNTAX("FROM a WHERE b", "WHERE",
		   "unexpected \"WHERE\" in FROM, expected \"|\" or the end of the query",
		   "Commands are separated by |; put one before WHERE");
	SYNTAX("FROM a METADATA *", "*", "wildcards are not allowed in METADATA", "An asterisk");
	SYNTAX("FROM a |", "|", "nothing follows the last \"|\"", COMMANDS);
	SYNTAX("FROM a | | LIMIT 1", "|", "nothing stands between two \"|\"", COMMANDS);
	SYNTAX("FROM a | ROW b = 1", "ROW", "ROW can only begin a query", "Columns are added by EVAL");
	SYNTAX("ROW", "", "unexpected end of query in ROW, expected an expression", "");
	SYNTAX("FROM a | FROM b", "FROM", "FROM can only begin a query", "Several sources");
	SYNTAX("FROM a | WHER x", "WHER", "unknown command \"WHER\"", "Did you mean WHERE? " COMMANDS);
	SYNTAX("FROM a | mvexpand x", "mvexpand", "unknown command \"mvexpand\"",
			"Did you mean MV_EXPAND? ");
	SYNTAX("FROM a | frobnicate x", "frobnicate", "unknown command \"frobnicate\"", COMMANDS);
	SYNTAX("FROM a | ORDER BY x", "ORDER", "ORDER is not a command of ES|QL",
			"Rows are ordered by SORT");
	SYNTAX("FROM a | 1", "1", "unexpected \"1\" in the query, expected a command", "");
	SYNTAX("FROM a | LIMIT 1;", ";", "unexpected \";\"", "A query is one pipeline");
	SYNTAX("FROM a | LIMIT x", "x", "unexpected \"x\" in LIMIT, expected a whole number", "");
	SYNTAX("FROM a | LIMIT 1.5", "1.5", "unexpected \"1.5\" in LIMIT, expected a whole number",
			"Names");
	BAD_VALUE("FROM a | LIMIT -1", "-", "LIMIT must not be negative");
	BAD_VALUE("FROM a | LIMIT 99999999999999999999", "99999999999999999999",
			"LIMIT is out of range");
	SYNTAX("FROM a | KEEP a-b", "-",
			"unexpected \"-\" in KEEP, expected \"|\" or the end of the query",
		   "Names of other than ASCII letters");
	SYNTAX("FROM a | KEEP a,", "",
			"unexpected end of query in KEEP, expected the name of a column", "");
	SYNTAX("FROM a | KEEP a.", "",
			"unexpected end of query in KEEP, expected the name of a column", "");
	SYNTAX("FROM a | RENAME a* AS b", "a*", "wildcards are not allowed in RENAME", "An asterisk");
	SYNTAX("FROM a | RENAME a b", "b", "unexpected \"b\" in RENAME, expected AS or \"=\"", "");
	SYNTAX("FROM a | MV_EXPAND a, b", ",", "MV_EXPAND takes one column", "Write one MV_EXPAND");
	SYNTAX("FROM a | GROK b", "", "unexpected end of query in GROK, expected a pattern in quotes", "");
	SYNTAX("FROM a | GROK b c", "c", "unexpected \"c\" in GROK, expected a pattern in quotes", "");
	SYNTAX("FROM a | GROK b \"x\",", "", "unexpected end of query in GROK, expected a pattern in quotes", "");
	SYNTAX("FROM a | DISSECT b \"x\", \"y\"", ",", "DISSECT takes one pattern", "");
	SYNTAX("FROM a | DISSECT b \"x\" separator=\"\"", "separator",
		   "DISSECT has the option APPEND_SEPARATOR, and no other", "");
	SYNTAX("FROM a | DISSECT b \"x\" append_separator \"\"", "\"\"",
		   "unexpected \"\"\"\" in DISSECT, expected \"=\"", "");
	SYNTAX("FROM a | MV_EXPAND a*", "a*", "wildcards are not allowed in MV_EXPAND", "An asterisk");
	SYNTAX("FROM a | STATS", "", "unexpected end of query in STATS, expected an aggregate or BY",
			"");
	SYNTAX("FROM a | STATS | LIMIT 1", "|",
			"unexpected \"|\" in STATS, expected an aggregate or BY", "");
	SYNTAX("FROM a | STATS COUNT(*) BY", "",
			"unexpected end of query in STATS, expected an expression", "");
	SYNTAX("FROM a | STATS x = COUNT(*), BY b", "BY",
		   "unexpected \"BY\" in STATS, expected an expression", "A column whose name");
	SYNTAX("FROM a | INLINE STATS BY b", "BY", "unexpected \"BY\" in INLINE STATS, expected an aggregate", "A column");
	SYNTAX("FROM a | INLINE STATS", "", "unexpected end of query in INLINE STATS, expected an aggregate", "");
	SYNTAX("FROM a | INLINE SORT b", "SORT", "unexpected \"SORT\" in INLINE STATS, expected STATS", "Commands are separated");
	SYNTAX("FROM a | LOOKUP b ON c", "b", "unexpected \"b\" in LOOKUP JOIN, expected JOIN", "");
	SYNTAX("FROM a | LOOKUP JOIN b", "", "unexpected end of query in LOOKUP JOIN, expected ON", "");
	SYNTAX("FROM a | LOOKUP JOIN b ON c = d", "c = d", "LOOKUP JOIN takes columns or conditions after ON", "Equality is written ==.");
	SYNTAX("FROM a | LOOKUP JOIN b ON", "", "unexpected end of query in LOOKUP JOIN, expected an expression", "");
	SYNTAX("FROM a | LIMIT 5 BY", "", "unexpected end of query in LIMIT, expected an expression", "");
	SYNTAX("FROM a | LIMIT 5 BY b = c", "b", "LIMIT BY makes no columns", "Name it with EVAL");
	SYNTAX("FROM a | SORT a NULLS x", "x", "unexpected \"x\" in SORT, expected FIRST or LAST", "");
	SYNTAX("FROM a | EVAL x =", "", "unexpected end of query in EVAL, expected an expression", "");
	SYNTAX("FROM a | WHERE a /* b", "/* b", "unclosed comment", "A comment");
}

static void
test_expression_errors(void)
{
	SYNTAX("FROM a | WHERE a == b == c", "==", "comparisons cannot be chained",
			"Join two comparisons");
	SYNTAX("FROM a | WHERE a IN (1) == b", "==", "comparisons cannot be chained", "Join");
	SYNTAX("FROM a | WHERE a IN (1) IN (2)", "IN",
		   "unexpected \"IN\" in WHERE, expected AND, OR or the end of the condition",
				"A column whose");
	SYNTAX("FROM a | WHERE (a == 1", "", "unexpected end of query in WHERE, expected \")\"",
		   "The \"(\" at line 1, column 16 is not closed.");
	SYNTAX("FROM a\n| WHERE f(a | LIMIT 1", "|", "unexpected \"|\" in WHERE, expected \")\"",
		   "The \"(\" at line 2, column 10 is not closed.");
	SYNTAX("FROM a | WHERE a IN (1, 2", "", "unexpected end of query in WHERE, expected \")\"",
			"The \"(\" at");
	SYNTAX("FROM a | WHERE a == [1", "", "unexpected end of query in WHERE, expected \"]\"",
			"The \"[\" at");
	SYNTAX("FROM a | WHERE a)", ")",
			"unexpected \")\" in WHERE, expected \"|\" or the end of the query", "");
	SYNTAX("FROM a | WHERE a = 1", "=",
			"unexpected \"=\" in WHERE, expected \"|\" or the end of the query",
		   "Equality is written ==.");
	SYNTAX("FROM a | WHERE a === 1", "=", "unexpected \"=\" in WHERE, expected an expression",
			"Equality");
	SYNTAX("FROM a | WHERE a == 'x'", "'x'", "strings are not written in single quotes",
		   "Strings are written in double quotes.");
	SYNTAX("FROM a | WHERE a == \"x", "\"x", "unclosed string", "A string ends");
	SYNTAX("FROM a | WHERE a == \"x\\q\"", "\\q", "unknown escape in a string", "Known are");
	SYNTAX("FROM a | WHERE a && b", "&&", "\"&&\" is no operator", "\"And\" is written AND.");
	SYNTAX("FROM a | WHERE a || b", "||", "\"||\" is no operator", "\"Or\" is written OR");
	SYNTAX("FROM a | WHERE a <> b", "<>", "\"<>\" is no operator", "\"Not equal\" is written !=.");
	SYNTAX("FROM a | WHERE !a", "!", "\"!\" is no operator", "\"Not\" is written NOT.");
	SYNTAX("FROM a | WHERE a == NOT b", "NOT", "unexpected NOT in WHERE, expected a value",
			"Put NOT");
	SYNTAX("FROM a | WHERE a NOT b", "b",
			"unexpected \"b\" in WHERE, expected IN, LIKE or RLIKE after NOT", "");
	SYNTAX("FROM a | WHERE a IS b", "b", "unexpected \"b\" in WHERE, expected NULL or NOT NULL",
			"");
	SYNTAX("FROM a | WHERE a IS NOT b", "b", "unexpected \"b\" in WHERE, expected NULL", "");
	SYNTAX("FROM a | WHERE a AND", "", "unexpected end of query in WHERE, expected an expression",
			"");
	SYNTAX("FROM a | WHERE AND a", "AND", "unexpected \"AND\" in WHERE, expected an expression",
		   "A column whose name");
	SYNTAX("FROM a | WHERE a IN 1", "1",
			"unexpected \"1\" in WHERE, expected \"(\" and a list of values", "");
	SYNTAX("FROM a | WHERE a IN ()", ")", "unexpected \")\" in WHERE, expected an expression", "");
	SYNTAX("FROM a | WHERE a LIKE", "",
			"unexpected end of query in WHERE, expected a pattern in double quotes", "");
	SYNTAX("FROM a | WHERE a LIKE ()", ")",
			"unexpected \")\" in WHERE, expected a pattern in double quotes", "");
	SYNTAX("FROM a | WHERE a LIKE (\"x\",)", ")",
		   "unexpected \")\" in WHERE, expected a pattern in double quotes", "");
	SYNTAX("FROM a | WHERE 1 : 2", "1", "only a column may stand before \":\"", "Equality");
	SYNTAX("FROM a | WHERE a : b", "b", "only a constant may stand behind \":\"", "");
	SYNTAX("FROM a | WHERE a::\"x\"", "\"x\"",
			"unexpected \"\"x\"\" in WHERE, expected the name of a type", "");
	SYNTAX("FROM a | EVAL x = []", "]",
			"unexpected \"]\" in EVAL, expected a constant number, string or boolean", "");
	SYNTAX("FROM a | EVAL x = [1, \"a\"]", "\"a\"",
			"a list holds either numbers, or strings, or booleans", "");
	SYNTAX("FROM a | EVAL x = [1, true]", "true",
			"a list holds either numbers, or strings, or booleans", "");
	SYNTAX("FROM a | EVAL x = [null]", "null",
		   "unexpected \"null\" in EVAL, expected a constant number, string or boolean",
				"A column");
	SYNTAX("FROM a | EVAL x = [- true]", "true", "unexpected \"true\" in EVAL, expected a number",
			"A column");
	SYNTAX("FROM a | EVAL x = 5 fortnights", "fortnights", "unknown unit of time \"fortnights\"",
		   "Units are millisecond, second, minute, hour, day, week, month, quarter, year");
	SYNTAX("FROM a | EVAL x = 1.5 hours", "1.5", "a time span takes a whole number", "");
	SYNTAX("FROM a | WHERE x > 5 LIMIT 1", "LIMIT",
		   "unexpected \"LIMIT\" in WHERE, expected an operator, \"|\" or the end of the query",
				"Commands are");
	BAD_VALUE("FROM a | EVAL x = 99999999999999999999 hours", "99999999999999999999",
			  "the time span is out of range");
	BAD_VALUE("FROM a | EVAL x = 1e999", "1e999", "the number is out of range");
	SYNTAX("FROM a | EVAL a.1 = 2", ".1",
			"unexpected \".1\" in EVAL, expected \"|\" or the end of the query", "Names");
	SYNTAX("FROM a | EVAL x = f(a b)", "b",
			"unexpected \"b\" in EVAL, expected an operator, \",\" or \")\"", "");
	SYNTAX("FROM a | EVAL x = f(*, a)", ",", "unexpected \",\" in EVAL, expected \")\"", "");
	SYNTAX("FROM a | WHERE a BETWEEN 1 AND 2", "BETWEEN",
		   "unexpected \"BETWEEN\" in WHERE, expected \"|\" or the end of the query",
				"A range is written");
	check_error(true, "", ESQL_ERROR_SYNTAX, "", "the condition is empty", "", __LINE__);
	check_error(true, "a ==", ESQL_ERROR_SYNTAX, "",
				"unexpected end of condition in the condition, expected an expression", "",
						__LINE__);
	check_error(true, "a | limit 1", ESQL_ERROR_SYNTAX, "|",
				"unexpected \"|\" in the condition, expected an operator or the end of the condition", "",
				__LINE__);
}

static void
test_unsupported(void)
{
	static const char *const words[] = {
		"change_point", "completion", "enrich", "explain", "fork", "fuse",
		"mmr", "show", "ts", "sample", "rerank", "set", "promql", "metrics"
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
	{
		char		text[60];
		Arena		arena = {0};
		EsqlContext context;

		snprintf(text, sizeof(text), "FROM a | %s x", words[i]);
		context = arena_context(&arena, text, strlen(text));
		CHECK(esql_parse(&context) == NULL && context.error.class == ESQL_ERROR_UNSUPPORTED);
		CHECK(context.error.hint[0] != '\0');
		arena_reset(&arena);
	}
	UNSUPPORTED("FROM a | ENRICH b", "ENRICH", "ENRICH is not supported", "A table takes the place of a policy");
	UNSUPPORTED("FROM a | change_point b", "change_point", "CHANGE_POINT is not supported", COMMANDS);
	UNSUPPORTED("SHOW INFO", "SHOW", "SHOW is not supported", COMMANDS);
	UNSUPPORTED("FROM c:x", ":", "sources on remote clusters are not supported", "");
	UNSUPPORTED("FROM x::data", "::", "selectors of sources are not supported", "");
	UNSUPPORTED("FROM (FROM x)", "(", "subqueries are not supported", "");
	UNSUPPORTED("FROM a | WHERE a IN (FROM b)", "FROM", "subqueries are not supported", "");
	UNSUPPORTED("FROM a | WHERE a == ?x", "?x", "query parameters are not supported", "");
	UNSUPPORTED("FROM a | WHERE a =~ \"x\"", "=~", "the operator =~ is not supported", "Compare");
}

/*
 * n times a piece of text, between a beginning and an end.
 */
static char *
repeated(const char *begin, const char *piece, const char *middle, const char *more, size_t n)
{
	size_t		length = strlen(begin) + n * (strlen(piece) + strlen(more)) + strlen(middle) + 1;
	char	   *text = malloc(length);
	char	   *end;

	if (text == NULL)
		abort();
	end = text + sprintf(text, "%s", begin);
	for (size_t i = 0; i < n; i++)
		end += sprintf(end, "%s", piece);
	end += sprintf(end, "%s", middle);
	for (size_t i = 0; i < n; i++)
		end += sprintf(end, "%s", more);
	return text;
}

static void
check_limit(const char *begin, const char *piece, const char *middle, const char *more, size_t n,
			const char *message)
{
	Arena		arena = {0};
	char	   *text = repeated(begin, piece, middle, more, n);
	EsqlContext context = arena_context(&arena, text, strlen(text));
	bool		parsed = esql_parse(&context) != NULL;

	if (message == NULL)
	{
		if (!CHECK(parsed))
			fprintf(stderr, "\t%zu times %s: %s\n", n, piece, context.error.message);
	}
	else if (CHECK(!parsed))
	{
		CHECK(context.error.class == ESQL_ERROR_LIMIT);
		CHECK_TEXT(context.error.message, message);
	}
	arena_reset(&arena);
	free(text);
}

static void
test_limits(void)
{
	static const char deep[] = "expression in WHERE is nested too deeply (limit is 200)";
	static const struct
	{
		const char *piece;
		const char *middle;
		const char *more;
	} nests[] = {
		{"(", "a", ")"}, {"f(", "a", ")"}, {"not ", "a", ""}, {"-", "a", ""}, {"", "a", "::x"},
		{"", "a", " + 1"}, {"", "a", " * 1"}, {"a in (f(", "1", "))"}, {"(a or ", "b", ")"},
		{"(not ", "a", ")"}, {"- (", "a", ")"}
	};

	for (size_t i = 0; i < sizeof(nests) / sizeof(nests[0]); i++)
	{
		size_t		n = i == 7 ? 50 : 100;

		check_limit("FROM a | WHERE ", nests[i].piece, nests[i].middle, nests[i].more, n, NULL);
		check_limit("FROM a | WHERE ", nests[i].piece, nests[i].middle, nests[i].more, 500, deep);
		check_limit("FROM a | WHERE ", nests[i].piece, nests[i].middle, nests[i].more, 50000, deep);
	}
	/* long chains are no depth */
	check_limit("FROM a | WHERE a", "", "", " and b == 1", 9000, NULL);
	check_limit("FROM a | WHERE a", "", "", " or b == 1", 9999, NULL);
	/* but of columns, which may hold several values, they are */
	check_limit("FROM a | WHERE a", "", "", " or b", 190, NULL);
	check_limit("FROM a | WHERE a == 1", "", "", " or Starts_With(a, b)", 9999, NULL);
	check_limit("FROM a | WHERE a", "", "", " or b", 9999, deep);
	check_limit("FROM a | WHERE a", "", "", " or b == 1", 10000,
			"too many conditions in WHERE (limit is 10000)");
	check_limit("FROM a | WHERE a in (1", "", "", ", 1", 10000,
			"too many values in WHERE (limit is 10000)");
	check_limit("FROM a | KEEP a", "", "", ", b", 9999, NULL);
	check_limit("FROM a | KEEP a", "", "", ", b", 10000, "too many names in KEEP (limit is 10000)");
	check_limit("FROM a", "", "", " | LIMIT 1", 499, NULL);
	check_limit("FROM a", "", "", " | LIMIT 1", 500, "too many commands (limit is 500)");
	check_limit("FROM a", "", "", " ", 999990, NULL);
	check_limit("FROM a", "", "", " ", 1000000, "the text is too long (limit is 1000000 bytes)");
}

/*
 * Spans, names and kinds that printing does not show.
 */
static void
test_tree(void)
{
	static const char text[] = "FROM a | WHERE x IN (y) | EVAL (p + q) * 2, n = -5 | STATS c = COUNT(*) WHERE z BY k | SORT s";
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, text, strlen(text));
	EsqlQuery  *query = esql_parse(&context);
	const EsqlCommand *command;
	const EsqlExpr *expr;
	const EsqlField *field;

#define TEXT_OF(s) (snprintf(buf, sizeof(buf), "%.*s", (int) (s).length, text + (s).start), buf)
	char		buf[200];

	if (!CHECK(query != NULL))
		return;
	command = query->from;
	CHECK(command->kind == ESQL_FROM);
	CHECK_TEXT(TEXT_OF(command->span), "FROM a");
	command = command->next;
	expr = command->expr;
	CHECK(expr->kind == ESQL_IN && expr->nargs == 2);
	CHECK_TEXT(TEXT_OF(expr->span), "x IN (y)");
	CHECK_TEXT(TEXT_OF(expr->name_span), "IN");
	CHECK_TEXT(TEXT_OF(command->span), "WHERE x IN (y)");
	command = command->next;
	field = &command->fields[0];
	CHECK(command->nfields == 2 && field->name.data == NULL && field->where == NULL);
	CHECK_TEXT(TEXT_OF(field->span), "(p + q) * 2");
	CHECK_TEXT(TEXT_OF(field->name_span), "(p + q) * 2");
	CHECK_TEXT(TEXT_OF(field->expr->args[0]->span), "(p + q)");
	CHECK_TEXT(TEXT_OF(field->expr->args[0]->name_span), "+");
	CHECK(field->expr->depth == 3);
	field = &command->fields[1];
	CHECK_TEXT(field->name.data, "n");
	CHECK_TEXT(TEXT_OF(field->name_span), "n");
	CHECK_TEXT(TEXT_OF(field->span), "n = -5");
	CHECK(field->expr->kind == ESQL_INTEGER && field->expr->integer == -5);
	CHECK_TEXT(TEXT_OF(field->expr->span), "-5");
	command = command->next;
	field = &command->fields[0];
	CHECK_TEXT(TEXT_OF(field->span), "c = COUNT(*) WHERE z");
	CHECK(field->expr->kind == ESQL_CALL && field->expr->star && field->expr->nargs == 0);
	CHECK_TEXT(field->expr->string.data, "COUNT");
	CHECK_TEXT(TEXT_OF(field->expr->name_span), "COUNT");
	CHECK(field->where != NULL && field->where->kind == ESQL_COLUMN);
	CHECK(command->nby == 1);
	CHECK_TEXT(TEXT_OF(command->by[0].name_span), "k");
	command = command->next;
	CHECK(command->nkeys == 1 && !command->keys[0].descending && !command->keys[0].nulls_first);
	CHECK(command->next == NULL);
	arena_reset(&arena);

	context = arena_context(&arena, "FROM a | KEEP b*.`c*`", 21);
	query = esql_parse(&context);
	if (CHECK(query != NULL))
	{
		CHECK_TEXT(query->from->next->names[0].name.data, "b\1.c*");
		CHECK(query->from->next->names[0].wildcard);
	}
	arena_reset(&arena);
}

static void
check_place(const char *text, uint32_t offset, uint32_t line, uint32_t column, uint32_t character)
{
	uint32_t	l;
	uint32_t	c;
	uint32_t	n;

	esql_place(text, strlen(text), offset, &l, &c, &n);
	if (!CHECK(l == line && c == column && n == character))
		fprintf(stderr, "\tbyte %u is at %u:%u, character %u\n", offset, l, c, n);
}

static void
test_places(void)
{
	check_place("", 0, 1, 1, 1);
	check_place("abc", 0, 1, 1, 1);
	check_place("abc", 2, 1, 3, 3);
	check_place("abc", 3, 1, 4, 4);
	check_place("abc", 99, 1, 4, 4);
	check_place("a\nbc", 2, 2, 1, 3);
	check_place("a\nbc", 3, 2, 2, 4);
	check_place("a\r\nbc", 3, 2, 1, 4);
	check_place("\n\n", 2, 3, 1, 3);
	check_place("\xC3\xA9" "b", 2, 1, 2, 2);
	check_place("\xC3\xA9" "b", 1, 1, 1, 1);
	check_place("\xE2\x82\xAC\xF0\x9F\x98\x80\nx", 8, 2, 1, 4);
	check_place("\xE2\x82\xAC\xF0\x9F\x98\x80\nx", 7, 1, 3, 3);
}

/*
 * The n-th allocation fails, for every n that there is.
 */
static void
test_out_of_memory(void)
{
	static const char text[] = "FROM logs-*, \"a b\" METADATA _id | WHERE a == 1 AND b IN (1, 2) OR NOT c LIKE (\"x*\", \"y\") "
		"AND d.`e f` IS NULL | EVAL x = f(-a, 1 day, [1, 2])::long, `q` | STATS c = COUNT(*) WHERE z BY k "
		"| KEEP a, b.* | RENAME a AS b | SORT c DESC | MV_EXPAND m | LOOKUP JOIN t ON a, b | INLINE STATS MAX(a) BY b | LIMIT 10 BY a, b";
	size_t		n;

	for (n = 1; n < 1000; n++)
	{
		Arena		arena = {0};
		EsqlContext context = arena_context(&arena, text, strlen(text));
		EsqlQuery  *query;

		arena.fail_at = n;
		query = esql_parse(&context);
		if (query == NULL)
			CHECK(context.error.class == ESQL_ERROR_MEMORY && context.error.message[0] != '\0');
		else if (arena.calls < n)
		{
			size_t		calls = arena.calls;

			/* the printing, too */
			for (n = calls + 1; n < calls + 100; n++)
			{
				arena.fail_at = n;
				if (esql_print_query(&context, query).data != NULL)
					break;
				CHECK(context.error.class == ESQL_ERROR_MEMORY);
				arena.calls = calls;
			}
			arena_reset(&arena);
			break;
		}
		else
			CHECK(false);
		arena_reset(&arena);
	}
	CHECK(n > 50 && n < 1000);
}

static void
test_wildcards(void)
{
	CHECK(esql_wildcard_fits("abc", '*', "abc"));
	CHECK(!esql_wildcard_fits("abc", '*', "abcd"));
	CHECK(!esql_wildcard_fits("abc", '*', "ab"));
	CHECK(esql_wildcard_fits("*", '*', ""));
	CHECK(esql_wildcard_fits("**", '*', "x"));
	CHECK(!esql_wildcard_fits("", '*', "x"));
	CHECK(esql_wildcard_fits("", '*', ""));
	CHECK(esql_wildcard_fits("a*c", '*', "abcbc"));
	CHECK(!esql_wildcard_fits("a*c", '*', "abcb"));
	CHECK(esql_wildcard_fits("logs-*.process-*", '*', "logs-endpoint.events.process-default"));
	CHECK(!esql_wildcard_fits("logs-*.process-*", '*', "logs-endpoint.events.file-default"));
	CHECK(esql_wildcard_fits("*a*b*", '*', "xxaxbxaxb"));
	/* exponential for a match that steps back to every wildcard */
	CHECK(!esql_wildcard_fits("*a*a*a*a*a*a*a*a*a*a*a*a*b", '*',
							  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
	CHECK(esql_wildcard_fits("a\001", ESQL_WILDCARD, "a*"));
	CHECK(!esql_wildcard_fits("a*", ESQL_WILDCARD, "ab"));
}

int
main(void)
{
	test_wildcards();
	test_commands();
	test_operators();
	test_names();
	test_constants();
	test_query_errors();
	test_expression_errors();
	test_unsupported();
	test_limits();
	test_tree();
	test_places();
	test_out_of_memory();
	return unit_report();
}
