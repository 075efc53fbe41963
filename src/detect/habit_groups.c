/*
 * habit_groups.c
 *		The groups of a window, as rows.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "detect/arguments.h"
#include "detect/habit.h"

/* The texts of a list as a member of a JSON object. */
static void
write_member(StringInfo out, const char *name, List *texts)
{
	const char *separator = "";
	ListCell   *cell;

	escape_json(out, name);
	appendStringInfoString(out, ": [");
	foreach(cell, texts)
	{
		appendStringInfoString(out, separator);
		escape_json(out, text_to_cstring(lfirst(cell)));
		separator = ", ";
	}
	appendStringInfoChar(out, ']');
}

/* What identifies the group of a key. */
static void
write_key(StringInfo out, const Habits *habits, const Key *key)
{
	const char *separator = "";

	appendStringInfoString(out, "{\"habit.space\": ");
	escape_json(out, habits->spaces[key->space].name);
	appendStringInfoString(out, ", \"habit.scope\": ");
	escape_json(out, key->text);
	appendStringInfoString(out, ", \"habit.key\": [");
	for (const char *at = key->text + strlen(key->text) + 1; at < key->text + key->length; at += strlen(at) + 1)
	{
		appendStringInfoString(out, separator);
		escape_json(out, at);
		separator = ", ";
	}
	appendStringInfoString(out, "]}");
}

static Datum
json_datum(const StringInfoData *text)
{
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(text->data));
}

/* The digests of some keys. */
static Datum
digests_array(const Habits *habits, const List *numbers)
{
	Datum	   *elements = palloc((list_length(numbers) + 1) * sizeof(Datum));
	int			count = 0;
	ListCell   *cell;

	foreach(cell, numbers)
		elements[count++] = UUIDPGetDatum(&habits->keys[lfirst_int(cell)].digest);
	return PointerGetDatum(construct_array(elements, count, UUIDOID, UUID_LEN, false, TYPALIGN_CHAR));
}

/*
 * The row of a group as jsonb: that of its first event, with all hosts and agents, and
 * what is new.  Of two members of one name jsonb keeps the last.
 */
static Datum
result_jsonb(const Habits *habits, const Key *key, EsqlOmitted *omitted)
{
	const Row  *row = key->opens && key->opening != NULL ? key->opening : key->row;
	StringInfoData out;

	initStringInfo(&out);
	initStringInfo(&omitted->what);
	if (row != NULL && habits->shown != NIL)
	{
		esql_row_to_json(&out, habits->shown, row->values, row->nulls, omitted);
		out.data[out.len - 1] = ',';	/* the object goes on */
	}
	else
		appendStringInfoChar(&out, '{');
	write_member(&out, "host.name", key->hosts);
	appendStringInfoChar(&out, ',');
	write_member(&out, "agent.id", key->agents);
	if (habits->tell)
	{
		appendStringInfoChar(&out, ',');
		td_habit_write_reasons(&out, habits, key, row);
		td_habit_write_joins(&out, habits, key);
	}
	appendStringInfoChar(&out, '}');
	return json_datum(&out);
}

/* The columns of habit_groups(): those of rule_groups(), and what the memory says. */
enum
{
	GROUP_PLACE,
	GROUP_RESULT,
	GROUP_KEY,
	GROUP_COUNT,
	GROUP_FIRST,
	GROUP_LAST,
	GROUP_EXCEPTED,
	GROUP_TOTAL,
	GROUP_MATCHED,
	GROUP_HITS,
	GROUP_SCANNED,
	GROUP_CAPPED,
	GROUP_LEFT_OUT,
	GROUP_OMITTED,
	GROUP_FURTHER,
	GROUP_DIGEST,
	GROUP_OPENING,
	GROUP_SCORE,
	GROUP_SEEN_LATER,
	GROUP_DISPLACED,
	GROUP_LOST,
	GROUP_TIMES,
	GROUP_COLUMNS
};

static Datum
array_of_times(Datum *elements, int count)
{
	return PointerGetDatum(construct_array(elements, count, TIMESTAMPTZOID, sizeof(TimestampTz), true, TYPALIGN_DOUBLE));
}

static Datum
times_array(List *times)
{
	Datum	   *elements = palloc((list_length(times) + 1) * sizeof(Datum));
	int			count = 0;
	ListCell   *cell;

	foreach(cell, times)
		elements[count++] = TimestampTzGetDatum(*(TimestampTz *) lfirst(cell));
	return array_of_times(elements, count);
}

/* When all events of the key in the window were. */
static Datum
key_times(const Key *key)
{
	Datum	   *elements = palloc((key->time_count + 1) * sizeof(Datum));

	for (int i = 0; i < key->time_count; i++)
		elements[i] = TimestampTzGetDatum(key->times[i]);
	return array_of_times(elements, key->time_count);
}

/* The keys that have lost an opening that made their alert. */
static List *
lost_keys(const Habits *habits)
{
	List	   *lost = NIL;

	for (int i = 0; i < habits->key_count; i++)
	{
		if (habits->keys[i].lost)
			lost = lappend_int(lost, i);
	}
	return lost;
}

