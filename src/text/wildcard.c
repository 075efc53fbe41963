/*
 * wildcard.c
 *		Names with wildcards: columns of KEEP and DROP, index patterns of FROM.
 *
 * When the text does not fit, only the last wildcard takes more.  Giving more
 * to an earlier one would lead to the same place.  So the time is at most the
 * pattern's length times the name's.
 */
#include "text/wildcard.h"

#include <stddef.h>

/*
 * Does the pattern fit the whole name?  A wildcard stands for any run.
 */
bool
esql_wildcard_fits(const char *pattern, char wildcard, const char *name)
{
	const char *after = NULL;	/* the pattern behind the last wildcard */
	const char *retry = NULL;	/* where that wildcard's run may end next */

	while (*name != '\0')
	{
		if (*pattern == wildcard)
		{
			after = ++pattern;
			retry = name;
		}
		else if (*pattern == *name)
		{
			pattern++;
			name++;
		}
		else if (after != NULL)
		{
			pattern = after;
			name = ++retry;
		}
		else
			return false;
	}
	while (*pattern == wildcard)
		pattern++;
	return *pattern == '\0';
}
