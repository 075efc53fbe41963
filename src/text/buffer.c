/*
 * buffer.c
 *		A string that grows, in the allocator of an EsqlContext.
 *
 * The allocator cannot take memory back.  So a buffer grows by doubling and
 * copying, and its old memory stays until the owner drops everything: that is
 * less than the buffer's last size.
 */
#include "text/buffer.h"

#include <string.h>

#include "text/error.h"
#include "text/utf8.h"

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
	char		bytes[TD_UTF8_MAX];

	esql_append(buffer, bytes, td_utf8_encode(code, bytes));
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
