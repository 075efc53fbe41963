/*
 * java.c
 *		REPLACE: Java's regular expressions and replacements as PostgreSQL's.
 *
 * Both engines replace matches from left to right, and a match begins in the
 * same places.  They differ in where it ends: Java tries alternatives in order
 * and takes the first that works, PostgreSQL takes the longest match of all, or
 * the shortest.  So "a|ab" replaces "a" there and "ab" here.
 *
 * prove.c finds out whether the match that Java prefers is the longest for
 * every text, or the shortest for every text.  Only such patterns are accepted.
 * The result is a pattern that PostgreSQL takes for greedy, or for lazy, as a
 * whole: a quantifier {1,1} or {1,1}? around everything makes sure of that.
 *
 * Even when the matches are the same, their groups may differ.  They are the
 * same if every stretch between the parentheses, and inside them, has at most
 * one quantifier that can vary.  Then both engines decide these quantifiers one
 * by one from the left, each by its own greediness, with the same result.  Other
 * patterns with groups are accepted for replacements that do not refer to them.
 *
 * Java's classes \d \w \s and word edges are ASCII (word edges since Java 19),
 * its "." stops at line breaks of five kinds, its (?i) is for ASCII letters; all
 * of this is written out as sets of characters.  Refused is what needs more than
 * that: possessive quantifiers, lookaround, references, named groups, flags but
 * a leading (?i), \p{} and other classes of Unicode, operations on classes.
 */
#include "esql/pattern/pattern.h"
#include "esql/pattern/tree.h"

#include <stdio.h>
#include <string.h>

#include "text/error.h"
#include "text/hex.h"

static PatternNode *alternatives(PatternReader *reader);

/*
 * Refuse a construct, with a list of what there is.
 */
static void PATTERN_NORETURN
unsupported(PatternReader *reader, const char *what)
{
	esql_pattern_fail(reader, ESQL_ERROR_UNSUPPORTED,
				 "Supported are literals, classes in brackets, ., \\d, \\w, \\s, \\b, anchors, "
				 "groups, alternatives, quantifiers, and (?i) at the beginning.",
				 "%s", what);
}

/*
 * n hexadecimal digits.
 */
static uint32_t
hexadecimal(PatternReader *reader, int n)
{
	uint32_t	value = 0;

	for (int i = 0; i < n; i++)
	{
		uint32_t	c = esql_pattern_next(reader);

		if (td_hex_digit(c) < 0)
			esql_pattern_fail(reader, ESQL_ERROR_VALUE, NULL, "not a hexadecimal digit");
		value = value * 16 + (uint32_t) td_hex_digit(c);
	}
	if (value == 0 || (value >= 0xD800 && value <= 0xDFFF))
		unsupported(reader, "this code of a character");
	return value;
}

/*
 * After a backslash: adds a class to the set, or returns false with *code the
 * character that is meant.
 */
static bool
escape(PatternReader *reader, CharSet *set, uint32_t *code)
{
	uint32_t	c = esql_pattern_next(reader);

	if (esql_set_add_class(reader, set, c, true))
		return true;
	*code = c;
	switch (c)
	{
		case 't':
			*code = '\t';
			break;
		case 'n':
			*code = '\n';
			break;
		case 'r':
			*code = '\r';
			break;
		case 'f':
			*code = '\f';
			break;
		case 'a':
			*code = 7;
			break;
		case 'e':
			*code = 27;
			break;
		case 'x':
			if (esql_pattern_peek(reader, '{'))
				unsupported(reader, "\\x{}");
			*code = hexadecimal(reader, 2);
			break;
		case 'u':
			*code = hexadecimal(reader, 4);
			break;
		default:
			if (c >= '1' && c <= '9')
				unsupported(reader, "a reference to a group");
			if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '0')
			{
				char		what[20];

				snprintf(what, sizeof(what), "the escape \\%c", (int) c);
				unsupported(reader, what);
			}
	}
	return false;
}

/*
 * One character of a class; *code may also have been a class, then true.
 */
static bool
class_char(PatternReader *reader, CharSet *set, uint32_t *code)
{
	if (esql_pattern_take(reader, '\\'))
		return escape(reader, set, code);
	if (esql_pattern_peek(reader, '['))
		unsupported(reader, "a class inside a class (a literal bracket is written \\[)");
	if (esql_pattern_take(reader, '&'))
	{
		if (esql_pattern_peek(reader, '&'))
			unsupported(reader, "the intersection of classes");
		*code = '&';
		return false;
	}
	*code = esql_pattern_next(reader);
	return false;
}

