/*
 * test_regex.c
 *		Regular expressions of Java and Ruby, run by PCRE2.
 *
 * The table of differences in src/esql/pattern/translate.c, line for line, then what is
 * refused, the replacements of REPLACE, and what ends a search.  Expected are the
 * results of the engines themselves.
 */
#include "regex_tools.h"

#define JAVA(pattern, text, expected) \
	check_matches(ESQL_DIALECT_JAVA, (pattern), (text), (expected), __LINE__)
#define RUBY(pattern, text, expected) \
	check_matches(ESQL_DIALECT_RUBY, (pattern), (text), (expected), __LINE__)
#define NO_JAVA(pattern, class, message) \
	check_refused(ESQL_DIALECT_JAVA, (pattern), (class), (message), __LINE__)
#define NO_RUBY(pattern, class, message) \
	check_refused(ESQL_DIALECT_RUBY, (pattern), (class), (message), __LINE__)

#define E_ACUTE "\xC3\xA9"		/* e with an accent */
#define E_CAPITAL "\xC3\x89"	/* its capital */
#define KELVIN "\xE2\x84\xAA"	/* a K that is no letter of ASCII */
#define NEXT_LINE "\xC2\x85"
#define FIRE "\xF0\x9F\x94\xA5"

static void
test_java(void)
{
	JAVA("", "ab", "<><><>");
	JAVA("abc", "xabcabc", "<abc><abc>");
	JAVA("a*", "aab", "<aa><><>");
	JAVA("a|ab", "ab", "<a>");
	JAVA("(a|ab)(c|bcd)", "abcd", "<abcd|a|bcd>");
	JAVA(".*?b", "aabab", "<aab><ab>");
	JAVA("a??b", "ab", "<ab>");
	JAVA("a{2}", "aaaaa", "<aa><aa>");
	JAVA("a{2,3}", "aaaaa", "<aaa><aa>");
	JAVA("a{2,}?", "aaaaa", "<aa><aa>");
	JAVA("a]b}-", "a]b}-", "<a]b}->");
	/* possessive, atomic, lookaround */
	JAVA("a++b", "aab", "<aab>");
	JAVA("a++ab", "aaab", "");
	JAVA("a{1,2}+a", "aab", "");
	JAVA("(?>a|ab)c", "abc", "");
	JAVA("\\$\\{(\\w++`){2,}\\w++\\}", "${a`b`c} ${ab`c}", "<${a`b`c}|b`>");
	JAVA("a(?=b)", "ab ac", "<a>");
	JAVA("[a-z]`(?![rnt]|\\d)[a-z]", "a`b a`n a`x", "<a`b><a`x>");
	JAVA("(?<=x)a(?<!ya)", "xa ya", "<a>");
	/* ASCII classes, line ends of five kinds */
	JAVA("\\w+", "a" E_ACUTE "b", "<a><b>");
	JAVA("\\d\\D", "1a" , "<1a>");
	JAVA("\\s+", "a \t\n\v\f\rb", "< \t\n\v\f\r>");
	JAVA("\\bb", E_ACUTE "b", "<b>");
	JAVA("a\\Bb", "ab", "<ab>");
	JAVA(".+", "a\nb\rc" NEXT_LINE "d", "<a><b><c><d>");
	JAVA("(?s).+", "a\nb", "<a\nb>");
	JAVA("\\h+", "a \t\xC2\xA0z", "< \t\xC2\xA0>");
	JAVA("\\R", "a\r\nb\nc" NEXT_LINE, "<\r\n><\n><" NEXT_LINE ">");
	JAVA("\\R\\n", "a\r\nb", "<\r\n>");
	JAVA("\\v", "a\nb\vc", "<\n><\v>");
	/* places */
	JAVA("^a", "a\na", "<a>");
	JAVA("a$", "a\na", "<a>");
	JAVA("a$", "a\n", "<a>");
	JAVA("a$", "a\r\n", "<a>");
	JAVA("a\\Z", "a" NEXT_LINE, "<a>");
	JAVA("a\\z", "a\n", "");
	JAVA("a$", "a\n\n", "");
	JAVA("$", "a\r\n", "<><>");
	JAVA("(?m)^a$", "a\na\r\na", "<a><a><a>");
	JAVA("(?m)^", "a\n", "<>");
	JAVA("(?m)$", "a\r\nb", "<><>");
	JAVA("\\Aa\\z", "a", "<a>");
	/* letter case is ASCII's */
	JAVA("(?i)ab1", "aB1 AB1", "<aB1><AB1>");
	JAVA("(?i)k", "kK" KELVIN, "<k><K>");
	JAVA("(?i)" E_ACUTE, E_ACUTE E_CAPITAL, "<" E_ACUTE ">");
	JAVA("(?i)[a-c]+", "aBC", "<aBC>");
	JAVA("(?i)[^a]", "aAb", "<b>");
	JAVA("a(?i)b|c", "aB C", "<aB><C>");
	JAVA("(?:(?i)a)b", "Ab AB", "<Ab>");
	JAVA("(?i:a)b", "Ab AB", "<Ab>");
	JAVA("(?i)a(?-i)b", "Ab AB", "<Ab>");
	JAVA("(?x) a b # comment\n c", "abc a b c", "<abc>");
	JAVA("(?x)a\\ b [ab] +", "a bab", "<a bab>");
	/* escapes */
	JAVA("\\x41\\u00e9\\t\\x{1F525}\\uD83D\\uDD25\\0101\\cA", "A" E_ACUTE "\t" FIRE FIRE "A\001",
		 "<A" E_ACUTE "\t" FIRE FIRE "A\001>");
	JAVA("\\Qa.b\\E+", "a.bb axb", "<a.bb>");
	JAVA("\\Qa.b", "a.b", "<a.b>");
}

