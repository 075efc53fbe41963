/*
 * distance.h
 *		How much two words differ.
 */
#ifndef TEXT_DISTANCE_H
#define TEXT_DISTANCE_H

#include <stddef.h>

extern size_t td_edit_distance(const char *a, size_t a_length, const char *b, size_t b_length, size_t limit);

#endif							/* TEXT_DISTANCE_H */
