/*
 * string.c
 *		ES|QL's string functions.  Those that encode and decode are in
 *		string_code.c.
 *
 * ES|QL counts in code points and compares by bytes.  A code point of UTF-8 is a
 * character of PostgreSQL.  So positions are characters here, in any encoding of
 * the database.  Searching goes by bytes; in UTF-8 that finds the same as
 * searching by characters.
 *
 * Where Elasticsearch gives null and a warning, or an error in the middle of a
 * query, the result here is NULL: for a negative length, for a text of more
 * than a megabyte from REPEAT or SPACE, and for SPLIT by an empty delimiter.
 * SPLIT takes a delimiter of any length where Elasticsearch wants one byte.
 *
 * REVERSE keeps together what a reader sees as one character, as
 * Elasticsearch does, by a simple rule: combining marks, joiners, variation
 * selectors, skin tones and tags stay behind their base, flags stay pairs, and
 * so does CR LF in text that is not all ASCII.  The full rules of Unicode
 * (Hangul that is written in parts, prepending letters) are not followed.
 */
#include "compat.h"

#include "access/detoast.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "esql/runtime/limits.h"

PG_FUNCTION_INFO_V1(esql_length);
PG_FUNCTION_INFO_V1(esql_byte_length);
PG_FUNCTION_INFO_V1(esql_bit_length);
PG_FUNCTION_INFO_V1(esql_substring);
PG_FUNCTION_INFO_V1(esql_left);
PG_FUNCTION_INFO_V1(esql_right);
PG_FUNCTION_INFO_V1(esql_locate);
PG_FUNCTION_INFO_V1(esql_starts_with);
PG_FUNCTION_INFO_V1(esql_ends_with);
PG_FUNCTION_INFO_V1(esql_contains);
PG_FUNCTION_INFO_V1(esql_split);
PG_FUNCTION_INFO_V1(esql_trim);
PG_FUNCTION_INFO_V1(esql_ltrim);
PG_FUNCTION_INFO_V1(esql_rtrim);
PG_FUNCTION_INFO_V1(esql_repeat);
PG_FUNCTION_INFO_V1(esql_space);
PG_FUNCTION_INFO_V1(esql_reverse);
PG_FUNCTION_INFO_V1(esql_concat);

/* The bytes of an argument. */
typedef struct Span
{
	text	   *argument;
	const char *start;
	const char *end;
} Span;

/*
 * The bytes of a text argument; span_close() frees a detoasted copy.
 */
static inline Span
span_open(FunctionCallInfo fcinfo, int argument)
{
	Span		span;

	span.argument = PG_GETARG_TEXT_PP(argument);
	span.start = VARDATA_ANY(span.argument);
	span.end = span.start + VARSIZE_ANY_EXHDR(span.argument);
	return span;
}

static inline void
span_close(FunctionCallInfo fcinfo, int argument, Span *span)
{
	PG_FREE_IF_COPY(span->argument, argument);
}

/*
 * Bytes of a span.
 */
static inline Size
span_length(const Span *span)
{
	return span->end - span->start;
}

/*
 * A new text of the bytes from start to end.
 */
static text *
make_text(const char *start, const char *end)
{
	return cstring_to_text_with_len(start, (int) (end - start));
}

/*
 * Where the character at p ends.
 */
static inline const char *
next_character(const char *p, const char *end)
{
	int			length = (unsigned char) *p < 0x80 ? 1 :
	pg_encoding_mblen(GetDatabaseEncoding(), p);

	return length < end - p ? p + length : end;
}

/*
 * How many characters there are from start to end.
 */
static int32
count_characters(const char *start, const char *end)
{
	int32		count = 0;

	if (pg_database_encoding_max_length() == 1)
		return (int32) (end - start);
	if (GetDatabaseEncoding() == PG_UTF8)
	{
		/* Count the bytes that begin a character, eight at a time. */
		const char *p = start;

		for (; end - p >= (ptrdiff_t) sizeof(uint64); p += sizeof(uint64))
		{
			uint64		word;

			memcpy(&word, p, sizeof(word));
			/* a byte that goes on has its top bit, and not the next one; the product adds them up */
			word = (word & (~word << 1) & UINT64CONST(0x8080808080808080)) >> 7;
			count += (int32) sizeof(word) - (int32) ((word * UINT64CONST(0x0101010101010101)) >> 56);
		}
		for (; p < end; p++)
			count += (*p & 0xc0) != 0x80;
		return count;
	}
	for (const char *p = start; p < end; p = next_character(p, end))
		count++;
	return count;
}

/*
 * Where count characters from start end, or end.
 */
static const char *
skip_characters(const char *start, const char *end, int64 count)
{
	if (count <= 0)
		return start;
	if (count >= end - start)
		return end;
	if (pg_database_encoding_max_length() == 1)
		return start + count;
	while (count-- > 0 && start < end)
		start = next_character(start, end);
	return start;
}

