/*
 * replace.c
 *		REPLACE: all matches of a regular expression of Java's.
 *
 * Matches are found as Java finds them: after a match the search goes on where
 * it ended, and an empty match may follow there; after an empty match it goes on
 * with the next character.  A result that would be longer than a megabyte is
 * null before it is built.
 */
#include "compat.h"

#include "fmgr.h"
#include "lib/stringinfo.h"

#include "esql/runtime/limits.h"
#include "esql/runtime/pattern_cache.h"

PG_FUNCTION_INFO_V1(esql_replace);

/* Matches between two looks at the clock. */
#define MATCHES_A_LOOK	64

typedef struct Replacing
{
	const TdPattern *pattern;
	TdUtf8		subject;
	EsqlReplacement replacement;
	StringInfoData out;			/* data is NULL until there is a match */
	size_t		copied;			/* of the subject, so far */
} Replacing;

static void *
allocate(void *arg, size_t size)
{
	return palloc(size);
}

/* Read the replacement; false if it is broken. */
static bool
read_replacement(Replacing *state, const text *replacement)
{
	EsqlContext context = {.alloc = allocate};
	TdUtf8		utf8 = td_utf8_of(replacement);
	EsqlString	string = {(char *) utf8.data, (uint32_t) utf8.length};
	EsqlSpan	nowhere = {0, 0};

	return esql_java_replacement(&context, string, nowhere, &state->pattern->pcre,
								 &state->replacement);
}

/* Bytes that take the place of a match. */
static size_t
replacement_length(const Replacing *state, const size_t *groups)
{
	size_t		length = 0;

	for (uint32_t i = 0; i < state->replacement.nparts; i++)
	{
		const EsqlReplacementPart *part = &state->replacement.parts[i];
		const size_t *group = groups + 2 * part->group;

		if (part->text.data != NULL)
			length += part->text.length;
		else if (group[0] != ESQL_UNSET)
			length += group[1] - group[0];
	}
	return length;
}

/* Put in what takes the place of a match.  False if it becomes too long. */
static bool
replace_match(Replacing *state, const size_t *groups)
{
	const char *text = state->subject.data;

	if ((size_t) state->out.len + (groups[0] - state->copied) + replacement_length(state, groups) +
		(state->subject.length - groups[1]) > TD_LONGEST_RESULT)
		return false;
	if (state->out.data == NULL)
		initStringInfo(&state->out);
	appendBinaryStringInfo(&state->out, text + state->copied, (int) (groups[0] - state->copied));
	for (uint32_t i = 0; i < state->replacement.nparts; i++)
	{
		const EsqlReplacementPart *part = &state->replacement.parts[i];
		const size_t *group = groups + 2 * part->group;

		if (part->text.data != NULL)
			appendBinaryStringInfo(&state->out, part->text.data, (int) part->text.length);
		else if (group[0] != ESQL_UNSET)
			appendBinaryStringInfo(&state->out, text + group[0], (int) (group[1] - group[0]));
	}
	state->copied = groups[1];
	return true;
}

/* Where the character at a place ends; behind the text if it ends there. */
static size_t
next_place(const TdUtf8 *text, size_t at)
{
	do
		at++;
	while (at < text->length && ((unsigned char) text->data[at] & 0xC0) == 0x80);
	return at;
}

/* Replace all matches.  False if the result is null. */
static bool
replace_all(FunctionCallInfo fcinfo, Replacing *state)
{
	TdWatch		watch;
	size_t		from = 0;
	int			matches = 0;

	td_watch_start(&watch);
	while (from <= state->subject.length)
	{
		const size_t *groups;
		EsqlRegexResult	result = esql_regex_search(state->pattern->regex, state->subject.data,
											   state->subject.length, from, &watch.watch, &groups);

		if (result == ESQL_SEARCH_NONE)
			break;
		if (result == ESQL_SEARCH_GAVE_UP ||
			(++matches % MATCHES_A_LOOK == 0 && td_watch_stop(&watch)))
		{
			td_gave_up(fcinfo, "REPLACE", state->subject.length);
			return false;
		}
		if (!replace_match(state, groups))
			return false;
		from = groups[1] > groups[0] ? groups[1] : next_place(&state->subject, groups[1]);
	}
	return true;
}

/* esql_replace(text, pattern, replacement) */
Datum
esql_replace(PG_FUNCTION_ARGS)
{
	text	   *subject = PG_GETARG_TEXT_PP(0);
	text	   *pattern = PG_GETARG_TEXT_PP(1);
	text	   *replacement = PG_GETARG_TEXT_PP(2);
	Replacing	state = {0};

	state.pattern = td_pattern(TD_PATTERN_JAVA, pattern);
	if (state.pattern == NULL || !read_replacement(&state, replacement))
		PG_RETURN_NULL();
	state.subject = td_utf8_of(subject);
	if (!replace_all(fcinfo, &state))
		PG_RETURN_NULL();
	if (state.out.data == NULL)
		PG_RETURN_TEXT_P(subject);
	appendBinaryStringInfo(&state.out, state.subject.data + state.copied,
						   (int) (state.subject.length - state.copied));
	PG_RETURN_TEXT_P(td_text_of_utf8(state.out.data, state.out.len));
}
