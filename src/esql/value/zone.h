/*
 * zone.h
 *		Time zones as java.time names them.
 */
#ifndef ESQL_VALUE_ZONE_H
#define ESQL_VALUE_ZONE_H

#include "compat.h"

#include "pgtime.h"

typedef struct TdZone
{
	pg_tz	   *region;			/* NULL: a fixed offset */
	int			offset;			/* seconds east of UTC */
} TdZone;

extern bool td_read_zone(const char *name, size_t length, TdZone *zone);
extern int	td_zone_offset(const TdZone *zone, int64 local);

#endif							/* ESQL_VALUE_ZONE_H */
