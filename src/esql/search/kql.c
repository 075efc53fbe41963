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
#include "esql/search/reader.h"

#include <string.h>

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
	SearchReader base;
	const char *text;
	size_t		end;
	size_t		at;				/* behind the current token */
	TokenKind	kind;			/* the current token */
	size_t		start;
	size_t		length;
} Reader;

static EsqlSearch *read_or(Reader *r, const EsqlString *field);

/* The length of a blank at a place, 0 if there is none; one of them is U+3000. */
static size_t
blank_at(const Reader *r, size_t at)
{
	const char *text = r->text;

	if (at >= r->end)
		return 0;
	if (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')
		return 1;
	if (r->end - at >= 3 && memcmp(text + at, "\343\200\200", 3) == 0)
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
	return r->text + r->start;
}

static void
take(Reader *r, TokenKind kind, size_t length)
{
	r->kind = kind;
	r->length = length;
	r->at = r->start + length;
}

/* A string in double quotes. */
static void
take_quoted(Reader *r)
{
	const char *text = r->text;
	size_t		end = r->start + 1;

	while (end < r->end && text[end] != '"')
		end += text[end] == '\\' && end + 1 < r->end ? 2 : 1;
	if (end >= r->end)
		esql_search_fail(&r->base, ESQL_ERROR_SYNTAX, r->start, 1, NULL, "the quoted value does not end");
	take(r, TOKEN_QUOTED, end + 1 - r->start);
}

/* A literal, or a word that is an operator. */
static void
take_literal(Reader *r)
{
	const char *text = r->text;
	size_t		end = r->start;

	while (end < r->end && !is_special(text[end]) && blank_at(r, end) == 0)
	{
		if (text[end] == '\\')
		{
			if (end + 1 >= r->end)
				esql_search_fail(&r->base, ESQL_ERROR_SYNTAX, end, 1, "A backslash itself is written \\\\.",
					 "a backslash at the end escapes nothing");
			end++;
		}
		end++;
	}
	if (end > r->end)
		end = r->end;
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
	r->start = r->at;
	if (r->at >= r->end)
	{
		take(r, TOKEN_END, 0);
		return;
	}
	equal = r->at + 1 < r->end && r->text[r->at + 1] == '=';
	switch (r->text[r->at])
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

static void SEARCH_NORETURN
unexpected(Reader *r, const char *expected)
{
	if (r->kind == TOKEN_END)
		esql_search_fail(&r->base, ESQL_ERROR_SYNTAX, r->start, 0, NULL,
						 "unexpected end of the search, expected %s", expected);
	esql_search_fail(&r->base, ESQL_ERROR_SYNTAX, r->start, r->length, NULL, "unexpected \"%.*s\", expected %s",
					 (int) td_utf8_clip(token_text(r), r->length > 60 ? 60 : r->length), token_text(r), expected);
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
	size_t		word;
	size_t		place = (size_t) (text - r->text) + i;

	if (c == 't' || c == 'n' || c == 'r')
	{
		esql_append_char(out, c == 't' ? '\t' : c == 'n' ? '\n' : '\r');
		return i + 2;
	}
	word = c == 'u' ? esql_search_read_code(&r->base, out, place, place - i + length) : 0;
	if (word > 0)
		return i + word;
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

			esql_search_check_char(&r->base, (size_t) (text - r->text) + i);
			esql_append_char(out, any ? ESQL_SEARCH_ANY : text[i]);
			*wildcard = *wildcard || any;
			i++;
		}
	}
}

/* value = quoted | literal , { literal } ; */
static void
read_value(Reader *r, EsqlSearch *search)
{
	EsqlBuffer	out;

	if (r->kind != TOKEN_QUOTED && r->kind != TOKEN_LITERAL)
		unexpected(r, "a value");
	esql_buffer_init(&out, r->base.context);
	search->quoted = r->kind == TOKEN_QUOTED;
	append_value(r, &out, &search->wildcard);
	next(r);
	while (!search->quoted && r->kind == TOKEN_LITERAL)
	{
		esql_append_char(&out, ' ');
		append_value(r, &out, &search->wildcard);
		next(r);
	}
	search->value = esql_search_finish(&r->base, &out);
}

/* A value of a field: a lone asterisk asks whether there is any. */
static EsqlSearch *
read_field_value(Reader *r, const EsqlString *field)
{
	EsqlSearch *search = esql_search_node(&r->base, ESQL_SEARCH_VALUE, r->start);

	search->field = *field;
	read_value(r, search);
	if (search->wildcard && search->value.length == 1)
		search->kind = ESQL_SEARCH_EXISTS;
	return search;
}

/* Values without a field would be looked for in all of them. */
static void SEARCH_NORETURN
fail_no_field(Reader *r, uint32_t start, uint32_t length)
{
	esql_search_fail(&r->base, ESQL_ERROR_UNSUPPORTED, start, length, "Name a field, as in: process.name: scp.",
		 "a search in all fields is not supported");
}

