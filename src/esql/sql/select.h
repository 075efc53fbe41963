/*
 * select.h
 *		The list of a SELECT: what a stage hands on of those before it.
 */
#ifndef ESQL_SELECT_H
#define ESQL_SELECT_H

#include "esql/sql/writer.h"

extern void esql_next_item(EsqlWriter *writer, bool *first);
extern bool esql_from_source(const EsqlColumn *column);
extern void esql_write_handed_on(EsqlWriter *writer, int stage, bool *first);
extern void esql_begin_select(EsqlWriter *writer, int number, const char *part, const char *names,
							  const EsqlStage *stage, const char *note);

#endif							/* ESQL_SELECT_H */
