/*
 * parse.h
 *		From ES|QL's text to the tree.
 */
#ifndef ESQL_PARSE_H
#define ESQL_PARSE_H

#include "esql/syntax/ast.h"

/* A query.  NULL if it cannot be parsed, with context->error filled in. */
extern EsqlQuery *esql_parse(EsqlContext *context);

/* A lone boolean expression, such as the condition of an exception. */
extern EsqlExpr *esql_parse_condition(EsqlContext *context);

#endif							/* ESQL_PARSE_H */
