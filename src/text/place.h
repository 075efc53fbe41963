/*
 * place.h
 *		Where in a text a byte is, as people count.
 */
#ifndef TEXT_PLACE_H
#define TEXT_PLACE_H

#include <stddef.h>
#include <stdint.h>

extern void esql_place(const char *text, size_t length, uint32_t offset,
					   uint32_t *line, uint32_t *column, uint32_t *character);

#endif							/* TEXT_PLACE_H */
