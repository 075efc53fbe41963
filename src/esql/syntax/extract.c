/*
 * extract.c
 *		GROK and DISSECT: columns out of strings.
 *
 * What the patterns mean is worked out later, by analysis/extract.c.
 */
#include "esql/syntax/extract.h"

#include <string.h>

#include "esql/syntax/expr.h"
#include "text/word.h"

/*
 * A string literal.
 */
static EsqlLiteral
string(Parser *p, const char *expected)
{
	EsqlLiteral result;

	if (p->token.kind != TOKEN_STRING)
		esql_unexpected(p, expected);
	result.span = p->token.span;
	result.string = esql_unquote(p, &p->token);
	esql_next(p, ESQL_LEX_EXPRESSION);
	return result;
}

/*
 * grok = "GROK" , primary , string , { "," , string } ;
 */
void
esql_grok_command(Parser *p, EsqlCommand *command)
{
	uint32_t	capacity = 0;

	command->expr = esql_primary(p);
	for (;;)
	{
		command->patterns = esql_grow(p, command->patterns, command->npatterns, &capacity,
									  sizeof(EsqlLiteral), "patterns");
		command->patterns[command->npatterns++] = string(p, "a pattern in quotes");
		if (p->token.kind != TOKEN_COMMA)
			return;
		esql_next(p, ESQL_LEX_EXPRESSION);
	}
}

/*
 * dissect = "DISSECT" , primary , string , [ "APPEND_SEPARATOR" , "=" , string ] ;
 */
void
esql_dissect_command(Parser *p, EsqlCommand *command)
{
	const char *word;

	command->expr = esql_primary(p);
	command->patterns = esql_get(p, sizeof(EsqlLiteral));
	command->patterns[command->npatterns++] = string(p, "a pattern in quotes");
	if (p->token.kind == TOKEN_COMMA)
		esql_fail(p, ESQL_ERROR_SYNTAX, p->token.span, NULL, "DISSECT takes one pattern");
	if (p->token.kind != TOKEN_WORD)
		return;
	word = p->context->text + p->token.span.start;
	if (!esql_same_word(word, p->token.span.length, "append_separator"))
		esql_fail(p, ESQL_ERROR_SYNTAX, p->token.span, NULL,
				  "DISSECT has the option APPEND_SEPARATOR, and no other");
	esql_next(p, ESQL_LEX_EXPRESSION);
	if (p->token.kind != TOKEN_ASSIGN)
		esql_unexpected(p, "\"=\"");
	esql_next(p, ESQL_LEX_EXPRESSION);
	command->separator = string(p, "a separator in quotes").string;
}
