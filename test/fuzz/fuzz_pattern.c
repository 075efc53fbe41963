/*
 * fuzz_pattern.c
 *		Any bytes as a pattern of LIKE, RLIKE and REPLACE: no crash; what is
 *		refused has a class and a message; what is accepted comes out well-formed:
 *		brackets and parentheses match, nothing is left open, no zero byte.
 *
 * A first line is the replacement of REPLACE, the rest the pattern.
 */
#include "unit/unit.h"
#include "esql/pattern/pattern.h"

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_error(const EsqlContext *context)
{
	if (context->error.class == ESQL_ERROR_NONE || context->error.message[0] == '\0')
		abort();
}

/*
 * Parentheses and brackets of a PostgreSQL expression, escapes heeded.
 */
static void
check_regex(EsqlString regex)
{
	int			depth = 0;
	bool		bracket = false;

	for (uint32_t i = 0; i < regex.length; i++)
	{
		char		c = regex.data[i];

		if (c == '\0')
			abort();
		if (c == '\\')
		{
			if (++i >= regex.length)
				abort();
		}
		else if (bracket)
			bracket = c != ']';
		else if (c == '[')
			bracket = true;
		else if (c == '(')
			depth++;
		else if (c == ')' && --depth < 0)
			abort();
	}
	if (bracket || depth != 0)
		abort();
}

static void
check_like(EsqlContext *context, EsqlString pattern)
{
	EsqlSpan	span = {0, 0};
	EsqlLikeShape shape;
	EsqlString	result;

	if (!esql_like_to_sql(context, pattern, span, &shape, &result))
	{
		check_error(context);
		return;
	}
	if (shape == ESQL_LIKE_EQUAL)
		return;
	for (uint32_t i = 0; i < result.length; i++)
	{
		if (result.data[i] == '\\' && ++i >= result.length)
			abort();
	}
}

static void
check_replace(EsqlContext *context, EsqlString pattern, EsqlString replacement)
{
	EsqlSpan	span = {0, 0};
	EsqlString	result;
	int			groups;

	if (!esql_java_regex_to_sql(context, pattern, span, &groups, &result))
	{
		check_error(context);
		return;
	}
	check_regex(result);
	if (groups < -1)
		abort();
	if (!esql_java_replacement_to_sql(context, replacement, span, groups, &result))
	{
		check_error(context);
		return;
	}
	for (uint32_t i = 0; i < result.length; i++)
	{
		if (result.data[i] != '\\')
			continue;
		if (++i >= result.length || strchr("\\&123456789", result.data[i]) == NULL)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	const uint8_t *line = size == 0 ? NULL : memchr(data, '\n', size);
	size_t		first = line == NULL ? 0 : (size_t) (line - data);
	size_t		rest = line == NULL ? size : size - first - 1;
	EsqlSpan	span = {0, 0};
	EsqlString	replacement;
	EsqlString	pattern;
	EsqlString	result;
	bool		anything;

	/* copies of the exact sizes, so that reading past the end is seen */
	replacement.data = malloc(first == 0 ? 1 : first);
	pattern.data = malloc(rest == 0 ? 1 : rest);
	if (replacement.data == NULL || pattern.data == NULL)
		abort();
	if (first > 0)
		memcpy(replacement.data, data, first);
	replacement.length = (uint32_t) first;
	if (rest > 0)
		memcpy(pattern.data, data + size - rest, rest);
	pattern.length = (uint32_t) rest;

	check_like(&context, pattern);
	if (esql_rlike_to_sql(&context, pattern, span, &anything, &result))
		check_regex(result);
	else
		check_error(&context);
	check_replace(&context, pattern, replacement);
	arena_reset(&arena);
	free(replacement.data);
	free(pattern.data);
	return 0;
}