static void
test_java_classes(void)
{
	JAVA("[a-c&&b-d]+", "abcd", "<bc>");
	JAVA("[a-z&&[^aeiou]]+", "abcde", "<bcd>");
	JAVA("[a[0-9]]+", "a1b", "<a1>");
	JAVA("[a-z&&[^m-p]&&[^x]]", "mxa", "<a>");
	JAVA("[-a]+", "a-", "<a->");
	JAVA("[a-]+", "a-", "<a->");
	JAVA("[a-c-9]+", "b-9", "<b-9>");
	JAVA("[&a]+", "a&", "<a&>");
	JAVA("[^\\\\]+", "a\\b", "<a><b>");
	JAVA("[\\d.]+", "1.2a", "<1.2>");
	JAVA("[^\\d\\s]+", "a1 b", "<a><b>");
	JAVA("[0-9\\.\\-\\_]{3,}", "1.2-3_", "<1.2-3_>");
	JAVA("\\p{L}+", "a" E_ACUTE "1", "<a" E_ACUTE ">");
	JAVA("\\pL", "1a", "<a>");
	JAVA("\\p{Lu}", E_ACUTE E_CAPITAL, "<" E_CAPITAL ">");
	JAVA("\\P{L}", "a1", "<1>");
	JAVA("[\\p{L}&&[^a]]", "ab" E_ACUTE, "<b><" E_ACUTE ">");
	JAVA("[^\\p{L}]+", "a12" E_ACUTE, "<12>");
	JAVA("\\p{Alpha}+", "ab" E_ACUTE, "<ab>");
	JAVA("[\\p{Punct}&&[^.]]+", "a.!?", "<!?>");
	JAVA("\\p{IsGreek}\\p{IsLatin}", "\xCE\xB1""a", "<\xCE\xB1""a>");
	JAVA("\\p{gc=Nd}\\p{script=Latin}", "1a", "<1a>");
}

static void
test_java_groups(void)
{
	JAVA("(a)(b)?", "ac", "<a|a|->");
	JAVA("(\\w+)@(\\w+)", "me@home", "<me@home|me|home>");
	JAVA("(?<n>a)\\k<n>", "aab", "<aa|a>");
	JAVA("(a)(b)\\2\\1", "abba", "<abba|a|b>");
	JAVA("(a)\\11", "aa1", "<aa1|a>");
	JAVA("(?:(a)|b)*", "ab", "<ab|a><|->");
	JAVA("(a*)*", "b", "<|><|>");
	JAVA("(a*)+", "aa", "<aa|><|>");
	JAVA("(a|b)*?c", "abc", "<abc|b>");
	JAVA("(?=(a))a", "a", "<a|a>");
	JAVA("(?!(a)b)a", "ac", "<a|->");
}

