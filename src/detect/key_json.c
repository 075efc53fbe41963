/*
 * key_json.c
 *		A group's key, as JSON, back to conditions on its columns.
 *
 * The key is an object as row_json.c writes it and jsonb keeps it: one value
 * is a scalar, several are an array, dates are texts.  Each member becomes
 * "column = constant", or "column IS NULL", so that an index on the column
 * can serve and null finds null.
 */
#include "compat.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "detect/key_json.h"
#include "esql/analysis/coerce.h"
#include "esql/analysis/node.h"
#include "text/literal.h"

static const EsqlSpan nowhere = {0, 0};

/* Raise an error about a key that is none of this rule's. */
TD_NORETURN static void
bad_key(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the key does not fit the rule: column \"%s\"",
					pg_any_to_server(name, (int) strlen(name), PG_UTF8)),
			 errhint("A key is an object with a member for each column of BY, as rule_groups() returns it.")));
}

/* The text of a JSON string, in UTF-8. */
static EsqlString
utf8_text(const JsonbValue *value)
{
	char	   *text = pnstrdup(value->val.string.val, value->val.string.len);
	EsqlString	result;

	result.data = pg_server_to_any(text, value->val.string.len, PG_UTF8);
	result.length = (uint32_t) strlen(result.data);
	return result;
}

/* One JSON value as a constant of the column's type. */
static EsqlNode *
constant(const EsqlVisible *column, const JsonbValue *value)
{
	EsqlType	type = column->column->type;
	EsqlNode   *node = esql_new_node(ESQL_NODE_CONST, type, nowhere);
	enum jbvType expected = type == ESQL_TYPE_BOOLEAN ? jbvBool :
		ESQL_IS_NUMERIC(type) ? jbvNumeric : jbvString;
	int64_t		ms;

	if (value->type != expected)
		bad_key(column->name);
	switch (type)
	{
		case ESQL_TYPE_BOOLEAN:
			node->boolean = value->val.boolean;
			break;
		case ESQL_TYPE_INTEGER:
		case ESQL_TYPE_LONG:
			node->integer = DatumGetInt64(DirectFunctionCall1(numeric_int8,
															  NumericGetDatum(value->val.numeric)));
			break;
		case ESQL_TYPE_DOUBLE:
			node->number = DatumGetFloat8(DirectFunctionCall1(numeric_float8,
															  NumericGetDatum(value->val.numeric)));
			break;
		case ESQL_TYPE_DATE:
			node->string = utf8_text(value);
			if (!esql_read_date(node->string.data, node->string.length, &ms))
				bad_key(column->name);
			node->integer = ms;
			break;
		case ESQL_TYPE_KEYWORD:
			node->collation = ESQL_COLLATION_LITERAL;
			node->string = utf8_text(value);
			break;
		case ESQL_TYPE_IP:
			node->string = utf8_text(value);
			break;
		case ESQL_TYPE_NULL:
		case ESQL_TYPE_SOURCE:
		case ESQL_TYPE_DURATION:
		case ESQL_TYPE_PERIOD:
		case ESQL_TYPE_UNSUPPORTED:
			bad_key(column->name);
	}
	return node;
}

/* A JSON value as a constant list. */
static EsqlNode *
constant_list(const EsqlVisible *column, const JsonbValue *value)
{
	EsqlNode   *node = esql_new_node(ESQL_NODE_LIST, column->column->type, nowhere);
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	element;

	node->multivalued = true;
	if (value->type != jbvBinary)
	{
		node->args = palloc(sizeof(EsqlNode *));
		node->args[node->nargs++] = constant(column, value);
		return node;
	}
	if (!JsonContainerIsArray(value->val.binary.data))
		bad_key(column->name);
	node->args = palloc(Max(1, JsonContainerSize(value->val.binary.data)) * sizeof(EsqlNode *));
	iterator = JsonbIteratorInit(value->val.binary.data);
	while ((token = JsonbIteratorNext(&iterator, &element, true)) != WJB_DONE)
	{
		if (token == WJB_ELEM)
			node->args[node->nargs++] = constant(column, &element);
	}
	return node;
}

/* A whole document as a constant. */
static EsqlNode *
constant_document(JsonbValue *value)
{
	EsqlNode   *node = esql_new_node(ESQL_NODE_CONST, ESQL_TYPE_SOURCE, nowhere);
	char	   *text = JsonbToCString(NULL, &JsonbValueToJsonb(value)->root, -1);

	node->string.data = pg_server_to_any(text, (int) strlen(text), PG_UTF8);
	node->string.length = (uint32_t) strlen(node->string.data);
	return node;
}

/* column = its member of the key */
static EsqlNode *
key_condition(JsonbContainer *key, const EsqlVisible *column)
{
	char	   *name = pg_any_to_server(column->name, (int) strlen(column->name), PG_UTF8);
	JsonbValue *value = getKeyJsonValueFromContainer(key, name, (int) strlen(name), NULL);
	EsqlNode   *node = esql_column_node(column->column, nowhere);
	EsqlNode   *wanted;

	if (value == NULL)
		bad_key(column->name);
	if (value->type == jbvNull)
		return esql_call1("($1 IS NULL)", ESQL_TYPE_BOOLEAN, node);
	if (column->column->type == ESQL_TYPE_SOURCE)
		wanted = constant_document(value);
	else if (column->column->multivalued)
		wanted = constant_list(column, value);
	else
		wanted = constant(column, value);
	return esql_operate(ESQL_OPERATOR_EQ, nowhere, node, wanted);
}

/*
 * Conditions (EsqlNode) that hold for the rows of the group whose key is the
 * jsonb; columns are EsqlVisible.  Raises an error if the key is not of these
 * columns.  palloc'd.
 */
List *
esql_key_conditions(Datum key, List *columns)
{
	Jsonb	   *object = DatumGetJsonbP(key);
	List	   *conditions = NIL;
	ListCell   *cell;

	if (!JB_ROOT_IS_OBJECT(object) || JB_ROOT_COUNT(object) != (uint32) list_length(columns))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the key does not fit the rule, which has %d key columns",
						list_length(columns)),
				 errhint("A key is an object with a member for each column of BY, as rule_groups() returns it.")));
	foreach(cell, columns)
		conditions = lappend(conditions, key_condition(&object->root, lfirst(cell)));
	return conditions;
}
