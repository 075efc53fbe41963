/*
 * sql_expr.c
 *		Expressions of a plan as SQL text.
 *
 * Whatever is written here stands by itself: a name, a constant with its type,
 * a call, or something in parentheses, so that no precedence is ever at stake.
 *
 * Text compares by bytes in ES|QL.  COLLATE "C" is written where an order or a
 * pattern asks for it, and where two texts of unknown collations meet; but not
 * where a plain column is compared with a literal for equality, which is by
 * bytes under every deterministic collation, so that an ordinary index on the
 * column can serve.
 */
#include "compat.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "esql/literal.h"
#include "esql/sql.h"

/* A text as an SQL literal, palloc'd. */
char *
esql_quote_text(const char *text)
{
	return quote_literal_cstr(text);
}

/* A date as the inside of an SQL literal, palloc'd; years 1 to 9999. */
char *
esql_date_text(int64 ms)
{
	char		buffer[40];
	size_t		length = esql_write_date(ms, buffer);

	return pnstrdup(buffer, length);
}

static void
write_date(EsqlWriter *writer, int64 ms)
{
	char	   *text = esql_date_text(ms);

	/* PostgreSQL reads four digits of a year in this form, not more, not 0 */
	if (text[0] == '+' || text[0] == '-' || strncmp(text, "0000", 4) == 0)
		appendStringInfo(writer->out, "%s.esql_to_datetime('" INT64_FORMAT "'::bigint)",
						 writer->catalog->schema, ms);
	else
		appendStringInfo(writer->out, "'%s'::timestamptz", text);
}

/* A constant with its type. */
static void
write_const(EsqlWriter *writer, const EsqlNode *node)
{
	StringInfo	out = writer->out;

	if (node->isnull)
	{
		appendStringInfo(out, "NULL::%s%s", esql_type_sql(node->type), node->several ? "[]" : "");
		return;
	}
	switch (node->type)
	{
		case ESQL_TYPE_BOOLEAN:
			appendStringInfoString(out, node->boolean ? "true" : "false");
			break;
		case ESQL_TYPE_INTEGER:
			if (node->integer < 0)
				appendStringInfo(out, "'" INT64_FORMAT "'::integer", node->integer);
			else
				appendStringInfo(out, INT64_FORMAT, node->integer);
			break;
		case ESQL_TYPE_LONG:
			appendStringInfo(out, "'" INT64_FORMAT "'::bigint", node->integer);
			break;
		case ESQL_TYPE_DOUBLE:
			appendStringInfo(out, "'%s'::double precision",
							 DatumGetCString(DirectFunctionCall1(float8out,
																 Float8GetDatum(node->number))));
			break;
		case ESQL_TYPE_IP:
			appendStringInfo(out, "%s::inet", esql_quote_text(node->string.data));
			break;
		case ESQL_TYPE_DATE:
			write_date(writer, node->integer);
			break;
		case ESQL_TYPE_KEYWORD:
			appendStringInfo(out, "%s::text", esql_quote_text(node->string.data));
			break;
		default:
			elog(ERROR, "unexpected constant of type %s", esql_type_name(node->type));
	}
}

/* The node, with COLLATE "C" if it is text that is not yet so. */
void
esql_write_ordered(EsqlWriter *writer, const EsqlNode *node)
{
	if (node->type != ESQL_TYPE_KEYWORD || node->collation == ESQL_COLLATION_C)
	{
		esql_write_node(writer, node);
		return;
	}
	appendStringInfoChar(writer->out, '(');
	esql_write_node(writer, node);
	appendStringInfoString(writer->out, " COLLATE \"C\")");
}

/* Must the text arguments of a call be collated one by one? */
static bool
must_collate(const EsqlNode *node)
{
	int			texts = 0;
	int			bare = 0;
	int			bytes = 0;

	for (int i = 0; i < node->nargs; i++)
	{
		if (node->args[i]->type != ESQL_TYPE_KEYWORD)
			continue;
		if (node->args[i]->collation == ESQL_COLLATION_BARE)
			bare++;
		else if (node->args[i]->collation == ESQL_COLLATION_C)
			bytes++;
		texts++;
	}
	if (node->ordered)
		return texts > 0 && (bare > 0 || bytes == 0);
	return bare > 0 && bare + bytes > 1;
}