static void
test_no_java(void)
{
#define REFUSED(pattern, message) NO_JAVA(pattern, ESQL_ERROR_UNSUPPORTED, message)
#define BROKEN(pattern, message) NO_JAVA(pattern, ESQL_ERROR_VALUE, message)
	REFUSED("\\Ga", "the escape \\G");
	REFUSED("\\X", "the escape \\X");
	REFUSED("[\\Q]\\E]", "the escape \\Q");
	REFUSED("\\N{DIGIT ONE}", "the escape \\N");
	REFUSED("\\b{g}", "the escape \\b{");
	REFUSED("(?u)a", "a construct that begins with (?u");
	REFUSED("(?-d)a", "a construct that begins with (?-d");
	REFUSED("(?#a)", "a construct that begins with (?#");
	REFUSED("(?(1)a)", "a construct that begins with (?(");
	REFUSED("\\p{InGreek}", "the property \\p{InGreek}");
	REFUSED("(?i)\\p{Lu}", "\\p{Lu} where letter case is ignored");
	REFUSED("(?i)\\p{Lower}", "the property \\p{Lower}");
	REFUSED("(?i)(a)\\1", "a reference to a group where letter case is ignored");
	REFUSED("\\1(a)", "a reference to a group that does not end before it");
	REFUSED("(a\\1)", "a reference to a group that does not end before it");
	REFUSED("^*", "a quantifier after what is a place in the text");
	REFUSED("(?=a)*", "a quantifier after what is a place in the text");
	REFUSED("[]a]", "a class that begins with a bracket (write it \\])");
	REFUSED("[^a[b]]", "[^ with a class or && inside");
	REFUSED("[a&&[b]c]", "more than one class after && in brackets");
	REFUSED("[a&&]", "an empty side of && in brackets");
	REFUSED("(?x)[a b]", "a blank or # in brackets after (?x)");
	REFUSED("\\uD83Da", "this code of a character");
	BROKEN("*a", "a quantifier follows nothing that it could repeat");
	BROKEN("a**", "a quantifier follows nothing that it could repeat");
	BROKEN("a|{", "a quantifier follows nothing that it could repeat");
	BROKEN("(?i)*", "a quantifier follows nothing that it could repeat");
	BROKEN("a{x}", "\"{\" is not followed by a number");
	BROKEN("a{,2}", "\"{\" is not followed by a number");
	BROKEN("a{2", "a brace is not closed");
	BROKEN("a{3,2}", "a range of repetitions runs backwards");
	BROKEN("(a", "a parenthesis is not closed");
	BROKEN("a)", "a parenthesis closes nothing");
	BROKEN("[a", "a bracket is not closed");
	BROKEN("[b-a]", "a range in brackets runs backwards");
	BROKEN("[a-\\d]", "a class cannot end a range");
	BROKEN("\\xg0", "not a hexadecimal digit");
	BROKEN("\\x{110000}", "there is no character of this code");
	BROKEN("\\08", "no octal number follows \\0");
	BROKEN("\\", "unexpected end of the pattern");
	BROKEN("\\k<n>", "no group before it has the name n");
	BROKEN("(?<1>a)", "a group has no proper name");
	BROKEN("(?<n>a)(?<n>b)", "two groups have the name n");
	BROKEN("\xC3", "not valid UTF-8 text");
	NO_JAVA("a{65536}", ESQL_ERROR_LIMIT, "too many repetitions (limit is 65535)");
#undef REFUSED
#undef BROKEN
}

