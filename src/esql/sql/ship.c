/*
 * ship.c
 *		Conditions that another server can be asked.
 *
 * postgres_fdw sends a condition if it is sure that it means the same over there.
 * It is never sure of text that did not come from a column of the foreign table under
 * that column's own collation: of COLLATE "C", of text that a function made of jsonb, and
 * of a function that takes a text constant and jsonb.  So for such tables the conditions
 * at the beginning of a query stand in the SELECT that reads the table, written in a bare
 * form.  There COLLATE is left out where equality is all that matters, which is by bytes
 * anyway.  The single value of a document's field is asked for with its name in jsonb, and
 * what is asked of its text is one function with the whole question in jsonb:
 *
 *		esql_document_test(document, '["process.name", "=", "scp", "sftp"]')
 *
 * Whether the condition is sent in the end is postgres_fdw's business.  It means the same
 * here.
 */
#include "compat.h"

#include "utils/builtins.h"
#include "utils/json.h"

#include "esql/sql/ship.h"
#include "schema.h"

/* Text as a constant of jsonb, which is a string; palloc'd. */
char *
esql_json_literal(const char *text)
{
	StringInfoData json;
	char	   *literal;

	initStringInfo(&json);
	escape_json(&json, text);
	literal = psprintf("%s::pg_catalog.jsonb", quote_literal_cstr(json.data));
	pfree(json.data);
	return literal;
}

/* What the node asks of its first argument, if that is a text and the rest are constants. */
static const char *
question(const EsqlNode *node)
{
	if (node->nargs < 2 || node->args[0]->kind != ESQL_NODE_COLUMN || node->args[0]->type != ESQL_TYPE_KEYWORD ||
		node->args[0]->face_list)
		return NULL;
	for (int i = 1; i < node->nargs; i++)
	{
		if (node->args[i]->kind != ESQL_NODE_CONST || node->args[i]->type != ESQL_TYPE_KEYWORD ||
			node->args[i]->isnull)
			return NULL;
	}
	if (node->kind == ESQL_NODE_IN)
		return "=";
	if (node->kind != ESQL_NODE_CALL || node->nargs != 2)
		return NULL;
	if (node->operator == ESQL_OPERATOR_EQ || strcmp(node->sql, "@esql_is($1, $2)") == 0)
		return "=";
	if (node->operator == ESQL_OPERATOR_NE)
		return "<>";
	if (node->operator == ESQL_OPERATOR_LIKE)
		return "~~";
	return node->operator == ESQL_OPERATOR_RLIKE ? "~" : NULL;
}

/* The column's access in the one relation, or NULL. */
static const EsqlAccess *
access_of(const EsqlColumn *column)
{
	return column->accesses == NIL ? NULL : linitial(column->accesses);
}

/*
 * Does the node mean the same in its bare form?  Text is compared with constants, for
 * equality or by a pattern.  A regular expression knows classes of letters, which are
 * a collation's.
 */
static bool
bare_means_the_same(const EsqlNode *node)
{
	const EsqlAccess *access;

	switch (node->kind)
	{
		case ESQL_NODE_CONST:
		case ESQL_NODE_LIST:
			return true;
		case ESQL_NODE_COLUMN:
			return access_of(node->column) != NULL && node->type != ESQL_TYPE_KEYWORD && !node->face_list;
		case ESQL_NODE_CALL:
		case ESQL_NODE_IN:
			break;
		case ESQL_NODE_CASE:
		case ESQL_NODE_MAP:
		case ESQL_NODE_ELEMENT:
			return false;
	}
	if (question(node) != NULL)
	{
		access = access_of(node->args[0]->column);
		return access != NULL && !access->nondeterministic &&
			(access->document || node->operator != ESQL_OPERATOR_RLIKE || !access->array);
	}
	if ((node->operator == ESQL_OPERATOR_IS_NULL || node->operator == ESQL_OPERATOR_IS_NOT_NULL) &&
		node->args[0]->kind == ESQL_NODE_COLUMN && !node->args[0]->face_list)
		return access_of(node->args[0]->column) != NULL;
	if (node->type == ESQL_TYPE_KEYWORD || node->any_letters)
		return false;
	for (int i = 0; i < node->nargs; i++)
	{
		if (node->args[i]->kind != ESQL_NODE_CONST && !bare_means_the_same(node->args[i]))
			return false;
	}
	return true;
}

/* Does it read a column? */
static bool
reads_column(const EsqlNode *node)
{
	bool		reads = node->kind == ESQL_NODE_COLUMN;

	for (int i = 0; i < node->nargs && !reads; i++)
		reads = reads_column(node->args[i]);
	return reads;
}

/* Is the condition to stand in the SELECT that reads the one relation, in its bare form? */
bool
esql_ships(const EsqlNode *node)
{
	return reads_column(node) && bare_means_the_same(node);
}

/* In a bare condition: write what is asked of a document's text; false if it is no such thing. */
bool
esql_write_document_test(EsqlWriter *writer, const EsqlNode *node)
{
	const char *asked = question(node);
	const EsqlAccess *access = asked == NULL ? NULL : access_of(node->args[0]->column);
	bool		differs = asked != NULL && strcmp(asked, "<>") == 0;
	StringInfoData test;

	if (access == NULL || !access->document)
		return false;
	initStringInfo(&test);
	appendStringInfoChar(&test, '[');
	escape_json(&test, node->args[0]->column->name);
	appendStringInfo(&test, ", \"%s\"", differs ? "=" : asked);
	for (int i = 1; i < node->nargs; i++)
	{
		appendStringInfoString(&test, ", ");
		escape_json(&test, node->args[i]->string.data);
	}
	appendStringInfoChar(&test, ']');
	appendStringInfo(writer->out, "%s" TD_INTERNAL_SCHEMA ".esql_document_test(%s, %s::pg_catalog.jsonb)%s",
					 differs ? "(NOT " : "", esql_attribute_text(writer->inlined, access->attname),
					 quote_literal_cstr(test.data), differs ? ")" : "");
	pfree(test.data);
	return true;
}
