/*
 * functions.c
 *		The table of ES|QL's functions; functions.h says how to read a row.
 *
 * To add a function, add a row.  Rows of one name stand together, the more
 * special before the more general.
 */
#include "compat.h"

#include "esql/analysis/functions.h"

#define AVERAGE \
	"@esql_div((^sum($1)$f)::double precision, (^count($1)$f)::double precision)"
#define AVERAGE_LIST \
	"@esql_div((^sum(@esql_list_total($1))$f)::double precision, (^sum(@esql_mv_count($1))$f)::double precision)"
#define AVERAGE_DOUBLE \
	"@esql_div(@esql_sum($1)$f, (^count($1)$f)::double precision)"
#define AVERAGE_DOUBLE_LIST \
	"@esql_div(@esql_sum(@esql_list_total($1))$f, (^sum(@esql_mv_count($1))$f)::double precision)"

#define MEDIAN \
	"@esql_percentile($1, '50'::double precision)$f"

const EsqlFunction esql_functions[] = {
	/* aggregates */
	{"count", "", "l", ESQL_AGGREGATES, .sql = "^count(*)$f"},
	{"count", "a", "l", ESQL_AGGREGATES, .sql = "^count($1)$f", .sql_list = "coalesce((^sum(@esql_mv_count($1))$f), 0)"},
	{"count_distinct", "a[c", "l", ESQL_AGGREGATES, .sql = "@@distinct_count($1)$f", .sql_list = "@@distinct_count_elements($1)$f",
		.sql_bounded = "@@distinct_count($1, $2)$f", .sql_list_bounded = "@@distinct_count_elements($1, $2)$f", .operator = ESQL_OPERATOR_DISTINCT_COUNT, .ordered = true},
	{"values", "p", "p+", ESQL_AGGREGATES, .sql = "@esql_mv_sort(@@distinct_values($1)$f, false)", .sql_list = "@esql_mv_sort(@@distinct_values_elements($1)$f, false)",
		.sql_bounded = "@esql_mv_sort(@@distinct_values($1, $2)$f, false)", .sql_list_bounded = "@esql_mv_sort(@@distinct_values_elements($1, $2)$f, false)", .operator = ESQL_OPERATOR_DISTINCT_VALUES},
	{"values", "a", "1+", ESQL_AGGREGATES, .sql = "@@distinct_values($1)$f", .sql_list = "@@distinct_values_elements($1)$f",
		.sql_bounded = "@@distinct_values($1, $2)$f", .sql_list_bounded = "@@distinct_values_elements($1, $2)$f", .operator = ESQL_OPERATOR_DISTINCT_VALUES, .ordered = true},
	{"min", "n", "1", ESQL_AGGREGATES, .sql = "^min($1)$f", .sql_list = "^min(@esql_mv_min($1))$f"},
	{"min", "b", "b", ESQL_AGGREGATES, .sql = "^bool_and($1)$f", .sql_list = "^bool_and(@esql_mv_min($1))$f"},
	{"min", "p", "p", ESQL_AGGREGATES, .sql = "@esql_key_ip(^min(@esql_ip_key($1) #)$f)", .sql_list = "@esql_key_ip(^min(@esql_ip_key(@esql_mv_min($1)) #)$f)"},
	{"min", "a", "1", ESQL_AGGREGATES, .sql = "^min($1)$f", .sql_list = "^min(@esql_mv_min($1))$f", .ordered = true},
	{"max", "n", "1", ESQL_AGGREGATES, .sql = "^max($1)$f", .sql_list = "^max(@esql_mv_max($1))$f"},
	{"max", "b", "b", ESQL_AGGREGATES, .sql = "^bool_or($1)$f", .sql_list = "^bool_or(@esql_mv_max($1))$f"},
	{"max", "p", "p", ESQL_AGGREGATES, .sql = "@esql_key_ip(^max(@esql_ip_key($1) #)$f)", .sql_list = "@esql_key_ip(^max(@esql_ip_key(@esql_mv_max($1)) #)$f)"},
	{"max", "a", "1", ESQL_AGGREGATES, .sql = "^max($1)$f", .sql_list = "^max(@esql_mv_max($1))$f", .ordered = true},
	{"sum", "i", "l", ESQL_AGGREGATES, .sql = "^sum($1)$f", .sql_list = "@esql_sum_to_long(^sum(@esql_list_total($1))$f)"},
	{"sum", "l", "l", ESQL_AGGREGATES, .sql = "@esql_sum_to_long(^sum($1)$f)", .sql_list = "@esql_sum_to_long(^sum(@esql_list_total($1))$f)"},
	{"sum", "d", "d", ESQL_AGGREGATES, .sql = "@esql_sum($1)$f", .sql_list = "@esql_sum(@esql_list_total($1))$f"},
	{"avg", "l", "d", ESQL_AGGREGATES, .sql = AVERAGE, .sql_list = AVERAGE_LIST},
	{"avg", "d", "d", ESQL_AGGREGATES, .sql = AVERAGE_DOUBLE, .sql_list = AVERAGE_DOUBLE_LIST},
	{"first", "ao", "1", ESQL_AGGREGATES, .build = esql_build_first, .sql = "@esql_first($1, $2)$f", .sql_list = "@esql_first($1, $2)$f"},
	{"last", "ao", "1", ESQL_AGGREGATES, .build = esql_build_first, .sql = "@esql_last($1, $2)$f", .sql_list = "@esql_last($1, $2)$f"},
	{"top", "ac[q", "1+", ESQL_AGGREGATES, .build = esql_build_top, .sql = "@esql_top(@esql_as_list($1), $2, $3)$f",
		.sql_list = "@esql_top($1, $2, $3)$f", .ordered = true},
	{"median", "d", "d", ESQL_AGGREGATES, .build = esql_build_median, .sql = MEDIAN, .sql_list = MEDIAN},
	{"percentile", "dd", "d", ESQL_AGGREGATES, .build = esql_build_percentile, .sql = "@esql_percentile($1, $2)$f", .sql_list = "@esql_percentile($1, $2)$f"},
	{"median_absolute_deviation", "d", "d", ESQL_AGGREGATES, .build = esql_build_median_deviation, .sql = "@esql_median_deviation($1)$f",
		.sql_list = "@esql_median_deviation($1)$f"},
	{"std_dev", "d", "d", ESQL_AGGREGATES, .sql = "@esql_std_dev($1)$f", .sql_list = "@esql_std_dev($1)$f"},
	{"variance", "d", "d", ESQL_AGGREGATES, .sql = "@esql_variance($1)$f", .sql_list = "@esql_variance($1)$f"},
	{"weighted_avg", "dd", "d", ESQL_AGGREGATES, .build = esql_build_weighted_avg},
	{"present", "a", "b", ESQL_AGGREGATES, .sql = "(^count($1)$f {>} 0)", .sql_list = "(^count($1)$f {>} 0)"},
	{"absent", "a", "b", ESQL_AGGREGATES, .sql = "(^count($1)$f {=} 0)", .sql_list = "(^count($1)$f {=} 0)"},

	/* groups */
	{"bucket", "ts", "t", ESQL_REJECTS, .build = esql_build_bucket_span},
	{"bucket", "tctt", "t", ESQL_REJECTS, .build = esql_build_bucket_range},
	{"bucket", "dd", "d", ESQL_REJECTS, .build = esql_build_bucket_size},
	{"bucket", "dcdd", "d", ESQL_REJECTS, .build = esql_build_bucket_numbers},
	{"bin", "ts", "t", ESQL_REJECTS, .build = esql_build_bucket_span},
	{"bin", "tctt", "t", ESQL_REJECTS, .build = esql_build_bucket_range},
	{"bin", "dd", "d", ESQL_REJECTS, .build = esql_build_bucket_size},
	{"bin", "dcdd", "d", ESQL_REJECTS, .build = esql_build_bucket_numbers},
	{"tbucket", "s", "t", ESQL_REJECTS, .build = esql_build_tbucket},
	{"tbucket", "ctt", "t", ESQL_REJECTS, .build = esql_build_tbucket},

	/* searches */
	{"kql", "q", "b", ESQL_LISTS, .build = esql_build_search},
	{"qstr", "q", "b", ESQL_LISTS, .build = esql_build_search},
	{"match", "Aa", "b", ESQL_LISTS, .build = esql_build_match, .options = true},
	{"match_phrase", "Kq", "b", ESQL_LISTS, .build = esql_build_match, .options = true},

	/* conditions and nulls */
	{"case", "ba[a*", "1", ESQL_REJECTS, .build = esql_build_case},
	{"coalesce", "a*", "1", ESQL_REJECTS, .build = esql_build_coalesce},
	{"greatest", "a[=*", "1", ESQL_REJECTS, .sql = "@esql_greatest($*)", .ordered = true},
	{"least", "a[=*", "1", ESQL_REJECTS, .sql = "@esql_least($*)", .ordered = true},

	{"clamp", "a==", "1", ESQL_REJECTS, .sql = "@esql_least(@esql_greatest($1, $2), $3)", .ordered = true},
	{"clamp_min", "a=", "1", ESQL_REJECTS, .sql = "@esql_greatest($1, $2)", .ordered = true},
	{"clamp_max", "a=", "1", ESQL_REJECTS, .sql = "@esql_least($1, $2)", .ordered = true},

	/* dates */
	{"now", "", "t", ESQL_REJECTS, .build = esql_build_now},
	{"date_trunc", "st", "t", ESQL_REJECTS, .build = esql_build_date_trunc},
	{"date_diff", "ktt", "i", ESQL_REJECTS, .sql = "@esql_date_diff($1, $2, $3)", .build = esql_build_date_diff},
	{"date_extract", "kt", "l", ESQL_REJECTS, .sql = "@esql_date_extract($1, $2)", .build = esql_build_date_extract},
	{"date_format", "t", "k", ESQL_REJECTS, .sql = "@esql_to_string($1)"},
	{"date_format", "kt", "k", ESQL_REJECTS, .build = esql_build_date_format, .sql = "@esql_date_format($1, $2)"},
	{"date_parse", "k", "t", ESQL_REJECTS, .build = esql_build_date_parse, .sql = "@esql_to_datetime($1)", .options = true},
	{"date_parse", "kk", "t", ESQL_REJECTS, .build = esql_build_date_parse, .sql = "@esql_date_parse($*)", .options = true},
	{"day_name", "t", "k", ESQL_REJECTS, .sql = "@esql_date_format('EEEE', $1)"},
	{"month_name", "t", "k", ESQL_REJECTS, .sql = "@esql_date_format('MMMM', $1)"},

	/* conversions */
	{"to_string", "a", "k", ESQL_MAPS, .build = esql_build_convert},
	{"to_str", "a", "k", ESQL_MAPS, .build = esql_build_convert},
	{"to_integer", "a", "i", ESQL_MAPS, .build = esql_build_convert},
	{"to_int", "a", "i", ESQL_MAPS, .build = esql_build_convert},
	{"to_long", "a", "l", ESQL_MAPS, .build = esql_build_convert},
	{"to_double", "a", "d", ESQL_MAPS, .build = esql_build_convert},
	{"to_dbl", "a", "d", ESQL_MAPS, .build = esql_build_convert},
	{"to_boolean", "a", "b", ESQL_MAPS, .build = esql_build_convert},
	{"to_bool", "a", "b", ESQL_MAPS, .build = esql_build_convert},
	{"to_datetime", "a", "t", ESQL_MAPS, .build = esql_build_convert},
	{"to_dt", "a", "t", ESQL_MAPS, .build = esql_build_convert},
	{"to_ip", "a", "p", ESQL_MAPS, .build = esql_build_convert},

	{"to_degrees", "d", "d", ESQL_MAPS, .sql = "@esql_to_degrees($1)"},
	{"to_radians", "d", "d", ESQL_MAPS, .sql = "@esql_to_radians($1)"},
	{"to_dateperiod", "s", "s", ESQL_REJECTS, .build = esql_build_span},
	{"to_timeduration", "s", "s", ESQL_REJECTS, .build = esql_build_span},

	/* strings */
	{"to_lower", "k", "k", ESQL_MAPS, .sql = "@esql_lower($1)", .any_letters = true},
	{"to_upper", "k", "k", ESQL_MAPS, .sql = "@esql_upper($1)", .any_letters = true},
	{"length", "k", "i", ESQL_REJECTS, .sql = "@esql_length($1)"},
	{"byte_length", "k", "i", ESQL_REJECTS, .sql = "@esql_byte_length($1)"},
	{"bit_length", "k", "i", ESQL_REJECTS, .sql = "@esql_bit_length($1)"},
	{"concat", "kk*", "k", ESQL_REJECTS, .sql = "@esql_concat($*)"},
	{"substring", "ki[i", "k", ESQL_REJECTS, .sql = "@esql_substring($*)"},
	{"left", "ki", "k", ESQL_REJECTS, .sql = "@esql_left($1, $2)"},
	{"right", "ki", "k", ESQL_REJECTS, .sql = "@esql_right($1, $2)"},
	{"locate", "kk[i", "i", ESQL_REJECTS, .sql = "@esql_locate($*)"},
	{"starts_with", "kk", "b", ESQL_REJECTS, .sql = "@esql_starts_with($1, $2)"},
	{"ends_with", "kk", "b", ESQL_REJECTS, .sql = "@esql_ends_with($1, $2)"},
	{"contains", "kk", "b", ESQL_REJECTS, .sql = "@esql_contains($1, $2)"},
	{"replace", "kkk", "k", ESQL_REJECTS, .sql = "@esql_replace($1, $2, $3)", .build = esql_build_replace},
	{"split", "kk", "k+", ESQL_REJECTS, .sql = "@esql_split($1, $2)"},
	{"trim", "k", "k", ESQL_REJECTS, .sql = "@esql_trim($1)"},
	{"ltrim", "k", "k", ESQL_REJECTS, .sql = "@esql_ltrim($1)"},
	{"rtrim", "k", "k", ESQL_REJECTS, .sql = "@esql_rtrim($1)"},
	{"repeat", "ki", "k", ESQL_REJECTS, .sql = "@esql_repeat($1, $2)"},
	{"space", "i", "k", ESQL_REJECTS, .sql = "@esql_space($1)"},
	{"reverse", "k", "k", ESQL_REJECTS, .sql = "@esql_reverse($1)"},
	{"url_decode", "k", "k", ESQL_REJECTS, .sql = "@esql_url_decode($1)"},
	{"url_encode", "k", "k", ESQL_REJECTS, .sql = "@esql_url_encode($1)"},
	{"url_encode_component", "k", "k", ESQL_REJECTS, .sql = "@esql_url_encode_component($1)"},
	{"to_base64", "k", "k", ESQL_REJECTS, .sql = "@esql_to_base64($1)"},
	{"from_base64", "k", "k", ESQL_REJECTS, .sql = "@esql_from_base64($1)"},
	{"json_extract", "jq", "k", ESQL_REJECTS, .build = esql_build_json_extract, .sql = "@esql_json_extract($*)"},
	{"hash", "qk", "k", ESQL_REJECTS, .build = esql_build_hash, .sql = "@esql_hash($1, $2)"},
	{"md5", "k", "k", ESQL_REJECTS, .sql = "@esql_hash('md5', $1)"},
	{"sha1", "k", "k", ESQL_REJECTS, .sql = "@esql_hash('sha1', $1)"},
	{"sha256", "k", "k", ESQL_REJECTS, .sql = "@esql_hash('sha256', $1)"},

	/* addresses */
	{"cidr_match", "pk*", "b", ESQL_REJECTS, .sql = "@esql_cidr_match($*)", .build = esql_build_cidr_match},
	{"ip_prefix", "pii", "p", ESQL_REJECTS, .sql = "@esql_ip_prefix($1, $2, $3)"},
	{"network_direction", "ppK", "k", ESQL_LISTS, .build = esql_build_network_direction, .sql_list = "@esql_network_direction($1, $2, $3)"},

	/* points of the earth, which are texts */
	{"to_geopoint", "k", "k", ESQL_MAPS, .sql = "@esql_to_geopoint($1)"},
	{"st_x", "k", "d", ESQL_REJECTS, .sql = "@esql_st_x($1)"},
	{"st_y", "k", "d", ESQL_REJECTS, .sql = "@esql_st_y($1)"},
	{"st_distance", "kk", "d", ESQL_REJECTS, .sql = "@esql_st_distance($1, $2)"},

	/* numbers */
	{"abs", "n", "1", ESQL_REJECTS, .sql = "@esql_abs($1)"},
	{"round", "l", "1", ESQL_REJECTS, .sql = "$1"},
	{"round", "d", "d", ESQL_REJECTS, .sql = "@esql_round($1)"},
	{"round", "ni", "1", ESQL_REJECTS, .sql = "@esql_round($1, $2)"},
	{"ceil", "l", "1", ESQL_REJECTS, .sql = "$1"},
	{"ceil", "d", "d", ESQL_REJECTS, .sql = "@esql_ceil($1)"},
	{"floor", "l", "1", ESQL_REJECTS, .sql = "$1"},
	{"floor", "d", "d", ESQL_REJECTS, .sql = "@esql_floor($1)"},
	{"sqrt", "d", "d", ESQL_REJECTS, .sql = "@esql_sqrt($1)"},
	{"pow", "dd", "d", ESQL_REJECTS, .sql = "@esql_pow($1, $2)"},
	{"exp", "d", "d", ESQL_REJECTS, .sql = "@esql_exp($1)"},
	{"log", "d[d", "d", ESQL_REJECTS, .sql = "@esql_log($*)"},
	{"log10", "d", "d", ESQL_REJECTS, .sql = "@esql_log10($1)"},
	{"signum", "d", "d", ESQL_REJECTS, .sql = "^sign($1)"},
	{"pi", "", "d", ESQL_REJECTS, .sql = "^pi()"},
	{"tau", "", "d", ESQL_REJECTS, .sql = "(2 {*} ^pi())"},
	{"e", "", "d", ESQL_REJECTS, .sql = "^exp(1::double precision)"},
	{"sin", "d", "d", ESQL_REJECTS, .sql = "@esql_sin($1)"},
	{"cos", "d", "d", ESQL_REJECTS, .sql = "@esql_cos($1)"},
	{"tan", "d", "d", ESQL_REJECTS, .sql = "@esql_tan($1)"},
	{"asin", "d", "d", ESQL_REJECTS, .sql = "@esql_asin($1)"},
	{"acos", "d", "d", ESQL_REJECTS, .sql = "@esql_acos($1)"},
	{"atan", "d", "d", ESQL_REJECTS, .sql = "@esql_atan($1)"},
	{"atan2", "dd", "d", ESQL_REJECTS, .sql = "@esql_atan2($1, $2)"},
	{"sinh", "d", "d", ESQL_REJECTS, .sql = "@esql_sinh($1)"},
	{"cosh", "d", "d", ESQL_REJECTS, .sql = "@esql_cosh($1)"},
	{"tanh", "d", "d", ESQL_REJECTS, .sql = "@esql_tanh($1)"},
	{"asinh", "d", "d", ESQL_REJECTS, .sql = "@esql_asinh($1)"},
	{"acosh", "d", "d", ESQL_REJECTS, .sql = "@esql_acosh($1)"},
	{"atanh", "d", "d", ESQL_REJECTS, .sql = "@esql_atanh($1)"},
	{"cbrt", "d", "d", ESQL_REJECTS, .sql = "@esql_cbrt($1)"},
	{"hypot", "dd", "d", ESQL_REJECTS, .sql = "@esql_hypot($1, $2)"},
	{"scalb", "di", "d", ESQL_REJECTS, .sql = "@esql_scalb($1, $2::bigint)"},
	{"scalb", "dl", "d", ESQL_REJECTS, .sql = "@esql_scalb($1, $2)"},
	{"copy_sign", "nd", "1", ESQL_REJECTS, .sql = "@esql_copy_sign($1, $2)"},
	{"round_to", "a=*", "1", ESQL_REJECTS, .build = esql_build_round_to, .sql = "@esql_round_to($*)"},

	/* fields with several values */
	{"mv_count", "A", "i", ESQL_LISTS, .sql = "CASE WHEN $1 IS NULL THEN NULL ELSE 1 END", .sql_list = "@esql_mv_count($1)"},
	{"mv_min", "A", "1", ESQL_LISTS, .sql = "$1", .sql_list = "@esql_mv_min($1)"},
	{"mv_max", "A", "1", ESQL_LISTS, .sql = "$1", .sql_list = "@esql_mv_max($1)"},
	{"mv_first", "A", "1", ESQL_LISTS, .sql = "$1", .sql_list = "@esql_mv_first($1)"},
	{"mv_last", "A", "1", ESQL_LISTS, .sql = "$1", .sql_list = "@esql_mv_last($1)"},
	{"mv_dedupe", "A", "1+", ESQL_LISTS, .sql = "$1", .sql_list = "@esql_mv_dedupe($1)"},
	{"mv_sort", "A", "1+", ESQL_LISTS, .sql = "$1", .sql_list = "@esql_mv_sort($1, false)"},
	{"mv_sort", "Aq", "1+", ESQL_LISTS, .build = esql_build_mv_sort, .sql_list = "@esql_mv_sort($1, ^upper($2) {=} 'DESC')"},
	{"mv_slice", "Ai", "1+", ESQL_LISTS, .sql_list = "@esql_mv_slice($1, $2, $2)"},
	{"mv_slice", "Aii", "1+", ESQL_LISTS, .sql_list = "@esql_mv_slice($1, $2, $3)"},
	{"mv_append", "A#", "1+", ESQL_LISTS, .sql_list = "@esql_mv_append($1, $2)"},
	{"mv_concat", "Kk", "k", ESQL_LISTS, .sql_list = "@esql_mv_concat($1, $2)"},
	{"mv_contains", "A#", "b", ESQL_LISTS, .sql_list = "@esql_mv_contains($1, $2)"},
	{"mv_intersection", "A#", "1+", ESQL_LISTS, .sql_list = "@esql_mv_intersection($1, $2)"},
	{"mv_zip", "KKk", "k+", ESQL_LISTS, .sql_list = "@esql_mv_zip($1, $2, $3)"},
	{"mv_sum", "N", "1", ESQL_LISTS, .sql = "$1", .sql_list = "@esql_mv_sum($1)"},
	{"mv_avg", "N", "d", ESQL_LISTS, .sql = "$1::double precision", .sql_list = "@esql_mv_avg($1)"},
	{"mv_median", "N", "1", ESQL_LISTS, .sql = "$1", .sql_list = "@esql_mv_median($1)"},
	{"mv_percentile", "Nd", "1", ESQL_LISTS, .sql_list = "@esql_mv_percentile($1, $2)"},
	{"mv_median_absolute_deviation", "N", "1", ESQL_LISTS, .sql_list = "@esql_mv_median_deviation($1)"},
	{"mv_pseries_weighted_sum", "Dd", "d", ESQL_LISTS, .build = esql_build_mv_pseries, .sql_list = "@esql_mv_pseries_weighted_sum($1, $2)"},
	{"mv_intersects", "A#", "b", ESQL_LISTS, .sql_list = "(@esql_mv_intersection($1, $2) IS NOT NULL)"},
	{"mv_difference", "A#", "1+", ESQL_LISTS, .sql_list = "@esql_mv_difference($1, $2)"},
	{"mv_union", "A#", "1+", ESQL_LISTS, .sql_list = "@esql_mv_union($1, $2)"}
};

const int	esql_function_count = lengthof(esql_functions);

/* The number of arguments that a row takes; *most is -1 for any number. */
int
esql_count_arguments(const char *args, int *most)
{
	int			least = -1;
	int			count = 0;

	for (; *args != '\0'; args++)
	{
		if (*args == '[')
			least = count;
		else if (*args == '*')
		{
			*most = -1;
			return least >= 0 ? least : count;
		}
		else
			count++;
	}
	*most = count;
	return least >= 0 ? least : count;
}

/* The class of the argument at that place. */
char
esql_class_of(const char *args, int place)
{
	char		class = 'a';

	for (; *args != '\0' && *args != '*'; args++)
	{
		if (*args == '[')
			continue;
		class = *args;
		if (place-- == 0)
			break;
	}
	return class;
}
