/*
 * likes.c
 *		LIKEs of one text, joined by OR, as one call, and one before a regular expression.
 *
 * Published rules compare a text with dozens of patterns.  A call that knows all of them
 * reads the text once (runtime/like_any.c).  It is null where the text is, as each LIKE is,
 * so what OR makes of it is the same.
 *
 * The same call stands before a regular expression whose matches all hold one of some strings,
 * since most texts have none of them.
 *
 * Columns of tables keep their LIKEs, which an index may answer.
 */
#include "compat.h"

#include "miscadmin.h"

#include "esql/analysis/node.h"
#include "esql/sql/likes.h"

/* Fewer LIKEs are left alone. */
#define LEAST_PATTERNS	3

/* So many texts are told apart. */
#define MOST_SUBJECTS	16

/* A text and the conditions that compare it. */
typedef struct Subject
{
	EsqlNode   *node;
	List	   *patterns;
	bool		written;
} Subject;

/*
 * The conditions that are joined by OR, from the left to the right.  The ORs below the first are
 * part of it, and so need not be looked at when they are written.
 */
static List *
alternatives(EsqlNode *node, List *found)
{
	if (node->kind != ESQL_NODE_CALL || node->operator != ESQL_OPERATOR_OR)
		return lappend(found, node);
	check_stack_depth();
	for (int i = 0; i < node->nargs; i++)
	{
		node->args[i]->part_of_or = true;
		found = alternatives(node->args[i], found);
	}
	return found;
}

/* Is the text made of documents' fields, or by the query? */
static bool
has_no_index(const EsqlNode *node)
{
	List	   *columns = NIL;
	ListCell   *cell;
	ListCell   *inner;

	esql_collect_columns(node, &columns);
	foreach(cell, columns)
	{
		foreach(inner, ((EsqlColumn *) lfirst(cell))->accesses)
		{
			const EsqlAccess *access = lfirst(inner);

			if (access != NULL && !access->document)
				return false;
		}
	}
	return true;
}

/* Are two texts the same column, or its letters made small or large? */
static bool
is_same(const EsqlNode *a, const EsqlNode *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == ESQL_NODE_COLUMN)
		return a->column == b->column && a->multivalued == b->multivalued && a->face_list == b->face_list;
	return a->kind == ESQL_NODE_CALL && a->any_letters && b->any_letters && a->nargs == 1 && b->nargs == 1 &&
		strcmp(a->sql, b->sql) == 0 && is_same(a->args[0], b->args[0]);
}

/* The text that a condition compares with a pattern, among those; a new one if there is room, or NULL. */
static Subject *
find_subject(List **subjects, const EsqlNode *condition)
{
	Subject    *subject;
	ListCell   *cell;

	if (condition->kind != ESQL_NODE_CALL || condition->operator != ESQL_OPERATOR_LIKE ||
		!esql_is_string_const(condition->args[1]))
		return NULL;
	foreach(cell, *subjects)
	{
		if (is_same(((Subject *) lfirst(cell))->node, condition->args[0]))
			return lfirst(cell);
	}
	if (list_length(*subjects) == MOST_SUBJECTS || !is_same(condition->args[0], condition->args[0]) ||
		!has_no_index(condition->args[0]))
		return NULL;
	subject = palloc0(sizeof(Subject));
	subject->node = condition->args[0];
	*subjects = lappend(*subjects, subject);
	return subject;
}

/* The call for a text and a list of patterns. */
static EsqlNode *
like_any(EsqlNode *subject, EsqlNode *patterns)
{
	return esql_call2("@esql_like_any($1, $2)", ESQL_TYPE_BOOLEAN, subject->span, subject, patterns);
}

/* The call for all patterns of a text. */
static EsqlNode *
call_for(Subject *subject)
{
	EsqlNode   *list = esql_new_node(ESQL_NODE_LIST, ESQL_TYPE_KEYWORD, subject->node->span);

	list->multivalued = true;
	list->nargs = list_length(subject->patterns);
	list->args = palloc(list->nargs * sizeof(EsqlNode *));
	for (int i = 0; i < list->nargs; i++)
		list->args[i] = list_nth(subject->patterns, i);
	subject->written = true;
	return like_any(subject->node, list);
}

/* Conditions with OR between them, as a balanced tree. */
static EsqlNode *
join(const List *conditions, int first, int count)
{
	EsqlNode   *left;

	if (count == 1)
		return list_nth(conditions, first);
	left = join(conditions, first, count / 2);
	return esql_operate(ESQL_OPERATOR_OR, left->span, left, join(conditions, first + count / 2, count - count / 2));
}

/* An OR in which a text is compared with several patterns, with one call for these; or NULL. */
static EsqlNode *
join_likes(const EsqlNode *node)
{
	List	   *subjects = NIL;
	List	   *conditions;
	List	   *joined = NIL;
	int			most = 0;
	ListCell   *cell;

	conditions = alternatives(unconstify(EsqlNode *, node), NIL);
	foreach(cell, conditions)
	{
		Subject    *subject = find_subject(&subjects, lfirst(cell));

		if (subject == NULL)
			continue;
		subject->patterns = lappend(subject->patterns, ((EsqlNode *) lfirst(cell))->args[1]);
		most = Max(most, list_length(subject->patterns));
	}
	if (most < LEAST_PATTERNS)
		return NULL;
	foreach(cell, conditions)
	{
		Subject    *subject = find_subject(&subjects, lfirst(cell));

		if (subject == NULL || list_length(subject->patterns) < LEAST_PATTERNS)
			joined = lappend(joined, lfirst(cell));
		else if (!subject->written)
			joined = lappend(joined, call_for(subject));
	}
	return join(joined, 0, list_length(joined));
}

/* A regular expression behind a search for strings that its matches hold; or NULL. */
static EsqlNode *
search_first(const EsqlNode *node)
{
	EsqlNode   *match;

	if (node->holds == NULL || !is_same(node->args[0], node->args[0]) || !has_no_index(node->args[0]))
		return NULL;
	match = palloc(sizeof(EsqlNode));
	*match = *node;
	match->holds = NULL;
	return esql_operate(ESQL_OPERATOR_AND, node->span, like_any(node->args[0], node->holds), match);
}

/* The condition with its comparisons of texts put in a form that is faster; NULL if there is none. */
EsqlNode *
esql_faster_likes(const EsqlNode *node)
{
	if (node->operator == ESQL_OPERATOR_OR)
		return node->part_of_or ? NULL : join_likes(node);
	return node->operator == ESQL_OPERATOR_RLIKE ? search_first(node) : NULL;
}
