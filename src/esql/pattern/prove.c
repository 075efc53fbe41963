/*
 * prove.c
 *		Is the match that a backtracking engine prefers always the longest one,
 *		or always the shortest?
 *
 * The pattern becomes a nondeterministic automaton whose branches are ordered:
 * a greedy quantifier tries its body first, an alternation its first branch.
 * Running it on a text with a list of states in order of preference (as Pike's
 * virtual machine does) yields the match that backtracking would find.  When a
 * state in the list accepts, the states behind it are given up.  Those before it
 * go on, and win if they accept later.  The longest match is found by giving up
 * nothing.  So the two differ for some text if and only if a run can be reached
 * in which a state given up accepts and none of the others does.  And the
 * preferred match is not always the shortest if, where the first state accepts,
 * one before it can go on.
 *
 * That is a question about reachability, and the runs are finitely many: the
 * list, the states given up, and what assertions depend on (what stood before,
 * whether the text is about to end).  All of them are visited, breadth first,
 * for one representative of each class of characters that the pattern cannot
 * tell apart.  "$" also matches before a line break that ends the text, so the
 * representatives of line breaks come a second time as "the last character".
 *
 * The number of runs can be exponential in the pattern, so there is a limit.
 * A pattern that exceeds it counts as not proved.  java.c makes sure that the
 * bodies of loops never match the empty string; otherwise the order of
 * preference would be different.
 */
#include "esql/pattern/tree.h"

#include <string.h>

#define MAX_STATES		600
#define MAX_RUNS		2000
#define MAX_SYMBOLS		200
#define MAX_SETS		600
#define MAX_RANGES		5000	/* of all sets */
#define MAX_STEPS		4000000L	/* of all runs, so that the proof takes well below a second */

typedef enum StateKind
{
	STATE_CHAR,					/* a character of .set, then .next */
	STATE_SPLIT,				/* .next, or else .other */
	STATE_ASSERT,				/* if .assertion holds, .next */
	STATE_ACCEPT
} StateKind;

typedef struct State
{
	StateKind	kind;
	int			next;
	int			other;
	const CharSet *set;
	PatternAssertion assertion;
} State;

/* What stood before the place where a run is. */
typedef enum Before
{
	BEFORE_START,				/* nothing: the text begins here */
	BEFORE_WORD,
	BEFORE_RETURN,				/* \r */
	BEFORE_OTHER
} Before;

/* Where the text is with respect to its end. */
typedef enum Phase
{
	PHASE_INSIDE,
	PHASE_LINE_FEED,			/* a \n, and then the end */
	PHASE_END					/* nothing more */
} Phase;

/* One step of the text. */
typedef struct Symbol
{
	uint32_t	code;			/* a representative */
	bool		at_end;			/* no character: the end of the text */
	Phase		phase;			/* what comes behind it */
	bool		last_break;		/* "$" holds before it, if not after \r */
} Symbol;

typedef struct Run
{
	struct Run *next;
	Before		before;
	Phase		phase;
	bool		accepted;		/* some state has accepted before */
	int			nlive;			/* in order of preference */
	int			ngiven_up;
	int16_t		states[];		/* the live ones, then those given up */
} Run;

/* A list of states, with a mark for those in it. */
typedef struct StateList
{
	int16_t		items[MAX_STATES];
	int			n;
	bool		seen[MAX_STATES];
} StateList;

typedef struct Prover
{
	PatternReader *reader;
	State		states[MAX_STATES];
	int			nstates;
	const CharSet *sets[MAX_SETS];
	int			nsets;
	uint32_t	nranges;
	Symbol		symbols[MAX_SYMBOLS];
	int			nsymbols;
	Run		   *runs;			/* in order of discovery */
	Run		   *last_run;
	int			nruns;
	long		steps;
	bool		too_much;
	bool		longest;		/* until shown otherwise */
	bool		shortest;
	/* of the step being made */
	Before		before;
	const Symbol *symbol;
	StateList	live;			/* states that wait for a character */
	StateList	given_up;
	bool		live_accepts;
	bool		given_up_accepts;
	bool		stopped;		/* the rest of the live list is given up */
	StateList	next_live;
	StateList	next_given_up;
} Prover;

static int	build(Prover *prover, const PatternNode *node, int next);

/*
 * What \b looks at: ASCII only.
 */
static bool
is_word(uint32_t code)
{
	return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') || code == '_' ||
		(code >= 'a' && code <= 'z');
}

/*
 * What "." stops at, and "$" looks at.
 */
static bool
is_line_break(uint32_t code)
{
	return code == '\n' || code == '\r' || code == 0x85 || code == 0x2028 || code == 0x2029;
}

