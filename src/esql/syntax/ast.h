/*
 * ast.h
 *		What the ES|QL parser makes of a query's text.
 *
 * A query is a source (FROM) and a list of commands, each of them one stage of
 * a pipeline; expressions are trees of EsqlExpr.  Every node holds the span of
 * the text that it stands for, in bytes, so that later errors (of the resolver,
 * mostly) can point at the place.  Nothing here knows types or columns: names
 * are just names.
 *
 * Nothing in this folder includes PostgreSQL, so that it can be compiled alone,
 * unit-tested and fuzzed.  All memory comes from the allocator of the
 * EsqlContext and is never freed node by node: the owner of the allocator (a
 * memory context in the server, an arena in the tests) drops it as a whole.
 */
#ifndef ESQL_AST_H
#define ESQL_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/context.h"
#include "text/literal.h"

/* Limits. The error of each names it. */
#define ESQL_MAX_QUERY_BYTES	1000000
#define ESQL_MAX_COMMANDS		500 /* pipes */
#define ESQL_MAX_ITEMS			10000	/* elements of any one list */

typedef enum EsqlExprKind
{
	/* constants */
	ESQL_NULL,
	ESQL_BOOLEAN,				/* .boolean */
	ESQL_INTEGER,				/* .integer; a whole number that fits 64 bits */
	ESQL_DOUBLE,				/* .number; everything else that is a number */
	ESQL_STRING,				/* .string, unescaped */
	ESQL_TIMESPAN,				/* .integer and .unit */
	ESQL_LIST,					/* [ ... ] of constants: .args */
	ESQL_OPTIONS,				/* { "name": constant, ... }, the last argument of a call: .args,
								 * a string and a constant in turn */

	ESQL_COLUMN,				/* .string: the name, parts joined by dots,
								 * backquotes taken off */
	ESQL_CALL,					/* .string: function name as written; .args;
								 * .star for f(*) */

	/* operators, operands in .args */
	ESQL_NEGATE,
	ESQL_ADD, ESQL_SUBTRACT, ESQL_MULTIPLY, ESQL_DIVIDE, ESQL_MODULO,
	ESQL_EQ, ESQL_NE, ESQL_LT, ESQL_LE, ESQL_GT, ESQL_GE,
	ESQL_AND, ESQL_OR, ESQL_NOT,
	ESQL_IN,					/* args[0] IN (args[1..]) */
	ESQL_LIKE,					/* args[0] LIKE (args[1..]), strings or one expression */
	ESQL_RLIKE,					/* args[0] RLIKE (args[1..]), the same */
	ESQL_IS_NULL,
	ESQL_IS_NOT_NULL,
	ESQL_CAST,					/* args[0] :: .string */
	ESQL_MATCH					/* args[0] : args[1] */
} EsqlExprKind;

typedef struct EsqlExpr EsqlExpr;
struct EsqlExpr
{
	EsqlExprKind kind;
	EsqlSpan	span;			/* the whole expression */
	EsqlSpan	name_span;		/* CALL: the function's name; CAST: the type;
								 * binary operators: the operator */
	bool		boolean;
	bool		star;
	int64_t		integer;
	double		number;
	bool		unsigned_long;	/* DOUBLE: written as a whole number that only unsigned_long holds */
	EsqlTimeUnit unit;
	EsqlString	string;
	EsqlExpr  **args;
	uint32_t	nargs;
	uint32_t	depth;			/* of the tree, 1 for a leaf; at most
								 * ESQL_MAX_DEPTH, so walkers may recurse */
};

/*
 * name = expression, with the optional WHERE of an aggregate.  When no name
 * was written, name.data is NULL and the name is the expression's own text.
 */
typedef struct EsqlField
{
	EsqlSpan	span;			/* of all that was written */
	EsqlString	name;
	EsqlSpan	name_span;
	EsqlExpr   *expr;
	EsqlExpr   *where;			/* STATS only, or NULL */
} EsqlField;

/*
 * A name pattern of KEEP and DROP.  Bytes of a backquoted part are literal, so
 * an asterisk there is no wildcard.  Wildcards are kept as '\1', a byte that no
 * name may hold; everything else is as it is.
 */
#define ESQL_WILDCARD	'\1'
typedef struct EsqlName
{
	EsqlSpan	span;
	EsqlString	name;
	bool		wildcard;		/* holds at least one ESQL_WILDCARD */
} EsqlName;

typedef struct EsqlSortKey
{
	EsqlExpr   *expr;
	bool		descending;
	bool		nulls_first;	/* the default is worked out by the parser */
} EsqlSortKey;

typedef struct EsqlRename
{
	EsqlName	from;
	EsqlName	to;
} EsqlRename;

/* A string of a command, and where it stands. */
typedef struct EsqlLiteral
{
	EsqlString	string;
	EsqlSpan	span;
} EsqlLiteral;

typedef enum EsqlCommandKind
{
	ESQL_FROM,					/* .names: patterns as text (no wildcard
								 * marks); .metadata */
	ESQL_ROW,					/* .fields: one row of constants, in place of FROM */
	ESQL_WHERE,					/* .expr */
	ESQL_EVAL,					/* .fields */
	ESQL_STATS,					/* .fields, and the keys .by */
	ESQL_INLINE_STATS,			/* the same */
	ESQL_KEEP,					/* .names */
	ESQL_DROP,					/* .names */
	ESQL_RENAME,				/* .renames */
	ESQL_SORT,					/* .keys */
	ESQL_LIMIT,					/* .limit, and perhaps .by */
	ESQL_MV_EXPAND,				/* .names, just one */
	ESQL_GROK,					/* .expr, .patterns */
	ESQL_DISSECT,				/* .expr, .patterns, just one, and .separator */
	ESQL_LOOKUP_JOIN			/* .names, just one, the relation; .by, columns or one condition */
} EsqlCommandKind;

typedef struct EsqlCommand EsqlCommand;
struct EsqlCommand
{
	EsqlCommandKind kind;
	EsqlSpan	span;			/* from the keyword to the last token */
	EsqlName   *names;
	uint32_t	nnames;
	EsqlName   *metadata;
	uint32_t	nmetadata;
	EsqlField  *fields;
	uint32_t	nfields;
	EsqlField  *by;
	uint32_t	nby;
	EsqlRename *renames;
	uint32_t	nrenames;
	EsqlSortKey *keys;
	uint32_t	nkeys;
	EsqlExpr   *expr;
	EsqlLiteral *patterns;
	uint32_t	npatterns;
	EsqlString	separator;
	int64_t		limit;
	EsqlCommand *next;
};

typedef struct EsqlQuery
{
	EsqlCommand *from;			/* the first command, FROM or ROW; the rest by .next */
} EsqlQuery;

/* ast.c: how an operator is written; NULL for what is none */
extern const char *esql_operator_text(EsqlExprKind kind);

/* ast.c: the options of a call, or NULL */
extern const EsqlExpr *esql_call_options(const EsqlExpr *call);

/* ast.c: do two expressions say the same, word for word but for blanks? */
extern bool esql_same_expr(const EsqlExpr *a, const EsqlExpr *b);

#endif							/* ESQL_AST_H */
