/*
 * search.c
 *		Searches as conditions: KQL(), QSTR(), and what MATCH() looks for.
 *
 * These do not compare as ES|QL does, but search as Elasticsearch's index does.
 * Any value of a field may fit.  What is not there does not fit: the condition
 * is false then, not null.  What fits goes by the type of the field:
 *
 *	- keyword: the whole value, letter by letter; KQL has wildcards;
 *	- text: words, see text/analyzer.h;
 *	- numbers, booleans, addresses (also blocks of them), dates.  A date that is
 *	  not written out to the millisecond stands for all of its stretch of time.
 *
 * Conditions of AND and OR are left to be null where they are false, so that
 * an index serves them; what is asked of the whole, and of what stands below a
 * NOT, is whether it IS TRUE.  add_condition() takes that off where it says
 * nothing.
 */
#include "compat.h"

#include "miscadmin.h"
#include "utils/timestamp.h"

#include "esql/analysis/coerce.h"
#include "esql/analysis/column.h"
#include "esql/analysis/expr.h"
#include "esql/analysis/functions.h"
#include "esql/analysis/node.h"
#include "esql/analysis/report.h"
#include "esql/analysis/search.h"
#include "esql/analysis/source.h"
#include "esql/search/search.h"
#include "esql/value/calendar.h"
#include "esql/value/instant.h"
#include "text/address.h"
#include "text/analyzer.h"
#include "text/literal.h"
#include "text/utf8.h"

const EsqlMatch esql_plain_match = {.transpositions = true};

static EsqlNode *
boolean_constant(bool value, EsqlSpan span)
{
	EsqlNode   *node = esql_new_node(ESQL_NODE_CONST, ESQL_TYPE_BOOLEAN, span);

	node->boolean = value;
	return node;
}

/* The condition as a certain boolean: false where it is null. */
EsqlNode *
esql_is_true(EsqlNode *condition)
{
	EsqlNode   *node;

	if (condition->kind == ESQL_NODE_CONST && !condition->isnull)
		return condition;
	node = esql_call1("($1 IS TRUE)", ESQL_TYPE_BOOLEAN, condition);
	node->operator = ESQL_OPERATOR_IS_TRUE;
	return node;
}

/* The characters in the first bytes of a text. */
static int
count_characters(const char *text, size_t length)
{
	int			count = 0;

	for (size_t i = 0; i < length; i++)
		count += !td_utf8_continues(text[i]);
	return count;
}

/* Conditions with an operator between them, as a balanced tree. */
static EsqlNode *
join(EsqlOperator operator, EsqlNode **conditions, uint32_t count, EsqlSpan span)
{
	uint32_t	half = count / 2;

	if (count == 1)
		return conditions[0];
	return esql_operate(operator, span, join(operator, conditions, half, span),
						join(operator, conditions + half, count - half, span));
}

/* What a condition is made over: each value of the field. */
static EsqlNode *
each_value(EsqlNode *field)
{
	return field->multivalued ? esql_element(field) : field;
}

/* Tests of a text, and of any text of a list. */
#define HAS_WORD		"@esql_has_word(@esql_lower($1), @esql_lower($2))"
#define HAS_WORD_LIKE	"@esql_has_word_like(@esql_lower($1), @esql_lower($2))"
#define HAS_PHRASE		"@esql_has_phrase(@esql_lower($1), @esql_lower($2))"
#define IS_NEAR			"@esql_is_near($*)"

static const struct
{
	const char *test;
	const char *any;
}			of_lists[] =
{
	{HAS_WORD, "@esql_any_has_word($1, @esql_lower($2))"},
	{HAS_WORD_LIKE, "@esql_any_has_word_like($1, @esql_lower($2))"},
	{HAS_PHRASE, "@esql_any_has_phrase($1, @esql_lower($2))"},
	{IS_NEAR, "@esql_any_is_near($*)"}
};

/* The test of an element as a test of the list: whether any element passes, false without one. */
static EsqlNode *
test_list(EsqlNode *list, const EsqlNode *test, const char *sql)
{
	EsqlNode   *any = palloc(sizeof(EsqlNode));

	*any = *test;
	any->sql = sql;
	any->args = palloc(test->nargs * sizeof(EsqlNode *));
	memcpy(any->args, test->args, test->nargs * sizeof(EsqlNode *));
	any->args[0] = list;
	return any;
}

