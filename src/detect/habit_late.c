/*
 * habit_late.c
 *		Which events that came late may change what was filed.
 *
 * An event may if one of its keys is loud, since it belongs to an alert then, or if
 * learning it changes which events of the key were new: it is new itself, or an event
 * after it is not any more.  All late events of such a key may, since an alert that one
 * of them makes has the others as well.  And one at the very time of an event that was
 * new is new itself.
 *
 * Their windows are evaluated again, and learn them.  The others leave the alerts as they
 * are.  What they add to the memory are days on which a key was seen that was known
 * already.  That is written here, which costs much less than a window.
 *
 * A query that looks at several rows, by INLINE STATS or LIMIT, finds others in a whole
 * window than among late events.  That is said by a row without a time.
 */
#include "compat.h"

#include "utils/timestamp.h"

#include "detect/habit.h"
#include "detect/rule_plan.h"

/* Learn the late events of the keys, but for those that their windows have to learn. */
static void
learn(Habits *habits)
{
	for (int i = 0; i < habits->key_count; i++)
	{
		Key		   *key = &habits->keys[i];
		int			opened = key->memory.opened_count;
		int			displaced = list_length(habits->displaced);

		td_habit_learn_key(habits, key);
		key->turned = key->memory.opened_count != opened || list_length(habits->displaced) != displaced;
		if (key->turned || key->loud)
			key->changed = false;
	}
	td_habit_write(habits);
}

static bool
matters(const Habits *habits, const Event *event)
{
	for (int i = 0; i < event->use_count; i++)
	{
		const Key  *key = &habits->keys[habits->uses[event->first_use + i].key];

		if (key->loud || key->turned || td_is_new(&key->memory, event->time))
			return true;
	}
	return false;
}

/* Hand on the events: the time of each, and whether it may change what was filed. */
void
td_habit_put_late(Habits *habits)
{
	if (habits->evaluation.compiled->looks_at_others)
	{
		Datum		values[2] = {(Datum) 0, BoolGetDatum(true)};
		bool		nulls[2] = {true, false};

		tuplestore_putvalues(habits->evaluation.store, habits->evaluation.desc, values, nulls);
		return;
	}
	learn(habits);
	for (int64 i = 0; i < habits->event_count; i++)
	{
		Datum		values[2] = {TimestampTzGetDatum(habits->events[i].time), BoolGetDatum(matters(habits, &habits->events[i]))};
		bool		nulls[2] = {false, false};

		tuplestore_putvalues(habits->evaluation.store, habits->evaluation.desc, values, nulls);
	}
}
