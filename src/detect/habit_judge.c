/*
 * habit_judge.c
 *		Which events are new, and which alerts that makes.
 *
 * An event is new in a space if it is the one that opened its key, by the memory as
 * it is after learning.  Of the new keys of an event the heaviest makes the alert,
 * and the others are further reasons.  One that is loud makes a group as well, of
 * its events from the opening on that made the alert.
 *
 * A key whose space is within one of the fleet is judged when it is known which keys of
 * the fleet make groups, since it may join one of these (habit_joins.c).  What is new in
 * the fleet is new on the host: then that says it all.
 *
 * All this follows from the events and from the memory, which does not depend on
 * the order in which events came.  More events only ever make an event less new.
 * So an alert has to be taken back only where an opening that made it is none any
 * more, which td_habit_learn() notes.
 */
#include "compat.h"

#include "utils/memutils.h"

#include "detect/habit.h"

#define MAX_TIMES (64 * 1024)

/* Of two keys that are new in one event, does the first make the alert? */
bool
td_habit_weighs_more(const Habits *habits, const Key *key, const Key *other)
{
	int			weight = habits->spaces[key->space].weight;
	int			other_weight = habits->spaces[other->space].weight;

	if (weight != other_weight)
		return weight > other_weight;
	if (key->space != other->space)
		return key->space < other->space;
	return memcmp(key->digest.data, other->digest.data, UUID_LEN) < 0;
}

/* Is the key new in the event, looked at alone? */
static bool
is_new_alone(const Habits *habits, const Key *key, const Event *event, const KeyUse *use)
{
	return use->fires && !key->known_widely && event->time >= habits->file_from && td_is_new(&key->memory, event->time);
}

/* Is the key new in the event?  One of the fleet is not where an analyst has said so of the host or its role. */
static bool
is_new(const Habits *habits, const Key *key, const Event *event, const KeyUse *use)
{
	if (!is_new_alone(habits, key, event, use))
		return false;
	if (!habits->spaces[key->space].has_narrow)
		return true;
	for (int i = 0; i < event->use_count; i++)
	{
		const KeyUse *use_there = &habits->uses[event->first_use + i];
		const Key  *narrow = &habits->keys[use_there->key];

		if (habits->spaces[narrow->space].within == key->space && td_habit_same_parts(narrow, key) &&
			is_new_alone(habits, narrow, event, use_there))
			return true;
	}
	return false;
}

/* Is the same key of the fleet new in the event as well? */
static bool
is_new_in_fleet(const Habits *habits, const Event *event, const Key *key)
{
	int			within = habits->spaces[key->space].within;

	for (int i = 0; within >= 0 && i < event->use_count; i++)
	{
		const KeyUse *use = &habits->uses[event->first_use + i];
		const Key  *fleet = &habits->keys[use->key];

		if (fleet->space == within && td_habit_same_parts(key, fleet))
			return is_new(habits, fleet, event, use);
	}
	return false;
}

/* The keys that are new in an event, those left out that are so in the whole fleet as well. */
static List *
new_keys(const Habits *habits, const Event *event)
{
	List	   *numbers = NIL;

	for (int i = 0; i < event->use_count; i++)
	{
		const KeyUse *use = &habits->uses[event->first_use + i];

		if (is_new(habits, &habits->keys[use->key], event, use) && !is_new_in_fleet(habits, event, &habits->keys[use->key]))
			numbers = lappend_int(numbers, use->key);
	}
	return numbers;
}

/* Let a key make a group because of an event. */
static void
file_under(Habits *habits, Key *key, const Event *event, bool opens)
{
	if (event->excepted != 0)
	{
		if (key->excepted_by == 0)
			key->excepted_by = event->excepted;
		return;
	}
	key->files = true;
	if (!opens || (key->opens && event->time > key->opening_time))
		return;
	if (!key->opens || event->time < key->opening_time)
	{
		key->opening = event->row;
		key->opening_time = event->time;
		key->reasons = NIL;
	}
	key->opens = true;
	key->reasons = list_concat_unique_int(key->reasons, new_keys(habits, event));
}

/*
 * What an event makes.  It belongs to the alert of each of its keys that is loud:
 * because that is open, or because one was closed as a true positive.  If of several
 * only the heaviest had the event, its alert would depend on how events are cut into windows.
 */
static void
judge_event(Habits *habits, Event *event)
{
	Key		   *heaviest = NULL;

	for (int i = 0; i < event->use_count; i++)
	{
		const KeyUse *use = &habits->uses[event->first_use + i];
		Key		   *key = &habits->keys[use->key];

		if (key->loud && event->time >= key->loud_from)
			file_under(habits, key, event, false);
		if (is_new(habits, key, event, use) && (heaviest == NULL || td_habit_weighs_more(habits, key, heaviest)))
			heaviest = key;
	}
	if (heaviest == NULL)
		return;
	event->heaviest = heaviest - habits->keys + 1;
	if (td_habit_fleet_key(habits, event, heaviest) == NULL)
		file_under(habits, heaviest, event, true);
}

/* From when on are events those of the key's group? */
static TimestampTz
group_begin(const Key *key)
{
	TimestampTz begin = key->loud ? key->loud_from : DT_NOEND;

	if (key->opens && !(key->closed && key->loud))
		begin = Min(begin, key->opening_time);
	return begin;
}

/* What the event that opens the key has made is closed: is the event more than that? */
static bool
is_usual(const Key *key, const Event *event)
{
	return key->closed && !key->loud && event->time > key->opening_time;
}

