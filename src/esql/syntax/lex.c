/*
 * lex.c
 *		ES|QL's text, cut into tokens.
 *
 * esql_lex() depends on the text, a position and a mode only.  It skips blanks
 * and comments from the position on and returns the token that begins there.
 * Asked again with another mode, it reads the same characters in another way;
 * the parser uses this to look ahead.
 *
 * Lexing never fails.  A character that begins no token, a string or comment
 * that does not end, or a wrong escape gives a TOKEN_ERROR with its span and a
 * message.  The parser reports it if it gets that far.  Whatever the bytes are,
 * only TOKEN_END is empty, and no token reaches past the text.  A wrong
 * multi-byte character is one token.
 *
 * Keywords are words here.  The token says which keyword it could be, and the
 * parser decides whether it is one.
 */
#include "esql/syntax/lex.h"
#include "text/utf8.h"
#include "text/word.h"

#include <string.h>

typedef struct Lexer
{
	const char *text;
	size_t		length;
	size_t		start;			/* of the token */
	size_t		end;			/* how far it has been read */
} Lexer;

/* Sorted, as EsqlKeyword is. */
static const char *const keywords[] = {
	"and", "as", "asc", "by", "desc", "false", "first", "in", "is", "last",
	"like", "metadata", "not", "null", "nulls", "or", "rlike", "true", "where"
};

/* Two-character tokens come first, so that they win. */
static const struct
{
	const char *text;
	EsqlTokenKind kind;
	const char *problem;		/* for TOKEN_ERROR */
	const char *hint;
} symbols[] =
{
	{"::", TOKEN_CAST, NULL, NULL},
	{"==", TOKEN_EQ, NULL, NULL},
	{"=~", TOKEN_CASELESS_EQ, NULL, NULL},
	{"!=", TOKEN_NE, NULL, NULL},
	{"<=", TOKEN_LE, NULL, NULL},
	{">=", TOKEN_GE, NULL, NULL},
	{"<>", TOKEN_ERROR, "\"<>\" is no operator", "\"Not equal\" is written !=."},
	{"&&", TOKEN_ERROR, "\"&&\" is no operator", "\"And\" is written AND."},
	{"||", TOKEN_ERROR, "\"||\" is no operator",
	"\"Or\" is written OR; commands are separated by a single |."},
	{"|", TOKEN_PIPE, NULL, NULL},
	{",", TOKEN_COMMA, NULL, NULL},
	{".", TOKEN_DOT, NULL, NULL},
	{":", TOKEN_COLON, NULL, NULL},
	{"=", TOKEN_ASSIGN, NULL, NULL},
	{"<", TOKEN_LT, NULL, NULL},
	{">", TOKEN_GT, NULL, NULL},
	{"+", TOKEN_PLUS, NULL, NULL},
	{"-", TOKEN_MINUS, NULL, NULL},
	{"*", TOKEN_STAR, NULL, NULL},
	{"/", TOKEN_SLASH, NULL, NULL},
	{"%", TOKEN_PERCENT, NULL, NULL},
	{"(", TOKEN_LEFT_PAREN, NULL, NULL},
	{")", TOKEN_RIGHT_PAREN, NULL, NULL},
	{"[", TOKEN_LEFT_BRACKET, NULL, NULL},
	{"]", TOKEN_RIGHT_BRACKET, NULL, NULL},
	{"{", TOKEN_LEFT_BRACE, NULL, NULL},
	{"}", TOKEN_RIGHT_BRACE, NULL, NULL},
	{"!", TOKEN_ERROR, "\"!\" is no operator", "\"Not\" is written NOT."},
	{"&", TOKEN_ERROR, "\"&\" is no operator", "\"And\" is written AND."},
	{";", TOKEN_ERROR, "unexpected \";\"", "A query is one pipeline and needs no semicolon."},
};

#define NSYMBOLS	(sizeof(symbols) / sizeof(symbols[0]))
#define NKEYWORDS	(sizeof(keywords) / sizeof(keywords[0]))

/*
 * A letter of an unquoted name: ASCII only, and not by locale.
 */
static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/*
 * An ASCII digit?
 */
static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * May c stand inside an unquoted name?
 */
bool
esql_is_word_char(char c)
{
	return is_letter(c) || is_digit(c) || c == '_';
}

/*
 * What separates tokens, comments aside.
 */