/* One argument of a call. */
static void
write_argument(EsqlWriter *writer, const EsqlNode *node, bool collate, bool operand)
{
	if (collate && node->collation != ESQL_COLLATION_LITERAL)
		esql_write_ordered(writer, node);
	else if (operand && node->kind == ESQL_NODE_CONST && node->type == ESQL_TYPE_KEYWORD &&
			 !node->isnull)
		appendStringInfoString(writer->out, esql_quote_text(node->string.data));
	else
		esql_write_node(writer, node);
}

static void
write_filter(EsqlWriter *writer, const EsqlNode *node)
{
	if (node->filter == NULL)
		return;
	appendStringInfoString(writer->out, " FILTER (WHERE ");
	esql_write_node(writer, node->filter);
	appendStringInfoChar(writer->out, ')');
}

/* All arguments from the first on, with a separator. */
static void
write_arguments(EsqlWriter *writer, const EsqlNode *node, bool collate, const char *separator)
{
	for (int i = 0; i < node->nargs; i++)
	{
		if (i > 0)
			appendStringInfoString(writer->out, separator);
		write_argument(writer, node->args[i], collate, false);
	}
}

/* The template of a call with its arguments put in. */
static void
expand_template(EsqlWriter *writer, const EsqlNode *node)
{
	bool		collate = must_collate(node);
	bool		literals = node->ordered && collate;
	bool		operand = strncmp(node->sql, "($1 ", 4) == 0;

	/* literals alone have nothing to go along with: collate them as well */
	for (int i = 0; i < node->nargs && literals; i++)
		literals = node->args[i]->type != ESQL_TYPE_KEYWORD ||
			node->args[i]->collation == ESQL_COLLATION_LITERAL;
	for (const char *at = node->sql; *at != '\0'; at++)
	{
		if (*at == '@')
			appendStringInfo(writer->out, "%s.", writer->catalog->schema);
		else if (*at != '$')
			appendStringInfoChar(writer->out, *at);
		else if (*++at == '*')
			write_arguments(writer, node, collate, ", ");
		else if (*at == '|')
			write_arguments(writer, node, collate, " || ");
		else if (*at == 'f')
			write_filter(writer, node);
		else if (*at == 'C')
			appendStringInfoString(writer->out, writer->catalog->case_collation);
		else
		{
			Assert(*at >= '1' && *at - '1' < node->nargs);
			if (literals)
				esql_write_ordered(writer, node->args[*at - '1']);
			else
				write_argument(writer, node->args[*at - '1'], collate, operand);
		}
	}
}

/* A call: its result is text by bytes, whatever its arguments were. */
static void
write_call(EsqlWriter *writer, const EsqlNode *node)
{
	bool		collate = node->type == ESQL_TYPE_KEYWORD;

	for (int i = 0; i < node->nargs && collate; i++)
		collate = node->args[i]->type != ESQL_TYPE_KEYWORD ||
			node->args[i]->collation != ESQL_COLLATION_C;
	/* ... unless the template names another collation */
	collate = collate || (node->type == ESQL_TYPE_KEYWORD && strstr(node->sql, "$C") != NULL);
	if (collate)
		appendStringInfoChar(writer->out, '(');
	expand_template(writer, node);
	if (collate)
		appendStringInfoString(writer->out, " COLLATE \"C\")");
}

static void
write_case(EsqlWriter *writer, const EsqlNode *node)
{
	StringInfo	out = writer->out;
	int			i;

	appendStringInfoString(out, node->type == ESQL_TYPE_KEYWORD ? "(CASE" : "CASE");
	for (i = 0; i + 1 < node->nargs; i += 2)
	{
		appendStringInfoString(out, " WHEN ");
		esql_write_node(writer, node->args[i]);
		appendStringInfoString(out, " THEN ");
		esql_write_node(writer, node->args[i + 1]);
	}
	if (i < node->nargs)
	{
		appendStringInfoString(out, " ELSE ");
		esql_write_node(writer, node->args[i]);
	}
	appendStringInfoString(out, node->type == ESQL_TYPE_KEYWORD ? " END COLLATE \"C\")" : " END");
}