/*
 * class = "[" , [ "^" ] , { class | char , [ "-" , char ] }- , "]" ;
 */
static PatternNode *
class(PatternReader *reader)
{
	CharSet		set = {NULL, 0, 0};
	bool		negated = esql_pattern_take(reader, '^');

	if (esql_pattern_peek(reader, ']'))
		unsupported(reader, "a class that begins with a bracket (write it \\])");
	while (!esql_pattern_take(reader, ']'))
	{
		uint32_t	from;
		uint32_t	to;

		if (!esql_pattern_more(reader))
			esql_pattern_fail(reader, ESQL_ERROR_VALUE, "A literal bracket is written \\[.",
						 "a bracket is not closed");
		if (class_char(reader, &set, &from))
			continue;
		to = from;
		if (esql_pattern_take(reader, '-'))
		{
			if (esql_pattern_peek(reader, ']'))
				esql_set_add(reader, &set, '-', '-');
			else if (class_char(reader, &set, &to))
				esql_pattern_fail(reader, ESQL_ERROR_VALUE, NULL, "a class cannot end a range");
		}
		if (to < from)
			esql_pattern_fail(reader, ESQL_ERROR_VALUE, NULL, "a range in brackets runs backwards");
		esql_set_add(reader, &set, from, to);
	}
	esql_set_normalize(&set);
	if (reader->ignore_case)
		esql_set_add_other_case(reader, &set);
	if (negated)
		esql_set_negate(reader, &set);
	return esql_pattern_set_node(reader, &set);
}

/*
 * Any character but the ends of lines.
 */
static PatternNode *
dot(PatternReader *reader)
{
	CharSet		set = {NULL, 0, 0};

	esql_set_add(reader, &set, '\n', '\n');
	esql_set_add(reader, &set, '\r', '\r');
	esql_set_add(reader, &set, 0x85, 0x85);
	esql_set_add(reader, &set, 0x2028, 0x2029);
	esql_set_negate(reader, &set);
	return esql_pattern_set_node(reader, &set);
}

/*
 * A node for an assertion.
 */
static PatternNode *
assertion(PatternReader *reader, PatternAssertion which)
{
	PatternNode *node = esql_pattern_node(reader, PATTERN_ASSERT);

	node->assertion = which;
	return node;
}

/*
 * group = "(" , [ "?:" ] , alternatives , ")" ;
 */
static PatternNode *
group(PatternReader *reader)
{
	bool		captures = true;
	PatternNode *node;

	if (esql_pattern_take(reader, '?'))
	{
		if (!esql_pattern_take(reader, ':'))
			unsupported(reader, "a construct that begins with (?");
		captures = false;
	}
	if (captures)
		reader->groups++;
	esql_pattern_enter(reader);
	node = alternatives(reader);
	if (!esql_pattern_take(reader, ')'))
		esql_pattern_fail(reader, ESQL_ERROR_VALUE, "A literal parenthesis is written \\(.",
					 "a parenthesis is not closed");
	reader->level--;
	return captures ? esql_pattern_parent(reader, PATTERN_GROUP, node) : node;
}

/*
 * atom = "." | class | group | "^" | "$" | "\" , char | char ;
 */
static PatternNode *
atom(PatternReader *reader)
{
	CharSet		set = {NULL, 0, 0};
	uint32_t	code;

	if (esql_pattern_take(reader, '.'))
		return dot(reader);
	if (esql_pattern_take(reader, '['))
		return class(reader);
	if (esql_pattern_take(reader, '('))
		return group(reader);
	if (esql_pattern_take(reader, '^'))
		return assertion(reader, ASSERT_START);
	if (esql_pattern_take(reader, '$'))
		return assertion(reader, ASSERT_LAST_LINE_END);
	if (esql_pattern_take(reader, '\\'))
	{
		if (esql_pattern_take(reader, 'b'))
		{
			if (esql_pattern_peek(reader, '{'))
				unsupported(reader, "the escape \\b{");
			return assertion(reader, ASSERT_WORD_EDGE);
		}
		if (esql_pattern_take(reader, 'B'))
			return assertion(reader, ASSERT_NO_WORD_EDGE);
		if (esql_pattern_take(reader, 'A'))
			return assertion(reader, ASSERT_START);
		if (esql_pattern_take(reader, 'z'))
			return assertion(reader, ASSERT_END);
		if (esql_pattern_take(reader, 'Z'))
			return assertion(reader, ASSERT_LAST_LINE_END);
		if (escape(reader, &set, &code))
			return esql_pattern_set_node(reader, &set);
		return esql_pattern_char_node(reader, code);
	}
	if (esql_pattern_peek(reader, '*') || esql_pattern_peek(reader, '+') ||
		esql_pattern_peek(reader, '?') || esql_pattern_peek(reader, '{'))
		esql_pattern_fail(reader, ESQL_ERROR_VALUE,
						  "A literal one is written with a backslash before it.",
					 "a quantifier follows nothing that it could repeat");
	return esql_pattern_char_node(reader, esql_pattern_next(reader));
}

