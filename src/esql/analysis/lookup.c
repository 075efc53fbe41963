/*
 * lookup.c
 *		LOOKUP JOIN: columns of another relation.
 *
 * A row gets the columns of each row of the relation that has its values of
 * the columns after ON: several such rows make several of it, none makes nulls.
 * Null and several values equal nothing, on both sides.
 *
 * The columns stand at the end, by their names, and take the place of columns
 * of these names.  Those after ON stay where they are.
 */
#include "compat.h"

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

/* The column of a name after ON in the relation. */
static EsqlAccess *
find_key(EsqlResolver *resolver, const EsqlRelation *relation, const EsqlName *name)
{
	EsqlAccess *access = esql_find_access(relation, name->name.data);
	EsqlNearest nearest;
	ListCell   *cell;

	if (access != NULL)
		return access;
	esql_nearest_start(&nearest, name->name.data);
	foreach(cell, relation->fields)
		esql_nearest_offer(&nearest, ((EsqlRelationField *) lfirst(cell))->name);
	esql_raise(resolver->context, ESQL_ERROR_UNKNOWN_COLUMN, name->span,
			   nearest.best ? psprintf("Did you mean \"%s\"? The column must be on both sides.", nearest.best) :
			   "The column must be on both sides. RENAME gives it another name before the join.",
			   "no column \"%s\" in %s", name->name.data, relation->sql_name);
}

/* One column after ON: the condition that both sides have the same value. */
static EsqlNode *
join_condition(EsqlResolver *resolver, EsqlStage *stage, const EsqlName *name, EsqlAccess *access, int number)
{
	EsqlNode   *left = esql_column_node(esql_resolve_column(resolver, name->name.data, name->span), name->span);
	EsqlColumn *key;
	EsqlNode   *right;

	if (access->type == ESQL_TYPE_UNSUPPORTED)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, name->span, NULL,
				   "cannot join by column \"%s\" of type %s", name->name.data, access->sql_type);
	if (left->type != access->type && left->type != ESQL_TYPE_NULL &&
		!(ESQL_IS_NUMERIC(left->type) && ESQL_IS_NUMERIC(access->type)))
		esql_raise(resolver->context, ESQL_ERROR_TYPE, name->span,
				   "Convert it with EVAL before the join, for example with TO_STRING.",
				   "column \"%s\" is %s here and %s in %s", name->name.data, esql_type_name(left->type),
				   esql_type_name(access->type), stage->relation->sql_name);
	key = add_lookup(resolver, stage, name->name.data, access, true);
	key->place = psprintf("l.k%d", number);
	right = esql_column_node(key, name->span);
	if (key->collation == ESQL_COLLATION_BARE)
	{
		/* equal is equal under each such collation: let an index of the relation serve */
		key->collation = right->collation = ESQL_COLLATION_C;
		left = esql_call1("($1 COLLATE pg_catalog.\"default\")", ESQL_TYPE_KEYWORD, esql_to_single(left));
	}
	return esql_compare(resolver, ESQL_OPERATOR_EQ, left, right, name->span);
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
	ListCell   *cell;

	stage->relation = lookup->relation;
	for (uint32_t i = 0; i < command->non; i++)
	{
		EsqlAccess *access = find_key(resolver, lookup->relation, &command->on[i]);

		stage->conditions = lappend(stage->conditions,
									join_condition(resolver, stage, &command->on[i], access, (int) i + 1));
		keys = lappend(keys, access);
	}
	stage->once = is_unique(lookup, keys);
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
