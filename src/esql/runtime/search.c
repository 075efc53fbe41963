/*
 * search.c
 *		What KQL() and MATCH() ask of a value: words, and nearness.
 *
 * Texts come in lower case, which the caller sees to; so does what is looked
 * for.  Lists of texts come as they are.  The words of what is looked for are found once, and kept in fn_extra.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "esql/search/search.h"
#include "text/analyzer.h"
#include "text/utf8.h"
#include "text/wildcard.h"

extern Datum esql_lower(PG_FUNCTION_ARGS);

/* What is looked for, taken apart. */
typedef struct Wanted
{
	char	   *text;			/* a copy */
	int			length;
	int			count;			/* of words */
	char	  **words;			/* NUL-terminated */
	size_t	   *lengths;		/* of them */
	bool		begins[256];	/* does one begin with the byte? */
} Wanted;

typedef bool (*NextWord) (const char *text, size_t length, size_t *at, size_t *word_length);

/* The next stretch between blanks. */
static bool
next_part(const char *text, size_t length, size_t *at, size_t *part_length)
{
	size_t		start = *at;
	size_t		end;

	while (start < length && text[start] == ' ')
		start++;
	for (end = start; end < length && text[end] != ' ';)
		end++;
	*at = start;
	*part_length = end - start;
	return end > start;
}

/* The words of the second argument, found once. */
static const Wanted *
get_wanted(FunctionCallInfo fcinfo, NextWord next)
{
	text	   *argument = PG_GETARG_TEXT_PP(1);
	const char *data = VARDATA_ANY(argument);
	int			length = VARSIZE_ANY_EXHDR(argument);
	Wanted	   *wanted = (Wanted *) fcinfo->flinfo->fn_extra;
	MemoryContext old;
	size_t		at = 0;
	size_t		word_length;

	if (wanted != NULL && wanted->length == length && memcmp(wanted->text, data, length) == 0)
		return wanted;
	old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	wanted = palloc0(sizeof(Wanted));
	wanted->text = pnstrdup(data, length);
	wanted->length = length;
	wanted->words = palloc((Size) (length + 1) * sizeof(char *));
	wanted->lengths = palloc((Size) (length + 1) * sizeof(size_t));
	for (; next(data, length, &at, &word_length); at += word_length)
	{
		wanted->begins[(unsigned char) data[at]] = true;
		wanted->lengths[wanted->count] = word_length;
		wanted->words[wanted->count++] = pnstrdup(data + at, word_length);
	}
	MemoryContextSwitchTo(old);
	fcinfo->flinfo->fn_extra = wanted;
	return wanted;
}

static inline bool
is_word(const char *word, size_t length, const Wanted *wanted, int which)
{
	return wanted->lengths[which] == length && memcmp(word, wanted->words[which], length) == 0;
}

/* Is the word one of the wanted? */
static bool
is_wanted(const char *word, size_t length, const Wanted *wanted)
{
	if (!wanted->begins[(unsigned char) word[0]])
		return false;
	for (int i = 0; i < wanted->count; i++)
	{
		if (is_word(word, length, wanted, i))
			return true;
	}
	return false;
}

/* Does the word fit one of the wanted, which have wildcards? */
static bool
fits_wanted(const char *word, size_t length, const Wanted *wanted)
{
	char		copy[4 * TD_LONGEST_WORD + 1];

	memcpy(copy, word, length);
	copy[length] = '\0';
	for (int i = 0; i < wanted->count; i++)
	{
		if (esql_wildcard_fits(wanted->words[i], ESQL_SEARCH_ANY, copy))
			return true;
	}
	return false;
}

typedef bool (*WordTest) (const char *word, size_t length, const Wanted *wanted);

/* Does a word of the text pass the test? */
static inline bool
any_word(const char *data, size_t length, const Wanted *wanted, WordTest test)
{
	size_t		at = 0;
	size_t		word_length;

	for (; td_next_word(data, length, &at, &word_length); at += word_length)
	{
		CHECK_FOR_INTERRUPTS();
		if (test(data + at, word_length, wanted))
			return true;
	}
	return false;
}

