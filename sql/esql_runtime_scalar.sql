/*
 * esql_runtime_scalar.sql
 *
 * What ES|QL means by numbers, dates, conversions, addresses and documents.
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

/* ---- conversions ---- */

CREATE FUNCTION transfer_detect_internal.esql_to_integer(a text)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_text_to_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_integer(text) IS
    'ES|QL: text to integer, by way of a decimal number if need be, null when unreadable or too large';

CREATE FUNCTION transfer_detect_internal.esql_to_integer(a bigint)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_long_to_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_integer(bigint) IS
    'ES|QL: long to integer, null when it does not fit';

CREATE FUNCTION transfer_detect_internal.esql_to_integer(a double precision)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_double_to_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_integer(double precision) IS
    'ES|QL: double to integer, rounded half up, null when it does not fit';

CREATE FUNCTION transfer_detect_internal.esql_to_integer(a boolean)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_boolean_to_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_integer(boolean) IS
    'ES|QL: boolean to integer, 1 or 0';

CREATE FUNCTION transfer_detect_internal.esql_to_integer(a timestamptz)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_date_to_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_integer(timestamptz) IS
    'ES|QL: milliseconds since 1970 as integer, null when they do not fit';

CREATE FUNCTION transfer_detect_internal.esql_to_long(a text)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_text_to_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_long(text) IS
    'ES|QL: text to long, by way of a decimal number if need be, null when unreadable or too large';

CREATE FUNCTION transfer_detect_internal.esql_to_long(a double precision)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_double_to_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_long(double precision) IS
    'ES|QL: double to long, rounded half up, null when it does not fit';

CREATE FUNCTION transfer_detect_internal.esql_to_long(a boolean)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_boolean_to_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_long(boolean) IS
    'ES|QL: boolean to long, 1 or 0';

CREATE FUNCTION transfer_detect_internal.esql_to_long(a timestamptz)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_date_to_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_long(timestamptz) IS
    'ES|QL: milliseconds since 1970, null if infinite';

CREATE FUNCTION transfer_detect_internal.esql_to_long(a integer)
    RETURNS bigint
    AS 'int48'
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_long(integer) IS
    'ES|QL: integer to long';

CREATE FUNCTION transfer_detect_internal.esql_to_double(a text)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_text_to_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_double(text) IS
    'ES|QL: text to double, null when unreadable or not finite';

CREATE FUNCTION transfer_detect_internal.esql_to_double(a boolean)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_boolean_to_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_double(boolean) IS
    'ES|QL: boolean to double, 1 or 0';

CREATE FUNCTION transfer_detect_internal.esql_to_double(a timestamptz)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_date_to_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_double(timestamptz) IS
    'ES|QL: milliseconds since 1970 as double, null if infinite';

CREATE FUNCTION transfer_detect_internal.esql_to_double(a integer)
    RETURNS double precision
    AS 'i4tod'
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_double(integer) IS
    'ES|QL: integer to double';

CREATE FUNCTION transfer_detect_internal.esql_to_double(a bigint)
    RETURNS double precision
    AS 'i8tod'
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_double(bigint) IS
    'ES|QL: long to double';

CREATE FUNCTION transfer_detect_internal.esql_to_boolean(a text)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_text_to_boolean'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_boolean(text) IS
    'ES|QL: whether the text is true, in any letter case';

CREATE FUNCTION transfer_detect_internal.esql_to_boolean(a double precision)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_double_to_boolean'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_boolean(double precision) IS
    'ES|QL: whether the number is not 0';

CREATE FUNCTION transfer_detect_internal.esql_to_boolean(a bigint)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_long_to_boolean'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_boolean(bigint) IS
    'ES|QL: whether the number is not 0';

CREATE FUNCTION transfer_detect_internal.esql_to_boolean(a integer)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_integer_to_boolean'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_boolean(integer) IS
    'ES|QL: whether the number is not 0';

CREATE FUNCTION transfer_detect_internal.esql_to_datetime(a text)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_text_to_datetime'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_datetime(text) IS
    'ES|QL: ISO 8601 text to date, null when unreadable or out of range';

CREATE FUNCTION transfer_detect_internal.esql_to_datetime(a bigint)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_long_to_datetime'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_datetime(bigint) IS
    'ES|QL: milliseconds since 1970 to date, null when out of range';

CREATE FUNCTION transfer_detect_internal.esql_to_datetime(a integer)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_integer_to_datetime'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_datetime(integer) IS
    'ES|QL: milliseconds since 1970 to date';

CREATE FUNCTION transfer_detect_internal.esql_to_datetime(a double precision)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_double_to_datetime'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_datetime(double precision) IS
    'ES|QL: milliseconds since 1970 to date, rounded half up, null when out of range';

CREATE FUNCTION transfer_detect_internal.esql_to_ip(a text)
    RETURNS inet
    AS 'MODULE_PATHNAME', 'esql_text_to_ip'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_ip(text) IS
    'ES|QL: text to address, null when it is none; a netmask is not allowed';

