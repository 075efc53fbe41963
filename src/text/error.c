/*
 * error.c
 *		The error that a reader of text leaves behind.
 */
#include "text/error.h"

#include <stdio.h>
#include <string.h>

#include "text/utf8.h"

/*
 * End a message that was cut to fit where a character ends, so that the client
 * gets valid UTF-8.
 */
static void
end_at_character(char *text)
{
	text[td_utf8_clip(text, strlen(text))] = '\0';
}

/*
 * Fill in the context's error.  hint may be NULL.
 */
void
esql_set_error_va(EsqlContext *context, EsqlErrorClass class, EsqlSpan span,
				  const char *hint, const char *format, va_list args)
{
	EsqlError  *error = &context->error;

	error->class = class;
	error->span = span;
	vsnprintf(error->message, sizeof(error->message), format, args);
	end_at_character(error->message);
	snprintf(error->hint, sizeof(error->hint), "%s", hint == NULL ? "" : hint);
	end_at_character(error->hint);
}

/*
 * The same with the message's values in the call.
 */
void
esql_set_error(EsqlContext *context, EsqlErrorClass class, EsqlSpan span,
			   const char *hint, const char *format, ...)
{
	va_list		args;

	va_start(args, format);
	esql_set_error_va(context, class, span, hint, format, args);
	va_end(args);
}
