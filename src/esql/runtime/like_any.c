/*
 * like_any.c
 *		Is a text LIKE one of several patterns?
 *
 * Published rules compare a text with dozens of patterns, most of which are words between
 * two %.  LIKE by LIKE, each pattern is tried at each place of the text.  Here one pass
 * over the text notes which pairs of bytes follow each other in it, in a small table by
 * a hash, and a pattern is tried only if all pairs of its words are there.  That refuses nearly
 * all of them.
 *
 * A pattern without _ is tried by looking for its words one after the other, which is
 * what LIKE means where a character's bytes stand in no other place: those of ASCII, and all
 * of UTF-8 and of encodings of one byte.  Other patterns are left to LIKE itself.
 */
#include "compat.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/fmgrprotos.h"

PG_FUNCTION_INFO_V1(esql_like_any);

#define PAIR_BITS		1024

/* The pairs of bytes of a text, in a table by a hash. */
typedef struct Pairs
{
	uint64		bits[PAIR_BITS / 64];
} Pairs;

/* What stands between two %. */
typedef struct Word
{
	const char *data;
	Size		length;
} Word;

typedef struct Like
{
	Datum		pattern;		/* as it came */
	bool		by_words;		/* or by LIKE itself */
	bool		from_start;		/* no % stands before the first word */
	bool		to_end;			/* nor behind the last */
	int			nwords;
	Word	   *words;
	int			npairs;			/* of all words */
	uint16	   *pairs;
} Like;

/* The patterns of a call, taken apart; in fn_extra. */
typedef struct Patterns
{
	ArrayType  *array;			/* a copy */
	int			count;
	Like	   *likes;
} Patterns;

static inline unsigned
pair_number(const char *at)
{
	return ((unsigned char) at[0] * 37U + (unsigned char) at[1]) % PAIR_BITS;
}

/* ---------------------------------------------------------------- patterns */

/* Note the pairs of a word of the pattern. */
static void
note_word(Like *like, const char *data, Size length)
{
	like->words[like->nwords].data = data;
	like->words[like->nwords++].length = length;
	for (Size i = 0; i + 1 < length; i++)
		like->pairs[like->npairs++] = (uint16) pair_number(data + i);
}

/* May a character of the pattern be found in the midst of others? */
static bool
is_ambiguous(const char *data, Size length)
{
	if (GetDatabaseEncoding() == PG_UTF8 || pg_database_encoding_max_length() == 1)
		return false;
	for (Size i = 0; i < length; i++)
	{
		if (IS_HIGHBIT_SET(data[i]))
			return true;
	}
	return false;
}

/* Take a pattern apart: words, without their backslashes, between %. */
static void
read_pattern(Like *like, Datum pattern)
{
	const char *data = VARDATA_ANY(DatumGetPointer(pattern));
	Size		length = VARSIZE_ANY_EXHDR(DatumGetPointer(pattern));
	char	   *plain = palloc(length + 1);
	Size		used = 0;
	Size		start = 0;

	like->pattern = pattern;
	like->words = palloc((length + 1) * sizeof(Word));
	like->pairs = palloc((length + 1) * sizeof(uint16));
	like->from_start = length == 0 || data[0] != '%';
	like->to_end = true;
	for (Size i = 0; i < length; i++)
	{
		if (data[i] == '_' || (data[i] == '\\' && i + 1 == length))
			return;
		like->to_end = data[i] != '%';
		if (data[i] == '%')
		{
			if (used > start)
				note_word(like, plain + start, used - start);
			start = used;
			continue;
		}
		if (data[i] == '\\')
			i++;
		plain[used++] = data[i];
	}
	if (used > start)
		note_word(like, plain + start, used - start);
	like->by_words = !is_ambiguous(data, length);
}