CREATE FUNCTION transfer_detect_internal.esql_to_string(a integer)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_integer_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_string(integer) IS
    'ES|QL: integer to text';

CREATE FUNCTION transfer_detect_internal.esql_to_string(a bigint)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_long_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_string(bigint) IS
    'ES|QL: long to text';

CREATE FUNCTION transfer_detect_internal.esql_to_string(a double precision)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_double_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_string(double precision) IS
    'ES|QL: double to text as Java prints it, null when not finite';

CREATE FUNCTION transfer_detect_internal.esql_to_string(a boolean)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_boolean_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_string(boolean) IS
    'ES|QL: true or false as text';

CREATE FUNCTION transfer_detect_internal.esql_to_string(a timestamptz)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_date_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_string(timestamptz) IS
    'ES|QL: date to ISO 8601 text in UTC with milliseconds, null if infinite';

CREATE FUNCTION transfer_detect_internal.esql_to_string(a inet)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_ip_to_string'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_string(inet) IS
    'ES|QL: address to canonical text, without netmask';

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

/* ---- documents ---- */

CREATE FUNCTION transfer_detect_internal.esql_document_keyword(document jsonb, path text)
    RETURNS text[]
    AS 'MODULE_PATHNAME', 'esql_document_keyword'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_keyword(jsonb, text) IS
    'ES|QL: distinct keywords by bytes of a field of a document, ascending, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_document_keyword_single(document jsonb, path text)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_document_keyword_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_keyword_single(jsonb, text) IS
    'ES|QL: the keyword of a field of a document, null unless it is the only one';

CREATE FUNCTION transfer_detect_internal.esql_document_long(document jsonb, path text)
    RETURNS bigint[]
    AS 'MODULE_PATHNAME', 'esql_document_long'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_long(jsonb, text) IS
    'ES|QL: longs of a field of a document, ascending, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_document_long_single(document jsonb, path text)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_document_long_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_long_single(jsonb, text) IS
    'ES|QL: the long of a field of a document, null unless it is the only one';

CREATE FUNCTION transfer_detect_internal.esql_document_integer(document jsonb, path text)
    RETURNS integer[]
    AS 'MODULE_PATHNAME', 'esql_document_integer'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_integer(jsonb, text) IS
    'ES|QL: integers of a field of a document, ascending, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_document_integer_single(document jsonb, path text)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_document_integer_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_integer_single(jsonb, text) IS
    'ES|QL: the integer of a field of a document, null unless it is the only one';

CREATE FUNCTION transfer_detect_internal.esql_document_double(document jsonb, path text)
    RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'esql_document_double'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_double(jsonb, text) IS
    'ES|QL: doubles of a field of a document, ascending, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_document_double_single(document jsonb, path text)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_document_double_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_double_single(jsonb, text) IS
    'ES|QL: the double of a field of a document, null unless it is the only one';

CREATE FUNCTION transfer_detect_internal.esql_document_boolean(document jsonb, path text)
    RETURNS boolean[]
    AS 'MODULE_PATHNAME', 'esql_document_boolean'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_boolean(jsonb, text) IS
    'ES|QL: booleans of a field of a document, ascending, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_document_boolean_single(document jsonb, path text)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_document_boolean_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_boolean_single(jsonb, text) IS
    'ES|QL: the boolean of a field of a document, null unless it is the only one';

CREATE FUNCTION transfer_detect_internal.esql_document_ip(document jsonb, path text)
    RETURNS inet[]
    AS 'MODULE_PATHNAME', 'esql_document_ip'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_ip(jsonb, text) IS
    'ES|QL: distinct addresses of a field of a document, ascending, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_document_ip_single(document jsonb, path text)
    RETURNS inet
    AS 'MODULE_PATHNAME', 'esql_document_ip_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_ip_single(jsonb, text) IS
    'ES|QL: the address of a field of a document, null unless it is the only one';

CREATE FUNCTION transfer_detect_internal.esql_document_date(document jsonb, path text)
    RETURNS timestamptz[]
    AS 'MODULE_PATHNAME', 'esql_document_date'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_date(jsonb, text) IS
    'ES|QL: dates of a field of a document, ascending, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_document_date_single(document jsonb, path text)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_document_date_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_date_single(jsonb, text) IS
    'ES|QL: the date of a field of a document, null unless it is the only one';

/* Text with the collation of an empty one, see src/esql/sql/citus.c. */

CREATE FUNCTION transfer_detect_internal.esql_by_bytes(string text, collated text)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_by_bytes'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_by_bytes(text, text) IS
    'ES|QL: the string, with the collation of the other one';

CREATE FUNCTION transfer_detect_internal.esql_by_bytes(strings text[], collated text)
    RETURNS text[]
    AS 'MODULE_PATHNAME', 'esql_by_bytes'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_by_bytes(text[], text) IS
    'ES|QL: the strings, with the collation of the other one';

/* The same for other servers, see src/esql/sql/ship.c. */

