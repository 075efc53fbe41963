/*
 * result.c
 *		group_facts(), result_texts(), result_text(), list_texts(): what a rule's row, as
 *		JSON, holds under some names.
 *
 * Filing asks for a handful of them for each alert: hosts, agents, programs.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "lib/qunique.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "detect/result.h"

PG_FUNCTION_INFO_V1(td_group_facts);
PG_FUNCTION_INFO_V1(td_result_texts);
PG_FUNCTION_INFO_V1(td_result_one_text);
PG_FUNCTION_INFO_V1(td_result_agent_count);
PG_FUNCTION_INFO_V1(td_list_texts);

/* Does an object have all keys of another? */
static bool
has_keys(JsonbContainer *object, JsonbContainer *other)
{
	JsonbIterator *iterator = JsonbIteratorInit(other);
	JsonbIteratorToken token;
	JsonbValue	key;
	JsonbValue	found;

	while ((token = JsonbIteratorNext(&iterator, &key, true)) != WJB_DONE)
	{
		if (token == WJB_KEY &&
			getKeyJsonValueFromContainer(object, key.val.string.val, key.val.string.len, &found) == NULL)
			return false;
	}
	return true;
}

/*
 * group_facts(group_key jsonb, result jsonb) -> jsonb: group_key || result
 *
 * Mostly the row has all columns of the key, and then it is what they say together.
 */
Datum
td_group_facts(PG_FUNCTION_ARGS)
{
	Jsonb	   *key = PG_GETARG_JSONB_P(0);
	Jsonb	   *result = PG_GETARG_JSONB_P(1);

	if (JB_ROOT_IS_OBJECT(key) && JB_ROOT_IS_OBJECT(result) && has_keys(&result->root, &key->root))
		PG_RETURN_JSONB_P(result);
	return DirectFunctionCall2(jsonb_concat, JsonbPGetDatum(key), JsonbPGetDatum(result));
}

/* Add a value's text to the list, unless it is null; an object's is its JSON. */
static List *
add_text(List *texts, JsonbValue *value)
{
	text	   *result;

	if (value->type == jbvNull)
		return texts;
	if (value->type == jbvString)
		result = cstring_to_text_with_len(value->val.string.val, value->val.string.len);
	else if (value->type == jbvNumeric)
		result = cstring_to_text(DatumGetCString(DirectFunctionCall1(numeric_out,
																	 NumericGetDatum(value->val.numeric))));
	else if (value->type == jbvBool)
		result = cstring_to_text(value->val.boolean ? "true" : "false");
	else
		result = cstring_to_text(JsonbToCString(NULL, value->val.binary.data, value->val.binary.len));
	return lappend(texts, result);
}

/* Add all elements of a list. */
static List *
add_elements(List *texts, JsonbContainer *list)
{
	JsonbIterator *iterator = JsonbIteratorInit(list);
	JsonbValue	element;

	for (JsonbIteratorToken token = WJB_BEGIN_ARRAY; token != WJB_DONE;)
	{
		token = JsonbIteratorNext(&iterator, &element, true);
		if (token == WJB_ELEM)
			texts = add_text(texts, &element);
	}
	return texts;
}

/* Add all that an object holds under a name: a value, or the elements of a list. */
static List *
add_member(List *texts, JsonbContainer *object, text *name)
{
	JsonbValue	key = {.type = jbvString};
	JsonbValue *value;

	key.val.string.val = VARDATA_ANY(name);
	key.val.string.len = VARSIZE_ANY_EXHDR(name);
	value = findJsonbValueFromContainer(object, JB_FOBJECT, &key);
	if (value == NULL)
		return texts;
	if (value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data))
		return add_text(texts, value);
	return add_elements(texts, value->val.binary.data);
}

/* By bytes, as COLLATE "C". */
static int
compare_texts(const void *a, const void *b)
{
	text	   *first = DatumGetTextPP(*(const Datum *) a);
	text	   *second = DatumGetTextPP(*(const Datum *) b);
	int			length1 = VARSIZE_ANY_EXHDR(first);
	int			length2 = VARSIZE_ANY_EXHDR(second);
	int			order = memcmp(VARDATA_ANY(first), VARDATA_ANY(second), Min(length1, length2));

	return order != 0 ? order : (length1 > length2) - (length1 < length2);
}

