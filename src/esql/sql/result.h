/*
 * result.h
 *		The SELECT at the end of a plan's SQL.
 */
#ifndef ESQL_RESULT_H
#define ESQL_RESULT_H

#include "esql/sql/writer.h"

extern void esql_write_result(EsqlWriter *writer, const EsqlOptions *options);

#endif							/* ESQL_RESULT_H */
