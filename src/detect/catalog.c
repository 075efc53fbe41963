/*
 * catalog.c
 *		From FROM's index patterns to relations, and from their columns to
 *		ES|QL's fields.
 *
 * A pattern is looked up in the table of sources, in this order: the row with
 * just this pattern; rows whose pattern covers it; rows that it covers, if it
 * has wildcards itself.  A name that no source has may be a relation's own,
 * as to_regclass() finds it.  The caller of esql() may name the relation
 * instead, and then FROM's patterns do not count.
 *
 * A column's ES|QL name is its own, if that has a dot or begins with @, else
 * the name of the field whose column it would be (process_name is
 * process.name), else its own.
 *
 * Everything is read through SPI, as the caller, who must be connected.
 */
#include "compat.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "nodes/makefuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "detect/catalog.h"
#include "detect/covers.h"
#include "detect/spi.h"
#include "esql/analysis/nearest.h"
#include "esql/analysis/report.h"
#include "schema.h"
#include "text/wildcard.h"

/* A row of the table of sources. */
typedef struct Source
{
	char	   *pattern;
	Oid			relid;
	bool		dropped;		/* there is no such relation any more */
} Source;

static bool
covers(const char *pattern, const char *name)
{
	return esql_wildcard_fits(pattern, '*', name);
}

static List *
load_sources(const char *schema)
{
	List	   *sources = NIL;

	td_query(psprintf("SELECT s.pattern, s.relation::pg_catalog.oid FROM %s.sources AS s ORDER BY s.pattern",
					  schema), 0, NULL, NULL);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		TupleDesc	desc = SPI_tuptable->tupdesc;
		Source	   *source = palloc(sizeof(Source));
		bool		isnull;

		source->pattern = td_to_utf8(SPI_getvalue(tuple, desc, 1));
		source->relid = DatumGetObjectId(SPI_getbinval(tuple, desc, 2, &isnull));
		source->dropped = !SearchSysCacheExists1(RELOID, ObjectIdGetDatum(source->relid));
		sources = lappend(sources, source);
	}
	return sources;
}

/* Add a source's relation to the list, if it is still there. */
static List *
add_source(List *relids, const Source *source)
{
	if (!source->dropped)
		return list_append_unique_oid(relids, source->relid);
	ereport(WARNING,
			(errmsg("the relation of source \"%s\" was dropped", td_from_utf8(source->pattern)),
			 errhint("Update or delete the row in the table of sources.")));
	return relids;
}

/*
 * The relations of a pattern, by the sources' rule above.  An exclusion means
 * sources that it covers; that one covers it means a part of that source.
 */
static List *
match_sources(List *sources, const char *pattern, bool exclude)
{
	List	   *covering = NIL;
	List	   *covered = NIL;
	ListCell   *cell;

	foreach(cell, sources)
	{
		Source	   *source = lfirst(cell);

		if (strcmp(source->pattern, pattern) == 0)
			return add_source(NIL, source);
		if (!exclude && covers(source->pattern, pattern))
			covering = add_source(covering, source);
		else if (covers(pattern, source->pattern))
			covered = add_source(covered, source);
	}
	return covering != NIL ? covering : covered;
}

/* A relation by its own name, or InvalidOid. */
static Oid
match_relation(const char *name)
{
	List	   *names;
	char	   *copy = pstrdup(td_from_utf8(name));
	List	   *parts = NIL;
	ListCell   *cell;

	if (strchr(name, '*') != NULL || strchr(name, ':') != NULL)
		return InvalidOid;
	if (!SplitIdentifierString(copy, '.', &names) || names == NIL || list_length(names) > 2)
		return InvalidOid;		/* a name of three parts is another database's */
	foreach(cell, names)
		parts = lappend(parts, makeString(pstrdup(lfirst(cell))));
	return RangeVarGetRelid(makeRangeVarFromNameList(parts), NoLock, true);
}

/* The relations of a name in FROM: those of the sources, or the one of that name. */
static List *
named_relations(List *sources, const char *name, bool exclude)
{
	List	   *found = match_sources(sources, name, exclude);
	Oid			relid = found == NIL ? match_relation(name) : InvalidOid;

	return OidIsValid(relid) ? list_make1_oid(relid) : found;
}

