/*
 * habit_late.c
 *		Which events that came late may change anything.
 *
 * An event may if one of its keys is loud, since it belongs to an alert then, or is
 * to be learned: it was not seen on that day, or the event is earlier than the one
 * that opens the day.  All late events of such a key may, since an alert that one of
 * them makes has the others as well.  And one at the very time of an event that was
 * new is new itself.
 *
 * All others leave the memory and the alerts as they are.  Nothing is written here.
 *
 * A query that looks at several rows, by INLINE STATS or LIMIT, finds others in a whole
 * window than among late events.  That is said by a row without a time.
 */
#include "compat.h"

#include "utils/timestamp.h"

#include "detect/habit.h"
#include "detect/rule_plan.h"

/* Learn the late events of the keys, to see which keys that changes. */
static void
try_to_learn(Habits *habits)
{
	for (int i = 0; i < habits->key_count; i++)
	{
		Key		   *key = &habits->keys[i];
		int			remember = habits->spaces[key->space].remember;

		for (Day *day = key->days; day != NULL; day = day->next)
			key->changed = key->changed ||
				td_learn_day(&key->memory, day->first, remember, &habits->displaced);
	}
}

static bool
matters(const Habits *habits, const Event *event)
{
	for (int i = 0; i < event->use_count; i++)
	{
		const Key  *key = &habits->keys[habits->uses[event->first_use + i].key];

		if (key->loud || key->changed || td_is_new(&key->memory, event->time))
			return true;
	}
	return false;
}

/* Hand on the events: the time of each, and whether it may change anything. */
void
td_habit_put_late(Habits *habits)
{
	if (td_looks_at_others(habits->evaluation.compiled->plan))
	{
		Datum		values[2] = {(Datum) 0, BoolGetDatum(true)};
		bool		nulls[2] = {true, false};

		tuplestore_putvalues(habits->evaluation.store, habits->evaluation.desc, values, nulls);
		return;
	}
	try_to_learn(habits);
	for (int64 i = 0; i < habits->event_count; i++)
	{
		Datum		values[2] = {TimestampTzGetDatum(habits->events[i].time), BoolGetDatum(matters(habits, &habits->events[i]))};
		bool		nulls[2] = {false, false};

		tuplestore_putvalues(habits->evaluation.store, habits->evaluation.desc, values, nulls);
	}
}
