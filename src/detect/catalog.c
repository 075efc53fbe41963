/*
 * catalog.c
 *		From FROM's index patterns to relations, and from their columns to
 *		ES|QL's fields.
 *
 * A pattern is looked up in the table of sources, in this order: the row with
 * just this pattern; rows whose pattern covers it; rows that it covers, if it
 * has wildcards itself.  A name that no source has may be a relation's own,
 * as to_regclass() finds it.  The caller of esql() may name the relation
 * instead.
 *
 * A relation may have a column that says which data stream or index a row is from
 * (source_index).  Then FROM's patterns and exclusions mean only rows from those,
 * and rows that do not say.
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
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "detect/catalog.h"
#include "detect/covers.h"
#include "detect/home.h"
#include "detect/origins.h"
#include "detect/several.h"
#include "detect/spi.h"
#include "detect/trust.h"
#include "esql/analysis/nearest.h"
#include "esql/analysis/report.h"
#include "esql/analysis/transfer.h"
#include "esql/sql/generate.h"
#include "schema.h"
#include "text/wildcard.h"

/* Which relation FROM means, and which of its rows. */
typedef struct Found
{
	Oid			relid;
	bool		all;			/* it was named itself */
	List	   *patterns;		/* of EsqlPattern */
} Found;

/* A row of the table of sources. */
typedef struct Source
{
	char	   *pattern;
	Oid			relid;
	bool		dropped;		/* there is no such relation any more */
} Source;

/* Columns by which a relation says more of its rows; they are no fields. */
#define INDEX_COLUMN	"source_index"
#define SEVERAL_COLUMN	"multivalued_fields"

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

/* A relation's column of a certain name and type. */
static bool
has_column(Oid relid, const char *name, Oid type)
{
	AttrNumber	number = get_attnum(relid, name);

	return number != InvalidAttrNumber && get_atttype(relid, number) == type;
}

/* Is it a row of the table of sources, and no pattern?  Then it is a name for all of its relation. */
static bool
is_alias(List *sources, const char *name)
{
	ListCell   *cell;

	foreach(cell, sources)
	{
		if (strchr(name, '*') == NULL && strcmp(((Source *) lfirst(cell))->pattern, name) == 0)
			return true;
	}
	return false;
}

/*
 * May a name of FROM's mean some of a relation's indices only?  Indices have
 * dashes or wildcards in their names.  What stands behind a data stream or an alias
 * is not known here by its own name.
 */
static bool
names_indices(List *sources, const char *name)
{
	return (strchr(name, '*') != NULL || strchr(name, '-') != NULL) && !is_alias(sources, name) &&
		strncmp(name, ".ds-", 4) != 0 && strncmp(name, ".internal.", 10) != 0 && !OidIsValid(match_relation(name));
}

/* Note a name that means a relation, or takes a part of it out. */
static void
add_pattern(Found *found, List *sources, const char *name, bool exclude)
{
	EsqlPattern *pattern = palloc(sizeof(EsqlPattern));
	const char *cluster = strrchr(name, ':');

	if (!exclude && !names_indices(sources, name))
		found->all = true;
	pattern->text = pstrdup(cluster == NULL ? name : cluster + 1);
	pattern->exclude = exclude;
	if (!exclude || found->patterns != NIL)
		found->patterns = lappend(found->patterns, pattern);
}

/* Add relations that a name means. */
static List *
add_found(List *relations, List *relids, List *sources, const char *name)
{
	ListCell   *cell;
	ListCell   *inner;

	foreach(cell, relids)
	{
		Found	   *found = NULL;

		foreach(inner, relations)
		{
			if (((Found *) lfirst(inner))->relid == lfirst_oid(cell))
				found = lfirst(inner);
		}
		if (found == NULL)
		{
			found = palloc0(sizeof(Found));
			found->relid = lfirst_oid(cell);
			relations = lappend(relations, found);
		}
		add_pattern(found, sources, name, false);
	}
	return relations;
}