/* The relations that FROM means, so far as it means any; never raises an error. */
List *
td_from_relations(const EsqlCommand *from, const char *schema)
{
	List	   *sources = load_sources(schema);
	List	   *relations = NIL;

	for (uint32_t i = 0; i < from->nnames; i++)
	{
		const char *name = from->names[i].name.data;

		if (name[0] == '-' && i > 0)
			relations = list_difference_oid(relations, named_relations(sources, name + 1, true));
		else
			relations = list_concat_unique_oid(relations, named_relations(sources, name, false));
	}
	return relations;
}

/* The relations that FROM means, in the order in which it names them. */
static List *
find_relations(const EsqlContext *context, const EsqlCommand *from, const char *schema)
{
	List	   *sources = load_sources(schema);
	List	   *relations = NIL;

	for (uint32_t i = 0; i < from->nnames; i++)
	{
		const char *pattern = from->names[i].name.data;
		bool		exclude = pattern[0] == '-' && i > 0;
		List	   *found = named_relations(sources, exclude ? pattern + 1 : pattern, exclude);

		if (exclude)
		{
			if (found == NIL && match_sources(sources, pattern + 1, false) != NIL)
				esql_raise(context, ESQL_ERROR_UNSUPPORTED, from->names[i].span,
						   "Exclude the whole source, or leave its rows out with WHERE.",
						   "\"%s\" would exclude a part of a source only", pattern);
			relations = list_difference_oid(relations, found);
			continue;
		}
		if (found == NIL)
			esql_raise(context, ESQL_ERROR_UNKNOWN_SOURCE, from->names[i].span,
					   psprintf("Add one with INSERT INTO %s.sources (pattern, relation), or name the relation in the argument \"events\".",
								schema),
					   "no source for index pattern \"%s\"", pattern);
		relations = list_concat_unique_oid(relations, found);
	}
	if (relations == NIL)
		esql_raise(context, ESQL_ERROR_SYNTAX, from->span, NULL, "FROM excludes all that it names");
	return relations;
}

/* The template that makes a value of the column's SQL type ours, or NULL. */
static const char *
cast_template(Oid type, bool array)
{
	switch (type)
	{
		case INT2OID:
			return array ? "$1::integer[]" : "$1::integer";
		case OIDOID:
			return array ? "$1::bigint[]" : "$1::bigint";
		case FLOAT4OID:
		case NUMERICOID:
		case FLOAT8OID:
			return array ? "ARRAY(SELECT @esql_finite(u.v) FROM ^unnest($1) AS u(v))" :
				"@esql_finite($1)";
		case INETOID:
			return array ? NULL : "@esql_ip($1)";
		case CIDROID:
			return array ? "$1::^inet[]" : "@esql_ip($1::^inet)";
		case TIMESTAMPOID:
			return array ? "ARRAY(SELECT u.v AT TIME ZONE 'UTC' FROM ^unnest($1) AS u(v))" :
				"($1 AT TIME ZONE 'UTC')";
		case DATEOID:
			return array ? "ARRAY(SELECT @esql_midnight(u.v) FROM ^unnest($1) AS u(v))" :
				"@esql_midnight($1)";
		case BOOLOID:
		case INT4OID:
		case INT8OID:
		case TEXTOID:
		case TIMESTAMPTZOID:
			return NULL;
		default:
			return array ? "$1::^text[]" : "$1::^text";
	}
}

/* How a column is read. */
static EsqlAccess *
column_access(Form_pg_attribute attribute)
{
	EsqlAccess *access = palloc0(sizeof(EsqlAccess));
	Oid			type = getBaseType(attribute->atttypid);
	Oid			element = get_element_type(type);

	access->attname = pstrdup(td_to_utf8(NameStr(attribute->attname)));
	access->sql_type = format_type_be(attribute->atttypid);
	access->array = OidIsValid(element);
	access->multivalued = access->array;
	if (access->array)
		type = getBaseType(element);
	access->type = esql_type_of_sql(type);
	if (access->type == ESQL_TYPE_UNSUPPORTED)
		return access;
	access->cast = cast_template(type, access->array);
	if (!access->array && access->type == ESQL_TYPE_DATE)
	{
		access->microseconds = true;
		access->naive = type == TIMESTAMPOID;
	}
	if (!access->array && access->type == ESQL_TYPE_KEYWORD)
	{
		Oid			collation = attribute->attcollation;

		access->collation = ESQL_COLLATION_BARE;
		if (collation == C_COLLATION_OID)
			access->collation = ESQL_COLLATION_C;
		else if (OidIsValid(collation) && !get_collation_isdeterministic(collation))
		{
			access->nondeterministic = true;
			access->collation = ESQL_COLLATION_C;
		}
	}
	return access;
}

