/*
 * zone.c
 *		Time zones as java.time names them: Z, UTC, +02:00, Europe/Berlin.
 *
 * Names of regions are read from PostgreSQL's time zone files, which hold the
 * same database as Java's.  PostgreSQL would read much else as a zone, such as
 * FOO+3, so what is no path of letters is not asked for.
 */
#include "compat.h"

#include <ctype.h>

#include "esql/value/zone.h"

#define SECONDS_PER_DAY		86400
#define MOST_OFFSET			(18 * 3600)

/* Two digits at a place, or -1. */
static int
pair(const char *text, size_t length, size_t at)
{
	if (at + 2 > length || !isdigit((unsigned char) text[at]) || !isdigit((unsigned char) text[at + 1]))
		return -1;
	return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

/* +h, +hh, +hh:mm, +hhmm, +hh:mm:ss or +hhmmss */
static bool
read_offset(const char *text, size_t length, int *offset)
{
	int			parts[3] = {0, 0, 0};
	int			count = 0;
	bool		colon = length > 3 && text[3] == ':';
	size_t		at = 1;

	if (length < 2 || (text[0] != '+' && text[0] != '-'))
		return false;
	if (length == 2 && isdigit((unsigned char) text[1]))
	{
		parts[0] = text[1] - '0';
		at = 2;
	}
	while (at < length && count < 3)
	{
		if (count > 0 && colon && text[at++] != ':')
			return false;
		parts[count] = pair(text, length, at);
		if (parts[count] < 0 || parts[count] > (count == 0 ? 18 : 59))
			return false;
		at += 2;
		count++;
	}
	*offset = (parts[0] * 60 + parts[1]) * 60 + parts[2];
	if (at != length || *offset > MOST_OFFSET)
		return false;
	if (text[0] == '-')
		*offset = -*offset;
	return true;
}

/* Is it a path of letters, such as America/Port-au-Prince or Etc/GMT+5? */
static bool
is_path(const char *name, size_t length)
{
	bool		etc = length > 4 && strncmp(name, "Etc/", 4) == 0;
	bool		slash = false;

	for (size_t i = 0; i < length; i++)
	{
		slash = slash || name[i] == '/';
		if (!isalpha((unsigned char) name[i]) && strchr(etc ? "/+-0123456789" : "/_-", name[i]) == NULL)
			return false;
	}
	return slash && length <= TZ_STRLEN_MAX;
}

/*
 * The zone of that name.  False if there is none.
 */
bool
td_read_zone(const char *name, size_t length, TdZone *zone)
{
	static const char *const utc[] = {"UTC", "GMT", "UT"};
	char		path[TZ_STRLEN_MAX + 1];

	zone->region = NULL;
	zone->offset = 0;
	if (length == 1 && name[0] == 'Z')
		return true;
	for (int i = 0; i < (int) lengthof(utc); i++)
	{
		size_t		size = strlen(utc[i]);

		if (length >= size && memcmp(name, utc[i], size) == 0)
		{
			if (length == size || read_offset(name + size, length - size, &zone->offset))
				return true;
		}
	}
	if (read_offset(name, length, &zone->offset))
		return true;
	if (!is_path(name, length))
		return false;
	memcpy(path, name, length);
	path[length] = '\0';
	zone->region = pg_tzset(path);
	return zone->region != NULL && strcmp(pg_get_timezone_name(zone->region), path) == 0;
}

/* What a region's clocks are ahead of UTC at a moment, in seconds since 1970. */
static int
offset_at(pg_tz *region, int64 moment)
{
	pg_time_t	time = (pg_time_t) moment;
	struct pg_tm *tm = pg_localtime(&time, region);

	return tm == NULL ? 0 : (int) tm->tm_gmtoff;
}

/*
 * The offset of a zone at a local time, in seconds since 1970.  A time that the
 * clocks show twice is the first of the two; one that they leave out goes by
 * the offset before it.
 */
int
td_zone_offset(const TdZone *zone, int64 local)
{
	int			before;
	int			after;

	if (zone->region == NULL)
		return zone->offset;
	before = offset_at(zone->region, local - SECONDS_PER_DAY);
	after = offset_at(zone->region, local + SECONDS_PER_DAY);
	if (offset_at(zone->region, local - before) == before || offset_at(zone->region, local - after) != after)
		return before;
	return after;
}