/* Does any value of the field fit?  The condition is over each_value(). */
static EsqlNode *
any_value(EsqlNode *field, EsqlNode *condition)
{
	if (!field->multivalued || condition->kind == ESQL_NODE_CONST)
		return condition;
	for (size_t i = 0; i < lengthof(of_lists) && condition->kind == ESQL_NODE_CALL; i++)
	{
		if (strcmp(condition->sql, of_lists[i].test) == 0 && condition->args[0]->kind == ESQL_NODE_ELEMENT)
			return test_list(field, condition, of_lists[i].any);
	}
	return esql_call2("EXISTS (SELECT FROM ^unnest($1) AS u(v) WHERE $2)", ESQL_TYPE_BOOLEAN, field->span,
					  field, condition);
}

/* Raise the error of a value that a field's type does not have. */
static EsqlNode *
no_such_value(const EsqlSearcher *s, EsqlNode *field, const char *value)
{
	if (!s->match->lenient)
		esql_raise(s->resolver->context, ESQL_ERROR_VALUE, s->span, NULL,
				   "%s looks for \"%s\" in \"%s\", which is of type %s", s->name, value,
				   field->column->name, esql_type_name(field->type));
	return boolean_constant(false, s->span);
}

/* ---------------------------------------------------------------- dates */

/*
 * The last millisecond of the stretch of time that the text of a date stands
 * for: 2026-11-20 is all of that day.
 */
static bool
end_of_date(const char *text, size_t length, int64 start, int64 *end)
{
	Interval	unit = {0, 0, 0};
	const char *time = memchr(text, 'T', length);
	const char *zone;
	size_t		date_length = time == NULL ? length : (size_t) (time - text);
	size_t		time_length = 0;
	TimestampTz timestamp;

	if (time != NULL)
	{
		time++;
		zone = time;
		while (zone < text + length && *zone != 'Z' && *zone != 'z' && *zone != '+' && *zone != '-')
			zone++;
		time_length = (size_t) (zone - time);
	}
	*end = start;
	if (time_length > 8)
		return true;			/* it has a fraction */
	if (time_length > 0)
		unit.time = time_length > 5 ? USECS_PER_SEC : time_length > 2 ? USECS_PER_MINUTE : USECS_PER_HOUR;
	else if (date_length > 7)
		unit.day = 1;
	else
		unit.month = date_length > 4 ? 1 : 12;
	if (!td_ms_to_timestamp(start, &timestamp) || !td_add_interval(timestamp, &unit, 1, &timestamp) ||
		!td_timestamp_to_ms(timestamp, end))
		return false;
	(*end)--;
	return true;
}

/* The condition of a date: both ends of its stretch count. */
static EsqlNode *
date_condition(const EsqlSearcher *s, EsqlNode *field, EsqlSearchKind kind, EsqlString value)
{
	EsqlResolver *r = s->resolver;
	EsqlNode   *each = each_value(field);
	int64		start;
	int64		end;
	EsqlNode   *first;
	EsqlNode   *last;

	if (!esql_read_date(value.data, value.length, &start) ||
		!end_of_date(value.data, value.length, start, &end))
		return no_such_value(s, field, value.data);
	first = esql_const_date(start, s->span);
	last = esql_const_date(end, s->span);
	if (kind == ESQL_SEARCH_LT)
		return any_value(field, esql_compare(r, ESQL_OPERATOR_LT, each, first, s->span));
	if (kind == ESQL_SEARCH_GE)
		return any_value(field, esql_compare(r, ESQL_OPERATOR_GE, each, first, s->span));
	if (kind == ESQL_SEARCH_LE)
		return any_value(field, esql_compare(r, ESQL_OPERATOR_LE, each, last, s->span));
	if (kind == ESQL_SEARCH_GT)
		return any_value(field, esql_compare(r, ESQL_OPERATOR_GT, each, last, s->span));
	return any_value(field, esql_operate(ESQL_OPERATOR_AND, s->span,
										 esql_compare(r, ESQL_OPERATOR_GE, each, first, s->span),
										 esql_compare(r, ESQL_OPERATOR_LE, each, last, s->span)));
}

/* ---------------------------------------------------------------- words */

/* A value of the field has one of the words, or all of them one after the other, as the function says. */
static EsqlNode *
has_words(const EsqlSearcher *s, EsqlNode *field, const char *words, size_t length, const char *sql)
{
	EsqlNode   *node = esql_call2(sql, ESQL_TYPE_BOOLEAN, s->span, each_value(field),
								  esql_const_string(words, length, s->span));

	node->any_letters = true;
	return any_value(field, node);
}

