/*
 * scope.c
 *		Stages, columns, and the list of names that can be used.
 */
#include "compat.h"

#include "esql/analysis/node.h"
#include "esql/analysis/report.h"
#include "esql/analysis/scope.h"
#include "text/place.h"

/* An expression of more nodes than this is computed once, see sql/generate.c. */
#define MAX_WEIGHT	100

/* A stage of no plan yet; the span is the command that it stands for. */
EsqlStage *
esql_new_stage(EsqlContext *context, EsqlStageKind kind, EsqlSpan span, const char *name)
{
	EsqlStage  *stage = palloc0(sizeof(EsqlStage));
	uint32_t	column;
	uint32_t	character;

	esql_place(context->text, context->length, span.start, &stage->line, &column, &character);
	stage->kind = kind;
	stage->span = span;
	stage->command = name;
	return stage;
}

/* Begin a stage, the next SELECT. */
EsqlStage *
esql_add_stage(EsqlResolver *resolver, EsqlStageKind kind, const EsqlCommand *command,
			   const char *name)
{
	EsqlStage  *stage = esql_new_stage(resolver->context, kind, command->span, name);

	resolver->plan->stages = lappend(resolver->plan->stages, stage);
	return stage;
}

/* Make a column, typed like the node. */
EsqlColumn *
esql_new_column(EsqlPlan *plan, const char *name, const EsqlNode *node)
{
	EsqlColumn *column = palloc0(sizeof(EsqlColumn));

	column->id = list_length(plan->columns);
	column->name = pstrdup(name);
	column->type = node->type;
	column->multivalued = node->multivalued;
	column->collation = ESQL_COLLATION_C;
	column->last_use = -1;
	plan->columns = lappend(plan->columns, column);
	return column;
}

/* The entry of a name, or NULL. */
EsqlVisible *
esql_find_visible(List *visible, const char *name)
{
	ListCell   *cell;

	foreach(cell, visible)
	{
		EsqlVisible *entry = lfirst(cell);

		if (strcmp(entry->name, name) == 0)
			return entry;
	}
	return NULL;
}

/* The entry of a column, under whatever name, or NULL. */
EsqlVisible *
esql_find_column(List *visible, const EsqlColumn *column)
{
	ListCell   *cell;

	foreach(cell, visible)
	{
		EsqlVisible *entry = lfirst(cell);

		if (entry->column == column)
			return entry;
	}
	return NULL;
}

/* Append a column to a list of names; a column of that name gives way. */
void
esql_show(List **visible, const char *name, EsqlColumn *column)
{
	EsqlVisible *entry = esql_find_visible(*visible, name);

	if (entry != NULL)
		*visible = list_delete_ptr(*visible, entry);
	entry = palloc(sizeof(EsqlVisible));
	entry->name = pstrdup(name);
	entry->column = column;
	*visible = lappend(*visible, entry);
}

/* The relation's access to a field under its ES|QL name or column's name. */
EsqlAccess *
esql_find_access(const EsqlRelation *relation, const char *name)
{
	ListCell   *cell;

	foreach(cell, relation->fields)
	{
		EsqlRelationField *field = lfirst(cell);

		if (strcmp(field->name, name) == 0)
			return field->access;
	}
	foreach(cell, relation->fields)
	{
		EsqlRelationField *field = lfirst(cell);

		if (!field->access->document && strcmp(field->access->attname, name) == 0)
			return field->access;
	}
	return NULL;
}

/* What the catalog has for the command, or NULL. */
const EsqlLookup *
esql_find_lookup(const EsqlCatalog *catalog, const EsqlCommand *command)
{
	ListCell   *cell;

	foreach(cell, catalog->lookups)
	{
		if (((EsqlLookup *) lfirst(cell))->command == command)
			return lfirst(cell);
	}
	return NULL;
}

/* An output of a stage. */
EsqlOutput *
esql_new_output(EsqlColumn *column, EsqlNode *node)
{
	EsqlOutput *output = palloc0(sizeof(EsqlOutput));

	output->column = column;
	output->node = node;
	return output;
}

/* The name that a field's column gets: as written, or its source text. */
char *
esql_field_name(const EsqlResolver *resolver, const EsqlField *field)
{
	if (field->name.data != NULL)
		return field->name.data;
	if (field->expr->kind == ESQL_COLUMN)
		return field->expr->string.data;
	return esql_source_text(resolver->context, field->expr->span);
}

/*
 * Let EVAL compute the node.  Without a column it makes one and shows it under
 * the name.  A node that reads what the current stage makes needs a SELECT of
 * its own, and so does a node after another kind of stage.
 */
void
esql_add_output(EsqlResolver *resolver, EsqlSpan span, const char *name,
				EsqlColumn *column, EsqlNode *node)
{
	EsqlStage  *stage = llast(resolver->plan->stages);

	node = esql_settle(node);
	if (stage->kind != ESQL_STAGE_EVAL || esql_reads_stage(node, stage))
	{
		stage = esql_new_stage(resolver->context, ESQL_STAGE_EVAL, span, "EVAL");
		resolver->plan->stages = lappend(resolver->plan->stages, stage);
	}
	if (column == NULL)
	{
		column = esql_new_column(resolver->plan, name, node);
		esql_show(&resolver->visible, name, column);
	}
	stage->outputs = lappend(stage->outputs, esql_new_output(column, node));
	column->weight = esql_weight(node);
	if (column->weight <= MAX_WEIGHT)
		column->constant = esql_constant(node);
	else
	{
		stage->fence = true;
		column->weight = 1;
	}
}

/* The names as they are now, for a reader that comes later; the plan stays one. */
EsqlResolver *
esql_copy_scope(const EsqlResolver *resolver)
{
	EsqlResolver *copy = palloc(sizeof(EsqlResolver));
	ListCell   *cell;

	*copy = *resolver;
	copy->visible = NIL;
	foreach(cell, resolver->visible)
	{
		EsqlVisible *entry = palloc(sizeof(EsqlVisible));

		*entry = *(EsqlVisible *) lfirst(cell);
		copy->visible = lappend(copy->visible, entry);
	}
	copy->gone = list_copy(resolver->gone);
	copy->filters = list_copy(resolver->filters);
	copy->seen = list_copy(resolver->seen);
	return copy;
}
