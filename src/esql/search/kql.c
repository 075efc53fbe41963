/*
 * kql.c
 *		The Kibana Query Language.
 *
 * query    = [ or ] ;
 * or       = and , { "or" , and } ;      and = not , { "and" , not } ;
 * not      = [ "not" ] , ( "(" , or , ")" | clause ) ;
 * clause   = name , ":" , values | name , ( "<" | "<=" | ">" | ">=" ) , value | "*" ;
 * values   = "(" , or over values , ")" | value ;
 * value    = quoted | literal , { literal } ;
 *
 * A literal is a run of characters without blanks and special characters;
 * those are escaped by a backslash.  Several literals are one value, with one
 * blank between them.  An asterisk in a literal stands for any run of
 * characters, in quotes for itself.  The words and, or and not, in any case of
 * letters, are operators unless they are escaped.
 *
 * Fields that may match any of several names, values without a field, and
 * nested documents (name:{ ... }) are refused.
 */
#include "esql/search/search.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "text/buffer.h"
#include "text/error.h"
#include "text/utf8.h"
#include "text/word.h"

typedef enum TokenKind
{
	TOKEN_END,
	TOKEN_LITERAL,
	TOKEN_QUOTED,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_NOT,
	TOKEN_COLON,
	TOKEN_LT,
	TOKEN_LE,
	TOKEN_GT,
	TOKEN_GE,
	TOKEN_LEFT_PAREN,
	TOKEN_RIGHT_PAREN,
	TOKEN_LEFT_BRACE,
	TOKEN_RIGHT_BRACE
} TokenKind;

typedef struct Reader
{
	EsqlContext *context;
	jmp_buf		escape;
	size_t		at;				/* behind the current token */
	TokenKind	kind;			/* the current token */
	uint32_t	start;
	uint32_t	length;
	uint32_t	depth;
} Reader;

static EsqlSearch *read_or(Reader *r, const EsqlString *field);

#define NORETURN	__attribute__((noreturn))

/* Leave with an error at a place of the text. */
static void NORETURN
fail(Reader *r, EsqlErrorClass class, uint32_t start, uint32_t length, const char *hint, const char *message)
{
	EsqlSpan	span = {start, length};

	esql_set_error(r->context, class, span, hint, "%s", message);
	longjmp(r->escape, 1);
}

static void NORETURN
out_of_memory(Reader *r)
{
	fail(r, ESQL_ERROR_MEMORY, r->start, 0, NULL, "out of memory");
}

static void *
get(Reader *r, size_t size)
{
	void	   *memory = r->context->alloc(r->context->alloc_arg, size);

	if (memory == NULL)
		out_of_memory(r);
	memset(memory, 0, size);
	return memory;
}

