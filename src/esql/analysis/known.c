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
	"absent_over_time", "avg_over_time", "categorize", "count_distinct_over_time", "count_over_time", "delta", "deriv",
	"first_over_time", "idelta", "increase", "irate", "last_over_time", "max_over_time",
	"min_over_time", "percentile_over_time", "present_over_time", "rate", "sample", "st_centroid_agg",
	"st_extent_agg", "stddev_over_time", "sum_over_time", "variance_over_time",
	/* conditions, dates, numbers */
	"acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "clamp", "clamp_max", "clamp_min",
	"copy_sign", "cos", "cosh", "hypot", "round_to",
	"scalb", "sin", "sinh", "tan", "tanh", "trange",
	/* search */
	"decay", "knn", "score", "term", "text_embedding", "top_snippets",
	"v_cosine", "v_dot_product", "v_hamming", "v_l1_norm", "v_l2_norm", "v_magnitude",
	/* strings, addresses, fields of several values */
	"chunk", "field_extract", "mv_difference", "mv_intersects", "mv_median_absolute_deviation",
	"mv_percentile", "mv_pseries_weighted_sum", "mv_union", "network_direction", "url_encode_component",
	/* conversions */
	"to_aggregate_metric_double", "to_cartesianpoint", "to_cartesianshape", "to_date_nanos", "to_dateperiod",
	"to_degrees", "to_dense_vector", "to_geohash", "to_geohex", "to_geoshape", "to_geotile",
	"to_radians", "to_timeduration", "to_ul", "to_ulong", "to_unsigned_long", "to_ver", "to_version",
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
