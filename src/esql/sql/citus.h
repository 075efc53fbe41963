/*
 * citus.h
 *		SQL that Citus can take apart.
 */
#ifndef ESQL_CITUS_H
#define ESQL_CITUS_H

#include "esql/sql/writer.h"

extern bool esql_reads_citus(const EsqlWriter *writer);
extern const char *esql_typed_template(const EsqlWriter *writer, const char *sql);
extern void esql_begin_collated(EsqlWriter *writer);
extern void esql_end_collated(EsqlWriter *writer);

#endif							/* ESQL_CITUS_H */
