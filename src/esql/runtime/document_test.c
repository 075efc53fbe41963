/*
 * document_test.c
 *		Fields of documents for conditions that are sent to other servers.
 *
 * postgres_fdw sends functions of jsonb with constants of jsonb, but not with
 * constants of text (esql/sql/ship.c).  So a field's name comes as a string of
 * jsonb, and what is asked of its text as an array of jsonb:
 *
 *		[field, "=", value, ...]	is it one of these, by bytes?
 *		[field, "~~", pattern]		is it like this?
 *		[field, "~", pattern]		does it match this?
 *
 * Before the operator may stand "lower " or "upper ": all letters of the value are made so.
 *
 * The answer is that of the operator: null if the field has no value, or several.
 */
#include "compat.h"

#include "catalog/pg_collation.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

PG_FUNCTION_INFO_V1(esql_document_test);

extern Datum esql_lower(PG_FUNCTION_ARGS);
extern Datum esql_upper(PG_FUNCTION_ARGS);
extern Datum esql_document_keyword_single(PG_FUNCTION_ARGS);
extern Datum esql_document_long_single(PG_FUNCTION_ARGS);
extern Datum esql_document_integer_single(PG_FUNCTION_ARGS);
extern Datum esql_document_double_single(PG_FUNCTION_ARGS);
extern Datum esql_document_boolean_single(PG_FUNCTION_ARGS);
extern Datum esql_document_ip_single(PG_FUNCTION_ARGS);
extern Datum esql_document_date_single(PG_FUNCTION_ARGS);

/*
 * A string of jsonb as text; NULL if it is something else.
 */
static text *
string_text(const JsonbValue *value)
{
	return value == NULL || value->type != jbvString ? NULL :
		cstring_to_text_with_len(value->val.string.val, value->val.string.len);
}

/*
 * Calls one of the functions of documents with another argument for the field.  It
 * remembers the field in the same place.
 */
static Datum
call_for_field(FunctionCallInfo fcinfo, PGFunction function, text *field, bool *isnull)
{
	LOCAL_FCINFO(inner, 2);
	Datum		result;

	InitFunctionCallInfoData(*inner, fcinfo->flinfo, 2, InvalidOid, NULL, NULL);
	inner->args[0] = fcinfo->args[0];
	inner->args[1].value = PointerGetDatum(field);
	inner->args[1].isnull = false;
	result = function(inner);
	*isnull = inner->isnull;
	return result;
}

/* The single value of the field that a string of jsonb names. */
static Datum
value_at(FunctionCallInfo fcinfo, PGFunction function)
{
	JsonbValue	name;
	text	   *field = NULL;
	Datum		result;

	if (JsonbExtractScalar(&PG_GETARG_JSONB_P(1)->root, &name))
		field = string_text(&name);
	if (field == NULL)
		PG_RETURN_NULL();
	result = call_for_field(fcinfo, function, field, &fcinfo->isnull);
	pfree(field);
	return result;
}

#define DOCUMENT_AT(type) \
PG_FUNCTION_INFO_V1(esql_document_##type##_at); \
Datum \
esql_document_##type##_at(PG_FUNCTION_ARGS) \
{ \
	return value_at(fcinfo, esql_document_##type##_single); \
} \
extern Datum esql_document_##type##_at(PG_FUNCTION_ARGS)

DOCUMENT_AT(keyword);
DOCUMENT_AT(long);
DOCUMENT_AT(integer);
DOCUMENT_AT(double);
DOCUMENT_AT(boolean);
DOCUMENT_AT(ip);
DOCUMENT_AT(date);

/*
 * Takes "lower " or "upper " off an operator, and makes the letters of the value so.
 */
static Datum
change_letters(Datum value, const char **how, int *how_length)
{
	bool		lower = *how_length > 6 && memcmp(*how, "lower ", 6) == 0;

	if (!lower && (*how_length <= 6 || memcmp(*how, "upper ", 6) != 0))
		return value;
	*how += 6;
	*how_length -= 6;
	return DirectFunctionCall1(lower ? esql_lower : esql_upper, value);
}

/*
 * Does the value pass one of the test's values?
 */
static bool
passes(Datum value, const char *how, int how_length, text *wanted)
{
	PGFunction	function = how_length == 1 && how[0] == '=' ? texteq :
		how_length == 2 && memcmp(how, "~~", 2) == 0 ? textlike :
		how_length == 1 && how[0] == '~' ? textregexeq : NULL;

	if (function == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown test of a document: \"%.*s\"", how_length, how)));
	return DatumGetBool(DirectFunctionCall2Coll(function, C_COLLATION_OID, value, PointerGetDatum(wanted)));
}

/*
 * (document, test) -> boolean
 */
Datum
esql_document_test(PG_FUNCTION_ARGS)
{
	Jsonb	   *test = PG_GETARG_JSONB_P(1);
	uint32		count = JB_ROOT_IS_ARRAY(test) ? JB_ROOT_COUNT(test) : 0;
	JsonbValue *how = count < 2 ? NULL : getIthJsonbValueFromContainer(&test->root, 1);
	text	   *field = count < 2 ? NULL : string_text(getIthJsonbValueFromContainer(&test->root, 0));
	bool		result = false;
	bool		isnull;
	const char *operator;
	int			operator_length;
	Datum		value;

	if (field == NULL || how == NULL || how->type != jbvString)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a test of a document is an array of a field, an operator and values")));
	value = call_for_field(fcinfo, esql_document_keyword_single, field, &isnull);
	if (isnull)
		PG_RETURN_NULL();
	operator = how->val.string.val;
	operator_length = how->val.string.len;
	value = change_letters(value, &operator, &operator_length);
	for (uint32 i = 2; i < count && !result; i++)
	{
		text	   *wanted = string_text(getIthJsonbValueFromContainer(&test->root, i));

		result = wanted != NULL && passes(value, operator, operator_length, wanted);
	}
	PG_RETURN_BOOL(result);
}
