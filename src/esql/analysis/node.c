/*
 * node.c
 *		Making the nodes of a plan.
 *
 * Besides plain constructors, the three conversions that carry ES|QL's rules
 * live here: esql_to_single() is "a function that meets several values gives
 * null", esql_to_list() is "one value is a list of one", esql_settle() is
 * "dates have milliseconds".
 */
#include "compat.h"

#include "esql/analysis/node.h"

EsqlNode *
esql_new_node(EsqlNodeKind kind, EsqlType type, EsqlSpan span)
{
	EsqlNode   *node = palloc0(sizeof(EsqlNode));

	node->kind = kind;
	node->type = type;
	node->span = span;
	node->collation = ESQL_COLLATION_C;
	return node;
}

/* A call of an SQL template; args is kept. */
EsqlNode *
esql_call(const char *sql, EsqlType type, bool multivalued, EsqlSpan span,
		  int nargs, EsqlNode **args)
{
	EsqlNode   *node = esql_new_node(ESQL_NODE_CALL, type, span);

	node->sql = sql;
	node->multivalued = multivalued;
	node->args = args;
	node->nargs = nargs;
	for (int i = 0; i < nargs; i++)
		node->aggregate = node->aggregate || args[i]->aggregate;
	return node;
}

/* A call with one argument, at the argument's place. */
EsqlNode *
esql_call1(const char *sql, EsqlType type, EsqlNode *arg)
{
	EsqlNode  **args = palloc(sizeof(EsqlNode *));

	args[0] = arg;
	return esql_call(sql, type, false, arg->span, 1, args);
}

EsqlNode *
esql_call2(const char *sql, EsqlType type, EsqlSpan span, EsqlNode *first, EsqlNode *second)
{
	EsqlNode  **args = palloc(2 * sizeof(EsqlNode *));

	args[0] = first;
	args[1] = second;
	return esql_call(sql, type, false, span, 2, args);
}

/* An operator over two values. */
EsqlNode *
esql_operate(EsqlOperator operator, EsqlSpan span, EsqlNode *left, EsqlNode *right)
{
	static const char *const sql[] = {
		[ESQL_OPERATOR_AND] = "($1 AND $2)",
		[ESQL_OPERATOR_OR] = "($1 OR $2)",
		[ESQL_OPERATOR_EQ] = "($1 {=} $2)",
		[ESQL_OPERATOR_NE] = "($1 {<>} $2)",
		[ESQL_OPERATOR_LT] = "($1 {<} $2)",
		[ESQL_OPERATOR_LE] = "($1 {<=} $2)",
		[ESQL_OPERATOR_GT] = "($1 {>} $2)",
		[ESQL_OPERATOR_GE] = "($1 {>=} $2)",
		[ESQL_OPERATOR_LIKE] = "($1 {~~} $2)",
		[ESQL_OPERATOR_RLIKE] = "($1 {~} $2)"
	};
	EsqlNode   *node;

	Assert(operator < lengthof(sql) && sql[operator] != NULL);
	node = esql_call2(sql[operator], ESQL_TYPE_BOOLEAN, span, left, right);
	node->operator = operator;
	return node;
}

/* IS NULL, or IS NOT NULL. */
EsqlNode *
esql_test_null(EsqlNode *node, bool is_null)
{
	EsqlNode   *test = esql_call1(is_null ? "($1 IS NULL)" : "($1 IS NOT NULL)", ESQL_TYPE_BOOLEAN, node);

	test->operator = is_null ? ESQL_OPERATOR_IS_NULL : ESQL_OPERATOR_IS_NOT_NULL;
	return test;
}

/* A column as it is: with its list face, if it may hold several values. */
EsqlNode *
esql_column_node(EsqlColumn *column, EsqlSpan span)
{
	EsqlNode   *node = esql_new_node(ESQL_NODE_COLUMN, column->type, span);

	node->column = column;
	node->multivalued = column->multivalued;
	node->face_list = column->multivalued;
	node->collation = column->collation;
	node->microseconds = column->microseconds;
	return node;
}

/* A column as the result shows it. */
EsqlNode *
esql_result_node(EsqlColumn *column, EsqlSpan span)
{
	return esql_settle(esql_column_node(column, span));
}

