/*
 * words.h
 *		The words that begin commands, and what to say of other words.
 *
 * The parser and its hints take the commands from the same table, so that
 * they cannot disagree.
 */
#ifndef ESQL_WORDS_H
#define ESQL_WORDS_H

#include "esql/syntax/ast.h"
#include "esql/syntax/lex.h"

/* A command that is supported. */
typedef struct EsqlCommandWord
{
	const char *word;			/* in lower case */
	const char *second;			/* the word that has to follow, or NULL */
	const char *name;			/* as messages write it */
	EsqlCommandKind kind;
	EsqlLexMode mode;			/* of the token after the last word */
} EsqlCommandWord;

/* Room for the sentence that lists the commands. */
#define ESQL_COMMAND_LIST_SIZE	300

/* The hint for a text that does not begin with FROM. */
#define ESQL_BEGIN_HINT \
	"A query begins with FROM, as in: FROM logs | WHERE a == 1 | KEEP a, b."

extern const EsqlCommandWord *esql_find_command(const char *word, size_t length);
extern const EsqlCommandWord *esql_nearest_command(const char *word, size_t length);
extern void esql_list_commands(char buf[ESQL_COMMAND_LIST_SIZE]);
extern const char *esql_command_name(const char *word, size_t length);
extern const char *esql_instead_of(const char *word, size_t length);
extern const char *esql_sql_hint(const char *word, size_t length);

#endif							/* ESQL_WORDS_H */
