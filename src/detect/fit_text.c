/*
 * fit_text.c
 *		fit_text(): a value of the events for a terminal, one line of a given
 *		width.
 *
 * Command lines are written by attackers.  Control characters move the cursor
 * or colour the screen, and format characters turn the direction of writing or
 * are not seen at all, so both are shown by their number.  A wide character
 * takes two columns.  One that takes none, such as an accent, counts as one:
 * a line may be narrower than its columns, and never wider or without end.
 */
#include "compat.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "detect/evaluate.h"
#include "detect/fit_text.h"

PG_FUNCTION_INFO_V1(td_fit_text);

/* Is it a character that is not seen where it stands? */
static bool
is_unseen(pg_wchar c)
{
	static const pg_wchar ranges[][2] = {
		{0x0000, 0x001F},		/* control characters */
		{0x007F, 0x009F},
		{0x00AD, 0x00AD},		/* soft hyphen */
		{0x034F, 0x034F},		/* joiner of graphemes */
		{0x061C, 0x061C},		/* direction mark */
		{0x115F, 0x1160},		/* fillers of Hangul */
		{0x17B4, 0x17B5},
		{0x180B, 0x180F},		/* variations and vowels of Mongolian */
		{0x200B, 0x200F},		/* no width, direction marks */
		{0x2028, 0x202E},		/* line and paragraph, overrides of direction */
		{0x2060, 0x206F},
		{0x2800, 0x2800},		/* Braille without a dot */
		{0x3164, 0x3164},
		{0xFE00, 0xFE0F},		/* variations */
		{0xFEFF, 0xFEFF},		/* byte order mark */
		{0xFFA0, 0xFFA0},
		{0xFFF0, 0xFFFB},
		{0x1BCA0, 0x1BCA3},
		{0x1D173, 0x1D17A},
		{0xE0000, 0xE0FFF}		/* tags, and more variations */
	};

	for (int i = 0; i < (int) lengthof(ranges); i++)
	{
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return true;
	}
	return false;
}

/* Show the character at text, of length bytes, in piece.  Returns its columns. */
static int
show_character(StringInfo piece, const char *text, int length)
{
	pg_wchar	c = utf8_to_unicode((const unsigned char *) text);
	int			columns = 1;

	resetStringInfo(piece);
	if (is_unseen(c))
		appendStringInfo(piece, c > 0xFFFF ? "\\U%08x" : "\\u%04x", c);
	else
	{
		appendBinaryStringInfo(piece, text, length);
		columns = Max(1, pg_encoding_dsplen(PG_UTF8, text));
		return columns;
	}
	return piece->len;
}

/* A text as one line of at most that many columns; all three in the server's encoding. */
char *
td_fit(const char *value, int columns)
{
	char	   *at = td_to_utf8(value);
	size_t		length = 0;
	StringInfoData out;
	StringInfoData piece;
	int			used = 0;
	int			cut = 0;		/* bytes that leave room for the two dots */

	/* mostly it is plain and short, and is shown as it is */
	while (at[length] >= ' ' && at[length] <= '~')
		length++;
	if (at[length] == '\0' && length <= (size_t) columns)
		return pstrdup(value);

	initStringInfo(&out);
	initStringInfo(&piece);
	while (*at != '\0')
	{
		length = pg_encoding_mblen(PG_UTF8, at);
		used += show_character(&piece, at, length);
		if (used > columns)
		{
			out.len = cut;
			out.data[cut] = '\0';
			appendStringInfoString(&out, "..");
			break;
		}
		appendBinaryStringInfo(&out, piece.data, piece.len);
		if (used <= columns - 2)
			cut = out.len;
		at += length;
	}
	return td_from_utf8(out.data);
}

/* fit_text(value text, columns integer) -> text */
Datum
td_fit_text(PG_FUNCTION_ARGS)
{
	int			columns = PG_GETARG_INT32(1);

	if (columns < 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("columns must be at least 2")));
	PG_RETURN_TEXT_P(cstring_to_text(td_fit(text_to_cstring(PG_GETARG_TEXT_PP(0)), columns)));
}
