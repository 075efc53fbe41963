/*
 * expr.c
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

#include "esql/analysis/node.h"
#include "esql/sql/access.h"
#include "esql/sql/citus.h"
#include "esql/sql/expr.h"
#include "esql/sql/likes.h"
#include "esql/sql/ship.h"
#include "esql/sql/split.h"
#include "schema.h"
#include "text/literal.h"

/* A constant with its type. */
static void
write_const(EsqlWriter *writer, const EsqlNode *node)
{
	StringInfo	out = writer->out;
	char		buffer[ESQL_LITERAL_SIZE];
	size_t		length;

	if (node->isnull)
	{
		appendStringInfoString(out, "NULL::");
		esql_write_type(writer, node->type, node->multivalued);
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
			length = esql_write_double(node->number, buffer);
			appendStringInfo(out, "'%.*s'::double precision", (int) length, buffer);
			break;
		case ESQL_TYPE_IP:
		case ESQL_TYPE_KEYWORD:
			appendStringInfo(out, "%s::", quote_literal_cstr(node->string.data));
			esql_write_type(writer, node->type, false);
			break;
		case ESQL_TYPE_DATE:
			if (node->microseconds)
				esql_write_moment(writer, node->integer);
			else
				esql_write_instant(writer, node->integer);
			break;
		case ESQL_TYPE_SOURCE:
			appendStringInfoString(out, quote_literal_cstr(node->string.data));
			esql_write(writer, "::^jsonb");
			break;
		case ESQL_TYPE_NULL:
		case ESQL_TYPE_DURATION:
		case ESQL_TYPE_PERIOD:
		case ESQL_TYPE_UNSUPPORTED:
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
	esql_write(writer, " #)");
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
		appendStringInfoString(writer->out, quote_literal_cstr(node->string.data));
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
			esql_write(writer, separator);
		write_argument(writer, node->args[i], collate, false);
	}
}

static void expand_template(EsqlWriter *writer, const EsqlNode *node);

/* Is it an SQL operator, which gives a literal the type of the other side? */
static bool
takes_operands(EsqlOperator operator)
{
	switch (operator)
	{
		case ESQL_OPERATOR_AND:
		case ESQL_OPERATOR_OR:
		case ESQL_OPERATOR_EQ:
		case ESQL_OPERATOR_NE:
		case ESQL_OPERATOR_LT:
		case ESQL_OPERATOR_LE:
		case ESQL_OPERATOR_GT:
		case ESQL_OPERATOR_GE:
		case ESQL_OPERATOR_LIKE:
		case ESQL_OPERATOR_RLIKE:
		case ESQL_OPERATOR_IS_NULL:
		case ESQL_OPERATOR_IS_NOT_NULL:
		case ESQL_OPERATOR_IS_TRUE:
			return true;
		case ESQL_OPERATOR_NONE:
		case ESQL_OPERATOR_DISTINCT_COUNT:
		case ESQL_OPERATOR_DISTINCT_VALUES:
			return false;
	}
	elog(ERROR, "unexpected operator %d", (int) operator);
}

/*
 * An aggregate of shards: where its template calls an aggregate of SQL, what makes
 * one value of the shards' values.
 */
static void
expand_over_parts(EsqlWriter *writer, const EsqlNode *node)
{
	EsqlParts  *parts = writer->parts;
	EsqlWriter	inner = *writer;
	const char *at = node->sql;

	while (*at != '\0')
	{
		EsqlAggregate aggregate;
		EsqlNode	alone = *node;
		StringInfoData text;

		if (!esql_next_aggregate(at, &aggregate))
		{
			alone.sql = at;
			writer->parts = NULL;
			expand_template(writer, &alone);
			writer->parts = parts;
			break;
		}
		/* what stands before it has no arguments outside of aggregates */
		esql_write(writer, pnstrdup(at, aggregate.start - at));
		initStringInfo(&text);
		inner.out = &text;
		inner.parts = NULL;
		inner.qualifier = NULL;
		alone.sql = esql_part_template(parts, node, &aggregate);
		expand_template(&inner, &alone);
		esql_write_merged(writer, node, &aggregate, esql_part(parts, text.data));
		at = aggregate.end;
	}
}