static void
test_ruby(void)
{
	RUBY("(a)b", "ab", "<ab>");
	RUBY("(?<x.y>a)b", "ab", "<ab|a>");
	RUBY("(?<a>x)|(?<a>y)", "xy", "<x|x|-><y|-|y>");
	/* ASCII, but for the edges of words */
	RUBY("\\w+", "a" E_ACUTE "b", "<a><b>");
	RUBY("\\b\\w+", "a" E_ACUTE "b c", "<a><c>");
	RUBY("\\Bb", "a" E_ACUTE "b", "<b>");
	RUBY("\\d\\s\\S", "1 a", "<1 a>");
	RUBY("[[:alnum:]]+", "a" E_ACUTE "1-", "<a" E_ACUTE "1>");
	RUBY("[[:^alpha:]]+", "a1-b", "<1->");
	RUBY("[[[:digit:]]_%]+", "1_%a", "<1_%>");
	RUBY("\\p{Alpha}\\p{^L}", E_ACUTE "1", "<" E_ACUTE "1>");
	/* lines */
	RUBY(".+", "a\rb\nc", "<a\rb><c>");
	RUBY("(?m).+", "a\nb", "<a\nb>");
	RUBY("(?m:.+)", "a\nb", "<a\nb>");
	RUBY("^a$", "a\na\nb", "<a><a>");
	RUBY("^", "a\n", "<>");
	RUBY("$", "a\n", "<>");
	RUBY("$", "", "<>");
	RUBY("a\\Z", "a\n", "<a>");
	RUBY("a\\z", "a\n", "");
	RUBY("\\Aa", "a\na", "<a>");
	RUBY("\\R", "a\r\n\n", "<\r\n><\n>");
	/* hexadecimal digits */
	RUBY("\\h+\\H", "0aFg", "<0aFg>");
	RUBY("[\\h.]+", "0.f", "<0.f>");
	/* letter case is Unicode's */
	RUBY("(?i)" E_ACUTE, E_CAPITAL, "<" E_CAPITAL ">");
	RUBY("(?i)a(?-i)b", "Ab AB", "<Ab>");
	RUBY("a(?i)b|c", "aB ac aC c", "<aB><ac><aC>");
	RUBY("(?:a(?i)b)c", "aBc aBC", "<aBc>");
	RUBY("(?i:https?)://", "HTTPS://", "<HTTPS://>");
	RUBY("(?im)a.b", "A\nB", "<A\nB>");
	RUBY("(?x) a  b # c\n", "ab", "<ab>");
	RUBY("a(?#note)b", "ab", "<ab>");
	/* quantifiers */
	RUBY("a{,2}b", "aaab", "<aab>");
	RUBY("a{,b", "a{,b", "<a{,b>");
	RUBY("a{b}", "a{b}", "<a{b}>");
	RUBY("a{2,3}?", "aaa", "<aa>");
	RUBY("a*+a", "aa", "");
	RUBY("(?>a+)b", "aab", "<aab>");
	RUBY("(?<![0-9])[0-9]", "12", "<1>");
	RUBY("[a-z&&[^m]]+", "lmn", "<l><n>");
	RUBY("[^a-c&&b]+", "ab", "<a>");
	RUBY("[\\b]", "a\b", "<\b>");
	RUBY("[^a[b]]", "abc", "<c>");
}

static void
test_no_ruby(void)
{
#define REFUSED(pattern, message) NO_RUBY(pattern, ESQL_ERROR_UNSUPPORTED, message)
#define BROKEN(pattern, message) NO_RUBY(pattern, ESQL_ERROR_VALUE, message)
	REFUSED("(?P<x>a)", "a construct that begins with (?P");
	REFUSED("(?'x'a)", "a construct that begins with (?'");
	REFUSED("(?s)a", "a construct that begins with (?s");
	REFUSED("(?<x>a)\\k<x>", "the escape \\k");
	REFUSED("\\g<x>", "the escape \\g");
	REFUSED("(a)\\1", "the escape \\1");
	REFUSED("\\u0041", "the escape \\u");
	REFUSED("\\Qa", "the escape \\Q");
	REFUSED("a{2}?", "two quantifiers in a row");
	REFUSED("a{2}+", "two quantifiers in a row");
	REFUSED("a+*", "two quantifiers in a row");
	REFUSED("[[:graph:]]", "the class [:graph:]");
	REFUSED("(?i)[[:upper:]]", "the class [:upper:]");
	REFUSED("(?i)[a-z&&[^a]]", "&& in brackets where letter case is ignored");
	REFUSED("\\p{Foo}", "the property \\p{Foo}");
	BROKEN("%{NOSUCH}", "there is no pattern %{NOSUCH}");
	BROKEN("%{}", "there is no pattern %{}");
	BROKEN("%{WORD", "%{ is not closed by a brace");
	BROKEN("(?<>a)", "a group has no proper name");
	BROKEN("(?#a", "unexpected end of the pattern");
	BROKEN("(?i", "a parenthesis is not closed");
	BROKEN("?", "a quantifier follows nothing that it could repeat");
#undef REFUSED
#undef BROKEN
}

