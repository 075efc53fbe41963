/*
 * point.c
 *		Points of the earth, as texts.
 *
 * A point's text is that of WKT, POINT (longitude latitude), in degrees.
 * Documents also have "latitude,longitude".
 */
#include "text/point.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "text/literal.h"
#include "text/word.h"

/* The earth's mean radius in metres, which Elasticsearch takes for it. */
#define EARTH_RADIUS	6371008.7714

#define RADIANS(degrees)	((degrees) * (3.14159265358979323846 / 180))

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
trim(const char **text, size_t *length)
{
	while (*length > 0 && is_blank(**text))
	{
		(*text)++;
		(*length)--;
	}
	while (*length > 0 && is_blank((*text)[*length - 1]))
		(*length)--;
}

/*
 * Are these degrees of the earth?
 */
bool
td_is_point(const TdPoint *point)
{
	return point->longitude >= -180 && point->longitude <= 180 && point->latitude >= -90 && point->latitude <= 90;
}

/* Two numbers with a separator between them, and blanks at will. */
static bool
read_pair(const char *text, size_t length, char separator, double *first, double *second)
{
	const char *middle;
	size_t		before;
	size_t		after;

	trim(&text, &length);
	middle = memchr(text, separator, length);
	if (middle == NULL)
		return false;
	before = (size_t) (middle - text);
	after = length - before - 1;
	middle++;
	trim(&text, &before);
	trim(&middle, &after);
	return esql_read_double(text, before, first) && esql_read_double(middle, after, second);
}

/*
 * POINT (longitude latitude)
 */
bool
td_read_point(const char *text, size_t length, TdPoint *point)
{
	TdPoint		read;

	trim(&text, &length);
	if (length < 7 || !esql_same_word(text, 5, "point") || text[length - 1] != ')')
		return false;
	text += 5;
	length -= 6;
	trim(&text, &length);
	if (length == 0 || *text != '(' || !read_pair(text + 1, length - 1, ' ', &read.longitude, &read.latitude) ||
		!td_is_point(&read))
		return false;
	*point = read;
	return true;
}

/*
 * latitude,longitude
 */
bool
td_read_latitude_longitude(const char *text, size_t length, TdPoint *point)
{
	TdPoint		read;

	if (!read_pair(text, length, ',', &read.latitude, &read.longitude) || !td_is_point(&read))
		return false;
	*point = read;
	return true;
}

/*
 * The point's text; its length is returned.
 */
size_t
td_write_point(const TdPoint *point, char buffer[TD_POINT_SIZE])
{
	char		longitude[ESQL_LITERAL_SIZE];
	char		latitude[ESQL_LITERAL_SIZE];

	longitude[esql_write_double(point->longitude, longitude)] = '\0';
	latitude[esql_write_double(point->latitude, latitude)] = '\0';
	return (size_t) snprintf(buffer, TD_POINT_SIZE, "POINT (%s %s)", longitude, latitude);
}

/*
 * Metres between two points along the great circle.
 */
double
td_point_distance(const TdPoint *a, const TdPoint *b)
{
	double		north = sin(RADIANS(b->latitude - a->latitude) / 2);
	double		east = sin(RADIANS(b->longitude - a->longitude) / 2);
	double		h = north * north + cos(RADIANS(a->latitude)) * cos(RADIANS(b->latitude)) * east * east;

	return 2 * EARTH_RADIUS * asin(fmin(1, sqrt(h)));
}