/*
 * A new state; its number, or 0 with too_much set if there are too many.
 */
static int
add_state(Prover *prover, StateKind kind, int next, int other)
{
	State	   *state;

	if (prover->nstates == MAX_STATES)
	{
		prover->too_much = true;
		return 0;
	}
	state = &prover->states[prover->nstates];
	state->kind = kind;
	state->next = next;
	state->other = other;
	return prover->nstates++;
}

/*
 * Take note of a set.  Literals repeat, so look at the last few.
 */
static void
add_set(Prover *prover, const CharSet *set)
{
	for (int i = prover->nsets; i > 0 && i > prover->nsets - 20; i--)
	{
		const CharSet *known = prover->sets[i - 1];

		if (known->n == set->n &&
			memcmp(known->ranges, set->ranges, set->n * sizeof(set->ranges[0])) == 0)
			return;
	}
	prover->nranges += set->n;
	if (prover->nsets == MAX_SETS || prover->nranges > MAX_RANGES)
		prover->too_much = true;
	else
		prover->sets[prover->nsets++] = set;
}

/*
 * A choice: the body before the way out, or the other way round.
 */
static int
add_choice(Prover *prover, int body, int out, bool lazy)
{
	return lazy ? add_state(prover, STATE_SPLIT, out, body) :
		add_state(prover, STATE_SPLIT, body, out);
}

/*
 * The states of a repetition: the body written out as often as it has to
 * match, and then nested options or a loop.
 */
static int
build_repeat(Prover *prover, const PatternNode *node, int next)
{
	int			start = next;

	if (node->max == PATTERN_INFINITE)
	{
		int			loop = add_state(prover, STATE_SPLIT, next, next);
		int			body = build(prover, node->children[0], loop);

		if (node->lazy)
			prover->states[loop].other = body;
		else
			prover->states[loop].next = body;
		start = loop;
	}
	else
	{
		for (int i = node->min; i < node->max && !prover->too_much; i++)
			start = add_choice(prover, build(prover, node->children[0], start), next, node->lazy);
	}
	for (int i = 0; i < node->min && !prover->too_much; i++)
		start = build(prover, node->children[0], start);
	return start;
}

/*
 * The states that match a node and go on to "next"; returns the first.
 */
static int
build(Prover *prover, const PatternNode *node, int next)
{
	int			start = next;

	if (prover->too_much)
		return 0;
	switch (node->kind)
	{
		case PATTERN_SET:
			start = add_state(prover, STATE_CHAR, next, 0);
			prover->states[start].set = &node->set;
			add_set(prover, &node->set);
			return start;
		case PATTERN_CONCAT:
			for (uint32_t i = node->nchildren; i > 0; i--)
				start = build(prover, node->children[i - 1], start);
			return start;
		case PATTERN_UNION:
			start = build(prover, node->children[node->nchildren - 1], next);
			for (uint32_t i = node->nchildren - 1; i > 0; i--)
				start = add_choice(prover, build(prover, node->children[i - 1], next), start,
								   false);
			return start;
		case PATTERN_REPEAT:
			return build_repeat(prover, node, next);
		case PATTERN_GROUP:
			return build(prover, node->children[0], next);
		case PATTERN_ASSERT:
			start = add_state(prover, STATE_ASSERT, next, 0);
			prover->states[start].assertion = node->assertion;
			return start;
		case PATTERN_EMPTY:
			return next;
		case PATTERN_NOTHING:
			/* a character out of no set */
			start = add_state(prover, STATE_CHAR, next, 0);
			prover->states[start].set = &node->set;
			return start;
		default:
			prover->too_much = true;
			return 0;
	}
}

/*
 * Append to the symbols.
 */
static void
add_symbol(Prover *prover, uint32_t code, bool at_end, Phase phase, bool last_break)
{
	Symbol	   *symbol;

	if (prover->nsymbols == MAX_SYMBOLS)
	{
		prover->too_much = true;
		return;
	}
	symbol = &prover->symbols[prover->nsymbols++];
	symbol->code = code;
	symbol->at_end = at_end;
	symbol->phase = phase;
	symbol->last_break = last_break;
}

/*
 * Can the pattern tell two characters apart?
 */
static bool
alike(Prover *prover, uint32_t a, uint32_t b)
{
	if (is_word(a) != is_word(b) || is_line_break(a) != is_line_break(b) ||
		(a == '\n') != (b == '\n') || (a == '\r') != (b == '\r'))
		return false;
	for (int i = 0; i < prover->nsets; i++)
	{
		prover->steps++;
		if (esql_set_contains(prover->sets[i], a) != esql_set_contains(prover->sets[i], b))
			return false;
	}
	return true;
}

