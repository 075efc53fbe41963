/*
 * nearest.c
 *		"Did you mean": the name nearest to one that is not known.
 *
 * Nearest by Levenshtein distance; half of the wanted name's letters have to
 * be right, as in Elasticsearch, for a name to be worth a suggestion.
 */
#include "compat.h"

#include "utils/varlena.h"

#include "esql/analysis/nearest.h"

#define LONGEST_NAME	255		/* what PostgreSQL's function takes */

void
esql_nearest_start(EsqlNearest *nearest, const char *wanted)
{
	nearest->wanted = wanted;
	nearest->best = NULL;
	nearest->distance = (int) strlen(wanted) / 2 + 1;
}

/* Keep the candidate if it is nearer than the best so far. */
void
esql_nearest_offer(EsqlNearest *nearest, const char *candidate)
{
	size_t		wanted_length = strlen(nearest->wanted);
	size_t		candidate_length = strlen(candidate);
	int			distance;

	if (nearest->distance <= 1 && nearest->best != NULL)
		return;
	if (wanted_length > LONGEST_NAME || candidate_length > LONGEST_NAME)
		return;
	distance = varstr_levenshtein_less_equal(nearest->wanted, (int) wanted_length,
											 candidate, (int) candidate_length,
											 1, 1, 1, nearest->distance - 1, true);
	if (distance < nearest->distance)
	{
		nearest->distance = distance;
		nearest->best = candidate;
	}
}