static void
write_in(EsqlWriter *writer, const EsqlNode *node)
{
	appendStringInfoChar(writer->out, '(');
	esql_write_node(writer, node->args[0]);
	appendStringInfoString(writer->out, " IN (");
	for (int i = 1; i < node->nargs; i++)
	{
		if (i > 1)
			appendStringInfoString(writer->out, ", ");
		write_argument(writer, node->args[i], false, true);
	}
	appendStringInfoString(writer->out, "))");
}

/* A function over the elements of a list; elements that become null vanish. */
static void
write_map(EsqlWriter *writer, const EsqlNode *node)
{
	StringInfo	out = writer->out;

	appendStringInfoString(out, "(SELECT array_agg(m.r ORDER BY m.o) FROM (SELECT ");
	esql_write_node(writer, node->args[1]);
	appendStringInfoString(out, ", u.o FROM unnest(");
	esql_write_node(writer, node->args[0]);
	appendStringInfoString(out, ") WITH ORDINALITY AS u(v, o)) AS m(r, o) WHERE m.r IS NOT NULL)");
}

static void
write_column(EsqlWriter *writer, const EsqlNode *node)
{
	const EsqlColumn *column = node->column;

	if (writer->qualifier != NULL)
		appendStringInfo(writer->out, "%s.", writer->qualifier);
	if (node->face_list || !column->several)
		appendStringInfoString(writer->out, column->alias);
	else if (column->alias_single != NULL)
		appendStringInfoString(writer->out, column->alias_single);
	else
		elog(ERROR, "column \"%s\" lacks its single face", column->name);
}

/* The single value of a column that is a list by birth. */
static bool
write_single_of_list(EsqlWriter *writer, const EsqlNode *node)
{
	const EsqlColumn *column = node->column;

	if (node->face_list || !column->several || column->alias_single != NULL)
		return false;
	appendStringInfo(writer->out, "%s.esql_single(%s%s%s)", writer->catalog->schema,
					 writer->qualifier ? writer->qualifier : "",
					 writer->qualifier ? "." : "", column->alias);
	return true;
}

/* An expression. */
void
esql_write_node(EsqlWriter *writer, const EsqlNode *node)
{
	check_stack_depth();
	switch (node->kind)
	{
		case ESQL_NODE_CONST:
			write_const(writer, node);
			return;
		case ESQL_NODE_LIST:
			appendStringInfoString(writer->out, "ARRAY[");
			write_arguments(writer, node, false, ", ");
			appendStringInfo(writer->out, "]::%s[]", esql_type_sql(node->type));
			return;
		case ESQL_NODE_COLUMN:
			if (!write_single_of_list(writer, node))
				write_column(writer, node);
			return;
		case ESQL_NODE_CALL:
			write_call(writer, node);
			return;
		case ESQL_NODE_CASE:
			write_case(writer, node);
			return;
		case ESQL_NODE_IN:
			write_in(writer, node);
			return;
		case ESQL_NODE_MAP:
			write_map(writer, node);
			return;
		case ESQL_NODE_ELEMENT:
			appendStringInfoString(writer->out, "u.v");
			return;
	}
	elog(ERROR, "unexpected kind of node %d", (int) node->kind);
}

/* A template over one argument that is SQL text already. */
void
esql_write_template(EsqlWriter *writer, const char *sql, const char *argument)
{
	for (const char *at = sql; *at != '\0'; at++)
	{
		if (*at == '@')
			appendStringInfo(writer->out, "%s.", writer->catalog->schema);
		else if (*at == '$')
		{
			appendStringInfoString(writer->out, argument);
			at++;
		}
		else
			appendStringInfoChar(writer->out, *at);
	}
}
