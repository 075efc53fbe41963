/*
 * source.c
 *		FROM: the columns that the relations have to give.
 *
 * What a relation's columns are called in ES|QL is worked out by the catalog;
 * here they become columns of the plan.  With several relations a column has
 * an access for each of them, and NULL where a relation lacks it, as indices
 * do that lack a mapping.
 *
 * The columns of the relations are visible from the start.  The fields of a
 * jsonb document are not: nobody knows which there are.  They appear when the
 * query names them.
 */
#include "compat.h"

#include "esql/analysis/report.h"
#include "esql/analysis/source.h"
#include "esql/analysis/use.h"

/*
 * A document may hold any field, so a name that nobody knows is no error; but
 * it may be a slip, and then the rule would be blind without a word.
 */
static void
note_unknown_field(EsqlResolver *resolver, const EsqlRelation *relation, const char *name, EsqlType type)
{
	EsqlNearest nearest;
	ListCell   *cell;

	esql_nearest_start(&nearest, name);
	foreach(cell, relation->fields)
		esql_nearest_offer(&nearest, ((EsqlRelationField *) lfirst(cell))->name);
	resolver->catalog->offer_fields(resolver->catalog, &nearest);
	resolver->plan->noted = true;
	ereport(NOTICE,
			(errmsg("field \"%s\" is neither a column of %s nor in the table of fields, reading it from its document as %s",
					name, relation->sql_name, esql_type_name(type)),
			 nearest.best ?
			 errhint("Did you mean \"%s\"? If not, add the field with INSERT INTO %s.fields (field, type).",
					 nearest.best, resolver->catalog->schema) :
			 errhint("Add the field with INSERT INTO %s.fields (field, type).",
					 resolver->catalog->schema)));
}

/* Is the field a point of the earth, by the table of fields? */
static bool
is_point(const EsqlCatalog *catalog, const char *name)
{
	const char *type = catalog->field_type(catalog, name);

	return type != NULL && strcmp(type, "geo_point") == 0;
}

/*
 * A field of the relation's document, typed like the column that another
 * relation has for it, or else by the table of fields.
 */
static EsqlAccess *
document_access(EsqlResolver *resolver, const EsqlRelation *relation, const char *name,
				EsqlType type, EsqlSpan span)
{
	EsqlAccess *access;
	bool		known = true;
	bool		point = false;

	if (relation->document == NULL)
		return NULL;
	if (type == ESQL_TYPE_NULL)
		type = resolver->catalog->document_type(resolver->catalog, name, &known);
	if (!known)
	{
		type = esql_use_of(resolver, name);
		note_unknown_field(resolver, relation, name, type);
	}
	if (type == ESQL_TYPE_UNSUPPORTED && is_point(resolver->catalog, name))
	{
		type = ESQL_TYPE_KEYWORD;
		point = true;
	}
	if (type == ESQL_TYPE_UNSUPPORTED)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, span,
				   "Name a field inside of it, or give it another type in the table of fields.",
				   "field \"%s\" is of a type that cannot be read from a document", name);
	access = palloc0(sizeof(EsqlAccess));
	access->type = type;
	access->multivalued = true;
	access->document = true;
	access->point = point;
	access->attname = relation->document;
	access->collation = ESQL_COLLATION_C;
	return access;
}

/* What all accesses agree on, or an error. */
static void
merge_access(EsqlResolver *resolver, EsqlColumn *column, const EsqlAccess *access,
			 bool first, const char *name, EsqlSpan span)
{
	if (access->type == ESQL_TYPE_UNSUPPORTED)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, span, NULL,
				   "cannot use column \"%s\" of type %s", name, access->sql_type);
	if (!first && access->type != column->type)
		esql_raise(resolver->context, ESQL_ERROR_TYPE, span,
				   "Name one of the relations in FROM, or make views that agree.",
				   "field \"%s\" is %s in one relation and %s in another", name,
				   esql_type_name(column->type), esql_type_name(access->type));
	column->type = access->type;
	column->multivalued = column->multivalued || access->multivalued;
	column->microseconds = column->microseconds || access->microseconds;
	if (access->collation != ESQL_COLLATION_C)
		column->collation = access->collation;
}

