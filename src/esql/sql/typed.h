/*
 * typed.h
 *		Aggregates that Citus computes on its workers.
 */
#ifndef ESQL_TYPED_H
#define ESQL_TYPED_H

#include "esql/sql/writer.h"

extern const char *esql_typed_template(const EsqlWriter *writer, const char *sql);

#endif							/* ESQL_TYPED_H */
