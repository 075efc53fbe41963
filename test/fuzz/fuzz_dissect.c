/*
 * fuzz_dissect.c
 *		Any bytes as a pattern of DISSECT on any text: no crash; what is refused has a
 *		class and a message; what matches lies within the text, key after key.
 *
 * The first line is the pattern, the rest the text.
 */
#include "unit/unit.h"
#include "esql/pattern/dissect.h"

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static EsqlString
copy(const uint8_t *data, size_t size)
{
	EsqlString	result;

	result.data = malloc(size == 0 ? 1 : size);
	if (result.data == NULL)
		abort();
	if (size > 0)
		memcpy(result.data, data, size);
	result.length = (uint32_t) size;
	return result;
}

static void
check_match(const EsqlDissect *dissect, EsqlString text)
{
	EsqlDissectPart parts[ESQL_MAX_KEYS];
	size_t		at = dissect->lead.length;

	if (!esql_dissect_match(dissect, text.data, text.length, parts))
		return;
	for (uint32_t i = 0; i < dissect->nkeys; i++)
	{
		if (parts[i].start < at || parts[i].end < parts[i].start || parts[i].end > text.length)
			abort();
		at = parts[i].end;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlSpan	span = {0, 0};
	const uint8_t *line = size == 0 ? NULL : memchr(data, '\n', size);
	size_t		first = line == NULL ? size : (size_t) (line - data);
	EsqlString	pattern = copy(data, first);
	EsqlString	text = line == NULL ? copy(data, 0) : copy(line + 1, size - first - 1);
	EsqlDissect dissect;

	if (esql_dissect_read(&context, pattern, span, &dissect))
	{
		if (dissect.nkeys == 0 || dissect.nfields == 0 || dissect.nfields > dissect.nkeys)
			abort();
		for (uint32_t i = 0; i < dissect.nfields; i++)
		{
			if (dissect.fields[i].nkeys == 0 || dissect.fields[i].nkeys > dissect.nkeys)
				abort();
			for (uint32_t j = 0; j < dissect.fields[i].nkeys; j++)
			{
				if (dissect.fields[i].keys[j] >= dissect.nkeys)
					abort();
			}
		}
		check_match(&dissect, text);
	}
	else if (context.error.class == ESQL_ERROR_NONE || context.error.message[0] == '\0')
		abort();
	arena_reset(&arena);
	free(pattern.data);
	free(text.data);
	return 0;
}
