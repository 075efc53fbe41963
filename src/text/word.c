/*
 * word.c
 *		Words that are written in any letter case.
 */
#include "text/word.h"

/*
 * Does a word equal a lower-case one, letter case aside?
 */
bool
esql_same_word(const char *word, size_t length, const char *lower)
{
	size_t		i;

	for (i = 0; i < length; i++)
	{
		char		c = word[i];

		if (c >= 'A' && c <= 'Z')
			c = (char) (c - 'A' + 'a');
		if (lower[i] == '\0' || c != lower[i])
			return false;
	}
	return lower[i] == '\0';
}