CREATE FUNCTION transfer_detect_internal.esql_lower(string text)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_lower'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5;

COMMENT ON FUNCTION transfer_detect_internal.esql_lower(text) IS
    'ES|QL: the string with all letters small, of any language';

CREATE FUNCTION transfer_detect_internal.esql_upper(string text)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_upper'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5;

COMMENT ON FUNCTION transfer_detect_internal.esql_upper(text) IS
    'ES|QL: the string with all letters large, of any language';

CREATE FUNCTION transfer_detect_internal.esql_lower_each(strings text[])
    RETURNS text[]
    AS 'MODULE_PATHNAME', 'esql_lower_each'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5;

COMMENT ON FUNCTION transfer_detect_internal.esql_lower_each(text[]) IS
    'ES|QL: the strings of a list with all letters small, of any language';

CREATE FUNCTION transfer_detect_internal.esql_upper_each(strings text[])
    RETURNS text[]
    AS 'MODULE_PATHNAME', 'esql_upper_each'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5;

COMMENT ON FUNCTION transfer_detect_internal.esql_upper_each(text[]) IS
    'ES|QL: the strings of a list with all letters large, of any language';

CREATE FUNCTION transfer_detect_internal.esql_document_keyword_at(document jsonb, path jsonb)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_document_keyword_at'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_keyword_at(jsonb, jsonb) IS
    'ES|QL: the keyword of a field of a document, null unless it is the only one; the path is a string';

CREATE FUNCTION transfer_detect_internal.esql_document_long_at(document jsonb, path jsonb)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'esql_document_long_at'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_long_at(jsonb, jsonb) IS
    'ES|QL: the whole number of a field of a document, null unless it is the only one; the path is a string';

CREATE FUNCTION transfer_detect_internal.esql_document_integer_at(document jsonb, path jsonb)
    RETURNS integer
    AS 'MODULE_PATHNAME', 'esql_document_integer_at'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_integer_at(jsonb, jsonb) IS
    'ES|QL: the integer of a field of a document, null unless it is the only one; the path is a string';

CREATE FUNCTION transfer_detect_internal.esql_document_double_at(document jsonb, path jsonb)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_document_double_at'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_double_at(jsonb, jsonb) IS
    'ES|QL: the number of a field of a document, null unless it is the only one; the path is a string';

CREATE FUNCTION transfer_detect_internal.esql_document_boolean_at(document jsonb, path jsonb)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_document_boolean_at'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_boolean_at(jsonb, jsonb) IS
    'ES|QL: the boolean of a field of a document, null unless it is the only one; the path is a string';

CREATE FUNCTION transfer_detect_internal.esql_document_ip_at(document jsonb, path jsonb)
    RETURNS inet
    AS 'MODULE_PATHNAME', 'esql_document_ip_at'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_ip_at(jsonb, jsonb) IS
    'ES|QL: the address of a field of a document, null unless it is the only one; the path is a string';

CREATE FUNCTION transfer_detect_internal.esql_document_date_at(document jsonb, path jsonb)
    RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'esql_document_date_at'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_date_at(jsonb, jsonb) IS
    'ES|QL: the date of a field of a document, null unless it is the only one; the path is a string';

CREATE FUNCTION transfer_detect_internal.esql_document_test(document jsonb, test jsonb)
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'esql_document_test'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_test(jsonb, jsonb) IS
    'ES|QL: whether the keyword of a field of a document passes a test, an array of the field, an operator (=, ~~, ~) and values';

/* ---- points of the earth ---- */

CREATE FUNCTION transfer_detect_internal.esql_document_geo_point(document jsonb, path text)
    RETURNS text[]
    AS 'MODULE_PATHNAME', 'esql_document_geo_point'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_geo_point(jsonb, text) IS
    'ES|QL: points of a field of a document, as texts, null if there is none';

CREATE FUNCTION transfer_detect_internal.esql_document_geo_point_single(document jsonb, path text)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_document_geo_point_single'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION transfer_detect_internal.esql_document_geo_point_single(jsonb, text) IS
    'ES|QL: the point of a field of a document, as text, null unless it is the only one';

CREATE FUNCTION transfer_detect_internal.esql_to_geopoint(point text)
    RETURNS text
    AS 'MODULE_PATHNAME', 'esql_to_geopoint'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_to_geopoint(text) IS
    'ES|QL: the text of a point in its one form, null if it is none';

CREATE FUNCTION transfer_detect_internal.esql_st_x(point text)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_st_x'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_st_x(text) IS
    'ES|QL: longitude of a point, null if it is none';

CREATE FUNCTION transfer_detect_internal.esql_st_y(point text)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_st_y'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_st_y(text) IS
    'ES|QL: latitude of a point, null if it is none';

CREATE FUNCTION transfer_detect_internal.esql_st_distance(a text, b text)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'esql_st_distance'
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION transfer_detect_internal.esql_st_distance(text, text) IS
    'ES|QL: metres between two points, null if one is none';
