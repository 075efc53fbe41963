/*
 * rlike.c
 *		RLIKE: Lucene's regular expressions as PostgreSQL's.
 *
 * Lucene compiles the pattern into an automaton that has to take the whole
 * string.  So there are no greedy and lazy quantifiers, no captures and no
 * anchors; ^ and $ are ordinary characters.  What is special besides the usual,
 * since Elasticsearch turns all of the syntax on: "..." runs of literal text, @
 * any string, # no string, ~ complement, & intersection, <n-m> decimal numbers.
 *
 * The grammar is read as Lucene reads it, with its corners: where a part of a
 * concatenation begins, any character that starts nothing else is a literal,
 * "|", "*" and ")" among them, so "a||b" is "a" or "|b", and ">&|0" the
 * intersection of ">" and "|0".
 *
 * tree.c writes the tree. "." and negated classes take line breaks there as
 * here.
 */
#include "esql/pattern/literals.h"
#include "esql/pattern/pattern.h"
#include "esql/pattern/tree.h"

#include <string.h>

/* Shorter strings are in too many texts. */
#define SHORTEST_LITERAL	3

static PatternNode *union_exp(PatternReader *reader);

/*
 * A character of a class, after an optional backslash.
 */
static uint32_t
char_exp(PatternReader *reader)
{
	(void) esql_pattern_take(reader, '\\');
	return esql_pattern_next(reader);
}

/*
 * Letters cannot be escaped.
 */
static bool
is_ascii_letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/*
 * After a backslash: adds one of the classes to the set, or returns false with
 * *code the character that is meant.
 */
static bool
escape(PatternReader *reader, CharSet *set, uint32_t *code)
{
	*code = esql_pattern_next(reader);
	if (esql_set_add_class(reader, set, *code, false))
		return true;
	if (is_ascii_letter(*code))
		esql_pattern_fail(reader, ESQL_ERROR_VALUE,
					 "Classes are \\d, \\D, \\w, \\W, \\s and \\S; a backslash makes other "
					 "characters literal, but not letters.",
					 "unknown class \\%c", (int) *code);
	return false;
}

/*
 * class_part = "\" class_letter | char , [ "-" , char ] ;
 */
static void
char_class(PatternReader *reader, CharSet *set)
{
	uint32_t	from;
	uint32_t	to;

	if (esql_pattern_take(reader, '\\'))
	{
		if (escape(reader, set, &from))
			return;
		if (from == '\\')
		{
			/* no range begins with a backslash that is escaped */
			esql_set_add(reader, set, from, from);
			return;
		}
	}
	else
		from = esql_pattern_next(reader);
	to = from;
	if (esql_pattern_take(reader, '-'))
		to = char_exp(reader);
	if (to < from)
		esql_pattern_fail(reader, ESQL_ERROR_VALUE, NULL, "a range in brackets runs backwards");
	esql_set_add(reader, set, from, to);
}

/*
 * char_classes = "[" , [ "^" ] , class_part , { class_part } , "]" ;
 *
 * The first part may be "]".
 */
static PatternNode *
char_classes(PatternReader *reader)
{
	CharSet		set = {NULL, 0, 0};
	bool		negated = esql_pattern_take(reader, '^');

	do
		char_class(reader, &set);
	while (esql_pattern_more(reader) && !esql_pattern_peek(reader, ']'));
	if (!esql_pattern_take(reader, ']'))
		esql_pattern_fail(reader, ESQL_ERROR_VALUE, "A literal bracket is written \\[.",
					 "a bracket is not closed");
	esql_set_normalize(&set);
	if (negated)
		esql_set_negate(reader, &set);
	return esql_pattern_set_node(reader, &set);
}

/*
 * literal = '"' , { char } , '"' ;
 */
