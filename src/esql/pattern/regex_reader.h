/*
 * regex_reader.h
 *		What the parts of the translator share.  From the bottom up: regex_set.c
 *		(classes as sets), regex_escape.c (backslashes), regex_class.c (brackets),
 *		regex_repeat.c (quantifiers), translate.c (groups, and the whole).
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

/* What a piece of a pattern is, for the quantifier behind it. */
typedef enum Piece
{
	PIECE_TEXT,					/* takes text: may be repeated */
	PIECE_PLACE,				/* a place in the text */
	PIECE_NOTHING				/* flags, a comment */
} Piece;

/*
 * Is it Java's dialect?  Ruby's, if not.
 */
static inline bool
esql_is_java(const RegexReader *reader)
{
	return reader->dialect == ESQL_DIALECT_JAVA;
}

/* regex_set.c */
extern void esql_regex_unsupported(RegexReader *reader, const char *format, ...)
			PATTERN_NORETURN __attribute__((format(printf, 2, 3)));
extern void esql_class_unite(RegexReader *reader, RegexClass *class, const RegexClass *other);
extern void esql_class_intersect(RegexReader *reader, RegexClass *class, RegexClass *other);
extern void esql_class_negate(RegexReader *reader, RegexClass *class);
extern void esql_class_add_properties(RegexReader *reader, RegexClass *class, const char *properties);
extern void esql_regex_write_class(RegexReader *reader, const RegexClass *class);
extern void esql_regex_write_char(RegexReader *reader, uint32_t code);

/* regex_escape.c */
extern bool esql_class_add_named(RegexReader *reader, RegexClass *class, const char *name, size_t length);
extern bool esql_regex_escape(RegexReader *reader, bool in_class, RegexClass *class, uint32_t *code);

/* regex_class.c */
extern void esql_regex_bracket(RegexReader *reader, RegexClass *class);

/* regex_repeat.c */
extern void esql_regex_put(RegexReader *reader, const char *text);
extern void esql_regex_put_number(RegexReader *reader, int number);
extern void esql_regex_skip_blanks(RegexReader *reader);
extern void esql_regex_quantifier(RegexReader *reader, Piece piece);

#endif							/* ESQL_REGEX_READER_H */