/* Do the relations that have the field disagree on its type? */
static bool
is_ambiguous(List *accesses)
{
	const EsqlAccess *first = NULL;
	ListCell   *cell;

	foreach(cell, accesses)
	{
		const EsqlAccess *access = lfirst(cell);

		if (access != NULL && first != NULL && access->type != first->type)
			return true;
		if (access != NULL)
			first = access;
	}
	return false;
}

/* Do two accesses read the same, if as documents' fields they have the same name? */
static bool
is_same_access(const EsqlAccess *a, const EsqlAccess *b)
{
	return a == b || (a != NULL && b != NULL && a->document && b->document && a->type == b->type);
}

/*
 * A column of the plan that reads the same fields: a field may be named in
 * two ways (process.name, process_name).
 */
static EsqlColumn *
find_same(EsqlResolver *resolver, const char *name, List *accesses)
{
	ListCell   *cell;

	foreach(cell, resolver->plan->columns)
	{
		EsqlColumn *column = lfirst(cell);
		bool		same = column->accesses != NIL;

		for (int i = 0; i < list_length(column->accesses) && same; i++)
			same = is_same_access(list_nth(column->accesses, i), list_nth(accesses, i)) &&
				(list_nth(accesses, i) == NULL || !((EsqlAccess *) list_nth(accesses, i))->document ||
				 strcmp(column->name, name) == 0);
		if (same)
			return column;
	}
	return NULL;
}

/* What each relation has for the field, NULL where it has nothing. */
static List *
find_accesses(EsqlResolver *resolver, const char *name, EsqlSpan span, bool *found)
{
	List	   *accesses = NIL;
	EsqlType	type = ESQL_TYPE_NULL;
	ListCell   *cell;

	*found = false;
	foreach(cell, resolver->catalog->relations)
	{
		EsqlAccess *access = esql_find_access(lfirst(cell), name);

		if (access != NULL && type == ESQL_TYPE_NULL)
			type = access->type;
		accesses = lappend(accesses, access);
	}
	for (int i = 0; i < list_length(accesses); i++)
	{
		ListCell   *access = list_nth_cell(accesses, i);

		if (lfirst(access) == NULL)
			lfirst(access) = document_access(resolver, list_nth(resolver->catalog->relations, i),
											 name, type, span);
		*found = *found || lfirst(access) != NULL;
	}
	return accesses;
}

/*
 * Make a field of the source a column, visible under its name.  NULL if no
 * relation has it.
 */
EsqlColumn *
esql_source_column(EsqlResolver *resolver, const char *name, EsqlSpan span)
{
	EsqlNode	shape = {.type = ESQL_TYPE_NULL};
	EsqlColumn *column;
	bool		found;
	List	   *accesses = find_accesses(resolver, name, span, &found);
	ListCell   *cell;

	if (!found)
		return NULL;
	column = find_same(resolver, name, accesses);
	if (column != NULL)
		return column;

	column = esql_new_column(resolver->plan, name, &shape);
	column->collation = ESQL_COLLATION_C;
	column->accesses = accesses;
	found = false;
	foreach(cell, accesses)
	{
		if (lfirst(cell) == NULL)
			continue;
		merge_access(resolver, column, lfirst(cell), !found, name, span);
		found = true;
	}
	if (list_length(accesses) > 1)
		column->collation = ESQL_COLLATION_C;	/* the generator sees to it */
	if (column->multivalued)
		column->microseconds = false;	/* lists are cut when they are read */
	return column;
}