static bool
has_word(const char *data, size_t length, const Wanted *wanted)
{
	return any_word(data, length, wanted, is_wanted);
}

static bool
has_word_like(const char *data, size_t length, const Wanted *wanted)
{
	return any_word(data, length, wanted, fits_wanted);
}

/* Do the words from at on, one after the other, equal the wanted? */
static bool
is_phrase(const char *text, size_t length, size_t at, const Wanted *wanted)
{
	size_t		word_length;

	for (int i = 0; i < wanted->count; i++)
	{
		if (!td_next_word(text, length, &at, &word_length) ||
			!is_word(text + at, word_length, wanted, i))
			return false;
		at += word_length;
	}
	return true;
}

static bool
has_phrase(const char *data, size_t length, const Wanted *wanted)
{
	size_t		at = 0;
	size_t		word_length;

	for (; wanted->count > 0 && td_next_word(data, length, &at, &word_length); at += word_length)
	{
		CHECK_FOR_INTERRUPTS();
		if (is_phrase(data, length, at, wanted))
			return true;
	}
	return false;
}

typedef bool (*TextTest) (const char *data, size_t length, const Wanted *wanted);

/* Does the text that is the first argument pass the test? */
static Datum
test_text(FunctionCallInfo fcinfo, NextWord next, TextTest test)
{
	text	   *argument = PG_GETARG_TEXT_PP(0);
	bool		passes = test(VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument), get_wanted(fcinfo, next));

	PG_FREE_IF_COPY(argument, 0);
	PG_RETURN_BOOL(passes);
}

/* The texts of the list that is the first argument, which is not null. */
static Datum *
texts_of(FunctionCallInfo fcinfo, int *count)
{
	ArrayType  *list = PG_GETARG_ARRAYTYPE_P(0);
	Datum	   *values;
	bool	   *nulls;
	int			kept = 0;

	deconstruct_array(list, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, count);
	for (int i = 0; i < *count; i++)
	{
		if (!nulls[i])
			values[kept++] = values[i];
	}
	*count = kept;
	pfree(nulls);
	return values;
}

/*
 * Does a text of the list that is the first argument pass the test, with its letters made
 * small?  False if there is none, as EXISTS says.
 */
static Datum
test_texts(FunctionCallInfo fcinfo, NextWord next, TextTest test)
{
	Datum	   *values;
	int			count;
	bool		passes = false;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_BOOL(false);
	values = texts_of(fcinfo, &count);
	for (int i = 0; i < count && !passes; i++)
	{
		text	   *small = DatumGetTextPP(DirectFunctionCall1(esql_lower, values[i]));

		passes = test(VARDATA_ANY(small), VARSIZE_ANY_EXHDR(small), get_wanted(fcinfo, next));
		pfree(small);
	}
	pfree(values);
	PG_RETURN_BOOL(passes);
}

PG_FUNCTION_INFO_V1(esql_has_word);
PG_FUNCTION_INFO_V1(esql_has_word_like);
PG_FUNCTION_INFO_V1(esql_has_phrase);
PG_FUNCTION_INFO_V1(esql_is_near);
PG_FUNCTION_INFO_V1(esql_any_has_word);
PG_FUNCTION_INFO_V1(esql_any_has_word_like);
PG_FUNCTION_INFO_V1(esql_any_has_phrase);
PG_FUNCTION_INFO_V1(esql_any_is_near);

/* esql_has_word(text, wanted): has the text one of the words? */
Datum
esql_has_word(PG_FUNCTION_ARGS)
{
	return test_text(fcinfo, td_next_word, has_word);
}

Datum
esql_any_has_word(PG_FUNCTION_ARGS)
{
	return test_texts(fcinfo, td_next_word, has_word);
}

/* esql_has_word_like(text, wanted): has it a word like one of the parts, which have wildcards? */
Datum
esql_has_word_like(PG_FUNCTION_ARGS)
{
	return test_text(fcinfo, next_part, has_word_like);
}

Datum
esql_any_has_word_like(PG_FUNCTION_ARGS)
{
	return test_texts(fcinfo, next_part, has_word_like);
}

