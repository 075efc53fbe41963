/*
 * habit_judge.c
 *		Which events are new, and which alerts that makes.
 *
 * An event is new in a space if it is the one that opened its key, by the memory as
 * it is after learning.  Of the new keys of an event the heaviest makes the alert,
 * and the others are further reasons.  One that is loud makes a group as well, of
 * its events from the opening on that made the alert.
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

/* Is the key new in the event? */
static bool
is_new(const Habits *habits, const Key *key, const Event *event, const KeyUse *use)
{
	return use->fires && !key->known_widely && event->time >= habits->file_from && td_is_new(&key->memory, event->time);
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
	for (int i = 0; i < event->use_count; i++)
	{
		const KeyUse *use = &habits->uses[event->first_use + i];

		if (is_new(habits, &habits->keys[use->key], event, use))
			key->reasons = list_append_unique_int(key->reasons, use->key);
	}
}

/*
 * What an event makes.  It belongs to the alert of each of its keys that is loud:
 * because that is open, or because one was closed as a true positive.  If of several
 * only the heaviest had the event, its alert would depend on how events are cut into windows.
 */
static void
judge_event(Habits *habits, const Event *event)
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
	if (heaviest != NULL)
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
		if (event->time < group_begin(key) || is_usual(key, event))
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

/*
 * Has the event that opens the key made an alert already, which is closed now?  Then
 * what comes later than it is usual, in its window as in any other.
 */
static bool
is_closed(const Key *key)
{
	if (!key->opens)
		return false;
	for (int i = 0; i < key->filed_before_count; i++)
	{
		if (key->filed_before[i] == key->opening_time)
			return true;
	}
	for (int i = 0; i < key->filed_count && !key->loud; i++)
	{
		if (key->filed[i] == key->opening_time)
			return true;
	}
	return false;
}

/* Find the keys that make groups, and the events of each. */
void
td_habit_judge(Habits *habits)
{
	for (int64 i = 0; i < habits->event_count; i++)
		judge_event(habits, &habits->events[i]);
	for (int i = 0; i < habits->key_count; i++)
		habits->keys[i].closed = is_closed(&habits->keys[i]);
	for (int64 i = 0; i < habits->event_count; i++)
		count_event(habits, &habits->events[i]);
	for (int i = 0; i < habits->key_count; i++)
	{
		if (habits->keys[i].closed && habits->keys[i].count == 0)
			habits->keys[i].files = false;
	}
}