/* The condition of a text. */
static EsqlNode *
text_condition(const EsqlSearcher *s, EsqlNode *field, const EsqlSearch *search)
{
	EsqlString	value = search->value;
	EsqlNode  **all;
	uint32_t	count = 0;
	size_t		at = 0;
	size_t		length;

	if (s->match->edits != 0)
		esql_raise(s->resolver->context, ESQL_ERROR_UNSUPPORTED, s->span, NULL,
				   "fuzziness in fields of type text is not supported");
	if (search->wildcard && memchr(value.data, ESQL_SEARCH_ONE, value.length) != NULL)
		esql_raise(s->resolver->context, ESQL_ERROR_UNSUPPORTED, s->span, NULL,
				   "the wildcard ? in fields of type text is not supported");
	if (search->wildcard)
		return has_words(s, field, value.data, value.length, HAS_WORD_LIKE);
	if (!td_next_word(value.data, value.length, &at, &length))
		return boolean_constant(false, s->span);
	if (search->quoted || s->match->phrase)
		return has_words(s, field, value.data, value.length, HAS_PHRASE);
	if (!s->match->all_words)
		return has_words(s, field, value.data, value.length, HAS_WORD);
	/* each word in whichever value */
	all = palloc((value.length + 1) * sizeof(EsqlNode *));
	for (; td_next_word(value.data, value.length, &at, &length); at += length)
		all[count++] = has_words(s, field, value.data + at, length, HAS_WORD);
	return join(ESQL_OPERATOR_AND, all, count, s->span);
}

/* ---------------------------------------------------------------- keywords */

/* A value with wildcards as an SQL pattern. */
static EsqlNode *
like_pattern(EsqlString value, EsqlSpan span)
{
	char	   *pattern = palloc(2 * (size_t) value.length + 1);
	size_t		length = 0;

	for (uint32_t i = 0; i < value.length; i++)
	{
		char		c = value.data[i];

		if (c == '%' || c == '_' || c == '\\')
			pattern[length++] = '\\';
		pattern[length++] = c == ESQL_SEARCH_ANY ? '%' : c == ESQL_SEARCH_ONE ? '_' : c;
	}
	return esql_const_string(pattern, length, span);
}

/* A value that differs in so many letters at most. */
static EsqlNode *
near_condition(const EsqlSearcher *s, EsqlNode *field, EsqlString value)
{
	EsqlNode  **args = palloc(5 * sizeof(EsqlNode *));
	int			characters = count_characters(value.data, value.length);
	int			edits = s->match->edits;

	if (edits < 0)
		edits = characters < 3 ? 0 : characters < 6 ? 1 : 2;
	args[0] = each_value(field);
	args[1] = esql_const_string(value.data, value.length, s->span);
	args[2] = esql_const_long(edits, ESQL_TYPE_INTEGER, s->span);
	args[3] = esql_const_long(s->match->prefix, ESQL_TYPE_INTEGER, s->span);
	args[4] = boolean_constant(s->match->transpositions, s->span);
	return any_value(field, esql_call(IS_NEAR, ESQL_TYPE_BOOLEAN, false, s->span, 5, args));
}

static EsqlOperator
operator_of(EsqlSearchKind kind)
{
	return kind == ESQL_SEARCH_LT ? ESQL_OPERATOR_LT : kind == ESQL_SEARCH_LE ? ESQL_OPERATOR_LE :
		kind == ESQL_SEARCH_GT ? ESQL_OPERATOR_GT : kind == ESQL_SEARCH_GE ? ESQL_OPERATOR_GE : ESQL_OPERATOR_EQ;
}

/* The condition of a keyword. */
static EsqlNode *
keyword_condition(const EsqlSearcher *s, EsqlNode *field, const EsqlSearch *search)
{
	EsqlNode   *value = esql_const_string(search->value.data, search->value.length, s->span);

	if (search->wildcard)
		return any_value(field, esql_operate(ESQL_OPERATOR_LIKE, s->span, each_value(field),
											 like_pattern(search->value, s->span)));
	if (s->match->edits != 0)
		return near_condition(s, field, search->value);
	if (search->kind == ESQL_SEARCH_VALUE && field->multivalued)
		return esql_call2("($2 {=} ANY ($1))", ESQL_TYPE_BOOLEAN, s->span, field, value);
	return any_value(field, esql_compare(s->resolver, operator_of(search->kind), each_value(field), value, s->span));
}

/* ---------------------------------------------------------------- the rest */

