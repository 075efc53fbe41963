/*
 * tree.c
 *		The tree of a regular expression, and PostgreSQL's words for it.
 *
 * Everything is written out in the plainest subset of PostgreSQL's advanced
 * regular expressions: characters, brackets with ranges, ".", alternation,
 * quantifiers, (?: ), and lookaround constraints.  Every character of ASCII
 * that is neither letter nor digit is escaped, in brackets too, so nothing
 * that is special to PostgreSQL alone can come out by accident.
 *
 * Intersection and complement have no counterpart.  They can be expressed where
 * they reach to the end of the string, because there a lookahead that ends in $
 * sees the same stretch:
 *
 *		A&B		(?=(?:A)$)(?:B)
 *		~A		(?!(?:A)$).*
 *
 * "at_end" follows that through the tree: from the root into alternatives,
 * the last part of a concatenation, and lookaheads.  Anywhere else they are
 * refused.  (Two sets of single characters are intersected outright.)
 */
#include "esql/pattern/tree.h"

#include <stdio.h>
#include <string.h>

/* How tightly the text around binds. */
typedef enum Binding
{
	BIND_UNION,					/* alternatives may stand here as they are */
	BIND_CONCAT,				/* one part of a concatenation */
	BIND_ATOM					/* a quantifier follows */
} Binding;

typedef struct Writer
{
	PatternReader *reader;
	EsqlBuffer *out;
} Writer;

static void write_node(Writer *writer, const PatternNode *node, Binding binding, bool at_end);

/*
 * A node without children.
 */
PatternNode *
esql_pattern_node(PatternReader *reader, PatternKind kind)
{
	PatternNode *node = esql_pattern_get(reader, sizeof(PatternNode));

	node->kind = kind;
	return node;
}

/*
 * One character of a set, which is copied and normalized.  The empty set
 * matches nothing.
 */
PatternNode *
esql_pattern_set_node(PatternReader *reader, const CharSet *set)
{
	PatternNode *node = esql_pattern_node(reader, PATTERN_SET);

	esql_set_add_set(reader, &node->set, set);
	esql_set_normalize(&node->set);
	if (node->set.n == 0)
		node->kind = PATTERN_NOTHING;
	return node;
}

/*
 * One certain character.
 */
PatternNode *
esql_pattern_char_node(PatternReader *reader, uint32_t code)
{
	PatternNode *node = esql_pattern_node(reader, PATTERN_SET);

	esql_set_add(reader, &node->set, code, code);
	return node;
}

/*
 * Append a child, which must be complete.  Here the depth of the tree is kept
 * within its limit.
 */
void
esql_pattern_add_child(PatternReader *reader, PatternNode *node, PatternNode *child)
{
	if (node->nchildren == node->capacity)
	{
		uint32_t	capacity = node->capacity == 0 ? 4 : node->capacity * 2;
		PatternNode **grown = esql_pattern_get(reader, capacity * sizeof(PatternNode *));

		if (node->nchildren > 0)
			memcpy(grown, node->children, node->nchildren * sizeof(PatternNode *));
		node->children = grown;
		node->capacity = capacity;
	}
	node->children[node->nchildren++] = child;
	if (child->depth >= node->depth)
		node->depth = child->depth + 1;
	if (node->depth > PATTERN_MAX_DEPTH)
		esql_pattern_fail(reader, ESQL_ERROR_LIMIT, NULL, "nested too deeply");
}

/*
 * A node over one child.
 */
PatternNode *
esql_pattern_parent(PatternReader *reader, PatternKind kind, PatternNode *child)
{
	PatternNode *node = esql_pattern_node(reader, kind);

	esql_pattern_add_child(reader, node, child);
	return node;
}

/*
 * A repetition.  Here those are handled that PostgreSQL has no syntax for or is
 * slow with: more than 255 times, and repetitions of the empty string, of
 * nothing and of anything.
 */
PatternNode *
esql_pattern_repeat(PatternReader *reader, PatternNode *child, int min, int max)
{
	PatternNode *node;

	if (max != PATTERN_INFINITE && min > max)
		return esql_pattern_node(reader, PATTERN_NOTHING);
	if (max == 0 || child->kind == PATTERN_EMPTY)
		return esql_pattern_node(reader, PATTERN_EMPTY);
	if (child->kind == PATTERN_NOTHING)
		return min == 0 ? esql_pattern_node(reader, PATTERN_EMPTY) : child;
	if (child->kind == PATTERN_ANY_STRING)
		return child;
	if (min > PATTERN_MAX_REPEAT || max > PATTERN_MAX_REPEAT)
		esql_pattern_fail(reader, ESQL_ERROR_LIMIT, NULL, "too many repetitions (limit is %d)",
					 PATTERN_MAX_REPEAT);
	node = esql_pattern_parent(reader, PATTERN_REPEAT, child);
	node->min = min;
	node->max = max;
	return node;
}

