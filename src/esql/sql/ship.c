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
 * TO_LOWER and TO_UPPER are functions that know their collation, esql_lower() and esql_upper().
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

/* The template that makes letters large or small, if the node does that; or NULL. */
const char *
esql_bare_letters(const EsqlNode *node)
{
	if (node->kind != ESQL_NODE_CALL || !node->any_letters || node->nargs != 1)
		return NULL;
	return strcmp(node->sql, "@esql_lower($1)") == 0 || strcmp(node->sql, "@esql_upper($1)") == 0 ? node->sql : NULL;
}

/* The call that makes letters large or small in what the node asks about, or NULL. */
static const EsqlNode *
asked_letters(const EsqlNode *node)
{
	const EsqlNode *asked = node->nargs == 0 ? NULL : node->args[0];

	/* the single value of a list, of which each value is made so */
	if (asked != NULL && asked->kind == ESQL_NODE_CALL && strcmp(asked->sql, "@esql_single($1)") == 0 &&
		asked->args[0]->kind == ESQL_NODE_MAP)
		asked = asked->args[0]->args[1];
	return asked != NULL && esql_bare_letters(asked) != NULL ? asked : NULL;
}

/*
 * The column whose single text the node asks about, maybe with all letters large or
 * small; or NULL.  Where it may hold several values, as in a document, the letters
 * are made so in each.
 */
static const EsqlNode *
asked_column(const EsqlNode *node)
{
	const EsqlNode *letters = asked_letters(node);
	const EsqlNode *asked = letters != NULL ? letters->args[0] : node->nargs == 0 ? NULL : node->args[0];
	bool		each = asked != NULL && asked->kind == ESQL_NODE_ELEMENT;

	if (each)
		asked = node->args[0]->args[0]->args[0];
	if (asked == NULL || asked->kind != ESQL_NODE_COLUMN || asked->type != ESQL_TYPE_KEYWORD ||
		asked->face_list != each)
		return NULL;
	return asked;
}

/* What the node asks of a text, if the rest are constants. */
static const char *
question(const EsqlNode *node)
{
	if (node->nargs < 2 || asked_column(node) == NULL)
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
		access = access_of(asked_column(node)->column);
		if (access == NULL || access->nondeterministic || access->document)
			return access != NULL && access->document;
		return !asked_column(node)->face_list &&
			(node->operator != ESQL_OPERATOR_RLIKE ||
			 (!access->array && node->args[0]->kind == ESQL_NODE_COLUMN));
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
	const EsqlColumn *column = asked == NULL ? NULL : asked_column(node)->column;
	const EsqlNode *letters = asked == NULL ? NULL : asked_letters(node);
	const EsqlAccess *access = column == NULL ? NULL : access_of(column);
	bool		differs = asked != NULL && strcmp(asked, "<>") == 0;
	StringInfoData test;

	if (access == NULL || !access->document)
		return false;
	initStringInfo(&test);
	appendStringInfoChar(&test, '[');
	escape_json(&test, column->name);
	appendStringInfo(&test, ", \"%s%s\"", letters == NULL ? "" : strstr(letters->sql, "lower") != NULL ? "lower " : "upper ",
					 differs ? "=" : asked);
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