/* Give columns the names of the fields that they hold. */
static void
name_fields(EsqlRelation *relation, const char *schema)
{
	List	   *names = NIL;
	Oid			types[1] = {TEXTARRAYOID};
	Datum		values[1];
	ListCell   *cell;

	foreach(cell, relation->fields)
	{
		char	   *name = ((EsqlRelationField *) lfirst(cell))->name;

		if (strchr(name, '.') == NULL && name[0] != '@')
			names = lappend(names, name);
	}
	values[0] = PointerGetDatum(td_text_array(names));
	td_query(psprintf("SELECT f.column_name, pg_catalog.min(f.field) FROM %s.fields AS f"
					  " WHERE f.column_name OPERATOR(pg_catalog.=) ANY ($1) GROUP BY f.column_name", schema),
			 1, types, values);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		char	   *column = td_to_utf8(SPI_getvalue(SPI_tuptable->vals[i],
													 SPI_tuptable->tupdesc, 1));
		char	   *field_name = td_to_utf8(SPI_getvalue(SPI_tuptable->vals[i],
														 SPI_tuptable->tupdesc, 2));
		EsqlRelationField *taken = NULL;
		EsqlRelationField *named = NULL;

		foreach(cell, relation->fields)
		{
			EsqlRelationField *field = lfirst(cell);

			if (strcmp(field->name, field_name) == 0)
				taken = field;	/* the exact name wins */
			else if (strcmp(field->name, column) == 0)
				named = field;
		}
		if (named != NULL && taken == NULL)
			named->name = field_name;
	}
}

/* Raise an error if events cannot be read from a relation of this kind. */
static void
check_relkind(Relation relation)
{
	switch (relation->rd_rel->relkind)
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_VIEW:
		case RELKIND_MATVIEW:
		case RELKIND_FOREIGN_TABLE:
			return;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("cannot read events from \"%s\"", RelationGetRelationName(relation)),
					 errdetail("It is %s.",
							   relation->rd_rel->relkind == RELKIND_INDEX ||
							   relation->rd_rel->relkind == RELKIND_PARTITIONED_INDEX ? "an index" :
							   relation->rd_rel->relkind == RELKIND_SEQUENCE ? "a sequence" :
							   "not a relation that holds rows of its own"),
					 errhint("Name a table, a partitioned table, a view, a materialized view or a foreign table.")));
	}
}

/* Does one of the relation's indexes have a predicate? */
static bool
has_partial_index(Relation relation)
{
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(relation))
	{
		HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(cell)));
		bool		partial = HeapTupleIsValid(tuple) &&
			!heap_attisnull(tuple, Anum_pg_index_indpred, NULL);

		if (HeapTupleIsValid(tuple))
			ReleaseSysCache(tuple);
		if (partial)
			return true;
	}
	return false;
}

/*
 * Is the relation's column "arrived" the number of the transaction that brought
 * each row?  That is for late events to be found by, and no field.  In a copy of
 * our own events, which has their document_key, it is, whatever its default.
 */
