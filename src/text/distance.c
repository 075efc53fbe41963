/*
 * distance.c
 *		How much two words differ, for "did you mean".
 *
 * The Levenshtein distance in characters: the least number of characters to
 * insert, delete or replace.  Bytes that are no UTF-8 count as a character
 * each, so words in a single-byte encoding are compared correctly as well.
 */
#include "text/distance.h"

#include <stdint.h>

#include "text/utf8.h"

/* Longer words are not near anything. */
#define LONGEST_WORD	255

/*
 * Take a word apart.  False if it is too long.
 */
static bool
characters(const char *word, size_t length, uint32_t codes[LONGEST_WORD], size_t *count)
{
	*count = 0;
	while (length > 0)
	{
		uint32_t	code = 0;
		size_t		n = td_utf8_decode(word, length, &code);

		if (n == 0)
		{
			/* beyond all characters, so that it equals none */
			code = 0x110000 + (unsigned char) *word;
			n = 1;
		}
		if (*count == LONGEST_WORD)
			return false;
		codes[(*count)++] = code;
		word += n;
		length -= n;
	}
	return true;
}

/*
 * The distance of two words, or limit + 1 if it is greater than the limit.
 */
size_t
td_edit_distance(const char *a, size_t a_length, const char *b, size_t b_length, size_t limit)
{
	uint32_t	a_codes[LONGEST_WORD];
	uint32_t	b_codes[LONGEST_WORD];
	size_t		row[LONGEST_WORD + 1];
	size_t		n;
	size_t		m;

	if (!characters(a, a_length, a_codes, &n) || !characters(b, b_length, b_codes, &m) ||
		(n > m ? n - m : m - n) > limit)
		return limit + 1;
	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; i <= n; i++)
	{
		size_t		diagonal = row[0];
		size_t		least;

		least = row[0] = i;
		for (size_t j = 1; j <= m; j++)
		{
			size_t		cost = diagonal + (a_codes[i - 1] == b_codes[j - 1] ? 0 : 1);

			diagonal = row[j];
			if (row[j] + 1 < cost)
				cost = row[j] + 1;
			if (row[j - 1] + 1 < cost)
				cost = row[j - 1] + 1;
			row[j] = cost;
			if (cost < least)
				least = cost;
		}
		/* a row's least value only grows from one row to the next */
		if (least > limit)
			return limit + 1;
	}
	return row[m] > limit ? limit + 1 : row[m];
}