/* The template of a call with its arguments put in. */
static void
expand_template(EsqlWriter *writer, const EsqlNode *node)
{
	bool		collate = must_collate(node);
	bool		literals = node->ordered && collate;
	bool		operand = takes_operands(node->operator);
	const char *sql = esql_typed_template(writer, node->sql);

	if (writer->parts != NULL && esql_is_aggregate(node))
	{
		expand_over_parts(writer, node);
		return;
	}
	/* literals alone have nothing to go along with: collate them as well */
	for (int i = 0; i < node->nargs && literals; i++)
		literals = node->args[i]->type != ESQL_TYPE_KEYWORD ||
			node->args[i]->collation == ESQL_COLLATION_LITERAL;
	for (const char *at = sql; *at != '\0'; at++)
	{
		if (esql_write_mark(writer, &at))
			continue;
		if (*at != '$')
			appendStringInfoChar(writer->out, *at);
		else if (*++at == '*')
			write_arguments(writer, node, collate, ", ");
		else if (*at == 'f')
			write_filter(writer, node);
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
	EsqlNode	bare = *node;
	const EsqlNode *likes = writer->bare || esql_reads_citus(writer) ? NULL : esql_faster_likes(node);

	if (likes != NULL)
	{
		esql_write_node(writer, likes);
		return;
	}
	if (esql_bare_letters(node) != NULL && (writer->bare || esql_reads_citus(writer)))
		bare.sql = esql_bare_letters(node);
	if (writer->bare && bare.sql != node->sql)
	{
		expand_template(writer, &bare);
		return;
	}
	for (int i = 0; i < node->nargs && collate; i++)
		collate = node->args[i]->type != ESQL_TYPE_KEYWORD ||
			node->args[i]->collation != ESQL_COLLATION_C;
	/* ... unless the template names another collation */
	collate = collate || (node->type == ESQL_TYPE_KEYWORD && node->any_letters);
	if (collate)
		esql_begin_collated(writer);
	expand_template(writer, &bare);
	if (collate)
		esql_end_collated(writer);
}

static void
write_case(EsqlWriter *writer, const EsqlNode *node)
{
	StringInfo	out = writer->out;
	int			i;

	if (node->type == ESQL_TYPE_KEYWORD)
		esql_begin_collated(writer);
	appendStringInfoString(out, "CASE");
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
	appendStringInfoString(out, " END");
	if (node->type == ESQL_TYPE_KEYWORD)
		esql_end_collated(writer);
}

/* So many constants of IN are compared one by one; PostgreSQL hashes long lists. */
#define MOST_COMPARED	64

/*
 * Is it a document's field that is compared with texts, where no index could help?
 * Then IN is a function that costs as much as ==: PostgreSQL asks the cheapest condition
 * first, and would read another field of each document before the one that mostly decides.
 */
static bool
is_of_documents(const EsqlWriter *writer, const EsqlNode *node)
{
	const EsqlNode *value = node->args[0];
	ListCell   *cell;

	if (value->kind != ESQL_NODE_COLUMN || value->type != ESQL_TYPE_KEYWORD || value->face_list ||
		value->column->accesses == NIL || node->nargs > MOST_COMPARED + 1 || writer->bare || writer->inlined != NULL ||
		esql_reads_citus(writer))
		return false;
	foreach(cell, value->column->accesses)
	{
		const EsqlAccess *access = lfirst(cell);

		if (access == NULL || !access->document)
			return false;
	}
	foreach(cell, writer->catalog->relations)
	{
		const EsqlRelation *relation = lfirst(cell);

		if (relation->conditions || relation->computed)
			return false;
	}
	return true;
}

/* x IN (constants): else written as what IN stands for, to name its operator */
static void
write_in(EsqlWriter *writer, const EsqlNode *node)
{
	StringInfo	out = writer->out;
	bool		of_documents = is_of_documents(writer, node);

	esql_write(writer, of_documents ? "@esql_is_any(" : "(");
	esql_write_node(writer, node->args[0]);
	esql_write(writer, of_documents ? ", ARRAY[" : " {=} ANY (ARRAY[");
	for (int i = 1; i < node->nargs; i++)
	{
		if (i > 1)
			appendStringInfoString(out, ", ");
		write_argument(writer, node->args[i], false, true);
	}
	appendStringInfoString(out, "]::");
	esql_write_type(writer, node->args[1]->type, true);
	appendStringInfoString(out, of_documents ? ")" : "))");
}

/* Letters of each element made small or large, by a function of lists; false if the map is another. */
static bool
write_letters_of_each(EsqlWriter *writer, const EsqlNode *node)
{
	const char *letters = esql_bare_letters(node->args[1]);
	EsqlNode	each = *node->args[1];

	if (letters == NULL || each.args[0]->kind != ESQL_NODE_ELEMENT || writer->bare || esql_reads_citus(writer))
		return false;
	each.sql = strcmp(letters, "@esql_lower($1)") == 0 ? "@esql_lower_each($1)" : "@esql_upper_each($1)";
	each.args = node->args;
	write_call(writer, &each);
	return true;
}

/* A function over the elements of a list; elements that become null vanish. */
static void
write_map(EsqlWriter *writer, const EsqlNode *node)
{
	StringInfo	out = writer->out;

	if (write_letters_of_each(writer, node))
		return;
	esql_write(writer, "(SELECT ^array_agg(m.r ORDER BY m.o) FROM (SELECT ");
	esql_write_node(writer, node->args[1]);
	esql_write(writer, ", u.o FROM ^unnest(");
	esql_write_node(writer, node->args[0]);
	appendStringInfoString(out, ") WITH ORDINALITY AS u(v, o)) AS m(r, o) WHERE m.r IS NOT NULL)");
}

static void
write_column(EsqlWriter *writer, const EsqlNode *node)
{
	const EsqlColumn *column = node->column;

	if (column->place != NULL)
	{
		appendStringInfoString(writer->out, column->place);
		return;
	}
	if (writer->inlined != NULL)
	{
		esql_write_face(writer, writer->inlined, column, linitial(column->accesses),
						node->face_list);
		return;
	}
	if (writer->qualifier != NULL)
		appendStringInfo(writer->out, "%s.", writer->qualifier);
	if (node->face_list || !column->multivalued)
		appendStringInfoString(writer->out, column->alias);
	else if (column->alias_single != NULL)
		appendStringInfoString(writer->out, column->alias_single);
	else
		elog(ERROR, "column \"%s\" lacks its single face", column->name);
}

/* The single value of a column that a stage makes as a list. */
static bool
write_single_of_list(EsqlWriter *writer, const EsqlNode *node)
{
	const EsqlColumn *column = node->column;

	if (node->face_list || !column->multivalued || column->alias_single != NULL ||
		writer->inlined != NULL)
		return false;
	appendStringInfo(writer->out, TD_INTERNAL_SCHEMA ".esql_single(%s%s%s)",
					 writer->qualifier ? writer->qualifier : "",
					 writer->qualifier ? "." : "", column->alias);
	return true;
}

/* An expression. */
void
esql_write_node(EsqlWriter *writer, const EsqlNode *node)
{
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (writer->bare && esql_write_document_test(writer, node))
		return;
	switch (node->kind)
	{
		case ESQL_NODE_CONST:
			write_const(writer, node);
			return;
		case ESQL_NODE_LIST:
			appendStringInfoString(writer->out, "ARRAY[");
			write_arguments(writer, node, false, ", ");
			appendStringInfoString(writer->out, "]::");
			esql_write_type(writer, node->type, true);
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

/* ORDER BY, with names of the CTE (not of the result). */
void
esql_write_order(EsqlWriter *writer, List *order, const char *from, const char *indent)
{
	ListCell   *cell;
	const char *separator = "ORDER BY ";

	writer->qualifier = from;
	foreach(cell, order)
	{
		const EsqlOrder *key = lfirst(cell);

		if (!esql_reads_column(key->node))
			continue;			/* orders nothing, and 1 would be a column */
		if (separator[0] == 'O')
			appendStringInfo(writer->out, "\n%s", indent);
		appendStringInfoString(writer->out, separator);
		esql_write_ordered(writer, key->node);
		if (key->descending)
			appendStringInfoString(writer->out, " DESC");
		if (key->nulls_first != key->descending)
			appendStringInfoString(writer->out, key->nulls_first ?
								   " NULLS FIRST" : " NULLS LAST");
		separator = ", ";
	}
	writer->qualifier = NULL;
}
