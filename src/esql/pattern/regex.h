/*
 * regex.h
 *		Regular expressions of Java and of Ruby, which a backtracking engine runs.
 *
 * Elasticsearch runs REPLACE on Java's engine and GROK on Joni, which reads
 * Ruby's syntax.  Here both run on PCRE2.  translate.c reads a pattern of either
 * dialect and writes the PCRE2 pattern that means the same; its beginning lists
 * where the three differ.  What has no counterpart is refused by name.
 * engine.c compiles the result and searches with it, within limits.
 *
 * Nothing here knows PostgreSQL.
 */
#ifndef ESQL_REGEX_H
#define ESQL_REGEX_H

#include "text/context.h"

typedef enum EsqlDialect
{
	ESQL_DIALECT_JAVA,			/* java.util.regex, without flags */
	ESQL_DIALECT_RUBY			/* Joni's default syntax, with %{NAME} of GROK */
} EsqlDialect;

/* More groups than any sensible pattern has. */
#define ESQL_MAX_GROUPS		500

/* A pattern in PCRE2's words. */
typedef struct EsqlPcre
{
	EsqlString	text;
	uint32_t	ngroups;		/* capturing groups */
	EsqlString *names;			/* of group 1 and so on; data is NULL where it has none */
} EsqlPcre;

/*
 * Translate a pattern.  False, with context->error filled in, on a pattern that
 * is broken or not supported.  "place" is the command or function, for messages.
 */
extern bool esql_regex_translate(EsqlContext *context, EsqlDialect dialect, const char *place,
								 EsqlString pattern, EsqlSpan span, EsqlPcre *result);

/*
 * Does PCRE2 take the translation?  False, with context->error filled in, if not.
 */
extern bool esql_regex_check(EsqlContext *context, const char *place, EsqlString pcre, EsqlSpan span);

/* A compiled pattern, in memory of malloc. */
typedef struct EsqlRegex EsqlRegex;

typedef enum EsqlRegexResult
{
	ESQL_SEARCH_FOUND,
	ESQL_SEARCH_NONE,
	ESQL_SEARCH_GAVE_UP			/* a limit was reached, or the watch said so */
} EsqlRegexResult;

/*
 * Asked from time to time in a long search: true ends it.  It may jump out, too:
 * nothing that the search holds needs freeing.
 */
typedef struct EsqlWatch EsqlWatch;
struct EsqlWatch
{
	bool		(*stop) (EsqlWatch *watch);
};

/* NULL if PCRE2 refuses the pattern; the reason is then in message. */
extern EsqlRegex *esql_regex_compile(const char *pattern, size_t length, bool fast,
									 char *message, size_t size);
extern void esql_regex_free(EsqlRegex *regex);

/*
 * The first match from byte "from" on, in text that is UTF-8.  *groups gets pairs of offsets: of the
 * whole match, of group 1 and so on.  ESQL_UNSET is a group that took no part.
 * They are valid until the next search with the same expression.
 */
#define ESQL_UNSET	((size_t) -1)
extern EsqlRegexResult esql_regex_search(EsqlRegex *regex, const char *text, size_t length, size_t from,
									EsqlWatch *watch, const size_t **groups);

#endif							/* ESQL_REGEX_H */
