/*
 * writer.h
 *		What the parts of the SQL generator share.
 *
 * From the bottom up, each file including only files that stand before it:
 * writer.c (names, types, marks), access.c (a relation's columns), ship.c (what
 * other servers can be asked), split.c (aggregates of shards), citus.c (what Citus can
 * take apart), expr.c (expressions), window.c (the engine's window, and what it wants of an event),
 * terms.c (what an index of documents' terms is asked for), select.c (the list of a SELECT), inline.c (INLINE STATS), lookup.c
 * (LOOKUP JOIN), result.c (the
 * SELECT at the end), generate.c (the whole), index.c (what an
 * index can be made of).
 */
#ifndef ESQL_WRITER_H
#define ESQL_WRITER_H

#include "lib/stringinfo.h"

#include "esql/analysis/plan.h"

/*
 * Names of functions, operators, types and collations are marked in the
 * templates, and written with their schema.  So the SQL means the same under
 * any search_path, and what esql_sql() shows to people is what runs.
 *
 *		@f()	a function of the extension that only such SQL calls: its schema, always
 *		@@f()	a function of the extension that users call as well: likewise
 *		^f()	a function or type of PostgreSQL: pg_catalog.f()
 *		{=}		an operator: OPERATOR(pg_catalog.=)
 *		#		COLLATE "C"
 */
typedef struct EsqlWriter
{
	StringInfo	out;
	const EsqlPlan *plan;
	const EsqlCatalog *catalog;
	const char *qualifier;		/* written before column names, or NULL */
	const EsqlRelation *inlined;	/* write its columns themselves, not the
									 * names that a CTE gives them; or NULL */
	bool		bare;			/* .inlined, for another server: see ship.c */
	const char *shard;			/* the table to read in place of its relation, or NULL */
	bool		opened;			/* WITH is written */
	struct EsqlParts *parts;	/* write aggregates of these: see split.c; or NULL */
} EsqlWriter;

/* A writer of a plan's SQL; out may be set later. */
static inline EsqlWriter
esql_writer(StringInfo out, const EsqlPlan *plan, const EsqlCatalog *catalog)
{
	EsqlWriter	writer = {
		.out = out,
		.plan = plan,
		.catalog = catalog
	};

	return writer;
}

extern bool esql_write_mark(EsqlWriter *writer, const char **at);
extern void esql_write(EsqlWriter *writer, const char *sql);
extern void esql_write_template(EsqlWriter *writer, const char *sql, const char *argument);
extern void esql_write_type(EsqlWriter *writer, EsqlType type, bool list);
extern void esql_write_instant(EsqlWriter *writer, int64 ms);
extern void esql_write_moment(EsqlWriter *writer, int64 us);
extern char *esql_attribute_text(const EsqlRelation *relation, const char *attname);

#endif							/* ESQL_WRITER_H */
