/*
 * terms.c
 *		What an index of documents' terms is asked for.
 *
 *		document_terms(e.document) @> ARRAY[document_term('event.action', 'exec'), document_term('user.name')]
 *		document_terms(e.document) && ARRAY[document_term('process.name', 'scp'), document_term('process.name', 'sftp')]
 *
 * These conditions stand beside those of the window, in the SELECT that reads the relation.
 * What the query asks stands above them as ever, and decides.
 */
#include "compat.h"

#include "utils/builtins.h"

#include "esql/analysis/needs.h"
#include "esql/sql/terms.h"

/* Are all of the need's fields in the relation's document? */
static bool
is_of_document(const List *need, int number)
{
	ListCell   *cell;

	foreach(cell, need)
	{
		const EsqlAccess *access = list_nth(((EsqlTerm *) lfirst(cell))->column->accesses, number);

		/* a point may be an object, which is no value of a field */
		if (access == NULL || !access->document || access->point)
			return false;
	}
	return true;
}

static void
write_term(EsqlWriter *writer, const EsqlTerm *term)
{
	esql_write(writer, "@@document_term(");
	appendStringInfoString(writer->out, quote_literal_cstr(term->column->name));
	if (term->value != NULL)
		appendStringInfo(writer->out, ", %s", quote_literal_cstr(term->value->string.data));
	appendStringInfoChar(writer->out, ')');
}

static void
begin_condition(EsqlWriter *writer, const EsqlRelation *relation, const char *operator, bool *first)
{
	appendStringInfoString(writer->out, *first ? "\n    WHERE " : "\n      AND ");
	esql_write(writer, "@@document_terms(");
	appendStringInfoString(writer->out, esql_attribute_text(relation, relation->document));
	appendStringInfoChar(writer->out, ')');
	esql_write(writer, operator);
	appendStringInfoString(writer->out, "ARRAY[");
	*first = false;
}

/* Conditions on the terms of a relation's documents; the first one begins WHERE, or follows others. */
void
esql_write_terms(EsqlWriter *writer, int number, bool first)
{
	const EsqlRelation *relation = list_nth(writer->catalog->relations, number);
	List	   *needs = esql_find_needs(writer->plan);
	const char *separator = "";
	ListCell   *cell;
	ListCell   *inner;

	/* what must be there in any case goes into one array */
	foreach(cell, needs)
	{
		if (list_length(lfirst(cell)) > 1 || !is_of_document(lfirst(cell), number))
			continue;
		if (separator[0] == '\0')
			begin_condition(writer, relation, " {@>} ", &first);
		appendStringInfoString(writer->out, separator);
		write_term(writer, linitial(lfirst(cell)));
		separator = ", ";
	}
	if (separator[0] != '\0')
		appendStringInfoChar(writer->out, ']');
	foreach(cell, needs)
	{
		if (list_length(lfirst(cell)) == 1 || !is_of_document(lfirst(cell), number))
			continue;
		begin_condition(writer, relation, " {&&} ", &first);
		separator = "";
		foreach(inner, (List *) lfirst(cell))
		{
			appendStringInfoString(writer->out, separator);
			write_term(writer, lfirst(inner));
			separator = ", ";
		}
		appendStringInfoChar(writer->out, ']');
	}
}
