/*
 * known.c
 *		The functions of ES|QL that are not supported yet.
 *
 * To a query that names one of them, "did you mean" would offer another
 * function, such as MIN for MEDIAN.  A function that gets a row in functions.c
 * leaves this list.
 */
#include "compat.h"

#include "esql/analysis/known.h"

static const char *const names[] = {
	/* aggregates, grouping functions, time series */
	"absent_over_time", "all_first", "all_last", "avg_over_time", "categorize", "count_distinct_over_time",
	"count_over_time", "delta", "deriv", "earliest", "first_over_time", "idelta", "increase",
	"irate", "last_over_time", "latest", "max_over_time", "min_over_time", "percentile_over_time",
	"present_over_time", "rate", "sample", "st_centroid_agg", "st_extent_agg", "stddev_over_time",
	"sum_over_time", "variance_over_time",
	/* dates */
	"date_unit_count", "days_in_month", "trange",
	/* search */
	"decay", "embedding", "knn", "multi_match", "score", "term", "text_embedding", "top_snippets",
	"v_cosine", "v_dot_product", "v_hamming", "v_l1_norm", "v_l2_norm", "v_magnitude",
	/* strings, fields of several values */
	"ascii", "chunk", "field_extract", "mv_greater", "mv_in_range", "mv_less", "mv_like", "mv_rlike",
	/* conversions */
	"to_aggregate_metric_double", "to_cartesianpoint", "to_cartesianshape", "to_date_nanos", "to_date_range",
	"to_datenanos", "to_dense_vector", "to_geohash", "to_geohex", "to_geoshape", "to_geotile", "to_text",
	"to_ul", "to_ulong", "to_unsigned_long", "to_ver", "to_version",
	/* geography */
	"st_buffer", "st_contains", "st_disjoint", "st_envelope", "st_geohash", "st_geohash_to_long",
	"st_geohash_to_string", "st_geohex", "st_geohex_to_long", "st_geohex_to_string", "st_geotile",
	"st_geotile_to_long", "st_geotile_to_string", "st_intersects", "st_npoints", "st_simplify",
	"st_simplifypreservetopology", "st_within", "st_xmax", "st_xmin", "st_ymax", "st_ymin"
};

/* Is this, in lower case, the name of such a function? */
bool
esql_is_known_function(const char *name)
{
	for (int i = 0; i < (int) lengthof(names); i++)
	{
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

/* What there is instead, by how a name begins or ends. */
static const struct
{
	const char *start;
	const char *end;
	const char *hint;
}			hints[] = {
	{"to_ver", "", "There is no type version: SPLIT takes one apart. "},
	{"to_ul", "", "There is no type unsigned_long: TO_LONG and TO_DOUBLE are near. "},
	{"to_unsigned_long", "", "There is no type unsigned_long: TO_LONG and TO_DOUBLE are near. "},
	{"to_date", "nanos", "Dates have milliseconds: use TO_DATETIME. "},
	{"to_geo", "", "Of the earth there are points only: see TO_GEOPOINT. "},
	{"to_cartesian", "", "Of the earth there are points only: see TO_GEOPOINT. "},
	{"st_", "", "Of the earth there are points only: see ST_DISTANCE, ST_X and ST_Y. "},
	{"v_", "", "There are no vectors. "},
	{"to_dense_vector", "", "There are no vectors. "},
	{"knn", "", "There are no vectors. "},
	{"", "embedding", "There are no vectors. "},
	{"", "_over_time", "There are no time series: use BUCKET, and the aggregate of that name. "},
	{"rate", "", "There are no time series. "},
	{"irate", "", "There are no time series. "},
	{"idelta", "", "There are no time series. "},
	{"delta", "", "There are no time series. "},
	{"deriv", "", "There are no time series. "},
	{"increase", "", "There are no time series. "},
	{"trange", "", "Compare @timestamp with NOW() and a time span. "},
	{"score", "", "Searches have no score. "},
	{"decay", "", "Searches have no score. "},
	{"term", "", "Use ==, or MATCH. "},
	{"multi_match", "", "Use MATCH for each field, with OR. "},
	{"to_text", "", "Texts are keywords: use TO_STRING. "}
};

/* A sentence and a blank on what there is instead of such a function; or nothing. */
const char *
esql_known_hint(const char *name)
{
	for (int i = 0; i < (int) lengthof(hints); i++)
	{
		size_t		end = strlen(hints[i].end);

		if (strncmp(name, hints[i].start, strlen(hints[i].start)) == 0 && strlen(name) >= end &&
			strcmp(name + strlen(name) - end, hints[i].end) == 0)
			return hints[i].hint;
	}
	return "";
}
