/*
 * habit_reasons.c
 *		told_result(): the row of a habit's group, with what is new in words.
 *
 * A space has a text with placeholders, such as "first time in {days} days that
 * {scope} {does} {key}".  The events fill it.  They are written by attackers: each
 * value is one short line, and no placeholder in a value counts.
 */
#include "compat.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "detect/fit_text.h"

PG_FUNCTION_INFO_V1(td_told_result);

/* What columns of a terminal a value of the events may take in a reason. */
#define KEY_COLUMNS		200
#define SCOPE_COLUMNS	80

/* The value that an object has under a name; NULL if there is none. */
static JsonbValue *
member(JsonbContainer *object, const char *name)
{
	JsonbValue	key = {.type = jbvString};

	key.val.string.val = unconstify(char *, name);
	key.val.string.len = strlen(name);
	return JsonContainerIsObject(object) ? findJsonbValueFromContainer(object, JB_FOBJECT, &key) : NULL;
}

/* A scalar as text, a string without its quotes. */
static char *
scalar_text(const JsonbValue *value)
{
	if (value == NULL)
		return pstrdup("");
	if (value->type == jbvString)
		return pnstrdup(value->val.string.val, value->val.string.len);
	if (value->type == jbvNumeric)
		return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
	return pstrdup("");
}

static char *
member_text(JsonbContainer *object, const char *name)
{
	return scalar_text(member(object, name));
}

/* The object of a list that has this text under a name; NULL if there is none. */
static JsonbContainer *
find_object(JsonbContainer *list, const char *name, const char *text)
{
	int			count = JsonContainerIsArray(list) ? (int) JsonContainerSize(list) : 0;

	for (int i = 0; i < count; i++)
	{
		JsonbValue *element = getIthJsonbValueFromContainer(list, i);

		if (element->type == jbvBinary && strcmp(member_text(element->val.binary.data, name), text) == 0)
			return element->val.binary.data;
	}
	return NULL;
}

/* The parts of a reason's key, each fit for a line. */
static List *
key_parts(JsonbContainer *reason)
{
	JsonbValue *key = member(reason, "habit.key");
	List	   *parts = NIL;

	if (key == NULL || key->type != jbvBinary || !JsonContainerIsArray(key->val.binary.data))
		return NIL;
	for (int i = 0; i < (int) JsonContainerSize(key->val.binary.data); i++)
		parts = lappend(parts, td_fit(scalar_text(getIthJsonbValueFromContainer(key->val.binary.data, i)), KEY_COLUMNS));
	return parts;
}

static void
write_parts(StringInfo out, const List *parts)
{
	const char *separator = "";
	ListCell   *cell;

	foreach(cell, parts)
	{
		appendStringInfoString(out, separator);
		appendStringInfoString(out, lfirst(cell));
		separator = ", ";
	}
}

/* What the row says that the host does with another. */
static const char *
deed(JsonbContainer *row)
{
	char	   *direction = member_text(row, "transfer.direction");

	if (strcmp(direction, "out") == 0)
		return "sends to";
	return strcmp(direction, "in") == 0 ? "fetches from" : "connects to";
}

/* Write what a placeholder stands for, and return how long it is; 0 if there is none at the text. */
static int
fill_placeholder(StringInfo out, const char *at, JsonbContainer *reason, JsonbContainer *row, List *parts)
{
	if (strncmp(at, "{days}", 6) == 0)
	{
		appendStringInfoString(out, member_text(reason, "remember"));
		return 6;
	}
	if (strncmp(at, "{does}", 6) == 0)
	{
		appendStringInfoString(out, deed(row));
		return 6;
	}
	if (strncmp(at, "{scope}", 7) == 0)
	{
		appendStringInfoString(out, td_fit(member_text(reason, "habit.scope"), SCOPE_COLUMNS));
		return 7;
	}
	if (strncmp(at, "{key}", 5) == 0)
	{
		write_parts(out, parts);
		return 5;
	}
	if (strncmp(at, "{key", 4) == 0 && at[4] >= '1' && at[4] <= '9' && at[5] == '}' && at[4] - '0' <= list_length(parts))
	{
		appendStringInfoString(out, list_nth(parts, at[4] - '1'));
		return 6;
	}
	return 0;
}

