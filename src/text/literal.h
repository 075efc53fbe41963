/*
 * literal.h
 *		Values read from and written as text, the way ES|QL does it.
 *
 * No locale, no allocation, no PostgreSQL.  Every reader takes a counted string.
 * It returns false, and leaves the result untouched, if it cannot read the
 * string.
 */
#ifndef TEXT_LITERAL_H
#define TEXT_LITERAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Units of a time span: durations are exact, periods are calendar units. */
typedef enum EsqlTimeUnit
{
	ESQL_MILLISECOND,
	ESQL_SECOND,
	ESQL_MINUTE,
	ESQL_HOUR,
	/* periods from here on */
	ESQL_DAY,
	ESQL_WEEK,
	ESQL_MONTH,
	ESQL_QUARTER,
	ESQL_YEAR
} EsqlTimeUnit;

/* Enough for everything that is written here, with the terminating NUL. */
#define ESQL_LITERAL_SIZE	40

extern bool esql_read_date(const char *s, size_t n, int64_t *ms);
extern size_t esql_write_date(int64_t ms, char buf[ESQL_LITERAL_SIZE]);
extern bool esql_read_long(const char *s, size_t n, int64_t *value);
extern bool esql_read_double(const char *s, size_t n, double *value);
extern size_t esql_write_double(double d, char buf[ESQL_LITERAL_SIZE]);
extern bool esql_read_boolean(const char *s, size_t n);

/* Units of time spans; names come back in the singular. */
extern bool esql_read_time_unit(const char *s, size_t n, EsqlTimeUnit *unit);
extern const char *esql_time_unit_name(EsqlTimeUnit unit);
extern bool esql_read_timespan(const char *s, size_t n, int64_t *amount, EsqlTimeUnit *unit);

#endif							/* TEXT_LITERAL_H */
