/*
 * html.c
 *		A value as text of HTML, as a value of an attribute, or as a plain line.
 *
 * A character that would not be seen, that turns the direction of writing or
 * that is drawn over another one is shown by its number.  So is each space but
 * the plain one: two file names that look alike must not be two.
 *
 * A value of many characters is cut in its middle and says how many were left
 * out.  The documents behind a page have the whole.
 */
#include "report/report.h"

#include <stdio.h>

#include "text/unseen.h"
#include "text/utf8.h"

/* Longer values show this much of their beginning and of their end. */
#define LONGEST			2000
#define SHOWN_FIRST		1500
#define SHOWN_LAST		300

typedef enum Form
{
	FORM_TEXT,					/* between tags */
	FORM_ATTRIBUTE,				/* between double quotes */
	FORM_PLAIN					/* a line of a terminal */
} Form;

static void
append_number(EsqlBuffer *out, uint32_t code, Form form)
{
	static const char *const patterns[] = {"<span class=\"u\">U+%04X</span>", "[U+%04X]", NULL};
	char		number[64];

	if (form == FORM_PLAIN)
		snprintf(number, sizeof(number), code > 0xFFFF ? "\\U%08x" : "\\u%04x", (unsigned) code);
	else
		snprintf(number, sizeof(number), patterns[form], (unsigned) code);
	esql_append_text(out, number);
}

/* What stands for a character that means something to HTML, or NULL. */
static const char *
entity(char c)
{
	switch (c)
	{
		case '&':
			return "&amp;";
		case '<':
			return "&lt;";
		case '>':
			return "&gt;";
		case '"':
			return "&quot;";
		case '\'':
			return "&#39;";
		default:
			return NULL;
	}
}

/* Append the characters from one byte to another. */
static void
append_characters(EsqlBuffer *out, const char *at, const char *end, Form form)
{
	while (at < end)
	{
		uint32_t	code;
		size_t		length = td_utf8_decode(at, end - at, &code);
		const char *name = form != FORM_PLAIN && length == 1 ? entity(*at) : NULL;

		if (length == 0)
		{
			append_number(out, 0xFFFD, form);	/* no UTF-8 */
			at++;
			continue;
		}
		if (name != NULL)
			esql_append_text(out, name);
		else if (td_is_unseen(code) || td_stacks(code) || td_is_odd_space(code))
			append_number(out, code, form);
		else
			esql_append(out, at, length);
		at += length;
	}
}

/* The byte that so many characters end before. */
static const char *
skip_characters(const char *at, const char *end, size_t count)
{
	for (; at < end && count > 0; count--)
	{
		at++;
		while (at < end && td_utf8_continues(*at))
			at++;
	}
	return at;
}

static size_t
count_characters(ReportText value)
{
	size_t		count = 0;

	for (size_t i = 0; i < value.length; i++)
		count += !td_utf8_continues(value.data[i]);
	return count;
}

static void
append_value(EsqlBuffer *out, ReportText value, Form form)
{
	const char *end = value.data + value.length;
	size_t		count;
	char		gap[100];

	if (value.length <= LONGEST || (count = count_characters(value)) <= LONGEST)
	{
		append_characters(out, value.data, end, form);
		return;
	}
	append_characters(out, value.data, skip_characters(value.data, end, SHOWN_FIRST), form);
	snprintf(gap, sizeof(gap), form == FORM_TEXT ? "<span class=\"u\">%zu characters left out</span>" :
			 " [%zu characters left out] ", count - SHOWN_FIRST - SHOWN_LAST);
	esql_append_text(out, gap);
	append_characters(out, skip_characters(value.data, end, count - SHOWN_LAST), end, form);
}

/*
 * A value between tags.
 */
void
report_html_text(EsqlBuffer *out, ReportText value)
{
	append_value(out, value, FORM_TEXT);
}

/*
 * A value of an attribute in double quotes.
 */
void
report_html_attribute(EsqlBuffer *out, ReportText value)
{
	append_value(out, value, FORM_ATTRIBUTE);
}

/*
 * A value in a line of a terminal.
 */
void
report_plain(EsqlBuffer *out, ReportText value)
{
	append_value(out, value, FORM_PLAIN);
}
