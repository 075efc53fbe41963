/*
 * use.c
 *		The type that a query's own text gives a field that no schema knows.
 *
 * A document may hold fields that are in no table of fields: those of an
 * integration, say.  Elasticsearch has a mapping that types them.  Here the
 * query says it: what is compared with a number is a number, and what is an
 * argument of CIDR_MATCH is an address.  What the query says nothing about is
 * a keyword.
 *
 * The first such field leads to one walk over the whole query, which works as
 * the typing of a language without declarations does.  Every such field is a
 * variable, and every expression has a type, or a variable for it.
 * A comparison makes its two sides the same; a function asks for the types of
 * its arguments.  So what becomes of a value later also counts: in
 * STATS m = MAX(x) | WHERE m > 0.5, x is a double.
 *
 * Two uses that do not go together are an error that names both places.
 * Numbers go together, as the widest.  Two uses are weak, and give way to
 * others: a string literal may stand for a date, an address or a boolean; and
 * arithmetic takes any number, as a double unless something else says long.
 */
#include "compat.h"

#include <ctype.h>

#include "miscadmin.h"

#include "esql/analysis/extracted.h"
#include "esql/analysis/functions.h"
#include "esql/analysis/report.h"
#include "esql/analysis/use.h"
#include "esql/search/search.h"
#include "text/literal.h"
#include "text/place.h"

/* A place of the query that says what type a field is of. */
typedef struct Use
{
	EsqlType	type;			/* ESQL_TYPE_NULL: there is none yet */
	EsqlSpan	span;
} Use;

/* What a field's uses have said so far. */
typedef struct Variable Variable;
struct Variable
{
	Variable   *same;			/* the one that stands for it as well, or NULL */
	Use			use;
	bool		weak;			/* see above */
	Use			other;			/* one that does not go with the first, if any */
};

/* The type of an expression: known, or a variable's. */
typedef struct Term
{
	EsqlType	type;			/* ESQL_TYPE_NULL: nothing is known */
	bool		weak;
	Variable   *variable;
} Term;

/* A name, and what it stands for at this point. */
typedef struct Binding
{
	const char *name;
	Term		term;
} Binding;

/* A walk through a query, or through a condition. */
struct EsqlUses
{
	EsqlResolver *resolver;
	List	   *bindings;		/* of Binding: names that commands have made, the last first */
	List	   *fields;			/* of Binding: the source's */
};

typedef struct EsqlUses Walk;

static Term infer(Walk *walk, const EsqlExpr *expr);

static const Term unknown = {ESQL_TYPE_NULL, false, NULL};
static const Term any_number = {ESQL_TYPE_DOUBLE, true, NULL};

static Term
known(EsqlType type)
{
	Term		term = {type, false, NULL};

	return term;
}

static Variable *
stands_for(Variable *variable)
{
	while (variable->same != NULL)
		variable = variable->same;
	return variable;
}

/* A place uses the variable as a type. */
static void
note_use(Variable *variable, EsqlType type, bool weak, EsqlSpan span)
{
	Use		   *use = &variable->use;

	if (type == ESQL_TYPE_INTEGER)
		type = ESQL_TYPE_LONG;	/* promoted together */
	if (use->type == ESQL_TYPE_NULL || (variable->weak && !weak &&
		(ESQL_IS_NUMERIC(use->type) ? ESQL_IS_NUMERIC(type) : !ESQL_IS_NUMERIC(type))))
	{
		use->type = type;
		use->span = span;
		variable->weak = weak;
	}
	else if (weak && ESQL_IS_NUMERIC(use->type) == ESQL_IS_NUMERIC(type))
		return;
	else if (ESQL_IS_NUMERIC(use->type) && ESQL_IS_NUMERIC(type))
	{
		if (type > use->type)
			use->span = span;
		use->type = Max(type, use->type);
	}
	else if (use->type != type && variable->other.type == ESQL_TYPE_NULL)
	{
		variable->other.type = type;
		variable->other.span = span;
	}
}

