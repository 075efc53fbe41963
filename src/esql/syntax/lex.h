/*
 * lex.h
 *		Tokens of ES|QL.
 */
#ifndef ESQL_LEX_H
#define ESQL_LEX_H

#include "esql/syntax/ast.h"

/*
 * The same characters are different tokens in different places: "logs-*" is one
 * name after FROM and a subtraction in EVAL.  The parser knows where it is and
 * tells the lexer with each call; the lexer keeps no state.
 */
typedef enum EsqlLexMode
{
	ESQL_LEX_EXPRESSION,
	ESQL_LEX_SOURCE,			/* names of sources, after FROM */
	ESQL_LEX_NAME				/* name patterns, after KEEP and its like */
} EsqlLexMode;

typedef enum EsqlTokenKind
{
	TOKEN_END,
	TOKEN_ERROR,				/* .problem, .hint */

	TOKEN_WORD,					/* an identifier or keyword, .keyword */
	TOKEN_BACKQUOTED,			/* `name`, quotes included */
	TOKEN_STRING,				/* "..." or """...""", quotes included */
	TOKEN_INTEGER,
	TOKEN_DECIMAL,
	TOKEN_SOURCE,				/* ESQL_LEX_SOURCE only, .keyword */
	TOKEN_NAME,					/* ESQL_LEX_NAME only: letters, digits, _ @ * */

	TOKEN_PIPE,
	TOKEN_COMMA,
	TOKEN_DOT,
	TOKEN_COLON,
	TOKEN_CAST,
	TOKEN_ASSIGN,
	TOKEN_EQ,
	TOKEN_NE,
	TOKEN_LT,
	TOKEN_LE,
	TOKEN_GT,
	TOKEN_GE,
	TOKEN_CASELESS_EQ,
	TOKEN_PLUS,
	TOKEN_MINUS,
	TOKEN_STAR,
	TOKEN_SLASH,
	TOKEN_PERCENT,
	TOKEN_LEFT_PAREN,
	TOKEN_RIGHT_PAREN,
	TOKEN_LEFT_BRACKET,
	TOKEN_RIGHT_BRACKET,
	TOKEN_LEFT_BRACE,
	TOKEN_RIGHT_BRACE,
	TOKEN_PARAMETER				/* ? ?1 ?name ?? */
} EsqlTokenKind;

/* In the order of the table in lex.c, which is sorted. */
typedef enum EsqlKeyword
{
	KEYWORD_NONE,
	KEYWORD_AND,
	KEYWORD_AS,
	KEYWORD_ASC,
	KEYWORD_BY,
	KEYWORD_DESC,
	KEYWORD_FALSE,
	KEYWORD_FIRST,
	KEYWORD_IN,
	KEYWORD_IS,
	KEYWORD_LAST,
	KEYWORD_LIKE,
	KEYWORD_METADATA,
	KEYWORD_NOT,
	KEYWORD_NULL,
	KEYWORD_NULLS,
	KEYWORD_OR,
	KEYWORD_RLIKE,
	KEYWORD_TRUE,
	KEYWORD_WHERE
} EsqlKeyword;

typedef struct EsqlToken
{
	EsqlTokenKind kind;
	EsqlSpan	span;
	EsqlKeyword keyword;
	const char *problem;		/* TOKEN_ERROR: what is wrong, a constant */
	const char *hint;			/* TOKEN_ERROR: advice, or NULL */
} EsqlToken;

extern EsqlToken esql_lex(const char *text, size_t length, size_t offset, EsqlLexMode mode);
extern EsqlKeyword esql_keyword(const char *word, size_t length);
extern bool esql_is_word(const char *word, size_t length);
extern bool esql_is_source(const char *word, size_t length);
extern bool esql_is_word_char(char c);

#endif							/* ESQL_LEX_H */