/*
 * What the parts of a replacement are, as "[text]" and "$n".
 */
static void
replacement(const char *pattern, const char *text, const char *expected)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlPcre	pcre;
	EsqlReplacement result;
	char		got[300] = "";
	size_t		n = 0;

	if (CHECK(esql_regex_translate(&context, ESQL_DIALECT_JAVA, "X", string_of(pattern), span, &pcre)) &&
		CHECK(esql_java_replacement(&context, string_of(text), span, &pcre, &result)))
	{
		for (uint32_t i = 0; i < result.nparts; i++)
		{
			if (result.parts[i].text.data != NULL)
				n += (size_t) snprintf(got + n, sizeof(got) - n, "[%s]", result.parts[i].text.data);
			else
				n += (size_t) snprintf(got + n, sizeof(got) - n, "$%u", result.parts[i].group);
		}
		CHECK_TEXT(got, expected);
	}
	arena_reset(&arena);
}

static void
bad_replacement(const char *pattern, const char *text, const char *message)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlPcre	pcre;
	EsqlReplacement result;
	char		whole[300];

	snprintf(whole, sizeof(whole), "invalid replacement for REPLACE: %s", message);
	CHECK(esql_regex_translate(&context, ESQL_DIALECT_JAVA, "X", string_of(pattern), span, &pcre));
	if (CHECK(!esql_java_replacement(&context, string_of(text), span, &pcre, &result)))
	{
		CHECK(context.error.class == ESQL_ERROR_VALUE);
		CHECK_TEXT(context.error.message, whole);
	}
	arena_reset(&arena);
}

static void
test_replacement(void)
{
	replacement("a", "", "");
	replacement("a", "a&b\\\\c", "[a&b\\c]");
	replacement("a", "<$0>", "[<]$0[>]");
	replacement("(a)(b)", "$2$1", "$2$1");
	replacement("(a)", "$12", "$1[2]");
	replacement("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)(l)", "$12$130", "$12$1[30]");
	replacement("a", "\\$1\\a", "[$1a]");
	replacement("(?<n>a)(b)", "${n}$2", "$1$2");
	bad_replacement("a", "$1", "the pattern has no such group");
	bad_replacement("(a)(b)", "$3", "the pattern has no such group");
	bad_replacement("a", "a$", "nothing follows the last $");
	bad_replacement("a", "$x", "no number follows $");
	bad_replacement("(a)", "${n}", "the pattern has no group of this name");
	bad_replacement("(?<n>a)", "${n", "the pattern has no group of this name");
	bad_replacement("a", "a\\", "nothing follows the last backslash");
}

static int	asked;

static bool
ask(EsqlWatch *watch)
{
	(void) watch;
	return ++asked > 20;
}

/*
 * Patterns that are exponential, or quadratic, in a text: the search ends, with or
 * without the watch, and the watch is asked.
 */
static void
test_hostile(void)
{
	static const char *const patterns[] = {
		"(?:a+)+$", "(a|a)*b", "(a|aa)+$", "(.*a){12}[0-9]", ".*.*.*[0-9]", "(?=[a-z]*[0-9])a",
		"a(?:b|a)*[0-9]", "((a+)*)+\\z", "(?:a?){40}a{40}[0-9]", "([a-z]+)*[0-9]", "(?:(?:a|b)+c?)+[0-9]"
	};
	static const size_t lengths[] = {40, 3000, 100000};
	static char text[100000];
	EsqlWatch	watch = {ask};
	int			most = 0;

	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
	{
		Arena		arena = {0};
		EsqlContext context = arena_context(&arena, "", 0);
		EsqlPcre	pcre;
		EsqlRegex  *regex;
		char		message[200];

		CHECK(esql_regex_translate(&context, ESQL_DIALECT_RUBY, "X", string_of(patterns[i]), span, &pcre));
		regex = esql_regex_compile(pcre.text.data, pcre.text.length, true, message,
								   sizeof(message));
		for (size_t j = 0; CHECK(regex != NULL) && j < sizeof(lengths) / sizeof(lengths[0]); j++)
		{
			const size_t *groups;
			EsqlRegexResult	result;

			asked = 0;
			text[lengths[j] - 1] = '!';
			result = esql_regex_search(regex, text, lengths[j], 0, &watch, &groups);
			CHECK(result == ESQL_SEARCH_NONE || result == ESQL_SEARCH_GAVE_UP);
			most = asked > most ? asked : most;
			text[lengths[j] - 1] = 'a';
		}
		esql_regex_free(regex);
		arena_reset(&arena);
	}
	CHECK(most > 0);
}

