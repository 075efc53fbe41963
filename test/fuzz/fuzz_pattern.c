/*
 * fuzz_pattern.c
 *		Any bytes as a pattern of LIKE and RLIKE: no crash; what is refused has a
 *		class and a message; what is accepted comes out well-formed: brackets and
 *		parentheses match, nothing is left open, no zero byte.
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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlSpan	span = {0, 0};
	EsqlString	pattern;
	EsqlString	result;
	bool		anything;

	/* a copy of the exact size, so that reading past the end is seen */
	pattern.data = malloc(size == 0 ? 1 : size);
	if (pattern.data == NULL)
		abort();
	if (size > 0)
		memcpy(pattern.data, data, size);
	pattern.length = (uint32_t) size;

	check_like(&context, pattern);
	if (esql_rlike_to_sql(&context, pattern, span, &anything, &result))
		check_regex(result);
	else
		check_error(&context);
	arena_reset(&arena);
	free(pattern.data);
	return 0;
}
