/*
 * wildcard.c
 *		Names with wildcards: columns of KEEP and DROP, index patterns of FROM.
 *
 * When text does not fit, only the last wildcard takes more: what the ones
 * before it took leads to the same place, so the time is that of the pattern's
 * length times the name's at most.
 */
#include "text/context.h"

/* Does the pattern fit the whole name?  A wildcard stands for any run. */
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