/* The two are of one type. */
static void
unite(Term a, Term b, EsqlSpan span)
{
	Variable   *first = a.variable == NULL ? NULL : stands_for(a.variable);
	Variable   *second = b.variable == NULL ? NULL : stands_for(b.variable);

	if (first == NULL && second == NULL)
		return;
	if (first == NULL)
	{
		unite(b, a, span);
		return;
	}
	if (second == NULL)
	{
		if (b.type != ESQL_TYPE_NULL && b.type < ESQL_TYPE_SOURCE)
			note_use(first, b.type, b.weak, span);
		return;
	}
	if (first == second)
		return;
	second->same = first;
	if (second->use.type != ESQL_TYPE_NULL)
		note_use(first, second->use.type, second->weak, second->use.span);
	if (first->other.type == ESQL_TYPE_NULL)
		first->other = second->other;
}

/* An expression is used as a type. */
static void
demand(Walk *walk, const EsqlExpr *expr, EsqlType type)
{
	unite(infer(walk, expr), known(type), expr->span);
}

/* The binding of a name in a list, or NULL. */
static Binding *
find_binding(List *bindings, const char *name)
{
	ListCell   *cell;

	foreach(cell, bindings)
	{
		Binding    *binding = lfirst(cell);

		if (strcmp(binding->name, name) == 0)
			return binding;
	}
	return NULL;
}

static List *
bind(List *bindings, const char *name, Term term)
{
	Binding    *binding = palloc(sizeof(Binding));

	binding->name = pstrdup(name);
	binding->term = term;
	return lcons(binding, bindings);
}

/* A field of the source: typed by a relation, by the table of fields, or not yet. */
static Term
field_term(Walk *walk, const char *name)
{
	const EsqlCatalog *catalog = walk->resolver->catalog;
	Binding    *binding = find_binding(walk->fields, name);
	Term		term = unknown;
	bool		found = name[0] == '_';		/* METADATA's */
	ListCell   *cell;

	if (binding != NULL)
		return binding->term;
	foreach(cell, catalog->relations)
	{
		const EsqlAccess *access = esql_find_access(lfirst(cell), name);

		if (access != NULL && !found)
		{
			term = known(access->type);
			found = true;
		}
	}
	if (!found)
		term = known(catalog->document_type(catalog, name, &found));
	if (!found)
	{
		term = unknown;
		term.variable = palloc0(sizeof(Variable));
	}
	walk->fields = bind(walk->fields, name, term);
	return term;
}

static Term
name_term(Walk *walk, const char *name)
{
	Binding    *binding = find_binding(walk->bindings, name);

	return binding != NULL ? binding->term : field_term(walk, name);
}

/* The type that a letter of a function's row stands for. */
static EsqlType
class_type(char class)
{
	switch (tolower((unsigned char) class))
	{
		case 'b':
			return ESQL_TYPE_BOOLEAN;
		case 'i':
		case 'l':
			return ESQL_TYPE_LONG;
		case 'd':
		case 'n':
			return ESQL_TYPE_DOUBLE;
		case 'k':
			return ESQL_TYPE_KEYWORD;
		case 'p':
			return ESQL_TYPE_IP;
		case 't':
			return ESQL_TYPE_DATE;
		case 's':
			return ESQL_TYPE_PERIOD;
		default:
			return ESQL_TYPE_NULL;
	}
}

/* CASE(condition, value, ..., otherwise), COALESCE(value, ...) */
static Term
infer_choice(Walk *walk, const EsqlExpr *call, bool conditions)
{
	Term		result = unknown;

	for (uint32_t i = 0; i < call->nargs; i++)
	{
		Term		term;

		if (conditions && i % 2 == 0 && i + 1 < call->nargs)
		{
			demand(walk, call->args[i], ESQL_TYPE_BOOLEAN);
			continue;
		}
		term = infer(walk, call->args[i]);
		unite(result, term, call->args[i]->span);
		if (result.variable == NULL && (result.type == ESQL_TYPE_NULL || result.weak))
			result = term;
	}
	return result;
}