/* The columns of a key's group. */
static void
put_key(Habits *habits, Key *key, Datum *result, bool *nulls)
{
	EsqlOmitted omitted = {.mark = false};
	StringInfoData text;
	bool		active = key->loud && !key->hostile;
	List	   *further;

	/* an alert tells what was new when it began; one about a true positive begins with any event */
	if (key->opens && key->opening_time > (active ? key->loud_from : key->first))
	{
		key->reasons = NIL;
		key->opening = NULL;
	}
	further = td_habit_further_reasons(habits, key, td_habit_ordered_reasons(habits, key->reasons));
	initStringInfo(&text);
	write_key(&text, habits, key);
	memset(nulls, false, GROUP_EXCEPTED * sizeof(bool));
	result[GROUP_PLACE] = Int64GetDatum(++habits->evaluation.place);
	result[GROUP_RESULT] = result_jsonb(habits, key, &omitted);
	result[GROUP_KEY] = json_datum(&text);
	result[GROUP_COUNT] = Int64GetDatum(key->count);
	result[GROUP_FIRST] = TimestampTzGetDatum(key->first);
	result[GROUP_LAST] = TimestampTzGetDatum(key->last);
	result[GROUP_EXCEPTED] = Int32GetDatum(key->excepted_by);
	nulls[GROUP_EXCEPTED] = key->files;
	result[GROUP_OMITTED] = omitted.what.len == 0 ? (Datum) 0 : CStringGetTextDatum(omitted.what.data);
	nulls[GROUP_OMITTED] = omitted.what.len == 0;
	result[GROUP_FURTHER] = digests_array(habits, further);
	nulls[GROUP_FURTHER] = further == NIL;
	result[GROUP_DIGEST] = UUIDPGetDatum(&key->digest);
	result[GROUP_OPENING] = TimestampTzGetDatum(key->opening_time);
	nulls[GROUP_DIGEST] = false;
	nulls[GROUP_OPENING] = !key->opens;
	result[GROUP_SCORE] = Int32GetDatum(td_habit_score(habits, key->reasons));
	nulls[GROUP_SCORE] = key->reasons == NIL;
	result[GROUP_SEEN_LATER] = BoolGetDatum(key->seen_later && key->opens && !key->closed && !(active && key->loud_from <= key->opening_time));
	nulls[GROUP_SEEN_LATER] = false;
	nulls[GROUP_TIMES] = key->time_room <= 0;
	result[GROUP_TIMES] = nulls[GROUP_TIMES] ? (Datum) 0 : key_times(key);
}

/* Hand on a group, or the totals alone. */
static void
put_group(Habits *habits, Key *key)
{
	TdEvaluation *evaluation = &habits->evaluation;
	Datum		result[GROUP_COLUMNS] = {0};
	bool		nulls[GROUP_COLUMNS];

	memset(nulls, true, sizeof(nulls));
	if (key != NULL)
		put_key(habits, key, result, nulls);
	result[GROUP_TOTAL] = Int64GetDatum(habits->key_count);
	result[GROUP_MATCHED] = Int64GetDatum(habits->event_count);
	nulls[GROUP_TOTAL] = nulls[GROUP_MATCHED] = false;
	if (habits->test_count > 0)
	{
		Datum	   *hits = palloc(habits->test_count * sizeof(Datum));

		for (int i = 0; i < habits->test_count; i++)
			hits[i] = Int64GetDatum(habits->event_hits[i]);
		result[GROUP_HITS] = PointerGetDatum(construct_array(hits, habits->test_count, INT8OID, sizeof(int64), true, TYPALIGN_DOUBLE));
		nulls[GROUP_HITS] = false;
	}
	result[GROUP_SCANNED] = Int64GetDatum(evaluation->scanned);
	nulls[GROUP_SCANNED] = !evaluation->count_scanned;
	if (evaluation->compiled->cap >= 0)
	{
		result[GROUP_CAPPED] = Int64GetDatum(evaluation->compiled->cap);
		nulls[GROUP_CAPPED] = false;
	}
	result[GROUP_LEFT_OUT] = td_left_out_array(evaluation, &nulls[GROUP_LEFT_OUT]);
	if (evaluation->place <= 1)
	{
		/* they may be long, and the first row is enough */
		result[GROUP_DISPLACED] = times_array(habits->displaced);
		result[GROUP_LOST] = digests_array(habits, lost_keys(habits));
		nulls[GROUP_DISPLACED] = nulls[GROUP_LOST] = false;
	}
	tuplestore_putvalues(evaluation->store, evaluation->desc, result, nulls);
}

/* The order of groups: the heaviest first, then by time, then by what is always the same. */
static int
compare_groups(const void *a, const void *b, void *arg)
{
	const Habits *habits = arg;
	const Key  *left = &habits->keys[*(const int *) a];
	const Key  *right = &habits->keys[*(const int *) b];
	int			left_weight = habits->spaces[left->space].weight;
	int			right_weight = habits->spaces[right->space].weight;

	if (left_weight != right_weight)
		return left_weight > right_weight ? -1 : 1;
	if (left->first != right->first)
		return left->first < right->first ? -1 : 1;
	return memcmp(left->digest.data, right->digest.data, UUID_LEN);
}

/* Hand on all groups.  What is made for one is of no use for the next. */
void
td_habit_put_groups(Habits *habits)
{
	int		   *numbers = palloc((habits->key_count + 1) * sizeof(int));
	int			count = 0;
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "group of a habit", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old;

	for (int i = 0; i < habits->key_count; i++)
	{
		if (habits->keys[i].files || habits->keys[i].excepted_by != 0)
			numbers[count++] = i;
	}
	qsort_arg(numbers, count, sizeof(int), compare_groups, habits);
	old = MemoryContextSwitchTo(context);
	for (int i = 0; i < count; i++)
	{
		put_group(habits, &habits->keys[numbers[i]]);
		MemoryContextReset(context);
	}
	if (count == 0)
		put_group(habits, NULL);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}