static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * Which keyword a word is, KEYWORD_NONE if it is none.
 */
EsqlKeyword
esql_keyword(const char *word, size_t length)
{
	for (size_t i = 0; i < NKEYWORDS; i++)
	{
		if (esql_same_word(word, length, keywords[i]))
			return (EsqlKeyword) (KEYWORD_AND + (int) i);
	}
	return KEYWORD_NONE;
}

/*
 * Can this be written as an unquoted name (one part of it)?
 */
bool
esql_is_word(const char *word, size_t length)
{
	if (length == 0)
		return false;
	if (!is_letter(word[0]) && (length < 2 || (word[0] != '_' && word[0] != '@')))
		return false;
	for (size_t i = 1; i < length; i++)
	{
		if (!esql_is_word_char(word[i]))
			return false;
	}
	return true;
}

/*
 * May the character at position i of a text belong to an unquoted source?
 * A slash may, unless it begins a comment.
 */
static bool
is_source_char(const char *text, size_t length, size_t i)
{
	char		c = text[i];

	if (is_blank(c) || c == '\0' || strchr(":\"=|,[]()", c) != NULL)
		return false;
	if (c == '/' && i + 1 < length && (text[i + 1] == '/' || text[i + 1] == '*'))
		return false;
	return true;
}

/*
 * Can this be written as an unquoted source?
 */
bool
esql_is_source(const char *word, size_t length)
{
	if (length == 0 || esql_keyword(word, length) == KEYWORD_METADATA)
		return false;
	for (size_t i = 0; i < length; i++)
	{
		if ((unsigned char) word[i] < 0x20 || !is_source_char(word, length, i))
			return false;
	}
	/* what follows it in the text could make a comment of a last slash */
	return word[length - 1] != '/';
}

/*
 * Does the text go on with this at a position?
 */
static bool
looking_at(const Lexer *lexer, size_t at, const char *what)
{
	size_t		n = strlen(what);

	return lexer->length - at >= n && memcmp(lexer->text + at, what, n) == 0;
}

/*
 * The token that has been read.  Words are looked up right away.
 */
static EsqlToken
make_token(const Lexer *lexer, EsqlTokenKind kind)
{
	EsqlToken	token;

	token.kind = kind;
	token.span.start = (uint32_t) lexer->start;
	token.span.length = (uint32_t) (lexer->end - lexer->start);
	token.keyword = KEYWORD_NONE;
	token.problem = NULL;
	token.hint = NULL;
	if (kind == TOKEN_WORD || kind == TOKEN_SOURCE || kind == TOKEN_NAME)
		token.keyword = esql_keyword(lexer->text + lexer->start, token.span.length);
	return token;
}

/*
 * What has been read, as an error.  Both texts are constants.
 */
static EsqlToken
make_error(const Lexer *lexer, const char *problem, const char *hint)
{
	EsqlToken	token = make_token(lexer, TOKEN_ERROR);

	token.problem = problem;
	token.hint = hint;
	return token;
}

/*
 * Skip blanks and comments.  False, with the token set to what was begun, when
 * a comment does not end.
 */
static bool
skip_blanks(Lexer *lexer)
{
	size_t		at = lexer->start;

	while (at < lexer->length)
	{
		if (is_blank(lexer->text[at]))
			at++;
		else if (looking_at(lexer, at, "//"))
		{
			while (at < lexer->length && lexer->text[at] != '\n' && lexer->text[at] != '\r')
				at++;
		}
		else if (looking_at(lexer, at, "/*"))
		{
			size_t		depth = 1;

			lexer->start = at;
			at += 2;
			while (depth > 0 && at < lexer->length)
			{
				if (looking_at(lexer, at, "/*"))
				{
					depth++;
					at += 2;
				}
				else if (looking_at(lexer, at, "*/"))
				{
					depth--;
					at += 2;
				}
				else
					at++;
			}
			if (depth > 0)
			{
				lexer->end = lexer->length;
				return false;
			}
		}
		else
			break;
	}
	lexer->start = lexer->end = at;
	return true;
}

/*
 * """...""": without escapes, on one line.  The first three quotes in a row end
 * it; up to two more quotes right behind them still belong to the content.
 */
