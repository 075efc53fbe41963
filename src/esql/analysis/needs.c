/*
 * needs.c
 *		What a document must hold for a query to look at it.
 *
 *		WHERE event.action == "exec" AND process.name IN ("scp", "sftp") AND user.name LIKE "r*"
 *
 * can only be true of a document that has the value exec in event.action, one of two values in
 * process.name, and the field user.name.  An index of such terms (runtime/document_terms.c)
 * leads to these documents.  This file reads the terms off the finished plan, from the
 * conditions that each row has to meet.
 *
 * The answer is a list of needs, and each need is a list of terms of which a document must
 * have one.  All needs must be met.  They are necessary and not sufficient: the field
 * may have several values, or the value may be something else than text.  So whatever this
 * file does not know asks for nothing, and a query is right without any of it.
 *
 * A condition asks for a field if it cannot be true while the field is null.  Most of what
 * ES|QL has is null then: comparisons, LIKE, many functions.  So is NOT of these.  Only what is
 * known to be null then is looked into.
 */
#include "compat.h"

#include "esql/analysis/needs.h"
#include "esql/analysis/node.h"
#include "esql/value/term.h"

/* A need with more terms than these is not worth asking for. */
#define MOST_TERMS	64

/* So many needs are made of an OR. */
#define MOST_NEEDS	16

/* So many nodes are looked at.  An EVAL may read what another made many times, and that again. */
#define MOST_NODES	5000

typedef struct Search
{
	const EsqlPlan *plan;
	int			nodes;			/* looked at so far */
} Search;

static List *needs_of(Search *search, const EsqlNode *node, bool truth);
static List *needs_to_be(Search *search, const EsqlNode *node);

static List *
one_term(EsqlColumn *column, const EsqlNode *value)
{
	EsqlTerm   *term = palloc(sizeof(EsqlTerm));

	term->column = column;
	term->value = value != NULL && esql_field_has_value_terms(column->name) ? value : NULL;
	return list_make1(list_make1(term));
}

/*
 * The expression that EVAL makes of a column, or the list of whose values MV_EXPAND makes
 * it; or NULL.
 */
static const EsqlNode *
made_of(const Search *search, const EsqlColumn *column)
{
	ListCell   *cell;
	ListCell   *inner;

	foreach(cell, search->plan->stages)
	{
		const EsqlStage *stage = lfirst(cell);

		if (stage->kind != ESQL_STAGE_EVAL && stage->kind != ESQL_STAGE_EXPAND)
			continue;
		foreach(inner, stage->outputs)
		{
			const EsqlOutput *output = lfirst(inner);

			if (output->column == column && !output->ordinality)
				return output->node;
		}
	}
	return NULL;
}

/* Is it a call of just this template, which has no operator's name? */
static bool
is_call(const EsqlNode *node, const char *sql)
{
	return node->kind == ESQL_NODE_CALL && node->operator == ESQL_OPERATOR_NONE && strcmp(node->sql, sql) == 0;
}

/* Is a call null where its first argument is? */
static bool
rejects_null(const EsqlNode *node)
{
	static const char *const strict[] = {
		"@esql_is($1, $2)", "@esql_single($1)", "@esql_lower($1)", "@esql_upper($1)", "@esql_ip_key($1)", "@esql_date_ms($1)",
		"@esql_as_list($1)", "($2 {=} ANY ($1))", "@esql_starts_with($1, $2)", "@esql_ends_with($1, $2)", "@esql_contains($1, $2)",
		"@esql_length($1)", "@esql_trim($1)", "@esql_url_decode($1)", "@esql_substring($*)", "@esql_locate($*)",
		"@esql_replace($1, $2, $3)", "@esql_split($1, $2)", "@esql_to_string($1)", "@esql_cidr_match($*)", "@esql_mv_count($1)",
		"@esql_mv_min($1)", "@esql_mv_max($1)", "@esql_mv_first($1)", "@esql_mv_last($1)", "@esql_mv_dedupe($1)",
		"@esql_mv_concat($1, $2)"
	};

	switch (node->operator)
	{
		case ESQL_OPERATOR_EQ:
		case ESQL_OPERATOR_NE:
		case ESQL_OPERATOR_LT:
		case ESQL_OPERATOR_LE:
		case ESQL_OPERATOR_GT:
		case ESQL_OPERATOR_GE:
		case ESQL_OPERATOR_LIKE:
		case ESQL_OPERATOR_RLIKE:
			return true;
		case ESQL_OPERATOR_NONE:
			break;
		case ESQL_OPERATOR_AND:
		case ESQL_OPERATOR_OR:
		case ESQL_OPERATOR_IS_NULL:
		case ESQL_OPERATOR_IS_NOT_NULL:
		case ESQL_OPERATOR_IS_TRUE:
		case ESQL_OPERATOR_DISTINCT_COUNT:
		case ESQL_OPERATOR_DISTINCT_VALUES:
			return false;
	}
	for (size_t i = 0; i < lengthof(strict); i++)
	{
		if (is_call(node, strict[i]))
			return true;
	}
	return false;
}