/*
 * Does every string match?  False if that takes more than a look.
 */
bool
esql_pattern_is_anything(const PatternNode *node)
{
	return node->kind == PATTERN_ANY_STRING ||
		(node->kind == PATTERN_REPEAT && node->min == 0 && node->max == PATTERN_INFINITE &&
		 node->children[0]->kind == PATTERN_SET && esql_set_is_full(&node->children[0]->set));
}

/*
 * A character by itself, in brackets or out of them.
 */
static void
write_char(EsqlBuffer *out, uint32_t code)
{
	bool		alphanumeric = (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') ||
		(code >= 'a' && code <= 'z');

	/* the backslash before a control character or a blank would be no harm, but no use */
	if (code > 0x20 && code < 0x7F && !alphanumeric)
		esql_append_char(out, '\\');
	esql_append_code_point(out, code);
}

/*
 * One character of a set.  A set that reaches to the last code point is
 * written by what it lacks.  There is no zero byte in text, so leaving it out
 * of a range changes nothing.
 */
static void
write_set(Writer *writer, const CharSet *set)
{
	EsqlBuffer *out = writer->out;
	CharSet		lacks = {NULL, 0, 0};
	bool		negated = set->ranges[set->n - 1][1] == PATTERN_MAX_CODE;

	if (esql_set_is_full(set))
	{
		esql_append_char(out, '.');
		return;
	}
	if (set->n == 1 && set->ranges[0][0] == set->ranges[0][1] && set->ranges[0][0] != 0)
	{
		write_char(out, set->ranges[0][0]);
		return;
	}
	if (negated)
	{
		esql_set_add_set(writer->reader, &lacks, set);
		esql_set_negate(writer->reader, &lacks);
		if (lacks.n == 1 && lacks.ranges[0][1] == 0)
		{
			esql_append_char(out, '.');
			return;
		}
		set = &lacks;
	}
	esql_append_text(out, negated ? "[^" : "[");
	for (uint32_t i = 0; i < set->n; i++)
	{
		uint32_t	from = set->ranges[i][0] == 0 ? 1 : set->ranges[i][0];
		uint32_t	to = set->ranges[i][1];

		if (to < from)
			continue;
		write_char(out, from);
		if (to > from + 1)
			esql_append_char(out, '-');
		if (to > from)
			write_char(out, to);
	}
	esql_append_char(out, ']');
}

/*
 * One digit of a range, if there is any.
 */
static void
write_digit_range(EsqlBuffer *out, char from, char to)
{
	char		buf[10];

	if (from < to)
	{
		snprintf(buf, sizeof(buf), "[%c-%c]", from, to);
		esql_append_text(out, buf);
	}
	else if (from == to)
		esql_append_char(out, from);
}

/*
 * "[0-9]{n}"
 */
static void
write_digits(EsqlBuffer *out, int n)
{
	char		buf[30];

	if (n > 1)
		snprintf(buf, sizeof(buf), "[0-9]{%d}", n);
	else
		snprintf(buf, sizeof(buf), "%s", n == 1 ? "[0-9]" : "");
	esql_append_text(out, buf);
}

/*
 * The decimal numbers low..high, which have n digits each: the digits that they
 * share, then the least first digit with what is not below, those between with
 * anything, the greatest with what is not above.
 */
static void
write_between(EsqlBuffer *out, const char *low, const char *high, int n)
{
	static const char zeros[] = "0000000000";
	static const char nines[] = "9999999999";

	while (n > 0 && *low == *high)
	{
		esql_append_char(out, *low);
		low++;
		high++;
		n--;
	}
	if (n == 0)
		return;
	if (memcmp(low, zeros, (size_t) n) == 0 && memcmp(high, nines, (size_t) n) == 0)
	{
		write_digits(out, n);
		return;
	}
	if (n == 1)
	{
		write_digit_range(out, *low, *high);
		return;
	}
	esql_append_text(out, "(?:");
	esql_append_char(out, *low);
	write_between(out, low + 1, nines, n - 1);
	if (*high - *low > 1)
	{
		esql_append_char(out, '|');
		write_digit_range(out, (char) (*low + 1), (char) (*high - 1));
		write_digits(out, n - 1);
	}
	esql_append_char(out, '|');
	esql_append_char(out, *high);
	write_between(out, zeros, high + 1, n - 1);
	esql_append_char(out, ')');
}

/*
 * A numeric interval, of a fixed number of digits or with any number of zeros
 * in front.
 */
static void
write_interval(EsqlBuffer *out, const PatternNode *node)
{
	char		low[16];
	char		high[16];
	int			least;
	int			most;

	if (node->digits > 0)
	{
		snprintf(low, sizeof(low), "%0*d", node->digits, node->min);
		snprintf(high, sizeof(high), "%0*d", node->digits, node->max);
		write_between(out, low, high, node->digits);
		return;
	}
	least = snprintf(low, sizeof(low), "%d", node->min);
	most = snprintf(high, sizeof(high), "%d", node->max);
	esql_append_text(out, "0*(?:");
	for (int n = least; n <= most; n++)
	{
		if (n > least)
			esql_append_char(out, '|');
		write_between(out, n == least ? low : "1000000000", n == most ? high : "9999999999", n);
	}
	esql_append_char(out, ')');
}

/*
 * What stands behind a repeated atom.
 */
static void
write_quantifier(Writer *writer, const PatternNode *node)
{
	char		buf[40];

	if (node->min == 0 && node->max == PATTERN_INFINITE)
		esql_append_char(writer->out, '*');
	else if (node->min == 1 && node->max == PATTERN_INFINITE)
		esql_append_char(writer->out, '+');
	else if (node->min == 0 && node->max == 1)
		esql_append_char(writer->out, '?');
	else
	{
		if (node->max == PATTERN_INFINITE)
			snprintf(buf, sizeof(buf), "{%d,}", node->min);
		else if (node->max == node->min)
			snprintf(buf, sizeof(buf), "{%d}", node->min);
		else
			snprintf(buf, sizeof(buf), "{%d,%d}", node->min, node->max);
		esql_append_text(writer->out, buf);
	}
}

/*
 * Intersection and complement, by lookahead to the end of the string.
 */
static void
write_lookahead(Writer *writer, const PatternNode *node, bool at_end)
{
	EsqlBuffer *out = writer->out;
	bool		complement = node->kind == PATTERN_COMPLEMENT;

	if (!at_end)
		esql_pattern_fail(writer->reader, ESQL_ERROR_UNSUPPORTED,
					 "A literal character of that kind is written with a backslash before it.",
					 "%s can only be used for a whole alternative or at the end of the pattern",
					 complement ? "~ (complement)" : "& (intersection)");
	esql_append_text(out, complement ? "(?!" : "(?=");
	write_node(writer, node->children[0], BIND_CONCAT, true);
	esql_append_text(out, complement ? "$).*" : "$)");
	if (!complement)
		write_node(writer, node->children[1], BIND_CONCAT, true);
}

/*
 * Does the node need (?: ) where it stands?  Only for nodes that are written
 * without brackets of their own.
 */
static bool
needs_brackets(const PatternNode *node, Binding binding)
{
	switch (node->kind)
	{
		case PATTERN_SET:
			return false;
		case PATTERN_UNION:
			return binding != BIND_UNION;
		case PATTERN_EMPTY:
			return true;
		default:
			return binding == BIND_ATOM;
	}
}

/*
 * Any node, in brackets if its place calls for them.
 */
static void
write_node(Writer *writer, const PatternNode *node, Binding binding, bool at_end)
{
	EsqlBuffer *out = writer->out;
	bool		brackets = needs_brackets(node, binding);

	if (brackets)
		esql_append_text(out, "(?:");
	switch (node->kind)
	{
		case PATTERN_EMPTY:
			break;
		case PATTERN_NOTHING:
			/* a character behind the end of the string */
			esql_append_text(out, "$.");
			break;
		case PATTERN_SET:
			write_set(writer, &node->set);
			break;
		case PATTERN_ANY_STRING:
			esql_append_text(out, ".*");
			break;
		case PATTERN_CONCAT:
			for (uint32_t i = 0; i < node->nchildren; i++)
				write_node(writer, node->children[i], BIND_CONCAT,
						   at_end && i + 1 == node->nchildren);
			break;
		case PATTERN_UNION:
			for (uint32_t i = 0; i < node->nchildren; i++)
			{
				if (i > 0)
					esql_append_char(out, '|');
				write_node(writer, node->children[i], BIND_UNION, at_end);
			}
			break;
		case PATTERN_INTERSECTION:
		case PATTERN_COMPLEMENT:
			write_lookahead(writer, node, at_end);
			break;
		case PATTERN_REPEAT:
			write_node(writer, node->children[0], BIND_ATOM, false);
			write_quantifier(writer, node);
			break;
		case PATTERN_INTERVAL:
			write_interval(out, node);
			break;
	}
	if (brackets)
		esql_append_char(out, ')');
}

/*
 * Write the tree, as something that may stand between "(?:" and ")".  at_end
 * says that the end of the string is to follow.
 */
void
esql_pattern_write(PatternReader *reader, EsqlBuffer *out, const PatternNode *node,
				   bool at_end)
{
	Writer		writer = {reader, out};

	write_node(&writer, node, BIND_UNION, at_end);
}
