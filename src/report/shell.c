/*
 * shell.c
 *		A value as one word of a POSIX shell.
 *
 * Nothing but a quote means anything between single quotes, so only quotes need
 * care.  A control character would be read by the terminal or the editor that
 * the command is pasted into, before the shell sees it; so a value that has one
 * is written with printf, which every shell has.
 */
#include "report/report.h"

#include <stdio.h>

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '/' || c == '.' || c == '_' || c == '-' || c == ',' || c == ':' || c == '@' || c == '+' || c == '=';
}

static bool
is_control(char c)
{
	return (unsigned char) c < 0x20 || (unsigned char) c >= 0x7F;
}

/* "$(printf ...)", each byte that is not plain as \ooo.  Newlines at the end are lost, as the shell has it. */
static void
append_printf(EsqlBuffer *out, ReportText value)
{
	esql_append_text(out, "\"$(printf '");
	for (size_t i = 0; i < value.length; i++)
	{
		char		octal[8];

		if ((is_plain(value.data[i]) || value.data[i] == ' ') && !(i == 0 && value.data[i] == '-'))
		{
			esql_append_char(out, value.data[i]);
			continue;
		}
		snprintf(octal, sizeof(octal), "\\%03o", (unsigned char) value.data[i]);
		esql_append_text(out, octal);
	}
	esql_append_text(out, "')\"");
}

/*
 * Append the value as a word of a shell.
 */
void
report_shell_quote(EsqlBuffer *out, ReportText value)
{
	bool		plain = value.length > 0;
	bool		control = false;

	for (size_t i = 0; i < value.length; i++)
	{
		plain = plain && is_plain(value.data[i]);
		control = control || is_control(value.data[i]);
	}
	if (plain)
	{
		esql_append(out, value.data, value.length);
		return;
	}
	if (control)
	{
		append_printf(out, value);
		return;
	}
	esql_append_char(out, '\'');
	for (size_t i = 0; i < value.length; i++)
	{
		if (value.data[i] == '\'')
			esql_append_text(out, "'\\''");
		else
			esql_append_char(out, value.data[i]);
	}
	esql_append_char(out, '\'');
}