/* The length of a blank at a place, 0 if there is none; one of them is U+3000. */
static size_t
blank_at(const Reader *r, size_t at)
{
	const char *text = r->context->text;

	if (at >= r->context->length)
		return 0;
	if (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')
		return 1;
	if (r->context->length - at >= 3 && memcmp(text + at, "\343\200\200", 3) == 0)
		return 3;
	return 0;
}

static bool
is_special(char c)
{
	return strchr("():<>\"{}", c) != NULL && c != '\0';
}

/* The token's text. */
static const char *
token_text(const Reader *r)
{
	return r->context->text + r->start;
}

static void
take(Reader *r, TokenKind kind, size_t length)
{
	r->kind = kind;
	r->length = (uint32_t) length;
	r->at = r->start + length;
}

/* A string in double quotes. */
static void
take_quoted(Reader *r)
{
	const char *text = r->context->text;
	size_t		end = r->start + 1;

	while (end < r->context->length && text[end] != '"')
		end += text[end] == '\\' && end + 1 < r->context->length ? 2 : 1;
	if (end >= r->context->length)
		fail(r, ESQL_ERROR_SYNTAX, r->start, 1, NULL, "the quoted value does not end");
	take(r, TOKEN_QUOTED, end + 1 - r->start);
}

/* A literal, or a word that is an operator. */
static void
take_literal(Reader *r)
{
	const char *text = r->context->text;
	size_t		end = r->start;

	while (end < r->context->length && !is_special(text[end]) && blank_at(r, end) == 0)
	{
		if (text[end] == '\\')
		{
			if (end + 1 >= r->context->length)
				fail(r, ESQL_ERROR_SYNTAX, (uint32_t) end, 1, "A backslash itself is written \\\\.",
					 "a backslash at the end escapes nothing");
			end++;
		}
		end++;
	}
	if (end > r->context->length)
		end = r->context->length;
	take(r, TOKEN_LITERAL, end - r->start);
	if (esql_same_word(token_text(r), r->length, "and"))
		r->kind = TOKEN_AND;
	else if (esql_same_word(token_text(r), r->length, "or"))
		r->kind = TOKEN_OR;
	else if (esql_same_word(token_text(r), r->length, "not"))
		r->kind = TOKEN_NOT;
}

/* Go to the next token. */
static void
next(Reader *r)
{
	size_t		blank;
	bool		equal;

	while ((blank = blank_at(r, r->at)) > 0)
		r->at += blank;
	r->start = (uint32_t) r->at;
	if (r->at >= r->context->length)
	{
		take(r, TOKEN_END, 0);
		return;
	}
	equal = r->at + 1 < r->context->length && r->context->text[r->at + 1] == '=';
	switch (r->context->text[r->at])
	{
		case '(':
			take(r, TOKEN_LEFT_PAREN, 1);
			return;
		case ')':
			take(r, TOKEN_RIGHT_PAREN, 1);
			return;
		case '{':
			take(r, TOKEN_LEFT_BRACE, 1);
			return;
		case '}':
			take(r, TOKEN_RIGHT_BRACE, 1);
			return;
		case ':':
			take(r, TOKEN_COLON, 1);
			return;
		case '<':
			take(r, equal ? TOKEN_LE : TOKEN_LT, equal ? 2 : 1);
			return;
		case '>':
			take(r, equal ? TOKEN_GE : TOKEN_GT, equal ? 2 : 1);
			return;
		case '"':
			take_quoted(r);
			return;
		default:
			take_literal(r);
	}
}

static void NORETURN
unexpected(Reader *r, const char *expected)
{
	char		message[200];

	if (r->kind == TOKEN_END)
		snprintf(message, sizeof(message), "unexpected end of the search, expected %s", expected);
	else
		snprintf(message, sizeof(message), "unexpected \"%.*s\", expected %s",
				 (int) td_utf8_clip(token_text(r), r->length > 60 ? 60 : r->length), token_text(r), expected);
	fail(r, ESQL_ERROR_SYNTAX, r->start, r->length, NULL, message);
}

/* The code point of four hexadecimal digits, or -1. */
static long
read_hex(const char *text, size_t length)
{
	long		code = 0;

	if (length < 4)
		return -1;
	for (int i = 0; i < 4; i++)
	{
		const char *digits = "0123456789abcdef";
		char		c = text[i] >= 'A' && text[i] <= 'F' ? (char) (text[i] + 32) : text[i];
		const char *digit = c == '\0' ? NULL : strchr(digits, c);

		if (digit == NULL)
			return -1;
		code = code * 16 + (digit - digits);
	}
	return code;
}

/* The bytes of an operator's word at a place, 0 if there is none. */
static size_t
word_at(const char *text, size_t length)
{
	if (length >= 3 && (esql_same_word(text, 3, "and") || esql_same_word(text, 3, "not")))
		return 3;
	return length >= 2 && esql_same_word(text, 2, "or") ? 2 : 0;
}

/*
 * Append what an escape at text[i], a backslash, stands for; the place behind it
 * is returned.  What is no escape stands for itself, backslash and all.
 */
static size_t
append_escape(Reader *r, EsqlBuffer *out, const char *text, size_t length, size_t i, bool quoted)
{
	char		c = i + 1 < length ? text[i + 1] : '\0';
	long		code;
	size_t		word;

	if (c == 't' || c == 'n' || c == 'r')
	{
		esql_append_char(out, c == 't' ? '\t' : c == 'n' ? '\n' : '\r');
		return i + 2;
	}
	if (c == 'u' && (code = read_hex(text + i + 2, length - i - 2)) >= 0)
	{
		if (code < 3 || (code >= 0xD800 && code <= 0xDFFF))
			fail(r, ESQL_ERROR_VALUE, (uint32_t) (text - r->context->text + i), 6, NULL, "this is no character");
		esql_append_code_point(out, (uint32_t) code);
		return i + 6;
	}
	if (c == '"' || c == '\\' || (!quoted && c != '\0' && (is_special(c) || c == '*' || c == ' ')))
	{
		esql_append_char(out, c);
		return i + 2;
	}
	word = quoted ? 0 : word_at(text + i + 1, length - i - 1);
	if (word > 0)
	{
		esql_append(out, text + i + 1, word);
		return i + 1 + word;
	}
	esql_append_char(out, '\\');
	return i + 1;
}

/*
 * The current token as a value, appended; *wildcard is set if it has one.
 */
static void
append_value(Reader *r, EsqlBuffer *out, bool *wildcard)
{
	bool		quoted = r->kind == TOKEN_QUOTED;
	const char *text = token_text(r) + (quoted ? 1 : 0);
	size_t		length = r->length - (quoted ? 2 : 0);
	size_t		i = 0;

	while (i < length)
	{
		if (text[i] == '\\')
			i = append_escape(r, out, text, length, i, quoted);
		else
		{
			bool		any = !quoted && text[i] == '*';

			if (text[i] == '\0' || text[i] == ESQL_SEARCH_ANY || text[i] == ESQL_SEARCH_ONE)
				fail(r, ESQL_ERROR_VALUE, (uint32_t) (text + i - r->context->text), 1, NULL,
					 "this character cannot be searched for");
			esql_append_char(out, any ? ESQL_SEARCH_ANY : text[i]);
			*wildcard = *wildcard || any;
			i++;
		}
	}
}

static EsqlString
finish(Reader *r, EsqlBuffer *out)
{
	EsqlString	result;

	if (!esql_buffer_finish(out, &result))
		out_of_memory(r);
	return result;
}

static EsqlSearch *
node(Reader *r, EsqlSearchKind kind, uint32_t place)
{
	EsqlSearch *search = get(r, sizeof(EsqlSearch));

	search->kind = kind;
	search->place = place;
	return search;
}

/* value = quoted | literal , { literal } ; */
static void
read_value(Reader *r, EsqlSearch *search)
{
	EsqlBuffer	out;

	if (r->kind != TOKEN_QUOTED && r->kind != TOKEN_LITERAL)
		unexpected(r, "a value");
	esql_buffer_init(&out, r->context);
	search->quoted = r->kind == TOKEN_QUOTED;
	append_value(r, &out, &search->wildcard);
	next(r);
	while (!search->quoted && r->kind == TOKEN_LITERAL)
	{
		esql_append_char(&out, ' ');
		append_value(r, &out, &search->wildcard);
		next(r);
	}
	search->value = finish(r, &out);
}

/* A value of a field: a lone asterisk asks whether there is any. */
static EsqlSearch *
read_field_value(Reader *r, const EsqlString *field)
{
	EsqlSearch *search = node(r, ESQL_SEARCH_VALUE, r->start);

	search->field = *field;
	read_value(r, search);
	if (search->wildcard && search->value.length == 1)
		search->kind = ESQL_SEARCH_EXISTS;
	return search;
}

/* Values without a field would be looked for in all of them. */
static void NORETURN
fail_no_field(Reader *r, uint32_t start, uint32_t length)
{
	fail(r, ESQL_ERROR_UNSUPPORTED, start, length, "Name a field, as in: process.name: scp.",
		 "a search in all fields is not supported");
}

/* clause = name , ":" , values | name , operator , value | "*" ; */
static EsqlSearch *
read_clause(Reader *r)
{
	uint32_t	start = r->start;
	uint32_t	length = r->length;
	bool		wildcard = false;
	EsqlBuffer	out;
	EsqlString	field;
	EsqlSearch *search;
	TokenKind	operator;

	if (r->kind != TOKEN_LITERAL && r->kind != TOKEN_QUOTED)
		unexpected(r, "a field");
	esql_buffer_init(&out, r->context);
	append_value(r, &out, &wildcard);
	field = finish(r, &out);
	next(r);
	operator = r->kind;
	if (operator != TOKEN_COLON && (operator < TOKEN_LT || operator > TOKEN_GE))
	{
		if (wildcard && field.length == 1 && operator != TOKEN_LITERAL)
			return node(r, ESQL_SEARCH_EVERYTHING, start);
		fail_no_field(r, start, length);
	}
	next(r);
	if (wildcard && field.length == 1 && operator == TOKEN_COLON && r->kind == TOKEN_LITERAL && r->length == 1 &&
		token_text(r)[0] == '*')
	{
		next(r);
		return node(r, ESQL_SEARCH_EVERYTHING, start);
	}
	if (wildcard)
		fail(r, ESQL_ERROR_UNSUPPORTED, start, length, "Name each field, with or between them.",
			 "wildcards in the name of a field are not supported");
	if (operator == TOKEN_COLON)
	{
		if (r->kind == TOKEN_LEFT_BRACE)
			fail(r, ESQL_ERROR_UNSUPPORTED, r->start, 1, NULL, "nested documents are not supported");
		return r->kind == TOKEN_LEFT_PAREN ? read_or(r, &field) : read_field_value(r, &field);
	}
	search = node(r, operator == TOKEN_LT ? ESQL_SEARCH_LT : operator == TOKEN_LE ? ESQL_SEARCH_LE :
				  operator == TOKEN_GT ? ESQL_SEARCH_GT : ESQL_SEARCH_GE, start);
	search->field = field;
	read_value(r, search);
	if (search->wildcard)
		fail(r, ESQL_ERROR_SYNTAX, start, length, NULL, "a value that is compared cannot have wildcards");
	return search;
}

/* not = [ "not" ] , ( "(" , or , ")" | clause ) ;  with a field: over its values */
static EsqlSearch *
read_not(Reader *r, const EsqlString *field)
{
	uint32_t	start = r->start;
	EsqlSearch *search;

	if (++r->depth > ESQL_MAX_DEPTH)
		fail(r, ESQL_ERROR_LIMIT, r->start, r->length, NULL, "the search nests too deeply");
	if (r->kind == TOKEN_NOT)
	{
		next(r);
		search = node(r, ESQL_SEARCH_NOT, start);
		search->args = get(r, sizeof(EsqlSearch *));
		search->nargs = 1;
		search->args[0] = read_not(r, field);
	}
	else if (r->kind == TOKEN_LEFT_PAREN)
		search = read_or(r, field);
	else
		search = field != NULL ? read_field_value(r, field) : read_clause(r);
	r->depth--;
	return search;
}

/* One operand after the other, as long as an operator stands between them. */
static EsqlSearch *
read_chain(Reader *r, const EsqlString *field, TokenKind operator)
{
	uint32_t	start = r->start;
	uint32_t	capacity = 4;
	EsqlSearch *chain;
	EsqlSearch *first = operator == TOKEN_OR ? read_chain(r, field, TOKEN_AND) : read_not(r, field);

	if (r->kind != operator)
		return first;
	chain = node(r, operator == TOKEN_OR ? ESQL_SEARCH_OR : ESQL_SEARCH_AND, start);
	chain->args = get(r, capacity * sizeof(EsqlSearch *));
	chain->args[chain->nargs++] = first;
	while (r->kind == operator)
	{
		if (chain->nargs == capacity)
		{
			EsqlSearch **grown = get(r, 2 * capacity * sizeof(EsqlSearch *));

			memcpy(grown, chain->args, capacity * sizeof(EsqlSearch *));
			chain->args = grown;
			capacity *= 2;
		}
		next(r);
		chain->args[chain->nargs++] = operator == TOKEN_OR ? read_chain(r, field, TOKEN_AND) : read_not(r, field);
	}
	return chain;
}

/* "(" , or , ")" : the parenthesis is the current token */
static EsqlSearch *
read_or(Reader *r, const EsqlString *field)
{
	EsqlSearch *search;

	if (++r->depth > ESQL_MAX_DEPTH)
		fail(r, ESQL_ERROR_LIMIT, r->start, r->length, NULL, "the search nests too deeply");
	next(r);
	search = read_chain(r, field, TOKEN_OR);
	if (r->kind != TOKEN_RIGHT_PAREN)
		unexpected(r, "and, or or \")\"");
	next(r);
	r->depth--;
	return search;
}

/*
 * Read the context's text; see search.h.
 */
EsqlSearch *
esql_read_kql(EsqlContext *context)
{
	Reader		reader = {.context = context};
	EsqlSearch *volatile search = NULL;

	if (setjmp(reader.escape) != 0)
		return NULL;
	next(&reader);
	if (reader.kind == TOKEN_END)
		return node(&reader, ESQL_SEARCH_EVERYTHING, 0);
	search = read_chain(&reader, NULL, TOKEN_OR);
	if (reader.kind != TOKEN_END)
		unexpected(&reader, "and, or or the end of the search");
	return search;
}
