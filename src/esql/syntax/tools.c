/*
 * tools.c
 *		What the functions of the parser are made with: tokens, memory, errors.
 *
 * Errors leave the parser by longjmp().  So functions called from it must not
 * hold anything that they would have to release; memory is the allocator's.
 */
#include "esql/syntax/tools.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "esql/syntax/words.h"
#include "text/error.h"
#include "text/place.h"
#include "text/utf8.h"

/*
 * Report an error and leave the parser.  hint may be NULL.
 */
void
esql_fail(Parser *p, EsqlErrorClass class, EsqlSpan span, const char *hint,
		  const char *format, ...)
{
	char		message[sizeof(p->context->error.message)];
	va_list		args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	esql_set_error(p->context, class, span, hint, "%s", message);
	longjmp(p->escape, 1);
}

/*
 * Memory from the context's allocator, zeroed; leaves the parser if there is
 * none.
 */
void *
esql_get(Parser *p, size_t size)
{
	void	   *result = p->context->alloc(p->context->alloc_arg, size);

	if (result == NULL)
		esql_fail(p, ESQL_ERROR_MEMORY, p->token.span, NULL, "out of memory");
	memset(result, 0, size);
	return result;
}

/*
 * Make room for one more element in an array that has n.  The array may move.
 * The limit on the length of lists is checked here.
 */
void *
esql_grow(Parser *p, void *array, uint32_t n, uint32_t *capacity, size_t size, const char *what)
{
	void	   *grown;

	if (n >= ESQL_MAX_ITEMS)
		esql_fail(p, ESQL_ERROR_LIMIT, p->token.span, NULL, "too many %s %s (limit is %d)",
				  what, p->place, ESQL_MAX_ITEMS);
	if (n < *capacity)
		return array;
	*capacity = *capacity == 0 ? 4 : *capacity * 2;
	grown = esql_get(p, *capacity * size);
	if (n > 0)
		memcpy(grown, array, n * size);
	return grown;
}

/*
 * A string of the allocator's, NUL-terminated.
 */
EsqlString
esql_copy(Parser *p, const char *data, uint32_t length)
{
	EsqlString	result;

	result.data = esql_get(p, (size_t) length + 1);
	result.length = length;
	if (length > 0)
		memcpy(result.data, data, length);
	return result;
}

/*
 * What a string or a backquoted name holds.  The lexer has checked the form.
 */
EsqlString
esql_unquote(Parser *p, const EsqlToken *token)
{
	const char *text = p->context->text + token->span.start;
	uint32_t	length = token->span.length;
	EsqlString	result;
	uint32_t	n = 0;

	if (length >= 6 && memcmp(text, "\"\"\"", 3) == 0)
		return esql_copy(p, text + 3, length - 6);
	result = esql_copy(p, text + 1, length - 2);
	for (uint32_t i = 0; i < result.length; i++)
	{
		char		c = result.data[i];

		if (token->kind == TOKEN_BACKQUOTED && c == '`')
			i++;
		else if (token->kind == TOKEN_STRING && c == '\\')
		{
			c = result.data[++i];
			c = c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
		}
		result.data[n++] = c;
	}
	result.data[n] = '\0';
	result.length = n;
	return result;
}

/*
 * Go on to the next token, read in the given mode.
 */
void
esql_next(Parser *p, EsqlLexMode mode)
{
	p->previous_end = p->token.span.start + p->token.span.length;
	p->token = esql_lex(p->context->text, p->context->length, p->previous_end, mode);
}

/*
 * The token that follows a given one.
 */
EsqlToken
esql_peek(const Parser *p, const EsqlToken *after, EsqlLexMode mode)
{
	return esql_lex(p->context->text, p->context->length,
					(size_t) after->span.start + after->span.length, mode);
}

/*
 * Is this token a certain keyword?
 */
bool
esql_at_keyword(const EsqlToken *token, EsqlKeyword keyword)
{
	return token->kind == TOKEN_WORD && token->keyword == keyword;
}

/*
 * From start to the end of the last token that was taken.
 */
EsqlSpan
esql_span_from(const Parser *p, uint32_t start)
{
	EsqlSpan	span;

	span.start = start;
	span.length = p->previous_end > start ? p->previous_end - start : 0;
	return span;
}

