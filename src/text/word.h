/*
 * word.h
 *		Words that are written in any letter case.
 */
#ifndef TEXT_WORD_H
#define TEXT_WORD_H

#include <stdbool.h>
#include <stddef.h>

extern bool esql_same_word(const char *word, size_t length, const char *lower);

#endif							/* TEXT_WORD_H */