/*
 * Can the empty string match?  Assertions match it.
 */
static bool
can_be_empty(const PatternNode *node)
{
	switch (node->kind)
	{
		case PATTERN_CONCAT:
			for (uint32_t i = 0; i < node->nchildren; i++)
			{
				if (!can_be_empty(node->children[i]))
					return false;
			}
			return true;
		case PATTERN_UNION:
			for (uint32_t i = 0; i < node->nchildren; i++)
			{
				if (can_be_empty(node->children[i]))
					return true;
			}
			return false;
		case PATTERN_REPEAT:
			return node->min == 0 || can_be_empty(node->children[0]);
		case PATTERN_GROUP:
			return can_be_empty(node->children[0]);
		case PATTERN_EMPTY:
		case PATTERN_ASSERT:
			return true;
		default:
			return false;
	}
}

/*
 * repeat = atom , [ ( "?" | "*" | "+" | "{" , n , [ "," , [ m ] ] , "}" ) , [ "?" ] ] ;
 *
 * Java ends a loop whose body has matched the empty string, an order of
 * preference that the proof does not model; so such bodies are refused.
 */
static PatternNode *
repeat(PatternReader *reader)
{
	PatternNode *node = atom(reader);
	int			min = 0;
	int			max = PATTERN_INFINITE;
	bool		lazy;

	if (esql_pattern_take(reader, '?'))
		max = 1;
	else if (esql_pattern_take(reader, '+'))
		min = 1;
	else if (esql_pattern_take(reader, '{'))
	{
		if (!esql_pattern_take_number(reader, &min))
			esql_pattern_fail(reader, ESQL_ERROR_VALUE, "A literal brace is written \\{.",
						 "\"{\" is not followed by a number");
		max = min;
		if (esql_pattern_take(reader, ',') && !esql_pattern_take_number(reader, &max))
			max = PATTERN_INFINITE;
		if (!esql_pattern_take(reader, '}'))
			esql_pattern_fail(reader, ESQL_ERROR_VALUE, "A literal brace is written \\{.",
						 "a brace is not closed");
		if (max != PATTERN_INFINITE && max < min)
			esql_pattern_fail(reader, ESQL_ERROR_VALUE, NULL,
							  "a range of repetitions runs backwards");
	}
	else if (!esql_pattern_take(reader, '*'))
		return node;
	if (esql_pattern_take(reader, '+'))
		unsupported(reader, "a possessive quantifier");
	lazy = esql_pattern_take(reader, '?');
	if (can_be_empty(node))
		unsupported(reader, "a quantifier after what can match the empty string");
	return esql_pattern_repeat(reader, node, min, max, lazy);
}

/*
 * sequence = { repeat } ;
 */
static PatternNode *
sequence(PatternReader *reader)
{
	PatternNode *node = esql_pattern_node(reader, PATTERN_CONCAT);

	while (esql_pattern_more(reader) && !esql_pattern_peek(reader, '|') &&
		   !esql_pattern_peek(reader, ')'))
		esql_pattern_add_child(reader, node, repeat(reader));
	if (node->nchildren == 0)
		return esql_pattern_node(reader, PATTERN_EMPTY);
	return node->nchildren == 1 ? node->children[0] : node;
}

/*
 * alternatives = sequence , { "|" , sequence } ;
 */