/*
 * Take a character as a representative, unless there is one like it.
 */
static void
consider(Prover *prover, uint32_t code)
{
	if (code > PATTERN_MAX_CODE || prover->too_much)
		return;
	for (int i = 0; i < prover->nsymbols; i++)
	{
		if (alike(prover, prover->symbols[i].code, code))
			return;
	}
	add_symbol(prover, code, false, PHASE_INSIDE, false);
}

/*
 * Representatives: whatever begins or follows a range is one.
 */
static void
collect_symbols(Prover *prover)
{
	static const uint32_t edges[] = {
		0, '\n', '\v', '\r', '\r' + 1, '0', '9' + 1, 'A', 'Z' + 1, '_', '_' + 1, 'a', 'z' + 1,
		0x85, 0x86, 0x2028, 0x202A
	};
	int			n;

	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
		consider(prover, edges[i]);
	for (int i = 0; i < prover->nsets; i++)
	{
		for (uint32_t j = 0; j < prover->sets[i]->n && prover->steps < MAX_STEPS; j++)
		{
			consider(prover, prover->sets[i]->ranges[j][0]);
			consider(prover, prover->sets[i]->ranges[j][1] + 1);
		}
	}
	n = prover->nsymbols;
	for (int i = 0; i < n; i++)
	{
		if (is_line_break(prover->symbols[i].code))
			add_symbol(prover, prover->symbols[i].code, false, PHASE_END, true);
	}
	add_symbol(prover, '\r', false, PHASE_LINE_FEED, true);
	add_symbol(prover, 0, true, PHASE_END, true);
}

/*
 * Does an assertion hold between what stood before and the current symbol?
 */
static bool
holds(const Prover *prover, PatternAssertion assertion)
{
	bool		word_before = prover->before == BEFORE_WORD;
	bool		word_here = !prover->symbol->at_end && is_word(prover->symbol->code);

	switch (assertion)
	{
		case ASSERT_START:
			return prover->before == BEFORE_START;
		case ASSERT_END:
			return prover->symbol->at_end;
		case ASSERT_LAST_LINE_END:
			/* not between \r and \n */
			return prover->symbol->last_break &&
				(prover->symbol->at_end || prover->symbol->code != '\n' ||
				 prover->before != BEFORE_RETURN);
		case ASSERT_WORD_EDGE:
			return word_before != word_here;
		case ASSERT_NO_WORD_EDGE:
			return word_before == word_here;
	}
	return false;
}

/*
 * Follow a state through choices and assertions to those that wait for a
 * character, in order.  Once the live list accepts, everything goes to the
 * list of those given up.  Recursion is as deep as the automaton is long.
 */
static void
follow(Prover *prover, int number, StateList *visited)
{
	const State *state = &prover->states[number];
	bool		given_up = prover->stopped;
	StateList  *list = given_up ? &prover->given_up : &prover->live;

	prover->steps++;
	if (visited->seen[number] || prover->live.seen[number] || list->seen[number])
		return;
	visited->seen[number] = true;
	switch (state->kind)
	{
		case STATE_SPLIT:
			follow(prover, state->next, visited);
			follow(prover, state->other, visited);
			break;
		case STATE_ASSERT:
			if (holds(prover, state->assertion))
				follow(prover, state->next, visited);
			break;
		case STATE_CHAR:
			list->seen[number] = true;
			list->items[list->n++] = (int16_t) number;
			break;
		case STATE_ACCEPT:
			if (given_up)
				prover->given_up_accepts = true;
			else
			{
				prover->live_accepts = true;
				prover->stopped = true;
			}
			break;
	}
}

/*
 * Take everything out of a list.
 */
static void
empty_list(StateList *list)
{
	list->n = 0;
	memset(list->seen, 0, sizeof(list->seen));
}

/*
 * The states that follow those of a list on the current symbol.
 */
static void
advance(Prover *prover, const StateList *from, StateList *to, const StateList *except)
{
	empty_list(to);
	for (int i = 0; i < from->n; i++)
	{
		const State *state = &prover->states[from->items[i]];

		prover->steps++;
		if (prover->symbol->at_end || !esql_set_contains(state->set, prover->symbol->code))
			continue;
		if (to->seen[state->next] || (except != NULL && except->seen[state->next]))
			continue;
		to->seen[state->next] = true;
		to->items[to->n++] = (int16_t) state->next;
	}
}

/*
 * Remember the run that the step led to, if it is new and can go on.
 */
