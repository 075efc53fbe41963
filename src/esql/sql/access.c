/*
 * access.c
 *		A relation's column, or a field of its document, as SQL.
 */
#include "compat.h"

#include "utils/builtins.h"

#include "esql/sql/access.h"
#include "esql/sql/ship.h"
#include "schema.h"

/* The access's column as SQL, before anything is done about lists; palloc'd. */
char *
esql_access_text(EsqlWriter *writer, const EsqlRelation *relation, const EsqlAccess *access)
{
	StringInfo	saved = writer->out;
	StringInfoData text;
	char	   *name = esql_attribute_text(relation, access->attname);

	if (access->cast == NULL)
		return name;
	initStringInfo(&text);
	writer->out = &text;
	esql_write_template(writer, access->cast, name);
	writer->out = saved;
	return text.data;
}

/* A field of the relation's document. */
static void
write_document_field(EsqlWriter *writer, const EsqlRelation *relation, const EsqlAccess *access,
					 const EsqlColumn *column, bool list)
{
	if (writer->bare && !list && !access->point)
	{
		appendStringInfo(writer->out, TD_INTERNAL_SCHEMA ".esql_document_%s_at(%s, %s)", esql_type_name(column->type),
						 esql_attribute_text(relation, access->attname), esql_json_literal(column->name));
		return;
	}
	appendStringInfo(writer->out, TD_INTERNAL_SCHEMA ".esql_document_%s%s(%s, %s)",
					 access->point ? "geo_point" : esql_type_name(column->type), list ? "" : "_single",
					 esql_attribute_text(relation, access->attname), quote_literal_cstr(column->name));
}

/* One face of a source column, as a relation gives it. */
void
esql_write_face(EsqlWriter *writer, const EsqlRelation *relation, const EsqlColumn *column,
				const EsqlAccess *access, bool list)
{
	bool		collate = column->type == ESQL_TYPE_KEYWORD && access != NULL &&
		(access->array || access->document || access->nondeterministic || (access->several != NULL && list) ||
		 list_length(column->accesses) > 1);
	const char *template;

	if (writer->bare && access != NULL && !access->nondeterministic)
		collate = false;
	if (collate)
		appendStringInfoChar(writer->out, '(');
	if (access == NULL)
	{
		appendStringInfoString(writer->out, "NULL::");
		esql_write_type(writer, column->type, list);
	}
	else if (access->document)
		write_document_field(writer, relation, access, column, list);
	else
	{
		if (access->several != NULL && list)
		{
			esql_write(writer, "CASE WHEN ");
			appendStringInfo(writer->out, "%s", quote_literal_cstr(access->several));
			esql_write(writer, "::^text {=} ANY (");
			appendStringInfo(writer->out, "%s) THEN " TD_INTERNAL_SCHEMA ".esql_document_%s(%s, %s) ELSE ",
							 esql_attribute_text(relation, relation->several), esql_type_name(column->type),
							 esql_attribute_text(relation, relation->document), quote_literal_cstr(access->several));
		}
		/* a column that may be a list elsewhere has milliseconds everywhere */
		if (access->in_order)
			template = "$1";
		else if (access->array)
			template = list ? "@esql_stored($1)" : "@esql_stored_single($1)";
		else if (access->microseconds && !column->microseconds)
			template = list ? "@esql_as_list(@esql_date_ms($1))" : "@esql_date_ms($1)";
		else
			template = list ? "@esql_as_list($1)" : "$1";
		esql_write_template(writer, template, esql_access_text(writer, relation, access));
		if (access->several != NULL && list)
			appendStringInfoString(writer->out, " END");
	}
	if (collate)
		esql_write(writer, " #)");
}
