/*
 * point.h
 *		Points of the earth, as texts.
 */
#ifndef TEXT_POINT_H
#define TEXT_POINT_H

#include <stdbool.h>
#include <stddef.h>

/* Enough for the text of a point, with the terminating NUL. */
#define TD_POINT_SIZE	100

typedef struct TdPoint
{
	double		longitude;
	double		latitude;
} TdPoint;

extern bool td_read_point(const char *text, size_t length, TdPoint *point);
extern bool td_read_latitude_longitude(const char *text, size_t length, TdPoint *point);
extern size_t td_write_point(const TdPoint *point, char buffer[TD_POINT_SIZE]);
extern bool td_is_point(const TdPoint *point);
extern double td_point_distance(const TdPoint *a, const TdPoint *b);

#endif							/* TEXT_POINT_H */