static PatternNode *
literal_run(PatternReader *reader)
{
	PatternNode *node = esql_pattern_node(reader, PATTERN_CONCAT);

	while (esql_pattern_more(reader) && !esql_pattern_peek(reader, '"'))
		esql_pattern_add_child(reader, node,
							   esql_pattern_char_node(reader, esql_pattern_next(reader)));
	if (!esql_pattern_take(reader, '"'))
		esql_pattern_fail(reader, ESQL_ERROR_VALUE,
						  "A literal quote is written with a backslash before it.",
					 "a quote is not closed");
	return node->nchildren == 0 ? esql_pattern_node(reader, PATTERN_EMPTY) : node;
}

/*
 * interval = "<" , digits , "-" , digits , ">" ;
 *
 * Of equal width on both sides, it is the width of the numbers.
 */
static PatternNode *
interval(PatternReader *reader)
{
	PatternNode *node = esql_pattern_node(reader, PATTERN_INTERVAL);
	size_t		start = reader->pos;
	size_t		middle;
	int			swap;

	if (!esql_pattern_take_number(reader, &node->min))
		esql_pattern_fail(reader, ESQL_ERROR_VALUE, "A literal < is written \\<.",
					 "\"<\" does not begin an interval as in <1-99>");
	middle = reader->pos;
	if (!esql_pattern_take(reader, '-') || !esql_pattern_take_number(reader, &node->max) ||
		!esql_pattern_take(reader, '>'))
		esql_pattern_fail(reader, ESQL_ERROR_VALUE, "A literal < is written \\<.",
					 "\"<\" does not begin an interval as in <1-99>");
	if (middle - start == reader->pos - middle - 2)
	{
		if (middle - start > 10)
			esql_pattern_fail(reader, ESQL_ERROR_LIMIT, NULL,
						 "the numbers of an interval have more than 10 digits");
		node->digits = (int) (middle - start);
	}
	if (node->min > node->max)
	{
		swap = node->min;
		node->min = node->max;
		node->max = swap;
	}
	return node;
}

/*
 * simple = "." | "#" | "@" | literal | "(" , [ union ] , ")" | interval
 *		  | "\" , char | char ;
 */
static PatternNode *
simple_exp(PatternReader *reader)
{
	CharSet		set = {NULL, 0, 0};
	PatternNode *node;
	uint32_t	code;

	if (esql_pattern_take(reader, '.'))
	{
		esql_set_add(reader, &set, 0, PATTERN_MAX_CODE);
		return esql_pattern_set_node(reader, &set);
	}
	if (esql_pattern_take(reader, '#'))
		return esql_pattern_node(reader, PATTERN_NOTHING);
	if (esql_pattern_take(reader, '@'))
		return esql_pattern_node(reader, PATTERN_ANY_STRING);
	if (esql_pattern_take(reader, '"'))
		return literal_run(reader);
	if (esql_pattern_take(reader, '<'))
		return interval(reader);
	if (esql_pattern_take(reader, '('))
	{
		if (esql_pattern_take(reader, ')'))
			return esql_pattern_node(reader, PATTERN_EMPTY);
		esql_pattern_enter(reader);
		node = union_exp(reader);
		if (!esql_pattern_take(reader, ')'))
			esql_pattern_fail(reader, ESQL_ERROR_VALUE, "A literal parenthesis is written \\(.",
						 "a parenthesis is not closed");
		reader->level--;
		return node;
	}
	if (esql_pattern_take(reader, '\\'))
	{
		if (escape(reader, &set, &code))
			return esql_pattern_set_node(reader, &set);
		return esql_pattern_char_node(reader, code);
	}
	return esql_pattern_char_node(reader, esql_pattern_next(reader));
}

/*
 * compl = { "~" } , ( char_classes | simple ) ;
 */
static PatternNode *
compl_exp(PatternReader *reader)
{
	PatternNode *node;

	if (esql_pattern_take(reader, '~'))
	{
		esql_pattern_enter(reader);
		node = compl_exp(reader);
		reader->level--;
		if (node->kind == PATTERN_COMPLEMENT)
			return node->children[0];
		if (node->kind == PATTERN_NOTHING)
			return esql_pattern_node(reader, PATTERN_ANY_STRING);
		if (esql_pattern_is_anything(node))
			return esql_pattern_node(reader, PATTERN_NOTHING);
		return esql_pattern_parent(reader, PATTERN_COMPLEMENT, node);
	}
	if (esql_pattern_take(reader, '['))
		return char_classes(reader);
	return simple_exp(reader);
}