/*
 * How many characters come before position `start` of a text of `total`:
 * 1 is the first, and so is 0; negative ones count from the end.
 */
static int64
start_offset(int32 total, int32 start)
{
	int64		offset = start > 0 ? (int64) start - 1 :
	start < 0 ? (int64) total + start : 0;

	return Max(0, Min(offset, total));
}

/*
 * The first occurrence of needle in the bytes from start to end, or NULL.
 */
static const char *
find_bytes(const char *start, const char *end, const Span *needle)
{
	return (const char *) memmem(start, end - start, needle->start,
								 span_length(needle));
}

/*
 * LENGTH: code points.
 */
Datum
esql_length(PG_FUNCTION_ARGS)
{
	Span		span = span_open(fcinfo, 0);
	int32		length = count_characters(span.start, span.end);

	span_close(fcinfo, 0, &span);
	PG_RETURN_INT32(length);
}

/*
 * Bytes of the first argument, without detoasting it.
 */
static int64
argument_bytes(FunctionCallInfo fcinfo)
{
	return (int64) toast_raw_datum_size(PG_GETARG_DATUM(0)) - VARHDRSZ;
}

/*
 * esql_byte_length, esql_bit_length
 *		BYTE_LENGTH, BIT_LENGTH; NULL where the bits exceed an integer.
 */
Datum
esql_byte_length(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32((int32) argument_bytes(fcinfo));
}

Datum
esql_bit_length(PG_FUNCTION_ARGS)
{
	int64		bits = argument_bytes(fcinfo) * 8;

	if (bits > PG_INT32_MAX)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) bits);
}

/*
 * SUBSTRING(text, start [, length]).
 */
Datum
esql_substring(PG_FUNCTION_ARGS)
{
	int32		start = PG_GETARG_INT32(1);
	int32		length = PG_NARGS() > 2 ? PG_GETARG_INT32(2) : PG_INT32_MAX;
	Span		span;
	const char *from;
	text	   *result;
	int32		total = 0;

	if (length < 0)
		PG_RETURN_NULL();
	span = span_open(fcinfo, 0);
	if (start < 0)
		total = count_characters(span.start, span.end);
	else
		total = start;			/* all that start_offset() has to know */
	from = skip_characters(span.start, span.end, start_offset(total, start));
	result = make_text(from, skip_characters(from, span.end, length));
	span_close(fcinfo, 0, &span);
	PG_RETURN_TEXT_P(result);
}

/*
 * esql_left, esql_right
 *		LEFT, RIGHT: so many characters from that end; the empty text for
 *		a negative number.
 */
Datum
esql_left(PG_FUNCTION_ARGS)
{
	Span		span = span_open(fcinfo, 0);
	text	   *result = make_text(span.start,
								   skip_characters(span.start, span.end,
												   PG_GETARG_INT32(1)));

	span_close(fcinfo, 0, &span);
	PG_RETURN_TEXT_P(result);
}

Datum
esql_right(PG_FUNCTION_ARGS)
{
	Span		span = span_open(fcinfo, 0);
	int64		length = Max(0, PG_GETARG_INT32(1));
	int64		before = count_characters(span.start, span.end) - length;
	text	   *result = make_text(skip_characters(span.start, span.end,
												   before), span.end);

	span_close(fcinfo, 0, &span);
	PG_RETURN_TEXT_P(result);
}

/*
 * LOCATE(text, part [, start]): the position of the first occurrence
 * from there on, 0 if there is none.
 */
Datum
esql_locate(PG_FUNCTION_ARGS)
{
	Span		span = span_open(fcinfo, 0);
	Span		part = span_open(fcinfo, 1);
	int32		position = 0;

	if (span_length(&part) <= span_length(&span))
	{
		const char *from = span.start;
		const char *found;

		if (PG_NARGS() > 2)
			from = skip_characters(span.start, span.end,
								   start_offset(count_characters(span.start,
																 span.end),
												PG_GETARG_INT32(2)));
		found = find_bytes(from, span.end, &part);
		if (found != NULL)
			position = count_characters(span.start, found) + 1;
	}
	span_close(fcinfo, 0, &span);
	span_close(fcinfo, 1, &part);
	PG_RETURN_INT32(position);
}

/*
 * esql_starts_with, esql_ends_with, esql_contains
 *		Does the first text begin with, end with or contain the second?
 *		Every text contains the empty one.
 */
Datum
esql_starts_with(PG_FUNCTION_ARGS)
{
	Span		span = span_open(fcinfo, 0);
	Span		part = span_open(fcinfo, 1);
	Size		length = span_length(&part);
	bool		result = length <= span_length(&span) &&
	memcmp(span.start, part.start, length) == 0;

	span_close(fcinfo, 0, &span);
	span_close(fcinfo, 1, &part);
	PG_RETURN_BOOL(result);
}

