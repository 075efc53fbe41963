/*
 * inline.c
 *		INLINE STATS: the rows stay, and get what their groups come to.
 *
 * It is one stage, which sql/inline.c writes as several SELECTs: the groups,
 * and the rows joined with them.  A row whose key has several values is in
 * several groups.  It gets what all of them come to, as a list in the order of
 * the key's values.  So the new columns may hold several values if a key does.
 *
 * Expressions of a group are written in terms of one value of each key.  That
 * is a column of its own if the key may hold several; no SELECT makes it.
 *
 * The new columns stand at the end, and the keys after them.
 */
#include "compat.h"

#include "esql/analysis/inline.h"
#include "esql/analysis/node.h"
#include "esql/analysis/stats.h"

/* One value of the key of that number, inside of its group. */
static EsqlColumn *
key_value(EsqlResolver *resolver, const EsqlColumn *whole, int number)
{
	EsqlNode	shape = {.type = whole->type};
	EsqlColumn *value = esql_new_column(resolver->plan, whole->name, &shape);

	value->place = psprintf("k%d.v", number);
	return value;
}

/* The keys of BY, those that a later one of the name does not take the place of. */
static void
resolve_keys(EsqlResolver *resolver, const EsqlCommand *command, EsqlStage *stage, List **wholes)
{
	ListCell   *cell;

	for (uint32_t i = 0; i < command->nby; i++)
	{
		EsqlColumn *whole = esql_resolve_key(resolver, command, &command->by[i]);

		esql_show(wholes, esql_field_name(resolver, &command->by[i]), whole);
		if (!whole->multivalued)
			esql_note_grouped(&resolver->grouped, &command->by[i], whole, whole);
		if (command->by[i].name.data != NULL)
			esql_show(&resolver->aliases, command->by[i].name.data, whole);
	}
	foreach(cell, *wholes)
	{
		EsqlVisible *key = lfirst(cell);
		EsqlColumn *value = NULL;

		if (key->column->multivalued)
			value = key_value(resolver, key->column, list_length(stage->keys) + 1);
		stage->keys = lappend(stage->keys, key->column);
		stage->values = lappend(stage->values, value);
		esql_show(&resolver->keys, key->name, value != NULL ? value : key->column);
	}
}

/* INLINE STATS aggregates BY keys */
void
esql_resolve_inline_stats(EsqlResolver *resolver, const EsqlCommand *command)
{
	EsqlStage  *stage = esql_new_stage(resolver->context, ESQL_STAGE_INLINE, command->span, "INLINE STATS");
	List	   *wholes = NIL;
	List	   *nodes = NIL;
	bool		several = false;
	ListCell   *cell;

	resolve_keys(resolver, command, stage, &wholes);
	for (uint32_t i = 0; i < command->nfields; i++)
		nodes = lappend(nodes, esql_settle(esql_resolve_aggregate(resolver, &command->fields[i])));
	resolver->keys = NIL;
	resolver->aliases = NIL;
	resolver->grouped = NIL;

	foreach(cell, stage->values)
		several = several || lfirst(cell) != NULL;
	for (uint32_t i = 0; i < command->nfields; i++)
	{
		EsqlNode   *node = list_nth(nodes, (int) i);
		char	   *name = esql_field_name(resolver, &command->fields[i]);
		EsqlColumn *column;

		if (esql_find_visible(wholes, name) != NULL)
			continue;			/* the key has the name */
		column = esql_new_column(resolver->plan, name, node);
		column->multivalued = node->multivalued || several;
		esql_show(&resolver->visible, name, column);
		stage->outputs = lappend(stage->outputs, esql_new_output(column, node));
	}
	if (stage->outputs != NIL)
		resolver->plan->stages = lappend(resolver->plan->stages, stage);
	foreach(cell, wholes)
		esql_show(&resolver->visible, ((EsqlVisible *) lfirst(cell))->name, ((EsqlVisible *) lfirst(cell))->column);
}