/* clause = name , ":" , values | name , operator , value | "*" ; */
static EsqlSearch *
read_clause(Reader *r)
{
	size_t		start = r->start;
	size_t		length = r->length;
	bool		wildcard = false;
	EsqlBuffer	out;
	EsqlString	field;
	EsqlSearch *search;
	TokenKind	operator;

	if (r->kind != TOKEN_LITERAL && r->kind != TOKEN_QUOTED)
		unexpected(r, "a field");
	esql_buffer_init(&out, r->base.context);
	append_value(r, &out, &wildcard);
	field = esql_search_finish(&r->base, &out);
	next(r);
	operator = r->kind;
	if (operator != TOKEN_COLON && (operator < TOKEN_LT || operator > TOKEN_GE))
	{
		if (wildcard && field.length == 1 && operator != TOKEN_LITERAL)
			return esql_search_node(&r->base, ESQL_SEARCH_EVERYTHING, start);
		fail_no_field(r, start, length);
	}
	next(r);
	if (wildcard && field.length == 1 && operator == TOKEN_COLON && r->kind == TOKEN_LITERAL && r->length == 1 &&
		token_text(r)[0] == '*')
	{
		next(r);
		return esql_search_node(&r->base, ESQL_SEARCH_EVERYTHING, start);
	}
	if (wildcard)
		esql_search_fail(&r->base, ESQL_ERROR_UNSUPPORTED, start, length, "Name each field, with or between them.",
			 "wildcards in the name of a field are not supported");
	if (operator == TOKEN_COLON)
	{
		if (r->kind == TOKEN_LEFT_BRACE)
			esql_search_fail(&r->base, ESQL_ERROR_UNSUPPORTED, r->start, 1, NULL, "nested documents are not supported");
		return r->kind == TOKEN_LEFT_PAREN ? read_or(r, &field) : read_field_value(r, &field);
	}
	search = esql_search_node(&r->base, operator == TOKEN_LT ? ESQL_SEARCH_LT : operator == TOKEN_LE ? ESQL_SEARCH_LE :
				  operator == TOKEN_GT ? ESQL_SEARCH_GT : ESQL_SEARCH_GE, start);
	search->field = field;
	read_value(r, search);
	if (search->wildcard)
		esql_search_fail(&r->base, ESQL_ERROR_SYNTAX, start, length, NULL, "a value that is compared cannot have wildcards");
	return search;
}

/* not = [ "not" ] , ( "(" , or , ")" | clause ) ;  with a field: over its values */
static EsqlSearch *
read_not(Reader *r, const EsqlString *field)
{
	size_t		start = r->start;
	EsqlSearch *search;

	esql_search_enter(&r->base, r->start);
	if (r->kind == TOKEN_NOT)
	{
		next(r);
		search = esql_search_node(&r->base, ESQL_SEARCH_NOT, start);
		esql_search_add(&r->base, search, read_not(r, field));
	}
	else if (r->kind == TOKEN_LEFT_PAREN)
		search = read_or(r, field);
	else
		search = field != NULL ? read_field_value(r, field) : read_clause(r);
	r->base.depth--;
	return search;
}

/* One operand after the other, as long as an operator stands between them. */
static EsqlSearch *
read_chain(Reader *r, const EsqlString *field, TokenKind operator)
{
	size_t		start = r->start;
	EsqlSearch *chain;
	EsqlSearch *first = operator == TOKEN_OR ? read_chain(r, field, TOKEN_AND) : read_not(r, field);

	if (r->kind != operator)
		return first;
	chain = esql_search_node(&r->base, operator == TOKEN_OR ? ESQL_SEARCH_OR : ESQL_SEARCH_AND, start);
	esql_search_add(&r->base, chain, first);
	while (r->kind == operator)
	{
		next(r);
		esql_search_add(&r->base, chain, operator == TOKEN_OR ? read_chain(r, field, TOKEN_AND) : read_not(r, field));
	}
	return chain;
}

/* "(" , or , ")" : the parenthesis is the current token */
static EsqlSearch *
read_or(Reader *r, const EsqlString *field)
{
	EsqlSearch *search;

	esql_search_enter(&r->base, r->start);
	next(r);
	search = read_chain(r, field, TOKEN_OR);
	if (r->kind != TOKEN_RIGHT_PAREN)
		unexpected(r, "and, or or \")\"");
	next(r);
	r->base.depth--;
	return search;
}

/*
 * Read the context's text; see search.h.
 */
EsqlSearch *
esql_read_kql(EsqlContext *context)
{
	Reader		reader = {.base = {.context = context}, .text = context->text, .end = context->length};
	EsqlSearch *volatile search = NULL;

	if (setjmp(reader.base.escape) != 0)
		return NULL;
	next(&reader);
	if (reader.kind == TOKEN_END)
		return esql_search_node(&reader.base, ESQL_SEARCH_EVERYTHING, 0);
	search = read_chain(&reader, NULL, TOKEN_OR);
	if (reader.kind != TOKEN_END)
		unexpected(&reader, "and, or or the end of the search");
	return search;
}
