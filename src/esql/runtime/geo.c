/*
 * geo.c
 *		TO_GEOPOINT, ST_X, ST_Y, ST_DISTANCE: points are texts, see text/point.h.
 *
 * What is no point gives null.
 */
#include "compat.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "text/point.h"

PG_FUNCTION_INFO_V1(esql_to_geopoint);
PG_FUNCTION_INFO_V1(esql_st_x);
PG_FUNCTION_INFO_V1(esql_st_y);
PG_FUNCTION_INFO_V1(esql_st_distance);

/* An argument as a point. */
static bool
get_point(FunctionCallInfo fcinfo, int number, TdPoint *point)
{
	text	   *argument = PG_GETARG_TEXT_PP(number);

	return td_read_point(VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument), point);
}

/* esql_to_geopoint(text) -> text */
Datum
esql_to_geopoint(PG_FUNCTION_ARGS)
{
	TdPoint		point;
	char		buffer[TD_POINT_SIZE];

	if (!get_point(fcinfo, 0, &point))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(buffer, (int) td_write_point(&point, buffer)));
}

/* esql_st_x(text) -> double precision */
Datum
esql_st_x(PG_FUNCTION_ARGS)
{
	TdPoint		point;

	if (!get_point(fcinfo, 0, &point))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(point.longitude);
}

/* esql_st_y(text) -> double precision */
Datum
esql_st_y(PG_FUNCTION_ARGS)
{
	TdPoint		point;

	if (!get_point(fcinfo, 0, &point))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(point.latitude);
}

/* esql_st_distance(text, text) -> double precision: in metres */
Datum
esql_st_distance(PG_FUNCTION_ARGS)
{
	TdPoint		a;
	TdPoint		b;

	if (!get_point(fcinfo, 0, &a) || !get_point(fcinfo, 1, &b))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(td_point_distance(&a, &b));
}
