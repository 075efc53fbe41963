/*
 * lookup.c
 *		LOOKUP JOIN: columns of another relation.
 *
 * A row gets the columns of each row of the relation that has its values of
 * the columns after ON: several such rows make several of it, none makes nulls.
 * Null and several values equal nothing, on both sides.
 *
 * After ON there may also be comparisons, joined by AND, of a column with one of
 * the relation, which may have another name.
 *
 * The columns stand at the end, by their names, and take the place of columns
 * of these names.  Columns that ON names by themselves stay where they are.
 */
#include "compat.h"

#include "miscadmin.h"

#include "esql/analysis/column.h"
#include "esql/analysis/expr.h"
#include "esql/analysis/lookup.h"
#include "esql/analysis/nearest.h"
#include "esql/analysis/node.h"
#include "esql/analysis/report.h"

/* Add a column of the relation to the stage. */
static EsqlColumn *
add_lookup(EsqlResolver *resolver, EsqlStage *stage, const char *name, EsqlAccess *access, bool key)
{
	EsqlNode	shape = {.type = access->type, .multivalued = access->multivalued && !key};
	EsqlLookupColumn *lookup = palloc(sizeof(EsqlLookupColumn));

	lookup->column = esql_new_column(resolver->plan, name, &shape);
	lookup->column->collation = access->collation;
	lookup->column->microseconds = access->microseconds && !shape.multivalued;
	lookup->access = access;
	lookup->key = key;
	stage->lookups = lappend(stage->lookups, lookup);
	return lookup->column;
}

/* The relation's column of a name after ON. */
static EsqlAccess *
find_key(EsqlResolver *resolver, const EsqlRelation *relation, const EsqlExpr *name, bool both)
{
	EsqlAccess *access = esql_find_access(relation, name->string.data);
	EsqlNearest nearest;
	ListCell   *cell;

	if (access != NULL && access->type == ESQL_TYPE_UNSUPPORTED)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, name->span, NULL,
				   "cannot join by column \"%s\" of type %s", name->string.data, access->sql_type);
	if (access != NULL)
		return access;
	esql_nearest_start(&nearest, name->string.data);
	foreach(cell, relation->fields)
		esql_nearest_offer(&nearest, ((EsqlRelationField *) lfirst(cell))->name);
	esql_raise(resolver->context, ESQL_ERROR_UNKNOWN_COLUMN, name->span,
			   nearest.best ? psprintf("Did you mean \"%s\"?", nearest.best) :
			   both ? "The column must be on both sides. A condition such as a == b names two." : NULL,
			   "no column \"%s\" in %s", name->string.data, relation->sql_name);
}

/* A column compared with one of the relation. */
static void
add_condition(EsqlResolver *resolver, EsqlStage *stage, EsqlOperator operator, const EsqlExpr *name,
			  EsqlAccess *access, EsqlSpan span)
{
	EsqlNode   *left = esql_column_node(esql_resolve_column(resolver, name->string.data, name->span), name->span);
	EsqlColumn *key;
	EsqlNode   *right;

	if (left->type != access->type && left->type != ESQL_TYPE_NULL &&
		!(ESQL_IS_NUMERIC(left->type) && ESQL_IS_NUMERIC(access->type)))
		esql_raise(resolver->context, ESQL_ERROR_TYPE, span,
				   "Convert it with EVAL before the join, for example with TO_STRING.",
				   "column \"%s\" is %s here and %s in %s", name->string.data, esql_type_name(left->type),
				   esql_type_name(access->type), stage->relation->sql_name);
	key = add_lookup(resolver, stage, name->string.data, access, true);
	key->place = psprintf("l.k%d", list_length(stage->lookups));
	right = esql_column_node(key, span);
	if (key->collation == ESQL_COLLATION_BARE && operator == ESQL_OPERATOR_EQ)
	{
		/* equal is equal under each such collation: let an index of the relation serve */
		key->collation = right->collation = ESQL_COLLATION_C;
		left = esql_call1("($1 COLLATE pg_catalog.\"default\")", ESQL_TYPE_KEYWORD, esql_to_single(left));
	}
	stage->conditions = lappend(stage->conditions, esql_compare(resolver, operator, left, right, span));
}

