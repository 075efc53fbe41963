/*
 * error.h
 *		The error that a reader of text leaves behind.
 */
#ifndef TEXT_ERROR_H
#define TEXT_ERROR_H

#include <stdarg.h>

#include "text/context.h"

extern void esql_set_error(EsqlContext *context, EsqlErrorClass class, EsqlSpan span,
						   const char *hint, const char *format, ...)
			__attribute__((format(printf, 5, 6)));
extern void esql_set_error_va(EsqlContext *context, EsqlErrorClass class, EsqlSpan span,
							  const char *hint, const char *format, va_list args)
			__attribute__((format(printf, 5, 0)));

#endif							/* TEXT_ERROR_H */