/* Show a source column where it stands in the alphabet. */
void
esql_show_sorted(EsqlResolver *resolver, const char *name, EsqlColumn *column)
{
	EsqlVisible *entry = palloc(sizeof(EsqlVisible));
	int			place = 0;
	ListCell   *cell;

	entry->name = pstrdup(name);
	entry->column = column;
	foreach(cell, resolver->visible)
	{
		EsqlVisible *other = lfirst(cell);

		if (other->column->accesses == NIL || other->column->metadata != ESQL_METADATA_NONE ||
			strcmp(other->name, name) > 0)
			break;
		place++;
	}
	resolver->visible = list_insert_nth(resolver->visible, place, entry);
	resolver->seen = lappend(resolver->seen, column);
}

/* All columns of the relations, in the order of the alphabet. */
static void
show_columns(EsqlResolver *resolver)
{
	ListCell   *relation_cell;
	ListCell   *cell;
	EsqlSpan	nowhere = {0, 0};

	foreach(relation_cell, resolver->catalog->relations)
	{
		EsqlRelation *relation = lfirst(relation_cell);

		foreach(cell, relation->fields)
		{
			EsqlRelationField *field = lfirst(cell);
			bool		found;

			if (field->access->type == ESQL_TYPE_UNSUPPORTED ||
				esql_find_visible(resolver->visible, field->name) != NULL ||
				is_ambiguous(find_accesses(resolver, field->name, nowhere, &found)))
				continue;
			esql_show_sorted(resolver, field->name,
							 esql_source_column(resolver, field->name, nowhere));
		}
	}
}

/* METADATA: what a relation knows of a row besides its columns */
static void
show_metadata(EsqlResolver *resolver, const EsqlName *name)
{
	static const struct
	{
		const char *name;
		EsqlMetadata metadata;
		EsqlType	type;
	}			known[] =
	{
		{"_id", ESQL_METADATA_ID, ESQL_TYPE_KEYWORD},
		{"_index", ESQL_METADATA_INDEX, ESQL_TYPE_KEYWORD},
		{"_version", ESQL_METADATA_VERSION, ESQL_TYPE_LONG},
		{"_source", ESQL_METADATA_SOURCE, ESQL_TYPE_SOURCE},
		{"_ignored", ESQL_METADATA_IGNORED, ESQL_TYPE_KEYWORD}
	};

	for (int i = 0; i < (int) lengthof(known); i++)
	{
		EsqlNode	shape = {.type = known[i].type};
		EsqlColumn *column = NULL;

		if (strcmp(known[i].name, name->name.data) != 0)
			continue;
		if (known[i].metadata == ESQL_METADATA_ID)
			column = esql_source_column(resolver, "event.id", name->span);
		if (column == NULL)
		{
			column = esql_new_column(resolver->plan, known[i].name, &shape);
			column->metadata = known[i].metadata;
		}
		esql_show(&resolver->visible, known[i].name, column);
		return;
	}
	esql_raise(resolver->context, ESQL_ERROR_UNSUPPORTED, name->span,
			   "Supported metadata fields are _id, _index, _version, _source and _ignored.",
			   "metadata field \"%s\" is not supported", name->name.data);
}

/* May a field be read that no relation has a column for? */
bool
esql_has_documents(const EsqlResolver *resolver)
{
	ListCell   *cell;

	foreach(cell, resolver->catalog->relations)
	{
		if (((EsqlRelation *) lfirst(cell))->document != NULL)
			return true;
	}
	return false;
}

/* Offer all names of the source to a search for the nearest. */
void
esql_suggest_fields(EsqlResolver *resolver, EsqlNearest *nearest)
{
	ListCell   *relation_cell;
	ListCell   *cell;

	foreach(relation_cell, resolver->catalog->relations)
	{
		foreach(cell, ((EsqlRelation *) lfirst(relation_cell))->fields)
			esql_nearest_offer(nearest, ((EsqlRelationField *) lfirst(cell))->name);
	}
}

/* FROM */
void
esql_resolve_from(EsqlResolver *resolver, const EsqlCommand *command)
{
	resolver->open = true;
	(void) esql_add_stage(resolver, ESQL_STAGE_SOURCE, command, "FROM");
	show_columns(resolver);
	for (uint32_t i = 0; i < command->nmetadata; i++)
		show_metadata(resolver, &command->metadata[i]);
}