/* Take relations out that a name means, and parts of the others. */
static List *
take_out(List *relations, List *relids, List *sources, const char *name)
{
	List	   *rest = NIL;
	ListCell   *cell;

	foreach(cell, relations)
	{
		Found	   *found = lfirst(cell);

		if (list_member_oid(relids, found->relid))
			continue;
		add_pattern(found, sources, name, true);
		rest = lappend(rest, found);
	}
	return rest;
}

/* Do all the relations know which index a row is from? */
static bool
all_know_indices(List *relids)
{
	ListCell   *cell;

	foreach(cell, relids)
	{
		if (!has_column(lfirst_oid(cell), INDEX_COLUMN, TEXTOID))
			return false;
	}
	return true;
}

/* The relations that FROM means, of Found, in the order in which it names them. */
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
			if (found == NIL && !all_know_indices(match_sources(sources, pattern + 1, false)))
				esql_raise(context, ESQL_ERROR_UNSUPPORTED, from->names[i].span,
						   "Exclude the whole source, or leave its rows out with WHERE.",
						   "\"%s\" would exclude a part of a source only", pattern);
			relations = take_out(relations, found, sources, pattern + 1);
			continue;
		}
		if (found == NIL)
			esql_raise(context, ESQL_ERROR_UNKNOWN_SOURCE, from->names[i].span,
					   psprintf("Add one with INSERT INTO %s.sources (pattern, relation), or name the relation in the argument \"events\".",
								schema),
					   "no source for index pattern \"%s\"", pattern);
		relations = add_found(relations, found, sources, pattern);
	}
	if (relations == NIL)
		esql_raise(context, ESQL_ERROR_SYNTAX, from->span, NULL, "FROM excludes all that it names");
	return relations;
}