/* Add the conditions that an expression after ON stands for; what is equal goes to *equal. */
static void
add_conditions(EsqlResolver *resolver, EsqlStage *stage, const EsqlExpr *expr, List **equal)
{
	static const struct
	{
		EsqlExprKind kind;
		EsqlOperator operator;
		EsqlOperator mirrored;
	}			operators[] =
	{
		{ESQL_EQ, ESQL_OPERATOR_EQ, ESQL_OPERATOR_EQ},
		{ESQL_NE, ESQL_OPERATOR_NE, ESQL_OPERATOR_NE},
		{ESQL_LT, ESQL_OPERATOR_LT, ESQL_OPERATOR_GT},
		{ESQL_LE, ESQL_OPERATOR_LE, ESQL_OPERATOR_GE},
		{ESQL_GT, ESQL_OPERATOR_GT, ESQL_OPERATOR_LT},
		{ESQL_GE, ESQL_OPERATOR_GE, ESQL_OPERATOR_LE}
	};

	check_stack_depth();
	if (expr->kind == ESQL_AND)
	{
		add_conditions(resolver, stage, expr->args[0], equal);
		add_conditions(resolver, stage, expr->args[1], equal);
		return;
	}
	for (int i = 0; i < (int) lengthof(operators); i++)
	{
		EsqlAccess *access;
		int			right = 1;

		if (operators[i].kind != expr->kind || expr->args[0]->kind != ESQL_COLUMN || expr->args[1]->kind != ESQL_COLUMN)
			continue;
		if (esql_find_access(stage->relation, expr->args[1]->string.data) == NULL &&
			esql_find_access(stage->relation, expr->args[0]->string.data) != NULL)
			right = 0;			/* they stand the other way round */
		access = find_key(resolver, stage->relation, expr->args[right], false);
		add_condition(resolver, stage, right == 1 ? operators[i].operator : operators[i].mirrored,
					  expr->args[1 - right], access, expr->span);
		if (operators[i].kind == ESQL_EQ)
			*equal = lappend(*equal, access);
		return;
	}
	esql_raise(resolver->context, ESQL_ERROR_UNSUPPORTED, expr->span,
			   "Compare a column with one of the relation, and filter with WHERE before or after the join.",
			   "this is no condition of a join");
}

/* Are values that differ in the relation different here? */
static bool
is_whole(const EsqlAccess *access)
{
	return !access->array && !access->microseconds && (access->cast == NULL || access->type == ESQL_TYPE_KEYWORD);
}

/* Do the columns after ON hold a set of columns that is unique in the relation? */
static bool
is_unique(const EsqlLookup *lookup, List *keys)
{
	ListCell   *set;
	ListCell   *cell;
	ListCell   *key;

	foreach(set, lookup->unique)
	{
		bool		all = true;

		foreach(cell, (List *) lfirst(set))
		{
			bool		found = false;

			foreach(key, keys)
				found = found || (strcmp(((EsqlAccess *) lfirst(key))->attname, lfirst(cell)) == 0 && is_whole(lfirst(key)));
			all = all && found;
		}
		if (all)
			return true;
	}
	return false;
}

static int
by_name(const ListCell *a, const ListCell *b)
{
	return strcmp(((EsqlRelationField *) lfirst(a))->name, ((EsqlRelationField *) lfirst(b))->name);
}

/* LOOKUP JOIN relation ON column, ... */
void
esql_resolve_lookup_join(EsqlResolver *resolver, const EsqlCommand *command)
{
	const EsqlLookup *lookup = esql_find_lookup(resolver->catalog, command);
	EsqlStage  *stage = esql_new_stage(resolver->context, ESQL_STAGE_LOOKUP, command->span, "LOOKUP JOIN");
	List	   *fields = list_copy(lookup->relation->fields);
	List	   *keys = NIL;
	List	   *equal = NIL;
	ListCell   *cell;

	stage->relation = lookup->relation;
	for (uint32_t i = 0; i < command->nby; i++)
	{
		const EsqlExpr *expr = command->by[i].expr;

		if (expr->kind == ESQL_COLUMN)
		{
			EsqlAccess *access = find_key(resolver, lookup->relation, expr, true);

			add_condition(resolver, stage, ESQL_OPERATOR_EQ, expr, access, expr->span);
			keys = lappend(keys, access);
		}
		else if (command->nby > 1)
			esql_raise(resolver->context, ESQL_ERROR_SYNTAX, expr->span, "Join conditions by AND.",
					   "LOOKUP JOIN takes several columns or one condition after ON");
		else
			add_conditions(resolver, stage, expr, &equal);
	}
	stage->once = is_unique(lookup, list_concat_copy(keys, equal));
	resolver->plan->stages = lappend(resolver->plan->stages, stage);
	list_sort(fields, by_name);
	foreach(cell, fields)
	{
		EsqlRelationField *field = lfirst(cell);

		if (field->access->type != ESQL_TYPE_UNSUPPORTED && !list_member_ptr(keys, field->access))
			esql_show(&resolver->visible, field->name,
					  add_lookup(resolver, stage, field->name, field->access, false));
	}
}