/* The patterns that are the second argument. */
static const Patterns *
get_patterns(FunctionCallInfo fcinfo)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(1);
	Patterns   *patterns = fcinfo->flinfo->fn_extra;
	MemoryContext caller;
	Datum	   *values;
	bool	   *nulls;
	int			count;

	if (patterns != NULL && VARSIZE(patterns->array) == VARSIZE(array) &&
		memcmp(patterns->array, array, VARSIZE(array)) == 0)
		return patterns;
	caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	patterns = palloc0(sizeof(Patterns));
	patterns->array = (ArrayType *) PG_DETOAST_DATUM_COPY(PointerGetDatum(array));
	deconstruct_array(patterns->array, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &count);
	patterns->likes = palloc0((Size) (count + 1) * sizeof(Like));
	for (int i = 0; i < count; i++)
	{
		if (!nulls[i])
			read_pattern(&patterns->likes[patterns->count++], values[i]);
	}
	MemoryContextSwitchTo(caller);
	fcinfo->flinfo->fn_extra = patterns;
	return patterns;
}

/* ---------------------------------------------------------------- texts */

static void
note_pairs(Pairs *pairs, const char *data, Size length)
{
	memset(pairs, 0, sizeof(Pairs));
	for (Size i = 0; i + 1 < length; i++)
	{
		unsigned	number = pair_number(data + i);

		pairs->bits[number / 64] |= UINT64CONST(1) << (number % 64);
	}
}

/* May the text have the words of the pattern? */
static inline bool
has_pairs(const Pairs *pairs, const Like *like)
{
	for (int i = 0; i < like->npairs; i++)
	{
		if ((pairs->bits[like->pairs[i] / 64] & (UINT64CONST(1) << (like->pairs[i] % 64))) == 0)
			return false;
	}
	return true;
}

/* Where a word is in a text, first; or NULL. */
static const char *
find_word(const char *data, const char *end, const Word *word)
{
	while ((Size) (end - data) >= word->length)
	{
		data = memchr(data, word->data[0], (Size) (end - data) - word->length + 1);
		if (data == NULL)
			return NULL;
		if (memcmp(data, word->data, word->length) == 0)
			return data;
		data++;
	}
	return NULL;
}

/* Does the text fit the pattern?  Its words stand one behind the other, at an end where no % is. */
static bool
fits_words(const char *data, Size length, const Like *like)
{
	const char *end = data + length;
	int			first = 0;
	int			last = like->nwords - 1;

	if (like->nwords == 0)
		return !like->from_start || length == 0;
	if (like->from_start)
	{
		if (length < like->words[0].length || memcmp(data, like->words[0].data, like->words[0].length) != 0)
			return false;
		data += like->words[0].length;
		first++;
		if (last == 0 && like->to_end)
			return data == end;
	}
	if (like->to_end && last >= first)
	{
		const Word *word = &like->words[last--];

		if ((Size) (end - data) < word->length || memcmp(end - word->length, word->data, word->length) != 0)
			return false;
		end -= word->length;
	}
	for (int i = first; i <= last; i++)
	{
		data = find_word(data, end, &like->words[i]);
		if (data == NULL)
			return false;
		data += like->words[i].length;
	}
	return true;
}

static bool
fits(text *string, const Like *like)
{
	if (like->by_words)
		return fits_words(VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string), like);
	return DatumGetBool(DirectFunctionCall2Coll(textlike, C_COLLATION_OID, PointerGetDatum(string), like->pattern));
}

/* esql_like_any(text, patterns) */
Datum
esql_like_any(PG_FUNCTION_ARGS)
{
	text	   *string = PG_GETARG_TEXT_PP(0);
	const Patterns *patterns = get_patterns(fcinfo);
	Pairs		pairs;
	bool		found = false;

	note_pairs(&pairs, VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string));
	for (int i = 0; i < patterns->count && !found; i++)
	{
		CHECK_FOR_INTERRUPTS();
		found = has_pairs(&pairs, &patterns->likes[i]) && fits(string, &patterns->likes[i]);
	}
	PG_FREE_IF_COPY(string, 0);
	PG_RETURN_BOOL(found);
}