static bool
same_term(const EsqlTerm *a, const EsqlTerm *b)
{
	return a->column == b->column && (a->value == NULL) == (b->value == NULL) &&
		(a->value == NULL || (a->value->string.length == b->value->string.length &&
							  memcmp(a->value->string.data, b->value->string.data, a->value->string.length) == 0));
}

/* Has every document with the first term the second one? */
static bool
implies(const EsqlTerm *term, const EsqlTerm *other)
{
	return same_term(term, other) || (term->column == other->column && other->value == NULL);
}

/* Has it one of the terms of a need? */
static bool
implies_need(const EsqlTerm *term, const List *need)
{
	ListCell   *cell;

	foreach(cell, need)
	{
		if (implies(term, lfirst(cell)))
			return true;
	}
	return false;
}

/* One of the two needs. */
static List *
either(const List *left, const List *right)
{
	List	   *need = NIL;
	ListCell   *cell;

	foreach(cell, left)
	{
		if (!implies_need(lfirst(cell), right))
			need = lappend(need, lfirst(cell));
	}
	foreach(cell, right)
	{
		if (!implies_need(lfirst(cell), need))
			need = lappend(need, lfirst(cell));
	}
	return need;
}

/* The field of the source whose keywords the node is, as they are; or NULL. */
static EsqlColumn *
keyword_field(Search *search, const EsqlNode *node)
{
	while (node != NULL && node->kind == ESQL_NODE_COLUMN && node->column->accesses == NIL &&
		   search->nodes++ <= MOST_NODES)
		node = made_of(search, node->column);
	return node != NULL && node->kind == ESQL_NODE_COLUMN && node->column->accesses != NIL &&
		node->column->type == ESQL_TYPE_KEYWORD ? node->column : NULL;
}

/* "field == value", in any of its forms: the terms, or NIL. */
static List *
needs_of_equality(Search *search, const EsqlNode *node)
{
	EsqlColumn *field;
	List	   *terms = NIL;

	if (node->kind != ESQL_NODE_IN && node->operator != ESQL_OPERATOR_EQ && !is_call(node, "@esql_is($1, $2)") &&
		!is_call(node, "($2 {=} ANY ($1))"))
		return NIL;
	field = keyword_field(search, node->args[0]);
	if (field == NULL && node->kind == ESQL_NODE_CALL && keyword_field(search, node->args[1]) != NULL &&
		esql_is_string_const(node->args[0]))
		return one_term(keyword_field(search, node->args[1]), node->args[0]);
	if (field == NULL || node->nargs > MOST_TERMS)
		return NIL;
	for (int i = 1; i < node->nargs; i++)
	{
		if (!esql_is_string_const(node->args[i]))
			return NIL;
		terms = either(terms, linitial(one_term(field, node->args[i])));
	}
	return list_make1(terms);
}

/* How much a need narrows, roughly: values do, and fewer of them more. */
static int
worth(const List *need)
{
	int			total = 0;
	ListCell   *cell;

	foreach(cell, need)
		total += ((EsqlTerm *) lfirst(cell))->value != NULL ? 1 : MOST_TERMS;
	return -total;
}

static List *
best_need(List *needs)
{
	List	   *best = NIL;
	ListCell   *cell;

	foreach(cell, needs)
	{
		if (best == NIL || worth(lfirst(cell)) > worth(best))
			best = lfirst(cell);
	}
	return best;
}

/* Is the other need met wherever this one is? */
static bool
is_part_of(const List *need, const List *other)
{
	ListCell   *cell;

	foreach(cell, need)
	{
		if (!implies_need(lfirst(cell), other))
			return false;
	}
	return true;
}

/* The needs and one more, without those that another makes needless. */
static List *
add_need(List *needs, List *need)
{
	List	   *result = NIL;
	ListCell   *cell;

	foreach(cell, needs)
	{
		if (is_part_of(lfirst(cell), need))
			return needs;
		if (!is_part_of(need, lfirst(cell)))
			result = lappend(result, lfirst(cell));
	}
	return lappend(result, need);
}

