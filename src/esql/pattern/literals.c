/*
 * literals.c
 *		Strings of which every match of a pattern holds one.
 *
 * To look for a few strings is much faster than a regular expression, and most texts have
 * none of those that it needs:
 *
 *		.*(aws\s+sts|azd?\s.*token).*		needs "aws" or "token"
 *
 * A concatenation needs what each part of it needs, of which the best is kept; an alternation
 * one of what its branches need, if each of them needs something.
 */
#include "esql/pattern/literals.h"

#include <string.h>

#include "text/utf8.h"

/* More strings than so are not worth looking for. */
#define MOST_LITERALS	64

static const PatternLiterals nothing = {NULL, 0, 0};

/* The better of two: whose shortest is longer. */
static PatternLiterals
better(PatternLiterals a, PatternLiterals b)
{
	if (a.count == 0 || b.count == 0)
		return a.count == 0 ? b : a;
	if (a.shortest != b.shortest)
		return a.shortest > b.shortest ? a : b;
	return a.count <= b.count ? a : b;
}

/* Is the node one certain character? */
static bool
is_character(const PatternNode *node)
{
	return node->kind == PATTERN_SET && node->set.n == 1 && node->set.ranges[0][0] == node->set.ranges[0][1];
}

/* The characters that stand one after the other from a part on; *next becomes the part behind them. */
static PatternLiterals
run_of(PatternReader *reader, PatternNode *const *parts, uint32_t nparts, uint32_t *next)
{
	uint32_t	start = *next;
	PatternLiterals run = {NULL, 1, 0};
	char	   *data;

	while (*next < nparts && is_character(parts[*next]))
		(*next)++;
	if (*next == start)
		return nothing;
	data = esql_pattern_get(reader, (size_t) (*next - start) * TD_UTF8_MAX + 1);
	for (uint32_t i = start; i < *next; i++)
		run.shortest += (uint32_t) td_utf8_encode(parts[i]->set.ranges[0][0], data + run.shortest);
	data[run.shortest] = '\0';
	run.strings = esql_pattern_get(reader, sizeof(EsqlString));
	run.strings[0].data = data;
	run.strings[0].length = run.shortest;
	return run;
}

static PatternLiterals
of_concatenation(PatternReader *reader, const PatternNode *node)
{
	PatternLiterals best = nothing;
	uint32_t	next = 0;

	while (next < node->nchildren)
	{
		best = better(best, run_of(reader, node->children, node->nchildren, &next));
		if (next < node->nchildren)
			best = better(best, esql_pattern_literals(reader, node->children[next++]));
	}
	return best;
}

static PatternLiterals
of_alternation(PatternReader *reader, const PatternNode *node)
{
	PatternLiterals all = {NULL, 0, UINT32_MAX};

	all.strings = esql_pattern_get(reader, MOST_LITERALS * sizeof(EsqlString));
	for (uint32_t i = 0; i < node->nchildren; i++)
	{
		PatternLiterals branch = esql_pattern_literals(reader, node->children[i]);

		if (branch.count == 0 || branch.count > MOST_LITERALS - all.count)
			return nothing;
		memcpy(all.strings + all.count, branch.strings, branch.count * sizeof(EsqlString));
		all.count += branch.count;
		if (branch.shortest < all.shortest)
			all.shortest = branch.shortest;
	}
	return all.count == 0 ? nothing : all;
}

/*
 * The strings of a tree, which is as deep as PATTERN_MAX_DEPTH at most.
 */
PatternLiterals
esql_pattern_literals(PatternReader *reader, const PatternNode *node)
{
	uint32_t	next = 0;

	switch (node->kind)
	{
		case PATTERN_SET:
			return run_of(reader, (PatternNode *const *) &node, 1, &next);
		case PATTERN_CONCAT:
			return of_concatenation(reader, node);
		case PATTERN_UNION:
			return of_alternation(reader, node);
		case PATTERN_INTERSECTION:
			return better(esql_pattern_literals(reader, node->children[0]),
						  esql_pattern_literals(reader, node->children[1]));
		case PATTERN_REPEAT:
			return node->min > 0 ? esql_pattern_literals(reader, node->children[0]) : nothing;
		case PATTERN_EMPTY:
		case PATTERN_NOTHING:
		case PATTERN_ANY_STRING:
		case PATTERN_COMPLEMENT:
		case PATTERN_INTERVAL:
			return nothing;
	}
	return nothing;
}
