/*
 * report.h
 *		Errors at a place of the query.
 */
#ifndef ESQL_REPORT_H
#define ESQL_REPORT_H

#include "esql/analysis/plan.h"

TD_NORETURN extern void esql_report(const EsqlContext *context);
TD_NORETURN extern void esql_raise(const EsqlContext *context, EsqlErrorClass class,
								   EsqlSpan span, const char *hint,
								   const char *format,...) pg_attribute_printf(5, 6);
extern char *esql_source_text(const EsqlContext *context, EsqlSpan span);

#endif							/* ESQL_REPORT_H */
