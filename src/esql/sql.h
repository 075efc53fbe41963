/*
 * sql.h
 *		What the two halves of the SQL generator share.
 */
#ifndef ESQL_SQL_H
#define ESQL_SQL_H

#include "lib/stringinfo.h"

#include "esql/plan.h"

typedef struct EsqlWriter
{
	StringInfo	out;
	const EsqlPlan *plan;
	const EsqlCatalog *catalog;
	const char *qualifier;		/* written before column names, or NULL */
} EsqlWriter;

/* sql_expr.c */
extern void esql_write_node(EsqlWriter *writer, const EsqlNode *node);
extern void esql_write_ordered(EsqlWriter *writer, const EsqlNode *node);
extern void esql_write_template(EsqlWriter *writer, const char *sql, const char *argument);
extern char *esql_quote_text(const char *text);
extern char *esql_date_text(int64 ms);

#endif							/* ESQL_SQL_H */