static EsqlToken
lex_raw_string(Lexer *lexer)
{
	const char *text = lexer->text;
	size_t		at = lexer->start + 3;

	for (; at < lexer->length && text[at] != '\n' && text[at] != '\r'; at++)
	{
		lexer->end = at + 1;
		if (text[at] == '\0')
			return make_error(lexer, "a string may not hold a zero byte", NULL);
		if (!looking_at(lexer, at, "\"\"\""))
			continue;
		lexer->end = at + 3;
		for (int more = 0; more < 2; more++)
		{
			if (lexer->end < lexer->length && text[lexer->end] == '"')
				lexer->end++;
		}
		return make_token(lexer, TOKEN_STRING);
	}
	lexer->end = at;
	return make_error(lexer, "unclosed string",
					  "A string in three double quotes ends in three double quotes, "
					  "on the same line.");
}

/*
 * "...": on one line, with the escapes \t \n \r \" \\ and no others.  The
 * error of a wrong escape covers just that.
 */
static EsqlToken
lex_string(Lexer *lexer)
{
	const char *text = lexer->text;
	size_t		at = lexer->start + 1;

	if (looking_at(lexer, lexer->start, "\"\"\""))
		return lex_raw_string(lexer);
	for (; at < lexer->length && text[at] != '\n' && text[at] != '\r'; at++)
	{
		lexer->end = at + 1;
		if (text[at] == '\0')
			return make_error(lexer, "a string may not hold a zero byte", NULL);
		if (text[at] == '"')
			return make_token(lexer, TOKEN_STRING);
		if (text[at] != '\\')
			continue;
		if (at + 1 >= lexer->length)
		{
			at++;
			break;
		}
		if (text[at + 1] == '\0' || strchr("tnr\"\\", text[at + 1]) == NULL)
		{
			uint32_t	code;
			size_t		n = td_utf8_decode(text + at + 1, lexer->length - at - 1, &code);

			lexer->start = at;
			lexer->end = at + 1 + (n == 0 ? 1 : n);
			return make_error(lexer, "unknown escape in a string",
							  "Known are \\t, \\n, \\r, \\\" and \\\\; a string in three double "
							  "quotes takes backslashes as they are.");
		}
		at++;
	}
	lexer->end = at;
	return make_error(lexer, "unclosed string",
					  "A string ends in a double quote, on the same line.");
}

/*
 * `...`, where a backquote inside is doubled.
 */
static EsqlToken
lex_backquoted(Lexer *lexer)
{
	size_t		at = lexer->start + 1;

	for (; at < lexer->length; at++)
	{
		char		c = lexer->text[at];

		lexer->end = at + 1;
		if (c == '\0' || c == ESQL_WILDCARD)
			return make_error(lexer, "a name may not hold this control character", NULL);
		if (c != '`')
			continue;
		if (at + 1 < lexer->length && lexer->text[at + 1] == '`')
		{
			at++;
			continue;
		}
		if (lexer->end - lexer->start == 2)
			return make_error(lexer, "a name in backquotes is empty", NULL);
		return make_token(lexer, TOKEN_BACKQUOTED);
	}
	lexer->end = lexer->length;
	return make_error(lexer, "unclosed backquote", "A name in backquotes ends in a backquote.");
}

/*
 * Digits, with a point and an exponent where there is one.  "1e" is a 1 and a
 * name, as is "1day".
 */
static EsqlToken
lex_number(Lexer *lexer)
{
	const char *text = lexer->text;
	size_t		at = lexer->start;
	bool		decimal = false;

	while (at < lexer->length && is_digit(text[at]))
		at++;
	if (at < lexer->length && text[at] == '.')
	{
		decimal = true;
		at++;
		while (at < lexer->length && is_digit(text[at]))
			at++;
	}
	if (at < lexer->length && (text[at] == 'e' || text[at] == 'E'))
	{
		size_t		digits = at + 1;

		if (digits < lexer->length && (text[digits] == '+' || text[digits] == '-'))
			digits++;
		if (digits < lexer->length && is_digit(text[digits]))
		{
			decimal = true;
			at = digits;
			while (at < lexer->length && is_digit(text[at]))
				at++;
		}
	}
	lexer->end = at;
	return make_token(lexer, decimal ? TOKEN_DECIMAL : TOKEN_INTEGER);
}

/*
 * A character that begins no token.  There is a hint where it is a common
 * mistake.
 */
