/*
 * ahead.h
 *		Asks for the memory of the rows that a scan will come to next.
 *
 * A scan of a table that is larger than the processor's cache waits for memory at
 * every row: rows lie one below the other in a page, and what is done between two
 * of them is more than the processor looks ahead.  A transition function sees
 * where in its row a value is.  The distance from the last row's value to this
 * one's is about the length of a row, so the lines of a row to come can be
 * asked for.  Where the guess is wrong, memory is read in vain.  Nothing breaks,
 * whatever the address: a processor forgets a prefetch that it cannot do.
 */
#ifndef TD_AHEAD_H
#define TD_AHEAD_H

#include "set_base.h"

/* How many rows ahead, how far apart two rows may be, and a line of the cache. */
#define TD_AHEAD_ROWS 4
#define TD_AHEAD_LONGEST 1024
#define TD_AHEAD_LINE 64

/*
 * Takes note of where this row's value is, and asks for a row that comes later.
 */
TD_INLINE void
td_ahead(uintptr_t *last, const void *value)
{
	uintptr_t	here = (uintptr_t) value;
	uintptr_t	row = *last - here;

	*last = here;
	/* rows of a table go down; memory that is filled upwards needs no help */
	if (row < TD_AHEAD_LONGEST)
	{
		uintptr_t	begin = here - (TD_AHEAD_ROWS + 1) * row;

		for (uintptr_t offset = 0; offset < row; offset += TD_AHEAD_LINE)
			TD_PREFETCH((const void *) (begin + offset));
	}
}

#endif							/* TD_AHEAD_H */