/* Could a row take these arguments, as far as literals among them tell? */
static bool
takes_literals(const EsqlFunction *row, const EsqlExpr *call)
{
	for (uint32_t i = 0; i < call->nargs; i++)
	{
		char		class = (char) tolower((unsigned char) esql_class_of(row->args, (int) i));
		EsqlExprKind kind = call->args[i]->kind;

		if ((kind == ESQL_TIMESPAN && strchr("sa", class) == NULL) ||
			(kind == ESQL_STRING && strchr("dnilc", class) != NULL) ||
			((kind == ESQL_INTEGER || kind == ESQL_DOUBLE) && strchr("kptbs", class) != NULL))
			return false;
	}
	return true;
}

/*
 * The demand on an argument, of all rows of a function together: none if one
 * of them takes anything, any number if they take several kinds of it.
 */
static Term
argument_demand(const EsqlFunction *first, uint32_t place, const EsqlExpr *call)
{
	Term		result = unknown;
	uint32_t	nargs = call->nargs;

	for (const EsqlFunction *row = first; row < esql_functions + esql_function_count &&
		 strcmp(row->name, first->name) == 0; row++)
	{
		int			most;
		int			least = esql_count_arguments(row->args, &most);
		char		class = esql_class_of(row->args, (int) place);
		EsqlType	type = class_type(class);

		if ((int) nargs < least || (most >= 0 && (int) nargs > most) || !takes_literals(row, call))
			continue;
		if (type == ESQL_TYPE_NULL || (result.type != ESQL_TYPE_NULL && type != result.type &&
									   !(ESQL_IS_NUMERIC(type) && ESQL_IS_NUMERIC(result.type))))
			return unknown;
		if (tolower((unsigned char) class) == 'n')
			result = any_number;
		else if (result.type != ESQL_TYPE_DOUBLE)
			result = known(type);
	}
	return result;
}

/* What a search says of fields: those that it compares with numbers or dates are such. */
static void
infer_search(Walk *walk, const EsqlSearch *search, EsqlSpan span)
{
	EsqlString	value = search->value;
	int64_t		date;
	double		number;

	check_stack_depth();
	for (uint32_t i = 0; i < search->nargs; i++)
		infer_search(walk, search->args[i], span);
	if (search->kind < ESQL_SEARCH_LT)
		return;
	if (esql_read_double(value.data, value.length, &number))
		unite(field_term(walk, search->field.data),
			  known(strspn(value.data, "+-0123456789") == value.length ? ESQL_TYPE_LONG : ESQL_TYPE_DOUBLE), span);
	else if (esql_read_date(value.data, value.length, &date))
		unite(field_term(walk, search->field.data), known(ESQL_TYPE_DATE), span);
}

static void *
allocate(void *arg, size_t size)
{
	(void) arg;
	return palloc(size);
}

/* KQL(search), QSTR(search) */
static void
infer_search_text(Walk *walk, const EsqlExpr *argument, bool kql)
{
	EsqlContext context = {.text = argument->string.data, .length = argument->string.length, .alloc = allocate};
	EsqlSearch *search = argument->kind != ESQL_STRING ? NULL :
		kql ? esql_read_kql(&context) : esql_read_qstr(&context);

	if (search != NULL)
		infer_search(walk, search, argument->span);
}

