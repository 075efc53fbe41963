/*
 * reader.c
 *		What the readers of the search languages are made with.
 */
#include "esql/search/reader.h"

#include <stdio.h>
#include <string.h>

#include "text/error.h"
#include "text/hex.h"

/*
 * Leave with an error at a place of the text.
 */
void
esql_search_fail(SearchReader *reader, EsqlErrorClass class, size_t start, size_t length, const char *hint,
				 const char *format, ...)
{
	EsqlSpan	span = {(uint32_t) start, (uint32_t) length};
	va_list		args;

	va_start(args, format);
	esql_set_error_va(reader->context, class, span, hint, format, args);
	va_end(args);
	longjmp(reader->escape, 1);
}

/*
 * Memory, set to zero.
 */
void *
esql_search_get(SearchReader *reader, size_t size)
{
	void	   *memory = reader->context->alloc(reader->context->alloc_arg, size);

	if (memory == NULL)
		esql_search_fail(reader, ESQL_ERROR_MEMORY, 0, 0, NULL, "out of memory");
	memset(memory, 0, size);
	return memory;
}

/*
 * Go one deeper; the caller subtracts it again.
 */
void
esql_search_enter(SearchReader *reader, size_t place)
{
	if (++reader->depth > ESQL_MAX_DEPTH)
		esql_search_fail(reader, ESQL_ERROR_LIMIT, place, 0, NULL, "the search nests too deeply");
}

EsqlSearch *
esql_search_node(SearchReader *reader, EsqlSearchKind kind, size_t place)
{
	EsqlSearch *node = esql_search_get(reader, sizeof(EsqlSearch));

	node->kind = kind;
	node->place = (uint32_t) place;
	return node;
}

/*
 * Add a node below another.  The room doubles when the number is a power of two.
 */
void
esql_search_add(SearchReader *reader, EsqlSearch *node, EsqlSearch *arg)
{
	uint32_t	n = node->nargs;

	if (n == ESQL_SEARCH_MAX_ITEMS)
		esql_search_fail(reader, ESQL_ERROR_LIMIT, arg->place, 0, NULL, "the search has too many values side by side (limit is %d)",
						 ESQL_SEARCH_MAX_ITEMS);
	if (n == 0 || (n & (n - 1)) == 0)
	{
		EsqlSearch **grown = esql_search_get(reader, 2 * ((size_t) n + (n == 0)) * sizeof(EsqlSearch *));

		if (n > 0)
			memcpy(grown, node->args, n * sizeof(EsqlSearch *));
		node->args = grown;
	}
	node->args[node->nargs++] = arg;
}

EsqlString
esql_search_finish(SearchReader *reader, EsqlBuffer *out)
{
	EsqlString	result;

	if (!esql_buffer_finish(out, &result))
		esql_search_fail(reader, ESQL_ERROR_MEMORY, 0, 0, NULL, "out of memory");
	return result;
}

/*
 * Fail at a character that stands for a wildcard in the tree.
 */
void
esql_search_check_char(SearchReader *reader, size_t place)
{
	char		c = reader->context->text[place];

	if (c == '\0' || c == ESQL_SEARCH_ANY || c == ESQL_SEARCH_ONE)
		esql_search_fail(reader, ESQL_ERROR_VALUE, place, 1, NULL, "this character cannot be searched for");
}

/*
 * \uXXXX at a place: its character is appended, and the bytes that were read
 * are returned; 0 if it is none.
 */
size_t
esql_search_read_code(SearchReader *reader, EsqlBuffer *out, size_t place, size_t end)
{
	const char *text = reader->context->text + place;
	int			code = end - place < 6 || text[1] != 'u' ? -1 : td_hex_unit(text + 2);

	if (code < 0)
		return 0;
	if (code < 3 || (code >= 0xD800 && code <= 0xDFFF))
		esql_search_fail(reader, ESQL_ERROR_VALUE, place, 6, NULL, "this is no character");
	esql_append_code_point(out, (uint32_t) code);
	return 6;
}
