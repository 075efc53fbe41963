/*
 * nearest.c
 *		"Did you mean": the name nearest to one that is not known.
 *
 * Nearest by Levenshtein distance; half of the wanted name's letters have to
 * be right, as in Elasticsearch, for a name to be worth a suggestion.
 */
#include "compat.h"

#include "esql/analysis/nearest.h"
#include "text/distance.h"

void
esql_nearest_start(EsqlNearest *nearest, const char *wanted)
{
	nearest->wanted = wanted;
	nearest->best = NULL;
	/* one slip in four characters, three at most: what differs more is another name */
	nearest->distance = Min(Min((int) strlen(wanted) / 4 + 1, 3) + 1, (int) strlen(wanted));
}

/* Keep the candidate if it is nearer than the best so far. */
void
esql_nearest_offer(EsqlNearest *nearest, const char *candidate)
{
	int			distance;

	if (nearest->distance <= 1 && nearest->best != NULL)
		return;
	distance = (int) td_edit_distance(nearest->wanted, strlen(nearest->wanted),
									  candidate, strlen(candidate), (size_t) nearest->distance - 1);
	if (distance < nearest->distance)
	{
		nearest->distance = distance;
		nearest->best = candidate;
	}
}