/* f(a, b, ...) */
static Term
infer_call(Walk *walk, const EsqlExpr *call)
{
	const EsqlFunction *first = NULL;
	const EsqlFunction *last = NULL;
	Term		start = unknown;

	for (int i = 0; i < esql_function_count; i++)
	{
		if (pg_strcasecmp(esql_functions[i].name, call->string.data) != 0)
			continue;
		last = &esql_functions[i];
		first = first == NULL ? last : first;
	}
	if (first != NULL && (first->build == esql_build_case || first->build == esql_build_coalesce))
		return infer_choice(walk, call, first->build == esql_build_case);
	if (first != NULL && first->build == esql_build_search && call->nargs > 0)
		infer_search_text(walk, call->args[0], strcmp(first->name, "kql") == 0);
	for (uint32_t i = 0; i < call->nargs; i++)
	{
		Term		term = infer(walk, call->args[i]);
		char		class;

		if (first == NULL)
			continue;
		class = esql_class_of(last->args, (int) i);
		if (i == 0)
			start = term;
		if (class == '=' || class == '#')
			unite(start, term, call->args[i]->span);
		else
			unite(term, argument_demand(first, i, call), call->args[i]->span);
	}
	if (last == NULL)
		return unknown;
	if (last->result[0] == '1')
		return start;
	return known(class_type(last->result[0]));
}

/* + - * / %: numbers, or a date and a span of time */
static Term
infer_arithmetic(Walk *walk, const EsqlExpr *expr)
{
	Term		left = infer(walk, expr->args[0]);
	Term		right = infer(walk, expr->args[1]);

	if (ESQL_IS_SPAN(left.type) || ESQL_IS_SPAN(right.type))
	{
		if (ESQL_IS_SPAN(left.type) && ESQL_IS_SPAN(right.type))
			return left;
		unite(ESQL_IS_SPAN(left.type) ? right : left, known(ESQL_TYPE_DATE), expr->span);
		return known(ESQL_TYPE_DATE);
	}
	unite(left, any_number, expr->args[0]->span);
	unite(right, any_number, expr->args[1]->span);
	if (left.variable == NULL && right.variable == NULL && ESQL_IS_NUMERIC(left.type) && ESQL_IS_NUMERIC(right.type))
		return known(Max(left.type, right.type));
	return any_number;
}

/* The first and all after it are of one type; a list is of its elements'. */
static Term
infer_alike(Walk *walk, const EsqlExpr *expr)
{
	Term		first = expr->nargs > 0 ? infer(walk, expr->args[0]) : unknown;

	for (uint32_t i = 1; i < expr->nargs; i++)
		unite(first, infer(walk, expr->args[i]), expr->span);
	return first;
}

static Term
infer(Walk *walk, const EsqlExpr *expr)
{
	Term		literal = {ESQL_TYPE_KEYWORD, true, NULL};

	check_stack_depth();
	switch (expr->kind)
	{
		case ESQL_NULL:
			return unknown;
		case ESQL_BOOLEAN:
			return known(ESQL_TYPE_BOOLEAN);
		case ESQL_INTEGER:
			return known(ESQL_TYPE_LONG);
		case ESQL_DOUBLE:
			return known(ESQL_TYPE_DOUBLE);
		case ESQL_STRING:
			return literal;
		case ESQL_TIMESPAN:
			return known(expr->unit >= ESQL_DAY ? ESQL_TYPE_PERIOD : ESQL_TYPE_DURATION);
		case ESQL_LIST:
			return infer_alike(walk, expr);
		case ESQL_OPTIONS:
			return unknown;
		case ESQL_COLUMN:
			return name_term(walk, expr->string.data);
		case ESQL_CALL:
			return infer_call(walk, expr);
		case ESQL_NEGATE:
			literal = infer(walk, expr->args[0]);
			unite(literal, any_number, expr->span);
			return literal;
		case ESQL_ADD:
		case ESQL_SUBTRACT:
		case ESQL_MULTIPLY:
		case ESQL_DIVIDE:
		case ESQL_MODULO:
			return infer_arithmetic(walk, expr);
		case ESQL_EQ:
		case ESQL_NE:
		case ESQL_LT:
		case ESQL_LE:
		case ESQL_GT:
		case ESQL_GE:
		case ESQL_IN:
			(void) infer_alike(walk, expr);
			return known(ESQL_TYPE_BOOLEAN);
		case ESQL_AND:
		case ESQL_OR:
		case ESQL_NOT:
			for (uint32_t i = 0; i < expr->nargs; i++)
				demand(walk, expr->args[i], ESQL_TYPE_BOOLEAN);
			return known(ESQL_TYPE_BOOLEAN);
		case ESQL_LIKE:
		case ESQL_RLIKE:
			for (uint32_t i = 0; i < expr->nargs; i++)
				demand(walk, expr->args[i], ESQL_TYPE_KEYWORD);
			return known(ESQL_TYPE_BOOLEAN);
		case ESQL_IS_NULL:
		case ESQL_IS_NOT_NULL:
		case ESQL_MATCH:
			(void) infer(walk, expr->args[0]);
			return known(ESQL_TYPE_BOOLEAN);
		case ESQL_CAST:
			(void) infer(walk, expr->args[0]);
			return known(esql_type_by_name(expr->string.data, expr->string.length));
	}
	elog(ERROR, "unexpected kind of expression %d", (int) expr->kind);
}

