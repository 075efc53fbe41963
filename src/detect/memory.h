/*
 * memory.h
 *		On which days a key was seen, and when it was new.
 */
#ifndef TD_MEMORY_H
#define TD_MEMORY_H

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

/* What is remembered of a key. */
typedef struct TdMemory
{
	int32	   *spans;			/* begin and end of each run of days, ascending; the end is not part of it */
	int			span_count;		/* numbers in it: two for a run */
	TimestampTz *opened;		/* its first event on each day on which it was new, ascending */
	int			opened_count;
} TdMemory;

extern int32 td_day(TimestampTz time);
extern bool td_was_seen(const TdMemory *memory, int32 from, int32 to);
extern int	td_count_days(const TdMemory *memory);
extern bool td_learn_day(TdMemory *memory, TimestampTz first, int remember, List **displaced);
extern bool td_is_new(const TdMemory *memory, TimestampTz time);

#endif							/* TD_MEMORY_H */
