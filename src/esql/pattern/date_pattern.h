/*
 * date_pattern.h
 *		Patterns of DATE_FORMAT and DATE_PARSE: those of java.time's
 *		DateTimeFormatter, in English.
 *
 * A letter, repeated so often, stands for a part of a date; text in single
 * quotes and all other characters for themselves; [...] for what may be left
 * out.  What is not supported is refused by name: parts of weeks, which count
 * differently from locale to locale, the letter p (padding), periods of the
 * day, names of zones when reading, and the named formats of Elasticsearch.
 *
 * date_pattern.c reads a pattern, date_print.c writes a date, date_scan.c reads
 * one.
 */
#ifndef ESQL_DATE_PATTERN_H
#define ESQL_DATE_PATTERN_H

#include "text/context.h"

typedef enum TdDateField
{
	TD_DATE_ERA,
	TD_DATE_YEAR_OF_ERA,
	TD_DATE_YEAR,
	TD_DATE_QUARTER,
	TD_DATE_MONTH,
	TD_DATE_DAY_OF_YEAR,
	TD_DATE_DAY,
	TD_DATE_DAY_OF_WEEK,
	TD_DATE_AMPM,
	TD_DATE_HOUR,
	TD_DATE_CLOCK_HOUR,			/* 1 to 24 */
	TD_DATE_HOUR_OF_AMPM,
	TD_DATE_CLOCK_HOUR_OF_AMPM,	/* 1 to 12 */
	TD_DATE_MINUTE,
	TD_DATE_SECOND,
	TD_DATE_NANO,
	TD_DATE_MILLI_OF_DAY,
	TD_DATE_NANO_OF_DAY,
	TD_DATE_JULIAN_DAY,			/* modified: day 0 is 1858-11-17 */
	TD_DATE_OFFSET,				/* seconds east of UTC */
	TD_DATE_FIELDS
} TdDateField;

typedef enum TdDateItemKind
{
	TD_DATE_LITERAL,			/* .literal */
	TD_DATE_NUMBER,				/* .field, .least, .most, .sign, .following */
	TD_DATE_REDUCED,			/* two digits of a year, 2000 to 2099 */
	TD_DATE_FRACTION,			/* .least digits of a second's fraction */
	TD_DATE_TEXT,				/* .field, .style */
	TD_DATE_ZONE,				/* an offset: .zero, .colon, .minutes, .seconds */
	TD_DATE_ZONE_NAME,			/* .literal is UTC's */
	TD_DATE_OPTIONAL			/* the items up to .end may be left out */
} TdDateItemKind;

/* Which signs a number has. */
typedef enum TdDateSign
{
	TD_DATE_MINUS,				/* a minus at most */
	TD_DATE_PLUS_IF_LONG,		/* a plus as well, when it has more digits than .least */
	TD_DATE_NO_SIGN
} TdDateSign;

typedef enum TdDateStyle
{
	TD_DATE_SHORT,
	TD_DATE_FULL,
	TD_DATE_NARROW
} TdDateStyle;

/* Whether a part of an offset must be there. */
typedef enum TdDatePartOfZone
{
	TD_DATE_NEVER,
	TD_DATE_IF_NOT_ZERO,
	TD_DATE_ALWAYS
} TdDatePartOfZone;

typedef struct TdDateItem
{
	TdDateItemKind kind;
	TdDateField field;
	int			least;			/* digits */
	int			most;
	TdDateSign	sign;
	int			following;		/* digits of the numbers of fixed width right behind */
	TdDateStyle style;
	EsqlString	literal;
	const char *zero;			/* what an offset of 0 is written as */
	bool		colon;
	TdDatePartOfZone minutes;
	TdDatePartOfZone seconds;
	uint32_t	end;
} TdDateItem;

#define TD_DATE_PATTERN_MAX	1000	/* bytes */

typedef struct TdDatePattern
{
	TdDateItem *items;
	uint32_t	count;
} TdDatePattern;

/* A date in UTC to be written. */
typedef struct TdDateValue
{
	int64_t		year;			/* 0 is 1 BC */
	int			month;
	int			day;
	int64_t		epoch_day;
	int64_t		nano_of_day;
} TdDateValue;

/* A date that was read: a local one, and its offset if the text had one. */
typedef struct TdDateRead
{
	int64_t		epoch_day;
	int64_t		nano_of_day;
	bool		has_offset;
	int			offset;			/* seconds */
} TdDateRead;

/* The most bytes that one item writes, if it is no literal. */
#define TD_DATE_ITEM_MAX	32

extern const char *const td_month_names[12];
extern const char *const td_day_names[7];	/* from Monday on */

extern bool td_date_read_pattern(EsqlContext *context, const char *function, EsqlString pattern, EsqlSpan span,
								 bool scanning, TdDatePattern *result);
extern bool td_date_print(const TdDatePattern *pattern, const TdDateValue *date, char *to, size_t *length);
extern bool td_date_scan(const TdDatePattern *pattern, const char *text, size_t length, TdDateRead *date);
extern int64_t td_date_epoch_day(int64_t year, int month, int day);
extern int	td_date_month_length(int64_t year, int month);

#endif							/* ESQL_DATE_PATTERN_H */