/* Fields with their names: visible to those after them, or only at the end. */
static List *
bind_fields(Walk *walk, const EsqlField *fields, uint32_t count, List *bindings, bool at_once)
{
	for (uint32_t i = 0; i < count; i++)
	{
		if (fields[i].where != NULL)
			demand(walk, fields[i].where, ESQL_TYPE_BOOLEAN);
		bindings = bind(bindings, esql_field_name(walk->resolver, &fields[i]), infer(walk, fields[i].expr));
		if (at_once)
			walk->bindings = bindings;
	}
	return bindings;
}

/* GROK and DISSECT take a string, and make columns. */
static void
walk_extraction(Walk *walk, const EsqlCommand *command)
{
	ListCell   *cell;

	demand(walk, command->expr, ESQL_TYPE_KEYWORD);
	foreach(cell, esql_extracted(walk->resolver->context, command))
	{
		const EsqlExtracted *column = lfirst(cell);

		walk->bindings = bind(walk->bindings, column->name, known(column->type));
	}
}

/* What LOOKUP JOIN compares with a column of the relation is of its type. */
static void
walk_join_condition(Walk *walk, const EsqlRelation *relation, const EsqlExpr *expr, List **keys)
{
	const EsqlExpr *left = expr;
	const EsqlExpr *right = expr;
	const EsqlAccess *access;

	check_stack_depth();
	if (expr->kind == ESQL_AND)
	{
		walk_join_condition(walk, relation, expr->args[0], keys);
		walk_join_condition(walk, relation, expr->args[1], keys);
		return;
	}
	if (expr->kind != ESQL_COLUMN)
	{
		if (expr->nargs != 2 || expr->args[0]->kind != ESQL_COLUMN || expr->args[1]->kind != ESQL_COLUMN)
			return;
		left = expr->args[0];
		right = expr->args[1];
	}
	access = esql_find_access(relation, right->string.data);
	if (access == NULL)
		return;
	unite(name_term(walk, left->string.data), known(access->type), expr->span);
	if (expr->kind == ESQL_COLUMN)
		*keys = lappend(*keys, (void *) access);
}

/* LOOKUP JOIN: what it joins by is typed by the relation, whose columns come in */
static void
walk_lookup(Walk *walk, const EsqlCommand *command)
{
	const EsqlRelation *relation = esql_find_lookup(walk->resolver->catalog, command)->relation;
	List	   *keys = NIL;
	ListCell   *cell;

	for (uint32_t i = 0; i < command->nby; i++)
		walk_join_condition(walk, relation, command->by[i].expr, &keys);
	foreach(cell, relation->fields)
	{
		const EsqlRelationField *field = lfirst(cell);

		if (!list_member_ptr(keys, field->access))
			walk->bindings = bind(walk->bindings, field->name, known(field->access->type));
	}
}

