/*
 * tree.h
 *		Reading patterns, sets of characters (all that translate.c needs), and the tree
 *		of RLIKE with its words in PostgreSQL.
 */
#ifndef ESQL_PATTERN_TREE_H
#define ESQL_PATTERN_TREE_H

#include <setjmp.h>

#include "text/context.h"
#include "text/buffer.h"

#define PATTERN_MAX_CODE	0x10FFFF
#define PATTERN_MAX_REPEAT	255 /* PostgreSQL's RE_DUP_MAX */
#define PATTERN_INFINITE	(-1)
#define PATTERN_MAX_DEPTH	1000	/* of the tree, so that walkers may recurse */

/* A set of code points: ranges, ascending and apart once normalized. */
typedef struct CharSet
{
	uint32_t	(*ranges)[2];
	uint32_t	n;
	uint32_t	capacity;
} CharSet;

typedef enum PatternKind
{
	PATTERN_EMPTY,				/* the empty string */
	PATTERN_NOTHING,			/* no string at all */
	PATTERN_SET,				/* one character of .set */
	PATTERN_ANY_STRING,
	PATTERN_CONCAT,				/* .children one after the other */
	PATTERN_UNION,				/* any of .children, the first one preferred */
	PATTERN_INTERSECTION,		/* both of two .children */
	PATTERN_COMPLEMENT,			/* all strings but those of the child */
	PATTERN_REPEAT,				/* the child, .min to .max times */
	PATTERN_INTERVAL			/* decimal numbers .min to .max, .digits wide */
} PatternKind;

typedef struct PatternNode PatternNode;
struct PatternNode
{
	PatternKind kind;
	CharSet		set;
	PatternNode **children;
	uint32_t	nchildren;
	uint32_t	capacity;
	int			min;
	int			max;			/* PATTERN_INFINITE for no limit */
	int			digits;			/* INTERVAL: 0 if leading zeros are free */
	int			depth;			/* of the tree below, 0 for a leaf */
};

/* A pattern being read, of whichever language. */
typedef struct PatternReader
{
	EsqlContext *context;
	EsqlSpan	span;			/* of the literal, for errors */
	const char *place;			/* "RLIKE", "REPLACE", "GROK" */
	const char *text;
	size_t		length;
	size_t		pos;
	int			level;			/* open parentheses */
	jmp_buf		escape;
} PatternReader;

#define PATTERN_NORETURN	__attribute__((noreturn))

extern void esql_pattern_fail(PatternReader *reader, EsqlErrorClass class, const char *hint,
						 const char *format, ...)
			PATTERN_NORETURN __attribute__((format(printf, 4, 5)));
extern void *esql_pattern_get(PatternReader *reader, size_t size);
extern void esql_pattern_check_text(PatternReader *reader);
extern bool esql_pattern_more(const PatternReader *reader);
extern bool esql_pattern_peek(const PatternReader *reader, char c);
extern bool esql_pattern_take(PatternReader *reader, char c);
extern uint32_t esql_pattern_next(PatternReader *reader);
extern bool esql_pattern_take_number(PatternReader *reader, int *value);
extern void esql_pattern_enter(PatternReader *reader);

extern void esql_set_add(PatternReader *reader, CharSet *set, uint32_t from, uint32_t to);
extern void esql_set_add_set(PatternReader *reader, CharSet *set, const CharSet *other);
extern bool esql_set_add_class(PatternReader *reader, CharSet *set, uint32_t letter, bool java);
extern void esql_set_normalize(CharSet *set);
extern void esql_set_negate(PatternReader *reader, CharSet *set);
extern void esql_set_add_other_case(PatternReader *reader, CharSet *set);
extern bool esql_set_is_full(const CharSet *set);

extern PatternNode *esql_pattern_node(PatternReader *reader, PatternKind kind);
extern PatternNode *esql_pattern_set_node(PatternReader *reader, const CharSet *set);
extern PatternNode *esql_pattern_char_node(PatternReader *reader, uint32_t code);
extern void esql_pattern_add_child(PatternReader *reader, PatternNode *node, PatternNode *child);
extern PatternNode *esql_pattern_parent(PatternReader *reader, PatternKind kind,
										 PatternNode *child);
extern PatternNode *esql_pattern_repeat(PatternReader *reader, PatternNode *child, int min, int max);
extern bool esql_pattern_is_anything(const PatternNode *node);

extern void esql_pattern_write(PatternReader *reader, EsqlBuffer *out, const PatternNode *node,
							   bool at_end);

#endif							/* ESQL_PATTERN_TREE_H */
