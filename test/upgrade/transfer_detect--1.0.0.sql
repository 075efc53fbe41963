\echo Use "CREATE EXTENSION transfer_detect" to load this file. \quit
-- Generated from the parts in sql/: change those.

-- ---- distinct.sql

-- The exact distinct aggregates.  distinct_count counts the distinct values of
-- its argument, distinct_values returns them in order; the forms with
-- _elements do the same with the elements of arrays.  Nulls are ignored.  All
-- are exact, run in parallel, partition by partition, and as window functions.
-- The functions at the top are the aggregates' parts and cannot be called by
-- themselves.  The cost of adding is that of a look-up in a hash table, several
-- times that of adding to a count: it lets the planner see what workers save.
-- What it costs to write a set down in a worker and to merge it in the leader
-- depends on how many values it has, which nobody tells the planner: the costs
-- below are those of some thousands.  So workers are set to few groups, or to
-- very many rows, and not to some hundred groups of a few million rows, which
-- is slower than doing without them.

CREATE FUNCTION distinct_add(internal, anyelement) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'td_distinct_add';
COMMENT ON FUNCTION distinct_add(internal, anyelement) IS 'part of the aggregates distinct_count and distinct_values';

CREATE FUNCTION distinct_add(internal, anyelement, bigint) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'td_distinct_add_at_most';
COMMENT ON FUNCTION distinct_add(internal, anyelement, bigint) IS 'part of the aggregate distinct_count with at_most';

CREATE FUNCTION distinct_add_elements(internal, anyarray) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'td_distinct_add_elements';
COMMENT ON FUNCTION distinct_add_elements(internal, anyarray) IS 'part of the aggregates distinct_count_elements and distinct_values_elements';

CREATE FUNCTION distinct_add_elements(internal, anyarray, bigint) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'td_distinct_add_elements_at_most';
COMMENT ON FUNCTION distinct_add_elements(internal, anyarray, bigint) IS 'part of the aggregate distinct_count_elements with at_most';

CREATE FUNCTION distinct_combine(internal, internal) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50000 AS 'MODULE_PATHNAME', 'td_distinct_combine';
COMMENT ON FUNCTION distinct_combine(internal, internal) IS 'part of the distinct aggregates: merges two partial states';

CREATE FUNCTION distinct_serialize(internal) RETURNS bytea
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'td_distinct_serialize';
COMMENT ON FUNCTION distinct_serialize(internal) IS 'part of the distinct aggregates: a partial state as bytes';

CREATE FUNCTION distinct_deserialize(bytea, internal) RETURNS internal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1 AS 'MODULE_PATHNAME', 'td_distinct_deserialize';
COMMENT ON FUNCTION distinct_deserialize(bytea, internal) IS 'part of the distinct aggregates: a partial state from bytes';

CREATE FUNCTION distinct_count_result(internal) RETURNS bigint
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_distinct_count';
COMMENT ON FUNCTION distinct_count_result(internal) IS 'part of the aggregate distinct_count';

CREATE FUNCTION distinct_values_result(internal, anynonarray) RETURNS anyarray
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_distinct_values';
COMMENT ON FUNCTION distinct_values_result(internal, anynonarray) IS 'part of the aggregate distinct_values';

CREATE FUNCTION distinct_values_elements_result(internal, anyarray) RETURNS anyarray
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_distinct_values_elements';
COMMENT ON FUNCTION distinct_values_elements_result(internal, anyarray) IS 'part of the aggregate distinct_values_elements';

CREATE FUNCTION distinct_moving_add(internal, anyelement) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_moving_add';
COMMENT ON FUNCTION distinct_moving_add(internal, anyelement) IS 'part of the aggregate distinct_count in moving window frames';

CREATE FUNCTION distinct_moving_remove(internal, anyelement) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_moving_remove';
COMMENT ON FUNCTION distinct_moving_remove(internal, anyelement) IS 'part of the aggregate distinct_count in moving window frames';

CREATE FUNCTION distinct_moving_add_elements(internal, anyarray) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_moving_add_elements';
COMMENT ON FUNCTION distinct_moving_add_elements(internal, anyarray) IS 'part of the aggregate distinct_count_elements in moving window frames';

CREATE FUNCTION distinct_moving_remove_elements(internal, anyarray) RETURNS internal
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_moving_remove_elements';
COMMENT ON FUNCTION distinct_moving_remove_elements(internal, anyarray) IS 'part of the aggregate distinct_count_elements in moving window frames';

CREATE FUNCTION distinct_moving_result(internal) RETURNS bigint
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_moving_count';
COMMENT ON FUNCTION distinct_moving_result(internal) IS 'part of the aggregate distinct_count in moving window frames';

CREATE AGGREGATE distinct_count(value anyelement) (
	SFUNC = distinct_add,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = distinct_count_result,
	COMBINEFUNC = distinct_combine,
	SERIALFUNC = distinct_serialize,
	DESERIALFUNC = distinct_deserialize,
	MSFUNC = distinct_moving_add,
	MINVFUNC = distinct_moving_remove,
	MSTYPE = internal,
	MSSPACE = 240,
	MFINALFUNC = distinct_moving_result,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_count(anyelement) IS 'exact number of distinct non-null values';

CREATE AGGREGATE distinct_count(value anyelement, at_most bigint) (
	SFUNC = distinct_add,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = distinct_count_result,
	COMBINEFUNC = distinct_combine,
	SERIALFUNC = distinct_serialize,
	DESERIALFUNC = distinct_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_count(anyelement, bigint) IS 'number of distinct non-null values, or at_most if there are more; keeps no more than that in memory';

CREATE AGGREGATE distinct_values(value anynonarray) (
	SFUNC = distinct_add,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = distinct_values_result,
	FINALFUNC_EXTRA,
	COMBINEFUNC = distinct_combine,
	SERIALFUNC = distinct_serialize,
	DESERIALFUNC = distinct_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_values(anynonarray) IS 'distinct non-null values in ascending order, null if there are none';

CREATE AGGREGATE distinct_count_elements(value anyarray) (
	SFUNC = distinct_add_elements,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = distinct_count_result,
	COMBINEFUNC = distinct_combine,
	SERIALFUNC = distinct_serialize,
	DESERIALFUNC = distinct_deserialize,
	MSFUNC = distinct_moving_add_elements,
	MINVFUNC = distinct_moving_remove_elements,
	MSTYPE = internal,
	MSSPACE = 240,
	MFINALFUNC = distinct_moving_result,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_count_elements(anyarray) IS 'exact number of distinct non-null elements of arrays';

CREATE AGGREGATE distinct_count_elements(value anyarray, at_most bigint) (
	SFUNC = distinct_add_elements,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = distinct_count_result,
	COMBINEFUNC = distinct_combine,
	SERIALFUNC = distinct_serialize,
	DESERIALFUNC = distinct_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_count_elements(anyarray, bigint) IS 'number of distinct non-null elements of arrays, or at_most if there are more';

CREATE AGGREGATE distinct_values_elements(value anyarray) (
	SFUNC = distinct_add_elements,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = distinct_values_elements_result,
	FINALFUNC_EXTRA,
	COMBINEFUNC = distinct_combine,
	SERIALFUNC = distinct_serialize,
	DESERIALFUNC = distinct_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_values_elements(anyarray) IS 'distinct non-null elements of arrays in ascending order, null if there are none';

-- ---- distinct_bounded.sql

-- distinct_values with at_most: what a threshold on a distinct count leaves of
-- VALUES (src/esql/resolve_bound.c).  Null if there are so many values, since
-- the set forgets them then.  The transition is that of distinct_count with
-- at_most, so both over the same argument share one set.

CREATE FUNCTION distinct_values_result(internal, anynonarray, bigint) RETURNS anyarray
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_distinct_values';
COMMENT ON FUNCTION distinct_values_result(internal, anynonarray, bigint) IS 'part of the aggregate distinct_values with at_most';

CREATE FUNCTION distinct_values_elements_result(internal, anyarray, bigint) RETURNS anyarray
	LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'td_distinct_values_elements';
COMMENT ON FUNCTION distinct_values_elements_result(internal, anyarray, bigint) IS 'part of the aggregate distinct_values_elements with at_most';

CREATE AGGREGATE distinct_values(value anynonarray, at_most bigint) (
	SFUNC = distinct_add,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = distinct_values_result,
	FINALFUNC_EXTRA,
	COMBINEFUNC = distinct_combine,
	SERIALFUNC = distinct_serialize,
	DESERIALFUNC = distinct_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_values(anynonarray, bigint) IS 'distinct non-null values in ascending order if there are fewer than at_most, else null; null if there are none';

CREATE AGGREGATE distinct_values_elements(value anyarray, at_most bigint) (
	SFUNC = distinct_add_elements,
	STYPE = internal,
	SSPACE = 160,
	FINALFUNC = distinct_values_elements_result,
	FINALFUNC_EXTRA,
	COMBINEFUNC = distinct_combine,
	SERIALFUNC = distinct_serialize,
	DESERIALFUNC = distinct_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distinct_values_elements(anyarray, bigint) IS 'distinct non-null elements of arrays in ascending order if there are fewer than at_most, else null; null if there are none';

-- ---- esql_runtime_scalar.sql

/*
 * esql_runtime_scalar.sql
 *
 * What ES|QL means by numbers, dates, conversions, addresses and documents:
 * functions that the SQL made of a query calls where an operator or cast of
 * PostgreSQL would raise, go by the session's time zone, or mean something
 * else.  None of them raises on any value; null stands for a result that does
 * not exist.  They are for the front end, though nothing keeps people from
 * calling them.  Integer is int4, long is bigint, double is float8, a date is
 * timestamp with time zone of which ES|QL sees milliseconds, ip is inet.
 */

/* ---- numbers ---- */

CREATE FUNCTION esql_add(a integer, b integer)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_add_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_add(integer, integer) IS
    'ES|QL: sum of two integers, null on overflow';

CREATE FUNCTION esql_add(a bigint, b bigint)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_add_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_add(bigint, bigint) IS
    'ES|QL: sum of two longs, null on overflow';

CREATE FUNCTION esql_add(a double precision, b double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_add_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_add(double precision, double precision) IS
    'ES|QL: sum of two doubles, null when not finite';

CREATE FUNCTION esql_sub(a integer, b integer)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_sub_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_sub(integer, integer) IS
    'ES|QL: difference of two integers, null on overflow';

CREATE FUNCTION esql_sub(a bigint, b bigint)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_sub_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_sub(bigint, bigint) IS
    'ES|QL: difference of two longs, null on overflow';

CREATE FUNCTION esql_sub(a double precision, b double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_sub_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_sub(double precision, double precision) IS
    'ES|QL: difference of two doubles, null when not finite';

CREATE FUNCTION esql_mul(a integer, b integer)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_mul_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_mul(integer, integer) IS
    'ES|QL: product of two integers, null on overflow';

CREATE FUNCTION esql_mul(a bigint, b bigint)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_mul_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_mul(bigint, bigint) IS
    'ES|QL: product of two longs, null on overflow';

CREATE FUNCTION esql_mul(a double precision, b double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_mul_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_mul(double precision, double precision) IS
    'ES|QL: product of two doubles, null when not finite';

CREATE FUNCTION esql_div(a integer, b integer)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_div_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_div(integer, integer) IS
    'ES|QL: quotient of two integers, truncated towards zero; null on overflow and for 0';

CREATE FUNCTION esql_div(a bigint, b bigint)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_div_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_div(bigint, bigint) IS
    'ES|QL: quotient of two longs, truncated towards zero; null on overflow and for 0';

CREATE FUNCTION esql_div(a double precision, b double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_div_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_div(double precision, double precision) IS
    'ES|QL: quotient of two doubles, null when not finite';

CREATE FUNCTION esql_mod(a integer, b integer)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_mod_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_mod(integer, integer) IS
    'ES|QL: remainder of two integers, with the sign of the dividend; null for 0';

CREATE FUNCTION esql_mod(a bigint, b bigint)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_mod_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_mod(bigint, bigint) IS
    'ES|QL: remainder of two longs, with the sign of the dividend; null for 0';

CREATE FUNCTION esql_mod(a double precision, b double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_mod_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_mod(double precision, double precision) IS
    'ES|QL: remainder of two doubles, null when not finite';

CREATE FUNCTION esql_neg(a integer)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_neg_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_neg(integer) IS
    'ES|QL: negated number, null for the least number';

CREATE FUNCTION esql_neg(a bigint)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_neg_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_neg(bigint) IS
    'ES|QL: negated number, null for the least number';

CREATE FUNCTION esql_neg(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_neg_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_neg(double precision) IS
    'ES|QL: negated number, null when not finite';

CREATE FUNCTION esql_abs(a integer)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_abs_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_abs(integer) IS
    'ES|QL: absolute value, null for the least number';

CREATE FUNCTION esql_abs(a bigint)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_abs_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_abs(bigint) IS
    'ES|QL: absolute value, null for the least number';

CREATE FUNCTION esql_abs(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_abs_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_abs(double precision) IS
    'ES|QL: absolute value, null when not finite';

CREATE FUNCTION esql_round(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_round_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_round(double precision) IS
    'ES|QL: round to a whole number, half away from zero';

CREATE FUNCTION esql_round(a double precision, decimals integer)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_round_double_decimals'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_round(double precision, integer) IS
    'ES|QL: round to so many decimals, half away from zero';

CREATE FUNCTION esql_round(a bigint, decimals integer)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_round_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_round(bigint, integer) IS
    'ES|QL: round left of the point if decimals are negative, null on overflow';

CREATE FUNCTION esql_round(a integer, decimals integer)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_round_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_round(integer, integer) IS
    'ES|QL: round left of the point if decimals are negative, null on overflow';

CREATE FUNCTION esql_ceil(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_ceil'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_ceil(double precision) IS
    'ES|QL: least whole number not below';

CREATE FUNCTION esql_floor(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_floor'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_floor(double precision) IS
    'ES|QL: greatest whole number not above';

CREATE FUNCTION esql_sqrt(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_sqrt'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_sqrt(double precision) IS
    'ES|QL: square root, null for negative numbers';

CREATE FUNCTION esql_exp(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_exp'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_exp(double precision) IS
    'ES|QL: e to that power, null when not finite';

CREATE FUNCTION esql_pow(base double precision, exponent double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_pow'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_pow(double precision, double precision) IS
    'ES|QL: power, null when not finite or not real';

CREATE FUNCTION esql_log(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_log'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_log(double precision) IS
    'ES|QL: natural logarithm, null unless positive';

CREATE FUNCTION esql_log(base double precision, a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_log_base'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_log(double precision, double precision) IS
    'ES|QL: logarithm to a base, null unless both are positive and the base is not 1';

CREATE FUNCTION esql_log10(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_log10'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_log10(double precision) IS
    'ES|QL: decimal logarithm, null unless positive';

CREATE FUNCTION esql_sum_to_long(total numeric)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_sum_to_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_sum_to_long(numeric) IS
    'ES|QL: a sum of whole numbers as a long, null when it does not fit';

/* ---- dates ---- */

CREATE FUNCTION esql_date_ms(date timestamptz)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_date_ms'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_date_ms(timestamptz) IS
    'ES|QL: the date rounded down to the millisecond, null if infinite';

CREATE FUNCTION esql_date_add(date timestamptz, span interval)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_date_add'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_date_add(timestamptz, interval) IS
    'ES|QL: date plus time span in UTC, the day clamped to its month, null when out of range';

CREATE FUNCTION esql_date_sub(date timestamptz, span interval)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_date_sub'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_date_sub(timestamptz, interval) IS
    'ES|QL: date minus time span in UTC, the day clamped to its month, null when out of range';

CREATE FUNCTION esql_date_trunc(span interval, date timestamptz)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_date_trunc'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_date_trunc(interval, timestamptz) IS
    'ES|QL: date rounded down to a multiple of the span, which has one positive unit';

CREATE FUNCTION esql_date_trunc_weeks(weeks integer, date timestamptz)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_date_trunc_weeks'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_date_trunc_weeks(integer, timestamptz) IS
    'ES|QL: date rounded down to weeks; one week begins on Monday, several count from 1970';

CREATE FUNCTION esql_date_diff(unit text, start_date timestamptz, end_date timestamptz)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_date_diff'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_date_diff(text, timestamptz, timestamptz) IS
    'ES|QL: whole units from start to end, null for an unknown unit or beyond 32 bits';

CREATE FUNCTION esql_date_extract(part text, date timestamptz)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_date_extract'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_date_extract(text, timestamptz) IS
    'ES|QL: part of a date in UTC by its java.time name, null for an unknown part';

/* ---- conversions ---- */

CREATE FUNCTION esql_to_integer(a text)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_text_to_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_integer(text) IS
    'ES|QL: text to integer, by way of a decimal number if need be, null when unreadable or too large';

CREATE FUNCTION esql_to_integer(a bigint)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_long_to_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_integer(bigint) IS
    'ES|QL: long to integer, null when it does not fit';

CREATE FUNCTION esql_to_integer(a double precision)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_double_to_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_integer(double precision) IS
    'ES|QL: double to integer, rounded half up, null when it does not fit';

CREATE FUNCTION esql_to_integer(a boolean)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_boolean_to_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_integer(boolean) IS
    'ES|QL: boolean to integer, 1 or 0';

CREATE FUNCTION esql_to_integer(a timestamptz)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_date_to_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_integer(timestamptz) IS
    'ES|QL: milliseconds since 1970 as integer, null when they do not fit';

CREATE FUNCTION esql_to_long(a text)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_text_to_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_long(text) IS
    'ES|QL: text to long, by way of a decimal number if need be, null when unreadable or too large';

CREATE FUNCTION esql_to_long(a double precision)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_double_to_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_long(double precision) IS
    'ES|QL: double to long, rounded half up, null when it does not fit';

CREATE FUNCTION esql_to_long(a boolean)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_boolean_to_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_long(boolean) IS
    'ES|QL: boolean to long, 1 or 0';

CREATE FUNCTION esql_to_long(a timestamptz)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_date_to_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_long(timestamptz) IS
    'ES|QL: milliseconds since 1970, null if infinite';

CREATE FUNCTION esql_to_long(a integer)
    RETURNS bigint
    AS 'int48'
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_long(integer) IS
    'ES|QL: integer to long';

CREATE FUNCTION esql_to_double(a text)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_text_to_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_double(text) IS
    'ES|QL: text to double, null when unreadable or not finite';

CREATE FUNCTION esql_to_double(a boolean)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_boolean_to_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_double(boolean) IS
    'ES|QL: boolean to double, 1 or 0';

CREATE FUNCTION esql_to_double(a timestamptz)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_date_to_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_double(timestamptz) IS
    'ES|QL: milliseconds since 1970 as double, null if infinite';

CREATE FUNCTION esql_to_double(a integer)
    RETURNS double precision
    AS 'i4tod'
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_double(integer) IS
    'ES|QL: integer to double';

CREATE FUNCTION esql_to_double(a bigint)
    RETURNS double precision
    AS 'i8tod'
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_double(bigint) IS
    'ES|QL: long to double';

CREATE FUNCTION esql_to_boolean(a text)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_text_to_boolean'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_boolean(text) IS
    'ES|QL: whether the text is true, in any letter case';

CREATE FUNCTION esql_to_boolean(a double precision)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_double_to_boolean'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_boolean(double precision) IS
    'ES|QL: whether the number is not 0';

CREATE FUNCTION esql_to_boolean(a bigint)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_long_to_boolean'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_boolean(bigint) IS
    'ES|QL: whether the number is not 0';

CREATE FUNCTION esql_to_boolean(a integer)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_integer_to_boolean'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_boolean(integer) IS
    'ES|QL: whether the number is not 0';

CREATE FUNCTION esql_to_datetime(a text)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_text_to_datetime'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_datetime(text) IS
    'ES|QL: ISO 8601 text to date, null when unreadable or out of range';

CREATE FUNCTION esql_to_datetime(a bigint)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_long_to_datetime'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_datetime(bigint) IS
    'ES|QL: milliseconds since 1970 to date, null when out of range';

CREATE FUNCTION esql_to_datetime(a integer)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_integer_to_datetime'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_datetime(integer) IS
    'ES|QL: milliseconds since 1970 to date';

CREATE FUNCTION esql_to_datetime(a double precision)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_double_to_datetime'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_datetime(double precision) IS
    'ES|QL: milliseconds since 1970 to date, rounded half up, null when out of range';

CREATE FUNCTION esql_to_ip(a text)
    RETURNS inet
    AS 'MODULE_PATHNAME', 'esql_text_to_ip'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_ip(text) IS
    'ES|QL: text to address, null when it is none; a netmask is not allowed';

CREATE FUNCTION esql_to_string(a integer)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_integer_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_string(integer) IS
    'ES|QL: integer to text';

CREATE FUNCTION esql_to_string(a bigint)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_long_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_string(bigint) IS
    'ES|QL: long to text';

CREATE FUNCTION esql_to_string(a double precision)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_double_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_string(double precision) IS
    'ES|QL: double to text as Java prints it, null when not finite';

CREATE FUNCTION esql_to_string(a boolean)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_boolean_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_string(boolean) IS
    'ES|QL: true or false as text';

CREATE FUNCTION esql_to_string(a timestamptz)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_date_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_string(timestamptz) IS
    'ES|QL: date to ISO 8601 text in UTC with milliseconds, null if infinite';

CREATE FUNCTION esql_to_string(a inet)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_ip_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_to_string(inet) IS
    'ES|QL: address to canonical text, without netmask';

/* ---- addresses ---- */

CREATE FUNCTION esql_ip(address inet)
    RETURNS inet
    AS 'MODULE_PATHNAME', 'esql_ip'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_ip(inet) IS
    'ES|QL: normal form of an address: no netmask, IPv4-mapped IPv6 as IPv4';

CREATE FUNCTION esql_ip_key(address inet)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_ip_key'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_ip_key(inet) IS
    'ES|QL: the 16 bytes of an address in hexadecimal, which sort as ES|QL sorts addresses';

CREATE FUNCTION esql_key_ip(key text)
    RETURNS inet
    AS 'MODULE_PATHNAME', 'esql_key_ip'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_key_ip(text) IS
    'ES|QL: the address of such a key, null if it is none';

CREATE FUNCTION esql_is_cidr(block text)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_is_cidr'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_is_cidr(text) IS
    'ES|QL: whether the text is an address or a block of addresses';

CREATE FUNCTION esql_cidr_match(address inet, VARIADIC blocks text[])
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_cidr_match'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_cidr_match(inet, VARIADIC text[]) IS
    'ES|QL: whether the address is in any block, null if only an unreadable or null one might hold it';

CREATE FUNCTION esql_ip_prefix(address inet, bits_ipv4 integer, bits_ipv6 integer)
    RETURNS inet
    AS 'MODULE_PATHNAME', 'esql_ip_prefix'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION esql_ip_prefix(inet, integer, integer) IS
    'ES|QL: the address with all but its leading bits cleared, null for an impossible number of bits';

/* ---- documents ---- */

CREATE FUNCTION esql_document_keyword(document jsonb, path text)
    RETURNS text[]
    AS 'MODULE_PATHNAME', 'esql_document_keyword'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION esql_document_keyword(jsonb, text) IS
    'ES|QL: distinct keywords by bytes of a field of a document, ascending, null if there is none';

CREATE FUNCTION esql_document_keyword_single(document jsonb, path text)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_document_keyword_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION esql_document_keyword_single(jsonb, text) IS
    'ES|QL: the keyword of a field of a document, null unless it is the only one';

CREATE FUNCTION esql_document_long(document jsonb, path text)
    RETURNS bigint[]
    AS 'MODULE_PATHNAME', 'esql_document_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION esql_document_long(jsonb, text) IS
    'ES|QL: longs of a field of a document, ascending, null if there is none';

CREATE FUNCTION esql_document_long_single(document jsonb, path text)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_document_long_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION esql_document_long_single(jsonb, text) IS
    'ES|QL: the long of a field of a document, null unless it is the only one';

CREATE FUNCTION esql_document_integer(document jsonb, path text)
    RETURNS integer[]
    AS 'MODULE_PATHNAME', 'esql_document_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION esql_document_integer(jsonb, text) IS
    'ES|QL: integers of a field of a document, ascending, null if there is none';

CREATE FUNCTION esql_document_integer_single(document jsonb, path text)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_document_integer_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION esql_document_integer_single(jsonb, text) IS
    'ES|QL: the integer of a field of a document, null unless it is the only one';

CREATE FUNCTION esql_document_double(document jsonb, path text)
    RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'esql_document_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION esql_document_double(jsonb, text) IS
    'ES|QL: doubles of a field of a document, ascending, null if there is none';

CREATE FUNCTION esql_document_double_single(document jsonb, path text)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_document_double_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION esql_document_double_single(jsonb, text) IS
    'ES|QL: the double of a field of a document, null unless it is the only one';

CREATE FUNCTION esql_document_boolean(document jsonb, path text)
    RETURNS boolean[]
    AS 'MODULE_PATHNAME', 'esql_document_boolean'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION esql_document_boolean(jsonb, text) IS
    'ES|QL: booleans of a field of a document, ascending, null if there is none';

CREATE FUNCTION esql_document_boolean_single(document jsonb, path text)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_document_boolean_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION esql_document_boolean_single(jsonb, text) IS
    'ES|QL: the boolean of a field of a document, null unless it is the only one';

CREATE FUNCTION esql_document_ip(document jsonb, path text)
    RETURNS inet[]
    AS 'MODULE_PATHNAME', 'esql_document_ip'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION esql_document_ip(jsonb, text) IS
    'ES|QL: distinct addresses of a field of a document, ascending, null if there is none';

CREATE FUNCTION esql_document_ip_single(document jsonb, path text)
    RETURNS inet
    AS 'MODULE_PATHNAME', 'esql_document_ip_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION esql_document_ip_single(jsonb, text) IS
    'ES|QL: the address of a field of a document, null unless it is the only one';

CREATE FUNCTION esql_document_date(document jsonb, path text)
    RETURNS timestamptz[]
    AS 'MODULE_PATHNAME', 'esql_document_date'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION esql_document_date(jsonb, text) IS
    'ES|QL: dates of a field of a document, ascending, null if there is none';

CREATE FUNCTION esql_document_date_single(document jsonb, path text)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_document_date_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION esql_document_date_single(jsonb, text) IS
    'ES|QL: the date of a field of a document, null unless it is the only one';

-- ---- esql_runtime_sum.sql

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

-- ---- esql_runtime_lists.sql

-- ES|QL's runtime, part 2: fields with several values, and strings.  The SQL
-- that the ES|QL front end writes calls these functions; they are no public
-- interface.  A list is an array that is NULL or holds at least one value, in
-- one dimension, and no NULLs; esql_stored() makes one of whatever array lies in
-- a table.  Text compares by bytes, addresses by their 16 byte form.  None of
-- them raises on data: what ES|QL cannot answer is NULL.

-- Stored arrays and lists.

CREATE FUNCTION esql_stored(anyarray) RETURNS anyarray
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_stored(anyarray) IS
	'a stored array as the list that Elasticsearch would have indexed';

-- The cost puts conditions on lists behind those on plain columns, of which more are false.
CREATE FUNCTION esql_stored_single(anyarray) RETURNS anyelement
	IMMUTABLE STRICT PARALLEL SAFE COST 3 LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_stored_single(anyarray) IS
	'the value of a stored array that has exactly one, else null';

CREATE FUNCTION esql_single(anyarray) RETURNS anyelement
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_single(anyarray) IS
	'the value of a list of one, else null';

CREATE FUNCTION esql_as_list(anyelement) RETURNS anyarray
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_as_list(anyelement) IS
	'a value as the list of it';

CREATE FUNCTION esql_group_values(anyarray) RETURNS anyarray
	IMMUTABLE PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_group_values(anyarray) IS
	'what grouping by a list unnests: its distinct values, or one null';

CREATE FUNCTION esql_expand_values(anyarray) RETURNS anyarray
	IMMUTABLE PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_expand_values(anyarray) IS
	'what MV_EXPAND unnests: the values of a list, or one null';

-- The MV_ functions.

CREATE FUNCTION esql_mv_count(anyarray) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_count(anyarray) IS
	'ES|QL MV_COUNT: number of values';

CREATE FUNCTION esql_mv_min(anyarray) RETURNS anyelement
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_min(anyarray) IS
	'ES|QL MV_MIN: the least value';

CREATE FUNCTION esql_mv_max(anyarray) RETURNS anyelement
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_max(anyarray) IS
	'ES|QL MV_MAX: the greatest value';

CREATE FUNCTION esql_mv_first(anyarray) RETURNS anyelement
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_first(anyarray) IS
	'ES|QL MV_FIRST: the first value';

CREATE FUNCTION esql_mv_last(anyarray) RETURNS anyelement
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_last(anyarray) IS
	'ES|QL MV_LAST: the last value';

CREATE FUNCTION esql_mv_dedupe(anyarray) RETURNS anyarray
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_dedupe(anyarray) IS
	'ES|QL MV_DEDUPE: each value once, where it came first';

CREATE FUNCTION esql_mv_sort(anyarray, descending boolean) RETURNS anyarray
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_sort(anyarray, descending boolean) IS
	'ES|QL MV_SORT: the values in order';

CREATE FUNCTION esql_mv_slice(anyarray, start_at integer, end_at integer) RETURNS anyarray
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_slice(anyarray, start_at integer, end_at integer) IS
	'ES|QL MV_SLICE: the values from one place to another, from 0, negative from the end';

CREATE FUNCTION esql_mv_append(anyarray, anyarray) RETURNS anyarray
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_append(anyarray, anyarray) IS
	'ES|QL MV_APPEND: the values of both lists';

CREATE FUNCTION esql_mv_concat(text[], delimiter text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_concat(text[], delimiter text) IS
	'ES|QL MV_CONCAT: the values joined by a delimiter';

CREATE FUNCTION esql_mv_contains(superset anyarray, subset anyarray) RETURNS boolean
	IMMUTABLE PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_contains(superset anyarray, subset anyarray) IS
	'ES|QL MV_CONTAINS: are all values of the second list in the first, null being the empty list';

CREATE FUNCTION esql_mv_intersection(anyarray, anyarray) RETURNS anyarray
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_intersection(anyarray, anyarray) IS
	'ES|QL MV_INTERSECTION: the distinct values of the first list that are in the second';

CREATE FUNCTION esql_mv_zip(text[], text[], delimiter text) RETURNS text[]
	IMMUTABLE PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_zip(text[], text[], delimiter text) IS
	'ES|QL MV_ZIP: the values of two lists joined pairwise';

CREATE FUNCTION esql_mv_sum(integer[]) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME', 'esql_mv_sum_integer';
COMMENT ON FUNCTION esql_mv_sum(integer[]) IS
	'ES|QL MV_SUM: the sum of the values, null on overflow';

CREATE FUNCTION esql_mv_sum(bigint[]) RETURNS bigint
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME', 'esql_mv_sum_long';
COMMENT ON FUNCTION esql_mv_sum(bigint[]) IS
	'ES|QL MV_SUM: the sum of the values, null on overflow';

CREATE FUNCTION esql_mv_sum(double precision[]) RETURNS double precision
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME', 'esql_mv_sum_double';
COMMENT ON FUNCTION esql_mv_sum(double precision[]) IS
	'ES|QL MV_SUM: the sum of the values, null on overflow';

CREATE FUNCTION esql_mv_avg(integer[]) RETURNS double precision
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_avg(integer[]) IS
	'ES|QL MV_AVG: the mean of the values';

CREATE FUNCTION esql_mv_avg(bigint[]) RETURNS double precision
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_avg(bigint[]) IS
	'ES|QL MV_AVG: the mean of the values';

CREATE FUNCTION esql_mv_avg(double precision[]) RETURNS double precision
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_avg(double precision[]) IS
	'ES|QL MV_AVG: the mean of the values';

CREATE FUNCTION esql_mv_median(integer[]) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_median(integer[]) IS
	'ES|QL MV_MEDIAN: the middle value, or the mean of the middle two';

CREATE FUNCTION esql_mv_median(bigint[]) RETURNS bigint
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_median(bigint[]) IS
	'ES|QL MV_MEDIAN: the middle value, or the mean of the middle two';

CREATE FUNCTION esql_mv_median(double precision[]) RETURNS double precision
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_mv_median(double precision[]) IS
	'ES|QL MV_MEDIAN: the middle value, or the mean of the middle two';

CREATE FUNCTION esql_list_total(integer[]) RETURNS numeric
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME', 'esql_list_total_integer';
COMMENT ON FUNCTION esql_list_total(integer[]) IS
	'the sum of a list, for the aggregate SUM over lists';

CREATE FUNCTION esql_list_total(bigint[]) RETURNS numeric
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME', 'esql_list_total_integer';
COMMENT ON FUNCTION esql_list_total(bigint[]) IS
	'the sum of a list, for the aggregate SUM over lists';

CREATE FUNCTION esql_list_total(double precision[]) RETURNS double precision
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME', 'esql_list_total_double';
COMMENT ON FUNCTION esql_list_total(double precision[]) IS
	'the sum of a list, for the aggregate SUM over lists';

-- Strings.

CREATE FUNCTION esql_length(text) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_length(text) IS
	'ES|QL LENGTH: number of code points';

CREATE FUNCTION esql_byte_length(text) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_byte_length(text) IS
	'ES|QL BYTE_LENGTH: number of bytes';

CREATE FUNCTION esql_bit_length(text) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_bit_length(text) IS
	'ES|QL BIT_LENGTH: number of bits';

CREATE FUNCTION esql_substring(text, start_at integer) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_substring(text, start_at integer) IS
	'ES|QL SUBSTRING: the text from a position on';

CREATE FUNCTION esql_substring(text, start_at integer, length integer) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_substring(text, start_at integer, length integer) IS
	'ES|QL SUBSTRING: so many code points from a position on';

CREATE FUNCTION esql_left(text, length integer) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_left(text, length integer) IS
	'ES|QL LEFT: the first code points';

CREATE FUNCTION esql_right(text, length integer) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_right(text, length integer) IS
	'ES|QL RIGHT: the last code points';

CREATE FUNCTION esql_locate(text, part text) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_locate(text, part text) IS
	'ES|QL LOCATE: position of a part, 0 if there is none';

CREATE FUNCTION esql_locate(text, part text, start_at integer) RETURNS integer
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_locate(text, part text, start_at integer) IS
	'ES|QL LOCATE: position of a part from a position on, 0 if there is none';

CREATE FUNCTION esql_starts_with(text, prefix text) RETURNS boolean
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_starts_with(text, prefix text) IS
	'ES|QL STARTS_WITH: does the text begin with this';

CREATE FUNCTION esql_ends_with(text, suffix text) RETURNS boolean
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_ends_with(text, suffix text) IS
	'ES|QL ENDS_WITH: does the text end with this';

CREATE FUNCTION esql_contains(text, part text) RETURNS boolean
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_contains(text, part text) IS
	'ES|QL CONTAINS: is this in the text';

CREATE FUNCTION esql_split(text, delimiter text) RETURNS text[]
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_split(text, delimiter text) IS
	'ES|QL SPLIT: the parts between the delimiters';

CREATE FUNCTION esql_trim(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_trim(text) IS
	'ES|QL TRIM: without blanks at both ends';

CREATE FUNCTION esql_ltrim(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_ltrim(text) IS
	'ES|QL LTRIM: without blanks at the start';

CREATE FUNCTION esql_rtrim(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_rtrim(text) IS
	'ES|QL RTRIM: without blanks at the end';

CREATE FUNCTION esql_repeat(text, times integer) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_repeat(text, times integer) IS
	'ES|QL REPEAT: the text so many times, at most a megabyte';

CREATE FUNCTION esql_space(length integer) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_space(length integer) IS
	'ES|QL SPACE: so many blanks, at most a megabyte';

CREATE FUNCTION esql_reverse(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_reverse(text) IS
	'ES|QL REVERSE: the characters in reverse order';

CREATE FUNCTION esql_replace(text, pattern text, replacement text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_replace(text, pattern text, replacement text) IS
	'ES|QL REPLACE: all matches of a regular expression, which is already one of PostgreSQL, replaced';

CREATE FUNCTION esql_url_encode(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_url_encode(text) IS
	'ES|QL URL_ENCODE: percent encoding, a blank as +';

CREATE FUNCTION esql_url_encode_component(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_url_encode_component(text) IS
	'ES|QL URL_ENCODE_COMPONENT: percent encoding, a blank as %20';

CREATE FUNCTION esql_url_decode(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_url_decode(text) IS
	'ES|QL URL_DECODE: percent encoding undone';

CREATE FUNCTION esql_to_base64(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_to_base64(text) IS
	'ES|QL TO_BASE64: the bytes in base64';

CREATE FUNCTION esql_from_base64(text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_from_base64(text) IS
	'ES|QL FROM_BASE64: the text whose base64 this is';

CREATE FUNCTION esql_hash(algorithm text, text) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION esql_hash(algorithm text, text) IS
	'ES|QL HASH: MD5, SHA-1, SHA-224, SHA-256, SHA-384 or SHA-512 in hexadecimal';

-- ---- schema.sql

/*
 * schema.sql: what ES|QL's names stand for, and the events.
 *
 * fields, sources and (in rules.sql) rules come with rows of our own (shipped) and take
 * others.  pg_dump saves the others and whatever was changed; since CREATE
 * EXTENSION puts the shipped rows in again before the dump's rows come, a row
 * that comes later takes the place of a shipped one (replace_shipped).
 */

CREATE TABLE fields (
	field text COLLATE "C" PRIMARY KEY CHECK (field <> ''),
	type text NOT NULL CHECK (type IN (
		'boolean', 'integer', 'long', 'double', 'keyword', 'ip', 'date',
		'text', 'byte', 'short', 'float', 'half_float', 'scaled_float',
		'constant_keyword', 'wildcard', 'match_only_text',
		'object', 'nested', 'flattened', 'geo_point')),
	several boolean NOT NULL DEFAULT false,
	shipped boolean NOT NULL DEFAULT false,
	column_name text COLLATE "C" GENERATED ALWAYS AS
		(translate(ltrim(field, '@'), '.', '_')) STORED
);
CREATE INDEX fields_column_name ON fields (column_name);

COMMENT ON TABLE fields IS 'Types of ES|QL fields that are read from a document, and the field that a column stands for; filled from the Elastic Common Schema, open to fields of one''s own';
COMMENT ON COLUMN fields.field IS 'Dotted name, such as process.name';
COMMENT ON COLUMN fields.type IS 'Elasticsearch''s type of the field';
COMMENT ON COLUMN fields.several IS 'Whether the schema says that it may hold several values';
COMMENT ON COLUMN fields.shipped IS 'Comes with the extension and is unchanged; pg_dump leaves such rows out';
COMMENT ON COLUMN fields.column_name IS 'Name of the column that holds the field in a relation';

INSERT INTO fields (field, type, several, shipped)
SELECT split_part(line, E'\t', 1), split_part(line, E'\t', 2), split_part(line, E'\t', 3) = 'list', true
  FROM unnest(string_to_array($fields$
@timestamp	date	
labels	object	
message	text	
tags	keyword	list
agent.build.original	keyword	
agent.ephemeral_id	keyword	
agent.id	keyword	
agent.name	keyword	
agent.type	keyword	
agent.version	keyword	
client.address	keyword	
client.as.number	long	
client.as.organization.name	keyword	
client.as.organization.name.text	text	
client.bytes	long	
client.domain	keyword	
client.geo.city_name	keyword	
client.geo.continent_code	keyword	
client.geo.continent_name	keyword	
client.geo.country_iso_code	keyword	
client.geo.country_name	keyword	
client.geo.location	geo_point	
client.geo.name	keyword	
client.geo.postal_code	keyword	
client.geo.region_iso_code	keyword	
client.geo.region_name	keyword	
client.geo.timezone	keyword	
client.ip	ip	
client.mac	keyword	
client.nat.ip	ip	
client.nat.port	long	
client.packets	long	
client.port	long	
client.registered_domain	keyword	
client.subdomain	keyword	
client.top_level_domain	keyword	
client.user.domain	keyword	
client.user.email	keyword	
client.user.full_name	keyword	
client.user.full_name.text	text	
client.user.group.domain	keyword	
client.user.group.id	keyword	
client.user.group.name	keyword	
client.user.hash	keyword	
client.user.id	keyword	
client.user.name	keyword	
client.user.name.text	text	
client.user.roles	keyword	list
cloud.account.id	keyword	
cloud.account.name	keyword	
cloud.availability_zone	keyword	
cloud.entity.attributes.known_redirects	keyword	list
cloud.entity.attributes.managed	boolean	
cloud.entity.attributes.mfa_enabled	boolean	
cloud.entity.attributes.oauth_consent_restriction	keyword	
cloud.entity.attributes.permissions	keyword	list
cloud.entity.attributes.storage_class	keyword	
cloud.entity.behavior	object	
cloud.entity.display_name	keyword	
cloud.entity.display_name.text	text	
cloud.entity.id	keyword	
cloud.entity.last_seen_timestamp	date	
cloud.entity.lifecycle.last_activity	date	
cloud.entity.metrics	object	
cloud.entity.name	keyword	
cloud.entity.name.text	text	
cloud.entity.raw	object	
cloud.entity.reference	keyword	
cloud.entity.relationships.administers.entity.id	keyword	list
cloud.entity.relationships.administers.host.id	keyword	list
cloud.entity.relationships.administers.host.name	keyword	list
cloud.entity.relationships.administers.service.id	keyword	list
cloud.entity.relationships.administers.service.name	keyword	list
cloud.entity.relationships.administers.user.domain	keyword	list
cloud.entity.relationships.administers.user.email	keyword	list
cloud.entity.relationships.administers.user.id	keyword	list
cloud.entity.relationships.administers.user.name	keyword	list
cloud.entity.relationships.depends_on.entity.id	keyword	list
cloud.entity.relationships.depends_on.host.id	keyword	list
cloud.entity.relationships.depends_on.host.name	keyword	list
cloud.entity.relationships.depends_on.service.id	keyword	list
cloud.entity.relationships.depends_on.service.name	keyword	list
cloud.entity.relationships.depends_on.user.domain	keyword	list
cloud.entity.relationships.depends_on.user.email	keyword	list
cloud.entity.relationships.depends_on.user.id	keyword	list
cloud.entity.relationships.depends_on.user.name	keyword	list
cloud.entity.relationships.owns.entity.id	keyword	list
cloud.entity.relationships.owns.host.id	keyword	list
cloud.entity.relationships.owns.host.name	keyword	list
cloud.entity.relationships.owns.service.id	keyword	list
cloud.entity.relationships.owns.service.name	keyword	list
cloud.entity.relationships.owns.user.domain	keyword	list
cloud.entity.relationships.owns.user.email	keyword	list
cloud.entity.relationships.owns.user.id	keyword	list
cloud.entity.relationships.owns.user.name	keyword	list
cloud.entity.relationships.supervises.entity.id	keyword	list
cloud.entity.relationships.supervises.host.id	keyword	list
cloud.entity.relationships.supervises.host.name	keyword	list
cloud.entity.relationships.supervises.service.id	keyword	list
cloud.entity.relationships.supervises.service.name	keyword	list
cloud.entity.relationships.supervises.user.domain	keyword	list
cloud.entity.relationships.supervises.user.email	keyword	list
cloud.entity.relationships.supervises.user.id	keyword	list
cloud.entity.relationships.supervises.user.name	keyword	list
cloud.entity.source	keyword	
cloud.entity.sub_type	keyword	
cloud.entity.type	keyword	list
cloud.instance.id	keyword	
cloud.instance.name	keyword	
cloud.machine.type	keyword	
cloud.origin.account.id	keyword	
cloud.origin.account.name	keyword	
cloud.origin.availability_zone	keyword	
cloud.origin.entity.attributes.known_redirects	keyword	list
cloud.origin.entity.attributes.managed	boolean	
cloud.origin.entity.attributes.mfa_enabled	boolean	
cloud.origin.entity.attributes.oauth_consent_restriction	keyword	
cloud.origin.entity.attributes.permissions	keyword	list
cloud.origin.entity.attributes.storage_class	keyword	
cloud.origin.entity.behavior	object	
cloud.origin.entity.display_name	keyword	
cloud.origin.entity.display_name.text	text	
cloud.origin.entity.id	keyword	
cloud.origin.entity.last_seen_timestamp	date	
cloud.origin.entity.lifecycle.last_activity	date	
cloud.origin.entity.metrics	object	
cloud.origin.entity.name	keyword	
cloud.origin.entity.name.text	text	
cloud.origin.entity.raw	object	
cloud.origin.entity.reference	keyword	
cloud.origin.entity.relationships.administers.entity.id	keyword	list
cloud.origin.entity.relationships.administers.host.id	keyword	list
cloud.origin.entity.relationships.administers.host.name	keyword	list
cloud.origin.entity.relationships.administers.service.id	keyword	list
cloud.origin.entity.relationships.administers.service.name	keyword	list
cloud.origin.entity.relationships.administers.user.domain	keyword	list
cloud.origin.entity.relationships.administers.user.email	keyword	list
cloud.origin.entity.relationships.administers.user.id	keyword	list
cloud.origin.entity.relationships.administers.user.name	keyword	list
cloud.origin.entity.relationships.depends_on.entity.id	keyword	list
cloud.origin.entity.relationships.depends_on.host.id	keyword	list
cloud.origin.entity.relationships.depends_on.host.name	keyword	list
cloud.origin.entity.relationships.depends_on.service.id	keyword	list
cloud.origin.entity.relationships.depends_on.service.name	keyword	list
cloud.origin.entity.relationships.depends_on.user.domain	keyword	list
cloud.origin.entity.relationships.depends_on.user.email	keyword	list
cloud.origin.entity.relationships.depends_on.user.id	keyword	list
cloud.origin.entity.relationships.depends_on.user.name	keyword	list
cloud.origin.entity.relationships.owns.entity.id	keyword	list
cloud.origin.entity.relationships.owns.host.id	keyword	list
cloud.origin.entity.relationships.owns.host.name	keyword	list
cloud.origin.entity.relationships.owns.service.id	keyword	list
cloud.origin.entity.relationships.owns.service.name	keyword	list
cloud.origin.entity.relationships.owns.user.domain	keyword	list
cloud.origin.entity.relationships.owns.user.email	keyword	list
cloud.origin.entity.relationships.owns.user.id	keyword	list
cloud.origin.entity.relationships.owns.user.name	keyword	list
cloud.origin.entity.relationships.supervises.entity.id	keyword	list
cloud.origin.entity.relationships.supervises.host.id	keyword	list
cloud.origin.entity.relationships.supervises.host.name	keyword	list
cloud.origin.entity.relationships.supervises.service.id	keyword	list
cloud.origin.entity.relationships.supervises.service.name	keyword	list
cloud.origin.entity.relationships.supervises.user.domain	keyword	list
cloud.origin.entity.relationships.supervises.user.email	keyword	list
cloud.origin.entity.relationships.supervises.user.id	keyword	list
cloud.origin.entity.relationships.supervises.user.name	keyword	list
cloud.origin.entity.source	keyword	
cloud.origin.entity.sub_type	keyword	
cloud.origin.entity.type	keyword	list
cloud.origin.instance.id	keyword	
cloud.origin.instance.name	keyword	
cloud.origin.machine.type	keyword	
cloud.origin.project.id	keyword	
cloud.origin.project.name	keyword	
cloud.origin.provider	keyword	
cloud.origin.region	keyword	
cloud.origin.service.name	keyword	
cloud.project.id	keyword	
cloud.project.name	keyword	
cloud.provider	keyword	
cloud.region	keyword	
cloud.service.name	keyword	
cloud.target.account.id	keyword	
cloud.target.account.name	keyword	
cloud.target.availability_zone	keyword	
cloud.target.entity.attributes.known_redirects	keyword	list
cloud.target.entity.attributes.managed	boolean	
cloud.target.entity.attributes.mfa_enabled	boolean	
cloud.target.entity.attributes.oauth_consent_restriction	keyword	
cloud.target.entity.attributes.permissions	keyword	list
cloud.target.entity.attributes.storage_class	keyword	
cloud.target.entity.behavior	object	
cloud.target.entity.display_name	keyword	
cloud.target.entity.display_name.text	text	
cloud.target.entity.id	keyword	
cloud.target.entity.last_seen_timestamp	date	
cloud.target.entity.lifecycle.last_activity	date	
cloud.target.entity.metrics	object	
cloud.target.entity.name	keyword	
cloud.target.entity.name.text	text	
cloud.target.entity.raw	object	
cloud.target.entity.reference	keyword	
cloud.target.entity.relationships.administers.entity.id	keyword	list
cloud.target.entity.relationships.administers.host.id	keyword	list
cloud.target.entity.relationships.administers.host.name	keyword	list
cloud.target.entity.relationships.administers.service.id	keyword	list
cloud.target.entity.relationships.administers.service.name	keyword	list
cloud.target.entity.relationships.administers.user.domain	keyword	list
cloud.target.entity.relationships.administers.user.email	keyword	list
cloud.target.entity.relationships.administers.user.id	keyword	list
cloud.target.entity.relationships.administers.user.name	keyword	list
cloud.target.entity.relationships.depends_on.entity.id	keyword	list
cloud.target.entity.relationships.depends_on.host.id	keyword	list
cloud.target.entity.relationships.depends_on.host.name	keyword	list
cloud.target.entity.relationships.depends_on.service.id	keyword	list
cloud.target.entity.relationships.depends_on.service.name	keyword	list
cloud.target.entity.relationships.depends_on.user.domain	keyword	list
cloud.target.entity.relationships.depends_on.user.email	keyword	list
cloud.target.entity.relationships.depends_on.user.id	keyword	list
cloud.target.entity.relationships.depends_on.user.name	keyword	list
cloud.target.entity.relationships.owns.entity.id	keyword	list
cloud.target.entity.relationships.owns.host.id	keyword	list
cloud.target.entity.relationships.owns.host.name	keyword	list
cloud.target.entity.relationships.owns.service.id	keyword	list
cloud.target.entity.relationships.owns.service.name	keyword	list
cloud.target.entity.relationships.owns.user.domain	keyword	list
cloud.target.entity.relationships.owns.user.email	keyword	list
cloud.target.entity.relationships.owns.user.id	keyword	list
cloud.target.entity.relationships.owns.user.name	keyword	list
cloud.target.entity.relationships.supervises.entity.id	keyword	list
cloud.target.entity.relationships.supervises.host.id	keyword	list
cloud.target.entity.relationships.supervises.host.name	keyword	list
cloud.target.entity.relationships.supervises.service.id	keyword	list
cloud.target.entity.relationships.supervises.service.name	keyword	list
cloud.target.entity.relationships.supervises.user.domain	keyword	list
cloud.target.entity.relationships.supervises.user.email	keyword	list
cloud.target.entity.relationships.supervises.user.id	keyword	list
cloud.target.entity.relationships.supervises.user.name	keyword	list
cloud.target.entity.source	keyword	
cloud.target.entity.sub_type	keyword	
cloud.target.entity.type	keyword	list
cloud.target.instance.id	keyword	
cloud.target.instance.name	keyword	
cloud.target.machine.type	keyword	
cloud.target.project.id	keyword	
cloud.target.project.name	keyword	
cloud.target.provider	keyword	
cloud.target.region	keyword	
cloud.target.service.name	keyword	
container.cpu.usage	double	
container.disk.read.bytes	long	
container.disk.write.bytes	long	
container.id	keyword	
container.image.hash.all	keyword	list
container.image.name	keyword	
container.image.tag	keyword	list
container.labels	object	
container.memory.usage	double	
container.name	keyword	
container.network.egress.bytes	long	
container.network.ingress.bytes	long	
container.runtime	keyword	
container.security_context.privileged	boolean	
data_stream.dataset	keyword	
data_stream.namespace	keyword	
data_stream.type	keyword	
destination.address	keyword	
destination.as.number	long	
destination.as.organization.name	keyword	
destination.as.organization.name.text	text	
destination.bytes	long	
destination.domain	keyword	
destination.geo.city_name	keyword	
destination.geo.continent_code	keyword	
destination.geo.continent_name	keyword	
destination.geo.country_iso_code	keyword	
destination.geo.country_name	keyword	
destination.geo.location	geo_point	
destination.geo.name	keyword	
destination.geo.postal_code	keyword	
destination.geo.region_iso_code	keyword	
destination.geo.region_name	keyword	
destination.geo.timezone	keyword	
destination.ip	ip	
destination.mac	keyword	
destination.nat.ip	ip	
destination.nat.port	long	
destination.packets	long	
destination.port	long	
destination.registered_domain	keyword	
destination.subdomain	keyword	
destination.top_level_domain	keyword	
destination.user.domain	keyword	
destination.user.email	keyword	
destination.user.full_name	keyword	
destination.user.full_name.text	text	
destination.user.group.domain	keyword	
destination.user.group.id	keyword	
destination.user.group.name	keyword	
destination.user.hash	keyword	
destination.user.id	keyword	
destination.user.name	keyword	
destination.user.name.text	text	
destination.user.roles	keyword	list
device.id	keyword	
device.manufacturer	keyword	
device.model.identifier	keyword	
device.model.name	keyword	
device.product.id	keyword	
device.product.name	keyword	
device.serial_number	keyword	
device.type	keyword	
device.vendor.id	keyword	
device.vendor.name	keyword	
dll.code_signature.digest_algorithm	keyword	
dll.code_signature.exists	boolean	
dll.code_signature.flags	keyword	
dll.code_signature.signing_id	keyword	
dll.code_signature.status	keyword	
dll.code_signature.subject_name	keyword	
dll.code_signature.team_id	keyword	
dll.code_signature.thumbprint_sha256	keyword	
dll.code_signature.timestamp	date	
dll.code_signature.trusted	boolean	
dll.code_signature.valid	boolean	
dll.hash.cdhash	keyword	
dll.hash.md5	keyword	
dll.hash.sha1	keyword	
dll.hash.sha256	keyword	
dll.hash.sha384	keyword	
dll.hash.sha512	keyword	
dll.hash.ssdeep	keyword	
dll.hash.tlsh	keyword	
dll.name	keyword	
dll.origin_referrer_url	keyword	
dll.origin_url	keyword	
dll.path	keyword	
dll.pe.architecture	keyword	
dll.pe.company	keyword	
dll.pe.description	keyword	
dll.pe.file_version	keyword	
dll.pe.go_import_hash	keyword	
dll.pe.go_imports	flattened	
dll.pe.go_imports_names_entropy	long	
dll.pe.go_imports_names_var_entropy	long	
dll.pe.go_stripped	boolean	
dll.pe.imphash	keyword	
dll.pe.import_hash	keyword	
dll.pe.imports	flattened	list
dll.pe.imports_names_entropy	long	
dll.pe.imports_names_var_entropy	long	
dll.pe.original_file_name	keyword	
dll.pe.pehash	keyword	
dll.pe.product	keyword	
dll.pe.sections	nested	list
dll.pe.sections.entropy	long	
dll.pe.sections.name	keyword	
dll.pe.sections.physical_size	long	
dll.pe.sections.var_entropy	long	
dll.pe.sections.virtual_size	long	
dns.answers	object	list
dns.answers.class	keyword	
dns.answers.data	keyword	
dns.answers.name	keyword	
dns.answers.ttl	long	
dns.answers.type	keyword	
dns.header_flags	keyword	list
dns.id	keyword	
dns.op_code	keyword	
dns.question.class	keyword	
dns.question.name	keyword	
dns.question.registered_domain	keyword	
dns.question.subdomain	keyword	
dns.question.top_level_domain	keyword	
dns.question.type	keyword	
dns.resolved_ip	ip	list
dns.response_code	keyword	
dns.type	keyword	
ecs.version	keyword	
email.attachments	nested	list
email.attachments.file.extension	keyword	
email.attachments.file.hash.cdhash	keyword	
email.attachments.file.hash.md5	keyword	
email.attachments.file.hash.sha1	keyword	
email.attachments.file.hash.sha256	keyword	
email.attachments.file.hash.sha384	keyword	
email.attachments.file.hash.sha512	keyword	
email.attachments.file.hash.ssdeep	keyword	
email.attachments.file.hash.tlsh	keyword	
email.attachments.file.mime_type	keyword	
email.attachments.file.name	keyword	
email.attachments.file.size	long	
email.bcc.address	keyword	list
email.cc.address	keyword	list
email.content_type	keyword	
email.delivery_timestamp	date	
email.direction	keyword	
email.from.address	keyword	list
email.local_id	keyword	
email.message_id	keyword	
email.origination_timestamp	date	
email.reply_to.address	keyword	list
email.sender.address	keyword	
email.subject	keyword	
email.subject.text	text	
email.to.address	keyword	list
email.x_mailer	keyword	
entity.attributes.known_redirects	keyword	list
entity.attributes.managed	boolean	
entity.attributes.mfa_enabled	boolean	
entity.attributes.oauth_consent_restriction	keyword	
entity.attributes.permissions	keyword	list
entity.attributes.storage_class	keyword	
entity.behavior	object	
entity.display_name	keyword	
entity.display_name.text	text	
entity.id	keyword	
entity.last_seen_timestamp	date	
entity.lifecycle.last_activity	date	
entity.metrics	object	
entity.name	keyword	
entity.name.text	text	
entity.raw	object	
entity.reference	keyword	
entity.relationships.administers.entity.id	keyword	list
entity.relationships.administers.host.id	keyword	list
entity.relationships.administers.host.name	keyword	list
entity.relationships.administers.service.id	keyword	list
entity.relationships.administers.service.name	keyword	list
entity.relationships.administers.user.domain	keyword	list
entity.relationships.administers.user.email	keyword	list
entity.relationships.administers.user.id	keyword	list
entity.relationships.administers.user.name	keyword	list
entity.relationships.depends_on.entity.id	keyword	list
entity.relationships.depends_on.host.id	keyword	list
entity.relationships.depends_on.host.name	keyword	list
entity.relationships.depends_on.service.id	keyword	list
entity.relationships.depends_on.service.name	keyword	list
entity.relationships.depends_on.user.domain	keyword	list
entity.relationships.depends_on.user.email	keyword	list
entity.relationships.depends_on.user.id	keyword	list
entity.relationships.depends_on.user.name	keyword	list
entity.relationships.owns.entity.id	keyword	list
entity.relationships.owns.host.id	keyword	list
entity.relationships.owns.host.name	keyword	list
entity.relationships.owns.service.id	keyword	list
entity.relationships.owns.service.name	keyword	list
entity.relationships.owns.user.domain	keyword	list
entity.relationships.owns.user.email	keyword	list
entity.relationships.owns.user.id	keyword	list
entity.relationships.owns.user.name	keyword	list
entity.relationships.supervises.entity.id	keyword	list
entity.relationships.supervises.host.id	keyword	list
entity.relationships.supervises.host.name	keyword	list
entity.relationships.supervises.service.id	keyword	list
entity.relationships.supervises.service.name	keyword	list
entity.relationships.supervises.user.domain	keyword	list
entity.relationships.supervises.user.email	keyword	list
entity.relationships.supervises.user.id	keyword	list
entity.relationships.supervises.user.name	keyword	list
entity.source	keyword	
entity.sub_type	keyword	
entity.target.attributes.known_redirects	keyword	list
entity.target.attributes.managed	boolean	
entity.target.attributes.mfa_enabled	boolean	
entity.target.attributes.oauth_consent_restriction	keyword	
entity.target.attributes.permissions	keyword	list
entity.target.attributes.storage_class	keyword	
entity.target.behavior	object	
entity.target.display_name	keyword	
entity.target.display_name.text	text	
entity.target.id	keyword	
entity.target.last_seen_timestamp	date	
entity.target.lifecycle.last_activity	date	
entity.target.metrics	object	
entity.target.name	keyword	
entity.target.name.text	text	
entity.target.raw	object	
entity.target.reference	keyword	
entity.target.relationships.administers.entity.id	keyword	list
entity.target.relationships.administers.host.id	keyword	list
entity.target.relationships.administers.host.name	keyword	list
entity.target.relationships.administers.service.id	keyword	list
entity.target.relationships.administers.service.name	keyword	list
entity.target.relationships.administers.user.domain	keyword	list
entity.target.relationships.administers.user.email	keyword	list
entity.target.relationships.administers.user.id	keyword	list
entity.target.relationships.administers.user.name	keyword	list
entity.target.relationships.depends_on.entity.id	keyword	list
entity.target.relationships.depends_on.host.id	keyword	list
entity.target.relationships.depends_on.host.name	keyword	list
entity.target.relationships.depends_on.service.id	keyword	list
entity.target.relationships.depends_on.service.name	keyword	list
entity.target.relationships.depends_on.user.domain	keyword	list
entity.target.relationships.depends_on.user.email	keyword	list
entity.target.relationships.depends_on.user.id	keyword	list
entity.target.relationships.depends_on.user.name	keyword	list
entity.target.relationships.owns.entity.id	keyword	list
entity.target.relationships.owns.host.id	keyword	list
entity.target.relationships.owns.host.name	keyword	list
entity.target.relationships.owns.service.id	keyword	list
entity.target.relationships.owns.service.name	keyword	list
entity.target.relationships.owns.user.domain	keyword	list
entity.target.relationships.owns.user.email	keyword	list
entity.target.relationships.owns.user.id	keyword	list
entity.target.relationships.owns.user.name	keyword	list
entity.target.relationships.supervises.entity.id	keyword	list
entity.target.relationships.supervises.host.id	keyword	list
entity.target.relationships.supervises.host.name	keyword	list
entity.target.relationships.supervises.service.id	keyword	list
entity.target.relationships.supervises.service.name	keyword	list
entity.target.relationships.supervises.user.domain	keyword	list
entity.target.relationships.supervises.user.email	keyword	list
entity.target.relationships.supervises.user.id	keyword	list
entity.target.relationships.supervises.user.name	keyword	list
entity.target.source	keyword	
entity.target.sub_type	keyword	
entity.target.type	keyword	list
entity.type	keyword	list
error.code	keyword	
error.id	keyword	
error.message	text	
error.stack_trace	keyword	
error.stack_trace.text	text	
error.type	keyword	
event.action	keyword	
event.agent_id_status	keyword	
event.category	keyword	list
event.code	keyword	
event.created	date	
event.dataset	keyword	
event.duration	long	
event.end	date	
event.hash	keyword	
event.id	keyword	
event.ingested	date	
event.kind	keyword	
event.module	keyword	
event.original	keyword	
event.outcome	keyword	
event.provider	keyword	
event.reason	keyword	
event.reference	keyword	
event.risk_score	double	
event.risk_score_norm	double	
event.sequence	long	
event.severity	long	
event.start	date	
event.timezone	keyword	
event.type	keyword	list
event.url	keyword	
faas.coldstart	boolean	
faas.execution	keyword	
faas.id	keyword	
faas.name	keyword	
faas.trigger.request_id	keyword	
faas.trigger.type	keyword	
faas.version	keyword	
file.accessed	date	
file.attributes	keyword	list
file.code_signature.digest_algorithm	keyword	
file.code_signature.exists	boolean	
file.code_signature.flags	keyword	
file.code_signature.signing_id	keyword	
file.code_signature.status	keyword	
file.code_signature.subject_name	keyword	
file.code_signature.team_id	keyword	
file.code_signature.thumbprint_sha256	keyword	
file.code_signature.timestamp	date	
file.code_signature.trusted	boolean	
file.code_signature.valid	boolean	
file.created	date	
file.ctime	date	
file.device	keyword	
file.directory	keyword	
file.drive_letter	keyword	
file.elf.architecture	keyword	
file.elf.byte_order	keyword	
file.elf.cpu_type	keyword	
file.elf.creation_date	date	
file.elf.exports	flattened	list
file.elf.go_import_hash	keyword	
file.elf.go_imports	flattened	
file.elf.go_imports_names_entropy	long	
file.elf.go_imports_names_var_entropy	long	
file.elf.go_stripped	boolean	
file.elf.header.abi_version	keyword	
file.elf.header.class	keyword	
file.elf.header.data	keyword	
file.elf.header.entrypoint	long	
file.elf.header.object_version	keyword	
file.elf.header.os_abi	keyword	
file.elf.header.type	keyword	
file.elf.header.version	keyword	
file.elf.import_hash	keyword	
file.elf.imports	flattened	list
file.elf.imports_names_entropy	long	
file.elf.imports_names_var_entropy	long	
file.elf.sections	nested	list
file.elf.sections.chi2	long	
file.elf.sections.entropy	long	
file.elf.sections.flags	keyword	
file.elf.sections.name	keyword	
file.elf.sections.physical_offset	keyword	
file.elf.sections.physical_size	long	
file.elf.sections.type	keyword	
file.elf.sections.var_entropy	long	
file.elf.sections.virtual_address	long	
file.elf.sections.virtual_size	long	
file.elf.segments	nested	list
file.elf.segments.sections	keyword	
file.elf.segments.type	keyword	
file.elf.shared_libraries	keyword	list
file.elf.telfhash	keyword	
file.extension	keyword	
file.fork_name	keyword	
file.gid	keyword	
file.group	keyword	
file.hash.cdhash	keyword	
file.hash.md5	keyword	
file.hash.sha1	keyword	
file.hash.sha256	keyword	
file.hash.sha384	keyword	
file.hash.sha512	keyword	
file.hash.ssdeep	keyword	
file.hash.tlsh	keyword	
file.inode	keyword	
file.macho.go_import_hash	keyword	
file.macho.go_imports	flattened	
file.macho.go_imports_names_entropy	long	
file.macho.go_imports_names_var_entropy	long	
file.macho.go_stripped	boolean	
file.macho.import_hash	keyword	
file.macho.imports	flattened	list
file.macho.imports_names_entropy	long	
file.macho.imports_names_var_entropy	long	
file.macho.sections	nested	list
file.macho.sections.entropy	long	
file.macho.sections.name	keyword	
file.macho.sections.physical_size	long	
file.macho.sections.var_entropy	long	
file.macho.sections.virtual_size	long	
file.macho.symhash	keyword	
file.mime_type	keyword	
file.mode	keyword	
file.mtime	date	
file.name	keyword	
file.origin_referrer_url	keyword	
file.origin_url	keyword	
file.owner	keyword	
file.path	keyword	
file.path.text	text	
file.pe.architecture	keyword	
file.pe.company	keyword	
file.pe.description	keyword	
file.pe.file_version	keyword	
file.pe.go_import_hash	keyword	
file.pe.go_imports	flattened	
file.pe.go_imports_names_entropy	long	
file.pe.go_imports_names_var_entropy	long	
file.pe.go_stripped	boolean	
file.pe.imphash	keyword	
file.pe.import_hash	keyword	
file.pe.imports	flattened	list
file.pe.imports_names_entropy	long	
file.pe.imports_names_var_entropy	long	
file.pe.original_file_name	keyword	
file.pe.pehash	keyword	
file.pe.product	keyword	
file.pe.sections	nested	list
file.pe.sections.entropy	long	
file.pe.sections.name	keyword	
file.pe.sections.physical_size	long	
file.pe.sections.var_entropy	long	
file.pe.sections.virtual_size	long	
file.size	long	
file.target_path	keyword	
file.target_path.text	text	
file.type	keyword	
file.uid	keyword	
file.x509.alternative_names	keyword	list
file.x509.issuer.common_name	keyword	list
file.x509.issuer.country	keyword	list
file.x509.issuer.distinguished_name	keyword	
file.x509.issuer.locality	keyword	list
file.x509.issuer.organization	keyword	list
file.x509.issuer.organizational_unit	keyword	list
file.x509.issuer.state_or_province	keyword	list
file.x509.not_after	date	
file.x509.not_before	date	
file.x509.public_key_algorithm	keyword	
file.x509.public_key_curve	keyword	
file.x509.public_key_exponent	long	
file.x509.public_key_size	long	
file.x509.serial_number	keyword	
file.x509.signature_algorithm	keyword	
file.x509.subject.common_name	keyword	list
file.x509.subject.country	keyword	list
file.x509.subject.distinguished_name	keyword	
file.x509.subject.locality	keyword	list
file.x509.subject.organization	keyword	list
file.x509.subject.organizational_unit	keyword	list
file.x509.subject.state_or_province	keyword	list
file.x509.version_number	keyword	
gen_ai.agent.description	keyword	
gen_ai.agent.id	keyword	
gen_ai.agent.name	keyword	
gen_ai.input.messages	flattened	
gen_ai.operation.name	keyword	
gen_ai.output.messages	flattened	
gen_ai.output.type	keyword	
gen_ai.provider.name	keyword	
gen_ai.request.choice.count	integer	
gen_ai.request.encoding_formats	nested	
gen_ai.request.frequency_penalty	double	
gen_ai.request.max_tokens	integer	
gen_ai.request.model	keyword	
gen_ai.request.presence_penalty	double	
gen_ai.request.seed	integer	
gen_ai.request.stop_sequences	nested	
gen_ai.request.temperature	double	
gen_ai.request.top_k	double	
gen_ai.request.top_p	double	
gen_ai.response.finish_reasons	nested	
gen_ai.response.id	keyword	
gen_ai.response.model	keyword	
gen_ai.system_instructions	flattened	
gen_ai.token.type	keyword	
gen_ai.tool.call.arguments	flattened	
gen_ai.tool.call.id	keyword	
gen_ai.tool.call.result	flattened	
gen_ai.tool.definitions	flattened	
gen_ai.tool.name	keyword	
gen_ai.tool.type	keyword	
gen_ai.usage.input_tokens	integer	
gen_ai.usage.output_tokens	integer	
group.domain	keyword	
group.id	keyword	
group.name	keyword	
host.architecture	keyword	
host.boot.id	keyword	
host.cpu.usage	double	
host.disk.read.bytes	long	
host.disk.write.bytes	long	
host.domain	keyword	
host.entity.attributes.known_redirects	keyword	list
host.entity.attributes.managed	boolean	
host.entity.attributes.mfa_enabled	boolean	
host.entity.attributes.oauth_consent_restriction	keyword	
host.entity.attributes.permissions	keyword	list
host.entity.attributes.storage_class	keyword	
host.entity.behavior	object	
host.entity.display_name	keyword	
host.entity.display_name.text	text	
host.entity.id	keyword	
host.entity.last_seen_timestamp	date	
host.entity.lifecycle.last_activity	date	
host.entity.metrics	object	
host.entity.name	keyword	
host.entity.name.text	text	
host.entity.raw	object	
host.entity.reference	keyword	
host.entity.relationships.administers.entity.id	keyword	list
host.entity.relationships.administers.host.id	keyword	list
host.entity.relationships.administers.host.name	keyword	list
host.entity.relationships.administers.service.id	keyword	list
host.entity.relationships.administers.service.name	keyword	list
host.entity.relationships.administers.user.domain	keyword	list
host.entity.relationships.administers.user.email	keyword	list
host.entity.relationships.administers.user.id	keyword	list
host.entity.relationships.administers.user.name	keyword	list
host.entity.relationships.depends_on.entity.id	keyword	list
host.entity.relationships.depends_on.host.id	keyword	list
host.entity.relationships.depends_on.host.name	keyword	list
host.entity.relationships.depends_on.service.id	keyword	list
host.entity.relationships.depends_on.service.name	keyword	list
host.entity.relationships.depends_on.user.domain	keyword	list
host.entity.relationships.depends_on.user.email	keyword	list
host.entity.relationships.depends_on.user.id	keyword	list
host.entity.relationships.depends_on.user.name	keyword	list
host.entity.relationships.owns.entity.id	keyword	list
host.entity.relationships.owns.host.id	keyword	list
host.entity.relationships.owns.host.name	keyword	list
host.entity.relationships.owns.service.id	keyword	list
host.entity.relationships.owns.service.name	keyword	list
host.entity.relationships.owns.user.domain	keyword	list
host.entity.relationships.owns.user.email	keyword	list
host.entity.relationships.owns.user.id	keyword	list
host.entity.relationships.owns.user.name	keyword	list
host.entity.relationships.supervises.entity.id	keyword	list
host.entity.relationships.supervises.host.id	keyword	list
host.entity.relationships.supervises.host.name	keyword	list
host.entity.relationships.supervises.service.id	keyword	list
host.entity.relationships.supervises.service.name	keyword	list
host.entity.relationships.supervises.user.domain	keyword	list
host.entity.relationships.supervises.user.email	keyword	list
host.entity.relationships.supervises.user.id	keyword	list
host.entity.relationships.supervises.user.name	keyword	list
host.entity.source	keyword	
host.entity.sub_type	keyword	
host.entity.type	keyword	list
host.geo.city_name	keyword	
host.geo.continent_code	keyword	
host.geo.continent_name	keyword	
host.geo.country_iso_code	keyword	
host.geo.country_name	keyword	
host.geo.location	geo_point	
host.geo.name	keyword	
host.geo.postal_code	keyword	
host.geo.region_iso_code	keyword	
host.geo.region_name	keyword	
host.geo.timezone	keyword	
host.hostname	keyword	
host.id	keyword	
host.ip	ip	list
host.mac	keyword	list
host.name	keyword	
host.network.egress.bytes	long	
host.network.egress.packets	long	
host.network.ingress.bytes	long	
host.network.ingress.packets	long	
host.os.family	keyword	
host.os.full	keyword	
host.os.full.text	text	
host.os.kernel	keyword	
host.os.name	keyword	
host.os.name.text	text	
host.os.platform	keyword	
host.os.type	keyword	
host.os.version	keyword	
host.pid_ns_ino	keyword	
host.risk.calculated_level	keyword	
host.risk.calculated_score	double	
host.risk.calculated_score_norm	double	
host.risk.static_level	keyword	
host.risk.static_score	double	
host.risk.static_score_norm	double	
host.target.architecture	keyword	
host.target.boot.id	keyword	
host.target.cpu.usage	double	
host.target.disk.read.bytes	long	
host.target.disk.write.bytes	long	
host.target.domain	keyword	
host.target.entity.attributes.known_redirects	keyword	list
host.target.entity.attributes.managed	boolean	
host.target.entity.attributes.mfa_enabled	boolean	
host.target.entity.attributes.oauth_consent_restriction	keyword	
host.target.entity.attributes.permissions	keyword	list
host.target.entity.attributes.storage_class	keyword	
host.target.entity.behavior	object	
host.target.entity.display_name	keyword	
host.target.entity.display_name.text	text	
host.target.entity.id	keyword	
host.target.entity.last_seen_timestamp	date	
host.target.entity.lifecycle.last_activity	date	
host.target.entity.metrics	object	
host.target.entity.name	keyword	
host.target.entity.name.text	text	
host.target.entity.raw	object	
host.target.entity.reference	keyword	
host.target.entity.relationships.administers.entity.id	keyword	list
host.target.entity.relationships.administers.host.id	keyword	list
host.target.entity.relationships.administers.host.name	keyword	list
host.target.entity.relationships.administers.service.id	keyword	list
host.target.entity.relationships.administers.service.name	keyword	list
host.target.entity.relationships.administers.user.domain	keyword	list
host.target.entity.relationships.administers.user.email	keyword	list
host.target.entity.relationships.administers.user.id	keyword	list
host.target.entity.relationships.administers.user.name	keyword	list
host.target.entity.relationships.depends_on.entity.id	keyword	list
host.target.entity.relationships.depends_on.host.id	keyword	list
host.target.entity.relationships.depends_on.host.name	keyword	list
host.target.entity.relationships.depends_on.service.id	keyword	list
host.target.entity.relationships.depends_on.service.name	keyword	list
host.target.entity.relationships.depends_on.user.domain	keyword	list
host.target.entity.relationships.depends_on.user.email	keyword	list
host.target.entity.relationships.depends_on.user.id	keyword	list
host.target.entity.relationships.depends_on.user.name	keyword	list
host.target.entity.relationships.owns.entity.id	keyword	list
host.target.entity.relationships.owns.host.id	keyword	list
host.target.entity.relationships.owns.host.name	keyword	list
host.target.entity.relationships.owns.service.id	keyword	list
host.target.entity.relationships.owns.service.name	keyword	list
host.target.entity.relationships.owns.user.domain	keyword	list
host.target.entity.relationships.owns.user.email	keyword	list
host.target.entity.relationships.owns.user.id	keyword	list
host.target.entity.relationships.owns.user.name	keyword	list
host.target.entity.relationships.supervises.entity.id	keyword	list
host.target.entity.relationships.supervises.host.id	keyword	list
host.target.entity.relationships.supervises.host.name	keyword	list
host.target.entity.relationships.supervises.service.id	keyword	list
host.target.entity.relationships.supervises.service.name	keyword	list
host.target.entity.relationships.supervises.user.domain	keyword	list
host.target.entity.relationships.supervises.user.email	keyword	list
host.target.entity.relationships.supervises.user.id	keyword	list
host.target.entity.relationships.supervises.user.name	keyword	list
host.target.entity.source	keyword	
host.target.entity.sub_type	keyword	
host.target.entity.type	keyword	list
host.target.geo.city_name	keyword	
host.target.geo.continent_code	keyword	
host.target.geo.continent_name	keyword	
host.target.geo.country_iso_code	keyword	
host.target.geo.country_name	keyword	
host.target.geo.location	geo_point	
host.target.geo.name	keyword	
host.target.geo.postal_code	keyword	
host.target.geo.region_iso_code	keyword	
host.target.geo.region_name	keyword	
host.target.geo.timezone	keyword	
host.target.hostname	keyword	
host.target.id	keyword	
host.target.ip	ip	list
host.target.mac	keyword	list
host.target.name	keyword	
host.target.network.egress.bytes	long	
host.target.network.egress.packets	long	
host.target.network.ingress.bytes	long	
host.target.network.ingress.packets	long	
host.target.os.family	keyword	
host.target.os.full	keyword	
host.target.os.full.text	text	
host.target.os.kernel	keyword	
host.target.os.name	keyword	
host.target.os.name.text	text	
host.target.os.platform	keyword	
host.target.os.type	keyword	
host.target.os.version	keyword	
host.target.pid_ns_ino	keyword	
host.target.risk.calculated_level	keyword	
host.target.risk.calculated_score	double	
host.target.risk.calculated_score_norm	double	
host.target.risk.static_level	keyword	
host.target.risk.static_score	double	
host.target.risk.static_score_norm	double	
host.target.type	keyword	
host.target.uptime	long	
host.type	keyword	
host.uptime	long	
http.request.body.bytes	long	
http.request.body.content	keyword	
http.request.body.content.text	text	
http.request.bytes	long	
http.request.id	keyword	
http.request.method	keyword	
http.request.mime_type	keyword	
http.request.referrer	keyword	
http.response.body.bytes	long	
http.response.body.content	keyword	
http.response.body.content.text	text	
http.response.bytes	long	
http.response.mime_type	keyword	
http.response.status_code	long	
http.version	keyword	
log.file.path	keyword	
log.level	keyword	
log.logger	keyword	
log.origin.file.line	long	
log.origin.file.name	keyword	
log.origin.function	keyword	
log.syslog	object	
log.syslog.appname	keyword	
log.syslog.facility.code	long	
log.syslog.facility.name	keyword	
log.syslog.hostname	keyword	
log.syslog.msgid	keyword	
log.syslog.priority	long	
log.syslog.procid	keyword	
log.syslog.severity.code	long	
log.syslog.severity.name	keyword	
log.syslog.structured_data	flattened	
log.syslog.version	keyword	
network.application	keyword	
network.bytes	long	
network.community_id	keyword	
network.direction	keyword	
network.forwarded_ip	ip	
network.iana_number	keyword	
network.inner	object	
network.inner.vlan.id	keyword	
network.inner.vlan.name	keyword	
network.name	keyword	
network.packets	long	
network.protocol	keyword	
network.transport	keyword	
network.type	keyword	
network.vlan.id	keyword	
network.vlan.name	keyword	
observer.egress	object	
observer.egress.interface.alias	keyword	
observer.egress.interface.id	keyword	
observer.egress.interface.name	keyword	
observer.egress.vlan.id	keyword	
observer.egress.vlan.name	keyword	
observer.egress.zone	keyword	
observer.geo.city_name	keyword	
observer.geo.continent_code	keyword	
observer.geo.continent_name	keyword	
observer.geo.country_iso_code	keyword	
observer.geo.country_name	keyword	
observer.geo.location	geo_point	
observer.geo.name	keyword	
observer.geo.postal_code	keyword	
observer.geo.region_iso_code	keyword	
observer.geo.region_name	keyword	
observer.geo.timezone	keyword	
observer.hostname	keyword	
observer.ingress	object	
observer.ingress.interface.alias	keyword	
observer.ingress.interface.id	keyword	
observer.ingress.interface.name	keyword	
observer.ingress.vlan.id	keyword	
observer.ingress.vlan.name	keyword	
observer.ingress.zone	keyword	
observer.ip	ip	list
observer.mac	keyword	list
observer.name	keyword	
observer.os.family	keyword	
observer.os.full	keyword	
observer.os.full.text	text	
observer.os.kernel	keyword	
observer.os.name	keyword	
observer.os.name.text	text	
observer.os.platform	keyword	
observer.os.type	keyword	
observer.os.version	keyword	
observer.product	keyword	
observer.serial_number	keyword	
observer.type	keyword	
observer.vendor	keyword	
observer.version	keyword	
orchestrator.api_version	keyword	
orchestrator.cluster.id	keyword	
orchestrator.cluster.name	keyword	
orchestrator.cluster.url	keyword	
orchestrator.cluster.version	keyword	
orchestrator.entity.attributes.known_redirects	keyword	list
orchestrator.entity.attributes.managed	boolean	
orchestrator.entity.attributes.mfa_enabled	boolean	
orchestrator.entity.attributes.oauth_consent_restriction	keyword	
orchestrator.entity.attributes.permissions	keyword	list
orchestrator.entity.attributes.storage_class	keyword	
orchestrator.entity.behavior	object	
orchestrator.entity.display_name	keyword	
orchestrator.entity.display_name.text	text	
orchestrator.entity.id	keyword	
orchestrator.entity.last_seen_timestamp	date	
orchestrator.entity.lifecycle.last_activity	date	
orchestrator.entity.metrics	object	
orchestrator.entity.name	keyword	
orchestrator.entity.name.text	text	
orchestrator.entity.raw	object	
orchestrator.entity.reference	keyword	
orchestrator.entity.relationships.administers.entity.id	keyword	list
orchestrator.entity.relationships.administers.host.id	keyword	list
orchestrator.entity.relationships.administers.host.name	keyword	list
orchestrator.entity.relationships.administers.service.id	keyword	list
orchestrator.entity.relationships.administers.service.name	keyword	list
orchestrator.entity.relationships.administers.user.domain	keyword	list
orchestrator.entity.relationships.administers.user.email	keyword	list
orchestrator.entity.relationships.administers.user.id	keyword	list
orchestrator.entity.relationships.administers.user.name	keyword	list
orchestrator.entity.relationships.depends_on.entity.id	keyword	list
orchestrator.entity.relationships.depends_on.host.id	keyword	list
orchestrator.entity.relationships.depends_on.host.name	keyword	list
orchestrator.entity.relationships.depends_on.service.id	keyword	list
orchestrator.entity.relationships.depends_on.service.name	keyword	list
orchestrator.entity.relationships.depends_on.user.domain	keyword	list
orchestrator.entity.relationships.depends_on.user.email	keyword	list
orchestrator.entity.relationships.depends_on.user.id	keyword	list
orchestrator.entity.relationships.depends_on.user.name	keyword	list
orchestrator.entity.relationships.owns.entity.id	keyword	list
orchestrator.entity.relationships.owns.host.id	keyword	list
orchestrator.entity.relationships.owns.host.name	keyword	list
orchestrator.entity.relationships.owns.service.id	keyword	list
orchestrator.entity.relationships.owns.service.name	keyword	list
orchestrator.entity.relationships.owns.user.domain	keyword	list
orchestrator.entity.relationships.owns.user.email	keyword	list
orchestrator.entity.relationships.owns.user.id	keyword	list
orchestrator.entity.relationships.owns.user.name	keyword	list
orchestrator.entity.relationships.supervises.entity.id	keyword	list
orchestrator.entity.relationships.supervises.host.id	keyword	list
orchestrator.entity.relationships.supervises.host.name	keyword	list
orchestrator.entity.relationships.supervises.service.id	keyword	list
orchestrator.entity.relationships.supervises.service.name	keyword	list
orchestrator.entity.relationships.supervises.user.domain	keyword	list
orchestrator.entity.relationships.supervises.user.email	keyword	list
orchestrator.entity.relationships.supervises.user.id	keyword	list
orchestrator.entity.relationships.supervises.user.name	keyword	list
orchestrator.entity.source	keyword	
orchestrator.entity.sub_type	keyword	
orchestrator.entity.type	keyword	list
orchestrator.namespace	keyword	
orchestrator.organization	keyword	
orchestrator.resource.annotation	keyword	list
orchestrator.resource.id	keyword	
orchestrator.resource.ip	ip	list
orchestrator.resource.label	keyword	list
orchestrator.resource.name	keyword	
orchestrator.resource.parent.type	keyword	
orchestrator.resource.type	keyword	
orchestrator.type	keyword	
organization.id	keyword	
organization.name	keyword	
organization.name.text	text	
package.architecture	keyword	
package.build_version	keyword	
package.checksum	keyword	
package.description	keyword	
package.install_scope	keyword	
package.installed	date	
package.license	keyword	
package.name	keyword	
package.path	keyword	
package.reference	keyword	
package.size	long	
package.type	keyword	
package.version	keyword	
process.args	keyword	list
process.args_count	long	
process.code_signature.digest_algorithm	keyword	
process.code_signature.exists	boolean	
process.code_signature.flags	keyword	
process.code_signature.signing_id	keyword	
process.code_signature.status	keyword	
process.code_signature.subject_name	keyword	
process.code_signature.team_id	keyword	
process.code_signature.thumbprint_sha256	keyword	
process.code_signature.timestamp	date	
process.code_signature.trusted	boolean	
process.code_signature.valid	boolean	
process.command_line	keyword	
process.command_line.text	text	
process.elf.architecture	keyword	
process.elf.byte_order	keyword	
process.elf.cpu_type	keyword	
process.elf.creation_date	date	
process.elf.exports	flattened	list
process.elf.go_import_hash	keyword	
process.elf.go_imports	flattened	
process.elf.go_imports_names_entropy	long	
process.elf.go_imports_names_var_entropy	long	
process.elf.go_stripped	boolean	
process.elf.header.abi_version	keyword	
process.elf.header.class	keyword	
process.elf.header.data	keyword	
process.elf.header.entrypoint	long	
process.elf.header.object_version	keyword	
process.elf.header.os_abi	keyword	
process.elf.header.type	keyword	
process.elf.header.version	keyword	
process.elf.import_hash	keyword	
process.elf.imports	flattened	list
process.elf.imports_names_entropy	long	
process.elf.imports_names_var_entropy	long	
process.elf.sections	nested	list
process.elf.sections.chi2	long	
process.elf.sections.entropy	long	
process.elf.sections.flags	keyword	
process.elf.sections.name	keyword	
process.elf.sections.physical_offset	keyword	
process.elf.sections.physical_size	long	
process.elf.sections.type	keyword	
process.elf.sections.var_entropy	long	
process.elf.sections.virtual_address	long	
process.elf.sections.virtual_size	long	
process.elf.segments	nested	list
process.elf.segments.sections	keyword	
process.elf.segments.type	keyword	
process.elf.shared_libraries	keyword	list
process.elf.telfhash	keyword	
process.end	date	
process.entity_id	keyword	
process.entry_leader.args	keyword	list
process.entry_leader.args_count	long	
process.entry_leader.attested_groups.name	keyword	
process.entry_leader.attested_user.id	keyword	
process.entry_leader.attested_user.name	keyword	
process.entry_leader.attested_user.name.text	text	
process.entry_leader.command_line	keyword	
process.entry_leader.command_line.text	text	
process.entry_leader.entity_id	keyword	
process.entry_leader.entry_meta.source.ip	ip	
process.entry_leader.entry_meta.type	keyword	
process.entry_leader.executable	keyword	
process.entry_leader.executable.text	text	
process.entry_leader.group.id	keyword	
process.entry_leader.group.name	keyword	
process.entry_leader.interactive	boolean	
process.entry_leader.name	keyword	
process.entry_leader.name.text	text	
process.entry_leader.parent.entity_id	keyword	
process.entry_leader.parent.pid	long	
process.entry_leader.parent.session_leader.entity_id	keyword	
process.entry_leader.parent.session_leader.pid	long	
process.entry_leader.parent.session_leader.start	date	
process.entry_leader.parent.session_leader.vpid	long	
process.entry_leader.parent.start	date	
process.entry_leader.parent.vpid	long	
process.entry_leader.pid	long	
process.entry_leader.real_group.id	keyword	
process.entry_leader.real_group.name	keyword	
process.entry_leader.real_user.id	keyword	
process.entry_leader.real_user.name	keyword	
process.entry_leader.real_user.name.text	text	
process.entry_leader.same_as_process	boolean	
process.entry_leader.saved_group.id	keyword	
process.entry_leader.saved_group.name	keyword	
process.entry_leader.saved_user.id	keyword	
process.entry_leader.saved_user.name	keyword	
process.entry_leader.saved_user.name.text	text	
process.entry_leader.start	date	
process.entry_leader.supplemental_groups.id	keyword	
process.entry_leader.supplemental_groups.name	keyword	
process.entry_leader.tty	object	
process.entry_leader.tty.char_device.major	long	
process.entry_leader.tty.char_device.minor	long	
process.entry_leader.user.id	keyword	
process.entry_leader.user.name	keyword	
process.entry_leader.user.name.text	text	
process.entry_leader.vpid	long	
process.entry_leader.working_directory	keyword	
process.entry_leader.working_directory.text	text	
process.env_vars	keyword	list
process.executable	keyword	
process.executable.text	text	
process.exit_code	long	
process.group.id	keyword	
process.group.name	keyword	
process.group_leader.args	keyword	list
process.group_leader.args_count	long	
process.group_leader.command_line	keyword	
process.group_leader.command_line.text	text	
process.group_leader.entity_id	keyword	
process.group_leader.executable	keyword	
process.group_leader.executable.text	text	
process.group_leader.group.id	keyword	
process.group_leader.group.name	keyword	
process.group_leader.interactive	boolean	
process.group_leader.name	keyword	
process.group_leader.name.text	text	
process.group_leader.pid	long	
process.group_leader.real_group.id	keyword	
process.group_leader.real_group.name	keyword	
process.group_leader.real_user.id	keyword	
process.group_leader.real_user.name	keyword	
process.group_leader.real_user.name.text	text	
process.group_leader.same_as_process	boolean	
process.group_leader.saved_group.id	keyword	
process.group_leader.saved_group.name	keyword	
process.group_leader.saved_user.id	keyword	
process.group_leader.saved_user.name	keyword	
process.group_leader.saved_user.name.text	text	
process.group_leader.start	date	
process.group_leader.supplemental_groups.id	keyword	
process.group_leader.supplemental_groups.name	keyword	
process.group_leader.tty	object	
process.group_leader.tty.char_device.major	long	
process.group_leader.tty.char_device.minor	long	
process.group_leader.user.id	keyword	
process.group_leader.user.name	keyword	
process.group_leader.user.name.text	text	
process.group_leader.vpid	long	
process.group_leader.working_directory	keyword	
process.group_leader.working_directory.text	text	
process.hash.cdhash	keyword	
process.hash.md5	keyword	
process.hash.sha1	keyword	
process.hash.sha256	keyword	
process.hash.sha384	keyword	
process.hash.sha512	keyword	
process.hash.ssdeep	keyword	
process.hash.tlsh	keyword	
process.interactive	boolean	
process.io	object	
process.io.bytes_skipped	object	list
process.io.bytes_skipped.length	long	
process.io.bytes_skipped.offset	long	
process.io.max_bytes_per_process_exceeded	boolean	
process.io.text	keyword	
process.io.total_bytes_captured	long	
process.io.total_bytes_skipped	long	
process.io.type	keyword	
process.macho.go_import_hash	keyword	
process.macho.go_imports	flattened	
process.macho.go_imports_names_entropy	long	
process.macho.go_imports_names_var_entropy	long	
process.macho.go_stripped	boolean	
process.macho.import_hash	keyword	
process.macho.imports	flattened	list
process.macho.imports_names_entropy	long	
process.macho.imports_names_var_entropy	long	
process.macho.sections	nested	list
process.macho.sections.entropy	long	
process.macho.sections.name	keyword	
process.macho.sections.physical_size	long	
process.macho.sections.var_entropy	long	
process.macho.sections.virtual_size	long	
process.macho.symhash	keyword	
process.name	keyword	
process.name.text	text	
process.parent.args	keyword	list
process.parent.args_count	long	
process.parent.code_signature.digest_algorithm	keyword	
process.parent.code_signature.exists	boolean	
process.parent.code_signature.flags	keyword	
process.parent.code_signature.signing_id	keyword	
process.parent.code_signature.status	keyword	
process.parent.code_signature.subject_name	keyword	
process.parent.code_signature.team_id	keyword	
process.parent.code_signature.thumbprint_sha256	keyword	
process.parent.code_signature.timestamp	date	
process.parent.code_signature.trusted	boolean	
process.parent.code_signature.valid	boolean	
process.parent.command_line	keyword	
process.parent.command_line.text	text	
process.parent.elf.architecture	keyword	
process.parent.elf.byte_order	keyword	
process.parent.elf.cpu_type	keyword	
process.parent.elf.creation_date	date	
process.parent.elf.exports	flattened	list
process.parent.elf.go_import_hash	keyword	
process.parent.elf.go_imports	flattened	
process.parent.elf.go_imports_names_entropy	long	
process.parent.elf.go_imports_names_var_entropy	long	
process.parent.elf.go_stripped	boolean	
process.parent.elf.header.abi_version	keyword	
process.parent.elf.header.class	keyword	
process.parent.elf.header.data	keyword	
process.parent.elf.header.entrypoint	long	
process.parent.elf.header.object_version	keyword	
process.parent.elf.header.os_abi	keyword	
process.parent.elf.header.type	keyword	
process.parent.elf.header.version	keyword	
process.parent.elf.import_hash	keyword	
process.parent.elf.imports	flattened	list
process.parent.elf.imports_names_entropy	long	
process.parent.elf.imports_names_var_entropy	long	
process.parent.elf.sections	nested	list
process.parent.elf.sections.chi2	long	
process.parent.elf.sections.entropy	long	
process.parent.elf.sections.flags	keyword	
process.parent.elf.sections.name	keyword	
process.parent.elf.sections.physical_offset	keyword	
process.parent.elf.sections.physical_size	long	
process.parent.elf.sections.type	keyword	
process.parent.elf.sections.var_entropy	long	
process.parent.elf.sections.virtual_address	long	
process.parent.elf.sections.virtual_size	long	
process.parent.elf.segments	nested	list
process.parent.elf.segments.sections	keyword	
process.parent.elf.segments.type	keyword	
process.parent.elf.shared_libraries	keyword	list
process.parent.elf.telfhash	keyword	
process.parent.end	date	
process.parent.entity_id	keyword	
process.parent.executable	keyword	
process.parent.executable.text	text	
process.parent.exit_code	long	
process.parent.group.id	keyword	
process.parent.group.name	keyword	
process.parent.group_leader.entity_id	keyword	
process.parent.group_leader.pid	long	
process.parent.group_leader.start	date	
process.parent.group_leader.vpid	long	
process.parent.hash.cdhash	keyword	
process.parent.hash.md5	keyword	
process.parent.hash.sha1	keyword	
process.parent.hash.sha256	keyword	
process.parent.hash.sha384	keyword	
process.parent.hash.sha512	keyword	
process.parent.hash.ssdeep	keyword	
process.parent.hash.tlsh	keyword	
process.parent.interactive	boolean	
process.parent.macho.go_import_hash	keyword	
process.parent.macho.go_imports	flattened	
process.parent.macho.go_imports_names_entropy	long	
process.parent.macho.go_imports_names_var_entropy	long	
process.parent.macho.go_stripped	boolean	
process.parent.macho.import_hash	keyword	
process.parent.macho.imports	flattened	list
process.parent.macho.imports_names_entropy	long	
process.parent.macho.imports_names_var_entropy	long	
process.parent.macho.sections	nested	list
process.parent.macho.sections.entropy	long	
process.parent.macho.sections.name	keyword	
process.parent.macho.sections.physical_size	long	
process.parent.macho.sections.var_entropy	long	
process.parent.macho.sections.virtual_size	long	
process.parent.macho.symhash	keyword	
process.parent.name	keyword	
process.parent.name.text	text	
process.parent.pe.architecture	keyword	
process.parent.pe.company	keyword	
process.parent.pe.description	keyword	
process.parent.pe.file_version	keyword	
process.parent.pe.go_import_hash	keyword	
process.parent.pe.go_imports	flattened	
process.parent.pe.go_imports_names_entropy	long	
process.parent.pe.go_imports_names_var_entropy	long	
process.parent.pe.go_stripped	boolean	
process.parent.pe.imphash	keyword	
process.parent.pe.import_hash	keyword	
process.parent.pe.imports	flattened	list
process.parent.pe.imports_names_entropy	long	
process.parent.pe.imports_names_var_entropy	long	
process.parent.pe.original_file_name	keyword	
process.parent.pe.pehash	keyword	
process.parent.pe.product	keyword	
process.parent.pe.sections	nested	list
process.parent.pe.sections.entropy	long	
process.parent.pe.sections.name	keyword	
process.parent.pe.sections.physical_size	long	
process.parent.pe.sections.var_entropy	long	
process.parent.pe.sections.virtual_size	long	
process.parent.pid	long	
process.parent.real_group.id	keyword	
process.parent.real_group.name	keyword	
process.parent.real_user.id	keyword	
process.parent.real_user.name	keyword	
process.parent.real_user.name.text	text	
process.parent.saved_group.id	keyword	
process.parent.saved_group.name	keyword	
process.parent.saved_user.id	keyword	
process.parent.saved_user.name	keyword	
process.parent.saved_user.name.text	text	
process.parent.start	date	
process.parent.supplemental_groups.id	keyword	
process.parent.supplemental_groups.name	keyword	
process.parent.thread.capabilities.effective	keyword	list
process.parent.thread.capabilities.permitted	keyword	list
process.parent.thread.id	long	
process.parent.thread.name	keyword	
process.parent.title	keyword	
process.parent.title.text	text	
process.parent.tty	object	
process.parent.tty.char_device.major	long	
process.parent.tty.char_device.minor	long	
process.parent.uptime	long	
process.parent.user.id	keyword	
process.parent.user.name	keyword	
process.parent.user.name.text	text	
process.parent.vpid	long	
process.parent.working_directory	keyword	
process.parent.working_directory.text	text	
process.pe.architecture	keyword	
process.pe.company	keyword	
process.pe.description	keyword	
process.pe.file_version	keyword	
process.pe.go_import_hash	keyword	
process.pe.go_imports	flattened	
process.pe.go_imports_names_entropy	long	
process.pe.go_imports_names_var_entropy	long	
process.pe.go_stripped	boolean	
process.pe.imphash	keyword	
process.pe.import_hash	keyword	
process.pe.imports	flattened	list
process.pe.imports_names_entropy	long	
process.pe.imports_names_var_entropy	long	
process.pe.original_file_name	keyword	
process.pe.pehash	keyword	
process.pe.product	keyword	
process.pe.sections	nested	list
process.pe.sections.entropy	long	
process.pe.sections.name	keyword	
process.pe.sections.physical_size	long	
process.pe.sections.var_entropy	long	
process.pe.sections.virtual_size	long	
process.pid	long	
process.previous.args	keyword	list
process.previous.args_count	long	
process.previous.executable	keyword	
process.previous.executable.text	text	
process.real_group.id	keyword	
process.real_group.name	keyword	
process.real_user.id	keyword	
process.real_user.name	keyword	
process.real_user.name.text	text	
process.saved_group.id	keyword	
process.saved_group.name	keyword	
process.saved_user.id	keyword	
process.saved_user.name	keyword	
process.saved_user.name.text	text	
process.session_leader.args	keyword	list
process.session_leader.args_count	long	
process.session_leader.command_line	keyword	
process.session_leader.command_line.text	text	
process.session_leader.entity_id	keyword	
process.session_leader.executable	keyword	
process.session_leader.executable.text	text	
process.session_leader.group.id	keyword	
process.session_leader.group.name	keyword	
process.session_leader.interactive	boolean	
process.session_leader.name	keyword	
process.session_leader.name.text	text	
process.session_leader.parent.entity_id	keyword	
process.session_leader.parent.pid	long	
process.session_leader.parent.session_leader.entity_id	keyword	
process.session_leader.parent.session_leader.pid	long	
process.session_leader.parent.session_leader.start	date	
process.session_leader.parent.session_leader.vpid	long	
process.session_leader.parent.start	date	
process.session_leader.parent.vpid	long	
process.session_leader.pid	long	
process.session_leader.real_group.id	keyword	
process.session_leader.real_group.name	keyword	
process.session_leader.real_user.id	keyword	
process.session_leader.real_user.name	keyword	
process.session_leader.real_user.name.text	text	
process.session_leader.same_as_process	boolean	
process.session_leader.saved_group.id	keyword	
process.session_leader.saved_group.name	keyword	
process.session_leader.saved_user.id	keyword	
process.session_leader.saved_user.name	keyword	
process.session_leader.saved_user.name.text	text	
process.session_leader.start	date	
process.session_leader.supplemental_groups.id	keyword	
process.session_leader.supplemental_groups.name	keyword	
process.session_leader.tty	object	
process.session_leader.tty.char_device.major	long	
process.session_leader.tty.char_device.minor	long	
process.session_leader.user.id	keyword	
process.session_leader.user.name	keyword	
process.session_leader.user.name.text	text	
process.session_leader.vpid	long	
process.session_leader.working_directory	keyword	
process.session_leader.working_directory.text	text	
process.start	date	
process.supplemental_groups.id	keyword	
process.supplemental_groups.name	keyword	
process.thread.capabilities.effective	keyword	list
process.thread.capabilities.permitted	keyword	list
process.thread.id	long	
process.thread.name	keyword	
process.title	keyword	
process.title.text	text	
process.tty	object	
process.tty.char_device.major	long	
process.tty.char_device.minor	long	
process.tty.columns	long	
process.tty.rows	long	
process.uptime	long	
process.user.id	keyword	
process.user.name	keyword	
process.user.name.text	text	
process.vpid	long	
process.working_directory	keyword	
process.working_directory.text	text	
registry.data.bytes	keyword	
registry.data.strings	keyword	list
registry.data.type	keyword	
registry.hive	keyword	
registry.key	keyword	
registry.path	keyword	
registry.value	keyword	
related.hash	keyword	list
related.hosts	keyword	list
related.ip	ip	list
related.user	keyword	list
rule.author	keyword	list
rule.category	keyword	
rule.description	keyword	
rule.id	keyword	
rule.license	keyword	
rule.name	keyword	
rule.reference	keyword	
rule.ruleset	keyword	
rule.uuid	keyword	
rule.version	keyword	
server.address	keyword	
server.as.number	long	
server.as.organization.name	keyword	
server.as.organization.name.text	text	
server.bytes	long	
server.domain	keyword	
server.geo.city_name	keyword	
server.geo.continent_code	keyword	
server.geo.continent_name	keyword	
server.geo.country_iso_code	keyword	
server.geo.country_name	keyword	
server.geo.location	geo_point	
server.geo.name	keyword	
server.geo.postal_code	keyword	
server.geo.region_iso_code	keyword	
server.geo.region_name	keyword	
server.geo.timezone	keyword	
server.ip	ip	
server.mac	keyword	
server.nat.ip	ip	
server.nat.port	long	
server.packets	long	
server.port	long	
server.registered_domain	keyword	
server.subdomain	keyword	
server.top_level_domain	keyword	
server.user.domain	keyword	
server.user.email	keyword	
server.user.full_name	keyword	
server.user.full_name.text	text	
server.user.group.domain	keyword	
server.user.group.id	keyword	
server.user.group.name	keyword	
server.user.hash	keyword	
server.user.id	keyword	
server.user.name	keyword	
server.user.name.text	text	
server.user.roles	keyword	list
service.address	keyword	
service.entity.attributes.known_redirects	keyword	list
service.entity.attributes.managed	boolean	
service.entity.attributes.mfa_enabled	boolean	
service.entity.attributes.oauth_consent_restriction	keyword	
service.entity.attributes.permissions	keyword	list
service.entity.attributes.storage_class	keyword	
service.entity.behavior	object	
service.entity.display_name	keyword	
service.entity.display_name.text	text	
service.entity.id	keyword	
service.entity.last_seen_timestamp	date	
service.entity.lifecycle.last_activity	date	
service.entity.metrics	object	
service.entity.name	keyword	
service.entity.name.text	text	
service.entity.raw	object	
service.entity.reference	keyword	
service.entity.relationships.administers.entity.id	keyword	list
service.entity.relationships.administers.host.id	keyword	list
service.entity.relationships.administers.host.name	keyword	list
service.entity.relationships.administers.service.id	keyword	list
service.entity.relationships.administers.service.name	keyword	list
service.entity.relationships.administers.user.domain	keyword	list
service.entity.relationships.administers.user.email	keyword	list
service.entity.relationships.administers.user.id	keyword	list
service.entity.relationships.administers.user.name	keyword	list
service.entity.relationships.depends_on.entity.id	keyword	list
service.entity.relationships.depends_on.host.id	keyword	list
service.entity.relationships.depends_on.host.name	keyword	list
service.entity.relationships.depends_on.service.id	keyword	list
service.entity.relationships.depends_on.service.name	keyword	list
service.entity.relationships.depends_on.user.domain	keyword	list
service.entity.relationships.depends_on.user.email	keyword	list
service.entity.relationships.depends_on.user.id	keyword	list
service.entity.relationships.depends_on.user.name	keyword	list
service.entity.relationships.owns.entity.id	keyword	list
service.entity.relationships.owns.host.id	keyword	list
service.entity.relationships.owns.host.name	keyword	list
service.entity.relationships.owns.service.id	keyword	list
service.entity.relationships.owns.service.name	keyword	list
service.entity.relationships.owns.user.domain	keyword	list
service.entity.relationships.owns.user.email	keyword	list
service.entity.relationships.owns.user.id	keyword	list
service.entity.relationships.owns.user.name	keyword	list
service.entity.relationships.supervises.entity.id	keyword	list
service.entity.relationships.supervises.host.id	keyword	list
service.entity.relationships.supervises.host.name	keyword	list
service.entity.relationships.supervises.service.id	keyword	list
service.entity.relationships.supervises.service.name	keyword	list
service.entity.relationships.supervises.user.domain	keyword	list
service.entity.relationships.supervises.user.email	keyword	list
service.entity.relationships.supervises.user.id	keyword	list
service.entity.relationships.supervises.user.name	keyword	list
service.entity.source	keyword	
service.entity.sub_type	keyword	
service.entity.type	keyword	list
service.environment	keyword	
service.ephemeral_id	keyword	
service.id	keyword	
service.name	keyword	
service.node.name	keyword	
service.node.role	keyword	
service.node.roles	keyword	list
service.origin.address	keyword	
service.origin.entity.attributes.known_redirects	keyword	list
service.origin.entity.attributes.managed	boolean	
service.origin.entity.attributes.mfa_enabled	boolean	
service.origin.entity.attributes.oauth_consent_restriction	keyword	
service.origin.entity.attributes.permissions	keyword	list
service.origin.entity.attributes.storage_class	keyword	
service.origin.entity.behavior	object	
service.origin.entity.display_name	keyword	
service.origin.entity.display_name.text	text	
service.origin.entity.id	keyword	
service.origin.entity.last_seen_timestamp	date	
service.origin.entity.lifecycle.last_activity	date	
service.origin.entity.metrics	object	
service.origin.entity.name	keyword	
service.origin.entity.name.text	text	
service.origin.entity.raw	object	
service.origin.entity.reference	keyword	
service.origin.entity.relationships.administers.entity.id	keyword	list
service.origin.entity.relationships.administers.host.id	keyword	list
service.origin.entity.relationships.administers.host.name	keyword	list
service.origin.entity.relationships.administers.service.id	keyword	list
service.origin.entity.relationships.administers.service.name	keyword	list
service.origin.entity.relationships.administers.user.domain	keyword	list
service.origin.entity.relationships.administers.user.email	keyword	list
service.origin.entity.relationships.administers.user.id	keyword	list
service.origin.entity.relationships.administers.user.name	keyword	list
service.origin.entity.relationships.depends_on.entity.id	keyword	list
service.origin.entity.relationships.depends_on.host.id	keyword	list
service.origin.entity.relationships.depends_on.host.name	keyword	list
service.origin.entity.relationships.depends_on.service.id	keyword	list
service.origin.entity.relationships.depends_on.service.name	keyword	list
service.origin.entity.relationships.depends_on.user.domain	keyword	list
service.origin.entity.relationships.depends_on.user.email	keyword	list
service.origin.entity.relationships.depends_on.user.id	keyword	list
service.origin.entity.relationships.depends_on.user.name	keyword	list
service.origin.entity.relationships.owns.entity.id	keyword	list
service.origin.entity.relationships.owns.host.id	keyword	list
service.origin.entity.relationships.owns.host.name	keyword	list
service.origin.entity.relationships.owns.service.id	keyword	list
service.origin.entity.relationships.owns.service.name	keyword	list
service.origin.entity.relationships.owns.user.domain	keyword	list
service.origin.entity.relationships.owns.user.email	keyword	list
service.origin.entity.relationships.owns.user.id	keyword	list
service.origin.entity.relationships.owns.user.name	keyword	list
service.origin.entity.relationships.supervises.entity.id	keyword	list
service.origin.entity.relationships.supervises.host.id	keyword	list
service.origin.entity.relationships.supervises.host.name	keyword	list
service.origin.entity.relationships.supervises.service.id	keyword	list
service.origin.entity.relationships.supervises.service.name	keyword	list
service.origin.entity.relationships.supervises.user.domain	keyword	list
service.origin.entity.relationships.supervises.user.email	keyword	list
service.origin.entity.relationships.supervises.user.id	keyword	list
service.origin.entity.relationships.supervises.user.name	keyword	list
service.origin.entity.source	keyword	
service.origin.entity.sub_type	keyword	
service.origin.entity.type	keyword	list
service.origin.environment	keyword	
service.origin.ephemeral_id	keyword	
service.origin.id	keyword	
service.origin.name	keyword	
service.origin.node.name	keyword	
service.origin.node.role	keyword	
service.origin.node.roles	keyword	list
service.origin.state	keyword	
service.origin.type	keyword	
service.origin.version	keyword	
service.state	keyword	
service.target.address	keyword	
service.target.entity.attributes.known_redirects	keyword	list
service.target.entity.attributes.managed	boolean	
service.target.entity.attributes.mfa_enabled	boolean	
service.target.entity.attributes.oauth_consent_restriction	keyword	
service.target.entity.attributes.permissions	keyword	list
service.target.entity.attributes.storage_class	keyword	
service.target.entity.behavior	object	
service.target.entity.display_name	keyword	
service.target.entity.display_name.text	text	
service.target.entity.id	keyword	
service.target.entity.last_seen_timestamp	date	
service.target.entity.lifecycle.last_activity	date	
service.target.entity.metrics	object	
service.target.entity.name	keyword	
service.target.entity.name.text	text	
service.target.entity.raw	object	
service.target.entity.reference	keyword	
service.target.entity.relationships.administers.entity.id	keyword	list
service.target.entity.relationships.administers.host.id	keyword	list
service.target.entity.relationships.administers.host.name	keyword	list
service.target.entity.relationships.administers.service.id	keyword	list
service.target.entity.relationships.administers.service.name	keyword	list
service.target.entity.relationships.administers.user.domain	keyword	list
service.target.entity.relationships.administers.user.email	keyword	list
service.target.entity.relationships.administers.user.id	keyword	list
service.target.entity.relationships.administers.user.name	keyword	list
service.target.entity.relationships.depends_on.entity.id	keyword	list
service.target.entity.relationships.depends_on.host.id	keyword	list
service.target.entity.relationships.depends_on.host.name	keyword	list
service.target.entity.relationships.depends_on.service.id	keyword	list
service.target.entity.relationships.depends_on.service.name	keyword	list
service.target.entity.relationships.depends_on.user.domain	keyword	list
service.target.entity.relationships.depends_on.user.email	keyword	list
service.target.entity.relationships.depends_on.user.id	keyword	list
service.target.entity.relationships.depends_on.user.name	keyword	list
service.target.entity.relationships.owns.entity.id	keyword	list
service.target.entity.relationships.owns.host.id	keyword	list
service.target.entity.relationships.owns.host.name	keyword	list
service.target.entity.relationships.owns.service.id	keyword	list
service.target.entity.relationships.owns.service.name	keyword	list
service.target.entity.relationships.owns.user.domain	keyword	list
service.target.entity.relationships.owns.user.email	keyword	list
service.target.entity.relationships.owns.user.id	keyword	list
service.target.entity.relationships.owns.user.name	keyword	list
service.target.entity.relationships.supervises.entity.id	keyword	list
service.target.entity.relationships.supervises.host.id	keyword	list
service.target.entity.relationships.supervises.host.name	keyword	list
service.target.entity.relationships.supervises.service.id	keyword	list
service.target.entity.relationships.supervises.service.name	keyword	list
service.target.entity.relationships.supervises.user.domain	keyword	list
service.target.entity.relationships.supervises.user.email	keyword	list
service.target.entity.relationships.supervises.user.id	keyword	list
service.target.entity.relationships.supervises.user.name	keyword	list
service.target.entity.source	keyword	
service.target.entity.sub_type	keyword	
service.target.entity.type	keyword	list
service.target.environment	keyword	
service.target.ephemeral_id	keyword	
service.target.id	keyword	
service.target.name	keyword	
service.target.node.name	keyword	
service.target.node.role	keyword	
service.target.node.roles	keyword	list
service.target.state	keyword	
service.target.type	keyword	
service.target.version	keyword	
service.type	keyword	
service.version	keyword	
source.address	keyword	
source.as.number	long	
source.as.organization.name	keyword	
source.as.organization.name.text	text	
source.bytes	long	
source.domain	keyword	
source.geo.city_name	keyword	
source.geo.continent_code	keyword	
source.geo.continent_name	keyword	
source.geo.country_iso_code	keyword	
source.geo.country_name	keyword	
source.geo.location	geo_point	
source.geo.name	keyword	
source.geo.postal_code	keyword	
source.geo.region_iso_code	keyword	
source.geo.region_name	keyword	
source.geo.timezone	keyword	
source.ip	ip	
source.mac	keyword	
source.nat.ip	ip	
source.nat.port	long	
source.packets	long	
source.port	long	
source.registered_domain	keyword	
source.subdomain	keyword	
source.top_level_domain	keyword	
source.user.domain	keyword	
source.user.email	keyword	
source.user.full_name	keyword	
source.user.full_name.text	text	
source.user.group.domain	keyword	
source.user.group.id	keyword	
source.user.group.name	keyword	
source.user.hash	keyword	
source.user.id	keyword	
source.user.name	keyword	
source.user.name.text	text	
source.user.roles	keyword	list
span.id	keyword	
threat.enrichments	nested	list
threat.enrichments.indicator	object	
threat.enrichments.indicator.as.number	long	
threat.enrichments.indicator.as.organization.name	keyword	
threat.enrichments.indicator.as.organization.name.text	text	
threat.enrichments.indicator.confidence	keyword	
threat.enrichments.indicator.description	keyword	
threat.enrichments.indicator.email.address	keyword	
threat.enrichments.indicator.file.accessed	date	
threat.enrichments.indicator.file.attributes	keyword	list
threat.enrichments.indicator.file.code_signature.digest_algorithm	keyword	
threat.enrichments.indicator.file.code_signature.exists	boolean	
threat.enrichments.indicator.file.code_signature.flags	keyword	
threat.enrichments.indicator.file.code_signature.signing_id	keyword	
threat.enrichments.indicator.file.code_signature.status	keyword	
threat.enrichments.indicator.file.code_signature.subject_name	keyword	
threat.enrichments.indicator.file.code_signature.team_id	keyword	
threat.enrichments.indicator.file.code_signature.thumbprint_sha256	keyword	
threat.enrichments.indicator.file.code_signature.timestamp	date	
threat.enrichments.indicator.file.code_signature.trusted	boolean	
threat.enrichments.indicator.file.code_signature.valid	boolean	
threat.enrichments.indicator.file.created	date	
threat.enrichments.indicator.file.ctime	date	
threat.enrichments.indicator.file.device	keyword	
threat.enrichments.indicator.file.directory	keyword	
threat.enrichments.indicator.file.drive_letter	keyword	
threat.enrichments.indicator.file.elf.architecture	keyword	
threat.enrichments.indicator.file.elf.byte_order	keyword	
threat.enrichments.indicator.file.elf.cpu_type	keyword	
threat.enrichments.indicator.file.elf.creation_date	date	
threat.enrichments.indicator.file.elf.exports	flattened	list
threat.enrichments.indicator.file.elf.go_import_hash	keyword	
threat.enrichments.indicator.file.elf.go_imports	flattened	
threat.enrichments.indicator.file.elf.go_imports_names_entropy	long	
threat.enrichments.indicator.file.elf.go_imports_names_var_entropy	long	
threat.enrichments.indicator.file.elf.go_stripped	boolean	
threat.enrichments.indicator.file.elf.header.abi_version	keyword	
threat.enrichments.indicator.file.elf.header.class	keyword	
threat.enrichments.indicator.file.elf.header.data	keyword	
threat.enrichments.indicator.file.elf.header.entrypoint	long	
threat.enrichments.indicator.file.elf.header.object_version	keyword	
threat.enrichments.indicator.file.elf.header.os_abi	keyword	
threat.enrichments.indicator.file.elf.header.type	keyword	
threat.enrichments.indicator.file.elf.header.version	keyword	
threat.enrichments.indicator.file.elf.import_hash	keyword	
threat.enrichments.indicator.file.elf.imports	flattened	list
threat.enrichments.indicator.file.elf.imports_names_entropy	long	
threat.enrichments.indicator.file.elf.imports_names_var_entropy	long	
threat.enrichments.indicator.file.elf.sections	nested	list
threat.enrichments.indicator.file.elf.sections.chi2	long	
threat.enrichments.indicator.file.elf.sections.entropy	long	
threat.enrichments.indicator.file.elf.sections.flags	keyword	
threat.enrichments.indicator.file.elf.sections.name	keyword	
threat.enrichments.indicator.file.elf.sections.physical_offset	keyword	
threat.enrichments.indicator.file.elf.sections.physical_size	long	
threat.enrichments.indicator.file.elf.sections.type	keyword	
threat.enrichments.indicator.file.elf.sections.var_entropy	long	
threat.enrichments.indicator.file.elf.sections.virtual_address	long	
threat.enrichments.indicator.file.elf.sections.virtual_size	long	
threat.enrichments.indicator.file.elf.segments	nested	list
threat.enrichments.indicator.file.elf.segments.sections	keyword	
threat.enrichments.indicator.file.elf.segments.type	keyword	
threat.enrichments.indicator.file.elf.shared_libraries	keyword	list
threat.enrichments.indicator.file.elf.telfhash	keyword	
threat.enrichments.indicator.file.extension	keyword	
threat.enrichments.indicator.file.fork_name	keyword	
threat.enrichments.indicator.file.gid	keyword	
threat.enrichments.indicator.file.group	keyword	
threat.enrichments.indicator.file.hash.cdhash	keyword	
threat.enrichments.indicator.file.hash.md5	keyword	
threat.enrichments.indicator.file.hash.sha1	keyword	
threat.enrichments.indicator.file.hash.sha256	keyword	
threat.enrichments.indicator.file.hash.sha384	keyword	
threat.enrichments.indicator.file.hash.sha512	keyword	
threat.enrichments.indicator.file.hash.ssdeep	keyword	
threat.enrichments.indicator.file.hash.tlsh	keyword	
threat.enrichments.indicator.file.inode	keyword	
threat.enrichments.indicator.file.mime_type	keyword	
threat.enrichments.indicator.file.mode	keyword	
threat.enrichments.indicator.file.mtime	date	
threat.enrichments.indicator.file.name	keyword	
threat.enrichments.indicator.file.origin_referrer_url	keyword	
threat.enrichments.indicator.file.origin_url	keyword	
threat.enrichments.indicator.file.owner	keyword	
threat.enrichments.indicator.file.path	keyword	
threat.enrichments.indicator.file.path.text	text	
threat.enrichments.indicator.file.pe.architecture	keyword	
threat.enrichments.indicator.file.pe.company	keyword	
threat.enrichments.indicator.file.pe.description	keyword	
threat.enrichments.indicator.file.pe.file_version	keyword	
threat.enrichments.indicator.file.pe.go_import_hash	keyword	
threat.enrichments.indicator.file.pe.go_imports	flattened	
threat.enrichments.indicator.file.pe.go_imports_names_entropy	long	
threat.enrichments.indicator.file.pe.go_imports_names_var_entropy	long	
threat.enrichments.indicator.file.pe.go_stripped	boolean	
threat.enrichments.indicator.file.pe.imphash	keyword	
threat.enrichments.indicator.file.pe.import_hash	keyword	
threat.enrichments.indicator.file.pe.imports	flattened	list
threat.enrichments.indicator.file.pe.imports_names_entropy	long	
threat.enrichments.indicator.file.pe.imports_names_var_entropy	long	
threat.enrichments.indicator.file.pe.original_file_name	keyword	
threat.enrichments.indicator.file.pe.pehash	keyword	
threat.enrichments.indicator.file.pe.product	keyword	
threat.enrichments.indicator.file.pe.sections	nested	list
threat.enrichments.indicator.file.pe.sections.entropy	long	
threat.enrichments.indicator.file.pe.sections.name	keyword	
threat.enrichments.indicator.file.pe.sections.physical_size	long	
threat.enrichments.indicator.file.pe.sections.var_entropy	long	
threat.enrichments.indicator.file.pe.sections.virtual_size	long	
threat.enrichments.indicator.file.size	long	
threat.enrichments.indicator.file.target_path	keyword	
threat.enrichments.indicator.file.target_path.text	text	
threat.enrichments.indicator.file.type	keyword	
threat.enrichments.indicator.file.uid	keyword	
threat.enrichments.indicator.file.x509.alternative_names	keyword	list
threat.enrichments.indicator.file.x509.issuer.common_name	keyword	list
threat.enrichments.indicator.file.x509.issuer.country	keyword	list
threat.enrichments.indicator.file.x509.issuer.distinguished_name	keyword	
threat.enrichments.indicator.file.x509.issuer.locality	keyword	list
threat.enrichments.indicator.file.x509.issuer.organization	keyword	list
threat.enrichments.indicator.file.x509.issuer.organizational_unit	keyword	list
threat.enrichments.indicator.file.x509.issuer.state_or_province	keyword	list
threat.enrichments.indicator.file.x509.not_after	date	
threat.enrichments.indicator.file.x509.not_before	date	
threat.enrichments.indicator.file.x509.public_key_algorithm	keyword	
threat.enrichments.indicator.file.x509.public_key_curve	keyword	
threat.enrichments.indicator.file.x509.public_key_exponent	long	
threat.enrichments.indicator.file.x509.public_key_size	long	
threat.enrichments.indicator.file.x509.serial_number	keyword	
threat.enrichments.indicator.file.x509.signature_algorithm	keyword	
threat.enrichments.indicator.file.x509.subject.common_name	keyword	list
threat.enrichments.indicator.file.x509.subject.country	keyword	list
threat.enrichments.indicator.file.x509.subject.distinguished_name	keyword	
threat.enrichments.indicator.file.x509.subject.locality	keyword	list
threat.enrichments.indicator.file.x509.subject.organization	keyword	list
threat.enrichments.indicator.file.x509.subject.organizational_unit	keyword	list
threat.enrichments.indicator.file.x509.subject.state_or_province	keyword	list
threat.enrichments.indicator.file.x509.version_number	keyword	
threat.enrichments.indicator.first_seen	date	
threat.enrichments.indicator.geo.city_name	keyword	
threat.enrichments.indicator.geo.continent_code	keyword	
threat.enrichments.indicator.geo.continent_name	keyword	
threat.enrichments.indicator.geo.country_iso_code	keyword	
threat.enrichments.indicator.geo.country_name	keyword	
threat.enrichments.indicator.geo.location	geo_point	
threat.enrichments.indicator.geo.name	keyword	
threat.enrichments.indicator.geo.postal_code	keyword	
threat.enrichments.indicator.geo.region_iso_code	keyword	
threat.enrichments.indicator.geo.region_name	keyword	
threat.enrichments.indicator.geo.timezone	keyword	
threat.enrichments.indicator.ip	ip	
threat.enrichments.indicator.last_seen	date	
threat.enrichments.indicator.marking.tlp	keyword	
threat.enrichments.indicator.marking.tlp_version	keyword	
threat.enrichments.indicator.modified_at	date	
threat.enrichments.indicator.name	keyword	
threat.enrichments.indicator.port	long	
threat.enrichments.indicator.provider	keyword	
threat.enrichments.indicator.reference	keyword	
threat.enrichments.indicator.registry.data.bytes	keyword	
threat.enrichments.indicator.registry.data.strings	keyword	list
threat.enrichments.indicator.registry.data.type	keyword	
threat.enrichments.indicator.registry.hive	keyword	
threat.enrichments.indicator.registry.key	keyword	
threat.enrichments.indicator.registry.path	keyword	
threat.enrichments.indicator.registry.value	keyword	
threat.enrichments.indicator.scanner_stats	long	
threat.enrichments.indicator.sightings	long	
threat.enrichments.indicator.type	keyword	
threat.enrichments.indicator.url.domain	keyword	
threat.enrichments.indicator.url.extension	keyword	
threat.enrichments.indicator.url.fragment	keyword	
threat.enrichments.indicator.url.full	keyword	
threat.enrichments.indicator.url.full.text	text	
threat.enrichments.indicator.url.original	keyword	
threat.enrichments.indicator.url.original.text	text	
threat.enrichments.indicator.url.password	keyword	
threat.enrichments.indicator.url.path	keyword	
threat.enrichments.indicator.url.port	long	
threat.enrichments.indicator.url.query	keyword	
threat.enrichments.indicator.url.registered_domain	keyword	
threat.enrichments.indicator.url.scheme	keyword	
threat.enrichments.indicator.url.subdomain	keyword	
threat.enrichments.indicator.url.top_level_domain	keyword	
threat.enrichments.indicator.url.username	keyword	
threat.enrichments.indicator.x509.alternative_names	keyword	list
threat.enrichments.indicator.x509.issuer.common_name	keyword	list
threat.enrichments.indicator.x509.issuer.country	keyword	list
threat.enrichments.indicator.x509.issuer.distinguished_name	keyword	
threat.enrichments.indicator.x509.issuer.locality	keyword	list
threat.enrichments.indicator.x509.issuer.organization	keyword	list
threat.enrichments.indicator.x509.issuer.organizational_unit	keyword	list
threat.enrichments.indicator.x509.issuer.state_or_province	keyword	list
threat.enrichments.indicator.x509.not_after	date	
threat.enrichments.indicator.x509.not_before	date	
threat.enrichments.indicator.x509.public_key_algorithm	keyword	
threat.enrichments.indicator.x509.public_key_curve	keyword	
threat.enrichments.indicator.x509.public_key_exponent	long	
threat.enrichments.indicator.x509.public_key_size	long	
threat.enrichments.indicator.x509.serial_number	keyword	
threat.enrichments.indicator.x509.signature_algorithm	keyword	
threat.enrichments.indicator.x509.subject.common_name	keyword	list
threat.enrichments.indicator.x509.subject.country	keyword	list
threat.enrichments.indicator.x509.subject.distinguished_name	keyword	
threat.enrichments.indicator.x509.subject.locality	keyword	list
threat.enrichments.indicator.x509.subject.organization	keyword	list
threat.enrichments.indicator.x509.subject.organizational_unit	keyword	list
threat.enrichments.indicator.x509.subject.state_or_province	keyword	list
threat.enrichments.indicator.x509.version_number	keyword	
threat.enrichments.matched.atomic	keyword	
threat.enrichments.matched.field	keyword	
threat.enrichments.matched.id	keyword	
threat.enrichments.matched.index	keyword	
threat.enrichments.matched.occurred	date	
threat.enrichments.matched.type	keyword	
threat.feed.dashboard_id	keyword	
threat.feed.description	keyword	
threat.feed.name	keyword	
threat.feed.reference	keyword	
threat.framework	keyword	
threat.group.alias	keyword	list
threat.group.id	keyword	
threat.group.name	keyword	
threat.group.reference	keyword	
threat.indicator.as.number	long	
threat.indicator.as.organization.name	keyword	
threat.indicator.as.organization.name.text	text	
threat.indicator.confidence	keyword	
threat.indicator.description	keyword	
threat.indicator.email.address	keyword	
threat.indicator.file.accessed	date	
threat.indicator.file.attributes	keyword	list
threat.indicator.file.code_signature.digest_algorithm	keyword	
threat.indicator.file.code_signature.exists	boolean	
threat.indicator.file.code_signature.flags	keyword	
threat.indicator.file.code_signature.signing_id	keyword	
threat.indicator.file.code_signature.status	keyword	
threat.indicator.file.code_signature.subject_name	keyword	
threat.indicator.file.code_signature.team_id	keyword	
threat.indicator.file.code_signature.thumbprint_sha256	keyword	
threat.indicator.file.code_signature.timestamp	date	
threat.indicator.file.code_signature.trusted	boolean	
threat.indicator.file.code_signature.valid	boolean	
threat.indicator.file.created	date	
threat.indicator.file.ctime	date	
threat.indicator.file.device	keyword	
threat.indicator.file.directory	keyword	
threat.indicator.file.drive_letter	keyword	
threat.indicator.file.elf.architecture	keyword	
threat.indicator.file.elf.byte_order	keyword	
threat.indicator.file.elf.cpu_type	keyword	
threat.indicator.file.elf.creation_date	date	
threat.indicator.file.elf.exports	flattened	list
threat.indicator.file.elf.go_import_hash	keyword	
threat.indicator.file.elf.go_imports	flattened	
threat.indicator.file.elf.go_imports_names_entropy	long	
threat.indicator.file.elf.go_imports_names_var_entropy	long	
threat.indicator.file.elf.go_stripped	boolean	
threat.indicator.file.elf.header.abi_version	keyword	
threat.indicator.file.elf.header.class	keyword	
threat.indicator.file.elf.header.data	keyword	
threat.indicator.file.elf.header.entrypoint	long	
threat.indicator.file.elf.header.object_version	keyword	
threat.indicator.file.elf.header.os_abi	keyword	
threat.indicator.file.elf.header.type	keyword	
threat.indicator.file.elf.header.version	keyword	
threat.indicator.file.elf.import_hash	keyword	
threat.indicator.file.elf.imports	flattened	list
threat.indicator.file.elf.imports_names_entropy	long	
threat.indicator.file.elf.imports_names_var_entropy	long	
threat.indicator.file.elf.sections	nested	list
threat.indicator.file.elf.sections.chi2	long	
threat.indicator.file.elf.sections.entropy	long	
threat.indicator.file.elf.sections.flags	keyword	
threat.indicator.file.elf.sections.name	keyword	
threat.indicator.file.elf.sections.physical_offset	keyword	
threat.indicator.file.elf.sections.physical_size	long	
threat.indicator.file.elf.sections.type	keyword	
threat.indicator.file.elf.sections.var_entropy	long	
threat.indicator.file.elf.sections.virtual_address	long	
threat.indicator.file.elf.sections.virtual_size	long	
threat.indicator.file.elf.segments	nested	list
threat.indicator.file.elf.segments.sections	keyword	
threat.indicator.file.elf.segments.type	keyword	
threat.indicator.file.elf.shared_libraries	keyword	list
threat.indicator.file.elf.telfhash	keyword	
threat.indicator.file.extension	keyword	
threat.indicator.file.fork_name	keyword	
threat.indicator.file.gid	keyword	
threat.indicator.file.group	keyword	
threat.indicator.file.hash.cdhash	keyword	
threat.indicator.file.hash.md5	keyword	
threat.indicator.file.hash.sha1	keyword	
threat.indicator.file.hash.sha256	keyword	
threat.indicator.file.hash.sha384	keyword	
threat.indicator.file.hash.sha512	keyword	
threat.indicator.file.hash.ssdeep	keyword	
threat.indicator.file.hash.tlsh	keyword	
threat.indicator.file.inode	keyword	
threat.indicator.file.mime_type	keyword	
threat.indicator.file.mode	keyword	
threat.indicator.file.mtime	date	
threat.indicator.file.name	keyword	
threat.indicator.file.origin_referrer_url	keyword	
threat.indicator.file.origin_url	keyword	
threat.indicator.file.owner	keyword	
threat.indicator.file.path	keyword	
threat.indicator.file.path.text	text	
threat.indicator.file.pe.architecture	keyword	
threat.indicator.file.pe.company	keyword	
threat.indicator.file.pe.description	keyword	
threat.indicator.file.pe.file_version	keyword	
threat.indicator.file.pe.go_import_hash	keyword	
threat.indicator.file.pe.go_imports	flattened	
threat.indicator.file.pe.go_imports_names_entropy	long	
threat.indicator.file.pe.go_imports_names_var_entropy	long	
threat.indicator.file.pe.go_stripped	boolean	
threat.indicator.file.pe.imphash	keyword	
threat.indicator.file.pe.import_hash	keyword	
threat.indicator.file.pe.imports	flattened	list
threat.indicator.file.pe.imports_names_entropy	long	
threat.indicator.file.pe.imports_names_var_entropy	long	
threat.indicator.file.pe.original_file_name	keyword	
threat.indicator.file.pe.pehash	keyword	
threat.indicator.file.pe.product	keyword	
threat.indicator.file.pe.sections	nested	list
threat.indicator.file.pe.sections.entropy	long	
threat.indicator.file.pe.sections.name	keyword	
threat.indicator.file.pe.sections.physical_size	long	
threat.indicator.file.pe.sections.var_entropy	long	
threat.indicator.file.pe.sections.virtual_size	long	
threat.indicator.file.size	long	
threat.indicator.file.target_path	keyword	
threat.indicator.file.target_path.text	text	
threat.indicator.file.type	keyword	
threat.indicator.file.uid	keyword	
threat.indicator.file.x509.alternative_names	keyword	list
threat.indicator.file.x509.issuer.common_name	keyword	list
threat.indicator.file.x509.issuer.country	keyword	list
threat.indicator.file.x509.issuer.distinguished_name	keyword	
threat.indicator.file.x509.issuer.locality	keyword	list
threat.indicator.file.x509.issuer.organization	keyword	list
threat.indicator.file.x509.issuer.organizational_unit	keyword	list
threat.indicator.file.x509.issuer.state_or_province	keyword	list
threat.indicator.file.x509.not_after	date	
threat.indicator.file.x509.not_before	date	
threat.indicator.file.x509.public_key_algorithm	keyword	
threat.indicator.file.x509.public_key_curve	keyword	
threat.indicator.file.x509.public_key_exponent	long	
threat.indicator.file.x509.public_key_size	long	
threat.indicator.file.x509.serial_number	keyword	
threat.indicator.file.x509.signature_algorithm	keyword	
threat.indicator.file.x509.subject.common_name	keyword	list
threat.indicator.file.x509.subject.country	keyword	list
threat.indicator.file.x509.subject.distinguished_name	keyword	
threat.indicator.file.x509.subject.locality	keyword	list
threat.indicator.file.x509.subject.organization	keyword	list
threat.indicator.file.x509.subject.organizational_unit	keyword	list
threat.indicator.file.x509.subject.state_or_province	keyword	list
threat.indicator.file.x509.version_number	keyword	
threat.indicator.first_seen	date	
threat.indicator.geo.city_name	keyword	
threat.indicator.geo.continent_code	keyword	
threat.indicator.geo.continent_name	keyword	
threat.indicator.geo.country_iso_code	keyword	
threat.indicator.geo.country_name	keyword	
threat.indicator.geo.location	geo_point	
threat.indicator.geo.name	keyword	
threat.indicator.geo.postal_code	keyword	
threat.indicator.geo.region_iso_code	keyword	
threat.indicator.geo.region_name	keyword	
threat.indicator.geo.timezone	keyword	
threat.indicator.id	keyword	list
threat.indicator.ip	ip	
threat.indicator.last_seen	date	
threat.indicator.marking.tlp	keyword	
threat.indicator.marking.tlp_version	keyword	
threat.indicator.modified_at	date	
threat.indicator.name	keyword	
threat.indicator.port	long	
threat.indicator.provider	keyword	
threat.indicator.reference	keyword	
threat.indicator.registry.data.bytes	keyword	
threat.indicator.registry.data.strings	keyword	list
threat.indicator.registry.data.type	keyword	
threat.indicator.registry.hive	keyword	
threat.indicator.registry.key	keyword	
threat.indicator.registry.path	keyword	
threat.indicator.registry.value	keyword	
threat.indicator.scanner_stats	long	
threat.indicator.sightings	long	
threat.indicator.type	keyword	
threat.indicator.url.domain	keyword	
threat.indicator.url.extension	keyword	
threat.indicator.url.fragment	keyword	
threat.indicator.url.full	keyword	
threat.indicator.url.full.text	text	
threat.indicator.url.original	keyword	
threat.indicator.url.original.text	text	
threat.indicator.url.password	keyword	
threat.indicator.url.path	keyword	
threat.indicator.url.port	long	
threat.indicator.url.query	keyword	
threat.indicator.url.registered_domain	keyword	
threat.indicator.url.scheme	keyword	
threat.indicator.url.subdomain	keyword	
threat.indicator.url.top_level_domain	keyword	
threat.indicator.url.username	keyword	
threat.indicator.x509.alternative_names	keyword	list
threat.indicator.x509.issuer.common_name	keyword	list
threat.indicator.x509.issuer.country	keyword	list
threat.indicator.x509.issuer.distinguished_name	keyword	
threat.indicator.x509.issuer.locality	keyword	list
threat.indicator.x509.issuer.organization	keyword	list
threat.indicator.x509.issuer.organizational_unit	keyword	list
threat.indicator.x509.issuer.state_or_province	keyword	list
threat.indicator.x509.not_after	date	
threat.indicator.x509.not_before	date	
threat.indicator.x509.public_key_algorithm	keyword	
threat.indicator.x509.public_key_curve	keyword	
threat.indicator.x509.public_key_exponent	long	
threat.indicator.x509.public_key_size	long	
threat.indicator.x509.serial_number	keyword	
threat.indicator.x509.signature_algorithm	keyword	
threat.indicator.x509.subject.common_name	keyword	list
threat.indicator.x509.subject.country	keyword	list
threat.indicator.x509.subject.distinguished_name	keyword	
threat.indicator.x509.subject.locality	keyword	list
threat.indicator.x509.subject.organization	keyword	list
threat.indicator.x509.subject.organizational_unit	keyword	list
threat.indicator.x509.subject.state_or_province	keyword	list
threat.indicator.x509.version_number	keyword	
threat.software.alias	keyword	list
threat.software.id	keyword	
threat.software.name	keyword	
threat.software.platforms	keyword	list
threat.software.reference	keyword	
threat.software.type	keyword	
threat.tactic.id	keyword	list
threat.tactic.name	keyword	list
threat.tactic.reference	keyword	list
threat.technique.id	keyword	list
threat.technique.name	keyword	list
threat.technique.name.text	text	
threat.technique.reference	keyword	list
threat.technique.subtechnique.id	keyword	list
threat.technique.subtechnique.name	keyword	list
threat.technique.subtechnique.name.text	text	
threat.technique.subtechnique.reference	keyword	list
tls.cipher	keyword	
tls.client.certificate	keyword	
tls.client.certificate_chain	keyword	list
tls.client.hash.md5	keyword	
tls.client.hash.sha1	keyword	
tls.client.hash.sha256	keyword	
tls.client.issuer	keyword	
tls.client.ja3	keyword	
tls.client.not_after	date	
tls.client.not_before	date	
tls.client.server_name	keyword	
tls.client.subject	keyword	
tls.client.supported_ciphers	keyword	list
tls.client.x509.alternative_names	keyword	list
tls.client.x509.issuer.common_name	keyword	list
tls.client.x509.issuer.country	keyword	list
tls.client.x509.issuer.distinguished_name	keyword	
tls.client.x509.issuer.locality	keyword	list
tls.client.x509.issuer.organization	keyword	list
tls.client.x509.issuer.organizational_unit	keyword	list
tls.client.x509.issuer.state_or_province	keyword	list
tls.client.x509.not_after	date	
tls.client.x509.not_before	date	
tls.client.x509.public_key_algorithm	keyword	
tls.client.x509.public_key_curve	keyword	
tls.client.x509.public_key_exponent	long	
tls.client.x509.public_key_size	long	
tls.client.x509.serial_number	keyword	
tls.client.x509.signature_algorithm	keyword	
tls.client.x509.subject.common_name	keyword	list
tls.client.x509.subject.country	keyword	list
tls.client.x509.subject.distinguished_name	keyword	
tls.client.x509.subject.locality	keyword	list
tls.client.x509.subject.organization	keyword	list
tls.client.x509.subject.organizational_unit	keyword	list
tls.client.x509.subject.state_or_province	keyword	list
tls.client.x509.version_number	keyword	
tls.curve	keyword	
tls.established	boolean	
tls.next_protocol	keyword	
tls.resumed	boolean	
tls.server.certificate	keyword	
tls.server.certificate_chain	keyword	list
tls.server.hash.md5	keyword	
tls.server.hash.sha1	keyword	
tls.server.hash.sha256	keyword	
tls.server.issuer	keyword	
tls.server.ja3s	keyword	
tls.server.not_after	date	
tls.server.not_before	date	
tls.server.subject	keyword	
tls.server.x509.alternative_names	keyword	list
tls.server.x509.issuer.common_name	keyword	list
tls.server.x509.issuer.country	keyword	list
tls.server.x509.issuer.distinguished_name	keyword	
tls.server.x509.issuer.locality	keyword	list
tls.server.x509.issuer.organization	keyword	list
tls.server.x509.issuer.organizational_unit	keyword	list
tls.server.x509.issuer.state_or_province	keyword	list
tls.server.x509.not_after	date	
tls.server.x509.not_before	date	
tls.server.x509.public_key_algorithm	keyword	
tls.server.x509.public_key_curve	keyword	
tls.server.x509.public_key_exponent	long	
tls.server.x509.public_key_size	long	
tls.server.x509.serial_number	keyword	
tls.server.x509.signature_algorithm	keyword	
tls.server.x509.subject.common_name	keyword	list
tls.server.x509.subject.country	keyword	list
tls.server.x509.subject.distinguished_name	keyword	
tls.server.x509.subject.locality	keyword	list
tls.server.x509.subject.organization	keyword	list
tls.server.x509.subject.organizational_unit	keyword	list
tls.server.x509.subject.state_or_province	keyword	list
tls.server.x509.version_number	keyword	
tls.version	keyword	
tls.version_protocol	keyword	
trace.id	keyword	
transaction.id	keyword	
url.domain	keyword	
url.extension	keyword	
url.fragment	keyword	
url.full	keyword	
url.full.text	text	
url.original	keyword	
url.original.text	text	
url.password	keyword	
url.path	keyword	
url.port	long	
url.query	keyword	
url.registered_domain	keyword	
url.scheme	keyword	
url.subdomain	keyword	
url.top_level_domain	keyword	
url.username	keyword	
user.changes.domain	keyword	
user.changes.email	keyword	
user.changes.entity.attributes.known_redirects	keyword	list
user.changes.entity.attributes.managed	boolean	
user.changes.entity.attributes.mfa_enabled	boolean	
user.changes.entity.attributes.oauth_consent_restriction	keyword	
user.changes.entity.attributes.permissions	keyword	list
user.changes.entity.attributes.storage_class	keyword	
user.changes.entity.behavior	object	
user.changes.entity.display_name	keyword	
user.changes.entity.display_name.text	text	
user.changes.entity.id	keyword	
user.changes.entity.last_seen_timestamp	date	
user.changes.entity.lifecycle.last_activity	date	
user.changes.entity.metrics	object	
user.changes.entity.name	keyword	
user.changes.entity.name.text	text	
user.changes.entity.raw	object	
user.changes.entity.reference	keyword	
user.changes.entity.relationships.administers.entity.id	keyword	list
user.changes.entity.relationships.administers.host.id	keyword	list
user.changes.entity.relationships.administers.host.name	keyword	list
user.changes.entity.relationships.administers.service.id	keyword	list
user.changes.entity.relationships.administers.service.name	keyword	list
user.changes.entity.relationships.administers.user.domain	keyword	list
user.changes.entity.relationships.administers.user.email	keyword	list
user.changes.entity.relationships.administers.user.id	keyword	list
user.changes.entity.relationships.administers.user.name	keyword	list
user.changes.entity.relationships.depends_on.entity.id	keyword	list
user.changes.entity.relationships.depends_on.host.id	keyword	list
user.changes.entity.relationships.depends_on.host.name	keyword	list
user.changes.entity.relationships.depends_on.service.id	keyword	list
user.changes.entity.relationships.depends_on.service.name	keyword	list
user.changes.entity.relationships.depends_on.user.domain	keyword	list
user.changes.entity.relationships.depends_on.user.email	keyword	list
user.changes.entity.relationships.depends_on.user.id	keyword	list
user.changes.entity.relationships.depends_on.user.name	keyword	list
user.changes.entity.relationships.owns.entity.id	keyword	list
user.changes.entity.relationships.owns.host.id	keyword	list
user.changes.entity.relationships.owns.host.name	keyword	list
user.changes.entity.relationships.owns.service.id	keyword	list
user.changes.entity.relationships.owns.service.name	keyword	list
user.changes.entity.relationships.owns.user.domain	keyword	list
user.changes.entity.relationships.owns.user.email	keyword	list
user.changes.entity.relationships.owns.user.id	keyword	list
user.changes.entity.relationships.owns.user.name	keyword	list
user.changes.entity.relationships.supervises.entity.id	keyword	list
user.changes.entity.relationships.supervises.host.id	keyword	list
user.changes.entity.relationships.supervises.host.name	keyword	list
user.changes.entity.relationships.supervises.service.id	keyword	list
user.changes.entity.relationships.supervises.service.name	keyword	list
user.changes.entity.relationships.supervises.user.domain	keyword	list
user.changes.entity.relationships.supervises.user.email	keyword	list
user.changes.entity.relationships.supervises.user.id	keyword	list
user.changes.entity.relationships.supervises.user.name	keyword	list
user.changes.entity.source	keyword	
user.changes.entity.sub_type	keyword	
user.changes.entity.type	keyword	list
user.changes.full_name	keyword	
user.changes.full_name.text	text	
user.changes.group.domain	keyword	
user.changes.group.id	keyword	
user.changes.group.name	keyword	
user.changes.hash	keyword	
user.changes.id	keyword	
user.changes.name	keyword	
user.changes.name.text	text	
user.changes.risk.calculated_level	keyword	
user.changes.risk.calculated_score	double	
user.changes.risk.calculated_score_norm	double	
user.changes.risk.static_level	keyword	
user.changes.risk.static_score	double	
user.changes.risk.static_score_norm	double	
user.changes.roles	keyword	list
user.domain	keyword	
user.effective.domain	keyword	
user.effective.email	keyword	
user.effective.entity.attributes.known_redirects	keyword	list
user.effective.entity.attributes.managed	boolean	
user.effective.entity.attributes.mfa_enabled	boolean	
user.effective.entity.attributes.oauth_consent_restriction	keyword	
user.effective.entity.attributes.permissions	keyword	list
user.effective.entity.attributes.storage_class	keyword	
user.effective.entity.behavior	object	
user.effective.entity.display_name	keyword	
user.effective.entity.display_name.text	text	
user.effective.entity.id	keyword	
user.effective.entity.last_seen_timestamp	date	
user.effective.entity.lifecycle.last_activity	date	
user.effective.entity.metrics	object	
user.effective.entity.name	keyword	
user.effective.entity.name.text	text	
user.effective.entity.raw	object	
user.effective.entity.reference	keyword	
user.effective.entity.relationships.administers.entity.id	keyword	list
user.effective.entity.relationships.administers.host.id	keyword	list
user.effective.entity.relationships.administers.host.name	keyword	list
user.effective.entity.relationships.administers.service.id	keyword	list
user.effective.entity.relationships.administers.service.name	keyword	list
user.effective.entity.relationships.administers.user.domain	keyword	list
user.effective.entity.relationships.administers.user.email	keyword	list
user.effective.entity.relationships.administers.user.id	keyword	list
user.effective.entity.relationships.administers.user.name	keyword	list
user.effective.entity.relationships.depends_on.entity.id	keyword	list
user.effective.entity.relationships.depends_on.host.id	keyword	list
user.effective.entity.relationships.depends_on.host.name	keyword	list
user.effective.entity.relationships.depends_on.service.id	keyword	list
user.effective.entity.relationships.depends_on.service.name	keyword	list
user.effective.entity.relationships.depends_on.user.domain	keyword	list
user.effective.entity.relationships.depends_on.user.email	keyword	list
user.effective.entity.relationships.depends_on.user.id	keyword	list
user.effective.entity.relationships.depends_on.user.name	keyword	list
user.effective.entity.relationships.owns.entity.id	keyword	list
user.effective.entity.relationships.owns.host.id	keyword	list
user.effective.entity.relationships.owns.host.name	keyword	list
user.effective.entity.relationships.owns.service.id	keyword	list
user.effective.entity.relationships.owns.service.name	keyword	list
user.effective.entity.relationships.owns.user.domain	keyword	list
user.effective.entity.relationships.owns.user.email	keyword	list
user.effective.entity.relationships.owns.user.id	keyword	list
user.effective.entity.relationships.owns.user.name	keyword	list
user.effective.entity.relationships.supervises.entity.id	keyword	list
user.effective.entity.relationships.supervises.host.id	keyword	list
user.effective.entity.relationships.supervises.host.name	keyword	list
user.effective.entity.relationships.supervises.service.id	keyword	list
user.effective.entity.relationships.supervises.service.name	keyword	list
user.effective.entity.relationships.supervises.user.domain	keyword	list
user.effective.entity.relationships.supervises.user.email	keyword	list
user.effective.entity.relationships.supervises.user.id	keyword	list
user.effective.entity.relationships.supervises.user.name	keyword	list
user.effective.entity.source	keyword	
user.effective.entity.sub_type	keyword	
user.effective.entity.type	keyword	list
user.effective.full_name	keyword	
user.effective.full_name.text	text	
user.effective.group.domain	keyword	
user.effective.group.id	keyword	
user.effective.group.name	keyword	
user.effective.hash	keyword	
user.effective.id	keyword	
user.effective.name	keyword	
user.effective.name.text	text	
user.effective.risk.calculated_level	keyword	
user.effective.risk.calculated_score	double	
user.effective.risk.calculated_score_norm	double	
user.effective.risk.static_level	keyword	
user.effective.risk.static_score	double	
user.effective.risk.static_score_norm	double	
user.effective.roles	keyword	list
user.email	keyword	
user.entity.attributes.known_redirects	keyword	list
user.entity.attributes.managed	boolean	
user.entity.attributes.mfa_enabled	boolean	
user.entity.attributes.oauth_consent_restriction	keyword	
user.entity.attributes.permissions	keyword	list
user.entity.attributes.storage_class	keyword	
user.entity.behavior	object	
user.entity.display_name	keyword	
user.entity.display_name.text	text	
user.entity.id	keyword	
user.entity.last_seen_timestamp	date	
user.entity.lifecycle.last_activity	date	
user.entity.metrics	object	
user.entity.name	keyword	
user.entity.name.text	text	
user.entity.raw	object	
user.entity.reference	keyword	
user.entity.relationships.administers.entity.id	keyword	list
user.entity.relationships.administers.host.id	keyword	list
user.entity.relationships.administers.host.name	keyword	list
user.entity.relationships.administers.service.id	keyword	list
user.entity.relationships.administers.service.name	keyword	list
user.entity.relationships.administers.user.domain	keyword	list
user.entity.relationships.administers.user.email	keyword	list
user.entity.relationships.administers.user.id	keyword	list
user.entity.relationships.administers.user.name	keyword	list
user.entity.relationships.depends_on.entity.id	keyword	list
user.entity.relationships.depends_on.host.id	keyword	list
user.entity.relationships.depends_on.host.name	keyword	list
user.entity.relationships.depends_on.service.id	keyword	list
user.entity.relationships.depends_on.service.name	keyword	list
user.entity.relationships.depends_on.user.domain	keyword	list
user.entity.relationships.depends_on.user.email	keyword	list
user.entity.relationships.depends_on.user.id	keyword	list
user.entity.relationships.depends_on.user.name	keyword	list
user.entity.relationships.owns.entity.id	keyword	list
user.entity.relationships.owns.host.id	keyword	list
user.entity.relationships.owns.host.name	keyword	list
user.entity.relationships.owns.service.id	keyword	list
user.entity.relationships.owns.service.name	keyword	list
user.entity.relationships.owns.user.domain	keyword	list
user.entity.relationships.owns.user.email	keyword	list
user.entity.relationships.owns.user.id	keyword	list
user.entity.relationships.owns.user.name	keyword	list
user.entity.relationships.supervises.entity.id	keyword	list
user.entity.relationships.supervises.host.id	keyword	list
user.entity.relationships.supervises.host.name	keyword	list
user.entity.relationships.supervises.service.id	keyword	list
user.entity.relationships.supervises.service.name	keyword	list
user.entity.relationships.supervises.user.domain	keyword	list
user.entity.relationships.supervises.user.email	keyword	list
user.entity.relationships.supervises.user.id	keyword	list
user.entity.relationships.supervises.user.name	keyword	list
user.entity.source	keyword	
user.entity.sub_type	keyword	
user.entity.type	keyword	list
user.full_name	keyword	
user.full_name.text	text	
user.group.domain	keyword	
user.group.id	keyword	
user.group.name	keyword	
user.hash	keyword	
user.id	keyword	
user.name	keyword	
user.name.text	text	
user.risk.calculated_level	keyword	
user.risk.calculated_score	double	
user.risk.calculated_score_norm	double	
user.risk.static_level	keyword	
user.risk.static_score	double	
user.risk.static_score_norm	double	
user.roles	keyword	list
user.target.domain	keyword	
user.target.email	keyword	
user.target.entity.attributes.known_redirects	keyword	list
user.target.entity.attributes.managed	boolean	
user.target.entity.attributes.mfa_enabled	boolean	
user.target.entity.attributes.oauth_consent_restriction	keyword	
user.target.entity.attributes.permissions	keyword	list
user.target.entity.attributes.storage_class	keyword	
user.target.entity.behavior	object	
user.target.entity.display_name	keyword	
user.target.entity.display_name.text	text	
user.target.entity.id	keyword	
user.target.entity.last_seen_timestamp	date	
user.target.entity.lifecycle.last_activity	date	
user.target.entity.metrics	object	
user.target.entity.name	keyword	
user.target.entity.name.text	text	
user.target.entity.raw	object	
user.target.entity.reference	keyword	
user.target.entity.relationships.administers.entity.id	keyword	list
user.target.entity.relationships.administers.host.id	keyword	list
user.target.entity.relationships.administers.host.name	keyword	list
user.target.entity.relationships.administers.service.id	keyword	list
user.target.entity.relationships.administers.service.name	keyword	list
user.target.entity.relationships.administers.user.domain	keyword	list
user.target.entity.relationships.administers.user.email	keyword	list
user.target.entity.relationships.administers.user.id	keyword	list
user.target.entity.relationships.administers.user.name	keyword	list
user.target.entity.relationships.depends_on.entity.id	keyword	list
user.target.entity.relationships.depends_on.host.id	keyword	list
user.target.entity.relationships.depends_on.host.name	keyword	list
user.target.entity.relationships.depends_on.service.id	keyword	list
user.target.entity.relationships.depends_on.service.name	keyword	list
user.target.entity.relationships.depends_on.user.domain	keyword	list
user.target.entity.relationships.depends_on.user.email	keyword	list
user.target.entity.relationships.depends_on.user.id	keyword	list
user.target.entity.relationships.depends_on.user.name	keyword	list
user.target.entity.relationships.owns.entity.id	keyword	list
user.target.entity.relationships.owns.host.id	keyword	list
user.target.entity.relationships.owns.host.name	keyword	list
user.target.entity.relationships.owns.service.id	keyword	list
user.target.entity.relationships.owns.service.name	keyword	list
user.target.entity.relationships.owns.user.domain	keyword	list
user.target.entity.relationships.owns.user.email	keyword	list
user.target.entity.relationships.owns.user.id	keyword	list
user.target.entity.relationships.owns.user.name	keyword	list
user.target.entity.relationships.supervises.entity.id	keyword	list
user.target.entity.relationships.supervises.host.id	keyword	list
user.target.entity.relationships.supervises.host.name	keyword	list
user.target.entity.relationships.supervises.service.id	keyword	list
user.target.entity.relationships.supervises.service.name	keyword	list
user.target.entity.relationships.supervises.user.domain	keyword	list
user.target.entity.relationships.supervises.user.email	keyword	list
user.target.entity.relationships.supervises.user.id	keyword	list
user.target.entity.relationships.supervises.user.name	keyword	list
user.target.entity.source	keyword	
user.target.entity.sub_type	keyword	
user.target.entity.type	keyword	list
user.target.full_name	keyword	
user.target.full_name.text	text	
user.target.group.domain	keyword	
user.target.group.id	keyword	
user.target.group.name	keyword	
user.target.hash	keyword	
user.target.id	keyword	
user.target.name	keyword	
user.target.name.text	text	
user.target.risk.calculated_level	keyword	
user.target.risk.calculated_score	double	
user.target.risk.calculated_score_norm	double	
user.target.risk.static_level	keyword	
user.target.risk.static_score	double	
user.target.risk.static_score_norm	double	
user.target.roles	keyword	list
user_agent.device.name	keyword	
user_agent.name	keyword	
user_agent.original	keyword	
user_agent.original.text	text	
user_agent.os.family	keyword	
user_agent.os.full	keyword	
user_agent.os.full.text	text	
user_agent.os.kernel	keyword	
user_agent.os.name	keyword	
user_agent.os.name.text	text	
user_agent.os.platform	keyword	
user_agent.os.type	keyword	
user_agent.os.version	keyword	
user_agent.version	keyword	
volume.bus_type	keyword	
volume.default_access	keyword	
volume.device_name	keyword	
volume.device_type	keyword	
volume.dos_name	keyword	
volume.file_system_type	keyword	
volume.mount_name	keyword	
volume.nt_name	keyword	
volume.product_id	keyword	
volume.product_name	keyword	
volume.removable	boolean	
volume.serial_number	keyword	
volume.size	long	
volume.vendor_id	keyword	
volume.vendor_name	keyword	
volume.writable	boolean	
vulnerability.category	keyword	list
vulnerability.classification	keyword	
vulnerability.description	keyword	
vulnerability.description.text	text	
vulnerability.enumeration	keyword	
vulnerability.id	keyword	
vulnerability.reference	keyword	
vulnerability.report_id	keyword	
vulnerability.scanner.vendor	keyword	
vulnerability.score.base	double	
vulnerability.score.environmental	double	
vulnerability.score.temporal	double	
vulnerability.score.version	keyword	
vulnerability.severity	keyword	
vulnerability.status	keyword	
$fields$, E'\n')) AS line
 WHERE line <> '';

-- The Elastic Common Schema has one action an event; Elastic Defend sends lists.
UPDATE fields SET several = true WHERE field = 'event.action';

CREATE TABLE sources (
	pattern text COLLATE "C" PRIMARY KEY CHECK (pattern <> '' AND pattern !~ '[[:space:],|"]'),
	relation regclass NOT NULL,
	shipped boolean NOT NULL DEFAULT false
);

COMMENT ON TABLE sources IS 'Which relation an index pattern of FROM means';
COMMENT ON COLUMN sources.pattern IS 'Index pattern, such as logs-endpoint.events.process-*';
COMMENT ON COLUMN sources.relation IS 'Table, partitioned table, view or foreign table that holds its events';
COMMENT ON COLUMN sources.shipped IS 'Comes with the extension and is unchanged; pg_dump leaves such rows out';

CREATE FUNCTION replace_shipped() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The argument names the key column.  The owner's right to delete is needed
 * for the shipped row only, of which the caller's takes the place.
 */
BEGIN
	IF TG_OP = 'INSERT' THEN
		EXECUTE format('DELETE FROM %I.%I WHERE shipped AND %I = $1.%I',
					   TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[0])
			USING NEW;
	END IF;
	NEW.shipped := false;
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION replace_shipped() IS 'Trigger: a row of the user''s takes the place of a shipped one, so that a restored dump keeps edits';
REVOKE ALL ON FUNCTION replace_shipped() FROM PUBLIC;

CREATE TABLE events (
	timestamp timestamptz NOT NULL,
	event_ingested timestamptz DEFAULT now(),
	event_id text COLLATE "C",
	event_kind text COLLATE "C",
	event_category text[] COLLATE "C",
	event_type text[] COLLATE "C",
	event_action text[] COLLATE "C",
	event_outcome text COLLATE "C",
	event_dataset text COLLATE "C",
	agent_id text COLLATE "C",
	agent_type text COLLATE "C",
	agent_version text COLLATE "C",
	host_id text COLLATE "C",
	host_name text COLLATE "C",
	host_hostname text COLLATE "C",
	host_os_type text COLLATE "C",
	host_ip inet[],
	user_id text COLLATE "C",
	user_name text COLLATE "C",
	process_pid bigint,
	process_entity_id text COLLATE "C",
	process_name text COLLATE "C",
	process_executable text COLLATE "C",
	process_args text[] COLLATE "C",
	process_command_line text COLLATE "C",
	process_working_directory text COLLATE "C",
	process_parent_pid bigint,
	process_parent_entity_id text COLLATE "C",
	process_parent_name text COLLATE "C",
	process_parent_executable text COLLATE "C",
	process_parent_command_line text COLLATE "C",
	document jsonb,
	document_key text COLLATE "C"
) PARTITION BY RANGE (timestamp);
CREATE TABLE events_default PARTITION OF events DEFAULT;
/*
 * A partition has two indexes.  The unique one finds events by their time, as
 * rules do, and keeps a document that is delivered twice from being two events;
 * the other one finds what came in lately and costs next to nothing.
 *
 * They are not on events itself: pg_dump would bring a partition's index twice.
 * Partitions that are made later take them from events_template.
 */
CREATE TABLE events_template (LIKE events INCLUDING DEFAULTS);
CREATE UNIQUE INDEX events_template_timestamp ON events_template (timestamp, document_key);
CREATE INDEX events_template_ingested ON events_template USING brin (event_ingested);
CREATE UNIQUE INDEX events_default_timestamp ON events_default (timestamp, document_key);
CREATE INDEX events_default_ingested ON events_default USING brin (event_ingested);
-- A program, its parent and its command line go together: without this the
-- planner takes each event for a group of its own, and workers for no use.
CREATE STATISTICS events_rule_key (ndistinct)
	ON process_executable, process_parent_executable, process_command_line FROM events;

COMMENT ON TABLE events IS 'Process events in the Elastic Common Schema: the columns that rules ask for, and the whole document';
COMMENT ON COLUMN events.timestamp IS '@timestamp: when it happened';
COMMENT ON COLUMN events.event_ingested IS 'event.ingested: when it came in';
COMMENT ON COLUMN events.event_id IS 'event.id';
COMMENT ON COLUMN events.event_kind IS 'event.kind';
COMMENT ON COLUMN events.event_category IS 'event.category, a list';
COMMENT ON COLUMN events.event_type IS 'event.type, a list: start, end, ...';
COMMENT ON COLUMN events.event_action IS 'event.action, a list: fork, exec, end, ...';
COMMENT ON COLUMN events.event_outcome IS 'event.outcome';
COMMENT ON COLUMN events.event_dataset IS 'event.dataset';
COMMENT ON COLUMN events.agent_id IS 'agent.id: what distinct machines are counted by';
COMMENT ON COLUMN events.agent_type IS 'agent.type';
COMMENT ON COLUMN events.agent_version IS 'agent.version';
COMMENT ON COLUMN events.host_id IS 'host.id';
COMMENT ON COLUMN events.host_name IS 'host.name';
COMMENT ON COLUMN events.host_hostname IS 'host.hostname';
COMMENT ON COLUMN events.host_os_type IS 'host.os.type: linux, windows, macos, ...';
COMMENT ON COLUMN events.host_ip IS 'host.ip, a list';
COMMENT ON COLUMN events.user_id IS 'user.id';
COMMENT ON COLUMN events.user_name IS 'user.name';
COMMENT ON COLUMN events.process_pid IS 'process.pid';
COMMENT ON COLUMN events.process_entity_id IS 'process.entity_id';
COMMENT ON COLUMN events.process_name IS 'process.name';
COMMENT ON COLUMN events.process_executable IS 'process.executable: the path';
COMMENT ON COLUMN events.process_args IS 'process.args, a list';
COMMENT ON COLUMN events.process_command_line IS 'process.command_line';
COMMENT ON COLUMN events.process_working_directory IS 'process.working_directory';
COMMENT ON COLUMN events.process_parent_pid IS 'process.parent.pid';
COMMENT ON COLUMN events.process_parent_entity_id IS 'process.parent.entity_id';
COMMENT ON COLUMN events.process_parent_name IS 'process.parent.name';
COMMENT ON COLUMN events.process_parent_executable IS 'process.parent.executable';
COMMENT ON COLUMN events.process_parent_command_line IS 'process.parent.command_line';
COMMENT ON COLUMN events.document IS 'The original document; a field that is no column is read from it';
COMMENT ON COLUMN events.document_key IS 'By what a document is known again when it is delivered twice: its event.id, _id or content; set by ingest';
COMMENT ON STATISTICS events_rule_key IS 'How many groups the rule''s key makes';
COMMENT ON TABLE events_default IS 'Takes the events for which there is no partition, so that none is refused';
COMMENT ON TABLE events_template IS 'Empty: the indexes that a partition of events should have (CREATE TABLE ... (LIKE transfer_detect.events_template INCLUDING ALL)), for pg_partman and for hand-made partitions';

INSERT INTO sources (pattern, relation, shipped)
VALUES ('logs-endpoint.events.process-*', '@extschema@.events', true);

CREATE TRIGGER fields_replace_shipped BEFORE INSERT OR UPDATE ON fields
	FOR EACH ROW EXECUTE FUNCTION replace_shipped('field');
CREATE TRIGGER sources_replace_shipped BEFORE INSERT OR UPDATE ON sources
	FOR EACH ROW EXECUTE FUNCTION replace_shipped('pattern');

SELECT pg_catalog.pg_extension_config_dump('fields', 'WHERE NOT shipped');
SELECT pg_catalog.pg_extension_config_dump('sources', 'WHERE NOT shipped');
SELECT pg_catalog.pg_extension_config_dump('events_default', '');

-- Whoever may read events may look for them; events themselves are granted by their owner.
GRANT USAGE ON SCHEMA @extschema@ TO PUBLIC;
GRANT SELECT ON fields, sources TO PUBLIC;

-- ---- rules.sql

/*
 * rules.sql: the rules, and their versions.
 *
 * A rule is checked when it is written, and whatever of it decides what is
 * found, or how an alert is rated, is kept as a version of its own that never
 * changes: alerts refer to the version that made them, so that they stay
 * explainable after edits, and after the rule itself has been deleted.
 *
 * That rules refer to their versions (and not the other way round) also makes
 * pg_dump restore versions first, so that the trigger finds a restored rule's
 * version there and makes no other.
 */

CREATE TABLE rule_versions (
	rule_id text COLLATE "C" NOT NULL,
	version integer NOT NULL CHECK (version > 0),
	name text NOT NULL,
	query text NOT NULL,
	events regclass NOT NULL,
	timestamp_field text NOT NULL,
	timestamp_fallback text,
	run_interval interval NOT NULL,
	look_back interval NOT NULL,
	max_alerts integer NOT NULL,
	severity text NOT NULL,
	risk_score integer NOT NULL,
	shipped boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL DEFAULT now(),
	created_by text NOT NULL DEFAULT current_user,
	PRIMARY KEY (rule_id, version)
);

COMMENT ON TABLE rule_versions IS 'What each rule was at a time; a row never changes';
COMMENT ON COLUMN rule_versions.rule_id IS 'The rule, which may have been deleted since';
COMMENT ON COLUMN rule_versions.version IS 'Counts up from 1';
COMMENT ON COLUMN rule_versions.name IS 'As rules.name was';
COMMENT ON COLUMN rule_versions.query IS 'As rules.query was';
COMMENT ON COLUMN rule_versions.events IS 'As rules.events was';
COMMENT ON COLUMN rule_versions.timestamp_field IS 'As rules.timestamp_field was';
COMMENT ON COLUMN rule_versions.timestamp_fallback IS 'As rules.timestamp_fallback was';
COMMENT ON COLUMN rule_versions.run_interval IS 'As rules.run_interval was';
COMMENT ON COLUMN rule_versions.look_back IS 'As rules.look_back was';
COMMENT ON COLUMN rule_versions.max_alerts IS 'As rules.max_alerts was';
COMMENT ON COLUMN rule_versions.severity IS 'As rules.severity was';
COMMENT ON COLUMN rule_versions.risk_score IS 'As rules.risk_score was';
COMMENT ON COLUMN rule_versions.shipped IS 'Comes with the extension; pg_dump leaves such rows out';
COMMENT ON COLUMN rule_versions.created_at IS 'When the rule became this';
COMMENT ON COLUMN rule_versions.created_by IS 'Role that made it so';

CREATE TABLE rules (
	rule_id text COLLATE "C" PRIMARY KEY CHECK (rule_id ~ '^[a-z0-9][a-z0-9_-]*$'),
	version integer NOT NULL DEFAULT 1,
	name text NOT NULL CHECK (name <> ''),
	description text NOT NULL DEFAULT '',
	query text NOT NULL,
	events regclass NOT NULL DEFAULT '@extschema@.events',
	timestamp_field text NOT NULL DEFAULT '@timestamp' CHECK (timestamp_field <> ''),
	timestamp_fallback text CHECK (timestamp_fallback <> ''),
	severity text NOT NULL DEFAULT 'low'
		CHECK (severity IN ('low', 'medium', 'high', 'critical')),
	risk_score integer NOT NULL DEFAULT 21 CHECK (risk_score BETWEEN 0 AND 100),
	run_interval interval NOT NULL DEFAULT '1 hour'
		CHECK (run_interval >= '1 second' AND extract(month FROM run_interval) = 0 AND extract(year FROM run_interval) = 0),
	look_back interval NOT NULL DEFAULT '61 minutes'
		CHECK (look_back > '0' AND extract(month FROM look_back) = 0 AND extract(year FROM look_back) = 0),
	max_alerts integer NOT NULL DEFAULT 100 CHECK (max_alerts > 0),
	max_catch_up integer NOT NULL DEFAULT 24 CHECK (max_catch_up BETWEEN 1 AND 10000),
	tags text[] NOT NULL DEFAULT '{}',
	threat jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(threat) = 'array'),
	note text NOT NULL DEFAULT '',
	false_positives text[] NOT NULL DEFAULT '{}',
	rule_references text[] NOT NULL DEFAULT '{}',
	enabled boolean NOT NULL DEFAULT false,
	enabled_at timestamptz NOT NULL DEFAULT now(),
	shipped boolean NOT NULL DEFAULT false,
	edited_at timestamptz NOT NULL DEFAULT now(),
	edited_by text NOT NULL DEFAULT current_user,
	CONSTRAINT rules_look_back_covers_interval CHECK (look_back >= run_interval),
	CONSTRAINT rules_look_back_within_reason CHECK (look_back <= '3650 days')
);

COMMENT ON TABLE rules IS 'Detection rules: ES|QL text and what the engine has to know of it';
COMMENT ON COLUMN rules.rule_id IS 'Identity of the rule, for good';
COMMENT ON COLUMN rules.version IS 'Its present version, by itself: an edit of what decides what is found, or how it is rated, makes a new one';
COMMENT ON COLUMN rules.name IS 'Title, as analysts see it';
COMMENT ON COLUMN rules.description IS 'What it finds and why that matters';
COMMENT ON COLUMN rules.query IS 'ES|QL; an edit takes effect at once';
COMMENT ON COLUMN rules.events IS 'Relation that run() looks for events in, whatever the query''s FROM says';
COMMENT ON COLUMN rules.timestamp_field IS 'Field that says when an event happened, or when it came in: event.ingested';
COMMENT ON COLUMN rules.timestamp_fallback IS 'Field to take for an event that has no timestamp_field, or null';
COMMENT ON COLUMN rules.severity IS 'low, medium, high or critical';
COMMENT ON COLUMN rules.risk_score IS '0 to 100';
COMMENT ON COLUMN rules.run_interval IS 'How often the rule runs';
COMMENT ON COLUMN rules.look_back IS 'How far back from as_of its events may lie; no less than run_interval, and without months';
COMMENT ON COLUMN rules.max_alerts IS 'Alerts of a window that count as within the cap; those beyond it are flagged, not lost';
COMMENT ON COLUMN rules.max_catch_up IS 'Windows that a run evaluates at most after an outage; older ones are recorded as a gap';
COMMENT ON COLUMN rules.tags IS 'Labels to search by';
COMMENT ON COLUMN rules.threat IS 'MITRE ATT&CK tactics and their techniques';
COMMENT ON COLUMN rules.note IS 'Investigation guide, in Markdown';
COMMENT ON COLUMN rules.false_positives IS 'What else may look like this';
COMMENT ON COLUMN rules.rule_references IS 'Where to read more';
COMMENT ON COLUMN rules.enabled IS 'Whether run() includes it';
COMMENT ON COLUMN rules.enabled_at IS 'When it was last enabled, or made: its silence counts from there';
COMMENT ON COLUMN rules.shipped IS 'Comes with the extension and is unchanged; pg_dump leaves such rows out';
COMMENT ON COLUMN rules.edited_at IS 'When it was last edited';
COMMENT ON COLUMN rules.edited_by IS 'Role that last edited it';

CREATE FUNCTION check_rule() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Raises an error at its line and column for a query that would not run.  As
 * with the bodies of functions, check_function_bodies = off leaves this out:
 * pg_dump sets it, since what a body needs may come later.  Nor may the editor
 * have a relation read by others that he may not read himself.
 */
BEGIN
	IF TG_OP = 'UPDATE' THEN
		NEW.edited_at := now();
		NEW.edited_by := current_user;
		NEW.enabled_at := CASE WHEN NEW.enabled AND NOT OLD.enabled THEN now() ELSE OLD.enabled_at END;
		IF (NEW.query, NEW.events, NEW.timestamp_field, NEW.timestamp_fallback)
			IS NOT DISTINCT FROM (OLD.query, OLD.events, OLD.timestamp_field, OLD.timestamp_fallback)
			AND (OLD.enabled OR NOT NEW.enabled)
		THEN
			RETURN NEW;
		END IF;
	END IF;
	IF current_setting('check_function_bodies')::boolean THEN
		PERFORM FROM @extschema@.rule_check(NEW.query, NEW.events, NEW.timestamp_field, NEW.timestamp_fallback);
	END IF;
	IF NOT has_any_column_privilege(NEW.events, 'SELECT') THEN
		RAISE EXCEPTION 'permission denied for relation %', NEW.events
			USING ERRCODE = 'insufficient_privilege',
				  DETAIL = 'Whoever runs the rule would read it for you.',
				  HINT = format('As its owner: GRANT SELECT ON %s TO %I;', NEW.events, current_user);
	END IF;
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION check_rule() IS 'Trigger: a rule''s query must compile against its relation';

CREATE FUNCTION check_rule_reach() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The window is put round the query.  What the query asks for on its own may be
 * less than that, and then events are in no window.
 */
DECLARE
	own record;
	hint CONSTANT text := 'Leave that condition out of the query: run() puts the rule''s window round it, from look_back before NOW() on.';
BEGIN
	IF NOT current_setting('check_function_bodies')::boolean THEN
		RETURN NULL;
	END IF;
	FOR own IN
		-- a millisecond, since > excludes its instant
		SELECT r.field, date_trunc('second', min(r.reach) + interval '1 millisecond') AS reach
		  FROM @extschema@.rule_reach(NEW.query, NEW.events, NEW.timestamp_field, NEW.timestamp_fallback) AS r
		 GROUP BY r.field ORDER BY r.field COLLATE "C"
	LOOP
		IF own.field = NEW.timestamp_field AND own.reach < NEW.run_interval THEN
			RAISE WARNING 'rule "%" leaves out events between its runs', NEW.rule_id
				USING DETAIL = format('It runs every %s, and its query asks for "%s" of the last %s only.', NEW.run_interval, own.field, own.reach),
					  HINT = hint;
		ELSIF own.field <> NEW.timestamp_field AND own.field IN ('@timestamp', 'timestamp') THEN
			RAISE WARNING 'rule "%" leaves out events that come in late', NEW.rule_id
				USING DETAIL = format('It goes by "%s", and its query asks for "%s" of the last %s only.', NEW.timestamp_field, own.field, own.reach),
					  HINT = hint;
		END IF;
	END LOOP;
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION check_rule_reach() IS 'Trigger: warns if a rule''s query asks for less time than its windows have';

CREATE FUNCTION keep_rule_version() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Who may edit rules need have no right to write versions: the owner's is
 * used, for what the edit itself says.
 *
 * A row that is inserted where there is one already ends in an error, or, with
 * ON CONFLICT, in an update that comes here on its own.
 */
BEGIN
	IF TG_OP = 'UPDATE' THEN
		IF NEW.rule_id <> OLD.rule_id THEN
			RAISE EXCEPTION 'rule "%" cannot be renamed', OLD.rule_id
				USING ERRCODE = 'object_not_in_prerequisite_state',
					  DETAIL = 'Its checkpoint, exceptions and alerts would not go with it.',
					  HINT = 'Change its name, or insert another rule and disable this one.';
		END IF;
		NEW.version := OLD.version;
	ELSIF EXISTS (SELECT FROM @extschema@.rules AS r WHERE r.rule_id = NEW.rule_id) THEN
		RETURN NEW;
	END IF;
	PERFORM FROM @extschema@.rule_versions AS v
	  WHERE v.rule_id = NEW.rule_id AND v.version = NEW.version
		AND (v.name, v.query, v.events, v.timestamp_field, v.timestamp_fallback,
			 v.run_interval, v.look_back, v.max_alerts, v.severity, v.risk_score)
			IS NOT DISTINCT FROM
			(NEW.name, NEW.query, NEW.events, NEW.timestamp_field, NEW.timestamp_fallback,
			 NEW.run_interval, NEW.look_back, NEW.max_alerts, NEW.severity, NEW.risk_score);
	IF FOUND THEN
		RETURN NEW;
	END IF;
	SELECT coalesce(max(v.version), 0) + 1 INTO NEW.version
	  FROM @extschema@.rule_versions AS v WHERE v.rule_id = NEW.rule_id;
	INSERT INTO @extschema@.rule_versions
		(rule_id, version, name, query, events, timestamp_field, timestamp_fallback,
		 run_interval, look_back, max_alerts, severity, risk_score, created_by)
	VALUES
		(NEW.rule_id, NEW.version, NEW.name, NEW.query, NEW.events, NEW.timestamp_field, NEW.timestamp_fallback,
		 NEW.run_interval, NEW.look_back, NEW.max_alerts, NEW.severity, NEW.risk_score, NEW.edited_by);
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION keep_rule_version() IS 'Trigger: an edit that matters makes a new version of the rule';
REVOKE ALL ON FUNCTION keep_rule_version() FROM PUBLIC;

CREATE FUNCTION protect_rule_version() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * A row that comes for one that is shipped takes its place, as in
 * replace_shipped; here by an update, since the rule refers to it.  That
 * matters when a dump is restored with a newer extension, whose versions of a
 * rule may have the numbers of the user's.
 */
BEGIN
	IF TG_OP = 'INSERT' THEN
		UPDATE @extschema@.rule_versions AS v
		   SET (name, query, events, timestamp_field, timestamp_fallback, run_interval, look_back,
				max_alerts, severity, risk_score, shipped, created_at, created_by)
			 = (NEW.name, NEW.query, NEW.events, NEW.timestamp_field, NEW.timestamp_fallback, NEW.run_interval, NEW.look_back,
				NEW.max_alerts, NEW.severity, NEW.risk_score, false, NEW.created_at, NEW.created_by)
		 WHERE v.rule_id = NEW.rule_id AND v.version = NEW.version AND v.shipped;
		IF FOUND THEN
			RETURN NULL;
		END IF;
		NEW.shipped := false;
		RETURN NEW;
	END IF;
	IF TG_OP = 'UPDATE' AND OLD.shipped AND pg_trigger_depth() > 1 THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'version % of rule "%" cannot be changed', OLD.version, OLD.rule_id
		USING ERRCODE = 'object_not_in_prerequisite_state',
			  HINT = 'Alerts refer to versions. Edit the rule: that makes a new one.';
END
$$;

COMMENT ON FUNCTION protect_rule_version() IS 'Trigger: versions of rules are for good';

INSERT INTO rules (rule_id, name, description, query, tags, threat, note, false_positives, rule_references, enabled, shipped)
VALUES (
	'unusual-file-transfer-utility-launched',
	'Unusual File Transfer Utility Launched',
	'A file transfer utility ran on one Linux host only, and fewer than five times within the hour. Tools that an organisation uses run on many hosts or often; a transfer that nobody else makes can be data on its way out.',
$esql$FROM logs-endpoint.events.process-*
| KEEP @timestamp, host.os.type, event.type, event.action, process.name,
       process.executable, process.parent.executable, process.command_line,
       agent.id, host.name
| WHERE @timestamp > NOW() - 1 hour
    AND host.os.type == "linux"
    AND event.type == "start"
    AND event.action == "exec"
    AND process.name IN ("scp", "ftp", "sftp", "vsftpd", "sftp-server", "rsync")
| STATS cc = COUNT(),
        agent_count = COUNT_DISTINCT(agent.id),
        host.name = VALUES(host.name),
        agent.id = VALUES(agent.id)
     BY process.executable, process.parent.executable, process.command_line
| WHERE agent_count == 1 AND cc < 5
| SORT cc ASC
| LIMIT 100$esql$,
	ARRAY['Domain: Endpoint', 'OS: Linux', 'Use Case: Threat Detection',
		  'Tactic: Exfiltration', 'Tactic: Execution', 'Data Source: Elastic Defend'],
	'[{"tactic": {"id": "TA0010", "name": "Exfiltration"},
	   "techniques": [{"id": "T1048", "name": "Exfiltration Over Alternative Protocol"}]},
	  {"tactic": {"id": "TA0002", "name": "Execution"},
	   "techniques": [{"id": "T1059", "name": "Command and Scripting Interpreter",
					   "subtechniques": [{"id": "T1059.004", "name": "Unix Shell"}]}]}]',
$note$## Is it a transfer that somebody wanted?

1. Read the command line: which file, in which direction, to which host? A destination outside of the organisation, an archive in a
   temporary or hidden directory and a key file given with `-i` speak for an attack.
2. Look at the parent. A login shell is a person, cron or a unit of systemd is a job, an interpreter or a file in a hidden or
   world-writable directory is neither.
3. `alert_events()` has the events. Who was logged in, and from where? What did the same parent start before and after?
4. Has the host sent anything to this destination earlier? Have others? Then close the alert as benign, and write an exception for the
   command or the parent rather than for the host.

## If not

Keep the host's memory and the file before anything else, cut the host off, revoke the keys and passwords that the command used, and
look for the same destination and the same parent on all hosts.
$note$,
	ARRAY['An administrator copies something by hand',
		  'A backup or deployment job that runs on one host only',
		  'A job whose command line names a new file each time, and so never looks like its last run'],
	ARRAY['https://attack.mitre.org/techniques/T1048/', 'https://attack.mitre.org/techniques/T1059/004/'],
	true, true);

-- The same rule for merged events.
INSERT INTO rules (rule_id, name, description, query, tags, threat, note, false_positives, rule_references, enabled, shipped)
SELECT
	'unusual-file-transfer-utility-launched-merged',
	'Unusual File Transfer Utility Launched (merged events too)',
	'The same search, which also sees short-lived processes: Elastic Defend merges their fork, exec and end into one event with lists of actions and types, which a comparison with a single value leaves out.',
$esql$FROM logs-endpoint.events.process-*
| WHERE @timestamp > NOW() - 1 hour AND @timestamp <= NOW()
    AND host.os.type == "linux"
    // any of an event's types and actions will do
    AND MV_CONTAINS(event.type, "start")
    AND MV_CONTAINS(event.action, "exec")
    AND process.name IN ("scp", "ftp", "sftp", "vsftpd", "sftp-server", "rsync")
| STATS cc = COUNT(),
        agent_count = COUNT_DISTINCT(agent.id),
        host.name = VALUES(host.name),
        agent.id = VALUES(agent.id)
     BY process.executable, process.parent.executable, process.command_line
| WHERE agent_count == 1 AND cc < 5
| SORT cc ASC
| LIMIT 100$esql$,
	tags, threat, note, false_positives, rule_references, false, true
FROM rules WHERE rule_id = 'unusual-file-transfer-utility-launched';

INSERT INTO rule_versions (rule_id, version, name, query, events, timestamp_field, timestamp_fallback,
						   run_interval, look_back, max_alerts, severity, risk_score, shipped)
SELECT rule_id, version, name, query, events, timestamp_field, timestamp_fallback,
	   run_interval, look_back, max_alerts, severity, risk_score, true
FROM rules;

ALTER TABLE rules ADD FOREIGN KEY (rule_id, version) REFERENCES rule_versions;

CREATE TRIGGER rule_versions_protect BEFORE INSERT OR UPDATE OR DELETE ON rule_versions
	FOR EACH ROW EXECUTE FUNCTION protect_rule_version();
-- They fire in the order of their names.
CREATE TRIGGER rules_check BEFORE INSERT OR UPDATE ON rules
	FOR EACH ROW EXECUTE FUNCTION check_rule();
CREATE TRIGGER rules_replace_shipped BEFORE INSERT OR UPDATE ON rules
	FOR EACH ROW EXECUTE FUNCTION replace_shipped('rule_id');
CREATE TRIGGER rules_version BEFORE INSERT OR UPDATE ON rules
	FOR EACH ROW EXECUTE FUNCTION keep_rule_version();
CREATE TRIGGER rules_reach AFTER INSERT OR UPDATE OF query, events, timestamp_field, timestamp_fallback, run_interval, enabled ON rules
	FOR EACH ROW WHEN (NEW.enabled) EXECUTE FUNCTION check_rule_reach();

SELECT pg_catalog.pg_extension_config_dump('rule_versions', 'WHERE NOT shipped');
SELECT pg_catalog.pg_extension_config_dump('rules', 'WHERE NOT shipped');

GRANT SELECT ON rule_versions, rules TO PUBLIC;

-- ---- runs.sql

/*
 * runs.sql: how far each rule has come, and what each of its windows brought.
 */

CREATE TABLE checkpoints (
	rule_id text COLLATE "C" PRIMARY KEY,
	checkpoint timestamptz
);

COMMENT ON TABLE checkpoints IS 'How far each rule has run; its row is the lock that keeps a second run of the rule out';
COMMENT ON COLUMN checkpoints.rule_id IS 'The rule';
COMMENT ON COLUMN checkpoints.checkpoint IS 'Instant up to which no window is left to evaluate: the end of the last one, or the beginning of the first; null if the rule has not run yet';

CREATE TABLE runs (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	rule_id text COLLATE "C" NOT NULL,
	version integer NOT NULL,
	kind text NOT NULL CHECK (kind IN ('scheduled', 'backfill')),
	status text NOT NULL CHECK (status IN ('succeeded', 'failed', 'gap', 'filled')),
	window_from timestamptz NOT NULL,
	window_to timestamptz NOT NULL,
	started_at timestamptz NOT NULL,
	finished_at timestamptz,
	evaluate_time interval,
	file_time interval,
	events_scanned bigint,
	events_matched bigint,
	groups bigint,
	alerts_created bigint,
	alerts_extended bigint,
	known bigint,
	excepted bigint,
	over_cap bigint,
	settled boolean NOT NULL DEFAULT true,
	horizon timestamptz NOT NULL,
	evaluations integer NOT NULL DEFAULT 1,
	sqlstate text,
	message text,
	run_by text NOT NULL DEFAULT current_user,
	FOREIGN KEY (rule_id, version) REFERENCES rule_versions
);
CREATE INDEX runs_rule_window ON runs (rule_id, window_to);
CREATE INDEX runs_unsettled ON runs (rule_id) WHERE NOT settled;
CREATE INDEX runs_gaps ON runs (rule_id) WHERE status = 'gap';

COMMENT ON TABLE runs IS 'A row for each window that was evaluated, and for each stretch of time that was not';
COMMENT ON COLUMN runs.id IS 'Number of the run';
COMMENT ON COLUMN runs.rule_id IS 'The rule';
COMMENT ON COLUMN runs.version IS 'Version of the rule';
COMMENT ON COLUMN runs.kind IS 'scheduled (by run()) or backfill';
COMMENT ON COLUMN runs.status IS 'succeeded; failed, and will be tried again; gap: no window ends in this time, an outage was too long; filled: a gap that a backfill has filled';
COMMENT ON COLUMN runs.window_from IS 'Begin of the window, look_back before its end';
COMMENT ON COLUMN runs.window_to IS 'End of the window: the instant that NOW() is';
COMMENT ON COLUMN runs.started_at IS 'When the work began, by the clock';
COMMENT ON COLUMN runs.finished_at IS 'When it was done';
COMMENT ON COLUMN runs.evaluate_time IS 'Part of it that looking for groups took';
COMMENT ON COLUMN runs.file_time IS 'Part of it that filing alerts took';
COMMENT ON COLUMN runs.events_scanned IS 'Events in the window; null if they were not counted, see the setting transfer_detect.count_scanned';
COMMENT ON COLUMN runs.events_matched IS 'Events that the rule counted, before it grouped them';
COMMENT ON COLUMN runs.groups IS 'Groups that these events made; those that the rule chose are alerts created, extended, known and excepted';
COMMENT ON COLUMN runs.alerts_created IS 'Alerts that the window filed';
COMMENT ON COLUMN runs.alerts_extended IS 'Alerts that had been there, and got events';
COMMENT ON COLUMN runs.known IS 'Groups whose events were on an alert already';
COMMENT ON COLUMN runs.excepted IS 'Groups that an exception kept from being filed';
COMMENT ON COLUMN runs.over_cap IS 'Groups beyond the cap; they were filed, and flagged';
COMMENT ON COLUMN runs.settled IS 'False while a transaction is in flight that may bring events of the window; it will be evaluated again';
COMMENT ON COLUMN runs.horizon IS 'Settled is a window when no transaction that began before this instant is in flight';
COMMENT ON COLUMN runs.evaluations IS 'How often the window was evaluated; the figures are the last time''s, alerts created and extended are sums';
COMMENT ON COLUMN runs.sqlstate IS 'What went wrong: the error''s code';
COMMENT ON COLUMN runs.message IS 'What went wrong, or ought to be known';
COMMENT ON COLUMN runs.run_by IS 'Role as which it ran';

CREATE FUNCTION oldest_transaction() RETURNS timestamptz
LANGUAGE plpgsql
VOLATILE
PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * What others' transactions do is not for everyone to see, but that the oldest
 * of them began at some time is all that there is to learn here.  A parallel
 * worker has its leader's transaction; autovacuum and senders of WAL write no
 * events.  When a prepared transaction began is not known, nor is it of a
 * session with track_activities = off, of which we see only that it has a
 * snapshot or has written.
 */
BEGIN
	PERFORM pg_stat_clear_snapshot();
	RETURN (
		SELECT min(o.began)
		  FROM (SELECT coalesce(a.xact_start,
								CASE WHEN coalesce(a.state, 'disabled') = 'disabled'
										AND (a.backend_xid IS NOT NULL OR a.backend_xmin IS NOT NULL)
									 THEN '-infinity'::timestamptz END)
				  FROM pg_stat_activity AS a
				 WHERE a.datname = current_database()
				   AND a.pid <> pg_backend_pid()
				   AND a.backend_type NOT IN ('parallel worker', 'autovacuum worker', 'walsender')
				UNION ALL
				SELECT '-infinity'
				  FROM pg_prepared_xacts AS p
				 WHERE p.database = current_database()) AS o(began));
END
$$;

COMMENT ON FUNCTION oldest_transaction() IS 'When the oldest transaction in flight in this database began, one''s own left out; null if there is none, -infinity if that of one is unknown';

CREATE FUNCTION await_writers(as_of timestamptz, horizon timestamptz, patience interval DEFAULT '500 milliseconds')
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Gives short transactions a moment to commit, so that the windows of a busy
 * database need not all be evaluated twice.  A transaction gets its start time
 * a little before others can see it, hence the tenth of a second after as_of.
 */
DECLARE
	give_up CONSTANT timestamptz := clock_timestamp() + patience;
BEGIN
	WHILE clock_timestamp() < give_up
		AND as_of <= horizon
		AND (clock_timestamp() < as_of + interval '100 milliseconds'
			 OR @extschema@.oldest_transaction() < horizon)
	LOOP
		PERFORM pg_sleep(0.01);
	END LOOP;
END
$$;

COMMENT ON FUNCTION await_writers(timestamptz, timestamptz, interval) IS 'part of run(): waits a moment for transactions in flight';

CREATE FUNCTION is_settled(window_to timestamptz, horizon timestamptz, all_ended boolean) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * To be called before the window's events are read: what commits between the
 * two is seen, and what is in flight later than this began later.  A repeatable
 * snapshot does not see what has committed since, and so never can say.
 * all_ended: it is known that no transaction from before the horizon is left.
 */
BEGIN
	RETURN current_setting('transaction_isolation') IN ('read committed', 'read uncommitted')
		AND clock_timestamp() >= window_to + interval '100 milliseconds'
		AND (all_ended OR coalesce(@extschema@.oldest_transaction() >= horizon, true));
END
$$;

COMMENT ON FUNCTION is_settled(timestamptz, timestamptz, boolean) IS 'part of run(): whether all transactions that may hold events of a window have ended';

SELECT pg_catalog.pg_extension_config_dump('checkpoints', '');
SELECT pg_catalog.pg_extension_config_dump('runs', '');
SELECT pg_catalog.pg_extension_config_dump('runs_id_seq', '');

-- ---- alerts.sql

/*
 * alerts.sql: alerts, what was counted on each, and who did what to them.
 *
 * An alert is one for its rule and group key as long as it is not closed.
 * Filing is in filing.sql; here is what holds however a row is changed:
 *
 * - what an alert is about never changes, and its status changes only as it may;
 * - its counts are those of its hits: whoever changes them must have changed the hits;
 * - every change is in alert_history, which only a trigger can write.
 *
 * So a role that may update status, close_reason, assignee, tags and notes can
 * triage, and nothing else.
 */

CREATE FUNCTION key_digest(group_key jsonb) RETURNS bytea
LANGUAGE plpgsql
IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Group keys hold command lines, which are too long for an index, and which an
 * attacker may choose, which a weak hash would not survive.
 *
 * In PL/pgSQL, which keeps its plan, as all that is called once or more an alert.
 */
BEGIN
	RETURN sha256(convert_to(group_key::text, 'UTF8'));
END
$$;

COMMENT ON FUNCTION key_digest(jsonb) IS 'What alerts are looked up by instead of their group key: its SHA-256';

CREATE TABLE alerts (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	rule_id text COLLATE "C" NOT NULL,
	version integer NOT NULL,
	group_key jsonb NOT NULL,
	key_digest bytea GENERATED ALWAYS AS (key_digest(group_key)) STORED,
	status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'acknowledged', 'closed')),
	close_reason text CHECK (close_reason IN ('false_positive', 'true_positive', 'benign', 'duplicate', 'other')),
	severity text NOT NULL,
	risk_score integer NOT NULL,
	title text NOT NULL,
	process_executable text,
	process_parent_executable text,
	process_command_line text,
	event_count bigint NOT NULL,
	agent_count bigint,
	host_names text[] NOT NULL DEFAULT '{}',
	agent_ids text[] NOT NULL DEFAULT '{}',
	first_event timestamptz,
	last_event timestamptz,
	last_window timestamptz NOT NULL,
	result jsonb NOT NULL,
	over_cap boolean NOT NULL DEFAULT false,
	run_id bigint NOT NULL REFERENCES runs,
	predecessor_id bigint,
	assignee text,
	tags text[] NOT NULL DEFAULT '{}',
	notes text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	updated_by text NOT NULL DEFAULT current_user,
	closed_at timestamptz,
	FOREIGN KEY (rule_id, version) REFERENCES rule_versions,
	CONSTRAINT alerts_close_reason CHECK ((status = 'closed') = (close_reason IS NOT NULL)),
	CONSTRAINT alerts_closed_at CHECK ((status = 'closed') = (closed_at IS NOT NULL))
);
CREATE UNIQUE INDEX alerts_active ON alerts (rule_id, key_digest) WHERE status <> 'closed';
CREATE INDEX alerts_key ON alerts (rule_id, key_digest);
CREATE INDEX alerts_created_at ON alerts (created_at);
CREATE INDEX alerts_run_id ON alerts (run_id);

COMMENT ON TABLE alerts IS 'What the rules have found, a row for each rule and group key until it is closed';
COMMENT ON COLUMN alerts.id IS 'Number of the alert';
COMMENT ON COLUMN alerts.rule_id IS 'The rule that found it';
COMMENT ON COLUMN alerts.version IS 'Version of the rule that first found it';
COMMENT ON COLUMN alerts.group_key IS 'The columns of the rule''s BY with their values; the whole row of a rule without STATS';
COMMENT ON COLUMN alerts.key_digest IS 'Digest of group_key, to look it up by';
COMMENT ON COLUMN alerts.status IS 'open, acknowledged or closed';
COMMENT ON COLUMN alerts.close_reason IS 'Why it is closed: false_positive, true_positive, benign, duplicate or other';
COMMENT ON COLUMN alerts.severity IS 'The rule''s, when it was filed';
COMMENT ON COLUMN alerts.risk_score IS 'The rule''s, when it was filed';
COMMENT ON COLUMN alerts.title IS 'What happened, in a line';
COMMENT ON COLUMN alerts.process_executable IS 'process.executable, if the rule returns it';
COMMENT ON COLUMN alerts.process_parent_executable IS 'process.parent.executable, if the rule returns it';
COMMENT ON COLUMN alerts.process_command_line IS 'process.command_line, if the rule returns it';
COMMENT ON COLUMN alerts.event_count IS 'Events counted, each once: the sum over alert_hits';
COMMENT ON COLUMN alerts.agent_count IS 'Number of agent_ids, or the count that the rule returns if it does not name them';
COMMENT ON COLUMN alerts.host_names IS 'Hosts of all hits, if the rule returns them';
COMMENT ON COLUMN alerts.agent_ids IS 'Agents of all hits, if the rule returns them';
COMMENT ON COLUMN alerts.first_event IS 'Time of the first event, by the rule''s timestamp field';
COMMENT ON COLUMN alerts.last_event IS 'Time of the last event';
COMMENT ON COLUMN alerts.last_window IS 'End of the latest window in which it was found';
COMMENT ON COLUMN alerts.result IS 'The row that the rule returned in that window, all its columns';
COMMENT ON COLUMN alerts.over_cap IS 'Whether it was beyond the rule''s cap in each window that found it';
COMMENT ON COLUMN alerts.run_id IS 'Run that filed it';
COMMENT ON COLUMN alerts.predecessor_id IS 'The last closed alert of the same rule and key, which may have been purged since';
COMMENT ON COLUMN alerts.assignee IS 'Who looks after it';
COMMENT ON COLUMN alerts.tags IS 'Labels of the analysts''';
COMMENT ON COLUMN alerts.notes IS 'Notes of the analysts''';
COMMENT ON COLUMN alerts.created_at IS 'When it was filed';
COMMENT ON COLUMN alerts.updated_at IS 'When it last changed';
COMMENT ON COLUMN alerts.updated_by IS 'Role that changed it';
COMMENT ON COLUMN alerts.closed_at IS 'When it was closed';

CREATE TABLE alert_hits (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	alert_id bigint NOT NULL REFERENCES alerts ON DELETE CASCADE,
	rule_id text COLLATE "C" NOT NULL,
	version integer NOT NULL,
	window_from timestamptz NOT NULL,
	as_of timestamptz NOT NULL,
	event_exceptions text[] NOT NULL DEFAULT '{}',
	span_from timestamptz NOT NULL,
	span_to timestamptz NOT NULL CHECK (span_to >= span_from),
	event_count bigint NOT NULL CHECK (event_count > 0),
	FOREIGN KEY (rule_id, version) REFERENCES rule_versions
);
CREATE INDEX alert_hits_span ON alert_hits (alert_id, span_from);

COMMENT ON TABLE alert_hits IS 'What was counted on each alert: the events of its key in these spans of time, which do not overlap';
COMMENT ON COLUMN alert_hits.id IS 'Number of the hit';
COMMENT ON COLUMN alert_hits.alert_id IS 'The alert';
COMMENT ON COLUMN alert_hits.rule_id IS 'The rule';
COMMENT ON COLUMN alert_hits.version IS 'Version of the rule that counted';
COMMENT ON COLUMN alert_hits.window_from IS 'Begin of the window in which it counted';
COMMENT ON COLUMN alert_hits.as_of IS 'End of that window';
COMMENT ON COLUMN alert_hits.event_exceptions IS 'Conditions of the exceptions at the event stage that were in force';
COMMENT ON COLUMN alert_hits.span_from IS 'Time of the first event counted';
COMMENT ON COLUMN alert_hits.span_to IS 'Time of the last event counted';
COMMENT ON COLUMN alert_hits.event_count IS 'How many events it counted';

CREATE TABLE alert_history (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	alert_id bigint NOT NULL REFERENCES alerts ON DELETE CASCADE,
	changed_at timestamptz NOT NULL DEFAULT now(),
	changed_by text NOT NULL,
	login text NOT NULL DEFAULT session_user,
	action text NOT NULL CHECK (action IN ('created', 'extended', 'changed')),
	changes jsonb NOT NULL
);
CREATE INDEX alert_history_alert_id ON alert_history (alert_id);

COMMENT ON TABLE alert_history IS 'Every change of an alert';
COMMENT ON COLUMN alert_history.id IS 'Number of the change';
COMMENT ON COLUMN alert_history.alert_id IS 'The alert';
COMMENT ON COLUMN alert_history.changed_at IS 'When, as transactions see it';
COMMENT ON COLUMN alert_history.changed_by IS 'Role that did it';
COMMENT ON COLUMN alert_history.login IS 'Role that the session had logged in as';
COMMENT ON COLUMN alert_history.action IS 'created, extended (by a run) or changed (by hand)';
COMMENT ON COLUMN alert_history.changes IS 'An object of columns: each has an array of the old and the new value; title, result and last_window are left out';

-- Why enable_seqscan is off here and below: see filing.sql.
CREATE FUNCTION check_alert() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $$
DECLARE
	hits record;
	other bigint;
BEGIN
	IF (NEW.id, NEW.rule_id, NEW.version, NEW.group_key, NEW.run_id, NEW.predecessor_id, NEW.created_at)
		IS DISTINCT FROM (OLD.id, OLD.rule_id, OLD.version, OLD.group_key, OLD.run_id, OLD.predecessor_id, OLD.created_at)
	THEN
		RAISE EXCEPTION 'what alert % is about cannot be changed', OLD.id
			USING ERRCODE = 'check_violation',
				  HINT = 'Only status, close_reason, assignee, tags and notes are to be changed by hand.';
	END IF;

	IF (NEW.event_count, NEW.first_event, NEW.last_event)
		IS DISTINCT FROM (OLD.event_count, OLD.first_event, OLD.last_event)
	THEN
		SELECT sum(h.event_count) AS event_count, min(h.span_from) AS first_event, max(h.span_to) AS last_event
		  INTO hits FROM @extschema@.alert_hits AS h WHERE h.alert_id = NEW.id;
		IF (NEW.event_count, NEW.first_event, NEW.last_event)
			IS DISTINCT FROM (hits.event_count, hits.first_event, hits.last_event)
		THEN
			RAISE EXCEPTION 'the events of alert % are counted by runs only', OLD.id
				USING ERRCODE = 'check_violation',
					  HINT = 'Only status, close_reason, assignee, tags and notes are to be changed by hand.';
		END IF;
	END IF;

	IF NEW.status = 'closed' THEN
		IF NEW.close_reason IS NULL THEN
			RAISE EXCEPTION 'alert % cannot be closed without a reason', OLD.id
				USING ERRCODE = 'check_violation',
					  HINT = 'Set close_reason to false_positive, true_positive, benign, duplicate or other.';
		END IF;
		NEW.closed_at := CASE WHEN OLD.status = 'closed' THEN OLD.closed_at ELSE now() END;
	ELSIF OLD.status = 'closed' THEN
		SELECT a.id INTO other FROM @extschema@.alerts AS a
		 WHERE a.rule_id = NEW.rule_id AND a.key_digest = @extschema@.key_digest(NEW.group_key) AND a.status <> 'closed';
		IF FOUND THEN
			RAISE EXCEPTION 'alert % cannot be reopened, since alert % has taken its place', OLD.id, other
				USING ERRCODE = 'unique_violation',
					  HINT = format('Work on alert %s, or close it first.', other);
		END IF;
		NEW.closed_at := NULL;
		NEW.close_reason := NULL;
	ELSIF NEW.close_reason IS NOT NULL THEN
		RAISE EXCEPTION 'alert % is not closed, so it has no reason for it', OLD.id
			USING ERRCODE = 'check_violation',
				  HINT = 'Set status to closed as well.';
	ELSE
		NEW.closed_at := NULL;
	END IF;
	NEW.updated_at := now();
	NEW.updated_by := current_user;
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION check_alert() IS 'Trigger: what may change of an alert, and how';

CREATE FUNCTION keep_alert_history() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $$
/*
 * With the owner's rights, so that nobody needs any on alert_history but to
 * read it.  Who it was stands in updated_by: check_alert(), which runs as the
 * caller, has put it there.
 */
DECLARE
	untold CONSTANT text[] := '{updated_at,updated_by,last_window,result,title}';
	before jsonb;
	changed jsonb;
	action text := 'created';
BEGIN
	IF TG_OP = 'INSERT' THEN
		changed := jsonb_build_object(
			'status', jsonb_build_array(NULL, NEW.status),
			'event_count', jsonb_build_array(NULL, NEW.event_count));
	ELSE
		before := to_jsonb(OLD) - untold;
		SELECT coalesce(jsonb_object_agg(n.key, jsonb_build_array(before -> n.key, n.value)), '{}') INTO changed
		  FROM jsonb_each(to_jsonb(NEW) - untold) AS n
		 WHERE before -> n.key <> n.value;
		IF changed = '{}' THEN
			RETURN NULL;
		END IF;
		action := CASE WHEN changed ?| '{event_count,first_event,last_event,host_names,agent_ids}'
					   THEN 'extended' ELSE 'changed' END;
	END IF;
	INSERT INTO @extschema@.alert_history (alert_id, changed_by, action, changes)
	VALUES (NEW.id, NEW.updated_by, action, changed);
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION keep_alert_history() IS 'Trigger: writes alert_history';
REVOKE ALL ON FUNCTION keep_alert_history() FROM PUBLIC;

CREATE TRIGGER alerts_check BEFORE UPDATE ON alerts
	FOR EACH ROW EXECUTE FUNCTION check_alert();
CREATE TRIGGER alerts_history AFTER UPDATE ON alerts
	FOR EACH ROW EXECUTE FUNCTION keep_alert_history();
-- An alert that is restored from a dump brings its history with it.
CREATE TRIGGER alerts_history_created AFTER INSERT ON alerts
	FOR EACH ROW WHEN (NEW.created_at = transaction_timestamp()) EXECUTE FUNCTION keep_alert_history();

SELECT pg_catalog.pg_extension_config_dump('alerts', '');
SELECT pg_catalog.pg_extension_config_dump('alerts_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('alert_hits', '');
SELECT pg_catalog.pg_extension_config_dump('alert_hits_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('alert_history', '');
SELECT pg_catalog.pg_extension_config_dump('alert_history_id_seq', '');

-- ---- exceptions.sql

/*
 * exceptions.sql: what is not to become an alert.
 *
 * An exception is an ES|QL condition, with a stage.  At the group stage it is
 * asked of each row that a rule returns; a row that fits is not filed.  At the
 * event stage it is asked of each event before the rule sees it; what fits is
 * not counted.  The first can only take alerts away.  The second changes counts,
 * and a rule that looks for what is rare may find more for it.
 *
 * An exception for all rules is left out, with a word in the run's row, where
 * its fields are unknown to a rule; so is one whose rule was edited so that it
 * no longer compiles.  Better an alert too many than a rule that stands still.
 */

CREATE TABLE exceptions (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	rule_id text COLLATE "C",
	stage text NOT NULL DEFAULT 'group' CHECK (stage IN ('group', 'event')),
	condition text NOT NULL,
	comment text NOT NULL DEFAULT '',
	author text NOT NULL DEFAULT current_user,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz,
	enabled boolean NOT NULL DEFAULT true
);
CREATE INDEX exceptions_rule_id ON exceptions (rule_id);

COMMENT ON TABLE exceptions IS 'What is not to become an alert';
COMMENT ON COLUMN exceptions.id IS 'Number of the exception';
COMMENT ON COLUMN exceptions.rule_id IS 'The rule that it is for; null for all rules that know its fields';
COMMENT ON COLUMN exceptions.stage IS 'group: rows of the rule that fit are not filed; event: events that fit are not counted';
COMMENT ON COLUMN exceptions.condition IS 'ES|QL condition; what it is null for does not fit';
COMMENT ON COLUMN exceptions.comment IS 'Why';
COMMENT ON COLUMN exceptions.author IS 'Who made it';
COMMENT ON COLUMN exceptions.created_at IS 'When it was made';
COMMENT ON COLUMN exceptions.expires_at IS 'It is not asked for windows that end then or later; null for never';
COMMENT ON COLUMN exceptions.enabled IS 'Whether it is asked at all';

CREATE TABLE exception_hits (
	exception_id bigint NOT NULL REFERENCES exceptions ON DELETE CASCADE,
	rule_id text COLLATE "C" NOT NULL,
	hits bigint NOT NULL,
	last_hit timestamptz NOT NULL,
	PRIMARY KEY (exception_id, rule_id)
);

COMMENT ON TABLE exception_hits IS 'How often each exception was needed, by rule: that runs of two rules never wait for each other here';
COMMENT ON COLUMN exception_hits.exception_id IS 'The exception';
COMMENT ON COLUMN exception_hits.rule_id IS 'The rule';
COMMENT ON COLUMN exception_hits.hits IS 'Groups that it kept from being filed, or events from being counted, in scheduled windows; each window counts once';
COMMENT ON COLUMN exception_hits.last_hit IS 'End of the last window in which it did';

CREATE FUNCTION condition_fits(query text, condition text, stage text, events regclass) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM @extschema@.condition_check(query, condition, stage, events);
	RETURN true;
EXCEPTION WHEN OTHERS THEN
	RETURN false;
END
$$;

COMMENT ON FUNCTION condition_fits(text, text, text, regclass) IS 'Whether a condition compiles with a rule''s query at a stage';

CREATE FUNCTION check_exception() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Not while a dump is restored, as check_rule().
 */
DECLARE
	rule @extschema@.rules;
	fits boolean := false;
	problem text;
	failure text;
	code text;
BEGIN
	IF NOT current_setting('check_function_bodies')::boolean THEN
		RETURN NEW;
	END IF;
	FOR rule IN
		SELECT r.* FROM @extschema@.rules AS r
		 WHERE NEW.rule_id IS NULL OR r.rule_id = NEW.rule_id
		 ORDER BY r.rule_id
	LOOP
		BEGIN
			PERFORM @extschema@.condition_check(rule.query, NEW.condition, NEW.stage, rule.events);
			fits := true;
			IF NEW.enabled AND NOT @extschema@.condition_monotone(rule.query, NEW.condition, NEW.stage, rule.events) THEN
				RAISE WARNING 'the exception can raise new alerts of rule "%"', rule.rule_id
					USING DETAIL = 'Events that fit are left out before the rule counts, and what was common may be rare then.',
						  HINT = 'See what it would do with preview_exception(), or use the stage "group".';
			END IF;
		EXCEPTION WHEN OTHERS THEN
			failure := SQLERRM;
			code := SQLSTATE;
			IF NEW.rule_id IS NOT NULL AND NEW.stage = 'group' AND code = '42703'
				AND @extschema@.condition_fits(rule.query, NEW.condition, 'event', rule.events)
			THEN
				RAISE EXCEPTION '%', failure
					USING ERRCODE = code,
						  HINT = 'The rule returns no such column. Let it return the field, as in STATS ... = VALUES(...), or use the stage "event".';
			ELSIF NEW.rule_id IS NOT NULL OR code = '42601' THEN
				RAISE;			/* a syntax error is one for all rules */
			END IF;
			problem := coalesce(problem || '; ', '') || format('%s: %s', rule.rule_id, SQLERRM);
		END;
	END LOOP;
	IF NOT fits AND NEW.rule_id IS NOT NULL THEN
		RAISE EXCEPTION 'rule "%" does not exist', NEW.rule_id
			USING ERRCODE = 'undefined_object',
				  HINT = 'SELECT rule_id, name FROM @extschema@.rules lists the rules.';
	ELSIF NOT fits THEN
		RAISE EXCEPTION 'the exception fits no rule'
			USING ERRCODE = 'undefined_column', DETAIL = problem;
	ELSIF problem IS NOT NULL THEN
		RAISE NOTICE 'the exception will be left out where it does not fit'
			USING DETAIL = problem;
	END IF;
	RETURN NEW;
END
$$;

COMMENT ON FUNCTION check_exception() IS 'Trigger: an exception must compile with its rule, and says so if it can raise alerts';

CREATE TRIGGER exceptions_check BEFORE INSERT OR UPDATE OF rule_id, stage, condition, enabled ON exceptions
	FOR EACH ROW EXECUTE FUNCTION check_exception();

CREATE FUNCTION check_exceptions_of_rule() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	exception_id bigint;
	condition text;
	stage text;
BEGIN
	IF NOT has_table_privilege('@extschema@.exceptions', 'SELECT') THEN
		RETURN NULL;		-- not to be told of them
	END IF;
	FOR exception_id, condition, stage IN
		SELECT x.id, x.condition, x.stage FROM @extschema@.exceptions AS x
		 WHERE x.rule_id = NEW.rule_id AND x.enabled
		 ORDER BY x.id
	LOOP
		BEGIN
			PERFORM @extschema@.condition_check(NEW.query, condition, stage, NEW.events);
		EXCEPTION WHEN OTHERS THEN
			RAISE WARNING 'exception % does not fit rule "%" any more, and will be left out', exception_id, NEW.rule_id
				USING DETAIL = SQLERRM;
		END;
	END LOOP;
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION check_exceptions_of_rule() IS 'Trigger: warns if an edit of a rule puts its exceptions out of use';

CREATE TRIGGER rules_exceptions AFTER UPDATE OF query, events ON rules
	FOR EACH ROW WHEN (NEW.query IS DISTINCT FROM OLD.query OR NEW.events IS DISTINCT FROM OLD.events)
	EXECUTE FUNCTION check_exceptions_of_rule();

CREATE FUNCTION exceptions_in_force(
	rule rule_versions,
	as_of timestamptz,
	OUT event_ids bigint[],
	OUT event_conditions text[],
	OUT group_ids bigint[],
	OUT group_conditions text[],
	OUT problem text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	x @extschema@.exceptions;
BEGIN
	event_ids := '{}';
	event_conditions := '{}';
	group_ids := '{}';
	group_conditions := '{}';
	FOR x IN
		SELECT e.* FROM @extschema@.exceptions AS e
		 WHERE e.enabled
		   AND (e.rule_id = rule.rule_id OR e.rule_id IS NULL)
		   AND (e.expires_at > as_of) IS NOT FALSE
		 ORDER BY e.id
	LOOP
		BEGIN
			PERFORM @extschema@.condition_check(rule.query, x.condition, x.stage, rule.events);
		EXCEPTION WHEN OTHERS THEN
			problem := coalesce(problem || '; ', '') || format('exception %s was left out: %s', x.id, SQLERRM);
			CONTINUE;
		END;
		IF x.stage = 'event' THEN
			event_ids := event_ids || x.id;
			event_conditions := event_conditions || x.condition;
		ELSE
			group_ids := group_ids || x.id;
			group_conditions := group_conditions || x.condition;
		END IF;
	END LOOP;
END
$$;

COMMENT ON FUNCTION exceptions_in_force(rule_versions, timestamptz) IS 'part of run(): the exceptions that a rule is to ask for a window';

CREATE FUNCTION count_exception_hits(exception_id bigint, rule_id text, number bigint, window_to timestamptz) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
INSERT INTO @extschema@.exception_hits AS h (exception_id, rule_id, hits, last_hit)
SELECT $1, $2, $3, $4 WHERE $3 > 0
ON CONFLICT ON CONSTRAINT exception_hits_pkey
DO UPDATE SET hits = h.hits + EXCLUDED.hits, last_hit = greatest(h.last_hit, EXCLUDED.last_hit)
$$;

COMMENT ON FUNCTION count_exception_hits(bigint, text, bigint, timestamptz) IS 'part of run(): remembers that an exception was needed';

SELECT pg_catalog.pg_extension_config_dump('exceptions', '');
SELECT pg_catalog.pg_extension_config_dump('exceptions_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('exception_hits', '');

-- ---- esql.sql

/*
 * esql.sql: ES|QL queries, run or shown as SQL.
 */

CREATE FUNCTION esql(query text, as_of timestamptz DEFAULT now(), events regclass DEFAULT NULL)
RETURNS SETOF json
AS 'MODULE_PATHNAME', 'td_esql'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 10000 ROWS 100;

COMMENT ON FUNCTION esql(text, timestamptz, regclass) IS 'Runs an ES|QL query and returns a JSON object a row';

CREATE FUNCTION esql_sql(query text, as_of timestamptz DEFAULT now(), events regclass DEFAULT NULL)
RETURNS text
AS 'MODULE_PATHNAME', 'td_esql_sql'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 10000;

COMMENT ON FUNCTION esql_sql(text, timestamptz, regclass) IS 'The SQL that an ES|QL query becomes';

CREATE FUNCTION esql_is_support(internal)
RETURNS internal
AS 'MODULE_PATHNAME'
LANGUAGE C STRICT;

COMMENT ON FUNCTION esql_is_support(internal) IS 'Planner support of esql_is';

CREATE FUNCTION esql_is(text, text)
RETURNS boolean
AS 'MODULE_PATHNAME'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
SUPPORT esql_is_support;

COMMENT ON FUNCTION esql_is(text, text) IS 'Equality by bytes, which the planner can estimate for fields with several values';

-- ---- detect.sql

/*
 * detect.sql: rules over events.
 */

CREATE FUNCTION detect(
	events regclass DEFAULT '@extschema@.events',
	as_of timestamptz DEFAULT now(),
	rule_id text DEFAULT 'unusual-file-transfer-utility-launched')
RETURNS TABLE (
	process_executable text,
	process_parent_executable text,
	process_command_line text,
	event_count bigint,
	agent_count bigint,
	host_names text[],
	agent_ids text[])
AS 'MODULE_PATHNAME', 'td_detect'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 10000 ROWS 100;

COMMENT ON FUNCTION detect(regclass, timestamptz, text) IS 'Runs a rule over the events of its window, which ends at as_of';

-- ---- rule_index.sql

/*
 * rule_index.sql: an index for a rule.
 */

CREATE FUNCTION esql_fits_index_support(internal)
RETURNS internal
AS 'MODULE_PATHNAME'
LANGUAGE C STRICT;

COMMENT ON FUNCTION esql_fits_index_support(internal) IS 'Planner support of esql_fits_index';

CREATE FUNCTION esql_fits_index(VARIADIC "any")
RETURNS boolean
AS 'MODULE_PATHNAME'
LANGUAGE C IMMUTABLE PARALLEL SAFE
SUPPORT esql_fits_index_support;

COMMENT ON FUNCTION esql_fits_index("any") IS 'Whether values are short enough, together, to be held by a row of an index';

CREATE FUNCTION rule_index_parts(query text, events regclass, timestamp_field text DEFAULT '@timestamp', timestamp_fallback text DEFAULT NULL,
	OUT keys text[], OUT conditions text[], OUT included text[])
AS 'MODULE_PATHNAME', 'td_rule_index_parts'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 10000;

COMMENT ON FUNCTION rule_index_parts(text, regclass, text, text) IS 'What an index for a query is made of: the time, the conditions that are the same at every run, and the other columns that the query reads';

CREATE FUNCTION rule_index_ddl(rule_id text, events regclass DEFAULT NULL,
	OUT table_name regclass, OUT index_name text, OUT definition text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * events defaults to the relation that the rule is for.
 *
 * One index where the rule reads fields of a document or has a timestamp_fallback;
 * else two: the one for short rows holds all that the rule reads, the other one has the rest.
 *
 * A partitioned table gets its indexes itself, and so do its later partitions.
 * The extension's own events are the exception, since pg_dump would try to
 * attach a partition's index to one that it did not dump: there, each
 * partition gets its own, and events_template, of which later ones are made.
 */
DECLARE
	rule @extschema@.rules;
	kind "char";
	own boolean;
	parts record;
	keys text;
	condition text;
	base text;
BEGIN
	IF rule_index_ddl.rule_id IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'rule_id must not be null';
	END IF;
	SELECT r.* INTO rule FROM @extschema@.rules AS r WHERE r.rule_id = rule_index_ddl.rule_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'undefined_object',
			MESSAGE = format('rule "%s" does not exist', rule_index_ddl.rule_id),
			HINT = 'SELECT rule_id, name FROM @extschema@.rules lists the rules.';
	END IF;
	events := coalesce(events, rule.events);
	SELECT c.relkind INTO kind FROM pg_class AS c WHERE c.oid = events;
	IF kind = 'v' THEN
		RAISE EXCEPTION USING ERRCODE = 'wrong_object_type',
			MESSAGE = format('view "%s" cannot have an index', events),
			HINT = 'Name the table that the view reads; the index serves the view as well if the view hands its columns on as they are.';
	ELSIF kind = 'f' THEN
		RAISE EXCEPTION USING ERRCODE = 'wrong_object_type',
			MESSAGE = format('foreign table "%s" cannot have an index', events),
			HINT = 'Create the index where the table is.';
	END IF;

	parts := @extschema@.rule_index_parts(rule.query, events, rule.timestamp_field, rule.timestamp_fallback);
	IF cardinality(parts.conditions) = 0 THEN
		RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
			MESSAGE = format('the WHERE of rule "%s" has no condition that an index could be limited to', rule.rule_id),
			DETAIL = 'It would take one that comes before STATS and EVAL and is the same at each run.',
			HINT = 'An ordinary index on the time serves the rule.';
	END IF;
	keys := '(' || array_to_string(parts.keys, '), (') || ')';
	condition := array_to_string(parts.conditions, ' AND ');
	own := kind = 'p' AND EXISTS (SELECT FROM pg_depend AS d
		WHERE d.classid = 'pg_class'::regclass AND d.objid = events AND d.deptype = 'e');
	FOR table_name IN
		SELECT t.relid FROM pg_partition_tree(events) AS t JOIN pg_class AS c ON c.oid = t.relid
		WHERE own AND c.relkind = 'r'
		UNION ALL
		SELECT '@extschema@.events_template' WHERE own
		UNION ALL
		SELECT events WHERE NOT own
		ORDER BY 1
	LOOP
		base := format('rule_%s_%s', translate(left(rule.rule_id, 24), '-', '_'),
					   left(md5(rule.rule_id || '/' || table_name), 8));
		IF cardinality(parts.included) = 0 THEN
			index_name := base;
			definition := format('CREATE INDEX %s ON %s (%s) WHERE %s',
								 index_name, table_name, keys, condition);
			RETURN NEXT;
			CONTINUE;
		END IF;
		index_name := base || '_short';
		definition := format('CREATE INDEX %s ON %s (%s) INCLUDE (%s) WHERE %s AND @extschema@.esql_fits_index(%4$s)',
							 index_name, table_name, keys, array_to_string(parts.included, ', '), condition);
		RETURN NEXT;
		index_name := base || '_long';
		definition := format('CREATE INDEX %s ON %s (%s) WHERE %s AND NOT @extschema@.esql_fits_index(%s)',
							 index_name, table_name, keys, condition, array_to_string(parts.included, ', '));
		RETURN NEXT;
	END LOOP;
END
$$;

COMMENT ON FUNCTION rule_index_ddl(text, regclass) IS 'The statements that create_rule_index() runs: to be run by hand, for example with CONCURRENTLY';

CREATE FUNCTION create_rule_index(rule_id text, events regclass DEFAULT NULL,
	OUT index_name regclass, OUT definition text, OUT entries bigint, OUT bytes bigint)
RETURNS SETOF record
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * An index that is there already is reported and left alone, if it was made
 * for the rule as it is now.  Its comment says what it was made for, unless it
 * was made by hand, or with its partition from events_template: then it goes by
 * another name, and is known by having the definition of one before it.
 */
DECLARE
	wanted record;
	made_for text;
	body text;
	bodies jsonb := '{}';	-- what PostgreSQL makes of the part of a definition behind the names
BEGIN
	FOR wanted IN SELECT * FROM @extschema@.rule_index_ddl(create_rule_index.rule_id, events) LOOP
		definition := wanted.definition;
		body := substr(definition, length(format('CREATE INDEX %s ON %s ', wanted.index_name, wanted.table_name)) + 1);
		SELECT i.indexrelid, obj_description(i.indexrelid, 'pg_class') INTO index_name, made_for
		FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid CROSS JOIN pg_get_indexdef(i.indexrelid) AS d(def)
		WHERE i.indrelid = wanted.table_name AND i.indisvalid
			AND (c.relname = wanted.index_name OR substr(d.def, strpos(d.def, ' USING ')) = bodies ->> body)
		ORDER BY c.relname = wanted.index_name DESC LIMIT 1;
		IF NOT FOUND THEN
			EXECUTE definition;
			SELECT i.indexrelid INTO STRICT index_name
			FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
			WHERE i.indrelid = wanted.table_name AND c.relname = wanted.index_name;
			EXECUTE format('COMMENT ON INDEX %s IS %L', index_name,
						   format('For rule %s of transfer_detect, made by create_rule_index as %s',
								  create_rule_index.rule_id, md5(body)));
		ELSIF made_for LIKE 'For rule %' AND right(made_for, 32) <> md5(body) THEN
			RAISE EXCEPTION USING ERRCODE = 'duplicate_table',
				MESSAGE = format('index "%s" was made for the rule as it was before', index_name),
				HINT = format('DROP INDEX %s, and create it anew.', index_name);
		ELSE
			RAISE NOTICE USING MESSAGE = format('index "%s" already exists', index_name);
		END IF;
		bodies := bodies || jsonb_build_object(body,
			substr(pg_get_indexdef(index_name), strpos(pg_get_indexdef(index_name), ' USING ')));
		-- pg_partition_tree() knows partitioned indexes only
		SELECT coalesce(sum(c.reltuples) FILTER (WHERE c.relkind = 'i'), 0), sum(pg_relation_size(c.oid))
		INTO entries, bytes
		FROM pg_class AS c
		WHERE c.oid = index_name OR c.oid IN (SELECT t.relid FROM pg_partition_tree(index_name) AS t);
		RETURN NEXT;
	END LOOP;
END
$$;

COMMENT ON FUNCTION create_rule_index(text, regclass) IS 'Makes the partial indexes that a rule can use, and says what they take';

-- ---- engine.sql

/*
 * engine.sql: what scheduled detection asks of the compiler.  Each function
 * takes a rule's text and what goes with it, and runs as the caller.
 */

CREATE FUNCTION rule_check(
	query text,
	events regclass,
	timestamp_field text DEFAULT '@timestamp',
	timestamp_fallback text DEFAULT NULL)
RETURNS TABLE (
	aggregating boolean,
	key_columns text[],
	columns text[],
	column_types text[],
	capped bigint)
AS 'MODULE_PATHNAME', 'td_rule_check'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 1000 ROWS 1;

COMMENT ON FUNCTION rule_check(text, regclass, text, text) IS 'Compiles a rule''s query without running it: whether it has STATS, what identifies its groups, the columns that it returns, and the LIMIT at its end';

CREATE FUNCTION rule_reach(
	query text,
	events regclass,
	timestamp_field text DEFAULT '@timestamp',
	timestamp_fallback text DEFAULT NULL)
RETURNS TABLE (
	field text,
	reach interval)
AS 'MODULE_PATHNAME', 'td_rule_reach'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 1000 ROWS 1;

COMMENT ON FUNCTION rule_reach(text, regclass, text, text) IS 'How far back from NOW() a rule''s query itself looks, a row for each condition by which a date of the events has to be later than that';

CREATE FUNCTION condition_check(
	query text,
	condition text,
	stage text,
	events regclass)
RETURNS text[]
AS 'MODULE_PATHNAME', 'td_condition_check'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 1000;

COMMENT ON FUNCTION condition_check(text, text, text, regclass) IS 'Compiles an exception''s condition together with a rule''s query; returns the fields that it names';

CREATE FUNCTION condition_monotone(
	query text,
	condition text,
	stage text,
	events regclass)
RETURNS boolean
AS 'MODULE_PATHNAME', 'td_condition_monotone'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 1000;

COMMENT ON FUNCTION condition_monotone(text, text, text, regclass) IS 'Whether an exception with this condition can only take alerts of the rule away, never add one';

CREATE FUNCTION rule_groups(
	query text,
	events regclass,
	window_from timestamptz,
	as_of timestamptz,
	timestamp_field text DEFAULT '@timestamp',
	timestamp_fallback text DEFAULT NULL,
	event_exceptions text[] DEFAULT '{}',
	group_exceptions text[] DEFAULT '{}',
	count_scanned boolean DEFAULT false)
RETURNS TABLE (
	place bigint,
	result jsonb,
	group_key jsonb,
	event_count bigint,
	first_event timestamptz,
	last_event timestamptz,
	excepted_by integer,
	groups_total bigint,
	events_matched bigint,
	events_scanned bigint,
	capped bigint)
AS 'MODULE_PATHNAME', 'td_rule_groups'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 10000 ROWS 100;

COMMENT ON FUNCTION rule_groups(text, regclass, timestamptz, timestamptz, text, text, text[], text[], boolean) IS 'What a rule finds in a window, with the events behind each row counted and dated, the LIMIT at its end, and if they are to be counted all events of the window; a row without place if it finds nothing';

CREATE FUNCTION rule_evidence(
	query text,
	events regclass,
	window_from timestamptz,
	as_of timestamptz,
	timestamp_field text,
	timestamp_fallback text,
	event_exceptions text[],
	span_from timestamptz,
	span_to timestamptz,
	key jsonb DEFAULT NULL)
RETURNS TABLE (
	group_key jsonb,
	event_count bigint,
	first_event timestamptz,
	last_event timestamptz)
AS 'MODULE_PATHNAME', 'td_rule_evidence'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 10000 ROWS 100;

COMMENT ON FUNCTION rule_evidence(text, regclass, timestamptz, timestamptz, text, text, text[], timestamptz, timestamptz, jsonb) IS 'The groups that a rule makes, before it chooses among them, of the events of its window that lie in a span: all groups, or the one of the key';

CREATE FUNCTION rule_events(
	query text,
	events regclass,
	window_from timestamptz,
	as_of timestamptz,
	timestamp_field text,
	timestamp_fallback text,
	event_exceptions text[],
	span_from timestamptz,
	span_to timestamptz,
	key jsonb DEFAULT NULL)
RETURNS SETOF json
AS 'MODULE_PATHNAME', 'td_rule_events'
LANGUAGE C STABLE PARALLEL UNSAFE
COST 10000 ROWS 100;

COMMENT ON FUNCTION rule_events(text, regclass, timestamptz, timestamptz, text, text, text[], timestamptz, timestamptz, jsonb) IS 'The events behind the groups of rule_evidence(): their documents, each once, by time';

-- ---- filing.sql

/*
 * filing.sql: from a group that a rule has found to its alert.
 *
 * An event must be counted once, however often windows show it: they overlap by
 * design, are evaluated again for transactions that commit late, and come again
 * with a backfill.  Events need have no identity, so it is spans of time that
 * are kept apart.  A hit is what a window counted for a key, with the span from
 * the first event to the last; the hits of an alert never overlap, and its
 * count is their sum.
 *
 * When a new hit overlaps old ones of the open alert, it counts whole, since its
 * window has seen what they have seen, and they are cut back to what lies
 * outside, which is counted again as they had counted it: by their version of
 * the rule, in their window, with their exceptions.  Where not all that they
 * counted is there to be counted again they stand, and the new hit is cut back.
 *
 * The hits of closed alerts are left alone: it is the new hit that is cut back,
 * and if nothing is left, all was known.  Only if late events turn up within
 * their spans they are corrected, for an alert says what its events are.
 *
 * The caller holds the lock on the rule's checkpoint, so nobody else files for
 * the rule; analysts may close and reopen its alerts meanwhile.
 *
 * Plans are kept for a session, and one that was made while a table was empty
 * reads it from end to end for ever: a first backfill would take time in the
 * square of the alerts that it files.  So what looks for rows of ours by their
 * key, or refers to some, does it with enable_seqscan off, in functions that
 * read no events.
 */

CREATE FUNCTION result_texts(result jsonb, VARIADIC names text[]) RETURNS text[]
AS 'MODULE_PATHNAME', 'td_result_texts'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION result_texts(jsonb, text[]) IS 'part of run(): all values that a rule''s row has under some names';

CREATE FUNCTION result_text(result jsonb, VARIADIC names text[]) RETURNS text
LANGUAGE plpgsql
IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	texts CONSTANT text[] := @extschema@.result_texts(result, VARIADIC names);
BEGIN
	RETURN CASE WHEN cardinality(texts) = 1 THEN texts[1] END;
END
$$;

COMMENT ON FUNCTION result_text(jsonb, text[]) IS 'part of run(): the value that a rule''s row has under some names, null if there are several';

CREATE FUNCTION result_hosts(result jsonb) RETURNS text[]
LANGUAGE plpgsql
IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN @extschema@.result_texts(result, 'host.name', 'host_names', 'Esql.host_name_values');
END
$$;

COMMENT ON FUNCTION result_hosts(jsonb) IS 'part of run(): the hosts that a rule''s row names';

CREATE FUNCTION result_agents(result jsonb) RETURNS text[]
LANGUAGE plpgsql
IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN @extschema@.result_texts(result, 'agent.id', 'agent_ids', 'Esql.agent_id_values');
END
$$;

COMMENT ON FUNCTION result_agents(jsonb) IS 'part of run(): the agents that a rule''s row names';

CREATE FUNCTION result_agent_count(result jsonb, agents text[]) RETURNS bigint
LANGUAGE plpgsql
IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	count CONSTANT text := coalesce(result ->> 'agent_count', result ->> 'Esql.agent_id_count_distinct');
BEGIN
	RETURN CASE WHEN agents <> '{}' THEN cardinality(agents)
				WHEN count ~ '^\d{1,18}$' THEN count::bigint END;
END
$$;

COMMENT ON FUNCTION result_agent_count(jsonb, text[]) IS 'part of run(): how many agents there are, or how many a rule''s row counts without naming them';

CREATE FUNCTION alert_title(rule_name text, result jsonb, group_key jsonb, hosts text[]) RETURNS text
LANGUAGE plpgsql
IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Command lines are an attacker's to write: control characters, which could
 * play tricks with a terminal, become spaces.
 */
DECLARE
	executable CONSTANT text := @extschema@.result_text(result, 'process.executable', 'Esql.process_executable_values');
	parent CONSTANT text := @extschema@.result_text(result, 'process.parent.executable', 'Esql.process_parent_executable_values');
	what text := @extschema@.result_text(result, 'process.command_line', 'Esql.process_command_line_values');
BEGIN
	IF what IS NULL THEN
		what := executable;
	ELSIF executable <> split_part(what, ' ', 1) THEN
		what := format('%s (%s)', what, executable);
	END IF;
	IF what IS NULL THEN
		SELECT string_agg(format('%s=%s', k.key, k.value #>> '{}'), ', ' ORDER BY k.key COLLATE "C") INTO what
		  FROM jsonb_each(group_key) AS k;
	END IF;
	IF length(what) > 200 THEN
		what := left(what, 197) || '...';
	END IF;
	RETURN regexp_replace(
		concat(rule_name,
			   ': ' || what,
			   ', started by ' || parent,
			   CASE WHEN cardinality(hosts) > 3
					THEN format(' on %s and %s more hosts', array_to_string(hosts[:3], ', '), cardinality(hosts) - 3)
					ELSE ' on ' || nullif(array_to_string(hosts, ', '), '') END),
		'[\u0001-\u001f\u007f]', ' ', 'g');
END
$$;

COMMENT ON FUNCTION alert_title(text, jsonb, jsonb, text[]) IS 'part of run(): an alert in a line';

CREATE FUNCTION recount(hit alert_hits, group_key jsonb, from_time timestamptz, to_time timestamptz) RETURNS alert_hits
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The hit again, with the events of a part of its time only; event_count is 0 if
 * there are none.  Null if they cannot be counted any more, because the
 * relation is gone, or a column: then what was counted has to stand.
 */
DECLARE
	number bigint := 0;
	first_event timestamptz;
	last_event timestamptz;
BEGIN
	IF from_time <= to_time THEN
		BEGIN
			SELECT e.event_count, e.first_event, e.last_event INTO number, first_event, last_event
			  FROM @extschema@.rule_versions AS v
			 CROSS JOIN LATERAL @extschema@.rule_evidence(
					v.query, v.events, hit.window_from, hit.as_of, v.timestamp_field, v.timestamp_fallback,
					hit.event_exceptions, from_time, to_time, group_key) AS e
			 WHERE v.rule_id = hit.rule_id AND v.version = hit.version;
		EXCEPTION
			WHEN undefined_table OR undefined_column OR undefined_function OR wrong_object_type OR datatype_mismatch
				OR insufficient_privilege THEN
				RAISE WARNING 'could not count again what version % of rule "%" has counted', hit.version, hit.rule_id
					USING DETAIL = SQLERRM;
				RETURN NULL;
		END;
	END IF;
	hit.event_count := coalesce(number, 0);
	hit.span_from := first_event;
	hit.span_to := last_event;
	RETURN hit;
END
$$;

COMMENT ON FUNCTION recount(alert_hits, jsonb, timestamptz, timestamptz) IS 'part of run(): counts the events of a part of a hit''s time as the hit did';

CREATE FUNCTION overlapping_hits(target bigint, span_from timestamptz, span_to timestamptz) RETURNS SETOF alert_hits
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $$
BEGIN
	RETURN QUERY
		SELECT h.* FROM @extschema@.alert_hits AS h
		 WHERE h.alert_id = target
		   AND h.span_from <= overlapping_hits.span_to AND h.span_to >= overlapping_hits.span_from
		 ORDER BY h.span_from;
END
$$;

COMMENT ON FUNCTION overlapping_hits(bigint, timestamptz, timestamptz) IS 'part of run(): the hits of an alert in a span of time';

CREATE FUNCTION closed_hits(rule_id text, key bytea, span_from timestamptz, span_to timestamptz) RETURNS SETOF alert_hits
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $$
BEGIN
	RETURN QUERY
		SELECT h.* FROM @extschema@.alert_hits AS h
		 WHERE h.alert_id = ANY (ARRAY(
				SELECT a.id FROM @extschema@.alerts AS a
				 WHERE a.rule_id = closed_hits.rule_id AND a.key_digest = key AND a.status = 'closed'))
		   AND h.span_from <= closed_hits.span_to AND h.span_to >= closed_hits.span_from
		 ORDER BY h.span_from, h.id;
END
$$;

COMMENT ON FUNCTION closed_hits(text, bytea, timestamptz, timestamptz) IS 'part of run(): the hits of a key''s closed alerts in a span of time';

CREATE FUNCTION lock_active_alert(rule_id text, key bytea) RETURNS alerts
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $$
DECLARE
	alert @extschema@.alerts;
BEGIN
	SELECT a.* INTO alert FROM @extschema@.alerts AS a
	 WHERE a.rule_id = lock_active_alert.rule_id AND a.key_digest = key AND a.status <> 'closed'
	   FOR NO KEY UPDATE;
	RETURN alert;
END
$$;

COMMENT ON FUNCTION lock_active_alert(text, bytea) IS 'part of run(): the alert of a key that is not closed, locked, so that it stays so';

CREATE FUNCTION add_hit(target bigint, hit alert_hits, group_key jsonb) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Puts a hit on an alert.  False if its events are there already.
 */
DECLARE
	old @extschema@.alert_hits;
	before @extschema@.alert_hits;
	after @extschema@.alert_hits;
	head @extschema@.alert_hits;
	tail @extschema@.alert_hits;
	found bigint;
	added boolean;
	instant CONSTANT interval := '1 microsecond';
BEGIN
	IF coalesce(hit.event_count, 0) = 0 THEN
		RETURN false;
	END IF;
	FOR old IN SELECT h.* FROM @extschema@.overlapping_hits(target, hit.span_from, hit.span_to) AS h LOOP
		before := @extschema@.recount(old, group_key, old.span_from, hit.span_from - instant);
		after := @extschema@.recount(old, group_key, hit.span_to + instant, old.span_to);
		IF old.span_from <= hit.span_from AND old.span_to >= hit.span_to
			AND before.event_count + hit.event_count + after.event_count = old.event_count
		THEN
			RETURN false;
		END IF;
		-- What was counted stands where it cannot be counted again, or not all of it: events
		-- have been deleted, or row security hides them from who runs the rule this time.
		head := @extschema@.recount(hit, group_key, hit.span_from, old.span_from - instant);
		tail := @extschema@.recount(hit, group_key, old.span_to + instant, hit.span_to);
		found := before.event_count + hit.event_count - head.event_count - tail.event_count + after.event_count;
		IF found < old.event_count THEN
			found := (@extschema@.recount(old, group_key, old.span_from, old.span_to)).event_count;
		END IF;
		IF found IS NULL OR found < old.event_count THEN
			added := @extschema@.add_hit(target, head, group_key);
			RETURN @extschema@.add_hit(target, tail, group_key) OR added;
		END IF;
		DELETE FROM @extschema@.alert_hits AS h WHERE h.id = old.id;
		PERFORM @extschema@.put_hit(target, before);
		PERFORM @extschema@.put_hit(target, after);
	END LOOP;
	PERFORM @extschema@.put_hit(target, hit);
	RETURN true;
END
$$;

COMMENT ON FUNCTION add_hit(bigint, alert_hits, jsonb) IS 'part of run(): counts a hit on an alert, cutting back those that it overlaps';

CREATE FUNCTION put_hit(target bigint, hit alert_hits) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $$
BEGIN
	IF hit.event_count > 0 THEN
		INSERT INTO @extschema@.alert_hits
			(alert_id, rule_id, version, window_from, as_of, event_exceptions, span_from, span_to, event_count)
		VALUES
			(target, hit.rule_id, hit.version, hit.window_from, hit.as_of, hit.event_exceptions,
			 hit.span_from, hit.span_to, hit.event_count);
	END IF;
END
$$;

COMMENT ON FUNCTION put_hit(bigint, alert_hits) IS 'part of run(): stores a hit, if it counts any events';

CREATE FUNCTION cut_by_closed(
	hit alert_hits,
	group_key jsonb,
	key bytea,
	OUT parts alert_hits[],
	OUT corrected boolean)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The parts of a hit that no closed alert of the same key covers; and whether a
 * closed alert got late events.
 */
DECLARE
	old @extschema@.alert_hits;
	again @extschema@.alert_hits;
	rest @extschema@.alert_hits := hit;
	instant CONSTANT interval := '1 microsecond';
BEGIN
	parts := '{}';
	corrected := false;
	FOR old IN SELECT h.* FROM @extschema@.closed_hits(hit.rule_id, key, hit.span_from, hit.span_to) AS h LOOP
		again := NULL;
		IF (old.span_from, old.span_to, old.event_count) <> (hit.span_from, hit.span_to, hit.event_count) THEN
			again := @extschema@.recount(old, group_key, old.span_from, old.span_to);
		END IF;
		IF again.event_count > old.event_count THEN
			UPDATE @extschema@.alert_hits AS h SET event_count = again.event_count WHERE h.id = old.id;
			UPDATE @extschema@.alerts AS a
			   SET event_count = a.event_count + again.event_count - old.event_count
			 WHERE a.id = old.alert_id;
			corrected := true;
		END IF;
		IF rest.span_from < old.span_from THEN
			parts := parts || @extschema@.recount(rest, group_key, rest.span_from, old.span_from - instant);
		END IF;
		rest.span_from := greatest(rest.span_from, old.span_to + instant);
	END LOOP;
	IF rest.span_from = hit.span_from THEN
		parts := ARRAY[hit];
	ELSIF rest.span_from <= rest.span_to THEN
		parts := parts || @extschema@.recount(rest, group_key, rest.span_from, rest.span_to);
	END IF;
	parts := ARRAY(SELECT p FROM unnest(parts) AS p WHERE (p).event_count > 0);
END
$$;

COMMENT ON FUNCTION cut_by_closed(alert_hits, jsonb, bytea) IS 'part of run(): the parts of a hit that are on no closed alert';

CREATE FUNCTION create_alert(
	run runs,
	rule rule_versions,
	group_key jsonb,
	key bytea,
	result jsonb,
	over_cap boolean,
	parts alert_hits[])
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $$
#variable_conflict use_column
/*
 * Returns its id; null if there is an active alert of the key after all, since
 * somebody has reopened a closed one.  The counts are those of the parts, whose hits come later.
 */
DECLARE
	facts CONSTANT jsonb := create_alert.group_key || create_alert.result;
	hosts CONSTANT text[] := @extschema@.result_hosts(facts);
	agents CONSTANT text[] := @extschema@.result_agents(facts);
	alert_id bigint;
BEGIN
	INSERT INTO @extschema@.alerts
		(rule_id, version, group_key, severity, risk_score, title,
		 process_executable, process_parent_executable, process_command_line,
		 event_count, first_event, last_event, agent_count, host_names, agent_ids,
		 last_window, result, over_cap, run_id, predecessor_id)
	SELECT rule.rule_id, rule.version, create_alert.group_key, rule.severity, rule.risk_score,
		@extschema@.alert_title(rule.name, facts, create_alert.group_key, hosts),
		@extschema@.result_text(facts, 'process.executable', 'Esql.process_executable_values'),
		@extschema@.result_text(facts, 'process.parent.executable', 'Esql.process_parent_executable_values'),
		@extschema@.result_text(facts, 'process.command_line', 'Esql.process_command_line_values'),
		coalesce(sum(p.event_count), 0), min(p.span_from), max(p.span_to),
		@extschema@.result_agent_count(facts, agents), hosts, agents,
		run.window_to, create_alert.result, create_alert.over_cap, run.id,
		(SELECT max(a.id) FROM @extschema@.alerts AS a
		  WHERE a.rule_id = rule.rule_id AND a.key_digest = create_alert.key)
	  FROM unnest(parts) AS p
	ON CONFLICT (rule_id, key_digest) WHERE status <> 'closed' DO NOTHING
	RETURNING id INTO alert_id;
	RETURN alert_id;
END
$$;

COMMENT ON FUNCTION create_alert(runs, rule_versions, jsonb, bytea, jsonb, boolean, alert_hits[]) IS 'part of run(): a new alert';

CREATE FUNCTION merge_texts(old text[], new text[]) RETURNS text[]
LANGUAGE plpgsql
IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF new <@ old THEN	-- mostly, and then no query is needed
		RETURN old;
	END IF;
	RETURN ARRAY(SELECT DISTINCT u.text COLLATE "C" FROM unnest(old || new) AS u(text) ORDER BY 1);
END
$$;

COMMENT ON FUNCTION merge_texts(text[], text[]) IS 'part of run(): both lists as one, each text once, in the order of bytes';

CREATE FUNCTION extend_alert(alert alerts, run runs, rule rule_versions, result jsonb, over_cap boolean) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $$
#variable_conflict use_column
/*
 * Brings an alert up to date with its hits.  False if that changes nothing to
 * speak of.
 */
DECLARE
	facts CONSTANT jsonb := alert.group_key || extend_alert.result;
	hosts CONSTANT text[] := @extschema@.merge_texts(alert.host_names, @extschema@.result_hosts(facts));
	agents CONSTANT text[] := @extschema@.merge_texts(alert.agent_ids, @extschema@.result_agents(facts));
	hits record;
BEGIN
	SELECT sum(h.event_count) AS event_count, min(h.span_from) AS first_event, max(h.span_to) AS last_event INTO hits
	  FROM @extschema@.alert_hits AS h WHERE h.alert_id = alert.id;
	IF (hits.event_count, hits.first_event, hits.last_event, hosts, agents)
		IS NOT DISTINCT FROM (alert.event_count, alert.first_event, alert.last_event, alert.host_names, alert.agent_ids)
	THEN
		RETURN false;
	END IF;
	UPDATE @extschema@.alerts AS a
	   SET event_count = hits.event_count,
		   first_event = hits.first_event,
		   last_event = hits.last_event,
		   host_names = hosts,
		   agent_ids = agents,
		   agent_count = greatest(a.agent_count, @extschema@.result_agent_count(facts, agents)),
		   title = @extschema@.alert_title(rule.name, facts, a.group_key, hosts),
		   last_window = greatest(a.last_window, run.window_to),
		   result = CASE WHEN run.window_to >= a.last_window THEN extend_alert.result ELSE a.result END,
		   over_cap = a.over_cap AND extend_alert.over_cap
	 WHERE a.id = alert.id;
	RETURN true;
END
$$;

COMMENT ON FUNCTION extend_alert(alerts, runs, rule_versions, jsonb, boolean) IS 'part of run(): brings an alert up to date with its hits';

CREATE FUNCTION file_group(
	run runs,
	rule rule_versions,
	event_exceptions text[],
	group_key jsonb,
	result jsonb,
	event_count bigint,
	first_event timestamptz,
	last_event timestamptz,
	over_cap boolean)
RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Files a group: on the active alert of its key, or as a new one.  Returns
 * created, extended or known.  A group without events, such as the one that a
 * rule has which looks for silence, has no hit: it is filed once for a window,
 * and a closed alert is about the windows from its first to its last.
 *
 * An alert that is reopened between the look for it and the attempt to file a
 * new one is found by the next look.  One that never is, is hidden from us.
 */
DECLARE
	key CONSTANT bytea := @extschema@.key_digest(group_key);
	alert @extschema@.alerts;
	hit @extschema@.alert_hits;
	parts @extschema@.alert_hits[] := '{}';
	part @extschema@.alert_hits;
	late boolean := false;
	changed boolean := false;
	created boolean := false;
	attempts integer := 0;
BEGIN
	hit.rule_id := rule.rule_id;
	hit.version := rule.version;
	hit.window_from := run.window_from;
	hit.as_of := run.window_to;
	hit.event_exceptions := event_exceptions;
	hit.span_from := first_event;
	hit.span_to := last_event;
	hit.event_count := event_count;
	LOOP
		attempts := attempts + 1;
		IF attempts > 100 THEN
			RAISE EXCEPTION 'role "%" cannot see an active alert of rule "%"', current_user, rule.rule_id
				USING ERRCODE = 'insufficient_privilege',
					  DETAIL = format('Key: %s', left(group_key::text, 1000)),
					  HINT = 'Let row security on alerts show all alerts of the rule to the role that runs it.';
		END IF;
		alert := @extschema@.lock_active_alert(rule.rule_id, key);
		IF event_count > 0 THEN
			SELECT c.parts, c.corrected OR late INTO parts, late FROM @extschema@.cut_by_closed(hit, group_key, key) AS c;
			EXIT WHEN cardinality(parts) = 0;
		ELSE
			UPDATE @extschema@.alerts AS a SET last_window = run.window_to
			 WHERE a.id = alert.id AND a.last_window < run.window_to;
			EXIT WHEN EXISTS (SELECT FROM @extschema@.alerts AS a JOIN @extschema@.runs AS filed ON filed.id = a.run_id
							   WHERE a.rule_id = rule.rule_id AND a.key_digest = key AND a.last_window >= run.window_to
								 AND (a.status <> 'closed' OR filed.window_to <= run.window_to));
		END IF;
		EXIT WHEN alert.id IS NOT NULL;
		alert.id := @extschema@.create_alert(run, rule, group_key, key, result, over_cap, parts);
		created := alert.id IS NOT NULL;
		EXIT WHEN created;
	END LOOP;

	FOREACH part IN ARRAY parts LOOP
		changed := @extschema@.add_hit(alert.id, part, group_key) OR changed;
	END LOOP;
	IF created THEN
		RETURN 'created';
	END IF;
	IF changed THEN
		changed := @extschema@.extend_alert(alert, run, rule, result, over_cap);
	END IF;
	RETURN CASE WHEN changed OR late THEN 'extended' ELSE 'known' END;
END
$$;

COMMENT ON FUNCTION file_group(runs, rule_versions, text[], jsonb, jsonb, bigint, timestamptz, timestamptz, boolean) IS 'part of run(): a group that a rule has found becomes an alert, or goes on one';

CREATE FUNCTION alert_events(alert_id bigint) RETURNS SETOF json
LANGUAGE plpgsql
STABLE
PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Found as they were counted, hit by hit.  The hits of an alert do not overlap,
 * so no event comes twice.
 */
DECLARE
	key jsonb;
BEGIN
	IF alert_id IS NULL THEN
		RAISE EXCEPTION 'alert_id must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT a.group_key INTO key FROM @extschema@.alerts AS a WHERE a.id = alert_events.alert_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'alert % does not exist', alert_events.alert_id
			USING ERRCODE = 'undefined_object';
	END IF;
	RETURN QUERY
		SELECT e.document
		  FROM (SELECT h.* FROM @extschema@.alert_hits AS h
				 WHERE h.alert_id = alert_events.alert_id ORDER BY h.span_from OFFSET 0) AS h
		  JOIN @extschema@.rule_versions AS v ON v.rule_id = h.rule_id AND v.version = h.version
		 CROSS JOIN LATERAL @extschema@.rule_events(
				v.query, v.events, h.window_from, h.as_of, v.timestamp_field, v.timestamp_fallback,
				h.event_exceptions, h.span_from, h.span_to, key) WITH ORDINALITY AS e(document, place)
		 ORDER BY h.span_from, e.place;
END
$$;

COMMENT ON FUNCTION alert_events(bigint) IS 'The original documents behind an alert, by time, each once';

-- ---- detection.sql

/*
 * detection.sql: run() and backfill().
 *
 * A run evaluates the windows between a rule's checkpoint and as_of, and moves
 * the checkpoint behind those that succeeded, in the transaction that files
 * their alerts.  Each window is a subtransaction: what fails leaves nothing but
 * a row that says why, and is tried again by the next run.
 *
 * All runs as the caller, so that privileges and row security of the events
 * hold, but under a search_path of its own: what a rule finds must not depend on
 * who has it run.
 */

CREATE FUNCTION seconds(span interval) RETURNS interval
LANGUAGE sql
IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
SELECT make_interval(secs => extract(epoch FROM span)::double precision)
$$;

COMMENT ON FUNCTION seconds(interval) IS 'part of run(): the same interval without days, which are not all as long as another where clocks are changed';

CREATE FUNCTION check_instant(name text, instant timestamptz) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * A checkpoint in the future keeps a rule from looking at what comes in until
 * then, which a trial may want and an operator should know.
 */
BEGIN
	IF instant IS NULL THEN
		RAISE EXCEPTION '% must not be null', name USING ERRCODE = 'null_value_not_allowed';
	ELSIF NOT isfinite(instant) AND instant > '-infinity' THEN
		RAISE EXCEPTION '% must be finite', name USING ERRCODE = 'datetime_field_overflow';
	ELSIF instant > clock_timestamp() + interval '1 minute' THEN
		RAISE WARNING '% lies in the future', name
			USING HINT = 'Events that come in until then with earlier times are found by backfill() only.';
	ELSIF instant < '0001-01-01 00:00Z' THEN
		RAISE EXCEPTION '% must lie in the years from 1 on', name USING ERRCODE = 'datetime_field_overflow';
	END IF;
END
$$;

COMMENT ON FUNCTION check_instant(text, timestamptz) IS 'part of run(): raises an error for an instant that no window can end at';

CREATE FUNCTION present_version(rule_id text) RETURNS rule_versions
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	version @extschema@.rule_versions;
BEGIN
	IF rule_id IS NULL THEN
		RAISE EXCEPTION 'rule_id must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT v.* INTO version FROM @extschema@.rules AS r
	  JOIN @extschema@.rule_versions AS v ON v.rule_id = r.rule_id AND v.version = r.version
	 WHERE r.rule_id = present_version.rule_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'rule "%" does not exist', rule_id
			USING ERRCODE = 'undefined_object',
				  HINT = 'SELECT rule_id, name FROM @extschema@.rules lists the rules.';
	END IF;
	RETURN version;
END
$$;

COMMENT ON FUNCTION present_version(text) IS 'part of run(): what a rule is at present; raises an error if there is no such rule';

CREATE FUNCTION events_in_window(rule rule_versions, window_from timestamptz, window_to timestamptz, condition text)
RETURNS bigint
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Those of the rule that fit a condition: which is to say that an exception for
 * those that do not leaves them.
 */
SELECT max(g.events_matched)
  FROM @extschema@.rule_groups(
		rule.query, rule.events, window_from, window_to, rule.timestamp_field, rule.timestamp_fallback,
		ARRAY[format(E'NOT COALESCE((%s\n), false)', condition)]) AS g
$$;

COMMENT ON FUNCTION events_in_window(rule_versions, timestamptz, timestamptz, text) IS 'part of run(): counts the events of a window that an exception is about';

CREATE FUNCTION search_window(run runs, rule rule_versions, again boolean, all_ended boolean) RETURNS runs
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Looks for the rule's groups in a window and files them.  Returns the run's row
 * with its figures; those of alerts created and extended are added to what it has.
 */
DECLARE
	begun CONSTANT timestamptz := clock_timestamp();
	count_hits CONSTANT boolean := run.kind = 'scheduled' AND NOT again;
	evaluated timestamptz;
	x record;
	g record;
	cap bigint;
	in_cap bigint := 0;
BEGIN
	run.alerts_created := coalesce(run.alerts_created, 0);
	run.alerts_extended := coalesce(run.alerts_extended, 0);
	run.known := 0;
	run.excepted := 0;
	run.over_cap := 0;
	run.settled := @extschema@.is_settled(run.window_to, run.horizon, all_ended);
	x := @extschema@.exceptions_in_force(rule, run.window_to);
	FOR g IN
		SELECT r.* FROM @extschema@.rule_groups(
			rule.query, rule.events, run.window_from, run.window_to, rule.timestamp_field, rule.timestamp_fallback,
			x.event_conditions, x.group_conditions, true) AS r
		 ORDER BY r.place
	LOOP
		evaluated := coalesce(evaluated, clock_timestamp());
		run.events_scanned := g.events_scanned;
		run.events_matched := g.events_matched;
		run.groups := g.groups_total;
		CONTINUE WHEN g.place IS NULL;	-- nothing found: a row with the totals
		IF g.excepted_by IS NOT NULL THEN
			run.excepted := run.excepted + 1;
			IF count_hits THEN
				PERFORM @extschema@.count_exception_hits(x.group_ids[g.excepted_by], rule.rule_id, 1, run.window_to);
			END IF;
			CONTINUE;
		END IF;
		cap := least(rule.max_alerts, g.capped);
		in_cap := in_cap + 1;
		run.over_cap := greatest(in_cap - cap, 0);
		CASE @extschema@.file_group(run, rule, x.event_conditions, g.group_key, g.result, g.event_count,
									g.first_event, g.last_event, in_cap > cap)
			WHEN 'created' THEN run.alerts_created := run.alerts_created + 1;
			WHEN 'extended' THEN run.alerts_extended := run.alerts_extended + 1;
			ELSE run.known := run.known + 1;
		END CASE;
	END LOOP;
	IF count_hits THEN
		PERFORM @extschema@.count_exception_hits(
			e.id, rule.rule_id, @extschema@.events_in_window(rule, run.window_from, run.window_to, e.condition), run.window_to)
		  FROM unnest(x.event_ids, x.event_conditions) AS e(id, condition);
	END IF;
	run.evaluate_time := evaluated - begun;
	run.file_time := clock_timestamp() - evaluated;
	run.sqlstate := NULL;
	run.message := x.problem;
	RETURN run;
END
$$;

COMMENT ON FUNCTION search_window(runs, rule_versions, boolean, boolean) IS 'part of run(): finds and files what is in a window';

CREATE FUNCTION evaluate_window(run runs, all_ended boolean DEFAULT false) RETURNS runs
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Evaluates a window: one for the first time, if the run has no id yet, or one
 * that was not settled.  Returns the run's row as it has been stored.  That the
 * row comes first lets what is filed refer to it.
 */
DECLARE
	again CONSTANT boolean := run.id IS NOT NULL;
	begun CONSTANT timestamptz := clock_timestamp();
	rule @extschema@.rule_versions;
	detail text;
	hint text;
BEGIN
	SELECT v.* INTO STRICT rule FROM @extschema@.rule_versions AS v
	 WHERE v.rule_id = run.rule_id AND v.version = run.version;
	run.window_from := run.window_to - @extschema@.seconds(rule.look_back);
	BEGIN
		IF NOT again THEN
			INSERT INTO @extschema@.runs (rule_id, version, kind, status, window_from, window_to, started_at, horizon)
			VALUES (run.rule_id, run.version, run.kind, 'succeeded', run.window_from, run.window_to, begun, run.horizon)
			RETURNING * INTO run;
		END IF;
		run := @extschema@.search_window(run, rule, again, all_ended);
		UPDATE @extschema@.runs AS r
		   SET (finished_at, evaluate_time, file_time, events_scanned, events_matched, groups,
				alerts_created, alerts_extended, known, excepted, over_cap, settled, evaluations, sqlstate, message)
			 = (clock_timestamp(), run.evaluate_time, run.file_time, run.events_scanned, run.events_matched, run.groups,
				run.alerts_created, run.alerts_extended, run.known, run.excepted, run.over_cap, run.settled,
				r.evaluations + again::integer, run.sqlstate, run.message)
		 WHERE r.id = run.id
		RETURNING * INTO run;
		RETURN run;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS run.sqlstate = RETURNED_SQLSTATE, run.message = MESSAGE_TEXT,
			detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
		run.message := concat_ws(E'\n', run.message, nullif(detail, ''), nullif(hint, ''));
	END;

	IF again THEN
		UPDATE @extschema@.runs AS r
		   SET evaluations = r.evaluations + 1, sqlstate = run.sqlstate, message = run.message
		 WHERE r.id = run.id
		RETURNING * INTO run;
	ELSE
		INSERT INTO @extschema@.runs
			(rule_id, version, kind, status, window_from, window_to, started_at, finished_at, horizon, sqlstate, message)
		VALUES
			(run.rule_id, run.version, run.kind, 'failed', run.window_from, run.window_to, begun, clock_timestamp(), run.horizon,
			 run.sqlstate, run.message)
		RETURNING * INTO run;
	END IF;
	RETURN run;
END
$$;

COMMENT ON FUNCTION evaluate_window(runs, boolean) IS 'part of run(): one window';

CREATE FUNCTION next_window(
	rule rule_versions,
	kind text,
	reached timestamptz,
	last_end timestamptz,
	horizon timestamptz,
	before runs)
RETURNS runs
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The window after the one that ended at reached: an interval on, or at the end
 * of all, whichever comes first.  before is the one that was evaluated just now,
 * or null: if no transaction from before its horizon was left, none is now.
 */
DECLARE
	run @extschema@.runs;
BEGIN
	run.rule_id := rule.rule_id;
	run.version := rule.version;
	run.kind := kind;
	run.window_to := least(reached + @extschema@.seconds(rule.run_interval), last_end);
	run.horizon := greatest(horizon, run.window_to);
	RETURN @extschema@.evaluate_window(run, coalesce(before.settled AND before.horizon = run.horizon, false));
END
$$;

COMMENT ON FUNCTION next_window(rule_versions, text, timestamptz, timestamptz, timestamptz, runs) IS 'part of run(): evaluates the window that comes next';

CREATE FUNCTION lock_checkpoint(rule_id text, wait boolean, OUT locked boolean, OUT checkpoint timestamptz)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
/*
 * One session at a time runs a rule.  The row comes with the rule's first run:
 * of two first runs at once the second waits here, and then finds it done.
 */
BEGIN
	SELECT true, c.checkpoint INTO locked, checkpoint
	  FROM @extschema@.checkpoints AS c WHERE c.rule_id = lock_checkpoint.rule_id FOR UPDATE SKIP LOCKED;
	IF NOT FOUND THEN
		PERFORM FROM @extschema@.checkpoints AS c WHERE c.rule_id = lock_checkpoint.rule_id;
		IF FOUND AND NOT wait THEN
			locked := false;
			RETURN;
		END IF;
		INSERT INTO @extschema@.checkpoints (rule_id) VALUES (lock_checkpoint.rule_id) ON CONFLICT DO NOTHING;
		SELECT true, c.checkpoint INTO STRICT locked, checkpoint
		  FROM @extschema@.checkpoints AS c WHERE c.rule_id = lock_checkpoint.rule_id FOR UPDATE;
	END IF;
END
$$;

COMMENT ON FUNCTION lock_checkpoint(text, boolean) IS 'part of run(): locks a rule''s checkpoint, and reads it';

CREATE FUNCTION record_gap(rule rule_versions, gap_from timestamptz, gap_to timestamptz, horizon timestamptz) RETURNS runs
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * A gap that goes on is one gap.
 */
DECLARE
	run @extschema@.runs;
	remark CONSTANT text := 'no window that ends in this time was evaluated: backfill() can do that';
BEGIN
	UPDATE @extschema@.runs AS r
	   SET window_to = gap_to, finished_at = clock_timestamp()
	 WHERE r.rule_id = rule.rule_id AND r.status = 'gap' AND r.window_to = gap_from
	RETURNING * INTO run;
	IF NOT FOUND THEN
		INSERT INTO @extschema@.runs (rule_id, version, kind, status, window_from, window_to, started_at, finished_at, horizon, message)
		VALUES (rule.rule_id, rule.version, 'scheduled', 'gap', gap_from, gap_to, clock_timestamp(), clock_timestamp(), horizon, remark)
		RETURNING * INTO run;
	END IF;
	RETURN run;
END
$$;

COMMENT ON FUNCTION record_gap(rule_versions, timestamptz, timestamptz, timestamptz) IS 'part of run(): remembers that no windows were evaluated for some time';

CREATE FUNCTION run_rule(rule_id text, as_of timestamptz, horizon timestamptz) RETURNS SETOF runs
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	place record;
	reached timestamptz;
	rule @extschema@.rule_versions;
	run @extschema@.runs;
	max_catch_up bigint;
	step interval;
	missed bigint;
BEGIN
	place := @extschema@.lock_checkpoint(run_rule.rule_id, false);
	IF NOT place.locked THEN
		RAISE NOTICE 'rule "%" is being run by another session', run_rule.rule_id;
		RETURN;
	END IF;
	reached := place.checkpoint;
	rule := @extschema@.present_version(run_rule.rule_id);
	step := @extschema@.seconds(rule.run_interval);
	SELECT r.max_catch_up INTO max_catch_up FROM @extschema@.rules AS r WHERE r.rule_id = run_rule.rule_id;

	FOR run IN
		SELECT r.* FROM @extschema@.runs AS r
		 WHERE r.rule_id = run_rule.rule_id AND NOT r.settled
		 ORDER BY r.evaluations, r.window_to
		 LIMIT max_catch_up
	LOOP
		RETURN NEXT @extschema@.evaluate_window(run);
	END LOOP;

	IF reached IS NULL THEN
		-- for good, so that a first window that fails is tried again as others are
		reached := run_rule.as_of - step;
		UPDATE @extschema@.checkpoints AS c SET checkpoint = reached WHERE c.rule_id = run_rule.rule_id;
	ELSIF reached < run_rule.as_of THEN
		missed := ceil(extract(epoch FROM run_rule.as_of - reached)::numeric / extract(epoch FROM step)::numeric) - max_catch_up;
		IF missed > 0 THEN
			RETURN NEXT @extschema@.record_gap(rule, reached, reached + missed * step, run_rule.horizon);
			reached := reached + missed * step;
			-- given up even if no window succeeds now, or the next run would give it up once more
			UPDATE @extschema@.checkpoints AS c SET checkpoint = reached WHERE c.rule_id = run_rule.rule_id;
		END IF;
	END IF;
	run := NULL;
	WHILE reached < run_rule.as_of LOOP
		run := @extschema@.next_window(rule, 'scheduled', reached, run_rule.as_of, run_rule.horizon, run);
		RETURN NEXT run;
		EXIT WHEN run.status = 'failed';
		reached := run.window_to;
		UPDATE @extschema@.checkpoints AS c SET checkpoint = reached WHERE c.rule_id = run_rule.rule_id;
	END LOOP;
END
$$;

COMMENT ON FUNCTION run_rule(text, timestamptz, timestamptz) IS 'part of run(): one rule';

CREATE FUNCTION run(rule_id text DEFAULT NULL, as_of timestamptz DEFAULT now()) RETURNS SETOF runs
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	horizon CONSTANT timestamptz := clock_timestamp();
	next_rule text;
	enabled boolean;
BEGIN
	PERFORM @extschema@.check_instant('as_of', run.as_of);
	IF run.rule_id IS NOT NULL THEN
		PERFORM @extschema@.present_version(run.rule_id);
	END IF;
	PERFORM @extschema@.await_writers(run.as_of, horizon);
	FOR next_rule IN
		SELECT r.rule_id FROM @extschema@.rules AS r
		 WHERE CASE WHEN run.rule_id IS NULL THEN r.enabled ELSE r.rule_id = run.rule_id END
		 ORDER BY r.rule_id
	LOOP
		-- as it is now: the rules before it may have taken their time
		SELECT r.enabled INTO enabled FROM @extschema@.rules AS r WHERE r.rule_id = next_rule;
		IF enabled THEN
			RETURN QUERY SELECT * FROM @extschema@.run_rule(next_rule, run.as_of, horizon);
		ELSIF FOUND THEN
			RAISE NOTICE 'rule "%" is disabled', next_rule
				USING HINT = 'Set enabled, or evaluate a time of your choice with backfill().';
		ELSE
			RAISE NOTICE 'rule "%" has been deleted', next_rule;
		END IF;
	END LOOP;
END
$$;

COMMENT ON FUNCTION run(text, timestamptz) IS 'Evaluates a rule, or all that are enabled, from where it stands up to as_of, and files alerts; returns a row for each window';

CREATE FUNCTION fill_gaps(rule_id text, from_time timestamptz, to_time timestamptz) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
/*
 * What was evaluated after all is filled; what is left of a gap on either side
 * stays one.
 */
DECLARE
	gap @extschema@.runs;
BEGIN
	FOR gap IN
		SELECT r.* FROM @extschema@.runs AS r
		 WHERE r.rule_id = fill_gaps.rule_id AND r.status = 'gap'
		   AND r.window_from < to_time AND r.window_to > from_time
	LOOP
		INSERT INTO @extschema@.runs (rule_id, version, kind, status, window_from, window_to, started_at, finished_at, horizon, message)
		SELECT gap.rule_id, gap.version, gap.kind, 'gap', rest.begin, rest.finish, gap.started_at, gap.finished_at, gap.horizon, gap.message
		  FROM (VALUES (gap.window_from, from_time), (to_time, gap.window_to)) AS rest(begin, finish)
		 WHERE rest.begin < rest.finish;
		UPDATE @extschema@.runs AS r
		   SET status = 'filled',
			   window_from = greatest(gap.window_from, from_time),
			   window_to = least(gap.window_to, to_time),
			   finished_at = clock_timestamp(),
			   message = 'the windows that end in this time were evaluated by backfill()'
		 WHERE r.id = gap.id;
	END LOOP;
END
$$;

COMMENT ON FUNCTION fill_gaps(text, timestamptz, timestamptz) IS 'part of backfill(): gaps that it has filled are none any more';

CREATE FUNCTION backfill(rule_id text, from_time timestamptz, to_time timestamptz) RETURNS SETOF runs
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET application_name = 'transfer_detect backfill'
AS $$
#variable_conflict use_column
/*
 * Others see how far it is by its application_name, since its rows are not for
 * them until it commits.  It waits for a run that is under way, and keeps others
 * away; they catch up afterwards.
 */
DECLARE
	rule CONSTANT @extschema@.rule_versions := @extschema@.present_version(backfill.rule_id);
	step CONSTANT interval := @extschema@.seconds(rule.run_interval);
	horizon CONSTANT timestamptz := clock_timestamp();
	total bigint;
	done bigint := 0;
	reached timestamptz := from_time;
	told timestamptz := clock_timestamp();
	run @extschema@.runs;
BEGIN
	PERFORM @extschema@.check_instant('from_time', from_time);
	PERFORM @extschema@.check_instant('to_time', to_time);
	IF from_time >= to_time THEN
		RAISE EXCEPTION 'from_time must be before to_time'
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	PERFORM @extschema@.lock_checkpoint(backfill.rule_id, true);
	total := ceil(extract(epoch FROM to_time - from_time)::numeric / extract(epoch FROM step)::numeric);
	WHILE reached < to_time LOOP
		run := @extschema@.next_window(rule, 'backfill', reached, to_time, horizon, run);
		RETURN NEXT run;
		IF run.status = 'failed' THEN
			RAISE WARNING 'backfill stopped at the window that ends at %: %', run.window_to, run.message;
			EXIT;
		END IF;
		reached := run.window_to;
		done := done + 1;
		PERFORM set_config('application_name', format('transfer_detect backfill %s/%s', done, total), true);
		IF clock_timestamp() >= told + interval '5 seconds' THEN
			told := clock_timestamp();
			RAISE NOTICE 'backfill of rule "%": % of % windows', backfill.rule_id, done, total;
		END IF;
	END LOOP;
	IF reached > from_time THEN
		PERFORM @extschema@.fill_gaps(backfill.rule_id, from_time, reached);
	END IF;
END
$$;

COMMENT ON FUNCTION backfill(text, timestamptz, timestamptz) IS 'Evaluates a rule over a past time, in steps of its interval; silent, and without moving its checkpoint';

-- ---- preview.sql

/*
 * preview.sql: what an exception would have done.
 */

CREATE FUNCTION preview_exception(
	rule_id text,
	condition text,
	stage text DEFAULT 'group',
	from_time timestamptz DEFAULT now() - interval '1 day',
	to_time timestamptz DEFAULT now())
RETURNS TABLE (
	window_to timestamptz,
	change text,
	group_key jsonb,
	events_without bigint,
	events_with bigint,
	result jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
/*
 * Each window is evaluated twice, with the exceptions in force and with this
 * one as well, and nothing is filed.  Windows are those that backfill() has.
 */
DECLARE
	rule CONSTANT @extschema@.rule_versions := @extschema@.present_version(preview_exception.rule_id);
	step CONSTANT interval := @extschema@.seconds(rule.run_interval);
	at_events CONSTANT boolean := stage = 'event';
	reached timestamptz := from_time;
	x record;
BEGIN
	PERFORM @extschema@.check_instant('from_time', from_time);
	PERFORM @extschema@.check_instant('to_time', to_time);
	IF from_time >= to_time THEN
		RAISE EXCEPTION 'from_time must be before to_time' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	PERFORM @extschema@.condition_check(rule.query, condition, stage, rule.events);
	WHILE reached < to_time LOOP
		reached := least(reached + step, to_time);
		x := @extschema@.exceptions_in_force(rule, reached);
		RETURN QUERY
			WITH before AS (
				SELECT g.* FROM @extschema@.rule_groups(
					rule.query, rule.events, reached - @extschema@.seconds(rule.look_back), reached,
					rule.timestamp_field, rule.timestamp_fallback, x.event_conditions, x.group_conditions) AS g
				 WHERE g.place IS NOT NULL AND g.excepted_by IS NULL
			), after AS (
				SELECT g.* FROM @extschema@.rule_groups(
					rule.query, rule.events, reached - @extschema@.seconds(rule.look_back), reached,
					rule.timestamp_field, rule.timestamp_fallback,
					x.event_conditions || CASE WHEN at_events THEN ARRAY[condition] ELSE '{}' END,
					x.group_conditions || CASE WHEN at_events THEN '{}' ELSE ARRAY[condition] END) AS g
				 WHERE g.place IS NOT NULL AND g.excepted_by IS NULL
			)
			SELECT reached,
				CASE WHEN a.group_key IS NULL THEN 'removed' WHEN b.group_key IS NULL THEN 'added' ELSE 'changed' END,
				coalesce(b.group_key, a.group_key), b.event_count, a.event_count, coalesce(a.result, b.result)
			  FROM before AS b
			  FULL JOIN after AS a ON a.group_key = b.group_key
			 WHERE b.result IS DISTINCT FROM a.result OR b.event_count IS DISTINCT FROM a.event_count
			 ORDER BY b.place, a.place;
	END LOOP;
END
$$;

COMMENT ON FUNCTION preview_exception(text, text, text, timestamptz, timestamptz) IS 'The groups that an exception would have removed, added or changed in a past time; files nothing';

-- ---- operations.sql

/*
 * operations.sql: how the rules are doing, and how long alerts are kept.
 */

CREATE VIEW rule_health AS
SELECT r.rule_id,
	r.name,
	r.enabled,
	c.checkpoint,
	now() - c.checkpoint AS lag,
	s.last_success,
	r.enabled AND greatest(s.last_success, r.enabled_at) < now() - 2 * r.run_interval AS overdue,
	(SELECT count(*) FROM runs AS x
	  WHERE x.rule_id = r.rule_id AND x.kind = 'scheduled' AND x.status = 'failed'
		AND x.started_at > coalesce(s.last_success, '-infinity')) AS failures,
	(SELECT concat_ws(' ', x.sqlstate, x.message) FROM runs AS x
	  WHERE x.rule_id = r.rule_id AND x.kind = 'scheduled' AND x.status = 'failed'
		AND x.started_at > coalesce(s.last_success, '-infinity')
	  ORDER BY x.window_to DESC, x.id DESC LIMIT 1) AS last_error,
	g.gaps,
	g.gap_time,
	(SELECT count(*) FROM runs AS x WHERE x.rule_id = r.rule_id AND NOT x.settled) AS unsettled,
	d.mean_duration,
	d.mean_duration_before,
	(SELECT round(count(*) / 7.0, 2) FROM alerts AS a
	  WHERE a.rule_id = r.rule_id AND a.created_at > now() - interval '7 days') AS alerts_per_day,
	(SELECT count(*) FROM alerts AS a WHERE a.rule_id = r.rule_id AND a.status <> 'closed') AS active_alerts,
	ARRAY(SELECT e.id FROM exceptions AS e
		   WHERE (e.rule_id = r.rule_id OR e.rule_id IS NULL) AND e.enabled AND (e.expires_at > now()) IS NOT FALSE
			 AND NOT EXISTS (SELECT FROM exception_hits AS h WHERE h.exception_id = e.id AND h.rule_id = r.rule_id)
		   ORDER BY e.id) AS exceptions_without_hits
  FROM rules AS r
  LEFT JOIN checkpoints AS c ON c.rule_id = r.rule_id
  LEFT JOIN LATERAL (
		SELECT x.started_at AS last_success FROM runs AS x
		 WHERE x.rule_id = r.rule_id AND x.kind = 'scheduled' AND x.status = 'succeeded'
		 ORDER BY x.window_to DESC LIMIT 1) AS s ON true
 CROSS JOIN LATERAL (
		SELECT count(*) AS gaps, coalesce(sum(x.window_to - x.window_from), '0') AS gap_time
		  FROM runs AS x WHERE x.rule_id = r.rule_id AND x.status = 'gap') AS g
 CROSS JOIN LATERAL (
		SELECT avg(n.duration) FILTER (WHERE n.place <= 24) AS mean_duration,
			avg(n.duration) FILTER (WHERE n.place > 24) AS mean_duration_before
		  FROM (SELECT x.evaluate_time + x.file_time AS duration, row_number() OVER (ORDER BY x.window_to DESC) AS place
				  FROM runs AS x
				 WHERE x.rule_id = r.rule_id AND x.kind = 'scheduled' AND x.status = 'succeeded'
				 ORDER BY x.window_to DESC LIMIT 48) AS n) AS d;

COMMENT ON VIEW rule_health IS 'How each rule is doing';
COMMENT ON COLUMN rule_health.rule_id IS 'The rule';
COMMENT ON COLUMN rule_health.name IS 'Its name';
COMMENT ON COLUMN rule_health.enabled IS 'Whether it is to run';
COMMENT ON COLUMN rule_health.checkpoint IS 'Instant up to which it has run';
COMMENT ON COLUMN rule_health.lag IS 'How long ago that was';
COMMENT ON COLUMN rule_health.last_success IS 'When it last evaluated a window with success';
COMMENT ON COLUMN rule_health.overdue IS 'Whether it is enabled and has not succeeded for two intervals';
COMMENT ON COLUMN rule_health.failures IS 'Failed runs since then';
COMMENT ON COLUMN rule_health.last_error IS 'SQLSTATE and message of the last of them';
COMMENT ON COLUMN rule_health.gaps IS 'Gaps that backfill() has not filled';
COMMENT ON COLUMN rule_health.gap_time IS 'Their length altogether';
COMMENT ON COLUMN rule_health.unsettled IS 'Windows that will be evaluated again, for transactions that were in flight';
COMMENT ON COLUMN rule_health.mean_duration IS 'Mean duration of its last 24 windows';
COMMENT ON COLUMN rule_health.mean_duration_before IS 'Mean duration of the 24 windows before them';
COMMENT ON COLUMN rule_health.alerts_per_day IS 'Alerts filed in the last seven days, by day';
COMMENT ON COLUMN rule_health.active_alerts IS 'Alerts that are open or acknowledged';
COMMENT ON COLUMN rule_health.exceptions_without_hits IS 'Exceptions in force that were never needed for it';

CREATE FUNCTION purge_alerts(older_than interval, OUT alerts bigint, OUT runs bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * What an alert refers to stays with it; so do gaps that can still be filled,
 * windows that are to be evaluated again, and each rule's last of a run().
 */
DECLARE
	limit_time CONSTANT timestamptz := now() - older_than;
BEGIN
	IF older_than IS NULL THEN
		RAISE EXCEPTION 'older_than must not be null' USING ERRCODE = 'null_value_not_allowed';
	ELSIF older_than < '0' THEN
		RAISE EXCEPTION 'older_than must not be negative' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	DELETE FROM @extschema@.alerts AS a WHERE a.status = 'closed' AND a.closed_at < limit_time;
	GET DIAGNOSTICS alerts = ROW_COUNT;
	DELETE FROM @extschema@.runs AS r
	 WHERE r.finished_at < limit_time AND r.settled AND r.status <> 'gap'
	   AND (r.kind = 'backfill'
			OR r.window_to < (SELECT c.checkpoint FROM @extschema@.checkpoints AS c WHERE c.rule_id = r.rule_id))
	   AND NOT EXISTS (SELECT FROM @extschema@.alerts AS a WHERE a.run_id = r.id);
	GET DIAGNOSTICS runs = ROW_COUNT;
END
$$;

COMMENT ON FUNCTION purge_alerts(interval) IS 'Deletes alerts that were closed longer ago than this, with their history, and rows of runs that old; open ones never';
REVOKE ALL ON FUNCTION purge_alerts(interval) FROM PUBLIC;

-- ---- notify.sql

/*
 * notify.sql: tell others of new alerts and of rules that have gone silent.
 *
 * Each notification is a row of outbox and a NOTIFY transfer_detect with the
 * same position.  NOTIFY reaches who listens at the moment; the outbox is for
 * consumers that were away: each has a position of its own, and gets every
 * notification behind it exactly once, if it does its work and confirms in one
 * transaction.
 *
 * That holds only if no row can appear behind a position that a consumer has
 * passed, so positions must be given in the order of commits.  Numbers of a
 * sequence are not: a transaction that took 5 may commit after one that took 6.
 * Here rows are written by deferred triggers, when a transaction is about to
 * commit, under a lock that is held until others can see them.  (NOTIFY takes a
 * lock of the same kind for its queue, so this costs no concurrency.)
 *
 * Nobody can be kept from LISTEN, so what NOTIFY sends has nothing of the events
 * in it, unless the settings say so.  The outbox has, and is granted by its
 * owner, as alerts are.
 */

CREATE TABLE notify_settings (
	rule_id text COLLATE "C" UNIQUE REFERENCES rules ON DELETE CASCADE,
	mode text NOT NULL DEFAULT 'each' CHECK (mode IN ('each', 'digest', 'off')),
	backfill boolean NOT NULL DEFAULT false,
	titles boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX notify_settings_other_rules ON notify_settings ((true)) WHERE rule_id IS NULL;

COMMENT ON TABLE notify_settings IS 'How new alerts are notified, a row for each rule that is to differ';
COMMENT ON COLUMN notify_settings.rule_id IS 'The rule; null for all that have no row of their own';
COMMENT ON COLUMN notify_settings.mode IS 'each: every new alert; digest: one notification for the new alerts of a run; off: none';
COMMENT ON COLUMN notify_settings.backfill IS 'Whether alerts of a backfill are notified as well';
COMMENT ON COLUMN notify_settings.titles IS 'Whether NOTIFY carries the alert''s title; whoever may connect to the database can listen to it';

CREATE TABLE outbox (
	position bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	kind text NOT NULL CHECK (kind IN ('alert', 'digest', 'silent', 'recovered')),
	rule_id text COLLATE "C" NOT NULL,
	alert_id bigint,
	created_at timestamptz NOT NULL DEFAULT now(),
	payload jsonb NOT NULL
);

COMMENT ON TABLE outbox IS 'Notifications, in the order in which they became visible; read them with fetch_notifications()';
COMMENT ON COLUMN outbox.position IS 'Ascends in the order of commits, possibly with gaps';
COMMENT ON COLUMN outbox.kind IS 'alert, digest (of a run''s new alerts), silent (a rule without a successful run for two intervals) or recovered';
COMMENT ON COLUMN outbox.rule_id IS 'The rule that it is about';
COMMENT ON COLUMN outbox.alert_id IS 'The alert, when it is about one';
COMMENT ON COLUMN outbox.created_at IS 'Start of the transaction that caused it';
COMMENT ON COLUMN outbox.payload IS 'What there is to tell';

CREATE TABLE consumers (
	name text COLLATE "C" PRIMARY KEY CHECK (name <> ''),
	position bigint NOT NULL DEFAULT 0 CHECK (position >= 0),
	handed_out bigint NOT NULL DEFAULT 0,
	confirmed_at timestamptz
);

COMMENT ON TABLE consumers IS 'Who reads the outbox, and how far; insert a name to begin with the oldest notification';
COMMENT ON COLUMN consumers.name IS 'Name, to call fetch_notifications() with';
COMMENT ON COLUMN consumers.position IS 'The last notification that it has confirmed';
COMMENT ON COLUMN consumers.handed_out IS 'The last notification that it has been given';
COMMENT ON COLUMN consumers.confirmed_at IS 'When it last confirmed one';

CREATE TABLE heartbeats (
	rule_id text COLLATE "C" PRIMARY KEY REFERENCES rules ON DELETE CASCADE,
	last_success timestamptz,
	notified_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE heartbeats IS 'Rules whose silence has been notified, until they run again';
COMMENT ON COLUMN heartbeats.rule_id IS 'The rule';
COMMENT ON COLUMN heartbeats.last_success IS 'When it last ran with success';
COMMENT ON COLUMN heartbeats.notified_at IS 'When its silence was noticed';

CREATE FUNCTION post_notification(kind text, rule_id text, alert_id bigint, message jsonb, details jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * message goes to NOTIFY and into the outbox, details into the outbox only.
 * Must be called when the transaction commits, see above.
 */
DECLARE
	notification jsonb;
	place bigint;
BEGIN
	PERFORM pg_advisory_xact_lock('pg_class'::regclass::oid::integer, '@extschema@.outbox'::regclass::oid::integer);
	place := nextval(pg_get_serial_sequence('@extschema@.outbox', 'position'));
	notification := jsonb_build_object('kind', kind, 'position', place, 'rule_id', rule_id) || message;
	INSERT INTO @extschema@.outbox (position, kind, rule_id, alert_id, payload)
	VALUES (place, post_notification.kind, post_notification.rule_id, post_notification.alert_id, notification || details);

	-- NOTIFY takes less than 8000 bytes.
	IF octet_length(notification::text) >= 8000 THEN
		notification := jsonb_build_object('kind', kind, 'position', place, 'alert_id', alert_id, 'cut', true);
	END IF;
	PERFORM pg_notify('transfer_detect', notification::text);
END
$$;

COMMENT ON FUNCTION post_notification(text, text, bigint, jsonb, jsonb) IS 'Writes a notification to the outbox and sends it';
REVOKE ALL ON FUNCTION post_notification(text, text, bigint, jsonb, jsonb) FROM PUBLIC;

CREATE FUNCTION notify_alert() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * The owner's rights are for the outbox: who files alerts needs none on it.
 */
DECLARE
	settings @extschema@.notify_settings;
	rule @extschema@.rules;
	about jsonb;
	fresh bigint[];
BEGIN
	SELECT * INTO settings FROM @extschema@.notify_settings AS s
	WHERE s.rule_id = NEW.rule_id OR s.rule_id IS NULL
	ORDER BY s.rule_id NULLS LAST LIMIT 1;
	IF settings.mode = 'off' OR NOT coalesce(settings.backfill, false)
		AND EXISTS (SELECT FROM @extschema@.runs AS u WHERE u.id = NEW.run_id AND u.kind = 'backfill')
	THEN
		RETURN NULL;
	END IF;

	SELECT * INTO rule FROM @extschema@.rules AS r WHERE r.rule_id = NEW.rule_id;
	about := jsonb_build_object('rule_name', left(rule.name, 200), 'severity', NEW.severity, 'risk_score', NEW.risk_score);
	IF settings.mode = 'digest' THEN
		-- All of the run's alerts are there by now: the first of them speaks for the rest.
		IF NOT EXISTS (SELECT FROM @extschema@.alerts AS a
					   WHERE a.run_id = NEW.run_id AND a.created_at >= transaction_timestamp() AND a.id < NEW.id)
		THEN
			SELECT array_agg(a.id ORDER BY a.id) INTO fresh FROM @extschema@.alerts AS a
			WHERE a.run_id = NEW.run_id AND a.created_at >= transaction_timestamp();
			PERFORM @extschema@.post_notification('digest', NEW.rule_id, NULL,
				about || jsonb_build_object('run_id', NEW.run_id, 'alerts', cardinality(fresh)),
				jsonb_build_object('alert_ids', fresh));
		END IF;
	ELSE
		PERFORM @extschema@.post_notification('alert', NEW.rule_id, NEW.id,
			about || jsonb_build_object('alert_id', NEW.id, 'status', NEW.status)
				|| CASE WHEN settings.titles THEN jsonb_build_object('title', left(NEW.title, 500)) ELSE '{}' END,
			jsonb_build_object('title', NEW.title));
	END IF;
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION notify_alert() IS 'Trigger: notifies a new alert, as notify_settings say';
REVOKE ALL ON FUNCTION notify_alert() FROM PUBLIC;

-- Rows that pg_restore brings were notified where they come from.
CREATE CONSTRAINT TRIGGER alerts_notify AFTER INSERT ON alerts
	DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW WHEN (NEW.created_at >= pg_catalog.transaction_timestamp())
	EXECUTE FUNCTION notify_alert();

CREATE FUNCTION fetch_notifications(consumer text, at_most integer DEFAULT 100) RETURNS SETOF outbox
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	reader @extschema@.consumers;
	notification @extschema@.outbox;
	last_position bigint;
BEGIN
	IF at_most IS NULL OR at_most < 1 THEN
		RAISE EXCEPTION USING
			ERRCODE = 'invalid_parameter_value',
			MESSAGE = 'the number of notifications must be positive';
	END IF;
	-- The lock makes a second session of the same consumer wait for what this one confirms.
	SELECT * INTO reader FROM @extschema@.consumers AS c WHERE c.name = consumer FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = 'undefined_object',
			MESSAGE = format('consumer "%s" does not exist', consumer),
			HINT = format('INSERT INTO @extschema@.consumers (name) VALUES (%L) adds it.', consumer);
	END IF;
	FOR notification IN
		SELECT * FROM @extschema@.outbox AS o WHERE o.position > reader.position ORDER BY o.position LIMIT at_most
	LOOP
		last_position := notification.position;
		RETURN NEXT notification;
	END LOOP;
	IF last_position > reader.handed_out THEN
		UPDATE @extschema@.consumers AS c SET handed_out = last_position WHERE c.name = consumer;
	END IF;
END
$$;

COMMENT ON FUNCTION fetch_notifications(text, integer) IS 'The next notifications that a consumer has not confirmed, oldest first';

CREATE FUNCTION confirm_notifications(consumer text, last_position bigint) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	reader @extschema@.consumers;
BEGIN
	SELECT * INTO reader FROM @extschema@.consumers AS c WHERE c.name = consumer FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING
			ERRCODE = 'undefined_object',
			MESSAGE = format('consumer "%s" does not exist', consumer),
			HINT = format('INSERT INTO @extschema@.consumers (name) VALUES (%L) adds it.', consumer);
	END IF;
	IF last_position IS NULL OR last_position > reader.handed_out THEN
		RAISE EXCEPTION USING
			ERRCODE = 'invalid_parameter_value',
			MESSAGE = format('notification %s has not been given to consumer "%s"', coalesce(last_position::text, 'NULL'), consumer),
			DETAIL = format('The last one that it was given is %s.', reader.handed_out);
	END IF;
	IF last_position <= reader.position THEN
		RETURN false;
	END IF;
	UPDATE @extschema@.consumers AS c SET position = last_position, confirmed_at = now() WHERE c.name = consumer;
	RETURN true;
END
$$;

COMMENT ON FUNCTION confirm_notifications(text, bigint) IS 'A consumer has done with the notifications up to this position; false when it had confirmed that before';

CREATE FUNCTION purge_notifications(older_than interval DEFAULT '30 days') RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	deleted bigint;
BEGIN
	IF older_than IS NULL THEN
		RAISE EXCEPTION 'older_than must not be null' USING ERRCODE = 'null_value_not_allowed';
	ELSIF older_than < '0' THEN
		RAISE EXCEPTION 'older_than must not be negative' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	DELETE FROM @extschema@.outbox AS o
	WHERE o.created_at < now() - older_than
		AND NOT EXISTS (SELECT FROM @extschema@.consumers AS c WHERE c.position < o.position);
	GET DIAGNOSTICS deleted = ROW_COUNT;
	RETURN deleted;
END
$$;

COMMENT ON FUNCTION purge_notifications(interval) IS 'Deletes old notifications that every consumer has confirmed; returns their number';

CREATE FUNCTION notify_heartbeat() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	rule @extschema@.rules;
	heartbeat @extschema@.heartbeats;
BEGIN
	heartbeat := CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END;
	SELECT * INTO rule FROM @extschema@.rules AS r WHERE r.rule_id = heartbeat.rule_id AND r.enabled;
	IF FOUND THEN
		PERFORM @extschema@.post_notification(
			CASE TG_OP WHEN 'INSERT' THEN 'silent' ELSE 'recovered' END, heartbeat.rule_id, NULL,
			jsonb_build_object('rule_name', left(rule.name, 200), 'last_success', heartbeat.last_success), '{}');
	END IF;
	RETURN NULL;
END
$$;

COMMENT ON FUNCTION notify_heartbeat() IS 'Trigger: notifies that a rule has gone silent, or runs again';
REVOKE ALL ON FUNCTION notify_heartbeat() FROM PUBLIC;

CREATE CONSTRAINT TRIGGER heartbeats_silent AFTER INSERT ON heartbeats
	DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW WHEN (NEW.notified_at >= pg_catalog.transaction_timestamp())
	EXECUTE FUNCTION notify_heartbeat();
CREATE CONSTRAINT TRIGGER heartbeats_recovered AFTER DELETE ON heartbeats
	DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION notify_heartbeat();

CREATE FUNCTION check_heartbeat() RETURNS TABLE (rule_id text, last_success timestamptz, silent_since timestamptz)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * A row of heartbeats is what makes a silent rule be notified once and not at
 * each call.
 */
BEGIN
	DELETE FROM @extschema@.heartbeats AS b
	WHERE NOT EXISTS (SELECT FROM @extschema@.rule_health AS h WHERE h.rule_id = b.rule_id AND h.overdue);

	INSERT INTO @extschema@.heartbeats (rule_id, last_success)
	SELECT h.rule_id, h.last_success FROM @extschema@.rule_health AS h WHERE h.overdue ORDER BY h.rule_id
	ON CONFLICT DO NOTHING;

	RETURN QUERY
	SELECT b.rule_id, b.last_success, b.notified_at FROM @extschema@.heartbeats AS b ORDER BY b.rule_id COLLATE "C";
END
$$;

COMMENT ON FUNCTION check_heartbeat() IS 'Notifies, once, each enabled rule without a successful run for two intervals, and its recovery; returns the silent ones';

SELECT pg_catalog.pg_extension_config_dump('notify_settings', '');
SELECT pg_catalog.pg_extension_config_dump('outbox', '');
SELECT pg_catalog.pg_extension_config_dump('outbox_position_seq', '');
SELECT pg_catalog.pg_extension_config_dump('consumers', '');
SELECT pg_catalog.pg_extension_config_dump('heartbeats', '');

-- ---- schedule.sql

/*
 * schedule.sql: run rules by pg_cron.
 *
 * pg_cron stays optional: no object here needs it, its functions are looked up
 * when they are called.  A job belongs to the role that scheduled it, runs as
 * that role and is named after its rule, so that scheduling again changes the
 * job instead of adding one.
 *
 * pg_cron lives in one database of a server (cron.database_name) and takes jobs
 * there.  Whatever is missing for that, the error names the steps.
 */

CREATE FUNCTION cron_database() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * pg_settings knows the setting when the library is preloaded only; but it
 * shows it to superusers only, and whoever schedules has to know.
 */
SELECT setting FROM pg_catalog.pg_settings WHERE name = 'cron.database_name'
$$;

COMMENT ON FUNCTION cron_database() IS 'The database in which pg_cron takes jobs, null when it is not preloaded';

CREATE FUNCTION cron_job_name(rule_id text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Up to pg_cron 1.4 names have 63 bytes, and longer ones would be cut: two
 * rules must not get one job.
 */
SELECT CASE WHEN octet_length(n) <= 63 THEN n ELSE left(n, 54) || '_' || left(encode(sha256(convert_to(n, 'UTF8')), 'hex'), 8) END
FROM (SELECT 'transfer_detect:' || coalesce($1, '*')) AS j(n)
$$;

COMMENT ON FUNCTION cron_job_name(text) IS 'Name of the pg_cron job of a rule, or of all enabled rules together';

CREATE FUNCTION cron_command(rule_id text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
/* pg_cron starts a job some time within its minute: windows are to end on it */
SELECT format('SELECT * FROM %s.run(%L, pg_catalog.date_trunc(''minute'', pg_catalog.now()))', '@extschema@', $1)
$$;

COMMENT ON FUNCTION cron_command(text) IS 'What the pg_cron job of a rule runs';

CREATE FUNCTION require_cron(elsewhere text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
/*
 * Raises an error, with the steps to take, unless pg_cron takes jobs in this
 * database.  The argument is the statement to run where it does.
 */
DECLARE
	here CONSTANT text := current_database();
	home CONSTANT text := @extschema@.cron_database();
	available CONSTANT boolean := EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_cron');
	installed CONSTANT boolean := EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron');
	create_it CONSTANT text := format('As a superuser in database "%s": CREATE EXTENSION pg_cron;%s', here,
		CASE WHEN (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN ''
			 ELSE format(' GRANT USAGE ON SCHEMA cron TO %I;', current_user) END);
	steps text[] := ARRAY[
		format('In postgresql.conf, add pg_cron to shared_preload_libraries and set cron.database_name = ''%s''.', here),
		'Restart the server.'];
BEGIN
	IF home IS NULL THEN
		IF NOT available THEN
			steps := array_prepend(format('Install pg_cron (Debian, Ubuntu: apt-get install postgresql-%s-cron).',
										  current_setting('server_version_num')::integer / 10000), steps);
		END IF;
		IF NOT installed THEN
			steps := array_append(steps, create_it);
		END IF;
		RAISE EXCEPTION USING
			ERRCODE = 'object_not_in_prerequisite_state',
			MESSAGE = CASE WHEN available THEN 'pg_cron is not preloaded' ELSE 'pg_cron is not installed on this server' END,
			HINT = (SELECT string_agg(i || '. ' || s, E'\n' ORDER BY i) FROM unnest(steps) WITH ORDINALITY AS u(s, i));
	ELSIF home <> here THEN
		RAISE EXCEPTION USING
			ERRCODE = 'object_not_in_prerequisite_state',
			MESSAGE = format('pg_cron takes jobs in database "%s" only, and this is "%s"', home, here),
			HINT = format('As a superuser, or a role with EXECUTE on the function, in database "%s" with its extension pg_cron: %s', home, elsewhere);
	ELSIF NOT installed THEN
		RAISE EXCEPTION USING
			ERRCODE = 'object_not_in_prerequisite_state',
			MESSAGE = format('extension "pg_cron" does not exist in database "%s"', here),
			HINT = create_it;
	ELSIF NOT has_schema_privilege('cron', 'USAGE') THEN
		RAISE EXCEPTION USING
			ERRCODE = 'insufficient_privilege',
			MESSAGE = 'permission denied for schema cron',
			HINT = format('As a superuser: GRANT USAGE ON SCHEMA cron TO %I;', current_user);
	END IF;
END
$$;

COMMENT ON FUNCTION require_cron(text) IS 'Raises an error that says what to do when pg_cron cannot take jobs of this database';

CREATE FUNCTION schedule(
	rule_id text DEFAULT 'unusual-file-transfer-utility-launched',
	cron text DEFAULT '0 * * * *')
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	job CONSTANT text := @extschema@.cron_job_name(schedule.rule_id);
	command CONSTANT text := @extschema@.cron_command(schedule.rule_id);
	rule_enabled boolean;
	job_id bigint;
BEGIN
	IF schedule.cron IS NULL THEN
		RAISE EXCEPTION USING
			ERRCODE = 'null_value_not_allowed',
			MESSAGE = 'schedule must not be null',
			HINT = 'Use cron format: minute, hour, day of the month, month, day of the week, such as 0 * * * * for every full hour.';
	END IF;
	IF schedule.rule_id IS NOT NULL THEN
		PERFORM @extschema@.present_version(schedule.rule_id);
		SELECT r.enabled INTO STRICT rule_enabled FROM @extschema@.rules AS r WHERE r.rule_id = schedule.rule_id;
	END IF;
	PERFORM @extschema@.require_cron(format('SELECT cron.schedule_in_database(%L, %L, %L, %L);',
		job || '@' || current_database(), schedule.cron, command, current_database()));

	EXECUTE 'SELECT cron.schedule($1, $2, $3)' INTO job_id USING job, schedule.cron, command;
	-- Not at the full hour, when the rules run.
	EXECUTE 'SELECT cron.schedule($1, $2, $3)'
		USING 'transfer_detect heartbeat', '5-55/10 * * * *', 'SELECT @extschema@.check_heartbeat()';

	IF NOT rule_enabled THEN
		RAISE NOTICE USING
			MESSAGE = format('rule "%s" is not enabled', schedule.rule_id),
			HINT = format('UPDATE @extschema@.rules SET enabled = true WHERE rule_id = %L', schedule.rule_id);
	END IF;
	RETURN job_id;
END
$$;

COMMENT ON FUNCTION schedule(text, text) IS 'Has pg_cron run a rule, or with null all enabled rules, as the calling role; returns the number of the job';

CREATE FUNCTION unschedule(rule_id text DEFAULT 'unusual-file-transfer-utility-launched')
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	job CONSTANT text := @extschema@.cron_job_name(unschedule.rule_id);
	own_jobs CONSTANT text := 'FROM cron.job WHERE username = current_user AND database = current_database()';
	job_id bigint;
	rules_left boolean;
BEGIN
	PERFORM @extschema@.require_cron(format('SELECT cron.unschedule(%L);', job || '@' || current_database()));

	EXECUTE 'SELECT jobid ' || own_jobs || ' AND jobname::text = $1' INTO job_id USING job;
	IF job_id IS NULL THEN
		RETURN false;
	END IF;
	EXECUTE 'SELECT cron.unschedule($1)' USING job_id;

	-- The heartbeat goes with the last rule.
	EXECUTE 'SELECT EXISTS (SELECT ' || own_jobs || E' AND jobname::text LIKE ''transfer\\_detect:%'')' INTO rules_left;
	IF NOT rules_left THEN
		EXECUTE 'SELECT cron.unschedule(jobid) ' || own_jobs || ' AND jobname::text = $1' USING 'transfer_detect heartbeat';
	END IF;
	RETURN true;
END
$$;

COMMENT ON FUNCTION unschedule(text) IS 'Removes the calling role''s pg_cron job of a rule; false when there is none';

-- ---- ingest.sql

/*
 * ingest.sql: documents into events.
 *
 * What cannot be used is kept in rejected_documents with the reason, and does
 * not stop the rest.
 */

CREATE TABLE rejected_documents (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	received timestamptz NOT NULL DEFAULT now(),
	source text,
	line_number bigint,
	column_number integer,
	sqlstate text NOT NULL,
	reason text NOT NULL,
	document text,
	raw bytea,
	bytes bigint NOT NULL,
	truncated boolean NOT NULL DEFAULT false,
	document_key text COLLATE "C",
	retried integer NOT NULL DEFAULT 0
);
CREATE INDEX rejected_documents_received ON rejected_documents (received);
-- a file that is read again
CREATE INDEX rejected_documents_line ON rejected_documents (source, line_number);

COMMENT ON TABLE rejected_documents IS 'Documents that could not be used, as they came, and why; retry_rejected() tries them again';
COMMENT ON COLUMN rejected_documents.id IS 'Identity, in the order in which they came';
COMMENT ON COLUMN rejected_documents.received IS 'When it came';
COMMENT ON COLUMN rejected_documents.source IS 'Where from: a file''s path, ingest, or what the writer to inbox says';
COMMENT ON COLUMN rejected_documents.line_number IS 'Line of the file or text, from 1';
COMMENT ON COLUMN rejected_documents.column_number IS 'Character in that line, from 1; null if it is about the line as a whole';
COMMENT ON COLUMN rejected_documents.sqlstate IS 'Error code, as PostgreSQL lists them';
COMMENT ON COLUMN rejected_documents.reason IS 'What is wrong';
COMMENT ON COLUMN rejected_documents.document IS 'The document as it came, if it is a text';
COMMENT ON COLUMN rejected_documents.raw IS 'The bytes as they came, if the database''s encoding has no such text';
COMMENT ON COLUMN rejected_documents.bytes IS 'Length as it came';
COMMENT ON COLUMN rejected_documents.truncated IS 'Only the beginning is kept, since it was longer than transfer_detect.max_document_size';
COMMENT ON COLUMN rejected_documents.document_key IS 'By what the document is known again, as far as that is not in it';
COMMENT ON COLUMN rejected_documents.retried IS 'How often retry_rejected() has tried it';

CREATE FUNCTION ingest(documents text)
RETURNS TABLE (accepted bigint, duplicates bigint, rejected bigint)
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 1
AS 'MODULE_PATHNAME', 'td_ingest';

COMMENT ON FUNCTION ingest(text) IS 'Documents, one a line, into events; returns how many were new, there already, and not usable (see rejected_documents)';

CREATE PROCEDURE ingest_file(path text, INOUT accepted bigint DEFAULT NULL,
							 INOUT duplicates bigint DEFAULT NULL, INOUT rejected bigint DEFAULT NULL)
LANGUAGE c
AS 'MODULE_PATHNAME', 'td_ingest_file';

COMMENT ON PROCEDURE ingest_file(text, bigint, bigint, bigint) IS 'A file of the server, documents one a line, also gzipped, into events; commits after each batch; for members of pg_read_server_files';

CREATE FUNCTION retry_rejected(ids bigint[] DEFAULT NULL)
RETURNS TABLE (accepted bigint, duplicates bigint, rejected bigint)
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 1
AS 'MODULE_PATHNAME', 'td_retry_rejected';

COMMENT ON FUNCTION retry_rejected(bigint[]) IS 'Try rejected documents again, all or these; what lands is removed from rejected_documents';

/*
 * inbox stays empty: its triggers turn each row into an event.  They collect
 * the rows of a statement and do the work once for all of them, as the owner of
 * the table, so that a writer needs no right but INSERT on it.
 */
CREATE TABLE inbox (
	document text,
	source text DEFAULT CURRENT_USER,
	received timestamptz DEFAULT now()
);

CREATE FUNCTION inbox_row() RETURNS trigger
LANGUAGE c
AS 'MODULE_PATHNAME', 'td_inbox_row';
CREATE FUNCTION inbox_statement() RETURNS trigger
LANGUAGE c
AS 'MODULE_PATHNAME', 'td_inbox_statement';

CREATE TRIGGER inbox_row BEFORE INSERT ON inbox
	FOR EACH ROW EXECUTE FUNCTION inbox_row();
CREATE TRIGGER inbox_statement AFTER INSERT ON inbox
	FOR EACH STATEMENT EXECUTE FUNCTION inbox_statement();

COMMENT ON TABLE inbox IS 'Takes documents from COPY, INSERT and log shippers, and turns each into an event; stays empty itself';
COMMENT ON COLUMN inbox.document IS 'A document, or several, one a line';
COMMENT ON COLUMN inbox.source IS 'Where it comes from, for rejected_documents';
COMMENT ON COLUMN inbox.received IS 'When it came: event_ingested of a document that does not say so itself';
COMMENT ON FUNCTION inbox_row() IS 'Trigger of inbox, also for tables of your own: takes the document of a row, from the columns named in its arguments (document, source)';
COMMENT ON FUNCTION inbox_statement() IS 'Trigger that goes with inbox_row: turns what it has taken into events';
COMMENT ON TRIGGER inbox_row ON inbox IS 'Takes the document';
COMMENT ON TRIGGER inbox_statement ON inbox IS 'Turns the documents of the statement into events';

CREATE FUNCTION ingest_health(from_time timestamptz, to_time timestamptz DEFAULT 'infinity')
RETURNS TABLE (hour timestamptz, host_name text, events bigint, newest timestamptz,
			   average_delay interval, longest_delay interval, merged bigint, far_off bigint, rejected bigint)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT c.hour, c.host_name, sum(c.events)::bigint, max(c.newest), max(c.average_delay), max(c.longest_delay),
		sum(c.merged)::bigint, sum(c.far_off)::bigint, sum(c.rejected)::bigint
	FROM (
		SELECT s.hour, s.host_name, count(*) AS events,
			max(s.timestamp) FILTER (WHERE NOT s.far) AS newest,
			-- a clock that is years wrong says nothing about the way here
			date_trunc('milliseconds', avg(s.event_ingested - s.timestamp) FILTER (WHERE NOT s.far)) AS average_delay,
			max(s.event_ingested - s.timestamp) FILTER (WHERE NOT s.far) AS longest_delay,
			count(*) FILTER (WHERE cardinality(s.event_action) > 1) AS merged,
			count(*) FILTER (WHERE s.far) AS far_off,
			0 AS rejected
		FROM (
			SELECT e.*, date_trunc('hour', e.event_ingested) AS hour,
				NOT isfinite(e.timestamp) OR e.timestamp < '2000-01-01 00:00+00' OR
				e.timestamp > e.event_ingested + interval '1 day' AS far
			FROM @extschema@.events AS e
			WHERE e.event_ingested >= from_time AND e.event_ingested < to_time) AS s
		GROUP BY s.hour, s.host_name
		UNION ALL
		SELECT date_trunc('hour', r.received), NULL, 0, NULL, NULL, NULL, 0, 0, count(*)
		FROM @extschema@.rejected_documents AS r
		WHERE r.received >= from_time AND r.received < to_time
		GROUP BY date_trunc('hour', r.received)) AS c
	GROUP BY c.hour, c.host_name
	ORDER BY c.hour DESC, c.host_name COLLATE "C"
$$;

COMMENT ON FUNCTION ingest_health(timestamptz, timestamptz) IS 'What came in between two times, by hour and host: events, the newest of them, how long they were on the way, merged ones, ones with dates far off, and rejected documents (host null)';

CREATE VIEW ingest_health AS
SELECT * FROM ingest_health(now() - interval '24 hours');

COMMENT ON VIEW ingest_health IS 'What came in during the last 24 hours, by hour and host; any other time by the function of the same name';
COMMENT ON COLUMN ingest_health.hour IS 'Hour in which it came in (event_ingested; received of rejected documents)';
COMMENT ON COLUMN ingest_health.host_name IS 'host.name; null for events without one and for rejected documents';
COMMENT ON COLUMN ingest_health.events IS 'Number of events';
COMMENT ON COLUMN ingest_health.newest IS 'Newest @timestamp, leaving out dates far off';
COMMENT ON COLUMN ingest_health.average_delay IS 'Mean of event_ingested - timestamp, leaving out dates far off';
COMMENT ON COLUMN ingest_health.longest_delay IS 'Largest event_ingested - timestamp, leaving out dates far off';
COMMENT ON COLUMN ingest_health.merged IS 'Events with several actions, which the rule as first published does not see';
COMMENT ON COLUMN ingest_health.far_off IS 'Events dated before 2000 or more than a day after they came in';
COMMENT ON COLUMN ingest_health.rejected IS 'Documents in rejected_documents';

CREATE FUNCTION partition_daily(retention interval DEFAULT '90 days', ahead integer DEFAULT 7,
								OUT partitions bigint, OUT first_day date, OUT last_day date, OUT moved bigint,
								OUT expired bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET client_min_messages = warning
AS $$
/*
 * pg_partman makes and drops the partitions.  Our default partition is taken
 * off meanwhile: a partition cannot be made while the default one holds rows
 * for it, and pg_partman 4 insists on making a default partition itself.
 */
DECLARE
	parent text := '@extschema@.events';
	partman text;
	version integer;
	known boolean;
	oldest timestamptz;
	child record;
	count bigint;
BEGIN
	SELECT format('%I', n.nspname), split_part(e.extversion, '.', 1)::integer INTO partman, version
	FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
	WHERE e.extname = 'pg_partman';
	IF partman IS NULL THEN
		RAISE EXCEPTION 'pg_partman is not installed in this database'
			USING ERRCODE = 'undefined_object',
				HINT = format('Install it (Debian: apt-get install postgresql-%s-partman), then CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman; and call partition_daily() again. Until then the default partition takes all events.',
							  current_setting('server_version_num')::integer / 10000);
	END IF;
	IF retention IS NULL OR retention < '1 day' OR ahead IS NULL OR ahead NOT BETWEEN 1 AND 366 THEN
		RAISE EXCEPTION 'retention must be at least a day, and ahead between 1 and 366 days'
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	moved := 0;
	LOCK TABLE @extschema@.events IN ACCESS EXCLUSIVE MODE;
	ALTER TABLE @extschema@.events DETACH PARTITION @extschema@.events_default;

	EXECUTE format('SELECT EXISTS (SELECT FROM %s.part_config WHERE parent_table = $1)', partman) INTO known USING parent;
	IF NOT known THEN
		-- from the oldest event that is to be kept, so that its day is dropped in time
		SELECT date_trunc('day', min(e.timestamp)) INTO oldest
		FROM @extschema@.events_default AS e
		WHERE e.timestamp >= now() - retention;
		oldest := least(oldest, date_trunc('day', now()));
		IF version < 5 THEN
			ALTER TABLE @extschema@.events_default RENAME TO events_default_of_ours;
			EXECUTE format('SELECT %s.create_parent(p_parent_table => $1, p_control => ''timestamp'', p_type => ''native'',
				p_interval => ''daily'', p_premake => $2, p_start_partition => $3, p_template_table => $4, p_jobmon => false)', partman)
				USING parent, ahead, oldest::text, '@extschema@.events_template';
			DROP TABLE @extschema@.events_default;
			ALTER TABLE @extschema@.events_default_of_ours RENAME TO events_default;
		ELSE
			EXECUTE format('SELECT %s.create_parent(p_parent_table => $1, p_control => ''timestamp'', p_type => ''range'',
				p_interval => ''1 day'', p_premake => $2, p_start_partition => $3, p_template_table => $4, p_jobmon => false,
				p_default_table => false)', partman)
				USING parent, ahead, oldest::text, '@extschema@.events_template';
		END IF;
	END IF;
	-- automatic maintenance would cut the days in another time zone
	EXECUTE format('UPDATE %s.part_config SET premake = $2, retention = $3, retention_keep_table = false,
		infinite_time_partitions = true, automatic_maintenance = ''off'' WHERE parent_table = $1', partman)
		USING parent, ahead, retention::text;
	EXECUTE format('SELECT %s.run_maintenance(p_parent_table => $1, p_analyze => false, p_jobmon => false)', partman) USING parent;

	FOR child IN EXECUTE format('
		SELECT p.partition_tablename::text AS name, i.child_start_time AS first, i.child_end_time AS next
		FROM %1$s.show_partitions($1) AS p,
			%1$s.show_partition_info(p.partition_schemaname || ''.'' || p.partition_tablename, ''1 day'', $1) AS i', partman) USING parent
	LOOP
		IF NOT EXISTS (SELECT FROM pg_index AS i
					   WHERE i.indrelid = format('@extschema@.%I', child.name)::regclass AND i.indisunique) THEN
			EXECUTE format('CREATE UNIQUE INDEX ON @extschema@.%I (timestamp, document_key)', child.name);
			EXECUTE format('CREATE INDEX ON @extschema@.%I USING brin (event_ingested)', child.name);
		END IF;
		WITH taken AS (
			DELETE FROM @extschema@.events_default AS e WHERE e.timestamp >= child.first AND e.timestamp < child.next
			RETURNING e.*)
		INSERT INTO @extschema@.events SELECT t.* FROM taken AS t;
		GET DIAGNOSTICS count = ROW_COUNT;
		moved := moved + count;
		partitions := coalesce(partitions, 0) + 1;
		first_day := least(first_day, child.first::date);
		last_day := greatest(last_day, child.first::date);
	END LOOP;

	-- What no day has, such as dates far off, goes when it is old and has been here for so long as well.
	DELETE FROM @extschema@.events_default AS e
	WHERE e.timestamp < now() - retention AND e.event_ingested < now() - retention;
	GET DIAGNOSTICS expired = ROW_COUNT;
	ALTER TABLE @extschema@.events ATTACH PARTITION @extschema@.events_default DEFAULT;
END
$$;

COMMENT ON FUNCTION partition_daily(interval, integer) IS 'Daily partitions of events by pg_partman: makes those of the days ahead, moves events out of the default partition, drops days older than retention; to be called daily';

SELECT pg_catalog.pg_extension_config_dump('rejected_documents', '');
SELECT pg_catalog.pg_extension_config_dump('rejected_documents_id_seq', '');

-- Like events, inbox and rejected_documents are their owner's to grant.
REVOKE ALL ON FUNCTION partition_daily(interval, integer) FROM PUBLIC;