/*
 * A long text that needs several slices: the match is found wherever it is.
 */
static void
test_slices(void)
{
	static char text[300000];
	static const size_t places[] = {0, 1, 17, 60, 12345, 299990};
	EsqlRegex  *regex = esql_regex_compile("b(?=[^b]*+\\z)", 13, true, text, 100);
	const size_t *groups;

	if (!CHECK(regex != NULL))
		return;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
	{
		memset(text, 'a', sizeof(text));
		text[places[i]] = 'b';
		CHECK(esql_regex_search(regex, text, sizeof(text), 0, &patient, &groups) == ESQL_SEARCH_FOUND);
		CHECK(groups[0] == places[i] && groups[1] == places[i] + 1);
		CHECK(esql_regex_search(regex, text, sizeof(text), places[i] + 1, &patient, &groups) ==
			  ESQL_SEARCH_NONE);
	}
	esql_regex_free(regex);

	/* PCRE2 says why it refuses */
	text[0] = '\0';
	CHECK(esql_regex_compile("(?<=a+)b", 8, true, text, 100) == NULL && text[0] != '\0');
}

/*
 * Deep and long patterns.
 */
static void
test_limits(void)
{
	static char text[200000];

	for (int dialect = 0; dialect < 2; dialect++)
	{
		for (int n = 100; n <= 50000; n += 49900)
		{
			static const char *const opening[] = {"(", "[a", "(?i)", "(?=", "[a&&"};
			static const char *const closing[] = {")", "]", "", ")", "]"};

			for (size_t i = 0; i < sizeof(opening) / sizeof(opening[0]); i++)
			{
				Arena		arena = {0};
				EsqlContext context = arena_context(&arena, "", 0);
				EsqlPcre	pcre;
				size_t		length = 0;
				bool		ok;

				for (int k = 0; k < n && length < 100000; k++)
				{
					memcpy(text + length, opening[i], strlen(opening[i]));
					length += strlen(opening[i]);
				}
				text[length++] = 'a';
				for (int k = 0; k < n && length < 199000; k++)
				{
					memcpy(text + length, closing[i], strlen(closing[i]));
					length += strlen(closing[i]);
				}
				text[length] = '\0';
				ok = esql_regex_translate(&context, (EsqlDialect) dialect, "X", string_of(text), span, &pcre);
				CHECK(ok || context.error.class == ESQL_ERROR_LIMIT ||
					  context.error.class == ESQL_ERROR_UNSUPPORTED);
				CHECK(ok || n == 50000 || context.error.class == ESQL_ERROR_UNSUPPORTED);
				arena_reset(&arena);
			}
		}
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
			EsqlPcre	pcre;
			EsqlReplacement result;
			bool		ok;
			size_t		calls;

			arena.fail_at = n;
			if (what == 0)
				ok = esql_regex_translate(&context, ESQL_DIALECT_JAVA, "X",
										  string_of("(?i)(?<x>a.*?)b[c\\pL&&[d]]|(d)\\b$"), span, &pcre);
			else
				ok = esql_regex_translate(&context, ESQL_DIALECT_JAVA, "X", string_of("(a)"), span, &pcre) &&
					esql_java_replacement(&context, string_of("a$1b"), span, &pcre, &result);
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
	test_java();
	test_java_classes();
	test_java_groups();
	test_no_java();
	test_ruby();
	test_no_ruby();
	test_replacement();
	test_hostile();
	test_slices();
	test_limits();
	test_out_of_memory();
	return unit_report();
}
