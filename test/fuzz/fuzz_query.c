/*
 * fuzz_query.c
 *		Any bytes as a query over a fixed catalogue, all the way to SQL: no crash;
 *		an error has a class of its own, no internal one, and says something; what
 *		has no error has SQL, in each of the ways in which rows can be asked for,
 *		and the same SQL a second time.
 *
 * The catalogue has a column and a column of several values of each type, a
 * document, a column that some rows have in the document only, patterns, an
 * index that covers short rows, and one of documents' terms.
 */
#include "backend.h"

#include "esql/analysis/resolve.h"
#include "esql/sql/generate.h"
#include "esql/syntax/parse.h"
#include "nodes/pg_list.h"

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do { if (!(condition)) abort(); } while (0)

static const struct
{
	const char *name;
	const char *several;
	const char *sql;
	EsqlType	type;
}			fields[] = {
	{"k", "kk", "text", ESQL_TYPE_KEYWORD},
	{"i", "ii", "integer", ESQL_TYPE_INTEGER},
	{"l", "ll", "bigint", ESQL_TYPE_LONG},
	{"d", "dd", "double precision", ESQL_TYPE_DOUBLE},
	{"b", "bb", "boolean", ESQL_TYPE_BOOLEAN},
	{"@timestamp", "tt", "timestamp with time zone", ESQL_TYPE_DATE},
	{"p", "pp", "inet", ESQL_TYPE_IP},
	{"u", "uu", "tsquery", ESQL_TYPE_UNSUPPORTED}
};

static EsqlRelationField *
make_field(const char *name, const char *sql, EsqlType type, bool array)
{
	EsqlRelationField *field = palloc0(sizeof(EsqlRelationField));

	field->name = pstrdup(name);
	field->access = palloc0(sizeof(EsqlAccess));
	field->access->type = type;
	field->access->attname = pstrdup(name);
	field->access->sql_type = pstrdup(sql);
	field->access->array = array;
	field->access->multivalued = array;
	field->access->microseconds = type == ESQL_TYPE_DATE && !array;
	return field;
}

static EsqlType
document_type(const EsqlCatalog *catalog, const char *name, bool *known)
{
	/* its last letter tells */
	const char *last = name[0] == '\0' ? name : name + strlen(name) - 1;

	*known = true;
	switch (*last)
	{
		case 'l':
			return ESQL_TYPE_LONG;
		case 'd':
			return ESQL_TYPE_DOUBLE;
		case 'b':
			return ESQL_TYPE_BOOLEAN;
		case 't':
			return ESQL_TYPE_DATE;
		case 'p':
			return ESQL_TYPE_IP;
		default:
			*known = *last == 'k';
			return ESQL_TYPE_KEYWORD;
	}
}

/* A string, or null, as the place in the query has it. */
static char *
evaluate(const EsqlCatalog *catalog, const EsqlNode *node)
{
	return node->span.start % 4 == 0 ? NULL : pstrdup("a*b");
}

static void
offer_fields(const EsqlCatalog *catalog, struct EsqlNearest *nearest)
{
}

static EsqlRelation *
make_relation(const char *name, bool document)
{
	EsqlRelation *relation = palloc0(sizeof(EsqlRelation));
	EsqlPattern *pattern = palloc0(sizeof(EsqlPattern));

	relation->relid = 4711;
	relation->plain_name = pstrdup(name);
	relation->sql_name = psprintf("public.%s", name);
	relation->alias = pstrdup("e");
	for (int i = 0; i < (int) lengthof(fields); i++)
	{
		relation->fields = lappend(relation->fields, make_field(fields[i].name, fields[i].sql, fields[i].type, false));
		relation->fields = lappend(relation->fields,
								   make_field(fields[i].several, psprintf("%s[]", fields[i].sql), fields[i].type, true));
	}
	if (document)
	{
		EsqlRelationField *several = make_field("s", "text", ESQL_TYPE_KEYWORD, false);

		several->access->several = pstrdup("s");
		several->access->multivalued = true;
		relation->fields = lappend(relation->fields, several);
		relation->document = pstrdup("document");
		relation->several = pstrdup("multivalued_fields");
		relation->index = pstrdup("source_index");
		pattern->text = pstrdup("a*");
		relation->patterns = lappend(relation->patterns, pattern);
		relation->arrivals = true;
		relation->terms = true;
	}
	relation->covers = lappend(NIL, lappend(lappend(lappend(NIL, pstrdup("@timestamp")), pstrdup("k")), pstrdup("i")));
	relation->partial = true;
	return relation;
}

