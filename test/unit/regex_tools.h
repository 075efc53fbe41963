/*
 * regex_tools.h
 *		Running regular expressions in unit tests: all matches of a pattern as one
 *		line of text.
 */
#ifndef TEST_REGEX_TOOLS_H
#define TEST_REGEX_TOOLS_H

#include "unit.h"
#include "esql/pattern/grok.h"
#include "esql/pattern/java.h"

static const EsqlSpan span = {3, 4};

static inline EsqlString
string_of(const char *text)
{
	EsqlString	result;

	result.data = (char *) text;
	result.length = (uint32_t) strlen(text);
	return result;
}

static inline bool
never(EsqlWatch *watch)
{
	(void) watch;
	return false;
}

static EsqlWatch patient = {never};

static inline size_t
next_character(const char *text, size_t length, size_t at)
{
	do
		at++;
	while (at < length && ((unsigned char) text[at] & 0xC0) == 0x80);
	return at;
}

/*
 * All matches, each with its groups, as "<match|group 1|group 2>"; "-" is a group
 * that took no part.
 */
static inline void
all_matches(EsqlRegex *regex, uint32_t ngroups, const char *text, char *out, size_t size)
{
	size_t		length = strlen(text);
	size_t		from = 0;
	size_t		n = 0;
	const size_t *groups;

	out[0] = '\0';
	while (from <= length &&
		   esql_regex_search(regex, text, length, from, &patient, &groups) == ESQL_SEARCH_FOUND)
	{
		for (uint32_t i = 0; i <= ngroups && n < size; i++)
		{
			if (groups[2 * i] == ESQL_UNSET)
				n += (size_t) snprintf(out + n, size - n, "%s-", i == 0 ? "<" : "|");
			else
				n += (size_t) snprintf(out + n, size - n, "%s%.*s", i == 0 ? "<" : "|",
									   (int) (groups[2 * i + 1] - groups[2 * i]),
									   text + groups[2 * i]);
		}
		if (n + 2 > size)
			return;
		out[n++] = '>';
		out[n] = '\0';
		from = groups[1] > groups[0] ? groups[1] : next_character(text, length, groups[1]);
	}
}

/*
 * Does the pattern of this dialect have these matches in the text?
 */
static inline void
check_matches(EsqlDialect dialect, const char *pattern, const char *text, const char *expected,
			  int line)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlPcre	pcre;
	char		message[300];
	char		got[1000];

	if (!unit_check(esql_regex_translate(&context, dialect, "X", string_of(pattern), span, &pcre),
					__FILE__, line, pattern))
		fprintf(stderr, "\t%s\n", context.error.message);
	else
	{
		/* compiled, and by the interpreter */
		for (int fast = 0; fast < 2; fast++)
		{
			EsqlRegex  *regex = esql_regex_compile(pcre.text.data, pcre.text.length,
												   fast == 1, message, sizeof(message));

			if (!unit_check(regex != NULL, __FILE__, line, pattern))
				fprintf(stderr, "\t%s: %s\n", message, pcre.text.data);
			else
			{
				all_matches(regex, pcre.ngroups, text, got, sizeof(got));
				unit_check_text(got, expected, pattern, line);
			}
			esql_regex_free(regex);
		}
	}
	arena_reset(&arena);
}

/*
 * Is the pattern refused, with this message?
 */
static inline void
check_refused(EsqlDialect dialect, const char *pattern, EsqlErrorClass class, const char *message,
			  int line)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlPcre	pcre;
	char		whole[600];

	snprintf(whole, sizeof(whole), class == ESQL_ERROR_UNSUPPORTED ?
			 "pattern for X is not supported: %s" : "invalid pattern for X: %s", message);
	if (unit_check(!esql_regex_translate(&context, dialect, "X", string_of(pattern), span, &pcre),
				   __FILE__, line, pattern))
	{
		unit_check(context.error.class == class, __FILE__, line, pattern);
		unit_check(context.error.span.start == 3, __FILE__, line, pattern);
		unit_check_text(context.error.message, whole, pattern, line);
	}
	arena_reset(&arena);
}

#endif							/* TEST_REGEX_TOOLS_H */
