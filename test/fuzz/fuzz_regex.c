/*
 * fuzz_regex.c
 *		Any bytes as a regular expression of Java, its replacement, and a pattern of
 *		GROK, run on any text in UTF-8.
 *
 * No crash and no hang; what is refused has a class and a message; what PCRE2
 * compiles finds matches within the text, in order, each at least where the search
 * began; the compiled code and the interpreter find the same.
 *
 * The first line is the pattern, the second the replacement, the rest the text.
 */
#include "unit/unit.h"
#include "esql/pattern/grok.h"
#include "esql/pattern/java.h"
#include "text/utf8.h"

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_MATCHES	50
#define PATIENCE	50			/* questions until a search has to end */

typedef struct FuzzWatch
{
	EsqlWatch	watch;
	int			asked;
} FuzzWatch;

static bool
stop(EsqlWatch *watch)
{
	FuzzWatch  *fuzz = (FuzzWatch *) watch;

	if (fuzz->asked > PATIENCE)
		abort();				/* it went on although it should have ended */
	return ++fuzz->asked > PATIENCE;
}

static void
check_error(const EsqlContext *context)
{
	if (context->error.class == ESQL_ERROR_NONE || context->error.message[0] == '\0')
		abort();
}

/*
 * A copy of the exact size, so that reading past the end is seen.
 */
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

static bool
is_utf8(EsqlString text)
{
	size_t		at = 0;
	uint32_t	code;

	while (at < text.length)
	{
		size_t		n = td_utf8_decode(text.data + at, text.length - at, &code);

		if (n == 0)
			return false;
		at += n;
	}
	return true;
}

/*
 * Where each of the first matches begins and ends; how many there are, or -1 if the
 * search was given up.
 */
static int
search(EsqlRegex *regex, uint32_t ngroups, EsqlString text, size_t places[MAX_MATCHES][2])
{
	FuzzWatch	watch = {{stop}, 0};
	size_t		from = 0;
	int			n = 0;

	while (n < MAX_MATCHES && from <= text.length)
	{
		const size_t *groups;
		EsqlRegexResult	result = esql_regex_search(regex, text.data, text.length, from, &watch.watch, &groups);

		if (result == ESQL_SEARCH_GAVE_UP)
			return -1;
		if (result == ESQL_SEARCH_NONE)
			break;
		for (uint32_t i = 0; i <= ngroups; i++)
		{
			if (groups[2 * i] == ESQL_UNSET)
			{
				if (i == 0)
					abort();
				continue;
			}
			if (groups[2 * i] > groups[2 * i + 1] || groups[2 * i + 1] > text.length)
				abort();
		}
		if (groups[0] < from)
			abort();
		places[n][0] = groups[0];
		places[n++][1] = groups[1];
		from = groups[1];
		if (groups[1] == groups[0])
		{
			do
				from++;
			while (from < text.length && td_utf8_continues(text.data[from]));
		}
	}
	return n;
}

static void
run(EsqlString pcre, uint32_t ngroups, EsqlString text)
{
	size_t		places[2][MAX_MATCHES][2];
	int			counts[2];

	if (!is_utf8(text))
		return;
	for (int fast = 0; fast < 2; fast++)
	{
		char		message[200] = "";
		EsqlRegex  *regex = esql_regex_compile(pcre.data, pcre.length, fast == 1, message,
											   sizeof(message));

		if (regex == NULL)
		{
			if (message[0] == '\0')
				abort();
			return;
		}
		counts[fast] = search(regex, ngroups, text, places[fast]);
		esql_regex_free(regex);
	}
	/* their limits differ */
	if (counts[0] < 0 || counts[1] < 0)
		return;
	if (counts[0] != counts[1] ||
		memcmp(places[0], places[1], (size_t) counts[0] * sizeof(places[0][0])) != 0)
		abort();
}

static void
check_replacement(EsqlContext *context, EsqlString replacement, const EsqlPcre *pcre)
{
	EsqlSpan	span = {0, 0};
	EsqlReplacement result;

	if (!esql_java_replacement(context, replacement, span, pcre, &result))
	{
		check_error(context);
		return;
	}
	for (uint32_t i = 0; i < result.nparts; i++)
	{
		if (result.parts[i].text.data == NULL && result.parts[i].group > pcre->ngroups)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Arena		arena = {0};
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlSpan	span = {0, 0};
	EsqlString	parts[3];
	EsqlPcre	pcre;
	EsqlGrok	grok;

	for (int i = 0; i < 3; i++)
	{
		const uint8_t *line = i == 2 || size == 0 ? NULL : memchr(data, '\n', size);
		size_t		length = line == NULL ? size : (size_t) (line - data);

		parts[i] = copy(data, length);
		data += line == NULL ? length : length + 1;
		size -= line == NULL ? length : length + 1;
	}
	if (esql_regex_translate(&context, ESQL_DIALECT_JAVA, "REPLACE", parts[0], span, &pcre))
	{
		check_replacement(&context, parts[1], &pcre);
		run(pcre.text, pcre.ngroups, parts[2]);
	}
	else
		check_error(&context);
	memset(&context.error, 0, sizeof(context.error));
	if (esql_grok_read(&context, parts[0], span, &grok))
	{
		uint32_t	ngroups = 0;

		for (uint32_t i = 0; i < grok.nfields; i++)
		{
			for (uint32_t j = 0; j < grok.fields[i].ngroups; j++)
				ngroups = grok.fields[i].groups[j] > ngroups ? grok.fields[i].groups[j] : ngroups;
		}
		run(grok.text, ngroups, parts[2]);
	}
	else
		check_error(&context);
	arena_reset(&arena);
	for (int i = 0; i < 3; i++)
		free(parts[i].data);
	return 0;
}
