/*
 * lookup.h
 *		LOOKUP JOIN as SQL.
 */
#ifndef ESQL_SQL_LOOKUP_H
#define ESQL_SQL_LOOKUP_H

#include "esql/sql/writer.h"

extern void esql_write_lookup(EsqlWriter *writer, const EsqlStage *stage, int number);

#endif							/* ESQL_SQL_LOOKUP_H */
