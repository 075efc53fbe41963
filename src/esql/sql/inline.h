/*
 * inline.h
 *		INLINE STATS as SQL.
 */
#ifndef ESQL_SQL_INLINE_H
#define ESQL_SQL_INLINE_H

#include "esql/sql/writer.h"

extern void esql_write_inline_groups(EsqlWriter *writer, const EsqlStage *stage, int number);
extern void esql_write_inline_rows(EsqlWriter *writer, const EsqlStage *stage, int number);

#endif							/* ESQL_SQL_INLINE_H */
