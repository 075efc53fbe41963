/*
 * engine.c
 *		PCRE2: compiling patterns, and searching within limits.
 *
 * A backtracking engine can take exponential time, or quadratic time on a long
 * text, so every search is limited.  PCRE2 counts its backtracking for each
 * place where a match may begin, and gives up at the match limit.  That bounds
 * the time at one place, not at all of them.  So the search goes in slices:
 *
 * - A slice is a number of places, so few that the slice cannot take long even
 *   if each of them needs all of its limit.  A command line is one slice.
 * - In a slice the limit is low, but enough for any pattern that only passes over
 *   the text a few times.
 * - If a slice reaches it, its places are tried one by one, with a high limit.
 * - Before each further slice the caller's watch is asked whether to go on.
 *
 * So a short text with a harmless pattern is one call of PCRE2, and nothing runs
 * for long without the watch being asked.  Where the high limit is reached, or
 * PCRE2's memory is, the search gives up: that is no match and no mismatch.
 *
 * All patterns share one stack for compiled code and one match context.  They
 * live as long as the process.
 */
#include "esql/pattern/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdio.h>
#include <stdlib.h>

#include "text/error.h"

#define STACK_SIZE			(32 * 1024)
#define STACK_LIMIT			(16 * 1024 * 1024)
#define HEAP_LIMIT			(64 * 1024)	/* kibibytes, for a processor without compiled code */
#define LOW_LIMIT(length)	(10000 + 4 * (length))	/* backtracking at one place */
#define HIGH_LIMIT(length)	(1000000 + 4 * (length))
#define SLICE_WORK			20000000	/* backtracking in one slice */

struct EsqlRegex
{
	pcre2_code *code;
	pcre2_match_data *data;
};

static pcre2_match_context *shared_context;

/*
 * The match context with its limits, or NULL.
 */
static pcre2_match_context *
match_context(void)
{
	pcre2_match_context *context;
	pcre2_jit_stack *stack;

	if (shared_context != NULL)
		return shared_context;
	context = pcre2_match_context_create(NULL);
	if (context == NULL)
		return NULL;
	/* without a stack of our own, compiled code has 32 kB of the process's */
	stack = pcre2_jit_stack_create(STACK_SIZE, STACK_LIMIT, NULL);
	if (stack != NULL)
		pcre2_jit_stack_assign(context, NULL, stack);
	pcre2_set_heap_limit(context, HEAP_LIMIT);
	shared_context = context;
	return context;
}

/*
 * Compile a pattern.  "fast" is for patterns that are used often.
 */
EsqlRegex *
esql_regex_compile(const char *pattern, size_t length, bool fast, char *message, size_t size)
{
	uint32_t	options = PCRE2_UTF | PCRE2_USE_OFFSET_LIMIT | PCRE2_NEVER_BACKSLASH_C;
	int			error;
	PCRE2_SIZE	offset;
	EsqlRegex  *regex = calloc(1, sizeof(EsqlRegex));

	if (regex == NULL || match_context() == NULL)
	{
		free(regex);
		snprintf(message, size, "out of memory");
		return NULL;
	}
	regex->code = pcre2_compile((PCRE2_SPTR) pattern, length, options, &error, &offset, NULL);
	if (regex->code == NULL)
	{
		if (pcre2_get_error_message(error, (PCRE2_UCHAR *) message, size) < 0)
			snprintf(message, size, "error %d", error);
		free(regex);
		return NULL;
	}
	/* where it cannot be had, the interpreter does the same more slowly */
	if (fast)
		(void) pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE);
	regex->data = pcre2_match_data_create_from_pattern(regex->code, NULL);
	if (regex->data == NULL)
	{
		esql_regex_free(regex);
		snprintf(message, size, "out of memory");
		return NULL;
	}
	return regex;
}

/*
 * Check a translation; see regex.h.
 */
bool
esql_regex_check(EsqlContext *context, const char *place, EsqlString pcre, EsqlSpan span)
{
	char		message[200];
	EsqlRegex  *regex = esql_regex_compile(pcre.data, pcre.length, false, message, sizeof(message));

	if (regex == NULL)
		esql_set_error(context, ESQL_ERROR_UNSUPPORTED, span, NULL,
					   "pattern for %s is not supported: %s", place, message);
	esql_regex_free(regex);
	return regex != NULL;
}

/*
 * Free what esql_regex_compile() made; NULL is allowed.
 */
void
esql_regex_free(EsqlRegex *regex)
{
	if (regex == NULL)
		return;
	pcre2_match_data_free(regex->data);
	pcre2_code_free(regex->code);
	free(regex);
}

/*
 * One call of PCRE2: matches that begin from "from" to "last".
 */
static int
call(EsqlRegex *regex, const char *text, size_t length, size_t from, size_t last, size_t limit)
{
	pcre2_match_context *context = match_context();

	pcre2_set_match_limit(context, limit > UINT32_MAX ? UINT32_MAX : (uint32_t) limit);
	pcre2_set_offset_limit(context, last >= length ? PCRE2_UNSET : last);
	return pcre2_match(regex->code, (PCRE2_SPTR) text, length, from, PCRE2_NO_UTF_CHECK,
					   regex->data, context);
}

/*
 * Where the character at a place ends.
 */
static size_t
next_place(const char *text, size_t length, size_t at)
{
	do
		at++;
	while (at < length && ((unsigned char) text[at] & 0xC0) == 0x80);
	return at;
}

/*
 * What a result of PCRE2 means.
 */
static EsqlRegexResult
outcome(int result)
{
	return result >= 0 ? ESQL_SEARCH_FOUND :
		result == PCRE2_ERROR_NOMATCH ? ESQL_SEARCH_NONE : ESQL_SEARCH_GAVE_UP;
}

/*
 * The places of a slice one by one, each with the high limit.
 */
static EsqlRegexResult
search_slowly(EsqlRegex *regex, const char *text, size_t length, size_t from, size_t last,
			  EsqlWatch *watch)
{
	for (size_t at = from; at <= last && at <= length; at = next_place(text, length, at))
	{
		EsqlRegexResult	result;

		if (watch->stop(watch))
			return ESQL_SEARCH_GAVE_UP;
		/* nothing begins behind "at", and at the end of the text nothing can */
		result = outcome(call(regex, text, length, at, at, HIGH_LIMIT(length)));
		if (result != ESQL_SEARCH_NONE)
			return result;
	}
	return ESQL_SEARCH_NONE;
}

/*
 * Search; see regex.h.
 */
EsqlRegexResult
esql_regex_search(EsqlRegex *regex, const char *text, size_t length, size_t from,
				  EsqlWatch *watch, const size_t **groups)
{
	size_t		places = SLICE_WORK / LOW_LIMIT(length) + 1;
	EsqlRegexResult	result = ESQL_SEARCH_NONE;

	*groups = pcre2_get_ovector_pointer(regex->data);
	while (result == ESQL_SEARCH_NONE && from <= length)
	{
		size_t		last = length - from < places ? length : from + places - 1;

		result = outcome(call(regex, text, length, from, last, LOW_LIMIT(length)));
		if (result == ESQL_SEARCH_GAVE_UP)
			result = search_slowly(regex, text, length, from, last, watch);
		if (last >= length)
			break;
		from = next_place(text, length, last);
		if (result == ESQL_SEARCH_NONE && watch->stop(watch))
			return ESQL_SEARCH_GAVE_UP;
	}
	return result;
}