/*
 * The hint for a token that does not fit, or NULL.  It may be written to buf.
 */
static const char *
advice(Parser *p, const char *text, char *buf, size_t size)
{
	const EsqlToken *token = &p->token;
	bool		word = token->kind == TOKEN_WORD || token->kind == TOKEN_SOURCE ||
		token->kind == TOKEN_NAME;

	if (word && esql_sql_hint(text, token->span.length) != NULL)
		return esql_sql_hint(text, token->span.length);
	if (word && esql_command_name(text, token->span.length) != NULL)
	{
		snprintf(buf, size,
				 "Commands are separated by |; put one before %s if that is the next command.",
				 esql_command_name(text, token->span.length));
		return buf;
	}
	switch (token->kind)
	{
		case TOKEN_ASSIGN:
			return "Equality is written ==.";
		case TOKEN_LEFT_BRACKET:
			return "Lists in brackets hold constants only; METADATA is written without brackets.";
		case TOKEN_STAR:
			return "Wildcards are for KEEP, DROP and FROM; all rows are counted by COUNT(*).";
		case TOKEN_MINUS:
		case TOKEN_BACKQUOTED:
		case TOKEN_DECIMAL:
		case TOKEN_DOT:
			return "Names of other than ASCII letters, digits and _ are written in backquotes.";
		case TOKEN_WORD:
			if (token->keyword != KEYWORD_NONE)
				return "A column whose name is a word of the language is written in backquotes.";
			return NULL;
		default:
			return NULL;
	}
}

/*
 * Report that the current token does not fit.  What the lexer found wrong is
 * said in the lexer's words; ES|QL that is not supported is called that.
 */
void
esql_unexpected(Parser *p, const char *expected)
{
	const EsqlToken *token = &p->token;
	const char *text = p->context->text + token->span.start;
	int			shown = (int) token->span.length;
	char		buf[200];

	if (token->kind == TOKEN_ERROR)
		esql_fail(p, ESQL_ERROR_SYNTAX, token->span, token->hint, "%s", token->problem);
	if (token->kind == TOKEN_PARAMETER)
		esql_fail(p, ESQL_ERROR_UNSUPPORTED, token->span, NULL,
				  "query parameters are not supported");
	if (token->kind == TOKEN_CASELESS_EQ)
		esql_fail(p, ESQL_ERROR_UNSUPPORTED, token->span,
				  "Compare TO_LOWER() of the field.", "the operator =~ is not supported");
	if (token->kind == TOKEN_END)
		esql_fail(p, ESQL_ERROR_SYNTAX, token->span, NULL,
				  "unexpected end of %s %s, expected %s", p->what, p->place, expected);
	if (shown > 60)
		shown = (int) td_utf8_clip(text, 60);
	esql_fail(p, ESQL_ERROR_SYNTAX, token->span, advice(p, text, buf, sizeof(buf)),
			  "unexpected \"%.*s%s\" %s, expected %s", shown, text,
			  shown < (int) token->span.length ? "..." : "", p->place, expected);
}

/*
 * Take a closing bracket, or say which one was left open.
 */
void
esql_close(Parser *p, EsqlTokenKind kind, EsqlSpan open, EsqlLexMode mode)
{
	const char *name = kind == TOKEN_RIGHT_PAREN ? "\")\"" : "\"]\"";

	if (p->token.kind != kind)
	{
		char		expected[60];
		char		hint[100];
		uint32_t	line;
		uint32_t	column;
		uint32_t	character;

		if (p->token.kind != TOKEN_END && p->token.kind != TOKEN_PIPE)
		{
			snprintf(expected, sizeof(expected), "an operator, \",\" or %s", name);
			esql_unexpected(p, expected);
		}
		esql_place(p->context->text, p->context->length, open.start, &line, &column, &character);
		snprintf(hint, sizeof(hint), "The \"%s\" at line %u, column %u is not closed.",
				 kind == TOKEN_RIGHT_PAREN ? "(" : "[", (unsigned) line, (unsigned) column);
		esql_fail(p, ESQL_ERROR_SYNTAX, p->token.span, hint, "unexpected %s%s %s, expected %s",
				  p->token.kind == TOKEN_END ? "end of " : "\"|\"",
				  p->token.kind == TOKEN_END ? p->what : "", p->place, name);
	}
	esql_next(p, mode);
}
