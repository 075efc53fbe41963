/*
 * fuzz_lex.c
 *		Any bytes, in every mode: tokens lie within the text, one after the
 *		other, are never empty, and come to an end.  What lies between two of
 *		them is blanks and comments, which begin with one of five bytes.
 *
 * The first byte chooses how modes change from token to token.
 */
#include <stdlib.h>

#include "esql/syntax/lex.h"

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_gap(const char *text, size_t from, size_t to)
{
	char		c;

	if (from == to)
		return;
	c = text[from];
	if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '/')
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *text;
	size_t		length;
	size_t		offset = 0;
	unsigned	modes;

	if (size == 0)
		return 0;
	modes = data[0];
	length = size - 1;
	/* a copy of the exact size, so that reading past the end is seen */
	text = malloc(length == 0 ? 1 : length);
	if (text == NULL)
		abort();
	for (size_t i = 0; i < length; i++)
		text[i] = (char) data[i + 1];
	for (size_t n = 0;; n++)
	{
		EsqlToken	token = esql_lex(text, length, offset, (EsqlLexMode) (modes % 3));
		size_t		end = (size_t) token.span.start + token.span.length;

		if (token.span.start < offset || end > length || n > length)
			abort();
		/* an error in a string may point inside it */
		if (token.kind != TOKEN_ERROR)
			check_gap(text, offset, token.span.start);
		if (token.kind == TOKEN_END)
		{
			if (end != length || token.span.length != 0)
				abort();
			break;
		}
		if (token.span.length == 0)
			abort();
		if (token.kind == TOKEN_ERROR && token.problem == NULL)
			abort();
		offset = end;
		modes = modes / 3 + (modes % 3) * 81;
	}
	free(text);
	return 0;
}
