/*
 * esql_runtime_sum.sql
 *
 * Columns as ES|QL reads them, where a cast of PostgreSQL would raise, and the
 * sum of doubles, which must not raise either.
 */

CREATE FUNCTION esql_finite(value double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_finite_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_finite(double precision) IS
    'ES|QL: the number, null for NaN and infinities';

CREATE FUNCTION esql_finite(value numeric)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_finite_numeric'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_finite(numeric) IS
    'ES|QL: the double nearest to the number, null if that is not finite';

CREATE FUNCTION esql_midnight(day date)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_midnight'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_midnight(date) IS
    'ES|QL: the beginning of a day in UTC, null if out of range';

CREATE FUNCTION esql_sum_add(state double precision[], value double precision)
    RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'esql_sum_add'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_sum_add(double precision[], double precision) IS
    'part of the aggregate esql_sum';

CREATE FUNCTION esql_sum_combine(state double precision[], other double precision[])
    RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'esql_sum_combine'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_sum_combine(double precision[], double precision[]) IS
    'part of the aggregate esql_sum';

CREATE FUNCTION esql_sum_result(state double precision[])
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_sum_result'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_sum_result(double precision[]) IS
    'part of the aggregate esql_sum';

CREATE AGGREGATE esql_sum(value double precision) (
    SFUNC = esql_sum_add,
    STYPE = double precision[],
    INITCOND = '{0,0,0}',
    FINALFUNC = esql_sum_result,
    COMBINEFUNC = esql_sum_combine,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE esql_sum(double precision) IS
    'ES|QL: sum with compensation, null for no value and when it overflows';
