/*
 * grok_library.h
 *		The patterns that %{NAME} of GROK refers to.
 */
#ifndef ESQL_GROK_LIBRARY_H
#define ESQL_GROK_LIBRARY_H

#include <stddef.h>

extern const char *esql_grok_library(const char *name, size_t length);
extern const char *esql_grok_library_name(size_t number);
extern const char *esql_grok_library_hint(void);

#endif							/* ESQL_GROK_LIBRARY_H */