/*
 * One of two conditions is met: each need of one, or each of the other.  If these are too
 * many, those that narrow most.
 */
static List *
needs_of_either(List *left, List *right)
{
	List	   *needs = NIL;
	ListCell   *cell;
	ListCell   *inner;

	if (list_length(left) * list_length(right) > MOST_NEEDS)
		left = list_make1(best_need(left));
	if (list_length(left) * list_length(right) > MOST_NEEDS)
		right = list_make1(best_need(right));
	foreach(cell, left)
	{
		foreach(inner, right)
		{
			List	   *need = either(lfirst(cell), lfirst(inner));

			if (list_length(need) <= MOST_TERMS)
				needs = add_need(needs, need);
		}
	}
	return needs;
}

/* One of the arguments is not null. */
static List *
needs_of_any(Search *search, const EsqlNode *node)
{
	List	   *needs = NIL;
	bool		first = true;

	for (int i = 0; i < node->nargs; i++)
	{
		if (esql_is_null_const(node->args[i]))
			continue;
		needs = first ? needs_to_be(search, node->args[i]) : needs_of_either(needs, needs_to_be(search, node->args[i]));
		first = false;
	}
	return needs;
}

/* A comparison with a constant that what CASE chooses has to pass; without an operator, that it is not null. */
typedef struct Comparison
{
	EsqlOperator operator;
	const EsqlNode *constant;
} Comparison;

/* May a value pass the comparison?  Two constants of one type tell. */
static bool
may_pass(const EsqlNode *value, const Comparison *comparison)
{
	const EsqlNode *constant = comparison->constant;
	int			order;

	if (esql_is_null_const(value))
		return false;
	if (comparison->operator == ESQL_OPERATOR_NONE || value->kind != ESQL_NODE_CONST || value->type != constant->type)
		return true;
	if (value->type == ESQL_TYPE_KEYWORD)
		order = value->string.length != constant->string.length ||
			memcmp(value->string.data, constant->string.data, constant->string.length) != 0;
	else if (value->type == ESQL_TYPE_INTEGER)
		order = (value->integer > constant->integer) - (value->integer < constant->integer);
	else
		return true;
	if (comparison->operator == ESQL_OPERATOR_EQ)
		return order == 0;
	if (comparison->operator == ESQL_OPERATOR_NE)
		return order != 0;
	if (value->type == ESQL_TYPE_INTEGER && comparison->operator == ESQL_OPERATOR_GT)
		return order > 0;
	if (value->type == ESQL_TYPE_INTEGER && comparison->operator == ESQL_OPERATOR_GE)
		return order >= 0;
	return true;
}

/*
 * CASE chooses a value that passes: one of the conditions is true and its value is not
 * null, or the value at the end is not null.
 */
static List *
needs_of_case(Search *search, const EsqlNode *node, const Comparison *comparison)
{
	List	   *needs = NIL;
	bool		first = true;

	for (int i = 0; i < node->nargs; i += 2)
	{
		bool		last = i + 1 == node->nargs;
		const EsqlNode *value = node->args[last ? i : i + 1];
		List	   *branch;

		if (!may_pass(value, comparison))
			continue;
		branch = needs_to_be(search, value);
		if (!last)
			branch = list_concat(needs_of(search, node->args[i], true), branch);
		needs = first ? branch : needs_of_either(needs, branch);
		first = false;
	}
	return needs;
}

/* A comparison of what CASE chooses with a constant; NIL if the node is something else. */
static List *
needs_of_chosen(Search *search, const EsqlNode *node)
{
	Comparison	comparison = {is_call(node, "@esql_is($1, $2)") ? ESQL_OPERATOR_EQ : node->operator, NULL};
	const EsqlNode *chosen;

	if (node->kind != ESQL_NODE_CALL || node->nargs != 2 || comparison.operator == ESQL_OPERATOR_NONE ||
		node->args[1]->kind != ESQL_NODE_CONST || node->args[1]->isnull)
		return NIL;
	chosen = node->args[0];
	if (chosen->kind == ESQL_NODE_COLUMN && chosen->column->accesses == NIL)
		chosen = made_of(search, chosen->column);
	if (chosen == NULL || chosen->kind != ESQL_NODE_CASE)
		return NIL;
	comparison.constant = node->args[1];
	return needs_of_case(search, chosen, &comparison);
}

