/*
 * buffer.c
 *		A string that grows, the error record, and UTF-8, for the pure part of
 *		src/esql.
 *
 * The allocator of an EsqlContext can only give, so growing means doubling and
 * copying, and what was outgrown stays until the owner drops everything: at
 * most twice the final length.
 */
#include "text/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/*
 * An empty buffer; allocates nothing yet.
 */
void
esql_buffer_init(EsqlBuffer *buffer, EsqlContext *context)
{
	buffer->context = context;
	buffer->data = NULL;
	buffer->length = 0;
	buffer->capacity = 0;
	buffer->failed = false;
}

/*
 * Append bytes.  Room for a terminating NUL is always kept.
 */
void
esql_append(EsqlBuffer *buffer, const char *data, size_t length)
{
	if (buffer->failed)
		return;
	if (length >= UINT32_MAX - 1 - buffer->length)
	{
		buffer->failed = true;
		return;
	}
	if (buffer->length + length + 1 > buffer->capacity)
	{
		size_t		capacity = buffer->capacity == 0 ? 64 : buffer->capacity;
		char	   *grown;

		while (capacity < buffer->length + length + 1)
			capacity *= 2;
		grown = buffer->context->alloc(buffer->context->alloc_arg, capacity);
		if (grown == NULL)
		{
			buffer->failed = true;
			return;
		}
		if (buffer->length > 0)
			memcpy(grown, buffer->data, buffer->length);
		buffer->data = grown;
		buffer->capacity = capacity;
	}
	if (length > 0)
		memcpy(buffer->data + buffer->length, data, length);
	buffer->length += length;
	buffer->data[buffer->length] = '\0';
}

/*
 * Append a NUL-terminated string.
 */
void
esql_append_text(EsqlBuffer *buffer, const char *text)
{
	esql_append(buffer, text, strlen(text));
}

/*
 * Append one byte.
 */
void
esql_append_char(EsqlBuffer *buffer, char c)
{
	esql_append(buffer, &c, 1);
}

/*
 * Append one character as UTF-8.
 */
void
esql_append_code_point(EsqlBuffer *buffer, uint32_t code)
{
	char		bytes[4];
	size_t		length;

	if (code < 0x80)
	{
		bytes[0] = (char) code;
		length = 1;
	}
	else if (code < 0x800)
	{
		bytes[0] = (char) (0xC0 | (code >> 6));
		bytes[1] = (char) (0x80 | (code & 0x3F));
		length = 2;
	}
	else if (code < 0x10000)
	{
		bytes[0] = (char) (0xE0 | (code >> 12));
		bytes[1] = (char) (0x80 | ((code >> 6) & 0x3F));
		bytes[2] = (char) (0x80 | (code & 0x3F));
		length = 3;
	}
	else
	{
		bytes[0] = (char) (0xF0 | (code >> 18));
		bytes[1] = (char) (0x80 | ((code >> 12) & 0x3F));
		bytes[2] = (char) (0x80 | ((code >> 6) & 0x3F));
		bytes[3] = (char) (0x80 | (code & 0x3F));
		length = 4;
	}
	esql_append(buffer, bytes, length);
}

/*
 * Hand the text over.  False if memory ran out on the way, with the context's
 * error set accordingly.
 */
bool
esql_buffer_finish(EsqlBuffer *buffer, EsqlString *result)
{
	EsqlSpan	nowhere = {0, 0};

	esql_append(buffer, "", 0);
	if (buffer->failed)
	{
		result->data = NULL;
		result->length = 0;
		esql_set_error(buffer->context, ESQL_ERROR_MEMORY, nowhere, NULL, "out of memory");
		return false;
	}
	result->data = buffer->data;
	result->length = (uint32_t) buffer->length;
	return true;
}

/*
 * Cut a message that did not fit where a character ends, so that what the
 * client gets is valid UTF-8.
 */
static void
trim_to_character(char *text, size_t length)
{
	size_t		start = length;
	uint32_t	code;

	while (start > 0 && ((unsigned char) text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start > 0)
		start--;
	if ((unsigned char) text[start] >= 0x80 &&
		esql_decode_utf8(text + start, length - start, &code) == 0)
		text[start] = '\0';
}

/*
 * Fill in the context's error.  hint may be NULL.
 */
void
esql_set_error(EsqlContext *context, EsqlErrorClass class, EsqlSpan span,
			   const char *hint, const char *format, ...)
{
	EsqlError  *error = &context->error;
	va_list		args;
	int			length;

	error->class = class;
	error->span = span;
	va_start(args, format);
	length = vsnprintf(error->message, sizeof(error->message), format, args);
	va_end(args);
	if (length >= (int) sizeof(error->message))
		trim_to_character(error->message, sizeof(error->message) - 1);
	length = snprintf(error->hint, sizeof(error->hint), "%s", hint == NULL ? "" : hint);
	if (length >= (int) sizeof(error->hint))
		trim_to_character(error->hint, sizeof(error->hint) - 1);
}

/*
 * Decode the character that text begins with.  Returns its length in bytes, or
 * 0 when there is none or it is not valid UTF-8 (too long a form, a surrogate,
 * beyond U+10FFFF, cut off).
 */
uint32_t
esql_decode_utf8(const char *text, size_t length, uint32_t *code)
{
	const unsigned char *s = (const unsigned char *) text;
	uint32_t	need;
	uint32_t	least;
	uint32_t	value;

	if (length == 0)
		return 0;
	if (s[0] < 0x80)
	{
		*code = s[0];
		return 1;
	}
	if (s[0] >= 0xC2 && s[0] < 0xE0)
	{
		need = 2;
		least = 0x80;
		value = s[0] & 0x1F;
	}
	else if (s[0] >= 0xE0 && s[0] < 0xF0)
	{
		need = 3;
		least = 0x800;
		value = s[0] & 0x0F;
	}
	else if (s[0] >= 0xF0 && s[0] < 0xF5)
	{
		need = 4;
		least = 0x10000;
		value = s[0] & 0x07;
	}
	else
		return 0;
	if (length < need)
		return 0;
	for (uint32_t i = 1; i < need; i++)
	{
		if ((s[i] & 0xC0) != 0x80)
			return 0;
		value = (value << 6) | (s[i] & 0x3F);
	}
	if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
		return 0;
	*code = value;
	return need;
}