/* A reason in words. */
static char *
reason_text(const char *words, JsonbContainer *reason, JsonbContainer *row)
{
	List	   *parts = key_parts(reason);
	StringInfoData out;

	initStringInfo(&out);
	while (*words != '\0')
	{
		int			length = fill_placeholder(&out, words, reason, row, parts);

		if (length == 0)
			appendStringInfoChar(&out, *words);
		words += Max(length, 1);
	}
	return out.data;
}

static void
write_element(StringInfo out, const char **separator, const char *text)
{
	appendStringInfoString(out, *separator);
	escape_json(out, text);
	*separator = ", ";
}

/* The texts of all reasons, and that the rule is still learning if it is. */
static void
write_texts(StringInfo out, Jsonb *reasons, Jsonb *spaces, Jsonb *row, const char *learning)
{
	const char *separator = "";
	int			count = JsonContainerSize(&reasons->root);

	for (int i = 0; i < count; i++)
	{
		JsonbContainer *reason = getIthJsonbValueFromContainer(&reasons->root, i)->val.binary.data;
		JsonbContainer *space = find_object(&spaces->root, "space", member_text(reason, "habit.space"));

		if (space != NULL)
			write_element(out, &separator, reason_text(member_text(space, "reason"), reason, &row->root));
	}
	if (*separator != '\0' && learning != NULL)
		write_element(out, &separator, learning);
}

/* The digests of the reasons beside the group's own key. */
static void
write_further(StringInfo out, Jsonb *reasons, const char *own)
{
	const char *separator = "";
	int			count = JsonContainerSize(&reasons->root);

	for (int i = 0; i < count && count > 1; i++)
	{
		char	   *digest = member_text(getIthJsonbValueFromContainer(&reasons->root, i)->val.binary.data, "digest");

		if (strcmp(digest, own) != 0)
			write_element(out, &separator, digest);
	}
}

/*
 * told_result(result jsonb, spaces jsonb, reasons jsonb, score integer, learning
 * text, digest uuid) -> jsonb: reasons are those of habit_groups(), spaces those of
 * the rule.  learning is what to say in the first days, or null.
 */
Datum
td_told_result(PG_FUNCTION_ARGS)
{
	Jsonb	   *result;
	Jsonb	   *reasons;
	StringInfoData out;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(5))
		PG_RETURN_NULL();
	result = PG_GETARG_JSONB_P(0);
	reasons = PG_GETARG_JSONB_P(2);
	if (!JB_ROOT_IS_OBJECT(result) || !JB_ROOT_IS_ARRAY(reasons))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("result must be an object, and reasons a list")));
	initStringInfo(&out);
	appendStringInfoString(&out, "{\"habit.reasons\": [");
	write_texts(&out, reasons, PG_GETARG_JSONB_P(1), result, PG_ARGISNULL(4) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(4)));
	if (PG_ARGISNULL(3))
		appendStringInfoString(&out, "], \"habit.score\": null");
	else
		appendStringInfo(&out, "], \"habit.score\": %d", PG_GETARG_INT32(3));
	appendStringInfoString(&out, ", \"habit.further\": [");
	write_further(&out, reasons, DatumGetCString(DirectFunctionCall1(uuid_out, PG_GETARG_DATUM(5))));
	appendStringInfoString(&out, "]}");
	PG_RETURN_DATUM(DirectFunctionCall2(jsonb_concat, JsonbPGetDatum(result),
										DirectFunctionCall1(jsonb_in, CStringGetDatum(out.data))));
}
