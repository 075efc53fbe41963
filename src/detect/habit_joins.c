/*
 * habit_joins.c
 *		Keys that join the alert of the whole fleet's key.
 *
 * A program that starts a utility for the first time often does so on many hosts within
 * hours: a new agent, a new job.  Each role has a key of its own for it, and each of these
 * is new.  That is one thing, and shall be one alert.  So a space may say that it is within
 * another, of the fleet, which has the same expressions.  What is new in the fleet makes the
 * alert of the fleet's key, to which all events of that key belong while it is open.
 * If one of them, within a day, is new for its role or host as well, that is told as a further
 * reason there and makes no alert of its own.
 *
 * Nothing is lost by that.  A key joins only an alert that has its event, and only if nothing
 * else is new about the event: it is the same once more.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/timestamp.h"

#include "detect/habit.h"

/* Are two keys the same but for their scopes? */
bool
td_habit_same_parts(const Key *one, const Key *other)
{
	int			skip = strlen(one->text) + 1;
	int			skip_other = strlen(other->text) + 1;

	return one->length - skip == other->length - skip_other &&
		memcmp(one->text + skip, other->text + skip_other, one->length - skip) == 0;
}

/* The key of the fleet that an event has with one of its keys, or NULL. */
Key *
td_habit_fleet_key(const Habits *habits, const Event *event, const Key *key)
{
	int			within = habits->spaces[key->space].within;

	for (int i = 0; within >= 0 && i < event->use_count; i++)
	{
		Key		   *other = &habits->keys[habits->uses[event->first_use + i].key];

		if (other->space == within && td_habit_same_parts(key, other))
			return other;
	}
	return NULL;
}

/* Let a key join the group of the fleet's key because of an event that is new. */
void
td_habit_join(Habits *habits, Key *fleet, int number, const Event *event, const List *reasons)
{
	Joined	   *joined = habits->keys[number].joins_as;

	if (joined == NULL)
	{
		joined = habits->keys[number].joins_as = palloc0(sizeof(Joined));
		joined->key = number;
		joined->time = DT_NOEND;
		fleet->joins = lappend(fleet->joins, joined);
	}
	if (event->time > joined->time)
		return;
	if (event->time < joined->time)
	{
		joined->row = event->row;
		joined->time = event->time;
		joined->reasons = NIL;
	}
	joined->reasons = list_concat_unique_int(joined->reasons, reasons);
}

/* Append what joins a key's group to the members of its row: join_alert() adds it to the alert. */
void
td_habit_write_joins(StringInfo out, const Habits *habits, const Key *key)
{
	ListCell   *cell;

	if (key->joins == NIL)
		return;
	appendStringInfoString(out, ", \"habit.joins\": [");
	foreach(cell, key->joins)
	{
		const Joined *joined = lfirst(cell);
		const char *separator = "";
		ListCell   *reason;

		appendStringInfo(out, "%s{\"digest\": \"%s\", \"time\": " INT64_FORMAT ", \"score\": %d, \"reasons\": [",
						 cell == list_head(key->joins) ? "" : ", ",
						 DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&habits->keys[joined->key].digest))),
						 joined->time, td_habit_score(habits, joined->reasons));
		foreach(reason, td_habit_ordered_reasons(habits, joined->reasons))
		{
			appendStringInfoString(out, separator);
			escape_json(out, td_habit_reason_text(habits, &habits->keys[lfirst_int(reason)], joined->row));
			separator = ", ";
		}
		appendStringInfoString(out, "]}");
	}
	appendStringInfoChar(out, ']');
}