static void
walk_command(Walk *walk, const EsqlCommand *command)
{
	if (command->kind == ESQL_GROK || command->kind == ESQL_DISSECT)
	{
		walk_extraction(walk, command);
		return;
	}
	if (command->kind == ESQL_LOOKUP_JOIN)
	{
		walk_lookup(walk, command);
		return;
	}
	if (command->expr != NULL)
	{
		if (command->kind == ESQL_WHERE)
			demand(walk, command->expr, ESQL_TYPE_BOOLEAN);
		else
			(void) infer(walk, command->expr);
	}
	for (uint32_t i = 0; i < command->nkeys; i++)
		(void) infer(walk, command->keys[i].expr);
	for (uint32_t i = 0; i < command->nby && command->kind == ESQL_LIMIT; i++)
		(void) infer(walk, command->by[i].expr);
	for (uint32_t i = 0; i < command->nrenames; i++)
	{
		const EsqlRename *rename = &command->renames[i];

		walk->bindings = bind(walk->bindings, rename->to.name.data, name_term(walk, rename->from.name.data));
	}
	if (command->kind == ESQL_STATS || command->kind == ESQL_INLINE_STATS)
	{
		/* aggregates see the keys and what was there before */
		List	   *before = walk->bindings;
		List	   *keys = bind_fields(walk, command->by, command->nby, NIL, false);

		walk->bindings = list_concat_copy(keys, before);
		walk->bindings = bind_fields(walk, command->fields, command->nfields,
									 command->kind == ESQL_STATS ? keys : walk->bindings, false);
	}
	else
		walk->bindings = bind_fields(walk, command->fields, command->nfields, walk->bindings, true);
}

/* All the uses of a query, or of a condition alone. */
static struct EsqlUses *
find_uses(EsqlResolver *resolver, const EsqlQuery *query, const EsqlExpr *condition)
{
	Walk	   *walk = palloc0(sizeof(Walk));

	walk->resolver = resolver;
	if (condition != NULL)
		demand(walk, condition, ESQL_TYPE_BOOLEAN);
	else
	{
		for (const EsqlCommand *command = query->from->next; command != NULL; command = command->next)
			walk_command(walk, command);
	}
	return walk;
}

/* "line 3:7": a place of the query, palloc'd */
static char *
place_text(const EsqlResolver *resolver, EsqlSpan span)
{
	uint32_t	line;
	uint32_t	column;
	uint32_t	character;

	esql_place(resolver->context->text, resolver->context->length, span.start, &line, &column, &character);
	return psprintf("line %u:%u", line, column);
}

/*
 * The type that a text gives a field, ESQL_TYPE_NULL if it gives none.  Raises
 * an error if its uses contradict each other.
 */
static EsqlType
look_up(struct EsqlUses *uses, const char *name)
{
	Term		term = field_term(uses, name);
	Variable   *variable = term.variable == NULL ? NULL : stands_for(term.variable);

	if (variable == NULL)
		return ESQL_TYPE_NULL;
	if (variable->other.type != ESQL_TYPE_NULL)
		esql_raise(uses->resolver->context, ESQL_ERROR_TYPE, variable->other.span,
				   psprintf("No schema knows the field. Give it a type with INSERT INTO %s.fields (field, type), or convert it, for example with TO_STRING.",
							uses->resolver->catalog->schema),
				   "field \"%s\" is used as %s at %s, and as %s here", name,
				   esql_type_name(variable->use.type), place_text(uses->resolver, variable->use.span),
				   esql_type_name(variable->other.type));
	return variable->use.type;
}

/*
 * As what the query uses a field that no schema knows, keyword if it does not
 * say.  An exception's condition is asked after the query, so that the two mean
 * the same field.
 */
EsqlType
esql_use_of(EsqlResolver *resolver, const char *name)
{
	EsqlResolver *main = resolver->plan->at_end != NULL ? resolver->plan->at_end : resolver;
	EsqlType	type;

	if (main->uses == NULL)
		main->uses = find_uses(main, main->query, NULL);
	type = look_up(main->uses, name);
	if (type == ESQL_TYPE_NULL && resolver->condition != NULL)
	{
		if (resolver->uses == NULL)
			resolver->uses = find_uses(resolver, NULL, resolver->condition);
		type = look_up(resolver->uses, name);
	}
	return type == ESQL_TYPE_NULL ? ESQL_TYPE_KEYWORD : type;
}
