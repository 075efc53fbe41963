/*
 * wildcard.h
 *		Names with wildcards.
 */
#ifndef TEXT_WILDCARD_H
#define TEXT_WILDCARD_H

#include <stdbool.h>

extern bool esql_wildcard_fits(const char *pattern, char wildcard, const char *name);

#endif							/* TEXT_WILDCARD_H */