static EsqlToken
lex_unknown(Lexer *lexer)
{
	uint32_t	code = 0;
	size_t		start = lexer->start;
	size_t		n = td_utf8_decode(lexer->text + start, lexer->length - start, &code);

	lexer->end = start + (n == 0 ? 1 : n);
	if (n == 0)
		return make_error(lexer, "the text is not valid UTF-8", NULL);
	if (code == '\'')
	{
		size_t		at = start + 1;

		while (at < lexer->length && lexer->text[at] != '\'' &&
			   lexer->text[at] != '\n' && lexer->text[at] != '\r')
			at++;
		if (at < lexer->length && lexer->text[at] == '\'')
			lexer->end = at + 1;
		return make_error(lexer, "strings are not written in single quotes",
						  "Strings are written in double quotes.");
	}
	if (code >= 0x2018 && code <= 0x201F)
		return make_error(lexer, "unexpected typographic quote",
						  "Strings are written in straight double quotes.");
	if (code == 0xA0 || code == 0xFEFF || (code >= 0x2000 && code <= 0x200F) ||
		code == 0x2028 || code == 0x2029 || code == 0x3000)
		return make_error(lexer, "unexpected blank that is not an ordinary one",
						  "Blanks are space, tab and line break.");
	if (code < 0x20 || code == 0x7F)
		return make_error(lexer, "unexpected control character", NULL);
	if (code >= 0x80)
		return make_error(lexer, "unexpected character",
						  "Names of other than ASCII letters, digits and _ are written in "
						  "backquotes.");
	return make_error(lexer, "unexpected character", NULL);
}

/*
 * Symbols, strings and backquoted names are the same in every mode.
 */
static EsqlToken
lex_symbol(Lexer *lexer)
{
	for (size_t i = 0; i < NSYMBOLS; i++)
	{
		if (!looking_at(lexer, lexer->start, symbols[i].text))
			continue;
		lexer->end = lexer->start + strlen(symbols[i].text);
		if (symbols[i].kind == TOKEN_ERROR)
			return make_error(lexer, symbols[i].problem, symbols[i].hint);
		return make_token(lexer, symbols[i].kind);
	}
	return lex_unknown(lexer);
}

/*
 * ?, ?1, ?name and their doubled forms, which stand for parameters.
 */
static EsqlToken
lex_parameter(Lexer *lexer)
{
	size_t		at = lexer->start + 1;

	if (at < lexer->length && lexer->text[at] == '?')
		at++;
	while (at < lexer->length && esql_is_word_char(lexer->text[at]))
		at++;
	lexer->end = at;
	return make_token(lexer, TOKEN_PARAMETER);
}

/*
 * The token at or after offset; TOKEN_END at the end of the text.
 */
EsqlToken
esql_lex(const char *text, size_t length, size_t offset, EsqlLexMode mode)
{
	Lexer		lexer = {text, length, offset, offset};
	char		c;

	if (!skip_blanks(&lexer))
		return make_error(&lexer, "unclosed comment",
						  "A comment that begins with /* ends with */.");
	if (lexer.start >= length)
		return make_token(&lexer, TOKEN_END);
	c = text[lexer.start];
	if (c == '"')
		return lex_string(&lexer);
	if (mode == ESQL_LEX_SOURCE)
	{
		while (lexer.end < length && is_source_char(text, length, lexer.end))
			lexer.end++;
		if (lexer.end > lexer.start)
			return make_token(&lexer, TOKEN_SOURCE);
		return lex_symbol(&lexer);
	}
	if (c == '`')
		return lex_backquoted(&lexer);
	if (c == '?')
		return lex_parameter(&lexer);
	if (mode == ESQL_LEX_NAME)
	{
		while (lexer.end < length &&
			   (esql_is_word_char(text[lexer.end]) || text[lexer.end] == '*' ||
				text[lexer.end] == '@'))
			lexer.end++;
		if (lexer.end > lexer.start)
			return make_token(&lexer, TOKEN_NAME);
		return lex_symbol(&lexer);
	}
	if (is_digit(c) || (c == '.' && lexer.start + 1 < length && is_digit(text[lexer.start + 1])))
		return lex_number(&lexer);
	if (is_letter(c) || ((c == '_' || c == '@') && lexer.start + 1 < length &&
						 esql_is_word_char(text[lexer.start + 1])))
	{
		lexer.end++;
		while (lexer.end < length && esql_is_word_char(text[lexer.end]))
			lexer.end++;
		return make_token(&lexer, TOKEN_WORD);
	}
	return lex_symbol(&lexer);
}
