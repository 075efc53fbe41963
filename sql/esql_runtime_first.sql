/*
 * esql_runtime_first.sql
 *
 * The aggregates FIRST and LAST.
 */

CREATE FUNCTION transfer_detect_internal.esql_first_add(state internal, value anyelement, place bigint)
    RETURNS internal
    AS 'MODULE_PATHNAME', 'esql_first_add'
    LANGUAGE c IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_first_add(internal, anyelement, bigint) IS
    'part of the aggregate esql_first';

CREATE FUNCTION transfer_detect_internal.esql_last_add(state internal, value anyelement, place bigint)
    RETURNS internal
    AS 'MODULE_PATHNAME', 'esql_last_add'
    LANGUAGE c IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_last_add(internal, anyelement, bigint) IS
    'part of the aggregate esql_last';

CREATE FUNCTION transfer_detect_internal.esql_first_result(state internal, value anyelement, place bigint)
    RETURNS anyelement
    AS 'MODULE_PATHNAME', 'esql_first_result'
    LANGUAGE c IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_first_result(internal, anyelement, bigint) IS
    'part of the aggregates esql_first and esql_last';

CREATE AGGREGATE transfer_detect_internal.esql_first(value anyelement, place bigint) (
    SFUNC = transfer_detect_internal.esql_first_add,
    STYPE = internal,
    FINALFUNC = transfer_detect_internal.esql_first_result,
    FINALFUNC_EXTRA,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE transfer_detect_internal.esql_first(anyelement, bigint) IS
    'ES|QL FIRST: the value of the row whose place is the least; of equals, the least value';

CREATE AGGREGATE transfer_detect_internal.esql_last(value anyelement, place bigint) (
    SFUNC = transfer_detect_internal.esql_last_add,
    STYPE = internal,
    FINALFUNC = transfer_detect_internal.esql_first_result,
    FINALFUNC_EXTRA,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE transfer_detect_internal.esql_last(anyelement, bigint) IS
    'ES|QL LAST: the value of the row whose place is the greatest; of equals, the least value';

CREATE FUNCTION transfer_detect_internal.esql_first_add(state internal, value anyelement, place timestamptz)
    RETURNS internal
    AS 'MODULE_PATHNAME', 'esql_first_add'
    LANGUAGE c IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_first_add(internal, anyelement, timestamptz) IS
    'part of the aggregate esql_first';

CREATE FUNCTION transfer_detect_internal.esql_last_add(state internal, value anyelement, place timestamptz)
    RETURNS internal
    AS 'MODULE_PATHNAME', 'esql_last_add'
    LANGUAGE c IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_last_add(internal, anyelement, timestamptz) IS
    'part of the aggregate esql_last';

CREATE FUNCTION transfer_detect_internal.esql_first_result(state internal, value anyelement, place timestamptz)
    RETURNS anyelement
    AS 'MODULE_PATHNAME', 'esql_first_result'
    LANGUAGE c IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_first_result(internal, anyelement, timestamptz) IS
    'part of the aggregates esql_first and esql_last';

CREATE AGGREGATE transfer_detect_internal.esql_first(value anyelement, place timestamptz) (
    SFUNC = transfer_detect_internal.esql_first_add,
    STYPE = internal,
    FINALFUNC = transfer_detect_internal.esql_first_result,
    FINALFUNC_EXTRA,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE transfer_detect_internal.esql_first(anyelement, timestamptz) IS
    'ES|QL FIRST: the value of the row whose place is the least; of equals, the least value';

CREATE AGGREGATE transfer_detect_internal.esql_last(value anyelement, place timestamptz) (
    SFUNC = transfer_detect_internal.esql_last_add,
    STYPE = internal,
    FINALFUNC = transfer_detect_internal.esql_first_result,
    FINALFUNC_EXTRA,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE transfer_detect_internal.esql_last(anyelement, timestamptz) IS
    'ES|QL LAST: the value of the row whose place is the greatest; of equals, the least value';
