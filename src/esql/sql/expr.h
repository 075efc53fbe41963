/*
 * expr.h
 *		Expressions of a plan as SQL text.
 */
#ifndef ESQL_SQL_EXPR_H
#define ESQL_SQL_EXPR_H

#include "esql/sql/writer.h"

extern void esql_write_node(EsqlWriter *writer, const EsqlNode *node);
extern void esql_write_ordered(EsqlWriter *writer, const EsqlNode *node);
extern void esql_write_order(EsqlWriter *writer, List *order, const char *from,
							 const char *indent);

#endif							/* ESQL_SQL_EXPR_H */