/*
 * repeat = compl , { "?" | "*" | "+" | "{" , n , [ "," , [ m ] ] , "}" } ;
 *
 * Quantifiers may follow each other; each of them is of what stands before.
 */
static PatternNode *
repeat_exp(PatternReader *reader)
{
	PatternNode *node = compl_exp(reader);
	int			min;
	int			max;

	for (;;)
	{
		if (esql_pattern_take(reader, '?'))
			node = esql_pattern_repeat(reader, node, 0, 1);
		else if (esql_pattern_take(reader, '*'))
			node = esql_pattern_repeat(reader, node, 0, PATTERN_INFINITE);
		else if (esql_pattern_take(reader, '+'))
			node = esql_pattern_repeat(reader, node, 1, PATTERN_INFINITE);
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
			node = esql_pattern_repeat(reader, node, min, max);
		}
		else
			return node;
	}
}

/*
 * concat = repeat , { repeat } ;
 */
static PatternNode *
concat_exp(PatternReader *reader)
{
	PatternNode *node = esql_pattern_node(reader, PATTERN_CONCAT);

	do
		esql_pattern_add_child(reader, node, repeat_exp(reader));
	while (esql_pattern_more(reader) && !esql_pattern_peek(reader, ')') &&
		   !esql_pattern_peek(reader, '|') &&
		   !esql_pattern_peek(reader, '&'));
	for (uint32_t i = 0; i < node->nchildren; i++)
	{
		if (node->children[i]->kind == PATTERN_NOTHING)
			return node->children[i];
	}
	return node->nchildren == 1 ? node->children[0] : node;
}

/*
 * Add the characters that a match may begin with, or more; true if the match
 * may be empty.
 */
static bool
add_beginnings(PatternReader *reader, const PatternNode *node, CharSet *set)
{
	bool		empty = false;

	switch (node->kind)
	{
		case PATTERN_EMPTY:
			return true;
		case PATTERN_NOTHING:
			return false;
		case PATTERN_SET:
			esql_set_add_set(reader, set, &node->set);
			return false;
		case PATTERN_CONCAT:
			for (uint32_t i = 0; i < node->nchildren; i++)
			{
				if (!add_beginnings(reader, node->children[i], set))
					return false;
			}
			return true;
		case PATTERN_UNION:
			for (uint32_t i = 0; i < node->nchildren; i++)
				empty = add_beginnings(reader, node->children[i], set) || empty;
			return empty;
		case PATTERN_REPEAT:
			return add_beginnings(reader, node->children[0], set) || node->min == 0;
		default:
			esql_set_add(reader, set, 0, PATTERN_MAX_CODE);
			return true;
	}
}

/*
 * Can no string match both, because none of their characters may begin it?
 */
static bool
begin_apart(PatternReader *reader, const PatternNode *left, const PatternNode *right)
{
	CharSet		sets[2] = {{NULL, 0, 0}, {NULL, 0, 0}};
	bool		left_empty = add_beginnings(reader, left, &sets[0]);
	bool		right_empty = add_beginnings(reader, right, &sets[1]);
	uint32_t	i = 0;
	uint32_t	j = 0;

	if (left_empty && right_empty)
		return false;
	esql_set_normalize(&sets[0]);
	esql_set_normalize(&sets[1]);
	while (i < sets[0].n && j < sets[1].n)
	{
		if (sets[0].ranges[i][1] < sets[1].ranges[j][0])
			i++;
		else if (sets[1].ranges[j][1] < sets[0].ranges[i][0])
			j++;
		else
			return false;
	}
	return true;
}

/*
 * An intersection: what both expressions match.
 */
