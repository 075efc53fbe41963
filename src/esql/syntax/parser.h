/*
 * parser.h
 *		What parse.c and parse_expr.c share.
 */
#ifndef ESQL_PARSER_H
#define ESQL_PARSER_H

#include <setjmp.h>

#include "esql/syntax/ast.h"
#include "esql/syntax/lex.h"

typedef struct Parser
{
	EsqlContext *context;
	jmp_buf		escape;			/* where errors go, with context->error set */
	EsqlToken	token;			/* the one token of look-ahead */
	uint32_t	previous_end;	/* where the token before it ended */
	const char *what;			/* "query" or "condition", for messages */
	const char *place;			/* "in WHERE", for messages */
	uint32_t	level;			/* open brackets of expressions */
	uint32_t	prefixes;		/* prefix operators that wait for an operand */
} Parser;

/* A growing list of expressions. */
typedef struct ExprList
{
	EsqlExpr  **items;
	uint32_t	n;
	uint32_t	capacity;
} ExprList;

#define ESQL_NORETURN	__attribute__((noreturn))

/* parse_tools.c */
extern void esql_next(Parser *p, EsqlLexMode mode);
extern EsqlToken esql_peek(const Parser *p, const EsqlToken *after, EsqlLexMode mode);
extern EsqlSpan esql_span_from(const Parser *p, uint32_t start);
extern void *esql_get(Parser *p, size_t size);
extern void *esql_grow(Parser *p, void *array, uint32_t n, uint32_t *capacity, size_t size,
					   const char *what);
extern EsqlString esql_copy(Parser *p, const char *data, uint32_t length);
extern EsqlString esql_unquote(Parser *p, const EsqlToken *token);
extern void esql_fail(Parser *p, EsqlErrorClass class, EsqlSpan span, const char *hint,
					  const char *format, ...) ESQL_NORETURN __attribute__((format(printf, 5, 6)));
extern void esql_unexpected(Parser *p, const char *expected) ESQL_NORETURN;
extern void esql_close(Parser *p, EsqlTokenKind kind, EsqlSpan open, EsqlLexMode mode);

/* parse.c */
extern const char *esql_command_name(const char *word, size_t length);
extern const char *esql_sql_hint(const char *word, size_t length);

/* parse_constant.c */
extern void esql_add_expr(Parser *p, ExprList *list, EsqlExpr *expr, const char *what);
extern EsqlExpr *esql_leaf(Parser *p, EsqlExprKind kind);
extern EsqlExpr *esql_node(Parser *p, EsqlExprKind kind, uint32_t start, EsqlSpan name_span,
						   EsqlExpr **args, uint32_t n);
extern EsqlExpr *esql_node1(Parser *p, EsqlExprKind kind, uint32_t start, EsqlSpan name_span,
							EsqlExpr *arg);
extern EsqlExpr *esql_node2(Parser *p, EsqlExprKind kind, EsqlSpan name_span, EsqlExpr *left,
							EsqlExpr *right);
extern void esql_enter(Parser *p, uint32_t *level);
extern bool esql_at_keyword(const EsqlToken *token, EsqlKeyword keyword);
extern EsqlExpr *esql_number_or_timespan(Parser *p);
extern EsqlExpr *esql_fold_minus(Parser *p, EsqlExpr *expr, uint32_t start);
extern EsqlExpr *esql_string_constant(Parser *p);
extern EsqlExpr *esql_boolean_constant(Parser *p);
extern EsqlExpr *esql_list(Parser *p);

/* parse_expr.c */
extern EsqlExpr *esql_bool(Parser *p);
extern EsqlString esql_column(Parser *p, EsqlSpan *span);
extern bool esql_column_and_assign(const Parser *p);

#endif							/* ESQL_PARSER_H */