static EsqlNode *
number_condition(const EsqlSearcher *s, EsqlNode *field, const EsqlSearch *search)
{
	EsqlNode   *value;
	int64_t		whole;
	double		number;

	if (strspn(search->value.data, "+-0123456789") == search->value.length &&
		esql_read_long(search->value.data, search->value.length, &whole))
		value = esql_const_long(whole, ESQL_TYPE_LONG, s->span);
	else if (esql_read_double(search->value.data, search->value.length, &number))
	{
		value = esql_new_node(ESQL_NODE_CONST, ESQL_TYPE_DOUBLE, s->span);
		value->number = number;
	}
	else
		return no_such_value(s, field, search->value.data);
	return any_value(field, esql_compare(s->resolver, operator_of(search->kind), each_value(field), value, s->span));
}

static EsqlNode *
boolean_condition(const EsqlSearcher *s, EsqlNode *field, const EsqlSearch *search)
{
	EsqlNode   *value;

	if (search->value.length == 4 && memcmp(search->value.data, "true", 4) == 0)
		value = boolean_constant(true, s->span);
	else if (search->value.length == 0 ||
			 (search->value.length == 5 && memcmp(search->value.data, "false", 5) == 0))
		value = boolean_constant(false, s->span);
	else
		return no_such_value(s, field, search->value.data);
	return any_value(field, esql_compare(s->resolver, operator_of(search->kind), each_value(field), value, s->span));
}

/* An address, or a block of them. */
static EsqlNode *
ip_condition(const EsqlSearcher *s, EsqlNode *field, const EsqlSearch *search)
{
	EsqlNode   *value = esql_const_string(search->value.data, search->value.length, s->span);
	TdBlock		block;
	TdAddress	address;

	if (search->kind == ESQL_SEARCH_VALUE && memchr(search->value.data, '/', search->value.length) != NULL)
	{
		if (!td_read_cidr(search->value.data, search->value.length, &block))
			return no_such_value(s, field, search->value.data);
		return any_value(field, esql_call2("@esql_cidr_match($1, $2)", ESQL_TYPE_BOOLEAN, s->span,
										   each_value(field), value));
	}
	if (!td_read_ip(search->value.data, search->value.length, &address))
		return no_such_value(s, field, search->value.data);
	return any_value(field, esql_compare(s->resolver, operator_of(search->kind), each_value(field), value, s->span));
}

/* Is the field one that Elasticsearch takes apart into words? */
static bool
is_text(const EsqlSearcher *s, const EsqlNode *field)
{
	const EsqlCatalog *catalog = s->resolver->catalog;
	const char *type = catalog->field_type(catalog, field->column->name);

	return type != NULL && (strcmp(type, "text") == 0 || strcmp(type, "match_only_text") == 0);
}

/* Does a value of the field fit? */
EsqlNode *
esql_field_condition(const EsqlSearcher *s, EsqlNode *field, const EsqlSearch *search)
{
	if (search->kind == ESQL_SEARCH_EXISTS)
		return esql_test_null(field, false);
	if (search->wildcard && field->type != ESQL_TYPE_KEYWORD)
		esql_raise(s->resolver->context, ESQL_ERROR_TYPE, s->span, NULL,
				   "%s looks with a wildcard in \"%s\", which is of type %s", s->name, field->column->name,
				   esql_type_name(field->type));
	switch (field->type)
	{
		case ESQL_TYPE_KEYWORD:
			if (!is_text(s, field))
				return keyword_condition(s, field, search);
			if (search->kind != ESQL_SEARCH_VALUE)
				esql_raise(s->resolver->context, ESQL_ERROR_UNSUPPORTED, s->span, NULL,
						   "%s cannot compare \"%s\", which is of type text", s->name, field->column->name);
			return text_condition(s, field, search);
		case ESQL_TYPE_INTEGER:
		case ESQL_TYPE_LONG:
		case ESQL_TYPE_DOUBLE:
			return number_condition(s, field, search);
		case ESQL_TYPE_BOOLEAN:
			return boolean_condition(s, field, search);
		case ESQL_TYPE_IP:
			return ip_condition(s, field, search);
		case ESQL_TYPE_DATE:
			return date_condition(s, field, search->kind, search->value);
		case ESQL_TYPE_NULL:
		case ESQL_TYPE_SOURCE:
		case ESQL_TYPE_DURATION:
		case ESQL_TYPE_PERIOD:
		case ESQL_TYPE_UNSUPPORTED:
			break;
	}
	esql_raise(s->resolver->context, ESQL_ERROR_TYPE, s->span, NULL, "%s cannot look into \"%s\" of type %s", s->name,
			   field->column->name, esql_type_name(field->type));
}

