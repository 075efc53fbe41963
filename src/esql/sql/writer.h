/*
 * sql.h
 *		What the parts of the SQL generator share.
 */
#ifndef ESQL_SQL_H
#define ESQL_SQL_H

#include "lib/stringinfo.h"

#include "esql/analysis/plan.h"

/*
 * Names of functions, operators, types and collations are marked in the
 * templates, and written in one of two ways: bare, for people to read and to
 * run under an ordinary search_path, or with their schema, for us to run
 * under any search_path there is.
 *
 *		@f()	a function of the extension that only such SQL calls: its schema, always
 *		@@f()	a function of the extension that users call as well: likewise
 *		^f()	a function or type of PostgreSQL
 *		{=}		an operator
 *		#		COLLATE "C"
 */
typedef struct EsqlWriter
{
	StringInfo	out;
	const EsqlPlan *plan;
	const EsqlCatalog *catalog;
	bool		qualify;		/* write the schemas */
	const char *qualifier;		/* written before column names, or NULL */
	const EsqlRelation *inlined;	/* write its columns themselves, not the
									 * names that a CTE gives them; or NULL */
} EsqlWriter;

/* A writer of a plan's SQL; out may be set later. */
static inline EsqlWriter
esql_writer(StringInfo out, const EsqlPlan *plan, const EsqlCatalog *catalog, const EsqlOptions *options)
{
	EsqlWriter	writer = {
		.out = out,
		.plan = plan,
		.catalog = catalog,
		.qualify = options->qualify
	};

	return writer;
}

/* sql_expr.c */
extern void esql_write_node(EsqlWriter *writer, const EsqlNode *node);
extern void esql_write_ordered(EsqlWriter *writer, const EsqlNode *node);
extern void esql_write(EsqlWriter *writer, const char *sql);
extern void esql_write_template(EsqlWriter *writer, const char *sql, const char *argument);
extern void esql_write_type(EsqlWriter *writer, EsqlType type, bool list);
extern void esql_write_instant(EsqlWriter *writer, int64 ms);
extern void esql_write_moment(EsqlWriter *writer, int64 us);

/* sql_window.c */
extern char *esql_range_text(EsqlWriter *writer, const EsqlRelation *relation,
							 const EsqlColumn *column, const EsqlAccess *access);
extern void esql_write_window(EsqlWriter *writer, int number, const EsqlWindow *window);
extern void esql_write_event(EsqlWriter *writer, int number, const EsqlColumn *column);

/* sql_result.c */
extern void esql_write_result(EsqlWriter *writer, const EsqlOptions *options);

/* sql.c */
extern void esql_write_order(EsqlWriter *writer, List *order, const char *from,
							 const char *indent);
extern char *esql_attribute_text(const EsqlRelation *relation, const char *attname);
extern void esql_write_face(EsqlWriter *writer, const EsqlRelation *relation,
							const EsqlColumn *column, const EsqlAccess *access, bool list);
extern char *esql_access_text(EsqlWriter *writer, const EsqlRelation *relation,
							  const EsqlAccess *access);

#endif							/* ESQL_SQL_H */