Datum
esql_ends_with(PG_FUNCTION_ARGS)
{
	Span		span = span_open(fcinfo, 0);
	Span		part = span_open(fcinfo, 1);
	Size		length = span_length(&part);
	bool		result = length <= span_length(&span) &&
	memcmp(span.end - length, part.start, length) == 0;

	span_close(fcinfo, 0, &span);
	span_close(fcinfo, 1, &part);
	PG_RETURN_BOOL(result);
}

Datum
esql_contains(PG_FUNCTION_ARGS)
{
	Span		span = span_open(fcinfo, 0);
	Span		part = span_open(fcinfo, 1);
	bool		result = find_bytes(span.start, span.end, &part) != NULL;

	span_close(fcinfo, 0, &span);
	span_close(fcinfo, 1, &part);
	PG_RETURN_BOOL(result);
}

/*
 * SPLIT: the parts between the delimiters as a list, empty ones too.
 */
Datum
esql_split(PG_FUNCTION_ARGS)
{
	Span		span = span_open(fcinfo, 0);
	Span		delimiter = span_open(fcinfo, 1);
	ArrayBuildState *parts = NULL;
	const char *from = span.start;
	bool		more = span_length(&delimiter) > 0;

	while (more)
	{
		const char *found = find_bytes(from, span.end, &delimiter);
		text	   *part = make_text(from, found != NULL ? found : span.end);

		parts = accumArrayResult(parts, PointerGetDatum(part), false, TEXTOID,
								 CurrentMemoryContext);
		pfree(part);
		more = found != NULL;
		if (more)
			from = found + span_length(&delimiter);
	}
	span_close(fcinfo, 0, &span);
	span_close(fcinfo, 1, &delimiter);
	if (parts == NULL)
		PG_RETURN_NULL();
	return makeArrayResult(parts, CurrentMemoryContext);
}

/*
 * Bytes of the blank at p, 0 if there is none.  Blanks are those of
 * Java's Character.isWhitespace(): the separators of Unicode but for the
 * non-breaking ones, and some controls.
 */
static int
blank_length(const char *p, const char *end)
{
	unsigned char first = (unsigned char) p[0];
	unsigned char second;
	unsigned char third;

	if (first == ' ' || (first >= 0x09 && first <= 0x0d) ||
		(first >= 0x1c && first <= 0x1f))
		return 1;
	if (first < 0xe1 || end - p < 3 || GetDatabaseEncoding() != PG_UTF8)
		return 0;
	second = (unsigned char) p[1];
	third = (unsigned char) p[2];
	if (first == 0xe1)			/* U+1680 */
		return second == 0x9a && third == 0x80 ? 3 : 0;
	if (first == 0xe3)			/* U+3000 */
		return second == 0x80 && third == 0x80 ? 3 : 0;
	if (first == 0xe2 && second == 0x80)	/* U+2000 to U+200A, but for
											 * U+2007; U+2028, U+2029 */
		return (third <= 0x8a && third != 0x87) || third == 0xa8 ||
			third == 0xa9 ? 3 : 0;
	if (first == 0xe2 && second == 0x81)	/* U+205F */
		return third == 0x9f ? 3 : 0;
	return 0;
}

/*
 * trim_left, trim_right
 *		The span without the blanks of that end.
 */
static void
trim_left(Span *span)
{
	int			length;

	while (span->start < span->end &&
		   (length = blank_length(span->start, span->end)) > 0)
		span->start += length;
}

static void
trim_right(Span *span)
{
	for (;;)
	{
		if (span->end > span->start &&
			blank_length(span->end - 1, span->end) == 1)
			span->end -= 1;
		else if (span->end - span->start >= 3 &&
				 blank_length(span->end - 3, span->end) == 3)
			span->end -= 3;
		else
			return;
	}
}

/*
 * The first argument without the blanks of one end or both.
 */
static Datum
trimmed(FunctionCallInfo fcinfo, bool left, bool right)
{
	Span		span = span_open(fcinfo, 0);
	text	   *result;

	if (left)
		trim_left(&span);
	if (right)
		trim_right(&span);
	result = make_text(span.start, span.end);
	span_close(fcinfo, 0, &span);
	PG_RETURN_TEXT_P(result);
}

/*
 * esql_trim, esql_ltrim, esql_rtrim
 *		TRIM, LTRIM, RTRIM.
 */
Datum
esql_trim(PG_FUNCTION_ARGS)
{
	return trimmed(fcinfo, true, true);
}

Datum
esql_ltrim(PG_FUNCTION_ARGS)
{
	return trimmed(fcinfo, true, false);
}

Datum
esql_rtrim(PG_FUNCTION_ARGS)
{
	return trimmed(fcinfo, false, true);
}