static bool
keeps_arrivals(Relation relation)
{
	AttrNumber	attnum = get_attnum(RelationGetRelid(relation), "arrived");
	Oid			types[1] = {OIDOID};
	Datum		values[1];
	bool		isnull;

	if (attnum <= 0 || TupleDescAttr(RelationGetDescr(relation), attnum - 1)->atttypid != INT8OID)
		return false;
	if (get_attnum(RelationGetRelid(relation), "document_key") > 0)
		return true;
	values[0] = ObjectIdGetDatum(RelationGetRelid(relation));
	td_query("SELECT " TD_INTERNAL_SCHEMA ".keeps_arrivals($1::pg_catalog.regclass)", 1, types, values);
	return DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

static EsqlRelation *
load_relation(Oid relid, const char *schema)
{
	EsqlRelation *loaded = palloc0(sizeof(EsqlRelation));
	Relation	relation = try_relation_open(relid, AccessShareLock);
	TupleDesc	desc;

	if (relation == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relid),
				 errhint("It has been dropped. Let the rule (column events of rules) or the index pattern (column relation of sources) name another.")));
	check_relkind(relation);
	loaded->relid = relid;
	loaded->sql_name =
		td_to_utf8(quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)),
											  RelationGetRelationName(relation)));
	loaded->alias = "e";
	loaded->arrivals = keeps_arrivals(relation);
	desc = RelationGetDescr(relation);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		EsqlRelationField *field;

		if (attribute->attisdropped)
			continue;
		while (strcmp(NameStr(attribute->attname), loaded->alias) == 0)
			loaded->alias = psprintf("%s_", loaded->alias);
		if (attribute->atttypid == JSONBOID && strcmp(NameStr(attribute->attname), "document") == 0)
		{
			loaded->document = pstrdup("document");
			continue;
		}
		if (loaded->arrivals && strcmp(NameStr(attribute->attname), "arrived") == 0)
			continue;
		field = palloc(sizeof(EsqlRelationField));
		field->name = pstrdup(td_to_utf8(NameStr(attribute->attname)));
		field->access = column_access(attribute);
		loaded->fields = lappend(loaded->fields, field);
	}
	loaded->partial = has_partial_index(relation);
	relation_close(relation, NoLock);	/* what was read here must hold */
	name_fields(loaded, schema);
	loaded->covers = td_find_covers(relid);
	loaded->partial = loaded->partial || loaded->covers != NIL;
	return loaded;
}

/* The type of a document's field, by the table of fields. */
static EsqlType
document_type(const EsqlCatalog *catalog, const char *name, bool *known)
{
	Oid			types[1] = {TEXTOID};
	Datum		values[1];
	char	   *type;

	values[0] = CStringGetTextDatum(td_from_utf8(name));
	td_query(psprintf("SELECT f.type FROM %s.fields AS f WHERE f.field OPERATOR(pg_catalog.=) $1", catalog->schema),
			 1, types, values);
	*known = SPI_processed > 0;
	if (!*known)
		return ESQL_TYPE_KEYWORD;
	type = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	return esql_type_by_name(type, strlen(type));
}

/* Offer the names in the table of fields that are about as long as the wanted. */
static void
offer_fields(const EsqlCatalog *catalog, EsqlNearest *nearest)
{
	Oid			types[1] = {INT4OID};
	Datum		values[1];

	values[0] = Int32GetDatum((int32) strlen(nearest->wanted));
	td_query(psprintf("SELECT f.field FROM %s.fields AS f WHERE pg_catalog.abs(pg_catalog.octet_length(f.field)"
					  " OPERATOR(pg_catalog.-) $1) OPERATOR(pg_catalog.<) 3", catalog->schema),
			 1, types, values);
	for (uint64 i = 0; i < SPI_processed; i++)
		esql_nearest_offer(nearest, td_to_utf8(SPI_getvalue(SPI_tuptable->vals[i],
															SPI_tuptable->tupdesc, 1)));
}

/*
 * All that a query has to know of its source.  events, if valid, takes the
 * place of FROM's patterns.  palloc'd.
 */
EsqlCatalog *
td_load_catalog(const EsqlContext *context, const EsqlCommand *from, Oid events,
				const char *schema)
{
	EsqlCatalog *catalog = palloc0(sizeof(EsqlCatalog));
	List	   *relids;
	ListCell   *cell;
	List	   *icu = list_make2(makeString("pg_catalog"), makeString("und-x-icu"));

	catalog->schema = pstrdup(schema);
	catalog->document_type = document_type;
	catalog->offer_fields = offer_fields;
	catalog->case_collation = OidIsValid(get_collation_oid(icu, true)) ?
		"COLLATE pg_catalog.\"und-x-icu\"" : "COLLATE pg_catalog.\"default\"";
	relids = OidIsValid(events) ? list_make1_oid(events) :
		find_relations(context, from, schema);
	foreach(cell, relids)
		catalog->relations = lappend(catalog->relations, load_relation(lfirst_oid(cell), schema));
	return catalog;
}
