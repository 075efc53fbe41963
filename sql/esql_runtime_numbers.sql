/*
 * esql_runtime_numbers.sql
 *
 * ES|QL's trigonometry, and functions that compare numbers with lists. None of
 * these functions raises on data.
 */

CREATE FUNCTION transfer_detect_internal.esql_sin(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_sin'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_sin(double precision) IS
    'ES|QL: sine';

CREATE FUNCTION transfer_detect_internal.esql_cos(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_cos'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_cos(double precision) IS
    'ES|QL: cosine';

CREATE FUNCTION transfer_detect_internal.esql_tan(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_tan'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_tan(double precision) IS
    'ES|QL: tangent';

CREATE FUNCTION transfer_detect_internal.esql_asin(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_asin'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_asin(double precision) IS
    'ES|QL: arc sine, null outside of -1 to 1';

CREATE FUNCTION transfer_detect_internal.esql_acos(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_acos'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_acos(double precision) IS
    'ES|QL: arc cosine, null outside of -1 to 1';

CREATE FUNCTION transfer_detect_internal.esql_atan(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_atan'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_atan(double precision) IS
    'ES|QL: arc tangent';

CREATE FUNCTION transfer_detect_internal.esql_sinh(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_sinh'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_sinh(double precision) IS
    'ES|QL: hyperbolic sine, null when not finite';

CREATE FUNCTION transfer_detect_internal.esql_cosh(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_cosh'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_cosh(double precision) IS
    'ES|QL: hyperbolic cosine, null when not finite';

CREATE FUNCTION transfer_detect_internal.esql_tanh(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_tanh'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_tanh(double precision) IS
    'ES|QL: hyperbolic tangent';

CREATE FUNCTION transfer_detect_internal.esql_asinh(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_asinh'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_asinh(double precision) IS
    'ES|QL: inverse hyperbolic sine';

CREATE FUNCTION transfer_detect_internal.esql_acosh(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_acosh'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_acosh(double precision) IS
    'ES|QL: inverse hyperbolic cosine, null below 1';

CREATE FUNCTION transfer_detect_internal.esql_atanh(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_atanh'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_atanh(double precision) IS
    'ES|QL: inverse hyperbolic tangent, null unless between -1 and 1';

CREATE FUNCTION transfer_detect_internal.esql_cbrt(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_cbrt'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_cbrt(double precision) IS
    'ES|QL: cube root';

CREATE FUNCTION transfer_detect_internal.esql_to_degrees(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_to_degrees'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_degrees(double precision) IS
    'ES|QL: radians in degrees, null when not finite';

CREATE FUNCTION transfer_detect_internal.esql_to_radians(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_to_radians'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_radians(double precision) IS
    'ES|QL: degrees in radians';

CREATE FUNCTION transfer_detect_internal.esql_atan2(y double precision, x double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_atan2'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_atan2(double precision, double precision) IS
    'ES|QL: angle of a point';

CREATE FUNCTION transfer_detect_internal.esql_hypot(a double precision, b double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_hypot'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_hypot(double precision, double precision) IS
    'ES|QL: length of the hypotenuse, null when not finite';

CREATE FUNCTION transfer_detect_internal.esql_scalb(a double precision, power bigint)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_scalb'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_scalb(double precision, bigint) IS
    'ES|QL: times a power of two, null when not finite';

CREATE FUNCTION transfer_detect_internal.esql_copy_sign(magnitude integer, sign double precision)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_copy_sign_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_copy_sign(integer, double precision) IS
    'ES|QL: the magnitude with another sign, null on overflow';

CREATE FUNCTION transfer_detect_internal.esql_copy_sign(magnitude bigint, sign double precision)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_copy_sign_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_copy_sign(bigint, double precision) IS
    'ES|QL: the magnitude with another sign, null on overflow';

CREATE FUNCTION transfer_detect_internal.esql_copy_sign(magnitude double precision, sign double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_copy_sign_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_copy_sign(double precision, double precision) IS
    'ES|QL: the magnitude with another sign, null on overflow';

CREATE FUNCTION transfer_detect_internal.esql_mv_percentile(list double precision[], percentage double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_mv_percentile_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_mv_percentile(double precision[], double precision) IS
    'ES|QL MV_PERCENTILE: exact percentile, null for a percentage outside of 0 to 100';

CREATE FUNCTION transfer_detect_internal.esql_mv_percentile(list bigint[], percentage double precision)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_mv_percentile_whole'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_mv_percentile(bigint[], double precision) IS
    'ES|QL MV_PERCENTILE: exact percentile, null for a percentage outside of 0 to 100';

CREATE FUNCTION transfer_detect_internal.esql_mv_percentile(list integer[], percentage double precision)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_mv_percentile_whole'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_mv_percentile(integer[], double precision) IS
    'ES|QL MV_PERCENTILE: exact percentile, null for a percentage outside of 0 to 100';

CREATE FUNCTION transfer_detect_internal.esql_mv_median_deviation(list double precision[])
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_mv_median_deviation_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_mv_median_deviation(double precision[]) IS
    'ES|QL MV_MEDIAN_ABSOLUTE_DEVIATION: median of the distances from the median';

CREATE FUNCTION transfer_detect_internal.esql_mv_median_deviation(list bigint[])
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_mv_median_deviation_whole'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_mv_median_deviation(bigint[]) IS
    'ES|QL MV_MEDIAN_ABSOLUTE_DEVIATION: median of the distances from the median';

CREATE FUNCTION transfer_detect_internal.esql_mv_median_deviation(list integer[])
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_mv_median_deviation_whole'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_mv_median_deviation(integer[]) IS
    'ES|QL MV_MEDIAN_ABSOLUTE_DEVIATION: median of the distances from the median';

CREATE FUNCTION transfer_detect_internal.esql_mv_pseries_weighted_sum(list double precision[], power double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_mv_pseries_weighted_sum'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_mv_pseries_weighted_sum(double precision[], double precision) IS
    'ES|QL MV_PSERIES_WEIGHTED_SUM: sum of the values, each divided by its place to a power';

CREATE FUNCTION transfer_detect_internal.esql_mv_difference(anyarray, anyarray)
    RETURNS anyarray
    AS 'MODULE_PATHNAME', 'esql_mv_difference'
    LANGUAGE c IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_mv_difference(anyarray, anyarray) IS
    'ES|QL MV_DIFFERENCE: the values that the second list lacks';

CREATE FUNCTION transfer_detect_internal.esql_round_to(value anyelement, VARIADIC points anyarray)
    RETURNS anyelement
    AS 'MODULE_PATHNAME', 'esql_round_to'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_round_to(anyelement, VARIADIC anyarray) IS
    'ES|QL ROUND_TO: the greatest point that is not above the value, else the least';

CREATE FUNCTION transfer_detect_internal.esql_network_direction(source inet, destination inet, networks text[])
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_network_direction'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_network_direction(inet, inet, text[]) IS
    'ES|QL NETWORK_DIRECTION: internal, inbound, outbound or external, null if a network cannot be read';
