/*
 * esql_runtime_scalar.sql
 *
 * What ES|QL means by numbers, dates and addresses.
 * Generated SQL calls these functions where an operator or cast of PostgreSQL
 * would raise an error, depend on the session's time zone, or mean something else.
 * None of them raises an error on any value.  A result that does not exist is
 * null.  Integer is int4, long is bigint, double is float8, a date is
 * timestamp with time zone of which ES|QL sees milliseconds, ip is inet.
 */

/* ---- numbers ---- */

CREATE FUNCTION transfer_detect_internal.esql_add(a integer, b integer)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_add_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_add(integer, integer) IS
    'ES|QL: sum of two integers, null on overflow';

CREATE FUNCTION transfer_detect_internal.esql_add(a bigint, b bigint)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_add_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_add(bigint, bigint) IS
    'ES|QL: sum of two longs, null on overflow';

CREATE FUNCTION transfer_detect_internal.esql_add(a double precision, b double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_add_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_add(double precision, double precision) IS
    'ES|QL: sum of two doubles, null when not finite';

CREATE FUNCTION transfer_detect_internal.esql_sub(a integer, b integer)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_sub_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_sub(integer, integer) IS
    'ES|QL: difference of two integers, null on overflow';

CREATE FUNCTION transfer_detect_internal.esql_sub(a bigint, b bigint)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_sub_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_sub(bigint, bigint) IS
    'ES|QL: difference of two longs, null on overflow';

CREATE FUNCTION transfer_detect_internal.esql_sub(a double precision, b double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_sub_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_sub(double precision, double precision) IS
    'ES|QL: difference of two doubles, null when not finite';

CREATE FUNCTION transfer_detect_internal.esql_mul(a integer, b integer)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_mul_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_mul(integer, integer) IS
    'ES|QL: product of two integers, null on overflow';

CREATE FUNCTION transfer_detect_internal.esql_mul(a bigint, b bigint)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_mul_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_mul(bigint, bigint) IS
    'ES|QL: product of two longs, null on overflow';

CREATE FUNCTION transfer_detect_internal.esql_mul(a double precision, b double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_mul_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_mul(double precision, double precision) IS
    'ES|QL: product of two doubles, null when not finite';

CREATE FUNCTION transfer_detect_internal.esql_div(a integer, b integer)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_div_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_div(integer, integer) IS
    'ES|QL: quotient of two integers, truncated towards zero; null on overflow and for 0';

CREATE FUNCTION transfer_detect_internal.esql_div(a bigint, b bigint)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_div_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_div(bigint, bigint) IS
    'ES|QL: quotient of two longs, truncated towards zero; null on overflow and for 0';

CREATE FUNCTION transfer_detect_internal.esql_div(a double precision, b double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_div_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_div(double precision, double precision) IS
    'ES|QL: quotient of two doubles, null when not finite';

CREATE FUNCTION transfer_detect_internal.esql_mod(a integer, b integer)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_mod_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_mod(integer, integer) IS
    'ES|QL: remainder of two integers, with the sign of the dividend; null for 0';

CREATE FUNCTION transfer_detect_internal.esql_mod(a bigint, b bigint)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_mod_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_mod(bigint, bigint) IS
    'ES|QL: remainder of two longs, with the sign of the dividend; null for 0';

CREATE FUNCTION transfer_detect_internal.esql_mod(a double precision, b double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_mod_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_mod(double precision, double precision) IS
    'ES|QL: remainder of two doubles, null when not finite';

CREATE FUNCTION transfer_detect_internal.esql_neg(a integer)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_neg_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_neg(integer) IS
    'ES|QL: negated number, null for the least number';

CREATE FUNCTION transfer_detect_internal.esql_neg(a bigint)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_neg_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_neg(bigint) IS
    'ES|QL: negated number, null for the least number';

CREATE FUNCTION transfer_detect_internal.esql_neg(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_neg_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_neg(double precision) IS
    'ES|QL: negated number, null when not finite';

CREATE FUNCTION transfer_detect_internal.esql_abs(a integer)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_abs_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_abs(integer) IS
    'ES|QL: absolute value, null for the least number';

CREATE FUNCTION transfer_detect_internal.esql_abs(a bigint)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_abs_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_abs(bigint) IS
    'ES|QL: absolute value, null for the least number';

CREATE FUNCTION transfer_detect_internal.esql_abs(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_abs_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_abs(double precision) IS
    'ES|QL: absolute value, null when not finite';

CREATE FUNCTION transfer_detect_internal.esql_round(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_round_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_round(double precision) IS
    'ES|QL: round to a whole number, half away from zero';

CREATE FUNCTION transfer_detect_internal.esql_round(a double precision, decimals integer)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_round_double_decimals'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_round(double precision, integer) IS
    'ES|QL: round to so many decimals, half away from zero';

CREATE FUNCTION transfer_detect_internal.esql_round(a bigint, decimals integer)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_round_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_round(bigint, integer) IS
    'ES|QL: round left of the point if decimals are negative, null on overflow';

CREATE FUNCTION transfer_detect_internal.esql_round(a integer, decimals integer)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_round_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_round(integer, integer) IS
    'ES|QL: round left of the point if decimals are negative, null on overflow';

CREATE FUNCTION transfer_detect_internal.esql_ceil(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_ceil'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_ceil(double precision) IS
    'ES|QL: least whole number not below';

CREATE FUNCTION transfer_detect_internal.esql_floor(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_floor'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_floor(double precision) IS
    'ES|QL: greatest whole number not above';

CREATE FUNCTION transfer_detect_internal.esql_sqrt(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_sqrt'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_sqrt(double precision) IS
    'ES|QL: square root, null for negative numbers';

CREATE FUNCTION transfer_detect_internal.esql_exp(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_exp'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_exp(double precision) IS
    'ES|QL: e to that power, null when not finite';

CREATE FUNCTION transfer_detect_internal.esql_pow(base double precision, exponent double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_pow'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_pow(double precision, double precision) IS
    'ES|QL: power, null when not finite or not real';

CREATE FUNCTION transfer_detect_internal.esql_log(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_log'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_log(double precision) IS
    'ES|QL: natural logarithm, null unless positive';

CREATE FUNCTION transfer_detect_internal.esql_log(base double precision, a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_log_base'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_log(double precision, double precision) IS
    'ES|QL: logarithm to a base, null unless both are positive and the base is not 1';

CREATE FUNCTION transfer_detect_internal.esql_log10(a double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_log10'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_log10(double precision) IS
    'ES|QL: decimal logarithm, null unless positive';

CREATE FUNCTION transfer_detect_internal.esql_sum_to_long(total numeric)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_sum_to_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_sum_to_long(numeric) IS
    'ES|QL: a sum of whole numbers as a long, null when it does not fit';

/* ---- dates ---- */

CREATE FUNCTION transfer_detect_internal.esql_date_ms(date timestamptz)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_date_ms'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_date_ms(timestamptz) IS
    'ES|QL: the date rounded down to the millisecond, null if infinite';

CREATE FUNCTION transfer_detect_internal.esql_date_add(date timestamptz, span interval)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_date_add'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_date_add(timestamptz, interval) IS
    'ES|QL: date plus time span in UTC, the day clamped to its month, null when out of range';

CREATE FUNCTION transfer_detect_internal.esql_date_sub(date timestamptz, span interval)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_date_sub'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_date_sub(timestamptz, interval) IS
    'ES|QL: date minus time span in UTC, the day clamped to its month, null when out of range';

CREATE FUNCTION transfer_detect_internal.esql_date_trunc(span interval, date timestamptz)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_date_trunc'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_date_trunc(interval, timestamptz) IS
    'ES|QL: date rounded down to a multiple of the span, which has one positive unit';

CREATE FUNCTION transfer_detect_internal.esql_date_trunc_weeks(weeks integer, date timestamptz)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_date_trunc_weeks'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_date_trunc_weeks(integer, timestamptz) IS
    'ES|QL: date rounded down to weeks; one week begins on Monday, several count from 1970';

CREATE FUNCTION transfer_detect_internal.esql_date_diff(unit text, start_date timestamptz, end_date timestamptz)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_date_diff'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_date_diff(text, timestamptz, timestamptz) IS
    'ES|QL: whole units from start to end, null for an unknown unit or beyond 32 bits';

CREATE FUNCTION transfer_detect_internal.esql_date_extract(part text, date timestamptz)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_date_extract'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_date_extract(text, timestamptz) IS
    'ES|QL: part of a date in UTC by its java.time name, null for an unknown part';

/* ---- addresses ---- */

CREATE FUNCTION transfer_detect_internal.esql_ip(address inet)
    RETURNS inet
    AS 'MODULE_PATHNAME', 'esql_ip'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_ip(inet) IS
    'ES|QL: normal form of an address: no netmask, IPv4-mapped IPv6 as IPv4';

CREATE FUNCTION transfer_detect_internal.esql_ip_key(address inet)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_ip_key'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_ip_key(inet) IS
    'ES|QL: the 16 bytes of an address in hexadecimal, which sort as ES|QL sorts addresses';

CREATE FUNCTION transfer_detect_internal.esql_key_ip(key text)
    RETURNS inet
    AS 'MODULE_PATHNAME', 'esql_key_ip'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_key_ip(text) IS
    'ES|QL: the address of such a key, null if it is none';

CREATE FUNCTION transfer_detect_internal.esql_is_cidr(block text)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_is_cidr'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_is_cidr(text) IS
    'ES|QL: whether the text is an address or a block of addresses';

CREATE FUNCTION transfer_detect_internal.esql_cidr_match(address inet, VARIADIC blocks text[])
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_cidr_match'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_cidr_match(inet, VARIADIC text[]) IS
    'ES|QL: whether the address is in any block, null if only an unreadable or null one might hold it';

CREATE FUNCTION transfer_detect_internal.esql_ip_prefix(address inet, bits_ipv4 integer, bits_ipv6 integer)
    RETURNS inet
    AS 'MODULE_PATHNAME', 'esql_ip_prefix'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_ip_prefix(inet, integer, integer) IS
    'ES|QL: the address with all but its leading bits cleared, null for an impossible number of bits';