EsqlNode *
esql_const_null(EsqlType type, EsqlSpan span)
{
	EsqlNode   *node = esql_new_node(ESQL_NODE_CONST, type, span);

	node->isnull = true;
	return node;
}

EsqlNode *
esql_const_string(const char *data, size_t length, EsqlSpan span)
{
	EsqlNode   *node = esql_new_node(ESQL_NODE_CONST, ESQL_TYPE_KEYWORD, span);

	node->string.data = pnstrdup(data, length);
	node->string.length = (uint32_t) length;
	node->collation = ESQL_COLLATION_LITERAL;
	return node;
}

EsqlNode *
esql_const_date(int64 ms, EsqlSpan span)
{
	EsqlNode   *node = esql_new_node(ESQL_NODE_CONST, ESQL_TYPE_DATE, span);

	node->integer = ms;
	return node;
}

/* A date to the microsecond: for the engine, ES|QL has none. */
EsqlNode *
esql_const_moment(int64 us)
{
	EsqlSpan	nowhere = {0, 0};
	EsqlNode   *node = esql_const_date(us, nowhere);

	node->microseconds = true;
	return node;
}

EsqlNode *
esql_const_long(int64 value, EsqlType type, EsqlSpan span)
{
	EsqlNode   *node = esql_new_node(ESQL_NODE_CONST, type, span);

	node->integer = value;
	return node;
}

bool
esql_is_string_const(const EsqlNode *node)
{
	return node->kind == ESQL_NODE_CONST && node->type == ESQL_TYPE_KEYWORD && !node->isnull;
}

bool
esql_is_null_const(const EsqlNode *node)
{
	return node->kind == ESQL_NODE_CONST && node->isnull;
}

/* The node with its dates cut to milliseconds, as ES|QL has them. */
EsqlNode *
esql_settle(EsqlNode *node)
{
	if (!node->microseconds)
		return node;
	return esql_call1("@esql_date_ms($1)", ESQL_TYPE_DATE, node);
}

/*
 * The single value of a list of letters made small or large, without the list: it
 * has as many values as the list that they are made of.  NULL if the node is none.
 */
EsqlNode *
esql_single_letters(const EsqlNode *node)
{
	EsqlNode   *single;

	if (node->kind != ESQL_NODE_MAP || !node->args[1]->any_letters || node->args[1]->nargs != 1 ||
		node->args[1]->args[0]->kind != ESQL_NODE_ELEMENT)
		return NULL;
	single = palloc(sizeof(EsqlNode));
	*single = *node->args[1];
	single->args = palloc(sizeof(EsqlNode *));
	single->args[0] = esql_to_single(node->args[0]);
	return single;
}

/* The node as one value: null unless it holds just one. */
EsqlNode *
esql_to_single(EsqlNode *node)
{
	EsqlNode   *single;

	if (!node->multivalued)
		return node;
	if (node->kind == ESQL_NODE_LIST)
		return esql_const_null(node->type, node->span);
	if (node->kind == ESQL_NODE_COLUMN)
	{
		single = esql_column_node(node->column, node->span);
		single->multivalued = false;
		single->face_list = false;
		return single;
	}
	single = esql_single_letters(node);
	if (single != NULL)
		return single;
	return esql_call1("@esql_single($1)", node->type, node);
}

/* The node as a list. */
EsqlNode *
esql_to_list(EsqlNode *node)
{
	EsqlNode   *list;

	if (node->multivalued)
		return node;
	if (esql_is_null_const(node))
	{
		list = esql_const_null(node->type, node->span);
		list->multivalued = true;
		return list;
	}
	list = esql_call1("@esql_as_list($1)", node->type, esql_settle(node));
	list->multivalued = true;
	return list;
}

/* The element of a list, inside of the body of esql_map(). */
EsqlNode *
esql_element(const EsqlNode *list)
{
	EsqlNode   *element = esql_new_node(ESQL_NODE_ELEMENT, list->type, list->span);

	element->collation = list->collation == ESQL_COLLATION_C ?
		ESQL_COLLATION_C : ESQL_COLLATION_BARE;
	return element;
}

