/*
 * habit_reasons.c
 *		What is new about a group, in words.
 *
 * A space has a text with placeholders, such as "first time in {days} days that
 * {scope} {does} {key}".  The events fill it.  They are written by attackers: each
 * value is one short line, and no placeholder in a value counts.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"

#include "detect/fit_text.h"
#include "detect/habit.h"

/* What columns of a terminal a value of the events may take in a reason. */
#define KEY_COLUMNS		200
#define SCOPE_COLUMNS	80

/* Keys that are new with an event, the heaviest first. */
List *
td_habit_ordered_reasons(const Habits *habits, const List *reasons)
{
	List	   *rest = list_copy(reasons);
	List	   *ordered = NIL;

	while (rest != NIL)
	{
		int			best = linitial_int(rest);
		ListCell   *cell;

		foreach(cell, rest)
		{
			if (td_habit_weighs_more(habits, &habits->keys[lfirst_int(cell)], &habits->keys[best]))
				best = lfirst_int(cell);
		}
		ordered = lappend_int(ordered, best);
		rest = list_delete_int(rest, best);
	}
	return ordered;
}

/* The heaviest reason counts whole, the others a third each. */
int
td_habit_score(const Habits *habits, const List *reasons)
{
	int			sum = 0;
	int			heaviest = 0;
	ListCell   *cell;

	foreach(cell, reasons)
	{
		int			weight = habits->spaces[habits->keys[lfirst_int(cell)].space].weight;

		sum += weight;
		heaviest = Max(heaviest, weight);
	}
	return Min(100, heaviest + (sum - heaviest) / 3);
}

/* Of these the others than the group's own key. */
List *
td_habit_further_reasons(const Habits *habits, const Key *key, const List *reasons)
{
	List	   *further = NIL;
	ListCell   *cell;

	if (list_length(reasons) < 2)
		return NIL;
	foreach(cell, reasons)
	{
		if (&habits->keys[lfirst_int(cell)] != key)
			further = lappend_int(further, lfirst_int(cell));
	}
	return further;
}

/* The parts of a key, each fit for a line. */
static List *
fit_parts(const Key *key)
{
	List	   *parts = NIL;

	for (const char *at = key->text + strlen(key->text) + 1; at < key->text + key->length; at += strlen(at) + 1)
		parts = lappend(parts, td_fit(at, KEY_COLUMNS));
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

/* Is a column of a row this one text? */
static bool
is_text(const Habits *habits, const Row *row, int column, const char *wanted)
{
	const EsqlColumn *about = ((EsqlVisible *) list_nth(habits->shown, column))->column;
	Datum		value = row->values[column];

	if (row->nulls[column] || about->type != ESQL_TYPE_KEYWORD)
		return false;
	if (about->multivalued)
	{
		Datum	   *elements;
		bool	   *nulls;
		int			count;

		deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
		if (count != 1 || nulls[0])
			return false;
		value = elements[0];
	}
	return strcmp(TextDatumGetCString(value), wanted) == 0;
}

/* What the row says that the host does with another. */
static const char *
deed(const Habits *habits, const Row *row)
{
	int			column = habits->direction;

	if (row == NULL || column < 0)
		return "connects to";
	if (is_text(habits, row, column, "out"))
		return "sends to";
	return is_text(habits, row, column, "in") ? "fetches from" : "connects to";
}

/* Write what a placeholder stands for, and return how long it is; 0 if there is none at the text. */
static int
fill_placeholder(StringInfo out, const char *at, const Habits *habits, const Key *key, const Row *row)
{
	List	   *parts;

	if (*at != '{')
		return 0;
	if (strncmp(at, "{days}", 6) == 0)
	{
		appendStringInfo(out, "%d", habits->spaces[key->space].remember);
		return 6;
	}
	if (strncmp(at, "{does}", 6) == 0)
	{
		appendStringInfoString(out, deed(habits, row));
		return 6;
	}
	if (strncmp(at, "{scope}", 7) == 0)
	{
		appendStringInfoString(out, td_fit(key->text, SCOPE_COLUMNS));
		return 7;
	}
	parts = fit_parts(key);
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
char *
td_habit_reason_text(const Habits *habits, const Key *key, const Row *row)
{
	const char *words = habits->spaces[key->space].words;
	StringInfoData out;

	initStringInfo(&out);
	while (*words != '\0')
	{
		int			length = fill_placeholder(&out, words, habits, key, row);

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

/*
 * Append the members of a group's row that tell what is new: the reasons in words,
 * the score, and the digests of the keys that are new beside the group's own.
 */
void
td_habit_write_reasons(StringInfo out, const Habits *habits, const Key *key, const Row *row)
{
	List	   *reasons = td_habit_ordered_reasons(habits, key->reasons);
	const char *separator = "";
	ListCell   *cell;

	appendStringInfoString(out, "\"habit.reasons\": [");
	foreach(cell, reasons)
		write_element(out, &separator, td_habit_reason_text(habits, &habits->keys[lfirst_int(cell)], row));
	if (reasons != NIL && habits->learning != NULL)
		write_element(out, &separator, habits->learning);
	appendStringInfoString(out, "], \"habit.score\": ");
	if (reasons == NIL)
		appendStringInfoString(out, "null");
	else
		appendStringInfo(out, "%d", td_habit_score(habits, reasons));
	appendStringInfoString(out, ", \"habit.further\": [");
	separator = "";
	foreach(cell, td_habit_further_reasons(habits, key, reasons))
		write_element(out, &separator, DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&habits->keys[lfirst_int(cell)].digest))));
	appendStringInfoChar(out, ']');
}
