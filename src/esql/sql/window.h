/*
 * window.h
 *		The engine's window, and what it wants of an event, as SQL.
 */
#ifndef ESQL_WINDOW_H
#define ESQL_WINDOW_H

#include "esql/sql/writer.h"

extern char *esql_range_text(EsqlWriter *writer, const EsqlRelation *relation,
							 const EsqlColumn *column, const EsqlAccess *access);
extern void esql_write_window(EsqlWriter *writer, int number, const EsqlWindow *window);
extern void esql_write_origin(EsqlWriter *writer, const EsqlRelation *relation);
extern void esql_write_row(EsqlWriter *writer, const EsqlRelation *relation);
extern void esql_write_arrived(EsqlWriter *writer, int number, const EsqlArrivals *arrivals, bool parameters);
extern void esql_write_arrivals(EsqlWriter *writer, int number, bool commands);
extern void esql_write_event(EsqlWriter *writer, int number, const EsqlColumn *column);

#endif							/* ESQL_WINDOW_H */
