/*
 * fill.c
 *		Sentences with values in them.
 *
 * A sentence is written once, and read on pages and in terminals:
 *
 *		*$1* on *$2* sent `$3` to `$4`
 *
 * $1 to $9 are its values, backquotes make code, and asterisks make a word bold.
 * Where a value has these characters, they are characters: the sentence is read
 * once, from left to right, and what it is filled with is not read again.  What
 * is not a mark is text, and escaped like a value.
 */
#include "report/report.h"

#include <string.h>

/* How many bytes of a sentence are text up to its next mark. */
static size_t
text_length(const char *at, const char *end)
{
	const char *start = at;

	while (at < end && *at != '`' && *at != '*' &&
		   !(*at == '$' && at + 1 < end && at[1] >= '1' && at[1] <= '9'))
		at++;
	return at - start;
}

static void
fill(EsqlBuffer *out, ReportText sentence, const ReportText *values, size_t count, bool html)
{
	const char *at = sentence.data;
	const char *end = sentence.data + sentence.length;
	void		(*append) (EsqlBuffer *, ReportText) = html ? report_html_text : report_plain;
	bool		in_code = false;
	bool		in_bold = false;

	while (at < end)
	{
		size_t		length = text_length(at, end);

		if (length > 0)
		{
			append(out, (ReportText) {at, length});
			at += length;
			continue;
		}
		if (*at == '$')
		{
			size_t		place = at[1] - '1';

			if (place < count && values[place].data != NULL)
				append(out, values[place]);
			at += 2;
			continue;
		}
		if (html && *at == '`')
			esql_append_text(out, in_code ? "</code>" : "<code>");
		if (html && *at == '*')
			esql_append_text(out, in_bold ? "</b>" : "<b>");
		in_code ^= *at == '`';
		in_bold ^= *at == '*';
		at++;
	}
	if (html && in_code)
		esql_append_text(out, "</code>");
	if (html && in_bold)
		esql_append_text(out, "</b>");
}

/*
 * A sentence as HTML.
 */
void
report_fill_html(EsqlBuffer *out, ReportText sentence, const ReportText *values, size_t count)
{
	fill(out, sentence, values, count, true);
}

/*
 * A sentence as plain text.
 */
void
report_fill_plain(EsqlBuffer *out, ReportText sentence, const ReportText *values, size_t count)
{
	fill(out, sentence, values, count, false);
}