/* What must be there for the node not to be null. */
static List *
needs_to_be(Search *search, const EsqlNode *node)
{
	static const Comparison any = {ESQL_OPERATOR_NONE, NULL};
	const EsqlNode *made;
	List	   *needs;

	if (search->nodes++ > MOST_NODES)
		return NIL;
	switch (node->kind)
	{
		case ESQL_NODE_COLUMN:
			if (node->column->accesses != NIL)
				return one_term(node->column, NULL);
			made = made_of(search, node->column);
			return made == NULL ? NIL : needs_to_be(search, made);
		case ESQL_NODE_MAP:
		case ESQL_NODE_IN:
			return needs_to_be(search, node->args[0]);
		case ESQL_NODE_CASE:
			return needs_of_case(search, node, &any);
		case ESQL_NODE_CALL:
			if (is_call(node, "coalesce($*)"))
				return needs_of_any(search, node);
			if (!rejects_null(node))
				return NIL;
			needs = needs_to_be(search, node->args[0]);
			/* an operator's other side, too */
			if (node->operator != ESQL_OPERATOR_NONE)
				needs = list_concat(needs, needs_to_be(search, node->args[1]));
			return needs;
		case ESQL_NODE_CONST:
		case ESQL_NODE_LIST:
		case ESQL_NODE_ELEMENT:
			return NIL;
	}
	return NIL;
}

/* Is it a test whether any value of a field passes?  It is false where there is none. */
static bool
is_about_any(const EsqlNode *node)
{
	return is_call(node, "EXISTS (SELECT FROM ^unnest($1) AS u(v) WHERE $2)") ||
		(node->kind == ESQL_NODE_CALL && node->sql != NULL && strncmp(node->sql, "@esql_any_", strlen("@esql_any_")) == 0);
}

/* What must be there for the condition to be true, or false. */
static List *
needs_of(Search *search, const EsqlNode *node, bool truth)
{
	List	   *needs;

	if (search->nodes++ > MOST_NODES)
		return NIL;
	if (node->kind == ESQL_NODE_COLUMN)
	{
		const EsqlNode *made = node->column->accesses != NIL ? NULL : made_of(search, node->column);

		return made == NULL ? needs_to_be(search, node) : needs_of(search, made, truth);
	}
	if (is_call(node, "(NOT $1)"))
		return needs_of(search, node->args[0], !truth);
	/* the same of some value of a field */
	if (truth && is_about_any(node))
		return needs_to_be(search, node->args[0]);
	if (node->operator == ESQL_OPERATOR_AND || node->operator == ESQL_OPERATOR_OR)
	{
		List	   *left = needs_of(search, node->args[0], truth);
		List	   *right = needs_of(search, node->args[1], truth);

		return (node->operator == ESQL_OPERATOR_AND) == truth ? list_concat(left, right) :
			needs_of_either(left, right);
	}
	if (node->operator == ESQL_OPERATOR_IS_TRUE)
		return truth ? needs_of(search, node->args[0], true) : NIL;
	if (node->operator == ESQL_OPERATOR_IS_NOT_NULL || node->operator == ESQL_OPERATOR_IS_NULL)
		return (node->operator == ESQL_OPERATOR_IS_NOT_NULL) == truth ? needs_to_be(search, node->args[0]) : NIL;
	if (truth)
	{
		needs = needs_of_equality(search, node);
		if (needs == NIL)
			needs = needs_of_chosen(search, node);
		if (needs != NIL)
			return needs;
	}
	return needs_to_be(search, node);
}

/*
 * What all rows need that get past the first WHEREs of the query.  Where events are
 * counted that exceptions leave out, those before the exceptions.
 */
List *
esql_find_needs(const EsqlPlan *plan)
{
	Search		search = {.plan = plan};
	List	   *needs = NIL;
	ListCell   *cell;
	ListCell   *inner;

	for (int number = 1; number < list_length(plan->stages); number++)
	{
		const EsqlStage *stage = list_nth(plan->stages, number);

		if ((stage->kind != ESQL_STAGE_WHERE && stage->kind != ESQL_STAGE_EVAL && stage->kind != ESQL_STAGE_EXPAND &&
			 stage->kind != ESQL_STAGE_LOOKUP) || (plan->hidden.tested >= 0 && number > plan->hidden.tested))
			break;
		if (stage->kind != ESQL_STAGE_WHERE)
			continue;			/* a LOOKUP has conditions of its join */
		foreach(cell, stage->conditions)
		{
			foreach(inner, needs_of(&search, lfirst(cell), true))
				needs = add_need(needs, lfirst(inner));
		}
	}
	return needs;
}