/*
 * Note when the event was.  What is filed of a key that has had an alert is compared with the
 * hits of that, some of which may be of this very window: they are counted again by these
 * times, without another look at the events.  For a key with very many it is done by a query.
 */
static void
note_time(const Habits *habits, Key *key, TimestampTz time)
{
	if (key->time_count == MAX_TIMES)
	{
		key->time_room = -1;
		return;
	}
	if (key->time_count == key->time_room)
	{
		key->time_room = key->time_room == 0 ? 4 : key->time_room * 2;
		key->times = key->times == NULL ? MemoryContextAlloc(habits->context, key->time_room * sizeof(TimestampTz)) :
			repalloc(key->times, key->time_room * sizeof(TimestampTz));
	}
	key->times[key->time_count++] = time;
}

/* Is the event one of the key's group? */
static bool
has_event(const Key *key, const Event *event)
{
	return key->files && event->time >= group_begin(key) && !is_usual(key, event);
}

/* Count the event for the keys that make groups, and note where it was. */
static void
count_event(Habits *habits, const Event *event)
{
	for (int i = 0; i < event->use_count; i++)
	{
		Key		   *key = &habits->keys[habits->uses[event->first_use + i].key];

		if (!key->files)
			continue;
		if (key->had_alert)
			note_time(habits, key, event->time);
		if (!has_event(key, event))
			continue;
		key->first = key->count == 0 ? event->time : Min(key->first, event->time);
		key->last = key->count == 0 ? event->time : Max(key->last, event->time);
		key->count++;
		if (event->host != NULL)
			key->hosts = list_append_unique_ptr(key->hosts, event->host);
		if (event->agent != NULL)
			key->agents = list_append_unique_ptr(key->agents, event->agent);
	}
}

static bool
has_time(const TimestampTz *times, int count, TimestampTz time)
{
	for (int i = 0; i < count; i++)
	{
		if (times[i] == time)
			return true;
	}
	return false;
}

/* Has the event of that time, which opens the key, made an alert already, which is closed now? */
static bool
has_closed(const Key *key, TimestampTz time)
{
	return has_time(key->filed_before, key->filed_before_count, time) ||
		(!key->loud && has_time(key->filed, key->filed_count, time));
}

/* Then what comes later than the event is usual, in its window as in any other. */
static bool
is_closed(const Key *key)
{
	return key->opens && has_closed(key, key->opening_time);
}

/*
 * The key makes no alert of its own at that time.  If it has made one, before that of the
 * fleet was made, its events are that one's, and it is taken back.
 */
static void
unfile(Key *key, TimestampTz time)
{
	int			count = 0;

	for (int i = 0; i < key->filed_count; i++)
	{
		if (key->filed[i] != time)
			key->filed[count++] = key->filed[i];
	}
	if (count == key->filed_count)
		return;
	key->filed_count = count;
	key->lost = true;
	td_habit_settle_loud(key);
	key->files = key->opens || key->loud;
}

/*
 * Has the key of the fleet a group that the event goes on, within a day of what opened it?
 * What comes later is looked at by itself, though nobody may have closed that alert.
 */
static bool
takes_in(const Key *fleet, const Event *event)
{
	if (!has_event(fleet, event))
		return false;
	if (fleet->opens && !fleet->closed && event->time >= fleet->opening_time && event->time - fleet->opening_time < USECS_PER_DAY)
		return true;
	for (int i = 0; i < fleet->filed_count && fleet->loud; i++)
	{
		if (event->time >= fleet->filed[i] && event->time - fleet->filed[i] < USECS_PER_DAY)
			return true;
	}
	return false;
}

/*
 * An event whose heaviest new key has one of the fleet beside it.  If that key's group takes
 * it in and nothing else is new about it, its news goes there.  Else it makes an alert as any
 * other, but for what joined one before, which is closed now.
 */
static void
judge_narrow(Habits *habits, const Event *event)
{
	Key		   *key = &habits->keys[event->heaviest - 1];
	Key		   *fleet = td_habit_fleet_key(habits, event, key);
	List	   *numbers;

	if (fleet == NULL)
		return;
	numbers = new_keys(habits, event);
	if (event->excepted == 0 && list_length(numbers) == 1 && takes_in(fleet, event) && !has_closed(key, event->time))
	{
		td_habit_join(habits, fleet, event->heaviest - 1, event, numbers);
		unfile(key, event->time);
	}
	else if (!has_time(key->joined, key->joined_count, event->time))
		file_under(habits, key, event, true);
}

static void
note_closed(Habits *habits)
{
	for (int i = 0; i < habits->key_count; i++)
		habits->keys[i].closed = is_closed(&habits->keys[i]);
}

/* Find the keys that make groups, and the events of each. */
void
td_habit_judge(Habits *habits)
{
	for (int64 i = 0; i < habits->event_count; i++)
		judge_event(habits, &habits->events[i]);
	note_closed(habits);
	for (int64 i = 0; i < habits->event_count; i++)
	{
		if (habits->events[i].heaviest > 0)
			judge_narrow(habits, &habits->events[i]);
	}
	note_closed(habits);
	for (int64 i = 0; i < habits->event_count; i++)
		count_event(habits, &habits->events[i]);
	for (int i = 0; i < habits->key_count; i++)
	{
		if (habits->keys[i].closed && habits->keys[i].count == 0)
			habits->keys[i].files = false;
	}
}