static PatternNode *
alternatives(PatternReader *reader)
{
	PatternNode *node = esql_pattern_node(reader, PATTERN_UNION);

	do
		esql_pattern_add_child(reader, node, sequence(reader));
	while (esql_pattern_take(reader, '|'));
	return node->nchildren == 1 ? node->children[0] : node;
}

/*
 * How many characters long what matches is; -1 if that varies or if there is a
 * group in it.
 */
static int64_t
fixed_length(const PatternNode *node)
{
	int64_t		length = 0;

	switch (node->kind)
	{
		case PATTERN_EMPTY:
		case PATTERN_ASSERT:
			return 0;
		case PATTERN_SET:
			return 1;
		case PATTERN_CONCAT:
			for (uint32_t i = 0; i < node->nchildren; i++)
			{
				int64_t		part = fixed_length(node->children[i]);

				if (part < 0)
					return -1;
				length += part;
			}
			return length;
		case PATTERN_UNION:
			length = fixed_length(node->children[0]);
			for (uint32_t i = 1; i < node->nchildren; i++)
			{
				if (fixed_length(node->children[i]) != length)
					return -1;
			}
			return length;
		case PATTERN_REPEAT:
			length = fixed_length(node->children[0]);
			return length < 0 || node->min != node->max ? -1 : length * node->min;
		default:
			return -1;
	}
}

/*
 * Is there a lazy quantifier, and also something that PostgreSQL counts as an
 * alternative, which would make a stretch greedy?
 */
static void
look_for_lazy(const PatternNode *node, bool *lazy, bool *alternative)
{
	if (node->kind == PATTERN_REPEAT && node->lazy && node->min != node->max)
		*lazy = true;
	if (node->kind == PATTERN_UNION ||
		(node->kind == PATTERN_ASSERT && node->assertion != ASSERT_START &&
		 node->assertion != ASSERT_END))
		*alternative = true;
	for (uint32_t i = 0; i < node->nchildren; i++)
		look_for_lazy(node->children[i], lazy, alternative);
}

/*
 * Do groups hold the same in both engines, given the same match?  See above.
 * Walks one sequence; *varying counts the varying parts of the current stretch.
 * Groups do not nest here, so one level below this one there are none.
 */
static bool
settles_one_by_one(const PatternNode *node, bool nested, int *varying)
{
	switch (node->kind)
	{
		case PATTERN_CONCAT:
			for (uint32_t i = 0; i < node->nchildren; i++)
			{
				if (!settles_one_by_one(node->children[i], nested, varying))
					return false;
			}
			return true;
		case PATTERN_GROUP:
			{
				int			inside = 0;

				if (nested || !settles_one_by_one(node->children[0], true, &inside))
					return false;
				*varying = 0;
				return true;
			}
		case PATTERN_REPEAT:
			if (fixed_length(node) >= 0)
				return true;
			return fixed_length(node->children[0]) > 0 && ++*varying == 1;
		default:
			return fixed_length(node) >= 0;
	}
}

/*
 * The same for a whole pattern.
 */
static bool
groups_agree(const PatternNode *root)
{
	bool		lazy = false;
	bool		alternative = false;
	int			varying = 0;

	look_for_lazy(root, &lazy, &alternative);
	return !(lazy && alternative) && settles_one_by_one(root, false, &varying);
}

/*
 * Translate a regular expression of REPLACE; see pattern.h.
 */
bool
esql_java_regex_to_sql(EsqlContext *context, EsqlString pattern, EsqlSpan span,
					   int *groups, EsqlString *result)
{
	PatternReader reader;
	PatternStyle style;
	PatternLength length;
	EsqlBuffer	out;
	PatternNode *root;

	memset(&reader, 0, sizeof(reader));
	reader.context = context;
	reader.span = span;
	reader.place = "REPLACE";
	reader.text = pattern.data;
	reader.length = pattern.length;
	if (setjmp(reader.escape) != 0)
		return false;
	esql_pattern_check_text(&reader);
	if (reader.length >= 4 && memcmp(reader.text, "(?i)", 4) == 0)
	{
		reader.ignore_case = true;
		reader.pos = 4;
	}
	root = alternatives(&reader);
	if (esql_pattern_more(&reader))
		esql_pattern_fail(&reader, ESQL_ERROR_VALUE, "A literal parenthesis is written \\).",
					 "a parenthesis closes nothing");
	length = esql_pattern_preferred_length(&reader, root);
	if (length == PATTERN_TOO_COMPLEX)
		esql_pattern_fail(&reader, ESQL_ERROR_LIMIT, NULL,
					 "too complex to tell whether its matches end where they do in Elasticsearch");
	if (length == PATTERN_NEITHER)
		esql_pattern_fail(&reader, ESQL_ERROR_UNSUPPORTED,
					 "Put longer alternatives before their own beginnings, and use either "
						  "greedy or lazy quantifiers.",
					 "its matches could end elsewhere than in Elasticsearch");
	*groups = groups_agree(root) ? reader.groups : reader.groups > 0 ? -1 : 0;
	style.captures = *groups > 0;
	style.lazy = *groups > 0;
	esql_buffer_init(&out, context);
	esql_append_text(&out, "(?:");
	esql_pattern_write(&reader, &out, root, &style, false);
	esql_append_text(&out, length == PATTERN_LONGEST ? "){1,1}" : "){1,1}?");
	return esql_buffer_finish(&out, result);
}

