/*
 * memory.c
 *		On which days a key was seen, and when it was new.
 *
 * What is remembered of a key is a set of days, by UTC.  A set does not care in
 * which order its members come, nor how often: that is why windows may overlap and
 * be evaluated again, and late events and backfills may come in any order, and the
 * memory is the same.  A key that is seen every hour is written once a day.
 *
 * A key is new on a day if it was seen on none of the days before that are
 * remembered.  Then its first event of that day is new, the one that opens it.  A
 * day that comes late may make the days after it not new any more, and an earlier
 * event may turn out to be the one that opens a day.  What that displaces is told,
 * since the event that was thought to be new may have made an alert.
 */
#include "compat.h"

#include "detect/memory.h"

/* The day of a time, by UTC, counted from 2000-01-01. */
int32
td_day(TimestampTz time)
{
	TimestampTz day = time / USECS_PER_DAY;

	return (int32) (time < 0 && time % USECS_PER_DAY != 0 ? day - 1 : day);
}

/* Was the key seen on a day from one to before another? */
bool
td_was_seen(const TdMemory *memory, int32 from, int32 to)
{
	for (int i = 0; i < memory->span_count; i += 2)
	{
		if (memory->spans[i] < to && memory->spans[i + 1] > from)
			return true;
	}
	return false;
}

int
td_count_days(const TdMemory *memory)
{
	int			days = 0;

	for (int i = 0; i < memory->span_count; i += 2)
		days += memory->spans[i + 1] - memory->spans[i];
	return days;
}

/* Add a day that is not in the set. */
static void
add_day(TdMemory *memory, int32 day)
{
	int32	   *spans = palloc((memory->span_count + 2) * sizeof(int32));
	int			count = 0;
	bool		added = false;

	for (int i = 0; i <= memory->span_count; i += 2)
	{
		bool		end = i == memory->span_count;

		if (!added && (end || day < memory->spans[i]))
		{
			if (count > 0 && spans[count - 1] == day)
				spans[count - 1] = day + 1;
			else
			{
				spans[count++] = day;
				spans[count++] = day + 1;
			}
			added = true;
		}
		if (end)
			break;
		if (count > 0 && spans[count - 1] == memory->spans[i])
			spans[count - 1] = memory->spans[i + 1];
		else
		{
			spans[count++] = memory->spans[i];
			spans[count++] = memory->spans[i + 1];
		}
	}
	memory->spans = spans;
	memory->span_count = count;
}

static void
tell_displaced(List **displaced, TimestampTz time)
{
	TimestampTz *copy = palloc(sizeof(TimestampTz));

	*copy = time;
	*displaced = lappend(*displaced, copy);
}

/* Take out what was thought to be new on days from one to before another. */
static void
displace(TdMemory *memory, int32 from, int32 to, List **displaced)
{
	int			count = 0;

	for (int i = 0; i < memory->opened_count; i++)
	{
		int32		day = td_day(memory->opened[i]);

		if (day >= from && day < to)
			tell_displaced(displaced, memory->opened[i]);
		else
			memory->opened[count++] = memory->opened[i];
	}
	memory->opened_count = count;
}

static void
add_opened(TdMemory *memory, TimestampTz time)
{
	TimestampTz *opened = palloc((memory->opened_count + 1) * sizeof(TimestampTz));
	int			before = 0;

	while (before < memory->opened_count && memory->opened[before] < time)
		before++;
	memcpy(opened, memory->opened, before * sizeof(TimestampTz));
	opened[before] = time;
	memcpy(opened + before + 1, memory->opened + before, (memory->opened_count - before) * sizeof(TimestampTz));
	memory->opened = opened;
	memory->opened_count++;
}

/*
 * Learn that the key was seen on the day of a time, which is that of its first
 * event that day so far as is known now.  Returns whether that changes anything.
 * Times that no longer count as new go to displaced (TimestampTz *).
 */
bool
td_learn_day(TdMemory *memory, TimestampTz first, int remember, List **displaced)
{
	int32		day = td_day(first);
	bool		known = td_was_seen(memory, day, day + 1);
	bool		before = td_was_seen(memory, day - remember, day);

	if (known && before)
		return false;
	if (!known)
	{
		add_day(memory, day);
		displace(memory, day + 1, day + remember + 1, displaced);
	}
	if (before)
		return true;
	for (int i = 0; i < memory->opened_count; i++)
	{
		if (td_day(memory->opened[i]) != day)
			continue;
		if (memory->opened[i] <= first)
			return !known;
		displace(memory, day, day + 1, displaced);
		break;
	}
	add_opened(memory, first);
	return true;
}

/* Is it the time of an event that was new? */
bool
td_is_new(const TdMemory *memory, TimestampTz time)
{
	for (int i = 0; i < memory->opened_count; i++)
	{
		if (memory->opened[i] == time)
			return true;
	}
	return false;
}