/* The field that a search names, with all its values; NULL if there is none. */
static EsqlNode *
search_field(const EsqlSearcher *s, const EsqlSearch *search)
{
	EsqlColumn *column;
	ListCell   *cell;

	foreach(cell, s->resolver->plan->columns)
	{
		column = lfirst(cell);
		if (column->accesses != NIL && strcmp(column->name, search->field.data) == 0)
			return esql_column_node(column, s->span);
	}
	column = esql_source_column(s->resolver, search->field.data, s->span);
	if (column != NULL)
		return esql_column_node(column, s->span);
	s->resolver->plan->noted = true;
	ereport(NOTICE,
			(errmsg("%s looks for field \"%s\", which is not there and so fits nothing", s->name,
					search->field.data)));
	return NULL;
}

/* A search as a condition; below a NOT it must not be null. */
static EsqlNode *
search_condition(const EsqlSearcher *s, const EsqlSearch *search)
{
	EsqlNode  **args;
	EsqlNode   *field;

	check_stack_depth();
	switch (search->kind)
	{
		case ESQL_SEARCH_EVERYTHING:
			return boolean_constant(true, s->span);
		case ESQL_SEARCH_AND:
		case ESQL_SEARCH_OR:
			args = palloc(search->nargs * sizeof(EsqlNode *));
			for (uint32_t i = 0; i < search->nargs; i++)
				args[i] = search_condition(s, search->args[i]);
			return join(search->kind == ESQL_SEARCH_AND ? ESQL_OPERATOR_AND : ESQL_OPERATOR_OR, args, search->nargs,
						s->span);
		case ESQL_SEARCH_NOT:
			return esql_call1("(NOT $1)", ESQL_TYPE_BOOLEAN, esql_is_true(search_condition(s, search->args[0])));
		case ESQL_SEARCH_EXISTS:
		case ESQL_SEARCH_VALUE:
		case ESQL_SEARCH_LT:
		case ESQL_SEARCH_LE:
		case ESQL_SEARCH_GT:
		case ESQL_SEARCH_GE:
			field = search_field(s, search);
			return field == NULL ? boolean_constant(false, s->span) : esql_field_condition(s, field, search);
	}
	elog(ERROR, "unexpected kind of search %d", (int) search->kind);
}

/* Searches look into the index, so its fields must still be there. */
static void
check_place(const EsqlSearcher *s)
{
	ListCell   *cell;
	bool		condition = s->resolver->condition != NULL;

	/* an exception's condition has a place of its own, whatever the plan has by now */
	if (condition && s->resolver->open)
		return;
	foreach(cell, s->resolver->plan->stages)
	{
		if (condition || ((EsqlStage *) lfirst(cell))->kind == ESQL_STAGE_STATS)
			esql_raise(s->resolver->context, ESQL_ERROR_SYNTAX, s->span,
					   "Put it before STATS, where the fields of the events still are.",
					   "%s cannot be used after STATS", s->name);
	}
	if (s->resolver->catalog->relations == NIL)
		esql_raise(s->resolver->context, ESQL_ERROR_SYNTAX, s->span, NULL, "%s needs FROM", s->name);
}

static void *
allocate(void *arg, size_t size)
{
	(void) arg;
	return palloc(size);
}

/* KQL(search), QSTR(search) */
EsqlNode *
esql_build_search(EsqlResolver *resolver, const EsqlFunction *function,
				  const EsqlExpr *call, EsqlNode **args, int nargs)
{
	bool		kql = strcmp(function->name, "kql") == 0;
	EsqlSearcher	searcher = {resolver, kql ? "KQL" : "QSTR", call->span, &esql_plain_match};
	EsqlContext context = {.text = args[0]->string.data, .length = args[0]->string.length, .alloc = allocate};
	EsqlSearch *search;

	(void) nargs;
	check_place(&searcher);
	search = kql ? esql_read_kql(&context) : esql_read_qstr(&context);
	if (search == NULL)
		esql_raise(resolver->context, context.error.class, args[0]->span,
				   context.error.hint[0] == '\0' ? NULL : context.error.hint,
				   "%s, character %d: %s", searcher.name,
				   count_characters(context.text, context.error.span.start) + 1, context.error.message);
	return esql_is_true(search_condition(&searcher, search));
}
