/*
 * term.h
 *		Numbers of fields, and of values in them, for an index of documents.
 */
#ifndef ESQL_TERM_H
#define ESQL_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* FNV-1a */
#define ESQL_TERM_BASIS		UINT64_C(0xcbf29ce484222325)
#define ESQL_TERM_PRIME		UINT64_C(0x100000001b3)

/* The hash of a name so far, and what comes next. */
static inline uint64_t
esql_term_add(uint64_t hash, const char *data, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char) data[i]) * ESQL_TERM_PRIME;
	return hash;
}

/* The term that a hash comes to: that of the field, for the hash of its name. */
static inline int32_t
esql_term_of(uint64_t hash)
{
	hash ^= hash >> 33;
	hash *= UINT64_C(0xff51afd7ed558ccd);
	return (int32_t) (uint32_t) (hash >> 32);
}

/* The term of a value in the field.  Between the two stands a byte that is not in UTF-8. */
static inline int32_t
esql_value_term(uint64_t name, const char *data, size_t length)
{
	return esql_term_of(esql_term_add(esql_term_add(name, "\xff", 1), data, length));
}

extern bool esql_has_value_terms(uint64_t name, const char *key, size_t length);
extern bool esql_field_has_value_terms(const char *field);

#endif							/* ESQL_TERM_H */
