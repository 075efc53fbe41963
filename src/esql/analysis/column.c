/*
 * column.c
 *		From a name in the query to a column.
 *
 * Source columns are made when they are first named, so long as the scope is
 * open: STATS closes it, and so does a KEEP without wildcards.  After
 * KEEP process.* a field of that name can still be fetched.
 */
#include "compat.h"

#include "esql/analysis/column.h"
#include "esql/analysis/missing.h"
#include "esql/analysis/report.h"
#include "esql/analysis/source.h"
#include "esql/analysis/transfer.h"
#include "text/wildcard.h"

/* Note that a name of the source is no longer to be had. */
void
esql_hide(EsqlResolver *resolver, const char *name)
{
	resolver->gone = lappend(resolver->gone, pstrdup(name));
}

/* Does a pattern of KEEP or DROP fit the name? */
bool
esql_pattern_fits(const char *pattern, const char *name)
{
	return esql_wildcard_fits(pattern, ESQL_WILDCARD, name);
}

/* Has a command taken the name out of the open scope? */
static bool
is_gone(const EsqlResolver *resolver, const char *name)
{
	ListCell   *cell;

	foreach(cell, resolver->gone)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	foreach(cell, resolver->filters)
	{
		const EsqlCommand *filter = lfirst(cell);
		bool		fits = false;

		for (uint32_t i = 0; i < filter->nnames && !fits; i++)
			fits = filter->names[i].wildcard && esql_pattern_fits(filter->names[i].name.data, name);
		if (fits == (filter->kind == ESQL_DROP))
			return true;
	}
	return false;
}

/* Does the scope end here, or go on with what the command's wildcards leave? */
void
esql_filter_scope(EsqlResolver *resolver, const EsqlCommand *command)
{
	bool		wildcard = false;

	for (uint32_t i = 0; i < command->nnames; i++)
		wildcard = wildcard || command->names[i].wildcard;
	if (wildcard)
		resolver->filters = lappend(resolver->filters, (void *) command);
	else if (command->kind == ESQL_KEEP)
		resolver->open = false;
}

/* The visible entry of that name, or of the column that goes by it. */
EsqlVisible *
esql_find_entry(const EsqlResolver *resolver, const char *name, const EsqlColumn *column)
{
	EsqlVisible *entry = esql_find_visible(resolver->visible, name);

	return entry != NULL ? entry : esql_find_column(resolver->visible, column);
}

/*
 * The column of that name: visible, a group key of the STATS at hand, or still
 * to be fetched from the source.  A name that is both a key and a field is
 * the key outside of aggregates.  Inside it means all values of what is grouped
 * by: of "BY name = ..." that is the expression, of "BY name" the field.
 * Raises an error at span if there is none.
 */
EsqlColumn *
esql_resolve_column(EsqlResolver *resolver, const char *name, EsqlSpan span)
{
	EsqlVisible *entry = NULL;
	EsqlColumn *column;
	EsqlNearest nearest;
	ListCell   *cell;
	bool		gone = resolver->open && is_gone(resolver, name);

	if (resolver->aggregates && !resolver->in_aggregate)
		entry = esql_find_visible(resolver->keys, name);
	else
		entry = esql_find_visible(resolver->aliases, name);
	if (entry == NULL)
		entry = esql_find_visible(resolver->visible, name);
	if (entry == NULL)
		entry = esql_find_visible(resolver->keys, name);
	if (entry != NULL)
		return entry->column;
	if (resolver->open && !gone)
	{
		column = esql_transfer_column(resolver, name, span);
		if (column == NULL)
			column = esql_source_column(resolver, name, span);
		if (column != NULL && esql_find_entry(resolver, name, column) == NULL)
		{
			/* a column that was there is gone, whatever its name was */
			gone = list_member_ptr(resolver->seen, column);
			if (!gone)
				esql_show_sorted(resolver, name, column);
		}
		if (column != NULL && !gone)
			return column;
	}

	if (gone)
		esql_raise(resolver->context, ESQL_ERROR_UNKNOWN_COLUMN, span,
				   "A command before it dropped or renamed this column.",
				   "unknown column \"%s\"", name);
	if (resolver->open && !esql_has_documents(resolver))
	{
		List	   *missing = esql_missing_fields(resolver, NULL);

		if (list_length(missing) > 1)
			esql_raise_missing(resolver, missing, span);
	}
	esql_nearest_start(&nearest, name);
	foreach(cell, resolver->visible)
		esql_nearest_offer(&nearest, ((EsqlVisible *) lfirst(cell))->name);
	if (resolver->open)
	{
		esql_suggest_fields(resolver, &nearest);
		esql_suggest_transfer(&nearest);
	}
	esql_raise(resolver->context, ESQL_ERROR_UNKNOWN_COLUMN, span,
			   nearest.best ? psprintf("Did you mean \"%s\"?", nearest.best) :
			   resolver->open ? NULL : "Only the columns that the command before it left can be used.",
			   "unknown column \"%s\"", name);
}
