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
#include "text/unseen.h"

PG_FUNCTION_INFO_V1(td_fit_text);

/* Show the character at text, of length bytes, in piece.  Returns its columns. */
static int
show_character(StringInfo piece, const char *text, int length)
{
	pg_wchar	c = utf8_to_unicode((const unsigned char *) text);
	int			columns = 1;

	resetStringInfo(piece);
	if (td_is_unseen(c))
		appendStringInfo(piece, c > 0xFFFF ? "\\U%08x" : "\\u%04x", c);
	else
	{
		appendBinaryStringInfo(piece, text, length);
		columns = Max(1, pg_encoding_dsplen(PG_UTF8, text));
		return columns;
	}
	return piece->len;
}

/* fit_text(value text, columns integer) -> text */
Datum
td_fit_text(PG_FUNCTION_ARGS)
{
	int			columns = PG_GETARG_INT32(1);
	char	   *at = td_to_utf8(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	StringInfoData out;
	StringInfoData piece;
	int			used = 0;
	int			cut = 0;		/* bytes that leave room for the two dots */

	if (columns < 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("columns must be at least 2")));
	initStringInfo(&out);
	initStringInfo(&piece);
	while (*at != '\0')
	{
		int			length = pg_encoding_mblen(PG_UTF8, at);

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
	PG_RETURN_TEXT_P(cstring_to_text(td_from_utf8(out.data)));
}