/* The list of what body makes of each element of list; nulls vanish. */
EsqlNode *
esql_map(EsqlNode *list, EsqlNode *element, EsqlNode *body)
{
	EsqlNode   *node;

	Assert(element->kind == ESQL_NODE_ELEMENT);
	if (body == element)
		return list;
	node = esql_new_node(ESQL_NODE_MAP, body->type, body->span);
	node->multivalued = true;
	node->nargs = 2;
	node->args = palloc(2 * sizeof(EsqlNode *));
	node->args[0] = list;
	node->args[1] = body;
	node->aggregate = list->aggregate || body->aggregate;
	return node;
}

/*
 * What rows are sorted by: the least of several values going up, the greatest
 * going down; addresses as the 16 bytes that they are.
 */
EsqlNode *
esql_sort_value(EsqlNode *node, bool descending)
{
	if (node->multivalued)
		node = esql_call1(descending ? "@esql_mv_max($1)" : "@esql_mv_min($1)", node->type, node);
	node = esql_settle(node);
	if (node->type == ESQL_TYPE_IP)
		node = esql_call1("@esql_ip_key($1)", ESQL_TYPE_KEYWORD, node);
	return node;
}

typedef bool (*NodeVisitor) (const EsqlNode *node, const EsqlStage *stage);

/* Visit the node and all below it, until a visitor says true. */
static bool
walk(const EsqlNode *node, NodeVisitor visitor, const EsqlStage *stage)
{
	if (visitor(node, stage))
		return true;
	for (int i = 0; i < node->nargs; i++)
	{
		if (walk(node->args[i], visitor, stage))
			return true;
	}
	return node->filter != NULL && walk(node->filter, visitor, stage);
}

static bool
visit_made(const EsqlNode *node, const EsqlStage *stage)
{
	ListCell   *cell;

	if (node->kind != ESQL_NODE_COLUMN)
		return false;
	foreach(cell, stage->outputs)
	{
		if (((EsqlOutput *) lfirst(cell))->column == node->column)
			return true;
	}
	return false;
}

static bool
visit_column(const EsqlNode *node, const EsqlStage *stage)
{
	(void) stage;
	return node->kind == ESQL_NODE_COLUMN;
}

/* Does the node read any column? */
bool
esql_reads_column(const EsqlNode *node)
{
	return walk(node, visit_column, NULL);
}

/*
 * The node without columns, if those that it reads are constants themselves;
 * else NULL.
 */
const EsqlNode *
esql_constant(const EsqlNode *node)
{
	EsqlNode   *copy;

	if (node->aggregate)
		return NULL;
	if (node->kind == ESQL_NODE_COLUMN)
		return node->multivalued == node->column->multivalued ? node->column->constant : NULL;
	copy = palloc(sizeof(EsqlNode));
	*copy = *node;
	copy->args = palloc(node->nargs * sizeof(EsqlNode *) + 1);
	for (int i = 0; i < node->nargs; i++)
	{
		copy->args[i] = (EsqlNode *) esql_constant(node->args[i]);
		if (copy->args[i] == NULL)
			return NULL;
	}
	return copy;
}

/*
 * The size of the node when the expressions of the columns that it reads are
 * put in their places, as PostgreSQL will do.
 */
int
esql_weight(const EsqlNode *node)
{
	int			weight = 1;

	if (node->kind == ESQL_NODE_COLUMN)
		return Max(1, node->column->weight);
	for (int i = 0; i < node->nargs; i++)
		weight += esql_weight(node->args[i]);
	return weight;
}

/* Add the columns that the node reads to a list of EsqlColumn. */
void
esql_collect_columns(const EsqlNode *node, List **columns)
{
	if (node->kind == ESQL_NODE_COLUMN)
		*columns = list_append_unique_ptr(*columns, node->column);
	for (int i = 0; i < node->nargs; i++)
		esql_collect_columns(node->args[i], columns);
	if (node->filter != NULL)
		esql_collect_columns(node->filter, columns);
}

/* Does the node read a column that this very stage makes? */
bool
esql_reads_stage(const EsqlNode *node, const EsqlStage *stage)
{
	return walk(node, visit_made, stage);
}
