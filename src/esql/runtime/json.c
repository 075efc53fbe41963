/*
 * json.c
 *		JSON_EXTRACT: a value of a JSON text, or of the event's document.
 *
 * The path comes as its steps, each a text: a key behind a dot, a place in an
 * array behind a bracket.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "text/json_path.h"

PG_FUNCTION_INFO_V1(esql_json_extract);
PG_FUNCTION_INFO_V1(esql_json_extract_document);

/* A path, taken apart. */
typedef struct Path
{
	uint32_t	count;
	TdJsonStep	steps[FLEXIBLE_ARRAY_MEMBER];
} Path;

/* The steps in the second argument, which are the same in all calls. */
static const Path *
get_path(FunctionCallInfo fcinfo)
{
	Path	   *path = (Path *) fcinfo->flinfo->fn_extra;
	Datum	   *elements;
	int			count;
	MemoryContext old;

	if (path != NULL)
		return path;
	old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, &count);
	path = palloc0(offsetof(Path, steps) + (Size) count * sizeof(TdJsonStep));
	for (int i = 0; i < count; i++)
	{
		char	   *word = TextDatumGetCString(elements[i]);
		TdJsonStep *step = &path->steps[i];

		step->is_index = word[0] == '[';
		step->key.data = word + 1;
		step->key.length = (uint32_t) strlen(word + 1);
		if (step->is_index)
			step->index = (uint32_t) strtoul(word + 1, NULL, 10);
	}
	path->count = (uint32_t) count;
	MemoryContextSwitchTo(old);
	fcinfo->flinfo->fn_extra = path;
	return path;
}

/* Objects and arrays as JSON without blanks. */
static Datum
compact_datum(const char *json, size_t length)
{
	text	   *result = palloc(VARHDRSZ + length);

	SET_VARSIZE(result, VARHDRSZ + td_json_compact(json, length, VARDATA(result)));
	return PointerGetDatum(result);
}

/* esql_json_extract(json, step, ...) */
Datum
esql_json_extract(PG_FUNCTION_ARGS)
{
	text	   *json = PG_GETARG_TEXT_PP(0);
	const Path *path = get_path(fcinfo);
	TdJsonValue value;
	text	   *result;
	size_t		length;

	if (!td_json_find(VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json), path->steps, path->count, &value) ||
		value.kind == TD_JSON_NULL)
		PG_RETURN_NULL();
	if (value.kind == TD_JSON_PLAIN)
		PG_RETURN_TEXT_P(cstring_to_text_with_len(value.text, (int) value.length));
	if (value.kind == TD_JSON_CONTAINER)
		return compact_datum(value.text, value.length);
	result = palloc(VARHDRSZ + value.length);
	if (!td_json_unescape(&value, VARDATA(result), &length))
		PG_RETURN_NULL();
	SET_VARSIZE(result, VARHDRSZ + length);
	PG_RETURN_TEXT_P(result);
}

/* The value that a step leads to, or NULL. */
static JsonbValue *
take_step(JsonbContainer *container, const TdJsonStep *step)
{
	if (step->is_index)
		return JsonContainerIsArray(container) && !JsonContainerIsScalar(container) ?
			getIthJsonbValueFromContainer(container, step->index) : NULL;
	return JsonContainerIsObject(container) ?
		getKeyJsonValueFromContainer(container, step->key.data, (int) step->key.length, NULL) : NULL;
}

/* A value of a document as text. */
static Datum
value_datum(const JsonbValue *value, bool *isnull)
{
	StringInfoData json;

	*isnull = false;
	switch (value->type)
	{
		case jbvString:
			return PointerGetDatum(cstring_to_text_with_len(value->val.string.val, value->val.string.len));
		case jbvNumeric:
			return PointerGetDatum(cstring_to_text(DatumGetCString(DirectFunctionCall1(numeric_out,
																					   NumericGetDatum(value->val.numeric)))));
		case jbvBool:
			return PointerGetDatum(cstring_to_text(value->val.boolean ? "true" : "false"));
		case jbvBinary:
			initStringInfo(&json);
			(void) JsonbToCString(&json, value->val.binary.data, value->val.binary.len);
			return compact_datum(json.data, (size_t) json.len);
		default:
			*isnull = true;
			return (Datum) 0;
	}
}

/* esql_json_extract(document, step, ...) */
Datum
esql_json_extract_document(PG_FUNCTION_ARGS)
{
	Jsonb	   *document = PG_GETARG_JSONB_P(0);
	const Path *path = get_path(fcinfo);
	JsonbValue	root;
	JsonbValue *value = &root;
	Datum		result;
	bool		isnull;

	root.type = jbvBinary;
	root.val.binary.data = &document->root;
	root.val.binary.len = (int) VARSIZE(document) - VARHDRSZ;
	if (JB_ROOT_IS_SCALAR(document))
		value = getIthJsonbValueFromContainer(&document->root, 0);
	for (uint32_t i = 0; i < path->count && value != NULL; i++)
		value = value->type == jbvBinary ? take_step(value->val.binary.data, &path->steps[i]) : NULL;
	if (value == NULL)
		PG_RETURN_NULL();
	result = value_datum(value, &isnull);
	if (isnull)
		PG_RETURN_NULL();
	return result;
}
