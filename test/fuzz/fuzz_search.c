/*
 * fuzz_search.c
 *		Any bytes as KQL, as a query string, as a text with words, as a path, and as JSON: no crash, no
 *		read past the end; what is refused has a class and a message, what comes
 *		out lies within what went in.
 *
 * A first line is the path, the rest the JSON.
 */
#include "unit/unit.h"

#include "esql/search/search.h"
#include "text/analyzer.h"
#include "text/json_path.h"

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_error(const EsqlContext *context)
{
	if (context->error.class == ESQL_ERROR_NONE || context->error.message[0] == '\0' ||
		context->error.span.start > context->length ||
		context->error.span.length > context->length - context->error.span.start)
		abort();
}

static void
check_search(const EsqlSearch *search, int depth)
{
	if (depth > 4 * ESQL_MAX_DEPTH || search->kind > ESQL_SEARCH_GE)
		abort();
	if (search->kind >= ESQL_SEARCH_EXISTS && memchr(search->field.data, ESQL_SEARCH_ANY, search->field.length) != NULL)
		abort();
	if (search->kind >= ESQL_SEARCH_VALUE &&
		search->wildcard != (memchr(search->value.data, ESQL_SEARCH_ANY, search->value.length) != NULL ||
							 memchr(search->value.data, ESQL_SEARCH_ONE, search->value.length) != NULL))
		abort();
	for (uint32_t i = 0; i < search->nargs; i++)
		check_search(search->args[i], depth + 1);
}

static void
check_words(const char *text, size_t length)
{
	size_t		at = 0;
	size_t		end = 0;
	size_t		word;

	for (; td_next_word(text, length, &at, &word); at += word)
	{
		if (word == 0 || at < end || at + word > length || word > 4 * TD_LONGEST_WORD)
			abort();
		end = at + word;
	}
}

static void
check_json(EsqlContext *context, const char *json, size_t length)
{
	TdJsonStep *steps;
	uint32_t	count;
	TdJsonValue value;
	char	   *room = malloc(length + 1);
	size_t		plain;

	if (room == NULL)
		abort();
	if (!td_json_read_path(context, &steps, &count))
		check_error(context);
	else if (td_json_find(json, length, steps, count, &value))
	{
		if (value.length == 0 || value.text < json || value.text + value.length > json + length)
			abort();
		if (value.kind == TD_JSON_STRING && td_json_unescape(&value, room, &plain) && plain > value.length - 2)
			abort();
		if (td_json_compact(value.text, value.length, room) > value.length)
			abort();
	}
	free(room);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Arena		arena = {0};
	const uint8_t *line = size == 0 ? NULL : memchr(data, '\n', size);
	size_t		first = line == NULL ? size : (size_t) (line - data);
	size_t		rest = line == NULL ? 0 : size - first - 1;

	/* copies of the exact sizes, so that reading past the end is seen */
	char	   *all = malloc(size + (size == 0));
	char	   *path = malloc(first + (first == 0));
	char	   *json = malloc(rest + (rest == 0));
	EsqlContext context;
	EsqlSearch *search;

	if (all == NULL || path == NULL || json == NULL)
		abort();
	if (size > 0)
		memcpy(all, data, size);
	if (first > 0)
		memcpy(path, data, first);
	if (rest > 0)
		memcpy(json, data + size - rest, rest);
	context = arena_context(&arena, all, size);
	search = esql_read_kql(&context);
	if (search == NULL)
		check_error(&context);
	else
		check_search(search, 0);
	context = arena_context(&arena, all, size);
	search = esql_read_qstr(&context);
	if (search == NULL)
		check_error(&context);
	else
		check_search(search, 0);
	check_words(all, size);
	context = arena_context(&arena, path, first);
	check_json(&context, json, rest);
	arena_reset(&arena);
	free(all);
	free(path);
	free(json);
	return 0;
}