/* All that a row holds under some names: each text once, by bytes. */
static int
collect_texts(Jsonb *result, const Datum *names, const bool *nulls, int count, Datum **elements)
{
	List	   *texts = NIL;
	int			number = 0;
	ListCell   *cell;

	for (int i = 0; i < count && JB_ROOT_IS_OBJECT(result); i++)
	{
		if (!nulls[i])
			texts = add_member(texts, &result->root, DatumGetTextPP(names[i]));
	}
	*elements = palloc(Max(1, list_length(texts)) * sizeof(Datum));
	foreach(cell, texts)
		(*elements)[number++] = PointerGetDatum(lfirst(cell));
	qsort(*elements, number, sizeof(Datum), compare_texts);
	return qunique(*elements, number, sizeof(Datum), compare_texts);
}

/* The text that a row holds under the first or the second name; null if there is none, or more than one. */
char *
td_result_text(Jsonb *result, const char *name, const char *other_name)
{
	Datum		names[2] = {CStringGetTextDatum(name), CStringGetTextDatum(other_name)};
	bool		nulls[2] = {false, false};
	Datum	   *elements;

	return collect_texts(result, names, nulls, 2, &elements) == 1 ? TextDatumGetCString(elements[0]) : NULL;
}

/* The arguments that both functions have: result jsonb, VARIADIC names text[]. */
static int
texts_of_arguments(FunctionCallInfo fcinfo, Datum **elements)
{
	Datum	   *names;
	bool	   *nulls;
	int			count;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return 0;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT,
					  &names, &nulls, &count);
	return collect_texts(PG_GETARG_JSONB_P(0), names, nulls, count, elements);
}

/* result_texts(result jsonb, VARIADIC names text[]) -> text[] */
Datum
td_result_texts(PG_FUNCTION_ARGS)
{
	Datum	   *elements = NULL;
	int			number = texts_of_arguments(fcinfo, &elements);

	if (number == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(TEXTOID));
	PG_RETURN_ARRAYTYPE_P(construct_array(elements, number, TEXTOID, -1, false, TYPALIGN_INT));
}

/* result_text(result jsonb, VARIADIC names text[]) -> text */
Datum
td_result_one_text(PG_FUNCTION_ARGS)
{
	Datum	   *elements = NULL;

	if (texts_of_arguments(fcinfo, &elements) != 1)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(elements[0]);
}

/* The first text that an object has under a name, or null. */
static char *
first_text(Jsonb *result, const char *name)
{
	List	   *texts = JB_ROOT_IS_OBJECT(result) ? add_member(NIL, &result->root, cstring_to_text(name)) : NIL;

	return texts == NIL ? NULL : text_to_cstring(linitial(texts));
}

/*
 * result_agent_count(result jsonb, agents text[]) -> bigint: how many agents are
 * named, or else a number that the row has.  A number that is too long for one is
 * none.
 */
Datum
td_result_agent_count(PG_FUNCTION_ARGS)
{
	Jsonb	   *result = PG_GETARG_JSONB_P(0);
	ArrayType  *agents = PG_GETARG_ARRAYTYPE_P(1);
	int			named = ArrayGetNItems(ARR_NDIM(agents), ARR_DIMS(agents));
	char	   *count;

	if (named > 0)
		PG_RETURN_INT64(named);
	count = first_text(result, "agent_count");
	if (count == NULL)
		count = first_text(result, "Esql.agent_id_count_distinct");
	if (count == NULL || *count == '\0' || strlen(count) > 18 || strspn(count, "0123456789") != strlen(count))
		PG_RETURN_NULL();
	PG_RETURN_INT64(strtoll(count, NULL, 10));
}

/* list_texts(list jsonb) -> text[]: the texts of a list in their order, nulls left out; none for null */
Datum
td_list_texts(PG_FUNCTION_ARGS)
{
	Jsonb	   *list = PG_ARGISNULL(0) ? NULL : PG_GETARG_JSONB_P(0);
	List	   *texts;
	Datum	   *elements;
	int			number = 0;
	ListCell   *cell;

	if (list != NULL && (!JB_ROOT_IS_ARRAY(list) || JB_ROOT_IS_SCALAR(list)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a list of texts is expected")));
	texts = list == NULL ? NIL : add_elements(NIL, &list->root);
	if (texts == NIL)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(TEXTOID));
	elements = palloc(list_length(texts) * sizeof(Datum));
	foreach(cell, texts)
		elements[number++] = PointerGetDatum(lfirst(cell));
	PG_RETURN_ARRAYTYPE_P(construct_array(elements, number, TEXTOID, -1, false, TYPALIGN_INT));
}