/* The relation that takes the place of FROM's; its rows are still those of FROM's indices. */
static List *
given_relation(const EsqlCommand *from, Oid events, const char *schema)
{
	List	   *sources = NIL;
	Found	   *found = palloc0(sizeof(Found));

	found->relid = events;
	if (has_column(events, INDEX_COLUMN, TEXTOID))
		sources = load_sources(schema);
	else
		found->all = true;
	for (uint32_t i = 0; i < from->nnames && !found->all; i++)
	{
		const char *pattern = from->names[i].name.data;
		bool		exclude = pattern[0] == '-' && i > 0;

		add_pattern(found, sources, exclude ? pattern + 1 : pattern, exclude);
	}
	return list_make1(found);
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

/*
 * The template for a column of a domain, or of an array of one: it casts to the
 * base type before anything else, since polymorphic functions and operators
 * would see the domain.
 */
static const char *
domain_template(Oid type, bool array, const char *template)
{
	char	   *name = td_to_utf8(format_type_extended(type, -1, FORMAT_TYPE_FORCE_QUALIFY));
	char	   *base = psprintf("$1::%s%s", name, array ? "[]" : "");
	const char *place = template == NULL ? NULL : strstr(template, "$1");

	if (place == NULL)
		return base;
	return psprintf("%.*s%s%s", (int) (place - template), template, base, place + 2);
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
	if (type != (access->array ? get_element_type(attribute->atttypid) : attribute->atttypid))
		access->cast = domain_template(type, access->array, access->cast);
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

/*
 * Which columns are null in some row whose document has several values?  These
 * read the document there.  The others stay what they are, and so does the SQL
 * for the many tables that have no such rows.
 */
static void
mark_several(EsqlRelation *relation)
{
	ListCell   *cell;
	ListCell   *inner;

	relation->several_known = true;
	relation->several_names = td_several_names(relation->relid, relation->sql_name, relation->several, relation->home);
	foreach(cell, relation->several_names)
	{
		foreach(inner, relation->fields)
		{
			EsqlRelationField *field = lfirst(inner);

			if (strcmp(field->name, lfirst(cell)) != 0 || field->access->array || field->access->type == ESQL_TYPE_UNSUPPORTED)
				continue;
			field->access->several = lfirst(cell);
			field->access->multivalued = true;
		}
	}
}

static EsqlRelation *
load_relation(const TdSession *session, const Found *found, bool lookup)
{
	Oid			relid = found->relid;
	EsqlRelation *loaded = palloc0(sizeof(EsqlRelation));
	Relation	relation = try_relation_open(relid, AccessShareLock);
	bool		may_look;		/* into the rows, before the query does */
	bool		indexed;
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
	loaded->plain_name = pstrdup(td_to_utf8(RelationGetRelationName(relation)));
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
		if (getBaseType(attribute->atttypid) == JSONBOID && strcmp(NameStr(attribute->attname), "document") == 0)
		{
			loaded->document = pstrdup("document");
			continue;
		}
		if (attribute->atttypid == TEXTOID && strcmp(NameStr(attribute->attname), INDEX_COLUMN) == 0)
		{
			loaded->index = pstrdup(INDEX_COLUMN);
			continue;
		}
		if (attribute->atttypid == TEXTARRAYOID && strcmp(NameStr(attribute->attname), SEVERAL_COLUMN) == 0)
		{
			loaded->several = pstrdup(SEVERAL_COLUMN);
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
	loaded->conditions = !lookup && td_has_conditions(relid, &loaded->computed);
	td_find_home(loaded, relation);
	indexed = loaded->index != NULL && !found->all && td_can_find_origins(loaded, relation);
	relation_close(relation, NoLock);	/* what was read here must hold */
	name_fields(loaded, session->schema);
	if (loaded->index != NULL && !found->all)
		loaded->patterns = found->patterns;
	/* a rule's relation is not read before it is known to be trusted, and not at all to check the rule of another */
	may_look = !lookup && (session->purpose == TD_RUN_QUERY || td_trusts(session, relid));
	if (may_look && loaded->several != NULL && loaded->document != NULL && td_may_read(relid, SEVERAL_COLUMN))
		mark_several(loaded);
	loaded->origins_sought = may_look && indexed && td_may_read(relid, INDEX_COLUMN);
	if (loaded->origins_sought)
		td_find_origins(loaded);
	if (lookup)
		return loaded;
	loaded->covers = td_find_covers(relid);
	loaded->terms = loaded->document != NULL && loaded->home == ESQL_HOME_LOCAL && td_has_terms(relid);
	loaded->partial = loaded->partial || loaded->covers != NIL;
	return loaded;
}

/*
 * The columns that a unique index makes unique, as a list of names; NIL if it
 * makes none: it has a predicate or expressions, is not valid, or is checked
 * at the end of transactions only.
 */
static List *
unique_columns(Oid relid, Oid index)
{
	HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	List	   *names = NIL;
	Form_pg_index form;

	if (!HeapTupleIsValid(tuple))
		return NIL;
	form = (Form_pg_index) GETSTRUCT(tuple);
	if (form->indisunique && form->indisvalid && form->indimmediate &&
		heap_attisnull(tuple, Anum_pg_index_indpred, NULL) && heap_attisnull(tuple, Anum_pg_index_indexprs, NULL))
	{
		for (int i = 0; i < form->indnkeyatts; i++)
			names = lappend(names, td_to_utf8(get_attname(relid, form->indkey.values[i], false)));
	}
	ReleaseSysCache(tuple);
	return names;
}

/* Which columns are unique together. */
static List *
find_unique(Oid relid)
{
	Relation	relation = table_open(relid, NoLock);
	List	   *sets = NIL;
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(relation))
	{
		List	   *names = unique_columns(relid, lfirst_oid(cell));

		if (names != NIL)
			sets = lappend(sets, names);
	}
	table_close(relation, NoLock);
	return sets;
}

/*
 * The relation that a LOOKUP JOIN names: that of the source of just this name,
 * or the one that is called so.  Patterns that cover the name do not count: what
 * they stand for are events.
 */
static EsqlLookup *
find_lookup(const TdSession *session, const EsqlContext *context, const EsqlCommand *command)
{
	const EsqlName *name = &command->names[0];
	EsqlLookup *lookup = palloc0(sizeof(EsqlLookup));
	Found		found = {.all = true};
	ListCell   *cell;

	if (strchr(name->name.data, '*') != NULL)
		esql_raise(context, ESQL_ERROR_SYNTAX, name->span, NULL, "LOOKUP JOIN takes one name, without wildcards");
	foreach(cell, load_sources(session->schema))
	{
		const Source *source = lfirst(cell);

		if (strcmp(source->pattern, name->name.data) == 0 && !source->dropped)
			found.relid = source->relid;
	}
	if (!OidIsValid(found.relid))
		found.relid = match_relation(name->name.data);
	if (!OidIsValid(found.relid))
		esql_raise(context, ESQL_ERROR_UNKNOWN_SOURCE, name->span,
				   psprintf("Name a table or view, in a rule with its schema, or add a source with INSERT INTO %s.sources (pattern, relation).", session->schema),
				   "no relation \"%s\" to look up in", name->name.data);
	lookup->command = command;
	lookup->relation = load_relation(session, &found, true);
	lookup->unique = find_unique(found.relid);
	return lookup;
}

/* What the table of fields has as the type of a field, or NULL. */
static const char *
field_type(const EsqlCatalog *catalog, const char *name)
{
	Oid			types[1] = {TEXTOID};
	Datum		values[1];

	values[0] = CStringGetTextDatum(td_from_utf8(name));
	td_query(psprintf("SELECT f.type FROM %s.fields AS f WHERE f.field OPERATOR(pg_catalog.=) $1", catalog->schema),
			 1, types, values);
	return SPI_processed > 0 ? SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1) : NULL;
}

/* The value of a constant expression, as PostgreSQL computes it. */
static char *
evaluate(const EsqlCatalog *catalog, const EsqlNode *node)
{
	char	   *value;

	td_query(td_from_utf8(esql_generate_constant(node, catalog)), 0, NULL, NULL);
	value = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	return value == NULL ? NULL : td_to_utf8(value);
}

/* The type of a document's field, by the table of fields. */
static EsqlType
document_type(const EsqlCatalog *catalog, const char *name, bool *known)
{
	const char *type = field_type(catalog, name);

	*known = type != NULL;
	return type == NULL ? ESQL_TYPE_KEYWORD : esql_type_by_name(type, strlen(type));
}

/* Offer the names in the table of fields that are about as long as the wanted. */
static void
offer_fields(const EsqlCatalog *catalog, EsqlNearest *nearest)
{
	Oid			types[1] = {INT4OID};
	Datum		values[1];

	esql_suggest_transfer(nearest);
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
 * place of FROM's patterns; ROW has no source.  palloc'd.
 */
EsqlCatalog *
td_load_catalog(const TdSession *session, const EsqlContext *context, const EsqlCommand *from, Oid events)
{
	const char *schema = session->schema;
	EsqlCatalog *catalog = palloc0(sizeof(EsqlCatalog));
	List	   *relations;
	ListCell   *cell;

	catalog->schema = pstrdup(schema);
	catalog->document_type = document_type;
	catalog->field_type = field_type;
	catalog->offer_fields = offer_fields;
	catalog->evaluate = evaluate;
	for (const EsqlCommand *command = from->next; command != NULL; command = command->next)
	{
		if (command->kind == ESQL_LOOKUP_JOIN)
			catalog->lookups = lappend(catalog->lookups, find_lookup(session, context, command));
	}
	if (from->kind == ESQL_ROW)
		return catalog;
	relations = OidIsValid(events) ? given_relation(from, events, schema) :
		find_relations(context, from, schema);
	foreach(cell, relations)
		catalog->relations = lappend(catalog->relations, load_relation(session, lfirst(cell), false));
	return catalog;
}