/*
 * Report what is wrong with a replacement; always false.
 */
static bool
bad_replacement(EsqlContext *context, EsqlErrorClass class, EsqlSpan span, const char *message)
{
	esql_set_error(context, class, span,
				   "$1 is what the first group of the pattern holds; a literal $ is written \\$.",
				   "%s%s", class == ESQL_ERROR_UNSUPPORTED ? "replacement is not supported: " :
				   "invalid replacement for REPLACE: ", message);
	return false;
}

/*
 * A reference to a group; *at stands on its first digit and is left on the
 * last.  Java takes more digits as long as there is such a group.
 */
static bool
write_reference(EsqlContext *context, EsqlString replacement, EsqlSpan span, int groups,
				uint32_t *at, EsqlBuffer *out)
{
	int			group_number = replacement.data[*at] - '0';

	if (group_number == 0)
	{
		/* $01 would be group 1 */
		if (*at + 1 < replacement.length && replacement.data[*at + 1] >= '0' &&
			replacement.data[*at + 1] <= '9' && groups != 0)
			return bad_replacement(context, ESQL_ERROR_UNSUPPORTED, span, "a digit follows $0");
		esql_append_text(out, "\\&");
		return true;
	}
	if (groups < 0)
		return bad_replacement(context, ESQL_ERROR_UNSUPPORTED, span,
							   "the groups of this pattern could hold other text than in "
							   "Elasticsearch");
	if (group_number > groups)
		return bad_replacement(context, ESQL_ERROR_VALUE, span, "the pattern has no such group");
	if (*at + 1 < replacement.length && replacement.data[*at + 1] >= '0' &&
		replacement.data[*at + 1] <= '9' &&
		group_number * 10 + (replacement.data[*at + 1] - '0') <= groups)
		return bad_replacement(context, ESQL_ERROR_UNSUPPORTED, span,
							   "only the first nine groups can be referred to");
	esql_append_char(out, '\\');
	esql_append_char(out, (char) ('0' + group_number));
	return true;
}

/*
 * Translate a replacement of REPLACE; see pattern.h.
 */
bool
esql_java_replacement_to_sql(EsqlContext *context, EsqlString replacement,
							 EsqlSpan span, int groups, EsqlString *result)
{
	EsqlBuffer	out;

	esql_buffer_init(&out, context);
	for (uint32_t i = 0; i < replacement.length; i++)
	{
		char		c = replacement.data[i];

		if (c == '$')
		{
			if (++i == replacement.length)
				return bad_replacement(context, ESQL_ERROR_VALUE, span,
									   "nothing follows the last $");
			if (replacement.data[i] == '{')
				return bad_replacement(context, ESQL_ERROR_UNSUPPORTED, span, "a named group");
			if (replacement.data[i] < '0' || replacement.data[i] > '9')
				return bad_replacement(context, ESQL_ERROR_VALUE, span, "no number follows $");
			if (!write_reference(context, replacement, span, groups, &i, &out))
				return false;
			continue;
		}
		if (c == '\\')
		{
			if (++i == replacement.length)
				return bad_replacement(context, ESQL_ERROR_VALUE, span,
									   "nothing follows the last backslash");
			c = replacement.data[i];
		}
		if (c == '\\')
			esql_append_char(&out, '\\');
		esql_append_char(&out, c);
	}
	return esql_buffer_finish(&out, result);
}
