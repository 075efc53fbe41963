/*
 * esql_runtime_statistics.sql
 *
 * ES|QL's statistical aggregates, and the functions of lists that go with them.
 * None of them raises on data.
 */

CREATE FUNCTION transfer_detect_internal.esql_doubles_add(state internal, value double precision)
    RETURNS internal
    AS 'MODULE_PATHNAME', 'esql_doubles_add'
    LANGUAGE c IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_doubles_add(internal, double precision) IS
    'part of the aggregate esql_median_deviation';

CREATE FUNCTION transfer_detect_internal.esql_doubles_add(state internal, value double precision, percentage double precision)
    RETURNS internal
    AS 'MODULE_PATHNAME', 'esql_doubles_add'
    LANGUAGE c IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_doubles_add(internal, double precision, double precision) IS
    'part of the aggregate esql_percentile';

CREATE FUNCTION transfer_detect_internal.esql_doubles_add(state internal, value double precision[])
    RETURNS internal
    AS 'MODULE_PATHNAME', 'esql_doubles_add_list'
    LANGUAGE c IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_doubles_add(internal, double precision[]) IS
    'part of the aggregate esql_median_deviation';

CREATE FUNCTION transfer_detect_internal.esql_doubles_add(state internal, value double precision[], percentage double precision)
    RETURNS internal
    AS 'MODULE_PATHNAME', 'esql_doubles_add_list'
    LANGUAGE c IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_doubles_add(internal, double precision[], double precision) IS
    'part of the aggregate esql_percentile';

CREATE FUNCTION transfer_detect_internal.esql_percentile_result(state internal)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_percentile_result'
    LANGUAGE c IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_percentile_result(internal) IS
    'part of the aggregate esql_percentile';

CREATE FUNCTION transfer_detect_internal.esql_median_deviation_result(state internal)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_median_deviation_result'
    LANGUAGE c IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_median_deviation_result(internal) IS
    'part of the aggregate esql_median_deviation';

CREATE AGGREGATE transfer_detect_internal.esql_percentile(value double precision, percentage double precision) (
    SFUNC = transfer_detect_internal.esql_doubles_add,
    STYPE = internal,
    FINALFUNC = transfer_detect_internal.esql_percentile_result,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE transfer_detect_internal.esql_percentile(double precision, double precision) IS
    'ES|QL: exact percentile of values, null for no value or a percentage outside of 0 to 100';

CREATE AGGREGATE transfer_detect_internal.esql_median_deviation(value double precision) (
    SFUNC = transfer_detect_internal.esql_doubles_add,
    STYPE = internal,
    FINALFUNC = transfer_detect_internal.esql_median_deviation_result,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE transfer_detect_internal.esql_median_deviation(double precision) IS
    'ES|QL: exact median of the distances of values from their median';

CREATE AGGREGATE transfer_detect_internal.esql_percentile(value double precision[], percentage double precision) (
    SFUNC = transfer_detect_internal.esql_doubles_add,
    STYPE = internal,
    FINALFUNC = transfer_detect_internal.esql_percentile_result,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE transfer_detect_internal.esql_percentile(double precision[], double precision) IS
    'ES|QL: exact percentile of all values of lists, null for no value or a percentage outside of 0 to 100';

CREATE AGGREGATE transfer_detect_internal.esql_median_deviation(value double precision[]) (
    SFUNC = transfer_detect_internal.esql_doubles_add,
    STYPE = internal,
    FINALFUNC = transfer_detect_internal.esql_median_deviation_result,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE transfer_detect_internal.esql_median_deviation(double precision[]) IS
    'ES|QL: exact median of the distances of all values of lists from their median';

CREATE FUNCTION transfer_detect_internal.esql_variance_add(state double precision[], value double precision)
    RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'esql_variance_add'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_variance_add(double precision[], double precision) IS
    'part of the aggregates esql_variance and esql_std_dev';

CREATE FUNCTION transfer_detect_internal.esql_variance_add(state double precision[], value double precision[])
    RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'esql_variance_add_list'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_variance_add(double precision[], double precision[]) IS
    'part of the aggregates esql_variance and esql_std_dev';

CREATE FUNCTION transfer_detect_internal.esql_variance_combine(state double precision[], other double precision[])
    RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'esql_variance_combine'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_variance_combine(double precision[], double precision[]) IS
    'part of the aggregates esql_variance and esql_std_dev';

CREATE FUNCTION transfer_detect_internal.esql_variance_result(state double precision[])
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_variance_result'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_variance_result(double precision[]) IS
    'part of the aggregate esql_variance';

CREATE FUNCTION transfer_detect_internal.esql_std_dev_result(state double precision[])
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_std_dev_result'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_std_dev_result(double precision[]) IS
    'part of the aggregate esql_std_dev';

CREATE AGGREGATE transfer_detect_internal.esql_variance(value double precision) (
    SFUNC = transfer_detect_internal.esql_variance_add,
    STYPE = double precision[],
    INITCOND = '{0,0,0,0,0}',
    FINALFUNC = transfer_detect_internal.esql_variance_result,
    COMBINEFUNC = transfer_detect_internal.esql_variance_combine,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE transfer_detect_internal.esql_variance(double precision) IS
    'ES|QL: variance of values as a whole population, null for no value and when it overflows';

CREATE AGGREGATE transfer_detect_internal.esql_variance(value double precision[]) (
    SFUNC = transfer_detect_internal.esql_variance_add,
    STYPE = double precision[],
    INITCOND = '{0,0,0,0,0}',
    FINALFUNC = transfer_detect_internal.esql_variance_result,
    COMBINEFUNC = transfer_detect_internal.esql_variance_combine,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE transfer_detect_internal.esql_variance(double precision[]) IS
    'ES|QL: variance of all values of lists as a whole population, null for no value and when it overflows';

CREATE AGGREGATE transfer_detect_internal.esql_std_dev(value double precision) (
    SFUNC = transfer_detect_internal.esql_variance_add,
    STYPE = double precision[],
    INITCOND = '{0,0,0,0,0}',
    FINALFUNC = transfer_detect_internal.esql_std_dev_result,
    COMBINEFUNC = transfer_detect_internal.esql_variance_combine,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE transfer_detect_internal.esql_std_dev(double precision) IS
    'ES|QL: standard deviation of values as a whole population, null for no value and when it overflows';

CREATE AGGREGATE transfer_detect_internal.esql_std_dev(value double precision[]) (
    SFUNC = transfer_detect_internal.esql_variance_add,
    STYPE = double precision[],
    INITCOND = '{0,0,0,0,0}',
    FINALFUNC = transfer_detect_internal.esql_std_dev_result,
    COMBINEFUNC = transfer_detect_internal.esql_variance_combine,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE transfer_detect_internal.esql_std_dev(double precision[]) IS
    'ES|QL: standard deviation of all values of lists as a whole population, null for no value and when it overflows';