/* What a LOOKUP JOIN names: a table with columns only, of which two are unique together. */
static EsqlLookup *
make_lookup(const EsqlCommand *command)
{
	EsqlLookup *lookup = palloc0(sizeof(EsqlLookup));

	lookup->command = command;
	lookup->relation = make_relation("looked_up", false);
	lookup->unique = list_make1(list_make2(pstrdup("k"), pstrdup("i")));
	return lookup;
}

/* A field of type text, one of keyword, and others that no schema knows. */
static const char *
field_type(const EsqlCatalog *catalog, const char *name)
{
	return name[0] == 't' ? "text" : name[0] == 'k' ? "keyword" : NULL;
}

static void *
allocate(void *arg, size_t size)
{
	return palloc(size);
}

/* The SQL of a text, in a way that "way" chooses. */
static char *
compile(const uint8_t *data, size_t size, uint8_t way)
{
	EsqlContext *context = palloc0(sizeof(EsqlContext));
	EsqlCatalog *catalog = palloc0(sizeof(EsqlCatalog));
	EsqlOptions *options = palloc0(sizeof(EsqlOptions));
	EsqlQuery  *query;
	EsqlPlan   *plan;
	char	   *text = palloc(size + 1);

	/* as in a server, a text without a NUL */
	for (size_t i = 0; i < size; i++)
		text[i] = data[i] == 0 ? ' ' : (char) data[i];
	text[size] = '\0';
	context->text = text;
	context->length = size;
	context->alloc = allocate;
	options->as_of = INT64CONST(1795000000000);
	options->implicit_limit = way & 1 ? 1000 : -1;
	options->terms = (way & 16) != 0;
	query = esql_parse(context);
	if (query == NULL)
		return NULL;
	catalog->schema = pstrdup("transfer_detect");
	catalog->document_type = document_type;
	catalog->field_type = field_type;
	catalog->offer_fields = offer_fields;
	catalog->evaluate = evaluate;
	if (query->from->kind != ESQL_ROW)
	{
		catalog->relations = lappend(NIL, make_relation("one", (way & 2) != 0));
		if (way & 4)
			catalog->relations = lappend(catalog->relations, make_relation("other", (way & 8) != 0));
	}
	for (const EsqlCommand *command = query->from->next; command != NULL; command = command->next)
	{
		if (command->kind == ESQL_LOOKUP_JOIN)
			catalog->lookups = lappend(catalog->lookups, make_lookup(command));
	}
	plan = esql_resolve_source(context, query, catalog, options);
	esql_resolve_commands(plan, query);
	esql_finish_plan(plan);
	return esql_generate(plan, catalog, options);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *volatile first = NULL;

	if (size < 2 || size > 4096)
		return 0;
	if (setjmp(fuzz_error) == 0)
	{
		first = compile(data + 1, size - 1, data[0]);
		if (first != NULL)
		{
			char	   *second = compile(data + 1, size - 1, data[0]);

			MUST(first[0] != '\0' && second != NULL && strcmp(first, second) == 0);
		}
	}
	else
		MUST(first == NULL && fuzz_message[0] != '\0' && fuzz_sqlstate != ERRCODE_INTERNAL_ERROR);
	fuzz_free_all();
	return 0;
}