/* esql_has_phrase(text, wanted): has the text these words, one after the other? */
Datum
esql_has_phrase(PG_FUNCTION_ARGS)
{
	return test_text(fcinfo, td_next_word, has_phrase);
}

Datum
esql_any_has_phrase(PG_FUNCTION_ARGS)
{
	return test_texts(fcinfo, td_next_word, has_phrase);
}

/* ---------------------------------------------------------------- nearness */

/* The characters of a text; bytes that are no UTF-8 count as one each. */
static uint32 *
characters(text *argument, int *count)
{
	const char *data = VARDATA_ANY(argument);
	size_t		length = VARSIZE_ANY_EXHDR(argument);
	uint32	   *codes = palloc((length + 1) * sizeof(uint32));
	size_t		at = 0;

	for (*count = 0; at < length; (*count)++)
	{
		uint32_t	code = (unsigned char) data[at];
		size_t		bytes = td_utf8_decode(data + at, length - at, &code);

		codes[*count] = code;
		at += bytes == 0 ? 1 : bytes;
	}
	return codes;
}

static int
least(int a, int b, int c)
{
	return Min(Min(a, b), c);
}

/*
 * The number of characters to insert, delete, replace or, if asked, swap with
 * their neighbour, to make one text of the other.  Only what is within the
 * limit is worked out: a band round the diagonal.
 */
static bool
is_within(const uint32 *a, int n, const uint32 *b, int m, int limit, bool swaps)
{
	int			width = 2 * limit + 1;
	int			rows[3][8];
	const int	far = limit + 1;

	Assert(width + 1 <= (int) lengthof(rows[0]));
	if (abs(n - m) > limit)
		return false;
	for (int i = 0; i <= n; i++)
	{
		int		   *row = rows[i % 3];
		const int  *above = rows[(i + 2) % 3];
		const int  *before = rows[(i + 1) % 3];
		bool		hope = false;

		CHECK_FOR_INTERRUPTS();
		for (int k = 0; k < width; k++)
		{
			int			j = i + k - limit;
			int			best = far;

			if (j < 0 || j > m)
				best = far;
			else if (i == 0)
				best = j;
			else if (j == 0)
				best = i;
			else
			{
				int			insertion = k > 0 ? row[k - 1] + 1 : far;
				int			deletion = k + 1 < width ? above[k + 1] + 1 : far;

				best = least(above[k] + (a[i - 1] != b[j - 1]), insertion, deletion);
				if (swaps && i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
					best = Min(best, before[k] + 1);
			}
			row[k] = Min(best, far);
			hope = hope || row[k] <= limit;
		}
		if (!hope && !swaps)
			return false;
	}
	return rows[n % 3][m - n + limit] <= limit;
}

/* Does the value differ from what the second argument is in as few characters as the others say? */
static bool
is_near(FunctionCallInfo fcinfo, text *value)
{
	int			edits = PG_GETARG_INT32(2);
	int			prefix = PG_GETARG_INT32(3);
	int			n;
	int			m;
	uint32	   *a = characters(value, &n);
	uint32	   *b = characters(PG_GETARG_TEXT_PP(1), &m);
	int			same = 0;
	bool		near;

	while (same < prefix && same < n && same < m && a[same] == b[same])
		same++;
	near = same == Min(prefix, m) &&
		is_within(a + same, n - same, b + same, m - same, Max(0, Min(edits, 2)), PG_GETARG_BOOL(4));
	pfree(a);
	pfree(b);
	return near;
}

/* esql_is_near(text, wanted, edits, prefix, swaps): does it differ in so few characters? */
Datum
esql_is_near(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(is_near(fcinfo, PG_GETARG_TEXT_PP(0)));
}

/* The same of any text of a list. */
Datum
esql_any_is_near(PG_FUNCTION_ARGS)
{
	Datum	   *values;
	int			count;
	bool		near = false;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
		PG_RETURN_BOOL(false);
	values = texts_of(fcinfo, &count);
	for (int i = 0; i < count && !near; i++)
		near = is_near(fcinfo, DatumGetTextPP(values[i]));
	pfree(values);
	PG_RETURN_BOOL(near);
}
