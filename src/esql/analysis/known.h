/*
 * known.h
 *		The functions of ES|QL that are not supported yet.
 */
#ifndef ESQL_KNOWN_H
#define ESQL_KNOWN_H

extern bool esql_is_known_function(const char *name);
extern const char *esql_known_hint(const char *name);

#endif							/* ESQL_KNOWN_H */
