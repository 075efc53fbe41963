/*
 * esql_runtime_sum.sql
 *
 * Columns as ES|QL reads them, where a cast of PostgreSQL would raise, and the
 * sum of doubles, which must not raise either.
 */

CREATE FUNCTION transfer_detect_internal.esql_finite(value double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_finite_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_finite(double precision) IS
    'ES|QL: the number, null for NaN and infinities';

CREATE FUNCTION transfer_detect_internal.esql_finite(value numeric)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_finite_numeric'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_finite(numeric) IS
    'ES|QL: the double nearest to the number, null if that is not finite';

CREATE FUNCTION transfer_detect_internal.esql_midnight(day date)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_midnight'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_midnight(date) IS
    'ES|QL: the beginning of a day in UTC, null if out of range';

CREATE FUNCTION transfer_detect_internal.esql_sum_add(state double precision[], value double precision)
    RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'esql_sum_add'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_sum_add(double precision[], double precision) IS
    'part of the aggregate esql_sum';

CREATE FUNCTION transfer_detect_internal.esql_sum_combine(state double precision[], other double precision[])
    RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'esql_sum_combine'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_sum_combine(double precision[], double precision[]) IS
    'part of the aggregate esql_sum';

CREATE FUNCTION transfer_detect_internal.esql_sum_result(state double precision[])
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_sum_result'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_sum_result(double precision[]) IS
    'part of the aggregate esql_sum';

CREATE AGGREGATE transfer_detect_internal.esql_sum(value double precision) (
    SFUNC = transfer_detect_internal.esql_sum_add,
    STYPE = double precision[],
    INITCOND = '{0,0,0}',
    FINALFUNC = transfer_detect_internal.esql_sum_result,
    COMBINEFUNC = transfer_detect_internal.esql_sum_combine,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE transfer_detect_internal.esql_sum(double precision) IS
    'ES|QL: sum with compensation, null for no value and when it overflows';