static PatternNode *
intersect(PatternReader *reader, PatternNode *left, PatternNode *right)
{
	PatternNode *node;

	if (left->kind == PATTERN_NOTHING || esql_pattern_is_anything(right))
		return left;
	if (right->kind == PATTERN_NOTHING || esql_pattern_is_anything(left))
		return right;
	if (left->kind == PATTERN_SET && right->kind == PATTERN_SET)
	{
		CharSet		lacks = {NULL, 0, 0};

		/* what neither lacks */
		esql_set_negate(reader, &left->set);
		esql_set_negate(reader, &right->set);
		esql_set_add_set(reader, &lacks, &left->set);
		esql_set_add_set(reader, &lacks, &right->set);
		esql_set_normalize(&lacks);
		esql_set_negate(reader, &lacks);
		return esql_pattern_set_node(reader, &lacks);
	}
	if (begin_apart(reader, left, right))
		return esql_pattern_node(reader, PATTERN_NOTHING);
	node = esql_pattern_parent(reader, PATTERN_INTERSECTION, left);
	esql_pattern_add_child(reader, node, right);
	return node;
}

/*
 * inter = concat , { "&" , concat } ;
 */
static PatternNode *
inter_exp(PatternReader *reader)
{
	PatternNode *node = concat_exp(reader);

	while (esql_pattern_take(reader, '&'))
		node = intersect(reader, node, concat_exp(reader));
	return node;
}

/*
 * union = inter , { "|" , inter } ;
 */
static PatternNode *
union_exp(PatternReader *reader)
{
	PatternNode *node = esql_pattern_node(reader, PATTERN_UNION);

	do
	{
		PatternNode *branch = inter_exp(reader);

		if (branch->kind != PATTERN_NOTHING)
			esql_pattern_add_child(reader, node, branch);
	} while (esql_pattern_take(reader, '|'));
	if (node->nchildren == 0)
		return esql_pattern_node(reader, PATTERN_NOTHING);
	return node->nchildren == 1 ? node->children[0] : node;
}

/* Begin to read a pattern. */
static PatternReader
new_reader(EsqlContext *context, EsqlString pattern, EsqlSpan span)
{
	PatternReader reader;

	memset(&reader, 0, sizeof(reader));
	reader.context = context;
	reader.span = span;
	reader.place = "RLIKE";
	reader.text = pattern.data;
	reader.length = pattern.length;
	return reader;
}

/* The tree of the whole pattern. */
static PatternNode *
read_pattern(PatternReader *reader)
{
	PatternNode *root;

	esql_pattern_check_text(reader);
	root = esql_pattern_more(reader) ? union_exp(reader) :
		esql_pattern_node(reader, PATTERN_EMPTY);
	if (esql_pattern_more(reader))
		esql_pattern_fail(reader, ESQL_ERROR_VALUE, "A literal parenthesis is written \\).",
					 "a parenthesis closes nothing");
	return root;
}

/*
 * Translate an RLIKE pattern; see pattern.h.
 */
bool
esql_rlike_to_sql(EsqlContext *context, EsqlString pattern, EsqlSpan span,
				  bool *anything, EsqlString *result)
{
	PatternReader reader = new_reader(context, pattern, span);
	EsqlBuffer	out;
	PatternNode *root;

	if (setjmp(reader.escape) != 0)
		return false;
	root = read_pattern(&reader);
	*anything = esql_pattern_is_anything(root);
	esql_buffer_init(&out, context);
	esql_append_text(&out, "^(?:");
	esql_pattern_write(&reader, &out, root, true);
	esql_append_text(&out, ")$");
	return esql_buffer_finish(&out, result);
}

/*
 * The strings of which a match holds one; see pattern.h.
 */
uint32_t
esql_rlike_literals(EsqlContext *context, EsqlString pattern, EsqlSpan span, EsqlString **strings)
{
	PatternReader reader = new_reader(context, pattern, span);
	PatternLiterals literals;

	if (setjmp(reader.escape) != 0)
		return 0;
	literals = esql_pattern_literals(&reader, read_pattern(&reader));
	*strings = literals.strings;
	return literals.shortest >= SHORTEST_LITERAL ? literals.count : 0;
}
