/*
 * regex_reader.h
 *		What the two halves of the translator share: translate.c (groups, repetitions)
 *		and regex_class.c (characters and classes).
 */
#ifndef ESQL_REGEX_READER_H
#define ESQL_REGEX_READER_H

#include "esql/pattern/regex.h"
#include "esql/pattern/tree.h"

/* Inline flags, as they are at this place of the pattern. */
typedef struct RegexFlags
{
	bool		ignore_case;
	bool		dot_all;		/* Java's s, Ruby's m */
	bool		multiline;		/* Java's m */
	bool		extended;		/* x: blanks and comments do not count */
} RegexFlags;

typedef struct RegexReader
{
	PatternReader reader;
	EsqlDialect dialect;
	EsqlBuffer	out;
	RegexFlags	flags;
	EsqlString	names[ESQL_MAX_GROUPS];
	bool		closed[ESQL_MAX_GROUPS];	/* the group's parenthesis is behind us */
	uint32_t	ngroups;
	int			references;		/* %{NAME}s being read, one inside the other */
} RegexReader;

/*
 * One character out of several.  Most are a set; properties of Unicode are
 * written as they are, and what cannot be said in brackets becomes a pattern.
 */
typedef struct RegexClass
{
	CharSet		set;
	const char *properties;		/* such as "\p{L}\p{M}", or NULL */
	const char *pattern;		/* matches just one character; in place of the others */
} RegexClass;

extern void esql_regex_unsupported(RegexReader *reader, const char *format, ...)
			PATTERN_NORETURN __attribute__((format(printf, 2, 3)));
extern bool esql_regex_escape(RegexReader *reader, bool in_class, RegexClass *class, uint32_t *code);
extern void esql_regex_bracket(RegexReader *reader, RegexClass *class);
extern void esql_regex_write_class(RegexReader *reader, const RegexClass *class);
extern void esql_regex_write_char(RegexReader *reader, uint32_t code);

#endif							/* ESQL_REGEX_READER_H */
