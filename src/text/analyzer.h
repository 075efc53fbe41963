/*
 * analyzer.h
 *		The words of a text, as Elasticsearch's standard analyzer finds them.
 */
#ifndef TEXT_ANALYZER_H
#define TEXT_ANALYZER_H

#include <stdbool.h>
#include <stddef.h>

/* A longer word is cut into words of so many characters. */
#define TD_LONGEST_WORD		255

extern bool td_next_word(const char *text, size_t length, size_t *at, size_t *word_length);

#endif							/* TEXT_ANALYZER_H */