/*
 * REPEAT: the text so many times.
 */
Datum
esql_repeat(PG_FUNCTION_ARGS)
{
	Span		span = span_open(fcinfo, 0);
	int64		times = PG_GETARG_INT32(1);
	Size		length = span_length(&span);
	text	   *result = NULL;

	if (times >= 0 && (int64) length * times <= TD_LONGEST_RESULT)
	{
		Size		size = VARHDRSZ + length * times;
		char	   *to;

		result = (text *) palloc(size);
		SET_VARSIZE(result, size);
		to = VARDATA(result);
		for (; length > 0 && times > 0; times--, to += length)
			memcpy(to, span.start, length);
	}
	span_close(fcinfo, 0, &span);
	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(result);
}

/*
 * SPACE: so many blanks.
 */
Datum
esql_space(PG_FUNCTION_ARGS)
{
	int32		length = PG_GETARG_INT32(0);
	text	   *result;

	if (length < 0 || length > TD_LONGEST_RESULT)
		PG_RETURN_NULL();
	result = (text *) palloc(VARHDRSZ + length);
	SET_VARSIZE(result, VARHDRSZ + length);
	memset(VARDATA(result), ' ', length);
	PG_RETURN_TEXT_P(result);
}

/*
 * Is this a regional indicator, two of which make a flag?
 */
static bool
is_flag_letter(pg_wchar c)
{
	return c >= 0x1f1e6 && c <= 0x1f1ff;
}

/*
 * Does the UTF-8 character at p belong to the one before it?
 */
static bool
stays_behind(const char *p, pg_wchar c)
{
	return c == 0x200d ||		/* joiner */
		(c >= 0xfe00 && c <= 0xfe0f) || /* variation selectors */
		(c >= 0x1f3fb && c <= 0x1f3ff) ||	/* skin tones */
		(c >= 0xe0020 && c <= 0xe007f) ||	/* tags */
		(c >= 0x300 && pg_encoding_dsplen(PG_UTF8, p) == 0);
}

/*
 * Where the cluster of UTF-8 characters at p ends.
 */
static const char *
next_cluster(const char *p, const char *end)
{
	pg_wchar	first = utf8_to_unicode((const unsigned char *) p);
	pg_wchar	before = first;
	bool		flag = is_flag_letter(first);

	for (p = next_character(p, end); p < end; p = next_character(p, end))
	{
		pg_wchar	c = utf8_to_unicode((const unsigned char *) p);

		if (flag && is_flag_letter(c))
			flag = false;
		else if (!(first == '\r' && before == '\r' && c == '\n') &&
				 !(before == 0x200d && c >= 0x2190) && /* after a joiner */
				 (first < 0x20 || !stays_behind(p, c)))
			break;
		else
			flag = false;
		before = c;
	}
	return p;
}

/*
 * REVERSE.
 */
Datum
esql_reverse(PG_FUNCTION_ARGS)
{
	Span		span = span_open(fcinfo, 0);
	Size		length = span_length(&span);
	text	   *result = (text *) palloc(VARHDRSZ + length);
	char	   *to = VARDATA(result) + length;
	bool		is_utf8 = GetDatabaseEncoding() == PG_UTF8;
	bool		is_ascii = true;

	SET_VARSIZE(result, VARHDRSZ + length);
	for (const char *p = span.start; is_ascii && p < span.end; p++)
		is_ascii = (*p & 0x80) == 0;
	for (const char *p = span.start; p < span.end;)
	{
		const char *next = is_ascii ? p + 1 :
		is_utf8 ? next_cluster(p, span.end) : next_character(p, span.end);

		to -= next - p;
		memcpy(to, p, next - p);
		p = next;
	}
	span_close(fcinfo, 0, &span);
	PG_RETURN_TEXT_P(result);
}

/*
 * CONCAT: all texts one behind the other.  NULL if one is NULL, or if that is
 * too long.
 */
Datum
esql_concat(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	Datum	   *values;
	int			count;
	Size		length = 0;
	text	   *result = NULL;

	if (!ARR_HASNULL(array))
	{
		deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &values, NULL, &count);
		for (int i = 0; i < count; i++)
			length += VARSIZE_ANY_EXHDR(DatumGetPointer(values[i]));
		if (length <= TD_LONGEST_RESULT)
		{
			char	   *to;

			result = (text *) palloc(VARHDRSZ + length);
			SET_VARSIZE(result, VARHDRSZ + length);
			to = VARDATA(result);
			for (int i = 0; i < count; i++)
			{
				Size		part = VARSIZE_ANY_EXHDR(DatumGetPointer(values[i]));

				memcpy(to, VARDATA_ANY(DatumGetPointer(values[i])), part);
				to += part;
			}
		}
		pfree(values);
	}
	PG_FREE_IF_COPY(array, 0);
	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(result);
}