static void
add_run(Prover *prover, Before before, Phase phase, bool accepted)
{
	const StateList *live = &prover->next_live;
	const StateList *given_up = &prover->next_given_up;
	size_t		nlive = (size_t) live->n * sizeof(int16_t);
	size_t		ngiven_up = (size_t) given_up->n * sizeof(int16_t);
	Run		   *run;

	if (live->n == 0 && given_up->n == 0)
		return;
	for (run = prover->runs; run != NULL; run = run->next)
	{
		prover->steps++;
		if (run->before == before && run->phase == phase && run->accepted == accepted &&
			run->nlive == live->n && run->ngiven_up == given_up->n &&
			memcmp(run->states, live->items, nlive) == 0 &&
			memcmp(run->states + live->n, given_up->items, ngiven_up) == 0)
			return;
	}
	if (prover->nruns++ == MAX_RUNS)
	{
		prover->too_much = true;
		return;
	}
	run = esql_pattern_get(prover->reader, sizeof(Run) + nlive + ngiven_up);
	run->before = before;
	run->phase = phase;
	run->accepted = accepted;
	run->nlive = live->n;
	run->ngiven_up = given_up->n;
	memcpy(run->states, live->items, nlive);
	memcpy(run->states + live->n, given_up->items, ngiven_up);
	if (prover->last_run == NULL)
		prover->runs = run;
	else
		prover->last_run->next = run;
	prover->last_run = run;
}

/*
 * One step of a run.
 */
static void
step(Prover *prover, const Run *run, const Symbol *symbol)
{
	StateList	visited;
	StateList	visited_given_up;
	Before		before;

	prover->symbol = symbol;
	prover->before = run->before;
	prover->live_accepts = prover->given_up_accepts = prover->stopped = false;
	empty_list(&prover->live);
	empty_list(&prover->given_up);
	empty_list(&visited);
	for (int i = 0; i < run->nlive; i++)
		follow(prover, run->states[i], &visited);
	prover->stopped = true;
	empty_list(&visited_given_up);
	for (int i = 0; i < run->ngiven_up; i++)
		follow(prover, run->states[run->nlive + i], &visited_given_up);
	if (prover->given_up_accepts && !prover->live_accepts)
		prover->longest = false;
	advance(prover, &prover->live, &prover->next_live, NULL);
	advance(prover, &prover->given_up, &prover->next_given_up, &prover->next_live);
	if (prover->live_accepts && !run->accepted && prover->next_live.n > 0)
		prover->shortest = false;
	if (symbol->at_end)
		return;
	before = is_word(symbol->code) ? BEFORE_WORD :
		symbol->code == '\r' ? BEFORE_RETURN : BEFORE_OTHER;
	add_run(prover, before, symbol->phase, run->accepted || prover->live_accepts);
}

/*
 * May this symbol come next in a run?
 */
static bool
may_follow(const Run *run, const Symbol *symbol)
{
	switch (run->phase)
	{
		case PHASE_INSIDE:
			return true;
		case PHASE_LINE_FEED:
			return !symbol->at_end && symbol->code == '\n' && symbol->phase == PHASE_END;
		case PHASE_END:
			return symbol->at_end;
	}
	return false;
}

/*
 * The answer for a pattern.  Throws by the reader when out of memory.
 */
PatternLength
esql_pattern_preferred_length(PatternReader *reader, const PatternNode *root)
{
	Prover	   *prover = esql_pattern_get(reader, sizeof(Prover));
	int			start;

	prover->reader = reader;
	prover->longest = prover->shortest = true;
	start = build(prover, root, add_state(prover, STATE_ACCEPT, 0, 0));
	if (prover->too_much)
		return PATTERN_TOO_COMPLEX;
	collect_symbols(prover);
	empty_list(&prover->next_live);
	empty_list(&prover->next_given_up);
	prover->next_live.items[prover->next_live.n++] = (int16_t) start;
	for (int before = BEFORE_START; before <= BEFORE_OTHER; before++)
		add_run(prover, (Before) before, PHASE_INSIDE, false);
	for (Run *run = prover->runs; run != NULL; run = run->next)
	{
		for (int i = 0; i < prover->nsymbols; i++)
		{
			if (may_follow(run, &prover->symbols[i]))
				step(prover, run, &prover->symbols[i]);
			if (!prover->longest && !prover->shortest)
				return PATTERN_NEITHER;
			if (prover->too_much || prover->steps > MAX_STEPS)
				return PATTERN_TOO_COMPLEX;
		}
	}
	return prover->longest ? PATTERN_LONGEST : PATTERN_SHORTEST;
}
