/*
 * date_unit.h
 *		Names of DATE_DIFF's units and of DATE_EXTRACT's parts.
 */
#ifndef TEXT_DATE_UNIT_H
#define TEXT_DATE_UNIT_H

#include <stdbool.h>
#include <stddef.h>

typedef enum TdDiffUnit
{
	TD_DIFF_YEAR, TD_DIFF_QUARTER, TD_DIFF_MONTH, TD_DIFF_WEEK, TD_DIFF_DAY, TD_DIFF_HOUR,
	TD_DIFF_MINUTE, TD_DIFF_SECOND, TD_DIFF_MILLISECOND, TD_DIFF_MICROSECOND,
	TD_DIFF_NANOSECOND
} TdDiffUnit;

typedef enum TdDatePart
{
	TD_PART_NANO_OF_SECOND, TD_PART_NANO_OF_DAY, TD_PART_MICRO_OF_SECOND,
	TD_PART_MICRO_OF_DAY, TD_PART_MILLI_OF_SECOND, TD_PART_MILLI_OF_DAY,
	TD_PART_SECOND_OF_MINUTE, TD_PART_SECOND_OF_DAY, TD_PART_MINUTE_OF_HOUR,
	TD_PART_MINUTE_OF_DAY, TD_PART_HOUR_OF_AMPM, TD_PART_CLOCK_HOUR_OF_AMPM,
	TD_PART_HOUR_OF_DAY, TD_PART_CLOCK_HOUR_OF_DAY, TD_PART_AMPM_OF_DAY,
	TD_PART_DAY_OF_WEEK, TD_PART_ALIGNED_DAY_OF_WEEK_IN_MONTH,
	TD_PART_ALIGNED_DAY_OF_WEEK_IN_YEAR, TD_PART_DAY_OF_MONTH, TD_PART_DAY_OF_YEAR,
	TD_PART_EPOCH_DAY, TD_PART_ALIGNED_WEEK_OF_MONTH, TD_PART_ALIGNED_WEEK_OF_YEAR,
	TD_PART_MONTH_OF_YEAR, TD_PART_PROLEPTIC_MONTH, TD_PART_YEAR_OF_ERA, TD_PART_YEAR,
	TD_PART_ERA, TD_PART_INSTANT_SECONDS, TD_PART_OFFSET_SECONDS
} TdDatePart;

/* The unit or part of a name, letter case aside.  False if there is none. */
extern bool td_diff_unit(const char *name, size_t length, TdDiffUnit *unit);
extern bool td_date_part(const char *name, size_t length, TdDatePart *part);

/* Is there a unit or part of this name? */
extern bool td_date_diff_unit_known(const char *name, size_t length);
extern bool td_date_part_known(const char *name, size_t length);

/* The names to write into a hint. */
extern const char td_date_diff_units[];
extern const char td_date_parts[];

#endif							/* TEXT_DATE_UNIT_H */
